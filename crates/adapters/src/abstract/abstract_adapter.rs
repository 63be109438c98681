//! What every adapter is and can: abstract_adapter.rb, and the modules it includes as a trait each, in the file of its name.
//! Each stands on those it needs, [`Adapter`] on all; what makes statements takes the one that it needs. A default body only names the function that mirrors Rails' method; an adapter's override calls that function where Ruby
//! says `super`. Pools, threads, Arel and the query cache are absent: a run has one connection and uses it alone.

use std::any::Any;

use crate::catalogue::Catalogue;
use crate::{Arg, Result};

mod column_types;
mod database_limits;
mod database_statements;
pub(crate) mod offline;
mod quoting;
mod raw_connection;
mod schema_creation;
mod schema_definitions;
mod schema_statements;
mod state;
mod supports;
mod version;

pub use column_types::{ColumnRef, NativeType};
pub use database_limits::DatabaseLimits;
pub use database_statements::DatabaseStatements;
pub use offline::Offline;
pub use quoting::Quoting;
pub use raw_connection::RawConnection;
pub use schema_creation::SchemaCreation;
pub use schema_definitions::SchemaDefinitions;
pub use schema_statements::SchemaStatements;
pub use state::{AbstractAdapter, Canceller, Inflector, NamingOptions};
pub use supports::Supports;
pub use version::Version;

/// What every adapter holds, and whom it asks.
pub trait AdapterBase {
    fn base(&self) -> &AbstractAdapter;
    fn base_mut(&mut self) -> &mut AbstractAdapter;
    /// Who answers for the schema: the server, unless `base().stand_in` does in its place.
    fn catalogue(&mut self) -> &mut dyn Catalogue;
}

/// A connection to one database, under Rails' method names; `?` and `!` are gone.
pub trait Adapter: SchemaStatements {
    /// The adapter itself, to be asked whether it is of the class whose own methods are wanted.
    fn as_any(&mut self) -> &mut (dyn Any + 'static);
    /// An attribute of the adapter's class, such as `PostgreSQLAdapter.datetime_type`; false where it has none of that
    /// name. To be set before the connection is made.
    fn set_class_attribute(&mut self, _name: &str, _value: &Arg) -> bool {
        false
    }
    /// Why a statement would not be sent, where that is known without the database.
    fn refused_statement(&self, _sql: &str) -> Option<String> {
        None
    }
    fn get_advisory_lock(&mut self, _lock_id: &str) -> Result<bool> {
        Ok(false)
    }
    fn release_advisory_lock(&mut self, _lock_id: &str) -> Result<bool> {
        Ok(false)
    }
    /// `disable_referential_integrity`, up to its `yield`: what it answers goes to `restore_referential_integrity`.
    fn suspend_referential_integrity(&mut self) -> Result<Vec<Arg>> {
        Ok(Vec::new())
    }
    /// The `ensure` of `disable_referential_integrity`.
    fn restore_referential_integrity(&mut self, _suspended: Vec<Arg>) -> Result<()> {
        Ok(())
    }
    fn check_all_foreign_keys_valid(&mut self) -> Result<()> {
        Ok(())
    }
}
