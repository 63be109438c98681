//! Timeout: a block that is ended when its time is up, at the next step or native work that asks the budget. As in Ruby,
//! what ends it within is a `Timeout::ExitException`, which `rescue` without a class does not take.

use std::rc::Rc;
use std::time::Duration;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RClass, Value};

const METHODS: &[NativeMethod] = &[method("timeout", timeout, 1..=3)];

const EXIT_EXCEPTION: &[NativeMethod] = &[method("exception", itself, 0..=1)];

/// What is raised when a limit passes.
pub(crate) struct Timeout {
    number: u64,
    class: Rc<RClass>,
    message: String,
    /// The exception, once it was raised.
    raised: Option<Value>,
}

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
        given => match crate::active_support::duration::to_seconds(&given) {
            Some(seconds) => seconds,
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

/// What the budget's word that a limit has passed is to Ruby code.
pub(crate) fn expired(interpreter: &mut Interpreter, number: u64) -> Box<Flow> {
    let Some(index) = interpreter.timeouts.iter().rposition(|timeout| timeout.number == number) else {
        return interpreter.error("Timeout::Error", "execution expired");
    };
    let (class, message) = (Rc::clone(&interpreter.timeouts[index].class), interpreter.timeouts[index].message.clone());
    let flow = interpreter.error_of(&class, message);
    if let Flow::Raise(error) = &*flow {
        interpreter.timeouts[index].raised = Some(error.clone());
    }
    flow
}
