//! Pathname, as far as paths go and the bundle can be read; the work is File's.

use std::cell::RefCell;
use std::rc::Rc;

use super::convert;
use crate::args::Args;
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{NativeMethod, method, variadic};
use crate::value::{NativeData, RClass, Value};

const METHODS: &[NativeMethod] = &[
    method("+", plus, 1..=1),
    method("/", plus, 1..=1),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("absolute?", is_absolute, 0..=0),
    method("basename", basename, 0..=1),
    method("binread", read, 0..=0),
    method("dirname", dirname, 0..=0),
    method("exist?", exists, 0..=0),
    method("expand_path", expand_path, 0..=1),
    method("extname", extname, 0..=0),
    method("file?", exists, 0..=0),
    method("glob", glob, 1..=1),
    method("initialize", initialize, 1..=1),
    method("inspect", inspect, 0..=0),
    variadic("join", join, 0),
    method("parent", dirname, 0..=0),
    variadic("read", read, 0),
    variadic("readlines", readlines, 0),
    method("relative?", is_relative, 0..=0),
    method("to_path", to_s, 0..=0),
    method("to_s", to_s, 0..=0),
];

const KERNEL: &[NativeMethod] = &[method("Pathname", pathname, 1..=1)];

#[derive(Default)]
struct Path(RefCell<String>);

impl NativeData for Path {
    fn eql_key(&self) -> Option<String> {
        Some(self.0.borrow().clone())
    }
}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Pathname", &object);
    class.define(METHODS);
    class.allocator.set(Some(|_, class| Ok(Value::native(class, Path::default()))));
    interpreter.classes.kernel.define(KERNEL);
}

fn text(this: &Value) -> String {
    this.data::<Path>().map(|path| path.0.borrow().clone()).unwrap_or_default()
}

/// A path given as a String or a Pathname.
fn argument(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    if value.data::<Path>().is_some() { Ok(text(value)) } else { convert::string(interpreter, value) }
}

fn new(class: &Rc<RClass>, path: String) -> Value {
    Value::native(class, Path(RefCell::new(path)))
}

fn alike(interpreter: &Interpreter, this: &Value, path: String) -> Value {
    new(&interpreter.class_of(this), path)
}

fn pathname(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = argument(interpreter, &args.first())?;
    let class = interpreter.class_at("Pathname");
    Ok(new(&class, path))
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let path = argument(interpreter, &args.first())?;
    if let Some(data) = this.data::<Path>() {
        *data.0.borrow_mut() = path;
    }
    Ok(Value::Nil)
}

fn to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(text(this)))
}

fn inspect(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(format!("#<Pathname:{}>", text(this))))
}

fn equal(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    Ok(Value::Bool(other.data::<Path>().is_some() && text(&other) == text(this)))
}

fn compare(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if other.data::<Path>().is_none() {
        return Ok(Value::Nil);
    }
    Ok(Value::Int(text(this).cmp(&text(&other)) as i64))
}

/// `base + path`: an absolute path wins, and each `..` that `path` begins with takes a part of `base` away.
fn added(base: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut base = base.trim_end_matches('/').to_owned();
    let absolute = base.starts_with('/') || base.is_empty();
    let mut rest = path;
    loop {
        rest = rest.trim_start_matches('/');
        if let Some(after) = first_part(rest, ".") {
            rest = after;
            continue;
        }
        let (parent, last) = base.rsplit_once('/').unwrap_or(("", &base));
        match (last, first_part(rest, "..")) {
            ("", Some(after)) if absolute => rest = after,
            ("" | "..", _) | (_, None) => break,
            (".", _) => base.truncate(parent.len()),
            (_, Some(after)) => {
                rest = after;
                base.truncate(parent.len());
            }
        }
    }
    match (base.is_empty() || base == ".", rest.is_empty()) {
        (true, true) if absolute => "/".to_owned(),
        (true, false) if absolute => format!("/{rest}"),
        (true, true) => ".".to_owned(),
        (true, false) => rest.to_owned(),
        (false, true) => base,
        (false, false) => format!("{base}/{rest}"),
    }
}

/// What follows when this is the first part of a path.
fn first_part<'a>(path: &'a str, part: &str) -> Option<&'a str> {
    let after = path.strip_prefix(part)?;
    (after.is_empty() || after.starts_with('/')).then_some(after)
}

fn plus(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let path = argument(interpreter, &args.first())?;
    Ok(alike(interpreter, this, added(&text(this), &path)))
}

fn join(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut path = text(this);
    for part in &args.positional {
        let part = argument(interpreter, part)?;
        path = added(&path, &part);
    }
    Ok(alike(interpreter, this, path))
}

/// Asks File.
fn file(interpreter: &mut Interpreter, this: &Value, name: &str, rest: Vec<Value>) -> Eval {
    let file = Value::Class(interpreter.class_at("File"));
    let mut args = vec![Value::str(text(this))];
    args.extend(rest);
    interpreter.call(&file, name, Args::new(args))
}

fn file_path(interpreter: &mut Interpreter, this: &Value, name: &str, rest: Vec<Value>) -> Eval {
    let found = file(interpreter, this, name, rest)?;
    let path = interpreter.to_s(&found)?;
    Ok(alike(interpreter, this, path))
}

fn basename(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    file_path(interpreter, this, "basename", args.positional)
}

fn dirname(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    file_path(interpreter, this, "dirname", Vec::new())
}

fn expand_path(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    file_path(interpreter, this, "expand_path", args.positional)
}

fn extname(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    file(interpreter, this, "extname", Vec::new())
}

fn exists(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    file(interpreter, this, "exist?", Vec::new())
}

fn read(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    file(interpreter, this, "read", Vec::new())
}

fn readlines(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    file(interpreter, this, "readlines", args.positional)
}

fn is_absolute(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(text(this).starts_with('/')))
}

fn is_relative(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(!text(this).starts_with('/')))
}

fn glob(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let pattern = argument(interpreter, &args.first())?;
    let pattern = added(&text(this), &pattern);
    let directory = Value::Class(interpreter.class_at("Dir"));
    let Value::Array(found) = interpreter.call(&directory, "glob", Args::one(Value::str(pattern)))? else {
        return Ok(Value::Nil);
    };
    let paths =
        found.to_vec().iter().map(|path| alike(interpreter, this, path.as_string().unwrap_or_default())).collect();
    Ok(Value::array(paths))
}
