//! What an adapter can do, trait by trait: for those who hold one of a known kind.

pub use crate::abstract_adapter::{
    Adapter, AdapterBase, DatabaseLimits, DatabaseStatements, Quoting, RawConnection, SchemaCreation,
    SchemaDefinitions, SchemaStatements, Supports,
};
