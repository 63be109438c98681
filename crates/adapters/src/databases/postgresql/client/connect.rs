//! From parameters to a session: the hosts in turn, TLS or not, the start-up message, the login; errors in libpq's words.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use postgres_protocol::message::{backend, frontend};
use rustls::CertificateError;

use super::authentication::{Failure, authenticate};
use super::error::{ClientError, ErrorFields, describe};
use super::parameters::{ConnectionParameters, SslMode, default_socket_directory};
use super::stream::{Connection, Endpoint};
use super::{Client, TransactionStatus, transaction_status};
use crate::bounds::Bounds;
use crate::socket::resolve;
use crate::tls::{TlsOptions, Verification};

const DEFAULT_PORT: u16 = 5432;
/// libpq waits for ever for a server that says nothing, unless it is told otherwise; nobody who waits wants that.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);
/// Messages of a login: a dozen settings, and as many notices as a busy server may have.
pub(super) const MAX_LOGIN_MESSAGES: usize = 1000;
const DEFAULT_APPLICATION_NAME: &str = "maglev";
/// The server is starting up or shutting down; another host may do.
const CANNOT_CONNECT_NOW: &str = "57P03";

/// One failed attempt: its message, whether the server answered (then another host is not tried), and whether it may
/// answer otherwise with or without TLS.
struct Attempt {
    message: String,
    answered: bool,
    retry: bool,
}

/// Tries each host in turn. Err: every attempt's message, in libpq's words.
pub(super) fn connect(parameters: &ConnectionParameters, bounds: Bounds) -> Result<Client, ClientError> {
    let user = parameters.user()?;
    let mut messages = String::new();
    for candidate in endpoints(parameters, bounds)? {
        let endpoint = match candidate {
            Ok(endpoint) => endpoint,
            Err(message) => {
                messages.push_str(&message);
                continue;
            }
        };
        match connect_to(&endpoint, parameters, bounds, &user) {
            Ok(client) => return Ok(client),
            Err(attempt) => {
                messages.push_str(&attempt.message);
                if attempt.answered {
                    break;
                }
            }
        }
    }
    Err(ClientError::connection_bad(&messages))
}

/// Over a connection that somebody made, without TLS.
pub(super) fn connect_over(
    stream: UnixStream,
    parameters: &ConnectionParameters,
    bounds: Bounds,
) -> Result<Client, ClientError> {
    let connection = Connection::connected(stream, bounds, bounds.until(parameters.connect_timeout));
    let endpoint = Endpoint::Unix(PathBuf::new());
    log_in_to(connection, &endpoint, parameters, bounds, &parameters.user()?)
        .map_err(|attempt| ClientError::connection_bad(&attempt.message))
}

/// Every address of every host, in order; a host without an address gives a message in its place.
fn endpoints(parameters: &ConnectionParameters, bounds: Bounds) -> Result<Vec<Result<Endpoint, String>>, ClientError> {
    let list = |value: &Option<String>| -> Vec<String> {
        value.iter().flat_map(|value| value.split(',')).map(|item| item.trim().to_owned()).collect()
    };
    let (hosts, addresses, ports) = (list(&parameters.host), list(&parameters.hostaddr), list(&parameters.port));
    let count = hosts.len().max(addresses.len()).max(1);
    if ports.len() > 1 && ports.len() != count {
        let message = format!("could not match {} port numbers to {count} hosts\n", ports.len());
        return Err(ClientError::connection_bad(&message));
    }
    let mut endpoints = Vec::new();
    for index in 0..count {
        let port = port(ports.get(index).or(ports.first()))?;
        let host = hosts.get(index).filter(|host| !host.is_empty());
        let address = addresses.get(index).filter(|address| !address.is_empty());
        endpoints.extend(host_endpoints(host, address, port, bounds.until(parameters.connect_timeout)));
    }
    Ok(endpoints)
}

fn port(value: Option<&String>) -> Result<u16, ClientError> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(DEFAULT_PORT) };
    match value.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(ClientError::connection_bad(&format!("invalid port number: \"{value}\"\n"))),
    }
}

fn host_endpoints(
    host: Option<&String>,
    address: Option<&String>,
    port: u16,
    until: Option<Instant>,
) -> Vec<Result<Endpoint, String>> {
    if let Some(address) = address {
        let host = host.unwrap_or(address).clone();
        return vec![match address.parse::<IpAddr>() {
            Ok(ip) => Ok(Endpoint::Tcp { host, address: SocketAddr::new(ip, port) }),
            Err(_) => Err(format!("could not parse network address \"{address}\"\n")),
        }];
    }
    let socket = |directory: &Path| vec![Ok(Endpoint::Unix(directory.join(format!(".s.PGSQL.{port}"))))];
    match host {
        None => socket(&default_socket_directory(port)),
        Some(host) if host.starts_with('/') => socket(Path::new(host)),
        Some(host) => match resolve(host, port, until) {
            Ok(addresses) => {
                addresses.into_iter().map(|address| Ok(Endpoint::Tcp { host: host.clone(), address })).collect()
            }
            Err(error) => {
                let reason = describe(&error);
                let reason = reason.rsplit(": ").next().unwrap_or(&reason);
                vec![Err(format!("could not translate host name \"{host}\" to address: {reason}\n"))]
            }
        },
    }
}

/// One address, with the second attempt that `allow` makes with TLS and `prefer` without.
fn connect_to(
    endpoint: &Endpoint,
    parameters: &ConnectionParameters,
    bounds: Bounds,
    user: &str,
) -> Result<Client, Attempt> {
    let secure = match (endpoint, parameters.sslmode) {
        (Endpoint::Unix(_), _) | (_, SslMode::Disable | SslMode::Allow) => false,
        (Endpoint::Tcp { .. }, _) => true,
    };
    let first = attempt(endpoint, parameters, bounds, user, secure);
    let retries =
        matches!(endpoint, Endpoint::Tcp { .. }) && matches!(parameters.sslmode, SslMode::Allow | SslMode::Prefer);
    match first {
        Err(first) if retries && first.retry => attempt(endpoint, parameters, bounds, user, !secure)
            .map_err(|second| Attempt { message: first.message + &second.message, ..second }),
        outcome => outcome,
    }
}

fn attempt(
    endpoint: &Endpoint,
    parameters: &ConnectionParameters,
    bounds: Bounds,
    user: &str,
    secure: bool,
) -> Result<Client, Attempt> {
    let mut connection = Connection::open(endpoint, bounds, bounds.until(parameters.connect_timeout))
        .map_err(|error| failed(endpoint, false, &refusal(&error, endpoint)))?;
    if secure {
        connection = secured(connection, endpoint, parameters).map_err(|reason| failed(endpoint, true, &reason))?;
    }
    log_in_to(connection, endpoint, parameters, bounds, user)
}

fn failed(endpoint: &Endpoint, answered: bool, reason: &str) -> Attempt {
    Attempt { message: format!("{} failed: {reason}", place(endpoint)), answered, retry: answered }
}

fn log_in_to(
    connection: Connection,
    endpoint: &Endpoint,
    parameters: &ConnectionParameters,
    bounds: Bounds,
    user: &str,
) -> Result<Client, Attempt> {
    let failed = |answered: bool, reason: &str| failed(endpoint, answered, reason);
    let mut client = log_in(connection, parameters, user).map_err(|failure| match failure {
        Failure::Server(fields) => {
            failed(fields.sqlstate() != Some(CANNOT_CONNECT_NOW), &fields.message(None))
        }
        Failure::Socket(error) if error.kind() == io::ErrorKind::UnexpectedEof => failed(
            true,
            "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n",
        ),
        Failure::Socket(error) => failed(true, &format!("{}\n", describe(&error))),
        Failure::Client(reason) => Attempt { retry: false, ..failed(true, &reason) },
    })?;
    client.endpoint = endpoint.clone();
    client.bounds = bounds;
    client.connection.logged_in().map_err(|error| failed(true, &format!("{}\n", describe(&error))))?;
    Ok(client)
}

/// Asks for TLS; a server without it is an error unless TLS was only preferred.
fn secured(
    mut connection: Connection,
    endpoint: &Endpoint,
    parameters: &ConnectionParameters,
) -> Result<Connection, String> {
    let Endpoint::Tcp { host, .. } = endpoint else { return Ok(connection) };
    let mut request = BytesMut::new();
    frontend::ssl_request(&mut request);
    let answer = connection.send(&mut request).and_then(|()| connection.receive_byte());
    match answer {
        Ok(b'S') => {
            let options = tls_options(parameters)?;
            connection.into_tls(host, &options).map_err(|error| handshake_failure(&error, host))
        }
        Ok(b'N') if matches!(parameters.sslmode, SslMode::Allow | SslMode::Prefer) => Ok(connection),
        Ok(b'N') => Err("server does not support SSL, but SSL was required\n".into()),
        // Its message would be anybody's, for nobody has shown who they are yet.
        Ok(b'E') => Err("server sent an error response during SSL exchange\n".into()),
        Ok(other) => Err(format!("received invalid response to SSL negotiation: {}\n", other.escape_ascii())),
        Err(error) => Err(format!("{}\n", describe(&error))),
    }
}

/// As in libpq, a root certificate makes `require` check the chain too.
fn tls_options(parameters: &ConnectionParameters) -> Result<TlsOptions, String> {
    let verification = match parameters.sslmode {
        SslMode::VerifyFull => Verification::Identity,
        SslMode::VerifyCa => Verification::Authority,
        SslMode::Require if parameters.sslrootcert.is_some() => Verification::Authority,
        _ => Verification::None,
    };
    if verification != Verification::None && parameters.sslrootcert.is_none() {
        return Err("sslmode verify-ca and verify-full need `sslrootcert`\n".into());
    }
    let identity = match (&parameters.sslcert, &parameters.sslkey) {
        (None, None) => None,
        (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
        _ => return Err("`sslcert` and `sslkey` must be given together\n".into()),
    };
    let authorities = parameters.sslrootcert.as_deref().filter(|file| *file != "system").map(PathBuf::from);
    Ok(TlsOptions { verification, authorities, identity })
}

/// A failed handshake in libpq's words.
fn handshake_failure(error: &io::Error, host: &str) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => format!("server certificate does not match host name \"{host}\"\n"),
        Some(rustls::Error::InvalidCertificate(_)) => "SSL error: certificate verify failed\n".into(),
        _ => format!("SSL error: {}\n", describe(error)),
    }
}

fn log_in(mut connection: Connection, parameters: &ConnectionParameters, user: &str) -> Result<Client, Failure> {
    let mut message = BytesMut::new();
    let application_name = parameters.application_name.as_deref().unwrap_or(DEFAULT_APPLICATION_NAME);
    let pairs = [
        ("user", Some(user)),
        ("database", Some(parameters.dbname.as_deref().unwrap_or(user))),
        ("replication", parameters.replication.as_deref()),
        ("options", parameters.options.as_deref()),
        ("application_name", Some(application_name)),
        ("client_encoding", Some("UTF8")),
    ];
    let pairs = pairs.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    frontend::startup_message(pairs, &mut message)?;
    connection.send(&mut message)?;
    authenticate(&mut connection, user, parameters.password.as_deref())?;

    let mut client = Client {
        connection,
        endpoint: Endpoint::Unix(Path::new("").into()),
        bounds: Bounds::default(),
        process_id: 0,
        secret_key: 0,
        parameters: HashMap::new(),
        transaction_status: TransactionStatus::Idle,
        notices: Vec::new(),
        copy_data: None,
        broken: false,
        unread: false,
    };
    for _ in 0..MAX_LOGIN_MESSAGES {
        match client.connection.receive()? {
            backend::Message::ErrorResponse(body) => {
                client.broken = true;
                return Err(Failure::Server(ErrorFields::read(body.fields())?));
            }
            backend::Message::ReadyForQuery(body) => {
                client.transaction_status = transaction_status(body.status());
                return Ok(client);
            }
            other => client.note(other).map_err(|error| Failure::Client(error.message))?,
        }
    }
    Err(Failure::Client("the server does not come to the end of the login\n".into()))
}

fn place(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Unix(path) => format!("connection to server on socket \"{}\"", path.display()),
        Endpoint::Tcp { host, address } => {
            let ip = address.ip().to_string();
            let shown = if *host == ip { String::new() } else { format!(" ({ip})") };
            format!("connection to server at \"{host}\"{shown}, port {}", address.port())
        }
    }
}

fn refusal(error: &io::Error, endpoint: &Endpoint) -> String {
    let question = match (endpoint, error.kind()) {
        (Endpoint::Unix(_), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            "\tIs the server running locally and accepting connections on that socket?\n"
        }
        (Endpoint::Tcp { .. }, io::ErrorKind::ConnectionRefused | io::ErrorKind::HostUnreachable) => {
            "\tIs the server running on that host and accepting TCP/IP connections?\n"
        }
        _ => "",
    };
    format!("{}\n{question}", describe(error))
}
