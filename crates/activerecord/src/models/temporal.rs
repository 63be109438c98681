//! active_model/type/{date,time,date_time}.rb and helpers/{time_value,accepts_multiparameter_time}.rb, for objects: a time
//! stays the one that it is. Texts are read by the adapters' types.

use ruby::core::date;
use ruby::core::time;
use ruby::{Args, Eval, Interpreter, RHash, Value};

use crate::models::attribute_set::{AttributeType, Kind};

/// The types of dates and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temporal {
    Date,
    Time,
    DateTime,
    /// `timestamp with time zone`
    Zoned,
}

/// Which of them a type is; None for another, and for arrays of them.
pub(crate) fn kind_of(kind: &AttributeType) -> Option<Temporal> {
    let found = match kind.cast_type.type_name()? {
        "date" => Temporal::Date,
        "time" => Temporal::Time,
        "datetime" | "timestamp" => Temporal::DateTime,
        "timestamptz" => Temporal::Zoned,
        _ => return None,
    };
    (!kind.cast_type.is_array()).then_some(found)
}

/// The value of a date, time or date with time; None where the column's own type reads it.
pub(crate) fn cast(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Option<Value>> {
    let Some(temporal) = kind_of(kind) else { return Ok(None) };
    match value {
        Value::Nil => Ok(Some(Value::Nil)),
        Value::Str(_) => Ok(None),
        Value::Hash(parts) => of_parts(interpreter, temporal, parts).map(Some),
        other if temporal == Temporal::Date => {
            if interpreter.responds_to(other, "to_date") {
                return interpreter.call(other, "to_date", Args::none()).map(Some);
            }
            Ok(Some(other.clone()))
        }
        other => {
            let cut = with_precision(interpreter, other, kind.cast_type.precision())?;
            if temporal == Temporal::Zoned && is_time(&cut) {
                return interpreter.call(&cut, "getutc", Args::none()).map(Some);
            }
            Ok(Some(cut))
        }
    }
}

/// What a record reads back of an object that its type serialized as an object: a time in UTC, or its text.
pub(crate) fn serialized(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Option<Value>> {
    if !matches!(kind.kind, Kind::Plain) {
        return Ok(None);
    }
    if kind.is_text() && matches!(value, Value::Object(_) | Value::Class(_)) {
        return kind.cast(interpreter, value).map(Some);
    }
    if kind_of(kind).is_none_or(|temporal| temporal == Temporal::Date) {
        return Ok(None);
    }
    let moment = kind.cast(interpreter, value)?;
    if date::plain_date(&moment).is_some() && kind_of(kind) == Some(Temporal::Time) {
        return Ok(Some(moment));
    }
    if time::instant(&moment).is_none() || date::plain_date(&moment).is_some() {
        return Ok(None);
    }
    let is_utc = date::date_time(&moment).is_some() && interpreter.call(&moment, "utc?", Args::none())?.truthy();
    Ok(Some(if is_utc { moment } else { interpreter.call(&moment, "getutc", Args::none())? }))
}

/// A Time, or what passes for one (`ActiveSupport::TimeWithZone`).
pub(crate) fn is_time(value: &Value) -> bool {
    time::instant(value).is_some() && date::date_time(value).is_none()
}

/// `value_from_multiparameter_assignment`: `{ 1 => 2026, 2 => 1, 3 => 31 }`.
fn of_parts(interpreter: &mut Interpreter, temporal: Temporal, parts: &RHash) -> Eval {
    let defaults: &[(i64, i64)] = match temporal {
        Temporal::Date => &[],
        Temporal::Time => &[(1, 2000), (2, 1), (3, 1), (4, 0), (5, 0)],
        Temporal::DateTime | Temporal::Zoned => &[(4, 0), (5, 0)],
    };
    let part = |number: i64| parts.get(&Value::Int(number));
    if matches!(temporal, Temporal::DateTime | Temporal::Zoned) {
        let missing: Vec<_> =
            (1..=3).filter(|number| part(*number).is_none()).map(|number| number.to_string()).collect();
        if !missing.is_empty() {
            let shown = interpreter.to_s(&Value::hash(RHash::from_pairs(parts.pairs())))?;
            let message = format!("Provided hash {shown} doesn't contain necessary keys: [{}]", missing.join(", "));
            return Err(interpreter.argument_error(message));
        }
    }
    for (number, default) in defaults {
        if part(*number).is_none_or(|value| !value.truthy()) {
            parts.insert(Value::Int(*number), Value::Int(*default));
        }
    }
    if (1..=3).any(|number| part(number).is_none_or(|value| !value.truthy())) {
        return Ok(Value::Nil);
    }
    let sorted = interpreter.call(&Value::hash(RHash::from_pairs(parts.pairs())), "sort", Args::none())?;
    let mut values = Vec::new();
    for pair in ruby::core::convert::array(interpreter, &sorted)? {
        values.push(interpreter.call(&pair, "last", Args::none())?);
    }
    let class = Value::Class(interpreter.class_at("Time"));
    let moment = interpreter.call(&class, "utc", Args::new(values))?;
    if temporal == Temporal::Date { interpreter.call(&moment, "to_date", Args::none()) } else { Ok(moment) }
}

/// `rescue => nil`
#[expect(clippy::boxed_local, reason = "as an evaluation's error comes")]
pub(crate) fn raised(flow: Box<ruby::Flow>) -> Eval {
    match *flow {
        ruby::Flow::Raise(_) => Ok(Value::Nil),
        flow => Err(Box::new(flow)),
    }
}

/// `apply_seconds_precision`
fn with_precision(interpreter: &mut Interpreter, value: &Value, precision: Option<i64>) -> Eval {
    let Some(digits) = precision.and_then(|precision| u32::try_from(9 - precision).ok()) else {
        return Ok(value.clone());
    };
    if !interpreter.responds_to(value, "nsec") {
        return Ok(value.clone());
    }
    let step = 10i64.pow(digits.min(9));
    match interpreter.call(value, "nsec", Args::none())? {
        Value::Int(nanoseconds) if nanoseconds % step > 0 => {
            let options = ruby::RHash::new();
            options.insert_symbol("nsec", Value::Int(nanoseconds - nanoseconds % step));
            let arguments = Args::none().with_keywords(Some(std::rc::Rc::new(options)));
            interpreter.call(value, "change", arguments)
        }
        _ => Ok(value.clone()),
    }
}
