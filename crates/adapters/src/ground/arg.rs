//! A value a migration passes to a schema statement, or a database hands back: what Ruby's own objects are to Rails' adapters.

use bigdecimal::BigDecimal;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use crate::Options;

/// Equality is that of the variants: unlike Ruby's, `Int(1)` and `Float(1.0)` differ, as do a string and a symbol.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Nil,
    Bool(bool),
    Int(i64),
    BigInt(BigInt),
    Float(f64),
    Decimal(BigDecimal),
    Str(String),
    /// A string whose encoding is ASCII-8BIT: what a binary column holds.
    Bytes(Vec<u8>),
    Symbol(String),
    Array(Vec<Arg>),
    Hash(Options),
    Range {
        begin: Option<Box<Arg>>,
        end: Option<Box<Arg>>,
        exclusive: bool,
    },
    /// What a `default: -> { ... }` answered when it was called.
    Function(String),
    /// `Arel.sql`: quoted by nobody.
    Sql(String),
    Date(jiff::civil::Date),
    /// A date and time without a zone; Active Record keeps them in UTC.
    DateTime(jiff::civil::DateTime),
    Time(jiff::Zoned),
    /// A value whose literal is not that of its text: PostgreSQL's bit strings and documents.
    Literal {
        text: String,
        quoted: String,
    },
    /// What stands for a time of day and is no time, as messages show it.
    NoTime(String),
    /// An object that no statement has a value for. A class is written out as its name, but is no bind.
    Object {
        class: String,
        quoted: Option<String>,
    },
}

impl Arg {
    /// A string in UTF-8.
    pub fn str(text: impl Into<String>) -> Self {
        Self::Str(text.into())
    }

    /// A symbol of this name, given without its colon.
    pub fn symbol(name: impl Into<String>) -> Self {
        Self::Symbol(name.into())
    }

    /// `nil?`
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// Everything but `nil` and `false`.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Self::Nil | Self::Bool(false))
    }

    /// `== true`
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// `== false`
    pub fn is_false(&self) -> bool {
        matches!(self, Self::Bool(false))
    }

    /// `== :name`; a string of the same letters is not the symbol.
    pub fn is_symbol(&self, name: &str) -> bool {
        matches!(self, Self::Symbol(symbol) if symbol == name)
    }

    /// Active Support's `blank?`.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Nil | Self::Bool(false) => true,
            Self::Str(text) | Self::Sql(text) => text.chars().all(char::is_whitespace),
            Self::Symbol(name) => name.is_empty(),
            Self::Bytes(bytes) => bytes.iter().all(u8::is_ascii_whitespace),
            Self::Array(items) => items.is_empty(),
            Self::Hash(options) => options.is_empty(),
            _ => false,
        }
    }

    /// Active Support's `present?`.
    pub fn is_present(&self) -> bool {
        !self.is_blank()
    }

    /// An integer of 64 bits; neither a larger one nor a text of digits.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// The text of a string or a symbol.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) | Self::Symbol(text) | Self::Sql(text) | Self::Literal { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The items of an array; None for anything else.
    pub fn as_array(&self) -> Option<&[Arg]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The pairs of a hash; None for anything else.
    pub fn as_hash(&self) -> Option<&Options> {
        if let Self::Hash(options) = self { Some(options) } else { None }
    }

    /// Ruby's `Array(value)`: `nil` is empty, an array itself, anything else alone in one.
    pub fn to_array(&self) -> Vec<Arg> {
        match self {
            Self::Nil => Vec::new(),
            Self::Array(items) => items.clone(),
            other => vec![other.clone()],
        }
    }

    /// `Array(value).map(&:to_s)`
    pub fn to_strings(&self) -> Vec<String> {
        self.to_array().iter().map(Self::to_s).collect()
    }

    /// Ruby's `to_s`.
    pub fn to_s(&self) -> String {
        match self {
            Self::Nil => String::new(),
            Self::Str(text) | Self::Symbol(text) | Self::Sql(text) | Self::Function(text) => text.clone(),
            Self::Literal { text, .. } => text.clone(),
            Self::NoTime(shown) => shown.clone(),
            Self::Object { class, quoted } => quoted.clone().unwrap_or_else(|| format!("#<{class}>")),
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Array(_) | Self::Hash(_) => self.inspect(),
            Self::Range { begin, end, exclusive } => {
                let side = |side: &Option<Box<Arg>>| side.as_ref().map(|value| value.to_s()).unwrap_or_default();
                format!("{}{}{}", side(begin), if *exclusive { "..." } else { ".." }, side(end))
            }
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::BigInt(value) => value.to_string(),
            Self::Float(value) => literals::float(*value),
            Self::Decimal(value) => decimal_to_s(value),
            Self::Date(date) => date.to_string(),
            Self::DateTime(time) => format!("{} UTC", time.strftime("%Y-%m-%d %H:%M:%S")),
            Self::Time(time) => format!("{} {}", time.strftime("%Y-%m-%d %H:%M:%S"), zone(time)),
        }
    }

    /// Ruby's `to_sym`, which only strings and symbols have.
    pub fn to_sym(&self) -> crate::Result<Arg> {
        if let Some(text) = self.as_str() {
            return Ok(Self::Symbol(text.to_owned()));
        }
        let receiver = match self {
            Self::Nil => "nil".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(_) | Self::BigInt(_) => "an instance of Integer".to_owned(),
            Self::Float(_) => "an instance of Float".to_owned(),
            Self::Array(_) => "an instance of Array".to_owned(),
            Self::Hash(_) => "an instance of Hash".to_owned(),
            Self::Function(_) => "an instance of Proc".to_owned(),
            other => return Ok(Self::Symbol(other.to_s())),
        };
        let message = format!("undefined method `to_sym' for {receiver}");
        Err(crate::Error::new(crate::ErrorClass::NoMethodError, message))
    }

    /// Ruby 3.3's `inspect`.
    pub fn inspect(&self) -> String {
        match self {
            Self::Nil => "nil".to_owned(),
            Self::Str(text) | Self::Sql(text) | Self::Literal { text, .. } => literals::string(text),
            Self::Symbol(name) => literals::symbol(name),
            Self::Bytes(bytes) => literals::bytes(bytes),
            Self::Array(items) => format!("[{}]", items.iter().map(Self::inspect).collect::<Vec<_>>().join(", ")),
            Self::Hash(options) => options.inspect(),
            Self::Range { begin, end, exclusive } => {
                let side = |side: &Option<Box<Arg>>| side.as_ref().map(|value| value.inspect()).unwrap_or_default();
                format!("{}{}{}", side(begin), if *exclusive { "..." } else { ".." }, side(end))
            }
            Self::Decimal(value) => decimal_inspect(value),
            Self::Function(_) => "#<Proc>".to_owned(),
            Self::Date(date) => date.strftime("%a, %d %b %Y").to_string(),
            Self::DateTime(time) => format!("{} UTC", with_fraction(*time)),
            Self::Time(time) => format!("{} {}", with_fraction(time.datetime()), zone(time)),
            other => other.to_s(),
        }
    }
}

/// `BigDecimal#to_s("F")`, which is also what Active Support makes of a plain `to_s`.
pub fn decimal_to_s(value: &BigDecimal) -> String {
    let (is_negative, digits, exponent) = parts(value);
    literals::decimal(is_negative, &digits, exponent)
}

fn decimal_inspect(value: &BigDecimal) -> String {
    let (is_negative, digits, exponent) = parts(value);
    literals::scientific(is_negative, &digits, exponent)
}

/// The sign, the digits after `0.`, and the power of ten.
fn parts(value: &BigDecimal) -> (bool, String, i64) {
    let (number, scale) = value.normalized().into_bigint_and_exponent();
    if number.is_zero() {
        return (false, String::new(), 0);
    }
    let digits = number.magnitude().to_string();
    let exponent = digits.len() as i64 - scale;
    (number.is_negative(), digits, exponent)
}

fn with_fraction(time: jiff::civil::DateTime) -> String {
    let seconds = time.strftime("%Y-%m-%d %H:%M:%S").to_string();
    match time.subsec_nanosecond() {
        0 => seconds,
        nanoseconds => format!("{seconds}.{}", format!("{nanoseconds:09}").trim_end_matches('0')),
    }
}

fn zone(time: &jiff::Zoned) -> String {
    if time.time_zone() == &jiff::tz::TimeZone::UTC { "UTC".to_owned() } else { time.strftime("%z").to_string() }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}
impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<i32> for Arg {
    fn from(value: i32) -> Self {
        Self::Int(i64::from(value))
    }
}
impl From<f64> for Arg {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}
impl From<Options> for Arg {
    fn from(options: Options) -> Self {
        Self::Hash(options)
    }
}
impl<T: Into<Arg>> From<Vec<T>> for Arg {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}
impl<T: Into<Arg>> From<Option<T>> for Arg {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Into<Arg>, expected: &str) {
        assert_eq!(value.into().inspect(), expected);
    }

    // Recorded from Ruby 3.3's `inspect`.
    #[test]
    fn values_are_inspected() {
        check("a\"b\\c\n#{x} #x\u{1}\u{7f}é", r#""a\"b\\c\n\#{x} #x\u0001\u007Fé""#);
        check(Arg::symbol("foo bar"), ":\"foo bar\"");
        check(Arg::symbol("a?"), ":a?");
        check(Arg::Bytes(vec![1, 255, b'a']), r#""\x01\xFFa""#);
        check(Arg::Array(vec![Arg::Nil, Arg::Bool(true), Arg::Int(-1)]), "[nil, true, -1]");
        let hash = Options::from([("a", Arg::Int(1)), ("b c", Arg::Int(2)), ("x?", Arg::symbol("y"))]);
        check(hash, r#"{:a=>1, :"b c"=>2, :x?=>:y}"#);
        check(Arg::Range { begin: Some(Box::new(Arg::Int(1))), end: None, exclusive: true }, "1...");
        check(Arg::Date(jiff::civil::date(2020, 1, 2)), "Thu, 02 Jan 2020");
    }

    #[test]
    fn numbers_are_inspected() {
        for (value, inspected, text) in [
            ("-0.00123", "-0.123e-2", "-0.00123"),
            ("12345.6780", "0.12345678e5", "12345.678"),
            ("100", "0.1e3", "100.0"),
            ("0", "0.0", "0.0"),
        ] {
            let value = Arg::Decimal(value.parse().unwrap());
            assert_eq!((value.inspect().as_str(), value.to_s().as_str()), (inspected, text));
        }
    }
}
