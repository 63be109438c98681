//! What belongs_to and has_one share: associations/singular_association.rb.

use ruby::{Args, Eval, Interpreter, Value};

use super::association::{Handle, invalid, is_persisted, not_saved};
use super::{belongs_to, has_one, through};
use crate::models::reflection::Macro;

/// `reader`
pub(crate) fn read(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    // A class that is not there is an error even where there is nothing to find.
    own.class(interpreter)?;
    if !own.is_loaded() || own.is_stale(interpreter)? {
        own.reload(interpreter)?;
    }
    Ok(own.target())
}

/// `writer`; with `save` false the database hears nothing of it.
pub(super) fn write(interpreter: &mut Interpreter, own: &Handle, other: &Value, save: bool) -> Eval<()> {
    match (own.kind(), own.is_through) {
        (Macro::BelongsTo, _) => belongs_to::replace(interpreter, own, other),
        (_, false) => has_one::replace(interpreter, own, other, save),
        (_, true) => {
            through::replace_link(interpreter, own, other, save)?;
            own.set_target(interpreter, other.clone())
        }
    }
}

/// `build_name`
pub(super) fn build(interpreter: &mut Interpreter, own: &Handle, args: &Args) -> Eval {
    let made = own.build(interpreter, &args.first(), args.block.as_ref())?;
    write(interpreter, own, &made, false)?;
    Ok(made)
}

/// `create` and `create!`: the new record is saved before it takes its place.
pub(super) fn create(interpreter: &mut Interpreter, own: &Handle, args: &Args, raises: bool) -> Eval {
    if own.kind() == Macro::HasOne && !is_persisted(interpreter, &own.owner())? {
        let message = "You cannot call create unless the parent is saved".to_owned();
        return Err(not_saved(interpreter, message, &own.owner()));
    }
    let made = own.build(interpreter, &args.first(), args.block.as_ref())?;
    let saved = interpreter.call(&made, "save", Args::none())?.truthy();
    write(interpreter, own, &made, false)?;
    if raises && !saved { Err(invalid(interpreter, &made)) } else { Ok(made) }
}
