//! Enumerator::Lazy: a chain of steps over a source, run item by item.

use std::rc::Rc;

use indexmap::IndexSet;

use super::of_items;
use crate::Args;
use crate::core::convert;
use crate::core::enumerable::each::{Step, collect, fold};
use crate::core::enumerable::take_items;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{HashKey, NativeData, RClass, RProc, Value};

const METHODS: &[NativeMethod] = &[
    method("map", map, 0..=0),
    method("collect", map, 0..=0),
    method("select", select, 0..=0),
    method("filter", select, 0..=0),
    method("find_all", select, 0..=0),
    method("reject", reject, 0..=0),
    method("filter_map", filter_map, 0..=0),
    method("flat_map", flat_map, 0..=0),
    method("collect_concat", flat_map, 0..=0),
    method("take_while", take_while, 0..=0),
    method("drop_while", drop_while, 0..=0),
    method("take", take, 1..=1),
    method("drop", drop_first, 1..=1),
    method("grep", grep, 1..=1),
    method("grep_v", grep_v, 1..=1),
    method("compact", compact, 0..=0),
    method("uniq", uniq, 0..=0),
    variadic("zip", zip, 0),
    method("with_index", with_index, 0..=1),
    method("each_with_index", each_with_index, 0..=0),
    method("each", each, 0..=0),
    method("force", force, 0..=0),
    method("to_a", force, 0..=0),
    method("first", first, 0..=1),
    method("eager", eager, 0..=0),
    method("lazy", itself, 0..=0),
    method("size", size, 0..=0),
    method("inspect", inspect, 0..=0),
];

#[derive(Clone)]
enum Operation {
    Map(Rc<RProc>),
    Select(Rc<RProc>),
    Reject(Rc<RProc>),
    FilterMap(Rc<RProc>),
    FlatMap(Rc<RProc>),
    TakeWhile(Rc<RProc>),
    DropWhile(Rc<RProc>),
    Take(usize),
    Drop(usize),
    Grep { pattern: Value, wanted: bool, block: Option<Rc<RProc>> },
    Compact,
    Uniq(Option<Rc<RProc>>),
    Zip(Vec<Vec<Value>>),
    WithIndex(i64, Option<Rc<RProc>>),
}

struct LazyData {
    source: Value,
    operations: Vec<Operation>,
    shown: String,
}

impl NativeData for LazyData {}

pub fn define(interpreter: &mut Interpreter, enumerator: &Rc<RClass>) {
    interpreter.define_class("Enumerator::Lazy", enumerator).define(METHODS);
}

/// Enumerable#lazy.
pub fn lazy(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let shown = format!("#<Enumerator::Lazy: {}>", interpreter.inspect(this)?);
    make(interpreter, LazyData { source: this.clone(), operations: Vec::new(), shown })
}

fn make(interpreter: &mut Interpreter, data: LazyData) -> Eval {
    let class = interpreter.class_at("Enumerator::Lazy");
    Ok(Value::native(&class, data))
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<LazyData>> {
    this.data::<LazyData>().ok_or_else(|| interpreter.argument_error("uninitialized lazy enumerator"))
}

/// The same chain with one more operation.
fn with(interpreter: &mut Interpreter, this: &Value, name: &str, operation: Operation) -> Eval {
    let data = data(interpreter, this)?;
    let mut operations = data.operations.clone();
    let argument = match &operation {
        Operation::Take(count) | Operation::Drop(count) => format!("({count})"),
        Operation::Grep { pattern, .. } => format!("({})", interpreter.inspect(pattern)?),
        _ => String::new(),
    };
    operations.push(operation);
    let shown = format!("#<Enumerator::Lazy: {}:{name}{argument}>", data.shown);
    make(interpreter, LazyData { source: data.source.clone(), operations, shown })
}

fn needs_block(interpreter: &mut Interpreter, args: Args, name: &str) -> Eval<Rc<RProc>> {
    match args.block {
        Some(block) => Ok(block),
        None => Err(interpreter.argument_error(format!("tried to call lazy {name} without a block"))),
    }
}

fn map(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = needs_block(interpreter, args, "map")?;
    with(interpreter, this, "map", Operation::Map(block))
}

fn select(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = needs_block(interpreter, args, "select")?;
    with(interpreter, this, "select", Operation::Select(block))
}

fn reject(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = needs_block(interpreter, args, "reject")?;
    with(interpreter, this, "reject", Operation::Reject(block))
}

fn filter_map(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = needs_block(interpreter, args, "filter_map")?;
    with(interpreter, this, "filter_map", Operation::FilterMap(block))
}

fn flat_map(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = needs_block(interpreter, args, "flat_map")?;
    with(interpreter, this, "flat_map", Operation::FlatMap(block))
}

fn take_while(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = needs_block(interpreter, args, "take_while")?;
    with(interpreter, this, "take_while", Operation::TakeWhile(block))
}

fn drop_while(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = needs_block(interpreter, args, "drop_while")?;
    with(interpreter, this, "drop_while", Operation::DropWhile(block))
}

fn take(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::count(interpreter, &args.first(), "attempt to take negative size")?;
    with(interpreter, this, "take", Operation::Take(count))
}

fn drop_first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::count(interpreter, &args.first(), "attempt to drop negative size")?;
    with(interpreter, this, "drop", Operation::Drop(count))
}

fn grep(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let operation = Operation::Grep { pattern: args.first(), wanted: true, block: args.block };
    with(interpreter, this, "grep", operation)
}

fn grep_v(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let operation = Operation::Grep { pattern: args.first(), wanted: false, block: args.block };
    with(interpreter, this, "grep_v", operation)
}

fn compact(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    with(interpreter, this, "compact", Operation::Compact)
}

fn uniq(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    with(interpreter, this, "uniq", Operation::Uniq(args.block))
}

fn zip(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut others = Vec::new();
    for other in &args.positional {
        others.push(collect(interpreter, other)?);
    }
    with(interpreter, this, "zip", Operation::Zip(others))
}

fn with_index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let offset = if args.first().is_nil() { 0 } else { convert::int(interpreter, &args.first())? };
    with(interpreter, this, "with_index", Operation::WithIndex(offset, args.block))
}

fn each_with_index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    with(interpreter, this, "each_with_index", Operation::WithIndex(0, args.block))
}

/// How far each operation has come.
#[derive(Default)]
struct Progress {
    counts: Vec<usize>,
    seen: IndexSet<HashKey>,
}

/// Sends an item through the operations from `at` on, and what comes out to the block.
fn pass(
    interpreter: &mut Interpreter,
    operations: &[Operation],
    progress: &mut Progress,
    at: usize,
    item: Value,
    block: &Rc<RProc>,
) -> Eval<Step> {
    let Some(operation) = operations.get(at) else {
        interpreter.yield_value(block, item)?;
        return Ok(Step::Continue);
    };
    let count = progress.counts[at];
    let next = match operation {
        Operation::Map(map) => Some(interpreter.yield_value(map, item)?),
        Operation::Select(test) => interpreter.yield_value(test, item.clone())?.truthy().then_some(item),
        Operation::Reject(test) => (!interpreter.yield_value(test, item.clone())?.truthy()).then_some(item),
        Operation::FilterMap(map) => Some(interpreter.yield_value(map, item)?).filter(Value::truthy),
        Operation::FlatMap(map) => {
            let value = interpreter.yield_value(map, item)?;
            let Some(items) = convert::try_array(interpreter, &value)? else {
                return interpreter.nested(|interpreter| pass(interpreter, operations, progress, at + 1, value, block));
            };
            for item in items {
                if interpreter.nested(|interpreter| pass(interpreter, operations, progress, at + 1, item, block))?
                    == Step::Stop
                {
                    return Ok(Step::Stop);
                }
            }
            None
        }
        Operation::TakeWhile(test) => {
            if !interpreter.yield_value(test, item.clone())?.truthy() {
                return Ok(Step::Stop);
            }
            Some(item)
        }
        Operation::DropWhile(test) => {
            if count == 0 && interpreter.yield_value(test, item.clone())?.truthy() {
                None
            } else {
                progress.counts[at] = 1;
                Some(item)
            }
        }
        Operation::Take(limit) => {
            progress.counts[at] = count + 1;
            let step =
                interpreter.nested(|interpreter| pass(interpreter, operations, progress, at + 1, item, block))?;
            return Ok(if count + 1 >= *limit { Step::Stop } else { step });
        }
        Operation::Drop(limit) => {
            progress.counts[at] = count + 1;
            (count >= *limit).then_some(item)
        }
        Operation::Grep { pattern, wanted, block } => {
            match (interpreter.case_equal(pattern, &item)? == *wanted, block) {
                (false, _) => None,
                (true, Some(block)) => Some(interpreter.yield_value(block, item)?),
                (true, None) => Some(item),
            }
        }
        Operation::Compact => Some(item).filter(|item| !item.is_nil()),
        Operation::Uniq(by) => {
            let key = match by {
                Some(by) => interpreter.yield_value(by, item.clone())?,
                None => item.clone(),
            };
            let key = interpreter.hash_key(&key)?;
            progress.seen.insert(key).then_some(item)
        }
        Operation::Zip(others) => {
            progress.counts[at] = count + 1;
            let mut row = vec![item];
            row.extend(others.iter().map(|items| items.get(count).cloned().unwrap_or_default()));
            Some(Value::array(row))
        }
        Operation::WithIndex(offset, block) => {
            progress.counts[at] = count + 1;
            let number = Value::Int(offset + count as i64);
            match block {
                Some(block) => {
                    interpreter.yield_pair(block, item.clone(), number)?;
                    Some(item)
                }
                None => Some(convert::pair(item, number)),
            }
        }
    };
    match next {
        Some(item) => interpreter.nested(|interpreter| pass(interpreter, operations, progress, at + 1, item, block)),
        None => Ok(Step::Continue),
    }
}

fn each(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else { return Ok(this.clone()) };
    let data = data(interpreter, this)?;
    if data.operations.iter().any(|operation| matches!(operation, Operation::Take(0))) {
        return Ok(this.clone());
    }
    let operations = data.operations.clone();
    let progress = Progress { counts: vec![0; operations.len()], seen: IndexSet::new() };
    fold(interpreter, &data.source, progress, move |interpreter, progress, item| {
        pass(interpreter, &operations, progress, 0, item, &block)
    })?;
    Ok(this.clone())
}

fn force(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    fold(interpreter, this, Vec::new(), |_, out: &mut Vec<Value>, item| {
        out.push(item);
        Ok(Step::Continue)
    })
    .map(Value::array)
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.has(0) {
        let count = convert::count(interpreter, &args.first(), "attempt to take negative size")?;
        return take_items(interpreter, this, count).map(Value::array);
    }
    Ok(take_items(interpreter, this, 1)?.pop().unwrap_or_default())
}

fn eager(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let this = this.clone();
    let items = collect(interpreter, &this)?;
    of_items(interpreter, items)
}

fn itself(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.clone())
}

fn size(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let keeps_size = |operation: &Operation| matches!(operation, Operation::Map(_) | Operation::WithIndex(..));
    if data.operations.iter().all(keeps_size) && interpreter.responds_to(&data.source, "size") {
        return interpreter.call(&data.source, "size", Args::none());
    }
    Ok(Value::Nil)
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::str(data(interpreter, this)?.shown.clone()))
}
