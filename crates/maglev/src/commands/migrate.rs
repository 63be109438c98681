//! `db:migrate`. With several databases, their pending versions interleave, as in Rails.

use std::collections::BTreeMap;

use activerecord::migration::migration_context::{valid_version_format, version_number};
use activerecord::migrator::Plan;
use anyhow::{Result, bail};

use super::carry_out::{carry_out, check};
use super::context::Context;
use super::session::{Session, Step};
use crate::config::Targets;
use crate::request::Migrate;

/// Err: a version that is none, or no database to work on.
pub(crate) fn run(arguments: &Migrate, context: &Context) -> Result<Step> {
    let target_version = arguments.to.as_deref().map(parse_version).transpose()?;
    let Targets { environment, targets } = context.targets(&arguments.common)?;
    let open = |target| Session::open(context, &environment, target, &arguments.common, &arguments.running);
    let mut sessions: Vec<_> = match targets.into_iter().map(open).collect::<Step<_>>() {
        Ok(sessions) => sessions,
        Err(stop) => return Ok(Err(stop)),
    };
    #[cfg(feature = "comparison")]
    for session in &mut sessions {
        session.rows = super::comparison::Rows::read(&arguments.comparison, &session.adapter)?;
    }
    Ok(match &mut sessions[..] {
        [session] => migrate_one(session, arguments, target_version),
        sessions => migrate_several(sessions, arguments, target_version),
    })
}

/// A version as Rails takes it from `VERSION`: digits, or a migration's file name.
pub(crate) fn parse_version(version: &str) -> Result<u128> {
    if !valid_version_format(version) {
        bail!("Invalid format of target version: `VERSION={version}`");
    }
    Ok(version_number(version))
}

fn migrate_one(session: &mut Session, arguments: &Migrate, target: Option<u128>) -> Step {
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
    session.finish(migrated)
}

/// `migrate_all` with `db_configs_with_versions`: version by version, each in every database that lacks it.
fn migrate_several(sessions: &mut [Session], arguments: &Migrate, target: Option<u128>) -> Step {
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
    for (version, indexes) in by_version {
        for index in indexes {
            let session = &mut sessions[index];
            let own = session.migrations.iter().filter(|migration| migration.version == version).cloned().collect();
            if let Some(plan) = Plan::migrate(own, &session.versions()?, target) {
                migrated[index] += go(session, &plan, arguments)?;
            }
        }
    }
    sessions.iter_mut().zip(migrated).try_for_each(|(session, count)| session.finish(count))
}

#[cfg(not(feature = "comparison"))]
fn go(session: &mut Session, plan: &Plan, _: &Migrate) -> Step<usize> {
    carry_out(session, plan)
}

#[cfg(feature = "comparison")]
fn go(session: &mut Session, plan: &Plan, arguments: &Migrate) -> Step<usize> {
    if arguments.comparison.keep_going {
        super::comparison::go_through(session, plan)
    } else {
        carry_out(session, plan)
    }
}
