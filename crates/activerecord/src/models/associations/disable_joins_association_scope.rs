//! The rows of an association whose tables are asked one after the other (`disable_joins:`):
//! associations/disable_joins_association_scope.rb.

use ruby::{Args, Eval, Interpreter, RHash, Value};

use super::association::Handle;
use super::scope::{self, Step};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::read_named;
use crate::models::relation::{self, Values, disable_joins_association_relation, spawn_methods};
use crate::models::scoping;

/// What a table's rows are found by, and whether what said so was in an order.
struct Known {
    key: Key,
    ids: Vec<Value>,
    ordered: bool,
}

/// The relation of the association; each table but its own is asked at once.
pub(super) fn scope(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    let (owner, class) = (own.owner(), own.known_class(interpreter)?);
    let steps = scope::steps(interpreter, &own.reflection, &class)?;
    if steps.iter().any(|step| step.table.alias.is_some()) {
        let name = own.reflection.name;
        return Err(interpreter.unsupported(format!("`disable_joins:` of `{name}`, which goes through a table twice")));
    }
    let mut known: Option<Known> = None;
    let mut rows = Value::Nil;
    for (place, step) in steps.iter().enumerate().rev() {
        let by = match known.take() {
            Some(known) => known,
            None => of_owner(interpreter, step, &owner)?,
        };
        rows = rows_of(interpreter, step, &by, &owner)?;
        let Some(next) = place.checked_sub(1).and_then(|place| steps.get(place)) else { break };
        let wanted = next.link.reflection.join_foreign_key(interpreter)?;
        let columns = wanted.columns().iter().map(|name| Value::str(name.as_str())).collect();
        let ids = interpreter.call(&rows, "pluck", Args::new(columns))?;
        let ids = ruby::core::convert::array(interpreter, &ids)?;
        let ordered = !relation::relation(interpreter, &rows)?.values.orders.is_empty();
        let key = next.link.reflection.join_primary_key(interpreter)?;
        known = Some(Known { key, ids, ordered });
    }
    Ok(rows)
}

fn of_owner(interpreter: &mut Interpreter, step: &Step, owner: &Value) -> Eval<Known> {
    let own = &step.link.reflection;
    let key = if own.is_polymorphic() {
        own.referred_key(interpreter, &step.class)?
    } else {
        own.join_primary_key(interpreter)?
    };
    let mut values = Vec::new();
    for column in own.join_foreign_key(interpreter)?.columns() {
        values.push(read_named(interpreter, owner, column)?);
    }
    let ids = if values.len() == 1 { values } else { vec![Value::array(values)] };
    Ok(Known { key, ids, ordered: false })
}

/// `add_constraints`: the rows of one table, in memory in the order of the ids where it has none of its own.
fn rows_of(interpreter: &mut Interpreter, step: &Step, by: &Known, owner: &Value) -> Eval {
    let plain = relation::wrap(interpreter, &step.class, Values::default());
    let condition = RHash::from_pairs(vec![(by.key.to_value(), Value::array(by.ids.clone()))]);
    let mut rows = interpreter.call(&plain, "where", Args::one(Value::hash(condition)))?;
    let defaults = scoping::all(interpreter, &step.class)?;
    let left_out =
        ["select", "create_with", "includes", "preload", "eager_load", "joins", "left_outer_joins"].map(Value::symbol);
    let defaults = interpreter.call(&defaults, "except", Args::new(left_out.to_vec()))?;
    rows = interpreter.call(&rows, "merge", Args::one(defaults))?;
    for body in step.link.reflection.scopes(interpreter)? {
        let plain = relation::wrap(interpreter, &step.class, Values::default());
        let item = scope::within(interpreter, plain, &body, owner)?;
        rows = with(interpreter, &rows, &item)?;
    }
    if let Some((column, kind)) = step.link.source_type(interpreter)? {
        let condition = RHash::from_pairs(vec![(Value::str(column), kind)]);
        rows = interpreter.call(&rows, "where", Args::one(Value::hash(condition)))?;
    }
    let own = relation::relation(interpreter, &rows)?;
    if !by.ordered || !own.values.orders.is_empty() {
        return Ok(rows);
    }
    disable_joins_association_relation::of(interpreter, &own, &by.key, &by.ids)
}

/// A scope's conditions, and its order before what there is.
fn with(interpreter: &mut Interpreter, rows: &Value, item: &Value) -> Eval {
    let item = relation::relation(interpreter, item)?;
    relation::spawn(interpreter, rows, |values| {
        values.wheres.extend(item.values.wheres.iter().cloned());
        let mut orders = Vec::new();
        spawn_methods::add_missing(&mut orders, &item.values.orders);
        spawn_methods::add_missing(&mut orders, &values.orders);
        values.orders = orders;
    })
}
