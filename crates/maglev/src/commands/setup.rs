//! `db:prepare`, `db:setup`, `db:reset`, `db:migrate:reset`, `db:test:prepare`, `db:test:purge` and `db:forward`. The seeds, which
//! Rails would load into a new database, are the app's code: that they are left is said.

use std::fs;

use activerecord::migrator::Plan;
use anyhow::{Result, bail};
use ruby::Sight;

use super::carry_out::carry_out;
use super::context::Context;
use super::database_tasks::{Place, Tasks};
use super::migrate::{self, migrate_pending, parse_version};
use super::outcome::Outcome;
use super::parallel_tests;
use super::schema_dump::{self, after_migration};
use super::schema_file;
use super::schema_load::{load_each, places};
use super::session::{Session, Step};
use super::tasks::{check_unless, current, each};
use crate::app::App;
use crate::cli::args::setup::{Forward, Make, MigrateReset, Prepare, Ready};
use crate::config::{Reach, Targets};
use crate::request::{Common, Dumping, Migrate, Running};

/// Err: wrong usage or configuration; nothing was done.
pub(crate) fn run(ready: &Ready, context: &Context) -> Result<Outcome> {
    let tasks = Tasks { context, common: ready.common() };
    let done = match ready {
        Ready::Prepare(prepare) if prepare.test => match prepare.parallel {
            Some(count) => parallel_tests::prepare(tasks, prepare, count)?,
            None => test_prepare(tasks, &prepare.make)?,
        },
        Ready::Prepare(prepare) => prepare_all(tasks, prepare)?,
        Ready::Setup(make) => make_anew(tasks, make, false)?,
        Ready::Reset(make) => make_anew(tasks, make, true)?,
        Ready::MigrateReset(arguments) => migrate_reset(tasks, arguments)?,
        Ready::TestPurge(make) => test_purge(tasks, make)?,
        Ready::Forward(arguments) => forward(tasks, arguments)?,
    };
    Ok(Outcome { account: context.teller.account().clone(), stop: done.err(), ..Outcome::default() })
}

/// `db:setup`, and `db:reset`, which drops first.
fn make_anew(tasks: Tasks<'_>, make: &Make, drops: bool) -> Result<Step> {
    let environments = current(tasks, make.skip_test)?;
    // Whether they can be loaded is known before anything is made or lost.
    let mut done = readable(tasks, &environments);
    if drops {
        done = done.and(check_unless(tasks, make.unprotected)?);
        done = done.and_then(|()| each(tasks, &environments, |_| true, Tasks::drop));
    }
    done = done.and_then(|()| each(tasks, &environments, |_| true, Tasks::create));
    if done.is_ok() && !drops {
        done = check_unless(tasks, make.unprotected)?;
    }
    Ok(done.and_then(|()| load_each(tasks, &environments, None)).map(|()| say_seeds_are_left(tasks)))
}

/// `db:migrate:reset`: the schema's file is written of nothing first, so that only the migrations make the schema.
fn migrate_reset(tasks: Tasks<'_>, MigrateReset { make, to }: &MigrateReset) -> Result<Step> {
    to.as_deref().map(parse_version).transpose()?;
    let environments = current(tasks, make.skip_test)?;
    let check = check_unless(tasks, make.unprotected)?;
    let made = check.and_then(|()| {
        each(tasks, &environments, |_| true, Tasks::drop)?;
        each(tasks, &environments, |_| true, Tasks::create)?;
        let of_current = environments.iter().take(1).flat_map(|targets| places(std::slice::from_ref(targets)));
        of_current.filter(|place| schema_file::is_kept(place.target)).try_for_each(|place| {
            let mut session = tasks.session(place, &Running::default())?;
            match schema_dump::path(&mut session, None)? {
                Some((format, path)) => schema_dump::dump(&mut session, format, path, None),
                None => Ok(()),
            }
        })
    });
    match made {
        Ok(()) => {
            migrate::run(&Migrate { common: tasks.common.clone(), to: to.clone(), ..Migrate::default() }, tasks.context)
        }
        stopped => Ok(stopped),
    }
}

/// `prepare_all`
fn prepare_all(tasks: Tasks<'_>, prepare: &Prepare) -> Result<Step> {
    let target_version = prepare.to.as_deref().map(parse_version).transpose()?;
    let environments = current(tasks, prepare.make.skip_test)?;
    Ok(prepare_environments(tasks, &prepare.running, prepare.dumping, &environments, target_version))
}

/// The same of a function, which has the databases of one environment.
pub(super) fn prepare_each(common: &Common, running: &Running, context: &Context) -> Result<Step> {
    let targets = context.targets(common)?;
    Ok(prepare_environments(Tasks { context, common }, running, Dumping::default(), &[targets], None))
}

fn prepare_environments(
    tasks: Tasks<'_>,
    running: &Running,
    dumping: Dumping,
    environments: &[Targets],
    target_version: Option<u128>,
) -> Step {
    let mut seeds = false;
    let mut groups = Vec::new();
    let places: Vec<_> = places(environments).collect();
    let mut initialized = tasks.initialize_databases(&places, running)?.into_iter();
    for Targets { targets, .. } in environments {
        let group: Vec<_> = initialized.by_ref().take(targets.len()).collect();
        seeds |= group.iter().any(|(session, is_new)| *is_new && has_seeds(session));
        groups.push(group.into_iter().map(|(session, _)| session).collect::<Vec<_>>());
    }
    let mut counts = Vec::new();
    for sessions in &mut groups {
        counts.push(migrate_pending(sessions, &Migrate::default(), target_version)?);
    }
    let mut all: Vec<_> = groups.into_iter().flatten().zip(counts.into_iter().flatten()).collect();
    let migrated = all.iter_mut().filter(|(_, count)| *count > 0).map(|(session, _)| session);
    after_migration(&mut migrated.collect::<Vec<_>>(), tasks.context, dumping)?;
    if seeds {
        say_seeds_are_left(tasks);
    }
    all.into_iter().try_for_each(|(mut session, count)| session.finish(count))
}

/// `seeds?`
fn has_seeds(session: &Session) -> bool {
    let target = session.target();
    target.config.options.get_opt("seeds").map_or(target.is_primary, adapters::Arg::is_truthy)
}

/// `db:test:prepare`: emptied, and their schemas loaded. Development's is the schema's file, whatever the environment is.
fn test_prepare(tasks: Tasks<'_>, make: &Make) -> Result<Step> {
    let environments = of_test(tasks)?;
    let check = check_unless(tasks, make.unprotected)?;
    Ok(check.and_then(|()| {
        readable(tasks, &environments)?;
        each(tasks, &environments, |_| true, Tasks::purge)?;
        load_each(tasks, &environments, None)
    }))
}

/// The schemas of databases are there and can be loaded, as far as that is known before.
pub(super) fn readable(tasks: Tasks<'_>, environments: &[Targets]) -> Step {
    places(environments).try_for_each(|place| tasks.schema_source(place, None).map(drop))
}

/// `db:test:purge`
fn test_purge(tasks: Tasks<'_>, make: &Make) -> Result<Step> {
    let environments = of_test(tasks)?;
    let check = check_unless(tasks, make.unprotected)?;
    Ok(check.and_then(|()| each(tasks, &environments, |_| true, Tasks::purge)))
}

/// The databases of test: those that config/database.yml has, or the one that the command line names.
pub(super) fn of_test(tasks: Tasks<'_>) -> Result<Vec<Targets>> {
    if tasks.common.database.is_some() {
        let Targets { targets, .. } = tasks.context.targets(tasks.common)?;
        return Ok(vec![Targets { environment: TEST.to_owned(), targets }]);
    }
    let mut environments = tasks.context.targets_each(tasks.common, Reach::All)?;
    environments.retain(|targets| targets.environment == TEST);
    if let Some(name) = &tasks.common.name {
        for targets in &mut environments {
            targets.targets.retain(|target| target.name == *name);
        }
    }
    if environments.iter().all(|targets| targets.targets.is_empty()) {
        bail!("config/database.yml has no database of the `{TEST}` environment");
    }
    Ok(environments)
}

const TEST: &str = "test";

/// `db:forward`, which knows the first database alone.
fn forward(tasks: Tasks<'_>, arguments: &Forward) -> Result<Step> {
    let Targets { environment, mut targets } = tasks.context.targets(tasks.common)?;
    if targets.is_empty() {
        bail!("no database of the `{environment}` environment");
    }
    let target = targets.remove(0);
    Ok(tasks.session(Place { environment: &environment, target: &target }, &arguments.running).and_then(
        |mut session| {
            let plan = Plan::forward(session.migrations.clone(), &session.versions()?, arguments.steps);
            let plan = plan.map_err(|error| session.stop(error))?;
            let count = carry_out(&mut session, &plan)?;
            after_migration(&mut [&mut session], tasks.context, arguments.dumping)?;
            session.finish(count)
        },
    ))
}

const SEEDS: &str = "db/seeds.rb";

/// Rails would load them now.
fn say_seeds_are_left(tasks: Tasks<'_>) {
    let is_code = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let are_there = match &tasks.context.app {
        App::Folder(root) => fs::read_to_string(root.join(SEEDS)).unwrap_or_default().lines().any(is_code),
        // They do not go along; that they are there does.
        App::Bundle(bundle) => bundle.look(SEEDS) == Sight::File,
    };
    if are_there {
        tasks.context.teller.note("db/seeds.rb is left to the app, whose code it needs: `bin/rails db:seed`");
    }
}
