//! `touch:` of an association, and touches that wait for the end of the transaction: touch_later.rb and the callbacks of
//! associations/builder/{belongs_to,has_one}.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Value, method, variadic};

use super::macros::on;
use super::{belongs_to, owner};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::{read_named, write_named};
use crate::models::attribute_set::{Attribute, record};
use crate::models::model_schema::{self, load_schema};
use crate::models::persistence::{now, timestamps};
use crate::models::reflection::{Reflection, all};
use crate::models::transactions::add_to_transaction;

pub(crate) const METHODS: &[NativeMethod] = &[variadic("touch_later", touch_later, 0)];

pub(crate) const SINGLETON_METHODS: &[NativeMethod] =
    &[method("timestamp_attributes_for_update_in_model", update_timestamps, 0..=0)];

const UPDATED: [&str; 2] = ["updated_at", "updated_on"];

/// Which changes say whose the record was before.
#[derive(Clone, Copy)]
enum Changes {
    Saved,
    ToSave,
}

/// `touch:` of a `belongs_to`: the callbacks that it comes down to.
pub(super) fn of_belongs_to(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    reflection: &Rc<Reflection>,
) -> Eval<()> {
    let touching = |changes: Changes| {
        let own = Rc::clone(reflection);
        move |interpreter: &mut Interpreter, record: &Value| {
            touch_ends(interpreter, record, &own, changes).map(|()| Value::Nil)
        }
    };
    let changed = Some("saved_changes?");
    if reflection.counter_column(interpreter)?.is_some() {
        // What is counted is touched by the statement that counts.
        let own = Rc::clone(reflection);
        on(interpreter, model, "after_update", changed, move |interpreter, record| {
            let association = owner::handle(interpreter, record, own.name)?;
            if !belongs_to::saved_change(interpreter, &association)? {
                touch_ends(interpreter, record, &own, Changes::Saved)?;
            }
            Ok(Value::Nil)
        })?;
    } else {
        on(interpreter, model, "after_create", changed, touching(Changes::Saved))?;
        on(interpreter, model, "after_update", changed, touching(Changes::Saved))?;
        on(interpreter, model, "after_destroy", None, touching(Changes::ToSave))?;
    }
    on(interpreter, model, "after_touch", None, touching(Changes::ToSave))
}

/// `touch:` of a `has_one`: the callbacks that it comes down to.
pub(super) fn of_has_one(interpreter: &mut Interpreter, model: &Rc<RClass>, reflection: &Rc<Reflection>) -> Eval<()> {
    let touching = || {
        let own = Rc::clone(reflection);
        move |interpreter: &mut Interpreter, record: &Value| touch_one(interpreter, record, &own).map(|()| Value::Nil)
    };
    let changed = Some("saved_changes?");
    on(interpreter, model, "after_create", changed, touching())?;
    let name = reflection.name;
    on(interpreter, model, "after_create_commit", None, move |interpreter, record| {
        owner::handle(interpreter, record, name)?.forget_that_there_is_none();
        Ok(Value::Nil)
    })?;
    on(interpreter, model, "after_update", changed, touching())?;
    on(interpreter, model, "after_destroy", None, touching())?;
    on(interpreter, model, "after_touch", None, touching())
}

/// `touch: true` names nothing; anything else is a column besides the timestamps.
fn columns_to_touch(reflection: &Reflection) -> Args {
    match reflection.option("touch") {
        Value::Bool(true) => Args::none(),
        column => Args::one(column),
    }
}

fn is_persisted(interpreter: &mut Interpreter, record: &Value) -> Eval<bool> {
    Ok(record.truthy() && interpreter.call(record, "persisted?", Args::none())?.truthy())
}

fn touch_one(interpreter: &mut Interpreter, record: &Value, reflection: &Reflection) -> Eval<()> {
    let other = interpreter.call(record, reflection.name, Args::none())?;
    if is_persisted(interpreter, &other)? {
        interpreter.call(&other, "touch", columns_to_touch(reflection))?;
    }
    Ok(())
}

/// Touches the record that this one belongs to, and the one that it belonged to before.
fn touch_ends(interpreter: &mut Interpreter, this: &Value, reflection: &Rc<Reflection>, changes: Changes) -> Eval<()> {
    if let Key::Column(column) = reflection.foreign_key(interpreter)?
        && let Some(id) = before(interpreter, this, &column, changes)?
    {
        let class = class_before(interpreter, this, reflection, changes)?;
        let key = match model_schema::class(interpreter, &class) {
            Ok(class) => reflection.key_of_target(interpreter, &class)?,
            Err(flow) => return Err(flow),
        };
        let conditions = RHash::from_pairs(vec![(key.to_value(), id)]);
        let old = interpreter.call(&class, "find_by", Args::one(Value::hash(conditions)))?;
        if old.truthy() {
            interpreter.call(&old, "touch_later", columns_to_touch(reflection))?;
        }
    }
    let other = interpreter.call_public(this, reflection.name, Args::none())?;
    if is_persisted(interpreter, &other)? {
        interpreter.call(&other, "touch_later", columns_to_touch(reflection))?;
    }
    Ok(())
}

/// What an attribute was, if it changed and was something.
fn before(interpreter: &mut Interpreter, this: &Value, column: &str, changes: Changes) -> Eval<Option<Value>> {
    let own = record(interpreter, this)?;
    let was = match changes {
        Changes::Saved => {
            let saved = own.saved_changes.borrow();
            saved.iter().find(|(name, ..)| **name == *column).map(|(_, was, _)| was.clone())
        }
        Changes::ToSave => match own.index(column) {
            Some(index) if own.is_changed(interpreter, index)? => {
                Some(own.with(interpreter, index, Attribute::original_value)?)
            }
            _ => None,
        },
    };
    Ok(was.filter(Value::truthy))
}

fn class_before(interpreter: &mut Interpreter, this: &Value, reflection: &Reflection, changes: Changes) -> Eval {
    if !reflection.is_polymorphic() {
        return Ok(Value::Class(reflection.class(interpreter)?));
    }
    let column = reflection.foreign_type(interpreter)?.unwrap_or_default();
    let name = match before(interpreter, this, &column, changes)? {
        Some(name) => name,
        None => read_named(interpreter, this, &column)?,
    };
    let class = Value::Class(interpreter.class_of(this));
    interpreter.call(&class, "polymorphic_class_for", Args::one(name))
}

// Touches that wait

fn update_timestamps(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = model_schema::class(interpreter, this)?;
    let columns = load_schema(interpreter, &class)?;
    Ok(crate::ground::arguments::strings_to_value(timestamps(&class, &columns, &UPDATED)))
}

/// The attributes have the time now; the statement is sent before the commit, once.
fn touch_later(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if model_schema::applied_no_touching(interpreter, this)? {
        return Ok(Value::Nil);
    }
    if !is_persisted(interpreter, this)? {
        let message = "Cannot touch on a new or destroyed record object. Consider using persisted?, new_record?, or \
                       destroyed? before touching.";
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let mut names = match owner::bonds(interpreter, this, |bonds| bonds.touched.take())? {
        Some((names, _)) => names,
        None => timestamps(&class, &columns, &UPDATED),
    };
    for name in crate::ground::arguments::to_strings(interpreter, &args.positional)? {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let (own, time) = (record(interpreter, this)?, now(interpreter)?);
    for name in &names {
        write_named(interpreter, this, name, time.clone())?;
        if let Some(index) = own.index(name) {
            own.clear_change(interpreter, index)?;
        }
    }
    owner::bonds(interpreter, this, |bonds| bonds.touched = Some((names, time)))?;
    add_to_transaction(interpreter, this, true)?;
    for reflection in all(&class).iter().filter(|one| one.has("touch")) {
        if reflection.is_belongs_to() {
            touch_ends(interpreter, this, reflection, Changes::ToSave)?;
        } else if reflection.is_has_one() {
            touch_one(interpreter, this, reflection)?;
        }
    }
    Ok(true.into())
}

/// What `touch` sends along: the names that wait.
pub(crate) fn take_waiting(interpreter: &mut Interpreter, this: &Value) -> Eval<Vec<Value>> {
    let waiting = owner::bonds(interpreter, this, |bonds| bonds.touched.take())?;
    Ok(waiting.map(|(names, _)| names.into_iter().map(Value::str).collect()).unwrap_or_default())
}

/// Before the commit.
pub(crate) fn send_waiting(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    let time = owner::bonds(interpreter, this, |bonds| {
        bonds.touched.as_ref().filter(|(names, _)| !names.is_empty()).map(|(_, time)| time.clone())
    })?;
    let Some(time) = time else { return Ok(()) };
    if is_persisted(interpreter, this)? {
        let options = RHash::new();
        options.insert_symbol("time", time);
        interpreter.call(this, "touch", Args::none().with_keywords(Some(Rc::new(options))))?;
    }
    Ok(())
}
