//! A text to read from and write to, piece by piece: an opened File is one, and a StringIO. Positions are bytes. Absent: ungetc.

mod lines;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::core::convert::block_or_enumerator;
use crate::core::io::puts_text;
use crate::core::numeric_tower::to_int;
use crate::core::string::encoding::{encoding_named, encoding_of};
use crate::runtime::args::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RString, Value};
pub(crate) use lines::Lines;
use lines::string as string_of;

const CHOMP: &[&str] = &["chomp"];

/// What both answer.
pub(crate) const READING: &[NativeMethod] = &[
    method("<<", append, 1..=1),
    method("binmode", itself, 0..=0),
    method("close", close, 0..=0),
    method("close_read", close, 0..=0),
    method("close_write", nothing, 0..=0),
    method("closed?", is_closed, 0..=0),
    method("each", each_line, 0..=2).taking(CHOMP),
    method("each_byte", each_byte, 0..=0),
    method("each_char", each_char, 0..=0),
    method("each_line", each_line, 0..=2).taking(CHOMP),
    method("eof", is_eof, 0..=0),
    method("eof?", is_eof, 0..=0),
    method("external_encoding", external_encoding, 0..=0),
    method("flush", itself, 0..=0),
    method("getbyte", getbyte, 0..=0),
    method("getc", getc, 0..=0),
    method("gets", gets, 0..=2).taking(CHOMP),
    method("internal_encoding", internal_encoding, 0..=0),
    method("isatty", never, 0..=0),
    method("lineno", lineno, 0..=0),
    method("lineno=", set_lineno, 1..=1),
    method("pos", pos, 0..=0),
    method("pos=", set_pos, 1..=1),
    variadic("print", print, 0),
    variadic("printf", printf, 1),
    method("putc", append, 1..=1),
    variadic("puts", puts, 0),
    method("read", read, 0..=2),
    method("readbyte", readbyte, 0..=0),
    method("readchar", readchar, 0..=0),
    method("readline", readline, 0..=2).taking(CHOMP),
    method("readlines", readlines, 0..=2).taking(CHOMP),
    method("readpartial", read, 1..=2),
    method("rewind", rewind, 0..=0),
    method("seek", seek, 1..=2),
    method("set_encoding", set_encoding, 1..=2).with_keywords(),
    method("size", size, 0..=0),
    method("sync", always, 0..=0),
    method("sync=", set_sync, 1..=1),
    method("sysread", read, 0..=2),
    method("tell", pos, 0..=0),
    method("tty?", never, 0..=0),
    method("ungetbyte", refuse_unget, 1..=1).absent(),
    method("ungetc", refuse_unget, 1..=1).absent(),
    variadic("write", write, 0),
];

/// Such a text, and where reading and writing stand in it.
pub(crate) struct Stream {
    pub string: RefCell<Rc<RString>>,
    pub position: Cell<usize>,
    pub line: Cell<i64>,
    append: bool,
    readable: Cell<bool>,
    writable: Cell<bool>,
    /// For each length that the string has had, whether its bytes are those of its text.
    pub plain: Cell<Option<(usize, bool)>>,
    file: Option<OpenFile>,
}

/// What a File knows of itself.
struct OpenFile {
    path: String,
    size: usize,
    external: Encoding,
    internal: Option<Encoding>,
    closed: Cell<bool>,
}

impl NativeData for Stream {}

impl Stream {
    /// A StringIO.
    pub(crate) fn of_string(string: Rc<RString>, append: bool, readable: bool, writable: bool) -> Self {
        Self {
            string: RefCell::new(string),
            position: Cell::new(0),
            line: Cell::new(0),
            append,
            readable: Cell::new(readable),
            writable: Cell::new(writable),
            plain: Cell::new(None),
            file: None,
        }
    }

    /// `size` is the file's, whatever its text became.
    pub(crate) fn of_file(
        path: String,
        text: Rc<RString>,
        size: usize,
        external: Encoding,
        internal: Option<Encoding>,
    ) -> Self {
        let file = OpenFile { path, size, external, internal, closed: Cell::new(false) };
        Self { file: Some(file), ..Self::of_string(text, false, true, false) }
    }

    /// The file's; None of a StringIO.
    pub(crate) fn path(&self) -> Option<&str> {
        self.file.as_ref().map(|file| file.path.as_str())
    }

    /// Whether it can be neither read nor written any more.
    pub(crate) fn is_closed(&self) -> bool {
        match &self.file {
            Some(file) => file.closed.get(),
            None => !self.readable.get() && !self.writable.get(),
        }
    }

    /// `close`
    pub(crate) fn close(&self) {
        if let Some(file) = &self.file {
            file.closed.set(true);
        }
        self.readable.set(false);
        self.writable.set(false);
    }

    fn encoding(&self) -> Encoding {
        self.string.borrow().encoding()
    }

    /// Hands over the bytes, which are not copied where they are the text's own.
    fn with_bytes<T>(&self, use_bytes: impl FnOnce(&[u8]) -> T) -> T {
        let string = Rc::clone(&self.string.borrow());
        let text = string.borrow();
        let plain = match self.plain.get() {
            Some((length, plain)) if length == text.len() => plain,
            _ => string.encoding() == Encoding::UTF_8 && !crate::runtime::encoding::is_broken(&text) || text.is_ascii(),
        };
        self.plain.set(Some((text.len(), plain)));
        if plain { use_bytes(text.as_bytes()) } else { use_bytes(&string.bytes()) }
    }
}

/// The stream of an IO; a TypeError where it is none.
pub(crate) fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Stream>> {
    match this.data::<Stream>() {
        Some(stream) if stream.file.is_some() && stream.is_closed() => {
            Err(interpreter.error("IOError", "closed stream"))
        }
        Some(stream) => Ok(stream),
        None => Err(interpreter.error("IOError", "uninitialized stream")),
    }
}

fn readable(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Stream>> {
    let stream = data(interpreter, this)?;
    if stream.readable.get() { Ok(stream) } else { Err(interpreter.error("IOError", "not opened for reading")) }
}

/// The same, if it may be written; an IOError else.
pub(crate) fn writable(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Stream>> {
    let stream = data(interpreter, this)?;
    if stream.writable.get() && !stream.string.borrow().is_frozen() {
        return Ok(stream);
    }
    Err(interpreter.error("IOError", "not opened for writing"))
}

fn end_of_file(interpreter: &mut Interpreter) -> Box<Flow> {
    interpreter.error("EOFError", "end of file reached")
}

/// Writes over what stands at the position.
fn put(interpreter: &mut Interpreter, this: &Value, text: &str) -> Eval<()> {
    let stream = writable(interpreter, this)?;
    let string = Rc::clone(&stream.string.borrow());
    let length = string.borrow().len();
    interpreter.check_size(length + text.len())?;
    let is_text = string.encoding() == Encoding::UTF_8;
    if is_text && (stream.append || stream.position.get() >= length) {
        let gap = if stream.append { 0 } else { stream.position.get() - length };
        let mut target = string.borrow_mut();
        target.push_str(&"\0".repeat(gap));
        target.push_str(text);
        stream.position.set(target.len());
        return Ok(());
    }
    let mut bytes = string.bytes();
    let start = if stream.append { bytes.len() } else { stream.position.get() };
    bytes.resize(bytes.len().max(start), 0);
    let end = (start + text.len()).min(bytes.len());
    bytes.splice(start..end, text.bytes());
    stream.position.set(start + text.len());
    match string.encoding().text_of(&bytes) {
        Some(text) => string.replace(text),
        None => return Err(interpreter.unsupported("writing this to a StringIO of that encoding")),
    }
    stream.plain.set(None);
    Ok(())
}

fn puts(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = puts_text(interpreter, &args.positional)?;
    put(interpreter, this, &text)?;
    Ok(Value::Nil)
}

fn print(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for value in &args.positional {
        let text = interpreter.to_s(value)?;
        put(interpreter, this, &text)?;
    }
    Ok(Value::Nil)
}

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut written = 0;
    for value in &args.positional {
        let text = interpreter.to_s(value)?;
        written += text.len();
        put(interpreter, this, &text)?;
    }
    Ok(Value::from(written))
}

fn printf(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let main = interpreter.main.clone();
    let text = interpreter.call(&main, "format", args)?;
    print(interpreter, this, Args::one(text))
}

fn append(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    put(interpreter, this, &text)?;
    Ok(this.clone())
}

fn read(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    let count = match args.first() {
        Value::Nil => None,
        count => {
            let count = to_int(interpreter, &count)?;
            let message = format!("negative length {count} given");
            Some(usize::try_from(count).map_err(|_| interpreter.argument_error(message))?)
        }
    };
    let from = stream.position.get();
    let (part, length) = stream.with_bytes(|bytes| {
        let rest = bytes.get(from..).unwrap_or_default();
        let part = &rest[..count.map_or(rest.len(), |count| count.min(rest.len()))];
        let encoding = if count.is_some() { Encoding::BINARY } else { stream.encoding() };
        (string_of(encoding, part), part.len())
    });
    stream.position.set(from + length);
    let part = if length == 0 && count.is_some_and(|count| count > 0) { Value::Nil } else { part };
    if let Value::Str(buffer) = args.get(1) {
        interpreter.check_frozen(&args.get(1))?;
        buffer.replace(part.as_string().unwrap_or_default());
        if count.is_some() {
            buffer.set_encoding(Encoding::BINARY);
        }
        return Ok(if part.is_nil() { part } else { args.get(1) });
    }
    Ok(part)
}

fn line(stream: &Stream, how: &Lines) -> Value {
    let from = stream.position.get();
    let found = stream.with_bytes(|bytes| {
        let line = how.next(bytes, from)?;
        stream.position.set(line.next);
        // StringIO keeps all of the empty lines behind a paragraph, a File two line ends.
        let end = if stream.file.is_none() && how.keeps_paragraphs() { line.next } else { line.end };
        Some(string_of(stream.encoding(), &bytes[line.start..end]))
    });
    if found.is_some() {
        stream.line.set(stream.line.get() + 1);
    }
    found.unwrap_or_default()
}

fn gets(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    let how = Lines::of(interpreter, &args.positional, &args)?;
    Ok(line(&stream, &how))
}

fn readline(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match gets(interpreter, this, args)? {
        Value::Nil => Err(end_of_file(interpreter)),
        line => Ok(line),
    }
}

fn readlines(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    let how = Lines::of(interpreter, &args.positional, &args)?;
    let (from, encoding) = (stream.position.get(), stream.encoding());
    let (lines, length) = stream.with_bytes(|bytes| (how.from(interpreter, bytes, encoding, from), bytes.len()));
    let lines = lines?;
    stream.position.set(from.max(length));
    stream.line.set(stream.line.get() + lines.len() as i64);
    Ok(Value::array(lines))
}

fn each_line(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_line");
    let stream = readable(interpreter, this)?;
    let how = Lines::of(interpreter, &args.positional, &args)?;
    if matches!(args.positional[..], [Value::Int(0)] | [_, Value::Int(0)]) {
        return Err(interpreter.argument_error("invalid limit: 0 for each_line"));
    }
    loop {
        let line = line(&stream, &how);
        if line.is_nil() {
            return Ok(this.clone());
        }
        interpreter.yield_value(&block, line)?;
    }
}

/// The character at the position, or nothing at the end.
fn character(stream: &Stream) -> Option<Value> {
    let from = stream.position.get();
    let encoding = stream.encoding();
    stream.with_bytes(|bytes| {
        let rest = bytes.get(from..).filter(|rest| !rest.is_empty())?;
        let (_, length) = if encoding == Encoding::BINARY { encoding.first(&rest[..1]) } else { encoding.first(rest) };
        stream.position.set(from + length);
        Some(string_of(encoding, &rest[..length]))
    })
}

fn getc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    Ok(character(&stream).unwrap_or_default())
}

fn readchar(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    character(&stream).ok_or_else(|| end_of_file(interpreter))
}

fn each_char(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_char");
    let stream = readable(interpreter, this)?;
    while let Some(character) = character(&stream) {
        interpreter.yield_value(&block, character)?;
    }
    Ok(this.clone())
}

fn byte(stream: &Stream) -> Option<i64> {
    let from = stream.position.get();
    let byte = stream.with_bytes(|bytes| bytes.get(from).copied())?;
    stream.position.set(from + 1);
    Some(byte.into())
}

fn getbyte(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    Ok(byte(&stream).into())
}

fn readbyte(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    byte(&stream).map(Value::Int).ok_or_else(|| end_of_file(interpreter))
}

fn each_byte(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_byte");
    let stream = readable(interpreter, this)?;
    while let Some(byte) = byte(&stream) {
        interpreter.yield_value(&block, Value::Int(byte))?;
    }
    Ok(this.clone())
}

fn rewind(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = data(interpreter, this)?;
    stream.position.set(0);
    stream.line.set(0);
    Ok(Value::Int(0))
}

fn pos(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::from(data(interpreter, this)?.position.get()))
}

fn set_pos(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    seek(interpreter, this, Args::one(args.first()))?;
    Ok(args.first())
}

fn seek(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let stream = data(interpreter, this)?;
    let offset = to_int(interpreter, &args.first())?;
    let from = match args.get(1).as_name().as_deref() {
        None if args.get(1).is_nil() => 0,
        Some("SET") => 0,
        Some("CUR") => stream.position.get() as i64,
        Some("END") => stream.with_bytes(<[u8]>::len) as i64,
        _ => match to_int(interpreter, &args.get(1))? {
            1 => stream.position.get() as i64,
            2 => stream.with_bytes(<[u8]>::len) as i64,
            _ => 0,
        },
    };
    let Ok(position) = usize::try_from(from.saturating_add(offset)) else {
        return Err(interpreter.error("Errno::EINVAL", "Invalid argument"));
    };
    interpreter.check_size(position)?;
    stream.position.set(position);
    Ok(Value::Int(0))
}

/// `size`, in bytes.
pub(crate) fn size(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = data(interpreter, this)?;
    let length = match &stream.file {
        Some(file) => file.size,
        None => stream.with_bytes(<[u8]>::len),
    };
    Ok(Value::from(length))
}

fn is_eof(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = readable(interpreter, this)?;
    let length = stream.with_bytes(<[u8]>::len);
    Ok(Value::Bool(stream.position.get() >= length))
}

fn lineno(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(interpreter, this)?.line.get()))
}

fn set_lineno(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let line = to_int(interpreter, &args.first())?;
    data(interpreter, this)?.line.set(line);
    Ok(args.first())
}

fn external_encoding(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = data(interpreter, this)?;
    let encoding = stream.file.as_ref().map_or_else(|| stream.encoding(), |file| file.external);
    encoding_named(interpreter, encoding.name())
}

fn internal_encoding(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = data(interpreter, this)?;
    match stream.file.as_ref().and_then(|file| file.internal) {
        Some(encoding) => encoding_named(interpreter, encoding.name()),
        None => Ok(Value::Nil),
    }
}

/// The string itself changes, as in Ruby.
fn set_encoding(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let stream = data(interpreter, this)?;
    if args.first().is_nil() {
        return Ok(this.clone());
    }
    let encoding = encoding_of(interpreter, &args.first())?;
    if encoding == stream.encoding() && args.get(1).is_nil() {
        return Ok(this.clone());
    }
    if stream.file.is_some() || !args.get(1).is_nil() {
        return Err(interpreter.unsupported("changing the encoding of an opened file; name it when it is opened"));
    }
    let string = Value::Str(Rc::clone(&stream.string.borrow()));
    stream.plain.set(None);
    interpreter.call(&string, "force_encoding", Args::one(args.first()))?;
    Ok(this.clone())
}

fn refuse_unget(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("putting back what was read"))
}

fn close(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if let Some(stream) = this.data::<Stream>() {
        stream.close();
        return Ok(Value::Nil);
    }
    data(interpreter, this)?;
    Ok(Value::Nil)
}

fn is_closed(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(this.data::<Stream>().is_some_and(|stream| stream.is_closed())))
}

fn nothing(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn always(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(true))
}

fn never(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(false))
}

fn set_sync(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(args.first())
}
