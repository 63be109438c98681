//! PostgreSQL: postgresql_adapter.rb. Its modules are in postgresql/, each under the name of the Rails file it mirrors; here
//! are the connection, the capabilities, and the table of what the adapter overrides. Absent: optimizer hints, pretty-printed
//! EXPLAIN, warnings as errors, `build_insert_sql`, and comparisons for Arel.

use std::any::Any;
use std::rc::Rc;

use crate::abstract_adapter::{Canceller, NativeType, Version};
use crate::catalogue::Catalogue;
use crate::change::{Change, Setting};
use crate::database_statements::ExecuteOptions;
use crate::dialect::POSTGIS;
use crate::postgresql::client::{CancelToken, Client, ConnectionParameters};
use crate::postgresql::oid::TypeMap;
use crate::postgresql::statement_pool::StatementPool;
use crate::postgresql::{configuration, errors, postgis};
use crate::prelude::*;
use crate::schema_definitions::IndexDefinition;
use crate::{
    AbstractAdapter, Arg, DatabaseConfig, Dialect, Error, ErrorClass, Inflector, QueryResult, Result,
    database_statements, gate,
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

/// A connection to PostgreSQL, and what Rails' adapter knows of it.
pub struct PostgreSQLAdapter {
    pub(crate) base: AbstractAdapter,
    pub(crate) client: Option<Client>,
    pub(crate) type_map: TypeMap,
    pub(crate) schema_search_path: Option<String>,
    pub(crate) max_identifier_length: usize,
    native_database_types: Vec<(&'static str, NativeType)>,
    datetime_type: String,
    pub(crate) statements: StatementPool,
    server_version: u32,
    pub(crate) use_insert_returning: bool,
    /// `PostgreSQLAdapter.create_unlogged_tables`
    pub create_unlogged_tables: bool,
    /// `ActiveRecord.raise_int_wider_than_64bit`
    pub raise_int_wider_than_64bit: bool,
    /// `PostgreSQLAdapter.decode_dates`
    pub decode_dates: bool,
}

impl PostgreSQLAdapter {
    /// Gives the next `COPY ... FROM STDIN` what it reads.
    pub fn provide_copy_data(&mut self, data: &str) -> Result<()> {
        self.client()?.provide_copy_data(data.as_bytes().to_vec());
        Ok(())
    }

    /// What the server has remarked since it was last asked for, as libpq prints it.
    pub fn take_notices(&mut self) -> Vec<String> {
        let notices = self.client.as_mut().map(Client::take_notices).unwrap_or_default();
        notices.iter().map(|notice| notice.message(None).trim_end().to_owned()).collect()
    }

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

    /// `PostgreSQLAdapter.datetime_type`, the name of the type that `datetime` stands for.
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
        self.base.config.adapter == POSTGIS
    }

    /// Takes it for connected to a server of this version.
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

    /// Failure is as good: the statement is gone, or its transaction is.
    pub(crate) fn deallocate(&mut self, name: &str) {
        if let Some(client) = &mut self.client {
            let _ = client.exec(&format!("DEALLOCATE {name}"));
        }
    }

    /// The connection's client; Err where there is no connection.
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

impl AdapterBase for PostgreSQLAdapter {
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
}

impl Supports for PostgreSQLAdapter {
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
    fn database_version(&self) -> Version {
        Version::from_number(u64::from(self.server_version))
    }
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
}

impl RawConnection for PostgreSQLAdapter {
    fn connected(&self) -> bool {
        self.base.is_connected(self.client.is_some())
    }
    fn active(&mut self) -> bool {
        let answers = self.client.as_mut().is_some_and(|client| client.exec(";").is_ok());
        self.base.is_connected(answers)
    }
    fn reconnect(&mut self) -> Result<()> {
        self.client = None;
        self.schema_search_path = None;
        self.statements.reset();
        if let Some(server) = self.base.connect_offline() {
            self.server_version = u32::try_from(server.version.number()).unwrap_or(0);
            return Ok(());
        }
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
    fn session_id(&self) -> Option<u64> {
        self.client.as_ref().and_then(|client| client.session_id().try_into().ok())
    }
    fn disconnect(&mut self) {
        database_statements::disconnect(self);
        self.client = None;
        self.schema_search_path = None;
        self.statements.reset();
    }
}

impl DatabaseLimits for PostgreSQLAdapter {
    fn max_identifier_length(&self) -> usize {
        self.max_identifier_length
    }
}

impl Adapter for PostgreSQLAdapter {
    fn as_any(&mut self) -> &mut (dyn Any + 'static) {
        self
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
}

fn signed_64_bit(lock_id: &str) -> Result<i64> {
    lock_id.parse().map_err(|_| Error::argument("PostgreSQL requires advisory lock ids to be a signed 64 bit integer"))
}
