//! `save`: validations, callbacks, timestamps, and the INSERT or UPDATE of a record.

use std::rc::Rc;

use adapters::change::{Change, Verb};
use adapters::column::Column;
use adapters::{Arg, Dialect, gate};
use ruby::{Args, Eval, Flow, Interpreter, RClass, RProc, Value};

use crate::connection::arel::{self, Node};
use crate::ground::state::with_adapter;
use crate::models::associations::counting;
use crate::models::attribute_methods::{self, primary_key};
use crate::models::attribute_set::{Attribute, Kind, Record, record};
use crate::models::model_schema::{self, Columns, load_schema};
use crate::models::suppressor::is_suppressed;
use crate::models::transactions::with_transaction_returning_status;
use crate::models::{callbacks, class_attributes, optimistic, scoping};

/// A ReadOnlyRecord where the record is.
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
pub(super) fn save(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    if is_suppressed(interpreter, this)? {
        return Ok(true.into());
    }
    save_with(interpreter, this, &SaveOptions::of(args))
}

/// `save`: false where a validation or a callback says no.
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

/// Whether an exception is RecordInvalid.
pub(super) fn is_record_invalid(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    let class = interpreter.class_at("ActiveRecord::RecordInvalid");
    matches!(flow, Flow::Raise(exception) if interpreter.is_a(exception, &class))
}

/// `save!`
pub(super) fn save_or_raise(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if is_suppressed(interpreter, this)? {
        return Ok(true.into());
    }
    save_or_raise_with(interpreter, this, &SaveOptions::of(&args))
}

/// The same with options.
pub(super) fn save_or_raise_with(interpreter: &mut Interpreter, this: &Value, options: &SaveOptions) -> Eval {
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

/// Whether the record may be saved.
pub(super) fn perform_validations(interpreter: &mut Interpreter, this: &Value, options: &SaveOptions) -> Eval<bool> {
    if !options.validate {
        return Ok(true);
    }
    let arguments = if options.context.is_nil() { Args::none() } else { Args::one(options.context.clone()) };
    Ok(interpreter.call(this, "valid?", arguments)?.truthy())
}

/// `create_or_update`
pub(super) fn create_or_update(interpreter: &mut Interpreter, this: &Value, options: &SaveOptions) -> Eval {
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

/// `current_time_from_proper_timezone`
pub(crate) fn now(interpreter: &mut Interpreter) -> Eval {
    let time = Value::Class(interpreter.class_at("Time"));
    let now = interpreter.call(&time, "now", Args::none())?;
    interpreter.call(&now, "utc", Args::none())
}

/// The columns that are set when a row is made.
pub(super) const CREATED: [&str; 2] = ["created_at", "created_on"];
/// The columns that are set whenever it is changed.
pub(super) const UPDATED: [&str; 2] = ["updated_at", "updated_on"];

/// The timestamp columns that the model has, in Rails' order.
pub(crate) fn timestamps(class: &Rc<RClass>, columns: &Columns, names: &[&str]) -> Vec<String> {
    let named = names.iter().map(|name| attribute_methods::alias(class, name).unwrap_or_else(|| (*name).to_owned()));
    named.filter(|name| columns.column(name).is_some()).collect()
}

/// `_create_record`: timestamps, then callbacks around the INSERT.
pub(super) fn create_record(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    block: Option<&Rc<RProc>>,
) -> Eval {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    if records_timestamps(interpreter, this, &class)? {
        let now = now(interpreter)?;
        for name in timestamps(&class, &columns, &CREATED).into_iter().chain(timestamps(&class, &columns, &UPDATED)) {
            if let Some(index) = record.index(&name)
                && !record.read(interpreter, index)?.truthy()
            {
                record.write(index, now.clone());
            }
        }
    }
    let (target, record, block) = (this.clone(), Rc::clone(record), block.cloned());
    callbacks::run(interpreter, this, "create", move |interpreter| {
        insert_record(interpreter, &target, &record, &columns, block.as_ref())?;
        counting::count_in(interpreter, &target)?;
        record.changes_applied(interpreter)?;
        primary_key::id(interpreter, &target, Args::none())
    })
}

/// INSERT of the attributes that there are, and what the database says of the others.
pub(super) fn insert_record(
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
    if !class_attributes::of(&class, "partial_inserts").truthy() {
        indexes = every_attribute(record, columns, &indexes);
    }
    // A column's default may have to be encrypted.
    indexes.extend(columns.encrypted.iter().filter(|index| !indexes.contains(index)).copied().collect::<Vec<_>>());
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
        let is_key = columns.primary_key.as_ref().and_then(|key| key.column()) == Some(&name);
        if is_key && record.read(interpreter, index)?.is_nil() {
            continue;
        }
        let value = record.with(interpreter, index, Attribute::value_for_database)?;
        if let Kind::Encrypted(encrypted) = &record.shape().types[index].kind
            && !value.is_nil()
        {
            return Err(encrypted.refuse(interpreter, "written"));
        }
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

/// `attribute_names_for_partial_inserts` without partial inserts: what the database fills in itself only where it was given.
fn every_attribute(record: &Record, columns: &Columns, changed: &[usize]) -> Vec<usize> {
    let names = &record.shape().names;
    let is_populated = |index: usize| columns.column(&names[index]).is_some_and(Column::is_auto_populated);
    (0..names.len()).filter(|index| changed.contains(index) || !is_populated(*index)).collect()
}

/// Calls the block of `new` and `create`.
pub(super) fn yield_self(interpreter: &mut Interpreter, this: &Value, block: Option<&Rc<RProc>>) -> Eval<()> {
    match block {
        Some(block) => interpreter.yield_value(block, this.clone()).map(drop),
        None => Ok(()),
    }
}

/// `record_timestamps` of the record, which may be told apart from its class.
pub(super) fn records_timestamps(interpreter: &mut Interpreter, this: &Value, class: &Rc<RClass>) -> Eval<bool> {
    if let Some(own) = record(interpreter, this)?.record_timestamps.get() {
        return Ok(own);
    }
    Ok(model_schema::record_timestamps(class))
}

/// `_insert_record`: what the database filled in, by column.
pub(super) fn insert(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    columns: &Columns,
    values: &[(String, Node)],
) -> Eval<Vec<(String, Arg)>> {
    let name = format!("{} Create", class.name());
    let empty_key = columns.primary_key.as_ref().and_then(|key| key.column());
    with_adapter(interpreter, |adapter| {
        let returning_supported = adapter.supports_insert_returning();
        let mysql = adapter.dialect() == Dialect::MySql;
        let populated = |column: &&adapters::column::Column| {
            if mysql && !returning_supported { column.auto_increment } else { column.is_auto_populated() }
        };
        let mut returning: Vec<String> = columns.columns.iter().filter(populated).map(|c| c.name.clone()).collect();
        if returning.is_empty() {
            returning.extend(columns.key_columns().iter().cloned());
        }
        let statement = arel::compile(adapter, |collector| {
            collector.push("INSERT INTO ");
            collector.table(&columns.table_name);
            collector.push(" ");
            if values.is_empty() {
                let empty = collector.adapter().empty_insert_statement_value(empty_key);
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
            collector.column_values(values)?;
            collector.push(")");
            Ok(())
        })?;
        let pk = if returning.is_empty() {
            Arg::Bool(false)
        } else {
            Arg::Array(returning.iter().map(|name| Arg::str(name.as_str())).collect())
        };
        let change = Change::rows(Verb::Insert, &*columns.table_name);
        let result = adapter.exec_insert(&change, &statement.sql, Some(&name), &statement.binds, &pk)?;
        if !returning_supported {
            let id = adapter.last_inserted_id(&result);
            return Ok(returning.into_iter().take(1).map(|name| (name, id.clone())).collect());
        }
        let row = result.rows.into_iter().next().unwrap_or_default();
        Ok(returning.into_iter().zip(row).collect())
    })
}

/// `_update_record`: timestamps, then callbacks around the UPDATE, and the timestamps once more.
pub(super) fn update_record(
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
        let partial = class_attributes::of(&interpreter.class_of(this), "partial_updates").truthy();
        for index in if partial { record.changed(interpreter)? } else { record.keys() } {
            let name = record.shape().names[index].to_string();
            let writes = columns.column(&name).is_some_and(|column| !column.is_virtual());
            if writes && !model_schema::is_left_out_of_updates(&interpreter.class_of(this), &name) {
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

/// Sets the times of a change.
pub(super) fn record_update_timestamps(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    columns: &Columns,
    touch: bool,
) -> Eval<()> {
    let class = interpreter.class_of(this);
    let names = timestamps(&class, columns, &UPDATED);
    if !touch || names.is_empty() || !records_timestamps(interpreter, this, &class)? {
        return Ok(());
    }
    if record.changed(interpreter)?.is_empty() {
        return Ok(());
    }
    let now = now(interpreter)?;
    for name in names {
        let Some(index) = record.index(&name) else { continue };
        if record.is_initialized(index) && !record.is_changed(interpreter, index)? {
            record.write(index, now.clone());
        }
    }
    Ok(())
}

/// `_update_row` of the columns among `indexes`; how many rows it changed.
pub(super) fn update_row(
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

/// What `update` writes: the changed attributes, and the lock's version.
pub(super) fn update_columns_of_row(
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
pub(super) fn values_of(
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
    if columns.row_key.is_empty() {
        let class = interpreter.class_of(this).name();
        let message = format!("Unknown primary key for table {} in model {class}.", columns.table_name);
        return Err(interpreter.error("ActiveRecord::UnknownPrimaryKey", message));
    }
    let mut row = Vec::with_capacity(columns.row_key.len());
    for name in &columns.row_key {
        let id = primary_key::column_was(interpreter, &record, name)?;
        let value = match record.index(name) {
            Some(index) => record.shape().types[index].serialize(interpreter, &id)?,
            None => crate::ground::arguments::to_arg(interpreter, &id)?,
        };
        row.push(Node::Attribute(columns.table_name.clone(), name.clone()).equal(Node::Bind(value)));
    }
    let class = interpreter.class_of(this);
    if let Some(name) = optimistic::column(&class, columns)
        && let Some(index) = record.index(&name)
    {
        let value = optimistic::value_for_database(interpreter, &record, index)?;
        row.push(Node::Attribute(columns.table_name.clone(), name).equal(Node::Bind(value)));
    }
    row.extend(scoping::constraints_of_writes(interpreter, &class)?);
    Ok(row)
}

/// How many rows there were.
pub(super) fn send_update(
    interpreter: &mut Interpreter,
    this: &Value,
    columns: &Columns,
    values: &[(String, Node)],
) -> Eval<u64> {
    let row = own_row(interpreter, this, columns)?;
    send_update_to(interpreter, this, columns, values, &row)
}

/// The same, of whichever rows.
pub(super) fn send_update_to(
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
        let change = Change::rows(Verb::Update, &*columns.table_name);
        gate::exec_rows(adapter, &change, &statement.sql, &name, &statement.binds)
    })
}
