//! Runs the tests of one class, on both sides.
//!
//! A class' tests run one after the other in one process on one database. What a failed one leaves behind may fail
//! others, so those that did not pass run again, each alone on a database of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use conformance::{Database, Event, Failure};
use serde_json::Value;

use super::generated::Test;
use super::template::Template;
use crate::rails::{Rails, Request, Runner};

/// For all the tests of a class, and for one that runs alone, on either side: so that an endless one ends.
const PATIENCE: Duration = Duration::from_secs(600);
const PATIENCE_ALONE: Duration = Duration::from_secs(180);

#[derive(Clone, Debug)]
pub(super) struct Batch {
    /// Where their migrations are, below the folder of all.
    pub directory: String,
    pub tests: Vec<Test>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Passed,
    Skipped,
    Failed(String),
    /// Maglev's word for what it does not do.
    Refused(String),
}

/// What happened to each test in Rails and, if it passed there, in Maglev.
pub(super) type Outcomes = Vec<(Outcome, Option<Outcome>)>;

pub(super) struct Sides<'sides> {
    runner: Runner,
    maglev: &'sides Path,
    template: &'sides Template,
    directory: &'sides Path,
}

impl<'sides> Sides<'sides> {
    pub(super) fn new(
        rails: &Rails,
        maglev: &'sides Path,
        template: &'sides Template,
        directory: &'sides Path,
    ) -> Result<Self> {
        Ok(Self { runner: rails.start(&[])?, maglev, template, directory })
    }

    pub(super) fn run(&mut self, batch: &Batch) -> Result<Outcomes> {
        let theirs = self.in_rails(batch)?;
        let passed: Vec<_> = batch
            .tests
            .iter()
            .zip(&theirs)
            .filter(|(_, outcome)| **outcome == Outcome::Passed)
            .map(|(test, _)| test)
            .collect();
        let mut ours = self.in_maglev(&passed)?.into_iter();
        Ok(theirs
            .into_iter()
            .map(|outcome| {
                let here = if outcome == Outcome::Passed { ours.next() } else { None };
                (outcome, here)
            })
            .collect())
    }

    fn in_rails(&mut self, batch: &Batch) -> Result<Vec<Outcome>> {
        let tests: Vec<_> = batch.tests.iter().collect();
        let database = self.template.copy()?;
        let events = self.runner_events(&self.directory.join(&batch.directory), &database, patience(tests.len()))?;
        let mut outcomes = outcomes_of_rails(&tests, &events);
        for (test, outcome) in
            tests.iter().zip(&mut outcomes).filter(|(_, outcome)| matches!(outcome, Outcome::Failed(_)))
        {
            let (alone, database) = (self.folder_of(&[test])?, self.template.copy()?);
            let events = self.runner_events(alone.path(), &database, patience(1))?;
            *outcome = outcomes_of_rails(&[test], &events).swap_remove(0);
        }
        Ok(outcomes)
    }

    fn runner_events(&mut self, directory: &Path, database: &Database, patience: Duration) -> Result<Vec<Event>> {
        self.runner.run(&Request {
            url: &database.url(),
            directory,
            command: "keep_going",
            table_name_prefix: "",
            table_name_suffix: "",
            rows: 0,
            implied_models: false,
            isolated: true,
            patience: Some(patience),
        })
    }

    fn in_maglev(&self, tests: &[&Test]) -> Result<Vec<Outcome>> {
        if tests.is_empty() {
            return Ok(Vec::new());
        }
        let mut outcomes = self.maglev_outcomes(tests)?;
        if tests.len() > 1 {
            for (test, outcome) in tests.iter().zip(&mut outcomes).filter(|(_, outcome)| **outcome != Outcome::Passed) {
                *outcome = self.maglev_outcomes(&[test])?.swap_remove(0);
            }
        }
        Ok(outcomes)
    }

    fn maglev_outcomes(&self, tests: &[&Test]) -> Result<Vec<Outcome>> {
        let (folder, database) = (self.folder_of(tests)?, self.template.copy()?);
        let said = tempfile::tempfile()?;
        let mut command = Command::new(self.maglev);
        command.args(["migrate", "--no-check", "--keep-going", "--format", "json", "--database", &database.url()]);
        command.arg("--dir").arg(folder.path()).arg("--include").arg(self.directory);
        command.current_dir(self.directory).env("RAILS_ENV", "production").env("TZ", "UTC");
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(tempfile::tempfile()?);
        let mut child = command.spawn().with_context(|| format!("cannot run `{}`", self.maglev.display()))?;
        let (started, patience) = (Instant::now(), patience(tests.len()));
        while child.try_wait()?.is_none() && started.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(10));
        }
        let is_late = child.try_wait()?.is_none();
        child.kill().ok();
        let status = child.wait()?;
        let mut said = said;
        std::io::Seek::rewind(&mut said)?;
        let found = outcomes_of_maglev(&std::io::read_to_string(said)?);
        let absent = || {
            Outcome::Failed(if is_late {
                format!("killed after {} s", patience.as_secs())
            } else {
                format!("no word about it: {status}")
            })
        };
        Ok(tests.iter().map(|test| found.get(&test.version).cloned().unwrap_or_else(absent)).collect())
    }

    /// A folder with the migrations of these tests alone, beside the others.
    fn folder_of(&self, tests: &[&Test]) -> Result<tempfile::TempDir> {
        let folder = tempfile::Builder::new().prefix("some_").tempdir_in(self.directory.join("db"))?;
        for test in tests {
            let migration = test.migration();
            let name = migration.file_name().map(PathBuf::from).context("a migration has a name")?;
            fs::copy(self.directory.join(&migration), folder.path().join(name))?;
        }
        Ok(folder)
    }
}

fn patience(tests: usize) -> Duration {
    if tests == 1 { PATIENCE_ALONE } else { PATIENCE }
}

fn outcomes_of_rails(tests: &[&Test], events: &[Event]) -> Vec<Outcome> {
    let outcome = |test: &Test| {
        let found = events.iter().find_map(|event| match event {
            Event::Migration(migration) if migration.version == test.version => Some(migration),
            _ => None,
        });
        match found.map(|migration| &migration.error) {
            Some(None) => Outcome::Passed,
            Some(Some(error)) if error.class.ends_with("Skip") => Outcome::Skipped,
            Some(Some(error)) => Outcome::Failed(line(error)),
            None => Outcome::Failed(match events.iter().rev().find_map(raised) {
                Some(error) => line(error),
                None => "no word about it".to_string(),
            }),
        }
    };
    tests.iter().map(|test| outcome(test)).collect()
}

fn raised(event: &Event) -> Option<&Failure> {
    match event {
        Event::Raised { error } => Some(error),
        _ => None,
    }
}

fn outcomes_of_maglev(said: &str) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    for event in said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let Some(version) = event["version"].as_str() else { continue };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let error = Failure {
            class: text(&event["error"]["class"]),
            message: text(&event["error"]["message"]),
            ..Failure::default()
        };
        let outcome = match (event["event"].as_str(), error.class.as_str()) {
            (Some("migrated"), _) => Outcome::Passed,
            (_, "" | "Maglev::Unsupported") => {
                Outcome::Refused(error.message.lines().next().unwrap_or_default().to_string())
            }
            _ => Outcome::Failed(line(&error)),
        };
        outcomes.insert(version.to_string(), outcome);
    }
    outcomes
}

fn line(error: &Failure) -> String {
    let message: Vec<_> = error.message.lines().map(str::trim).filter(|line| !line.is_empty()).take(4).collect();
    let text = format!("{}: {}", error.class, message.join(" | "));
    text.chars().take(400).collect()
}
