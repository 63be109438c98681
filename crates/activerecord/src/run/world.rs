//! The Ruby world of one run: an interpreter with Active Record's classes in it, joined to one database. It stands where
//! MigrationProxy (active_record/migration.rb) loads a file and drives the migration in it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, Source, Symbol, Value};

use crate::ground::errors;
pub use crate::ground::errors::RubyError;
use crate::ground::notifications;
pub use crate::ground::options::{SharedAdapter, WorldOptions};
use crate::ground::state::{self, State};
use crate::migration::schema;
use crate::models::implied_models::{self, ImpliedModels};
use crate::models::{base, log_subscriber};
use crate::run::rails::stand_in::Reasons;
use crate::run::{rails, settings};
use crate::{connection, gems, migration};

/// Which way a migration goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    /// Rails' symbol.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

impl Drop for World {
    /// The connection is closed in order, also where what else leads to it is left to the process' end.
    fn drop(&mut self) {
        if self.interpreter.ends_with_process
            && let Ok(mut adapter) = self.adapter.try_borrow_mut()
        {
            adapter.disconnect();
        }
    }
}

/// A migration's object, made from its file.
#[derive(Clone, Debug)]
pub(super) struct LoadedMigration {
    instance: Value,
}

/// The engine that interprets: an interpreter with Active Record's classes, and the run's connection.
pub struct World {
    pub(crate) interpreter: Interpreter,
    pub(crate) adapter: SharedAdapter,
    sources: RefCell<Sources>,
    /// The migration that was loaded and has not run.
    pub(super) loaded: Option<LoadedMigration>,
}

/// The migrations' files that were read, until each is loaded.
#[derive(Default)]
struct Sources {
    files: HashMap<String, Source>,
    /// Bytes of those whose trees are kept.
    with_trees: usize,
}

/// A tree takes many times its text's room, and all that is pending is checked before the first of it runs: of what is
/// more than so many bytes the text alone is kept.
const TREES: usize = 512 << 10;

/// The message of an exception that stands for one whose evaluation is over.
const STAND_IN: &str = "what the migration raised";

impl World {
    /// Defines every class. Nothing is sent yet.
    pub fn new(adapter: SharedAdapter, host: Box<dyn ruby::Host>, limits: ruby::Limits, options: WorldOptions) -> Self {
        let mut interpreter = Interpreter::new(host, limits);
        interpreter.ends_with_process = options.ends_with_process;
        interpreter.known_names.add(include_str!("known_names.txt"));
        adapter.borrow_mut().base_mut().inflector = crate::ground::inflector::shared(interpreter.inflector());
        let (adapter_name, dialect) = (adapter.borrow().adapter_name(), adapter.borrow().dialect());
        let configured = adapter.borrow().base().config.adapter.clone();
        let state = State::new(Rc::clone(&adapter), options);
        state::install(&mut interpreter, state);
        errors::define(&mut interpreter, adapter_name);
        connection::define(&mut interpreter, adapter_name, dialect);
        base::define(&mut interpreter);
        migration::define(&mut interpreter);
        schema::define(&mut interpreter);
        implied_models::define(&mut interpreter);
        rails::define(&mut interpreter);
        notifications::define(&mut interpreter);
        log_subscriber::define(&mut interpreter);
        settings::define(&mut interpreter);
        gems::define(&mut interpreter, dialect, &configured);
        Self { interpreter, adapter, sources: RefCell::default(), loaded: None }
    }

    /// A world without a database, to read and check files in: its adapter is never connected.
    pub fn unconnected(adapter: &str, host: Box<dyn ruby::Host>, options: WorldOptions) -> Result<World, RubyError> {
        let config =
            adapters::DatabaseConfig::new(adapters::Options::from([("adapter", adapter), ("database", ":memory:")]));
        let adapter = adapters::connection_adapters::resolve(config, crate::ground::inflector::inflector())?;
        Ok(Self::new(Rc::new(RefCell::new(adapter)), host, ruby::Limits::default(), options))
    }

    /// Evaluates code that is no migration, such as the ERB of a configuration file, with `$source` set.
    pub fn evaluate(&mut self, path: &str, program: &str, source: &str) -> Result<Value, RubyError> {
        self.interpreter.globals.insert(Symbol::new("$source"), Value::str(source));
        self.run(|interpreter| interpreter.eval(path, program))
    }

    /// Puts something in the place of an application that is not there, for a configuration file that asks for one. The
    /// credentials are their content, or why they are not known. Answers the list of what is asked for in vain, which grows.
    ///
    /// # Errors
    /// What is wrong with the credentials.
    pub fn stand_in_for_application(&mut self, credentials: Result<Value, String>) -> Result<Reasons, RubyError> {
        self.run(|interpreter| rails::stand_in::define(interpreter, credentials))
    }

    /// Evaluates of the app's configuration what matters to migrations. Ask before the first name is inflected, and before
    /// the connection is made. Answers what could not be taken over.
    pub(super) fn load_settings(&mut self) -> Result<Vec<String>, RubyError> {
        let (files, initializers, lock) = self.run(|interpreter| {
            let options = &state::state(interpreter)?.options;
            Ok((options.settings.clone(), options.gem_initializers.clone(), options.gemfile_lock.clone()))
        })?;
        let warnings = self.run(|interpreter| settings::load(interpreter, &files))?;
        if let Some(lock) = lock {
            self.run(|interpreter| gems::configure(interpreter, &lock))?;
        }
        for file in &initializers {
            self.run(|interpreter| gems::initialize(interpreter, file)).map_err(|mut error| {
                error.message = format!("{} (in {})", error.message, file.path);
                error
            })?;
        }
        Ok(warnings)
    }

    /// Tells a logger that was given to `ActiveRecord::Base` which migration begins.
    pub(super) fn log_migration(&mut self, message: &str) {
        // A logger that fails is the logger's affair.
        let _ = self.run(|interpreter| log_subscriber::announce(interpreter, message));
    }

    /// Tells whoever listens to statements of those that the migrator itself sent.
    pub(super) fn tell_of_statements(&mut self) -> Result<(), RubyError> {
        self.run(notifications::deliver_waiting)
    }

    /// Why no database may be written to with the app's settings.
    pub(super) fn refusal(&mut self) -> Option<String> {
        self.run(|interpreter| Ok(state::state(interpreter)?.settings.refusal.borrow().clone())).ok().flatten()
    }

    /// `ActiveRecord::Base.protected_environments`
    pub(super) fn protected_environments(&mut self) -> Vec<String> {
        let names =
            self.run(|interpreter| Ok(state::state(interpreter)?.settings.protected_environments.borrow().clone()));
        names.unwrap_or_default()
    }

    /// `ActiveRecord.validate_migration_timestamps && ActiveRecord.timestamped_migrations`
    pub(super) fn validates_migration_timestamps(&mut self) -> bool {
        self.run(|interpreter| {
            let settings = &state::state(interpreter)?.settings;
            Ok(settings.validate_migration_timestamps.get() && settings.timestamped_migrations.get())
        })
        .unwrap_or_default()
    }

    /// What the app's configuration says of the schema's file.
    pub(super) fn schema_settings(&mut self) -> Option<settings::SchemaSettings> {
        self.run(settings::of_schema).ok()
    }

    /// Tells the versions of every migration there is: a schema that says its own takes the earlier ones for run.
    pub(super) fn set_migration_versions(&mut self, versions: Vec<u128>) {
        let _ = self.run(|interpreter| {
            *state::state(interpreter)?.migration_versions.borrow_mut() = Some(versions);
            Ok(())
        });
    }

    /// Says whether a constant that nothing defines and whose table exists is read as a plain model.
    pub(super) fn set_implied_models(&mut self, on: bool) {
        let _ = self.run(|interpreter| {
            state::state(interpreter)?.kept::<ImpliedModels>().on.set(on);
            Ok(())
        });
    }

    /// A migration's file, read when it is first asked for: what the check has seen is what runs.
    ///
    /// # Errors
    /// What `read` says.
    pub(super) fn source(&self, path: &str, read: impl FnOnce() -> Result<String, String>) -> Result<Source, String> {
        if let Some(source) = self.sources.borrow().files.get(path) {
            return Ok(source.clone());
        }
        let source = Source::new(path, read()?);
        let mut sources = self.sources.borrow_mut();
        sources.with_trees += source.bytes().len();
        let is_large = sources.with_trees > TREES;
        // One of its own, which no check makes a tree in.
        let kept = if is_large { Source::new(path, source.bytes()) } else { source.clone() };
        sources.files.insert(path.to_owned(), kept);
        Ok(source)
    }

    /// `MigrationProxy#load_migration`: evaluates the file anew and makes `class_name.new(name, version)`.
    /// `version` is as in the file's name; Rails makes it a number.
    pub(super) fn load_migration(
        &mut self,
        source: &Source,
        class_name: &str,
        version: &str,
        name: &str,
    ) -> Result<LoadedMigration, RubyError> {
        self.sources.borrow_mut().files.remove(source.path());
        self.run(|interpreter| {
            implied_models::forget(interpreter)?;
            interpreter.classes.object.constants.borrow_mut().shift_remove(&Symbol::new(class_name));
            interpreter.run_source(source)?;
            let class = constantize(interpreter, class_name)?;
            let version = version.parse().map_or_else(|_| Value::str(version), Value::Int);
            let instance = interpreter.call(&class, "new", Args::new(vec![Value::str(name), version]))?;
            Ok(LoadedMigration { instance })
        })
    }

    /// `load(file)`, with `Migration.verbose` for as long.
    pub(super) fn load_schema(&mut self, source: &Source, verbose: bool) -> Result<(), RubyError> {
        self.run(|interpreter| {
            let before = state::state(interpreter)?.verbose.replace(verbose);
            let loaded = interpreter.run_source(source).map(drop);
            state::state(interpreter)?.verbose.set(before);
            loaded
        })
    }

    /// `migration.disable_ddl_transaction`
    pub(super) fn disable_ddl_transaction(&mut self, migration: &LoadedMigration) -> bool {
        let instance = &migration.instance;
        self.run(|interpreter| interpreter.call(instance, "disable_ddl_transaction", Args::none()))
            .is_ok_and(|answer| answer.truthy())
    }

    /// `migration.migrate(direction)`: announces, runs and times it, output through `Host::write`.
    pub(super) fn exec_migration(
        &mut self,
        migration: &LoadedMigration,
        direction: Direction,
    ) -> Result<(), RubyError> {
        let instance = &migration.instance;
        let direction = Value::symbol(direction.name());
        self.run(|interpreter| interpreter.call(instance, "migrate", Args::one(direction))).map(drop)
    }

    /// Ends the transaction around a migration, and tells the records that it holds.
    pub(super) fn leave_transaction(
        &mut self,
        entered: adapters::transaction::Entered,
        outcome: Result<(), RubyError>,
    ) -> Result<(), RubyError> {
        // The evaluation is over: what it raised is known, and stands in the outcome.
        let flow = match &outcome {
            Ok(()) => Ok(()),
            Err(error) if error.abort.is_some() => Err(self.interpreter.unsupported("")),
            Err(_) => Err(self.interpreter.error("StandardError", STAND_IN)),
        };
        let left = connection::leave_transaction(&mut self.interpreter, entered, flow);
        match left {
            Err(flow) => {
                let error = errors::ruby_error(&mut self.interpreter, *flow);
                Err(match outcome {
                    Err(first) => error.without_cause(STAND_IN).after(first),
                    Ok(()) => error,
                })
            }
            Ok(Err(flow)) if outcome.is_ok() => Err(errors::ruby_error(&mut self.interpreter, *flow)),
            Ok(_) => outcome,
        }
    }

    /// What was noticed and Rails has no words for, such as a class that names no version. Empties the list.
    pub(super) fn take_notes(&mut self) -> Vec<String> {
        self.run(|interpreter| Ok(std::mem::take(&mut *state::state(interpreter)?.notes.borrow_mut())))
            .unwrap_or_default()
    }

    /// For who has Ruby of its own to run.
    pub fn interpreter(&mut self) -> &mut Interpreter {
        &mut self.interpreter
    }

    fn run<T>(&mut self, work: impl FnOnce(&mut Interpreter) -> Eval<T>) -> Result<T, RubyError> {
        work(&mut self.interpreter).map_err(|flow| errors::ruby_error(&mut self.interpreter, *flow))
    }
}

/// Active Support's `constantize`, whose NameError is Ruby's.
fn constantize(interpreter: &mut Interpreter, name: &str) -> Eval {
    let mut class = Rc::clone(&interpreter.classes.object);
    let mut value = Value::Nil;
    for part in name.split("::") {
        value = match class.constant(Symbol::new(part)) {
            Some(value) => value,
            None => return Err(uninitialized_constant(interpreter, &class, part)),
        };
        if let Value::Class(inner) = &value {
            class = Rc::clone(inner);
        }
    }
    Ok(value)
}

fn uninitialized_constant(interpreter: &mut Interpreter, class: &Rc<ruby::RClass>, name: &str) -> Box<ruby::Flow> {
    let message = if Rc::ptr_eq(class, &interpreter.classes.object) {
        format!("uninitialized constant {name}")
    } else {
        format!("uninitialized constant {}::{name}", class.name())
    };
    interpreter.error("NameError", message)
}
