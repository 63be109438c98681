//! What is sent, rows and transactions: the modules of abstract/database_statements.rb and abstract/savepoints.rb. Savepoints are
//! no trait of their own, for a statement begins the transactions that were promised, and each of those is a statement.

use crate::abstract_adapter::{DatabaseLimits, Quoting, RawConnection};
use crate::change::{Change, Verb};
use crate::database_statements::ExecuteOptions;
use crate::insert::Insert;
use crate::types::Type;
use crate::{Arg, Error, ErrorClass, QueryResult, Result, database_statements, gate, transaction};

/// Statements and their answers, and transactions.
pub trait DatabaseStatements: RawConnection + Quoting + DatabaseLimits {
    /// Connects and configures unless that is done: `verify!`.
    fn connect(&mut self) -> Result<()> {
        database_statements::verify(self)
    }
    /// What stands before a statement that `explain` shows.
    fn build_explain_clause(&self, _options: &[String]) -> String {
        "EXPLAIN for:".to_owned()
    }
    /// `explain(arel, binds, options)` of a statement's text.
    fn explain(&mut self, _sql: &str, _binds: &[Arg], _options: &[String]) -> Result<String> {
        Err(Error::not_implemented("NotImplementedError"))
    }
    /// `Result#column_types`: the type of an answered column, where the adapter's results have types.
    fn column_type(&mut self, _: &QueryResult, _index: usize) -> Result<Option<Type>> {
        Ok(None)
    }
    /// `clear_cache!`: forgets prepared statements, whose plans may be of a table that changes.
    fn clear_cache(&mut self) {}
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
}
