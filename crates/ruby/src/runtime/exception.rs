//! How an evaluation ends other than with a value: a Ruby exception, a jump, or an abort that Ruby code
//! cannot see.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use crate::runtime::value::{NativeData, Value};

/// What everything that runs Ruby answers.
pub type Eval<T = Value> = Result<T, Box<Flow>>;

/// Names the frame that a `break` or `return` unwinds to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct FrameId(pub u64);

/// What ends an evaluation before its end.
#[derive(Debug, Clone)]
pub enum Flow {
    /// An exception object: what `rescue` sees.
    Raise(Value),
    Break(FrameId, Value),
    Next(Value),
    Redo,
    Retry,
    Return(FrameId, Value),
    Throw(Value, Value),
    /// Uncatchable, and `ensure` does not run: the host rolls back.
    Abort(Abort),
}

/// Why a run is over, whatever its `rescue` says.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AbortKind {
    #[error("the evaluation took more than {0} steps")]
    Steps(u64),
    #[error("the evaluation used more than {0} bytes of memory")]
    Memory(usize),
    #[error("time was up, and what ran was stopped")]
    Deadline,
    /// A time limit that Ruby code set itself. `Interpreter::abort` makes it the exception that Ruby raises.
    #[error("execution expired")]
    Timeout(u64),
    #[error("calls are nested more than {0} deep")]
    Depth(usize),
    #[error("calls are nested too deep for the stack")]
    Stack,
    #[error("{0}")]
    Unsupported(String),
    /// The host ends the evaluation (a lost connection, a cancelled run).
    #[error("{0}")]
    Host(String),
}

/// The end of a run, and where it came to it.
#[derive(Debug, Clone)]
pub struct Abort {
    pub kind: AbortKind,
    /// `file:line:in 'method'`, innermost first.
    pub backtrace: Vec<Location>,
}

/// One line of a backtrace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub path: Rc<str>,
    pub line: u32,
    pub label: Rc<str>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:in `{}'", self.path, self.line, self.label)
    }
}

/// The native side of an Exception object.
#[derive(Default)]
pub struct ExceptionData {
    /// nil: the class name is the message.
    pub message: RefCell<Value>,
    pub backtrace: RefCell<Vec<Location>>,
    /// What `set_backtrace` was given, if anything.
    pub custom_backtrace: RefCell<Value>,
    pub cause: RefCell<Value>,
    pub has_cause: Cell<bool>,
    /// For the host: a typed error that came along (a database error), to read back unchanged.
    pub native: RefCell<Option<Rc<dyn std::any::Any>>>,
}

impl NativeData for ExceptionData {}
