//! `strftime`: every directive and flag of Ruby's.

use super::calendar::{DAY_NAMES, MONTH_NAMES, commercial};
use super::moment::Moment;
use crate::core::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;

#[derive(Default, Clone)]
struct Flags {
    /// `-`: no padding; `_`: blanks; `0`: zeros.
    padding: Option<char>,
    upcase: bool,
    swapcase: bool,
    colons: usize,
    width: Option<usize>,
}

/// No field is padded to more than this: a width is a number in the text, and the budget does not see it.
const MAX_WIDTH: usize = 1024;

/// [`strftime`] of a format that Ruby code gave, within the budget.
pub fn within_budget(interpreter: &mut Interpreter, moment: &Moment, format: &str) -> Eval<String> {
    if format.len() <= PIECE {
        return Ok(strftime(moment, format));
    }
    let mut out = String::new();
    let mut rest = format;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_end(rest));
        convert::spend(interpreter, piece.len() * 16)?;
        out.push_str(&strftime(moment, piece));
        interpreter.check_size(out.len())?;
        rest = after;
    }
    Ok(out)
}

/// So many bytes of a format are worked off at once.
const PIECE: usize = 1024;

/// Where a format may be cut: before a `%` that can't belong to what stands before it.
fn piece_end(format: &str) -> usize {
    let bytes = format.as_bytes();
    let is_end = |at: &usize| {
        let before = bytes[at - 1];
        bytes[*at] == b'%' && (before.is_ascii_whitespace() || before.is_ascii_alphabetic() && !b"EO".contains(&before))
    };
    (PIECE.min(bytes.len())..bytes.len()).find(is_end).unwrap_or(bytes.len())
}

/// Of a format of ours: it is not charged.
pub fn strftime(moment: &Moment, format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let (text, used) = directive(moment, &rest[at..]);
        out.push_str(&text);
        rest = &rest[at + used..];
    }
    out.push_str(rest);
    out
}

/// The text of the directive that starts here, and its length; an unknown one stands for itself.
fn directive(moment: &Moment, text: &str) -> (String, usize) {
    let mut flags = Flags::default();
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'-' | b'_' => flags.padding = Some(char::from(*byte)),
            b'0' if flags.width.is_none() => flags.padding = Some('0'),
            b'^' => flags.upcase = true,
            b'#' => flags.swapcase = true,
            b':' => flags.colons += 1,
            b'0'..=b'9' => {
                let digit = usize::from(byte - b'0');
                flags.width = Some((flags.width.unwrap_or(0) * 10 + digit).min(MAX_WIDTH));
            }
            b'E' | b'O' => {}
            _ => break,
        }
        at += 1;
    }
    let Some(name) = text[at..].chars().next() else {
        return (text.to_owned(), text.len());
    };
    let used = at + name.len_utf8();
    match field(moment, name, &flags) {
        Some(formatted) => (formatted, used),
        None => (text[..used].to_owned(), used),
    }
}

fn field(m: &Moment, name: char, flags: &Flags) -> Option<String> {
    let twelve = if m.hour.is_multiple_of(12) { 12 } else { m.hour % 12 };
    let week = |first: u32| (m.year_day + 6 - (m.weekday + 7 - first) % 7) / 7;
    let number = |value: i64, width: usize| Some(numeric(value, width, '0', flags));
    let blank = |value: i64, width: usize| Some(numeric(value, width, ' ', flags));
    let text = |value: &str| Some(textual(value, flags));
    let composed = |format: &str| Some(textual(&strftime(m, format), flags));
    match name {
        'Y' => number(m.year, if m.year < 0 { 5 } else { 4 }),
        'C' => number(m.year.div_euclid(100), 2),
        'y' => number(m.year.rem_euclid(100), 2),
        'm' => number(i64::from(m.month), 2),
        'B' => text(MONTH_NAMES[m.month as usize - 1]),
        'b' | 'h' => text(&MONTH_NAMES[m.month as usize - 1][..3]),
        'd' => number(i64::from(m.day), 2),
        'e' => blank(i64::from(m.day), 2),
        'j' => number(i64::from(m.year_day), 3),
        'H' => number(i64::from(m.hour), 2),
        'k' => blank(i64::from(m.hour), 2),
        'I' => number(i64::from(twelve), 2),
        'l' => blank(i64::from(twelve), 2),
        'P' => text(if m.hour < 12 { "am" } else { "pm" }),
        'p' if flags.swapcase => {
            Some(textual(if m.hour < 12 { "am" } else { "pm" }, &Flags { swapcase: false, ..flags.clone() }))
        }
        'p' => text(if m.hour < 12 { "AM" } else { "PM" }),
        'M' => number(i64::from(m.minute), 2),
        'S' => number(i64::from(m.second), 2),
        'L' => Some(fraction(m.nanos, flags.width.unwrap_or(3))),
        'N' => Some(fraction(m.nanos, flags.width.unwrap_or(9))),
        'z' => Some(offset(m.offset, flags)),
        'Z' if flags.swapcase => Some(textual(&m.zone.to_lowercase(), &Flags { swapcase: false, ..flags.clone() })),
        'Z' => text(&m.zone),
        'A' => text(DAY_NAMES[m.weekday as usize]),
        'a' => text(&DAY_NAMES[m.weekday as usize][..3]),
        'u' => number(i64::from(if m.weekday == 0 { 7 } else { m.weekday }), 1),
        'w' => number(i64::from(m.weekday), 1),
        'G' => number(commercial(m.jd).0, 4),
        'g' => number(commercial(m.jd).0.rem_euclid(100), 2),
        'V' => number(i64::from(commercial(m.jd).1), 2),
        'U' => number(i64::from(week(0)), 2),
        'W' => number(i64::from(week(1)), 2),
        's' => number(m.epoch_seconds(), 1),
        'Q' if m.is_date => number(m.instant().div_euclid(1_000_000) as i64, 1),
        'n' => text("\n"),
        't' => text("\t"),
        '%' => text("%"),
        'c' => composed("%a %b %e %H:%M:%S %Y"),
        'D' | 'x' => composed("%m/%d/%y"),
        'F' => composed("%Y-%m-%d"),
        'v' => composed("%e-%^b-%Y"),
        'X' | 'T' => composed("%H:%M:%S"),
        'r' => composed("%I:%M:%S %p"),
        'R' => composed("%H:%M"),
        '+' if m.is_date => composed("%a %b %e %H:%M:%S %Z %Y"),
        _ => None,
    }
}

fn numeric(value: i64, width: usize, pad: char, flags: &Flags) -> String {
    let pad = match flags.padding {
        Some('-') => return value.to_string(),
        Some('_') => ' ',
        Some(_) => '0',
        None => pad,
    };
    let width = flags.width.unwrap_or(width);
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "-" } else { "" };
    let missing = width.saturating_sub(digits.len() + sign.len());
    let fill: String = std::iter::repeat_n(pad, missing).collect();
    if pad == '0' { format!("{sign}{fill}{digits}") } else { format!("{fill}{sign}{digits}") }
}

fn textual(value: &str, flags: &Flags) -> String {
    let value = if flags.upcase || flags.swapcase { value.to_uppercase() } else { value.to_owned() };
    let width = flags.width.unwrap_or(0);
    let missing = width.saturating_sub(value.chars().count());
    if missing == 0 || flags.padding == Some('-') {
        return value;
    }
    let pad = if flags.padding == Some('0') { '0' } else { ' ' };
    std::iter::repeat_n(pad, missing).collect::<String>() + &value
}

fn fraction(nanos: u32, digits: usize) -> String {
    let text = format!("{nanos:09}");
    if digits <= 9 { text[..digits.max(1)].to_owned() } else { text + &"0".repeat(digits - 9) }
}

fn offset(offset: i32, flags: &Flags) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let size = offset.abs();
    let (hours, minutes, seconds) = (size / 3600, size % 3600 / 60, size % 60);
    let tail = match flags.colons {
        0 => format!("{minutes:02}"),
        1 => format!(":{minutes:02}"),
        2 => format!(":{minutes:02}:{seconds:02}"),
        _ if seconds != 0 => format!(":{minutes:02}:{seconds:02}"),
        _ if minutes != 0 => format!(":{minutes:02}"),
        _ => String::new(),
    };
    let width = flags.width.unwrap_or(0);
    let hour_width = width.saturating_sub(tail.len() + 1).max(2);
    match flags.padding {
        Some('-') => format!("{sign}{hours}{tail}"),
        Some('_') => {
            let signed = format!("{sign}{hours}");
            format!("{signed:>hour_width$}{tail}", hour_width = hour_width + 1)
        }
        _ => format!("{sign}{hours:0hour_width$}{tail}"),
    }
}
