//! What only a comparison of whole histories needs (`cargo xtask corpus`), behind the cargo feature `comparison`: a migration
//! that fails is recorded as run and the next one goes on, as a process of its own would, and rows are put in before each.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::rc::Rc;

use activerecord::migration::migration_context::MigrationProxy;
use activerecord::migrator::{self, Error, Plan, Run};
use activerecord::schema_migration;
use activerecord::world::{Direction, SharedAdapter};
use anyhow::{Context as _, Result};
use clap::Args;

use super::carry_out;
use super::session::{Session, Step};

/// Options of `migrate`.
#[derive(Args, Debug, Clone, Default, PartialEq)]
pub(crate) struct Options {
    /// Record a migration that fails as run, and go on
    #[arg(long)]
    pub keep_going: bool,
    /// A file of statements to send before each version
    #[arg(long)]
    pub rows: Option<PathBuf>,
    /// Of a plan: the versions to take back once all have run
    #[arg(skip)]
    pub back: Vec<u128>,
}

/// Statements to send before each version.
#[derive(Clone, Default)]
pub(crate) struct Rows {
    statements: Rc<HashMap<String, Vec<String>>>,
    adapter: Option<SharedAdapter>,
}

impl Rows {
    /// Reads the file that `--rows` names.
    pub(crate) fn read(options: &Options, adapter: &SharedAdapter) -> Result<Self> {
        let statements = match &options.rows {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
                serde_json::from_str(&text).with_context(|| path.display().to_string())?
            }
            None => HashMap::new(),
        };
        Ok(Self { statements: Rc::new(statements), adapter: Some(Rc::clone(adapter)) })
    }

    /// Sends the statements of a version.
    pub(crate) fn put_in(&self, version: u128) {
        let Some(adapter) = &self.adapter else { return };
        for sql in self.statements.get(&version.to_string()).into_iter().flatten() {
            // What the other side could put in and this one cannot shows in the comparison.
            let _ = adapter.borrow_mut().execute(sql, Some("SCHEMA"));
        }
    }
}

/// Carries a plan out past what fails, without any check of it before.
pub(crate) fn go_through(session: &mut Session, plan: &Plan) -> Step<usize> {
    let ran = |session: &Session| session.teller.account().ran().count();
    let before = ran(session);
    carry_out::run(session, &each_version_once(plan), past_failures)?;
    Ok(ran(session) - before)
}

/// Takes versions back, the last one first.
pub(crate) fn go_back(session: &mut Session, versions: &[u128]) -> Step<usize> {
    let recorded = session.versions()?;
    let mut migrations = session.migrations.clone();
    migrations.retain(|migration| versions.contains(&migration.version));
    Plan::migrate(migrations, &recorded, Some(0)).map_or(Ok(0), |plan| go_through(session, &plan))
}

/// Each runs on its own: the second of a version finds that version recorded.
fn each_version_once(plan: &Plan) -> Plan {
    let mut seen = BTreeSet::new();
    let mut plan = plan.clone();
    plan.migrations.retain(|migration| seen.insert(migration.version));
    plan
}

fn past_failures(plan: &Plan, run: &mut Run<'_>) -> Result<usize, Error> {
    loop {
        match migrator::migrate(plan, run) {
            Err(Error::Failed(failure)) => record(&failure.migration, failure.direction, run)?,
            // The first of what is left called `exit`.
            Err(Error::Exited(_)) => {
                let recorded = run.recorded.clone().unwrap_or_default();
                match plan.runnable(&recorded)?.first() {
                    Some(migration) => record(migration, plan.direction, run)?,
                    None => return Ok(0),
                }
            }
            outcome => return outcome,
        }
    }
}

/// The next one begins as a run of its own does, whatever this one left in the session.
fn record(migration: &MigrationProxy, direction: Direction, run: &mut Run<'_>) -> Result<(), Error> {
    let adapter = &mut **run.adapter.borrow_mut();
    adapter.disconnect();
    adapter.connect()?;
    let version = migration.version.to_string();
    match direction {
        Direction::Up => schema_migration::create_version(adapter, &version)?,
        Direction::Down => schema_migration::delete_version(adapter, &version)?,
    }
    Ok(())
}
