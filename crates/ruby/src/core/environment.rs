//! ENV: what the host shows of the environment. Changes stay within the evaluation.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::convert;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RObject, Value};

const METHODS: &[NativeMethod] = &[
    method("[]", get, 1..=1),
    method("[]=", set, 2..=2),
    method("delete", delete, 1..=1),
    method("fetch", fetch, 1..=2),
    method("has_key?", is_key, 1..=1),
    method("include?", is_key, 1..=1),
    method("inspect", inspect, 0..=0),
    method("key?", is_key, 1..=1),
    method("member?", is_key, 1..=1),
    method("store", set, 2..=2),
    method("to_s", inspect, 0..=0),
    variadic("values_at", values_at, 0),
    method("each", unlisted, 0..=0).absent(),
    method("each_pair", unlisted, 0..=0).absent(),
    method("keys", unlisted, 0..=0).absent(),
    method("map", unlisted, 0..=0).absent(),
    method("select", unlisted, 0..=0).absent(),
    variadic("slice", unlisted, 0).absent(),
    method("to_a", unlisted, 0..=0).absent(),
    method("to_h", unlisted, 0..=0).absent(),
    method("values", unlisted, 0..=0).absent(),
];

/// What the program has set (or, None, deleted) itself.
#[derive(Default)]
struct Changes(RefCell<HashMap<String, Option<String>>>);

impl NativeData for Changes {}

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.object);
    let env = Value::Object(Rc::new(RObject::with_data(&class, Rc::new(Changes::default()))));
    if let Ok(singleton) = interpreter.singleton_class_of(&env) {
        singleton.define(METHODS);
    }
    class.set_constant("ENV", env);
}

fn value(interpreter: &mut Interpreter, this: &Value, name: &Value) -> Eval<Option<String>> {
    let name = convert::string(interpreter, name)?;
    let changed = this.data::<Changes>().and_then(|changes| changes.0.borrow().get(&name).cloned());
    Ok(changed.unwrap_or_else(|| interpreter.host.env(&name)))
}

fn get(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = value(interpreter, this, &args.first())?;
    Ok(found.map_or(Value::Nil, frozen))
}

/// ENV's strings are frozen.
fn frozen(text: String) -> Value {
    let value = Value::str(text);
    if let Value::Str(string) = &value {
        string.freeze();
    }
    value
}

fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = convert::string(interpreter, &args.first())?;
    let text = if args.get(1).is_nil() { None } else { Some(convert::string(interpreter, &args.get(1))?) };
    if let Some(changes) = this.data::<Changes>() {
        changes.0.borrow_mut().insert(name, text);
    }
    Ok(args.get(1))
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let old = get(interpreter, this, Args::one(args.first()))?;
    set(interpreter, this, Args::new(vec![args.first(), Value::Nil]))?;
    Ok(old)
}

fn fetch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first();
    if let Some(text) = value(interpreter, this, &name)? {
        return Ok(frozen(text));
    }
    if let Some(block) = &args.block {
        return interpreter.yield_value(block, name);
    }
    if args.has(1) {
        return Ok(args.get(1));
    }
    let shown = interpreter.inspect(&name)?;
    Err(interpreter.key_error(format!("key not found: {shown}"), this, &name))
}

fn is_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(value(interpreter, this, &args.first())?.is_some()))
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut values = Vec::new();
    for name in &args.positional {
        values.push(get(interpreter, this, Args::one(name.clone()))?);
    }
    Ok(Value::array(values))
}

fn inspect(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::str("ENV"))
}

fn unlisted(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("listing the environment is not supported"))
}
