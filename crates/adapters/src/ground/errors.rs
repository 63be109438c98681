//! What goes wrong, under the name Ruby gives it: active_record/errors.rb, with Ruby's own few classes that adapters raise.

use std::fmt;

/// The class Rails would raise. `is_a` knows its ancestors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    ArgumentError,
    TypeError,
    RangeError,
    RuntimeError,
    StandardError,
    NotImplementedError,
    NoMethodError,
    ActiveModelRangeError,
    ActiveRecordError,
    AdapterNotFound,
    AdapterError,
    WrappedDatabaseException,
    DatabaseVersionError,
    ConnectionNotEstablished,
    ConnectionFailed,
    DatabaseConnectionError,
    DatabaseAlreadyExists,
    NoDatabaseError,
    StatementInvalid,
    RecordNotUnique,
    InvalidForeignKey,
    MismatchedForeignKey,
    NotNullViolation,
    CheckViolation,
    ExclusionViolation,
    ValueTooLong,
    RangeErrorStatement,
    PreparedStatementCacheExpired,
    ReadOnlyError,
    SerializationFailure,
    Deadlocked,
    LockWaitTimeout,
    StatementTimeout,
    QueryCanceled,
    AdapterTimeout,
    QueryAborted,
    TransactionRollbackError,
    TransactionIsolationError,
    SQLWarning,
    /// PostgreSQL's.
    IntegerOutOf64BitRange,
    /// `ActiveRecord::Rollback`: leaves a transaction block quietly.
    Rollback,
    IrreversibleMigration,
    /// Ruby's `NoMemoryError`: what a server sends takes more than the run may hold. Never rescued.
    NoMemoryError,
    /// Maglev's own: what Rails can and we cannot. Never rescued.
    Unsupported,
}

impl ErrorClass {
    /// The class' full name in Ruby.
    pub fn name(self) -> &'static str {
        match self {
            Self::ArgumentError => "ArgumentError",
            Self::TypeError => "TypeError",
            Self::RangeError => "RangeError",
            Self::RuntimeError => "RuntimeError",
            Self::StandardError => "StandardError",
            Self::NotImplementedError => "NotImplementedError",
            Self::NoMethodError => "NoMethodError",
            Self::ActiveModelRangeError => "ActiveModel::RangeError",
            Self::ActiveRecordError => "ActiveRecord::ActiveRecordError",
            Self::AdapterNotFound => "ActiveRecord::AdapterNotFound",
            Self::AdapterError => "ActiveRecord::AdapterError",
            Self::WrappedDatabaseException => "ActiveRecord::WrappedDatabaseException",
            Self::DatabaseVersionError => "ActiveRecord::DatabaseVersionError",
            Self::ConnectionNotEstablished => "ActiveRecord::ConnectionNotEstablished",
            Self::ConnectionFailed => "ActiveRecord::ConnectionFailed",
            Self::DatabaseConnectionError => "ActiveRecord::DatabaseConnectionError",
            Self::DatabaseAlreadyExists => "ActiveRecord::DatabaseAlreadyExists",
            Self::NoDatabaseError => "ActiveRecord::NoDatabaseError",
            Self::StatementInvalid => "ActiveRecord::StatementInvalid",
            Self::RecordNotUnique => "ActiveRecord::RecordNotUnique",
            Self::InvalidForeignKey => "ActiveRecord::InvalidForeignKey",
            Self::MismatchedForeignKey => "ActiveRecord::MismatchedForeignKey",
            Self::NotNullViolation => "ActiveRecord::NotNullViolation",
            Self::CheckViolation => "ActiveRecord::CheckViolation",
            Self::ExclusionViolation => "ActiveRecord::ExclusionViolation",
            Self::ValueTooLong => "ActiveRecord::ValueTooLong",
            Self::RangeErrorStatement => "ActiveRecord::RangeError",
            Self::PreparedStatementCacheExpired => "ActiveRecord::PreparedStatementCacheExpired",
            Self::ReadOnlyError => "ActiveRecord::ReadOnlyError",
            Self::SerializationFailure => "ActiveRecord::SerializationFailure",
            Self::Deadlocked => "ActiveRecord::Deadlocked",
            Self::LockWaitTimeout => "ActiveRecord::LockWaitTimeout",
            Self::StatementTimeout => "ActiveRecord::StatementTimeout",
            Self::QueryCanceled => "ActiveRecord::QueryCanceled",
            Self::AdapterTimeout => "ActiveRecord::AdapterTimeout",
            Self::QueryAborted => "ActiveRecord::QueryAborted",
            Self::TransactionRollbackError => "ActiveRecord::TransactionRollbackError",
            Self::TransactionIsolationError => "ActiveRecord::TransactionIsolationError",
            Self::SQLWarning => "ActiveRecord::SQLWarning",
            Self::IntegerOutOf64BitRange => {
                "ActiveRecord::ConnectionAdapters::PostgreSQL::Quoting::IntegerOutOf64BitRange"
            }
            Self::Rollback => "ActiveRecord::Rollback",
            Self::IrreversibleMigration => "ActiveRecord::IrreversibleMigration",
            Self::NoMemoryError => "NoMemoryError",
            Self::Unsupported => "Maglev::Unsupported",
        }
    }

    /// The class this one inherits from, among those here.
    pub fn superclass(self) -> Option<Self> {
        Some(match self {
            Self::ArgumentError
            | Self::TypeError
            | Self::RangeError
            | Self::RuntimeError
            | Self::NoMethodError
            | Self::IntegerOutOf64BitRange
            | Self::ActiveRecordError => Self::StandardError,
            Self::StandardError | Self::NotImplementedError | Self::NoMemoryError | Self::Unsupported => return None,
            Self::ActiveModelRangeError => Self::RangeError,
            Self::AdapterNotFound
            | Self::AdapterError
            | Self::DatabaseVersionError
            | Self::ReadOnlyError
            | Self::TransactionIsolationError
            | Self::Rollback
            | Self::IrreversibleMigration => Self::ActiveRecordError,
            Self::ConnectionNotEstablished | Self::StatementInvalid | Self::SQLWarning => Self::AdapterError,
            Self::DatabaseConnectionError => Self::ConnectionNotEstablished,
            Self::RecordNotUnique | Self::InvalidForeignKey => Self::WrappedDatabaseException,
            Self::WrappedDatabaseException
            | Self::NoDatabaseError
            | Self::DatabaseAlreadyExists
            | Self::MismatchedForeignKey
            | Self::NotNullViolation
            | Self::CheckViolation
            | Self::ExclusionViolation
            | Self::ValueTooLong
            | Self::RangeErrorStatement
            | Self::PreparedStatementCacheExpired
            | Self::TransactionRollbackError
            | Self::LockWaitTimeout
            | Self::QueryAborted => Self::StatementInvalid,
            Self::SerializationFailure | Self::Deadlocked => Self::TransactionRollbackError,
            Self::StatementTimeout | Self::QueryCanceled | Self::AdapterTimeout | Self::ConnectionFailed => {
                Self::QueryAborted
            }
        })
    }

    /// Ruby's `<=`: this class, or one it inherits from.
    pub fn is_a(self, other: Self) -> bool {
        self == other || self.superclass().is_some_and(|superclass| superclass.is_a(other))
    }
}

const USERNAME_ERROR: &str = "There is an issue connecting to your database with your username/password";

/// An error with Rails' message, verbatim.
#[derive(Clone, Debug)]
pub struct Error(Box<ErrorData>);

#[derive(Clone, Debug)]
struct ErrorData {
    class: ErrorClass,
    message: String,
    sql: Option<String>,
    cause: Option<Error>,
    code: Option<String>,
}

/// What all of this crate answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// `class` is the Ruby class that a caller raises, `message` what Rails says.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorData { class, message: message.into(), sql: None, cause: None, code: None }))
    }

    /// An ArgumentError.
    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::ArgumentError, message)
    }

    /// A NotImplementedError, which is no StandardError.
    pub fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::NotImplementedError, message)
    }

    /// `ActiveRecord::StatementInvalid` with no class of its own.
    pub fn statement_invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::StatementInvalid, message)
    }

    /// `NoDatabaseError.db_error`
    pub fn no_database(name: &str) -> Self {
        let message = format!(
            "Database not found: {name}. Available database configurations can be found in config/database.yml.\n\nTo resolve this \
             error:\n\n- Create the database by running:\n\n    bin/rails db:create\n\n- Verify that config/database.yml contains \
             the correct database name.\n"
        );
        Self::new(ErrorClass::NoDatabaseError, message)
    }

    /// `DatabaseConnectionError.hostname_error`
    pub fn hostname(hostname: &str) -> Self {
        let message = format!(
            "There is an issue connecting with your hostname: {hostname}.\n\nPlease check your database configuration and ensure \
             there is a valid connection to your database.\n"
        );
        Self::new(ErrorClass::DatabaseConnectionError, message)
    }

    /// Whether a message is [`Self::username`]'s.
    pub fn is_username_message(message: &str) -> bool {
        message.starts_with(USERNAME_ERROR)
    }

    /// Whether a driver's message says that a name is no host's.
    pub fn is_unknown_host_message(message: &str) -> bool {
        message.contains("Unknown MySQL server host") || message.contains("could not translate host name")
    }

    /// `DatabaseConnectionError.username_error`
    pub fn username(username: &str) -> Self {
        let message = format!(
            "{USERNAME_ERROR}, username: {username}.\n\nPlease check your \
             database configuration to ensure the username/password are valid.\n"
        );
        Self::new(ErrorClass::DatabaseConnectionError, message)
    }

    /// What Rails can and Maglev cannot yet.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Unsupported, message)
    }

    /// The Ruby class to be raised.
    pub fn class(&self) -> ErrorClass {
        self.0.class
    }

    /// Whether `rescue` of this class would take it: its own, or one that it descends from.
    pub fn is_a(&self, class: ErrorClass) -> bool {
        self.0.class.is_a(class)
    }

    /// In Rails' words, without the statement.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The statement that failed, once `log` has seen the error.
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// The database's own number or SQLSTATE, where there is one.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Whether the connection is gone: the client says so or has given up on it, or the server said so before it hung up.
    pub fn is_lost_connection(&self) -> bool {
        /// admin_shutdown and crash_shutdown of PostgreSQL
        const HANGS_UP: [&str; 2] = ["57P01", "57P02"];
        self.is_a(ErrorClass::ConnectionFailed)
            || self.is_a(ErrorClass::AdapterTimeout)
            || self.is_a(ErrorClass::ConnectionNotEstablished)
            || self.0.code.as_deref().is_some_and(|code| HANGS_UP.contains(&code))
    }

    /// SQLite's `database is locked`: another process writes, which is as good as the lock that other databases have.
    pub fn is_kept_out(&self) -> bool {
        self.is_a(ErrorClass::StatementTimeout) && self.0.message.starts_with("SQLite3::BusyException")
    }

    /// The error that this one was made of, as Ruby's `cause`.
    pub fn cause(&self) -> Option<&Error> {
        self.0.cause.as_ref()
    }

    /// Names the statement, unless one is named already.
    #[must_use]
    pub fn set_query(mut self, sql: &str) -> Self {
        if self.is_a(ErrorClass::StatementInvalid) && self.0.sql.is_none() {
            self.0.sql = Some(sql.to_owned());
        }
        self
    }

    /// Names what the database itself calls the error: see [`Error::code`].
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Names the error that it was made of: see [`Error::cause`].
    #[must_use]
    pub fn with_cause(mut self, cause: Error) -> Self {
        self.0.cause = Some(cause);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as _)
    }
}
