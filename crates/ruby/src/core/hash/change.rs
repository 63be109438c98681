//! Hash's changes in place. All check that the hash is not frozen.

use std::rc::Rc;

use super::derive::{self, kept};
use super::{copy, entries, key_in, lookup, other_entries, store};
use crate::Args;
use crate::core::convert::{self, block_or_enumerator, pair};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RHash, RProc, Value};

pub const METHODS: &[NativeMethod] = &[
    method("[]=", assign, 2..=2),
    method("store", assign, 2..=2),
    method("delete", delete, 1..=1),
    method("delete_if", delete_if, 0..=0),
    method("reject!", reject_bang, 0..=0),
    method("select!", select_bang, 0..=0),
    method("filter!", select_bang, 0..=0),
    method("keep_if", keep_if, 0..=0),
    method("compact!", compact_bang, 0..=0),
    method("transform_values!", transform_values_bang, 0..=0),
    method("transform_keys!", transform_keys_bang, 0..=1),
    variadic("merge!", merge_bang, 0),
    variadic("update", merge_bang, 0),
    method("replace", replace, 1..=1),
    method("clear", clear, 0..=0),
    method("shift", shift, 0..=0),
    method("rehash", rehash, 0..=0),
    method("default=", set_default, 1..=1),
    method("default_proc=", set_default_proc, 1..=1),
    method("compare_by_identity", compare_by_identity, 0..=0),
];

/// The hash behind a receiver that may change.
pub fn open(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RHash>> {
    interpreter.check_frozen(this)?;
    Ok(entries(this))
}

fn assign(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    store(interpreter, &hash, &args.positional[0], args.get(1))?;
    Ok(args.get(1))
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let key = key_in(interpreter, &hash, &args.positional[0])?;
    let found = hash.borrow_mut().shift_remove(&key);
    match (found, &args.block) {
        (Some(found), _) => Ok(found),
        (None, Some(block)) => interpreter.yield_value(block, args.first()),
        (None, None) => Ok(Value::Nil),
    }
}

/// Puts the entries of `new` in; whether their number changed.
fn become_(hash: &RHash, new: &RHash) -> bool {
    let changed = hash.len() != new.len();
    hash.borrow_mut().clone_from(&new.borrow());
    changed
}

fn retain(interpreter: &mut Interpreter, this: &Value, block: &Rc<RProc>, wanted: bool) -> Eval<bool> {
    let hash = open(interpreter, this)?;
    let new = kept(interpreter, &hash, block, wanted)?;
    Ok(become_(&hash, &new))
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

fn compact_bang(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let before = hash.len();
    hash.borrow_mut().retain(|_, value| !value.is_nil());
    Ok(if hash.len() == before { Value::Nil } else { this.clone() })
}

fn transform_values_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "transform_values!");
    let hash = open(interpreter, this)?;
    for (key, value) in hash.pairs() {
        let new = interpreter.yield_value(&block, value)?;
        store(interpreter, &hash, &key, new)?;
    }
    Ok(this.clone())
}

fn transform_keys_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.is_empty() && args.block.is_none() {
        let block = block_or_enumerator!(interpreter, this, args, "transform_keys!");
        args.block = Some(block);
    }
    let hash = open(interpreter, this)?;
    let new = derive::with_keys(interpreter, &hash, &args)?;
    become_(&hash, &new);
    Ok(this.clone())
}

/// Puts the entries of each argument in; a block settles keys that both have.
pub fn merge_into(interpreter: &mut Interpreter, hash: &RHash, args: &Args) -> Eval<()> {
    for other in &args.positional {
        let other = match other_entries(other) {
            Some(other) => other,
            None => convert::hash(interpreter, other)?,
        };
        for (key, value) in other.pairs() {
            let old = match &args.block {
                Some(_) => lookup(interpreter, hash, &key)?,
                None => None,
            };
            let value = match (old, &args.block) {
                (Some(old), Some(block)) => {
                    let shown = if let (Value::Symbol(name), true) = (&key, hash.is_indifferent()) {
                        Value::str(&*name.to_str())
                    } else {
                        key.clone()
                    };
                    interpreter.call_block(block, Args::new(vec![shown, old, value]))?
                }
                _ => value,
            };
            store(interpreter, hash, &key, value)?;
        }
    }
    Ok(())
}

fn merge_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    merge_into(interpreter, &hash, &args)?;
    Ok(this.clone())
}

/// `replace`
pub fn replace(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let other = match other_entries(&args.first()) {
        Some(other) => other,
        None => convert::hash(interpreter, &args.first())?,
    };
    let copied = copy(&other);
    if hash.is_indifferent() && !other.is_indifferent() {
        hash.borrow_mut().clear();
        for (key, value) in other.pairs() {
            store(interpreter, &hash, &key, value)?;
        }
    } else {
        become_(&hash, &copied);
        hash.set_by_identity(other.is_by_identity());
    }
    hash.set_default_value(copied.default_value());
    hash.set_default_proc(copied.default_proc());
    Ok(this.clone())
}

fn clear(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    hash.borrow_mut().clear();
    Ok(this.clone())
}

fn shift(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let first = hash.borrow_mut().shift_remove_index(0);
    Ok(first.map(|(key, value)| pair(key.value().clone(), value)).unwrap_or_default())
}

fn rehash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    let pairs = hash.pairs();
    hash.borrow_mut().clear();
    for (key, value) in pairs {
        store(interpreter, &hash, &key, value)?;
    }
    Ok(this.clone())
}

fn set_default(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    hash.set_default_value(args.first());
    hash.set_default_proc(Value::Nil);
    Ok(args.first())
}

fn set_default_proc(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    match args.first() {
        Value::Nil | Value::Proc(_) => {
            hash.set_default_proc(args.first());
            hash.set_default_value(Value::Nil);
            Ok(args.first())
        }
        other => {
            let class = interpreter.class_of(&other).name();
            Err(interpreter.type_error(format!("wrong default_proc type {class} (expected Proc)")))
        }
    }
}

fn compare_by_identity(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = open(interpreter, this)?;
    hash.set_by_identity(true);
    rehash(interpreter, this, args)
}
