//! PostgreSQL: the parts of its adapter, each under the name of the Rails file it mirrors.

pub mod client;
pub mod utils;
