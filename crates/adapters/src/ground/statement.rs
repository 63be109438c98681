//! A statement as Rails' `sql.active_record` notification tells it, and who listens.

use std::time::Duration;

use crate::{Arg, Error};

/// One statement that was sent, and how it ended.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: String,
    /// Rails' name in the log: `SCHEMA`, `TRANSACTION`, ... or none. Session settings, which Rails sends past its log, are `SESSION`.
    pub name: Option<String>,
    pub binds: Vec<Arg>,
    /// Of which columns the binds are, where that is known and wanted.
    pub bind_names: Vec<Option<String>>,
    pub rows_affected: u64,
    pub duration: Duration,
    pub error: Option<Error>,
    /// `write_query?`
    pub writes: bool,
}

impl Statement {
    /// Reads of the catalogue, which a report leaves out.
    pub fn is_schema(&self) -> bool {
        self.name.as_deref() == Some("SCHEMA")
    }
}

/// Hears of every statement once it has run or failed, `BEGIN` and session settings included.
pub trait StatementObserver {
    fn observe(&self, statement: &Statement);
}
