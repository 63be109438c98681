//! Set: a Hash of its items, in insertion order.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexSet;

use crate::Args;
use crate::core::array::guard_recursion;
use crate::core::convert::block_or_enumerator;
use crate::core::enumerable::each::collect;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{HashKey, NativeData, RClass, RHash, RObject, RProc, Value};

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=1),
    method("initialize_copy", replace, 1..=1),
    method("add", add, 1..=1),
    method("<<", add, 1..=1),
    method("add?", add_new, 1..=1),
    method("delete", delete, 1..=1),
    method("delete?", delete_present, 1..=1),
    method("include?", includes, 1..=1),
    method("member?", includes, 1..=1),
    method("===", includes, 1..=1),
    method("contain?", includes, 1..=1),
    method("size", size, 0..=0),
    method("length", size, 0..=0),
    method("count", count, 0..=1),
    method("empty?", is_empty, 0..=0),
    method("each", each, 0..=0),
    method("to_a", to_a, 0..=0),
    method("to_set", itself, 0..=0),
    method("dup", dup, 0..=0),
    method("first", first, 0..=1),
    method("|", union, 1..=1),
    method("+", union, 1..=1),
    method("union", union, 1..=1),
    method("&", intersection, 1..=1),
    method("intersection", intersection, 1..=1),
    method("-", difference, 1..=1),
    method("difference", difference, 1..=1),
    method("^", symmetric_difference, 1..=1),
    method("subset?", is_subset, 1..=1),
    method("<=", is_subset, 1..=1),
    method("superset?", is_superset, 1..=1),
    method(">=", is_superset, 1..=1),
    method("proper_subset?", is_proper_subset, 1..=1),
    method("<", is_proper_subset, 1..=1),
    method("proper_superset?", is_proper_superset, 1..=1),
    method(">", is_proper_superset, 1..=1),
    method("<=>", compare, 1..=1),
    method("disjoint?", is_disjoint, 1..=1),
    method("intersect?", intersects, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
    method("hash", hash, 0..=0),
    variadic("merge", merge, 0),
    method("subtract", subtract, 1..=1),
    method("clear", clear, 0..=0),
    method("replace", replace, 1..=1),
    method("reset", itself, 0..=0),
    method("select!", select_bang, 0..=0),
    method("filter!", select_bang, 0..=0),
    method("reject!", reject_bang, 0..=0),
    method("keep_if", keep_if, 0..=0),
    method("delete_if", delete_if, 0..=0),
    method("map!", map_bang, 0..=0),
    method("collect!", map_bang, 0..=0),
    method("classify", classify, 0..=0),
    method("join", join, 0..=1),
    method("flatten", flatten, 0..=0),
    method("flatten!", flatten_bang, 0..=0),
    method("divide", divide, 0..=0),
    method("compare_by_identity", refuse_identity, 0..=0),
    method("compare_by_identity?", never, 0..=0),
    method("inspect", inspect, 0..=0),
    method("to_s", inspect, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[variadic("[]", literal, 0)];

/// A Set's members, in the order in which they came.
#[derive(Default)]
pub struct SetData(pub RefCell<IndexSet<HashKey>>);

impl NativeData for SetData {}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Set", &object);
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    class.include(&enumerable);
    class.allocator.set(Some(allocate));
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

fn allocate(_: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    Ok(Value::Object(Rc::new(RObject::with_data(class, Rc::new(SetData::default())))))
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<SetData>> {
    this.data::<SetData>().ok_or_else(|| interpreter.type_error("uninitialized Set"))
}

fn keys(interpreter: &mut Interpreter, this: &Value) -> Eval<IndexSet<HashKey>> {
    Ok(data(interpreter, this)?.0.borrow().clone())
}

/// A set of the same class with these items.
fn make(this: &Value, keys: IndexSet<HashKey>) -> Value {
    match this {
        Value::Object(object) => {
            let mut class = object.class();
            while class.kind == crate::runtime::value::ClassKind::Singleton {
                match class.superclass() {
                    Some(superclass) => class = superclass,
                    None => break,
                }
            }
            Value::native(&class, SetData(RefCell::new(keys)))
        }
        _ => Value::Nil,
    }
}

/// The items of a set or anything with `each`.
fn other(interpreter: &mut Interpreter, value: &Value) -> Eval<IndexSet<HashKey>> {
    if let Some(set) = value.data::<SetData>() {
        return Ok(set.0.borrow().clone());
    }
    let is_enumerable = match value {
        Value::Array(_) | Value::Hash(_) | Value::Range(_) => true,
        Value::Object(_) => interpreter.responds_to(value, "each"),
        _ => false,
    };
    if !is_enumerable {
        return Err(interpreter.argument_error("value must be enumerable"));
    }
    collect(interpreter, value)?.iter().map(|item| interpreter.hash_key(item)).collect()
}

fn other_set(interpreter: &mut Interpreter, value: &Value) -> Eval<IndexSet<HashKey>> {
    match value.data::<SetData>() {
        Some(set) => Ok(set.0.borrow().clone()),
        None => Err(interpreter.argument_error("value must be a set")),
    }
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let set = data(interpreter, this)?;
    if args.first().is_nil() {
        return Ok(Value::Nil);
    }
    let mut keys = IndexSet::new();
    match &args.block {
        None => keys = other(interpreter, &args.first())?,
        Some(block) => {
            for item in collect(interpreter, &args.first())? {
                let item = interpreter.yield_value(block, item)?;
                keys.insert(interpreter.hash_key(&item)?);
            }
        }
    }
    *set.0.borrow_mut() = keys;
    Ok(Value::Nil)
}

fn literal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "new", Args::one(Value::array(args.positional)))
}

/// The items of a set that may change. A frozen one complains as the Hash that C Ruby keeps them in does.
fn open(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<SetData>> {
    if matches!(this, Value::Object(object) if object.is_frozen()) {
        let pairs = keys(interpreter, this)?.into_iter().map(|key| (key.value().clone(), Value::Bool(true)));
        let shown = interpreter.inspect(&Value::hash(RHash::from_pairs(pairs)))?;
        return Err(interpreter.error("FrozenError", format!("can't modify frozen Hash: {shown}")));
    }
    data(interpreter, this)
}

fn insert(interpreter: &mut Interpreter, this: &Value, item: &Value) -> Eval<bool> {
    let set = open(interpreter, this)?;
    let key = crate::core::hash::key(interpreter, item)?;
    let length = set.0.borrow().len();
    interpreter.check_size(length * size_of::<Value>())?;
    Ok(set.0.borrow_mut().insert(key))
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    insert(interpreter, this, &args.positional[0])?;
    Ok(this.clone())
}

fn add_new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(if insert(interpreter, this, &args.positional[0])? { this.clone() } else { Value::Nil })
}

fn remove(interpreter: &mut Interpreter, this: &Value, item: &Value) -> Eval<bool> {
    let set = open(interpreter, this)?;
    let key = interpreter.hash_key(item)?;
    Ok(set.0.borrow_mut().shift_remove(&key))
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    remove(interpreter, this, &args.positional[0])?;
    Ok(this.clone())
}

fn delete_present(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(if remove(interpreter, this, &args.positional[0])? { this.clone() } else { Value::Nil })
}

fn includes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let key = interpreter.hash_key(&args.positional[0])?;
    let set = data(interpreter, this)?;
    let found = set.0.borrow().contains(&key);
    Ok(Value::Bool(found))
}

fn size(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(data(interpreter, this)?.0.borrow().len().into())
}

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.has(0) && args.block.is_none() {
        return size(interpreter, this, args);
    }
    let items = to_a(interpreter, this, Args::none())?;
    interpreter.call(&items, "count", args)
}

fn is_empty(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(data(interpreter, this)?.0.borrow().is_empty()))
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    for key in keys(interpreter, this)? {
        interpreter.yield_value(&block, key.value().clone())?;
    }
    Ok(this.clone())
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(data(interpreter, this)?.0.borrow().iter().map(|key| key.value().clone()).collect()))
}

fn itself(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.clone())
}

fn dup(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let keys = keys(interpreter, this)?;
    Ok(make(this, keys))
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = to_a(interpreter, this, Args::none())?;
    interpreter.call(&items, "first", args)
}

fn union(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut all = keys(interpreter, this)?;
    all.extend(other(interpreter, &args.first())?);
    Ok(make(this, all))
}

fn intersection(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = keys(interpreter, this)?;
    let mut common = other(interpreter, &args.first())?;
    common.retain(|key| own.contains(key));
    Ok(make(this, common))
}

fn difference(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut own = keys(interpreter, this)?;
    let other = other(interpreter, &args.first())?;
    own.retain(|key| !other.contains(key));
    Ok(make(this, own))
}

fn symmetric_difference(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = keys(interpreter, this)?;
    let mut result = other(interpreter, &args.first())?;
    // Those of the other set that are not in this one come first, each in its place.
    let common: Vec<bool> = own.iter().map(|key| result.contains(key)).collect();
    result.retain(|key| !own.contains(key));
    result.extend(own.into_iter().zip(common).filter(|(_, common)| !common).map(|(key, _)| key));
    Ok(make(this, result))
}

fn is_subset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (a, b) = (keys(interpreter, this)?, other_set(interpreter, &args.first())?);
    Ok(Value::Bool(a.is_subset(&b)))
}

fn is_superset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (a, b) = (keys(interpreter, this)?, other_set(interpreter, &args.first())?);
    Ok(Value::Bool(b.is_subset(&a)))
}

fn is_proper_subset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (a, b) = (keys(interpreter, this)?, other_set(interpreter, &args.first())?);
    Ok(Value::Bool(a.len() < b.len() && a.is_subset(&b)))
}

fn is_proper_superset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (a, b) = (keys(interpreter, this)?, other_set(interpreter, &args.first())?);
    Ok(Value::Bool(b.len() < a.len() && b.is_subset(&a)))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(b) = args.first().data::<SetData>() else { return Ok(Value::Nil) };
    let a = keys(interpreter, this)?;
    let b = b.0.borrow();
    Ok(match (a.is_subset(&b), b.is_subset(&a)) {
        (true, true) => Value::Int(0),
        (true, false) => Value::Int(-1),
        (false, true) => Value::Int(1),
        (false, false) => Value::Nil,
    })
}

fn intersects(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (a, b) = (keys(interpreter, this)?, other(interpreter, &args.first())?);
    Ok(Value::Bool(!a.is_disjoint(&b)))
}

fn is_disjoint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (a, b) = (keys(interpreter, this)?, other(interpreter, &args.first())?);
    Ok(Value::Bool(a.is_disjoint(&b)))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(b) = args.first().data::<SetData>() else { return Ok(Value::Bool(false)) };
    let a = keys(interpreter, this)?;
    let b = b.0.borrow();
    Ok(Value::Bool(a.len() == b.len() && a.is_subset(&b)))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut total = 13_i64;
    for key in keys(interpreter, this)? {
        total = total.wrapping_add(crate::core::array::hash_number(interpreter, key.value())?);
    }
    Ok(Value::Int(total >> 2))
}

fn merge(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let set = open(interpreter, this)?;
    for value in &args.positional {
        let added = other(interpreter, value)?;
        set.0.borrow_mut().extend(added);
    }
    Ok(this.clone())
}

fn subtract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let set = open(interpreter, this)?;
    let removed = other(interpreter, &args.first())?;
    set.0.borrow_mut().retain(|key| !removed.contains(key));
    Ok(this.clone())
}

fn clear(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    open(interpreter, this)?.0.borrow_mut().clear();
    Ok(this.clone())
}

fn replace(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let set = open(interpreter, this)?;
    let new = other(interpreter, &args.first())?;
    *set.0.borrow_mut() = new;
    Ok(this.clone())
}

/// The items for which the block answers `wanted`, and those for which it does not.
fn split(
    interpreter: &mut Interpreter,
    this: &Value,
    block: &Rc<RProc>,
) -> Eval<(IndexSet<HashKey>, IndexSet<HashKey>)> {
    let (mut yes, mut no) = (IndexSet::new(), IndexSet::new());
    for key in keys(interpreter, this)? {
        let answer = interpreter.yield_value(block, key.value().clone())?;
        if answer.truthy() { &mut yes } else { &mut no }.insert(key);
    }
    Ok((yes, no))
}

/// Keeps what the block answers `wanted` for; whether something went.
fn retain(interpreter: &mut Interpreter, this: &Value, block: &Rc<RProc>, wanted: bool) -> Eval<bool> {
    let set = open(interpreter, this)?;
    let (yes, no) = split(interpreter, this, block)?;
    let kept = if wanted { yes } else { no };
    let changed = kept.len() != set.0.borrow().len();
    *set.0.borrow_mut() = kept;
    Ok(changed)
}

fn select_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "select!");
    Ok(if retain(interpreter, this, &block, true)? { this.clone() } else { Value::Nil })
}

fn reject_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "reject!");
    Ok(if retain(interpreter, this, &block, false)? { this.clone() } else { Value::Nil })
}

fn keep_if(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "keep_if");
    retain(interpreter, this, &block, true)?;
    Ok(this.clone())
}

fn delete_if(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "delete_if");
    retain(interpreter, this, &block, false)?;
    Ok(this.clone())
}

fn map_bang(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "map!");
    let set = open(interpreter, this)?;
    let mut mapped = IndexSet::new();
    for key in keys(interpreter, this)? {
        let value = interpreter.yield_value(&block, key.value().clone())?;
        mapped.insert(interpreter.hash_key(&value)?);
    }
    *set.0.borrow_mut() = mapped;
    Ok(this.clone())
}

fn classify(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "classify");
    let out = RHash::new();
    for key in keys(interpreter, this)? {
        let class = interpreter.yield_value(&block, key.value().clone())?;
        let class = interpreter.hash_key(&class)?;
        let group = out.borrow_mut().entry(class).or_insert_with(|| make(this, IndexSet::new())).clone();
        if let Some(group) = group.data::<SetData>() {
            group.0.borrow_mut().insert(key);
        }
    }
    Ok(Value::hash(out))
}

fn join(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = to_a(interpreter, this, Args::none())?;
    interpreter.call(&items, "join", args)
}

fn flatten(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    fn open_up(interpreter: &mut Interpreter, this: &Value, out: &mut IndexSet<HashKey>, depth: usize) -> Eval<()> {
        if depth > 1000 {
            return Err(interpreter.argument_error("tried to flatten recursive Set"));
        }
        for key in keys(interpreter, this)? {
            if key.value().data::<SetData>().is_some() {
                open_up(interpreter, key.value(), out, depth + 1)?;
            } else {
                out.insert(key);
            }
        }
        Ok(())
    }
    let mut out = IndexSet::new();
    open_up(interpreter, this, &mut out, 0)?;
    Ok(make(this, out))
}

fn flatten_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let set = open(interpreter, this)?;
    let nested = set.0.borrow().iter().any(|key| key.value().data::<SetData>().is_some());
    let flat = flatten(interpreter, this, args)?;
    let flat = keys(interpreter, &flat)?;
    *set.0.borrow_mut() = flat;
    Ok(if nested { this.clone() } else { Value::Nil })
}

/// A set of the sets that `classify` makes. The form that takes two items at a time is absent.
fn divide(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.as_ref().is_some_and(|block| block.arity() == 2) {
        return Err(interpreter.unsupported("Set#divide by pairs"));
    }
    let groups = classify(interpreter, this, args)?;
    let groups = interpreter.call(&groups, "values", Args::none())?;
    interpreter.call(&groups, "to_set", Args::none())
}

fn refuse_identity(interpreter: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Err(interpreter.unsupported("Set#compare_by_identity"))
}

fn never(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(false))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let class = interpreter.class_of(this).name();
    guard_recursion(interpreter, this, &format!("#<{class}: {{...}}>"), |interpreter| {
        let mut shown = Vec::new();
        for key in keys(interpreter, this)? {
            shown.push(interpreter.inspect(key.value())?);
        }
        Ok(format!("#<{class}: {{{}}}>", shown.join(", ")))
    })
    .map(Value::str)
}
