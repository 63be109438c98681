//! What happened when a case ran, and its text in `recorded/`: made to be read and compared as text.

use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

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
    /// That of older versions, each with its version.
    pub older: Vec<(String, String)>,
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
    /// Rows that were put into empty tables before a migration.
    Rows {
        version: String,
        statements: Vec<String>,
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
    /// Its code has a model.
    #[serde(default)]
    pub models: bool,
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
            for (version, schema_rb) in &step.older {
                section(&mut text, &format!("schema.rb {version}"), schema_rb);
            }
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
            Self::Rows { .. } | Self::Done { .. } => {}
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

/// Takes out durations, the time of the run, addresses of objects and MySQL's names of passing tables, which no two
/// runs share.
pub fn normalise(text: &str) -> String {
    static DURATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)(^   -> |(?:migrated|reverted) \()\d+\.\d{4}s"));
    // As wide as it would be had the run taken less than ten seconds.
    static BANNER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^== (.*\(0\.0000s\)) =*$"));
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"0x[0-9a-f]{12,16}"));
    static PASSING: LazyLock<Regex> = LazyLock::new(|| pattern(r"#sql-[0-9a-z_-]+"));
    static NOW: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"{}[ T]\d\d:\d\d:\d\d(\.\d+)?", today())));
    let text = DURATION.replace_all(text, "${1}0.0000s");
    let text = BANNER.replace_all(&text, |found: &regex::Captures<'_>| {
        let banner = &found[1];
        format!("== {banner} {}", "=".repeat(75usize.saturating_sub(banner.chars().count())))
    });
    let text = NOW.replace_all(&text, "{now}");
    let text = PASSING.replace_all(&text, "#sql-0");
    ADDRESS.replace_all(&text, "0x0").into_owned()
}

/// In UTC, as `2024-01-31`.
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    // Days in years that begin in March, so that the leap day is the last.
    let day = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn pattern(text: &str) -> Regex {
    match Regex::new(text) {
        Ok(regex) => regex,
        Err(error) => unreachable!("{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_out_what_differs_from_run_to_run() {
        let date = std::process::Command::new("date").args(["-u", "+%Y-%m-%d"]).output().unwrap().stdout;
        let text =
            format!("   -> 1.2345s\n#<X:0x00007f0123456789> '{} 01:02:03.5'", String::from_utf8_lossy(&date).trim());
        assert_eq!(normalise(&text), "   -> 0.0000s\n#<X:0x0> '{now}'");
    }
}
