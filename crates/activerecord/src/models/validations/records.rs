//! What a record answers of its validity. Most records have no errors: the object for them is made when it is asked for.

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method, variadic};

use super::{errors, read, write};
use crate::models::library::{Library, require};
use crate::models::{callbacks, cycles};

pub(crate) const METHODS: &[NativeMethod] = &[
    method("errors", errors, 0..=0),
    method("valid?", valid, 0..=1),
    method("validate", valid, 0..=1),
    method("invalid?", invalid, 0..=1),
    method("validate!", validate_or_raise, 0..=1),
    method("validation_context", |_, this, _| Ok(read(this, CONTEXT)), 0..=0),
    method("custom_validation_context?", |i, this, _| Ok(custom_context(i, this)?.truthy().into()), 0..=0),
    method("read_attribute_for_validation", read_for_validation, 1..=1),
    method("marked_for_destruction?", |_, this, _| Ok(read(this, "@marked_for_destruction")), 0..=0),
    method("model_name", |i, this, _| i.call(&Value::Class(i.class_of(this)), "model_name", Args::none()), 0..=0),
    variadic("validates_with", validates_with, 0).with_keywords(),
];

const CONTEXT: &str = "@validation_context";
const ERRORS: &str = "@errors";

/// `errors`
pub(super) fn errors(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let there = read(this, ERRORS);
    if there.truthy() {
        return Ok(there);
    }
    require(interpreter, Library::Validations)?;
    // They know the record, and the record them.
    cycles::remember(interpreter, this)?;
    let errors = errors::make(interpreter, this);
    write(this, ERRORS, errors.clone());
    Ok(errors)
}

/// What a copy does not take over.
pub(super) fn forget_errors(this: &Value) {
    write(this, ERRORS, Value::Nil);
}

/// Whether a record has errors, which need not be made to find out that there are none.
pub(crate) fn has_errors(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    match read(this, ERRORS) {
        Value::Nil => Ok(false),
        errors => Ok(!interpreter.call_public(&errors, "empty?", Args::none())?.truthy()),
    }
}

/// Validates in a context, which is what the record is about to do unless another one is said.
fn valid(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let context = match args.first() {
        Value::Nil | Value::Bool(false) => {
            let is_new = interpreter.call(this, "new_record?", Args::none())?.truthy();
            Value::symbol(if is_new { "create" } else { "update" })
        }
        context => context,
    };
    let outer = read(this, CONTEXT);
    write(this, CONTEXT, context);
    let outcome = validate(interpreter, this);
    write(this, CONTEXT, outer);
    let outcome = outcome?;
    if has_errors(interpreter, this)? { Ok(false.into()) } else { Ok(outcome) }
}

fn validate(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let before = read(this, ERRORS);
    if before.truthy() {
        interpreter.call_public(&before, "clear", Args::none())?;
    }
    let record = this.clone();
    callbacks::run(interpreter, this, "validation", move |interpreter| {
        callbacks::run(interpreter, &record, "validate", |_| Ok(true.into()))?;
        Ok((!has_errors(interpreter, &record)?).into())
    })
}

/// `invalid?`
pub(super) fn invalid(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok((!interpreter.call_public(this, "valid?", args)?.truthy()).into())
}

fn validate_or_raise(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let valid = interpreter.call_public(this, "valid?", args)?;
    if valid.truthy() {
        return Ok(valid);
    }
    let class = Value::Class(interpreter.class_at("ActiveRecord::RecordInvalid"));
    Err(crate::models::persistence::raise_new(interpreter, &class, vec![this.clone()]))
}

/// The context, where it is another than what every save has; else nil.
pub(super) fn custom_context(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let context = interpreter.call(this, "validation_context", Args::none())?;
    let is_usual = matches!(&context, Value::Symbol(name) if name.is("create") || name.is("update"));
    Ok(if is_usual { Value::Nil } else { context })
}

/// The message of the attribute's name, whatever answers it.
pub(super) fn read_for_validation(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match args.first() {
        Value::Symbol(name) => interpreter.call(this, name, Args::none()),
        other => {
            let name = interpreter.to_s(&other)?;
            interpreter.call(this, name.as_str(), Args::none())
        }
    }
}

/// `record.validates_with(Validator, options)`, for this one time.
pub(super) fn validates_with(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = args.take_options().map(|options| options.pairs()).unwrap_or_default();
    let class = (Value::symbol("class"), Value::Class(interpreter.class_of(this)));
    for validator in args.positional {
        let options = RHash::from_pairs(options.iter().cloned().chain([class.clone()]));
        let arguments = Args::one(Value::hash(options)).with_block(args.block.clone());
        let validator = interpreter.call(&validator, "new", arguments)?;
        interpreter.call(&validator, "validate", Args::one(this.clone()))?;
    }
    Ok(Value::Nil)
}
