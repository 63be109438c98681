//! What ends a command before its end.

use std::rc::Rc;

use activerecord::RubyError;
use activerecord::check::Reason;
use activerecord::check::refusals::Refused;
use activerecord::migration::errors::{EnvironmentError, MigrationError};
use activerecord::migration::migration_context::MigrationProxy;
use adapters::DatabaseConfig;

/// The end of a command, and where it was.
pub(crate) struct Stop {
    pub why: Why,
    pub at: Whereabouts,
}

/// What ended a command.
pub(crate) enum Why {
    Migration(MigrationError),
    /// A statement of structure.sql failed, or what was to write a schema's file.
    Script(Box<ScriptError>),
    /// The database's environment keeps a task from it.
    Environment(EnvironmentError),
    /// Outside of any migration.
    Database(adapters::Error),
    Ruby(Box<RubyError>),
    /// A migration folder that cannot be looked into, or a setting that cannot be honoured.
    Unusable(String),
    /// Certain to fail; nothing ran.
    Refused(Vec<Refused>),
    /// The same of a schema's file.
    RefusedSchema {
        file: String,
        reasons: Vec<Reason>,
    },
    /// A task ends with a message and no error, as Ruby's `abort` does.
    Aborted(String),
    /// A migration failed, which was told then.
    Failed(Failing),
    /// Time was up before these, which are for another run.
    Late {
        left: Vec<MigrationProxy>,
        /// What happened then.
        then: Option<Box<Why>>,
    },
    /// Somebody has ended the run's session.
    Cancelled {
        at: String,
        /// What is for another run.
        left: Vec<MigrationProxy>,
        /// It is not known whether the statement that ran took effect.
        is_unsure: bool,
    },
    /// A migration called `exit`, and the process is to end well.
    Exited,
}

/// What went wrong with structure.sql, or with writing a file.
pub(crate) struct ScriptError {
    pub class: String,
    /// With its place, and what was done.
    pub message: String,
    /// The connection was lost.
    pub is_lost: bool,
}

/// How a migration failed, as far as it matters to what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failing {
    Plainly,
    /// Another kept it from writing: nothing of it stays, and whoever that was will end.
    KeptOut,
    /// The connection was lost: it is not known what of it stays.
    Lost,
}

/// Where a command stopped, as far as it matters to what is said.
pub(crate) struct Whereabouts {
    pub config: DatabaseConfig,
    /// The database is a function's, which the environment names.
    pub in_function: bool,
    /// Something has been sent that may have changed something.
    pub begun: bool,
    /// Of several databases, the one.
    pub database: Option<Rc<str>>,
}

impl From<MigrationError> for Why {
    fn from(error: MigrationError) -> Self {
        Self::Migration(error)
    }
}

impl From<EnvironmentError> for Why {
    fn from(error: EnvironmentError) -> Self {
        Self::Environment(error)
    }
}

impl From<adapters::Error> for Why {
    fn from(error: adapters::Error) -> Self {
        Self::Database(error)
    }
}

impl From<RubyError> for Why {
    fn from(error: RubyError) -> Self {
        Self::Ruby(Box::new(error))
    }
}
