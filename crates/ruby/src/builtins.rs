//! Ruby's own classes, one file each, method table at its head.

use crate::interpreter::Interpreter;

/// Defines every builtin class. Runs once per interpreter, so it must stay cheap: tables only.
pub fn define(_interpreter: &mut Interpreter) {}
