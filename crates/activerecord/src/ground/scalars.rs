//! Numbers and times that have no variant of their own, between Ruby and the adapters.

use std::str::FromStr;

use adapters::Arg;
use bigdecimal::BigDecimal;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use ruby::core::date;
use ruby::core::numeric_tower::{self, BigInteger};
use ruby::core::time::zone::Zone;
use ruby::core::{bigdecimal as decimals, time};
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
        "Rational" => {
            let digits = Value::Int(18);
            let number = interpreter.call(value, "to_d", Args::one(digits))?;
            decimal(interpreter, &number)
        }
        "Pathname" => Ok(Arg::Str(interpreter.to_s(value)?)),
        // What PostgreSQL's types make of their objects.
        "IPAddr" => {
            let address = interpreter.to_s(value)?;
            let prefix = interpreter.call(value, "prefix", Args::none())?;
            Ok(Arg::Str(format!("{address}/{}", interpreter.to_s(&prefix)?)))
        }
        "ActiveRecord::Point" => {
            let coordinates = interpreter.call(value, "to_a", Args::none())?;
            super::arguments::to_arg(interpreter, &coordinates)
        }
        _ => Err(interpreter.type_error(format!("can't quote {class}"))),
    }
}

/// An object as a statement's value.
pub(super) fn bindable(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    let class = interpreter.class_of(value).name();
    let text = match class.as_str() {
        // A number to Ruby, and to no database.
        "Rational" | "Complex" => interpreter.to_s(value)?,
        "BigDecimal" | "Arel::Nodes::SqlLiteral" => return to_arg(interpreter, value),
        _ => {
            let string = std::rc::Rc::clone(&interpreter.classes.string);
            let is_known = value.data::<BigInteger>().is_some()
                || date::plain_date(value).is_some()
                || time::instant(value).is_some()
                || interpreter.is_a(value, &string);
            return if is_known { to_arg(interpreter, value) } else { Ok(Arg::Object { class, quoted: None }) };
        }
    };
    Ok(Arg::Literal { quoted: text.clone(), text })
}

fn decimal(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    let text = interpreter.call(value, "to_s", Args::one(Value::str("F")))?.as_string().unwrap_or_default();
    Ok(match text.as_str() {
        "Infinity" => Arg::Float(f64::INFINITY),
        "-Infinity" => Arg::Float(f64::NEG_INFINITY),
        "NaN" => Arg::Float(f64::NAN),
        _ => BigDecimal::from_str(&text).map_or(Arg::Str(text), Arg::Decimal),
    })
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
        Err(_) => match civil_in_utc(instant) {
            Some(moment) => Ok(Arg::DateTime(moment)),
            None => Err(out_of_range(interpreter)),
        },
    }
}

/// Of the last days of the year 9999, which are no timestamps.
fn civil_in_utc(instant: i128) -> Option<civil::DateTime> {
    let epoch = civil::date(1970, 1, 1).at(0, 0, 0, 0);
    let seconds = i64::try_from(instant.div_euclid(1_000_000_000)).ok()?;
    let nanos = i64::try_from(instant.rem_euclid(1_000_000_000)).ok()?;
    epoch.checked_add(jiff::SignedDuration::new(seconds, i32::try_from(nanos).ok()?)).ok()
}

fn out_of_range(interpreter: &mut Interpreter) -> Box<ruby::Flow> {
    interpreter.unsupported("a date beyond the years that this engine keeps")
}

/// Of what is no collection: see `arguments::to_value`.
pub(super) fn to_value(interpreter: &mut Interpreter, arg: &Arg) -> Value {
    match arg {
        Arg::BigInt(big) => numeric_tower::big_value(interpreter, big.clone()),
        Arg::Decimal(decimal) => {
            let text = decimal.to_plain_string();
            decimals::from_text(interpreter, &text).unwrap_or_else(|| Value::str(text))
        }
        Arg::Date(day) => date::from_civil(interpreter, day.year().into(), day.month().into(), day.day().into())
            .unwrap_or_else(|| Value::str(day.to_string())),
        Arg::DateTime(moment) => {
            let (date, clock) = (moment.date(), moment.time());
            let seconds = i64::from(clock.hour()) * 3600 + i64::from(clock.minute()) * 60 + i64::from(clock.second());
            let (year, month, day) = (date.year().into(), date.month().into(), date.day().into());
            let nanos = time::moment::civil_nanos(year, month, day, seconds, clock.subsec_nanosecond().into());
            time::utc_value(interpreter, nanos)
        }
        Arg::Time(moment) => {
            let zone = if moment.offset().is_zero() { Zone::Utc } else { Zone::Fixed(moment.offset().seconds()) };
            time::value(interpreter, moment.timestamp().as_nanosecond(), zone)
        }
        other => Value::str(other.to_s()),
    }
}
