//! `String#encode`: from one encoding to another, and what becomes of what does not fit.

use std::rc::Rc;

use super::encoding::{default_replacement, encoded_text, encoding_of};
use super::{check_frozen, text};
use crate::Args;
use crate::core::convert;
use crate::runtime::encoding::{Encoding, NoBytes, Unit};
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, variadic};
use crate::runtime::value::{RHash, RString, Value};

pub(crate) const METHODS: &[NativeMethod] = &[variadic("encode", encode, 0), variadic("encode!", encode_bang, 0)];

/// What Ruby reads of the options of a conversion; it passes over others.
#[derive(Clone, Default)]
pub(crate) struct Options {
    invalid: bool,
    undefined: bool,
    replacement: Option<String>,
    fallback: Value,
    xml: Option<Xml>,
    newline: Option<Newline>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Xml {
    Text,
    Attribute,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Newline {
    Universal,
    CarriageReturnLineFeed,
    CarriageReturn,
    LineFeed,
}

impl Options {
    /// What `encode` was told of characters that have no place.
    pub(crate) fn of(interpreter: &mut Interpreter, options: Option<&Rc<RHash>>) -> Eval<Self> {
        let Some(given) = options else { return Ok(Self::default()) };
        let get = |name: &str| given.get_symbol(name).unwrap_or_default();
        let flag = |name: &str| get(name).truthy();
        let mut options = Self { fallback: get("fallback"), ..Self::default() };
        options.invalid = replaces(interpreter, &get("invalid"), "invalid")?;
        options.undefined = replaces(interpreter, &get("undef"), "undefined")?;
        if !get("replace").is_nil() {
            options.replacement = Some(convert::string(interpreter, &get("replace"))?);
        }
        options.xml = match get("xml").as_name().as_deref() {
            None => None,
            Some("text") => Some(Xml::Text),
            Some("attr") => Some(Xml::Attribute),
            Some(other) => {
                return Err(interpreter.argument_error(format!("unexpected value for xml option: {other}")));
            }
        };
        options.newline = match get("newline").as_name().as_deref() {
            Some("universal") => Some(Newline::Universal),
            Some("crlf") => Some(Newline::CarriageReturnLineFeed),
            Some("cr") => Some(Newline::CarriageReturn),
            Some("lf") => Some(Newline::LineFeed),
            Some(other) => {
                return Err(interpreter.argument_error(format!("unexpected value for newline option: {other}")));
            }
            None if flag("universal_newline") => Some(Newline::Universal),
            None if flag("crlf_newline") => Some(Newline::CarriageReturnLineFeed),
            None if flag("cr_newline") => Some(Newline::CarriageReturn),
            None if flag("lf_newline") => Some(Newline::LineFeed),
            None => None,
        };
        Ok(options)
    }

    /// Whether every line is to end with `\n`.
    pub(crate) fn is_universal(&self) -> bool {
        self.newline == Some(Newline::Universal)
    }

    fn decorates(&self) -> bool {
        self.xml.is_some() || self.newline.is_some()
    }
}

fn replaces(interpreter: &mut Interpreter, how: &Value, what: &str) -> Eval<bool> {
    match how {
        Value::Nil => Ok(false),
        Value::Symbol(how) if how.is("replace") => Ok(true),
        _ => Err(interpreter.argument_error(format!("unknown value for {what} character option"))),
    }
}

fn encode_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let encoded = text(&encode(interpreter, this, args)?);
    let string = text(this);
    string.replace(encoded.to_string());
    string.set_encoding(encoded.encoding());
    Ok(this.clone())
}

fn encode(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let given = args.take_options();
    let options = Options::of(interpreter, given.as_ref())?;
    let string = text(this);
    if !args.has(0) {
        let text = decorated(&string.borrow(), &options);
        return Ok(Value::Str(Rc::new(RString::encoded(text, string.encoding()))));
    }
    let from = if args.has(1) { found(interpreter, &args.get(1), None, &args.first())? } else { string.encoding() };
    let to = found(interpreter, &args.first(), Some(from), &args.first())?;
    let bytes = string.bytes();
    interpreter.check_size(bytes.len())?;
    let converted = transcode(interpreter, &bytes, from, to, &options)?;
    Ok(Value::Str(Rc::new(converted)))
}

/// An encoding for a conversion; ConverterNotFoundError where there is none of that name.
fn found(interpreter: &mut Interpreter, value: &Value, from: Option<Encoding>, target: &Value) -> Eval<Encoding> {
    if let Value::Str(name) = value
        && Encoding::find(&name.borrow()).is_none()
    {
        let target = target.as_string().unwrap_or_default();
        let names = match from {
            Some(from) => format!("{} to {target}", from.name()),
            None => format!("{} to {target}", &*name.borrow()),
        };
        let message = format!("code converter not found ({names})");
        return Err(interpreter.error("Encoding::ConverterNotFoundError", message));
    }
    encoding_of(interpreter, value)
}

/// Bytes of one encoding as a string of another.
pub(crate) fn transcode(
    interpreter: &mut Interpreter,
    bytes: &[u8],
    from: Encoding,
    to: Encoding,
    options: &Options,
) -> Eval<RString> {
    interpreter.check_size(bytes.len().saturating_mul(2))?;
    convert::spend(interpreter, 1 + bytes.len() / 16)?;
    let is_ascii = bytes.is_ascii() && from.is_ascii_compatible() && to.is_ascii_compatible();
    if !options.decorates() && (is_ascii || from == to && !options.invalid) {
        return Ok(RString::encoded(encoded_text(interpreter, to, bytes)?, to));
    }
    let marked = without_mark(bytes, from);
    if marked.1 == from && from.named().dummy && from.name().starts_with("UTF") && !bytes.is_empty() {
        let message = format!("{} on {}", shown(&bytes[..bytes.len().min(2)]), from.name());
        return Err(interpreter.error("Encoding::InvalidByteSequenceError", message));
    }
    let (bytes, from) = marked;
    for encoding in [from, to] {
        if !encoding.is_known() && !matches!(encoding.name(), "UTF-16" | "UTF-32") {
            return Err(interpreter.unsupported(format!("a conversion from or to {}", encoding.name())));
        }
    }
    let mut conversion = Conversion { from, to: with_order(to), shown: to, options, out: String::new() };
    if matches!(to.name(), "UTF-16" | "UTF-32") && !bytes.is_empty() {
        conversion.out.push('\u{feff}');
    }
    if options.xml == Some(Xml::Attribute) {
        conversion.out.push('"');
    }
    conversion.run(interpreter, bytes)?;
    if options.xml == Some(Xml::Attribute) {
        conversion.out.push('"');
    }
    Ok(RString::encoded(conversion.out, to))
}

/// UTF-16 and UTF-32 say their order by a mark.
fn without_mark(bytes: &[u8], from: Encoding) -> (&[u8], Encoding) {
    let (name, rest) = match (from.name(), bytes) {
        ("UTF-16", [0xff, 0xfe, rest @ ..]) => ("UTF-16LE", rest),
        ("UTF-16", [0xfe, 0xff, rest @ ..]) => ("UTF-16BE", rest),
        ("UTF-32", [0xff, 0xfe, 0, 0, rest @ ..]) => ("UTF-32LE", rest),
        ("UTF-32", [0, 0, 0xfe, 0xff, rest @ ..]) => ("UTF-32BE", rest),
        (name, rest) => (name, rest),
    };
    (rest, Encoding::find(name).unwrap_or(from))
}

fn with_order(to: Encoding) -> Encoding {
    match to.name() {
        "UTF-16" => Encoding::find("UTF-16BE").unwrap_or(to),
        "UTF-32" => Encoding::find("UTF-32BE").unwrap_or(to),
        _ => to,
    }
}

struct Conversion<'a> {
    from: Encoding,
    to: Encoding,
    shown: Encoding,
    options: &'a Options,
    out: String,
}

impl Conversion<'_> {
    fn run(&mut self, interpreter: &mut Interpreter, bytes: &[u8]) -> Eval<()> {
        let mut rest = bytes;
        let mut scratch = Vec::new();
        while !rest.is_empty() {
            let (unit, length) = self.from.first(rest);
            let (part, after) = rest.split_at(length);
            match unit {
                Unit::Char('\r') if self.options.newline == Some(Newline::Universal) => {
                    // What follows writes the line's end.
                    let ends = !after.is_empty() && self.from.first(after).0 == Unit::Char('\n');
                    if !ends {
                        self.out.push('\n');
                    }
                }
                Unit::Char(c) => self.push(interpreter, c, part, &mut scratch)?,
                Unit::Undefined => self.undefined(interpreter, None, part)?,
                Unit::Invalid | Unit::Incomplete if self.options.invalid => self.replace(interpreter)?,
                Unit::Invalid | Unit::Incomplete => return Err(self.invalid(interpreter, unit, part, after)),
            }
            interpreter.check_size(self.out.len())?;
            rest = after;
        }
        Ok(())
    }

    fn push(&mut self, interpreter: &mut Interpreter, c: char, part: &[u8], scratch: &mut Vec<u8>) -> Eval<()> {
        let written = match (c, self.options.xml, self.options.newline) {
            ('&', Some(_), _) => Some("&amp;"),
            ('<', Some(_), _) => Some("&lt;"),
            ('>', Some(_), _) => Some("&gt;"),
            ('"', Some(Xml::Attribute), _) => Some("&quot;"),
            ('\n', _, Some(Newline::CarriageReturnLineFeed)) => Some("\r\n"),
            ('\n', _, Some(Newline::CarriageReturn)) => Some("\r"),
            _ => None,
        };
        if let Some(written) = written {
            self.out.push_str(written);
            return Ok(());
        }
        if self.to != Encoding::UTF_8 {
            scratch.clear();
            match self.to.encode(c, scratch) {
                Ok(()) if self.to == Encoding::BINARY => {
                    self.out.extend(scratch.iter().map(|&byte| char::from(byte)));
                    return Ok(());
                }
                Ok(()) => {}
                Err(NoBytes::Undefined) => return self.undefined(interpreter, Some(c), part),
                Err(NoBytes::Unknown) => {
                    return Err(interpreter.unsupported(format!("this character in {}", self.to.name())));
                }
            }
        }
        self.out.push(c);
        Ok(())
    }

    fn undefined(&mut self, interpreter: &mut Interpreter, c: Option<char>, part: &[u8]) -> Eval<()> {
        if !self.options.fallback.is_nil() {
            return self.fall_back(interpreter, c, part);
        }
        match c {
            Some(c) if self.options.xml.is_some() => {
                self.out.push_str(&format!("&#x{:X};", c as u32));
                Ok(())
            }
            _ if self.options.undefined => self.replace(interpreter),
            _ => Err(self.no_character(interpreter, c, part)),
        }
    }

    fn fall_back(&mut self, interpreter: &mut Interpreter, c: Option<char>, part: &[u8]) -> Eval<()> {
        let text = match c {
            Some(c) => RString::new(c.to_string()),
            None => RString::encoded(encoded_text(interpreter, self.from, part)?, self.from),
        };
        let argument = Args::one(Value::Str(Rc::new(text)));
        let fallback = self.options.fallback.clone();
        let name = if matches!(fallback, Value::Hash(_)) { "[]" } else { "call" };
        let name = if interpreter.responds_to(&fallback, name) { name } else { "[]" };
        let found = interpreter.call(&fallback, name, argument)?;
        if found.is_nil() {
            return Err(self.no_character(interpreter, c, part));
        }
        let found = convert::string(interpreter, &found)?;
        self.add(interpreter, &found)
    }

    /// Puts the replacement in.
    fn replace(&mut self, interpreter: &mut Interpreter) -> Eval<()> {
        let with = self.options.replacement.clone().unwrap_or_else(|| default_replacement(self.to));
        self.add(interpreter, &with)
    }

    fn add(&mut self, interpreter: &mut Interpreter, with: &str) -> Eval<()> {
        let mut scratch = Vec::new();
        if with.chars().any(|c| self.to.encode(c, &mut scratch).is_err()) {
            return Err(interpreter.argument_error("too big fallback string"));
        }
        self.out.push_str(with);
        Ok(())
    }

    fn no_character(&self, interpreter: &mut Interpreter, c: Option<char>, part: &[u8]) -> Box<Flow> {
        let (from, to) = (self.from.name(), capitals(self.shown.name()));
        let is_pair = matches!((from, &*to), ("EUC-JP", "Shift_JIS") | ("Shift_JIS", "EUC-JP"));
        let what = match c {
            Some(c) if !is_pair => format!("U+{:04X}", c as u32),
            _ => shown(part),
        };
        // Ruby's converters between UTF-8 and some encodings have their names in capitals, which counts as another one.
        let is_direct = is_pair
            || self.from == Encoding::BINARY
            || self.from == Encoding::UTF_8 && to == self.shown.name()
            || self.shown == Encoding::UTF_8 && capitals(from) == from;
        let way = match c {
            _ if is_direct => format!("from {from} to {to}"),
            Some(_) if self.from == Encoding::UTF_8 => format!("to {to} in conversion from UTF-8 to {to}"),
            Some(_) => format!("to {to} in conversion from {from} to UTF-8 to {to}"),
            None if self.shown == Encoding::UTF_8 => format!("to UTF-8 in conversion from {from} to UTF-8"),
            None => format!("to UTF-8 in conversion from {from} to UTF-8 to {to}"),
        };
        interpreter.error("Encoding::UndefinedConversionError", format!("{what} {way}"))
    }

    fn invalid(&self, interpreter: &mut Interpreter, unit: Unit, part: &[u8], after: &[u8]) -> Box<Flow> {
        let from = self.from.name();
        let message = match unit {
            Unit::Incomplete => format!("incomplete {} on {from}", shown(part)),
            _ if matches!(self.from.first(part).0, Unit::Incomplete) && !after.is_empty() => {
                format!("{} followed by {} on {from}", shown(part), shown(&after[..1]))
            }
            _ => format!("{} on {from}", shown(part)),
        };
        interpreter.error("Encoding::InvalidByteSequenceError", message)
    }
}

/// An encoding's name as Ruby's converters have it.
fn capitals(name: &str) -> String {
    let is_theirs = name.starts_with("Windows-") && name != "Windows-31J" || name.starts_with("mac");
    if is_theirs { name.to_uppercase() } else { name.to_owned() }
}

/// Bytes as messages show them.
fn shown(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02X}")),
        }
    }
    out.push('"');
    out
}

/// What is done without another encoding.
fn decorated(text: &str, options: &Options) -> String {
    let mut text = match options.newline {
        Some(Newline::Universal) => text.replace("\r\n", "\n").replace('\r', "\n"),
        Some(Newline::CarriageReturnLineFeed) => text.replace('\n', "\r\n"),
        Some(Newline::CarriageReturn) => text.replace('\n', "\r"),
        Some(Newline::LineFeed) | None => text.to_owned(),
    };
    if let Some(xml) = options.xml {
        text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        if xml == Xml::Attribute {
            text = format!("\"{}\"", text.replace('"', "&quot;"));
        }
    }
    text
}
