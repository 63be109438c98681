//! SQLite, linked in: sqlite3_adapter.rb with what it includes from sqlite3/. Extensions are not loaded, and the
//! statement pool is absent, for nothing here is prepared twice.

use std::borrow::Cow;
use std::path::Path;
use std::rc::Rc;

use rusqlite::OpenFlags;
use rusqlite::types::Value as Native;

use crate::abstract_adapter::{Canceller, ColumnRef, NativeType, Version};
use crate::catalogue::Catalogue;
use crate::change::{Boundary, Change, Setting, Verb};
use crate::database_statements::{self, ExecuteOptions};
use crate::insert::{Insert, build_on_conflict_sql};
use crate::schema_definitions::{self, ColumnDefinition, ForeignKeyDefinition, set_timestamps_options};
use crate::schema_statements::{
    self, extract_new_default_value, index_name_for_remove, rename_column_indexes, rename_table_indexes,
    validate_change_column_null_argument,
};
use crate::sqlite3::{self, Altering, Denied, alter_table, raw_connection, undefined_for_nil};
use crate::types::{Integer, Type, TypeMap};
use crate::{
    AbstractAdapter, Adapter, Arg, DatabaseConfig, Dialect, Error, ErrorClass, Inflector, Options, QueryResult, Result,
    gate, quoting, schema_creation,
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

pub struct SQLite3Adapter {
    base: AbstractAdapter,
    raw_connection: Option<rusqlite::Connection>,
    type_map: TypeMap,
    previous_read_uncommitted: Arg,
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
        let mut type_map = TypeMap::abstract_types(true);
        type_map.register_with_limit("int", |limit| {
            let integer = Integer::with_default_limit(limit, 8);
            Rc::new(integer.named("integer", "ActiveRecord::ConnectionAdapters::SQLite3Adapter::SQLite3Integer"))
        });
        Ok(Self {
            base: AbstractAdapter::new(config, inflector),
            raw_connection: None,
            type_map,
            previous_read_uncommitted: Arg::Nil,
            denied: Denied::default(),
        })
    }

    fn run(&self, sql: &str, binds: &[Native]) -> Result<QueryResult> {
        raw_connection::run(self.raw_connection.as_ref(), sql, binds, self.base.config.bounds)
            .map_err(|error| self.refusal(error))
    }

    /// A statement that was not authorized is refused by what it was denied.
    fn refusal(&self, error: Error) -> Error {
        self.denied.take().map_or(error, Error::unsupported)
    }

    /// Sends a setting of the session, which Rails sends past its log.
    fn set(&mut self, sql: &str) -> Result<()> {
        gate::set(self, sql, |adapter| adapter.run(sql, &[]))
    }

    fn internal_begin_transaction(&mut self, mode: &str, isolation: Option<&str>) -> Result<()> {
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

    fn transaction_statement(&mut self, change: Change<'_>, sql: &str) -> Result<()> {
        let name = Some("TRANSACTION");
        gate::internal_execute(self, &change, sql, name, &[], ExecuteOptions::TRANSACTION).map(drop)
    }
}

/// Ruby's `Float` and `BigDecimal` beyond numbers are quoted as text.
fn non_finite(value: &Arg) -> Option<String> {
    match value {
        Arg::Float(number) if !number.is_finite() => Some(format!("'{}'", value.to_s())),
        _ => None,
    }
}

impl Adapter for SQLite3Adapter {
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

    fn database_version(&self) -> Version {
        Version::new(rusqlite::version(), None)
    }

    fn connected(&self) -> bool {
        self.raw_connection.is_some()
    }

    fn active(&mut self) -> bool {
        self.connected()
    }

    fn reconnect(&mut self) -> Result<()> {
        if self.connected() {
            // It may have no transaction to roll back.
            let _ = self.run("rollback transaction", &[]);
        } else {
            self.raw_connection = Some(raw_connection::open(&self.base.config)?);
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

    fn create_virtual_table(&mut self, table_name: &str, module_name: &str, values: &[String]) -> Result<()> {
        let change = Change::CreateVirtualTable {
            table: Cow::Borrowed(table_name),
            module: Cow::Borrowed(module_name),
            arguments: values.to_vec(),
        };
        let values = values.join(", ");
        let sql = format!("CREATE VIRTUAL TABLE IF NOT EXISTS {table_name} USING {module_name} ({values})");
        gate::exec_query(self, &change, &sql).map(drop)
    }

    fn drop_virtual_table(&mut self, table_name: &str, _: &str, _: &[String], _: &Options) -> Result<()> {
        self.drop_table(&[table_name], &Options::new())
    }

    // sqlite3/quoting.rb

    fn quote(&self, value: &Arg) -> Result<String> {
        non_finite(value).map_or_else(|| quoting::quote(self, value), Ok)
    }

    fn type_cast(&self, value: &Arg) -> Result<Arg> {
        match value {
            Arg::Decimal(number) => Ok(Arg::Float(number.to_string().parse().unwrap_or(0.0))),
            other => quoting::type_cast(self, other),
        }
    }

    fn quote_string(&self, text: &str) -> String {
        text.replace('\'', "''")
    }

    fn quote_column_name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn quote_table_name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\"").replace('.', "\".\""))
    }

    fn quote_table_name_for_assignment(&self, _table: &str, attribute: &str) -> String {
        self.quote_column_name(attribute)
    }

    fn quoted_binary(&self, value: &[u8]) -> String {
        format!("x'{}'", quoting::hexadecimal(value))
    }

    fn unquoted_true(&self) -> Arg {
        Arg::Int(1)
    }

    fn unquoted_false(&self) -> Arg {
        Arg::Int(0)
    }

    /// A call of a function needs parentheses to be a default.
    fn quote_default_expression(&mut self, value: &Arg, column: ColumnRef<'_>) -> Result<String> {
        match value {
            Arg::Function(expression) if is_function_call(expression) => Ok(format!("({expression})")),
            other => quoting::quote_default_expression(self, other, column),
        }
    }

    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type> {
        Ok(self.type_map.lookup(sql_type))
    }

    fn column_type(&mut self, result: &QueryResult, index: usize) -> Result<Option<Type>> {
        let declared = result.declared_types.get(index).and_then(Option::as_deref);
        Ok(declared.map(|declared| self.type_map.lookup(declared)))
    }

    fn bind_params_length(&self) -> usize {
        999
    }

    // sqlite3/database_statements.rb

    fn write_query(&self, sql: &str) -> bool {
        !database_statements::is_read_query(sql, &["pragma"])
    }

    fn perform_query(&mut self, sql: &str, binds: &[Arg], options: ExecuteOptions) -> Result<QueryResult> {
        if options.batch {
            return raw_connection::run_batch(self.raw_connection.as_ref(), sql).map_err(|error| self.refusal(error));
        }
        let binds = binds
            .iter()
            .map(|bind| Ok(raw_connection::to_native(&self.type_cast(bind)?)))
            .collect::<Result<Vec<_>>>()?;
        self.run(sql, &binds)
    }

    fn execute_batch(&mut self, change: &Change<'_>, statements: &[String], name: Option<&str>) -> Result<()> {
        let options = ExecuteOptions { batch: true, ..ExecuteOptions::default() };
        gate::raw_execute(self, change, &statements.join(";\n"), name, &[], options).map(drop)
    }

    fn build_truncate_statement(&self, table_name: &str) -> String {
        format!("DELETE FROM {}", self.quote_table_name(table_name))
    }

    fn build_insert_sql(&self, insert: &Insert) -> Result<String> {
        Ok(build_on_conflict_sql(self, insert, |column| format!("{column} IS excluded.{column}")))
    }
    fn high_precision_current_timestamp(&self) -> &'static str {
        "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"
    }

    fn begin_db_transaction(&mut self) -> Result<()> {
        self.internal_begin_transaction("immediate", None)
    }

    fn begin_deferred_transaction(&mut self, isolation: Option<&str>) -> Result<()> {
        self.internal_begin_transaction("deferred", isolation)
    }

    fn begin_isolated_db_transaction(&mut self, isolation: &str) -> Result<()> {
        self.internal_begin_transaction("deferred", Some(isolation))
    }

    fn reset_isolation_level(&mut self) -> Result<()> {
        let sql = format!("PRAGMA read_uncommitted={}", self.previous_read_uncommitted.to_s());
        self.transaction_statement(Change::Session(Setting::Variable), &sql)?;
        self.previous_read_uncommitted = Arg::Nil;
        Ok(())
    }

    fn commit_db_transaction(&mut self) -> Result<()> {
        self.transaction_statement(Change::Transaction(Boundary::Commit), "COMMIT TRANSACTION")
    }

    fn exec_rollback_db_transaction(&mut self) -> Result<()> {
        self.transaction_statement(Change::Transaction(Boundary::Rollback), "ROLLBACK TRANSACTION")
    }

    // sqlite3/schema_statements.rb

    fn add_foreign_key(&mut self, from_table: &str, to_table: &str, options: Options) -> Result<()> {
        sqlite3::add_foreign_key(self, from_table, to_table, options)
    }

    fn remove_foreign_key(&mut self, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> {
        sqlite3::remove_foreign_key(self, from_table, to_table, options)
    }

    fn add_check_constraint(&mut self, table_name: &str, expression: &str, options: Options) -> Result<()> {
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            definition.check_constraint(adapter, expression, &options)
        })
    }

    fn remove_check_constraint(&mut self, table_name: &str, expression: &Arg, options: Options) -> Result<()> {
        sqlite3::remove_check_constraint(self, table_name, expression, options)
    }

    fn rename_table(&mut self, table_name: &str, new_name: &str, options: &Options) -> Result<()> {
        if !options.get("_uses_legacy_table_name").is_truthy() {
            self.validate_table_length(new_name)?;
        }
        self.base.schema_cache.clear_data_source_cache(table_name);
        self.base.schema_cache.clear_data_source_cache(new_name);
        let sql =
            format!("ALTER TABLE {} RENAME TO {}", self.quote_table_name(table_name), self.quote_table_name(new_name));
        let change = Change::RenameTable { from: Cow::Borrowed(table_name), to: Cow::Borrowed(new_name) };
        gate::exec_query(self, &change, &sql)?;
        rename_table_indexes(self, table_name, new_name, options)
    }

    fn add_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        let r#type = r#type.to_sym()?;
        let invalid = r#type.is_symbol("primary_key")
            || options.get("primary_key").is_truthy()
            || options.get("null").is_false() && options.get("default").is_nil()
            || r#type.is_symbol("virtual") && options.get("stored").is_truthy();
        if !invalid {
            return schema_statements::add_column(self, table_name, column_name, &r#type, options);
        }
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            definition.column(adapter, column_name, &r#type, options)
        })
    }

    fn remove_column(&mut self, table_name: &str, column_name: &str, _type: &Arg, _options: &Options) -> Result<()> {
        self.remove_columns(table_name, &[column_name.to_owned()], &Options::new())
    }

    fn remove_columns(&mut self, table_name: &str, column_names: &[String], _options: &Options) -> Result<()> {
        alter_table(self, table_name, Altering::default(), |definition, _| {
            for name in column_names {
                definition.remove_column(name);
            }
            let removed =
                |column: &Arg| column.as_str().is_some_and(|column| column_names.iter().any(|name| name == column));
            definition.foreign_keys.retain(|foreign_key| !removed(foreign_key.column()));
            Ok(())
        })
    }

    fn change_column_default(&mut self, table_name: &str, column_name: &str, default_or_changes: &Arg) -> Result<()> {
        let default = extract_new_default_value(default_or_changes);
        alter_table(self, table_name, Altering::default(), |definition, _| {
            let column = definition.get_mut(column_name).ok_or_else(|| undefined_for_nil("default="))?;
            column.options.insert("default", default);
            Ok(())
        })
    }

    fn change_column_null(&mut self, table_name: &str, column_name: &str, null: &Arg, default: &Arg) -> Result<()> {
        let null = validate_change_column_null_argument(null)?;
        if !null && !default.is_nil() {
            let (table, column) = (self.quote_table_name(table_name), self.quote_column_name(column_name));
            let default = self.quote(default)?;
            let sql = format!("UPDATE {table} SET {column}={default} WHERE {column} IS NULL");
            gate::exec_query(self, &Change::rows(Verb::Update, table_name), &sql)?;
        }
        alter_table(self, table_name, Altering::default(), |definition, _| {
            let column = definition.get_mut(column_name).ok_or_else(|| undefined_for_nil("null="))?;
            column.options.insert("null", null);
            Ok(())
        })
    }

    fn change_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            definition.change_column(adapter, column_name, r#type, options)
        })
    }

    fn rename_column(&mut self, table_name: &str, column_name: &str, new_column_name: &str) -> Result<()> {
        let column = self.catalogue().column_for(table_name, column_name)?;
        let rename = Some((column.name.clone(), new_column_name.to_owned()));
        alter_table(self, table_name, Altering { rename, ..Altering::default() }, |_, _| Ok(()))?;
        rename_column_indexes(self, table_name, &column.name, new_column_name)
    }

    fn remove_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        if options.get("if_exists").is_truthy() && !self.catalogue().index_exists(table_name, column_name, &options)? {
            return Ok(());
        }
        let name = index_name_for_remove(self, table_name, column_name, &options)?;
        let sql = format!("DROP INDEX {}", self.quote_column_name(&name));
        let change = Change::DropIndex { table: Some(Cow::Borrowed(table_name)), name: Cow::Owned(name) };
        gate::exec_query(self, &change, &sql).map(drop)
    }

    fn add_timestamps(&mut self, table_name: &str, mut options: Options) -> Result<()> {
        set_timestamps_options(self, &mut options);
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            for name in ["created_at", "updated_at"] {
                definition.column(adapter, name, &Arg::symbol("datetime"), options.clone())?;
            }
            Ok(())
        })
    }

    fn add_reference(&mut self, table_name: &str, ref_name: &Arg, options: &Options) -> Result<()> {
        let mut options = options.clone();
        self.table_definition_references(&mut options);
        schema_statements::add_reference(self, table_name, ref_name, &options)
    }

    fn validate_index_length(&self, table_name: &str, new_name: &str, internal: bool) -> Result<()> {
        if internal { Ok(()) } else { schema_statements::validate_index_length(self, table_name, new_name) }
    }

    fn valid_table_definition_options(&self) -> Vec<&'static str> {
        vec!["temporary", "if_not_exists", "options", "as", "comment", "charset", "collation", "rename"]
    }

    // sqlite3/schema_definitions.rb

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

    // sqlite3/schema_creation.rb

    fn visit_foreign_key_definition(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        let mut sql = schema_creation::visit_foreign_key_definition(self, foreign_key)?;
        if foreign_key.deferrable().is_truthy() {
            sql = format!("{sql} DEFERRABLE INITIALLY {}", foreign_key.deferrable().to_s().to_uppercase());
        }
        Ok(sql)
    }

    fn supports_index_using(&self) -> bool {
        false
    }

    fn add_column_options(&mut self, mut sql: String, column: &mut ColumnDefinition) -> Result<String> {
        let collation = column.options.get("collation");
        if collation.is_truthy() {
            sql = format!("{sql} COLLATE \"{}\"", collation.to_s());
        }
        let expression = column.options.get("as");
        if expression.is_truthy() {
            let kept = if column.options.get("stored").is_truthy() { "STORED" } else { "VIRTUAL" };
            sql = format!("{sql} GENERATED ALWAYS AS ({}) {kept}", expression.to_s());
        }
        schema_creation::add_column_options(self, sql, column)
    }

    /// Its values are left out: whatever they are, the plan is one.
    fn explain(&mut self, sql: &str, _binds: &[Arg], _options: &[String]) -> Result<String> {
        let result = self.exec_query(&format!("EXPLAIN QUERY PLAN {sql}"), Some("EXPLAIN"), &[])?;
        let line = |row: &Vec<Arg>| row.iter().map(Arg::to_s).collect::<Vec<_>>().join("|");
        Ok(result.rows.iter().map(line).collect::<Vec<_>>().join("\n") + "\n")
    }
}

/// `/\A\w+\(.*\)\z/`
fn is_function_call(expression: &str) -> bool {
    let Some((name, arguments)) = expression.split_once('(') else { return false };
    !name.is_empty()
        && name.chars().all(|character| character == '_' || character.is_ascii_alphanumeric())
        && arguments.ends_with(')')
        && !arguments.contains('\n')
}
