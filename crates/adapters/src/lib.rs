//! Active Record's `connection_adapters`: what each database is told, in which words and in which order.
//! No Ruby values here; a caller hands over [`Arg`]s and [`Options`], as a migration's call carries them.
//!
//! The folders are floors, lowest first; a file knows those of its own floor and of lower ones. What is on a floor is called by
//! its own name alone, for Rails has no floors.

#![warn(unreachable_pub)]

mod ground;

pub mod types;

mod r#abstract;

mod databases;

pub mod memory;

#[cfg(test)]
mod testing;

pub use r#abstract::abstract_adapter::{AbstractAdapter, Adapter, Inflector, NamingOptions};
pub use r#abstract::catalogue::Catalogue;
pub use r#abstract::change::Change;
pub use r#abstract::gate::Gate;
pub use r#abstract::{
    abstract_adapter, catalogue, change, column, database_statements, gate, insert, prelude, quoting, schema_cache,
    schema_creation, schema_definitions, schema_dumper, schema_statements, transaction,
};
pub use databases::{
    abstract_mysql_adapter, connection_adapters, mysql, mysql2_adapter, postgresql, postgresql_adapter, sqlite3,
    sqlite3_adapter, trilogy_adapter,
};
pub use ground::arg::Arg;
pub use ground::bounds::Bounds;
pub use ground::config::DatabaseConfig;
pub use ground::dialect::Dialect;
pub use ground::errors::{Error, ErrorClass, Result};
pub use ground::options::Options;
pub use ground::result::QueryResult;
pub use ground::statement::{Statement, StatementObserver};
pub use ground::{
    arg, bounds, config, connection_url_resolver, dialect, errors, name, options, result, statement, tls,
};
pub(crate) use ground::{pattern, socket};
