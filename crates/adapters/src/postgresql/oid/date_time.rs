//! postgresql/oid/{date,date_time,timestamp,timestamp_with_time_zone}.rb: infinity is an infinite float, and years before
//! Christ are shown with ` BC`.

use crate::types::{self, CastType};
use crate::{Arg, Result};

/// What the server shows and Ruby's own types do not read; none for the rest.
fn special(value: &Arg) -> Option<Result<Arg>> {
    match value {
        Arg::Str(text) if text == "infinity" => Some(Ok(Arg::Float(f64::INFINITY))),
        Arg::Str(text) if text == "-infinity" => Some(Ok(Arg::Float(f64::NEG_INFINITY))),
        Arg::Str(text) if text.ends_with(" BC") => {
            Some(Err(crate::Error::unsupported(format!("dates before Christ are not supported (`{text}`)"))))
        }
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Date;

impl CastType for Date {
    fn type_name(&self) -> Option<&str> {
        Some("date")
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        special(value).unwrap_or_else(|| types::Date.cast(value))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }
}

/// `timestamp` and `timestamptz`, either of which may be what `datetime` means.
#[derive(Clone, Debug)]
pub struct DateTime(types::DateTime);

impl DateTime {
    pub fn new(type_name: &'static str, precision: Option<i64>) -> Self {
        Self(types::DateTime { type_name, precision })
    }
}

impl CastType for DateTime {
    fn type_name(&self) -> Option<&str> {
        self.0.type_name()
    }

    fn precision(&self) -> Option<i64> {
        self.0.precision()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        special(value).unwrap_or_else(|| self.0.cast(value))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        special(value).unwrap_or_else(|| self.0.serialize(value))
    }

    fn is_mutable(&self) -> bool {
        true
    }
}
