//! SQLite's errors under the names of the sqlite3 gem's classes, and what Active Record makes of them
//! (`translate_exception` of sqlite3_adapter.rb).

use regex::RegexBuilder;
use rusqlite::ffi;

use crate::{Error, ErrorClass};

/// Where the error arose: the gem shows the statement when it could not be prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    Prepare,
    Step,
}

/// An exception of the gem: the class, and the message as its `message` method composes it.
pub(crate) struct NativeError {
    pub class: &'static str,
    pub message: String,
    pub code: i32,
}

/// What the sqlite3 gem raises: its class, and its message with the statement where that could not be prepared.
pub(crate) fn native_error(error: &rusqlite::Error, sql: &str, phase: Phase) -> NativeError {
    let (code, message, offset) = match error {
        rusqlite::Error::SqliteFailure(error, message) => {
            let message = message.clone().unwrap_or_else(|| ffi::code_to_str(error.extended_code).to_owned());
            (error.extended_code, message, None)
        }
        rusqlite::Error::SqlInputError { error, msg, offset, .. } => {
            (error.extended_code, msg.clone(), usize::try_from(*offset).ok())
        }
        other => (ffi::SQLITE_ERROR, other.to_string(), None),
    };
    let message = match phase {
        Phase::Prepare => format!("{message}:\n{}", sql_excerpt(sql, offset)),
        Phase::Open | Phase::Step => message,
    };
    NativeError { class: class_name(code), message, code }
}

/// The statement with a caret under the place, as the gem's `sql_error` draws it.
fn sql_excerpt(sql: &str, offset: Option<usize>) -> String {
    let Some(mut offset) = offset else { return sql.strip_suffix('\n').unwrap_or(sql).to_owned() };
    let mut lines = Vec::new();
    let mut marked = false;
    for line in sql.split_inclusive('\n') {
        lines.push(line.strip_suffix('\n').unwrap_or(line).to_owned());
        let length = line.chars().count();
        if !marked && length > offset {
            lines.push(format!("{}^", " ".repeat(offset)));
            marked = true;
        } else if !marked {
            offset -= length;
        }
    }
    lines.join("\n")
}

/// The gem's class for a result code, whose extension is left away.
fn class_name(code: i32) -> &'static str {
    match code & 0xff {
        ffi::SQLITE_INTERNAL => "SQLite3::InternalException",
        ffi::SQLITE_PERM => "SQLite3::PermissionException",
        ffi::SQLITE_ABORT => "SQLite3::AbortException",
        ffi::SQLITE_BUSY => "SQLite3::BusyException",
        ffi::SQLITE_LOCKED => "SQLite3::LockedException",
        ffi::SQLITE_NOMEM => "SQLite3::MemoryException",
        ffi::SQLITE_READONLY => "SQLite3::ReadOnlyException",
        ffi::SQLITE_INTERRUPT => "SQLite3::InterruptException",
        ffi::SQLITE_IOERR => "SQLite3::IOException",
        ffi::SQLITE_CORRUPT => "SQLite3::CorruptException",
        ffi::SQLITE_NOTFOUND => "SQLite3::NotFoundException",
        ffi::SQLITE_FULL => "SQLite3::FullException",
        ffi::SQLITE_CANTOPEN => "SQLite3::CantOpenException",
        ffi::SQLITE_PROTOCOL => "SQLite3::ProtocolException",
        ffi::SQLITE_EMPTY => "SQLite3::EmptyException",
        ffi::SQLITE_SCHEMA => "SQLite3::SchemaChangedException",
        ffi::SQLITE_TOOBIG => "SQLite3::TooBigException",
        ffi::SQLITE_CONSTRAINT => "SQLite3::ConstraintException",
        ffi::SQLITE_MISMATCH => "SQLite3::MismatchException",
        ffi::SQLITE_MISUSE => "SQLite3::MisuseException",
        ffi::SQLITE_NOLFS => "SQLite3::UnsupportedException",
        ffi::SQLITE_AUTH => "SQLite3::AuthorizationException",
        ffi::SQLITE_FORMAT => "SQLite3::FormatException",
        ffi::SQLITE_RANGE => "SQLite3::RangeException",
        ffi::SQLITE_NOTADB => "SQLite3::NotADatabaseException",
        _ => "SQLite3::SQLException",
    }
}

/// `translate_exception`: the class that Rails raises for it.
pub(crate) fn translate_exception(native: &NativeError) -> Error {
    let class = if matches(r"(column(s)? .* (is|are) not unique|UNIQUE constraint failed: .*)", &native.message) {
        ErrorClass::RecordNotUnique
    } else if matches(r"(.* may not be NULL|NOT NULL constraint failed: .*)", &native.message) {
        ErrorClass::NotNullViolation
    } else if matches(r"FOREIGN KEY constraint failed", &native.message) {
        ErrorClass::InvalidForeignKey
    } else if matches(r"CHECK constraint failed: .*", &native.message) {
        ErrorClass::CheckViolation
    } else if native.class == "SQLite3::BusyException" {
        ErrorClass::StatementTimeout
    } else {
        ErrorClass::StatementInvalid
    };
    Error::new(class, format!("{}: {}", native.class, native.message)).with_code(native.code.to_string())
}

fn matches(pattern: &str, message: &str) -> bool {
    RegexBuilder::new(pattern).case_insensitive(true).build().is_ok_and(|pattern| pattern.is_match(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_error_is_shown() {
        let check = |sql: &str, offset: Option<usize>, expected: &str| assert_eq!(sql_excerpt(sql, offset), expected);
        check("SELECT * FROM foo\n", None, "SELECT * FROM foo");
        check("SELECT * FROM foo", Some(14), "SELECT * FROM foo\n              ^");
        check("SELECT *\nFROM foo\nWHERE 1", Some(14), "SELECT *\nFROM foo\n     ^\nWHERE 1");
    }
}
