//! core_ext/array and core_ext/enumerable.rb: access, grouping, to_sentence, index_by, many?, pluck and kin.

use std::rc::Rc;

use super::object::{extract_options, is_blank};
use crate::Args;
use crate::core::array::combine::flattened;
use crate::core::array::items;
use crate::core::convert::{self, block_or_enumerator};
use crate::core::enumerable::each::collect;
use crate::core::hash;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{RHash, Value};

const ARRAY_METHODS: &[NativeMethod] = &[
    method("from", from, 1..=1),
    method("to", to, 1..=1),
    variadic("including", including, 0),
    variadic("excluding", excluding, 0),
    variadic("without", excluding, 0),
    method("second", at::<1>, 0..=0),
    method("third", at::<2>, 0..=0),
    method("fourth", at::<3>, 0..=0),
    method("fifth", at::<4>, 0..=0),
    method("forty_two", at::<41>, 0..=0),
    method("second_to_last", from_end::<2>, 0..=0),
    method("third_to_last", from_end::<3>, 0..=0),
    method("in_groups_of", in_groups_of, 1..=2),
    method("in_groups", in_groups, 1..=2),
    method("split", split, 0..=1),
    method("to_sentence", to_sentence, 0..=1),
    method("extract!", extract, 0..=0),
    method("extract_options!", extract_options, 0..=0),
    method("compact_blank!", compact_blank_bang, 0..=0),
    method("to_fs", to_fs, 0..=1),
    method("to_formatted_s", to_fs, 0..=1),
];

const ENUMERABLE_METHODS: &[NativeMethod] = &[
    method("minimum", minimum, 1..=1),
    method("maximum", maximum, 1..=1),
    method("index_by", index_by, 0..=0),
    method("index_with", index_with, 0..=1),
    method("many?", is_many, 0..=0),
    variadic("including", including, 0),
    variadic("excluding", excluding, 0),
    variadic("without", excluding, 0),
    method("exclude?", excludes, 1..=1),
    variadic("pluck", pluck, 0),
    variadic("pick", pick, 0),
    method("compact_blank", compact_blank, 0..=0),
    method("in_order_of", in_order_of, 2..=2).taking(&["filter"]),
    method("sole", sole, 0..=0),
];

const RANGE_METHODS: &[NativeMethod] = &[
    method("overlaps?", range_overlaps, 1..=1),
    method("to_fs", range_to_fs, 0..=1),
    method("to_formatted_s", range_to_fs, 0..=1),
];

const ARRAY_SINGLETON_METHODS: &[NativeMethod] = &[method("wrap", wrap, 1..=1)];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.enumerable.define(ENUMERABLE_METHODS);
    interpreter.classes.range.define(RANGE_METHODS);
    let array = Rc::clone(&interpreter.classes.array);
    array.define(ARRAY_METHODS);
    interpreter.define_singleton(&array, ARRAY_SINGLETON_METHODS);
    let error = interpreter.class_at("StandardError");
    let error = interpreter.define_class("Enumerable::SoleItemExpectedError", &error);
    let module = interpreter.define_module("ActiveSupport::EnumerableCoreExt");
    module.set_constant("SoleItemExpectedError", Value::Class(error));
}

fn wrap(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    match args.first() {
        Value::Nil => Ok(Value::array(Vec::new())),
        value @ Value::Array(_) => Ok(value),
        value => match convert::try_array(interpreter, &value)? {
            Some(items) => Ok(Value::array(items)),
            None => Ok(Value::array(vec![value])),
        },
    }
}

fn from(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let list = items(this).to_vec();
    let position = convert::int(interpreter, &args.first())?;
    let start = convert::absolute(position, list.len()).filter(|&start| start <= list.len());
    Ok(Value::array(start.map(|start| list[start..].to_vec()).unwrap_or_default()))
}

fn to(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let list = items(this).to_vec();
    let position = convert::int(interpreter, &args.first())?;
    let end = if position < 0 { position + list.len() as i64 } else { position } + 1;
    Ok(Value::array(list.into_iter().take(usize::try_from(end).unwrap_or(0)).collect()))
}

fn including(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut list = collect(interpreter, this)?;
    list.extend(flattened(interpreter, &args.positional, 1)?);
    Ok(Value::array(list))
}

fn excluding(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let list = Value::array(collect(interpreter, this)?);
    let excluded = Value::array(flattened(interpreter, &args.positional, 1)?);
    interpreter.call(&list, "-", Args::one(excluded))
}

fn at<const N: usize>(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(items(this).get(N).unwrap_or_default())
}

fn from_end<const N: usize>(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let list = items(this);
    Ok(list.len().checked_sub(N).and_then(|at| list.get(at)).unwrap_or_default())
}

/// Each group to the block, or all of them as an Array.
fn give(interpreter: &mut Interpreter, this: &Value, args: &Args, groups: Vec<Value>, returns_groups: bool) -> Eval {
    let Some(block) = &args.block else { return Ok(Value::array(groups)) };
    for group in &groups {
        interpreter.yield_value(block, group.clone())?;
    }
    Ok(if returns_groups { Value::array(groups) } else { this.clone() })
}

fn in_groups_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let number = interpreter.call(&args.first(), "to_i", Args::none())?;
    let number = convert::int(interpreter, &number)?;
    if number <= 0 {
        let shown = interpreter.inspect(&args.first())?;
        return Err(interpreter.argument_error(format!("Group size must be a positive integer, was {shown}")));
    }
    let number = number as usize;
    let mut list = items(this).to_vec();
    if !matches!(args.get(1), Value::Bool(false)) {
        let padded = list.len().div_ceil(number) * number;
        interpreter.check_size(padded.saturating_mul(size_of::<Value>()))?;
        list.resize(padded, args.get(1));
    }
    let groups = list.chunks(number).map(|group| Value::array(group.to_vec())).collect();
    give(interpreter, &Value::array(list.clone()), &args, groups, false)
}

fn in_groups(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let number = convert::int(interpreter, &args.first())?;
    let list = items(this).to_vec();
    let Some(number) = usize::try_from(number).ok().filter(|&number| number > 0) else {
        return if number == 0 {
            Err(interpreter.error("ZeroDivisionError", "divided by 0"))
        } else {
            give(interpreter, this, &args, Vec::new(), true)
        };
    };
    interpreter.check_size(number.saturating_mul(size_of::<Value>()))?;
    let (division, modulo) = (list.len() / number, list.len() % number);
    let (mut groups, mut start) = (Vec::new(), 0);
    for index in 0..number {
        let length = division + usize::from(modulo > index);
        let mut group = list[start..start + length].to_vec();
        if !matches!(args.get(1), Value::Bool(false)) && modulo > 0 && length == division {
            group.push(args.get(1));
        }
        groups.push(Value::array(group));
        start += length;
    }
    give(interpreter, this, &args, groups, true)
}

fn split(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (mut parts, mut part) = (Vec::new(), Vec::new());
    for item in items(this).to_vec() {
        let splits = match &args.block {
            Some(block) => interpreter.yield_value(block, item.clone())?.truthy(),
            None => interpreter.equal(&item, &args.first())?,
        };
        if splits {
            parts.push(Value::array(std::mem::take(&mut part)));
        } else {
            part.push(item);
        }
    }
    parts.push(Value::array(part));
    Ok(Value::array(parts))
}

fn to_sentence(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.has(0) && !matches!(args.first(), Value::Hash(_)) {
        return interpreter.call_public(&args.first(), "assert_valid_keys", Args::none());
    }
    let options = args.take_options().unwrap_or_default();
    let known = ["words_connector", "two_words_connector", "last_word_connector", "locale"].map(Value::symbol);
    super::hash::assert_valid_keys_of(interpreter, &options, &known)?;
    let mut connectors = Vec::new();
    for (name, default) in
        [("words_connector", ", "), ("two_words_connector", " and "), ("last_word_connector", ", and ")]
    {
        connectors.push(match options.get_symbol(name) {
            Some(connector) => interpreter.to_s(&connector)?,
            None => default.to_owned(),
        });
    }
    let mut words = Vec::new();
    for item in items(this).to_vec() {
        words.push(interpreter.to_s(&item)?);
    }
    Ok(Value::str(match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [a, b] => format!("{a}{}{b}", connectors[1]),
        [most @ .., last] => format!("{}{}{last}", most.join(&connectors[0]), connectors[2]),
    }))
}

fn extract(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "extract!");
    interpreter.check_frozen(this)?;
    let (mut taken, mut kept) = (Vec::new(), Vec::new());
    for item in items(this).to_vec() {
        let side = if interpreter.yield_value(&block, item.clone())?.truthy() { &mut taken } else { &mut kept };
        side.push(item);
    }
    *items(this).borrow_mut() = kept;
    Ok(Value::array(taken))
}

fn to_fs(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !matches!(args.first(), Value::Symbol(format) if format.is("db")) {
        return interpreter.call(this, "to_s", Args::none());
    }
    let mut ids = Vec::new();
    for item in items(this).to_vec() {
        let id = interpreter.call(&item, "id", Args::none())?;
        ids.push(interpreter.to_s(&id)?);
    }
    Ok(Value::str(if ids.is_empty() { "null".to_owned() } else { ids.join(",") }))
}

fn minimum(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = interpreter.block_of(&args.first())?;
    let values = interpreter.call(this, "map", Args::none().with_block(block))?;
    interpreter.call(&values, "min", Args::none())
}

fn maximum(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = interpreter.block_of(&args.first())?;
    let values = interpreter.call(this, "map", Args::none().with_block(block))?;
    interpreter.call(&values, "max", Args::none())
}

fn index_by(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "index_by");
    let out = RHash::new();
    for item in collect(interpreter, this)? {
        let key = interpreter.yield_value(&block, item.clone())?;
        hash::store(interpreter, &out, &key, item)?;
    }
    Ok(Value::hash(out))
}

fn index_with(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = match (args.block.take(), args.has(0)) {
        (None, false) => return crate::core::enumerator::of_method(interpreter, this, "index_with", args),
        (block, _) => block,
    };
    let out = RHash::new();
    for item in collect(interpreter, this)? {
        let value = match &block {
            Some(block) => interpreter.yield_value(block, item.clone())?,
            None => args.first(),
        };
        hash::store(interpreter, &out, &item, value)?;
    }
    Ok(Value::hash(out))
}

fn is_many(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut count = 0;
    for item in collect(interpreter, this)? {
        let counts = match &args.block {
            Some(block) => interpreter.yield_value(block, item)?.truthy(),
            None => true,
        };
        count += usize::from(counts);
        if count > 1 {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn excludes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(!interpreter.call(this, "include?", args)?.truthy()))
}

/// `element[key]` for one key, an Array of them for several.
fn plucked(interpreter: &mut Interpreter, item: &Value, keys: &[Value]) -> Eval {
    let mut values = Vec::new();
    for key in keys {
        values.push(interpreter.call(item, "[]", Args::one(key.clone()))?);
    }
    Ok(if keys.len() > 1 { Value::array(values) } else { values.pop().unwrap_or_default() })
}

fn pluck(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut out = Vec::new();
    for item in collect(interpreter, this)? {
        out.push(plucked(interpreter, &item, &args.positional)?);
    }
    Ok(Value::array(out))
}

fn pick(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let list = collect(interpreter, this)?;
    match list.first() {
        Some(first) if list.iter().any(Value::truthy) => plucked(interpreter, first, &args.positional),
        _ => Ok(Value::Nil),
    }
}

fn compact_blank(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut out = Vec::new();
    for item in collect(interpreter, this)? {
        if !blank(interpreter, &item)? {
            out.push(item);
        }
    }
    Ok(Value::array(out))
}

/// `blank?`
pub fn blank(interpreter: &mut Interpreter, item: &Value) -> Eval<bool> {
    match item {
        Value::Object(_) => Ok(interpreter.call(item, "blank?", Args::none())?.truthy()),
        other => is_blank(interpreter, other),
    }
}

fn compact_blank_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.check_frozen(this)?;
    let kept = compact_blank(interpreter, this, args)?;
    *items(this).borrow_mut() = items(&kept).to_vec();
    Ok(this.clone())
}

fn in_order_of(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let filter =
        args.take_options().and_then(|options| options.get_symbol("filter")).is_none_or(|filter| filter.truthy());
    let name = convert::name(interpreter, &args.first())?;
    let series = convert::array(interpreter, &args.get(1))?;
    let mut keyed = Vec::new();
    for item in collect(interpreter, this)? {
        keyed.push((interpreter.call_public(&item, &name, Args::none())?, item));
    }
    let mut out = Vec::new();
    let mut rest = keyed;
    for wanted in &series {
        let mut left = Vec::new();
        for (key, item) in rest {
            if interpreter.hash_key(&key)? == interpreter.hash_key(wanted)? {
                out.push(item);
            } else {
                left.push((key, item));
            }
        }
        rest = left;
    }
    if !filter {
        out.extend(rest.into_iter().map(|(_, item)| item));
    }
    out.retain(|item| !item.is_nil());
    Ok(Value::array(out))
}

fn sole(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut list = crate::core::enumerable::take_items(interpreter, this, 2)?;
    let class = "Enumerable::SoleItemExpectedError";
    match list.len() {
        0 => Err(interpreter.error(class, "no item found")),
        1 => Ok(list.pop().unwrap_or_default()),
        _ => Err(interpreter.error(class, "multiple items found")),
    }
}

fn range_overlaps(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "overlap?", args)
}

/// `to_fs(:db)` writes a condition: `BETWEEN '...' AND '...'`.
fn range_to_fs(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Range(range) = this else { return Ok(Value::Nil) };
    if !matches!(args.first(), Value::Symbol(format) if format.is("db")) {
        return interpreter.call(this, "to_s", Args::none());
    }
    let mut shown = Vec::new();
    for end in [&range.begin, &range.end] {
        let text = match end {
            Value::Nil | Value::Str(_) => end.clone(),
            Value::Int(_) | Value::Float(_) => Value::str(interpreter.to_s(end)?),
            other => interpreter.call(other, "to_fs", Args::one(Value::symbol("db")))?,
        };
        shown.push(text.as_string());
    }
    Ok(match (&shown[0], &shown[1]) {
        (Some(begin), Some(end)) => Value::str(format!("BETWEEN '{begin}' AND '{end}'")),
        (Some(begin), None) => Value::str(format!(">= '{begin}'")),
        (None, Some(end)) => Value::str(format!("<= '{end}'")),
        (None, None) => Value::Nil,
    })
}
