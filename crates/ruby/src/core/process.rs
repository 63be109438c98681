//! Process.clock_gettime and Benchmark: what measures time. Nothing here starts or signals a process.

use super::time::host_now;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, Value};

const PROCESS: &[NativeMethod] = &[method("clock_gettime", clock_gettime, 1..=2), method("pid", pid, 0..=0)];

const BENCHMARK: &[NativeMethod] =
    &[method("realtime", realtime, 0..=1), method("ms", milliseconds, 0..=0), method("measure", measure, 0..=1)];

const TMS: &[NativeMethod] = &[
    method("real", real, 0..=0),
    method("total", zero, 0..=0),
    method("utime", zero, 0..=0),
    method("stime", zero, 0..=0),
    method("cutime", zero, 0..=0),
    method("cstime", zero, 0..=0),
    method("to_s", tms_to_s, 0..=0),
    method("format", tms_to_s, 0..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let process = interpreter.define_module("Process");
    interpreter.define_singleton(&process, PROCESS);
    for (name, number) in
        [("CLOCK_REALTIME", 0), ("CLOCK_MONOTONIC", 1), ("CLOCK_PROCESS_CPUTIME_ID", 2), ("CLOCK_THREAD_CPUTIME_ID", 3)]
    {
        process.set_constant(name, Value::Int(number));
    }
    let benchmark = interpreter.define_module("Benchmark");
    interpreter.define_singleton(&benchmark, BENCHMARK);
    let object = interpreter.classes.object.clone();
    interpreter.define_class("Benchmark::Tms", &object).define(TMS);
}

fn clock_gettime(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let nanos = host_now(interpreter);
    let unit = args.get(1).as_name().unwrap_or_else(|| "float_second".to_owned());
    Ok(match unit.as_str() {
        "float_second" => Value::Float(nanos as f64 / 1e9),
        "float_millisecond" => Value::Float(nanos as f64 / 1e6),
        "float_microsecond" => Value::Float(nanos as f64 / 1e3),
        "second" => Value::Int((nanos / 1_000_000_000) as i64),
        "millisecond" => Value::Int((nanos / 1_000_000) as i64),
        "microsecond" => Value::Int((nanos / 1000) as i64),
        "nanosecond" => Value::Int(nanos as i64),
        _ => return Err(interpreter.argument_error(format!("unexpected unit: {unit}"))),
    })
}

/// The same in every run: there is no process to name.
fn pid(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Int(1))
}

fn elapsed(interpreter: &mut Interpreter, args: Args) -> Eval<f64> {
    let Some(block) = args.block else {
        return Err(interpreter.error("LocalJumpError", "no block given (yield)"));
    };
    let start = host_now(interpreter);
    interpreter.call_block(&block, Args::none())?;
    Ok((host_now(interpreter) - start) as f64 / 1e9)
}

fn realtime(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Float(elapsed(interpreter, args)?))
}

fn milliseconds(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Float(elapsed(interpreter, args)? * 1000.0))
}

struct Tms(f64);

impl NativeData for Tms {}

fn measure(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let seconds = elapsed(interpreter, args)?;
    let class = interpreter.class_at("Benchmark::Tms");
    Ok(Value::native(&class, Tms(seconds)))
}

fn real(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Float(this.data::<Tms>().map_or(0.0, |tms| tms.0)))
}

fn zero(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Float(0.0))
}

fn tms_to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let real = this.data::<Tms>().map_or(0.0, |tms| tms.0);
    Ok(Value::str(format!("  0.000000   0.000000   0.000000 ({real:10.6})\n")))
}
