//! Every conformance case, through the binary, against what Active Record did (`conformance/recorded`): migrations, and Rails'
//! `db:` tasks.
//!
//! `conformance/differing/TARGET.txt` lists the cases that are known to differ: a case that is not in it must be the
//! same, one that is in it must not. Variables:
//! - `CONFORMANCE=FILTER`: only the cases whose name contains FILTER, and their differences in full;
//! - `CONFORMANCE_RECORD=1`: write the lists anew;
//! - `CONFORMANCE_MAGLEV=PATH`: another binary.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]
#![expect(clippy::print_stderr, reason = "a test tells what differs")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use conformance::database::{Scratch, Server};
use conformance::plan::{self, Verdict};
use conformance::tasks::{self, TaskCase};
use conformance::{Case, Target, replay};

fn check(target: Target) {
    let other = std::env::var_os("CONFORMANCE_MAGLEV");
    let maglev = other.as_deref().map_or(Path::new(env!("CARGO_BIN_EXE_maglev")), Path::new);
    let server = Server::private(target).unwrap();
    let mut scratch = Scratch::new(server.clone());
    let filter = std::env::var("CONFORMANCE").unwrap_or_default();
    let mut differing = BTreeSet::new();
    let mut count = 0;
    let mut heard = |name: &str, difference: anyhow::Result<Option<String>>| {
        count += 1;
        if let Some(difference) = difference.unwrap_or_else(|error| Some(format!("{error:#}\n"))) {
            if !filter.is_empty() {
                eprintln!("=== {name} on {}\n{difference}", target.name());
            }
            differing.insert(name.to_owned());
        }
    };
    for case in Case::all(&filter).unwrap().iter().filter(|case| case.runs_on(target)) {
        let recorded = fs::read_to_string(conformance::recorded(target, case)).unwrap();
        heard(&case.name, replay::difference(case, &recorded, &mut scratch, maglev));
    }
    for case in TaskCase::all(&filter).unwrap().iter().filter(|case| case.runs_on(target)) {
        let recorded = fs::read_to_string(case.recorded(target)).unwrap();
        heard(&case.name, tasks::replay::difference(case, &recorded, &server, maglev));
    }
    eprintln!("{}: {} of {count} cases are as in Active Record", target.name(), count - differing.len());
    let path = list(target.name());
    let Some(known) = known(&path, &differing, &filter) else { return };
    let worse: Vec<_> = differing.difference(&known).collect();
    let better: Vec<_> = known.difference(&differing).collect();
    assert!(worse.is_empty(), "differ now (CONFORMANCE=NAME shows how): {worse:#?}");
    assert!(better.is_empty(), "are the same now, take them out of {}: {better:#?}", path.display());
}

/// Where the cases stand that are known to differ.
fn list(name: &str) -> PathBuf {
    conformance::home().join("differing").join(format!("{name}.txt"))
}

/// Those of a list; none where it was written anew, with `found`.
fn known(path: &Path, found: &BTreeSet<String>, filter: &str) -> Option<BTreeSet<String>> {
    if std::env::var_os("CONFORMANCE_RECORD").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, found.iter().flat_map(|name| [name.as_str(), "\n"]).collect::<String>()).unwrap();
        return None;
    }
    let listed = fs::read_to_string(path).unwrap_or_default();
    Some(listed.lines().filter(|name| name.contains(filter)).map(str::to_string).collect())
}

#[test]
fn sqlite3() {
    check(Target::Sqlite3);
}

#[test]
fn mariadb() {
    check(Target::MariaDb);
}

#[test]
fn postgresql() {
    check(Target::PostgreSql);
}

/// Each command of each case is planned before it runs: what is sent is what the plan has told, or the plan has said where it is
/// not certain.
fn check_plans(target: Target) {
    let server = Server::private(target).unwrap();
    let mut scratch = Scratch::new(server);
    let filter = std::env::var("CONFORMANCE").unwrap_or_default();
    let (mut same, mut marked, mut unmarked) = (0, 0, BTreeSet::new());
    for case in Case::all(&filter).unwrap().iter().filter(|case| case.runs_on(target)) {
        let maglev = Path::new(env!("CARGO_BIN_EXE_maglev"));
        let verdicts =
            plan::compare(case, &mut scratch, maglev).unwrap_or_else(|error| panic!("{}: {error:#}", case.name));
        for verdict in verdicts {
            match &verdict {
                Verdict::Same => same += 1,
                Verdict::Marked(_) => marked += 1,
                Verdict::Unmarked(_) => drop(unmarked.insert(case.name.clone())),
            }
            if let Verdict::Marked(text) | Verdict::Unmarked(text) = &verdict
                && !filter.is_empty()
            {
                let is_marked = if matches!(verdict, Verdict::Marked(_)) { "marked " } else { "" };
                eprintln!("=== {is_marked}{} on {}\n{text}", case.name, target.name());
            }
        }
    }
    eprintln!(
        "{}: {same} plans are what ran, {marked} say that they may not be, {} do not",
        target.name(),
        unmarked.len()
    );
    let path = list(&format!("plan_{}", target.name()));
    let Some(known) = known(&path, &unmarked, &filter) else { return };
    let worse: Vec<_> = unmarked.difference(&known).collect();
    assert!(worse.is_empty(), "plans that are not what ran (CONFORMANCE=NAME shows how): {worse:#?}");
}

#[test]
#[ignore = "each command of each case is run twice"]
fn plans_on_sqlite3() {
    check_plans(Target::Sqlite3);
}

#[test]
#[ignore = "each command of each case is run twice"]
fn plans_on_mariadb() {
    check_plans(Target::MariaDb);
}

#[test]
#[ignore = "each command of each case is run twice"]
fn plans_on_postgresql() {
    check_plans(Target::PostgreSql);
}
