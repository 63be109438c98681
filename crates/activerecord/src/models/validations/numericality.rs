//! `numericality:`. What is looked at is what was assigned, not what the column's type made of it, with no more digits than a
//! Float has or the column keeps.

use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RHash, Symbol, Value, method};

use super::comparison::asked;
use super::option;
use super::validator::{details, options_of, report, resolve};
use crate::models::attribute_methods::suffixed;
use crate::models::attribute_set::{Kind, Record};
use crate::models::model_schema::load_schema;
use crate::models::relation::type_of;

pub(super) const METHODS: &[NativeMethod] = &[
    method("check_validity!", check, 0..=0),
    method("validate_each", |i, this, args| expect(i, this, &args, &Digits::OF_A_FLOAT), 3..=3),
    method("prepare_value_for_validation", assigned, 3..=3),
];

pub(super) const OF_COLUMNS: &[NativeMethod] = &[method("validate_each", expect_of_column, 3..=3)];

/// What stays out of an error's details.
const OWN: [&str; 11] = [
    "greater_than",
    "greater_than_or_equal_to",
    "equal_to",
    "less_than",
    "less_than_or_equal_to",
    "other_than",
    "odd",
    "even",
    "in",
    "only_integer",
    "only_numeric",
];

/// How exactly numbers are taken.
struct Digits {
    precision: i64,
    scale: Value,
}

impl Digits {
    const OF_A_FLOAT: Self = Self { precision: f64::DIGITS as i64, scale: Value::Nil };
}

fn check(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let options = options_of(this);
    for (name, _, limit) in asked(&options) {
        if !matches!(limit, Value::Proc(_) | Value::Symbol(_)) && !is_numeric(interpreter, &limit) {
            return Err(interpreter.argument_error(format!(":{name} must be a number, a symbol or a proc")));
        }
    }
    match options.get_symbol("in") {
        None | Some(Value::Range(_)) => Ok(Value::Nil),
        Some(_) => Err(interpreter.argument_error(":in must be a range")),
    }
}

fn is_numeric(interpreter: &Interpreter, value: &Value) -> bool {
    interpreter.is_a(value, &interpreter.classes.numeric)
}

fn expect_of_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_of(&args.first());
    let name = args.get(1).as_name().unwrap_or_default();
    let name = crate::models::attribute_methods::alias(&class, &name).unwrap_or(name);
    let columns = load_schema(interpreter, &class)?;
    let kind = type_of(&columns, &name);
    let mut digits = Digits::OF_A_FLOAT;
    let (precision, scale) = match &kind.kind {
        Kind::Custom(_) => {
            let kind = interpreter.call(&Value::Class(class), "type_for_attribute", Args::one(Value::str(name)))?;
            (interpreter.call(&kind, "precision", Args::none())?, interpreter.call(&kind, "scale", Args::none())?)
        }
        _ => (kind.cast_type.precision().into(), kind.cast_type.scale().into()),
    };
    if let Value::Int(precision) = precision {
        digits.precision = digits.precision.min(precision);
    }
    digits.scale = scale;
    expect(interpreter, this, &args, &digits)
}

fn expect(interpreter: &mut Interpreter, this: &Value, args: &Args, digits: &Digits) -> Eval {
    let (record, attribute, given, options) = (args.first(), args.get(1), args.get(2), options_of(this));
    let fault = |interpreter: &mut Interpreter, kind: &str, details: RHash| {
        report(interpreter, &record, &attribute, Value::symbol(kind), details)
    };
    let may_be = !option(&options, "only_numeric").truthy() || is_numeric(interpreter, &given);
    let number = if may_be { number(interpreter, &given, digits)? } else { None };
    let Some(number) = number else {
        fault(interpreter, "not_a_number", details(&options, &OWN, &given))?;
        return Ok(Value::Nil);
    };
    let integers_only = resolve(interpreter, &record, &option(&options, "only_integer"))?;
    if integers_only.truthy() && !is_whole(interpreter, &given)? {
        fault(interpreter, "not_an_integer", details(&options, &OWN, &given))?;
        return Ok(Value::Nil);
    }
    for (name, operator, limit) in asked(&options) {
        let limit = resolve(interpreter, &record, &limit)?;
        let limit = to_number(interpreter, &limit, digits)?.unwrap_or_default();
        if !interpreter.call_public(&number, operator, Args::one(limit.clone()))?.truthy() {
            fault(interpreter, name, beyond(&options, &number, limit))?;
        }
    }
    for (name, remainder) in [("odd", 1), ("even", 0)] {
        if options.get_symbol(name).is_some() {
            let whole = interpreter.call(&number, "to_i", Args::none())?;
            let left = interpreter.call(&whole, "%", Args::one(Value::Int(2)))?;
            if !matches!(left, Value::Int(left) if left == remainder) {
                fault(interpreter, name, details(&options, &OWN, &number))?;
            }
        }
    }
    if let Some(range) = options.get_symbol("in")
        && !interpreter.call_public(&range, "include?", Args::one(number.clone()))?.truthy()
    {
        fault(interpreter, "in", beyond(&options, &number, range))?;
    }
    Ok(Value::Nil)
}

fn beyond(options: &RHash, number: &Value, limit: Value) -> RHash {
    let details = details(options, &OWN, number);
    details.insert_symbol("count", limit);
    details
}

/// The number that a value stands for; none where it stands for no number.
fn number(interpreter: &mut Interpreter, value: &Value, digits: &Digits) -> Eval<Option<Value>> {
    match to_number(interpreter, value, digits) {
        Err(flow) if is_no_number(interpreter, &flow) => Ok(None),
        outcome => outcome,
    }
}

fn is_no_number(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    let Flow::Raise(error) = flow else { return false };
    ["ArgumentError", "TypeError"].iter().any(|class| {
        let class = interpreter.class_at(class);
        interpreter.is_a(error, &class)
    })
}

fn to_number(interpreter: &mut Interpreter, value: &Value, digits: &Digits) -> Eval<Option<Value>> {
    let decimal = interpreter.class_at("BigDecimal");
    Ok(Some(match value {
        Value::Int(_) => value.clone(),
        Value::Float(_) => exactly(interpreter, value, digits)?,
        _ if interpreter.is_a(value, &decimal) => rounded(interpreter, value, digits)?,
        _ if is_numeric(interpreter, value) => value.clone(),
        _ if is_whole(interpreter, value)? => interpreter.call(value, "to_i", Args::none())?,
        _ => {
            let text = interpreter.to_s(value)?;
            let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
            if unsigned.starts_with("0x") || unsigned.starts_with("0X") {
                return Ok(None);
            }
            let main = interpreter.main.clone();
            let float = interpreter.call(&main, "Float", Args::one(value.clone()))?;
            exactly(interpreter, &float, digits)?
        }
    }))
}

/// A decimal of as many digits as count.
fn exactly(interpreter: &mut Interpreter, float: &Value, digits: &Digits) -> Eval {
    let float = rounded(interpreter, float, digits)?;
    interpreter.call(&float, "to_d", Args::one(Value::Int(digits.precision)))
}

fn rounded(interpreter: &mut Interpreter, number: &Value, digits: &Digits) -> Eval {
    if digits.scale.truthy() {
        return interpreter.call(number, "round", Args::one(digits.scale.clone()));
    }
    Ok(number.clone())
}

/// Whether a value is written as digits alone, behind a sign or none.
fn is_whole(interpreter: &mut Interpreter, value: &Value) -> Eval<bool> {
    if matches!(value, Value::Int(_)) {
        return Ok(true);
    }
    let text = interpreter.to_s(value)?;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    Ok(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What the attribute was given, where that is known and the value was not changed in place since.
fn assigned(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (value, record) = (args.first(), args.get(1));
    let name = args.get(2).as_name().unwrap_or_default();
    if interpreter.responds_to(&record, "attribute_changed_in_place?")
        && interpreter.call(&record, "attribute_changed_in_place?", Args::one(Value::str(&*name)))?.truthy()
    {
        return Ok(value);
    }
    let raw = match ask(interpreter, &record, &name, "_came_from_user?")? {
        Some(answer) if !answer.truthy() => {
            interpreter.call(&record, "read_attribute", Args::one(Value::str(&*name)))?
        }
        _ => ask(interpreter, &record, &name, "_before_type_cast")?.unwrap_or_default(),
    };
    Ok(if raw.truthy() { raw } else { value })
}

/// What a record answers to the attribute's name with a suffix: by a method that a class wrote for it, else of itself.
fn ask(interpreter: &mut Interpreter, record: &Value, name: &str, suffix: &str) -> Eval<Option<Value>> {
    let method = Symbol::new(&format!("{name}{suffix}"));
    if interpreter.find_method(&interpreter.dispatch_class(record), method).is_some() {
        return interpreter.call_public(record, method, Args::none()).map(Some);
    }
    let Some(data) = record.data::<Record>() else { return Ok(None) };
    let class = interpreter.class_of(record);
    let own = crate::models::attribute_methods::alias(&class, name).unwrap_or_else(|| name.to_owned());
    if data.index(&own).is_none() {
        return Ok(None);
    }
    suffixed(interpreter, record, name, suffix, &Args::none()).map(Some)
}
