//! What can be known to fail before anything runs: syntax, constants and methods that the interpreter lacks, what is
//! certain to be missing, models. Reads the tree and evaluates nothing.
//!
//! What the real Ruby has and this one lacks is refused wherever the run may come to it. What nobody has is refused only
//! where the run is certain to: code behind a condition, a `rescue`, `defined?`, an early `return` or in a block that may
//! never be called is left to the run, which fails as Rails would.

mod definitions;
mod irreversible;
mod kinds;
mod model;
mod named;
pub mod refusals;
mod required;
mod table;
mod walk;

use std::collections::HashSet;

use ruby::ast::Program;
use ruby::source::{Diagnostic, SourceFile};
use ruby::{Source, Symbol};

use crate::run::world::Direction;
use definitions::Names;
pub use kinds::Kind;
pub use named::{Named, may_name, named};
pub use required::{Required, required};
pub use table::OptionsOf;

/// Why a file is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub message: String,
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The line, with carets below.
    pub excerpt: String,
    pub hint: Option<String>,
}

/// Whether something is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    Here,
    /// The real Ruby has it, by this name.
    Lacking(String),
    Nowhere,
}

/// What the world defines before the file is read.
pub trait Known {
    /// Whether a constant path such as `ActiveRecord::Base` leads somewhere.
    fn constant(&self, path: &[Symbol]) -> Presence;

    /// The name of the class or module that a constant path leads to.
    fn module(&self, path: &[Symbol]) -> Option<String>;

    /// Whether a value answers to a message; a private method counts where `private` says so.
    fn method(&self, of: &Kind, name: Symbol, private: bool) -> Presence;

    /// Whether a migration answers to a message without a receiver.
    fn migration_method(&self, name: Symbol) -> Presence;

    /// Whether a model's class answers to a message without a receiver.
    fn model_method(&self, name: Symbol) -> Presence;

    /// The class of the `t` of `create_table`.
    fn table_definition(&self) -> Kind;

    /// The class of the `t` of `change_table`.
    fn table(&self) -> Kind;

    /// The class of `connection`.
    fn connection(&self) -> Kind;

    /// Whether that message makes columns of a type of its name.
    fn column_type(&self, name: Symbol) -> bool;

    /// The options that the adapter accepts; None where there is no saying.
    fn valid_options(&self, of: OptionsOf) -> Option<Vec<String>>;

    /// Why a statement that is written down would not be sent.
    fn refused_statement(&self, sql: &str) -> Option<String>;

    /// What `require` makes of a name that is no file of the app.
    fn library(&self, name: &str) -> Presence;
}

/// A file, by the class that it should define.
pub struct Subject<'a> {
    pub source: &'a Source,
    /// None: it is a schema, and defines none.
    pub class_name: Option<&'a str>,
    pub direction: Direction,
    /// The files of the app that it loads, and those that they load.
    pub helpers: &'a [Helper],
    /// Whether the app has a file, by its path from the root; whether it may be read or not.
    pub has_file: &'a dyn Fn(&str) -> bool,
    /// The app's root.
    pub root: &'a str,
}

/// A file of the app that a migration loads.
pub struct Helper {
    pub source: Source,
    /// It is read as soon as the migration's file is.
    pub certain: bool,
    /// Where the migration's file asks for it, or for what asks for it.
    pub from: Reason,
}

/// Names that some file of the run defines: they may be there when another one runs.
#[derive(Default)]
pub struct Defined {
    constants: HashSet<Symbol>,
    methods: HashSet<Symbol>,
}

impl Defined {
    /// Adds what `source` defines at any depth. A file that does not parse defines nothing.
    pub fn add(&mut self, source: &Source) {
        if let Ok(program) = source.program() {
            definitions::collect_constants(&program.body.node, &mut self.constants);
            definitions::collect_method_names(&program.body.node, &mut self.methods);
        }
    }
}

/// Everything that is certain to go wrong with a file, in source order.
pub fn check(subject: &Subject<'_>, known: &dyn Known, defined: &Defined) -> Vec<Reason> {
    let program = match subject.source.program() {
        Ok(program) => program,
        Err(error) => return syntax_errors(&error.file, &error.diagnostics),
    };
    let mut reasons = unsupported(program);
    let mut helpers = Vec::new();
    for helper in subject.helpers {
        match helper.source.program() {
            Ok(program) => helpers.push((helper, program)),
            Err(error) => {
                let found = syntax_errors(&error.file, &error.diagnostics);
                reasons.extend(found.into_iter().map(|reason| helper.reason(reason)));
            }
        }
    }
    for (helper, program) in &helpers {
        reasons.extend(unsupported(program).into_iter().map(|reason| helper.reason(reason)));
    }
    let names = Names::of(program, &helpers, defined);
    reasons.extend(walk::walk(subject, program, &helpers, known, &names).reasons);
    reasons.sort_by_key(|reason| (reason.line, reason.column));
    reasons.dedup();
    reasons
}

/// The paths that a file names, and of which it is certain that they are read.
pub fn read_for_certain(subject: &Subject<'_>, known: &dyn Known, defined: &Defined, root: &str) -> Vec<Named> {
    if !may_name(subject.source.bytes()) {
        return Vec::new();
    }
    let Ok(program) = subject.source.program() else { return Vec::new() };
    let names = Names::of(program, &[], defined);
    let walked = walk::walk(subject, program, &[], known, &names).walked;
    let mut named = named(subject.source, root);
    named.retain(|named| named.read_at.is_some_and(|call| walked.contains(&call)));
    named
}

impl Helper {
    /// A reason that lies in this file, told where the migration asks for it.
    fn reason(&self, inner: Reason) -> Reason {
        Reason {
            message: format!("{} (in {}:{})", inner.message, self.source.path(), inner.line),
            line: self.from.line,
            column: self.from.column,
            ..inner
        }
    }
}

fn syntax_errors(file: &SourceFile, diagnostics: &[Diagnostic]) -> Vec<Reason> {
    let reason = |diagnostic: &Diagnostic| Reason {
        message: format!("syntax error: {}", diagnostic.message),
        line: diagnostic.line,
        column: diagnostic.column,
        excerpt: file.excerpt(diagnostic.span),
        hint: None,
    };
    diagnostics.iter().map(reason).collect()
}

fn unsupported(program: &Program) -> Vec<Reason> {
    let reason = |diagnostic: &Diagnostic| Reason {
        message: diagnostic.message.clone(),
        line: diagnostic.line,
        column: diagnostic.column,
        excerpt: program.body.file.excerpt(diagnostic.span),
        hint: None,
    };
    program.unsupported.iter().map(reason).collect()
}

/// What may help where a constant is missing: never the app's word for what a library of Ruby's has.
pub fn missing_constant_hint(name: &str) -> String {
    let first = name.split("::").next().unwrap_or(name);
    match ruby::known_names::library_of(first) {
        Some(library) => format!("`{first}` comes with Ruby's library `{library}`, which nothing here requires"),
        None => {
            format!(
                "`{name}` is not defined in the migration; a model or a class of the app is not there when Maglev runs"
            )
        }
    }
}

/// What may help where the real Ruby has a constant that is absent here.
fn lacking_constant_hint(name: &str) -> Option<String> {
    let first = name.split("::").next().unwrap_or(name);
    let library = ruby::known_names::library_of(first)?;
    Some(format!("`{first}` comes with Ruby's library `{library}`, which the native engine does not have"))
}
