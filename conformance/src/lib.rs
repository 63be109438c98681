//! Small migrations and, for each database, what Active Record did with them: `cases/` and `recorded/`.
//!
//! A case is a Ruby file of one or more migrations (`case.rs` has its format). `cargo xtask record-oracle` runs it
//! through real Active Record and writes the record; a test of the `maglev` crate runs it through Maglev and compares.
//! `tasks/` has whole apps and the `db:` tasks that are carried out in them (`tasks.rs`), recorded and replayed likewise.

#![warn(unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

pub mod case;
pub mod database;
pub mod plan;
pub mod record;
pub mod replay;
pub mod schema;
pub mod tasks;

pub use case::Case;
pub use database::{Database, Target};
pub use record::{Event, Failure, Record, Statement};

use std::path::{Path, PathBuf};

/// This crate's directory.
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the record of a case is kept.
pub fn recorded(target: Target, case: &Case) -> PathBuf {
    home().join("recorded").join(target.name()).join(format!("{}.txt", case.name))
}
