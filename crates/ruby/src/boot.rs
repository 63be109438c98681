//! A world of its own, put together of all floors.

use crate::{Host, Interpreter, Limits, active_support, core, stdlib};

impl Interpreter {
    /// Every class defined, nothing evaluated.
    pub fn new(host: Box<dyn Host>, limits: Limits) -> Self {
        let mut interpreter = Self::bare(host, limits);
        core::define(&mut interpreter);
        stdlib::define(&mut interpreter);
        active_support::define(&mut interpreter);
        interpreter
    }
}
