//! One line of JSON in the function's log for each invocation: who asked for what, of which database, and what became of it.

use serde_json::{Value, json};

use super::answer::Outcome;
use super::invocation::Invocation;
use super::log::Level;
use super::payload::Asked;
use crate::envelope::{MAGLEV_VERSION, Status};
use crate::events::milliseconds;
use crate::signature;

/// Writes the line of an invocation. `asked`: what it asked for, where that was understood.
pub(super) fn write(invocation: &Invocation, asked: Option<&Asked>, outcome: &Outcome) {
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
    let versions: Vec<Value> = migrated
        .iter()
        .map(|ran| json!({"version": ran.version, "direction": ran.direction, "milliseconds": ran.milliseconds}))
        .collect();
    let key = asked.and_then(|asked| asked.key.as_deref());
    let databases = invocation.databases();
    let line = json!({
        "maglev": "audit",
        "maglev_version": MAGLEV_VERSION,
        "request_id": invocation.request_id,
        "client_context": invocation.client_context,
        "revision": asked.and_then(|asked| asked.request.common().revision.as_deref()),
        "bundle_sha256": asked.and_then(Asked::sha256),
        "key": key,
        "key_fingerprint": key.and_then(signature::fingerprint),
        "command": asked.map(|asked| asked.command.as_str()),
        "database": joined(databases.iter().map(|place| place.name.as_str())),
        "host": joined(databases.iter().map(|place| place.host.as_str())),
        "migrated": versions,
        "outcome": status,
        "error": error,
        "statements": invocation.statements(),
        "milliseconds": milliseconds(invocation.started.elapsed()),
    });
    let level = if error.is_some() { Level::Error } else { Level::Info };
    invocation.log.own(level, line);
}

/// Each word once; none of none.
fn joined<'w>(words: impl Iterator<Item = &'w str>) -> Option<String> {
    let mut each: Vec<&str> = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !each.contains(&word) {
            each.push(word);
        }
    }
    (!each.is_empty()).then(|| each.join(", "))
}
