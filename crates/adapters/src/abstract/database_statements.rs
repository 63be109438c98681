//! How a statement is sent: abstract/database_statements.rb and savepoints.rb, with `log`, `with_raw_connection`, `verify!`
//! and `reconnect!` of abstract_adapter.rb. Arel, fixtures and asynchronous queries are absent.

use std::borrow::Cow;
use std::time::Duration;

use crate::abstract_adapter::{DatabaseStatements, offline};
use crate::change::{Boundary, Change, Setting};
use crate::{Adapter, Arg, Error, ErrorClass, QueryResult, Result, gate, transaction};

/// The keywords of `raw_execute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecuteOptions {
    pub prepare: bool,
    pub allow_retry: bool,
    pub materialize_transactions: bool,
    pub batch: bool,
}

impl Default for ExecuteOptions {
    fn default() -> Self {
        Self { prepare: false, allow_retry: false, materialize_transactions: true, batch: false }
    }
}

impl ExecuteOptions {
    /// What BEGIN, COMMIT and ROLLBACK are sent with.
    pub const TRANSACTION: Self =
        Self { prepare: false, allow_retry: true, materialize_transactions: false, batch: false };
}

/// `with_raw_connection`: sends the statement over a connection that lives, and once more where Rails does after one
/// that was lost.
pub(crate) fn with_raw_connection<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    sql: &str,
    binds: &[Arg],
    options: ExecuteOptions,
) -> Result<QueryResult> {
    let is_restorable =
        |adapter: &A| adapter.base().transaction_manager.is_restorable() && !adapter.base().raw_connection_dirty;
    if !adapter.connected() && is_restorable(adapter) {
        adapter.connect()?;
    }
    if options.materialize_transactions {
        adapter.materialize_transactions()?;
    }
    let reconnectable = is_restorable(adapter);
    if !adapter.base().verified && reconnectable && !options.allow_retry {
        adapter.connect()?;
    }
    let outcome = match adapter.base().offline {
        Some(_) => Ok(offline::answer(sql)),
        None => perform_with_retries(adapter, sql, binds, options, reconnectable),
    };
    if options.materialize_transactions {
        adapter.base_mut().transaction_manager.dirty_current_transaction();
    }
    outcome
}

fn perform_with_retries<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    sql: &str,
    binds: &[Arg],
    options: ExecuteOptions,
    mut reconnectable: bool,
) -> Result<QueryResult> {
    let mut tried = 0;
    loop {
        let error = match adapter.perform_query(sql, binds, options) {
            Ok(result) => {
                adapter.base_mut().verified = true;
                return Ok(result);
            }
            Err(error) => error,
        };
        if error.is_a(ErrorClass::TransactionRollbackError) && adapter.savepoint_errors_invalidate_transactions() {
            adapter.base_mut().transaction_manager.invalidate_current_transaction();
        }
        if options.allow_retry && tried < connection_retries(adapter) {
            tried += 1;
            if is_retryable_query_error(adapter, &error) {
                backoff(tried);
                continue;
            }
            if reconnectable && is_retryable_connection_error(&error) {
                reconnect_with_retries(adapter, true)?;
                reconnectable = false;
                continue;
            }
        }
        if !is_retryable_query_error(adapter, &error) {
            adapter.base_mut().verified = false;
        }
        return Err(error);
    }
}

/// `verify!`
pub fn verify<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    if !adapter.active() {
        reconnect_with_retries(adapter, true)?;
    }
    adapter.base_mut().verified = true;
    Ok(())
}

/// `reconnect!(restore_transactions:)`
pub fn reconnect_with_retries<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    restore_transactions: bool,
) -> Result<()> {
    let retries = connection_retries(adapter);
    let mut retries_available = retries;
    loop {
        match reconnect_once(adapter, restore_transactions) {
            Ok(()) => return Ok(()),
            Err(error) if retries_available > 0 && is_retryable_connection_error(&error) => {
                retries_available -= 1;
                backoff(retries - retries_available);
            }
            Err(error) => {
                adapter.disconnect();
                return Err(error);
            }
        }
    }
}

fn reconnect_once<A: DatabaseStatements + ?Sized>(adapter: &mut A, restore_transactions: bool) -> Result<()> {
    adapter.reconnect()?;
    let base = adapter.base_mut();
    base.transaction_manager.set_lazy_transactions(true);
    base.raw_connection_dirty = false;
    base.verified = true;
    let old_state = std::mem::take(&mut base.transaction_manager);
    let restore = restore_transactions && old_state.is_restorable();
    adapter.configure_connection()?;
    refuse_to_go_on(adapter)?;
    if restore {
        adapter.base_mut().transaction_manager = old_state;
        transaction::restore_transactions(adapter)?;
    } else {
        adapter.base_mut().transaction_manager.succeed(old_state);
    }
    Ok(())
}

/// Rails goes on after a lost connection where nothing was open. Who has ended it on purpose does not want that.
fn refuse_to_go_on<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    let Some(sql) = adapter.base().ended_on_purpose.clone() else { return Ok(()) };
    let change = Change::Session(Setting::Variable);
    let found = gate::raw_execute(adapter, &change, &sql, Some("SCHEMA"), &[], ExecuteOptions::default())?;
    if found.rows.is_empty() {
        return Ok(());
    }
    Err(Error::new(ErrorClass::ConnectionNotEstablished, "the session was ended on purpose"))
}

/// `disconnect!` of the abstract adapter.
pub fn disconnect<A: DatabaseStatements + ?Sized>(adapter: &mut A) {
    let base = adapter.base_mut();
    let former = std::mem::take(&mut base.transaction_manager);
    base.transaction_manager.succeed(former);
    base.raw_connection_dirty = false;
    base.verified = false;
}

fn connection_retries<A: DatabaseStatements + ?Sized>(adapter: &A) -> u32 {
    adapter.base().config.integer("connection_retries").and_then(|retries| u32::try_from(retries).ok()).unwrap_or(1)
}

fn is_retryable_connection_error(error: &Error) -> bool {
    error.is_a(ErrorClass::ConnectionNotEstablished) || error.is_a(ErrorClass::ConnectionFailed)
}

fn is_retryable_query_error<A: DatabaseStatements + ?Sized>(adapter: &A, error: &Error) -> bool {
    !adapter.base().transaction_manager.is_invalidated()
        && (error.is_a(ErrorClass::Deadlocked) || error.is_a(ErrorClass::LockWaitTimeout))
}

fn backoff(counter: u32) {
    std::thread::sleep(Duration::from_millis(100) * counter);
}

/// `rollback_db_transaction`: a lost connection has rolled back already.
pub fn rollback_db_transaction<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    match adapter.exec_rollback_db_transaction() {
        Err(error) if !is_retryable_connection_error(&error) => Err(error),
        _ => Ok(()),
    }
}

/// `create_savepoint`: `name` is Rails' own, and needs no quotes.
pub fn create_savepoint<A: DatabaseStatements + ?Sized>(adapter: &mut A, name: &str) -> Result<()> {
    send_boundary(adapter, Boundary::Savepoint(Cow::Borrowed(name)), &format!("SAVEPOINT {name}"))
}

/// `exec_rollback_to_savepoint`: the savepoint stays.
pub fn exec_rollback_to_savepoint<A: DatabaseStatements + ?Sized>(adapter: &mut A, name: &str) -> Result<()> {
    send_boundary(adapter, Boundary::RollbackTo(Cow::Borrowed(name)), &format!("ROLLBACK TO SAVEPOINT {name}"))
}

/// `release_savepoint`: what happened since stays with the transaction around it.
pub fn release_savepoint<A: DatabaseStatements + ?Sized>(adapter: &mut A, name: &str) -> Result<()> {
    send_boundary(adapter, Boundary::Release(Cow::Borrowed(name)), &format!("RELEASE SAVEPOINT {name}"))
}

/// The beginning or end of a savepoint, for which the transactions around it are begun if need be.
pub(crate) fn send_boundary<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    boundary: Boundary<'_>,
    sql: &str,
) -> Result<()> {
    transaction_statement(adapter, boundary, sql, ExecuteOptions::default())
}

/// A statement of Rails' name `TRANSACTION`.
pub(crate) fn transaction_statement<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    boundary: Boundary<'_>,
    sql: &str,
    options: ExecuteOptions,
) -> Result<()> {
    let change = Change::Transaction(boundary);
    gate::internal_execute(adapter, &change, sql, Some("TRANSACTION"), &[], options).map(drop)
}

/// `change` is what they do together.
pub fn execute_batch<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    statements: &[String],
    name: Option<&str>,
) -> Result<()> {
    let options = ExecuteOptions::default();
    statements
        .iter()
        .try_for_each(|statement| gate::raw_execute(adapter, change, statement, name, &[], options).map(drop))
}

/// `exec_insert` and `sql_for_insert`.
pub fn exec_insert<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    sql: &str,
    name: Option<&str>,
    binds: &[Arg],
    pk: &Arg,
) -> Result<QueryResult> {
    let mut sql = sql.to_owned();
    if adapter.supports_insert_returning() {
        let mut pk = pk.clone();
        if pk.is_nil()
            && let Some(table) = extract_table_ref_from_insert_sql(&sql)
        {
            pk = adapter.catalogue().primary_key(&table)?;
        }
        let columns: Vec<_> = if pk.is_false() { Vec::new() } else { pk.to_strings() };
        if !columns.is_empty() {
            let columns: Vec<_> = columns.iter().map(|column| adapter.quote_column_name(column)).collect();
            sql = format!("{sql} RETURNING {}", columns.join(", "));
        }
    }
    gate::internal_execute(adapter, change, &sql, name, binds, ExecuteOptions::default())
}

/// `extract_table_ref_from_insert_sql`
pub fn extract_table_ref_from_insert_sql(sql: &str) -> Option<String> {
    let lower = sql.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find("into") {
        let rest = &sql[from + found + 4..];
        from += found + 4;
        let Some(reference) = rest.strip_prefix(|character: char| character.is_ascii_whitespace()) else { continue };
        let allowed = |character: char| character.is_ascii_alphanumeric() || "_.\"[]-".contains(character);
        let table: String = reference.chars().take_while(|character| allowed(*character)).collect();
        if !table.is_empty() {
            return Some(table.replace('"', "").trim().to_owned());
        }
    }
    None
}

/// `disable_referential_integrity { block }`
pub fn without_referential_integrity<A: Adapter + ?Sized, T>(
    adapter: &mut A,
    block: impl FnOnce(&mut A) -> Result<T>,
) -> Result<T> {
    let suspended = adapter.suspend_referential_integrity()?;
    let outcome = block(adapter);
    // As of an `ensure`, what the restoring raises comes first.
    adapter.restore_referential_integrity(suspended)?;
    outcome
}

/// `build_read_query_regexp(*parts)`: whether the first word, past blanks, parentheses and comments, only reads.
pub fn is_read_query(sql: &str, parts: &[&str]) -> bool {
    const DEFAULT_READ_QUERY: [&str; 8] =
        ["begin", "commit", "explain", "release", "rollback", "savepoint", "select", "with"];
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|character: char| character == '(' || character.is_ascii_whitespace());
        let after = match (rest.strip_prefix("--"), rest.strip_prefix("/*")) {
            (Some(comment), _) => comment.find('\n').map(|end| &comment[end + 1..]),
            (_, Some(comment)) => comment.find("*/").map(|end| &comment[end + 2..]),
            _ => None,
        };
        let Some(after) = after else { break };
        rest = after;
    }
    let starts_with = |part: &&str| rest.get(..part.len()).is_some_and(|word| word.eq_ignore_ascii_case(part));
    parts.iter().chain(&DEFAULT_READ_QUERY).any(starts_with)
}
