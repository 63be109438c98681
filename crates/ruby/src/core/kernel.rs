//! Kernel's functions: output, raising, loops, `require`. What would reach outside (`system`, `fork`, `open`,
//! `eval` of a string) is absent, and says so.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::{convert, expect_block, names_array, proc};
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::StackPlace;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{RHash, Value};
use crate::syntax::symbol::Symbol;

const FUNCTIONS: &[NativeMethod] = &[
    method("Array", array, 1..=1),
    method("Hash", hash, 1..=1),
    method("String", string, 1..=1),
    method("__callee__", current_method, 0..=0),
    method("__dir__", current_directory, 0..=0),
    method("__method__", current_method, 0..=0),
    method("abort", abort, 0..=1),
    method("binding", super::binding::of_caller, 0..=0),
    method("block_given?", is_block_given, 0..=0),
    method("caller", caller, 0..=2),
    method("caller_locations", caller, 0..=2),
    method("catch", catch, 0..=1),
    method("exit", exit, 0..=1),
    method("exit!", exit, 0..=1),
    variadic("fail", raise, 0).with_keywords(),
    variadic("format", format, 1),
    method("global_variables", global_variables, 0..=0),
    method("lambda", proc::lambda, 0..=0),
    method("local_variables", local_variables, 0..=0),
    method("loop", loop_, 0..=0),
    variadic("p", p, 0),
    variadic("pp", p, 0),
    variadic("print", print, 0),
    variadic("printf", printf, 0),
    method("proc", proc::proc, 0..=0),
    method("putc", putc, 1..=1),
    variadic("puts", puts, 0),
    variadic("raise", raise, 0).with_keywords(),
    method("sleep", sleep, 0..=1),
    variadic("sprintf", format, 1),
    method("throw", throw, 1..=2),
    variadic("warn", warn, 0).taking(&["category"]).lacking(&["uplevel"]),
];

/// What real Ruby has and this one refuses, whatever the arguments.
const ABSENT: &[NativeMethod] = &[
    variadic("`", absent_shell, 0).absent(),
    variadic("at_exit", absent_at_exit, 0).absent(),
    variadic("autoload", absent_autoload, 0).absent(),
    variadic("eval", absent_eval, 0).absent(),
    variadic("exec", absent_shell, 0).absent(),
    variadic("fork", absent_shell, 0).absent(),
    variadic("gets", absent_input, 0).absent(),
    variadic("open", absent_open, 0).absent(),
    variadic("readline", absent_input, 0).absent(),
    variadic("readlines", absent_input, 0).absent(),
    variadic("select", absent_open, 0).absent(),
    variadic("set_trace_func", absent_eval, 0).absent(),
    variadic("spawn", absent_shell, 0).absent(),
    variadic("syscall", absent_shell, 0).absent(),
    variadic("system", absent_shell, 0).absent(),
    variadic("test", absent_open, 0).absent(),
    variadic("trap", absent_shell, 0).absent(),
];

const MAIN: &[NativeMethod] = &[
    method("define_method", main_define_method, 1..=2),
    variadic("include", main_include, 1),
    variadic("private", main_private, 0),
    variadic("public", main_public, 0),
    method("using", main_using, 1..=1).absent(),
];

pub fn define(interpreter: &mut Interpreter) {
    let kernel = Rc::clone(&interpreter.classes.kernel);
    super::define_with(&kernel, FUNCTIONS, Visibility::Private);
    super::define_with(&kernel, ABSENT, Visibility::Private);
    interpreter.define_singleton(&kernel, FUNCTIONS);
    interpreter.define_singleton(&kernel, ABSENT);
    let main = interpreter.main.clone();
    if let Ok(singleton) = interpreter.singleton_class_of(&main) {
        super::define_with(&singleton, MAIN, Visibility::Private);
    }
}

// Output

fn puts(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    super::io::to_stdout(interpreter, "puts", args)
}

fn print(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    super::io::to_stdout(interpreter, "print", args)
}

fn printf(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.is_empty() {
        return Ok(Value::Nil);
    }
    let text = format(interpreter, this, args)?;
    super::io::to_stdout(interpreter, "write", Args::one(text))?;
    Ok(Value::Nil)
}

fn putc(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = match args.first() {
        Value::Int(byte) => char::from(byte as u8).to_string(),
        other => interpreter.to_s(&other)?.chars().take(1).collect(),
    };
    super::io::to_stdout(interpreter, "write", Args::one(Value::str(text)))?;
    Ok(args.first())
}

fn p(interpreter: &mut Interpreter, _: &Value, mut args: Args) -> Eval {
    for value in &args.positional {
        let shown = interpreter.inspect(value)?;
        super::io::to_stdout(interpreter, "write", Args::one(Value::str(format!("{shown}\n"))))?;
    }
    Ok(match args.len() {
        0 => Value::Nil,
        1 => args.positional.remove(0),
        _ => Value::array(args.positional),
    })
}

fn warn(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    match args.keyword("category").filter(|category| !category.is_nil()).map(|category| category.as_name()) {
        // Off unless one asks for them.
        Some(Some(name)) if matches!(&*name, "deprecated" | "performance") => return Ok(Value::Nil),
        Some(Some(name)) if name != "experimental" => {
            return Err(interpreter.argument_error(format!("unknown category: {name}")));
        }
        _ => {}
    }
    super::io::to_stderr(interpreter, Args::new(args.positional))
}

fn format(interpreter: &mut Interpreter, _: &Value, mut args: Args) -> Eval {
    let template = args.positional.remove(0);
    interpreter.call(&template, "%", Args::one(Value::array(args.positional)))
}

// Conversion

fn array(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = args.first();
    match value {
        Value::Array(_) => return Ok(value),
        Value::Nil => return Ok(Value::array(Vec::new())),
        _ => {}
    }
    for name in ["to_ary", "to_a"] {
        if interpreter.responds_to(&value, name)
            && let found @ Value::Array(_) = interpreter.call(&value, name, Args::none())?
        {
            return Ok(found);
        }
    }
    Ok(Value::array(vec![value]))
}

fn hash(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = args.first();
    match &value {
        Value::Hash(_) => return Ok(value),
        Value::Nil => return Ok(Value::hash(RHash::new())),
        Value::Array(array) if array.is_empty() => return Ok(Value::hash(RHash::new())),
        _ => {}
    }
    if interpreter.responds_to(&value, "to_hash") {
        return interpreter.call(&value, "to_hash", Args::none());
    }
    let class = interpreter.name_for_conversion(&value);
    Err(interpreter.type_error(format!("can't convert {class} into Hash")))
}

fn string(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(text))
}

// Control

fn raise(interpreter: &mut Interpreter, _: &Value, mut args: Args) -> Eval {
    let mut cause = None;
    if let Some(keywords) = args.keywords.take() {
        let copy = RHash::from_pairs(keywords.pairs());
        cause = copy.remove(&Value::symbol("cause"));
        // The other keywords become the message, as in C Ruby.
        if !copy.is_empty() {
            args.positional.push(Value::hash(copy));
        }
    }
    if args.is_empty() {
        if cause.is_some() {
            return Err(interpreter.argument_error("only cause is given with no arguments"));
        }
        let rescued = interpreter.rescued.clone();
        if !rescued.is_nil() {
            return Err(interpreter.raise(rescued, None));
        }
    }
    let error = exception_for(interpreter, args)?;
    Err(interpreter.raise(error, cause))
}

/// The exception that `raise class, message, backtrace` means.
fn exception_for(interpreter: &mut Interpreter, args: Args) -> Eval {
    let first = args.first();
    if !args.has(0) || (matches!(first, Value::Str(_)) && args.len() == 1) {
        let class = interpreter.class_at("RuntimeError");
        let message = if args.has(0) { first } else { Value::str("") };
        return interpreter.call(&Value::Class(class), "new", Args::one(message));
    }
    if matches!(first, Value::Str(_)) || !interpreter.responds_to(&first, "exception") {
        return Err(interpreter.type_error("exception class/object expected"));
    }
    let message = args.positional.get(1).cloned().into_iter().collect();
    let error = interpreter.call(&first, "exception", Args::new(message))?;
    let exception = Rc::clone(&interpreter.classes.exception);
    if !interpreter.is_a(&error, &exception) {
        return Err(interpreter.type_error("exception object expected"));
    }
    if args.has(2) {
        interpreter.call(&error, "set_backtrace", Args::one(args.get(2)))?;
    }
    Ok(error)
}

fn loop_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else { return interpreter.enumerator(this, "loop", args) };
    let stop = interpreter.class_at("StopIteration");
    loop {
        match interpreter.call_block(&block, Args::none()) {
            Ok(_) => {}
            Err(flow) => match &*flow {
                Flow::Raise(error) if interpreter.is_a(error, &stop) => {
                    return Ok(interpreter.instance_variable(error, Symbol::new("result")));
                }
                _ => return Err(flow),
            },
        }
    }
}

fn catch(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let block = expect_block(interpreter, &args)?;
    let tag = if args.has(0) {
        args.first()
    } else {
        let object = Rc::clone(&interpreter.classes.object);
        interpreter.allocate(&object)?
    };
    let caught = interpreter.catch(&tag, |interpreter| interpreter.yield_value(&block, tag.clone()))?;
    Ok(caught.unwrap_or_else(|thrown| thrown))
}

impl Interpreter {
    /// `catch(tag) { work }`: what `work` answered, or as an error what was thrown to the tag.
    pub fn catch<T>(&mut self, tag: &Value, work: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<Result<T, Value>> {
        self.catch_tags.push(tag.clone());
        let result = work(self);
        self.catch_tags.pop();
        match result {
            Err(flow) => match *flow {
                Flow::Throw(thrown, value) if thrown.is_identical(tag) => Ok(Err(value)),
                flow => Err(Box::new(flow)),
            },
            Ok(value) => Ok(Ok(value)),
        }
    }
}

fn throw(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let tag = args.first();
    if interpreter.catch_tags.iter().any(|caught| caught.is_identical(&tag)) {
        return Err(Box::new(Flow::Throw(tag, args.get(1))));
    }
    let shown = interpreter.inspect(&tag)?;
    let flow = interpreter.error("UncaughtThrowError", format!("uncaught throw {shown}"));
    if let Flow::Raise(Value::Object(error)) = &*flow {
        error.set_ivar(Symbol::new("tag"), tag);
        error.set_ivar(Symbol::new("value"), args.get(1));
    }
    Err(flow)
}

fn exit(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let status = match args.first() {
        Value::Bool(false) => 1,
        Value::Int(status) => status,
        _ => 0,
    };
    Err(system_exit(interpreter, "exit", status))
}

fn abort(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let message = if args.has(0) { interpreter.to_s(&args.first())? } else { "exit".to_owned() };
    if args.has(0) {
        interpreter.host.write_error(&format!("{message}\n"));
    }
    Err(system_exit(interpreter, &message, 1))
}

fn system_exit(interpreter: &mut Interpreter, message: &str, status: i64) -> Box<Flow> {
    let flow = interpreter.error("SystemExit", message);
    if let Flow::Raise(Value::Object(error)) = &*flow {
        error.set_ivar(Symbol::new("status"), Value::Int(status));
    }
    flow
}

fn sleep(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let seconds = match args.first() {
        Value::Int(seconds) => seconds as f64,
        Value::Float(seconds) => seconds,
        Value::Nil => return Err(interpreter.unsupported("sleeping for ever is not supported")),
        other if interpreter.responds_to(&other, "divmod") => match interpreter.call(&other, "to_f", Args::none())? {
            Value::Float(seconds) => seconds,
            _ => 0.0,
        },
        other => {
            let class = interpreter.name_for_conversion(&other);
            return Err(interpreter.type_error(format!("can't convert {class} into time interval")));
        }
    };
    if seconds < 0.0 {
        return Err(interpreter.argument_error("time interval must not be negative"));
    }
    if seconds.is_nan() {
        return Err(interpreter.error("FloatDomainError", "NaN"));
    }
    let asked = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    // Nothing is left to wait for when the time is up.
    let left = interpreter.budget.until().map(|until| until.saturating_duration_since(Instant::now()));
    interpreter.host.sleep(left.map_or(asked, |left| asked.min(left)));
    convert::spend(interpreter, 1)?;
    Ok(Value::Int(seconds.round() as i64))
}

// Reflection

fn is_block_given(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(interpreter.caller_frame().is_some_and(|frame| frame.given_block().is_some())))
}

fn current_method(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let method = interpreter.caller_frame().and_then(|frame| frame.method().map(|method| method.name));
    Ok(method.map_or(Value::Nil, Value::Symbol))
}

fn current_directory(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let path = interpreter.caller_frame().map(|frame| frame.file.path.clone()).unwrap_or_default();
    Ok(Value::str(super::file::paths::directory_of(&super::file::paths::expand(interpreter, &path, None))))
}

fn local_variables(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(names_array(interpreter.caller_frame().map_or_else(Vec::new, super::binding::visible)))
}

fn global_variables(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(names_array(interpreter.globals.keys().copied().collect()))
}

fn caller(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let skip = match args.first() {
        Value::Int(skip) => skip.max(0) as usize,
        _ => 1,
    };
    // The first line is this native method itself.
    let lines = interpreter.backtrace().into_iter().skip(skip + 1).map(|line| Value::str(line.to_string()));
    let lines: Vec<Value> = match args.get(1) {
        Value::Int(length) => lines.take(length.max(0) as usize).collect(),
        _ => lines.collect(),
    };
    Ok(Value::array(lines))
}

// The main object

fn main_define_method(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let object = Value::Class(Rc::clone(&interpreter.classes.object));
    interpreter.call(&object, "define_method", args)
}

fn main_include(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let object = Value::Class(Rc::clone(&interpreter.classes.object));
    interpreter.call(&object, "include", args)
}

fn main_private(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let object = Value::Class(Rc::clone(&interpreter.classes.object));
    super::module::set_visibility(interpreter, &object, args, Visibility::Private)
}

fn main_public(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let object = Value::Class(Rc::clone(&interpreter.classes.object));
    super::module::set_visibility(interpreter, &object, args, Visibility::Public)
}

fn main_using(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("refinements are not supported"))
}

// Absent

fn absent_shell(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("running another program is not supported"))
}

fn absent_eval(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("evaluating a string of Ruby is not supported"))
}

fn absent_input(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("reading standard input is not supported"))
}

fn absent_open(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("opening files is not supported"))
}

fn absent_autoload(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("autoload is not supported"))
}

fn absent_at_exit(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("at_exit is not supported"))
}

impl Interpreter {
    /// Runs what a native method stands for, without the native's own line in a backtrace.
    pub fn without_native_entry<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        if !matches!(self.stack.last().map(|entry| &entry.place), Some(StackPlace::Native(_))) {
            return run(self);
        }
        let entry = self.stack.pop();
        let result = run(self);
        self.stack.extend(entry);
        result
    }
}
