//! What the SQL of every database is made of, and by what a server is reached: arguments and options, names, errors, answers,
//! configurations, sockets.

pub mod arg;
pub mod bounds;
pub mod config;
pub mod connection_url_resolver;
pub mod dialect;
pub mod errors;
pub mod name;
pub mod options;
pub(crate) mod pattern;
pub mod result;
pub(crate) mod socket;
pub mod statement;
pub mod tls;
