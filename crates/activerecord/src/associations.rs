//! associations.rb: what a declaration tells the queries that join or compare by it. What reads and writes through an
//! association is written in Ruby (library/associations.rb).

pub(crate) mod join_dependency;

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Symbol, Value, method, variadic};

use crate::attribute_set::record;
use crate::model_schema::{class, schema};
use crate::reflection::{Macro, Reflection};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("belongs_to", |i, this, args| declare(i, this, args, Macro::BelongsTo), 1).with_keywords(),
    variadic("has_many", |i, this, args| declare(i, this, args, Macro::HasMany), 1).with_keywords(),
    variadic("has_one", |i, this, args| declare(i, this, args, Macro::HasOne), 1).with_keywords(),
    method("_register_association", register_has_many, 3..=3),
    variadic("has_and_belongs_to_many", |i, this, args| declare(i, this, args, Macro::HasAndBelongsToMany), 1)
        .with_keywords(),
];

pub(crate) const METHODS: &[NativeMethod] = &[
    method("association_instance_get", cached, 1..=1),
    method("association_instance_set", set_cached, 2..=2),
    method("association_instance_set?", is_cached, 1..=1),
    method("_may_be_in_a_ring", may_be_in_a_ring, 0..=0),
];

fn declare(interpreter: &mut Interpreter, this: &Value, args: Args, kind: Macro) -> Eval {
    crate::library::require(interpreter, crate::library::Library::Associations)?;
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    let symbol = Symbol::new(&name);
    let reflection = Reflection {
        kind,
        name: symbol,
        options: args.keywords.clone().unwrap_or_default(),
        scope: args.get(1),
        owner: Rc::clone(&class),
    };
    schema(&class).associations.borrow_mut().insert(symbol, Rc::new(reflection));
    let library = interpreter.class_at("ActiveRecord::Associations");
    interpreter.call(&Value::Class(library), "declare", declaration(this, kind, args))
}

/// What the part written in Ruby makes of a declaration: accessors, callbacks, validations.
fn declaration(this: &Value, kind: Macro, args: Args) -> Args {
    let macro_name = match kind {
        Macro::BelongsTo => "belongs_to",
        Macro::HasMany => "has_many",
        Macro::HasOne => "has_one",
        Macro::HasAndBelongsToMany => "has_and_belongs_to_many",
    };
    let options = args.keywords.as_ref().map(|options| RHash::from_pairs(options.pairs())).unwrap_or_default();
    let mut positional = vec![this.clone(), Value::symbol(macro_name)];
    positional.push(args.first());
    positional.push(args.get(1));
    positional.push(Value::hash(options));
    Args::new(positional).with_block(args.block)
}

/// A `has_many` that the part written in Ruby made itself.
fn register_has_many(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = Symbol::new(&args.get(1).as_name().unwrap_or_default());
    let Value::Hash(options) = args.get(2) else { return Ok(Value::Nil) };
    let reflection = Reflection { kind: Macro::HasMany, name, options, scope: Value::Nil, owner: Rc::clone(&class) };
    schema(&class).associations.borrow_mut().insert(name, Rc::new(reflection));
    Ok(Value::Nil)
}

fn cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let owner = record(interpreter, this)?;
    let found = owner.associations.borrow().get(&Symbol::new(&name)).cloned();
    Ok(found.unwrap_or_default())
}

fn set_cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    record(interpreter, this)?.associations.borrow_mut().insert(Symbol::new(&name), args.get(1));
    crate::cycles::remember(interpreter, this)?;
    Ok(args.get(1))
}

fn may_be_in_a_ring(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    crate::cycles::remember(interpreter, this)?;
    Ok(Value::Nil)
}

fn is_cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    Ok(record(interpreter, this)?.associations.borrow().contains_key(&Symbol::new(&name)).into())
}

/// The association's own object, `record.association(:name)`.
fn association(interpreter: &mut Interpreter, this: &Value, reflection: &Reflection) -> Eval {
    interpreter.call(this, "association", Args::one(Value::Symbol(reflection.name)))
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
