//! Rails' side: what real Active Record did with a history, now or the last time.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use conformance::database::Server;
use conformance::record::normalise;
use conformance::{Database, Event};
use serde::{Deserialize, Serialize};

use super::comparison::{Outcome, Outcomes, Run, anonymous, data_of, schema_of};
use super::history::History;
use crate::rails::{Rails, Request, Runner};
use crate::rows;

pub(super) struct Oracle {
    rails: Rails,
    /// One for each set of required files.
    runners: BTreeMap<Vec<PathBuf>, Runner>,
    /// The version of Ruby.
    pub ruby: String,
    cache: Option<PathBuf>,
    pub wanted: Wanted,
}

/// What is asked of every history.
#[derive(Clone, Copy, Hash)]
pub(super) struct Wanted {
    /// Take back what ran.
    pub down: bool,
    /// Rows for each empty table, before each migration.
    pub rows: usize,
    pub implied_models: bool,
}

/// Everything that one history's run gave.
#[derive(Serialize, Deserialize)]
struct Recorded {
    /// Of the migrations' names and contents, and of what was asked.
    hash: u64,
    database: String,
    up: Vec<Event>,
    schema: String,
    /// schema.rb after the way up, without its comment.
    dump: String,
    #[serde(default)]
    data: String,
    down: Vec<Event>,
    /// What is left when everything is taken back.
    rest: String,
}

impl Oracle {
    pub(super) fn new(rails: Rails, cache: Option<PathBuf>, wanted: Wanted) -> Result<Self> {
        let ruby = rails.ruby_version()?;
        Ok(Self { rails, runners: BTreeMap::new(), ruby, cache, wanted })
    }

    pub(super) fn run(&mut self, history: &History, server: &Server) -> Result<Run> {
        let recorded = self.recorded(history, server)?;
        Ok(Run {
            rows: rows::by_version(&recorded.up),
            data: recorded.data,
            up: outcomes(recorded.up, &recorded.database)?,
            schema: recorded.schema,
            dump: recorded.dump,
            dump_by_rails: String::new(),
            down: outcomes(recorded.down, &recorded.database)?,
            rest: recorded.rest,
        })
    }

    /// schema.rb of a database, without its comment.
    pub(super) fn dump(&self, database: &Database) -> Result<String> {
        Ok(without_comment(&self.rails.dumper()?.dump(&database.url(), "", "")?))
    }

    fn recorded(&mut self, history: &History, server: &Server) -> Result<Recorded> {
        let hash = self.hash(history)?;
        let with = if self.wanted.rows > 0 { format!("-rows{}", self.wanted.rows) } else { String::new() };
        let with = if self.wanted.implied_models { format!("{with}-implied") } else { with };
        let file = format!("{}-{}{with}.json", history.name, history.database.replace(['/', ':', '@'], "-"));
        let path = self.cache.as_ref().map(|cache| cache.join(file));
        if let Some(text) = path.as_ref().and_then(|path| fs::read_to_string(path).ok())
            && let Ok(recorded) = serde_json::from_str::<Recorded>(&text)
            && recorded.hash == hash
        {
            return Ok(recorded);
        }
        let database = server.database()?;
        let up = self.command("keep_going", history, &database)?;
        let schema = schema_of(&database)?;
        let dump = match up.last() {
            Some(Event::Done { schema }) => schema.clone(),
            _ => String::new(),
        };
        let data = if self.wanted.rows > 0 { data_of(&database)? } else { String::new() };
        let down = if self.wanted.down { self.command("keep_going_down", history, &database)? } else { Vec::new() };
        let rest = schema_of(&database)?;
        let recorded = Recorded { hash, database: database.name().to_string(), up, schema, dump, data, down, rest };
        if let Some(path) = path {
            fs::write(path, serde_json::to_string(&recorded)?)?;
        }
        Ok(recorded)
    }

    fn command(&mut self, command: &str, history: &History, database: &Database) -> Result<Vec<Event>> {
        let runner = match self.runners.get_mut(&history.required) {
            Some(runner) => runner,
            None => {
                let runner = self.rails.start(&history.required)?;
                self.runners.entry(history.required.clone()).or_insert(runner)
            }
        };
        let (url, directory) = (database.url(), history.directory.as_path());
        let Wanted { rows, implied_models, .. } = self.wanted;
        let request = Request {
            url: &url,
            directory,
            command,
            table_name_prefix: "",
            table_name_suffix: "",
            rows,
            implied_models,
            isolated: false,
            patience: None,
        };
        let mut events = runner.run(&request)?;
        // Now: tomorrow, what is of today no longer shows.
        for event in &mut events {
            if let Event::Migration(migration) = event {
                for statement in &mut migration.statements {
                    statement.sql = normalise(&statement.sql);
                }
                migration.output = normalise(&migration.output);
                if let Some(error) = &mut migration.error {
                    error.message = normalise(&error.message);
                }
            }
        }
        Ok(events)
    }

    fn hash(&self, history: &History) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        self.wanted.hash(&mut hasher);
        let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("ruby");
        let listed = fs::read_dir(&history.directory)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        let mut paths: Vec<_> = listed.into_iter().chain(history.required.iter().cloned()).collect();
        paths.extend(["runner.rb", "rows.rb"].map(|file| runner.join(file)));
        paths.sort();
        for path in paths.iter().filter(|path| path.is_file()) {
            path.file_name().hash(&mut hasher);
            fs::read(path)?.hash(&mut hasher);
        }
        Ok(hasher.finish())
    }
}

pub(super) fn without_comment(schema: &str) -> String {
    let lines = schema.split_inclusive('\n').skip_while(|line| line.starts_with('#') || *line == "\n");
    lines.collect()
}

fn outcomes(events: Vec<Event>, database: &str) -> Result<Outcomes> {
    let mut outcomes = Outcomes::new();
    for event in events {
        let Event::Migration(mut migration) = event else { continue };
        if let Some(error) = &mut migration.error {
            error.message = anonymous(&error.message, database);
        }
        for statement in &mut migration.statements {
            statement.sql = anonymous(&statement.sql, database);
        }
        let outcome = Outcome {
            file: migration.file,
            statements: migration.statements,
            output: anonymous(&migration.output, database),
            error: migration.error,
            models: migration.models,
        };
        outcomes.insert(migration.version.parse()?, outcome);
    }
    Ok(outcomes)
}
