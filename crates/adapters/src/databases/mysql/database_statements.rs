//! Statements beside the schema's: mysql/database_statements.rb, and what mysql2/database_statements.rb and
//! trilogy/database_statements.rb share. Prepared statements and fixtures are absent.

use std::time::Instant;

use super::{cast, explain_pretty_printer};
use crate::abstract_mysql_adapter::{MysqlAdapter, insert as mysql_insert};
use crate::change::{Boundary, Change};
use crate::database_statements::ExecuteOptions;
use crate::insert::Insert;
use crate::prelude::*;
use crate::transaction::TRANSACTION_ISOLATION_LEVELS;
use crate::{Arg, Error, ErrorClass, QueryResult, Result, database_statements, gate};

impl DatabaseStatements for MysqlAdapter {
    fn build_explain_clause(&self, options: &[String]) -> String {
        build_explain_clause(self, options)
    }
    fn explain(&mut self, sql: &str, binds: &[Arg], options: &[String]) -> Result<String> {
        explain(self, sql, binds, options)
    }
    fn write_query(&self, sql: &str) -> bool {
        write_query(sql)
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
        execute_batch(self, change, statements, name, ExecuteOptions::default())
    }
    fn empty_insert_statement_value(&self, _primary_key: Option<&str>) -> &'static str {
        "VALUES ()"
    }
    fn build_insert_sql(&self, insert: &Insert) -> Result<String> {
        Ok(mysql_insert::build_insert_sql(self, insert))
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
        execute_batch(self, &change, &statements, Some("TRANSACTION"), options)
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
}

/// `READ_QUERY`: what counts as a read, by its first word.
const READ_QUERIES: [&str; 14] = [
    "begin",
    "commit",
    "explain",
    "release",
    "rollback",
    "savepoint",
    "select",
    "with",
    "desc",
    "describe",
    "set",
    "show",
    "use",
    "kill",
];

/// `write_query?`: whether a statement may change something, as its first word says.
pub fn write_query(sql: &str) -> bool {
    let sql = skip_comments(sql);
    !READ_QUERIES.iter().any(|read| sql.get(..read.len()).is_some_and(|start| start.eq_ignore_ascii_case(read)))
}

/// Comments, spaces and parentheses before the first word.
fn skip_comments(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start_matches(|character: char| character == '(' || character.is_ascii_whitespace());
        let rest = match sql.get(..2) {
            Some("--") => sql.split_once('\n'),
            Some("/*") => sql.split_once("*/"),
            _ => None,
        };
        match rest {
            Some((_, rest)) => sql = rest,
            None => return sql,
        }
    }
}

/// `explain`: the answer drawn as the mysql shell draws it.
pub fn explain(adapter: &mut MysqlAdapter, sql: &str, binds: &[Arg], options: &[String]) -> Result<String> {
    let sql = format!("{} {sql}", build_explain_clause(adapter, options));
    let start = Instant::now();
    let result = adapter.exec_query(&sql, Some("EXPLAIN"), binds)?;
    Ok(explain_pretty_printer::pretty_print(&result, start.elapsed()))
}

/// `build_explain_clause`: `EXPLAIN`, or `ANALYZE` where MariaDB says that so.
pub fn build_explain_clause(adapter: &MysqlAdapter, options: &[String]) -> String {
    if options.is_empty() {
        return "EXPLAIN".to_owned();
    }
    let clause = format!("EXPLAIN {}", options.join(" ").to_uppercase());
    let analyze_without_explain = adapter.is_mariadb() && adapter.database_version().at_least("10.1.0");
    if analyze_without_explain && clause.contains("ANALYZE") { clause.replacen("EXPLAIN ", "", 1) } else { clause }
}

/// Sends as many statements at once as the server takes.
pub fn execute_batch(
    adapter: &mut MysqlAdapter,
    change: &Change<'_>,
    statements: &[String],
    name: Option<&str>,
    options: ExecuteOptions,
) -> Result<()> {
    for batch in combine_multi_statements(adapter, statements)? {
        gate::raw_execute(adapter, change, &batch, name, &[], ExecuteOptions { batch: true, ..options })?;
    }
    Ok(())
}

fn combine_multi_statements(adapter: &mut MysqlAdapter, statements: &[String]) -> Result<Vec<String>> {
    let limit = max_allowed_packet(adapter)?;
    let mut batches: Vec<String> = Vec::new();
    for statement in statements {
        if statement.len() > limit {
            let message = format!(
                "Fixtures set is too large {}. Consider increasing the max_allowed_packet variable.",
                statement.len()
            );
            return Err(Error::new(ErrorClass::ActiveRecordError, message));
        }
        match batches.last_mut() {
            Some(batch) if statement.len() + batch.len() + 2 <= limit => {
                batch.push_str(";\n");
                batch.push_str(statement);
            }
            _ => batches.push(statement.clone()),
        }
    }
    Ok(batches)
}

fn max_allowed_packet(adapter: &mut MysqlAdapter) -> Result<usize> {
    let limit = adapter.catalogue().show_variable("max_allowed_packet")?;
    Ok(limit.as_int().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes() {
        let check = |sql: &str, expected: bool| assert_eq!(write_query(sql), expected, "{sql}");
        check("SELECT 1", false);
        check("  (/* a */ select 1)", false);
        check("-- a\n-- b\nSHOW TABLES", false);
        check("describe a", false);
        check("INSERT INTO a VALUES (1)", true);
        check("/* select */ DELETE FROM a", true);
        check("-- select", true);
        check("", true);
    }
}
