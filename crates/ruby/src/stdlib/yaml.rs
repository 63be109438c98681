//! YAML as Psych 5 reads and writes it. Objects of classes other than Ruby's basic ones are written with their
//! instance variables and never read. Absent: writing several documents, `YAML.parse`'s tree.

pub mod emitter;
mod loader;
mod scalar;

use std::rc::Rc;

use crate::core::convert;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

use loader::Permitted;

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("load", load, 1..=1)
        .taking(&["permitted_classes", "aliases", "symbolize_names", "fallback", "freeze", "filename"])
        .lacking(&["permitted_symbols", "strict_integer"]),
    method("safe_load", safe_load, 1..=1)
        .taking(&["permitted_classes", "aliases", "symbolize_names", "fallback", "freeze", "filename"])
        .lacking(&["permitted_symbols", "strict_integer"]),
    method("unsafe_load", unsafe_load, 1..=1)
        .taking(&["symbolize_names", "fallback", "freeze", "filename"])
        .lacking(&["strict_integer"]),
    method("load_file", load_file, 1..=1)
        .taking(&["permitted_classes", "aliases", "symbolize_names", "fallback", "freeze"])
        .lacking(&["permitted_symbols", "strict_integer"]),
    method("safe_load_file", safe_load_file, 1..=1)
        .taking(&["permitted_classes", "aliases", "symbolize_names", "fallback", "freeze"])
        .lacking(&["permitted_symbols", "strict_integer"]),
    method("unsafe_load_file", unsafe_load_file, 1..=1)
        .taking(&["symbolize_names", "fallback", "freeze"])
        .lacking(&["strict_integer"]),
    method("load_stream", load_stream, 1..=1)
        .taking(&["symbolize_names", "freeze", "filename"])
        .lacking(&["fallback", "strict_integer"]),
    method("dump", dump, 1..=2).with_keywords(),
    method("safe_dump", safe_dump, 1..=2).with_keywords(),
];

const OBJECT: &[NativeMethod] = &[method("to_yaml", to_yaml, 0..=1).with_keywords()];

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("Psych");
    interpreter.define_singleton(&module, SINGLETON_METHODS);
    interpreter.classes.object.set_constant("YAML", Value::Class(Rc::clone(&module)));
    let standard = interpreter.class_at("StandardError");
    let exception = interpreter.define_class("Psych::Exception", &standard);
    interpreter.define_class("Psych::SyntaxError", &exception);
    interpreter.define_class("Psych::DisallowedClass", &exception);
    let alias = interpreter.define_class("Psych::BadAlias", &exception);
    interpreter.define_class("Psych::AliasesNotEnabled", &alias);
    interpreter.define_class("Psych::AnchorNotDefined", &alias);
    interpreter.classes.object.define(OBJECT);
}

fn permitted(args: &Args, classes: &[&str], aliases: bool) -> Permitted {
    let mut names: Vec<String> = classes.iter().map(|name| (*name).to_owned()).collect();
    if let Some(Value::Array(items)) = args.keyword("permitted_classes") {
        names.extend(items.to_vec().iter().filter_map(|class| match class {
            Value::Class(class) => Some(class.name()),
            other => other.as_name(),
        }));
    }
    Permitted {
        everything: false,
        classes: names,
        aliases: args.keyword("aliases").map_or(aliases, |flag| flag.truthy()),
        symbolize_names: args.keyword("symbolize_names").is_some_and(|flag| flag.truthy()),
        fallback: args.keyword("fallback"),
        freeze: args.keyword("freeze").is_some_and(|flag| flag.truthy()),
    }
}

fn everything(args: &Args) -> Permitted {
    Permitted { everything: true, aliases: true, ..permitted(args, &[], true) }
}

fn text(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        Value::Str(text) => Ok(text.to_string()),
        _ if interpreter.responds_to(value, "read") => {
            let text = interpreter.call(value, "read", Args::none())?;
            Ok(text.as_string().unwrap_or_default())
        }
        _ => Err(convert::no_conversion(interpreter, value, "String")),
    }
}

fn read(interpreter: &mut Interpreter, source: &str, permitted: &Permitted, path: &str) -> Eval {
    let first = loader::load(interpreter, source, permitted, path, true)?.into_iter().next();
    Ok(first.or_else(|| permitted.fallback.clone()).unwrap_or(Value::Bool(false)))
}

/// What errors name.
fn file_name(args: &Args) -> String {
    args.keyword("filename").and_then(|name| name.as_string()).unwrap_or_else(|| "<unknown>".to_owned())
}

fn load(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (source, path) = (text(interpreter, &args.first())?, file_name(&args));
    let permitted = permitted(&args, &["Symbol"], false);
    read(
        interpreter,
        &source,
        &Permitted { fallback: Some(permitted.fallback.clone().unwrap_or_default()), ..permitted },
        &path,
    )
}

fn safe_load(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (source, path) = (text(interpreter, &args.first())?, file_name(&args));
    let permitted = permitted(&args, &[], false);
    read(
        interpreter,
        &source,
        &Permitted { fallback: Some(permitted.fallback.clone().unwrap_or_default()), ..permitted },
        &path,
    )
}

fn unsafe_load(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (source, path) = (text(interpreter, &args.first())?, file_name(&args));
    read(interpreter, &source, &everything(&args), &path)
}

/// A file of the app, as text, with its path. A mark at its beginning is skipped.
fn file(interpreter: &mut Interpreter, path: &Value) -> Eval<(String, String)> {
    let path = crate::core::file::paths::path(interpreter, path)?;
    let bytes = crate::core::file::door::read(interpreter, &path)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match String::from_utf8(bytes.to_vec()) {
        Ok(text) => Ok((text, path)),
        Err(_) => Err(interpreter.unsupported(format!("YAML that is not UTF-8: `{path}`"))),
    }
}

fn load_file(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (source, path) = file(interpreter, &args.first())?;
    read(interpreter, &source, &permitted(&args, &["Symbol"], false), &path)
}

fn safe_load_file(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (source, path) = file(interpreter, &args.first())?;
    read(interpreter, &source, &permitted(&args, &[], false), &path)
}

fn unsafe_load_file(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (source, path) = file(interpreter, &args.first())?;
    read(interpreter, &source, &everything(&args), &path)
}

fn load_stream(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (source, path) = (text(interpreter, &args.first())?, file_name(&args));
    let documents = loader::load(interpreter, &source, &everything(&args), &path, false)?;
    Ok(Value::array(documents))
}

fn dump(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = emit(interpreter, &args.first(), &args)?;
    to_stream(interpreter, text, &args.get(1))
}

/// What is written to answers in place of the text.
fn to_stream(interpreter: &mut Interpreter, text: Value, io: &Value) -> Eval {
    if matches!(io, Value::Hash(_)) || !interpreter.responds_to(io, "write") {
        return Ok(text);
    }
    interpreter.call(io, "write", Args::one(text))?;
    Ok(io.clone())
}

/// `RestrictedYAMLTree`: plain data, and instances of what is permitted.
fn safe_dump(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let permitted = permitted(&args, &[], true);
    check_permitted(interpreter, &args.first(), &permitted)?;
    let text = emit(interpreter, &args.first(), &args)?;
    to_stream(interpreter, text, &args.get(1))
}

fn check_permitted(interpreter: &mut Interpreter, value: &Value, permitted: &Permitted) -> Eval<()> {
    const PLAIN: [&str; 8] = ["TrueClass", "FalseClass", "NilClass", "Integer", "Float", "String", "Array", "Hash"];
    let class = interpreter.class_of(value).name();
    if !PLAIN.contains(&class.as_str()) && !permitted.classes.contains(&class) {
        let shown = if class == "Symbol" { format!("Symbol({})", interpreter.inspect(value)?) } else { class };
        return Err(interpreter.error("Psych::DisallowedClass", format!("Tried to dump unspecified class: {shown}")));
    }
    interpreter.nested(|interpreter| match value {
        Value::Array(items) => items.to_vec().iter().try_for_each(|item| check_permitted(interpreter, item, permitted)),
        Value::Hash(hash) => hash.pairs().iter().try_for_each(|(key, value)| {
            check_permitted(interpreter, key, permitted)?;
            check_permitted(interpreter, value, permitted)
        }),
        _ => Ok(()),
    })
}

fn to_yaml(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    emit(interpreter, this, &args)
}

fn emit(interpreter: &mut Interpreter, value: &Value, args: &Args) -> Eval {
    let last = args.positional.last().filter(|last| matches!(last, Value::Hash(_)) && args.positional.len() > 1);
    let option = |name: &str| match last {
        Some(Value::Hash(options)) if args.keywords.is_none() => options.get_symbol(name),
        _ => args.keyword(name),
    };
    for name in ["canonical", "header", "version", "indentation"] {
        let is_usual = |given: &Value| !given.truthy() || (name == "indentation" && matches!(given, Value::Int(2)));
        if option(name).is_some_and(|given| !is_usual(&given)) {
            return Err(interpreter.unsupported(format!("YAML.dump with `{name}:`")));
        }
    }
    let width = match option("line_width") {
        Some(Value::Int(width)) if width < 0 => usize::MAX,
        // A text that is longer than the width is written in another style.
        Some(Value::Int(_)) => return Err(interpreter.unsupported("YAML.dump with a `line_width:`")),
        _ => emitter::WIDTH,
    };
    let text = emitter::dump(interpreter, value, width)?;
    Ok(Value::str(text))
}

/// The value of a YAML text with everything allowed that is data, for hosts (database.yml).
pub fn load_text(interpreter: &mut Interpreter, source: &str, path: &str) -> Eval {
    read(interpreter, source, &Permitted { aliases: true, ..permitted(&Args::none(), &["Symbol"], true) }, path)
}
