//! `plan --format github`: annotations of GitHub's actions, at file and line.

use crate::commands::plan::log::{Log, Part};
use crate::commands::stop::{Stop, Why};
use crate::teller::github::{Kind, annotate};

pub(super) fn text(log: &Log, stop: Option<&Stop>) -> String {
    let mut out = String::new();
    if let Some(Why::Refused(refused)) = stop.map(|stop| &stop.why) {
        for refused in refused {
            for reason in &refused.reasons {
                let place = Some((&*refused.migration.filename, reason.line));
                annotate(&mut out, Kind::Error, place, "refused", &reason.message);
            }
        }
    }
    for part in &log.parts {
        of_part(&mut out, part);
    }
    if let Some(words) = stop.and_then(Stop::words) {
        annotate(&mut out, Kind::Error, None, &words.class, &words.message);
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
            annotate(out, Kind::Warning, Some((&of.file, line)), "uncertain", why);
        }
    }
    if let Some(failure) = &part.failure {
        let line = failure.backtrace.iter().find_map(|place| {
            let rest = place.strip_prefix(of.file.as_str())?.strip_prefix(':')?;
            rest.split(':').next()?.parse().ok()
        });
        let kind = if failure.uncertain.is_some() { Kind::Warning } else { Kind::Error };
        annotate(out, kind, Some((&of.file, line.unwrap_or(1))), &failure.class, &failure.message);
    }
}
