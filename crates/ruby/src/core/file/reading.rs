//! Reading whole files: `File.read`, `readlines`, `foreach`, `binread`, and what an access mode and its options mean.

use std::rc::Rc;

use super::paths::path;
use super::query::refuse_change;
use super::{door, handle};
use crate::core::convert::{self, block_or_enumerator};
use crate::core::stream::Lines;
use crate::core::string::encoding::encoding_of;
use crate::core::string::transcode::{self, transcode};
use crate::runtime::args::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RClass, RString, Value};

/// Of IO; File inherits them. Ruby passes over keywords that it does not know here.
const METHODS: &[NativeMethod] = &[
    method("binread", binread, 1..=3),
    method("foreach", foreach, 1..=3).with_keywords(),
    method("read", read, 1..=3).with_keywords(),
    method("readlines", readlines, 1..=3).with_keywords(),
    variadic("binwrite", refuse_change, 0).absent(),
    variadic("copy_stream", refuse_change, 0).absent(),
    variadic("for_fd", refuse_process, 0).absent(),
    variadic("pipe", refuse_process, 0).absent(),
    variadic("popen", refuse_process, 0).absent(),
    variadic("select", refuse_process, 0).absent(),
    variadic("sysopen", refuse_process, 0).absent(),
    variadic("write", refuse_change, 0).absent(),
];

pub(super) fn define(interpreter: &mut Interpreter, io: &Rc<RClass>) {
    interpreter.define_singleton(io, METHODS);
}

fn refuse_process(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("processes, pipes and file descriptors are not supported"))
}

/// How a file's bytes become text.
#[derive(Clone, Default)]
pub(crate) struct Reading {
    external: Option<Encoding>,
    internal: Option<Encoding>,
    /// A mark at the beginning says the encoding, and goes.
    marked: bool,
    binary: bool,
    /// Line ends become `\n`.
    text_mode: bool,
    options: transcode::Options,
}

/// What a File is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

impl Reading {
    /// From a mode, which may be given twice over, and the options of `open`.
    pub(crate) fn of(interpreter: &mut Interpreter, mode: &Value, args: &Args) -> Eval<Self> {
        let option = |name: &str| args.keyword(name).filter(|value| !value.is_nil());
        let mut reading =
            Self { options: transcode::Options::of(interpreter, args.keywords.as_ref())?, ..Self::default() };
        let mode = if mode.is_nil() { option("mode").unwrap_or_default() } else { mode.clone() };
        if reading.mode(interpreter, &mode)? == Access::Write {
            return Err(interpreter.unsupported("files are only read: writing them is not supported"));
        }
        if let Some(flags) = option("flags")
            && convert::int(interpreter, &flags)? & 3 != 0
        {
            return Err(interpreter.unsupported("files are only read: writing them is not supported"));
        }
        if let Some(encoding) = option("encoding") {
            reading.encodings(interpreter, &encoding)?;
        }
        if let Some(external) = option("external_encoding") {
            reading.external(interpreter, &external)?;
        }
        if let Some(internal) = option("internal_encoding") {
            reading.internal = Some(encoding_of(interpreter, &internal)?);
        }
        reading.binary |= option("binmode").is_some_and(|flag| flag.truthy());
        reading.text_mode |= option("textmode").is_some_and(|flag| flag.truthy());
        if reading.binary && reading.text_mode {
            return Err(interpreter.argument_error("both textmode and binmode specified"));
        }
        let wide = reading.external.is_some_and(|external| !external.is_ascii_compatible());
        if wide && !reading.binary && reading.internal.is_none() {
            return Err(interpreter.argument_error("ASCII incompatible encoding needs binmode"));
        }
        Ok(reading)
    }

    fn mode(&mut self, interpreter: &mut Interpreter, mode: &Value) -> Eval<Access> {
        match mode {
            Value::Nil => return Ok(Access::Read),
            Value::Int(flags) => return Ok(if matches!(flags & 3, 0) { Access::Read } else { Access::Write }),
            _ => {}
        }
        let text = convert::string(interpreter, mode)?;
        let (flags, encodings) = text.split_once(':').map_or((&*text, None), |(flags, rest)| (flags, Some(rest)));
        let mut letters = flags.chars();
        let mut access = match letters.next() {
            Some('r') => Access::Read,
            Some('w' | 'a') => Access::Write,
            _ => return Err(interpreter.argument_error(format!("invalid access mode {text}"))),
        };
        for letter in letters {
            match letter {
                'b' => self.binary = true,
                't' => self.text_mode = true,
                '+' => access = Access::Write,
                'x' if flags.starts_with('w') => {}
                _ => return Err(interpreter.argument_error(format!("invalid access mode {text}"))),
            }
        }
        if let Some(encodings) = encodings {
            self.encodings(interpreter, &Value::str(encodings))?;
        }
        Ok(access)
    }

    /// `EXTERNAL`, `EXTERNAL:INTERNAL`, `BOM|UTF-8`.
    fn encodings(&mut self, interpreter: &mut Interpreter, given: &Value) -> Eval<()> {
        let Value::Str(text) = given else {
            self.external = Some(encoding_of(interpreter, given)?);
            return Ok(());
        };
        let text = text.to_string();
        let (external, internal) = text.split_once(':').map_or((&*text, None), |(outer, inner)| (outer, Some(inner)));
        self.external(interpreter, &Value::str(external))?;
        if let Some(internal) = internal.filter(|internal| *internal != "-") {
            self.internal = Encoding::find(internal).filter(|internal| Some(*internal) != self.external);
        }
        Ok(())
    }

    fn external(&mut self, interpreter: &mut Interpreter, given: &Value) -> Eval<()> {
        let Value::Str(text) = given else {
            self.external = Some(encoding_of(interpreter, given)?);
            return Ok(());
        };
        let text = text.to_string();
        let name = match text.get(..4) {
            Some(mark) if mark.eq_ignore_ascii_case("bom|") => {
                self.marked = true;
                &text[4..]
            }
            _ => &text,
        };
        // Ruby warns of a name that it does not know, and goes on.
        self.external = Encoding::find(name).or(self.external);
        Ok(())
    }

    /// The encoding of what is read, as a handle says it.
    pub(super) fn encodings_shown(&self) -> (Encoding, Option<Encoding>) {
        let default = if self.binary { Encoding::BINARY } else { Encoding::UTF_8 };
        (self.external.unwrap_or(default), self.internal)
    }

    /// A file's text.
    pub(crate) fn text(&self, interpreter: &mut Interpreter, bytes: &[u8]) -> Eval<RString> {
        let (mut external, internal) = self.encodings_shown();
        let mut bytes = bytes;
        if self.marked {
            (external, bytes) = after_mark(external, bytes);
        }
        let mut text = match internal.filter(|internal| *internal != external) {
            Some(internal) => transcode(interpreter, bytes, external, internal, &self.options)?,
            None if external == Encoding::BINARY => RString::binary(bytes),
            None => match if external.is_known() { external.text_of(bytes) } else { None } {
                Some(text) => RString::encoded(text, external),
                None => {
                    return Err(interpreter.unsupported(format!("a file in {} that is not converted", external.name())));
                }
            },
        };
        if self.text_mode || self.options.is_universal() {
            let unix = text.borrow().replace("\r\n", "\n").replace('\r', "\n");
            text = RString::encoded(unix, text.encoding());
        }
        Ok(text)
    }
}

/// The encoding that a byte order mark says, and what follows it.
fn after_mark(external: Encoding, bytes: &[u8]) -> (Encoding, &[u8]) {
    let (name, rest) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => ("UTF-8", rest),
        [0xff, 0xfe, 0, 0, rest @ ..] => ("UTF-32LE", rest),
        [0xff, 0xfe, rest @ ..] => ("UTF-16LE", rest),
        [0xfe, 0xff, rest @ ..] => ("UTF-16BE", rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => ("UTF-32BE", rest),
        _ => return (external, bytes),
    };
    (Encoding::find(name).unwrap_or(external), rest)
}

/// The text of a file that an argument names, read as the options of a call say.
pub(crate) fn text_of(interpreter: &mut Interpreter, name: &Value, mode: &Value, args: &Args) -> Eval<RString> {
    let path = named(interpreter, name)?;
    let reading = Reading::of(interpreter, mode, args)?;
    let bytes = door::read(interpreter, &path)?;
    reading.text(interpreter, &bytes)
}

/// A path; `IO.read("|ls")` would start a process.
pub(super) fn named(interpreter: &mut Interpreter, name: &Value) -> Eval<String> {
    let path = path(interpreter, name)?;
    if path.starts_with('|') {
        return Err(interpreter.unsupported("processes are not supported"));
    }
    Ok(path)
}

/// The part that a length and an offset name; None behind the end.
fn part(interpreter: &mut Interpreter, bytes: &[u8], length: &Value, offset: &Value) -> Eval<Option<Vec<u8>>> {
    let number = |interpreter: &mut Interpreter, value: &Value, what: &str| {
        let number = convert::int(interpreter, value)?;
        usize::try_from(number).map_err(|_| interpreter.argument_error(format!("negative {what} {number} given")))
    };
    let length = if length.is_nil() { None } else { Some(number(interpreter, length, "length")?) };
    let offset = if offset.is_nil() { 0 } else { number(interpreter, offset, "offset")? };
    let rest = bytes.get(offset..).unwrap_or_default();
    Ok(match length {
        Some(length) if length > 0 && rest.is_empty() => None,
        Some(length) => Some(rest[..length.min(rest.len())].to_vec()),
        None => Some(rest.to_vec()),
    })
}

fn read(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = named(interpreter, &args.first())?;
    let reading = Reading::of(interpreter, &Value::Nil, &args)?;
    let (length, offset) = (args.get(1), args.get(2));
    if !length.is_nil() || !offset.is_nil() {
        // What is wrong with a number is said before the file is looked for.
        part(interpreter, b"", &length, &offset)?;
    }
    let bytes = door::read(interpreter, &path)?;
    let Some(part) = part(interpreter, &bytes, &length, &offset)? else { return Ok(Value::Nil) };
    if !length.is_nil() {
        return Ok(Value::binary(&part));
    }
    Ok(Value::Str(Rc::new(reading.text(interpreter, &part)?)))
}

fn binread(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = named(interpreter, &args.first())?;
    let bytes = door::read(interpreter, &path)?;
    let part = part(interpreter, &bytes, &args.get(1), &args.get(2))?;
    Ok(part.map(|part| Value::binary(&part)).unwrap_or_default())
}

fn lines(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<Value>> {
    let how = Lines::of(interpreter, &args.positional[1..], args)?;
    let text = text_of(interpreter, &args.first(), &Value::Nil, args)?;
    how.all(interpreter, &text)
}

fn readlines(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    lines(interpreter, &args).map(Value::array)
}

fn foreach(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "foreach");
    for line in lines(interpreter, &args)? {
        interpreter.yield_value(&block, line)?;
    }
    Ok(Value::Nil)
}

/// `Kernel#open`
pub(super) fn open(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let file = Value::Class(interpreter.class_at("File"));
    let first = args.first();
    if interpreter.responds_to(&first, "to_open") {
        return Err(interpreter.unsupported("`open` of what opens itself"));
    }
    named(interpreter, &first)?;
    handle::open(interpreter, &file, args)
}
