//! What became of a case's tasks, and its text in `recorded/`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use serde::Deserialize;

use super::app::App;
use super::{Line, Step, TaskCase};
use crate::record::normalise;
use crate::{Failure, Statement};

/// What whoever carried out a line of tasks tells of it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Told {
    pub exit: i32,
    /// What went to stdout.
    pub output: String,
    /// What went to stderr.
    pub messages: String,
    pub error: Option<Failure>,
    pub statements: Vec<Statement>,
}

/// A line of tasks, carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub line: String,
    pub exit: i32,
    /// By title: `statements`, `output`, `messages`, `error`, and `file PATH` and `database NAME` where they are not as
    /// before.
    pub sections: BTreeMap<String, String>,
}

/// Carries a case out in an app of its own, each line of tasks by `work`; `observe` is asked how the app stands before and
/// after each.
pub fn carry_out(
    case: &TaskCase,
    app: &App,
    observe: impl Fn(&App) -> Result<Standing>,
    mut work: impl FnMut(&Line) -> Result<Told>,
) -> Result<Vec<Done>> {
    let mut done = Vec::new();
    let mut known = Some(Standing::new());
    for step in &case.steps {
        app.prepare(step)?;
        let Step::Tasks(line) = step else {
            known = None;
            continue;
        };
        let before = known.map_or_else(|| observe(app), Ok)?;
        let told = work(line)?;
        let after = observe(app)?;
        done.push(Done::new(app, line, told, &before, &after));
        known = Some(after);
    }
    Ok(done)
}

/// The files and databases of an app: their titles, and what they hold.
pub type Standing = BTreeMap<String, String>;

/// How an app stands.
pub fn standing(app: &App) -> Result<Standing> {
    let files = app.files()?.into_iter().map(|(path, text)| (format!("file {path}"), text));
    let databases = app.databases()?.into_iter().map(|(name, text)| (format!("database {name}"), text));
    Ok(files.chain(databases).collect())
}

impl Done {
    fn new(app: &App, line: &Line, told: Told, before: &Standing, after: &Standing) -> Self {
        let mut sections = BTreeMap::new();
        let mut section = |title: &str, text: &str| {
            let text = normalise(&app.hide(text));
            let text = text.trim_matches('\n');
            if !text.is_empty() {
                sections.insert(title.to_owned(), format!("{text}\n"));
            }
        };
        let statements = told.statements.iter().flat_map(|statement| [statement.render(), "\n".to_owned()]);
        section("statements", &statements.collect::<String>());
        section("output", &told.output);
        section("messages", &told.messages);
        if let Some(error) = &told.error {
            section("error", &format!("{}: {}", error.class, error.message));
        }
        for (title, text) in after.iter().filter(|(title, text)| before.get(*title) != Some(*text)) {
            section(title, if text.is_empty() { "(empty)" } else { text });
        }
        for title in before.keys().filter(|title| !after.contains_key(*title)) {
            section(title, "(gone)");
        }
        Self { line: line.text.clone(), exit: told.exit, sections }
    }
}

/// The text of a record.
pub fn render(done: &[Done]) -> String {
    let mut text = String::new();
    for Done { line, exit, sections } in done {
        let _ = writeln!(text, "=== {line}\nexit: {exit}");
        for (title, section) in sections {
            let _ = writeln!(text, "--- {title}");
            for line in section.split_inclusive('\n') {
                text.push_str(if looks_like_a_title(line) { "\\" } else { "" });
                text.push_str(line);
            }
        }
    }
    text
}

/// A line of a section that would be read as what it is not, such as the first one of a YAML document. It gets a backslash.
fn looks_like_a_title(line: &str) -> bool {
    let line = line.trim_start_matches('\\');
    line.starts_with("--- ") || line.starts_with("=== ")
}

/// Reads what [`render`] wrote.
pub fn parse(text: &str) -> Vec<Done> {
    let mut all: Vec<Done> = Vec::new();
    let mut title = None;
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("=== ") {
            all.push(Done { line: command.to_owned(), ..Done::default() });
            title = None;
            continue;
        }
        let Some(done) = all.last_mut() else { continue };
        if let Some(name) = line.strip_prefix("--- ") {
            title = Some(name.to_owned());
        } else if let Some(title) = &title {
            let section = done.sections.entry(title.clone()).or_default();
            let is_marked = line.starts_with('\\') && looks_like_a_title(line);
            section.push_str(if is_marked { &line[1..] } else { line });
            section.push('\n');
        } else if let Some(exit) = line.strip_prefix("exit: ") {
            done.exit = exit.parse().unwrap_or(-1);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let sections = [("error", "X: y\n"), ("file db/schema.rb", "a\n\n--- b\n\\=== c\n\\d\n")];
        let sections = sections.map(|(title, text)| (title.to_owned(), text.to_owned())).into();
        let done = vec![Done { line: "db:a".to_owned(), exit: 1, sections }];
        assert_eq!(parse(&render(&done)), done);
    }
}
