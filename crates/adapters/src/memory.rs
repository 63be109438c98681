//! A schema that is made by applying changes to nothing, and answers what the server would have answered after the statements
//! that made them: types, defaults, names and orders as the server writes them. What it can't know it says: `is_certain` and
//! its kin. Rows are not kept.

use crate::Dialect;
use crate::change::{Boundary, Change};

mod alter;
mod answers;
mod apply;
mod create;
mod expressions;
mod model;
mod mysql;
mod names;
pub mod offline;
mod overlay;
pub mod planner;
mod postgresql;
mod reach;
mod sqlite;

pub use model::{Aspect, Server};
use model::{Schema, Table};
pub use overlay::Overlay;

/// What a rollback goes back to.
#[derive(Clone, Debug)]
struct Mark {
    /// None: the transaction's beginning.
    savepoint: Option<String>,
    schema: Schema,
}

/// A schema in memory.
#[derive(Clone, Debug)]
pub struct Memory {
    server: Server,
    schema: Schema,
    /// Where changes of the schema are part of a transaction.
    marks: Vec<Mark>,
    /// The tables that were asked about, where somebody wants to know.
    asked: Option<Vec<String>>,
}

impl Memory {
    /// An empty database on such a server.
    pub fn new(server: Server) -> Self {
        let schema = Schema::empty(&server);
        Self { server, schema, marks: Vec::new(), asked: None }
    }

    /// What a statement that succeeded has done.
    pub fn apply(&mut self, change: &Change<'_>, sql: &str) {
        match change {
            Change::Transaction(boundary) => self.cross(boundary),
            // Its text may end a transaction too. Where nothing of it can be read, nothing is known any more.
            Change::Opaque => match Change::read(sql, self.server.dialect) {
                Some(changes) => changes.iter().for_each(|change| self.apply(change, sql)),
                None => self.schema.lost_at = Some(sql.to_owned()),
            },
            change => apply::apply(&mut self.schema, &self.server, change),
        }
    }

    /// The connection has ended, and with it what was of it alone.
    pub fn disconnected(&mut self) {
        self.cross(&Boundary::Rollback);
        self.schema.forget_session();
    }

    fn cross(&mut self, boundary: &Boundary<'_>) {
        if self.server.dialect == Dialect::MySql {
            return;
        }
        match boundary {
            Boundary::Begin => self.marks = vec![Mark { savepoint: None, schema: self.schema.clone() }],
            Boundary::Commit => self.marks.clear(),
            Boundary::Rollback | Boundary::Restart => {
                self.marks.truncate(1);
                if let Some(mark) = self.marks.first() {
                    self.schema = mark.schema.clone();
                }
                if *boundary == Boundary::Rollback {
                    self.marks.clear();
                }
            }
            Boundary::Savepoint(name) => {
                self.marks.push(Mark { savepoint: Some(name.to_string()), schema: self.schema.clone() });
            }
            Boundary::RollbackTo(name) => {
                if let Some(at) = self.position(name) {
                    self.marks.truncate(at + 1);
                    self.schema = self.marks[at].schema.clone();
                }
            }
            Boundary::Release(name) => {
                if let Some(at) = self.position(name) {
                    self.marks.truncate(at);
                }
            }
        }
    }

    fn position(&self, savepoint: &str) -> Option<usize> {
        self.marks.iter().rposition(|mark| mark.savepoint.as_deref() == Some(savepoint))
    }

    // --- what it can't know ------------------------------------------------------------------------------------------

    /// The tables that were asked about since this was last asked, none of what is no table's; from the first time on.
    pub(crate) fn take_asked(&mut self) -> Vec<String> {
        self.asked.replace(Vec::new()).unwrap_or_default()
    }

    /// Why nothing can be said any more: a statement whose text could not be read.
    pub fn lost_at(&self) -> Option<&str> {
        self.schema.lost_at.as_deref()
    }

    /// Whether there is such a table, and all of it but what `doubts` names is known.
    pub fn is_certain_of(&self, table_name: &str) -> bool {
        self.schema.lost_at.is_none() && self.table(table_name).is_none_or(|table| !table.is_doubtful)
    }

    /// What is not known of a table that is known otherwise: the part's name, and what of it.
    pub fn doubts(&self, table_name: &str) -> Vec<(String, Aspect)> {
        self.table(table_name).map(Table::doubts).unwrap_or_default()
    }

    /// Whether there is such a table, of whatever kind.
    pub(crate) fn has_table(&self, name: &str) -> bool {
        self.table(name).is_some()
    }

    /// Whether the word is a type's, as far as that is known here.
    pub(crate) fn knows_type(&self, word: &str) -> bool {
        match self.server.dialect {
            Dialect::MySql => mysql::is_type(word),
            Dialect::PostgreSql => postgresql::is_type(&self.schema, word),
            Dialect::Sqlite => true,
        }
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.schema.table(&self.schema.key(name))
    }
}
