//! Writing rows: persistence.rb, with timestamp.rb and what transactions.rb puts around a save.

use std::rc::Rc;

use adapters::transaction::TransactionOptions;
use adapters::{Arg, QueryResult};
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RClass, RHash, RProc, Value, method, variadic};

use crate::arel::{self, Node};
use crate::attribute_methods::{self, id_was};
use crate::attribute_set::{Attribute, Record, record};
use crate::bindings::arguments::to_strings;
use crate::bindings::in_transaction;
use crate::model_schema::{self, Columns, class, load_schema, schema};
use crate::relation;
use crate::state::with_adapter;
use crate::transactions::with_transaction_returning_status;
use crate::{callbacks, inheritance, library, optimistic};

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
    method("destroy!", destroy_or_raise, 0..=0),
    method("delete", delete, 0..=0),
    method("becomes", becomes, 1..=1),
    method("becomes!", becomes_now, 1..=1),
    method("lock!", lock_now, 0..=1),
    method("with_lock", with_lock, 0..=1).with_keywords(),
    method("no_touching?", |i, this, _| Ok(model_schema::applied_no_touching(i, this)?.into()), 0..=0),
    method(
        "record_timestamps",
        |i, this, _| {
            let class = i.class_of(this);
            Ok(records_timestamps(i, this, &class)?.into())
        },
        0..=0,
    ),
    method(
        "record_timestamps=",
        |i, this, args| {
            record(i, this)?.record_timestamps.set(Some(args.first().truthy()));
            Ok(args.first())
        },
        1..=1,
    ),
    method("transaction", |i, _, args| crate::bindings::transaction(i, &args), 0..=0).with_keywords(),
    method("valid?", valid, 0..=1),
    method("validate", valid, 0..=1),
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
            let is_column = *index < columns.columns.len();
            record.set_attribute(*index, record.attribute(*index).with_user_default(value, is_column));
        }
    }
    Ok(Value::native(class, record))
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_of(this);
    if model_schema::has_type_condition(interpreter, &class)?
        && let Some(column) = model_schema::inheritance_column(&class)
    {
        let name = inheritance::sti_name(interpreter, &class)?;
        attribute_methods::write_named(interpreter, this, &column, Value::str(name))?;
    }
    relation::scope_attributes(interpreter, this, &class)?;
    if args.first().truthy() {
        interpreter.call(this, "assign_attributes", Args::one(args.first()))?;
    }
    if let Some(block) = &args.block {
        interpreter.yield_value(block, this.clone())?;
    }
    callbacks::run(interpreter, this, "initialize", |_| Ok(Value::Bool(true)))?;
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
        None => update_all_of(interpreter, this, &name, attributes),
        Some(id) if id.as_name().as_deref() == Some("all") => update_all_of(interpreter, this, &name, attributes),
        Some(Value::Array(ids)) => {
            let all = crate::bindings::arguments::wrap(interpreter, attributes)?;
            let mut records = Vec::new();
            for id in ids.to_vec() {
                records.push(interpreter.call(this, "find", Args::one(id))?);
            }
            for (record, attributes) in records.iter().zip(all) {
                interpreter.call(record, name.as_str(), Args::one(attributes))?;
            }
            Ok(Value::array(records))
        }
        Some(id) => {
            let record = interpreter.call(this, "find", Args::one(id.clone()))?;
            interpreter.call(&record, name.as_str(), Args::one(attributes.clone()))?;
            Ok(record)
        }
    }
}

fn update_all_of(interpreter: &mut Interpreter, this: &Value, name: &str, attributes: &Value) -> Eval {
    let all = interpreter.call(this, "all", Args::none())?;
    let all = interpreter.call(&all, "to_a", Args::none())?;
    let records = ruby::builtins::convert::array(interpreter, &all)?;
    for record in &records {
        interpreter.call(record, name, Args::one(attributes.clone()))?;
    }
    Ok(all)
}

// Saving

/// `valid?` of a model without validations; the part written in Ruby has its own.
fn valid(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    callbacks::run(interpreter, this, "validation", |_| Ok(Value::Bool(true)))
}

pub(crate) fn check_readonly(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    if interpreter.call(this, "readonly?", Args::none())?.truthy() {
        let message = format!("{} is marked as readonly", interpreter.class_of(this).name());
        return Err(interpreter.error("ActiveRecord::ReadOnlyRecord", message));
    }
    Ok(())
}

/// What `save` was told.
#[derive(Clone)]
pub(crate) struct SaveOptions {
    pub validate: bool,
    pub touch: bool,
    context: Value,
    block: Option<Rc<RProc>>,
}

impl SaveOptions {
    fn of(args: &Args) -> Self {
        Self {
            validate: args.keyword("validate").is_none_or(|validate| !matches!(validate, Value::Bool(false))),
            touch: args.keyword("touch").is_none_or(|touch| touch.truthy()),
            context: args.keyword("context").unwrap_or_default(),
            block: args.block.clone(),
        }
    }
}

/// `save`: whether it was.
fn save(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    save_with(interpreter, this, &SaveOptions::of(args))
}

pub(crate) fn save_with(interpreter: &mut Interpreter, this: &Value, options: &SaveOptions) -> Eval {
    with_transaction_returning_status(interpreter, this, |interpreter| {
        if !perform_validations(interpreter, this, options)? {
            return Ok(Value::Bool(false));
        }
        match create_or_update(interpreter, this, options) {
            Err(flow) if is_record_invalid(interpreter, &flow) => Ok(Value::Bool(false)),
            outcome => outcome,
        }
    })
}

fn is_record_invalid(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    let class = interpreter.class_at("ActiveRecord::RecordInvalid");
    matches!(flow, Flow::Raise(exception) if interpreter.is_a(exception, &class))
}

fn save_or_raise(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    save_or_raise_with(interpreter, this, &SaveOptions::of(&args))
}

fn save_or_raise_with(interpreter: &mut Interpreter, this: &Value, options: &SaveOptions) -> Eval {
    with_transaction_returning_status(interpreter, this, |interpreter| {
        if !perform_validations(interpreter, this, options)? {
            let class = Value::Class(interpreter.class_at("ActiveRecord::RecordInvalid"));
            return Err(raise_new(interpreter, &class, vec![this.clone()]));
        }
        let saved = create_or_update(interpreter, this, options)?;
        if saved.truthy() {
            return Ok(saved);
        }
        let class = Value::Class(interpreter.class_at("ActiveRecord::RecordNotSaved"));
        Err(raise_new(interpreter, &class, vec![Value::str("Failed to save the record"), this.clone()]))
    })
}

/// `raise Class.new(..)`
pub(crate) fn raise_new(interpreter: &mut Interpreter, class: &Value, arguments: Vec<Value>) -> Box<Flow> {
    match interpreter.call(class, "new", Args::new(arguments)) {
        Ok(exception) => match interpreter.call(&exception, "raise", Args::one(exception.clone())) {
            Ok(_) => Box::new(Flow::Raise(exception)),
            Err(flow) => flow,
        },
        Err(flow) => flow,
    }
}

fn perform_validations(interpreter: &mut Interpreter, this: &Value, options: &SaveOptions) -> Eval<bool> {
    if !options.validate {
        return Ok(true);
    }
    let arguments = if options.context.is_nil() { Args::none() } else { Args::one(options.context.clone()) };
    Ok(interpreter.call(this, "valid?", arguments)?.truthy())
}

/// `create_or_update`
fn create_or_update(interpreter: &mut Interpreter, this: &Value, options: &SaveOptions) -> Eval {
    let (record, options) = (record(interpreter, this)?, options.clone());
    let target = this.clone();
    let saved = callbacks::run(interpreter, this, "save", move |interpreter| {
        let this = &target;
        check_readonly(interpreter, this)?;
        if record.destroyed.get() {
            return Ok(Value::Bool(false));
        }
        let written = if record.new_record.get() {
            create_record(interpreter, this, &record, options.block.as_ref())?
        } else {
            update_record(interpreter, this, &record, options.touch, options.block.as_ref())?
        };
        Ok((!matches!(written, Value::Bool(false))).into())
    })?;
    Ok(saved)
}

pub(crate) fn now(interpreter: &mut Interpreter) -> Eval {
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

/// `_create_record`: timestamps, then callbacks around the INSERT.
fn create_record(interpreter: &mut Interpreter, this: &Value, record: &Rc<Record>, block: Option<&Rc<RProc>>) -> Eval {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    if records_timestamps(interpreter, this, &class)? {
        let now = now(interpreter)?;
        for name in timestamps(&columns, &CREATED).into_iter().chain(timestamps(&columns, &UPDATED)) {
            if let Some(index) = record.index(name)
                && !record.read(interpreter, index)?.truthy()
            {
                record.write(index, now.clone());
            }
        }
    }
    let (target, record, block) = (this.clone(), Rc::clone(record), block.cloned());
    callbacks::run(interpreter, this, "create", move |interpreter| {
        insert_record(interpreter, &target, &record, &columns, block.as_ref())?;
        increment_counters(interpreter, &target)?;
        record.changes_applied(interpreter)?;
        attribute_methods::id(interpreter, &target, Args::none())
    })
}

fn insert_record(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    columns: &Columns,
    block: Option<&Rc<RProc>>,
) -> Eval<()> {
    let class = interpreter.class_of(this);
    let locking = optimistic::column(&class, columns);
    let mut values = Vec::new();
    let mut indexes = record.changed(interpreter)?;
    if let Some(index) = locking.as_deref().and_then(|name| record.index(name)).filter(|index| !indexes.contains(index))
    {
        indexes.push(index);
    }
    for index in indexes {
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
    let returned = insert(interpreter, &class, columns, &values)?;
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
    yield_self(interpreter, this, block)
}

fn yield_self(interpreter: &mut Interpreter, this: &Value, block: Option<&Rc<RProc>>) -> Eval<()> {
    match block {
        Some(block) => interpreter.yield_value(block, this.clone()).map(drop),
        None => Ok(()),
    }
}

/// `record_timestamps` of the record, which may be told apart from its class.
fn records_timestamps(interpreter: &mut Interpreter, this: &Value, class: &Rc<RClass>) -> Eval<bool> {
    if let Some(own) = record(interpreter, this)?.record_timestamps.get() {
        return Ok(own);
    }
    Ok(model_schema::record_timestamps(class))
}

/// The counters of `belongs_to .. counter_cache:`, which only the part written in Ruby knows.
fn increment_counters(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    if library::is_there(interpreter, library::Library::Associations)? {
        interpreter.call(this, "_increment_counters", Args::none())?;
    }
    Ok(())
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

/// `_update_record`: timestamps, then callbacks around the UPDATE, and the timestamps once more.
fn update_record(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    touch: bool,
    block: Option<&Rc<RProc>>,
) -> Eval {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    record_update_timestamps(interpreter, this, record, &columns, touch)?;
    let (target, record, block) = (this.clone(), Rc::clone(record), block.cloned());
    callbacks::run(interpreter, this, "update", move |interpreter| {
        let this = &target;
        record_update_timestamps(interpreter, this, &record, &columns, touch)?;
        let mut writable = Vec::new();
        for index in record.changed(interpreter)? {
            let name = record.shape().names[index].to_string();
            let writes = columns.column(&name).is_some_and(|column| !column.is_virtual());
            if writes && !model_schema::is_readonly_attribute(&interpreter.class_of(this), &name) {
                writable.push(index);
            }
        }
        let rows = if writable.is_empty() {
            record.trigger_update_callback.set(true);
            0
        } else {
            let rows = update_row(interpreter, this, &record, &columns, &writable, "update")?;
            record.trigger_update_callback.set(rows == 1);
            rows
        };
        record.previously_new_record.set(false);
        yield_self(interpreter, this, block.as_ref())?;
        record.changes_applied(interpreter)?;
        Ok(Value::Int(rows.cast_signed()))
    })
}

fn record_update_timestamps(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    columns: &Columns,
    touch: bool,
) -> Eval<()> {
    let class = interpreter.class_of(this);
    let names = timestamps(columns, &UPDATED);
    if !touch || names.is_empty() || !records_timestamps(interpreter, this, &class)? {
        return Ok(());
    }
    if record.changed(interpreter)?.is_empty() {
        return Ok(());
    }
    let now = now(interpreter)?;
    for name in names {
        let Some(index) = record.index(name) else { continue };
        if record.is_initialized(index) && !record.is_changed(interpreter, index)? {
            record.write(index, now.clone());
        }
    }
    Ok(())
}

/// `_update_row` of the columns among `indexes`; how many rows it changed.
fn update_row(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    columns: &Columns,
    indexes: &[usize],
    action: &str,
) -> Eval<u64> {
    let class = interpreter.class_of(this);
    let Some(locking) = optimistic::column(&class, columns).and_then(|name| record.index(&name)) else {
        return update_columns_of_row(interpreter, this, record, columns, indexes);
    };
    let before = record.attribute(locking);
    let outcome = optimistic::update_row(interpreter, this, record, locking, action, |interpreter, row| {
        let mut indexes = indexes.to_vec();
        if !indexes.contains(&locking) {
            indexes.push(locking);
        }
        let values = values_of(interpreter, record, columns, &indexes)?;
        send_update_to(interpreter, this, columns, &values, row)
    });
    if outcome.is_err() {
        record.set_attribute(locking, before);
    }
    outcome
}

fn update_columns_of_row(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    columns: &Columns,
    indexes: &[usize],
) -> Eval<u64> {
    let values = values_of(interpreter, record, columns, indexes)?;
    if values.is_empty() {
        return Ok(0);
    }
    send_update(interpreter, this, columns, &values)
}

/// `attributes_with_values`
fn values_of(
    interpreter: &mut Interpreter,
    record: &Rc<Record>,
    columns: &Columns,
    indexes: &[usize],
) -> Eval<Vec<(String, Node)>> {
    let mut values = Vec::new();
    for index in indexes {
        let name = record.shape().names[*index].to_string();
        if columns.column(&name).is_some_and(|column| !column.is_virtual()) {
            let value = record.with(interpreter, *index, Attribute::value_for_database)?;
            values.push((name, Node::Bind(value)));
        }
    }
    Ok(values)
}

/// `_query_constraints_hash`, as predicates.
pub(crate) fn own_row(interpreter: &mut Interpreter, this: &Value, columns: &Columns) -> Eval<Vec<Node>> {
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
    let mut row = vec![Node::Attribute(columns.table_name.clone(), key.clone()).equal(Node::Bind(value))];
    let class = interpreter.class_of(this);
    if let Some(name) = optimistic::column(&class, columns)
        && let Some(index) = record.index(&name)
    {
        let value = optimistic::value_for_database(interpreter, &record, index)?;
        row.push(Node::Attribute(columns.table_name.clone(), name).equal(Node::Bind(value)));
    }
    Ok(row)
}

fn send_update(interpreter: &mut Interpreter, this: &Value, columns: &Columns, values: &[(String, Node)]) -> Eval<u64> {
    let row = own_row(interpreter, this, columns)?;
    send_update_to(interpreter, this, columns, values, &row)
}

fn send_update_to(
    interpreter: &mut Interpreter,
    this: &Value,
    columns: &Columns,
    values: &[(String, Node)],
    row: &[Node],
) -> Eval<u64> {
    let name = format!("{} Update", interpreter.class_of(this).name());
    with_adapter(interpreter, |adapter| {
        let statement = arel::compile(adapter, |collector| {
            collector.push("UPDATE ");
            collector.table(&columns.table_name);
            collector.push(" SET ");
            collector.assignments(&columns.table_name, values)?;
            collector.wheres(row)
        })?;
        adapter.exec_update(&statement.sql, Some(&name), &statement.binds)
    })
}

fn update(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bang = interpreter.called_name().is_some_and(|name| name.is("update!"));
    with_transaction_returning_status(interpreter, this, |interpreter| {
        interpreter.call(this, "assign_attributes", Args::one(args.first()))?;
        interpreter.call(this, if bang { "save!" } else { "save" }, Args::none())
    })
}

/// Rails 6.1 took them away.
fn removed(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    attribute_methods::undefined_method(interpreter, this, &name)
}

fn update_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bang = interpreter.called_name().is_some_and(|name| name.is("update_attribute!"));
    let name = interpreter.to_s(&args.first())?;
    check_readonly_attribute(interpreter, this, &name)?;
    interpreter.call_public(this, format!("{name}=").as_str(), Args::one(args.get(1)))?;
    let unvalidated = RHash::new();
    unvalidated.insert_symbol("validate", false.into());
    let arguments = Args::none().with_keywords(Some(Rc::new(unvalidated)));
    interpreter.call(this, if bang { "save!" } else { "save" }, arguments)
}

/// `verify_readonly_attribute`
fn check_readonly_attribute(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval<()> {
    if model_schema::is_readonly_attribute(&interpreter.class_of(this), name) {
        let message = format!("{name} is marked as readonly");
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    Ok(())
}

fn update_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let touch = args.keyword("touch").unwrap_or_default();
    write_columns(interpreter, this, vec![(args.first(), args.get(1))], &touch)
}

fn update_columns(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = args.first() else {
        return Err(interpreter.type_error("update_columns takes a hash"));
    };
    let is_touch = |key: &Value| key.as_name().is_some_and(|name| name == "touch");
    let touch = hash.pairs().into_iter().find(|(key, _)| is_touch(key)).map(|(_, value)| value).unwrap_or_default();
    let pairs = hash.pairs().into_iter().filter(|(key, _)| !is_touch(key)).collect();
    write_columns(interpreter, this, pairs, &touch)
}

fn write_columns(interpreter: &mut Interpreter, this: &Value, mut pairs: Vec<(Value, Value)>, touch: &Value) -> Eval {
    let record = record(interpreter, this)?;
    check_persisted(interpreter, &record, "update")?;
    check_readonly(interpreter, this)?;
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    if touch.truthy() {
        let given = pairs.iter().map(|(key, _)| interpreter.to_s(key)).collect::<Eval<Vec<_>>>()?;
        let now = now(interpreter)?;
        for name in touched_names(interpreter, &class, &columns, touch)? {
            if !given.contains(&name) {
                pairs.push((Value::str(name), now.clone()));
            }
        }
    }
    let row = own_row(interpreter, this, &columns)?;
    let mut values = Vec::new();
    for (key, value) in pairs {
        let name = interpreter.to_s(&key)?;
        let name = attribute_methods::alias(&class, &name).unwrap_or(name);
        check_readonly_attribute(interpreter, this, &name)?;
        let Some(index) = record.index(&name) else {
            let message = format!("can't write unknown attribute `{name}`");
            return Err(interpreter.error("ActiveModel::MissingAttributeError", message));
        };
        interpreter_check_frozen(interpreter, &record)?;
        let serialized = record.shape().types[index].serialize(interpreter, &value)?;
        values.push((name, Node::Bind(serialized.clone())));
        record.access(index);
        record.forced_changes.borrow_mut().retain(|other| *other != index);
        record.with(interpreter, index, |attribute, _, _| {
            attribute.write_cast(value, serialized);
            Ok(())
        })?;
    }
    let rows = send_update_to(interpreter, this, &columns, &values, &row)?;
    Ok((rows == 1).into())
}

pub(crate) fn interpreter_check_frozen(interpreter: &mut Interpreter, record: &Record) -> Eval<()> {
    if record.frozen.get() {
        return Err(interpreter.error("FrozenError", "can't modify frozen attributes"));
    }
    Ok(())
}

/// The names that `touch: true`, `touch: :name` or `touch: [..]` stands for, the model's own timestamps first.
pub(crate) fn touched_names(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    columns: &Columns,
    touch: &Value,
) -> Eval<Vec<String>> {
    let mut names: Vec<String> = timestamps(columns, &UPDATED).into_iter().map(str::to_owned).collect();
    let given = match touch {
        Value::Bool(_) | Value::Nil => Vec::new(),
        Value::Array(items) => items.to_vec(),
        one => vec![one.clone()],
    };
    for name in to_strings(interpreter, &given)? {
        let name = attribute_methods::alias(class, &name).unwrap_or(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
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
    let touch = args.keyword("touch").unwrap_or_default();
    if !touch.truthy() {
        return change_counter_row(interpreter, this, args, by, &touch);
    }
    let (target, args, by) = (this.clone(), args.clone(), by.clone());
    callbacks::run(interpreter, this, "touch", move |interpreter| {
        change_counter_row(interpreter, &target, &args, &by, &touch)
    })
}

fn change_counter_row(interpreter: &mut Interpreter, this: &Value, args: &Args, by: &Value, touch: &Value) -> Eval {
    let record = record(interpreter, this)?;
    check_persisted(interpreter, &record, "update")?;
    let name = interpreter.to_s(&args.first())?;
    add(interpreter, this, &name, by)?;
    let class = interpreter.class_of(this);
    let name = attribute_methods::alias(&class, &name).unwrap_or(name);
    let Some(index) = record.index(&name) else { return Ok(this.clone()) };
    let now = record.read(interpreter, index)?;
    record.access(index);
    let before = record.with(interpreter, index, Attribute::original_value)?;
    let before = if before.truthy() { before } else { Value::Int(0) };
    let change = interpreter.call(&now, "-", Args::one(before))?;
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    let counters = RHash::from_pairs(vec![(Value::symbol(&name), change)]);
    if touch.truthy() {
        counters.insert_symbol("touch", touch.clone());
    }
    let target = Value::Class(Rc::clone(&class));
    interpreter.call(&target, "update_counters", Args::new(vec![id, Value::hash(counters)]))?;
    record.clear_change(interpreter, index)?;
    let columns = load_schema(interpreter, &class)?;
    if let Some(index) = optimistic::column(&class, &columns).and_then(|name| record.index(&name)) {
        let version = record.read(interpreter, index)?;
        let version = interpreter.call(&version, "+", Args::one(Value::Int(1)))?;
        record.write(index, version);
        record.clear_change(interpreter, index)?;
    }
    Ok(this.clone())
}

fn toggle(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let current = interpreter.call_public(this, format!("{name}?").as_str(), Args::none())?;
    attribute_methods::write_named(interpreter, this, &name, Value::Bool(!current.truthy()))?;
    Ok(this.clone())
}

fn toggle_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first();
    toggle(interpreter, this, args)?;
    let value = interpreter.call(this, "[]", Args::one(name.clone()))?;
    interpreter.call(this, "update_attribute", Args::new(vec![name, value]))
}

fn reload(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    let mine = record(interpreter, this)?;
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    let lock = match args.first() {
        Value::Hash(options) => options.get_symbol("lock").unwrap_or_default(),
        _ => Value::Nil,
    };
    let mut scope = interpreter.call(&class, "unscoped", Args::none())?;
    if lock.truthy() {
        scope = interpreter.call(&scope, "lock", Args::one(lock))?;
    }
    let key = mine.primary_key.borrow().clone().unwrap_or_default();
    let conditions = RHash::from_pairs(vec![(Value::str(key), id)]);
    let fresh = interpreter.call(&scope, "find_by!", Args::one(Value::hash(conditions)))?;
    let fresh = record(interpreter, &fresh)?;
    mine.take_over(&fresh);
    if let Value::Object(object) = this {
        for name in ["@marked_for_destruction", "@destroyed_by_association"] {
            object.ivars().borrow_mut().shift_remove(&ruby::Symbol::new(name));
        }
    }
    Ok(this.clone())
}

/// `lock!` of locking/pessimistic.rb
fn lock_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = record(interpreter, this)?;
    let lock = if args.has(0) { args.first() } else { Value::Bool(true) };
    if !own.new_record.get() && !own.destroyed.get() {
        if !own.changed(interpreter)?.is_empty() {
            let changes = interpreter.call(this, "changed", Args::none())?;
            let inspect = interpreter.block_of(&Value::symbol("inspect"))?;
            let changes = interpreter.call(&changes, "map", Args::none().with_block(inspect))?;
            let changes = interpreter.call(&changes, "join", Args::one(Value::str(", ")))?;
            let changes = interpreter.to_s(&changes)?;
            let message = format!(
                "Locking a record with unsaved changes is not supported. Use `save` to persist the changes, or `reload` to \
                 discard them explicitly. Changed attributes: {changes}."
            );
            return Err(interpreter.error("RuntimeError", message));
        }
        let options = RHash::new();
        options.insert_symbol("lock", lock);
        interpreter.call(this, "reload", Args::one(Value::hash(options)))?;
    }
    Ok(this.clone())
}

/// `with_lock`
fn with_lock(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else { return Err(crate::migration::no_block(interpreter)) };
    let keyword = |name: &str| args.keyword(name).unwrap_or_default();
    let options = TransactionOptions {
        requires_new: keyword("requires_new").truthy(),
        isolation: keyword("isolation").as_name(),
        joinable: args.keyword("joinable").is_none_or(|joinable| joinable.truthy()),
    };
    in_transaction(interpreter, options, |interpreter| {
        let arguments = if args.has(0) { Args::one(args.first()) } else { Args::none() };
        interpreter.call(this, "lock!", arguments)?;
        interpreter.call_block(&block, Args::none())
    })
}

fn touch(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if !model_schema::applied_no_touching(interpreter, this)? {
        if library::is_there(interpreter, library::Library::Associations)? {
            let deferred = interpreter.call(this, "_take_deferred_touches", Args::none())?;
            args.positional.extend(crate::bindings::arguments::wrap(interpreter, &deferred)?);
        }
        return with_transaction_returning_status(interpreter, this, |interpreter| {
            let target = this.clone();
            callbacks::run(interpreter, this, "touch", move |interpreter| touch_row(interpreter, &target, &args))
        });
    }
    Ok(Value::Nil)
}

fn touch_row(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let record = record(interpreter, this)?;
    if record.new_record.get() || record.destroyed.get() {
        let message = "Cannot touch on a new or destroyed record object. Consider using persisted?, new_record?, or \
                       destroyed? before touching.";
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    check_readonly(interpreter, this)?;
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let names = touched_names(interpreter, &class, &columns, &Value::array(args.positional.clone()))?;
    if names.is_empty() {
        return Ok(true.into());
    }
    let time = match args.keyword("time") {
        Some(time) if time.truthy() => time,
        _ => now(interpreter)?,
    };
    let mut indexes = Vec::new();
    for name in &names {
        check_readonly_attribute(interpreter, this, name)?;
        attribute_methods::write_named(interpreter, this, name, time.clone())?;
        indexes.extend(record.index(name));
    }
    let rows = update_row(interpreter, this, &record, &columns, &indexes, "touch")?;
    indexes.extend(optimistic::column(&class, &columns).and_then(|name| record.index(&name)));
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
    record.trigger_update_callback.set(rows == 1);
    Ok((rows == 1).into())
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
            collector.wheres(&row)
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
    record.frozen.set(true);
    this.clone()
}

fn destroy(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    with_transaction_returning_status(interpreter, this, |interpreter| destroy_with_callbacks(interpreter, this))
}

/// `Callbacks#destroy`
fn destroy_with_callbacks(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let own = record(interpreter, this)?;
    if own.destroying.replace(true) {
        return Ok(true.into());
    }
    let target = this.clone();
    let outcome = callbacks::run(interpreter, this, "destroy", move |interpreter| destroy_record(interpreter, &target));
    own.destroying.set(false);
    let class = interpreter.class_at("ActiveRecord::RecordNotDestroyed");
    match outcome {
        Err(flow) => match *flow {
            Flow::Raise(exception) if interpreter.is_a(&exception, &class) => {
                if let Value::Object(object) = this {
                    object.set_ivar(ruby::Symbol::new("@_association_destroy_exception"), exception);
                }
                Ok(false.into())
            }
            flow => Err(Box::new(flow)),
        },
        outcome => outcome,
    }
}

fn destroy_record(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let record = record(interpreter, this)?;
    check_readonly(interpreter, this)?;
    if library::is_there(interpreter, library::Library::Associations)? {
        interpreter.call(this, "destroy_associations", Args::none())?;
    }
    if !record.trigger_destroy_callback.get() && is_persisted(&record) {
        let rows = delete_row(interpreter, this)?;
        let class = interpreter.class_of(this);
        let columns = load_schema(interpreter, &class)?;
        if rows != 1 && optimistic::column(&class, &columns).is_some() {
            return Err(optimistic::stale(interpreter, this, "destroy"));
        }
        if rows > 0 && library::is_there(interpreter, library::Library::Associations)? {
            interpreter.call(this, "_decrement_counters", Args::none())?;
        }
        record.trigger_destroy_callback.set(rows > 0);
    }
    Ok(end_of_life(this, &record))
}

/// `destroy || _raise_record_not_destroyed`
fn destroy_or_raise(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let destroyed = interpreter.call(this, "destroy", Args::none())?;
    if destroyed.truthy() {
        return Ok(destroyed);
    }
    let name = ruby::Symbol::new("@_association_destroy_exception");
    if let Value::Object(object) = this
        && let Some(exception) = object.ivars().borrow_mut().shift_remove(&name)
    {
        return Err(Box::new(Flow::Raise(exception)));
    }
    let class = interpreter.class_of(this);
    let key = model_schema::primary_key(interpreter, &class)?.unwrap_or_default();
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    let id = interpreter.to_s(&id)?;
    let message = Value::str(format!("Failed to destroy {} with {key}={id}", class.name()));
    let error = Value::Class(interpreter.class_at("ActiveRecord::RecordNotDestroyed"));
    Err(raise_new(interpreter, &error, vec![message, this.clone()]))
}

fn delete(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    if is_persisted(&record) {
        delete_row(interpreter, this)?;
    }
    Ok(end_of_life(this, &record))
}

/// The record as another class' instance, with the very same attributes.
fn becomes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, &args.first())?;
    let mine = record(interpreter, this)?;
    let became = allocate(interpreter, &class)?;
    let other = record(interpreter, &became)?;
    other.become_like(&mine);
    callbacks::run(interpreter, &became, "initialize", |_| Ok(Value::Bool(true)))?;
    if library::is_there(interpreter, library::Library::Validations)? {
        let errors = interpreter.call(this, "errors", Args::none())?;
        let copy = interpreter.call(&became, "errors", Args::none())?;
        interpreter.call(&copy, "copy!", Args::one(errors))?;
    }
    Ok(became)
}

fn becomes_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, &args.first())?;
    let became = becomes(interpreter, this, args)?;
    let has_type = model_schema::has_type_condition(interpreter, &class)?;
    if let Some(column) = model_schema::inheritance_column(&class) {
        let name = if has_type { Value::str(inheritance::sti_name(interpreter, &class)?) } else { Value::Nil };
        interpreter.call_public(&became, format!("{column}=").as_str(), Args::one(name))?;
    }
    Ok(became)
}
