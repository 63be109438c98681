//! Active Record's `connection_adapters`: what each database is told, in which words and in which order.
//! No Ruby values here; a caller hands over [`Arg`]s and [`Options`], as a migration's call carries them.

pub mod abstract_adapter;
pub mod abstract_mysql_adapter;
pub mod arg;
pub mod bounds;
pub mod catalogue;
pub mod change;
pub mod column;
pub mod config;
pub mod connection_adapters;
pub mod connection_url_resolver;
pub mod database_statements;
pub mod dialect;
pub mod errors;
pub mod gate;
pub mod insert;
pub mod memory;
pub mod mysql;
pub mod mysql2_adapter;
pub mod options;
mod pattern;
pub mod postgresql;
pub mod postgresql_adapter;
pub mod prelude;
pub mod quoting;
pub mod result;
pub mod schema_cache;
pub mod schema_creation;
pub mod schema_definitions;
pub mod schema_dumper;
pub mod schema_statements;
mod socket;
pub mod sqlite3;
pub mod sqlite3_adapter;
pub mod statement;
#[cfg(test)]
mod testing;
pub mod tls;
pub mod transaction;
pub mod trilogy_adapter;
pub mod types;

pub use abstract_adapter::{AbstractAdapter, Adapter, Inflector, NamingOptions};
pub use arg::Arg;
pub use bounds::Bounds;
pub use catalogue::Catalogue;
pub use change::Change;
pub use config::DatabaseConfig;
pub use dialect::Dialect;
pub use errors::{Error, ErrorClass, Result};
pub use gate::Gate;
pub use options::Options;
pub use result::QueryResult;
pub use statement::{Statement, StatementObserver};
