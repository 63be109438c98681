//! What SQLite's TableDefinition makes of a column: sqlite3/schema_definitions.rb.

use crate::prelude::*;
use crate::schema_definitions::ColumnDefinition;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::{Arg, Options, Result, schema_definitions, schema_statements};

impl SchemaDefinitions for SQLite3Adapter {
    fn validate_index_length(&self, table_name: &str, new_name: &str, internal: bool) -> Result<()> {
        if internal { Ok(()) } else { schema_statements::validate_index_length(self, table_name, new_name) }
    }
    fn valid_table_definition_options(&self) -> Vec<&'static str> {
        vec!["temporary", "if_not_exists", "options", "as", "comment", "charset", "collation", "rename"]
    }
    fn valid_column_definition_options(&self) -> Vec<&'static str> {
        let mut options = schema_definitions::COLUMN_OPTION_NAMES.to_vec();
        options.extend(["as", "type", "stored"]);
        options
    }
    fn new_column_definition(&self, name: &str, r#type: &Arg, options: Options) -> Result<ColumnDefinition> {
        let r#type = if r#type.is_symbol("virtual") { options.get("type").clone() } else { r#type.clone() };
        schema_definitions::new_column_definition(self, name, &r#type, options)
    }
    fn integer_like_primary_key_type(&self, _type: &Arg, _options: &mut Options) -> Arg {
        Arg::symbol("primary_key")
    }
    fn table_definition_references(&self, options: &mut Options) {
        options.reverse_update(&Options::from([("type", Arg::symbol("integer"))]));
    }
}
