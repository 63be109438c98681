//! Strings and symbols as Ruby writes them.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

/// What a string is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Character(char),
    /// A byte that is no part of a character: of a binary string, or of one whose bytes are wrong.
    Byte(u8),
}

/// For whom a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `inspect`, for a person: a character that prints stands for itself.
    Inspect,
    /// `dump`, for any reader: nothing but ASCII.
    Dump,
}

/// `String#inspect` of a string in UTF-8.
pub fn string(text: &str) -> String {
    quoted(text.chars().map(Unit::Character), Form::Inspect)
}

/// `String#inspect` of a binary string.
pub fn bytes(bytes: &[u8]) -> String {
    quoted(bytes.iter().map(|byte| Unit::Byte(*byte)), Form::Inspect)
}

/// `"..."` with what does not print, and what would end or interpolate, escaped.
pub fn quoted(units: impl Iterator<Item = Unit>, form: Form) -> String {
    let mut out = String::with_capacity(units.size_hint().0 + 2);
    out.push('"');
    let mut units = units.peekable();
    while let Some(unit) = units.next() {
        let character = match unit {
            Unit::Character(character) => character,
            Unit::Byte(byte) => char::from(byte),
        };
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '#' if units.peek().copied().is_some_and(interpolates) => out.push_str("\\#"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x0c' => out.push_str("\\f"),
            '\x0b' => out.push_str("\\v"),
            '\x08' => out.push_str("\\b"),
            '\x07' => out.push_str("\\a"),
            '\x1b' => out.push_str("\\e"),
            ' '..='~' => out.push(character),
            _ => escape(&mut out, unit, form),
        }
    }
    out.push('"');
    out
}

/// Whether `#` before it begins an interpolation.
fn interpolates(unit: Unit) -> bool {
    matches!(unit, Unit::Character('{' | '$' | '@') | Unit::Byte(b'{' | b'$' | b'@'))
}

fn escape(out: &mut String, unit: Unit, form: Form) {
    // Writing to a String does not fail.
    let _ = match unit {
        Unit::Byte(byte) => write!(out, "\\x{byte:02X}"),
        Unit::Character(character) if character.is_ascii() && form == Form::Dump => {
            write!(out, "\\x{:02X}", u32::from(character))
        }
        Unit::Character(character) if form == Form::Inspect && is_printable(character) => write!(out, "{character}"),
        Unit::Character(character) if u32::from(character) > 0xffff => {
            write!(out, "\\u{{{:X}}}", u32::from(character))
        }
        Unit::Character(character) => write!(out, "\\u{:04X}", u32::from(character)),
    };
}

fn is_printable(character: char) -> bool {
    static PRINTABLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[^\p{Cc}\p{Cn}\p{Zl}\p{Zp}]").ok());
    PRINTABLE.as_ref().is_some_and(|printable| printable.is_match(character.encode_utf8(&mut [0; 4])))
}

/// `Symbol#inspect`.
pub fn symbol(name: &str) -> String {
    if is_plain_symbol(name) { format!(":{name}") } else { format!(":{}", string(name)) }
}

/// Whether a symbol of this name is written without quotes.
fn is_plain_symbol(name: &str) -> bool {
    const OPERATORS: &[&str] = &[
        "+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">=", "<=>", "===", "[]", "[]=", "<<", ">>", "!",
        "=~", "!~", "&", "|", "^", "~", "+@", "-@", "`",
    ];
    if OPERATORS.contains(&name) {
        return true;
    }
    if let Some(global) = name.strip_prefix('$') {
        return is_word(global) || is_special_global(global);
    }
    match name.strip_prefix("@@").or_else(|| name.strip_prefix('@')) {
        Some(variable) => is_word(variable),
        None => is_word(name.strip_suffix(['?', '!', '=']).unwrap_or(name)),
    }
}

fn is_word(text: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_' || !character.is_ascii();
    text.starts_with(|first: char| is_part(first) && !first.is_ascii_digit()) && text.chars().all(is_part)
}

/// `$!`, `$1` and `$-w` without their `$`.
fn is_special_global(name: &str) -> bool {
    let mut characters = name.chars();
    match (characters.next(), characters.next(), characters.next()) {
        (Some(one), None, None) => "~*$?!@/\\;,.=:<>\"&`'+0123456789_".contains(one),
        (Some('-'), Some(flag), None) => flag == '_' || flag.is_ascii_alphanumeric(),
        (Some('1'..='9'), ..) => name.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Recorded from Ruby 3.3.
    #[test]
    fn strings() {
        for (text, expected) in [
            ("a\"b\\c\n#{x} #x\u{1}\u{7f}é", r#""a\"b\\c\n\#{x} #x\u0001\u007Fé""#),
            ("#$a #@b", r#""\#$a \#@b""#),
            ("\u{7}\u{8}\t\u{b}\u{c}\r\u{1b}", r#""\a\b\t\v\f\r\e""#),
            ("\u{85}\u{378}\u{2028}\u{fdd0}", r#""\u0085\u0378\u2028\uFDD0""#),
            ("\u{10ffff}", r#""\u{10FFFF}""#),
            ("\u{200b}\u{ad}\u{e000}😀", "\"\u{200b}\u{ad}\u{e000}😀\""),
        ] {
            assert_eq!(string(text), expected);
        }
        assert_eq!(bytes(b"\x01\xffa\x1b#{"), r#""\x01\xFFa\e\#{""#);
        assert_eq!(quoted("\u{1}é\u{1f600}".chars().map(Unit::Character), Form::Dump), r#""\x01\u00E9\u{1F600}""#);
    }

    #[test]
    fn symbols() {
        for plain in [
            "a",
            "A",
            "a?",
            "a!",
            "a=",
            "é",
            "😀",
            "@a",
            "@@b",
            "$a",
            "$1",
            "$12",
            "$-w",
            "$!",
            "+",
            "[]=",
            "!",
            "a\u{200b}b",
        ] {
            assert_eq!(symbol(plain), format!(":{plain}"));
        }
        for quoted in ["", "a b", "a?=", "a!=", "=", "?", "1a", "@1", "@a=", "a-b", "$", "@", "$-", "$a="] {
            assert_eq!(symbol(quoted), format!(":\"{quoted}\""));
        }
    }
}
