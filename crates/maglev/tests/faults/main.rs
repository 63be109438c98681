//! What servers, kills and other runs do to a run: one test binary, a module a kind of fault.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

#[allow(dead_code)]
#[path = "../cli/app.rs"]
mod app;
mod bounded;
mod hostile_mysql;
mod hostile_postgresql;
mod in_time;
mod killed;
mod large_results;
mod proxy;
mod script;
mod seeds;
mod together;
