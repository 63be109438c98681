//! Array: making, reading, comparing, showing. What it shares with every collection is in Enumerable;
//! changing is in `array/change.rs`, sets and combinations in `array/combine.rs`.

pub mod change;
pub mod combine;
pub mod search;

use std::rc::Rc;

use super::convert::{self, absolute, block_or_enumerator, range_bounds};
use crate::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RArray, RClass, RObject, RString, Value};

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=2),
    method("initialize_copy", change::replace, 1..=1),
    method("[]", index, 1..=2),
    method("slice", index, 1..=2),
    method("at", at, 1..=1),
    variadic("dig", dig, 1),
    method("fetch", fetch, 1..=2),
    variadic("fetch_values", fetch_values, 0),
    variadic("values_at", values_at, 0),
    method("first", first, 0..=1),
    method("last", last, 0..=1),
    method("each", each, 0..=0),
    method("each_index", each_index, 0..=0),
    method("length", length, 0..=0),
    method("size", length, 0..=0),
    method("empty?", is_empty, 0..=0),
    method("to_a", to_a, 0..=0),
    method("entries", to_a, 0..=0),
    method("to_ary", to_ary, 0..=0),
    method("deconstruct", to_ary, 0..=0),
    method("dup", dup, 0..=0),
    method("inspect", inspect, 0..=0),
    method("to_s", inspect, 0..=0),
    method("join", join_method, 0..=1),
    method("*", times, 1..=1),
    method("+", plus, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", is_eql, 1..=1),
    method("hash", hash, 0..=0),
    method("<=>", compare, 1..=1),
    method("reverse", reverse, 0..=0),
    method("rotate", rotate, 0..=1),
    method("compact", compact, 0..=0),
    method("sample", sample, 0..=1).taking(&["random"]),
    method("shuffle", shuffle, 0..=0).taking(&["random"]),
    method("reverse_each", reverse_each, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[variadic("[]", literal, 0), method("try_convert", try_convert, 1..=1)];

/// An instance of a subclass of Array: the items are its native data.
pub struct ArrayObject(pub Rc<RArray>);

impl NativeData for ArrayObject {}

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.array);
    class.allocator.set(Some(allocate));
    for table in [METHODS, change::METHODS, combine::METHODS, search::METHODS, super::string::pack::ARRAY_METHODS] {
        class.define(table);
    }
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

fn allocate(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    if Rc::ptr_eq(class, &interpreter.classes.array) {
        return Ok(Value::array(Vec::new()));
    }
    let data = Rc::new(ArrayObject(Rc::default()));
    Ok(Value::Object(Rc::new(RObject::with_data(class, data))))
}

/// The array behind a receiver.
pub fn items(this: &Value) -> Rc<RArray> {
    match this {
        Value::Array(items) => Rc::clone(items),
        other => other.data::<ArrayObject>().map_or_else(Default::default, |object| Rc::clone(&object.0)),
    }
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    if !args.has(0) {
        return Ok(Value::Nil);
    }
    if !args.has(1)
        && let Some(other) = convert::try_array(interpreter, &args.first())?
    {
        *array.borrow_mut() = other;
        return Ok(Value::Nil);
    }
    let count = convert::count(interpreter, &args.first(), "negative array size")?;
    interpreter.check_size(count.saturating_mul(size_of::<Value>()))?;
    match &args.block {
        None => *array.borrow_mut() = vec![args.get(1); count],
        Some(block) => {
            for index in 0..count {
                let item = interpreter.yield_value(block, index.into())?;
                array.borrow_mut().push(item);
            }
        }
    }
    Ok(Value::Nil)
}

fn literal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match this {
        Value::Class(class) => {
            let made = allocate(interpreter, class)?;
            *items(&made).borrow_mut() = args.positional;
            Ok(made)
        }
        _ => Ok(Value::array(args.positional)),
    }
}

fn try_convert(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    if matches!(args.first(), Value::Array(_)) {
        return Ok(args.first());
    }
    Ok(convert::try_array(interpreter, &args.first())?.into())
}

/// Where `[start, count]` or a range falls; None where it is out of reach.
pub fn bounds(interpreter: &mut Interpreter, args: &[Value], length: usize) -> Eval<Option<(usize, usize)>> {
    if let [start, count] = args {
        let start = convert::int(interpreter, start)?;
        let count = convert::int(interpreter, count)?;
        let start = absolute(start, length).filter(|&start| start <= length);
        return Ok(start.and_then(|start| usize::try_from(count).ok().map(|count| (start, count.min(length - start)))));
    }
    range_bounds(interpreter, &args[0], length)
}

/// `[]`
pub fn index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    match args.positional.as_slice() {
        [Value::Int(position)] => {
            let position = absolute(*position, array.len());
            Ok(position.and_then(|position| array.get(position)).unwrap_or_default())
        }
        [_, _] | [Value::Range(_)] => {
            let found = bounds(interpreter, &args.positional, array.len())?;
            Ok(found
                .map(|(start, count)| Value::array(array.borrow()[start..start + count].to_vec()))
                .unwrap_or_default())
        }
        [position] => {
            if let Some(picked) = super::range::stepped(interpreter, position, &array)? {
                return Ok(picked);
            }
            let position = convert::int(interpreter, position)?;
            let position = absolute(position, array.len());
            Ok(position.and_then(|position| array.get(position)).unwrap_or_default())
        }
        _ => Ok(Value::Nil),
    }
}

fn at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    let position = convert::int(interpreter, &args.first())?;
    Ok(absolute(position, array.len()).and_then(|position| array.get(position)).unwrap_or_default())
}

/// The next step of `dig`, shared with Hash and Struct.
pub fn dig_on(interpreter: &mut Interpreter, found: Value, rest: &[Value]) -> Eval {
    if rest.is_empty() || found.is_nil() {
        return Ok(found);
    }
    if !interpreter.responds_to(&found, "dig") {
        let class = interpreter.class_of(&found).name();
        return Err(interpreter.type_error(format!("{class} does not have #dig method")));
    }
    interpreter.call(&found, "dig", Args::new(rest.to_vec()))
}

fn dig(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = at(interpreter, this, Args::one(args.first()))?;
    dig_on(interpreter, found, &args.positional[1..])
}

fn fetch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    let position = convert::int(interpreter, &args.first())?;
    let length = array.len();
    if let Some(item) = absolute(position, length).and_then(|position| array.get(position)) {
        return Ok(item);
    }
    if let Some(block) = &args.block {
        return interpreter.yield_value(block, args.first());
    }
    if args.has(1) {
        return Ok(args.get(1));
    }
    let message = format!("index {position} outside of array bounds: {}...{length}", -(length as i64));
    Err(interpreter.error("IndexError", message))
}

fn fetch_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut out = Vec::new();
    for position in args.positional {
        out.push(fetch(interpreter, this, Args::one(position).with_block(args.block.clone()))?);
    }
    Ok(Value::array(out))
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    let mut out = Vec::new();
    for position in &args.positional {
        let Value::Range(range) = position else {
            out.push(at(interpreter, this, Args::one(position.clone()))?);
            continue;
        };
        let length = array.len();
        if let Some((start, count)) = range_bounds(interpreter, position, length)? {
            out.extend_from_slice(&array.borrow()[start..start + count]);
            // A range beyond the end gives nil for what is missing.
            if let Value::Int(end) = range.end
                && end >= 0
            {
                let end = end as usize + usize::from(!range.exclusive);
                interpreter.check_size(end.saturating_mul(size_of::<Value>()))?;
                out.extend((start + count..end).map(|_| Value::Nil));
            }
        }
    }
    Ok(Value::array(out))
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    if !args.has(0) {
        return Ok(array.get(0).unwrap_or_default());
    }
    let count = convert::count(interpreter, &args.first(), "negative array size")?;
    Ok(Value::array(array.borrow().iter().take(count).cloned().collect()))
}

fn last(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let array = items(this);
    if !args.has(0) {
        return Ok(array.borrow().last().cloned().unwrap_or_default());
    }
    let count = convert::count(interpreter, &args.first(), "negative array size")?;
    let skipped = array.len().saturating_sub(count);
    Ok(Value::array(array.borrow()[skipped..].to_vec()))
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    let array = items(this);
    let mut index = 0;
    while let Some(item) = array.get(index) {
        interpreter.yield_value(&block, item)?;
        index += 1;
    }
    Ok(this.clone())
}

fn reverse_each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "reverse_each");
    let array = items(this);
    let mut index = array.len();
    while index > 0 {
        index = (index - 1).min(array.len());
        if let Some(item) = array.get(index) {
            interpreter.yield_value(&block, item)?;
        }
    }
    Ok(this.clone())
}

fn each_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_index");
    let array = items(this);
    let mut index = 0;
    while index < array.len() {
        interpreter.yield_value(&block, index.into())?;
        index += 1;
    }
    Ok(this.clone())
}

fn length(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(items(this).len().into())
}

fn is_empty(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(items(this).is_empty()))
}

fn to_a(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(if matches!(this, Value::Array(_)) { this.clone() } else { Value::array(items(this).to_vec()) })
}

fn to_ary(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Array(items(this)))
}

fn dup(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    if let Value::Object(object) = this {
        let copy = allocate(interpreter, &object.class())?;
        *items(&copy).borrow_mut() = items(this).to_vec();
        return Ok(copy);
    }
    Ok(Value::array(items(this).to_vec()))
}

/// Runs `show` unless this very object is being shown already, further out.
pub fn guard_recursion(
    interpreter: &mut Interpreter,
    this: &Value,
    again: &str,
    show: impl FnOnce(&mut Interpreter) -> Eval<String>,
) -> Eval<String> {
    if interpreter.inspecting.iter().any(|open| open.is_identical(this)) {
        return Ok(again.to_owned());
    }
    interpreter.inspecting.push(this.clone());
    let shown = interpreter.nested(show);
    interpreter.inspecting.pop();
    shown
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let array = items(this);
    guard_recursion(interpreter, this, "[...]", |interpreter| {
        let mut out = String::from("[");
        let mut index = 0;
        while let Some(item) = array.get(index) {
            if index > 0 {
                out.push_str(", ");
            }
            out.push_str(&interpreter.inspect(&item)?);
            interpreter.check_size(out.len())?;
            index += 1;
        }
        out.push(']');
        Ok(out)
    })
    .map(Value::str)
}

/// `join`, of what is nested, too.
pub fn join(interpreter: &mut Interpreter, this: &Value, separator: &str) -> Eval<String> {
    if interpreter.inspecting.iter().any(|open| open.is_identical(this)) {
        return Err(interpreter.argument_error("recursive array join"));
    }
    let array = items(this);
    interpreter.inspecting.push(this.clone());
    let joined = interpreter.nested(|interpreter| join_items(interpreter, &array.to_vec(), separator));
    interpreter.inspecting.pop();
    joined
}

fn join_items(interpreter: &mut Interpreter, items: &[Value], separator: &str) -> Eval<String> {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        match item {
            Value::Str(text) => out.push_str(&text.borrow()),
            Value::Nil => {}
            Value::Array(_) => out.push_str(&join(interpreter, item, separator)?),
            Value::Object(_) if interpreter.responds_to(item, "to_str") => {
                out.push_str(&convert::string(interpreter, item)?);
            }
            Value::Object(_) if interpreter.responds_to(item, "to_ary") => {
                let nested = Value::array(convert::array(interpreter, item)?);
                out.push_str(&join(interpreter, &nested, separator)?);
            }
            other => out.push_str(&interpreter.to_s(other)?),
        }
        interpreter.check_size(out.len())?;
    }
    Ok(out)
}

fn join_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let separator = match args.first() {
        Value::Nil => String::new(),
        separator => convert::string(interpreter, &separator)?,
    };
    let joined = join(interpreter, this, &separator)?;
    // One encoding for all; what does not fit is an error of Ruby's.
    let mut encoding = Encoding::UTF_8;
    if !joined.is_ascii() {
        let mut before = RString::new("");
        for item in items(this).to_vec() {
            if let Value::Str(text) = item
                && !text.borrow().is_ascii()
            {
                encoding = crate::runtime::texts::joined(interpreter, &before, &text)?;
                before = RString::encoded(text.to_string(), encoding);
            }
        }
    }
    Ok(Value::Str(Rc::new(RString::encoded(joined, encoding))))
}

fn times(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let Value::Str(_) = args.first() {
        return join_method(interpreter, this, args);
    }
    let count = convert::count(interpreter, &args.first(), "negative argument")?;
    let array = items(this);
    interpreter.check_size(array.len().saturating_mul(count).saturating_mul(size_of::<Value>()))?;
    let repeated = array.borrow().iter().cycle().take(array.len() * count).cloned().collect();
    Ok(Value::array(repeated))
}

fn plus(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut sum = items(this).to_vec();
    sum.extend(convert::array(interpreter, &args.first())?);
    interpreter.check_size(sum.len() * size_of::<Value>())?;
    Ok(Value::array(sum))
}

fn other_items(value: &Value) -> Option<Rc<RArray>> {
    match value {
        Value::Array(items) => Some(Rc::clone(items)),
        other => other.data::<ArrayObject>().map(|object| Rc::clone(&object.0)),
    }
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let Some(b) = other_items(&other) else {
        let converts = matches!(other, Value::Object(_)) && interpreter.responds_to(&other, "to_ary");
        return if converts { interpreter.equal(&other, this).map(Value::Bool) } else { Ok(Value::Bool(false)) };
    };
    let a = items(this);
    if Rc::ptr_eq(&a, &b) {
        return Ok(Value::Bool(true));
    }
    if a.len() != b.len() {
        return Ok(Value::Bool(false));
    }
    for index in 0..a.len() {
        let (Some(x), Some(y)) = (a.get(index), b.get(index)) else { return Ok(Value::Bool(false)) };
        if !interpreter.equal(&x, &y)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn is_eql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(b) = other_items(&args.first()) else { return Ok(Value::Bool(false)) };
    let a = items(this);
    if a.len() != b.len() {
        return Ok(Value::Bool(false));
    }
    for index in 0..a.len() {
        let (Some(x), Some(y)) = (a.get(index), b.get(index)) else { return Ok(Value::Bool(false)) };
        if interpreter.hash_key(&x)? != interpreter.hash_key(&y)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

/// A number that equal keys share.
pub fn hash_number(interpreter: &mut Interpreter, value: &Value) -> Eval<i64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    interpreter.hash_key(value)?.hash(&mut hasher);
    Ok((hasher.finish() >> 2) as i64)
}

fn hash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut total = 7_i64;
    for item in items(this).to_vec() {
        total = total.wrapping_mul(31).wrapping_add(hash_number(interpreter, &item)?);
    }
    Ok(Value::Int(total >> 2))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(b) = convert::try_array(interpreter, &args.first())? else { return Ok(Value::Nil) };
    let a = items(this).to_vec();
    for (x, y) in a.iter().zip(&b) {
        match interpreter.compare(x, y)? {
            Some(std::cmp::Ordering::Equal) => {}
            Some(order) => return Ok(Value::Int(order as i64)),
            None => return Ok(Value::Nil),
        }
    }
    Ok(Value::Int(a.len().cmp(&b.len()) as i64))
}

fn reverse(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(items(this).borrow().iter().rev().cloned().collect()))
}

/// `rotate`
pub fn rotated(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Vec<Value>> {
    let count = if args.has(0) { convert::int(interpreter, &args.first())? } else { 1 };
    let mut rotated = items(this).to_vec();
    if !rotated.is_empty() {
        let count = count.rem_euclid(rotated.len() as i64) as usize;
        rotated.rotate_left(count);
    }
    Ok(rotated)
}

fn rotate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    rotated(interpreter, this, &args).map(Value::array)
}

fn compact(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(items(this).borrow().iter().filter(|item| !item.is_nil()).cloned().collect()))
}

/// A number below `limit`, from the host or from the `random:` object.
fn random_below(interpreter: &mut Interpreter, random: Option<&Value>, limit: usize) -> Eval<usize> {
    if let Some(random) = random {
        let number = interpreter.call(random, "rand", Args::one(limit.into()))?;
        return Ok((convert::int(interpreter, &number)? as usize).min(limit.saturating_sub(1)));
    }
    let mut bytes = [0; 8];
    interpreter.host.random(&mut bytes);
    Ok((u64::from_le_bytes(bytes) % limit.max(1) as u64) as usize)
}

/// `shuffle`, by the generator that it is given.
pub fn shuffled(interpreter: &mut Interpreter, this: &Value, args: &mut Args) -> Eval<Vec<Value>> {
    let random = args.take_options().and_then(|options| options.get_symbol("random"));
    let mut shuffled = items(this).to_vec();
    for index in (1..shuffled.len()).rev() {
        let other = random_below(interpreter, random.as_ref(), index + 1)?;
        shuffled.swap(index, other);
    }
    Ok(shuffled)
}

fn shuffle(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    shuffled(interpreter, this, &mut args).map(Value::array)
}

fn sample(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let random = args.keyword("random");
    if !args.has(0) {
        let array = items(this);
        if array.is_empty() {
            return Ok(Value::Nil);
        }
        let index = random_below(interpreter, random.as_ref(), array.len())?;
        return Ok(array.get(index).unwrap_or_default());
    }
    let count = convert::count(interpreter, &args.first(), "negative sample number")?;
    let mut shuffled = shuffled(interpreter, this, &mut Args { positional: Vec::new(), ..args })?;
    shuffled.truncate(count);
    Ok(Value::array(shuffled))
}
