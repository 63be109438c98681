//! `cache_key` and `cache_version` of a record: integration.rb. Those of a relation are absent.

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use crate::models::attribute_set::record;
use crate::models::class_attributes;
use crate::models::model_schema::load_schema;
use crate::models::persistence::timestamps;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("cache_key", cache_key, 0..=0),
    method("cache_version", cache_version, 0..=0),
    method("cache_key_with_version", cache_key_with_version, 0..=0),
];

/// The model's part, the id, and the time of the last change where no version tells it.
fn cache_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    let name = interpreter.call(&class, "model_name", Args::none())?;
    let collection = interpreter.call(&name, "cache_key", Args::none())?;
    let collection = interpreter.to_s(&collection)?;
    if record(interpreter, this)?.new_record.get() {
        return Ok(format!("{collection}/new").into());
    }
    let id = interpreter.call(this, "id", Args::none())?;
    let key = format!("{collection}/{}", interpreter.to_s(&id)?);
    if interpreter.call(this, "cache_version", Args::none())?.truthy() {
        return Ok(key.into());
    }
    Ok(match last_change(interpreter, this)? {
        Some(time) => format!("{key}-{}", shown(interpreter, this, &time)?).into(),
        None => key.into(),
    })
}

/// `max_updated_column_timestamp`
fn last_change(interpreter: &mut Interpreter, this: &Value) -> Eval<Option<Value>> {
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let mut last: Option<Value> = None;
    for name in timestamps(&class, &columns, &["updated_at", "updated_on"]) {
        let value = interpreter.call(this, "[]", Args::one(name.into()))?;
        if !value.truthy() {
            continue;
        }
        let time = interpreter.call(&value, "to_time", Args::none())?;
        let is_later = match &last {
            Some(last) => interpreter.compare(&time, last)?.is_some_and(std::cmp::Ordering::is_gt),
            None => true,
        };
        if is_later {
            last = Some(time);
        }
    }
    Ok(last)
}

fn shown(interpreter: &mut Interpreter, this: &Value, time: &Value) -> Eval<String> {
    let class = interpreter.class_of(this);
    let time = interpreter.call(time, "utc", Args::none())?;
    let format = class_attributes::of(&class, "cache_timestamp_format");
    let text = interpreter.call(&time, "to_fs", Args::one(format))?;
    interpreter.to_s(&text)
}

fn cache_version(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_of(this);
    if !class_attributes::of(&class, "cache_versioning").truthy() {
        return Ok(Value::Nil);
    }
    let name = Value::str("updated_at");
    if interpreter.call(this, "has_attribute?", Args::one(name.clone()))?.truthy() {
        let time = interpreter.call(this, "updated_at", Args::none())?;
        return if time.truthy() { Ok(shown(interpreter, this, &time)?.into()) } else { Ok(Value::Nil) };
    }
    let of_class = Value::Class(class.clone());
    if interpreter.call(&of_class, "has_attribute?", Args::one(name))?.truthy() {
        let message = format!("missing attribute 'updated_at' for {}", class.name());
        return Err(interpreter.error("ActiveModel::MissingAttributeError", message));
    }
    Ok(Value::Nil)
}

fn cache_key_with_version(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let version = interpreter.call(this, "cache_version", Args::none())?;
    let key = interpreter.call(this, "cache_key", Args::none())?;
    if !version.truthy() {
        return Ok(key);
    }
    Ok(format!("{}-{}", interpreter.to_s(&key)?, interpreter.to_s(&version)?).into())
}
