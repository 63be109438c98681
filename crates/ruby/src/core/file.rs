//! File and Dir: paths, and reading what the host shows of the app. `require` of its files. Every way to name a file goes
//! through `door`; writing is refused.

pub(crate) mod directory;
pub(crate) mod door;
mod fnmatch;
mod glob;
mod handle;
pub(crate) mod paths;
mod query;
pub(crate) mod reading;

use self::paths::{directory_of, expand, from_root, path};
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::library::Library;
use crate::runtime::method::{NativeMethod, Visibility, method};
use crate::runtime::value::Value;
use crate::syntax::symbol::Symbol;

const KERNEL: &[NativeMethod] = &[
    method("load", load, 1..=2),
    method("require", require, 1..=1),
    method("require_dependency", require_dependency, 1..=1),
    method("require_relative", require_relative, 1..=1),
];

/// Whether a path matches a pattern of `Dir.glob`'s, hidden files too. `loose`: a star stands for slashes as well.
pub fn path_matches(pattern: &str, path: &str, loose: bool) -> bool {
    let (pattern, path): (Vec<char>, Vec<char>) = (pattern.chars().collect(), path.chars().collect());
    let flags = fnmatch::Flags(fnmatch::Flags::DOTMATCH | if loose { 0 } else { fnmatch::Flags::PATHNAME });
    let mut tried = 0;
    let mut found = false;
    // As many choices as a pattern that means something has.
    let _ = fnmatch::each_choice(&pattern, flags, &mut |choice| {
        tried += 1;
        found |= fnmatch::matches(choice, &path, flags);
        if found || tried > 1_000 { Err(()) } else { Ok(()) }
    });
    found
}

pub fn define(interpreter: &mut Interpreter) {
    let io = interpreter.class_at("IO");
    let file = interpreter.define_class("File", &io);
    interpreter.define_singleton(&file, paths::METHODS);
    reading::define(interpreter, &io);
    query::define(interpreter, &file);
    handle::define(interpreter, &io, &file);
    directory::define(interpreter);
    let kernel = &interpreter.classes.kernel;
    super::define_with(kernel, KERNEL, Visibility::Private);
}

/// The source of a file of the app; None where a run may not know of one.
fn source(interpreter: &mut Interpreter, path: &str) -> Option<Vec<u8>> {
    let path = from_root(interpreter, path);
    interpreter.host.read_file(&path)
}

/// Refuses a file that the app has and Ruby code may not read.
fn refuse_outside(interpreter: &mut Interpreter, path: &str) -> Eval<()> {
    let path = from_root(interpreter, path);
    if interpreter.host.is_outside(&path) { Err(door::outside(interpreter, &path)) } else { Ok(()) }
}

/// What `English` calls the variables that are here.
const ENGLISH: [(&str, &str); 3] = [("$ERROR_INFO", "$!"), ("$ERROR_POSITION", "$@"), ("$LAST_MATCH_INFO", "$~")];

fn require(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = path(interpreter, &args.first())?;
    let library = name.strip_suffix(".rb").unwrap_or(&name);
    match interpreter.library(library) {
        Library::Here => {
            if library == "English" {
                let names = ENGLISH.iter().map(|(new, old)| (Symbol::new(new), Symbol::new(old)));
                interpreter.global_aliases.extend(names);
            }
            return Ok(Value::Bool(interpreter.load_library(library)?));
        }
        Library::Lacking => {
            return Err(interpreter.unsupported(format!("the library `{library}` is not supported")));
        }
        Library::Unknown => {}
    }
    if name.starts_with('/') {
        return load_once(interpreter, &name);
    }
    // An app's lib/ and vendor/ are where Ruby looks.
    for folder in ["lib", "vendor"] {
        let path = expand(interpreter, &format!("{folder}/{library}.rb"), None);
        let relative = from_root(interpreter, &path);
        if source(interpreter, &path).is_some() || interpreter.host.is_outside(&relative) {
            return load_once(interpreter, &path);
        }
    }
    Err(load_error(interpreter, &name))
}

/// Active Support's, which looks into autoload paths first; there are none.
fn require_dependency(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !matches!(args.first(), Value::Str(_)) && !interpreter.responds_to(&args.first(), "to_path") {
        let shown = interpreter.inspect(&args.first())?;
        return Err(interpreter.argument_error(format!(
            "the file name must be either a String or implement #to_path -- you passed {shown}"
        )));
    }
    require(interpreter, this, args)
}

fn require_relative(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = path(interpreter, &args.first())?;
    let from = interpreter.caller_frame().map(|frame| frame.file.path.clone()).unwrap_or_default();
    let directory = directory_of(&expand(interpreter, &from, None));
    let full = expand(interpreter, &name, Some(&directory));
    load_once(interpreter, &full)
}

fn load_once(interpreter: &mut Interpreter, name: &str) -> Eval {
    let full = if name.ends_with(".rb") { name.to_owned() } else { format!("{name}.rb") };
    if interpreter.loaded.contains(&full) {
        return Ok(Value::Bool(false));
    }
    match source(interpreter, &full) {
        Some(code) => {
            interpreter.loaded.insert(full.clone());
            interpreter.eval(&full, &String::from_utf8_lossy(&code))?;
            Ok(Value::Bool(true))
        }
        None => {
            refuse_outside(interpreter, &full)?;
            Err(load_error(interpreter, name))
        }
    }
}

fn load(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = path(interpreter, &args.first())?;
    match source(interpreter, &name) {
        Some(code) => {
            interpreter.eval(&name, &String::from_utf8_lossy(&code))?;
            Ok(Value::Bool(true))
        }
        None => {
            refuse_outside(interpreter, &name)?;
            Err(load_error(interpreter, &name))
        }
    }
}

fn load_error(interpreter: &mut Interpreter, name: &str) -> Box<Flow> {
    interpreter.error("LoadError", format!("cannot load such file -- {name}"))
}
