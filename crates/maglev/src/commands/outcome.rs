//! What a command returns: what it did, what it read, and what ended it. Printing it and making an exit code of it are others'.

use std::path::PathBuf;
use std::rc::Rc;

use activerecord::check::refusals::Refused;
use activerecord::migration::migration_context::{MigrationProxy, MigrationStatus};

use super::cancel::Holder;
use super::stop::Stop;
use crate::account::Account;

/// What became of a command that works on databases.
#[derive(Default)]
pub(crate) struct Outcome {
    /// What took effect, and what failed. It has been told as it happened.
    pub account: Account,
    /// What was asked for, of each database.
    pub readings: Vec<Reading>,
    /// What ended it before its end.
    pub stop: Option<Box<Stop>>,
}

/// The answer to a question about one database.
pub(crate) enum Reading {
    Status {
        of: Database,
        /// None: there is no table of versions yet.
        rows: Option<Vec<MigrationStatus>>,
    },
    Version {
        of: Database,
        /// The command line names it, and Rails then says less.
        is_named: bool,
        version: u128,
    },
    Pending {
        of: Database,
        migrations: Vec<MigrationProxy>,
    },
    /// What it has otherwise than what it was compared with, as a unified diff; none where both are the same.
    Drift {
        of: Database,
        beside: String,
        diff: Option<String>,
    },
    /// Whose session was ended; none where nobody holds the lock.
    Cancelled {
        of: Database,
        holder: Option<Holder>,
        /// The server has taken back what it was at.
        is_free: bool,
        /// The newest one that is recorded; 0 where there is none.
        version: u128,
    },
    /// As schema.rb has it, and which file of the app's that is.
    Schema {
        of: Database,
        file: PathBuf,
        text: String,
    },
    /// Of the database as a whole; none where it has none.
    Property {
        name: &'static str,
        value: Option<String>,
    },
}

/// The schema as a file.
pub(crate) enum SchemaFile {
    /// It is for stdout.
    Text(String),
    /// `is_changed`: it was not there, or said something else.
    Written { path: PathBuf, is_changed: bool },
}

/// Which database it is about.
pub(crate) struct Database {
    /// As the server calls it.
    pub name: String,
    /// As the app calls it, where there are several.
    pub label: Option<Rc<str>>,
}

/// What `check` has found.
pub(crate) struct Checked {
    pub migrations: Vec<MigrationProxy>,
    pub refused: Vec<Refused>,
    /// How many files there are.
    pub files: usize,
}
