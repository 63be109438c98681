//! Settings of a model's class that it inherits from its superclass until it has its own, as Rails' `class_attribute` has
//! them.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method};

use crate::ground::state::with_adapter;
use crate::models::model_schema::{class, is_base, nearest, schema};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("partial_inserts", read, 0..=0),
    method("partial_inserts?", ask, 0..=0),
    method("partial_inserts=", write, 1..=1),
    method("partial_updates", read, 0..=0),
    method("partial_updates?", ask, 0..=0),
    method("partial_updates=", write, 1..=1),
    method("pluralize_table_names", read, 0..=0),
    method("pluralize_table_names?", ask, 0..=0),
    method("pluralize_table_names=", write, 1..=1),
    method("primary_key_prefix_type", read, 0..=0),
    method("primary_key_prefix_type=", write, 1..=1),
    method("attributes_for_inspect", read, 0..=0),
    method("attributes_for_inspect=", write, 1..=1),
    method("time_zone_aware_types", read, 0..=0),
    method("time_zone_aware_types?", ask, 0..=0),
    method("time_zone_aware_types=", write, 1..=1),
    method("cache_timestamp_format", read, 0..=0),
    method("cache_timestamp_format?", ask, 0..=0),
    method("cache_timestamp_format=", write, 1..=1),
    method("cache_versioning", read, 0..=0),
    method("cache_versioning?", ask, 0..=0),
    method("cache_versioning=", write, 1..=1),
    method("collection_cache_versioning", read, 0..=0),
    method("collection_cache_versioning?", ask, 0..=0),
    method("collection_cache_versioning=", write, 1..=1),
    method("belongs_to_required_by_default", read, 0..=0),
    method("belongs_to_required_by_default=", write, 1..=1),
    method("strict_loading_by_default", read, 0..=0),
    method("strict_loading_by_default=", write, 1..=1),
    method("strict_loading_mode", read, 0..=0),
    method("strict_loading_mode=", write, 1..=1),
    method("enumerate_columns_in_select_statements", read, 0..=0),
    method("enumerate_columns_in_select_statements?", ask, 0..=0),
    method("enumerate_columns_in_select_statements=", write, 1..=1),
    method("has_many_inversing", read, 0..=0),
    method("has_many_inversing=", write, 1..=1),
    method("automatic_scope_inversing", read, 0..=0),
    method("automatic_scope_inversing=", write, 1..=1),
    method("automatically_invert_plural_associations", read, 0..=0),
    method("automatically_invert_plural_associations=", write, 1..=1),
];

/// What a bare process has.
fn default(name: &str) -> Value {
    match name {
        "partial_inserts" | "partial_updates" | "pluralize_table_names" => true.into(),
        "attributes_for_inspect" => Value::symbol("all"),
        "cache_timestamp_format" => Value::symbol("usec"),
        "time_zone_aware_types" => Value::array(vec![Value::symbol("datetime"), Value::symbol("time")]),
        "primary_key_prefix_type" | "belongs_to_required_by_default" => Value::Nil,
        "strict_loading_mode" => Value::symbol("all"),
        _ => false.into(),
    }
}

/// The nearest class' own value.
pub(crate) fn of(class: &Rc<RClass>, name: &str) -> Value {
    set(class, name).unwrap_or_else(|| default(name))
}

/// What the nearest class was given; None where the default holds.
pub(crate) fn set(class: &Rc<RClass>, name: &str) -> Option<Value> {
    let own = |class: &Rc<RClass>| schema(class).settings.borrow().get(name).cloned();
    nearest(class, own)
}

/// `name` of the called `name`, `name?` or `name=`.
fn called(interpreter: &Interpreter) -> String {
    let name = interpreter.called_name().map(|name| name.to_str().to_string()).unwrap_or_default();
    name.trim_end_matches(['=', '?']).to_owned()
}

fn read(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(of(&class, &called(interpreter)))
}

fn ask(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(of(&class, &called(interpreter)).truthy().into())
}

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (class, name, value) = (class(interpreter, this)?, called(interpreter), args.first());
    if is_base(&class) {
        let text = if value.is_nil() { None } else { Some(interpreter.to_s(&value)?) };
        // What the names of tables and keys that a migration makes follow.
        with_adapter(interpreter, |adapter| {
            let naming = &mut adapter.base_mut().naming;
            match name.as_str() {
                "pluralize_table_names" => naming.pluralize_table_names = value.truthy(),
                "primary_key_prefix_type" => naming.primary_key_prefix_type = text,
                _ => {}
            }
            Ok(())
        })?;
    }
    schema(&class).settings.borrow_mut().insert(name, value.clone());
    Ok(value)
}
