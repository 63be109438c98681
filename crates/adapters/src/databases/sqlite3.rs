//! What is SQLite's own: connection_adapters/sqlite3/.

mod alter;
mod authorizer;
mod catalogue;
mod database_statements;
mod errors;
mod pragmas;
mod quoting;
pub(crate) mod raw_connection;
mod schema_creation;
mod schema_definitions;
mod schema_statements;
mod table_sql;

pub(crate) use authorizer::{Denied, refused_statement};
pub(crate) use pragmas::{DEFAULT_PRAGMAS, pragma_assignment};
pub(crate) use schema_statements::{extract_value_from_default, has_default_function, is_word};
pub(crate) use table_sql::check_constraints as check_constraints_in;
