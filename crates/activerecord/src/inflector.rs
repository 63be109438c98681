//! Active Support's inflections for the adapters, which name tables and columns after each other.

use std::rc::Rc;

/// The inflections of one run.
pub fn inflector() -> Rc<dyn adapters::Inflector> {
    Rc::new(English)
}

struct English;

impl adapters::Inflector for English {
    fn pluralize(&self, word: &str) -> String {
        format!("{word}s")
    }

    fn singularize(&self, word: &str) -> String {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    }
}
