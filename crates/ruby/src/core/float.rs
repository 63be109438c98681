//! Float: Ruby's shortest decimal form, its rounding with digits, and the reading of decimal texts.

use num_bigint::BigInt;

use super::bigdecimal::Decimal;
use super::numeric;
use super::numeric_tower::{Number, Op, arithmetic, big_value, f64_to_big};
use super::rational::Ratio;
use super::rounding::{Rounding, digits_argument, round_arguments, round_integer, round_ratio};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("to_s", to_s, 0..=0),
    method("inspect", to_s, 0..=0),
    method("nan?", is_nan, 0..=0),
    method("infinite?", is_infinite, 0..=0),
    method("finite?", is_finite, 0..=0),
    method("round", round, 0..=1).taking(&["half"]),
    method("floor", floor, 0..=1),
    method("ceil", ceil, 0..=1),
    method("truncate", truncate, 0..=1),
    method("quo", quo, 1..=1),
    method("rationalize", rationalize, 0..=1),
    method("numerator", numerator, 0..=0),
    method("denominator", denominator, 0..=0),
    method("next_float", next_float, 0..=0),
    method("prev_float", prev_float, 0..=0),
];

pub fn define(interpreter: &mut Interpreter) {
    let class = interpreter.classes.float.clone();
    class.define(numeric::OPERATORS);
    class.define(METHODS);
    super::undefine_new(interpreter, &class);
    for (name, value) in [
        ("INFINITY", f64::INFINITY),
        ("NAN", f64::NAN),
        ("EPSILON", f64::EPSILON),
        ("MAX", f64::MAX),
        ("MIN", f64::MIN_POSITIVE),
    ] {
        class.set_constant(name, Value::Float(value));
    }
    for (name, value) in [("DIG", 15), ("MANT_DIG", 53), ("MAX_10_EXP", 308), ("MIN_10_EXP", -307), ("RADIX", 2)] {
        class.set_constant(name, Value::Int(value));
    }
}

fn float(value: &Value) -> f64 {
    match value {
        Value::Float(float) => *float,
        _ => f64::NAN,
    }
}

/// How many bytes of digits, single underscores between them included, the text starts with.
pub fn digits_with_underscores(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let next_is_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        match bytes[at] {
            byte if byte.is_ascii_digit() => at += 1,
            b'_' if at > 0 && bytes[at - 1] != b'_' && next_is_digit => at += 1,
            _ => break,
        }
    }
    at
}

/// An exponent (`e-5`) at the start of the text, and its length.
pub fn parse_exponent(text: &str) -> Option<(i64, usize)> {
    let rest = text.strip_prefix(['e', 'E'])?;
    let unsigned = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    let length = digits_with_underscores(unsigned);
    if length == 0 {
        return None;
    }
    let size: i64 = unsigned[..length].replace('_', "").parse().unwrap_or(1 << 40);
    Some((if rest.starts_with('-') { -size } else { size }, text.len() - unsigned.len() + length))
}

/// The float at the start of a text as String#to_f reads it, and how many bytes it took.
pub fn parse_prefix(text: &str) -> Option<(f64, usize)> {
    let trimmed = text.trim_start();
    let unsigned = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let mut used = text.len() - unsigned.len();
    let whole = digits_with_underscores(unsigned);
    if whole == 0 && !unsigned.starts_with('.') {
        return None;
    }
    let mut clean = if trimmed.starts_with('-') { "-".to_owned() } else { String::new() };
    clean.push_str(&unsigned[..whole].replace('_', ""));
    if whole == 0 {
        clean.push('0');
    }
    used += whole;
    if let Some(rest) = text[used..].strip_prefix('.') {
        let fraction = digits_with_underscores(rest);
        if fraction > 0 {
            clean.push('.');
            clean.push_str(&rest[..fraction].replace('_', ""));
            used += 1 + fraction;
        } else if whole == 0 {
            return None;
        }
    }
    if let Some((exponent, length)) = parse_exponent(&text[used..]) {
        clean.push_str(&format!("e{exponent}"));
        used += length;
    }
    Some((clean.parse().ok()?, used))
}

fn to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(literals::float(float(this))))
}

fn is_nan(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(float(this).is_nan()))
}

fn is_infinite(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let number = float(this);
    Ok(if number.is_infinite() { Value::Int(if number > 0.0 { 1 } else { -1 }) } else { Value::Nil })
}

fn is_finite(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(float(this).is_finite()))
}

/// The binary exponent of C's frexp.
fn binary_exponent(number: f64) -> i64 {
    if number == 0.0 {
        return 0;
    }
    let exponent = ((number.to_bits() >> 52) & 0x7ff) as i64;
    if exponent == 0 { binary_exponent(number * 2f64.powi(64)) - 64 } else { exponent - 1022 }
}

/// So many digits change nothing.
fn has_no_more_digits(number: f64, digits: i64) -> bool {
    let exponent = binary_exponent(number);
    digits >= 17 - if exponent > 0 { exponent / 4 } else { exponent / 3 - 1 }
}

/// So few digits leave nothing.
fn rounds_to_zero(number: f64, digits: i64) -> bool {
    let exponent = binary_exponent(number);
    digits < -(if exponent > 0 { exponent / 3 + 1 } else { exponent / 4 })
}

/// Float#round as CRuby computes it.
pub fn round_to(number: f64, digits: i64, mode: Rounding) -> f64 {
    if number == 0.0 || has_no_more_digits(number, digits) || !number.is_finite() {
        return number;
    }
    if rounds_to_zero(number, digits) {
        return 0.0;
    }
    if digits > 14 {
        let rounded = Ratio::from_f64(number).map(|ratio| round_ratio(&ratio, Some(digits), mode));
        return rounded.map_or(number, |rounded| rounded.to_f64());
    }
    let scale = 10f64.powi(digits as i32);
    let rounded = round_scaled(number, scale, mode);
    rounded / scale
}

fn round_scaled(number: f64, scale: f64, mode: Rounding) -> f64 {
    if number < 0.0 {
        return -round_scaled(-number, scale, mode);
    }
    let scaled = number * scale;
    match mode {
        Rounding::HalfEven => {
            let floor = scaled.floor();
            let rest = scaled - floor;
            let grown = if rest > 0.5 {
                1.0
            } else if rest == 0.5 || (floor + 0.5) / scale <= number {
                floor % 2.0
            } else {
                0.0
            };
            floor + grown
        }
        Rounding::HalfDown => {
            let rounded = scaled.round();
            if (rounded - 0.5) / scale >= number { rounded - 1.0 } else { rounded }
        }
        _ => {
            let rounded = scaled.round();
            if scale == 1.0 {
                return rounded;
            }
            let grown = if (rounded + 0.5) / scale <= number { rounded + 1.0 } else { rounded };
            // Multiplying may have pushed a number just below one half up to it.
            if (grown - 0.5) / scale > number { grown - 1.0 } else { grown }
        }
    }
}

fn round(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (digits, mode) = round_arguments(interpreter, &args)?;
    let number = float(this);
    match digits {
        Some(digits) if digits > 0 => Ok(Value::Float(round_to(number, digits, mode))),
        digits => {
            let whole = whole(
                interpreter,
                number,
                |number| match mode {
                    Rounding::HalfUp => number.round(),
                    Rounding::HalfEven => number.round_ties_even(),
                    _ => round_scaled(number, 1.0, mode),
                },
                digits.is_some_and(|digits| digits < 0),
            )?;
            Ok(big_value(interpreter, round_integer(&whole, digits.unwrap_or(0), mode)))
        }
    }
}

/// The whole part that a mode gives; `exact` keeps the integer part for rounding before the point.
fn whole(interpreter: &mut Interpreter, number: f64, cut: impl Fn(f64) -> f64, exact: bool) -> Eval<BigInt> {
    let cut = if exact { number.trunc() } else { cut(number) };
    match f64_to_big(cut) {
        Some(whole) => Ok(whole),
        None => Err(interpreter.error("FloatDomainError", literals::float(number))),
    }
}

fn cut(interpreter: &mut Interpreter, this: &Value, args: &Args, mode: Rounding) -> Eval {
    let number = float(this);
    let mode = match mode {
        Rounding::Down if number < 0.0 => Rounding::Ceiling,
        Rounding::Down => Rounding::Floor,
        mode => mode,
    };
    let apply = if mode == Rounding::Floor { f64::floor } else { f64::ceil };
    match digits_argument(interpreter, args)? {
        Some(digits) if digits > 0 => {
            if number == 0.0 || !number.is_finite() || has_no_more_digits(number, digits) {
                return Ok(this.clone());
            }
            let towards_zero = (number > 0.0) == (mode == Rounding::Floor);
            if towards_zero && rounds_to_zero(number, digits) {
                return Ok(Value::Float(0.0));
            }
            let scale = 10f64.powi(digits as i32);
            let scaled = apply(number * scale);
            // The product may have been rounded over the next whole number.
            let near = if mode == Rounding::Floor { (scaled + 1.0) / scale } else { (scaled - 1.0) / scale };
            let fits = if mode == Rounding::Floor { near <= number } else { near >= number };
            Ok(Value::Float(if fits { near } else { scaled / scale }))
        }
        digits => {
            let whole = whole(interpreter, number, apply, false)?;
            Ok(big_value(interpreter, round_integer(&whole, digits.unwrap_or(0), mode)))
        }
    }
}

fn floor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    cut(interpreter, this, &args, Rounding::Floor)
}

fn ceil(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    cut(interpreter, this, &args, Rounding::Ceiling)
}

fn truncate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    cut(interpreter, this, &args, Rounding::Down)
}

fn quo(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    arithmetic(interpreter, Op::Div, this, &args.first())
}

fn exact(interpreter: &mut Interpreter, this: &Value) -> Eval<Ratio> {
    match Ratio::from_f64(float(this)) {
        Some(ratio) => Ok(ratio),
        None => Err(interpreter.error("FloatDomainError", literals::float(float(this)))),
    }
}

/// The simplest fraction within an epsilon, or within the float's own precision.
fn rationalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let ratio = exact(interpreter, this)?;
    let epsilon = match Number::of(&args.first()).and_then(|number| number.to_ratio()) {
        Some(epsilon) => epsilon,
        None if ratio.is_whole() => return Ok(Number::Rational(ratio).into_value(interpreter)),
        None => {
            let unit = Ratio::from_f64(2f64.powi((binary_exponent(float(this)) - 53).max(-1074) as i32));
            let half = Ratio::new(BigInt::from(1), BigInt::from(2));
            match (unit, half) {
                (Some(unit), Some(half)) => unit.multiply(&half),
                _ => return Ok(Number::Rational(ratio).into_value(interpreter)),
            }
        }
    };
    Ok(Number::Rational(ratio.rationalize(&epsilon)).into_value(interpreter))
}

fn numerator(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if !float(this).is_finite() {
        return Ok(this.clone());
    }
    let ratio = exact(interpreter, this)?;
    Ok(big_value(interpreter, ratio.numerator))
}

fn denominator(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if !float(this).is_finite() {
        return Ok(Value::Int(1));
    }
    let ratio = exact(interpreter, this)?;
    Ok(big_value(interpreter, ratio.denominator))
}

fn next_float(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Float(float(this).next_up()))
}

fn prev_float(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Float(float(this).next_down()))
}

/// A float as BigDecimal: what ActiveSupport's and bigdecimal/util's `to_d` give.
pub fn to_decimal(number: f64) -> Decimal {
    Decimal::from_f64(number)
}
