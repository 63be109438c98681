//! Tells the user of each migration as it goes, and minds the time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy};
use activerecord::migrator::{Failure, Progress};
use activerecord::world::{Direction, SharedAdapter};

use super::context::Place;
use super::statement_log::StatementLog;
use crate::cli::args::Format;
use crate::deadline::Deadline;
use crate::events::{self, Event, direction_name, milliseconds};
use crate::host::Recording;
use crate::once::Once;
use crate::printer::{Printer, Style};
use crate::{report, signature};

/// How often a lock that another run holds is asked for.
const LOCK_INTERVAL: Duration = Duration::from_secs(1);

pub struct Reporter<'a> {
    pub printer: &'a Printer,
    pub files: &'a dyn MigrationFiles,
    pub statements: &'a StatementLog,
    pub deadline: Option<&'a Deadline>,
    pub recording: &'a Recording,
    pub adapter: SharedAdapter,
    /// `migrate --rows`: statements by version.
    pub rows: &'a HashMap<String, Vec<String>>,
    pub place: Place,
    pub once: Option<&'a Once>,
    /// For how long a lock that another run holds is waited for.
    pub wait: Duration,
    /// Since when.
    pub waiting_since: Option<Instant>,
    /// A migration was cut short and left nothing behind: it is for another invocation.
    pub cut_short: bool,
}

impl Reporter<'_> {
    /// Whether another invocation can take up a failed migration as if it had not begun.
    fn is_cut_short(&self, failure: &Failure) -> bool {
        let Some(deadline) = self.deadline else { return false };
        let without_trace = failure.in_transaction || self.statements.effects().count == 0;
        self.place.continues() && without_trace && deadline.is_expired() && deadline.ran() > 0
    }

    /// What of a failed migration stays, in a sentence's second half.
    fn what_stays(&self, failure: &Failure) -> String {
        let effects = self.statements.effects();
        match (failure.error.is_lost_connection(), failure.in_transaction) {
            (true, true) => {
                "the connection to the database was lost: the database rolls back what it was not told to commit"
                    .to_owned()
            }
            (true, false) => format!(
                "the connection to the database was lost: it is not known whether the last statement took effect; {}",
                effects.sentence()
            ),
            (false, true) => "its transaction was rolled back".to_owned(),
            (false, false) => effects.sentence(),
        }
    }

    /// What a person has to know before the next run.
    fn tell_what_stays(&self, failure: &Failure, what_stays: &str) {
        let effects = self.statements.effects();
        let is_lost = failure.error.is_lost_connection();
        let note = self.printer.style(Style::Hint, "note:");
        let migration = format!("{} {}", failure.migration.version, failure.migration.name);
        if is_lost || !failure.in_transaction && effects.count > 0 {
            let lines = if failure.in_transaction { String::new() } else { effects.lines() };
            let end = if lines.is_empty() { "" } else { ":" };
            self.printer.error_output(&format!("{note} {migration}: {what_stays}{end}\n{lines}"));
        }
        if let Some(before) = self.printer.ran_before() {
            self.printer.error_output(&format!("{note} {before}\n"));
        }
    }
}

impl Progress for Reporter<'_> {
    fn prepared(&mut self, adapter: &mut dyn adapters::Adapter) -> Result<(), adapters::Error> {
        self.once.map_or(Ok(()), |once| once.claim(adapter, signature::LIFETIME))
    }

    fn may_begin(&mut self, _: &MigrationProxy) -> bool {
        self.deadline.is_none_or(Deadline::may_begin)
    }

    fn lock_is_held(&mut self) -> bool {
        let since = *self.waiting_since.get_or_insert_with(|| {
            if !self.wait.is_zero() {
                self.printer.talk(&format!(
                    "{} another run holds the migration lock; waiting for it to end, for up to {} s",
                    self.printer.style(Style::Dim, "note:"),
                    self.wait.as_secs()
                ));
            }
            Instant::now()
        });
        let left = self.wait.saturating_sub(since.elapsed());
        if left.is_zero() || !self.deadline.is_none_or(Deadline::may_wait) {
            return false;
        }
        std::thread::sleep(LOCK_INTERVAL.min(left));
        true
    }

    fn begin(&mut self, migration: &MigrationProxy, _: Direction) {
        for sql in self.rows.get(&migration.version.to_string()).into_iter().flatten() {
            // What the other side could put in and this one cannot shows in the comparison.
            let _ = self.adapter.borrow_mut().execute(sql, Some("SCHEMA"));
        }
        self.statements.clear();
        self.recording.take();
        self.printer.doing(Some((migration.version, &migration.name)));
        if let Some(deadline) = self.deadline {
            deadline.migration_begins();
        }
    }

    fn executed(&mut self) -> bool {
        self.deadline.is_none_or(Deadline::migration_ends)
    }

    fn migrated(&mut self, migration: &MigrationProxy, direction: Direction, duration: Duration) {
        self.printer.doing(None);
        if let Some(deadline) = self.deadline {
            deadline.migration_ran();
        }
        self.printer.emit(&Event::Migrated {
            migration: migration.into(),
            direction: direction_name(direction),
            engine: events::Engine::Native,
            milliseconds: milliseconds(duration),
            statements: &self.statements.statements(),
            output: &self.recording.take(),
        });
    }

    fn failed(&mut self, failure: &Failure) {
        self.printer.doing(None);
        if self.is_cut_short(failure) {
            self.cut_short = true;
            return;
        }
        let what_stays = self.what_stays(failure);
        if self.printer.format() == Format::Rails {
            self.printer.error_output(&report::failure(
                self.printer,
                failure,
                self.statements.effects().count,
                self.files,
            ));
            self.tell_what_stays(failure, &what_stays);
        }
        self.printer.emit(&Event::Failed {
            migration: (&failure.migration).into(),
            direction: direction_name(failure.direction),
            engine: events::Engine::Native,
            error: (&failure.error).into(),
            rolled_back: failure.in_transaction,
            took_effect: if failure.in_transaction { 0 } else { self.statements.effects().count },
            what_stays: &what_stays,
            milliseconds: milliseconds(failure.duration),
            statements: &self.statements.statements(),
            output: &self.recording.take(),
        });
    }

    fn note(&mut self, migration: &MigrationProxy, note: &str) {
        self.printer.talk(&format!("{} {}: {note}", self.printer.style(Style::Dim, "note:"), migration.filename));
    }
}
