//! The beginnings and ends of days, weeks, months, quarters and years, and what lies between.

use super::super::duration::Part;
use super::super::time_zone;
use super::{Shift, advance, beginning_of_week_default, local_nanos, moment, not_a_time, with_date, with_local};
use crate::core::date::{self, RDate};
use crate::core::time;
use crate::core::time::calendar::{DAY_NAMES, EPOCH_JD, NANOS, days_from_civil, days_in_month};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RRange, Value};

const LAST_NANO: i128 = 86_400 * NANOS - 1;

/// A day at a time of that day. A Date itself becomes a time only when `in_zone` asks for it.
fn at_clock(interpreter: &mut Interpreter, this: &Value, jd: i64, clock: i128, in_zone: bool) -> Eval {
    let mut receiver = this.clone();
    if date::plain_date(this).is_some() {
        if !in_zone {
            return Ok(date::like(interpreter, this, RDate::day(jd)));
        }
        receiver = time_zone::in_time_zone(interpreter, this, None)?;
    }
    with_local(interpreter, &receiver, i128::from(jd - EPOCH_JD) * 86_400 * NANOS + clock)
}

pub(super) fn beginning_of_day(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let jd = moment(interpreter, this)?.jd;
    at_clock(interpreter, this, jd, 0, true)
}

pub(super) fn middle_of_day(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let jd = moment(interpreter, this)?.jd;
    at_clock(interpreter, this, jd, 43_200 * NANOS, true)
}

pub(super) fn end_of_day(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let jd = moment(interpreter, this)?.jd;
    at_clock(interpreter, this, jd, LAST_NANO, true)
}

fn civil_jd(year: i64, month: u32, day: u32) -> i64 {
    days_from_civil(year, month.into(), day.into()) + EPOCH_JD
}

/// The first day of a month of the receiver's year, at midnight.
fn month_start(interpreter: &mut Interpreter, this: &Value, month_of: fn(u32) -> u32) -> Eval {
    let moment = moment(interpreter, this)?;
    at_clock(interpreter, this, civil_jd(moment.year, month_of(moment.month), 1), 0, false)
}

/// The last day of a month of the receiver's year, at its end.
fn month_end(interpreter: &mut Interpreter, this: &Value, month_of: fn(u32) -> u32) -> Eval {
    let moment = moment(interpreter, this)?;
    let month = month_of(moment.month);
    let jd = civil_jd(moment.year, month, days_in_month(moment.year, month));
    at_clock(interpreter, this, jd, LAST_NANO, false)
}

pub(super) fn beginning_of_month(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    month_start(interpreter, this, |month| month)
}

pub(super) fn end_of_month(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    month_end(interpreter, this, |month| month)
}

pub(super) fn beginning_of_quarter(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    month_start(interpreter, this, |month| month - (2 + month) % 3)
}

pub(super) fn end_of_quarter(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    month_end(interpreter, this, |month| month + (12 - month) % 3)
}

pub(super) fn beginning_of_year(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    month_start(interpreter, this, |_| 1)
}

pub(super) fn end_of_year(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    month_end(interpreter, this, |_| 12)
}

/// The number of a day's name as Rails takes it: `:monday`.
pub(super) fn day_number(interpreter: &mut Interpreter, day: &Value) -> Eval<i64> {
    let found = match day {
        Value::Symbol(name) => DAY_NAMES.iter().position(|day| name.is(&day.to_lowercase())),
        _ => None,
    };
    if let Some(number) = found {
        Ok(number as i64)
    } else {
        let shown = interpreter.inspect(day)?;
        Err(interpreter.error("KeyError", format!("key not found: {shown}")))
    }
}

fn week_start(interpreter: &mut Interpreter, given: &Value) -> Eval<i64> {
    let day = if given.is_nil() { beginning_of_week_default(interpreter, given, Args::none())? } else { given.clone() };
    day_number(interpreter, &day)
}

fn days_to_start(interpreter: &mut Interpreter, this: &Value, start: &Value) -> Eval<i64> {
    let start = week_start(interpreter, start)?;
    Ok((i64::from(moment(interpreter, this)?.weekday) - start).rem_euclid(7))
}

pub(super) fn days_to_week_start(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Int(days_to_start(interpreter, this, &args.first())?))
}

pub(super) fn beginning_of_week(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let days = days_to_start(interpreter, this, &args.first())?;
    let jd = moment(interpreter, this)?.jd - days;
    at_clock(interpreter, this, jd, 0, false)
}

pub(super) fn end_of_week(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let days = days_to_start(interpreter, this, &args.first())?;
    let jd = moment(interpreter, this)?.jd + 6 - days;
    at_clock(interpreter, this, jd, LAST_NANO, false)
}

pub(super) fn monday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    beginning_of_week(interpreter, this, Args::one(Value::symbol("monday")))
}

pub(super) fn sunday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    end_of_week(interpreter, this, Args::one(Value::symbol("monday")))
}

fn other_week(interpreter: &mut Interpreter, this: &Value, args: &Args, weeks: i64) -> Eval {
    let start = week_start(interpreter, &Value::Nil)?;
    let wanted = week_start(interpreter, &args.first())?;
    let back = days_to_start(interpreter, this, &Value::Nil)?;
    let moment = moment(interpreter, this)?;
    let jd = moment.jd - back + weeks * 7 + (wanted - start).rem_euclid(7);
    if args.keyword("same_time").is_some_and(|flag| flag.truthy()) {
        return with_date(interpreter, this, &moment, jd);
    }
    at_clock(interpreter, this, jd, 0, false)
}

pub(super) fn next_week(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    other_week(interpreter, this, &args, 1)
}

pub(super) fn prev_week(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    other_week(interpreter, this, &args, -1)
}

pub(super) fn next_weekday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = moment(interpreter, this)?;
    let days = match moment.weekday {
        5 => 3,
        6 => 2,
        _ => 1,
    };
    with_date(interpreter, this, &moment, moment.jd + days)
}

pub(super) fn prev_weekday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = moment(interpreter, this)?;
    let days = match moment.weekday {
        1 => 3,
        0 => 2,
        _ => 1,
    };
    with_date(interpreter, this, &moment, moment.jd - days)
}

pub(super) fn next_quarter(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    advance(interpreter, this, &Shift::months(3))
}

pub(super) fn prev_quarter(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    advance(interpreter, this, &Shift::months(-3))
}

pub(super) fn last_month(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    advance(interpreter, this, &Shift::months(-1))
}

pub(super) fn last_year(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    advance(interpreter, this, &Shift::of_part(Part::Years, Value::Int(-1)))
}

pub(super) fn next_occurring(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = day_number(interpreter, &args.first())?;
    let days = (wanted - i64::from(moment(interpreter, this)?.weekday)).rem_euclid(7);
    advance(interpreter, this, &Shift::days(if days == 0 { 7 } else { days }))
}

pub(super) fn prev_occurring(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = day_number(interpreter, &args.first())?;
    let days = (i64::from(moment(interpreter, this)?.weekday) - wanted).rem_euclid(7);
    advance(interpreter, this, &Shift::days(if days == 0 { -7 } else { -days }))
}

fn range(begin: Value, end: Value) -> Value {
    Value::Range(std::rc::Rc::new(RRange { begin, end, exclusive: false }))
}

pub(super) fn all_day(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let begin = beginning_of_day(interpreter, this, Args::none())?;
    Ok(range(begin, end_of_day(interpreter, this, Args::none())?))
}

pub(super) fn all_week(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let begin = beginning_of_week(interpreter, this, args.clone())?;
    Ok(range(begin, end_of_week(interpreter, this, args)?))
}

pub(super) fn all_month(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let begin = beginning_of_month(interpreter, this, Args::none())?;
    Ok(range(begin, end_of_month(interpreter, this, Args::none())?))
}

pub(super) fn all_quarter(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let begin = beginning_of_quarter(interpreter, this, Args::none())?;
    Ok(range(begin, end_of_quarter(interpreter, this, Args::none())?))
}

pub(super) fn all_year(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let begin = beginning_of_year(interpreter, this, Args::none())?;
    Ok(range(begin, end_of_year(interpreter, this, Args::none())?))
}

/// The start or the last nanosecond of a stretch of the local clock.
fn stretch(interpreter: &mut Interpreter, this: &Value, seconds: i128, end: bool) -> Eval {
    let local = local_nanos(&moment(interpreter, this)?);
    let unit = seconds * NANOS;
    let start = local - local.rem_euclid(unit);
    with_local(interpreter, this, if end { start + unit - 1 } else { start })
}

pub(super) fn beginning_of_hour(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    stretch(interpreter, this, 3600, false)
}

pub(super) fn end_of_hour(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    stretch(interpreter, this, 3600, true)
}

pub(super) fn beginning_of_minute(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    stretch(interpreter, this, 60, false)
}

pub(super) fn end_of_minute(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    stretch(interpreter, this, 60, true)
}

pub(super) fn seconds_since_midnight(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if let Some(date) = date::date_time(this) {
        return Ok(Value::Int(date.moment().seconds_of_day()));
    }
    let midnight = beginning_of_day(interpreter, this, Args::none())?;
    let (Some(now), Some(midnight)) = (time::instant(this), time::instant(&midnight)) else {
        return Err(not_a_time(interpreter, this));
    };
    let seconds = now.div_euclid(NANOS) - midnight.div_euclid(NANOS);
    let usec = now.rem_euclid(NANOS) / 1000;
    Ok(Value::Float(seconds as f64 + usec as f64 / 1.0e6))
}

pub(super) fn seconds_until_end_of_day(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let end = end_of_day(interpreter, this, Args::none())?;
    let (Some(now), Some(end)) = (time::instant(this), time::instant(&end)) else {
        return Err(not_a_time(interpreter, this));
    };
    Ok(Value::Int((end.div_euclid(NANOS) - now.div_euclid(NANOS)) as i64))
}
