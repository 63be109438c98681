//! active_model/type/{date,date_time,time}.rb and active_record/type/time.rb, in UTC. Of the notations `Date._parse` guesses
//! at only ISO 8601's are known; another one with a digit in it is an error rather than a guess.

use jiff::civil::{Date as CivilDate, DateTime as CivilDateTime, Time as CivilTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, civil};

use super::CastType;
use crate::{Arg, Error, Result, quoting};

/// What a string says: a date, perhaps a time, and perhaps how far it is from UTC.
struct Moment {
    date: CivilDate,
    time: Option<CivilTime>,
    offset_seconds: i64,
}

/// None for what Ruby takes for no time at all.
fn parse(text: &str) -> Result<Option<Moment>> {
    let text = text.trim();
    match parse_iso(text) {
        Some(moment) => Ok(moment),
        None if parse_time(text).is_some_and(|(_, rest)| rest.is_empty()) => Ok(None),
        None if text.bytes().any(|byte| byte.is_ascii_digit()) => {
            Err(Error::unsupported(format!("cannot read `{text}` as a date or time; write it as 2026-01-31 12:34:56")))
        }
        None => Ok(None),
    }
}

/// The outer none is for another notation, the inner for a day that is in no calendar.
#[allow(clippy::option_option)]
fn parse_iso(text: &str) -> Option<Option<Moment>> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2)?;
    let date = civil::Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok();
    if rest.is_empty() {
        return Some(date.map(|date| Moment { date, time: None, offset_seconds: 0 }));
    }
    let (time, rest) = parse_time(rest.strip_prefix(['T', ' '])?)?;
    let offset_seconds = parse_offset(rest.trim_start())?;
    Some(date.zip(time).map(|(date, time)| Moment { date, time: Some(time), offset_seconds }))
}

fn parse_time(text: &str) -> Option<(Option<CivilTime>, &str)> {
    let (hour, rest) = number(text, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => number(rest, 2)?,
        None => (0, rest),
    };
    let (nanoseconds, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            (format!("{:0<9.9}", &rest[..end]).parse().ok()?, &rest[end..])
        }
        None => (0, rest),
    };
    Some((civil::Time::new(hour as i8, minute as i8, second as i8, nanoseconds).ok(), rest))
}

fn parse_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text {
        "" | "Z" | "UTC" | "GMT" => return Some(0),
        text => match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+')?),
        },
    };
    let (hours, rest) = number(rest, 2)?;
    if rest.is_empty() {
        return Some(sign * hours * 3600);
    }
    let (minutes, rest) = number(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    rest.is_empty().then_some(sign * (hours * 3600 + minutes * 60))
}

fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let number = text.get(..digits).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((number.parse().ok()?, &text[digits..]))
}

fn in_utc(moment: &Moment) -> Option<CivilDateTime> {
    let time = moment.date.to_datetime(moment.time.unwrap_or(CivilTime::midnight()));
    time.checked_sub(SignedDuration::from_secs(moment.offset_seconds)).ok()
}

/// The string of a value that a date or time may be read from.
fn string(value: &Arg) -> Option<&str> {
    if let Arg::Str(text) | Arg::Sql(text) = value { Some(text) } else { None }
}

#[derive(Clone, Debug, Default)]
pub struct Date;

impl CastType for Date {
    fn type_name(&self) -> Option<&str> {
        Some("date")
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        Arg::Str(quoting::quoted_date(value)).inspect()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        if let Some(text) = string(value) {
            return Ok(parse(text)?.map_or(Arg::Nil, |moment| Arg::Date(moment.date)));
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

#[derive(Clone, Debug)]
pub struct DateTime {
    pub type_name: &'static str,
    pub precision: Option<i64>,
}

impl DateTime {
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
        Arg::Str(quoting::quoted_date(value)).inspect()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        if let Some(text) = string(value) {
            let time = parse(text)?.as_ref().and_then(in_utc);
            return Ok(time.map_or(Arg::Nil, Arg::DateTime));
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
        Arg::Str(quoting::quoted_date(value)).inspect()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        let Some(text) = string(value) else { return Ok(apply_seconds_precision(value, self.precision)) };
        if value.is_blank() {
            return Ok(Arg::Nil);
        }
        let dated = if parse_iso(text.trim()).is_some() {
            text.trim().to_owned()
        } else {
            format!("2000-01-01 {}", text.trim())
        };
        let moment = parse(&dated)?.filter(|moment| moment.time.is_some());
        let moment = moment.map(|moment| Moment { date: civil::date(2000, 1, 1), ..moment });
        Ok(moment.as_ref().and_then(in_utc).map_or(Arg::Nil, Arg::DateTime))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        let time = match apply_seconds_precision(&self.cast(value)?, self.precision) {
            Arg::Time(time) => time.with_time_zone(TimeZone::UTC).datetime(),
            Arg::DateTime(time) => time,
            other => return Ok(other),
        };
        let on_first_day = civil::date(2000, 1, 1).to_datetime(time.time());
        let quoted = quoting::quoted_date(&Arg::DateTime(on_first_day));
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
            Ok(value) => quoting::quoted_date(&value),
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
        let message = "cannot read `3rd Feb 2001` as a date or time; write it as 2026-01-31 12:34:56";
        check(&Date, "3rd Feb 2001", message);
    }
}
