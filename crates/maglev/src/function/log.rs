//! The function's log, as Lambda's advanced logging controls want it of a custom runtime: text, or one JSON object a line with
//! `timestamp`, `level`, `requestId` and `message`, by which Lambda leaves out what the function's log level does.
//!
//! What others say (Ruby code, the database, a statement) never looks like a line of ours: in text each of its lines begins with a
//! mark, in JSON it is a string.

use std::io::Write;

use adapters::Statement;
use jiff::Timestamp;
use ruby::source::cut;
use serde_json::{Map, Value, json};

use crate::env_vars;
use crate::envelope::FunctionError;
use crate::events::milliseconds;

/// Begins each line of what somebody else says, in text.
const OTHERS: &str = "| ";
/// CloudWatch takes a quarter of a megabyte for one event, and what is JSON must stay whole.
const LONGEST: usize = 50_000;

/// How much a line matters, in Lambda's words; less than the function's log level is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

impl Level {
    const ALL: [(Self, &str); 6] = [
        (Self::Trace, "TRACE"),
        (Self::Debug, "DEBUG"),
        (Self::Info, "INFO"),
        (Self::Warn, "WARN"),
        (Self::Error, "ERROR"),
        (Self::Fatal, "FATAL"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(level, _)| *level == self).map_or("INFO", |(_, name)| *name)
    }

    /// What is no level is as good as none.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, other)| other.eq_ignore_ascii_case(name.trim())).map(|(level, _)| *level)
    }
}

/// The log of one invocation.
pub(super) struct Log {
    is_json: bool,
    least: Level,
    /// The environment asks for Rails' log: statements matter as much as what migrations print.
    wants_statements: bool,
    request_id: Option<String>,
    /// X-Ray's header.
    trace_id: Option<String>,
}

impl Log {
    /// As the environment wants it. None of both: what is said outside of any invocation.
    pub(super) fn new(request_id: Option<String>, trace_id: Option<String>) -> Self {
        let level = env_vars::get(env_vars::AWS_LAMBDA_LOG_LEVEL);
        Self {
            is_json: env_vars::get(env_vars::AWS_LAMBDA_LOG_FORMAT)
                .is_some_and(|form| form.eq_ignore_ascii_case("json")),
            least: level.as_deref().and_then(Level::named).unwrap_or(Level::Info),
            wants_statements: env_vars::get(env_vars::RAILS_LOG_TO_STDOUT).is_some(),
            request_id,
            trace_id,
        }
    }

    /// What a migration, or Maglev on its behalf, prints. It always ends a line, so that what is printed in pieces stands in several.
    pub(super) fn others(&self, level: Level, text: &str, migration: Option<&str>) {
        if level < self.least {
            return;
        }
        if !self.is_json {
            return write(&marked(text));
        }
        for line in lines(text).filter(|line| !line.trim().is_empty()) {
            let fields = Map::from_iter([("message".to_owned(), cut(&shown(line), LONGEST).into())]);
            self.line_of(level, fields, migration);
        }
    }

    /// A statement as Rails logs it, or with its time apart.
    pub(super) fn statement(&self, statement: &Statement, migration: Option<&str>) {
        let level = if self.wants_statements { Level::Info } else { Level::Debug };
        if level < self.least {
            return;
        }
        let time = milliseconds(statement.duration);
        if !self.is_json {
            return write(&marked(&format!("   ({time:.1}ms)  {}\n", statement.sql)));
        }
        let fields = Map::from_iter([
            ("message".to_owned(), cut(&shown(&statement.sql), LONGEST).into()),
            ("milliseconds".to_owned(), time.into()),
            ("rows".to_owned(), statement.rows_affected.into()),
        ]);
        self.line_of(level, fields, migration);
    }

    /// A migration that has run, where lines have fields: its own last line says so in words.
    pub(super) fn migrated(&self, version: &str, name: &str, direction: &str, time: f64) {
        if self.is_json && Level::Info >= self.least {
            let fields = json!({
                "message": format!("{version} {name} ({direction}) has run"),
                "migration": version,
                "milliseconds": time,
            });
            self.own(Level::Info, fields);
        }
    }

    /// How an invocation failed, where lines have fields. In text the migration's own words are there already.
    pub(super) fn failure(&self, error: &FunctionError) {
        let level = if error.error_type == "Maglev::InternalError" { Level::Fatal } else { Level::Error };
        if self.is_json && level >= self.least {
            let fields = json!({
                "message": cut(&error.error_message, LONGEST),
                "errorType": error.error_type,
                "stackTrace": error.stack_trace,
            });
            self.own(level, fields);
        }
    }

    /// One of our own, an object: whether anybody leaves it out is for Lambda, which reads its level.
    pub(super) fn own(&self, level: Level, fields: Value) {
        if let Value::Object(fields) = fields {
            self.line(level, fields);
        }
    }

    /// A word of ours outside of the rest.
    pub(super) fn say(&self, level: Level, message: &str) {
        if level < self.least {
            return;
        }
        if self.is_json { self.own(level, json!({"message": message})) } else { write(&format!("{message}\n")) }
    }

    /// Of what a migration does, where it is known which.
    fn line_of(&self, level: Level, mut fields: Map<String, Value>, migration: Option<&str>) {
        if let Some(migration) = migration {
            fields.insert("migration".to_owned(), migration.into());
        }
        self.line(level, fields);
    }

    fn line(&self, level: Level, mut fields: Map<String, Value>) {
        let now = Timestamp::now();
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        fields.insert("timestamp".to_owned(), now.to_string().into());
        fields.insert("level".to_owned(), level.name().into());
        for (name, value) in [("requestId", &self.request_id), ("xrayTraceId", &self.trace_id)] {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value.as_str().into());
            }
        }
        write(&format!("{}\n", Value::Object(fields)));
    }
}

fn marked(text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + OTHERS.len());
    for line in lines(text) {
        marked.push_str(OTHERS);
        marked.push_str(&shown(line));
        marked.push('\n');
    }
    marked
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.strip_suffix('\n').unwrap_or(text).split(['\n', '\r'])
}

/// Without what a terminal takes for more than text.
fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\t' | '\n' => shown.push(letter),
            letter if letter.is_control() => shown.extend(letter.escape_default()),
            letter => shown.push(letter),
        }
    }
    shown
}

/// A log that is closed stops nothing.
fn write(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_others_is_ours() {
        let forged = "a\n{\"maglev\":\"audit\"}\r{\"maglev\":\"audit\"}\u{1b}[2Kb\n\n";
        let expected = "| a\n| {\"maglev\":\"audit\"}\n| {\"maglev\":\"audit\"}\\u{1b}[2Kb\n| \n";
        assert_eq!(marked(forged), expected);
        assert_eq!(marked("in pieces"), "| in pieces\n");
    }

    #[test]
    fn levels_are_lambdas() {
        assert_eq!(Level::named("warn"), Some(Level::Warn));
        assert_eq!(Level::named("LOUD"), None);
        assert!(Level::Trace < Level::Debug && Level::Error < Level::Fatal);
    }
}
