//! Active Record's migrations: Ruby's side, run by the `ruby` crate, joined to the `adapters`.
//!
//! The folders are floors, lowest first; a file knows those of its own floor and of lower ones.

#![warn(unreachable_pub)]

mod ground;

mod connection;

mod models;

pub mod migration;

mod gems;

mod run;

pub use connection::database_statements::empty_tables;
pub use gems::{dumped_sections, gem_initializers, lines_of_lock, version_in_lock};
pub use ground::errors::RubyError;
pub use ground::inflector::inflector;
pub use ground::options::{Places, SharedAdapter, WorldOptions};
pub use ground::{database_configurations, internal_metadata, schema_migration};
pub use run::engine::{Engine, Loaded};
pub use run::rails::stand_in::Reasons;
pub use run::world::{Direction, World};
pub use run::{check, engine, migrator, settings, world};
