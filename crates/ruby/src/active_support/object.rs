//! core_ext/object: blank?, presence, try, in?, with_options, with, to_param, to_query, deep_dup.

use std::rc::Rc;

use crate::Args;
use crate::core::array::items;
use crate::core::convert;
use crate::core::hash::{self, entries};
use crate::core::string;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, ProcKind, RHash, RProc, RString, Value};

const OBJECT_METHODS: &[NativeMethod] = &[
    method("blank?", is_blank_method, 0..=0),
    method("present?", is_present, 0..=0),
    method("presence", presence, 0..=0),
    variadic("try", try_call, 0).with_keywords(),
    variadic("try!", try_call_strictly, 0).with_keywords(),
    method("in?", is_in, 1..=1),
    method("presence_in", presence_in, 1..=1),
    method("with_options", with_options, 1..=1),
    variadic("with", with, 0).with_keywords(),
    method("to_param", to_param, 0..=0),
    method("to_query", to_query, 1..=1),
    method("deep_dup", deep_dup, 0..=0),
    method("duplicable?", is_duplicable, 0..=0),
    method("acts_like?", acts_like, 1..=1),
    method("instance_values", instance_values, 0..=0),
    method("html_safe?", is_html_safe, 0..=0),
];

const NIL_METHODS: &[NativeMethod] = &[variadic("try", nothing, 0), variadic("try!", nothing, 0)];

const MERGER_METHODS: &[NativeMethod] = &[variadic("method_missing", merge_missing, 1).with_keywords()];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.object.define(OBJECT_METHODS);
    interpreter.classes.nil.define(NIL_METHODS);
    let basic = Rc::clone(&interpreter.classes.basic_object);
    interpreter.define_class("ActiveSupport::OptionMerger", &basic).define(MERGER_METHODS);
}

/// `value.blank?`
pub fn is_blank(interpreter: &mut Interpreter, value: &Value) -> Eval<bool> {
    Ok(match value {
        Value::Nil => true,
        Value::Bool(value) => !value,
        Value::Int(_) | Value::Float(_) => false,
        Value::Str(text) => is_blank_text(interpreter, text)?,
        Value::Array(items) => items.is_empty(),
        Value::Hash(hash) => hash.is_empty(),
        Value::Symbol(name) => name.to_str().is_empty(),
        other if other.data::<string::StringObject>().is_some() => is_blank_text(interpreter, &string::text(other))?,
        other if interpreter.responds_to(other, "empty?") => interpreter.call(other, "empty?", Args::none())?.truthy(),
        _ => false,
    })
}

/// By a pattern, which bytes that are no characters do not match.
fn is_blank_text(interpreter: &mut Interpreter, text: &RString) -> Eval<bool> {
    crate::runtime::texts::expect_valid(interpreter, text)?;
    Ok(text.borrow().chars().all(char::is_whitespace))
}

fn is_blank_method(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    is_blank(interpreter, this).map(Value::Bool)
}

/// `!blank?`, whose meaning a class may have changed.
fn present(interpreter: &mut Interpreter, value: &Value) -> Eval<bool> {
    match value {
        Value::Object(_) => Ok(!interpreter.call(value, "blank?", Args::none())?.truthy()),
        other => Ok(!is_blank(interpreter, other)?),
    }
}

fn is_present(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    present(interpreter, this).map(Value::Bool)
}

fn presence(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(if present(interpreter, this)? { this.clone() } else { Value::Nil })
}

fn nothing(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Nil)
}

/// A block alone: with the object as its argument, or as its self where it takes none.
fn yield_object(interpreter: &mut Interpreter, this: &Value, block: &Rc<RProc>) -> Eval {
    if block.arity() == 0 {
        return interpreter.instance_exec(block, this, Args::one(this.clone()));
    }
    interpreter.yield_value(block, this.clone())
}

fn try_call(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.is_empty() {
        return match args.block.take() {
            Some(block) => yield_object(interpreter, this, &block),
            None => Ok(Value::Nil),
        };
    }
    let name = args.positional.remove(0);
    if !interpreter.call(this, "respond_to?", Args::one(name.clone()))?.truthy() {
        return Ok(Value::Nil);
    }
    let name = convert::name(interpreter, &name)?;
    interpreter.call_public(this, &name, args)
}

fn try_call_strictly(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.is_empty() {
        return try_call(interpreter, this, args);
    }
    let name = args.positional.remove(0);
    let name = convert::name(interpreter, &name)?;
    interpreter.call_public(this, &name, args)
}

fn is_in(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let question = if matches!(args.first(), Value::Range(_)) { "cover?" } else { "include?" };
    let answer = interpreter.call_public(&args.first(), question, Args::one(this.clone()));
    let Err(flow) = answer else { return answer };
    let class = interpreter.class_at("NoMethodError");
    match &*flow {
        Flow::Raise(error) if interpreter.is_a(error, &class) => {
            Err(interpreter.argument_error("The parameter passed to #in? must respond to #include?"))
        }
        _ => Err(flow),
    }
}

fn presence_in(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(if is_in(interpreter, this, args)?.truthy() { this.clone() } else { Value::Nil })
}

struct OptionMerger {
    context: Value,
    options: Value,
}

impl NativeData for OptionMerger {}

fn with_options(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_at("ActiveSupport::OptionMerger");
    let merger = Value::native(&class, OptionMerger { context: this.clone(), options: args.first() });
    match &args.block {
        None => Ok(merger),
        Some(block) if block.arity() == 0 => interpreter.instance_exec(block, &merger, Args::one(merger.clone())),
        Some(block) => interpreter.yield_value(block, merger),
    }
}

/// Sends anything on with the options merged into its own.
fn merge_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(merger) = this.data::<OptionMerger>() else { return Ok(Value::Nil) };
    let mut args = args.flatten_keywords();
    let name = args.positional.remove(0);
    let name = convert::name(interpreter, &name)?;
    if let [Value::Proc(lazy)] = args.positional.as_slice() {
        let (lazy, options) = (Rc::clone(lazy), merger.options.clone());
        args.positional[0] = RProc::native(move |interpreter, args| {
            let own = interpreter.call_block(&lazy, args)?;
            interpreter.call(&options, "deep_merge", Args::one(own))
        });
        return interpreter.call(&merger.context, &name, args);
    }
    let mut options = merger.options.clone();
    let has_own = match args.positional.last() {
        Some(Value::Hash(_)) => true,
        Some(value @ Value::Object(_)) => interpreter.responds_to(value, "to_hash"),
        _ => false,
    };
    if has_own {
        let own = args.positional.pop().unwrap_or_default();
        options = interpreter.call(&options, "deep_merge", Args::one(own))?;
    }
    let options = convert::hash(interpreter, &options)?;
    interpreter.call(&merger.context, &name, args.with_keywords(Some(options)))
}

fn with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut old = Vec::new();
    let mut outcome = Ok(Value::Nil);
    for (name, value) in args.keywords.map(|keywords| keywords.pairs()).unwrap_or_default() {
        let name = convert::name(interpreter, &name)?;
        let change = |interpreter: &mut Interpreter| {
            let before = interpreter.call_public(this, &name, Args::none())?;
            interpreter.call_public(this, &format!("{name}="), Args::one(value))?;
            Ok(before)
        };
        match change(interpreter) {
            Ok(before) => old.push((name, before)),
            Err(flow) => {
                outcome = Err(flow);
                break;
            }
        }
    }
    if let (Ok(_), Some(block)) = (&outcome, &args.block) {
        outcome = interpreter.yield_value(block, this.clone());
    }
    for (name, before) in old {
        interpreter.call_public(this, &format!("{name}="), Args::one(before))?;
    }
    outcome
}

fn to_param(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    match this {
        Value::Nil | Value::Bool(_) => Ok(this.clone()),
        Value::Array(list) => {
            let mut parts = Vec::new();
            for item in list.to_vec() {
                parts.push(interpreter.call(&item, "to_param", Args::none())?);
            }
            interpreter.call(&Value::array(parts), "join", Args::one(Value::str("/")))
        }
        Value::Hash(_) => hash_query(interpreter, this, None).map(Value::str),
        other => interpreter.call(other, "to_s", Args::none()),
    }
}

/// `CGI.escape`.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' | b'*' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn query(interpreter: &mut Interpreter, value: &Value, key: &str) -> Eval<String> {
    // Each level has a longer key.
    convert::spend(interpreter, 1 + key.len() / 8)?;
    match value {
        Value::Nil => Ok(escape(key)),
        Value::Hash(_) => hash_query(interpreter, value, Some(key)),
        Value::Array(list) => {
            let prefix = format!("{key}[]");
            if list.is_empty() {
                return Ok(escape(&prefix));
            }
            let mut parts = Vec::new();
            for item in list.to_vec() {
                parts.push(interpreter.nested(|interpreter| query(interpreter, &item, &prefix))?);
            }
            Ok(parts.join("&"))
        }
        other => {
            let param = interpreter.call(other, "to_param", Args::none())?;
            let param = interpreter.to_s(&param)?;
            Ok(format!("{}={}", escape(key), escape(&param)))
        }
    }
}

fn hash_query(interpreter: &mut Interpreter, this: &Value, namespace: Option<&str>) -> Eval<String> {
    let mut parts = Vec::new();
    for (key, value) in entries(this).pairs() {
        let empty = match &value {
            Value::Hash(hash) => hash.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if empty {
            continue;
        }
        let key = interpreter.to_s(&key)?;
        let key = namespace.map_or_else(|| key.clone(), |namespace| format!("{namespace}[{key}]"));
        parts.push(interpreter.nested(|interpreter| query(interpreter, &value, &key))?);
    }
    if !namespace.is_some_and(|namespace| namespace.contains("[]")) {
        parts.sort();
    }
    Ok(parts.join("&"))
}

fn to_query(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let key = interpreter.call(&args.first(), "to_param", Args::none())?;
    let key = interpreter.to_s(&key)?;
    query(interpreter, this, &key).map(Value::str)
}

/// `to_query` of a Hash.
pub fn hash_to_query(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let namespace = if args.first().is_nil() { None } else { Some(interpreter.to_s(&args.first())?) };
    hash_query(interpreter, this, namespace.as_deref()).map(Value::str)
}

/// A copy all the way down.
pub fn deep_copy(interpreter: &mut Interpreter, value: &Value) -> Eval {
    match value {
        Value::Array(list) => {
            let mut copy = Vec::new();
            for item in list.to_vec() {
                copy.push(interpreter.nested(|interpreter| deep_copy(interpreter, &item))?);
            }
            Ok(Value::array(copy))
        }
        Value::Hash(source) => {
            let copy = hash::empty_like(source);
            copy.set_default_value(source.default_value());
            copy.set_default_proc(source.default_proc());
            for (key, value) in source.pairs() {
                let key = if matches!(key, Value::Str(_) | Value::Symbol(_)) {
                    key
                } else {
                    interpreter.nested(|interpreter| deep_copy(interpreter, &key))?
                };
                let value = interpreter.nested(|interpreter| deep_copy(interpreter, &value))?;
                hash::store(interpreter, &copy, &key, value)?;
            }
            Ok(Value::hash(copy))
        }
        Value::Class(class) if class.has_name() => Ok(value.clone()),
        Value::Str(_) | Value::Class(_) => interpreter.call(value, "dup", Args::none()),
        Value::Object(_) => {
            if interpreter.call(value, "duplicable?", Args::none())?.truthy() {
                return interpreter.call(value, "dup", Args::none());
            }
            Ok(value.clone())
        }
        Value::Proc(block) if matches!(block.kind, ProcKind::Closure(_)) => {
            interpreter.call(value, "dup", Args::none())
        }
        other => Ok(other.clone()),
    }
}

fn deep_dup(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    deep_copy(interpreter, this)
}

fn is_duplicable(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let name = interpreter.class_of(this).name();
    Ok(Value::Bool(!matches!(name.as_str(), "Method" | "UnboundMethod")))
}

fn acts_like(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let duck = convert::name(interpreter, &args.first())?;
    let answers = interpreter.responds_to(this, &format!("acts_like_{duck}?"));
    Ok(Value::Bool(answers || (duck == "string" && matches!(this, Value::Str(_)))))
}

fn instance_values(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let out = RHash::new();
    if let Value::Object(object) = this {
        for (name, value) in object.ivars().borrow().iter() {
            if let Some(name) = name.to_str().strip_prefix('@') {
                out.insert(string::frozen(name), value.clone());
            }
        }
    }
    Ok(Value::hash(out))
}

fn is_html_safe(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(matches!(this, Value::Int(_) | Value::Float(_))))
}

/// Array#extract_options!, here for its use of Hash.
pub fn extract_options(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let list = items(this);
    let last = list.borrow().last().cloned();
    match last {
        Some(Value::Hash(options)) => {
            interpreter.check_frozen(this)?;
            list.borrow_mut().pop();
            Ok(Value::Hash(options))
        }
        _ => Ok(Value::hash(RHash::new())),
    }
}
