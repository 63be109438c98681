//! To be written.

pub mod mysql;
pub mod postgresql;
pub mod tls;
