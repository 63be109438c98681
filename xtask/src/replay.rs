//! Runs the conformance cases through a `maglev` binary and shows what is not as recorded.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use conformance::database::{Scratch, Server};
use conformance::tasks::{self, TaskCase};
use conformance::{Case, Target, replay};

use crate::arguments::Arguments;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let maglev = arguments.value("--maglev")?.context("`--maglev PATH` says which binary")?;
    let maglev = PathBuf::from(&maglev).canonicalize().context(maglev)?;
    let wanted = arguments.values("--target")?;
    // No package brings a MySQL server; one that runs may be named.
    let mysql = arguments.value("--mysql")?;
    let differences = arguments.value("--differences")?;
    let filter = arguments.words()?.join(" ");
    let cases = Case::all(&filter)?;
    let tasks = TaskCase::all(&filter)?;
    let mut all = String::new();
    for target in Target::ALL {
        let is_wanted = wanted.is_empty() || wanted.iter().any(|name| name == target.name());
        if !is_wanted {
            continue;
        }
        let server = match (target, &mysql) {
            (Target::MySql, Some(url)) => Some(Server::at(url)?),
            _ => Server::private(target),
        };
        let Some(server) = server else { continue };
        let mut scratch = Scratch::new(server.clone());
        let (mut count, mut same) = (0, 0);
        let read =
            |path: PathBuf| fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()));
        let mut heard = |name: &str, difference: Result<Option<String>>| {
            count += 1;
            match difference {
                Ok(None) => {
                    same += 1;
                    Ok(())
                }
                Ok(Some(difference)) => writeln!(all, "=== {name} on {}\n{difference}", target.name()),
                Err(error) => writeln!(all, "=== {name} on {}\n{error:#}", target.name()),
            }
        };
        for case in cases.iter().filter(|case| case.runs_on(target)) {
            let recorded = read(conformance::recorded(target, case))?;
            heard(&case.name, replay::difference(case, &recorded, &mut scratch, &maglev))?;
        }
        for case in tasks.iter().filter(|case| case.runs_on(target)) {
            let recorded = read(case.recorded(target))?;
            heard(&case.name, tasks::replay::difference(case, &recorded, &server, &maglev))?;
        }
        crate::print(&format!("{}: {same} of {count} cases are as in Active Record\n", target.name()));
    }
    match differences {
        Some(path) => fs::write(path, all)?,
        None => crate::print(&all),
    }
    Ok(())
}
