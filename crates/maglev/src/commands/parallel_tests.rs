//! `prepare --test --parallel N`: databases for tests that run in parallel. Their schema is loaded once, into the database that
//! tests have which do not, and copied where the server can.

use std::rc::Rc;

use adapters::Arg;
use adapters::schema_dumper::RailsVersion;
use anyhow::{Result, bail};

use super::database_tasks::{Place, Tasks};
use super::schema_load::{load_each, places};
use super::session::Step;
use super::setup::{of_test, readable};
use super::tasks::{check_unless, each};
use crate::app::folder::Named;
use crate::app::rails_version;
use crate::cli::args::setup::{Names, Prepare};
use crate::config::{Target, Targets};
use crate::env_vars;

/// By what the gem parallel_tests tells its processes apart: nothing for the first, then 2 and so on.
const TEST_ENV_NUMBER: &str = "TEST_ENV_NUMBER";

/// Err: nothing says how the databases are called.
pub(super) fn prepare(tasks: Tasks<'_>, prepare: &Prepare, count: u16) -> Result<Step> {
    let first = numbered(tasks, "")?;
    let copies = copies(tasks, prepare.names, &first, count)?;
    let check = check_unless(tasks, prepare.make.unprotected)?;
    Ok(check.and_then(|()| {
        readable(tasks, &first)?;
        each(tasks, &first, |_| true, Tasks::purge)?;
        load_each(tasks, &first, None)?;
        let copies: Vec<_> = copies.iter().flat_map(|copies| places(&first).zip(places(copies))).collect();
        tasks.copy(&copies)?.into_iter().try_for_each(|place| load_anew(tasks, place))
    }))
}

/// Where the server copies no database.
fn load_anew(tasks: Tasks<'_>, place: Place<'_>) -> Step {
    tasks.purge(place)?;
    let targets = Targets { environment: place.environment.to_owned(), targets: vec![place.target.clone()] };
    load_each(tasks, std::slice::from_ref(&targets), None)
}

/// The other databases of each process, as those of the first.
fn copies(tasks: Tasks<'_>, names: Option<Names>, first: &[Targets], count: u16) -> Result<Vec<Vec<Targets>>> {
    let is_numbered = is_other(first, &numbered(tasks, "2")?);
    match names {
        Some(Names::ParallelTests) if !is_numbered => bail!(
            "config/database.yml calls the databases of test the same whatever {TEST_ENV_NUMBER} is; parallel_tests wants \
             `database: app_test<%= ENV[\"{TEST_ENV_NUMBER}\"] %>`"
        ),
        None | Some(Names::ParallelTests) if is_numbered => {
            (2..=count).map(|number| numbered(tasks, &number.to_string())).collect()
        }
        _ => {
            let separator = separator(tasks)?;
            Ok((0..count).map(|number| suffixed(first, &format!("{separator}{number}"))).collect())
        }
    }
}

fn numbered(tasks: Tasks<'_>, number: &str) -> Result<Vec<Targets>> {
    env_vars::with(TEST_ENV_NUMBER, number, || of_test(tasks))
}

fn is_other(one: &[Targets], other: &[Targets]) -> bool {
    let name = |place: Place<'_>| place.target.config.database();
    places(one).map(name).ne(places(other).map(name))
}

/// `test_databases.rb`, which wrote a hyphen before 8.1.
fn separator(tasks: Tasks<'_>) -> Result<char> {
    let (_, app) = tasks.context.app.open(Named::default()).map_err(anyhow::Error::msg)?;
    let version = rails_version::locked(&*app).as_deref().and_then(RailsVersion::parse);
    Ok(if version.is_some_and(|version| version < RailsVersion::V8_1) { '-' } else { '_' })
}

fn suffixed(first: &[Targets], suffix: &str) -> Vec<Targets> {
    let renamed = |target: &Target| {
        let mut target = target.clone();
        let name = format!("{}{suffix}", target.config.database().unwrap_or_default());
        target.label = target.label.map(|label| Rc::from(format!("{label}{suffix}")));
        target.config.options.insert("database", Arg::str(name));
        target
    };
    let of_one = |targets: &Targets| Targets {
        environment: targets.environment.clone(),
        targets: targets.targets.iter().map(renamed).collect(),
    };
    first.iter().map(of_one).collect()
}
