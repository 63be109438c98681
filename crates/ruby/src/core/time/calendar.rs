//! Calendar arithmetic: days, years and weeks. Time counts in the proleptic Gregorian calendar; Date changes
//! from the Julian one in 1582, as Ruby's does.

/// The Julian day number of 1970-01-01.
pub const EPOCH_JD: i64 = 2_440_588;
/// The first day of the Gregorian calendar in Italy, where Ruby's Date changes over.
pub const REFORM_JD: i64 = 2_299_161;

/// Of a second.
pub const NANOS: i128 = 1_000_000_000;
/// Of a day.
pub const DAY_NANOS: i64 = 86_400_000_000_000;

pub use dates::{DAY_NAMES, MONTH_NAMES};

const MAX_YEAR: i64 = 10_000_000_000_000_000;

/// Days since 1970-01-01 in the Gregorian calendar.
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // No year beyond has days that can be counted.
    let year = year.clamp(-MAX_YEAR, MAX_YEAR) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9).rem_euclid(12);
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a count of days since 1970-01-01, in the Gregorian calendar.
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month as u32, day as u32)
}

fn julian_jd(year: i64, month: i64, day: i64) -> i64 {
    let year = year.clamp(-MAX_YEAR, MAX_YEAR) - i64::from(month <= 2);
    let month_from_march = (month + 9).rem_euclid(12);
    365 * year + year.div_euclid(4) + (153 * month_from_march + 2) / 5 + day - 1 + 1_721_118
}

fn julian_civil(jd: i64) -> (i64, u32, u32) {
    let days = jd - 1_721_118;
    let cycle = days.div_euclid(1461);
    let day_of_cycle = days.rem_euclid(1461);
    let year_of_cycle = (day_of_cycle / 365).min(3);
    let day_of_year = day_of_cycle - 365 * year_of_cycle;
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (4 * cycle + year_of_cycle + i64::from(month <= 2), month as u32, day as u32)
}

/// The Julian day number of a date that exists; None for the ten days that the reform dropped.
pub fn jd_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let gregorian = days_from_civil(year, month, day) + EPOCH_JD;
    if gregorian >= REFORM_JD {
        return Some(gregorian);
    }
    let julian = julian_jd(year, month, day);
    (julian < REFORM_JD).then_some(julian)
}

/// Year, month and day of a Julian day.
pub fn civil_from_jd(jd: i64) -> (i64, u32, u32) {
    if jd >= REFORM_JD { civil_from_days(jd - EPOCH_JD) } else { julian_civil(jd) }
}

/// In the Gregorian calendar, before it was there, too.
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month of the Gregorian calendar.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The Julian day of a date whose month and day may count from the end; None where there is no such date.
pub fn valid_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let month = if month < 0 { month + 13 } else { month };
    if !(1..=12).contains(&month) {
        return None;
    }
    if day < 0 {
        let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let jd = jd_from_civil(next_year, next_month, 1)? + day;
        return (civil_from_jd(jd).1 == month as u32).then_some(jd);
    }
    let jd = jd_from_civil(year, month, day)?;
    (civil_from_jd(jd) == (year, month as u32, day as u32)).then_some(jd)
}

/// The Julian day of a year's day, which may count from its end.
pub fn valid_ordinal(year: i64, day: i64) -> Option<i64> {
    let jd = if day < 0 { valid_civil(year + 1, 1, 1)? + day } else { valid_civil(year, 1, 1)? + day - 1 };
    (day != 0 && civil_from_jd(jd).0 == year).then_some(jd)
}

/// The Julian day of an ISO week date.
pub fn valid_commercial(year: i64, week: i64, day: i64) -> Option<i64> {
    let day = if day < 0 { day + 8 } else { day };
    if !(1..=7).contains(&day) {
        return None;
    }
    let week = if week < 0 {
        let next = commercial_start(year + 1) + week * 7;
        (next - commercial_start(year)) / 7 + 1
    } else {
        week
    };
    let jd = commercial_start(year) + (week - 1) * 7 + day - 1;
    (commercial(jd) == (year, week as u32)).then_some(jd)
}

/// The Monday of the first ISO week of a year.
fn commercial_start(year: i64) -> i64 {
    let january_4 = days_from_civil(year, 1, 4) + EPOCH_JD;
    january_4 - january_4.rem_euclid(7)
}

/// The ISO year and week of a day.
pub fn commercial(jd: i64) -> (i64, u32) {
    let year = civil_from_jd(jd - 3).0;
    let year = if jd >= commercial_start(year + 1) { year + 1 } else { year };
    (year, ((jd - commercial_start(year)).div_euclid(7) + 1) as u32)
}

/// 0 is Sunday.
pub fn weekday(jd: i64) -> u32 {
    (jd + 1).rem_euclid(7) as u32
}
