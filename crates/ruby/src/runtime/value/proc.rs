//! Procs and lambdas: closures over a frame, native functions, `&:symbol` and `method(:name)`.

use std::fmt;
use std::rc::Rc;

use super::Value;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::frame::Closure;
use crate::runtime::interpreter::Interpreter;
use crate::syntax::symbol::Symbol;

/// A block in Rust.
pub type NativeBlock = dyn Fn(&mut Interpreter, Args) -> Eval;

/// What a Proc runs.
#[derive(Clone)]
pub enum ProcKind {
    Closure(Rc<Closure>),
    Native(Rc<NativeBlock>),
    /// `&:name`: sends the name to its first argument.
    Symbol(Symbol),
    /// `method(:name)` of a receiver.
    Method(Value, Symbol),
}

/// A Proc or a lambda.
pub struct RProc {
    pub kind: ProcKind,
    pub lambda: bool,
}

impl RProc {
    /// A Proc whose body is in Rust.
    pub fn native(function: impl Fn(&mut Interpreter, Args) -> Eval + 'static) -> Value {
        Value::Proc(Rc::new(Self { kind: ProcKind::Native(Rc::new(function)), lambda: true }))
    }
}

impl fmt::Debug for RProc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.lambda { "#<Proc (lambda)>" } else { "#<Proc>" })
    }
}
