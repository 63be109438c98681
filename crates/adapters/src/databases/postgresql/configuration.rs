//! What a new connection is told and asked: `connect`, `configure_connection`, `add_pg_decoders` and `reload_type_map` of
//! postgresql_adapter.rb.

use super::client::parameters::{KEYWORDS, is_utf8};
use super::client::{ClientError, ConnectionParameters};
use super::oid::TypeMap;
use super::{errors, schema_statements};
use crate::catalogue::{TypeRow, TypesWanted};
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::{Arg, DatabaseConfig, Error, ErrorClass, QueryResult, Result, gate};

/// The oldest server Active Record speaks to.
const MINIMUM_VERSION: u32 = 9_05_00;

/// What of the configuration libpq is given: Rails' own names translated, and whatever libpq knows.
pub fn connection_parameters(config: &DatabaseConfig) -> Result<ConnectionParameters> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (key, value) in config.options.iter().filter(|(_, value)| !value.is_nil()) {
        let keyword = match key {
            "username" if value.is_truthy() => "user",
            "database" if value.is_truthy() => "dbname",
            "user" if config.get("username").is_truthy() => continue,
            "dbname" if config.get("database").is_truthy() => continue,
            key => key,
        };
        if KEYWORDS.contains(&keyword) {
            pairs.push((keyword.to_owned(), value.to_s()));
        }
    }
    pairs.extend(config.password.iter().map(|password| ("password".to_owned(), password.reveal().to_owned())));
    ConnectionParameters::from_pairs(pairs).map_err(|error| match error.class.as_str() {
        "NotImplementedError" => Error::unsupported(error.message),
        _ => Error::new(ErrorClass::ConnectionNotEstablished, error.message),
    })
}

/// `configure_connection`: the session's settings, in Rails' order, and the types that the database has.
pub fn configure_connection(adapter: &mut PostgreSQLAdapter) -> Result<()> {
    let version = adapter.server_version();
    if version < MINIMUM_VERSION {
        let message =
            format!("Your version of PostgreSQL ({version}) is too old. Active Record supports PostgreSQL >= 9.5.");
        return Err(Error::new(ErrorClass::RuntimeError, message));
    }
    let config = adapter.base().config.clone();
    if let Some(encoding) = config.encoding() {
        set_client_encoding(adapter, &encoding)?;
    }
    let min_messages = config.get("min_messages");
    let min_messages = if min_messages.is_truthy() { min_messages.to_s() } else { "warning".to_owned() };
    schema_statements::set_client_min_messages(adapter, &min_messages)?;
    let search_path = ["schema_search_path", "schema_order"].into_iter().find(|key| config.get(key).is_truthy());
    if let Some(key) = search_path {
        schema_statements::set_schema_search_path(adapter, &config.get(key).to_s())?;
    }
    adapter.set("SET standard_conforming_strings = on")?;
    adapter.set("SET intervalstyle = iso_8601")?;
    for (name, value) in &config.variables() {
        let sql = match value {
            Arg::Nil => continue,
            value if value.as_str().is_some_and(|text| text == ":default") || value.is_symbol("default") => {
                format!("SET SESSION {name} TO DEFAULT")
            }
            value => format!("SET SESSION {name} TO {}", adapter.quote(value)?),
        };
        adapter.set(&sql)?;
    }
    configure_time_zone(adapter, &config)?;
    if adapter.base().read_only {
        adapter.set("SET SESSION default_transaction_read_only TO on")?;
    }
    adapter.catalogue().schema_search_path()?;
    schema_statements::read_max_identifier_length(adapter)?;
    reload_type_map(adapter)
}

/// Sent past Rails' log.
fn set_client_encoding(adapter: &mut PostgreSQLAdapter, encoding: &str) -> Result<()> {
    if !is_utf8(encoding) {
        return Err(Error::unsupported(format!("the client encoding `{encoding}` is not supported; use `utf8`")));
    }
    let sql = format!("set client_encoding to '{encoding}'");
    gate::set(adapter, &sql, |adapter| {
        let outcome = adapter.client()?.exec(&sql);
        outcome.map(|_| QueryResult::default()).map_err(|error: ClientError| errors::translate_exception(&error))
    })
}

/// `reconfigure_connection_timezone`: times come and go in UTC, unless the configuration names a zone.
fn configure_time_zone(adapter: &mut PostgreSQLAdapter, config: &DatabaseConfig) -> Result<()> {
    match config.string("default_timezone").as_deref() {
        None | Some("utc") => {}
        Some("local") if adapter.base().local_times => {}
        Some("local") => return Err(Error::unsupported("`default_timezone: local` is not supported")),
        Some(_) => return Err(Error::argument("default_timezone must be either 'utc' or 'local'")),
    }
    if config.variables().get("timezone").is_truthy() {
        return Ok(());
    }
    let zone = if adapter.base().local_times { "DEFAULT" } else { "'UTC'" };
    adapter.set(&format!("SET SESSION timezone TO {zone}"))
}

/// `reload_type_map`, after what may have made or removed a type too.
pub fn reload_type_map(adapter: &mut PostgreSQLAdapter) -> Result<()> {
    adapter.type_map = TypeMap::new(adapter.datetime_type());
    load_types(adapter, &TypesWanted::KnownNames)?;
    load_types(adapter, &TypesWanted::KnownKinds)?;
    let arrays = TypesWanted::ArraysOf(adapter.type_map.oids());
    load_types(adapter, &arrays)
}

/// `load_additional_types([oid])`
pub fn load_additional_type(adapter: &mut PostgreSQLAdapter, oid: u32) -> Result<()> {
    load_types(adapter, &TypesWanted::Oid(oid))
}

fn load_types(adapter: &mut PostgreSQLAdapter, wanted: &TypesWanted) -> Result<()> {
    let rows = adapter.catalogue().type_rows(wanted)?;
    adapter.type_map.run(rows);
    Ok(())
}

/// The query of `load_types_queries`.
pub fn type_rows(adapter: &mut PostgreSQLAdapter, wanted: &TypesWanted) -> Result<Vec<TypeRow>> {
    let condition = TypeMap::query_conditions(wanted);
    let result = adapter.read_schema(&format!(
        "SELECT t.oid, t.typname, t.typelem, t.typdelim, t.typinput, r.rngsubtype, t.typtype, t.typbasetype\n\
         FROM pg_type as t\n\
         LEFT JOIN pg_range as r ON oid = rngtypid\n{condition}"
    ))?;
    Ok(rows(&result))
}

fn rows(result: &QueryResult) -> Vec<TypeRow> {
    let oid = |value: &Arg| value.as_int().and_then(|oid| u32::try_from(oid).ok()).unwrap_or(0);
    result
        .iter()
        .map(|row| TypeRow {
            oid: oid(row.get("oid")),
            typname: row.string("typname"),
            typelem: oid(row.get("typelem")),
            typdelim: row.string("typdelim"),
            typinput: row.string("typinput"),
            rngsubtype: oid(row.get("rngsubtype")),
            typtype: row.string("typtype"),
            typbasetype: oid(row.get("typbasetype")),
        })
        .collect()
}
