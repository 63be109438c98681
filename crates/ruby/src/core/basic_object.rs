//! BasicObject.

use super::name_argument;
use crate::runtime::args::Args;
use crate::runtime::eval::Access;
use crate::runtime::exception::Eval;
use crate::runtime::frame::Definee;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Visibility, method, variadic};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("!", not, 0..=0),
    method("!=", not_equal, 1..=1),
    method("==", identical, 1..=1),
    method("equal?", identical, 1..=1),
    method("__id__", super::object::object_id, 0..=0),
    variadic("__send__", super::object::send, 1).with_keywords(),
    method("instance_eval", instance_eval, 0..=3),
    variadic("instance_exec", instance_exec, 0).with_keywords(),
];

const PRIVATE: &[NativeMethod] = &[
    method("initialize", initialize, 0..=0),
    variadic("method_missing", method_missing, 1),
    method("singleton_method_added", hook, 1..=1),
    method("singleton_method_removed", hook, 1..=1),
    method("singleton_method_undefined", hook, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let class = &interpreter.classes.basic_object;
    class.define(METHODS);
    super::define_with(class, PRIVATE, Visibility::Private);
}

fn initialize(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn hook(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn not(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(!this.truthy()))
}

fn not_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(!interpreter.equal(this, &args.first())?))
}

fn identical(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(this.is_identical(&args.first())))
}

/// What comes of a call that nobody answers: the name stands first.
pub(crate) fn method_missing(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let name = args.positional.remove(0);
    let name = name_argument(interpreter, &name)?;
    // Called through `super` by a `method_missing` of the program's own.
    let access = if interpreter.missing_variable { Access::Variable } else { Access::Function };
    Err(interpreter.no_method_error(this, name, args.positional, access, None))
}

fn instance_eval(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else {
        if args.is_empty() {
            return Err(interpreter.argument_error("wrong number of arguments (given 0, expected 1..3)"));
        }
        return Err(interpreter.unsupported("evaluating a string of Ruby is not supported"));
    };
    interpreter.instance_exec(block, this, Args::one(this.clone()))
}

fn instance_exec(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    match args.block.take() {
        Some(block) => interpreter.exec_as(&block, this, Definee::SingletonOf(this.clone()), args),
        None => Err(interpreter.error("LocalJumpError", "no block given (yield)")),
    }
}
