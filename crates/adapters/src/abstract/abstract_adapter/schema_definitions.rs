//! What a definition is made of: the adapters' `TableDefinition`, and the part of abstract/schema_statements.rb that names
//! things and checks options but changes nothing.

use crate::abstract_adapter::{DatabaseLimits, Quoting};
use crate::schema_definitions::{ColumnDefinition, CreateIndexDefinition, TableDefinition};
use crate::{Arg, Options, Result, schema_definitions, schema_statements};

/// Definitions, made of what a migration's call says.
pub trait SchemaDefinitions: Quoting + DatabaseLimits {
    fn add_index_options(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<CreateIndexDefinition> {
        schema_statements::add_index_options(self, table_name, column_name, options)
    }
    /// `index_name(table_name, options_or_columns)`
    fn index_name(&self, table_name: &str, options: &Arg) -> Result<String> {
        schema_statements::index_name(self, table_name, options)
    }
    fn foreign_key_column_for(&self, table_name: &str, column_name: &str) -> String {
        schema_statements::foreign_key_column_for(self, table_name, column_name)
    }
    fn foreign_key_options(&self, from_table: &str, to_table: &str, options: &Options) -> Result<Options> {
        schema_statements::foreign_key_options(self, from_table, to_table, options)
    }
    fn use_foreign_keys(&self) -> bool {
        self.supports_foreign_keys() && self.base().config.options.fetch_or("foreign_keys", true).is_truthy()
    }
    fn check_constraint_options(&self, table_name: &str, expression: &str, options: &Options) -> Options {
        schema_statements::check_constraint_options(table_name, expression, options)
    }
    fn exclusion_constraint_options(
        &self,
        _table_name: &str,
        _expression: &str,
        _options: &Options,
    ) -> Result<Options> {
        Err(schema_statements::undefined_method(self, "exclusion_constraint_options"))
    }
    fn unique_constraint_options(&self, _table_name: &str, _column_name: &Arg, _options: &Options) -> Result<Options> {
        Err(schema_statements::undefined_method(self, "unique_constraint_options"))
    }
    /// `type_to_sql(type, **options)`
    fn type_to_sql(&self, r#type: &Arg, options: &Options) -> Result<String> {
        schema_statements::type_to_sql(self, r#type, options)
    }
    fn valid_table_definition_options(&self) -> Vec<&'static str> {
        vec!["temporary", "if_not_exists", "options", "as", "comment", "charset", "collation"]
    }
    /// Those of the adapter's `TableDefinition`.
    fn valid_column_definition_options(&self) -> Vec<&'static str> {
        schema_definitions::COLUMN_OPTION_NAMES.to_vec()
    }
    fn valid_primary_key_options(&self) -> Vec<&'static str> {
        vec!["limit", "default", "precision"]
    }
    fn valid_index_options(&self) -> Vec<&'static str> {
        schema_statements::VALID_INDEX_OPTIONS.to_vec()
    }
    fn max_index_name_size(&self) -> usize {
        62
    }
    fn options_include_default(&self, options: &Options) -> bool {
        options.key("default") && !(options.get("null").is_false() && options.get("default").is_nil())
    }
    fn validate_index_length(&self, table_name: &str, new_name: &str, internal: bool) -> Result<()> {
        let _ = internal;
        schema_statements::validate_index_length(self, table_name, new_name)
    }
    fn validate_table_length(&self, table_name: &str) -> Result<()> {
        schema_statements::validate_table_length(self, table_name)
    }
    /// Columns quoted, each with what its options add: `(name, sql)`.
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
        self.base().inflector.singularize(table_name)
    }
    fn create_table_definition(&self, name: &str, options: &Options) -> TableDefinition {
        TableDefinition::new(name, options)
    }
    /// `TableDefinition#new_column_definition`
    fn new_column_definition(&self, name: &str, r#type: &Arg, options: Options) -> Result<ColumnDefinition> {
        schema_definitions::new_column_definition(self, name, r#type, options)
    }
    fn aliased_types(&self, r#type: Arg) -> Arg {
        if r#type.as_str() == Some("timestamp") { Arg::symbol("datetime") } else { r#type }
    }
    fn integer_like_primary_key_type(&self, r#type: &Arg, _options: &mut Options) -> Arg {
        r#type.clone()
    }
    /// What the adapter's `primary_key` does before its `super`.
    fn table_definition_primary_key(&self, _name: &str, _type: &Arg, _options: &mut Options) {}
    /// What the adapter's `references` does before its `super`.
    fn table_definition_references(&self, _options: &mut Options) {}
    fn quoted_include_columns(&self, include: &Arg) -> Result<String> {
        let _ = include;
        Err(schema_statements::undefined_method(self, "quoted_include_columns"))
    }
}
