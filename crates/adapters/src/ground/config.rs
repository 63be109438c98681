//! How to reach a database: what database.yml or a URL says.

use std::fmt;

use crate::{Arg, Bounds, Options};

/// A password: prints as nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// An empty password is one.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// The secret itself, for the handshake only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[FILTERED]")
    }
}

/// `password` is apart from the other options, so that they may be printed.
#[derive(Clone, Debug, Default)]
pub struct DatabaseConfig {
    pub adapter: String,
    pub password: Option<Password>,
    /// Every other key, as given.
    pub options: Options,
    /// Of the run that the database is for.
    pub bounds: Bounds,
}

impl DatabaseConfig {
    /// From the symbols and values of a configuration hash.
    pub fn new(mut options: Options) -> Self {
        let password = options.delete("password");
        Self {
            adapter: options.get("adapter").to_s(),
            password: (!password.is_nil()).then(|| Password::new(password.to_s())),
            options,
            bounds: Bounds::default(),
        }
    }

    /// As given; nil where the key is missing.
    pub fn get(&self, key: &str) -> &Arg {
        self.options.get(key)
    }

    /// The text of an option that is neither missing, `nil` nor empty.
    pub fn string(&self, key: &str) -> Option<String> {
        let text = self.options.get(key).to_s();
        (!text.is_empty()).then_some(text)
    }

    /// `type_cast_config_to_integer`, where that gives an integer.
    pub fn integer(&self, key: &str) -> Option<i64> {
        match self.options.get(key) {
            Arg::Int(number) => Some(*number),
            Arg::Str(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        }
    }

    /// `type_cast_config_to_boolean`: `"false"` is false, another string true; none when the key is missing.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        match self.options.get_opt(key)? {
            Arg::Str(text) if text == "false" => Some(false),
            value => Some(value.is_truthy()),
        }
    }

    /// A name, or SQLite's path.
    pub fn database(&self) -> Option<String> {
        self.string("database")
    }

    /// The server's name or address. PostgreSQL takes a list of them, and a socket's folder.
    pub fn host(&self) -> Option<String> {
        self.string("host")
    }

    /// None where it is missing or no port: the adapter has a default.
    pub fn port(&self) -> Option<u16> {
        self.integer("port").and_then(|port| u16::try_from(port).ok())
    }

    /// The path of a Unix socket, for MySQL.
    pub fn socket(&self) -> Option<String> {
        self.string("socket")
    }

    /// None leaves it to the client, which asks the system.
    pub fn username(&self) -> Option<String> {
        self.string("username")
    }

    /// `encoding`, as MySQL's and PostgreSQL's adapters read it.
    pub fn encoding(&self) -> Option<String> {
        self.string("encoding")
    }

    /// `variables:`, session variables to set.
    pub fn variables(&self) -> Options {
        self.options.get("variables").as_hash().cloned().unwrap_or_default()
    }
}
