//! PostgreSQL: postgresql_adapter.rb. Its modules are in postgresql/, each under the name of the Rails file it mirrors; here
//! are the connection, the capabilities, and the table of what the adapter overrides. Absent: optimizer hints, pretty-printed
//! EXPLAIN, warnings as errors, `build_insert_sql`, and comparisons for Arel.

use std::rc::Rc;

use crate::abstract_adapter::{Canceller, ColumnRef, NativeType, Version};
use crate::catalogue::Catalogue;
use crate::change::{Boundary, Change, Setting};
use crate::database_statements::{self, ExecuteOptions};
use crate::insert::{Insert, build_on_conflict_sql};
use crate::postgresql::client::{CancelToken, Client, ConnectionParameters};
use crate::postgresql::oid::TypeMap;
use crate::postgresql::statement_pool::StatementPool;
use crate::postgresql::{
    configuration, errors, postgis, quoting, schema_creation, schema_definitions, schema_statements, utils,
};
use crate::schema_definitions::{
    AlterTable, ChangeColumnDefaultDefinition, ChangeColumnDefinition, CheckConstraintDefinition, ColumnDefinition,
    CreateIndexDefinition, ForeignKeyDefinition, IndexDefinition, TableDefinition,
};
use crate::schema_statements::{self as abstract_statements, AlterFragment, BulkCommand};
use crate::types::{Type, Value};
use crate::{
    AbstractAdapter, Adapter, Arg, DatabaseConfig, Dialect, Error, ErrorClass, Inflector, Options, QueryResult, Result,
    gate,
};

/// `NATIVE_DATABASE_TYPES`; the entry of `datetime` is replaced by the one that `datetime_type` names.
const NATIVE_DATABASE_TYPES: [(&str, NativeType); 44] = [
    ("primary_key", NativeType::named("bigserial primary key")),
    ("string", NativeType::named("character varying")),
    ("text", NativeType::named("text")),
    ("integer", NativeType::named("integer").limit(4)),
    ("bigint", NativeType::named("bigint")),
    ("float", NativeType::named("float")),
    ("decimal", NativeType::named("decimal")),
    ("datetime", NativeType::named("timestamp")),
    ("timestamp", NativeType::named("timestamp")),
    ("timestamptz", NativeType::named("timestamptz")),
    ("time", NativeType::named("time")),
    ("date", NativeType::named("date")),
    ("daterange", NativeType::named("daterange")),
    ("numrange", NativeType::named("numrange")),
    ("tsrange", NativeType::named("tsrange")),
    ("tstzrange", NativeType::named("tstzrange")),
    ("int4range", NativeType::named("int4range")),
    ("int8range", NativeType::named("int8range")),
    ("binary", NativeType::named("bytea")),
    ("boolean", NativeType::named("boolean")),
    ("xml", NativeType::named("xml")),
    ("tsvector", NativeType::named("tsvector")),
    ("hstore", NativeType::named("hstore")),
    ("inet", NativeType::named("inet")),
    ("cidr", NativeType::named("cidr")),
    ("macaddr", NativeType::named("macaddr")),
    ("uuid", NativeType::named("uuid")),
    ("json", NativeType::named("json")),
    ("jsonb", NativeType::named("jsonb")),
    ("ltree", NativeType::named("ltree")),
    ("citext", NativeType::named("citext")),
    ("point", NativeType::named("point")),
    ("line", NativeType::named("line")),
    ("lseg", NativeType::named("lseg")),
    ("box", NativeType::named("box")),
    ("path", NativeType::named("path")),
    ("polygon", NativeType::named("polygon")),
    ("circle", NativeType::named("circle")),
    ("bit", NativeType::named("bit")),
    ("bit_varying", NativeType::named("bit varying")),
    ("money", NativeType::named("money")),
    ("interval", NativeType::named("interval")),
    ("oid", NativeType::named("oid")),
    ("enum", NativeType::named("")),
];

pub struct PostgreSQLAdapter {
    base: AbstractAdapter,
    pub(crate) client: Option<Client>,
    pub(crate) type_map: TypeMap,
    pub(crate) schema_search_path: Option<String>,
    pub(crate) max_identifier_length: usize,
    native_database_types: Vec<(&'static str, NativeType)>,
    datetime_type: String,
    pub(crate) statements: StatementPool,
    server_version: u32,
    use_insert_returning: bool,
    /// `PostgreSQLAdapter.create_unlogged_tables`
    pub create_unlogged_tables: bool,
    /// `ActiveRecord.raise_int_wider_than_64bit`
    pub raise_int_wider_than_64bit: bool,
    /// `PostgreSQLAdapter.decode_dates`
    pub decode_dates: bool,
}

impl PostgreSQLAdapter {
    /// `use_insert_returning?`
    pub fn uses_insert_returning(&self) -> bool {
        self.use_insert_returning
    }

    /// Connects no sooner than the first statement.
    pub fn new(config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> Self {
        let statements = StatementPool::new(config.integer("statement_limit"));
        let use_insert_returning = config.boolean("insert_returning").unwrap_or(true);
        let mut adapter = Self {
            base: AbstractAdapter::new(config, inflector),
            client: None,
            type_map: TypeMap::default(),
            schema_search_path: None,
            max_identifier_length: 63,
            native_database_types: Vec::new(),
            datetime_type: String::new(),
            statements,
            server_version: 0,
            use_insert_returning,
            create_unlogged_tables: false,
            raise_int_wider_than_64bit: true,
            decode_dates: false,
        };
        adapter.set_datetime_type("timestamp");
        adapter
    }

    pub fn datetime_type(&self) -> &str {
        &self.datetime_type
    }

    /// `PostgreSQLAdapter.datetime_type=`: `timestamp`, `timestamptz`, or another of the native types.
    pub fn set_datetime_type(&mut self, name: &str) {
        name.clone_into(&mut self.datetime_type);
        self.native_database_types = NATIVE_DATABASE_TYPES.to_vec();
        let native = self.native_database_type(name).cloned();
        for (type_name, entry) in &mut self.native_database_types {
            if *type_name == "datetime"
                && let Some(native) = &native
            {
                *entry = native.clone();
            }
        }
        if self.is_postgis() {
            self.native_database_types.extend(postgis::NATIVE_DATABASE_TYPES);
        }
        self.type_map.set_datetime_type(name);
    }

    /// Whether the configuration names the adapter of PostGIS.
    pub fn is_postgis(&self) -> bool {
        self.base.config.adapter == postgis::ADAPTER
    }

    #[cfg(test)]
    pub(crate) fn pretend(&mut self, server_version: u32) {
        self.server_version = server_version;
    }

    /// `postgresql_version`; 0 before connecting.
    pub fn server_version(&self) -> u32 {
        self.server_version
    }

    /// What cancels a running statement from another thread; none before connecting.
    pub fn cancel_token(&self) -> Option<CancelToken> {
        self.client.as_ref().map(Client::cancel_token)
    }

    /// `clear_cache!`: forgets prepared statements, whose plans may be of a table that changes.
    pub(crate) fn clear_cache(&mut self) {
        let names = self.statements.drain();
        for name in names {
            self.deallocate(&name);
        }
    }

    /// Failure is as good: the statement is gone, or its transaction is.
    pub(crate) fn deallocate(&mut self, name: &str) {
        if let Some(client) = &mut self.client {
            let _ = client.exec(&format!("DEALLOCATE {name}"));
        }
    }

    pub(crate) fn client(&mut self) -> Result<&mut Client> {
        self.client
            .as_mut()
            .ok_or_else(|| Error::new(ErrorClass::ConnectionNotEstablished, "no connection to the server"))
    }

    /// A read of the catalogue that begins no transaction.
    pub(crate) fn read_schema(&mut self, sql: &str) -> Result<QueryResult> {
        let options =
            ExecuteOptions { allow_retry: true, materialize_transactions: false, ..ExecuteOptions::default() };
        self.internal_execute(sql, Some("SCHEMA"), &[], options)
    }

    /// A setting or a call that has the name of the catalogue's reads.
    pub(crate) fn execute_schema(&mut self, change: &Change<'_>, sql: &str) -> Result<QueryResult> {
        gate::internal_execute(self, change, sql, Some("SCHEMA"), &[], ExecuteOptions::default())
    }

    /// What only the session knows of.
    pub(crate) fn set(&mut self, sql: &str) -> Result<()> {
        self.execute_schema(&Change::Session(Setting::Variable), sql).map(drop)
    }

    /// `query_value` of what does more than ask.
    fn lock(&mut self, taken: bool, sql: &str) -> Result<bool> {
        let change = Change::Session(Setting::AdvisoryLock(taken));
        let options = ExecuteOptions { allow_retry: true, ..ExecuteOptions::default() };
        let result = gate::internal_execute(self, &change, sql, None, &[], options)?;
        Ok(crate::postgresql::result::map_types(result)?.single_value().is_truthy())
    }

    fn connection_parameters(&self) -> Result<ConnectionParameters> {
        configuration::connection_parameters(&self.base.config)
    }
}

impl Adapter for PostgreSQLAdapter {
    fn base(&self) -> &AbstractAdapter {
        &self.base
    }
    fn base_mut(&mut self) -> &mut AbstractAdapter {
        &mut self.base
    }
    fn catalogue(&mut self) -> &mut dyn Catalogue {
        match self.base.stand_in {
            Some(ref mut stand_in) => stand_in.as_mut(),
            None => self,
        }
    }
    fn as_postgresql(&mut self) -> Option<&mut PostgreSQLAdapter> {
        Some(self)
    }
    fn dialect(&self) -> Dialect {
        Dialect::PostgreSql
    }
    fn adapter_name(&self) -> &'static str {
        "PostgreSQL"
    }
    fn class_name(&self) -> &'static str {
        "ActiveRecord::ConnectionAdapters::PostgreSQLAdapter"
    }
    fn native_database_types(&self) -> &[(&'static str, NativeType)] {
        &self.native_database_types
    }
    fn set_class_attribute(&mut self, name: &str, value: &Arg) -> bool {
        match name {
            "datetime_type" => self.set_datetime_type(&value.to_s()),
            "create_unlogged_tables" => self.create_unlogged_tables = value.is_truthy(),
            "decode_dates" => self.decode_dates = value.is_truthy(),
            "raise_int_wider_than_64bit" => self.raise_int_wider_than_64bit = value.is_truthy(),
            _ => return false,
        }
        true
    }
    fn database_version(&self) -> Version {
        Version::from_number(u64::from(self.server_version))
    }

    // --- the connection ----------------------------------------------------------------------------------------------

    fn connected(&self) -> bool {
        self.client.is_some()
    }
    fn active(&mut self) -> bool {
        self.client.as_mut().is_some_and(|client| client.exec(";").is_ok())
    }
    fn reconnect(&mut self) -> Result<()> {
        self.client = None;
        self.schema_search_path = None;
        self.statements.reset();
        let parameters = self.connection_parameters()?;
        let client = Client::connect_within(&parameters, self.base.config.bounds)
            .map_err(|error| errors::connection_error(&parameters, &error))?;
        self.server_version = client.server_version();
        self.client = Some(client);
        Ok(())
    }
    fn configure_connection(&mut self) -> Result<()> {
        configuration::configure_connection(self)
    }
    fn canceller(&self) -> Option<Canceller> {
        let token = self.client.as_ref()?.cancel_token();
        Some(Box::new(move || token.cancel().map_err(|error| error.to_string())))
    }
    fn disconnect(&mut self) {
        database_statements::disconnect(self);
        self.client = None;
        self.schema_search_path = None;
        self.statements.reset();
    }

    // --- capabilities ------------------------------------------------------------------------------------------------

    fn supports_ddl_transactions(&self) -> bool {
        true
    }
    fn supports_bulk_alter(&self) -> bool {
        true
    }
    fn supports_savepoints(&self) -> bool {
        true
    }
    fn supports_restart_db_transaction(&self) -> bool {
        self.server_version >= 12_00_00
    }
    fn supports_advisory_locks(&self) -> bool {
        true
    }
    fn supports_partitioned_indexes(&self) -> bool {
        self.server_version >= 11_00_00
    }
    fn supports_index_sort_order(&self) -> bool {
        true
    }
    fn supports_partial_index(&self) -> bool {
        true
    }
    fn supports_index_include(&self) -> bool {
        self.server_version >= 11_00_00
    }
    fn supports_expression_index(&self) -> bool {
        true
    }
    fn supports_explain(&self) -> bool {
        true
    }
    fn supports_transaction_isolation(&self) -> bool {
        true
    }
    fn supports_extensions(&self) -> bool {
        true
    }
    fn supports_foreign_keys(&self) -> bool {
        true
    }
    fn supports_validate_constraints(&self) -> bool {
        true
    }
    fn supports_deferrable_constraints(&self) -> bool {
        true
    }
    fn supports_check_constraints(&self) -> bool {
        true
    }
    fn supports_exclusion_constraints(&self) -> bool {
        true
    }
    fn supports_unique_constraints(&self) -> bool {
        true
    }
    fn supports_views(&self) -> bool {
        true
    }
    fn supports_materialized_views(&self) -> bool {
        true
    }
    fn supports_datetime_with_precision(&self) -> bool {
        true
    }
    fn supports_json(&self) -> bool {
        true
    }
    fn supports_comments(&self) -> bool {
        true
    }
    fn supports_virtual_columns(&self) -> bool {
        self.server_version >= 12_00_00
    }
    fn supports_foreign_tables(&self) -> bool {
        true
    }
    fn supports_common_table_expressions(&self) -> bool {
        true
    }
    fn supports_lazy_transactions(&self) -> bool {
        true
    }
    fn supports_insert_returning(&self) -> bool {
        true
    }
    fn supports_insert_on_duplicate_skip(&self) -> bool {
        self.server_version >= 9_05_00
    }
    fn supports_insert_on_duplicate_update(&self) -> bool {
        self.server_version >= 9_05_00
    }
    fn supports_insert_conflict_target(&self) -> bool {
        self.server_version >= 9_05_00
    }
    fn supports_nulls_not_distinct(&self) -> bool {
        self.server_version >= 15_00_00
    }
    fn index_algorithms(&self) -> Vec<(&'static str, &'static str)> {
        vec![("concurrently", "CONCURRENTLY")]
    }
    fn is_default_index_type(&self, index: &IndexDefinition) -> bool {
        index.using.as_deref().is_none_or(|using| using == "btree")
    }
    fn max_identifier_length(&self) -> usize {
        self.max_identifier_length
    }

    // --- extensions, enums, locks ------------------------------------------------------------------------------------

    fn enable_extension(&mut self, name: &str, _options: &Options) -> Result<()> {
        schema_statements::enable_extension(self, name)
    }
    fn disable_extension(&mut self, name: &str, options: &Options) -> Result<()> {
        schema_statements::disable_extension(self, name, options)
    }
    fn create_enum(&mut self, name: &str, values: &[String], _options: &Options) -> Result<()> {
        schema_statements::create_enum(self, name, values)
    }
    fn drop_enum(&mut self, name: &str, _values: &Arg, options: &Options) -> Result<()> {
        schema_statements::drop_enum(self, name, options)
    }
    fn rename_enum(&mut self, name: &str, new_name: &Arg, options: &Options) -> Result<()> {
        schema_statements::rename_enum(self, name, new_name, options)
    }
    fn add_enum_value(&mut self, name: &str, value: &str, options: &Options) -> Result<()> {
        schema_statements::add_enum_value(self, name, value, options)
    }
    fn rename_enum_value(&mut self, name: &str, options: &Options) -> Result<()> {
        schema_statements::rename_enum_value(self, name, options)
    }
    fn get_advisory_lock(&mut self, lock_id: &str) -> Result<bool> {
        let lock_id = signed_64_bit(lock_id)?;
        self.lock(true, &format!("SELECT pg_try_advisory_lock({lock_id})"))
    }
    fn release_advisory_lock(&mut self, lock_id: &str) -> Result<bool> {
        let lock_id = signed_64_bit(lock_id)?;
        self.lock(false, &format!("SELECT pg_advisory_unlock({lock_id})"))
    }
    fn suspend_referential_integrity(&mut self) -> Result<Vec<Arg>> {
        crate::postgresql::referential_integrity::suspend(self)
    }
    fn restore_referential_integrity(&mut self, _suspended: Vec<Arg>) -> Result<()> {
        crate::postgresql::referential_integrity::restore(self)
    }

    // --- quoting -----------------------------------------------------------------------------------------------------

    fn quote(&self, value: &Arg) -> Result<String> {
        quoting::quote(self, value)
    }
    fn type_cast(&self, value: &Arg) -> Result<Arg> {
        quoting::type_cast(value)
    }
    fn quote_string(&self, text: &str) -> String {
        quoting::quote_string(text)
    }
    fn quote_column_name(&self, name: &str) -> String {
        utils::quote_ident(name)
    }
    fn quote_table_name(&self, name: &str) -> String {
        utils::extract_schema_qualified_name(name).quoted()
    }
    fn quote_table_name_for_assignment(&self, _table: &str, attribute: &str) -> String {
        self.quote_column_name(attribute)
    }
    fn quote_default_expression(&mut self, value: &Arg, column: ColumnRef<'_>) -> Result<String> {
        quoting::quote_default_expression(self, value, column)
    }
    fn quoted_date(&self, value: &Arg) -> String {
        quoting::quoted_date(value)
    }
    fn quoted_binary(&self, value: &[u8]) -> String {
        quoting::quoted_binary(value)
    }
    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type> {
        let oid = self.catalogue().type_oid(sql_type)?;
        Ok(oid.and_then(|oid| self.type_map.lookup(oid, None, "")).unwrap_or_else(|| Rc::new(Value)))
    }

    fn column_type(&mut self, result: &QueryResult, index: usize) -> Result<Option<Type>> {
        let Some((oid, modifier)) = result.type_oids.get(index).copied() else { return Ok(None) };
        let name = result.columns.get(index).map_or("", String::as_str);
        self.get_oid_type(oid, modifier, name).map(Some)
    }

    // --- statements --------------------------------------------------------------------------------------------------

    fn build_insert_sql(&self, insert: &Insert) -> Result<String> {
        let table = self.quote_table_name(&insert.table_name);
        let unchanged = |column: &str| format!("{table}.{column} IS NOT DISTINCT FROM excluded.{column}");
        Ok(build_on_conflict_sql(self, insert, unchanged))
    }
    fn write_query(&self, sql: &str) -> bool {
        crate::postgresql::database_statements::write_query(sql)
    }
    fn explain(&mut self, sql: &str, binds: &[Arg], options: &[String]) -> Result<String> {
        crate::postgresql::database_statements::explain(self, sql, binds, options)
    }
    fn query(&mut self, sql: &str, name: Option<&str>) -> Result<QueryResult> {
        let options = ExecuteOptions { allow_retry: true, ..ExecuteOptions::default() };
        crate::postgresql::result::map_types(gate::internal_execute(self, &Change::Read, sql, name, &[], options)?)
    }
    fn perform_query(&mut self, sql: &str, binds: &[Arg], options: ExecuteOptions) -> Result<QueryResult> {
        crate::postgresql::database_statements::perform_query(self, sql, binds, options)
    }
    fn exec_insert(
        &mut self,
        change: &Change<'_>,
        sql: &str,
        name: Option<&str>,
        binds: &[Arg],
        pk: &Arg,
    ) -> Result<QueryResult> {
        if self.use_insert_returning || pk.is_false() {
            return database_statements::exec_insert(self, change, sql, name, binds, pk);
        }
        crate::postgresql::database_statements::exec_insert_without_returning(self, change, sql, name, binds, pk)
    }
    fn execute_batch(&mut self, change: &Change<'_>, statements: &[String], name: Option<&str>) -> Result<()> {
        let options = ExecuteOptions { batch: true, ..ExecuteOptions::default() };
        gate::raw_execute(self, change, &statements.join(";\n"), name, &[], options).map(drop)
    }
    fn build_truncate_statements(&self, table_names: &[String]) -> Vec<String> {
        let names: Vec<_> = table_names.iter().map(|name| self.quote_table_name(name)).collect();
        vec![format!("TRUNCATE TABLE {}", names.join(", "))]
    }
    fn default_sequence_name(&mut self, table: &str, column: &str) -> Result<Option<String>> {
        schema_statements::default_sequence_name(self, table, column)
    }
    fn begin_db_transaction(&mut self) -> Result<()> {
        database_statements::transaction_statement(self, Boundary::Begin, "BEGIN", ExecuteOptions::TRANSACTION)
    }
    fn begin_isolated_db_transaction(&mut self, isolation: &str) -> Result<()> {
        crate::postgresql::database_statements::begin_isolated_db_transaction(self, isolation)
    }
    fn commit_db_transaction(&mut self) -> Result<()> {
        database_statements::send_boundary(self, Boundary::Commit, "COMMIT")
    }
    fn exec_rollback_db_transaction(&mut self) -> Result<()> {
        database_statements::send_boundary(self, Boundary::Rollback, "ROLLBACK")
    }
    fn exec_restart_db_transaction(&mut self) -> Result<()> {
        database_statements::send_boundary(self, Boundary::Restart, "ROLLBACK AND CHAIN")
    }

    // --- tables and columns ------------------------------------------------------------------------------------------

    fn rename_table(&mut self, table_name: &str, new_name: &str, options: &Options) -> Result<()> {
        schema_statements::rename_table(self, table_name, new_name, options)
    }
    fn drop_table(&mut self, table_names: &[&str], options: &Options) -> Result<()> {
        schema_statements::drop_table(self, table_names, options)
    }
    fn add_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        self.clear_cache();
        let comment = options.get_opt("comment").cloned();
        abstract_statements::add_column(self, table_name, column_name, r#type, options)?;
        comment.map_or(Ok(()), |comment| self.change_column_comment(table_name, column_name, &comment))
    }
    fn change_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        schema_statements::change_column(self, table_name, column_name, r#type, options)
    }
    fn change_column_default(&mut self, table_name: &str, column_name: &str, default_or_changes: &Arg) -> Result<()> {
        let fragment =
            abstract_statements::change_column_default_for_alter(self, table_name, column_name, default_or_changes)?;
        abstract_statements::alter_with(self, table_name, vec![fragment]).map(drop)
    }
    fn change_column_null(&mut self, table_name: &str, column_name: &str, null: &Arg, default: &Arg) -> Result<()> {
        schema_statements::change_column_null(self, table_name, column_name, null, default)
    }
    fn rename_column(&mut self, table_name: &str, column_name: &str, new_column_name: &str) -> Result<()> {
        schema_statements::rename_column(self, table_name, column_name, new_column_name)
    }
    fn build_change_column_default_definition(
        &mut self,
        table_name: &str,
        column_name: &str,
        default_or_changes: &Arg,
    ) -> Result<ChangeColumnDefaultDefinition> {
        let column = self.catalogue().column_for(table_name, column_name)?;
        Ok(ChangeColumnDefaultDefinition {
            column,
            default: abstract_statements::extract_new_default_value(default_or_changes),
            default_sql: None,
        })
    }
    fn change_table_comment(&mut self, table_name: &str, comment_or_changes: &Arg) -> Result<()> {
        schema_statements::change_table_comment(self, table_name, comment_or_changes)
    }
    fn change_column_comment(&mut self, table_name: &str, column_name: &str, comment_or_changes: &Arg) -> Result<()> {
        schema_statements::change_column_comment(self, table_name, column_name, comment_or_changes)
    }

    // --- indexes and constraints -------------------------------------------------------------------------------------

    fn add_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        schema_statements::add_index(self, table_name, column_name, options)
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
    fn index_name(&self, table_name: &str, options: &Arg) -> Result<String> {
        let table_name = utils::extract_schema_qualified_name(table_name).identifier;
        abstract_statements::index_name(self, &table_name, options)
    }
    fn add_foreign_key(&mut self, from_table: &str, to_table: &str, options: Options) -> Result<()> {
        schema_statements::assert_valid_deferrable(options.get("deferrable"))?;
        abstract_statements::add_foreign_key(self, from_table, to_table, options)
    }
    fn foreign_key_column_for(&self, table_name: &str, column_name: &str) -> String {
        let table_name = utils::extract_schema_qualified_name(table_name).identifier;
        abstract_statements::foreign_key_column_for(self, &table_name, column_name)
    }
    fn add_exclusion_constraint(&mut self, table_name: &str, expression: &str, options: Options) -> Result<()> {
        schema_statements::add_exclusion_constraint(self, table_name, expression, &options)
    }
    fn remove_exclusion_constraint(&mut self, table_name: &str, expression: &Arg, options: Options) -> Result<()> {
        schema_statements::remove_exclusion_constraint(self, table_name, expression, &options)
    }
    fn exclusion_constraint_options(&self, table_name: &str, expression: &str, options: &Options) -> Result<Options> {
        schema_statements::exclusion_constraint_options(table_name, expression, options)
    }
    fn add_unique_constraint(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        schema_statements::add_unique_constraint(self, table_name, column_name, &options)
    }
    fn remove_unique_constraint(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        schema_statements::remove_unique_constraint(self, table_name, column_name, &options)
    }
    fn unique_constraint_options(&self, table_name: &str, column_name: &Arg, options: &Options) -> Result<Options> {
        schema_statements::unique_constraint_options(table_name, column_name, options)
    }
    fn validate_constraint(&mut self, table_name: &str, constraint_name: &str) -> Result<()> {
        schema_statements::validate_constraint(self, table_name, constraint_name)
    }
    fn validate_foreign_key(&mut self, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> {
        let foreign_key = abstract_statements::foreign_key_for_bang(self, from_table, to_table, &options)?;
        self.validate_constraint(from_table, &foreign_key.name().unwrap_or_default())
    }
    fn validate_check_constraint(&mut self, table_name: &str, options: Options) -> Result<()> {
        let check = abstract_statements::check_constraint_for_bang(self, table_name, &Arg::Nil, &options)?;
        self.validate_constraint(table_name, &check.name().unwrap_or_default())
    }

    // --- definitions and their SQL -----------------------------------------------------------------------------------

    fn type_to_sql(&self, r#type: &Arg, options: &Options) -> Result<String> {
        schema_statements::type_to_sql(self, r#type, options)
    }
    fn for_alter(&mut self, table_name: &str, command: &BulkCommand) -> Result<Option<Vec<AlterFragment>>> {
        schema_statements::for_alter(self, table_name, command)
    }
    fn add_column_for_alter(
        &mut self,
        table_name: &str,
        column_name: &str,
        r#type: &Arg,
        options: Options,
    ) -> Result<Vec<AlterFragment>> {
        let later = schema_statements::comment_later(column_name, &options);
        let mut fragments = abstract_statements::add_column_for_alter(self, table_name, column_name, r#type, options)?;
        fragments.extend(later);
        Ok(fragments)
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
        self.base.inflector.singularize(&utils::extract_schema_qualified_name(table_name).identifier)
    }
    fn valid_column_definition_options(&self) -> Vec<&'static str> {
        let mut names = schema_definitions::valid_column_definition_options();
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
    fn visit_alter_table(&mut self, alter: &mut AlterTable) -> Result<String> {
        schema_creation::visit_alter_table(self, alter)
    }
    fn visit_change_column_definition(&mut self, change: &mut ChangeColumnDefinition) -> Result<String> {
        schema_creation::visit_change_column_definition(self, change)
    }
    fn visit_change_column_default_definition(&mut self, change: &mut ChangeColumnDefaultDefinition) -> Result<String> {
        schema_creation::visit_change_column_default_definition(self, change)
    }
    fn visit_foreign_key_definition(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        schema_creation::visit_foreign_key_definition(self, foreign_key)
    }
    fn visit_add_foreign_key(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        schema_creation::visit_add_foreign_key(self, foreign_key)
    }
    fn visit_check_constraint_definition(&self, check: &CheckConstraintDefinition) -> String {
        schema_creation::visit_check_constraint_definition(check)
    }
    fn visit_other_constraints(&mut self, definition: &TableDefinition) -> Result<Vec<String>> {
        Ok(schema_creation::visit_other_constraints(self, definition))
    }
    fn quoted_include_columns(&self, include: &Arg) -> Result<String> {
        Ok(schema_statements::quoted_include_columns(self, include))
    }
    fn table_modifier_in_create(&self, definition: &TableDefinition) -> &'static str {
        schema_creation::table_modifier_in_create(definition)
    }
    fn add_column_options(&mut self, sql: String, column: &mut ColumnDefinition) -> Result<String> {
        schema_creation::add_column_options(self, sql, column)
    }
}

fn signed_64_bit(lock_id: &str) -> Result<i64> {
    lock_id.parse().map_err(|_| Error::argument("PostgreSQL requires advisory lock ids to be a signed 64 bit integer"))
}
