//! Hash, in insertion order. Keys compare as Ruby's `eql?` does for the built-in kinds; an object whose
//! class has a `hash` of its own brings its number along (see custom_keys.rs).

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use indexmap::IndexMap;

use super::release::release;
use super::{RString, Value};
use crate::runtime::budget::count_comparison;
use crate::syntax::symbol::Symbol;

/// A key, compared by `eql?`.
#[derive(Clone, Debug)]
pub struct HashKey {
    value: Value,
    own: Option<Rc<Own>>,
}

/// What a key compares by that does not compare as its value does.
#[derive(Debug)]
enum Own {
    /// The number that its `hash` answered, and that of the keys that it is `eql?` to.
    Number(i64, u64),
    StandIn(Value),
}

impl HashKey {
    /// What `hash` and `eql?` say is worked out once.
    pub fn new(value: Value) -> Self {
        Self { value, own: None }
    }

    /// A key whose class has a native `hash`: equal numbers are equal keys.
    pub fn custom(value: Value, hash: i64) -> Self {
        Self::of_class(value, hash, 0)
    }

    /// A key whose class defines `hash` in Ruby: equal keys have both numbers.
    pub fn of_class(value: Value, hash: i64, class: u64) -> Self {
        Self { value, own: Some(Rc::new(Own::Number(hash, class))) }
    }

    /// A key that compares as another value does.
    pub fn standing_in(value: Value, other: Value) -> Self {
        Self { value, own: Some(Rc::new(Own::StandIn(other))) }
    }

    /// What the program gave.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What `hash` answered, and the number of those that are `eql?`, where the class says so itself.
    pub fn class_number(&self) -> Option<(i64, u64)> {
        match self.own.as_deref() {
            Some(Own::Number(hash, class)) => Some((*hash, *class)),
            _ => None,
        }
    }
}

impl From<Value> for HashKey {
    fn from(value: Value) -> Self {
        Self::new(value)
    }
}

impl PartialEq for HashKey {
    fn eq(&self, other: &Self) -> bool {
        match (self.own.as_deref(), other.own.as_deref()) {
            (None, None) => eql(&self.value, &other.value),
            (Some(Own::Number(hash, class)), Some(Own::Number(other, others))) => hash == other && class == others,
            (Some(Own::StandIn(one)), Some(Own::StandIn(other))) => eql(one, other),
            _ => false,
        }
    }
}

impl Eq for HashKey {}

impl Hash for HashKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.own.as_deref() {
            Some(Own::Number(hash, _)) => hash.hash(state),
            Some(Own::StandIn(value)) => hash_value(value, state, HASH_DEPTH, &mut { HASH_PARTS }),
            None => hash_value(&self.value, state, HASH_DEPTH, &mut { HASH_PARTS }),
        }
    }
}

/// Ruby's `eql?` for values without Ruby code of their own: same kind and same content.
pub fn eql(a: &Value, b: &Value) -> bool {
    eql_within(a, b, EQL_DEPTH)
}

fn is_ascii(string: &RString) -> bool {
    string.encoding().is_ascii_compatible() && string.borrow().is_ascii()
}

/// How deep values are compared; deeper ones count as different. An array that contains itself has no bottom.
const EQL_DEPTH: u32 = 10_000;

/// How deep values are looked at for their hash number.
const HASH_DEPTH: u32 = 8;

fn eql_within(a: &Value, b: &Value, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    if a.is_identical(b) {
        return true;
    }
    // The same array may stand in an array many times over.
    if a.holds_values() && !count_comparison() {
        return false;
    }
    let eql = |a: &Value, b: &Value| eql_within(a, b, depth);
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => {
            *a.borrow() == *b.borrow() && (a.encoding() == b.encoding() || is_ascii(a) && is_ascii(b))
        }
        (Value::Array(a), Value::Array(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| eql(a, b))
        }
        (Value::Hash(a), Value::Hash(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| eql(value, other)))
        }
        (Value::Range(a), Value::Range(b)) => {
            a.exclusive == b.exclusive && eql(&a.begin, &b.begin) && eql(&a.end, &b.end)
        }
        (Value::Object(left), Value::Object(right)) => {
            a.is_identical(b)
                || match (left.eql_key(), right.eql_key()) {
                    (Some(one), Some(other)) => one == other && Rc::ptr_eq(&left.class(), &right.class()),
                    _ => false,
                }
        }
        _ => a.is_identical(b),
    }
}

/// How many parts of a value its hash number comes from at most.
const HASH_PARTS: u32 = 10_000;

fn hash_value<H: Hasher>(value: &Value, state: &mut H, depth: u32, parts: &mut u32) {
    std::mem::discriminant(value).hash(state);
    match value {
        Value::Nil => {}
        Value::Bool(value) => value.hash(state),
        Value::Int(value) => value.hash(state),
        Value::Float(value) => value.to_bits().hash(state),
        Value::Symbol(value) => value.hash(state),
        Value::Str(value) => value.borrow().hash(state),
        Value::Array(value) => {
            let items = value.borrow();
            items.len().hash(state);
            if let Some(depth) = depth.checked_sub(1) {
                for item in items.iter() {
                    let Some(left) = parts.checked_sub(1) else { break };
                    *parts = left;
                    hash_value(item, state, depth, parts);
                }
            }
        }
        Value::Hash(value) => value.borrow().len().hash(state),
        Value::Range(value) => {
            if let Some(depth) = depth.checked_sub(1) {
                hash_value(&value.begin, state, depth, parts);
                hash_value(&value.end, state, depth, parts);
            }
        }
        Value::Object(object) => match object.eql_key() {
            Some(key) => key.hash(state),
            None => value.address().hash(state),
        },
        Value::Proc(_) | Value::Class(_) => value.address().hash(state),
    }
}

/// A Hash, in the order in which its keys came.
#[derive(Debug, Default)]
pub struct RHash {
    map: RefCell<IndexMap<HashKey, Value>>,
    default: RefCell<Value>,
    default_proc: RefCell<Value>,
    frozen: Cell<bool>,
    /// ActiveSupport's HashWithIndifferentAccess is a Hash whose symbol keys become strings.
    indifferent: Cell<bool>,
    /// `compare_by_identity`.
    by_identity: Cell<bool>,
}

impl RHash {
    /// Empty, with nil as its default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of two with the same key the later counts.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (Value, Value)>) -> Self {
        let hash = Self::default();
        hash.map.borrow_mut().extend(pairs.into_iter().map(|(key, value)| (HashKey::new(key), value)));
        hash
    }

    /// The entries, borrowed: do not hold them across a call back into the interpreter.
    pub fn borrow(&self) -> Ref<'_, IndexMap<HashKey, Value>> {
        self.map.borrow()
    }

    /// The entries, to change: the caller has checked that the hash is not frozen.
    pub fn borrow_mut(&self) -> RefMut<'_, IndexMap<HashKey, Value>> {
        self.map.borrow_mut()
    }

    /// Past its default.
    pub fn get(&self, key: &Value) -> Option<Value> {
        self.map.borrow().get(&HashKey::new(key.clone())).cloned()
    }

    /// The value under a Symbol, past its default.
    pub fn get_symbol(&self, name: &str) -> Option<Value> {
        self.get(&Value::Symbol(Symbol::new(name)))
    }

    /// Under a key that is there, in its place.
    pub fn insert(&self, key: Value, value: Value) {
        self.map.borrow_mut().insert(HashKey::new(key), value);
    }

    /// Under a Symbol.
    pub fn insert_symbol(&self, name: &str, value: Value) {
        self.insert(Value::symbol(name), value);
    }

    /// `delete`
    pub fn remove(&self, key: &Value) -> Option<Value> {
        self.map.borrow_mut().shift_remove(&HashKey::new(key.clone()))
    }

    /// A copy, to be gone through while Ruby code runs.
    pub fn pairs(&self) -> Vec<(Value, Value)> {
        self.map.borrow().iter().map(|(key, value)| (key.value.clone(), value.clone())).collect()
    }

    /// `length`
    pub fn len(&self) -> usize {
        self.map.borrow().len()
    }

    /// `empty?`
    pub fn is_empty(&self) -> bool {
        self.map.borrow().is_empty()
    }

    /// `default`
    pub fn default_value(&self) -> Value {
        self.default.borrow().clone()
    }

    /// `default=`
    pub fn set_default_value(&self, value: Value) {
        *self.default.borrow_mut() = value;
    }

    /// `default_proc`; nil where there is none.
    pub fn default_proc(&self) -> Value {
        self.default_proc.borrow().clone()
    }

    /// `default_proc=`
    pub fn set_default_proc(&self, value: Value) {
        *self.default_proc.borrow_mut() = value;
    }

    /// `frozen?`
    pub fn is_frozen(&self) -> bool {
        self.frozen.get()
    }

    /// For good, as in Ruby.
    pub fn freeze(&self) {
        self.frozen.set(true);
    }

    /// `compare_by_identity?`
    pub fn is_by_identity(&self) -> bool {
        self.by_identity.get()
    }

    /// `compare_by_identity`
    pub fn set_by_identity(&self, by_identity: bool) {
        self.by_identity.set(by_identity);
    }

    /// Whether it is a HashWithIndifferentAccess.
    pub fn is_indifferent(&self) -> bool {
        self.indifferent.get()
    }

    /// Makes it one; its keys must be Strings by then.
    pub fn set_indifferent(&self, indifferent: bool) {
        self.indifferent.set(indifferent);
    }
}

impl Drop for RHash {
    fn drop(&mut self) {
        let map = self.map.take();
        if map.iter().any(|(key, value)| key.value.holds_values() || value.holds_values()) {
            release(map);
        }
        release((self.default.take(), self.default_proc.take()));
    }
}
