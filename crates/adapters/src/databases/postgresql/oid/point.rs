//! postgresql/oid/point.rb. `ActiveRecord::Point` is an array of its two coordinates here.

use crate::types::{CastType, Float};
use crate::{Arg, Error, ErrorClass, Result};

/// A point as `ActiveRecord::Point`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Point;

impl CastType for Point {
    fn type_name(&self) -> Option<&str> {
        Some("point")
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        match value {
            Arg::Str(_) if value.is_blank() => Ok(Arg::Nil),
            Arg::Str(text) => {
                let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
                match inner.split_once(',') {
                    Some((x, y)) => build_point(&Arg::str(x), &Arg::str(y)),
                    None => build_point(&Arg::str(inner), &Arg::Nil),
                }
            }
            Arg::Array(items) => build_point(items.first().unwrap_or(&Arg::Nil), items.get(1).unwrap_or(&Arg::Nil)),
            Arg::Hash(options) if options.is_empty() => Ok(Arg::Nil),
            Arg::Hash(options) => build_point(options.get("x"), options.get("y")),
            other => Ok(other.clone()),
        }
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        let (Arg::Array(_) | Arg::Hash(_)) = value else { return Ok(value.clone()) };
        Ok(match self.cast(value)? {
            Arg::Array(coordinates) => {
                let [x, y] = [0, 1].map(|index| coordinates.get(index).map(number_for_point).unwrap_or_default());
                Arg::Str(format!("({x},{y})"))
            }
            other => other,
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// `Float(x)`, which takes only what is a number as a whole.
pub(super) fn number(value: &Arg) -> Result<Arg> {
    match value {
        Arg::Nil => Err(Error::new(ErrorClass::TypeError, "can't convert nil into Float".to_owned())),
        Arg::Str(text) => {
            let plain = text.trim().replace('_', "");
            let is_number = plain.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.'));
            match plain.parse::<f64>() {
                Ok(number) if is_number => Ok(Arg::Float(number)),
                _ => Err(Error::argument(format!("invalid value for Float(): {}", value.inspect()))),
            }
        }
        other => Float::default().cast(other),
    }
}

fn build_point(x: &Arg, y: &Arg) -> Result<Arg> {
    Ok(Arg::Array(vec![number(x)?, number(y)?]))
}

/// A coordinate without the `.0` of a whole number.
pub(super) fn number_for_point(value: &Arg) -> String {
    let text = if let Arg::Float(number) = value { literals::float(*number) } else { value.to_s() };
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
