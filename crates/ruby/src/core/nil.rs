//! NilClass, TrueClass and FalseClass.

use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RHash, Value};

const NIL: &[NativeMethod] = &[
    method("&", never, 1..=1),
    method("|", truth_of_other, 1..=1),
    method("=~", nil, 1..=1),
    method("inspect", nil_inspect, 0..=0),
    method("to_a", nil_to_a, 0..=0),
    method("to_f", nil_to_f, 0..=0),
    method("to_h", nil_to_h, 0..=0),
    method("to_i", nil_to_i, 0..=0),
    method("to_s", nil_to_s, 0..=0),
];

const TRUE: &[NativeMethod] = &[
    method("!", never, 0..=0),
    method("&", truth_of_other, 1..=1),
    method("|", always, 1..=1),
    method("^", untruth_of_other, 1..=1),
    method("inspect", bool_to_s, 0..=0),
    method("to_s", bool_to_s, 0..=0),
];

const FALSE: &[NativeMethod] = &[
    method("&", never, 1..=1),
    method("|", truth_of_other, 1..=1),
    method("^", truth_of_other, 1..=1),
    method("inspect", bool_to_s, 0..=0),
    method("to_s", bool_to_s, 0..=0),
];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.nil.define(NIL);
    interpreter.classes.true_class.define(TRUE);
    interpreter.classes.false_class.define(FALSE);
    for class in [&interpreter.classes.nil, &interpreter.classes.true_class, &interpreter.classes.false_class] {
        super::undefine_new(interpreter, class);
    }
}

fn never(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(false))
}

fn always(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(true))
}

fn truth_of_other(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(args.first().truthy()))
}

fn untruth_of_other(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(!args.first().truthy()))
}

fn nil(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn nil_inspect(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::str("nil"))
}

fn nil_to_s(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::str(""))
}

fn nil_to_a(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::array(Vec::new()))
}

fn nil_to_h(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::hash(RHash::new()))
}

fn nil_to_i(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Int(0))
}

fn nil_to_f(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Float(0.0))
}

fn bool_to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(this.truthy().to_string()))
}
