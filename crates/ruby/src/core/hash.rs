//! Hash: making, reading, comparing, showing. Changing is in `hash/change.rs`, what makes new hashes in
//! `hash/derive.rs`. ActiveSupport's HashWithIndifferentAccess is a Hash with a flag, honoured here.

pub mod change;
pub mod derive;

use std::rc::Rc;

use super::array::{dig_on, guard_recursion, hash_number};
use super::convert::{self, block_or_enumerator, pair};
use crate::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{HashKey, NativeData, RClass, RHash, RObject, RProc, RString, Value};

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=2),
    method("initialize_copy", change::replace, 1..=1),
    method("[]", index, 1..=1),
    method("fetch", fetch, 1..=2),
    variadic("dig", dig, 1),
    method("key", key_of, 1..=1),
    method("key?", has_key, 1..=1),
    method("has_key?", has_key, 1..=1),
    method("include?", has_key, 1..=1),
    method("member?", has_key, 1..=1),
    method("value?", has_value, 1..=1),
    method("has_value?", has_value, 1..=1),
    method("keys", keys, 0..=0),
    method("values", values, 0..=0),
    variadic("values_at", values_at, 0),
    variadic("fetch_values", fetch_values, 0),
    method("assoc", assoc, 1..=1),
    method("rassoc", rassoc, 1..=1),
    method("first", first, 0..=1),
    method("length", length, 0..=0),
    method("size", length, 0..=0),
    method("count", count, 0..=1),
    method("empty?", is_empty, 0..=0),
    method("any?", any, 0..=1),
    method("each", each, 0..=0),
    method("each_pair", each, 0..=0),
    method("each_key", each_key, 0..=0),
    method("each_value", each_value, 0..=0),
    method("to_a", to_a, 0..=0),
    method("to_s", inspect, 0..=0),
    method("inspect", inspect, 0..=0),
    method("to_hash", itself, 0..=0),
    method("to_proc", to_proc, 0..=0),
    method("dup", dup, 0..=0),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
    method("hash", hash, 0..=0),
    method("<=", is_subset, 1..=1),
    method("<", is_proper_subset, 1..=1),
    method(">=", is_superset, 1..=1),
    method(">", is_proper_superset, 1..=1),
    method("default", default, 0..=1),
    method("default_proc", default_proc, 0..=0),
    method("compare_by_identity?", is_by_identity, 0..=0),
    method("deconstruct_keys", deconstruct_keys, 1..=1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("[]", literal, 0),
    method("try_convert", try_convert, 1..=1),
    method("ruby2_keywords_hash?", is_keywords_hash, 1..=1),
    method("ruby2_keywords_hash", keywords_hash, 1..=1),
];

/// An instance of a subclass of Hash: the entries are its native data.
pub struct HashObject(pub Rc<RHash>);

impl NativeData for HashObject {
    fn duplicate(&self) -> Option<Rc<dyn NativeData>> {
        Some(Rc::new(Self(Rc::new(copy(&self.0)))))
    }
}

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.hash);
    class.allocator.set(Some(allocate));
    for table in [METHODS, change::METHODS, derive::METHODS] {
        class.define(table);
    }
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

/// An empty Hash of this class.
pub fn allocate(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    if Rc::ptr_eq(class, &interpreter.classes.hash) {
        return Ok(Value::hash(RHash::new()));
    }
    let data = Rc::new(HashObject(Rc::default()));
    Ok(Value::Object(Rc::new(RObject::with_data(class, data))))
}

/// The hash behind a receiver.
pub fn entries(this: &Value) -> Rc<RHash> {
    other_entries(this).unwrap_or_default()
}

/// Those of a Hash of whichever class.
pub fn other_entries(value: &Value) -> Option<Rc<RHash>> {
    match value {
        Value::Hash(hash) => Some(Rc::clone(hash)),
        other => other.data::<HashObject>().map(|object| Rc::clone(&object.0)),
    }
}

/// The key under which a value is kept: an unfrozen String by a frozen copy.
pub fn key(interpreter: &mut Interpreter, value: &Value) -> Eval<HashKey> {
    if let Value::Str(text) = value
        && !text.is_frozen()
    {
        let copy = RString::new(text.to_string());
        copy.set_encoding(text.encoding());
        copy.freeze();
        return Ok(HashKey::new(Value::Str(Rc::new(copy))));
    }
    if let Some(object) = value.data::<super::string::StringObject>() {
        return Ok(HashKey::new(super::string::frozen(&object.0.borrow())));
    }
    interpreter.hash_key(value)
}

/// The key under which `hash` keeps or finds a value.
pub fn key_in(interpreter: &mut Interpreter, hash: &RHash, value: &Value) -> Eval<HashKey> {
    if hash.is_by_identity() {
        let number = match value {
            Value::Int(number) => *number,
            Value::Symbol(_) | Value::Nil | Value::Bool(_) | Value::Float(_) => return Ok(HashKey::new(value.clone())),
            other => other.address() as i64,
        };
        return Ok(HashKey::custom(value.clone(), number));
    }
    match value {
        Value::Symbol(name) if hash.is_indifferent() => Ok(HashKey::new(super::string::frozen(&name.to_str()))),
        other => key(interpreter, other),
    }
}

/// `hash[key]` without the default.
pub fn lookup(interpreter: &mut Interpreter, hash: &RHash, wanted: &Value) -> Eval<Option<Value>> {
    let key = key_in(interpreter, hash, wanted)?;
    let found = hash.borrow().get(&key).cloned();
    Ok(found)
}

/// `hash[key]`.
pub fn get(interpreter: &mut Interpreter, this: &Value, wanted: &Value) -> Eval {
    let hash = entries(this);
    if let Some(found) = lookup(interpreter, &hash, wanted)? {
        return Ok(found);
    }
    match hash.default_proc() {
        Value::Proc(block) => {
            let wanted = match wanted {
                Value::Symbol(name) if hash.is_indifferent() => super::string::frozen(&name.to_str()),
                other => other.clone(),
            };
            interpreter.call_block(&block, Args::new(vec![this.clone(), wanted]))
        }
        _ => Ok(hash.default_value()),
    }
}

impl Interpreter {
    /// `hash[key]`, defaults and indifferent access included.
    pub fn hash_get(&mut self, hash: &Rc<RHash>, key: &Value) -> Eval {
        get(self, &Value::Hash(Rc::clone(hash)), key)
    }
}

/// `hash[key] = value`, the receiver checked already.
pub fn store(interpreter: &mut Interpreter, hash: &RHash, key: &Value, value: Value) -> Eval<()> {
    let key = key_in(interpreter, hash, key)?;
    let value = if hash.is_indifferent() {
        interpreter.nested(|interpreter| indifferent_value(interpreter, &value))?
    } else {
        value
    };
    interpreter.check_size(hash.len() * 2 * size_of::<Value>())?;
    hash.borrow_mut().insert(key, value);
    Ok(())
}

/// A value as a HashWithIndifferentAccess keeps it: hashes inside become indifferent too.
pub fn indifferent_value(interpreter: &mut Interpreter, value: &Value) -> Eval {
    match value {
        Value::Hash(hash) if !hash.is_indifferent() => indifferent_copy(interpreter, hash),
        Value::Array(items) if items.borrow().iter().any(|item| matches!(item, Value::Hash(_) | Value::Array(_))) => {
            let mut out = Vec::new();
            for item in items.to_vec() {
                out.push(interpreter.nested(|interpreter| indifferent_value(interpreter, &item))?);
            }
            Ok(Value::array(out))
        }
        other => Ok(other.clone()),
    }
}

/// An indifferent copy of a hash.
pub fn indifferent_copy(interpreter: &mut Interpreter, hash: &RHash) -> Eval {
    let copy = RHash::new();
    copy.set_indifferent(true);
    for (key, value) in hash.pairs() {
        store(interpreter, &copy, &key, value)?;
    }
    copy.set_default_value(hash.default_value());
    copy.set_default_proc(hash.default_proc());
    Ok(Value::hash(copy))
}

/// A new empty hash that compares keys as `like` does.
pub fn empty_like(like: &RHash) -> RHash {
    let hash = RHash::new();
    hash.set_indifferent(like.is_indifferent());
    hash.set_by_identity(like.is_by_identity());
    hash
}

/// A copy, default included.
pub fn copy(hash: &RHash) -> RHash {
    let copy = empty_like(hash);
    copy.borrow_mut().clone_from(&hash.borrow());
    copy.set_default_value(hash.default_value());
    copy.set_default_proc(hash.default_proc());
    copy
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    if let Some(block) = &args.block {
        if args.has(0) && !matches!(args.first(), Value::Hash(_)) {
            return Err(interpreter.argument_error("wrong number of arguments (given 1, expected 0)"));
        }
        hash.set_default_proc(Value::Proc(Rc::clone(block)));
        return Ok(Value::Nil);
    }
    let is_capacity = |value: &Value| matches!(value, Value::Hash(options) if options.get_symbol("capacity").is_some());
    if !is_capacity(&args.first()) {
        hash.set_default_value(args.first());
    }
    Ok(Value::Nil)
}

fn literal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut allocator = None;
    let mut class = if let Value::Class(class) = this { Some(Rc::clone(class)) } else { None };
    while let (None, Some(current)) = (allocator, class) {
        allocator = current.allocator.get();
        class = current.superclass();
    }
    let made = match (this, allocator) {
        (Value::Class(class), Some(allocator)) => allocator(interpreter, class)?,
        _ => Value::hash(RHash::new()),
    };
    let hash = entries(&made);
    if let [only] = args.positional.as_slice() {
        if let Some(other) = other_entries(only) {
            for (key, value) in other.pairs() {
                store(interpreter, &hash, &key, value)?;
            }
            return Ok(made);
        }
        if let Some(items) = convert::try_array(interpreter, only)? {
            for (at, item) in items.into_iter().enumerate() {
                let (key, value) = literal_pair(interpreter, &item, at)?;
                store(interpreter, &hash, &key, value)?;
            }
            return Ok(made);
        }
    }
    if args.len() % 2 == 1 {
        return Err(interpreter.argument_error("odd number of arguments for Hash"));
    }
    for pair in args.positional.chunks(2) {
        store(interpreter, &hash, &pair[0], pair[1].clone())?;
    }
    Ok(made)
}

fn literal_pair(interpreter: &mut Interpreter, item: &Value, at: usize) -> Eval<(Value, Value)> {
    match convert::try_array(interpreter, item)? {
        Some(pair) if pair.len() == 2 || pair.len() == 1 => {
            Ok((pair[0].clone(), pair.get(1).cloned().unwrap_or_default()))
        }
        Some(pair) => {
            let message = format!("invalid number of elements ({} for 1..2)", pair.len());
            Err(interpreter.argument_error(message))
        }
        None => {
            let class = interpreter.class_of(item).name();
            Err(interpreter.argument_error(format!("wrong element type {class} at {at} (expected array)")))
        }
    }
}

fn try_convert(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    match args.first() {
        value @ Value::Hash(_) => Ok(value),
        value @ Value::Object(_) if interpreter.responds_to(&value, "to_hash") => {
            interpreter.call(&value, "to_hash", Args::none())
        }
        _ => Ok(Value::Nil),
    }
}

fn is_keywords_hash(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(false))
}

fn keywords_hash(_: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    Ok(args.first())
}

fn index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    get(interpreter, this, &args.positional[0])
}

fn fetch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = args.first();
    if let Some(found) = lookup(interpreter, &entries(this), &wanted)? {
        return Ok(found);
    }
    if let Some(block) = &args.block {
        return interpreter.yield_value(block, wanted);
    }
    if args.has(1) {
        return Ok(args.get(1));
    }
    let shown = match (&wanted, entries(this).is_indifferent()) {
        (Value::Symbol(name), true) => literals::string(&name.to_str()),
        _ => interpreter.inspect(&wanted)?,
    };
    Err(interpreter.key_error(format!("key not found: {shown}"), this, &wanted))
}

fn dig(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = get(interpreter, this, &args.positional[0])?;
    dig_on(interpreter, found, &args.positional[1..])
}

fn key_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for (key, value) in entries(this).pairs() {
        if interpreter.equal(&value, &args.positional[0])? {
            return Ok(key);
        }
    }
    Ok(Value::Nil)
}

fn has_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    let key = key_in(interpreter, &hash, &args.positional[0])?;
    let found = hash.borrow().contains_key(&key);
    Ok(Value::Bool(found))
}

fn has_value(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for (_, value) in entries(this).pairs() {
        if interpreter.equal(&value, &args.positional[0])? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn keys(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(entries(this).borrow().keys().map(|key| key.value().clone()).collect()))
}

fn values(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(entries(this).borrow().values().cloned().collect()))
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut out = Vec::new();
    for key in &args.positional {
        out.push(get(interpreter, this, key)?);
    }
    Ok(Value::array(out))
}

fn fetch_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut out = Vec::new();
    for key in args.positional {
        out.push(fetch(interpreter, this, Args::one(key).with_block(args.block.clone()))?);
    }
    Ok(Value::array(out))
}

fn assoc(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    let key = key_in(interpreter, &hash, &args.positional[0])?;
    let found = hash.borrow().get_key_value(&key).map(|(key, value)| pair(key.value().clone(), value.clone()));
    Ok(found.unwrap_or_default())
}

fn rassoc(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for (key, value) in entries(this).pairs() {
        if interpreter.equal(&value, &args.positional[0])? {
            return Ok(pair(key, value));
        }
    }
    Ok(Value::Nil)
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count =
        if args.has(0) { convert::count(interpreter, &args.first(), "attempt to take negative size")? } else { 1 };
    let hash = entries(this);
    let mut taken: Vec<Value> =
        hash.borrow().iter().take(count).map(|(key, value)| pair(key.value().clone(), value.clone())).collect();
    Ok(if args.has(0) { Value::array(taken) } else { taken.pop().unwrap_or_default() })
}

fn length(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(entries(this).len().into())
}

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.has(0) && args.block.is_none() {
        return length(interpreter, this, args);
    }
    let pairs = to_a(interpreter, this, Args::none())?;
    interpreter.call(&pairs, "count", args)
}

fn is_empty(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(entries(this).is_empty()))
}

fn any(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.has(0) && args.block.is_none() {
        return Ok(Value::Bool(!entries(this).is_empty()));
    }
    let pairs = to_a(interpreter, this, Args::none())?;
    interpreter.call(&pairs, "any?", args)
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    let hash = entries(this);
    let mut index = 0;
    loop {
        let entry = hash.borrow().get_index(index).map(|(key, value)| pair(key.value().clone(), value.clone()));
        let Some(entry) = entry else { return Ok(this.clone()) };
        let before = hash.len();
        interpreter.yield_value(&block, entry)?;
        if hash.len() > before {
            return Err(interpreter.error("RuntimeError", "can't add a new key into hash during iteration"));
        }
        // A deleted entry moves the rest up by one.
        index = (index + 1).saturating_sub(before - hash.len());
    }
}

fn each_key(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_key");
    for (key, _) in entries(this).pairs() {
        interpreter.yield_value(&block, key)?;
    }
    Ok(this.clone())
}

fn each_value(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_value");
    for (_, value) in entries(this).pairs() {
        interpreter.yield_value(&block, value)?;
    }
    Ok(this.clone())
}

fn to_a(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(entries(this).pairs().into_iter().map(|(key, value)| pair(key, value)).collect()))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = entries(this);
    if hash.is_empty() {
        return Ok(Value::str("{}"));
    }
    guard_recursion(interpreter, this, "{...}", |interpreter| {
        let mut out = String::from("{");
        for (index, (key, value)) in hash.pairs().into_iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            out.push_str(&interpreter.inspect(&key)?);
            out.push_str("=>");
            out.push_str(&interpreter.inspect(&value)?);
            interpreter.check_size(out.len())?;
        }
        out.push('}');
        Ok(out)
    })
    .map(Value::str)
}

fn itself(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = entries(this);
    if hash.is_indifferent() {
        return derive::plain_value(interpreter, this);
    }
    Ok(if matches!(this, Value::Hash(_)) { this.clone() } else { Value::Hash(hash) })
}

fn to_proc(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let this = this.clone();
    Ok(RProc::native(move |interpreter, args| get(interpreter, &this, &args.first())))
}

fn dup(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(duplicate(interpreter, this))
}

/// A copy that is of the same class, and has its variables.
pub(super) fn duplicate(interpreter: &Interpreter, this: &Value) -> Value {
    match this {
        Value::Object(object) => Value::Object(Rc::new(object.duplicate(&interpreter.class_of(this)))),
        _ => Value::hash(copy(&entries(this))),
    }
}

/// Whether every entry of `a` is in `b`.
fn holds_all(interpreter: &mut Interpreter, a: &RHash, b: &RHash) -> Eval<bool> {
    for (key, value) in a.pairs() {
        match lookup(interpreter, b, &key)? {
            Some(other) if interpreter.equal(&value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let a = entries(this);
    let Some(b) = other_entries(&args.first()) else { return Ok(Value::Bool(false)) };
    if Rc::ptr_eq(&a, &b) {
        return Ok(Value::Bool(true));
    }
    Ok(Value::Bool(a.len() == b.len() && holds_all(interpreter, &a, &b)?))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut total = 11_i64;
    for (key, value) in entries(this).pairs() {
        let entry = hash_number(interpreter, &key)?.wrapping_mul(31) ^ hash_number(interpreter, &value)?;
        total = total.wrapping_add(entry);
    }
    Ok(Value::Int(total >> 2))
}

fn is_subset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = convert::hash(interpreter, &args.first())?;
    holds_all(interpreter, &entries(this), &other).map(Value::Bool)
}

fn is_proper_subset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = convert::hash(interpreter, &args.first())?;
    let hash = entries(this);
    Ok(Value::Bool(hash.len() < other.len() && holds_all(interpreter, &hash, &other)?))
}

fn is_superset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = convert::hash(interpreter, &args.first())?;
    holds_all(interpreter, &other, &entries(this)).map(Value::Bool)
}

fn is_proper_superset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = convert::hash(interpreter, &args.first())?;
    let hash = entries(this);
    Ok(Value::Bool(other.len() < hash.len() && holds_all(interpreter, &other, &hash)?))
}

fn default(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = entries(this);
    match hash.default_proc() {
        Value::Proc(block) if args.has(0) => {
            interpreter.call_block(&block, Args::new(vec![this.clone(), args.first()]))
        }
        _ => Ok(hash.default_value()),
    }
}

fn default_proc(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(entries(this).default_proc())
}

fn is_by_identity(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(entries(this).is_by_identity()))
}

fn deconstruct_keys(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.clone())
}
