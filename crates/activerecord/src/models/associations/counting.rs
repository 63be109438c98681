//! Counters as the side of many keeps them, and `reset_counters`: counter_cache.rb and has_many_association.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use super::association::Handle;
use super::{belongs_to, owner};
use crate::models::attribute_methods::primary_key::{self, Key};
use crate::models::attribute_set::record;
use crate::models::model_schema::{self, lineage, load_schema, schema};
use crate::models::persistence::{now, touched_names};
use crate::models::reflection::object::of;
use crate::models::reflection::{Reflection, all, find};
use crate::models::relation;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("counter_cached_association_names", counted_names, 0..=0),
    variadic("reset_counters", reset_counters, 1).taking(&["touch"]),
];

/// `update_counter`: the owner's row too.
pub(super) fn in_database(interpreter: &mut Interpreter, own: &Handle, reflection: &Reflection, by: i64) -> Eval<()> {
    if !reflection.has_counter(interpreter)? {
        return Ok(());
    }
    let column = reflection.counter_column(interpreter)?.unwrap_or_default();
    interpreter.call(&own.owner(), "increment!", Args::new(vec![Value::str(column), Value::Int(by)])).map(drop)
}

/// `update_counter_in_memory`: of a counter that the records' saves do not bring up to date in the owner.
pub(super) fn in_memory(interpreter: &mut Interpreter, own: &Handle, by: i64) -> Eval<()> {
    if !own.reflection.must_count_itself(interpreter)? {
        return Ok(());
    }
    let column = own.reflection.counter_column(interpreter)?.unwrap_or_default();
    let owner = own.owner();
    interpreter.call(&owner, "increment", Args::new(vec![Value::str(column.as_str()), Value::Int(by)]))?;
    let own = record(interpreter, &owner)?;
    match own.index(&column) {
        Some(index) => own.clear_change(interpreter, index),
        None => Ok(()),
    }
}

// A record that others count

fn names(class: &Rc<RClass>) -> Vec<Symbol> {
    let mut names: Vec<Symbol> = Vec::new();
    for class in lineage(class).iter().rev() {
        for name in schema(class).counted.borrow().iter() {
            if !names.contains(name) {
                names.push(*name);
            }
        }
    }
    names
}

fn counted_names(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = model_schema::class(interpreter, this)?;
    Ok(Value::array(names(&class).into_iter().map(Value::Symbol).collect()))
}

/// After its INSERT.
pub(crate) fn count_in(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    for name in names(&interpreter.class_of(this)) {
        let association = owner::handle(interpreter, this, name)?;
        belongs_to::count(interpreter, &association, 1)?;
    }
    Ok(())
}

/// After its DELETE; whoever destroys it by way of the association counts for itself.
pub(crate) fn count_out(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    for name in names(&interpreter.class_of(this)) {
        let association = owner::handle(interpreter, this, name)?;
        let by = interpreter.call(this, "destroyed_by_association", Args::none())?;
        let counts_itself = by.truthy() && {
            let by = of(interpreter, &by)?;
            by.foreign_key(interpreter)? == association.reflection.foreign_key(interpreter)?
        };
        if !counts_itself {
            belongs_to::count(interpreter, &association, -1)?;
        }
    }
    Ok(())
}

// `reset_counters`

/// The association of a counter, which may be named by its column.
fn counted(interpreter: &mut Interpreter, class: &Rc<RClass>, given: &Value) -> Eval<Rc<Reflection>> {
    let name = interpreter.to_s(given)?;
    let mut found = find(class, Symbol::new(&name));
    if found.is_none() {
        for one in all(class).into_iter().filter(|one| one.is_collection()) {
            if one.counter_column(interpreter)?.is_some_and(|column| column == name) {
                found = Some(one);
                break;
            }
        }
    }
    match found {
        Some(found) if found.is_through() => found.through_reflection(interpreter),
        Some(found) => Ok(found),
        None => {
            let message = format!("'{}' has no association called '{name}'", class.name());
            Err(interpreter.argument_error(message))
        }
    }
}

/// The column in which a has_many's records are counted.
fn column_of(interpreter: &mut Interpreter, many: &Reflection) -> Eval<String> {
    let foreign_key = many.foreign_key(interpreter)?;
    let class = many.class(interpreter)?;
    for one in all(&class).iter().filter(|one| one.is_belongs_to() && one.has("counter_cache")) {
        if one.foreign_key(interpreter)? == foreign_key {
            return Ok(one.counter_column(interpreter)?.unwrap_or_default());
        }
    }
    Err(interpreter.error("NoMethodError", "undefined method `counter_cache_column' for nil"))
}

fn reset_counters(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = model_schema::class(interpreter, this)?;
    let columns = load_schema(interpreter, &class)?;
    let key = columns.key_value();
    let given = args.first();
    let ids = if columns.is_composite() {
        let first = interpreter.call(&given, "first", Args::none())?;
        if matches!(first, Value::Array(_)) { ruby::core::convert::array(interpreter, &given)? } else { vec![given] }
    } else {
        ruby::core::convert::wrap(interpreter, &given)?
    };
    let updates: Vec<(Value, RHash)> = ids.into_iter().map(|id| (id, RHash::new())).collect();
    let unscoped = relation::unscoped(interpreter, &class)?;
    let of_these = |interpreter: &mut Interpreter, rows: &Value, ids: Vec<Value>| {
        let condition = RHash::from_pairs(vec![(key.clone(), Value::array(ids))]);
        interpreter.call(rows, "where", Args::one(Value::hash(condition)))
    };
    for given in &args.positional[1..] {
        let many = counted(interpreter, &class, given)?;
        let column = column_of(interpreter, &many)?;
        let joined = counted_name(interpreter, &class, given);
        let rows = interpreter.call(&unscoped, "joins", Args::one(Value::Symbol(joined)))?;
        let rows = of_these(interpreter, &rows, updates.iter().map(|(id, _)| id.clone()).collect())?;
        let rows = interpreter.call(&rows, "group", Args::one(columns.key_value()))?;
        let counts = interpreter.call(&rows, "count", Args::one(Value::symbol("all")))?;
        for (id, values) in &updates {
            let count = match &counts {
                Value::Hash(counts) => counts.get(id),
                _ => None,
            };
            values.insert(Value::str(column.as_str()), count.unwrap_or(Value::Int(0)));
        }
    }
    let touches = touches(interpreter, &class, &args.keyword("touch").unwrap_or_default())?;
    for (id, values) in updates {
        for (name, time) in &touches {
            values.insert(Value::str(name.as_str()), time.clone());
        }
        let rows = of_these(interpreter, &unscoped, vec![id])?;
        interpreter.call(&rows, "update_all", Args::one(Value::hash(values)))?;
    }
    Ok(true.into())
}

/// The name by which the counted rows are joined.
fn counted_name(interpreter: &mut Interpreter, class: &Rc<RClass>, given: &Value) -> Symbol {
    let name = Symbol::new(&given.as_name().unwrap_or_default());
    if find(class, name).is_some() {
        return name;
    }
    for one in all(class).into_iter().filter(|one| one.is_collection()) {
        if matches!(one.counter_column(interpreter), Ok(Some(column)) if *column == *name.to_str()) {
            return one.name;
        }
    }
    name
}

/// What `touch:` sets, and to when.
fn touches(interpreter: &mut Interpreter, class: &Rc<RClass>, touch: &Value) -> Eval<Vec<(String, Value)>> {
    if !touch.truthy() {
        return Ok(Vec::new());
    }
    let mut names = crate::ground::arguments::wrap(interpreter, touch)?;
    names.retain(|name| !matches!(name, Value::Bool(_)));
    let mut time = Value::Nil;
    if let Some(Value::Hash(options)) = names.last().cloned() {
        names.pop();
        time = options.get_symbol("time").unwrap_or_default();
    }
    if !time.truthy() {
        time = now(interpreter)?;
    }
    let columns = load_schema(interpreter, class)?;
    let names = touched_names(interpreter, class, &columns, &Value::array(names))?;
    Ok(names.into_iter().map(|name| (name, time.clone())).collect())
}

/// The values of a key that is one column.
pub(super) fn ids_of(interpreter: &mut Interpreter, records: &[Value]) -> Eval {
    let ids = records.iter().map(|one| primary_key::id(interpreter, one, Args::none())).collect::<Eval<_>>()?;
    Ok(Value::array(ids))
}

/// Each record's values of a key's columns.
pub(super) fn rows_of(interpreter: &mut Interpreter, records: &[Value], key: &Key) -> Eval {
    let rows = records.iter().map(|one| Ok(Value::array(super::association::values_of(interpreter, one, key)?)));
    Ok(Value::array(rows.collect::<Eval<_>>()?))
}
