//! ActiveSupport::Deprecation: warnings of what will go, which a library's deprecator writes, raises or keeps to itself.
//! `deprecate_methods` and its kin are absent. The behaviour `:report` has nobody here who would hear.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Autoload, Eval, Flow, Interpreter, NativeMethod, RHash, RProc, Symbol, Value, method};

use crate::ground::arguments::{option, wrap};
use crate::ground::calls::no_block;

/// Defined when its constant is first met.
pub(super) const PART: Autoload =
    Autoload { module: "ActiveSupport", constants: &["Deprecation", "DeprecationException"], library: None, define };

const CLASS: &str = "ActiveSupport::Deprecation";
const EXCEPTION: &str = "ActiveSupport::DeprecationException";

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=2),
    method("silenced", silenced, 0..=0),
    method("silence", silence, 0..=0),
    method("begin_silence", |i, this, _| silence_by(i, this, 1), 0..=0),
    method("end_silence", |i, this, _| silence_by(i, this, -1), 0..=0),
    method("allow", allow, 0..=1).taking(&["if"]),
    method("behavior", |i, this, _| handlers(i, this, BEHAVIOR, "stderr"), 0..=0),
    method("behavior=", |i, this, args| set_handlers(i, this, BEHAVIOR, &args), 1..=1),
    method("disallowed_behavior", |i, this, _| handlers(i, this, DISALLOWED_BEHAVIOR, "raise"), 0..=0),
    method("disallowed_behavior=", |i, this, args| set_handlers(i, this, DISALLOWED_BEHAVIOR, &args), 1..=1),
    method("disallowed_warnings", disallowed_warnings, 0..=0),
    method("warn", warn, 0..=2),
    method("deprecation_warning", deprecation_warning, 1..=3),
];

const READ: [&str; 3] = ["deprecation_horizon", "gem_name", "debug"];
const WRITTEN: [&str; 5] = ["deprecation_horizon", "gem_name", "debug", "silenced", "disallowed_warnings"];

const BEHAVIOR: &str = "@behavior";
const DISALLOWED_BEHAVIOR: &str = "@disallowed_behavior";
const DISALLOWED_WARNINGS: &str = "@disallowed_warnings";
const ALLOWED: &str = "@explicitly_allowed_warnings";
const SILENCED: &str = "@silenced";
const SILENCES: &str = "@silence_counter";

/// What is warned of where nobody says what.
const SOMETHING: &str = "You are using deprecated behavior which will be removed from the next major or minor release.";

/// What a deprecator is of who does not say.
const NEXT_RAILS: &str = "8.2";

fn define(interpreter: &mut Interpreter) {
    let (object, error) = (Rc::clone(&interpreter.classes.object), interpreter.class_at("StandardError"));
    interpreter.define_class(EXCEPTION, &error);
    let class = interpreter.define_class(CLASS, &object);
    class.define(METHODS);
    for name in READ {
        let variable = Symbol::new(&format!("@{name}"));
        class.set_method(Symbol::new(name), MethodBody::Reader(variable), Visibility::Public);
    }
    for name in WRITTEN {
        let variable = Symbol::new(&format!("@{name}"));
        class.set_method(Symbol::new(&format!("{name}=")), MethodBody::Writer(variable), Visibility::Public);
    }
}

const DEPRECATOR: &str = "@deprecator";

/// A library's own, made when it is first asked for.
pub(super) fn of_library(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let there = get(interpreter, this, DEPRECATOR);
    if !there.is_nil() {
        return Ok(there);
    }
    let support = Value::Class(interpreter.class_at("ActiveSupport"));
    let class = interpreter.call(&support, "const_get", Args::one(Value::symbol("Deprecation")))?;
    let made = interpreter.call(&class, "new", Args::none())?;
    set(interpreter, this, DEPRECATOR, made)
}

fn get(interpreter: &Interpreter, this: &Value, variable: &str) -> Value {
    interpreter.instance_variable(this, Symbol::new(variable))
}

fn set(interpreter: &mut Interpreter, this: &Value, variable: &str, value: Value) -> Eval {
    interpreter.set_instance_variable(this, Symbol::new(variable), value.clone())?;
    Ok(value)
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let horizon = if args.has(0) { args.first() } else { NEXT_RAILS.into() };
    let gem = if args.has(1) { args.get(1) } else { "Rails".into() };
    for (variable, value) in [
        ("@gem_name", gem),
        ("@deprecation_horizon", horizon),
        (SILENCED, false.into()),
        ("@debug", false.into()),
        (SILENCES, Value::Int(0)),
    ] {
        set(interpreter, this, variable, value)?;
    }
    Ok(Value::Nil)
}

// Silence

/// What was set, else how often `silence` is being run, if it is.
fn silenced(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let set = get(interpreter, this, SILENCED);
    if set.truthy() {
        return Ok(set);
    }
    Ok(match get(interpreter, this, SILENCES) {
        Value::Int(0) => Value::Nil,
        count => count,
    })
}

fn silence_by(interpreter: &mut Interpreter, this: &Value, step: i64) -> Eval {
    let count = match get(interpreter, this, SILENCES) {
        Value::Int(count) => count,
        _ => 0,
    };
    set(interpreter, this, SILENCES, Value::Int(count.saturating_add(step)))
}

fn silence(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    silence_by(interpreter, this, 1)?;
    let answer = interpreter.call_block(block, Args::none());
    silence_by(interpreter, this, -1)?;
    answer
}

/// `allow(warnings = :all, if: true)`: while the block runs, these are not held against anybody.
fn allow(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let mut condition = args.keyword("if").unwrap_or(Value::Bool(true));
    if interpreter.responds_to(&condition, "call") {
        condition = interpreter.call(&condition, "call", Args::none())?;
    }
    if !condition.truthy() {
        return interpreter.call_block(block, Args::none());
    }
    let warnings = if args.has(0) { args.first() } else { Value::symbol("all") };
    let before = get(interpreter, this, ALLOWED);
    set(interpreter, this, ALLOWED, warnings)?;
    let answer = interpreter.call_block(block, Args::none());
    set(interpreter, this, ALLOWED, before)?;
    answer
}

// What becomes of a warning

/// The list under a variable, which has one handler of Rails' own till another is set.
fn handlers(interpreter: &mut Interpreter, this: &Value, variable: &str, default: &str) -> Eval {
    let there = get(interpreter, this, variable);
    if there.truthy() {
        return Ok(there);
    }
    let handler = named(default).unwrap_or_default();
    set(interpreter, this, variable, Value::array(vec![handler]))
}

fn set_handlers(interpreter: &mut Interpreter, this: &Value, variable: &str, args: &Args) -> Eval {
    let mut handlers = Vec::new();
    for wanted in wrap(interpreter, &args.first())? {
        let known = if let Value::Symbol(name) = &wanted { named(&name.to_str()) } else { None };
        handlers.push(match known {
            Some(handler) => handler,
            None => called(interpreter, wanted)?,
        });
    }
    set(interpreter, this, variable, Value::array(handlers))
}

/// A behaviour of Rails' own. Each is called with the warning, the callers and the deprecator.
fn named(name: &str) -> Option<Value> {
    Some(match name {
        "stderr" => RProc::native(|interpreter, args| {
            let stderr = interpreter.global_variable(Symbol::new("$stderr"));
            interpreter.call(&stderr, "puts", Args::one(args.first()))
        }),
        "log" => RProc::native(|interpreter, args| {
            let rails = Value::Class(interpreter.class_at("Rails"));
            let logger = interpreter.call(&rails, "logger", Args::none())?;
            interpreter.call(&logger, "warn", Args::one(args.first()))
        }),
        "raise" => RProc::native(|interpreter, args| {
            let class = Value::Class(interpreter.class_at(EXCEPTION));
            let error = interpreter.call(&class, "new", Args::one(args.first()))?;
            let each = interpreter.block_of(&Value::symbol("to_s"))?;
            let callers = interpreter.call(&args.get(1), "map", Args::none().with_block(each))?;
            interpreter.call(&error, "set_backtrace", Args::one(callers))?;
            Err(Box::new(Flow::Raise(error)))
        }),
        "notify" => RProc::native(|interpreter, args| notify(interpreter, &args)),
        "silence" | "report" => RProc::native(|_, _| Ok(Value::Nil)),
        _ => return None,
    })
}

/// Nobody has heard of an event before the first subscription, and till then nothing is told.
fn notify(interpreter: &mut Interpreter, args: &Args) -> Eval {
    let notifications = Value::Class(interpreter.class_at("ActiveSupport::Notifications"));
    if !interpreter.responds_to(&notifications, "instrument") {
        return Ok(Value::Nil);
    }
    let payload = RHash::new();
    payload.insert_symbol("message", args.first());
    payload.insert_symbol("callstack", args.get(1));
    for name in ["gem_name", "deprecation_horizon"] {
        let value = interpreter.call(&args.get(2), name, Args::none())?;
        payload.insert_symbol(name, value);
    }
    let gem = interpreter.call(&option(&payload, "gem_name"), "underscore", Args::none())?;
    let event = format!("deprecation.{}", interpreter.to_s(&gem)?.replace('/', "_"));
    interpreter.call(&notifications, "instrument", Args::new(vec![Value::str(event), Value::hash(payload)]))
}

/// A behaviour of the app's: it takes what its arity says.
fn called(interpreter: &mut Interpreter, callable: Value) -> Eval {
    if !interpreter.responds_to(&callable, "call") {
        let shown = interpreter.inspect(&callable)?;
        return Err(interpreter.argument_error(format!("{shown} is not a valid deprecation behavior.")));
    }
    let whose = if interpreter.responds_to(&callable, "arity") {
        callable.clone()
    } else {
        interpreter.call(&callable, "method", Args::one(Value::symbol("call")))?
    };
    Ok(match interpreter.call(&whose, "arity", Args::none())? {
        Value::Int(2) => RProc::native(move |interpreter, args| {
            interpreter.call(&callable, "call", Args::new(vec![args.first(), args.get(1)]))
        }),
        Value::Int(-2..=3) => callable,
        _ => RProc::native(move |interpreter, args| {
            let deprecator = args.get(2);
            let horizon = interpreter.call(&deprecator, "deprecation_horizon", Args::none())?;
            let gem = interpreter.call(&deprecator, "gem_name", Args::none())?;
            interpreter.call(&callable, "call", Args::new(vec![args.first(), args.get(1), horizon, gem]))
        }),
    })
}

fn disallowed_warnings(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let there = get(interpreter, this, DISALLOWED_WARNINGS);
    if there.truthy() { Ok(there) } else { set(interpreter, this, DISALLOWED_WARNINGS, Value::array(Vec::new())) }
}

fn is_disallowed(interpreter: &mut Interpreter, this: &Value, message: &Value) -> Eval<bool> {
    let allowed = get(interpreter, this, ALLOWED);
    if allowed.truthy() && fits(interpreter, &allowed, message)? {
        return Ok(false);
    }
    let disallowed = disallowed_warnings(interpreter, this, Args::none())?;
    fits(interpreter, &disallowed, message)
}

/// Whether a message is one of these: all of them, what it contains, or what matches it.
fn fits(interpreter: &mut Interpreter, rules: &Value, message: &Value) -> Eval<bool> {
    if matches!(rules, Value::Symbol(name) if name.is("all")) {
        return Ok(true);
    }
    if message.is_nil() {
        return Ok(false);
    }
    for rule in wrap(interpreter, rules)? {
        let fits = match rule.as_name() {
            Some(text) => interpreter.call(message, "include?", Args::one(Value::str(text)))?,
            None => interpreter.case_equal(&rule, message)?.into(),
        };
        if fits.truthy() {
            return Ok(true);
        }
    }
    Ok(false)
}

// Warnings

fn warn(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let callers = callers(interpreter, &args.get(1));
    tell(interpreter, this, &args.first(), callers)
}

fn deprecation_warning(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let callers = callers(interpreter, &args.get(2));
    let mut text = interpreter.to_s(&args.first())?;
    for (between, name) in [(" is deprecated and will be removed from ", "gem_name"), (" ", "deprecation_horizon")] {
        let value = interpreter.call(this, name, Args::none())?;
        text.push_str(between);
        text.push_str(&interpreter.to_s(&value)?);
    }
    match args.get(1) {
        Value::Symbol(other) => text.push_str(&format!(" (use {other} instead)")),
        Value::Str(message) => text.push_str(&format!(" ({message})")),
        _ => {}
    }
    let text = Value::str(text);
    tell(interpreter, this, &text, callers)?;
    Ok(text)
}

/// What called who warns; who warns himself, where nothing else of the app's runs.
fn callers(interpreter: &Interpreter, given: &Value) -> Vec<Value> {
    if let Value::Array(lines) = given {
        return lines.to_vec();
    }
    let mut callers = interpreter.callers(2);
    if callers.is_empty() {
        callers = interpreter.callers(1);
    }
    callers.iter().map(|location| Value::str(location.to_string())).collect()
}

fn tell(interpreter: &mut Interpreter, this: &Value, message: &Value, callers: Vec<Value>) -> Eval {
    if silenced(interpreter, this, Args::none())?.truthy() {
        return Ok(Value::Nil);
    }
    let first = callers.first().map_or_else(|| Ok(String::new()), |first| interpreter.to_s(first))?;
    let what = if message.truthy() { interpreter.to_s(message)? } else { SOMETHING.to_owned() };
    let text = Value::str(format!("DEPRECATION WARNING: {what} {}", place(&first)));
    let asked = if is_disallowed(interpreter, this, message)? { "disallowed_behavior" } else { "behavior" };
    let handlers = interpreter.call(this, asked, Args::none())?;
    let callers = Value::array(callers);
    for handler in wrap(interpreter, &handlers)? {
        interpreter.call(&handler, "call", Args::new(vec![text.clone(), callers.clone(), this.clone()]))?;
    }
    Ok(text)
}

/// `(called from up at db/migrate/1_a.rb:3)`, of a line of a backtrace.
fn place(line: &str) -> String {
    let mut parts = line.splitn(3, ':');
    let (Some(file), Some(number)) = (parts.next(), parts.next()) else { return String::new() };
    let label = parts.next().and_then(|rest| rest.strip_prefix("in ")).map(|label| label.trim_matches(['`', '\'']));
    match label {
        Some(label) => format!("(called from {label} at {file}:{number})"),
        None => format!("(called from {file}:{number})"),
    }
}
