//! Counts what the process allocates, so that an evaluation's memory has a limit however many values it makes.

use std::alloc::System;

use cap::Cap;

/// It only counts: running out is for the evaluation to report, not for the allocator.
#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes allocated now.
pub(crate) fn allocated() -> usize {
    MEMORY.allocated()
}
