//! StringIO: a String to write to and read from.

use std::rc::Rc;

use crate::core::convert;
use crate::core::numeric_tower::to_int;
use crate::core::stream::{READING, Stream, data, size, writable};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RString, Value};

const METHODS: &[NativeMethod] = &[
    method("length", size, 0..=0),
    method("reopen", set_string, 0..=2),
    method("string", string, 0..=0),
    method("string=", set_string, 1..=1),
    method("truncate", truncate, 1..=1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("new", new, 0..=2).taking(&["mode"]).lacking(&["encoding", "external_encoding", "internal_encoding"]),
    method("open", open, 0..=2).taking(&["mode"]).lacking(&["encoding", "external_encoding", "internal_encoding"]),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("StringIO", &object);
    let enumerable = interpreter.classes.enumerable.clone();
    class.include(&enumerable);
    class.define(READING);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = match args.first() {
        Value::Str(string) => string,
        Value::Nil => Rc::new(RString::new("")),
        other => return Err(convert::no_conversion(interpreter, &other, "String")),
    };
    if args.has(1) && args.keyword("mode").is_some() {
        return Err(interpreter.argument_error("mode specified twice"));
    }
    let mode = match args.keyword("mode").unwrap_or_else(|| args.get(1)) {
        Value::Nil if string.is_frozen() => "r".to_owned(),
        Value::Nil => "r+".to_owned(),
        mode => convert::string(interpreter, &mode)?,
    };
    let flags = mode.split(':').next().unwrap_or_default();
    if !flags.starts_with(['r', 'w', 'a']) || !flags[1..].chars().all(|flag| "bt+x".contains(flag)) {
        return Err(interpreter.argument_error(format!("invalid access mode {mode}")));
    }
    if mode.contains(':') {
        return Err(interpreter.unsupported("an encoding in StringIO's mode"));
    }
    let writable = !flags.starts_with('r') || flags.contains('+');
    if writable && string.is_frozen() {
        return Err(interpreter.error("Errno::EACCES", "Permission denied"));
    }
    if flags.starts_with('w') {
        string.replace(String::new());
    }
    let readable = flags.starts_with('r') || flags.contains('+');
    let stream = Stream::of_string(string, flags.starts_with('a'), readable, writable);
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
    stream.plain.set(None);
    Ok(args.first())
}

fn truncate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let length = to_int(interpreter, &args.first())?;
    let Ok(length) = usize::try_from(length) else {
        return Err(interpreter.error("Errno::EINVAL", "Invalid argument - negative length"));
    };
    interpreter.check_size(length)?;
    let stream = writable(interpreter, this)?;
    let string = Rc::clone(&stream.string.borrow());
    let mut bytes = string.bytes();
    bytes.resize(length, 0);
    string.replace(string.encoding().text_of(&bytes).unwrap_or_default());
    stream.plain.set(None);
    Ok(Value::Int(0))
}
