//! JSON, and ActiveSupport's `to_json` and `as_json`: generation through `as_json` with HTML characters escaped.
//! Absent: JSON's additions (`create_id`) and generator states.

mod parser;

use super::bigdecimal::Decimal;
use super::date::RDate;
use super::number::Number;
use super::time::{self, RTime};
use crate::args::Args;
use crate::core_ext::time_with_zone::Zoned;
use crate::exception::{Eval, ExceptionData};
use crate::interpreter::Interpreter;
use crate::method::{NativeMethod, method};
use crate::value::{RHash, Value};

pub use parser::ParseOptions;

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("parse", parse, 1..=2).with_keywords(),
    method("parse!", parse, 1..=2).with_keywords(),
    method("load", load, 1..=3).with_keywords(),
    method("load_file", load_file, 1..=2).with_keywords(),
    method("load_file!", load_file, 1..=2).with_keywords(),
    method("generate", generate, 1..=2),
    method("fast_generate", generate, 1..=2),
    method("dump", generate, 1..=3),
    method("pretty_generate", pretty_generate, 1..=2),
];

const ACTIVE_SUPPORT: &[NativeMethod] = &[method("encode", encode, 1..=2), method("decode", decode, 1..=2)];

const OBJECT: &[NativeMethod] = &[method("to_json", to_json, 0..=1), method("as_json", as_json, 0..=1)];

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("JSON");
    interpreter.define_singleton(&module, SINGLETON_METHODS);
    let standard = interpreter.class_at("StandardError");
    let error = interpreter.define_class("JSON::JSONError", &standard);
    let parser_error = interpreter.define_class("JSON::ParserError", &error);
    interpreter.define_class("JSON::NestingError", &parser_error);
    interpreter.define_class("JSON::GeneratorError", &error);
    let active_support = interpreter.define_module("ActiveSupport::JSON");
    interpreter.define_singleton(&active_support, ACTIVE_SUPPORT);
    interpreter.classes.object.define(OBJECT);
}

/// How deep generated values may nest.
const MAX_NESTING: usize = 100;

fn source(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        Value::Str(text) => Ok(text.to_string()),
        _ if interpreter.responds_to(value, "to_str") => {
            let text = interpreter.call(value, "to_str", Args::none())?;
            Ok(text.as_string().unwrap_or_default())
        }
        _ => {
            let shown = match value {
                Value::Nil => "nil".to_owned(),
                _ => interpreter.class_of(value).name(),
            };
            Err(interpreter.type_error(format!("no implicit conversion of {shown} into String")))
        }
    }
}

fn options_of(args: &Args) -> ParseOptions {
    let hash = match (&args.keywords, args.get(1)) {
        (Some(keywords), _) => Some(std::rc::Rc::clone(keywords)),
        (None, Value::Hash(hash)) => Some(hash),
        _ => None,
    };
    let option = |name: &str| hash.as_ref().and_then(|hash| hash.get_symbol(name));
    ParseOptions {
        symbolize_names: option("symbolize_names").is_some_and(|flag| flag.truthy()),
        allow_nan: option("allow_nan").is_some_and(|flag| flag.truthy()),
        decimals: matches!(option("decimal_class"), Some(Value::Class(_))),
        max_nesting: match option("max_nesting") {
            Some(Value::Int(depth)) if depth > 0 => depth as usize,
            Some(_) => usize::MAX,
            None => MAX_NESTING,
        },
    }
}

fn parse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = source(interpreter, &args.first())?;
    parser::parse(interpreter, &text, &options_of(&args))
}

fn load_file(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let text = super::file::reading::text_of(interpreter, &args.first(), &Value::Nil, &Args::none())?;
    args.positional[0] = Value::Str(std::rc::Rc::new(text));
    parse(interpreter, this, args)
}

/// JSON.load answers nil for nil and for an empty text; what reads is read.
fn load(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let first = args.first();
    if matches!(first, Value::Object(_)) && interpreter.responds_to(&first, "read") {
        args.positional[0] = interpreter.call(&first, "read", Args::none())?;
    }
    match args.first() {
        Value::Nil => Ok(Value::Nil),
        Value::Str(text) if text.borrow().is_empty() => Ok(Value::Nil),
        _ => parse(interpreter, this, args),
    }
}

fn decode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = source(interpreter, &args.first())?;
    let options = ParseOptions { allow_nan: false, ..options_of(&args) };
    parser::parse(interpreter, &text, &options)
}

/// How a text is laid out, and what is escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Layout {
    pretty: bool,
    escape_html: bool,
}

fn generate(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut out = String::new();
    write(interpreter, &args.first(), Layout { pretty: false, escape_html: false }, 0, &mut out)?;
    Ok(Value::str(out))
}

fn pretty_generate(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut out = String::new();
    write(interpreter, &args.first(), Layout { pretty: true, escape_html: false }, 0, &mut out)?;
    Ok(Value::str(out))
}

fn write(interpreter: &mut Interpreter, value: &Value, layout: Layout, depth: usize, out: &mut String) -> Eval<()> {
    interpreter.check_size(out.len())?;
    if depth > MAX_NESTING {
        return Err(interpreter.error("JSON::NestingError", format!("nesting of {depth} is too deep")));
    }
    match value {
        Value::Nil => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(int) => out.push_str(&int.to_string()),
        Value::Float(float) if !float.is_finite() => {
            let shown = super::float::format(*float);
            return Err(interpreter.error("JSON::GeneratorError", format!("{shown} not allowed in JSON")));
        }
        Value::Float(float) => out.push_str(&super::float::format(*float)),
        Value::Str(text) => write_string(&text.to_string(), layout.escape_html, out),
        Value::Symbol(name) => write_string(&name.to_str(), layout.escape_html, out),
        Value::Array(items) => {
            let items = items.to_vec();
            write_items(interpreter, items.len(), layout, depth, out, ('[', ']'), &mut |interpreter, index, out| {
                write(interpreter, &items[index], layout, depth + 1, out)
            })?;
        }
        Value::Hash(hash) => {
            let pairs = hash.pairs();
            write_items(interpreter, pairs.len(), layout, depth, out, ('{', '}'), &mut |interpreter, index, out| {
                let (key, value) = &pairs[index];
                let key = interpreter.to_s(key)?;
                write_string(&key, layout.escape_html, out);
                out.push_str(if layout.pretty { ": " } else { ":" });
                write(interpreter, value, layout, depth + 1, out)
            })?;
        }
        _ => write_object(interpreter, value, layout, out)?,
    }
    Ok(())
}

type WriteItem<'a> = dyn FnMut(&mut Interpreter, usize, &mut String) -> Eval<()> + 'a;

fn write_items(
    interpreter: &mut Interpreter,
    count: usize,
    layout: Layout,
    depth: usize,
    out: &mut String,
    brackets: (char, char),
    item: &mut WriteItem,
) -> Eval<()> {
    out.push(brackets.0);
    for index in 0..count {
        if index > 0 {
            out.push(',');
        }
        if layout.pretty {
            out.push('\n');
            out.push_str(&"  ".repeat(depth + 1));
        }
        item(interpreter, index, out)?;
    }
    if layout.pretty {
        // JSON 2.7 breaks the line inside empty brackets, and twice inside those of an array.
        out.push_str(if count == 0 && brackets.0 == '[' { "\n\n" } else { "\n" });
        out.push_str(&"  ".repeat(depth));
    }
    out.push(brackets.1);
    Ok(())
}

/// A big number stands as it is; an object with a `to_json` of its own brings its text; the rest are their `to_s`.
fn write_object(interpreter: &mut Interpreter, value: &Value, layout: Layout, out: &mut String) -> Eval<()> {
    if Number::of(value).is_some_and(|number| number.is_integer()) {
        out.push_str(&interpreter.to_s(value)?);
        return Ok(());
    }
    let class = interpreter.dispatch_class(value);
    let own = interpreter.find_method(&class, crate::symbol::Symbol::new("to_json"));
    if own.is_some_and(|method| !matches!(method.body, crate::method::MethodBody::Native(_))) {
        let text = interpreter.call(value, "to_json", Args::none())?;
        out.push_str(&text.as_string().unwrap_or_default());
        return Ok(());
    }
    let text = interpreter.to_s(value)?;
    write_string(&text, layout.escape_html, out);
    Ok(())
}

/// A JSON string; `escape_html` also writes the characters that HTML or JavaScript would read as their own.
pub fn write_string(text: &str, escape_html: bool, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' if escape_html => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            '\u{2028}' | '\u{2029}' if escape_html => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// ActiveSupport::JSON.encode: what `as_json` makes of the value, written with HTML escaped.
pub fn encode_value(interpreter: &mut Interpreter, value: &Value, options: &Value) -> Eval<String> {
    let plain = jsonify(interpreter, value, options, 0)?;
    let mut out = String::new();
    write(interpreter, &plain, Layout { pretty: false, escape_html: true }, 0, &mut out)?;
    Ok(out)
}

/// `ActiveSupport::JSON::Encoding.encode_without_escape`, as columns of documents keep it.
pub fn encode_without_escape(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    let plain = jsonify(interpreter, value, &Value::Nil, 0)?;
    let mut out = String::new();
    write(interpreter, &plain, Layout { pretty: false, escape_html: false }, 0, &mut out)?;
    Ok(out)
}

fn encode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(encode_value(interpreter, &args.first(), &args.get(1))?))
}

fn to_json(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::str(encode_value(interpreter, this, &args.first())?))
}

fn as_json(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    one_step(interpreter, this, &args.first(), 0)
}

/// Only nil, booleans, numbers, strings, arrays and hashes, all the way down.
fn jsonify(interpreter: &mut Interpreter, value: &Value, options: &Value, depth: usize) -> Eval {
    let class = interpreter.dispatch_class(value);
    let own = interpreter.find_method(&class, crate::symbol::Symbol::new("as_json"));
    let value = if own.is_some_and(|method| !matches!(method.body, crate::method::MethodBody::Native(_))) {
        let args = if options.is_nil() { Args::none() } else { Args::one(options.clone()) };
        let args = if args.is_empty() { Args::one(Value::Nil) } else { args };
        interpreter.call(value, "as_json", args)?
    } else {
        one_step(interpreter, value, options, depth)?
    };
    Ok(value)
}

fn one_step(interpreter: &mut Interpreter, value: &Value, options: &Value, depth: usize) -> Eval {
    if depth > MAX_NESTING {
        return Err(interpreter.error("JSON::NestingError", format!("nesting of {depth} is too deep")));
    }
    match value {
        Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Str(_) => Ok(value.clone()),
        Value::Float(float) => Ok(if float.is_finite() { value.clone() } else { Value::Nil }),
        Value::Symbol(name) => Ok(Value::str(name.to_string())),
        Value::Array(items) => {
            let mut out = Vec::new();
            for item in items.to_vec() {
                out.push(jsonify(interpreter, &item, options, depth + 1)?);
            }
            Ok(Value::array(out))
        }
        Value::Hash(hash) => hash_step(interpreter, hash, options, depth),
        _ => object_step(interpreter, value, options, depth),
    }
}

/// Keys as strings; `only:` and `except:` choose among them.
fn hash_step(interpreter: &mut Interpreter, hash: &RHash, options: &Value, depth: usize) -> Eval {
    let chosen = |name: &str| match options {
        Value::Hash(options) => options.get_symbol(name).filter(|value| !value.is_nil()),
        _ => None,
    };
    let names = |value: Value| match value {
        Value::Array(items) => items.to_vec().iter().filter_map(Value::as_name).collect::<Vec<_>>(),
        value => value.as_name().into_iter().collect(),
    };
    let (only, except) = (chosen("only").map(names), chosen("except").map(names));
    let out = RHash::new();
    for (key, value) in hash.pairs() {
        let name = interpreter.to_s(&key)?;
        if only.as_ref().is_some_and(|only| !only.contains(&name))
            || except.as_ref().is_some_and(|except| except.contains(&name))
        {
            continue;
        }
        let value = jsonify(interpreter, &value, options, depth + 1)?;
        out.insert(Value::str(name), value);
    }
    Ok(Value::hash(out))
}

fn object_step(interpreter: &mut Interpreter, value: &Value, options: &Value, depth: usize) -> Eval {
    if let Some(time) = value.data::<RTime>() {
        return Ok(Value::str(time::xmlschema(&time.moment(), 3, time.zone().is_utc())));
    }
    if value.data::<Zoned>().is_some() {
        return interpreter.call(value, "xmlschema", Args::one(Value::Int(3)));
    }
    if let Some(date) = value.data::<RDate>() {
        let moment = date.moment();
        return Ok(Value::str(if date.has_time {
            time::xmlschema(&moment, 3, false)
        } else {
            time::strftime::strftime(&moment, "%Y-%m-%d")
        }));
    }
    if let Some(decimal) = value.data::<Decimal>() {
        return Ok(if decimal.is_finite() { Value::str(decimal.to_plain()) } else { Value::Nil });
    }
    if let Some(duration) = value.data::<crate::core_ext::duration::Duration>() {
        return interpreter.call(&duration.value, "to_i", Args::none());
    }
    if let Some(address) = super::ipaddr::as_json(value) {
        return Ok(Value::str(address));
    }
    match Number::of(value) {
        Some(number) if number.is_integer() => return Ok(value.clone()),
        Some(_) => return Ok(Value::str(interpreter.to_s(value)?)),
        None => {}
    }
    if matches!(value, Value::Range(_) | Value::Class(_) | Value::Proc(_)) || value.data::<ExceptionData>().is_some() {
        return Ok(Value::str(interpreter.to_s(value)?));
    }
    if matches!(interpreter.class_of(value).name().as_str(), "Regexp" | "URI::Generic" | "ActiveSupport::TimeZone") {
        return Ok(Value::str(interpreter.to_s(value)?));
    }
    for name in ["to_hash", "to_h"] {
        if interpreter.responds_to(value, name) && (name == "to_hash" || is_struct(interpreter, value)) {
            let hash = interpreter.call(value, name, Args::none())?;
            return one_step(interpreter, &hash, options, depth + 1);
        }
    }
    let enumerable = interpreter.classes.enumerable.clone();
    if interpreter.is_a(value, &enumerable) {
        let items = interpreter.call(value, "to_a", Args::none())?;
        return one_step(interpreter, &items, options, depth + 1);
    }
    let hash = RHash::new();
    if let Value::Object(object) = value {
        for (name, item) in object.ivars().borrow().iter() {
            hash.insert(Value::str(name.to_str().trim_start_matches('@')), item.clone());
        }
    }
    hash_step(interpreter, &hash, options, depth + 1)
}

fn is_struct(interpreter: &mut Interpreter, value: &Value) -> bool {
    let class = interpreter.class_at("Struct");
    interpreter.is_a(value, &class)
}
