//! postgresql/oid.rb: PostgreSQL's types, by the OIDs that results and columns carry.

mod array;
mod bit;
mod bytea;
mod cidr;
mod date_time;
mod hstore;
mod interval;
mod legacy_point;
mod money;
mod point;
mod range;
mod type_map_initializer;
mod uuid;
mod xml;

pub use array::Array;
pub use bit::Bit;
pub use bytea::Bytea;
pub use cidr::Cidr;
pub use date_time::{Date, DateTime};
pub use hstore::Hstore;
pub use interval::Interval;
pub use legacy_point::LegacyPoint;
pub use money::Money;
pub use point::Point;
pub use range::{Range, is_infinite};
pub use type_map_initializer::TypeMap;
pub use uuid::Uuid;
pub use xml::Xml;

use crate::types::CastType;
use crate::{Arg, Result};

/// A type that takes values as they are, such as `enum`.
#[derive(Clone, Copy, Debug)]
pub struct Named(pub &'static str);

impl CastType for Named {
    fn type_name(&self) -> Option<&str> {
        Some(self.0)
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(if self.0 == "enum" && !value.is_nil() { Arg::Str(value.to_s()) } else { value.clone() })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}
