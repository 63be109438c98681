//! What a model's class is told of its columns and times, and inherits: model_schema.rb, readonly_attributes.rb.

use std::cell::RefCell;
use std::rc::Rc;

use adapters::column::Column;
use ruby::{Args, Eval, Interpreter, RClass, Value};

use super::{class, forget_columns, lineage, nearest, primary_key, required_table_name, schema};
use crate::ground::arguments;
use crate::ground::state::{state, with_adapter};
use crate::models::class_attributes;

/// `attr_readonly`
pub(super) fn attr_readonly(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = arguments::to_strings(interpreter, &args.positional)?;
    schema(&class).readonly_attributes.borrow_mut().extend(names);
    readonly_attributes(interpreter, this, Args::none())
}

/// `readonly_attributes`
pub(super) fn readonly_attributes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(arguments::strings_to_value(all_readonly_attributes(&class)))
}

/// Those of the classes above it, too.
pub(crate) fn all_readonly_attributes(class: &Rc<RClass>) -> Vec<String> {
    let own = |class: Rc<RClass>| schema(&class).readonly_attributes.borrow().clone();
    lineage(class).into_iter().rev().flat_map(own).collect()
}

/// Whether it is written only when a row is made.
pub(crate) fn is_readonly_attribute(class: &Rc<RClass>, name: &str) -> bool {
    lineage(class).iter().any(|class| schema(class).readonly_attributes.borrow().iter().any(|other| other == name))
}

/// A column that a `belongs_to` counts in.
pub(crate) fn add_counter_cache_column(class: &Rc<RClass>, name: String) {
    schema(class).counter_cache_columns.borrow_mut().push(name);
}

/// Whether an UPDATE of a record leaves the column out.
pub(crate) fn is_left_out_of_updates(class: &Rc<RClass>, name: &str) -> bool {
    let has = |names: &RefCell<Vec<String>>| names.borrow().iter().any(|other| other == name);
    lineage(class).iter().map(schema).any(|own| has(&own.readonly_attributes) || has(&own.counter_cache_columns))
}

/// None where there is single-table inheritance no more.
pub(crate) fn inheritance_column(class: &Rc<RClass>) -> Option<String> {
    for ancestor in lineage(class) {
        if let Some(column) = schema(&ancestor).inheritance_column.borrow().clone() {
            return column;
        }
    }
    Some("type".to_owned())
}

/// `inheritance_column=`
pub(super) fn set_inheritance_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let column = interpreter.to_s(&args.first())?;
    *schema(&class).inheritance_column.borrow_mut() = Some(Some(column));
    Ok(args.first())
}

/// Whether the columns of times are set.
pub(crate) fn record_timestamps(class: &Rc<RClass>) -> bool {
    nearest(class, |ancestor| schema(ancestor).record_timestamps.get()).unwrap_or(true)
}

/// Whether times are told in `Time.zone`, where a class says so.
pub(crate) fn time_zone_aware_attributes(class: &Rc<RClass>) -> Option<bool> {
    nearest(class, |ancestor| schema(ancestor).time_zone_aware_attributes.get())
}

/// `time_zone_aware_attributes`
pub(super) fn is_time_zone_aware(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let of_application = state(interpreter)?.settings.has_application.get();
    Ok(time_zone_aware_attributes(&class).unwrap_or(of_application).into())
}

/// `time_zone_aware_attributes=`
pub(super) fn set_time_zone_aware_attributes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).time_zone_aware_attributes.set(Some(args.first().truthy()));
    Ok(args.first())
}

/// The attributes whose times are left in UTC.
pub(crate) fn skip_time_zone_conversion_for_attributes(class: &Rc<RClass>) -> Vec<String> {
    let own = |ancestor: &Rc<RClass>| schema(ancestor).skip_time_zone_conversion_for_attributes.borrow().clone();
    nearest(class, own).unwrap_or_default()
}

/// `skip_time_zone_conversion_for_attributes=`
pub(super) fn set_skip_time_zone_conversion(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = match args.first() {
        Value::Array(names) => names.to_vec().iter().filter_map(Value::as_name).collect(),
        _ => Vec::new(),
    };
    *schema(&class).skip_time_zone_conversion_for_attributes.borrow_mut() = Some(names);
    Ok(args.first())
}

/// `record_timestamps=`
pub(super) fn set_record_timestamps(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).record_timestamps.set(Some(args.first().truthy()));
    Ok(args.first())
}

/// `ignored_columns`
pub(super) fn ignored_columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(arguments::strings_to_value(all_ignored_columns(&class)))
}

/// Whether a SELECT names each column, since some are ignored or a setting says so.
pub(crate) fn enumerates_columns(class: &Rc<RClass>) -> bool {
    !all_ignored_columns(class).is_empty()
        || class_attributes::of(class, "enumerate_columns_in_select_statements").truthy()
}

/// Those of the classes above it, too.
pub(super) fn all_ignored_columns(class: &Rc<RClass>) -> Vec<String> {
    let own = |class: &Rc<RClass>| schema(class).ignored_columns.borrow().clone();
    nearest(class, own).unwrap_or_default()
}

/// `only_columns`
pub(super) fn only_columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(arguments::strings_to_value(all_only_columns(&class)))
}

/// Those of the classes above it, too.
pub(super) fn all_only_columns(class: &Rc<RClass>) -> Vec<String> {
    let own = |class: &Rc<RClass>| schema(class).only_columns.borrow().clone();
    nearest(class, own).unwrap_or_default()
}

/// Of the two lists a class may have one.
pub(super) fn listed_columns(
    interpreter: &mut Interpreter,
    args: &Args,
    other: &RefCell<Option<Vec<String>>>,
) -> Eval<Option<Vec<String>>> {
    if other.borrow().as_ref().is_some_and(|other| !other.is_empty()) {
        let message = "You can not use both only_columns and ignored_columns in the same model.";
        return Err(interpreter.argument_error(message));
    }
    let names = crate::ground::arguments::wrap(interpreter, &args.first())?;
    arguments::to_strings(interpreter, &names).map(Some)
}

/// `only_columns=`
pub(super) fn set_only_columns(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let listed = listed_columns(interpreter, &args, &schema(&class).ignored_columns)?;
    *schema(&class).only_columns.borrow_mut() = listed;
    forget_columns(&class);
    Ok(args.first())
}

/// The columns of a table that a model has.
pub(super) fn columns_of_model(class: &Rc<RClass>, read: Rc<Vec<Column>>) -> Rc<Vec<Column>> {
    let only = all_only_columns(class);
    if !only.is_empty() {
        let named = |name: &String| read.iter().find(|column| column.name == *name).cloned();
        return Rc::new(only.iter().filter_map(named).collect());
    }
    let ignored = all_ignored_columns(class);
    if ignored.is_empty() {
        return read;
    }
    Rc::new(read.iter().filter(|column| !ignored.contains(&column.name)).cloned().collect())
}

/// `ignored_columns=`
pub(super) fn set_ignored_columns(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let listed = listed_columns(interpreter, &args, &schema(&class).only_columns)?;
    *schema(&class).ignored_columns.borrow_mut() = listed;
    forget_columns(&class);
    Ok(args.first())
}

/// `counter_cache_column?`
pub(super) fn is_counter_cache_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    let has = |class: &Rc<RClass>| schema(class).counter_cache_columns.borrow().contains(&name);
    Ok(lineage(&class).iter().any(has).into())
}

/// `implicit_order_column`
pub(super) fn implicit_order_column(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(given_order_column(&class))
}

/// nil where none was given.
pub(super) fn given_order_column(class: &Rc<RClass>) -> Value {
    let own = |class: &Rc<RClass>| schema(class).implicit_order_column.borrow().clone();
    lineage(class).iter().map(own).find(|given| !given.is_nil()).unwrap_or_default()
}

/// `Array(implicit_order_column)`
pub(crate) fn implicit_order_columns(class: &Rc<RClass>) -> Vec<Option<String>> {
    match given_order_column(class) {
        Value::Nil => Vec::new(),
        Value::Array(names) => names.to_vec().iter().map(Value::as_name).collect(),
        name => vec![name.as_name()],
    }
}

/// `implicit_order_column=`
pub(super) fn set_implicit_order_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    *schema(&class).implicit_order_column.borrow_mut() = args.first();
    Ok(args.first())
}

/// `sequence_name=`
pub(super) fn set_sequence_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    *schema(&class).sequence_name.borrow_mut() = Some(name);
    Ok(args.first())
}

/// `reset_sequence_name`
pub(super) fn reset_sequence_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).sequence_name.borrow_mut().take();
    sequence_name(interpreter, this, args)
}

/// `sequence_name`
pub(super) fn sequence_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    if let Some(name) = nearest(&class, |class| schema(class).sequence_name.borrow().clone()) {
        return Ok(name.into());
    }
    let table = required_table_name(interpreter, &class)?;
    let Some(key) = primary_key(interpreter, &class)? else {
        // `nil.to_s`
        return with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name("").into()));
    };
    let Some(name) = key.column() else { return Ok(Value::Nil) };
    Ok(with_adapter(interpreter, |adapter| adapter.default_sequence_name(&table, name))?.into())
}
