//! To be written.

pub mod mysql;
pub mod tls;
