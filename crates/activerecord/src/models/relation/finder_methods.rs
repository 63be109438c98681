//! relation/finder_methods.rb, and the `find_or_` family of relation.rb.

use std::fmt::Write as _;
use std::rc::Rc;

use adapters::Arg;
use adapters::transaction::TransactionOptions;
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RHash, Value, method, variadic};

use super::{Found, Relation, arel, is_contradiction, load, relation, select_all, spawn};
use crate::connection::arel::Node;
use crate::connection::in_transaction;
use crate::models::attribute_methods;
use crate::models::attribute_methods::primary_key::{self, Key};
use crate::models::attribute_set::Record;
use crate::models::model_schema::{load_schema, said_name};

pub(crate) const METHODS: &[NativeMethod] = &[
    variadic("find", find, 0),
    variadic("find_by", find_by, 1),
    variadic("find_by!", find_by, 1),
    method("take", |i, this, args| take(i, this, &args), 0..=1),
    method("take!", |i, this, args| or_not_found(i, this, args, take), 0..=0),
    method("sole", sole, 0..=0),
    variadic("find_sole_by", find_sole_by, 1),
    method("forty_two", nth, 0..=0),
    method("second_to_last", nth_from_last, 0..=0),
    method("third_to_last", nth_from_last, 0..=0),
    method("second!", nth_or_not_found, 0..=0),
    method("third!", nth_or_not_found, 0..=0),
    method("fourth!", nth_or_not_found, 0..=0),
    method("fifth!", nth_or_not_found, 0..=0),
    method("first", |i, this, args| first(i, this, &args), 0..=1),
    method("first!", |i, this, args| or_not_found(i, this, args, first), 0..=0),
    method("last", |i, this, args| last(i, this, &args), 0..=1),
    method("last!", |i, this, args| or_not_found(i, this, args, last), 0..=0),
    method("second", nth, 0..=0),
    method("third", nth, 0..=0),
    method("fourth", nth, 0..=0),
    method("fifth", nth, 0..=0),
    method("exists?", exists, 0..=1),
    method("any?", any, 0..=1),
    method("none?", none, 0..=1),
    method("many?", many, 0..=0),
    method("one?", one, 0..=1),
    method("empty?", empty, 0..=0),
    method("blank?", empty_records, 0..=0),
    method("present?", present, 0..=0),
    method("include?", include, 1..=1),
    method("member?", include, 1..=1),
    method("find_or_initialize_by", find_or_initialize_by, 1..=1),
    method("find_or_create_by", find_or_create_by, 1..=1),
    method("find_or_create_by!", find_or_create_by, 1..=1),
    method("first_or_create", first_or_create, 0..=1),
    method("first_or_create!", first_or_create, 0..=1),
    method("first_or_initialize", first_or_create, 0..=1),
    method("create_or_find_by", create_or_find_by, 1..=1),
    method("create_or_find_by!", create_or_find_by, 1..=1),
];

fn bang(interpreter: &Interpreter) -> bool {
    interpreter.called_name().is_some_and(|name| name.to_str().ends_with('!'))
}

fn not_found(interpreter: &mut Interpreter, this: &Value, text: Option<String>) -> Eval {
    let relation = relation(interpreter, this)?;
    let conditions = conditions(interpreter, &relation)?;
    let name = said_name(interpreter, &relation.model)?;
    let message = match (text, conditions) {
        (Some(text), conditions) => format!("{text}{conditions}"),
        (None, conditions) if conditions.is_empty() => format!("Couldn't find {name}"),
        (None, conditions) => format!("Couldn't find {name} with{conditions}"),
    };
    Err(interpreter.error("ActiveRecord::RecordNotFound", message))
}

/// ` [WHERE ..]`, prepared statements with their placeholders.
fn conditions(interpreter: &mut Interpreter, relation: &Relation) -> Eval<String> {
    if relation.values.wheres.is_empty() {
        return Ok(String::new());
    }
    let sql = crate::ground::state::with_adapter(interpreter, |adapter| {
        crate::connection::arel::with_placeholders(adapter, |collector| collector.wheres(&relation.values.wheres))
    })?;
    Ok(format!(" [{}]", sql.trim_start()))
}

fn or_not_found(
    interpreter: &mut Interpreter,
    this: &Value,
    args: Args,
    find: fn(&mut Interpreter, &Value, &Args) -> Eval,
) -> Eval {
    let found = find(interpreter, this, &args)?;
    if found.is_nil() { not_found(interpreter, this, None) } else { Ok(found) }
}

fn by_key(interpreter: &mut Interpreter, this: &Value, key: Value, value: Value) -> Eval {
    let conditions = RHash::from_pairs(vec![(key, value)]);
    interpreter.call(this, "where", Args::one(Value::hash(conditions)))
}

fn find(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() {
        let records = Value::array(load(interpreter, this)?);
        return interpreter.call(&records, "find", args);
    }
    let relation = relation(interpreter, this)?;
    let columns = load_schema(interpreter, &relation.model)?;
    let name = said_name(interpreter, &relation.model)?;
    let Some(key) = columns.primary_key.clone() else {
        let message = format!("Unknown primary key for table {} in model {name}.", columns.table_name);
        return Err(interpreter.error("ActiveRecord::UnknownPrimaryKey", message));
    };
    let expects_array = super::writing::has_many_ids(interpreter, &relation, &args.first())?;
    let mut ids: Vec<Value> = Vec::new();
    let given = match args.first() {
        Value::Array(items) if expects_array => items.to_vec(),
        _ => args.positional.clone(),
    };
    if expects_array && given.is_empty() {
        return Ok(Value::array(Vec::new()));
    }
    for id in given {
        let mut known = id.is_nil();
        for other in &ids {
            known = known || interpreter.equal(other, &id)?;
        }
        if !known {
            ids.push(id);
        }
    }
    match ids.len() {
        0 => Err(interpreter.error("ActiveRecord::RecordNotFound", format!("Couldn't find {name} without an ID"))),
        1 => {
            let id = ids.remove(0);
            if id.data::<Record>().is_some() {
                let message = "You are passing an instance of ActiveRecord::Base to `find`. Please pass the id of the object \
                               by calling `.id`.";
                return Err(interpreter.argument_error(message));
            }
            let conditions = key.conditions(interpreter, id.clone())?;
            let found = interpreter.call(this, "where", Args::one(conditions))?;
            let found = take(interpreter, &found, &Args::none())?;
            if found.is_nil() {
                // A composite id is taken for a list of ids.
                let ids = ruby::core::convert::wrap(interpreter, &id)?;
                return ids_not_found(interpreter, this, &key, &ids, (0, 1), &[]);
            }
            Ok(if expects_array { Value::array(vec![found]) } else { found })
        }
        _ => find_some(interpreter, this, &key, ids),
    }
}

/// `raise_record_not_found_exception!`, of ids; which of them are missing is said where it is known.
pub(crate) fn ids_not_found(
    interpreter: &mut Interpreter,
    this: &Value,
    key: &Key,
    ids: &[Value],
    (found, expected): (usize, usize),
    missing: &[Value],
) -> Eval {
    let relation = relation(interpreter, this)?;
    let name = said_name(interpreter, &relation.model)?;
    let shown = ids.iter().map(|id| interpreter.inspect(id)).collect::<Eval<Vec<_>>>()?.join(", ");
    if ids.len() == 1 {
        return not_found(interpreter, this, Some(format!("Couldn't find {name} with '{key}'={shown}")));
    }
    let conditions = conditions(interpreter, &relation)?;
    let plural = interpreter.inflector().pluralize(&name);
    let mut message = format!(
        "Couldn't find all {plural} with '{key}': ({shown}){conditions} (found {found} results, but was looking for \
         {expected})."
    );
    if !missing.is_empty() {
        let shown = missing.iter().map(|id| interpreter.inspect(id)).collect::<Eval<Vec<_>>>()?.join(", ");
        let (names, key) = if missing.len() == 1 {
            (name, key.to_string())
        } else {
            (plural, interpreter.inflector().pluralize(&key.to_string()))
        };
        write!(message, " Couldn't find {names} with {key} {shown}.").unwrap_or_default();
    }
    Err(interpreter.error("ActiveRecord::RecordNotFound", message))
}

fn find_some(interpreter: &mut Interpreter, this: &Value, key: &Key, ids: Vec<Value>) -> Eval {
    let relation = relation(interpreter, this)?;
    let columns = load_schema(interpreter, &relation.model)?;
    let found = by_key(interpreter, this, key.to_value(), Value::array(ids.clone()))?;
    let records = load(interpreter, &found)?;
    if records.len() != ids.len() {
        return ids_not_found(interpreter, this, key, &ids, (records.len(), ids.len()), &[]);
    }
    if !relation.values.orders.is_empty() {
        return Ok(Value::array(records));
    }
    let kind = key.column().map(|name| super::type_of(&columns, name));
    let mut ordered = Vec::new();
    for id in ids {
        let id = match &kind {
            Some(kind) => kind.cast(interpreter, &id)?,
            None => id,
        };
        for record in &records {
            let other = primary_key::id(interpreter, record, Args::none())?;
            if interpreter.equal(&other, &id)? {
                ordered.push(record.clone());
            }
        }
    }
    Ok(Value::array(ordered))
}

fn find_by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bang = bang(interpreter);
    let found = interpreter.call(this, "where", args)?;
    let record = take(interpreter, &found, &Args::none())?;
    if bang && record.is_nil() { not_found(interpreter, &found, None) } else { Ok(record) }
}

fn take(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let own = relation(interpreter, this)?;
    let is_loaded = own.records.borrow().is_some();
    let known = own.found.borrow().get(&Found::Any).cloned();
    if let (Some(known), false, false) = (known, args.has(0), is_loaded) {
        return Ok(known);
    }
    let limit = if args.has(0) { args.first() } else { Value::Int(1) };
    let records = if is_loaded {
        load(interpreter, this)?
    } else {
        let limited = interpreter.call(this, "limit", Args::one(limit))?;
        load(interpreter, &limited)?
    };
    if args.has(0) && !args.first().is_nil() {
        let count = args.first();
        return interpreter.call(&Value::array(records), "take", Args::one(count));
    }
    let taken = records.into_iter().next().unwrap_or_default();
    own.remember(Found::Any, &taken);
    Ok(taken)
}

fn sole(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let records = take(interpreter, this, &Args::one(Value::Int(2)))?;
    let mut records = ruby::core::convert::array(interpreter, &records)?;
    match records.len() {
        0 => not_found(interpreter, this, None),
        1 => Ok(records.remove(0)),
        _ => {
            let model = Rc::clone(&relation(interpreter, this)?.model);
            let name = said_name(interpreter, &model)?;
            let message = format!("Wanted only one {name}");
            Err(interpreter.error("ActiveRecord::SoleRecordExceeded", message))
        }
    }
}

/// `ordered_relation`: by key, where nothing else is said.
pub(crate) fn ordered(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let relation = relation(interpreter, this)?;
    if !relation.values.orders.is_empty() {
        return Ok(this.clone());
    }
    let columns = load_schema(interpreter, &relation.model)?;
    let names = super::order::order_columns(&relation.model, &columns);
    let table = columns.table_name.clone();
    spawn(interpreter, this, |values| {
        values.orders =
            names.into_iter().map(|name| Node::Ascending(Box::new(Node::Attribute(table.clone(), name)))).collect();
    })
}

fn nth_with_limit(interpreter: &mut Interpreter, this: &Value, index: i64, limit: i64) -> Eval<Vec<Value>> {
    let relation = relation(interpreter, this)?;
    if relation.records.borrow().is_some() {
        let records = load(interpreter, this)?;
        return Ok(records.into_iter().skip(index as usize).take(limit as usize).collect());
    }
    let ordered = ordered(interpreter, this)?;
    let limit = match relation.values.limit.as_ref().and_then(Arg::as_int) {
        Some(own) => limit.min(own - index),
        None => limit,
    };
    if limit <= 0 {
        return Ok(Vec::new());
    }
    let limited = spawn(interpreter, &ordered, |values| {
        if index > 0 {
            let offset = values.offset.as_ref().and_then(Arg::as_int).unwrap_or(0);
            values.offset = Some(Arg::Int(offset + index));
        }
        values.limit = Some(Arg::Int(limit));
    })?;
    load(interpreter, &limited)
}

fn first(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    if let Value::Int(limit) = args.first() {
        return Ok(Value::array(nth_with_limit(interpreter, this, 0, limit)?));
    }
    nth_of(interpreter, this, 0)
}

/// `find_nth`, which a relation asks the database for once.
fn nth_of(interpreter: &mut Interpreter, this: &Value, index: i64) -> Eval {
    let own = relation(interpreter, this)?;
    let known = own.found.borrow().get(&Found::At(index)).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let found = nth_with_limit(interpreter, this, index, 1)?.into_iter().next().unwrap_or_default();
    own.remember(Found::At(index), &found);
    Ok(found)
}

fn find_sole_by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = interpreter.call(this, "where", args)?;
    sole(interpreter, &found, Args::none())
}

fn nth_or_not_found(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = nth(interpreter, this, args)?;
    if found.is_nil() { not_found(interpreter, this, None) } else { Ok(found) }
}

/// `find_nth_from_last`
fn nth_from_last(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let index = if interpreter.called_name().is_some_and(|name| name.is("second_to_last")) { 2 } else { 3 };
    let own = relation(interpreter, this)?;
    let target = ordered(interpreter, this)?;
    let ordered = relation(interpreter, &target)?;
    let limited = own.values.limit.is_some() || own.values.offset.is_some();
    if own.records.borrow().is_some() || ordered.values.orders.is_empty() || limited {
        let records = Value::array(load(interpreter, this)?);
        return interpreter.call(&records, "[]", Args::one(Value::Int(-index)));
    }
    let reversed = interpreter.call(&target, "reverse_order", Args::none())?;
    let offset = interpreter.call(&reversed, "offset", Args::one(Value::Int(index - 1)))?;
    first(interpreter, &offset, &Args::none())
}

fn nth(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let name = name.trim_end_matches('!');
    let places = ["first", "second", "third", "fourth", "fifth"];
    let index = if name == "forty_two" { 41 } else { places.iter().position(|other| *other == name).unwrap_or(0) };
    nth_of(interpreter, this, index as i64)
}

fn last(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let own = relation(interpreter, this)?;
    let limit = args.first();
    if own.records.borrow().is_some() || own.values.limit.is_some() || own.values.offset.is_some() {
        let records = Value::array(load(interpreter, this)?);
        let args = if limit.is_nil() { Args::none() } else { Args::one(limit) };
        return interpreter.call(&records, "last", args);
    }
    let ordered = ordered(interpreter, this)?;
    let ordered = relation(interpreter, &ordered)?;
    let orders = super::order::reversed(interpreter, &ordered)?;
    let count = if let Value::Int(limit) = limit { limit } else { 1 };
    let reversed = spawn(interpreter, this, |values| {
        values.orders = orders;
        values.limit = Some(Arg::Int(count));
    })?;
    let mut records = load(interpreter, &reversed)?;
    if limit.is_nil() {
        return Ok(records.into_iter().next().unwrap_or_default());
    }
    records.reverse();
    Ok(Value::array(records))
}

// Whether there are any

fn exists(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let condition = args.first();
    if args.has(0) && !condition.truthy() {
        return Ok(false.into());
    }
    if condition.data::<Record>().is_some() {
        let message = "You are passing an instance of ActiveRecord::Base to `exists?`. Please pass the id of the object by \
                       calling `.id`.";
        return Err(interpreter.argument_error(message));
    }
    let own = relation(interpreter, this)?;
    if own.values.none || own.values.limit == Some(Arg::Int(0)) {
        return Ok(false.into());
    }
    if super::is_eager_loading(interpreter, &own)? {
        let (joined, _) = super::apply_join_dependency(interpreter, &own, false)?;
        let joined = super::wrap(interpreter, &joined.model, joined.values.clone());
        return exists(interpreter, &joined, args);
    }
    let columns = load_schema(interpreter, &own.model)?;
    let target = match condition {
        _ if !args.has(0) => this.clone(),
        condition if matches!(condition, Value::Array(_) | Value::Hash(_)) => {
            if attribute_methods::is_blank(&condition) {
                this.clone()
            } else {
                interpreter.call(this, "where", Args::one(condition))?
            }
        }
        id if columns.primary_key.is_none() => by_key(interpreter, this, Value::str("id"), id)?,
        id => by_key(interpreter, this, columns.key_value(), id)?,
    };
    let target = relation(interpreter, &target)?;
    if is_contradiction(&target.values) {
        return Ok(false.into());
    }
    let mut select = arel(interpreter, &target)?;
    select.orders.clear();
    if !(select.distinct && select.offset.is_some()) {
        select.distinct = false;
        select.projections = vec![Node::Sql("1 AS one".to_owned())];
    }
    select.limit = Some(Arg::Int(1));
    let result = select_all(interpreter, &select, &format!("{} Exists?", target.model.name()))?;
    Ok((result.len() == 1).into())
}

fn is_empty(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let own = relation(interpreter, this)?;
    if own.records.borrow().is_some() {
        return Ok(load(interpreter, this)?.is_empty());
    }
    Ok(!exists(interpreter, this, Args::none())?.truthy())
}

fn empty(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(is_empty(interpreter, this)?.into())
}

fn empty_records(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(load(interpreter, this)?.is_empty().into())
}

fn present(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok((!load(interpreter, this)?.is_empty()).into())
}

fn with_records(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let records = Value::array(load(interpreter, this)?);
    interpreter.call(&records, name, args)
}

fn any(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() || args.has(0) {
        return with_records(interpreter, this, "any?", args);
    }
    Ok((!is_empty(interpreter, this)?).into())
}

fn none(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() || args.has(0) {
        return with_records(interpreter, this, "none?", args);
    }
    Ok(is_empty(interpreter, this)?.into())
}

/// `limited_count`
fn limited_count(interpreter: &mut Interpreter, this: &Value) -> Eval<i64> {
    let own = relation(interpreter, this)?;
    if own.records.borrow().is_some() {
        return Ok(load(interpreter, this)?.len() as i64);
    }
    let target = if own.values.limit.is_some() {
        this.clone()
    } else {
        interpreter.call(this, "limit", Args::one(Value::Int(2)))?
    };
    match interpreter.call(&target, "count", Args::none())? {
        Value::Int(count) => Ok(count),
        _ => Err(interpreter.unsupported("`many?` of groups")),
    }
}

fn many(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() {
        return with_records(interpreter, this, "many?", args);
    }
    Ok((limited_count(interpreter, this)? > 1).into())
}

fn one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() || args.has(0) {
        return with_records(interpreter, this, "one?", args);
    }
    Ok((limited_count(interpreter, this)? == 1).into())
}

fn include(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let wanted = args.first();
    if wanted.data::<Record>().is_none() || !Rc::ptr_eq(&interpreter.class_of(&wanted), &own.model) {
        return Ok(false.into());
    }
    if own.records.borrow().is_some() || own.values.limit.is_some() || own.values.offset.is_some() {
        return with_records(interpreter, this, "include?", args);
    }
    let id = primary_key::id(interpreter, &wanted, Args::none())?;
    let columns = load_schema(interpreter, &own.model)?;
    let id = match columns.primary_key.as_ref().filter(|key| key.is_composite()) {
        Some(key) => key.conditions(interpreter, id)?,
        None => id,
    };
    exists(interpreter, this, Args::one(id))
}

// Or make it

fn find_or_initialize_by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = interpreter.call(this, "find_by", Args::one(args.first()))?;
    if found.is_nil() { interpreter.call(this, "new", args) } else { Ok(found) }
}

fn find_or_create_by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = if bang(interpreter) { "create_or_find_by!" } else { "create_or_find_by" };
    let found = interpreter.call(this, "find_by", Args::one(args.first()))?;
    if found.is_nil() { interpreter.call(this, name, args) } else { Ok(found) }
}

fn first_or_create(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = match interpreter.called_name().map(|name| name.to_string()).as_deref() {
        Some("first_or_create!") => "create!",
        Some("first_or_initialize") => "new",
        _ => "create",
    };
    let found = first(interpreter, this, &Args::none())?;
    if found.is_nil() { interpreter.call(this, name, args) } else { Ok(found) }
}

fn create_or_find_by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = if bang(interpreter) { "create!" } else { "create" };
    let attributes = args.first();
    let options = TransactionOptions { requires_new: true, ..TransactionOptions::default() };
    let made = std::cell::RefCell::new(Value::Nil);
    let outcome = in_transaction(interpreter, options, |interpreter| {
        let found = interpreter.call(this, name, args)?;
        *made.borrow_mut() = found.clone();
        if crate::models::attribute_set::record(interpreter, &found)?.last_transaction_status.get() {
            return Ok(found);
        }
        Err(interpreter.error("ActiveRecord::Rollback", "ActiveRecord::Rollback"))
    });
    let Err(flow) = outcome else { return Ok(made.into_inner()) };
    let not_unique = interpreter.class_at("ActiveRecord::RecordNotUnique");
    match &*flow {
        Flow::Raise(error) if interpreter.is_a(error, &not_unique) => {
            let open = crate::ground::state::with_adapter(interpreter, |adapter| Ok(adapter.transaction_open()))?;
            let target = if open {
                let found = interpreter.call(this, "where", Args::one(attributes.clone()))?;
                interpreter.call(&found, "lock", Args::none())?
            } else {
                this.clone()
            };
            interpreter.call(&target, "find_by!", Args::one(attributes))
        }
        _ => Err(flow),
    }
}
