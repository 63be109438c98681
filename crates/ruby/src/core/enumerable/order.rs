//! Enumerable's comparing and adding up: min, max, minmax, sort, sort_by, sum.

use std::cmp::Ordering;
use std::rc::Rc;

use super::each::{Step, collect, fold};
use crate::Args;
use crate::core::convert::{self, block_or_enumerator, compare_by, pair};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RProc, Value};

pub const METHODS: &[NativeMethod] = &[
    method("min", min, 0..=1),
    method("max", max, 0..=1),
    method("minmax", minmax, 0..=0),
    method("min_by", min_by, 0..=1),
    method("max_by", max_by, 0..=1),
    method("minmax_by", minmax_by, 0..=0),
    method("sort", sort, 0..=0),
    method("sort_by", sort_by, 0..=0),
    method("sum", sum, 0..=1),
];

/// The item that stands at the `end` (Less: the least) by `<=>` or the block.
fn extreme(interpreter: &mut Interpreter, items: &[Value], block: Option<&Rc<RProc>>, end: Ordering) -> Eval {
    let mut best: Option<&Value> = None;
    for item in items {
        match best {
            Some(so_far) if compare_by(interpreter, block, item, so_far)? != end => {}
            _ => best = Some(item),
        }
    }
    Ok(best.cloned().unwrap_or_default())
}

fn min(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    best(interpreter, this, args, Ordering::Less)
}

fn max(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    best(interpreter, this, args, Ordering::Greater)
}

fn best(interpreter: &mut Interpreter, this: &Value, args: Args, end: Ordering) -> Eval {
    let items = collect(interpreter, this)?;
    if args.first().is_nil() {
        return extreme(interpreter, &items, args.block.as_ref(), end);
    }
    let count = take_count(interpreter, &args.first())?;
    let mut sorted = convert::sort(interpreter, items, &mut |interpreter, a, b| {
        let order = compare_by(interpreter, args.block.as_ref(), a, b)?;
        Ok(if end == Ordering::Less { order } else { order.reverse() })
    })?;
    sorted.truncate(count);
    Ok(Value::array(sorted))
}

fn take_count(interpreter: &mut Interpreter, value: &Value) -> Eval<usize> {
    let count = convert::int(interpreter, value)?;
    usize::try_from(count).map_err(|_| interpreter.argument_error(format!("negative size ({count})")))
}

fn minmax(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = collect(interpreter, this)?;
    let least = extreme(interpreter, &items, args.block.as_ref(), Ordering::Less)?;
    let greatest = extreme(interpreter, &items, args.block.as_ref(), Ordering::Greater)?;
    Ok(pair(least, greatest))
}

/// Each item with the key that the block gives for it.
fn keyed(interpreter: &mut Interpreter, this: &Value, block: Rc<RProc>) -> Eval<Vec<(Value, Value)>> {
    fold(interpreter, this, Vec::new(), move |interpreter, out: &mut Vec<(Value, Value)>, item| {
        out.push((interpreter.yield_value(&block, item.clone())?, item));
        Ok(Step::Continue)
    })
}

fn sort_keyed(interpreter: &mut Interpreter, items: Vec<(Value, Value)>, end: Ordering) -> Eval<Vec<Value>> {
    let sorted = convert::sort(interpreter, items, &mut |interpreter, a, b| {
        let order = convert::compare(interpreter, &a.0, &b.0)?;
        Ok(if end == Ordering::Less { order } else { order.reverse() })
    })?;
    Ok(sorted.into_iter().map(|(_, item)| item).collect())
}

fn extreme_keyed(interpreter: &mut Interpreter, items: &[(Value, Value)], end: Ordering) -> Eval {
    let mut best: Option<&(Value, Value)> = None;
    for item in items {
        match best {
            Some(so_far) if convert::compare(interpreter, &item.0, &so_far.0)? != end => {}
            _ => best = Some(item),
        }
    }
    Ok(best.map(|(_, item)| item.clone()).unwrap_or_default())
}

fn min_by(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "min_by");
    best_by(interpreter, this, args, block, Ordering::Less)
}

fn max_by(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "max_by");
    best_by(interpreter, this, args, block, Ordering::Greater)
}

fn best_by(interpreter: &mut Interpreter, this: &Value, args: Args, block: Rc<RProc>, end: Ordering) -> Eval {
    let items = keyed(interpreter, this, block)?;
    if args.first().is_nil() {
        return extreme_keyed(interpreter, &items, end);
    }
    let count = take_count(interpreter, &args.first())?;
    let mut sorted = sort_keyed(interpreter, items, end)?;
    sorted.truncate(count);
    Ok(Value::array(sorted))
}

fn minmax_by(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "minmax_by");
    let items = keyed(interpreter, this, block)?;
    let least = extreme_keyed(interpreter, &items, Ordering::Less)?;
    let greatest = extreme_keyed(interpreter, &items, Ordering::Greater)?;
    Ok(pair(least, greatest))
}

fn sort(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = collect(interpreter, this)?;
    sorted(interpreter, items, args.block.as_ref()).map(Value::array)
}

/// `sort`, by the block where there is one.
pub fn sorted(interpreter: &mut Interpreter, items: Vec<Value>, block: Option<&Rc<RProc>>) -> Eval<Vec<Value>> {
    convert::sort(interpreter, items, &mut |interpreter, a, b| compare_by(interpreter, block, a, b))
}

fn sort_by(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "sort_by");
    sorted_by(interpreter, this, block).map(Value::array)
}

/// `sort_by`
pub fn sorted_by(interpreter: &mut Interpreter, this: &Value, block: Rc<RProc>) -> Eval<Vec<Value>> {
    let items = keyed(interpreter, this, block)?;
    sort_keyed(interpreter, items, Ordering::Less)
}

/// A running sum. Floats are added as C Ruby adds them, with Kahan and Babuska's compensation.
pub struct Sum {
    total: Value,
    compensation: f64,
}

impl Sum {
    /// Begins with this.
    pub fn new(start: Value) -> Self {
        Self { total: start, compensation: 0.0 }
    }

    /// `+`, kept exact for floats as `sum` does.
    pub fn add(&mut self, interpreter: &mut Interpreter, item: &Value) -> Eval<()> {
        let (total, number) = match (&self.total, item) {
            (Value::Float(total), Value::Float(number)) => (*total, *number),
            (Value::Float(total), Value::Int(number)) => (*total, *number as f64),
            (Value::Int(total), Value::Float(number)) => (*total as f64, *number),
            _ => {
                let total = self.finish();
                self.total = convert::add(interpreter, &total, item)?;
                self.compensation = 0.0;
                return Ok(());
            }
        };
        let sum = total + number;
        if sum.is_finite() {
            let lost = if total.abs() >= number.abs() { (total - sum) + number } else { (number - sum) + total };
            self.compensation += lost;
        }
        self.total = Value::Float(sum);
        Ok(())
    }

    /// What it has come to.
    pub fn finish(&self) -> Value {
        match self.total {
            Value::Float(total) if total.is_finite() => Value::Float(total + self.compensation),
            _ => self.total.clone(),
        }
    }
}

fn sum(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let start = if args.has(0) { args.first() } else { Value::Int(0) };
    let sum = fold(interpreter, this, Sum::new(start), move |interpreter, sum, item| {
        let item = match &args.block {
            Some(block) => interpreter.yield_value(block, item)?,
            None => item,
        };
        sum.add(interpreter, &item)?;
        Ok(Step::Continue)
    })?;
    Ok(sum.finish())
}
