//! The bytes below the protocol: TCP, a Unix socket, or TLS over either.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustls::{ClientConnection, StreamOwned};

use super::error::ClientError;
use super::options::{ConnectOptions, Endpoint};
use crate::tls;

pub enum Stream {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
    /// In place of the stream that a failed handshake consumed.
    Closed,
}

pub enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    /// `connect_timeout` also bounds each step of logging in.
    pub fn connect(options: &ConnectOptions) -> Result<Stream, ClientError> {
        let socket = match &options.endpoint {
            Endpoint::Tcp { host, port } => Socket::Tcp(connect_tcp(host, *port, options.connect_timeout)?),
            Endpoint::Socket(path) => Socket::Unix(UnixStream::connect(path).map_err(|error| {
                let code = error.raw_os_error().unwrap_or(0);
                let message =
                    format!("Can't connect to local MySQL server through socket '{}' ({code})", path.display());
                ClientError::connection(2002, message)
            })?),
        };
        let stream = Stream::Plain(socket);
        stream
            .set_timeouts(options.connect_timeout, options.connect_timeout)
            .map_err(|error| ClientError::lost(&error))?;
        Ok(stream)
    }

    pub fn start_tls(&mut self, options: &ConnectOptions) -> Result<(), ClientError> {
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

    pub fn is_tls(&self) -> bool {
        matches!(self, Stream::Tls(_))
    }

    pub fn set_timeouts(&self, read: Option<Duration>, write: Option<Duration>) -> io::Result<()> {
        // Zero stands for no time-out in the configuration and for an error in the standard library.
        let read = read.filter(|timeout| !timeout.is_zero());
        let write = write.filter(|timeout| !timeout.is_zero());
        match self.socket() {
            Some(Socket::Tcp(stream)) => {
                stream.set_read_timeout(read)?;
                stream.set_write_timeout(write)
            }
            Some(Socket::Unix(stream)) => {
                stream.set_read_timeout(read)?;
                stream.set_write_timeout(write)
            }
            None => Ok(()),
        }
    }

    fn socket(&self) -> Option<&Socket> {
        match self {
            Stream::Plain(socket) => Some(socket),
            Stream::Tls(session) => Some(&session.sock),
            Stream::Closed => None,
        }
    }
}

fn connect_tcp(host: &str, port: u16, timeout: Option<Duration>) -> Result<TcpStream, ClientError> {
    let addresses = (host, port).to_socket_addrs().map_err(|error| {
        let code = error.raw_os_error().unwrap_or(-2);
        ClientError::connection(2005, format!("Unknown MySQL server host '{host}' ({code})"))
    })?;
    let mut code = 0;
    for address in addresses {
        let attempt = match timeout.filter(|timeout| !timeout.is_zero()) {
            Some(timeout) => TcpStream::connect_timeout(&address, timeout),
            None => TcpStream::connect(address),
        };
        match attempt {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(|error| ClientError::lost(&error))?;
                return Ok(stream);
            }
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

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.read(buffer),
            Socket::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.write(buffer),
            Socket::Unix(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Socket::Tcp(stream) => stream.flush(),
            Socket::Unix(stream) => stream.flush(),
        }
    }
}
