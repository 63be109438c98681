//! ActiveSupport::TimeZone, Time.zone and what goes from times without a zone to those with one, after
//! active_support/values/time_zone.rb, core_ext/time/zones.rb and core_ext/date_and_time/zones.rb.
//! Time.zone is UTC until it is set. Country zones are absent.

use std::cell::OnceCell;
use std::rc::Rc;

use num_traits::ToPrimitive;

use super::time_with_zone::{self, Zoned};
use super::time_zone_names::MAPPING;
use crate::core::date::{self, RDate};
use crate::core::numeric_tower::Number;
use crate::core::time::calendar::{EPOCH_JD, NANOS};
use crate::core::time::moment::format_offset;
use crate::core::time::parse::{self, Parsed};
use crate::core::time::{self, NamedZone, local_nanos, moment_of, text_argument};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, Value};
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("name", name, 0..=0),
    method("tzinfo", tzinfo, 0..=0),
    method("identifier", standard_name, 0..=0),
    method("canonical_identifier", standard_name, 0..=0),
    method("standard_name", standard_name, 0..=0),
    method("utc_offset", utc_offset, 0..=0),
    method("formatted_offset", formatted_offset, 0..=2),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("to_s", to_s, 0..=0),
    method("inspect", inspect, 0..=0),
    variadic("local", local, 0),
    method("at", at, 1..=3).with_keywords(),
    method("parse", parse_method, 1..=2),
    method("iso8601", iso8601, 1..=1),
    method("rfc3339", iso8601, 1..=1),
    method("strptime", strptime, 2..=3),
    method("now", now, 0..=0),
    method("today", today, 0..=0),
    method("tomorrow", tomorrow, 0..=0),
    method("yesterday", yesterday, 0..=0),
    method("utc_to_local", utc_to_local, 1..=1),
    method("local_to_utc", local_to_utc, 1..=2),
    method("dst?", is_dst, 1..=1),
    method("abbr", abbreviation, 1..=1),
    method("as_json", name, 0..=1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("[]", index, 1..=1),
    method("new", index, 1..=1),
    method("create", index, 1..=1),
    method("all", all, 0..=0),
    method("seconds_to_utc_offset", seconds_to_utc_offset, 1..=2),
    method("find_tzinfo", find_tzinfo, 1..=1),
];

const TIME_SINGLETON: &[NativeMethod] = &[
    method("zone", current_zone, 0..=0),
    method("zone_default", current_zone, 0..=0),
    method("zone=", set_zone, 1..=1),
    method("zone_default=", set_zone, 1..=1),
    method("use_zone", use_zone, 1..=1),
    method("find_zone", find_zone, 1..=1),
    method("find_zone!", find_zone_or_fail, 1..=1),
    method("current", current, 0..=0),
];

const DATE_TIME_SINGLETON: &[NativeMethod] = &[method("current", current_date_time, 0..=0)];

const IN_TIME_ZONE: &[NativeMethod] = &[method("in_time_zone", in_time_zone_method, 0..=1)];

const STRING: &[NativeMethod] = &[
    method("in_time_zone", string_in_time_zone, 0..=1),
    method("to_time", string_to_time, 0..=1),
    method("to_date", string_to_date, 0..=0),
    method("to_datetime", string_to_datetime, 0..=0),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("ActiveSupport::TimeZone", &object);
    let comparable = interpreter.classes.comparable.clone();
    class.include(&comparable);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    let time = interpreter.class_at("Time");
    interpreter.define_singleton(&time, TIME_SINGLETON);
    let date_time = interpreter.class_at("DateTime");
    interpreter.define_singleton(&date_time, DATE_TIME_SINGLETON);
    for name in ["Time", "Date", "ActiveSupport::TimeWithZone"] {
        interpreter.class_at(name).define(IN_TIME_ZONE);
    }
    interpreter.classes.string.define(STRING);
}

/// The data of an ActiveSupport::TimeZone. The database is read when an offset is first asked for.
pub struct RTimeZone {
    pub name: String,
    zone: OnceCell<Option<Rc<NamedZone>>>,
}

impl NativeData for RTimeZone {
    fn zone_name(&self) -> Option<&str> {
        Some(self.standard_name())
    }

    fn eql_key(&self) -> Option<String> {
        Some(self.name.clone())
    }
}

impl RTimeZone {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), zone: OnceCell::new() }
    }

    /// The name in the IANA database.
    pub fn standard_name(&self) -> &str {
        MAPPING.iter().find(|(name, _)| *name == self.name).map_or(self.name.as_str(), |(_, standard)| standard)
    }

    fn lookup(&self) -> Option<&Rc<NamedZone>> {
        self.zone.get_or_init(|| NamedZone::find(self.standard_name())).as_ref()
    }

    /// The zone of the IANA database that it stands for.
    pub fn named(&self, interpreter: &mut Interpreter) -> Eval<Rc<NamedZone>> {
        if let Some(zone) = self.lookup() {
            Ok(Rc::clone(zone))
        } else {
            Err(time::unknown_zone(interpreter, &self.name))
        }
    }

    fn utc_offset(&self, interpreter: &mut Interpreter) -> Eval<i32> {
        let now = time::host_now(interpreter);
        Ok(self.named(interpreter)?.standard_offset(now))
    }
}

/// A TimeZone object of Rails' or the database's name; None for neither.
pub fn zone_of_name(interpreter: &mut Interpreter, name: &str) -> Option<Value> {
    let zone = RTimeZone::new(name);
    if name != "UTC" {
        zone.lookup()?;
    }
    let class = interpreter.class_at("ActiveSupport::TimeZone");
    Some(Value::native(&class, zone))
}

/// What TimeZone[], Time.zone= and in_time_zone take: a TimeZone, a name, an offset or a Duration.
pub fn find(interpreter: &mut Interpreter, wanted: &Value) -> Eval<Option<Rc<RTimeZone>>> {
    if let Some(zone) = wanted.data::<RTimeZone>() {
        return Ok(Some(zone));
    }
    if let Value::Str(name) = wanted {
        let name = name.to_string();
        return Ok(zone_of_name(interpreter, &name).and_then(|zone| zone.data::<RTimeZone>()));
    }
    let seconds = match wanted.data::<super::duration::Duration>() {
        Some(_) => super::duration::whole_seconds(wanted),
        None => Number::of(wanted).and_then(|number| {
            let hours = number.to_f64();
            if hours.abs() <= 13.0 { Some((hours * 3600.0) as i64) } else { number.truncate()?.to_i64() }
        }),
    };
    let Some(seconds) = seconds else {
        let shown = interpreter.inspect(wanted)?;
        return Err(interpreter.argument_error(format!("invalid argument to TimeZone[]: {shown}")));
    };
    for zone in sorted_zones(interpreter)? {
        if i64::from(zone.utc_offset(interpreter)?) == seconds {
            return Ok(Some(zone));
        }
    }
    Ok(None)
}

fn sorted_zones(interpreter: &mut Interpreter) -> Eval<Vec<Rc<RTimeZone>>> {
    let mut zones = Vec::new();
    for (name, _) in MAPPING {
        let zone = Rc::new(RTimeZone::new(name));
        if zone.lookup().is_some() {
            zones.push((zone.utc_offset(interpreter)?, zone));
        }
    }
    zones.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    Ok(zones.into_iter().map(|(_, zone)| zone).collect())
}

fn object(interpreter: &mut Interpreter, zone: &Rc<RTimeZone>) -> Value {
    let class = interpreter.class_at("ActiveSupport::TimeZone");
    Value::Object(Rc::new(crate::runtime::value::RObject::with_data(&class, Rc::clone(zone) as Rc<dyn NativeData>)))
}

/// The TimeZone as an object.
pub fn zone_value(interpreter: &mut Interpreter, zone: &Rc<RTimeZone>) -> Value {
    object(interpreter, zone)
}

const ZONE: &str = "Time.zone";

fn current_zone(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let key = Symbol::new(ZONE);
    if let Some(zone) = interpreter.globals.get(&key) {
        return Ok(zone.clone());
    }
    let utc = zone_of_name(interpreter, "UTC").unwrap_or_default();
    interpreter.globals.insert(key, utc.clone());
    Ok(utc)
}

/// Time.zone; None once it was set to nil.
pub fn current_zone_data(interpreter: &mut Interpreter) -> Eval<Option<Rc<RTimeZone>>> {
    Ok(current_zone(interpreter, &Value::Nil, Args::none())?.data::<RTimeZone>())
}

fn find_or_fail(interpreter: &mut Interpreter, wanted: &Value) -> Eval {
    if matches!(wanted, Value::Nil | Value::Bool(false)) {
        return Ok(wanted.clone());
    }
    if let Some(zone) = find(interpreter, wanted)? {
        Ok(object(interpreter, &zone))
    } else {
        let shown = interpreter.to_s(wanted)?;
        Err(interpreter.argument_error(format!("Invalid Timezone: {shown}")))
    }
}

fn set_zone(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let zone = find_or_fail(interpreter, &args.first())?;
    interpreter.globals.insert(Symbol::new(ZONE), zone);
    Ok(args.first())
}

fn use_zone(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let before = current_zone(interpreter, this, Args::none())?;
    let zone = find_or_fail(interpreter, &args.first())?;
    let Some(block) = args.block else {
        return Err(interpreter.error("LocalJumpError", "no block given (yield)"));
    };
    interpreter.globals.insert(Symbol::new(ZONE), zone);
    let result = interpreter.call_block(&block, Args::none());
    interpreter.globals.insert(Symbol::new(ZONE), before);
    result
}

fn find_zone_or_fail(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    find_or_fail(interpreter, &args.first())
}

fn find_zone(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(find(interpreter, &args.first()).ok().flatten().map_or(Value::Nil, |zone| object(interpreter, &zone)))
}

/// Time.current: in Time.zone, or the process' own time when there is none.
pub fn current_time(interpreter: &mut Interpreter) -> Eval {
    let now = time::host_now(interpreter);
    if let Some(zone) = current_zone_data(interpreter)? {
        time_with_zone::object(interpreter, now, &zone)
    } else {
        let local = time::local_zone(interpreter);
        Ok(time::value(interpreter, now, local))
    }
}

/// The Julian day of Date.current.
pub fn today_jd(interpreter: &mut Interpreter) -> Eval<i64> {
    let now = current_time(interpreter)?;
    Ok(moment_of(&now).map_or(EPOCH_JD, |moment| moment.jd))
}

fn current(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    current_time(interpreter)
}

fn current_date_time(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let now = current_time(interpreter)?;
    interpreter.call(&now, "to_datetime", Args::none())
}

fn in_time_zone_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = if args.has(0) { Some(args.first()) } else { None };
    in_time_zone(interpreter, this, zone)
}

/// The receiver in a zone (Time.zone without one): a Date is a local midnight, anything else an instant.
pub fn in_time_zone(interpreter: &mut Interpreter, this: &Value, zone: Option<Value>) -> Eval {
    let zone = match zone {
        Some(zone) => zone,
        None => current_zone(interpreter, this, Args::none())?,
    };
    if matches!(zone, Value::Nil | Value::Bool(false)) {
        return interpreter.call(this, "to_time", Args::none());
    }
    let zone = find_or_fail(interpreter, &zone)?;
    let Some(zone) = zone.data::<RTimeZone>() else { return Ok(Value::Nil) };
    if let Some(day) = date::plain_date(this) {
        return time_with_zone::from_local(interpreter, day.instant(), &zone);
    }
    if this.data::<Zoned>().is_some_and(|zoned| zoned.zone.name == zone.name) {
        return Ok(this.clone());
    }
    match time::instant(this) {
        Some(instant) => time_with_zone::object(interpreter, instant, &zone),
        None => Err(interpreter.type_error("expected a time or date")),
    }
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RTimeZone>> {
    match this.data::<RTimeZone>() {
        Some(zone) => Ok(zone),
        None => Err(interpreter.type_error("uninitialized TimeZone")),
    }
}

fn index(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(find(interpreter, &args.first())?.map_or(Value::Nil, |zone| object(interpreter, &zone)))
}

fn all(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let zones = sorted_zones(interpreter)?;
    Ok(Value::array(zones.iter().map(|zone| object(interpreter, zone)).collect()))
}

fn seconds_to_utc_offset(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let seconds = crate::core::numeric_tower::to_int(interpreter, &args.first())?;
    let colon = !args.has(1) || args.get(1).truthy();
    Ok(Value::str(format_offset(seconds as i32, if colon { ":" } else { "" })))
}

fn find_tzinfo(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = index(interpreter, this, args)?;
    tzinfo(interpreter, &zone, Args::none())
}

fn name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(data(interpreter, this)?.name.clone()))
}

/// Only its name is asked for in practice: a TimeZone of the database's name answers.
fn tzinfo(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zone = data(interpreter, this)?;
    Ok(zone_of_name(interpreter, zone.standard_name()).unwrap_or_default())
}

fn standard_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(data(interpreter, this)?.standard_name()))
}

fn utc_offset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zone = data(interpreter, this)?;
    Ok(Value::Int(zone.utc_offset(interpreter)?.into()))
}

fn formatted_offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let offset = data(interpreter, this)?.utc_offset(interpreter)?;
    if offset == 0 && args.get(1).truthy() {
        return Ok(args.get(1));
    }
    let colon = !args.has(0) || args.first().truthy();
    Ok(Value::str(format_offset(offset, if colon { ":" } else { "" })))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(other) = args.first().data::<RTimeZone>() else { return Ok(Value::Nil) };
    let own = data(interpreter, this)?;
    let order = (own.utc_offset(interpreter)?, &own.name).cmp(&(other.utc_offset(interpreter)?, &other.name));
    Ok(Value::Int(order as i64))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = data(interpreter, this)?;
    Ok(Value::Bool(args.first().data::<RTimeZone>().is_some_and(|other| other.name == own.name)))
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zone = data(interpreter, this)?;
    let offset = format_offset(zone.utc_offset(interpreter)?, ":");
    Ok(Value::str(format!("(GMT{offset}) {}", zone.name)))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zone = data(interpreter, this)?;
    let name = &zone.name;
    let standard = zone.standard_name();
    Ok(Value::str(format!(
        "#<ActiveSupport::TimeZone:0x{:016x} @name={name:?}, @tzinfo=#<TZInfo::DataTimezone: {standard}>, \
         @utc_offset=nil>",
        this.address()
    )))
}

fn local(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?;
    let mut clock = local_nanos(interpreter, &args.positional)?;
    if args.has(6) {
        clock += time::nanos_of_seconds(interpreter, &args.get(6), 1000)?;
    }
    time_with_zone::from_local(interpreter, clock, &zone)
}

fn at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?;
    let class = Value::Class(interpreter.class_at("Time"));
    let time = interpreter.call(&class, "at", args)?;
    let instant = time::instant(&time).unwrap_or(0);
    time_with_zone::object(interpreter, instant, &zone)
}

fn now(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let zone = data(interpreter, this)?;
    let now = time::host_now(interpreter);
    time_with_zone::object(interpreter, now, &zone)
}

fn day_from_today(interpreter: &mut Interpreter, this: &Value, days: i64) -> Eval {
    let now = now(interpreter, this, Args::none())?;
    let jd = moment_of(&now).map_or(EPOCH_JD, |moment| moment.jd);
    Ok(date::value(interpreter, jd + days))
}

fn today(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    day_from_today(interpreter, this, 0)
}

fn tomorrow(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    day_from_today(interpreter, this, 1)
}

fn yesterday(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    day_from_today(interpreter, this, -1)
}

fn parse_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = text_argument(interpreter, &args.first())?;
    let zone = data(interpreter, this)?;
    parse_in(interpreter, &zone, &text, &args.get(1))
}

/// TimeZone#parse: nil for a text without any date or time.
pub fn parse_in(interpreter: &mut Interpreter, zone: &Rc<RTimeZone>, text: &str, now: &Value) -> Eval {
    let parsed = parse::parse(text, false);
    parts_to_time(interpreter, zone, &parsed, now)
}

fn parts_to_time(interpreter: &mut Interpreter, zone: &Rc<RTimeZone>, parsed: &Parsed, now: &Value) -> Eval {
    if parsed.is_empty() {
        return Ok(Value::Nil);
    }
    if let Some(instant) = parsed.instant {
        return time_with_zone::object(interpreter, instant, zone);
    }
    let clock = clock_of(interpreter, parsed, now, Some(zone))?;
    match parsed.offset {
        Some(offset) => time_with_zone::object(interpreter, clock - i128::from(offset) * NANOS, zone),
        None => time_with_zone::from_local(interpreter, clock, zone),
    }
}

/// The local clock that parts mean, what is missing taken from now.
fn clock_of(interpreter: &mut Interpreter, parsed: &Parsed, now: &Value, zone: Option<&Rc<RTimeZone>>) -> Eval<i128> {
    let current = if let Some(moment) = moment_of(now) {
        moment
    } else {
        let instant = time::host_now(interpreter);
        if let Some(zone) = zone {
            let period = zone.named(interpreter)?.period(instant);
            time::Moment::at(instant, period.offset, period.abbreviation)
        } else {
            let offset = time::local_zone(interpreter).period(instant).offset;
            time::Moment::at(instant, offset, String::new())
        }
    };
    let above = zone.is_some() && (parsed.year.is_some() || parsed.month.is_some());
    let part = |number: Option<i64>, default: i64| Value::Int(number.unwrap_or(default));
    let parts = [
        part(parsed.year, current.year),
        part(parsed.month, current.month.into()),
        part(parsed.day, if above { 1 } else { current.day.into() }),
        part(parsed.hour, 0),
        part(parsed.minute, 0),
        part(parsed.second, 0),
    ];
    Ok(local_nanos(interpreter, &parts)? + i128::from(parsed.nanos.unwrap_or(0)))
}

fn iso8601(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?;
    let Some(text) = args.first().as_string() else {
        return Err(interpreter.argument_error("invalid date"));
    };
    let parsed = parse::parse(&text, false);
    let complete =
        parsed.year.is_some() && (parsed.year_day.is_some() || parsed.month.is_some() && parsed.day.is_some());
    if !complete {
        return Err(interpreter.argument_error("invalid date"));
    }
    if parsed.year_day.is_some() {
        let jd = date::complete(interpreter, &parsed, "Date");
        let Some(jd) = jd else { return Err(interpreter.argument_error("invalid date")) };
        let clock = RDate::day(jd).instant() + i128::from(parsed.seconds_of_day()) * NANOS;
        return time_with_zone::from_local(interpreter, clock, &zone);
    }
    parts_to_time(interpreter, &zone, &parsed, &Value::Nil)
}

fn strptime(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?;
    let (source, format) = (text_argument(interpreter, &args.first())?, text_argument(interpreter, &args.get(1))?);
    match parse::strptime(&source, &format) {
        Some(parsed) => parts_to_time(interpreter, &zone, &parsed, &args.get(2)),
        None => Err(interpreter.argument_error("invalid date")),
    }
}

fn utc_to_local(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?.named(interpreter)?;
    let instant = time::instant(&args.first()).unwrap_or(0);
    Ok(time::value(interpreter, instant, time::Zone::Local(zone)))
}

fn local_to_utc(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?.named(interpreter)?;
    let Some(moment) = moment_of(&args.first()) else {
        return Err(interpreter.type_error("expected a time"));
    };
    let local = moment.instant() + i128::from(moment.offset) * NANOS;
    Ok(time::utc_value(interpreter, zone.instant_of_local(local)))
}

fn is_dst(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?.named(interpreter)?;
    Ok(Value::Bool(zone.period(time::instant(&args.first()).unwrap_or(0)).is_dst))
}

fn abbreviation(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = data(interpreter, this)?.named(interpreter)?;
    Ok(Value::str(zone.period(time::instant(&args.first()).unwrap_or(0)).abbreviation))
}

/// String#in_time_zone: parsed in the zone.
fn string_in_time_zone(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = if args.has(0) { args.first() } else { current_zone(interpreter, this, Args::none())? };
    if matches!(wanted, Value::Nil | Value::Bool(false)) {
        return string_to_time(interpreter, this, Args::none());
    }
    let zone = find_or_fail(interpreter, &wanted)?;
    interpreter.call(&zone, "parse", Args::one(this.clone()))
}

fn string_to_time(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let utc = match args.first().as_name().as_deref() {
        None | Some("local") => false,
        Some("utc") => true,
        Some(_) => return Err(interpreter.argument_error("invalid form")),
    };
    let parsed = parse::parse(&text_argument(interpreter, this)?, false);
    let nothing = parsed.year.is_none() && parsed.month.is_none() && parsed.day.is_none() && !parsed.has_time();
    if nothing && parsed.offset.is_none() {
        return Ok(Value::Nil);
    }
    let clock = clock_of(interpreter, &parsed, &Value::Nil, None)?;
    let zone = match parsed.offset {
        Some(offset) => time::Zone::Fixed(offset),
        None if utc => time::Zone::Utc,
        None => time::local_zone(interpreter),
    };
    let instant = zone.instant_of_local(clock);
    Ok(time::value(interpreter, instant, if utc { time::Zone::Utc } else { zone }))
}

fn string_to_date(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    parsed_by(interpreter, this, "Date")
}

fn string_to_datetime(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    parsed_by(interpreter, this, "DateTime")
}

fn parsed_by(interpreter: &mut Interpreter, this: &Value, class: &str) -> Eval {
    if text_argument(interpreter, this)?.trim().is_empty() {
        return Ok(Value::Nil);
    }
    let class = Value::Class(interpreter.class_at(class));
    interpreter.call(&class, "parse", Args::new(vec![this.clone(), Value::Bool(false)]))
}
