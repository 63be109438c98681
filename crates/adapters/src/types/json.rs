//! active_record/type/json.rb, with `ActiveSupport::JSON`'s notation of values.

use super::CastType;
use crate::{Arg, Options, Result};

/// `json`, and PostgreSQL's `jsonb`.
#[derive(Clone, Debug)]
pub struct Json {
    pub type_name: &'static str,
}

impl CastType for Json {
    fn type_name(&self) -> Option<&str> {
        Some(self.type_name)
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        let serialized = self.serialize(value)?;
        self.deserialize(&serialized)
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        Ok(if value.is_nil() { Arg::Nil } else { Arg::Str(encode(value)) })
    }

    fn deserialize(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Str(text) | Arg::Sql(text) => decode(text).unwrap_or(Arg::Nil),
            // MySQL says that its documents are bytes.
            Arg::Bytes(bytes) => std::str::from_utf8(bytes).ok().and_then(decode).unwrap_or(Arg::Nil),
            other => other.clone(),
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        inspect_document(value, Inspection::default())
    }
}

/// A document as Ruby shows it: its keys are strings.
pub fn inspect_document(value: &Arg, inspection: Inspection) -> String {
    let joined = |texts: Vec<String>| texts.join(", ");
    let arrow = match inspection {
        Inspection::Ruby33 => "=>",
        Inspection::Ruby34 => " => ",
    };
    match value {
        Arg::Array(items) => {
            format!("[{}]", joined(items.iter().map(|item| inspect_document(item, inspection)).collect()))
        }
        Arg::Hash(options) => {
            let pair = |(key, value): (&str, &Arg)| {
                format!("{}{arrow}{}", Arg::str(key).inspect(), inspect_document(value, inspection))
            };
            format!("{{{}}}", joined(options.iter().map(pair).collect()))
        }
        other => other.inspect(),
    }
}

/// How `Hash#inspect` writes, of which Ruby.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inspection {
    /// Until 3.3: `{"a"=>1}`.
    Ruby33,
    /// Since 3.4: `{"a" => 1}`.
    #[default]
    Ruby34,
}

/// `ActiveSupport::JSON::Encoding.encode_without_escape`
pub fn encode(value: &Arg) -> String {
    match value {
        Arg::Bool(_) | Arg::Int(_) | Arg::BigInt(_) => value.to_s(),
        Arg::Float(number) if number.is_finite() => literals::float(*number),
        Arg::Nil | Arg::Float(_) => "null".to_owned(),
        Arg::Array(items) => format!("[{}]", items.iter().map(encode).collect::<Vec<_>>().join(",")),
        Arg::Hash(options) => {
            let pairs: Vec<_> =
                options.iter().map(|(key, value)| format!("{}:{}", encode_string(key), encode(value))).collect();
            format!("{{{}}}", pairs.join(","))
        }
        Arg::DateTime(time) => encode_string(&time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()),
        Arg::Time(time) if time.offset().is_zero() => {
            encode_string(&time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        }
        Arg::Time(time) => encode_string(&time.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()),
        other => encode_string(&other.to_s()),
    }
}

fn encode_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// None for what is no JSON.
pub fn decode(text: &str) -> Option<Arg> {
    serde_json::from_str(text).ok().map(from_json)
}

fn from_json(value: serde_json::Value) -> Arg {
    match value {
        serde_json::Value::Null => Arg::Nil,
        serde_json::Value::Bool(value) => Arg::Bool(value),
        serde_json::Value::String(text) => Arg::Str(text),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => Arg::Int(integer),
            (None, Some(integer)) => Arg::BigInt(integer.into()),
            (None, None) => number.as_f64().map_or(Arg::Nil, Arg::Float),
        },
        serde_json::Value::Array(items) => Arg::Array(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(pairs) => {
            Arg::Hash(pairs.into_iter().map(|(key, value)| (key, from_json(value))).collect::<Options>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded() {
        let check = |value: Arg, expected: &str| assert_eq!(encode(&value), expected);
        let hash =
            Options::from([("a", Arg::Int(1)), ("b", Arg::Array(vec![Arg::Nil, Arg::Float(1.5), Arg::str("x'<\n")]))]);
        check(Arg::Hash(hash), r#"{"a":1,"b":[null,1.5,"x'<\n"]}"#);
        check(Arg::str("{}"), r#""{}""#);
        check(Arg::symbol("s"), r#""s""#);
    }

    #[test]
    fn text_is_decoded() {
        let decoded = decode(r#"{"a":[1,2.5,null,true,"x"]}"#).unwrap();
        assert_eq!(decoded.inspect(), r#"{:a=>[1, 2.5, nil, true, "x"]}"#);
        assert_eq!(decode("{"), None);
    }
}
