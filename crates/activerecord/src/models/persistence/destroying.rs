//! The end of a record, and its life as an instance of another class.

use adapters::change::{Change, Verb};
use adapters::gate;
use ruby::{Args, Eval, Flow, Interpreter, Value};

use super::allocate;
use super::saving::{check_readonly, own_row, raise_new};
use crate::connection::arel;
use crate::ground::state::with_adapter;
use crate::models::attribute_methods;
use crate::models::attribute_set::{Record, record};
use crate::models::model_schema::{self, class, load_schema};
use crate::models::transactions::with_transaction_returning_status;
use crate::models::{callbacks, inheritance, optimistic};

/// How many rows there were.
pub(super) fn delete_row(interpreter: &mut Interpreter, this: &Value) -> Eval<u64> {
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
        let change = Change::rows(Verb::Delete, &*columns.table_name);
        gate::exec_rows(adapter, &change, &statement.sql, &name, &statement.binds)
    })
}

/// `persisted?`
pub(super) fn is_persisted(record: &Record) -> bool {
    !record.new_record.get() && !record.destroyed.get()
}

/// What `destroy` and `delete` answer: the record, frozen.
pub(super) fn end_of_life(this: &Value, record: &Record) -> Value {
    record.destroyed.set(true);
    record.previously_new_record.set(false);
    record.frozen.set(true);
    this.clone()
}

/// `destroy`, with its callbacks and in a transaction.
pub(super) fn destroy(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    with_transaction_returning_status(interpreter, this, |interpreter| destroy_with_callbacks(interpreter, this))
}

/// `Callbacks#destroy`
pub(super) fn destroy_with_callbacks(interpreter: &mut Interpreter, this: &Value) -> Eval {
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

/// What stands between those callbacks.
pub(super) fn destroy_record(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let record = record(interpreter, this)?;
    check_readonly(interpreter, this)?;
    interpreter.call(this, "destroy_associations", Args::none())?;
    if !record.trigger_destroy_callback.get() && is_persisted(&record) {
        let rows = delete_row(interpreter, this)?;
        let class = interpreter.class_of(this);
        let columns = load_schema(interpreter, &class)?;
        if rows != 1 && optimistic::column(&class, &columns).is_some() {
            return Err(optimistic::stale(interpreter, this, "destroy"));
        }
        if rows > 0 {
            crate::models::associations::counting::count_out(interpreter, this)?;
        }
        record.trigger_destroy_callback.set(rows > 0);
    }
    Ok(end_of_life(this, &record))
}

/// `destroy || _raise_record_not_destroyed`
pub(super) fn destroy_or_raise(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let destroyed = interpreter.call(this, "destroy", Args::none())?;
    if destroyed.truthy() {
        return Ok(destroyed);
    }
    let name = ruby::Symbol::new("@_association_destroy_exception");
    if let Value::Object(object) = this
        && let Some(exception) = object.ivars().borrow_mut().remove(name)
    {
        return Err(Box::new(Flow::Raise(exception)));
    }
    let class = interpreter.class_of(this);
    let key = model_schema::primary_key(interpreter, &class)?.map(|key| key.to_string()).unwrap_or_default();
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    let id = interpreter.to_s(&id)?;
    let message = Value::str(format!("Failed to destroy {} with {key}={id}", class.name()));
    let error = Value::Class(interpreter.class_at("ActiveRecord::RecordNotDestroyed"));
    Err(raise_new(interpreter, &error, vec![message, this.clone()]))
}

/// `delete`
pub(super) fn delete(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    if is_persisted(&record) {
        delete_row(interpreter, this)?;
    }
    Ok(end_of_life(this, &record))
}

/// The record as another class' instance, with the very same attributes.
pub(super) fn becomes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, &args.first())?;
    let mine = record(interpreter, this)?;
    let became = allocate(interpreter, &class)?;
    let other = record(interpreter, &became)?;
    other.become_like(&mine);
    callbacks::run(interpreter, &became, "initialize", |_| Ok(Value::Bool(true)))?;
    if crate::models::validations::has_errors(interpreter, this)? {
        let errors = interpreter.call(this, "errors", Args::none())?;
        let copy = interpreter.call(&became, "errors", Args::none())?;
        interpreter.call(&copy, "copy!", Args::one(errors))?;
    }
    Ok(became)
}

/// `becomes!`
pub(super) fn becomes_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, &args.first())?;
    let became = becomes(interpreter, this, args)?;
    let has_type = model_schema::has_type_condition(interpreter, &class)?;
    if let Some(column) = model_schema::inheritance_column(&class) {
        let name = if has_type { inheritance::sti_name(interpreter, &class)? } else { Value::Nil };
        interpreter.call_public(&became, format!("{column}=").as_str(), Args::one(name))?;
    }
    Ok(became)
}
