//! active_model/validator.rb: validators, those of one attribute at a time, and what all of them do with their options.

use ruby::active_support::inflector::demodulize;
use ruby::active_support::object::is_blank;
use ruby::value::ProcKind;
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Symbol, Value, method};

use super::{is_callable, option, own_hash, read, without, write};
use crate::ground::arguments::wrap;

pub(super) const SINGLETON_METHODS: &[NativeMethod] = &[method("kind", kind, 0..=0)];

pub(super) const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=1),
    method("options", |_, this, _| Ok(read(this, "@options")), 0..=0),
    method("kind", |i, this, _| kind(i, &Value::Class(i.class_of(this)), Args::none()), 0..=0),
    method("validate", |i, _, _| lacks(i, "validate(record) method."), 1..=1),
];

pub(super) const EACH_METHODS: &[NativeMethod] = &[
    method("initialize", |i, this, args| begin(i, this, own_hash(&args.first())), 1..=1),
    method("attributes", |_, this, _| Ok(read(this, "@attributes")), 0..=0),
    method("validate", validate, 1..=1),
    method("validate_each", |i, _, _| lacks(i, "validate_each(record, attribute, value) method"), 3..=3),
    method("check_validity!", |_, _, _| Ok(Value::Nil), 0..=0),
    method(PREPARE, |_, _, args| Ok(args.first()), 3..=3),
];

pub(super) const BLOCK_METHODS: &[NativeMethod] =
    &[method("initialize", initialize_with_block, 1..=1), method("validate_each", call_block, 3..=3)];

pub(super) const WITH_METHODS: &[NativeMethod] = &[method("validate_each", call_method, 3..=3)];

const PREPARE: &str = "prepare_value_for_validation";

/// `shout` of a ShoutValidator.
fn kind(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    if !class.has_name() {
        return Ok(Value::Nil);
    }
    let name = interpreter.inflector().underscore(demodulize(&class.name()));
    Ok(Value::symbol(name.strip_suffix("_validator").unwrap_or(&name)))
}

fn lacks(interpreter: &mut Interpreter, method: &str) -> Eval {
    Err(interpreter.error("NotImplementedError", format!("Subclasses must implement a {method}")))
}

fn initialize(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    keep_options(this, &own_hash(&args.first()));
    Ok(Value::Nil)
}

fn keep_options(this: &Value, options: &RHash) {
    let options = without(options, &["class"]);
    options.freeze();
    write(this, "@options", Value::hash(options));
}

/// What the `initialize` of every validator of attributes ends in, with options that are its own.
pub(super) fn begin(interpreter: &mut Interpreter, this: &Value, options: RHash) -> Eval {
    let attributes = match options.remove(&Value::symbol("attributes")) {
        None => Vec::new(),
        Some(attributes) => wrap(interpreter, &attributes)?,
    };
    if attributes.is_empty() {
        return Err(interpreter.argument_error(":attributes cannot be blank"));
    }
    write(this, "@attributes", Value::array(attributes));
    keep_options(this, &options);
    interpreter.call(this, "check_validity!", Args::none())
}

/// Looks at each attribute of a record that is not passed over.
fn validate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = args.first();
    let (Value::Array(attributes), options) = (read(this, "@attributes"), options_of(this)) else {
        return Ok(Value::Nil);
    };
    let skips = |name: &str| option(&options, name).truthy();
    let (skips_nil, skips_blank) = (skips("allow_nil"), skips("allow_blank"));
    let prepares = prepares(interpreter, this);
    for attribute in attributes.to_vec() {
        let value = interpreter.call_public(&record, "read_attribute_for_validation", Args::one(attribute.clone()))?;
        if skips_nil && value.is_nil() || skips_blank && is_blank(interpreter, &value)? {
            continue;
        }
        let value = if prepares {
            interpreter.call(this, PREPARE, Args::new(vec![value, record.clone(), attribute.clone()]))?
        } else {
            value
        };
        interpreter.call(this, "validate_each", Args::new(vec![record.clone(), attribute, value]))?;
    }
    Ok(Value::Nil)
}

/// Whether a class below EachValidator looks at something else than the attribute's value.
fn prepares(interpreter: &mut Interpreter, this: &Value) -> bool {
    let found = interpreter.find(&interpreter.dispatch_class(this), Symbol::new(PREPARE));
    found.is_some_and(|found| found.owner.name() != "ActiveModel::EachValidator")
}

/// The block is no part of the options.
fn initialize_with_block(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    write(this, "@block", args.block.clone().map(Value::Proc).unwrap_or_default());
    begin(interpreter, this, own_hash(&args.first()))
}

fn call_block(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(&read(this, "@block"), "call", args)
}

/// `validates :name, with: :check_name`: a method of the record, with the attribute if it takes one.
fn call_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = args.first();
    let name = option(&options_of(this), "with").as_name().unwrap_or_default();
    let bound = interpreter.call(&record, "method", Args::one(Value::symbol(&name)))?;
    let takes_none = matches!(interpreter.call(&bound, "arity", Args::none())?, Value::Int(0));
    let arguments = if takes_none { Args::none() } else { Args::one(args.get(1)) };
    interpreter.call(&record, name.as_str(), arguments)
}

/// What a validation was declared with.
pub(super) fn options_of(this: &Value) -> std::rc::Rc<RHash> {
    match read(this, "@options") {
        Value::Hash(options) => options,
        _ => std::rc::Rc::default(),
    }
}

/// An option that may be worked out from the record: by a proc, by a method that a symbol names, by anything callable.
pub(super) fn resolve(interpreter: &mut Interpreter, record: &Value, value: &Value) -> Eval {
    match value {
        Value::Symbol(name) => interpreter.call(record, *name, Args::none()),
        Value::Proc(body) => {
            let takes_none = !matches!(body.kind, ProcKind::Native(_)) && body.arity() == 0;
            let arguments = if takes_none { Args::none() } else { Args::one(record.clone()) };
            interpreter.call_block(body, arguments)
        }
        value if is_callable(interpreter, value) => interpreter.call(value, "call", Args::one(record.clone())),
        value => Ok(value.clone()),
    }
}

/// `record.errors.add(attribute, kind, **details)`
pub(super) fn report(
    interpreter: &mut Interpreter,
    record: &Value,
    attribute: &Value,
    kind: Value,
    details: RHash,
) -> Eval<()> {
    let errors = interpreter.call_public(record, "errors", Args::none())?;
    let arguments = Args::new(vec![attribute.clone(), kind]).with_keywords(Some(std::rc::Rc::new(details)));
    interpreter.call_public(&errors, "add", arguments).map(drop)
}

/// The details of an error: the validator's options but for those that only it needs, and the value at fault.
pub(super) fn details(options: &RHash, own: &[&str], value: &Value) -> RHash {
    let details = without(options, own);
    details.insert_symbol("value", value.clone());
    details
}
