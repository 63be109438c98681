//! The time limits that Ruby code has set itself, and what it hears when one passes.

use std::rc::Rc;

use crate::runtime::exception::Flow;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RClass, Value};

/// What is raised when a limit passes.
pub(crate) struct Timeout {
    pub number: u64,
    pub class: Rc<RClass>,
    pub message: String,
    /// The exception, once it was raised.
    pub raised: Option<Value>,
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
