//! What a model's class is told of its validations: `validates`, `validate`, `validates_with` and the macros named after each
//! kind.

use std::rc::Rc;

use ruby::{
    Args, Eval, Flow, Interpreter, NativeMethod, RArray, RClass, RHash, RProc, Symbol, Value, method, variadic,
};

use super::{is_among, own_hash, symbol};
use crate::ground::arguments::{flatten, wrap};
use crate::models::callbacks;
use crate::models::library::{Library, require};
use crate::models::model_schema::class;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("validates", validates, 0).with_keywords(),
    variadic("validates!", validates_strictly, 0).with_keywords(),
    variadic("validates_with", validates_with, 0).with_keywords(),
    variadic("validates_each", |i, this, args| named(i, this, args, "ActiveModel::BlockValidator"), 0).with_keywords(),
    variadic("validate", validate, 0).with_keywords(),
    variadic("validates_presence_of", of_kind, 0).with_keywords(),
    variadic("validates_absence_of", of_kind, 0).with_keywords(),
    variadic("validates_uniqueness_of", of_kind, 0).with_keywords(),
    variadic("validates_length_of", of_kind, 0).with_keywords(),
    variadic("validates_size_of", of_kind, 0).with_keywords(),
    variadic("validates_format_of", of_kind, 0).with_keywords(),
    variadic("validates_inclusion_of", of_kind, 0).with_keywords(),
    variadic("validates_exclusion_of", of_kind, 0).with_keywords(),
    variadic("validates_numericality_of", of_kind, 0).with_keywords(),
    variadic("validates_acceptance_of", of_kind, 0).with_keywords(),
    variadic("validates_confirmation_of", of_kind, 0).with_keywords(),
    variadic("validates_comparison_of", of_kind, 0).with_keywords(),
    variadic("validates_associated", of_kind, 0).with_keywords(),
    method("_validators", |i, this, _| Ok(Value::Hash(registry(&class(i, this)?))), 0..=0),
    method("validators", validators, 0..=0),
    variadic("validators_on", validators_on, 0),
    method("clear_validators!", clear, 0..=0),
];

/// What `validates` hands on to each of its validators.
const SHARED: [&str; 7] = ["if", "unless", "on", "allow_blank", "allow_nil", "strict", "except_on"];

/// What `validate` takes.
const CONDITIONS: [&str; 5] = ["on", "if", "unless", "prepend", "except_on"];

/// The constants that come with validations are there from the first of them on.
fn options_of(interpreter: &mut Interpreter, args: &mut Args) -> Eval<RHash> {
    require(interpreter, Library::Validations)?;
    Ok(own_hash(&args.take_options().map(Value::Hash).unwrap_or_default()))
}

/// `validates :name, :title, presence: true, length: { maximum: 5 }, on: :create`
fn validates(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let given = options_of(interpreter, &mut args)?;
    let (shared, kinds): (Vec<_>, Vec<_>) = given.pairs().into_iter().partition(|(key, _)| is_among(key, &SHARED));
    for (missing, what) in [(args.is_empty(), "attribute"), (kinds.is_empty(), "validation")] {
        if missing {
            return Err(interpreter.argument_error(format!("You need to supply at least one {what}")));
        }
    }
    let attributes = Value::array(args.positional);
    for (kind, told) in kinds {
        let validator = validator_named(interpreter, this, &kind)?;
        let Some(told) = told_of_kind(told) else { continue };
        let options = RHash::from_pairs(shared.iter().cloned());
        options.insert_symbol("attributes", attributes.clone());
        for (key, value) in told {
            options.insert(key, value);
        }
        declare(interpreter, this, &validator, &options, None)?;
    }
    Ok(Value::Nil)
}

fn validates_strictly(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = options_of(interpreter, &mut args)?;
    options.insert_symbol("strict", true.into());
    validates(interpreter, this, args.with_keywords(Some(Rc::new(options))))
}

/// The options that `presence: true`, `inclusion: 1..3` or `format: /x/` stand for; none where the kind is not wanted.
fn told_of_kind(told: Value) -> Option<Vec<(Value, Value)>> {
    Some(match told {
        Value::Nil | Value::Bool(false) => return None,
        Value::Bool(true) => Vec::new(),
        Value::Hash(options) => options.pairs(),
        list @ (Value::Range(_) | Value::Array(_)) => vec![(Value::symbol("in"), list)],
        other => vec![(Value::symbol("with"), other)],
    })
}

fn validator_named(interpreter: &mut Interpreter, this: &Value, kind: &Value) -> Eval {
    let kind = interpreter.to_s(kind)?;
    let name = format!("{}Validator", interpreter.inflector().camelize(&kind));
    let found = interpreter.call(this, "const_get", Args::one(Value::str(&*name)));
    let class = interpreter.class_at("NameError");
    match found {
        Err(flow) if matches!(&*flow, Flow::Raise(error) if interpreter.is_a(error, &class)) => {
            Err(interpreter.argument_error(format!("Unknown validator: '{name}'")))
        }
        found => found,
    }
}

/// `validates_with Validator, Another, option: 1`
fn validates_with(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = options_of(interpreter, &mut args)?;
    for validator in &args.positional {
        declare(interpreter, this, validator, &options, args.block.as_ref())?;
    }
    Ok(Value::Nil)
}

/// A validator of the class, kept under the names of its attributes, and called when a record validates.
fn declare(
    interpreter: &mut Interpreter,
    this: &Value,
    validator: &Value,
    options: &RHash,
    block: Option<&Rc<RProc>>,
) -> Eval<()> {
    let own = RHash::from_pairs(options.pairs());
    own.insert_symbol("class", this.clone());
    let arguments = Args::one(Value::hash(own)).with_block(block.cloned());
    let validator = interpreter.call(validator, "new", arguments)?;
    let attributes = if interpreter.responds_to(&validator, "attributes") {
        let attributes = interpreter.call(&validator, "attributes", Args::none())?;
        wrap(interpreter, &attributes)?
    } else {
        Vec::new()
    };
    let registry = registry(&class(interpreter, this)?);
    if attributes.is_empty() {
        entry(&registry, Value::Nil).borrow_mut().push(validator.clone());
    }
    for attribute in attributes {
        let name = symbol(interpreter, &attribute)?;
        entry(&registry, name).borrow_mut().push(validator.clone());
    }
    callbacks::add_validation(interpreter, this, &Args::one(validator), options)
}

/// `validates_presence_of :name, :title, message: "x"` and its kin.
fn of_kind(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let called = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let kind = called.trim_start_matches("validates_").trim_end_matches("_of");
    let kind = if kind == "size" { "length" } else { kind };
    let name = format!("{}Validator", interpreter.inflector().camelize(kind));
    require(interpreter, Library::Validations)?;
    let base = crate::models::model_schema::base(interpreter);
    let of_records = interpreter.class_at("ActiveRecord::Validations").constant(Symbol::new(&name));
    let is_model = class(interpreter, this)?.is_subclass_of(&base);
    let module = if is_model && of_records.is_some() { "ActiveRecord" } else { "ActiveModel" };
    named(interpreter, this, args, &format!("{module}::Validations::{name}"))
}

fn named(interpreter: &mut Interpreter, this: &Value, mut args: Args, validator: &str) -> Eval {
    let given = options_of(interpreter, &mut args)?;
    let options = RHash::new();
    for (key, value) in given.pairs() {
        let key = match key {
            Value::Str(_) => symbol(interpreter, &key)?,
            key => key,
        };
        options.insert(key, value);
    }
    options.insert_symbol("attributes", Value::array(flatten(interpreter, &args.positional)?));
    let validator = Value::Class(interpreter.class_at(validator));
    declare(interpreter, this, &validator, &options, args.block.as_ref())?;
    Ok(Value::Nil)
}

/// `validate :check, if: :complete?` or with a block.
fn validate(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = options_of(interpreter, &mut args)?;
    if args.positional.iter().all(|one| matches!(one, Value::Symbol(_))) {
        for (key, _) in options.pairs() {
            if !is_among(&key, &CONDITIONS) {
                let key = interpreter.inspect(&key)?;
                let known = CONDITIONS.map(|name| format!(":{name}")).join(", ");
                let message = format!(
                    "Unknown key: {key}. Valid keys are: {known}. Perhaps you meant to call `validates` instead of `validate`?"
                );
                return Err(interpreter.argument_error(message));
            }
        }
    }
    callbacks::add_validation(interpreter, this, &args, &options)?;
    Ok(Value::Nil)
}

// What is known of the validators

const REGISTRY: &str = "@_validators";

/// The class' validators by attribute; a name without any is answered with a new list.
fn registry(class: &Rc<RClass>) -> Rc<RHash> {
    let name = Symbol::new(REGISTRY);
    if let Some(Value::Hash(own)) = class.ivars.borrow().get(&name) {
        return Rc::clone(own);
    }
    let own = new_registry();
    class.ivars.borrow_mut().insert(name, Value::Hash(Rc::clone(&own)));
    own
}

fn new_registry() -> Rc<RHash> {
    let own = Rc::new(RHash::new());
    own.set_default_proc(RProc::native(|_, args| match args.first() {
        Value::Hash(registry) => Ok(Value::Array(entry(&registry, args.get(1)))),
        _ => Ok(Value::Nil),
    }));
    own
}

fn entry(registry: &RHash, attribute: Value) -> Rc<RArray> {
    if let Some(Value::Array(there)) = registry.get(&attribute) {
        return there;
    }
    let list = Rc::new(RArray::default());
    registry.insert(attribute, Value::Array(Rc::clone(&list)));
    list
}

/// A new class begins with what its superclass has by then.
pub(crate) fn inherit(class: &Rc<RClass>, superclass: &Rc<RClass>) {
    let name = Symbol::new(REGISTRY);
    let Some(Value::Hash(above)) = superclass.ivars.borrow().get(&name).cloned() else { return };
    let own = new_registry();
    for (attribute, validators) in above.pairs() {
        if let Value::Array(validators) = validators {
            own.insert(attribute, Value::array(validators.to_vec()));
        }
    }
    class.ivars.borrow_mut().insert(name, Value::Hash(own));
}

fn validators(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mut all: Vec<Value> = Vec::new();
    for (_, validators) in registry(&class(interpreter, this)?).pairs() {
        for validator in wrap(interpreter, &validators)? {
            if !all.iter().any(|one| one.is_identical(&validator)) {
                all.push(validator);
            }
        }
    }
    Ok(Value::array(all))
}

fn validators_on(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let registry = registry(&class(interpreter, this)?);
    let mut all = Vec::new();
    for attribute in &args.positional {
        let name = symbol(interpreter, attribute)?;
        all.extend(entry(&registry, name).to_vec());
    }
    Ok(Value::array(all))
}

fn clear(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    interpreter.call(this, "reset_callbacks", Args::one(Value::symbol("validate")))?;
    let registry = registry(&class(interpreter, this)?);
    registry.borrow_mut().clear();
    Ok(Value::Hash(registry))
}
