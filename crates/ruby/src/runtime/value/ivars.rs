//! An object's instance variables, in the order they were first set. Most objects of built-in classes have none and take
//! no room for them.

use super::Value;
use crate::syntax::symbol::{Symbol, SymbolTable};

#[derive(Clone, Default)]
pub struct Ivars(Option<Box<SymbolTable<Value>>>);

impl Ivars {
    pub fn get(&self, name: Symbol) -> Option<&Value> {
        self.0.as_ref()?.get(&name)
    }

    pub fn insert(&mut self, name: Symbol, value: Value) {
        self.0.get_or_insert_default().insert(name, value);
    }

    pub fn remove(&mut self, name: Symbol) -> Option<Value> {
        self.0.as_mut()?.shift_remove(&name)
    }

    pub fn retain(&mut self, keep: impl Fn(Symbol) -> bool) {
        if let Some(variables) = &mut self.0 {
            variables.retain(|name, _| keep(*name));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &Value)> {
        self.0.iter().flat_map(|variables| variables.iter().map(|(name, value)| (*name, value)))
    }

    pub fn into_values(self) -> impl Iterator<Item = Value> {
        self.0.into_iter().flat_map(|variables| variables.into_values())
    }
}
