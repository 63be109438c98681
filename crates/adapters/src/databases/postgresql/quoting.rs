//! postgresql/quoting.rb. The patterns that guard `order` and `pluck` are absent.

use std::rc::Rc;

use super::oid::is_infinite;
use super::utils::escape_bytea;
use crate::abstract_adapter::ColumnRef;
use crate::arg::decimal_to_s;
use crate::name::{extract_schema_qualified_name, quote_ident};
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::types::{self, Type, Value};
use crate::{Arg, Error, ErrorClass, Result, quoting};

impl Quoting for PostgreSQLAdapter {
    fn quote(&self, value: &Arg) -> Result<String> {
        quote(self, value)
    }
    fn type_cast(&self, value: &Arg) -> Result<Arg> {
        type_cast(value)
    }
    fn quote_string(&self, text: &str) -> String {
        quote_string(text)
    }
    fn quote_column_name(&self, name: &str) -> String {
        quote_ident(name)
    }
    fn quote_table_name(&self, name: &str) -> String {
        extract_schema_qualified_name(name).quoted()
    }
    fn quote_table_name_for_assignment(&self, _table: &str, attribute: &str) -> String {
        self.quote_column_name(attribute)
    }
    fn quote_default_expression(&mut self, value: &Arg, column: ColumnRef<'_>) -> Result<String> {
        quote_default_expression(self, value, column)
    }
    fn quoted_date(&self, value: &Arg) -> String {
        quoted_date(value)
    }
    fn quoted_binary(&self, value: &[u8]) -> String {
        quoted_binary(value)
    }
    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type> {
        let oid = self.catalogue().type_oid(sql_type)?;
        Ok(oid.and_then(|oid| self.type_map.lookup(oid, None, "")).unwrap_or_else(|| Rc::new(Value)))
    }
}

/// `quote`: with what PostgreSQL alone has, such as infinite dates; an integer that is too long for it is an error.
pub fn quote(adapter: &PostgreSQLAdapter, value: &Arg) -> Result<String> {
    match value {
        Arg::BigInt(_) if adapter.raise_int_wider_than_64bit => Err(integer_out_of_64_bit_range()),
        Arg::Float(number) if !number.is_finite() => Ok(format!("'{}'", literals::float(*number))),
        Arg::Range { .. } => quote(adapter, &Arg::Str(encode_range(value)?)),
        other => quoting::quote(adapter, other),
    }
}

/// `IntegerOutOf64BitRange`
fn integer_out_of_64_bit_range() -> Error {
    Error::new(
        ErrorClass::IntegerOutOf64BitRange,
        "Provided value outside of the range of a signed 64bit integer.\n\n\
         PostgreSQL will treat the column type in question as a numeric.\n\
         This may result in a slow sequential scan due to a comparison\n\
         being performed between an integer or bigint value and a numeric value.\n\n\
         To allow for this potentially unwanted behavior, set\n\
         ActiveRecord.raise_int_wider_than_64bit to false.\n",
    )
}

/// `PG::Connection#escape`, with standard conforming strings.
pub fn quote_string(text: &str) -> String {
    text.replace('\'', "''")
}

/// `quoted_binary`
pub fn quoted_binary(value: &[u8]) -> String {
    format!("'{}'", escape_bytea(value))
}

/// `quoted_date`: years before Christ are written as the server reads them.
pub fn quoted_date(value: &Arg) -> String {
    let year = match value {
        Arg::Date(date) => date.year(),
        Arg::DateTime(time) => time.year(),
        Arg::Time(time) => time.year(),
        _ => 1,
    };
    let quoted = types::quoted_date(value);
    if year > 0 {
        return quoted;
    }
    let rest = quoted.trim_start_matches('-').trim_start_matches(|character: char| character.is_ascii_digit());
    format!("{:04}{rest} BC", 1 - i32::from(year))
}

/// Does not quote the calls of functions that `uuid` columns default to.
pub fn quote_default_expression(adapter: &mut PostgreSQLAdapter, value: &Arg, column: ColumnRef<'_>) -> Result<String> {
    let value = &match value {
        // A literal of Arel's is a string to the column's type.
        Arg::Sql(text) => Arg::Str(text.clone()),
        other => other.clone(),
    };
    match value {
        Arg::Function(expression) => return Ok(expression.clone()),
        Arg::Str(text) if column.r#type() == Some("uuid") && text.contains("()") => return Ok(text.clone()),
        _ => {}
    }
    let cast_type = column.fetch_cast_type(adapter)?;
    let serialized = cast_type.serialize(value)?;
    adapter.quote(&serialized)
}

/// For a bind parameter or an item of an array. Binary values stay bytes, which are sent in binary format.
pub fn type_cast(value: &Arg) -> Result<Arg> {
    Ok(match value {
        Arg::Symbol(text) | Arg::Sql(text) => Arg::Str(text.clone()),
        Arg::Decimal(number) => Arg::Str(decimal_to_s(number)),
        Arg::Date(_) | Arg::DateTime(_) | Arg::Time(_) => Arg::Str(quoted_date(value)),
        Arg::Range { .. } => Arg::Str(encode_range(value)?),
        Arg::Array(_) => return Err(cannot_cast("Array")),
        Arg::Hash(_) => return Err(cannot_cast("Hash")),
        Arg::Function(_) => return Err(cannot_cast("Proc")),
        Arg::Literal { text, .. } => Arg::Str(text.clone()),
        Arg::Object { class, .. } => return Err(cannot_cast(class)),
        Arg::NoTime(shown) => return Err(quoting::no_time(shown)),
        other => other.clone(),
    })
}

fn cannot_cast(class: &str) -> Error {
    Error::new(ErrorClass::TypeError, format!("can't cast {class}"))
}

fn encode_range(range: &Arg) -> Result<String> {
    let Arg::Range { begin, end, exclusive } = range else { return Ok(range.to_s()) };
    let bound = |bound: &Option<Box<Arg>>| match bound.as_deref() {
        None => Ok(String::new()),
        Some(value) if is_infinite(value) => Ok(String::new()),
        Some(value) => type_cast(value).map(|value| value.to_s()),
    };
    let is_time =
        |bound: &Option<Box<Arg>>| matches!(bound.as_deref(), Some(Arg::Date(_) | Arg::DateTime(_) | Arg::Time(_)));
    let lower = bound(begin)?;
    let upper = if is_time(begin) || is_time(end) {
        // The server takes `[today,]` for `[today,)`; infinity itself is included.
        match end.as_deref() {
            None => "infinity".to_owned(),
            Some(value) => type_cast(value)?.to_s(),
        }
    } else {
        bound(end)?
    };
    Ok(format!("[{lower},{upper}{}", if *exclusive { ')' } else { ']' }))
}
