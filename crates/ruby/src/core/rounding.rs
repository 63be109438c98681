//! Rounding of exact quotients, and the arguments of `round`, `floor`, `ceil` and `truncate`.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};

use super::numeric_tower::{Number, ten_to, to_int};
use super::rational::Ratio;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// To which side what is left over goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    HalfUp,
    HalfDown,
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    Ceiling,
    Floor,
}

impl Rounding {
    /// Whether a quotient is to grow away from zero, from what was cut off.
    /// `half` compares the cut-off part with one half.
    fn grows(self, negative: bool, exact: bool, half: std::cmp::Ordering, odd: bool) -> bool {
        use std::cmp::Ordering::{Equal, Greater};
        match self {
            _ if exact => false,
            Self::Up => true,
            Self::Down => false,
            Self::Ceiling => !negative,
            Self::Floor => negative,
            Self::HalfUp => half != std::cmp::Ordering::Less,
            Self::HalfDown => half == Greater,
            Self::HalfEven => half == Greater || half == Equal && odd,
        }
    }

    /// `numerator / denominator` as a whole number.
    pub fn divide(self, numerator: &BigInt, denominator: &BigInt) -> BigInt {
        let negative = numerator.is_negative() != denominator.is_negative();
        let (quotient, rest) = numerator.abs().div_rem(&denominator.abs());
        let half = (&rest * 2u8).cmp(&denominator.abs());
        let grown =
            if self.grows(negative, rest.is_zero(), half, quotient.is_odd()) { quotient + 1u8 } else { quotient };
        if negative { -grown } else { grown }
    }

    /// The mode of `half:`, or an ArgumentError.
    pub fn from_half(interpreter: &mut Interpreter, half: Option<Value>) -> Eval<Self> {
        let Some(half) = half.filter(|half| !half.is_nil()) else {
            return Ok(Self::HalfUp);
        };
        match half.as_name().as_deref() {
            Some("up") => Ok(Self::HalfUp),
            Some("even") => Ok(Self::HalfEven),
            Some("down") => Ok(Self::HalfDown),
            _ => {
                let shown = interpreter.to_s(&half)?;
                Err(interpreter.argument_error(format!("invalid rounding mode: {shown}")))
            }
        }
    }
}

/// The digits and mode that `round(digits = nil, half: nil)` was given.
pub fn round_arguments(interpreter: &mut Interpreter, args: &Args) -> Eval<(Option<i64>, Rounding)> {
    let mode = Rounding::from_half(interpreter, args.keyword("half"))?;
    Ok((digits_argument(interpreter, args)?, mode))
}

/// None where no digits were given.
pub fn digits_argument(interpreter: &mut Interpreter, args: &Args) -> Eval<Option<i64>> {
    match args.first() {
        Value::Nil => Ok(None),
        digits => to_int(interpreter, &digits).map(Some),
    }
}

/// An Integer rounded at `digits` (negative: before the point).
pub fn round_integer(number: &BigInt, digits: i64, mode: Rounding) -> BigInt {
    if digits >= 0 {
        return number.clone();
    }
    // More places than the number has digits: only the modes that leave zero behind could tell.
    let places = digits.unsigned_abs().min(number.bits() + 2);
    let unit = ten_to(places);
    mode.divide(number, &unit) * unit
}

/// A fraction rounded to a whole number, or at `digits` to a fraction.
pub fn round_ratio(ratio: &Ratio, digits: Option<i64>, mode: Rounding) -> Number {
    match digits {
        None => super::numeric_tower::normal(mode.divide(&ratio.numerator, &ratio.denominator)),
        Some(digits) if digits > 0 => {
            let unit = ten_to(digits.unsigned_abs().min(1 << 16));
            let scaled = mode.divide(&(&ratio.numerator * &unit), &ratio.denominator);
            Number::Rational(Ratio::new(scaled, unit).unwrap_or_else(|| ratio.clone()))
        }
        Some(digits) => {
            let unit = ten_to(digits.unsigned_abs().min(1 << 16));
            let whole = mode.divide(&ratio.numerator, &(&ratio.denominator * &unit)) * unit;
            super::numeric_tower::normal(whole)
        }
    }
}
