//! The commands, one file each, and the session that they share.

pub mod check;
pub mod context;
pub mod down;
pub mod migrate;
pub mod pending;
pub mod redo;
mod refusals;
mod reporter;
pub mod rollback;
pub mod session;
mod statement_log;
pub mod status;
pub mod stop;
pub mod up;
pub mod version;

use anyhow::{Result, bail};

use crate::cli::args::Command;
use crate::exit::Exit;
use context::Context;

/// Runs a command that works on a database.
pub fn run(command: &Command, context: &Context) -> Result<Exit> {
    match command {
        Command::Migrate(arguments) => migrate::run(arguments, context),
        Command::Rollback(arguments) => rollback::run(arguments, context),
        Command::Up(arguments) => up::run(arguments, context),
        Command::Down(arguments) => down::run(arguments, context),
        Command::Redo(arguments) => redo::run(arguments, context),
        Command::Status(common) => status::run(common, context),
        Command::Version(common) => version::run(common, context),
        Command::Pending(common) => pending::run(common, context),
        Command::Check(_) | Command::Function | Command::Payload(_) => bail!("this command works on no database"),
    }
}
