//! StringIO: a String to write to and read from. Positions are bytes. Absent: ungetc, encodings.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::io::puts_text;
use super::number::to_int;
use crate::args::Args;
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{NativeMethod, method, variadic};
use crate::value::{NativeData, RString, Value};

const METHODS: &[NativeMethod] = &[
    method("string", string, 0..=0),
    method("string=", set_string, 1..=1),
    variadic("puts", puts, 0),
    variadic("print", print, 0),
    variadic("write", write, 0),
    variadic("printf", printf, 1),
    method("<<", append, 1..=1),
    method("putc", append, 1..=1),
    method("read", read, 0..=2),
    method("gets", gets, 0..=2).with_keywords(),
    method("readline", readline, 0..=2).with_keywords(),
    method("readlines", readlines, 0..=2).with_keywords(),
    method("each_line", each_line, 0..=2).with_keywords(),
    method("each", each_line, 0..=2).with_keywords(),
    method("getc", getc, 0..=0),
    method("rewind", rewind, 0..=0),
    method("pos", pos, 0..=0),
    method("tell", pos, 0..=0),
    method("pos=", seek, 1..=1),
    method("seek", seek, 1..=2),
    method("size", size, 0..=0),
    method("length", size, 0..=0),
    method("eof?", is_eof, 0..=0),
    method("eof", is_eof, 0..=0),
    method("truncate", truncate, 1..=1),
    method("lineno", lineno, 0..=0),
    method("close", nothing, 0..=0),
    method("close_write", nothing, 0..=0),
    method("close_read", nothing, 0..=0),
    method("closed?", never, 0..=0),
    method("flush", itself, 0..=0),
    method("sync", always, 0..=0),
    method("sync=", set_sync, 1..=1),
    method("tty?", never, 0..=0),
    method("isatty", never, 0..=0),
    method("binmode", itself, 0..=0),
    method("set_encoding", itself, 1..=3),
    method("reopen", set_string, 0..=2),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 0..=2), method("open", open, 0..=2)];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("StringIO", &object);
    let enumerable = interpreter.classes.enumerable.clone();
    class.include(&enumerable);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

struct Stream {
    string: RefCell<Rc<RString>>,
    position: Cell<usize>,
    line: Cell<i64>,
    append: bool,
}

impl NativeData for Stream {}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = match args.first() {
        Value::Str(string) => string,
        Value::Nil => Rc::new(RString::new("")),
        other => {
            let class = interpreter.class_of(&other).name();
            return Err(interpreter.type_error(format!("no implicit conversion of {class} into String")));
        }
    };
    let mode = args.get(1).as_string().unwrap_or_default();
    if mode.starts_with('w') {
        interpreter.check_frozen(&args.first())?;
        string.replace(String::new());
    }
    let append = mode.starts_with('a');
    let stream = Stream { string: RefCell::new(string), position: Cell::new(0), line: Cell::new(0), append };
    match this {
        Value::Class(class) => Ok(Value::native(class, stream)),
        _ => Ok(Value::Nil),
    }
}

fn open(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = args.block.clone();
    let stream = new(interpreter, this, args)?;
    match block {
        Some(block) => interpreter.yield_value(&block, stream),
        None => Ok(stream),
    }
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Stream>> {
    match this.data::<Stream>() {
        Some(stream) => Ok(stream),
        None => Err(interpreter.error("IOError", "uninitialized stream")),
    }
}

/// Writes over what stands at the position.
fn put(interpreter: &mut Interpreter, this: &Value, text: &str) -> Eval<()> {
    let stream = data(interpreter, this)?;
    let string = Rc::clone(&stream.string.borrow());
    if string.is_frozen() {
        return Err(interpreter.error("IOError", "not opened for writing"));
    }
    let length = string.borrow().len();
    interpreter.check_size(length + text.len())?;
    if stream.append || stream.position.get() >= length {
        let gap = if stream.append { 0 } else { stream.position.get() - length };
        let mut target = string.borrow_mut();
        target.push_str(&"\0".repeat(gap));
        target.push_str(text);
        stream.position.set(target.len());
        return Ok(());
    }
    let mut bytes = string.borrow().as_bytes().to_vec();
    let start = stream.position.get();
    let end = (start + text.len()).min(bytes.len());
    bytes.splice(start..end, text.bytes());
    string.replace(String::from_utf8_lossy(&bytes).into_owned());
    stream.position.set(start + text.len());
    Ok(())
}

/// What is left from the position on.
fn rest(stream: &Stream) -> String {
    let string = stream.string.borrow();
    let text = string.borrow();
    let bytes = text.as_bytes();
    String::from_utf8_lossy(bytes.get(stream.position.get().min(bytes.len())..).unwrap_or_default()).into_owned()
}

fn string(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let string = Rc::clone(&data(interpreter, this)?.string.borrow());
    Ok(Value::Str(string))
}

fn set_string(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let stream = data(interpreter, this)?;
    let string = match args.first() {
        Value::Str(string) => string,
        _ => Rc::new(RString::new("")),
    };
    *stream.string.borrow_mut() = string;
    stream.position.set(0);
    stream.line.set(0);
    Ok(args.first())
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
    let stream = data(interpreter, this)?;
    let rest = rest(&stream);
    if args.first().is_nil() {
        stream.position.set(stream.position.get() + rest.len());
        return Ok(Value::str(rest));
    }
    let count = to_int(interpreter, &args.first())?.max(0) as usize;
    if rest.is_empty() && count > 0 {
        return Ok(Value::Nil);
    }
    let bytes = &rest.as_bytes()[..count.min(rest.len())];
    stream.position.set(stream.position.get() + bytes.len());
    Ok(Value::binary(bytes))
}

fn next_line(stream: &Stream, chomp: bool) -> Option<String> {
    let rest = rest(stream);
    if rest.is_empty() {
        return None;
    }
    let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
    stream.position.set(stream.position.get() + end);
    stream.line.set(stream.line.get() + 1);
    let line = &rest[..end];
    Some(if chomp { line.trim_end_matches(['\n', '\r']).to_owned() } else { line.to_owned() })
}

fn chomps(args: &Args) -> bool {
    args.keyword("chomp").is_some_and(|flag| flag.truthy())
}

fn only_lines(interpreter: &mut Interpreter, args: &Args) -> Eval<()> {
    if args.is_empty() { Ok(()) } else { Err(interpreter.unsupported("a line separator or limit of StringIO")) }
}

fn gets(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    only_lines(interpreter, &args)?;
    let stream = data(interpreter, this)?;
    Ok(next_line(&stream, chomps(&args)).into())
}

fn readline(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match gets(interpreter, this, args)? {
        Value::Nil => Err(interpreter.error("EOFError", "end of file reached")),
        line => Ok(line),
    }
}

fn lines(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Vec<Value>> {
    only_lines(interpreter, args)?;
    let stream = data(interpreter, this)?;
    let mut lines = Vec::new();
    while let Some(line) = next_line(&stream, chomps(args)) {
        lines.push(Value::str(line));
    }
    Ok(lines)
}

fn readlines(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::array(lines(interpreter, this, &args)?))
}

fn each_line(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else {
        let lines = lines(interpreter, this, &args)?;
        return super::enumerator_of(interpreter, lines);
    };
    only_lines(interpreter, &args)?;
    let stream = data(interpreter, this)?;
    while let Some(line) = next_line(&stream, chomps(&args)) {
        interpreter.yield_value(&block, Value::str(line))?;
    }
    Ok(this.clone())
}

fn getc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = data(interpreter, this)?;
    match rest(&stream).chars().next() {
        Some(c) => {
            stream.position.set(stream.position.get() + c.len_utf8());
            Ok(Value::str(c.to_string()))
        }
        None => Ok(Value::Nil),
    }
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

fn seek(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let position = to_int(interpreter, &args.first())?;
    if position < 0 {
        return Err(interpreter.error("Errno::EINVAL", "Invalid argument"));
    }
    interpreter.check_size(position as usize)?;
    data(interpreter, this)?.position.set(position as usize);
    Ok(Value::Int(0))
}

fn size(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let length = data(interpreter, this)?.string.borrow().borrow().len();
    Ok(Value::from(length))
}

fn is_eof(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let stream = data(interpreter, this)?;
    Ok(Value::Bool(rest(&stream).is_empty()))
}

fn truncate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let length = to_int(interpreter, &args.first())?.max(0) as usize;
    let stream = data(interpreter, this)?;
    let string = Rc::clone(&stream.string.borrow());
    let text = string.borrow().to_owned();
    if length < text.len() {
        let kept = String::from_utf8_lossy(&text.as_bytes()[..length]).into_owned();
        string.replace(kept);
    }
    Ok(Value::Int(0))
}

fn lineno(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(interpreter, this)?.line.get()))
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
