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

use super::comparison::{Outcome, Outcomes, Run, anonymous, schema_of};
use super::history::History;
use crate::rails::{Rails, Request, Runner};

pub struct Oracle {
    rails: Rails,
    /// One for each set of required files.
    runners: BTreeMap<Vec<PathBuf>, Runner>,
    cache: Option<PathBuf>,
    down: bool,
}

/// Everything that one history's run gave.
#[derive(Serialize, Deserialize)]
struct Recorded {
    /// Of the migrations' names and contents, and of what was asked.
    hash: u64,
    database: String,
    up: Vec<Event>,
    schema: String,
    down: Vec<Event>,
    /// What is left when everything is taken back.
    rest: String,
}

impl Oracle {
    pub fn new(rails: Rails, cache: Option<PathBuf>, down: bool) -> Self {
        Self { rails, runners: BTreeMap::new(), cache, down }
    }

    /// Whether histories are taken back after they ran.
    pub fn goes_down(&self) -> bool {
        self.down
    }

    pub fn run(&mut self, history: &History, server: &Server) -> Result<Run> {
        let recorded = self.recorded(history, server)?;
        Ok(Run {
            up: outcomes(recorded.up, &recorded.database)?,
            schema: recorded.schema,
            down: outcomes(recorded.down, &recorded.database)?,
            rest: recorded.rest,
        })
    }

    fn recorded(&mut self, history: &History, server: &Server) -> Result<Recorded> {
        let hash = self.hash(history)?;
        let file = format!("{}-{}.json", history.name, history.database.replace(['/', ':', '@'], "-"));
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
        let down = if self.down { self.command("keep_going_down", history, &database)? } else { Vec::new() };
        let rest = schema_of(&database)?;
        let recorded = Recorded { hash, database: database.name().to_string(), up, schema, down, rest };
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
        let mut events =
            runner.run(&Request { url: &url, directory, command, table_name_prefix: "", table_name_suffix: "" })?;
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
        self.down.hash(&mut hasher);
        let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("ruby/runner.rb");
        let listed = fs::read_dir(&history.directory)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        let mut paths: Vec<_> = listed.into_iter().chain(history.required.iter().cloned()).collect();
        paths.push(runner);
        paths.sort();
        for path in paths.iter().filter(|path| path.is_file()) {
            path.file_name().hash(&mut hasher);
            fs::read(path)?.hash(&mut hasher);
        }
        Ok(hasher.finish())
    }
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
