//! The errors of a run as a whole: the MigrationError family of migration.rb, Rails' texts verbatim.

use std::fmt;

use jiff::{Timestamp, ToSpan};

/// Why a run ends, beside the errors of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrationError {
    IllegalMigrationName {
        file: String,
    },
    InvalidMigrationTimestamp {
        version: String,
        name: String,
    },
    DuplicateMigrationName {
        name: String,
    },
    DuplicateMigrationVersion {
        version: u128,
    },
    UnknownMigrationVersion {
        version: u128,
    },
    /// The lock is held by another run.
    ConcurrentMigration,
    /// The lock was lost on the way.
    ReleaseLockFailed,
}

impl MigrationError {
    /// The class that Rails raises.
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::IllegalMigrationName { .. } => "ActiveRecord::IllegalMigrationNameError",
            Self::InvalidMigrationTimestamp { .. } => "ActiveRecord::InvalidMigrationTimestampError",
            Self::DuplicateMigrationName { .. } => "ActiveRecord::DuplicateMigrationNameError",
            Self::DuplicateMigrationVersion { .. } => "ActiveRecord::DuplicateMigrationVersionError",
            Self::UnknownMigrationVersion { .. } => "ActiveRecord::UnknownMigrationVersionError",
            Self::ConcurrentMigration | Self::ReleaseLockFailed => "ActiveRecord::ConcurrentMigrationError",
        }
    }
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self {
            Self::IllegalMigrationName { file } => {
                format!(
                    "Illegal name for migration file: {file}\n\t(only lower case letters, numbers, and '_' allowed)."
                )
            }
            Self::InvalidMigrationTimestamp { version, name } => format!(
                "Invalid timestamp {version} for migration file: {name}.\n\
                 Timestamp must be in form YYYYMMDDHHMMSS, and less than {}.\n",
                tomorrow()
            ),
            Self::DuplicateMigrationName { name } => format!("Multiple migrations have the name {name}."),
            Self::DuplicateMigrationVersion { version } => {
                format!("Multiple migrations have the version number {version}.")
            }
            Self::UnknownMigrationVersion { version } => format!("No migration with version number {version}."),
            Self::ConcurrentMigration => {
                "Cannot run migrations because another migration process is currently running.".to_owned()
            }
            Self::ReleaseLockFailed => "Failed to release advisory lock".to_owned(),
        };
        write!(f, "\n\n{message}\n\n")
    }
}

impl std::error::Error for MigrationError {}

/// Why what destroys may not run on a database, or why its environment cannot be noted: Rails' texts with `Rails.env`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentError {
    /// The environment that is noted is one of `protected_environments`.
    Protected {
        stored: String,
    },
    Mismatch {
        current: String,
        stored: String,
    },
    /// Versions are recorded, and no environment is.
    NotInSchema {
        current: String,
    },
    /// `use_metadata_table: false`
    Storage,
}

impl EnvironmentError {
    /// The class that Rails raises.
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::Protected { .. } => "ActiveRecord::ProtectedEnvironmentError",
            Self::Mismatch { .. } => "ActiveRecord::EnvironmentMismatchError",
            Self::NotInSchema { .. } => "ActiveRecord::NoEnvironmentInSchemaError",
            Self::Storage => "ActiveRecord::EnvironmentStorageError",
        }
    }
}

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protected { stored } => write!(
                f,
                "You are attempting to run a destructive action against your '{stored}' database.\n\
                 If you are sure you want to continue, run the same command with the environment variable:\n\
                 DISABLE_DATABASE_ENVIRONMENT_CHECK=1"
            ),
            Self::Mismatch { current, stored } => write!(
                f,
                "You are attempting to modify a database that was last run in `{stored}` environment.\n\
                 You are running in `{current}` environment. If you are sure you want to continue, first set the \
                 environment using:\n\n        bin/rails db:environment:set RAILS_ENV={current}\n\n"
            ),
            Self::NotInSchema { current } => write!(
                f,
                "\n\nEnvironment data not found in the schema. To resolve this issue, run: \n\n        \
                 bin/rails db:environment:set RAILS_ENV={current}\n\n"
            ),
            Self::Storage => f.write_str(
                "You are attempting to store the environment in a database where metadata is disabled.\n\
                 Check your database configuration to see if this is intended.",
            ),
        }
    }
}

impl std::error::Error for EnvironmentError {}

/// The version that a migration made a day from now would have: the first that Rails calls invalid.
pub fn tomorrow() -> u128 {
    let tomorrow = Timestamp::now().checked_add(24.hours()).unwrap_or(Timestamp::MAX);
    tomorrow.strftime("%Y%m%d%H%M%S").to_string().parse().unwrap_or(u128::MAX)
}
