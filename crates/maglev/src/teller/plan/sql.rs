//! `plan --format sql`: a script that does what the command would. What asks only is left out, and what is said of statements are
//! comments.

use std::fmt::Write as _;

use crate::commands::plan::log::{Log, Part, Statement};

pub(super) fn text(log: &Log) -> String {
    let mut out = String::new();
    for part in &log.parts {
        write(&mut out, part);
    }
    out
}

fn write(out: &mut String, part: &Part) {
    let mut statements = part.statements().filter(|statement| is_shown(statement)).peekable();
    if part.of.is_none() && statements.peek().is_none() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let database = part.database.as_ref().map(|database| format!("{database}: ")).unwrap_or_default();
    let _ = match &part.of {
        Some(of) => writeln!(out, "-- {database}{} {} ({}, {})", of.version, of.name, of.file, of.direction),
        None => writeln!(out, "-- {database}Rails' own"),
    };
    let mut said = None;
    for statement in statements {
        let why = statement.note.uncertain.as_ref();
        if let Some(why) = why.filter(|_| said != why) {
            let _ = writeln!(out, "-- uncertain: {}", one_line(why));
        }
        said = why.or(said);
        if statement.note.is_read {
            let _ = writeln!(out, "-- {};", one_line(&statement.whole()));
        } else {
            out.push_str(&ended(&statement.whole()));
        }
    }
    if let Some(failure) = &part.failure {
        let fails = if failure.uncertain.is_some() { "may fail" } else { "fails" };
        let _ = writeln!(out, "-- {fails} here: {}: {}", failure.class, one_line(&failure.message));
    }
}

/// What is done, and what is asked in vain.
pub(super) fn is_shown(statement: &Statement) -> bool {
    !statement.note.is_read || statement.note.uncertain.is_some()
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A statement with its end; MySQL's client takes a body with semicolons in it for several where it is not told otherwise.
pub(super) fn ended(sql: &str) -> String {
    let sql = sql.trim_end().trim_end_matches(';');
    let first = sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let is_body =
        first == "CREATE" && sql.contains(';') && sql.to_ascii_uppercase().contains("BEGIN") && !sql.contains('$');
    if is_body { format!("DELIMITER ;;\n{sql};;\nDELIMITER ;\n") } else { format!("{sql};\n") }
}
