//! Counts by group, and the names of what differs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::batch::{Batch, Outcome, Outcomes};
use super::generated::Generated;
use super::groups;

#[derive(Default)]
struct Counts {
    tests: usize,
    left_out: usize,
    rails: usize,
    maglev: usize,
    refused: usize,
}

pub(super) struct Report {
    target: &'static str,
    groups: BTreeMap<&'static str, Counts>,
    /// By group: what passes in Rails and not here.
    differing: BTreeMap<&'static str, Vec<String>>,
    /// By reason.
    left_out: BTreeMap<String, Vec<String>>,
    /// What does not pass in Rails under this harness.
    failing: Vec<String>,
}

impl Report {
    pub(super) fn new(target: &'static str) -> Self {
        Self {
            target,
            groups: BTreeMap::new(),
            differing: BTreeMap::new(),
            left_out: BTreeMap::new(),
            failing: Vec::new(),
        }
    }

    pub(super) fn left_out(&mut self, generated: &Generated) {
        for test in &generated.tests {
            let counts = self.groups.entry(test.group).or_default();
            if let Some(error) = &test.error {
                self.failing.push(format!("{}: the file: {error}", test.file));
            } else {
                counts.tests += 1;
            }
            if let Some(reason) = &test.left_out {
                counts.left_out += 1;
                self.left_out.entry(reason.clone()).or_default().push(test.name());
            }
        }
    }

    pub(super) fn add(&mut self, batch: &Batch, outcomes: Outcomes) {
        for (test, (theirs, ours)) in batch.tests.iter().zip(outcomes) {
            let counts = self.groups.entry(test.group).or_default();
            match theirs {
                Outcome::Failed(reason) => self.failing.push(format!("{}: {reason}", test.name())),
                Outcome::Passed => counts.rails += 1,
                Outcome::Skipped | Outcome::Refused(_) => counts.left_out += 1,
            }
            let reason = match ours {
                None => continue,
                Some(Outcome::Passed) => {
                    counts.maglev += 1;
                    continue;
                }
                Some(Outcome::Refused(reason)) => {
                    counts.refused += 1;
                    format!("refused: {reason}")
                }
                Some(Outcome::Failed(reason)) => reason,
                Some(Outcome::Skipped) => "skipped".to_string(),
            };
            self.differing.entry(test.group).or_default().push(format!("{}\n      {reason}", test.name()));
        }
    }

    pub(super) fn table(&self) -> String {
        let mut text = format!("{}\n", self.target);
        let _ = writeln!(
            text,
            "  {:<15} {:>6} {:>9} {:>7} {:>7} {:>7} {:>8}",
            "group", "tests", "left out", "Rails", "Maglev", "share", "refused"
        );
        let mut all = Counts::default();
        for name in groups::names() {
            let Some(counts) = self.groups.get(name) else { continue };
            text.push_str(&row(name, counts));
            all.tests += counts.tests;
            all.left_out += counts.left_out;
            all.rails += counts.rails;
            all.maglev += counts.maglev;
            all.refused += counts.refused;
        }
        text.push_str(&row("all", &all));
        text
    }

    /// The names: what differs, what is left out, what does not pass in Rails.
    pub(super) fn list(&self) -> String {
        let mut text = format!("=== {}\n", self.target);
        for (group, names) in &self.differing {
            let _ = writeln!(text, "--- {group}: pass in Rails alone\n    {}", names.join("\n    "));
        }
        for (reason, names) in &self.left_out {
            let _ = writeln!(text, "--- left out for {reason}\n    {}", names.join("\n    "));
        }
        if !self.failing.is_empty() {
            let _ = writeln!(text, "--- do not pass in Rails under this harness\n    {}", self.failing.join("\n    "));
        }
        text
    }
}

fn row(name: &str, counts: &Counts) -> String {
    let share = if counts.rails == 0 { 100.0 } else { counts.maglev as f64 * 100.0 / counts.rails as f64 };
    format!(
        "  {:<15} {:>6} {:>9} {:>7} {:>7} {:>6.1}% {:>8}\n",
        name, counts.tests, counts.left_out, counts.rails, counts.maglev, share, counts.refused
    )
}
