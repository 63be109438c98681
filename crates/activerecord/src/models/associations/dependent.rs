//! `dependent:`, and how records leave a collection: has_many_association.rb, has_many_through_association.rb and
//! has_one_association.rb.

use ruby::{Args, Eval, Interpreter, RHash, Value};

use super::association::Handle;
use super::{abort, collection, counting, has_one, members, through};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::model_schema::load_schema;
use crate::models::persistence::raise_new;
use crate::models::reflection::Macro;

/// `handle_dependency`
pub(super) fn handle(interpreter: &mut Interpreter, own: &Handle) -> Eval<()> {
    if own.kind() == Macro::BelongsTo {
        return super::belongs_to::end(interpreter, own);
    }
    let how = own.reflection.option("dependent");
    match how.as_name().as_deref() {
        Some("restrict_with_exception") if has_any(interpreter, own)? => {
            let class = Value::Class(interpreter.class_at("ActiveRecord::DeleteRestrictionError"));
            Err(raise_new(interpreter, &class, vec![Value::Symbol(own.reflection.name)]))
        }
        Some("restrict_with_error") if has_any(interpreter, own)? => refuse(interpreter, own),
        Some("restrict_with_exception" | "restrict_with_error") => Ok(()),
        _ if !own.is_collection() => has_one::delete(interpreter, own, &how),
        Some("destroy") => {
            own.load(interpreter)?;
            for one in own.list().to_vec() {
                has_one::destroyed_by(interpreter, own, &one);
            }
            destroy_all(interpreter, own).map(drop)
        }
        _ => delete_all(interpreter, own, &Value::Nil).map(drop),
    }
}

fn has_any(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    if own.is_collection() {
        return Ok(!collection::is_empty(interpreter, own)?);
    }
    Ok(own.load(interpreter)?.truthy())
}

/// The owner stays, with an error that says why.
fn refuse(interpreter: &mut Interpreter, own: &Handle) -> Eval<()> {
    let owner = own.owner();
    let class = Value::Class(interpreter.class_of(&owner));
    let name = interpreter.call(&class, "human_attribute_name", Args::one(Value::Symbol(own.reflection.name)))?;
    let name = interpreter.call(&name, "downcase", Args::none())?;
    let options = RHash::new();
    options.insert_symbol("record", name);
    let kind = if own.is_collection() { "has_many" } else { "has_one" };
    let says = Value::symbol(&format!("restrict_dependent_destroy.{kind}"));
    let args = Args::new(vec![Value::symbol("base"), says]).with_keywords(Some(std::rc::Rc::new(options)));
    let errors = interpreter.call(&owner, "errors", Args::none())?;
    interpreter.call(&errors, "add", args)?;
    Err(abort(interpreter))
}

/// `destroy_all`
pub(super) fn destroy_all(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    own.load(interpreter)?;
    let gone = members::destroy(interpreter, own, own.list().to_vec())?;
    own.reset();
    own.mark_loaded(interpreter)?;
    Ok(gone)
}

/// `delete_all(:nullify)`, by one statement; what is to be destroyed is deleted.
pub(super) fn delete_all(interpreter: &mut Interpreter, own: &Handle, given: &Value) -> Eval {
    if given.truthy() && !matches!(given, Value::Symbol(how) if how.is("nullify") || how.is("delete_all")) {
        return Err(interpreter.argument_error("Valid values are :nullify or :delete_all"));
    }
    let mut how = if given.truthy() { given.clone() } else { own.reflection.option("dependent") };
    if matches!(how, Value::Symbol(how) if how.is("destroy")) {
        how = Value::symbol("delete_all");
    }
    let count = if own.is_through {
        own.load(interpreter)?;
        delete_links(interpreter, own, &own.list().to_vec(), &how)?
    } else {
        let rows = own.scope(interpreter)?;
        let count = delete_rows(interpreter, own, &rows, &how)?;
        let by = -as_number(&count);
        counting::in_database(interpreter, own, &own.reflection, by)?;
        count
    };
    own.reset();
    own.mark_loaded(interpreter)?;
    Ok(count)
}

/// `delete_records`: these leave, as `how` says.
pub(super) fn delete_records(interpreter: &mut Interpreter, own: &Handle, records: &[Value], how: &Value) -> Eval<()> {
    if own.is_through {
        return delete_links(interpreter, own, records, how).map(drop);
    }
    if matches!(how, Value::Symbol(how) if how.is("destroy")) {
        for one in records {
            interpreter.call(one, "destroy!", Args::none())?;
        }
        if own.reflection.counted_by(interpreter)?.is_some() {
            return Ok(());
        }
        let by = i64::try_from(records.len()).unwrap_or(i64::MAX);
        return counting::in_database(interpreter, own, &own.reflection, -by);
    }
    let class = own.reflection.class(interpreter)?;
    let key = Key::Columns(load_schema(interpreter, &class)?.row_key.clone());
    let condition = RHash::from_pairs(vec![(key.to_value(), counting::rows_of(interpreter, records, &key)?)]);
    let rows = own.scope(interpreter)?;
    let rows = interpreter.call(&rows, "where", Args::one(Value::hash(condition)))?;
    let count = delete_rows(interpreter, own, &rows, how)?;
    counting::in_database(interpreter, own, &own.reflection, -as_number(&count))
}

/// Rows go, or refer to nobody any more.
fn delete_rows(interpreter: &mut Interpreter, own: &Handle, rows: &Value, how: &Value) -> Eval {
    if matches!(how, Value::Symbol(how) if how.is("delete_all")) {
        return interpreter.call(rows, "delete_all", Args::none());
    }
    let nothing = has_one::nothing(interpreter, own)?;
    interpreter.call(rows, "update_all", Args::one(nothing))
}

fn as_number(count: &Value) -> i64 {
    match count {
        Value::Int(count) => *count,
        _ => 0,
    }
}

/// The rows between these records and the owner go, or no longer refer to the records.
fn delete_links(interpreter: &mut Interpreter, own: &Handle, records: &[Value], how: &Value) -> Eval {
    let rows = through::rows_between(interpreter, own, records)?;
    let source = own.reflection.source_reflection(interpreter)?;
    let how = how.as_name().unwrap_or_default();
    let count = match how.as_str() {
        "destroy" => {
            let gone = interpreter.call(&rows, "destroy_all", Args::none())?;
            let mut count = 0;
            for link in ruby::core::convert::array(interpreter, &gone)? {
                count += i64::from(interpreter.call(&link, "destroyed?", Args::none())?.truthy());
            }
            count
        }
        "nullify" => {
            let nothing = RHash::from_pairs(vec![(source.foreign_key(interpreter)?.to_value(), Value::Nil)]);
            as_number(&interpreter.call(&rows, "update_all", Args::one(Value::hash(nothing)))?)
        }
        _ => as_number(&interpreter.call(&rows, "delete_all", Args::none())?),
    };
    through::forget_links(interpreter, own, records)?;
    if source.has("counter_cache") && how != "destroy" {
        let class = Value::Class(own.reflection.class(interpreter)?);
        let column = source.counter_column(interpreter)?.unwrap_or_default();
        let ids = counting::ids_of(interpreter, records)?;
        interpreter.call(&class, "decrement_counter", Args::new(vec![Value::str(column), ids]))?;
    }
    let middle = through::counted_middle(interpreter, own)?;
    let middle_counts = middle.is_collection()
        && match how.as_str() {
            "destroy" => middle.counted_by(interpreter)?.is_none(),
            how => how != "nullify",
        };
    let counted = if middle_counts { &middle } else { &own.reflection };
    counting::in_database(interpreter, own, counted, -count)?;
    Ok(Value::Int(count))
}
