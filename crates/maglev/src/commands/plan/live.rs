//! A plan on a database, or where SQLite's file is not there yet, on none: two connections that are read-only by the server's own means, one for what the run asks of rows, one below
//! the schema that the plan makes.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use activerecord::{internal_metadata, schema_migration};
use adapters::memory::planner::{InternalTables, Planner};
use adapters::memory::{Memory, Overlay, Server, offline};
use adapters::{Adapter, Arg, DatabaseConfig, Dialect, ErrorClass};

use crate::commands::session::Session;
use crate::commands::stop::Why;

/// An adapter whose connections are read-only. Where a run makes SQLite's file, there is nothing to connect to.
pub(super) fn adapter(config: &DatabaseConfig) -> adapters::Result<Box<dyn Adapter>> {
    if is_yet_to_be_made(config) {
        return without(config.clone(), Server::new(Dialect::Sqlite));
    }
    let mut adapter = adapters::connection_adapters::resolve(config.clone(), activerecord::inflector())?;
    adapter.base_mut().read_only = true;
    Ok(adapter)
}

/// One that connects to nothing, and speaks as to such a server.
pub(super) fn without(config: DatabaseConfig, server: Server) -> adapters::Result<Box<dyn Adapter>> {
    offline::adapter(config, server, activerecord::inflector()).map(|(adapter, _)| adapter)
}

fn is_yet_to_be_made(config: &DatabaseConfig) -> bool {
    let file = config.get("database").to_s();
    config.adapter == "sqlite3" && !file.is_empty() && !file.starts_with("file:") && !Path::new(&file).exists()
}

/// Connects a session, and puts a schema above its server.
pub(super) fn connect(session: &Session) -> Result<Planner, Why> {
    let shared = Rc::clone(&session.adapter);
    let adapter = &mut **shared.borrow_mut();
    if adapter.base().offline.is_some() {
        return alone(adapter, Server::new(Dialect::Sqlite));
    }
    connect_read_only(adapter)?;
    let server = Server::of(adapter)?;
    let mut below = self::adapter(&session.target().config)?;
    below.base_mut().config.bounds = adapter.base().config.bounds;
    connect_read_only(&mut *below)?;
    let overlay = Rc::new(RefCell::new(Overlay::new(server, below)));
    let planner = Planner::above(overlay, internal_tables(adapter));
    adapter.base_mut().stand_in = Some(planner.known().catalogue());
    Ok(planner)
}

/// Puts a schema in the place of a server, without anything in it.
pub(super) fn alone(adapter: &mut dyn Adapter, server: Server) -> Result<Planner, Why> {
    let planner = Planner::alone(Rc::new(RefCell::new(Memory::new(server))), internal_tables(adapter));
    adapter.base_mut().gate = None;
    adapter.base_mut().stand_in = Some(planner.known().catalogue());
    adapter.connect()?;
    Ok(planner)
}

fn internal_tables(adapter: &dyn Adapter) -> InternalTables {
    InternalTables { versions: schema_migration::table_name(adapter), metadata: internal_metadata::table_name(adapter) }
}

fn connect_read_only(adapter: &mut dyn Adapter) -> Result<(), Why> {
    adapter.connect().map_err(|error| why(adapter, error))?;
    let told = match adapter.dialect() {
        Dialect::PostgreSql => adapter.query_value("SHOW default_transaction_read_only", Some("SCHEMA"))?,
        Dialect::Sqlite => adapter.query_value("PRAGMA query_only", Some("SCHEMA"))?,
        Dialect::MySql => match adapter.catalogue().show_variable("transaction_read_only")? {
            Arg::Nil => adapter.catalogue().show_variable("tx_read_only")?,
            told => told,
        },
    };
    if matches!(told.to_s().to_ascii_lowercase().as_str(), "on" | "1") {
        return Ok(());
    }
    Err(refused("it answers that the session is not"))
}

/// Why there is no such connection.
fn why(adapter: &dyn Adapter, error: adapters::Error) -> Why {
    let database = adapter.base().config.database().unwrap_or_default();
    let is_missing = error.is_a(ErrorClass::NoDatabaseError)
        || adapter.dialect() == Dialect::Sqlite && error.message().contains("unable to open database file");
    if is_missing {
        let message = format!(
            "there is no database `{database}`, and a plan makes none; `maglev plan --schema` plans from the app's schema file"
        );
        return Why::Unusable(message);
    }
    let is_ours = |sql: &str| sql.contains("TRANSACTION READ ONLY") || sql.contains("default_transaction_read_only");
    if error.sql().is_some_and(is_ours) {
        return refused(error.message().trim_end());
    }
    error.into()
}

fn refused(answer: &str) -> Why {
    Why::Unusable(format!(
        "the database refuses a read-only session, and a plan is made in none other ({answer}); `maglev plan --schema` plans \
         without it"
    ))
}
