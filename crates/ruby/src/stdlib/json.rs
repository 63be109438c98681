//! JSON, and ActiveSupport's `to_json` and `as_json`: generation through `as_json` with HTML characters escaped.
//! Absent: JSON's additions (`create_id`), its generator's states, and `strict:`.

mod generator;
mod parser;

use std::rc::Rc;

use crate::core::bigdecimal::Decimal;
use crate::core::convert;
use crate::core::date::RDate;
use crate::core::numeric_tower::Number;
use crate::core::time::{self, RTime};
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, ExceptionData, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RHash, RString, Value};

pub use parser::ParseOptions;

use generator::{Layout, MAX_NESTING};

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("parse", parse, 1..=2).with_keywords(),
    method("parse!", parse_bang, 1..=2).with_keywords(),
    method("load", load, 1..=3).with_keywords(),
    method("load_file", load_file, 1..=2).with_keywords(),
    method("load_file!", load_file_bang, 1..=2).with_keywords(),
    method("generate", generate, 1..=2),
    method("fast_generate", generate, 1..=2),
    method("dump", dump, 1..=3).lacking(&["strict"]),
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

fn source(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        // Bytes of no encoding are taken for UTF-8.
        Value::Str(text) if text.is_binary() => Ok(RString::of_bytes(&text.bytes()).to_string()),
        Value::Str(text) => Ok(text.to_string()),
        _ if interpreter.responds_to(value, "to_str") => {
            let text = interpreter.call(value, "to_str", Args::none())?;
            Ok(text.as_string().unwrap_or_default())
        }
        _ => Err(convert::no_conversion(interpreter, value, "String")),
    }
}

/// What JSON.parse makes of its text; the options that it does not know it passes over.
struct Reading {
    options: ParseOptions,
    freeze: bool,
    /// Whether objects may name a class to become.
    additions: bool,
}

impl Reading {
    /// `defaults` are those of JSON.parse!, which allows what JSON.parse does not.
    fn of(interpreter: &mut Interpreter, given: Option<&RHash>, lenient: bool, additions: bool) -> Eval<Self> {
        let option = |name: &str| given.and_then(|hash| hash.get_symbol(name));
        let flag = |name: &str, default: bool| option(name).map_or(default, |flag| flag.truthy());
        for (name, plain) in [("object_class", "Hash"), ("array_class", "Array")] {
            let class = option(name).filter(Value::truthy);
            if class.is_some_and(|class| !matches!(&class, Value::Class(class) if class.name() == plain)) {
                return Err(interpreter.unsupported(format!("JSON.parse with `{name}:`")));
            }
        }
        let decimals = match option("decimal_class") {
            Some(Value::Class(class)) if class.is_named("BigDecimal") => true,
            Some(Value::Class(class)) if class.is_named("Float") => false,
            Some(class) if class.truthy() => {
                return Err(interpreter.unsupported("JSON.parse with `decimal_class:`"));
            }
            _ => false,
        };
        let symbolize_names = flag("symbolize_names", false);
        let additions = flag("create_additions", additions);
        if symbolize_names && additions {
            let message = "options :symbolize_names and :create_additions cannot be  used in conjunction";
            return Err(interpreter.argument_error(message));
        }
        for name in ["match_string", "create_id"] {
            if option(name).is_some_and(|value| value.truthy()) && additions {
                return Err(interpreter.unsupported(format!("JSON.parse with `{name}:`")));
            }
        }
        let max_nesting = match option("max_nesting") {
            Some(Value::Int(depth)) if depth > 0 => depth as usize,
            None if !lenient => MAX_NESTING,
            _ => usize::MAX,
        };
        let allow_nan = flag("allow_nan", lenient);
        let options = ParseOptions { symbolize_names, allow_nan, decimals, max_nesting };
        Ok(Self { options, freeze: flag("freeze", false), additions })
    }

    fn read(&self, interpreter: &mut Interpreter, text: &str) -> Eval {
        let value = parser::parse(interpreter, text, &self.options)?;
        if self.additions || self.freeze {
            self.visit(interpreter, &value)?;
        }
        Ok(value)
    }

    /// Refuses objects that name their class, and freezes what shall be frozen.
    fn visit(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<()> {
        match value {
            Value::Array(items) => {
                for item in items.to_vec() {
                    interpreter.nested(|interpreter| self.visit(interpreter, &item))?;
                }
            }
            Value::Hash(hash) => {
                for (key, item) in hash.pairs() {
                    if self.additions && item.truthy() && key.as_name().as_deref() == Some("json_class") {
                        return Err(
                            interpreter.unsupported("JSON's `create_additions:`: an object with a `json_class`")
                        );
                    }
                    interpreter.nested(|interpreter| self.visit(interpreter, &item))?;
                }
            }
            _ => {}
        }
        if self.freeze {
            interpreter.call(value, "freeze", Args::none())?;
        }
        Ok(())
    }
}

/// The options at an index of a call, which must be a Hash.
fn given(interpreter: &mut Interpreter, args: &Args, index: usize) -> Eval<Option<Rc<RHash>>> {
    match (&args.keywords, args.get(index)) {
        (None, other) if other.truthy() && !matches!(other, Value::Hash(_)) => {
            let class = interpreter.class_of(&other).name();
            Err(interpreter.type_error(format!("no implicit conversion of {class} into Hash")))
        }
        _ => Ok(options_at(args, index)),
    }
}

fn parse_with(interpreter: &mut Interpreter, args: &Args, lenient: bool) -> Eval {
    let text = source(interpreter, &args.first())?;
    let given = given(interpreter, args, 1)?;
    Reading::of(interpreter, given.as_deref(), lenient, false)?.read(interpreter, &text)
}

fn parse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    parse_with(interpreter, &args, false)
}

fn parse_bang(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    parse_with(interpreter, &args, true)
}

fn read_file(interpreter: &mut Interpreter, mut args: Args, lenient: bool) -> Eval {
    let text = crate::core::file::reading::text_of(interpreter, &args.first(), &Value::Nil, &Args::none())?;
    args.positional[0] = Value::Str(Rc::new(text));
    parse_with(interpreter, &args, lenient)
}

fn load_file(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    read_file(interpreter, args, false)
}

fn load_file_bang(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    read_file(interpreter, args, true)
}

/// JSON.load answers nil for nil and for an empty text; what reads is read; a proc is told of every value.
fn load(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut first = args.first();
    if matches!(first, Value::Object(_)) && interpreter.responds_to(&first, "read") {
        first = interpreter.call(&first, "read", Args::none())?;
    }
    let options = given(interpreter, &args, 2)?;
    let reading = Reading::of(interpreter, options.as_deref(), true, true)?;
    let blank = options.and_then(|options| options.get_symbol("allow_blank")).is_none_or(|flag| flag.truthy());
    let empty = first.is_nil() || matches!(&first, Value::Str(text) if text.borrow().is_empty());
    let text = match &first {
        _ if empty && blank => "null".to_owned(),
        first => source(interpreter, first)?,
    };
    let value = reading.read(interpreter, &text)?;
    let told = args.get(1);
    if told.truthy() {
        tell(interpreter, &value, &told)?;
    }
    Ok(value)
}

/// Each value after what it holds.
fn tell(interpreter: &mut Interpreter, value: &Value, told: &Value) -> Eval<()> {
    let inner = match value {
        Value::Array(items) => items.to_vec(),
        Value::Hash(hash) => hash.pairs().into_iter().flat_map(|(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    };
    for item in inner {
        interpreter.nested(|interpreter| tell(interpreter, &item, told))?;
    }
    interpreter.call(told, "call", Args::one(value.clone()))?;
    Ok(())
}

fn decode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    parse_with(interpreter, &args, false)
}

/// The Hash that a call's last argument is, keywords or not.
fn options_at(args: &Args, index: usize) -> Option<Rc<RHash>> {
    match (&args.keywords, args.get(index)) {
        (Some(keywords), _) => Some(Rc::clone(keywords)),
        (None, Value::Hash(hash)) => Some(hash),
        _ => None,
    }
}

fn laid_out(interpreter: &mut Interpreter, args: &Args, layout: Layout) -> Eval {
    let options = args.get(1);
    let layout = match &options {
        Value::Nil | Value::Bool(false) => layout,
        Value::Hash(options) => layout.with(interpreter, options)?,
        other => {
            let name = ["to_hash", "to_h"].into_iter().find(|name| interpreter.responds_to(other, name));
            let Some(name) = name else {
                let class = interpreter.class_of(other).name();
                return Err(interpreter.type_error(format!("can't convert {class} into Hash")));
            };
            match interpreter.call(other, name, Args::none())? {
                Value::Hash(options) => layout.with(interpreter, &options)?,
                _ => layout,
            }
        }
    };
    Ok(Value::str(generator::generate(interpreter, &args.first(), &layout)?))
}

fn generate(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    laid_out(interpreter, &args, Layout::plain())
}

fn pretty_generate(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    laid_out(interpreter, &args, Layout::pretty())
}

/// `dump(value, io = nil, limit = nil)`; the limit may come in the place of what is written to.
fn dump(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (mut io, mut limit) = (args.get(1), args.get(2));
    if io.truthy() && limit.is_nil() && !interpreter.responds_to(&io, "write") {
        limit = std::mem::take(&mut io);
    }
    let most = match &limit {
        Value::Int(most) => usize::try_from(*most).unwrap_or(0),
        limit if !limit.truthy() => 0,
        _ => return Err(interpreter.unsupported("JSON.dump with a limit that is no number")),
    };
    let text = match generator::generate(interpreter, &args.first(), &Layout::dump(most)) {
        Ok(text) => Value::str(text),
        Err(flow) if is_too_deep(interpreter, &flow) => return Err(interpreter.argument_error("exceed depth limit")),
        Err(flow) => return Err(flow),
    };
    if !io.truthy() {
        return Ok(text);
    }
    interpreter.call(&io, "write", Args::one(text))?;
    Ok(io)
}

fn is_too_deep(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    match flow {
        Flow::Raise(error) => interpreter.class_of(error).is_named("JSON::NestingError"),
        _ => false,
    }
}

/// ActiveSupport::JSON.encode: what `as_json` makes of the value, written with HTML escaped.
pub fn encode_value(interpreter: &mut Interpreter, value: &Value, options: &Value) -> Eval<String> {
    let is_off = |name: &str| match options {
        Value::Hash(options) => options.get_symbol(name).is_some_and(|value| !value.truthy()),
        _ => false,
    };
    let layout = Layout::encoding(!is_off("escape"));
    let layout = if is_off("escape_html_entities") { layout.without_entities() } else { layout };
    let plain = jsonify(interpreter, value, options)?;
    generator::generate(interpreter, &plain, &layout)
}

/// `ActiveSupport::JSON::Encoding.encode_without_escape`, as columns of documents keep it.
pub fn encode_without_escape(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    let plain = jsonify(interpreter, value, &Value::Nil)?;
    generator::generate(interpreter, &plain, &Layout::encoding(false))
}

fn encode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(encode_value(interpreter, &args.first(), &args.get(1))?))
}

fn to_json(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::str(encode_value(interpreter, this, &args.first())?))
}

fn as_json(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    one_step(interpreter, this, &args.first())
}

/// Only nil, booleans, numbers, strings, arrays and hashes, all the way down.
fn jsonify(interpreter: &mut Interpreter, value: &Value, options: &Value) -> Eval {
    interpreter.nested(|interpreter| jsonify_here(interpreter, value, options))
}

fn jsonify_here(interpreter: &mut Interpreter, value: &Value, options: &Value) -> Eval {
    let class = interpreter.dispatch_class(value);
    // A class' own, be it written in Ruby or the embedder's; what every object has is done here.
    let own = interpreter.find(&class, crate::syntax::symbol::Symbol::new("as_json")).is_some_and(|found| {
        let is_native = matches!(found.method.body, crate::runtime::method::MethodBody::Native(_));
        !is_native || matches!(value, Value::Object(_)) && !Rc::ptr_eq(&found.owner, &interpreter.classes.object)
    });
    let value = if own {
        let args = if options.is_nil() { Args::none() } else { Args::one(options.clone()) };
        let args = if args.is_empty() { Args::one(Value::Nil) } else { args };
        interpreter.call(value, "as_json", args)?
    } else {
        one_step(interpreter, value, options)?
    };
    Ok(value)
}

fn one_step(interpreter: &mut Interpreter, value: &Value, options: &Value) -> Eval {
    match value {
        Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Str(_) => Ok(value.clone()),
        Value::Float(float) => Ok(if float.is_finite() { value.clone() } else { Value::Nil }),
        Value::Symbol(name) => Ok(Value::str(name.to_string())),
        Value::Array(items) => {
            let mut out = Vec::new();
            for item in items.to_vec() {
                out.push(jsonify(interpreter, &item, options)?);
            }
            Ok(Value::array(out))
        }
        Value::Hash(hash) => hash_step(interpreter, hash, options),
        _ => object_step(interpreter, value, options),
    }
}

/// Keys as strings; `only:` and `except:` choose among them.
fn hash_step(interpreter: &mut Interpreter, hash: &RHash, options: &Value) -> Eval {
    let chosen = |name: &str| match options {
        Value::Hash(options) => options.get_symbol(name).filter(|value| !value.is_nil()),
        _ => None,
    };
    let only = chosen("only").map(|only| convert::wrap(interpreter, &only)).transpose()?;
    let except = match only {
        Some(_) => None,
        None => chosen("except").map(|except| convert::wrap(interpreter, &except)).transpose()?,
    };
    let kept = RHash::from_pairs(hash.pairs());
    for key in except.iter().flatten() {
        kept.remove(key);
    }
    let pairs = match only {
        Some(only) => only.into_iter().filter_map(|key| kept.get(&key).map(|value| (key, value))).collect(),
        None => kept.pairs(),
    };
    let out = RHash::new();
    for (key, value) in pairs {
        let name = interpreter.to_s(&key)?;
        let value = jsonify(interpreter, &value, options)?;
        // A text keeps its encoding.
        out.insert(if matches!(key, Value::Str(_)) { key } else { Value::str(name) }, value);
    }
    Ok(Value::hash(out))
}

fn object_step(interpreter: &mut Interpreter, value: &Value, options: &Value) -> Eval {
    if let Some(time) = value.data::<RTime>() {
        return Ok(Value::str(time::xmlschema(&time.moment(), 3, time.zone().is_utc())));
    }
    if value.native_data().is_some_and(|data| data.instant().is_some()) {
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
    if time::is_duration(value) {
        return interpreter.call(value, "to_i", Args::none());
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
            return interpreter.nested(|interpreter| one_step(interpreter, &hash, options));
        }
    }
    let enumerable = interpreter.classes.enumerable.clone();
    if interpreter.is_a(value, &enumerable) {
        let items = interpreter.call(value, "to_a", Args::none())?;
        return interpreter.nested(|interpreter| one_step(interpreter, &items, options));
    }
    let hash = RHash::new();
    if let Value::Object(object) = value {
        for (name, item) in object.ivars().borrow().iter() {
            hash.insert(Value::str(name.to_str().trim_start_matches('@')), item.clone());
        }
    }
    hash_step(interpreter, &hash, options)
}

fn is_struct(interpreter: &mut Interpreter, value: &Value) -> bool {
    let class = interpreter.class_at("Struct");
    interpreter.is_a(value, &class)
}
