//! Runs whole histories through real Active Record and through Maglev and compares.
//!
//! Both start from an empty database. A migration that fails is marked as run and the next one follows, so that one
//! application's model does not hide the other migrations of its history.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use conformance::database::Server;
use conformance::record::{Migration, normalise};
use conformance::replay::diff;
use conformance::{Event, Failure, Statement, Target};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::arguments::Arguments;
use crate::rails::{Rails, Request, Runner};
use crate::rows;

/// How many differences of a history are printed.
const SHOWN: usize = 5;
/// How many lines of a difference are printed.
const LINES_SHOWN: usize = 12;
/// How many of the commonest reasons are printed.
const REASONS_SHOWN: usize = 40;

pub fn run(mut arguments: Arguments) -> Result<()> {
    let rails = Rails::from_arguments(&mut arguments)?;
    let mut directories: Vec<PathBuf> = arguments.values("--dir")?.into_iter().map(PathBuf::from).collect();
    if let Some(list) = arguments.value("--list")? {
        let text = fs::read_to_string(&list).with_context(|| format!("cannot read `{list}`"))?;
        directories.extend(text.lines().filter(|line| !line.trim().is_empty()).map(|line| PathBuf::from(line.trim())));
    }
    let server = server(arguments.value("--database")?.as_deref().unwrap_or("sqlite3:"))?;
    let maglev = arguments.value("--maglev")?.map(PathBuf::from);
    let differences = arguments.value("--differences")?;
    let cache = arguments.value("--cache")?.map(PathBuf::from);
    let rows = arguments.value("--rows")?.map_or(Ok(0), |rows| rows.parse()).context("`--rows` is a number")?;
    let implied_models = arguments.flag("--implied-models");
    if let [word, ..] = arguments.words()?.as_slice() {
        bail!("unexpected `{word}`");
    }
    let mut oracle = Oracle { rails, runner: None, cache, rows, implied_models };
    let mut all = String::new();
    let mut total = Counts::default();
    let mut reasons = BTreeMap::new();
    for directory in &directories {
        let directory = directory.canonicalize().with_context(|| format!("no folder `{}`", directory.display()))?;
        let history = compare(&directory, &server, &mut oracle, maglev.as_deref())?;
        for difference in &history.differences {
            *reasons.entry(reason(difference)).or_insert(0) += 1;
        }
        crate::print(&format!("{}: {}\n", name(&directory), history.counts));
        for difference in history.differences.iter().take(SHOWN) {
            let lines: Vec<_> = difference.lines().take(LINES_SHOWN).collect();
            crate::print(&format!("{}\n", lines.join("\n")));
        }
        let _ = writeln!(all, "=== {}: {}\n{}", name(&directory), history.counts, history.differences.join("\n"));
        total.add(&history.counts);
    }
    if directories.len() > 1 {
        crate::print(&format!("all: {total}\n"));
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.iter().take(REASONS_SHOWN) {
        crate::print(&format!("{count:6}  {reason}\n"));
    }
    differences.map_or(Ok(()), |path| fs::write(path, all).map_err(Into::into))
}

/// A server that runs, or a private one where the URL names none.
fn server(url: &str) -> Result<Server> {
    let private = match url.trim_end_matches(['/', ':']) {
        "sqlite3" => Target::Sqlite3,
        "mysql2" => Target::MariaDb,
        "postgresql" => Target::PostgreSql,
        _ => return Server::at(url),
    };
    Server::private(private).context("no private server")
}

/// The application's name: `redmine` of `/src/redmine/db/migrate`.
fn name(directory: &Path) -> String {
    let mut parts = directory.iter().rev().filter(|part| *part != "migrate" && *part != "db");
    parts.next().unwrap_or_default().display().to_string()
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

/// Real Active Record, or what it did the last time.
struct Oracle {
    rails: Rails,
    runner: Option<Runner>,
    cache: Option<PathBuf>,
    rows: usize,
    implied_models: bool,
}

/// Everything that one history's run gave.
#[derive(Serialize, Deserialize)]
struct Run {
    /// Of the migrations' names and contents.
    hash: u64,
    database: String,
    events: Vec<Event>,
    schema: String,
    #[serde(default)]
    data: String,
}

impl Oracle {
    fn run(&mut self, directory: &Path, server: &Server) -> Result<Run> {
        let hash = hash(directory)?;
        let with = if self.rows > 0 { format!("-rows{}", self.rows) } else { String::new() };
        let with = if self.implied_models { format!("{with}-implied") } else { with };
        let path =
            self.cache.as_ref().map(|cache| cache.join(format!("{}-{}{with}.json", name(directory), server.adapter())));
        if let Some(text) = path.as_ref().and_then(|path| fs::read_to_string(path).ok()) {
            let run: Run = serde_json::from_str(&text)?;
            if run.hash == hash {
                return Ok(run);
            }
        }
        let runner = match &mut self.runner {
            Some(runner) => runner,
            none => none.insert(self.rails.start()?),
        };
        let database = server.database()?;
        let url = database.url();
        let request = Request {
            url: &url,
            directory,
            command: "keep_going",
            table_name_prefix: "",
            table_name_suffix: "",
            rows: self.rows,
            implied_models: self.implied_models,
        };
        let mut events = runner.run(&request)?;
        for event in &mut events {
            if let Event::Migration(migration) = event {
                for statement in &mut migration.statements {
                    statement.sql = normalise(&statement.sql);
                }
            }
        }
        let data = if self.rows > 0 { rows_of(&database)? } else { String::new() };
        let run = Run { hash, database: database.name().to_string(), events, schema: schema_of(&database)?, data };
        if let Some(path) = path {
            fs::write(path, serde_json::to_string(&run)?)?;
        }
        Ok(run)
    }
}

fn hash(directory: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    let mut paths: Vec<_> = fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    for path in paths.iter().filter(|path| path.is_file()) {
        path.file_name().hash(&mut hasher);
        fs::read(path)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

#[derive(Default)]
struct Counts {
    files: usize,
    rails: usize,
    maglev: usize,
    both: usize,
    same: usize,
    histories: usize,
    same_schemas: usize,
    /// Tables whose rows differ at the end.
    other_data: usize,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.rails += other.rails;
        self.maglev += other.maglev;
        self.both += other.both;
        self.same += other.same;
        self.histories += other.histories;
        self.same_schemas += other.same_schemas;
        self.other_data += other.other_data;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { files, rails, maglev, both, same, histories, same_schemas, other_data } = self;
        write!(
            formatter,
            "{files} files; complete: Rails {rails}, Maglev {maglev}, both {both}; \
             with the same statements {same}; same schema {same_schemas} of {histories}; \
             tables with other rows {other_data}"
        )
    }
}

struct History {
    counts: Counts,
    differences: Vec<String>,
}

/// One migration on one side.
struct Outcome {
    file: String,
    statements: Vec<Statement>,
    error: Option<Failure>,
}

fn compare(directory: &Path, server: &Server, oracle: &mut Oracle, maglev: Option<&Path>) -> Result<History> {
    let run = oracle.run(directory, server)?;
    let scratch = tempfile::tempdir()?;
    let rows = if oracle.rows > 0 { Some(rows::write(&run.events, &scratch)?) } else { None };
    let (theirs, their_schema, their_data) = run_rails(run)?;
    let mut counts = Counts { files: theirs.len(), histories: 1, ..Counts::default() };
    counts.rails = theirs.values().filter(|outcome| outcome.error.is_none()).count();
    let mut differences = Vec::new();
    let Some(maglev) = maglev else {
        differences.extend(theirs.values().filter_map(|outcome| {
            outcome
                .error
                .as_ref()
                .map(|error| format!("{}: {}: {}", outcome.file, error.class, first_line(&error.message)))
        }));
        return Ok(History { counts, differences });
    };
    let (ours, our_schema, our_data) = run_maglev(directory, server, maglev, rows.as_ref(), oracle.implied_models)?;
    for (version, rails) in &theirs {
        let maglev = ours.get(version);
        counts.maglev += usize::from(maglev.is_some_and(|outcome| outcome.error.is_none()));
        match difference(rails, maglev) {
            None if rails.error.is_none() => {
                counts.both += 1;
                counts.same += 1;
            }
            None => {}
            Some(difference) => {
                let is_complete = rails.error.is_none() && maglev.is_some_and(|outcome| outcome.error.is_none());
                counts.both += usize::from(is_complete);
                differences.push(difference);
            }
        }
    }
    if their_schema == our_schema {
        counts.same_schemas = 1;
    } else {
        differences.push(format!("schema:\n{}", diff(&their_schema, &our_schema)));
    }
    let data = rows::differences(&their_data, &our_data);
    counts.other_data = data.len();
    differences.extend(data);
    Ok(History { counts, differences })
}

fn run_rails(run: Run) -> Result<(BTreeMap<u64, Outcome>, String, String)> {
    let mut outcomes = BTreeMap::new();
    for event in run.events {
        if let Event::Migration(Migration { version, file, statements, mut error, .. }) = event {
            if let Some(error) = &mut error {
                error.message = anonymous(&error.message, &run.database);
            }
            outcomes.insert(version.parse()?, Outcome { file, statements, error });
        }
    }
    Ok((outcomes, run.schema, run.data))
}

fn rows_of(database: &conformance::Database) -> Result<String> {
    Ok(anonymous(&rows::data_of(database)?, database.name()))
}

fn schema_of(database: &conformance::Database) -> Result<String> {
    Ok(anonymous(&conformance::schema::schema(database)?, database.name()))
}

fn run_maglev(
    directory: &Path,
    server: &Server,
    maglev: &Path,
    rows: Option<&PathBuf>,
    implied_models: bool,
) -> Result<(BTreeMap<u64, Outcome>, String, String)> {
    let database = server.database()?;
    let mut command = Command::new(maglev);
    command.arg("migrate");
    rows::pass(&mut command, rows);
    if implied_models {
        command.arg("--implied-models");
    }
    let output = command
        .args(["--no-check", "--keep-going", "--format", "json", "--database", &database.url(), "--dir"])
        .arg(directory)
        .env("RAILS_ENV", "production")
        .output()
        .with_context(|| format!("cannot run `{}`", maglev.display()))?;
    let mut outcomes = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let Some(version) = event["version"].as_str().and_then(|version| version.parse().ok()) else { continue };
        outcomes.insert(version, outcome(&event, database.name()));
    }
    if outcomes.is_empty() {
        bail!("maglev reported nothing: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    let data = if rows.is_some() { rows_of(&database)? } else { String::new() };
    Ok((outcomes, schema_of(&database)?, data))
}

fn outcome(event: &Value, database: &str) -> Outcome {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let error = match event["event"].as_str() {
        Some("migrated") => None,
        Some("refused") => {
            Some(Failure { class: "refused".to_string(), message: event["reasons"].to_string(), ..Failure::default() })
        }
        _ => Some(Failure {
            class: text(&event["error"]["class"]),
            message: anonymous(&text(&event["error"]["message"]), database),
            ..Failure::default()
        }),
    };
    let statements = event["statements"].as_array().into_iter().flatten();
    let statements =
        statements.map(|statement| Statement { sql: normalise(&text(&statement["sql"])), ..Statement::default() });
    Outcome { file: text(&event["file"]), statements: statements.collect(), error }
}

fn anonymous(text: &str, database: &str) -> String {
    normalise(&text.replace(database, "{database}"))
}

/// What of a migration is not as in Rails; nothing if all is.
fn difference(rails: &Outcome, maglev: Option<&Outcome>) -> Option<String> {
    let file = &rails.file;
    let Some(maglev) = maglev else { return Some(format!("{file}: Maglev says nothing of it")) };
    let describe = |error: &Failure| format!("{}: {}", error.class, first_line(&error.message));
    match (&rails.error, &maglev.error) {
        (Some(theirs), None) => Some(format!("{file}: fails in Rails alone: {}", describe(theirs))),
        (None, Some(ours)) => Some(format!("{file}: fails in Maglev alone: {}", describe(ours))),
        (Some(theirs), Some(ours)) if theirs.class != ours.class || theirs.message != ours.message => {
            Some(format!("{file}: fails otherwise:\n  - {}\n  + {}", describe(theirs), describe(ours)))
        }
        _ => {
            let difference = diff(&statements(rails), &statements(maglev));
            (!difference.is_empty()).then(|| format!("{file}: other statements:\n{difference}"))
        }
    }
}

fn statements(outcome: &Outcome) -> String {
    let statements = outcome.statements.iter().filter(|statement| !statement.is_bookkeeping());
    statements.flat_map(|statement| [statement.sql.trim_end(), "\n"]).collect()
}

fn first_line(text: &str) -> &str {
    text.trim_start().lines().next().unwrap_or_default()
}
