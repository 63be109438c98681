//! `db:migrate`. With several databases, their pending versions interleave, as in Rails.

use std::collections::BTreeMap;

use activerecord::migration::migration_context::{valid_version_format, version_number};
use activerecord::migrator::Plan;
use activerecord::{internal_metadata, schema_migration};
use anyhow::{Result, bail};

use super::carry_out::{carry_out, check};
use super::context::Context;
use super::database_tasks::{Place, Tasks};
use super::schema_dump::after_migration;
use super::session::{Session, Step};
use super::stop::{Stop, Why};
use crate::config::{Target, Targets};
use crate::request::Migrate;
use crate::signature;

/// Err: a version that is none, or no database to work on.
pub(crate) fn run(arguments: &Migrate, context: &Context) -> Result<Step> {
    let target_version = arguments.to.as_deref().map(parse_version).transpose()?;
    let Targets { environment, targets } = context.targets(&arguments.common)?;
    let mut sessions = match open(arguments, context, &Targets { environment, targets }) {
        Ok(sessions) => sessions,
        Err(stop) => return Ok(Err(stop)),
    };
    #[cfg(feature = "comparison")]
    for session in &mut sessions {
        session.rows = super::comparison::Rows::read(&arguments.comparison, &session.adapter)?;
    }
    Ok(match &mut sessions[..] {
        [session] => migrate_one(session, context, arguments, target_version),
        sessions => migrate_several(sessions, context, arguments, target_version),
    })
}

/// In an app's folder as Rails does: a database that is not there is made, and the schema's file loaded into a new one.
fn open(arguments: &Migrate, context: &Context, targets: &Targets) -> Step<Vec<Session>> {
    let Migrate { common, running, .. } = arguments;
    let Targets { environment, targets } = targets;
    // Folders that a person names need not be those that made the schema.
    if context.is_app() && common.dirs.is_empty() && context.rehearsal.is_none() {
        let places: Vec<_> = targets.iter().map(|target| Place { environment, target }).collect();
        let initialized = Tasks { context, common }.initialize_databases(&places, running)?;
        return Ok(initialized.into_iter().map(|(session, _)| session).collect());
    }
    let open = |target: &Target| Session::open(context, environment, target.clone(), common, running);
    targets.iter().map(open).collect()
}

/// A version as Rails takes it from `VERSION`: digits, or a migration's file name.
pub(crate) fn parse_version(version: &str) -> Result<u128> {
    if !valid_version_format(version) {
        bail!("Invalid format of target version: `VERSION={version}`");
    }
    Ok(version_number(version))
}

fn migrate_one(session: &mut Session, context: &Context, arguments: &Migrate, target: Option<u128>) -> Step {
    let scope = arguments.scope.as_deref();
    let recorded = session.versions()?;
    let selected = session.migrations.iter().filter(|migration| scope.is_none_or(|scope| migration.scope == scope));
    let plan = Plan::migrate(selected.cloned().collect(), &recorded, target);
    let migrated = match plan {
        Some(plan) => go(session, &plan, arguments)?,
        None => 0,
    };
    if let Some(scope) = scope.filter(|_| migrated == 0) {
        session.teller.none_in_scope(scope);
    }
    after_migration(&mut [session], context, arguments.dumping)?;
    session.finish(migrated)
}

fn migrate_several(sessions: &mut [Session], context: &Context, arguments: &Migrate, target: Option<u128>) -> Step {
    let migrated = migrate_pending(sessions, arguments, target)?;
    after_migration(&mut sessions.iter_mut().collect::<Vec<_>>(), context, arguments.dumping)?;
    sessions.iter_mut().zip(migrated).try_for_each(|(session, count)| session.finish(count))
}

/// `migrate_all` with `db_configs_with_versions`: version by version, each in every database that lacks it. Answers how many ran
/// in each.
pub(super) fn migrate_pending(sessions: &mut [Session], arguments: &Migrate, target: Option<u128>) -> Step<Vec<usize>> {
    sessions.iter_mut().try_for_each(claim)?;
    let mut by_version: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
    for (index, session) in sessions.iter_mut().enumerate() {
        let recorded = session.recorded()?.clone();
        let pending = session.pending(&recorded).map(|migration| migration.version);
        for version in pending.filter(|version| target.is_none_or(|target| target == *version)) {
            by_version.entry(version).or_default().push(index);
        }
        if let Some(plan) = Plan::migrate(session.migrations.clone(), &session.versions()?, None) {
            check(session, &[(&plan, recorded)])?;
        }
    }
    let mut migrated = vec![0; sessions.len()];
    let steps =
        by_version.into_iter().flat_map(|(version, indexes)| indexes.into_iter().map(move |index| (version, index)));
    let steps: Vec<(u128, usize)> = steps.collect();
    for (done, &(version, index)) in steps.iter().enumerate() {
        let session = &mut sessions[index];
        let own = session.migrations.iter().filter(|migration| migration.version == version).cloned().collect();
        if let Some(plan) = Plan::migrate(own, &session.versions()?, target) {
            let ran = go(session, &plan, arguments);
            migrated[index] += ran.map_err(|stop| with_the_rest(stop, sessions, &steps[done + 1..]))?;
        }
    }
    Ok(migrated)
}

/// Where time was up in the middle, what is left of the other databases is left too.
fn with_the_rest(mut stop: Box<Stop>, sessions: &[Session], steps: &[(u128, usize)]) -> Box<Stop> {
    if let Why::Late { left, .. } = &mut stop.why {
        let migration = |&(version, index): &(u128, usize)| {
            sessions[index].migrations.iter().find(|migration| migration.version == version).cloned()
        };
        left.extend(steps.iter().filter_map(migration));
    }
    stop
}

/// What is signed runs once, and in none of its databases where one has seen it, those included where nothing is pending now.
fn claim(session: &mut Session) -> Step {
    let Some(once) = session.once.clone() else { return Ok(()) };
    let claimed = {
        let adapter = &mut **session.adapter.borrow_mut();
        schema_migration::create_table(adapter)
            .and_then(|()| internal_metadata::create_table(adapter))
            .and_then(|()| once.claim(&session.target().name, adapter, signature::LIFETIME))
    };
    claimed.map_err(|error| session.stop(error))
}

#[cfg(not(feature = "comparison"))]
fn go(session: &mut Session, plan: &Plan, _: &Migrate) -> Step<usize> {
    carry_out(session, plan)
}

#[cfg(feature = "comparison")]
fn go(session: &mut Session, plan: &Plan, arguments: &Migrate) -> Step<usize> {
    if !arguments.comparison.keep_going {
        return carry_out(session, plan);
    }
    let ran = super::comparison::go_through(session, plan)?;
    Ok(ran + super::comparison::go_back(session, &arguments.comparison.back)?)
}
