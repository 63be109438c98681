//! Which adapter a configuration names: connection_adapters.rb. Adapters of gems cannot be registered; `postgis` alone is known.

use std::rc::Rc;

use crate::dialect::POSTGIS;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::{DatabaseConfig, Error, ErrorClass, Inflector, Result, mysql2_adapter, trilogy_adapter};

/// The adapter of this name, not connected yet: it connects with its first statement, or when told to.
pub fn resolve(config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> Result<Box<dyn Adapter>> {
    match config.adapter.as_str() {
        "mysql2" => Ok(Box::new(mysql2_adapter::new(config, inflector))),
        // The postgis adapter is PostgreSQL's with a few types more.
        "postgresql" | POSTGIS => Ok(Box::new(PostgreSQLAdapter::new(config, inflector))),
        "sqlite3" => Ok(Box::new(SQLite3Adapter::new(config, inflector)?)),
        "trilogy" => Ok(Box::new(trilogy_adapter::new(config, inflector)?)),
        name => Err(Error::new(
            ErrorClass::AdapterNotFound,
            format!(
                "Database configuration specifies nonexistent '{name}' adapter. \
                 Available adapters are: mysql2, postgresql, sqlite3, trilogy. \
                 Ensure that the adapter is spelled correctly in config/database.yml and that you've added the necessary \
                 adapter gem to your Gemfile if it's not in the list of available adapters."
            ),
        )),
    }
}
