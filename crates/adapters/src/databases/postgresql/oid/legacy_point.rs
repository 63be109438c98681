//! postgresql/oid/legacy_point.rb: a point as a list of its two coordinates.

use super::point::{number, number_for_point};
use crate::types::CastType;
use crate::{Arg, Result};

/// A point as an array of two numbers.
#[derive(Clone, Copy, Debug)]
pub struct LegacyPoint;

impl LegacyPoint {
    /// Its name in the registry; as a `type` it is a point too, whose values are other ones.
    pub const NAME: &str = "legacy_point";
}

impl CastType for LegacyPoint {
    fn type_name(&self) -> Option<&str> {
        Some(Self::NAME)
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        match value {
            Arg::Str(text) => {
                let inner = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
                let coordinates = inner.split(',').filter(|one| !one.is_empty()).map(Arg::str);
                self.cast(&Arg::Array(coordinates.collect()))
            }
            Arg::Array(coordinates) => Ok(Arg::Array(coordinates.iter().map(number).collect::<Result<_>>()?)),
            other => Ok(other.clone()),
        }
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        let Arg::Array(coordinates) = value else { return Ok(value.clone()) };
        let number = |index: usize| coordinates.get(index).map_or_else(String::new, number_for_point);
        Ok(Arg::Str(format!("({},{})", number(0), number(1))))
    }

    fn is_mutable(&self) -> bool {
        true
    }
}
