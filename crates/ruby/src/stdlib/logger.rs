//! Logger, and ActiveSupport::Logger as the same: writes to `$stdout`, a StringIO or another object that has
//! `write`; a file's name is refused.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::core::numeric_tower::to_int;
use crate::core::time::{Moment, host_now, local_zone, strftime};
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, ExceptionData};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, Value};

const METHODS: &[NativeMethod] = &[
    method("debug", log::<0>, 0..=1),
    method("info", log::<1>, 0..=1),
    method("warn", log::<2>, 0..=1),
    method("error", log::<3>, 0..=1),
    method("fatal", log::<4>, 0..=1),
    method("unknown", log::<5>, 0..=1),
    method("add", add, 1..=3),
    method("log", add, 1..=3),
    method("<<", append, 1..=1),
    method("debug?", is_at::<0>, 0..=0),
    method("info?", is_at::<1>, 0..=0),
    method("warn?", is_at::<2>, 0..=0),
    method("error?", is_at::<3>, 0..=0),
    method("fatal?", is_at::<4>, 0..=0),
    method("level", level, 0..=0),
    method("level=", set_level, 1..=1),
    method("progname", progname, 0..=0),
    method("progname=", set_progname, 1..=1),
    method("formatter", formatter, 0..=0),
    method("formatter=", set_formatter, 1..=1),
    method("silence", silence, 0..=1),
    method("close", nothing, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 0..=3)
    .taking(&["level", "progname", "formatter"])
    .lacking(&["datetime_format", "binmode", "shift_period_suffix", "reraise_write_errors"])];

const LEVELS: &[&str] = &["DEBUG", "INFO", "WARN", "ERROR", "FATAL", "UNKNOWN"];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("Logger", &object);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    let severity = interpreter.define_module("Logger::Severity");
    for (number, name) in LEVELS.iter().enumerate() {
        class.set_constant(name, Value::from(number));
        severity.set_constant(name, Value::from(number));
    }
    interpreter.define_class("ActiveSupport::Logger", &class);
}

struct Log {
    device: Value,
    level: Cell<i64>,
    progname: RefCell<Value>,
    formatter: RefCell<Value>,
    /// ActiveSupport::Logger writes the message alone.
    bare: bool,
}

impl NativeData for Log {}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let device = args.first();
    if matches!(device, Value::Str(_)) {
        return Err(interpreter.unsupported("a Logger that writes to a file"));
    }
    let level = match args.keyword("level") {
        Some(level) => level_number(interpreter, &level)?,
        None => 0,
    };
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let log = Log {
        device,
        level: Cell::new(level),
        progname: RefCell::new(args.keyword("progname").unwrap_or_default()),
        formatter: RefCell::new(args.keyword("formatter").unwrap_or_default()),
        bare: class.is_named("ActiveSupport::Logger"),
    };
    Ok(Value::native(class, log))
}

fn level_number(interpreter: &mut Interpreter, level: &Value) -> Eval<i64> {
    let Some(name) = level.as_name() else {
        return to_int(interpreter, level);
    };
    match LEVELS.iter().position(|known| known.eq_ignore_ascii_case(&name)) {
        Some(number) => Ok(number as i64),
        None => Err(interpreter.argument_error(format!("invalid log level: {name}"))),
    }
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Log>> {
    match this.data::<Log>() {
        Some(log) => Ok(log),
        None => Err(interpreter.type_error("uninitialized Logger")),
    }
}

fn log<const LEVEL: i64>(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (message, progname) = match &args.block {
        Some(_) => (Value::Nil, args.first()),
        None => (args.first(), Value::Nil),
    };
    emit(interpreter, this, LEVEL, message, progname, args.block)
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let level = level_number(interpreter, &args.first())?;
    let (message, progname) = (args.get(1), args.get(2));
    emit(interpreter, this, level, message, progname, args.block)
}

fn emit(
    interpreter: &mut Interpreter,
    this: &Value,
    level: i64,
    message: Value,
    progname: Value,
    block: Option<Rc<crate::runtime::value::RProc>>,
) -> Eval {
    let log = data(interpreter, this)?;
    if level < log.level.get() || log.device.is_nil() {
        return Ok(Value::Bool(true));
    }
    let progname = if progname.is_nil() { log.progname.borrow().clone() } else { progname };
    let (message, progname) = match (message, block) {
        (Value::Nil, Some(block)) => (interpreter.call_block(&block, Args::none())?, progname),
        (Value::Nil, None) => (progname, log.progname.borrow().clone()),
        (message, _) => (message, progname),
    };
    let text = line(interpreter, &log, level, &message, &progname)?;
    write(interpreter, &log, text)?;
    Ok(Value::Bool(true))
}

fn write(interpreter: &mut Interpreter, log: &Log, text: Value) -> Eval {
    interpreter.call(&log.device, "write", Args::one(text))
}

fn line(interpreter: &mut Interpreter, log: &Log, level: i64, message: &Value, progname: &Value) -> Eval {
    let severity =
        LEVELS.get(level.max(0) as usize).map_or("ANY", |name| if *name == "UNKNOWN" { "ANY" } else { name });
    let now = host_now(interpreter);
    let zone = local_zone(interpreter);
    let formatter = log.formatter.borrow().clone();
    if !formatter.is_nil() {
        let time = crate::core::time::value(interpreter, now, zone);
        let args = vec![Value::str(severity), time, progname.clone(), message.clone()];
        let text = interpreter.call(&formatter, "call", Args::new(args))?;
        return Ok(Value::str(interpreter.to_s(&text)?));
    }
    let message = match message {
        Value::Str(text) => text.to_string(),
        error if error.data::<ExceptionData>().is_some() => {
            let text = interpreter.message_of(error)?;
            let class = interpreter.class_of(error).name();
            format!("{text} ({class})\n")
        }
        other if log.bare => interpreter.to_s(other)?,
        other => interpreter.inspect(other)?,
    };
    if log.bare {
        return Ok(Value::str(format!("{message}\n")));
    }
    let moment = Moment::at(now, zone.period(now).offset, String::new());
    let time = strftime::strftime(&moment, "%Y-%m-%dT%H:%M:%S.%6N");
    let progname = if progname.is_nil() { String::new() } else { interpreter.to_s(progname)? };
    let initial = &severity[..1];
    Ok(Value::str(format!("{initial}, [{time} #1] {severity:>5} -- {progname}: {message}\n")))
}

fn append(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let log = data(interpreter, this)?;
    if !log.device.is_nil() {
        write(interpreter, &log, args.first())?;
    }
    Ok(this.clone())
}

fn is_at<const LEVEL: i64>(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(data(interpreter, this)?.level.get() <= LEVEL))
}

fn level(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(interpreter, this)?.level.get()))
}

fn set_level(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let level = level_number(interpreter, &args.first())?;
    data(interpreter, this)?.level.set(level);
    Ok(args.first())
}

fn progname(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.progname.borrow().clone())
}

fn set_progname(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *data(interpreter, this)?.progname.borrow_mut() = args.first();
    Ok(args.first())
}

fn formatter(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.formatter.borrow().clone())
}

fn set_formatter(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *data(interpreter, this)?.formatter.borrow_mut() = args.first();
    Ok(args.first())
}

/// ActiveSupport: only errors (or a given level) while the block runs.
fn silence(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let level = if args.has(0) { level_number(interpreter, &args.first())? } else { 3 };
    let log = data(interpreter, this)?;
    let Some(block) = args.block else { return Ok(Value::Nil) };
    let before = log.level.replace(level);
    let result = interpreter.yield_value(&block, this.clone());
    log.level.set(before);
    result
}

fn nothing(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}
