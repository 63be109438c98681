//! From text to tree: sources, names, the tree and the parser that makes it.

pub mod ast;
pub mod parser;
pub mod source;
pub mod stack;
pub mod symbol;
