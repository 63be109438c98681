//! `db:schema:load`: the schema of a file, put into the databases of the environment, in development into those of test too.

use std::path::Path;

use anyhow::Result;

use super::context::Context;
use super::database_tasks::schema::SchemaSource;
use super::database_tasks::{Place, Tasks};
use super::outcome::Outcome;
use super::session::{Session, Step};
use super::tasks::{check_unless, current};
use crate::cli::args::setup::SchemaLoad;
use crate::config::Targets;
use crate::request::{Load, Running};

/// Err: wrong usage or configuration; nothing was done.
pub(crate) fn run(arguments: &SchemaLoad, context: &Context) -> Result<Outcome> {
    let tasks = Tasks { context, common: &arguments.make.common };
    let done = match check_unless(tasks, arguments.make.unprotected)? {
        Ok(()) => load_each(tasks, &current(tasks, arguments.make.skip_test)?, arguments.file.as_deref()),
        stopped => stopped,
    };
    Ok(Outcome { account: context.teller.account().clone(), stop: done.err(), ..Outcome::default() })
}

/// In a function: into databases that have no tables, for nobody there can be asked about those that would be dropped.
pub(super) fn into_empty(arguments: &Load, context: &Context) -> Result<Step> {
    let targets = context.targets(&arguments.common)?;
    Ok(load_each(Tasks { context, common: &arguments.common }, &[targets], arguments.file.as_deref()))
}

/// `load_schema_current`. What is certain to fail is found before the first statement: a file that is not there, one that cannot
/// be evaluated, a database that is not there.
pub(crate) fn load_each(tasks: Tasks<'_>, environments: &[Targets], file: Option<&Path>) -> Step {
    let mut schemas = Vec::new();
    for place in places(environments) {
        schemas.extend(tasks.schema_source(place, file)?.map(|schema| (place, schema)));
    }
    let open = |(place, schema): (Place<'_>, SchemaSource)| Ok((tasks.session(place, &Running::default())?, schema));
    let mut opened = schemas.into_iter().map(open).collect::<Step<Vec<(Session, SchemaSource)>>>()?;
    opened.iter_mut().try_for_each(|(session, _)| tasks.check_empty(session))?;
    opened.iter_mut().try_for_each(|(session, schema)| tasks.load_schema(session, schema))
}

/// Every database of some environments.
pub(crate) fn places(environments: &[Targets]) -> impl Iterator<Item = Place<'_>> {
    environments
        .iter()
        .flat_map(|Targets { environment, targets }| targets.iter().map(move |target| Place { environment, target }))
}
