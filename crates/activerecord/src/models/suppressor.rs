//! `Model.suppress`: suppressor.rb. While its block runs, saving a record of that very class does nothing and succeeds.

use std::collections::HashSet;

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use crate::ground::state::state;
use crate::migration::no_block;
use crate::models::model_schema::class;

/// The names of the classes whose records are not saved now.
pub(crate) type Suppressed = HashSet<String>;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[method("suppress", suppress, 0..=0)];

fn suppress(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let name = class(interpreter, this)?.name();
    let state = state(interpreter)?;
    let is_outermost = state.suppressed.borrow_mut().insert(name.clone());
    let answer = interpreter.call_block(block, Args::none());
    if is_outermost {
        state.suppressed.borrow_mut().remove(&name);
    }
    answer
}

/// Whether saving this record does nothing now.
pub(crate) fn is_suppressed(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let state = state(interpreter)?;
    let suppressed = state.suppressed.borrow();
    Ok(!suppressed.is_empty() && suppressed.contains(&interpreter.class_of(this).name()))
}
