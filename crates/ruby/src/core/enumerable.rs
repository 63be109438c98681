//! Enumerable, over the `each` of any object. Array, Hash and Range inherit these and go through their
//! items directly; what they do better themselves stands in their own files.

pub mod each;
pub mod order;
pub mod slices;

use std::rc::Rc;

use indexmap::IndexMap;

use self::each::{Item, Step, collect, fold, fold_items, fold_object};
use super::convert::{self, block_or_enumerator, pair};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{HashKey, RHash, RProc, Value};
use crate::{Args, Flow};

pub const METHODS: &[NativeMethod] = &[
    method("all?", all, 0..=1),
    method("any?", any, 0..=1),
    method("none?", none, 0..=1),
    method("one?", one, 0..=1),
    method("count", count, 0..=1),
    method("collect", map, 0..=0),
    method("map", map, 0..=0),
    method("flat_map", flat_map, 0..=0),
    method("collect_concat", flat_map, 0..=0),
    method("compact", compact, 0..=0),
    method("cycle", cycle, 0..=1),
    method("detect", find, 0..=1),
    method("find", find, 0..=1),
    method("find_index", find_index, 0..=1),
    method("find_all", select, 0..=0),
    method("select", select, 0..=0),
    method("filter", select, 0..=0),
    method("filter_map", filter_map, 0..=0),
    method("reject", reject, 0..=0),
    method("partition", partition, 0..=0),
    method("drop", drop_first, 1..=1),
    method("drop_while", drop_while, 0..=0),
    method("take", take, 1..=1),
    method("take_while", take_while, 0..=0),
    method("first", first, 0..=1),
    method("each_entry", each_entry, 0..=0),
    variadic("each_with_index", each_with_index, 0),
    method("each_with_object", each_with_object, 1..=1),
    variadic("entries", to_a, 0),
    variadic("to_a", to_a, 0),
    method("grep", grep, 1..=1),
    method("grep_v", grep_v, 1..=1),
    method("group_by", group_by, 0..=0),
    method("include?", includes, 1..=1),
    method("member?", includes, 1..=1),
    method("inject", inject, 0..=2),
    method("reduce", inject, 0..=2),
    variadic("reverse_each", reverse_each, 0),
    method("tally", tally, 0..=1),
    method("to_h", to_h, 0..=0),
    method("to_set", to_set, 0..=0),
    method("uniq", uniq, 0..=0),
    variadic("zip", zip, 0),
    variadic("chain", super::enumerator::chain, 0),
    method("lazy", super::enumerator::lazy::lazy, 0..=0),
];

pub fn define(interpreter: &mut Interpreter) {
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    enumerable.define(METHODS);
    enumerable.define(order::METHODS);
    enumerable.define(slices::METHODS);
}

/// The test of `all?` and its kin: a pattern, a block, or the truth of the item.
fn test(interpreter: &mut Interpreter, args: &Args, item: Value) -> Eval<bool> {
    if args.has(0) {
        return interpreter.case_equal(&args.positional[0], &item);
    }
    match &args.block {
        Some(block) => Ok(interpreter.yield_value(block, item)?.truthy()),
        None => Ok(item.truthy()),
    }
}

/// Looks for the first item whose test is `wanted`.
fn search(interpreter: &mut Interpreter, this: &Value, args: Args, wanted: bool) -> Eval<bool> {
    fold(interpreter, this, false, move |interpreter, found, item| {
        *found = test(interpreter, &args, item)? == wanted;
        Ok(if *found { Step::Stop } else { Step::Continue })
    })
}

fn all(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(!search(interpreter, this, args, false)?))
}

fn any(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    search(interpreter, this, args, true).map(Value::Bool)
}

fn none(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(!search(interpreter, this, args, true)?))
}

fn one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = fold(interpreter, this, 0, move |interpreter, found, item| {
        *found += i32::from(test(interpreter, &args, item)?);
        Ok(if *found > 1 { Step::Stop } else { Step::Continue })
    })?;
    Ok(Value::Bool(found == 1))
}

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let total = fold(interpreter, this, 0_i64, move |interpreter, total, item| {
        let counts = if args.has(0) {
            interpreter.equal(&item, &args.positional[0])?
        } else {
            match &args.block {
                Some(block) => interpreter.yield_value(block, item)?.truthy(),
                None => true,
            }
        };
        *total += i64::from(counts);
        Ok(Step::Continue)
    })?;
    Ok(Value::Int(total))
}

fn map(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "map");
    if let (true, 2, Value::Hash(hash)) = (block.lambda, block.arity(), this) {
        let mut out = Vec::new();
        for (key, value) in hash.pairs() {
            out.push(interpreter.yield_pair(&block, key, value)?);
        }
        return Ok(Value::array(out));
    }
    fold_items(interpreter, this, Vec::new(), move |interpreter, out: &mut Vec<Value>, item| {
        out.push(interpreter.call_block(&block, item.into_args())?);
        Ok(Step::Continue)
    })
    .map(Value::array)
}

fn flat_map(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "flat_map");
    fold_items(interpreter, this, Vec::new(), move |interpreter, out: &mut Vec<Value>, item| {
        let value = interpreter.call_block(&block, item.into_args())?;
        match convert::try_array(interpreter, &value)? {
            Some(items) => out.extend(items),
            None => out.push(value),
        }
        Ok(Step::Continue)
    })
    .map(Value::array)
}

/// Keeps what `choose` answers Some for.
fn choose(
    interpreter: &mut Interpreter,
    this: &Value,
    choose: impl Fn(&mut Interpreter, Value) -> Eval<Option<Value>> + 'static,
) -> Eval {
    fold(interpreter, this, Vec::new(), move |interpreter, out: &mut Vec<Value>, item| {
        out.extend(choose(interpreter, item)?);
        Ok(Step::Continue)
    })
    .map(Value::array)
}

fn compact(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    choose(interpreter, this, |_, item| Ok(Some(item).filter(|item| !item.is_nil())))
}

fn select(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "select");
    choose(interpreter, this, move |interpreter, item| {
        Ok(interpreter.yield_value(&block, item.clone())?.truthy().then_some(item))
    })
}

fn reject(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "reject");
    choose(interpreter, this, move |interpreter, item| {
        Ok((!interpreter.yield_value(&block, item.clone())?.truthy()).then_some(item))
    })
}

fn filter_map(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "filter_map");
    choose(interpreter, this, move |interpreter, item| {
        Ok(Some(interpreter.yield_value(&block, item)?).filter(Value::truthy))
    })
}

/// `grep` and `grep_v`: what matches (or does not), through the block where there is one.
fn grep_for(interpreter: &mut Interpreter, this: &Value, args: Args, wanted: bool) -> Eval {
    let pattern = args.first();
    choose(interpreter, this, move |interpreter, item| {
        if interpreter.case_equal(&pattern, &item)? != wanted {
            return Ok(None);
        }
        match &args.block {
            Some(block) => interpreter.yield_value(block, item).map(Some),
            None => Ok(Some(item)),
        }
    })
}

fn grep(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    grep_for(interpreter, this, args, true)
}

fn grep_v(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    grep_for(interpreter, this, args, false)
}

fn partition(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "partition");
    let start = (Vec::new(), Vec::new());
    let (yes, no) = fold(interpreter, this, start, move |interpreter, (yes, no), item| {
        let side = if interpreter.yield_value(&block, item.clone())?.truthy() { yes } else { no };
        side.push(item);
        Ok(Step::Continue)
    })?;
    Ok(pair(Value::array(yes), Value::array(no)))
}

fn cycle(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "cycle");
    let mut rounds = match args.first() {
        Value::Nil => None,
        limit => Some(convert::int(interpreter, &limit)?),
    };
    let items = collect(interpreter, this)?;
    while !items.is_empty() && rounds.is_none_or(|rounds| rounds > 0) {
        for item in &items {
            interpreter.yield_value(&block, item.clone())?;
        }
        rounds = rounds.map(|rounds| rounds - 1);
    }
    Ok(Value::Nil)
}

fn find(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "find");
    let found = fold(interpreter, this, None, move |interpreter, found, item| {
        if interpreter.yield_value(&block, item.clone())?.truthy() {
            *found = Some(item);
            return Ok(Step::Stop);
        }
        Ok(Step::Continue)
    })?;
    match found {
        Some(found) => Ok(found),
        None if args.first().is_nil() => Ok(Value::Nil),
        None => interpreter.call(&args.first(), "call", Args::none()),
    }
}

fn find_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.has(0) {
        args.block = None;
    } else if args.block.is_none() {
        return super::enumerator::of_method(interpreter, this, "find_index", args);
    }
    let (index, found) = fold(interpreter, this, (0_i64, false), move |interpreter, (index, found), item| {
        *found = match &args.block {
            Some(block) => interpreter.yield_value(block, item)?.truthy(),
            None => interpreter.equal(&item, &args.positional[0])?,
        };
        if *found {
            return Ok(Step::Stop);
        }
        *index += 1;
        Ok(Step::Continue)
    })?;
    Ok(if found { Value::Int(index) } else { Value::Nil })
}

fn drop_first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::count(interpreter, &args.first(), "attempt to drop negative size")?;
    let items = collect(interpreter, this)?;
    Ok(Value::array(items.into_iter().skip(count).collect()))
}

fn drop_while(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "drop_while");
    let start = (true, Vec::new());
    let (_, out) = fold(interpreter, this, start, move |interpreter, (dropping, out), item| {
        *dropping = *dropping && interpreter.yield_value(&block, item.clone())?.truthy();
        if !*dropping {
            out.push(item);
        }
        Ok(Step::Continue)
    })?;
    Ok(Value::array(out))
}

/// The first `count` items, asking for no more than those.
pub fn take_items(interpreter: &mut Interpreter, this: &Value, count: usize) -> Eval<Vec<Value>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    fold(interpreter, this, Vec::new(), move |_, out: &mut Vec<Value>, item| {
        out.push(item);
        Ok(if out.len() == count { Step::Stop } else { Step::Continue })
    })
}

fn take(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::count(interpreter, &args.first(), "attempt to take negative size")?;
    take_items(interpreter, this, count).map(Value::array)
}

fn take_while(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "take_while");
    fold(interpreter, this, Vec::new(), move |interpreter, out: &mut Vec<Value>, item| {
        if !interpreter.yield_value(&block, item.clone())?.truthy() {
            return Ok(Step::Stop);
        }
        out.push(item);
        Ok(Step::Continue)
    })
    .map(Value::array)
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.has(0) {
        return take(interpreter, this, args);
    }
    Ok(take_items(interpreter, this, 1)?.pop().unwrap_or_default())
}

fn each_entry(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_entry");
    fold(interpreter, this, (), move |interpreter, (), item| {
        interpreter.yield_value(&block, item)?;
        Ok(Step::Continue)
    })?;
    Ok(this.clone())
}

fn each_with_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_with_index");
    let body = move |interpreter: &mut Interpreter, index: &mut i64, item: Item| {
        interpreter.yield_pair(&block, item.pack(), Value::Int(*index))?;
        *index += 1;
        Ok(Step::Continue)
    };
    if args.is_empty() {
        fold_items(interpreter, this, 0, body)?;
    } else {
        fold_object(interpreter, this, "each", args, 0, body)?;
    }
    Ok(this.clone())
}

fn each_with_object(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_with_object");
    let memo = args.first();
    let given = memo.clone();
    fold(interpreter, this, (), move |interpreter, (), item| {
        interpreter.yield_pair(&block, item, given.clone())?;
        Ok(Step::Continue)
    })?;
    Ok(memo)
}

fn to_a(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.is_empty() {
        return collect(interpreter, this).map(Value::array);
    }
    let out = Vec::new();
    fold_object(interpreter, this, "each", args, out, |_, out: &mut Vec<Value>, item| {
        out.push(item.pack());
        Ok(Step::Continue)
    })
    .map(Value::array)
}

fn group_by(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "group_by");
    let start: IndexMap<HashKey, Vec<Value>> = IndexMap::new();
    let groups = fold(interpreter, this, start, move |interpreter, groups, item| {
        let key = interpreter.yield_value(&block, item.clone())?;
        groups.entry(interpreter.hash_key(&key)?).or_default().push(item);
        Ok(Step::Continue)
    })?;
    let hash = RHash::new();
    hash.borrow_mut().extend(groups.into_iter().map(|(key, items)| (key, Value::array(items))));
    Ok(Value::hash(hash))
}

fn includes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = args.first();
    fold(interpreter, this, false, move |interpreter, found, item| {
        *found = interpreter.equal(&item, &wanted)?;
        Ok(if *found { Step::Stop } else { Step::Continue })
    })
    .map(Value::Bool)
}

enum Combine {
    Send(String),
    Yield(Rc<RProc>),
}

fn inject(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let (start, combine) = match (args.len(), args.block.take()) {
        (2, _) => (Some(args.first()), Combine::Send(convert::name(interpreter, &args.get(1))?)),
        (1, Some(block)) => (Some(args.first()), Combine::Yield(block)),
        (1, None) => (None, Combine::Send(convert::name(interpreter, &args.first())?)),
        (_, Some(block)) => (None, Combine::Yield(block)),
        (_, None) => return Err(interpreter.error("LocalJumpError", "no block given")),
    };
    let result = fold(interpreter, this, start, move |interpreter, memo, item| {
        let next = match (memo.take(), &combine) {
            (None, _) => item,
            (Some(memo), Combine::Send(name)) if name == "+" => convert::add(interpreter, &memo, &item)?,
            (Some(memo), Combine::Send(name)) => interpreter.call(&memo, name, Args::one(item))?,
            (Some(memo), Combine::Yield(block)) => interpreter.yield_pair(block, memo, item)?,
        };
        *memo = Some(next);
        Ok(Step::Continue)
    })?;
    Ok(result.unwrap_or_default())
}

fn reverse_each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "reverse_each");
    for item in collect(interpreter, this)?.into_iter().rev() {
        interpreter.yield_value(&block, item)?;
    }
    Ok(this.clone())
}

fn tally(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = if args.has(0) { convert::hash(interpreter, &args.first())? } else { Rc::new(RHash::new()) };
    let result = Value::Hash(Rc::clone(&hash));
    interpreter.check_frozen(&result)?;
    fold(interpreter, this, (), move |interpreter, (), item| {
        let key = interpreter.hash_key(&item)?;
        let old = hash.borrow().get(&key).cloned().unwrap_or(Value::Int(0));
        let new = match old {
            Value::Int(count) => Value::Int(count + 1),
            other => {
                let label = interpreter.name_for_conversion(&other);
                return Err(interpreter.type_error(format!("wrong argument type {label} (expected Integer)")));
            }
        };
        hash.borrow_mut().insert(key, new);
        Ok(Step::Continue)
    })?;
    Ok(result)
}

/// A key and a value out of what a block or an item of `to_h` is.
pub fn to_pair(interpreter: &mut Interpreter, item: &Value, place: &str) -> Eval<(Value, Value)> {
    let Some(items) = convert::try_array(interpreter, item)? else {
        let class = interpreter.class_of(item).name();
        return Err(interpreter.type_error(format!("wrong element type {class}{place} (expected array)")));
    };
    match <[Value; 2]>::try_from(items) {
        Ok([key, value]) => Ok((key, value)),
        Err(items) => {
            let length = items.len();
            Err(wrong_pair(interpreter, place, length))
        }
    }
}

fn wrong_pair(interpreter: &mut Interpreter, place: &str, length: usize) -> Box<Flow> {
    if place.is_empty() {
        return interpreter.argument_error(format!("element has wrong array length (expected 2, was {length})"));
    }
    interpreter.argument_error(format!("wrong array length{place} (expected 2, was {length})"))
}

fn to_h(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let indexed = matches!(this, Value::Array(_));
    let hash = fold(interpreter, this, (Vec::new(), 0), move |interpreter, (pairs, index), item| {
        let item = match &args.block {
            Some(block) => interpreter.yield_value(block, item)?,
            None => item,
        };
        let place = if indexed { format!(" at {index}") } else { String::new() };
        let (key, value) = to_pair(interpreter, &item, &place)?;
        pairs.push((super::hash::key(interpreter, &key)?, value));
        *index += 1;
        Ok(Step::Continue)
    })?;
    let out = RHash::new();
    out.borrow_mut().extend(hash.0);
    Ok(Value::hash(out))
}

fn to_set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let set = Value::Class(interpreter.class_at("Set"));
    interpreter.call(&set, "new", Args::one(this.clone()).with_block(args.block))
}

fn uniq(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let start: IndexMap<HashKey, Value> = IndexMap::new();
    let items = fold(interpreter, this, start, move |interpreter, seen, item| {
        let key = match &args.block {
            Some(block) => interpreter.yield_value(block, item.clone())?,
            None => item.clone(),
        };
        seen.entry(interpreter.hash_key(&key)?).or_insert(item);
        Ok(Step::Continue)
    })?;
    Ok(Value::array(items.into_values().collect()))
}

fn zip(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut others = Vec::new();
    for other in &args.positional {
        let items = match convert::try_array(interpreter, other)? {
            Some(items) => items,
            None if interpreter.responds_to(other, "each") => {
                let limit = if let Value::Array(items) = this { items.len() } else { usize::MAX };
                take_items(interpreter, other, limit)?
            }
            None => {
                let class = interpreter.class_of(other).name();
                return Err(interpreter.type_error(format!("wrong argument type {class} (must respond to :each)")));
            }
        };
        others.push(items);
    }
    let mut out = Vec::new();
    for (index, item) in collect(interpreter, this)?.into_iter().enumerate() {
        let mut row = vec![item];
        row.extend(others.iter().map(|items| items.get(index).cloned().unwrap_or_default()));
        let row = Value::array(row);
        match &args.block {
            Some(block) => {
                interpreter.yield_value(block, row)?;
            }
            None => out.push(row),
        }
    }
    Ok(if args.block.is_some() { Value::Nil } else { Value::array(out) })
}
