//! Rational: an exact fraction of big integers, always in lowest terms.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::numeric;
use super::numeric_tower::{Number, Op, arithmetic, big_value, charge_divisor};
use super::rounding::{Rounding, digits_argument, round_arguments, round_ratio};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, Value};

const METHODS: &[NativeMethod] = &[
    method("numerator", numerator, 0..=0),
    method("denominator", denominator, 0..=0),
    method("to_s", to_s, 0..=0),
    method("inspect", inspect, 0..=0),
    method("to_r", to_r, 0..=0),
    method("rationalize", rationalize, 0..=1),
    method("round", round, 0..=1).taking(&["half"]),
    method("floor", floor, 0..=1),
    method("ceil", ceil, 0..=1),
    method("truncate", truncate, 0..=1),
    method("quo", quo, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let numeric = interpreter.classes.numeric.clone();
    let class = interpreter.define_class("Rational", &numeric);
    class.define(numeric::OPERATORS);
    class.define(METHODS);
    super::undefine_new(interpreter, &class);
}

/// A fraction in lowest terms, whose denominator is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub numerator: BigInt,
    /// Above zero.
    pub denominator: BigInt,
}

impl NativeData for Ratio {
    /// A result of arithmetic is reduced, by a greatest common divisor of numbers of twice the length.
    fn cost(&self) -> u64 {
        let bits = (self.numerator.bits() + self.denominator.bits()) * 2;
        bits.saturating_mul(bits / 64)
    }

    fn eql_key(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl Ratio {
    /// None for a denominator of zero.
    pub fn new(numerator: BigInt, denominator: BigInt) -> Option<Self> {
        if denominator.is_zero() {
            return None;
        }
        let divisor = numerator.gcd(&denominator);
        let divisor = if denominator.is_negative() { -divisor } else { divisor };
        Some(Self { numerator: numerator / &divisor, denominator: denominator / divisor })
    }

    /// Over one.
    pub fn whole(numerator: BigInt) -> Self {
        Self { numerator, denominator: BigInt::one() }
    }

    fn reduced(numerator: BigInt, denominator: BigInt) -> Self {
        Self::new(numerator, denominator).unwrap_or_else(|| Self::whole(BigInt::zero()))
    }

    /// The exact value of a float; None for NaN and infinities.
    pub fn from_f64(float: f64) -> Option<Self> {
        if !float.is_finite() {
            return None;
        }
        let bits = float.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as i64;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
        let mantissa = BigInt::from(mantissa);
        let mantissa = if float.is_sign_negative() { -mantissa } else { mantissa };
        Some(if exponent >= 0 {
            Self::whole(mantissa << exponent)
        } else {
            Self::reduced(mantissa, BigInt::one() << -exponent)
        })
    }

    /// `"1/3"`, `"0.75"`, `"1e3"`, `" -2 "`: the longest number at the start; None where there is none.
    pub fn parse_prefix(text: &str) -> Option<(Self, usize)> {
        let (ratio, used) = parse_decimal(text)?;
        if let Some(rest) = text[used..].strip_prefix('/') {
            let digits = super::float::digits_with_underscores(rest);
            if digits > 0 {
                let denominator: BigInt = rest[..digits].replace('_', "").parse().ok()?;
                let quotient = ratio.divide_checked(&Self::whole(denominator))?;
                return Some((quotient, used + 1 + digits));
            }
        }
        Some((ratio, used))
    }

    /// Whether the denominator is one.
    pub fn is_whole(&self) -> bool {
        self.denominator.is_one()
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        // Both sides scaled so that the quotient has 64 significant bits and a sticky one, then one rounding.
        if self.numerator.is_zero() {
            return 0.0;
        }
        let shift = self.numerator.bits() as i64 - self.denominator.bits() as i64 - 66;
        let (n, d) = if shift < 0 {
            (self.numerator.abs() << -shift, self.denominator.clone())
        } else {
            (self.numerator.abs(), self.denominator.clone() << shift)
        };
        let (quotient, rest) = n.div_rem(&d);
        let sticky = quotient | BigInt::from(u8::from(!rest.is_zero()));
        let float = scale_by_two(&sticky, shift);
        if self.numerator.is_negative() { -float } else { float }
    }

    /// `-@`
    #[must_use]
    pub fn negate(&self) -> Self {
        Self { numerator: -&self.numerator, denominator: self.denominator.clone() }
    }

    /// `+`
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        Self::reduced(
            &self.numerator * &other.denominator + &other.numerator * &self.denominator,
            &self.denominator * &other.denominator,
        )
    }

    /// `*`
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        Self::reduced(&self.numerator * &other.numerator, &self.denominator * &other.denominator)
    }

    /// The caller has checked that `other` is not zero.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Self {
        Self::reduced(&self.numerator * &other.denominator, &self.denominator * &other.numerator)
    }

    fn divide_checked(&self, other: &Self) -> Option<Self> {
        Self::new(&self.numerator * &other.denominator, &self.denominator * &other.numerator)
    }

    /// With the sign of the divisor.
    #[must_use]
    pub fn modulo(&self, other: &Self) -> Self {
        let quotient = self.divide(other);
        let floor = quotient.numerator.div_floor(&quotient.denominator);
        self.add(&other.multiply(&Self::whole(floor)).negate())
    }

    /// `self - other * floor(self / other)` and that floor.
    pub fn floor_divide(&self, other: &Self) -> BigInt {
        let quotient = self.divide(other);
        quotient.numerator.div_floor(&quotient.denominator)
    }

    /// `<=>`
    pub fn compare(&self, other: &Self) -> Ordering {
        (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator))
    }

    /// The simplest fraction between two bounds (Stern-Brocot), both of one sign.
    fn simplest_between(low: &Self, high: &Self) -> Self {
        let floor = low.numerator.div_floor(&low.denominator);
        let whole = Self::whole(floor.clone());
        if low.is_whole() {
            return whole;
        }
        if floor < high.numerator.div_floor(&high.denominator) {
            return Self::whole(floor + 1u8);
        }
        let inverse = |bound: &Self| {
            let rest = bound.add(&whole.negate());
            Self::reduced(rest.denominator, rest.numerator)
        };
        let inner = Self::simplest_between(&inverse(high), &inverse(low));
        whole.add(&Self::reduced(inner.denominator, inner.numerator))
    }

    /// `rationalize`: the simplest fraction within this distance.
    #[must_use]
    pub fn rationalize(&self, epsilon: &Self) -> Self {
        let epsilon = Self { numerator: epsilon.numerator.abs(), denominator: epsilon.denominator.clone() };
        if self.numerator.is_negative() {
            return self.negate().rationalize(&epsilon).negate();
        }
        let low = self.add(&epsilon.negate());
        if !low.numerator.is_positive() {
            return Self::whole(BigInt::zero());
        }
        Self::simplest_between(&low, &self.add(&epsilon))
    }
}

fn scale_by_two(mantissa: &BigInt, exponent: i64) -> f64 {
    // The mantissa has 66 or 67 bits: exact parts of it keep the single rounding in the normal range.
    let bits = mantissa.bits() as i64;
    let lowest = (-1074i64).max(bits + exponent - 53);
    let drop = lowest - exponent;
    if drop <= 0 {
        return mantissa.to_f64().unwrap_or(0.0) * 2f64.powi(exponent as i32);
    }
    let rounded = Rounding::HalfEven.divide(mantissa, &(BigInt::one() << drop));
    let float = rounded.to_f64().unwrap_or(0.0);
    if lowest < -1000 {
        return float * 2f64.powi((lowest + 500) as i32) * 2f64.powi(-500);
    }
    if lowest > 971 { f64::INFINITY } else { float * 2f64.powi(lowest as i32) }
}

fn parse_decimal(text: &str) -> Option<(Ratio, usize)> {
    let trimmed = text.trim_start();
    let start = text.len() - trimmed.len();
    let unsigned = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let negative = trimmed.starts_with('-');
    let mut used = text.len() - unsigned.len();
    let whole = super::float::digits_with_underscores(unsigned);
    if whole == 0 {
        return None;
    }
    let mut digits = unsigned[..whole].replace('_', "");
    used += whole;
    let mut scale = 0i64;
    if let Some(rest) = text[used..].strip_prefix('.') {
        let fraction = super::float::digits_with_underscores(rest);
        if fraction > 0 {
            let fraction_digits = rest[..fraction].replace('_', "");
            scale = fraction_digits.len() as i64;
            digits.push_str(&fraction_digits);
            used += 1 + fraction;
        }
    }
    if let Some((exponent, length)) = super::float::parse_exponent(&text[used..]) {
        scale -= exponent;
        used += length;
    }
    debug_assert!(used >= start);
    if scale.abs() > 1 << 16 {
        return None;
    }
    let digits: BigInt = digits.parse().ok()?;
    let digits = if negative { -digits } else { digits };
    let unit = super::numeric_tower::ten_to(scale.unsigned_abs());
    let ratio = if scale > 0 { Ratio::reduced(digits, unit) } else { Ratio::whole(digits * unit) };
    Some((ratio, used))
}

fn ratio(value: &Value) -> Ratio {
    Number::of(value).and_then(|number| number.to_ratio()).unwrap_or_else(|| Ratio::whole(BigInt::zero()))
}

fn numerator(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(big_value(interpreter, ratio(this).numerator))
}

fn denominator(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(big_value(interpreter, ratio(this).denominator))
}

fn to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(ratio(this).to_string()))
}

fn inspect(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(format!("({})", ratio(this))))
}

fn to_r(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn rationalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(epsilon) = Number::of(&args.first()).and_then(|number| number.to_ratio()) else {
        return Ok(this.clone());
    };
    Ok(Number::Rational(ratio(this).rationalize(&epsilon)).into_value(interpreter))
}

/// What is rounded to so many digits is reduced.
fn charge_digits(interpreter: &mut Interpreter, digits: Option<i64>) -> Eval<()> {
    charge_divisor(interpreter, digits.unwrap_or(0).unsigned_abs().min(1 << 16).saturating_mul(8))
}

fn round(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (digits, mode) = round_arguments(interpreter, &args)?;
    charge_digits(interpreter, digits)?;
    Ok(round_ratio(&ratio(this), digits, mode).into_value(interpreter))
}

fn cut(interpreter: &mut Interpreter, this: &Value, args: &Args, mode: Rounding) -> Eval {
    let digits = digits_argument(interpreter, args)?;
    charge_digits(interpreter, digits)?;
    Ok(round_ratio(&ratio(this), digits, mode).into_value(interpreter))
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
