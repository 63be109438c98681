//! A run that must be over in time: a function's, or one with `--time-limit`. No migration begins too late for it, and a
//! statement that would outlive it is cancelled on the server, early enough to roll back, to give the lock back and to
//! answer.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use adapters::abstract_adapter::Canceller;

/// What of the time is kept for rolling back, for giving the lock back and for answering: a tenth, within these bounds,
/// and no more than a quarter.
const MIN_RESERVE: Duration = Duration::from_millis(500);
const MAX_RESERVE: Duration = Duration::from_secs(10);
/// A migration does not begin with less than this before the reserve, or a twentieth of a short time.
const MIN_MIGRATION: Duration = Duration::from_millis(500);
/// A statement that was cancelled and still runs is cancelled again after this.
const PATIENCE: Duration = Duration::from_millis(500);

/// When a run must be over. Threads share it: the run, and the one that cancels it.
#[derive(Debug)]
pub(crate) struct Deadline {
    /// What a migration has at least.
    least: Duration,
    /// Once something has run, no other migration begins later than this: it had better begin with all the time there is.
    half: Instant,
    /// Statements are cancelled from here on.
    stop_at: Instant,
    /// A server that has not answered by then is given up.
    lost_at: Instant,
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
    /// How many migrations have run.
    ran: usize,
    finished: bool,
}

impl Deadline {
    /// For work that began and must be answered at `end`.
    pub(crate) fn new(began: Instant, end: Instant) -> Self {
        let time = end.saturating_duration_since(began);
        let reserve = (time / 10).clamp(MIN_RESERVE, MAX_RESERVE).min(time / 4);
        let stop_at = end.checked_sub(reserve).unwrap_or(end);
        let lost_at = end.checked_sub(reserve / 2).unwrap_or(end);
        let least = MIN_MIGRATION.min(time / 20);
        Self { least, half: began + time / 2, stop_at, lost_at, state: Mutex::default(), changed: Condvar::new() }
    }

    /// For work that begins now.
    pub(crate) fn after(limit: Duration) -> Self {
        let now = Instant::now();
        Self::new(now, now + limit)
    }

    /// When Ruby code has to stop.
    pub(crate) fn stop_at(&self) -> Instant {
        self.stop_at
    }

    /// When a server that does not answer is taken for lost, in time to say so.
    pub(crate) fn lost_at(&self) -> Instant {
        self.lost_at
    }

    /// Whether a migration may begin now.
    pub(crate) fn may_begin(&self) -> bool {
        let now = Instant::now();
        let mut state = self.state();
        let enough = now + self.least <= self.stop_at && (state.ran == 0 || now <= self.half);
        state.postponed |= !enough;
        enough
    }

    /// Whether there is time to wait for a lock: what is left must be worth it.
    pub(crate) fn may_wait(&self) -> bool {
        Instant::now() < self.half
    }

    /// From here on statements may be cancelled.
    pub(crate) fn migration_begins(&self) {
        self.state().in_migration = true;
    }

    /// From here on nothing is cancelled. Waits for a cancellation that is under way. Answers whether it was in time.
    pub(crate) fn migration_ends(&self) -> bool {
        let mut state = self.state();
        state.in_migration = false;
        state.expired |= Instant::now() >= self.stop_at;
        !state.expired
    }

    /// Another migration has run to its end.
    pub(crate) fn migration_ran(&self) {
        self.state().ran += 1;
    }

    /// How many migrations have run.
    pub(crate) fn ran(&self) -> usize {
        self.state().ran
    }

    /// Whether a migration was cut short.
    pub(crate) fn is_expired(&self) -> bool {
        self.state().expired
    }

    /// Whether a migration was not begun for want of time.
    pub(crate) fn is_postponed(&self) -> bool {
        self.state().postponed
    }

    /// Cancels what runs when time is up, for as long as the answer lives.
    pub(crate) fn watch(self: &Arc<Self>, canceller: Canceller) -> Watch {
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

/// Cancels for as long as it lives; dropping it waits for a cancellation that is under way.
pub(crate) struct Watch {
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
        let deadline = Arc::new(Deadline::after(Duration::from_millis(600)));
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let watch = deadline.watch(Box::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }));
        assert!(deadline.may_begin() && !deadline.is_postponed());
        std::thread::sleep(Duration::from_millis(500));
        assert!(!deadline.may_begin() && deadline.is_postponed());
        assert_eq!(count.load(Ordering::SeqCst), 0);
        deadline.migration_begins();
        std::thread::sleep(Duration::from_millis(700));
        assert!(!deadline.migration_ends());
        assert!(deadline.is_expired());
        let cancelled = count.load(Ordering::SeqCst);
        assert!(cancelled >= 1);
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(count.load(Ordering::SeqCst), cancelled);
        drop(watch);
    }

    #[test]
    fn there_is_time_enough() {
        let deadline = Deadline::after(Duration::from_secs(60));
        assert!(deadline.may_begin());
        assert!(deadline.migration_ends());
        assert!(!deadline.is_postponed() && !deadline.is_expired());
    }

    #[test]
    fn after_half_of_the_time_only_what_is_the_first_begins() {
        let now = Instant::now();
        let check = |seconds_gone: u64, ran: usize, expected: bool| {
            let began = now.checked_sub(Duration::from_secs(seconds_gone)).unwrap();
            let deadline = Deadline::new(began, began + Duration::from_secs(900));
            (0..ran).for_each(|_| deadline.migration_ran());
            assert_eq!(deadline.may_begin(), expected, "{seconds_gone} {ran}");
        };
        check(440, 3, true);
        check(460, 0, true);
        check(460, 1, false);
        check(888, 0, true);
        check(891, 0, false);
    }
}
