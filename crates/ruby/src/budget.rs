//! What an evaluation may use up: steps, call depth, memory, time. Running out aborts it.

use std::time::Instant;

use crate::exception::AbortKind;
use crate::stack;

#[derive(Clone, Debug)]
pub struct Limits {
    pub steps: u64,
    pub depth: usize,
    /// Bytes allocated by Ruby values, counted when strings, arrays and hashes grow; an upper bound on
    /// what any one value and the whole run may ask for.
    pub memory: usize,
    pub deadline: Option<Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 2_000_000_000, depth: 10_000, memory: 64 << 20, deadline: None }
    }
}

#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: u64,
    depth: usize,
}

/// The clock is read once in so many steps.
const DEADLINE_INTERVAL: u64 = 1 << 12;

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self { limits, steps: 0, depth: 0 }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn step(&mut self) -> Result<(), AbortKind> {
        self.steps += 1;
        if self.steps > self.limits.steps {
            return Err(AbortKind::Steps(self.limits.steps));
        }
        if self.steps.is_multiple_of(DEADLINE_INTERVAL) {
            self.check_deadline()?;
        }
        Ok(())
    }

    /// Counts work that a native method does in one go, such as sorting.
    pub fn steps(&mut self, count: u64) -> Result<(), AbortKind> {
        self.steps = self.steps.saturating_add(count);
        if self.steps > self.limits.steps {
            return Err(AbortKind::Steps(self.limits.steps));
        }
        self.check_deadline()
    }

    fn check_deadline(&self) -> Result<(), AbortKind> {
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
        if bytes > self.limits.memory { Err(AbortKind::Memory(self.limits.memory)) } else { Ok(()) }
    }
}
