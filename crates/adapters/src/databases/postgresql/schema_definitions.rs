//! postgresql/schema_definitions.rb: what PostgreSQL's `TableDefinition` and `AlterTable` add to the abstract ones.

use crate::name::extract_schema_qualified_name;
use crate::postgresql::schema_statements::{exclusion_constraint_options, unique_constraint_options};
use crate::postgresql::{postgis, schema_statements};
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::schema_definitions::{
    AlterTable, COLUMN_OPTION_NAMES, ColumnDefinition, CreateIndexDefinition, ExclusionConstraintDefinition,
    TableDefinition, UniqueConstraintDefinition,
};
use crate::schema_statements::{self as abstract_statements};
use crate::{Arg, Options, Result};

impl SchemaDefinitions for PostgreSQLAdapter {
    fn add_index_options(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<CreateIndexDefinition> {
        schema_statements::add_index_options(self, table_name, column_name, options)
    }
    fn index_name(&self, table_name: &str, options: &Arg) -> Result<String> {
        let table_name = extract_schema_qualified_name(table_name).identifier;
        abstract_statements::index_name(self, &table_name, options)
    }
    fn foreign_key_column_for(&self, table_name: &str, column_name: &str) -> String {
        let table_name = extract_schema_qualified_name(table_name).identifier;
        abstract_statements::foreign_key_column_for(self, &table_name, column_name)
    }
    fn exclusion_constraint_options(&self, table_name: &str, expression: &str, options: &Options) -> Result<Options> {
        schema_statements::exclusion_constraint_options(table_name, expression, options)
    }
    fn unique_constraint_options(&self, table_name: &str, column_name: &Arg, options: &Options) -> Result<Options> {
        schema_statements::unique_constraint_options(table_name, column_name, options)
    }
    fn type_to_sql(&self, r#type: &Arg, options: &Options) -> Result<String> {
        schema_statements::type_to_sql(self, r#type, options)
    }
    fn add_options_for_index_columns(
        &self,
        quoted_columns: Vec<(String, String)>,
        options: &Options,
    ) -> Vec<(String, String)> {
        schema_statements::add_options_for_index_columns(self, quoted_columns, options)
    }
    fn extract_foreign_key_action(&self, specifier: &str) -> Option<&'static str> {
        schema_statements::extract_foreign_key_action(specifier)
    }
    fn reference_name_for_table(&self, table_name: &str) -> String {
        self.base.inflector.singularize(&extract_schema_qualified_name(table_name).identifier)
    }
    fn valid_column_definition_options(&self) -> Vec<&'static str> {
        let mut names = valid_column_definition_options();
        if self.is_postgis() {
            names.extend(postgis::COLUMN_OPTIONS);
        }
        names
    }
    fn create_table_definition(&self, name: &str, options: &Options) -> TableDefinition {
        TableDefinition { unlogged: self.create_unlogged_tables, ..TableDefinition::new(name, options) }
    }
    fn new_column_definition(&self, name: &str, r#type: &Arg, options: Options) -> Result<ColumnDefinition> {
        if self.is_postgis()
            && let Some((base_type, options)) = postgis::spatial_column(r#type, &options)
        {
            return crate::schema_definitions::new_column_definition(self, name, &base_type, options);
        }
        let r#type = if r#type.is_symbol("virtual") { options.get("type").clone() } else { r#type.clone() };
        crate::schema_definitions::new_column_definition(self, name, &r#type, options)
    }
    fn aliased_types(&self, r#type: Arg) -> Arg {
        r#type
    }
    fn integer_like_primary_key_type(&self, r#type: &Arg, options: &mut Options) -> Arg {
        let big = r#type.is_symbol("bigint") || options.get("limit").as_int() == Some(8);
        Arg::symbol(if big { "bigserial" } else { "serial" })
    }
    fn table_definition_primary_key(&self, _name: &str, r#type: &Arg, options: &mut Options) {
        if r#type.is_symbol("uuid") && !options.key("default") {
            options.insert("default", "gen_random_uuid()");
        }
    }
    fn quoted_include_columns(&self, include: &Arg) -> Result<String> {
        Ok(schema_statements::quoted_include_columns(self, include))
    }
}

/// `valid_column_definition_options`
pub fn valid_column_definition_options() -> Vec<&'static str> {
    let mut names = COLUMN_OPTION_NAMES.to_vec();
    names.extend(["array", "using", "cast_as", "as", "type", "enum_type", "stored"]);
    names
}

impl ExclusionConstraintDefinition {
    /// What the options say, or the database.
    pub fn name(&self) -> String {
        self.options.get("name").to_s()
    }
}

impl UniqueConstraintDefinition {
    /// What the options say, or the database.
    pub fn name(&self) -> String {
        self.options.get("name").to_s()
    }

    /// `defined_for?(name:, column:, **options)`
    pub fn is_defined_for(&self, name: Option<&str>, column: &Arg, options: &Options) -> bool {
        name.is_none_or(|name| self.name() == name)
            && (column.is_nil() || self.column.to_strings() == column.to_strings())
            && options
                .except(&["name", "column"])
                .iter()
                .filter(|(key, _)| self.options.key(key))
                .all(|(key, value)| self.options.get(key).to_s() == value.to_s())
    }
}

impl TableDefinition {
    /// `exclusion_constraint`
    pub fn exclusion_constraint(&mut self, expression: &str, options: &Options) -> Result<()> {
        let definition = self.new_exclusion_constraint_definition(expression, options)?;
        self.exclusion_constraints.push(definition);
        Ok(())
    }

    /// `unique_constraint`
    pub fn unique_constraint(&mut self, column_name: &Arg, options: &Options) -> Result<()> {
        let definition = self.new_unique_constraint_definition(column_name, options)?;
        self.unique_constraints.push(definition);
        Ok(())
    }

    fn new_exclusion_constraint_definition(
        &self,
        expression: &str,
        options: &Options,
    ) -> Result<ExclusionConstraintDefinition> {
        let options = exclusion_constraint_options(&self.name, expression, options)?;
        Ok(ExclusionConstraintDefinition { table_name: self.name.clone(), expression: expression.to_owned(), options })
    }

    fn new_unique_constraint_definition(
        &self,
        column_name: &Arg,
        options: &Options,
    ) -> Result<UniqueConstraintDefinition> {
        let options = unique_constraint_options(&self.name, column_name, options)?;
        Ok(UniqueConstraintDefinition { table_name: self.name.clone(), column: column_name.clone(), options })
    }
}

impl AlterTable {
    /// `add_exclusion_constraint`
    pub fn add_exclusion_constraint(&mut self, expression: &str, options: &Options) -> Result<()> {
        self.exclusion_constraint_adds.push(self.td.new_exclusion_constraint_definition(expression, options)?);
        Ok(())
    }

    /// `add_unique_constraint`
    pub fn add_unique_constraint(&mut self, column_name: &Arg, options: &Options) -> Result<()> {
        self.unique_constraint_adds.push(self.td.new_unique_constraint_definition(column_name, options)?);
        Ok(())
    }
}
