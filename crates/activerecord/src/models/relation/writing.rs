//! What changes many rows at once: the statements of relation.rb and counter_cache.rb, as arel/visitors writes them.

use std::rc::Rc;

use adapters::change::Verb;
use adapters::gate;
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method, variadic};

use super::{Relation, is_contradiction, load, relation, spawn, type_of};
use crate::connection::arel::{self as tree, Assignments, Change, Node, Table};
use crate::ground::arguments::to_strings;
use crate::ground::state::with_adapter;
use crate::models::arel_bindings;
use crate::models::base;
use crate::models::insert_all;
use crate::models::model_schema::load_schema;
use crate::models::persistence::timestamps;

pub(crate) const METHODS: &[NativeMethod] = &[
    variadic("update", crate::models::persistence::update_all_or_one, 1),
    variadic("update!", crate::models::persistence::update_all_or_one, 1),
    method("update_all", update_all, 1..=1),
    method("delete_all", delete_all, 0..=0),
    method("destroy_all", destroy_all, 0..=0),
    variadic("delete_by", by, 1),
    variadic("destroy_by", by, 1),
    method("update_counters", update_counters, 1..=1),
    variadic("touch_all", touch_all, 0).with_keywords(),
    method("insert_all", insert_all::execute, 1..=1).with_keywords(),
    method("insert_all!", insert_all::execute, 1..=1).with_keywords(),
    method("upsert_all", insert_all::execute, 1..=1).with_keywords(),
    method("insert", insert_all::execute, 1..=1).with_keywords(),
    method("insert!", insert_all::execute, 1..=1).with_keywords(),
    method("upsert", insert_all::execute, 1..=1).with_keywords(),
    method("delete", delete, 1..=1),
    method("destroy", destroy, 1..=1),
];

fn update_all(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let updates = args.first();
    if crate::models::attribute_methods::is_blank(&updates) {
        return Err(interpreter.argument_error("Empty list of attributes to change"));
    }
    if own.values.none {
        return Ok(Value::Int(0));
    }
    let assignments = match &updates {
        Value::Hash(hash) => {
            let mut values = substitute_values(interpreter, &own, hash)?;
            with_lock(interpreter, &own, &mut values)?;
            Assignments::Columns(values)
        }
        updates => {
            let sql = base::sanitize(interpreter, updates)?;
            Assignments::Sql(interpreter.to_s(&sql)?)
        }
    };
    send_update(interpreter, &own, &assignments)
}

/// `_substitute_values`
fn substitute_values(interpreter: &mut Interpreter, own: &Rc<Relation>, hash: &RHash) -> Eval<Vec<(String, Node)>> {
    let columns = load_schema(interpreter, &own.model)?;
    let mut values = Vec::new();
    for (key, value) in hash.pairs() {
        let name = interpreter.to_s(&key)?;
        let name = crate::models::attribute_methods::alias(&own.model, &name).unwrap_or(name);
        let node = match crate::models::arel_bindings::node(&value) {
            Some(node @ Node::Sql(_)) => node.grouping(),
            Some(node) => node,
            None => {
                let kind = type_of(&columns, &name);
                let value = kind.cast(interpreter, &value)?;
                Node::Bind(kind.serialize(interpreter, &value)?)
            }
        };
        values.push((name, node));
    }
    Ok(values)
}

/// `arel.compile_update` and `compile_delete` of a relation.
fn change_of(interpreter: &mut Interpreter, own: &Rc<Relation>) -> Eval<Change> {
    let columns = load_schema(interpreter, &own.model)?;
    let select = super::arel_or_eager(interpreter, own)?;
    let table = &*columns.table_name;
    let keys = columns
        .primary_key
        .as_ref()
        .map_or_else(Vec::new, |key| key.columns().iter().map(|name| Node::attribute(table, &**name)).collect());
    let change = Change {
        table: Table::named(table),
        keys,
        key_is_list: columns.primary_key.as_ref().is_some_and(|key| key.is_composite()),
        select,
    };
    arel_bindings::check_change(interpreter, &change)?;
    Ok(change)
}

fn send_update(interpreter: &mut Interpreter, own: &Rc<Relation>, assignments: &Assignments) -> Eval {
    let update = change_of(interpreter, own)?;
    let name = format!("{} Update All", own.model.name());
    let rows = with_adapter(interpreter, |adapter| {
        let statement = tree::compile(adapter, |collector| update.update(collector, assignments))?;
        let change = adapters::Change::rows(Verb::Update, update.table.name.as_str());
        gate::exec_rows(adapter, &change, &statement.sql, &name, &statement.binds)
    })?;
    own.records.borrow_mut().take();
    Ok(Value::Int(rows.cast_signed()))
}

fn delete_all(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    if own.values.none {
        return Ok(Value::Int(0));
    }
    if own.values.distinct || !own.values.withs.is_empty() {
        let what = if own.values.distinct { "distinct" } else { "with" };
        let message = format!("delete_all doesn't support {what}");
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    let delete = change_of(interpreter, &own)?;
    let name = format!("{} Delete All", own.model.name());
    let count = with_adapter(interpreter, |adapter| {
        let statement = tree::compile(adapter, |collector| delete.delete(collector))?;
        let change = adapters::Change::rows(Verb::Delete, delete.table.name.as_str());
        gate::exec_rows(adapter, &change, &statement.sql, &name, &statement.binds)
    })?;
    own.records.borrow_mut().take();
    Ok(Value::Int(count.cast_signed()))
}

fn destroy_all(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let records = load(interpreter, this)?;
    for record in &records {
        interpreter.call(record, "destroy", Args::none())?;
    }
    relation(interpreter, this)?.records.borrow_mut().take();
    Ok(Value::array(records))
}

fn by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name =
        if interpreter.called_name().is_some_and(|name| name.is("delete_by")) { "delete_all" } else { "destroy_all" };
    let found = interpreter.call(this, "where", args)?;
    interpreter.call(&found, name, Args::none())
}

/// `Model.delete(id_or_array)`
fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().is_nil() || matches!(args.first(), Value::Array(ids) if ids.is_empty()) {
        return Ok(Value::Int(0));
    }
    let own = relation(interpreter, this)?;
    let key = load_schema(interpreter, &own.model)?.key_value();
    let conditions = RHash::from_pairs(vec![(key, args.first())]);
    let found = interpreter.call(this, "where", Args::one(Value::hash(conditions)))?;
    interpreter.call(&found, "delete_all", Args::none())
}

fn destroy(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let multiple = has_many_ids(interpreter, &own, &args.first())?;
    let found = interpreter.call(this, "find", args)?;
    if multiple && let Value::Array(records) = &found {
        for record in records.to_vec() {
            interpreter.call(&record, "destroy", Args::none())?;
        }
        return Ok(found);
    }
    interpreter.call(&found, "destroy", Args::none())
}

/// Whether what `find` and `destroy` are given is a list of ids: of a composite key, each id is a list itself.
pub(super) fn has_many_ids(interpreter: &mut Interpreter, own: &Rc<Relation>, given: &Value) -> Eval<bool> {
    if !load_schema(interpreter, &own.model)?.is_composite() {
        return Ok(matches!(given, Value::Array(_)));
    }
    Ok(matches!(interpreter.call(given, "first", Args::none())?, Value::Array(_)))
}

/// `_increment_attribute`: `COALESCE(column, 0) + 1`.
fn increment(interpreter: &mut Interpreter, own: &Rc<Relation>, name: &str, by: &Value) -> Eval<Node> {
    let columns = load_schema(interpreter, &own.model)?;
    let attribute = Node::attribute(&*columns.table_name, name);
    let current = Node::function("COALESCE", vec![attribute, Node::Sql("0".to_owned())]);
    let is_negative = interpreter.call(by, "<", Args::one(Value::Int(0)))?.truthy();
    let amount = interpreter.call(by, "abs", Args::none())?;
    let amount = super::predicate_builder::bind(interpreter, &type_of(&columns, name), &amount)?;
    let operator = if is_negative { "-" } else { "+" };
    Ok(Node::Infix(operator.into(), Box::new(current), Box::new(amount)))
}

fn update_counters(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let mut counters = match (args.first(), &args.keywords) {
        (Value::Hash(hash), _) => hash.pairs(),
        (_, Some(keywords)) => keywords.pairs(),
        _ => return Err(interpreter.type_error("update_counters takes a hash")),
    };
    let is_touch = |key: &Value| key.as_name().as_deref() == Some("touch");
    let touch = counters.iter().find(|(key, _)| is_touch(key)).map(|(_, value)| value.clone()).unwrap_or_default();
    counters.retain(|(key, _)| !is_touch(key));
    let mut values = Vec::new();
    for (key, by) in counters {
        let name = interpreter.to_s(&key)?;
        let name = crate::models::attribute_methods::alias(&own.model, &name).unwrap_or(name);
        let node = increment(interpreter, &own, &name, &by)?;
        values.push((name, node));
    }
    if touch.truthy() {
        let mut names =
            if matches!(touch, Value::Bool(_)) { Vec::new() } else { ruby::core::convert::wrap(interpreter, &touch)? };
        let time = match names.pop() {
            Some(Value::Hash(options)) => options.get_symbol("time").unwrap_or_default(),
            Some(name) => {
                names.push(name);
                Value::Nil
            }
            None => Value::Nil,
        };
        let touched = touch_attributes(interpreter, &own, &names, &time)?;
        values.extend(substitute_values(interpreter, &own, &touched)?);
    }
    if own.values.none || values.is_empty() {
        return Ok(Value::Int(0));
    }
    with_lock(interpreter, &own, &mut values)?;
    send_update(interpreter, &own, &Assignments::Columns(values))
}

/// `update_all` of a hash counts `lock_version` up.
fn with_lock(interpreter: &mut Interpreter, own: &Rc<Relation>, values: &mut Vec<(String, Node)>) -> Eval<()> {
    let columns = load_schema(interpreter, &own.model)?;
    if let Some(version) = crate::models::optimistic::column(&own.model, &columns)
        && !values.iter().any(|(name, _)| *name == version)
    {
        let node = increment(interpreter, own, &version, &Value::Int(1))?;
        values.push((version, node));
    }
    Ok(())
}

/// `touch_attributes_with_time`
fn touch_attributes(interpreter: &mut Interpreter, own: &Rc<Relation>, names: &[Value], time: &Value) -> Eval<RHash> {
    let columns = load_schema(interpreter, &own.model)?;
    let mut all: Vec<String> = timestamps(&own.model, &columns, &["updated_at", "updated_on"]);
    for name in to_strings(interpreter, names)? {
        let name = crate::models::attribute_methods::alias(&own.model, &name).unwrap_or(name);
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let time = if time.truthy() {
        time.clone()
    } else {
        let class = Value::Class(interpreter.class_at("Time"));
        let now = interpreter.call(&class, "now", Args::none())?;
        interpreter.call(&now, "utc", Args::none())?
    };
    Ok(RHash::from_pairs(all.into_iter().map(|name| (Value::str(name), time.clone())).collect::<Vec<_>>()))
}

fn touch_all(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let time = args.keyword("time").unwrap_or_default();
    let touched = touch_attributes(interpreter, &own, &args.positional, &time)?;
    update_all(interpreter, this, Args::one(Value::hash(touched)))
}

/// A relation of one row, by its key.
pub(crate) fn where_key(interpreter: &mut Interpreter, this: &Value, id: Value) -> Eval {
    let own = relation(interpreter, this)?;
    if is_contradiction(&own.values) {
        return spawn(interpreter, this, |_| ());
    }
    let columns = load_schema(interpreter, &own.model)?;
    let alone = columns.is_composite()
        && matches!(&id, Value::Array(ids) if !matches!(ids.to_vec().first(), Some(Value::Array(_))));
    let id = if alone { Value::array(vec![id]) } else { id };
    let conditions = RHash::from_pairs(vec![(columns.key_value(), id)]);
    interpreter.call(this, "where", Args::one(Value::hash(conditions)))
}
