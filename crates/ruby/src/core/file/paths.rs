//! Paths as text: `File.join`, `basename`, `dirname`, `extname`, `split`, `expand_path`. Nothing here looks at a file.

use crate::core::convert;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::Value;

pub(super) const METHODS: &[NativeMethod] = &[
    method("absolute_path", absolute_path, 1..=2),
    method("absolute_path?", is_absolute, 1..=1),
    method("basename", basename, 1..=2),
    method("dirname", dirname, 1..=2),
    method("expand_path", expand_path, 1..=2),
    method("extname", extname, 1..=1),
    variadic("join", join, 0),
    method("path", path_method, 1..=1),
    method("split", split, 1..=1),
];

/// A path argument: a String, or what `to_path` or `to_str` makes of an object.
pub(crate) fn path(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    if let Value::Str(text) = value {
        return without_nul(interpreter, text.to_string());
    }
    for name in ["to_path", "to_str"] {
        if matches!(value, Value::Object(_)) && interpreter.responds_to(value, name) {
            let converted = interpreter.call(value, name, Args::none())?;
            let text = interpreter.to_s(&converted)?;
            return without_nul(interpreter, text);
        }
    }
    Err(convert::no_conversion(interpreter, value, "String"))
}

fn without_nul(interpreter: &mut Interpreter, path: String) -> Eval<String> {
    if path.contains('\0') { Err(interpreter.argument_error("path name contains null byte")) } else { Ok(path) }
}

fn join(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut joined = String::new();
    let mut first = true;
    join_into(interpreter, &args.positional, &mut joined, &mut first)?;
    Ok(Value::str(joined))
}

fn join_into(interpreter: &mut Interpreter, parts: &[Value], joined: &mut String, first: &mut bool) -> Eval<()> {
    for part in parts {
        if let Value::Array(parts) = part {
            let nested = interpreter.guard_inspect(part, |interpreter| {
                join_into(interpreter, &parts.to_vec(), joined, first)?;
                Ok(String::new())
            })?;
            if nested.is_none() {
                return Err(interpreter.argument_error("recursive array"));
            }
            continue;
        }
        let part = path(interpreter, part)?;
        if *first {
            joined.push_str(&part);
        } else if part.starts_with('/') {
            joined.truncate(joined.trim_end_matches('/').len());
            joined.push_str(&part);
        } else {
            if !joined.ends_with('/') {
                joined.push('/');
            }
            joined.push_str(&part);
        }
        *first = false;
    }
    Ok(())
}

fn last_part(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        if path.is_empty() { "" } else { "/" }
    } else {
        trimmed.rsplit('/').next().unwrap_or(trimmed)
    }
}

fn basename(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let path_text = path(interpreter, &args.first())?;
    let base = last_part(&path_text);
    let suffix = if args.has(1) { path(interpreter, &args.get(1))? } else { String::new() };
    let stem = match suffix.as_str() {
        "" => base,
        ".*" => match base.rfind('.') {
            Some(dot) if dot > 0 => &base[..dot],
            _ => base,
        },
        suffix => base.strip_suffix(suffix).filter(|stem| !stem.is_empty()).unwrap_or(base),
    };
    Ok(Value::str(stem))
}

/// `File.dirname`.
pub(crate) fn directory_of(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rfind('/') {
        None if trimmed.is_empty() && path.starts_with('/') => "/".to_owned(),
        None => ".".to_owned(),
        Some(slash) => {
            let parent = trimmed[..slash].trim_end_matches('/');
            if parent.is_empty() { "/".to_owned() } else { parent.to_owned() }
        }
    }
}

fn dirname(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut text = path(interpreter, &args.first())?;
    let levels = match args.get(1) {
        Value::Int(levels) if levels < 0 => return Err(interpreter.argument_error(format!("negative level: {levels}"))),
        Value::Int(levels) => levels,
        _ => 1,
    };
    for _ in 0..levels.min(1024) {
        text = directory_of(&text);
    }
    Ok(Value::str(text))
}

fn extname(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    let base = last_part(&text).trim_start_matches('.');
    Ok(Value::str(base.rfind('.').map_or("", |dot| if dot + 1 == base.len() { "." } else { &base[dot..] })))
}

fn split(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    Ok(Value::array(vec![Value::str(directory_of(&text)), Value::str(last_part(&text))]))
}

fn is_absolute(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(path(interpreter, &args.first())?.starts_with('/')))
}

/// `File.expand_path`: absolute, without `.` and `..`; relative to the host's root.
pub(crate) fn expand(interpreter: &mut Interpreter, path: &str, base: Option<&str>) -> String {
    let root = interpreter.host.root();
    let full = if path.starts_with('/') {
        path.to_owned()
    } else {
        let base = match base {
            Some(base) if base.starts_with('/') => base.to_owned(),
            Some(base) => format!("{root}/{base}"),
            None => root,
        };
        format!("{base}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

fn path_method(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    path(interpreter, &args.first()).map(Value::str)
}

fn absolute_path(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    let base = if args.get(1).is_nil() { None } else { Some(path(interpreter, &args.get(1))?) };
    Ok(Value::str(expand(interpreter, &text, base.as_deref())))
}

fn expand_path(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    if text.starts_with('~') {
        return Err(interpreter.unsupported("a home folder: a run sees the app's files only"));
    }
    let base = if args.get(1).is_nil() { None } else { Some(path(interpreter, &args.get(1))?) };
    Ok(Value::str(expand(interpreter, &text, base.as_deref())))
}

/// A path below the app's root from there, any other one whole.
pub(crate) fn from_root(interpreter: &mut Interpreter, path: &str) -> String {
    let full = expand(interpreter, path, None);
    let root = expand(interpreter, "", None);
    if full == root {
        return String::new();
    }
    let below = full.strip_prefix(root.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    below.unwrap_or(&full).to_owned()
}
