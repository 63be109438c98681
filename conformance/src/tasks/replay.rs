//! Carries a case out by the `maglev` binary and compares with the record.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use anyhow::{Context as _, Result};
use regex::Regex;
use serde_json::Value;

use super::app::App;
use super::record::{Done, Standing, Told, carry_out, parse, standing};
use super::{Line, TaskCase};
use crate::Statement;
use crate::database::Server;
use crate::replay::{diff, without_binds};

/// The lines that differ, as a diff shows them; `None` when Maglev does what Rails' tasks did.
///
/// The statements are those of a run with `--format json`, all else is that of another one. Not compared are the statements
/// by which Rails keeps its accounts, whose rows are; the words around Rails' messages and errors; and which failure an exit
/// code tells of.
pub fn difference(case: &TaskCase, recorded: &str, server: &Server, maglev: &Path) -> Result<Option<String>> {
    let theirs = parse(recorded);
    let statements = replayed(case, server, maglev, "json", |_| Ok(Standing::new()))?;
    let ours = replayed(case, server, maglev, "rails", standing)?;
    let mut text = String::new();
    for ((theirs, ours), with_statements) in theirs.iter().zip(&ours).zip(&statements) {
        let differing = compare(theirs, ours, with_statements);
        if !differing.is_empty() {
            text.push_str(&format!("=== {}\n{differing}", theirs.line));
        }
    }
    if theirs.len() != ours.len() {
        text.push_str("the record is of other tasks\n");
    }
    Ok((!text.is_empty()).then_some(text))
}

fn replayed(
    case: &TaskCase,
    server: &Server,
    maglev: &Path,
    format: &str,
    observe: impl Fn(&App) -> Result<Standing>,
) -> Result<Vec<Done>> {
    let app = App::new(server, case)?;
    carry_out(case, &app, observe, |line| told(&app, line, maglev, format))
}

fn told(app: &App, line: &Line, maglev: &Path, format: &str) -> Result<Told> {
    let mut command = Command::new(maglev);
    for name in ["DATABASE_URL", "RAILS_ENV", "RACK_ENV", "SCHEMA", "VERBOSE"] {
        command.env_remove(name);
    }
    command.env("TZ", "UTC").envs(line.environment.iter().cloned()).current_dir(app.directory());
    let output = command.args(&line.arguments).args(["--format", format]).output();
    let Output { status, stdout, stderr } = output.with_context(|| format!("cannot run `{}`", maglev.display()))?;
    let output = String::from_utf8_lossy(&stdout).into_owned();
    let statements = if format == "json" { statements(&output) } else { Vec::new() };
    let messages = String::from_utf8_lossy(&stderr).into_owned();
    Ok(Told { exit: status.code().unwrap_or(-1), output, messages, error: None, statements })
}

fn statements(output: &str) -> Vec<Statement> {
    let events = output.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let listed = events.flat_map(|event| event["statements"].as_array().cloned().unwrap_or_default());
    let sql = listed.filter_map(|statement| Some(statement["sql"].as_str()?.to_owned()));
    sql.map(|sql| Statement { sql, ..Statement::default() }).collect()
}

fn compare(theirs: &Done, ours: &Done, with_statements: &Done) -> String {
    let section = |done: &Done, title: &str| done.sections.get(title).cloned().unwrap_or_default();
    let mut text = String::new();
    let mut same = |title: &str, theirs: &str, ours: &str| {
        if theirs != ours {
            text.push_str(&format!("--- {title}\n{}", diff(theirs, ours)));
        }
    };
    let exit = |done: &Done| if done.exit == 0 { "done\n" } else { "failed\n" };
    same("exit", exit(theirs), exit(ours));
    let own = |done: &Done| own_statements(&section(done, "statements"));
    same("statements", &own(theirs), &own(with_statements));
    same("output", &section(theirs, "output"), &section(ours, "output"));
    let messages = section(ours, "messages");
    let missing = section(theirs, "messages") + &section(theirs, "error");
    // Ruby's `raise "..."` names a class that says nothing.
    let missing: String = missing
        .lines()
        .map(|line| line.strip_prefix("RuntimeError: ").unwrap_or(line))
        .filter(|line| !messages.contains(line.trim()))
        .flat_map(|line| [line, "\n"])
        .collect();
    same("messages", &missing, if missing.is_empty() { "" } else { &messages });
    let standing = |title: &&String| title.starts_with("file ") || title.starts_with("database ");
    let titles = theirs.sections.keys().chain(ours.sections.keys()).filter(standing);
    for title in titles.collect::<std::collections::BTreeSet<_>>() {
        same(title, &section(theirs, title), &section(ours, title));
    }
    text
}

/// Without Rails' own tables, the lock and what asks for it, and settings of the session.
fn own_statements(section: &str) -> String {
    static ACCOUNTS: LazyLock<Regex> = LazyLock::new(|| {
        let accounts = r#"^(CREATE TABLE|INSERT INTO|DELETE FROM|SELECT .* FROM|UPDATE) [`"]\w*(schema_migrations|ar_internal_metadata)\w*[`"]"#;
        let lock = r"^(SET search_path TO|SELECT (pg_try_advisory_lock|pg_advisory_unlock|GET_LOCK|RELEASE_LOCK|DATABASE\(\)|current_database\(\)))";
        match Regex::new(&format!("{accounts}|{lock}")) {
            Ok(regex) => regex,
            Err(error) => unreachable!("{error}"),
        }
    });
    let mut text = String::new();
    let mut is_own = true;
    for line in section.lines() {
        // What a statement goes on with is indented.
        if !line.starts_with("    ") {
            is_own = !ACCOUNTS.is_match(line);
        }
        if is_own {
            text.push_str(without_binds(line));
            text.push('\n');
        }
    }
    text
}
