//! What a Pathname asks File and Dir for.

use super::{added, alike, argument, new, text};
use crate::core::convert::block_or_enumerator;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// The method of the same name of File's, of this path.
pub(super) fn ask_file(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.native_name();
    of(interpreter, "File", this, &name, args)
}

fn of(interpreter: &mut Interpreter, class: &str, this: &Value, name: &str, mut args: Args) -> Eval {
    let class = Value::Class(interpreter.class_at(class));
    args.positional.insert(0, Value::str(text(this)));
    interpreter.call(&class, name, args)
}

/// What would change a file is refused by name.
pub(super) fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("folders are only read, one at a time"))
}

/// `each_line`
pub(super) fn each_line(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    of(interpreter, "File", this, "foreach", args)
}

/// `empty?`
pub(super) fn is_empty(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let is_folder = of(interpreter, "File", this, "directory?", Args::none())?.truthy();
    of(interpreter, if is_folder { "Dir" } else { "File" }, this, "empty?", Args::none())
}

fn names(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval<Vec<String>> {
    let found = of(interpreter, "Dir", this, name, Args::none())?;
    let Value::Array(names) = found else { return Ok(Vec::new()) };
    Ok(names.to_vec().iter().filter_map(Value::as_string).collect())
}

fn child_paths(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Vec<Value>> {
    let names = names(interpreter, this, "children")?;
    let whole = !args.has(0) || args.first().truthy();
    let base = text(this);
    let path = |name: String| if whole && base != "." { added(&base, &name) } else { name };
    Ok(names.into_iter().map(|name| alike(interpreter, this, path(name))).collect())
}

/// `children`
pub(super) fn children(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    child_paths(interpreter, this, &args).map(Value::array)
}

/// `each_child`
pub(super) fn each_child(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_child");
    let paths = child_paths(interpreter, this, &args)?;
    for path in &paths {
        interpreter.yield_value(&block, path.clone())?;
    }
    Ok(Value::array(paths))
}

/// `entries`
pub(super) fn entries(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let names = names(interpreter, this, "entries")?;
    Ok(Value::array(names.into_iter().map(|name| alike(interpreter, this, name)).collect()))
}

/// `each_entry`
pub(super) fn each_entry(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_entry");
    for name in names(interpreter, this, "entries")? {
        let path = alike(interpreter, this, name);
        interpreter.yield_value(&block, path)?;
    }
    Ok(Value::Nil)
}

/// `fnmatch`
pub(super) fn fnmatch(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let file = Value::Class(interpreter.class_at("File"));
    args.positional.insert(1, Value::str(text(this)));
    interpreter.call(&file, "fnmatch", args)
}

/// `realpath`
pub(super) fn realpath(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = of(interpreter, "File", this, "realpath", args)?;
    Ok(alike(interpreter, this, found.as_string().unwrap_or_default()))
}

/// `Pathname.pwd`
pub(super) fn pwd(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let directory = Value::Class(interpreter.class_at("Dir"));
    let found = interpreter.call(&directory, "pwd", Args::none())?;
    class_path(this, &found)
}

/// A path of the class itself.
fn class_path(this: &Value, path: &Value) -> Eval {
    match this {
        Value::Class(class) => Ok(new(class, path.as_string().unwrap_or_default())),
        _ => Ok(Value::Nil),
    }
}

fn globbed(interpreter: &mut Interpreter, args: Args, wrap: &mut impl FnMut(&mut Interpreter, &Value) -> Eval) -> Eval {
    let block = args.block.clone();
    let directory = Value::Class(interpreter.class_at("Dir"));
    let args = Args { block: None, ..args };
    let Value::Array(found) = interpreter.call(&directory, "glob", args)? else { return Ok(Value::Nil) };
    let mut paths = Vec::new();
    for path in found.to_vec() {
        paths.push(wrap(interpreter, &path)?);
    }
    let Some(block) = block else { return Ok(Value::array(paths)) };
    for path in paths {
        interpreter.yield_value(&block, path)?;
    }
    Ok(Value::Nil)
}

/// `Pathname.glob`
pub(super) fn glob(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    globbed(interpreter, args, &mut |_, path| class_path(this, path))
}

/// `glob`
pub(super) fn glob_below(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let pattern = argument(interpreter, &args.first())?;
    args.positional[0] = Value::str(added(&text(this), &pattern));
    globbed(interpreter, args, &mut |interpreter, path| {
        Ok(alike(interpreter, this, path.as_string().unwrap_or_default()))
    })
}
