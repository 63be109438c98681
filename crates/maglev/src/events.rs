//! The JSON events of `--format json`, one object a line. Scripts rely on their names.

use std::borrow::Cow;
use std::time::Duration;

use activerecord::RubyError;
use activerecord::check::Reason;
use activerecord::migration::migration_context::MigrationProxy;
use activerecord::world::Direction;
use ruby::source::cut;
use serde::Serialize;

use crate::account::TookEffect;
use crate::teller::diagnosis::MOST_OF_A_REASON;

/// Something that happened.
#[derive(Serialize, Debug)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(crate) enum Event<'a> {
    /// A migration ran, or was reverted.
    Migrated {
        #[serde(flatten)]
        migration: Migration<'a>,
        /// `up` or `down`
        direction: &'static str,
        /// What ran it: `native`
        engine: &'a str,
        milliseconds: f64,
        /// All that was sent on its behalf, but for reads of the schema.
        statements: &'a [Statement],
        /// What Rails would have printed.
        output: &'a str,
    },
    /// A migration failed.
    Failed {
        #[serde(flatten)]
        migration: Migration<'a>,
        direction: &'static str,
        engine: &'a str,
        error: Error<'a>,
        /// It ran in a transaction, which was rolled back; else its statements stay.
        rolled_back: bool,
        /// How many of its statements may have changed something, and stay.
        took_effect: usize,
        /// The same in words.
        what_stays: &'a str,
        milliseconds: f64,
        statements: &'a [Statement],
        /// What Rails would have printed.
        output: &'a str,
    },
    /// A migration that is certain to fail, or needs what Maglev lacks: nothing ran.
    Refused {
        #[serde(flatten)]
        migration: Migration<'a>,
        reasons: Vec<RefusedReason<'a>>,
    },
    /// Of `check`: the native engine has what the file needs, as far as can be told.
    Native {
        #[serde(flatten)]
        migration: Migration<'a>,
    },
    /// Of `status`: a migration, and whether it is `up` or `down`.
    Status { status: &'static str, version: &'a str, name: &'a str },
    /// Of `version`.
    Version { database: &'a str, version: String },
    /// Of `cancel`: which session was ended, and whether the lock is free; no session where nobody held the lock.
    Cancelled {
        #[serde(rename = "name")]
        database_name: &'a str,
        session: Option<u64>,
        user: Option<&'a str>,
        statement: Option<&'a str>,
        free: bool,
        /// The newest one that is recorded.
        version: String,
    },
    /// Of `function-version`: the function's release, and the one that asks.
    #[serde(rename = "function_version")]
    FunctionVersion { function: &'a str, deployed: &'a str, tool: &'a str },
    /// Of `pending`: a migration that has not run.
    Pending {
        #[serde(flatten)]
        migration: Migration<'a>,
    },
    /// Of `create`: the database is there now.
    Created(OfTask<'a>),
    /// Of `create`: it was there before.
    #[serde(rename = "already_exists")]
    AlreadyExists(OfTask<'a>),
    /// Of `create` and `drop`: it could not be done. The error follows.
    #[serde(rename = "not_done")]
    NotDone(OfTask<'a>),
    /// Of `drop`: it is not there any more.
    Dropped(OfTask<'a>),
    /// Of `drop`: it was not there.
    #[serde(rename = "does_not_exist")]
    DoesNotExist(OfTask<'a>),
    /// Of `purge`: it is there, and empty.
    Purged(OfTask<'a>),
    /// Of `truncate-all`: its tables are empty.
    Truncated(OfTask<'a>),
    /// Of `charset` and `collation`.
    Property { name: &'a str, value: Option<&'a str>, statements: &'a [Statement] },
    /// Of `schema dump`: the file, and whether it says something else than before.
    Dumped {
        file: String,
        /// It says something else than before.
        changed: bool,
    },
    /// What the database has otherwise than its schema file, or another database.
    Drift {
        /// The file, or the database, that it is compared with.
        beside: &'a str,
        /// A unified diff; null where they do not differ.
        diff: Option<&'a str>,
    },
    /// A schema's file was loaded.
    Loaded { file: &'a str, environment: &'a str, milliseconds: f64, statements: &'a [Statement], output: &'a str },
    /// A schema's file failed in the middle.
    #[serde(rename = "failed")]
    LoadFailed {
        file: &'a str,
        environment: &'a str,
        error: Error<'a>,
        took_effect: usize,
        what_stays: &'a str,
        milliseconds: f64,
        statements: &'a [Statement],
        output: &'a str,
    },
    /// A schema's file has what the native engine lacks, or is certain to fail.
    #[serde(rename = "refused")]
    RefusedSchema { file: &'a str, reasons: Vec<RefusedReason<'a>> },
    /// The run could not begin, or ended outside of any migration.
    Error { error: PlainError<'a> },
    /// Time was up before these: they are for another run.
    Postponed {
        /// The migrations: version, name and file of each.
        left: Vec<Migration<'a>>,
    },
    /// The last event of a run.
    Finished {
        /// `ok` or `failed`
        status: &'static str,
        migrated: usize,
        /// Of a run that failed, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pending: Option<usize>,
        milliseconds: f64,
        /// Of a run that failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        took_effect: Option<&'a [TookEffect]>,
    },
}

/// A database as a whole, and what was sent for it.
#[derive(Serialize, Debug)]
pub(crate) struct OfTask<'a> {
    pub name: &'a str,
    pub statements: &'a [Statement],
}

/// An event of one of several databases.
#[derive(Serialize)]
struct OfDatabase<'a> {
    #[serde(flatten)]
    event: &'a Event<'a>,
    database: &'a str,
}

/// Which migration an event is about.
#[derive(Serialize, Debug)]
pub(crate) struct Migration<'a> {
    version: String,
    name: &'a str,
    file: &'a str,
}

impl<'a> From<&'a MigrationProxy> for Migration<'a> {
    fn from(migration: &'a MigrationProxy) -> Self {
        Self { version: migration.version.to_string(), name: &migration.name, file: &migration.filename }
    }
}

/// A statement that was sent on a migration's behalf.
#[derive(Serialize, Debug, Clone)]
pub(crate) struct Statement {
    pub sql: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub binds: Vec<String>,
    pub milliseconds: f64,
    pub rows: u64,
}

/// What a migration raised.
#[derive(Serialize, Debug)]
pub(crate) struct Error<'a> {
    class: &'a str,
    message: &'a str,
    backtrace: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Box<Error<'a>>>,
}

impl Error<'_> {
    pub(crate) fn class(&self) -> &str {
        self.class
    }

    pub(crate) fn message(&self) -> &str {
        self.message
    }

    pub(crate) fn backtrace(&self) -> &[String] {
        &self.backtrace
    }

    /// File and line, of the innermost call.
    pub(crate) fn place(&self) -> Option<String> {
        let innermost = self.backtrace.first()?;
        Some(innermost.split(":in ").next().unwrap_or(innermost).to_owned())
    }
}

impl<'a> From<&'a RubyError> for Error<'a> {
    fn from(error: &'a RubyError) -> Self {
        Self {
            class: &error.class,
            message: &error.message,
            backtrace: error.backtrace.iter().map(ToString::to_string).collect(),
            cause: error.cause.as_deref().map(|cause| Box::new(Self::from(cause))),
        }
    }
}

/// What went wrong outside of any migration.
#[derive(Serialize, Debug)]
pub(crate) struct PlainError<'a> {
    pub class: &'a str,
    pub message: &'a str,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<&'a str>,
}

/// Why a file is refused, and where in it.
#[derive(Serialize, Debug)]
pub(crate) struct RefusedReason<'a> {
    message: Cow<'a, str>,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

impl<'a> From<&'a Reason> for RefusedReason<'a> {
    fn from(reason: &'a Reason) -> Self {
        let message = cut(&reason.message, MOST_OF_A_REASON);
        Self { message, line: reason.line, column: reason.column, hint: reason.hint.as_deref() }
    }
}

/// The word of events for a direction.
pub(crate) const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
    }
}

/// Milliseconds with microseconds behind the point.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

impl Event<'_> {
    /// The event's line, with its end. `database`: of several, the one that it is of.
    pub(crate) fn line(&self, database: Option<&str>) -> String {
        let text = match database {
            Some(database) if !matches!(self, Self::Version { .. }) => {
                serde_json::to_string(&OfDatabase { event: self, database })
            }
            _ => serde_json::to_string(self),
        };
        // Strings, numbers and lists always serialise.
        text.unwrap_or_default() + "\n"
    }
}
