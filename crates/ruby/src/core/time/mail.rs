//! Time.rfc2822 and Time.httpdate: the dates of mail and of HTTP, which are told from every other text.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::making::{is_utc_name, out_of_range};
use super::moment::civil_nanos;
use super::zone::Zone;
use super::{build, calendar, local_zone, parse};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\A\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)\s*,\s*)?
        (?<day>\d{1,2})\s+(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\s+(?<year>\d{2,})\s+
        (?<hour>\d{2})\s*:\s*(?<minute>\d{2})(?:\s*:\s*(?<second>\d{2}))?
        \s*(?<zone>[+-]\d{4}|ut|gmt|[ecmp][sd]t|[a-ik-z])",
    )
    .ok()
});

/// The three forms that HTTP has had.
static HTTP: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    const MONTH: &str = "(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)";
    const CLOCK: &str = r"(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})";
    const SHORT: &str = "(?:mon|tue|wed|thu|fri|sat|sun)";
    const LONG: &str = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
    [
        format!(r"(?i)\A\s*{SHORT},\x20(?<day>\d{{2}})\x20{MONTH}\x20(?<year>\d{{4}})\x20{CLOCK}\x20GMT\s*\z"),
        format!(r"(?i)\A\s*{LONG},\x20(?<day>\d{{2}})-{MONTH}-(?<year>\d{{2}})\x20{CLOCK}\x20GMT\s*\z"),
        format!(r"(?i)\A\s*{SHORT}\x20{MONTH}\x20(?<day>\d{{2}}|\x20\d)\x20{CLOCK}\x20(?<year>\d{{4}})\s*\z"),
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// What a text tells, as if it were of UTC.
fn clock(interpreter: &mut Interpreter, found: &Captures<'_>) -> Eval<i128> {
    let number = |name: &str| found.name(name).map_or(Ok(0), |digits| digits.as_str().trim().parse::<i64>());
    let month = found.name("month").map_or_else(String::new, |month| month.as_str().to_ascii_lowercase());
    let month = MONTHS.iter().position(|known| *known == month).map_or(0, |index| index as i64 + 1);
    let numbers = (number("year"), number("day"), number("hour"), number("minute"), number("second"));
    let (Ok(year), Ok(day), Ok(hour), Ok(minute), Ok(second)) = numbers else {
        return Err(out_of_range(interpreter));
    };
    let year = match (found.name("year").map_or(0, |year| year.len()), year) {
        (2, 0..50) => year + 2000,
        (2 | 3, _) => year + 1900,
        _ => year,
    };
    // As `Time.utc`: the 31st of a short month is of the next one.
    let clock_is_known = hour <= 24 && minute <= 59 && second <= 60;
    if !(1..=31).contains(&day) || !clock_is_known || year > i64::from(i32::MAX) {
        return Err(out_of_range(interpreter));
    }
    let days = calendar::days_from_civil(year, month, 1) - calendar::days_from_civil(1970, 1, 1) + day - 1;
    let (year, month, day) = calendar::civil_from_days(days);
    Ok(civil_nanos(year, i64::from(month), i64::from(day), hour * 3600 + minute * 60 + second, 0))
}

fn refused(interpreter: &mut Interpreter, kind: &str, value: &Value) -> Eval {
    let shown = interpreter.inspect(value)?;
    Err(interpreter.argument_error(format!("not RFC {kind} compliant date: {shown}")))
}

/// `Time.rfc2822`
pub(super) fn rfc2822(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = args.first().as_string().unwrap_or_default();
    let Some(found) = MAIL.as_ref().and_then(|pattern| pattern.captures(&text)) else {
        return refused(interpreter, "2822", &args.first());
    };
    let local = clock(interpreter, &found)?;
    let name = &found["zone"];
    let offset = parse::zone_offset(name).unwrap_or(0);
    let instant = Zone::Fixed(offset).instant_of_local(local);
    let here = local_zone(interpreter);
    let zone = match offset {
        _ if is_utc_name(name) => Zone::Utc,
        // An offset that the local zone has at that instant is the local zone.
        offset if here.period(instant).offset == offset => here,
        offset => Zone::Fixed(offset),
    };
    Ok(build(interpreter, this, instant, zone))
}

/// `Time.httpdate`
pub(super) fn httpdate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Str(text) = args.first() else {
        let class = interpreter.class_of(&args.first()).name();
        return Err(interpreter.type_error(format!("no implicit conversion of {class} into String")));
    };
    let text = text.to_string();
    let Some(found) = HTTP.iter().find_map(|pattern| pattern.captures(&text)) else {
        return refused(interpreter, "2616", &args.first());
    };
    let instant = clock(interpreter, &found)?;
    Ok(build(interpreter, this, instant, Zone::Utc))
}
