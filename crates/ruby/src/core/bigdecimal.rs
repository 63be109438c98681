//! BigDecimal, as bigdecimal 3.1.5 answers. Absent: `BigDecimal.mode` and `limit` other than their defaults,
//! powers that are not whole, BigMath.

mod decimal;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

pub use decimal::Decimal;

use super::numeric;
use super::numeric_tower::{Number, Op, arithmetic, big_value, charge, coerced, combine, to_int};
use super::rounding::Rounding;
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("to_s", to_s, 0..=1),
    method("inspect", inspect, 0..=0),
    method("to_digits", to_digits, 0..=0),
    method("remainder", remainder, 1..=1),
    method("to_d", itself, 0..=0),
    method("round", round, 0..=2).with_keywords(),
    method("truncate", truncate, 0..=1),
    method("fix", fix, 0..=0),
    method("frac", frac, 0..=0),
    method("floor", floor, 0..=1),
    method("ceil", ceil, 0..=1),
    method("to_i", to_i, 0..=0),
    method("to_int", to_i, 0..=0),
    method("nan?", is_nan, 0..=0),
    method("infinite?", is_infinite, 0..=0),
    method("finite?", is_finite, 0..=0),
    method("sign", sign, 0..=0),
    method("exponent", exponent, 0..=0),
    method("precision", precision, 0..=0),
    method("scale", scale, 0..=0),
    method("precision_scale", precision_scale, 0..=0),
    method("n_significant_digits", significant_digits, 0..=0),
    method("split", split, 0..=0),
    method("sqrt", sqrt, 0..=1),
    method("power", power, 1..=2),
    method("add", add, 2..=2),
    method("sub", sub, 2..=2),
    method("mult", mult, 2..=2),
    method("div", div, 1..=2),
    method("quo", quo, 1..=2),
    method("hash", hash, 0..=0),
    method("_dump", to_digits, 0..=1),
];

const SINGLETON_METHODS: &[NativeMethod] =
    &[variadic("mode", mode, 1), method("limit", limit, 0..=1), method("double_fig", double_fig, 0..=0)];

const KERNEL: &[NativeMethod] = &[method("BigDecimal", kernel_bigdecimal, 1..=2).taking(&["exception"])];

const ROUNDING_MODES: &[(i64, &str, Rounding)] = &[
    (1, "ROUND_UP", Rounding::Up),
    (2, "ROUND_DOWN", Rounding::Down),
    (3, "ROUND_HALF_UP", Rounding::HalfUp),
    (4, "ROUND_HALF_DOWN", Rounding::HalfDown),
    (5, "ROUND_CEILING", Rounding::Ceiling),
    (6, "ROUND_FLOOR", Rounding::Floor),
    (7, "ROUND_HALF_EVEN", Rounding::HalfEven),
];

pub fn define(interpreter: &mut Interpreter) {
    let numeric = interpreter.classes.numeric.clone();
    let class = interpreter.define_class("BigDecimal", &numeric);
    class.define(numeric::OPERATORS);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    interpreter.classes.kernel.define(KERNEL);
    super::undefine_new(interpreter, &class);
    for (number, name, _) in ROUNDING_MODES {
        class.set_constant(name, Value::Int(*number));
    }
    class.set_constant("ROUND_MODE", Value::Int(256));
    class.set_constant("EXCEPTION_ALL", Value::Int(255));
    class.set_constant("BASE", Value::Int(1_000_000_000));
    class.set_constant("VERSION", Value::str("3.1.5"));
    let nan = value(interpreter, Decimal::NaN);
    class.set_constant("NAN", nan);
    let infinity = value(interpreter, Decimal::Infinity { negative: false });
    class.set_constant("INFINITY", infinity);
}

/// A BigDecimal object.
pub fn value(interpreter: &mut Interpreter, decimal: Decimal) -> Value {
    Number::Decimal(decimal).into_value(interpreter)
}

/// A BigDecimal from its text, as a column's value arrives; None for what is no number.
pub fn from_text(interpreter: &mut Interpreter, text: &str) -> Option<Value> {
    let (decimal, used) = Decimal::parse_prefix(text)?;
    text[used..].trim().is_empty().then(|| value(interpreter, decimal))
}

/// The number of a String: what `to_d` reads, zero where there is none.
pub fn prefix(text: &str) -> Decimal {
    Decimal::parse_prefix(text).map_or(Decimal::Zero { negative: false }, |(decimal, _)| decimal)
}

fn this(value: &Value) -> Decimal {
    value.data::<Decimal>().map_or(Decimal::NaN, |decimal| (*decimal).clone())
}

/// Kernel#BigDecimal for one value; `digits` None means that none were given.
pub fn convert(interpreter: &mut Interpreter, source: &Value, digits: Option<i64>) -> Eval {
    if let Some(digits) = digits.filter(|digits| *digits < 0) {
        let _ = digits;
        return Err(interpreter.argument_error("negative precision"));
    }
    let rounded = |decimal: Decimal| match digits {
        Some(digits) if digits > 0 => decimal.round_significant(digits, Rounding::HalfUp),
        _ => decimal,
    };
    if let Some(digits) = digits {
        let bits = digits.unsigned_abs().saturating_mul(4);
        charge(interpreter, bits, bits)?;
    }
    let decimal = match (source, Number::of(source)) {
        (_, Some(Number::Decimal(decimal))) => {
            if digits.is_none() {
                return Ok(source.clone());
            }
            rounded(decimal)
        }
        // What is no number, and nothing, need no digits.
        (_, Some(Number::Float(float))) if digits.is_none() && float == 0.0 => {
            let text = if float.is_sign_negative() { "-0" } else { "0" };
            return convert(interpreter, &Value::str(text), None);
        }
        (_, Some(Number::Float(float))) if digits.is_none() && !float.is_finite() => {
            let text = if float.is_nan() {
                "NaN"
            } else if float > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            };
            return convert(interpreter, &Value::str(text), None);
        }
        (_, Some(Number::Float(_) | Number::Rational(_))) if digits.is_none() => {
            let class = interpreter.class_of(source).name();
            return Err(interpreter.argument_error(format!("can't omit precision for a {class}.")));
        }
        (_, Some(Number::Float(float))) => {
            if digits.is_some_and(|digits| digits > 16) {
                return Err(interpreter.argument_error("precision too large."));
            }
            match digits.filter(|digits| *digits > 0) {
                Some(digits) if float.is_finite() => {
                    let exact =
                        Number::Float(float).to_ratio().map(|ratio| Decimal::from_ratio(&ratio, digits as usize));
                    exact.unwrap_or(Decimal::NaN)
                }
                _ => Decimal::from_f64(float),
            }
        }
        (_, Some(Number::Rational(ratio))) => Decimal::from_ratio(&ratio, digits.unwrap_or(0) as usize),
        (_, Some(number)) => rounded(Decimal::from_big(number.as_big().unwrap_or_default())),
        (Value::Str(text), None) => {
            let text = text.to_string();
            super::numeric_tower::charge_text(interpreter, &text)?;
            if let Some(decimal) = strict(&text) {
                // Any arithmetic writes it out.
                let bits = decimal.exponent().unsigned_abs().saturating_mul(4);
                charge(interpreter, bits, bits)?;
                decimal
            } else {
                let shown = interpreter.inspect(source)?;
                return Err(interpreter.argument_error(format!("invalid value for BigDecimal(): {shown}")));
            }
        }
        (Value::Nil | Value::Bool(_), None) => {
            let shown = interpreter.inspect(source)?;
            return Err(interpreter.type_error(format!("can't convert {shown} into BigDecimal")));
        }
        _ => {
            let class = interpreter.class_of(source).name();
            return Err(interpreter.type_error(format!("can't convert {class} into BigDecimal")));
        }
    };
    Ok(value(interpreter, decimal))
}

fn strict(text: &str) -> Option<Decimal> {
    let (decimal, used) = Decimal::parse_prefix(text)?;
    text[used..].trim().is_empty().then_some(decimal)
}

fn kernel_bigdecimal(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let digits = match args.get(1) {
        Value::Nil => None,
        digits => Some(to_int(interpreter, &digits)?),
    };
    let quiet = args.keyword("exception").is_some_and(|flag| !flag.truthy());
    match convert(interpreter, &args.first(), digits) {
        Err(flow) if quiet && matches!(*flow, Flow::Raise(_)) => Ok(Value::Nil),
        result => result,
    }
}

fn itself(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(receiver.clone())
}

/// `to_s(format)`: an `F` for the plain form, a number for groups of digits, a sign or a blank in front.
pub fn format(decimal: &Decimal, format: &str) -> String {
    let plain = format.ends_with(['F', 'f']);
    let text = if plain { decimal.to_plain() } else { decimal.to_scientific() };
    let group: usize = format.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None if format.starts_with('+') => ("+", text.as_str()),
        None if format.starts_with(' ') => (" ", text.as_str()),
        None => ("", text.as_str()),
    };
    if group == 0 || !decimal.is_finite() {
        return format!("{sign}{unsigned}");
    }
    let (whole, rest) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let (fraction, exponent) = match rest.find('e') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let head = whole.len() % group;
    let mut whole_groups = vec![&whole[..head]];
    whole_groups.extend(chunks(&whole[head..], group));
    whole_groups.retain(|part| !part.is_empty());
    format!("{sign}{}.{}{exponent}", whole_groups.join(" "), chunks(fraction, group).join(" "))
}

fn chunks(text: &str, size: usize) -> Vec<&str> {
    (0..text.len()).step_by(size).map(|at| &text[at..text.len().min(at + size)]).collect()
}

fn to_s(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let how = match args.first() {
        Value::Nil => String::new(),
        how => interpreter.to_s(&how)?,
    };
    let decimal = this(receiver);
    interpreter.check_size(decimal.exponent().unsigned_abs() as usize)?;
    Ok(Value::str(format(&decimal, &how)))
}

fn inspect(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(Value::str(this(receiver).to_scientific()))
}

fn to_digits(interpreter: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    let decimal = this(receiver);
    interpreter.check_size(decimal.exponent().unsigned_abs() as usize)?;
    // bigdecimal/util puts the whole part, `0`, before the digits: the sign of a fraction is lost.
    let decimal = if decimal.is_zero() || decimal.exponent() > 0 { decimal } else { decimal.abs() };
    Ok(Value::str(decimal.to_plain()))
}

/// Cut towards zero, with the sign of the receiver even when nothing is left.
fn remainder(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let decimal = this(receiver);
    let other = match Number::of(&args.first()) {
        Some(Number::Decimal(other)) => other,
        Some(_) => match coerce_decimal(interpreter, &args.first(), &decimal)? {
            Some(other) => other,
            None => return Ok(Value::Nil),
        },
        None => return coerced(interpreter, "remainder", receiver, &args.first()),
    };
    if other.is_zero() {
        return Ok(value(interpreter, Decimal::NaN));
    }
    let rest = decimal.clone().abs().divmod(&other.abs()).1;
    Ok(value(interpreter, if decimal.is_negative() { rest.negate() } else { rest }))
}

fn coerce_decimal(interpreter: &mut Interpreter, other: &Value, beside: &Decimal) -> Eval<Option<Decimal>> {
    let digits = match Number::of(other) {
        Some(Number::Rational(_)) => beside.precision_digits() as i64,
        _ => 0,
    };
    Ok(convert(interpreter, other, Some(digits))?.data::<Decimal>().map(|decimal| (*decimal).clone()))
}

fn rounding_mode(interpreter: &mut Interpreter, mode: &Value) -> Eval<Rounding> {
    let found = match mode {
        Value::Nil => Some(Rounding::HalfUp),
        Value::Int(number) => ROUNDING_MODES.iter().find(|row| row.0 == *number).map(|row| row.2),
        _ => match mode.as_name().unwrap_or_default().to_lowercase().as_str() {
            "up" => Some(Rounding::Up),
            "down" | "truncate" => Some(Rounding::Down),
            "half_up" | "default" => Some(Rounding::HalfUp),
            "half_down" => Some(Rounding::HalfDown),
            "half_even" | "banker" => Some(Rounding::HalfEven),
            "ceiling" | "ceil" => Some(Rounding::Ceiling),
            "floor" => Some(Rounding::Floor),
            _ => None,
        },
    };
    match found {
        Some(mode) => Ok(mode),
        None => Err(interpreter.argument_error("invalid rounding mode")),
    }
}

/// The whole number, or FloatDomainError for NaN and infinities.
fn whole(interpreter: &mut Interpreter, decimal: &Decimal) -> Eval {
    if let Some(whole) = decimal.truncate() {
        interpreter.check_size((whole.bits() / 8) as usize)?;
        Ok(big_value(interpreter, whole))
    } else {
        let name = match decimal {
            Decimal::NaN => "'NaN' (Not a Number)",
            Decimal::Infinity { negative: true } => "'-Infinity'",
            _ => "'Infinity'",
        };
        Err(interpreter.error("FloatDomainError", format!("Computation results in {name}")))
    }
}

fn round(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let decimal = this(receiver);
    let half = args.keyword("half");
    // Told how to, it stays a decimal.
    let by_mode = half.is_some() || args.has(1);
    let mode = match half {
        Some(half) => Rounding::from_half(interpreter, Some(half))?,
        None => rounding_mode(interpreter, &args.get(1))?,
    };
    if !args.has(0) {
        let rounded = decimal.round_at(0, mode);
        return if by_mode { Ok(value(interpreter, rounded)) } else { whole(interpreter, &rounded) };
    }
    let places = to_int(interpreter, &args.first())?;
    let rounded = decimal.round_at(places, mode);
    if places < 1 && !by_mode { whole(interpreter, &rounded) } else { Ok(value(interpreter, rounded)) }
}

fn cut(interpreter: &mut Interpreter, receiver: &Value, args: &Args, mode: Rounding) -> Eval {
    let decimal = this(receiver);
    if !args.has(0) {
        return whole(interpreter, &decimal.round_at(0, mode));
    }
    let places = to_int(interpreter, &args.first())?;
    Ok(value(interpreter, decimal.round_at(places, mode)))
}

fn truncate(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    cut(interpreter, receiver, &args, Rounding::Down)
}

fn floor(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    cut(interpreter, receiver, &args, Rounding::Floor)
}

fn ceil(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    cut(interpreter, receiver, &args, Rounding::Ceiling)
}

fn fix(interpreter: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(value(interpreter, this(receiver).round_at(0, Rounding::Down)))
}

fn frac(interpreter: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    let decimal = this(receiver);
    let whole = decimal.round_at(0, Rounding::Down);
    Ok(value(interpreter, decimal.add(&whole.negate())))
}

fn to_i(interpreter: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    let decimal = this(receiver);
    interpreter.check_size(decimal.exponent().max(0) as usize)?;
    whole(interpreter, &decimal)
}

fn is_nan(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(Value::Bool(this(receiver).is_nan()))
}

fn is_infinite(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(match this(receiver) {
        Decimal::Infinity { negative } => Value::Int(if negative { -1 } else { 1 }),
        _ => Value::Nil,
    })
}

fn is_finite(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(Value::Bool(this(receiver).is_finite()))
}

fn sign(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    let decimal = this(receiver);
    let size = match &decimal {
        Decimal::NaN => return Ok(Value::Int(0)),
        Decimal::Zero { .. } => 1,
        Decimal::Finite { .. } => 2,
        Decimal::Infinity { .. } => 3,
    };
    Ok(Value::Int(if decimal.is_negative() { -size } else { size }))
}

fn exponent(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(Value::Int(this(receiver).exponent()))
}

fn precision(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(Value::Int(this(receiver).precision()))
}

fn scale(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(Value::Int(this(receiver).scale().max(0)))
}

fn precision_scale(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    let decimal = this(receiver);
    Ok(Value::array(vec![Value::Int(decimal.precision()), Value::Int(decimal.scale().max(0))]))
}

fn significant_digits(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    Ok(Value::Int(this(receiver).digit_count()))
}

fn split(_: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    let decimal = this(receiver);
    let sign = match &decimal {
        Decimal::NaN => 0,
        _ if decimal.is_negative() => -1,
        _ => 1,
    };
    let digits = match &decimal {
        Decimal::Finite { digits, .. } => digits.abs().to_string(),
        Decimal::Zero { .. } => "0".to_owned(),
        Decimal::NaN => "NaN".to_owned(),
        Decimal::Infinity { .. } => "Infinity".to_owned(),
    };
    Ok(Value::array(vec![Value::Int(sign), Value::str(digits), Value::Int(10), Value::Int(decimal.exponent())]))
}

fn sqrt(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let decimal = this(receiver);
    if decimal.is_negative() && !decimal.is_zero() {
        return Err(interpreter.error("FloatDomainError", "sqrt of negative value"));
    }
    if decimal.is_nan() {
        return Err(interpreter.error("FloatDomainError", "sqrt of 'NaN'(Not a Number)"));
    }
    let digits = if args.has(0) { to_int(interpreter, &args.first())? } else { 0 };
    let bits = digits.unsigned_abs().saturating_mul(4);
    charge(interpreter, bits, bits)?;
    Ok(value(interpreter, decimal.square_root(digits)))
}

fn power(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let result = arithmetic(interpreter, Op::Pow, receiver, &args.first())?;
    rounded_to(interpreter, result, &args.get(1))
}

/// The result of `add`, `sub` and `mult`, rounded to the significant digits asked for (0: all).
fn rounded_to(interpreter: &mut Interpreter, result: Value, digits: &Value) -> Eval {
    let digits = if digits.is_nil() { 0 } else { to_int(interpreter, digits)? };
    if digits <= 0 {
        return Ok(result);
    }
    Ok(value(interpreter, this(&result).round_significant(digits, Rounding::HalfUp)))
}

fn add(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let result = arithmetic(interpreter, Op::Add, receiver, &args.first())?;
    rounded_to(interpreter, result, &args.get(1))
}

fn sub(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let result = arithmetic(interpreter, Op::Sub, receiver, &args.first())?;
    rounded_to(interpreter, result, &args.get(1))
}

fn mult(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let result = arithmetic(interpreter, Op::Mul, receiver, &args.first())?;
    rounded_to(interpreter, result, &args.get(1))
}

fn div(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    let decimal = this(receiver);
    let Some(other) = Number::of(&args.first()) else {
        return coerced(interpreter, "div", receiver, &args.first());
    };
    if other.is_zero() {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    if args.get(1).is_nil() {
        let other = match other {
            Number::Decimal(other) => other,
            other => match combine(interpreter, Op::Mul, Number::Decimal(Decimal::from_big(BigInt::from(1))), other)? {
                Number::Decimal(other) => other,
                _ => Decimal::NaN,
            },
        };
        return whole(interpreter, &decimal.divmod(&other).0);
    }
    let digits = to_int(interpreter, &args.get(1))?;
    interpreter.check_size(digits.unsigned_abs() as usize)?;
    let kept = if matches!(other, Number::Float(_) | Number::Rational(_)) { digits.min(16) } else { 0 };
    let Some(other) = convert(interpreter, &args.first(), Some(kept))?.data::<Decimal>() else {
        return Ok(Value::Nil);
    };
    let quotient = decimal.divide_to(&other, digits.to_usize().unwrap_or(0));
    Ok(value(interpreter, quotient))
}

fn quo(interpreter: &mut Interpreter, receiver: &Value, args: Args) -> Eval {
    if args.get(1).is_nil() {
        return arithmetic(interpreter, Op::Div, receiver, &args.first());
    }
    div(interpreter, receiver, args)
}

fn hash(interpreter: &mut Interpreter, receiver: &Value, _: Args) -> Eval {
    numeric::hash_of_text(interpreter, &this(receiver).to_scientific())
}

fn mode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if args.has(1) && !args.get(1).is_nil() && !matches!(args.get(1), Value::Int(3) | Value::Bool(false)) {
        return Err(interpreter.unsupported("BigDecimal.mode other than the default"));
    }
    Ok(Value::Int(if matches!(args.first(), Value::Int(256)) { 3 } else { 0 }))
}

fn limit(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if !matches!(args.first(), Value::Nil | Value::Int(0)) {
        return Err(interpreter.unsupported("BigDecimal.limit"));
    }
    Ok(Value::Int(0))
}

fn double_fig(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Int(16))
}
