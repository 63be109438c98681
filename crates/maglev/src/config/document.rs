//! The values of config/database.yml. By its aliases a short file can mean more than any memory holds, or contain itself.

use adapters::{Arg, Options};
use anyhow::{Result, bail};
use ruby::Value;

/// Environments, databases, options, and what is in an option: nobody needs more levels.
const MAXIMUM_DEPTH: usize = 64;
/// Bytes of text, and values, that a configuration may have once its aliases stand for what they name.
const MAXIMUM_SIZE: usize = 4 << 20;

/// A value of YAML as an option of a connection. Err: a value of another kind.
pub(crate) fn to_arg(document: &Value) -> Result<Arg> {
    convert(document, 0, &mut 0)
}

fn convert(value: &Value, depth: usize, size: &mut usize) -> Result<Arg> {
    if depth > MAXIMUM_DEPTH {
        bail!("it nests more than {MAXIMUM_DEPTH} deep, or contains itself");
    }
    let text = match value {
        Value::Str(text) => text.borrow().len(),
        _ => 0,
    };
    *size += size_of::<Arg>() + text;
    if *size > MAXIMUM_SIZE {
        bail!("with its aliases it has more than {MAXIMUM_SIZE} bytes");
    }
    Ok(match value {
        Value::Nil => Arg::Nil,
        Value::Bool(value) => Arg::Bool(*value),
        Value::Int(value) => Arg::Int(*value),
        Value::Float(value) => Arg::Float(*value),
        Value::Symbol(value) => Arg::symbol(value.to_string()),
        Value::Str(value) => Arg::str(value.to_string()),
        Value::Array(items) => {
            Arg::Array(items.to_vec().iter().map(|item| convert(item, depth + 1, size)).collect::<Result<_>>()?)
        }
        Value::Hash(hash) => {
            let mut options = Options::new();
            for (key, value) in hash.pairs() {
                let key = match key.as_name() {
                    Some(name) => name,
                    None => convert(&key, depth + 1, size)?.to_s(),
                };
                options.insert(key, convert(&value, depth + 1, size)?);
            }
            Arg::Hash(options)
        }
        // Dates and the like have no meaning in a database's configuration.
        _ => Arg::Nil,
    })
}
