//! Rails' own `db:` tasks in a Ruby process: `ruby/tasks.rb`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context as _, Result, bail};
use conformance::tasks::Line;
use conformance::tasks::record::Told;
use serde_json::json;

use super::Rails;

/// A running one.
pub(crate) struct TaskRunner {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl TaskRunner {
    pub(crate) fn start(rails: &Rails) -> Result<Self> {
        let mut command = rails.script("tasks.rb")?;
        command.arg(rails.source());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot run Ruby")?;
        let requests = child.stdin.take().context("no stdin")?;
        let answers = BufReader::new(child.stdout.take().context("no stdout")?);
        Ok(Self { child, requests, answers })
    }

    /// Carries a line of tasks out in an app's folder.
    pub(crate) fn run(&mut self, directory: &Path, line: &Line) -> Result<Told> {
        let variables: BTreeMap<_, _> = line.variables().into_iter().collect();
        let request = json!({ "directory": directory, "tasks": line.tasks(), "variables": variables });
        writeln!(self.requests, "{request}")?;
        self.requests.flush()?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            bail!("Ruby ended: {}", self.child.wait()?);
        }
        serde_json::from_str(&answer).with_context(|| format!("not an answer: {answer}"))
    }
}
