//! Errors as a person reads them: what happened, where (with the line), what to do.

use std::fmt::Write;

use activerecord::RubyError;
use activerecord::check::Reason;
use activerecord::migration::migration_context::MigrationFiles;
use activerecord::migrator::Failure;
use activerecord::world::Direction;
use ruby::exception::{AbortKind, Location};
use ruby::source::{SourceFile, cut};

use crate::printer::{Printer, Style};

/// What is shown of a line, in characters.
const WIDTH: usize = 300;
/// What is shown of a reason, in characters, and of one file's reasons: they quote it.
pub(crate) const MOST_OF_A_REASON: usize = 1_000;
const MOST_REASONS: usize = 100;

/// A failed migration: Rails' message, then the line it came from.
/// `effects`: how many of its statements took effect before.
pub(crate) fn failure(printer: &Printer, failure: &Failure, effects: usize, files: &dyn MigrationFiles) -> String {
    let mut out = String::new();
    let error = &failure.error;
    let aborted = printer.style(Style::Error, "maglev aborted!");
    let class = if failure.wrapped { "StandardError" } else { &error.class };
    let _ = write!(out, "{aborted}\n{class}: {failure}\n");
    place(&mut out, printer, &error.backtrace, |path| files.read(path).ok());
    if failure.wrapped {
        let _ = write!(out, "\nCaused by:\n{}: {}\n", error.class, error.message.trim_end());
    }
    say_causes(&mut out, error);
    if let Some(hint) = hint(error).or_else(|| half_made(failure, effects)) {
        let _ = writeln!(out, "\n{} {hint}", printer.style(Style::Hint, "hint:"));
    }
    out
}

/// A schema's file that failed: the error, then the line it came from.
pub(crate) fn load_failure(printer: &Printer, error: &RubyError, file: &str, text: &str) -> String {
    let mut out = String::new();
    let aborted = printer.style(Style::Error, "maglev aborted!");
    let _ = write!(out, "{aborted}\n{}: {}\n", error.class, error.message.trim_end());
    place(&mut out, printer, &error.backtrace, |path| (path == file).then(|| text.to_owned()));
    say_causes(&mut out, error);
    if let Some(hint) = hint(error) {
        let _ = writeln!(out, "\n{} {hint}", printer.style(Style::Hint, "hint:"));
    }
    out
}

fn say_causes(out: &mut String, error: &RubyError) {
    let mut cause = error.cause.as_deref();
    while let Some(inner) = cause {
        let _ = write!(out, "\nCaused by:\n{}: {}\n", inner.class, inner.message.trim_end());
        cause = inner.cause.as_deref();
    }
}

/// The innermost line of the backtrace that a file has which is ours to show, with an excerpt; then the backtrace.
fn place(out: &mut String, printer: &Printer, backtrace: &[Location], read: impl Fn(&str) -> Option<String>) {
    let found = backtrace.iter().find_map(|location| Some((location, read(&location.path)?)));
    if let Some((location, source)) = found {
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

fn hint(error: &RubyError) -> Option<String> {
    if let Some(kind) = &error.abort {
        let is_missing = matches!(**kind, AbortKind::Unsupported(_));
        // Whether the check saw it is not known here: it may have been told not to look, or be asked of a value.
        return is_missing.then(|| "the native engine does not do this, and no `rescue` can go on from it".to_owned());
    }
    match error.class.as_str() {
        "NameError" => {
            let constant = error.message.lines().next()?.strip_prefix("uninitialized constant ")?;
            Some(activerecord::check::missing_constant_hint(constant.trim()))
        }
        "ActiveRecord::IrreversibleMigration" => Some("define `up` and `down`, or use `reversible`".to_owned()),
        _ => None,
    }
}

/// What MySQL and PostgreSQL say of something that is gone: more often a slip of the pen, unless it is met at once.
const GONE: [&str; 4] = ["1054", "1146", "42P01", "42703"];
/// What they say of something that is there already, or cannot be dropped any more.
const DONE_ALREADY: [&str; 12] =
    ["1050", "1051", "1060", "1061", "1068", "1091", "1826", "3822", "42P07", "42701", "42710", "42P06"];

/// Where no transaction takes back what a killed run has made, the next run meets it. It cannot be told from what somebody else
/// made, so it is for the user to say.
fn half_made(failure: &Failure, effects: usize) -> Option<String> {
    let error = failure.error.database.as_ref().filter(|_| !failure.in_transaction)?;
    let known = error.code().is_some_and(|code| DONE_ALREADY.contains(&code) || effects == 0 && GONE.contains(&code))
        || error.message().starts_with("SQLite3::") && error.message().contains("already exists");
    let (name, version) = (&failure.migration.name, failure.migration.version);
    let recorded = match failure.direction {
        Direction::Up => "not recorded as run",
        Direction::Down => "still recorded as run",
    };
    known.then(|| {
        format!(
            "{name} ({version}) is {recorded}; if an earlier run of it was cut short, what that did stays, and this statement met \
             it: undo it by hand, and run the migration again"
        )
    })
}

/// The reasons for which one file is refused.
pub(crate) fn refusal(printer: &Printer, file: &str, reasons: &[Reason]) -> String {
    let mut out = String::new();
    for reason in reasons.iter().take(MOST_REASONS) {
        let error = printer.style(Style::Error, "refused:");
        let message = cut(&reason.message, MOST_OF_A_REASON);
        let _ = write!(out, "{error} {message}\n --> {file}:{}:{}\n{}\n", reason.line, reason.column, reason.excerpt);
        if let Some(hint) = &reason.hint {
            let _ = writeln!(out, "{} {hint}", printer.style(Style::Hint, "hint:"));
        }
        out.push('\n');
    }
    if let Some(more) = reasons.len().checked_sub(MOST_REASONS).filter(|more| *more > 0) {
        let _ = writeln!(out, "{file}: {more} more reasons\n");
    }
    out
}
