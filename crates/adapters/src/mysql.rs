//! What is particular to MySQL and MariaDB, as Rails' connection_adapters/mysql.

pub mod client;
