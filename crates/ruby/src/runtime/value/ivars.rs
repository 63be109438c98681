//! An object's instance variables, in the order they were first set. Most objects of built-in classes have none and take
//! no room for them.

use super::Value;
use crate::syntax::symbol::{Symbol, SymbolTable};

/// An object's instance variables. Most objects have none, and pay nothing for them.
#[derive(Clone, Default)]
pub struct Ivars(Option<Box<SymbolTable<Value>>>);

impl Ivars {
    /// None where it was never set.
    pub fn get(&self, name: Symbol) -> Option<&Value> {
        self.0.as_ref()?.get(&name)
    }

    /// In the place of what it held.
    pub fn insert(&mut self, name: Symbol, value: Value) {
        self.0.get_or_insert_default().insert(name, value);
    }

    /// What it held.
    pub fn remove(&mut self, name: Symbol) -> Option<Value> {
        self.0.as_mut()?.shift_remove(&name)
    }

    /// Drops the others.
    pub fn retain(&mut self, keep: impl Fn(Symbol) -> bool) {
        if let Some(variables) = &mut self.0 {
            variables.retain(|name, _| keep(*name));
        }
    }

    /// In the order in which they were set first.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &Value)> {
        self.0.iter().flat_map(|variables| variables.iter().map(|(name, value)| (*name, value)))
    }

    /// What they hold.
    pub fn into_values(self) -> impl Iterator<Item = Value> {
        self.0.into_iter().flat_map(|variables| variables.into_values())
    }
}
