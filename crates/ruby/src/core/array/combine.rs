//! Array's set operations, flattening, and combinations.

use std::collections::HashSet;

use indexmap::IndexSet;

use super::items;
use crate::Args;
use crate::core::convert::{self, block_or_enumerator};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{HashKey, Value};

pub const METHODS: &[NativeMethod] = &[
    method("&", and, 1..=1),
    method("|", or, 1..=1),
    method("-", minus, 1..=1),
    variadic("difference", difference, 0),
    variadic("union", union, 0),
    variadic("intersection", intersection, 0),
    method("intersect?", intersects, 1..=1),
    method("flatten", flatten, 0..=1),
    method("transpose", transpose, 0..=0),
    variadic("product", product, 0),
    method("combination", combination, 1..=1),
    method("permutation", permutation, 0..=1),
    method("repeated_combination", repeated_combination, 1..=1),
    method("repeated_permutation", repeated_permutation, 1..=1),
];

fn keys(interpreter: &mut Interpreter, items: &[Value]) -> Eval<IndexSet<HashKey>> {
    convert::spend(interpreter, items.len())?;
    items.iter().map(|item| interpreter.hash_key(item)).collect()
}

fn values(keys: IndexSet<HashKey>) -> Value {
    Value::array(keys.into_iter().map(|key| key.value().clone()).collect())
}

fn and(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = convert::array(interpreter, &args.first())?;
    let other = keys(interpreter, &other)?;
    let mut own = keys(interpreter, &items(this).to_vec())?;
    own.retain(|key| other.contains(key));
    Ok(values(own))
}

fn or(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut all = items(this).to_vec();
    all.extend(convert::array(interpreter, &args.first())?);
    let all = keys(interpreter, &all)?;
    Ok(values(all))
}

fn minus(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = convert::array(interpreter, &args.first())?;
    let other = keys(interpreter, &other)?;
    let mut kept = Vec::new();
    for item in items(this).to_vec() {
        if !other.contains(&interpreter.hash_key(&item)?) {
            kept.push(item);
        }
    }
    Ok(Value::array(kept))
}

fn difference(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut result = Value::array(items(this).to_vec());
    for other in args.positional {
        result = minus(interpreter, &result, Args::one(other))?;
    }
    Ok(result)
}

fn union(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut all = items(this).to_vec();
    for other in &args.positional {
        all.extend(convert::array(interpreter, other)?);
    }
    let all = keys(interpreter, &all)?;
    Ok(values(all))
}

fn intersection(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut result = values(keys(interpreter, &items(this).to_vec())?);
    for other in args.positional {
        result = and(interpreter, &result, Args::one(other))?;
    }
    Ok(result)
}

fn intersects(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let common = and(interpreter, this, args)?;
    Ok(Value::Bool(!items(&common).is_empty()))
}

/// As CRuby's flatten(), with a stack of its own: arrays nest deeper than calls do.
fn flatten_from(interpreter: &mut Interpreter, list: Vec<Value>, depth: i64, root: Option<&Value>) -> Eval<Vec<Value>> {
    let mut out = Vec::new();
    let mut open: HashSet<usize> = root.map(Value::address).into_iter().collect();
    let mut rest = vec![(list.into_iter(), root.cloned())];
    while let Some((items, array)) = rest.last_mut() {
        let Some(item) = items.next() else {
            if let Some(array) = array {
                open.remove(&array.address());
            }
            rest.pop();
            continue;
        };
        let may_open = depth < 0 || rest.len() as i64 <= depth;
        match if may_open { convert::try_array(interpreter, &item)? } else { None } {
            None => {
                out.push(item);
                interpreter.check_size(out.len() * size_of::<Value>())?;
            }
            Some(nested) => {
                convert::spend(interpreter, 1)?;
                if !open.insert(item.address()) {
                    return Err(interpreter.argument_error("tried to flatten recursive array"));
                }
                rest.push((nested.into_iter(), Some(item)));
            }
        }
    }
    Ok(out)
}

/// The items with nested arrays opened up, all of them where `depth` is negative.
pub fn flattened(interpreter: &mut Interpreter, list: &[Value], depth: i64) -> Eval<Vec<Value>> {
    flatten_from(interpreter, list.to_vec(), depth, None)
}

fn flatten(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let depth = if args.first().is_nil() { -1 } else { convert::int(interpreter, &args.first())? };
    let list = items(this).to_vec();
    Ok(Value::array(flatten_from(interpreter, list, depth, Some(this))?))
}

fn transpose(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut rows = Vec::new();
    for row in items(this).to_vec() {
        rows.push(convert::array(interpreter, &row)?);
    }
    let Some(width) = rows.first().map(Vec::len) else { return Ok(Value::array(Vec::new())) };
    if let Some(row) = rows.iter().find(|row| row.len() != width) {
        let message = format!("element size differs ({} should be {width})", row.len());
        return Err(interpreter.error("IndexError", message));
    }
    Ok(Value::array((0..width).map(|at| Value::array(rows.iter().map(|row| row[at].clone()).collect())).collect()))
}

/// Each chosen list to the block, or all of them as an Array.
fn give(interpreter: &mut Interpreter, this: &Value, args: &Args, lists: Vec<Vec<Value>>) -> Eval {
    match &args.block {
        Some(block) => {
            for list in lists {
                interpreter.yield_value(block, Value::array(list))?;
            }
            Ok(this.clone())
        }
        None => Ok(Value::array(lists.into_iter().map(Value::array).collect())),
    }
}

fn product(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut lists: Vec<Vec<Value>> = items(this).borrow().iter().map(|item| vec![item.clone()]).collect();
    for other in &args.positional {
        let other = convert::array(interpreter, other)?;
        let size = lists.len().saturating_mul(other.len());
        interpreter.check_size(size.saturating_mul((args.len() + 4) * size_of::<Value>()))?;
        convert::spend(interpreter, size)?;
        let mut longer = Vec::with_capacity(size);
        for list in &lists {
            longer.extend(other.iter().map(|item| [list.as_slice(), std::slice::from_ref(item)].concat()));
        }
        lists = longer;
    }
    give(interpreter, this, &args, lists)
}

#[derive(Clone, Copy)]
struct Choice {
    ordered: bool,
    repeated: bool,
}

/// All ways to choose `size` positions out of `length`.
fn choices(interpreter: &mut Interpreter, length: usize, size: usize, choice: Choice) -> Eval<Vec<Vec<usize>>> {
    let mut lists: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        let mut longer = Vec::new();
        for list in &lists {
            let from = match (choice.ordered, list.last()) {
                (false, Some(&last)) => last + usize::from(!choice.repeated),
                _ => 0,
            };
            for position in from..length {
                if choice.repeated || !list.contains(&position) {
                    longer.push([list.as_slice(), &[position]].concat());
                }
            }
            let each = size.saturating_add(3).saturating_mul(size_of::<Value>());
            interpreter.check_size(longer.len().saturating_mul(each))?;
        }
        convert::spend(interpreter, longer.len().saturating_mul(1 + longer.first().map_or(0, Vec::len) / 8))?;
        lists = longer;
    }
    Ok(lists)
}

fn choose(interpreter: &mut Interpreter, this: &Value, args: &Args, size: i64, choice: Choice) -> Eval {
    let pool = items(this).to_vec();
    let Ok(size) = usize::try_from(size) else { return Ok(this.clone()) };
    if size > pool.len() && (!choice.repeated || pool.is_empty()) {
        return Ok(this.clone());
    }
    let lists = choices(interpreter, pool.len(), size, choice)?;
    let lists = lists.into_iter().map(|list| list.into_iter().map(|at| pool[at].clone()).collect()).collect();
    give(interpreter, this, args, lists)
}

fn combination(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "combination");
    let size = convert::int(interpreter, &args.first())?;
    let args = Args::none().with_block(Some(block));
    choose(interpreter, this, &args, size, Choice { ordered: false, repeated: false })
}

fn permutation(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "permutation");
    let size = match args.first() {
        Value::Nil => items(this).len() as i64,
        size => convert::int(interpreter, &size)?,
    };
    let args = Args::none().with_block(Some(block));
    choose(interpreter, this, &args, size, Choice { ordered: true, repeated: false })
}

fn repeated_combination(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "repeated_combination");
    let size = convert::int(interpreter, &args.first())?;
    let args = Args::none().with_block(Some(block));
    choose(interpreter, this, &args, size, Choice { ordered: false, repeated: true })
}

fn repeated_permutation(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "repeated_permutation");
    let size = convert::int(interpreter, &args.first())?;
    let args = Args::none().with_block(Some(block));
    choose(interpreter, this, &args, size, Choice { ordered: true, repeated: true })
}
