//! An opened File: its text, and where reading stands. What it answers is StringIO's.

use std::rc::Rc;

use super::door;
use super::query::refuse_change;
use super::reading::{self, Reading, named};
use crate::core::stream::{READING, Stream};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::host::Sight;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{RClass, Value};

const SINGLETON: &[NativeMethod] =
    &[method("new", new, 1..=3).with_keywords(), method("open", open, 1..=3).with_keywords()];

const METHODS: &[NativeMethod] = &[
    method("inspect", inspect, 0..=0),
    method("path", path, 0..=0),
    method("to_path", path, 0..=0),
    variadic("chmod", refuse_change, 0).absent(),
    variadic("flock", refuse_change, 0).absent(),
    variadic("truncate", refuse_change, 0).absent(),
];

const KERNEL: &[NativeMethod] = &[method("open", reading::open, 1..=3).with_keywords()];

pub(super) fn define(interpreter: &mut Interpreter, io: &Rc<RClass>, file: &Rc<RClass>) {
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    io.include(&enumerable);
    let singleton = interpreter.singleton_class(io);
    let body = crate::runtime::method::MethodBody::Native(variadic("open", refuse_io, 0).absent());
    singleton.set_method("open".into(), body, Visibility::Public);
    file.define(READING);
    file.define(METHODS);
    interpreter.define_singleton(file, SINGLETON);
    let kernel = &interpreter.classes.kernel;
    super::super::define_with(kernel, KERNEL, Visibility::Private);
}

fn refuse_io(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("file descriptors are not supported"))
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let path = named(interpreter, &args.first())?;
    let reading = Reading::of(interpreter, &args.get(1), &args)?;
    if door::look(interpreter, &path)? == Sight::Folder {
        return Err(interpreter.unsupported("opening a folder as a file"));
    }
    let bytes = door::read(interpreter, &path)?;
    let text = reading.text(interpreter, &bytes)?;
    text.freeze();
    match this {
        Value::Class(class) => {
            let (external, internal) = reading.encodings_shown();
            Ok(Value::native(class, Stream::of_file(path, Rc::new(text), bytes.len(), external, internal)))
        }
        _ => Ok(Value::Nil),
    }
}

/// `open`: for reading alone.
pub(super) fn open(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = args.block.clone();
    let file = new(interpreter, this, args)?;
    let Some(block) = block else { return Ok(file) };
    let answer = interpreter.yield_value(&block, file.clone());
    if let Some(stream) = file.data::<Stream>() {
        stream.close();
    }
    answer
}

fn path(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.data::<Stream>().and_then(|stream| stream.path().map(str::to_owned)).into())
}

fn inspect(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Some(stream) = this.data::<Stream>() else { return Ok(Value::Nil) };
    let closed = if stream.is_closed() { " (closed)" } else { "" };
    Ok(Value::str(format!("#<File:{}{closed}>", stream.path().unwrap_or_default())))
}
