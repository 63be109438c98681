//! Symbol. What it shares with String goes through String's methods.

use std::rc::Rc;

use super::convert;
use super::string;
use crate::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{ProcKind, RProc, Value};
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("to_s", to_s, 0..=0),
    method("id2name", to_s, 0..=0),
    method("name", name, 0..=0),
    method("to_sym", itself, 0..=0),
    method("intern", itself, 0..=0),
    method("to_proc", to_proc, 0..=0),
    method("inspect", inspect, 0..=0),
    method("==", equal, 1..=1),
    method("===", equal, 1..=1),
    method("hash", hash, 0..=0),
    method("<=>", compare, 1..=1),
    method("casecmp", casecmp, 1..=1),
    method("casecmp?", is_casecmp, 1..=1),
    method("=~", match_operator, 1..=1),
    variadic("match", match_method, 1),
    variadic("match?", is_match, 1),
    method("[]", slice, 1..=2),
    method("slice", slice, 1..=2),
    method("length", length, 0..=0),
    method("size", length, 0..=0),
    method("empty?", is_empty, 0..=0),
    method("encoding", encoding, 0..=0),
    variadic("upcase", upcase, 0),
    variadic("downcase", downcase, 0),
    variadic("capitalize", capitalize, 0),
    variadic("swapcase", swapcase, 0),
    method("succ", succ, 0..=0),
    method("next", succ, 0..=0),
    variadic("start_with?", string::starts_with, 0),
    variadic("end_with?", string::ends_with, 0),
];

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.symbol);
    class.define(METHODS);
    super::undefine_new(interpreter, &class);
}

fn symbol(this: &Value) -> Symbol {
    match this {
        Value::Symbol(symbol) => *symbol,
        _ => Symbol::new(""),
    }
}

fn text(this: &Value) -> Value {
    Value::str(&*symbol(this).to_str())
}

fn to_s(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(text(this))
}

fn name(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(string::frozen(&symbol(this).to_str()))
}

fn itself(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.clone())
}

fn to_proc(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Proc(Rc::new(RProc { kind: ProcKind::Symbol(symbol(this)), lambda: true })))
}

fn inspect(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::str(literals::symbol(&symbol(this).to_str())))
}

fn equal(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(this.is_identical(&args.positional[0])))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    super::array::hash_number(interpreter, this).map(Value::Int)
}

/// Asks String's method, if the argument is a Symbol too.
fn with_text(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let Value::Symbol(other) = args.first() else { return Ok(Value::Nil) };
    interpreter.call(&text(this), name, Args::one(Value::str(&*other.to_str())))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    with_text(interpreter, this, "<=>", args)
}

fn casecmp(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    with_text(interpreter, this, "casecmp", args)
}

fn is_casecmp(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    with_text(interpreter, this, "casecmp?", args)
}

fn match_operator(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(&text(this), "=~", args)
}

fn match_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(&text(this), "match", args)
}

fn is_match(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(&text(this), "match?", args)
}

fn slice(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(&text(this), "[]", args)
}

fn length(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(symbol(this).to_str().chars().count().into())
}

fn is_empty(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(symbol(this).to_str().is_empty()))
}

fn encoding(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let name = if symbol(this).to_str().is_ascii() { "US-ASCII" } else { "UTF-8" };
    string::encoding::encoding_named(interpreter, name)
}

/// String's method, its answer as a Symbol.
fn as_symbol(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let answer = interpreter.call(&text(this), name, args)?;
    let answer = convert::string(interpreter, &answer)?;
    Ok(Value::symbol(&answer))
}

fn upcase(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    as_symbol(interpreter, this, "upcase", args)
}

fn downcase(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    as_symbol(interpreter, this, "downcase", args)
}

fn capitalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    as_symbol(interpreter, this, "capitalize", args)
}

fn swapcase(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    as_symbol(interpreter, this, "swapcase", args)
}

fn succ(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    as_symbol(interpreter, this, "succ", args)
}
