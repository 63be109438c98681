//! Values and names as SQL: the module of abstract/quoting.rb.

use crate::abstract_adapter::{ColumnRef, Supports};
use crate::types::{self, Type};
use crate::{Arg, Result, quoting};

/// Values and names as SQL.
pub trait Quoting: Supports {
    fn quote(&self, value: &Arg) -> Result<String> {
        quoting::quote(self, value)
    }
    fn type_cast(&self, value: &Arg) -> Result<Arg> {
        quoting::type_cast(self, value)
    }
    fn quote_string(&self, text: &str) -> String {
        quoting::quote_string(text)
    }
    fn quote_column_name(&self, name: &str) -> String;
    fn quote_table_name(&self, name: &str) -> String {
        self.quote_column_name(name)
    }
    fn quote_table_name_for_assignment(&self, table: &str, attribute: &str) -> String {
        self.quote_table_name(&format!("{table}.{attribute}"))
    }
    fn quote_default_expression(&mut self, value: &Arg, column: ColumnRef<'_>) -> Result<String> {
        quoting::quote_default_expression(self, value, column)
    }
    fn quoted_true(&self) -> &'static str {
        "TRUE"
    }
    fn unquoted_true(&self) -> Arg {
        Arg::Bool(true)
    }
    fn quoted_false(&self) -> &'static str {
        "FALSE"
    }
    fn unquoted_false(&self) -> Arg {
        Arg::Bool(false)
    }
    /// Of a `Date`, `DateTime` or `Time`; without the quotes.
    fn quoted_date(&self, value: &Arg) -> String {
        types::quoted_date(value)
    }
    fn quoted_time(&self, value: &Arg) -> String {
        quoting::quoted_time(self, value)
    }
    fn quoted_binary(&self, value: &[u8]) -> String {
        format!("'{}'", self.quote_string(&String::from_utf8_lossy(value)))
    }
    /// May ask the database.
    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type>;
}
