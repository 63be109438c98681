//! postgresql/database_statements.rb. Warnings are absent.

use super::client::{ClientError, Parameter, PgResult, TransactionStatus};
use super::{errors, explain_pretty_printer, result};
use crate::change::{Boundary, Change, Setting};
use crate::database_statements::{ExecuteOptions, extract_table_ref_from_insert_sql, transaction_statement};
use crate::insert::{Insert, build_on_conflict_sql};
use crate::postgresql::schema_statements;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::types::Type;
use crate::{Arg, Error, ErrorClass, QueryResult, Result, database_statements, gate};

impl DatabaseStatements for PostgreSQLAdapter {
    fn clear_cache(&mut self) {
        let names = self.statements.drain();
        for name in names {
            self.deallocate(&name);
        }
    }
    fn column_type(&mut self, result: &QueryResult, index: usize) -> Result<Option<Type>> {
        let Some((oid, modifier)) = result.type_oids.get(index).copied() else { return Ok(None) };
        let name = result.columns.get(index).map_or("", String::as_str);
        self.get_oid_type(oid, modifier, name).map(Some)
    }
    fn build_insert_sql(&self, insert: &Insert) -> Result<String> {
        let table = self.quote_table_name(&insert.table_name);
        let unchanged = |column: &str| format!("{table}.{column} IS NOT DISTINCT FROM excluded.{column}");
        Ok(build_on_conflict_sql(self, insert, unchanged))
    }
    fn write_query(&self, sql: &str) -> bool {
        write_query(sql)
    }
    fn build_explain_clause(&self, options: &[String]) -> String {
        build_explain_clause(options)
    }
    fn explain(&mut self, sql: &str, binds: &[Arg], options: &[String]) -> Result<String> {
        explain(self, sql, binds, options)
    }
    fn query(&mut self, sql: &str, name: Option<&str>) -> Result<QueryResult> {
        let options = ExecuteOptions { allow_retry: true, ..ExecuteOptions::default() };
        crate::postgresql::result::map_types(gate::internal_execute(self, &Change::Read, sql, name, &[], options)?)
    }
    fn perform_query(&mut self, sql: &str, binds: &[Arg], options: ExecuteOptions) -> Result<QueryResult> {
        perform_query(self, sql, binds, options)
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
        exec_insert_without_returning(self, change, sql, name, binds, pk)
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
        begin_isolated_db_transaction(self, isolation)
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

/// What a cached plan that no longer fits is reported as.
const FEATURE_NOT_SUPPORTED: &str = "0A000";

/// `perform_query`: prepared, with binds, or as text alone, whichever Rails would take.
pub fn perform_query(
    adapter: &mut PostgreSQLAdapter,
    sql: &str,
    binds: &[Arg],
    options: ExecuteOptions,
) -> Result<QueryResult> {
    let parameters = binds.iter().map(|bind| parameter(adapter, bind)).collect::<Result<Vec<_>>>()?;
    let answer = if options.prepare {
        exec_prepared(adapter, sql, &parameters)?
    } else {
        let client = adapter.client()?;
        let outcome = if parameters.is_empty() { client.exec(sql) } else { client.exec_params(sql, &parameters) };
        outcome.map_err(|error| errors::translate_exception(&error))?
    };
    result::decode(answer, adapter.decode_dates, adapter.base().config.bounds)
}

/// `type_cast`, and what the `pg` gem's encoders make of the value.
fn parameter(adapter: &PostgreSQLAdapter, value: &Arg) -> Result<Parameter> {
    Ok(match adapter.type_cast(value)? {
        Arg::Nil => Parameter::Null,
        Arg::Bytes(bytes) => Parameter::Binary(bytes),
        Arg::Bool(value) => Parameter::Text(if value { "t" } else { "f" }.to_owned()),
        Arg::Float(number) => Parameter::Text(literals::float(number)),
        other => Parameter::Text(other.to_s()),
    })
}

fn exec_prepared(adapter: &mut PostgreSQLAdapter, sql: &str, parameters: &[Parameter]) -> Result<PgResult> {
    loop {
        let key = format!("{}-{sql}", adapter.catalogue().schema_search_path()?);
        let name = prepare_statement(adapter, &key, sql)?;
        let error = match adapter.client()?.exec_prepared(&name, parameters) {
            Ok(result) => return Ok(result),
            Err(error) => error,
        };
        if !is_cached_plan_failure(&error) {
            return Err(errors::translate_exception(&error));
        }
        if adapter.open_transactions() > 0 {
            return Err(Error::new(ErrorClass::PreparedStatementCacheExpired, error.message));
        }
        if let Some(name) = adapter.statements.remove(&key) {
            adapter.deallocate(&name);
        }
    }
}

fn prepare_statement(adapter: &mut PostgreSQLAdapter, key: &str, sql: &str) -> Result<String> {
    if let Some(name) = adapter.statements.get(key) {
        return Ok(name);
    }
    let name = adapter.statements.next_key();
    adapter.client()?.prepare(&name, sql).map_err(|error| errors::translate_exception(&error))?;
    if let Some(evicted) = adapter.statements.evict() {
        adapter.deallocate(&evicted);
    }
    adapter.statements.insert(key.to_owned(), name.clone());
    Ok(name)
}

fn is_cached_plan_failure(error: &ClientError) -> bool {
    error.fields.as_ref().is_some_and(|fields| {
        fields.sqlstate() == Some(FEATURE_NOT_SUPPORTED) && fields.source_function() == Some("RevalidateCachedQuery")
    })
}

/// `exec_insert` with `insert_returning: false`: the id is read from the sequence.
pub fn exec_insert_without_returning(
    adapter: &mut PostgreSQLAdapter,
    change: &Change<'_>,
    sql: &str,
    name: Option<&str>,
    binds: &[Arg],
    pk: &Arg,
) -> Result<QueryResult> {
    let result = gate::internal_execute(adapter, change, sql, name, binds, ExecuteOptions::default())?;
    let Some(table) = extract_table_ref_from_insert_sql(sql) else { return Ok(result) };
    let pk = if pk.is_nil() { adapter.catalogue().primary_key(&table)? } else { pk.clone() };
    if let Arg::Array(_) | Arg::Nil = pk {
        return Ok(result);
    }
    let Some(sequence) = adapter.default_sequence_name(&table, &pk.to_s())? else { return Ok(result) };
    let sql = format!("SELECT currval({})", adapter.quote(&Arg::Str(sequence))?);
    gate::exec_query(adapter, &Change::Read, &sql)
}

/// `begin_isolated_db_transaction`: an ArgumentError for a level that is none.
pub fn begin_isolated_db_transaction(adapter: &mut PostgreSQLAdapter, isolation: &str) -> Result<()> {
    let level = match isolation {
        "read_uncommitted" => "READ UNCOMMITTED",
        "read_committed" => "READ COMMITTED",
        "repeatable_read" => "REPEATABLE READ",
        "serializable" => "SERIALIZABLE",
        other => {
            let message = format!("invalid transaction isolation level: {}", literals::symbol(other));
            return Err(Error::new(ErrorClass::TransactionIsolationError, message));
        }
    };
    let sql = format!("BEGIN ISOLATION LEVEL {level}");
    transaction_statement(adapter, Boundary::Begin, &sql, ExecuteOptions::TRANSACTION)
}

impl PostgreSQLAdapter {
    /// `set_constraints(deferred, *constraints)`
    pub fn set_constraints(&mut self, deferred: &Arg, constraints: &[String]) -> Result<()> {
        if !deferred.is_symbol("deferred") && !deferred.is_symbol("immediate") {
            return Err(Error::argument("deferred must be :deferred or :immediate"));
        }
        let names: Vec<_> = constraints.iter().map(|name| self.quote_table_name(name)).collect();
        let names = if names.is_empty() { "ALL".to_owned() } else { names.join(", ") };
        let sql = format!("SET CONSTRAINTS {names} {}", deferred.to_s().to_uppercase());
        gate::execute(self, &Change::Session(Setting::Constraints), &sql).map(drop)
    }

    /// Whether the transaction has failed, so that all but a rollback would.
    pub fn in_failed_transaction(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.transaction_status() == TransactionStatus::InError)
    }
}

/// Statements beside SELECT and its kin that write nothing.
const READ_KEYWORDS: [&str; 14] = [
    "close",
    "declare",
    "fetch",
    "move",
    "set",
    "show",
    "begin",
    "commit",
    "explain",
    "release",
    "rollback",
    "savepoint",
    "select",
    "with",
];

/// `explain`: the answer drawn as psql draws it.
pub fn explain(adapter: &mut PostgreSQLAdapter, sql: &str, binds: &[Arg], options: &[String]) -> Result<String> {
    let sql = format!("{} {sql}", build_explain_clause(options));
    let result = adapter.exec_query(&sql, Some("EXPLAIN"), binds)?;
    Ok(explain_pretty_printer::pretty_print(&result))
}

/// `build_explain_clause`
pub fn build_explain_clause(options: &[String]) -> String {
    if options.is_empty() { "EXPLAIN".to_owned() } else { format!("EXPLAIN ({})", options.join(", ").to_uppercase()) }
}

/// `write_query?`: what begins otherwise, after spaces, parentheses and comments.
pub fn write_query(sql: &str) -> bool {
    let mut rest = sql;
    loop {
        let trimmed = rest.trim_start_matches(|character: char| character == '(' || character.is_ascii_whitespace());
        let after_comment = match trimmed.strip_prefix("--") {
            Some(comment) => comment.split_once('\n').map(|(_, after)| after),
            None => trimmed.strip_prefix("/*").and_then(|comment| comment.split_once("*/")).map(|(_, after)| after),
        };
        let Some(after) = after_comment else {
            return !READ_KEYWORDS
                .iter()
                .any(|keyword| trimmed.get(..keyword.len()).is_some_and(|start| start.eq_ignore_ascii_case(keyword)));
        };
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_told_from_reads() {
        let check = |sql: &str, expected: bool| assert_eq!(write_query(sql), expected, "{sql}");
        check("SELECT 1", false);
        check(" ( /* x */ -- y\n select 1)", false);
        check("SHOW search_path", false);
        check("UPDATE t SET a = 1", true);
        check("CREATE TABLE t ()", true);
    }
}
