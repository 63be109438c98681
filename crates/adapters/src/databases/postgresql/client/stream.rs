//! What is under a session: a socket or TLS over one, and whole messages to and from it.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use postgres_protocol::message::backend;
use rustls::{ClientConnection, StreamOwned};

use crate::bounds::Bounds;
use crate::socket::Socket;
use crate::tls::{self, TlsOptions};

const READ_SIZE: usize = 16 * 1024;
/// Of the messages that libpq takes longer ones of: rows, their description, notices, errors and copied data.
const LONG_MESSAGES: &[u8] = b"TDdVENA";
const MAX_SHORT_MESSAGE: usize = 30_000;
/// What the server itself can hold in one value.
const MAX_MESSAGE: usize = 0x3fff_ffff;

/// A place a server may listen at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Unix(PathBuf),
    Tcp { host: String, address: SocketAddr },
}

enum Transport {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

/// A way to a server, before and after TLS.
pub(super) struct Connection {
    transport: Transport,
    incoming: BytesMut,
    /// Until the login is over no message has reason to be long.
    longest: usize,
}

impl Connection {
    /// Logging in, too, has to be over at `until`.
    pub(super) fn open(endpoint: &Endpoint, bounds: Bounds, until: Option<Instant>) -> io::Result<Self> {
        Ok(Self::new(match endpoint {
            Endpoint::Unix(path) => Socket::unix(path, bounds, until)?,
            Endpoint::Tcp { address, .. } => Socket::tcp(address, bounds, until)?,
        }))
    }

    /// Over a connection that somebody made.
    pub(super) fn connected(stream: UnixStream, bounds: Bounds, until: Option<Instant>) -> Self {
        Self::new(Socket::connected(stream, bounds, until))
    }

    fn new(socket: Socket) -> Self {
        Self { transport: Transport::Plain(socket), incoming: BytesMut::new(), longest: MAX_SHORT_MESSAGE }
    }

    /// From here on messages may be long, and each read waits for ever or as long as is said later.
    pub(super) fn logged_in(&mut self) -> io::Result<()> {
        self.longest = MAX_MESSAGE;
        self.set_timeout(None)
    }

    /// How long one read or write may take; `None` waits for ever.
    pub(super) fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        match &mut self.transport {
            Transport::Plain(socket) => socket.logged_in(timeout, timeout),
            Transport::Tls(session) => session.sock.logged_in(timeout, timeout),
        }
    }

    /// Sends what the buffer holds and empties it.
    pub(super) fn send(&mut self, buffer: &mut BytesMut) -> io::Result<()> {
        let bytes = buffer.split();
        let writer: &mut dyn Write = match &mut self.transport {
            Transport::Plain(socket) => socket,
            Transport::Tls(session) => session,
        };
        writer.write_all(&bytes)?;
        writer.flush()
    }

    /// The next message of the server.
    pub(super) fn receive(&mut self) -> io::Result<backend::Message> {
        loop {
            if self.has_whole_message()?
                && let Some(message) = backend::Message::parse(&mut self.incoming)?
            {
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

    /// The parser makes room for all that a message says it has, so it is asked only when all of it has come.
    fn has_whole_message(&self) -> io::Result<bool> {
        let Some((&[tag, a, b, c, d], _)) = self.incoming.split_first_chunk() else { return Ok(false) };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let longest = if LONG_MESSAGES.contains(&tag) { self.longest } else { self.longest.min(MAX_SHORT_MESSAGE) };
        if !(4..=longest).contains(&length) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "lost synchronization with server: got message type \"{}\", length {length}",
                    tag.escape_ascii()
                ),
            ));
        }
        Ok(self.incoming.len() > length)
    }

    /// The single byte that answers a request for TLS; nothing more may be read before the handshake.
    pub(super) fn receive_byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        match self.read(&mut byte)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(byte[0]),
        }
    }

    /// Reads and drops what comes until the server closes the connection.
    pub(super) fn wait_for_close(&mut self) -> io::Result<()> {
        while self.read(&mut [0; READ_SIZE])? > 0 {}
        Ok(())
    }

    /// See [`Socket::end_by`].
    pub(super) fn end_by(&mut self, until: Instant) {
        match &mut self.transport {
            Transport::Plain(socket) => socket.end_by(until),
            Transport::Tls(session) => session.sock.end_by(until),
        }
    }

    /// Turns a TCP connection into a TLS one, the handshake included.
    pub(super) fn into_tls(self, host: &str, options: &TlsOptions) -> io::Result<Self> {
        let Transport::Plain(socket) = self.transport else {
            return Err(io::Error::other("TLS was started twice"));
        };
        // The server has no reason to go on before it has heard from us: that would be somebody else's word.
        if !self.incoming.is_empty() || socket.has_unread()? {
            return Err(io::Error::other("received unencrypted data after SSL response"));
        }
        let session = tls::handshake(socket, host, options)?;
        Ok(Self { transport: Transport::Tls(Box::new(session)), incoming: BytesMut::new(), longest: self.longest })
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let outcome = match &mut self.transport {
                Transport::Plain(socket) => socket.read(buffer),
                Transport::Tls(session) => session.read(buffer),
            };
            match outcome {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }
}
