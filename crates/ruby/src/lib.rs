//! A small sandboxed Ruby: it parses with prism, walks a tree of its own, and reaches the world through
//! [`host::Host`] only. No SQL, no Rails, no I/O.

pub mod args;
pub mod ast;
pub mod budget;
pub mod builtins;
pub mod core_ext;
pub mod encoding;
pub mod eval;
pub mod exception;
pub mod frame;
pub mod host;
pub mod interpreter;
pub mod known_names;
pub mod method;
pub mod parser;
pub mod source;
pub mod stack;
pub mod symbol;
pub mod testing;
pub mod value;

pub use args::Args;
pub use budget::Limits;
pub use builtins::file::path_matches;
pub use builtins::library::{Autoload, Library};
pub use exception::{Abort, AbortKind, Eval, Flow};
pub use host::{Entry, Host, Sight};
pub use interpreter::Interpreter;
pub use method::{NativeMethod, method, variadic};
pub use parser::Source;
pub use symbol::Symbol;
pub use testing::eval_str;
pub use value::{NativeData, RArray, RClass, RHash, RObject, RProc, RString, Value};
