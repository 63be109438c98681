//! The side of one that the other refers to: associations/has_one_association.rb, and what has_many has of
//! foreign_association.rb.

use ruby::{Args, Eval, Interpreter, RHash, Value};

use super::association::{Handle, assign, is_persisted, not_saved, set_ivar};
use super::{abort, inverting, scope};
use crate::models::attribute_methods::{read_named, write_named};
use crate::models::attribute_set::record;
use crate::models::model_schema::load_schema;
use crate::models::reflection::object::object;

/// `set_owner_attributes`: the record refers to the owner.
pub(super) fn refer(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<()> {
    if own.is_through {
        return Ok(());
    }
    let owner = own.owner();
    let key = own.reflection.join_primary_key(interpreter)?;
    let foreign_key = own.reflection.join_foreign_key(interpreter)?;
    for (column, referred) in key.columns().iter().zip(foreign_key.columns()) {
        let value = read_named(interpreter, &owner, referred)?;
        write_named(interpreter, other, column, value)?;
    }
    if let Some(column) = own.reflection.type_column(interpreter)? {
        let class = Value::Class(interpreter.class_of(&owner));
        let name = scope::polymorphic_name(interpreter, &class)?;
        write_named(interpreter, other, &column, name)?;
    }
    Ok(())
}

/// `nullify_owner_attributes`: the record refers to nobody, as far as its own key does not have the column.
fn unrefer(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<()> {
    let class = interpreter.class_of(other);
    let columns = load_schema(interpreter, &class)?;
    for column in own.reflection.foreign_key(interpreter)?.columns() {
        if !columns.key_columns().contains(column) {
            assign(interpreter, other, column, Value::Nil)?;
        }
    }
    Ok(())
}

/// `nullified_owner_attributes`
pub(super) fn nothing(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    let mut names = own.reflection.foreign_key(interpreter)?.columns().to_vec();
    names.extend(own.reflection.type_column(interpreter)?);
    let pairs: Vec<_> = names.into_iter().map(|name| (Value::str(name), Value::Nil)).collect();
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

/// `replace`: the record takes the place of the one before, in the database too where the owner is there.
pub(super) fn replace(interpreter: &mut Interpreter, own: &Handle, other: &Value, save: bool) -> Eval<()> {
    if other.truthy() {
        own.check_class(interpreter, other)?;
    }
    let before = own.load(interpreter)?;
    if before.is_nil() && other.is_nil() {
        return Ok(());
    }
    let is_another = !interpreter.equal(&before, other)?;
    if is_another || interpreter.call(other, "has_changes_to_save?", Args::none())?.truthy() {
        let save = save && is_persisted(interpreter, &own.owner())?;
        let work = |interpreter: &mut Interpreter| {
            if is_another && before.truthy() && !record(interpreter, &before)?.destroyed.get() {
                remove(interpreter, own, &before)?;
            }
            if other.truthy() {
                take(interpreter, own, &before, other, save)?;
            }
            Ok(Value::Nil)
        };
        if save {
            own.in_transaction(interpreter, work)?
        } else {
            work(interpreter)?
        };
    }
    own.set_target(interpreter, other.clone())
}

fn take(interpreter: &mut Interpreter, own: &Handle, before: &Value, other: &Value, save: bool) -> Eval<()> {
    refer(interpreter, own, other)?;
    inverting::tell(interpreter, own, other)?;
    if !save || interpreter.call(other, "save", Args::none())?.truthy() {
        return Ok(());
    }
    unrefer(interpreter, own, other)?;
    if before.truthy() {
        refer(interpreter, own, before)?;
    }
    let message = format!("Failed to save the new associated {}.", own.reflection.name);
    Err(not_saved(interpreter, message, other))
}

/// `remove_target!`: the one before goes as `dependent:` says.
fn remove(interpreter: &mut Interpreter, own: &Handle, before: &Value) -> Eval<()> {
    match own.reflection.option("dependent").as_name().as_deref() {
        Some("delete") => {
            interpreter.call(before, "delete", Args::none())?;
        }
        Some("destroy") => {
            destroyed_by(interpreter, own, before);
            if is_persisted(interpreter, before)? {
                interpreter.call(before, "destroy", Args::none())?;
            }
        }
        _ => {
            unrefer(interpreter, own, before)?;
            inverting::untell(interpreter, own, before)?;
            let both = is_persisted(interpreter, before)? && is_persisted(interpreter, &own.owner())?;
            if both && !interpreter.call(before, "save", Args::none())?.truthy() {
                refer(interpreter, own, before)?;
                let message = format!(
                    "Failed to remove the existing associated {}. The record failed to save after its foreign key was set to \
                     nil.",
                    own.reflection.name
                );
                return Err(not_saved(interpreter, message, before));
            }
        }
    }
    Ok(())
}

/// `destroyed_by_association=`
pub(super) fn destroyed_by(interpreter: &mut Interpreter, own: &Handle, other: &Value) {
    let reflection = object(interpreter, &own.reflection);
    set_ivar(other, "@destroyed_by_association", reflection);
}

/// `delete`: what `dependent:` says, or `how`.
pub(super) fn delete(interpreter: &mut Interpreter, own: &Handle, how: &Value) -> Eval<()> {
    let target = own.load(interpreter)?;
    if target.is_nil() {
        return Ok(());
    }
    match how.as_name().as_deref() {
        Some("delete") => interpreter.call(&target, "delete", Args::none()).map(drop),
        Some("destroy") => {
            destroyed_by(interpreter, own, &target);
            interpreter.call(&target, "destroy", Args::none())?;
            if record(interpreter, &target)?.destroyed.get() { Ok(()) } else { Err(abort(interpreter)) }
        }
        Some("nullify") if is_persisted(interpreter, &target)? => {
            let nothing = nothing(interpreter, own)?;
            interpreter.call(&target, "update_columns", Args::one(nothing)).map(drop)
        }
        _ => Ok(()),
    }
}
