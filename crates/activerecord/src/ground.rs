//! What every floor stands on: the state of a run, errors, arguments between Ruby and the adapters, and the two tables that
//! Rails keeps in each database.

pub(crate) mod arguments;
pub mod database_configurations;
pub(crate) mod errors;
pub(crate) mod i18n;
pub(crate) mod inflector;
pub mod internal_metadata;
pub(crate) mod notifications;
mod scalars;
pub mod schema_migration;
pub(crate) mod state;
