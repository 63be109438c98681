//! Array.

use std::cell::{Cell, Ref, RefCell, RefMut};

use super::Value;
use super::release::release;

/// An Array. Its items are borrowed for as long as no Ruby code runs.
#[derive(Debug, Default)]
pub struct RArray {
    items: RefCell<Vec<Value>>,
    frozen: Cell<bool>,
}

impl RArray {
    /// Not frozen.
    pub fn new(items: Vec<Value>) -> Self {
        Self { items: RefCell::new(items), frozen: Cell::new(false) }
    }

    /// The items, borrowed: do not hold them across a call back into the interpreter.
    pub fn borrow(&self) -> Ref<'_, Vec<Value>> {
        self.items.borrow()
    }

    /// The items, to change: the caller has checked that the array is not frozen.
    pub fn borrow_mut(&self) -> RefMut<'_, Vec<Value>> {
        self.items.borrow_mut()
    }

    /// A copy of its items, to be gone through while Ruby code runs.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items.borrow().clone()
    }

    /// The item at `index`, read anew each time, so a loop may run while Ruby code changes the array.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }

    /// `length`
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    /// `empty?`
    pub fn is_empty(&self) -> bool {
        self.items.borrow().is_empty()
    }

    /// `frozen?`
    pub fn is_frozen(&self) -> bool {
        self.frozen.get()
    }

    /// For good, as in Ruby.
    pub fn freeze(&self) {
        self.frozen.set(true);
    }
}

impl Drop for RArray {
    fn drop(&mut self) {
        let items = self.items.take();
        if items.iter().any(Value::holds_values) {
            release(items);
        }
    }
}
