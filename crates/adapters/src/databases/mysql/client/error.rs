//! Errors of the connection and of the server, numbered and worded as libmysqlclient does.

use std::io;

use mysql_common::packets::ServerError;
use thiserror::Error;

/// How much is left of the connection, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The server refused; the connection lives on.
    Server,
    /// The connection is gone or never came to be.
    Connection,
    /// Nothing was heard within the read time-out.
    Timeout,
    /// What the server sent would have taken more memory than there is for it.
    Memory,
}

/// What mysql2 or Trilogy would raise.
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub struct ClientError {
    pub kind: ErrorKind,
    /// Absent where mysql2 raises without one.
    pub number: Option<u16>,
    pub sqlstate: String,
    pub message: String,
}

impl ClientError {
    /// What the server answered in place of a result.
    pub(super) fn server(error: &ServerError<'_>) -> ClientError {
        ClientError {
            kind: ErrorKind::Server,
            number: Some(error.error_code()),
            sqlstate: error.sql_state_ref().map_or_else(|| "HY000".to_owned(), |state| state.as_str().into_owned()),
            message: error.message_str().into_owned(),
        }
    }

    /// An error of the client's own, by libmysqlclient's number.
    pub(super) fn connection(number: u16, message: impl Into<String>) -> ClientError {
        ClientError {
            kind: ErrorKind::Connection,
            number: Some(number),
            sqlstate: "HY000".to_owned(),
            message: message.into(),
        }
    }

    /// A statement on a connection that was closed.
    pub(crate) fn not_connected() -> ClientError {
        ClientError {
            kind: ErrorKind::Connection,
            number: None,
            sqlstate: "HY000".to_owned(),
            message: "MySQL client is not connected".to_owned(),
        }
    }

    /// A statement could not be sent.
    pub(super) fn gone(error: &io::Error) -> ClientError {
        if error.kind() == io::ErrorKind::OutOfMemory {
            ClientError::out_of_memory(error)
        } else if is_timeout(error) {
            ClientError::timed_out()
        } else {
            ClientError::connection(2006, "MySQL server has gone away")
        }
    }

    /// A statement was sent, its answer did not come.
    pub(super) fn lost(error: &io::Error) -> ClientError {
        if error.kind() == io::ErrorKind::OutOfMemory {
            ClientError::out_of_memory(error)
        } else if is_timeout(error) {
            ClientError::timed_out()
        } else {
            ClientError::connection(2013, "Lost connection to MySQL server during query")
        }
    }

    /// What the server sends is no answer of the protocol.
    pub(super) fn malformed() -> ClientError {
        ClientError::connection(2027, "Malformed packet")
    }

    /// The handshake failed.
    pub(super) fn tls(detail: impl std::fmt::Display) -> ClientError {
        ClientError::connection(2026, format!("SSL connection error: {detail}"))
    }

    /// The server asked for what an authentication plugin does not do.
    pub(super) fn authentication(plugin: &str, detail: impl std::fmt::Display) -> ClientError {
        ClientError::connection(2061, format!("Authentication plugin '{plugin}' reported error: {detail}"))
    }

    /// A server that says nothing while it should let us in is no statement that takes long.
    pub(super) fn while_connecting(self) -> ClientError {
        if self.kind != ErrorKind::Timeout {
            return self;
        }
        let message = "Lost connection to MySQL server at 'reading initial communication packet', system error: 110";
        ClientError::connection(2013, message)
    }

    fn out_of_memory(error: &io::Error) -> ClientError {
        ClientError { kind: ErrorKind::Memory, number: None, sqlstate: "HY000".to_owned(), message: error.to_string() }
    }

    fn timed_out() -> ClientError {
        ClientError {
            kind: ErrorKind::Timeout,
            number: None,
            sqlstate: "HY000".to_owned(),
            message: "Timeout waiting for a response from the last query".to_owned(),
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
