//! Kernel#Integer, Float and Rational, and the numeric conversions of String and nil: to_r, to_c, to_d.

use num_bigint::BigInt;
use num_traits::{Num, Zero};

use super::bigdecimal;
use super::float::{digits_with_underscores, parse_prefix};
use super::numeric_tower::{Number, big_value, charge_divisor, charge_text, special_or_class, to_int};
use super::rational::Ratio;
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

const KERNEL: &[NativeMethod] = &[
    method("Integer", integer, 1..=2).taking(&["exception"]),
    method("Float", float, 1..=1).taking(&["exception"]),
    method("Rational", rational, 1..=2).taking(&["exception"]),
];

const STRING: &[NativeMethod] = &[method("to_r", string_to_r, 0..=0), method("to_d", string_to_d, 0..=0)];

const NIL: &[NativeMethod] =
    &[method("to_r", nil_to_r, 0..=0), method("to_d", nil_to_d, 0..=0), method("rationalize", nil_to_r, 0..=1)];

const NUMBER: &[NativeMethod] = &[method("to_d", number_to_d, 0..=1)];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.kernel.define(KERNEL);
    interpreter.classes.string.define(STRING);
    interpreter.classes.nil.define(NIL);
    interpreter.classes.integer.define(NUMBER);
    interpreter.classes.float.define(NUMBER);
    let rational = interpreter.class_at("Rational");
    rational.define(NUMBER);
}

/// With `exception: false` a Ruby exception becomes nil.
fn unless_quiet(interpreter: &mut Interpreter, args: &Args, result: Eval) -> Eval {
    if let Some(flag) = args.keyword("exception").filter(|flag| !matches!(flag, Value::Bool(_))) {
        let shown = interpreter.inspect(&flag)?;
        return Err(interpreter.argument_error(format!("expected true or false as exception: {shown}")));
    }
    let quiet = args.keyword("exception").is_some_and(|flag| !flag.truthy());
    match result {
        Err(flow) if quiet && matches!(*flow, Flow::Raise(_)) => Ok(Value::Nil),
        result => result,
    }
}

fn integer(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let result = integer_from(interpreter, &args.first(), &args.get(1));
    unless_quiet(interpreter, &args, result)
}

fn integer_from(interpreter: &mut Interpreter, value: &Value, base: &Value) -> Eval {
    if let Value::Str(text) = value {
        let radix = if base.is_nil() { 0 } else { to_int(interpreter, base)? };
        if radix == 1 || !(0..=36).contains(&radix) {
            return Err(interpreter.argument_error(format!("invalid radix {radix}")));
        }
        let text = text.to_string();
        charge_text(interpreter, &text)?;
        return if let Some(number) = strict_integer(&text, radix as u32) {
            Ok(big_value(interpreter, number))
        } else {
            let shown = interpreter.inspect(value)?;
            Err(interpreter.argument_error(format!("invalid value for Integer(): {shown}")))
        };
    }
    if !base.is_nil() {
        return Err(interpreter.argument_error("base specified for non string value"));
    }
    match value {
        Value::Nil => Err(interpreter.type_error("can't convert nil into Integer")),
        _ if Number::of(value).is_some_and(|number| number.is_integer()) => Ok(value.clone()),
        _ => {
            for name in ["to_int", "to_i"] {
                if interpreter.responds_to(value, name) {
                    return interpreter.call(value, name, Args::none());
                }
            }
            let shown = special_or_class(interpreter, value)?;
            Err(interpreter.type_error(format!("can't convert {shown} into Integer")))
        }
    }
}

/// A whole text as an integer literal; `radix` 0 reads the prefix.
pub fn strict_integer(text: &str, radix: u32) -> Option<BigInt> {
    let trimmed = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let unsigned = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let lower = unsigned.to_ascii_lowercase();
    let (radix, digits) = [("0x", 16), ("0b", 2), ("0o", 8), ("0d", 10)]
        .iter()
        .find(|(prefix, base)| lower.starts_with(prefix) && (radix == 0 || radix == *base))
        .map_or(
            match radix {
                0 if lower.len() > 1 && lower.starts_with('0') => {
                    (8, lower[1..].strip_prefix('_').unwrap_or(&lower[1..]))
                }
                0 => (10, lower.as_str()),
                radix => (radix, lower.as_str()),
            },
            |(prefix, base)| (*base, &lower[prefix.len()..]),
        );
    if digits.is_empty() || digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    if !digits.chars().all(|c| c == '_' || c.is_digit(radix)) {
        return None;
    }
    let number = BigInt::from_str_radix(&digits.replace('_', ""), radix).ok()?;
    Some(if trimmed.starts_with('-') { -number } else { number })
}

fn float(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let result = float_from(interpreter, &args.first());
    unless_quiet(interpreter, &args, result)
}

fn float_from(interpreter: &mut Interpreter, value: &Value) -> Eval {
    if let Some(number) = Number::of(value) {
        return Ok(Value::Float(number.to_f64()));
    }
    match value {
        Value::Str(text) => {
            let text = text.to_string();
            float_from_text(interpreter, &text).map(Value::Float)
        }
        Value::Nil | Value::Bool(_) => {
            let shown = interpreter.inspect(value)?;
            Err(interpreter.type_error(format!("can't convert {shown} into Float")))
        }
        _ if !matches!(value, Value::Symbol(_)) && interpreter.responds_to(value, "to_f") => {
            interpreter.call(value, "to_f", Args::none())
        }
        _ => {
            let class = interpreter.class_of(value).name();
            Err(interpreter.type_error(format!("can't convert {class} into Float")))
        }
    }
}

/// Kernel#Float for a text.
pub fn float_from_text(interpreter: &mut Interpreter, text: &str) -> Eval<f64> {
    let trimmed = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let number = match parse_prefix(trimmed) {
        Some((number, used)) if used == trimmed.len() && !trimmed.starts_with(['.']) => Some(number),
        _ => strict_integer(trimmed, 16)
            .filter(|_| trimmed.trim_start_matches(['-', '+']).to_ascii_lowercase().starts_with("0x"))
            .map(|big| super::numeric_tower::big_to_f64(&big)),
    };
    if let Some(number) = number {
        Ok(number)
    } else {
        let shown = interpreter.inspect(&Value::str(text))?;
        Err(interpreter.argument_error(format!("invalid value for Float(): {shown}")))
    }
}

fn rational(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let result = rational_from_arguments(interpreter, &args);
    unless_quiet(interpreter, &args, result)
}

fn rational_from_arguments(interpreter: &mut Interpreter, args: &Args) -> Eval {
    let numerator = rational_from(interpreter, &args.first())?;
    if !args.has(1) {
        return Ok(Number::Rational(numerator).into_value(interpreter));
    }
    let denominator = rational_from(interpreter, &args.get(1))?;
    if denominator.numerator.is_zero() {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    Ok(Number::Rational(numerator.divide(&denominator)).into_value(interpreter))
}

fn rational_from(interpreter: &mut Interpreter, value: &Value) -> Eval<Ratio> {
    if let Some(number) = Number::of(value) {
        return if let Some(ratio) = number.to_ratio() {
            Ok(ratio)
        } else {
            let shown = interpreter.to_s(value)?;
            Err(interpreter.error("FloatDomainError", shown))
        };
    }
    match value {
        Value::Str(text) => {
            let text = text.to_string();
            charge_ratio(interpreter, &text)?;
            match Ratio::parse_prefix(&text) {
                Some((ratio, used)) if text[used..].trim().is_empty() => Ok(ratio),
                _ => {
                    let shown = interpreter.inspect(value)?;
                    Err(interpreter.argument_error(format!("invalid value for convert(): {shown}")))
                }
            }
        }
        _ if !value.is_nil() && interpreter.responds_to(value, "to_r") => {
            let converted = interpreter.call(value, "to_r", Args::none())?;
            Ok(Number::of(&converted).and_then(|number| number.to_ratio()).unwrap_or(Ratio::whole(BigInt::zero())))
        }
        _ => {
            let shown = special_or_class(interpreter, value)?;
            Err(interpreter.type_error(format!("can't convert {shown} into Rational")))
        }
    }
}

/// A fraction is read as digits over a power of ten, and reduced.
fn charge_ratio(interpreter: &mut Interpreter, text: &str) -> Eval<()> {
    charge_text(interpreter, text)?;
    charge_divisor(interpreter, text.len() as u64 * 4)
}

fn string_to_r(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let text = this.as_string().unwrap_or_default();
    charge_ratio(interpreter, &text)?;
    let ratio = Ratio::parse_prefix(&text).map_or(Ratio::whole(BigInt::zero()), |(ratio, _)| ratio);
    Ok(Number::Rational(ratio).into_value(interpreter))
}

fn string_to_d(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let text = this.as_string().unwrap_or_default();
    charge_text(interpreter, &text)?;
    Ok(bigdecimal::value(interpreter, bigdecimal::prefix(&text)))
}

fn nil_to_r(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Number::Rational(Ratio::whole(BigInt::zero())).into_value(interpreter))
}

fn nil_to_d(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(bigdecimal::value(interpreter, bigdecimal::Decimal::Zero { negative: false }))
}

fn number_to_d(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = if args.has(0) { to_int(interpreter, &args.first())? } else { 0 };
    if matches!(Number::of(this), Some(Number::Rational(_))) && digits <= 0 {
        return Err(interpreter.argument_error("negative precision"));
    }
    bigdecimal::convert(interpreter, this, Some(digits))
}

/// The integer at the start of a text as String#to_i(radix) reads it; zero where there is none.
pub fn integer_prefix(text: &str, radix: u32) -> BigInt {
    let trimmed = text.trim_start();
    let unsigned = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let digits: String = if radix == 10 {
        unsigned[..digits_with_underscores(unsigned)].replace('_', "")
    } else {
        let lower = unsigned.to_ascii_lowercase();
        let prefix = match radix {
            16 => "0x",
            2 => "0b",
            8 => "0o",
            _ => "",
        };
        let body = lower.strip_prefix(prefix).unwrap_or(&lower);
        let mut clean = String::new();
        let mut previous = '_';
        for c in body.chars() {
            if c == '_' && previous != '_' || c.is_digit(radix) {
                if c != '_' {
                    clean.push(c);
                }
                previous = c;
            } else {
                break;
            }
        }
        clean
    };
    let number = BigInt::from_str_radix(&digits, radix).unwrap_or_default();
    if trimmed.starts_with('-') { -number } else { number }
}
