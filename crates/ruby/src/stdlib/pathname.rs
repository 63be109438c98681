//! Pathname: paths, and what File and Dir say of them.

mod files;
mod walk;

use std::cell::RefCell;
use std::rc::Rc;

use crate::core::convert;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RClass, Value};

const METHODS: &[NativeMethod] = &[
    method("+", plus, 1..=1),
    method("/", plus, 1..=1),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("===", equal, 1..=1),
    method("absolute?", is_absolute, 0..=0),
    method("ascend", walk::ascend, 0..=0),
    method("basename", basename, 0..=1),
    method("binread", files::ask_file, 0..=2),
    method("children", files::children, 0..=1),
    method("cleanpath", walk::cleanpath, 0..=1),
    method("descend", walk::descend, 0..=0),
    method("directory?", files::ask_file, 0..=0),
    method("dirname", dirname, 0..=0),
    method("each_child", files::each_child, 0..=1),
    method("each_entry", files::each_entry, 0..=0),
    method("each_filename", walk::each_filename, 0..=0),
    method("each_line", files::each_line, 0..=2).with_keywords(),
    method("empty?", files::is_empty, 0..=0),
    method("entries", files::entries, 0..=0),
    method("eql?", equal, 1..=1),
    method("exist?", files::ask_file, 0..=0),
    method("expand_path", expand_path, 0..=1),
    method("extname", extname, 0..=0),
    method("file?", files::ask_file, 0..=0),
    method("fnmatch", files::fnmatch, 1..=2),
    method("fnmatch?", files::fnmatch, 1..=2),
    method("glob", files::glob_below, 1..=2),
    method("initialize", initialize, 1..=1),
    method("inspect", inspect, 0..=0),
    variadic("join", join, 0),
    method("open", files::ask_file, 0..=2).with_keywords(),
    method("parent", walk::parent, 0..=0),
    method("read", files::ask_file, 0..=2).with_keywords(),
    method("readable?", files::ask_file, 0..=0),
    method("readlines", files::ask_file, 0..=2).with_keywords(),
    method("realpath", files::realpath, 0..=1),
    method("relative?", is_relative, 0..=0),
    method("relative_path_from", walk::relative_path_from, 1..=1),
    method("root?", walk::is_root, 0..=0),
    method("size", files::ask_file, 0..=0),
    method("size?", files::ask_file, 0..=0),
    method("split", walk::split, 0..=0),
    variadic("sub", walk::sub, 1),
    method("sub_ext", walk::sub_ext, 1..=1),
    method("to_path", to_s, 0..=0),
    method("to_s", to_s, 0..=0),
    method("zero?", files::ask_file, 0..=0),
    variadic("atime", files::ask_file, 0),
    variadic("binwrite", files::ask_file, 0),
    variadic("chmod", files::ask_file, 0),
    variadic("delete", files::ask_file, 0),
    variadic("find", files::refuse, 0),
    variadic("ftype", files::ask_file, 0),
    variadic("mkdir", files::refuse, 0),
    variadic("mkpath", files::refuse, 0),
    variadic("mtime", files::ask_file, 0),
    variadic("opendir", files::refuse, 0),
    variadic("rename", files::ask_file, 0),
    variadic("rmdir", files::refuse, 0),
    variadic("rmtree", files::refuse, 0),
    variadic("stat", files::ask_file, 0),
    variadic("symlink?", files::ask_file, 0),
    variadic("truncate", files::ask_file, 0),
    variadic("unlink", files::ask_file, 0),
    variadic("writable?", files::ask_file, 0),
    variadic("write", files::ask_file, 0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("getwd", files::pwd, 0..=0),
    method("glob", files::glob, 1..=2).taking(&["base", "sort", "flags"]),
    method("pwd", files::pwd, 0..=0),
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
    interpreter.define_singleton(&class, SINGLETON_METHODS);
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

fn is_absolute(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(text(this).starts_with('/')))
}

fn is_relative(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(!text(this).starts_with('/')))
}
