//! Time zones: UTC, fixed offsets and the zones of the IANA database, which is read only when asked for.

use std::rc::Rc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::calendar::NANOS;

/// What a Time is shown in.
#[derive(Clone, Debug)]
pub enum Zone {
    Utc,
    Fixed(i32),
    /// The process' own zone.
    Local(Rc<NamedZone>),
}

/// A zone of the IANA database.
#[derive(Debug)]
pub struct NamedZone {
    pub name: String,
    tz: TimeZone,
}

/// What a zone says of an instant.
pub struct Period {
    pub offset: i32,
    pub abbreviation: String,
    pub is_dst: bool,
}

impl NamedZone {
    /// A zone of the IANA database.
    pub fn find(name: &str) -> Option<Rc<Self>> {
        let tz = if name == "UTC" { TimeZone::UTC } else { TimeZone::get(name).ok()? };
        Some(Rc::new(Self { name: name.to_owned(), tz }))
    }

    /// The one that needs no database.
    pub fn utc() -> Rc<Self> {
        Rc::new(Self { name: "UTC".to_owned(), tz: TimeZone::UTC })
    }

    /// What holds at an instant.
    pub fn period(&self, instant: i128) -> Period {
        let seconds = instant
            .div_euclid(NANOS)
            .clamp(i128::from(Timestamp::MIN.as_second()), i128::from(Timestamp::MAX.as_second()))
            as i64;
        let timestamp = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        let info = self.tz.to_offset_info(timestamp);
        Period {
            offset: info.offset().seconds(),
            abbreviation: info.abbreviation().to_owned(),
            is_dst: info.dst().is_dst(),
        }
    }

    /// The instant of a local civil time given as if it were UTC. In a gap the clock has gone forward; of
    /// two instants the first.
    pub fn instant_of_local(&self, local: i128) -> i128 {
        let utc = Timestamp::from_nanosecond(local).ok().map(|timestamp| TimeZone::UTC.to_datetime(timestamp));
        let Some(civil): Option<DateTime> = utc else {
            return local - i128::from(self.period(local).offset) * NANOS;
        };
        self.tz.to_ambiguous_timestamp(civil).compatible().map_or(local, jiff::Timestamp::as_nanosecond)
    }

    /// The offset outside daylight saving time, as of an instant.
    pub fn standard_offset(&self, instant: i128) -> i32 {
        let period = self.period(instant);
        if !period.is_dst {
            return period.offset;
        }
        let timestamp = Timestamp::from_nanosecond(instant).unwrap_or(Timestamp::UNIX_EPOCH);
        self.tz
            .preceding(timestamp)
            .find(|transition| !transition.dst().is_dst())
            .map_or(period.offset - 3600, |transition| transition.offset().seconds())
    }
}

impl Zone {
    /// What holds at an instant.
    pub fn period(&self, instant: i128) -> Period {
        match self {
            Self::Utc => Period { offset: 0, abbreviation: "UTC".to_owned(), is_dst: false },
            Self::Fixed(offset) => Period { offset: *offset, abbreviation: String::new(), is_dst: false },
            Self::Local(zone) => zone.period(instant),
        }
    }

    /// Of a clock that is set back, the earlier one; of one that is set on, what it would have shown.
    pub fn instant_of_local(&self, local: i128) -> i128 {
        match self {
            Self::Utc => local,
            Self::Fixed(offset) => local - i128::from(*offset) * NANOS,
            Self::Local(zone) => zone.instant_of_local(local),
        }
    }

    /// `utc?`, which a zone of the same offset is not.
    pub fn is_utc(&self) -> bool {
        matches!(self, Self::Utc)
    }
}

/// `+09:00`, `-0330`, `+09`, `+09:00:30`, `UTC`, `Z`, `A`…: the zones that Time.new takes.
pub fn parse_utc_offset(text: &str) -> Option<Zone> {
    match text {
        "UTC" | "Z" | "-00:00" => return Some(Zone::Utc),
        _ => {}
    }
    if let [letter @ (b'A'..=b'I' | b'K'..=b'Y')] = text.as_bytes() {
        let hours = match letter {
            b'A'..=b'I' => i32::from(letter - b'A') + 1,
            b'K'..=b'M' => i32::from(letter - b'K') + 10,
            _ => -(i32::from(letter - b'N') + 1),
        };
        return Some(Zone::Fixed(hours * 3600));
    }
    offset_seconds(text).map(Zone::Fixed)
}

/// Seconds of a text such as `+09:00`.
pub fn offset_seconds(text: &str) -> Option<i32> {
    let negative = text.starts_with('-');
    let rest = text.strip_prefix(['+', '-'])?;
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    if !digits.chars().all(|c| c.is_ascii_digit()) || !matches!(digits.len(), 2 | 4 | 6) {
        return None;
    }
    if rest.contains(':') && rest.split(':').any(|part| part.len() != 2) {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).map_or(Some(0), |part| part.parse::<i32>().ok());
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let size = hours * 3600 + minutes * 60 + seconds;
    Some(if negative { -size } else { size })
}
