//! associations.rb: what is declared between models, and what each record has by it. What reads and writes through an
//! association is written in Ruby still (library/associations.rb).

pub(crate) mod errors;
mod habtm;
pub(crate) mod join_dependency;
pub(crate) mod macros;
mod options;
pub(crate) mod owner;
pub(crate) mod scope;
pub(crate) mod touch;

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, Symbol, Value, method};

use crate::attribute_set::record;
use crate::model_schema::{lineage, schema};
use crate::reflection::{Macro, Reflection};

pub(crate) const METHODS: &[NativeMethod] = &[
    method("association", |i, this, args| owner::association(i, this, name(&args)), 1..=1),
    method("association_cached?", is_cached, 1..=1),
    method("_may_be_in_a_ring", may_be_in_a_ring, 0..=0),
    method("destroy_associations", |i, this, _| habtm::delete_links(i, this).map(|()| Value::Nil), 0..=0),
    method("_ensure_no_duplicate_errors", ensure_no_duplicate_errors, 0..=0),
];

pub(crate) const SINGLETON_METHODS: &[NativeMethod] =
    &[method("counter_cached_association_names", counted_names, 0..=0)];

const OF_ASSOCIATIONS: &[NativeMethod] = &[method("_scope", scope_of, 0..=0)];

/// The constants of `ActiveRecord::Reflection` and `ActiveRecord::Associations`.
pub(crate) fn define(interpreter: &mut Interpreter) {
    crate::reflection::object::define(interpreter);
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("ActiveRecord::Associations::Association", &object).define(OF_ASSOCIATIONS);
}

fn scope_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let owner = interpreter.call(this, "owner", Args::none())?;
    let reflection = interpreter.call(this, "reflection", Args::none())?;
    let class = interpreter.call(this, "klass", Args::none())?;
    let (reflection, class) =
        (crate::reflection::object::of(interpreter, &reflection)?, crate::model_schema::class(interpreter, &class)?);
    scope::scope(interpreter, &reflection, &owner, &class, this)
}

fn counted_names(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = crate::model_schema::class(interpreter, this)?;
    let mut names: Vec<Symbol> = Vec::new();
    for class in lineage(&class).iter().rev() {
        for name in schema(class).counted.borrow().iter() {
            if !names.contains(name) {
                names.push(*name);
            }
        }
    }
    Ok(Value::array(names.into_iter().map(Value::Symbol).collect()))
}

fn name(args: &Args) -> Symbol {
    Symbol::new(&args.first().as_name().unwrap_or_default())
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
pub(crate) fn abort(interpreter: &mut Interpreter) -> Box<Flow> {
    match interpreter.call(&Value::Nil, "throw", Args::one(Value::symbol("abort"))) {
        Err(flow) => flow,
        Ok(_) => interpreter.type_error("nothing was thrown"),
    }
}

fn is_cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(record(interpreter, this)?.associations.borrow().contains_key(&name(&args)).into())
}

fn may_be_in_a_ring(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    crate::cycles::remember(interpreter, this)?;
    Ok(Value::Nil)
}

fn ensure_no_duplicate_errors(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let errors = interpreter.call(this, "errors", Args::none())?;
    interpreter.call(&errors, "uniq!", Args::none())
}

/// The association's own object, `record.association(:name)`.
fn association(interpreter: &mut Interpreter, this: &Value, reflection: &Reflection) -> Eval {
    owner::association(interpreter, this, reflection.name)
}

// What eager loading leaves with a record

/// `association.loaded?`
pub(crate) fn is_loaded(interpreter: &mut Interpreter, this: &Value, reflection: &Reflection) -> Eval<bool> {
    let cached = record(interpreter, this)?.associations.borrow().contains_key(&reflection.name);
    if !cached {
        return Ok(false);
    }
    let association = association(interpreter, this, reflection)?;
    Ok(interpreter.call(&association, "loaded?", Args::none())?.truthy())
}

/// The association is loaded, with nothing in it so far.
pub(crate) fn mark_loaded(interpreter: &mut Interpreter, this: &Value, reflection: &Rc<Reflection>) -> Eval<()> {
    if is_loaded(interpreter, this, reflection)? {
        return Ok(());
    }
    let association = association(interpreter, this, reflection)?;
    if reflection.is_collection() {
        interpreter.call(&association, "loaded!", Args::none())?;
    } else {
        interpreter.call(&association, "target=", Args::one(Value::Nil))?;
    }
    Ok(())
}

/// One more record of an association that is loaded.
pub(crate) fn add_loaded(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Rc<Reflection>,
    child: &Value,
) -> Eval<()> {
    let association = association(interpreter, this, reflection)?;
    if reflection.is_collection() {
        let target = interpreter.call(&association, "target", Args::none())?;
        interpreter.call(&target, "push", Args::one(child.clone()))?;
    } else {
        interpreter.call(&association, "target=", Args::one(child.clone()))?;
    }
    interpreter.call(&association, "set_inverse_instance", Args::one(child.clone())).map(drop)
}

/// `association.target =` of what was preloaded.
pub(crate) fn set_loaded(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Rc<Reflection>,
    children: Vec<Value>,
) -> Eval<()> {
    let association = association(interpreter, this, reflection)?;
    let target = if reflection.is_collection() {
        Value::array(children.clone())
    } else {
        children.first().cloned().unwrap_or_default()
    };
    interpreter.call(&association, "target=", Args::one(target))?;
    for child in &children {
        interpreter.call(&association, "set_inverse_instance", Args::one(child.clone()))?;
    }
    Ok(())
}
