//! `plan --format github`: annotations of GitHub's actions, at file and line.

use std::fmt::Write as _;

use crate::commands::plan::log::{Log, Part};
use crate::commands::stop::{Stop, Why};

pub(super) fn text(log: &Log, stop: Option<&Stop>) -> String {
    let mut out = String::new();
    if let Some(Why::Refused(refused)) = stop.map(|stop| &stop.why) {
        for refused in refused {
            for reason in &refused.reasons {
                annotate(&mut out, "error", (&refused.migration.filename, reason.line), "refused", &reason.message);
            }
        }
    }
    for part in &log.parts {
        of_part(&mut out, part);
    }
    out
}

fn of_part(out: &mut String, part: &Part) {
    let Some(of) = &part.of else { return };
    let mut said: Vec<(u32, &str)> = Vec::new();
    for statement in part.statements() {
        let line = statement.place.as_ref().map_or(1, |(_, line)| *line);
        if let Some(why) = statement.note.uncertain.as_deref().filter(|why| !said.iter().any(|(_, known)| known == why))
        {
            said.push((line, why));
            annotate(out, "warning", (&of.file, line), "uncertain", why);
        }
    }
    if let Some(failure) = &part.failure {
        let line = failure.backtrace.iter().find_map(|place| {
            let rest = place.strip_prefix(of.file.as_str())?.strip_prefix(':')?;
            rest.split(':').next()?.parse().ok()
        });
        annotate(out, "error", (&of.file, line.unwrap_or(1)), &failure.class, &failure.message);
    }
}

/// Properties end at commas and colons, messages at the line's end.
fn annotate(out: &mut String, kind: &str, (file, line): (&str, u32), title: &str, message: &str) {
    let message = message.trim().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| {
        text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A").replace(':', "%3A").replace(',', "%2C")
    };
    let (file, title) = (property(file), property(title));
    let _ = writeln!(out, "::{kind} file={file},line={line},title={title}::{message}");
}
