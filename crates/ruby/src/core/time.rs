//! Time, to the nanosecond, with ActiveSupport's arithmetic of durations. The process' own zone is what the
//! host's TZ says, UTC without one. `time/` has the calendar, zones, formatting and parsing that Date shares.

pub mod calendar;
mod mail;
mod making;
pub mod moment;
pub(crate) mod readings;
pub mod strftime;
pub mod zone;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::UNIX_EPOCH;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

pub use moment::Moment;
pub use zone::{NamedZone, Zone};

use calendar::{EPOCH_JD, NANOS};
pub use dates as parse;
use moment::format_offset;

use super::numeric_tower::{Number, to_int};
use super::rational::Ratio;
use super::rounding::Rounding;
use crate::core::date;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RClass, RHash, Value};
pub use making::local_nanos;
pub(crate) use making::text_argument;
use making::{at, new, now, time_iso8601, time_local, time_parse, time_strptime, time_utc};

const METHODS: &[NativeMethod] = &[
    method("zone", zone_name, 0..=0),
    method("utc_offset", utc_offset, 0..=0),
    method("gmt_offset", utc_offset, 0..=0),
    method("gmtoff", utc_offset, 0..=0),
    method("utc?", is_utc, 0..=0),
    method("gmt?", is_utc, 0..=0),
    method("dst?", is_dst, 0..=0),
    method("isdst", is_dst, 0..=0),
    method("+", add, 1..=1),
    method("-", subtract, 1..=1),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", eql, 1..=1),
    method("hash", hash, 0..=0),
    method("utc", utc, 0..=0),
    method("gmtime", utc, 0..=0),
    method("getutc", getutc, 0..=0),
    method("getgm", getutc, 0..=0),
    method("localtime", localtime, 0..=1),
    method("getlocal", getlocal, 0..=1),
    method("round", round, 0..=1),
    method("floor", floor, 0..=1),
    method("ceil", ceil, 0..=1),
    method("strftime", strftime_method, 1..=1),
    method("to_s", to_s, 0..=0),
    method("inspect", inspect, 0..=0),
    method("iso8601", iso8601, 0..=1),
    method("xmlschema", iso8601, 0..=1),
    method("rfc3339", iso8601, 0..=1),
    method("httpdate", httpdate, 0..=0),
    method("rfc2822", rfc2822, 0..=0),
    method("rfc822", rfc2822, 0..=0),
    method("ctime", ctime, 0..=0),
    method("asctime", ctime, 0..=0),
    method("to_time", to_time, 0..=0),
    method("deconstruct_keys", deconstruct_keys, 1..=1),
    method("initialize_copy", to_time, 1..=1),
    method("dup", dup, 0..=0),
    method("clone", dup, 0..=0).taking(&["freeze"]),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("now", now, 0..=0).taking(&["in"]),
    method("new", new, 0..=7).taking(&["in"]).lacking(&["precision"]),
    method("at", at, 1..=3).taking(&["in"]),
    method("utc", time_utc, 1..=10),
    method("gm", time_utc, 1..=10),
    method("local", time_local, 1..=10),
    method("mktime", time_local, 1..=10),
    method("parse", time_parse, 1..=2),
    method("iso8601", time_iso8601, 1..=1),
    method("xmlschema", time_iso8601, 1..=1),
    method("strptime", time_strptime, 2..=3),
    method("httpdate", mail::httpdate, 1..=1),
    method("rfc2822", mail::rfc2822, 1..=1),
    method("rfc822", mail::rfc2822, 1..=1),
    method("zone_offset", zone_offset, 1..=2),
    variadic("===", case_equal, 1),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("Time", &object);
    let comparable = interpreter.classes.comparable.clone();
    class.include(&comparable);
    class.define(readings::METHODS);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

/// The data of a Time.
pub struct RTime {
    /// Nanoseconds since 1970.
    pub instant: i128,
    zone: RefCell<Zone>,
}

impl NativeData for RTime {
    fn eql_key(&self) -> Option<String> {
        Some(self.instant.to_string())
    }
}

impl RTime {
    /// Nanoseconds since 1970, and the zone that shows them.
    pub fn new(instant: i128, zone: Zone) -> Self {
        Self { instant, zone: RefCell::new(zone) }
    }

    /// In which it is shown.
    pub fn zone(&self) -> Zone {
        self.zone.borrow().clone()
    }

    /// Its civil time there.
    pub fn moment(&self) -> Moment {
        let period = self.zone.borrow().period(self.instant);
        Moment::at(self.instant, period.offset, period.abbreviation)
    }
}

/// A Time of this instant (nanoseconds since 1970).
pub fn value(interpreter: &mut Interpreter, instant: i128, zone: Zone) -> Value {
    let class = interpreter.class_at("Time");
    Value::native(&class, RTime::new(instant, zone))
}

/// A Time in UTC.
pub fn utc_value(interpreter: &mut Interpreter, instant: i128) -> Value {
    value(interpreter, instant, Zone::Utc)
}

/// The instant of a Time, a TimeWithZone or a DateTime.
pub fn instant(value: &Value) -> Option<i128> {
    if let Some(time) = value.data::<RTime>() {
        return Some(time.instant);
    }
    if let Some(instant) = value.native_data().and_then(|data| data.instant()) {
        return Some(instant);
    }
    date::date_time(value).map(|date| date.instant())
}

/// The civil time of a Time, TimeWithZone, Date or DateTime.
pub fn moment_of(value: &Value) -> Option<Moment> {
    if let Some(time) = value.data::<RTime>() {
        return Some(time.moment());
    }
    if let Some(data) = value.native_data()
        && let (Some(instant), Some((offset, zone))) = (data.instant(), data.offset())
    {
        return Some(Moment::at(instant, offset, zone));
    }
    value.data::<date::RDate>().map(|date| date.moment())
}

/// Nanoseconds since 1970, by the host's clock.
pub fn host_now(interpreter: &mut Interpreter) -> i128 {
    match interpreter.host.now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(error) => -(error.duration().as_nanos() as i128),
    }
}

/// The process' zone.
pub fn local_zone(interpreter: &mut Interpreter) -> Zone {
    let name = interpreter.host.env("TZ").filter(|name| !name.is_empty());
    Zone::Local(name.and_then(|name| NamedZone::find(&name)).unwrap_or_else(NamedZone::utc))
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RTime>> {
    match this.data::<RTime>() {
        Some(time) => Ok(time),
        None => Err(interpreter.type_error("uninitialized Time")),
    }
}

fn moment(interpreter: &mut Interpreter, this: &Value) -> Eval<Moment> {
    Ok(data(interpreter, this)?.moment())
}

fn class_of_receiver(interpreter: &mut Interpreter, this: &Value) -> Rc<RClass> {
    match this {
        Value::Class(class) => Rc::clone(class),
        _ => interpreter.class_of(this),
    }
}

fn build(interpreter: &mut Interpreter, this: &Value, instant: i128, zone: Zone) -> Value {
    let class = class_of_receiver(interpreter, this);
    Value::native(&class, RTime::new(instant, zone))
}

/// Nanoseconds of a count of seconds, whatever kind of number it is.
pub fn nanos_of_seconds(interpreter: &mut Interpreter, seconds: &Value, scale: i128) -> Eval<i128> {
    if let Value::Int(seconds) = seconds {
        return Ok(i128::from(*seconds) * scale);
    }
    let number = match Number::of(seconds) {
        Some(number) => number,
        None if interpreter.responds_to(seconds, "to_r") && !matches!(seconds, Value::Str(_) | Value::Nil) => {
            let ratio = interpreter.call(seconds, "to_r", Args::none())?;
            Number::of(&ratio).unwrap_or(Number::Int(0))
        }
        None => {
            let class = interpreter.class_of(seconds).name();
            return Err(interpreter.type_error(format!("can't convert {class} into an exact number")));
        }
    };
    let nanos = number
        .to_ratio()
        .map(|ratio| Rounding::Floor.divide(&(ratio.numerator * BigInt::from(scale)), &ratio.denominator));
    match nanos.and_then(|nanos| nanos.to_i128()).filter(|nanos| nanos.abs() < 1 << 100) {
        Some(nanos) => Ok(nanos),
        None => Err(interpreter.error("FloatDomainError", "out of Time range")),
    }
}

/// The zone of an `in:` argument: an offset, "UTC", a name, or an object with `utc_to_local`.
pub fn zone_argument(interpreter: &mut Interpreter, zone: &Value) -> Eval<Zone> {
    match zone {
        Value::Nil => Ok(local_zone(interpreter)),
        Value::Str(text) => {
            if let Some(zone) = zone::parse_utc_offset(&text.to_string()) {
                Ok(zone)
            } else {
                let shown = text.to_string();
                Err(interpreter.argument_error(format!(
                    "\"+HH:MM\", \"-HH:MM\", \"UTC\" or \"A\"..\"I\",\"K\"..\"Z\" expected for utc_offset: {shown}"
                )))
            }
        }
        _ => {
            if let Some(data) = zone.native_data()
                && let Some(name) = data.zone_name()
            {
                return match NamedZone::find(name) {
                    Some(zone) => Ok(Zone::Local(zone)),
                    None => Err(unknown_zone(interpreter, name)),
                };
            }
            let seconds = nanos_of_seconds(interpreter, zone, NANOS)? / NANOS;
            if seconds.abs() >= 86_400 {
                return Err(interpreter.argument_error("utc_offset out of range"));
            }
            Ok(Zone::Fixed(seconds as i32))
        }
    }
}

/// Of a name that the IANA database has not.
pub fn unknown_zone(interpreter: &mut Interpreter, name: &str) -> Box<crate::runtime::exception::Flow> {
    interpreter.error("TZInfo::InvalidTimezoneIdentifier", format!("Invalid identifier: {name}"))
}

fn zone_offset(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = args.first().as_string().unwrap_or_default();
    Ok(parse::zone_offset(&name).map(i64::from).into())
}

/// ActiveSupport: a TimeWithZone is a Time too.
fn case_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Bool(false)) };
    let value = args.first();
    let time = interpreter.class_at("Time");
    let zoned = Rc::ptr_eq(class, &time) && value.native_data().is_some_and(|data| data.instant().is_some());
    Ok(Value::Bool(zoned || interpreter.is_a(&value, class)))
}

/// 0, or the fraction of a second.
pub fn subsec_value(interpreter: &mut Interpreter, nanos: u32) -> Value {
    match Ratio::new(BigInt::from(nanos), BigInt::from(NANOS)) {
        Some(ratio) if nanos != 0 => Number::Rational(ratio).into_value(interpreter),
        _ => Value::Int(0),
    }
}

fn zone_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zone = moment(interpreter, this)?.zone;
    Ok(if zone.is_empty() { Value::Nil } else { Value::str(zone) })
}

fn utc_offset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(moment(interpreter, this)?.offset.into()))
}

fn is_utc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(data(interpreter, this)?.zone().is_utc()))
}

fn is_dst(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let time = data(interpreter, this)?;
    Ok(Value::Bool(time.zone().period(time.instant).is_dst))
}

/// Seconds since 1970, exactly.
pub fn seconds_ratio(nanos: i128) -> Ratio {
    Ratio::new(BigInt::from(nanos), BigInt::from(NANOS)).unwrap_or_else(|| Ratio::whole(BigInt::from(0)))
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if is_duration(&other) {
        return interpreter.call(&other, "since", Args::one(this.clone()));
    }
    if instant(&other).is_some() {
        return Err(interpreter.type_error("time + time?"));
    }
    let time = data(interpreter, this)?;
    let nanos = nanos_of_seconds(interpreter, &other, NANOS)?;
    Ok(build(interpreter, this, time.instant + nanos, time.zone()))
}

fn subtract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if is_duration(&other) {
        return interpreter.call(&other, "until", Args::one(this.clone()));
    }
    let time = data(interpreter, this)?;
    if let Some(instant) = instant(&other) {
        return Ok(Value::Float(seconds_ratio(time.instant - instant).to_f64()));
    }
    let nanos = nanos_of_seconds(interpreter, &other, NANOS)?;
    Ok(build(interpreter, this, time.instant - nanos, time.zone()))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let time = data(interpreter, this)?;
    // ActiveSupport compares as a DateTime: with a number, in days since the beginning of the Julian calendar.
    let number = match args.first() {
        Value::Float(number) => Some(number),
        Value::Int(number) => Some(number as f64),
        _ => None,
    };
    if let Some(number) = number {
        let days = time.instant as f64 / calendar::DAY_NANOS as f64 + 2_440_587.5;
        return Ok(days.partial_cmp(&number).map(|order| order as i64).into());
    }
    Ok(comparable_instant(&args.first()).map(|other| time.instant.cmp(&other) as i64).into())
}

/// Whether it is an ActiveSupport::Duration.
pub fn is_duration(value: &Value) -> bool {
    value.native_data().is_some_and(|data| data.is_duration())
}

/// ActiveSupport compares a Date too: its midnight in UTC.
pub fn comparable_instant(value: &Value) -> Option<i128> {
    instant(value).or_else(|| date::plain_date(value).map(|date| date.instant()))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let time = data(interpreter, this)?;
    Ok(Value::Bool(comparable_instant(&args.first()) == Some(time.instant)))
}

fn eql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if other.data::<date::RDate>().is_some() {
        return Ok(Value::Bool(false));
    }
    equal(interpreter, this, Args::one(other))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let instant = data(interpreter, this)?.instant;
    super::numeric::hash_of_text(interpreter, &instant.to_string())
}

/// In place, as in Ruby.
fn utc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let time = data(interpreter, this)?;
    if !time.zone().is_utc() {
        interpreter.check_frozen(this)?;
        *time.zone.borrow_mut() = Zone::Utc;
    }
    Ok(this.clone())
}

fn getutc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let instant = data(interpreter, this)?.instant;
    Ok(build(interpreter, this, instant, Zone::Utc))
}

fn localtime(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = zone_argument(interpreter, &args.first())?;
    interpreter.check_frozen(this)?;
    *data(interpreter, this)?.zone.borrow_mut() = zone;
    Ok(this.clone())
}

fn getlocal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = zone_argument(interpreter, &args.first())?;
    let instant = data(interpreter, this)?.instant;
    Ok(build(interpreter, this, instant, zone))
}

/// An instant rounded to a number of digits of a second.
pub fn round_instant(instant: i128, digits: i64, mode: Rounding) -> i128 {
    if digits >= 9 {
        return instant;
    }
    let unit = 10i128.pow(9 - digits.clamp(0, 9) as u32);
    let rest = instant.rem_euclid(unit);
    let up = match mode {
        Rounding::Floor => false,
        Rounding::Ceiling => rest > 0,
        _ => rest * 2 >= unit,
    };
    instant - rest + if up { unit } else { 0 }
}

fn rounded(interpreter: &mut Interpreter, this: &Value, args: &Args, mode: Rounding) -> Eval {
    let digits = if args.has(0) { to_int(interpreter, &args.first())? } else { 0 };
    let time = data(interpreter, this)?;
    Ok(build(interpreter, this, round_instant(time.instant, digits, mode), time.zone()))
}

fn round(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    rounded(interpreter, this, &args, Rounding::HalfUp)
}

fn floor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    rounded(interpreter, this, &args, Rounding::Floor)
}

fn ceil(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    rounded(interpreter, this, &args, Rounding::Ceiling)
}

fn strftime_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let format = text_argument(interpreter, &args.first())?;
    let moment = moment(interpreter, this)?;
    Ok(Value::str(strftime::within_budget(interpreter, &moment, &format)?))
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let time = data(interpreter, this)?;
    let format = if time.zone().is_utc() { "%Y-%m-%d %H:%M:%S UTC" } else { "%Y-%m-%d %H:%M:%S %z" };
    Ok(Value::str(strftime::strftime(&time.moment(), format)))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let time = data(interpreter, this)?;
    let moment = time.moment();
    let fraction = format!(".{:09}", moment.nanos);
    let fraction = if moment.nanos == 0 { "" } else { fraction.trim_end_matches('0') };
    let zone = if time.zone().is_utc() { "UTC".to_owned() } else { format_offset(moment.offset, "") };
    let head = strftime::strftime(&moment, "%Y-%m-%d %H:%M:%S");
    Ok(Value::str(format!("{head}{fraction} {zone}")))
}

/// ISO 8601 with `digits` of the second; UTC is `Z`.
pub fn xmlschema(moment: &Moment, digits: usize, utc: bool) -> String {
    let head = strftime::strftime(moment, "%Y-%m-%dT%H:%M:%S");
    let fraction = format!("{:09}", moment.nanos);
    let fraction = match digits {
        0 => String::new(),
        1..=9 => format!(".{}", &fraction[..digits]),
        _ => format!(".{fraction}{}", "0".repeat(digits - 9)),
    };
    let zone = if utc { "Z".to_owned() } else { format_offset(moment.offset, ":") };
    format!("{head}{fraction}{zone}")
}

fn iso8601(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = if args.has(0) { to_int(interpreter, &args.first())? } else { 0 };
    interpreter.check_size(digits.unsigned_abs() as usize)?;
    let time = data(interpreter, this)?;
    Ok(Value::str(xmlschema(&time.moment(), digits.max(0) as usize, time.zone().is_utc())))
}

fn httpdate(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = Moment::at(data(interpreter, this)?.instant, 0, "GMT".to_owned());
    Ok(Value::str(strftime::strftime(&moment, "%a, %d %b %Y %H:%M:%S GMT")))
}

fn rfc2822(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let time = data(interpreter, this)?;
    let format = if time.zone().is_utc() { "%a, %d %b %Y %H:%M:%S -0000" } else { "%a, %d %b %Y %H:%M:%S %z" };
    Ok(Value::str(strftime::strftime(&time.moment(), format)))
}

fn ctime(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = moment(interpreter, this)?;
    Ok(Value::str(strftime::strftime(&moment, "%a %b %e %H:%M:%S %Y")))
}

fn to_time(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn dup(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let time = data(interpreter, this)?;
    Ok(build(interpreter, this, time.instant, time.zone()))
}

fn deconstruct_keys(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = crate::core::date::wanted_keys(interpreter, &args)?;
    let hash = RHash::new();
    for name in ["year", "month", "day", "yday", "wday", "hour", "min", "sec", "subsec", "dst", "zone"] {
        if wanted.as_ref().is_some_and(|wanted| !wanted.iter().any(|key| key == name)) {
            continue;
        }
        let reader = if name == "dst" { "dst?" } else { name };
        hash.insert_symbol(name, interpreter.call(this, reader, Args::none())?);
    }
    Ok(Value::hash(hash))
}

/// The Julian day of the host's today, in the process' zone.
pub fn today_jd(interpreter: &mut Interpreter) -> i64 {
    let instant = host_now(interpreter);
    let offset = local_zone(interpreter).period(instant).offset;
    let seconds = instant.div_euclid(NANOS) as i64 + i64::from(offset);
    seconds.div_euclid(86_400) + EPOCH_JD
}
