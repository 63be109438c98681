//! One line of JSON in the function's log for each invocation: who asked for what, and what became of it.

use std::io::Write;

use serde_json::{Value, json};

use super::answer::Outcome;
use super::invocation::Invocation;
use super::payload::Asked;
use crate::envelope::Status;
use crate::events::milliseconds;

pub fn write(invocation: &Invocation, asked: Option<&Asked>, outcome: &Outcome) {
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
        "revision": asked.and_then(|asked| asked.options.revision.as_deref()),
        "bundle_sha256": asked.and_then(Asked::sha256),
        "command": asked.map(|asked| asked.command.as_str()),
        "migrated": versions,
        "outcome": status,
        "error": error,
        "milliseconds": milliseconds(invocation.started.elapsed()),
    });
    log(&format!("{line}\n"));
}

/// Writes to the function's log. A log that is closed stops nothing.
pub fn log(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
