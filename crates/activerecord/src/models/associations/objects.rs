//! The objects behind `record.association(:name)`, and the methods that Ruby code may call on them.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method, variadic};

use super::association::Handle;
use super::collection::{self, is_told_by_memory};
use super::members::{self, Placing};
use super::{belongs_to, dependent, has_one, inverting, singular};
use crate::models::reflection::object::object;

const PREFIX: &str = "ActiveRecord::Associations";

/// Each class with the one it inherits from, parents first, and what it adds.
const CLASSES: &[(&str, &str, &[NativeMethod])] = &[
    ("Association", "Object", OF_EVERY),
    ("SingularAssociation", "Association", OF_SINGULAR),
    ("BelongsToAssociation", "SingularAssociation", OF_BELONGS_TO),
    ("BelongsToPolymorphicAssociation", "BelongsToAssociation", &[]),
    ("HasOneAssociation", "SingularAssociation", OF_HAS_ONE),
    ("HasOneThroughAssociation", "HasOneAssociation", &[]),
    ("CollectionAssociation", "Association", OF_COLLECTION),
    ("HasManyAssociation", "CollectionAssociation", &[]),
    ("HasManyThroughAssociation", "HasManyAssociation", &[]),
];

const OF_EVERY: &[NativeMethod] = &[
    method("owner", |i, this, _| Ok(of(i, this)?.owner()), 0..=0),
    method("owner=", set_owner, 1..=1),
    method("reflection", |i, this, _| reflection(i, this), 0..=0),
    method("options", |i, this, _| Ok(Value::Hash(Rc::clone(&of(i, this)?.reflection.options))), 0..=0),
    method("target", |i, this, _| Ok(of(i, this)?.target()), 0..=0),
    method("target=", set_target, 1..=1),
    method("klass", |i, this, _| Ok(of(i, this)?.class(i)?.map(Value::Class).into()), 0..=0),
    method("scope", |i, this, _| of(i, this)?.scope(i), 0..=0),
    method("reset", reset, 0..=0),
    method("reset_scope", |_, _, _| Ok(Value::Nil), 0..=0),
    method("reset_negative_cache", reset_negative_cache, 0..=0),
    method("reload", reload, 0..=1),
    method("loaded?", |i, this, _| Ok(of(i, this)?.is_loaded().into()), 0..=0),
    method("loaded!", |i, this, _| of(i, this)?.mark_loaded(i).map(|()| Value::Bool(true)), 0..=0),
    method("stale_target?", |i, this, _| Ok(of(i, this)?.is_stale(i)?.into()), 0..=0),
    method("load_target", |i, this, _| of(i, this)?.load(i), 0..=0),
    method("set_inverse_instance", |i, this, args| tell(i, this, &args, inverting::tell), 1..=1),
    method("set_inverse_instance_from_queries", |i, this, args| tell(i, this, &args, inverting::tell_found), 1..=1),
    method("remove_inverse_instance", |i, this, args| tell(i, this, &args, inverting::untell), 1..=1),
    method("inversed_from", |i, this, args| tell(i, this, &args, inverting::become_of), 1..=1),
    method("initialize_attributes", initialize_attributes, 1..=2),
    method("collection?", |i, this, _| Ok(of(i, this)?.is_collection().into()), 0..=0),
    method("handle_dependency", |i, this, _| handle(i, this, dependent::handle), 0..=0),
];

const OF_SINGULAR: &[NativeMethod] = &[
    method("reader", |i, this, _| on(i, this, singular::read), 0..=0),
    method("writer", write_one, 1..=1),
    method("build", |i, this, args| on(i, this, |i, own| singular::build(i, own, &args)), 0..=1),
    method("create", |i, this, args| on(i, this, |i, own| singular::create(i, own, &args, false)), 0..=1),
    method("create!", |i, this, args| on(i, this, |i, own| singular::create(i, own, &args, true)), 0..=1),
    method("force_reload_reader", force_reload, 0..=0),
];

const OF_BELONGS_TO: &[NativeMethod] = &[
    method("default", default, 0..=0),
    method("updated?", |i, this, _| Ok(of(i, this)?.updated.get().into()), 0..=0),
    method("target_changed?", |i, this, _| on(i, this, belongs_to::changed), 0..=0),
    method("target_previously_changed?", |i, this, _| on(i, this, belongs_to::changed_by_last_save), 0..=0),
    method("saved_change_to_target?", |i, this, _| on(i, this, belongs_to::saved_change), 0..=0),
    method("increment_counters", |i, this, _| handle(i, this, |i, own| belongs_to::count(i, own, 1)), 0..=0),
    method("decrement_counters", |i, this, _| handle(i, this, |i, own| belongs_to::count(i, own, -1)), 0..=0),
    method("decrement_counters_before_last_save", |i, this, _| handle(i, this, belongs_to::count_down_last), 0..=0),
];

const OF_HAS_ONE: &[NativeMethod] = &[method("delete", delete_one, 0..=1)];

const OF_COLLECTION: &[NativeMethod] = &[
    method("reader", |i, this, _| on(i, this, collection::read), 0..=0),
    method("writer", |i, this, args| on(i, this, |i, own| members::replace(i, own, &args.first())), 1..=1),
    method("replace", |i, this, args| on(i, this, |i, own| members::replace(i, own, &args.first())), 1..=1),
    method("ids_reader", |i, this, _| on(i, this, collection::ids), 0..=0),
    method("ids_writer", write_ids, 1..=1),
    variadic("find", find, 0),
    method("build", |i, this, args| on(i, this, |i, own| members::build(i, own, &args)), 0..=1),
    method("create", |i, this, args| on(i, this, |i, own| members::create(i, own, &args, false)), 0..=1),
    method("create!", |i, this, args| on(i, this, |i, own| members::create(i, own, &args, true)), 0..=1),
    variadic("concat", |i, this, args| on(i, this, |i, own| members::add(i, own, &args.positional)), 0),
    method("delete_all", |i, this, args| on(i, this, |i, own| dependent::delete_all(i, own, &args.first())), 0..=1),
    method("destroy_all", |i, this, _| on(i, this, dependent::destroy_all), 0..=0),
    variadic("delete", delete, 0),
    variadic("destroy", destroy, 0),
    method("size", |i, this, _| on(i, this, collection::size), 0..=0),
    method("empty?", |i, this, _| on(i, this, collection::is_empty), 0..=0),
    method("include?", |i, this, args| on(i, this, |i, own| collection::has(i, own, &args.first())), 1..=1),
    method("add_to_target", add_to_target, 1..=1).taking(&["skip_callbacks", "replace"]),
    method("null_scope?", |i, this, _| on(i, this, collection::has_no_rows), 0..=0),
    method("find_from_target?", |i, this, _| on(i, this, is_told_by_memory), 0..=0),
    method("nested_attributes_target", |i, this, _| Ok(of(i, this)?.members.nested.borrow().clone()), 0..=0),
    method("nested_attributes_target=", set_nested, 1..=1),
];

pub(super) fn define(interpreter: &mut Interpreter) {
    for (name, parent, methods) in CLASSES {
        let parent = match *parent {
            "Object" => Rc::clone(&interpreter.classes.object),
            parent => interpreter.class_at(&format!("{PREFIX}::{parent}")),
        };
        interpreter.define_class(&format!("{PREFIX}::{name}"), &parent).define(methods);
    }
}

fn of(interpreter: &mut Interpreter, this: &Value) -> Eval<Handle> {
    Handle::of(interpreter, this)
}

/// Asks the association something.
fn on<T: Into<Value>>(
    interpreter: &mut Interpreter,
    this: &Value,
    ask: impl FnOnce(&mut Interpreter, &Handle) -> Eval<T>,
) -> Eval {
    let own = of(interpreter, this)?;
    Ok(ask(interpreter, &own)?.into())
}

fn handle(
    interpreter: &mut Interpreter,
    this: &Value,
    work: impl FnOnce(&mut Interpreter, &Handle) -> Eval<()>,
) -> Eval {
    let own = of(interpreter, this)?;
    work(interpreter, &own)?;
    Ok(Value::Nil)
}

fn reflection(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let own = of(interpreter, this)?;
    Ok(object(interpreter, &own.reflection))
}

fn set_owner(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    of(interpreter, this)?.owner.replace(args.first());
    Ok(args.first())
}

fn set_target(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    of(interpreter, this)?.set_target(interpreter, args.first())?;
    Ok(args.first())
}

fn reset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of(interpreter, this)?.reset();
    Ok(Value::Nil)
}

/// That there was nothing may not be so any more.
fn reset_negative_cache(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of(interpreter, this)?.forget_that_there_is_none();
    Ok(Value::Nil)
}

fn reload(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let found = of(interpreter, this)?.reload(interpreter)?;
    Ok(if found { this.clone() } else { Value::Nil })
}

fn force_reload(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = of(interpreter, this)?;
    own.reload(interpreter)?;
    Ok(own.target())
}

fn tell(
    interpreter: &mut Interpreter,
    this: &Value,
    args: &Args,
    work: fn(&mut Interpreter, &Handle, &Value) -> Eval<()>,
) -> Eval {
    let own = of(interpreter, this)?;
    work(interpreter, &own, &args.first())?;
    Ok(args.first())
}

fn initialize_attributes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    of(interpreter, this)?.initialize_attributes(interpreter, &args.first(), &args.get(1))?;
    Ok(args.first())
}

fn write_one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    singular::write(interpreter, &own, &args.first(), true)?;
    Ok(args.first())
}

fn default(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    if let Some(block) = &args.block {
        belongs_to::default(interpreter, &own, block)?;
    }
    Ok(Value::Nil)
}

fn delete_one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    let how = if args.has(0) { args.first() } else { own.reflection.option("dependent") };
    has_one::delete(interpreter, &own, &how)?;
    Ok(Value::Nil)
}

fn write_ids(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    collection::set_ids(interpreter, &own, &args.first())?;
    Ok(args.first())
}

fn find(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let rows = of(interpreter, this)?.scope(interpreter)?;
    interpreter.call(&rows, "find", args)
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    members::delete(interpreter, &own, args.positional)
}

fn destroy(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    members::destroy(interpreter, &own, args.positional)
}

fn add_to_target(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    let says = |name: &str| args.keyword(name).is_some_and(|said| said.truthy());
    let how = Placing { silently: says("skip_callbacks"), replaces: says("replace"), inversing: false };
    let (one, block) = (args.first(), args.block.clone());
    members::place(interpreter, &own, &one, how, |interpreter| match &block {
        Some(block) => interpreter.yield_value(block, one.clone()).map(drop),
        None => Ok(()),
    })
}

fn set_nested(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    of(interpreter, this)?.members.nested.replace(args.first());
    Ok(args.first())
}
