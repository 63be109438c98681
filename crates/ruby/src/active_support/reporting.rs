//! core_ext/kernel/reporting: blocks without warnings, and blocks whose errors do not matter.

use std::rc::Rc;

use crate::Args;
use crate::core::define_private;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::Value;
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("silence_warnings", |i, _, args| with_warnings(i, Value::Nil, &args), 0..=0),
    method("enable_warnings", |i, _, args| with_warnings(i, Value::Bool(true), &args), 0..=0),
    method("with_warnings", |i, _, args| with_warnings(i, args.first(), &args), 1..=1),
    variadic("suppress", suppress, 0),
];

pub fn define(interpreter: &mut Interpreter) {
    let kernel = Rc::clone(&interpreter.classes.kernel);
    define_private(&kernel, METHODS);
    interpreter.define_singleton(&kernel, METHODS);
}

/// Runs the block with another `$VERBOSE`.
fn with_warnings(interpreter: &mut Interpreter, verbose: Value, args: &Args) -> Eval {
    let Some(block) = args.block.clone() else {
        return Err(interpreter.error("LocalJumpError", "no block given (yield)"));
    };
    let name = Symbol::new("$VERBOSE");
    let before = interpreter.globals.insert(name, verbose);
    let answer = interpreter.call_block(&block, Args::none());
    match before {
        Some(before) => interpreter.globals.insert(name, before),
        None => interpreter.globals.shift_remove(&name),
    };
    answer
}

/// `suppress(ArgumentError) { .. }`
fn suppress(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else {
        return Err(interpreter.error("LocalJumpError", "no block given (yield)"));
    };
    match interpreter.call_block(&block, Args::none()) {
        Err(flow) => {
            let Flow::Raise(error) = &*flow else { return Err(flow) };
            for class in &args.positional {
                if interpreter.case_equal(class, error)? {
                    return Ok(Value::Nil);
                }
            }
            Err(flow)
        }
        answer => answer,
    }
}
