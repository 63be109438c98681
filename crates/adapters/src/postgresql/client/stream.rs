//! The socket under a session: Unix, TCP or TLS over TCP, and whole messages to and from it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use bytes::BytesMut;
use postgres_protocol::message::backend;
use rustls::{ClientConnection, StreamOwned};

use crate::tls::{self, TlsOptions};

const READ_SIZE: usize = 16 * 1024;

/// A place a server may listen at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Unix(PathBuf),
    Tcp { host: String, address: SocketAddr },
}

enum Socket {
    Unix(UnixStream),
    Tcp(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

pub struct Connection {
    socket: Socket,
    incoming: BytesMut,
}

impl Connection {
    pub fn open(endpoint: &Endpoint, timeout: Option<Duration>) -> io::Result<Self> {
        let socket = match endpoint {
            Endpoint::Unix(path) => Socket::Unix(UnixStream::connect(path)?),
            Endpoint::Tcp { address, .. } => {
                let stream = match timeout {
                    Some(timeout) => TcpStream::connect_timeout(address, timeout)?,
                    None => TcpStream::connect(address)?,
                };
                stream.set_nodelay(true)?;
                Socket::Tcp(stream)
            }
        };
        let mut connection = Self { socket, incoming: BytesMut::new() };
        connection.set_timeout(timeout)?;
        Ok(connection)
    }

    /// How long one read or write may take; `None` waits for ever.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        match &self.socket {
            Socket::Unix(stream) => stream.set_read_timeout(timeout).and_then(|()| stream.set_write_timeout(timeout)),
            Socket::Tcp(stream) => stream.set_read_timeout(timeout).and_then(|()| stream.set_write_timeout(timeout)),
            Socket::Tls(stream) => {
                stream.sock.set_read_timeout(timeout).and_then(|()| stream.sock.set_write_timeout(timeout))
            }
        }
    }

    /// Sends what the buffer holds and empties it.
    pub fn send(&mut self, buffer: &mut BytesMut) -> io::Result<()> {
        let bytes = buffer.split();
        let writer: &mut dyn Write = match &mut self.socket {
            Socket::Unix(stream) => stream,
            Socket::Tcp(stream) => stream,
            Socket::Tls(stream) => stream,
        };
        writer.write_all(&bytes)?;
        writer.flush()
    }

    /// The next message of the server.
    pub fn receive(&mut self) -> io::Result<backend::Message> {
        loop {
            if let Some(message) = backend::Message::parse(&mut self.incoming)? {
                return Ok(message);
            }
            let mut chunk = [0; READ_SIZE];
            let count = self.read(&mut chunk)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.incoming.extend_from_slice(&chunk[..count]);
        }
    }

    /// The single byte that answers a request for TLS; nothing more may be read before the handshake.
    pub fn receive_byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        match self.read(&mut byte)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(byte[0]),
        }
    }

    pub fn wait_for_close(&mut self) -> io::Result<()> {
        while self.read(&mut [0; 64])? > 0 {}
        Ok(())
    }

    /// Turns a TCP connection into a TLS one, the handshake included.
    pub fn into_tls(self, host: &str, options: &TlsOptions) -> io::Result<Self> {
        let Socket::Tcp(stream) = self.socket else {
            return Err(io::Error::other("TLS needs a TCP connection"));
        };
        Ok(Self { socket: Socket::Tls(Box::new(tls::handshake(stream, host, options)?)), incoming: BytesMut::new() })
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let outcome = match &mut self.socket {
                Socket::Unix(stream) => stream.read(buffer),
                Socket::Tcp(stream) => stream.read(buffer),
                Socket::Tls(stream) => stream.read(buffer),
            };
            match outcome {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }
}
