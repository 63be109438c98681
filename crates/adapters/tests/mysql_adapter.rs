//! The MySQL adapter against MariaDB: the statements it sends, what it reads back, how it fails. Expectations are what
//! Active Record 8.1.3.1 did on MariaDB 10.11; whole migrations, on MySQL too, are the conformance cases' business.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::cell::RefCell;
use std::rc::Rc;

use adapters::abstract_mysql_adapter::MysqlAdapter;
use adapters::prelude::*;
use adapters::transaction::{TransactionOptions, transaction};
use adapters::{
    Arg, Change, DatabaseConfig, Inflector, Options, Result, Statement, StatementObserver, connection_url_resolver,
    mysql2_adapter, trilogy_adapter,
};
use test_servers::Database;

struct Plain;

impl Inflector for Plain {
    fn pluralize(&self, word: &str) -> String {
        format!("{word}s")
    }
    fn singularize(&self, word: &str) -> String {
        word.trim_end_matches('s').to_owned()
    }
}

#[derive(Default)]
struct Log(RefCell<Vec<String>>);

impl StatementObserver for Log {
    fn observe(&self, statement: &Statement) {
        if !statement.is_schema() || statement.sql.starts_with("SET") {
            self.0.borrow_mut().push(statement.sql.clone());
        }
    }
}

/// An adapter and the statements it has sent, reads of the schema left out.
struct Session {
    adapter: MysqlAdapter,
    log: Rc<Log>,
}

impl Session {
    fn new(database: &Database<'_>, options: &[(&str, Arg)]) -> Session {
        let mut hash = connection_url_resolver::resolve(&database.url()).unwrap();
        for (key, value) in options {
            hash.insert(*key, value.clone());
        }
        let trilogy = hash.get("adapter").as_str() == Some("trilogy");
        let config = DatabaseConfig::new(hash);
        let mut adapter = if trilogy {
            trilogy_adapter::new(config, Rc::new(Plain)).unwrap()
        } else {
            mysql2_adapter::new(config, Rc::new(Plain))
        };
        let log = Rc::new(Log::default());
        adapter.base_mut().observer = Some(log.clone());
        Session { adapter, log }
    }

    fn connected(database: &Database<'_>) -> Session {
        let mut session = Session::new(database, &[]);
        session.adapter.connect().unwrap();
        session.log.0.take();
        session
    }

    fn execute(&mut self, sql: &str) {
        self.adapter.execute(sql, None).unwrap();
        self.log.0.take();
    }

    /// What the call sends, and its error.
    fn check(&mut self, call: impl FnOnce(&mut MysqlAdapter) -> Result<()>, expected: &[&str]) {
        let error = call(&mut self.adapter).err();
        let mut sent = self.log.0.take();
        sent.extend(error.map(|error| format!("{}: {}", error.class().name(), error.message())));
        assert_eq!(sent, expected);
    }
}

fn options<const N: usize>(pairs: [(&str, Arg); N]) -> Options {
    Options::from(pairs)
}

fn symbol(name: &str) -> Arg {
    Arg::symbol(name)
}

#[test]
fn session_settings() {
    const STRICT: &str = "CONCAT(CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), ',NO_AUTO_VALUE_ON_ZERO')";
    const LENIENT: &str = "CONCAT(REPLACE(REPLACE(REPLACE(@@sql_mode, 'STRICT_TRANS_TABLES', ''), 'STRICT_ALL_TABLES', ''), \
                           'TRADITIONAL', ''), ',NO_AUTO_VALUE_ON_ZERO')";
    let database = test_servers::mariadb().database();
    let check = |options: &[(&str, Arg)], expected: &str| {
        let mut session = Session::new(&database, options);
        session.adapter.connect().unwrap();
        assert_eq!(session.log.0.take(), [expected]);
    };
    check(&[], &format!("SET  @@SESSION.sql_mode = {STRICT},  @@SESSION.wait_timeout = 2147483"));
    check(
        &[("encoding", Arg::str("utf8mb4")), ("collation", Arg::str("utf8mb4_bin"))],
        &format!(
            "SET NAMES utf8mb4 COLLATE utf8mb4_bin,  @@SESSION.sql_mode = {STRICT},  @@SESSION.wait_timeout = 2147483"
        ),
    );
    check(
        &[("strict", Arg::str("false")), ("wait_timeout", Arg::str("55"))],
        &format!("SET  @@SESSION.sql_mode = {LENIENT},  @@SESSION.wait_timeout = 55"),
    );
    check(&[("strict", Arg::str(":default"))], "SET   @@SESSION.wait_timeout = 2147483");
    let variables = options([
        ("sql_mode", Arg::str("TRADITIONAL")),
        ("foo", Arg::Nil),
        ("lock_wait_timeout", Arg::Int(5)),
        ("group_concat_max_len", symbol("default")),
    ]);
    check(
        &[("variables", Arg::Hash(variables))],
        "SET  @@SESSION.sql_mode = 'TRADITIONAL',  @@SESSION.lock_wait_timeout = 5, @@SESSION.group_concat_max_len = \
         DEFAULT, @@SESSION.wait_timeout = 2147483",
    );
}

#[test]
fn connection_errors() {
    let database = test_servers::mariadb().database();
    let check = |options: &[(&str, Arg)], expected: &str| {
        let error = Session::new(&database, options).adapter.connect().unwrap_err();
        let message = error.message().lines().next().unwrap_or_default();
        assert_eq!(format!("{}: {message}", error.class().name()), expected);
    };
    check(
        &[("database", Arg::str("nope"))],
        "ActiveRecord::NoDatabaseError: Database not found: nope. Available database configurations can be found in \
         config/database.yml.",
    );
    check(
        &[("password", Arg::str("wrong"))],
        "ActiveRecord::DatabaseConnectionError: There is an issue connecting to your database with your \
         username/password, username: root.",
    );
    check(
        &[("port", Arg::Int(1)), ("connection_retries", Arg::Int(0))],
        "ActiveRecord::DatabaseConnectionError: There is an issue connecting with your hostname: 127.0.0.1.",
    );
    check(
        &[("host", Arg::Nil), ("socket", Arg::str("/nope")), ("connection_retries", Arg::Int(0))],
        "ActiveRecord::ConnectionNotEstablished: Can't connect to local MySQL server through socket '/nope' (2)",
    );
    check(
        &[("encoding", Arg::str("latin1"))],
        "Maglev::Unsupported: `encoding: latin1` is not supported for MySQL; use utf8mb4, which reads and writes latin1 \
         tables too",
    );
}

#[test]
fn columns_changed() {
    let database = test_servers::mariadb().database();
    let mut session = Session::connected(&database);
    session.execute(
        "CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(50) DEFAULT 'x' NOT NULL COMMENT \
         'the name', coll varchar(255) COLLATE utf8mb4_bin, at datetime(3) DEFAULT CURRENT_TIMESTAMP(3), age smallint)",
    );
    let change = |column: &'static str, r#type: Arg, options: Options| {
        move |adapter: &mut MysqlAdapter| adapter.change_column("users", column, &r#type, options)
    };
    session.check(
        change("name", symbol("string"), options([("limit", Arg::Int(60))])),
        &["ALTER TABLE `users` CHANGE `name` `name` varchar(60) DEFAULT 'x' NOT NULL COMMENT 'the name'"],
    );
    session.check(
        change("name", symbol("text"), Options::new()),
        &["ALTER TABLE `users` CHANGE `name` `name` text COLLATE utf8mb4_general_ci DEFAULT 'x' NOT NULL COMMENT 'the name'"],
    );
    session.check(
        change("coll", symbol("text"), options([("collation", symbol("no_collation"))])),
        &["ALTER TABLE `users` CHANGE `coll` `coll` text DEFAULT NULL"],
    );
    session.check(
        change("at", symbol("datetime"), Options::new()),
        &["ALTER TABLE `users` CHANGE `at` `at` datetime(6) DEFAULT current_timestamp(3)"],
    );
    session.check(
        change("age", symbol("integer"), options([("after", symbol("id")), ("unsigned", Arg::Bool(true))])),
        &["ALTER TABLE `users` CHANGE `age` `age` int unsigned DEFAULT NULL AFTER `id`"],
    );
    session.check(
        change("id", symbol("bigint"), Options::new()),
        &["ALTER TABLE `users` CHANGE `id` `id` bigint NOT NULL AUTO_INCREMENT"],
    );
    session.check(
        |adapter| adapter.change_column_null("users", "age", &Arg::Bool(false), &Arg::Int(3)),
        &[
            "UPDATE `users` SET `age`=3 WHERE `age` IS NULL",
            "ALTER TABLE `users` CHANGE `age` `age` int(10) unsigned NOT NULL",
        ],
    );
    session.check(
        |adapter| adapter.change_column_default("users", "name", &Arg::Nil),
        &["ALTER TABLE `users` ALTER COLUMN `name` DROP DEFAULT"],
    );
    session.check(
        |adapter| adapter.rename_column("users", "age", "years"),
        &["ALTER TABLE `users` RENAME COLUMN `age` TO `years`"],
    );
}

#[test]
fn foreign_keys() {
    let database = test_servers::mariadb().database();
    let mut session = Session::connected(&database);
    session.execute("CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY)");
    session.execute("CREATE TABLE posts (user_id bigint, wrong_id int)");
    session.check(
        |adapter| adapter.add_foreign_key("posts", "users", options([("on_delete", symbol("restrict"))])),
        &["ALTER TABLE `posts` ADD CONSTRAINT `fk_rails_5b5ddfd518`\nFOREIGN KEY (`user_id`)\n  REFERENCES `users` (`id`)\n \
           ON DELETE RESTRICT"],
    );
    session.check(
        |adapter| adapter.remove_foreign_key("posts", Some("users"), options([("on_delete", symbol("restrict"))])),
        &["ALTER TABLE `posts` DROP FOREIGN KEY fk_rails_5b5ddfd518"],
    );
    let mismatch = format!(
        "ActiveRecord::MismatchedForeignKey: Column `wrong_id` on table `posts` does not match column `id` on `users`, which \
         has type `bigint(20)`. To resolve this issue, change the type of the `wrong_id` column on `posts` to be :bigint. \
         (For example `t.bigint :wrong_id`).\nOriginal message: Mysql2::Error: Can't create table `{}`.`posts` (errno: 150 \
         \"Foreign key constraint is incorrectly formed\")",
        database.name()
    );
    session.check(
        |adapter| adapter.add_foreign_key("posts", "users", options([("column", symbol("wrong_id"))])),
        &[
            "ALTER TABLE `posts` ADD CONSTRAINT `fk_rails_1320cafa28`\nFOREIGN KEY (`wrong_id`)\n  REFERENCES `users` (`id`)\n",
            &mismatch,
        ],
    );
}

#[test]
fn errors() {
    let database = test_servers::mariadb().database();
    let mut session = Session::connected(&database);
    session.execute("CREATE TABLE e (a tinyint NOT NULL, b varchar(2), c int NOT NULL, u int UNIQUE, CHECK (a > 3))");
    session.execute("INSERT INTO e VALUES (30, 'ab', 1, 1)");
    let mut check = |sql: &str, expected: &str| {
        session.check(|adapter| adapter.execute(sql, None).map(drop), &[sql, expected]);
    };
    check(
        "INSERT INTO e VALUES (300, 'a', 1, 2)",
        "ActiveRecord::RangeError: Mysql2::Error: Out of range value for column 'a' at row 1",
    );
    check(
        "INSERT INTO e VALUES (30, 'abc', 1, 2)",
        "ActiveRecord::ValueTooLong: Mysql2::Error: Data too long for column 'b' at row 1",
    );
    check(
        "INSERT INTO e VALUES (30, 'ab', NULL, 2)",
        "ActiveRecord::NotNullViolation: Mysql2::Error: Column 'c' cannot be null",
    );
    check(
        "INSERT INTO e (a) VALUES (30)",
        "ActiveRecord::NotNullViolation: Mysql2::Error: Field 'c' doesn't have a default value",
    );
    check(
        "INSERT INTO e VALUES (30, 'ab', 1, 1)",
        "ActiveRecord::RecordNotUnique: Mysql2::Error: Duplicate entry '1' for key 'u'",
    );
    let failed = format!(
        "ActiveRecord::CheckViolation: Mysql2::Error: CONSTRAINT `CONSTRAINT_1` failed for `{}`.`e`",
        database.name()
    );
    check("INSERT INTO e VALUES (1, 'ab', 1, 2)", &failed);
    check("SELECT nope", "ActiveRecord::StatementInvalid: Mysql2::Error: Unknown column 'nope' in 'SELECT'");
    check(
        "CREATE DATABASE mysql",
        "ActiveRecord::DatabaseAlreadyExists: Mysql2::Error: Can't create database 'mysql'; database exists",
    );
    check(
        "KILL CONNECTION_ID()",
        "ActiveRecord::ConnectionFailed: Mysql2::Error::ConnectionError: Connection was killed",
    );
    // Rails reconnects by itself.
    session.check(
        |adapter| adapter.select_value("SELECT 1", None, &[]).map(|value| assert_eq!(value, Arg::Int(1))),
        &[
            "SET  @@SESSION.sql_mode = CONCAT(CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), ',NO_AUTO_VALUE_ON_ZERO'),  \
             @@SESSION.wait_timeout = 2147483",
            "SELECT 1",
        ],
    );

    let mut trilogy = Session::new(&database, &[("adapter", Arg::str("trilogy"))]);
    let error = trilogy.adapter.execute("SELECT * FROM nope", None).unwrap_err();
    let expected =
        format!("Trilogy::ProtocolError: 1146: Table '{}.nope' doesn't exist (trilogy_query_recv)", database.name());
    assert_eq!((error.class().name(), error.message()), ("ActiveRecord::StatementInvalid", expected.as_str()));
}

#[test]
fn transactions() {
    let database = test_servers::mariadb().database();
    let mut session = Session::connected(&database);
    session.execute("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int)");
    let insert = |adapter: &mut MysqlAdapter| adapter.execute("INSERT INTO t (a) VALUES (1)", None).map(drop);
    session.check(|adapter| transaction(adapter, TransactionOptions::default(), |_| Ok(())).map(drop), &[]);
    session.check(
        |adapter| transaction(adapter, TransactionOptions::default(), insert).map(drop),
        &["BEGIN", "INSERT INTO t (a) VALUES (1)", "COMMIT"],
    );
    session.check(
        |adapter| {
            let options =
                TransactionOptions { isolation: Some("serializable".to_owned()), ..TransactionOptions::default() };
            transaction(adapter, options, insert).map(drop)
        },
        &["SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nBEGIN", "INSERT INTO t (a) VALUES (1)", "COMMIT"],
    );
    session.check(
        |adapter| {
            adapter
                .insert(&Change::Opaque, "INSERT INTO t (a) VALUES (2)", None, &Arg::Nil)
                .map(|id| assert_eq!(id, Arg::Int(3)))
        },
        &["INSERT INTO t (a) VALUES (2) RETURNING `id`"],
    );
}

#[test]
fn introspection() {
    let database = test_servers::mariadb().database();
    let mut session = Session::connected(&database);
    session.execute(
        "CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY, a varchar(20) DEFAULT 'x''y' COMMENT 'ac', b int unsigned NOT \
         NULL DEFAULT 7, c datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), f tinyint(1) DEFAULT 1, \
         g enum('a','b') DEFAULT 'a', i text DEFAULT ('it''s'), n bit(1) DEFAULT b'0', z int AS (b + 1) VIRTUAL, \
         ab varchar(40) DEFAULT (uuid()), ae varchar(255) DEFAULT 'CURRENT_TIMESTAMP', \
         KEY i1 (a(5), b), UNIQUE KEY i2 (b DESC), FULLTEXT KEY i3 (i) COMMENT 'ft', CONSTRAINT chk CHECK (b <> 3)) COMMENT \
         'a table' ROW_FORMAT=COMPRESSED",
    );
    let text = |value: Option<String>| Arg::from(value).inspect();
    let columns: Vec<String> = session
        .adapter
        .catalogue()
        .columns("t")
        .unwrap()
        .into_iter()
        .map(|column| {
            let r#type = column.r#type().unwrap_or("nil").to_owned();
            let (default, function) = (column.default.inspect(), text(column.default_function));
            format!("{} {} {type} {default} {function}", column.name, column.metadata.sql_type)
        })
        .collect();
    assert_eq!(
        columns,
        [
            "id bigint(20) integer nil nil",
            "a varchar(20) string \"x'y\" nil",
            "b int(10) unsigned integer 7 nil",
            "c datetime(6) datetime nil \"current_timestamp(6) ON UPDATE current_timestamp(6)\"",
            "f tinyint(1) boolean true nil",
            "g enum('a','b') string \"a\" nil",
            "i text text \"it's\" nil",
            "n bit(1) binary nil \"b'0'\"",
            "z int(11) integer nil nil",
            "ab varchar(40) string nil \"uuid()\"",
            "ae varchar(255) string \"CURRENT_TIMESTAMP\" nil",
        ]
    );
    let indexes: Vec<String> = session
        .adapter
        .catalogue()
        .indexes("t")
        .unwrap()
        .into_iter()
        .map(|index| {
            let (columns, lengths, orders) = (index.columns.inspect(), index.lengths.inspect(), index.orders.inspect());
            format!(
                "{} {} {columns} {lengths} {orders} {}",
                index.name,
                index.unique,
                text(index.r#type.or(index.using))
            )
        })
        .collect();
    assert_eq!(
        indexes,
        [
            "i2 true [\"b\"] {} :desc \"btree\"",
            "i1 false [\"a\", \"b\"] {:a=>5} {} \"btree\"",
            "i3 false [\"i\"] {} {} \"fulltext\"",
        ]
    );
    let checks = session.adapter.catalogue().check_constraints("t").unwrap();
    assert_eq!(checks[0].expression, "`b` <> 3");
    assert_eq!(
        session.adapter.catalogue().table_options("t").unwrap().inspect(),
        "{:charset=>\"utf8mb4\", :collation=>\"utf8mb4_general_ci\", :comment=>\"a table\", :options=>\"ENGINE=InnoDB ROW_FORMAT=COMPRESSED\"}"
    );
    assert_eq!(session.adapter.catalogue().primary_key("t").unwrap(), Arg::str("id"));
}

#[test]
fn literals() {
    let database = test_servers::mariadb().database();
    let mut session = Session::connected(&database);
    assert_eq!(session.adapter.quote(&Arg::str("a'b\\c\n\0\u{1a}\"é")).unwrap(), "'a\\'b\\\\c\\n\\0\\Z\\\"é'");
    session.execute("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
    assert_eq!(session.adapter.quote(&Arg::str("a\\b'c\"")).unwrap(), "'a\\b''c\"'");
}
