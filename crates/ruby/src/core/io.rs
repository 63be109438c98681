//! $stdout and $stderr, which write to the host. There is no other IO.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::encoding::{self, Encoding};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RString, Value};
use crate::syntax::symbol::Symbol;

struct Stream {
    error: bool,
}

impl NativeData for Stream {}

const METHODS: &[NativeMethod] = &[
    method("<<", append, 1..=1),
    method("fileno", fileno, 0..=0),
    method("flush", itself, 0..=0),
    method("fsync", zero, 0..=0),
    method("inspect", inspect, 0..=0),
    method("isatty", is_terminal, 0..=0),
    variadic("print", print, 0),
    variadic("printf", printf, 0),
    variadic("puts", puts, 0),
    method("sync", sync, 0..=0),
    method("sync=", set_sync, 1..=1),
    method("tty?", is_terminal, 0..=0),
    variadic("write", write, 0),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("IO", &object);
    class.define(METHODS);
    super::undefine_new(interpreter, &class);
    for (name, value) in [("SEEK_SET", 0), ("SEEK_CUR", 1), ("SEEK_END", 2)] {
        class.set_constant(name, Value::Int(value));
    }
    for (global, constant, error) in [("$stdout", "STDOUT", false), ("$stderr", "STDERR", true)] {
        let stream = Value::native(&class, Stream { error });
        interpreter.globals.insert(Symbol::new(global), stream.clone());
        interpreter.classes.object.set_constant(constant, stream);
    }
    let stdout = interpreter.globals.get(&Symbol::new("$stdout")).cloned().unwrap_or_default();
    interpreter.globals.insert(Symbol::new("$>"), stdout);
}

/// What Kernel's functions do: tell `$stdout`, which a program may have replaced.
pub(crate) fn to_stdout(interpreter: &mut Interpreter, name: &str, args: Args) -> Eval {
    let stream = interpreter.global_variable(Symbol::new("$stdout"));
    tell(interpreter, &stream, name, args)
}

/// `warn`: a line each.
pub(crate) fn to_stderr(interpreter: &mut Interpreter, args: Args) -> Eval {
    if args.is_empty() {
        return Ok(Value::Nil);
    }
    let stream = interpreter.global_variable(Symbol::new("$stderr"));
    tell(interpreter, &stream, "puts", args)
}

fn tell(interpreter: &mut Interpreter, stream: &Value, name: &str, args: Args) -> Eval {
    match (stream.data::<Stream>().is_some(), name) {
        (true, "puts") => puts(interpreter, stream, args),
        (true, "print") => print(interpreter, stream, args),
        (true, _) => write(interpreter, stream, args),
        (false, name) => interpreter.call(stream, name, args),
    }
}

/// Bytes that are no characters show as U+FFFD: what is written is text.
fn put(interpreter: &mut Interpreter, this: &Value, text: &str) {
    let text = &*encoding::shown(text);
    if this.data::<Stream>().is_some_and(|stream| stream.error) {
        interpreter.host.write_error(text);
    } else {
        interpreter.host.write(text);
    }
}

fn puts(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = puts_text(interpreter, &args.positional)?;
    put(interpreter, this, &text);
    Ok(Value::Nil)
}

/// What `puts` writes: each item on a line of its own, arrays item by item.
pub fn puts_text(interpreter: &mut Interpreter, values: &[Value]) -> Eval<String> {
    if values.is_empty() {
        return Ok("\n".to_owned());
    }
    let mut text = String::new();
    for value in values {
        put_line(interpreter, value, &mut text)?;
    }
    Ok(text)
}

fn put_line(interpreter: &mut Interpreter, value: &Value, text: &mut String) -> Eval<()> {
    if let Value::Array(items) = value {
        let lines = interpreter.guard_inspect(value, |interpreter| {
            let mut text = String::new();
            for item in items.to_vec() {
                put_line(interpreter, &item, &mut text)?;
            }
            Ok(text)
        })?;
        text.push_str(lines.as_deref().unwrap_or("[...]\n"));
        return Ok(());
    }
    text.push_str(&written(interpreter, value)?);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(())
}

/// A value's text as its bytes read in UTF-8: a stream takes those of every encoding as they are.
fn written(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        Value::Str(text) if !text.is_plain() => Ok(RString::of_bytes(&text.bytes()).to_string()),
        value => interpreter.to_s(value),
    }
}

fn print(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    write(interpreter, this, args)?;
    Ok(Value::Nil)
}

fn printf(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.is_empty() {
        return Ok(Value::Nil);
    }
    let template = args.positional.remove(0);
    let text = interpreter.call(&template, "%", Args::one(Value::array(args.positional)))?;
    print(interpreter, this, Args::one(text))
}

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut length = 0;
    for value in &args.positional {
        let text = written(interpreter, value)?;
        length += Encoding::UTF_8.bytes_of(&text).len();
        put(interpreter, this, &text);
    }
    Ok(Value::from(length))
}

fn append(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    write(interpreter, this, args)?;
    Ok(this.clone())
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn zero(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Int(0))
}

fn fileno(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(if this.data::<Stream>().is_some_and(|stream| stream.error) { 2 } else { 1 }))
}

fn inspect(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = if this.data::<Stream>().is_some_and(|stream| stream.error) { "STDERR" } else { "STDOUT" };
    Ok(Value::str(format!("#<IO:<{name}>>")))
}

fn is_terminal(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(false))
}

fn sync(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(true))
}

fn set_sync(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(args.first())
}
