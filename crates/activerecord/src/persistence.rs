//! Writing rows: persistence.rb, with timestamp.rb and what transactions.rb puts around a save.

use std::rc::Rc;

use adapters::transaction::TransactionOptions;
use adapters::{Arg, QueryResult};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method, variadic};

use crate::arel::{self, Node};
use crate::attribute_methods::{self, assign, id_was};
use crate::attribute_set::{Attribute, Record, record};
use crate::bindings::arguments::{to_strings, to_value};
use crate::bindings::in_transaction;
use crate::model_schema::{self, Columns, class, load_schema, schema};
use crate::relation;
use crate::state::with_adapter;
use crate::{associations, callbacks};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("create", create, 0..=1),
    method("create!", create_or_raise, 0..=1),
    method("build", build, 0..=1),
    method("instantiate", instantiate_row, 1..=2),
    variadic("update", update_all_or_one, 1),
    variadic("update!", update_all_or_one, 1),
];

pub(crate) const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=1),
    method("save", |i, this, args| save(i, this, &args), 0..=0).with_keywords(),
    method("save!", save_or_raise, 0..=0).with_keywords(),
    method("update", update, 1..=1),
    method("update!", update, 1..=1),
    method("update_attributes", removed, 1..=1),
    method("update_attributes!", removed, 1..=1),
    method("update_attribute", update_attribute, 2..=2),
    method("update_attribute!", update_attribute, 2..=2),
    method("update_column", update_column, 2..=2).with_keywords(),
    method("update_columns", update_columns, 1..=1),
    method("increment", increment, 1..=2),
    method("decrement", decrement, 1..=2),
    method("increment!", increment_now, 1..=2).with_keywords(),
    method("decrement!", decrement_now, 1..=2).with_keywords(),
    method("toggle", toggle, 1..=1),
    method("toggle!", toggle_now, 1..=1),
    method("reload", reload, 0..=1),
    variadic("touch", touch, 0).with_keywords(),
    method("destroy", destroy, 0..=0),
    method("destroy!", destroy, 0..=0),
    method("delete", delete, 0..=0),
    method("becomes", becomes, 1..=1),
    method("transaction", |i, _, args| crate::bindings::transaction(i, &args), 0..=0).with_keywords(),
    method("valid?", valid, 0..=1),
    method("validate", valid, 0..=1),
    method("invalid?", |_, _, _| Ok(false.into()), 0..=1),
];

/// `allocate`, with the defaults of `new`.
pub(crate) fn allocate(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    if model_schema::is_base(class) || schema(class).abstract_class.get() {
        let message = format!("{} is an abstract class and cannot be instantiated.", class.name());
        return Err(interpreter.error("NotImplementedError", message));
    }
    let columns = load_schema(interpreter, class)?;
    let record = Record::new(Rc::clone(&columns.shape), columns.defaults.clone(), columns.primary_key.clone(), false);
    for (index, default) in &columns.computed_defaults {
        if let Value::Proc(block) = default {
            let value = interpreter.call_block(block, Args::none())?;
            record.write(*index, value);
        }
    }
    Ok(Value::native(class, record))
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_of(this);
    if model_schema::has_type_condition(interpreter, &class)?
        && let Some(column) = model_schema::inheritance_column(&class)
    {
        attribute_methods::write_named(interpreter, this, &column, Value::str(class.name()))?;
    }
    relation::scope_attributes(interpreter, this, &class)?;
    if args.first().truthy() {
        assign(interpreter, this, &args.first())?;
    }
    callbacks::run(interpreter, this, "after_initialize")?;
    if let Some(block) = &args.block {
        interpreter.yield_value(block, this.clone())?;
    }
    Ok(Value::Nil)
}

fn new(interpreter: &mut Interpreter, this: &Value, attributes: Value, args: &Args) -> Eval {
    let positional = if attributes.is_nil() { Vec::new() } else { vec![attributes] };
    interpreter.call(this, "new", Args::new(positional).with_block(args.block.clone()))
}

fn each_attributes(interpreter: &mut Interpreter, args: &Args, work: impl Fn(&mut Interpreter, Value) -> Eval) -> Eval {
    match args.first() {
        Value::Array(items) => {
            let made = items.to_vec().into_iter().map(|item| work(interpreter, item)).collect::<Eval<Vec<_>>>()?;
            Ok(Value::array(made))
        }
        attributes => work(interpreter, attributes),
    }
}

fn create(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    each_attributes(interpreter, &args, |interpreter, attributes| {
        let object = new(interpreter, this, attributes, &args)?;
        interpreter.call(&object, "save", Args::none())?;
        Ok(object)
    })
}

fn create_or_raise(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    each_attributes(interpreter, &args, |interpreter, attributes| {
        let object = new(interpreter, this, attributes, &args)?;
        interpreter.call(&object, "save!", Args::none())?;
        Ok(object)
    })
}

fn build(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    each_attributes(interpreter, &args, |interpreter, attributes| new(interpreter, this, attributes, &args))
}

fn instantiate_row(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let Value::Hash(row) = args.first() else {
        return Err(interpreter.type_error("instantiate takes a hash"));
    };
    let mut result = QueryResult::default();
    let mut values = Vec::new();
    for (key, value) in row.pairs() {
        result.columns.push(interpreter.to_s(&key)?);
        values.push(crate::bindings::arguments::to_arg(interpreter, &value)?);
    }
    result.rows.push(values);
    let records = relation::instantiate(interpreter, &class, result)?;
    Ok(records.into_iter().next().unwrap_or_default())
}

/// `Model.update(id, attributes)`
fn update_all_or_one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let Some((attributes, rest)) = args.positional.split_last() else { return Ok(Value::Nil) };
    match rest.first() {
        None => {
            let all = interpreter.call(this, "to_a", Args::none())?;
            let records = ruby::builtins::convert::array(interpreter, &all)?;
            for record in &records {
                interpreter.call(record, name.as_str(), Args::one(attributes.clone()))?;
            }
            Ok(all)
        }
        Some(Value::Array(_)) => Err(interpreter.unsupported("`update` of several ids is not supported")),
        Some(id) => {
            let record = interpreter.call(this, "find", Args::one(id.clone()))?;
            interpreter.call(&record, name.as_str(), Args::one(attributes.clone()))?;
            Ok(record)
        }
    }
}

// Saving

fn valid(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    callbacks::run(interpreter, this, "before_validation")?;
    callbacks::run(interpreter, this, "after_validation")?;
    Ok(true.into())
}

fn check_readonly(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    if record(interpreter, this)?.readonly.get() {
        let message = format!("{} is marked as readonly", interpreter.class_of(this).name());
        return Err(interpreter.error("ActiveRecord::ReadOnlyRecord", message));
    }
    Ok(())
}

/// `save`: whether it was.
fn save(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let validate = args.keyword("validate").is_none_or(|validate| validate.truthy());
    let touch = args.keyword("touch").is_none_or(|touch| touch.truthy());
    save_with(interpreter, this, validate, touch)
}

pub(crate) fn save_with(interpreter: &mut Interpreter, this: &Value, validate: bool, touch: bool) -> Eval {
    refuse_locking(interpreter, this)?;
    let record = record(interpreter, this)?;
    in_transaction(interpreter, TransactionOptions::default(), |interpreter| {
        if validate {
            valid(interpreter, this, Args::none())?;
        }
        check_readonly(interpreter, this)?;
        if record.destroyed.get() {
            return Ok(Value::Bool(false));
        }
        callbacks::run(interpreter, this, "before_save")?;
        let kind = if record.new_record.get() { "create" } else { "update" };
        callbacks::run(interpreter, this, &format!("before_{kind}"))?;
        if record.new_record.get() {
            create_record(interpreter, this, &record)?;
        } else {
            update_record(interpreter, this, &record, touch)?;
        }
        callbacks::run(interpreter, this, &format!("after_{kind}"))?;
        callbacks::run(interpreter, this, "after_save")?;
        Ok(Value::Bool(true))
    })
}

fn save_or_raise(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if save(interpreter, this, &args)?.truthy() {
        return Ok(true.into());
    }
    Err(interpreter.error("ActiveRecord::RecordNotSaved", "Failed to save the record"))
}

fn now(interpreter: &mut Interpreter) -> Eval {
    let time = Value::Class(interpreter.class_at("Time"));
    let now = interpreter.call(&time, "now", Args::none())?;
    interpreter.call(&now, "utc", Args::none())
}

const CREATED: [&str; 2] = ["created_at", "created_on"];
const UPDATED: [&str; 2] = ["updated_at", "updated_on"];

/// The timestamp columns that the model has, in Rails' order.
pub(crate) fn timestamps<'a>(columns: &Columns, names: &[&'a str]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| columns.column(name).is_some()).collect()
}

fn create_record(interpreter: &mut Interpreter, this: &Value, record: &Rc<Record>) -> Eval<()> {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    if model_schema::record_timestamps(&class) {
        let now = now(interpreter)?;
        for name in timestamps(&columns, &CREATED).into_iter().chain(timestamps(&columns, &UPDATED)) {
            if let Some(index) = record.index(name)
                && !record.read(interpreter, index)?.truthy()
            {
                record.write(index, now.clone());
            }
        }
    }
    let mut values = Vec::new();
    for index in record.changed(interpreter)? {
        let name = record.shape().names[index].to_string();
        let Some(column) = columns.column(&name) else { continue };
        if column.is_virtual() {
            continue;
        }
        if Some(&name) == columns.primary_key.as_ref() && record.read(interpreter, index)?.is_nil() {
            continue;
        }
        let value = record.with(interpreter, index, Attribute::value_for_database)?;
        values.push((name, Node::Bind(value)));
    }
    let returned = insert(interpreter, &class, &columns, &values)?;
    for (name, value) in returned {
        if let Some(index) = record.index(&name)
            && !record.read(interpreter, index)?.truthy()
        {
            let kind = record.shape().types[index].clone();
            let value = kind.deserialize(interpreter, &value)?;
            record.write(index, value);
        }
    }
    record.new_record.set(false);
    record.previously_new_record.set(true);
    record.changes_applied(interpreter)
}

/// `_insert_record`: what the database filled in, by column.
fn insert(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    columns: &Columns,
    values: &[(String, Node)],
) -> Eval<Vec<(String, Arg)>> {
    let name = format!("{} Create", class.name());
    let primary_key = columns.primary_key.clone();
    with_adapter(interpreter, |adapter| {
        let returning_supported = adapter.supports_insert_returning();
        let mysql = matches!(adapter.adapter_name(), "Mysql2" | "Trilogy");
        let populated = |column: &&adapters::column::Column| {
            if mysql && !returning_supported { column.auto_increment } else { column.is_auto_populated() }
        };
        let mut returning: Vec<String> = columns.columns.iter().filter(populated).map(|c| c.name.clone()).collect();
        if returning.is_empty() {
            returning.extend(primary_key.clone());
        }
        let statement = arel::compile(adapter, |collector| {
            collector.push("INSERT INTO ");
            collector.table(&columns.table_name);
            collector.push(" ");
            if values.is_empty() {
                let empty = collector.adapter().empty_insert_statement_value(primary_key.as_deref());
                collector.push(empty);
                return Ok(());
            }
            collector.push("(");
            for (index, (name, _)) in values.iter().enumerate() {
                if index > 0 {
                    collector.push(", ");
                }
                collector.column(name);
            }
            collector.push(") VALUES (");
            let nodes: Vec<_> = values.iter().map(|(_, value)| value.clone()).collect();
            collector.joined(&nodes, ", ")?;
            collector.push(")");
            Ok(())
        })?;
        let pk = if returning.is_empty() {
            Arg::Bool(false)
        } else {
            Arg::Array(returning.iter().map(|name| Arg::str(name.as_str())).collect())
        };
        let result = adapter.exec_insert(&statement.sql, Some(&name), &statement.binds, &pk)?;
        if !returning_supported {
            let id = adapter.last_inserted_id(&result);
            return Ok(returning.into_iter().take(1).map(|name| (name, id.clone())).collect());
        }
        let row = result.rows.into_iter().next().unwrap_or_default();
        Ok(returning.into_iter().zip(row).collect())
    })
}

fn update_record(interpreter: &mut Interpreter, this: &Value, record: &Rc<Record>, touch: bool) -> Eval<()> {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let changed = record.changed(interpreter)?;
    if touch && model_schema::record_timestamps(&class) && !changed.is_empty() {
        let now = now(interpreter)?;
        for name in timestamps(&columns, &UPDATED) {
            let Some(index) = record.index(name) else { continue };
            if record.is_initialized(index) && !record.with(interpreter, index, Attribute::is_changed)? {
                record.write(index, now.clone());
            }
        }
    }
    let changed = record.changed(interpreter)?;
    update_row(interpreter, this, record, &columns, &changed)?;
    record.previously_new_record.set(false);
    record.changes_applied(interpreter)
}

/// `_update_row` of the columns among `indexes`; how many rows it changed.
fn update_row(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    columns: &Columns,
    indexes: &[usize],
) -> Eval<u64> {
    let mut values = Vec::new();
    for index in indexes {
        let name = record.shape().names[*index].to_string();
        if columns.column(&name).is_some_and(|column| !column.is_virtual()) {
            let value = record.with(interpreter, *index, Attribute::value_for_database)?;
            values.push((name, Node::Bind(value)));
        }
    }
    if values.is_empty() {
        return Ok(0);
    }
    send_update(interpreter, this, columns, &values)
}

/// `_query_constraints_hash`, as a predicate.
fn own_row(interpreter: &mut Interpreter, this: &Value, columns: &Columns) -> Eval<Node> {
    let record = record(interpreter, this)?;
    let Some(key) = &columns.primary_key else {
        let class = interpreter.class_of(this).name();
        let message = format!("Unknown primary key for table {} in model {class}.", columns.table_name);
        return Err(interpreter.error("ActiveRecord::UnknownPrimaryKey", message));
    };
    let id = id_was(interpreter, this, Args::none())?;
    let value = match record.index(key) {
        Some(index) => record.shape().types[index].serialize(interpreter, &id)?,
        None => crate::bindings::arguments::to_arg(interpreter, &id)?,
    };
    Ok(Node::Attribute(columns.table_name.clone(), key.clone()).equal(Node::Bind(value)))
}

fn send_update(interpreter: &mut Interpreter, this: &Value, columns: &Columns, values: &[(String, Node)]) -> Eval<u64> {
    let row = own_row(interpreter, this, columns)?;
    let name = format!("{} Update", interpreter.class_of(this).name());
    with_adapter(interpreter, |adapter| {
        let statement = arel::compile(adapter, |collector| {
            collector.push("UPDATE ");
            collector.table(&columns.table_name);
            collector.push(" SET ");
            collector.assignments(&columns.table_name, values)?;
            collector.wheres(std::slice::from_ref(&row))
        })?;
        adapter.exec_update(&statement.sql, Some(&name), &statement.binds)
    })
}

fn update(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bang = interpreter.called_name().is_some_and(|name| name.is("update!"));
    in_transaction(interpreter, TransactionOptions::default(), |interpreter| {
        assign(interpreter, this, &args.first())?;
        interpreter.call(this, if bang { "save!" } else { "save" }, Args::none())
    })
}

/// Rails 6.1 took them away.
fn removed(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    attribute_methods::undefined_method(interpreter, this, &name)
}

fn update_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    interpreter.call_public(this, format!("{name}=").as_str(), Args::one(args.get(1)))?;
    save_with(interpreter, this, false, true)
}

fn update_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.keyword("touch").is_some_and(|touch| touch.truthy()) {
        return Err(interpreter.unsupported("`update_column` with `touch:`"));
    }
    write_columns(interpreter, this, vec![(args.first(), args.get(1))])
}

fn update_columns(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = args.first() else {
        return Err(interpreter.type_error("update_columns takes a hash"));
    };
    write_columns(interpreter, this, hash.pairs())
}

fn write_columns(interpreter: &mut Interpreter, this: &Value, pairs: Vec<(Value, Value)>) -> Eval {
    let record = record(interpreter, this)?;
    check_persisted(interpreter, &record, "update")?;
    check_readonly(interpreter, this)?;
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let mut values = Vec::new();
    let mut written = Vec::new();
    for (key, value) in pairs {
        let name = interpreter.to_s(&key)?;
        if name == "touch" {
            return Err(interpreter.unsupported("`update_columns` with `touch:`"));
        }
        let Some(index) = record.index(&name) else {
            let message = format!("can't write unknown attribute `{name}`");
            return Err(interpreter.error("ActiveModel::MissingAttributeError", message));
        };
        let serialized = record.shape().types[index].serialize(interpreter, &value)?;
        values.push((name, Node::Bind(serialized.clone())));
        written.push((index, value, serialized));
    }
    for (index, value, serialized) in written {
        record.access(index);
        record.with(interpreter, index, |attribute, _, _| {
            attribute.write_cast(value, serialized);
            Ok(())
        })?;
    }
    let rows = send_update(interpreter, this, &columns, &values)?;
    Ok((rows == 1).into())
}

fn check_persisted(interpreter: &mut Interpreter, record: &Record, verb: &str) -> Eval<()> {
    let what = match (record.new_record.get(), record.destroyed.get()) {
        (true, _) => "new",
        (_, true) => "destroyed",
        _ => return Ok(()),
    };
    Err(interpreter.error("ActiveRecord::ActiveRecordError", format!("cannot {verb} a {what} record")))
}

fn add(interpreter: &mut Interpreter, this: &Value, name: &str, by: &Value) -> Eval<()> {
    let current = attribute_methods::read_named(interpreter, this, name)?;
    let current = if current.truthy() { current } else { Value::Int(0) };
    let sum = interpreter.call(&current, "+", Args::one(by.clone()))?;
    attribute_methods::write_named(interpreter, this, name, sum)?;
    Ok(())
}

fn by(args: &Args) -> Value {
    if args.has(1) { args.get(1) } else { Value::Int(1) }
}

fn increment(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    add(interpreter, this, &name, &by(&args))?;
    Ok(this.clone())
}

fn decrement(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let by = interpreter.call(&by(&args), "-@", Args::none())?;
    add(interpreter, this, &name, &by)?;
    Ok(this.clone())
}

fn increment_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let amount = by(&args);
    change_counter(interpreter, this, &args, &amount)
}

fn decrement_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let amount = interpreter.call(&by(&args), "-@", Args::none())?;
    change_counter(interpreter, this, &args, &amount)
}

fn change_counter(interpreter: &mut Interpreter, this: &Value, args: &Args, by: &Value) -> Eval {
    if args.keyword("touch").is_some_and(|touch| touch.truthy()) {
        return Err(interpreter.unsupported("a counter with `touch:`"));
    }
    let record = record(interpreter, this)?;
    check_persisted(interpreter, &record, "update")?;
    let name = interpreter.to_s(&args.first())?;
    add(interpreter, this, &name, by)?;
    let Some(index) = record.index(&name) else { return Ok(this.clone()) };
    let now = record.read(interpreter, index)?;
    record.access(index);
    let before = record.with(interpreter, index, Attribute::original_value)?;
    let before = if before.truthy() { before } else { Value::Int(0) };
    let change = interpreter.call(&now, "-", Args::one(before))?;
    let class = Value::Class(interpreter.class_of(this));
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    let counters = ruby::RHash::from_pairs(vec![(Value::symbol(&name), change)]);
    interpreter.call(&class, "update_counters", Args::new(vec![id, Value::hash(counters)]))?;
    record.with(interpreter, index, Attribute::forget)?;
    Ok(this.clone())
}

fn toggle(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let current = interpreter.call_public(this, format!("{name}?").as_str(), Args::none())?;
    attribute_methods::write_named(interpreter, this, &name, Value::Bool(!current.truthy()))?;
    Ok(this.clone())
}

fn toggle_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    toggle(interpreter, this, args)?;
    save_with(interpreter, this, false, true)
}

fn reload(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_of(this);
    let mine = record(interpreter, this)?;
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    let unscoped = interpreter.call(&Value::Class(class), "unscoped", Args::none())?;
    let key = mine.primary_key.borrow().clone().unwrap_or_default();
    let conditions = ruby::RHash::from_pairs(vec![(Value::str(key), id)]);
    let fresh = interpreter.call(&unscoped, "find_by!", Args::one(Value::hash(conditions)))?;
    let fresh = record(interpreter, &fresh)?;
    mine.take_over(&fresh);
    Ok(this.clone())
}

fn touch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = record(interpreter, this)?;
    if record.new_record.get() || record.destroyed.get() {
        let message = "Cannot touch on a new or destroyed record object. Consider using persisted?, new_record?, or \
                       destroyed? before touching.";
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    check_readonly(interpreter, this)?;
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let mut names: Vec<String> = timestamps(&columns, &UPDATED).into_iter().map(str::to_owned).collect();
    for name in to_strings(interpreter, &args.positional)? {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Ok(true.into());
    }
    let time = match args.keyword("time") {
        Some(time) if time.truthy() => time,
        _ => now(interpreter)?,
    };
    in_transaction(interpreter, TransactionOptions::default(), |interpreter| {
        let mut indexes = Vec::new();
        for name in &names {
            let Some(index) = record.index(name) else {
                let message = format!("can't write unknown attribute `{name}`");
                return Err(interpreter.error("ActiveModel::MissingAttributeError", message));
            };
            record.write(index, time.clone());
            indexes.push(index);
        }
        let rows = update_row(interpreter, this, &record, &columns, &indexes)?;
        let mut pending = Vec::new();
        for index in record.changed(interpreter)? {
            if !indexes.contains(&index) {
                pending.push((index, record.read(interpreter, index)?));
                record.with(interpreter, index, |attribute, _, _| {
                    attribute.restore();
                    Ok(())
                })?;
            }
        }
        record.changes_applied(interpreter)?;
        for (index, value) in pending {
            record.write(index, value);
        }
        Ok((rows == 1).into())
    })
}

fn delete_row(interpreter: &mut Interpreter, this: &Value) -> Eval<u64> {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let row = own_row(interpreter, this, &columns)?;
    let name = format!("{} Destroy", class.name());
    with_adapter(interpreter, |adapter| {
        let statement = arel::compile(adapter, |collector| {
            collector.push("DELETE FROM ");
            collector.table(&columns.table_name);
            collector.wheres(std::slice::from_ref(&row))
        })?;
        adapter.exec_delete(&statement.sql, Some(&name), &statement.binds)
    })
}

fn is_persisted(record: &Record) -> bool {
    !record.new_record.get() && !record.destroyed.get()
}

fn end_of_life(this: &Value, record: &Record) -> Value {
    record.destroyed.set(true);
    record.previously_new_record.set(false);
    if let Value::Object(object) = this {
        object.freeze();
    }
    this.clone()
}

fn destroy(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    check_readonly(interpreter, this)?;
    refuse_locking(interpreter, this)?;
    associations::refuse_dependent(interpreter, this)?;
    in_transaction(interpreter, TransactionOptions::default(), |interpreter| {
        callbacks::run(interpreter, this, "before_destroy")?;
        if is_persisted(&record) {
            delete_row(interpreter, this)?;
        }
        end_of_life(this, &record);
        callbacks::run(interpreter, this, "after_destroy")?;
        Ok(this.clone())
    })
}

/// Active Record counts `lock_version` up with every write of a record, and compares it.
fn refuse_locking(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    if columns.column("lock_version").is_none() {
        return Ok(());
    }
    let what = format!("optimistic locking (`lock_version` of `{}`) is not supported yet", columns.table_name);
    Err(interpreter.unsupported(what))
}

fn delete(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    if is_persisted(&record) {
        delete_row(interpreter, this)?;
    }
    Ok(end_of_life(this, &record))
}

fn becomes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, &args.first())?;
    let mine = record(interpreter, this)?;
    let became = allocate(interpreter, &class)?;
    let other = record(interpreter, &became)?;
    for index in mine.keys() {
        let value = mine.with(interpreter, index, Attribute::value_for_database)?;
        let name = Rc::clone(&mine.shape().names[index]);
        if let Some(index) = other.index(&name) {
            let value = to_value(interpreter, &value);
            other.write(index, value);
        }
    }
    other.changes_applied(interpreter)?;
    other.new_record.set(mine.new_record.get());
    other.destroyed.set(mine.destroyed.get());
    Ok(became)
}
