//! What MySQL's server says of its schema: Rails' own queries, which introspection.rs and schema_statements.rs send.

use super::{schema_dumper, schema_statements};
use crate::abstract_mysql_adapter::{MysqlAdapter, introspection};
use crate::catalogue::{Catalogue, DataSource};
use crate::column::Column;
use crate::prelude::*;
use crate::schema_definitions::{CheckConstraintDefinition, ForeignKeyDefinition, IndexDefinition};
use crate::schema_statements::query_strings;
use crate::{Arg, Dialect, Options, Result};

impl Catalogue for MysqlAdapter {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        let sql = schema_statements::data_source_sql(self, name, kind)?;
        query_strings(self, &sql)
    }
    fn table_options(&mut self, table_name: &str) -> Result<Options> {
        introspection::table_options(self, table_name)
    }
    fn table_comment(&mut self, table_name: &str) -> Result<Option<String>> {
        introspection::table_comment(self, table_name)
    }
    fn columns(&mut self, table_name: &str) -> Result<Vec<Column>> {
        schema_statements::columns(self, table_name)
    }
    fn primary_keys(&mut self, table_name: &str) -> Result<Vec<String>> {
        introspection::primary_keys(self, table_name)
    }
    fn indexes(&mut self, table_name: &str) -> Result<Vec<IndexDefinition>> {
        schema_statements::indexes(self, table_name)
    }
    fn foreign_keys(&mut self, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
        introspection::foreign_keys(self, table_name)
    }
    fn check_constraints(&mut self, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
        introspection::check_constraints(self, table_name)
    }
    fn current_database(&mut self) -> Result<String> {
        Ok(self.query_value("SELECT database()", Some("SCHEMA"))?.to_s())
    }
    fn charset(&mut self) -> Result<Arg> {
        self.show_variable("character_set_database")
    }
    fn collation(&mut self) -> Result<Arg> {
        self.show_variable("collation_database")
    }
    fn show_variable(&mut self, name: &str) -> Result<Arg> {
        introspection::show_variable(self, name)
    }
    fn virtual_column_expression(&mut self, table_name: &str, column: &Column) -> Result<Option<String>> {
        schema_dumper::virtual_column_expression(self, table_name, column)
    }
    fn table_collation(&mut self, table_name: &str) -> Result<Option<String>> {
        schema_dumper::table_collation(self, table_name)
    }
    fn full_column_type(&mut self, table_name: &str, column_name: &str) -> Result<Option<String>> {
        introspection::full_column_type(self, table_name, column_name)
    }
    fn takes_dynamic_row_format(&mut self) -> Result<bool> {
        let sql = "SELECT @@innodb_file_per_table = 1 AND @@innodb_file_format = 'Barracuda'";
        Ok(self.query_value(sql, None)? == Arg::Int(1))
    }
}
