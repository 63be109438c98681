//! The one door to the app's files. Every way that Ruby has to name a file comes through here: what the run cannot see
//! ends it, whatever the code rescues; what it can see and is not there is Ruby's own error.

use super::paths::{directory_of, from_root};
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::host::{Entry, Sight};
use crate::runtime::interpreter::Interpreter;

/// What stands at a path. Err: the run cannot see that.
pub(crate) fn look(interpreter: &mut Interpreter, path: &str) -> Eval<Sight> {
    if path.is_empty() {
        return Ok(Sight::Nothing);
    }
    let inside = from_root(interpreter, path);
    match interpreter.host.look(&inside) {
        Sight::Outside => Err(outside(interpreter, &inside)),
        // Only a folder has a path that ends so.
        Sight::File if path.ends_with('/') => Ok(Sight::Nothing),
        sight => Ok(sight),
    }
}

/// A file's bytes. `operation` is what Ruby names in its message.
pub(crate) fn read(interpreter: &mut Interpreter, path: &str) -> Eval<Vec<u8>> {
    match look(interpreter, path)? {
        Sight::File => {}
        Sight::Folder => return Err(interpreter.error("Errno::EISDIR", format!("Is a directory @ io_fread - {path}"))),
        _ => return Err(missing(interpreter, "rb_sysopen", path)),
    }
    let inside = from_root(interpreter, path);
    let Some(bytes) = interpreter.host.read_file(&inside) else {
        return Err(
            interpreter.unsupported(format!("`{inside}` is there and cannot be read in this run; {}", advice(&inside)))
        );
    };
    interpreter.check_size(bytes.len())?;
    let work = 1 + bytes.len() as u64 / 64;
    interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
    Ok(bytes)
}

/// What a folder has. None: there is no folder at that path.
pub(super) fn children(interpreter: &mut Interpreter, path: &str) -> Eval<Option<Vec<Entry>>> {
    if look(interpreter, path)? != Sight::Folder {
        return Ok(None);
    }
    let inside = from_root(interpreter, path);
    match interpreter.host.children(&inside) {
        Some(entries) => {
            interpreter.budget.steps(1 + entries.len() as u64).map_err(|kind| interpreter.abort(kind))?;
            Ok(Some(entries))
        }
        None => Err(outside(interpreter, &inside)),
    }
}

/// Errno::ENOENT, as Ruby words it.
pub(crate) fn missing(interpreter: &mut Interpreter, operation: &str, path: &str) -> Box<Flow> {
    interpreter.error("Errno::ENOENT", format!("No such file or directory @ {operation} - {path}"))
}

/// The refusal of a path that the run cannot see.
pub(super) fn outside(interpreter: &mut Interpreter, path: &str) -> Box<Flow> {
    let shown = if path.is_empty() { "the app's folder" } else { path };
    interpreter.unsupported(format!("`{shown}` is outside of what a migration may read; {}", advice(path)))
}

fn advice(path: &str) -> String {
    if path.is_empty() {
        return "name the folders below it".to_owned();
    }
    match directory_of(path).as_str() {
        "." | "/" => format!("`--include {path}` lets it in"),
        folder => format!("`--include {path}` or `--include {folder}` lets it in"),
    }
}
