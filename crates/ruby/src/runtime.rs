//! What runs a tree: values, frames, methods, the evaluator, and what bounds it.

pub mod args;
pub mod budget;
mod custom_keys;
pub mod encoding;
pub mod eval;
pub mod exception;
pub mod foreign;
pub mod frame;
pub mod host;
pub mod interpreter;
pub mod known_names;
pub mod library;
pub mod method;
pub mod texts;
pub mod timeouts;
pub mod value;
