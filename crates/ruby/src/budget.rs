//! What an evaluation may use up: steps, call depth, memory, time. Running out aborts it.

use std::time::Instant;

use crate::exception::AbortKind;
use crate::stack;

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

#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: u64,
    depth: usize,
    /// What was allocated when the run began.
    baseline: usize,
}

/// The memory is looked at once in so many steps: few, for each may make a value as large as a value may be.
const MEMORY_INTERVAL: u64 = 1 << 4;

/// The clock is read once in so many steps.
const DEADLINE_INTERVAL: u64 = 1 << 8;

impl Budget {
    pub fn new(limits: Limits) -> Self {
        let baseline = limits.allocated.map_or(0, |allocated| allocated());
        Self { limits, steps: 0, depth: 0, baseline }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn step(&mut self) -> Result<(), AbortKind> {
        self.steps += 1;
        if self.steps > self.limits.steps {
            return Err(AbortKind::Steps(self.limits.steps));
        }
        if self.steps.is_multiple_of(MEMORY_INTERVAL) {
            self.check_total(0)?;
            if self.steps.is_multiple_of(DEADLINE_INTERVAL) {
                self.check_deadline()?;
            }
        }
        Ok(())
    }

    /// Counts work that a native method does in one go, such as sorting.
    pub fn steps(&mut self, count: u64) -> Result<(), AbortKind> {
        self.steps = self.steps.saturating_add(count);
        if self.steps > self.limits.steps {
            return Err(AbortKind::Steps(self.limits.steps));
        }
        self.check_total(0)?;
        self.check_deadline()
    }

    /// Asked too before work that leaves the process, such as a statement.
    pub fn check_deadline(&self) -> Result<(), AbortKind> {
        match self.limits.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(AbortKind::Deadline),
            _ => Ok(()),
        }
    }

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
    use std::cell::Cell;

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
}
