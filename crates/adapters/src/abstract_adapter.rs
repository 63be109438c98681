//! What every adapter is and can: abstract_adapter.rb and the modules it includes, as one object-safe trait.
//! A default body only names the function that mirrors Rails' method; an adapter's override calls that function where Ruby
//! says `super`. Pools, threads, Arel and the query cache are absent: a run has one connection and uses it alone.

use crate::catalogue::Catalogue;
use crate::change::{Change, Verb};
use crate::database_statements::{self, ExecuteOptions};
use crate::gate;
use crate::insert::Insert;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::schema_definitions::{
    self, AddColumnDefinition, AlterTable, ChangeColumnDefaultDefinition, ChangeColumnDefinition,
    CheckConstraintDefinition, ColumnDefinition, CreateIndexDefinition, ForeignKeyDefinition, IndexDefinition,
    TableDefinition,
};
use crate::schema_statements::{self, AlterFragment, BulkCommand};
use crate::transaction;
use crate::types::Type;
use crate::{Arg, Dialect, Error, ErrorClass, Options, QueryResult, Result};
use crate::{quoting, schema_creation};

mod column_types;
mod state;
#[cfg(test)]
mod supports;
mod version;

pub use column_types::{ColumnRef, NativeType};
pub use state::{AbstractAdapter, Canceller, Inflector, NamingOptions};
pub use version::Version;

/// A connection to one database, under Rails' method names; `?` and `!` are gone, `supports_x?` is `supports_x`.
#[allow(clippy::wrong_self_convention)]
pub trait Adapter {
    fn base(&self) -> &AbstractAdapter;
    fn base_mut(&mut self) -> &mut AbstractAdapter;

    /// Who answers for the schema: the server, unless `base().stand_in` does in its place.
    fn catalogue(&mut self) -> &mut dyn Catalogue;

    /// The adapter itself where it is PostgreSQL's, for the methods that only it has.
    fn as_postgresql(&mut self) -> Option<&mut PostgreSQLAdapter> {
        None
    }

    // --- abstract_adapter.rb -----------------------------------------------------------------------------------------

    fn dialect(&self) -> Dialect;

    /// `ADAPTER_NAME`
    fn adapter_name(&self) -> &'static str;

    /// `self.class`, as error messages have it.
    fn class_name(&self) -> &'static str;

    fn native_database_types(&self) -> &[(&'static str, NativeType)];

    fn native_database_type(&self, r#type: &str) -> Option<&NativeType> {
        let own = self.base().native_types.get(r#type);
        own.or_else(|| self.native_database_types().iter().find(|(name, _)| *name == r#type).map(|(_, native)| native))
    }

    /// An attribute of the adapter's class, such as `PostgreSQLAdapter.datetime_type`; false where it has none of that
    /// name. To be set before the connection is made.
    fn set_class_attribute(&mut self, _name: &str, _value: &Arg) -> bool {
        false
    }

    fn valid_type(&self, r#type: &str) -> bool {
        self.native_database_type(r#type).is_some()
    }

    /// Why a statement would not be sent, where that is known without the database.
    fn refused_statement(&self, _sql: &str) -> Option<String> {
        None
    }

    /// Known once connected.
    fn database_version(&self) -> Version;

    /// Connects and configures unless that is done: `verify!`.
    fn connect(&mut self) -> Result<()> {
        database_statements::verify(self)
    }

    /// Whether a raw connection is there.
    fn connected(&self) -> bool;

    /// Whether it still answers; may ask the server.
    fn active(&mut self) -> bool;

    /// `reconnect`: makes the raw connection afresh, or brings it back to where it can be used.
    fn reconnect(&mut self) -> Result<()>;

    /// `configure_connection`: what Rails sets on every new connection; also the place to learn the server's version.
    fn configure_connection(&mut self) -> Result<()>;

    /// What cancels the statement that is running, from another thread; none where there is no connection, or no such thing.
    fn canceller(&self) -> Option<Canceller> {
        None
    }

    /// Drops the raw connection; overrides call `database_statements::disconnect` too.
    fn disconnect(&mut self);

    fn supports_ddl_transactions(&self) -> bool {
        false
    }
    fn supports_bulk_alter(&self) -> bool {
        false
    }
    fn supports_savepoints(&self) -> bool {
        false
    }
    fn savepoint_errors_invalidate_transactions(&self) -> bool {
        false
    }
    fn supports_restart_db_transaction(&self) -> bool {
        false
    }
    fn supports_advisory_locks(&self) -> bool {
        false
    }
    fn supports_partitioned_indexes(&self) -> bool {
        false
    }
    fn supports_index_sort_order(&self) -> bool {
        false
    }
    fn supports_partial_index(&self) -> bool {
        false
    }
    fn supports_index_include(&self) -> bool {
        false
    }
    fn supports_expression_index(&self) -> bool {
        false
    }
    fn supports_explain(&self) -> bool {
        false
    }
    fn supports_transaction_isolation(&self) -> bool {
        false
    }
    fn supports_extensions(&self) -> bool {
        false
    }
    fn supports_indexes_in_create(&self) -> bool {
        false
    }
    fn supports_foreign_keys(&self) -> bool {
        false
    }
    fn supports_validate_constraints(&self) -> bool {
        false
    }
    fn supports_deferrable_constraints(&self) -> bool {
        false
    }
    fn supports_check_constraints(&self) -> bool {
        false
    }
    fn supports_exclusion_constraints(&self) -> bool {
        false
    }
    fn supports_unique_constraints(&self) -> bool {
        false
    }
    fn supports_views(&self) -> bool {
        false
    }
    fn supports_materialized_views(&self) -> bool {
        false
    }
    fn supports_datetime_with_precision(&self) -> bool {
        false
    }
    fn supports_json(&self) -> bool {
        false
    }
    fn supports_comments(&self) -> bool {
        false
    }
    fn supports_comments_in_create(&self) -> bool {
        false
    }
    fn supports_virtual_columns(&self) -> bool {
        false
    }
    fn supports_foreign_tables(&self) -> bool {
        false
    }
    fn supports_optimizer_hints(&self) -> bool {
        false
    }
    fn supports_common_table_expressions(&self) -> bool {
        false
    }
    fn supports_lazy_transactions(&self) -> bool {
        false
    }
    fn supports_insert_returning(&self) -> bool {
        false
    }
    fn supports_insert_on_duplicate_skip(&self) -> bool {
        false
    }
    fn supports_insert_on_duplicate_update(&self) -> bool {
        false
    }
    fn supports_insert_conflict_target(&self) -> bool {
        false
    }
    fn supports_nulls_not_distinct(&self) -> bool {
        false
    }
    fn supports_disabling_indexes(&self) -> bool {
        false
    }
    fn supports_rename_index(&self) -> bool {
        false
    }
    /// Those of `index_algorithms`, symbol and SQL.
    fn index_algorithms(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

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

    fn advisory_locks_enabled(&self) -> bool {
        self.supports_advisory_locks() && self.base().advisory_locks_enabled
    }
    fn get_advisory_lock(&mut self, _lock_id: &str) -> Result<bool> {
        Ok(false)
    }
    fn release_advisory_lock(&mut self, _lock_id: &str) -> Result<bool> {
        Ok(false)
    }

    /// `disable_referential_integrity`, up to its `yield`: what it answers goes to `restore_referential_integrity`.
    fn suspend_referential_integrity(&mut self) -> Result<Vec<Arg>> {
        Ok(Vec::new())
    }
    /// The `ensure` of `disable_referential_integrity`.
    fn restore_referential_integrity(&mut self, _suspended: Vec<Arg>) -> Result<()> {
        Ok(())
    }
    fn check_all_foreign_keys_valid(&mut self) -> Result<()> {
        Ok(())
    }

    /// `default_index_type?`
    fn is_default_index_type(&self, index: &IndexDefinition) -> bool {
        index.using.is_none()
    }

    // --- what only some adapters have, under one name ---------------------------------------------------------------

    /// MySQL's `mariadb?`
    fn is_mariadb(&self) -> bool {
        false
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
    /// `explain(arel, binds, options)` of a statement's text.
    fn explain(&mut self, _sql: &str, _binds: &[Arg], _options: &[String]) -> Result<String> {
        Err(Error::not_implemented("NotImplementedError"))
    }

    // --- quoting.rb --------------------------------------------------------------------------------------------------

    fn quote(&self, value: &Arg) -> Result<String> {
        quoting::quote(self, value)
    }
    fn type_cast(&self, value: &Arg) -> Result<Arg> {
        quoting::type_cast(self, value)
    }
    fn quote_string(&self, text: &str) -> String {
        quoting::quote_string(text)
    }
    fn quote_column_name(&self, name: &str) -> String;
    fn quote_table_name(&self, name: &str) -> String {
        self.quote_column_name(name)
    }
    fn quote_table_name_for_assignment(&self, table: &str, attribute: &str) -> String {
        self.quote_table_name(&format!("{table}.{attribute}"))
    }
    fn quote_default_expression(&mut self, value: &Arg, column: ColumnRef<'_>) -> Result<String> {
        quoting::quote_default_expression(self, value, column)
    }
    fn quoted_true(&self) -> &'static str {
        "TRUE"
    }
    fn unquoted_true(&self) -> Arg {
        Arg::Bool(true)
    }
    fn quoted_false(&self) -> &'static str {
        "FALSE"
    }
    fn unquoted_false(&self) -> Arg {
        Arg::Bool(false)
    }
    /// Of a `Date`, `DateTime` or `Time`; without the quotes.
    fn quoted_date(&self, value: &Arg) -> String {
        quoting::quoted_date(value)
    }
    fn quoted_time(&self, value: &Arg) -> String {
        quoting::quoted_time(self, value)
    }
    fn quoted_binary(&self, value: &[u8]) -> String {
        format!("'{}'", self.quote_string(&String::from_utf8_lossy(value)))
    }
    /// May ask the database.
    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type>;
    /// `Result#column_types`: the type of an answered column, where the adapter's results have types.
    fn column_type(&mut self, _: &QueryResult, _index: usize) -> Result<Option<Type>> {
        Ok(None)
    }

    // --- database_limits.rb ------------------------------------------------------------------------------------------

    fn max_identifier_length(&self) -> usize {
        64
    }
    fn table_name_length(&self) -> usize {
        self.max_identifier_length()
    }
    fn table_alias_length(&self) -> usize {
        self.max_identifier_length()
    }
    fn index_name_length(&self) -> usize {
        self.max_identifier_length()
    }
    fn bind_params_length(&self) -> usize {
        65535
    }

    // --- database_statements.rb --------------------------------------------------------------------------------------

    fn write_query(&self, sql: &str) -> bool;

    /// Sends the statement and reads its answer: the one place that touches the wire. The error is translated already
    /// (`translate_exception`), but for its `sql`, which `raw_execute` adds.
    fn perform_query(&mut self, sql: &str, binds: &[Arg], options: ExecuteOptions) -> Result<QueryResult>;

    /// Every statement goes through here: `log`, `with_raw_connection`, `perform_query`.
    fn raw_execute(
        &mut self,
        sql: &str,
        name: Option<&str>,
        binds: &[Arg],
        options: ExecuteOptions,
    ) -> Result<QueryResult> {
        gate::raw_execute(self, &Change::of_text(name), sql, name, binds, options)
    }
    fn internal_execute(
        &mut self,
        sql: &str,
        name: Option<&str>,
        binds: &[Arg],
        options: ExecuteOptions,
    ) -> Result<QueryResult> {
        gate::internal_execute(self, &Change::of_text(name), sql, name, binds, options)
    }
    /// `execute(sql, name)`
    fn execute(&mut self, sql: &str, name: Option<&str>) -> Result<QueryResult> {
        self.internal_execute(sql, name, &[], ExecuteOptions::default())
    }
    /// `exec_query(sql, name, binds)`: `internal_exec_query` too, whose rows are cast the same way.
    fn exec_query(&mut self, sql: &str, name: Option<&str>, binds: &[Arg]) -> Result<QueryResult> {
        self.internal_execute(sql, name, binds, ExecuteOptions::default())
    }
    /// `query(sql, name)`: retried, as reads of the schema are.
    fn query(&mut self, sql: &str, name: Option<&str>) -> Result<QueryResult> {
        let options = ExecuteOptions { allow_retry: true, ..ExecuteOptions::default() };
        gate::internal_execute(self, &Change::Read, sql, name, &[], options)
    }
    fn query_value(&mut self, sql: &str, name: Option<&str>) -> Result<Arg> {
        Ok(self.query(sql, name)?.single_value())
    }
    fn query_values(&mut self, sql: &str, name: Option<&str>) -> Result<Vec<Arg>> {
        Ok(self.query(sql, name)?.rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }
    fn select_all(&mut self, sql: &str, name: Option<&str>, binds: &[Arg]) -> Result<QueryResult> {
        gate::internal_execute(self, &Change::Read, sql, name, binds, ExecuteOptions::default())
    }
    fn select_value(&mut self, sql: &str, name: Option<&str>, binds: &[Arg]) -> Result<Arg> {
        Ok(self.select_all(sql, name, binds)?.single_value())
    }
    fn select_values(&mut self, sql: &str, name: Option<&str>, binds: &[Arg]) -> Result<Vec<Arg>> {
        Ok(self.select_all(sql, name, binds)?.rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }
    fn select_rows(&mut self, sql: &str, name: Option<&str>, binds: &[Arg]) -> Result<Vec<Vec<Arg>>> {
        Ok(self.select_all(sql, name, binds)?.rows)
    }
    /// `exec_insert`: adds RETURNING where the database has it.
    fn exec_insert(
        &mut self,
        change: &Change<'_>,
        sql: &str,
        name: Option<&str>,
        binds: &[Arg],
        pk: &Arg,
    ) -> Result<QueryResult> {
        database_statements::exec_insert(self, change, sql, name, binds, pk)
    }
    fn exec_update(&mut self, sql: &str, name: Option<&str>, binds: &[Arg]) -> Result<u64> {
        Ok(self.internal_execute(sql, name, binds, ExecuteOptions::default())?.affected_rows)
    }
    fn exec_delete(&mut self, sql: &str, name: Option<&str>, binds: &[Arg]) -> Result<u64> {
        Ok(self.internal_execute(sql, name, binds, ExecuteOptions::default())?.affected_rows)
    }
    /// `insert(sql, name, pk)`: the new row's id, as `last_inserted_id` has it.
    fn insert(&mut self, change: &Change<'_>, sql: &str, name: Option<&str>, pk: &Arg) -> Result<Arg> {
        let result = self.exec_insert(change, sql, name, &[], pk)?;
        Ok(self.last_inserted_id(&result))
    }
    fn last_inserted_id(&self, result: &QueryResult) -> Arg {
        result.single_value()
    }
    fn execute_batch(&mut self, change: &Change<'_>, statements: &[String], name: Option<&str>) -> Result<()> {
        database_statements::execute_batch(self, change, statements, name)
    }
    fn truncate(&mut self, table_name: &str, name: Option<&str>) -> Result<QueryResult> {
        let sql = self.build_truncate_statement(table_name);
        let change = Change::rows(Verb::Truncate, table_name);
        gate::internal_execute(self, &change, &sql, name, &[], ExecuteOptions::default())
    }
    fn build_truncate_statement(&self, table_name: &str) -> String {
        format!("TRUNCATE TABLE {}", self.quote_table_name(table_name))
    }
    fn build_truncate_statements(&self, table_names: &[String]) -> Vec<String> {
        table_names.iter().map(|table_name| self.build_truncate_statement(table_name)).collect()
    }
    fn empty_insert_statement_value(&self, _primary_key: Option<&str>) -> &'static str {
        "DEFAULT VALUES"
    }
    /// `build_insert_sql(insert)`, for `insert_all` and `upsert_all`.
    fn build_insert_sql(&self, insert: &Insert) -> Result<String> {
        crate::insert::build_insert_sql(self, insert)
    }
    fn high_precision_current_timestamp(&self) -> &'static str {
        "CURRENT_TIMESTAMP"
    }
    fn default_sequence_name(&mut self, _table: &str, _column: &str) -> Result<Option<String>> {
        Ok(None)
    }
    fn reset_sequence(&mut self, _table: &str, _column: &str, _sequence: Option<&str>) -> Result<()> {
        Ok(())
    }

    fn begin_db_transaction(&mut self) -> Result<()>;
    fn begin_deferred_transaction(&mut self, isolation: Option<&str>) -> Result<()> {
        match isolation {
            Some(isolation) => self.begin_isolated_db_transaction(isolation),
            None => self.begin_db_transaction(),
        }
    }
    fn begin_isolated_db_transaction(&mut self, _isolation: &str) -> Result<()> {
        Err(Error::new(ErrorClass::TransactionIsolationError, "adapter does not support setting transaction isolation"))
    }
    fn reset_isolation_level(&mut self) -> Result<()> {
        Ok(())
    }
    fn commit_db_transaction(&mut self) -> Result<()>;
    fn exec_rollback_db_transaction(&mut self) -> Result<()>;
    fn rollback_db_transaction(&mut self) -> Result<()> {
        database_statements::rollback_db_transaction(self)
    }
    fn exec_restart_db_transaction(&mut self) -> Result<()> {
        Ok(())
    }
    fn restart_db_transaction(&mut self) -> Result<()> {
        self.exec_restart_db_transaction()
    }
    fn create_savepoint(&mut self, name: &str) -> Result<()> {
        database_statements::create_savepoint(self, name)
    }
    fn exec_rollback_to_savepoint(&mut self, name: &str) -> Result<()> {
        database_statements::exec_rollback_to_savepoint(self, name)
    }
    fn release_savepoint(&mut self, name: &str) -> Result<()> {
        database_statements::release_savepoint(self, name)
    }
    fn materialize_transactions(&mut self) -> Result<()> {
        transaction::materialize_transactions(self)
    }
    fn transaction_open(&self) -> bool {
        self.base().transaction_manager.is_open()
    }
    fn open_transactions(&self) -> usize {
        self.base().transaction_manager.open_transactions()
    }

    // --- schema_statements.rb ----------------------------------------------------------------------------------------

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
    fn add_index_options(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<CreateIndexDefinition> {
        schema_statements::add_index_options(self, table_name, column_name, options)
    }
    fn remove_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        schema_statements::remove_index(self, table_name, column_name, options)
    }
    fn rename_index(&mut self, table_name: &str, old_name: &str, new_name: &str) -> Result<()> {
        schema_statements::rename_index(self, table_name, old_name, new_name)
    }
    /// `index_name(table_name, options_or_columns)`
    fn index_name(&self, table_name: &str, options: &Arg) -> Result<String> {
        schema_statements::index_name(self, table_name, options)
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
    fn foreign_key_column_for(&self, table_name: &str, column_name: &str) -> String {
        schema_statements::foreign_key_column_for(self, table_name, column_name)
    }
    fn foreign_key_options(&self, from_table: &str, to_table: &str, options: &Options) -> Result<Options> {
        schema_statements::foreign_key_options(self, from_table, to_table, options)
    }
    fn use_foreign_keys(&self) -> bool {
        self.supports_foreign_keys() && self.base().config.options.fetch_or("foreign_keys", true).is_truthy()
    }

    fn add_check_constraint(&mut self, table_name: &str, expression: &str, options: Options) -> Result<()> {
        schema_statements::add_check_constraint(self, table_name, expression, options)
    }
    fn check_constraint_options(&self, table_name: &str, expression: &str, options: &Options) -> Options {
        schema_statements::check_constraint_options(table_name, expression, options)
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
    fn exclusion_constraint_options(
        &self,
        _table_name: &str,
        _expression: &str,
        _options: &Options,
    ) -> Result<Options> {
        Err(schema_statements::undefined_method(self, "exclusion_constraint_options"))
    }
    fn add_unique_constraint(&mut self, _table_name: &str, _column_name: &Arg, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "add_unique_constraint"))
    }
    fn remove_unique_constraint(&mut self, _table_name: &str, _column_name: &Arg, _options: Options) -> Result<()> {
        Err(schema_statements::undefined_method(self, "remove_unique_constraint"))
    }
    fn unique_constraint_options(&self, _table_name: &str, _column_name: &Arg, _options: &Options) -> Result<Options> {
        Err(schema_statements::undefined_method(self, "unique_constraint_options"))
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

    /// `type_to_sql(type, **options)`
    fn type_to_sql(&self, r#type: &Arg, options: &Options) -> Result<String> {
        schema_statements::type_to_sql(self, r#type, options)
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

    // --- the adapters' TableDefinition -------------------------------------------------------------------------------

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

    // --- schema_creation.rb ------------------------------------------------------------------------------------------

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
    fn quoted_include_columns(&self, include: &Arg) -> Result<String> {
        let _ = include;
        Err(schema_statements::undefined_method(self, "quoted_include_columns"))
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
