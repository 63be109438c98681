//! Array's looking up: index, rindex, assoc, bsearch, and Enumerable's that take items by position.

use super::items;
use crate::Args;
use crate::core::convert::{self, block_or_enumerator};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

pub const METHODS: &[NativeMethod] = &[
    method("index", index, 0..=1),
    method("find_index", index, 0..=1),
    method("rindex", rindex, 0..=1),
    method("assoc", assoc, 1..=1),
    method("rassoc", rassoc, 1..=1),
    method("bsearch", bsearch, 0..=0),
    method("bsearch_index", bsearch_index, 0..=0),
    method("count", count, 0..=1),
    method("drop", drop_first, 1..=1),
    method("take", take, 1..=1),
];

/// Whether the item is the one looked for: by the argument, else by the block.
fn wanted(interpreter: &mut Interpreter, args: &Args, item: Value) -> Eval<bool> {
    match &args.block {
        _ if args.has(0) => interpreter.equal(&item, &args.positional[0]),
        Some(block) => Ok(interpreter.yield_value(block, item)?.truthy()),
        None => Ok(false),
    }
}

fn index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.has(0) && args.block.is_none() {
        return crate::core::enumerator::of_method(interpreter, this, "index", args);
    }
    let array = items(this);
    let mut at = 0;
    while let Some(item) = array.get(at) {
        if wanted(interpreter, &args, item)? {
            return Ok(at.into());
        }
        at += 1;
    }
    Ok(Value::Nil)
}

fn rindex(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.has(0) && args.block.is_none() {
        return crate::core::enumerator::of_method(interpreter, this, "rindex", args);
    }
    let array = items(this);
    for at in (0..array.len()).rev() {
        if let Some(item) = array.get(at)
            && wanted(interpreter, &args, item)?
        {
            return Ok(at.into());
        }
    }
    Ok(Value::Nil)
}

fn associated(interpreter: &mut Interpreter, this: &Value, key: &Value, place: usize) -> Eval {
    for item in items(this).to_vec() {
        if let Some(pair) = convert::try_array(interpreter, &item)?
            && let Some(found) = pair.get(place)
            && interpreter.equal(found, key)?
        {
            return Ok(item);
        }
    }
    Ok(Value::Nil)
}

fn assoc(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    associated(interpreter, this, &args.positional[0], 0)
}

fn rassoc(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    associated(interpreter, this, &args.positional[0], 1)
}

/// Halves `low..high` by what `probe` answers: true or false, or a number whose sign shows the way.
pub fn bisect(
    interpreter: &mut Interpreter,
    (mut low, mut high): (i64, i64),
    probe: &mut dyn FnMut(&mut Interpreter, i64) -> Eval,
) -> Eval<Option<i64>> {
    let mut found = None;
    while low < high {
        let middle = low + (high - low) / 2;
        let answer = probe(interpreter, middle)?;
        let go_left = match &answer {
            Value::Bool(true) => {
                found = Some(middle);
                true
            }
            Value::Bool(false) | Value::Nil => false,
            Value::Int(0) => return Ok(Some(middle)),
            Value::Int(sign) => *sign < 0,
            Value::Float(sign) if *sign == 0.0 => return Ok(Some(middle)),
            Value::Float(sign) => *sign < 0.0,
            other => {
                let class = interpreter.class_of(other).name();
                let message = format!("wrong argument type {class} (must be numeric, true, false or nil)");
                return Err(interpreter.type_error(message));
            }
        };
        if go_left {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(found)
}

fn bsearch_position(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Option<i64>> {
    let array = items(this);
    let Some(block) = args.block.clone() else { return Ok(None) };
    bisect(interpreter, (0, array.len() as i64), &mut |interpreter, at| {
        let item = array.get(at as usize).unwrap_or_default();
        interpreter.yield_value(&block, item)
    })
}

fn bsearch(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "bsearch");
    let found = bsearch_position(interpreter, this, &args.with_block(Some(block)))?;
    Ok(found.and_then(|at| items(this).get(at as usize)).unwrap_or_default())
}

fn bsearch_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "bsearch_index");
    Ok(bsearch_position(interpreter, this, &args.with_block(Some(block)))?.into())
}

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    if !args.has(0) && args.block.is_none() {
        return Ok(array.len().into());
    }
    let (mut at, mut total) = (0, 0_i64);
    while let Some(item) = array.get(at) {
        total += i64::from(wanted(interpreter, &args, item)?);
        at += 1;
    }
    Ok(Value::Int(total))
}

fn drop_first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::count(interpreter, &args.first(), "attempt to drop negative size")?;
    Ok(Value::array(items(this).borrow().iter().skip(count).cloned().collect()))
}

fn take(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::count(interpreter, &args.first(), "attempt to take negative size")?;
    Ok(Value::array(items(this).borrow().iter().take(count).cloned().collect()))
}
