//! Active Support's inflections for the adapters, which name tables and columns after each other.

use std::rc::Rc;

use ruby::active_support::inflector::Inflector;

/// The default inflections, for an adapter that has no world yet.
pub fn inflector() -> Rc<dyn adapters::Inflector> {
    shared(Rc::default())
}

/// A world's inflections, those of the app included.
pub(crate) fn shared(inflector: Rc<Inflector>) -> Rc<dyn adapters::Inflector> {
    Rc::new(Shared(inflector))
}

struct Shared(Rc<Inflector>);

impl adapters::Inflector for Shared {
    fn pluralize(&self, word: &str) -> String {
        self.0.pluralize(word)
    }

    fn singularize(&self, word: &str) -> String {
        self.0.singularize(word)
    }
}
