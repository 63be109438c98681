//! String's reading as numbers: to_i, to_f, to_c, hex, oct, ord, sum.

use num_bigint::BigInt;
use num_traits::Num;

use super::text;
use crate::Args;
use crate::core::convert;
use crate::core::numeric_tower::{big_value, charge_text};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

pub const METHODS: &[NativeMethod] = &[
    method("to_i", to_i, 0..=1),
    method("to_f", to_f, 0..=0),
    method("to_c", to_c, 0..=0),
    method("hex", hex, 0..=0),
    method("oct", oct, 0..=0),
    method("ord", ord, 0..=0),
    method("sum", sum, 0..=1),
];

/// The digits that a text begins with, `_` between them left out, and how many bytes they took.
pub fn leading_digits(text: &str, radix: u32) -> (String, usize) {
    let (mut digits, mut used, mut after_digit) = (String::new(), 0, false);
    for (at, c) in text.char_indices() {
        if c.is_digit(radix) {
            digits.push(c);
            used = at + 1;
            after_digit = true;
        } else if c == '_' && after_digit {
            after_digit = false;
        } else {
            break;
        }
    }
    (digits, used)
}

/// The Integer that digits spell, a big one where they are many.
pub fn integer(interpreter: &mut Interpreter, digits: &str, radix: u32, negative: bool) -> Eval {
    let sign = if negative { "-" } else { "" };
    if let Ok(number) = i64::from_str_radix(&format!("{sign}{digits}"), radix) {
        return Ok(Value::Int(number));
    }
    charge_text(interpreter, digits)?;
    let number = BigInt::from_str_radix(digits, radix).unwrap_or_default();
    Ok(big_value(interpreter, if negative { -number } else { number }))
}

/// The sign and the radix prefix (`0x`, `0b`, `0o`, `0d`; `0` alone for radix 8 by `oct`).
fn prefixed(text: &str, radix: u32) -> (bool, u32, &str) {
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = text.get(..2).unwrap_or("").to_ascii_lowercase();
    let found = match lower.as_str() {
        "0x" => 16,
        "0b" => 2,
        "0o" => 8,
        "0d" => 10,
        _ => 0,
    };
    if found != 0 && (found == radix || radix == 0) && text[2..].starts_with(|c: char| c.is_digit(found)) {
        return (negative, found, &text[2..]);
    }
    if radix == 0 {
        let radix = if text.starts_with('0') { 8 } else { 10 };
        return (negative, radix, text);
    }
    (negative, radix, text)
}

/// `to_i(radix)`; radix 0 reads the prefix.
pub fn parse_integer(interpreter: &mut Interpreter, text: &str, radix: u32) -> Eval {
    let (negative, radix, rest) = prefixed(text, radix);
    let (digits, _) = leading_digits(rest, radix);
    if digits.is_empty() {
        return Ok(Value::Int(0));
    }
    integer(interpreter, &digits, radix, negative)
}

fn to_i(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let radix = if args.has(0) { convert::int(interpreter, &args.first())? } else { 10 };
    if radix < 0 || radix == 1 || radix > 36 {
        return Err(interpreter.argument_error(format!("invalid radix {radix}")));
    }
    let text = text(this).to_string();
    parse_integer(interpreter, &text, radix as u32)
}

/// The part of a text that reads as a decimal number, ready for `str::parse`.
pub fn float_prefix(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, used) = leading_digits(rest, 10);
    let mut out = format!("{sign}{}", if whole.is_empty() { "0" } else { &whole });
    let mut rest = &rest[used..];
    if let Some(after) = rest.strip_prefix('.') {
        let (fraction, used) = leading_digits(after, 10);
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(&fraction);
            rest = &after[used..];
            return with_exponent(out, rest);
        }
        return out;
    }
    if whole.is_empty() {
        return out;
    }
    with_exponent(out, rest)
}

fn with_exponent(mut out: String, rest: &str) -> String {
    if let Some(after) = rest.strip_prefix(['e', 'E']) {
        let (sign, after) = match after.strip_prefix('-') {
            Some(after) => ("-", after),
            None => ("", after.strip_prefix('+').unwrap_or(after)),
        };
        let (digits, _) = leading_digits(after, 10);
        if !digits.is_empty() {
            out.push_str(&format!("e{sign}{digits}"));
        }
    }
    out
}

fn to_f(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    Ok(Value::Float(float_prefix(&string.borrow()).parse().unwrap_or(0.0)))
}

fn to_c(interpreter: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Err(interpreter.unsupported("String#to_c"))
}

fn hex(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let text = text(this).to_string();
    parse_integer(interpreter, &text, 16)
}

fn oct(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let text = text(this).to_string();
    let (negative, radix, rest) = prefixed(&text, 0);
    let radix = if radix == 10 && !text.to_ascii_lowercase().contains("0d") { 8 } else { radix };
    let (digits, _) = leading_digits(rest, radix);
    if digits.is_empty() { Ok(Value::Int(0)) } else { integer(interpreter, &digits, radix, negative) }
}

fn ord(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let first = text(this).borrow().chars().next();
    match first {
        Some(c) => Ok(Value::Int(i64::from(c as u32))),
        None => Err(interpreter.argument_error("empty string")),
    }
}

fn sum(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bits = if args.has(0) { convert::int(interpreter, &args.first())? } else { 16 };
    let total: i64 = text(this).bytes().into_iter().map(i64::from).sum();
    Ok(Value::Int(if (1..63).contains(&bits) { total & ((1 << bits) - 1) } else { total }))
}
