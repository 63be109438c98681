//! What natives share: implicit conversions of arguments with Ruby's own TypeErrors, comparison, sorting,
//! and the Enumerator that a method without its block returns.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, RProc, Value};
use crate::{Args, Flow};

/// The block of a call, or else return the Enumerator that would call it later.
macro_rules! block_or_enumerator {
    ($interpreter:expr, $this:expr, $args:expr, $name:expr) => {
        match $args.block.take() {
            Some(block) => block,
            None => return $crate::core::enumerator::of_method($interpreter, $this, $name, $args),
        }
    };
}
pub(crate) use block_or_enumerator;

/// The error where a value is none of what a call takes.
pub fn no_conversion(interpreter: &mut Interpreter, value: &Value, target: &str) -> Box<Flow> {
    let name = interpreter.name_for_conversion(value);
    interpreter.type_error(format!("no implicit conversion of {name} into {target}"))
}

/// An Integer argument: a Float loses its fraction, anything else is asked for `to_int`.
pub fn int(interpreter: &mut Interpreter, value: &Value) -> Eval<i64> {
    match value {
        Value::Int(value) => Ok(*value),
        Value::Float(value) if value.is_finite() && value.abs() < 9.2e18 => Ok(*value as i64),
        Value::Float(value) => {
            let shown = interpreter.inspect(&Value::Float(*value))?;
            if value.is_finite() {
                Err(interpreter.error("RangeError", format!("float {shown} out of range of integer")))
            } else {
                Err(interpreter.error("FloatDomainError", shown))
            }
        }
        Value::Nil => Err(interpreter.type_error("no implicit conversion from nil to integer")),
        Value::Object(_) if interpreter.responds_to(value, "to_int") => {
            match interpreter.call(value, "to_int", Args::none())? {
                Value::Int(number) => Ok(number),
                _ => Err(interpreter.error("RangeError", "bignum too big to convert into `long'")),
            }
        }
        Value::Bool(flag) => Err(interpreter.type_error(format!("no implicit conversion of {flag} into Integer"))),
        other => Err(no_conversion(interpreter, other, "Integer")),
    }
}

/// A count: an Integer that must not be negative.
pub fn count(interpreter: &mut Interpreter, value: &Value, message: &str) -> Eval<usize> {
    let number = int(interpreter, value)?;
    usize::try_from(number).map_err(|_| interpreter.argument_error(message))
}

/// A String argument: anything else is asked for `to_str`.
pub fn string(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        Value::Str(text) => {
            crate::runtime::foreign::expect_text(interpreter, text)?;
            Ok(text.to_string())
        }
        Value::Object(_) if interpreter.responds_to(value, "to_str") => {
            let text = interpreter.call(value, "to_str", Args::none())?;
            text.as_string().ok_or_else(|| no_conversion(interpreter, value, "String"))
        }
        other => Err(no_conversion(interpreter, other, "String")),
    }
}

/// The name of a method, variable or constant: a Symbol or a String.
pub fn name(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    if let Some(name) = value.as_name() {
        return Ok(name);
    }
    let shown = interpreter.inspect(value)?;
    Err(interpreter.type_error(format!("{shown} is not a symbol nor a string")))
}

/// `Array.try_convert`: the items of an Array or of what answers `to_ary`.
pub fn try_array(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Vec<Value>>> {
    match value {
        Value::Array(items) => Ok(Some(items.to_vec())),
        Value::Object(_) if interpreter.responds_to(value, "to_ary") => {
            match interpreter.call(value, "to_ary", Args::none())? {
                Value::Array(items) => Ok(Some(items.to_vec())),
                _ => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// `to_ary` of an argument; a TypeError where it has none.
pub fn array(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<Value>> {
    match try_array(interpreter, value)? {
        Some(items) => Ok(items),
        None => Err(no_conversion(interpreter, value, "Array")),
    }
}

/// `to_hash` of an argument; a TypeError where it has none.
pub fn hash(interpreter: &mut Interpreter, value: &Value) -> Eval<Rc<RHash>> {
    match value {
        Value::Hash(hash) => Ok(Rc::clone(hash)),
        Value::Object(_) if interpreter.responds_to(value, "to_hash") => {
            match interpreter.call(value, "to_hash", Args::none())? {
                Value::Hash(hash) => Ok(hash),
                _ => Err(no_conversion(interpreter, value, "Hash")),
            }
        }
        other => Err(no_conversion(interpreter, other, "Hash")),
    }
}

/// `Array(value)`.
pub fn wrap(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<Value>> {
    match value {
        Value::Nil => return Ok(Vec::new()),
        Value::Array(items) => return Ok(items.to_vec()),
        Value::Hash(hash) => return Ok(hash.pairs().into_iter().map(|(k, v)| pair(k, v)).collect()),
        _ => {}
    }
    if let Some(items) = try_array(interpreter, value)? {
        return Ok(items);
    }
    if interpreter.responds_to(value, "to_a")
        && let Value::Array(items) = interpreter.call(value, "to_a", Args::none())?
    {
        return Ok(items.to_vec());
    }
    Ok(vec![value.clone()])
}

/// An Array of two.
pub fn pair(first: Value, second: Value) -> Value {
    Value::array(vec![first, second])
}

/// Counts native work against the budget.
pub fn spend(interpreter: &mut Interpreter, steps: usize) -> Eval<()> {
    interpreter.budget.steps(steps as u64).map_err(|kind| interpreter.abort(kind))
}

/// `a + b`.
pub fn add(interpreter: &mut Interpreter, a: &Value, b: &Value) -> Eval {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => {
            if let Some(sum) = x.checked_add(*y) {
                return Ok(Value::Int(sum));
            }
        }
        (Value::Float(x), Value::Float(y)) => return Ok(Value::Float(x + y)),
        _ => {}
    }
    interpreter.call(a, "+", Args::one(b.clone()))
}

/// `a <=> b`, or Ruby's "comparison of X with Y failed".
pub fn compare(interpreter: &mut Interpreter, a: &Value, b: &Value) -> Eval<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => return Ok(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => {
            if let Some(order) = a.partial_cmp(b) {
                return Ok(order);
            }
        }
        (Value::Str(a), Value::Str(b)) => return Ok(a.borrow().cmp(&b.borrow())),
        _ => {}
    }
    match interpreter.compare(a, b)? {
        Some(order) => Ok(order),
        None => Err(comparison_failed(interpreter, a, b)),
    }
}

/// The ArgumentError of two that do not compare.
pub fn comparison_failed(interpreter: &mut Interpreter, a: &Value, b: &Value) -> Box<Flow> {
    let special = matches!(b, Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Symbol(_));
    let shown = if special {
        match interpreter.inspect(b) {
            Ok(shown) => shown,
            Err(flow) => return flow,
        }
    } else {
        interpreter.class_of(b).name()
    };
    let class = interpreter.class_of(a).name();
    interpreter.argument_error(format!("comparison of {class} with {shown} failed"))
}

/// What a sort block answered, as an order.
pub fn order(interpreter: &mut Interpreter, answer: &Value, a: &Value, b: &Value) -> Eval<Ordering> {
    match answer {
        Value::Int(order) => Ok(order.cmp(&0)),
        Value::Nil => Err(comparison_failed(interpreter, a, b)),
        other => compare(interpreter, other, &Value::Int(0)),
    }
}

/// How two values stand, by `<=>` or by a block.
pub fn compare_by(interpreter: &mut Interpreter, block: Option<&Rc<RProc>>, a: &Value, b: &Value) -> Eval<Ordering> {
    match block {
        None => compare(interpreter, a, b),
        Some(block) => {
            let answer = interpreter.yield_pair(block, a.clone(), b.clone())?;
            order(interpreter, &answer, a, b)
        }
    }
}

/// A stable merge sort whose comparison may fail, and may contradict itself without harm.
pub fn sort<T: Clone>(
    interpreter: &mut Interpreter,
    mut items: Vec<T>,
    compare: &mut dyn FnMut(&mut Interpreter, &T, &T) -> Eval<Ordering>,
) -> Eval<Vec<T>> {
    spend(interpreter, items.len())?;
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for chunk in items.chunks(width * 2) {
            let (left, right) = chunk.split_at(width.min(chunk.len()));
            let (mut i, mut j) = (0, 0);
            while i < left.len() && j < right.len() {
                if compare(interpreter, &left[i], &right[j])? == Ordering::Greater {
                    merged.push(right[j].clone());
                    j += 1;
                } else {
                    merged.push(left[i].clone());
                    i += 1;
                }
            }
            merged.extend_from_slice(&left[i..]);
            merged.extend_from_slice(&right[j..]);
        }
        items = merged;
        width *= 2;
    }
    Ok(items)
}

/// Where `begin..end` falls in something of `length` items: (start, count), None where it is out of reach.
pub fn range_bounds(interpreter: &mut Interpreter, range: &Value, length: usize) -> Eval<Option<(usize, usize)>> {
    let Value::Range(range) = range else { return Ok(None) };
    let length = length as i64;
    let mut start = if range.begin.is_nil() { 0 } else { int(interpreter, &range.begin)? };
    let mut end = if range.end.is_nil() { -1 } else { int(interpreter, &range.end)? };
    let exclusive = range.exclusive && !range.end.is_nil();
    if start < 0 {
        start += length;
    }
    if start < 0 || start > length {
        return Ok(None);
    }
    if end < 0 {
        end += length;
    }
    if !exclusive {
        end += 1;
    }
    Ok(Some((start as usize, (end.min(length) - start).max(0) as usize)))
}

/// `index` counted from the end where it is negative.
pub fn absolute(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index + length as i64 } else { index };
    usize::try_from(index).ok()
}
