//! `db:rollback`.

use activerecord::migrator::Plan;
use anyhow::Result;

use super::context::Context;
use super::session::Session;
use crate::cli::args::{Common, Rollback, Running};
use crate::exit::Exit;

pub fn run(arguments: &Rollback, context: &Context) -> Result<Exit> {
    let (environment, target) = context.single_target(&arguments.common, "db:rollback")?;
    let outcome = Session::open(context, &environment, target, &arguments.common.include).and_then(|mut session| {
        let reverted = rollback(&mut session, &arguments.running, arguments.steps)?;
        session.finish(reverted)
    });
    Ok(outcome.err().unwrap_or(Exit::Done))
}

/// Reverts the last `steps` migrations.
pub fn rollback(session: &mut Session, running: &Running, steps: usize) -> Result<usize, Exit> {
    let plan = Plan::rollback(session.migrations.clone(), &session.versions()?, steps)
        .map_err(|error| session.stop(&error.into()))?;
    session.carry_out(&plan, running, false)
}

/// Runs one migration in one direction, for `up` and `down`.
pub fn run_one(
    common: &Common,
    running: &Running,
    version: &str,
    direction: activerecord::world::Direction,
    context: &Context,
    task: &str,
) -> Result<Exit> {
    let version = super::migrate::parse_version(version)?;
    let (environment, target) = context.single_target(common, task)?;
    let outcome = Session::open(context, &environment, target, &common.include).and_then(|mut session| {
        let plan = Plan::run(session.migrations.clone(), direction, version);
        let count = session.carry_out(&plan, running, false)?;
        session.finish(count)
    });
    Ok(outcome.err().unwrap_or(Exit::Done))
}
