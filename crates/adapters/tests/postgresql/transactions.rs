//! Transactions, and the errors of a server as Rails has them.

use adapters::postgresql_adapter::PostgreSQLAdapter;
use adapters::prelude::*;
use adapters::transaction::{TransactionOptions, transaction};
use adapters::{Error, ErrorClass};

use super::Session;

#[test]
fn errors() {
    let mut session = Session::new(&[
        "CREATE TABLE ser3 (pk bigserial primary key)",
        "INSERT INTO ser3 VALUES (11)",
        "CREATE TABLE comp (n integer, b varchar, PRIMARY KEY (n, b))",
    ]);
    session.check(r#"execute("INSERT INTO ser3 VALUES (11)")"#, |adapter| {
        adapter.execute("INSERT INTO ser3 VALUES (11)", None).map(drop)
    });
    session.check(r#"execute("INSERT INTO comp VALUES (1, NULL)")"#, |adapter| {
        adapter.execute("INSERT INTO comp VALUES (1, NULL)", None).map(drop)
    });
    session.check(r#"execute("SELECT * ..."#, |adapter| {
        adapter
            .execute(
                "SELECT * FROM missing_table WHERE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                None,
            )
            .map(drop)
    });
    session.check("execute of a line too long on the right", |adapter| {
        let name = "a".repeat(63);
        let wide = format!("SELECT 1 AS {name} FROM\n\n missing_table WHERE 日本語 = {}", "b".repeat(50));
        adapter.execute(&wide, None).map(drop)
    });
    session.check("execute of a line too long on both sides", |adapter| {
        let name = "a".repeat(67);
        let sql = format!("SELECT {name}, 1 + nope, {} FROM (SELECT 1 AS {name}) x", "b".repeat(55));
        adapter.execute(&sql, None).map(drop)
    });
}

#[test]
fn transactions() {
    let mut session = Session::new(&["CREATE TABLE ser (id integer)"]);
    session
        .check(r"transaction { }", |adapter| transaction(adapter, TransactionOptions::default(), |_| Ok(())).map(drop));
    session.check(r"transaction { table_exists?(:ser) }", |adapter| {
        transaction(adapter, TransactionOptions::default(), |adapter| adapter.catalogue().table_exists("ser")).map(drop)
    });
    session.check(r"transaction { foreign_keys(:ser) }", |adapter| {
        transaction(adapter, TransactionOptions::default(), |adapter| adapter.catalogue().foreign_keys("ser")).map(drop)
    });
    let nested = || TransactionOptions { requires_new: true, ..TransactionOptions::default() };
    session.check("a savepoint fails", |adapter| {
        let block = |adapter: &mut PostgreSQLAdapter| {
            adapter.execute("SELECT 1", None)?;
            let failed = transaction(adapter, nested(), |adapter| adapter.execute("SELECT nope", None));
            assert!(failed.is_err());
            adapter.execute("SELECT 2", None)
        };
        transaction(adapter, TransactionOptions::default(), block).map(drop)
    });
    session.check("a savepoint in which nothing came before is rolled back", |adapter| {
        let inner = |adapter: &mut PostgreSQLAdapter| {
            adapter.execute("SELECT 1", None)?;
            Err::<(), _>(Error::new(ErrorClass::Rollback, ""))
        };
        let outer = |adapter: &mut PostgreSQLAdapter| transaction(adapter, nested(), inner).map(drop);
        transaction(adapter, TransactionOptions::default(), outer).map(drop)
    });
    session.check(r#"transaction(isolation: :serializable) { execute("SELECT 1") }"#, |adapter| {
        transaction(
            adapter,
            TransactionOptions { isolation: Some("serializable".into()), ..TransactionOptions::default() },
            |adapter| adapter.execute("SELECT 1", None),
        )
        .map(drop)
    });
}
