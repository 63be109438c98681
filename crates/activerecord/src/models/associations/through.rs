//! What goes through another association: associations/through_association.rb, has_many_through_association.rb and
//! has_one_through_association.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, RHash, RProc, Value};

use super::association::{Handle, all_given, is_new, values_of};
use super::collection::position;
use super::{errors, members, owner, singular};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::{is_blank, read_named};
use crate::models::attribute_set::record;
use crate::models::model_schema;
use crate::models::reflection::Reflection;
use crate::models::relation::{self, where_clause};

/// `through_reflection`: the nearest that is the owner's own.
fn middle(interpreter: &mut Interpreter, own: &Handle) -> Eval<Rc<Reflection>> {
    let mut middle = own.reflection.through_reflection(interpreter)?;
    while middle.is_through() {
        middle = middle.through_reflection(interpreter)?;
    }
    Ok(middle)
}

/// `through_association`
fn links(interpreter: &mut Interpreter, own: &Handle) -> Eval<Handle> {
    let name = middle(interpreter, own)?.name;
    owner::handle(interpreter, &own.owner(), name)
}

/// The owner's key of what it goes through, where the owner has it.
fn key_between(interpreter: &mut Interpreter, own: &Handle) -> Eval<Option<Key>> {
    let middle = middle(interpreter, own)?;
    if middle.is_belongs_to() { middle.foreign_key(interpreter).map(Some) } else { Ok(None) }
}

/// What changes when the record in the middle is another.
pub(super) fn stale_state(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    let Some(key) = key_between(interpreter, own)? else { return Ok(Value::Nil) };
    let mut values = values_of(interpreter, &own.owner(), &key)?;
    values.retain(Value::truthy);
    Ok(if values.is_empty() { Value::Nil } else { Value::array(values) })
}

/// Whether the way to its other end begins with a key that is set.
pub(super) fn has_foreign_key(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    match key_between(interpreter, own)? {
        Some(key) => all_given(interpreter, &own.owner(), &key, |value| !value.is_nil()),
        None => Ok(false),
    }
}

/// `target_reflection_has_associated_record?`
pub(super) fn may_have_rows(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    match key_between(interpreter, own)? {
        Some(Key::Column(name)) => Ok(!is_blank(&read_named(interpreter, &own.owner(), &name)?)),
        Some(Key::Columns(_)) => Ok(false),
        None => Ok(true),
    }
}

// What cannot be changed

fn refuse(interpreter: &mut Interpreter, own: &Handle, what: &str, facts: &[(&str, String)]) -> Box<Flow> {
    let class = format!("{}{what}", if own.reflection.is_has_one() { "HasOne" } else { "HasMany" });
    let owner = interpreter.class_of(&own.owner()).name();
    let mut all = vec![("owner", owner), ("name", own.reflection.name.to_string())];
    all.extend(facts.iter().cloned());
    errors::raise(interpreter, &class, &all)
}

/// `ensure_not_nested`
pub(super) fn check_not_nested(interpreter: &mut Interpreter, own: &Handle) -> Eval<()> {
    if own.reflection.is_nested(interpreter)? {
        return Err(refuse(interpreter, own, "ThroughNestedAssociationsAreReadonly", &[]));
    }
    Ok(())
}

/// `ensure_mutable`: the row between refers to the record.
fn check_refers(interpreter: &mut Interpreter, own: &Handle) -> Eval<Rc<Reflection>> {
    let source = own.reflection.source_reflection(interpreter)?;
    if source.is_belongs_to() {
        return Ok(source);
    }
    let through = own.reflection.through_reflection(interpreter)?;
    let facts = [
        ("source_class", source.class_name(interpreter)?),
        ("through_class", through.class_name(interpreter)?),
        ("macro", source.kind.name().to_owned()),
    ];
    Err(refuse(interpreter, own, "ThroughCantAssociateThroughHasOneOrManyReflection", &facts))
}

// Rows between

/// `construct_join_attributes`: what a row between says of these records.
fn join_attributes(interpreter: &mut Interpreter, own: &Handle, records: &[Value]) -> Eval<RHash> {
    let source = check_refers(interpreter, own)?;
    let class = own.reflection.class(interpreter)?;
    let key = source.key_of_target(interpreter, &class)?;
    let source_type = own.reflection.option("source_type");
    let columns = model_schema::load_schema(interpreter, &class)?;
    let one_or_all = |mut values: Vec<Value>| match values.len() {
        1 => values.remove(0),
        _ => Value::array(values),
    };
    let attributes = RHash::new();
    if key.columns() == columns.row_key && !source_type.truthy() {
        attributes.insert(Value::Symbol(source.name), one_or_all(records.to_vec()));
    } else {
        let mut values = Vec::new();
        for one in records {
            let value = interpreter.call(one, "_read_attribute", Args::one(key.to_value()))?;
            values.push(value);
        }
        let foreign_key = source.foreign_key(interpreter)?;
        attributes.insert(foreign_key.to_value(), one_or_all(values));
    }
    if source_type.truthy()
        && let Some(column) = source.foreign_type(interpreter)?
    {
        let kinds = if records.len() == 1 { source_type } else { Value::array(vec![source_type]) };
        attributes.insert(Value::str(column), kinds);
    }
    Ok(attributes)
}

/// `through_scope_attributes`: what the scope says of the table between, but for whose its rows are.
fn scope_attributes(interpreter: &mut Interpreter, own: &Handle) -> Eval<RHash> {
    let kept = own.members.link_scope.borrow().clone();
    let rows = if kept.truthy() { kept } else { own.scope(interpreter)? };
    let reflection = Rc::clone(&links(interpreter, own)?.reflection);
    let class = reflection.class(interpreter)?;
    let table = model_schema::required_table_name(interpreter, &class)?;
    let rows = relation::relation(interpreter, &rows)?;
    let said = where_clause::to_h(interpreter, &rows.values.wheres, &table, false)?;
    for column in reflection.foreign_key(interpreter)?.columns() {
        said.remove(&Value::str(column.as_str()));
    }
    if let Some(column) = model_schema::inheritance_column(&class) {
        said.remove(&Value::str(column));
    }
    Ok(said)
}

/// `build_through_record`: the row between of a record, made once.
pub(super) fn link(interpreter: &mut Interpreter, own: &Handle, one: &Value) -> Eval {
    if let Some((_, link)) = own.members.links.borrow().get(&one.address()) {
        return Ok(link.clone());
    }
    let source = check_refers(interpreter, own)?;
    let attributes = scope_attributes(interpreter, own)?;
    attributes.insert(Value::Symbol(source.name), one.clone());
    let links = links(interpreter, own)?;
    let args = Args::one(Value::hash(attributes));
    let made = if links.is_collection() {
        members::build(interpreter, &links, &args)
    } else {
        singular::build(interpreter, &links, &args)
    }?;
    if own.reflection.has("source_type")
        && let Some(column) = source.foreign_type(interpreter)?
    {
        interpreter.call(&made, format!("{column}=").as_str(), Args::one(own.reflection.option("source_type")))?;
    }
    own.members.links.borrow_mut().insert(one.address(), (one.clone(), made.clone()));
    Ok(made)
}

/// `build_record`: where the other model knows the rows between, the new record has its own.
pub(super) fn build(
    interpreter: &mut Interpreter,
    own: &Handle,
    attributes: &Value,
    block: Option<&Rc<RProc>>,
) -> Eval {
    check_not_nested(interpreter, own)?;
    let scope = own.scope(interpreter)?;
    own.members.link_scope.replace(scope);
    let outcome = build_linked(interpreter, own, attributes, block);
    own.members.link_scope.replace(Value::Nil);
    outcome
}

fn build_linked(interpreter: &mut Interpreter, own: &Handle, attributes: &Value, block: Option<&Rc<RProc>>) -> Eval {
    let made = own.build_plainly(interpreter, attributes, block)?;
    let source = own.reflection.source_reflection(interpreter)?;
    let Some(inverse) = source.inverse_for(interpreter, &made)? else { return Ok(made) };
    if inverse.is_collection() {
        let link = link(interpreter, own, &made)?;
        let known = interpreter.call(&made, inverse.name, Args::none())?;
        interpreter.call(&known, "<<", Args::one(link))?;
    } else if inverse.is_has_one() {
        let link = link(interpreter, own, &made)?;
        interpreter.call(&made, format!("{}=", inverse.name).as_str(), Args::one(link))?;
    }
    Ok(made)
}

/// `insert_record`: the record where it is to be saved, then the row between.
pub(super) fn insert(
    interpreter: &mut Interpreter,
    own: &Handle,
    one: &Value,
    validate: bool,
    raises: bool,
) -> Eval<bool> {
    check_not_nested(interpreter, own)?;
    let is_to_be_saved =
        is_new(interpreter, one)? || interpreter.call(one, "has_changes_to_save?", Args::none())?.truthy();
    if is_to_be_saved && !members::insert_plainly(interpreter, own, one, validate, raises)? {
        return Ok(false);
    }
    let outcome = save_link(interpreter, own, one);
    own.members.links.borrow_mut().remove(&one.address());
    outcome.map(|()| true)
}

fn save_link(interpreter: &mut Interpreter, own: &Handle, one: &Value) -> Eval<()> {
    let link = link(interpreter, own, one)?;
    if interpreter.call(&link, "changed?", Args::none())?.truthy() {
        interpreter.call(&link, "save!", Args::none())?;
    }
    Ok(())
}

/// The rows between of these records, as a relation.
pub(super) fn rows_between(interpreter: &mut Interpreter, own: &Handle, records: &[Value]) -> Eval {
    check_not_nested(interpreter, own)?;
    let mut rows = links(interpreter, own)?.scope(interpreter)?;
    for conditions in [join_attributes(interpreter, own, records)?, scope_attributes(interpreter, own)?] {
        rows = interpreter.call(&rows, "where", Args::one(Value::hash(conditions)))?;
    }
    Ok(rows)
}

/// What is gone through, for who counts.
pub(super) fn counted_middle(interpreter: &mut Interpreter, own: &Handle) -> Eval<Rc<Reflection>> {
    middle(interpreter, own)
}

/// `delete_through_records`: the rows between are forgotten in memory too.
pub(super) fn forget_links(interpreter: &mut Interpreter, own: &Handle, records: &[Value]) -> Eval<()> {
    let links = links(interpreter, own)?;
    for one in records {
        let attributes = join_attributes(interpreter, own, std::slice::from_ref(one))?.pairs();
        let candidates = match links.target() {
            Value::Nil => Vec::new(),
            Value::Array(list) => list.to_vec(),
            single => vec![single],
        };
        let mut gone = Vec::new();
        for candidate in candidates {
            if says(interpreter, &candidate, &attributes)? {
                gone.push(candidate);
            }
        }
        if links.is_collection() {
            for link in gone {
                let list = links.list();
                let mut kept = Vec::new();
                for other in list.to_vec() {
                    if !interpreter.equal(&other, &link)? {
                        kept.push(other);
                    }
                }
                *list.borrow_mut() = kept;
            }
        } else if position(interpreter, &gone, &links.target())?.is_some() {
            links.set_target(interpreter, Value::Nil)?;
        }
        own.members.links.borrow_mut().remove(&one.address());
    }
    Ok(())
}

fn says(interpreter: &mut Interpreter, candidate: &Value, attributes: &[(Value, Value)]) -> Eval<bool> {
    for (key, value) in attributes {
        let name = key.as_name().unwrap_or_default();
        let said = interpreter.call_public(candidate, name.as_str(), Args::none())?;
        if !interpreter.equal(&said, value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `create_through_record`, of a has_one: the row between follows.
pub(super) fn replace_link(interpreter: &mut Interpreter, own: &Handle, other: &Value, save: bool) -> Eval<()> {
    check_not_nested(interpreter, own)?;
    let links = links(interpreter, own)?;
    let mut link = links.load(interpreter)?;
    if other.is_nil() {
        if link.truthy() {
            interpreter.call(&link, "destroy", Args::none())?;
        }
        return Ok(());
    }
    let attributes = join_attributes(interpreter, own, std::slice::from_ref(other))?;
    let attributes = Args::one(Value::hash(attributes));
    if link.truthy() && record(interpreter, &link)?.destroyed.get() {
        links.reload(interpreter)?;
        link = links.target();
    }
    if link.truthy() {
        let how = if is_new(interpreter, &link)? { "assign_attributes" } else { "update" };
        return interpreter.call(&link, how, attributes).map(drop);
    }
    if !save || is_new(interpreter, &own.owner())? {
        singular::build(interpreter, &links, &attributes).map(drop)
    } else {
        singular::create(interpreter, &links, &attributes, false).map(drop)
    }
}
