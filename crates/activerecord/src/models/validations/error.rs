//! `ActiveModel::Error`: one thing that is wrong with a record; and one that is another record's.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Symbol, Value, method};

use super::{is_among, messages, model, own_hash, read, without, write};

pub(super) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("full_message", |i, _, args| messages::full(i, &args.first(), &args.get(1), &args.get(2)), 3..=3),
    method("generate_message", generate_message, 4..=4),
];

pub(super) const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 2..=3).with_keywords(),
    method("initialize_dup", initialize_dup, 1..=1),
    method("base", read_own, 0..=0),
    method("attribute", read_own, 0..=0),
    method("type", read_own, 0..=0),
    method("raw_type", read_own, 0..=0),
    method("options", read_own, 0..=0),
    method("message", message, 0..=0),
    method("details", details, 0..=0),
    method("detail", details, 0..=0),
    method("full_message", full_message, 0..=0),
    method("match?", |i, this, args| Ok(matches(i, this, &args)?.into()), 1..=2).with_keywords(),
    method("strict_match?", |i, this, args| Ok(matches_strictly(i, this, &args)?.into()), 2..=2).with_keywords(),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
    method("hash", |i, this, _| i.call(&identity(this), "hash", Args::none()), 0..=0),
    method("inspect", inspect, 0..=0),
];

pub(super) const NESTED_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_nested, 2..=3),
    method("inner_error", read_own, 0..=0),
    method("message", |i, this, _| i.call_public(&read(this, "@inner_error"), "message", Args::none()), 0..=0),
];

/// `ActiveModel::ValidationError`
pub(super) const VALIDATION_ERROR: &[NativeMethod] =
    &[method("initialize", initialize_validation_error, 1..=1), method("model", read_own, 0..=0)];

/// Options that say when an error is one, and how it is told: no part of what it is.
const WHEN: [&str; 6] = ["if", "unless", "on", "allow_nil", "allow_blank", "strict"];
const WHEN_OR_HOW: [&str; 7] = ["if", "unless", "on", "allow_nil", "allow_blank", "strict", "message"];

fn read_own(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    Ok(interpreter.instance_variable(this, Symbol::new(&format!("@{name}"))))
}

fn initialize(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let raw_type = if args.has(2) { args.get(2) } else { Value::symbol("invalid") };
    let options = own_hash(&args.keywords.clone().map(Value::Hash).unwrap_or_default());
    fill(this, &args.first(), &args.get(1), &raw_type, options);
    Ok(Value::Nil)
}

fn fill(this: &Value, base: &Value, attribute: &Value, raw_type: &Value, options: RHash) {
    write(this, "@base", base.clone());
    write(this, "@attribute", attribute.clone());
    write(this, "@raw_type", raw_type.clone());
    write(this, "@type", if raw_type.truthy() { raw_type.clone() } else { Value::symbol("invalid") });
    write(this, "@options", Value::hash(options));
}

/// An error of a record.
pub(super) fn make(
    interpreter: &mut Interpreter,
    base: &Value,
    attribute: &Value,
    raw_type: &Value,
    options: RHash,
) -> Value {
    let class = interpreter.class_at("ActiveModel::Error");
    let error = Value::Object(Rc::new(ruby::RObject::new(&class)));
    fill(&error, base, attribute, raw_type, options);
    error
}

fn initialize_dup(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    for name in ["@raw_type", "@type", "@options"] {
        let copy = interpreter.call(&read(this, name), "deep_dup", Args::none())?;
        write(this, name, copy);
    }
    Ok(Value::Nil)
}

fn initialize_nested(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (inner, given) = (args.get(1), own_hash(&args.get(2)));
    write(this, "@base", args.first());
    write(this, "@inner_error", inner.clone());
    for name in ["attribute", "type", "raw_type", "options"] {
        let given = given.get_symbol(name).filter(|_| matches!(name, "attribute" | "type"));
        let value = match given {
            Some(given) => given,
            None => interpreter.call_public(&inner, name, Args::none())?,
        };
        write(this, &format!("@{name}"), value);
    }
    Ok(Value::Nil)
}

fn initialize_validation_error(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.set_instance_variable(this, Symbol::new("@model"), args.first())?;
    let errors = interpreter.call_public(&args.first(), "errors", Args::none())?;
    let all = interpreter.call_public(&errors, "full_messages", Args::none())?;
    let all = interpreter.call(&all, "join", Args::one(Value::str(", ")))?;
    let all = interpreter.to_s(&all)?;
    crate::ground::errors::set_message(this, Value::str(format!("Validation failed: {all}")));
    Ok(Value::Nil)
}

fn options(this: &Value) -> Rc<RHash> {
    match read(this, "@options") {
        Value::Hash(options) => options,
        _ => Rc::default(),
    }
}

fn message(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    match read(this, "@raw_type") {
        Value::Symbol(kind) => {
            let options = without(&options(this), &WHEN);
            messages::generate(interpreter, &read(this, "@base"), &read(this, "@attribute"), kind, &options)
        }
        text => Ok(text),
    }
}

fn generate_message(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let kind = Symbol::new(&args.get(1).as_name().unwrap_or_default());
    messages::generate(interpreter, &args.get(2), &args.first(), kind, &own_hash(&args.get(3)))
}

fn details(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let kind = (Value::symbol("error"), read(this, "@raw_type"));
    let rest = options(this).pairs().into_iter().filter(|(key, _)| !is_among(key, &WHEN_OR_HOW));
    Ok(Value::hash(RHash::from_pairs(std::iter::once(kind).chain(rest))))
}

fn full_message(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let message = interpreter.call_public(this, "message", Args::none())?;
    messages::full(interpreter, &read(this, "@attribute"), &message, &read(this, "@base"))
}

/// Whether it is an error of the attribute, of that kind if one is said, and with the options that are said.
fn matches(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<bool> {
    if !interpreter.equal(&read(this, "@attribute"), &args.first())? {
        return Ok(false);
    }
    let kind = args.get(1);
    if kind.truthy() && !interpreter.equal(&read(this, "@type"), &kind)? {
        return Ok(false);
    }
    let own = options(this);
    for (key, value) in args.keywords.iter().flat_map(|keywords| keywords.pairs()) {
        if !interpreter.equal(&own.get(&key).unwrap_or_default(), &value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The same, with no option left over.
fn matches_strictly(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<bool> {
    if !matches(interpreter, this, &Args::new(args.positional.clone()))? {
        return Ok(false);
    }
    let wanted = Value::Hash(args.keywords.clone().unwrap_or_default());
    interpreter.equal(&wanted, &Value::hash(without(&options(this), &WHEN_OR_HOW)))
}

/// What makes two errors one.
fn identity(this: &Value) -> Value {
    let options = Value::hash(without(&options(this), &WHEN));
    Value::array(vec![read(this, "@base"), read(this, "@attribute"), read(this, "@raw_type"), options])
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (class, _) = model(interpreter, this);
    let same =
        interpreter.is_a(&args.first(), &class) && interpreter.equal(&identity(this), &identity(&args.first()))?;
    Ok(same.into())
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_of(this).name();
    let attribute = interpreter.to_s(&read(this, "@attribute"))?;
    let kind = interpreter.to_s(&read(this, "@type"))?;
    let options = interpreter.inspect(&read(this, "@options"))?;
    Ok(Value::str(format!("#<{class} attribute={attribute}, type={kind}, options={options}>")))
}
