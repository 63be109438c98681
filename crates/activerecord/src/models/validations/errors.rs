//! `ActiveModel::Errors`: what `record.errors` answers.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RArray, RHash, Value, method, variadic};

use super::{error, is_callable, messages, option, own_hash, read, symbol, write};

pub(super) const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 1..=1),
    method("initialize_dup", |i, this, args| copy(i, this, &args.first()), 1..=1),
    method("errors", |_, this, _| Ok(read(this, "@errors")), 0..=0),
    method("objects", |_, this, _| Ok(read(this, "@errors")), 0..=0),
    method("each", ask_list, 0..=0),
    method("clear", ask_list, 0..=0),
    method("empty?", ask_list, 0..=0),
    method("size", ask_list, 0..=0),
    method("uniq!", drop_repeated, 0..=0),
    method("copy!", copy_from, 1..=1),
    method("import", import, 1..=2),
    method("merge!", merge, 1..=1),
    method("where", |i, this, args| Ok(Value::array(found(i, this, args)?)), 1..=2).with_keywords(),
    method("include?", includes, 1..=1),
    method("has_key?", includes, 1..=1),
    method("key?", includes, 1..=1),
    method("delete", delete, 1..=2).with_keywords(),
    method("[]", messages_for, 1..=1),
    method("messages_for", messages_for, 1..=1),
    method("attribute_names", attribute_names, 0..=0),
    method("as_json", as_json, 0..=1),
    method(
        "to_hash",
        |i, this, args| grouped(i, this, if args.first().truthy() { "full_message" } else { "message" }),
        0..=1,
    ),
    method("messages", |i, this, _| with_default(grouped(i, this, "message")?), 0..=0),
    method("details", |i, this, _| with_default(grouped(i, this, "details")?), 0..=0),
    method("group_by_attribute", |i, this, _| grouped(i, this, "itself"), 0..=0),
    method("add", add, 1..=2).with_keywords(),
    method("added?", is_added, 1..=3),
    method("of_kind?", is_of_kind, 1..=2),
    method("full_messages", |i, this, _| each_answer(i, list(this).to_vec(), "full_message"), 0..=0),
    method("to_a", |i, this, _| each_answer(i, list(this).to_vec(), "full_message"), 0..=0),
    method("full_messages_for", full_messages_for, 1..=1),
    method("full_message", |i, this, args| messages::full(i, &args.first(), &args.get(1), &read(this, "@base")), 2..=2),
    method("generate_message", generate_message, 1..=3),
    method("inspect", inspect, 0..=0),
    variadic("to_h", |i, this, _| Err(undefined(i, this, "to_h")), 0),
];

fn undefined(interpreter: &mut Interpreter, this: &Value, name: &str) -> Box<ruby::Flow> {
    let class = interpreter.class_of(this).name();
    interpreter.error("NoMethodError", format!("undefined method `{name}' for an instance of {class}"))
}

fn list(this: &Value) -> Rc<RArray> {
    match read(this, "@errors") {
        Value::Array(errors) => errors,
        _ => Rc::default(),
    }
}

/// The errors of a record that has none yet.
pub(super) fn make(interpreter: &mut Interpreter, base: &Value) -> Value {
    let class = interpreter.class_at("ActiveModel::Errors");
    let errors = Value::Object(Rc::new(ruby::RObject::new(&class)));
    write(&errors, "@base", base.clone());
    write(&errors, "@errors", Value::array(Vec::new()));
    errors
}

fn initialize(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    write(this, "@base", args.first());
    write(this, "@errors", Value::array(Vec::new()));
    Ok(Value::Nil)
}

/// What a list answers by itself.
fn ask_list(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(name) = interpreter.called_name() else { return Ok(Value::Nil) };
    interpreter.call(&read(this, "@errors"), name, args)
}

/// Errors that are equal are one; nil where there were none such.
fn drop_repeated(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let errors = list(this);
    let mut kept: Vec<Value> = Vec::new();
    for error in errors.to_vec() {
        let mut is_new = true;
        for other in &kept {
            is_new = is_new && !interpreter.equal(other, &error)?;
        }
        if is_new {
            kept.push(error);
        }
    }
    let repeated = kept.len() < errors.len();
    *errors.borrow_mut() = kept;
    Ok(if repeated { Value::Array(errors) } else { Value::Nil })
}

/// Copies of another one's errors.
fn copy(interpreter: &mut Interpreter, this: &Value, other: &Value) -> Eval {
    let mut copies = Vec::new();
    for error in list(other).to_vec() {
        copies.push(interpreter.call(&error, "dup", Args::none())?);
    }
    write(this, "@errors", Value::array(copies));
    Ok(Value::Nil)
}

fn copy_from(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    copy(interpreter, this, &args.first())?;
    for error in list(this).to_vec() {
        write(&error, "@base", read(this, "@base"));
    }
    Ok(read(this, "@errors"))
}

fn import(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let overriding = own_hash(&args.get(1));
    for name in ["attribute", "type"] {
        if let Some(value) = overriding.get_symbol(name) {
            let value = symbol(interpreter, &value)?;
            overriding.insert_symbol(name, value);
        }
    }
    let class = Value::Class(interpreter.class_at("ActiveModel::NestedError"));
    let arguments = Args::new(vec![read(this, "@base"), args.first(), Value::hash(overriding)]);
    let nested = interpreter.call(&class, "new", arguments)?;
    append(interpreter, this, nested)
}

fn append(interpreter: &mut Interpreter, this: &Value, error: Value) -> Eval {
    interpreter.call(&read(this, "@errors"), "push", Args::one(error))
}

fn merge(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if this.is_identical(&args.first()) {
        return Ok(read(this, "@errors"));
    }
    let others = interpreter.call_public(&args.first(), "errors", Args::none())?;
    for error in ruby::core::convert::array(interpreter, &others)? {
        interpreter.call_public(this, "import", Args::one(error))?;
    }
    Ok(others)
}

/// An attribute and a kind as they are kept: the one a symbol, the other what a proc makes of the record.
fn described(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<(Value, Value)> {
    let mut kind = args.get(1);
    if is_callable(interpreter, &kind) {
        let options = Value::Hash(args.keywords.clone().unwrap_or_default());
        kind = interpreter.call(&kind, "call", Args::new(vec![read(this, "@base"), options]))?;
    }
    Ok((symbol(interpreter, &args.first())?, kind))
}

/// Those of an attribute, of a kind and with options where these are said.
fn found(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval<Vec<Value>> {
    let (attribute, kind) = described(interpreter, this, &args)?;
    let mut found = Vec::new();
    for error in list(this).to_vec() {
        let arguments = Args::new(vec![attribute.clone(), kind.clone()]).with_keywords(args.keywords.clone());
        if interpreter.call_public(&error, "match?", arguments)?.truthy() {
            found.push(error);
        }
    }
    Ok(found)
}

fn each_answer(interpreter: &mut Interpreter, errors: Vec<Value>, message: &str) -> Eval {
    let mut answers = Vec::with_capacity(errors.len());
    for error in errors {
        answers.push(interpreter.call_public(&error, message, Args::none())?);
    }
    Ok(Value::array(answers))
}

fn includes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok((!found(interpreter, this, Args::one(args.first()))?.is_empty()).into())
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = found(interpreter, this, args)?;
    for error in &found {
        interpreter.call(&read(this, "@errors"), "delete", Args::one(error.clone()))?;
    }
    if found.is_empty() { Ok(Value::Nil) } else { each_answer(interpreter, found, "message") }
}

fn messages_for(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = found(interpreter, this, args)?;
    each_answer(interpreter, found, "message")
}

fn full_messages_for(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = found(interpreter, this, args)?;
    let all = each_answer(interpreter, found, "full_message")?;
    interpreter.call(&all, "freeze", Args::none())
}

/// What the errors of each attribute answer to a message.
fn grouped(interpreter: &mut Interpreter, this: &Value, message: &str) -> Eval {
    let groups = RHash::new();
    for error in list(this).to_vec() {
        let attribute = interpreter.call_public(&error, "attribute", Args::none())?;
        let answer = interpreter.call_public(&error, message, Args::none())?;
        let group = groups.get(&attribute).unwrap_or_else(|| Value::array(Vec::new()));
        if let Value::Array(answers) = &group {
            answers.borrow_mut().push(answer);
        }
        groups.insert(attribute, group);
    }
    Ok(Value::hash(groups))
}

/// Nothing is said of an attribute without errors; nobody is to change what is said.
fn with_default(groups: Value) -> Eval {
    if let Value::Hash(hash) = &groups {
        let none = RArray::new(Vec::new());
        none.freeze();
        hash.set_default_value(Value::Array(Rc::new(none)));
        hash.freeze();
    }
    Ok(groups)
}

fn attribute_names(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Hash(groups) = grouped(interpreter, this, "itself")? else { return Ok(Value::Nil) };
    let names = RArray::new(groups.pairs().into_iter().map(|(attribute, _)| attribute).collect());
    names.freeze();
    Ok(Value::Array(Rc::new(names)))
}

fn as_json(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let full = option(&own_hash(&args.first()), "full_messages");
    interpreter.call_public(this, "to_hash", Args::one(full))
}

fn add(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if !args.has(1) {
        args.positional.push(Value::symbol("invalid"));
    }
    let (attribute, kind) = described(interpreter, this, &args)?;
    let options = own_hash(&args.keywords.map(Value::Hash).unwrap_or_default());
    let strict = option(&options, "strict");
    let error = error::make(interpreter, &read(this, "@base"), &attribute, &kind, options);
    if strict.truthy() {
        let class = match strict {
            Value::Bool(true) => Value::Class(interpreter.class_at("ActiveModel::StrictValidationFailed")),
            class => class,
        };
        let message = interpreter.call_public(&error, "full_message", Args::none())?;
        let main = interpreter.main.clone();
        return interpreter.call(&main, "raise", Args::new(vec![class, message]));
    }
    append(interpreter, this, error.clone())?;
    Ok(error)
}

/// `added?(attribute, kind, options)`: with exactly these options; or with that message.
fn is_added(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = if args.has(1) { args.get(1) } else { Value::symbol("invalid") };
    let options = Some(Rc::new(own_hash(&args.get(2))));
    let described_by = Args::new(vec![args.first(), given]).with_keywords(options.clone());
    let (attribute, kind) = described(interpreter, this, &described_by)?;
    if !matches!(kind, Value::Symbol(_)) {
        return has_message(interpreter, this, attribute, kind);
    }
    for error in list(this).to_vec() {
        let arguments = Args::new(vec![attribute.clone(), kind.clone()]).with_keywords(options.clone());
        if interpreter.call_public(&error, "strict_match?", arguments)?.truthy() {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

fn is_of_kind(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = if args.has(1) { args.get(1) } else { Value::symbol("invalid") };
    let (attribute, kind) = described(interpreter, this, &Args::new(vec![args.first(), given]))?;
    if matches!(kind, Value::Symbol(_)) {
        let found = found(interpreter, this, Args::new(vec![attribute, kind]))?;
        return Ok((!found.is_empty()).into());
    }
    has_message(interpreter, this, attribute, kind)
}

fn has_message(interpreter: &mut Interpreter, this: &Value, attribute: Value, message: Value) -> Eval {
    let all = messages_for(interpreter, this, Args::one(attribute))?;
    interpreter.call(&all, "include?", Args::one(message))
}

fn generate_message(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let kind = args.get(1).as_name().unwrap_or_else(|| "invalid".to_owned());
    let options = own_hash(&args.get(2));
    messages::generate(interpreter, &read(this, "@base"), &args.first(), ruby::Symbol::new(&kind), &options)
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_of(this).name();
    let errors = interpreter.inspect(&read(this, "@errors"))?;
    Ok(Value::str(format!("#<{class} {errors}>")))
}
