//! attribute_methods/primary_key.rb and composite_primary_key.rb: the key of a row, which is a column or a list of columns,
//! and what a record answers of it.

use std::fmt;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use super::{query_value, suffixed, write_named};
use crate::ground::arguments::{strings_to_value, to_strings};
use crate::models::attribute_set::{Attribute, Record, record};

/// A primary key, or a foreign one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Column(String),
    /// A list, even of one column.
    Columns(Vec<String>),
}

impl Key {
    /// What Ruby code names: a column, or a list of columns.
    pub(crate) fn named(interpreter: &mut Interpreter, value: &Value) -> Eval<Self> {
        match value {
            Value::Array(names) => Ok(Self::Columns(to_strings(interpreter, &names.to_vec())?)),
            name => Ok(Self::Column(interpreter.to_s(name)?)),
        }
    }

    /// In the order of the key.
    pub(crate) fn columns(&self) -> &[String] {
        match self {
            Self::Column(name) => std::slice::from_ref(name),
            Self::Columns(names) => names,
        }
    }

    /// The column of a key that is not composite.
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) => Some(name),
            Self::Columns(_) => None,
        }
    }

    /// Whether there is more than one column.
    pub(crate) fn is_composite(&self) -> bool {
        matches!(self, Self::Columns(_))
    }

    /// Whether a column is a part of the key.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns().iter().any(|column| column == name)
    }

    /// `primary_key`: a name, or an array of them.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Column(name) => Value::str(name.as_str()),
            Self::Columns(names) => strings_to_value(names.clone()),
        }
    }

    /// `key.zip(id).to_h`, which Ruby refuses where the id is no list.
    pub(crate) fn conditions(&self, interpreter: &mut Interpreter, id: Value) -> Eval {
        let Self::Columns(_) = self else {
            return Ok(Value::hash(ruby::RHash::from_pairs(vec![(self.to_value(), id)])));
        };
        let pairs = interpreter.call(&self.to_value(), "zip", Args::one(id))?;
        interpreter.call(&pairs, "to_h", Args::none())
    }
}

/// As Ruby writes it into a message.
impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => formatter.write_str(name),
            Self::Columns(names) => fmt::Debug::fmt(names, formatter),
        }
    }
}

pub(crate) const METHODS: &[NativeMethod] = &[
    method("id", id, 0..=0),
    method("id=", set_id, 1..=1),
    method("id?", is_id, 0..=0),
    method("id_was", id_was, 0..=0),
    method("id_in_database", id_was, 0..=0),
    method("id_before_type_cast", |i, this, _| each_suffixed(i, this, "_before_type_cast"), 0..=0),
    method("id_for_database", |i, this, _| each_suffixed(i, this, "_for_database"), 0..=0),
    method("primary_key_values_present?", |i, this, args| Ok(is_present(&id(i, this, args)?).into()), 0..=0),
    method("to_key", to_key, 0..=0),
    method("to_param", to_param, 0..=0),
];

/// The key where it has more than one column.
pub(super) fn composite(record: &Record) -> Option<Rc<Key>> {
    record.primary_key.borrow().as_ref().filter(|key| key.is_composite()).map(Rc::clone)
}

/// A value for each column of a composite key.
fn each(key: &Key, work: impl FnMut(&String) -> Eval) -> Eval {
    Ok(Value::array(key.columns().iter().map(work).collect::<Eval<Vec<_>>>()?))
}

/// `id`
pub(crate) fn id(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    match record.primary_key_index() {
        Some(index) => return record.read(interpreter, index),
        // A table without a key may still have a column of this name.
        None if record.primary_key.borrow().is_none() => {
            return match record.index("id") {
                Some(index) => record.read(interpreter, index),
                None => Ok(Value::Nil),
            };
        }
        None => {}
    }
    match composite(&record) {
        Some(key) => each(&key, |name| match record.index(name) {
            Some(index) => record.read(interpreter, index),
            None => Ok(Value::Nil),
        }),
        None => Ok(Value::Nil),
    }
}

/// `primary_key_values_present?`, of an id.
pub(crate) fn is_present(id: &Value) -> bool {
    match id {
        Value::Array(values) => values.to_vec().iter().all(Value::truthy),
        id => id.truthy(),
    }
}

fn set_id(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = record(interpreter, this)?;
    crate::models::persistence::interpreter_check_frozen(interpreter, &record)?;
    if let Some(key) = composite(&record) {
        return set_each(interpreter, &record, &key, &args.first());
    }
    match record.primary_key_index().or_else(|| record.index("id")) {
        Some(index) => {
            record.write(index, args.first());
            Ok(args.first())
        }
        // There is no such column.
        None => {
            let key = record.primary_key.borrow().clone();
            let name = key.as_deref().and_then(Key::column).unwrap_or_default().to_owned();
            write_named(interpreter, this, &name, args.first())
        }
    }
}

fn set_each(interpreter: &mut Interpreter, record: &Record, key: &Key, given: &Value) -> Eval {
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    if !interpreter.is_a(given, &enumerable) {
        let shown = interpreter.inspect(given)?;
        return Err(interpreter.type_error(format!("Expected value matching {key}, got {shown}.")));
    }
    let values = interpreter.call(given, "to_a", Args::none())?;
    let values = ruby::core::convert::array(interpreter, &values)?;
    for (place, name) in key.columns().iter().enumerate() {
        if let Some(index) = record.index(name) {
            record.write(index, values.get(place).cloned().unwrap_or_default());
        }
    }
    Ok(given.clone())
}

fn is_id(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = record(interpreter, this)?;
    let Some(key) = composite(&record) else {
        let id = id(interpreter, this, args)?;
        return query_value(interpreter, id);
    };
    for name in key.columns() {
        let value = match record.index(name) {
            Some(index) => record.read(interpreter, index)?,
            None => Value::Nil,
        };
        if !query_value(interpreter, value)?.truthy() {
            return Ok(false.into());
        }
    }
    Ok(true.into())
}

/// `id_in_database`
pub(crate) fn id_was(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let Some(index) = record.primary_key_index() else {
        return match composite(&record) {
            Some(key) => each(&key, |name| column_was(interpreter, &record, name)),
            None => Ok(Value::Nil),
        };
    };
    record.access(index);
    record.with(interpreter, index, Attribute::original_value)
}

/// `attribute_in_database` of a column of the key.
pub(crate) fn column_was(interpreter: &mut Interpreter, record: &Record, name: &str) -> Eval {
    let Some(index) = record.index(name) else { return Ok(Value::Nil) };
    record.access(index);
    record.with(interpreter, index, Attribute::original_value)
}

fn each_suffixed(interpreter: &mut Interpreter, this: &Value, suffix: &str) -> Eval {
    let record = record(interpreter, this)?;
    let key = record.primary_key.borrow().clone();
    match key.as_deref() {
        Some(Key::Column(name)) => suffixed(interpreter, this, name, suffix, &Args::none()),
        Some(key) => each(key, |name| suffixed(interpreter, this, name, suffix, &Args::none())),
        None => suffixed(interpreter, this, "id", suffix, &Args::none()),
    }
}

fn to_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(match id(interpreter, this, args)? {
        id @ (Value::Nil | Value::Array(_)) => id,
        id => Value::array(vec![id]),
    })
}

/// `to_param`
pub(crate) fn to_param(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match id(interpreter, this, args)? {
        Value::Nil => Ok(Value::Nil),
        // `param_delimiter`
        Value::Array(values) => interpreter.call(&Value::Array(values), "join", Args::one(Value::str("_"))),
        id => Ok(Value::str(interpreter.to_s(&id)?)),
    }
}
