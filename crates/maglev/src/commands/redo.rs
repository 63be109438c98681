//! `db:migrate:redo`.

use activerecord::migration::migrator::Plan;
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
    let mut count = 0;
    for direction in [Direction::Down, Direction::Up] {
        let plan = Plan::run(session.migrations.clone(), direction, version);
        count = session.carry_out(&plan, &arguments.running, false)?;
    }
    Ok(count)
}

/// As Rails: what was rolled back runs again, and whatever else is pending.
fn redo_last(session: &mut Session, arguments: &Redo) -> Result<usize, Exit> {
    rollback(session, &arguments.running, arguments.steps)?;
    match Plan::migrate(session.migrations.clone(), &session.versions()?, None) {
        Some(plan) => session.carry_out(&plan, &arguments.running, false),
        None => Ok(0),
    }
}
