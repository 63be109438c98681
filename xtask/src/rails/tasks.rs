//! Rails' own `db:` tasks in a Ruby process: `ruby/tasks.rb`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use conformance::tasks::Line;
use conformance::tasks::record::Told;
use serde_json::json;

use super::Rails;
use super::pipe::Pipe;

/// A running one.
pub(crate) struct TaskRunner(Pipe);

impl TaskRunner {
    pub(crate) fn start(rails: &Rails) -> Result<Self> {
        let mut command = rails.script("tasks.rb")?;
        command.arg(rails.source());
        Ok(Self(Pipe::start(command)?))
    }

    /// Carries a line of tasks out in an app's folder.
    pub(crate) fn run(&mut self, directory: &Path, line: &Line) -> Result<Told> {
        let variables: BTreeMap<_, _> = line.variables().into_iter().collect();
        let request = json!({ "directory": directory, "tasks": line.tasks(), "variables": variables });
        self.0.ask(&request)?;
        let answer = self.0.line()?;
        serde_json::from_str(&answer).with_context(|| format!("not an answer: {answer}"))
    }
}
