//! `db:rollback`.

use activerecord::migrator::Plan;
use anyhow::Result;

use super::carry_out::carry_out;
use super::context::Context;
use super::schema_dump::after_migration;
use super::session::{Session, Step};
use crate::request::Rollback;

/// Takes back the last `steps` migrations of the only database.
pub(crate) fn run(arguments: &Rollback, context: &Context) -> Result<Step> {
    let (environment, target) = context.single_target(&arguments.common, "db:rollback")?;
    let session = Session::open(context, &environment, target, &arguments.common, &arguments.running);
    Ok(session.and_then(|mut session| {
        let reverted = rollback(&mut session, arguments.steps)?;
        after_migration(&mut [&mut session], context, arguments.dumping)?;
        session.finish(reverted)
    }))
}

/// Reverts the last `steps` migrations. Answers how many those were.
pub(crate) fn rollback(session: &mut Session, steps: usize) -> Step<usize> {
    let plan = Plan::rollback(session.migrations.clone(), &session.versions()?, steps);
    let plan = plan.map_err(|error| session.stop(error))?;
    carry_out(session, &plan)
}
