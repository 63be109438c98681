//! A file of code, read once and parsed once: what is checked is what runs.

use std::cell::OnceCell;
use std::rc::Rc;

use super::{SyntaxError, parse};
use crate::syntax::ast::Program;

/// A copy is the same file, with the same tree.
#[derive(Clone)]
pub struct Source(Rc<File>);

struct File {
    path: String,
    bytes: Vec<u8>,
    program: OnceCell<Result<Program, SyntaxError>>,
}

impl Source {
    /// Not parsed yet.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self(Rc::new(File { path: path.into(), bytes: bytes.into(), program: OnceCell::new() }))
    }

    /// Its name in messages.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The text as it was read.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Its tree, made when first asked for. Ask on a thread with a large stack.
    ///
    /// # Errors
    /// Where it is not Ruby.
    pub fn program(&self) -> Result<&Program, &SyntaxError> {
        self.0.program.get_or_init(|| parse(&self.0.path, &self.0.bytes)).as_ref()
    }
}
