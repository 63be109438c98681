//! What MySQL's TableDefinition makes of a column: mysql/schema_definitions.rb. Its IndexDefinition and `t.blob` and
//! their like are part of the abstract ones.

use crate::abstract_mysql_adapter::{MysqlAdapter, alteration};
use crate::mysql::schema_statements;
use crate::prelude::*;
use crate::schema_definitions::{ColumnDefinition, CreateIndexDefinition};
use crate::{Arg, Options, Result, schema_definitions};

impl SchemaDefinitions for MysqlAdapter {
    fn add_index_options(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<CreateIndexDefinition> {
        alteration::add_index_options(self, table_name, column_name, options)
    }
    fn type_to_sql(&self, r#type: &Arg, options: &Options) -> Result<String> {
        schema_statements::type_to_sql(self, r#type, options)
    }
    fn valid_column_definition_options(&self) -> Vec<&'static str> {
        let mysql = ["auto_increment", "charset", "as", "size", "unsigned", "first", "after", "type", "stored"];
        [crate::schema_definitions::COLUMN_OPTION_NAMES.as_slice(), mysql.as_slice()].concat()
    }
    fn valid_primary_key_options(&self) -> Vec<&'static str> {
        vec!["limit", "default", "precision", "unsigned", "auto_increment"]
    }
    fn valid_index_options(&self) -> Vec<&'static str> {
        let enabled: &[&str] = if self.supports_disabling_indexes() { &["enabled"] } else { &[] };
        [crate::schema_statements::VALID_INDEX_OPTIONS.as_slice(), enabled].concat()
    }
    fn add_options_for_index_columns(
        &self,
        quoted_columns: Vec<(String, String)>,
        options: &Options,
    ) -> Vec<(String, String)> {
        schema_statements::add_options_for_index_columns(self, quoted_columns, options)
    }
    /// RESTRICT is the default, and goes unsaid.
    fn extract_foreign_key_action(&self, specifier: &str) -> Option<&'static str> {
        if specifier == "RESTRICT" { None } else { crate::schema_statements::extract_foreign_key_action(specifier) }
    }
    fn new_column_definition(&self, name: &str, r#type: &Arg, options: Options) -> Result<ColumnDefinition> {
        new_column_definition(self, name, r#type, options)
    }
    fn aliased_types(&self, r#type: Arg) -> Arg {
        r#type
    }
    fn integer_like_primary_key_type(&self, r#type: &Arg, options: &mut Options) -> Arg {
        integer_like_primary_key_type(r#type, options)
    }
}

/// `new_column_definition`: what a primary key and an unsigned type mean here.
pub fn new_column_definition<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    name: &str,
    r#type: &Arg,
    mut options: Options,
) -> Result<ColumnDefinition> {
    let mut r#type = r#type.clone();
    if r#type.is_symbol("virtual") {
        r#type = options.get("type").clone();
    } else if r#type.is_symbol("primary_key") {
        r#type = Arg::symbol("integer");
        options.or_insert("limit", || Arg::Int(8));
        options.insert("primary_key", true);
    } else if let Some(signed) = r#type.as_str().and_then(|name| name.strip_prefix("unsigned_"))
        && !signed.is_empty()
    {
        r#type = Arg::symbol(signed);
        options.insert("unsigned", true);
    }
    schema_definitions::new_column_definition(adapter, name, &r#type, options)
}

/// An integer primary key counts by itself, unless told not to.
pub fn integer_like_primary_key_type(r#type: &Arg, options: &mut Options) -> Arg {
    if !options.get("auto_increment").is_false() {
        options.insert("auto_increment", true);
    }
    r#type.clone()
}
