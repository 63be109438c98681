//! SQLite, linked in: sqlite3_adapter.rb with what it includes from sqlite3/. Extensions are not loaded, and the
//! statement pool is absent, for nothing here is prepared twice.

use std::any::Any;
use std::path::Path;
use std::rc::Rc;

use rusqlite::OpenFlags;
use rusqlite::types::Value as Native;

use crate::abstract_adapter::{Canceller, NativeType, Version};
use crate::catalogue::Catalogue;
use crate::change::{Boundary, Change, Setting};
use crate::database_statements::ExecuteOptions;
use crate::prelude::*;
use crate::sqlite3::{Denied, raw_connection};
use crate::types::{Integer, TypeMap};
use crate::{
    AbstractAdapter, Arg, DatabaseConfig, Dialect, Error, ErrorClass, Inflector, Options, QueryResult, Result,
    database_statements, gate, sqlite3,
};

const NATIVE_DATABASE_TYPES: &[(&str, NativeType)] = &[
    ("primary_key", NativeType::named("integer PRIMARY KEY AUTOINCREMENT NOT NULL")),
    ("string", NativeType::named("varchar")),
    ("text", NativeType::named("text")),
    ("integer", NativeType::named("integer")),
    ("float", NativeType::named("float")),
    ("decimal", NativeType::named("decimal")),
    ("datetime", NativeType::named("datetime")),
    ("time", NativeType::named("time")),
    ("date", NativeType::named("date")),
    ("binary", NativeType::named("blob")),
    ("boolean", NativeType::named("boolean")),
    ("json", NativeType::named("json")),
];

/// A connection to a file, or to a database in memory.
pub struct SQLite3Adapter {
    pub(crate) base: AbstractAdapter,
    pub(crate) raw_connection: Option<rusqlite::Connection>,
    pub(crate) type_map: TypeMap,
    pub(crate) previous_read_uncommitted: Arg,
    denied: Denied,
}

impl SQLite3Adapter {
    /// Makes the file's folder where it is missing; connects with the first statement.
    pub fn new(config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> Result<Self> {
        let database = config.get("database").to_s();
        if database.is_empty() {
            return Err(Error::argument("No database file specified. Missing argument: database"));
        }
        if database != ":memory:" && !database.starts_with("file:") {
            let folder = Path::new(&database).parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder
                && !folder.is_dir()
                && std::fs::create_dir_all(folder).is_err()
            {
                return Err(Error::new(ErrorClass::NoDatabaseError, "Database not found"));
            }
        }
        if config.get("extensions").is_present() {
            return Err(Error::unsupported("SQLite extensions cannot be loaded"));
        }
        Ok(Self {
            base: AbstractAdapter::new(config, inflector),
            raw_connection: None,
            type_map: type_map(),
            previous_read_uncommitted: Arg::Nil,
            denied: Denied::default(),
        })
    }

    /// Prepares and runs one statement, past the gate and Rails' log.
    pub(crate) fn run(&self, sql: &str, binds: &[Native]) -> Result<QueryResult> {
        raw_connection::run(self.raw_connection.as_ref(), sql, binds, self.base.config.bounds)
            .map_err(|error| self.refusal(error))
    }

    /// A statement that was not authorized is refused by what it was denied.
    pub(crate) fn refusal(&self, error: Error) -> Error {
        self.denied.take().map_or(error, Error::unsupported)
    }

    /// Sends a setting of the session, which Rails sends past its log.
    fn set(&mut self, sql: &str) -> Result<()> {
        gate::set(self, sql, |adapter| adapter.run(sql, &[]))
    }

    /// `internal_begin_transaction`: `mode` is DEFERRED or IMMEDIATE.
    pub(crate) fn internal_begin_transaction(&mut self, mode: &str, isolation: Option<&str>) -> Result<()> {
        if let Some(isolation) = isolation {
            if isolation != "read_uncommitted" {
                let message = "SQLite3 only supports the `read_uncommitted` transaction isolation level";
                return Err(Error::new(ErrorClass::TransactionIsolationError, message));
            }
            let flags = self.base.config.integer("flags").unwrap_or(0);
            if flags & i64::from(OpenFlags::SQLITE_OPEN_SHARED_CACHE.bits()) == 0 {
                let message = "You need to enable the shared-cache mode in SQLite mode before attempting to change the transaction isolation level";
                return Err(Error::new(ErrorClass::StandardError, message));
            }
        }
        self.transaction_statement(Change::Transaction(Boundary::Begin), &format!("BEGIN {mode} TRANSACTION"))?;
        if isolation.is_some() {
            self.previous_read_uncommitted = self.query_value("PRAGMA read_uncommitted", None)?;
            self.transaction_statement(Change::Session(Setting::Variable), "PRAGMA read_uncommitted=ON")?;
        }
        Ok(())
    }

    /// A statement of Rails' name TRANSACTION.
    pub(crate) fn transaction_statement(&mut self, change: Change<'_>, sql: &str) -> Result<()> {
        let name = Some("TRANSACTION");
        gate::internal_execute(self, &change, sql, name, &[], ExecuteOptions::TRANSACTION).map(drop)
    }
}

/// `TYPE_MAP`
pub(crate) fn type_map() -> TypeMap {
    let mut type_map = TypeMap::abstract_types(true);
    type_map.register_with_limit("int", |limit| {
        let integer = Integer::with_default_limit(limit, 8);
        Rc::new(integer.named("integer", "ActiveRecord::ConnectionAdapters::SQLite3Adapter::SQLite3Integer"))
    });
    type_map
}

impl AdapterBase for SQLite3Adapter {
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

impl Supports for SQLite3Adapter {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
    fn adapter_name(&self) -> &'static str {
        "SQLite"
    }
    fn class_name(&self) -> &'static str {
        "ActiveRecord::ConnectionAdapters::SQLite3Adapter"
    }
    fn native_database_types(&self) -> &[(&'static str, NativeType)] {
        NATIVE_DATABASE_TYPES
    }
    fn database_version(&self) -> Version {
        Version::new(rusqlite::version(), None)
    }
    fn supports_ddl_transactions(&self) -> bool {
        true
    }
    fn supports_savepoints(&self) -> bool {
        true
    }
    fn supports_transaction_isolation(&self) -> bool {
        true
    }
    fn supports_partial_index(&self) -> bool {
        true
    }
    fn supports_expression_index(&self) -> bool {
        true
    }
    fn supports_foreign_keys(&self) -> bool {
        true
    }
    fn supports_check_constraints(&self) -> bool {
        true
    }
    fn supports_views(&self) -> bool {
        true
    }
    fn supports_datetime_with_precision(&self) -> bool {
        true
    }
    fn supports_json(&self) -> bool {
        true
    }
    fn supports_common_table_expressions(&self) -> bool {
        true
    }
    fn supports_insert_returning(&self) -> bool {
        true
    }
    fn supports_insert_on_duplicate_skip(&self) -> bool {
        true
    }
    fn supports_insert_on_duplicate_update(&self) -> bool {
        true
    }
    fn supports_insert_conflict_target(&self) -> bool {
        true
    }
    fn supports_virtual_columns(&self) -> bool {
        true
    }
    fn supports_index_sort_order(&self) -> bool {
        true
    }
    fn supports_explain(&self) -> bool {
        true
    }
    fn supports_lazy_transactions(&self) -> bool {
        true
    }
    fn supports_deferrable_constraints(&self) -> bool {
        true
    }
}

impl RawConnection for SQLite3Adapter {
    fn connected(&self) -> bool {
        self.base.is_connected(self.raw_connection.is_some())
    }
    fn active(&mut self) -> bool {
        self.connected()
    }
    fn reconnect(&mut self) -> Result<()> {
        if self.base.connect_offline().is_some() {
            return Ok(());
        }
        if self.connected() {
            // It may have no transaction to roll back.
            let _ = self.run("rollback transaction", &[]);
        } else {
            self.raw_connection = Some(raw_connection::open(&self.base.config, self.base.read_only)?);
        }
        Ok(())
    }
    fn configure_connection(&mut self) -> Result<()> {
        let timeout = self.base.config.get("timeout").clone();
        if timeout.is_truthy() {
            // The TypeError is translated like any other error of connecting.
            let milliseconds = self.base.config.integer("timeout").ok_or_else(|| {
                Error::statement_invalid(format!("TypeError: timeout must be integer, not {}", timeout.to_s()))
            })?;
            if let Some(connection) = &self.raw_connection {
                raw_connection::set_busy_timeout(connection, milliseconds)?;
            }
        }
        // `check_version`
        self.query_value("SELECT sqlite_version(*)", Some("SCHEMA"))?;
        let mut pragmas: Options =
            sqlite3::DEFAULT_PRAGMAS.iter().map(|(name, value)| (*name, value.to_arg())).collect();
        if let Arg::Hash(given) = self.base.config.get("pragmas") {
            pragmas.update(given);
        }
        if self.base.read_only {
            // It is written into the file.
            pragmas.delete("journal_mode");
            pragmas.insert("query_only", true);
        }
        for (pragma, value) in pragmas {
            match sqlite3::pragma_assignment(&pragma, &value)? {
                Some(sql) => self.set(&sql)?,
                None => self.base.warnings.push(format!("Unknown SQLite pragma: {pragma}")),
            }
        }
        self.raw_connection.as_mut().map_or(Ok(()), |connection| raw_connection::guard(connection, &self.denied))
    }
    fn disconnect(&mut self) {
        database_statements::disconnect(self);
        self.raw_connection = None;
    }
    fn canceller(&self) -> Option<Canceller> {
        let handle = self.raw_connection.as_ref()?.get_interrupt_handle();
        Some(Box::new(move || {
            handle.interrupt();
            Ok(())
        }))
    }
}

impl DatabaseLimits for SQLite3Adapter {
    fn bind_params_length(&self) -> usize {
        999
    }
}

impl Adapter for SQLite3Adapter {
    fn as_any(&mut self) -> &mut (dyn Any + 'static) {
        self
    }
    fn set_class_attribute(&mut self, name: &str, value: &Arg) -> bool {
        // What the configuration says itself goes before.
        if name == "strict_strings_by_default" && self.base().config.options.get_opt("strict").is_none() {
            self.base_mut().config.options.insert("strict", value.is_truthy());
        }
        name == "strict_strings_by_default"
    }
    fn refused_statement(&self, sql: &str) -> Option<String> {
        sqlite3::refused_statement(sql)
    }
    fn suspend_referential_integrity(&mut self) -> Result<Vec<Arg>> {
        let foreign_keys = self.query_value("PRAGMA foreign_keys", None)?;
        let defer_foreign_keys = self.query_value("PRAGMA defer_foreign_keys", None)?;
        let suspended = vec![foreign_keys, defer_foreign_keys];
        let settings = [
            ("PRAGMA defer_foreign_keys = ON", Setting::Variable),
            ("PRAGMA foreign_keys = OFF", Setting::ReferentialIntegrity(false)),
        ];
        for (sql, setting) in settings {
            if let Err(error) = gate::execute(self, &Change::Session(setting), sql) {
                self.restore_referential_integrity(suspended)?;
                return Err(error);
            }
        }
        Ok(suspended)
    }
    fn restore_referential_integrity(&mut self, suspended: Vec<Arg>) -> Result<()> {
        let [foreign_keys, defer_foreign_keys] = suspended.as_slice() else { return Ok(()) };
        let sql = format!("PRAGMA defer_foreign_keys = {}", defer_foreign_keys.to_s());
        gate::execute(self, &Change::Session(Setting::Variable), &sql)?;
        let change = Change::Session(Setting::ReferentialIntegrity(*foreign_keys != Arg::Int(0)));
        gate::execute(self, &change, &format!("PRAGMA foreign_keys = {}", foreign_keys.to_s())).map(drop)
    }
    fn check_all_foreign_keys_valid(&mut self) -> Result<()> {
        let sql = "PRAGMA foreign_key_check";
        let result = gate::execute(self, &Change::Read, sql)?;
        if result.is_empty() {
            return Ok(());
        }
        let tables: Vec<_> = result.iter().map(|row| row.string("table")).collect();
        let message = format!("Foreign key violations found: {}", tables.join(", "));
        Err(Error::statement_invalid(message).set_query(sql))
    }
}
