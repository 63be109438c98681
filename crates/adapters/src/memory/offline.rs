//! An adapter without a server: its statements pass the gate and go nowhere, and a schema in memory answers for the schema. What a
//! server of the version would be sent is what it sends, the session's settings included; what is asked of rows has none.
//! Has no Rails counterpart.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Memory, Server};
use crate::abstract_adapter::{Offline, Version};
use crate::change::Change;
use crate::gate::{Gate, Next, Outcome, Pass};
use crate::{Adapter, DatabaseConfig, Dialect, Error, ErrorClass, Inflector, Result, connection_adapters};

/// A schema in memory that several look into: the adapter, its gate, and who made them.
pub type SharedMemory = Rc<RefCell<Memory>>;

/// The configuration's adapter, as one that speaks to such a server; what it changes is changed in the memory alone. The
/// configuration need not name a host, nor a database that is there.
pub fn adapter(
    mut config: DatabaseConfig,
    server: Server,
    inflector: Rc<dyn Inflector>,
) -> Result<(Box<dyn Adapter>, SharedMemory)> {
    if server.dialect == Dialect::Sqlite {
        // The file is never opened, and its folder is not made.
        config.options.insert("database", ":memory:");
    }
    let memory = Rc::new(RefCell::new(Memory::new(server.clone())));
    let mut adapter = connection_adapters::resolve(config, inflector)?;
    if adapter.dialect() != server.dialect {
        let message = format!("`{}` does not speak to such a server", adapter.base().config.adapter);
        return Err(Error::new(ErrorClass::ArgumentError, message));
    }
    let base = adapter.base_mut();
    base.offline = Some(Offline { version: server.version, is_mariadb: server.is_mariadb, connected: false });
    base.stand_in = Some(Box::new(Rc::clone(&memory)));
    base.gate = Some(Box::new(Keeper(Rc::clone(&memory))));
    Ok((adapter, memory))
}

/// Keeps what passes the gate.
struct Keeper(SharedMemory);

impl Gate for Keeper {
    fn before(&mut self, _: &Change<'_>, _: &str) -> Pass {
        Pass::Send
    }

    fn after(&mut self, change: &Change<'_>, outcome: &Outcome<'_>) -> Next {
        if outcome.result.is_ok() {
            self.0.borrow_mut().apply(change, outcome.sql);
        }
        Next::Done
    }
}

impl Server {
    /// Of `postgresql:16`, `mysql:8.0.36`, `mariadb:10.11` or `sqlite`; the newest known where no version is named.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, version) = match text.split_once(':') {
            Some((name, version)) => (name, Some(version)),
            None => (text, None),
        };
        let is_version =
            |text: &str| text.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
        if version.is_some_and(|version| !is_version(version)) {
            return None;
        }
        let mut server = match name {
            "postgresql" | "postgis" => Self::new(Dialect::PostgreSql),
            "mysql" | "mysql2" | "trilogy" => {
                Self { collation: "utf8mb4_0900_ai_ci".to_owned(), ..Self::new(Dialect::MySql) }
            }
            "mariadb" => Self { is_mariadb: true, version: Version::new("11.4.0", None), ..Self::new(Dialect::MySql) },
            "sqlite" | "sqlite3" => Self::new(Dialect::Sqlite),
            _ => return None,
        };
        if let Some(version) = version {
            server.version = match server.dialect {
                Dialect::PostgreSql => postgresql_version(version),
                _ => whole_version(version),
            };
        }
        Some(server)
    }
}

/// `16` and `16.2` are 160000 and 160002, `9.6.1` is 90601.
fn postgresql_version(version: &str) -> Version {
    let mut parts = version.split('.').map(|part| part.parse::<u64>().unwrap_or(0));
    let (first, second, third) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    Version::from_number(if first < 10 { first * 10_000 + second * 100 + third } else { first * 10_000 + second })
}

/// With its third part, which is asked about.
fn whole_version(version: &str) -> Version {
    let missing = 2_usize.saturating_sub(version.matches('.').count());
    Version::new(&format!("{version}{}", ".0".repeat(missing)), None)
}
