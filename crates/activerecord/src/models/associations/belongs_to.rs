//! The side that has the foreign key: associations/belongs_to_association.rb and belongs_to_polymorphic_association.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RHash, RProc, Value};

use super::association::{Handle, assign, is_new, is_persisted, rollback, values_of};
use super::{inverting, scope};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::read_named;
use crate::models::model_schema::{self, load_schema};

/// The columns of the key, and that of the type.
fn columns(interpreter: &mut Interpreter, own: &Handle) -> Eval<(Key, Option<String>)> {
    let kind = if own.is_polymorphic { own.reflection.foreign_type(interpreter)? } else { None };
    Ok((own.reflection.foreign_key(interpreter)?, kind))
}

/// The key; with the type, where it may refer to several classes.
pub(super) fn stale_state(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    let (key, kind) = columns(interpreter, own)?;
    let owner = own.owner();
    let values = values_of(interpreter, &owner, &key)?;
    let state = match key {
        Key::Column(_) => values.into_iter().next().unwrap_or_default(),
        Key::Columns(_) if values.iter().any(Value::truthy) => Value::array(values),
        Key::Columns(_) => Value::Nil,
    };
    match kind {
        Some(kind) if state.truthy() => {
            let kind = interpreter.call(&owner, "[]", Args::one(Value::str(kind)))?;
            Ok(Value::array(vec![state, kind]))
        }
        Some(_) => Ok(Value::Nil),
        None => Ok(state),
    }
}

/// `replace`: the owner belongs to this record now, or to none.
pub(super) fn replace(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<()> {
    if other.truthy() {
        own.check_class(interpreter, other)?;
        inverting::tell(interpreter, own, other)?;
        own.updated.set(true);
    } else if own.target().truthy() {
        inverting::untell(interpreter, own, &own.target())?;
    }
    follow(interpreter, own, other, true)?;
    own.set_target(interpreter, other.clone())
}

/// `replace_keys`: the foreign key, and the type, are the record's; where `always` is false only what differs is written.
pub(super) fn follow(interpreter: &mut Interpreter, own: &Handle, other: &Value, always: bool) -> Eval<()> {
    let (key, kind) = columns(interpreter, own)?;
    let owner = own.owner();
    let values = if other.truthy() {
        let class = interpreter.class_of(other);
        let referred = own.reflection.key_of_target(interpreter, &class)?;
        values_of(interpreter, other, &referred)?
    } else {
        Vec::new()
    };
    let value = |place: usize| values.get(place).cloned().unwrap_or_default();
    let mut differs = always;
    for (place, column) in key.columns().iter().enumerate() {
        let before = read_named(interpreter, &owner, column)?;
        differs = differs || !interpreter.equal(&before, &value(place))?;
    }
    if differs {
        let class = interpreter.class_of(&owner);
        let columns = load_schema(interpreter, &class)?;
        for (place, column) in key.columns().iter().enumerate() {
            // Of a key of several columns, those of the owner's own key stay when there is nothing to refer to.
            let stays = key.is_composite() && other.is_nil() && columns.key_columns().contains(column);
            if !stays {
                assign(interpreter, &owner, column, value(place))?;
            }
        }
    }
    if let Some(column) = kind {
        let name = if other.truthy() {
            let class = Value::Class(interpreter.class_of(other));
            scope::polymorphic_name(interpreter, &class)?
        } else {
            Value::Nil
        };
        let before = read_named(interpreter, &owner, &column)?;
        if always || !interpreter.equal(&before, &name)? {
            assign(interpreter, &owner, &column, name)?;
        }
    }
    Ok(())
}

/// `dependent:`, after the owner is gone.
pub(super) fn end(interpreter: &mut Interpreter, own: &Handle) -> Eval<()> {
    let target = own.load(interpreter)?;
    if target.is_nil() {
        return Ok(());
    }
    let how = own.reflection.option("dependent").as_name().unwrap_or_default();
    let done = interpreter.call_public(&target, how.as_str(), Args::none())?;
    if how == "destroy" && !done.truthy() { Err(rollback(interpreter)) } else { Ok(()) }
}

/// `default:`, where there is none.
pub(super) fn default(interpreter: &mut Interpreter, own: &Handle, block: &Rc<RProc>) -> Eval<()> {
    if super::singular::read(interpreter, own)?.is_nil() {
        let made = interpreter.instance_exec(block, &own.owner(), Args::none())?;
        replace(interpreter, own, &made)?;
    }
    Ok(())
}

// Whether it is another one

/// The question of an attribute, asked of the key and of the type.
fn any_attribute(interpreter: &mut Interpreter, own: &Handle, question: &str) -> Eval<bool> {
    let (key, kind) = columns(interpreter, own)?;
    for name in [Some(key.to_value()), kind.map(Value::str)].into_iter().flatten() {
        if interpreter.call(&own.owner(), question, Args::one(name))?.truthy() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `target_changed?`
pub(super) fn changed(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    if any_attribute(interpreter, own, "attribute_changed?")? {
        return Ok(true);
    }
    let target = own.target();
    Ok(!own.has_foreign_key(interpreter)? && target.truthy() && is_new(interpreter, &target)?)
}

/// `target_previously_changed?`
pub(super) fn changed_by_last_save(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    any_attribute(interpreter, own, "attribute_previously_changed?")
}

/// `saved_change_to_target?`
pub(super) fn saved_change(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    any_attribute(interpreter, own, "saved_change_to_attribute?")
}

// Counters

/// The record that the owner belongs to counts it, or counts it no more.
pub(super) fn count(interpreter: &mut Interpreter, own: &Handle, by: i64) -> Eval<()> {
    let Some(column) = own.reflection.counter_column(interpreter)? else { return Ok(()) };
    if !is_persisted(interpreter, &own.owner())? || !own.has_foreign_key(interpreter)? {
        return Ok(());
    }
    let target = own.target();
    if target.truthy() && !own.is_stale(interpreter)? {
        let options = RHash::new();
        options.insert_symbol("touch", own.reflection.option("touch"));
        let args = Args::new(vec![Value::str(column), Value::Int(by)]);
        let args = args.with_keywords(Some(Rc::new(options)));
        return interpreter.call(&target, "increment!", args).map(drop);
    }
    if let Some(class) = own.class(interpreter)? {
        let key = own.reflection.foreign_key(interpreter)?;
        let id = interpreter.call(&own.owner(), "_read_attribute", Args::one(key.to_value()))?;
        count_row(interpreter, own, &Value::Class(class), id, by)?;
    }
    Ok(())
}

/// The record that the owner belonged to before its last save.
pub(super) fn count_down_last(interpreter: &mut Interpreter, own: &Handle) -> Eval<()> {
    let (key, kind) = columns(interpreter, own)?;
    let owner = own.owner();
    let before = |interpreter: &mut Interpreter, name: Value| {
        interpreter.call(&owner, "attribute_before_last_save", Args::one(name))
    };
    let class = match kind {
        Some(kind) => {
            let name = before(interpreter, Value::str(kind))?;
            if !name.truthy() {
                return Ok(());
            }
            let class = Value::Class(interpreter.class_of(&own.owner()));
            interpreter.call(&class, "polymorphic_class_for", Args::one(name))?
        }
        None => Value::Class(own.reflection.class(interpreter)?),
    };
    let id = before(interpreter, key.to_value())?;
    let base = model_schema::base(interpreter);
    let is_model = matches!(&class, Value::Class(class) if class.is_subclass_of(&base));
    if id.truthy() && is_model { count_row(interpreter, own, &class, id, -1) } else { Ok(()) }
}

fn count_row(interpreter: &mut Interpreter, own: &Handle, class: &Value, id: Value, by: i64) -> Eval<()> {
    let model = model_schema::class(interpreter, class)?;
    let key = own.reflection.key_of_target(interpreter, &model)?;
    let rows = interpreter.call(class, "unscoped", Args::none())?;
    let condition = RHash::from_pairs(vec![(key.to_value(), id)]);
    let rows = interpreter.call(&rows, "where", Args::one(Value::hash(condition)))?;
    let counters = RHash::new();
    if let Some(column) = own.reflection.counter_column(interpreter)? {
        counters.insert(Value::str(column), Value::Int(by));
    }
    if own.reflection.has("touch") {
        counters.insert_symbol("touch", own.reflection.option("touch"));
    }
    interpreter.call(&rows, "update_counters", Args::one(Value::hash(counters))).map(drop)
}
