//! associations.rb: what is declared between models, and what each record has by it. `destroy_async` and
//! `query_constraints` are absent.

pub(crate) mod alias_tracker;
mod association;
mod autosave;
mod belongs_to;
mod collection;
pub(crate) mod counting;
mod dependent;
mod disable_joins_association_scope;
pub(crate) mod errors;
mod habtm;
mod has_one;
mod inverting;
pub(crate) mod join_dependency;
pub(crate) mod macros;
mod members;
mod objects;
pub(crate) mod options;
pub(crate) mod owner;
mod proxy;
pub(crate) mod scope;
mod singular;
pub(crate) mod strict_loading;
mod through;
pub(crate) mod touch;

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, Value};

pub(crate) use association::{Association, Handle};
pub(crate) use inverting::{tell, tell_found};

use crate::models::attribute_set::record;
use crate::models::reflection::{Macro, Reflection};

/// The methods of a model's class.
pub(crate) const SINGLETON_METHODS: &[&[NativeMethod]] = &[
    macros::SINGLETON_METHODS,
    touch::SINGLETON_METHODS,
    counting::SINGLETON_METHODS,
    strict_loading::SINGLETON_METHODS,
    crate::models::reflection::object::OF_MODELS,
];

/// The methods of a record.
pub(crate) const METHODS: &[&[NativeMethod]] =
    &[owner::METHODS, touch::METHODS, strict_loading::METHODS, autosave::METHODS];

/// The constants of `ActiveRecord::Reflection` and `ActiveRecord::Associations`.
pub(crate) fn define(interpreter: &mut Interpreter) {
    crate::models::reflection::object::define(interpreter);
    objects::define(interpreter);
    proxy::define(interpreter);
    autosave::define(interpreter);
}

/// The class of the objects that stand for an association: `association_class`.
pub(crate) fn class_name(reflection: &Reflection) -> &'static str {
    match (reflection.kind, reflection.is_through()) {
        (Macro::BelongsTo, _) if reflection.is_polymorphic() => {
            "ActiveRecord::Associations::BelongsToPolymorphicAssociation"
        }
        (Macro::BelongsTo, _) => "ActiveRecord::Associations::BelongsToAssociation",
        (Macro::HasOne, false) => "ActiveRecord::Associations::HasOneAssociation",
        (Macro::HasOne, true) => "ActiveRecord::Associations::HasOneThroughAssociation",
        (_, false) => "ActiveRecord::Associations::HasManyAssociation",
        (_, true) => "ActiveRecord::Associations::HasManyThroughAssociation",
    }
}

/// `throw :abort`
fn abort(interpreter: &mut Interpreter) -> Box<Flow> {
    match interpreter.call(&Value::Nil, "throw", Args::one(Value::symbol("abort"))) {
        Err(flow) => flow,
        Ok(_) => interpreter.type_error("nothing was thrown"),
    }
}

// What eager loading leaves with a record

/// `association.loaded?`
pub(crate) fn is_loaded(interpreter: &mut Interpreter, this: &Value, reflection: &Reflection) -> Eval<bool> {
    Ok(owner::known(interpreter, this, reflection.name)?.is_some_and(|own| own.is_loaded()))
}

/// The association is loaded, with nothing in it so far.
pub(crate) fn mark_loaded(interpreter: &mut Interpreter, this: &Value, reflection: &Rc<Reflection>) -> Eval<()> {
    let own = owner::handle(interpreter, this, reflection.name)?;
    if own.is_loaded() {
        return Ok(());
    }
    if own.is_collection() { own.mark_loaded(interpreter) } else { own.set_target(interpreter, Value::Nil) }
}

/// What an association that a record was asked for holds already.
pub(crate) fn cached_target(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Reflection,
) -> Eval<Option<Value>> {
    Ok(owner::known(interpreter, this, reflection.name)?.map(|own| own.target()))
}

/// One more record of an association that is loaded.
pub(crate) fn add_loaded(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Rc<Reflection>,
    child: &Value,
) -> Eval<()> {
    let own = owner::handle(interpreter, this, reflection.name)?;
    if own.is_collection() {
        own.list().borrow_mut().push(child.clone());
    } else {
        own.set_target(interpreter, child.clone())?;
    }
    tell(interpreter, &own, child)
}

/// `association.target =` of what was preloaded.
pub(crate) fn set_loaded(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Rc<Reflection>,
    children: Vec<Value>,
) -> Eval<()> {
    let own = owner::handle(interpreter, this, reflection.name)?;
    let target = if own.is_collection() {
        Value::array(children.clone())
    } else {
        children.first().cloned().unwrap_or_default()
    };
    own.set_target(interpreter, target)?;
    children.iter().try_for_each(|child| tell(interpreter, &own, child))
}

/// The records that an association has loaded.
pub(crate) fn loaded(interpreter: &mut Interpreter, this: &Value, reflection: &Reflection) -> Eval<Vec<Value>> {
    Ok(match owner::handle(interpreter, this, reflection.name)?.target() {
        Value::Nil => Vec::new(),
        Value::Array(list) => list.to_vec(),
        one => vec![one],
    })
}

/// After a reload: the associations that were read anew are this record's.
pub(crate) fn take_over(interpreter: &mut Interpreter, this: &Value, of: &Value) -> Eval<()> {
    let (own, other) = (record(interpreter, this)?, record(interpreter, of)?);
    let all = other.associations.borrow().clone();
    for handle in all.values().filter_map(Handle::find) {
        handle.owner.replace(this.clone());
    }
    *own.associations.borrow_mut() = all;
    Ok(())
}
