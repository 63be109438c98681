//! What something from outside Rails adds to migrations. Whoever brings it has a table of all that it adds; Rails' own part
//! asks the tables of a run, and knows of nobody by name.

use std::cell::RefCell;

use adapters::Dialect;
use adapters::schema_dumper::MakeSection;
use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value};

use crate::ground::state::state;
use crate::migration::command_recorder::Command;

/// All that a gem adds.
pub(crate) struct Extension {
    /// Its name in a Gemfile.lock.
    pub name: &'static str,
    /// Whether Ruby code may `require` it by that name.
    pub is_library: bool,
    /// Methods of the connection, as of `AbstractAdapter`.
    pub connection: &'static [NativeMethod],
    /// Methods of the migration itself: what they call announces itself, they do not.
    pub migration: &'static [NativeMethod],
    /// Methods of `t`, both `create_table`'s and `change_table`'s.
    pub table: &'static [NativeMethod],
    /// The adapters of the configuration that it is for; none where it is there with any.
    pub adapters: &'static [&'static str],
    /// Commands that a recorder takes down, and how one is inverted.
    pub recorded: &'static [&'static str],
    pub invert: Inversion,
    /// Defines its own constants.
    pub define: fn(&mut Interpreter),
    /// What stands around a migration and each of its commands.
    pub around: Option<Around>,
    /// What it changes of Rails' own methods, before the first migration of an app that has it.
    pub configure: Option<fn(&mut Interpreter) -> Eval<()>>,
    /// The file of the app that sets it up, from the app's root, and what evaluates it.
    pub initializer: Option<(&'static str, Initializer)>,
    /// What it adds to schema.rb.
    pub dumped: Option<Dumped>,
    /// What the check is to know of it.
    pub lacking: Lacking,
}

/// What takes a command back; Err where nothing does.
pub(crate) type Inversion = fn(&mut Interpreter, Command) -> Eval<Command>;

/// Evaluates a file: its path, its text.
pub(crate) type Initializer = fn(&mut Interpreter, &str, &str) -> Eval<()>;

/// Which part of schema.rb it writes, after the file of the app that sets it up.
pub(crate) struct Dumped {
    pub initializer: &'static str,
    pub section: fn(Option<&str>) -> MakeSection,
}

/// What an extension does on the way of a migration.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    /// Before a migration goes in a direction.
    pub begin: fn(&Value, Value),
    /// Before one of its commands, and after it.
    pub before: fn(&mut Interpreter, &Value) -> Eval<()>,
    pub after: fn(&mut Interpreter, &Value, Symbol, &Args) -> Eval<()>,
}

/// What the gem has and Maglev has not, to name the gem where code asks for it.
pub(crate) struct Lacking {
    /// Methods of migrations.
    pub methods: &'static [&'static str],
    /// Macros of models.
    pub macros: &'static [&'static str],
    /// What may help where a type of column is missing.
    pub column_hint: fn(&str) -> Option<String>,
}

impl Lacking {
    pub(crate) const NOTHING: Self = Self { methods: &[], macros: &[], column_hint: |_| None };
}

impl Extension {
    pub(crate) const NOTHING: Self = Self {
        name: "",
        is_library: false,
        connection: &[],
        migration: &[],
        table: &[],
        adapters: &[],
        recorded: &[],
        invert: |_, command| Ok(command),
        define: |_| {},
        around: None,
        configure: None,
        initializer: None,
        dumped: None,
        lacking: Lacking::NOTHING,
    };
}

/// The extensions of a run.
#[derive(Default)]
struct Extensions(RefCell<Vec<&'static Extension>>);

/// Adds extensions to Active Record's classes, which must be there. `configured` is the adapter that the configuration names.
pub(crate) fn define(
    interpreter: &mut Interpreter,
    dialect: Dialect,
    configured: &str,
    extensions: &'static [Extension],
) {
    let connection = interpreter.class_at("ActiveRecord::ConnectionAdapters::AbstractAdapter");
    let migration = interpreter.class_at("ActiveRecord::Migration");
    let table_definition = interpreter.class_at(&crate::connection::table_definition_class(dialect));
    let table = interpreter.class_at(&crate::connection::table_class(dialect));
    for extension in extensions {
        if extension.adapters.is_empty() || extension.adapters.contains(&configured) {
            connection.define(extension.connection);
            migration.define(extension.migration);
            table_definition.define(extension.table);
            table.define(extension.table);
            (extension.define)(interpreter);
        }
        if extension.is_library {
            interpreter.bring_library(extension.name);
        }
    }
    if let Ok(state) = state(interpreter) {
        state.kept::<Extensions>().0.borrow_mut().extend(extensions);
    }
}

/// How a command of an extension is inverted; None for other commands.
pub(crate) fn inversion(interpreter: &mut Interpreter, command: &str) -> Eval<Option<Inversion>> {
    let extensions = state(interpreter)?.kept::<Extensions>();
    let found = extensions.0.borrow().iter().find(|one| one.recorded.contains(&command)).map(|one| one.invert);
    Ok(found)
}

/// What stands around the migrations of a run.
pub(crate) fn around(interpreter: &mut Interpreter) -> Eval<Vec<Around>> {
    let extensions = state(interpreter)?.kept::<Extensions>();
    let around = extensions.0.borrow().iter().filter_map(|one| one.around).collect();
    Ok(around)
}
