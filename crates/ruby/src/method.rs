//! Methods: native ones stand in tables at the head of each builtin file, Ruby ones come from `def`.

use std::rc::Rc;

use crate::args::Args;
use crate::exception::Eval;
use crate::frame::RubyMethod;
use crate::interpreter::Interpreter;
use crate::symbol::Symbol;
use crate::value::{RProc, Value};

pub type NativeFn = fn(&mut Interpreter, &Value, Args) -> Eval;

/// A row of a builtin class' method table.
#[derive(Clone, Copy)]
pub struct NativeMethod {
    pub name: &'static str,
    pub function: NativeFn,
    pub min: u8,
    /// None: any number of arguments.
    pub max: Option<u8>,
    /// Whether keywords arrive as keywords. If not, they arrive as a last positional Hash, as in C Ruby.
    pub keywords: bool,
}

pub const fn method(name: &'static str, function: NativeFn, arity: std::ops::RangeInclusive<u8>) -> NativeMethod {
    NativeMethod { name, function, min: *arity.start(), max: Some(*arity.end()), keywords: false }
}

pub const fn variadic(name: &'static str, function: NativeFn, min: u8) -> NativeMethod {
    NativeMethod { name, function, min, max: None, keywords: false }
}

impl NativeMethod {
    pub const fn with_keywords(self) -> Self {
        Self { keywords: true, ..self }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visibility {
    Public,
    Protected,
    Private,
}

#[derive(Clone)]
pub enum MethodBody {
    Native(NativeMethod),
    Ruby(Rc<RubyMethod>),
    /// `define_method`.
    Proc(Rc<RProc>),
    Reader(Symbol),
    Writer(Symbol),
    /// `undef_method`: look-up ends here.
    Undefined,
    /// `private :inherited`: the superclass' method with another visibility.
    Inherited,
}

#[derive(Clone)]
pub struct Method {
    pub name: Symbol,
    pub body: MethodBody,
    pub visibility: Visibility,
}

impl Method {
    pub fn native(name: Symbol, native: NativeMethod) -> Self {
        Self { name, body: MethodBody::Native(native), visibility: Visibility::Public }
    }
}
