//! `plan --format json`: one JSON object a line, a migration each, and what Rails sends around them.

use serde::Serialize;

use crate::commands::plan::log::{Failed, Log, Migration, Part, Statement};

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event<'a> {
    /// Around the migrations: Rails' own tables, the lock.
    Internal { statements: Vec<Planned<'a>> },
    /// What a migration would send.
    Planned {
        #[serde(flatten)]
        migration: Of<'a>,
        statements: Vec<Planned<'a>>,
    },
    /// It fails after these, for certain where nothing is said of it.
    Failed {
        #[serde(flatten)]
        migration: Of<'a>,
        error: Error<'a>,
        statements: Vec<Planned<'a>>,
    },
}

#[derive(Serialize)]
struct OfDatabase<'a> {
    #[serde(flatten)]
    event: Event<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'a str>,
}

#[derive(Serialize)]
struct Of<'a> {
    version: &'a str,
    name: &'a str,
    file: &'a str,
    direction: &'a str,
}

#[derive(Serialize)]
struct Planned<'a> {
    sql: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    binds: &'a [String],
    /// Of the migration's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    uncertain: Option<&'a str>,
}

#[derive(Serialize)]
struct Error<'a> {
    class: &'a str,
    message: &'a str,
    backtrace: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    uncertain: Option<&'a str>,
}

pub(super) fn text(log: &Log) -> String {
    let line = |part: &Part| {
        let event = OfDatabase { event: event(part), database: part.database.as_deref() };
        // Strings, numbers and lists always serialise.
        serde_json::to_string(&event).unwrap_or_default() + "\n"
    };
    log.parts.iter().map(line).collect()
}

fn event(part: &Part) -> Event<'_> {
    let statements = part.statements().map(planned).collect();
    let Some(migration) = &part.of else { return Event::Internal { statements } };
    let Migration { version, name, file, direction } = migration;
    let migration = Of { version, name, file, direction };
    match &part.failure {
        None => Event::Planned { migration, statements },
        Some(Failed { class, message, backtrace, uncertain, .. }) => {
            let error = Error { class, message, backtrace, uncertain: uncertain.as_deref() };
            Event::Failed { migration, error, statements }
        }
    }
}

fn planned(statement: &Statement) -> Planned<'_> {
    Planned {
        sql: &statement.sql,
        binds: &statement.binds,
        line: statement.place.as_ref().map(|(_, line)| *line),
        uncertain: statement.note.uncertain.as_deref(),
    }
}
