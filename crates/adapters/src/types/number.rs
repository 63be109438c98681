//! active_model/type/{integer,big_integer,float,decimal}.rb, active_record/type/{unsigned_integer,decimal_without_scale}.rb,
//! and the conversions of Ruby's `String` to numbers that they lean on.

use bigdecimal::{BigDecimal, RoundingMode};
use num_bigint::{BigInt, Sign};
use num_traits::{FromPrimitive, Zero};

use super::CastType;
use crate::{Arg, Error, ErrorClass, Result};

/// `Helpers::Numeric#cast`, up to `cast_value`.
fn numeric(value: &Arg) -> Arg {
    match value {
        Arg::Bool(value) => Arg::Int(i64::from(*value)),
        value if value.is_blank() => Arg::Nil,
        value => value.clone(),
    }
}

/// `NUMERIC_REGEX`: `/\A\s*[+-]?\d/`
fn is_numeric(text: &str) -> bool {
    let text = text.trim_start_matches(is_space);
    text.strip_prefix(['+', '-']).unwrap_or(text).starts_with(|character: char| character.is_ascii_digit())
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

/// An integer of a given width. Without bounds it is `BigInteger`.
#[derive(Clone, Debug)]
pub struct Integer {
    type_name: &'static str,
    class_name: &'static str,
    limit: Option<i64>,
    precision: Option<i64>,
    /// Bits of the magnitude, and whether there are negative numbers.
    bounds: Option<(u32, bool)>,
    default_limit: i64,
}

const DEFAULT_LIMIT: i64 = 4;

impl Integer {
    /// `limit` is its size in bytes; four without one.
    pub fn new(limit: Option<i64>) -> Self {
        let bits = u32::try_from(limit.unwrap_or(DEFAULT_LIMIT) * 8 - 1).unwrap_or(0);
        Self {
            type_name: "integer",
            class_name: "ActiveModel::Type::Integer",
            limit,
            precision: None,
            bounds: Some((bits, true)),
            default_limit: DEFAULT_LIMIT,
        }
    }

    /// For a subclass whose `_limit` is another without one given.
    pub fn with_default_limit(limit: Option<i64>, default: i64) -> Self {
        let bits = u32::try_from(limit.unwrap_or(default) * 8 - 1).unwrap_or(0);
        Self { bounds: Some((bits, true)), default_limit: default, ..Self::new(limit) }
    }

    /// `ActiveRecord::Type::UnsignedInteger`: MySQL's, twice as far and never below zero.
    pub fn unsigned(limit: Option<i64>) -> Self {
        let signed = Self::new(limit);
        let bits = signed.bounds.map_or(0, |(bits, _)| bits + 1);
        Self { class_name: "ActiveRecord::Type::UnsignedInteger", bounds: Some((bits, false)), ..signed }
    }

    /// `BigInteger`: of any size, so that no value is out of its range.
    pub fn big() -> Self {
        Self { class_name: "ActiveModel::Type::BigInteger", bounds: None, ..Self::new(None) }
    }

    /// `DecimalWithoutScale`: what a decimal column with no digits after its point is.
    pub fn decimal_without_scale(precision: Option<i64>) -> Self {
        Self { type_name: "decimal", class_name: "ActiveRecord::Type::DecimalWithoutScale", precision, ..Self::big() }
    }

    /// A subclass of an adapter: its `type` and its name in messages.
    #[must_use]
    pub fn named(self, type_name: &'static str, class_name: &'static str) -> Self {
        Self { type_name, class_name, ..self }
    }

    fn check_range(&self, value: Arg) -> Result<Arg> {
        let number = match &value {
            Arg::Int(number) => BigInt::from(*number),
            Arg::BigInt(number) => number.clone(),
            _ => return Ok(value),
        };
        let Some((bits, negative)) = self.bounds else { return Ok(value) };
        let max = BigInt::from(1) << bits;
        let min = if negative { -max.clone() } else { BigInt::zero() };
        if number < max && number >= min {
            return Ok(value);
        }
        let limit = self.limit.unwrap_or(self.default_limit);
        let message = format!("{} is out of range for {} with limit {limit} bytes", value.to_s(), self.class_name);
        Err(Error::new(ErrorClass::ActiveModelRangeError, message))
    }
}

impl CastType for Integer {
    fn type_name(&self) -> Option<&str> {
        Some(self.type_name)
    }

    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn precision(&self) -> Option<i64> {
        self.precision
    }

    fn is_integer(&self) -> bool {
        true
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(to_i(&numeric(value)))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        if let Arg::Str(text) | Arg::Sql(text) = value
            && !is_numeric(text)
        {
            return Ok(Arg::Nil);
        }
        self.check_range(to_i(&numeric(value)))
    }

    fn deserialize(&self, value: &Arg) -> Result<Arg> {
        Ok(if value.is_blank() { Arg::Nil } else { to_i(value) })
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        if self.type_name == "decimal" { Arg::Str(value.to_s()).inspect() } else { value.inspect() }
    }
}

/// `to_i rescue nil`
fn to_i(value: &Arg) -> Arg {
    match value {
        Arg::Int(_) | Arg::BigInt(_) => value.clone(),
        Arg::Float(number) => {
            if number.abs() < 9.0e18 {
                Arg::Int(*number as i64)
            } else {
                BigInt::from_f64(number.trunc()).map_or(Arg::Nil, integer)
            }
        }
        Arg::Decimal(number) => integer(string_to_i(&number.with_scale_round(0, RoundingMode::Down).to_plain_string())),
        Arg::Str(text) | Arg::Sql(text) => integer(string_to_i(text)),
        Arg::Time(time) => Arg::Int(time.timestamp().as_second()),
        Arg::DateTime(time) => {
            time.to_zoned(jiff::tz::TimeZone::UTC).map_or(Arg::Nil, |time| Arg::Int(time.timestamp().as_second()))
        }
        _ => Arg::Nil,
    }
}

/// The smallest form of an integer.
pub(super) fn integer(number: BigInt) -> Arg {
    i64::try_from(&number).map_or(Arg::BigInt(number), Arg::Int)
}

/// `String#to_i`
pub fn string_to_i(text: &str) -> BigInt {
    let text = text.trim_start_matches(is_space);
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (Sign::Minus, text),
        None => (Sign::Plus, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = leading_digits(text);
    match BigInt::parse_bytes(digits.as_bytes(), 10) {
        Some(number) if sign == Sign::Minus => -number,
        Some(number) => number,
        None => BigInt::zero(),
    }
}

/// Digits with single underscores between them, which are dropped.
fn leading_digits(text: &str) -> String {
    let mut digits = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let joins = character == '_' && !digits.is_empty() && characters.peek().is_some_and(char::is_ascii_digit);
        if character.is_ascii_digit() {
            digits.push(character);
        } else if !joins {
            break;
        }
    }
    digits
}

/// The leading number of a string in plain form, as `to_f` and `to_d` find it; `0` where there is none.
fn leading_number(text: &str) -> String {
    let text = text.trim_start_matches(is_space);
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let taken = |text: &str| -> usize {
        text.find(|character: char| !character.is_ascii_digit() && character != '_').unwrap_or(text.len())
    };
    let whole = leading_digits(rest);
    let mut rest = &rest[taken(rest)..];
    let mut number = format!("{sign}{}", if whole.is_empty() { "0" } else { &whole });
    if let Some(after) = rest.strip_prefix('.') {
        let fraction = leading_digits(after);
        if fraction.is_empty() {
            return number;
        }
        number = format!("{number}.{fraction}");
        rest = &after[taken(after)..];
    } else if whole.is_empty() {
        return "0".to_owned();
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ("-", exponent),
            None => ("", exponent.strip_prefix('+').unwrap_or(exponent)),
        };
        let digits = leading_digits(exponent);
        if !digits.is_empty() {
            number = format!("{number}e{sign}{digits}");
        }
    }
    number
}

/// `ActiveModel::Type::Float`; a text is read as far as it is a number.
#[derive(Clone, Debug, Default)]
pub struct Float {
    pub limit: Option<i64>,
}

impl CastType for Float {
    fn type_name(&self) -> Option<&str> {
        Some("float")
    }

    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(match numeric(value) {
            Arg::Nil => Arg::Nil,
            Arg::Float(number) => Arg::Float(number),
            Arg::Int(number) => Arg::Float(number as f64),
            Arg::Str(text) | Arg::Sql(text) => Arg::Float(match text.as_str() {
                "Infinity" => f64::INFINITY,
                "-Infinity" => f64::NEG_INFINITY,
                "NaN" => f64::NAN,
                text => leading_number(text).parse().unwrap_or(0.0),
            }),
            Arg::BigInt(number) => Arg::Float(number.to_string().parse().unwrap_or(0.0)),
            Arg::Decimal(number) => Arg::Float(number.to_string().parse().unwrap_or(0.0)),
            other => return Err(undefined("to_f", &other)),
        })
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        match value {
            Arg::Float(number) if number.is_nan() => "::Float::NAN".to_owned(),
            Arg::Float(number) if number.is_infinite() && *number > 0.0 => "::Float::INFINITY".to_owned(),
            Arg::Float(number) if number.is_infinite() => "-::Float::INFINITY".to_owned(),
            other => other.inspect(),
        }
    }
}

fn undefined(method: &str, value: &Arg) -> Error {
    Error::new(ErrorClass::TypeError, format!("undefined method `{method}' for {}", value.inspect()))
}

/// `ActiveModel::Type::Decimal`; a float is read by as many digits as it is exact to.
#[derive(Clone, Debug, Default)]
pub struct Decimal {
    pub precision: Option<i64>,
    pub scale: Option<i64>,
}

/// `Float::DIG + 1`
const FLOAT_PRECISION: i64 = 16;

impl Decimal {
    fn apply_scale(&self, number: BigDecimal) -> BigDecimal {
        match self.scale {
            Some(scale) if number.fractional_digit_count() > scale => {
                number.with_scale_round(scale, RoundingMode::HalfUp)
            }
            _ => number,
        }
    }

    fn float(&self, number: f64) -> Option<BigDecimal> {
        let exact = |number: f64| literals::float(number).parse::<BigDecimal>().ok();
        let Some(precision) = self.precision else { return exact(number) };
        let rounded = self.scale.map_or(number, |scale| round_float(number, scale));
        let digits = u64::try_from(precision.min(FLOAT_PRECISION)).unwrap_or(0);
        exact(rounded).map(|number| if digits > 0 { number.with_prec(digits) } else { number })
    }
}

/// `Float#round(digits)`
fn round_float(number: f64, digits: i64) -> f64 {
    if !(0..=15).contains(&digits) {
        return number;
    }
    let factor = 10f64.powi(digits as i32);
    let mut rounded = (number * factor).round();
    // Ruby's `round_half_up` looks whether the next half is still within the number.
    if number > 0.0 && (rounded + 0.5) / factor <= number {
        rounded += 1.0;
    } else if number < 0.0 && (rounded - 0.5) / factor >= number {
        rounded -= 1.0;
    }
    if rounded.is_finite() { rounded / factor } else { number }
}

impl CastType for Decimal {
    fn type_name(&self) -> Option<&str> {
        Some("decimal")
    }

    fn precision(&self) -> Option<i64> {
        self.precision
    }

    fn scale(&self) -> Option<i64> {
        self.scale
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        let number = match numeric(value) {
            Arg::Nil => return Ok(Arg::Nil),
            Arg::Int(number) => BigDecimal::from(number),
            Arg::BigInt(number) => number.to_string().parse().unwrap_or_default(),
            Arg::Decimal(number) => number,
            // NaN and the infinities are BigDecimals in Ruby; here they stay what they are.
            Arg::Float(number) => match self.float(number) {
                Some(number) => number,
                None => return Ok(Arg::Float(number)),
            },
            other => match other.to_s().as_str() {
                "Infinity" => return Ok(Arg::Float(f64::INFINITY)),
                "-Infinity" => return Ok(Arg::Float(f64::NEG_INFINITY)),
                "NaN" => return Ok(Arg::Float(f64::NAN)),
                text => leading_number(text).parse().unwrap_or_default(),
            },
        };
        Ok(Arg::Decimal(self.apply_scale(number)))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        Arg::Str(value.to_s()).inspect()
    }
}

/// Whether two values are `==` in Ruby, where numbers of different classes may be.
pub fn ruby_equal(left: &Arg, right: &Arg) -> bool {
    let number = |value: &Arg| match value {
        Arg::Int(number) => Some(BigDecimal::from(*number)),
        Arg::BigInt(number) => number.to_string().parse().ok(),
        Arg::Decimal(number) => Some(number.clone()),
        Arg::Float(number) => BigDecimal::from_f64(*number),
        _ => None,
    };
    match (number(left), number(right)) {
        (Some(left), Some(right)) => (left - right).is_zero(),
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cast_type: &dyn CastType, value: impl Into<Arg>, expected: &str) {
        let value = value.into();
        let text = match cast_type.serialize(&value) {
            Ok(serialized) => serialized.inspect(),
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected, "{value:?}");
    }

    // Recorded from Active Record 8.1.3.1: `type.serialize(value)`.
    #[test]
    fn integers() {
        let integer = Integer::new(None);
        check(&integer, "12abc", "12");
        check(&integer, "1_000", "1000");
        check(&integer, "abc", "nil");
        check(&integer, "", "nil");
        check(&integer, "0", "0");
        check(&integer, 3.7, "3");
        check(&integer, true, "1");
        check(&integer, 2_147_483_647, "2147483647");
        check(
            &integer,
            2_147_483_648_i64,
            "2147483648 is out of range for ActiveModel::Type::Integer with limit 4 bytes",
        );
        check(
            &Integer::new(Some(2)),
            -32_769,
            "-32769 is out of range for ActiveModel::Type::Integer with limit 2 bytes",
        );
        check(
            &Integer::unsigned(None),
            -1,
            "-1 is out of range for ActiveRecord::Type::UnsignedInteger with limit 4 bytes",
        );
        check(&Integer::big(), "99999999999999999999", "99999999999999999999");
    }

    #[test]
    fn floats_and_decimals() {
        check(&Float::default(), "1.5kg", "1.5");
        check(&Float::default(), 1, "1.0");
        check(&Float::default(), "x", "0.0");
        let decimal = Decimal { precision: Some(5), scale: Some(1) };
        check(&decimal, "2.55", "0.26e1");
        check(&decimal, 2.55, "0.26e1");
        check(&decimal, 3, "0.3e1");
        check(&Decimal::default(), "1e3x", "0.1e4");
        check(&Decimal::default(), 1.1, "0.11e1");
        check(&Decimal::default(), "", "nil");
    }
}
