//! `db:migrate:up` and `db:migrate:down`: one migration, whatever the versions around it.

use activerecord::migrator::Plan;
use activerecord::world::Direction;
use anyhow::Result;

use super::carry_out::carry_out;
use super::context::Context;
use super::migrate::parse_version;
use super::schema_dump::after_migration;
use super::session::{Session, Step};
use crate::request::One;

/// Rails' error where no file has the version; nothing where it is up, or down, already.
pub(crate) fn run(arguments: &One, direction: Direction, context: &Context) -> Result<Step> {
    let task = match direction {
        Direction::Up => "db:migrate:up",
        Direction::Down => "db:migrate:down",
    };
    let version = parse_version(&arguments.version)?;
    let (environment, target) = context.single_target(&arguments.common, task)?;
    let session = Session::open(context, &environment, target, &arguments.common, &arguments.running);
    Ok(session.and_then(|mut session| {
        let plan = Plan::run(session.migrations.clone(), direction, version);
        let count = carry_out(&mut session, &plan)?;
        after_migration(&mut [&mut session], context, arguments.dumping)?;
        session.finish(count)
    }))
}
