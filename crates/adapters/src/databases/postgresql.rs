//! PostgreSQL: the parts of its adapter, each under the name of the Rails file it mirrors.

mod catalogue;
pub mod client;
pub mod configuration;
pub mod database_statements;
pub mod errors;
pub mod explain_pretty_printer;
pub mod oid;
pub mod postgis;
pub mod quoting;
pub mod referential_integrity;
pub mod result;
pub mod schema_creation;
pub mod schema_definitions;
pub mod schema_statements;
pub mod statement_pool;
pub mod utils;
