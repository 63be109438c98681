//! The types of columns: how a value becomes what the database is told, and back. active_model/type and active_record/type,
//! as far as defaults and plain rows need them; adapters add their own.

mod json;
mod number;
mod text;
mod time;
mod type_map;

use std::fmt::Debug;
use std::rc::Rc;

use crate::{Arg, Result};

pub use json::{Inspection, Json, decode as decode_json, encode as encode_json, inspect_document};
pub use number::{Decimal, Float, Integer, ruby_equal, string_to_i};
pub use text::{Binary, Boolean, Text};
pub use time::{Date, DateTime, Time, quoted_date};
pub use type_map::{TypeMap, containing, extract_limit, extract_precision, extract_scale, starting};

/// Shared: the columns of a table that have one type have the same.
pub type Type = Rc<dyn CastType>;

/// `ActiveModel::Type::Value`.
pub trait CastType: Debug {
    /// `type`: the symbol's name, or none for a plain `Value`.
    fn type_name(&self) -> Option<&str>;

    fn limit(&self) -> Option<i64> {
        None
    }

    fn precision(&self) -> Option<i64> {
        None
    }

    fn scale(&self) -> Option<i64> {
        None
    }

    /// From what a user gave.
    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(value.clone())
    }

    /// To what `quote` and bind parameters take.
    fn serialize(&self, value: &Arg) -> Result<Arg> {
        Ok(value.clone())
    }

    /// From what the database answered.
    fn deserialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }

    /// `ActiveModel::Type::Integer`, or a class below it: a text that begins with no digit is no number to it.
    fn is_integer(&self) -> bool {
        false
    }

    /// Whether the values are arrays, of the type that this one is named after.
    fn is_array(&self) -> bool {
        false
    }

    /// What an array's items are.
    fn subtype(&self) -> Option<Type> {
        None
    }

    /// `mutable?`: such a type leaves a column's default undeserialized.
    fn is_mutable(&self) -> bool {
        false
    }

    /// `type_cast_for_schema`: a default as schema.rb has it.
    fn type_cast_for_schema(&self, value: &Arg) -> String {
        value.inspect()
    }
}

/// A plain `ActiveModel::Type::Value`: takes everything as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Value;

impl CastType for Value {
    fn type_name(&self) -> Option<&str> {
        None
    }

    fn is_mutable(&self) -> bool {
        true
    }
}
