//! The tasks of railties/databases.rake that do one thing to databases as a whole.

use anyhow::Result;

use super::context::Context;
use super::database_tasks::{Place, Tasks};
use super::outcome::{Outcome, Reading};
use super::session::Step;
use crate::cli::args::task::{Destroy, Task};
use crate::config::{Reach, Target, Targets};
use crate::env_vars;
use crate::request::Common;

/// Err: wrong usage or configuration; nothing was done.
pub(crate) fn run(task: &Task, context: &Context) -> Result<Outcome> {
    let tasks = Tasks { context, common: task.common() };
    let mut readings = Vec::new();
    let done = match task {
        Task::Create(create) if create.reach.all => each_local(tasks, Tasks::create)?,
        Task::Create(create) => each_current(tasks, create.reach.skip_test, Tasks::create)?,
        Task::Drop(drop) => destroy(tasks, drop, Tasks::drop)?,
        Task::Purge(purge) => destroy(tasks, purge, Tasks::purge)?,
        Task::TruncateAll(destroy) => truncate_all(tasks, destroy)?,
        Task::EnvironmentSet(_) => of_primary(tasks, Tasks::set_environment)?,
        Task::CheckProtectedEnvironments(_) => tasks.check_protected_environments(&context.targets(tasks.common)?),
        Task::Charset(_) => of_primary(tasks, Tasks::charset)?.map(|charset| {
            readings.push(Reading::Property { name: "charset", value: Some(charset) });
        }),
        Task::Collation(_) => of_primary(tasks, Tasks::collation)?.map(|value| {
            readings.push(Reading::Property { name: "collation", value });
        }),
    };
    Ok(Outcome { account: context.teller.account().clone(), readings, stop: done.err() })
}

/// `db:create` of a function, which has the databases of one environment.
pub(super) fn create_each(common: &Common, context: &Context) -> Result<Step> {
    let targets = context.targets(common)?;
    Ok(each(Tasks { context, common }, &[targets], |_| true, Tasks::create))
}

fn destroy<'t>(tasks: Tasks<'t>, destroy: &Destroy, task: fn(Tasks<'t>, Place<'_>) -> Step) -> Result<Step> {
    if let Err(stop) = check_unless(tasks, destroy.unprotected)? {
        return Ok(Err(stop));
    }
    if destroy.reach.all { each_local(tasks, task) } else { each_current(tasks, destroy.reach.skip_test, task) }
}

/// Of the current environment alone, whatever else is reached.
pub(super) fn check_unless(tasks: Tasks<'_>, unprotected: bool) -> Result<Step> {
    if unprotected {
        return Ok(Ok(()));
    }
    // The task that names one database asks about all of them.
    let common = Common { name: None, ..tasks.common.clone() };
    Ok(tasks.check_protected_environments(&tasks.context.targets(&common)?))
}

/// The databases of `each_current_configuration`.
pub(super) fn current(tasks: Tasks<'_>, skip_test: bool) -> Result<Vec<Targets>> {
    let skips_test = skip_test || env_vars::get_even_empty(env_vars::SKIP_TEST_DATABASE).is_some();
    tasks.context.targets_each(tasks.common, Reach::Current { skips_test })
}

fn truncate_all(tasks: Tasks<'_>, destroy: &Destroy) -> Result<Step> {
    if let Err(stop) = check_unless(tasks, destroy.unprotected)? {
        return Ok(Err(stop));
    }
    let targets = tasks.context.targets(tasks.common)?;
    Ok(each(tasks, &[targets], |_| true, Tasks::truncate_tables))
}

/// `each_current_configuration`
fn each_current<'t>(tasks: Tasks<'t>, skip_test: bool, task: fn(Tasks<'t>, Place<'_>) -> Step) -> Result<Step> {
    let environments = current(tasks, skip_test)?;
    Ok(each(tasks, &environments, |_| true, task))
}

/// `each_local_configuration`
fn each_local<'t>(tasks: Tasks<'t>, task: fn(Tasks<'t>, Place<'_>) -> Step) -> Result<Step> {
    let environments = tasks.context.targets_each(tasks.common, Reach::All)?;
    let is_local = |target: &Target| {
        let Some(database) = target.config.database() else { return false };
        let is_local = target.config.host().is_none_or(|host| ["127.0.0.1", "localhost"].contains(&host.trim()));
        if !is_local {
            tasks.context.teller.is_remote(&database);
        }
        is_local
    };
    Ok(each(tasks, &environments, is_local, task))
}

/// A task on each database that is meant.
pub(super) fn each<'t>(
    tasks: Tasks<'t>,
    environments: &[Targets],
    is_meant: impl Fn(&Target) -> bool,
    task: fn(Tasks<'t>, Place<'_>) -> Step,
) -> Step {
    environments.iter().try_for_each(|Targets { environment, targets }| {
        targets
            .iter()
            .filter(|target| is_meant(target))
            .try_for_each(|target| task(tasks, Place { environment, target }))
    })
}

/// The database that a task asks which asks one: that of the name, else the first.
fn of_primary<'t, T>(tasks: Tasks<'t>, task: fn(Tasks<'t>, Place<'_>) -> Step<T>) -> Result<Step<T>> {
    let Targets { environment, targets } = tasks.context.targets(tasks.common)?;
    let primary = targets.iter().find(|target| target.is_primary).or_else(|| targets.first());
    match primary {
        Some(target) => Ok(task(tasks, Place { environment: &environment, target })),
        None => anyhow::bail!("no database of the `{environment}` environment"),
    }
}
