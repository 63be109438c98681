//! Reading dates and times: Date._parse, which takes almost anything, and Date._strptime.

use std::sync::LazyLock;

use regex::{Captures, Regex, RegexBuilder};

use crate::{DAY_NAMES, MONTH_NAMES};

/// What a text said of a date or time; what it did not say is None.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub year: Option<i64>,
    pub month: Option<i64>,
    pub day: Option<i64>,
    pub year_day: Option<i64>,
    pub commercial_year: Option<i64>,
    pub week: Option<i64>,
    /// 1 is Monday.
    pub commercial_day: Option<i64>,
    /// 0 is Sunday.
    pub weekday: Option<i64>,
    /// Weeks that begin on Sunday (`%U`) or Monday (`%W`).
    pub week_from_sunday: Option<i64>,
    pub week_from_monday: Option<i64>,
    pub hour: Option<i64>,
    pub minute: Option<i64>,
    pub second: Option<i64>,
    pub nanos: Option<i64>,
    pub zone: Option<String>,
    pub offset: Option<i32>,
    /// Nanoseconds since 1970 (`%s`, `%Q`).
    pub instant: Option<i128>,
    pub jd: Option<i64>,
    pub leftover: Option<String>,
    afternoon: Option<bool>,
    century: Option<i64>,
    before_christ: bool,
    keep_year: bool,
}

impl Parsed {
    /// Whether nothing was found, as of a text that is no date.
    pub fn is_empty(&self) -> bool {
        !self.has_date() && !self.has_time() && self.offset.is_none() && self.zone.is_none() && self.instant.is_none()
    }

    /// Whether any part of a date was found.
    pub fn has_date(&self) -> bool {
        [
            self.year,
            self.month,
            self.day,
            self.year_day,
            self.commercial_year,
            self.week,
            self.commercial_day,
            self.weekday,
            self.week_from_sunday,
            self.week_from_monday,
            self.jd,
        ]
        .iter()
        .any(Option::is_some)
    }

    /// Whether any part of the time of day was found.
    pub fn has_time(&self) -> bool {
        self.hour.is_some() || self.minute.is_some() || self.second.is_some() || self.nanos.is_some()
    }

    /// What was found of the time of day, the rest being zero.
    pub fn seconds_of_day(&self) -> i64 {
        self.hour.unwrap_or(0) * 3600 + self.minute.unwrap_or(0) * 60 + self.second.unwrap_or(0).min(59)
    }
}

fn pattern(source: &str) -> Regex {
    RegexBuilder::new(source)
        .case_insensitive(true)
        .ignore_whitespace(true)
        .build()
        .unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

macro_rules! patterns {
    ($($name:ident = $source:expr;)*) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| pattern($source));)*
    };
}

const MONTHS: &str = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)";

patterns! {
    OTHER = r"[^-+',./:@[:alnum:]\[\]]+";
    DAY = r"\b(sun|mon|tue|wed|thu|fri|sat)[^-/\d\s]*";
    TIME = r"(
        (?: \d+\s*:\s*\d+ (?: \s*:\s*\d+ (?:[,.]\d*)? )? | \d+\s*h (?: \s*\d+m? (?: \s*\d+s? )? )? )
        (?: \s*[ap](?:m\b|\.m\.) )?
        | \d+\s*[ap](?:m\b|\.m\.)
      )
      (?: \s* (
          (?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?
          | [[:alpha:]][[:alpha:].\s]*(?:standard|daylight)\stime\b
          | [[:alpha:]]+(?:\sdst)?\b
      ) )?";
    TIME_PARTS = r"\A(\d+)\s*(?:h|:)?(?:\s*:?(\d+)m?(?:\s*:?\s*(\d+)(?:[,.](\d*))?s?)?)?(?:\s*([ap])(?:m\b|\.m\.))?";
    EU = &format!(r"('?\d+)[^-\d\s]*\s*\b{MONTHS}[^-\d\s']*(?:\s*(c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.))?\s*('?-?\d+(?:(?:st|nd|rd|th)\b)?))?");
    US = &format!(r"\b{MONTHS}[^-\d\s']*\s*('?\d+)[^-\d\s']*(?:\s*,?\s*(c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.))?\s*('?-?\d+))?");
    ISO = r"('?[-+]?\d+)-(\d+)-('?-?\d+)";
    JIS = r"\b([mtshr])(\d+)\.(\d+)\.(\d+)";
    FRAGMENT = r"\A\s*(\d{1,2})\s*\z";
    ISO_WEEK = r"\b(\d{2}|\d{4})?-?w(\d{2})(?:-?(\d))?\b";
    ISO_ORDINAL = r"(?:^|[^-\d])([-+]?\d{4})-(\d{3})\b";
    VMS = &format!(r"('?-?\d+)-{MONTHS}[^-/.]*-('?-?\d+)");
    VMS_SHORT = &format!(r"\b{MONTHS}[^-/.]*-('?\d+)(?:-('?-?\d+))?");
    SLASHES = r"('?-?\d+)/\s*('?\d+)(?:\D\s*('?-?\d+))?";
    DOTS = r"('?-?\d+)\.\s*('?\d+)\.\s*('?-?\d+)";
    QUOTED_YEAR = r"'(\d+)\b";
    MONTH = &format!(r"\b{MONTHS}\S*");
    ORDINAL_DAY = r"(\d+)(st|nd|rd|th)\b";
    DIGITS = r"([-+]?)(\d{2,14})(?:\s*t?\s*(\d{2,6})?(?:[,.](\d*))?)?(z\b|[-+]\d{1,4}\b)?";
    BC = r"\b(bc\b|bce\b|b\.c\.|b\.c\.e\.)";
}

fn group(captures: &Captures, index: usize) -> Option<String> {
    captures.get(index).map(|part| part.as_str().to_owned())
}

/// Takes the first match out of the text (a blank stays) and returns its groups.
fn take(text: &mut String, pattern: &Regex) -> Option<Vec<Option<String>>> {
    let captures = pattern.captures(text)?;
    let groups = (0..captures.len()).map(|index| group(&captures, index)).collect();
    let range = captures.get(0)?.range();
    text.replace_range(range, " ");
    Some(groups)
}

/// Ruby's Date._parse. `complete` turns years of two digits into those of four.
pub fn parse(source: &str, complete: bool) -> Parsed {
    let mut text = OTHER.replace_all(source, " ").into_owned();
    let mut parsed = Parsed::default();
    if let Some(day) = take(&mut text, &DAY) {
        let name = day[1].clone().unwrap_or_default();
        parsed.weekday = position(&DAY_NAMES, &name);
    }
    parse_time(&mut text, &mut parsed);
    let readers: [fn(&mut String, &mut Parsed) -> bool; 13] = [
        parse_eu,
        parse_us,
        parse_iso,
        parse_jis,
        parse_iso_week,
        parse_vms,
        parse_slashes,
        parse_dots,
        parse_iso_ordinal,
        parse_quoted_year,
        parse_month,
        parse_ordinal_day,
        parse_digits,
    ];
    let _ = readers.iter().any(|reader| reader(&mut text, &mut parsed));
    if take(&mut text, &BC).is_some() || parsed.before_christ {
        parsed.year = parsed.year.map(|year| 1 - year);
    } else if complete && !parsed.keep_year {
        parsed.year = parsed.year.map(full_year);
    }
    parse_fragment(&mut text, &mut parsed);
    if complete && !parsed.keep_year {
        parsed.commercial_year = parsed.commercial_year.map(full_year);
    }
    if let Some(zone) = &parsed.zone {
        parsed.offset = zone_offset(zone);
    }
    parsed
}

fn full_year(year: i64) -> i64 {
    match year {
        0..=68 => year + 2000,
        69..=99 => year + 1900,
        _ => year,
    }
}

fn position(names: &[&str], prefix: &str) -> Option<i64> {
    let prefix = prefix.to_lowercase();
    names.iter().position(|name| name.to_lowercase().starts_with(&prefix)).map(|at| at as i64)
}

fn month_number(name: &str) -> Option<i64> {
    position(&MONTH_NAMES, name.get(..3)?).map(|at| at + 1)
}

fn nanos_of(digits: &str) -> i64 {
    format!("{:0<9}", digits.get(..9).unwrap_or(digits)).parse().unwrap_or(0)
}

fn parse_time(text: &mut String, parsed: &mut Parsed) {
    // A lone number before a zone word is no time: the pattern asks for a colon, an `h` or am/pm.
    let Some(time) = take(text, &TIME) else { return };
    parsed.zone.clone_from(&time[2]);
    let clock = time[1].clone().unwrap_or_default();
    let Some(parts) = TIME_PARTS.captures(&clock) else { return };
    let number = |index: usize| group(&parts, index).and_then(|digits| digits.parse::<i64>().ok());
    parsed.hour = number(1);
    parsed.minute = number(2);
    parsed.second = number(3);
    parsed.nanos = group(&parts, 4).filter(|digits| !digits.is_empty()).map(|digits| nanos_of(&digits));
    if let Some(half) = group(&parts, 5) {
        let afternoon = half.eq_ignore_ascii_case("p");
        parsed.hour = parsed.hour.map(|hour| hour % 12 + if afternoon { 12 } else { 0 });
    }
}

fn is_bc(era: Option<&String>) -> bool {
    era.is_some_and(|era| era.starts_with(['b', 'B']))
}

fn parse_eu(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &EU) else { return false };
    let month = found[2].as_deref().and_then(month_number).map(|month| month.to_string());
    arrange(parsed, found[4].clone(), month, found[1].clone(), is_bc(found[3].as_ref()));
    true
}

fn parse_us(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &US) else { return false };
    let month = found[1].as_deref().and_then(month_number).map(|month| month.to_string());
    arrange(parsed, found[4].clone(), month, found[2].clone(), is_bc(found[3].as_ref()));
    true
}

fn parse_iso(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &ISO) else { return false };
    arrange(parsed, found[1].clone(), found[2].clone(), found[3].clone(), false);
    true
}

/// The year of an era of Japan's, as JIS X 0301 writes it.
fn parse_jis(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &JIS) else { return false };
    let number = |index: usize| found[index].as_deref().and_then(|digits| digits.parse::<i64>().ok());
    let before = match found[1].as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
        "m" => 1867,
        "t" => 1911,
        "s" => 1925,
        "h" => 1988,
        _ => 2018,
    };
    parsed.year = number(2).map(|year| year + before);
    (parsed.month, parsed.day) = (number(3), number(4));
    true
}

/// One or two digits that are left over: the day of a time, or the hour of a day.
fn parse_fragment(text: &mut String, parsed: &mut Parsed) {
    let Some(number) = take(text, &FRAGMENT).and_then(|found| found[1].as_deref()?.parse::<i64>().ok()) else { return };
    if parsed.hour.is_some() && parsed.day.is_none() {
        parsed.day = Some(number).filter(|day| (1..=31).contains(day));
    }
    if parsed.day.is_some() && parsed.hour.is_none() {
        parsed.hour = Some(number).filter(|hour| (0..=24).contains(hour));
    }
}

fn parse_iso_week(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &ISO_WEEK) else { return false };
    let number = |index: usize| found[index].as_deref().and_then(|digits| digits.parse().ok());
    parsed.commercial_year = number(1);
    parsed.week = number(2);
    parsed.commercial_day = number(3);
    true
}

fn parse_iso_ordinal(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &ISO_ORDINAL) else { return false };
    parsed.year = found[1].as_deref().and_then(|digits| digits.parse().ok());
    parsed.year_day = found[2].as_deref().and_then(|digits| digits.parse().ok());
    true
}

fn parse_vms(text: &mut String, parsed: &mut Parsed) -> bool {
    if let Some(found) = take(text, &VMS) {
        let month = found[2].as_deref().and_then(month_number).map(|month| month.to_string());
        arrange(parsed, found[3].clone(), month, found[1].clone(), false);
        return true;
    }
    let Some(found) = take(text, &VMS_SHORT) else { return false };
    let month = found[1].as_deref().and_then(month_number).map(|month| month.to_string());
    arrange(parsed, found[3].clone(), month, found[2].clone(), false);
    true
}

fn parse_slashes(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &SLASHES) else { return false };
    arrange(parsed, found[1].clone(), found[2].clone(), found[3].clone(), false);
    true
}

fn parse_dots(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &DOTS) else { return false };
    arrange(parsed, found[1].clone(), found[2].clone(), found[3].clone(), false);
    true
}

fn parse_quoted_year(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &QUOTED_YEAR) else { return false };
    parsed.year = found[1].as_deref().and_then(|digits| digits.parse().ok());
    true
}

fn parse_month(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &MONTH) else { return false };
    parsed.month = found[1].as_deref().and_then(month_number);
    true
}

fn parse_ordinal_day(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &ORDINAL_DAY) else { return false };
    parsed.day = found[1].as_deref().and_then(|digits| digits.parse().ok());
    true
}

/// A run of digits: its length tells what it holds.
fn parse_digits(text: &mut String, parsed: &mut Parsed) -> bool {
    let Some(found) = take(text, &DIGITS) else { return false };
    let digits = found[2].clone().unwrap_or_default();
    let negative = found[1].as_deref() == Some("-");
    let (clock, fraction) = (found[3].clone(), found[4].clone());
    let at = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i64>().ok());
    let signed = |year: Option<i64>| year.map(|year| if negative { -year } else { year });
    let clock_follows = clock.is_some() || fraction.is_none();
    match digits.len() {
        2 if clock_follows => parsed.day = at(0, 2),
        2 => parsed.second = at(0, 2),
        4 if clock_follows => (parsed.month, parsed.day) = (at(0, 2), at(2, 4)),
        4 => (parsed.minute, parsed.second) = (at(0, 2), at(2, 4)),
        6 if clock_follows => {
            (parsed.year, parsed.month, parsed.day) = (signed(at(0, 2)), at(2, 4), at(4, 6));
        }
        6 => (parsed.hour, parsed.minute, parsed.second) = (at(0, 2), at(2, 4), at(4, 6)),
        8 | 10 | 12 | 14 if clock_follows => {
            (parsed.year, parsed.month, parsed.day) = (signed(at(0, 4)), at(4, 6), at(6, 8));
            parsed.keep_year = true;
            parsed.hour = at(8, 10);
            parsed.minute = at(10, 12);
            parsed.second = at(12, 14);
        }
        8 | 10 | 12 | 14 => {
            let end = digits.len();
            parsed.second = at(end - 2, end);
            parsed.minute = at(end - 4, end - 2);
            parsed.hour = at(end - 6, end - 4);
            parsed.day = at(end - 8, end - 6);
            parsed.month = end.checked_sub(10).and_then(|from| at(from, end - 8));
            if end == 12 {
                parsed.year = at(0, 2);
            } else if end == 14 {
                parsed.year = at(0, 4);
                parsed.keep_year = true;
            }
        }
        3 if clock_follows => parsed.year_day = at(0, 3),
        3 => (parsed.minute, parsed.second) = (at(0, 1), at(1, 3)),
        5 if clock_follows => (parsed.year, parsed.year_day) = (signed(at(0, 2)), at(2, 5)),
        7 if clock_follows => (parsed.year, parsed.year_day) = (signed(at(0, 4)), at(4, 7)),
        _ => {}
    }
    if let Some(clock) = clock {
        let part = |from: usize| clock.get(from..from + 2).and_then(|digits| digits.parse::<i64>().ok());
        parsed.hour = part(0);
        parsed.minute = part(2).or(parsed.minute);
        parsed.second = part(4).or(parsed.second);
    }
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        parsed.nanos = Some(nanos_of(&fraction));
    }
    if let Some(zone) = &found[5] {
        parsed.zone = Some(zone.clone());
    }
    true
}

/// Which of three numbers is year, month and day (Ruby's `s3e`).
fn arrange(parsed: &mut Parsed, year: Option<String>, month: Option<String>, day: Option<String>, bc: bool) {
    let long = |part: &Option<String>| {
        part.as_ref().is_some_and(|part| part.starts_with('\'') || part.trim_start_matches(['-', '+']).len() > 2)
    };
    let (mut year, mut month, mut day) = (year, month, day);
    if year.is_some() && month.is_some() && day.is_none() {
        (year, month, day) = (None, year, month);
    }
    if year.is_none() && long(&day) {
        (year, day) = (day, None);
    }
    if year.as_ref().is_some_and(|year| year.ends_with(|c: char| c.is_ascii_alphabetic())) {
        (year, day) = (day, year);
    }
    if long(&month) {
        (year, month, day) = (month, day, year);
    }
    if long(&day) {
        (year, day) = (day, year);
    }
    if let Some(year) = &year {
        let quoted = year.starts_with('\'');
        let text = year.trim_start_matches('\'');
        parsed.keep_year = !quoted && (text.starts_with(['-', '+']) || text.len() > 2);
        parsed.year = leading_number(text);
    }
    parsed.before_christ = bc;
    parsed.month = month.as_deref().and_then(leading_number).or(parsed.month);
    parsed.day = day.as_deref().and_then(leading_number).or(parsed.day);
}

fn leading_number(text: &str) -> Option<i64> {
    let text = text.trim_start_matches('\'');
    let unsigned = text.trim_start_matches(['-', '+']);
    let digits: String = unsigned.chars().take_while(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok()?;
    Some(if text.starts_with('-') { -number } else { number })
}

/// Abbreviations that have an offset of their own, in hours and minutes.
const ABBREVIATIONS: &[(&str, i32)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("ut", 0),
    ("est", -500),
    ("edt", -400),
    ("cst", -600),
    ("cdt", -500),
    ("mst", -700),
    ("mdt", -600),
    ("pst", -800),
    ("pdt", -700),
    ("wet", 0),
    ("bst", 100),
    ("west", 100),
    ("cet", 100),
    ("met", 100),
    ("cest", 200),
    ("mest", 200),
    ("eet", 200),
    ("sast", 200),
    ("eest", 300),
    ("msk", 300),
    ("msd", 400),
    ("ist", 530),
    ("sgt", 800),
    ("awst", 800),
    ("jst", 900),
    ("kst", 900),
    ("aest", 1000),
    ("aedt", 1100),
    ("nzst", 1200),
    ("nzdt", 1300),
    ("akst", -900),
    ("akdt", -800),
    ("hst", -1000),
    ("hast", -1000),
    ("hadt", -900),
    ("ast", -400),
    ("adt", -300),
    ("nst", -330),
    ("ndt", -230),
    ("brt", -300),
    ("art", -300),
];

/// Seconds east of UTC of a zone as texts write it; None for one that is not known.
pub fn zone_offset(zone: &str) -> Option<i32> {
    let lower = zone.trim().to_lowercase();
    let (name, dst) = match lower.strip_suffix(" daylight time").or_else(|| lower.strip_suffix(" dst")) {
        Some(name) => (name.to_owned(), true),
        None => (lower.strip_suffix(" standard time").unwrap_or(&lower).to_owned(), false),
    };
    let extra = if dst { 3600 } else { 0 };
    if let Some((_, hours)) = ABBREVIATIONS.iter().find(|(abbreviation, _)| *abbreviation == name) {
        return Some((hours / 100) * 3600 + (hours % 100) * 60 + extra);
    }
    if let [letter] = name.as_bytes() {
        return match letter {
            b'z' => Some(0),
            b'a'..=b'i' => Some(i32::from(letter - b'a' + 1) * 3600),
            b'k'..=b'm' => Some(i32::from(letter - b'k' + 10) * 3600),
            b'n'..=b'y' => Some(-i32::from(letter - b'n' + 1) * 3600),
            _ => None,
        };
    }
    let bare = name.strip_prefix("gmt").or_else(|| name.strip_prefix("utc")).unwrap_or(&name);
    let rest = bare.strip_prefix(['+', '-'])?;
    let sign = if bare.starts_with('-') { -1 } else { 1 };
    let within = |hours: &i32| *hours < 24;
    if rest.contains(':') {
        let mut parts = rest.split(':').map(|part| part.parse::<i32>().unwrap_or(0));
        let (hours, minutes, seconds) =
            (parts.next().filter(within)?, parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        return Some(sign * (hours * 3600 + minutes * 60 + seconds) + extra);
    }
    if let Some((hours, fraction)) = rest.split_once(['.', ',']) {
        let part: f64 = format!("0.{fraction}").parse().ok()?;
        return Some(sign * (hours.parse::<i32>().ok().filter(within)? * 3600 + (part * 3600.0) as i32));
    }
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let split = digits.len().min(if digits.len() % 2 == 1 { 1 } else { 2 });
    let part = |from: usize| digits.get(from..from + 2).and_then(|part| part.parse::<i32>().ok()).unwrap_or(0);
    let hours: i32 = digits.get(..split)?.parse().ok().filter(within)?;
    Some(sign * (hours * 3600 + part(split) * 60 + part(split + 2)) + extra)
}

/// Ruby's Date._strptime; None when the text does not fit the format.
pub fn strptime(text: &str, format: &str) -> Option<Parsed> {
    let mut parsed = Parsed::default();
    let mut rest = text;
    scan(&mut rest, format, &mut parsed)?;
    if !rest.is_empty() {
        parsed.leftover = Some(rest.to_owned());
    }
    if let (Some(afternoon), Some(hour)) = (parsed.afternoon, parsed.hour) {
        parsed.hour = Some(hour % 12 + if afternoon { 12 } else { 0 });
    }
    if let Some(century) = parsed.century {
        parsed.year = parsed.year.map(|year| century * 100 + year.rem_euclid(100));
    }
    Some(parsed)
}

fn scan(rest: &mut &str, format: &str, parsed: &mut Parsed) -> Option<()> {
    let mut characters = format.chars().peekable();
    while let Some(c) = characters.next() {
        if c.is_whitespace() {
            *rest = rest.trim_start();
            continue;
        }
        if c != '%' {
            *rest = rest.strip_prefix(c)?;
            continue;
        }
        let mut name = characters.next().unwrap_or('%');
        while matches!(name, 'E' | 'O' | '-' | '^' | '#' | '_' | ':') {
            name = characters.next()?;
        }
        let digit_follows = characters.peek().is_some_and(char::is_ascii_digit)
            || characters.peek() == Some(&'%') && {
                let mut ahead = characters.clone();
                ahead.next();
                ahead.next().is_some_and(|next| "CDdeFGgHIjkLlMmNQRrSsTUuVvWwXxYy".contains(next))
            };
        field(rest, name, digit_follows, parsed)?;
    }
    Some(())
}

fn number(rest: &mut &str, width: usize) -> Option<i64> {
    let length = rest.bytes().take(width).take_while(u8::is_ascii_digit).count();
    let value = rest.get(..length).filter(|digits| !digits.is_empty())?.parse().ok()?;
    *rest = &rest[length..];
    Some(value)
}

fn within(value: i64, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    range.contains(&value).then_some(value)
}

fn signed(rest: &mut &str, width: usize) -> Option<i64> {
    let negative = rest.starts_with('-');
    *rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    number(rest, width).map(|value| if negative { -value } else { value })
}

fn name_of(rest: &mut &str, names: &[&str]) -> Option<i64> {
    for (index, name) in names.iter().enumerate() {
        for candidate in [name, &name[..3]] {
            if rest.get(..candidate.len()).is_some_and(|start| start.eq_ignore_ascii_case(candidate)) {
                *rest = &rest[candidate.len()..];
                return Some(index as i64);
            }
        }
    }
    None
}

fn field(rest: &mut &str, name: char, digit_follows: bool, parsed: &mut Parsed) -> Option<()> {
    match name {
        'Y' => parsed.year = Some(signed(rest, if digit_follows { 4 } else { 18 })?),
        'C' => parsed.century = Some(signed(rest, if digit_follows { 2 } else { 18 })?),
        'y' => parsed.year = Some(full_year(number(rest, 2)?)),
        'm' => parsed.month = Some(within(number(rest, 2)?, 1..=12)?),
        'B' | 'b' | 'h' => parsed.month = Some(name_of(rest, &MONTH_NAMES)? + 1),
        'd' | 'e' => {
            *rest = rest.strip_prefix(' ').unwrap_or(rest);
            parsed.day = Some(within(number(rest, 2)?, 1..=31)?);
        }
        'j' => parsed.year_day = Some(within(number(rest, 3)?, 1..=366)?),
        'H' | 'k' => {
            *rest = rest.strip_prefix(' ').unwrap_or(rest);
            parsed.hour = Some(within(number(rest, 2)?, 0..=24)?);
        }
        'I' | 'l' => {
            *rest = rest.strip_prefix(' ').unwrap_or(rest);
            parsed.hour = Some(within(number(rest, 2)?, 1..=12)?);
        }
        'P' | 'p' => {
            let start = rest.get(..2)?.to_lowercase();
            let (half, length) = if rest.len() >= 4 && rest.as_bytes()[1] == b'.' {
                (start.chars().next()?, 4)
            } else if start.ends_with('m') {
                (start.chars().next()?, 2)
            } else {
                return None;
            };
            parsed.afternoon = Some(match half {
                'p' => true,
                'a' => false,
                _ => return None,
            });
            *rest = rest.get(length..)?;
        }
        'M' => parsed.minute = Some(within(number(rest, 2)?, 0..=59)?),
        'S' => parsed.second = Some(within(number(rest, 2)?, 0..=60)?),
        'L' | 'N' => {
            let length = if digit_follows { if name == 'L' { 3 } else { 9 } } else { rest.len() };
            let count = rest.bytes().take(length).take_while(u8::is_ascii_digit).count();
            parsed.nanos = Some(nanos_of(rest.get(..count).filter(|digits| !digits.is_empty())?));
            *rest = &rest[count..];
        }
        'z' | 'Z' => {
            static ZONE: LazyLock<Regex> = LazyLock::new(|| {
                pattern(
                    r"\A((?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?|[[:alpha:].\s]+(?:standard|daylight)\x20time\b|[[:alpha:]]+(?:\x20dst)?\b)",
                )
            });
            let zone = ZONE.find(rest)?.as_str().to_owned();
            *rest = &rest[zone.len()..];
            parsed.offset = zone_offset(&zone);
            parsed.zone = Some(zone);
        }
        'A' | 'a' => parsed.weekday = Some(name_of(rest, &DAY_NAMES)?),
        'u' => parsed.commercial_day = Some(within(number(rest, 1)?, 1..=7)?),
        'w' => parsed.weekday = Some(within(number(rest, 1)?, 0..=6)?),
        'G' => parsed.commercial_year = Some(signed(rest, if digit_follows { 4 } else { 18 })?),
        'g' => parsed.commercial_year = Some(full_year(number(rest, 2)?)),
        'V' => parsed.week = Some(within(number(rest, 2)?, 1..=53)?),
        'U' => parsed.week_from_sunday = Some(within(number(rest, 2)?, 0..=53)?),
        'W' => parsed.week_from_monday = Some(within(number(rest, 2)?, 0..=53)?),
        's' => parsed.instant = Some(i128::from(signed(rest, 18)?) * 1_000_000_000),
        'Q' => parsed.instant = Some(i128::from(signed(rest, 18)?) * 1_000_000),
        'n' | 't' => *rest = rest.trim_start(),
        '%' => *rest = rest.strip_prefix('%')?,
        'c' => scan(rest, "%a %b %e %H:%M:%S %Y", parsed)?,
        'D' | 'x' => scan(rest, "%m/%d/%y", parsed)?,
        'F' => scan(rest, "%Y-%m-%d", parsed)?,
        'v' => scan(rest, "%e-%b-%Y", parsed)?,
        'X' | 'T' => scan(rest, "%H:%M:%S", parsed)?,
        'r' => scan(rest, "%I:%M:%S %p", parsed)?,
        'R' => scan(rest, "%H:%M", parsed)?,
        '+' => scan(rest, "%a %b %e %H:%M:%S %Z %Y", parsed)?,
        _ => return None,
    }
    Some(())
}
