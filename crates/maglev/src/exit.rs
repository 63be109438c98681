//! The exit codes. Scripts rely on them.

use std::process::ExitCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
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
    /// The database could not be reached.
    Unreachable = 5,
}

impl Exit {
    /// Of another process' code; what is no code of ours is a failure.
    pub const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Done,
            2 => Self::Usage,
            3 => Self::Refused,
            4 => Self::Locked,
            5 => Self::Unreachable,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
