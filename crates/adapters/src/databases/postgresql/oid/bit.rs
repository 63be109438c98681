//! postgresql/oid/bit.rb and bit_varying.rb

use num_bigint::BigInt;

use crate::types::CastType;
use crate::{Arg, Result};

/// `bit` and `bit varying`: a text of zeros and ones, or a hexadecimal one.
#[derive(Clone, Debug)]
pub struct Bit {
    pub type_name: &'static str,
    pub limit: Option<i64>,
}

impl CastType for Bit {
    fn type_name(&self) -> Option<&str> {
        Some(self.type_name)
    }

    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Nil => Arg::Nil,
            Arg::Str(text) => match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                Some(hex) => Arg::Str(BigInt::parse_bytes(hex.as_bytes(), 16).unwrap_or_default().to_str_radix(2)),
                None => value.clone(),
            },
            other => Arg::Str(other.to_s()),
        })
    }

    /// `Bit::Data`, whose literal says what it is.
    fn serialize(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Nil | Arg::Bool(false) | Arg::Object { .. } => value.clone(),
            other => Arg::Literal { text: other.to_s(), quoted: quote_bits(other) },
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// `quote` of `Bit::Data`: what is neither binary nor hexadecimal becomes nothing at all, as in Rails.
fn quote_bits(value: &Arg) -> String {
    let text = value.to_s();
    // `\Z` lets a newline at the end pass.
    let digits = text.strip_suffix('\n').unwrap_or(&text);
    if digits.bytes().all(|byte| matches!(byte, b'0' | b'1')) {
        format!("B'{text}'")
    } else if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        format!("X'{text}'")
    } else {
        String::new()
    }
}
