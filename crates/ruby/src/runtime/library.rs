//! What `require` finds: files of Ruby's own that are there from the start, those that are defined when they are first needed,
//! and those that are absent, for whose constants or for themselves a run ends.

use std::rc::Rc;

use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::known_names;
use crate::runtime::value::{RClass, Value};
use crate::syntax::symbol::Symbol;

/// What becomes of `require "x"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    Here,
    /// Ruby has it, and this one does not.
    Lacking,
    /// No file of Ruby's own: the app's, a gem's, or nobody's.
    Unknown,
}

/// Classes that are defined when one of their constants is first named, so that a run without them pays nothing.
#[derive(Clone, Copy)]
pub struct Autoload {
    /// The module that the constants are in.
    pub module: &'static str,
    pub constants: &'static [&'static str],
    /// The file that must be required first, where the embedder's world has not loaded it.
    pub library: Option<&'static str>,
    pub define: fn(&mut Interpreter),
}

/// Files that are there, whole or with what is asked of them, besides the autoloaded ones.
const PROVIDED: &[&str] = &[
    "English",
    "active_record",
    "active_support",
    "base64",
    "benchmark",
    "bigdecimal",
    "bigdecimal/util",
    "bundler/setup",
    "cgi",
    "cgi/escape",
    "cgi/util",
    "csv",
    "date",
    "digest",
    "digest/md5",
    "digest/sha1",
    "digest/sha2",
    "enumerator",
    "erb",
    "erb/escape",
    "erb/util",
    "fiber",
    "forwardable",
    "i18n",
    "ipaddr",
    "json",
    "logger",
    "monitor",
    "open-uri",
    "openssl",
    "pathname",
    "pp",
    "psych",
    "rails",
    "rational",
    "securerandom",
    "set",
    "singleton",
    "stringio",
    "thread",
    "time",
    "timeout",
    "tmpdir",
    "uri",
    "yaml",
    "zlib",
];

/// Libraries that are absent and add methods to classes that are there, so that it is `require` that is refused.
const ABSENT: &[&str] = &[
    "abbrev",
    "bundler",
    "bundler/inline",
    "debug",
    "io/console",
    "irb",
    "kconv",
    "minitest",
    "mutex_m",
    "objspace",
    "prime",
    "rake",
    "readline",
];

/// The Ruby whose answers are recorded.
const VERSION: &str = "3.3.8";

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    for (name, text) in [("RUBY_VERSION", VERSION), ("RUBY_ENGINE", "ruby"), ("RUBY_ENGINE_VERSION", VERSION)] {
        let text = Value::str(text);
        if let Value::Str(text) = &text {
            text.freeze();
        }
        object.set_constant(name, text);
    }
    // A run's own arguments are not the program's.
    object.set_constant("ARGV", Value::array(Vec::new()));
}

impl Interpreter {
    /// What `require` makes of a name that is no file of the app.
    pub fn library(&self, name: &str) -> Library {
        let name = name.strip_suffix(".rb").unwrap_or(name);
        let of_rails = ["active_support/", "active_record/", "active_model/", "rails/"];
        if of_rails.iter().any(|prefix| name.starts_with(prefix)) || PROVIDED.contains(&name) {
            return Library::Here;
        }
        if self.brought.contains(&name) {
            return Library::Here;
        }
        if ABSENT.contains(&name) {
            return Library::Lacking;
        }
        if self.autoloads.iter().any(|part| part.library == Some(name)) {
            return Library::Here;
        }
        // What adds only constants is refused where those are used.
        if known_names::is_library(name) { Library::Here } else { Library::Unknown }
    }

    /// Notes that a library was asked for. Answers whether it was for the first time.
    pub(crate) fn load_library(&mut self, name: &str) -> Eval<bool> {
        let name = name.strip_suffix(".rb").unwrap_or(name).to_owned();
        if !self.loaded.insert(name.clone()) {
            return Ok(false);
        }
        let part = self.autoloads.iter().find(|part| part.library == Some(name.as_str())).copied();
        if let Some(part) = part {
            self.define_part(&part);
        } else if !PROVIDED.contains(&name.as_str()) {
            let absent = known_names::constants_of(&name).map(Symbol::new);
            let absent: Vec<_> = absent.filter(|constant| self.classes.object.constant(*constant).is_none()).collect();
            let library = known_names::library_name(&name).unwrap_or_default();
            self.absent.extend(absent.into_iter().map(|constant| (constant, library)));
        }
        Ok(true)
    }

    /// Adds a part of the standard library, or of the embedder's.
    pub fn autoload(&mut self, part: Autoload) {
        self.autoloads.push(part);
    }

    /// Says that the embedder has what a library would bring.
    pub fn bring_library(&mut self, name: &'static str) {
        self.brought.push(name);
    }

    fn part_of(&self, module: &Rc<RClass>, name: Symbol) -> Option<Autoload> {
        let text = name.to_str();
        let ancestors = module.ancestors();
        let fits = |part: &&Autoload| {
            part.constants.contains(&&*text)
                && (part.module == "Object" || ancestors.iter().any(|ancestor| ancestor.name() == part.module))
                && part.library.is_none_or(|library| {
                    self.loaded.contains(library) || self.known_names.has_constant("Object", &text)
                })
        };
        self.autoloads.iter().find(fits).copied()
    }

    /// Whether naming the constant defines a part that brings it.
    pub fn is_autoloaded(&self, module: &Rc<RClass>, name: Symbol) -> bool {
        self.part_of(module, name).is_some()
    }

    /// Defines the part that brings a constant, if one does and is not there.
    pub(crate) fn autoloaded(&mut self, module: &Rc<RClass>, name: Symbol) -> Option<Value> {
        let part = self.part_of(module, name)?;
        if !self.define_part(&part) {
            return None;
        }
        self.class_at(part.module).constant(name)
    }

    /// Answers whether the part was not there.
    fn define_part(&mut self, part: &Autoload) -> bool {
        let is_first = self.loaded.insert(format!("<internal:{}>", part.constants[0]));
        if is_first {
            (part.define)(self);
        }
        is_first
    }
}
