//! Methods: native ones stand in tables at the head of each builtin file, Ruby ones come from `def`.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::frame::RubyMethod;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RProc, Value};
use crate::syntax::symbol::Symbol;

/// A method in Rust: the interpreter, the receiver, the arguments.
pub type NativeFn = fn(&mut Interpreter, &Value, Args) -> Eval;

/// A row of a builtin class' method table.
#[derive(Clone, Copy)]
pub struct NativeMethod {
    pub name: &'static str,
    pub function: NativeFn,
    pub min: u8,
    /// None: any number of arguments.
    pub max: Option<u8>,
    pub keywords: Keywords,
    pub receiver: Receiver,
    /// It always ends the run: the real Ruby has it, and this one says by it that it does not.
    pub absent: bool,
}

/// What a native method of String asks of its receiver's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    Any,
    /// They are characters.
    Characters,
    /// They are characters, says what changes letters.
    Letters,
    /// They are characters, says what strips.
    Stripped,
}

/// What a native method does with keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keywords {
    /// They arrive as a last positional Hash, as in C Ruby.
    Flattened,
    /// All arrive: the method itself says what is unknown, or hands them on.
    Any,
    /// Those of `taken` arrive. One of `lacking` means something to Ruby that is not done here, so that it is refused;
    /// every other one is Ruby's ArgumentError.
    Named { taken: &'static [&'static str], lacking: &'static [&'static str] },
}

/// A row of a method table: how many arguments it takes, at least and at most.
pub const fn method(name: &'static str, function: NativeFn, arity: std::ops::RangeInclusive<u8>) -> NativeMethod {
    NativeMethod {
        name,
        function,
        min: *arity.start(),
        max: Some(*arity.end()),
        keywords: Keywords::Flattened,
        receiver: Receiver::Any,
        absent: false,
    }
}

/// The same of one that takes any number from `min` on.
pub const fn variadic(name: &'static str, function: NativeFn, min: u8) -> NativeMethod {
    NativeMethod {
        name,
        function,
        min,
        max: None,
        keywords: Keywords::Flattened,
        receiver: Receiver::Any,
        absent: false,
    }
}

impl NativeMethod {
    /// Keywords are handed over as they are; else they are refused, or become a last hash.
    #[must_use]
    pub const fn with_keywords(self) -> Self {
        Self { keywords: Keywords::Any, ..self }
    }

    /// The receiver must be one of this kind; else a TypeError.
    #[must_use]
    pub const fn of(self, receiver: Receiver) -> Self {
        Self { receiver, ..self }
    }

    /// Takes these keywords and no others.
    #[must_use]
    pub const fn taking(self, taken: &'static [&'static str]) -> Self {
        Self { keywords: Keywords::Named { taken, lacking: &[] }, ..self }
    }

    /// Knows these keywords besides, and refuses them.
    #[must_use]
    pub const fn lacking(self, lacking: &'static [&'static str]) -> Self {
        let taken = match self.keywords {
            Keywords::Named { taken, .. } => taken,
            _ => &[],
        };
        Self { keywords: Keywords::Named { taken, lacking }, ..self }
    }

    /// Marks what only says that it is not there, so that the check knows.
    #[must_use]
    pub const fn absent(self) -> Self {
        Self { absent: true, ..self }
    }
}

/// Who may call it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visibility {
    Public,
    Protected,
    Private,
}

/// What a call of it runs.
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

/// A method, where it was defined, and who may call it.
#[derive(Clone)]
pub struct Method {
    pub name: Symbol,
    pub body: MethodBody,
    pub visibility: Visibility,
}

impl Method {
    /// Public, of a method table's row.
    pub fn native(name: Symbol, native: NativeMethod) -> Self {
        // Whoever defines these, they are private.
        let private = ["initialize", "initialize_copy", "initialize_dup", "initialize_clone", "respond_to_missing?"];
        let visibility = if private.contains(&native.name) { Visibility::Private } else { Visibility::Public };
        Self { name, body: MethodBody::Native(native), visibility }
    }
}
