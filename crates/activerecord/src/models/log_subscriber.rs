//! `ActiveRecord::Base.logger`, and what it hears of statements: core.rb's `logger` and log_subscriber.rb. A logger that
//! is given hears of each statement once the adapter is free again; the one that an application has from the start
//! writes nowhere, so nothing is kept for it. `verbose_query_logs` and subscribers of the app's own are absent.

use std::rc::Rc;

use adapters::Arg;
use adapters::statement::Statement;
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RArray, Symbol, Value, method, variadic};

use crate::ground::arguments::to_value;
use crate::ground::notifications;
use crate::ground::state::with_adapter;
use crate::models::class_attributes;
use crate::models::model_schema::{class, is_base, schema};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("logger", |i, this, _| of_class(i, this), 0..=0),
    method("logger?", |i, this, _| Ok(of_class(i, this)?.truthy().into()), 0..=0),
    method("logger=", set, 1..=1),
];

/// Of a record.
pub(crate) const METHODS: &[NativeMethod] = &[
    method("logger", |i, this, _| of_record(i, this), 0..=0),
    method("logger?", |i, this, _| Ok(of_record(i, this)?.truthy().into()), 0..=0),
];

const SUBSCRIBER: &str = "ActiveSupport::LogSubscriber";
const COLORIZE: &str = "@colorize_logging";

const OF_SUBSCRIBERS: &[NativeMethod] = &[
    method("colorize_logging", |i, _, _| Ok(colorizes(i).into()), 0..=0),
    method("colorize_logging=", set_colorize, 1..=1),
    variadic("new", refuse, 0).absent(),
    variadic("attach_to", refuse, 0).absent(),
    variadic("detach_from", refuse, 0).absent(),
];

/// ANSI's colours, under the names that Active Support has for them.
const COLORS: &[(&str, &str)] = &[
    ("BLACK", "\u{1b}[30m"),
    ("RED", "\u{1b}[31m"),
    ("GREEN", "\u{1b}[32m"),
    ("YELLOW", "\u{1b}[33m"),
    ("BLUE", "\u{1b}[34m"),
    ("MAGENTA", "\u{1b}[35m"),
    ("CYAN", "\u{1b}[36m"),
    ("WHITE", "\u{1b}[37m"),
];

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let parent = interpreter.define_class(SUBSCRIBER, &object);
    interpreter.define_singleton(&parent, OF_SUBSCRIBERS);
    for (name, sequence) in COLORS {
        parent.set_constant(name, Value::str(*sequence));
    }
    interpreter.define_class("ActiveRecord::LogSubscriber", &parent);
}

fn refuse(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let class = interpreter.inspect(this)?;
    Err(interpreter.unsupported(format!("`{class}.{name}`: a subscriber of the app's own")))
}

/// One setting for every subscriber, wherever it is asked for.
fn colorizes(interpreter: &mut Interpreter) -> bool {
    let module = interpreter.class_at(SUBSCRIBER);
    let said = module.ivars.borrow().get(&Symbol::new(COLORIZE)).cloned();
    said.is_none_or(|said| said.truthy())
}

fn set_colorize(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let module = interpreter.class_at(SUBSCRIBER);
    module.ivars.borrow_mut().insert(Symbol::new(COLORIZE), args.first());
    Ok(args.first())
}

// Whose logger

fn of_class(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let class = class(interpreter, this)?;
    match class_attributes::set(&class, "logger") {
        Some(own) => Ok(own),
        None => of_application(interpreter),
    }
}

fn of_record(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    of_class(interpreter, &class)
}

/// `Rails.logger`
fn of_application(interpreter: &mut Interpreter) -> Eval {
    let rails = Value::Class(interpreter.class_at("Rails"));
    interpreter.call(&rails, "logger", Args::none())
}

fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (class, logger) = (class(interpreter, this)?, args.first());
    schema(&class).settings.borrow_mut().insert("logger".to_owned(), logger.clone());
    if is_base(&class) {
        let hears = logger.truthy() && !logger.is_identical(&of_application(interpreter)?);
        notifications::log_statements(interpreter, hears.then_some(tell as notifications::Log))?;
    }
    Ok(logger)
}

/// What the migrator tells a logger that was given.
pub(crate) fn announce(interpreter: &mut Interpreter, message: &str) -> Eval<()> {
    if !notifications::is_logging(interpreter)? {
        return Ok(());
    }
    let base = Value::Class(interpreter.class_at("ActiveRecord::Base"));
    let logger = of_class(interpreter, &base)?;
    interpreter.call(&logger, "info", Args::one(message.into())).map(drop)
}

// What it hears

/// Statements that Active Record's own subscriber is silent about. Settings of a session do not reach it.
const SILENT: [&str; 3] = ["SCHEMA", "EXPLAIN", "SESSION"];

/// Tells the logger of a statement, if its level lets it hear.
fn tell(interpreter: &mut Interpreter, statement: &Statement) -> Eval<()> {
    let base = Value::Class(interpreter.class_at("ActiveRecord::Base"));
    let logger = of_class(interpreter, &base)?;
    let name = statement.name.as_deref().unwrap_or_default();
    if !logger.truthy() || !interpreter.call(&logger, "debug?", Args::none())?.truthy() || SILENT.contains(&name) {
        return Ok(());
    }
    let outcome = line(interpreter, statement)
        .and_then(|line| interpreter.call(&logger, "debug", Args::one(line.into())).map(drop));
    match outcome {
        Err(flow) => match &*flow {
            Flow::Raise(error) if is_standard(interpreter, error) => report(interpreter, &logger, error),
            _ => Err(flow),
        },
        Ok(()) => Ok(()),
    }
}

fn is_standard(interpreter: &mut Interpreter, error: &Value) -> bool {
    let standard = interpreter.class_at("StandardError");
    interpreter.is_a(error, &standard)
}

/// `log_exception`: what goes wrong while a logger hears does not end the migration.
fn report(interpreter: &mut Interpreter, logger: &Value, error: &Value) -> Eval<()> {
    let backtrace = interpreter.call(error, "backtrace", Args::none())?;
    let (class, message) = (interpreter.class_of(error).name(), interpreter.message_of(error)?);
    let backtrace = interpreter.to_s(&backtrace)?;
    let text = format!("Could not log \"sql.active_record\" event. {class}: {message} {backtrace}");
    interpreter.call(logger, "error", Args::one(text.into())).map(drop)
}

fn line(interpreter: &mut Interpreter, statement: &Statement) -> Eval<String> {
    let said = statement.name.as_deref().unwrap_or_default();
    let milliseconds = Value::Float(statement.duration.as_secs_f64() * 1000.0);
    let milliseconds = interpreter.call(&milliseconds, "round", Args::one(Value::Int(1)))?;
    let name = format!("{said} ({}ms)", interpreter.to_s(&milliseconds)?);
    let binds = shown_binds(interpreter, statement)?;
    let sql = &statement.sql;
    if !colorizes(interpreter) {
        return Ok(format!("  {name}  {sql}{binds}"));
    }
    let of_name = if said.trim().is_empty() || said == "SQL" { "MAGENTA" } else { "CYAN" };
    Ok(format!("  {}  {}{binds}", bold(&name, of_name), bold(sql, color_of(sql))))
}

fn bold(text: &str, color: &str) -> String {
    let sequence = COLORS.iter().find(|(name, _)| *name == color).map_or("", |(_, sequence)| sequence);
    format!("\u{1b}[1m{sequence}{text}\u{1b}[0m")
}

/// By what the statement begins with, but for locks and transactions.
fn color_of(sql: &str) -> &'static str {
    let sql = sql.to_ascii_lowercase();
    let begins = |word: &str| sql.trim_ascii_start().starts_with(word);
    let locks = || sql.split_once("select ").is_some_and(|(_, rest)| rest.contains("for update"));
    match () {
        () if begins("rollback") => "RED",
        () if locks() || begins("lock") => "WHITE",
        () if begins("select") => "BLUE",
        () if begins("insert") => "GREEN",
        () if begins("update") => "YELLOW",
        () if begins("delete") => "RED",
        () if sql.trim_ascii_end().ends_with("transaction") => "CYAN",
        () => "MAGENTA",
    }
}

/// `  [["name", value], ..]`, as they are sent; of what is binary its length.
fn shown_binds(interpreter: &mut Interpreter, statement: &Statement) -> Eval<String> {
    if statement.binds.is_empty() {
        return Ok(String::new());
    }
    let mut pairs = Vec::with_capacity(statement.binds.len());
    for (place, bind) in statement.binds.iter().enumerate() {
        let name = statement.bind_names.get(place).cloned().flatten();
        let value = if let Arg::Bytes(bytes) = bind {
            Value::str(format!("<{} bytes of binary data>", bytes.len()))
        } else {
            let sent = with_adapter(interpreter, |adapter| adapter.type_cast(bind))?;
            to_value(interpreter, &sent)
        };
        pairs.push(Value::Array(Rc::new(RArray::new(vec![name.map(Value::str).into(), value]))));
    }
    Ok(format!("  {}", interpreter.inspect(&Value::array(pairs))?))
}
