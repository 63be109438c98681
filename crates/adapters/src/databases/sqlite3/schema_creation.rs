//! The words of CREATE TABLE: sqlite3/schema_creation.rb.

use crate::prelude::*;
use crate::schema_definitions::{ColumnDefinition, ForeignKeyDefinition};
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::{Result, schema_creation};

impl SchemaCreation for SQLite3Adapter {
    fn visit_foreign_key_definition(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        let mut sql = schema_creation::visit_foreign_key_definition(self, foreign_key)?;
        if foreign_key.deferrable().is_truthy() {
            sql = format!("{sql} DEFERRABLE INITIALLY {}", foreign_key.deferrable().to_s().to_uppercase());
        }
        Ok(sql)
    }
    fn supports_index_using(&self) -> bool {
        false
    }
    fn add_column_options(&mut self, mut sql: String, column: &mut ColumnDefinition) -> Result<String> {
        let collation = column.options.get("collation");
        if collation.is_truthy() {
            sql = format!("{sql} COLLATE \"{}\"", collation.to_s());
        }
        let expression = column.options.get("as");
        if expression.is_truthy() {
            let kept = if column.options.get("stored").is_truthy() { "STORED" } else { "VIRTUAL" };
            sql = format!("{sql} GENERATED ALWAYS AS ({}) {kept}", expression.to_s());
        }
        schema_creation::add_column_options(self, sql, column)
    }
}
