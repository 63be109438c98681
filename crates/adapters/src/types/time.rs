//! active_model/type/{date,date_time,time}.rb and active_record/type/time.rb, in UTC. A text is read as `Time.new` reads it,
//! else as `Date._parse` does, here and nowhere else.

use dates::{Civil, Parsed};
use jiff::civil::{Date as CivilDate, DateTime as CivilDateTime, Time as CivilTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, civil};

use super::CastType;
use crate::{Arg, Error, Result};

/// What `Date._parse` refuses to look at is longer.
const LONGEST: usize = 128;

fn parsed(text: &str, complete: bool) -> Option<Parsed> {
    (text.len() <= LONGEST).then(|| dates::parse(text, complete))
}

/// `2026-01-31 12:34:56.789`, which is how databases answer.
fn plain_time(text: &str) -> Option<CivilDateTime> {
    let (date, clock) = (plain_date(text.get(..10)?)?, text.get(10..)?.strip_prefix([' ', 'T'])?);
    let bytes = clock.as_bytes();
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return None;
    }
    let part = |from: usize| number(clock.get(from..from + 2)?);
    let nanoseconds = match clock.get(8..)? {
        "" => 0,
        rest => {
            let digits = rest.strip_prefix('.').filter(|digits| !digits.is_empty())?;
            let nanoseconds = format!("{digits:0<9.9}");
            number(digits)?;
            nanoseconds.parse().ok()?
        }
    };
    let clock = CivilTime::new(part(0)? as i8, part(3)? as i8, part(6)? as i8, nanoseconds).ok()?;
    (part(6)? < 60).then(|| date.to_datetime(clock))
}

/// `2026-01-31`
fn plain_date(text: &str) -> Option<CivilDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let part = |from: usize, to: usize| number(text.get(from..to)?);
    CivilDate::new(part(0, 4)? as i16, part(5, 7)? as i8, part(8, 10)? as i8).ok()
}

fn number(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.get(..18).unwrap_or(digits).parse().ok())?
}

fn out_of_range(year: i64) -> Error {
    Error::unsupported(format!("the year {year} is beyond those that this engine keeps"))
}

/// `Time.utc`: a day that the month has not is one of the next month, and so are an hour 24 and a second 60.
fn utc(civil: &Civil) -> Result<Arg> {
    let beyond = || out_of_range(civil.year);
    let year = i16::try_from(civil.year).map_err(|_| beyond())?;
    let first = CivilDate::new(year, civil.month as i8, 1).map_err(|_| beyond())?;
    let span = Span::new()
        .days(civil.day - 1)
        .hours(civil.hour)
        .minutes(civil.minute)
        .seconds(civil.second)
        .nanoseconds(civil.nanosecond);
    let moment = first.to_datetime(CivilTime::midnight()).checked_add(span).map_err(|_| beyond())?;
    let Some(offset) = civil.offset else { return Ok(Arg::DateTime(moment)) };
    let zone = Offset::from_seconds(offset).map_or(TimeZone::UTC, Offset::to_time_zone);
    moment.to_zoned(zone).map(Arg::Time).map_err(|_| beyond())
}

/// `fast_string_to_time`: what `Time.new` reads keeps the offset that it says.
fn fast_time(text: &str) -> Result<Option<Arg>> {
    if let Some(moment) = plain_time(text) {
        return Ok(Some(Arg::DateTime(moment)));
    }
    match dates::time_new(text).filter(|_| text.contains('-')) {
        Some(civil) => utc(&civil).map(Some),
        None => Ok(None),
    }
}

/// `new_time`
fn new_time(parsed: &Parsed, nanosecond: i64) -> Result<Arg> {
    let Some(year) = parsed.year.filter(|year| (*year, parsed.month, parsed.day) != (0, Some(0), Some(0))) else {
        return Ok(Arg::Nil);
    };
    let civil = Civil {
        year,
        month: parsed.month.unwrap_or(1),
        day: parsed.day.unwrap_or(1),
        hour: parsed.hour.unwrap_or(0),
        minute: parsed.minute.unwrap_or(0),
        second: parsed.second.unwrap_or(0),
        nanosecond,
        offset: None,
    };
    if !civil.is_within() {
        return Ok(Arg::Nil);
    }
    let moment = utc(&civil)?;
    match (parsed.offset, moment) {
        (Some(offset), Arg::DateTime(moment)) => {
            let moment = moment.checked_sub(Span::new().seconds(offset)).map_err(|_| out_of_range(year))?;
            Ok(Arg::DateTime(moment))
        }
        (_, moment) => Ok(moment),
    }
}

/// `cast_value` of a text for a date with a time.
fn date_time(text: &str) -> Result<Arg> {
    if text.is_empty() {
        return Ok(Arg::Nil);
    }
    if let Some(moment) = fast_time(text)? {
        return Ok(moment);
    }
    match parsed(text, true) {
        Some(parsed) => new_time(&parsed, parsed.nanos.unwrap_or(0) / 1000 * 1000),
        None => Ok(Arg::Nil),
    }
}

/// `cast_value` of a text for a time of day. The fraction of one that `Time.new` does not read is taken for microseconds.
fn time_of_day(text: &str) -> Result<Arg> {
    if text.chars().all(char::is_whitespace) {
        return Ok(Arg::Nil);
    }
    let text = format!("2000-01-01 {}", without_date(text));
    if let Some(moment) = fast_time(&text)? {
        return Ok(moment);
    }
    match parsed(&text, true).filter(|parsed| parsed.hour.is_some()) {
        Some(parsed) => new_time(&parsed, parsed.nanos.unwrap_or(0) / 1_000_000),
        None => Ok(Arg::Nil),
    }
}

/// What stands after `/\A\d{4}-\d\d-\d\d(?:T|\s)/`.
fn without_date(text: &str) -> &str {
    let shaped = |date: &str| {
        date.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    };
    match (text.get(..10), text.get(10..)) {
        (Some(date), Some(rest)) if shaped(date) => {
            rest.strip_prefix(['T', ' ', '\t', '\n', '\u{b}', '\u{c}', '\r']).unwrap_or(text)
        }
        _ => text,
    }
}

/// `cast_value` of a text for a date.
fn date(text: &str) -> Result<Arg> {
    if let Some(date) = plain_date(text) {
        return Ok(Arg::Date(date));
    }
    let Some(parsed) = parsed(text, false) else { return Ok(Arg::Nil) };
    let (Some(year), Some(month), Some(day)) = (parsed.year, parsed.month, parsed.day) else { return Ok(Arg::Nil) };
    if (year, month, day) == (0, 0, 0) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Ok(Arg::Nil);
    }
    let year = i16::try_from(year).map_err(|_| out_of_range(year))?;
    if CivilDate::new(year, 1, 1).is_err() {
        return Err(out_of_range(year.into()));
    }
    Ok(CivilDate::new(year, month as i8, day as i8).map_or(Arg::Nil, Arg::Date))
}

/// The string of a value that a date or time may be read from.
fn string(value: &Arg) -> Option<&str> {
    if let Arg::Str(text) | Arg::Sql(text) = value { Some(text) } else { None }
}

/// `to_fs(:db)` in UTC, with microseconds where there are any.
pub fn quoted_date(value: &Arg) -> String {
    let civil = match value {
        Arg::Date(date) => return format!("{}{}", year(*date), date.strftime("-%m-%d")),
        Arg::DateTime(time) => *time,
        Arg::Time(time) => time.with_time_zone(jiff::tz::TimeZone::UTC).datetime(),
        other => return other.to_s(),
    };
    let seconds = format!("{}{}", year(civil.date()), civil.strftime("-%m-%d %H:%M:%S"));
    match civil.subsec_nanosecond() / 1000 {
        0 => seconds,
        microseconds => format!("{seconds}.{microseconds:06}"),
    }
}

/// Ruby's `%Y`: four digits at least, beside the sign.
fn year(date: jiff::civil::Date) -> String {
    let year = date.year();
    if year < 0 { format!("-{:04}", -i32::from(year)) } else { format!("{year:04}") }
}

/// `value.to_fs(:db)`, which knows no fraction of a second.
fn to_fs_db(value: &Arg) -> Arg {
    Arg::str(quoted_date(value).split('.').next().unwrap_or_default())
}

/// `ActiveModel::Type::Date`; a time gives its day.
#[derive(Clone, Debug, Default)]
pub struct Date;

impl CastType for Date {
    fn type_name(&self) -> Option<&str> {
        Some("date")
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        to_fs_db(value).inspect()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        if let Some(text) = string(value) {
            return date(text);
        }
        Ok(match value {
            Arg::Time(time) => Arg::Date(time.date()),
            Arg::DateTime(time) => Arg::Date(time.date()),
            other => other.clone(),
        })
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }
}

/// `ActiveModel::Type::DateTime`, in UTC and without a zone.
#[derive(Clone, Debug)]
pub struct DateTime {
    pub type_name: &'static str,
    pub precision: Option<i64>,
}

impl DateTime {
    /// `precision` is how many digits of a second are kept; without one, all are.
    pub fn new(precision: Option<i64>) -> Self {
        Self { type_name: "datetime", precision }
    }
}

impl CastType for DateTime {
    fn type_name(&self) -> Option<&str> {
        Some(self.type_name)
    }

    fn precision(&self) -> Option<i64> {
        self.precision
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        to_fs_db(value).inspect()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        if let Some(text) = string(value) {
            return date_time(text);
        }
        Ok(apply_seconds_precision(value, self.precision))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        Ok(apply_seconds_precision(&self.cast(value)?, self.precision))
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// Cuts a time to as many digits of a second as the column has.
fn apply_seconds_precision(value: &Arg, precision: Option<i64>) -> Arg {
    let Some(precision) = precision.and_then(|precision| u32::try_from(precision).ok()).filter(|digits| *digits < 9)
    else {
        return value.clone();
    };
    let step = 10i32.pow(9 - precision);
    let cut = |nanoseconds: i32| nanoseconds - nanoseconds % step;
    match value {
        Arg::DateTime(time) => {
            let cut = time.with().subsec_nanosecond(cut(time.subsec_nanosecond())).build();
            cut.map_or_else(|_| value.clone(), Arg::DateTime)
        }
        Arg::Time(time) => {
            let cut = time.with().subsec_nanosecond(cut(time.subsec_nanosecond())).build();
            cut.map_or_else(|_| value.clone(), Arg::Time)
        }
        other => other.clone(),
    }
}

/// What a NoMethodError says of its receiver.
fn shown(value: &Arg) -> String {
    let class = match value {
        Arg::Bool(value) => return value.to_string(),
        Arg::NoTime(shown) => return shown.clone(),
        Arg::Int(_) | Arg::BigInt(_) => "Integer",
        Arg::Float(_) => "Float",
        Arg::Decimal(_) => "BigDecimal",
        Arg::Symbol(_) => "Symbol",
        Arg::Array(_) => "Array",
        Arg::Hash(_) => "Hash",
        Arg::Range { .. } => "Range",
        Arg::Function(_) => "Proc",
        Arg::Object { class, quoted: Some(name) } if class == "Class" => {
            return format!("class {}", name.trim_matches('\''));
        }
        // It hands on what it does not know to its seconds.
        Arg::Object { class, .. } if class == "ActiveSupport::Duration" => "Integer",
        Arg::Object { class, .. } => class,
        _ => "String",
    };
    format!("an instance of {class}")
}

/// A time of day, which Ruby keeps on the first of January 2000. Serialized it is the text that `quoted_time` makes.
#[derive(Clone, Debug, Default)]
pub struct Time {
    pub precision: Option<i64>,
    /// SQLite's `quoted_time` keeps the day.
    pub dated: bool,
}

impl CastType for Time {
    fn type_name(&self) -> Option<&str> {
        Some("time")
    }

    fn precision(&self) -> Option<i64> {
        self.precision
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        to_fs_db(value).inspect()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        match string(value) {
            Some(text) => time_of_day(text),
            None => Ok(apply_seconds_precision(value, self.precision)),
        }
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        let time = match apply_seconds_precision(&self.cast(value)?, self.precision) {
            Arg::Time(time) => time.with_time_zone(TimeZone::UTC).datetime(),
            Arg::DateTime(time) => time,
            Arg::Nil => return Ok(Arg::Nil),
            Arg::Date(_) => return Ok(Arg::str("2000-01-01")),
            other => return Ok(Arg::NoTime(shown(&other))),
        };
        let on_first_day = civil::date(2000, 1, 1).to_datetime(time.time());
        let quoted = quoted_date(&Arg::DateTime(on_first_day));
        Ok(Arg::Str(if self.dated { quoted } else { quoted["2000-01-01 ".len()..].to_owned() }))
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cast_type: &dyn CastType, value: &str, expected: &str) {
        let text = match cast_type.serialize(&Arg::str(value)) {
            Ok(Arg::Nil) => "nil".to_owned(),
            Ok(value) => quoted_date(&value),
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected, "{value}");
    }

    // Recorded from Active Record 8.1.3.1: `connection.quote(type.serialize(value))`.
    #[test]
    fn strings_are_read() {
        check(&Date, "2020-02-03", "2020-02-03");
        check(&Date, "2020-02-03 10:00", "2020-02-03");
        check(&Date, "2020-02-30", "nil");
        check(&Date, "", "nil");
        check(&Date, "now", "nil");
        check(&DateTime::new(Some(6)), "2020-01-02 03:04:05", "2020-01-02 03:04:05");
        check(&DateTime::new(Some(6)), "2020-01-02T03:04:05.1234567+02:00", "2020-01-02 01:04:05.123456");
        check(&DateTime::new(None), "2020-01-02", "2020-01-02 00:00:00");
        check(&Time::default(), "12:34:56.789", "12:34:56.789000");
        check(&Time::default(), "2020-01-02 12:34:56", "12:34:56");
        check(&Time { dated: true, precision: None }, "12:34", "2000-01-01 12:34:00");
        check(&DateTime::new(None), "03:04:05", "nil");
        check(&Date, "3rd Feb 2001", "2001-02-03");
        check(&DateTime::new(None), "2020-02-30", "2020-03-01 00:00:00");
        check(&DateTime::new(None), "2020-01-02 03:04 JST", "2020-01-01 18:04:00");
        check(&Time::default(), "9:00", "09:00:00");
    }
}
