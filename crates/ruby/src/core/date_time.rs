//! DateTime: a Date with a time of day and an offset. `inspect` is ActiveSupport's.

use num_bigint::BigInt;

use super::date::{RDate, complete, data, invalid, like, limited_text, text_of};
use crate::core::numeric_tower::{Number, to_int};
use crate::core::time::calendar::{DAY_NANOS, EPOCH_JD, NANOS, valid_civil};
use crate::core::time::parse::{self, Parsed, zone_offset};
use crate::core::time::{self, Moment, strftime};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

/// What `deconstruct_keys` knows.
pub const KEYS: &[&str] = &["year", "month", "day", "yday", "wday", "hour", "minute", "second", "sec_fraction", "zone"];

const METHODS: &[NativeMethod] = &[
    method("hour", hour, 0..=0),
    method("minute", minute, 0..=0),
    method("min", minute, 0..=0),
    method("second", second, 0..=0),
    method("sec", second, 0..=0),
    method("sec_fraction", sec_fraction, 0..=0),
    method("second_fraction", sec_fraction, 0..=0),
    method("offset", offset, 0..=0),
    method("zone", zone, 0..=0),
    method("new_offset", new_offset, 0..=1),
    method("to_s", to_s, 0..=0),
    method("iso8601", iso8601, 0..=1),
    method("xmlschema", iso8601, 0..=1),
    method("rfc3339", iso8601, 0..=1),
    method("inspect", inspect, 0..=0),
    method("readable_inspect", inspect, 0..=0),
    method("strftime", strftime_method, 0..=1),
    method("to_time", to_time, 0..=0),
    method("to_datetime", itself, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("new", civil, 0..=8),
    method("civil", civil, 0..=8),
    method("now", now, 0..=1),
    method("parse", date_time_parse, 0..=3).with_keywords(),
    method("iso8601", date_time_parse, 0..=2).with_keywords(),
    method("xmlschema", date_time_parse, 0..=2).with_keywords(),
    method("rfc3339", date_time_parse, 0..=2).with_keywords(),
    method("strptime", date_time_strptime, 0..=3),
];

pub fn define(interpreter: &mut Interpreter) {
    let date = interpreter.class_at("Date");
    let class = interpreter.define_class("DateTime", &date);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

/// Offsets are days, or texts such as `+9`.
pub(crate) fn offset_argument(interpreter: &mut Interpreter, value: &Value) -> Eval<i32> {
    match value {
        Value::Nil => Ok(0),
        Value::Str(text) => Ok(zone_offset(&text.to_string()).unwrap_or(0)),
        _ => {
            let Some(ratio) = Number::of(value).and_then(|number| number.to_ratio()) else {
                return Err(interpreter.type_error("invalid offset (not numeric)"));
            };
            let seconds =
                crate::core::rounding::Rounding::HalfUp.divide(&(ratio.numerator * 86_400), &ratio.denominator);
            i32::try_from(seconds).map_err(|_| invalid(interpreter))
        }
    }
}

fn civil(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let part = |interpreter: &mut Interpreter, index: usize, default: i64| {
        if args.has(index) { to_int(interpreter, &args.get(index)) } else { Ok(default) }
    };
    let (year, month, day) = (part(interpreter, 0, -4712)?, part(interpreter, 1, 1)?, part(interpreter, 2, 1)?);
    let from_end = |number: i64, size: i64| if number < 0 { number + size } else { number };
    let hour = from_end(part(interpreter, 3, 0)?, 24);
    let minute = from_end(part(interpreter, 4, 0)?, 60);
    let seconds = match args.get(5) {
        Value::Nil => 0,
        seconds => time::nanos_of_seconds(interpreter, &seconds, NANOS)?,
    };
    let seconds = if seconds < 0 { seconds + 60 * NANOS } else { seconds };
    let offset = offset_argument(interpreter, &args.get(6))?;
    let jd = valid_civil(year, month, day);
    let valid_clock = (0..=24).contains(&hour)
        && (0..=59).contains(&minute)
        && (0..60 * NANOS).contains(&seconds)
        && (hour < 24 || minute == 0 && seconds == 0);
    let Some(jd) = jd.filter(|_| valid_clock) else {
        return Err(invalid(interpreter));
    };
    let nanos = i128::from(hour * 3600 + minute * 60) * NANOS + seconds;
    let local = i128::from(jd - EPOCH_JD) * i128::from(DAY_NANOS) + nanos;
    Ok(like(interpreter, this, RDate::from_local(local, offset)))
}

fn now(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let instant = time::host_now(interpreter);
    let offset = time::local_zone(interpreter).period(instant).offset;
    Ok(like(interpreter, this, RDate::from_local(instant + i128::from(offset) * NANOS, offset)))
}

fn from_parsed(interpreter: &mut Interpreter, this: &Value, parsed: &Parsed) -> Eval {
    let offset = parsed.offset.unwrap_or(0);
    if let Some(instant) = parsed.instant {
        let local = instant + i128::from(parsed.nanos.unwrap_or(0)) + i128::from(offset) * NANOS;
        return Ok(like(interpreter, this, RDate::from_local(local, offset)));
    }
    let day = complete(interpreter, parsed, "DateTime");
    let in_range =
        parsed.hour.unwrap_or(0) <= 24 && parsed.minute.unwrap_or(0) <= 59 && parsed.second.unwrap_or(0) <= 60;
    let Some(jd) = day.filter(|_| in_range) else {
        return Err(invalid(interpreter));
    };
    let nanos = parsed.seconds_of_day() * 1_000_000_000 + parsed.nanos.unwrap_or(0);
    let local = i128::from(jd - EPOCH_JD) * i128::from(DAY_NANOS) + i128::from(nanos);
    Ok(like(interpreter, this, RDate::from_local(local, offset)))
}

fn date_time_parse(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = limited_text(interpreter, &args, "-4712-01-01T00:00:00+00:00")?;
    let parsed = parse::parse(&text, !args.has(1) || args.get(1).truthy());
    from_parsed(interpreter, this, &parsed)
}

fn date_time_strptime(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = text_of(interpreter, &args.first(), "-4712-01-01T00:00:00+00:00")?;
    let format = text_of(interpreter, &args.get(1), "%FT%T%z")?;
    match parse::strptime(&text, &format).filter(|parsed| parsed.leftover.is_none()) {
        Some(parsed) => from_parsed(interpreter, this, &parsed),
        None => Err(invalid(interpreter)),
    }
}

fn moment(this: &Value) -> Moment {
    data(this).moment()
}

fn hour(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(moment(this).hour.into()))
}

fn minute(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(moment(this).minute.into()))
}

fn second(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(moment(this).second.into()))
}

fn sec_fraction(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let nanos = moment(this).nanos;
    Ok(Number::Rational(time::seconds_ratio(nanos.into())).into_value(interpreter))
}

fn offset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let ratio = crate::core::rational::Ratio::new(BigInt::from(data(this).offset), BigInt::from(86_400));
    match ratio {
        Some(ratio) => Ok(Number::Rational(ratio).into_value(interpreter)),
        None => Ok(Value::Int(0)),
    }
}

fn zone(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(moment(this).zone))
}

fn new_offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let offset = offset_argument(interpreter, &args.first())?;
    let local = data(this).instant() + i128::from(offset) * NANOS;
    Ok(like(interpreter, this, RDate::from_local(local, offset)))
}

fn to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(time::xmlschema(&moment(this), 0, false)))
}

fn iso8601(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = if args.has(0) { to_int(interpreter, &args.first())? } else { 0 };
    interpreter.check_size(digits.unsigned_abs() as usize)?;
    Ok(Value::str(time::xmlschema(&moment(this), digits.max(0) as usize, false)))
}

fn inspect(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(strftime::strftime(&moment(this), "%a, %d %b %Y %H:%M:%S %z")))
}

fn strftime_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let format = text_of(interpreter, &args.first(), "%FT%T%:z")?;
    Ok(Value::str(strftime::within_budget(interpreter, &moment(this), &format)?))
}

fn to_time(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let date = data(this);
    Ok(time::value(interpreter, date.instant(), time::Zone::Fixed(date.offset)))
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}
