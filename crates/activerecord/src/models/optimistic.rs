//! locking/optimistic.rb: the column that counts a row's versions, and what it means for the row's statements.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RClass, Value, method};

use crate::connection::arel::Node;
use crate::models::attribute_set::{Attribute, Record};
use crate::models::model_schema::{Columns, class, load_schema, nearest, schema};
use crate::models::persistence::{own_row, raise_new};

const DEFAULT_LOCKING_COLUMN: &str = "lock_version";

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("locking_column", |i, this, _| Ok(locking_column(&class(i, this)?).into()), 0..=0),
    method("locking_column=", set_locking_column, 1..=1),
    method("reset_locking_column", reset_locking_column, 0..=0),
    method("locking_enabled?", is_enabled, 0..=0),
    method("lock_optimistically", |i, this, _| Ok(locks(&class(i, this)?).into()), 0..=0),
    method("lock_optimistically=", set_lock_optimistically, 1..=1),
];

fn locking_column(class: &Rc<RClass>) -> String {
    schema(class).locking_column.borrow().clone().unwrap_or_else(|| DEFAULT_LOCKING_COLUMN.to_owned())
}

fn locks(class: &Rc<RClass>) -> bool {
    nearest(class, |class| schema(class).lock_optimistically.get()).unwrap_or(true)
}

/// The column, where the model counts versions.
pub(crate) fn column(class: &Rc<RClass>, columns: &Columns) -> Option<String> {
    let name = locking_column(class);
    (columns.column(&name).is_some() && locks(class)).then_some(name)
}

/// Whether a column's type is `LockingType`.
pub(crate) fn is_column(class: &Rc<RClass>, name: &str) -> bool {
    name == locking_column(class) && locks(class)
}

fn set_locking_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    *schema(&class).locking_column.borrow_mut() = Some(name);
    crate::models::model_schema::forget_columns(&class);
    Ok(args.first())
}

fn reset_locking_column(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    set_locking_column(interpreter, this, Args::one(Value::str(DEFAULT_LOCKING_COLUMN)))
}

fn is_enabled(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let columns = load_schema(interpreter, &class)?;
    Ok(column(&class, &columns).is_some().into())
}

fn set_lock_optimistically(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).lock_optimistically.set(Some(args.first().truthy()));
    crate::models::model_schema::forget_columns(&class);
    Ok(args.first())
}

/// `_lock_value_for_database`
pub(crate) fn value_for_database(interpreter: &mut Interpreter, record: &Record, index: usize) -> Eval<adapters::Arg> {
    if record.is_changed(interpreter, index)? {
        return record.with(interpreter, index, Attribute::value_for_database);
    }
    record.with(interpreter, index, Attribute::original_value_for_database)
}

/// `_update_row`: counts the version up; a row that is not there at its old version is stale.
pub(crate) fn update_row(
    interpreter: &mut Interpreter,
    this: &Value,
    record: &Rc<Record>,
    index: usize,
    action: &str,
    send: impl FnOnce(&mut Interpreter, &[Node]) -> Eval<u64>,
) -> Eval<u64> {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let row = own_row(interpreter, this, &columns)?;
    let version = record.read(interpreter, index)?;
    if version.is_nil() {
        let name = locking_column(&class);
        let message = format!(
            "For optimistic locking, locking_column ('{name}') can't be nil. Are you missing a default value or validation \
             on '{name}'?"
        );
        return Err(interpreter.error("RuntimeError", message));
    }
    let version = interpreter.call(&version, "+", Args::one(Value::Int(1)))?;
    record.write(index, version);
    let rows = send(interpreter, &row)?;
    if rows != 1 {
        return Err(stale(interpreter, this, action));
    }
    Ok(rows)
}

/// `StaleObjectError`
pub(crate) fn stale(interpreter: &mut Interpreter, this: &Value, action: &str) -> Box<Flow> {
    let error = Value::Class(interpreter.class_at("ActiveRecord::StaleObjectError"));
    raise_new(interpreter, &error, vec![this.clone(), Value::str(action)])
}
