//! Definitions as SQL: the visitors of abstract/schema_creation.rb.

use crate::abstract_adapter::SchemaDefinitions;
use crate::schema_definitions::{
    AddColumnDefinition, AlterTable, ChangeColumnDefaultDefinition, ChangeColumnDefinition, CheckConstraintDefinition,
    ColumnDefinition, CreateIndexDefinition, ForeignKeyDefinition, TableDefinition,
};
use crate::{Arg, Options, Result, schema_creation, schema_statements};

/// Definitions as SQL. What a definition lacks is put into it on the way.
pub trait SchemaCreation: SchemaDefinitions {
    fn visit_alter_table(&mut self, alter: &mut AlterTable) -> Result<String> {
        schema_creation::visit_alter_table(self, alter)
    }
    fn visit_column_definition(&mut self, column: &mut ColumnDefinition) -> Result<String> {
        schema_creation::visit_column_definition(self, column)
    }
    fn visit_add_column_definition(&mut self, add: &mut AddColumnDefinition) -> Result<String> {
        schema_creation::visit_add_column_definition(self, add)
    }
    fn visit_change_column_definition(&mut self, _change: &mut ChangeColumnDefinition) -> Result<String> {
        Err(schema_statements::undefined_method(self, "visit_ChangeColumnDefinition"))
    }
    fn visit_change_column_default_definition(
        &mut self,
        _change: &mut ChangeColumnDefaultDefinition,
    ) -> Result<String> {
        Err(schema_statements::undefined_method(self, "visit_ChangeColumnDefaultDefinition"))
    }
    fn visit_table_definition(&mut self, definition: &mut TableDefinition) -> Result<String> {
        schema_creation::visit_table_definition(self, definition)
    }
    fn visit_foreign_key_definition(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        schema_creation::visit_foreign_key_definition(self, foreign_key)
    }
    fn visit_add_foreign_key(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        Ok(format!("ADD {}", self.visit_foreign_key_definition(foreign_key)?))
    }
    fn visit_drop_foreign_key(&self, name: &str) -> String {
        schema_creation::visit_drop_constraint(self, name)
    }
    fn visit_check_constraint_definition(&self, check: &CheckConstraintDefinition) -> String {
        schema_creation::visit_check_constraint_definition(check)
    }
    fn visit_drop_check_constraint(&self, name: &str) -> String {
        schema_creation::visit_drop_constraint(self, name)
    }
    fn visit_create_index_definition(&mut self, create: &CreateIndexDefinition) -> Result<String> {
        schema_creation::visit_create_index_definition(self, create)
    }
    /// MySQL's: an index within CREATE TABLE.
    fn index_in_create(&mut self, _table_name: &str, _column_name: &Arg, _options: Options) -> Result<String> {
        Err(schema_statements::undefined_method(self, "index_in_create"))
    }
    /// PostgreSQL's constraints within CREATE TABLE, in order.
    fn visit_other_constraints(&mut self, _definition: &TableDefinition) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
    fn supports_index_using(&self) -> bool {
        true
    }
    fn table_modifier_in_create(&self, definition: &TableDefinition) -> &'static str {
        if definition.temporary { " TEMPORARY" } else { "" }
    }
    /// Answers the SQL with the table's options behind it.
    fn add_table_options(&self, create_sql: String, definition: &TableDefinition) -> Result<String> {
        Ok(schema_creation::add_table_options(create_sql, definition))
    }
    /// Answers the SQL with the column's options behind it; `column.sql_type` is set.
    fn add_column_options(&mut self, sql: String, column: &mut ColumnDefinition) -> Result<String> {
        schema_creation::add_column_options(self, sql, column)
    }
}
