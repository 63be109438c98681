//! The one way to the wire: a statement passes here with what it does (change.rs), and whoever plans, times, journals or
//! audits stands here and nowhere else. Who only listens is [`StatementObserver`](crate::StatementObserver), and
//! `while_preventing_writes` is asked here too. What keeps a connection alive (a ping, DEALLOCATE) passes by.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::abstract_adapter::{DatabaseStatements, offline};
use crate::change::Change;
use crate::database_statements::ExecuteOptions;
use crate::{Arg, Error, ErrorClass, QueryResult, Result, Statement, database_statements};

/// Asked before each statement, and told what became of it. A run without one sends everything.
pub trait Gate {
    fn before(&mut self, change: &Change<'_>, sql: &str) -> Pass;

    /// What is answered to a statement that is told of and not sent: what every server says to such, or what this one would.
    ///
    /// # Errors
    /// The server's, where it is certain to have one.
    fn answer(&mut self, _change: &Change<'_>, sql: &str, _binds: &[Arg]) -> Result<QueryResult> {
        Ok(offline::answer(sql))
    }

    /// Not of what was not sent.
    fn after(&mut self, _change: &Change<'_>, _outcome: &Outcome<'_>) -> Next {
        Next::Done
    }
}

/// What is to become of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    Send,
    /// It is not sent, and nobody hears of it. Its answer has no rows.
    Skip,
    /// It is not sent, but told as if it had been. [`Gate::answer`] answers it.
    Record,
}

/// What became of a statement that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    pub sql: &'a str,
    pub result: Result<&'a QueryResult, &'a Error>,
    pub duration: Duration,
}

/// What is to happen after a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Done,
    /// It is sent once more after this.
    Retry(Duration),
}

impl<G: Gate + ?Sized> Gate for Rc<RefCell<G>> {
    fn before(&mut self, change: &Change<'_>, sql: &str) -> Pass {
        self.borrow_mut().before(change, sql)
    }

    fn answer(&mut self, change: &Change<'_>, sql: &str, binds: &[Arg]) -> Result<QueryResult> {
        self.borrow_mut().answer(change, sql, binds)
    }

    fn after(&mut self, change: &Change<'_>, outcome: &Outcome<'_>) -> Next {
        self.borrow_mut().after(change, outcome)
    }
}

/// `execute`, with what the statement does.
pub fn execute<A: DatabaseStatements + ?Sized>(adapter: &mut A, change: &Change<'_>, sql: &str) -> Result<QueryResult> {
    internal_execute(adapter, change, sql, None, &[], ExecuteOptions::default())
}

/// `exec_query` without a name of its own, which Rails calls `SQL`.
pub(crate) fn exec_query<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    sql: &str,
) -> Result<QueryResult> {
    internal_execute(adapter, change, sql, Some("SQL"), &[], ExecuteOptions::default())
}

/// `query_value` of what does more than ask.
pub(crate) fn query_value<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    sql: &str,
) -> Result<Arg> {
    let options = ExecuteOptions { allow_retry: true, ..ExecuteOptions::default() };
    Ok(internal_execute(adapter, change, sql, None, &[], options)?.single_value())
}

/// A statement of a model: how many rows it reached.
pub fn exec_rows<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    sql: &str,
    name: &str,
    binds: &[Arg],
) -> Result<u64> {
    let result = internal_execute(adapter, change, sql, Some(name), binds, ExecuteOptions::default())?;
    Ok(result.affected_rows)
}

/// `internal_execute`: refuses writes where there must be none.
pub fn internal_execute<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    sql: &str,
    name: Option<&str>,
    binds: &[Arg],
    options: ExecuteOptions,
) -> Result<QueryResult> {
    if adapter.base().preventing_writes && adapter.write_query(sql) {
        let message = format!("Write query attempted while in readonly mode: {sql}");
        return Err(Error::new(ErrorClass::ReadOnlyError, message));
    }
    raw_execute(adapter, change, sql, name, binds, options)
}

/// `raw_execute`, with `log`. Batches come here past the refusal of writes, as in Rails.
pub fn raw_execute<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    sql: &str,
    name: Option<&str>,
    binds: &[Arg],
    options: ExecuteOptions,
) -> Result<QueryResult> {
    // The BEGIN that a statement is the reason for passes before it.
    if adapter.base().gate.is_some() && options.materialize_transactions {
        adapter.materialize_transactions().map_err(|error| error.set_query(sql))?;
    }
    let outcome = pass(adapter, change, (sql, name, binds), |adapter| {
        database_statements::with_raw_connection(adapter, sql, binds, options).map_err(|error| error.set_query(sql))
    });
    // Of a statement that was not sent too: what comes next in its transaction is the same.
    if adapter.base().gate.is_some() && options.materialize_transactions {
        adapter.base_mut().transaction_manager.dirty_current_transaction();
    }
    outcome
}

/// A setting that Rails sends past its log; its name here is `SESSION`.
pub(crate) fn set<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    sql: &str,
    mut perform: impl FnMut(&mut A) -> Result<QueryResult>,
) -> Result<()> {
    let perform = |adapter: &mut A| match adapter.base().offline {
        Some(_) => Ok(QueryResult::default()),
        None => perform(adapter),
    };
    let change = Change::Session(crate::change::Setting::Variable);
    pass(adapter, &change, (sql, Some("SESSION"), &[]), perform).map(drop)
}

/// Text, name and binds.
type Sent<'a> = (&'a str, Option<&'a str>, &'a [Arg]);

fn pass<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    change: &Change<'_>,
    sent: Sent<'_>,
    mut perform: impl FnMut(&mut A) -> Result<QueryResult>,
) -> Result<QueryResult> {
    if let Some(gate) = &mut adapter.base_mut().gate {
        match gate.before(change, sent.0) {
            Pass::Send => {}
            Pass::Skip => return Ok(QueryResult::default()),
            Pass::Record => {
                let answer = gate.answer(change, sent.0, sent.2).map_err(|error| error.set_query(sent.0));
                let rows_affected = answer.as_ref().map_or(0, |result| result.affected_rows);
                notify(adapter, sent, rows_affected, Duration::ZERO, answer.as_ref().err());
                return answer;
            }
        }
    }
    loop {
        let started = Instant::now();
        let outcome = perform(adapter);
        let rows_affected = outcome.as_ref().map_or(0, |result| result.affected_rows);
        let duration = started.elapsed();
        notify(adapter, sent, rows_affected, duration, outcome.as_ref().err());
        let Some(gate) = &mut adapter.base_mut().gate else { return outcome };
        match gate.after(change, &Outcome { sql: sent.0, result: outcome.as_ref(), duration }) {
            Next::Done => return outcome,
            Next::Retry(pause) => std::thread::sleep(pause),
        }
    }
}

/// Tells the observer of a statement.
fn notify<A: DatabaseStatements + ?Sized>(
    adapter: &A,
    (sql, name, binds): Sent<'_>,
    rows_affected: u64,
    duration: Duration,
    error: Option<&Error>,
) {
    if let Some(observer) = &adapter.base().observer {
        observer.observe(&Statement {
            sql: sql.to_owned(),
            name: name.map(str::to_owned),
            binds: binds.to_vec(),
            bind_names: if binds.is_empty() { Vec::new() } else { adapter.base().bind_names.take() },
            rows_affected,
            duration,
            error: error.cloned(),
            writes: adapter.write_query(sql),
        });
    }
}

#[cfg(test)]
mod tests;
