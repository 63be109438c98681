//! MySQL as the trilogy gem speaks to it: trilogy_adapter.rb, and the gem's defaults and names of errors.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use crate::abstract_mysql_adapter::{Driver, MysqlAdapter, asks_for_key, check_encoding, path, seconds, ssl_mode};
use crate::mysql::client::{ClientError, ConnectOptions, Endpoint, ErrorKind, SslMode};
use crate::{DatabaseConfig, Error, ErrorClass, Inflector, Result};

const ER_DBACCESS_DENIED_ERROR: u16 = 1044;
const ER_ACCESS_DENIED_ERROR: u16 = 1045;
const ER_BAD_DB_ERROR: u16 = 1049;

static DRIVER: Driver = Driver {
    name: "Trilogy",
    class_name: "ActiveRecord::ConnectionAdapters::TrilogyAdapter",
    connect_options,
    translate_connect_error,
    native_error,
    translate_exception,
};

/// An adapter that is not connected yet. Err where prepared statements are wanted, which the gem has not.
pub fn new(config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> Result<MysqlAdapter> {
    if config.get("prepared_statements").is_truthy() {
        return Err(Error::argument(
            "Trilogy currently doesn't support prepared statements. Remove `prepared_statements: true` from your database configuration.",
        ));
    }
    Ok(MysqlAdapter::new(&DRIVER, config, inflector))
}

fn connect_options(config: &DatabaseConfig) -> Result<ConnectOptions> {
    check_encoding(config)?;
    Ok(ConnectOptions {
        endpoint: endpoint(config),
        username: config.username().unwrap_or_default(),
        password: config.password.as_ref().map(|password| password.reveal().to_owned()).unwrap_or_default(),
        database: config.database(),
        ssl_mode: ssl_mode(config, SslMode::Disabled)?,
        ssl_ca: path(config, "ssl_ca"),
        ssl_identity: path(config, "ssl_cert").zip(path(config, "ssl_key")),
        cleartext_plugin: config.boolean("enable_cleartext_plugin").unwrap_or(false),
        get_server_public_key: asks_for_key(config),
        multi_statements: config.get("multi_statement").is_truthy(),
        init_command: None,
        connect_timeout: seconds(config, "connect_timeout").or(Some(Duration::from_secs(5))),
        read_timeout: seconds(config, "read_timeout"),
        write_timeout: seconds(config, "write_timeout"),
        bounds: config.bounds,
    })
}

/// Rails makes the socket win over the host.
fn endpoint(config: &DatabaseConfig) -> Endpoint {
    match (config.socket(), config.host()) {
        (None, Some(host)) => Endpoint::Tcp { host, port: config.port().unwrap_or(3306) },
        (socket, _) => Endpoint::Socket(socket.map_or_else(|| PathBuf::from("/tmp/mysql.sock"), PathBuf::from)),
    }
}

fn translate_connect_error(config: &DatabaseConfig, error: &ClientError) -> Error {
    let translated = match error.number {
        Some(ER_DBACCESS_DENIED_ERROR | ER_BAD_DB_ERROR) => Error::no_database(&config.get("database").to_s()),
        Some(ER_ACCESS_DENIED_ERROR) => Error::username(&config.get("username").to_s()),
        _ => return Error::new(ErrorClass::ConnectionNotEstablished, &error.message),
    };
    translated.with_cause(Error::new(ErrorClass::ConnectionNotEstablished, &error.message))
}

/// Trilogy::ProtocolError::ERROR_CODES, and the function of the C library that gave up.
fn native_error(_config: &DatabaseConfig, error: &ClientError) -> (&'static str, String) {
    match (error.kind, error.number) {
        (ErrorKind::Server, Some(number)) => {
            let class = match number {
                1205 => "Trilogy::TimeoutError",
                1044 | 1045 | 1152..=1161 | 1927 | 4031 => "Trilogy::BaseConnectionError",
                1064 => "Trilogy::QueryError",
                _ => "Trilogy::ProtocolError",
            };
            (class, format!("{number}: {} (trilogy_query_recv)", error.message))
        }
        (ErrorKind::Timeout, _) => ("Trilogy::TimeoutError", "trilogy_query_recv".to_owned()),
        (_, None) => ("Trilogy::ConnectionClosed", "Attempted to use closed connection".to_owned()),
        _ => ("Trilogy::EOFError", "trilogy_query_recv: TRILOGY_CLOSED_CONNECTION".to_owned()),
    }
}

fn translate_exception(error: &ClientError, message: &str) -> Option<Error> {
    match error.kind {
        ErrorKind::Timeout => Some(Error::new(ErrorClass::AdapterTimeout, message)),
        ErrorKind::Connection => Some(Error::new(ErrorClass::ConnectionFailed, message)),
        ErrorKind::Server | ErrorKind::Memory => None,
    }
}
