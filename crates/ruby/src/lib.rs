//! A small sandboxed Ruby: it parses with prism, walks a tree of its own, and reaches the world through
//! [`host::Host`] only. No SQL, no Rails, no I/O.
//!
//! The folders are floors, lowest first; a file knows those of its own floor and of lower ones.

#![warn(unreachable_pub)]

mod syntax;

mod runtime;

pub mod core;

pub mod stdlib;

pub mod active_support;

mod boot;
pub mod testing;

pub use core::file::path_matches;
pub use runtime::args::Args;
pub use runtime::budget::Limits;
pub use runtime::exception::{Abort, AbortKind, Eval, Flow};
pub use runtime::host::{Entry, Host, Sight};
pub use runtime::interpreter::Interpreter;
pub use runtime::library::{Autoload, Library};
pub use runtime::method::{NativeMethod, method, variadic};
pub use runtime::value::{NativeData, RArray, RClass, RHash, RObject, RProc, RString, Value};
pub use runtime::{args, budget, encoding, eval, exception, frame, host, interpreter, known_names, method, value};
pub use syntax::parser::Source;
pub use syntax::symbol::Symbol;
pub use syntax::{ast, parser, source, stack, symbol};
pub use testing::eval_str;
