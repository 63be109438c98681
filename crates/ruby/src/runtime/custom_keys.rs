//! Objects whose class has a `hash` of its own, as keys: those that are `eql?` get one number. Ruby asks `eql?` of the
//! keys that a hash holds while it looks for one; here it is asked when an object becomes a key, of those that became one
//! before and still live, so that a comparison of keys never runs Ruby code.

use std::collections::HashMap;
use std::rc::{Rc, Weak};

use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::MethodBody;
use crate::runtime::value::{HashKey, RObject, Value};
use crate::syntax::symbol::Symbol;

/// What became a key so far.
#[derive(Default)]
pub(crate) struct CustomKeys {
    /// By what `hash` answered: the objects, each with the number of those that it is `eql?` to.
    known: HashMap<i64, Vec<(Weak<RObject>, u64)>>,
    last: u64,
    /// At how many entries those are thrown out whose objects are gone.
    limit: usize,
}

/// How many entries are kept before anybody looks which are in use.
const FIRST_LIMIT: usize = 1024;
/// How deep arrays are looked into.
const DEPTH: usize = 8;

impl CustomKeys {
    fn living(&mut self, number: i64) -> Vec<(Rc<RObject>, u64)> {
        let Some(all) = self.known.get_mut(&number) else { return Vec::new() };
        all.retain(|(object, _)| object.strong_count() > 0);
        all.iter().filter_map(|(object, id)| Some((object.upgrade()?, *id))).collect()
    }

    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn remember(&mut self, number: i64, object: &Rc<RObject>, id: u64) {
        if self.known.len() >= self.limit.max(FIRST_LIMIT) {
            self.known.retain(|_, all| all.iter().any(|(object, _)| object.strong_count() > 0));
            self.limit = self.known.len() * 2;
        }
        self.known.entry(number).or_default().push((Rc::downgrade(object), id));
    }
}

impl Interpreter {
    /// A key for a hash; asks an object's own `hash` where its class defines one, and `eql?` where that is Ruby's.
    pub fn hash_key(&mut self, value: &Value) -> Eval<HashKey> {
        match value {
            Value::Object(object) => self.key_of_object(value, object),
            Value::Array(items) if holds_objects(&items.borrow(), DEPTH) => {
                let stand_in = self.stand_in(value, DEPTH)?;
                Ok(HashKey::standing_in(value.clone(), stand_in))
            }
            _ => Ok(HashKey::new(value.clone())),
        }
    }

    fn key_of_object(&mut self, value: &Value, object: &Rc<RObject>) -> Eval<HashKey> {
        let found = match self.find(&object.class(), Symbol::new("hash")) {
            Some(found) if !Rc::ptr_eq(&found.owner, &self.classes.kernel) && object.eql_key().is_none() => found,
            _ => return Ok(HashKey::new(value.clone())),
        };
        let number = match self.call(value, "hash", Args::none())? {
            Value::Int(number) => number,
            big if self.is_integer(&big) => self.hash_code(&HashKey::new(big)),
            _ => return Err(self.type_error("no implicit conversion into Integer")),
        };
        if matches!(found.method.body, MethodBody::Native(_)) {
            return Ok(HashKey::custom(value.clone(), number));
        }
        let living = self.custom_keys.living(number);
        if let Some((_, id)) = living.iter().find(|(other, _)| Rc::ptr_eq(other, object)) {
            return Ok(HashKey::of_class(value.clone(), number, *id));
        }
        let mut asked: Option<u64> = None;
        for (other, id) in living {
            if asked != Some(id) && self.call(value, "eql?", Args::one(Value::Object(other)))?.truthy() {
                self.custom_keys.remember(number, object, id);
                return Ok(HashKey::of_class(value.clone(), number, id));
            }
            asked = Some(id);
        }
        let id = self.custom_keys.next();
        self.custom_keys.remember(number, object, id);
        Ok(HashKey::of_class(value.clone(), number, id))
    }

    fn is_integer(&self, value: &Value) -> bool {
        self.is_a(value, &self.classes.integer)
    }

    /// An array as it compares: with its objects' numbers in their places.
    fn stand_in(&mut self, value: &Value, depth: usize) -> Eval {
        match value {
            Value::Object(_) => {
                let key = self.hash_key(value)?;
                Ok(match key.class_number() {
                    Some((number, id)) => {
                        let id = i64::try_from(id).unwrap_or(i64::MAX);
                        Value::array(vec![Value::symbol("custom"), Value::Int(number), Value::Int(id)])
                    }
                    None => value.clone(),
                })
            }
            Value::Array(items) if depth > 0 => {
                let mut all = Vec::with_capacity(items.len());
                for item in items.to_vec() {
                    all.push(self.stand_in(&item, depth - 1)?);
                }
                Ok(Value::array(all))
            }
            other => Ok(other.clone()),
        }
    }
}

fn holds_objects(items: &[Value], depth: usize) -> bool {
    items.iter().any(|item| match item {
        Value::Object(object) => object.eql_key().is_none(),
        Value::Array(inner) if depth > 0 => holds_objects(&inner.borrow(), depth - 1),
        _ => false,
    })
}
