//! active_model/type/{boolean,string,binary}.rb and active_record/type/text.rb.

use super::CastType;
use crate::{Arg, Result};

/// `ActiveModel::Type::Boolean`: all is true but a few words, `0` and nothing.
#[derive(Clone, Debug, Default)]
pub struct Boolean {
    pub limit: Option<i64>,
}

const FALSE_VALUES: [&str; 7] = ["0", "f", "F", "false", "FALSE", "off", "OFF"];

impl CastType for Boolean {
    fn type_name(&self) -> Option<&str> {
        Some("boolean")
    }

    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Nil => Arg::Nil,
            Arg::Bool(value) => Arg::Bool(*value),
            Arg::Int(number) => Arg::Bool(*number != 0),
            Arg::Str(text) | Arg::Sql(text) if text.is_empty() => Arg::Nil,
            Arg::Str(text) | Arg::Sql(text) | Arg::Symbol(text) => Arg::Bool(!FALSE_VALUES.contains(&text.as_str())),
            _ => Arg::Bool(true),
        })
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }
}

/// `String` and `Text`, and the adapters' other types of text; `true` and `false` become what the adapter says.
#[derive(Clone, Debug)]
pub struct Text {
    type_name: String,
    limit: Option<i64>,
    r#true: &'static str,
    r#false: &'static str,
}

impl Text {
    /// `type_name` is what `type` answers.
    pub fn new(type_name: impl Into<String>, limit: Option<i64>) -> Self {
        Self { type_name: type_name.into(), limit, r#true: "t", r#false: "f" }
    }

    /// `ActiveModel::Type::String`, which holds a value that nobody changes in place.
    pub fn string(limit: Option<i64>) -> Self {
        Self::new("string", limit)
    }

    /// Rails' name.
    #[allow(clippy::self_named_constructors)]
    pub fn text(limit: Option<i64>) -> Self {
        Self::new("text", limit)
    }

    /// MySQL's `true: "1", false: "0"`.
    #[must_use]
    pub fn booleans(self, r#true: &'static str, r#false: &'static str) -> Self {
        Self { r#true, r#false, ..self }
    }

    fn boolean(&self, value: bool) -> Arg {
        Arg::str(if value { self.r#true } else { self.r#false })
    }
}

impl CastType for Text {
    fn type_name(&self) -> Option<&str> {
        Some(&self.type_name)
    }

    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Nil => Arg::Nil,
            Arg::Bool(value) => self.boolean(*value),
            Arg::Bytes(bytes) => Arg::Bytes(bytes.clone()),
            other => Arg::Str(other.to_s()),
        })
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Int(_) | Arg::BigInt(_) | Arg::Float(_) | Arg::Decimal(_) | Arg::Symbol(_) | Arg::Sql(_) => {
                Arg::Str(value.to_s())
            }
            Arg::Bool(value) => self.boolean(*value),
            other => other.clone(),
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// `ActiveModel::Type::Binary`: bytes, quoted as the database has them.
#[derive(Clone, Debug, Default)]
pub struct Binary {
    pub limit: Option<i64>,
}

impl CastType for Binary {
    fn type_name(&self) -> Option<&str> {
        Some("binary")
    }

    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Str(text) | Arg::Sql(text) => Arg::Bytes(text.clone().into_bytes()),
            other => other.clone(),
        })
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Nil => Arg::Nil,
            Arg::Bytes(bytes) => Arg::Bytes(bytes.clone()),
            other => Arg::Bytes(other.to_s().into_bytes()),
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cast_type: &dyn CastType, value: impl Into<Arg>, expected: &str) {
        let value = value.into();
        assert_eq!(cast_type.serialize(&value).unwrap().inspect(), expected, "{value:?}");
    }

    // Recorded from Active Record 8.1.3.1: `type.serialize(value)`.
    #[test]
    fn values_are_serialized() {
        check(&Boolean::default(), "f", "false");
        check(&Boolean::default(), "no", "true");
        check(&Boolean::default(), 0, "false");
        check(&Boolean::default(), "", "nil");
        check(&Text::string(None), true, "\"t\"");
        check(&Text::string(None), 12, "\"12\"");
        check(&Text::string(None), Arg::symbol("sym"), "\"sym\"");
        check(&Text::text(None), Arg::Nil, "nil");
        check(&Binary::default(), "é", "\"\\xC3\\xA9\"");
    }
}
