//! What a collection's reader answers, and the relations made of it: associations/collection_proxy.rb and
//! association_relation.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Symbol, Value, method, variadic};

use super::association::{Handle, is_new};
use super::{collection, dependent, members};
use crate::models::model_schema::load_schema;
use crate::models::relation::calculations::are_attributes;
use crate::models::relation::{data, disable_joins_association_relation, relation};
use crate::models::scoping::with_scope;

const PROXY: &str = "ActiveRecord::Associations::CollectionProxy";

const METHODS: &[NativeMethod] = &[
    method("target", |i, this, _| Ok(of(i, this)?.target()), 0..=0),
    method("load_target", |i, this, _| of(i, this)?.load(i), 0..=0),
    method("loaded?", |i, this, _| Ok(of(i, this)?.is_loaded().into()), 0..=0),
    method("loaded", |i, this, _| Ok(of(i, this)?.is_loaded().into()), 0..=0),
    method("scope", |i, this, _| of(i, this)?.scope(i), 0..=0),
    variadic("find", find, 0),
    method("first", take, 0..=1),
    method("last", take, 0..=1),
    method("take", take, 0..=1),
    method("second", take, 0..=0),
    method("third", take, 0..=0),
    method("fourth", take, 0..=0),
    method("fifth", take, 0..=0),
    method("new", |i, this, args| build(i, this, &args), 0..=1),
    method("build", |i, this, args| build(i, this, &args), 0..=1),
    method("create", |i, this, args| create(i, this, &args, false), 0..=1),
    method("create!", |i, this, args| create(i, this, &args, true), 0..=1),
    method("replace", |i, this, args| on(i, this, |i, own| members::replace(i, own, &args.first())), 1..=1),
    method("delete_all", |i, this, args| on(i, this, |i, own| dependent::delete_all(i, own, &args.first())), 0..=1),
    method("destroy_all", |i, this, _| on(i, this, dependent::destroy_all), 0..=0),
    variadic("delete", |i, this, args| on(i, this, |i, own| members::delete(i, own, args.positional)), 0),
    variadic("destroy", |i, this, args| on(i, this, |i, own| members::destroy(i, own, args.positional)), 0),
    variadic("pluck", pluck, 0),
    method("ids", ids, 0..=0),
    method("size", |i, this, _| on(i, this, collection::size), 0..=0),
    method("empty?", |i, this, _| on(i, this, collection::is_empty), 0..=0),
    variadic("any?", |i, this, args| is_any(i, this, args, true), 0),
    variadic("none?", |i, this, args| is_any(i, this, args, false), 0),
    variadic("many?", how_many, 0),
    variadic("one?", how_many, 0),
    method("include?", |i, this, args| on(i, this, |i, own| collection::has(i, own, &args.first())), 1..=1),
    method("member?", |i, this, args| on(i, this, |i, own| collection::has(i, own, &args.first())), 1..=1),
    method("==", equal, 1..=1),
    variadic("<<", add, 0),
    variadic("push", add, 0),
    variadic("append", add, 0),
    variadic("concat", add, 0),
    variadic("prepend", no_prepend, 0),
    method("clear", clear, 0..=0),
    method("reload", reload, 0..=0),
    method("reset", reset, 0..=0),
    method("inspect", inspect, 0..=0),
    variadic("insert", insert_rows, 0).with_keywords(),
    variadic("insert_all", insert_rows, 0).with_keywords(),
    variadic("insert!", insert_rows, 0).with_keywords(),
    variadic("insert_all!", insert_rows, 0).with_keywords(),
    variadic("upsert", insert_rows, 0).with_keywords(),
    variadic("upsert_all", insert_rows, 0).with_keywords(),
];

const OF_RELATIONS: &[NativeMethod] = &[
    method("new", |i, this, args| within(i, this, |i, own| members::build(i, own, &args)), 0..=1),
    method("build", |i, this, args| within(i, this, |i, own| members::build(i, own, &args)), 0..=1),
    method("create", |i, this, args| within(i, this, |i, own| members::create(i, own, &args, false)), 0..=1),
    method("create!", |i, this, args| within(i, this, |i, own| members::create(i, own, &args, true)), 0..=1),
];

pub(super) fn define(interpreter: &mut Interpreter) {
    let relation = interpreter.class_at("ActiveRecord::Relation");
    interpreter.define_class(PROXY, &relation).define(METHODS);
    interpreter.define_class("ActiveRecord::AssociationRelation", &relation).define(OF_RELATIONS);
}

/// The association that a proxy or a relation is of.
fn of(interpreter: &mut Interpreter, this: &Value) -> Eval<Handle> {
    let association = data(interpreter, this)?.values.association.clone();
    Handle::of(interpreter, &association)
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

/// Makes records within the relation's conditions.
fn within(interpreter: &mut Interpreter, this: &Value, work: impl FnOnce(&mut Interpreter, &Handle) -> Eval) -> Eval {
    let model = Rc::clone(&relation(interpreter, this)?.model);
    let own = of(interpreter, this)?;
    with_scope(interpreter, &model, this, |interpreter| work(interpreter, &own))
}

/// The relation's own method of the name that is called.
fn as_relation(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    let class: Rc<RClass> = interpreter.class_at("ActiveRecord::Relation");
    match interpreter.find(&class, name) {
        Some(found) => interpreter.invoke(this, &found, name, args),
        None => interpreter.call(this, "method_missing", Args::one(Value::Symbol(name))),
    }
}

fn called(interpreter: &Interpreter) -> Symbol {
    interpreter.called_name().unwrap_or_else(|| Symbol::new(""))
}

fn find(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    if args.block.is_some() {
        let records = own.load(interpreter)?;
        return interpreter.call(&records, "find", args);
    }
    let rows = own.scope(interpreter)?;
    interpreter.call(&rows, "find", args)
}

/// `first` and its kin: of what is in memory, where that is what counts.
fn take(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    if !collection::is_told_by_memory(interpreter, &own)? {
        return as_relation(interpreter, this, args);
    }
    let name = called(interpreter);
    let records = own.load(interpreter)?;
    interpreter.call(&records, if name.is("take") { Symbol::new("first") } else { name }, args)
}

fn build(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let own = of(interpreter, this)?;
    members::build(interpreter, &own, &with_attributes(args))
}

fn create(interpreter: &mut Interpreter, this: &Value, args: &Args, raises: bool) -> Eval {
    let own = of(interpreter, this)?;
    members::create(interpreter, &own, &with_attributes(args), raises)
}

/// A hash, where nothing is given.
fn with_attributes(args: &Args) -> Args {
    let given = if args.has(0) { args.first() } else { Value::hash(ruby::RHash::new()) };
    Args::one(given).with_block(args.block.clone())
}

fn pluck(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    if own.is_loaded() {
        let model = Rc::clone(&relation(interpreter, this)?.model);
        let columns = load_schema(interpreter, &model)?;
        if are_attributes(&model, &columns, &args.positional) {
            return interpreter.call(&own.target(), "pluck", args);
        }
    }
    as_relation(interpreter, this, args)
}

fn ids(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    if !own.is_loaded() {
        return as_relation(interpreter, this, args);
    }
    let records = own.load(interpreter)?;
    let id = interpreter.block_of(&Value::symbol("id"))?;
    interpreter.call(&records, "map", Args::none().with_block(id))
}

fn is_any(interpreter: &mut Interpreter, this: &Value, args: Args, any: bool) -> Eval {
    if args.block.is_some() || !args.is_empty() {
        return as_relation(interpreter, this, args);
    }
    let own = of(interpreter, this)?;
    Ok((collection::is_empty(interpreter, &own)? != any).into())
}

/// `many?` and `one?`: of what is loaded without a statement.
fn how_many(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    if own.is_loaded() {
        return interpreter.call(&own.target(), called(interpreter), args);
    }
    as_relation(interpreter, this, args)
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let records = of(interpreter, this)?.load(interpreter)?;
    Ok(interpreter.equal(&records, &args.first())?.into())
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    let added = members::add(interpreter, &own, &args.positional)?;
    Ok(if added.truthy() { this.clone() } else { added })
}

fn no_prepend(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let message = "prepend on association is not defined. Please use <<, push or append";
    Err(interpreter.error("NoMethodError", message))
}

fn clear(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = of(interpreter, this)?;
    dependent::delete_all(interpreter, &own, &Value::Nil)?;
    Ok(this.clone())
}

fn reload(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of(interpreter, this)?.reload(interpreter)?;
    disable_joins_association_relation::forget(interpreter, this)?;
    Ok(this.clone())
}

fn reset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of(interpreter, this)?.reset();
    disable_joins_association_relation::forget(interpreter, this)?;
    Ok(this.clone())
}

const SHOWN: usize = 10;

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = of(interpreter, this)?;
    if collection::is_told_by_memory(interpreter, &own)? {
        own.load(interpreter)?;
    }
    if !own.is_loaded() {
        let rows = own.scope(interpreter)?;
        let shown = interpreter.inspect(&rows)?;
        let list = shown.split_once(' ').map_or("[]>", |(_, list)| list);
        return Ok(Value::str(format!("#<{PROXY} {list}")));
    }
    own.load(interpreter)?;
    let mut shown = Vec::new();
    for one in own.list().to_vec().iter().take(SHOWN) {
        shown.push(interpreter.inspect(one)?);
    }
    if own.list().len() > SHOWN {
        shown.push("...".to_owned());
    }
    Ok(Value::str(format!("#<{PROXY} [{}]>", shown.join(", "))))
}

/// `insert_all` and its kin: what is loaded does not know of the rows, unless it would be lost.
fn insert_rows(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = of(interpreter, this)?;
    let (name, rows) = (called(interpreter), own.scope(interpreter)?);
    let mut has_unsaved = false;
    for record in own.list().to_vec() {
        has_unsaved = has_unsaved || is_new(interpreter, &record)?;
    }
    if has_unsaved {
        warn_of_unsaved(interpreter, &own, name)?;
    }
    let result = interpreter.call_public(&rows, name, args)?;
    if !has_unsaved {
        own.reset();
    }
    Ok(result)
}

fn warn_of_unsaved(interpreter: &mut Interpreter, own: &Handle, method: Symbol) -> Eval<()> {
    let message = format!(
        "Using {method} on association {} with unpersisted records\nis deprecated and will be removed in Rails 8.2.\nThe \
         unpersisted records will be lost after this operation.\nPlease either persist your records first or store them \
         separately before\ncalling {method}.\n",
        own.reflection.name
    );
    let library = Value::Class(interpreter.class_at("ActiveRecord"));
    let deprecator = interpreter.call(&library, "deprecator", Args::none())?;
    interpreter.call(&deprecator, "warn", Args::one(message.into()))?;
    Ok(())
}
