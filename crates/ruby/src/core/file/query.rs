//! What File says of a path without reading it, and what changes files, which is refused.

use std::rc::Rc;

use super::door;
use super::fnmatch::{Flags, each_choice, matches};
use super::paths::{expand, path};
use crate::core::convert;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::host::Sight;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RClass, Value};

const METHODS: &[NativeMethod] = &[
    method("directory?", is_directory, 1..=1),
    method("empty?", is_empty, 1..=1),
    method("exist?", exists, 1..=1),
    method("file?", is_file, 1..=1),
    method("fnmatch", fnmatch, 2..=3),
    method("fnmatch?", fnmatch, 2..=3),
    method("readable?", exists, 1..=1),
    method("realdirpath", real_path, 1..=2),
    method("realpath", real_path, 1..=2),
    method("size", size, 1..=1),
    method("size?", size_or_nil, 1..=1),
    method("zero?", is_empty, 1..=1),
    variadic("atime", refuse_details, 0).absent(),
    variadic("birthtime", refuse_details, 0).absent(),
    variadic("chmod", refuse_change, 0).absent(),
    variadic("chown", refuse_change, 0).absent(),
    variadic("ctime", refuse_details, 0).absent(),
    variadic("delete", refuse_change, 0).absent(),
    variadic("executable?", refuse_details, 0).absent(),
    variadic("ftype", refuse_details, 0).absent(),
    variadic("identical?", refuse_details, 0).absent(),
    variadic("link", refuse_change, 0).absent(),
    variadic("lstat", refuse_details, 0).absent(),
    variadic("mkfifo", refuse_change, 0).absent(),
    variadic("mtime", refuse_details, 0).absent(),
    variadic("owned?", refuse_details, 0).absent(),
    variadic("readlink", refuse_details, 0).absent(),
    variadic("rename", refuse_change, 0).absent(),
    variadic("stat", refuse_details, 0).absent(),
    variadic("symlink", refuse_change, 0).absent(),
    variadic("symlink?", refuse_details, 0).absent(),
    variadic("truncate", refuse_change, 0).absent(),
    variadic("umask", refuse_change, 0).absent(),
    variadic("unlink", refuse_change, 0).absent(),
    variadic("utime", refuse_change, 0).absent(),
    variadic("world_readable?", refuse_details, 0).absent(),
    variadic("writable?", refuse_details, 0).absent(),
];

const CONSTANTS: &[(&str, i64)] = &[
    ("RDONLY", 0),
    ("WRONLY", 1),
    ("RDWR", 2),
    ("CREAT", 64),
    ("EXCL", 128),
    ("TRUNC", 512),
    ("APPEND", 1024),
    ("BINARY", 0),
    ("LOCK_SH", 1),
    ("LOCK_EX", 2),
    ("LOCK_NB", 4),
    ("LOCK_UN", 8),
    ("FNM_SYSCASE", 0),
    ("FNM_SHORTNAME", 0),
    ("FNM_NOESCAPE", Flags::NOESCAPE),
    ("FNM_PATHNAME", Flags::PATHNAME),
    ("FNM_DOTMATCH", Flags::DOTMATCH),
    ("FNM_CASEFOLD", Flags::CASEFOLD),
    ("FNM_EXTGLOB", Flags::EXTGLOB),
];

pub(super) fn define(interpreter: &mut Interpreter, file: &Rc<RClass>) {
    interpreter.define_singleton(file, METHODS);
    file.set_constant("SEPARATOR", Value::str("/"));
    file.set_constant("Separator", Value::str("/"));
    file.set_constant("PATH_SEPARATOR", Value::str(":"));
    file.set_constant("ALT_SEPARATOR", Value::Nil);
    let constants = interpreter.define_module("File::Constants");
    for (name, value) in CONSTANTS {
        constants.set_constant(name, Value::Int(*value));
        file.set_constant(name, Value::Int(*value));
    }
}

/// What would change a file is refused by name.
pub(super) fn refuse_change(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("files are only read: writing or changing them is not supported"))
}

fn refuse_details(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("a file's times, owner, rights and links are not known to a run"))
}

fn sight(interpreter: &mut Interpreter, args: &Args) -> Eval<Sight> {
    let path = path(interpreter, &args.first())?;
    door::look(interpreter, &path)
}

fn exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(sight(interpreter, &args)? != Sight::Nothing))
}

fn is_file(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(sight(interpreter, &args)? == Sight::File))
}

fn is_directory(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(sight(interpreter, &args)? == Sight::Folder))
}

/// A file's size; None where there is no file.
fn length(interpreter: &mut Interpreter, path: &str) -> Eval<Option<usize>> {
    match door::look(interpreter, path)? {
        Sight::File => Ok(Some(door::read(interpreter, path)?.len())),
        Sight::Folder => Err(interpreter.unsupported("a folder's size depends on the disk that it is on")),
        _ => Ok(None),
    }
}

fn size(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    match length(interpreter, &path)? {
        Some(length) => Ok(Value::from(length)),
        None => Err(door::missing(interpreter, "rb_file_s_size", &path)),
    }
}

fn size_or_nil(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    Ok(length(interpreter, &path)?.filter(|length| *length > 0).into())
}

fn is_empty(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path = path(interpreter, &args.first())?;
    if door::look(interpreter, &path)? == Sight::Folder {
        return Ok(Value::Bool(false));
    }
    Ok(Value::Bool(length(interpreter, &path)? == Some(0)))
}

/// Links are the host's business: what the run sees is where it is.
fn real_path(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    let base = if args.get(1).is_nil() { None } else { Some(path(interpreter, &args.get(1))?) };
    let full = expand(interpreter, &text, base.as_deref());
    match door::look(interpreter, &full)? {
        Sight::Nothing => Err(door::missing(interpreter, "rb_realpath_internal", &full)),
        _ => Ok(Value::str(full)),
    }
}

fn fnmatch(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let pattern: Vec<char> = convert::string(interpreter, &args.first())?.chars().collect();
    let name: Vec<char> = path(interpreter, &args.get(1))?.chars().collect();
    let flags = Flags(if args.get(2).is_nil() { 0 } else { convert::int(interpreter, &args.get(2))? });
    let work = 1 + (pattern.len() * name.len()) as u64 / 64;
    if !flags.has(Flags::EXTGLOB) {
        interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
        return Ok(Value::Bool(matches(&pattern, &name, flags)));
    }
    let mut found = false;
    each_choice(&pattern, flags, &mut |choice| {
        interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
        found |= matches(choice, &name, flags);
        Ok::<_, Box<crate::Flow>>(())
    })?;
    Ok(Value::Bool(found))
}
