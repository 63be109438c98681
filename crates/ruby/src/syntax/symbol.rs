//! Interned names. The interner belongs to its thread, and an evaluation has a thread of its own,
//! so the names of one run are freed with it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

/// A name, known by a number: equal names have the same, within a thread.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

/// A table by names, in the order in which they came.
pub type SymbolTable<T> = IndexMap<Symbol, T, RandomState>;

#[derive(Default)]
struct Interner {
    ids: HashMap<Rc<str>, u32, RandomState>,
    names: Vec<Rc<str>>,
}

thread_local! {
    static INTERNER: RefCell<Interner> = RefCell::default();
}

impl Symbol {
    /// The symbol of this name.
    pub fn new(name: &str) -> Self {
        INTERNER.with_borrow_mut(|interner| {
            if let Some(&id) = interner.ids.get(name) {
                return Self(id);
            }
            let id = interner.names.len() as u32;
            let name: Rc<str> = Rc::from(name);
            interner.names.push(Rc::clone(&name));
            interner.ids.insert(name, id);
            Self(id)
        })
    }

    /// The name. The handle is shared, not copied.
    pub fn to_str(self) -> Rc<str> {
        INTERNER.with_borrow(|interner| Rc::clone(&interner.names[self.0 as usize]))
    }

    /// Whether this is its name.
    pub fn is(self, name: &str) -> bool {
        INTERNER.with_borrow(|interner| &*interner.names[self.0 as usize] == name)
    }
}

impl From<&str> for Symbol {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<&String> for Symbol {
    fn from(name: &String) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{}", self.to_str())
    }
}
