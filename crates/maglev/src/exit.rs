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
    /// The database, or the function, could not be reached; nothing ran.
    Unreachable = 5,
    /// It is not known whether something ran: a connection or an answer was lost.
    Unknown = 6,
}

impl Exit {
    /// What to do after [`Self::Unknown`].
    pub const UNKNOWN_HINT: &str = "ask with `maglev status` what is recorded before anything else; on MySQL, look also whether \
                                    what the last statement makes is there";

    /// Of another process' code; what is no code of ours is a failure.
    pub const fn from_code(code: u8) -> Self {
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
