//! `db:migrate:redo`.

use std::collections::BTreeSet;

use activerecord::migrator::Plan;
use activerecord::world::Direction;
use anyhow::Result;

use super::carry_out::{carry_out, check};
use super::context::Context;
use super::migrate::parse_version;
use super::rollback::rollback;
use super::schema_dump::after_migration;
use super::session::{Session, Step};
use crate::request::Redo;

/// One version down and up again, or the last `steps` and whatever else is pending.
pub(crate) fn run(arguments: &Redo, context: &Context) -> Result<Step> {
    let version = arguments.version.as_deref().map(parse_version).transpose()?;
    let (environment, target) = context.single_target(&arguments.common, "db:migrate:redo")?;
    let session = Session::open(context, &environment, target, &arguments.common, &arguments.running);
    Ok(session.and_then(|mut session| {
        let count = match version {
            Some(version) => redo_one(&mut session, context, arguments, version)?,
            None => redo_last(&mut session, context, arguments)?,
        };
        after_migration(&mut [&mut session], context, arguments.dumping)?;
        session.finish(count)
    }))
}

fn redo_one(session: &mut Session, context: &Context, arguments: &Redo, version: u128) -> Step<usize> {
    let [down, up] =
        [Direction::Down, Direction::Up].map(|direction| Plan::run(session.migrations.clone(), direction, version));
    check_both(session, &down, |_| Some(up.clone()))?;
    carry_out(session, &down)?;
    after_migration(&mut [session], context, arguments.dumping)?;
    carry_out(session, &up)
}

/// As Rails: what was rolled back runs again, and whatever else is pending.
fn redo_last(session: &mut Session, context: &Context, arguments: &Redo) -> Step<usize> {
    let steps = arguments.steps;
    let all = session.migrations.clone();
    let down = Plan::rollback(all.clone(), &session.versions()?, steps).map_err(|error| session.stop(error))?;
    check_both(session, &down, |recorded| Plan::migrate(all, recorded, None))?;
    rollback(session, steps)?;
    after_migration(&mut [session], context, arguments.dumping)?;
    match Plan::migrate(session.migrations.clone(), &session.versions()?, None) {
        Some(plan) => carry_out(session, &plan),
        None => Ok(0),
    }
}

/// Checks the way down and the way up again before the first statement: what comes back up must not be refused when it is
/// already down. `up` makes the second plan of what will be recorded then.
fn check_both(session: &mut Session, down: &Plan, up: impl FnOnce(&[u128]) -> Option<Plan>) -> Step {
    let recorded = session.recorded()?.clone();
    let goes = down.runnable(&recorded).map_err(|error| session.stop(error))?;
    let goes: BTreeSet<u128> = goes.iter().map(|migration| migration.version).collect();
    let left: BTreeSet<u128> = recorded.difference(&goes).copied().collect();
    let up = up(&left.iter().copied().collect::<Vec<_>>());
    let mut plans = vec![(down, recorded)];
    plans.extend(up.as_ref().map(|up| (up, left)));
    check(session, &plans)
}
