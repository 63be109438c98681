//! The file behind an adapter: opening it and sending it statements, as the sqlite3 gem's Database and Statement do.

use std::rc::Rc;
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::{Value as Native, ValueRef};

use super::authorizer::Denied;
use super::errors::{Phase, native_error, translate_exception};
use crate::{Arg, Bounds, DatabaseConfig, Error, ErrorClass, QueryResult, Result};

/// How long another process' lock is waited for where the configuration has no `timeout`: as long as the database.yml of
/// a new Rails app says. The gem gives up at once, and of several runs that begin together each could then fail another.
const UNTOLD_WAIT: Duration = Duration::from_secs(5);

/// How many prepared statements are kept.
const STATEMENTS: usize = 64;

/// Opens the file, made if it is not there unless the configuration says otherwise, or it is only read.
pub(crate) fn open(config: &DatabaseConfig, read_only: bool) -> Result<rusqlite::Connection> {
    let database = config.get("database").to_s();
    let failed = |error: &rusqlite::Error| {
        let mut native = native_error(error, "", Phase::Open);
        // rusqlite names the file; SQLite and the gem do not.
        if let Some(message) = native.message.strip_suffix(&format!(": {database}")) {
            native.message = message.to_owned();
        }
        translate_exception(&native)
    };
    let connection = rusqlite::Connection::open_with_flags(&database, open_flags(config, read_only)?)
        .map_err(|error| failed(&error))?;
    connection.busy_timeout(UNTOLD_WAIT).map_err(|error| failed(&error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    if config.get("strict").is_truthy() {
        for setting in
            [rusqlite::config::DbConfig::SQLITE_DBCONFIG_DQS_DDL, rusqlite::config::DbConfig::SQLITE_DBCONFIG_DQS_DML]
        {
            connection.set_db_config(setting, false).map_err(|error| failed(&error))?;
        }
    }
    Ok(connection)
}

fn open_flags(config: &DatabaseConfig, read_only: bool) -> Result<OpenFlags> {
    let (readonly, readwrite) = (config.get("readonly").is_truthy(), config.get("readwrite").is_truthy());
    let mode = match (config.get("flags"), readonly, readwrite) {
        (_, true, true) => return Err(runtime("conflicting options: readonly and readwrite")),
        (flags, true, _) | (flags, _, true) if flags.is_truthy() => {
            return Err(runtime("conflicting options: flags with readonly and/or readwrite"));
        }
        (Arg::Int(flags), ..) => OpenFlags::from_bits_truncate(*flags as i32),
        (_, true, _) => OpenFlags::SQLITE_OPEN_READ_ONLY,
        (_, _, true) => OpenFlags::SQLITE_OPEN_READ_WRITE,
        _ => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let mode = if read_only { mode & !OpenFlags::SQLITE_OPEN_CREATE } else { mode };
    Ok(mode | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// How long a statement waits for another process to be done.
pub(crate) fn set_busy_timeout(connection: &rusqlite::Connection, milliseconds: i64) -> Result<()> {
    let timeout = Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
    connection.busy_timeout(timeout).map_err(|error| translate_exception(&native_error(&error, "", Phase::Open)))
}

/// Refuses what would reach beyond the database, before SQLite does it.
pub(crate) fn guard(connection: &mut rusqlite::Connection, denied: &Denied) -> Result<()> {
    denied.watch(connection).map_err(|error| translate_exception(&native_error(&error, "", Phase::Open)))
}

/// `execute_batch2`
pub(crate) fn run_batch(connection: Option<&rusqlite::Connection>, sql: &str) -> Result<QueryResult> {
    let connection = connection.ok_or_else(closed)?;
    connection.flush_prepared_statement_cache();
    connection
        .execute_batch(sql)
        .map(|()| QueryResult::default())
        .map_err(|error| translate_exception(&native_error(&error, sql, Phase::Step)))
}

fn closed() -> Error {
    Error::new(ErrorClass::ConnectionNotEstablished, "prepare called on a closed database")
}

/// Only the first of several statements is run, as the gem's `prepare` does.
pub(crate) fn run(
    connection: Option<&rusqlite::Connection>,
    sql: &str,
    binds: &[Native],
    bounds: Bounds,
) -> Result<QueryResult> {
    let connection = connection.ok_or_else(closed)?;
    let failed = |error: rusqlite::Error, phase| translate_exception(&native_error(&error, sql, phase));
    if binds.is_empty() {
        // What a kept statement would answer may change with the tables.
        if changes_tables(sql) {
            connection.flush_prepared_statement_cache();
        }
    } else if let Ok(mut statement) = connection.prepare_cached(sql) {
        return step(connection, &mut statement, sql, binds, bounds);
    }
    let statement = rusqlite::Batch::new(connection, sql).next().map_err(|error| failed(error, Phase::Prepare))?;
    let Some(mut statement) = statement else {
        return Err(Error::statement_invalid("SQLite3::Exception: cannot use a closed statement"));
    };
    step(connection, &mut statement, sql, binds, bounds)
}

fn changes_tables(sql: &str) -> bool {
    let verb = sql.trim_start().split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default();
    !["SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"]
        .iter()
        .any(|kept| verb.eq_ignore_ascii_case(kept))
}

fn step(
    connection: &rusqlite::Connection,
    statement: &mut rusqlite::Statement<'_>,
    sql: &str,
    binds: &[Native],
    bounds: Bounds,
) -> Result<QueryResult> {
    let failed = |error: rusqlite::Error, phase| translate_exception(&native_error(&error, sql, phase));
    let changes_before = connection.total_changes();
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let declared_types = statement.columns().map(|column| column.decl_type().map(Rc::from)).collect();
    let mut result = QueryResult { columns, declared_types, ..QueryResult::default() };
    let width = result.columns.len();
    // What is not bound is NULL.
    let mut rows = match binds {
        [] => statement.raw_query(),
        binds => statement.query(rusqlite::params_from_iter(binds)).map_err(|error| failed(error, Phase::Step))?,
    };
    while let Some(row) = rows.next().map_err(|error| failed(error, Phase::Step))? {
        bounds.charge_row(width)?;
        let mut values = Vec::with_capacity(width);
        for index in 0..width {
            let value = row.get_ref(index).map_err(|error| failed(error, Phase::Step))?;
            if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = value {
                bounds.charge(bytes.len())?;
            }
            values.push(from_native(value));
        }
        result.rows.push(values);
    }
    drop(rows);
    if connection.total_changes() > changes_before {
        result.affected_rows = connection.changes();
    }
    Ok(result)
}

fn runtime(message: &str) -> Error {
    Error::new(ErrorClass::RuntimeError, message)
}

fn from_native(value: ValueRef<'_>) -> Arg {
    match value {
        ValueRef::Null => Arg::Nil,
        ValueRef::Integer(number) => Arg::Int(number),
        ValueRef::Real(number) => Arg::Float(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Arg::str(text),
            Err(_) => Arg::Bytes(text.to_vec()),
        },
        ValueRef::Blob(bytes) => Arg::Bytes(bytes.to_vec()),
    }
}

/// A bind as SQLite takes it.
pub(crate) fn to_native(value: &Arg) -> Native {
    match value {
        Arg::Nil => Native::Null,
        Arg::Bool(flag) => Native::Integer(i64::from(*flag)),
        Arg::Int(number) => Native::Integer(*number),
        Arg::Float(number) => Native::Real(*number),
        Arg::Bytes(bytes) => Native::Blob(bytes.clone()),
        other => Native::Text(other.to_s()),
    }
}
