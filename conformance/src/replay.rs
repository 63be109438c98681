//! Runs a case through the `maglev` binary and compares with the record.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::case::OLDER_RAILS;
use crate::database::Scratch;
use crate::record::{Migration, Step, normalise};
use crate::{Case, Event, Failure, Record, Statement};

/// The lines that differ, as a diff shows them; `None` when Maglev does what Active Record did.
///
/// The statements are those of a run with `--format json`, the output that of another with `--format rails`, after each of
/// whose commands db/schema.rb is dumped. The schema as the database's own tools print it is not compared: what sends the same
/// statements makes the same schema. Nor are the migrator's words around an error, which go to stderr.
pub fn difference(case: &Case, recorded: &str, scratch: &mut Scratch, maglev: &Path) -> Result<Option<String>> {
    let theirs =
        without_sections(recorded, |title| ["output", "schema"].contains(&title) || title.starts_with(SCHEMA_RB));
    let ours = statements(case, scratch, maglev)?;
    let mut difference = if theirs == ours { String::new() } else { diff(&theirs, &ours) };
    let Told { output, schemas } = told(case, scratch, maglev)?;
    let outputs: String = sections(recorded, "output").into_iter().flatten().collect();
    let mut compared = vec![(without_blank_lines(&outputs), output)];
    for (title, ours) in schemas {
        // Of an empty database none was recorded.
        let recorded = sections(recorded, &title).into_iter().zip(ours);
        compared.extend(recorded.filter_map(|(theirs, ours)| Some((theirs.filter(|_| !case.leaves_settings)?, ours))));
    }
    for (theirs, ours) in compared {
        if theirs != ours {
            difference.push_str(&diff(&theirs, &ours));
        }
    }
    Ok((!difference.is_empty()).then_some(difference))
}

fn statements(case: &Case, scratch: &mut Scratch, maglev: &Path) -> Result<String> {
    let mut record = Record::default();
    let place = run(case, scratch, maglev, "json", |ran| {
        let Ran { command, output, .. } = ran;
        let mut step = Step { command: (*command).to_string(), ..Step::default() };
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let event: Value = serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))?;
            step.events.extend(translate(&event));
        }
        let message = String::from_utf8_lossy(&output.stderr);
        if step.events.is_empty() && !message.trim().is_empty() && !output.status.success() {
            let error = Failure { class: "maglev".to_string(), message: message.into_owned(), ..Failure::default() };
            step.events.push(Event::Raised { error });
        }
        record.steps.push(step);
        Ok(())
    })?;
    Ok(place.hide(&record.render()))
}

/// How the title of a section with a schema.rb begins; the version of an older Rails may follow.
const SCHEMA_RB: &str = "schema.rb";

/// What a case's commands print, and the schema.rb after each, under the title that it is recorded with.
struct Told {
    output: String,
    schemas: Vec<(String, Vec<String>)>,
}

fn told(case: &Case, scratch: &mut Scratch, maglev: &Path) -> Result<Told> {
    let older: &[&str] = if case.older_rails { &OLDER_RAILS } else { &[] };
    let versions: Vec<Option<&str>> = [None].into_iter().chain(older.iter().copied().map(Some)).collect();
    let mut text = String::new();
    let mut schemas = vec![Vec::new(); versions.len()];
    let place = run(case, scratch, maglev, "rails", |ran| {
        text.push_str(&String::from_utf8_lossy(&ran.output.stdout));
        for (version, schemas) in versions.iter().zip(&mut schemas) {
            schemas.push(schema_rb(case, ran, maglev, *version)?);
        }
        Ok(())
    })?;
    let titles = versions
        .iter()
        .map(|version| version.map_or_else(|| SCHEMA_RB.to_string(), |version| format!("{SCHEMA_RB} {version}")));
    let hidden = |schemas: Vec<String>| schemas.iter().map(|schema| place.hide(&normalise(schema))).collect();
    let schemas = titles.zip(schemas.into_iter().map(hidden)).collect();
    Ok(Told { output: without_blank_lines(&place.hide(&normalise(&text))), schemas })
}

/// db/schema.rb without its comment, or what kept it from being written.
fn schema_rb(case: &Case, ran: &Ran, maglev: &Path, version: Option<&str>) -> Result<String> {
    let output = in_app(maglev, case, ran.directory)
        .args(["schema", "dump", "--file", "-", "--database", ran.url])
        .args(version.map(|version| format!("--rails={version}")))
        .output()
        .with_context(|| format!("cannot run `{}`", maglev.display()))?;
    let told = if output.status.success() { output.stdout } else { output.stderr };
    let lines = String::from_utf8_lossy(&told);
    Ok(without_comment(&lines))
}

/// A schema.rb without what it begins with.
pub fn without_comment(schema_rb: &str) -> String {
    let lines = schema_rb.lines().skip_while(|line| line.starts_with('#') || line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// What each command of a record has under a title.
fn sections(record: &str, title: &str) -> Vec<Option<String>> {
    let mut is_wanted = false;
    let mut steps: Vec<Option<String>> = Vec::new();
    for line in record.lines() {
        if line.starts_with("=== ") {
            steps.push(None);
            is_wanted = false;
        } else if let Some(other) = line.strip_prefix("--- ") {
            is_wanted = other == title;
        } else if let Some(step) = steps.last_mut().filter(|_| is_wanted) {
            let text = step.get_or_insert_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    steps
}

fn without_blank_lines(text: &str) -> String {
    text.lines().filter(|line| !line.trim().is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// The Ruby that recorded, whose `inspect` schema.rb shows.
const RUBY: &str = "3.3";

/// Runs all commands of a case.
fn run(
    case: &Case,
    scratch: &mut Scratch,
    maglev: &Path,
    format: &str,
    mut hear: impl FnMut(&Ran) -> Result<()>,
) -> Result<Place> {
    let directory = tempfile::tempdir()?;
    case.write_to(directory.path())?;
    std::fs::write(directory.path().join(".ruby-version"), RUBY)?;
    let database = if case.needs_new_database { scratch.renew()? } else { scratch.empty()? };
    for command in &case.run {
        let url = database.url();
        let output = in_app(maglev, case, directory.path())
            .args(arguments(command)?)
            .args(case.implied_models.then_some("--implied-models"))
            .args(["--format", format, "--database", &url, "--dir"])
            .arg(directory.path())
            .output()
            .with_context(|| format!("cannot run `{}`", maglev.display()))?;
        hear(&Ran { command, output, url: &url, directory: directory.path() })?;
    }
    Ok(Place { database: database.name().to_string(), directory: directory.path().display().to_string() })
}

/// One of a case's commands, once it has run.
struct Ran<'a> {
    command: &'a str,
    output: Output,
    url: &'a str,
    directory: &'a Path,
}

/// Maglev in a case's folder, with what the case sets.
pub(crate) fn in_app(maglev: &Path, case: &Case, directory: &Path) -> Command {
    let mut command = Command::new(maglev);
    command
        .env("RAILS_ENV", "production")
        .env("TZ", "UTC")
        .env("MAGLEV_TABLE_NAME_PREFIX", &case.table_name_prefix)
        .env("MAGLEV_TABLE_NAME_SUFFIX", &case.table_name_suffix)
        .current_dir(directory);
    command
}

/// Where a run took place, which its text must not show.
struct Place {
    database: String,
    directory: String,
}

impl Place {
    fn hide(&self, text: &str) -> String {
        text.replace(&self.database, "{database}").replace(&self.directory, "{directory}")
    }
}

pub(crate) fn arguments(command: &str) -> Result<Vec<&str>> {
    Ok(match command.split_once(' ') {
        None if command == "migrate" => vec!["migrate", "--no-check"],
        Some(("migrate", version)) => vec!["migrate", "--no-check", "--to", version],
        Some((direction @ ("up" | "down"), version)) => vec![direction, "--no-check", version],
        Some(("rollback", steps)) => vec!["rollback", "--no-check", "--steps", steps],
        _ => bail!("unknown command `{command}`"),
    })
}

fn translate(event: &Value) -> Option<Event> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let failure = |error: &Value| Failure {
        class: text(&error["class"]),
        message: text(&error["message"]),
        wrapper: None,
        backtrace: Vec::new(),
    };
    let error = match event["event"].as_str()? {
        "migrated" => None,
        "failed" => Some(failure(&event["error"])),
        "refused" => {
            let reasons = event["reasons"].as_array().into_iter().flatten();
            let message = reasons.map(|reason| text(&reason["message"])).collect::<Vec<_>>().join("\n");
            Some(Failure { class: "refused".to_string(), message, ..Failure::default() })
        }
        "error" => return Some(Event::Raised { error: failure(&event["error"]) }),
        _ => return None,
    };
    let statements = event["statements"].as_array().into_iter().flatten();
    Some(Event::Migration(Migration {
        version: text(&event["version"]),
        name: text(&event["name"]),
        file: text(&event["file"]),
        direction: event["direction"].as_str().unwrap_or("up").to_string(),
        statements: statements
            .map(|statement| Statement {
                sql: text(&statement["sql"]),
                name: statement["name"].as_str().map(str::to_string),
                binds: Vec::new(),
            })
            .collect(),
        error,
        ..Migration::default()
    }))
}

fn without_sections(record: &str, is_left_out: impl Fn(&str) -> bool) -> String {
    let mut is_wanted = true;
    let mut text = String::new();
    for line in record.lines() {
        if line.starts_with("=== ") {
            is_wanted = true;
        } else if let Some(title) = line.strip_prefix("--- ") {
            is_wanted = !is_left_out(title);
        }
        if is_wanted && !is_wrapper(line) {
            text.push_str(without_binds(line));
            text.push('\n');
        }
    }
    text
}

/// A recorded statement without its bound values, which Maglev does not tell.
pub(crate) fn without_binds(line: &str) -> &str {
    match line.rsplit_once("  [") {
        Some((sql, values)) if values.ends_with(']') && (sql.contains('?') || sql.contains("$1")) => sql,
        _ => line,
    }
}

fn is_wrapper(line: &str) -> bool {
    line.starts_with("An error has occurred, ") && line.ends_with("all later migrations canceled:")
}

/// A line diff of two texts, without lines that are far from any difference.
pub fn diff(theirs: &str, ours: &str) -> String {
    let (theirs, ours): (Vec<_>, Vec<_>) = (theirs.lines().collect(), ours.lines().collect());
    let mut common = vec![vec![0_usize; ours.len() + 1]; theirs.len() + 1];
    for (i, line) in theirs.iter().enumerate().rev() {
        for (j, other) in ours.iter().enumerate().rev() {
            let best = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if line == other { common[i + 1][j + 1] + 1 } else { best };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < theirs.len() || j < ours.len() {
        if i < theirs.len() && j < ours.len() && theirs[i] == ours[j] {
            lines.push(format!("  {}", theirs[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == ours.len() || (i < theirs.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(format!("- {}", theirs[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", ours[j]));
            j += 1;
        }
    }
    let is_near = |position: usize| {
        let range = position.saturating_sub(2)..(position + 3).min(lines.len());
        lines[range].iter().any(|line| !line.starts_with("  "))
    };
    let near = lines.iter().enumerate().filter(|(position, _)| is_near(*position));
    near.flat_map(|(_, line)| [line.as_str(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_bound_values_out() {
        assert_eq!(without_binds("SELECT ?, ?  [1, \"x\"]"), "SELECT ?, ?");
        assert_eq!(without_binds("SELECT ARRAY  [1]"), "SELECT ARRAY  [1]");
    }

    #[test]
    fn leaves_schemas_out() {
        let record = "=== migrate\n--- up 1 A\nX\n--- schema\nY\n--- schema.rb\nZ\n=== migrate 0\n";
        assert_eq!(
            without_sections(record, |title| title.starts_with("schema")),
            "=== migrate\n--- up 1 A\nX\n=== migrate 0\n"
        );
    }

    #[test]
    fn shows_lines_near_a_difference() {
        assert_eq!(diff("a\nb\nc\nd\ne\nf", "a\nb\nc\nd\nx\nf"), "  c\n  d\n- e\n+ x\n  f\n");
    }
}
