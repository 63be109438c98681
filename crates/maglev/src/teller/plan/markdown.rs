//! `plan --format markdown`: for a pull request. A line that says it all, then each migration folded, with its SQL, the tables that it
//! touches and the lines of the file that its statements come from.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::folded::{Shown, folded};
use super::sql::{ended, is_shown, one_line};
use crate::commands::plan::log::{Log, Migration, Part};
use crate::commands::stop::{Stop, Why};

pub(super) fn text(log: &Log, stop: Option<&Stop>) -> String {
    let mut out = summary(log, stop);
    if let Some(Why::Refused(refused)) = stop.map(|stop| &stop.why) {
        for refused in refused {
            for reason in &refused.reasons {
                let _ =
                    writeln!(out, "- `{}:{}`: {}", refused.migration.filename, reason.line, one_line(&reason.message));
            }
        }
    }
    for part in &log.parts {
        if part.statements().any(is_shown) || part.failure.is_some() {
            write(&mut out, part);
        }
    }
    out
}

fn summary(log: &Log, stop: Option<&Stop>) -> String {
    if let Some(Why::Refused(refused)) = stop.map(|stop| &stop.why) {
        return format!(
            "**{} refused**; nothing would run\n\n",
            counted(refused.len(), "migration is", "migrations are")
        );
    }
    let migrations: Vec<&Part> = log.parts.iter().filter(|part| part.of.is_some()).collect();
    if migrations.is_empty() {
        return "Nothing is pending.\n".to_owned();
    }
    let statements = migrations.iter().flat_map(|part| part.statements()).filter(|statement| !statement.note.is_read);
    let uncertain = migrations.iter().filter(|part| part.statements().any(|s| s.note.uncertain.is_some())).count();
    let tables: BTreeSet<&str> = migrations.iter().flat_map(|part| tables(part)).collect();
    let mut out = format!(
        "**{}**, {}",
        counted(migrations.len(), "migration", "migrations"),
        counted(statements.count(), "statement", "statements")
    );
    if !tables.is_empty() {
        let names: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
        let _ = write!(out, " on {}", names.join(", "));
    }
    if uncertain > 0 {
        let _ = write!(out, "; {} not certain", counted(uncertain, "is", "are"));
    }
    if migrations.iter().any(|part| part.failure.is_some()) {
        out.push_str("; **the last one fails**");
    }
    out.push_str("\n\n");
    out
}

fn write(out: &mut String, part: &Part) {
    let names: Vec<String> = tables(part).into_iter().map(|table| format!("<code>{table}</code>")).collect();
    let on = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    let database = part.database.as_ref().map(|database| format!("{database}: ")).unwrap_or_default();
    let title = match &part.of {
        Some(Migration { version, name, direction, .. }) => {
            let down = if *direction == "down" { " (down)" } else { "" };
            format!("<code>{version}</code> {name}{down}{on}")
        }
        None => "Rails' own tables, lock and environment".to_owned(),
    };
    let _ = writeln!(out, "<details><summary>{database}{title}</summary>\n");
    if let Some(of) = &part.of {
        let _ = writeln!(out, "`{}`\n", of.file);
    }
    out.push_str("```sql\n");
    let (mut line, mut said) = (None, None);
    for shown in folded(part) {
        match shown {
            Shown::Said(_) => {}
            Shown::Statement(statement) => {
                let place = statement.place.as_ref().map(|(_, line)| *line);
                if place.is_some() && place != line {
                    let _ = writeln!(out, "-- line {}", place.unwrap_or_default());
                }
                line = place.or(line);
                let why = statement.note.uncertain.as_ref();
                if let Some(why) = why.filter(|_| said != why) {
                    let _ = writeln!(out, "-- uncertain: {}", one_line(why));
                }
                said = why.or(said);
                let sql = ended(&statement.whole());
                out.push_str(&if statement.note.is_read { format!("-- {}\n", one_line(&sql)) } else { sql });
            }
            Shown::More(count) => {
                let _ = writeln!(out, "-- and {count} more like these");
            }
        }
    }
    out.push_str("```\n");
    if let Some(failure) = &part.failure {
        let fails = if failure.uncertain.is_some() { "May fail" } else { "Fails" };
        let _ = writeln!(out, "\n**{fails}:** `{}`: {}", failure.class, one_line(&failure.message));
        if let Some(why) = &failure.uncertain {
            let _ = writeln!(out, "\nNot certain: {}", one_line(why));
        }
    }
    out.push_str("\n</details>\n");
}

/// What it changes, but for Rails' own.
fn tables(part: &Part) -> BTreeSet<&str> {
    let own = part.statements().filter(|statement| statement.place.is_some());
    own.flat_map(|statement| statement.note.tables.iter().map(String::as_str)).collect()
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
