//! Annotations of GitHub's actions: a line on stdout that GitHub shows beside a line of a file. `--format github` prints them besides
//! what Rails prints, whose migrations are folded (printer.rs), and `plan --format github` prints nothing else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use activerecord::check::Reason;
use ruby::source::cut;

use super::Teller;
use crate::env_vars;
use crate::teller::diagnosis::MOST_OF_A_REASON;

/// How it is shown.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Error,
    Warning,
}

impl Teller {
    /// An error, beside the line that it names or that its backtrace begins with, where that is one of the app's.
    pub(crate) fn annotate_failure(&self, class: &str, message: &str, backtrace: &[String]) {
        if !self.printer.annotates() {
            return;
        }
        let place = backtrace.iter().find_map(|line| place(line)).map(|(file, line, _)| (file, line));
        let mut out = String::new();
        annotate(&mut out, Kind::Error, place, class, message);
        self.printer.data(&out);
    }

    /// Why a file is refused.
    pub(crate) fn annotate_refusal(&self, file: &str, reasons: &[Reason]) {
        for reason in reasons.iter().filter(|_| self.printer.annotates()) {
            self.annotate_reason((file, reason.line), &reason.message);
        }
    }

    /// The same of a function's words, `FILE:LINE: MESSAGE` a line.
    pub(crate) fn annotate_refusals(&self, lines: &str) {
        for (file, line, message) in lines.lines().filter(|_| self.printer.annotates()).filter_map(place) {
            self.annotate_reason((file, line), message);
        }
    }

    fn annotate_reason(&self, place: (&str, u32), message: &str) {
        let mut out = String::new();
        annotate(&mut out, Kind::Error, Some(place), "refused", cut(message, MOST_OF_A_REASON).as_ref());
        self.printer.data(&out);
    }

    /// What belongs to no line.
    pub(super) fn annotate_words(&self, kind: Kind, title: &str, message: &str) {
        if self.printer.annotates() {
            let mut out = String::new();
            annotate(&mut out, kind, None, title, message);
            self.printer.data(&out);
        }
    }
}

/// Adds a line. Properties end at commas and colons, messages at the line's end.
pub(super) fn annotate(out: &mut String, kind: Kind, place: Option<(&str, u32)>, title: &str, message: &str) {
    let kind = match kind {
        Kind::Error => "error",
        Kind::Warning => "warning",
    };
    let message = message.trim().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| {
        text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A").replace(':', "%3A").replace(',', "%2C")
    };
    let file =
        place.map_or_else(String::new, |(file, line)| format!("file={},line={line},", property(&in_checkout(file))));
    let _ = writeln!(out, "::{kind} {file}title={}::{message}", property(title));
}

/// A file of this folder as GitHub knows it: from the checkout's root.
fn in_checkout(file: &str) -> String {
    let inside = || {
        let root = PathBuf::from(env_vars::get(env_vars::GITHUB_WORKSPACE)?);
        let folder = std::env::current_dir().ok()?;
        let below = folder.strip_prefix(root).ok()?.join(file);
        Some(below.display().to_string())
    };
    match inside() {
        Some(below) if Path::new(file).is_relative() => below,
        _ => file.to_owned(),
    }
}

/// File, line, and what stands behind them: `db/migrate/1_a.rb:3:in 'change'`.
fn place(text: &str) -> Option<(&str, u32, &str)> {
    let (file, rest) = text.split_once(".rb:")?;
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let line = rest[..digits].parse().ok()?;
    Some((&text[..file.len() + ".rb".len()], line, rest[digits..].strip_prefix(':').unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_an_annotation_has_one_meaning() {
        let check = |place: Option<(&str, u32)>, title: &str, message: &str, expected: &str| {
            let mut out = String::new();
            annotate(&mut out, Kind::Error, place, title, message);
            assert_eq!(out, format!("{expected}\n"));
        };
        check(
            Some(("a,b:c.rb", 3)),
            "A::B",
            "one\n50%\n",
            "::error file=a%2Cb%3Ac.rb,line=3,title=A%3A%3AB::one%0A50%25",
        );
        check(None, "error", "no", "::error title=error::no");
    }

    #[test]
    fn a_place_is_read() {
        assert_eq!(place("db/migrate/1_a.rb:3:in 'change'"), Some(("db/migrate/1_a.rb", 3, "in 'change'")));
        assert_eq!(place("db/migrate/1_a.rb:12: no such thing"), Some(("db/migrate/1_a.rb", 12, " no such thing")));
        assert_eq!(place("refused before the first statement"), None);
        assert_eq!(place("<internal:kernel>:187:in 'loop'"), None);
    }
}
