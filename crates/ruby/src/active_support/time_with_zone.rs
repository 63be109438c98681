//! ActiveSupport::TimeWithZone, after active_support/time_with_zone.rb: an instant and a TimeZone.

use std::rc::Rc;

use super::calculations;
use super::duration::Duration;
use super::time_zone::{self, RTimeZone};
use crate::core::numeric_tower::to_int;
use crate::core::rounding::Rounding;
use crate::core::time::calendar::NANOS;
use crate::core::time::moment::format_offset;
use crate::core::time::{self, Moment, NamedZone, readings, strftime};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, Value};

const METHODS: &[NativeMethod] = &[
    method("time_zone", time_zone_of, 0..=0),
    method("time", local_time, 0..=0),
    method("utc", utc, 0..=0),
    method("comparable_time", utc, 0..=0),
    method("getutc", utc, 0..=0),
    method("getgm", utc, 0..=0),
    method("gmtime", utc, 0..=0),
    method("localtime", localtime, 0..=1),
    method("getlocal", localtime, 0..=1),
    method("dst?", is_dst, 0..=0),
    method("isdst", is_dst, 0..=0),
    method("utc?", is_utc, 0..=0),
    method("gmt?", is_utc, 0..=0),
    method("utc_offset", utc_offset, 0..=0),
    method("gmt_offset", utc_offset, 0..=0),
    method("gmtoff", utc_offset, 0..=0),
    method("formatted_offset", formatted_offset, 0..=2),
    method("zone", zone, 0..=0),
    method("inspect", inspect, 0..=0),
    method("xmlschema", xmlschema, 0..=1),
    method("iso8601", xmlschema, 0..=1),
    method("rfc3339", xmlschema, 0..=1),
    method("httpdate", httpdate, 0..=0),
    method("rfc2822", rfc2822, 0..=0),
    method("rfc822", rfc2822, 0..=0),
    method("to_s", to_s, 0..=0),
    method("strftime", strftime_method, 1..=1),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
    method("hash", hash, 0..=0),
    method("+", add, 1..=1),
    method("since", add, 1..=1),
    method("in", add, 1..=1),
    method("-", subtract, 1..=1),
    method("to_time", to_time, 0..=0),
    method("round", round, 0..=1),
    method("floor", floor, 0..=1),
    method("ceil", ceil, 0..=1),
    method("is_a?", is_a, 1..=1),
    method("kind_of?", is_a, 1..=1),
    method("blank?", never, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 2..=4)];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("ActiveSupport::TimeWithZone", &object);
    let comparable = interpreter.classes.comparable.clone();
    class.include(&comparable);
    class.define(readings::METHODS);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

/// The data of a TimeWithZone.
pub struct Zoned {
    /// Nanoseconds since 1970.
    pub instant: i128,
    pub zone: Rc<RTimeZone>,
    named: Rc<NamedZone>,
}

impl NativeData for Zoned {
    fn instant(&self) -> Option<i128> {
        Some(self.instant)
    }

    fn offset(&self) -> Option<(i32, String)> {
        let period = self.named.period(self.instant);
        Some((period.offset, period.abbreviation))
    }

    fn eql_key(&self) -> Option<String> {
        Some(self.instant.to_string())
    }
}

impl Zoned {
    /// Its civil time in its zone.
    pub fn moment(&self) -> Moment {
        let period = self.named.period(self.instant);
        Moment::at(self.instant, period.offset, period.abbreviation)
    }

    fn is_utc(&self) -> bool {
        matches!(self.named.period(self.instant).abbreviation.as_str(), "UTC" | "UCT")
    }
}

/// A TimeWithZone of an instant.
pub fn object(interpreter: &mut Interpreter, instant: i128, zone: &Rc<RTimeZone>) -> Eval {
    let named = zone.named(interpreter)?;
    let class = interpreter.class_at("ActiveSupport::TimeWithZone");
    Ok(Value::native(&class, Zoned { instant, zone: Rc::clone(zone), named }))
}

/// A TimeWithZone of a local clock given as nanoseconds of UTC.
pub fn from_local(interpreter: &mut Interpreter, local: i128, zone: &Rc<RTimeZone>) -> Eval {
    let instant = zone.named(interpreter)?.instant_of_local(local);
    object(interpreter, instant, zone)
}

fn new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(zone) = args.get(1).data::<RTimeZone>() else {
        return Err(interpreter.type_error("expected an ActiveSupport::TimeZone"));
    };
    if let Some(instant) = time::instant(&args.first()) {
        return object(interpreter, instant, &zone);
    }
    match time::moment_of(&args.get(2)) {
        Some(moment) => {
            let local = moment.instant() + i128::from(moment.offset) * NANOS;
            from_local(interpreter, local, &zone)
        }
        None => Err(interpreter.type_error("expected a time")),
    }
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Zoned>> {
    match this.data::<Zoned>() {
        Some(zoned) => Ok(zoned),
        None => Err(interpreter.type_error("uninitialized TimeWithZone")),
    }
}

fn moment(interpreter: &mut Interpreter, this: &Value) -> Eval<Moment> {
    Ok(data(interpreter, this)?.moment())
}

fn time_zone_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zoned = data(interpreter, this)?;
    Ok(time_zone::zone_value(interpreter, &zoned.zone))
}

/// The local clock as a Time in UTC.
fn local_time(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zoned = data(interpreter, this)?;
    let local = zoned.instant + i128::from(zoned.moment().offset) * NANOS;
    Ok(time::utc_value(interpreter, local))
}

fn utc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let instant = data(interpreter, this)?.instant;
    Ok(time::utc_value(interpreter, instant))
}

fn localtime(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = time::zone_argument(interpreter, &args.first())?;
    let instant = data(interpreter, this)?.instant;
    Ok(time::value(interpreter, instant, zone))
}

fn is_dst(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zoned = data(interpreter, this)?;
    Ok(Value::Bool(zoned.named.period(zoned.instant).is_dst))
}

fn is_utc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(data(interpreter, this)?.is_utc()))
}

fn utc_offset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(moment(interpreter, this)?.offset.into()))
}

fn formatted_offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zoned = data(interpreter, this)?;
    if zoned.is_utc() && args.get(1).truthy() {
        return Ok(args.get(1));
    }
    let colon = !args.has(0) || args.first().truthy();
    Ok(Value::str(format_offset(zoned.moment().offset, if colon { ":" } else { "" })))
}

fn zone(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(moment(interpreter, this)?.zone))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = moment(interpreter, this)?;
    Ok(Value::str(strftime::strftime(&moment, "%F %H:%M:%S.%9N %Z %:z")))
}

fn xmlschema(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = if args.first().is_nil() { 0 } else { to_int(interpreter, &args.first())? };
    interpreter.check_size(digits.unsigned_abs() as usize)?;
    let zoned = data(interpreter, this)?;
    Ok(Value::str(time::xmlschema(&zoned.moment(), digits.max(0) as usize, zoned.is_utc())))
}

fn httpdate(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let utc = utc(interpreter, this, Args::none())?;
    interpreter.call(&utc, "httpdate", Args::none())
}

fn rfc2822(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let moment = moment(interpreter, this)?;
    Ok(Value::str(strftime::strftime(&moment, "%a, %d %b %Y %H:%M:%S %z")))
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zoned = data(interpreter, this)?;
    let format = if zoned.is_utc() { "%Y-%m-%d %H:%M:%S UTC" } else { "%Y-%m-%d %H:%M:%S %z" };
    Ok(Value::str(strftime::strftime(&zoned.moment(), format)))
}

fn strftime_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let format = interpreter.to_s(&args.first())?;
    let moment = moment(interpreter, this)?;
    Ok(Value::str(strftime::within_budget(interpreter, &moment, &format)?))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let instant = data(interpreter, this)?.instant;
    Ok(time::comparable_instant(&args.first()).map(|other| instant.cmp(&other) as i64).into())
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let instant = data(interpreter, this)?.instant;
    Ok(Value::Bool(time::instant(&args.first()) == Some(instant)))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let utc = utc(interpreter, this, Args::none())?;
    interpreter.call(&utc, "hash", Args::none())
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if let Some(duration) = other.data::<Duration>() {
        return move_by(interpreter, this, &other, duration.variable, "since");
    }
    calculations::since(interpreter, this, &other)
}

/// A Duration with calendar parts moves the local clock, one without moves the instant.
fn move_by(interpreter: &mut Interpreter, this: &Value, duration: &Value, variable: bool, direction: &str) -> Eval {
    if variable {
        return interpreter.call(duration, direction, Args::one(this.clone()));
    }
    let zoned = data(interpreter, this)?;
    let utc = time::utc_value(interpreter, zoned.instant);
    let moved = interpreter.call(duration, direction, Args::one(utc))?;
    object(interpreter, time::instant(&moved).unwrap_or(zoned.instant), &zoned.zone)
}

fn subtract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let zoned = data(interpreter, this)?;
    if let Some(instant) = time::instant(&other) {
        return Ok(Value::Float(time::seconds_ratio(zoned.instant - instant).to_f64()));
    }
    if let Some(duration) = other.data::<Duration>() {
        return move_by(interpreter, this, &other, duration.variable, "until");
    }
    let negated = interpreter.call(&other, "-@", Args::none())?;
    calculations::since(interpreter, this, &negated)
}

fn to_time(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zoned = data(interpreter, this)?;
    Ok(time::value(interpreter, zoned.instant, time::Zone::Local(Rc::clone(&zoned.named))))
}

fn rounded(interpreter: &mut Interpreter, this: &Value, args: &Args, mode: Rounding) -> Eval {
    let digits = if args.has(0) { to_int(interpreter, &args.first())? } else { 0 };
    let zoned = data(interpreter, this)?;
    object(interpreter, time::round_instant(zoned.instant, digits, mode), &zoned.zone)
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

fn is_a(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Class(class) = args.first() else {
        return Err(interpreter.type_error("class or module required"));
    };
    let time = interpreter.class_at("Time");
    Ok(Value::Bool(Rc::ptr_eq(&time, &class) || interpreter.is_a(this, &class)))
}

fn never(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(false))
}
