//! Minds a run as it goes: tells of each migration, keeps the time, waits for the lock.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy};
use activerecord::migrator::{Failure, Progress};
use activerecord::world::Direction;

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
            rehearsal: session.rehearsal.clone(),
            #[cfg(feature = "comparison")]
            rows: session.rows.clone(),
        }
    }

    /// Whether a migration was cut short and left nothing behind: it is for another invocation.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.cut_short
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

impl Progress for Reporter {
    fn prepared(&mut self, adapter: &mut dyn adapters::Adapter) -> Result<(), adapters::Error> {
        self.once.as_ref().map_or(Ok(()), |once| once.claim(&self.name, adapter, signature::LIFETIME))
    }

    fn may_begin(&mut self, _: &MigrationProxy) -> bool {
        self.time(Deadline::may_begin)
    }

    fn lock_is_held(&mut self) -> bool {
        let since = *self.waiting_since.get_or_insert_with(|| {
            if !self.wait.is_zero() {
                self.teller.waits_for_lock(self.wait);
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
            let output = self.recording.take();
            self.teller.failed(failure, self.engine, &self.statements, &*self.files, &output);
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
