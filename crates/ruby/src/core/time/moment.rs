//! A point in time taken apart: what formatting reads, whether it came from a Time, a Date or a DateTime.

use super::calendar::{EPOCH_JD, NANOS, civil_from_days, civil_from_jd, days_from_civil, jd_from_civil, weekday};

/// An instant as a clock and a calendar show it.
#[derive(Clone, Debug)]
pub struct Moment {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub nanos: u32,
    /// Seconds east of UTC.
    pub offset: i32,
    /// An abbreviation; empty for a bare offset.
    pub zone: String,
    pub jd: i64,
    pub weekday: u32,
    pub year_day: u32,
    /// Of a Date or DateTime, which know two directives more.
    pub is_date: bool,
}

impl Moment {
    /// The local civil time of an instant (nanoseconds since 1970) at an offset.
    pub fn at(instant: i128, offset: i32, zone: String) -> Self {
        let local = instant + i128::from(offset) * NANOS;
        let seconds = local.div_euclid(NANOS) as i64;
        let days = seconds.div_euclid(86_400);
        let (year, month, day) = civil_from_days(days);
        let year_day = (days - days_from_civil(year, 1, 1) + 1) as u32;
        Self::from_parts((year, month, day), seconds.rem_euclid(86_400), local.rem_euclid(NANOS) as u32, (offset, zone))
            .with_day(days + EPOCH_JD, year_day)
    }

    /// A day of Date's calendar and a time of that day.
    pub fn of_day(jd: i64, nanos_of_day: i64, offset: i32, zone: String) -> Self {
        let civil = civil_from_jd(jd);
        let first = jd_from_civil(civil.0, 1, 1).unwrap_or(jd);
        let seconds = nanos_of_day / 1_000_000_000;
        let parts = Self::from_parts(civil, seconds, (nanos_of_day % 1_000_000_000) as u32, (offset, zone));
        Self { is_date: true, ..parts.with_day(jd, (jd - first + 1) as u32) }
    }

    fn from_parts(civil: (i64, u32, u32), seconds: i64, nanos: u32, zone: (i32, String)) -> Self {
        Self {
            year: civil.0,
            month: civil.1,
            day: civil.2,
            hour: (seconds / 3600) as u32,
            minute: (seconds % 3600 / 60) as u32,
            second: (seconds % 60) as u32,
            nanos,
            offset: zone.0,
            zone: zone.1,
            jd: 0,
            weekday: 0,
            year_day: 0,
            is_date: false,
        }
    }

    fn with_day(self, jd: i64, year_day: u32) -> Self {
        Self { jd, weekday: weekday(jd), year_day, ..self }
    }

    /// Seconds since 1970, the offset taken off.
    pub fn epoch_seconds(&self) -> i64 {
        (self.jd - EPOCH_JD) * 86_400 + self.seconds_of_day() - i64::from(self.offset)
    }

    /// Since the clock's midnight.
    pub fn seconds_of_day(&self) -> i64 {
        i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }

    /// Nanoseconds since 1970, the offset taken off.
    pub fn instant(&self) -> i128 {
        i128::from(self.epoch_seconds()) * NANOS + i128::from(self.nanos)
    }
}

/// Nanoseconds since 1970 of a civil time read as UTC.
pub fn civil_nanos(year: i64, month: i64, day: i64, seconds_of_day: i64, nanos: i64) -> i128 {
    i128::from(days_from_civil(year, month, day) * 86_400 + seconds_of_day) * NANOS + i128::from(nanos)
}

/// `+09:00` (with a separator) or `+0900`.
pub fn format_offset(offset: i32, separator: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let size = offset.abs();
    format!("{sign}{:02}{separator}{:02}", size / 3600, size % 3600 / 60)
}
