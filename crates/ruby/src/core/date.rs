//! Date and what DateTime shares with it: a day of a calendar that changes from Julian to Gregorian in 1582,
//! a time of that day and an offset. `inspect` is ActiveSupport's. Other days of calendar reform are absent.

mod reading;

use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::date_time;
use crate::core::numeric_tower::{Number, to_int};
use crate::core::rational::Ratio;
use crate::core::rounding::Rounding;
use crate::core::time::calendar::{
    DAY_NAMES, DAY_NANOS, EPOCH_JD, MONTH_NAMES, NANOS, civil_from_jd, commercial, is_leap, valid_civil,
    valid_commercial, valid_ordinal, weekday,
};
use crate::core::time::{self, Moment, strftime};
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, RHash, Value};
pub use reading::{complete, limited_text, text_of};
use reading::{date_iso8601, date_parse, date_strptime, raw_parse, raw_strptime};

const METHODS: &[NativeMethod] = &[
    method("year", year, 0..=0),
    method("month", month, 0..=0),
    method("mon", month, 0..=0),
    method("day", day, 0..=0),
    method("mday", day, 0..=0),
    method("wday", wday, 0..=0),
    method("yday", yday, 0..=0),
    method("jd", jd, 0..=0),
    method("mjd", mjd, 0..=0),
    method("ajd", ajd, 0..=0),
    method("ld", ld, 0..=0),
    method("day_fraction", day_fraction, 0..=0),
    method("cwyear", cwyear, 0..=0),
    method("cweek", cweek, 0..=0),
    method("cwday", cwday, 0..=0),
    method("leap?", leap, 0..=0),
    method("gregorian?", gregorian, 0..=0),
    method("julian?", julian, 0..=0),
    method("sunday?", sunday, 0..=0),
    method("monday?", monday, 0..=0),
    method("tuesday?", tuesday, 0..=0),
    method("wednesday?", wednesday, 0..=0),
    method("thursday?", thursday, 0..=0),
    method("friday?", friday, 0..=0),
    method("saturday?", saturday, 0..=0),
    method("+", add, 1..=1),
    method("-", subtract, 1..=1),
    method(">>", months_later, 1..=1),
    method("<<", months_earlier, 1..=1),
    method("next_day", next_day, 0..=1),
    method("prev_day", prev_day, 0..=1),
    method("next_month", next_month, 0..=1),
    method("prev_month", prev_month, 0..=1),
    method("next_year", next_year, 0..=1),
    method("prev_year", prev_year, 0..=1),
    method("next", succ, 0..=0),
    method("succ", succ, 0..=0),
    method("upto", upto, 1..=1),
    method("downto", downto, 1..=1),
    method("step", step, 1..=2),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("===", same_day, 1..=1),
    method("eql?", eql, 1..=1),
    method("hash", hash, 0..=0),
    method("to_s", to_s, 0..=0),
    method("iso8601", to_s, 0..=0),
    method("xmlschema", to_s, 0..=0),
    method("inspect", inspect, 0..=0),
    method("readable_inspect", inspect, 0..=0),
    method("strftime", strftime_method, 0..=1),
    method("rfc2822", rfc2822, 0..=0),
    method("rfc822", rfc2822, 0..=0),
    method("rfc3339", rfc3339, 0..=0),
    method("httpdate", httpdate, 0..=0),
    method("ctime", ctime, 0..=0),
    method("asctime", ctime, 0..=0),
    method("to_date", to_date, 0..=0),
    method("to_datetime", to_datetime, 0..=0),
    method("to_time", to_time, 0..=1),
    method("deconstruct_keys", deconstruct_keys, 1..=1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("new", civil, 0..=4),
    method("civil", civil, 0..=4),
    method("today", today, 0..=1),
    method("jd", from_jd, 0..=2),
    method("ordinal", ordinal, 0..=3),
    method("commercial", from_commercial, 0..=4),
    method("parse", date_parse, 0..=3).with_keywords(),
    method("iso8601", date_iso8601, 0..=2).with_keywords(),
    method("xmlschema", date_iso8601, 0..=2).with_keywords(),
    method("rfc3339", date_iso8601, 0..=2).with_keywords(),
    method("strptime", date_strptime, 0..=3),
    method("_parse", raw_parse, 1..=2).with_keywords(),
    method("_strptime", raw_strptime, 1..=2),
    method("valid_date?", is_valid_civil, 3..=4),
    method("valid_civil?", is_valid_civil, 3..=4),
    method("valid_ordinal?", is_valid_ordinal, 2..=3),
    method("valid_commercial?", is_valid_commercial, 3..=4),
    method("valid_jd?", is_valid_jd, 1..=2),
    method("leap?", is_leap_year, 1..=1),
    method("gregorian_leap?", is_leap_year, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("Date", &object);
    let comparable = interpreter.classes.comparable.clone();
    class.include(&comparable);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    let argument_error = interpreter.class_at("ArgumentError");
    interpreter.define_class("Date::Error", &argument_error);
    class.set_constant("ITALY", Value::Int(2_299_161));
    class.set_constant("ENGLAND", Value::Int(2_361_222));
    let names = |names: &[&str], length: usize, first: Option<Value>| {
        let short = names.iter().map(|name| Value::str(&name[..length.min(name.len())]));
        let list = Value::array(first.into_iter().chain(short).collect());
        if let Value::Array(items) = &list {
            items.freeze();
        }
        list
    };
    class.set_constant("MONTHNAMES", names(&MONTH_NAMES, 9, Some(Value::Nil)));
    class.set_constant("ABBR_MONTHNAMES", names(&MONTH_NAMES, 3, Some(Value::Nil)));
    class.set_constant("DAYNAMES", names(&DAY_NAMES, 9, None));
    class.set_constant("ABBR_DAYNAMES", names(&DAY_NAMES, 3, None));
}

/// The data of a Date or a DateTime: a local day, a local time of it, an offset in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RDate {
    pub jd: i64,
    pub nanos: i64,
    pub offset: i32,
    pub has_time: bool,
}

impl NativeData for RDate {
    fn eql_key(&self) -> Option<String> {
        Some(self.instant().to_string())
    }
}

impl RDate {
    /// A Date.
    pub fn day(jd: i64) -> Self {
        Self { jd, nanos: 0, offset: 0, has_time: false }
    }

    /// Nanoseconds since 1970.
    pub fn instant(&self) -> i128 {
        let local = i128::from(self.jd - EPOCH_JD) * i128::from(DAY_NANOS) + i128::from(self.nanos);
        local - i128::from(self.offset) * NANOS
    }

    /// A DateTime of a local clock and its offset.
    pub fn from_local(local: i128, offset: i32) -> Self {
        let day = i128::from(DAY_NANOS);
        Self {
            jd: local.div_euclid(day) as i64 + EPOCH_JD,
            nanos: local.rem_euclid(day) as i64,
            offset,
            has_time: true,
        }
    }

    /// Its civil time.
    pub fn moment(&self) -> Moment {
        Moment::of_day(self.jd, self.nanos, self.offset, crate::core::time::moment::format_offset(self.offset, ":"))
    }

    /// Later by nanoseconds, whole days included.
    fn later(&self, nanos: i128) -> Self {
        let day = i128::from(DAY_NANOS);
        let total = i128::from(self.nanos) + nanos;
        Self { jd: self.jd + total.div_euclid(day) as i64, nanos: total.rem_euclid(day) as i64, ..*self }
    }

    /// The same day so many months later, or the last of that month.
    #[must_use]
    pub fn add_months(&self, months: i64) -> Self {
        let (year, month, day) = civil_from_jd(self.jd);
        let total = year * 12 + i64::from(month) - 1;
        let total = total.saturating_add(months);
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        let jd = (1..=i64::from(day)).rev().find_map(|day| valid_civil(year, month, day));
        Self { jd: jd.unwrap_or(self.jd), ..*self }
    }
}

/// A Date of a Julian day.
pub fn value(interpreter: &mut Interpreter, jd: i64) -> Value {
    let class = interpreter.class_at("Date");
    Value::native(&class, RDate::day(jd))
}

/// A Date of year, month and day; None where there is no such day.
pub fn from_civil(interpreter: &mut Interpreter, year: i64, month: i64, day: i64) -> Option<Value> {
    valid_civil(year, month, day).map(|jd| value(interpreter, jd))
}

/// A DateTime with this civil time and offset.
pub fn date_time_value(interpreter: &mut Interpreter, moment: &Moment) -> Value {
    let class = interpreter.class_at("DateTime");
    let nanos = moment.seconds_of_day() * 1_000_000_000 + i64::from(moment.nanos);
    Value::native(&class, RDate { jd: moment.jd, nanos, offset: moment.offset, has_time: true })
}

/// The data of a Date that is no DateTime.
pub fn plain_date(value: &Value) -> Option<Rc<RDate>> {
    value.data::<RDate>().filter(|date| !date.has_time)
}

/// The data of a DateTime; None of a Date.
pub fn date_time(value: &Value) -> Option<Rc<RDate>> {
    value.data::<RDate>().filter(|date| date.has_time)
}

/// The data of a Date or a DateTime.
pub fn data(this: &Value) -> RDate {
    this.data::<RDate>().map_or(RDate::day(EPOCH_JD), |date| *date)
}

/// Another day in the receiver's class.
pub fn like(interpreter: &mut Interpreter, this: &Value, date: RDate) -> Value {
    let class = match this {
        Value::Class(class) => Rc::clone(class),
        _ => interpreter.class_of(this),
    };
    Value::native(&class, date)
}

/// Date::Error.
pub fn invalid(interpreter: &mut Interpreter) -> Box<Flow> {
    interpreter.error("Date::Error", "invalid date")
}

fn day_of(interpreter: &mut Interpreter, this: &Value, jd: Option<i64>) -> Eval {
    match jd {
        Some(jd) => {
            let has_time = is_date_time(interpreter, this);
            Ok(like(interpreter, this, RDate { has_time, ..RDate::day(jd) }))
        }
        None => Err(invalid(interpreter)),
    }
}

/// Whether a class receiver is DateTime or inherits from it.
fn is_date_time(interpreter: &mut Interpreter, this: &Value) -> bool {
    let date_time = interpreter.class_at("DateTime");
    matches!(this, Value::Class(class) if class.is_subclass_of(&date_time))
}

fn number(interpreter: &mut Interpreter, args: &Args, index: usize, default: i64) -> Eval<i64> {
    match args.get(index) {
        Value::Nil if args.has(index) => Err(interpreter.type_error("invalid year (not numeric)")),
        Value::Nil => Ok(default),
        value => match Number::of(&value) {
            Some(_) => to_int(interpreter, &value),
            None => Err(interpreter.type_error("invalid year (not numeric)")),
        },
    }
}

fn civil(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let year = number(interpreter, &args, 0, -4712)?;
    let month = number(interpreter, &args, 1, 1)?;
    let day = number(interpreter, &args, 2, 1)?;
    day_of(interpreter, this, valid_civil(year, month, day))
}

fn today(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let jd = time::today_jd(interpreter);
    day_of(interpreter, this, Some(jd))
}

fn from_jd(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let jd = number(interpreter, &args, 0, 0)?;
    day_of(interpreter, this, Some(jd))
}

fn ordinal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (year, day) = (number(interpreter, &args, 0, -4712)?, number(interpreter, &args, 1, 1)?);
    day_of(interpreter, this, valid_ordinal(year, day))
}

fn from_commercial(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let year = number(interpreter, &args, 0, -4712)?;
    let (week, day) = (number(interpreter, &args, 1, 1)?, number(interpreter, &args, 2, 1)?);
    day_of(interpreter, this, valid_commercial(year, week, day))
}

fn three(args: &Args) -> Option<(i64, i64, i64)> {
    let part = |index: usize| match args.get(index) {
        Value::Int(int) => Some(int),
        _ => None,
    };
    Some((part(0)?, part(1)?, part(2)?))
}

fn is_valid_civil(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(three(&args).and_then(|(year, month, day)| valid_civil(year, month, day)).is_some()))
}

fn is_valid_commercial(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(three(&args).and_then(|(year, week, day)| valid_commercial(year, week, day)).is_some()))
}

fn is_valid_ordinal(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(match (args.first(), args.get(1)) {
        (Value::Int(year), Value::Int(day)) => valid_ordinal(year, day).is_some(),
        _ => false,
    }))
}

fn is_valid_jd(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(Number::of(&args.first()).is_some()))
}

fn is_leap_year(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(is_leap(to_int(interpreter, &args.first())?)))
}

fn year(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(civil_from_jd(data(this).jd).0))
}

fn month(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(civil_from_jd(data(this).jd).1.into()))
}

fn day(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(civil_from_jd(data(this).jd).2.into()))
}

fn wday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(weekday(data(this).jd).into()))
}

fn yday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(this).moment().year_day.into()))
}

fn jd(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(this).jd))
}

fn mjd(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(this).jd - 2_400_001))
}

fn ld(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(this).jd - 2_299_160))
}

fn fraction(interpreter: &mut Interpreter, numerator: i128, denominator: i128) -> Value {
    let ratio = Ratio::new(BigInt::from(numerator), BigInt::from(denominator));
    Number::Rational(ratio.unwrap_or_else(|| Ratio::whole(BigInt::from(0)))).into_value(interpreter)
}

fn ajd(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let half_days = i128::from(EPOCH_JD) * 2 - 1;
    let day = i128::from(DAY_NANOS);
    Ok(fraction(interpreter, data(this).instant() * 2 + half_days * day, day * 2))
}

fn day_fraction(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(fraction(interpreter, data(this).nanos.into(), DAY_NANOS.into()))
}

fn cwyear(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(commercial(data(this).jd).0))
}

fn cweek(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(commercial(data(this).jd).1.into()))
}

fn cwday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(this).jd.rem_euclid(7) + 1))
}

fn leap(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let (year, ..) = civil_from_jd(data(this).jd);
    Ok(Value::Bool(valid_civil(year, 2, 29).is_some()))
}

fn gregorian(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(data(this).jd >= 2_299_161))
}

fn julian(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(data(this).jd < 2_299_161))
}

fn on_weekday(this: &Value, day: u32) -> Eval {
    Ok(Value::Bool(weekday(data(this).jd) == day))
}

fn sunday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    on_weekday(this, 0)
}

fn monday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    on_weekday(this, 1)
}

fn tuesday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    on_weekday(this, 2)
}

fn wednesday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    on_weekday(this, 3)
}

fn thursday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    on_weekday(this, 4)
}

fn friday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    on_weekday(this, 5)
}

fn saturday(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    on_weekday(this, 6)
}

/// Nanoseconds of a number of days.
fn nanos_of_days(interpreter: &mut Interpreter, days: &Value) -> Eval<i128> {
    let Some(number) = Number::of(days) else {
        return Err(interpreter.type_error("expected numeric"));
    };
    let nanos = number
        .to_ratio()
        .map(|ratio| Rounding::HalfUp.divide(&(ratio.numerator * BigInt::from(DAY_NANOS)), &ratio.denominator));
    match nanos.and_then(|nanos| nanos.to_i128()).filter(|nanos| nanos.abs() < 1 << 100) {
        Some(nanos) => Ok(nanos),
        None => Err(invalid(interpreter)),
    }
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if time::is_duration(&other) {
        return interpreter.call(&other, "since", Args::one(this.clone()));
    }
    let nanos = nanos_of_days(interpreter, &other)?;
    let later = data(this).later(nanos);
    Ok(like(interpreter, this, later))
}

fn subtract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if time::is_duration(&other) {
        return interpreter.call(&other, "until", Args::one(this.clone()));
    }
    if let Some(date) = other.data::<RDate>() {
        let difference = data(this).instant() - date.instant();
        return Ok(fraction(interpreter, difference, DAY_NANOS.into()));
    }
    let nanos = nanos_of_days(interpreter, &other)?;
    let earlier = data(this).later(-nanos);
    Ok(like(interpreter, this, earlier))
}

fn months(interpreter: &mut Interpreter, this: &Value, count: &Value, unit: i64) -> Eval {
    if Number::of(count).is_none() {
        return Err(interpreter.type_error("expected numeric"));
    }
    let count = to_int(interpreter, count)?;
    let later = data(this).add_months(count.saturating_mul(unit));
    Ok(like(interpreter, this, later))
}

fn count(args: &Args) -> Value {
    if args.has(0) { args.first() } else { Value::Int(1) }
}

fn months_later(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    months(interpreter, this, &args.first(), 1)
}

fn months_earlier(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    months(interpreter, this, &args.first(), -1)
}

fn next_day(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    add(interpreter, this, Args::one(count(&args)))
}

fn prev_day(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    subtract(interpreter, this, Args::one(count(&args)))
}

fn next_month(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    months(interpreter, this, &count(&args), 1)
}

fn prev_month(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    months(interpreter, this, &count(&args), -1)
}

fn next_year(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    months(interpreter, this, &count(&args), 12)
}

fn prev_year(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    months(interpreter, this, &count(&args), -12)
}

fn succ(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let later = data(this).later(DAY_NANOS.into());
    Ok(like(interpreter, this, later))
}

fn upto(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    walk(interpreter, this, &args.first(), &Value::Int(1), args.block)
}

fn downto(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    walk(interpreter, this, &args.first(), &Value::Int(-1), args.block)
}

fn step(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let by = if args.has(1) { args.get(1) } else { Value::Int(1) };
    if matches!(by, Value::Hash(_)) {
        return Err(interpreter.argument_error("comparison of Hash with 0 failed"));
    }
    walk(interpreter, this, &args.first(), &by, args.block)
}

fn walk(
    interpreter: &mut Interpreter,
    this: &Value,
    limit: &Value,
    by: &Value,
    block: Option<Rc<crate::runtime::value::RProc>>,
) -> Eval {
    let by_nanos = nanos_of_days(interpreter, by)?;
    if by_nanos == 0 {
        return Err(interpreter.argument_error("step can't be 0"));
    }
    let mut items = Vec::new();
    let mut current = this.clone();
    loop {
        let Some(order) = interpreter.compare(&current, limit)? else {
            let shown = interpreter.class_of(limit).name();
            return Err(interpreter.argument_error(format!("comparison of Date with {shown} failed")));
        };
        if by_nanos > 0 && order.is_gt() || by_nanos < 0 && order.is_lt() {
            break;
        }
        interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
        match &block {
            Some(block) => drop(interpreter.yield_value(block, current.clone())?),
            None => items.push(current.clone()),
        }
        let next = data(&current).later(by_nanos);
        current = like(interpreter, this, next);
    }
    if block.is_some() { Ok(this.clone()) } else { crate::core::enumerator_of(interpreter, items) }
}

/// How a date stands to another, to a Time (ActiveSupport), or to an astronomical Julian day.
fn order(interpreter: &mut Interpreter, this: &Value, other: &Value) -> Option<std::cmp::Ordering> {
    let own = data(this).instant();
    if let Some(date) = other.data::<RDate>() {
        return Some(own.cmp(&date.instant()));
    }
    if let Some(instant) = time::instant(other) {
        return Some(own.cmp(&instant));
    }
    let number = Number::of(other)?;
    let ajd = ajd(interpreter, this, Args::none()).ok()?;
    Number::of(&ajd)?.compare(&number)
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(order(interpreter, this, &args.first()).map(|order| order as i64).into())
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(order(interpreter, this, &args.first()).is_some_and(std::cmp::Ordering::is_eq)))
}

fn same_day(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match args.first().data::<RDate>() {
        Some(date) => Ok(Value::Bool(data(this).jd == date.jd)),
        None => equal(interpreter, this, args),
    }
}

fn eql(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let same = args.first().data::<RDate>().is_some_and(|date| date.instant() == data(this).instant());
    Ok(Value::Bool(same))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    crate::core::numeric::hash_of_text(interpreter, &data(this).instant().to_string())
}

fn formatted(this: &Value, format: &str) -> Eval {
    Ok(Value::str(strftime::strftime(&data(this).moment(), format)))
}

fn to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    formatted(this, "%Y-%m-%d")
}

fn inspect(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    formatted(this, "%a, %d %b %Y")
}

fn strftime_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let format = text_of(interpreter, &args.first(), "%F")?;
    Ok(Value::str(strftime::within_budget(interpreter, &data(this).moment(), &format)?))
}

fn rfc2822(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    formatted(this, "%a, %-d %b %Y %T %z")
}

fn rfc3339(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    formatted(this, "%Y-%m-%dT%H:%M:%S%:z")
}

fn httpdate(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let date = data(this);
    let moment = Moment::at(date.instant(), 0, "GMT".to_owned());
    Ok(Value::str(strftime::strftime(&moment, "%a, %d %b %Y %T GMT")))
}

fn ctime(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    formatted(this, "%a %b %e %T %Y")
}

fn to_date(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(value(interpreter, data(this).jd))
}

fn to_datetime(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = data(this).moment();
    Ok(date_time_value(interpreter, &moment))
}

/// ActiveSupport's Date#to_time(form = :local).
fn to_time(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = match args.first().as_name().as_deref() {
        Some("utc") => time::Zone::Utc,
        None | Some("local") => time::local_zone(interpreter),
        Some(_) => {
            let shown = interpreter.inspect(&args.first())?;
            return Err(interpreter.argument_error(format!("Expected :local or :utc, got {shown}.")));
        }
    };
    let local = RDate { offset: 0, ..data(this) }.instant();
    Ok(time::value(interpreter, zone.instant_of_local(local), zone))
}

/// The keys that `deconstruct_keys` is asked for; None where it is asked for all.
pub fn wanted_keys(interpreter: &mut Interpreter, args: &Args) -> Eval<Option<Vec<String>>> {
    match args.first() {
        Value::Nil => Ok(None),
        Value::Array(keys) => Ok(Some(keys.to_vec().iter().filter_map(Value::as_name).collect())),
        other => {
            let class = interpreter.class_of(&other).name();
            Err(interpreter.type_error(format!("wrong argument type {class} (expected Array or nil)")))
        }
    }
}

fn deconstruct_keys(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = wanted_keys(interpreter, &args)?;
    let hash = RHash::new();
    let names: &[&str] = if data(this).has_time { date_time::KEYS } else { &["year", "month", "day", "yday", "wday"] };
    for name in names.iter().filter(|name| wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|key| key == *name))) {
        hash.insert_symbol(name, interpreter.call(this, *name, Args::none())?);
    }
    Ok(Value::hash(hash))
}
