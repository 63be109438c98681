//! Who subscribes to ActiveSupport::Notifications, and the events that Ruby code instruments itself.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RArray, RHash, Symbol, Value, method, variadic};

use super::{deliver, listen, stop};

/// The name of the module that its constants stand under.
pub(super) const MODULE: &str = "ActiveSupport::Notifications";

pub(super) const METHODS: &[NativeMethod] = &[
    method("subscribe", |i, _, args| subscribe(i, args.first(), args.get(1), &args), 0..=2),
    method("subscribed", subscribed, 1..=2).taking(&["monotonic"]),
    method("unsubscribe", |i, _, args| unsubscribe(i, &args.first()).map(|()| Value::Nil), 1..=1),
    method("instrument", instrument, 1..=2),
    variadic("publish", |i, _, args| publish(i, &args.positional).map(|()| Value::Nil), 1),
];

const EVENT_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_event, 5..=5),
    method("name", part, 0..=0),
    method("time", part, 0..=0),
    method("end", part, 0..=0),
    method("transaction_id", part, 0..=0),
    method("payload", part, 0..=0),
    method("payload=", set_payload, 1..=1),
    method("duration", duration, 0..=0),
];

const SUBSCRIBERS: &str = "@_subscribers";
const ID: &str = "@_id";
/// The parts of an event, in the order in which they are told.
const PARTS: [&str; 5] = ["@name", "@time", "@end", "@transaction_id", "@payload"];

pub(super) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class(&format!("{MODULE}::Event"), &object).define(EVENT_METHODS);
    interpreter.define_class(&format!("{MODULE}::Subscriber"), &object);
}

fn initialize_event(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for (part, value) in PARTS.iter().zip(args.positional) {
        interpreter.set_instance_variable(this, Symbol::new(part), value)?;
    }
    Ok(Value::Nil)
}

fn part(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    Ok(interpreter.instance_variable(this, Symbol::new(&format!("@{name}"))))
}

fn set_payload(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.set_instance_variable(this, Symbol::new("@payload"), args.first())?;
    Ok(args.first())
}

/// In milliseconds.
fn duration(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let [started, ended] = ["@time", "@end"].map(|name| interpreter.instance_variable(this, Symbol::new(name)));
    let seconds = interpreter.call(&ended, "-", Args::one(started))?;
    interpreter.call(&seconds, "*", Args::one(Value::Float(1000.0)))
}

// Subscribing

fn subscribers(interpreter: &mut Interpreter) -> Rc<RArray> {
    let module = interpreter.class_at(MODULE);
    match module.ivars.borrow_mut().entry(Symbol::new(SUBSCRIBERS)).or_insert_with(|| Value::array(Vec::new())).clone()
    {
        Value::Array(all) => all,
        _ => Rc::default(),
    }
}

fn subscribe(interpreter: &mut Interpreter, pattern: Value, callback: Value, args: &Args) -> Eval {
    listen(interpreter, &pattern)?;
    let callback = if callback.is_nil() { args.block.clone().map(Value::Proc).unwrap_or_default() } else { callback };
    let class = interpreter.class_at(&format!("{MODULE}::Subscriber"));
    let subscriber = Value::Object(Rc::new(ruby::RObject::new(&class)));
    for (name, value) in [("@pattern", pattern), ("@callback", callback)] {
        interpreter.set_instance_variable(&subscriber, Symbol::new(name), value)?;
    }
    subscribers(interpreter).borrow_mut().push(subscriber.clone());
    Ok(subscriber)
}

/// For as long as a block runs.
fn subscribed(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else { return Err(crate::ground::calls::no_block(interpreter)) };
    let subscriber = subscribe(interpreter, args.get(1), args.first(), &Args::none())?;
    let answer = interpreter.call_block(&block, Args::none());
    if !is_abort(&answer) {
        unsubscribe(interpreter, &subscriber)?;
    }
    answer
}

/// When a run ends by the host's will no more Ruby code is heard.
fn is_abort(answer: &Eval) -> bool {
    matches!(answer, Err(flow) if matches!(**flow, Flow::Abort(_)))
}

/// A subscriber, or all of a name.
fn unsubscribe(interpreter: &mut Interpreter, who: &Value) -> Eval<()> {
    deliver(interpreter)?;
    let all = subscribers(interpreter);
    let mut left = Vec::new();
    for subscriber in all.to_vec() {
        let pattern = interpreter.instance_variable(&subscriber, Symbol::new("@pattern"));
        let goes = subscriber.is_identical(who) || matches!(who, Value::Str(_)) && interpreter.equal(&pattern, who)?;
        if !goes {
            left.push(subscriber);
        }
    }
    if left.is_empty() {
        stop(interpreter)?;
    }
    *all.borrow_mut() = left;
    Ok(())
}

// Telling

fn instrument(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let payload = if args.has(1) { args.get(1) } else { Value::hash(RHash::new()) };
    let started = now(interpreter)?;
    let answer = match &args.block {
        Some(block) => interpreter.call_block(block, Args::one(payload.clone())),
        None => Ok(Value::Nil),
    };
    if is_abort(&answer) {
        return answer;
    }
    if let Err(flow) = &answer
        && let Flow::Raise(error) = &**flow
    {
        let said = Value::array(vec![
            Value::str(interpreter.class_of(error).name()),
            Value::str(interpreter.message_of(error)?),
        ]);
        for (name, value) in [("exception", said), ("exception_object", error.clone())] {
            interpreter.call(&payload, "[]=", Args::new(vec![Value::symbol(name), value]))?;
        }
    }
    let ended = now(interpreter)?;
    tell_all(interpreter, args.first(), started, ended, payload)?;
    answer
}

fn now(interpreter: &mut Interpreter) -> Eval {
    let time = Value::Class(interpreter.class_at("Time"));
    interpreter.call(&time, "now", Args::none())
}

/// Tells an event to whoever wants to hear it.
pub(super) fn tell_all(
    interpreter: &mut Interpreter,
    name: Value,
    started: Value,
    ended: Value,
    payload: Value,
) -> Eval<()> {
    let module = interpreter.class_at(MODULE);
    let known = module.ivars.borrow().get(&Symbol::new(ID)).cloned();
    let id = match known {
        Some(id) => id,
        None => {
            let random = Value::Class(interpreter.class_at("SecureRandom"));
            let id = interpreter.call(&random, "hex", Args::one(Value::Int(10)))?;
            module.ivars.borrow_mut().insert(Symbol::new(ID), id.clone());
            id
        }
    };
    publish(interpreter, &[name, started, ended, id, payload])
}

/// A name, and what is said of it.
fn publish(interpreter: &mut Interpreter, said: &[Value]) -> Eval<()> {
    let name = said.first().cloned().unwrap_or_default();
    for subscriber in subscribers(interpreter).to_vec() {
        let pattern = interpreter.instance_variable(&subscriber, Symbol::new("@pattern"));
        if pattern.is_nil() || interpreter.case_equal(&pattern, &name)? {
            let callback = interpreter.instance_variable(&subscriber, Symbol::new("@callback"));
            tell(interpreter, &callback, said)?;
        }
    }
    Ok(())
}

/// A block of one argument wants an event; an object that answers `start` and `finish` wants both.
fn tell(interpreter: &mut Interpreter, callback: &Value, said: &[Value]) -> Eval<()> {
    if wants_event(interpreter, callback)? {
        let class = Value::Class(interpreter.class_at(&format!("{MODULE}::Event")));
        let event = interpreter.call(&class, "new", Args::new(said.to_vec()))?;
        return interpreter.call(callback, "call", Args::one(event)).map(drop);
    }
    let messages = ["start", "finish"];
    if !messages.iter().all(|message| interpreter.responds_to(callback, message)) {
        return interpreter.call(callback, "call", Args::new(said.to_vec())).map(drop);
    }
    let part = |index: usize| said.get(index).cloned().unwrap_or_default();
    for message in messages {
        interpreter.call(callback, message, Args::new(vec![part(0), part(3), part(4)]))?;
    }
    Ok(())
}

fn wants_event(interpreter: &mut Interpreter, callback: &Value) -> Eval<bool> {
    if !matches!(callback, Value::Proc(_)) {
        return Ok(false);
    }
    let Value::Array(parameters) = interpreter.call(callback, "parameters", Args::none())? else { return Ok(false) };
    let is_one = match parameters.get(0) {
        Some(Value::Array(first)) => first.get(0).is_none_or(|kind| kind.as_name().as_deref() != Some("rest")),
        _ => false,
    };
    Ok(is_one && parameters.len() == 1)
}
