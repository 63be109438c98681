//! What a Time and a TimeWithZone say of their clocks alike: parts of the date and of the day, and the seconds since 1970.

use super::calendar::NANOS;
use super::{Moment, instant, moment_of, seconds_ratio, subsec_value};
use crate::core::date;
use crate::core::numeric_tower::Number;
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("year", |i, this, _| Ok(Value::Int(moment(i, this)?.year)), 0..=0),
    method("month", month, 0..=0),
    method("mon", month, 0..=0),
    method("day", day, 0..=0),
    method("mday", day, 0..=0),
    method("hour", |i, this, _| read(i, this, |moment| moment.hour), 0..=0),
    method("min", |i, this, _| read(i, this, |moment| moment.minute), 0..=0),
    method("sec", |i, this, _| read(i, this, |moment| moment.second), 0..=0),
    method("usec", usec, 0..=0),
    method("tv_usec", usec, 0..=0),
    method("nsec", nsec, 0..=0),
    method("tv_nsec", nsec, 0..=0),
    method("subsec", subsec, 0..=0),
    method("wday", |i, this, _| read(i, this, |moment| moment.weekday), 0..=0),
    method("yday", |i, this, _| read(i, this, |moment| moment.year_day), 0..=0),
    method("sunday?", |i, this, _| is_weekday(i, this, 0), 0..=0),
    method("monday?", |i, this, _| is_weekday(i, this, 1), 0..=0),
    method("tuesday?", |i, this, _| is_weekday(i, this, 2), 0..=0),
    method("wednesday?", |i, this, _| is_weekday(i, this, 3), 0..=0),
    method("thursday?", |i, this, _| is_weekday(i, this, 4), 0..=0),
    method("friday?", |i, this, _| is_weekday(i, this, 5), 0..=0),
    method("saturday?", |i, this, _| is_weekday(i, this, 6), 0..=0),
    method("to_i", to_i, 0..=0),
    method("tv_sec", to_i, 0..=0),
    method("to_f", to_f, 0..=0),
    method("to_r", to_r, 0..=0),
    method("to_a", to_a, 0..=0),
    method("to_date", to_date, 0..=0),
    method("to_datetime", to_datetime, 0..=0),
];

fn moment(interpreter: &mut Interpreter, this: &Value) -> Eval<Moment> {
    moment_of(this).ok_or_else(|| uninitialized(interpreter, this))
}

fn nanos(interpreter: &mut Interpreter, this: &Value) -> Eval<i128> {
    instant(this).ok_or_else(|| uninitialized(interpreter, this))
}

fn uninitialized(interpreter: &mut Interpreter, this: &Value) -> Box<Flow> {
    let class = interpreter.class_of(this).name();
    interpreter.type_error(format!("uninitialized {class}"))
}

fn read(interpreter: &mut Interpreter, this: &Value, part: impl FnOnce(Moment) -> u32) -> Eval {
    Ok(Value::Int(part(moment(interpreter, this)?).into()))
}

fn month(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, |moment| moment.month)
}

fn day(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, |moment| moment.day)
}

fn usec(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, |moment| moment.nanos / 1000)
}

fn nsec(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, |moment| moment.nanos)
}

fn subsec(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let nanos = moment(interpreter, this)?.nanos;
    Ok(subsec_value(interpreter, nanos))
}

fn is_weekday(interpreter: &mut Interpreter, this: &Value, weekday: u32) -> Eval {
    Ok(Value::Bool(moment(interpreter, this)?.weekday == weekday))
}

fn to_i(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(nanos(interpreter, this)?.div_euclid(NANOS) as i64))
}

fn to_f(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Float(seconds_ratio(nanos(interpreter, this)?).to_f64()))
}

fn to_r(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let ratio = seconds_ratio(nanos(interpreter, this)?);
    Ok(Number::Rational(ratio).into_value(interpreter))
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = moment(interpreter, this)?;
    let dst = interpreter.call(this, "dst?", Args::none())?;
    let zone = interpreter.call(this, "zone", Args::none())?;
    let int = |number: u32| Value::Int(number.into());
    Ok(Value::array(vec![
        int(moment.second),
        int(moment.minute),
        int(moment.hour),
        int(moment.day),
        int(moment.month),
        Value::Int(moment.year),
        int(moment.weekday),
        int(moment.year_day),
        dst,
        zone,
    ]))
}

fn to_date(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let jd = moment(interpreter, this)?.jd;
    Ok(date::value(interpreter, jd))
}

fn to_datetime(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = moment(interpreter, this)?;
    Ok(date::date_time_value(interpreter, &moment))
}
