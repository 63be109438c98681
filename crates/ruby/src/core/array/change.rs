//! Array's changes in place. All check that the array is not frozen.

use std::rc::Rc;

use super::{bounds, items, rotated, shuffled};
use crate::Args;
use crate::core::convert::{self, absolute, block_or_enumerator};
use crate::core::enumerable::order;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RArray, RProc, Value};

pub const METHODS: &[NativeMethod] = &[
    method("[]=", assign, 2..=3),
    variadic("push", push, 0),
    variadic("append", push, 0),
    method("<<", push_one, 1..=1),
    method("pop", pop, 0..=1),
    method("shift", shift, 0..=1),
    variadic("unshift", unshift, 0),
    variadic("prepend", unshift, 0),
    variadic("insert", insert, 1),
    variadic("concat", concat, 0),
    method("replace", replace, 1..=1),
    method("clear", clear, 0..=0),
    method("fill", fill, 0..=3),
    method("delete", delete, 1..=1),
    method("delete_at", delete_at, 1..=1),
    method("delete_if", delete_if, 0..=0),
    method("reject!", reject_bang, 0..=0),
    method("select!", select_bang, 0..=0),
    method("filter!", select_bang, 0..=0),
    method("keep_if", keep_if, 0..=0),
    method("slice!", slice_bang, 1..=2),
    method("compact!", compact_bang, 0..=0),
    method("map!", map_bang, 0..=0),
    method("collect!", map_bang, 0..=0),
    method("uniq!", uniq_bang, 0..=0),
    method("flatten!", flatten_bang, 0..=1),
    method("reverse!", reverse_bang, 0..=0),
    method("rotate!", rotate_bang, 0..=1),
    method("shuffle!", shuffle_bang, 0..=0).taking(&["random"]),
    method("sort!", sort_bang, 0..=0),
    method("sort_by!", sort_by_bang, 0..=0),
];

/// The array behind a receiver that may change.
fn open(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RArray>> {
    interpreter.check_frozen(this)?;
    Ok(items(this))
}

fn check_length(interpreter: &mut Interpreter, length: usize) -> Eval<()> {
    interpreter.check_size(length.saturating_mul(size_of::<Value>()))
}

fn assign(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let array = open(interpreter, this)?;
    let value = args.positional.pop().unwrap_or_default();
    let length = array.len();
    if args.len() == 1 && !matches!(args.first(), Value::Range(_)) {
        let position = convert::int(interpreter, &args.first())?;
        let Some(at) = absolute(position, length) else {
            let message = format!("index {position} too small for array; minimum: -{length}");
            return Err(interpreter.error("IndexError", message));
        };
        check_length(interpreter, at.saturating_add(1))?;
        let mut items = array.borrow_mut();
        if at >= items.len() {
            items.resize(at + 1, Value::Nil);
        }
        items[at] = value.clone();
        return Ok(value);
    }
    let (start, count) = assignment_bounds(interpreter, &args, length)?;
    let new = convert::try_array(interpreter, &value)?.unwrap_or_else(|| vec![value.clone()]);
    check_length(interpreter, start.saturating_add(new.len()))?;
    let mut items = array.borrow_mut();
    if start > items.len() {
        items.resize(start, Value::Nil);
    }
    let end = start.saturating_add(count).min(items.len());
    items.splice(start..end, new);
    Ok(value)
}

/// What `a[start, count] =` and `a[range] =` replace; beyond the end is allowed.
fn assignment_bounds(interpreter: &mut Interpreter, args: &Args, length: usize) -> Eval<(usize, usize)> {
    if let Value::Range(range) = args.first() {
        let begin = if range.begin.is_nil() { 0 } else { convert::int(interpreter, &range.begin)? };
        let end = if range.end.is_nil() { -1 } else { convert::int(interpreter, &range.end)? };
        let Some(start) = absolute(begin, length) else {
            let shown = interpreter.inspect(&args.first())?;
            return Err(interpreter.error("RangeError", format!("{shown} out of range")));
        };
        let end = if end < 0 { end + length as i64 } else { end };
        let end = if range.exclusive && !range.end.is_nil() { end } else { end + 1 };
        return Ok((start, (end - start as i64).max(0) as usize));
    }
    let start = convert::int(interpreter, &args.first())?;
    let count = convert::int(interpreter, &args.get(1))?;
    let Ok(count) = usize::try_from(count) else {
        return Err(interpreter.error("IndexError", format!("negative length ({count})")));
    };
    match absolute(start, length) {
        Some(start) => Ok((start, count)),
        None => {
            let message = format!("index {start} too small for array; minimum: -{length}");
            Err(interpreter.error("IndexError", message))
        }
    }
}

fn push(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    check_length(interpreter, array.len() + args.len())?;
    array.borrow_mut().extend(args.positional);
    Ok(this.clone())
}

fn push_one(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let array = open(interpreter, this)?;
    check_length(interpreter, array.len())?;
    array.borrow_mut().extend(args.positional.pop());
    Ok(this.clone())
}

fn pop(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    if !args.has(0) {
        return Ok(array.borrow_mut().pop().unwrap_or_default());
    }
    let count = convert::count(interpreter, &args.first(), "negative array size")?;
    let at = array.len().saturating_sub(count);
    Ok(Value::array(array.borrow_mut().split_off(at)))
}

fn shift(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    if !args.has(0) {
        let mut items = array.borrow_mut();
        return Ok(if items.is_empty() { Value::Nil } else { items.remove(0) });
    }
    let count = convert::count(interpreter, &args.first(), "negative array size")?;
    let count = count.min(array.len());
    Ok(Value::array(array.borrow_mut().drain(..count).collect()))
}

fn unshift(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    check_length(interpreter, array.len() + args.len())?;
    array.borrow_mut().splice(0..0, args.positional);
    Ok(this.clone())
}

fn insert(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let array = open(interpreter, this)?;
    let position = convert::int(interpreter, &args.first())?;
    args.positional.remove(0);
    if args.is_empty() {
        return Ok(this.clone());
    }
    let length = array.len();
    // A negative position counts the place after that item.
    let at = if position < 0 { position + 1 + length as i64 } else { position };
    let Ok(at) = usize::try_from(at) else {
        let message = format!("index {position} too small for array; minimum: -{}", length + 1);
        return Err(interpreter.error("IndexError", message));
    };
    check_length(interpreter, at.saturating_add(args.len()))?;
    let mut items = array.borrow_mut();
    if at > items.len() {
        items.resize(at, Value::Nil);
    }
    items.splice(at..at, args.positional);
    Ok(this.clone())
}

fn concat(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    let mut added = Vec::new();
    for other in &args.positional {
        added.extend(convert::array(interpreter, other)?);
    }
    check_length(interpreter, array.len() + added.len())?;
    array.borrow_mut().extend(added);
    Ok(this.clone())
}

/// `replace`
pub fn replace(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    let new = convert::array(interpreter, &args.first())?;
    *array.borrow_mut() = new;
    Ok(this.clone())
}

fn clear(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let array = open(interpreter, this)?;
    array.borrow_mut().clear();
    Ok(this.clone())
}

fn fill(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let array = open(interpreter, this)?;
    let block = args.block.take();
    let value = if block.is_some() { Value::Nil } else { args.first() };
    if block.is_none() {
        if args.is_empty() {
            return Err(interpreter.argument_error("wrong number of arguments (given 0, expected 1..3)"));
        }
        args.positional.remove(0);
    }
    let length = array.len();
    let (start, end) = match (args.first(), args.get(1)) {
        (Value::Nil, Value::Nil) => (0, length),
        (range @ Value::Range(_), _) => {
            let (start, count) = assignment_bounds(interpreter, &Args::one(range), length)?;
            (start, start + count)
        }
        (start, count) => {
            let start = if start.is_nil() { 0 } else { convert::int(interpreter, &start)? };
            let start = absolute(start, length).unwrap_or(0);
            let count = if count.is_nil() { length as i64 - start as i64 } else { convert::int(interpreter, &count)? };
            (start, start.saturating_add(count.max(0) as usize))
        }
    };
    check_length(interpreter, end)?;
    for index in start..end {
        let item = match &block {
            Some(block) => interpreter.yield_value(block, index.into())?,
            None => value.clone(),
        };
        let mut items = array.borrow_mut();
        if index >= items.len() {
            items.resize(index + 1, Value::Nil);
        }
        items[index] = item;
    }
    Ok(this.clone())
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    let (mut kept, mut found) = (Vec::new(), None);
    for item in array.to_vec() {
        if interpreter.equal(&item, &args.positional[0])? {
            found = Some(item);
        } else {
            kept.push(item);
        }
    }
    match (found, &args.block) {
        (Some(found), _) => {
            interpreter.check_frozen(this)?;
            *array.borrow_mut() = kept;
            Ok(found)
        }
        (None, Some(block)) => interpreter.yield_value(block, args.first()),
        (None, None) => Ok(Value::Nil),
    }
}

fn delete_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    let position = convert::int(interpreter, &args.first())?;
    let at = absolute(position, array.len()).filter(|&at| at < array.len());
    Ok(at.map(|at| array.borrow_mut().remove(at)).unwrap_or_default())
}

/// Keeps what the block answers `wanted` for; whether something went.
fn retain(interpreter: &mut Interpreter, this: &Value, block: &Rc<RProc>, wanted: bool) -> Eval<bool> {
    let array = open(interpreter, this)?;
    let before = array.to_vec();
    let mut kept = Vec::new();
    for (index, item) in before.iter().enumerate() {
        match interpreter.yield_value(block, item.clone()) {
            Ok(answer) if answer.truthy() == wanted => kept.push(item.clone()),
            Ok(_) => {}
            Err(flow) => {
                // What was decided so far stands, as in C Ruby.
                kept.extend_from_slice(&before[index..]);
                *array.borrow_mut() = kept;
                return Err(flow);
            }
        }
    }
    let changed = kept.len() != before.len();
    *array.borrow_mut() = kept;
    Ok(changed)
}

fn delete_if(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "delete_if");
    retain(interpreter, this, &block, false)?;
    Ok(this.clone())
}

fn reject_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "reject!");
    Ok(if retain(interpreter, this, &block, false)? { this.clone() } else { Value::Nil })
}

fn select_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "select!");
    Ok(if retain(interpreter, this, &block, true)? { this.clone() } else { Value::Nil })
}

fn keep_if(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "keep_if");
    retain(interpreter, this, &block, true)?;
    Ok(this.clone())
}

fn slice_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    if args.len() == 1 && !matches!(args.first(), Value::Range(_)) {
        return delete_at(interpreter, this, args);
    }
    let Some((start, count)) = bounds(interpreter, &args.positional, array.len())? else { return Ok(Value::Nil) };
    Ok(Value::array(array.borrow_mut().drain(start..start + count).collect()))
}

/// Puts new items in; nil where there are as many as before.
fn shrink(interpreter: &mut Interpreter, this: &Value, new: Vec<Value>) -> Eval {
    let array = open(interpreter, this)?;
    let changed = array.len() != new.len();
    *array.borrow_mut() = new;
    Ok(if changed { this.clone() } else { Value::Nil })
}

fn compact_bang(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let kept = items(this).borrow().iter().filter(|item| !item.is_nil()).cloned().collect();
    shrink(interpreter, this, kept)
}

fn map_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "map!");
    let array = open(interpreter, this)?;
    let mut index = 0;
    while let Some(item) = array.get(index) {
        let new = interpreter.yield_value(&block, item)?;
        if let Some(slot) = array.borrow_mut().get_mut(index) {
            *slot = new;
        }
        index += 1;
    }
    Ok(this.clone())
}

fn uniq_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.check_frozen(this)?;
    let unique = interpreter.call(this, "uniq", args)?;
    shrink(interpreter, this, items(&unique).to_vec())
}

fn flatten_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = open(interpreter, this)?;
    let nested = array.borrow().iter().any(|item| matches!(item, Value::Array(_)));
    let flat = interpreter.call(this, "flatten", args)?;
    *array.borrow_mut() = items(&flat).to_vec();
    Ok(if nested { this.clone() } else { Value::Nil })
}

/// Puts the same items in, in another order.
fn reorder(interpreter: &mut Interpreter, this: &Value, new: Vec<Value>) -> Eval {
    let array = open(interpreter, this)?;
    *array.borrow_mut() = new;
    Ok(this.clone())
}

fn reverse_bang(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let array = open(interpreter, this)?;
    array.borrow_mut().reverse();
    Ok(this.clone())
}

fn rotate_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let rotated = rotated(interpreter, this, &args)?;
    reorder(interpreter, this, rotated)
}

fn shuffle_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let shuffled = shuffled(interpreter, this, &mut args)?;
    reorder(interpreter, this, shuffled)
}

fn sort_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.check_frozen(this)?;
    let sorted = order::sorted(interpreter, items(this).to_vec(), args.block.as_ref())?;
    reorder(interpreter, this, sorted)
}

fn sort_by_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "sort_by!");
    interpreter.check_frozen(this)?;
    let sorted = order::sorted_by(interpreter, this, block)?;
    reorder(interpreter, this, sorted)
}
