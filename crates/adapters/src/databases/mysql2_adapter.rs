//! MySQL as the mysql2 gem speaks to it: mysql2_adapter.rb, and the gem's defaults and names of errors.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::abstract_mysql_adapter::{Driver, MysqlAdapter, asks_for_key, check_encoding, path, seconds, ssl_mode};
use crate::mysql::client::{ClientError, ConnectOptions, Endpoint, ErrorKind, SslMode};
use crate::{Arg, DatabaseConfig, Error, ErrorClass, Inflector, Result};

const ER_DBACCESS_DENIED_ERROR: u16 = 1044;
const ER_ACCESS_DENIED_ERROR: u16 = 1045;
const ER_BAD_DB_ERROR: u16 = 1049;
const ER_LOCK_WAIT_TIMEOUT: u16 = 1205;
const ER_CONN_HOST_ERROR: u16 = 2003;
const ER_UNKNOWN_HOST_ERROR: u16 = 2005;

/// CLIENT_MULTI_STATEMENTS among `flags`.
const MULTI_STATEMENTS: i64 = 1 << 16;

/// Where distributions have the server's socket.
const SOCKETS: [&str; 4] =
    ["/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"];

static DRIVER: Driver = Driver {
    name: "Mysql2",
    class_name: "ActiveRecord::ConnectionAdapters::Mysql2Adapter",
    connect_options,
    translate_connect_error,
    native_error,
    translate_exception,
};

/// An adapter that is not connected yet.
pub fn new(config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> MysqlAdapter {
    MysqlAdapter::new(&DRIVER, config, inflector)
}

fn connect_options(config: &DatabaseConfig) -> Result<ConnectOptions> {
    check_encoding(config)?;
    let verify = config.boolean("sslverify").unwrap_or(false);
    let default_mode = if verify { SslMode::VerifyIdentity } else { SslMode::Preferred };
    Ok(ConnectOptions {
        endpoint: endpoint(config),
        username: config.username().unwrap_or_else(login_name),
        password: config.password.as_ref().map(|password| password.reveal().to_owned()).unwrap_or_default(),
        database: config.database(),
        ssl_mode: ssl_mode(config, default_mode)?,
        ssl_ca: path(config, "tls_ca").or_else(|| path(config, "sslca")),
        ssl_identity: path(config, "tls_cert")
            .or_else(|| path(config, "sslcert"))
            .zip(path(config, "tls_key").or_else(|| path(config, "sslkey"))),
        cleartext_plugin: config.boolean("enable_cleartext_plugin").unwrap_or(false),
        get_server_public_key: asks_for_key(config),
        multi_statements: multi_statements(config.get("flags")),
        init_command: config.get("init_command").as_str().map(str::to_owned),
        connect_timeout: seconds(config, "connect_timeout").or(Some(Duration::from_secs(120))),
        read_timeout: seconds(config, "read_timeout"),
        write_timeout: seconds(config, "write_timeout"),
        bounds: config.bounds,
    })
}

/// libmysqlclient takes no host and `localhost` for the socket, whatever the port.
fn endpoint(config: &DatabaseConfig) -> Endpoint {
    match config.host() {
        Some(host) if host != "localhost" => Endpoint::Tcp { host, port: config.port().unwrap_or(3306) },
        _ => Endpoint::Socket(config.socket().map_or_else(default_socket, PathBuf::from)),
    }
}

/// libmysqlclient's `read_user_name`.
fn login_name() -> String {
    ["USER", "LOGNAME", "LOGIN"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or("UNKNOWN_USER".to_owned())
}

fn default_socket() -> PathBuf {
    PathBuf::from(SOCKETS.into_iter().find(|path| Path::new(path).exists()).unwrap_or(SOCKETS[0]))
}

fn multi_statements(flags: &Arg) -> bool {
    match flags {
        Arg::Int(flags) => flags & MULTI_STATEMENTS != 0,
        flags => flags.to_strings().iter().any(|flags| flags.split(' ').any(|flag| flag == "MULTI_STATEMENTS")),
    }
}

fn translate_connect_error(config: &DatabaseConfig, error: &ClientError) -> Error {
    let translated = match error.number {
        Some(ER_BAD_DB_ERROR) => Error::no_database(&config.get("database").to_s()),
        Some(ER_DBACCESS_DENIED_ERROR | ER_ACCESS_DENIED_ERROR) => Error::username(&config.get("username").to_s()),
        Some(ER_CONN_HOST_ERROR | ER_UNKNOWN_HOST_ERROR) => Error::hostname(&config.get("host").to_s()),
        _ => return Error::new(ErrorClass::ConnectionNotEstablished, &error.message),
    };
    translated.with_cause(Error::new(ErrorClass::ConnectionNotEstablished, &error.message))
}

/// Mysql2::Error::CODES
fn native_error(config: &DatabaseConfig, error: &ClientError) -> (&'static str, String) {
    let class = if is_connection_error(error) {
        "Mysql2::Error::ConnectionError"
    } else if error.kind == ErrorKind::Timeout || error.number == Some(ER_LOCK_WAIT_TIMEOUT) {
        "Mysql2::Error::TimeoutError"
    } else {
        "Mysql2::Error"
    };
    if error.kind == ErrorKind::Timeout {
        let waited = config.integer("read_timeout").unwrap_or(0);
        return (class, format!("{}. (waited {waited} seconds)", error.message));
    }
    (class, error.message.clone())
}

fn is_connection_error(error: &ClientError) -> bool {
    matches!(
        error.number,
        Some(1044 | 1045 | 1152..=1161 | 1927 | 2001..=2007 | 2009 | 2012 | 2013 | 2020 | 2026 | 2027 | 2047..=2049)
    )
}

fn translate_exception(error: &ClientError, message: &str) -> Option<Error> {
    if error.kind == ErrorKind::Timeout {
        Some(Error::new(ErrorClass::AdapterTimeout, message))
    } else if is_connection_error(error) {
        Some(Error::new(ErrorClass::ConnectionFailed, message))
    } else {
        None
    }
}
