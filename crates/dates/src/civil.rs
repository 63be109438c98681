//! `Time.new` of a text (time.c's `time_init_parse`, Ruby 3.3): year, month, day and time of day in full, then perhaps a zone.

/// A date and time as a text has them. The day may be beyond the month's last, the hour 24 and the second 60.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub nanosecond: i64,
    /// Seconds east of UTC; None where the text says nothing, or that it is UTC.
    pub offset: Option<i32>,
}

/// `Time.new(text, in: "UTC")`; None where it raises an ArgumentError.
pub fn time_new(text: &str) -> Option<Civil> {
    let ends_blank = |text: &str| text.starts_with(is_space) || text.ends_with(is_space);
    if ends_blank(text) {
        return None;
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let year: i64 = unsigned[..length].parse().ok()?;
    // Ruby counts the sign among the digits.
    if length + usize::from(unsigned.len() < text.len()) < 4 {
        return None;
    }
    let mut civil = Civil {
        year: if negative { -year } else { year },
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        offset: None,
    };
    let mut has_time = false;
    let mut rest = &unsigned[length..];
    if rest.is_empty() {
        return Some(civil);
    }
    if let Some(after) = rest.strip_prefix('-') {
        (civil.month, rest) = two_digits(after)?;
        if let Some(after) = rest.strip_prefix('-') {
            (civil.day, rest) = two_digits(after)?;
            let clock = rest.strip_prefix([' ', 'T']).filter(|clock| clock.starts_with(|c: char| c.is_ascii_digit()));
            if let Some(clock) = clock {
                rest = read_clock(clock, &mut civil)?;
                has_time = true;
            }
        }
    }
    let zone = rest.trim_start_matches(is_space);
    if zone.is_empty() {
        return Some(civil).filter(|civil| has_time && civil.is_within());
    }
    civil.offset = zone_offset(zone)?;
    Some(civil).filter(Civil::is_within)
}

/// `HH:MM:SS` and a fraction; what follows.
fn read_clock<'a>(text: &'a str, civil: &mut Civil) -> Option<&'a str> {
    let mut rest;
    (civil.hour, rest) = two_digits(text)?;
    (civil.minute, rest) = two_digits(rest.strip_prefix(':')?)?;
    (civil.second, rest) = two_digits(rest.strip_prefix(':')?)?;
    if let Some(after) = rest.strip_prefix('.') {
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        civil.nanosecond = format!("{:0<9.9}", &after[..length]).parse().ok()?;
        rest = &after[length..];
    }
    Some(rest)
}

fn two_digits(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length != 2 {
        return None;
    }
    Some((text[..2].parse().ok()?, &text[2..]))
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

/// The outer None is for what is no zone to `Time.new`, the inner for UTC.
fn zone_offset(zone: &str) -> Option<Option<i32>> {
    if matches!(zone, "UTC" | "Z" | "-00:00") {
        return Some(None);
    }
    if let [letter @ (b'A'..=b'I' | b'K'..=b'Y')] = zone.as_bytes() {
        let hours = match letter {
            b'A'..=b'I' => i32::from(letter - b'A') + 1,
            b'K'..=b'M' => i32::from(letter - b'K') + 10,
            _ => -(i32::from(letter - b'N') + 1),
        };
        return Some(Some(hours * 3600));
    }
    let rest = zone.strip_prefix(['+', '-'])?;
    let digits: String = rest.chars().filter(|character| *character != ':').collect();
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && matches!(digits.len(), 2 | 4 | 6);
    if !is_plain || rest.contains(':') && rest.split(':').any(|part| part.len() != 2) {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).map_or(Some(0), |part| part.parse::<i32>().ok());
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let size = hours * 3600 + minutes * 60 + seconds;
    Some(Some(if zone.starts_with('-') { -size } else { size }))
}

impl Civil {
    /// Whether `Time.utc` takes the numbers: a day that the month has not is one of the next.
    pub fn is_within(&self) -> bool {
        let last_hour = self.hour == 24 && self.minute == 0 && self.second == 0;
        (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && (last_hour || (0..24).contains(&self.hour))
            && (0..60).contains(&self.minute)
            && (0..=60).contains(&self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = match time_new(text) {
            Some(civil) => format!(
                "{}-{}-{} {}:{}:{}.{:09} {:?}",
                civil.year,
                civil.month,
                civil.day,
                civil.hour,
                civil.minute,
                civil.second,
                civil.nanosecond,
                civil.offset
            ),
            None => "none".to_owned(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    // Recorded from Ruby 3.3: `Time.new(text, in: "UTC")`, but for days that roll over.
    #[test]
    fn texts_are_read() {
        check("2020-01-02 03:04:05", "2020-1-2 3:4:5.000000000 None");
        check("2020-01-02T03:04:05.25+09:00", "2020-1-2 3:4:5.250000000 Some(32400)");
        check("2020-02-30 10:00:00 Z", "2020-2-30 10:0:0.000000000 None");
        check("2020-01-02 03:04:05 JST", "none");
        check("2020-01-02", "none");
        check("2020-01-02 03:04", "none");
        check("2020-13-02 03:04:05", "none");
        check("2020-01-02 25:00:00", "none");
        check(" 2020-01-02 03:04:05", "none");
        check("20-01-02 03:04:05", "none");
        check("-099", "-99-1-1 0:0:0.000000000 None");
    }
}
