//! attribute_methods/time_zone_conversion.rb: in an application, times that a user gives are read in `Time.zone`, and those of
//! the database are told in it.

use std::rc::Rc;

use adapters::Dialect;
use ruby::{Args, Eval, Flow, Interpreter, RClass, RHash, Value};

use super::attribute_type::{AttributeType, Kind};
use crate::ground::state::state;
use crate::models::class_attributes;
use crate::models::model_schema;

/// `create_time_zone_conversion_attribute?` of each attribute.
pub(crate) fn convert_types(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    names: &[Rc<str>],
    types: &mut [AttributeType],
) -> Eval<()> {
    let state = state(interpreter)?;
    let of_application = state.settings.has_application.get();
    if !model_schema::time_zone_aware_attributes(class).unwrap_or(of_application) {
        return Ok(());
    }
    let on_postgresql = of_application && state.adapter.borrow().dialect() == Dialect::PostgreSql;
    let skipped = model_schema::skip_time_zone_conversion_for_attributes(class);
    let listed = match class_attributes::set(class, "time_zone_aware_types") {
        Some(Value::Array(types)) => Some(types.to_vec().iter().filter_map(Value::as_name).collect::<Vec<_>>()),
        _ => None,
    };
    for (name, kind) in names.iter().zip(types) {
        let is_aware = match (kind.cast_type.type_name(), &listed) {
            (Some(r#type), Some(listed)) => listed.iter().any(|other| other == r#type),
            (Some("datetime" | "time"), None) => true,
            (Some("timestamptz"), None) => on_postgresql,
            _ => false,
        };
        if is_aware && matches!(kind.kind, Kind::Plain) && !skipped.iter().any(|other| **other == **name) {
            kind.kind = Kind::Zoned;
        }
    }
    Ok(())
}

fn is_time_of_day(kind: &AttributeType) -> bool {
    kind.cast_type.type_name() == Some("time")
}

fn plain(kind: &AttributeType) -> AttributeType {
    AttributeType::plain(Rc::clone(&kind.cast_type))
}

/// `TimeZoneConverter#cast`
pub(super) fn cast(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval {
    if value.is_nil() {
        return Ok(Value::Nil);
    }
    let plain = plain(kind);
    let is_several = kind.cast_type.is_array() && !matches!(value, Value::Str(_));
    if is_several || matches!(value, Value::Hash(_)) || !interpreter.responds_to(value, "in_time_zone") {
        let cast = plain.cast(interpreter, value)?;
        return map(interpreter, kind, &cast);
    }
    if kind.cast_type.is_array() {
        let cast = plain.cast(interpreter, value)?;
        return map(interpreter, kind, &cast);
    }
    let outcome = user_input(interpreter, kind, value)
        .and_then(|zoned| plain.cast(interpreter, &zoned))
        .and_then(|cast| if cast.truthy() { Ok(cast) } else { plain.cast(interpreter, value) })
        .and_then(|cast| on_the_first_day(interpreter, kind, cast));
    match outcome {
        Err(flow) if is_argument_error(interpreter, &flow) => Ok(Value::Nil),
        outcome => outcome,
    }
}

/// `rescue ArgumentError`
fn is_argument_error(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    let class = interpreter.class_at("ArgumentError");
    matches!(flow, Flow::Raise(exception) if interpreter.class_of(exception).is_subclass_of(&class))
}

/// `user_input_in_time_zone`
fn user_input(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval {
    let mut value = value.clone();
    if is_time_of_day(kind) {
        if crate::models::attribute_methods::is_blank(&value) {
            return Ok(Value::Nil);
        }
        if let Value::Str(text) = &value {
            let text = format!("2000-01-01 {text}");
            let date = Value::Class(interpreter.class_at("Date"));
            let parts = match interpreter.call(&date, "_parse", Args::one(Value::str(&text))) {
                Err(flow) if is_argument_error(interpreter, &flow) => return Ok(Value::Nil),
                parts => parts?,
            };
            let hour = match &parts {
                Value::Hash(parts) => parts.get_symbol("hour").unwrap_or_default(),
                _ => Value::Nil,
            };
            if hour.is_nil() {
                return Ok(Value::Nil);
            }
            value = Value::str(text);
        } else {
            value = changed_to_the_first_day(interpreter, value)?;
        }
    }
    interpreter.call(&value, "in_time_zone", Args::none())
}

/// `TimeZoneConverter#deserialize`
pub(super) fn deserialize(interpreter: &mut Interpreter, kind: &AttributeType, value: &adapters::Arg) -> Eval {
    let value = plain(kind).deserialize(interpreter, value)?;
    map(interpreter, kind, &value)
}

/// `convert_time_to_time_zone`, of each value of a list or a range.
fn map(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval {
    match value {
        Value::Nil | Value::Float(_) | Value::Int(_) | Value::Str(_) => Ok(value.clone()),
        Value::Array(items) => {
            let items = items.to_vec();
            let items: Eval<Vec<_>> = items.iter().map(|item| map(interpreter, kind, item)).collect();
            Ok(Value::array(items?))
        }
        value if interpreter.responds_to(value, "in_time_zone") => {
            let zoned = interpreter.call(value, "in_time_zone", Args::none())?;
            on_the_first_day(interpreter, kind, zoned)
        }
        value => Ok(value.clone()),
    }
}

fn on_the_first_day(interpreter: &mut Interpreter, kind: &AttributeType, value: Value) -> Eval {
    if is_time_of_day(kind) && value.truthy() { changed_to_the_first_day(interpreter, value) } else { Ok(value) }
}

/// `change(year: 2000, month: 1, day: 1)`
fn changed_to_the_first_day(interpreter: &mut Interpreter, value: Value) -> Eval {
    if !interpreter.responds_to(&value, "change") {
        return Ok(value);
    }
    let day = RHash::new();
    for (part, number) in [("year", 2000), ("month", 1), ("day", 1)] {
        day.insert_symbol(part, Value::Int(number));
    }
    interpreter.call(&value, "change", Args::none().with_keywords(Some(Rc::new(day))))
}
