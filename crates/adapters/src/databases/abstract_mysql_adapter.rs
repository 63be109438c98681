//! MySQL and MariaDB, whichever of Rails' two gems speaks to them: abstract_mysql_adapter.rb. The gems' own classes are in
//! mysql2_adapter.rs and trilogy_adapter.rs and differ by options and the names of errors. Statement pools, SHOW WARNINGS
//! and comparisons for Arel are absent.

use std::any::Any;
use std::rc::Rc;

use crate::abstract_adapter::{Canceller, NativeType, Version};
use crate::catalogue::Catalogue;
use crate::change::{Change, Setting};
use crate::database_statements::ExecuteOptions;
use crate::mysql::client::{Client, ClientError, ConnectOptions, ResultSet};
use crate::prelude::*;
use crate::schema_definitions::IndexDefinition;
use crate::types::TypeMap;
use crate::{AbstractAdapter, Arg, DatabaseConfig, Dialect, Error, Inflector, Result, database_statements, gate};

pub(crate) mod alteration;
mod configuration;
pub(crate) mod databases;
pub(crate) mod errors;
pub(crate) mod insert;
pub(crate) mod introspection;
pub(crate) mod type_map;

pub(crate) use configuration::{asks_for_key, check_encoding, path, seconds, ssl_mode};

/// `NATIVE_DATABASE_TYPES`
static NATIVE_DATABASE_TYPES: [(&str, NativeType); 15] = [
    ("primary_key", NativeType::named("bigint auto_increment PRIMARY KEY")),
    ("string", NativeType::named("varchar").limit(255)),
    ("text", NativeType::named("text")),
    ("integer", NativeType::named("int").limit(4)),
    ("bigint", NativeType::named("bigint")),
    ("float", NativeType::named("float").limit(24)),
    ("decimal", NativeType::named("decimal")),
    ("datetime", NativeType::named("datetime")),
    ("timestamp", NativeType::named("timestamp")),
    ("time", NativeType::named("time")),
    ("date", NativeType::named("date")),
    ("binary", NativeType::named("blob")),
    ("blob", NativeType::named("blob")),
    ("boolean", NativeType::named("boolean")),
    ("json", NativeType::named("json")),
];

/// What the two gems do differently.
pub struct Driver {
    /// `ADAPTER_NAME`
    pub name: &'static str,
    pub class_name: &'static str,
    pub connect_options: fn(&DatabaseConfig) -> Result<ConnectOptions>,
    /// `new_client`'s rescue.
    pub translate_connect_error: fn(&DatabaseConfig, &ClientError) -> Error,
    /// The gem's own error: its class and message, as Ruby would have them.
    pub native_error: fn(&DatabaseConfig, &ClientError) -> (&'static str, String),
    /// What the gem's adapter translates before the abstract one does.
    pub translate_exception: fn(&ClientError, &str) -> Option<Error>,
}

/// `AbstractMysqlAdapter`
pub struct MysqlAdapter {
    pub(crate) base: AbstractAdapter,
    driver: &'static Driver,
    pub(crate) client: Option<Client>,
    version: Version,
    mariadb: bool,
    /// Whether `default_row_format` is dynamic, once asked for.
    dynamic_row_format: Option<bool>,
    type_map: TypeMap,
    multi_statements: bool,
}

impl MysqlAdapter {
    /// Connects no sooner than the first statement.
    pub fn new(driver: &'static Driver, config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> MysqlAdapter {
        let mut base = AbstractAdapter::new(config, inflector);
        base.prepared_statements = false;
        MysqlAdapter {
            base,
            driver,
            client: None,
            version: Version::default(),
            mariadb: false,
            dynamic_row_format: None,
            type_map: type_map::type_map(true),
            multi_statements: false,
        }
    }

    /// Takes it for connected to a server of this version.
    #[cfg(test)]
    pub(crate) fn pretend(&mut self, version: Version, mariadb: bool) {
        (self.version, self.mariadb) = (version, mariadb);
    }

    fn version_at_least(&self, mariadb: &str, mysql: &str) -> bool {
        self.version.at_least(if self.mariadb { mariadb } else { mysql })
    }

    /// `perform_query` of both gems: a batch is allowed several statements.
    pub(crate) fn send(&mut self, sql: &str, batch: bool) -> Result<ResultSet, ClientError> {
        let multi_statements = self.multi_statements;
        let client = self.client.as_mut().ok_or_else(ClientError::not_connected)?;
        if !batch || multi_statements {
            return client.query(sql.as_bytes());
        }
        client.set_multi_statements(true)?;
        let outcome = client.query(sql.as_bytes());
        if !client.is_closed() {
            client.set_multi_statements(false)?;
        }
        outcome
    }
}

impl AdapterBase for MysqlAdapter {
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

impl Supports for MysqlAdapter {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }
    fn adapter_name(&self) -> &'static str {
        self.driver.name
    }
    fn class_name(&self) -> &'static str {
        self.driver.class_name
    }
    fn native_database_types(&self) -> &[(&'static str, NativeType)] {
        &NATIVE_DATABASE_TYPES
    }
    fn database_version(&self) -> Version {
        self.version.clone()
    }
    fn supports_bulk_alter(&self) -> bool {
        true
    }
    fn supports_savepoints(&self) -> bool {
        true
    }
    fn savepoint_errors_invalidate_transactions(&self) -> bool {
        true
    }
    fn supports_restart_db_transaction(&self) -> bool {
        true
    }
    fn supports_advisory_locks(&self) -> bool {
        true
    }
    fn supports_index_sort_order(&self) -> bool {
        self.version_at_least("10.8.1", "8.0.1")
    }
    fn supports_expression_index(&self) -> bool {
        !self.mariadb && self.version.at_least("8.0.13")
    }
    fn supports_explain(&self) -> bool {
        true
    }
    fn supports_transaction_isolation(&self) -> bool {
        true
    }
    fn supports_indexes_in_create(&self) -> bool {
        true
    }
    fn supports_foreign_keys(&self) -> bool {
        true
    }
    fn supports_check_constraints(&self) -> bool {
        if self.mariadb {
            self.version.at_least("10.3.10") || (!self.version.at_least("10.3") && self.version.at_least("10.2.22"))
        } else {
            self.version.at_least("8.0.16")
        }
    }
    fn supports_views(&self) -> bool {
        true
    }
    fn supports_datetime_with_precision(&self) -> bool {
        true
    }
    fn supports_json(&self) -> bool {
        !self.mariadb && self.version.at_least("5.7.8")
    }
    fn supports_comments(&self) -> bool {
        true
    }
    fn supports_comments_in_create(&self) -> bool {
        true
    }
    fn supports_virtual_columns(&self) -> bool {
        self.mariadb || self.version.at_least("5.7.5")
    }
    fn supports_optimizer_hints(&self) -> bool {
        !self.mariadb && self.version.at_least("5.7.7")
    }
    fn supports_common_table_expressions(&self) -> bool {
        self.version_at_least("10.2.1", "8.0.1")
    }
    fn supports_lazy_transactions(&self) -> bool {
        true
    }
    fn supports_insert_returning(&self) -> bool {
        self.mariadb && self.version.at_least("10.5.0")
    }
    fn supports_insert_on_duplicate_skip(&self) -> bool {
        true
    }
    fn supports_insert_on_duplicate_update(&self) -> bool {
        true
    }
    /// MariaDB calls a disabled index ignored, MySQL invisible.
    fn supports_disabling_indexes(&self) -> bool {
        self.version_at_least("10.6.0", "8.0.0")
    }
    fn row_format_dynamic_by_default(&self) -> bool {
        self.version_at_least("10.2.2", "5.7.9")
    }
    fn supports_rename_column(&self) -> bool {
        self.version_at_least("10.5.2", "8.0.3")
    }
    fn supports_rename_index(&self) -> bool {
        self.version_at_least("10.5.2", "5.7.6")
    }
    fn index_algorithms(&self) -> Vec<(&'static str, &'static str)> {
        vec![
            ("default", "ALGORITHM = DEFAULT"),
            ("copy", "ALGORITHM = COPY"),
            ("inplace", "ALGORITHM = INPLACE"),
            ("instant", "ALGORITHM = INSTANT"),
        ]
    }
    fn is_default_index_type(&self, index: &IndexDefinition) -> bool {
        index.using.as_deref().is_none_or(|using| using == "btree")
    }
    fn is_mariadb(&self) -> bool {
        self.mariadb
    }
}

impl RawConnection for MysqlAdapter {
    fn connected(&self) -> bool {
        self.base.is_connected(self.client.as_ref().is_some_and(|client| !client.is_closed()))
    }
    fn active(&mut self) -> bool {
        let answers = self.client.as_mut().is_some_and(|client| client.ping().is_ok());
        self.base.is_connected(answers)
    }
    fn reconnect(&mut self) -> Result<()> {
        if let Some(server) = self.base.connect_offline() {
            (self.version, self.mariadb) = (server.version.clone(), server.is_mariadb);
            return Ok(());
        }
        self.reconnect_client()
    }
    fn configure_connection(&mut self) -> Result<()> {
        self.check_version()?;
        let sql = self.session_settings()?;
        let change = Change::Session(Setting::Variable);
        gate::raw_execute(self, &change, &sql, Some("SCHEMA"), &[], ExecuteOptions::default())?;
        if self.base.read_only {
            let sql = "SET SESSION TRANSACTION READ ONLY";
            gate::raw_execute(self, &change, sql, Some("SCHEMA"), &[], ExecuteOptions::default())?;
        }
        Ok(())
    }
    fn canceller(&self) -> Option<Canceller> {
        let options = (self.driver.connect_options)(&self.base.config).ok()?;
        let token = self.client.as_ref()?.cancel_token(&options);
        Some(Box::new(move || token.cancel().map_err(|error| error.message)))
    }
    fn session_id(&self) -> Option<u64> {
        self.client.as_ref().map(|client| client.session_id().into())
    }
    fn disconnect(&mut self) {
        database_statements::disconnect(self);
        self.client = None;
    }
}

impl DatabaseLimits for MysqlAdapter {
    fn table_alias_length(&self) -> usize {
        256
    }
}

impl Adapter for MysqlAdapter {
    fn as_any(&mut self) -> &mut (dyn Any + 'static) {
        self
    }
    fn set_class_attribute(&mut self, name: &str, value: &Arg) -> bool {
        if name == "emulate_booleans" {
            self.type_map = type_map::type_map(value.is_truthy());
        }
        name == "emulate_booleans"
    }
    fn get_advisory_lock(&mut self, lock_id: &str) -> Result<bool> {
        let sql = format!("SELECT GET_LOCK({}, 0)", self.quote(&Arg::str(lock_id))?);
        Ok(gate::query_value(self, &Change::Session(Setting::AdvisoryLock(true)), &sql)? == Arg::Int(1))
    }
    fn release_advisory_lock(&mut self, lock_id: &str) -> Result<bool> {
        let sql = format!("SELECT RELEASE_LOCK({})", self.quote(&Arg::str(lock_id))?);
        Ok(gate::query_value(self, &Change::Session(Setting::AdvisoryLock(false)), &sql)? == Arg::Int(1))
    }
    fn suspend_referential_integrity(&mut self) -> Result<Vec<Arg>> {
        let old = self.query_value("SELECT @@FOREIGN_KEY_CHECKS", None)?;
        gate::execute(self, &Change::Session(Setting::ReferentialIntegrity(false)), "SET FOREIGN_KEY_CHECKS = 0")?;
        Ok(vec![old])
    }
    fn restore_referential_integrity(&mut self, suspended: Vec<Arg>) -> Result<()> {
        let Some(old) = suspended.first() else { return Ok(()) };
        if !self.active() {
            return Ok(());
        }
        let change = Change::Session(Setting::ReferentialIntegrity(*old != Arg::Int(0)));
        gate::execute(self, &change, &format!("SET FOREIGN_KEY_CHECKS = {}", old.to_s())).map(drop)
    }
}
