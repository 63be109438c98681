//! postgresql/oid/array.rb. Serialized, an array is the text that the server reads.

use crate::postgresql::quoting;
use crate::postgresql::utils::{ArrayItem, decode_array, encode_array};
use crate::types::{CastType, Type};
use crate::{Arg, Result};

/// An array of another type's values, of any depth.
#[derive(Clone, Debug)]
pub struct Array {
    subtype: Type,
    delimiter: char,
}

impl Array {
    /// `delimiter` stands between values: of boxes alone it is no comma.
    pub fn new(subtype: Type, delimiter: char) -> Self {
        Self { subtype, delimiter }
    }

    fn decode(&self, text: &str) -> Arg {
        Arg::Array(decode_array(text, self.delimiter).unwrap_or_default().into_iter().map(to_arg).collect())
    }
}

impl CastType for Array {
    fn type_name(&self) -> Option<&str> {
        self.subtype.type_name()
    }

    fn is_array(&self) -> bool {
        true
    }

    fn subtype(&self) -> Option<Type> {
        Some(Type::clone(&self.subtype))
    }

    fn limit(&self) -> Option<i64> {
        self.subtype.limit()
    }

    fn precision(&self) -> Option<i64> {
        self.subtype.precision()
    }

    fn scale(&self) -> Option<i64> {
        self.subtype.scale()
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        let Arg::Array(items) = value else { return value.inspect() };
        let items: Vec<_> = items.iter().map(|item| self.subtype.type_cast_for_schema(item)).collect();
        format!("[{}]", items.join(", "))
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        let value = if let Arg::Str(text) = value { self.decode(text) } else { value.clone() };
        map_items(&value, &|item| self.subtype.cast(item))
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        let Arg::Array(_) = value else { return Ok(value.clone()) };
        let serialized = map_items(value, &|item| self.subtype.serialize(item))?;
        let Arg::Array(items) = &serialized else { return Ok(serialized) };
        let items = items.iter().map(to_item).collect::<Result<Vec<_>>>()?;
        Ok(Arg::Str(encode_array(&items, self.delimiter)))
    }

    fn deserialize(&self, value: &Arg) -> Result<Arg> {
        match value {
            Arg::Str(text) => map_items(&self.decode(text), &|item| self.subtype.deserialize(item)),
            other => Ok(other.clone()),
        }
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// `type_cast_array`
fn map_items(value: &Arg, apply: &dyn Fn(&Arg) -> Result<Arg>) -> Result<Arg> {
    match value {
        Arg::Array(items) => Ok(Arg::Array(items.iter().map(|item| map_items(item, apply)).collect::<Result<_>>()?)),
        other => apply(other),
    }
}

fn to_arg(item: ArrayItem) -> Arg {
    match item {
        ArrayItem::Null => Arg::Nil,
        ArrayItem::Text(text) => Arg::Str(text),
        ArrayItem::Array(items) => Arg::Array(items.into_iter().map(to_arg).collect()),
    }
}

/// `type_cast_array` of postgresql/quoting.rb, and what the encoder makes of its values.
fn to_item(value: &Arg) -> Result<ArrayItem> {
    Ok(match value {
        Arg::Nil => ArrayItem::Null,
        Arg::Array(items) => ArrayItem::Array(items.iter().map(to_item).collect::<Result<_>>()?),
        other => ArrayItem::Text(quoting::type_cast(other)?.to_s()),
    })
}
