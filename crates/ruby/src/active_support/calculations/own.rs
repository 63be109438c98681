//! What DateTime has of Time's, and what Date and Time are asked as classes: today, weeks' first day, days of a month.

use super::super::time_zone::{current_time, today_jd};
use super::moment;
use super::periods::day_number;
use crate::core::date;
use crate::core::numeric_tower::to_int;
use crate::core::time::calendar::{NANOS, days_in_month};
use crate::core::time::{self, Zone};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;
use crate::syntax::symbol::Symbol;

pub(super) fn always(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(true))
}

pub(super) fn sec_fraction(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let nanos = moment(interpreter, this)?.nanos;
    Ok(time::subsec_value(interpreter, nanos))
}

pub(super) fn sec_fraction_of_date_time(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    interpreter.call(this, "sec_fraction", Args::none())
}

pub(super) fn date_time_usec(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int((moment(interpreter, this)?.nanos / 1000).into()))
}

pub(super) fn date_time_nsec(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(moment(interpreter, this)?.nanos.into()))
}

pub(super) fn date_time_utc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let instant = date::data(this).instant();
    Ok(time::utc_value(interpreter, instant))
}

pub(super) fn date_time_is_utc(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(date::data(this).offset == 0))
}

pub(super) fn date_time_utc_offset(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(date::data(this).offset.into()))
}

pub(super) fn date_time_local(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone: Zone = time::zone_argument(interpreter, &args.first())?;
    Ok(time::value(interpreter, date::data(this).instant(), zone))
}

pub(super) fn date_time_to_i(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(date::data(this).instant().div_euclid(NANOS) as i64))
}

pub(super) fn date_time_to_f(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Float(time::seconds_ratio(date::data(this).instant()).to_f64()))
}

const WEEK_START: &str = "Date.beginning_of_week";

pub(super) fn beginning_of_week_default(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let stored = interpreter.globals.get(&Symbol::new(WEEK_START)).cloned();
    Ok(stored.unwrap_or_else(|| Value::symbol("monday")))
}

pub(super) fn set_beginning_of_week(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let day = args.first();
    if day_number(interpreter, &day).is_err() {
        let shown = interpreter.to_s(&day)?;
        return Err(interpreter.argument_error(format!("Invalid beginning of week: {shown}")));
    }
    interpreter.globals.insert(Symbol::new(WEEK_START), day.clone());
    Ok(day)
}

pub(super) fn date_current(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let jd = today_jd(interpreter)?;
    Ok(date::value(interpreter, jd))
}

pub(super) fn date_yesterday(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let jd = today_jd(interpreter)? - 1;
    Ok(date::value(interpreter, jd))
}

pub(super) fn date_tomorrow(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let jd = today_jd(interpreter)? + 1;
    Ok(date::value(interpreter, jd))
}

fn given_or_current_year(interpreter: &mut Interpreter, year: &Value) -> Eval<i64> {
    if !year.is_nil() {
        return to_int(interpreter, year);
    }
    let now = current_time(interpreter)?;
    Ok(moment(interpreter, &now)?.year)
}

pub(super) fn days_in_month_method(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let month = to_int(interpreter, &args.first())?;
    if !(1..=12).contains(&month) {
        return Ok(Value::Nil);
    }
    let year = if month == 2 { given_or_current_year(interpreter, &args.get(1))? } else { 2000 };
    Ok(Value::Int(days_in_month(year, month as u32).into()))
}

pub(super) fn days_in_year(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let year = given_or_current_year(interpreter, &args.first())?;
    Ok(Value::Int(i64::from(days_in_month(year, 2)) + 337))
}
