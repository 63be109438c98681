//! `async_count` and its kin. A bare Active Record has no executor for asynchronous queries: it asks at once and wraps the
//! answer in promise.rb's `Promise::Complete`.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method, variadic};

struct Promise(Value);

impl NativeData for Promise {}

pub(crate) const METHODS: &[NativeMethod] = &[
    variadic("async_count", promised, 0),
    variadic("async_sum", promised, 0),
    variadic("async_average", promised, 1),
    variadic("async_minimum", promised, 1),
    variadic("async_maximum", promised, 1),
    variadic("async_pluck", promised, 0),
    variadic("async_pick", promised, 0),
    variadic("async_ids", promised, 0),
    method("load_async", |i, this, _| i.call(this, "load", Args::none()), 0..=0),
    method("scheduled?", |_, _, _| Ok(Value::Bool(false)), 0..=0),
];

const PROMISE_METHODS: &[NativeMethod] = &[
    method("value", |_, this, _| Ok(value(this)), 0..=0),
    method("pending?", |_, _, _| Ok(Value::Bool(false)), 0..=0),
    method("then", then, 0..=0),
];

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("ActiveRecord::Promise", &object).define(PROMISE_METHODS);
    let parent = interpreter.class_at("ActiveRecord::Promise");
    interpreter.define_class("ActiveRecord::Promise::Complete", &parent);
}

fn value(this: &Value) -> Value {
    this.data::<Promise>().map(|promise| promise.0.clone()).unwrap_or_default()
}

fn wrap(interpreter: &mut Interpreter, value: Value) -> Value {
    let class = interpreter.class_at("ActiveRecord::Promise::Complete");
    Value::native(&class, Promise(value))
}

fn promised(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let answer = interpreter.call(this, name.trim_start_matches("async_"), args)?;
    Ok(wrap(interpreter, answer))
}

fn then(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(crate::ground::calls::no_block(interpreter)) };
    let answer = interpreter.yield_value(block, value(this))?;
    Ok(wrap(interpreter, answer))
}
