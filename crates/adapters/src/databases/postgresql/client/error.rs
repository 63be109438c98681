//! Errors of the client, with the messages libpq gives at default verbosity (`PQresultErrorMessage`) and the exception
//! classes of the `pg` gem.

use std::io;

use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend;

use super::error_position::excerpt;
use super::sqlstate::error_class;

/// The fields of an ErrorResponse or a NoticeResponse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorFields(Vec<(u8, String)>);

impl ErrorFields {
    /// The fields of an error or a notice.
    pub(super) fn read(mut fields: backend::ErrorFields<'_>) -> io::Result<Self> {
        let mut read = Vec::new();
        while let Some(field) = fields.next()? {
            read.push((field.type_(), String::from_utf8_lossy(field.value_bytes()).into_owned()));
        }
        Ok(Self(read))
    }

    fn get(&self, code: u8) -> Option<&str> {
        self.0.iter().find(|(found, _)| *found == code).map(|(_, value)| value.as_str())
    }

    /// `ERROR`, `WARNING`, ..., in the server's language.
    pub fn severity(&self) -> Option<&str> {
        self.get(b'S')
    }

    /// Five characters, which name the error for programs.
    pub fn sqlstate(&self) -> Option<&str> {
        self.get(b'C')
    }

    /// The message without its details and hints.
    pub fn message_primary(&self) -> Option<&str> {
        self.get(b'M')
    }

    /// The function of the server's source that raised the error.
    pub fn source_function(&self) -> Option<&str> {
        self.get(b'R')
    }

    /// The message as libpq builds it for the statement `sql`; without one the position stays a number.
    pub fn message(&self, sql: Option<&str>) -> String {
        let mut message = String::new();
        if let Some(severity) = self.severity() {
            message.push_str(severity);
            message.push_str(":  ");
        }
        message.push_str(self.message_primary().unwrap_or_default());
        let position = self.get(b'P').map(|position| (position, sql));
        let position = position.or_else(|| self.get(b'p').map(|position| (position, self.get(b'q'))));
        let mut cursor = String::new();
        match position {
            Some((position, Some(query))) => cursor = excerpt(query, position.parse().unwrap_or(0)),
            Some((position, None)) => message.push_str(&format!(" at character {position}")),
            None => {}
        }
        message.push('\n');
        message.push_str(&cursor);
        for (label, code) in [("DETAIL", b'D'), ("HINT", b'H'), ("QUERY", b'q'), ("CONTEXT", b'W')] {
            if let Some(value) = self.get(code) {
                message.push_str(&format!("{label}:  {value}\n"));
            }
        }
        message
    }
}

/// What went wrong, as the `pg` gem would raise it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{class}: {message}")]
pub struct ClientError {
    /// The Ruby class, with `PG::`.
    pub class: String,
    /// The message without the class; libpq's end with a newline.
    pub message: String,
    /// The server's report, where the server made one about a statement.
    pub fields: Option<ErrorFields>,
}

impl ClientError {
    /// What `PG::Result#error_message` says; `sql` is needed for its excerpt.
    pub(super) fn from_server(fields: ErrorFields, sql: Option<&str>) -> Self {
        Self { class: error_class(fields.sqlstate()), message: fields.message(sql), fields: Some(fields) }
    }

    /// `PG::ConnectionBad`: no connection, or no longer one.
    pub(super) fn connection_bad(message: &str) -> Self {
        Self { class: "PG::ConnectionBad".into(), message: message.into(), fields: None }
    }

    /// A value Ruby would have refused before anything was sent.
    pub(super) fn argument(message: &str) -> Self {
        Self { class: "ArgumentError".into(), message: message.into(), fields: None }
    }

    /// Something libpq would do and this client does not.
    pub(super) fn unsupported(message: &str) -> Self {
        Self { class: "NotImplementedError".into(), message: message.into(), fields: None }
    }

    /// A statement that a C string could not hold.
    pub(super) fn null_byte() -> Self {
        Self::argument("string contains null byte")
    }

    /// What the server sent is no message of the protocol.
    pub(super) fn protocol(error: io::Error) -> Self {
        Self { class: "PG::UnableToSend".into(), message: format!("{error}\n"), fields: None }
    }

    /// Whether client and server are out of step, after which nothing may be sent any more.
    pub(super) fn is_protocol(&self) -> bool {
        self.class == "PG::UnableToSend"
    }

    /// The socket failed under a statement; `last_words` is the error the server sent before it hung up.
    pub(super) fn lost(last_words: Option<&Self>, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::OutOfMemory {
            return Self { class: "NoMemoryError".into(), message: error.to_string(), fields: None };
        }
        let closed = matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
        );
        let reason = if closed {
            "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n".to_owned()
        } else {
            format!("could not receive data from server: {}\n", describe(error))
        };
        let last_words = last_words.map(|error| error.message.as_str()).unwrap_or_default();
        Self::connection_bad(&format!("PQconsumeInput() {last_words}{reason}"))
    }

    /// None of an error that is the client's own.
    pub fn sqlstate(&self) -> Option<&str> {
        self.fields.as_ref().and_then(ErrorFields::sqlstate)
    }
}

/// `strerror`'s words, without the number that Rust adds.
pub(super) fn describe(error: &io::Error) -> String {
    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) {
        return "timeout expired".into();
    }
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fields: &[(u8, &str)], sql: Option<&str>, expected: &str) {
        let fields = ErrorFields(fields.iter().map(|(code, value)| (*code, (*value).to_owned())).collect());
        assert_eq!(fields.message(sql), expected);
    }

    #[test]
    fn messages_are_those_of_libpq() {
        check(
            &[(b'S', "ERROR"), (b'C', "42P01"), (b'M', "relation \"nope\" does not exist"), (b'P', "15")],
            Some("SELECT * FROM nope"),
            "ERROR:  relation \"nope\" does not exist\nLINE 1: SELECT * FROM nope\n                      ^\n",
        );
        check(&[(b'S', "ERROR"), (b'M', "no"), (b'P', "3")], None, "ERROR:  no at character 3\n");
        check(
            &[(b'S', "ERROR"), (b'M', "no"), (b'D', "why"), (b'H', "do"), (b'W', "where")],
            Some("SELECT 1"),
            "ERROR:  no\nDETAIL:  why\nHINT:  do\nCONTEXT:  where\n",
        );
        check(
            &[(b'S', "ERROR"), (b'M', "no"), (b'p', "8"), (b'q', "SELECT x")],
            Some("SELECT f()"),
            "ERROR:  no\nLINE 1: SELECT x\n               ^\nQUERY:  SELECT x\n",
        );
    }
}
