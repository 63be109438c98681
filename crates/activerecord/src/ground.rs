//! What every floor stands on: the state of a run, errors, arguments between Ruby and the adapters, and the two tables that
//! Rails keeps in each database.

pub(crate) mod arguments;
pub(crate) mod calls;
pub mod database_configurations;
pub(crate) mod errors;
pub(crate) mod gem_version;
pub(crate) mod i18n;
pub(crate) mod inflector;
pub mod internal_metadata;
pub(crate) mod notifications;
pub(crate) mod options;
mod scalars;
pub mod schema_migration;
pub(crate) mod settings;
pub(crate) mod state;
