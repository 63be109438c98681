//! A small blocking client of the MySQL and MariaDB protocol: what mysql2 and Trilogy are to Rails. Packets and
//! authentication come from `mysql_common`; the public clients of crates.io turn multi-statements on, which Rails
//! has off, and query the server at each connect. Text protocol only: Rails' prepared statements are off by default.

use std::io;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mysql_common::constants::{CapabilityFlags, Command, StatusFlags};
use mysql_common::io::ParseBuf;
use mysql_common::packets::{Column, CommonOkPacket, ErrPacket, OkPacketDeserializer, OldEofPacket};
use mysql_common::proto::codec::PacketCodec;
use mysql_common::proto::codec::error::PacketCodecError;
use mysql_common::proto::sync_framed::MySyncFramed;

pub use self::error::{ClientError, ErrorKind};
pub use self::options::{ConnectOptions, Endpoint, SslMode};
use self::stream::Stream;

mod error;
mod handshake;
mod options;
mod public_key;
mod stream;

/// The protocol's own limit of a packet; the server's `max_allowed_packet` decides before it.
const MAX_PACKET: usize = 1 << 30;
/// Between two looks at whether a session is over.
const HANG_UP_PAUSE: Duration = Duration::from_millis(5);
/// Nothing that a server says before the login is over needs more.
const MAX_LOGIN_PACKET: usize = 1 << 16;

/// A connection, logged in.
pub struct Client {
    framed: MySyncFramed<Stream>,
    capabilities: CapabilityFlags,
    server_version: String,
    thread_id: u32,
    status: StatusFlags,
    closed: bool,
    /// The server is still sending what nobody will read: there is no memory for it, or it is out of step.
    unread: bool,
    /// How it connected; None over a connection that somebody made.
    options: Option<ConnectOptions>,
}

/// What it takes to cancel a running statement from elsewhere.
#[derive(Clone, Debug)]
pub struct CancelToken {
    options: ConnectOptions,
    thread_id: u32,
}

/// One statement's answer, its values still as the server wrote them.
#[derive(Debug, Default)]
pub struct ResultSet {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Option<Vec<u8>>>>,
    /// For a statement without a result set; rows found, not rows changed.
    pub affected_rows: u64,
    pub last_insert_id: u64,
    pub warnings: u16,
}

impl Client {
    /// Connects and logs in: three packets when the server's default authentication suffices, and no query.
    pub fn connect(options: &ConnectOptions) -> Result<Client, ClientError> {
        let mut client = Self::log_in(Stream::connect(options)?, options)?;
        client.options = Some(options.clone());
        Ok(client)
    }

    /// Logs in over a connection that somebody made: what a server may answer can be tried so without one.
    pub fn connect_over(stream: UnixStream, options: &ConnectOptions) -> Result<Client, ClientError> {
        Self::log_in(Stream::connected(stream, options), options)
    }

    fn log_in(stream: Stream, options: &ConnectOptions) -> Result<Client, ClientError> {
        let (mut framed, session) = handshake::log_in(stream, options).map_err(ClientError::while_connecting)?;
        framed.codec_mut().max_allowed_packet = MAX_PACKET;
        framed
            .get_mut()
            .logged_in(options.read_timeout, options.write_timeout)
            .map_err(|error| ClientError::lost(&error))?;
        Ok(Client {
            framed,
            capabilities: session.capabilities,
            server_version: session.server_version,
            thread_id: session.thread_id,
            status: StatusFlags::empty(),
            closed: false,
            unread: false,
            options: None,
        })
    }

    /// As the server wrote it, e.g. `5.5.5-10.11.14-MariaDB` or `9.7.0`.
    pub fn server_version(&self) -> &str {
        &self.server_version
    }

    /// What CONNECTION_ID() would answer.
    pub fn session_id(&self) -> u32 {
        self.thread_id
    }

    /// `options` are those the client connected with.
    pub fn cancel_token(&self, options: &ConnectOptions) -> CancelToken {
        CancelToken { options: options.clone(), thread_id: self.thread_id }
    }

    /// Whether a backslash in a literal means anything: the server says so with each of its answers.
    pub fn backslash_escapes(&self) -> bool {
        !self.status.contains(StatusFlags::SERVER_STATUS_NO_BACKSLASH_ESCAPES)
    }

    /// Whether nothing can be sent any more.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Sends one statement and reads its first result; the further results of a procedure or a batch are read and
    /// dropped, their errors are not.
    pub fn query(&mut self, sql: &[u8]) -> Result<ResultSet, ClientError> {
        let mut payload = Vec::with_capacity(sql.len() + 1);
        payload.push(Command::COM_QUERY as u8);
        payload.extend_from_slice(sql);
        self.command(&payload)?;
        let (first, mut more) = self.read_result()?;
        while more {
            more = self.read_result()?.1;
        }
        Ok(first)
    }

    /// Whether the server still answers.
    pub fn ping(&mut self) -> Result<(), ClientError> {
        self.command(&[Command::COM_PING as u8])?;
        self.read_packet().map(drop)
    }

    /// Allows or forbids several statements in one `query`; they are forbidden on a new connection.
    pub fn set_multi_statements(&mut self, on: bool) -> Result<(), ClientError> {
        self.command(&[Command::COM_SET_OPTION as u8, u8::from(!on), 0])?;
        self.read_packet().map(drop)
    }

    /// Says goodbye; errors no longer matter.
    pub fn close(&mut self) {
        if self.unread {
            self.unread = false;
            let _ = self.hang_up();
        }
        if !self.closed {
            let _ = self.command(&[Command::COM_QUIT as u8]);
            self.closed = true;
        }
    }

    /// What the session holds, such as the advisory lock, it holds until the server notices that nobody takes its rows. So
    /// it is ended from another one, which then sees it go.
    fn hang_up(&self) -> Result<(), ClientError> {
        let Some(options) = &self.options else { return Ok(()) };
        let Some(until) = options.bounds.until_hung_up() else { return Ok(()) };
        let bounds = options.bounds.while_hanging_up(until);
        let mut other = Client::connect(&ConnectOptions { bounds, init_command: None, ..options.clone() })?;
        let id = self.thread_id;
        other.query(format!("KILL {id}").as_bytes())?;
        let session = format!("SELECT ID FROM information_schema.PROCESSLIST WHERE ID = {id}");
        while Instant::now() < until && !other.query(session.as_bytes())?.rows.is_empty() {
            std::thread::sleep(HANG_UP_PAUSE);
        }
        Ok(())
    }

    fn command(&mut self, mut payload: &[u8]) -> Result<(), ClientError> {
        if self.closed {
            return Err(ClientError::not_connected());
        }
        self.framed.codec_mut().reset_seq_id();
        self.framed.send(&mut payload).map_err(|error| self.broken(error, ClientError::gone))
    }

    fn read_result(&mut self) -> Result<(ResultSet, bool), ClientError> {
        let packet = self.read_packet()?;
        match packet.first() {
            Some(0x00) => {
                let ok = ParseBuf(&packet)
                    .parse::<OkPacketDeserializer<CommonOkPacket>>(self.capabilities)
                    .map_err(|error| self.broken(error.into(), ClientError::lost))?
                    .into_inner();
                self.status = ok.status_flags();
                let result = ResultSet {
                    affected_rows: ok.affected_rows(),
                    last_insert_id: ok.last_insert_id().unwrap_or(0),
                    warnings: ok.warnings(),
                    ..ResultSet::default()
                };
                Ok((result, self.has_more_results()))
            }
            // Wants a file of ours, which was never offered.
            Some(0xfb) => Err(self.malformed()),
            _ => self.read_rows(&packet),
        }
    }

    fn read_rows(&mut self, header: &[u8]) -> Result<(ResultSet, bool), ClientError> {
        let Some(count) = ParseBuf(header).checked_eat_lenenc_int() else { return Err(self.malformed()) };
        let mut result = ResultSet::default();
        for _ in 0..count {
            let packet = self.read_packet()?;
            result.columns.push(
                ParseBuf(&packet).parse(()).map_err(|error: io::Error| self.broken(error.into(), ClientError::lost))?,
            );
        }
        self.read_packet()?;
        loop {
            let packet = self.read_packet()?;
            if is_eof(&packet) {
                let eof = ParseBuf(&packet)
                    .parse::<OkPacketDeserializer<OldEofPacket>>(self.capabilities)
                    .map_err(|error| self.broken(error.into(), ClientError::lost))?
                    .into_inner();
                result.warnings = eof.warnings();
                self.status = eof.status_flags();
                return Ok((result, self.has_more_results()));
            }
            let Some(row) = text_row(&packet, result.columns.len()) else { return Err(self.malformed()) };
            result.rows.push(row);
        }
    }

    fn has_more_results(&self) -> bool {
        self.status.contains(StatusFlags::SERVER_MORE_RESULTS_EXISTS)
    }

    fn read_packet(&mut self) -> Result<Vec<u8>, ClientError> {
        match read_packet(&mut self.framed, self.capabilities) {
            Err(error) if error.kind != ErrorKind::Server => {
                self.closed = true;
                self.unread = error.kind == ErrorKind::Memory;
                Err(error)
            }
            packet => packet,
        }
    }

    /// Nothing more can be said on a connection whose packets are out of step.
    fn broken(&mut self, error: PacketCodecError, to_error: fn(&io::Error) -> ClientError) -> ClientError {
        self.closed = true;
        let error = to_error(&io_error(error));
        self.unread = error.kind == ErrorKind::Memory;
        error
    }

    fn malformed(&mut self) -> ClientError {
        (self.closed, self.unread) = (true, true);
        ClientError::malformed()
    }
}

impl CancelToken {
    /// KILL QUERY, on a connection of its own. Success says nothing about whether it was in time.
    pub fn cancel(&self) -> Result<(), ClientError> {
        let mut client = Client::connect(&self.options)?;
        client.query(format!("KILL QUERY {}", self.thread_id).as_bytes()).map(drop)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.close();
    }
}

fn framed(stream: Stream) -> MySyncFramed<Stream> {
    let mut codec = PacketCodec::default();
    codec.max_allowed_packet = MAX_LOGIN_PACKET;
    MySyncFramed::construct(BytesMut::with_capacity(16 << 10), BytesMut::new(), codec, stream)
}

fn read_packet(framed: &mut MySyncFramed<Stream>, capabilities: CapabilityFlags) -> Result<Vec<u8>, ClientError> {
    let mut packet = Vec::new();
    match framed.next_packet(&mut packet) {
        Ok(true) => {}
        Ok(false) => return Err(ClientError::lost(&io::ErrorKind::UnexpectedEof.into())),
        Err(error) => return Err(ClientError::lost(&io_error(error))),
    }
    match packet.first() {
        None => Err(ClientError::malformed()),
        Some(0xff) => match ParseBuf(&packet).parse(capabilities) {
            Ok(ErrPacket::Error(error)) => Err(ClientError::server(&error)),
            Ok(ErrPacket::Progress(_)) | Err(_) => Err(ClientError::malformed()),
        },
        Some(_) => Ok(packet),
    }
}

fn io_error(error: PacketCodecError) -> io::Error {
    match error {
        PacketCodecError::Io(error) => error,
        error => io::Error::other(error),
    }
}

/// A row may begin with the same byte, but is then at least this long.
fn is_eof(packet: &[u8]) -> bool {
    packet[0] == 0xfe && packet.len() < 9
}

fn text_row(packet: &[u8], columns: usize) -> Option<Vec<Option<Vec<u8>>>> {
    let mut buffer = ParseBuf(packet);
    let mut row = Vec::with_capacity(columns);
    for _ in 0..columns {
        if buffer.0.first() == Some(&0xfb) {
            buffer.skip(1);
            row.push(None);
        } else {
            row.push(Some(buffer.checked_eat_lenenc_str()?.to_vec()));
        }
    }
    buffer.is_empty().then_some(row)
}
