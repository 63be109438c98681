//! Exception and the classes below it.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, ExceptionData, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RClass, Value};
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("==", equal, 1..=1),
    method("backtrace", backtrace, 0..=0),
    method("backtrace_locations", backtrace, 0..=0),
    method("cause", cause, 0..=0),
    method("detailed_message", detailed_message, 0..=0).with_keywords(),
    method("exception", exception, 0..=1),
    method("full_message", full_message, 0..=0).with_keywords(),
    method("inspect", inspect, 0..=0),
    method("message", message, 0..=0),
    method("set_backtrace", set_backtrace, 1..=1),
    method("to_s", to_s, 0..=0),
    variadic("initialize", initialize, 0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[variadic("exception", new_exception, 0).with_keywords()];

const NAME_ERROR: &[NativeMethod] = &[
    method("initialize", initialize_name_error, 0..=2).with_keywords(),
    method("name", read_name, 0..=0),
    method("receiver", read_receiver, 0..=0),
];
const NO_METHOD_ERROR: &[NativeMethod] = &[method("args", read_args, 0..=0)];
const KEY_ERROR: &[NativeMethod] = &[
    method("initialize", initialize_key_error, 0..=1).with_keywords(),
    method("key", read_key, 0..=0),
    method("receiver", read_receiver, 0..=0),
];
const FROZEN_ERROR: &[NativeMethod] =
    &[method("initialize", initialize_key_error, 0..=1).with_keywords(), method("receiver", read_receiver, 0..=0)];
const STOP_ITERATION: &[NativeMethod] = &[method("result", read_result, 0..=0)];
const UNCAUGHT_THROW: &[NativeMethod] = &[method("tag", read_tag, 0..=0), method("value", read_value, 0..=0)];
const LOCAL_JUMP: &[NativeMethod] = &[method("reason", read_reason, 0..=0)];
const SYSTEM_EXIT: &[NativeMethod] = &[method("status", read_status, 0..=0), method("success?", read_success, 0..=0)];

/// Each class after its superclass.
const HIERARCHY: &[(&str, &str)] = &[
    ("NoMemoryError", "Exception"),
    ("ScriptError", "Exception"),
    ("LoadError", "ScriptError"),
    ("NotImplementedError", "ScriptError"),
    ("SyntaxError", "ScriptError"),
    ("SecurityError", "Exception"),
    ("SignalException", "Exception"),
    ("Interrupt", "SignalException"),
    ("SystemExit", "Exception"),
    ("SystemStackError", "Exception"),
    ("StandardError", "Exception"),
    ("ArgumentError", "StandardError"),
    ("UncaughtThrowError", "ArgumentError"),
    ("EncodingError", "StandardError"),
    ("FiberError", "StandardError"),
    ("IOError", "StandardError"),
    ("EOFError", "IOError"),
    ("IndexError", "StandardError"),
    ("KeyError", "IndexError"),
    ("StopIteration", "IndexError"),
    ("ClosedQueueError", "StopIteration"),
    ("LocalJumpError", "StandardError"),
    ("NameError", "StandardError"),
    ("NoMethodError", "NameError"),
    ("RangeError", "StandardError"),
    ("FloatDomainError", "RangeError"),
    ("RegexpError", "StandardError"),
    ("RuntimeError", "StandardError"),
    ("FrozenError", "RuntimeError"),
    ("SystemCallError", "StandardError"),
    ("ThreadError", "StandardError"),
    ("TypeError", "StandardError"),
    ("ZeroDivisionError", "StandardError"),
    ("NoMatchingPatternError", "StandardError"),
    ("NoMatchingPatternKeyError", "NoMatchingPatternError"),
];

pub fn define(interpreter: &mut Interpreter) {
    let exception = Rc::clone(&interpreter.classes.exception);
    exception.allocator.set(Some(allocate));
    exception.define(METHODS);
    interpreter.define_singleton(&exception, SINGLETON_METHODS);
    for (name, superclass) in HIERARCHY {
        let superclass = interpreter.class_at(superclass);
        interpreter.define_class(name, &superclass);
    }
    let own: &[(&str, &[NativeMethod])] = &[
        ("NameError", NAME_ERROR),
        ("NoMethodError", NO_METHOD_ERROR),
        ("KeyError", KEY_ERROR),
        ("NoMatchingPatternKeyError", KEY_ERROR),
        ("FrozenError", FROZEN_ERROR),
        ("StopIteration", STOP_ITERATION),
        ("UncaughtThrowError", UNCAUGHT_THROW),
        ("LocalJumpError", LOCAL_JUMP),
        ("SystemExit", SYSTEM_EXIT),
    ];
    for (name, methods) in own {
        interpreter.class_at(name).define(methods);
    }
    interpreter.define_module("Errno");
    let system_call = interpreter.class_at("SystemCallError");
    for name in ["EACCES", "EDOM", "EEXIST", "EINVAL", "EISDIR", "ENOENT", "ENOTDIR", "EPERM", "EPIPE", "ECONNREFUSED"]
    {
        interpreter.define_class(&format!("Errno::{name}"), &system_call);
    }
}

fn allocate(_: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    Ok(Value::native(class, ExceptionData::default()))
}

fn new_exception(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "new", args)
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<ExceptionData>> {
    match this.data::<ExceptionData>() {
        Some(data) => Ok(data),
        None => Err(interpreter.type_error("exception object expected")),
    }
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.len() > 1 {
        return Err(interpreter.wrong_number(args.len(), 0, Some(1)));
    }
    *data(interpreter, this)?.message.borrow_mut() = args.first();
    Ok(Value::Nil)
}

fn initialize_name_error(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *data(interpreter, this)?.message.borrow_mut() = args.first();
    keep(this, "name", args.get(1));
    if let Some(receiver) = args.keyword("receiver") {
        keep(this, "receiver", receiver);
    }
    Ok(Value::Nil)
}

fn initialize_key_error(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *data(interpreter, this)?.message.borrow_mut() = args.first();
    for name in ["receiver", "key"] {
        if let Some(value) = args.keyword(name) {
            keep(this, name, value);
        }
    }
    Ok(Value::Nil)
}

/// Attributes of exceptions stand among the instance variables, under names that Ruby code cannot spell.
fn keep(this: &Value, name: &str, value: Value) {
    if let Value::Object(object) = this {
        object.set_ivar(Symbol::new(name), value);
    }
}

fn read(interpreter: &Interpreter, this: &Value, name: &str) -> Eval {
    Ok(interpreter.instance_variable(this, Symbol::new(name)))
}

fn read_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, "name")
}

fn read_args(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, "args")
}

fn read_result(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, "result")
}

fn read_tag(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, "tag")
}

fn read_value(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, "value")
}

fn read_reason(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, "reason")
}

fn read_status(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(interpreter, this, "status")
}

fn read_success(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let status = interpreter.instance_variable(this, Symbol::new("status"));
    Ok(Value::Bool(matches!(status, Value::Int(0) | Value::Nil)))
}

fn read_receiver(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if !interpreter.has_instance_variable(this, Symbol::new("receiver")) {
        return Err(interpreter.argument_error("no receiver is available"));
    }
    read(interpreter, this, "receiver")
}

fn read_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if !interpreter.has_instance_variable(this, Symbol::new("key")) {
        return Err(interpreter.argument_error("no key is available"));
    }
    read(interpreter, this, "key")
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let message = data(interpreter, this)?.message.borrow().clone();
    match message {
        Value::Nil => Ok(Value::str(interpreter.class_of(this).name())),
        Value::Str(_) => Ok(message),
        other => Ok(Value::str(interpreter.to_s(&other)?)),
    }
}

fn message(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let text = interpreter.to_s(this)?;
    Ok(Value::str(text))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let text = interpreter.to_s(this)?;
    let class = interpreter.class_of(this).name();
    Ok(Value::str(if text.is_empty() { class } else { format!("#<{class}: {text}>") }))
}

fn detailed_message(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let text = interpreter.message_of(this)?;
    let class = interpreter.class_of(this).name();
    Ok(Value::str(match text.split_once('\n') {
        _ if text.is_empty() => class,
        Some((first, rest)) => format!("{first} ({class})\n{rest}"),
        None => format!("{text} ({class})"),
    }))
}

fn full_message(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mut text = String::new();
    let mut next = this.clone();
    let mut shown: Vec<Value> = Vec::new();
    while !next.is_nil() && !shown.iter().any(|error| error.is_identical(&next)) {
        text.push_str(&report(interpreter, &next)?);
        let cause = interpreter.call(&next, "cause", Args::none())?;
        shown.push(std::mem::replace(&mut next, cause));
    }
    Ok(Value::str(text))
}

/// One exception as Ruby reports it, without its causes.
fn report(interpreter: &mut Interpreter, error: &Value) -> Eval<String> {
    let detailed = interpreter.call(error, "detailed_message", Args::none())?;
    let detailed = interpreter.to_s(&detailed)?;
    let mut lines = backtrace_lines(interpreter, error)?;
    if lines.is_empty() {
        lines.extend(interpreter.backtrace().first().map(ToString::to_string));
    }
    let mut text = format!("{}: {detailed}\n", lines.first().map_or("", String::as_str));
    for line in lines.iter().skip(1) {
        text.push_str(&format!("\tfrom {line}\n"));
    }
    Ok(text)
}

fn backtrace_lines(interpreter: &mut Interpreter, this: &Value) -> Eval<Vec<String>> {
    let lines = interpreter.call(this, "backtrace", Args::none())?;
    let Value::Array(lines) = lines else { return Ok(Vec::new()) };
    lines.to_vec().iter().map(|line| interpreter.to_s(line)).collect()
}

fn backtrace(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    let custom = data.custom_backtrace.borrow().clone();
    if !custom.is_nil() {
        return Ok(custom);
    }
    let lines: Vec<Value> = data.backtrace.borrow().iter().map(|location| Value::str(location.to_string())).collect();
    Ok(if lines.is_empty() { Value::Nil } else { Value::array(lines) })
}

fn set_backtrace(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let lines = match args.first() {
        line @ Value::Str(_) => Value::array(vec![line]),
        other => other,
    };
    *data(interpreter, this)?.custom_backtrace.borrow_mut() = lines.clone();
    Ok(lines)
}

fn cause(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.cause.borrow().clone())
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if this.is_identical(&other) {
        return Ok(Value::Bool(true));
    }
    let same_class = Rc::ptr_eq(&interpreter.class_of(this), &interpreter.class_of(&other));
    if !same_class || other.data::<ExceptionData>().is_none() {
        return Ok(Value::Bool(false));
    }
    let same = interpreter.message_of(this)? == interpreter.message_of(&other)?
        && backtrace_lines(interpreter, this)? == backtrace_lines(interpreter, &other)?;
    Ok(Value::Bool(same))
}

fn exception(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.is_empty() || args.first().is_identical(this) {
        return Ok(this.clone());
    }
    let Value::Object(object) = this else { return Ok(this.clone()) };
    let original = data(interpreter, this)?;
    let copy = object.duplicate(&interpreter.class_of(this));
    let fresh = ExceptionData::default();
    *fresh.message.borrow_mut() = args.first();
    fresh.backtrace.borrow_mut().clone_from(&original.backtrace.borrow());
    *fresh.custom_backtrace.borrow_mut() = original.custom_backtrace.borrow().clone();
    *fresh.cause.borrow_mut() = original.cause.borrow().clone();
    fresh.native.borrow_mut().clone_from(&original.native.borrow());
    copy.set_data(Rc::new(fresh));
    Ok(Value::Object(Rc::new(copy)))
}

impl Interpreter {
    /// KeyError, with the receiver and key it answers.
    pub fn key_error(&mut self, message: impl Into<String>, receiver: &Value, key: &Value) -> Box<Flow> {
        let flow = self.error("KeyError", message);
        if let Flow::Raise(error) = &*flow {
            keep(error, "receiver", receiver.clone());
            keep(error, "key", key.clone());
        }
        flow
    }

    /// FrozenError for a value, named as C Ruby names it.
    pub fn frozen_error(&mut self, kind: &str, value: &Value) -> Box<Flow> {
        let shown = match self.inspect(value) {
            Ok(shown) => shown,
            Err(flow) => return flow,
        };
        let flow = self.error("FrozenError", format!("can't modify frozen {kind}: {shown}"));
        if let Flow::Raise(error) = &*flow {
            keep(error, "receiver", value.clone());
        }
        flow
    }

    /// An exception's `message`.
    pub fn message_of(&mut self, error: &Value) -> Eval<String> {
        let message = self.call(error, "message", Args::none())?;
        self.to_s(&message)
    }

    /// `raise`: fills in the backtrace and the cause, unless the exception has its own.
    pub(crate) fn raise(&mut self, error: Value, cause: Option<Value>) -> Box<Flow> {
        let Some(data) = error.data::<ExceptionData>() else {
            return self.type_error("exception object expected");
        };
        if data.backtrace.borrow().is_empty() && data.custom_backtrace.borrow().is_nil() {
            let mut lines = self.backtrace();
            if lines.first().is_some_and(|line| matches!(&*line.label, "raise" | "fail")) {
                lines.remove(0);
            }
            *data.backtrace.borrow_mut() = lines;
        }
        if let Some(cause) = cause {
            *data.cause.borrow_mut() = cause;
            data.has_cause.set(true);
        } else if !data.has_cause.get() && !self.rescued.is_identical(&error) {
            *data.cause.borrow_mut() = self.rescued.clone();
            data.has_cause.set(true);
        }
        Box::new(Flow::Raise(error))
    }
}
