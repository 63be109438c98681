//! Going through the items of any object: built-in collections by index, the rest through their `each`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::Args;
use crate::core::convert::pair;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RObject, RProc, Value};

/// Whether to go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Continue,
    Stop,
}

/// What one `yield` of an `each` passes.
pub enum Item {
    One(Value),
    Several(Vec<Value>),
}

impl Item {
    /// One value: several become an Array, none becomes nil.
    pub fn pack(self) -> Value {
        match self {
            Self::One(value) => value,
            Self::Several(values) if values.is_empty() => Value::Nil,
            Self::Several(values) => Value::array(values),
        }
    }

    /// What a block is called with.
    pub fn into_args(self) -> Args {
        match self {
            Self::One(value) => Args::one(value),
            Self::Several(values) => Args::new(values),
        }
    }
}

/// Goes through the items with a state that is handed back at the end. The state may not be borrowed:
/// an object's own `each` gets a block that outlives this call's borrows.
pub fn fold<S: 'static>(
    interpreter: &mut Interpreter,
    receiver: &Value,
    state: S,
    body: impl Fn(&mut Interpreter, &mut S, Value) -> Eval<Step> + 'static,
) -> Eval<S> {
    fold_items(interpreter, receiver, state, move |interpreter, state, item| body(interpreter, state, item.pack()))
}

/// As [`fold`], with what was yielded as it was yielded.
pub fn fold_items<S: 'static>(
    interpreter: &mut Interpreter,
    receiver: &Value,
    mut state: S,
    body: impl Fn(&mut Interpreter, &mut S, Item) -> Eval<Step> + 'static,
) -> Eval<S> {
    match receiver {
        Value::Array(items) => {
            let mut index = 0;
            while let Some(item) = items.get(index) {
                step(interpreter)?;
                if body(interpreter, &mut state, Item::One(item))? == Step::Stop {
                    break;
                }
                index += 1;
            }
            Ok(state)
        }
        Value::Hash(hash) => {
            for (key, value) in hash.pairs() {
                step(interpreter)?;
                if body(interpreter, &mut state, Item::One(pair(key, value)))? == Step::Stop {
                    break;
                }
            }
            Ok(state)
        }
        Value::Range(range) if matches!((&range.begin, &range.end), (Value::Int(_), Value::Int(_) | Value::Nil)) => {
            let Value::Int(mut number) = range.begin else { return Ok(state) };
            let last = match range.end {
                Value::Int(end) if range.exclusive => end.saturating_sub(1),
                Value::Int(end) => end,
                _ => i64::MAX,
            };
            while number <= last {
                step(interpreter)?;
                if body(interpreter, &mut state, Item::One(Value::Int(number)))? == Step::Stop || number == i64::MAX {
                    break;
                }
                number += 1;
            }
            Ok(state)
        }
        _ => fold_object(interpreter, receiver, "each", Args::none(), state, body),
    }
}

fn step(interpreter: &mut Interpreter) -> Eval<()> {
    interpreter.budget.step().map_err(|kind| interpreter.abort(kind))
}

/// Goes through what `receiver.name(*args)` yields.
pub fn fold_object<S: 'static>(
    interpreter: &mut Interpreter,
    receiver: &Value,
    name: &str,
    args: Args,
    state: S,
    body: impl Fn(&mut Interpreter, &mut S, Item) -> Eval<Step> + 'static,
) -> Eval<S> {
    let slot = Rc::new(RefCell::new(Some(state)));
    let tag = Value::Object(Rc::new(RObject::new(&interpreter.classes.object)));
    let (inner_slot, inner_tag) = (Rc::clone(&slot), tag.clone());
    let block = RProc::native(move |interpreter, args| {
        let Some(mut state) = inner_slot.borrow_mut().take() else {
            return Err(interpreter.unsupported("an `each` that yields from inside its own block"));
        };
        let mut positional = args.flatten_keywords().positional;
        let item = match positional.pop() {
            Some(only) if positional.is_empty() => Item::One(only),
            Some(last) => {
                positional.push(last);
                Item::Several(positional)
            }
            None => Item::Several(positional),
        };
        let outcome = body(interpreter, &mut state, item);
        *inner_slot.borrow_mut() = Some(state);
        match outcome? {
            Step::Continue => Ok(Value::Nil),
            Step::Stop => Err(Box::new(Flow::Throw(inner_tag.clone(), Value::Nil))),
        }
    });
    let Value::Proc(block) = block else { return Err(interpreter.unsupported("a block")) };
    match interpreter.call(receiver, name, args.with_block(Some(block))) {
        Ok(_) => {}
        Err(flow) => match *flow {
            Flow::Throw(thrown, _) if thrown.is_identical(&tag) => {}
            other => return Err(Box::new(other)),
        },
    }
    let state = slot.borrow_mut().take();
    state.ok_or_else(|| interpreter.unsupported("an `each` that is still running"))
}

/// All items (`to_a`).
pub fn collect(interpreter: &mut Interpreter, receiver: &Value) -> Eval<Vec<Value>> {
    match receiver {
        Value::Array(items) => Ok(items.to_vec()),
        Value::Hash(hash) => Ok(hash.pairs().into_iter().map(|(key, value)| pair(key, value)).collect()),
        _ => fold(interpreter, receiver, Vec::new(), |interpreter, out: &mut Vec<Value>, item| {
            interpreter.check_size(out.len() * size_of::<Value>())?;
            out.push(item);
            Ok(Step::Continue)
        }),
    }
}
