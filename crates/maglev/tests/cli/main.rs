//! The binary as a user meets it: one test binary, a module a subject.

mod app;
mod bad_input;
mod configuration;
mod failures;
mod files;
mod gems;
mod killed;
mod known_before;
mod lacking;
mod links;
mod locks;
mod output;
mod schema_dump;
mod settings;
mod time_limit;
