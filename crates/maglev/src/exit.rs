//! The exit codes, and what each outcome exits with. Scripts rely on them.

use std::process::ExitCode;

use activerecord::migration::errors::MigrationError;
use adapters::ErrorClass;

use crate::commands::outcome::{Checked, Outcome, Reading};
use crate::commands::stop::{Failing, Stop, Why};

/// How a command ended; the number is the process' exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// A migration failed; of `pending`: something is pending.
    Failed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// The native engine refuses a migration, and nothing ran.
    Refused = 3,
    /// Another run holds the migration lock.
    Locked = 4,
    /// The database, or the function, could not be reached; nothing ran.
    Unreachable = 5,
    /// It is not known whether something ran: a connection or an answer was lost.
    Unknown = 6,
}

impl Exit {
    /// What to do after [`Self::Unknown`].
    pub(crate) const UNKNOWN_HINT: &str = "ask with `maglev status` what is recorded before anything else; on MySQL, look also whether \
                                    what the last statement makes is there";

    /// Of another process' code; what is no code of ours is a failure.
    pub(crate) const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Done,
            2 => Self::Usage,
            3 => Self::Refused,
            4 => Self::Locked,
            5 => Self::Unreachable,
            6 => Self::Unknown,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&Outcome> for Exit {
    fn from(outcome: &Outcome) -> Self {
        let is_bad = |reading: &Reading| match reading {
            Reading::Status { rows, .. } => rows.is_none(),
            Reading::Version { .. } | Reading::Property { .. } | Reading::Schema { .. } => false,
            Reading::Pending { migrations, .. } => !migrations.is_empty(),
            Reading::Drift { diff, .. } => diff.is_some(),
            Reading::Cancelled { is_free, .. } => !is_free,
        };
        match &outcome.stop {
            Some(stop) => Self::from(&**stop),
            None if outcome.readings.iter().any(is_bad) => Self::Failed,
            None => Self::Done,
        }
    }
}

impl From<&Checked> for Exit {
    fn from(checked: &Checked) -> Self {
        if checked.refused.is_empty() { Self::Done } else { Self::Refused }
    }
}

impl From<&Stop> for Exit {
    fn from(stop: &Stop) -> Self {
        of(&stop.why, stop.at.begun)
    }
}

fn of(why: &Why, begun: bool) -> Exit {
    match why {
        Why::Migration(MigrationError::ConcurrentMigration) | Why::Failed(Failing::KeptOut) => Exit::Locked,
        Why::Migration(MigrationError::ReleaseLockFailed) | Why::Failed(Failing::Plainly) | Why::Environment(_) => {
            Exit::Failed
        }
        Why::Failed(Failing::Lost) => Exit::Unknown,
        Why::Script(error) if error.is_lost => Exit::Unknown,
        Why::Script(_) => Exit::Failed,
        Why::Migration(_) | Why::Ruby(_) | Why::Unusable(_) => Exit::Usage,
        Why::Database(error) => of_database(error, begun),
        Why::Refused(_) | Why::RefusedSchema { .. } => Exit::Refused,
        Why::Aborted(_) => Exit::Failed,
        Why::Late { then, .. } => then.as_deref().map_or(Exit::Failed, |why| of(why, begun)),
        Why::Cancelled { is_unsure: true, .. } => Exit::Unknown,
        Why::Cancelled { .. } => Exit::Failed,
        Why::Exited => Exit::Done,
    }
}

fn of_database(error: &adapters::Error, begun: bool) -> Exit {
    if error.is_lost_connection() || error.is_a(ErrorClass::NoDatabaseError) {
        if begun { Exit::Unknown } else { Exit::Unreachable }
    } else if error.is_a(ErrorClass::AdapterNotFound) || error.is_a(ErrorClass::ArgumentError) {
        Exit::Usage
    } else if error.is_kept_out() {
        Exit::Locked
    } else {
        Exit::Failed
    }
}
