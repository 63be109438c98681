//! Mutex and Monitor, which on one thread have nothing to keep out. Thread itself is absent, but for `Thread.current`'s
//! variables, which libraries keep state in.

use std::cell::Cell;
use std::rc::Rc;

use super::expect_block;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RHash, Value};
use crate::syntax::symbol::Symbol;

const MUTEX: &[NativeMethod] = &[
    method("lock", lock, 0..=0),
    method("locked?", is_locked, 0..=0),
    method("owned?", is_locked, 0..=0),
    method("synchronize", synchronize, 0..=0),
    method("try_lock", try_lock, 0..=0),
    method("unlock", unlock, 0..=0),
];

const MONITOR: &[NativeMethod] = &[
    method("enter", itself, 0..=0),
    method("exit", itself, 0..=0),
    method("mon_synchronize", with_block, 0..=0),
    method("synchronize", with_block, 0..=0),
];

const THREAD: &[NativeMethod] =
    &[method("current", current, 0..=0), variadic("new", refuse, 0).absent(), variadic("start", refuse, 0).absent()];

const CURRENT: &[NativeMethod] = &[
    method("[]", get, 1..=1),
    method("[]=", set, 2..=2),
    method("key?", is_key, 1..=1),
    method("thread_variable_get", get, 1..=1),
    method("thread_variable_set", set, 2..=2),
];

#[derive(Default)]
struct Lock(Cell<bool>);

impl NativeData for Lock {}

struct Variables(Rc<RHash>);

impl NativeData for Variables {}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let thread = interpreter.define_class("Thread", &object);
    thread.define(CURRENT);
    interpreter.define_singleton(&thread, THREAD);
    let mutex = interpreter.define_class("Thread::Mutex", &object);
    mutex.define(MUTEX);
    mutex.allocator.set(Some(|_, class| Ok(Value::native(class, Lock::default()))));
    object.set_constant("Mutex", Value::Class(mutex));
    interpreter.define_class("Monitor", &object).define(MONITOR);
}

fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("threads are not supported"))
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn with_block(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let block = expect_block(interpreter, &args)?;
    interpreter.call_block(&block, Args::none())
}

fn held(this: &Value) -> bool {
    this.data::<Lock>().is_some_and(|lock| lock.0.get())
}

fn hold(this: &Value, held: bool) {
    if let Some(lock) = this.data::<Lock>() {
        lock.0.set(held);
    }
}

fn lock(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if held(this) {
        return Err(interpreter.error("ThreadError", "deadlock; recursive locking"));
    }
    hold(this, true);
    Ok(this.clone())
}

fn try_lock(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let free = !held(this);
    hold(this, true);
    Ok(Value::Bool(free))
}

fn unlock(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if !held(this) {
        return Err(interpreter.error("ThreadError", "Attempt to unlock a mutex which is not locked"));
    }
    hold(this, false);
    Ok(this.clone())
}

fn is_locked(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(held(this)))
}

fn synchronize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = expect_block(interpreter, &args)?;
    lock(interpreter, this, Args::none())?;
    let result = interpreter.call_block(&block, Args::none());
    hold(this, false);
    result
}

/// The one thread, made when first asked for and kept where Ruby code cannot spell it.
fn current(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    if let Some(thread) = class.ivars.borrow().get(&Symbol::new("current")) {
        return Ok(thread.clone());
    }
    let thread = Value::native(class, Variables(Rc::default()));
    interpreter.set_instance_variable(this, "current".into(), thread.clone())?;
    Ok(thread)
}

fn variables(this: &Value) -> Rc<RHash> {
    this.data::<Variables>().map(|variables| Rc::clone(&variables.0)).unwrap_or_default()
}

fn key(interpreter: &mut Interpreter, args: &Args) -> Eval {
    Ok(Value::Symbol(super::name_argument(interpreter, &args.first())?))
}

fn get(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let key = key(interpreter, &args)?;
    Ok(variables(this).get(&key).unwrap_or_default())
}

fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let key = key(interpreter, &args)?;
    variables(this).insert(key, args.get(1));
    Ok(args.get(1))
}

fn is_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let key = key(interpreter, &args)?;
    Ok(Value::Bool(variables(this).get(&key).is_some()))
}
