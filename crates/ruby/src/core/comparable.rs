//! Comparable: `<`, `between?`, `clamp` from a class' `<=>`.

use std::cmp::Ordering;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("<", less, 1..=1),
    method("<=", less_or_equal, 1..=1),
    method("==", equal, 1..=1),
    method(">", greater, 1..=1),
    method(">=", greater_or_equal, 1..=1),
    method("between?", is_between, 2..=2),
    method("clamp", clamp, 1..=2),
];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.comparable.define(METHODS);
}

fn order(interpreter: &mut Interpreter, this: &Value, other: &Value) -> Eval<Ordering> {
    match interpreter.compare(this, other)? {
        Some(order) => Ok(order),
        None => Err(failed(interpreter, this, other)),
    }
}

/// `ArgumentError: comparison of Foo with 1 failed`
fn failed(interpreter: &mut Interpreter, this: &Value, other: &Value) -> Box<Flow> {
    let class = interpreter.class_of(this).name();
    let shown = match other {
        Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Float(_) => match interpreter.inspect(other) {
            Ok(shown) => shown,
            Err(flow) => return flow,
        },
        other => interpreter.class_of(other).name(),
    };
    interpreter.argument_error(format!("comparison of {class} with {shown} failed"))
}

fn less(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(order(interpreter, this, &args.first())?.is_lt()))
}

fn less_or_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(order(interpreter, this, &args.first())?.is_le()))
}

fn greater(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(order(interpreter, this, &args.first())?.is_gt()))
}

fn greater_or_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(order(interpreter, this, &args.first())?.is_ge()))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    Ok(Value::Bool(this.is_identical(&other) || interpreter.compare(this, &other)?.is_some_and(Ordering::is_eq)))
}

fn is_between(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (low, high) = (args.first(), args.get(1));
    Ok(Value::Bool(order(interpreter, this, &low)?.is_ge() && order(interpreter, this, &high)?.is_le()))
}

fn clamp(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (low, high) = match (args.first(), args.has(1)) {
        (low, true) => (low, args.get(1)),
        (Value::Range(range), false) => {
            if range.exclusive && !range.end.is_nil() {
                return Err(interpreter.argument_error("cannot clamp with an exclusive range"));
            }
            (range.begin.clone(), range.end.clone())
        }
        (other, false) => {
            let class = interpreter.class_of(&other).name();
            return Err(interpreter.type_error(format!("wrong argument type {class} (expected Range)")));
        }
    };
    if !low.is_nil() && !high.is_nil() && order(interpreter, &low, &high)?.is_gt() {
        return Err(interpreter.argument_error("min argument must be less than or equal to max argument"));
    }
    if !low.is_nil() && order(interpreter, this, &low)?.is_lt() {
        return Ok(low);
    }
    if !high.is_nil() && order(interpreter, this, &high)?.is_gt() {
        return Ok(high);
    }
    Ok(this.clone())
}
