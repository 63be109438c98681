//! Writing rows: persistence.rb, with timestamp.rb and what transactions.rb puts around a save.

mod columns;
mod destroying;
mod saving;

use std::rc::Rc;

use adapters::QueryResult;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method, variadic};

use crate::models::attribute_methods;
use crate::models::attribute_set::{Record, record};
use crate::models::model_schema::{self, Columns, class, load_schema, schema};
use crate::models::relation;
use crate::models::{callbacks, inheritance};

use columns::{
    decrement, decrement_now, increment, increment_now, lock_now, reload, removed, toggle, toggle_now, touch, update,
    update_attribute, update_column, update_columns, with_lock,
};
pub(crate) use columns::{interpreter_check_frozen, touched_names};
use destroying::{becomes, becomes_now, delete, destroy, destroy_or_raise};
pub(crate) use saving::{now, own_row, raise_new, timestamps};
use saving::{records_timestamps, save, save_or_raise};

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
    method("transaction", |i, _, args| crate::connection::transaction(i, &args), 0..=0).with_keywords(),
];

/// `allocate`, with the defaults of `new`.
pub(crate) fn allocate(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    if model_schema::is_base(class) || schema(class).abstract_class.get() {
        let message = format!("{} is an abstract class and cannot be instantiated.", class.name());
        return Err(interpreter.error("NotImplementedError", message));
    }
    let columns = load_schema(interpreter, class)?;
    let record = with_defaults(interpreter, &columns)?;
    Ok(Value::native(class, record))
}

/// A new record's attributes.
pub(crate) fn with_defaults(interpreter: &mut Interpreter, columns: &Columns) -> Eval<Record> {
    columns.check_names(interpreter)?;
    let record = Record::new(Rc::clone(&columns.shape), columns.defaults.clone(), columns.primary_key.clone(), false);
    for (index, default) in &columns.computed_defaults {
        if let Value::Proc(block) = default {
            let value = interpreter.call_block(block, Args::none())?;
            let is_column = *index < columns.columns.len();
            record.set_attribute(*index, record.attribute(*index).with_user_default(value, is_column));
        }
    }
    Ok(record)
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_of(this);
    if model_schema::has_type_condition(interpreter, &class)?
        && let Some(column) = model_schema::inheritance_column(&class)
    {
        let name = inheritance::sti_name(interpreter, &class)?;
        attribute_methods::write_named(interpreter, this, &column, name)?;
    }
    crate::models::scoping::scope_attributes(interpreter, this, &class)?;
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
        values.push(crate::ground::arguments::to_arg(interpreter, &value)?);
    }
    result.rows.push(values);
    let records = relation::instantiate(interpreter, &class, result)?;
    Ok(records.into_iter().next().unwrap_or_default())
}

/// `Model.update(id, attributes)`
pub(crate) fn update_all_or_one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let Some((attributes, rest)) = args.positional.split_last() else { return Ok(Value::Nil) };
    // A relation gives what names ids to its class, past its own conditions.
    let model = match this.data::<relation::Relation>() {
        Some(own) => Value::Class(Rc::clone(&own.model)),
        None => this.clone(),
    };
    match rest.first() {
        None => update_all_of(interpreter, this, &name, attributes),
        Some(id) if id.as_name().as_deref() == Some("all") => update_all_of(interpreter, this, &name, attributes),
        Some(Value::Array(ids)) => {
            let ids = ids.to_vec();
            if ids.iter().any(|id| id.data::<Record>().is_some()) {
                let message = format!(
                    "You are passing an array of ActiveRecord::Base instances to `{name}`. Please pass the ids of the objects \
                     by calling `pluck(:id)` or `map(&:id)`."
                );
                return Err(interpreter.argument_error(message));
            }
            let mut records = Vec::new();
            for id in ids {
                records.push(interpreter.call(&model, "find", Args::one(id))?);
            }
            for (place, record) in (0..).zip(&records) {
                let attributes = interpreter.call(attributes, "[]", Args::one(Value::Int(place)))?;
                interpreter.call(record, name.as_str(), Args::one(attributes))?;
            }
            Ok(Value::array(records))
        }
        Some(id) if id.data::<Record>().is_some() => {
            let message = format!(
                "You are passing an instance of ActiveRecord::Base to `{name}`. Please pass the id of the object by calling \
                 `.id`."
            );
            Err(interpreter.argument_error(message))
        }
        Some(id) => {
            let record = interpreter.call(&model, "find", Args::one(id.clone()))?;
            interpreter.call(&record, name.as_str(), Args::one(attributes.clone()))?;
            Ok(record)
        }
    }
}

fn update_all_of(interpreter: &mut Interpreter, this: &Value, name: &str, attributes: &Value) -> Eval {
    let all = interpreter.call(this, "all", Args::none())?;
    let all = interpreter.call(&all, "to_a", Args::none())?;
    let records = ruby::core::convert::array(interpreter, &all)?;
    for record in &records {
        interpreter.call(record, name, Args::one(attributes.clone()))?;
    }
    Ok(all)
}
