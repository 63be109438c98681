//! What happened when a case ran, and its text in `recorded/`: made to be read and compared as text.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// A case's run on one database: each of its commands, and the schema after it.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Default)]
pub struct Step {
    pub command: String,
    pub events: Vec<Event>,
    /// What the database's own tool prints.
    pub schema: String,
    /// Rails' schema.rb without its comment.
    pub schema_rb: String,
}

/// What the runner reports, a line of JSON each.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Migration(Migration),
    /// An error outside of any migration, or the end of a run that a migration's error ended.
    Raised {
        error: Failure,
    },
    Done {
        schema: String,
    },
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Migration {
    pub version: String,
    pub name: String,
    #[serde(default)]
    pub file: String,
    pub direction: String,
    pub statements: Vec<Statement>,
    #[serde(default)]
    pub output: String,
    pub error: Option<Failure>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub sql: String,
    /// Rails' name of it, as in its log.
    #[serde(default)]
    pub name: Option<String>,
    /// Inspected values.
    #[serde(default)]
    pub binds: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub class: String,
    pub message: String,
    /// "An error has occurred, ...", which the migrator puts in front.
    #[serde(default)]
    pub wrapper: Option<String>,
    #[serde(default)]
    pub backtrace: Vec<String>,
}

impl Record {
    pub fn render(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            let _ = writeln!(text, "=== {}", step.command);
            for event in &step.events {
                event.render(&mut text);
            }
            section(&mut text, "schema", &step.schema);
            section(&mut text, "schema.rb", &step.schema_rb);
        }
        normalise(&text)
    }
}

impl Event {
    fn render(&self, text: &mut String) {
        match self {
            Self::Migration(migration) => {
                let _ = writeln!(text, "--- {} {} {}", migration.direction, migration.version, migration.name);
                for statement in &migration.statements {
                    let _ = writeln!(text, "{}", statement.render());
                }
                section(text, "output", &migration.output);
                if let Some(error) = &migration.error {
                    error.render(text);
                }
            }
            Self::Raised { error } => error.render(text),
            Self::Done { .. } => {}
        }
    }
}

impl Statement {
    /// The SQL, lines after its first indented, and its bound values.
    pub fn render(&self) -> String {
        let sql = self.sql.trim_end_matches('\n').replace('\n', "\n    ");
        if self.binds.is_empty() { sql } else { format!("{sql}  [{}]", self.binds.join(", ")) }
    }

    /// Rails' own accounting of versions, not the migration's doing.
    pub fn is_bookkeeping(&self) -> bool {
        static INTERNAL: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r#"^(INSERT INTO|DELETE FROM|SELECT .* FROM|UPDATE) [`"]\w*(schema_migrations|ar_internal_metadata)\w*[`"]"#,
            )
        });
        INTERNAL.is_match(&self.sql)
    }
}

impl Failure {
    fn render(&self, text: &mut String) {
        let mut error = String::new();
        if let Some(wrapper) = &self.wrapper {
            let _ = writeln!(error, "{wrapper}");
        }
        let _ = writeln!(error, "{}: {}", self.class, self.message);
        section(text, "error", &error);
    }
}

fn section(text: &mut String, title: &str, body: &str) {
    let body = body.trim_end_matches('\n');
    if !body.is_empty() {
        let _ = writeln!(text, "--- {title}\n{body}");
    }
}

/// Takes out durations, addresses of objects and MySQL's names of passing tables, which no two runs share.
pub fn normalise(text: &str) -> String {
    static DURATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)(^   -> |(?:migrated|reverted) \()\d+\.\d{4}s"));
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"0x[0-9a-f]{12,16}"));
    static PASSING: LazyLock<Regex> = LazyLock::new(|| pattern(r"#sql-[0-9a-z_-]+"));
    let text = DURATION.replace_all(text, "${1}0.0000s");
    let text = PASSING.replace_all(&text, "#sql-0");
    ADDRESS.replace_all(&text, "0x0").into_owned()
}

fn pattern(text: &str) -> Regex {
    match Regex::new(text) {
        Ok(regex) => regex,
        Err(error) => unreachable!("{error}"),
    }
}
