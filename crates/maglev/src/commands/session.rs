//! One database with its migration files: what every command that connects begins with.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use activerecord::migration::migration_context::{MigrationContext, MigrationFiles, MigrationProxy, MigrationStatus};
use activerecord::migrator;
use activerecord::world::{SharedAdapter, World, WorldOptions};
use activerecord::{Engine, schema_migration};
use adapters::StatementObserver;
use adapters::bounds::{Bounds, Memory};
use ruby::Limits;

use super::context::{Context, Place};
use super::outcome::Database;
use super::rehearsal::Rehearsal;
use super::statement_log::StatementLog;
use super::stop::{Stop, Whereabouts, Why};
use crate::app::folder::Named;
use crate::app::visible::AppFiles;
use crate::config::Target;
use crate::deadline::Deadline;
use crate::host::{AppHost, Output, Recording};
use crate::once::Once;
use crate::request::{Common, Running};
use crate::teller::Teller;
use crate::{env_vars, memory};

/// What a step of a command comes to, or what ended it.
pub(crate) type Step<T = ()> = Result<T, Box<Stop>>;

/// One database before it is connected to, with the app's settings.
pub(crate) struct Unconnected {
    pub adapter: SharedAdapter,
    pub engine: Box<dyn Engine>,
    /// Which of the app's settings are not taken over. They have been told.
    pub warnings: Vec<String>,
    pub files: Rc<dyn MigrationFiles>,
    pub app: Rc<dyn AppFiles>,
    pub statements: Rc<StatementLog>,
    recording: Rc<Recording>,
}

impl Unconnected {
    pub(crate) fn new(
        context: &Context,
        teller: &Teller,
        environment: &str,
        target: &Target,
        common: &Common,
    ) -> Result<Self, Why> {
        let named = Named { migrations: &target.migrations_paths, by_user: target.by_user, included: &common.include };
        let (files, app) = context.app.open(named).map_err(Why::Unusable)?;
        let rehearsal = context.rehearsal.as_ref();
        let mut adapter = match rehearsal {
            Some(rehearsal) => rehearsal.adapter(target)?,
            None => adapters::connection_adapters::resolve(target.config.clone(), activerecord::inflector())?,
        };
        let stage = rehearsal.map(|rehearsal| rehearsal.stage(&*files));
        let log = StatementLog::new(teller.clone(), !adapter.supports_ddl_transactions());
        let statements = Rc::new(log.rehearsing(rehearsal.cloned()));
        adapter.base_mut().config.bounds = bounds(context);
        adapter.base_mut().observer = Some(Rc::clone(&statements) as Rc<dyn StatementObserver>);
        let adapter: SharedAdapter = Rc::new(RefCell::new(adapter));
        let recording = Rc::<Recording>::default();
        let output: Rc<dyn Output> =
            if teller.lists_statements() { Rc::clone(&recording) as _ } else { Rc::new(teller.printer().clone()) };
        let ends_with_process = context.place == Place::CommandLine;
        let mut options = WorldOptions { ends_with_process, ..world_options(teller, environment, target, &*app) };
        let host = match stage {
            Some((output, stage, places)) => {
                options.places = Some(places);
                adapter.borrow_mut().base_mut().fixed_time = Some(stage.now);
                AppHost::new(Rc::clone(&app), output).on_stage(stage)
            }
            None => AppHost::new(Rc::clone(&app), output),
        };
        let mut engine: Box<dyn Engine> =
            Box::new(World::new(Rc::clone(&adapter), Box::new(host), limits(context), options));
        let warnings = engine.load_settings()?;
        warn_of_settings(teller, &warnings);
        if let Some(refusal) = engine.refusal() {
            return Err(Why::Unusable(refusal));
        }
        name_tables(&adapter);
        Ok(Self { adapter, engine, warnings, files, app, statements, recording })
    }
}

/// One database, connected, and the migrations meant for it.
pub(crate) struct Session {
    pub teller: Teller,
    pub environment: String,
    pub adapter: SharedAdapter,
    pub files: Rc<dyn MigrationFiles>,
    pub migrations: Vec<MigrationProxy>,
    pub app: Rc<dyn AppFiles>,
    pub engine: Box<dyn Engine>,
    pub statements: Rc<StatementLog>,
    /// With `--format json`, what the migration that runs now has printed.
    pub recording: Rc<Recording>,
    pub deadline: Option<Arc<Deadline>>,
    pub place: Place,
    pub once: Option<Arc<Once>>,
    /// Whoever has it go nowhere.
    pub rehearsal: Option<Rc<dyn Rehearsal>>,
    pub running: Running,
    /// Whoever asks takes up what is left when time is up.
    pub continues: bool,
    /// The command line names it.
    pub is_named: bool,
    #[cfg(feature = "comparison")]
    pub rows: super::comparison::Rows,
    target: Target,
    started: Instant,
    /// The recorded versions, as far as they are known: read before the first plan and under the lock, and told by each run.
    recorded: Option<BTreeSet<u128>>,
    /// `ActiveRecord.validate_migration_timestamps`
    validates_timestamps: bool,
}

impl Session {
    /// Connects.
    pub(crate) fn open(
        context: &Context,
        environment: &str,
        target: Target,
        common: &Common,
        running: &Running,
    ) -> Step<Self> {
        let teller = context.teller.about(target.label.clone());
        let at = whereabouts(&teller, &target, context.place);
        let opened = Self::try_open(context, teller, environment, target, common, running);
        let mut session = opened.map_err(|why| Box::new(Stop { why, at }))?;
        if let Some(rehearsal) = &context.rehearsal {
            rehearsal.connect(&mut session)?;
        }
        session.statements.mind(schema_migration::table_name(&**session.adapter.borrow()));
        Ok(session)
    }

    fn try_open(
        context: &Context,
        teller: Teller,
        environment: &str,
        target: Target,
        common: &Common,
        running: &Running,
    ) -> Result<Self, Why> {
        let started = Instant::now();
        let Unconnected { adapter, mut engine, files, app, statements, recording, .. } =
            Unconnected::new(context, &teller, environment, &target, common)?;
        engine.set_implied_models(running.implied_models);
        let validates_timestamps = engine.validates_migration_timestamps();
        let migrations = MigrationContext::new(&*files, validates_timestamps).migrations(&*engine)?;
        engine.set_migration_versions(migrations.iter().map(|migration| migration.version).collect());
        if context.rehearsal.is_none() {
            adapter.borrow_mut().connect()?;
        }
        Ok(Self {
            teller,
            environment: environment.to_owned(),
            adapter,
            files,
            migrations,
            app,
            engine,
            statements,
            recording,
            deadline: context.deadline.clone(),
            place: context.place,
            once: context.once.clone(),
            rehearsal: context.rehearsal.clone(),
            running: running.clone(),
            continues: common.continues,
            is_named: common.name.is_some(),
            #[cfg(feature = "comparison")]
            rows: super::comparison::Rows::default(),
            target,
            started,
            recorded: None,
            validates_timestamps,
        })
    }

    /// Rows of `db:migrate:status`; none where nothing was ever recorded.
    pub(crate) fn migrations_status(&mut self) -> Step<Option<Vec<MigrationStatus>>> {
        let exists = schema_migration::table_exists(&mut **self.adapter.borrow_mut());
        if !exists.map_err(|error| self.stop(error))? {
            return Ok(None);
        }
        let recorded = self.versions()?;
        let context = MigrationContext::new(&*self.files, self.validates_timestamps);
        let rows = context.migrations_status(&recorded, &*self.engine);
        rows.map(Some).map_err(|error| self.stop(error))
    }

    /// The recorded versions, read where they are not known.
    pub(crate) fn recorded(&mut self) -> Step<&BTreeSet<u128>> {
        let known = match self.recorded.take() {
            Some(known) => known,
            None => {
                let read = migrator::all_versions(&self.adapter);
                read.map_err(|error| self.stop(error))?.into_iter().collect()
            }
        };
        Ok(self.recorded.insert(known))
    }

    /// The same as a list.
    pub(crate) fn versions(&mut self) -> Step<Vec<u128>> {
        Ok(self.recorded()?.iter().copied().collect())
    }

    /// What a run says is recorded; none where it does not know.
    pub(crate) fn set_recorded(&mut self, recorded: Option<BTreeSet<u128>>) {
        self.recorded = recorded;
    }

    /// The recorded versions where they are known or can be read.
    pub(crate) fn try_recorded(&mut self) -> Option<BTreeSet<u128>> {
        self.recorded().ok().cloned()
    }

    /// The migrations that are not recorded.
    pub(crate) fn pending<'s>(&'s self, recorded: &'s BTreeSet<u128>) -> impl Iterator<Item = &'s MigrationProxy> {
        self.migrations.iter().filter(|migration| !recorded.contains(&migration.version))
    }

    /// Which database this is.
    pub(crate) fn database(&self) -> Database {
        Database { name: self.target.config.database().unwrap_or_default(), label: self.target.label.clone() }
    }

    /// What is known of the database beside what it holds.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// What ends a command here.
    pub(crate) fn stop(&self, why: impl Into<Why>) -> Box<Stop> {
        Box::new(Stop { why: why.into(), at: whereabouts(&self.teller, &self.target, self.place) })
    }

    /// Tells that all was done.
    pub(crate) fn finish(&mut self, migrated: usize) -> Step {
        if self.teller.counts() && self.rehearsal.is_none() {
            self.recorded()?;
            let recorded = self.recorded.as_ref();
            let pending = recorded.map_or(0, |recorded| self.pending(recorded).count());
            self.teller.finished(migrated, pending, self.started.elapsed());
        }
        Ok(())
    }
}

pub(crate) fn whereabouts(teller: &Teller, target: &Target, place: Place) -> Whereabouts {
    Whereabouts {
        config: target.config.clone(),
        in_function: place == Place::Function,
        begun: teller.account().ran().next().is_some(),
        database: teller.database(),
    }
}

fn world_options(teller: &Teller, environment: &str, target: &Target, app: &dyn AppFiles) -> WorldOptions {
    WorldOptions {
        rails_env: environment.to_owned(),
        root: app.root().to_string_lossy().into_owned(),
        verbose: !teller.printer().is_quiet(),
        settings: app.settings(environment),
        gem_initializers: app.gem_initializers(),
        gemfile_lock: app.setting("Gemfile.lock"),
        primary_key_type: app.primary_key_type(),
        database_yml: target.database_yml.clone(),
        ..WorldOptions::default()
    }
}

fn limits(context: &Context) -> Limits {
    Limits {
        allocated: Some(memory::allocated),
        total_memory: context.memory.unwrap_or(Limits::default().total_memory),
        deadline: context.deadline.as_ref().map(|deadline| deadline.stop_at()),
        ..Limits::default()
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
pub(crate) fn warn_of_settings(teller: &Teller, warnings: &[String]) {
    for warning in warnings {
        teller.warning(warning);
    }
}
