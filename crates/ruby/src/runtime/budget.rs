//! What an evaluation may use up: steps, call depth, memory, time. Running out aborts it.

use std::cell::Cell;
use std::iter;
use std::time::{Duration, Instant};

use crate::runtime::exception::AbortKind;
use crate::runtime::value::Value;
use crate::syntax::stack;

/// What one evaluation may take.
#[derive(Clone, Debug)]
pub struct Limits {
    pub steps: u64,
    pub depth: usize,
    /// Bytes that any one value may ask for.
    pub memory: usize,
    /// Bytes that the whole run may hold, however many values they are spread over.
    pub total_memory: usize,
    /// Bytes that the process has allocated now. Without it, `total_memory` cannot be known and does not count.
    pub allocated: Option<fn() -> usize>,
    pub deadline: Option<Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 2_000_000_000,
            depth: 10_000,
            memory: 64 << 20,
            total_memory: 512 << 20,
            allocated: None,
            deadline: None,
        }
    }
}

/// What an evaluation has taken, and whether it may go on.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: u64,
    /// The step at which the limits are looked at again: all that most steps ask about.
    next_look: u64,
    /// The step at which the clock is read again.
    next_clock: u64,
    depth: usize,
    /// What was allocated when the run began.
    baseline: usize,
    /// The time limits that Ruby code has set itself, each with its name.
    timeouts: Vec<(u64, Instant)>,
    next_timeout: u64,
}

/// The memory is looked at once in so many steps: few, for each may make a value as large as a value may be.
const MEMORY_INTERVAL: u64 = 1 << 4;

/// The clock is read once in so many steps.
const DEADLINE_INTERVAL: u64 = 1 << 8;

/// How many bytes, or steps, of a value are many.
const LARGE: usize = 16 << 10;

/// The least time that a step of native work takes. What can't be done before the deadline is not begun.
const STEP: Duration = Duration::from_nanos(2);

/// How many parts of values code without a budget at hand may compare, such as a hash that looks for a key.
const COMPARISONS: u64 = 2_000_000;

thread_local! {
    /// How many are left.
    static LEFT: Cell<u64> = const { Cell::new(COMPARISONS) };
}

/// Counts a step of work that has no budget at hand. False: it should end, the evaluation will.
pub(crate) fn count_comparison() -> bool {
    let left = LEFT.get();
    LEFT.set(left.saturating_sub(1));
    left > 0
}

impl Budget {
    /// Nothing is taken yet.
    pub fn new(limits: Limits) -> Self {
        let baseline = limits.allocated.map_or(0, |allocated| allocated());
        LEFT.set(COMPARISONS);
        Self {
            limits,
            steps: 0,
            next_look: 0,
            next_clock: 0,
            depth: 0,
            baseline,
            timeouts: Vec::new(),
            next_timeout: 0,
        }
    }

    /// As they were set when the run began.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// One more step of the evaluator. Err: it has taken too many, or too much of what is looked at now and then.
    #[inline]
    pub fn step(&mut self) -> Result<(), AbortKind> {
        self.steps += 1;
        if self.steps < self.next_look { Ok(()) } else { self.look() }
    }

    /// Counts work that a native method is about to do in one go, such as sorting.
    pub fn steps(&mut self, count: u64) -> Result<(), AbortKind> {
        self.steps = self.steps.saturating_add(count);
        if self.steps > self.limits.steps {
            return Err(AbortKind::Steps(self.limits.steps));
        }
        self.check_total(0)?;
        self.check_time(STEP.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// Counts work that was done where nothing can fail: the next step ends the run if it was too much.
    pub fn owe(&mut self, count: u64) {
        self.steps = self.steps.saturating_add(count).min(u64::MAX / 2);
    }

    /// Counts a call of a native method. A loop of few steps may call one with large values, so what it may walk decides
    /// whether the clock is read first; work that grows faster than its values is counted besides.
    #[inline]
    pub(crate) fn native(&mut self, receiver: &Value, arguments: &[Value]) -> Result<(), AbortKind> {
        self.step()?;
        let mut bytes = 0_usize;
        let mut cost = 0_u64;
        for value in iter::once(receiver).chain(arguments) {
            match value {
                Value::Str(string) => bytes += string.borrow().len(),
                Value::Array(array) => bytes += array.len() * size_of::<Value>(),
                Value::Hash(hash) => bytes += hash.len() * 2 * size_of::<Value>(),
                Value::Object(object) => cost = cost.saturating_add(object.cost()),
                _ => {}
            }
        }
        if cost >= LARGE as u64 {
            self.steps(cost)
        } else if bytes >= LARGE {
            self.check_total(0)?;
            self.check_deadline()
        } else {
            Ok(())
        }
    }

    #[cold]
    fn look(&mut self) -> Result<(), AbortKind> {
        if self.steps > self.limits.steps {
            return Err(AbortKind::Steps(self.limits.steps));
        }
        self.next_look = (self.steps + MEMORY_INTERVAL).min(self.limits.steps.saturating_add(1));
        self.check_total(0)?;
        if self.steps >= self.next_clock {
            self.next_clock = self.steps + DEADLINE_INTERVAL;
            self.check_deadline()?;
        }
        Ok(())
    }

    /// Asked too before work that leaves the process, such as a statement, or that takes long.
    pub fn check_deadline(&mut self) -> Result<(), AbortKind> {
        self.check_time(Duration::ZERO)
    }

    /// Whether there is time for what takes at least so long, and counts no steps, such as a slow hash. A timeout that has passed is told once.
    pub fn check_time(&mut self, needed: Duration) -> Result<(), AbortKind> {
        if LEFT.get() < COMPARISONS && LEFT.replace(COMPARISONS) == 0 {
            return Err(AbortKind::Steps(COMPARISONS));
        }
        if self.limits.deadline.is_none() && self.timeouts.is_empty() {
            return Ok(());
        }
        let now = Instant::now();
        let end = now.checked_add(needed).unwrap_or(now);
        if self.limits.deadline.is_some_and(|deadline| end >= deadline) {
            return Err(AbortKind::Deadline);
        }
        match self.timeouts.iter().position(|(_, until)| end >= *until) {
            Some(index) => Err(AbortKind::Timeout(self.timeouts.remove(index).0)),
            None => Ok(()),
        }
    }

    /// When the evaluation has to end or a timeout passes, whichever comes first.
    pub fn until(&self) -> Option<Instant> {
        self.timeouts.iter().map(|(_, until)| *until).chain(self.limits.deadline).min()
    }

    /// When the first time limit passes that Ruby code has set itself.
    pub fn timeout(&self) -> Option<Instant> {
        self.timeouts.iter().map(|(_, until)| *until).min()
    }

    /// A time limit of Ruby code: [`AbortKind::Timeout`] with the number tells that it has passed, once.
    pub fn begin_timeout(&mut self, limit: Duration) -> u64 {
        self.next_timeout += 1;
        if let Some(until) = Instant::now().checked_add(limit) {
            self.timeouts.push((self.next_timeout, until));
        }
        self.next_timeout
    }

    /// Ends a time limit. Whether it passed without being told.
    pub fn end_timeout(&mut self, number: u64) -> bool {
        let Some(index) = self.timeouts.iter().position(|(other, _)| *other == number) else { return false };
        Instant::now() >= self.timeouts.remove(index).1
    }

    /// One call deeper. Err: too deep.
    pub fn enter(&mut self) -> Result<(), AbortKind> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(AbortKind::Depth(self.limits.depth));
        }
        if stack::is_used_up() {
            return Err(AbortKind::Stack);
        }
        Ok(())
    }

    /// The call is over.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Asked before a value of `bytes` is made, so that `"a" * 2**40` fails before it allocates.
    pub fn check_size(&self, bytes: usize) -> Result<(), AbortKind> {
        if bytes > self.limits.memory {
            return Err(AbortKind::Memory(self.limits.memory));
        }
        self.check_total(bytes)
    }

    /// Whether the run may hold so many bytes more.
    fn check_total(&self, bytes: usize) -> Result<(), AbortKind> {
        let Some(allocated) = self.limits.allocated else { return Ok(()) };
        let used = allocated().saturating_sub(self.baseline);
        if used.saturating_add(bytes) > self.limits.total_memory {
            return Err(AbortKind::Memory(self.limits.total_memory));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static ALLOCATED: Cell<usize> = const { Cell::new(1_000) };
    }

    #[test]
    fn what_the_run_allocates_counts() {
        let limits = Limits { memory: 80, total_memory: 100, allocated: Some(|| ALLOCATED.get()), ..Limits::default() };
        let mut budget = Budget::new(limits);
        assert!(budget.steps(1).is_ok());
        assert!(budget.check_size(80).is_ok());
        assert!(matches!(budget.check_size(81), Err(AbortKind::Memory(80))));
        ALLOCATED.set(1_060);
        assert!(budget.check_size(41).is_err());
        ALLOCATED.set(1_101);
        assert!(matches!(budget.steps(1), Err(AbortKind::Memory(100))));
    }

    #[test]
    fn what_cannot_end_in_time_is_not_begun() {
        let deadline = Some(Instant::now() + Duration::from_secs(1));
        let mut budget = Budget::new(Limits { deadline, ..Limits::default() });
        assert!(budget.steps(1_000).is_ok());
        assert!(matches!(budget.steps(1_000_000_000), Err(AbortKind::Deadline)));
    }

    #[test]
    fn a_timeout_is_told_once() {
        let mut budget = Budget::new(Limits::default());
        let number = budget.begin_timeout(Duration::ZERO);
        assert!(matches!(budget.check_deadline(), Err(AbortKind::Timeout(told)) if told == number));
        assert!(budget.check_deadline().is_ok());
        assert!(!budget.end_timeout(number));
        let number = budget.begin_timeout(Duration::ZERO);
        assert!(budget.end_timeout(number));
    }
}
