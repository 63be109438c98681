//! What natives do on the way of a call: blocks that are missing or made here, names that came with a message, instance variables.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, RProc, Symbol, Value};

/// Ruby's own error of a `yield` without a block.
pub(crate) fn no_block(interpreter: &mut Interpreter) -> Box<Flow> {
    interpreter.error("LocalJumpError", "no block given (yield)")
}

/// `method_missing`'s arguments: the name, and the rest.
pub(crate) fn split_name(mut args: Args) -> (Symbol, Args) {
    let name = match args.positional.first() {
        Some(Value::Symbol(name)) => *name,
        other => Symbol::new(&other.and_then(Value::as_name).unwrap_or_default()),
    };
    if !args.positional.is_empty() {
        args.positional.remove(0);
    }
    (name, args)
}

/// The Proc of a value, to be given as a block; None for nil.
pub(crate) fn as_block(block: Value) -> Option<Rc<RProc>> {
    match block {
        Value::Proc(block) => Some(block),
        _ => None,
    }
}

/// No arguments but a block.
pub(crate) fn with_block(block: Value) -> Args {
    Args::none().with_block(as_block(block))
}

/// nil where the object has no such variable.
pub(crate) fn ivar(this: &Value, name: &str) -> Value {
    match this {
        Value::Object(object) => object.ivar(Symbol::new(name)).unwrap_or_default(),
        _ => Value::Nil,
    }
}

/// Sets it whether the object is frozen or not.
pub(crate) fn set_ivar(this: &Value, name: &str, value: Value) -> Eval {
    if let Value::Object(object) = this {
        object.set_ivar(Symbol::new(name), value.clone());
    }
    Ok(value)
}

/// `value.respond_to?(name)`
pub(crate) fn responds_to(interpreter: &mut Interpreter, value: &Value, name: &str) -> Eval<bool> {
    interpreter.answers(value, Symbol::new(name), false)
}
