//! Runs whole histories through real Active Record and through Maglev and compares.
//!
//! Both start from an empty database. A migration that fails is marked as run and the next one follows, so that one
//! application's model does not hide the other migrations of its history. What ran is then taken back.

mod comparison;
mod counts;
mod history;
mod maglev;
mod oracle;
mod plan;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

use crate::arguments::Arguments;
use crate::comparing;
use crate::rails::Rails;
use counts::{Counts, HEADER};
use history::History;
use oracle::{Oracle, Wanted};

/// How many differences of a history are printed.
const SHOWN: usize = 5;
/// How many lines of a difference are printed.
const LINES_SHOWN: usize = 12;
/// How many of the commonest reasons are printed.
const REASONS_SHOWN: usize = 40;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    if arguments.flag("--plan") {
        return run_plans(arguments);
    }
    let rails = Rails::from_arguments(&mut arguments)?;
    let histories = histories(&mut arguments)?;
    let maglev = comparing::maglev(&mut arguments)?;
    let differences = arguments.value("--differences")?;
    let cache = arguments.value("--cache")?.map(PathBuf::from);
    let rows = arguments.value("--rows")?.map_or(Ok(0), |rows| rows.parse()).context("`--rows` is a number")?;
    let wanted = Wanted { down: arguments.flag("--down"), rows, implied_models: arguments.flag("--implied-models") };
    if let [word, ..] = arguments.words()?.as_slice() {
        bail!("unexpected `{word}`");
    }
    let mut oracle = Oracle::new(rails, cache, wanted)?;
    let mut servers = comparing::Servers::default();
    let mut report = Report::default();
    for history in &histories {
        let server = servers.at(&history.database)?;
        match comparison::compare(history, server, &mut oracle, maglev.as_deref()) {
            Ok((counts, found)) => report.add(history, &counts, &found),
            Err(error) => report.lost(history, &error),
        }
    }
    report.finish(histories.len(), differences.as_deref())
}

/// `--plan`: each migration's plan beside its run.
fn run_plans(mut arguments: Arguments) -> Result<()> {
    let histories = histories(&mut arguments)?;
    let maglev = comparing::maglev(&mut arguments)?.context("`--plan` needs `--maglev PATH`")?;
    let differences = arguments.value("--differences")?;
    let (down, implied) = (arguments.flag("--down"), arguments.flag("--implied-models"));
    if let [word, ..] = arguments.words()?.as_slice() {
        bail!("unexpected `{word}`");
    }
    let mut servers = comparing::Servers::default();
    let mut all = plan::Shares::default();
    let mut text = String::new();
    for history in &histories {
        let server = servers.at(&history.database)?;
        let report = plan::compare(history, server, &maglev, down, implied)
            .with_context(|| format!("{} on {}", history.name, history.database))?;
        crate::print(&format!("{} on {}: {report}\n", history.name, history.database));
        let _ =
            writeln!(text, "=== {} on {}: {report}\n{}", history.name, history.database, report.differences.join("\n"));
        all.join(report.shares);
    }
    crate::print(&format!("all: {all}\n"));
    if let Some(path) = differences {
        fs::write(path, text)?;
    }
    Ok(())
}

/// Those of `--dir`, on `--database`, and those of `--list`.
fn histories(arguments: &mut Arguments) -> Result<Vec<History>> {
    let directories = arguments.values("--dir")?;
    let list = arguments.value("--list")?;
    let database = arguments.value("--database")?.unwrap_or_else(|| "sqlite3:".to_string());
    let required = arguments.values("--require")?;
    let given = directories.iter().map(|directory| History::new(directory, &database, &required));
    let mut histories = given.collect::<Result<Vec<_>>>()?;
    if let Some(list) = list {
        let lines = comparing::listed(&list)?;
        let listed = lines.iter().map(|line| History::parse(line, &database).with_context(|| format!("in `{line}`")));
        histories.extend(listed.collect::<Result<Vec<_>>>()?);
    }
    Ok(histories)
}

/// What is told at the end.
#[derive(Default)]
struct Report {
    differences: String,
    rows: String,
    total: Counts,
    reasons: BTreeMap<String, usize>,
    /// Histories that could not be compared, such as those whose database the dumping tool cannot read.
    lost: usize,
}

impl Report {
    fn add(&mut self, history: &History, counts: &Counts, differences: &[String]) {
        let title = format!("{} on {}", history.name, history.database);
        crate::print(&format!("{title}: {counts}\n"));
        for difference in differences.iter().take(SHOWN) {
            let lines: Vec<_> = difference.lines().take(LINES_SHOWN).collect();
            crate::print(&format!("{}\n", lines.join("\n")));
        }
        for difference in differences {
            *self.reasons.entry(reason(difference)).or_insert(0) += 1;
        }
        let _ = writeln!(self.differences, "=== {title}: {counts}\n{}", differences.join("\n"));
        let _ = writeln!(self.rows, "| {} | {} {}", history.name, history.database, counts.row());
        self.total.add(counts);
    }

    fn lost(&mut self, history: &History, error: &anyhow::Error) {
        crate::print(&format!("{} on {} could not be compared: {error:#}\n", history.name, history.database));
        self.lost += 1;
    }

    fn finish(self, histories: usize, differences: Option<&str>) -> Result<()> {
        let mut reasons: Vec<(String, usize)> = self.reasons.into_iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (reason, count) in reasons.iter().take(REASONS_SHOWN) {
            crate::print(&format!("{count:6}  {reason}\n"));
        }
        if histories > 1 {
            crate::print(&format!("\n{HEADER}{}| all | {}", self.rows, self.total.row()));
            crate::print("\n");
        }
        if let Some(path) = differences {
            fs::write(path, self.differences)?;
        }
        ensure!(self.lost == 0, "{} of {histories} histories could not be compared", self.lost);
        Ok(())
    }
}

/// A difference without its file and the names in it, so that like ones can be counted.
fn reason(difference: &str) -> String {
    let line = difference.split_once(": ").map_or(difference, |(_, rest)| rest);
    let lines: Vec<_> = line.lines().map(str::trim).take(3).collect();
    let mut is_quoted = false;
    let mut text = String::new();
    for character in lines.join(" ").chars().take(160) {
        if character == '"' {
            is_quoted = !is_quoted;
        } else if is_quoted {
            continue;
        }
        text.push(character);
    }
    text
}
