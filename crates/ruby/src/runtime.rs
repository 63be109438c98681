//! What runs a tree: values, frames, methods, the evaluator, and what bounds it.

pub mod args;
pub mod budget;
mod custom_keys;
pub mod encoding;
pub mod eval;
pub mod exception;
pub(crate) mod foreign;
pub mod frame;
pub mod host;
pub mod interpreter;
pub mod known_names;
pub(crate) mod library;
pub mod method;
pub(crate) mod texts;
pub(crate) mod timeouts;
pub mod value;
