//! One database with its migration files: what every command that connects begins with, and how a plan is carried out.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use activerecord::RubyError;
use activerecord::check::{self, Defined, Reason, Subject};
use activerecord::migration::errors::MigrationError;
use activerecord::migration::migration_context::{MigrationContext, MigrationFiles, MigrationProxy, MigrationStatus};
use activerecord::migration::migrator::{self, Error, Failure, Plan, Progress, Run};
use activerecord::world::{Direction, SharedAdapter, World, WorldOptions};
use adapters::{ErrorClass, Statement, StatementObserver};
use anyhow::{Context, Result};
use ruby::Limits;

use crate::cli::args::{Common, Format, Running};
use crate::config::{self, Target};
use crate::events::{self, Event, PlainError, direction_name, milliseconds};
use crate::exit::Exit;
use crate::files::DiskFiles;
use crate::host::{LocalHost, Output, Silence};
use crate::memory;
use crate::printer::{Printer, Style};
use crate::{env_vars, generators, report};

/// The statements of the migration that runs now.
#[derive(Default)]
struct StatementLog {
    statements: RefCell<Vec<events::Statement>>,
    /// Nobody reads them where Rails' output is printed, and a loop over rows sends many.
    is_read: bool,
}

impl StatementObserver for StatementLog {
    fn observe(&self, statement: &Statement) {
        let about_settings = matches!(statement.name.as_deref(), Some("SCHEMA" | "SESSION"));
        if about_settings || !self.is_read {
            return;
        }
        self.statements.borrow_mut().push(events::Statement {
            sql: statement.sql.clone(),
            binds: statement.binds.iter().map(adapters::Arg::inspect).collect(),
            milliseconds: milliseconds(statement.duration),
            rows: statement.rows_affected,
        });
    }
}

/// One database, connected, and the migrations meant for it.
pub struct Session {
    pub printer: Printer,
    pub format: Format,
    pub target: Target,
    pub environment: String,
    pub adapter: SharedAdapter,
    pub files: DiskFiles,
    pub migrations: Vec<MigrationProxy>,
    /// Statements to send before each version.
    pub rows: HashMap<String, Vec<String>>,
    world: World,
    statements: Rc<StatementLog>,
    started: Instant,
}

/// What stops a command before or between migrations.
pub enum Stop {
    Migration(MigrationError),
    Database(adapters::Error),
    Ruby(Box<RubyError>),
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

/// The environment's databases that a command line means, and the app's root.
pub fn targets(common: &Common) -> Result<(config::Targets, PathBuf)> {
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    Ok((config::resolve(common, &root)?, root))
}

/// The only database meant. Rails refuses these commands where there are several.
pub fn single_target(common: &Common, command: &str) -> Result<(String, Target, PathBuf)> {
    let (targets, root) = targets(common)?;
    let names: Vec<_> = targets.targets.iter().map(|target| format!("{command}:{}", target.name)).collect();
    let mut all = targets.targets;
    match (all.pop(), all.is_empty()) {
        (Some(target), true) => Ok((targets.environment, target, root)),
        _ => anyhow::bail!(
            "You're using a multiple database application. To use `{command}` you must run the namespaced task with a \
             VERSION. Available tasks are {}.",
            sentence(&names)
        ),
    }
}

/// Active Support's `to_sentence`.
fn sentence(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
    }
}

impl Session {
    /// Connects. Err: what to print, and how to exit.
    pub fn open(
        environment: &str,
        target: Target,
        root: PathBuf,
        common: &Common,
        printer: &Printer,
    ) -> Result<Self, Exit> {
        let unopened = Unopened { printer: printer.clone(), format: common.format };
        Self::try_open(environment, target, root, common, printer).map_err(|stop| unopened.stop(&stop))
    }

    fn try_open(
        environment: &str,
        target: Target,
        root: PathBuf,
        common: &Common,
        printer: &Printer,
    ) -> Result<Self, Stop> {
        let started = Instant::now();
        let output: Rc<dyn Output> = match common.format {
            Format::Rails => Rc::new(printer.clone()),
            Format::Json => Rc::new(Silence),
        };
        let files = DiskFiles::new(&target.migrations_paths);
        let inflections = std::fs::read_to_string(root.join("config/initializers/inflections.rb")).ok();
        let mut adapter = adapters::connection_adapters::resolve(target.config.clone(), activerecord::inflector())?;
        let is_read = common.format == Format::Json;
        let statements = Rc::new(StatementLog { is_read, ..StatementLog::default() });
        adapter.base_mut().observer = Some(Rc::clone(&statements) as Rc<dyn StatementObserver>);
        let naming = &mut adapter.base_mut().naming;
        naming.table_name_prefix = env_vars::get(env_vars::TABLE_NAME_PREFIX).unwrap_or_default();
        naming.table_name_suffix = env_vars::get(env_vars::TABLE_NAME_SUFFIX).unwrap_or_default();
        let adapter: SharedAdapter = Rc::new(RefCell::new(adapter));
        let options = WorldOptions {
            rails_env: environment.to_owned(),
            root: root.to_string_lossy().into_owned(),
            verbose: !printer.is_quiet(),
            inflections,
            primary_key_type: generators::primary_key_type(&root),
            ..WorldOptions::default()
        };
        let host = LocalHost::new(root, &target.migrations_paths, output);
        let limits = Limits { allocated: Some(memory::allocated), ..Limits::default() };
        let mut world = World::new(Rc::clone(&adapter), Box::new(host), limits, options);
        world.load_inflections()?;
        let migrations = MigrationContext::new(&files, false).migrations(&world)?;
        world.set_migration_versions(migrations.iter().map(|migration| migration.version).collect());
        adapter.borrow_mut().connect()?;
        Ok(Self {
            printer: printer.clone(),
            format: common.format,
            target,
            environment: environment.to_owned(),
            adapter,
            files,
            migrations,
            rows: HashMap::new(),
            world,
            statements,
            started,
        })
    }

    /// Rows of `db:migrate:status`.
    pub fn migrations_status(&self, recorded: &[u128]) -> Result<Vec<MigrationStatus>, Exit> {
        let rows = MigrationContext::new(&self.files, false).migrations_status(recorded, &self.world);
        rows.map_err(|error| self.stop(&error.into()))
    }

    /// The recorded versions.
    pub fn versions(&self) -> Result<Vec<u128>, Exit> {
        migrator::all_versions(&self.adapter).map_err(|error| self.stop(&error.into()))
    }

    /// Prints why a command ends, and answers how.
    pub fn stop(&self, stop: &Stop) -> Exit {
        Unopened { printer: self.printer.clone(), format: self.format }.stop(stop)
    }

    pub fn emit(&self, event: &Event<'_>) {
        if self.format == Format::Json {
            self.printer.data(&event.line());
        }
    }

    /// Checks what a plan will run, and refuses it as a whole where something is certain to be missing.
    pub fn check(&mut self, plan: &Plan, running: &Running) -> Result<(), Exit> {
        self.world.set_implied_models(running.implied_models);
        if running.no_check {
            return Ok(());
        }
        let recorded: BTreeSet<u128> = self.versions()?.into_iter().collect();
        let runnable = plan.runnable(&recorded).map_err(|error| self.stop(&error.into()))?;
        let refused = refusals(&runnable, plan.direction, &self.files, &self.world);
        if refused.is_empty() {
            return Ok(());
        }
        for (migration, reasons) in &refused {
            self.emit(&Event::Refused {
                migration: (*migration).into(),
                reasons: reasons.iter().map(Into::into).collect(),
            });
            if self.format == Format::Rails {
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
        if let Err(error) = migrator::validate(&plan.migrations) {
            return Err(self.stop(&error.into()));
        }
        self.world.set_implied_models(running.implied_models);
        if !keep_going {
            self.check(plan, running)?;
        }
        let spinner = (self.format == Format::Rails).then(|| self.printer.spinner());
        let mut progress = Reporter {
            printer: &self.printer,
            format: self.format,
            files: &self.files,
            statements: &self.statements,
            adapter: Rc::clone(&self.adapter),
            rows: &self.rows,
        };
        let mut run = Run {
            adapter: Rc::clone(&self.adapter),
            world: &mut self.world,
            files: &self.files,
            environment: &self.environment,
            progress: &mut progress,
            keep_going,
        };
        let outcome = migrator::migrate(plan, &mut run);
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
        if self.format == Format::Json {
            let recorded: BTreeSet<u128> = self.versions()?.into_iter().collect();
            let pending = self.migrations.iter().filter(|migration| !recorded.contains(&migration.version)).count();
            self.emit(&Event::Finished { migrated, pending, milliseconds: milliseconds(self.started.elapsed()) });
        }
        Ok(())
    }
}

/// What the check says against the files of a run.
pub fn refusals<'m>(
    migrations: &[&'m MigrationProxy],
    direction: Direction,
    files: &dyn MigrationFiles,
    world: &World,
) -> Vec<(&'m MigrationProxy, Vec<Reason>)> {
    let sources: Vec<_> = migrations.iter().map(|migration| files.read(&migration.filename)).collect();
    let mut defined = Defined::default();
    for (migration, source) in migrations.iter().zip(&sources) {
        if let Ok(source) = source {
            defined.add(&migration.filename, source.as_bytes());
        }
    }
    let mut refused = Vec::new();
    for (migration, source) in migrations.iter().zip(&sources) {
        // A file that cannot be read fails when it is its turn, as in Rails.
        let Ok(source) = source else { continue };
        let subject =
            Subject { path: &migration.filename, source: source.as_bytes(), class_name: &migration.name, direction };
        let reasons = check::check(&subject, world, &defined);
        if !reasons.is_empty() {
            refused.push((*migration, reasons));
        }
    }
    refused
}

/// Tells the user of each migration.
struct Reporter<'a> {
    printer: &'a Printer,
    format: Format,
    files: &'a DiskFiles,
    statements: &'a StatementLog,
    adapter: SharedAdapter,
    /// `migrate --rows`: statements by version.
    rows: &'a HashMap<String, Vec<String>>,
}

impl Reporter<'_> {
    fn emit(&self, event: &Event<'_>) {
        if self.format == Format::Json {
            self.printer.data(&event.line());
        }
    }
}

impl Progress for Reporter<'_> {
    fn begin(&mut self, migration: &MigrationProxy, _: Direction) {
        for sql in self.rows.get(&migration.version.to_string()).into_iter().flatten() {
            // What the other side could put in and this one cannot shows in the comparison.
            let _ = self.adapter.borrow_mut().execute(sql, Some("SCHEMA"));
        }
        self.statements.statements.borrow_mut().clear();
    }

    fn migrated(&mut self, migration: &MigrationProxy, direction: Direction, duration: Duration) {
        self.emit(&Event::Migrated {
            migration: migration.into(),
            direction: direction_name(direction),
            engine: events::Engine::Native,
            milliseconds: milliseconds(duration),
            statements: &self.statements.statements.borrow(),
        });
    }

    fn failed(&mut self, failure: &Failure) {
        self.emit(&Event::Failed {
            migration: (&failure.migration).into(),
            direction: direction_name(failure.direction),
            engine: events::Engine::Native,
            error: (&failure.error).into(),
            milliseconds: milliseconds(failure.duration),
            statements: &self.statements.statements.borrow(),
        });
        if self.format == Format::Rails {
            self.printer.error_output(&report::failure(self.printer, failure, self.files));
        }
    }

    fn note(&mut self, migration: &MigrationProxy, note: &str) {
        self.printer.talk(&format!("{} {}: {note}", self.printer.style(Style::Dim, "note:"), migration.filename));
    }
}

/// How to speak before there is a session.
struct Unopened {
    printer: Printer,
    format: Format,
}

impl Unopened {
    fn stop(&self, stop: &Stop) -> Exit {
        let (class, message, exit) = match stop {
            Stop::Migration(error) => {
                let exit = match error {
                    MigrationError::ConcurrentMigration => Exit::Locked,
                    MigrationError::ReleaseLockFailed => Exit::Failed,
                    _ => Exit::Usage,
                };
                (error.class_name().to_owned(), error.to_string(), exit)
            }
            Stop::Database(error) => {
                (error.class().name().to_owned(), error.message().to_owned(), database_exit(error))
            }
            Stop::Ruby(error) => (error.class.clone(), error.message.clone(), Exit::Usage),
        };
        if self.format == Format::Json {
            let error = PlainError { class: &class, message: &message };
            self.printer.data(&Event::Error { error }.line());
        }
        let label = self.printer.style(Style::Error, "error:");
        self.printer.error_output(&format!("{label} {class}: {}\n", message.trim()));
        if let Some(hint) = hint(exit) {
            self.printer.error_output(&format!("{} {hint}\n", self.printer.style(Style::Hint, "hint:")));
        }
        exit
    }
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
