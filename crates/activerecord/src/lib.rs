//! Active Record's migrations: Ruby's side, run by the `ruby` crate, joined to the `adapters`.

mod arel;
mod arel_bindings;
mod associations;
mod attribute_methods;
mod attribute_set;
mod base;
mod bindings;
mod callbacks;
pub mod check;
mod errors;
mod gems;
mod implied_models;
mod inflector;
mod insert_all;
pub mod internal_metadata;
mod known;
pub mod migration;
mod model_schema;
mod persistence;
mod querying;
mod rails;
mod reflection;
mod relation;
mod schema;
pub mod schema_migration;
mod state;
pub mod world;

pub use errors::RubyError;
pub use inflector::inflector;
pub use world::{Direction, LoadedMigration, SharedAdapter, World, WorldOptions};
