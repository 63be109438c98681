//! Names and values in SQLite: sqlite3/quoting.rb.

use crate::abstract_adapter::ColumnRef;
use crate::prelude::*;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::types::Type;
use crate::{Arg, Result, quoting};

impl Quoting for SQLite3Adapter {
    fn quote(&self, value: &Arg) -> Result<String> {
        non_finite(value).map_or_else(|| quoting::quote(self, value), Ok)
    }
    fn type_cast(&self, value: &Arg) -> Result<Arg> {
        match value {
            Arg::Decimal(number) => Ok(Arg::Float(number.to_string().parse().unwrap_or(0.0))),
            other => quoting::type_cast(self, other),
        }
    }
    fn quote_string(&self, text: &str) -> String {
        text.replace('\'', "''")
    }
    fn quote_column_name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
    fn quote_table_name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\"").replace('.', "\".\""))
    }
    fn quote_table_name_for_assignment(&self, _table: &str, attribute: &str) -> String {
        self.quote_column_name(attribute)
    }
    fn quoted_binary(&self, value: &[u8]) -> String {
        format!("x'{}'", quoting::hexadecimal(value))
    }
    fn unquoted_true(&self) -> Arg {
        Arg::Int(1)
    }
    fn unquoted_false(&self) -> Arg {
        Arg::Int(0)
    }
    /// A call of a function needs parentheses to be a default.
    fn quote_default_expression(&mut self, value: &Arg, column: ColumnRef<'_>) -> Result<String> {
        match value {
            Arg::Function(expression) if is_function_call(expression) => Ok(format!("({expression})")),
            other => quoting::quote_default_expression(self, other, column),
        }
    }
    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type> {
        Ok(self.type_map.lookup(sql_type))
    }
}

/// Ruby's `Float` and `BigDecimal` beyond numbers are quoted as text.
fn non_finite(value: &Arg) -> Option<String> {
    match value {
        Arg::Float(number) if !number.is_finite() => Some(format!("'{}'", value.to_s())),
        _ => None,
    }
}

/// `/\A\w+\(.*\)\z/`
fn is_function_call(expression: &str) -> bool {
    let Some((name, arguments)) = expression.split_once('(') else { return false };
    !name.is_empty()
        && name.chars().all(|character| character == '_' || character.is_ascii_alphanumeric())
        && arguments.ends_with(')')
        && !arguments.contains('\n')
}
