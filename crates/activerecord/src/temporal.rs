//! active_model/type/{date,time,date_time}.rb and helpers/time_value.rb, for what a user gives: a time stays the object that
//! it is, and a text in a notation of its own is read as `Date._parse` reads it.

use ruby::{Args, Eval, Interpreter, Value};

use crate::attribute_set::AttributeType;

/// The value of a date, time or date with time; None where the column's own type reads it.
pub(crate) fn cast(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Option<Value>> {
    let name = kind.cast_type.type_name().unwrap_or_default();
    let is_date = name == "date";
    if !is_date && !matches!(name, "datetime" | "timestamp" | "timestamptz" | "time") || kind.cast_type.is_array() {
        return Ok(None);
    }
    match value {
        Value::Nil => Ok(Some(Value::Nil)),
        Value::Str(text) => {
            let text = text.to_string();
            if text.is_empty() {
                return Ok(Some(Value::Nil));
            }
            if is_plain(&text) {
                return Ok(None);
            }
            let moment = parsed(interpreter, &text, name)?;
            if name == "timestamptz" && !moment.is_nil() {
                return interpreter.call(&moment, "getutc", Args::none()).map(Some);
            }
            Ok(Some(moment))
        }
        Value::Hash(_) => Err(interpreter.unsupported("a date or time of several parts (a hash)")),
        other if is_date && interpreter.responds_to(other, "to_date") => {
            interpreter.call(other, "to_date", Args::none()).map(Some)
        }
        other if is_date => Ok(Some(other.clone())),
        other => with_precision(interpreter, other, kind.cast_type.precision()).map(Some),
    }
}

/// Whether the column's own type reads a text: ISO 8601 without an offset.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let date =
        digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7) && bytes.get(7) == Some(&b'-') && digits(8..10);
    if !date || bytes.len() == 10 {
        return date;
    }
    let rest = &text[10..];
    (rest.starts_with(' ') || rest.starts_with('T'))
        && rest[1..].bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
        && rest.matches(':').count() == 2
}

/// `fallback_string_to_date` and `fallback_string_to_time`
fn parsed(interpreter: &mut Interpreter, text: &str, name: &str) -> Eval {
    let date = Value::Class(interpreter.class_at("Date"));
    if name == "date" {
        let parts = interpreter.call(&date, "_parse", Args::new(vec![Value::str(text), false.into()]))?;
        let [year, month, day] = ["year", "mon", "mday"].map(|key| part(&parts, key));
        let valid = !year.is_nil() && !matches!((&year, &month), (Value::Int(0), Value::Int(0)));
        if !valid {
            return Ok(Value::Nil);
        }
        return or_nil(interpreter, |interpreter| interpreter.call(&date, "new", Args::new(vec![year, month, day])));
    }
    let text = if name == "time" { on_the_first_day(text) } else { text.to_owned() };
    if text.contains('-')
        && let Some(moment) = whole(interpreter, &text)?
    {
        return Ok(moment);
    }
    let parts = match interpreter.call(&date, "_parse", Args::one(Value::str(text))) {
        Ok(parts) => parts,
        Err(flow) => return raised(flow),
    };
    if name == "time" && part(&parts, "hour").is_nil() {
        return Ok(Value::Nil);
    }
    let year = part(&parts, "year");
    if year.is_nil() || matches!((&year, part(&parts, "mon")), (Value::Int(0), Value::Int(0))) {
        return Ok(Value::Nil);
    }
    let mut arguments: Vec<Value> = vec![year];
    arguments.extend(["mon", "mday", "hour", "min", "sec"].map(|key| part(&parts, key)));
    let fraction = part(&parts, "sec_fraction");
    let micros = if fraction.is_nil() {
        Value::Int(0)
    } else {
        let micros = interpreter.call(&fraction, "*", Args::one(Value::Int(1_000_000)))?;
        interpreter.call(&micros, "to_i", Args::none())?
    };
    arguments.push(micros);
    let time = Value::Class(interpreter.class_at("Time"));
    let moment = or_nil(interpreter, |interpreter| interpreter.call(&time, "utc", Args::new(arguments)))?;
    let offset = part(&parts, "offset");
    match offset {
        Value::Int(seconds) if seconds != 0 && !moment.is_nil() => {
            interpreter.call(&moment, "-", Args::one(Value::Int(seconds)))
        }
        _ => Ok(moment),
    }
}

/// `fast_string_to_time`: what Time.new reads, an offset kept.
fn whole(interpreter: &mut Interpreter, text: &str) -> Eval<Option<Value>> {
    let time = Value::Class(interpreter.class_at("Time"));
    let options = ruby::RHash::new();
    options.insert_symbol("in", Value::str("UTC"));
    let arguments = Args::one(Value::str(text)).with_keywords(Some(std::rc::Rc::new(options)));
    let moment = or_nil(interpreter, |interpreter| interpreter.call(&time, "new", arguments))?;
    Ok(Some(moment).filter(|moment| !moment.is_nil()))
}

/// `value.sub(/\A\d{4}-\d\d-\d\d(?:T|\s)|/, "2000-01-01 ")`
fn on_the_first_day(text: &str) -> String {
    let dated = text.len() > 10 && is_plain(&text[..10]) && text[10..].starts_with(['T', ' ']);
    format!("2000-01-01 {}", if dated { &text[11..] } else { text })
}

fn part(parts: &Value, key: &str) -> Value {
    match parts {
        Value::Hash(hash) => hash.get_symbol(key).unwrap_or_default(),
        _ => Value::Nil,
    }
}

/// A day or an hour that there is not is no value.
fn or_nil(interpreter: &mut Interpreter, make: impl FnOnce(&mut Interpreter) -> Eval) -> Eval {
    make(interpreter).or_else(raised)
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
