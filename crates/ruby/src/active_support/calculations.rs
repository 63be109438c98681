//! The calculations of Date, Time, DateTime and TimeWithZone, after
//! core_ext/{date_and_time,date,time,date_time}/calculations.rb: one set of functions over the local clock.

mod own;
mod periods;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::duration::Part;
use super::time_with_zone::{self, Zoned};
use super::time_zone::{self, today_jd};
use crate::core::date::{self, RDate};
use crate::core::date_time;
use crate::core::numeric_tower::{Number, to_int};
use crate::core::rational::Ratio;
use crate::core::rounding::Rounding;
use crate::core::time::calendar::{EPOCH_JD, NANOS};
use crate::core::time::moment::civil_nanos;
use crate::core::time::{self, Moment, RTime, moment_of, nanos_of_seconds};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RHash, Value};
use own::{
    always, beginning_of_week_default, date_current, date_time_is_utc, date_time_local, date_time_nsec, date_time_to_f,
    date_time_to_i, date_time_usec, date_time_utc, date_time_utc_offset, date_tomorrow, date_yesterday,
    days_in_month_method, days_in_year, sec_fraction, sec_fraction_of_date_time, set_beginning_of_week,
};
use periods::{
    all_day, all_month, all_quarter, all_week, all_year, beginning_of_day, beginning_of_hour, beginning_of_minute,
    beginning_of_month, beginning_of_quarter, beginning_of_week, beginning_of_year, days_to_week_start, end_of_day,
    end_of_hour, end_of_minute, end_of_month, end_of_quarter, end_of_week, end_of_year, last_month, last_year,
    middle_of_day, monday, next_occurring, next_quarter, next_week, next_weekday, prev_occurring, prev_quarter,
    prev_week, prev_weekday, seconds_since_midnight, seconds_until_end_of_day, sunday,
};

/// For every class that has a date.
const DATE_AND_TIME: &[NativeMethod] = &[
    method("advance", advance_method, 1..=1),
    method("change", change_method, 1..=1),
    method("since", since_method, 1..=1),
    method("in", since_method, 1..=1),
    method("ago", ago_method, 1..=1),
    method("yesterday", yesterday, 0..=0),
    method("tomorrow", tomorrow, 0..=0),
    method("today?", is_today, 0..=0),
    method("tomorrow?", is_tomorrow, 0..=0),
    method("next_day?", is_tomorrow, 0..=0),
    method("yesterday?", is_yesterday, 0..=0),
    method("prev_day?", is_yesterday, 0..=0),
    method("past?", is_past, 0..=0),
    method("future?", is_future, 0..=0),
    method("before?", before, 1..=1),
    method("after?", after, 1..=1),
    method("on_weekend?", on_weekend, 0..=0),
    method("on_weekday?", on_weekday, 0..=0),
    method("days_ago", days_ago, 1..=1),
    method("days_since", days_since, 1..=1),
    method("weeks_ago", weeks_ago, 1..=1),
    method("weeks_since", weeks_since, 1..=1),
    method("months_ago", months_ago, 1..=1),
    method("months_since", months_since, 1..=1),
    method("years_ago", years_ago, 1..=1),
    method("years_since", years_since, 1..=1),
    method("quarter", quarter, 0..=0),
    method("beginning_of_day", beginning_of_day, 0..=0),
    method("midnight", beginning_of_day, 0..=0),
    method("at_midnight", beginning_of_day, 0..=0),
    method("at_beginning_of_day", beginning_of_day, 0..=0),
    method("middle_of_day", middle_of_day, 0..=0),
    method("midday", middle_of_day, 0..=0),
    method("noon", middle_of_day, 0..=0),
    method("at_midday", middle_of_day, 0..=0),
    method("at_noon", middle_of_day, 0..=0),
    method("at_middle_of_day", middle_of_day, 0..=0),
    method("end_of_day", end_of_day, 0..=0),
    method("at_end_of_day", end_of_day, 0..=0),
    method("beginning_of_month", beginning_of_month, 0..=0),
    method("at_beginning_of_month", beginning_of_month, 0..=0),
    method("end_of_month", end_of_month, 0..=0),
    method("at_end_of_month", end_of_month, 0..=0),
    method("beginning_of_quarter", beginning_of_quarter, 0..=0),
    method("at_beginning_of_quarter", beginning_of_quarter, 0..=0),
    method("end_of_quarter", end_of_quarter, 0..=0),
    method("at_end_of_quarter", end_of_quarter, 0..=0),
    method("beginning_of_year", beginning_of_year, 0..=0),
    method("at_beginning_of_year", beginning_of_year, 0..=0),
    method("end_of_year", end_of_year, 0..=0),
    method("at_end_of_year", end_of_year, 0..=0),
    method("beginning_of_week", beginning_of_week, 0..=1),
    method("at_beginning_of_week", beginning_of_week, 0..=1),
    method("end_of_week", end_of_week, 0..=1),
    method("at_end_of_week", end_of_week, 0..=1),
    method("days_to_week_start", days_to_week_start, 0..=1),
    method("monday", monday, 0..=0),
    method("sunday", sunday, 0..=0),
    method("next_week", next_week, 0..=1).taking(&["same_time"]),
    method("prev_week", prev_week, 0..=1).taking(&["same_time"]),
    method("last_week", prev_week, 0..=1).taking(&["same_time"]),
    method("next_weekday", next_weekday, 0..=0),
    method("prev_weekday", prev_weekday, 0..=0),
    method("last_weekday", prev_weekday, 0..=0),
    method("next_quarter", next_quarter, 0..=0),
    method("prev_quarter", prev_quarter, 0..=0),
    method("last_quarter", prev_quarter, 0..=0),
    method("last_month", last_month, 0..=0),
    method("last_year", last_year, 0..=0),
    method("next_occurring", next_occurring, 1..=1),
    method("prev_occurring", prev_occurring, 1..=1),
    method("all_day", all_day, 0..=0),
    method("all_week", all_week, 0..=1),
    method("all_month", all_month, 0..=0),
    method("all_quarter", all_quarter, 0..=0),
    method("all_year", all_year, 0..=0),
];

/// For the classes that have a time of day.
const CLOCK: &[NativeMethod] = &[
    method("beginning_of_hour", beginning_of_hour, 0..=0),
    method("at_beginning_of_hour", beginning_of_hour, 0..=0),
    method("end_of_hour", end_of_hour, 0..=0),
    method("at_end_of_hour", end_of_hour, 0..=0),
    method("beginning_of_minute", beginning_of_minute, 0..=0),
    method("at_beginning_of_minute", beginning_of_minute, 0..=0),
    method("end_of_minute", end_of_minute, 0..=0),
    method("at_end_of_minute", end_of_minute, 0..=0),
    method("seconds_since_midnight", seconds_since_midnight, 0..=0),
    method("seconds_until_end_of_day", seconds_until_end_of_day, 0..=0),
    method("acts_like_time?", always, 0..=0),
];

/// Date has these of its own.
const TIME: &[NativeMethod] = &[
    method("next_day", next_day, 0..=1),
    method("prev_day", prev_day, 0..=1),
    method("next_month", next_month, 0..=1),
    method("prev_month", prev_month, 0..=1),
    method("next_year", next_year, 0..=1),
    method("prev_year", prev_year, 0..=1),
    method("sec_fraction", sec_fraction, 0..=0),
];

const DATE: &[NativeMethod] = &[method("acts_like_date?", always, 0..=0)];

const DATE_TIME: &[NativeMethod] = &[
    method("subsec", sec_fraction_of_date_time, 0..=0),
    method("usec", date_time_usec, 0..=0),
    method("nsec", date_time_nsec, 0..=0),
    method("utc", date_time_utc, 0..=0),
    method("getutc", date_time_utc, 0..=0),
    method("getgm", date_time_utc, 0..=0),
    method("gmtime", date_time_utc, 0..=0),
    method("utc?", date_time_is_utc, 0..=0),
    method("utc_offset", date_time_utc_offset, 0..=0),
    method("localtime", date_time_local, 0..=1),
    method("getlocal", date_time_local, 0..=1),
    method("to_i", date_time_to_i, 0..=0),
    method("to_f", date_time_to_f, 0..=0),
    method("seconds_since_unix_epoch", date_time_to_i, 0..=0),
];

const DATE_SINGLETON: &[NativeMethod] = &[
    method("beginning_of_week", beginning_of_week_default, 0..=0),
    method("beginning_of_week=", set_beginning_of_week, 1..=1),
    method("beginning_of_week_default", beginning_of_week_default, 0..=0),
    method("beginning_of_week_default=", set_beginning_of_week, 1..=1),
    method("yesterday", date_yesterday, 0..=0),
    method("tomorrow", date_tomorrow, 0..=0),
    method("current", date_current, 0..=0),
];

const TIME_SINGLETON: &[NativeMethod] =
    &[method("days_in_month", days_in_month_method, 1..=2), method("days_in_year", days_in_year, 0..=1)];

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("DateAndTime::Calculations");
    module.define(DATE_AND_TIME);
    let time = interpreter.class_at("Time");
    let date = interpreter.class_at("Date");
    let date_time = interpreter.class_at("DateTime");
    let zoned = interpreter.class_at("ActiveSupport::TimeWithZone");
    for class in [&time, &date, &zoned] {
        class.include(&module);
    }
    for class in [&time, &date_time, &zoned] {
        class.define(CLOCK);
    }
    time.define(TIME);
    zoned.define(TIME);
    date.define(DATE);
    date_time.define(DATE_TIME);
    interpreter.define_singleton(&date, DATE_SINGLETON);
    interpreter.define_singleton(&time, TIME_SINGLETON);
}

/// How far to go: the options of `advance`, each an exact number.
#[derive(Clone, Debug, Default)]
pub struct Shift {
    pub years: Option<Value>,
    pub months: Option<Value>,
    pub weeks: Option<Value>,
    pub days: Option<Value>,
    pub hours: Option<Value>,
    pub minutes: Option<Value>,
    pub seconds: Option<Value>,
}

impl Shift {
    /// One part alone, as `advance` takes it.
    pub fn of_part(part: Part, number: Value) -> Self {
        let mut shift = Self::default();
        *shift.slot(part) = Some(number);
        shift
    }

    fn slot(&mut self, part: Part) -> &mut Option<Value> {
        match part {
            Part::Years => &mut self.years,
            Part::Months => &mut self.months,
            Part::Weeks => &mut self.weeks,
            Part::Days => &mut self.days,
            Part::Hours => &mut self.hours,
            Part::Minutes => &mut self.minutes,
            Part::Seconds => &mut self.seconds,
        }
    }

    fn from_hash(hash: &RHash) -> Self {
        let part = |name: &str| hash.get_symbol(name).filter(|value| !value.is_nil());
        Self {
            years: part("years"),
            months: part("months"),
            weeks: part("weeks"),
            days: part("days"),
            hours: part("hours"),
            minutes: part("minutes"),
            seconds: part("seconds"),
        }
    }

    fn days(days: i64) -> Self {
        Self { days: Some(Value::Int(days)), ..Self::default() }
    }

    fn months(months: i64) -> Self {
        Self { months: Some(Value::Int(months)), ..Self::default() }
    }

    fn is_calendar(&self) -> bool {
        [&self.years, &self.months, &self.weeks, &self.days].iter().any(|part| part.is_some())
    }
}

fn exact(interpreter: &mut Interpreter, value: Option<&Value>) -> Eval<Ratio> {
    let Some(value) = value else { return Ok(Ratio::whole(BigInt::zero())) };
    let number = match value.data::<super::duration::Duration>() {
        Some(duration) => Number::of(&duration.value),
        None => Number::of(value),
    };
    if let Some(ratio) = number.and_then(|number| number.to_ratio()) {
        Ok(ratio)
    } else {
        let class = interpreter.class_of(value).name();
        Err(interpreter.type_error(format!("{class} can't be coerced into Integer")))
    }
}

fn whole(interpreter: &mut Interpreter, ratio: &Ratio, mode: Rounding) -> Eval<i64> {
    match mode.divide(&ratio.numerator, &ratio.denominator).to_i64().filter(|number| number.unsigned_abs() < 1 << 40) {
        Some(number) => Ok(number),
        None => Err(interpreter.error("RangeError", "out of Time range")),
    }
}

fn times(ratio: &Ratio, factor: i64) -> Ratio {
    ratio.multiply(&Ratio::whole(BigInt::from(factor)))
}

fn not_a_time(interpreter: &mut Interpreter, value: &Value) -> Box<crate::runtime::exception::Flow> {
    let class = interpreter.class_of(value).name();
    interpreter.type_error(format!("expected a time or date, got {class}"))
}

fn moment(interpreter: &mut Interpreter, this: &Value) -> Eval<Moment> {
    match moment_of(this) {
        Some(moment) => Ok(moment),
        None => Err(not_a_time(interpreter, this)),
    }
}

/// The local clock, read as UTC, in nanoseconds.
fn local_nanos(moment: &Moment) -> i128 {
    let days = i128::from(moment.jd - EPOCH_JD) * 86_400 * NANOS;
    days + i128::from(moment.seconds_of_day()) * NANOS + i128::from(moment.nanos)
}

/// The same kind of object with another local clock.
fn with_local(interpreter: &mut Interpreter, this: &Value, local: i128) -> Eval {
    if let Some(data) = this.data::<RTime>() {
        let zone = data.zone();
        let instant = keeping_offset(local, data.instant, |instant| zone.period(instant).offset)
            .unwrap_or_else(|| zone.instant_of_local(local));
        return Ok(time::value(interpreter, instant, zone));
    }
    if let Some(data) = this.data::<Zoned>() {
        let zone = data.zone.named(interpreter)?;
        let instant = keeping_offset(local, data.instant, |instant| zone.period(instant).offset)
            .unwrap_or_else(|| zone.instant_of_local(local));
        return time_with_zone::object(interpreter, instant, &data.zone);
    }
    let own = date::data(this);
    let date = if own.has_time {
        RDate::from_local(local, own.offset)
    } else {
        RDate::day(local.div_euclid(86_400 * NANOS) as i64 + EPOCH_JD)
    };
    Ok(date::like(interpreter, this, date))
}

/// A clock time that comes twice keeps to the offset that it came from.
fn keeping_offset(local: i128, instant: i128, offset_at: impl Fn(i128) -> i32) -> Option<i128> {
    let offset = offset_at(instant);
    let same = local - i128::from(offset) * NANOS;
    (offset_at(same) == offset).then_some(same)
}

/// Another date with the same clock.
fn with_date(interpreter: &mut Interpreter, this: &Value, moment: &Moment, jd: i64) -> Eval {
    let local = local_nanos(moment) + i128::from(jd - moment.jd) * 86_400 * NANOS;
    with_local(interpreter, this, local)
}

/// ActiveSupport's `advance`: the calendar first, then the clock.
pub fn advance(interpreter: &mut Interpreter, this: &Value, shift: &Shift) -> Eval {
    let moment = moment(interpreter, this)?;
    let weeks = exact(interpreter, shift.weeks.as_ref())?;
    let days = exact(interpreter, shift.days.as_ref())?.add(&times(&weeks, 7));
    let whole_days = whole(interpreter, &days, Rounding::Floor)?;
    let partial = days.add(&Ratio::whole(-BigInt::from(whole_days)));
    let is_date = date::plain_date(this).is_some();
    let years = exact(interpreter, shift.years.as_ref())?;
    let years = whole(interpreter, &times(&years, 12), Rounding::Down)?;
    let months = exact(interpreter, shift.months.as_ref())?;
    let months = whole(interpreter, &months, Rounding::Down)?;
    let day = RDate::day(moment.jd).add_months(years).add_months(months);
    let jd = day.jd.saturating_add(whole_days);
    let advanced = if jd == moment.jd { this.clone() } else { with_date(interpreter, this, &moment, jd)? };
    if is_date {
        return Ok(advanced);
    }
    let hours = exact(interpreter, shift.hours.as_ref())?.add(&times(&partial, 24));
    let minutes = exact(interpreter, shift.minutes.as_ref())?;
    let seconds = exact(interpreter, shift.seconds.as_ref())?.add(&times(&minutes, 60)).add(&times(&hours, 3600));
    if seconds.numerator.is_zero() {
        return Ok(advanced);
    }
    let seconds = Number::Rational(seconds).into_value(interpreter);
    since(interpreter, &advanced, &seconds)
}

/// So many seconds later; a Date becomes a time first.
pub fn since(interpreter: &mut Interpreter, this: &Value, seconds: &Value) -> Eval {
    if seconds.data::<super::duration::Duration>().is_some() {
        return interpreter.call(seconds, "since", Args::one(this.clone()));
    }
    if let Some(data) = this.data::<RTime>() {
        let nanos = nanos_of_seconds(interpreter, seconds, NANOS)?;
        return Ok(time::value(interpreter, data.instant + nanos, data.zone()));
    }
    if let Some(data) = this.data::<Zoned>() {
        let nanos = nanos_of_seconds(interpreter, seconds, NANOS)?;
        return time_with_zone::object(interpreter, data.instant + nanos, &data.zone);
    }
    if date::plain_date(this).is_some() {
        let time = time_zone::in_time_zone(interpreter, this, None)?;
        return since(interpreter, &time, seconds);
    }
    let nanos = nanos_of_seconds(interpreter, seconds, NANOS)?;
    let moment = moment(interpreter, this)?;
    with_local(interpreter, this, local_nanos(&moment) + nanos)
}

fn options(interpreter: &mut Interpreter, args: &Args) -> Eval<std::rc::Rc<RHash>> {
    match args.first() {
        Value::Hash(hash) => Ok(hash),
        other => {
            let class = interpreter.class_of(&other).name();
            Err(interpreter.type_error(format!("no implicit conversion of {class} into Hash")))
        }
    }
}

fn advance_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let shift = Shift::from_hash(&*options(interpreter, &args)?);
    if let (Some(data), false) = (this.data::<Zoned>(), shift.is_calendar()) {
        // Without a calendar part a zoned time moves in real time.
        let utc = time::utc_value(interpreter, data.instant);
        let advanced = advance(interpreter, &utc, &shift)?;
        let instant = time::instant(&advanced).unwrap_or(data.instant);
        return time_with_zone::object(interpreter, instant, &data.zone);
    }
    advance(interpreter, this, &shift)
}

/// `change(year:, …, hour:, min:, sec:, usec:, nsec:, offset:, zone:)`: what is left out below the largest
/// clock part given becomes zero.
fn change_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = options(interpreter, &args)?;
    let moment = moment(interpreter, this)?;
    let given = |name: &str| hash.get_symbol(name).filter(|value| !value.is_nil());
    let part = |interpreter: &mut Interpreter, name: &str, default: i64| match given(name) {
        Some(value) => to_int(interpreter, &value),
        None => Ok(default),
    };
    let year = part(interpreter, "year", moment.year)?;
    let month = part(interpreter, "month", moment.month.into())?;
    let day = part(interpreter, "day", moment.day.into())?;
    if date::plain_date(this).is_some() {
        return match crate::core::time::calendar::valid_civil(year, month, day) {
            Some(jd) => Ok(date::like(interpreter, this, RDate::day(jd))),
            None => Err(date::invalid(interpreter)),
        };
    }
    let (has_hour, has_minute, has_second) = (given("hour").is_some(), given("min").is_some(), given("sec").is_some());
    let hour = part(interpreter, "hour", moment.hour.into())?;
    let minute = part(interpreter, "min", if has_hour { 0 } else { moment.minute.into() })?;
    let second_default = if has_hour || has_minute { 0 } else { i64::from(moment.second) };
    let second = match given("sec") {
        Some(value) => nanos_of_seconds(interpreter, &value, NANOS)?,
        None => i128::from(second_default) * NANOS,
    };
    let fraction = match (given("nsec"), given("usec")) {
        (Some(_), Some(_)) => {
            let shown = interpreter.inspect(&args.first())?;
            return Err(
                interpreter.argument_error(format!("Can't change both :nsec and :usec at the same time: {shown}"))
            );
        }
        (Some(nsec), None) => nanos_of_seconds(interpreter, &nsec, 1)?,
        (None, Some(usec)) => nanos_of_seconds(interpreter, &usec, 1000)?,
        (None, None) if has_hour || has_minute || has_second => 0,
        (None, None) => i128::from(moment.nanos),
    };
    let in_range = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..=24).contains(&hour)
        && (0..=59).contains(&minute)
        && (0..61 * NANOS).contains(&second)
        && fraction < NANOS;
    if !in_range {
        if date::date_time(this).is_some() && fraction < NANOS {
            return Err(date::invalid(interpreter));
        }
        let part = match () {
            () if !(1..=12).contains(&month) => "mon",
            () if !(0..=24).contains(&hour) => "hour",
            () if !(0..=59).contains(&minute) => "min",
            () if !(0..61 * NANOS).contains(&second) => "sec",
            () => "argument",
        };
        return Err(interpreter.argument_error(format!("{part} out of range")));
    }
    let local = civil_nanos(year, month, day, hour * 3600 + minute * 60, 0) + second + fraction;
    if date::date_time(this).is_some() && crate::core::time::calendar::valid_civil(year, month, day).is_none() {
        return Err(date::invalid(interpreter));
    }
    let zone = given("zone").filter(|zone| this.data::<Zoned>().is_some() && zone.truthy());
    match (zone, given("offset").filter(Value::truthy)) {
        (None, None) => with_local(interpreter, this, local),
        (Some(_), Some(_)) => {
            let shown = interpreter.inspect(&args.first())?;
            let message = format!("Can't change both :offset and :zone at the same time: {shown}");
            Err(interpreter.argument_error(message))
        }
        (zone, offset) => change_zone(interpreter, this, local, (zone, offset)),
    }
}

fn change_zone(
    interpreter: &mut Interpreter,
    this: &Value,
    local: i128,
    (zone, offset): (Option<Value>, Option<Value>),
) -> Eval {
    if this.data::<Zoned>().is_some() {
        let wanted = match (zone, offset) {
            (Some(zone), _) => zone,
            // Whatever Time takes as an offset; the zone is found by its seconds.
            (None, offset) => {
                let given = time::zone_argument(interpreter, &offset.unwrap_or_default())?;
                let moved = time::value(interpreter, given.instant_of_local(local), given);
                interpreter.call(&moved, "utc_offset", Args::none())?
            }
        };
        // One that is not known changes nothing.
        return match time_zone::find(interpreter, &wanted)? {
            Some(zone) => time_with_zone::from_local(interpreter, local, &zone),
            None => with_local(interpreter, this, local),
        };
    }
    if date::date_time(this).is_some() {
        let offset = date_time::offset_argument(interpreter, &offset.unwrap_or_default())?;
        return Ok(date::like(interpreter, this, RDate::from_local(local, offset)));
    }
    let zone = time::zone_argument(interpreter, &offset.unwrap_or_default())?;
    Ok(time::value(interpreter, zone.instant_of_local(local), zone))
}

fn since_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    since(interpreter, this, &args.first())
}

fn ago_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let seconds = interpreter.call(&args.first(), "-@", Args::none())?;
    since(interpreter, this, &seconds)
}

fn yesterday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    advance(interpreter, this, &Shift::days(-1))
}

fn tomorrow(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    advance(interpreter, this, &Shift::days(1))
}

/// Days from Date.current to the receiver's date.
fn days_from_today(interpreter: &mut Interpreter, this: &Value) -> Eval<i64> {
    let today = today_jd(interpreter)?;
    Ok(moment(interpreter, this)?.jd - today)
}

fn is_today(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(days_from_today(interpreter, this)? == 0))
}

fn is_tomorrow(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(days_from_today(interpreter, this)? == 1))
}

fn is_yesterday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(days_from_today(interpreter, this)? == -1))
}

fn is_past(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if date::plain_date(this).is_some() {
        return Ok(Value::Bool(days_from_today(interpreter, this)? < 0));
    }
    let now = time::host_now(interpreter);
    Ok(Value::Bool(time::instant(this).is_some_and(|instant| instant < now)))
}

fn is_future(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if date::plain_date(this).is_some() {
        return Ok(Value::Bool(days_from_today(interpreter, this)? > 0));
    }
    let now = time::host_now(interpreter);
    Ok(Value::Bool(time::instant(this).is_some_and(|instant| instant > now)))
}

fn before(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "<", args)
}

fn after(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, ">", args)
}

fn on_weekend(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(matches!(moment(interpreter, this)?.weekday, 0 | 6)))
}

fn on_weekday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(!matches!(moment(interpreter, this)?.weekday, 0 | 6)))
}

fn by_part(interpreter: &mut Interpreter, this: &Value, part: Part, count: &Value, forward: bool) -> Eval {
    let count = if forward { count.clone() } else { interpreter.call(count, "-@", Args::none())? };
    advance(interpreter, this, &Shift::of_part(part, count))
}

fn days_ago(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Days, &args.first(), false)
}

fn days_since(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Days, &args.first(), true)
}

fn weeks_ago(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Weeks, &args.first(), false)
}

fn weeks_since(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Weeks, &args.first(), true)
}

fn months_ago(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Months, &args.first(), false)
}

fn months_since(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Months, &args.first(), true)
}

fn years_ago(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Years, &args.first(), false)
}

fn years_since(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Years, &args.first(), true)
}

fn count_or_one(args: &Args) -> Value {
    if args.has(0) { args.first() } else { Value::Int(1) }
}

fn next_day(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Days, &count_or_one(&args), true)
}

fn prev_day(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Days, &count_or_one(&args), false)
}

fn next_month(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Months, &count_or_one(&args), true)
}

fn prev_month(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Months, &count_or_one(&args), false)
}

fn next_year(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Years, &count_or_one(&args), true)
}

fn prev_year(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    by_part(interpreter, this, Part::Years, &count_or_one(&args), false)
}

fn quarter(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(moment(interpreter, this)?.month.div_ceil(3).into()))
}
