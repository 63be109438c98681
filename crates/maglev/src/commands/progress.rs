//! Minds a run as it goes: tells of each migration, keeps the time, waits for the lock.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use activerecord::RubyError;
use activerecord::migration::errors::MigrationError;
use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy};
use activerecord::migrator::{Error, Failure, Progress};
use activerecord::world::{Direction, SharedAdapter};
use jiff::Timestamp;

use super::cancel::{self, Mark};
use super::rehearsal::Rehearsal;
use super::session::Session;
use super::statement_log::StatementLog;
use crate::deadline::Deadline;
use crate::host::Recording;
use crate::once::Once;
use crate::signature;
use crate::teller::{Migrated, Teller};

/// How often a lock that another run holds is asked for.
const LOCK_INTERVAL: Duration = Duration::from_secs(1);

/// Hears how a run goes, on the migrator's behalf.
pub(crate) struct Reporter {
    teller: Teller,
    engine: &'static str,
    files: Rc<dyn MigrationFiles>,
    statements: Rc<StatementLog>,
    recording: Rc<Recording>,
    deadline: Option<Arc<Deadline>>,
    once: Option<Arc<Once>>,
    /// As the app calls the database.
    name: String,
    /// Whoever asks takes up what is left when time is up.
    continues: bool,
    /// For how long a lock that another run holds is waited for.
    wait: Duration,
    /// Since when.
    waiting_since: Option<Instant>,
    cut_short: bool,
    adapter: SharedAdapter,
    session_id: Option<u64>,
    began: Timestamp,
    /// Its session was ended by `maglev cancel`.
    cancelled: Option<Cancelled>,
    rehearsal: Option<Rc<dyn Rehearsal>>,
    #[cfg(feature = "comparison")]
    rows: super::comparison::Rows,
}

impl Reporter {
    pub(crate) fn new(session: &Session) -> Self {
        Self {
            teller: session.teller.clone(),
            engine: session.engine.name(),
            files: Rc::clone(&session.files),
            statements: Rc::clone(&session.statements),
            recording: Rc::clone(&session.recording),
            deadline: session.deadline.clone(),
            once: session.once.clone(),
            name: session.target().name.clone(),
            continues: session.continues,
            wait: Duration::from_secs(session.running.wait),
            waiting_since: None,
            cut_short: false,
            adapter: Rc::clone(&session.adapter),
            session_id: session.adapter.borrow().session_id(),
            began: Timestamp::now(),
            cancelled: None,
            rehearsal: session.rehearsal.clone(),
            #[cfg(feature = "comparison")]
            rows: session.rows.clone(),
        }
    }

    /// Whether a migration was cut short and left nothing behind: it is for another invocation.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    /// Whether `maglev cancel` is behind an error outside of any migration, or in one.
    pub(crate) fn take_cancelled(&mut self, error: &Error) -> Option<Cancelled> {
        let may_be = match error {
            Error::Database(error) => error.is_lost_connection(),
            Error::Migration(error) => matches!(error, MigrationError::ReleaseLockFailed),
            Error::Failed(_) | Error::Exited(_) => false,
        };
        let found = |mark: Mark| Cancelled { mark, is_unsure: false };
        self.cancelled.take().or_else(|| may_be.then(|| self.mark())?.map(found))
    }

    fn mark(&self) -> Option<Mark> {
        if self.rehearsal.is_some() {
            return None;
        }
        cancel::mark(&self.adapter, self.session_id, self.began)
    }

    /// Whether `maglev cancel` is behind a migration's failure: what the server says of it may be other things too.
    fn cancelled(&self, failure: &Failure) -> Option<Cancelled> {
        if !may_be_cancelled(&failure.error) {
            return None;
        }
        let mark = self.mark()?;
        let is_recorded = mark.recorded.contains(&failure.migration.version);
        let has_gone_through = is_recorded == (failure.direction == Direction::Up);
        Some(Cancelled { mark, is_unsure: !failure.in_transaction || has_gone_through })
    }

    /// Whether another invocation can take up a failed migration as if it had not begun.
    fn leaves_to_another(&self, failure: &Failure) -> bool {
        let Some(deadline) = &self.deadline else { return false };
        let without_trace = failure.in_transaction || self.statements.effects().count == 0;
        self.continues && without_trace && deadline.is_expired() && deadline.ran() > 0
    }

    fn time(&self, allows: impl FnOnce(&Deadline) -> bool) -> bool {
        self.deadline.as_deref().is_none_or(allows)
    }
}

/// A run whose session was ended by `maglev cancel`.
pub(crate) struct Cancelled {
    pub mark: Mark,
    /// It is not known whether the statement that ran took effect.
    pub is_unsure: bool,
}

/// The connection was lost, or MySQL says of a statement that it was interrupted.
fn may_be_cancelled(error: &RubyError) -> bool {
    const INTERRUPTED: &str = "1317";
    error.is_lost_connection()
        || error.database.as_ref().is_some_and(|error| error.code() == Some(INTERRUPTED))
        || error.cause.as_deref().is_some_and(may_be_cancelled)
}

impl Progress for Reporter {
    fn prepared(&mut self, adapter: &mut dyn adapters::Adapter) -> Result<(), adapters::Error> {
        if self.rehearsal.is_none() {
            cancel::mind(adapter)?;
        }
        self.once.as_ref().map_or(Ok(()), |once| once.claim(&self.name, adapter, signature::LIFETIME))
    }

    fn may_begin(&mut self, _: &MigrationProxy) -> bool {
        self.time(Deadline::may_begin)
    }

    fn lock_is_held(&mut self) -> bool {
        let since = *self.waiting_since.get_or_insert_with(|| {
            if !self.wait.is_zero() {
                self.teller.waits_for_lock(self.wait.as_secs());
            }
            Instant::now()
        });
        let left = self.wait.saturating_sub(since.elapsed());
        if left.is_zero() || !self.time(Deadline::may_wait) {
            return false;
        }
        std::thread::sleep(LOCK_INTERVAL.min(left));
        true
    }

    fn begin(&mut self, migration: &MigrationProxy, direction: Direction) {
        if let Some(rehearsal) = &self.rehearsal {
            rehearsal.begins(self.teller.database().as_deref(), migration, direction);
        }
        #[cfg(feature = "comparison")]
        self.rows.put_in(migration.version);
        self.statements.clear();
        self.recording.take();
        self.teller.begins(migration);
        if let Some(deadline) = &self.deadline {
            deadline.migration_begins();
        }
    }

    fn executed(&mut self) -> bool {
        self.time(Deadline::migration_ends)
    }

    fn migrated(&mut self, migration: &MigrationProxy, direction: Direction, duration: Duration) {
        self.teller.ends();
        if let Some(deadline) = &self.deadline {
            deadline.migration_ran();
        }
        if let Some(rehearsal) = &self.rehearsal {
            return rehearsal.ended();
        }
        let ran = Migrated { migration, direction, duration, engine: self.engine };
        self.teller.migrated(ran, &self.statements, &self.recording.take());
    }

    fn failed(&mut self, failure: &Failure) {
        self.teller.ends();
        if let Some(rehearsal) = &self.rehearsal {
            return rehearsal.failed(failure);
        }
        self.cut_short = self.leaves_to_another(failure);
        if !self.cut_short {
            self.cancelled = self.cancelled(failure);
            let is_cancelled = self.cancelled.is_some();
            let output = self.recording.take();
            self.teller.failed(failure, self.engine, &self.statements, &*self.files, &output, is_cancelled);
        }
    }

    fn note(&mut self, migration: &MigrationProxy, note: &str) {
        let note = format!("{}: {note}", migration.filename);
        match &self.rehearsal {
            Some(rehearsal) => rehearsal.note(&note),
            None => self.teller.note(&note),
        }
    }
}
