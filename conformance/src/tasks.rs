//! Cases of Rails' `db:` tasks: an app's files, and the tasks that are carried out in it one after another.
//!
//! ```text
//! # adapters: mysql2, postgresql       (default: all)
//! --- config/database.yml              a file of the app's; these have a default, see [`app`]
//! development:
//!   {connection}
//!   database: {database:development}
//! --- db/schema.rb
//! ActiveRecord::Schema[8.1].define(version: 2024_01_01_000001) do
//! end
//! --- run
//! RAILS_ENV=production db:schema:load  variables of the process, tasks, variables of the task
//! sql development: DROP TABLE posts    a statement, in one of the app's databases
//! remove db/schema.rb
//! --- db/schema.rb                     files that change between the tasks
//! ...
//! --- run
//! db:migrate VERSION=3
//! ```
//!
//! Cases are in `tasks/`, their records beside those of the others, below `tasks/` too.

pub mod app;
pub mod record;
pub mod replay;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::Target;

#[derive(Clone, Debug, Default)]
pub struct TaskCase {
    /// The path below this crate, without its extension.
    pub name: String,
    /// Empty means all.
    pub adapters: Vec<String>,
    pub steps: Vec<Step>,
}

/// What is done in a case, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    File { path: String, text: String },
    Remove { path: String },
    Sql { database: String, statement: String },
    Tasks(Line),
}

/// A line of tasks with their variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    /// Of the process: what stands before the first task.
    pub environment: Vec<(String, String)>,
    /// Tasks and their own variables, as a command line has them.
    pub arguments: Vec<String>,
}

impl TaskCase {
    /// All cases whose name contains `filter`, in the order of their names.
    pub fn all(filter: &str) -> Result<Vec<Self>> {
        let mut paths = Vec::new();
        crate::case::collect(&crate::home().join("tasks"), "txt", &mut paths)?;
        paths.sort();
        let mut cases = Vec::new();
        for path in paths {
            let name = path.strip_prefix(crate::home())?.with_extension("").display().to_string();
            if name.contains(filter) {
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
                cases.push(Self::parse(&name, &text).with_context(|| format!("in `{}`", path.display()))?);
            }
        }
        Ok(cases)
    }

    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let mut case = Self { name: name.to_owned(), ..Self::default() };
        let mut is_running = false;
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("--- ") {
                is_running = title == "run";
                if !is_running {
                    case.steps.push(Step::File { path: title.to_owned(), text: String::new() });
                }
            } else if is_running {
                case.steps.extend((!line.trim().is_empty()).then(|| step(line)).transpose()?);
            } else if let Some(Step::File { text, .. }) = case.steps.last_mut() {
                text.push_str(line);
                text.push('\n');
            } else if let Some(adapters) = line.strip_prefix("# adapters: ") {
                case.adapters = adapters.split(',').map(|adapter| adapter.trim().to_owned()).collect();
            } else if !line.is_empty() && !line.starts_with("# ") {
                bail!("`{line}` belongs to nothing");
            }
        }
        Ok(case)
    }

    pub fn runs_on(&self, target: Target) -> bool {
        self.adapters.is_empty() || self.adapters.iter().any(|adapter| adapter == target.adapter())
    }

    /// Where its record is kept.
    pub fn recorded(&self, target: Target) -> PathBuf {
        crate::home().join("recorded").join(target.name()).join(format!("{}.txt", self.name))
    }
}

impl Line {
    fn parse(text: &str) -> Self {
        let words: Vec<_> = text.split_whitespace().collect();
        let first = words.iter().position(|word| variable(word).is_none()).unwrap_or(words.len());
        Self {
            text: text.to_owned(),
            environment: words[..first].iter().filter_map(|word| variable(word)).collect(),
            arguments: words[first..].iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    /// The tasks' names.
    pub fn tasks(&self) -> Vec<&str> {
        self.arguments.iter().filter(|word| variable(word).is_none()).map(String::as_str).collect()
    }

    /// All variables: Rails makes no difference between them.
    pub fn variables(&self) -> Vec<(String, String)> {
        let own = self.arguments.iter().filter_map(|word| variable(word));
        self.environment.iter().cloned().chain(own).collect()
    }
}

fn variable(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

fn step(line: &str) -> Result<Step> {
    if let Some(path) = line.strip_prefix("remove ") {
        return Ok(Step::Remove { path: path.to_owned() });
    }
    let Some(rest) = line.strip_prefix("sql ") else { return Ok(Step::Tasks(Line::parse(line))) };
    let (database, statement) = rest.split_once(": ").with_context(|| format!("`{line}` names no database"))?;
    Ok(Step::Sql { database: database.to_owned(), statement: statement.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_files_and_tasks_in_order() {
        let text = "# adapters: sqlite3\n--- db/schema.rb\na\n--- run\nRAILS_ENV=test db:a VERSION=1\nsql x: b: c\n\
                    remove db/schema.rb\n";
        let case = TaskCase::parse("x", text).unwrap();
        assert!(case.runs_on(Target::Sqlite3) && !case.runs_on(Target::MariaDb));
        let [Step::File { path, text }, Step::Tasks(line), Step::Sql { database, statement }, Step::Remove { .. }] =
            &case.steps[..]
        else {
            panic!("{:?}", case.steps)
        };
        assert_eq!((path.as_str(), text.as_str()), ("db/schema.rb", "a\n"));
        assert_eq!((database.as_str(), statement.as_str()), ("x", "b: c"));
        assert_eq!(line.tasks(), ["db:a"]);
        assert_eq!(line.environment, [("RAILS_ENV".to_owned(), "test".to_owned())]);
        assert_eq!(line.variables().len(), 2);
    }
}
