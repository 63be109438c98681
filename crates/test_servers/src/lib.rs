//! Private database servers for tests: one of each kind per test process, started on first use, one fresh database
//! per test, gone when the process ends. Needs Debian's packages mariadb-server and postgresql (or their like).
//!
//! ```no_run
//! let database = test_servers::postgresql().database();
//! println!("{}", database.url());
//! ```
//!
//! Nothing here speaks a database protocol: the servers' own command line clients do.

#![warn(unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

mod database;
mod error;
mod mariadb;
mod postgresql;
mod programs;
mod seeds;
mod server;

pub use database::Database;
pub use error::Error;
pub use seeds::run_seeds;
pub use server::{Kind, Server};

use std::sync::OnceLock;

/// The MariaDB server of this process.
///
/// # Panics
/// When the server is not installed or does not start; the message says which package is missing.
pub fn mariadb() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| started(Kind::MariaDb))
}

/// The PostgreSQL server of this process.
///
/// # Panics
/// When the server is not installed or does not start; the message says which package is missing.
pub fn postgresql() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| started(Kind::PostgreSql))
}

fn started(kind: Kind) -> Server {
    match Server::start(kind) {
        Ok(server) => server,
        Err(error) => panic!("{error}"),
    }
}

/// A client program of PostgreSQL's, as it is: what Debian has in PATH is a wrapper that takes six times as long to start.
pub fn client(program: &'static str) -> std::process::Command {
    std::process::Command::new(programs::find(program, "postgresql-client").unwrap_or_else(|_| program.into()))
}
