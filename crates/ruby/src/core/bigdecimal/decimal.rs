//! The value of a BigDecimal and its arithmetic, with the precision that bigdecimal 3.1.5 gives: exact sums and
//! products, quotients cut after as many nine-digit words as that library allots.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::core::numeric_tower::ten_to;
use crate::core::rational::Ratio;
use crate::core::rounding::Rounding;
use crate::runtime::value::NativeData;

/// Digits in one word of the library's representation.
const WORD: i64 = 9;
const WORD_BASE: u64 = 1_000_000_000;
/// How many digits of a Float count.
const FLOAT_DIGITS: usize = 16;

/// A BigDecimal's value: digits and how many of them follow the point, or what is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decimal {
    NaN,
    Infinity {
        negative: bool,
    },
    Zero {
        negative: bool,
    },
    /// `digits * 10 ** -scale`; digits is neither zero nor a multiple of ten.
    Finite {
        digits: BigInt,
        scale: i64,
    },
}

impl NativeData for Decimal {
    fn cost(&self) -> u64 {
        match self {
            // Beside another number it may be written out.
            Self::Finite { digits, scale } => {
                crate::core::numeric_tower::square(digits.bits().saturating_add(scale.unsigned_abs().saturating_mul(4)))
            }
            _ => 0,
        }
    }

    fn eql_key(&self) -> Option<String> {
        Some(match self {
            Self::Zero { .. } => "0".to_owned(),
            other => other.to_scientific(),
        })
    }
}

impl Decimal {
    /// Zeros at the end go.
    pub fn new(digits: BigInt, scale: i64) -> Self {
        if digits.is_zero() {
            return Self::Zero { negative: false };
        }
        let text = digits.to_string();
        let zeros = text.len() - text.trim_end_matches('0').len();
        if zeros == 0 {
            return Self::Finite { digits, scale };
        }
        Self::Finite { digits: digits / ten_to(zeros as u64), scale: scale - zeros as i64 }
    }

    /// A whole number.
    pub fn from_big(number: BigInt) -> Self {
        Self::new(number, 0)
    }

    /// The shortest decimal that reads back as this float, of at most sixteen digits.
    pub fn from_f64(float: f64) -> Self {
        if float.is_nan() {
            return Self::NaN;
        }
        let negative = float.is_sign_negative();
        if float.is_infinite() {
            return Self::Infinity { negative };
        }
        if float == 0.0 {
            return Self::Zero { negative };
        }
        let (digits, point) = literals::shortest_digits(float.abs());
        let digits = &digits[..digits.len().min(FLOAT_DIGITS)];
        let number: BigInt = digits.parse().unwrap_or_default();
        Self::new(if negative { -number } else { number }, digits.len() as i64 - point)
    }

    /// As many digits of a fraction as are wanted.
    pub fn from_ratio(ratio: &Ratio, digits: usize) -> Self {
        let numerator = Self::from_big(ratio.numerator.clone());
        numerator.divide_to(&Self::from_big(ratio.denominator.clone()), digits)
    }

    /// The number at the start of a text, and how many bytes it took.
    pub fn parse_prefix(text: &str) -> Option<(Self, usize)> {
        let trimmed = text.trim_start();
        let skipped = text.len() - trimmed.len();
        for (name, value) in [
            ("NaN", Self::NaN),
            ("Infinity", Self::Infinity { negative: false }),
            ("+Infinity", Self::Infinity { negative: false }),
            ("-Infinity", Self::Infinity { negative: true }),
        ] {
            if trimmed.starts_with(name) {
                return Some((value, skipped + name.len()));
            }
        }
        let (number, used) = Self::parse_finite(trimmed)?;
        Some((number, skipped + used))
    }

    fn parse_finite(text: &str) -> Option<(Self, usize)> {
        use super::super::float::{digits_with_underscores, parse_exponent};
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let mut used = text.len() - unsigned.len();
        let whole = digits_with_underscores(unsigned);
        let mut digits = unsigned[..whole].replace('_', "");
        used += whole;
        let mut scale = 0;
        if let Some(rest) = text[used..].strip_prefix('.') {
            let length = digits_with_underscores(rest);
            let fraction = rest[..length].replace('_', "");
            if whole > 0 || length > 0 {
                used += 1 + length;
            }
            scale = fraction.len() as i64;
            digits.push_str(&fraction);
        }
        if digits.is_empty() {
            return None;
        }
        if let Some((exponent, length)) = parse_exponent(&text[used..].replace(['d', 'D'], "e")) {
            scale -= exponent;
            used += length;
        }
        let number: BigInt = digits.parse().ok()?;
        if number.is_zero() {
            return Some((Self::Zero { negative }, used));
        }
        Some((Self::new(if negative { -number } else { number }, scale), used))
    }

    /// `nan?`
    pub fn is_nan(&self) -> bool {
        matches!(self, Self::NaN)
    }

    /// `finite?`
    pub fn is_finite(&self) -> bool {
        matches!(self, Self::Zero { .. } | Self::Finite { .. })
    }

    /// `zero?`, of either sign.
    pub fn is_zero(&self) -> bool {
        matches!(self, Self::Zero { .. })
    }

    /// Whether there is a minus sign, that of negative zero too.
    pub fn is_negative(&self) -> bool {
        match self {
            Self::NaN => false,
            Self::Infinity { negative } | Self::Zero { negative } => *negative,
            Self::Finite { digits, .. } => digits.is_negative(),
        }
    }

    /// All of them, with the sign; zero where it is no number.
    pub fn digits(&self) -> BigInt {
        match self {
            Self::Finite { digits, .. } => digits.clone(),
            _ => BigInt::zero(),
        }
    }

    /// How many of them follow the point.
    pub fn scale(&self) -> i64 {
        match self {
            Self::Finite { scale, .. } => *scale,
            _ => 0,
        }
    }

    /// How large its digits are, which is what reckoning with them costs.
    pub fn bits(&self) -> u64 {
        match self {
            Self::Finite { digits, .. } => digits.bits(),
            _ => 1,
        }
    }

    /// How many digits there are.
    pub fn digit_count(&self) -> i64 {
        match self {
            Self::Finite { digits, .. } => digits.abs().to_string().len() as i64,
            _ => 0,
        }
    }

    /// The exponent of `0.ddd * 10 ** exponent`.
    pub fn exponent(&self) -> i64 {
        self.digit_count() - self.scale()
    }

    /// The exponent in words of `0.WWW * BASE ** exponent`, and how many words that takes.
    fn words(&self) -> (i64, i64) {
        let exponent = Integer::div_ceil(&self.exponent(), &WORD);
        (exponent, (exponent + Integer::div_ceil(&self.scale(), &WORD)).max(1))
    }

    /// How many digits the library sets aside for this number.
    pub fn precision_digits(&self) -> usize {
        (self.words().1 * WORD) as usize
    }

    /// `precision` of the library: the digits of the number, zeros up to the point included.
    pub fn precision(&self) -> i64 {
        if !matches!(self, Self::Finite { .. }) {
            return 0;
        }
        if self.exponent() <= 0 { self.scale() } else { self.digit_count().max(self.exponent()) }
    }

    fn first_word(&self) -> u64 {
        let (exponent, _) = self.words();
        let unit = (exponent - 1) * WORD;
        self.shifted(-unit).to_u64().unwrap_or(0)
    }

    /// |self| * 10 ** places, cut to a whole number.
    fn shifted(&self, places: i64) -> BigInt {
        let power = places - self.scale();
        let digits = self.digits().abs();
        if power >= 0 { digits * ten_to(power as u64) } else { digits / ten_to(power.unsigned_abs()) }
    }

    /// `-@`
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::NaN => Self::NaN,
            Self::Infinity { negative } => Self::Infinity { negative: !negative },
            Self::Zero { negative } => Self::Zero { negative: !negative },
            Self::Finite { digits, scale } => Self::Finite { digits: -digits, scale },
        }
    }

    /// `abs`
    #[must_use]
    pub fn abs(self) -> Self {
        if self.is_negative() { self.negate() } else { self }
    }

    fn aligned(&self, other: &Self) -> (BigInt, BigInt, i64) {
        let scale = self.scale().max(other.scale());
        let lift = |number: &Self| {
            if number.is_zero() { BigInt::zero() } else { number.digits() * ten_to((scale - number.scale()) as u64) }
        };
        (lift(self), lift(other), scale)
    }

    /// `+`
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            (Self::Infinity { negative: a }, Self::Infinity { negative: b }) if a != b => Self::NaN,
            (Self::Infinity { .. }, _) => self.clone(),
            (_, Self::Infinity { .. }) => other.clone(),
            (Self::Zero { negative: a }, Self::Zero { negative: b }) => Self::Zero { negative: *a && *b },
            (Self::Zero { .. }, _) => other.clone(),
            (_, Self::Zero { .. }) => self.clone(),
            _ => {
                let (a, b, scale) = self.aligned(other);
                Self::new(a + b, scale)
            }
        }
    }

    /// `*`
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        let negative = self.is_negative() != other.is_negative();
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            (Self::Infinity { .. }, Self::Zero { .. }) | (Self::Zero { .. }, Self::Infinity { .. }) => Self::NaN,
            (Self::Infinity { .. }, _) | (_, Self::Infinity { .. }) => Self::Infinity { negative },
            (Self::Zero { .. }, _) | (_, Self::Zero { .. }) => Self::Zero { negative },
            _ => Self::new(self.digits() * other.digits(), self.scale() + other.scale()),
        }
    }

    /// Quotients of the special values; None when both sides are finite and not zero.
    fn special_quotient(&self, other: &Self) -> Option<Self> {
        let negative = self.is_negative() != other.is_negative();
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) | (Self::Infinity { .. }, Self::Infinity { .. }) => Some(Self::NaN),
            (Self::Zero { .. }, Self::Zero { .. }) => Some(Self::NaN),
            (Self::Infinity { .. }, _) | (_, Self::Zero { .. }) => Some(Self::Infinity { negative }),
            (Self::Zero { .. }, _) | (_, Self::Infinity { .. }) => Some(Self::Zero { negative }),
            _ => None,
        }
    }

    /// The quotient cut after `words` words counted from the one above the leading word, and the remainder.
    fn cut_quotient(&self, other: &Self, words: i64) -> (Self, Self) {
        if other.digits().abs().is_one() && other.scale() == 0 {
            let quotient = if other.is_negative() { self.clone().negate() } else { self.clone() };
            return (quotient, Self::Zero { negative: false });
        }
        let exponent = self.words().0 + 2 - other.words().0;
        let places = (words - exponent) * WORD;
        // self / other = (digits_a / digits_b) * 10 ** (scale_b - scale_a)
        let power = places + other.scale() - self.scale();
        let (mut a, mut b) = (self.digits().abs(), other.digits().abs());
        if power >= 0 {
            a *= ten_to(power as u64);
        } else {
            b *= ten_to(power.unsigned_abs());
        }
        let quotient = &a / &b;
        let negative = self.is_negative() != other.is_negative();
        let quotient = Self::new(if negative { -quotient } else { quotient }, places);
        let rest = self.add(&quotient.multiply(other).negate());
        (quotient, rest)
    }

    /// Ruby's `/`.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Self {
        if let Some(special) = self.special_quotient(other) {
            return special;
        }
        let digits = (self.precision().max(other.precision()) * 2).max(2 * FLOAT_DIGITS as i64);
        let (quotient, rest) = self.cut_quotient(other, Integer::div_ceil(&(digits + 2 * WORD), &WORD));
        // The library looks only at the leading words of remainder and divisor, in 32 bits.
        let estimate = u128::from(WORD_BASE) * u128::from(rest.first_word()) / u128::from(other.first_word().max(1));
        if u64::from(estimate as u32) / (WORD_BASE / 10) < 5 {
            return quotient;
        }
        let unit_scale = Integer::div_ceil(&quotient.scale(), &WORD) * WORD;
        let unit = Self::new(if quotient.is_negative() { -BigInt::one() } else { BigInt::one() }, unit_scale);
        quotient.add(&unit)
    }

    /// `div(other, digits)`: rounded to so many significant digits.
    #[must_use]
    pub fn divide_to(&self, other: &Self, digits: usize) -> Self {
        if digits == 0 {
            return self.divide(other);
        }
        if let Some(special) = self.special_quotient(other) {
            return special;
        }
        let (quotient, _) = self.cut_quotient(other, Integer::div_ceil(&(digits as i64 + 3 * WORD), &WORD));
        quotient.round_significant(digits as i64, Rounding::HalfUp)
    }

    /// The floor of the quotient, and the modulo with the divisor's sign.
    pub fn divmod(&self, other: &Self) -> (Self, Self) {
        match (self, other) {
            (Self::Finite { .. }, Self::Finite { .. }) => {
                let (a, b, scale) = self.aligned(other);
                let (quotient, rest) = a.div_mod_floor(&b);
                (Self::new(quotient, 0), Self::new(rest, scale))
            }
            (Self::Zero { .. }, Self::Finite { .. } | Self::Infinity { .. }) => {
                (Self::Zero { negative: false }, Self::Zero { negative: false })
            }
            (Self::Finite { .. }, Self::Infinity { .. }) => (Self::Zero { negative: false }, self.clone()),
            (Self::Infinity { .. }, Self::Finite { .. }) => {
                (Self::Infinity { negative: self.is_negative() != other.is_negative() }, Self::NaN)
            }
            _ => (Self::NaN, Self::NaN),
        }
    }

    /// A whole power; the caller has counted the work.
    #[must_use]
    pub fn power(&self, exponent: i64) -> Self {
        let odd = exponent % 2 != 0;
        match self {
            Self::NaN => Self::NaN,
            _ if exponent == 0 => Self::new(BigInt::one(), 0),
            Self::Infinity { negative } | Self::Zero { negative } => {
                let negative = *negative && odd;
                if self.is_zero() == (exponent > 0) { Self::Zero { negative } } else { Self::Infinity { negative } }
            }
            Self::Finite { digits, scale } => {
                let size = exponent.unsigned_abs();
                let power = Self::new(digits.pow(size as u32), scale * size as i64);
                if exponent > 0 {
                    return power;
                }
                let allotted = Integer::div_ceil(&(self.words().1 * (WORD + 1) * (size as i64 + 1)), &WORD);
                Self::new(BigInt::one(), 0).cut_quotient(&power, allotted + 2).0
            }
        }
    }

    /// The square root to `digits` digits and a few more. The caller has refused negative numbers.
    #[must_use]
    pub fn square_root(&self, digits: i64) -> Self {
        if !matches!(self, Self::Finite { .. }) {
            return self.clone();
        }
        let digits = (digits + 2 * FLOAT_DIGITS as i64).max(self.precision_digits() as i64);
        let places = digits - self.exponent() / 2;
        let places = places.max((self.scale() + 1) / 2);
        Self::new(self.shifted(2 * places).sqrt(), places)
    }

    /// Rounded at `places` behind the point (before it when negative).
    #[must_use]
    pub fn round_at(&self, places: i64, mode: Rounding) -> Self {
        match self {
            Self::Finite { digits, scale } if *scale > places => {
                if self.exponent() + places < -1 && !matches!(mode, Rounding::Up | Rounding::Ceiling | Rounding::Floor)
                {
                    return Self::Zero { negative: self.is_negative() };
                }
                let rounded = mode.divide(digits, &ten_to((scale - places) as u64));
                if rounded.is_zero() {
                    return Self::Zero { negative: self.is_negative() };
                }
                Self::new(rounded, places)
            }
            _ => self.clone(),
        }
    }

    /// To so many digits, wherever the point is.
    #[must_use]
    pub fn round_significant(&self, digits: i64, mode: Rounding) -> Self {
        self.round_at(digits - self.exponent(), mode)
    }

    /// None where it is no number.
    pub fn truncate(&self) -> Option<BigInt> {
        match self {
            Self::NaN | Self::Infinity { .. } => None,
            Self::Zero { .. } => Some(BigInt::zero()),
            Self::Finite { .. } => {
                let whole = self.shifted(0);
                Some(if self.is_negative() { -whole } else { whole })
            }
        }
    }

    /// None where it is no number.
    pub fn to_ratio(&self) -> Option<Ratio> {
        match self {
            Self::NaN | Self::Infinity { .. } => None,
            Self::Zero { .. } => Some(Ratio::whole(BigInt::zero())),
            Self::Finite { digits, scale } if *scale > 0 => Ratio::new(digits.clone(), ten_to(*scale as u64)),
            Self::Finite { digits, scale } => Some(Ratio::whole(digits * ten_to(scale.unsigned_abs()))),
        }
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::NaN => f64::NAN,
            Self::Infinity { negative: true } => f64::NEG_INFINITY,
            Self::Infinity { negative: false } => f64::INFINITY,
            Self::Zero { negative } => {
                if *negative {
                    -0.0
                } else {
                    0.0
                }
            }
            Self::Finite { digits, scale } => format!("{digits}e{}", -scale).parse().unwrap_or(f64::NAN),
        }
    }

    /// None beside what is not a number.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => None,
            (Self::Infinity { negative: a }, Self::Infinity { negative: b }) => Some(b.cmp(a)),
            (Self::Infinity { negative }, _) => Some(if *negative { Ordering::Less } else { Ordering::Greater }),
            (_, Self::Infinity { negative }) => Some(if *negative { Ordering::Greater } else { Ordering::Less }),
            _ => {
                let sign = |number: &Self| match number {
                    Self::Finite { digits, .. } => digits.signum().to_i8().unwrap_or(0),
                    _ => 0,
                };
                let by_sign = sign(self).cmp(&sign(other));
                if by_sign != Ordering::Equal || sign(self) == 0 {
                    return Some(by_sign);
                }
                let by_size = self.exponent().cmp(&other.exponent());
                if by_size != Ordering::Equal {
                    return Some(if sign(self) > 0 { by_size } else { by_size.reverse() });
                }
                let (a, b, _) = self.aligned(other);
                Some(a.cmp(&b))
            }
        }
    }

    fn special_text(&self) -> Option<&'static str> {
        match self {
            Self::NaN => Some("NaN"),
            Self::Infinity { negative: false } => Some("Infinity"),
            Self::Infinity { negative: true } => Some("-Infinity"),
            Self::Zero { negative: false } => Some("0.0"),
            Self::Zero { negative: true } => Some("-0.0"),
            Self::Finite { .. } => None,
        }
    }

    /// `0.15e1`.
    pub fn to_scientific(&self) -> String {
        match self.special_text() {
            Some(text) => text.to_owned(),
            None => literals::scientific(self.is_negative(), &self.digits().abs().to_string(), self.exponent()),
        }
    }

    /// `1.5`.
    pub fn to_plain(&self) -> String {
        match self.special_text() {
            Some(text) => text.to_owned(),
            None => literals::decimal(self.is_negative(), &self.digits().abs().to_string(), self.exponent()),
        }
    }
}
