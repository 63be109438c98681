//! File and Dir as far as paths go, and reading what the host shows of the bundle. `require` of its files.

use std::rc::Rc;

use crate::args::Args;
use crate::exception::{Eval, Flow};
use crate::interpreter::Interpreter;
use crate::method::{NativeMethod, Visibility, method, variadic};
use crate::symbol::Symbol;
use crate::value::Value;

const FILE: &[NativeMethod] = &[
    method("absolute_path", expand_path, 1..=2),
    method("absolute_path?", is_absolute, 1..=1),
    method("basename", basename, 1..=2),
    method("binread", read, 1..=1),
    method("dirname", dirname, 1..=2),
    method("exist?", exists, 1..=1),
    method("expand_path", expand_path, 1..=2),
    method("extname", extname, 1..=1),
    method("file?", exists, 1..=1),
    variadic("join", join, 0),
    variadic("read", read, 1),
    variadic("readlines", readlines, 1),
    method("split", split, 1..=1),
];

const DIR: &[NativeMethod] = &[variadic("[]", glob, 1), variadic("glob", glob, 1), method("pwd", pwd, 0..=0)];

const KERNEL: &[NativeMethod] = &[
    method("load", load, 1..=2),
    method("require", require, 1..=1),
    method("require_dependency", require_dependency, 1..=1),
    method("require_relative", require_relative, 1..=1),
];

/// Libraries that are there from the start, and a constant that says whether they are. Gems whose methods the embedder
/// brings say so by their module.
const PROVIDED: &[(&str, &str)] = &[
    ("English", "Kernel"),
    ("active_record", "Kernel"),
    ("active_support", "Kernel"),
    ("base64", "Base64"),
    ("bcrypt", "BCrypt"),
    ("benchmark", "Benchmark"),
    ("bigdecimal", "BigDecimal"),
    ("bigdecimal/util", "BigDecimal"),
    ("bundler/setup", "Kernel"),
    ("cgi", "CGI"),
    ("csv", "CSV"),
    ("date", "Date"),
    ("digest", "Digest"),
    ("digest/md5", "Digest"),
    ("digest/sha1", "Digest"),
    ("digest/sha2", "Digest"),
    ("enumerator", "Enumerator"),
    ("erb", "ERB"),
    ("forwardable", "Forwardable"),
    ("fx", "Fx"),
    ("ipaddr", "IPAddr"),
    ("json", "JSON"),
    ("logger", "Logger"),
    ("monitor", "Monitor"),
    ("open-uri", "URI"),
    ("openssl", "OpenSSL"),
    ("ostruct", "OpenStruct"),
    ("pathname", "Pathname"),
    ("pp", "Kernel"),
    ("psych", "YAML"),
    ("rails", "Kernel"),
    ("rational", "Rational"),
    ("scenic", "Scenic"),
    ("securerandom", "SecureRandom"),
    ("set", "Set"),
    ("singleton", "Singleton"),
    ("stringio", "StringIO"),
    ("strong_migrations", "StrongMigrations"),
    ("thread", "Thread"),
    ("time", "Time"),
    ("timeout", "Timeout"),
    ("uri", "URI"),
    ("yaml", "YAML"),
    ("zlib", "Zlib"),
];

/// The constants of [`PROVIDED`] that no Ruby has of itself.
const GEMS: &[&str] = &["BCrypt", "Fx", "Scenic", "StrongMigrations"];

/// Libraries of Ruby itself that are absent and add nothing but these constants: it is their use that is refused.
const ABSENT_CONSTANTS: &[(&str, &[&str])] = &[
    ("coverage", &["Coverage"]),
    ("drb", &["DRb"]),
    ("etc", &["Etc"]),
    ("fiddle", &["Fiddle"]),
    ("fileutils", &["FileUtils"]),
    ("find", &["Find"]),
    ("getoptlong", &["GetoptLong"]),
    ("net/ftp", &["Net"]),
    ("net/http", &["Net"]),
    ("net/https", &["Net"]),
    ("net/smtp", &["Net"]),
    ("observer", &["Observable"]),
    ("open3", &["Open3"]),
    ("optparse", &["OptionParser", "OptParse"]),
    ("pstore", &["PStore"]),
    ("resolv", &["Resolv"]),
    ("rexml/document", &["REXML"]),
    ("ripper", &["Ripper"]),
    ("socket", &["Socket", "TCPSocket", "TCPServer", "UDPSocket", "UNIXSocket", "Addrinfo"]),
    ("strscan", &["StringScanner"]),
    ("tempfile", &["Tempfile"]),
    ("tsort", &["TSort"]),
    ("weakref", &["WeakRef"]),
];

/// Libraries of Ruby itself that are absent and add methods to classes that are there.
const ABSENT: &[&str] = &[
    "abbrev",
    "bundler",
    "delegate",
    "io/console",
    "irb",
    "matrix",
    "minitest",
    "objspace",
    "prime",
    "rake",
    "readline",
    "shellwords",
    "tmpdir",
];

pub fn define(interpreter: &mut Interpreter) {
    let io = interpreter.class_at("IO");
    let file = interpreter.define_class("File", &io);
    interpreter.define_singleton(&file, FILE);
    file.set_constant("SEPARATOR", Value::str("/"));
    super::undefine_only_new(interpreter, &file, file_new);
    let object = Rc::clone(&interpreter.classes.object);
    let dir = interpreter.define_class("Dir", &object);
    interpreter.define_singleton(&dir, DIR);
    super::undefine_only_new(interpreter, &dir, file_new);
    let kernel = &interpreter.classes.kernel;
    super::define_with(kernel, KERNEL, Visibility::Private);
}

fn file_new(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("opening files is not supported"))
}

/// A path argument: a String, or what `to_path` or `to_str` makes of an object.
fn path(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    if let Value::Str(text) = value {
        return Ok(text.to_string());
    }
    for name in ["to_path", "to_str"] {
        if matches!(value, Value::Object(_)) && interpreter.responds_to(value, name) {
            let converted = interpreter.call(value, name, Args::none())?;
            return interpreter.to_s(&converted);
        }
    }
    let class = interpreter.name_for_conversion(value);
    Err(interpreter.type_error(format!("no implicit conversion of {class} into String")))
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
pub(super) fn directory_of(path: &str) -> String {
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
pub(super) fn expand(interpreter: &mut Interpreter, path: &str, base: Option<&str>) -> String {
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

fn expand_path(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    let base = if args.get(1).is_nil() { None } else { Some(path(interpreter, &args.get(1))?) };
    Ok(Value::str(expand(interpreter, &text, base.as_deref())))
}

/// The content of a file of the bundle, by any of the ways its path may be written.
fn content(interpreter: &mut Interpreter, path: &str) -> Option<Vec<u8>> {
    let path = from_root(interpreter, path);
    interpreter.host.read_file(&path)
}

/// A path below the app's root from there, any other one whole.
fn from_root(interpreter: &mut Interpreter, path: &str) -> String {
    let full = expand(interpreter, path, None);
    let root = expand(interpreter, "", None);
    let below = full.strip_prefix(root.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    below.unwrap_or(&full).to_owned()
}

/// Refuses a file that the app has and Ruby code may not read.
fn refuse_outside(interpreter: &mut Interpreter, path: &str) -> Eval<()> {
    let path = from_root(interpreter, path);
    if !interpreter.host.is_outside(&path) {
        return Ok(());
    }
    let folder = directory_of(&path);
    Err(interpreter.unsupported(format!(
        "`{path}` is outside of what a migration may read; `--include {path}` or `--include {folder}` lets it in"
    )))
}

fn exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    let exists = content(interpreter, &text).is_some();
    if !exists {
        refuse_outside(interpreter, &text)?;
    }
    Ok(Value::Bool(exists))
}

fn read(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = path(interpreter, &args.first())?;
    match content(interpreter, &text) {
        Some(bytes) => {
            interpreter.check_size(bytes.len())?;
            Ok(match String::from_utf8(bytes) {
                Ok(text) => Value::str(text),
                Err(error) => Value::binary(error.as_bytes()),
            })
        }
        None => {
            refuse_outside(interpreter, &text)?;
            Err(interpreter.error("Errno::ENOENT", format!("No such file or directory @ rb_sysopen - {text}")))
        }
    }
}

fn readlines(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = read(interpreter, this, Args::one(args.first()))?;
    interpreter.call(&text, "lines", Args::none())
}

fn pwd(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::str(expand(interpreter, "", None)))
}

fn glob(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let root = expand(interpreter, "", None);
    let mut found = Vec::new();
    for pattern in &args.positional {
        if matches!(pattern, Value::Hash(_)) {
            continue;
        }
        let pattern = path(interpreter, pattern)?;
        let prefix = format!("{}/", root.trim_end_matches('/'));
        let (absolute, relative) = match pattern.strip_prefix(&prefix) {
            Some(relative) => (true, relative.to_owned()),
            None => (false, pattern),
        };
        for path in interpreter.host.glob(&relative) {
            found.push(Value::str(if absolute { format!("{prefix}{path}") } else { path }));
        }
    }
    Ok(Value::array(found))
}

fn require(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = path(interpreter, &args.first())?;
    let library = name.strip_suffix(".rb").unwrap_or(&name);
    if ["active_support/", "active_record/", "rails/"].iter().any(|prefix| library.starts_with(prefix)) {
        return Ok(Value::Bool(false));
    }
    let provided = PROVIDED.iter().find(|(provided, _)| *provided == library);
    let is_there = |constant: &str| interpreter.classes.object.constant(Symbol::new(constant)).is_some();
    let provided = provided.filter(|(_, constant)| !GEMS.contains(constant) || is_there(constant));
    let missing = match provided {
        Some((_, constant)) => !is_there(constant),
        None => ABSENT.contains(&library),
    };
    if missing {
        return Err(interpreter.unsupported(format!("the library `{library}` is not supported")));
    }
    if let Some((library, constants)) = ABSENT_CONSTANTS.iter().find(|(absent, _)| *absent == library) {
        interpreter.absent.extend(constants.iter().map(|constant| (Symbol::new(constant), *library)));
        return Ok(Value::Bool(interpreter.loaded.insert((*library).to_owned())));
    }
    if provided.is_some() {
        return Ok(Value::Bool(interpreter.loaded.insert(library.to_owned())));
    }
    if name.starts_with('/') {
        return load_once(interpreter, &name);
    }
    // An app's lib/ and vendor/ are where Ruby looks.
    for folder in ["lib", "vendor"] {
        let path = expand(interpreter, &format!("{folder}/{library}.rb"), None);
        let relative = from_root(interpreter, &path);
        if content(interpreter, &path).is_some() || interpreter.host.is_outside(&relative) {
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
    match content(interpreter, &full) {
        Some(source) => {
            interpreter.loaded.insert(full.clone());
            interpreter.eval(&full, &String::from_utf8_lossy(&source))?;
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
    match content(interpreter, &name) {
        Some(source) => {
            interpreter.eval(&name, &String::from_utf8_lossy(&source))?;
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
