//! `db:migrate:redo`.

use std::collections::BTreeSet;

use activerecord::migrator::Plan;
use activerecord::world::Direction;
use anyhow::Result;

use super::context::Context;
use super::migrate::parse_version;
use super::rollback::rollback;
use super::session::Session;
use crate::cli::args::Redo;
use crate::exit::Exit;

pub fn run(arguments: &Redo, context: &Context) -> Result<Exit> {
    let version = arguments.version.as_deref().map(parse_version).transpose()?;
    let (environment, target) = context.single_target(&arguments.common, "db:migrate:redo")?;
    let outcome = Session::open(context, &environment, target, &arguments.common.include).and_then(|mut session| {
        let count = match version {
            Some(version) => redo_one(&mut session, arguments, version)?,
            None => redo_last(&mut session, arguments)?,
        };
        session.finish(count)
    });
    Ok(outcome.err().unwrap_or(Exit::Done))
}

fn redo_one(session: &mut Session, arguments: &Redo, version: u128) -> Result<usize, Exit> {
    let [down, up] =
        [Direction::Down, Direction::Up].map(|direction| Plan::run(session.migrations.clone(), direction, version));
    check_both(session, arguments, &down, |_| Some(up.clone()))?;
    session.carry_out(&down, &arguments.running, false)?;
    session.carry_out(&up, &arguments.running, false)
}

/// As Rails: what was rolled back runs again, and whatever else is pending.
fn redo_last(session: &mut Session, arguments: &Redo) -> Result<usize, Exit> {
    let all = session.migrations.clone();
    let down = Plan::rollback(all.clone(), &session.versions()?, arguments.steps)
        .map_err(|error| session.stop(&error.into()))?;
    check_both(session, arguments, &down, |recorded| Plan::migrate(all, recorded, None))?;
    rollback(session, &arguments.running, arguments.steps)?;
    match Plan::migrate(session.migrations.clone(), &session.versions()?, None) {
        Some(plan) => session.carry_out(&plan, &arguments.running, false),
        None => Ok(0),
    }
}

/// Checks the way down and the way up again before the first statement: what comes back up must not be refused when it is
/// already down. `up` makes the second plan of what will be recorded then.
fn check_both(
    session: &mut Session,
    arguments: &Redo,
    down: &Plan,
    up: impl FnOnce(&[u128]) -> Option<Plan>,
) -> Result<(), Exit> {
    let recorded: BTreeSet<u128> = session.versions()?.into_iter().collect();
    let goes = down.runnable(&recorded).map_err(|error| session.stop(&error.into()))?;
    let goes: BTreeSet<u128> = goes.iter().map(|migration| migration.version).collect();
    let left: BTreeSet<u128> = recorded.difference(&goes).copied().collect();
    let up = up(&left.iter().copied().collect::<Vec<_>>());
    let mut plans = vec![(down, recorded)];
    plans.extend(up.as_ref().map(|up| (up, left)));
    session.check_all(&plans, &arguments.running)
}
