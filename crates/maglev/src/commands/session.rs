//! One database with its migration files: what every command that connects begins with, and how a plan is carried out.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use activerecord::check::Reason;
use activerecord::migration::migration_context::{MigrationContext, MigrationFiles, MigrationProxy, MigrationStatus};
use activerecord::migrator::{self, Error, Plan, Run};
use activerecord::world::{SharedAdapter, World, WorldOptions};
use adapters::StatementObserver;
use adapters::bounds::{Bounds, Memory};
use ruby::Limits;

use super::context::{Context, Place};
use super::refusals::refusals;
use super::reporter::Reporter;
use super::statement_log::StatementLog;
use super::stop::{Stop, Whereabouts};
use crate::app_files::AppFiles;
use crate::app_folder::Named;
use crate::cli::args::{Format, Running};
use crate::config::Target;
use crate::deadline::Deadline;
use crate::events::{Event, milliseconds};
use crate::exit::Exit;
use crate::host::{AppHost, Output, Recording};
use crate::memory;
use crate::once::Once;
use crate::printer::{Printer, Style};
use crate::tally::count_of;
use crate::{env_vars, report};

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
    place: Place,
    once: Option<Arc<Once>>,
    /// `ActiveRecord.validate_migration_timestamps`
    validates_timestamps: bool,
}

impl Session {
    /// Connects. Err: what to print, and how to exit.
    pub fn open(context: &Context, environment: &str, target: Target, include: &[PathBuf]) -> Result<Self, Exit> {
        let printer = context.printer.of_database(context.labels_events.get().then_some(&target.name));
        let config = target.config.clone();
        let at = Whereabouts { config: &config, in_function: context.place.is_function(), begun: false };
        Self::try_open(context, printer.clone(), environment, target, include).map_err(|stop| stop.tell(&printer, at))
    }

    fn try_open(
        context: &Context,
        printer: Printer,
        environment: &str,
        target: Target,
        include: &[PathBuf],
    ) -> Result<Self, Stop> {
        let started = Instant::now();
        let recording = Rc::<Recording>::default();
        let output: Rc<dyn Output> = match printer.format() {
            Format::Rails => Rc::new(printer.clone()),
            Format::Json => Rc::clone(&recording) as Rc<dyn Output>,
        };
        let named = Named { migrations: &target.migrations_paths, by_user: target.by_user, included: include };
        let (files, app) = context.app.open(named).map_err(Stop::Unusable)?;
        let mut adapter = adapters::connection_adapters::resolve(target.config.clone(), activerecord::inflector())?;
        let statements = Rc::new(StatementLog::new(printer.clone(), !adapter.supports_ddl_transactions()));
        adapter.base_mut().config.bounds = bounds(context);
        adapter.base_mut().observer = Some(Rc::clone(&statements) as Rc<dyn StatementObserver>);
        let adapter: SharedAdapter = Rc::new(RefCell::new(adapter));
        let options = WorldOptions {
            rails_env: environment.to_owned(),
            root: app.root().to_string_lossy().into_owned(),
            verbose: !printer.is_quiet(),
            ends_with_process: matches!(context.place, Place::CommandLine),
            settings: app.settings(environment),
            strong_migrations: app.setting("config/initializers/strong_migrations.rb"),
            gemfile_lock: app.setting("Gemfile.lock"),
            primary_key_type: app.primary_key_type(),
            database_yml: target.database_yml.clone(),
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
        warn_of_settings(&printer, &world.load_settings()?);
        if let Some(refusal) = world.refusal() {
            return Err(Stop::Unusable(refusal));
        }
        name_tables(&adapter);
        let validates_timestamps = world.validates_migration_timestamps();
        let migrations = MigrationContext::new(&*files, validates_timestamps).migrations(&world)?;
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
            place: context.place,
            once: context.once.clone(),
            validates_timestamps,
        })
    }

    /// Rows of `db:migrate:status`.
    pub fn migrations_status(&self, recorded: &[u128]) -> Result<Vec<MigrationStatus>, Exit> {
        let rows =
            MigrationContext::new(&*self.files, self.validates_timestamps).migrations_status(recorded, &self.world);
        rows.map_err(|error| self.stop(&error.into()))
    }

    /// The recorded versions.
    pub fn versions(&self) -> Result<Vec<u128>, Exit> {
        migrator::all_versions(&self.adapter).map_err(|error| self.stop(&error.into()))
    }

    /// Prints why a command ends, and answers how.
    pub fn stop(&self, stop: &Stop) -> Exit {
        let begun = self.printer.migrated() > 0;
        let at = Whereabouts { config: &self.target.config, in_function: self.place.is_function(), begun };
        stop.tell(&self.printer, at)
    }

    /// Checks what a plan will run, and refuses it as a whole where something is certain to be missing.
    pub fn check(&mut self, plan: &Plan, running: &Running) -> Result<(), Exit> {
        let recorded = self.versions()?.into_iter().collect();
        self.check_all(&[(plan, recorded)], running)
    }

    /// Checks what several plans will run one after another, each with the versions that are recorded when it begins.
    pub fn check_all(&mut self, plans: &[(&Plan, BTreeSet<u128>)], running: &Running) -> Result<(), Exit> {
        self.world.set_implied_models(running.implied_models);
        if running.no_check {
            return Ok(());
        }
        let mut refused: Vec<(&MigrationProxy, Vec<Reason>)> = Vec::new();
        for (plan, recorded) in plans {
            let runnable = plan.runnable(recorded).map_err(|error| self.stop(&error.into()))?;
            for (migration, reasons) in refusals(&runnable, plan.direction, &*self.files, &*self.app, &self.world) {
                match refused.iter_mut().find(|(other, _)| other.filename == migration.filename) {
                    Some((_, known)) => {
                        let more: Vec<_> = reasons.into_iter().filter(|reason| !known.contains(reason)).collect();
                        known.extend(more);
                    }
                    None => refused.push((migration, reasons)),
                }
            }
        }
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
        let spinner = self.printer.spinner();
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
            place: self.place,
            once: self.once.as_deref(),
            wait: Duration::from_secs(running.wait),
            waiting_since: None,
            cut_short: false,
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
        let is_cut_short = progress.cut_short;
        drop(watch);
        drop(spinner);
        let is_lost = outcome.as_ref().is_err_and(Error::is_lost_connection);
        let is_late = is_cut_short || self.deadline.as_ref().is_some_and(|d| d.is_postponed() || d.is_expired());
        match outcome {
            Err(Error::Exited(count)) => Err(self.finish(count).err().unwrap_or(Exit::Done)),
            Ok(count) if !is_late => Ok(count),
            Ok(_) => Err(self.late(plan)),
            Err(error) => {
                if is_late && !is_lost {
                    self.late(plan);
                } else if !is_lost {
                    self.count_pending();
                }
                Err(match error {
                    Error::Failed(_) if is_lost => self.lost(),
                    // Nothing of it stays, and whoever kept it from writing will end.
                    Error::Failed(failure) if failure.error.is_kept_out() => Exit::Locked,
                    Error::Failed(_) | Error::Exited(_) => Exit::Failed,
                    Error::Migration(error) => self.stop(&error.into()),
                    Error::Database(error) => self.stop(&error.into()),
                })
            }
        }
    }

    /// Time was up. Says what is left, unless whoever asked goes on by itself.
    fn late(&self, plan: &Plan) -> Exit {
        let recorded = self.recorded();
        let left = recorded.as_ref().and_then(|recorded| plan.runnable(recorded).ok()).unwrap_or_default();
        self.printer.emit(&Event::Postponed { left: left.iter().map(|migration| (*migration).into()).collect() });
        self.count_pending();
        if !self.place.is_function() {
            let ran = self.printer.migrated();
            let versions: Vec<_> = left.iter().map(|migration| migration.version.to_string()).collect();
            let hint = if self.printer.has_remains() {
                "undo by hand what stays of the last one, then run it again with a longer --time-limit"
            } else {
                "run it again, with a longer --time-limit where one migration needs it"
            };
            self.printer.error_output(&format!(
                "{} the time limit is up: {} ran, {} left: {}\n{} {hint}\n",
                self.printer.style(Style::Error, "error:"),
                if ran == 0 { "no migration".to_owned() } else { count_of(ran) },
                if left.len() == 1 { "1 is".to_owned() } else { format!("{} are", left.len()) },
                versions.join(", "),
                self.printer.style(Style::Hint, "hint:"),
            ));
        }
        Exit::Failed
    }

    /// The connection was lost in a migration, which has been told.
    fn lost(&self) -> Exit {
        let hint = self.printer.style(Style::Hint, "hint:");
        self.printer.error_output(&format!("{hint} {}\n", Exit::UNKNOWN_HINT));
        Exit::Unknown
    }

    /// The recorded versions, where they can be read.
    fn recorded(&self) -> Option<BTreeSet<u128>> {
        migrator::all_versions(&self.adapter).ok().map(|versions| versions.into_iter().collect())
    }

    /// For the last event, which tells how many are pending.
    fn count_pending(&self) {
        if self.printer.hears_events()
            && let Some(recorded) = self.recorded()
        {
            let pending = self.migrations.iter().filter(|migration| !recorded.contains(&migration.version)).count();
            self.printer.set_pending(pending);
        }
    }

    /// The last event of a run.
    pub fn finish(&self, migrated: usize) -> Result<(), Exit> {
        if self.printer.hears_events() {
            let recorded: BTreeSet<u128> = self.versions()?.into_iter().collect();
            let pending = self.migrations.iter().filter(|migration| !recorded.contains(&migration.version)).count();
            let milliseconds = milliseconds(self.started.elapsed());
            self.printer.emit(&Event::Finished {
                status: "ok",
                migrated,
                pending: Some(pending),
                milliseconds,
                took_effect: None,
            });
        }
        Ok(())
    }
}

/// What a server may take of the run: its rows count as Ruby's values do, and nothing waits for it past the answer.
fn bounds(context: &Context) -> Bounds {
    Bounds {
        deadline: context.deadline.as_ref().map(|deadline| deadline.lost_at()),
        memory: Some(Memory {
            allocated: memory::allocated,
            baseline: memory::allocated(),
            limit: context.memory.unwrap_or(Limits::default().total_memory),
        }),
    }
}

/// Names the tables as the environment wants it, whatever the app says.
fn name_tables(adapter: &SharedAdapter) {
    let mut adapter = adapter.borrow_mut();
    let naming = &mut adapter.base_mut().naming;
    if let Some(prefix) = env_vars::get(env_vars::TABLE_NAME_PREFIX) {
        naming.table_name_prefix = prefix;
    }
    if let Some(suffix) = env_vars::get(env_vars::TABLE_NAME_SUFFIX) {
        naming.table_name_suffix = suffix;
    }
}

/// Says which of the app's settings are not taken over.
pub fn warn_of_settings(printer: &Printer, warnings: &[String]) {
    for warning in warnings {
        printer.talk(&format!("{} {warning}", printer.style(Style::Hint, "warning:")));
    }
}
