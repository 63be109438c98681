//! What is particular to MySQL and MariaDB, as Rails' connection_adapters/mysql.

pub mod cast;
mod catalogue;
pub mod client;
pub mod database_statements;
pub mod explain_pretty_printer;
pub mod quoting;
pub mod schema_creation;
pub mod schema_definitions;
pub mod schema_dumper;
pub mod schema_statements;
