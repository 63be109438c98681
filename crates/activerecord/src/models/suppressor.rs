//! `Model.suppress`: suppressor.rb. While its block runs, saving a record of that very class does nothing and succeeds.

use std::cell::RefCell;
use std::collections::HashSet;

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use crate::ground::calls::no_block;
use crate::ground::state::state;
use crate::models::model_schema::class;

/// The names of the classes whose records are not saved now.
#[derive(Default)]
struct Suppressed(RefCell<HashSet<String>>);

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[method("suppress", suppress, 0..=0)];

fn suppress(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let name = class(interpreter, this)?.name();
    let suppressed = state(interpreter)?.kept::<Suppressed>();
    let is_outermost = suppressed.0.borrow_mut().insert(name.clone());
    let answer = interpreter.call_block(block, Args::none());
    if is_outermost {
        suppressed.0.borrow_mut().remove(&name);
    }
    answer
}

/// Whether saving this record does nothing now.
pub(crate) fn is_suppressed(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let suppressed = state(interpreter)?.kept::<Suppressed>();
    let suppressed = suppressed.0.borrow();
    Ok(!suppressed.is_empty() && suppressed.contains(&interpreter.class_of(this).name()))
}
