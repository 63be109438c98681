//! Enumerator: a method call that waits for its block, or a generator block. `next` runs ahead into a
//! buffer instead of a fiber, so a generator's side effects may come early.

pub mod lazy;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::convert::{self, block_or_enumerator};
use super::enumerable::each::{Item, Step, fold_items};
use super::enumerable::take_items;
use crate::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RHash, RProc, RRange, Value};
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    variadic("each", each, 0),
    method("with_index", with_index, 0..=1),
    method("each_with_index", each_with_index, 0..=0),
    method("with_object", with_object, 1..=1),
    method("each_with_object", with_object, 1..=1),
    method("next", next, 0..=0),
    method("peek", peek, 0..=0),
    method("next_values", next_values, 0..=0),
    method("peek_values", peek_values, 0..=0),
    method("rewind", rewind, 0..=0),
    method("size", size, 0..=0),
    method("inspect", inspect, 0..=0),
    method("to_s", inspect, 0..=0),
    method("+", plus, 1..=1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new_method, 0..=1), method("produce", produce, 0..=1)];

const YIELDER_METHODS: &[NativeMethod] = &[
    method("<<", yielder_push, 1..=1),
    variadic("yield", yielder_yield, 0),
    variadic("call", yielder_yield, 0),
    method("to_proc", yielder_to_proc, 0..=0),
];

enum Source {
    Method { receiver: Value, name: Symbol, args: Vec<Value>, keywords: Option<Rc<crate::runtime::value::RHash>> },
    Generator(Rc<RProc>),
    Produce { first: Option<Value>, next: Rc<RProc> },
    Chain(Vec<Value>),
}

/// What an Enumerator goes through, and how far `next` has come.
pub struct EnumeratorData {
    source: Source,
    size: Value,
    buffer: RefCell<Vec<Value>>,
    complete: Cell<bool>,
    position: Cell<usize>,
}

impl NativeData for EnumeratorData {}

impl EnumeratorData {
    /// The range and width of `range.step(width)`.
    pub fn stepped_range(&self) -> Option<(Rc<RRange>, Value)> {
        match &self.source {
            Source::Method { receiver: Value::Range(range), name, args, .. } if is_step(*name) => {
                Some((Rc::clone(range), args.first().cloned().unwrap_or(Value::Int(1))))
            }
            _ => None,
        }
    }
}

/// The two methods whose enumerator over numbers is an arithmetic sequence.
fn is_step(name: Symbol) -> bool {
    name.is("step") || name.is("%")
}

struct Yielder(Rc<RProc>);

impl NativeData for Yielder {}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Enumerator", &object);
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    class.include(&enumerable);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    interpreter.define_class("Enumerator::Yielder", &object).define(YIELDER_METHODS);
    for name in ["Enumerator::Chain", "Enumerator::ArithmeticSequence"] {
        interpreter.define_class(name, &class);
    }
    let error = interpreter.class_at("IndexError");
    interpreter.define_class("StopIteration", &error);
    lazy::define(interpreter, &class);
}

fn make(interpreter: &mut Interpreter, source: Source, size: Value) -> Value {
    let path = match &source {
        Source::Chain(_) => "Enumerator::Chain",
        Source::Method { receiver: Value::Range(range), name, .. }
            if is_step(*name) && matches!(range.begin, Value::Int(_) | Value::Float(_)) =>
        {
            "Enumerator::ArithmeticSequence"
        }
        _ => "Enumerator",
    };
    let class = interpreter.class_at(path);
    let data =
        EnumeratorData { source, size, buffer: RefCell::default(), complete: Cell::new(false), position: Cell::new(0) };
    Value::native(&class, data)
}

/// What a method without its block returns.
pub fn of_method(interpreter: &mut Interpreter, receiver: &Value, name: impl Into<Symbol>, args: Args) -> Eval {
    let source = Source::Method {
        receiver: receiver.clone(),
        name: name.into(),
        args: args.positional,
        keywords: args.keywords,
    };
    Ok(make(interpreter, source, Value::Nil))
}

/// An Enumerator over items worked out beforehand.
pub fn of_items(interpreter: &mut Interpreter, items: Vec<Value>) -> Eval {
    of_method(interpreter, &Value::array(items), "each", Args::none())
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<EnumeratorData>> {
    this.data::<EnumeratorData>().ok_or_else(|| interpreter.argument_error("uninitialized enumerator"))
}

fn new_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    match args.block.clone() {
        Some(block) => Ok(make(interpreter, Source::Generator(block), args.first())),
        None => Err(interpreter.argument_error("tried to create Proc object without a block")),
    }
}

fn produce(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let Some(next) = args.block.clone() else { return Err(interpreter.argument_error("no block given")) };
    let first = args.has(0).then(|| args.first());
    Ok(make(interpreter, Source::Produce { first, next }, Value::Float(f64::INFINITY)))
}

/// Enumerable#chain.
pub fn chain(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut parts = vec![this.clone()];
    parts.extend(args.positional);
    Ok(make(interpreter, Source::Chain(parts), Value::Nil))
}

fn plus(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    chain(interpreter, this, args)
}

/// Runs the waiting call with a block.
fn run(interpreter: &mut Interpreter, this: &Value, block: Rc<RProc>) -> Eval {
    let data = data(interpreter, this)?;
    match &data.source {
        Source::Method { receiver, name, args, keywords } => {
            let args = Args { positional: args.clone(), keywords: keywords.clone(), block: Some(block) };
            interpreter.call(receiver, *name, args)
        }
        Source::Generator(generator) => {
            let class = interpreter.class_at("Enumerator::Yielder");
            let yielder = Value::native(&class, Yielder(block));
            interpreter.call_block(generator, Args::one(yielder))
        }
        Source::Produce { first, next } => {
            let mut value = match first {
                Some(first) => first.clone(),
                None => interpreter.call_block(next, Args::none())?,
            };
            loop {
                interpreter.yield_value(&block, value.clone())?;
                value = match interpreter.yield_value(next, value) {
                    Ok(value) => value,
                    Err(flow) if is_stop_iteration(interpreter, &flow) => return Ok(this.clone()),
                    Err(flow) => return Err(flow),
                };
            }
        }
        Source::Chain(parts) => {
            for part in parts {
                interpreter.call(part, "each", Args::none().with_block(Some(Rc::clone(&block))))?;
            }
            Ok(this.clone())
        }
    }
}

fn is_stop_iteration(interpreter: &mut Interpreter, flow: &crate::Flow) -> bool {
    let class = interpreter.class_at("StopIteration");
    matches!(flow, crate::Flow::Raise(error) if interpreter.is_a(error, &class))
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    match args.block.take() {
        Some(block) if args.is_empty() => run(interpreter, this, block),
        None if args.is_empty() => Ok(this.clone()),
        block => {
            let data = data(interpreter, this)?;
            let Source::Method { receiver, name, args: before, keywords } = &data.source else {
                return Err(interpreter.unsupported("Enumerator#each with arguments"));
            };
            let mut all = before.clone();
            all.extend(args.positional);
            match block {
                Some(block) => {
                    let args = Args { positional: all, keywords: keywords.clone(), block: Some(block) };
                    interpreter.call(receiver, *name, args)
                }
                None => {
                    let args = Args { positional: all, keywords: keywords.clone(), block: None };
                    of_method(interpreter, receiver, *name, args)
                }
            }
        }
    }
}

/// The values of one `yield` as one value.
pub fn packed(args: Args) -> Value {
    let mut positional = args.flatten_keywords().positional;
    if positional.len() == 1 { positional.pop().unwrap_or_default() } else { Item::Several(positional).pack() }
}

fn native_block(function: impl Fn(&mut Interpreter, Args) -> Eval + 'static) -> Rc<RProc> {
    match RProc::native(function) {
        Value::Proc(block) => block,
        _ => unreachable!("a native proc is a proc"),
    }
}

fn numbered(interpreter: &mut Interpreter, this: &Value, block: Rc<RProc>, offset: i64) -> Eval {
    let index = Cell::new(offset);
    let counting = native_block(move |interpreter, args| {
        let number = index.replace(index.get() + 1);
        interpreter.yield_pair(&block, packed(args), Value::Int(number))
    });
    run(interpreter, this, counting)
}

fn with_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "with_index");
    let offset = if args.first().is_nil() { 0 } else { convert::int(interpreter, &args.first())? };
    numbered(interpreter, this, block, offset)
}

fn each_with_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_with_index");
    numbered(interpreter, this, block, 0)
}

fn with_object(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "with_object");
    let memo = args.first();
    let given = memo.clone();
    let passing = native_block(move |interpreter, args| interpreter.yield_pair(&block, packed(args), given.clone()));
    run(interpreter, this, passing)?;
    Ok(memo)
}

/// Makes sure that the buffer reaches the position, running the source again for twice as much where it
/// does not; false at the end.
fn buffered(interpreter: &mut Interpreter, this: &Value, data: &EnumeratorData) -> Eval<bool> {
    while data.buffer.borrow().len() <= data.position.get() && !data.complete.get() {
        let wanted = (data.position.get() + 1).next_power_of_two().max(16);
        let items = take_items(interpreter, this, wanted)?;
        data.complete.set(items.len() < wanted);
        *data.buffer.borrow_mut() = items;
    }
    Ok(data.buffer.borrow().len() > data.position.get())
}

fn peek(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let data = data(interpreter, this)?;
    if !buffered(interpreter, this, &data)? {
        let flow = interpreter.error("StopIteration", "iteration reached an end");
        // `each` answers what it went through; that is the result of the whole iteration.
        if let (crate::Flow::Raise(Value::Object(error)), Source::Method { receiver, .. }) = (&*flow, &data.source) {
            error.set_ivar(crate::Symbol::new("result"), receiver.clone());
        }
        return Err(flow);
    }
    Ok(data.buffer.borrow()[data.position.get()].clone())
}

fn next(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = peek(interpreter, this, args)?;
    let data = data(interpreter, this)?;
    data.position.set(data.position.get() + 1);
    Ok(value)
}

/// What `next` packs, as an Array.
fn values_of(value: Value) -> Value {
    if matches!(value, Value::Array(_)) { value } else { Value::array(vec![value]) }
}

fn next_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    next(interpreter, this, args).map(values_of)
}

fn peek_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    peek(interpreter, this, args).map(values_of)
}

fn rewind(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let data = data(interpreter, this)?;
    data.position.set(0);
    data.buffer.borrow_mut().clear();
    data.complete.set(false);
    Ok(this.clone())
}

fn size(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let data = data(interpreter, this)?;
    match &data.source {
        Source::Generator(_) | Source::Produce { .. } => match &data.size {
            Value::Proc(block) => interpreter.call_block(block, Args::none()),
            size => Ok(size.clone()),
        },
        Source::Chain(parts) => {
            let mut total = Value::Int(0);
            for part in parts {
                let size = interpreter.call(part, "size", Args::none())?;
                if size.is_nil() {
                    return Ok(Value::Nil);
                }
                total = convert::add(interpreter, &total, &size)?;
            }
            Ok(total)
        }
        Source::Method { receiver, name, args, keywords } => {
            size_of_call(interpreter, receiver, &name.to_str(), args, keywords.as_ref())
        }
    }
}

/// How often a waiting call will yield, where that is known without running it.
fn size_of_call(
    interpreter: &mut Interpreter,
    receiver: &Value,
    name: &str,
    args: &[Value],
    keywords: Option<&Rc<RHash>>,
) -> Eval {
    let total = match receiver {
        Value::Array(_) | Value::Hash(_) | Value::Range(_) => interpreter.call(receiver, "size", Args::none())?,
        Value::Object(_) if receiver.data::<EnumeratorData>().is_some() => {
            interpreter.call(receiver, "size", Args::none())?
        }
        Value::Str(_) => match name {
            "each_char" => return interpreter.call(receiver, "length", Args::none()),
            "each_byte" => return interpreter.call(receiver, "bytesize", Args::none()),
            _ => return Ok(Value::Nil),
        },
        Value::Object(_) if interpreter.responds_to(receiver, "_enumerator_size") => {
            let mut all = vec![Value::symbol(name)];
            all.extend_from_slice(args);
            return interpreter.call(receiver, "_enumerator_size", Args::new(all).with_keywords(keywords.cloned()));
        }
        _ if name == "loop" => return Ok(Value::Float(f64::INFINITY)),
        Value::Int(number) if name == "times" => return Ok(Value::Int((*number).max(0))),
        _ => return Ok(Value::Nil),
    };
    let Value::Int(total) = total else { return Ok(total) };
    let argument = match args.first() {
        Some(Value::Int(number)) => *number,
        _ => 0,
    };
    Ok(match name {
        "each_slice" if argument > 0 => Value::Int((total + argument - 1) / argument),
        "each_cons" if argument > 0 => Value::Int((total - argument + 1).max(0)),
        "find" | "find_index" | "index" | "rindex" | "take_while" | "drop_while" => Value::Nil,
        "cycle" if args.is_empty() => Value::Float(f64::INFINITY),
        "cycle" => Value::Int(total * argument.max(0)),
        "step" | "%" => return count_steps(interpreter, receiver, args),
        "combination" | "permutation" | "repeated_combination" | "repeated_permutation" => {
            let all = interpreter.call(receiver, name, Args::new(args.to_vec()))?;
            return interpreter.call(&all, "count", Args::none());
        }
        _ => Value::Int(total),
    })
}

fn count_steps(interpreter: &mut Interpreter, range: &Value, args: &[Value]) -> Eval {
    if matches!(range, Value::Range(range) if range.end.is_nil()) {
        return Ok(Value::Float(f64::INFINITY));
    }
    let steps = of_method(interpreter, range, "step", Args::new(args.to_vec()))?;
    let count = fold_items(interpreter, &steps, 0_i64, |_, count, _| {
        *count += 1;
        Ok(Step::Continue)
    })?;
    Ok(Value::Int(count))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let shown = match &data.source {
        Source::Generator(_) | Source::Produce { .. } => {
            format!("#<Enumerator: #<Enumerator::Generator:0x{:016x}>:each>", this.address())
        }
        Source::Chain(parts) => {
            let shown = interpreter.inspect(&Value::array(parts.clone()))?;
            format!("#<Enumerator::Chain: {shown}>")
        }
        Source::Method { receiver, name, args, .. } => {
            let receiver_shown = interpreter.inspect(receiver)?;
            let mut shown = Vec::new();
            for argument in args {
                shown.push(interpreter.inspect(argument)?);
            }
            let arguments = if shown.is_empty() { String::new() } else { format!("({})", shown.join(", ")) };
            if is_step(*name) && matches!(receiver, Value::Range(_)) {
                format!("(({receiver_shown}).{name}{arguments})")
            } else {
                format!("#<Enumerator: {receiver_shown}:{name}{arguments}>")
            }
        }
    };
    Ok(Value::str(shown))
}

fn yielder(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Yielder>> {
    this.data::<Yielder>().ok_or_else(|| interpreter.argument_error("uninitialized yielder"))
}

fn yielder_push(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let yielder = yielder(interpreter, this)?;
    interpreter.yield_value(&yielder.0, args.first())?;
    Ok(this.clone())
}

fn yielder_yield(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let yielder = yielder(interpreter, this)?;
    interpreter.call_block(&yielder.0, args)
}

fn yielder_to_proc(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let yielder = yielder(interpreter, this)?;
    Ok(Value::Proc(Rc::clone(&yielder.0)))
}
