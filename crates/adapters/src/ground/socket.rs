//! The socket under both wire protocols: TCP or Unix, each wait bounded in time and each byte that comes charged to the
//! run's memory. Names are resolved under the same bounds.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::bounds::{Bounds, remaining};

/// A connection of either kind, with what the run allows it.
pub(crate) struct Socket {
    kind: Kind,
    bounds: Bounds,
    /// Of what is under way, such as logging in: its end, however many steps it has.
    until: Option<Instant>,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

enum Kind {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// The addresses of a host. A resolver cannot be told when to give up, so it is left alone when time is up.
pub(crate) fn resolve(host: &str, port: u16, until: Option<Instant>) -> io::Result<Vec<SocketAddr>> {
    let Some(left) = remaining(until)? else {
        return (host, port).to_socket_addrs().map(Iterator::collect);
    };
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    std::thread::Builder::new().name("resolver".to_owned()).spawn(move || {
        let addresses = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
        // Whoever asked may have gone.
        let _ = sender.send(addresses);
    })?;
    receiver.recv_timeout(left).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

impl Socket {
    /// Everything that follows has to be over at `until`, too, until [`Socket::logged_in`].
    pub(crate) fn tcp(address: &SocketAddr, bounds: Bounds, until: Option<Instant>) -> io::Result<Self> {
        let stream = match remaining(until)? {
            Some(left) => TcpStream::connect_timeout(address, left)?,
            None => TcpStream::connect(address)?,
        };
        stream.set_nodelay(true)?;
        Ok(Self::new(Kind::Tcp(stream), bounds, until))
    }

    /// As [`Socket::tcp`], of a server on this machine.
    pub(crate) fn unix(path: &Path, bounds: Bounds, until: Option<Instant>) -> io::Result<Self> {
        Ok(Self::connected(UnixStream::connect(path)?, bounds, until))
    }

    /// Over a stream that is connected already.
    pub(crate) fn connected(stream: UnixStream, bounds: Bounds, until: Option<Instant>) -> Self {
        Self::new(Kind::Unix(stream), bounds, until)
    }

    fn new(kind: Kind, bounds: Bounds, until: Option<Instant>) -> Self {
        Self { kind, bounds, until, read_timeout: None, write_timeout: None }
    }

    /// From here on, each read and each write has a time-out of its own; none and zero wait for ever.
    pub(crate) fn logged_in(&mut self, read: Option<Duration>, write: Option<Duration>) -> io::Result<()> {
        self.until = None;
        self.read_timeout = read.filter(|timeout| !timeout.is_zero());
        self.write_timeout = write.filter(|timeout| !timeout.is_zero());
        self.set_timeouts(self.read_timeout, self.write_timeout)
    }

    /// From here on nothing is kept of what comes, and all is over at `until`.
    pub(crate) fn end_by(&mut self, until: Instant) {
        self.bounds = Bounds { deadline: Some(until), memory: None };
    }

    /// Whether bytes have come that nobody has read yet. Only known of TCP, over which alone it matters.
    pub(crate) fn has_unread(&self) -> io::Result<bool> {
        let Kind::Tcp(stream) = &self.kind else { return Ok(false) };
        stream.set_nonblocking(true)?;
        let peeked = stream.peek(&mut [0]);
        stream.set_nonblocking(false)?;
        Ok(matches!(peeked, Ok(1..)))
    }

    fn set_timeouts(&self, read: Option<Duration>, write: Option<Duration>) -> io::Result<()> {
        match &self.kind {
            Kind::Tcp(stream) => stream.set_read_timeout(read).and_then(|()| stream.set_write_timeout(write)),
            Kind::Unix(stream) => stream.set_read_timeout(read).and_then(|()| stream.set_write_timeout(write)),
        }
    }

    /// Without an end that is set once, the time-outs are those of the whole connection, and stand already.
    fn arm(&self) -> io::Result<()> {
        let until = match (self.until, self.bounds.deadline) {
            (Some(until), Some(deadline)) => Some(until.min(deadline)),
            (until, deadline) => until.or(deadline),
        };
        let Some(left) = remaining(until)? else { return Ok(()) };
        let within = |timeout: Option<Duration>| Some(timeout.map_or(left, |timeout| timeout.min(left)));
        self.set_timeouts(within(self.read_timeout), within(self.write_timeout))
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bounds.check_memory(buffer.len()).map_err(Bounds::memory_error)?;
        self.arm()?;
        match &mut self.kind {
            Kind::Tcp(stream) => stream.read(buffer),
            Kind::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.arm()?;
        match &mut self.kind {
            Kind::Tcp(stream) => stream.write(buffer),
            Kind::Unix(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Tcp(stream) => stream.flush(),
            Kind::Unix(stream) => stream.flush(),
        }
    }
}
