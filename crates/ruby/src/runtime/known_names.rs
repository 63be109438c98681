//! The names that the real Ruby has: methods of each class, constants of each module, files that `require` finds. What is
//! asked for and missing here is one of them (then the run ends, for the answer would be wrong) or nobody's (then it is
//! Ruby's own NameError). An embedder adds the names of what it stands for.
//!
//! `known_names/*.txt` are recorded by xtask/ruby/known_names.rb, which says how their lines read.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::MethodBody;
use crate::runtime::value::{ClassKind, RClass, Value};
use crate::syntax::symbol::Symbol;

const RUBY: &str = include_str!("known_names/ruby.txt");
const LIBRARIES: &str = include_str!("known_names/libraries.txt");

/// Recorded names. A text is searched by halves where something is missing: an index would take longer to make than a whole
/// run asks of it.
pub struct KnownNames {
    texts: Vec<&'static str>,
}

impl Default for KnownNames {
    fn default() -> Self {
        Self { texts: vec![RUBY] }
    }
}

impl KnownNames {
    /// Takes in the names of an embedder's world: lines in the order of their keys.
    pub fn add(&mut self, text: &'static str) {
        self.texts.push(text);
    }

    /// What stands behind a key in each of the texts that have it.
    fn names(&self, key: &str) -> impl Iterator<Item = &'static str> {
        self.texts.iter().filter_map(move |text| names_of(text, key))
    }

    fn has(&self, path: &str, kind: &str, name: &str) -> bool {
        self.names(&format!("{path}{kind}")).any(|names| names.split(' ').any(|other| other == name))
    }

    /// Whether a module is one of Ruby's.
    pub fn has_module(&self, path: &str) -> bool {
        let (parent, name) = path.rsplit_once("::").unwrap_or(("Object", path));
        self.has(parent, "::", name)
    }

    /// Whether the real module has the constant.
    pub fn has_constant(&self, module: &str, name: &str) -> bool {
        self.has(module, "::", name)
    }

    /// The classes above one, itself first, as the real Ruby has them, but for Object.
    fn line(&self, path: &str) -> Vec<String> {
        let mut line = vec![path.to_owned()];
        while let Some(above) = self.names(&format!("{}<", line[line.len() - 1])).next()
            && line.len() < 16
        {
            line.push(above.to_owned());
        }
        line
    }

    /// Whether the real class gives its instances such a method; private ones where `private` says that they count.
    pub fn has_instance_method(&self, path: &str, name: &str, private: bool) -> bool {
        self.line(path).iter().any(|path| self.has(path, "#", name) || private && self.has(path, "~", name))
    }

    /// Whether the real class or module has such a method of its own.
    pub fn has_singleton_method(&self, path: &str, name: &str, private: bool) -> bool {
        self.line(path).iter().any(|path| self.has(path, ".", name) || private && self.has(path, ".~", name))
    }
}

/// The rest of the line that begins with a key and a space, in a text whose lines are in the order of their keys.
fn names_of(text: &'static str, key: &str) -> Option<&'static str> {
    // The line wanted, if there is one, begins in low..high; both are where a line begins, or the text's end.
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..middle]).map_or(0, |end| end + 1);
        let length = memchr::memchr(b'\n', &text.as_bytes()[start..]).unwrap_or(text.len() - start);
        let line = &text[start..start + length];
        let (own, names) = line.split_once(' ').unwrap_or((line, ""));
        // A comment is before every key.
        match if line.starts_with('#') { Ordering::Less } else { own.cmp(key) } {
            Ordering::Equal => return Some(names),
            Ordering::Less => low = start + line.len() + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

/// Whether Ruby itself ships a file of that name.
pub fn is_library(name: &str) -> bool {
    LIBRARIES.lines().any(|line| line.split_once(':').is_some_and(|(library, _)| library == name))
}

/// A library's name, for as long as the program runs.
pub fn library_name(name: &str) -> Option<&'static str> {
    LIBRARIES
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(library, _)| library)
        .find(|library| *library == name)
}

/// The file of Ruby's own that brings a constant: of those that do, the one that brings the least besides.
pub fn library_of(constant: &str) -> Option<&'static str> {
    let brings = |line: &&'static str| line.split(' ').skip(1).any(|name| name == constant);
    let line = LIBRARIES.lines().filter(brings).min_by_key(|line| (line.split(' ').count(), line.len()))?;
    line.split_once(':').map(|(library, _)| library)
}

/// The constants that a file of Ruby's own brings.
pub fn constants_of(library: &str) -> impl Iterator<Item = &'static str> {
    let line = LIBRARIES.lines().find(|line| line.split_once(':').is_some_and(|(name, _)| name == library));
    line.into_iter().flat_map(|line| line.split(' ').skip(1))
}

impl Interpreter {
    /// Whose method it is, where the real Ruby has one by that name and this one does not.
    pub fn lacks_method(&self, class: &Rc<RClass>, name: Symbol, private: bool) -> Option<String> {
        // It may be here and out of reach, as private methods are.
        if self.find_method(class, name).is_some() {
            return None;
        }
        let ancestors = class.ancestors();
        let nearest = ancestors.iter().find_map(|ancestor| ancestor.own_method(name));
        if nearest.is_some_and(|method| matches!(method.body, MethodBody::Undefined)) {
            return None;
        }
        let text = name.to_str();
        for ancestor in ancestors {
            if ancestor.kind == ClassKind::Singleton {
                let attached = ancestor.attached.borrow().upgrade();
                if let Some(attached) = attached.filter(|attached| attached.has_name())
                    && self.known_names.has_singleton_method(&attached.name(), &text, private)
                {
                    return Some(format!("{}.{text}", attached.name()));
                }
            } else if ancestor.has_name() && self.known_names.has_instance_method(&ancestor.name(), &text, private) {
                return Some(format!("{}#{text}", ancestor.name()));
            }
        }
        None
    }

    /// Ends the run where the real Ruby answers to a message and this one does not.
    pub fn refuse_lacking_method(&mut self, receiver: &Value, name: Symbol, private: bool) -> Eval<()> {
        let class = self.dispatch_class(receiver);
        match self.lacks_method(&class, name, private) {
            Some(method) => Err(self.unsupported(format!("`{method}` is not supported"))),
            None => Ok(()),
        }
    }

    /// The full name of a constant that the real Ruby finds from `module` and this one does not.
    pub fn lacks_constant(&self, module: &Rc<RClass>, name: Symbol) -> Option<String> {
        let text = name.to_str();
        let is_object = |class: &Rc<RClass>| Rc::ptr_eq(class, &self.classes.object);
        let of_own = module.ancestors().into_iter().filter(|class| !is_object(class) && class.has_name());
        let owner = of_own.map(|class| class.name()).find(|owner| self.known_names.has_constant(owner, &text));
        match owner {
            Some(owner) => Some(format!("{owner}::{text}")),
            None => self.known_names.has_constant("Object", &text).then(|| text.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_text_is_found_by_its_key() {
        let lines = || RUBY.lines().filter(|line| !line.starts_with('#'));
        assert!(lines().count() > 100);
        for (key, names) in lines().filter_map(|line| line.split_once(' ')) {
            assert_eq!(names_of(RUBY, key), Some(names), "{key}");
        }
    }

    #[test]
    fn no_line_is_found_by_another_key() {
        for key in ["", "#", "Array", "Arra#", "Array#x", "zzz", "Recorded"] {
            assert_eq!(names_of(RUBY, key), None, "{key}");
        }
    }
}
