//! What a connection may take of a run's time and memory, whatever the server at its other end does. A run sets it; a
//! connection of its own has no bounds but those of its configuration. Has no Rails counterpart.

use std::io;
use std::time::{Duration, Instant};

use crate::{Arg, Error, ErrorClass, Result};

/// How long a server may take to end a session in the middle of an answer.
const HANG_UP_TIMEOUT: Duration = Duration::from_secs(2);

/// Bytes that ending it from another session may take.
const HANG_UP_MEMORY: usize = 4 << 20;

/// Nothing here owns anything: it goes with a configuration from thread to thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// Nothing waits for a server past this.
    pub deadline: Option<Instant>,
    pub memory: Option<Memory>,
}

/// The memory of the whole run, which a server's rows take from too.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Bytes that the process has allocated now.
    pub allocated: fn() -> usize,
    /// What was allocated when the run began.
    pub baseline: usize,
    /// Bytes that the run may hold beyond that.
    pub limit: usize,
}

impl Bounds {
    /// Asked before `bytes` more are taken in; cheap enough to be asked for each row. Err: the limit.
    pub fn check_memory(&self, bytes: usize) -> std::result::Result<(), usize> {
        let Some(memory) = &self.memory else { return Ok(()) };
        let used = (memory.allocated)().saturating_sub(memory.baseline);
        if used.saturating_add(bytes) > memory.limit { Err(memory.limit) } else { Ok(()) }
    }

    /// The same of a row of so many values, as an error of the statement.
    pub(crate) fn charge_row(&self, values: usize) -> Result<()> {
        self.charge(values * size_of::<Arg>())
    }

    /// Asked before so many bytes are taken in: a NoMemoryError, which no `rescue` of a migration hears of.
    pub(crate) fn charge(&self, bytes: usize) -> Result<()> {
        self.check_memory(bytes)
            .map_err(|limit| Error::new(ErrorClass::NoMemoryError, Self::memory_error(limit).to_string()))
    }

    /// When an attempt that may take `timeout` has to be over.
    pub(crate) fn until(&self, timeout: Option<Duration>) -> Option<Instant> {
        let attempt = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        match (attempt, self.deadline) {
            (Some(attempt), Some(deadline)) => Some(attempt.min(deadline)),
            (attempt, deadline) => attempt.or(deadline),
        }
    }

    /// When the end of a session whose rows nobody reads any more has to be over. None where the run has no time left, and
    /// has had the statement cancelled.
    pub(crate) fn until_hung_up(&self) -> Option<Instant> {
        self.until(Some(HANG_UP_TIMEOUT)).filter(|until| *until > Instant::now())
    }

    /// Those of the other connection that ends such a session: it has a little memory of its own, for the run may have none left.
    pub(crate) fn while_hanging_up(&self, until: Instant) -> Self {
        let own = |memory: Memory| Memory { baseline: (memory.allocated)(), limit: HANG_UP_MEMORY, ..memory };
        Self { deadline: Some(until), memory: self.memory.map(own) }
    }

    /// The memory's limit as an error of the socket that would have passed it.
    pub(crate) fn memory_error(limit: usize) -> io::Error {
        io::Error::new(
            io::ErrorKind::OutOfMemory,
            format!("the rows of a statement take more than the {limit} bytes of memory that the run has"),
        )
    }
}

/// What is left until then; an error that says so where nothing is. None: for ever.
pub(crate) fn remaining(until: Option<Instant>) -> io::Result<Option<Duration>> {
    let Some(until) = until else { return Ok(None) };
    match until.checked_duration_since(Instant::now()) {
        Some(left) if !left.is_zero() => Ok(Some(left)),
        _ => Err(io::ErrorKind::TimedOut.into()),
    }
}
