//! What is SQLite's own: connection_adapters/sqlite3/.

mod alter;
mod authorizer;
mod catalogue;
mod errors;
mod pragmas;
pub(crate) mod raw_connection;
mod schema_statements;
mod table_sql;

pub(crate) use alter::{Altering, alter_table, undefined_for_nil};
pub(crate) use authorizer::{Denied, refused_statement};
pub(crate) use pragmas::{DEFAULT_PRAGMAS, pragma_assignment};
pub(crate) use schema_statements::{add_foreign_key, remove_check_constraint, remove_foreign_key};
