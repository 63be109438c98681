//! postgresql/oid/money.rb: amounts in the notation of the server's locale.

use crate::types::{CastType, Decimal};
use crate::{Arg, Result};

/// An amount, whichever of point and comma stands for what.
#[derive(Clone, Debug, Default)]
pub struct Money;

const DECIMAL: Decimal = Decimal { precision: None, scale: Some(2) };

impl CastType for Money {
    fn type_name(&self) -> Option<&str> {
        Some("money")
    }

    fn scale(&self) -> Option<i64> {
        Some(2)
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        match value {
            Arg::Str(text) if !value.is_blank() => DECIMAL.cast(&Arg::Str(plain(text))),
            Arg::Bool(value) => Ok(Arg::Int(i64::from(*value))),
            value if value.is_blank() => Ok(Arg::Nil),
            value => Ok(value.clone()),
        }
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        DECIMAL.type_cast_for_schema(value)
    }
}

/// `$1,234.56`, `1.234,56 €`, `($2.55)`: the mark two digits before the end is the decimal one.
fn plain(text: &str) -> String {
    let negated = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).map(|inner| format!("-{inner}"));
    let text = negated.as_deref().unwrap_or(text);
    let bytes = text.as_bytes();
    let decimal_mark = bytes.len().checked_sub(3).map(|index| bytes[index]);
    let ends_in_digits = bytes.len() >= 2 && bytes[bytes.len() - 2..].iter().all(u8::is_ascii_digit);
    match decimal_mark {
        Some(b'.') if ends_in_digits => {
            text.chars().filter(|character| character.is_ascii_digit() || matches!(character, '-' | '.')).collect()
        }
        Some(b',') if ends_in_digits => {
            let kept = text.chars().filter(|character| character.is_ascii_digit() || matches!(character, '-' | ','));
            kept.map(|character| if character == ',' { '.' } else { character }).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_either_notation() {
        let check =
            |text: &str, expected: &str| assert_eq!(Money.cast(&Arg::str(text)).unwrap().to_s(), expected, "{text}");
        check("$12,345,678.12", "12345678.12");
        check("$12.345.678,12", "12345678.12");
        check("-$2.55", "-2.55");
        check("($2.55)", "-2.55");
        check("1.5", "1.5");
    }
}
