//! postgresql/oid/range.rb. Infinite ends are infinite floats, as in Ruby.

use crate::types::{CastType, Type};
use crate::{Arg, Error, Result};

/// A range of another type's values.
#[derive(Clone, Debug)]
pub struct Range {
    subtype: Type,
    type_name: String,
}

impl Range {
    /// `type_name` is the range's own, not its values'.
    pub fn new(subtype: Type, type_name: impl Into<String>) -> Self {
        Self { subtype, type_name: type_name.into() }
    }

    fn read_bound(&self, text: &str, infinity: f64) -> Result<Arg> {
        let word = if infinity < 0.0 { "-infinity" } else { "infinity" };
        if text.is_empty() || text == word {
            return Ok(Arg::Float(infinity));
        }
        self.subtype.deserialize(&Arg::Str(unquote(text)))
    }

    fn write_bound(&self, bound: Option<&Arg>) -> Result<Option<Box<Arg>>> {
        Ok(match bound {
            None => None,
            Some(bound) if is_infinite(bound) => Some(Box::new(bound.clone())),
            Some(bound) => {
                Some(Box::new(self.subtype.serialize(&self.subtype.cast(bound)?)?)).filter(|bound| !bound.is_nil())
            }
        })
    }
}

impl CastType for Range {
    fn type_name(&self) -> Option<&str> {
        Some(&self.type_name)
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        let Arg::Str(text) = value else { return Ok(value.clone()) };
        if text == "empty" || text.is_empty() {
            return Ok(Arg::Nil);
        }
        let Some((from, to)) = text.get(1..text.len() - 1).and_then(|inner| inner.split_once(',')) else {
            return Err(Error::argument(format!("bad value for range: {text}")));
        };
        let from = self.read_bound(from, f64::NEG_INFINITY)?;
        let to = self.read_bound(to, f64::INFINITY)?;
        if !is_infinite(&from) && text.starts_with('(') {
            return Err(Error::argument(format!(
                "The Ruby Range object does not support excluding the beginning of a Range. (unsupported value: '{text}')"
            )));
        }
        // Beside a number or a date, which Ruby compares with numbers, an infinite end stays; beside a time it becomes open.
        let keeps = |other: &Arg| {
            matches!(other, Arg::Int(_) | Arg::BigInt(_) | Arg::Float(_) | Arg::Decimal(_) | Arg::Date(_))
        };
        let bound = |bound: &Arg, other: &Arg| (!is_infinite(bound) || keeps(other)).then(|| Box::new(bound.clone()));
        Ok(Arg::Range { begin: bound(&from, &to), end: bound(&to, &from), exclusive: text.ends_with(')') })
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        value.inspect().replace("Infinity", "::Float::INFINITY")
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        let Arg::Range { begin, end, exclusive } = value else { return Ok(value.clone()) };
        let begin = self.write_bound(begin.as_deref())?;
        let end = self.write_bound(end.as_deref())?;
        Ok(Arg::Range { begin, end, exclusive: *exclusive })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// `infinity?`: whether a bound is a float that no value reaches.
pub fn is_infinite(value: &Arg) -> bool {
    matches!(value, Arg::Float(number) if number.is_infinite())
}

fn unquote(text: &str) -> String {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\"").replace("\\\\", "\\"),
        None => text.to_owned(),
    }
}
