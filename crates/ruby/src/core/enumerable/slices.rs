//! Enumerable's cutting into pieces: each_slice, each_cons, chunk, chunk_while, slice_when and their kin.
//! The pieces of the latter are cut at once, where C Ruby cuts them as they are asked for.

use super::each::{Step, collect, fold};
use crate::Args;
use crate::core::convert::{self, block_or_enumerator, pair};
use crate::core::enumerator;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

pub const METHODS: &[NativeMethod] = &[
    method("each_slice", each_slice, 1..=1),
    method("each_cons", each_cons, 1..=1),
    method("chunk", chunk, 0..=0),
    method("chunk_while", chunk_while, 0..=0),
    method("slice_when", slice_when, 0..=0),
    method("slice_before", slice_before, 0..=1),
    method("slice_after", slice_after, 0..=1),
];

fn positive(interpreter: &mut Interpreter, value: &Value, message: &str) -> Eval<usize> {
    match convert::int(interpreter, value)? {
        size if size > 0 => Ok(size as usize),
        _ => Err(interpreter.argument_error(message)),
    }
}

fn each_slice(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let size = positive(interpreter, &args.first(), "invalid slice size")?;
    let block = block_or_enumerator!(interpreter, this, args, "each_slice");
    let rest_block = block.clone();
    let rest = fold(interpreter, this, Vec::new(), move |interpreter, slice: &mut Vec<Value>, item| {
        slice.push(item);
        if slice.len() == size {
            interpreter.yield_value(&block, Value::array(std::mem::take(slice)))?;
        }
        Ok(Step::Continue)
    })?;
    if !rest.is_empty() {
        interpreter.yield_value(&rest_block, Value::array(rest))?;
    }
    Ok(this.clone())
}

fn each_cons(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let size = positive(interpreter, &args.first(), "invalid size")?;
    let block = block_or_enumerator!(interpreter, this, args, "each_cons");
    fold(interpreter, this, Vec::new(), move |interpreter, window: &mut Vec<Value>, item| {
        if window.len() == size {
            window.remove(0);
        }
        window.push(item);
        if window.len() == size {
            interpreter.yield_value(&block, Value::array(window.clone()))?;
        }
        Ok(Step::Continue)
    })?;
    Ok(this.clone())
}

fn chunk(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "chunk");
    let mut chunks: Vec<(Value, Vec<Value>)> = Vec::new();
    let mut open = false;
    for item in collect(interpreter, this)? {
        let key = interpreter.yield_value(&block, item.clone())?;
        let special = matches!(&key, Value::Symbol(name) if name.is("_separator"));
        if key.is_nil() || special {
            open = false;
            continue;
        }
        if matches!(&key, Value::Symbol(name) if name.is("_alone")) {
            chunks.push((key, vec![item]));
            open = false;
            continue;
        }
        match chunks.last_mut() {
            Some((last, items)) if open && interpreter.equal(last, &key)? => items.push(item),
            _ => chunks.push((key, vec![item])),
        }
        open = true;
    }
    let chunks = chunks.into_iter().map(|(key, items)| pair(key, Value::array(items))).collect();
    enumerator::of_items(interpreter, chunks)
}

/// Cuts between two neighbours where `cut` says so.
fn cut(
    interpreter: &mut Interpreter,
    this: &Value,
    mut cut: impl FnMut(&mut Interpreter, &Value, &Value) -> Eval<bool>,
) -> Eval {
    let mut pieces: Vec<Vec<Value>> = Vec::new();
    for item in collect(interpreter, this)? {
        let fresh = match pieces.last().and_then(|piece| piece.last()) {
            Some(before) => cut(interpreter, before, &item)?,
            None => true,
        };
        match pieces.last_mut() {
            Some(piece) if !fresh => piece.push(item),
            _ => pieces.push(vec![item]),
        }
    }
    enumerator::of_items(interpreter, pieces.into_iter().map(Value::array).collect())
}

fn chunk_while(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else {
        return Err(interpreter.argument_error("tried to create Proc object without a block"));
    };
    cut(interpreter, this, |interpreter, a, b| Ok(!interpreter.yield_pair(&block, a.clone(), b.clone())?.truthy()))
}

fn slice_when(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else {
        return Err(interpreter.argument_error("tried to create Proc object without a block"));
    };
    cut(interpreter, this, |interpreter, a, b| Ok(interpreter.yield_pair(&block, a.clone(), b.clone())?.truthy()))
}

fn matches(interpreter: &mut Interpreter, args: &Args, item: &Value) -> Eval<bool> {
    match &args.block {
        Some(block) => Ok(interpreter.yield_value(block, item.clone())?.truthy()),
        None if args.has(0) => interpreter.case_equal(&args.positional[0], item),
        None => Err(interpreter.argument_error("wrong number of arguments (given 0, expected 1)")),
    }
}

fn slice_before(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    cut(interpreter, this, |interpreter, _, item| matches(interpreter, &args, item))
}

fn slice_after(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    cut(interpreter, this, |interpreter, before, _| matches(interpreter, &args, before))
}
