//! Active Record's migrations: Ruby's side, run by the `ruby` crate, joined to the `adapters`.

mod base;
mod bindings;
mod errors;
pub mod migration;
mod rails;
mod state;
pub mod world;

pub use errors::RubyError;
pub use world::{Direction, LoadedMigration, SharedAdapter, World, WorldOptions};
