//! Errors as a person reads them: what happened, where (with the line), what to do.

use std::fmt::Write;

use activerecord::RubyError;
use activerecord::check::Reason;
use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy};
use activerecord::migration::migrator::Failure;
use ruby::exception::{AbortKind, Location};
use ruby::source::{SourceFile, cut};

use crate::printer::{Printer, Style};

/// What is shown of a line, in characters.
const WIDTH: usize = 300;
/// What is shown of a reason, in characters, and of one file's reasons: they quote it.
pub const MOST_OF_A_REASON: usize = 1_000;
const MOST_REASONS: usize = 100;

/// A failed migration: Rails' message, then the line it came from.
pub fn failure(printer: &Printer, failure: &Failure, files: &dyn MigrationFiles) -> String {
    let mut out = String::new();
    let error = &failure.error;
    let aborted = printer.style(Style::Error, "maglev aborted!");
    let class = if failure.wrapped { "StandardError" } else { &error.class };
    let _ = write!(out, "{aborted}\n{class}: {failure}\n");
    place(&mut out, printer, &error.backtrace, files);
    if failure.wrapped {
        let _ = write!(out, "\nCaused by:\n{}: {}\n", error.class, error.message.trim_end());
    }
    let mut cause = error.cause.as_deref();
    while let Some(inner) = cause {
        let _ = write!(out, "\nCaused by:\n{}: {}\n", inner.class, inner.message.trim_end());
        cause = inner.cause.as_deref();
    }
    if let Some(hint) = hint(error) {
        let _ = writeln!(out, "\n{} {hint}", printer.style(Style::Hint, "hint:"));
    }
    out
}

/// The innermost line of the backtrace that a migration file has, with an excerpt; then the backtrace.
fn place(out: &mut String, printer: &Printer, backtrace: &[Location], files: &dyn MigrationFiles) {
    let readable = |location: &&Location| files.read(&location.path).is_ok();
    if let Some(location) = backtrace.iter().find(readable)
        && let Ok(source) = files.read(&location.path)
    {
        let file = SourceFile::new(&*location.path, source);
        let text = file.line(location.line);
        let text = cut(&text, WIDTH);
        let gutter = location.line.to_string();
        let width = gutter.len();
        let bar = printer.style(Style::Dim, "|");
        let _ = write!(
            out,
            "{:width$} --> {}:{}\n{:width$} {bar}\n{gutter} {bar} {text}\n{:width$} {bar}\n",
            "", location.path, location.line, "", ""
        );
    }
    for location in backtrace {
        let _ = writeln!(out, "{location}");
    }
}

fn hint(error: &RubyError) -> Option<&'static str> {
    if let Some(kind) = &error.abort {
        let is_missing = matches!(**kind, AbortKind::Unsupported(_));
        return is_missing
            .then_some("the native engine does not run this; `maglev check` says so before anything is sent");
    }
    match error.class.as_str() {
        "NameError" => Some("a model or a class of the app is not there when Maglev runs"),
        "ActiveRecord::IrreversibleMigration" => Some("define `up` and `down`, or use `reversible`"),
        _ => None,
    }
}

/// The reasons for which one file is refused.
pub fn refusal(printer: &Printer, migration: &MigrationProxy, reasons: &[Reason]) -> String {
    let mut out = String::new();
    for reason in reasons.iter().take(MOST_REASONS) {
        let error = printer.style(Style::Error, "refused:");
        let message = cut(&reason.message, MOST_OF_A_REASON);
        let _ = write!(
            out,
            "{error} {message}\n --> {}:{}:{}\n{}\n",
            migration.filename, reason.line, reason.column, reason.excerpt
        );
        if let Some(hint) = &reason.hint {
            let _ = writeln!(out, "{} {hint}", printer.style(Style::Hint, "hint:"));
        }
        out.push('\n');
    }
    if let Some(more) = reasons.len().checked_sub(MOST_REASONS).filter(|more| *more > 0) {
        let _ = writeln!(out, "{}: {more} more reasons\n", migration.filename);
    }
    out
}
