//! A run as a whole: the app's settings, the engine that a migration is loaded into, the check before and the migrator.

pub mod check;
pub mod engine;
mod known;
pub mod migrator;
pub(crate) mod rails;
pub mod settings;
mod tagged_logging;
pub mod world;
