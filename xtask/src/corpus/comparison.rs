//! What of a history Maglev does otherwise than Rails.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use conformance::database::Server;
use conformance::record::normalise;
use conformance::replay::diff;
use conformance::{Failure, Statement};

use super::counts::{Counts, Share};
use super::history::History;
use super::maglev;
use super::oracle::Oracle;
use crate::rows;

/// A history's run on one side.
pub(super) struct Run {
    /// The statements that put rows into empty tables, by version.
    pub rows: BTreeMap<String, Vec<String>>,
    /// What the tables hold after the way up.
    pub data: String,
    pub up: Outcomes,
    pub schema: String,
    /// schema.rb after the way up, without its comment.
    pub dump: String,
    /// Of Maglev's database, as Rails writes it.
    pub dump_by_rails: String,
    pub down: Outcomes,
    /// What is left when everything is taken back.
    pub rest: String,
}

pub(super) type Outcomes = BTreeMap<u64, Outcome>;

/// One migration on one side.
pub(super) struct Outcome {
    pub file: String,
    pub statements: Vec<Statement>,
    pub output: String,
    pub error: Option<Failure>,
    /// Its code has a model.
    pub models: bool,
}

pub(super) fn compare(
    history: &History,
    server: &Server,
    oracle: &mut Oracle,
    binary: Option<&Path>,
) -> Result<(Counts, Vec<String>)> {
    let theirs = oracle.run(history, server)?;
    let mut counts = Counts { files: theirs.up.len(), ..Counts::default() };
    let mut differences = Vec::new();
    let Some(binary) = binary else {
        for outcome in theirs.up.values() {
            counts.plain_or_all(outcome.models, |share| share.rails += usize::from(outcome.error.is_none()));
            differences.extend(outcome.error.as_ref().map(|error| format!("{}: {}", outcome.file, describe(error))));
        }
        return Ok((counts, differences));
    };
    let ours = maglev::run(history, server, binary, &theirs, oracle)?;
    for (version, rails) in &theirs.up {
        let maglev = ours.up.get(version);
        let outcome = Verdict::of(rails, maglev);
        counts.plain_or_all(rails.models, |share| outcome.count(share));
        differences.extend(outcome.differences("", &rails.file));
    }
    counts.schemas.add(theirs.schema == ours.schema);
    if theirs.schema != ours.schema {
        differences.push(format!("schema:\n{}", diff(&theirs.schema, &ours.schema)));
    }
    counts.dumps.add(theirs.dump == ours.dump);
    if theirs.dump != ours.dump {
        differences.push(format!("schema.rb:\n{}", diff(&theirs.dump, &ours.dump)));
    }
    counts.dumps_of_one.add(ours.dump_by_rails == ours.dump);
    if ours.dump_by_rails != ours.dump {
        differences.push(format!("schema.rb of one database:\n{}", diff(&ours.dump_by_rails, &ours.dump)));
    }
    let data = rows::differences(&theirs.data, &ours.data);
    counts.other_data = data.len();
    differences.extend(data);
    if oracle.wanted.down {
        compare_down(&theirs, &ours, &mut counts, &mut differences);
    }
    Ok((counts, differences))
}

/// The way down, of what completed on both sides on the way up.
fn compare_down(theirs: &Run, ours: &Run, counts: &mut Counts, differences: &mut Vec<String>) {
    for (version, rails) in &theirs.down {
        let went_up = ours.up.get(version).is_some_and(|outcome| outcome.error.is_none());
        if !went_up {
            continue;
        }
        let outcome = Verdict::of(rails, ours.down.get(version));
        outcome.count(&mut counts.down);
        differences.extend(outcome.differences("down: ", &rails.file));
    }
    counts.rests.add(theirs.rest == ours.rest);
    if theirs.rest != ours.rest {
        differences.push(format!("down: rest:\n{}", diff(&theirs.rest, &ours.rest)));
    }
}

/// How one migration compares.
struct Verdict {
    rails: bool,
    maglev: bool,
    /// Other statements, another error, or none of it at all.
    difference: Option<String>,
    output: Option<String>,
}

impl Verdict {
    fn of(rails: &Outcome, maglev: Option<&Outcome>) -> Self {
        let difference = difference(rails, maglev);
        let output = maglev.filter(|maglev| difference.is_none() && maglev.output != rails.output);
        Self {
            rails: rails.error.is_none(),
            maglev: maglev.is_some_and(|outcome| outcome.error.is_none()),
            output: output.map(|maglev| diff(&rails.output, &maglev.output)),
            difference,
        }
    }

    fn count(&self, share: &mut Share) {
        let is_same = self.difference.is_none();
        share.rails += usize::from(self.rails);
        share.maglev += usize::from(self.rails && self.maglev);
        share.same += usize::from(self.rails && is_same);
        share.same_output += usize::from(self.rails && is_same && self.output.is_none());
        share.failures += usize::from(!self.rails);
        share.same_failures += usize::from(!self.rails && is_same);
    }

    fn differences(&self, direction: &str, file: &str) -> Vec<String> {
        let difference = self.difference.iter().map(|difference| format!("{direction}{file}: {difference}"));
        let output = self.output.iter().map(|output| format!("{direction}{file}: other output:\n{output}"));
        difference.chain(output).collect()
    }
}

/// What of a migration is not as in Rails; nothing if all is.
fn difference(rails: &Outcome, maglev: Option<&Outcome>) -> Option<String> {
    let Some(maglev) = maglev else { return Some("Maglev says nothing of it".to_string()) };
    let theirs_and_ours = || diff(&statements(rails), &statements(maglev));
    match (&rails.error, &maglev.error) {
        (Some(theirs), None) => Some(format!("fails in Rails alone: {}", describe(theirs))),
        (None, Some(ours)) => Some(format!("fails in Maglev alone: {}", describe(ours))),
        (Some(theirs), Some(ours)) if theirs.class != ours.class || theirs.message != ours.message => {
            Some(format!("fails otherwise:\n{}", diff(&whole(theirs), &whole(ours))))
        }
        _ => {
            let difference = theirs_and_ours();
            (!difference.is_empty()).then(|| format!("other statements:\n{difference}"))
        }
    }
}

fn statements(outcome: &Outcome) -> String {
    let statements = outcome.statements.iter().filter(|statement| !statement.is_bookkeeping());
    statements.flat_map(|statement| [statement.sql.trim_end(), "\n"]).collect()
}

fn describe(error: &Failure) -> String {
    format!("{}: {}", error.class, error.message.trim_start().lines().next().unwrap_or_default())
}

fn whole(error: &Failure) -> String {
    format!("{}: {}", error.class, error.message)
}

pub(super) fn schema_of(database: &conformance::Database) -> Result<String> {
    Ok(anonymous(&conformance::schema::schema(database)?, database.name()))
}

pub(super) fn data_of(database: &conformance::Database) -> Result<String> {
    Ok(anonymous(&rows::data_of(database)?, database.name()))
}

pub(super) fn anonymous(text: &str, database: &str) -> String {
    normalise(&text.replace(database, "{database}"))
}
