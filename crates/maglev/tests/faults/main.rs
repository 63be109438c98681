//! What servers, kills and other runs do to a run: one test binary, a module a kind of fault.

#[allow(dead_code)]
#[path = "../cli/app.rs"]
mod app;
mod bounded;
mod hostile_mysql;
mod hostile_postgresql;
mod killed;
mod proxy;
mod script;
mod together;
