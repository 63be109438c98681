//! MySQL and MariaDB, whichever of Rails' two gems speaks to them: abstract_mysql_adapter.rb. The gems' own classes are in
//! mysql2_adapter.rs and trilogy_adapter.rs and differ by options and the names of errors. Statement pools, SHOW WARNINGS
//! and comparisons for Arel are absent.

use std::rc::Rc;

use crate::abstract_adapter::{Canceller, NativeType, Version};
use crate::catalogue::Catalogue;
use crate::change::{Boundary, Change, Setting};
use crate::database_statements::{self, ExecuteOptions};
use crate::insert::Insert;
use crate::mysql::client::{Client, ClientError, ConnectOptions, ResultSet};
use crate::mysql::quoting;
use crate::mysql::{
    cast, database_statements as mysql_database_statements, schema_creation, schema_definitions, schema_statements,
};
use crate::schema_definitions::{
    AddColumnDefinition, ChangeColumnDefaultDefinition, ChangeColumnDefinition, ColumnDefinition,
    CreateIndexDefinition, IndexDefinition, TableDefinition,
};
use crate::schema_statements::{AlterFragment, BulkCommand};
use crate::transaction::TRANSACTION_ISOLATION_LEVELS;
use crate::types::{Type, TypeMap};
use crate::{
    AbstractAdapter, Adapter, Arg, DatabaseConfig, Dialect, Error, Inflector, Options, QueryResult, Result, gate,
};

mod alteration;
mod configuration;
mod databases;
mod errors;
mod insert;
pub(crate) mod introspection;
mod type_map;

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
    base: AbstractAdapter,
    driver: &'static Driver,
    client: Option<Client>,
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

    #[cfg(test)]
    pub(crate) fn pretend(&mut self, version: Version, mariadb: bool) {
        (self.version, self.mariadb) = (version, mariadb);
    }

    fn version_at_least(&self, mariadb: &str, mysql: &str) -> bool {
        self.version.at_least(if self.mariadb { mariadb } else { mysql })
    }

    /// Row formats that let an index have long columns: `row_format_dynamic_by_default?`.
    pub(crate) fn row_format_dynamic_by_default(&self) -> bool {
        self.version_at_least("10.2.2", "5.7.9")
    }

    pub(crate) fn supports_rename_column(&self) -> bool {
        self.version_at_least("10.5.2", "8.0.3")
    }

    /// `perform_query` of both gems: a batch is allowed several statements.
    fn send(&mut self, sql: &str, batch: bool) -> Result<ResultSet, ClientError> {
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

impl Adapter for MysqlAdapter {
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
    fn set_class_attribute(&mut self, name: &str, value: &Arg) -> bool {
        if name == "emulate_booleans" {
            self.type_map = type_map::type_map(value.is_truthy());
        }
        name == "emulate_booleans"
    }
    fn database_version(&self) -> Version {
        self.version.clone()
    }
    fn connected(&self) -> bool {
        self.client.as_ref().is_some_and(|client| !client.is_closed())
    }
    fn active(&mut self) -> bool {
        self.client.as_mut().is_some_and(|client| client.ping().is_ok())
    }
    fn reconnect(&mut self) -> Result<()> {
        self.reconnect_client()
    }
    fn configure_connection(&mut self) -> Result<()> {
        self.check_version()?;
        let sql = self.session_settings()?;
        let change = Change::Session(Setting::Variable);
        gate::raw_execute(self, &change, &sql, Some("SCHEMA"), &[], ExecuteOptions::default()).map(drop)
    }
    fn canceller(&self) -> Option<Canceller> {
        let options = (self.driver.connect_options)(&self.base.config).ok()?;
        let token = self.client.as_ref()?.cancel_token(&options);
        Some(Box::new(move || token.cancel().map_err(|error| error.message)))
    }
    fn disconnect(&mut self) {
        database_statements::disconnect(self);
        self.client = None;
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
    fn is_default_index_type(&self, index: &IndexDefinition) -> bool {
        index.using.as_deref().is_none_or(|using| using == "btree")
    }

    fn is_mariadb(&self) -> bool {
        self.mariadb
    }
    fn create_database(&mut self, name: &str, options: &Options) -> Result<()> {
        databases::create_database(self, name, options)
    }
    fn drop_database(&mut self, name: &str) -> Result<()> {
        databases::drop_database(self, name)
    }
    fn recreate_database(&mut self, name: &str, options: &Options) -> Result<()> {
        databases::recreate_database(self, name, options)
    }
    fn explain(&mut self, sql: &str, binds: &[Arg], options: &[String]) -> Result<String> {
        mysql_database_statements::explain(self, sql, binds, options)
    }
    fn quote_string(&self, text: &str) -> String {
        quoting::quote_string(text, self.client.as_ref().is_none_or(Client::backslash_escapes))
    }
    fn quote_column_name(&self, name: &str) -> String {
        quoting::quote_column_name(name)
    }
    fn quote_table_name(&self, name: &str) -> String {
        quoting::quote_table_name(name)
    }
    fn unquoted_true(&self) -> Arg {
        Arg::Int(1)
    }
    fn unquoted_false(&self) -> Arg {
        Arg::Int(0)
    }
    fn quoted_binary(&self, value: &[u8]) -> String {
        quoting::quoted_binary(value)
    }
    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type> {
        Ok(self.cast_type(sql_type))
    }
    fn table_alias_length(&self) -> usize {
        256
    }

    fn write_query(&self, sql: &str) -> bool {
        mysql_database_statements::write_query(sql)
    }
    fn perform_query(&mut self, sql: &str, binds: &[Arg], options: ExecuteOptions) -> Result<QueryResult> {
        if !binds.is_empty() {
            return Err(Error::unsupported("MySQL takes no bind parameters here; write the values into the statement"));
        }
        match self.send(sql, options.batch) {
            Ok(result) => cast::query_result(result, self.base.config.bounds),
            Err(error) => Err(self.translate_exception(&error, sql)),
        }
    }
    fn last_inserted_id(&self, result: &QueryResult) -> Arg {
        if self.supports_insert_returning() { result.single_value() } else { Arg::Int(result.last_insert_id as i64) }
    }
    fn execute_batch(&mut self, change: &Change<'_>, statements: &[String], name: Option<&str>) -> Result<()> {
        mysql_database_statements::execute_batch(self, change, statements, name, ExecuteOptions::default())
    }
    fn empty_insert_statement_value(&self, _primary_key: Option<&str>) -> &'static str {
        "VALUES ()"
    }
    fn build_insert_sql(&self, insert: &Insert) -> Result<String> {
        Ok(insert::build_insert_sql(self, insert))
    }
    fn high_precision_current_timestamp(&self) -> &'static str {
        "CURRENT_TIMESTAMP(6)"
    }

    fn begin_db_transaction(&mut self) -> Result<()> {
        database_statements::transaction_statement(self, Boundary::Begin, "BEGIN", ExecuteOptions::TRANSACTION)
    }
    fn begin_isolated_db_transaction(&mut self, isolation: &str) -> Result<()> {
        let level = TRANSACTION_ISOLATION_LEVELS.iter().find(|(name, _)| *name == isolation);
        let Some((_, level)) = level else { return Err(Error::argument(format!("key not found: :{isolation}"))) };
        let statements = [format!("SET TRANSACTION ISOLATION LEVEL {level}"), "BEGIN".to_owned()];
        let change = Change::Transaction(Boundary::Begin);
        let options = ExecuteOptions::TRANSACTION;
        mysql_database_statements::execute_batch(self, &change, &statements, Some("TRANSACTION"), options)
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

    fn default_table_options(&mut self) -> Result<Option<String>> {
        introspection::default_row_format(self)
    }
    fn rename_table(&mut self, table_name: &str, new_name: &str, options: &Options) -> Result<()> {
        alteration::rename_table(self, table_name, new_name, options)
    }
    fn drop_table(&mut self, table_names: &[&str], options: &Options) -> Result<()> {
        alteration::drop_table(self, table_names, options)
    }
    fn remove_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: &Options) -> Result<()> {
        schema_statements::remove_column(self, table_name, column_name, r#type, options)
    }
    fn change_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        alteration::change_column(self, table_name, column_name, r#type, options)
    }
    fn change_column_default(&mut self, table_name: &str, column_name: &str, default_or_changes: &Arg) -> Result<()> {
        alteration::change_column_default(self, table_name, column_name, default_or_changes)
    }
    fn build_change_column_default_definition(
        &mut self,
        table_name: &str,
        column_name: &str,
        default_or_changes: &Arg,
    ) -> Result<ChangeColumnDefaultDefinition> {
        alteration::build_change_column_default_definition(self, table_name, column_name, default_or_changes)
    }
    fn change_column_null(&mut self, table_name: &str, column_name: &str, null: &Arg, default: &Arg) -> Result<()> {
        alteration::change_column_null(self, table_name, column_name, null, default)
    }
    fn rename_column(&mut self, table_name: &str, column_name: &str, new_column_name: &str) -> Result<()> {
        alteration::rename_column(self, table_name, column_name, new_column_name)
    }
    fn change_table_comment(&mut self, table_name: &str, comment_or_changes: &Arg) -> Result<()> {
        alteration::change_table_comment(self, table_name, comment_or_changes)
    }
    fn change_column_comment(&mut self, table_name: &str, column_name: &str, comment_or_changes: &Arg) -> Result<()> {
        alteration::change_column_comment(self, table_name, column_name, comment_or_changes)
    }
    fn add_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        alteration::add_index(self, table_name, column_name, options)
    }
    fn build_create_index_definition(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<Option<CreateIndexDefinition>> {
        alteration::build_create_index_definition(self, table_name, column_name, options)
    }
    fn add_index_options(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<CreateIndexDefinition> {
        alteration::add_index_options(self, table_name, column_name, options)
    }
    fn rename_index(&mut self, table_name: &str, old_name: &str, new_name: &str) -> Result<()> {
        alteration::rename_index(self, table_name, old_name, new_name)
    }
    fn enable_index(&mut self, table_name: &str, index_name: &str) -> Result<()> {
        alteration::alter_index(self, table_name, index_name, true)
    }
    fn disable_index(&mut self, table_name: &str, index_name: &str) -> Result<()> {
        alteration::alter_index(self, table_name, index_name, false)
    }
    fn remove_foreign_key(&mut self, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> {
        schema_statements::remove_foreign_key(self, from_table, to_table, options)
    }
    fn type_to_sql(&self, r#type: &Arg, options: &Options) -> Result<String> {
        schema_statements::type_to_sql(self, r#type, options)
    }
    fn internal_string_options_for_primary_key(&mut self) -> Result<Options> {
        schema_statements::internal_string_options_for_primary_key(self)
    }
    fn for_alter(&mut self, table_name: &str, command: &BulkCommand) -> Result<Option<Vec<AlterFragment>>> {
        alteration::for_alter(self, table_name, command)
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
        schema_definitions::new_column_definition(self, name, r#type, options)
    }
    fn aliased_types(&self, r#type: Arg) -> Arg {
        r#type
    }
    fn integer_like_primary_key_type(&self, r#type: &Arg, options: &mut Options) -> Arg {
        schema_definitions::integer_like_primary_key_type(r#type, options)
    }

    fn visit_add_column_definition(&mut self, add: &mut AddColumnDefinition) -> Result<String> {
        schema_creation::visit_add_column_definition(self, add)
    }
    fn visit_change_column_definition(&mut self, change: &mut ChangeColumnDefinition) -> Result<String> {
        schema_creation::visit_change_column_definition(self, change)
    }
    fn visit_change_column_default_definition(&mut self, change: &mut ChangeColumnDefaultDefinition) -> Result<String> {
        schema_creation::visit_change_column_default_definition(self, change)
    }
    fn visit_drop_foreign_key(&self, name: &str) -> String {
        schema_creation::visit_drop_foreign_key(name)
    }
    fn visit_drop_check_constraint(&self, name: &str) -> String {
        schema_creation::visit_drop_check_constraint(self, name)
    }
    fn visit_create_index_definition(&mut self, create: &CreateIndexDefinition) -> Result<String> {
        schema_creation::visit_create_index_definition(self, create)
    }
    fn index_in_create(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<String> {
        schema_creation::index_in_create(self, table_name, column_name, options)
    }
    fn add_table_options(&self, create_sql: String, definition: &TableDefinition) -> Result<String> {
        schema_creation::add_table_options(self, create_sql, definition)
    }
    fn add_column_options(&mut self, sql: String, column: &mut ColumnDefinition) -> Result<String> {
        schema_creation::add_column_options(self, sql, column)
    }
}
