//! The adapter that a configuration names: `ConnectionAdapters.resolve` of connection_adapters.rb.

use std::rc::Rc;

use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::{Adapter, DatabaseConfig, Error, ErrorClass, Inflector, Result, mysql2_adapter, trilogy_adapter};

const ADAPTERS: &str = "mysql2, postgresql, sqlite3, trilogy";

/// An adapter that has not connected yet.
pub fn new_connection(config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> Result<Box<dyn Adapter>> {
    Ok(match config.adapter.as_str() {
        "sqlite3" => Box::new(SQLite3Adapter::new(config, inflector)?),
        "mysql2" => Box::new(mysql2_adapter::new(config, inflector)),
        "trilogy" => Box::new(trilogy_adapter::new(config, inflector)?),
        "postgresql" => Box::new(PostgreSQLAdapter::new(config, inflector)),
        "" => {
            return Err(Error::new(ErrorClass::AdapterNotFound, "database configuration does not specify adapter"));
        }
        other => {
            let message = format!(
                "Database configuration specifies nonexistent '{other}' adapter. Available adapters are: {ADAPTERS}. \
                 Ensure that the adapter is spelled correctly in config/database.yml and that you've added the \
                 necessary adapter gem to your Gemfile if it's not in the list of available adapters."
            );
            return Err(Error::new(ErrorClass::AdapterNotFound, message));
        }
    })
}
