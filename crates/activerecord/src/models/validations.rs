//! Validations of models: what Rails has in active_model/{errors,error,validator,validations}.rb, active_model/validations and
//! active_record/validations, as seen from outside. Errors and validators are plain objects whose state stands in instance
//! variables of Rails' names, for classes of an application inherit from them.
//!
//! A class that is no model has them by plain.rs. Absent: translations other than Rails' English ones.

mod agreement;
mod associated;
mod comparison;
mod error;
mod errors;
mod format;
mod length;
mod macros;
mod membership;
mod messages;
mod naming;
mod numericality;
mod plain;
mod presence;
mod records;
mod uniqueness;
mod validator;

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value};

pub(crate) use macros::{SINGLETON_METHODS, inherit};
pub(crate) use naming::SINGLETON_METHODS as NAMING_METHODS;
pub(crate) use records::{METHODS, has_errors};

/// The classes, their superclasses and their methods, superclasses first.
const CLASSES: &[(&str, &str, &[NativeMethod])] = &[
    ("ActiveModel::Error", "Object", error::METHODS),
    ("ActiveModel::NestedError", "ActiveModel::Error", error::NESTED_METHODS),
    ("ActiveModel::Errors", "Object", errors::METHODS),
    ("ActiveModel::Name", "Object", naming::METHODS),
    ("ActiveModel::Validator", "Object", validator::METHODS),
    ("ActiveModel::EachValidator", "ActiveModel::Validator", validator::EACH_METHODS),
    ("ActiveModel::BlockValidator", "ActiveModel::EachValidator", validator::BLOCK_METHODS),
    ("ActiveModel::Validations::AbsenceValidator", "ActiveModel::EachValidator", presence::ABSENCE),
    ("ActiveModel::Validations::AcceptanceValidator", "ActiveModel::EachValidator", agreement::ACCEPTANCE),
    ("ActiveModel::Validations::ComparisonValidator", "ActiveModel::EachValidator", comparison::METHODS),
    ("ActiveModel::Validations::ConfirmationValidator", "ActiveModel::EachValidator", agreement::CONFIRMATION),
    ("ActiveModel::Validations::ExclusionValidator", "ActiveModel::EachValidator", membership::EXCLUSION),
    ("ActiveModel::Validations::FormatValidator", "ActiveModel::EachValidator", format::METHODS),
    ("ActiveModel::Validations::InclusionValidator", "ActiveModel::EachValidator", membership::INCLUSION),
    ("ActiveModel::Validations::LengthValidator", "ActiveModel::EachValidator", length::METHODS),
    ("ActiveModel::Validations::NumericalityValidator", "ActiveModel::EachValidator", numericality::METHODS),
    ("ActiveModel::Validations::PresenceValidator", "ActiveModel::EachValidator", presence::PRESENCE),
    ("ActiveModel::Validations::WithValidator", "ActiveModel::EachValidator", validator::WITH_METHODS),
    (
        "ActiveRecord::Validations::PresenceValidator",
        "ActiveModel::Validations::PresenceValidator",
        presence::PRESENCE_OF_RECORDS,
    ),
    (
        "ActiveRecord::Validations::AbsenceValidator",
        "ActiveModel::Validations::AbsenceValidator",
        presence::ABSENCE_OF_RECORDS,
    ),
    ("ActiveRecord::Validations::LengthValidator", "ActiveModel::Validations::LengthValidator", length::OF_RECORDS),
    (
        "ActiveRecord::Validations::NumericalityValidator",
        "ActiveModel::Validations::NumericalityValidator",
        numericality::OF_COLUMNS,
    ),
    ("ActiveRecord::Validations::AssociatedValidator", "ActiveModel::EachValidator", associated::METHODS),
    ("ActiveRecord::Validations::UniquenessValidator", "ActiveModel::EachValidator", uniqueness::METHODS),
];

/// Defines the classes, once a run needs them.
pub(crate) fn define(interpreter: &mut Interpreter) {
    let base = crate::models::model_schema::base(interpreter);
    // A model finds a validator by its name among what it includes: Active Record's own before Active Model's.
    for name in ["ActiveModel::Validations", "ActiveRecord::Validations"] {
        let module = interpreter.define_module(name);
        base.include(&module);
    }
    plain::define(interpreter);
    for (name, superclass, methods) in CLASSES {
        let superclass = interpreter.class_at(superclass);
        interpreter.define_class(name, &superclass).define(methods);
    }
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    interpreter.class_at("ActiveModel::Errors").include(&enumerable);
    let validator = interpreter.class_at("ActiveModel::Validator");
    interpreter.define_singleton(&validator, validator::SINGLETON_METHODS);
    let error = interpreter.class_at("ActiveModel::Error");
    interpreter.define_singleton(&error, error::SINGLETON_METHODS);
    interpreter.class_at("ActiveModel::ValidationError").define(error::VALIDATION_ERROR);
    let argument_error = interpreter.class_at("ArgumentError");
    let argument_error = interpreter.define_class("I18n::ArgumentError", &argument_error);
    interpreter.define_class(messages::MISSING_ARGUMENT, &argument_error);
}

// What the files below share

/// A variable of an object's, which its class wrote.
pub(super) fn read(this: &Value, name: &str) -> Value {
    match this {
        Value::Object(object) => object.ivar(Symbol::new(name)).unwrap_or_default(),
        _ => Value::Nil,
    }
}

/// Sets a validator's variable.
pub(super) fn write(this: &Value, name: &str, value: Value) {
    if let Value::Object(object) = this {
        object.set_ivar(Symbol::new(name), value);
    }
}

/// A hash without some of its keys.
fn without(hash: &RHash, names: &[&str]) -> RHash {
    let kept = hash.pairs().into_iter().filter(|(key, _)| !is_among(key, names));
    RHash::from_pairs(kept)
}

fn is_among(key: &Value, names: &[&str]) -> bool {
    matches!(key, Value::Symbol(key) if names.iter().any(|name| key.is(name)))
}

/// The hash that an argument is, in a copy; an empty one where it is none.
fn own_hash(value: &Value) -> RHash {
    match value {
        Value::Hash(hash) => RHash::from_pairs(hash.pairs()),
        _ => RHash::new(),
    }
}

/// The value of an option, nil where it is not there.
fn option(options: &RHash, name: &str) -> Value {
    options.get_symbol(name).unwrap_or_default()
}

/// Text or a symbol as a symbol, by `to_sym`.
fn symbol(interpreter: &mut Interpreter, value: &Value) -> Eval {
    match value {
        Value::Symbol(_) => Ok(value.clone()),
        Value::Str(text) => Ok(Value::symbol(&text.to_string())),
        other => interpreter.call_public(other, "to_sym", Args::none()),
    }
}

fn is_callable(interpreter: &mut Interpreter, value: &Value) -> bool {
    match value {
        Value::Proc(_) => true,
        Value::Object(_) | Value::Class(_) => interpreter.responds_to(value, "call"),
        _ => false,
    }
}

/// The model of a record.
fn model(interpreter: &Interpreter, record: &Value) -> (Rc<RClass>, Value) {
    let class = interpreter.class_of(record);
    (Rc::clone(&class), Value::Class(class))
}
