//! A small synchronous PostgreSQL client: what the adapter needs of libpq and of the `pg` gem, no more.
//! The message codec, SCRAM and md5 are those of the `postgres-protocol` crate; TLS is rustls, built only when it is used.
//! Deliberately absent: COPY but for its reading of what is given beforehand, large objects, LISTEN, GSS, and reading PG* environment variables or ~/.pgpass.

mod authentication;
mod connect;
pub mod error;
mod error_position;
pub mod parameters;
pub mod sqlstate;
mod stream;

use std::collections::HashMap;
use std::io;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use fallible_iterator::FallibleIterator;
use postgres_protocol::IsNull;
use postgres_protocol::message::{backend, frontend};

pub use error::{ClientError, ErrorFields};
pub use parameters::ConnectionParameters;
use stream::{Connection, Endpoint};

use crate::bounds::Bounds;

/// A column of a result, as the row description gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub type_oid: u32,
    pub type_modifier: i32,
}

/// One result of a query: `PG::Result`. Values are in text format.
#[derive(Clone, Debug, Default)]
pub struct PgResult {
    pub fields: Vec<Field>,
    pub rows: Vec<Vec<Option<Bytes>>>,
    pub command_tag: String,
}

impl PgResult {
    /// The rows a command touched, as `PQcmdTuples` reads them from the command tag; 0 where it gives none.
    pub fn command_tuples(&self) -> u64 {
        let mut words = self.command_tag.split(' ');
        let counted = matches!(
            words.next(),
            Some("SELECT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "MOVE" | "FETCH" | "COPY")
        );
        if counted { words.next_back().and_then(|count| count.parse().ok()).unwrap_or(0) } else { 0 }
    }
}

/// A value bound to `$n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    Null,
    Text(String),
    Binary(Vec<u8>),
}

/// What the server last said of the session's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionStatus {
    Idle,
    InTransaction,
    InError,
}

/// What it takes to cancel a running query from elsewhere.
#[derive(Clone, Debug)]
pub struct CancelToken {
    endpoint: Endpoint,
    process_id: i32,
    secret_key: i32,
    bounds: Bounds,
}

/// How long a server may take to hear that a statement is to be cancelled.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);
/// Notices that nobody asked for yet; of more than these the oldest go.
const MAX_NOTICES: usize = 1000;
/// Bytes of one message of COPY.
const COPY_PIECE: usize = 64 << 10;
/// Settings that a server reports. It has a dozen.
const MAX_PARAMETERS: usize = 1000;

impl CancelToken {
    /// Asks the server to cancel what the session is running. Success says nothing about whether it was in time.
    pub fn cancel(&self) -> io::Result<()> {
        let mut connection = Connection::open(&self.endpoint, self.bounds, self.bounds.until(Some(CANCEL_TIMEOUT)))?;
        let mut message = BytesMut::new();
        frontend::cancel_request(self.process_id, self.secret_key, &mut message);
        connection.send(&mut message)?;
        connection.wait_for_close()
    }
}

/// A session with a server.
pub struct Client {
    connection: Connection,
    endpoint: Endpoint,
    bounds: Bounds,
    process_id: i32,
    secret_key: i32,
    parameters: HashMap<String, String>,
    transaction_status: TransactionStatus,
    notices: Vec<ErrorFields>,
    /// What the next `COPY ... FROM STDIN` reads.
    copy_data: Option<Vec<u8>>,
    broken: bool,
    /// The server is still sending what nobody will read: there is no memory for it, or it is out of step.
    unread: bool,
}

impl Client {
    /// Connects and logs in. The error's message is libpq's.
    pub fn connect(parameters: &ConnectionParameters) -> Result<Self, ClientError> {
        Self::connect_within(parameters, Bounds::default())
    }

    /// The same, for a run that has bounds.
    pub fn connect_within(parameters: &ConnectionParameters, bounds: Bounds) -> Result<Self, ClientError> {
        connect::connect(parameters, bounds)
    }

    /// Logs in over a connection that somebody made: what a server may answer can be tried so without one.
    pub fn connect_over(
        stream: UnixStream,
        parameters: &ConnectionParameters,
        bounds: Bounds,
    ) -> Result<Self, ClientError> {
        connect::connect_over(stream, parameters, bounds)
    }

    /// Runs a string of one or more statements and gives the last one's result, as `PQexec` does.
    pub fn exec(&mut self, sql: &str) -> Result<PgResult, ClientError> {
        let mut message = BytesMut::new();
        frontend::query(sql, &mut message).map_err(|_| ClientError::null_byte())?;
        self.round_trip(message, Some(sql))
    }

    /// Runs one statement with text parameters: `PQexecParams`.
    pub fn exec_params(&mut self, sql: &str, parameters: &[Parameter]) -> Result<PgResult, ClientError> {
        let mut message = BytesMut::new();
        frontend::parse("", sql, [], &mut message).map_err(|_| ClientError::null_byte())?;
        execute_messages("", parameters, &mut message)?;
        self.round_trip(message, Some(sql))
    }

    /// Prepares a named statement: `PQprepare`.
    pub fn prepare(&mut self, name: &str, sql: &str) -> Result<(), ClientError> {
        let mut message = BytesMut::new();
        frontend::parse(name, sql, [], &mut message).map_err(|_| ClientError::null_byte())?;
        frontend::sync(&mut message);
        self.round_trip(message, Some(sql)).map(drop)
    }

    /// Runs a prepared statement. Its errors have no excerpt of the SQL, since libpq does not know it here.
    pub fn exec_prepared(&mut self, name: &str, parameters: &[Parameter]) -> Result<PgResult, ClientError> {
        let mut message = BytesMut::new();
        execute_messages(name, parameters, &mut message)?;
        self.round_trip(message, None)
    }

    /// What the server last reported of a setting such as `server_version` or `TimeZone`.
    pub fn parameter_status(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The version as `PQserverVersion` numbers it: 150003 for 15.3, 90624 for 9.6.24; 0 when unknown.
    pub fn server_version(&self) -> u32 {
        self.parameter_status("server_version").map_or(0, version_number)
    }

    /// As of the last answer.
    pub fn transaction_status(&self) -> TransactionStatus {
        self.transaction_status
    }

    /// Whether the connection can still be used.
    pub fn is_open(&self) -> bool {
        !self.broken
    }

    /// The notices since the last call.
    pub fn take_notices(&mut self) -> Vec<ErrorFields> {
        std::mem::take(&mut self.notices)
    }

    /// Gives the next `COPY ... FROM STDIN` what it reads, in the format that it names.
    pub fn provide_copy_data(&mut self, data: Vec<u8>) {
        self.copy_data = Some(data);
    }

    /// Limits how long one read from the server may take; `None` waits for ever.
    pub fn set_read_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.connection.set_timeout(timeout)
    }

    /// What pg_backend_pid() would answer.
    pub fn session_id(&self) -> i32 {
        self.process_id
    }

    /// What another thread needs to cancel what this session runs.
    pub fn cancel_token(&self) -> CancelToken {
        CancelToken {
            endpoint: self.endpoint.clone(),
            process_id: self.process_id,
            secret_key: self.secret_key,
            bounds: self.bounds,
        }
    }

    fn round_trip(&mut self, mut message: BytesMut, sql: Option<&str>) -> Result<PgResult, ClientError> {
        if self.broken {
            return Err(ClientError::connection_bad("no connection to the server\n"));
        }
        if let Err(error) = self.connection.send(&mut message) {
            return Err(self.lost(None, &error));
        }
        let outcome = self.collect_results(sql);
        // Out of step with the server, the next statement would get the answer to this one.
        if outcome.as_ref().is_err_and(ClientError::is_protocol) {
            (self.broken, self.unread) = (true, true);
        }
        outcome
    }

    /// Reads until the server is ready again. An error is the last result whatever came before it.
    fn collect_results(&mut self, sql: Option<&str>) -> Result<PgResult, ClientError> {
        let mut last = PgResult::default();
        let mut current = PgResult::default();
        let mut failure: Option<ClientError> = None;
        loop {
            let message = match self.connection.receive() {
                Ok(message) => message,
                Err(error) => return Err(self.lost(failure.as_ref(), &error)),
            };
            match message {
                backend::Message::RowDescription(body) => {
                    current = PgResult { fields: fields(&body).map_err(ClientError::protocol)?, ..PgResult::default() };
                }
                backend::Message::DataRow(body) => current.rows.push(row(&body).map_err(ClientError::protocol)?),
                backend::Message::CommandComplete(body) => {
                    body.tag().map_err(ClientError::protocol)?.clone_into(&mut current.command_tag);
                    last = std::mem::take(&mut current);
                }
                backend::Message::EmptyQueryResponse => last = PgResult::default(),
                backend::Message::ErrorResponse(body) => {
                    let fields = ErrorFields::read(body.fields()).map_err(ClientError::protocol)?;
                    failure = failure.or_else(|| Some(ClientError::from_server(fields, sql)));
                }
                backend::Message::CopyInResponse(_) => {
                    if self.copy_data.is_none() {
                        failure = Some(ClientError::unsupported("`COPY ... FROM STDIN` is not supported"));
                    }
                    self.answer_copy(failure.as_ref())?;
                }
                backend::Message::ReadyForQuery(body) => {
                    self.transaction_status = transaction_status(body.status());
                    self.copy_data = None;
                    return failure.map_or(Ok(last), Err);
                }
                other => self.note(other)?,
            }
        }
    }

    /// Sends what was given for a COPY to read, or that there is nothing.
    fn answer_copy(&mut self, failure: Option<&ClientError>) -> Result<(), ClientError> {
        let mut message = BytesMut::new();
        let Some(data) = self.copy_data.take() else {
            frontend::copy_fail("", &mut message).map_err(ClientError::protocol)?;
            return self.connection.send(&mut message).map_err(|error| self.lost(failure, &error));
        };
        for piece in data.chunks(COPY_PIECE) {
            frontend::CopyData::new(piece).map_err(ClientError::protocol)?.write(&mut message);
            self.connection.send(&mut message).map_err(|error| self.lost(failure, &error))?;
            message.clear();
        }
        frontend::copy_done(&mut message);
        self.connection.send(&mut message).map_err(|error| self.lost(failure, &error))
    }

    /// Takes in what may come at any time: notices and changed settings. The rest carries nothing we need.
    fn note(&mut self, message: backend::Message) -> Result<(), ClientError> {
        match message {
            backend::Message::NoticeResponse(body) => {
                if self.notices.len() >= MAX_NOTICES {
                    self.notices.remove(0);
                }
                self.notices.push(ErrorFields::read(body.fields()).map_err(ClientError::protocol)?);
            }
            backend::Message::ParameterStatus(body) => {
                let name = body.name().map_err(ClientError::protocol)?.to_owned();
                let value = body.value().map_err(ClientError::protocol)?.to_owned();
                if self.parameters.len() < MAX_PARAMETERS || self.parameters.contains_key(&name) {
                    self.parameters.insert(name, value);
                }
            }
            backend::Message::BackendKeyData(body) => {
                self.process_id = body.process_id();
                self.secret_key = body.secret_key();
            }
            _ => {}
        }
        Ok(())
    }

    /// The connection is gone; the server's last words, if any, come before libpq's.
    fn lost(&mut self, last_words: Option<&ClientError>, error: &io::Error) -> ClientError {
        self.broken = true;
        self.unread = matches!(error.kind(), io::ErrorKind::OutOfMemory | io::ErrorKind::InvalidData);
        ClientError::lost(last_words, error)
    }

    fn terminate(&mut self) -> io::Result<()> {
        let mut message = BytesMut::new();
        frontend::terminate(&mut message);
        self.connection.send(&mut message)
    }

    /// A server that sends rows hears nothing else until nobody takes them, and what the session holds, such as the advisory
    /// lock, it holds until then. So the statement is cancelled, and what still comes is dropped until the session is over.
    fn hang_up(&mut self) -> io::Result<()> {
        let Some(until) = self.bounds.until_hung_up() else { return Ok(()) };
        let bounds = self.bounds.while_hanging_up(until);
        CancelToken { bounds, ..self.cancel_token() }.cancel()?;
        self.connection.end_by(until);
        self.terminate()?;
        self.connection.wait_for_close()
    }
}

impl Drop for Client {
    /// The session ends either way, and there is nobody left to tell of an error.
    fn drop(&mut self) {
        if self.unread {
            let _ = self.hang_up();
        } else if !self.broken {
            let _ = self.terminate();
        }
    }
}

fn execute_messages(statement: &str, parameters: &[Parameter], buffer: &mut BytesMut) -> Result<(), ClientError> {
    let formats = parameters.iter().map(|parameter| i16::from(matches!(parameter, Parameter::Binary(_))));
    let bound = frontend::bind("", statement, formats, parameters, write_parameter, [0], buffer);
    bound.map_err(|error| match error {
        frontend::BindError::Conversion(error) => ClientError::argument(&error.to_string()),
        frontend::BindError::Serialization(error) => ClientError::protocol(error),
    })?;
    frontend::describe(b'P', "", buffer).map_err(ClientError::protocol)?;
    frontend::execute("", 0, buffer).map_err(ClientError::protocol)?;
    frontend::sync(buffer);
    Ok(())
}

fn write_parameter(
    parameter: &Parameter,
    buffer: &mut BytesMut,
) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
    match parameter {
        Parameter::Null => return Ok(IsNull::Yes),
        Parameter::Text(text) if text.contains('\0') => return Err("string contains null byte".into()),
        Parameter::Text(text) => buffer.extend_from_slice(text.as_bytes()),
        Parameter::Binary(bytes) => buffer.extend_from_slice(bytes),
    }
    Ok(IsNull::No)
}

fn fields(body: &backend::RowDescriptionBody) -> io::Result<Vec<Field>> {
    body.fields()
        .map(|field| {
            Ok(Field {
                name: field.name().to_owned(),
                type_oid: field.type_oid(),
                type_modifier: field.type_modifier(),
            })
        })
        .collect()
}

fn row(body: &backend::DataRowBody) -> io::Result<Vec<Option<Bytes>>> {
    let buffer = body.buffer_bytes();
    body.ranges().map(|range| Ok(range.map(|range| buffer.slice(range)))).collect()
}

fn transaction_status(byte: u8) -> TransactionStatus {
    match byte {
        b'T' => TransactionStatus::InTransaction,
        b'E' => TransactionStatus::InError,
        _ => TransactionStatus::Idle,
    }
}

fn version_number(version: &str) -> u32 {
    let numbers: Vec<u32> = version
        .split(|character: char| !character.is_ascii_digit() && character != '.')
        .next()
        .unwrap_or_default()
        .split('.')
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers.as_slice() {
        [] => 0,
        [major] => major.saturating_mul(10_000),
        [major, minor, ..] if *major >= 10 => major.saturating_mul(10_000).saturating_add(*minor),
        [major, minor] => major.saturating_mul(10_000).saturating_add(minor.saturating_mul(100)),
        [major, minor, patch, ..] => {
            major.saturating_mul(10_000).saturating_add(minor.saturating_mul(100)).saturating_add(*patch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbered_as_libpq_does() {
        let check = |text: &str, number: u32| assert_eq!(version_number(text), number, "{text}");
        check("15.3 (Debian 15.3-0+deb12u1)", 150_003);
        check("18.0", 180_000);
        check("17beta1", 170_000);
        check("9.6.24", 90_624);
        check("9.5", 90_500);
        check("", 0);
        check("4294967295.4294967295.9", u32::MAX);
    }

    #[test]
    fn command_tags_give_row_counts() {
        let check = |tag: &str, count: u64| {
            assert_eq!(PgResult { command_tag: tag.into(), ..PgResult::default() }.command_tuples(), count, "{tag}");
        };
        check("INSERT 0 3", 3);
        check("SELECT 7", 7);
        check("CREATE TABLE", 0);
        check("UPDATE 12", 12);
    }
}
