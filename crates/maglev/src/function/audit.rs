//! One line of JSON in the function's log for each invocation: who asked for what, and what became of it.

use std::io::Write;

use serde_json::{Value, json};

use super::answer::Outcome;
use super::invocation::Invocation;
use super::payload::Asked;
use crate::envelope::Status;
use crate::events::milliseconds;

/// Writes the line of an invocation. `asked`: what it asked for, where that was understood.
pub(crate) fn write(invocation: &Invocation, asked: Option<&Asked>, outcome: &Outcome) {
    let (status, error, migrated) = match outcome {
        Outcome::Answer(answer) => {
            let status = match answer.status {
                Status::Ok => "ok",
                Status::Continue => "continue",
            };
            (status, None, &answer.migrated)
        }
        Outcome::Error(error) => ("failed", Some(&error.error_type), &error.migrated),
    };
    let versions: Vec<Value> =
        migrated.iter().map(|ran| json!({"version": ran.version, "direction": ran.direction})).collect();
    let line = json!({
        "maglev": "audit",
        "request_id": invocation.request_id,
        "client_context": invocation.client_context,
        "revision": asked.and_then(|asked| asked.request.common().revision.as_deref()),
        "bundle_sha256": asked.and_then(Asked::sha256),
        "key": asked.and_then(|asked| asked.key.as_deref()),
        "command": asked.map(|asked| asked.command.as_str()),
        "migrated": versions,
        "outcome": status,
        "error": error,
        "milliseconds": milliseconds(invocation.started.elapsed()),
    });
    log(&format!("{line}\n"));
}

/// Begins each line of what somebody else says: no line of it is one of ours.
const OTHERS: &str = "| ";

/// Writes what Ruby code, the database or a statement says to the function's log. It always ends a line, so that what is
/// printed in pieces stands in several.
pub(crate) fn log_others(text: &str) {
    log(&marked(text));
}

fn marked(text: &str) -> String {
    let lines = text.strip_suffix('\n').unwrap_or(text).split(['\n', '\r']);
    let mut marked = String::with_capacity(text.len() + OTHERS.len());
    for line in lines {
        marked.push_str(OTHERS);
        // A terminal takes some of them for more than text.
        let shown = line.chars().flat_map(|letter| match letter {
            '\t' => vec![letter],
            letter if letter.is_control() => letter.escape_default().collect(),
            letter => vec![letter],
        });
        marked.extend(shown);
        marked.push('\n');
    }
    marked
}

/// Writes to the function's log. A log that is closed stops nothing.
pub(crate) fn log(text: &str) {
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
}
