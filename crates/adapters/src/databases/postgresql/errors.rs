//! The client's errors as Active Record's: `new_client` and `translate_exception` of postgresql_adapter.rb.

use super::client::{ClientError, ConnectionParameters};
use crate::{Error, ErrorClass};

/// Why there is no connection, guessed from what the message names, as Rails does.
pub fn connection_error(parameters: &ConnectionParameters, error: &ClientError) -> Error {
    let message = error.message.as_str();
    let named = |name: &Option<String>| name.clone().filter(|name| message.contains(name.as_str()));
    let cause = Error::new(ErrorClass::ConnectionNotEstablished, message);
    if error.class == "NotImplementedError" {
        Error::unsupported(message)
    } else if parameters.dbname.as_deref() == Some("postgres") {
        Error::new(ErrorClass::ConnectionNotEstablished, message)
    } else if let Some(database) = named(&parameters.dbname) {
        Error::no_database(&database).with_cause(cause)
    } else if let Some(user) = named(&parameters.user) {
        Error::username(&user).with_cause(cause)
    } else if let Some(host) = named(&parameters.host) {
        Error::hostname(&host).with_cause(cause)
    } else {
        Error::new(ErrorClass::ConnectionNotEstablished, message)
    }
}

/// `translate_exception`: the class that Rails raises for a SQLSTATE.
pub fn translate_exception(error: &ClientError) -> Error {
    let message = error.to_string();
    let Some(sqlstate) = error.sqlstate() else { return without_sqlstate(error, message) };
    let class = match sqlstate {
        "23505" => ErrorClass::RecordNotUnique,
        "23503" => ErrorClass::InvalidForeignKey,
        "23514" => ErrorClass::CheckViolation,
        "23P01" => ErrorClass::ExclusionViolation,
        "22001" => ErrorClass::ValueTooLong,
        "22003" => ErrorClass::RangeErrorStatement,
        "23502" => ErrorClass::NotNullViolation,
        "40001" => ErrorClass::SerializationFailure,
        "40P01" => ErrorClass::Deadlocked,
        "42P04" => ErrorClass::DatabaseAlreadyExists,
        "55P03" => ErrorClass::LockWaitTimeout,
        "57014" => ErrorClass::QueryCanceled,
        _ => ErrorClass::StatementInvalid,
    };
    Error::new(class, message).with_code(sqlstate)
}

/// Without a SQLSTATE the server never saw the statement, or is gone. libpq's own messages end with a newline; then it
/// may have run.
fn without_sqlstate(error: &ClientError, message: String) -> Error {
    let lower = error.message.to_lowercase();
    match error.class.as_str() {
        "ArgumentError" => Error::argument(error.message.clone()),
        "NotImplementedError" => Error::unsupported(error.message.clone()),
        "NoMemoryError" => Error::new(ErrorClass::NoMemoryError, error.message.clone()),
        _ if lower.contains("connection is closed") || lower.contains("no connection to the server") => {
            Error::new(ErrorClass::ConnectionNotEstablished, error.message.clone())
        }
        "PG::ConnectionBad" if error.message.ends_with('\n') => {
            Error::new(ErrorClass::ConnectionFailed, error.message.clone())
        }
        "PG::ConnectionBad" => Error::new(ErrorClass::ConnectionNotEstablished, error.message.clone()),
        _ => Error::statement_invalid(message),
    }
}
