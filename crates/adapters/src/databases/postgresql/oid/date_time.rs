//! postgresql/oid/{date,date_time,timestamp,timestamp_with_time_zone}.rb: infinity is an infinite float, and years before
//! Christ are shown with ` BC`.

use crate::types::{self, CastType};
use crate::{Arg, Result};

/// What the server shows and Ruby's own types do not read, and the year of the rest as those read it.
fn special(value: &Arg) -> std::result::Result<Arg, Arg> {
    match value {
        Arg::Str(text) if text == "infinity" => Ok(Arg::Float(f64::INFINITY)),
        Arg::Str(text) if text == "-infinity" => Ok(Arg::Float(f64::NEG_INFINITY)),
        Arg::Str(text) => Err(Arg::Str(text.strip_suffix(" BC").map_or_else(|| text.clone(), before_christ))),
        other => Err(other.clone()),
    }
}

/// There is a year 0 in Ruby: 1 BC.
fn before_christ(text: &str) -> String {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    match text[..length].parse::<i64>() {
        Ok(year) => format!("{:04}{}", 1 - year, &text[length..]),
        Err(_) => text.to_owned(),
    }
}

/// A date, which may be infinite, or before Christ.
#[derive(Clone, Copy, Debug, Default)]
pub struct Date;

impl CastType for Date {
    fn type_name(&self) -> Option<&str> {
        Some("date")
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        special(value).or_else(|value| types::Date.cast(&value))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        shown(value, &types::Date)
    }
}

/// `timestamp` and `timestamptz`, either of which may be what `datetime` means.
#[derive(Clone, Debug)]
pub struct DateTime {
    inner: types::DateTime,
    /// `timestamp with time zone`, whose values are in UTC whatever they said.
    zoned: bool,
}

impl DateTime {
    /// `type_name` is what `type` answers.
    pub fn new(type_name: &'static str, precision: Option<i64>) -> Self {
        Self { inner: types::DateTime { type_name, precision }, zoned: false }
    }

    /// `timestamptz`, which the server writes with an offset.
    pub fn zoned(type_name: &'static str, precision: Option<i64>) -> Self {
        Self { zoned: true, ..Self::new(type_name, precision) }
    }
}

impl CastType for DateTime {
    fn type_name(&self) -> Option<&str> {
        self.inner.type_name()
    }

    fn precision(&self) -> Option<i64> {
        self.inner.precision()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        let cast = special(value).or_else(|value| self.inner.cast(&value))?;
        Ok(match cast {
            Arg::Time(time) if self.zoned => Arg::DateTime(time.with_time_zone(jiff::tz::TimeZone::UTC).datetime()),
            cast => cast,
        })
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        special(value).or_else(|value| self.inner.serialize(&value))
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        shown(value, &self.inner)
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// An infinite one as Ruby writes it, another as its type does.
fn shown(value: &Arg, of: &dyn CastType) -> String {
    if matches!(value, Arg::Float(_)) {
        types::Float::default().type_cast_for_schema(value)
    } else {
        of.type_cast_for_schema(value)
    }
}
