//! The arguments of a call: positional, keywords, block.

use std::rc::Rc;

use crate::runtime::value::{RHash, RProc, Value};
use crate::syntax::symbol::Symbol;

/// What a call hands over, its splats and keywords already taken apart.
#[derive(Clone, Debug, Default)]
pub struct Args {
    pub positional: Vec<Value>,
    /// Keywords (and `**hash`). For a native method without `with_keywords` they have already become the
    /// last positional argument.
    pub keywords: Option<Rc<RHash>>,
    pub block: Option<Rc<RProc>>,
}

impl Args {
    /// A call without arguments.
    pub fn none() -> Self {
        Self::default()
    }

    /// A call with this one.
    pub fn one(value: Value) -> Self {
        Self::new(vec![value])
    }

    /// A call with these, in their order.
    pub fn new(positional: Vec<Value>) -> Self {
        Self { positional, ..Self::default() }
    }

    /// And this block.
    #[must_use]
    pub fn with_block(mut self, block: Option<Rc<RProc>>) -> Self {
        self.block = block;
        self
    }

    /// And these keywords.
    #[must_use]
    pub fn with_keywords(mut self, keywords: Option<Rc<RHash>>) -> Self {
        self.keywords = keywords.filter(|keywords| !keywords.is_empty());
        self
    }

    /// How many there are before the keywords.
    pub fn len(&self) -> usize {
        self.positional.len()
    }

    /// Whether there is none, keywords left aside.
    pub fn is_empty(&self) -> bool {
        self.positional.is_empty()
    }

    /// The argument at `index`, or nil.
    pub fn get(&self, index: usize) -> Value {
        self.positional.get(index).cloned().unwrap_or_default()
    }

    /// nil where there is none.
    pub fn first(&self) -> Value {
        self.get(0)
    }

    /// Whether so many and one more were given, nil or not.
    pub fn has(&self, index: usize) -> bool {
        index < self.positional.len()
    }

    /// None where it was not given, which nil is not.
    pub fn keyword(&self, name: &str) -> Option<Value> {
        self.keywords.as_ref()?.get(&Value::Symbol(Symbol::new(name)))
    }

    /// Rails' `extract_options!`: the keywords, or else a last positional Hash, which is taken out.
    pub fn take_options(&mut self) -> Option<Rc<RHash>> {
        if let Some(keywords) = self.keywords.take() {
            return Some(keywords);
        }
        if let Some(Value::Hash(hash)) = self.positional.last() {
            let hash = Rc::clone(hash);
            self.positional.pop();
            return Some(hash);
        }
        None
    }

    /// Keywords put behind the positional arguments, as a callee without keywords sees them.
    #[must_use]
    pub fn flatten_keywords(mut self) -> Self {
        if let Some(keywords) = self.keywords.take().filter(|keywords| !keywords.is_empty()) {
            self.positional.push(Value::Hash(keywords));
        }
        self
    }
}
