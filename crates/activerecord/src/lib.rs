//! Active Record's migrations: Ruby's side, run by the `ruby` crate, joined to the `adapters`.

mod arel;
mod arel_bindings;
mod associations;
mod attribute_methods;
mod attribute_set;
mod attributes;
mod base;
mod bindings;
mod callbacks;
pub mod check;
mod cycles;
mod enums;
mod errors;
mod gems;
mod inflector;
mod inheritance;
pub mod internal_metadata;
mod known;
mod library;
pub mod migration;
mod model_schema;
mod optimistic;
mod persistence;
mod querying;
mod rails;
mod relation;
mod schema;
pub mod schema_migration;
mod state;
mod temporal;
mod transactions;
pub mod world;

pub use errors::RubyError;
pub use inflector::inflector;
pub use world::{Direction, LoadedMigration, SharedAdapter, World, WorldOptions};
