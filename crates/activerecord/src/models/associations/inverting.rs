//! Telling records of the one that they are associated with, so that the same object is at both ends; after
//! associations/association.rb.

use std::rc::Rc;

use ruby::{Eval, Interpreter, Value};

use super::association::{Handle, is_persisted};
use super::{belongs_to, owner, strict_loading};
use crate::models::attribute_methods::primary_key::{self, Key};
use crate::models::attribute_methods::read_named;
use crate::models::attribute_set::record;
use crate::models::class_attributes;
use crate::models::reflection::{Macro, Reflection};

/// `set_inverse_instance`
pub(crate) fn tell(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<()> {
    match other_end(interpreter, own, other)? {
        Some(end) => become_of(interpreter, &end, &own.owner()),
        None => Ok(()),
    }
}

/// `set_inverse_instance_from_queries`: a record that a query found may not be this owner's.
pub(crate) fn tell_found(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<()> {
    if let Some(end) = other_end(interpreter, own, other)?
        && may_be_of(interpreter, &end, &own.owner())?
    {
        end.set_target(interpreter, own.owner())?;
    }
    strict_loading::hand_on(interpreter, own, other)
}

/// `remove_inverse_instance`
pub(super) fn untell(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<()> {
    match other_end(interpreter, own, other)? {
        Some(end) => become_of(interpreter, &end, &Value::Nil),
        None => Ok(()),
    }
}

/// `inversed_from`: a belongs_to has the keys of what it belongs to.
pub(super) fn become_of(interpreter: &mut Interpreter, end: &Handle, owner: &Value) -> Eval<()> {
    if end.kind() == Macro::BelongsTo {
        belongs_to::follow(interpreter, end, owner, false)?;
    }
    end.set_target(interpreter, owner.clone())
}

/// `inverse_association_for`
fn other_end(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<Option<Handle>> {
    let Some(inverse) = invertible(interpreter, own, other)? else { return Ok(None) };
    owner::handle(interpreter, other, inverse.name).map(Some)
}

/// `invertible_for?`, and what it is inverted by.
fn invertible(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<Option<Rc<Reflection>>> {
    if own.is_through && own.is_collection() {
        return Ok(None);
    }
    if own.kind() != Macro::BelongsTo && !has_key(interpreter, own, other)? {
        return Ok(None);
    }
    let Some(inverse) = own.reflection.inverse_for(interpreter, other)? else { return Ok(None) };
    if own.kind() != Macro::BelongsTo || inverse.is_has_one() {
        return Ok(Some(inverse));
    }
    let class = inverse.class(interpreter)?;
    Ok(class_attributes::of(&class, "has_many_inversing").truthy().then_some(inverse))
}

/// `foreign_key_for?`
fn has_key(interpreter: &mut Interpreter, own: &Handle, this: &Value) -> Eval<bool> {
    let key = own.reflection.foreign_key(interpreter)?;
    let record = record(interpreter, this)?;
    let is_there = |name: &String| record.index(name).is_some_and(|index| record.is_initialized(index));
    Ok(key.columns().iter().all(is_there))
}

/// `inversable?`
fn may_be_of(interpreter: &mut Interpreter, end: &Handle, owner: &Value) -> Eval<bool> {
    if owner.is_nil() {
        return Ok(false);
    }
    if !is_persisted(interpreter, owner)? || !is_persisted(interpreter, &end.owner())? {
        return Ok(true);
    }
    // `matches_foreign_key?`
    let (here, there) = (end.owner(), owner);
    if has_key(interpreter, end, there)? {
        if refers(interpreter, end, there, &here)? {
            return Ok(true);
        }
        if !has_key(interpreter, end, &here)? {
            return Ok(false);
        }
    }
    refers(interpreter, end, &here, there)
}

/// Whether the foreign key of one record is the id of the other.
fn refers(interpreter: &mut Interpreter, end: &Handle, one: &Value, other: &Value) -> Eval<bool> {
    let key = match end.reflection.foreign_key(interpreter)? {
        Key::Column(name) => read_named(interpreter, one, &name)?,
        Key::Columns(_) => Value::Nil,
    };
    let id = primary_key::id(interpreter, other, ruby::Args::none())?;
    interpreter.equal(&key, &id)
}
