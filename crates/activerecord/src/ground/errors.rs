//! active_record/errors.rb: the exception classes, and the way of an adapter's error into Ruby and of a Ruby exception
//! out of it. The drivers' own classes (`Mysql2::Error`, `PG::UndefinedTable`, ...) are here too, for `rescue` names them.

use std::fmt;
use std::rc::Rc;

use ruby::exception::{AbortKind, ExceptionData, Location};
use ruby::source::cut;
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RClass, Symbol, Value, method};

/// Each class with the one it inherits from, parents first.
const CLASSES: &[(&str, &str)] = &[
    ("ActiveRecord::ActiveRecordError", "StandardError"),
    ("ActiveRecord::SubclassNotFound", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::AdapterNotSpecified", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::TableNotSpecified", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::AdapterNotFound", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::AdapterError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::ConnectionNotEstablished", "ActiveRecord::AdapterError"),
    ("ActiveRecord::ConnectionTimeoutError", "ActiveRecord::ConnectionNotEstablished"),
    ("ActiveRecord::ConnectionNotDefined", "ActiveRecord::ConnectionNotEstablished"),
    ("ActiveRecord::DatabaseConnectionError", "ActiveRecord::ConnectionNotEstablished"),
    ("ActiveRecord::ExclusiveConnectionTimeoutError", "ActiveRecord::ConnectionTimeoutError"),
    ("ActiveRecord::ReadOnlyError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::RecordNotFound", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::RecordNotSaved", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::RecordNotDestroyed", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::RecordInvalid", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::SoleRecordExceeded", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::StatementInvalid", "ActiveRecord::AdapterError"),
    ("ActiveRecord::WrappedDatabaseException", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::RecordNotUnique", "ActiveRecord::WrappedDatabaseException"),
    ("ActiveRecord::InvalidForeignKey", "ActiveRecord::WrappedDatabaseException"),
    ("ActiveRecord::MismatchedForeignKey", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::NotNullViolation", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::CheckViolation", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::ExclusionViolation", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::ValueTooLong", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::RangeError", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::SQLWarning", "ActiveRecord::AdapterError"),
    ("ActiveRecord::PreparedStatementInvalid", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::NoDatabaseError", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::DatabaseAlreadyExists", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::PreparedStatementCacheExpired", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::StaleObjectError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::ConfigurationError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::ReadOnlyRecord", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::Rollback", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::DangerousAttributeError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::UnknownPrimaryKey", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::UnmodifiableRelation", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::TransactionIsolationError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::TransactionRollbackError", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::SerializationFailure", "ActiveRecord::TransactionRollbackError"),
    ("ActiveRecord::Deadlocked", "ActiveRecord::TransactionRollbackError"),
    ("ActiveRecord::IrreversibleOrderError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::QueryAborted", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::LockWaitTimeout", "ActiveRecord::StatementInvalid"),
    ("ActiveRecord::StatementTimeout", "ActiveRecord::QueryAborted"),
    ("ActiveRecord::QueryCanceled", "ActiveRecord::QueryAborted"),
    ("ActiveRecord::AdapterTimeout", "ActiveRecord::QueryAborted"),
    ("ActiveRecord::ConnectionFailed", "ActiveRecord::QueryAborted"),
    ("ActiveRecord::UnknownAttributeReference", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::DatabaseVersionError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::MigrationError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::IrreversibleMigration", "ActiveRecord::MigrationError"),
    ("ActiveRecord::PendingMigrationError", "ActiveRecord::MigrationError"),
    ("ActiveRecord::ConcurrentMigrationError", "ActiveRecord::MigrationError"),
    ("ActiveRecord::AssociationTypeMismatch", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::SerializationTypeMismatch", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::StrictLoadingViolationError", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::AttributeMethods::Serialization::ColumnNotSerializableError", "StandardError"),
    ("ActiveRecord::NestedAttributes::TooManyRecords", "ActiveRecord::ActiveRecordError"),
    ("ActiveModel::StrictValidationFailed", "StandardError"),
    ("ActiveModel::ValidationError", "StandardError"),
    ("ActiveModel::RangeError", "RangeError"),
    ("ActiveRecord::TypeConflictError", "StandardError"),
    ("ActiveModel::MissingAttributeError", "NoMethodError"),
    ("ActiveModel::UnknownAttributeError", "NoMethodError"),
    ("ActiveModel::ForbiddenAttributesError", "StandardError"),
    ("ActiveRecord::TableNotSpecified", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::SubclassNotFound", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::SoleRecordExceeded", "ActiveRecord::ActiveRecordError"),
    ("ActiveRecord::EagerLoadPolymorphicError", "ActiveRecord::ActiveRecordError"),
    ("Arel::ArelError", "StandardError"),
    ("Arel::Visitors::UnsupportedVisitError", "StandardError"),
];

const MYSQL2_CLASSES: &[(&str, &str)] = &[
    ("Mysql2::Error", "StandardError"),
    ("Mysql2::Error::ConnectionError", "Mysql2::Error"),
    ("Mysql2::Error::TimeoutError", "Mysql2::Error"),
];

const TRILOGY_CLASSES: &[(&str, &str)] = &[
    ("Trilogy::BaseError", "StandardError"),
    ("Trilogy::ProtocolError", "Trilogy::BaseError"),
    ("Trilogy::BaseConnectionError", "Trilogy::BaseError"),
];

const SQLITE3_CLASSES: &[(&str, &str)] = &[
    ("SQLite3::Exception", "StandardError"),
    ("SQLite3::SQLException", "SQLite3::Exception"),
    ("SQLite3::BusyException", "SQLite3::Exception"),
    ("SQLite3::ConstraintException", "SQLite3::Exception"),
    ("SQLite3::CorruptException", "SQLite3::Exception"),
    ("SQLite3::FullException", "SQLite3::Exception"),
    ("SQLite3::LockedException", "SQLite3::Exception"),
    ("SQLite3::MismatchException", "SQLite3::Exception"),
    ("SQLite3::RangeException", "SQLite3::Exception"),
    ("SQLite3::ReadOnlyException", "SQLite3::Exception"),
];

/// `PG::ServerError`'s families, with those of their members that migrations name.
const PG_CLASSES: &[(&str, &str)] = &[
    ("PG::Error", "StandardError"),
    ("PG::ServerError", "PG::Error"),
    ("PG::UnableToSend", "PG::Error"),
    ("PG::ConnectionBad", "PG::Error"),
    ("PG::IntegrityConstraintViolation", "PG::ServerError"),
    ("PG::NotNullViolation", "PG::IntegrityConstraintViolation"),
    ("PG::ForeignKeyViolation", "PG::IntegrityConstraintViolation"),
    ("PG::UniqueViolation", "PG::IntegrityConstraintViolation"),
    ("PG::CheckViolation", "PG::IntegrityConstraintViolation"),
    ("PG::ExclusionViolation", "PG::IntegrityConstraintViolation"),
    ("PG::RestrictViolation", "PG::IntegrityConstraintViolation"),
    ("PG::DataException", "PG::ServerError"),
    ("PG::StringDataRightTruncation", "PG::DataException"),
    ("PG::NumericValueOutOfRange", "PG::DataException"),
    ("PG::InvalidTextRepresentation", "PG::DataException"),
    ("PG::InvalidDatetimeFormat", "PG::DataException"),
    ("PG::DivisionByZero", "PG::DataException"),
    ("PG::FeatureNotSupported", "PG::ServerError"),
    ("PG::ActiveSqlTransaction", "PG::ServerError"),
    ("PG::InFailedSqlTransaction", "PG::ServerError"),
    ("PG::SyntaxErrorOrAccessRuleViolation", "PG::ServerError"),
    ("PG::SyntaxError", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::InsufficientPrivilege", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::UndefinedColumn", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::UndefinedFunction", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::UndefinedTable", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::UndefinedObject", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::DuplicateColumn", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::DuplicateTable", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::DuplicateObject", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::DuplicateSchema", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::DuplicateFunction", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::DatatypeMismatch", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::WrongObjectType", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::InvalidTableDefinition", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::InvalidColumnReference", "PG::SyntaxErrorOrAccessRuleViolation"),
    ("PG::InvalidSchemaName", "PG::ServerError"),
    ("PG::DependentObjectsStillExist", "PG::ServerError"),
    ("PG::ObjectNotInPrerequisiteState", "PG::ServerError"),
    ("PG::ObjectInUse", "PG::ObjectNotInPrerequisiteState"),
    ("PG::LockNotAvailable", "PG::ObjectNotInPrerequisiteState"),
    ("PG::QueryCanceled", "PG::ServerError"),
    ("PG::TRSerializationFailure", "PG::ServerError"),
    ("PG::TRDeadlockDetected", "PG::ServerError"),
    ("PG::RaiseException", "PG::ServerError"),
    ("PG::InternalError", "PG::ServerError"),
];

const MIGRATION_ERROR_METHODS: &[NativeMethod] = &[method("initialize", initialize_migration_error, 0..=1)];
const RECORD_INVALID_METHODS: &[NativeMethod] =
    &[method("initialize", initialize_record_invalid, 0..=1), method("record", error_record, 0..=0)];
const RECORD_ERROR_METHODS: &[NativeMethod] =
    &[method("initialize", initialize_record_error, 0..=2), method("record", error_record, 0..=0)];
const STALE_OBJECT_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_stale_object, 0..=2),
    method("record", error_record, 0..=0),
    method("attempted_action", |i, this, _| Ok(i.instance_variable(this, Symbol::new("@attempted_action"))), 0..=0),
];
const STATEMENT_INVALID_METHODS: &[NativeMethod] = &[method("sql", sql, 0..=0), method("binds", binds, 0..=0)];

/// What ended an evaluation, out of Ruby's hands.
#[derive(Clone, Debug)]
pub struct RubyError {
    pub class: String,
    pub message: String,
    /// Innermost first.
    pub backtrace: Vec<Location>,
    pub cause: Option<Box<RubyError>>,
    /// The database's refusal behind it, if that is what it is.
    pub database: Option<adapters::Error>,
    /// A StandardError: what a plain `rescue` sees, and Rails' migrator wraps.
    pub standard: bool,
    /// Set when Ruby code could not have rescued it: unsupported, or the budget is used up.
    pub abort: Option<Box<AbortKind>>,
    /// `exit` and its kin: the status.
    pub exit_status: Option<i64>,
}

impl fmt::Display for RubyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for RubyError {}

impl RubyError {
    /// The same without the cause that has this message, and without what is behind that.
    #[must_use]
    pub(crate) fn without_cause(mut self, message: &str) -> Self {
        self.cause =
            self.cause.filter(|cause| cause.message != message).map(|cause| Box::new(cause.without_cause(message)));
        self
    }

    /// The same, which came about while `first` was being handled: that is the cause of the innermost that has none.
    #[must_use]
    pub(crate) fn after(mut self, first: RubyError) -> Self {
        let mut place = &mut self.cause;
        while let Some(inner) = place {
            place = &mut inner.cause;
        }
        *place = Some(Box::new(first));
        self
    }
}

impl From<adapters::Error> for RubyError {
    /// An error of the migrator's own statements, which no Ruby code sees.
    fn from(error: adapters::Error) -> Self {
        let mut out = plain(error.class().name(), error.message().to_owned());
        out.standard = error.is_a(adapters::ErrorClass::StandardError);
        out.database = Some(error);
        out
    }
}

impl RubyError {
    /// Time was up before the migration could be recorded.
    pub fn deadline(cause: Option<Self>) -> Self {
        let kind = AbortKind::Deadline;
        Self {
            cause: cause.map(Box::new),
            abort: Some(Box::new(kind.clone())),
            ..plain(abort_class(&kind), kind.to_string())
        }
    }

    /// Whether the connection to the database was lost: here, or in what this comes from.
    pub fn is_lost_connection(&self) -> bool {
        self.database.as_ref().is_some_and(adapters::Error::is_lost_connection)
            || self.cause.as_deref().is_some_and(Self::is_lost_connection)
    }

    /// Another process kept SQLite from writing.
    pub fn is_kept_out(&self) -> bool {
        self.database.as_ref().is_some_and(adapters::Error::is_kept_out)
    }

    /// A file that is not there.
    pub fn load_error(message: &str) -> Self {
        plain("LoadError", message.to_owned())
    }
}

/// What an adapter answered, as Ruby gets it.
pub(crate) trait OrRaise<T> {
    fn or_raise(self, interpreter: &mut Interpreter) -> Eval<T>;
}

impl<T> OrRaise<T> for adapters::Result<T> {
    fn or_raise(self, interpreter: &mut Interpreter) -> Eval<T> {
        self.map_err(|error| raise(interpreter, error))
    }
}

pub(crate) fn define(interpreter: &mut Interpreter, adapter_name: &str) {
    define_all(interpreter, CLASSES);
    // Active Model's, under the name that older code has.
    let unknown_attribute = Value::Class(interpreter.class_at("ActiveModel::UnknownAttributeError"));
    interpreter.class_at("ActiveRecord").set_constant("UnknownAttributeError", unknown_attribute);
    define_all(
        interpreter,
        match adapter_name {
            "Mysql2" => MYSQL2_CLASSES,
            "Trilogy" => TRILOGY_CLASSES,
            "PostgreSQL" => PG_CLASSES,
            _ => SQLITE3_CLASSES,
        },
    );
    interpreter.class_at("ActiveRecord::MigrationError").define(MIGRATION_ERROR_METHODS);
    interpreter.class_at("ActiveRecord::StatementInvalid").define(STATEMENT_INVALID_METHODS);
    interpreter.class_at("ActiveRecord::RecordInvalid").define(RECORD_INVALID_METHODS);
    interpreter.class_at("ActiveRecord::RecordNotSaved").define(RECORD_ERROR_METHODS);
    interpreter.class_at("ActiveRecord::RecordNotDestroyed").define(RECORD_ERROR_METHODS);
    interpreter.class_at("ActiveRecord::StaleObjectError").define(STALE_OBJECT_METHODS);
}

fn define_all(interpreter: &mut Interpreter, classes: &[(&str, &str)]) {
    for (name, superclass) in classes {
        let superclass = interpreter.class_at(superclass);
        interpreter.define_class(name, &superclass);
    }
}

/// The exception that Rails would raise for an adapter's error.
pub(crate) fn raise(interpreter: &mut Interpreter, error: adapters::Error) -> Box<Flow> {
    if error.class() == adapters::ErrorClass::Unsupported {
        return interpreter.unsupported(error.message());
    }
    if error.class() == adapters::ErrorClass::NoMemoryError {
        return interpreter.abort(AbortKind::Host(error.message().to_owned()));
    }
    let flow = match error.class() {
        adapters::ErrorClass::IrreversibleMigration => {
            migration_error(interpreter, error.class().name(), error.message())
        }
        class => {
            let class = exception_class(interpreter, class);
            interpreter.error_of(&class, error.message())
        }
    };
    if let Flow::Raise(exception) = &*flow
        && let Some(data) = exception.data::<ExceptionData>()
    {
        let native = cause(interpreter, &error);
        let first = error.cause().cloned().and_then(|first| match *raise(interpreter, first) {
            Flow::Raise(first) => Some(first),
            _ => None,
        });
        if let Some(cause) = native.or_else(|| first.clone()) {
            *data.cause.borrow_mut() = cause;
            data.has_cause.set(true);
        }
        if let Some(first) = first {
            set_first_cause(&exception.clone(), &first);
        }
        *data.native.borrow_mut() = Some(Rc::new(error));
    }
    flow
}

/// The class in Ruby, made where nobody asked for it before.
fn exception_class(interpreter: &mut Interpreter, class: adapters::ErrorClass) -> Rc<RClass> {
    match class.superclass() {
        Some(superclass) => {
            let superclass = exception_class(interpreter, superclass);
            interpreter.define_class(class.name(), &superclass)
        }
        None => interpreter.class_at(class.name()),
    }
}

/// `raise IrreversibleMigration, message`.
pub(crate) fn irreversible(interpreter: &mut Interpreter, message: &str) -> Box<Flow> {
    migration_error(interpreter, "ActiveRecord::IrreversibleMigration", message)
}

fn migration_error(interpreter: &mut Interpreter, class: &str, message: &str) -> Box<Flow> {
    interpreter.error(class, format!("\n\n{message}\n\n"))
}

/// What was being handled when an error came about: Ruby makes it the cause of the innermost that has none.
pub(crate) fn set_first_cause(exception: &Value, first: &Value) {
    let mut innermost = exception.clone();
    while let Some(data) = innermost.data::<ExceptionData>() {
        let cause = data.cause.borrow().clone();
        if cause.is_identical(first) || innermost.is_identical(first) {
            return;
        }
        if !data.has_cause.get() || matches!(cause, Value::Nil) {
            *data.cause.borrow_mut() = first.clone();
            data.has_cause.set(true);
            return;
        }
        innermost = cause;
    }
}

/// The driver's own exception. Rails' message begins with its class.
fn cause(interpreter: &mut Interpreter, error: &adapters::Error) -> Option<Value> {
    // What Rails found out about a foreign key comes before.
    let message = error.message().rsplit_once("\nOriginal message: ").map_or(error.message(), |(_, original)| original);
    let (class, message) = message.split_once(": ")?;
    let parent = match class.split("::").next()? {
        "Mysql2" => "Mysql2::Error",
        "Trilogy" => "Trilogy::BaseError",
        "PG" => "PG::ServerError",
        "SQLite3" => "SQLite3::Exception",
        _ => return None,
    };
    let parent = interpreter.class_at(parent);
    let class = interpreter.define_class(class, &parent);
    match *interpreter.error_of(&class, message) {
        Flow::Raise(exception) => Some(exception),
        _ => None,
    }
}

/// A Ruby evaluation's end, for those who know no Ruby.
pub(crate) fn ruby_error(interpreter: &mut Interpreter, flow: Flow) -> RubyError {
    match flow {
        Flow::Raise(exception) => exception_error(interpreter, &exception, 0),
        Flow::Abort(abort) => RubyError {
            class: abort_class(&abort.kind).to_owned(),
            message: cut(&abort.kind.to_string(), MOST_OF_A_MESSAGE).into_owned(),
            backtrace: abort.backtrace,
            cause: None,
            database: None,
            standard: false,
            abort: Some(Box::new(abort.kind)),
            exit_status: None,
        },
        Flow::Throw(tag, _) => {
            let tag = interpreter.inspect(&tag).unwrap_or_default();
            plain("UncaughtThrowError", format!("uncaught throw {tag}"))
        }
        Flow::Break(..) => plain("LocalJumpError", "break from proc-closure".to_owned()),
        Flow::Return(..) => plain("LocalJumpError", "unexpected return".to_owned()),
        Flow::Next(_) | Flow::Redo | Flow::Retry => plain("LocalJumpError", "unexpected jump".to_owned()),
    }
}

/// Characters of a message that are told on: code can raise a text of any length.
const MOST_OF_A_MESSAGE: usize = 10_000;

fn plain(class: &str, message: String) -> RubyError {
    RubyError {
        class: cut(class, MOST_OF_A_MESSAGE).into_owned(),
        message: cut(&message, MOST_OF_A_MESSAGE).into_owned(),
        backtrace: Vec::new(),
        cause: None,
        database: None,
        standard: false,
        abort: None,
        exit_status: None,
    }
}

fn abort_class(kind: &AbortKind) -> &'static str {
    match kind {
        AbortKind::Unsupported(_) => "Maglev::Unsupported",
        AbortKind::Host(_) => "Maglev::Interrupted",
        AbortKind::Deadline => "Maglev::DeadlineExceeded",
        _ => "Maglev::BudgetExceeded",
    }
}

/// Causes are followed so deep; a chain that closes on itself ends there.
const MAXIMUM_CAUSES: usize = 16;

fn exception_error(interpreter: &mut Interpreter, exception: &Value, depth: usize) -> RubyError {
    let class = interpreter.class_of(exception).name();
    let message = match interpreter.call(exception, "message", Args::none()) {
        Ok(message) => message.as_string().unwrap_or_default(),
        Err(_) => class.clone(),
    };
    let mut error = plain(&class, message);
    let standard = interpreter.class_at("StandardError");
    error.standard = interpreter.is_a(exception, &standard);
    let exit = interpreter.class_at("SystemExit");
    if interpreter.is_a(exception, &exit)
        && let Value::Int(status) = interpreter.instance_variable(exception, Symbol::new("status"))
    {
        error.exit_status = Some(status);
    }
    if let Some(data) = exception.data::<ExceptionData>() {
        error.backtrace.clone_from(&data.backtrace.borrow());
        let native = data.native.borrow().clone();
        error.database = native.and_then(|native| native.downcast_ref::<adapters::Error>().cloned());
        let cause = data.cause.borrow().clone();
        if !cause.is_nil() && depth < MAXIMUM_CAUSES {
            error.cause = Some(Box::new(exception_error(interpreter, &cause, depth + 1)));
        }
    }
    error
}

/// `MigrationError#initialize`: puts empty lines around the message.
fn initialize_migration_error(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let Some(data) = this.data::<ExceptionData>()
        && args.first().truthy()
    {
        let message = interpreter.to_s(&args.first())?;
        *data.message.borrow_mut() = Value::str(format!("\n\n{message}\n\n"));
    }
    Ok(Value::Nil)
}

/// Replaces what an exception's `message` answers.
pub(crate) fn set_message(this: &Value, message: Value) {
    if let Some(data) = this.data::<ExceptionData>() {
        *data.message.borrow_mut() = message;
    }
}

fn error_record(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(interpreter.instance_variable(this, Symbol::new("@record")))
}

/// `RecordInvalid.new(record)`
fn initialize_record_invalid(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = args.first();
    if record.is_nil() {
        set_message(this, Value::str("Record invalid"));
        return Ok(Value::Nil);
    }
    interpreter.set_instance_variable(this, Symbol::new("@record"), record.clone())?;
    let errors = interpreter.call(&record, "errors", Args::none())?;
    let messages = interpreter.call(&errors, "full_messages", Args::none())?;
    let joined = interpreter.call(&messages, "join", Args::one(Value::str(", ")))?;
    let joined = interpreter.to_s(&joined)?;
    set_message(this, Value::str(format!("Validation failed: {joined}")));
    Ok(Value::Nil)
}

/// `RecordNotSaved.new(message, record)`
fn initialize_record_error(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set_message(this, args.first());
    interpreter.set_instance_variable(this, Symbol::new("@record"), args.get(1))?;
    Ok(Value::Nil)
}

/// `StaleObjectError.new(record, attempted_action)`
fn initialize_stale_object(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.has(1) {
        set_message(this, Value::str("Stale object error."));
        return Ok(Value::Nil);
    }
    interpreter.set_instance_variable(this, Symbol::new("@record"), args.first())?;
    interpreter.set_instance_variable(this, Symbol::new("@attempted_action"), args.get(1))?;
    let action = interpreter.to_s(&args.get(1))?;
    let class = interpreter.class_of(&args.first()).name();
    set_message(this, Value::str(format!("Attempted to {action} a stale object: {class}.")));
    Ok(Value::Nil)
}

fn sql(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let native = this.data::<ExceptionData>().and_then(|data| data.native.borrow().clone());
    let error = native.as_ref().and_then(|native| native.downcast_ref::<adapters::Error>());
    Ok(error.and_then(adapters::Error::sql).into())
}

fn binds(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::array(Vec::new()))
}
