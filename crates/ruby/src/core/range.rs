//! Range: of integers, strings, times, or anything with `succ` and `<=>`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::array::search::bisect;
use super::convert::{self, block_or_enumerator, pair};
use super::enumerable::order::Sum;
use super::enumerator::EnumeratorData;
use super::string::succ::each_upto;
use crate::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RArray, RRange, Value};

const METHODS: &[NativeMethod] = &[
    method("begin", begin, 0..=0),
    method("end", end, 0..=0),
    method("first", first, 0..=1),
    method("last", last, 0..=1),
    method("min", min, 0..=1),
    method("max", max, 0..=1),
    method("minmax", minmax, 0..=0),
    method("size", size, 0..=0),
    method("count", count, 0..=1),
    method("sum", sum, 0..=1),
    method("exclude_end?", excludes_end, 0..=0),
    method("each", each, 0..=0),
    method("reverse_each", reverse_each, 0..=0),
    method("step", step, 0..=1),
    method("%", modulo, 1..=1),
    method("to_a", to_a, 0..=0),
    method("entries", to_a, 0..=0),
    method("===", covers_value, 1..=1),
    method("include?", includes, 1..=1),
    method("member?", includes, 1..=1),
    method("cover?", covers, 1..=1),
    method("overlap?", overlaps, 1..=1),
    method("bsearch", bsearch, 0..=0),
    method("==", equal, 1..=1),
    method("eql?", is_eql, 1..=1),
    method("hash", hash, 0..=0),
    method("to_s", to_s, 0..=0),
    method("inspect", inspect, 0..=0),
    method("dup", itself, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new_method, 2..=3)];

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.range);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

/// A range, once its ends are known to compare.
pub fn new(interpreter: &mut Interpreter, begin: Value, end: Value, exclusive: bool) -> Eval {
    let fits = match (&begin, &end) {
        (Value::Int(_), Value::Int(_)) | (Value::Nil, _) | (_, Value::Nil) | (Value::Str(_), Value::Str(_)) => true,
        _ => matches!(interpreter.compare(&begin, &end), Ok(Some(_))),
    };
    if !fits {
        return Err(interpreter.argument_error("bad value for range"));
    }
    Ok(Value::Range(Rc::new(RRange { begin, end, exclusive })))
}

fn new_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    new(interpreter, args.first(), args.get(1), args.get(2).truthy())
}

fn range(this: &Value) -> Rc<RRange> {
    match this {
        Value::Range(range) => Rc::clone(range),
        _ => Rc::new(RRange { begin: Value::Nil, end: Value::Nil, exclusive: false }),
    }
}

fn begin(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(range(this).begin.clone())
}

fn end(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(range(this).end.clone())
}

fn itself(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.clone())
}

fn excludes_end(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(range(this).exclusive))
}

fn no_first(interpreter: &mut Interpreter, what: &str) -> Eval {
    Err(interpreter.error("RangeError", format!("cannot get the {what} range")))
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let range = range(this);
    if range.begin.is_nil() {
        return no_first(interpreter, "first element of beginless");
    }
    if !args.has(0) {
        return Ok(range.begin.clone());
    }
    let count = convert::count(interpreter, &args.first(), "negative array size (or size too big)")?;
    super::enumerable::take_items(interpreter, this, count).map(Value::array)
}

fn last(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let range = range(this);
    if range.end.is_nil() {
        return no_first(interpreter, "last element of endless");
    }
    if !args.has(0) {
        return Ok(range.end.clone());
    }
    let count = convert::count(interpreter, &args.first(), "negative array size")?;
    if let Some((low, high)) = integers(&range) {
        let from = low.max(high.saturating_sub(count as i64 - 1));
        return Ok(Value::array((from..=high).map(Value::Int).collect()));
    }
    let items = to_a(interpreter, this, Args::none())?;
    interpreter.call(&items, "last", args)
}

/// First and last of a finite range of integers.
fn integers(range: &RRange) -> Option<(i64, i64)> {
    match (&range.begin, &range.end) {
        (Value::Int(low), Value::Int(high)) => Some((*low, if range.exclusive { high.checked_sub(1)? } else { *high })),
        _ => None,
    }
}

/// Whether the range is empty, by its ends.
fn is_empty(interpreter: &mut Interpreter, range: &RRange) -> Eval<bool> {
    if range.begin.is_nil() || range.end.is_nil() {
        return Ok(false);
    }
    Ok(match interpreter.compare(&range.begin, &range.end)? {
        Some(Ordering::Less) => false,
        Some(Ordering::Equal) => range.exclusive,
        _ => true,
    })
}

fn min(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let range = range(this);
    if range.begin.is_nil() {
        return no_first(interpreter, "minimum of beginless");
    }
    if args.has(0) || args.block.is_some() {
        if range.end.is_nil() {
            return no_first(interpreter, "minimum of endless range with custom comparison method; endless");
        }
        let items = to_a(interpreter, this, Args::none())?;
        return interpreter.call(&items, "min", args);
    }
    Ok(if is_empty(interpreter, &range)? { Value::Nil } else { range.begin.clone() })
}

fn max(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let range = range(this);
    if range.end.is_nil() {
        return no_first(interpreter, "maximum of endless");
    }
    let is_integer = matches!(range.end, Value::Int(_));
    if args.has(0) || args.block.is_some() || (range.exclusive && !matches!(range.end, Value::Int(_) | Value::Float(_)))
    {
        if range.begin.is_nil() {
            return no_first(interpreter, "maximum of beginless range with custom comparison method; beginless");
        }
        let items = to_a(interpreter, this, Args::none())?;
        return interpreter.call(&items, "max", args);
    }
    if range.exclusive && !is_integer {
        return Err(interpreter.type_error("cannot exclude non Integer end value"));
    }
    if range.exclusive && !matches!(range.begin, Value::Int(_) | Value::Nil) {
        return Err(interpreter.type_error("cannot exclude end value with non Integer begin value"));
    }
    if is_empty(interpreter, &range)? {
        return Ok(Value::Nil);
    }
    if let (true, Value::Int(end)) = (range.exclusive, &range.end) {
        return Ok(Value::Int(end - 1));
    }
    Ok(range.end.clone())
}

fn minmax(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() {
        let items = to_a(interpreter, this, Args::none())?;
        return interpreter.call(&items, "minmax", args);
    }
    let least = min(interpreter, this, Args::none())?;
    let greatest = max(interpreter, this, Args::none())?;
    Ok(pair(least, greatest))
}

fn size(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let range = range(this);
    if let Some((low, high)) = integers(&range) {
        return Ok(Value::Int((high - low + 1).max(0)));
    }
    match (&range.begin, &range.end) {
        (Value::Int(_), Value::Nil) => Ok(Value::Float(f64::INFINITY)),
        (Value::Int(_), Value::Float(high)) if high.is_infinite() => {
            Ok(if *high > 0.0 { Value::Float(*high) } else { Value::Int(0) })
        }
        (Value::Int(low), Value::Float(high)) => {
            let mut last = high.floor() as i64;
            if range.exclusive && *high == high.floor() {
                last -= 1;
            }
            Ok(Value::Int((last - low + 1).max(0)))
        }
        (Value::Float(low), Value::Int(_) | Value::Float(_)) => {
            let high = match range.end {
                Value::Int(high) => high as f64,
                Value::Float(high) => high,
                _ => 0.0,
            };
            if high.is_infinite() {
                return Ok(Value::Float(high));
            }
            let span = (high - low).floor();
            let whole = range.exclusive && high - low == span;
            Ok(Value::Int((span as i64).saturating_add(i64::from(!whole)).max(0)))
        }
        (Value::Nil, Value::Int(_)) => Ok(Value::Float(f64::INFINITY)),
        _ => Ok(Value::Nil),
    }
}

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let range = range(this);
    if !args.has(0) && args.block.is_none() {
        if range.begin.is_nil() || range.end.is_nil() {
            return Ok(Value::Float(f64::INFINITY));
        }
        if integers(&range).is_some() {
            return size(interpreter, this, args);
        }
    }
    let items = to_a(interpreter, this, Args::none())?;
    interpreter.call(&items, "count", args)
}

fn sum(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let start = if args.has(0) { args.first() } else { Value::Int(0) };
    if let (None, Some((low, high))) = (&args.block, integers(&range(this))) {
        let total = if low > high {
            0
        } else {
            (i128::from(low) + i128::from(high)) * (i128::from(high) - i128::from(low) + 1) / 2
        };
        if let Ok(total) = i64::try_from(total) {
            return convert::add(interpreter, &start, &Value::Int(total));
        }
    }
    let block = args.block.clone();
    let mut sum = Sum::new(start);
    visit(interpreter, this, &mut |interpreter, item| {
        let item = match &block {
            Some(block) => interpreter.yield_value(block, item)?,
            None => item,
        };
        sum.add(interpreter, &item)?;
        Ok(true)
    })?;
    Ok(sum.finish())
}

/// Goes through the range until `each` answers false.
fn visit(
    interpreter: &mut Interpreter,
    this: &Value,
    each: &mut dyn FnMut(&mut Interpreter, Value) -> Eval<bool>,
) -> Eval<()> {
    let range = range(this);
    match (&range.begin, &range.end) {
        (Value::Int(low), Value::Int(_) | Value::Nil) => {
            let high = integers(&range).map_or(i64::MAX, |(_, high)| high);
            let mut number = *low;
            while number <= high {
                convert::spend(interpreter, 1)?;
                if !each(interpreter, Value::Int(number))? || number == i64::MAX {
                    break;
                }
                number += 1;
            }
            Ok(())
        }
        (Value::Str(low), Value::Str(high)) => {
            let (low, high) = (low.to_string(), high.to_string());
            each_upto(interpreter, &low, Some(&high), range.exclusive, each)
        }
        (Value::Str(low), Value::Nil) => {
            let low = low.to_string();
            each_upto(interpreter, &low, None, false, each)
        }
        (Value::Symbol(low), Value::Symbol(high)) => {
            let (low, high) = (low.to_string(), high.to_string());
            each_upto(interpreter, &low, Some(&high), range.exclusive, &mut |interpreter, text| {
                let name = text.as_string().unwrap_or_default();
                each(interpreter, Value::symbol(&name))
            })
        }
        (begin, _) if begin.is_nil() || !interpreter.responds_to(begin, "succ") => {
            let class = interpreter.class_of(begin).name();
            Err(interpreter.type_error(format!("can't iterate from {class}")))
        }
        (begin, end) => {
            let mut current = begin.clone();
            loop {
                convert::spend(interpreter, 1)?;
                if !end.is_nil() {
                    match interpreter.compare(&current, end)? {
                        Some(Ordering::Less) => {}
                        Some(Ordering::Equal) if !range.exclusive => {}
                        _ => return Ok(()),
                    }
                }
                if !each(interpreter, current.clone())? {
                    return Ok(());
                }
                current = interpreter.call(&current, "succ", Args::none())?;
            }
        }
    }
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    visit(interpreter, this, &mut |interpreter, item| {
        interpreter.yield_value(&block, item)?;
        Ok(true)
    })?;
    Ok(this.clone())
}

fn reverse_each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "reverse_each");
    let range = range(this);
    if range.end.is_nil() {
        return Err(interpreter.type_error("can't iterate from NilClass"));
    }
    let low_high = match (&range.begin, &range.end) {
        (Value::Nil, Value::Int(high)) => Some((i64::MIN, if range.exclusive { high - 1 } else { *high })),
        _ => integers(&range),
    };
    if let Some((low, high)) = low_high {
        let mut number = high;
        while number >= low {
            interpreter.yield_value(&block, Value::Int(number))?;
            number -= 1;
        }
        return Ok(this.clone());
    }
    let items = to_a(interpreter, this, Args::none())?;
    for item in convert::array(interpreter, &items)?.into_iter().rev() {
        interpreter.yield_value(&block, item)?;
    }
    Ok(this.clone())
}

fn step(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let width = if args.has(0) { args.first() } else { Value::Int(1) };
    let range = range(this);
    let zero = matches!(&width, Value::Int(0)) || matches!(&width, Value::Float(width) if *width == 0.0);
    if zero {
        return Err(interpreter.argument_error("step can't be 0"));
    }
    let numeric = matches!(range.begin, Value::Int(_) | Value::Float(_));
    let negative = matches!(&width, Value::Int(width) if *width < 0);
    if negative && !numeric {
        return Err(interpreter.argument_error("step can't be negative"));
    }
    let block = block_or_enumerator!(interpreter, this, args, "step");
    if numeric {
        step_numbers(interpreter, &range, &width, &mut |interpreter, item| interpreter.yield_value(&block, item))?;
        return Ok(this.clone());
    }
    let width = convert::int(interpreter, &width)?;
    let mut position = 0;
    visit(interpreter, this, &mut |interpreter, item| {
        if position % width == 0 {
            interpreter.yield_value(&block, item)?;
        }
        position += 1;
        Ok(true)
    })?;
    Ok(this.clone())
}

fn modulo(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_none() && matches!(range(this).begin, Value::Int(_) | Value::Float(_)) {
        return super::enumerator::of_method(interpreter, this, "%", args);
    }
    step(interpreter, this, args)
}

/// Steps through numbers; floats by multiplication, so that errors do not add up.
fn step_numbers(
    interpreter: &mut Interpreter,
    range: &RRange,
    width: &Value,
    each: &mut dyn FnMut(&mut Interpreter, Value) -> Eval,
) -> Eval<()> {
    let float = |value: &Value| match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    };
    let all_integers =
        [&range.begin, &range.end, width].iter().all(|value| matches!(value, Value::Int(_) | Value::Nil));
    if let (true, Value::Int(low), Value::Int(width)) = (all_integers, &range.begin, width) {
        let mut number = *low;
        loop {
            let inside = match &range.end {
                Value::Int(end) if *width > 0 => number < *end || (!range.exclusive && number == *end),
                Value::Int(end) => number > *end || (!range.exclusive && number == *end),
                _ => true,
            };
            if !inside {
                return Ok(());
            }
            convert::spend(interpreter, 1)?;
            each(interpreter, Value::Int(number))?;
            let Some(next) = number.checked_add(*width) else { return Ok(()) };
            number = next;
        }
    }
    if let (Some(low), Some(width)) = (float(&range.begin), float(width)) {
        let end = float(&range.end).unwrap_or(f64::INFINITY);
        let count = (end - low) / width;
        let error = (low.abs() + end.abs() + (end - low).abs()) / width.abs() * f64::EPSILON;
        let error = error.min(0.5);
        let count = if range.exclusive {
            if count <= 0.0 { 0.0 } else { (count - error).floor() + 1.0 }
        } else {
            if count < 0.0 { 0.0 } else { (count + error).floor() + 1.0 }
        };
        let mut index = 0.0;
        while index < count {
            convert::spend(interpreter, 1)?;
            let number = index * width + low;
            each(
                interpreter,
                Value::Float(if !range.exclusive && number > end && width > 0.0 { end } else { number }),
            )?;
            index += 1.0;
        }
        return Ok(());
    }
    let mut current = range.begin.clone();
    loop {
        convert::spend(interpreter, 1)?;
        if !range.end.is_nil() {
            match convert::compare(interpreter, &current, &range.end)? {
                Ordering::Less => {}
                Ordering::Equal if !range.exclusive => {}
                _ => return Ok(()),
            }
        }
        each(interpreter, current.clone())?;
        current = convert::add(interpreter, &current, width)?;
    }
}

/// `array[(first..last).step(n)]`: Some where `argument` is such a stepped range.
pub fn stepped(interpreter: &mut Interpreter, argument: &Value, array: &RArray) -> Eval<Option<Value>> {
    let Some(data) = argument.data::<EnumeratorData>() else { return Ok(None) };
    let Some((range, width)) = data.stepped_range() else { return Ok(None) };
    let width = convert::int(interpreter, &width)?;
    let range = Value::Range(range);
    let Some((start, count)) = convert::range_bounds(interpreter, &range, array.len())? else {
        let shown = interpreter.inspect(argument)?;
        return Err(interpreter.error("RangeError", format!("{shown} out of range")));
    };
    let part = &array.borrow()[start..start + count];
    let picked: Vec<Value> = if width > 0 {
        part.iter().step_by(width as usize).cloned().collect()
    } else {
        part.iter().rev().step_by(width.unsigned_abs() as usize).cloned().collect()
    };
    Ok(Some(Value::array(picked)))
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let range = range(this);
    if range.end.is_nil() {
        return Err(interpreter.error("RangeError", "cannot convert endless range to an array"));
    }
    if let Some((low, high)) = integers(&range) {
        let length = usize::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(0);
        interpreter.check_size(length.saturating_mul(size_of::<Value>()))?;
        convert::spend(interpreter, length)?;
        return Ok(Value::array((low..=high).map(Value::Int).collect()));
    }
    let mut out = Vec::new();
    visit(interpreter, this, &mut |interpreter, item| {
        interpreter.check_size(out.len() * size_of::<Value>())?;
        out.push(item);
        Ok(true)
    })?;
    Ok(Value::array(out))
}

/// Whether a value lies between the ends, by `<=>`.
fn lies_within(interpreter: &mut Interpreter, range: &RRange, value: &Value) -> Eval<bool> {
    if !range.begin.is_nil() {
        match interpreter.compare(&range.begin, value)? {
            Some(Ordering::Less | Ordering::Equal) => {}
            _ => return Ok(false),
        }
    }
    if range.end.is_nil() {
        return Ok(true);
    }
    Ok(match interpreter.compare(value, &range.end)? {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => !range.exclusive,
        _ => false,
    })
}

fn covers_value(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    lies_within(interpreter, &range(this), &args.positional[0]).map(Value::Bool)
}

fn covers(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let range = range(this);
    let Value::Range(other) = args.first() else { return covers_value(interpreter, this, args) };
    if is_empty(interpreter, &other)? {
        return Ok(Value::Bool(false));
    }
    let begins = match (range.begin.is_nil(), other.begin.is_nil()) {
        (true, _) => true,
        (false, true) => false,
        (false, false) => interpreter.compare(&range.begin, &other.begin)?.is_some_and(Ordering::is_le),
    };
    let ends = match (range.end.is_nil(), other.end.is_nil()) {
        (true, _) => true,
        (false, true) => false,
        (false, false) => match interpreter.compare(&other.end, &range.end)? {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => !range.exclusive || other.exclusive,
            Some(Ordering::Greater) if other.exclusive && !range.exclusive => {
                let greatest = max(interpreter, &args.first(), Args::none());
                match greatest {
                    Ok(greatest) => interpreter.compare(&greatest, &range.end)?.is_some_and(Ordering::is_le),
                    Err(_) => false,
                }
            }
            _ => false,
        },
    };
    Ok(Value::Bool(begins && ends))
}

fn includes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let range = range(this);
    let by_order = |value: &Value| !matches!(value, Value::Str(_) | Value::Nil);
    if let (Value::Str(_), Value::Str(_)) = (&range.begin, &range.end) {
        let Value::Str(_) = args.first() else { return Ok(Value::Bool(false)) };
        let mut found = false;
        let wanted = args.first();
        visit(interpreter, this, &mut |interpreter, item| {
            found = interpreter.equal(&item, &wanted)?;
            Ok(!found)
        })?;
        return Ok(Value::Bool(found));
    }
    if !by_order(&range.begin) && !by_order(&range.end) {
        return Err(interpreter.type_error("cannot determine inclusion in beginless/endless ranges"));
    }
    covers_value(interpreter, this, args)
}

fn overlaps(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Range(other) = args.first() else {
        let class = interpreter.name_for_conversion(&args.first());
        return Err(interpreter.type_error(format!("wrong argument type {class} (expected Range)")));
    };
    let range = range(this);
    if is_empty(interpreter, &range)? || is_empty(interpreter, &other)? {
        return Ok(Value::Bool(false));
    }
    let mut reaches = |a: &RRange, b: &RRange| -> Eval<bool> {
        if a.begin.is_nil() || b.end.is_nil() {
            return Ok(true);
        }
        Ok(match interpreter.compare(&a.begin, &b.end)? {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => !b.exclusive,
            _ => false,
        })
    };
    Ok(Value::Bool(reaches(&range, &other)? && reaches(&other, &range)?))
}

fn bsearch(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "bsearch");
    let Some((low, high)) = integers(&range(this)) else {
        return Err(interpreter.unsupported("Range#bsearch over other than integers"));
    };
    let found =
        bisect(interpreter, (low, high + 1), &mut |interpreter, at| interpreter.yield_value(&block, Value::Int(at)))?;
    Ok(found.into())
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Range(other) = args.first() else { return Ok(Value::Bool(false)) };
    let range = range(this);
    Ok(Value::Bool(
        range.exclusive == other.exclusive
            && interpreter.equal(&range.begin, &other.begin)?
            && interpreter.equal(&range.end, &other.end)?,
    ))
}

fn is_eql(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(crate::runtime::value::hash::eql(this, &args.first())))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    super::array::hash_number(interpreter, this).map(Value::Int)
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let range = range(this);
    let dots = if range.exclusive { "..." } else { ".." };
    Ok(Value::str(format!("{}{dots}{}", interpreter.to_s(&range.begin)?, interpreter.to_s(&range.end)?)))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let range = range(this);
    let dots = if range.exclusive { "..." } else { ".." };
    let both_open = range.begin.is_nil() && range.end.is_nil();
    let begin = if range.begin.is_nil() && !both_open { String::new() } else { interpreter.inspect(&range.begin)? };
    let end = if range.end.is_nil() && !both_open { String::new() } else { interpreter.inspect(&range.end)? };
    Ok(Value::str(format!("{begin}{dots}{end}")))
}
