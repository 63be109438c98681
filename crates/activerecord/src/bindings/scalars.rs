//! Numbers and times that have no variant of their own, between Ruby and the adapters.

use std::str::FromStr;

use adapters::Arg;
use bigdecimal::BigDecimal;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use ruby::builtins::number::{self, BigInteger};
use ruby::builtins::time::zone::Zone;
use ruby::builtins::{bigdecimal as decimals, date, time};
use ruby::{Args, Eval, Interpreter, Value};

/// An object for an adapter.
pub(super) fn to_arg(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    if let Some(big) = value.data::<BigInteger>() {
        return Ok(Arg::BigInt(big.0.clone()));
    }
    if date::plain_date(value).is_some() {
        return civil_date(interpreter, value);
    }
    if let Some(instant) = time::instant(value) {
        return zoned(interpreter, value, instant);
    }
    let string = std::rc::Rc::clone(&interpreter.classes.string);
    if interpreter.is_a(value, &string) {
        return Ok(Arg::Str(interpreter.to_s(value)?));
    }
    let class = interpreter.class_of(value).name();
    match class.as_str() {
        "BigDecimal" => decimal(interpreter, value),
        "Arel::Nodes::SqlLiteral" => Ok(Arg::Sql(interpreter.to_s(value)?)),
        "ActiveSupport::Duration" => {
            let seconds = interpreter.call(value, "to_i", Args::none())?;
            super::arguments::to_arg(interpreter, &seconds)
        }
        "Pathname" => Ok(Arg::Str(interpreter.to_s(value)?)),
        _ => Err(interpreter.type_error(format!("can't quote {class}"))),
    }
}

fn decimal(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    let text = interpreter.call(value, "to_s", Args::one(Value::str("F")))?.as_string().unwrap_or_default();
    Ok(BigDecimal::from_str(&text).map_or(Arg::Str(text), Arg::Decimal))
}

fn civil_date(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    let moment = time::moment_of(value);
    let date = moment.and_then(|moment| {
        let year = i16::try_from(moment.year).ok()?;
        civil::Date::new(year, i8::try_from(moment.month).ok()?, i8::try_from(moment.day).ok()?).ok()
    });
    match date {
        Some(date) => Ok(Arg::Date(date)),
        None => Err(out_of_range(interpreter)),
    }
}

fn zoned(interpreter: &mut Interpreter, value: &Value, instant: i128) -> Eval<Arg> {
    let offset = time::moment_of(value).map_or(0, |moment| moment.offset);
    let zone = Offset::from_seconds(offset).map_or(TimeZone::UTC, Offset::to_time_zone);
    match Timestamp::from_nanosecond(instant) {
        Ok(timestamp) => Ok(Arg::Time(timestamp.to_zoned(zone))),
        Err(_) => Err(out_of_range(interpreter)),
    }
}

fn out_of_range(interpreter: &mut Interpreter) -> Box<ruby::Flow> {
    interpreter.unsupported("a date beyond the years that this engine keeps")
}

pub(super) fn to_value(interpreter: &mut Interpreter, arg: &Arg) -> Value {
    match arg {
        Arg::BigInt(big) => number::big_value(interpreter, big.clone()),
        Arg::Decimal(decimal) => {
            let text = decimal.to_plain_string();
            decimals::from_text(interpreter, &text).unwrap_or_else(|| Value::str(text))
        }
        Arg::Date(day) => date::from_civil(interpreter, day.year().into(), day.month().into(), day.day().into())
            .unwrap_or_else(|| Value::str(day.to_string())),
        Arg::DateTime(moment) => match moment.to_zoned(TimeZone::UTC) {
            Ok(moment) => time::utc_value(interpreter, moment.timestamp().as_nanosecond()),
            Err(_) => Value::str(arg.to_s()),
        },
        Arg::Time(moment) => time::value(interpreter, moment.timestamp().as_nanosecond(), Zone::Utc),
        other => Value::str(other.to_s()),
    }
}
