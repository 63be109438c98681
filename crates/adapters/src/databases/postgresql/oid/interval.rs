//! postgresql/oid/interval.rb. A duration is its ISO 8601 text: that is how the server shows it (`intervalstyle`), and how a
//! caller that has an `ActiveSupport::Duration` passes it.

use crate::types::CastType;
use crate::{Arg, Result};

/// A length of time in ISO 8601.
#[derive(Clone, Debug, Default)]
pub struct Interval {
    pub precision: Option<i64>,
}

impl CastType for Interval {
    fn type_name(&self) -> Option<&str> {
        Some("interval")
    }

    fn precision(&self) -> Option<i64> {
        self.precision
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Int(seconds) => Arg::Str(iso8601(*seconds as f64, self.precision)),
            Arg::Float(seconds) => Arg::Str(iso8601(*seconds, self.precision)),
            other => other.clone(),
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// Seconds in each of Active Support's parts; a year and a month are average Gregorian ones.
const PARTS: [(char, i64); 6] =
    [('Y', 31_556_952), ('M', 2_629_746), ('W', 604_800), ('D', 86_400), ('H', 3_600), ('m', 60)];

/// `ActiveSupport::Duration.build(seconds).iso8601(precision:)`
fn iso8601(value: f64, precision: Option<i64>) -> String {
    if value == 0.0 {
        return "PT0S".to_owned();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let mut remainder = value.abs();
    let mut counts = [0_i64; PARTS.len()];
    for ((_, seconds), count) in PARTS.iter().zip(&mut counts) {
        *count = (remainder / *seconds as f64).floor() as i64;
        remainder %= *seconds as f64;
    }
    let [years, months, mut weeks, mut days, hours, minutes] = counts;
    // ISO 8601 has weeks only by themselves.
    if weeks > 0 && (years > 0 || months > 0 || days > 0 || hours > 0 || minutes > 0 || remainder > 0.0) {
        days += weeks * 7;
        weeks = 0;
    }
    let part = |count: i64, letter: char| if count == 0 { String::new() } else { format!("{sign}{count}{letter}") };
    let date = [part(years, 'Y'), part(months, 'M'), part(weeks, 'W'), part(days, 'D')].concat();
    let seconds = match precision.and_then(|precision| usize::try_from(precision).ok()) {
        _ if remainder == 0.0 => String::new(),
        Some(precision) => format!("{sign}{remainder:.precision$}S"),
        None => format!("{sign}{remainder}S"),
    };
    let time = [part(hours, 'H'), part(minutes, 'M'), seconds].concat();
    if time.is_empty() { format!("P{date}") } else { format!("P{date}T{time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Recorded from Active Record 8.1.3.1: `OID::Interval.new.serialize(seconds)`.
    #[test]
    fn seconds_become_durations() {
        let check = |seconds: f64, expected: &str| assert_eq!(iso8601(seconds, None), expected, "{seconds}");
        check(3600.0, "PT1H");
        check(0.0, "PT0S");
        check(604_800.0, "P1W");
        check(3_456_000.0, "P1M9DT13H30M54S");
        check(-90.5, "PT-1M-30.5S");
    }
}
