//! A Pathname's parts, and paths made of them. Nothing here looks at a file.

use super::{added, alike, argument, text};
use crate::core::convert::block_or_enumerator;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// Without `.`, `..` where something stands before it, and slashes that say nothing.
fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// `cleanpath`
pub(super) fn cleanpath(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().truthy() {
        return Err(interpreter.unsupported("Pathname#cleanpath that keeps links"));
    }
    Ok(alike(interpreter, this, clean(&text(this))))
}

/// `parent`
pub(super) fn parent(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(alike(interpreter, this, added(&text(this), "..")))
}

/// `root?`
pub(super) fn is_root(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let path = text(this);
    Ok(Value::Bool(!path.is_empty() && path.chars().all(|c| c == '/')))
}

/// The path and those above it, as far as they are written.
fn above(path: &str) -> Vec<String> {
    let mut found = vec![path.to_owned()];
    let mut path = path.trim_end_matches('/');
    while let Some(slash) = path.rfind('/') {
        let parent = path[..slash].trim_end_matches('/');
        found.push(if parent.is_empty() { "/".to_owned() } else { parent.to_owned() });
        path = parent;
    }
    found
}

fn each(interpreter: &mut Interpreter, this: &Value, args: &Args, paths: Vec<String>) -> Eval {
    let Some(block) = &args.block else { return Ok(Value::Nil) };
    for path in paths {
        let path = alike(interpreter, this, path);
        interpreter.yield_value(block, path)?;
    }
    Ok(Value::Nil)
}

/// `ascend`
pub(super) fn ascend(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "ascend");
    each(interpreter, this, &Args::none().with_block(Some(block)), above(&text(this)))
}

/// `descend`
pub(super) fn descend(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "descend");
    let mut paths = above(&text(this));
    paths.reverse();
    each(interpreter, this, &Args::none().with_block(Some(block)), paths)
}

/// `each_filename`
pub(super) fn each_filename(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_filename");
    for name in text(this).split('/').filter(|name| !name.is_empty()) {
        interpreter.yield_value(&block, Value::str(name))?;
    }
    Ok(Value::Nil)
}

/// `split`
pub(super) fn split(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let file = Value::Class(interpreter.class_at("File"));
    let Value::Array(parts) = interpreter.call(&file, "split", Args::one(Value::str(text(this))))? else {
        return Ok(Value::Nil);
    };
    let paths =
        parts.to_vec().iter().map(|part| alike(interpreter, this, part.as_string().unwrap_or_default())).collect();
    Ok(Value::array(paths))
}

/// `sub`
pub(super) fn sub(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let changed = interpreter.call(&Value::str(text(this)), "sub", args)?;
    Ok(alike(interpreter, this, changed.as_string().unwrap_or_default()))
}

/// `sub_ext`
pub(super) fn sub_ext(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let extension = argument(interpreter, &args.first())?;
    let path = text(this);
    let file = Value::Class(interpreter.class_at("File"));
    let old = interpreter.call(&file, "extname", Args::one(Value::str(path.as_str())))?;
    let stem = path.strip_suffix(&old.as_string().unwrap_or_default()).unwrap_or(&path);
    Ok(alike(interpreter, this, format!("{stem}{extension}")))
}

/// `relative_path_from`
pub(super) fn relative_path_from(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (path, base) = (clean(&text(this)), clean(&argument(interpreter, &args.first())?));
    if path.starts_with('/') != base.starts_with('/') {
        let (path, base) = (text(this), argument(interpreter, &args.first())?);
        return Err(interpreter.argument_error(format!("different prefix: {path:?} and #<Pathname:{base}>")));
    }
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
    };
    let (to, from) = (parts(&path), parts(&base));
    let same = to.iter().zip(&from).take_while(|(to, from)| to == from).count();
    if from[same..].iter().any(|part| part == "..") {
        return Err(interpreter.argument_error(format!("base_directory has ..: {base:?}")));
    }
    let up = std::iter::repeat_n("..", from.len() - same);
    let parts: Vec<&str> = up.chain(to[same..].iter().map(String::as_str)).collect();
    let relative = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
    Ok(alike(interpreter, this, relative))
}
