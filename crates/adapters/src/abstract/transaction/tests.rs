//! Which statements the nestings of transactions send, on SQLite.

use super::*;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::testing::sqlite;

type Block<'a> = &'a dyn Fn(&mut SQLite3Adapter) -> Result<()>;

fn joining(adapter: &mut SQLite3Adapter, block: Block<'_>) -> Result<()> {
    transaction(adapter, TransactionOptions::default(), |adapter| block(adapter)).map(drop)
}

fn new(adapter: &mut SQLite3Adapter, block: Block<'_>) -> Result<()> {
    let options = TransactionOptions { requires_new: true, ..TransactionOptions::default() };
    transaction(adapter, options, |adapter| block(adapter)).map(drop)
}

fn unjoinable(adapter: &mut SQLite3Adapter, block: Block<'_>) -> Result<()> {
    let options = TransactionOptions { joinable: false, ..TransactionOptions::default() };
    transaction(adapter, options, |adapter| block(adapter)).map(drop)
}

fn isolated(adapter: &mut SQLite3Adapter, isolation: &str, block: Block<'_>) -> Result<()> {
    let options = TransactionOptions { isolation: Some(isolation.to_owned()), ..TransactionOptions::default() };
    transaction(adapter, options, |adapter| block(adapter)).map(drop)
}

fn select(number: u8) -> impl Fn(&mut SQLite3Adapter) -> Result<()> {
    move |adapter| adapter.execute(&format!("SELECT {number}"), None).map(drop)
}

fn rollback() -> Result<()> {
    Err(Error::new(ErrorClass::Rollback, "ActiveRecord::Rollback"))
}

/// The statements of the block, and its error, one a line.
fn check(block: Block<'_>, expected: &str) {
    let (mut adapter, log) = sqlite();
    let outcome = block(&mut adapter);
    let mut lines = log.take();
    lines.extend(outcome.err().map(|error| error.to_string()));
    let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.join("\n"), expected.join("\n"));
}

// Recorded from Active Record 8.1.3.1.
#[test]
fn begins_when_it_must() {
    check(&|adapter| joining(adapter, &|_| Ok(())), "");
    check(
        &|adapter| joining(adapter, &select(1)),
        "BEGIN immediate TRANSACTION
         SELECT 1
         COMMIT TRANSACTION",
    );
    check(
        &|adapter| unjoinable(adapter, &|adapter| joining(adapter, &select(1))),
        "BEGIN deferred TRANSACTION
         SAVEPOINT active_record_1
         SELECT 1
         RELEASE SAVEPOINT active_record_1
         COMMIT TRANSACTION",
    );
}

#[test]
fn a_clean_parent_is_restarted() {
    check(
        &|adapter| {
            joining(adapter, &|adapter| {
                new(adapter, &|adapter| select(1)(adapter).and_then(|()| rollback()))?;
                select(2)(adapter)
            })
        },
        "BEGIN immediate TRANSACTION
         SELECT 1
         ROLLBACK TRANSACTION
         BEGIN immediate TRANSACTION
         SELECT 2
         COMMIT TRANSACTION",
    );
}

#[test]
fn a_dirty_parent_gets_savepoints() {
    check(
        &|adapter| {
            joining(adapter, &|adapter| {
                select(1)(adapter)?;
                new(adapter, &|_| Ok(()))?;
                new(adapter, &|adapter| {
                    select(2)(adapter)?;
                    new(adapter, &|adapter| select(3)(adapter).and_then(|()| rollback()))
                })
            })
        },
        "BEGIN immediate TRANSACTION
         SELECT 1
         SAVEPOINT active_record_1
         SELECT 2
         SAVEPOINT active_record_2
         SELECT 3
         ROLLBACK TO SAVEPOINT active_record_2
         RELEASE SAVEPOINT active_record_1
         COMMIT TRANSACTION",
    );
}

#[test]
fn a_savepoint_is_restarted() {
    check(
        &|adapter| {
            unjoinable(adapter, &|adapter| {
                select(0)(adapter)?;
                joining(adapter, &|adapter| {
                    select(1)(adapter)?;
                    new(adapter, &|adapter| new(adapter, &|adapter| select(2)(adapter).and_then(|()| rollback())))
                })
            })
        },
        "BEGIN deferred TRANSACTION
         SELECT 0
         SAVEPOINT active_record_1
         SELECT 1
         SAVEPOINT active_record_2
         SELECT 2
         ROLLBACK TO SAVEPOINT active_record_2
         RELEASE SAVEPOINT active_record_2
         RELEASE SAVEPOINT active_record_1
         COMMIT TRANSACTION",
    );
}

#[test]
fn isolation_is_refused() {
    check(
        &|adapter| isolated(adapter, "serializable", &select(1)),
        "SELECT 1
         SQLite3 only supports the `read_uncommitted` transaction isolation level",
    );
    check(
        &|adapter| {
            joining(adapter, &|adapter| {
                select(1)(adapter)?;
                isolated(adapter, "read_uncommitted", &|_| Ok(()))
            })
        },
        "BEGIN immediate TRANSACTION
         SELECT 1
         ROLLBACK TRANSACTION
         cannot set isolation when joining a transaction",
    );
}

#[test]
fn a_failed_commit_is_rolled_back() {
    check(
        &|adapter| {
            adapter.execute("CREATE TABLE a (id integer PRIMARY KEY)", None)?;
            let reference = "b_id integer REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED";
            adapter.execute(&format!("CREATE TABLE b ({reference})"), None)?;
            joining(adapter, &|adapter| adapter.execute("INSERT INTO b VALUES (1)", None).map(drop))
        },
        "CREATE TABLE a (id integer PRIMARY KEY)
         CREATE TABLE b (b_id integer REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)
         BEGIN immediate TRANSACTION
         INSERT INTO b VALUES (1)
         COMMIT TRANSACTION
         ROLLBACK TRANSACTION
         SQLite3::ConstraintException: FOREIGN KEY constraint failed",
    );
}
