//! A plan for people: Rails' lines, with the SQL below each.

use super::folded::{Shown, folded};
use crate::commands::plan::log::{Log, Part};
use crate::printer::{Printer, Style};

pub(super) fn text(log: &Log, printer: &Printer) -> String {
    let mut out = String::new();
    for part in &log.parts {
        write(&mut out, part, printer);
    }
    if log.parts.iter().all(|part| part.of.is_none()) {
        out.push_str("nothing is pending\n");
    }
    out
}

fn write(out: &mut String, part: &Part, printer: &Printer) {
    if part.of.is_none() && part.lines.is_empty() {
        return;
    }
    let mut last = None;
    for shown in folded(part) {
        match shown {
            Shown::Said(text) => out.push_str(&printer.styled(text)),
            Shown::Statement(statement) => {
                let sql = statement.whole().trim().replace('\n', "\n   ");
                let mut text = format!("   {sql};\n");
                if statement.note.is_read {
                    text = printer.paint(Style::Dim, &text);
                }
                out.push_str(&text);
                let why = statement.note.uncertain.as_ref();
                if let Some(why) = why.filter(|_| last != why) {
                    out.push_str(&printer.paint(Style::Hint, &format!("   -- uncertain: {why}\n")));
                }
                last = why.or(last);
            }
            Shown::More(count) => {
                out.push_str(&printer.paint(Style::Dim, &format!("   -- and {count} more like these\n")));
            }
        }
    }
    if let Some(failure) = &part.failure {
        out.push_str(&failure.diagnosis);
        if let Some(why) = &failure.uncertain {
            out.push_str(&printer.paint(Style::Hint, &format!("   -- uncertain: {why}\n")));
        }
    }
    if part.of.is_some() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}
