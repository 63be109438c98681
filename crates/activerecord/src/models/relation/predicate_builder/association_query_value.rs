//! Conditions on an association: relation/predicate_builder/{association_query_value,polymorphic_array_value}.rb.

use std::rc::Rc;

use ruby::core::convert::wrap;
use ruby::{Args, Eval, Interpreter, RHash, Value};

use super::{Clause, On, alternatives, grouped, hash_conditions, predicate, zipped};
use crate::connection::arel::Node;
use crate::models::attribute_methods;
use crate::models::attribute_methods::primary_key::{self, Key};
use crate::models::attribute_set::Record;
use crate::models::model_schema::{base_class, load_schema, required_table_name};
use crate::models::reflection::Reflection;
use crate::models::relation::Relation;
use crate::models::relation::where_clause::to_h;

/// A condition on an association, as one on its keys.
pub(super) fn association(
    interpreter: &mut Interpreter,
    on: &On<'_>,
    reflection: &Rc<Reflection>,
    value: &Value,
    clause: &mut Clause,
) -> Eval<()> {
    if reflection.is_through() {
        let inner = on.table(interpreter, &reflection.name.to_string())?;
        let key = match &inner.model {
            Some(model) => load_schema(interpreter, model)?.primary_key.as_ref().map(|key| key.to_value()),
            None => None,
        };
        let hash = RHash::from_pairs(vec![(key.unwrap_or_else(|| Value::str("")), value.clone())]);
        let found = hash_conditions(interpreter, &inner, &hash)?;
        clause.predicates.extend(found.predicates);
        return Ok(());
    }
    if reflection.is_polymorphic() {
        let queries = polymorphic(interpreter, on, reflection, value)?;
        clause.predicates.extend(grouped(queries));
        return Ok(());
    }
    let column = match reflection.join_foreign_key(interpreter)? {
        Key::Column(name) => name,
        columns @ Key::Columns(_) => return by_columns(interpreter, on, reflection, &columns, value, clause),
    };
    let key = reflection.join_primary_key(interpreter)?;
    let value = match value {
        Value::Array(items) => {
            let ids: Eval<Vec<_>> = items.to_vec().iter().map(|item| key_of(interpreter, item, &key)).collect();
            Value::array(ids?)
        }
        relation if relation.data::<Relation>().is_some() => of_type(interpreter, on, reflection, relation, &key)?,
        one => Value::array(vec![key_of(interpreter, one, &key)?]),
    };
    let kind = on.type_of(interpreter, &column)?;
    clause.predicates.push(predicate(interpreter, &on.table, &column, &kind, &value)?);
    Ok(())
}

/// The keys of the rows that a relation finds, of those that are the association's where it is one `as:` of several.
fn of_type(interpreter: &mut Interpreter, on: &On<'_>, reflection: &Rc<Reflection>, given: &Value, key: &Key) -> Eval {
    let selected = selecting(interpreter, given, key)?;
    let (Some(relation), Some(model), true) = (given.data::<Relation>(), &on.model, reflection.option("as").truthy())
    else {
        return Ok(selected);
    };
    let Some(column) = reflection.foreign_type(interpreter)? else { return Ok(selected) };
    let table = required_table_name(interpreter, &relation.model)?;
    let known = to_h(interpreter, &relation.values.wheres, &table, false)?;
    if known.get(&Value::str(column.as_str())).is_some() {
        return Ok(selected);
    }
    let name = Value::str(base_class(model).name());
    let condition = RHash::from_pairs(vec![(Value::str(column), name)]);
    interpreter.call(&selected, "where", Args::one(Value::hash(condition)))
}

/// An association by several columns: the rows of a relation are read first.
fn by_columns(
    interpreter: &mut Interpreter,
    on: &On<'_>,
    reflection: &Rc<Reflection>,
    columns: &Key,
    value: &Value,
    clause: &mut Clause,
) -> Eval<()> {
    let key = reflection.join_primary_key(interpreter)?;
    let names: Vec<Value> = key.columns().iter().map(|name| Value::str(name.as_str())).collect();
    let ids = match value {
        relation if relation.data::<Relation>().is_some() => {
            let rows = crate::models::relation::calculations::pluck(interpreter, relation, &names)?;
            ruby::core::convert::array(interpreter, &rows)?
        }
        Value::Array(items) => {
            items.to_vec().iter().map(|item| key_of(interpreter, item, &key)).collect::<Eval<Vec<_>>>()?
        }
        one => vec![key_of(interpreter, one, &key)?],
    };
    let own: Vec<Value> = columns.columns().iter().map(|name| Value::str(name.as_str())).collect();
    let mut sets = Vec::new();
    for id in ids {
        let values = wrap(interpreter, &id)?;
        sets.push(RHash::from_pairs(zipped(&own, &values)));
    }
    alternatives(interpreter, on, sets, clause)
}

/// `convert_to_id`
fn key_of(interpreter: &mut Interpreter, value: &Value, key: &Key) -> Eval {
    let is_record = value.data::<Record>().is_some();
    match key {
        Key::Column(name) if is_record && name == "id" => primary_key::id(interpreter, value, Args::none()),
        Key::Column(name)
            if matches!(value, Value::Object(_) | Value::Class(_)) && super::answers(interpreter, value, name)? =>
        {
            interpreter.call_public(value, name.as_str(), Args::none())
        }
        Key::Column(_) => Ok(value.clone()),
        Key::Columns(names) => {
            let mut values = Vec::new();
            for name in names {
                values.push(match value {
                    Value::Nil => Value::Nil,
                    record if is_record && name == "id" => attribute_methods::read_named(interpreter, record, name)?,
                    value => interpreter.call_public(value, name.as_str(), Args::none())?,
                });
            }
            Ok(Value::array(values))
        }
    }
}

/// A relation as a subquery of a key.
fn selecting(interpreter: &mut Interpreter, value: &Value, key: &Key) -> Eval {
    let Some(relation) = value.data::<Relation>() else { return Ok(value.clone()) };
    if !relation.values.selects.is_empty() {
        return Ok(value.clone());
    }
    let names = key.columns().iter().map(|name| Value::symbol(name)).collect();
    interpreter.call(value, "select", Args::new(names))
}

/// PolymorphicArrayValue: `{ type => .., id => .. }` for each class among the records; what has no class has no type.
fn polymorphic(
    interpreter: &mut Interpreter,
    on: &On<'_>,
    reflection: &Rc<Reflection>,
    value: &Value,
) -> Eval<Vec<Vec<Node>>> {
    let items = if let Value::Array(items) = value { items.to_vec() } else { vec![value.clone()] };
    let mut groups: Vec<(Option<String>, Vec<Value>)> = Vec::new();
    if items.is_empty() {
        groups.push((None, Vec::new()));
    }
    for item in items {
        let (kind, id) = if item.data::<Record>().is_some() {
            let class = interpreter.class_of(&item);
            let key = reflection.referred_key(interpreter, &class)?;
            (Some(base_class(&class).name()), values_of(interpreter, &item, &key)?)
        } else if let Some(relation) = item.data::<Relation>() {
            let key = reflection.referred_key(interpreter, &relation.model)?;
            let names = key.columns().iter().map(|name| Value::symbol(name)).collect();
            (Some(base_class(&relation.model).name()), interpreter.call(&item, "select", Args::new(names))?)
        } else if let Some((kind, id)) = of_decorator(interpreter, &item)? {
            (Some(kind), id)
        } else {
            (None, item)
        };
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((kind, vec![id])),
        }
    }
    let (column, key) =
        (reflection.foreign_type(interpreter)?.unwrap_or_default(), reflection.join_foreign_key(interpreter)?);
    let mut queries = Vec::new();
    for (kind, ids) in groups {
        let mut query = Vec::new();
        if let Some(kind) = kind {
            let of = on.type_of(interpreter, &column)?;
            query.push(predicate(interpreter, &on.table, &column, &of, &Value::str(kind))?);
        }
        let condition = RHash::from_pairs(vec![(key.to_value(), Value::array(ids))]);
        query.extend(hash_conditions(interpreter, on, &condition)?.predicates);
        queries.push(query);
    }
    Ok(queries)
}

/// Of what says that it is a record, and passes on what it is asked: its class' name and its key.
fn of_decorator(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<(String, Value)>> {
    let base = Value::Class(crate::models::model_schema::base(interpreter));
    if !matches!(value, Value::Object(_)) || !interpreter.call(value, "is_a?", Args::one(base))?.truthy() {
        return Ok(None);
    }
    let class = interpreter.call(value, "class", Args::none())?;
    let name = interpreter.call(&class, "polymorphic_name", Args::none())?;
    let key = interpreter.call(&class, "primary_key", Args::none())?;
    let id = interpreter.call(value, "_read_attribute", Args::one(key))?;
    Ok(Some((interpreter.to_s(&name)?, id)))
}

/// The record's own values of a key.
fn values_of(interpreter: &mut Interpreter, record: &Value, key: &Key) -> Eval {
    if let Some(name) = key.column() {
        return attribute_methods::read_named(interpreter, record, name);
    }
    let names = key.columns().iter();
    let values =
        names.map(|name| attribute_methods::read_named(interpreter, record, name)).collect::<Eval<Vec<_>>>()?;
    Ok(Value::array(values))
}
