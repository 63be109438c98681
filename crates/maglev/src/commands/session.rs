//! One database with its migration files: what every command that connects begins with, and how a plan is carried out.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use activerecord::RubyError;
use activerecord::check::{self, Defined, Reason, Required, Subject};
use activerecord::migration::errors::MigrationError;
use activerecord::migration::migration_context::{MigrationContext, MigrationFiles, MigrationProxy, MigrationStatus};
use activerecord::migration::migrator::{self, Error, Failure, Plan, Progress, Run};
use activerecord::world::{Direction, SharedAdapter, World, WorldOptions};
use adapters::{ErrorClass, Statement, StatementObserver};
use ruby::Limits;

use super::context::Context;
use crate::app_files::AppFiles;
use crate::app_folder::Named;
use crate::cli::args::{Format, Running};
use crate::config::Target;
use crate::deadline::Deadline;
use crate::events::{self, Event, PlainError, direction_name, milliseconds};
use crate::exit::Exit;
use crate::host::{AppHost, Output, Recording};
use crate::memory;
use crate::printer::{Printer, Style};
use crate::{env_vars, generators, report};

/// The statements of the migration that runs now.
struct StatementLog {
    printer: Printer,
    /// Empty where Rails' output is printed: nobody reads them there, and a loop over rows sends many.
    statements: RefCell<Vec<events::Statement>>,
    /// How many may have changed something.
    effects: Cell<usize>,
}

impl StatementLog {
    fn new(printer: Printer) -> Self {
        Self { printer, statements: RefCell::default(), effects: Cell::default() }
    }

    fn clear(&self) {
        self.statements.borrow_mut().clear();
        self.effects.set(0);
    }
}

impl StatementObserver for StatementLog {
    fn observe(&self, statement: &Statement) {
        let about_settings = matches!(statement.name.as_deref(), Some("SCHEMA" | "SESSION"));
        if about_settings {
            return;
        }
        if statement.writes && statement.error.is_none() {
            self.effects.set(self.effects.get() + 1);
        }
        self.printer.statement(statement);
        if self.printer.format() == Format::Json {
            self.statements.borrow_mut().push(events::Statement {
                sql: statement.sql.clone(),
                binds: statement.binds.iter().map(adapters::Arg::inspect).collect(),
                milliseconds: milliseconds(statement.duration),
                rows: statement.rows_affected,
            });
        }
    }
}

/// One database, connected, and the migrations meant for it.
pub struct Session {
    pub printer: Printer,
    pub target: Target,
    pub environment: String,
    pub adapter: SharedAdapter,
    pub files: Rc<dyn MigrationFiles>,
    pub migrations: Vec<MigrationProxy>,
    /// Statements to send before each version.
    pub rows: HashMap<String, Vec<String>>,
    app: Rc<dyn AppFiles>,
    world: World,
    statements: Rc<StatementLog>,
    /// With `--format json`, what the migration that runs now has printed.
    recording: Rc<Recording>,
    started: Instant,
    deadline: Option<Arc<Deadline>>,
}

/// What stops a command before or between migrations.
pub enum Stop {
    Migration(MigrationError),
    Database(adapters::Error),
    Ruby(Box<RubyError>),
    /// A migration folder that cannot be looked into.
    Folder(String),
}

impl From<MigrationError> for Stop {
    fn from(error: MigrationError) -> Self {
        Self::Migration(error)
    }
}

impl From<adapters::Error> for Stop {
    fn from(error: adapters::Error) -> Self {
        Self::Database(error)
    }
}

impl From<RubyError> for Stop {
    fn from(error: RubyError) -> Self {
        Self::Ruby(Box::new(error))
    }
}

impl Session {
    /// Connects. Err: what to print, and how to exit.
    pub fn open(context: &Context, environment: &str, target: Target, include: &[PathBuf]) -> Result<Self, Exit> {
        Self::try_open(context, environment, target, include).map_err(|stop| stop_with(&context.printer, &stop))
    }

    fn try_open(context: &Context, environment: &str, target: Target, include: &[PathBuf]) -> Result<Self, Stop> {
        let started = Instant::now();
        let printer = context.printer.clone();
        let recording = Rc::<Recording>::default();
        let output: Rc<dyn Output> = match printer.format() {
            Format::Rails => Rc::new(printer.clone()),
            Format::Json => Rc::clone(&recording) as Rc<dyn Output>,
        };
        let named = Named { migrations: &target.migrations_paths, by_user: target.by_user, included: include };
        let (files, app) = context.app.open(named).map_err(Stop::Folder)?;
        let mut adapter = adapters::connection_adapters::resolve(target.config.clone(), activerecord::inflector())?;
        let statements = Rc::new(StatementLog::new(printer.clone()));
        adapter.base_mut().observer = Some(Rc::clone(&statements) as Rc<dyn StatementObserver>);
        let naming = &mut adapter.base_mut().naming;
        naming.table_name_prefix = env_vars::get(env_vars::TABLE_NAME_PREFIX).unwrap_or_default();
        naming.table_name_suffix = env_vars::get(env_vars::TABLE_NAME_SUFFIX).unwrap_or_default();
        let adapter: SharedAdapter = Rc::new(RefCell::new(adapter));
        let options = WorldOptions {
            rails_env: environment.to_owned(),
            root: app.root().to_string_lossy().into_owned(),
            verbose: !printer.is_quiet(),
            inflections: app.setting("config/initializers/inflections.rb"),
            strong_migrations: app.setting("config/initializers/strong_migrations.rb"),
            primary_key_type: generators::primary_key_type(&*app),
            ..WorldOptions::default()
        };
        let host = AppHost::new(Rc::clone(&app), output);
        let deadline = context.deadline.clone();
        let limits = Limits {
            allocated: Some(memory::allocated),
            total_memory: context.memory.unwrap_or(Limits::default().total_memory),
            deadline: deadline.as_ref().map(|deadline| deadline.stop_at()),
            ..Limits::default()
        };
        let mut world = World::new(Rc::clone(&adapter), Box::new(host), limits, options);
        world.load_initializers()?;
        let migrations = MigrationContext::new(&*files, false).migrations(&world)?;
        world.set_migration_versions(migrations.iter().map(|migration| migration.version).collect());
        adapter.borrow_mut().connect()?;
        Ok(Self {
            printer,
            target,
            environment: environment.to_owned(),
            adapter,
            files,
            migrations,
            rows: HashMap::new(),
            app,
            world,
            statements,
            recording,
            started,
            deadline,
        })
    }

    /// Rows of `db:migrate:status`.
    pub fn migrations_status(&self, recorded: &[u128]) -> Result<Vec<MigrationStatus>, Exit> {
        let rows = MigrationContext::new(&*self.files, false).migrations_status(recorded, &self.world);
        rows.map_err(|error| self.stop(&error.into()))
    }

    /// The recorded versions.
    pub fn versions(&self) -> Result<Vec<u128>, Exit> {
        migrator::all_versions(&self.adapter).map_err(|error| self.stop(&error.into()))
    }

    /// Prints why a command ends, and answers how.
    pub fn stop(&self, stop: &Stop) -> Exit {
        stop_with(&self.printer, stop)
    }

    /// Checks what a plan will run, and refuses it as a whole where something is certain to be missing.
    pub fn check(&mut self, plan: &Plan, running: &Running) -> Result<(), Exit> {
        self.world.set_implied_models(running.implied_models);
        if running.no_check {
            return Ok(());
        }
        let recorded: BTreeSet<u128> = self.versions()?.into_iter().collect();
        let runnable = plan.runnable(&recorded).map_err(|error| self.stop(&error.into()))?;
        let refused = refusals(&runnable, plan.direction, &*self.files, &*self.app, &self.world);
        if refused.is_empty() {
            return Ok(());
        }
        for (migration, reasons) in &refused {
            self.printer.emit(&Event::Refused {
                migration: (*migration).into(),
                reasons: reasons.iter().map(Into::into).collect(),
            });
            if self.printer.format() == Format::Rails {
                self.printer.error_output(&report::refusal(&self.printer, migration, reasons));
            }
        }
        let count = refused.len();
        let files = if count == 1 { "1 migration is".to_owned() } else { format!("{count} migrations are") };
        self.printer.error_output(&format!("{files} refused; nothing was run\n"));
        Err(Exit::Refused)
    }

    /// Checks a plan and carries it out. Answers how many migrations ran.
    pub fn carry_out(&mut self, plan: &Plan, running: &Running, keep_going: bool) -> Result<usize, Exit> {
        self.world.set_implied_models(running.implied_models);
        if !keep_going {
            migrator::validate(&plan.migrations).map_err(|error| self.stop(&error.into()))?;
            self.check(plan, running)?;
        }
        let spinner = (self.printer.format() == Format::Rails).then(|| self.printer.spinner());
        let canceller = self.adapter.borrow().canceller();
        let watch = self.deadline.as_ref().zip(canceller).map(|(deadline, canceller)| deadline.watch(canceller));
        let mut progress = Reporter {
            printer: &self.printer,
            files: &*self.files,
            statements: &self.statements,
            deadline: self.deadline.as_deref(),
            recording: &self.recording,
            adapter: Rc::clone(&self.adapter),
            rows: &self.rows,
        };
        let mut run = Run {
            adapter: Rc::clone(&self.adapter),
            world: &mut self.world,
            files: &*self.files,
            environment: &self.environment,
            progress: &mut progress,
            keep_going,
        };
        let outcome = migrator::migrate(plan, &mut run);
        drop(watch);
        drop(spinner);
        match outcome {
            Ok(count) => Ok(count),
            Err(Error::Failed(_)) => Err(Exit::Failed),
            Err(Error::Migration(error)) => Err(self.stop(&error.into())),
            Err(Error::Database(error)) => Err(self.stop(&error.into())),
        }
    }

    /// The last event of a run.
    pub fn finish(&self, migrated: usize) -> Result<(), Exit> {
        if self.printer.hears_events() {
            let recorded: BTreeSet<u128> = self.versions()?.into_iter().collect();
            let pending = self.migrations.iter().filter(|migration| !recorded.contains(&migration.version)).count();
            let milliseconds = milliseconds(self.started.elapsed());
            self.printer.emit(&Event::Finished { migrated, pending, milliseconds });
        }
        Ok(())
    }
}

/// What the check says against the files of a run.
pub fn refusals<'m>(
    migrations: &[&'m MigrationProxy],
    direction: Direction,
    files: &dyn MigrationFiles,
    app: &dyn AppFiles,
    world: &World,
) -> Vec<(&'m MigrationProxy, Vec<Reason>)> {
    let sources: Vec<_> = migrations.iter().map(|migration| files.read(&migration.filename)).collect();
    let mut defined = Defined::default();
    let mut seen = HashSet::new();
    for (migration, source) in migrations.iter().zip(&sources) {
        if let Ok(source) = source {
            define(&migration.filename, source.as_bytes(), app, &mut defined, &mut seen);
        }
    }
    let mut refused = Vec::new();
    for (migration, source) in migrations.iter().zip(&sources) {
        let source = match source {
            Ok(source) => source,
            Err(message) => {
                refused.push((*migration, vec![unreadable(message)]));
                continue;
            }
        };
        let subject =
            Subject { path: &migration.filename, source: source.as_bytes(), class_name: &migration.name, direction };
        let mut reasons = check::check(&subject, world, &defined);
        let required = required(&migration.filename, source.as_bytes(), app);
        let outside = required.iter().filter(|required| required.certain && app.is_outside(&required.path));
        reasons.extend(outside.map(Required::refusal));
        if !reasons.is_empty() {
            refused.push((*migration, reasons));
        }
    }
    refused
}

/// A file that is gone, or no text: `path:line: what` where a line is known.
fn unreadable(message: &str) -> Reason {
    let line = message.split(": ").next().and_then(|place| place.rsplit(':').next()).and_then(|line| line.parse().ok());
    Reason {
        message: message.to_owned(),
        line: line.unwrap_or(1),
        column: 1,
        excerpt: String::new(),
        hint: line.map(|_| "save the file as UTF-8".to_owned()),
    }
}

/// Takes in what a file defines, and the files that it loads.
fn define(path: &str, source: &[u8], app: &dyn AppFiles, defined: &mut Defined, seen: &mut HashSet<String>) {
    defined.add(path, source);
    for required in required(path, source, app) {
        if seen.insert(required.path.clone())
            && let Some(source) = app.read(&required.path)
        {
            define(&required.path, &source, app, defined, seen);
        }
    }
}

fn required(path: &str, source: &[u8], app: &dyn AppFiles) -> Vec<Required> {
    let root = app.root();
    check::required(&root.join(path).to_string_lossy(), source, &root.to_string_lossy())
}

/// Tells the user of each migration.
struct Reporter<'a> {
    printer: &'a Printer,
    files: &'a dyn MigrationFiles,
    statements: &'a StatementLog,
    deadline: Option<&'a Deadline>,
    recording: &'a Recording,
    adapter: SharedAdapter,
    /// `migrate --rows`: statements by version.
    rows: &'a HashMap<String, Vec<String>>,
}

impl Progress for Reporter<'_> {
    fn may_begin(&mut self, _: &MigrationProxy) -> bool {
        self.deadline.is_none_or(Deadline::may_begin)
    }

    fn begin(&mut self, migration: &MigrationProxy, _: Direction) {
        for sql in self.rows.get(&migration.version.to_string()).into_iter().flatten() {
            // What the other side could put in and this one cannot shows in the comparison.
            let _ = self.adapter.borrow_mut().execute(sql, Some("SCHEMA"));
        }
        self.statements.clear();
        self.recording.take();
        if let Some(deadline) = self.deadline {
            deadline.migration_begins();
        }
    }

    fn executed(&mut self) {
        if let Some(deadline) = self.deadline {
            deadline.migration_ends();
        }
    }

    fn migrated(&mut self, migration: &MigrationProxy, direction: Direction, duration: Duration) {
        self.printer.emit(&Event::Migrated {
            migration: migration.into(),
            direction: direction_name(direction),
            engine: events::Engine::Native,
            milliseconds: milliseconds(duration),
            statements: &self.statements.statements.borrow(),
            output: &self.recording.take(),
        });
    }

    fn failed(&mut self, failure: &Failure) {
        self.printer.emit(&Event::Failed {
            migration: (&failure.migration).into(),
            direction: direction_name(failure.direction),
            engine: events::Engine::Native,
            error: (&failure.error).into(),
            rolled_back: failure.in_transaction,
            effects: self.statements.effects.get(),
            milliseconds: milliseconds(failure.duration),
            statements: &self.statements.statements.borrow(),
            output: &self.recording.take(),
        });
        if self.printer.format() == Format::Rails {
            self.printer.error_output(&report::failure(self.printer, failure, self.files));
        }
    }

    fn note(&mut self, migration: &MigrationProxy, note: &str) {
        self.printer.talk(&format!("{} {}: {note}", self.printer.style(Style::Dim, "note:"), migration.filename));
    }
}

/// Prints why a command ends, and answers how.
fn stop_with(printer: &Printer, stop: &Stop) -> Exit {
    let (class, message, exit) = match stop {
        Stop::Migration(error) => {
            let exit = match error {
                MigrationError::ConcurrentMigration => Exit::Locked,
                MigrationError::ReleaseLockFailed => Exit::Failed,
                _ => Exit::Usage,
            };
            (error.class_name().to_owned(), error.to_string(), exit)
        }
        Stop::Database(error) => (error.class().name().to_owned(), error.message().to_owned(), database_exit(error)),
        Stop::Ruby(error) => (error.class.clone(), error.message.clone(), Exit::Usage),
        Stop::Folder(message) => ("Maglev::ConfigurationError".to_owned(), message.clone(), Exit::Usage),
    };
    printer.emit(&Event::Error { error: PlainError { class: &class, message: &message } });
    let label = printer.style(Style::Error, "error:");
    printer.error_output(&format!("{label} {class}: {}\n", message.trim()));
    if let Some(hint) = hint(exit) {
        printer.error_output(&format!("{} {hint}\n", printer.style(Style::Hint, "hint:")));
    }
    exit
}

fn database_exit(error: &adapters::Error) -> Exit {
    let unreachable = [ErrorClass::ConnectionNotEstablished, ErrorClass::ConnectionFailed, ErrorClass::NoDatabaseError];
    if unreachable.iter().any(|&class| error.is_a(class)) {
        Exit::Unreachable
    } else if error.is_a(ErrorClass::AdapterNotFound) || error.is_a(ErrorClass::ArgumentError) {
        Exit::Usage
    } else {
        Exit::Failed
    }
}

const fn hint(exit: Exit) -> Option<&'static str> {
    match exit {
        Exit::Locked => Some("wait for the other run to end; its connection holds the lock, and the lock goes with it"),
        Exit::Unreachable => {
            Some("check --database, DATABASE_URL or config/database.yml, and that the database exists")
        }
        _ => None,
    }
}
