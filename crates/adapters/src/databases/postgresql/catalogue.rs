//! What PostgreSQL's server says of its schema: Rails' own queries, most of which schema_statements/ sends.

use super::utils::decode_string_array;
use super::{configuration, schema_statements};
use crate::catalogue::{Catalogue, DataSource, EnumType, KeySequence, TypeRow, TypesWanted};
use crate::column::Column;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::schema_statements::query_strings;
use crate::{Arg, Dialect, Options, Result};

const SCHEMA: Option<&str> = Some("SCHEMA");

impl Catalogue for PostgreSQLAdapter {
    fn dialect(&self) -> Dialect {
        Dialect::PostgreSql
    }
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        query_strings(self, &schema_statements::data_source_sql(name, kind))
    }
    fn table_options(&mut self, table_name: &str) -> Result<Options> {
        schema_statements::table_options(self, table_name)
    }
    fn table_comment(&mut self, table_name: &str) -> Result<Option<String>> {
        schema_statements::table_comment(self, table_name)
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
    fn index_name_exists(&mut self, table_name: &str, index_name: &str) -> Result<bool> {
        schema_statements::index_name_exists(self, table_name, index_name)
    }
    fn foreign_keys(&mut self, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
        schema_statements::foreign_keys(self, table_name)
    }
    fn check_constraints(&mut self, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
        schema_statements::check_constraints(self, table_name)
    }
    fn exclusion_constraints(&mut self, table_name: &str) -> Result<Vec<ExclusionConstraintDefinition>> {
        schema_statements::exclusion_constraints(self, table_name)
    }
    fn unique_constraints(&mut self, table_name: &str) -> Result<Vec<UniqueConstraintDefinition>> {
        schema_statements::unique_constraints(self, table_name)
    }
    fn inherited_table_names(&mut self, table_name: &str) -> Result<Vec<String>> {
        schema_statements::inherited_table_names(self, table_name)
    }
    fn table_partition_definition(&mut self, table_name: &str) -> Result<Option<String>> {
        schema_statements::table_partition_definition(self, table_name)
    }

    // --- the database and its schemas --------------------------------------------------------------------------------

    fn current_database(&mut self) -> Result<String> {
        Ok(self.query_value("SELECT current_database()", SCHEMA)?.to_s())
    }
    fn encoding(&mut self) -> Result<Arg> {
        let sql = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()";
        self.query_value(sql, SCHEMA)
    }
    fn collation(&mut self) -> Result<Arg> {
        self.query_value("SELECT datcollate FROM pg_database WHERE datname = current_database()", SCHEMA)
    }
    fn ctype(&mut self) -> Result<Arg> {
        self.query_value("SELECT datctype FROM pg_database WHERE datname = current_database()", SCHEMA)
    }
    fn schema_exists(&mut self, name: &str) -> Result<bool> {
        let sql = format!("SELECT COUNT(*) FROM pg_namespace WHERE nspname = {}", self.quote(&Arg::str(name))?);
        Ok(self.query_value(&sql, SCHEMA)?.as_int().is_some_and(|count| count > 0))
    }
    fn schema_names(&mut self) -> Result<Vec<String>> {
        let sql = "SELECT nspname FROM pg_namespace \
                   WHERE nspname !~ '^pg_.*' AND nspname NOT IN ('information_schema') ORDER BY nspname";
        query_strings(self, sql)
    }
    fn current_schema(&mut self) -> Result<Option<String>> {
        let schema = self.query_value("SELECT current_schema", SCHEMA)?;
        Ok((!schema.is_nil()).then(|| schema.to_s()))
    }
    fn current_schemas(&mut self) -> Result<Vec<String>> {
        let schemas = self.query_value("SELECT current_schemas(false)", SCHEMA)?;
        Ok(decode_string_array(&schemas.to_s()))
    }
    fn schema_search_path(&mut self) -> Result<String> {
        schema_statements::schema_search_path(self)
    }

    // --- extensions, types and sequences -----------------------------------------------------------------------------

    fn extensions(&mut self) -> Result<Vec<String>> {
        schema_statements::extensions(self)
    }
    fn extension_available(&mut self, name: &str) -> Result<bool> {
        let name = self.quote(&Arg::str(name))?;
        let sql = format!("SELECT true FROM pg_available_extensions WHERE name = {name}");
        Ok(self.query_value(&sql, SCHEMA)?.is_truthy())
    }
    fn extension_enabled(&mut self, name: &str) -> Result<bool> {
        let name = self.quote(&Arg::str(name))?;
        let sql = format!("SELECT installed_version IS NOT NULL FROM pg_available_extensions WHERE name = {name}");
        Ok(self.query_value(&sql, SCHEMA)?.is_truthy())
    }
    fn enum_types(&mut self) -> Result<Vec<EnumType>> {
        schema_statements::enum_types(self)
    }
    fn serial_sequence(&mut self, table_name: &str, column_name: &str) -> Result<Arg> {
        let (table, column) = (self.quote(&Arg::str(table_name))?, self.quote(&Arg::str(column_name))?);
        self.query_value(&format!("SELECT pg_get_serial_sequence({table}, {column})"), SCHEMA)
    }
    fn pk_and_sequence_for(&mut self, table_name: &str) -> Result<Option<KeySequence>> {
        schema_statements::pk_and_sequence_for(self, table_name)
    }
    fn sequence_minimum(&mut self, sequence: &str) -> Result<Arg> {
        schema_statements::sequence_minimum(self, sequence)
    }
    fn type_oid(&mut self, sql_type: &str) -> Result<Option<u32>> {
        let sql = format!("SELECT '{}'::regtype::oid", super::quoting::quote_string(sql_type));
        Ok(self.query_value(&sql, SCHEMA)?.as_int().and_then(|oid| u32::try_from(oid).ok()))
    }
    fn type_rows(&mut self, wanted: &TypesWanted) -> Result<Vec<TypeRow>> {
        configuration::type_rows(self, wanted)
    }
}
