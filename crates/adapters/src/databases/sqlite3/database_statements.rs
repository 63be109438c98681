//! Statements, rows and transactions: sqlite3/database_statements.rb.

use super::raw_connection;
use crate::change::{Boundary, Change, Setting};
use crate::database_statements::ExecuteOptions;
use crate::insert::{Insert, build_on_conflict_sql};
use crate::prelude::*;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::types::Type;
use crate::{Arg, QueryResult, Result, database_statements, gate};

impl DatabaseStatements for SQLite3Adapter {
    fn column_type(&mut self, result: &QueryResult, index: usize) -> Result<Option<Type>> {
        let declared = result.declared_types.get(index).and_then(Option::as_deref);
        Ok(declared.map(|declared| self.type_map.lookup(declared)))
    }
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
    /// Its values are left out: whatever they are, the plan is one.
    fn explain(&mut self, sql: &str, _binds: &[Arg], _options: &[String]) -> Result<String> {
        let result = self.exec_query(&format!("EXPLAIN QUERY PLAN {sql}"), Some("EXPLAIN"), &[])?;
        let line = |row: &Vec<Arg>| row.iter().map(Arg::to_s).collect::<Vec<_>>().join("|");
        Ok(result.rows.iter().map(line).collect::<Vec<_>>().join("\n") + "\n")
    }
}
