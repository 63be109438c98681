//! Hash's methods that answer a new Hash (or Array) made of its entries.

use std::rc::Rc;

use super::change::merge_into;
use super::{copy, duplicate, empty_like, entries, key_in, lookup, store};
use crate::Args;
use crate::core::convert::{self, block_or_enumerator};
use crate::core::enumerable::to_pair;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RHash, RProc, Value};

pub const METHODS: &[NativeMethod] = &[
    method("select", select, 0..=0),
    method("filter", select, 0..=0),
    method("reject", reject, 0..=0),
    method("compact", compact, 0..=0),
    variadic("slice", slice, 0),
    variadic("except", except, 0),
    variadic("merge", merge, 0),
    method("invert", invert, 0..=0),
    method("transform_values", transform_values, 0..=0),
    method("transform_keys", transform_keys, 0..=1),
    method("to_h", to_h, 0..=0),
    method("flatten", flatten, 0..=1),
];

/// The entries for which the block answers `wanted`.
pub fn kept(interpreter: &mut Interpreter, hash: &RHash, block: &Rc<RProc>, wanted: bool) -> Eval<RHash> {
    let out = empty_like(hash);
    for (key, value) in hash.pairs() {
        if interpreter.yield_pair(block, key.clone(), value.clone())?.truthy() == wanted {
            store(interpreter, &out, &key, value)?;
        }
    }
    Ok(out)
}

fn select(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "select");
    kept(interpreter, &entries(this), &block, true).map(Value::hash)
}

fn reject(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "reject");
    kept(interpreter, &entries(this), &block, false).map(Value::hash)
}

fn compact(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = entries(this);
    let out = empty_like(&hash);
    out.borrow_mut().clone_from(&hash.borrow());
    out.borrow_mut().retain(|_, value| !value.is_nil());
    Ok(Value::hash(out))
}

fn slice(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    let out = empty_like(&hash);
    for key in &args.positional {
        if let Some(value) = lookup(interpreter, &hash, key)? {
            store(interpreter, &out, key, value)?;
        }
    }
    Ok(Value::hash(out))
}

fn except(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    let out = empty_like(&hash);
    out.borrow_mut().clone_from(&hash.borrow());
    for key in &args.positional {
        let key = key_in(interpreter, &hash, key)?;
        out.borrow_mut().shift_remove(&key);
    }
    Ok(Value::hash(out))
}

fn merge(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let out = duplicate(interpreter, this);
    merge_into(interpreter, &entries(&out), &args)?;
    Ok(out)
}

fn invert(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let out = RHash::new();
    for (key, value) in entries(this).pairs() {
        store(interpreter, &out, &value, key)?;
    }
    Ok(Value::hash(out))
}

fn transform_values(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "transform_values");
    let hash = entries(this);
    let out = empty_like(&hash);
    for (key, value) in hash.pairs() {
        let new = interpreter.yield_value(&block, value)?;
        store(interpreter, &out, &key, new)?;
    }
    Ok(Value::hash(out))
}

/// The entries under new keys, from a Hash of names, a block, or both.
pub fn with_keys(interpreter: &mut Interpreter, hash: &RHash, args: &Args) -> Eval<RHash> {
    let names = if args.has(0) { Some(convert::hash(interpreter, &args.first())?) } else { None };
    let out = empty_like(hash);
    for (key, value) in hash.pairs() {
        let named = match &names {
            Some(names) => lookup(interpreter, names, &key)?,
            None => None,
        };
        let new = match (named, &args.block) {
            (Some(new), _) => new,
            (None, Some(block)) => interpreter.yield_value(block, key)?,
            (None, None) => key,
        };
        store(interpreter, &out, &new, value)?;
    }
    Ok(out)
}

fn transform_keys(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.is_empty() && args.block.is_none() {
        let block = block_or_enumerator!(interpreter, this, args, "transform_keys");
        args.block = Some(block);
    }
    with_keys(interpreter, &entries(this), &args).map(Value::hash)
}

fn to_h(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    let Some(block) = &args.block else {
        if hash.is_indifferent() {
            return plain_value(interpreter, this);
        }
        return Ok(if matches!(this, Value::Hash(_)) { this.clone() } else { Value::hash(copy(&hash)) });
    };
    let out = RHash::new();
    for (key, value) in hash.pairs() {
        let item = interpreter.yield_pair(block, key, value)?;
        let (key, value) = to_pair(interpreter, &item, "")?;
        store(interpreter, &out, &key, value)?;
    }
    Ok(Value::hash(out))
}

/// A value with every HashWithIndifferentAccess in it turned into a plain Hash.
pub fn plain_value(interpreter: &mut Interpreter, value: &Value) -> Eval {
    match value {
        Value::Hash(hash) if hash.is_indifferent() => {
            let out = RHash::new();
            for (key, value) in hash.pairs() {
                let value = interpreter.nested(|interpreter| plain_value(interpreter, &value))?;
                store(interpreter, &out, &key, value)?;
            }
            out.set_default_value(hash.default_value());
            Ok(Value::hash(out))
        }
        Value::Array(items) if items.borrow().iter().any(|item| matches!(item, Value::Hash(_) | Value::Array(_))) => {
            let mut out = Vec::new();
            for item in items.to_vec() {
                out.push(interpreter.nested(|interpreter| plain_value(interpreter, &item))?);
            }
            Ok(Value::array(out))
        }
        other => Ok(other.clone()),
    }
}

fn flatten(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let depth = if args.has(0) { convert::int(interpreter, &args.first())? } else { 1 };
    let pairs = interpreter.call(this, "to_a", Args::none())?;
    let items = convert::array(interpreter, &pairs)?;
    crate::core::array::combine::flattened(interpreter, &items, depth).map(Value::array)
}
