//! SQLite, MySQL and MariaDB, and PostgreSQL: what each says otherwise, its types and its wire; and which of them a
//! configuration names.

pub mod abstract_mysql_adapter;
pub mod connection_adapters;
pub mod mysql;
pub mod mysql2_adapter;
pub mod postgresql;
pub mod postgresql_adapter;
pub mod sqlite3;
pub mod sqlite3_adapter;
pub mod trilogy_adapter;
