//! Validations in a class that is no model: `ActiveModel::Validations`, with its callbacks, `ActiveModel::API` and
//! `ActiveModel::Model`. Translations and `ActiveModel::Attributes` are absent.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Symbol, Value, method, variadic};

use super::{macros, naming, read, records, write};
use crate::models::{callbacks, model_schema};

const OF_MODULES: &[NativeMethod] = &[method("included", included, 1..=1)];

const OF_CALLBACKS: &[NativeMethod] = &[method("included", included_with_callbacks, 1..=1)];

/// What only a model's class has.
const OF_MODELS: [&str; 2] = ["validates_uniqueness_of", "validates_associated"];

/// What the class is told and asked besides.
const CLASS_METHODS: &[NativeMethod] = &[
    method("i18n_scope", |_, _, _| Ok(Value::symbol("activemodel")), 0..=0),
    method("lookup_ancestors", lookup_ancestors, 0..=0),
    method("inherited", inherited, 1..=1),
    method("attribute_method?", |i, this, args| i.call(this, "method_defined?", Args::one(args.first())), 1..=1),
];

const METHODS: &[NativeMethod] = &[
    method("errors", records::errors, 0..=0),
    method("valid?", valid, 0..=1),
    method("validate", valid, 0..=1),
    method("invalid?", records::invalid, 0..=1),
    method("validate!", validate_or_raise, 0..=1),
    method("validation_context", |_, this, _| Ok(read(this, CONTEXT)), 0..=0),
    method("read_attribute_for_validation", records::read_for_validation, 1..=1),
    method("model_name", |i, this, _| i.call(&Value::Class(i.class_of(this)), "model_name", Args::none()), 0..=0),
    variadic("validates_with", records::validates_with, 0).with_keywords(),
    method("initialize_dup", initialize_dup, 1..=1),
    method("run_validations!", run, 0..=0),
];

/// `ActiveModel::Validations::Callbacks`
const WITH_CALLBACKS: &[NativeMethod] = &[method("run_validations!", run_with_callbacks, 0..=0)];

const API: &[NativeMethod] = &[
    method("initialize", initialize, 0..=1),
    method("assign_attributes", assign, 1..=1),
    method("attributes=", assign, 1..=1),
    method("persisted?", |_, _, _| Ok(false.into()), 0..=0),
    method("to_model", |_, this, _| Ok(this.clone()), 0..=0),
    method("to_key", to_key, 0..=0),
    method("to_param", to_param, 0..=0),
    method("to_partial_path", to_partial_path, 0..=0),
];

const ACCESS: &[NativeMethod] = &[variadic("slice", slice, 0), variadic("values_at", values_at, 0)];

/// No instance variable: an object shows none for it.
const CONTEXT: &str = "validation_context";

pub(super) fn define(interpreter: &mut Interpreter) {
    let validations = interpreter.define_module("ActiveModel::Validations");
    validations.define(METHODS);
    interpreter.define_singleton(&validations, OF_MODULES);
    let class_methods = interpreter.define_module("ActiveModel::Validations::ClassMethods");
    let told = macros::SINGLETON_METHODS.iter().chain(naming::SINGLETON_METHODS).chain(callbacks::SINGLETON_METHODS);
    let told = told.filter(|method| !OF_MODELS.contains(&method.name) && is_of_any_class(method.name));
    for method in told.chain(CLASS_METHODS) {
        class_methods.set_method(Symbol::new(method.name), MethodBody::Native(*method), Visibility::Public);
    }
    let with_callbacks = interpreter.define_module("ActiveModel::Validations::Callbacks");
    with_callbacks.define(WITH_CALLBACKS);
    interpreter.define_singleton(&with_callbacks, OF_CALLBACKS);
    let api = interpreter.define_module("ActiveModel::API");
    api.include(&validations);
    api.define(API);
    let model = interpreter.define_module("ActiveModel::Model");
    model.include(&api);
    model.define(ACCESS);
    for module in [&api, &model] {
        interpreter.define_singleton(module, OF_MODULES);
    }
}

/// Of the callbacks' macros those alone that are no model's.
fn is_of_any_class(name: &str) -> bool {
    let is_models = ["before_", "after_", "around_"].iter().any(|prefix| name.starts_with(prefix));
    !is_models && !name.starts_with('_') || name == "_validators"
}

/// The class is extended, not the modules through which it comes.
fn included(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Class(class) = args.first() else { return Ok(Value::Nil) };
    if class.is_module() {
        interpreter.define_singleton(&class, OF_MODULES);
        return Ok(Value::Nil);
    }
    if class.is_subclass_of(&model_schema::base(interpreter)) {
        return Ok(Value::Nil);
    }
    let methods = Value::Class(interpreter.class_at("ActiveModel::Validations::ClassMethods"));
    interpreter.call(&args.first(), "extend", Args::one(methods))
}

fn included_with_callbacks(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Class(class) = args.first() else { return Ok(Value::Nil) };
    let wanted = ["before_validation", "after_validation"];
    let singleton = interpreter.singleton_class(&class);
    for method in callbacks::SINGLETON_METHODS.iter().filter(|method| wanted.contains(&method.name)) {
        singleton.set_method(Symbol::new(method.name), MethodBody::Native(*method), Visibility::Public);
    }
    Ok(Value::Nil)
}

fn inherited(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let (Value::Class(class), Value::Class(superclass)) = (args.first(), this) {
        macros::inherit(&class, superclass);
        model_schema::schema(superclass).subclasses.borrow_mut().push(Rc::downgrade(&class));
    }
    Ok(Value::Nil)
}

fn lookup_ancestors(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Array(all) = interpreter.call(this, "ancestors", Args::none())? else { return Ok(Value::Nil) };
    let mut found = all.to_vec();
    found.retain(|one| interpreter.responds_to(one, "model_name"));
    Ok(Value::array(found))
}

// Whether an object is valid

fn valid(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let outer = read(this, CONTEXT);
    write(this, CONTEXT, args.first());
    let outcome = clear_and_run(interpreter, this);
    write(this, CONTEXT, outer);
    outcome
}

fn clear_and_run(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let errors = interpreter.call_public(this, "errors", Args::none())?;
    interpreter.call_public(&errors, "clear", Args::none())?;
    interpreter.call(this, "run_validations!", Args::none())
}

fn run(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    callbacks::run(interpreter, this, "validate", |_| Ok(true.into()))?;
    Ok((!records::has_errors(interpreter, this)?).into())
}

/// Before and after: what a callback throws makes the object invalid.
fn run_with_callbacks(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = this.clone();
    callbacks::run(interpreter, this, "validation", move |interpreter| run(interpreter, &own, Args::none()))
}

fn validate_or_raise(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let valid = interpreter.call_public(this, "valid?", args)?;
    if valid.truthy() {
        return Ok(valid);
    }
    let class = Value::Class(interpreter.class_at("ActiveModel::ValidationError"));
    Err(crate::models::persistence::raise_new(interpreter, &class, vec![this.clone()]))
}

/// A copy has errors of its own.
fn initialize_dup(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    records::forget_errors(this);
    Ok(this.clone())
}

// ActiveModel::API

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = args.flatten_keywords().first();
    if given.truthy() {
        assign(interpreter, this, Args::one(given))?;
    }
    Ok(Value::Nil)
}

/// Each by the writer of its name.
fn assign(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = args.flatten_keywords().first();
    if !interpreter.responds_to(&given, "each_pair") {
        let class = interpreter.class_of(&given).name();
        let message = format!("When assigning attributes, you must pass a hash as an argument, {class} passed.");
        return Err(interpreter.argument_error(message));
    }
    let Value::Hash(given) = interpreter.call(&given, "to_h", Args::none())? else { return Ok(Value::Nil) };
    for (name, value) in given.pairs() {
        let name = interpreter.to_s(&name)?;
        let writer = format!("{name}=");
        if !interpreter.responds_to(this, &writer) {
            let class = interpreter.class_of(this).name();
            let message = format!("unknown attribute '{name}' for {class}.");
            return Err(interpreter.error("ActiveModel::UnknownAttributeError", message));
        }
        interpreter.call_public(this, writer.as_str(), Args::one(value))?;
    }
    Ok(Value::Nil)
}

fn to_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if !interpreter.responds_to(this, "id") {
        return Ok(Value::Nil);
    }
    let id = interpreter.call_public(this, "id", Args::none())?;
    if !id.truthy() {
        return Ok(Value::Nil);
    }
    Ok(if matches!(id, Value::Array(_)) { id } else { Value::array(vec![id]) })
}

fn to_param(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if !interpreter.call_public(this, "persisted?", Args::none())?.truthy() {
        return Ok(Value::Nil);
    }
    match interpreter.call_public(this, "to_key", Args::none())? {
        Value::Array(key) if key.to_vec().iter().all(Value::truthy) => {
            interpreter.call(&Value::Array(key), "join", Args::one(Value::str("-")))
        }
        _ => Ok(Value::Nil),
    }
}

fn to_partial_path(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    let name = interpreter.call(&class, "model_name", Args::none())?;
    let (collection, element) = (read(&name, "@collection"), read(&name, "@element"));
    Ok(Value::str(format!("{}/{}", interpreter.to_s(&collection)?, interpreter.to_s(&element)?)))
}

// ActiveModel::Access

fn slice(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let names = crate::ground::arguments::flatten(interpreter, &args.positional)?;
    let found = RHash::new();
    for name in names {
        let said = interpreter.to_s(&name)?;
        let value = interpreter.call_public(this, said.as_str(), Args::none())?;
        found.insert(Value::str(said), value);
    }
    interpreter.call(&Value::hash(found), "with_indifferent_access", Args::none())
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let names = crate::ground::arguments::flatten(interpreter, &args.positional)?;
    let mut values = Vec::with_capacity(names.len());
    for name in names {
        let said = interpreter.to_s(&name)?;
        values.push(interpreter.call_public(this, said.as_str(), Args::none())?);
    }
    Ok(Value::array(values))
}
