//! Timeout: a block that is ended when its time is up, at the next step or native work that asks the budget. As in Ruby,
//! what ends it within is a `Timeout::ExitException`, which `rescue` without a class does not take.

use std::rc::Rc;
use std::time::Duration;

use crate::core::numeric_tower::Number;
use crate::core::time;
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::timeouts::Timeout;
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[method("timeout", timeout, 1..=3)];

const EXIT_EXCEPTION: &[NativeMethod] = &[method("exception", itself, 0..=1)];

pub fn define(interpreter: &mut Interpreter) {
    let runtime_error = interpreter.class_at("RuntimeError");
    let exception = Rc::clone(&interpreter.classes.exception);
    let module = interpreter.define_module("Timeout");
    interpreter.define_singleton(&module, METHODS);
    module.define(METHODS);
    interpreter.define_class("Timeout::Error", &runtime_error);
    interpreter.define_class("Timeout::ExitException", &exception).define(EXIT_EXCEPTION);
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn timeout(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let seconds = match args.first() {
        Value::Nil => 0.0,
        given if time::is_duration(&given) => match interpreter.call(&given, "to_f", Args::none())? {
            Value::Float(seconds) => seconds,
            _ => 0.0,
        },
        given => match Number::of(&given) {
            Some(number) => number.to_f64(),
            // As Ruby does, it is asked whether it is zero first.
            None if interpreter.call(&given, "zero?", Args::none())?.truthy() => 0.0,
            None => return Err(interpreter.type_error("can't convert the time limit into Float")),
        },
    };
    let block = crate::core::expect_block(interpreter, &args)?;
    if seconds == 0.0 || seconds.is_nan() {
        return interpreter.call_block(&block, Args::one(args.first()));
    }
    if seconds < 0.0 {
        return Err(interpreter.argument_error("Timeout sec must be a non-negative number"));
    }
    let message = args.get(2).as_string().unwrap_or_else(|| "execution expired".to_owned());
    let own_class = match args.get(1) {
        Value::Class(class) => Some(class),
        _ => None,
    };
    let class = own_class.clone().unwrap_or_else(|| interpreter.class_at("Timeout::ExitException"));
    let limit = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    let number = interpreter.budget.begin_timeout(limit);
    interpreter.timeouts.push(Timeout { number, class, message: message.clone(), raised: None });
    let result = interpreter.call_block(&block, Args::one(args.first()));
    let passed = interpreter.budget.end_timeout(number);
    let raised = interpreter.timeouts.pop().and_then(|timeout| timeout.raised);
    let expired = match &result {
        // It would have been ended before its end.
        Ok(_) => passed,
        Err(flow) => match (&**flow, &raised) {
            (Flow::Raise(error), Some(raised)) => own_class.is_none() && error.is_identical(raised),
            _ => false,
        },
    };
    match own_class {
        _ if !expired => result,
        Some(class) => Err(interpreter.error_of(&class, message)),
        None => Err(interpreter.error("Timeout::Error", message)),
    }
}
