//! What every adapter is and can, under Rails' names; what a statement does, and the gate that it passes; what is asked of a
//! schema, whoever knows it.

pub mod abstract_adapter;
pub mod catalogue;
pub mod change;
pub mod column;
pub mod database_statements;
pub mod gate;
pub mod insert;
pub mod prelude;
pub mod quoting;
pub mod schema_cache;
pub mod schema_creation;
pub mod schema_definitions;
pub mod schema_dumper;
pub mod schema_statements;
pub mod transaction;
