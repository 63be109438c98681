//! What the tests of this crate share: an SQLite in memory, the statements it was sent, adapters that never connect.

use std::cell::RefCell;
use std::rc::Rc;

use crate::abstract_mysql_adapter::MysqlAdapter;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::{DatabaseConfig, Inflector, Options, Statement, StatementObserver, mysql2_adapter};

/// Just enough inflection for the words of the tests.
pub(crate) struct Words;

impl Inflector for Words {
    fn pluralize(&self, word: &str) -> String {
        if word == "person" { "people".to_owned() } else { format!("{word}s") }
    }

    fn singularize(&self, word: &str) -> String {
        match word.strip_suffix("people") {
            Some(start) => format!("{start}person"),
            None => word.strip_suffix('s').unwrap_or(word).to_owned(),
        }
    }
}

/// All but what is read of the schema and set for the session.
#[derive(Default)]
pub(crate) struct Log(RefCell<Vec<String>>);

impl Log {
    /// What was sent since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

impl StatementObserver for Log {
    fn observe(&self, statement: &Statement) {
        if !matches!(statement.name.as_deref(), Some("SCHEMA" | "SESSION")) {
            self.0.borrow_mut().push(statement.sql.clone());
        }
    }
}

/// A database in memory, and what it is sent.
pub(crate) fn sqlite() -> (SQLite3Adapter, Rc<Log>) {
    let config = DatabaseConfig::new(Options::from([("adapter", "sqlite3"), ("database", ":memory:")]));
    let mut adapter = SQLite3Adapter::new(config, Rc::new(Words)).unwrap();
    let log = Rc::new(Log::default());
    adapter.base_mut().observer = Some(log.clone());
    (adapter, log)
}

/// Never connected.
pub(crate) fn mysql() -> MysqlAdapter {
    mysql2_adapter::new(DatabaseConfig::new(Options::from([("adapter", "mysql2")])), Rc::new(Words))
}

/// Never connected.
pub(crate) fn postgresql() -> PostgreSQLAdapter {
    PostgreSQLAdapter::new(DatabaseConfig::new(Options::from([("adapter", "postgresql")])), Rc::new(Words))
}
