//! Which of the three databases' SQL an adapter speaks. The gems that speak it (`mysql2` and `trilogy`, `postgis`) differ in
//! names only; MariaDB and MySQL differ by what their versions can, which the adapter says.

use crate::{Error, ErrorClass};

/// PostgreSQL's adapter with spatial columns, as a configuration names it.
pub const POSTGIS: &str = "postgis";

/// What SQL is spoken; not which adapter speaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    MySql,
    PostgreSql,
    Sqlite,
}

impl Dialect {
    /// Of a configuration's `adapter`.
    pub fn of_adapter(name: &str) -> Option<Self> {
        match name {
            "mysql2" | "trilogy" => Some(Self::MySql),
            "postgresql" | POSTGIS => Some(Self::PostgreSql),
            "sqlite3" => Some(Self::Sqlite),
            _ => None,
        }
    }

    /// Where a server listens unless it was told otherwise.
    pub const fn default_port(self) -> Option<u16> {
        match self {
            Self::MySql => Some(3306),
            Self::PostgreSql => Some(5432),
            Self::Sqlite => None,
        }
    }

    /// What Ruby says to a method that only another dialect's connection has.
    pub(crate) fn undefined_method(self, method: &str) -> Error {
        let class = match self {
            Self::MySql => "AbstractMysqlAdapter",
            Self::PostgreSql => "PostgreSQLAdapter",
            Self::Sqlite => "SQLite3Adapter",
        };
        let message =
            format!("undefined method `{method}' for an instance of ActiveRecord::ConnectionAdapters::{class}");
        Error::new(ErrorClass::NoMethodError, message)
    }
}
