//! What SQLite says of its schema: Rails' own queries, which schema_statements.rs sends.

use super::schema_statements;
use crate::catalogue::{Catalogue, DataSource, VirtualTable};
use crate::column::Column;
use crate::prelude::*;
use crate::schema_definitions::{CheckConstraintDefinition, ForeignKeyDefinition, IndexDefinition};
use crate::schema_statements::query_strings;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::{Arg, Dialect, Result};

impl Catalogue for SQLite3Adapter {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        let sql = schema_statements::data_source_sql(self, name, kind)?;
        query_strings(self, &sql)
    }
    fn columns(&mut self, table_name: &str) -> Result<Vec<Column>> {
        schema_statements::columns(self, table_name)
    }
    fn primary_keys(&mut self, table_name: &str) -> Result<Vec<String>> {
        schema_statements::primary_keys(self, table_name)
    }
    fn indexes(&mut self, table_name: &str) -> Result<Vec<IndexDefinition>> {
        schema_statements::indexes(self, table_name)
    }
    fn foreign_keys(&mut self, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
        schema_statements::foreign_keys(self, table_name)
    }
    fn check_constraints(&mut self, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
        schema_statements::check_constraints(self, table_name)
    }
    /// Rails asks the gem, past its log.
    fn encoding(&mut self) -> Result<Arg> {
        self.query_value("PRAGMA encoding", Some("SCHEMA"))
    }
    fn virtual_tables(&mut self) -> Result<Vec<VirtualTable>> {
        schema_statements::virtual_tables(self)
    }
    fn primary_key_has_autoincrement(&mut self, table_name: &str) -> Result<bool> {
        schema_statements::primary_key_has_autoincrement(self, table_name)
    }
}
