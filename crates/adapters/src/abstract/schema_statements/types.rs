//! `type_to_sql`.

use crate::abstract_adapter::SchemaDefinitions;
use crate::{Arg, Error, Options, Result};

/// A type without a native equivalent is its own name.
pub fn type_to_sql<A: SchemaDefinitions + ?Sized>(adapter: &A, r#type: &Arg, options: &Options) -> Result<String> {
    let name = if r#type.is_truthy() { r#type.to_sym()?.to_s() } else { r#type.to_s() };
    let Some(native) = adapter.native_database_type(&name) else { return Ok(name) };
    let sql = native.name.clone().into_owned();
    let given = |key: &str, default: Option<i64>| match options.get(key) {
        value if value.is_truthy() => Some(value.clone()),
        _ => default.map(Arg::Int),
    };
    match name.as_str() {
        "decimal" => match (given("precision", native.precision), given("scale", native.scale)) {
            (Some(precision), Some(scale)) => Ok(format!("{sql}({},{})", precision.to_s(), scale.to_s())),
            (Some(precision), None) => Ok(format!("{sql}({})", precision.to_s())),
            (None, Some(_)) => {
                Err(Error::argument("Error adding decimal column: precision cannot be empty if scale is specified"))
            }
            (None, None) => Ok(sql),
        },
        "primary_key" => Ok(sql),
        _ => {
            let precision = match name.as_str() {
                "datetime" | "timestamp" | "time" | "interval" => given("precision", native.precision),
                _ => None,
            };
            match (precision, given("limit", native.limit)) {
                (Some(precision), _) if is_second_precision(&precision) => Ok(format!("{sql}({})", precision.to_s())),
                (Some(precision), _) => Err(Error::argument(format!(
                    "No {} type has precision of {}. The allowed range of precision is from 0 to 6",
                    native.name,
                    precision.to_s()
                ))),
                (None, Some(limit)) => Ok(format!("{sql}({})", limit.to_s())),
                (None, None) => Ok(sql),
            }
        }
    }
}

/// `(0..6) === precision`
fn is_second_precision(precision: &Arg) -> bool {
    match precision {
        Arg::Int(precision) => (0..=6).contains(precision),
        Arg::Float(precision) => (0.0..=6.0).contains(precision),
        _ => false,
    }
}
