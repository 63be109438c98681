//! What a connection needs to know; the adapters fill it from the database configuration.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::bounds::Bounds;
use crate::tls::{TlsOptions, Verification};

/// Where a server listens.
#[derive(Clone, Debug)]
pub enum Endpoint {
    Tcp { host: String, port: u16 },
    Socket(PathBuf),
}

/// libmysqlclient's `ssl-mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    Disabled,
    Preferred,
    Required,
    VerifyCa,
    VerifyIdentity,
}

/// Where, as whom and how to connect.
#[derive(Clone)]
pub struct ConnectOptions {
    pub endpoint: Endpoint,
    pub username: String,
    pub password: String,
    pub database: Option<String>,
    pub ssl_mode: SslMode,
    pub ssl_ca: Option<PathBuf>,
    /// Certificate and key.
    pub ssl_identity: Option<(PathBuf, PathBuf)>,
    /// Whether the password may be sent as it is, over TLS or a socket; what IAM's tokens need.
    pub cleartext_plugin: bool,
    /// Whether the password may be sent over TCP without TLS, encrypted with whatever key the server names.
    pub get_server_public_key: bool,
    pub multi_statements: bool,
    /// Sent once the login has succeeded.
    pub init_command: Option<String>,
    pub connect_timeout: Option<Duration>,
    pub read_timeout: Option<Duration>,
    pub write_timeout: Option<Duration>,
    pub bounds: Bounds,
}

impl SslMode {
    /// `REQUIRED`, `required` and `SSL_MODE_REQUIRED` are all accepted, as by mysql2.
    pub fn parse(mode: &str) -> Option<SslMode> {
        let mode = mode.to_ascii_uppercase();
        match mode.strip_prefix("SSL_MODE_").unwrap_or(&mode) {
            "DISABLED" => Some(SslMode::Disabled),
            "PREFERRED" => Some(SslMode::Preferred),
            "REQUIRED" => Some(SslMode::Required),
            "VERIFY_CA" => Some(SslMode::VerifyCa),
            "VERIFY_IDENTITY" => Some(SslMode::VerifyIdentity),
            _ => None,
        }
    }
}

impl ConnectOptions {
    /// What the mode means for the server's certificate.
    pub(super) fn tls(&self) -> TlsOptions {
        TlsOptions {
            verification: match self.ssl_mode {
                SslMode::VerifyIdentity => Verification::Identity,
                SslMode::VerifyCa => Verification::Authority,
                _ => Verification::None,
            },
            authorities: self.ssl_ca.clone(),
            identity: self.ssl_identity.clone(),
        }
    }
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConnectOptions")
            .field("endpoint", &self.endpoint)
            .field("username", &self.username)
            .field("database", &self.database)
            .field("ssl_mode", &self.ssl_mode)
            .finish_non_exhaustive()
    }
}
