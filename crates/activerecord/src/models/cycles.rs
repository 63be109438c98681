//! Records that hold each other. A record and its associations, its errors, and the records at the other end refer to one
//! another; Ruby's collector takes them when nobody else does, and memory here is reference-counted. So whatever has made
//! such a ring is remembered weakly, and when there are many, those that only their rings hold are taken apart.
//!
//! References within the graph below the remembered records are counted; what has more references than that is held from
//! outside, and so is all that it leads to.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use ruby::{Eval, Interpreter, RArray, RHash, RObject, Value};

use crate::ground::state::state;
use crate::models::associations::Association;
use crate::models::attribute_set::Record;

const FIRST_LIMIT: usize = 2048;

/// The records that may be in a ring.
pub(crate) struct Remembered {
    records: RefCell<Vec<Weak<RObject>>>,
    limit: Cell<usize>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { records: RefCell::default(), limit: Cell::new(FIRST_LIMIT) }
    }
}

/// Remembers a record; takes rings apart when there are many.
pub(crate) fn remember(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    let (Value::Object(object), Some(record)) = (this, this.data::<Record>()) else { return Ok(()) };
    if record.may_be_in_a_ring.replace(true) {
        return Ok(());
    }
    let remembered = state(interpreter)?.kept::<Remembered>();
    remembered.records.borrow_mut().push(Rc::downgrade(object));
    if remembered.records.borrow().len() >= remembered.limit.get() {
        let live = collect(&remembered.records);
        remembered.limit.set((live * 2).max(FIRST_LIMIT));
    }
    Ok(())
}

/// A thing in the graph, with how often the graph refers to it.
struct Node {
    value: Value,
    within: usize,
    children: Vec<usize>,
}

fn collect(records: &RefCell<Vec<Weak<RObject>>>) -> usize {
    let live: Vec<Value> = records.borrow().iter().filter_map(Weak::upgrade).map(Value::Object).collect();
    let mut graph = Graph::default();
    for record in &live {
        graph.add(record);
    }
    graph.walk();
    // Each is held by the list above, and by its node.
    let mut roots: HashMap<usize, usize> = HashMap::new();
    for record in &live {
        *roots.entry(record.address()).or_default() += 1;
    }
    let held = graph.held_from_outside(&roots);
    let garbage: Vec<Value> =
        graph.nodes.iter().zip(&held).filter(|(_, held)| !**held).map(|(node, _)| node.value.clone()).collect();
    drop(graph);
    drop(live);
    for value in garbage {
        take_apart(&value);
    }
    let mut records = records.borrow_mut();
    records.retain(|record| record.strong_count() > 0);
    records.len()
}

#[derive(Default)]
struct Graph {
    nodes: Vec<Node>,
    places: HashMap<usize, usize>,
}

impl Graph {
    /// The place of a value in the graph; None for what leads nowhere.
    fn add(&mut self, value: &Value) -> Option<usize> {
        if !matches!(value, Value::Object(_) | Value::Array(_) | Value::Hash(_)) {
            return None;
        }
        let address = value.address();
        let next = self.nodes.len();
        let place = *self.places.entry(address).or_insert(next);
        if place == next {
            self.nodes.push(Node { value: value.clone(), within: 0, children: Vec::new() });
        }
        Some(place)
    }

    fn walk(&mut self) {
        let mut index = 0;
        while index < self.nodes.len() {
            for child in children(&self.nodes[index].value) {
                if let Some(place) = self.add(&child) {
                    self.nodes[place].within += 1;
                    self.nodes[index].children.push(place);
                }
            }
            index += 1;
        }
    }

    fn held_from_outside(&self, temporary: &HashMap<usize, usize>) -> Vec<bool> {
        let mut held = vec![false; self.nodes.len()];
        let mut pending = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let ours = 1 + temporary.get(&node.value.address()).copied().unwrap_or(0);
            if strong_count(&node.value) > node.within + ours {
                held[index] = true;
                pending.push(index);
            }
        }
        while let Some(index) = pending.pop() {
            for child in &self.nodes[index].children {
                if !std::mem::replace(&mut held[*child], true) {
                    pending.push(*child);
                }
            }
        }
        held
    }
}

fn strong_count(value: &Value) -> usize {
    match value {
        Value::Object(object) => Rc::strong_count(object),
        Value::Array(array) => Rc::strong_count(array),
        Value::Hash(hash) => Rc::strong_count(hash),
        _ => usize::MAX,
    }
}

/// What a value refers to, as far as records lead. What native data of other kinds holds counts as held from outside.
fn children(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(object) => {
            let mut out: Vec<Value> = object.ivars().borrow().iter().map(|(_, value)| value.clone()).collect();
            if let Some(record) = object.data::<Record>() {
                out.extend(record.associations.borrow().values().cloned());
                if let Some(bonds) = &*record.bonds.borrow() {
                    out.extend(bonds.validating.iter().chain(&bonds.saving).cloned());
                }
            } else if let Some(association) = object.data::<Association>() {
                out.extend(association.held());
            }
            out
        }
        Value::Array(array) => items(array),
        Value::Hash(hash) => pairs(hash),
        _ => Vec::new(),
    }
}

fn items(array: &Rc<RArray>) -> Vec<Value> {
    array.borrow().clone()
}

fn pairs(hash: &Rc<RHash>) -> Vec<Value> {
    hash.borrow().iter().flat_map(|(key, value)| [key.value().clone(), value.clone()]).collect()
}

fn take_apart(value: &Value) {
    let Value::Object(object) = value else { return };
    let ivars = object.ivars().take();
    drop(ivars);
    if let Some(record) = object.data::<Record>() {
        let associations = record.associations.take();
        drop(associations);
        let bonds = record.bonds.take();
        drop(bonds);
    } else if let Some(association) = object.data::<Association>() {
        association.take_apart();
    }
}
