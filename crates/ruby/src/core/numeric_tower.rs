//! The numeric tower: what Integer, Float, Rational and BigDecimal have in common, and the arithmetic between
//! them. Big integers are objects of class Integer with [`BigInteger`] as data.

use std::cmp::Ordering;
use std::rc::Rc;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::bigdecimal::Decimal;
use super::rational::Ratio;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{NativeData, RObject, Value};

/// A number of any class, ready to be reckoned with.
#[derive(Clone, Debug)]
pub enum Number {
    Int(i64),
    Big(BigInt),
    Float(f64),
    Rational(Ratio),
    Decimal(Decimal),
}

/// The data of an Integer that does not fit into 64 bits.
pub struct BigInteger(pub BigInt);

impl NativeData for BigInteger {
    fn eql_key(&self) -> Option<String> {
        Some(self.0.to_str_radix(32))
    }

    fn cost(&self) -> u64 {
        square(self.0.bits())
    }
}

/// The operators that all of them have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
}

impl Op {
    /// As the program writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Pow => "**",
        }
    }
}

impl Number {
    /// The number that a value is; None for anything else (a Duration too).
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(int) => Some(Self::Int(*int)),
            Value::Float(float) => Some(Self::Float(*float)),
            Value::Object(object) => {
                if let Some(big) = object.data::<BigInteger>() {
                    return Some(Self::Big(big.0.clone()));
                }
                if let Some(ratio) = object.data::<Ratio>() {
                    return Some(Self::Rational((*ratio).clone()));
                }
                object.data::<Decimal>().map(|decimal| Self::Decimal((*decimal).clone()))
            }
            _ => None,
        }
    }

    /// A Bignum becomes an Integer of 64 bits where it fits.
    pub fn into_value(self, interpreter: &mut Interpreter) -> Value {
        match self {
            Self::Int(int) => Value::Int(int),
            Self::Float(float) => Value::Float(float),
            Self::Big(big) => big_value(interpreter, big),
            Self::Rational(ratio) => {
                let class = interpreter.class_at("Rational");
                frozen(RObject::with_data(&class, Rc::new(ratio)))
            }
            Self::Decimal(decimal) => {
                let class = interpreter.class_at("BigDecimal");
                frozen(RObject::with_data(&class, Rc::new(decimal)))
            }
        }
    }

    /// Whether it is an Integer of either size.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Int(_) | Self::Big(_))
    }

    /// The whole number of an Integer.
    pub fn as_big(&self) -> Option<BigInt> {
        match self {
            Self::Int(int) => Some(BigInt::from(*int)),
            Self::Big(big) => Some(big.clone()),
            _ => None,
        }
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Int(int) => *int as f64,
            Self::Big(big) => big_to_f64(big),
            Self::Float(float) => *float,
            Self::Rational(ratio) => ratio.to_f64(),
            Self::Decimal(decimal) => decimal.to_f64(),
        }
    }

    /// Cut towards zero; None for NaN and infinities.
    pub fn truncate(&self) -> Option<BigInt> {
        match self {
            Self::Int(int) => Some(BigInt::from(*int)),
            Self::Big(big) => Some(big.clone()),
            Self::Float(float) => f64_to_big(*float),
            Self::Rational(ratio) => Some(&ratio.numerator / &ratio.denominator),
            Self::Decimal(decimal) => decimal.truncate(),
        }
    }

    /// The exact fraction; None for NaN and infinities.
    pub fn to_ratio(&self) -> Option<Ratio> {
        match self {
            Self::Int(int) => Some(Ratio::whole(BigInt::from(*int))),
            Self::Big(big) => Some(Ratio::whole(big.clone())),
            Self::Float(float) => Ratio::from_f64(*float),
            Self::Rational(ratio) => Some(ratio.clone()),
            Self::Decimal(decimal) => decimal.to_ratio(),
        }
    }

    /// `zero?`, of either sign.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Int(int) => *int == 0,
            Self::Big(big) => big.is_zero(),
            Self::Float(float) => *float == 0.0,
            Self::Rational(ratio) => ratio.numerator.is_zero(),
            Self::Decimal(decimal) => decimal.is_zero(),
        }
    }

    /// `negative?`
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Int(int) => *int < 0,
            Self::Big(big) => big.is_negative(),
            Self::Float(float) => *float < 0.0,
            Self::Rational(ratio) => ratio.numerator.is_negative(),
            Self::Decimal(decimal) => decimal.is_negative() && !decimal.is_zero(),
        }
    }

    /// `-@`
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Int(int) => int.checked_neg().map_or_else(|| Self::Big(-BigInt::from(int)), Self::Int),
            Self::Big(big) => normal(-big),
            Self::Float(float) => Self::Float(-float),
            Self::Rational(ratio) => Self::Rational(ratio.negate()),
            Self::Decimal(decimal) => Self::Decimal(decimal.negate()),
        }
    }

    /// The value as a BigDecimal beside `precision` digits of the other side (a Rational has no end).
    fn to_decimal(&self, precision: usize) -> Decimal {
        match self {
            Self::Int(int) => Decimal::from_big(BigInt::from(*int)),
            Self::Big(big) => Decimal::from_big(big.clone()),
            Self::Float(float) => Decimal::from_f64(*float),
            Self::Rational(ratio) => Decimal::from_ratio(ratio, precision),
            Self::Decimal(decimal) => decimal.clone(),
        }
    }

    /// Ruby's `<=>`; None where a NaN takes part.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Float(float), exact) => compare_float(*float, exact),
            (exact, Self::Float(float)) => compare_float(*float, exact).map(Ordering::reverse),
            (Self::Decimal(a), b) => a.compare(&b.to_decimal(a.precision_digits())),
            (a, Self::Decimal(b)) => a.to_decimal(b.precision_digits()).compare(b),
            (a, b) => match (a.as_big(), b.as_big()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => Some(a.to_ratio()?.compare(&b.to_ratio()?)),
            },
        }
    }
}

fn compare_float(float: f64, exact: &Number) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if let Number::Decimal(decimal) = exact {
        return Decimal::from_f64(float).compare(decimal);
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    Some(Ratio::from_f64(float)?.compare(&exact.to_ratio()?))
}

/// As all numbers are.
pub fn frozen(object: RObject) -> Value {
    object.freeze();
    Value::Object(Rc::new(object))
}

/// An Integer, small where it fits.
pub fn big_value(interpreter: &mut Interpreter, big: BigInt) -> Value {
    match big.to_i64() {
        Some(int) => Value::Int(int),
        None => frozen(RObject::with_data(&interpreter.classes.integer, Rc::new(BigInteger(big)))),
    }
}

/// The smaller kind of integer, where it fits.
pub fn normal(big: BigInt) -> Number {
    big.to_i64().map_or(Number::Big(big), Number::Int)
}

/// The nearest float, ties to even, infinite when out of range.
pub fn big_to_f64(big: &BigInt) -> f64 {
    big.to_f64().unwrap_or(if big.is_negative() { f64::NEG_INFINITY } else { f64::INFINITY })
}

/// Without its fraction; None where there is no such number.
pub fn f64_to_big(float: f64) -> Option<BigInt> {
    use num_traits::FromPrimitive;
    BigInt::from_f64(float.trunc())
}

/// A power of ten.
pub fn ten_to(exponent: u64) -> BigInt {
    BigInt::from(10).pow(exponent as u32)
}

/// About the steps that multiplying, dividing or writing out a number of so many bits takes.
pub(super) fn square(bits: u64) -> u64 {
    (bits / 64).saturating_mul(bits / 64)
}

/// Counts the work of reading the number that a text begins with, and of writing it out again.
pub fn charge_text(interpreter: &mut Interpreter, text: &str) -> Eval<()> {
    if text.len() < 1024 {
        return Ok(());
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.,+-/".contains(byte);
    let digits = text.trim_start().bytes().take_while(is_part).count();
    let bits = digits as u64 * 4;
    charge(interpreter, bits, bits)
}

/// Counts the work of a greatest common divisor, which goes bit by bit.
pub fn charge_divisor(interpreter: &mut Interpreter, bits: u64) -> Eval<()> {
    if bits < 8192 {
        return Ok(());
    }
    let work = bits.saturating_mul(bits / 64);
    interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))
}

/// Counts the work of a multiplication of this many 64-bit words, so that huge numbers meet the budget.
pub fn charge(interpreter: &mut Interpreter, bits_a: u64, bits_b: u64) -> Eval<()> {
    if bits_a.saturating_add(bits_b) < 8192 {
        return Ok(());
    }
    interpreter.check_size((bits_a.saturating_add(bits_b) / 8) as usize)?;
    let work = (bits_a / 64 + 1).saturating_mul(bits_b / 64 + 1);
    interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))
}

/// `a op b` where `a` is a number: the way every arithmetic operator of a numeric class goes.
pub fn arithmetic(interpreter: &mut Interpreter, op: Op, a: &Value, b: &Value) -> Eval {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => {
            let small = match op {
                Op::Add => x.checked_add(*y),
                Op::Sub => x.checked_sub(*y),
                Op::Mul => x.checked_mul(*y),
                Op::Div | Op::Mod if *y == 0 => return Err(interpreter.error("ZeroDivisionError", "divided by 0")),
                Op::Div if *y != -1 => Some(x.div_floor(y)),
                Op::Mod if *y != -1 => Some(x.mod_floor(y)),
                _ => None,
            };
            if let Some(small) = small {
                return Ok(Value::Int(small));
            }
        }
        (Value::Float(x), Value::Float(y)) => return float_result(interpreter, op, *x, *y),
        (Value::Float(x), Value::Int(y)) => return float_result(interpreter, op, *x, *y as f64),
        (Value::Int(x), Value::Float(y)) => return float_result(interpreter, op, *x as f64, *y),
        _ => {}
    }
    let Some(left) = Number::of(a) else {
        return Err(interpreter.type_error("not a number"));
    };
    match Number::of(b) {
        Some(right) => Ok(combine(interpreter, op, left, right)?.into_value(interpreter)),
        None => coerced(interpreter, op.name(), a, b),
    }
}

/// Arithmetic between numbers of any two kinds.
pub fn combine(interpreter: &mut Interpreter, op: Op, a: Number, b: Number) -> Eval<Number> {
    match (a, b) {
        (Number::Decimal(a), b) => decimal_result(interpreter, op, &a, &b, false),
        (a, Number::Decimal(b)) => decimal_result(interpreter, op, &b, &a, true),
        (Number::Float(x), y) => float_number(interpreter, op, x, y.to_f64()),
        (x, Number::Float(y)) => float_number(interpreter, op, x.to_f64(), y),
        (a, b) => match (a.as_big(), b.as_big()) {
            (Some(x), Some(y)) => big_result(interpreter, op, &x, &y),
            _ => rational_result(interpreter, op, &a, &b),
        },
    }
}

fn float_result(interpreter: &mut Interpreter, op: Op, x: f64, y: f64) -> Eval {
    if op == Op::Pow && x < 0.0 && y != y.round() {
        return Err(interpreter.unsupported("a Complex result of `**`"));
    }
    if op == Op::Mod && y == 0.0 {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    Ok(Value::Float(float_operation(op, x, y)))
}

fn float_number(interpreter: &mut Interpreter, op: Op, x: f64, y: f64) -> Eval<Number> {
    match float_result(interpreter, op, x, y)? {
        Value::Float(float) => Ok(Number::Float(float)),
        _ => Ok(Number::Float(f64::NAN)),
    }
}

fn float_operation(op: Op, x: f64, y: f64) -> f64 {
    match op {
        Op::Add => x + y,
        Op::Sub => x - y,
        Op::Mul => x * y,
        Op::Div => x / y,
        Op::Mod => float_modulo(x, y),
        Op::Pow => x.powf(y),
    }
}

/// Ruby's `%` takes the sign of the divisor.
pub fn float_modulo(x: f64, y: f64) -> f64 {
    if y.is_infinite() && x.is_finite() {
        return if x == 0.0 || (x < 0.0) == (y < 0.0) { x } else { y };
    }
    let remainder = x % y;
    if remainder != 0.0 && (remainder < 0.0) != (y < 0.0) { remainder + y } else { remainder }
}

fn big_result(interpreter: &mut Interpreter, op: Op, x: &BigInt, y: &BigInt) -> Eval<Number> {
    if op == Op::Pow {
        return big_power(interpreter, x, y);
    }
    if matches!(op, Op::Div | Op::Mod) && y.is_zero() {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    charge(interpreter, x.bits(), y.bits())?;
    Ok(normal(match op {
        Op::Add => x + y,
        Op::Sub => x - y,
        Op::Mul => x * y,
        Op::Div => x.div_floor(y),
        Op::Mod | Op::Pow => x.mod_floor(y),
    }))
}

fn big_power(interpreter: &mut Interpreter, x: &BigInt, y: &BigInt) -> Eval<Number> {
    if y.sign() == Sign::Minus {
        let ratio = Ratio::whole(x.clone());
        return match power_of_ratio(interpreter, &ratio, y)? {
            Some(ratio) => Ok(Number::Rational(ratio)),
            None => Err(interpreter.error("ZeroDivisionError", "divided by 0")),
        };
    }
    power(interpreter, x, y).map(normal)
}

/// `x ** y` for y >= 0, within the budget.
fn power(interpreter: &mut Interpreter, x: &BigInt, y: &BigInt) -> Eval<BigInt> {
    if x.bits() <= 1 {
        // 0, 1 and -1 stay small whatever the exponent.
        return Ok(match (x.sign(), y.is_zero()) {
            (_, true) | (Sign::Plus, _) => BigInt::from(1),
            (Sign::NoSign, false) => BigInt::from(0),
            (Sign::Minus, false) => BigInt::from(if y.is_even() { 1 } else { -1 }),
        });
    }
    let bits = y.to_u64().and_then(|exponent| exponent.checked_mul(x.bits())).unwrap_or(u64::MAX);
    if bits > 1 << 62 {
        interpreter.check_size(usize::MAX)?;
    }
    charge(interpreter, bits, bits)?;
    Ok(x.pow(y.to_u32().unwrap_or(u32::MAX)))
}

/// A fraction to a whole power; None for zero to a negative one.
pub fn power_of_ratio(interpreter: &mut Interpreter, ratio: &Ratio, exponent: &BigInt) -> Eval<Option<Ratio>> {
    let size = exponent.abs();
    let numerator = power(interpreter, &ratio.numerator, &size)?;
    let denominator = power(interpreter, &ratio.denominator, &size)?;
    Ok(if exponent.is_negative() { Ratio::new(denominator, numerator) } else { Ratio::new(numerator, denominator) })
}

fn rational_result(interpreter: &mut Interpreter, op: Op, a: &Number, b: &Number) -> Eval<Number> {
    let (Some(x), Some(y)) = (a.to_ratio(), b.to_ratio()) else {
        return Err(interpreter.error("FloatDomainError", "NaN"));
    };
    let result = match op {
        Op::Add => x.add(&y),
        Op::Sub => x.add(&y.negate()),
        Op::Mul => x.multiply(&y),
        Op::Div | Op::Mod if y.numerator.is_zero() => {
            return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
        }
        Op::Div => x.divide(&y),
        Op::Mod => x.modulo(&y),
        Op::Pow if y.is_whole() => match power_of_ratio(interpreter, &x, &y.numerator)? {
            Some(ratio) => ratio,
            None => return Err(interpreter.error("ZeroDivisionError", "divided by 0")),
        },
        Op::Pow => return float_number(interpreter, op, x.to_f64(), y.to_f64()),
    };
    Ok(Number::Rational(result))
}

fn decimal_result(
    interpreter: &mut Interpreter,
    op: Op,
    decimal: &Decimal,
    other: &Number,
    swapped: bool,
) -> Eval<Number> {
    if op == Op::Pow {
        return decimal_power(interpreter, decimal, other, swapped);
    }
    let other = other.to_decimal(decimal.precision_digits());
    let (a, b) = if swapped { (&other, decimal) } else { (decimal, &other) };
    if op == Op::Mod && b.is_zero() && !a.is_nan() {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    let bits = a.bits() + b.bits();
    let gap = (a.scale() - b.scale()).unsigned_abs().saturating_mul(4);
    charge(interpreter, bits.saturating_add(gap), bits)?;
    Ok(Number::Decimal(match op {
        Op::Add => a.add(b),
        Op::Sub => a.add(&b.clone().negate()),
        Op::Mul => a.multiply(b),
        Op::Div => a.divide(b),
        Op::Mod | Op::Pow => a.divmod(b).1,
    }))
}

fn decimal_power(interpreter: &mut Interpreter, decimal: &Decimal, other: &Number, swapped: bool) -> Eval<Number> {
    if swapped {
        return float_number(interpreter, Op::Pow, other.to_f64(), decimal.to_f64());
    }
    let whole = other.truncate().filter(|whole| Number::Big(whole.clone()).compare(other) == Some(Ordering::Equal));
    match whole.and_then(|whole| whole.to_i64()) {
        Some(exponent) => {
            charge(interpreter, decimal.bits().saturating_mul(exponent.unsigned_abs()), decimal.bits())?;
            Ok(Number::Decimal(decimal.power(exponent)))
        }
        None => Err(interpreter.unsupported("a BigDecimal to a power that is not whole")),
    }
}

/// The other side's `coerce`, or the TypeError that Ruby raises without one.
pub fn coerced(interpreter: &mut Interpreter, op: &str, a: &Value, b: &Value) -> Eval {
    let (x, y) = coerce_pair(interpreter, a, b)?;
    interpreter.call(&x, op, Args::one(y))
}

/// `coerce`: both as the class that it answers.
pub fn coerce_pair(interpreter: &mut Interpreter, a: &Value, b: &Value) -> Eval<(Value, Value)> {
    if !interpreter.responds_to(b, "coerce") {
        let shown = special_or_class(interpreter, b)?;
        let class = interpreter.class_of(a).name();
        return Err(interpreter.type_error(format!("{shown} can't be coerced into {class}")));
    }
    let pair = interpreter.call(b, "coerce", Args::one(a.clone()))?;
    match &pair {
        Value::Array(items) if items.len() == 2 => {
            Ok((items.get(0).unwrap_or_default(), items.get(1).unwrap_or_default()))
        }
        _ => Err(interpreter.type_error("coerce must return [x, y]")),
    }
}

/// How Ruby's messages name a value: what it keeps in a pointer as it is, others by class.
pub fn special_or_class(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        Value::Nil | Value::Bool(_) | Value::Float(_) | Value::Int(_) | Value::Symbol(_) => interpreter.inspect(value),
        _ => Ok(interpreter.class_of(value).name()),
    }
}

/// `a <=> b` for a number `a`.
pub fn compare(interpreter: &mut Interpreter, a: &Value, b: &Value) -> Eval<Option<Ordering>> {
    let (Some(left), right) = (Number::of(a), Number::of(b)) else {
        return Ok(None);
    };
    if let Some(right) = right {
        return Ok(left.compare(&right));
    }
    if matches!(b, Value::Object(_)) && interpreter.responds_to(b, "coerce") {
        let (x, y) = coerce_pair(interpreter, a, b)?;
        return interpreter.compare(&x, &y);
    }
    Ok(None)
}

/// `<`, `>` and their like: an error where `<=>` has no answer, false where a NaN takes part.
pub fn relation(interpreter: &mut Interpreter, a: &Value, b: &Value, holds: fn(Ordering) -> bool) -> Eval {
    if let (Value::Int(x), Value::Int(y)) = (a, b) {
        return Ok(Value::Bool(holds(x.cmp(y))));
    }
    match compare(interpreter, a, b)? {
        Some(order) => Ok(Value::Bool(holds(order))),
        None if Number::of(b).is_some() => Ok(Value::Bool(false)),
        None => {
            let shown = special_or_class(interpreter, b)?;
            let class = interpreter.class_of(a).name();
            Err(interpreter.argument_error(format!("comparison of {class} with {shown} failed")))
        }
    }
}

/// Ruby's `==` for a number; another kind of object is asked itself.
pub fn equal(interpreter: &mut Interpreter, a: &Value, b: &Value) -> Eval<bool> {
    match (Number::of(a), Number::of(b)) {
        (Some(left), Some(right)) => Ok(left.compare(&right) == Some(Ordering::Equal)),
        (Some(_), None) if matches!(b, Value::Object(_)) && !b.is_identical(a) => interpreter.equal(b, a),
        _ => Ok(false),
    }
}

/// An argument that must be a whole number: Ruby's implicit conversion to Integer.
pub fn to_int(interpreter: &mut Interpreter, value: &Value) -> Eval<i64> {
    if let Value::Int(int) = value {
        return Ok(*int);
    }
    match Number::of(value) {
        Some(number) => {
            if let Some(big) = number.truncate() {
                match big.to_i64() {
                    Some(int) => Ok(int),
                    None => Err(interpreter.error("RangeError", "bignum too big to convert into `long'")),
                }
            } else {
                let shown = interpreter.to_s(value)?;
                Err(interpreter.error("FloatDomainError", shown))
            }
        }
        None if matches!(value, Value::Object(_)) && interpreter.responds_to(value, "to_int") => {
            let converted = interpreter.call(value, "to_int", Args::none())?;
            match Number::of(&converted).and_then(|number| number.as_big()).and_then(|big| big.to_i64()) {
                Some(int) => Ok(int),
                None => Err(interpreter.type_error("can't convert to Integer")),
            }
        }
        None => {
            let shown = match value {
                Value::Nil => "from nil to integer".to_owned(),
                Value::Bool(flag) => format!("of {flag} into Integer"),
                _ => format!("of {} into Integer", interpreter.class_of(value).name()),
            };
            Err(interpreter.type_error(format!("no implicit conversion {shown}")))
        }
    }
}
