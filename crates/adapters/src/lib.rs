//! To be written.

pub mod tls;
