//! The bytes below the protocol: a socket, or TLS over one.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};

use super::error::ClientError;
use super::options::{ConnectOptions, Endpoint};
use crate::socket::{Socket, resolve};
use crate::tls;

/// What packets are read from and written to.
pub(super) enum Stream {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
    /// In place of the stream that a failed handshake consumed.
    Closed,
}

impl Stream {
    /// `connect_timeout` bounds all of it: the host's name, the connection, and logging in.
    pub(super) fn connect(options: &ConnectOptions) -> Result<Stream, ClientError> {
        let until = options.bounds.until(options.connect_timeout.filter(|timeout| !timeout.is_zero()));
        let socket = match &options.endpoint {
            Endpoint::Tcp { host, port } => connect_tcp(host, *port, options, until)?,
            Endpoint::Socket(path) => Socket::unix(path, options.bounds, until).map_err(|error| {
                let code = error.raw_os_error().unwrap_or(0);
                let message =
                    format!("Can't connect to local MySQL server through socket '{}' ({code})", path.display());
                ClientError::connection(2002, message)
            })?,
        };
        Ok(Stream::Plain(socket))
    }

    /// Over a connection that somebody made.
    pub(super) fn connected(stream: UnixStream, options: &ConnectOptions) -> Stream {
        let until = options.bounds.until(options.connect_timeout);
        Stream::Plain(Socket::connected(stream, options.bounds, until))
    }

    /// The handshake, in the middle of the login.
    pub(super) fn start_tls(&mut self, options: &ConnectOptions) -> Result<(), ClientError> {
        let Stream::Plain(socket) = std::mem::replace(self, Stream::Closed) else {
            return Err(ClientError::tls("TLS was started twice"));
        };
        let host = match &options.endpoint {
            Endpoint::Tcp { host, .. } => host,
            Endpoint::Socket(_) => "localhost",
        };
        let session = tls::handshake(socket, host, &options.tls()).map_err(ClientError::tls)?;
        *self = Stream::Tls(Box::new(session));
        Ok(())
    }

    /// Whether a password may be sent as it is.
    pub(super) fn is_tls(&self) -> bool {
        matches!(self, Stream::Tls(_))
    }

    /// The time-outs of each read and write from here on.
    pub(super) fn logged_in(&mut self, read: Option<Duration>, write: Option<Duration>) -> io::Result<()> {
        match self {
            Stream::Plain(socket) => socket.logged_in(read, write),
            Stream::Tls(session) => session.sock.logged_in(read, write),
            Stream::Closed => Ok(()),
        }
    }
}

fn connect_tcp(host: &str, port: u16, options: &ConnectOptions, until: Option<Instant>) -> Result<Socket, ClientError> {
    let addresses = resolve(host, port, until).map_err(|error| {
        let code = error.raw_os_error().unwrap_or(-2);
        ClientError::connection(2005, format!("Unknown MySQL server host '{host}' ({code})"))
    })?;
    let mut code = 0;
    for address in addresses {
        match Socket::tcp(&address, options.bounds, until) {
            Ok(socket) => return Ok(socket),
            Err(error) => code = error.raw_os_error().unwrap_or(110),
        }
    }
    Err(ClientError::connection(2003, format!("Can't connect to MySQL server on '{host}:{port}' ({code})")))
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.read(buffer),
            Stream::Tls(session) => session.read(buffer),
            Stream::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.write(buffer),
            Stream::Tls(session) => session.write(buffer),
            Stream::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(socket) => socket.flush(),
            Stream::Tls(session) => session.flush(),
            Stream::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}
