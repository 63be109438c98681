//! One folder of migrations on one database: a line of a `--list`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::arguments::Arguments;
use crate::comparing;

pub(super) struct History {
    /// The application's.
    pub name: String,
    pub directory: PathBuf,
    /// The server's URL.
    pub database: String,
    /// Ruby files that Rails' side loads first: what a gem of the application brings.
    pub required: Vec<PathBuf>,
}

impl History {
    /// `required` are paths, or names of files beside the runner.
    pub(super) fn new(directory: &str, database: &str, required: &[String]) -> Result<Self> {
        let directory = Path::new(directory).canonicalize().with_context(|| format!("no folder `{directory}`"))?;
        let required = required.iter().map(|file| comparing::required_file(file)).collect::<Result<_>>()?;
        Ok(Self { name: name(&directory), directory, database: database.to_string(), required })
    }

    /// The application's folder, where Maglev runs.
    pub(super) fn root(&self) -> &Path {
        let folder = self.directory.ends_with("db/migrate").then(|| self.directory.ancestors().nth(2));
        folder.flatten().unwrap_or(&self.directory)
    }

    /// `DIR [DATABASE] [--require FILE] [--name NAME]`
    pub(super) fn parse(line: &str, database: &str) -> Result<Self> {
        let mut arguments = Arguments::new(line.split_whitespace().map(str::to_string));
        let name = arguments.value("--name")?;
        let required = arguments.values("--require")?;
        let words = arguments.words()?;
        let directory = words.first().context("no folder")?;
        let mut history = Self::new(directory, words.get(1).map_or(database, String::as_str), &required)?;
        if let Some(name) = name {
            history.name = name;
        }
        Ok(history)
    }
}

/// `redmine` of `/src/redmine/db/migrate`.
fn name(directory: &Path) -> String {
    let mut parts = directory.iter().rev().filter(|part| *part != "migrate" && *part != "db");
    parts.next().unwrap_or_default().display().to_string()
}
