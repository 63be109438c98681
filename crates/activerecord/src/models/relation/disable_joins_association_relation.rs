//! Rows that are put in the order of ids once they are read, as an association with `disable_joins:` may need it:
//! disable_joins_association_relation.rb. Nothing is asked before a relation's values are, so a collection's proxy has
//! its relation from here too.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method, variadic};

use super::{Relation, Values, data, load, relation, wrap};
use crate::ground::arguments;
use crate::models::associations::Handle;
use crate::models::attribute_methods::primary_key::Key;

/// Its name in Ruby.
pub(super) const CLASS: &str = "ActiveRecord::DisableJoinsAssociationRelation";

const METHODS: &[NativeMethod] = &[
    method("limit", limit, 1..=1),
    method("first", first, 0..=1),
    method(
        "ids",
        |i, this, _| Ok(order_of(i, this)?.map_or(Value::Nil, |order| Value::array(order.ids.clone()))),
        0..=0,
    ),
    method("key", |i, this, _| Ok(order_of(i, this)?.map_or(Value::Nil, |order| order.key.clone())), 0..=0),
];

/// What asks for some of the rows: Active Record's own fail in them, each in its way, for `limit` answers an Array.
const ABSENT: &[NativeMethod] = &[
    variadic("take", refuse, 0).absent(),
    variadic("take!", refuse, 0).absent(),
    variadic("first!", refuse, 0).absent(),
    variadic("last", refuse, 0).absent(),
    variadic("last!", refuse, 0).absent(),
    variadic("second", refuse, 0).absent(),
    variadic("third", refuse, 0).absent(),
    variadic("fourth", refuse, 0).absent(),
    variadic("fifth", refuse, 0).absent(),
    variadic("find", refuse, 0).absent(),
    variadic("find_by", refuse, 0).absent(),
    variadic("find_by!", refuse, 0).absent(),
    variadic("sole", refuse, 0).absent(),
    variadic("find_each", refuse, 0).absent(),
    variadic("find_in_batches", refuse, 0).absent(),
    variadic("in_batches", refuse, 0).absent(),
];

/// The order that the rows are put in: that of the ids, which are found under a key.
pub(crate) struct Order {
    key: Value,
    ids: Vec<Value>,
}

pub(super) fn define(interpreter: &mut Interpreter) {
    let parent = interpreter.class_at("ActiveRecord::Relation");
    let class = interpreter.define_class(CLASS, &parent);
    class.define(METHODS);
    class.define(ABSENT);
}

fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    Err(interpreter.unsupported(format!("`{name}` of an association with `disable_joins:` that another table orders")))
}

/// `create(model, key, ids)`, with the conditions of another relation.
pub(crate) fn of(interpreter: &mut Interpreter, own: &Relation, key: &Key, ids: &[Value]) -> Eval {
    let ids = interpreter.call(&Value::array(ids.to_vec()), "uniq", Args::none())?;
    let order = Order { key: key.to_value(), ids: ruby::core::convert::array(interpreter, &ids)? };
    let values = Values { wheres: own.values.wheres.clone(), put_in_order: Some(Rc::new(order)), ..Values::default() };
    Ok(wrap(interpreter, &own.model, values))
}

fn order_of(interpreter: &mut Interpreter, this: &Value) -> Eval<Option<Rc<Order>>> {
    Ok(relation(interpreter, this)?.values.put_in_order.clone())
}

/// An Array, of what is read.
fn limit(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let records = Value::array(load(interpreter, this)?);
    interpreter.call(&records, "take", args)
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let records = Value::array(load(interpreter, this)?);
    if args.first().truthy() {
        let limited = interpreter.call(&records, "limit", args)?;
        return interpreter.call(&limited, "first", Args::none());
    }
    interpreter.call(&records, "first", Args::none())
}

/// The records in the order of the ids.
pub(super) fn arrange(interpreter: &mut Interpreter, order: &Order, records: Vec<Value>) -> Eval<Vec<Value>> {
    let by_id = RHash::new();
    for record in records {
        let id = interpreter.call(&record, "[]", Args::one(order.key.clone()))?;
        match by_id.get(&id) {
            Some(Value::Array(list)) => list.borrow_mut().push(record),
            _ => by_id.insert(id, Value::array(vec![record])),
        }
    }
    let mut arranged = Vec::new();
    for id in &order.ids {
        if let Some(found) = by_id.get(id) {
            arranged.extend(arguments::wrap(interpreter, &found)?);
        }
    }
    Ok(arranged)
}

/// The relation behind a proxy whose tables are asked one after the other: made when something asks for it, and kept.
pub(super) fn behind(interpreter: &mut Interpreter, own: &Relation) -> Eval<Rc<Relation>> {
    if let Some(found) = &*own.behind.borrow() {
        return Ok(Rc::clone(found));
    }
    let rows = Handle::of(interpreter, &own.values.association)?.rows(interpreter)?;
    let found = data(interpreter, &rows)?;
    *own.behind.borrow_mut() = Some(Rc::clone(&found));
    Ok(found)
}

/// `reset_scope` of a proxy.
pub(crate) fn forget(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    data(interpreter, this)?.behind.borrow_mut().take();
    Ok(())
}
