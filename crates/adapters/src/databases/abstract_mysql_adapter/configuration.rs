//! Connecting and what Rails SETs on each new connection: `configure_connection` of abstract_mysql_adapter.rb, and what
//! both gems read in the same way from a configuration.

use std::path::PathBuf;
use std::time::Duration;

use super::MysqlAdapter;
use crate::abstract_adapter::Version;
use crate::mysql::client::{Client, SslMode};
use crate::prelude::*;
use crate::{Arg, DatabaseConfig, Error, ErrorClass, Options, Result};

impl MysqlAdapter {
    /// Closes the connection that there is, and makes a new one by the driver's rules.
    pub(super) fn reconnect_client(&mut self) -> Result<()> {
        self.client = None;
        let options = (self.driver.connect_options)(&self.base.config)?;
        self.multi_statements = options.multi_statements;
        let refused = |error| (self.driver.translate_connect_error)(&self.base.config, &error);
        let mut client = Client::connect(&options).map_err(refused)?;
        if let Some(command) = &options.init_command {
            client.query(command.as_bytes()).map_err(refused)?;
        }
        let full_version = client.server_version();
        self.version = Version::new(version_string(full_version)?, Some(full_version));
        self.mariadb = full_version.to_ascii_lowercase().contains("mariadb");
        self.client = Some(client);
        Ok(())
    }

    /// `check_version`: an error for a server that Rails does not support.
    pub(super) fn check_version(&self) -> Result<()> {
        if self.version.at_least("5.6.4") {
            return Ok(());
        }
        let message =
            format!("Your version of MySQL ({}) is too old. Active Record supports MySQL >= 5.6.4.", self.version);
        Err(Error::new(ErrorClass::DatabaseVersionError, message))
    }

    /// Everything in one SET, spaces included as Rails has them.
    pub(super) fn session_settings(&self) -> Result<String> {
        let config = &self.base.config;
        let mut variables = config.variables();
        // Increase timeout so the server doesn't disconnect us.
        variables.insert("wait_timeout", config.integer("wait_timeout").unwrap_or(2_147_483));
        let sql_mode = self.sql_mode(&variables.delete("sql_mode"))?;
        let sql_mode = sql_mode.map(|sql_mode| format!("@@SESSION.sql_mode = {sql_mode}, ")).unwrap_or_default();
        let assignments = assignments(self, &variables)?.join(", ");
        Ok(format!("SET {} {sql_mode} {assignments}", names(config)))
    }

    /// Makes MySQL reject illegal values rather than truncating or blanking them; what the user asks for goes before.
    fn sql_mode(&self, configured: &Arg) -> Result<Option<String>> {
        if configured.is_truthy() {
            return self.quote(configured).map(Some);
        }
        let strict = self.base.config.options.fetch_or("strict", true);
        if is_default(&strict) {
            return Ok(None);
        }
        let sql_mode = if strict.is_truthy() && strict.as_str() != Some("false") {
            "CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
        } else {
            "REPLACE(REPLACE(REPLACE(@@sql_mode, 'STRICT_TRANS_TABLES', ''), 'STRICT_ALL_TABLES', ''), 'TRADITIONAL', '')"
        };
        Ok(Some(format!("CONCAT({sql_mode}, ',NO_AUTO_VALUE_ON_ZERO')")))
    }
}

/// NAMES does not have an equals sign.
fn names(config: &DatabaseConfig) -> String {
    let encoding = config.get("encoding");
    if !encoding.is_truthy() {
        return String::new();
    }
    let collation = config.get("collation");
    let collate = if collation.is_truthy() { format!(" COLLATE {}", collation.to_s()) } else { String::new() };
    format!("NAMES {}{collate}, ", encoding.to_s())
}

fn assignments(adapter: &MysqlAdapter, variables: &Options) -> Result<Vec<String>> {
    variables
        .iter()
        .filter(|(_, value)| !value.is_nil())
        .map(|(name, value)| match value {
            value if is_default(value) => Ok(format!("@@SESSION.{name} = DEFAULT")),
            value => Ok(format!("@@SESSION.{name} = {}", adapter.quote(value)?)),
        })
        .collect()
}

/// `:default`, which YAML may have as a string.
fn is_default(value: &Arg) -> bool {
    matches!(value, Arg::Symbol(name) if name == "default") || matches!(value, Arg::Str(text) if text == ":default")
}

/// `/^(?:5\.5\.5-)?(\d+\.\d+\.\d+)/`
fn version_string(full: &str) -> Result<&str> {
    let version = full.strip_prefix("5.5.5-").unwrap_or(full);
    let length =
        version.find(|character: char| character != '.' && !character.is_ascii_digit()).unwrap_or(version.len());
    let numbers: Vec<&str> = version[..length].splitn(4, '.').collect();
    match numbers[..] {
        [major, minor, tiny, ..] if !major.is_empty() && !minor.is_empty() && !tiny.is_empty() => {
            Ok(&version[..major.len() + minor.len() + tiny.len() + 2])
        }
        _ => Err(Error::new(
            ErrorClass::DatabaseVersionError,
            format!("Unable to parse MySQL version from {}", Arg::str(full).inspect()),
        )),
    }
}

/// An option that says how long something may take; None where it is missing or no number.
pub(crate) fn seconds(config: &DatabaseConfig, key: &str) -> Option<Duration> {
    match config.get(key) {
        Arg::Float(seconds) => Duration::try_from_secs_f64(*seconds).ok(),
        _ => config.integer(key).and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs),
    }
}

/// `ssl_mode:`, in any of the spellings that mysql2 takes.
pub(crate) fn ssl_mode(config: &DatabaseConfig, default: SslMode) -> Result<SslMode> {
    let Some(mode) = config.string("ssl_mode") else { return Ok(default) };
    SslMode::parse(&mode).ok_or_else(|| Error::argument(format!("Unknown MySQL ssl_mode flag: {mode}")))
}

/// An option that names a file.
pub(crate) fn path(config: &DatabaseConfig, key: &str) -> Option<PathBuf> {
    config.string(key).map(PathBuf::from)
}

/// Whether the password may go over TCP without TLS, under the key that whoever answers sends; mysql2 has the first name.
pub(crate) fn asks_for_key(config: &DatabaseConfig) -> bool {
    ["get_server_public_key", "allow_cleartext"].into_iter().any(|key| config.boolean(key).unwrap_or(false))
}

/// The connection speaks UTF-8; Ruby would convert every statement to another encoding first.
pub(crate) fn check_encoding(config: &DatabaseConfig) -> Result<()> {
    match config.encoding().as_deref() {
        None | Some("utf8mb4" | "utf8mb3" | "utf8" | "binary" | "ascii") => Ok(()),
        Some(encoding) => Err(Error::unsupported(format!(
            "`encoding: {encoding}` is not supported for MySQL; use utf8mb4, which reads and writes {encoding} tables too"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let check = |full: &str, expected: &str| {
            let version = version_string(full).map_or_else(|error| error.message().to_owned(), str::to_owned);
            assert_eq!(version, expected);
        };
        check("5.5.5-10.11.14-MariaDB-0+deb12u2", "10.11.14");
        check("11.4.2-MariaDB", "11.4.2");
        check("9.7.0", "9.7.0");
        check("8.0.36-28.1", "8.0.36");
        check("5.7.44-log", "5.7.44");
        check("8.0", "Unable to parse MySQL version from \"8.0\"");
        check("unknown", "Unable to parse MySQL version from \"unknown\"");
    }
}
