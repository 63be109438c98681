//! Under construction: signatures first.
use crate::schema_definitions::*;
use crate::column::Column;
use crate::{Adapter, Arg, Error, Options, QueryResult, Result};

pub const VALID_INDEX_OPTIONS: [&str; 11] = [
    "unique", "length", "order", "opclass", "where", "type", "using", "comment", "algorithm", "include", "nulls_not_distinct",
];

/// One call that `change_table bulk: true` took down; `options` are its keywords.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkCommand {
    pub method: String,
    /// Without the table's name.
    pub args: Vec<Arg>,
    pub options: Options,
}

/// What a `*_for_alter` answers: a piece of the ALTER TABLE, or a call to make once it has run (Rails' procs).
#[derive(Clone, Debug, PartialEq)]
pub enum AlterFragment {
    Sql(String),
    Later(BulkCommand),
}

pub fn undefined_method<A: Adapter + ?Sized>(adapter: &A, method: &str) -> Error {
    Error::new(crate::ErrorClass::NoMethodError, format!("undefined method '{method}' for an instance of {}", adapter.class_name()))
}

pub fn data_sources<A: Adapter + ?Sized>(adapter: &mut A) -> Result<Vec<String>> { let _ = (adapter,); Err(Error::unsupported("not built yet")) }
pub fn data_source_exists<A: Adapter + ?Sized>(adapter: &mut A, name: &str) -> Result<bool> { let _ = (adapter, name,); Err(Error::unsupported("not built yet")) }
pub fn tables<A: Adapter + ?Sized>(adapter: &mut A) -> Result<Vec<String>> { let _ = (adapter,); Err(Error::unsupported("not built yet")) }
pub fn table_exists<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str) -> Result<bool> { let _ = (adapter, table_name,); Err(Error::unsupported("not built yet")) }
pub fn views<A: Adapter + ?Sized>(adapter: &mut A) -> Result<Vec<String>> { let _ = (adapter,); Err(Error::unsupported("not built yet")) }
pub fn view_exists<A: Adapter + ?Sized>(adapter: &mut A, view_name: &str) -> Result<bool> { let _ = (adapter, view_name,); Err(Error::unsupported("not built yet")) }
pub fn index_exists<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &Arg, options: &Options) -> Result<bool> { let _ = (adapter, table_name, column_name, options,); Err(Error::unsupported("not built yet")) }
pub fn column_exists<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &str, r#type: &Arg, options: &Options) -> Result<bool> { let _ = (adapter, table_name, column_name, r#type, options,); Err(Error::unsupported("not built yet")) }
pub fn column_for<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &str) -> Result<Column> { let _ = (adapter, table_name, column_name,); Err(Error::unsupported("not built yet")) }
pub fn primary_key<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str) -> Result<Arg> { let _ = (adapter, table_name,); Err(Error::unsupported("not built yet")) }
pub fn prepare_create_table<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, options: &Options) -> Result<TableDefinition> { let _ = (adapter, table_name, options,); Err(Error::unsupported("not built yet")) }
pub fn create_table_from_definition<A: Adapter + ?Sized>(adapter: &mut A, definition: TableDefinition, options: &Options) -> Result<QueryResult> { let _ = (adapter, definition, options,); Err(Error::unsupported("not built yet")) }
pub fn build_create_table_definition<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, options: &Options) -> Result<TableDefinition> { let _ = (adapter, table_name, options,); Err(Error::unsupported("not built yet")) }
pub fn prepare_create_join_table<A: Adapter + ?Sized>(adapter: &mut A, table_1: &str, table_2: &str, options: &Options) -> Result<(TableDefinition, Options)> { let _ = (adapter, table_1, table_2, options,); Err(Error::unsupported("not built yet")) }
pub fn drop_join_table<A: Adapter + ?Sized>(adapter: &mut A, table_1: &str, table_2: &str, options: &Options) -> Result<()> { let _ = (adapter, table_1, table_2, options,); Err(Error::unsupported("not built yet")) }
pub fn drop_table<A: Adapter + ?Sized>(adapter: &mut A, table_names: &[&str], options: &Options) -> Result<()> { let _ = (adapter, table_names, options,); Err(Error::unsupported("not built yet")) }
pub fn add_column<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> { let _ = (adapter, table_name, column_name, r#type, options,); Err(Error::unsupported("not built yet")) }
pub fn add_columns<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_names: &[String], r#type: &Arg, options: &Options) -> Result<()> { let _ = (adapter, table_name, column_names, r#type, options,); Err(Error::unsupported("not built yet")) }
pub fn remove_columns<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_names: &[String], options: &Options) -> Result<()> { let _ = (adapter, table_name, column_names, options,); Err(Error::unsupported("not built yet")) }
pub fn remove_column<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &str, r#type: &Arg, options: &Options) -> Result<()> { let _ = (adapter, table_name, column_name, r#type, options,); Err(Error::unsupported("not built yet")) }
pub fn build_add_column_definition<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<Option<AlterTable>> { let _ = (adapter, table_name, column_name, r#type, options,); Err(Error::unsupported("not built yet")) }
pub fn add_index<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &Arg, options: Options) -> Result<()> { let _ = (adapter, table_name, column_name, options,); Err(Error::unsupported("not built yet")) }
pub fn build_create_index_definition<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &Arg, options: Options) -> Result<Option<CreateIndexDefinition>> { let _ = (adapter, table_name, column_name, options,); Err(Error::unsupported("not built yet")) }
pub fn add_index_options<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &Arg, options: Options) -> Result<CreateIndexDefinition> { let _ = (adapter, table_name, column_name, options,); Err(Error::unsupported("not built yet")) }
pub fn remove_index<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &Arg, options: Options) -> Result<()> { let _ = (adapter, table_name, column_name, options,); Err(Error::unsupported("not built yet")) }
pub fn rename_index<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, old_name: &str, new_name: &str) -> Result<()> { let _ = (adapter, table_name, old_name, new_name,); Err(Error::unsupported("not built yet")) }
pub fn index_name<A: Adapter + ?Sized>(adapter: &A, table_name: &str, options: &Arg) -> Result<String> { let _ = (adapter, table_name, options,); Err(Error::unsupported("not built yet")) }
pub fn add_reference<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, ref_name: &Arg, options: &Options) -> Result<()> { let _ = (adapter, table_name, ref_name, options,); Err(Error::unsupported("not built yet")) }
pub fn remove_reference<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, ref_name: &Arg, options: &Options) -> Result<()> { let _ = (adapter, table_name, ref_name, options,); Err(Error::unsupported("not built yet")) }
pub fn add_foreign_key<A: Adapter + ?Sized>(adapter: &mut A, from_table: &str, to_table: &str, options: Options) -> Result<()> { let _ = (adapter, from_table, to_table, options,); Err(Error::unsupported("not built yet")) }
pub fn remove_foreign_key<A: Adapter + ?Sized>(adapter: &mut A, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> { let _ = (adapter, from_table, to_table, options,); Err(Error::unsupported("not built yet")) }
pub fn foreign_key_exists<A: Adapter + ?Sized>(adapter: &mut A, from_table: &str, to_table: Option<&str>, options: &Options) -> Result<bool> { let _ = (adapter, from_table, to_table, options,); Err(Error::unsupported("not built yet")) }
pub fn foreign_key_column_for<A: Adapter + ?Sized>(adapter: &A, table_name: &str, column_name: &str) -> String { let _ = (adapter, table_name, column_name,); Default::default() }
pub fn foreign_key_options<A: Adapter + ?Sized>(adapter: &A, from_table: &str, to_table: &str, options: &Options) -> Result<Options> { let _ = (adapter, from_table, to_table, options,); Err(Error::unsupported("not built yet")) }
pub fn add_check_constraint<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, expression: &str, options: Options) -> Result<()> { let _ = (adapter, table_name, expression, options,); Err(Error::unsupported("not built yet")) }
pub fn check_constraint_options(table_name: &str, expression: &str, options: &Options) -> Options { let _ = (table_name, expression, options,); Default::default() }
pub fn remove_check_constraint<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, expression: &Arg, options: Options) -> Result<()> { let _ = (adapter, table_name, expression, options,); Err(Error::unsupported("not built yet")) }
pub fn check_constraint_exists<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, options: &Options) -> Result<bool> { let _ = (adapter, table_name, options,); Err(Error::unsupported("not built yet")) }
pub fn remove_constraint<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, constraint_name: &str) -> Result<()> { let _ = (adapter, table_name, constraint_name,); Err(Error::unsupported("not built yet")) }
pub fn type_to_sql<A: Adapter + ?Sized>(adapter: &A, r#type: &Arg, options: &Options) -> Result<String> { let _ = (adapter, r#type, options,); Err(Error::unsupported("not built yet")) }
pub fn add_timestamps<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, options: Options) -> Result<()> { let _ = (adapter, table_name, options,); Err(Error::unsupported("not built yet")) }
pub fn bulk_change_table<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, commands: Vec<BulkCommand>) -> Result<()> { let _ = (adapter, table_name, commands,); Err(Error::unsupported("not built yet")) }
pub fn for_alter<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, command: &BulkCommand) -> Result<Option<Vec<AlterFragment>>> { let _ = (adapter, table_name, command,); Err(Error::unsupported("not built yet")) }
pub fn send_command<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, command: &BulkCommand) -> Result<()> { let _ = (adapter, table_name, command,); Err(Error::unsupported("not built yet")) }
pub fn add_column_for_alter<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<Vec<AlterFragment>> { let _ = (adapter, table_name, column_name, r#type, options,); Err(Error::unsupported("not built yet")) }
pub fn validate_index_length<A: Adapter + ?Sized>(adapter: &A, table_name: &str, new_name: &str) -> Result<()> { let _ = (adapter, table_name, new_name,); Err(Error::unsupported("not built yet")) }
pub fn validate_table_length<A: Adapter + ?Sized>(adapter: &A, table_name: &str) -> Result<()> { let _ = (adapter, table_name,); Err(Error::unsupported("not built yet")) }
pub fn add_options_for_index_columns<A: Adapter + ?Sized>(adapter: &A, quoted_columns: Vec<(String, String)>, options: &Options) -> Vec<(String, String)> { let _ = (adapter, quoted_columns, options,); Default::default() }
pub fn extract_foreign_key_action(specifier: &str) -> Option<&'static str> { let _ = (specifier,); None }
