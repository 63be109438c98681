//! Dates from texts: `parse`, `iso8601`, `strptime`, and what they found as a hash.

use super::day_of;
use crate::core::convert;
use crate::core::numeric_tower::Number;
use crate::core::time;
use crate::core::time::calendar::{
    DAY_NANOS, EPOCH_JD, NANOS, civil_from_jd, commercial, valid_civil, valid_commercial, valid_ordinal, weekday,
};
use crate::core::time::parse::{self, Parsed};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, Value};

/// What a date is read from; a TypeError where it is no text.
pub fn text_of(interpreter: &mut Interpreter, value: &Value, default: &str) -> Eval<String> {
    text_within(interpreter, value, default, Some(LIMIT))
}

/// How long a text may be that is read as a date, unless `limit:` says otherwise.
const LIMIT: usize = 128;

/// The first argument of what takes `limit:`.
pub fn limited_text(interpreter: &mut Interpreter, args: &Args, default: &str) -> Eval<String> {
    let limit = match args.keyword("limit") {
        None => Some(LIMIT),
        Some(Value::Nil) => None,
        Some(limit) => Some(usize::try_from(convert::int(interpreter, &limit)?).unwrap_or(0)),
    };
    text_within(interpreter, &args.first(), default, limit)
}

fn text_within(interpreter: &mut Interpreter, value: &Value, default: &str, limit: Option<usize>) -> Eval<String> {
    match value {
        Value::Nil if !default.is_empty() => Ok(default.to_owned()),
        Value::Str(text) => {
            let text = text.to_string();
            if let Some(limit) = limit.filter(|limit| text.len() > *limit) {
                let length = text.len();
                return Err(interpreter.argument_error(format!("string length ({length}) exceeds the limit {limit}")));
            }
            Ok(text)
        }
        _ => Err(convert::no_conversion(interpreter, value, "String")),
    }
}

/// `Date.parse`
pub(super) fn date_parse(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = limited_text(interpreter, &args, "-4712-01-01")?;
    let parsed = parse::parse(&text, !args.has(1) || args.get(1).truthy());
    let jd = complete(interpreter, &parsed, "Date");
    day_of(interpreter, this, jd)
}

/// `Date.iso8601`
pub(super) fn date_iso8601(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = limited_text(interpreter, &args, "-4712-01-01")?;
    let shaped = text.trim().strip_prefix(['-', '+']).unwrap_or(text.trim()).starts_with(|c: char| c.is_ascii_digit());
    let jd = if shaped { complete(interpreter, &parse::parse(&text, true), "Date") } else { None };
    day_of(interpreter, this, jd)
}

/// `Date.strptime`
pub(super) fn date_strptime(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = text_of(interpreter, &args.first(), "-4712-01-01")?;
    let format = text_of(interpreter, &args.get(1), "%F")?;
    let parsed = parse::strptime(&text, &format).filter(|parsed| parsed.leftover.is_none());
    let jd = parsed.and_then(|parsed| complete(interpreter, &parsed, "Date"));
    day_of(interpreter, this, jd)
}

/// The day that parts of a date mean: the parts above them come from today, those below are the first
/// (Ruby's rt_complete_frags).
pub fn complete(interpreter: &mut Interpreter, parsed: &Parsed, class: &str) -> Option<i64> {
    if let Some(instant) = parsed.instant {
        let local = instant + i128::from(parsed.offset.unwrap_or(0)) * NANOS;
        return Some(local.div_euclid(i128::from(DAY_NANOS)) as i64 + EPOCH_JD);
    }
    if let Some(jd) = parsed.jd {
        return Some(jd);
    }
    let today = time::today_jd(interpreter);
    let (this_year, this_month, _) = civil_from_jd(today);
    let civil_parts = [parsed.year, parsed.month, parsed.day].iter().flatten().count();
    let ordinal_parts = [parsed.year, parsed.year_day].iter().flatten().count();
    let week_day = parsed.commercial_day.or(parsed.weekday.map(|day| if day == 0 { 7 } else { day }));
    let commercial_parts = [parsed.commercial_year, parsed.week, week_day].iter().flatten().count();
    let monday_week = parsed.week_from_monday;
    let best = civil_parts.max(ordinal_parts).max(commercial_parts);
    if let (Some(week), true) = (monday_week.or(parsed.week_from_sunday), parsed.day.is_none()) {
        let year = parsed.year.unwrap_or(this_year);
        let first = i64::from(monday_week.is_some());
        let day = parsed.weekday.or(parsed.commercial_day.map(|day| day % 7)).unwrap_or(first);
        let january_1 = valid_civil(year, 1, 1)?;
        let lead = (i64::from(weekday(january_1)) - first).rem_euclid(7);
        return Some(january_1 - lead + week * 7 + (day - first).rem_euclid(7));
    }
    if best == 0 {
        return (parsed.has_time() && class != "Date").then_some(today);
    }
    if parsed.year_day.is_some() && ordinal_parts >= civil_parts {
        return valid_ordinal(parsed.year.unwrap_or(this_year), parsed.year_day?);
    }
    if civil_parts >= commercial_parts && civil_parts > 0 {
        let year = parsed.year.unwrap_or(this_year);
        let month = parsed.month.unwrap_or(if parsed.year.is_some() { 1 } else { i64::from(this_month) });
        let day = parsed.day.unwrap_or(1);
        return valid_civil(year, month, day);
    }
    if parsed.commercial_year.is_none() && parsed.week.is_none() {
        // Only a day of the week: that of this week, which begins on Sunday when a name was given.
        return Some(match parsed.weekday {
            Some(day) => today - i64::from(weekday(today)) + day,
            None => today - (i64::from(weekday(today)) + 6) % 7 + parsed.commercial_day? - 1,
        });
    }
    let year = parsed.commercial_year.unwrap_or_else(|| commercial(today).0);
    valid_commercial(year, parsed.week.unwrap_or(1), week_day.unwrap_or(1))
}

/// The Hash of Date._parse.
fn parsed_hash(interpreter: &mut Interpreter, parsed: &Parsed) -> Value {
    let hash = RHash::new();
    let put = |name: &str, number: Option<i64>| {
        if let Some(number) = number {
            hash.insert_symbol(name, Value::Int(number));
        }
    };
    put("wday", parsed.weekday);
    put("hour", parsed.hour);
    put("min", parsed.minute);
    put("sec", parsed.second);
    put("year", parsed.year);
    put("mon", parsed.month);
    put("mday", parsed.day);
    put("yday", parsed.year_day);
    put("cwyear", parsed.commercial_year);
    put("cweek", parsed.week);
    put("cwday", parsed.commercial_day);
    put("wnum0", parsed.week_from_sunday);
    put("wnum1", parsed.week_from_monday);
    put("seconds", parsed.instant.map(|instant| instant.div_euclid(NANOS) as i64));
    if let Some(zone) = &parsed.zone {
        hash.insert_symbol("zone", Value::str(zone.clone()));
        hash.insert_symbol("offset", parsed.offset.map(i64::from).into());
    }
    if let Some(nanos) = parsed.nanos {
        let fraction = Number::Rational(time::seconds_ratio(nanos.into())).into_value(interpreter);
        hash.insert_symbol("sec_fraction", fraction);
    }
    if let Some(leftover) = &parsed.leftover {
        hash.insert_symbol("leftover", Value::str(leftover.clone()));
    }
    Value::hash(hash)
}

/// `Date._parse`
pub(super) fn raw_parse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = limited_text(interpreter, &args, "")?;
    let parsed = parse::parse(&text, !args.has(1) || args.get(1).truthy());
    Ok(parsed_hash(interpreter, &parsed))
}

/// `Date._strptime`
pub(super) fn raw_strptime(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = text_of(interpreter, &args.first(), "")?;
    let format = text_of(interpreter, &args.get(1), "%F")?;
    match parse::strptime(&text, &format) {
        Some(parsed) => Ok(parsed_hash(interpreter, &parsed)),
        None => Ok(Value::Nil),
    }
}
