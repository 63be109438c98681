//! What the initializer of an app may set (lib/strong_migrations.rb), and what comes of it: time limits before the first
//! command of a migration, statistics after a new index (lib/strong_migrations/checker.rb and its adapters).

use std::rc::Rc;

use adapters::Dialect;
use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Symbol, Value, method};

use crate::ground::state::dialect;

const SETTINGS: [&str; 20] = [
    "alphabetize_schema",
    "auto_analyze",
    "check_down",
    "enabled_checks",
    "error_messages",
    "lock_timeout",
    "lock_timeout_limit",
    "lock_timeout_retries",
    "lock_timeout_retry_delay",
    "remove_invalid_indexes",
    "safe_by_default",
    "skipped_databases",
    "start_after",
    "statement_timeout",
    "target_mariadb_version",
    "target_mysql_version",
    "target_postgresql_version",
    "target_sql_mode",
    "target_version",
    "transaction_timeout",
];

/// The checks are absent, and so is what is said of them.
const METHODS: &[NativeMethod] = &[
    method("add_check", |_, _, _| Ok(Value::Nil), 0..=0),
    method("disable_check", |_, _, _| Ok(Value::Nil), 1..=1),
    method("enable_check", |_, _, _| Ok(Value::Nil), 1..=1).taking(&["start_after"]),
    method("skip_database", skip_database, 1..=1),
];

pub(super) fn define(interpreter: &mut Interpreter) -> Eval<()> {
    let module = interpreter.class_at("StrongMigrations");
    interpreter.define_singleton(&module, METHODS);
    let singleton = interpreter.singleton_class(&module);
    for name in SETTINGS {
        let variable = Symbol::new(&format!("@{name}"));
        singleton.set_method(Symbol::new(name), MethodBody::Reader(variable), Visibility::Public);
        singleton.set_method(Symbol::new(&format!("{name}=")), MethodBody::Writer(variable), Visibility::Public);
    }
    for (name, value) in [
        ("auto_analyze", false.into()),
        ("start_after", Value::Int(0)),
        ("lock_timeout_retries", Value::Int(0)),
        ("skipped_databases", Value::array(Vec::new())),
        ("error_messages", Value::hash(RHash::new())),
        ("enabled_checks", Value::hash(RHash::new())),
    ] {
        let variable = Symbol::new(&format!("@{name}"));
        interpreter.set_instance_variable(&Value::Class(Rc::clone(&module)), variable, value)?;
    }
    Ok(())
}

fn skip_database(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let skipped = interpreter.call(this, "skipped_databases", Args::none())?;
    interpreter.call(&skipped, "<<", args)
}

/// A setting, where the app has an initializer.
fn setting(interpreter: &mut Interpreter, name: &str) -> Eval<Option<Value>> {
    let module = Value::Class(interpreter.class_at("StrongMigrations"));
    if !interpreter.responds_to(&module, name) {
        return Ok(None);
    }
    let value = interpreter.call(&module, name, Args::none())?;
    Ok(value.truthy().then_some(value))
}

const ARE_SET: &str = "@strong_migrations_timeouts_set";

/// Before a command of a migration: the time limits, once.
pub(super) fn set(interpreter: &mut Interpreter, migration: &Value) -> Eval<()> {
    let statement = setting(interpreter, "statement_timeout")?;
    let lock = setting(interpreter, "lock_timeout")?;
    if statement.is_none() && lock.is_none() {
        return Ok(());
    }
    let (schema, are_set) = (interpreter.class_at("ActiveRecord::Schema"), Symbol::new(ARE_SET));
    if interpreter.is_a(migration, &schema) || interpreter.instance_variable(migration, are_set).truthy() {
        return Ok(());
    }
    interpreter.set_instance_variable(migration, are_set, true.into())?;
    let connection = interpreter.call(migration, "connection", Args::none())?;
    let dialect = dialect(interpreter)?;
    if let Some(limit) = statement {
        limit_statements(interpreter, &connection, dialect, &limit)?;
    }
    if let Some(limit) = lock {
        limit_locks(interpreter, &connection, dialect, &limit)?;
    }
    Ok(())
}

fn limit_statements(interpreter: &mut Interpreter, connection: &Value, dialect: Dialect, limit: &Value) -> Eval<()> {
    match dialect {
        Dialect::PostgreSql => {
            let limit = text_or_milliseconds(interpreter, limit)?;
            assign(interpreter, connection, "statement_timeout TO", limit)
        }
        Dialect::MySql if interpreter.call(connection, "mariadb?", Args::none())?.truthy() => {
            let limit = seconds(interpreter, limit)?;
            assign(interpreter, connection, "max_statement_time =", limit)
        }
        Dialect::MySql => {
            let limit = milliseconds(interpreter, limit)?;
            assign(interpreter, connection, "max_execution_time =", limit)
        }
        Dialect::Sqlite => Ok(()),
    }
}

fn limit_locks(interpreter: &mut Interpreter, connection: &Value, dialect: Dialect, limit: &Value) -> Eval<()> {
    match dialect {
        Dialect::PostgreSql => {
            let limit = text_or_milliseconds(interpreter, limit)?;
            assign(interpreter, connection, "lock_timeout TO", limit)
        }
        Dialect::MySql => {
            let limit = seconds(interpreter, limit)?;
            assign(interpreter, connection, "lock_wait_timeout =", limit)
        }
        Dialect::Sqlite => Ok(()),
    }
}

fn assign(interpreter: &mut Interpreter, connection: &Value, variable: &str, value: Value) -> Eval<()> {
    let quoted = interpreter.call(connection, "quote", Args::one(value))?;
    let sql = format!("SET {variable} {}", interpreter.to_s(&quoted)?);
    interpreter.call(connection, "select_all", Args::one(Value::str(sql))).map(drop)
}

/// Rounded up: a limit below a millisecond must not become none.
fn milliseconds(interpreter: &mut Interpreter, limit: &Value) -> Eval {
    let seconds = interpreter.call(limit, "to_f", Args::none())?;
    let exact = interpreter.call(&seconds, "*", Args::one(Value::Int(1000)))?;
    interpreter.call(&exact, "ceil", Args::none())
}

/// PostgreSQL knows units, so that a text goes there as it is.
fn text_or_milliseconds(interpreter: &mut Interpreter, limit: &Value) -> Eval {
    if let Value::Str(_) = limit { Ok(limit.clone()) } else { milliseconds(interpreter, limit) }
}

fn seconds(interpreter: &mut Interpreter, limit: &Value) -> Eval {
    let duration = interpreter.class_at("ActiveSupport::Duration");
    if interpreter.is_a(limit, &duration) { interpreter.call(limit, "value", Args::none()) } else { Ok(limit.clone()) }
}

/// After a command: the statistics of a table with a new index, where the app wants them.
pub(super) fn analyze(interpreter: &mut Interpreter, migration: &Value, command: Symbol, args: &Args) -> Eval<()> {
    if !adds_index(command, args) || setting(interpreter, "auto_analyze")?.is_none() {
        return Ok(());
    }
    let analyze = match dialect(interpreter)? {
        Dialect::Sqlite => return Ok(()),
        Dialect::PostgreSql => "ANALYZE",
        Dialect::MySql => "ANALYZE TABLE",
    };
    let connection = interpreter.call(migration, "connection", Args::none())?;
    let table = Value::str(interpreter.to_s(&args.first())?);
    let table = interpreter.call(&connection, "quote_table_name", Args::one(table))?;
    let sql = format!("{analyze} {}", interpreter.to_s(&table)?);
    interpreter.call(&connection, "execute", Args::one(Value::str(sql))).map(drop)
}

/// A reference has an index unless it is told not to.
fn adds_index(command: Symbol, args: &Args) -> bool {
    match &*command.to_str() {
        "add_index" => true,
        "add_reference" | "add_belongs_to" => {
            let options = args.clone().take_options().and_then(|options| options.get_symbol("index"));
            options.is_none_or(|index| index.truthy())
        }
        _ => false,
    }
}
