//! Dir: `glob`, `children`, `entries` and their kin. A Dir is what a folder had when it was opened.

use std::cell::Cell;
use std::rc::Rc;

use super::fnmatch::Flags;
use super::paths::{expand, path};
use super::{door, glob};
use crate::core::convert::{self, block_or_enumerator};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::host::Sight;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RProc, Value};

const SINGLETON: &[NativeMethod] = &[
    variadic("[]", brackets, 0).taking(&["base", "sort"]),
    method("children", children, 1..=1).taking(ENCODING),
    method("each_child", each_child, 1..=1).taking(ENCODING),
    method("empty?", is_empty, 1..=1),
    method("entries", entries, 1..=1).taking(ENCODING),
    method("exist?", exists, 1..=1),
    method("foreach", foreach, 1..=1).taking(ENCODING),
    method("getwd", pwd, 0..=0),
    method("glob", glob_method, 1..=2).taking(&["base", "sort", "flags"]),
    method("new", new, 1..=1).taking(ENCODING),
    method("open", open, 1..=1).taking(ENCODING),
    method("pwd", pwd, 0..=0),
    variadic("chdir", changes, 0).absent(),
    variadic("delete", changes, 0).absent(),
    variadic("home", changes, 0).absent(),
    variadic("mkdir", changes, 0).absent(),
    variadic("mktmpdir", changes, 0).absent(),
    variadic("rmdir", changes, 0).absent(),
    variadic("tmpdir", changes, 0).absent(),
    variadic("unlink", changes, 0).absent(),
];

/// A name's encoding is UTF-8, whatever is asked for.
const ENCODING: &[&str] = &["encoding"];

const METHODS: &[NativeMethod] = &[
    method("children", own_children, 0..=0),
    method("close", close, 0..=0),
    method("each", each, 0..=0),
    method("each_child", each_own_child, 0..=0),
    method("path", own_path, 0..=0),
    method("to_path", own_path, 0..=0),
    method("read", read, 0..=0),
    method("rewind", rewind, 0..=0),
];

/// An opened folder.
struct Opened {
    path: String,
    names: Vec<String>,
    position: Cell<usize>,
}

impl NativeData for Opened {}

pub(super) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Dir", &object);
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    class.include(&enumerable);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON);
}

fn changes(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("folders are only read: changing them, or the current one, is not supported"))
}

fn pwd(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::str(expand(interpreter, "", None)))
}

fn exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    Ok(Value::Bool(door::look(interpreter, &path)? == Sight::Folder))
}

fn is_empty(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    let entries = door::children(interpreter, &path)?;
    Ok(Value::Bool(entries.is_some_and(|entries| entries.is_empty())))
}

/// The names in a folder, with `.` and `..` where `all`.
fn names(interpreter: &mut Interpreter, path: &str, all: bool) -> Eval<Vec<String>> {
    let Some(entries) = door::children(interpreter, path)? else {
        return Err(match door::look(interpreter, path)? {
            Sight::File => interpreter.error("Errno::ENOTDIR", format!("Not a directory @ dir_initialize - {path}")),
            _ => door::missing(interpreter, "dir_initialize", path),
        });
    };
    let own = entries.into_iter().map(|entry| entry.name);
    let dots = [".", ".."].into_iter().filter(|_| all).map(str::to_owned);
    Ok(dots.chain(own).collect())
}

fn strings(names: Vec<String>) -> Vec<Value> {
    names.into_iter().map(Value::str).collect()
}

fn children(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    Ok(Value::array(strings(names(interpreter, &path, false)?)))
}

fn entries(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    Ok(Value::array(strings(names(interpreter, &path, true)?)))
}

fn yield_all(interpreter: &mut Interpreter, block: &Rc<RProc>, values: Vec<Value>) -> Eval<()> {
    for value in values {
        interpreter.yield_value(block, value)?;
    }
    Ok(())
}

fn each_child(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_child");
    let path = path(interpreter, &args.first())?;
    let names = strings(names(interpreter, &path, false)?);
    yield_all(interpreter, &block, names)?;
    Ok(Value::Nil)
}

fn foreach(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "foreach");
    let path = path(interpreter, &args.first())?;
    let names = strings(names(interpreter, &path, true)?);
    yield_all(interpreter, &block, names)?;
    Ok(Value::Nil)
}

/// `Dir[*patterns]`
fn brackets(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let patterns = args.positional.clone();
    found(interpreter, &patterns, Flags::default(), &args).map(Value::array)
}

fn glob_method(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let flags = match (args.get(1), args.keyword("flags")) {
        (Value::Nil, None) => 0,
        (Value::Nil, Some(flags)) | (flags, _) => convert::int(interpreter, &flags)?,
    };
    let found = found(interpreter, &[args.first()], Flags(flags & !Flags::CASEFOLD), &args)?;
    match &args.block {
        Some(block) => {
            yield_all(interpreter, block, found)?;
            Ok(Value::Nil)
        }
        None => Ok(Value::array(found)),
    }
}

fn found(interpreter: &mut Interpreter, patterns: &[Value], flags: Flags, args: &Args) -> Eval<Vec<Value>> {
    let base = match args.keyword("base") {
        None | Some(Value::Nil) => None,
        Some(base) => Some(path(interpreter, &base)?).filter(|base| !base.is_empty()),
    };
    if let Some(sort) = args.keyword("sort")
        && !matches!(sort, Value::Bool(_))
    {
        let shown = interpreter.inspect(&sort)?;
        return Err(interpreter.argument_error(format!("expected true or false as sort: {shown}")));
    }
    let mut found = Vec::new();
    for pattern in patterns {
        let all = match pattern {
            Value::Array(items) => items.to_vec(),
            one => vec![one.clone()],
        };
        for pattern in &all {
            let pattern = pattern_text(interpreter, pattern)?;
            glob::glob(interpreter, &pattern, flags, base.as_deref(), &mut found)?;
        }
    }
    Ok(strings(found))
}

fn pattern_text(interpreter: &mut Interpreter, pattern: &Value) -> Eval<String> {
    if let Value::Str(text) = pattern
        && text.borrow().contains('\0')
    {
        return Err(interpreter.argument_error("nul-separated glob pattern is deprecated"));
    }
    path(interpreter, pattern)
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    let names = names(interpreter, &path, true)?;
    match this {
        Value::Class(class) => Ok(Value::native(class, Opened { path, names, position: Cell::new(0) })),
        _ => Ok(Value::Nil),
    }
}

fn open(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = args.block.clone();
    let opened = new(interpreter, this, args)?;
    match block {
        Some(block) => interpreter.yield_value(&block, opened),
        None => Ok(opened),
    }
}

fn opened(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Opened>> {
    match this.data::<Opened>() {
        Some(opened) => Ok(opened),
        None => Err(interpreter.error("IOError", "uninitialized Dir")),
    }
}

fn own_names(interpreter: &mut Interpreter, this: &Value, all: bool) -> Eval<Vec<Value>> {
    let names = &opened(interpreter, this)?.names;
    let wanted = names.iter().filter(|name| all || !matches!(name.as_str(), "." | ".."));
    Ok(wanted.map(|name| Value::str(name.as_str())).collect())
}

fn own_children(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    own_names(interpreter, this, false).map(Value::array)
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    let names = own_names(interpreter, this, true)?;
    opened(interpreter, this)?.position.set(usize::MAX);
    yield_all(interpreter, &block, names)?;
    Ok(this.clone())
}

fn each_own_child(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_child");
    let names = own_names(interpreter, this, false)?;
    opened(interpreter, this)?.position.set(usize::MAX);
    yield_all(interpreter, &block, names)?;
    Ok(this.clone())
}

fn own_path(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(opened(interpreter, this)?.path.as_str()))
}

fn read(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let opened = opened(interpreter, this)?;
    let position = opened.position.get();
    opened.position.set(position.saturating_add(1));
    Ok(opened.names.get(position).map(String::as_str).into())
}

fn rewind(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    opened(interpreter, this)?.position.set(0);
    Ok(this.clone())
}

fn close(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}
