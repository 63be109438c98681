//! postgresql/oid/hstore.rb

use crate::types::{self, CastType};
use crate::{Arg, Error, Options, Result};

/// A hash of texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hstore;

impl CastType for Hstore {
    fn type_name(&self) -> Option<&str> {
        Some("hstore")
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        let serialized = self.serialize(value)?;
        self.deserialize(&serialized)
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        let Arg::Hash(options) = value else { return Ok(value.clone()) };
        let pairs: Vec<_> =
            options.iter().map(|(key, value)| format!("{}=>{}", escape(&Arg::str(key)), escape(value))).collect();
        Ok(Arg::Str(pairs.join(", ")))
    }

    fn deserialize(&self, value: &Arg) -> Result<Arg> {
        let Arg::Str(text) = value else { return Ok(value.clone()) };
        match parse(text) {
            Some(pairs) => Ok(Arg::Hash(pairs)),
            None => Err(Error::argument(format!("Invalid Hstore document: {}", value.inspect()))),
        }
    }

    fn is_mutable(&self) -> bool {
        true
    }

    fn type_cast_for_schema(&self, value: &Arg) -> String {
        types::inspect_document(value, types::Inspection::default())
    }
}

fn escape(value: &Arg) -> String {
    if value.is_nil() {
        return "NULL".to_owned();
    }
    format!("\"{}\"", value.to_s().replace('\\', "\\\\").replace('"', "\\\""))
}

fn parse(text: &str) -> Option<Options> {
    let mut pairs = Options::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (key, after) = quoted(rest)?;
        let after = after.strip_prefix('=').map(|after| after.strip_prefix('>').unwrap_or(after))?;
        let (value, after) = match after.strip_prefix("NULL") {
            Some(after) => (Arg::Nil, after),
            None => quoted(after).map(|(value, after)| (Arg::Str(value), after))?,
        };
        pairs.insert(key, value);
        rest = if after.is_empty() { after } else { after.strip_prefix(", ")? };
    }
    Some(pairs)
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut unescaped = String::new();
    let mut characters = inner.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((unescaped, &inner[index + 1..])),
            '\\' => unescaped.push(characters.next()?.1),
            other => unescaped.push(other),
        }
    }
    None
}
