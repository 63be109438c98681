//! core_ext/hash and HashWithIndifferentAccess.

use std::rc::Rc;

use super::collections::blank;
use super::object::hash_to_query;
use crate::Args;
use crate::core::array::combine::flattened;
use crate::core::convert::{self, block_or_enumerator};
use crate::core::hash::change::{merge_into, open, replace};
use crate::core::hash::derive::plain_value;
use crate::core::hash::{copy, empty_like, entries, indifferent_copy, key_in, lookup, other_entries, store};
use crate::core::string;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RClass, RHash, RProc, Value};

const METHODS: &[NativeMethod] = &[
    method("stringify_keys", stringify_keys, 0..=0),
    method("stringify_keys!", stringify_keys_bang, 0..=0),
    method("symbolize_keys", symbolize_keys, 0..=0),
    method("symbolize_keys!", symbolize_keys_bang, 0..=0),
    method("to_options", symbolize_keys, 0..=0),
    method("to_options!", symbolize_keys_bang, 0..=0),
    method("deep_stringify_keys", deep_stringify_keys, 0..=0),
    method("deep_stringify_keys!", deep_stringify_keys_bang, 0..=0),
    method("deep_symbolize_keys", deep_symbolize_keys, 0..=0),
    method("deep_symbolize_keys!", deep_symbolize_keys_bang, 0..=0),
    method("deep_transform_keys", deep_transform_keys, 0..=0),
    method("deep_transform_keys!", deep_transform_keys_bang, 0..=0),
    method("deep_transform_values", deep_transform_values, 0..=0),
    method("deep_transform_values!", deep_transform_values_bang, 0..=0),
    method("deep_merge", deep_merge, 1..=1),
    method("deep_merge!", deep_merge_bang, 1..=1),
    variadic("assert_valid_keys", assert_valid_keys, 0),
    variadic("slice!", slice_bang, 0),
    variadic("extract!", extract_bang, 0),
    variadic("except!", except_bang, 0),
    variadic("without", without, 0),
    method("reverse_merge", reverse_merge, 1..=1),
    method("with_defaults", reverse_merge, 1..=1),
    method("reverse_merge!", reverse_merge_bang, 1..=1),
    method("reverse_update", reverse_merge_bang, 1..=1),
    method("with_defaults!", reverse_merge_bang, 1..=1),
    method("compact_blank", compact_blank, 0..=0),
    method("compact_blank!", compact_blank_bang, 0..=0),
    method("with_indifferent_access", with_indifferent_access, 0..=0),
    method("nested_under_indifferent_access", with_indifferent_access, 0..=0),
    method("to_query", hash_to_query, 0..=1),
    method("to_param", hash_to_query, 0..=1),
    method("extractable_options?", is_extractable, 0..=0),
    method("deep_merge?", is_deeply_mergeable, 1..=1),
];

const INDIFFERENT_METHODS: &[NativeMethod] = &[method("initialize", initialize, 0..=1)];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.hash.define(METHODS);
    let class = Rc::clone(&interpreter.classes.indifferent_hash);
    class.allocator.set(Some(allocate));
    class.define(INDIFFERENT_METHODS);
    let module = interpreter.define_module("ActiveSupport");
    module.set_constant("HashWithIndifferentAccess", Value::Class(Rc::clone(&class)));
    interpreter.classes.object.set_constant("HashWithIndifferentAccess", Value::Class(class));
}

fn allocate(_: &mut Interpreter, _class: &Rc<RClass>) -> Eval {
    let hash = RHash::new();
    hash.set_indifferent(true);
    Ok(Value::hash(hash))
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    match other_entries(&args.first()) {
        Some(other) => {
            merge_into(interpreter, &hash, &Args::one(args.first()))?;
            hash.set_default_value(other.default_value());
            hash.set_default_proc(other.default_proc());
        }
        None => {
            hash.set_default_value(args.first());
            if let Some(block) = args.block {
                hash.set_default_proc(Value::Proc(block));
            }
        }
    }
    Ok(Value::Nil)
}

fn with_indifferent_access(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    indifferent_copy(interpreter, &entries(this))
}

fn is_extractable(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(true))
}

fn is_deeply_mergeable(_: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(other_entries(&args.first()).is_some()))
}

type KeyChange<'a> = &'a mut dyn FnMut(&mut Interpreter, &Value) -> Eval;

fn stringified(interpreter: &mut Interpreter, key: &Value) -> Eval {
    match key {
        Value::Symbol(name) => Ok(string::frozen(&name.to_str())),
        other => interpreter.call(other, "to_s", Args::none()),
    }
}

fn symbolized(interpreter: &mut Interpreter, key: &Value) -> Eval {
    if interpreter.responds_to(key, "to_sym") { interpreter.call(key, "to_sym", Args::none()) } else { Ok(key.clone()) }
}

/// A plain hash (or one like the receiver, if its keys stay strings) under new keys.
fn with_keys(interpreter: &mut Interpreter, hash: &RHash, out: RHash, change: KeyChange) -> Eval<RHash> {
    for (key, value) in hash.pairs() {
        let key = change(interpreter, &key)?;
        store(interpreter, &out, &key, value)?;
    }
    Ok(out)
}

/// Puts the entries of a new hash in.
fn take_over(interpreter: &mut Interpreter, this: &Value, new: &RHash) -> Eval {
    let hash = open(interpreter, this)?;
    hash.borrow_mut().clone_from(&new.borrow());
    Ok(this.clone())
}

fn stringify_keys(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = entries(this);
    with_keys(interpreter, &hash, empty_like(&hash), &mut stringified).map(Value::hash)
}

fn stringify_keys_bang(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = entries(this);
    let new = with_keys(interpreter, &hash, empty_like(&hash), &mut stringified)?;
    take_over(interpreter, this, &new)
}

fn symbolize_keys(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let plain = plain_value(interpreter, this)?;
    with_keys(interpreter, &entries(&plain), RHash::new(), &mut symbolized).map(Value::hash)
}

fn symbolize_keys_bang(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = entries(this);
    let new = with_keys(interpreter, &hash, empty_like(&hash), &mut symbolized)?;
    take_over(interpreter, this, &new)
}

/// `value` with the keys of all hashes in it changed.
fn deep_keys(interpreter: &mut Interpreter, value: &Value, plain: bool, change: KeyChange) -> Eval {
    match value {
        Value::Hash(hash) => {
            let out = if plain { RHash::new() } else { empty_like(hash) };
            for (key, value) in hash.pairs() {
                let key = change(interpreter, &key)?;
                let value = interpreter.nested(|interpreter| deep_keys(interpreter, &value, plain, change))?;
                store(interpreter, &out, &key, value)?;
            }
            Ok(Value::hash(out))
        }
        Value::Array(list) => {
            let mut out = Vec::new();
            for item in list.to_vec() {
                out.push(interpreter.nested(|interpreter| deep_keys(interpreter, &item, plain, change))?);
            }
            Ok(Value::array(out))
        }
        other => Ok(other.clone()),
    }
}

fn deep_stringify_keys(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    deep_keys(interpreter, this, false, &mut stringified)
}

fn deep_symbolize_keys(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    deep_keys(interpreter, this, true, &mut symbolized)
}

fn deep_stringify_keys_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let new = deep_stringify_keys(interpreter, this, args)?;
    take_over(interpreter, this, &entries(&new))
}

fn deep_symbolize_keys_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let new = deep_symbolize_keys(interpreter, this, args)?;
    take_over(interpreter, this, &entries(&new))
}

fn deep_transform_keys(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "deep_transform_keys");
    deep_keys(interpreter, this, false, &mut |interpreter, key| interpreter.yield_value(&block, key.clone()))
}

fn deep_transform_keys_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let new = deep_transform_keys(interpreter, this, args)?;
    take_over(interpreter, this, &entries(&new))
}

fn deep_values(interpreter: &mut Interpreter, value: &Value, block: &Rc<RProc>) -> Eval {
    match value {
        Value::Hash(hash) => {
            let out = empty_like(hash);
            for (key, value) in hash.pairs() {
                let value = interpreter.nested(|interpreter| deep_values(interpreter, &value, block))?;
                store(interpreter, &out, &key, value)?;
            }
            Ok(Value::hash(out))
        }
        Value::Array(list) => {
            let mut out = Vec::new();
            for item in list.to_vec() {
                out.push(interpreter.nested(|interpreter| deep_values(interpreter, &item, block))?);
            }
            Ok(Value::array(out))
        }
        other => interpreter.yield_value(block, other.clone()),
    }
}

fn deep_transform_values(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "deep_transform_values");
    deep_values(interpreter, this, &block)
}

fn deep_transform_values_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let new = deep_transform_values(interpreter, this, args)?;
    take_over(interpreter, this, &entries(&new))
}

/// Merges hashes inside hashes; a block settles what else is on both sides.
fn merge_deeply(interpreter: &mut Interpreter, hash: &RHash, other: &RHash, block: Option<&Rc<RProc>>) -> Eval<()> {
    for (key, value) in other.pairs() {
        let merged = match (lookup(interpreter, hash, &key)?, &value) {
            (Some(Value::Hash(old)), Value::Hash(new)) => {
                let merged = copy(&old);
                interpreter.nested(|interpreter| merge_deeply(interpreter, &merged, new, block))?;
                Value::hash(merged)
            }
            (Some(old), _) => match block {
                Some(block) => interpreter.call_block(block, Args::new(vec![key.clone(), old, value]))?,
                None => value,
            },
            (None, _) => value,
        };
        store(interpreter, hash, &key, merged)?;
    }
    Ok(())
}

fn deep_merge(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let merged = copy(&entries(this));
    let other = convert::hash(interpreter, &args.first())?;
    merge_deeply(interpreter, &merged, &other, args.block.as_ref())?;
    Ok(Value::hash(merged))
}

fn deep_merge_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let other = convert::hash(interpreter, &args.first())?;
    merge_deeply(interpreter, &hash, &other, args.block.as_ref())?;
    Ok(this.clone())
}

/// ArgumentError for the first key that is none of the valid ones.
pub fn assert_valid_keys_of(interpreter: &mut Interpreter, hash: &RHash, valid: &[Value]) -> Eval<()> {
    for (key, _) in hash.pairs() {
        let mut known = false;
        for valid in valid {
            known = known || interpreter.equal(valid, &key)?;
        }
        if !known {
            let mut shown = Vec::new();
            for valid in valid {
                shown.push(interpreter.inspect(valid)?);
            }
            let key = interpreter.inspect(&key)?;
            let message = format!("Unknown key: {key}. Valid keys are: {}", shown.join(", "));
            return Err(interpreter.argument_error(message));
        }
    }
    Ok(())
}

fn assert_valid_keys(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let valid = flattened(interpreter, &args.positional, -1)?;
    assert_valid_keys_of(interpreter, &entries(this), &valid)?;
    Ok(this.clone())
}

/// The entries under these keys, and those under others.
fn divide(interpreter: &mut Interpreter, hash: &RHash, keys: &[Value]) -> Eval<(RHash, RHash)> {
    let (inside, outside) = (empty_like(hash), empty_like(hash));
    for key in keys {
        if let Some(value) = lookup(interpreter, hash, key)? {
            store(interpreter, &inside, key, value)?;
        }
    }
    for (key, value) in hash.pairs() {
        let kept = key_in(interpreter, hash, &key)?;
        if !inside.borrow().contains_key(&kept) {
            store(interpreter, &outside, &key, value)?;
        }
    }
    Ok((inside, outside))
}

fn slice_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let (inside, outside) = divide(interpreter, &hash, &args.positional)?;
    take_over(interpreter, this, &inside)?;
    Ok(Value::hash(outside))
}

fn extract_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let (inside, outside) = divide(interpreter, &hash, &args.positional)?;
    take_over(interpreter, this, &outside)?;
    Ok(Value::hash(inside))
}

fn except_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    extract_bang(interpreter, this, args)?;
    Ok(this.clone())
}

fn without(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (_, outside) = divide(interpreter, &entries(this), &args.positional)?;
    Ok(Value::hash(outside))
}

fn reverse_merge(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = entries(this);
    let other = convert::hash(interpreter, &args.first())?;
    let merged = if own.is_indifferent() { indifferent_copy(interpreter, &other)? } else { Value::hash(copy(&other)) };
    merge_into(interpreter, &entries(&merged), &Args::one(this.clone()))?;
    Ok(merged)
}

fn reverse_merge_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let merged = reverse_merge(interpreter, this, args)?;
    replace(interpreter, this, Args::one(merged))
}

fn compact_blank(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = entries(this);
    let out = empty_like(&hash);
    for (key, value) in hash.pairs() {
        if !blank(interpreter, &value)? {
            store(interpreter, &out, &key, value)?;
        }
    }
    Ok(Value::hash(out))
}

fn compact_blank_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let kept = compact_blank(interpreter, this, args)?;
    take_over(interpreter, this, &entries(&kept))
}
