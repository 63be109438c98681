//! Connection parameters under libpq's keywords, with libpq's defaults but without its environment variables and files.
//! A keyword that libpq knows and this client cannot honour is an error, never ignored.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::connect::DEFAULT_TIMEOUT;
use super::error::ClientError;

/// The keywords `PG::Connection.connect` takes; an adapter forwards only these.
pub const KEYWORDS: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "options",
    "passfile",
    "password",
    "port",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "service",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// Where the server's socket is when no host is given: Debian's libpq looks in the first, upstream's in the second.
const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// libpq's `sslmode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    Disable,
    Allow,
    #[default]
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// libpq's parameters, as far as they mean something here.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionParameters {
    pub host: Option<String>,
    pub hostaddr: Option<String>,
    pub port: Option<String>,
    pub user: Option<String>,
    pub password: Option<String>,
    pub dbname: Option<String>,
    pub application_name: Option<String>,
    pub options: Option<String>,
    pub replication: Option<String>,
    pub connect_timeout: Option<Duration>,
    pub sslmode: SslMode,
    pub sslrootcert: Option<String>,
    pub sslcert: Option<String>,
    pub sslkey: Option<String>,
}

impl Default for ConnectionParameters {
    fn default() -> Self {
        Self {
            host: None,
            hostaddr: None,
            port: None,
            user: None,
            password: None,
            dbname: None,
            application_name: None,
            options: None,
            replication: None,
            connect_timeout: Some(DEFAULT_TIMEOUT),
            sslmode: SslMode::default(),
            sslrootcert: None,
            sslcert: None,
            sslkey: None,
        }
    }
}

impl fmt::Debug for ConnectionParameters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConnectionParameters")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &self.user)
            .field("dbname", &self.dbname)
            .finish_non_exhaustive()
    }
}

impl ConnectionParameters {
    /// Reads keyword and value pairs; an empty value is as none, as in libpq.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, ClientError> {
        let mut parameters = Self::default();
        for (keyword, value) in pairs {
            if !value.is_empty() {
                parameters.set(&keyword, value)?;
            }
        }
        if parameters.sslrootcert.as_deref() == Some("system") {
            parameters.sslmode = SslMode::VerifyFull;
        }
        Ok(parameters)
    }

    fn set(&mut self, keyword: &str, value: String) -> Result<(), ClientError> {
        match keyword {
            "host" => self.host = Some(value),
            "hostaddr" => self.hostaddr = Some(value),
            "port" => self.port = Some(value),
            "user" => self.user = Some(value),
            "password" => self.password = Some(value),
            "dbname" => self.dbname = Some(value),
            "application_name" => self.application_name = Some(value),
            "fallback_application_name" => self.application_name = self.application_name.take().or(Some(value)),
            "options" => self.options = Some(value),
            "replication" => self.replication = Some(value),
            "sslrootcert" => self.sslrootcert = Some(value),
            "sslcert" => self.sslcert = Some(value),
            "sslkey" => self.sslkey = Some(value),
            "connect_timeout" => self.connect_timeout = connect_timeout(&value)?,
            "sslmode" => self.sslmode = ssl_mode(&value)?,
            "requiressl" if value.starts_with('1') => self.sslmode = SslMode::Require,
            "client_encoding" if !is_utf8(&value) => return Err(unsupported(keyword, &value)),
            _ if is_harmless(keyword, &value) => {}
            _ if KEYWORDS.contains(&keyword) => return Err(unsupported(keyword, &value)),
            _ => return Err(ClientError::connection_bad(&format!("invalid connection option \"{keyword}\"\n"))),
        }
        Ok(())
    }

    /// The user to log in as: the one given, else the operating system's name for the user of this process.
    pub fn user(&self) -> Result<String, ClientError> {
        let user = self.user.clone().or_else(operating_system_user);
        user.ok_or_else(|| ClientError::connection_bad("no PostgreSQL user name specified in startup packet\n"))
    }
}

/// Whether a name of a client encoding means UTF-8, the only one spoken here.
pub fn is_utf8(encoding: &str) -> bool {
    let plain: String = encoding.chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(plain.to_ascii_lowercase().as_str(), "utf8" | "unicode")
}

/// The directory of the server's socket when no host is given.
pub fn default_socket_directory(port: u16) -> PathBuf {
    let exists = |directory: &&&str| Path::new(directory).join(format!(".s.PGSQL.{port}")).exists();
    PathBuf::from(SOCKET_DIRECTORIES.iter().find(exists).unwrap_or(&SOCKET_DIRECTORIES[0]))
}

/// libpq waits at least two seconds; zero and negative numbers wait for ever.
fn connect_timeout(value: &str) -> Result<Option<Duration>, ClientError> {
    let seconds: i64 = value.trim().parse().map_err(|_| {
        ClientError::connection_bad(&format!(
            "invalid integer value \"{value}\" for connection option \"connect_timeout\"\n"
        ))
    })?;
    Ok(u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds.max(2))))
}

fn ssl_mode(value: &str) -> Result<SslMode, ClientError> {
    Ok(match value {
        "disable" => SslMode::Disable,
        "allow" => SslMode::Allow,
        "prefer" => SslMode::Prefer,
        "require" => SslMode::Require,
        "verify-ca" => SslMode::VerifyCa,
        "verify-full" => SslMode::VerifyFull,
        _ => return Err(ClientError::connection_bad(&format!("invalid sslmode value: \"{value}\"\n"))),
    })
}

/// Values that ask for no more than this client does anyway.
fn is_harmless(keyword: &str, value: &str) -> bool {
    match keyword {
        "client_encoding"
        | "requiressl"
        | "sslcompression"
        | "tcp_user_timeout"
        | "krbsrvname"
        | "gsslib"
        | "gssdelegation"
        | "keepalives"
        | "keepalives_idle"
        | "keepalives_interval"
        | "keepalives_count" => true,
        "gssencmode" | "channel_binding" => value != "require",
        "target_session_attrs" => value == "any",
        "load_balance_hosts" => value == "disable",
        "sslsni" => value == "1",
        "sslcertmode" => value == "allow",
        "sslnegotiation" => value == "postgres",
        "ssl_min_protocol_version" => matches!(value, "TLSv1" | "TLSv1.1" | "TLSv1.2"),
        "ssl_max_protocol_version" => value == "TLSv1.3",
        _ => false,
    }
}

fn unsupported(keyword: &str, value: &str) -> ClientError {
    let value = if keyword == "sslpassword" { "..." } else { value };
    ClientError::unsupported(&format!("connection option `{keyword}: {value}` is not supported"))
}

/// The name that /etc/passwd has for the owner of this process; where there is no /proc, as on macOS, who has logged in.
fn operating_system_user() -> Option<String> {
    let Ok(process) = fs::metadata("/proc/self") else { return std::env::var("USER").ok() };
    let owner = process.uid().to_string();
    let users = fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == owner).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(keyword: &str, value: &str) -> Result<ConnectionParameters, ClientError> {
        ConnectionParameters::from_pairs([(keyword.to_owned(), value.to_owned())])
    }

    #[test]
    fn values_are_checked() {
        let check = |keyword: &str, value: &str, message: &str| {
            assert_eq!(read(keyword, value).map_err(|error| error.message), Err(message.to_owned()));
        };
        check("sslmode", "maybe", "invalid sslmode value: \"maybe\"\n");
        check("pool", "5", "invalid connection option \"pool\"\n");
        check("service", "x", "connection option `service: x` is not supported");
        check("client_encoding", "LATIN1", "connection option `client_encoding: LATIN1` is not supported");
        assert_eq!(read("connect_timeout", "1").unwrap().connect_timeout, Some(Duration::from_secs(2)));
        assert_eq!(read("connect_timeout", "0").unwrap().connect_timeout, None);
        assert_eq!(read("requiressl", "1").unwrap().sslmode, SslMode::Require);
        assert!(read("gssencmode", "disable").is_ok());
    }
}
