//! Changes of the schema: the module of abstract/schema_statements.rb, with the extensions, enums and virtual tables of
//! abstract_adapter.rb.

use crate::abstract_adapter::{DatabaseStatements, SchemaCreation};
use crate::schema_definitions::{AlterTable, ChangeColumnDefaultDefinition, CreateIndexDefinition, TableDefinition};
use crate::schema_statements::{AlterFragment, BulkCommand};
use crate::{Arg, Error, Options, QueryResult, Result, schema_statements};

/// What a migration calls.
pub trait SchemaStatements: SchemaCreation + DatabaseStatements {
    fn enable_extension(&mut self, _name: &str, _options: &Options) -> Result<()> {
        Ok(())
    }
    fn disable_extension(&mut self, _name: &str, _options: &Options) -> Result<()> {
        Ok(())
    }
    fn create_enum(&mut self, _name: &str, _values: &[String], _options: &Options) -> Result<()> {
        Ok(())
    }
    fn drop_enum(&mut self, _name: &str, _values: &Arg, _options: &Options) -> Result<()> {
        Ok(())
    }
    fn rename_enum(&mut self, _name: &str, _new_name: &Arg, _options: &Options) -> Result<()> {
        Ok(())
    }
    fn add_enum_value(&mut self, _name: &str, _value: &str, _options: &Options) -> Result<()> {
        Ok(())
    }
    fn rename_enum_value(&mut self, _name: &str, _options: &Options) -> Result<()> {
        Ok(())
    }
    fn create_virtual_table(&mut self, _table_name: &str, _module_name: &str, _values: &[String]) -> Result<()> {
        Ok(())
    }
    fn drop_virtual_table(
        &mut self,
        _table_name: &str,
        _module_name: &str,
        _values: &[String],
        _options: &Options,
    ) -> Result<()> {
        Ok(())
    }
    /// `create_database(name, options)`
    fn create_database(&mut self, _name: &str, _options: &Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "create_database"))
    }
    fn drop_database(&mut self, _name: &str) -> Result<()> {
        Err(schema_statements::undefined_method(self, "drop_database"))
    }
    fn recreate_database(&mut self, _name: &str, _options: &Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "recreate_database"))
    }
    /// `create_table` up to the block: checks the options and builds the definition, `id:` and `primary_key:` done.
    /// The caller runs the block on it and goes on with `create_table_from_definition`, giving the same options.
    fn prepare_create_table(&mut self, table_name: &str, options: &Options) -> Result<TableDefinition> {
        schema_statements::prepare_create_table(self, table_name, options)
    }
    /// `create_table` after the block.
    fn create_table_from_definition(&mut self, definition: TableDefinition, options: &Options) -> Result<QueryResult> {
        schema_statements::create_table_from_definition(self, definition, options)
    }
    fn build_create_table_definition(&mut self, table_name: &str, options: &Options) -> Result<TableDefinition> {
        schema_statements::build_create_table_definition(self, table_name, options)
    }
    /// `create_join_table` up to the block, both references made; goes on with `create_table_from_definition`.
    /// Answers the definition and the options to go on with.
    fn prepare_create_join_table(
        &mut self,
        table_1: &str,
        table_2: &str,
        options: &Options,
    ) -> Result<(TableDefinition, Options)> {
        schema_statements::prepare_create_join_table(self, table_1, table_2, options)
    }
    fn drop_join_table(&mut self, table_1: &str, table_2: &str, options: &Options) -> Result<()> {
        schema_statements::drop_join_table(self, table_1, table_2, options)
    }
    fn rename_table(&mut self, _table_name: &str, _new_name: &str, _options: &Options) -> Result<()> {
        Err(Error::not_implemented("rename_table is not implemented"))
    }
    fn drop_table(&mut self, table_names: &[&str], options: &Options) -> Result<()> {
        schema_statements::drop_table(self, table_names, options)
    }
    fn add_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        schema_statements::add_column(self, table_name, column_name, r#type, options)
    }
    /// `add_columns(table_name, *column_names, type:, **options)`
    fn add_columns(
        &mut self,
        table_name: &str,
        column_names: &[String],
        r#type: &Arg,
        options: &Options,
    ) -> Result<()> {
        schema_statements::add_columns(self, table_name, column_names, r#type, options)
    }
    fn remove_columns(&mut self, table_name: &str, column_names: &[String], options: &Options) -> Result<()> {
        schema_statements::remove_columns(self, table_name, column_names, options)
    }
    fn remove_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: &Options) -> Result<()> {
        schema_statements::remove_column(self, table_name, column_name, r#type, options)
    }
    fn change_column(&mut self, _table_name: &str, _column_name: &str, _type: &Arg, _options: Options) -> Result<()> {
        Err(Error::not_implemented("change_column is not implemented"))
    }
    fn change_column_default(
        &mut self,
        _table_name: &str,
        _column_name: &str,
        _default_or_changes: &Arg,
    ) -> Result<()> {
        Err(Error::not_implemented("change_column_default is not implemented"))
    }
    /// `null` is checked here, being whatever the migration gave.
    fn change_column_null(&mut self, _table_name: &str, _column_name: &str, _null: &Arg, _default: &Arg) -> Result<()> {
        Err(Error::not_implemented("change_column_null is not implemented"))
    }
    fn rename_column(&mut self, _table_name: &str, _column_name: &str, _new_column_name: &str) -> Result<()> {
        Err(Error::not_implemented("rename_column is not implemented"))
    }
    /// None when there is nothing to do.
    fn build_add_column_definition(
        &mut self,
        table_name: &str,
        column_name: &str,
        r#type: &Arg,
        options: Options,
    ) -> Result<Option<AlterTable>> {
        schema_statements::build_add_column_definition(self, table_name, column_name, r#type, options)
    }
    fn build_change_column_default_definition(
        &mut self,
        _table_name: &str,
        _column_name: &str,
        _default_or_changes: &Arg,
    ) -> Result<ChangeColumnDefaultDefinition> {
        Err(Error::not_implemented("build_change_column_default_definition is not implemented"))
    }
    /// `column_name` is a name or an array of them; a string that is no name is an expression.
    fn add_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        schema_statements::add_index(self, table_name, column_name, options)
    }
    fn build_create_index_definition(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<Option<CreateIndexDefinition>> {
        schema_statements::build_create_index_definition(self, table_name, column_name, options)
    }
    fn remove_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        schema_statements::remove_index(self, table_name, column_name, options)
    }
    fn rename_index(&mut self, table_name: &str, old_name: &str, new_name: &str) -> Result<()> {
        schema_statements::rename_index(self, table_name, old_name, new_name)
    }
    fn enable_index(&mut self, _table_name: &str, _index_name: &str) -> Result<()> {
        Err(Error::not_implemented(format!("{} does not support enabling indexes", self.class_name())))
    }
    fn disable_index(&mut self, _table_name: &str, _index_name: &str) -> Result<()> {
        Err(Error::not_implemented(format!("{} does not support disabling indexes", self.class_name())))
    }
    fn add_reference(&mut self, table_name: &str, ref_name: &Arg, options: &Options) -> Result<()> {
        schema_statements::add_reference(self, table_name, ref_name, options)
    }
    fn remove_reference(&mut self, table_name: &str, ref_name: &Arg, options: &Options) -> Result<()> {
        schema_statements::remove_reference(self, table_name, ref_name, options)
    }
    fn add_foreign_key(&mut self, from_table: &str, to_table: &str, options: Options) -> Result<()> {
        schema_statements::add_foreign_key(self, from_table, to_table, options)
    }
    fn remove_foreign_key(&mut self, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> {
        schema_statements::remove_foreign_key(self, from_table, to_table, options)
    }
    fn foreign_key_exists(&mut self, from_table: &str, to_table: Option<&str>, options: &Options) -> Result<bool> {
        schema_statements::foreign_key_exists(self, from_table, to_table, options)
    }
    fn add_check_constraint(&mut self, table_name: &str, expression: &str, options: Options) -> Result<()> {
        schema_statements::add_check_constraint(self, table_name, expression, options)
    }
    fn remove_check_constraint(&mut self, table_name: &str, expression: &Arg, options: Options) -> Result<()> {
        schema_statements::remove_check_constraint(self, table_name, expression, options)
    }
    fn check_constraint_exists(&mut self, table_name: &str, options: &Options) -> Result<bool> {
        schema_statements::check_constraint_exists(self, table_name, options)
    }
    fn remove_constraint(&mut self, table_name: &str, constraint_name: &str) -> Result<()> {
        schema_statements::remove_constraint(self, table_name, constraint_name)
    }
    /// PostgreSQL's; the others have no such method.
    fn add_exclusion_constraint(&mut self, _table_name: &str, _expression: &str, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "add_exclusion_constraint"))
    }
    fn remove_exclusion_constraint(&mut self, _table_name: &str, _expression: &Arg, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "remove_exclusion_constraint"))
    }
    fn add_unique_constraint(&mut self, _table_name: &str, _column_name: &Arg, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "add_unique_constraint"))
    }
    fn remove_unique_constraint(&mut self, _table_name: &str, _column_name: &Arg, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "remove_unique_constraint"))
    }
    fn validate_constraint(&mut self, _table_name: &str, _constraint_name: &str) -> Result<()> {
        Err(schema_statements::undefined_method(self, "validate_constraint"))
    }
    fn validate_foreign_key(&mut self, _from_table: &str, _to_table: Option<&str>, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "validate_foreign_key"))
    }
    fn validate_check_constraint(&mut self, _table_name: &str, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "validate_check_constraint"))
    }
    /// `schema_search_path=`: comma-separated names, as they go into `SET search_path TO`; nil changes nothing. PostgreSQL's.
    fn set_schema_search_path(&mut self, _schema_csv: Option<&str>) -> Result<()> {
        Err(schema_statements::undefined_method(self, "schema_search_path="))
    }
    fn add_timestamps(&mut self, table_name: &str, options: Options) -> Result<()> {
        schema_statements::add_timestamps(self, table_name, options)
    }
    fn remove_timestamps(&mut self, table_name: &str, _options: &Options) -> Result<()> {
        self.remove_columns(table_name, &["updated_at".to_owned(), "created_at".to_owned()], &Options::new())
    }
    fn change_table_comment(&mut self, _table_name: &str, _comment_or_changes: &Arg) -> Result<()> {
        Err(Error::not_implemented(format!("{} does not support changing table comments", self.class_name())))
    }
    fn change_column_comment(
        &mut self,
        _table_name: &str,
        _column_name: &str,
        _comment_or_changes: &Arg,
    ) -> Result<()> {
        Err(Error::not_implemented(format!("{} does not support changing column comments", self.class_name())))
    }
    fn internal_string_options_for_primary_key(&mut self) -> Result<Options> {
        Ok(Options::from([("primary_key", true)]))
    }
    /// MySQL's `default_row_format`, which its `create_table` gives as `options:`; nil elsewhere.
    fn default_table_options(&mut self) -> Result<Option<String>> {
        Ok(None)
    }
    /// `change_table bulk: true`: what the recorder took down. Only where `supports_bulk_alter`.
    fn bulk_change_table(&mut self, table_name: &str, commands: Vec<BulkCommand>) -> Result<()> {
        schema_statements::bulk_change_table(self, table_name, commands)
    }
    /// `#{command}_for_alter(table_name, *args, **options)`: none when there is no such method.
    fn for_alter(&mut self, table_name: &str, command: &BulkCommand) -> Result<Option<Vec<AlterFragment>>> {
        schema_statements::for_alter(self, table_name, command)
    }
    /// `send(command, table_name, *args, **options)`
    fn send_command(&mut self, table_name: &str, command: &BulkCommand) -> Result<()> {
        schema_statements::send_command(self, table_name, command)
    }
    fn add_column_for_alter(
        &mut self,
        table_name: &str,
        column_name: &str,
        r#type: &Arg,
        options: Options,
    ) -> Result<Vec<AlterFragment>> {
        schema_statements::add_column_for_alter(self, table_name, column_name, r#type, options)
    }
    fn remove_column_for_alter(&mut self, table_name: &str, column_name: &str, _options: &Options) -> Result<String> {
        let _ = table_name;
        Ok(format!("DROP COLUMN {}", self.quote_column_name(column_name)))
    }
}
