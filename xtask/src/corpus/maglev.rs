//! Maglev's side: what the binary does with a history.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use conformance::database::Server;
use conformance::{Database, Failure, Statement};
use serde_json::Value;

use super::comparison::{Outcome, Outcomes, Run, anonymous, data_of, schema_of};
use super::history::History;
use super::oracle::{Oracle, without_comment};
use crate::rows;

/// Up, and down again but for what failed in Rails or here.
pub(super) fn run(history: &History, server: &Server, binary: &Path, theirs: &Run, oracle: &Oracle) -> Result<Run> {
    let wanted = oracle.wanted;
    let database = server.database()?;
    let scratch = tempfile::tempdir()?;
    let mut options = Vec::new();
    if wanted.rows > 0 {
        options.extend(["--rows".to_string(), rows::write(&theirs.rows, &scratch)?.display().to_string()]);
    }
    if wanted.implied_models {
        options.push("--implied-models".to_string());
    }
    let up = migrate(history, &database, binary, &options)?;
    let schema = schema_of(&database)?;
    let dump = dump(&database, binary, &oracle.ruby)?;
    let dump_by_rails = oracle.dump(&database)?;
    let data = if wanted.rows > 0 { data_of(&database)? } else { String::new() };
    let down = if wanted.down {
        let failed = |outcomes: &Outcomes| {
            let failed = outcomes.iter().filter(|(_, outcome)| outcome.error.is_some());
            failed.map(|(version, _)| *version).collect::<BTreeSet<_>>()
        };
        forget(&database, &(&failed(&theirs.up) | &failed(&up)))?;
        let mut options: Vec<_> = options.into_iter().filter(|option| option == "--implied-models").collect();
        options.extend(["--to".to_string(), "0".to_string()]);
        migrate(history, &database, binary, &options)?
    } else {
        Outcomes::new()
    };
    let rest = schema_of(&database)?;
    Ok(Run { rows: BTreeMap::new(), data, up, schema, dump, dump_by_rails, down, rest })
}

/// schema.rb, as an app of that Ruby has it, without its comment.
fn dump(database: &Database, binary: &Path, ruby: &str) -> Result<String> {
    let app = tempfile::tempdir()?;
    fs::write(app.path().join(".ruby-version"), ruby)?;
    let output = Command::new(binary)
        .args(["schema", "dump", "--file", "-", "--rails", "8.1", "--database", &database.url()])
        .current_dir(app.path())
        .env("RAILS_ENV", "production")
        .env("MAGLEV_BARE", "1")
        .output()
        .with_context(|| format!("cannot run `{}`", binary.display()))?;
    let text = if output.status.success() { output.stdout } else { output.stderr };
    Ok(without_comment(&String::from_utf8_lossy(&text)))
}

fn forget(database: &Database, versions: &BTreeSet<u64>) -> Result<()> {
    let versions: Vec<_> = versions.iter().map(|version| format!("'{version}'")).collect();
    if versions.is_empty() {
        return Ok(());
    }
    database.execute(&format!("DELETE FROM schema_migrations WHERE version IN ({})", versions.join(", ")))
}

fn migrate(history: &History, database: &Database, binary: &Path, arguments: &[String]) -> Result<Outcomes> {
    let output = Command::new(binary)
        .args(["migrate", "--no-check", "--keep-going", "--format", "json", "--database", &database.url(), "--dir"])
        .arg(&history.directory)
        .args(arguments)
        .current_dir(history.root())
        .env("RAILS_ENV", "production")
        .env("TZ", "UTC")
        // The other side is a bare Active Record.
        .env("MAGLEV_BARE", "1")
        .output()
        .with_context(|| format!("cannot run `{}`", binary.display()))?;
    let mut outcomes = Outcomes::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let Some(version) = event["version"].as_str().and_then(|version| version.parse().ok()) else { continue };
        outcomes.insert(version, outcome(&event, database.name()));
    }
    if outcomes.is_empty() && !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        crate::print(&format!("{}: Maglev reported nothing: {}\n", history.name, message.trim_end()));
    }
    Ok(outcomes)
}

fn outcome(event: &Value, database: &str) -> Outcome {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let error = match event["event"].as_str() {
        Some("migrated") => None,
        _ => Some(Failure {
            class: text(&event["error"]["class"]),
            message: anonymous(&text(&event["error"]["message"]), database),
            ..Failure::default()
        }),
    };
    let statements = event["statements"].as_array().into_iter().flatten();
    let statements = statements
        .map(|statement| Statement { sql: anonymous(&text(&statement["sql"]), database), ..Statement::default() });
    Outcome {
        file: text(&event["file"]),
        statements: statements.collect(),
        output: anonymous(&text(&event["output"]), database),
        error,
        models: false,
    }
}
