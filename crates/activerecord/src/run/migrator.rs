//! Runs migrations in order, each in its transaction, under the lock: `Migrator` of migration.rb, and the moves of
//! `MigrationContext` (migrate, rollback, run) that choose what it runs.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;
use std::time::{Duration, Instant};

use adapters::Adapter;
use adapters::transaction::{TransactionOptions, enter_transaction};

use crate::ground::errors::RubyError;
use crate::ground::{internal_metadata, schema_migration};
use crate::migration::errors::MigrationError;
use crate::migration::migration_context::{MigrationFiles, MigrationProxy};
use crate::run::engine::{Engine, Loaded};
use crate::run::world::{Direction, SharedAdapter};

/// Why a run ended early.
#[derive(Debug)]
pub enum Error {
    Migration(MigrationError),
    /// Outside of any migration: Rails' own tables, the lock.
    Database(adapters::Error),
    Failed(Box<Failure>),
    /// A migration called `exit`: the process is to end well. So many migrations ran before it.
    Exited(usize),
}

impl Error {
    /// Whether the connection to the database was lost on the way.
    pub fn is_lost_connection(&self) -> bool {
        match self {
            Self::Migration(_) | Self::Exited(_) => false,
            Self::Database(error) => error.is_lost_connection(),
            Self::Failed(failure) => failure.error.is_lost_connection(),
        }
    }
}

impl From<MigrationError> for Error {
    fn from(error: MigrationError) -> Self {
        Self::Migration(error)
    }
}

impl From<adapters::Error> for Error {
    fn from(error: adapters::Error) -> Self {
        Self::Database(error)
    }
}

/// A migration that failed, and what became of the run.
#[derive(Debug)]
pub struct Failure {
    pub migration: MigrationProxy,
    pub direction: Direction,
    pub error: RubyError,
    /// It ran in a transaction, which was rolled back.
    pub in_transaction: bool,
    /// Rails raises an error of its own around the migration's; a file that does not load is told as it is.
    pub wrapped: bool,
    pub duration: Duration,
}

impl fmt::Display for Failure {
    /// What `rails db:migrate` says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.wrapped {
            let this = if self.in_transaction { "this and " } else { "" };
            write!(f, "An error has occurred, {this}all later migrations canceled:\n\n{}", self.error)
        } else {
            write!(f, "{}", self.error)
        }
    }
}

/// Hears how a run goes.
pub trait Progress {
    /// Rails' own tables are there, and nothing is written yet. An error ends the run.
    fn prepared(&mut self, _adapter: &mut dyn Adapter) -> Result<(), adapters::Error> {
        Ok(())
    }
    /// Whether there is time for it; where there is not, the run ends before it.
    fn may_begin(&mut self, _migration: &MigrationProxy) -> bool {
        true
    }
    /// Statements from here on are this migration's.
    fn begin(&mut self, _migration: &MigrationProxy, _direction: Direction) {}
    /// Its code has ended; what follows records it, or rolls it back. Whether there is time to record it.
    fn executed(&mut self) -> bool {
        true
    }
    /// Another run holds the lock: waits a moment and answers whether to ask once more.
    fn lock_is_held(&mut self) -> bool {
        false
    }
    fn migrated(&mut self, _migration: &MigrationProxy, _direction: Direction, _duration: Duration) {}
    fn failed(&mut self, _failure: &Failure) {}
    /// The engine noticed something that Rails has no words for.
    fn note(&mut self, _migration: &MigrationProxy, _note: &str) {}
}

/// What a run works with.
pub struct Run<'a> {
    pub adapter: SharedAdapter,
    pub engine: &'a mut dyn Engine,
    pub files: &'a dyn MigrationFiles,
    /// What `ar_internal_metadata` gets as `environment`.
    pub environment: &'a str,
    pub progress: &'a mut dyn Progress,
    /// The versions that are recorded, from when they are read under the lock; what migrations do to the table by themselves
    /// is not known.
    pub recorded: Option<BTreeSet<u128>>,
}

/// `ActiveRecord::SchemaMigration#integer_versions`, empty before the table exists.
pub fn all_versions(adapter: &SharedAdapter) -> Result<Vec<u128>, adapters::Error> {
    let mut adapter = adapter.borrow_mut();
    if schema_migration::table_exists(&mut **adapter)? {
        schema_migration::integer_versions(&mut **adapter)
    } else {
        Ok(Vec::new())
    }
}

/// Rails says nothing of it.
const EXITED: &str =
    "the migration called `exit`: its transaction is rolled back, it is not recorded, and what is pending stays so";

/// What a command is about to run, known before anything is sent but reads.
#[derive(Clone, Debug)]
pub struct Plan {
    pub direction: Direction,
    pub migrations: Vec<MigrationProxy>,
    pub target: Option<u128>,
    /// `run`: this one migration, whatever the versions around it.
    single: bool,
}

impl Plan {
    /// `MigrationContext#migrate`: up to the newest, or up or down to `target`. None: there is nothing to do and
    /// Rails does nothing, not even its own tables.
    pub fn migrate(migrations: Vec<MigrationProxy>, recorded: &[u128], target: Option<u128>) -> Option<Self> {
        let current = recorded.iter().copied().max().unwrap_or(0);
        let direction = match target {
            Some(0) if current == 0 => return None,
            Some(target) if current > target => Direction::Down,
            _ => Direction::Up,
        };
        Some(Self { direction, migrations, target, single: false })
    }

    /// `MigrationContext#rollback`
    pub fn rollback(migrations: Vec<MigrationProxy>, recorded: &[u128], steps: usize) -> Result<Self, MigrationError> {
        validate(&migrations)?;
        let current = recorded.iter().copied().max().unwrap_or(0);
        let newest_first: Vec<_> = migrations.iter().rev().collect();
        let position = newest_first.iter().position(|migration| migration.version == current);
        let start = match position {
            Some(position) => position,
            None if current != 0 => return Err(MigrationError::UnknownMigrationVersion { version: current }),
            None => 0,
        };
        let target = newest_first.get(start.saturating_add(steps)).map_or(0, |migration| migration.version);
        Ok(Self { direction: Direction::Down, migrations, target: Some(target), single: false })
    }

    /// `MigrationContext#forward`: past the last that ran by so many; from nothing, by one more.
    pub fn forward(migrations: Vec<MigrationProxy>, recorded: &[u128], steps: usize) -> Result<Self, MigrationError> {
        validate(&migrations)?;
        let current = recorded.iter().copied().max().unwrap_or(0);
        let start = match migrations.iter().position(|migration| migration.version == current) {
            Some(position) => position,
            None if current != 0 => return Err(MigrationError::UnknownMigrationVersion { version: current }),
            None => 0,
        };
        let target = migrations.get(start.saturating_add(steps)).map_or(0, |migration| migration.version);
        Ok(Self { direction: Direction::Up, migrations, target: Some(target), single: false })
    }

    /// `MigrationContext#run`
    pub fn run(migrations: Vec<MigrationProxy>, direction: Direction, version: u128) -> Self {
        Self { direction, migrations, target: Some(version), single: true }
    }

    /// The migrations that will run, in order, given the versions recorded now.
    pub fn runnable(&self, recorded: &BTreeSet<u128>) -> Result<Vec<&MigrationProxy>, MigrationError> {
        let ran = |migration: &MigrationProxy| recorded.contains(&migration.version);
        if self.single {
            let found = self.find(self.target.unwrap_or(0));
            let migration =
                found.ok_or(MigrationError::UnknownMigrationVersion { version: self.target.unwrap_or(0) })?;
            let wanted = ran(migration) == (self.direction == Direction::Down);
            return Ok(if wanted { vec![migration] } else { Vec::new() });
        }
        if let Some(target) = self.target
            && target != 0
            && self.find(target).is_none()
        {
            return Err(MigrationError::UnknownMigrationVersion { version: target });
        }
        let current = recorded.iter().copied().max().unwrap_or(0);
        let target = self.target.and_then(|target| self.find(target)).map(|migration| migration.version);
        Ok(match self.direction {
            Direction::Up => {
                let upto = |migration: &&MigrationProxy| target.is_none_or(|target| migration.version <= target);
                self.migrations.iter().filter(upto).filter(|migration| !ran(migration)).collect()
            }
            Direction::Down => {
                // From the current migration, if its file is there, else from the newest, down to above the target.
                let start = self.find(current).map_or(u128::MAX, |migration| migration.version);
                let below = |migration: &&MigrationProxy| {
                    migration.version <= start && target.is_none_or(|target| migration.version > target)
                };
                self.migrations.iter().rev().filter(below).filter(|migration| ran(migration)).collect()
            }
        })
    }

    fn find(&self, version: u128) -> Option<&MigrationProxy> {
        self.migrations.iter().find(|migration| migration.version == version)
    }
}

/// `Migrator#validate`: names first.
pub fn validate(migrations: &[MigrationProxy]) -> Result<(), MigrationError> {
    if let Some(migration) = first_duplicate(migrations, |migration| &migration.name) {
        return Err(MigrationError::DuplicateMigrationName { name: migration.name.clone() });
    }
    if let Some(migration) = first_duplicate(migrations, |migration| &migration.version) {
        return Err(MigrationError::DuplicateMigrationVersion { version: migration.version });
    }
    Ok(())
}

fn first_duplicate<K: Hash + Eq>(
    migrations: &[MigrationProxy],
    key: impl Fn(&MigrationProxy) -> &K,
) -> Option<&MigrationProxy> {
    let mut counts = HashMap::new();
    for migration in migrations {
        *counts.entry(key(migration)).or_insert(0) += 1;
    }
    migrations.iter().find(|migration| counts.get(key(migration)).is_some_and(|&count| count > 1))
}

/// Runs a plan as `Migrator#migrate` or `#run` does: internal tables, lock, environment, migrations. Answers how many ran.
/// Whoever asks has seen to it that the plan's migrations are valid.
pub fn migrate(plan: &Plan, run: &mut Run<'_>) -> Result<usize, Error> {
    let lock_wanted = {
        let adapter = &mut **run.adapter.borrow_mut();
        schema_migration::create_table(adapter)?;
        schema_migration::keep_table_name(adapter);
        internal_metadata::create_table(adapter)?;
        run.progress.prepared(adapter)?;
        adapter.advisory_locks_enabled()
    };
    if lock_wanted { with_advisory_lock(plan, run) } else { migrate_without_lock(plan, run) }
}

fn with_advisory_lock(plan: &Plan, run: &mut Run<'_>) -> Result<usize, Error> {
    let lock_id = {
        let adapter = &mut **run.adapter.borrow_mut();
        let lock_id = generate_migrator_advisory_lock_id(adapter)?;
        while !adapter.get_advisory_lock(&lock_id)? {
            if !run.progress.lock_is_held() {
                return Err(MigrationError::ConcurrentMigration.into());
            }
        }
        lock_id
    };
    let outcome = migrate_without_lock(plan, run);
    if outcome.as_ref().is_err_and(Error::is_lost_connection) {
        // The lock went with the connection, and whoever holds it now is another.
        return outcome;
    }
    let released = run.adapter.borrow_mut().release_advisory_lock(&lock_id);
    match (outcome, released) {
        (outcome, Ok(true)) => outcome,
        // As Rails' `ensure`: a lock that cannot be released replaces whatever happened.
        (_, Ok(false)) => Err(MigrationError::ReleaseLockFailed.into()),
        (Ok(_), Err(error)) => Err(error.into()),
        // What happened first is what the user must hear of.
        (outcome, Err(_)) => outcome,
    }
}

/// Rails' salt times the checksum of the database's name: the same number for every run against it.
pub fn generate_migrator_advisory_lock_id(adapter: &mut dyn Adapter) -> Result<String, adapters::Error> {
    const MIGRATOR_SALT: u64 = 2_053_462_845;
    let checksum = crc32fast::hash(adapter.catalogue().current_database()?.as_bytes());
    Ok((MIGRATOR_SALT * u64::from(checksum)).to_string())
}

fn migrate_without_lock(plan: &Plan, run: &mut Run<'_>) -> Result<usize, Error> {
    let recorded = schema_migration::integer_versions(&mut **run.adapter.borrow_mut())?;
    let recorded = run.recorded.insert(recorded.into_iter().collect());
    let runnable = plan.runnable(recorded)?;
    if plan.direction == Direction::Up {
        internal_metadata::set(&mut **run.adapter.borrow_mut(), "environment", run.environment)?;
    }
    let mut count = 0;
    for migration in runnable {
        if !run.progress.may_begin(migration) {
            break;
        }
        match execute_migration_in_transaction(migration, plan.direction, run) {
            Ok(is_recorded) => {
                count += 1;
                if is_recorded {
                    remember(migration.version, plan.direction, run);
                }
            }
            Err(Error::Failed(_)) if was_overtaken(migration, plan.direction, run) => {
                return Err(MigrationError::ConcurrentMigration.into());
            }
            Err(Error::Failed(failure)) if failure.error.exit_status == Some(0) => {
                run.progress.note(migration, EXITED);
                return Err(Error::Exited(count));
            }
            Err(Error::Failed(failure)) => {
                run.progress.failed(&failure);
                return Err(Error::Failed(failure));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

fn remember(version: u128, direction: Direction, run: &mut Run<'_>) {
    if let Some(recorded) = &mut run.recorded {
        match direction {
            Direction::Up => recorded.insert(version),
            Direction::Down => recorded.remove(&version),
        };
    }
}

/// Whether another run has recorded the migration that failed here meanwhile: SQLite has no lock that excludes it, and what
/// the other made is what failed here.
fn was_overtaken(migration: &MigrationProxy, direction: Direction, run: &mut Run<'_>) -> bool {
    let adapter = &mut **run.adapter.borrow_mut();
    !adapter.supports_advisory_locks()
        && schema_migration::recorded(adapter, &migration.version.to_string())
            .is_ok_and(|recorded| recorded == (direction == Direction::Up))
}

/// Answers whether the version was recorded.
fn execute_migration_in_transaction(
    migration: &MigrationProxy,
    direction: Direction,
    run: &mut Run<'_>,
) -> Result<bool, Error> {
    let started = Instant::now();
    run.progress.begin(migration, direction);
    let failure = |error: RubyError, in_transaction: bool, wrapped: bool| {
        Error::Failed(Box::new(Failure {
            migration: migration.clone(),
            direction,
            error,
            in_transaction,
            wrapped,
            duration: started.elapsed(),
        }))
    };
    let loaded = match load(migration, run) {
        Err(error) if error.standard => {
            // Rails' `rescue` asks the migration whether it runs in a transaction, and so loads the file once more: it
            // is that second error which the user sees.
            let reloaded = load(migration, run);
            run.progress.executed();
            let reloaded = reloaded.map_err(|error| failure(error, false, false))?;
            let use_transaction = uses_transaction(reloaded, run);
            return Err(failure(error, use_transaction, true));
        }
        Err(error) => {
            run.progress.executed();
            return Err(failure(error, false, false));
        }
        Ok(loaded) => loaded,
    };
    let verb = if direction == Direction::Up { "Migrating to" } else { "Reverting" };
    run.engine.log_migration(&format!("{verb} {} ({})", migration.name, migration.version));
    let use_transaction = uses_transaction(loaded, run);
    let outcome = ddl_transaction(migration, direction, use_transaction, run);
    for note in run.engine.take_notes() {
        run.progress.note(migration, &note);
    }
    let is_recorded = match outcome {
        // `transaction` swallows it: the migration did nothing and is not recorded.
        Err(error) if use_transaction && error.class == "ActiveRecord::Rollback" => false,
        Err(error) => {
            let wrapped = error.standard;
            return Err(failure(error, use_transaction, wrapped));
        }
        Ok(()) => true,
    };
    run.progress.migrated(migration, direction, started.elapsed());
    Ok(is_recorded)
}

/// `Migrator#use_transaction?`
fn uses_transaction(loaded: Loaded, run: &Run<'_>) -> bool {
    !loaded.disables_ddl_transaction && run.adapter.borrow().supports_ddl_transactions()
}

fn load(migration: &MigrationProxy, run: &mut Run<'_>) -> Result<Loaded, RubyError> {
    let loaded = run.engine.load(migration, run.files);
    for note in run.engine.take_notes() {
        run.progress.note(migration, &note);
    }
    loaded
}

fn ddl_transaction(
    migration: &MigrationProxy,
    direction: Direction,
    use_transaction: bool,
    run: &mut Run<'_>,
) -> Result<(), RubyError> {
    let entered = if use_transaction {
        Some(enter_transaction(&mut **run.adapter.borrow_mut(), TransactionOptions::default())?)
    } else {
        None
    };
    let executed = run.engine.migrate(direction);
    let executed = in_time(executed, run.progress.executed());
    let outcome = executed.and_then(|()| record_version(migration, direction, run).map_err(RubyError::from));
    let outcome = match entered {
        // A failed rollback is raised in Ruby's `ensure`, and so replaces the migration's error.
        Some(entered) => run.engine.leave_transaction(entered, outcome),
        None => outcome,
    };
    if outcome.is_ok() { run.engine.tell_of_statements() } else { outcome }
}

/// What ended when time was up was cut short, whatever it says of itself.
fn in_time(executed: Result<(), RubyError>, is_in_time: bool) -> Result<(), RubyError> {
    match executed {
        Err(error) if error.abort.is_some() => Err(error),
        _ if is_in_time => executed,
        executed => Err(RubyError::deadline(executed.err())),
    }
}

fn record_version(migration: &MigrationProxy, direction: Direction, run: &mut Run<'_>) -> Result<(), adapters::Error> {
    let version = migration.version.to_string();
    let adapter = &mut **run.adapter.borrow_mut();
    match direction {
        Direction::Up => schema_migration::create_version(adapter, &version),
        Direction::Down => schema_migration::delete_version(adapter, &version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrations(versions: &[u128]) -> Vec<MigrationProxy> {
        let proxy = |&version: &u128| MigrationProxy {
            name: format!("M{version}"),
            version,
            filename: format!("{version}_m.rb"),
            scope: String::new(),
        };
        versions.iter().map(proxy).collect()
    }

    fn check(plan: Option<Plan>, recorded: &[u128], expected: &[u128]) {
        let recorded = recorded.iter().copied().collect();
        let versions = plan.map_or(Vec::new(), |plan| {
            let runnable = plan.runnable(&recorded).unwrap();
            runnable.iter().map(|migration| migration.version).collect()
        });
        assert_eq!(versions, expected);
    }

    #[test]
    fn migrate_goes_up_or_down_to_its_target() {
        let all = || migrations(&[1, 2, 3, 4]);
        check(Plan::migrate(all(), &[], None), &[], &[1, 2, 3, 4]);
        check(Plan::migrate(all(), &[1, 3], None), &[1, 3], &[2, 4]);
        check(Plan::migrate(all(), &[1], Some(3)), &[1], &[2, 3]);
        check(Plan::migrate(all(), &[1, 2, 3, 4], Some(2)), &[1, 2, 3, 4], &[4, 3]);
        check(Plan::migrate(all(), &[1, 2], Some(0)), &[1, 2], &[2, 1]);
        check(Plan::migrate(all(), &[], Some(0)), &[], &[]);
        // The current version's file is gone: down starts at the newest file.
        check(Plan::migrate(all(), &[1, 2, 9], Some(1)), &[1, 2, 9], &[2]);
    }

    #[test]
    fn rollback_counts_files_from_the_current_one() {
        let all = || migrations(&[1, 2, 3, 4]);
        check(Plan::rollback(all(), &[1, 2, 3], 1).ok(), &[1, 2, 3], &[3]);
        check(Plan::rollback(all(), &[1, 2, 3], 9).ok(), &[1, 2, 3], &[3, 2, 1]);
        check(Plan::rollback(all(), &[1, 3], 2).ok(), &[1, 3], &[3]);
        assert_eq!(
            Plan::rollback(all(), &[1, 9], 1).unwrap_err(),
            MigrationError::UnknownMigrationVersion { version: 9 }
        );
    }

    #[test]
    fn forward_counts_files_from_the_current_one() {
        let all = || migrations(&[1, 2, 3, 4]);
        check(Plan::forward(all(), &[1], 1).ok(), &[1], &[2]);
        check(Plan::forward(all(), &[], 1).ok(), &[], &[1, 2]);
        check(Plan::forward(all(), &[1, 2, 3], 2).ok(), &[1, 2, 3], &[4]);
        assert!(Plan::forward(all(), &[9], 1).is_err());
    }

    #[test]
    fn run_wants_a_known_version() {
        check(Some(Plan::run(migrations(&[1, 2]), Direction::Up, 2)), &[], &[2]);
        check(Some(Plan::run(migrations(&[1, 2]), Direction::Up, 2)), &[2], &[]);
        check(Some(Plan::run(migrations(&[1, 2]), Direction::Down, 2)), &[2], &[2]);
        let plan = Plan::run(migrations(&[1]), Direction::Up, 7);
        assert!(plan.runnable(&BTreeSet::new()).is_err());
    }

    #[test]
    fn duplicates_are_told_by_name_first() {
        let mut all = migrations(&[1, 1, 2]);
        assert_eq!(validate(&all), Err(MigrationError::DuplicateMigrationName { name: "M1".to_owned() }));
        all[0].name = "Other".to_owned();
        assert_eq!(validate(&all), Err(MigrationError::DuplicateMigrationVersion { version: 1 }));
    }
}
