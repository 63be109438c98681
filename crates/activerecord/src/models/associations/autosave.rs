//! What a save and a validation of a record do with what is associated: autosave_association.rb, and the errors of
//! associations/nested_error.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method};

use super::association::{Handle, assign, invalid, is_new, rollback, save, set_ivar, values_of};
use super::collection::is_marked;
use super::{abort, inverting, members, owner, singular};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::read_named;
use crate::models::attribute_set::record;
use crate::models::model_schema::load_schema;
use crate::models::query_constraints;
use crate::models::reflection::{Macro, Reflection, all};

pub(crate) const METHODS: &[NativeMethod] = &[
    method("changed_for_autosave?", |i, this, _| Ok(has_changes(i, this)?.into()), 0..=0),
    method("around_save_collection_association", around_save, 0..=0),
    method("_ensure_no_duplicate_errors", ensure_no_duplicate_errors, 0..=0),
];

const NESTED_ERROR: &str = "ActiveRecord::Associations::NestedError";

const NESTED_ERROR_METHODS: &[NativeMethod] = &[method("initialize", initialize_nested_error, 2..=2)];

pub(super) fn define(interpreter: &mut Interpreter) {
    let parent = interpreter.class_at("ActiveModel::NestedError");
    interpreter.define_class(NESTED_ERROR, &parent).define(NESTED_ERROR_METHODS);
}

/// `options[:autosave]`: said to be on, said to be off, or neither.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Autosave {
    On,
    Off,
    Unsaid,
}

impl Autosave {
    fn of(reflection: &Reflection) -> Self {
        match reflection.option("autosave") {
            Value::Nil => Self::Unsaid,
            Value::Bool(false) => Self::Off,
            _ => Self::On,
        }
    }
}

// What has changed

/// `changed_for_autosave?`: the record, or what is saved along with it.
fn has_changes(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    if is_new(interpreter, this)?
        || interpreter.call(this, "has_changes_to_save?", Args::none())?.truthy()
        || is_marked(this)
    {
        return Ok(true);
    }
    let looks = owner::bonds(interpreter, this, |bonds| std::mem::replace(&mut bonds.looking, true))?;
    if looks {
        return Ok(false);
    }
    let outcome = nested_changes(interpreter, this);
    owner::bonds(interpreter, this, |bonds| bonds.looking = false)?;
    outcome
}

fn nested_changes(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    for reflection in all(&interpreter.class_of(this)) {
        if Autosave::of(&reflection) != Autosave::On {
            continue;
        }
        let Some(own) = owner::known(interpreter, this, reflection.name)? else { continue };
        let others = match own.target() {
            Value::Nil => Vec::new(),
            Value::Array(list) => list.to_vec(),
            one => vec![one],
        };
        for one in others {
            if changed(interpreter, &one)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Of another record, as its class may have it.
fn changed(interpreter: &mut Interpreter, other: &Value) -> Eval<bool> {
    Ok(interpreter.call(other, "changed_for_autosave?", Args::none())?.truthy())
}

/// Whether the validation is of a context that the save itself has not.
fn has_custom_context(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    Ok(interpreter.call(this, "custom_validation_context?", Args::none())?.truthy())
}

/// `associated_records_to_validate_or_save`
fn to_look_at(interpreter: &mut Interpreter, own: &Handle, everything: bool, autosave: Autosave) -> Eval<Vec<Value>> {
    let all = own.list().to_vec();
    if everything || has_custom_context(interpreter, &own.owner())? {
        return Ok(all);
    }
    let mut found = Vec::new();
    for one in all {
        let wanted = if autosave == Autosave::On { changed(interpreter, &one)? } else { is_new(interpreter, &one)? };
        if wanted {
            found.push(one);
        }
    }
    Ok(found)
}

// Validating

/// Validates what is associated, as far as this save has to do with it.
pub(super) fn validate(interpreter: &mut Interpreter, this: &Value, reflection: &Rc<Reflection>) -> Eval<()> {
    let Some(own) = owner::known(interpreter, this, reflection.name)? else { return Ok(()) };
    if own.is_collection() {
        let everything = is_new(interpreter, this)?;
        for one in to_look_at(interpreter, &own, everything, Autosave::of(reflection))? {
            check(interpreter, this, &own, &one)?;
        }
        return Ok(());
    }
    let other = singular::read(interpreter, &own)?;
    if other.is_nil() || !(changed(interpreter, &other)? || has_custom_context(interpreter, this)?) {
        return Ok(());
    }
    if own.kind() == Macro::BelongsTo {
        owner::bonds(interpreter, this, |bonds| bonds.validating.push(own.object.clone()))?;
        let outcome = check(interpreter, this, &own, &other);
        owner::bonds(interpreter, this, |bonds| bonds.validating.pop())?;
        return outcome;
    }
    // What belongs to this record and validates it is valid by its own account.
    if let Some(end) = other_end(interpreter, reflection, &other)?
        && owner::bonds(interpreter, &other, |bonds| bonds.is_validating(&end) || bonds.is_saving(&end))?
    {
        return Ok(());
    }
    check(interpreter, this, &own, &other)
}

/// The inverse association of the other record.
fn other_end(interpreter: &mut Interpreter, reflection: &Rc<Reflection>, other: &Value) -> Eval<Option<Handle>> {
    match reflection.inverse(interpreter)? {
        Some(inverse) => owner::handle(interpreter, other, inverse.name).map(Some),
        None => Ok(None),
    }
}

/// `association_valid?`: its errors become the owner's, each by itself where the association is saved along.
fn check(interpreter: &mut Interpreter, this: &Value, own: &Handle, other: &Value) -> Eval<()> {
    let is_saved_along = Autosave::of(&own.reflection) == Autosave::On;
    if record(interpreter, other)?.destroyed.get() || (is_saved_along && is_marked(other)) {
        return Ok(());
    }
    let context = if has_custom_context(interpreter, this)? {
        interpreter.call(this, "validation_context", Args::none())?
    } else {
        Value::Nil
    };
    if interpreter.call(other, "valid?", Args::one(context.clone()))?.truthy() {
        return Ok(());
    }
    let mut errors = objects(interpreter, other)?;
    if context.is_nil() && !changed(interpreter, other)? {
        let nested = interpreter.class_at(NESTED_ERROR);
        errors.retain(|error| interpreter.is_a(error, &nested));
    }
    let mine = interpreter.call(this, "errors", Args::none())?;
    if !is_saved_along {
        if !errors.is_empty() {
            interpreter.call(&mine, "add", Args::one(Value::Symbol(own.reflection.name)))?;
        }
        return Ok(());
    }
    if this.is_identical(other) {
        return Ok(());
    }
    let list = interpreter.call(&mine, "objects", Args::none())?;
    let class = Value::Class(interpreter.class_at(NESTED_ERROR));
    for error in errors {
        let nested = interpreter.call(&class, "new", Args::new(vec![own.object.clone(), error]))?;
        interpreter.call(&list, "append", Args::one(nested))?;
    }
    Ok(())
}

fn objects(interpreter: &mut Interpreter, this: &Value) -> Eval<Vec<Value>> {
    let errors = interpreter.call(this, "errors", Args::none())?;
    let objects = interpreter.call(&errors, "objects", Args::none())?;
    ruby::core::convert::array(interpreter, &objects)
}

fn ensure_no_duplicate_errors(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let errors = interpreter.call(this, "errors", Args::none())?;
    interpreter.call(&errors, "uniq!", Args::none())
}

/// `NestedError.new(association, inner_error)`: the attribute is `name.inner`, with the record's place where it is asked for.
fn initialize_nested_error(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = Handle::of(interpreter, &args.first())?;
    let inner = args.get(1);
    let attribute = interpreter.call(&inner, "attribute", Args::none())?;
    let attribute = interpreter.to_s(&attribute)?;
    let mut name = own.reflection.name.to_string();
    if let Some(place) = place_of(interpreter, &own, &inner)? {
        name = format!("{name}[{place}]");
    }
    set_ivar(this, "@association", own.object.clone());
    let options = ruby::RHash::new();
    options.insert_symbol("attribute", Value::symbol(&format!("{name}.{attribute}")));
    let parent = interpreter.class_at("ActiveModel::NestedError");
    let initialize = Symbol::new("initialize");
    let args = Args::new(vec![own.owner(), inner, Value::hash(options)]);
    match interpreter.find(&parent, initialize) {
        Some(found) => interpreter.invoke(this, &found, initialize, args),
        None => Ok(Value::Nil),
    }
}

/// `index_errors:`
fn place_of(interpreter: &mut Interpreter, own: &Handle, inner: &Value) -> Eval<Option<usize>> {
    let asked = own.reflection.option("index_errors");
    if !own.is_collection() || !asked.truthy() {
        return Ok(None);
    }
    let other = interpreter.call(inner, "base", Args::none())?;
    let by_attributes = matches!(asked, Value::Symbol(how) if how.is("nested_attributes_order"));
    let records = if by_attributes { own.members.nested.borrow().clone() } else { own.target() };
    let Value::Array(records) = records else { return Ok(None) };
    Ok(records.borrow().iter().position(|one| one.is_identical(&other)))
}

// Saving

/// While a record is saved with its collections, it knows whether it was new.
fn around_save(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let is_new = is_new(interpreter, this)?;
    let before = owner::bonds(interpreter, this, |bonds| {
        let before = bonds.was_new;
        bonds.was_new = !before && is_new;
        before
    })?;
    let outcome = match &args.block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => Ok(Value::Nil),
    };
    owner::bonds(interpreter, this, |bonds| bonds.was_new = before)?;
    outcome
}

/// Saves what is associated, as far as this save has to do with it.
pub(super) fn save_along(interpreter: &mut Interpreter, this: &Value, reflection: &Rc<Reflection>) -> Eval {
    let Some(own) = owner::known(interpreter, this, reflection.name)? else { return Ok(Value::Nil) };
    match reflection.kind {
        Macro::BelongsTo => save_belongs_to(interpreter, this, &own),
        Macro::HasOne => save_has_one(interpreter, this, &own),
        _ => save_collection(interpreter, this, &own).map(|()| Value::Nil),
    }
}

fn save_collection(interpreter: &mut Interpreter, this: &Value, own: &Handle) -> Eval<()> {
    let autosave = Autosave::of(&own.reflection);
    let was_new = owner::bonds(interpreter, this, |bonds| bonds.was_new)?;
    let mut others = to_look_at(interpreter, own, was_new, autosave)?;
    if autosave == Autosave::On {
        let (gone, kept) = others.into_iter().partition(is_marked);
        others = kept;
        let gone: Vec<Value> = gone;
        for one in gone {
            members::destroy(interpreter, own, vec![one])?;
        }
    }
    for one in others {
        if !record(interpreter, &one)?.destroyed.get() && !save_member(interpreter, this, own, &one, was_new)? {
            return Err(invalid(interpreter, &own.owner()));
        }
    }
    Ok(())
}

/// One record of a collection: whether the owner's save may go on.
fn save_member(interpreter: &mut Interpreter, this: &Value, own: &Handle, one: &Value, was_new: bool) -> Eval<bool> {
    let autosave = Autosave::of(&own.reflection);
    if autosave == Autosave::Off || !(was_new || is_new(interpreter, one)?) {
        return if autosave == Autosave::On { save(interpreter, one, false, false, None) } else { Ok(true) };
    }
    inverting::tell(interpreter, own, one)?;
    if autosave == Autosave::On {
        return members::insert(interpreter, own, one, false, false);
    }
    if own.reflection.is_nested(interpreter)? {
        return Ok(true);
    }
    let saved = members::insert(interpreter, own, one, true, false)?;
    if !own.reflection.validates() {
        return Ok(true);
    }
    if !saved {
        let errors = interpreter.call(this, "errors", Args::none())?;
        interpreter.call(&errors, "add", Args::one(Value::Symbol(own.reflection.name)))?;
    }
    Ok(saved)
}

/// The columns that the other record's key refers to: `_compute_primary_key`.
fn referred(interpreter: &mut Interpreter, reflection: &Reflection, this: &Value) -> Eval<Vec<String>> {
    let given = reflection.option("primary_key");
    if given.truthy() {
        return Ok(Key::named(interpreter, &given)?.columns().to_vec());
    }
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let is_constrained = reflection.has("query_constraints")
        || (query_constraints::are_declared(&class) && !reflection.has("foreign_key"));
    if is_constrained {
        return Ok(columns.row_key.clone());
    }
    let names = columns.key_columns().to_vec();
    let is_one =
        columns.is_composite() && !reflection.has("query_constraints") && names.iter().any(|name| name == "id");
    Ok(if is_one { vec!["id".to_owned()] } else { names })
}

/// The other record, where it was loaded and there is one to save or to refer to.
fn living(interpreter: &mut Interpreter, own: &Handle) -> Eval<Option<Value>> {
    if !own.is_loaded() {
        return Ok(None);
    }
    let other = own.load(interpreter)?;
    let is_gone = other.is_nil() || record(interpreter, &other)?.destroyed.get();
    Ok((!is_gone).then_some(other))
}

fn save_has_one(interpreter: &mut Interpreter, this: &Value, own: &Handle) -> Eval {
    let Some(other) = living(interpreter, own)? else { return Ok(Value::Nil) };
    let autosave = Autosave::of(&own.reflection);
    if autosave == Autosave::On && is_marked(&other) {
        return interpreter.call(&other, "destroy", Args::none());
    }
    if autosave == Autosave::Off {
        return Ok(Value::Nil);
    }
    let names = referred(interpreter, &own.reflection, this)?;
    let values = values_of(interpreter, this, &Key::Columns(names))?;
    let is_to_be_saved =
        (autosave == Autosave::On && changed(interpreter, &other)?) || is_to_refer(interpreter, own, &other, &values)?;
    if !is_to_be_saved {
        return Ok(Value::Nil);
    }
    if !own.is_through {
        for (column, value) in own.reflection.foreign_key(interpreter)?.columns().iter().zip(values) {
            assign_if_other(interpreter, &other, column, value)?;
        }
        inverting::tell(interpreter, own, &other)?;
    }
    if let Some(end) = other_end(interpreter, &own.reflection, &other)?
        && owner::bonds(interpreter, &other, |bonds| bonds.is_saving(&end))?
    {
        return Ok(Value::Nil);
    }
    let saved = save(interpreter, &other, autosave != Autosave::On, false, None)?;
    if !saved && autosave == Autosave::On { Err(rollback(interpreter)) } else { Ok(saved.into()) }
}

/// `_record_changed?`: the other record does not refer to this one yet, or will do so no more.
fn is_to_refer(interpreter: &mut Interpreter, own: &Handle, other: &Value, values: &[Value]) -> Eval<bool> {
    if is_new(interpreter, other)? {
        return Ok(true);
    }
    let key = own.reflection.foreign_key(interpreter)?;
    let its = record(interpreter, other)?;
    let has_all = key.columns().iter().all(|name| its.index(name).is_some_and(|index| its.is_initialized(index)));
    if !own.is_through && has_all {
        let now = Value::array(values_of(interpreter, other, &key)?);
        if !interpreter.equal(&now, &Value::array(values.to_vec()))? {
            return Ok(true);
        }
    }
    if let Some(inverse) = own.reflection.inverse(interpreter)?
        && inverse.is_polymorphic()
        && let Some(column) = inverse.foreign_type(interpreter)?
    {
        let name = super::scope::polymorphic_name(interpreter, &Value::Class(Rc::clone(&own.reflection.owner)))?;
        let said = read_named(interpreter, other, &column)?;
        if !interpreter.equal(&name, &said)? {
            return Ok(true);
        }
    }
    Ok(interpreter.call(other, "will_save_change_to_attribute?", Args::one(key.to_value()))?.truthy())
}

fn assign_if_other(interpreter: &mut Interpreter, this: &Value, column: &str, value: Value) -> Eval<()> {
    let before = interpreter.call(this, "[]", Args::one(Value::str(column)))?;
    if interpreter.equal(&before, &value)? { Ok(()) } else { assign(interpreter, this, column, value) }
}

/// Before the owner, so that it can refer to what it belongs to.
fn save_belongs_to(interpreter: &mut Interpreter, this: &Value, own: &Handle) -> Eval {
    if own.is_loaded() && own.is_stale(interpreter)? {
        return Ok(Value::Nil);
    }
    let Some(other) = living(interpreter, own)? else { return Ok(Value::Nil) };
    let autosave = Autosave::of(&own.reflection);
    if autosave == Autosave::On && is_marked(&other) {
        for column in own.reflection.foreign_key(interpreter)?.columns() {
            assign(interpreter, this, column, Value::Nil)?;
        }
        interpreter.call(&other, "destroy", Args::none())?;
        return Ok(Value::Nil);
    }
    if autosave == Autosave::Off {
        return Ok(Value::Nil);
    }
    let mut saved = Value::Nil;
    if is_new(interpreter, &other)? || (autosave == Autosave::On && changed(interpreter, &other)?) {
        owner::bonds(interpreter, this, |bonds| bonds.saving.push(own.object.clone()))?;
        let outcome = save(interpreter, &other, autosave != Autosave::On, false, None);
        owner::bonds(interpreter, this, |bonds| bonds.saving.pop())?;
        saved = outcome?.into();
    }
    if own.updated.get() {
        let names = referred(interpreter, &own.reflection, &other)?;
        let foreign_key = own.reflection.foreign_key(interpreter)?;
        for (name, column) in names.iter().zip(foreign_key.columns()) {
            let value = read_named(interpreter, &other, name)?;
            assign_if_other(interpreter, this, column, value)?;
        }
        own.mark_loaded(interpreter)?;
    }
    if autosave == Autosave::On && matches!(saved, Value::Bool(false)) { Err(abort(interpreter)) } else { Ok(saved) }
}
