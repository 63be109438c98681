//! The binary as a user meets it: one test binary, a module a subject.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

mod app;
mod bad_input;
mod configuration;
mod databases;
mod documentation;
mod drift;
mod failures;
mod files;
mod gems;
mod install;
mod killed;
mod known_before;
mod lacking;
mod links;
mod locks;
mod output;
mod plan;
mod readme;
mod schema_dump;
mod schema_load;
mod settings;
mod structure;
mod terminal;
mod time_limit;
mod whole_files;
