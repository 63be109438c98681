//! What a plain scalar means to Psych (its ScalarScanner): YAML 1.1 with Ruby's symbols.

use std::sync::LazyLock;

use num_bigint::BigInt;
use num_traits::Num;
use regex::Regex;

use crate::core::time::parse;

/// Where a time is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    Utc,
    Here,
    Offset(i32),
}

/// What a plain text means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Text,
    Nil,
    Bool(bool),
    Integer(BigInt),
    Float(f64),
    Symbol(String),
    /// Year, month, day.
    Date(i64, i64, i64),
    /// Nanoseconds since 1970 and where.
    Time(i128, Place),
}

macro_rules! patterns {
    ($($name:ident = $source:literal;)*) => {
        $(static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($source).ok());)*
    };
}

patterns! {
    WORDS = r"(?m)^[^\d.:-]?[[:alpha:]_\s!@#$%\^&*(){}<>|/\\~;=]+";
    TIME = r"^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$";
    DATE = r"^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$";
    SEXAGESIMAL = r"^[-+]?[0-9][0-9_]*(:[0-5]?[0-9]){1,2}$";
    SEXAGESIMAL_FLOAT = r"^[-+]?[0-9][0-9_]*(:[0-5]?[0-9]){1,2}\.[0-9_]*$";
    FLOAT = r"^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][+-][0-9]+)?$";
    INTEGER = r"^(?:[-+]?0b[01_,]+|[-+]?0[0-7_,]+|[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)|[-+]?0x[0-9a-fA-F_,]+)$";
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// By Psych's rules, which are YAML 1.1's with some of its own.
pub(super) fn tokenize(text: &str) -> Scalar {
    if text.is_empty() {
        return Scalar::Nil;
    }
    if matches(&WORDS, text) || text.contains('\n') {
        return word(text);
    }
    if matches(&TIME, text) {
        return time(text).unwrap_or(Scalar::Text);
    }
    if matches(&DATE, text) {
        return date(text).unwrap_or(Scalar::Text);
    }
    match text.to_ascii_lowercase().as_str() {
        ".inf" | "+.inf" => return Scalar::Float(f64::INFINITY),
        "-.inf" => return Scalar::Float(f64::NEG_INFINITY),
        ".nan" => return Scalar::Float(f64::NAN),
        _ => {}
    }
    if let Some(name) = text.strip_prefix(':').filter(|name| !name.is_empty()) {
        let quoted = name
            .strip_prefix(['"', '\''])
            .and_then(|rest| rest.find(['"', '\'']).map(|end| format!("{}{}", &rest[..end], &rest[end + 1..])));
        return Scalar::Symbol(quoted.unwrap_or_else(|| name.to_owned()));
    }
    if matches(&SEXAGESIMAL, text) {
        let total = sixties(text).to_string();
        return total.parse::<f64>().map_or(Scalar::Text, |total| Scalar::Integer(BigInt::from(total as i64)));
    }
    if matches(&SEXAGESIMAL_FLOAT, text) {
        return Scalar::Float(sixties(text));
    }
    if matches(&FLOAT, text) {
        return float(text);
    }
    if matches(&INTEGER, text) {
        return integer(text).map_or(Scalar::Text, Scalar::Integer);
    }
    Scalar::Text
}

fn word(text: &str) -> Scalar {
    if text.chars().count() > 5 {
        return Scalar::Text;
    }
    match text.to_ascii_lowercase().as_str() {
        "~" | "null" => Scalar::Nil,
        "yes" | "true" | "on" => Scalar::Bool(true),
        "no" | "false" | "off" => Scalar::Bool(false),
        _ => Scalar::Text,
    }
}

/// Hours, minutes and seconds as Psych weighs them.
fn sixties(text: &str) -> f64 {
    text.split(':')
        .enumerate()
        .map(|(index, part)| {
            let number: f64 = part.replace('_', "").parse().unwrap_or(0.0);
            number * 60f64.powi((index as i32 - 2).abs())
        })
        .sum()
}

fn float(text: &str) -> Scalar {
    let clean = text.replace([',', '_'], "");
    if matches!(clean.as_str(), "." | "+." | "-.") {
        return Scalar::Text;
    }
    clean.parse().map_or(Scalar::Text, Scalar::Float)
}

fn integer(text: &str) -> Option<BigInt> {
    let clean = text.replace([',', '_'], "");
    let negative = clean.starts_with('-');
    let unsigned = clean.trim_start_matches(['-', '+']);
    let (digits, radix) = if let Some(hex) = unsigned.strip_prefix("0x") {
        (hex, 16)
    } else if let Some(binary) = unsigned.strip_prefix("0b") {
        (binary, 2)
    } else if unsigned.len() > 1 && unsigned.starts_with('0') {
        (&unsigned[1..], 8)
    } else {
        (unsigned, 10)
    };
    let number = BigInt::from_str_radix(digits, radix).ok()?;
    Some(if negative { -number } else { number })
}

fn date(text: &str) -> Option<Scalar> {
    let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    crate::core::time::calendar::valid_civil(year, month, day)?;
    Some(Scalar::Date(year, month, day))
}

fn time(text: &str) -> Option<Scalar> {
    let parsed = parse::parse(text, false);
    let (year, month, day) = (parsed.year?, parsed.month?, parsed.day?);
    let seconds = parsed.hour? * 3600 + parsed.minute? * 60 + parsed.second?;
    let local = crate::core::time::moment::civil_nanos(year, month, day, seconds, parsed.nanos.unwrap_or(0));
    match (parsed.offset, text.ends_with('Z')) {
        (_, true) => Some(Scalar::Time(local, Place::Utc)),
        // An instant of UTC, seen from here.
        (None, _) => Some(Scalar::Time(local, Place::Here)),
        (Some(offset), _) => Some(Scalar::Time(local - i128::from(offset) * 1_000_000_000, Place::Offset(offset))),
    }
}
