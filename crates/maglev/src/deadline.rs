//! A run that must be over in time: no migration begins too late for it, and a statement that would outlive it is
//! cancelled on the server, early enough to roll back, to give the lock back and to answer.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use adapters::abstract_adapter::Canceller;

/// What of the time is kept for rolling back, for giving the lock back and for answering: a tenth, within these bounds.
const MIN_RESERVE: Duration = Duration::from_millis(500);
const MAX_RESERVE: Duration = Duration::from_secs(10);
/// A migration does not begin with less than this before the reserve.
const MIN_MIGRATION: Duration = Duration::from_millis(500);
/// A statement that was cancelled and still runs is cancelled again after this.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub struct Deadline {
    /// Statements are cancelled from here on.
    stop_at: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// A migration's own code runs: its statements may be cancelled. What rolls it back may not.
    in_migration: bool,
    /// A statement was cancelled, or code was stopped, because time was up.
    expired: bool,
    /// A migration was left for another run, because time was short.
    postponed: bool,
    finished: bool,
}

impl Deadline {
    /// For work that must be answered at `end`.
    pub fn new(end: Instant) -> Self {
        let left = end.saturating_duration_since(Instant::now());
        let reserve = (left / 10).clamp(MIN_RESERVE, MAX_RESERVE);
        Self { stop_at: end.checked_sub(reserve).unwrap_or(end), state: Mutex::default(), changed: Condvar::new() }
    }

    /// When Ruby code has to stop.
    pub fn stop_at(&self) -> Instant {
        self.stop_at
    }

    /// Whether a migration may begin now.
    pub fn may_begin(&self) -> bool {
        let enough = Instant::now() + MIN_MIGRATION <= self.stop_at;
        self.state().postponed |= !enough;
        enough
    }

    pub fn migration_begins(&self) {
        self.state().in_migration = true;
    }

    /// From here on nothing is cancelled. Waits for a cancellation that is under way.
    pub fn migration_ends(&self) {
        let mut state = self.state();
        state.in_migration = false;
        state.expired |= Instant::now() >= self.stop_at;
    }

    /// Whether a migration was cut short.
    pub fn is_expired(&self) -> bool {
        self.state().expired
    }

    /// Whether a migration was not begun for want of time.
    pub fn is_postponed(&self) -> bool {
        self.state().postponed
    }

    /// Cancels what runs when time is up, for as long as the answer lives.
    pub fn watch(self: &Arc<Self>, canceller: Canceller) -> Watch {
        let deadline = Arc::clone(self);
        let thread = std::thread::spawn(move || deadline.cancel_when_up(&canceller));
        Watch { deadline: Arc::clone(self), thread: Some(thread) }
    }

    fn cancel_when_up(&self, canceller: &Canceller) {
        let mut state = self.state();
        let mut wait_until = self.stop_at;
        while !state.finished {
            let now = Instant::now();
            if now < wait_until {
                let waited = self.changed.wait_timeout(state, wait_until - now);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            if state.in_migration {
                state.expired = true;
                // The lock is held meanwhile, so that nothing but the migration's own statement is cancelled. A server
                // that does not listen now may do so the next time.
                let _ = canceller();
            }
            wait_until = now + PATIENCE;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct Watch {
    deadline: Arc<Deadline>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.deadline.state().finished = true;
        self.deadline.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.deadline.state().finished = false;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn only_a_migration_is_cancelled() {
        let deadline = Arc::new(Deadline::new(Instant::now() + Duration::from_millis(600)));
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let watch = deadline.watch(Box::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }));
        assert!(!deadline.may_begin());
        assert!(deadline.is_postponed());
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(count.load(Ordering::SeqCst), 0);
        deadline.migration_begins();
        std::thread::sleep(Duration::from_millis(700));
        deadline.migration_ends();
        assert!(deadline.is_expired());
        let cancelled = count.load(Ordering::SeqCst);
        assert!(cancelled >= 1);
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(count.load(Ordering::SeqCst), cancelled);
        drop(watch);
    }

    #[test]
    fn there_is_time_enough() {
        let deadline = Deadline::new(Instant::now() + Duration::from_secs(60));
        assert!(deadline.may_begin());
        assert!(!deadline.is_postponed() && !deadline.is_expired());
    }
}
