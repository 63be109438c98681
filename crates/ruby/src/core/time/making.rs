//! What makes a Time: now, numbers, texts.

use super::super::numeric_tower::{Number, to_int};
use super::super::rational::Ratio;
use super::calendar::{MONTH_NAMES, NANOS};
use super::moment::civil_nanos;
use super::parse::Parsed;
use super::{
    Moment, RTime, Zone, build, calendar, host_now, instant, local_zone, moment_of, nanos_of_seconds, parse,
    zone_argument,
};
use crate::core::convert;
use crate::core::date;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// `Time.now`, by the host's clock.
pub(super) fn now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let zone = zone_argument(interpreter, &args.keyword("in").unwrap_or_default())?;
    let instant = host_now(interpreter);
    Ok(build(interpreter, this, instant, zone))
}

/// The ArgumentError of a part that no date has.
pub(super) fn out_of_range(interpreter: &mut Interpreter) -> Box<crate::runtime::exception::Flow> {
    interpreter.argument_error("argument out of range")
}

fn component(interpreter: &mut Interpreter, value: &Value, name: &str, default: i64, range: (i64, i64)) -> Eval<i64> {
    let number = match value {
        Value::Nil => default,
        Value::Str(text) => {
            if let Ok(number) = text.to_string().trim().parse() {
                number
            } else {
                let shown = interpreter.inspect(value)?;
                return Err(interpreter.argument_error(format!("invalid value for Integer(): {shown}")));
            }
        }
        _ => to_int(interpreter, value)?,
    };
    if (range.0..=range.1).contains(&number) {
        return Ok(number);
    }
    Err(interpreter.argument_error(format!("{name} out of range")))
}

fn month_component(interpreter: &mut Interpreter, value: &Value) -> Eval<i64> {
    if let Value::Str(text) = value {
        let text = text.to_string();
        let named = MONTH_NAMES.iter().position(|name| name[..3].eq_ignore_ascii_case(&text));
        if let Some(at) = named {
            return Ok(at as i64 + 1);
        }
    }
    component(interpreter, value, "mon", 1, (1, 12))
}

/// Year, month, day, hour, minute and second (with its fraction) as nanoseconds of a local clock.
pub fn local_nanos(interpreter: &mut Interpreter, parts: &[Value]) -> Eval<i128> {
    let part = |index: usize| parts.get(index).cloned().unwrap_or_default();
    let year = component(interpreter, &part(0), "year", 1970, (-1_000_000_000, 1_000_000_000))?;
    let month = month_component(interpreter, &part(1))?;
    let day = component(interpreter, &part(2), "argument", 1, (1, 31))?;
    let hour = component(interpreter, &part(3), "hour", 0, (0, 24))?;
    let minute = component(interpreter, &part(4), "min", 0, (0, 59))?;
    let seconds = match part(5) {
        Value::Nil => 0,
        Value::Str(text) => {
            let ratio = Ratio::parse_prefix(&text.to_string()).map(|(ratio, _)| Number::Rational(ratio));
            let value = ratio.unwrap_or(Number::Int(0)).into_value(interpreter);
            nanos_of_seconds(interpreter, &value, NANOS)?
        }
        seconds => nanos_of_seconds(interpreter, &seconds, NANOS)?,
    };
    if hour == 24 && minute != 0 {
        return Err(interpreter.argument_error("min out of range"));
    }
    if !(0..61 * NANOS).contains(&seconds) || hour == 24 && seconds != 0 {
        return Err(interpreter.argument_error("sec out of range"));
    }
    Ok(civil_nanos(year, month, day, hour * 3600 + minute * 60, 0) + seconds)
}

/// `Time.new`
pub(super) fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.has(6) && !args.get(6).is_nil() && args.keyword("in").is_some_and(|zone| !zone.is_nil()) {
        return Err(interpreter.argument_error("timezone argument given as positional and keyword arguments"));
    }
    let zone = args.keyword("in").unwrap_or_else(|| args.get(6));
    if !args.has(0) {
        return now(interpreter, this, args);
    }
    if let (Value::Str(text), 1) = (args.first(), args.len()) {
        let text = text.to_string();
        if text.len() > 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return new_from_text(interpreter, this, &text, &zone);
        }
    }
    let parsed_zone = zone_argument(interpreter, &zone)?;
    let local = local_nanos(interpreter, &args.positional)?;
    Ok(build(interpreter, this, parsed_zone.instant_of_local(local), parsed_zone))
}

/// `Time.new("2000-12-31 23:59:59.5 +0900")`.
fn new_from_text(interpreter: &mut Interpreter, this: &Value, text: &str, zone: &Value) -> Eval {
    static PATTERN: std::sync::LazyLock<Option<regex::Regex>> = std::sync::LazyLock::new(|| {
        regex::Regex::new(r"\A\s*(\d{4,})(?:-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?\s*(\S+)?)?)?\s*\z")
            .ok()
    });
    let Some(found) = PATTERN.as_ref().and_then(|pattern| pattern.captures(text)) else {
        return Err(incomplete(interpreter, text));
    };
    if found.get(2).is_some() && found.get(4).is_none() {
        return Err(interpreter.argument_error("no time information"));
    }
    let number = |index: usize| found.get(index).map_or(Value::Nil, |part| Value::str(part.as_str()));
    let mut parts: Vec<Value> = (1..=6).map(number).collect();
    if let (Some(second), Some(fraction)) = (found.get(6), found.get(7)) {
        parts[5] = Value::str(format!("{}.{}", second.as_str(), fraction.as_str()));
    }
    let zone = found.get(8).map_or_else(|| zone.clone(), |zone| Value::str(zone.as_str()));
    let zone = zone_argument(interpreter, &zone)?;
    let local = local_nanos(interpreter, &parts)?;
    Ok(build(interpreter, this, zone.instant_of_local(local), zone))
}

/// What Time.new says of a text that it cannot read whole.
fn incomplete(interpreter: &mut Interpreter, text: &str) -> Box<crate::runtime::exception::Flow> {
    let clock = text.split([' ', 'T']).nth(1).unwrap_or("");
    let starts_as_date = text.len() >= 10 && text.as_bytes()[4] == b'-';
    let message = match clock.split(':').count() {
        1 if starts_as_date && !clock.is_empty() => format!("missing min part: {clock}"),
        2 if starts_as_date => format!("missing sec part: {clock}"),
        _ => format!("can't parse: {text:?}"),
    };
    interpreter.argument_error(message)
}

/// `Time.at`
pub(super) fn at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let source = args.first();
    let given_zone = args.keyword("in");
    let (mut instant, mut zone) = match instant(&source) {
        Some(instant) => {
            let zone = match source.data::<RTime>() {
                Some(time) => time.zone(),
                None => local_zone(interpreter),
            };
            (instant, zone)
        }
        None => (nanos_of_seconds(interpreter, &source, NANOS)?, local_zone(interpreter)),
    };
    if args.has(1) {
        let unit = args.get(2).as_name().unwrap_or_else(|| "microsecond".to_owned());
        let scale = match unit.as_str() {
            "millisecond" => 1_000_000,
            "usec" | "microsecond" => 1_000,
            "nsec" | "nanosecond" => 1,
            _ => return Err(interpreter.argument_error(format!("unexpected unit: {unit}"))),
        };
        instant += nanos_of_seconds(interpreter, &args.get(1), scale)?;
    }
    if let Some(given) = given_zone {
        zone = zone_argument(interpreter, &given)?;
    }
    Ok(build(interpreter, this, instant, zone))
}

/// The arguments of Time.utc and Time.local; the ten of `to_a` come seconds first.
fn civil_arguments(args: &Args) -> Vec<Value> {
    if args.len() == 10 {
        return [5, 4, 3, 2, 1, 0].iter().map(|index| args.get(*index)).collect();
    }
    args.positional.clone()
}

fn civil_with_microseconds(interpreter: &mut Interpreter, args: &Args) -> Eval<i128> {
    let local = local_nanos(interpreter, &civil_arguments(args))?;
    match args.get(6) {
        Value::Nil => Ok(local),
        _ if args.len() == 10 => Ok(local),
        microseconds => Ok(local + nanos_of_seconds(interpreter, &microseconds, 1000)?),
    }
}

/// `Time.utc`
pub(super) fn time_utc(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let local = civil_with_microseconds(interpreter, &args)?;
    Ok(build(interpreter, this, local, Zone::Utc))
}

/// `Time.local`
pub(super) fn time_local(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let local = civil_with_microseconds(interpreter, &args)?;
    let zone = local_zone(interpreter);
    Ok(build(interpreter, this, zone.instant_of_local(local), zone))
}

/// A text; a TypeError for anything else.
pub(crate) fn text_argument(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    value.as_string().ok_or_else(|| convert::no_conversion(interpreter, value, "String"))
}

/// `Time.parse`
pub(super) fn time_parse(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = text_argument(interpreter, &args.first())?;
    let parsed = parse::parse(&text, true);
    let nothing = parsed.year.is_none()
        && parsed.year_day.is_none()
        && parsed.month.is_none()
        && parsed.day.is_none()
        && parsed.weekday.is_none()
        && !parsed.has_time();
    if nothing {
        let shown = interpreter.inspect(&args.first())?;
        return Err(interpreter.argument_error(format!("no time information in {shown}")));
    }
    from_parsed(interpreter, this, &parsed, &args.get(1))
}

/// Time.parse's make_time: what is missing above the first part given comes from now, what is missing below
/// it starts anew; a zone in the text stays with the result.
fn from_parsed(interpreter: &mut Interpreter, this: &Value, parsed: &Parsed, now: &Value) -> Eval {
    let local = local_zone(interpreter);
    let zone = match (&parsed.zone, parsed.offset) {
        (Some(name), _) if is_utc_name(name) => Zone::Utc,
        (_, Some(offset)) => Zone::Fixed(offset),
        _ => local.clone(),
    };
    let current = if let Some(moment) = moment_of(now) {
        moment
    } else {
        let instant = host_now(interpreter);
        let offset = parsed.offset.unwrap_or_else(|| local.period(instant).offset);
        Moment::at(instant, offset, String::new())
    };
    let parsed_year = parsed.year;
    let year = parsed_year.unwrap_or(current.year);
    let (month, day) = match (parsed.year_day, parsed.month, parsed.day) {
        (Some(ordinal), None, None) => {
            let days = calendar::days_from_civil(year, 1, 1) + ordinal - 1;
            let (_, month, day) = calendar::civil_from_days(days);
            (i64::from(month), i64::from(day))
        }
        (_, month, day) => {
            let given_month = month;
            let month = given_month.unwrap_or(if parsed_year.is_some() { 1 } else { i64::from(current.month) });
            let above = parsed_year.is_some() || given_month.is_some();
            (month, day.unwrap_or(if above { 1 } else { i64::from(current.day) }))
        }
    };
    if !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
        || parsed.hour.is_some_and(|hour| hour > 24)
        || parsed.minute.is_some_and(|minute| minute > 59)
        || parsed.second.is_some_and(|second| second > 60)
    {
        return Err(out_of_range(interpreter));
    }
    let seconds = parsed.hour.unwrap_or(0) * 3600 + parsed.minute.unwrap_or(0) * 60 + parsed.second.unwrap_or(0);
    let clock = civil_nanos(year, month, day, seconds, parsed.nanos.unwrap_or(0));
    let instant = zone.instant_of_local(clock);
    // A fixed offset that the local zone has at that instant is the local zone.
    let zone = match zone {
        Zone::Fixed(offset) if local.period(instant).offset == offset => local,
        zone => zone,
    };
    Ok(build(interpreter, this, instant, zone))
}

/// Whether a zone's name is one of UTC's.
pub(super) fn is_utc_name(name: &str) -> bool {
    matches!(name.to_ascii_uppercase().as_str(), "-00:00" | "-0000" | "-00" | "UTC" | "Z" | "UT")
}

/// `Time.iso8601`
pub(super) fn time_iso8601(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    static PATTERN: std::sync::LazyLock<Option<regex::Regex>> = std::sync::LazyLock::new(|| {
        regex::Regex::new(
            r"(?i)\A\s*[-+]?\d{4,}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?\s*\z",
        )
        .ok()
    });
    let text = text_argument(interpreter, &args.first())?;
    if !PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(&text)) {
        let shown = interpreter.inspect(&args.first())?;
        return Err(interpreter.argument_error(format!("invalid xmlschema format: {shown}")));
    }
    time_parse(interpreter, this, args)
}

/// `Time.strptime`
pub(super) fn time_strptime(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = text_argument(interpreter, &args.first())?;
    let format = text_argument(interpreter, &args.get(1))?;
    let parsed = parse::strptime(&text, &format).filter(|parsed| parsed.leftover.is_none());
    let Some(parsed) = parsed else {
        return Err(interpreter.argument_error(format!("invalid date or strptime format - `{text}' `{format}'")));
    };
    if let Some(instant) = parsed.instant {
        let instant = instant + i128::from(parsed.nanos.unwrap_or(0));
        let zone = parsed.offset.map_or_else(|| local_zone(interpreter), Zone::Fixed);
        return Ok(build(interpreter, this, instant, zone));
    }
    if parsed.week.is_some() || parsed.week_from_monday.is_some() || parsed.week_from_sunday.is_some() {
        let Some(day) = date::complete(interpreter, &parsed, "Time") else {
            return Err(out_of_range(interpreter));
        };
        let (year, month, day) = calendar::civil_from_jd(day);
        let mut parsed = parsed;
        parsed.year = Some(year);
        parsed.month = Some(i64::from(month));
        parsed.day = Some(i64::from(day));
        parsed.year_day = None;
        return from_parsed(interpreter, this, &parsed, &args.get(2));
    }
    from_parsed(interpreter, this, &parsed, &args.get(2))
}
