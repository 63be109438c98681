//! What a has_many reads: associations/collection_association.rb and has_many_association.rb. What changes it stands in
//! members.rs.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use ruby::{Args, Eval, Interpreter, RHash, Value};

use super::association::{Handle, is_new, ivar};
use super::{inverting, members, strict_loading, through};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::{is_blank, read_named, write_named};
use crate::models::attribute_set::record;
use crate::models::class_attributes;
use crate::models::model_schema::{is_readonly_attribute, load_schema};
use crate::models::relation::Values;
use crate::models::relation::association_relation::for_association;
use crate::models::relation::finder_methods::ids_not_found;

/// What only a collection keeps.
#[derive(Default)]
pub(crate) struct Members {
    /// The ids, once they were asked for without the records.
    ids: RefCell<Option<Value>>,
    /// The records that took a place while they were in memory alone, by their address.
    placed: RefCell<HashMap<usize, Value>>,
    /// Whether all was loaded when the record that is being added was saved.
    pub was_loaded: Cell<bool>,
    /// The records between that were made for others, by the address of those.
    pub links: RefCell<HashMap<usize, (Value, Value)>>,
    /// The scope of a record that is being built.
    pub link_scope: RefCell<Value>,
    /// What `name_attributes=` made, in its order.
    pub nested: RefCell<Value>,
}

impl Members {
    /// Forgets what was read and what was replaced.
    pub(crate) fn reset(&self) {
        self.ids.take();
        self.placed.borrow_mut().clear();
    }

    /// The keys are asked for again.
    pub(crate) fn forget_ids(&self) {
        self.ids.take();
    }

    /// Takes down that a new record stands in for one that was read.
    pub(crate) fn place(&self, one: &Value) {
        self.placed.borrow_mut().insert(one.address(), one.clone());
    }

    /// Whether it does.
    pub(crate) fn has_placed(&self, one: &Value) -> bool {
        self.placed.borrow().contains_key(&one.address())
    }

    /// Those that are kept beside the target.
    pub(crate) fn held(&self) -> Vec<Value> {
        let mut held: Vec<Value> = self.placed.borrow().values().cloned().collect();
        held.extend(self.links.borrow().values().flat_map(|(one, link)| [one.clone(), link.clone()]));
        held.push(self.nested.borrow().clone());
        held
    }

    /// Lets go of all of it.
    pub(crate) fn clear(&self) {
        self.reset();
        let links = self.links.take();
        drop(links);
        self.link_scope.replace(Value::Nil);
        self.nested.replace(Value::Nil);
    }
}

/// `reader`: the proxy.
pub(super) fn read(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    own.class(interpreter)?;
    if own.is_stale(interpreter)? {
        own.reload(interpreter)?;
    }
    if own.asks_each_table() {
        let class = own.known_class(interpreter)?;
        let values = Values { association: own.object.clone(), is_proxy: true, ..Values::default() };
        return Ok(crate::models::relation::deferred(interpreter, &class, values));
    }
    let rows = own.rows(interpreter)?;
    for_association(interpreter, &rows, &own.object, true)
}

/// `null_scope?`: the owner has no row that others could refer to.
pub(super) fn has_no_rows(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    Ok(is_new(interpreter, &own.owner())? && !own.has_foreign_key(interpreter)?)
}

/// Whether a belongs_to of the records makes itself known here.
pub(super) fn is_inversed(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    let class = own.reflection.class(interpreter)?;
    Ok(class_attributes::of(&class, "has_many_inversing").truthy())
}

/// A record that says that it belongs here.
pub(super) fn take_in(interpreter: &mut Interpreter, own: &Handle, one: &Value) -> Eval<()> {
    let how = members::Placing { silently: true, replaces: true, inversing: true };
    members::place(interpreter, own, one, how, |_| Ok(())).map(drop)
}

/// `load_target`: what the rows say, and what is in memory besides.
pub(super) fn load(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    if own.needs_finding(interpreter)? {
        let found = find(interpreter, own)?;
        let merged = merge(interpreter, own, found)?;
        own.target.replace(Value::array(merged));
    }
    own.mark_loaded(interpreter)?;
    Ok(own.target())
}

fn find(interpreter: &mut Interpreter, own: &Handle) -> Eval<Vec<Value>> {
    if own.is_through && !through::may_have_rows(interpreter, own)? {
        return Ok(Vec::new());
    }
    if own.asks_each_table() {
        let rows = own.scope(interpreter)?;
        return crate::models::relation::load(interpreter, &rows);
    }
    strict_loading::check(interpreter, own)?;
    let rows = own.scope(interpreter)?;
    let found = crate::models::relation::load(interpreter, &rows)?;
    for one in &found {
        inverting::tell(interpreter, own, one)?;
    }
    Ok(found)
}

/// `merge_target_lists`: a record that is in memory already stays, with what the row says of what it has not changed itself.
fn merge(interpreter: &mut Interpreter, own: &Handle, found: Vec<Value>) -> Eval<Vec<Value>> {
    let mut memory = own.list().to_vec();
    if memory.is_empty() {
        return Ok(found);
    }
    let mut merged = Vec::with_capacity(found.len() + memory.len());
    for one in found {
        let Some(place) = position(interpreter, &memory, &one)? else {
            merged.push(one);
            continue;
        };
        let kept = memory.remove(place);
        refresh(interpreter, &kept, &one)?;
        merged.push(kept);
    }
    for one in memory {
        if is_new(interpreter, &one)? || record(interpreter, &one)?.destroyed.get() {
            merged.push(one);
        }
    }
    Ok(merged)
}

fn refresh(interpreter: &mut Interpreter, kept: &Value, fresh: &Value) -> Eval<()> {
    let class = interpreter.class_of(kept);
    let (own, other) = (record(interpreter, kept)?, record(interpreter, fresh)?);
    let changed = own.changed(interpreter)?;
    for index in own.keys() {
        let name = own.shape().names[index].to_string();
        let is_there = other.index(&name).is_some_and(|place| other.is_initialized(place));
        if is_there && !changed.contains(&index) && !is_readonly_attribute(&class, &name) {
            let value = read_named(interpreter, fresh, &name)?;
            write_named(interpreter, kept, &name, value)?;
        }
    }
    Ok(())
}

/// Where a list has what is equal to a value.
pub(super) fn position(interpreter: &mut Interpreter, list: &[Value], wanted: &Value) -> Eval<Option<usize>> {
    for (place, one) in list.iter().enumerate() {
        if one.is_identical(wanted) || interpreter.equal(one, wanted)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// `find_from_target?`: whether what is in memory is what counts.
pub(super) fn is_told_by_memory(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    let owner = own.owner();
    if own.is_loaded()
        || (strict_loading::is_strict(interpreter, &owner) && strict_loading::has_mode(interpreter, &owner, "all"))
        || own.reflection.has("strict_loading")
        || is_new(interpreter, &owner)?
    {
        return Ok(true);
    }
    for one in own.list().to_vec() {
        if is_new(interpreter, &one)? || interpreter.call(&one, "changed?", Args::none())?.truthy() {
            return Ok(true);
        }
    }
    Ok(false)
}

// Sizes

fn new_ones(interpreter: &mut Interpreter, own: &Handle) -> Eval<Vec<Value>> {
    let mut new = Vec::new();
    for one in own.list().to_vec() {
        if is_new(interpreter, &one)? {
            new.push(one);
        }
    }
    Ok(new)
}

/// `size`: counted in the database where it was not read.
pub(super) fn size(interpreter: &mut Interpreter, own: &Handle) -> Eval<i64> {
    let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    if own.is_loaded() || !own.needs_finding(interpreter)? {
        return Ok(length(own.list().len()));
    }
    if let Some(Value::Array(ids)) = &*own.members.ids.borrow() {
        return Ok(length(ids.len()));
    }
    let new = length(new_ones(interpreter, own)?.len());
    Ok(new + count(interpreter, own)?)
}

/// `count_records`: where there are none, nothing more is to be loaded.
fn count(interpreter: &mut Interpreter, own: &Handle) -> Eval<i64> {
    let count = if own.reflection.trusts_counter(interpreter)? {
        let column = own.reflection.counter_column(interpreter)?.unwrap_or_default();
        let count = read_named(interpreter, &own.owner(), &column)?;
        interpreter.call(&count, "to_i", Args::none())?
    } else {
        let rows = own.scope(interpreter)?;
        interpreter.call(&rows, "count", Args::one(Value::symbol("all")))?
    };
    let Value::Int(count) = count else {
        return Err(interpreter.unsupported("the size of a collection whose scope groups its rows"));
    };
    if count == 0 {
        let new = new_ones(interpreter, own)?;
        *own.list().borrow_mut() = new;
        own.mark_loaded(interpreter)?;
    }
    Ok(count)
}

/// `empty?`: without reading more than it takes to tell.
pub(super) fn is_empty(interpreter: &mut Interpreter, own: &Handle) -> Eval<bool> {
    let has_ids = own.members.ids.borrow().is_some();
    if own.is_loaded() || has_ids || own.reflection.trusts_counter(interpreter)? {
        return Ok(size(interpreter, own)? == 0);
    }
    if !own.list().is_empty() {
        return Ok(false);
    }
    let rows = own.scope(interpreter)?;
    Ok(!interpreter.call(&rows, "exists?", Args::none())?.truthy())
}

/// `include?`
pub(super) fn has(interpreter: &mut Interpreter, own: &Handle, one: &Value) -> Eval<bool> {
    let class = own.reflection.class(interpreter)?;
    if !interpreter.is_a(one, &class) {
        return Ok(false);
    }
    if own.is_loaded() || is_new(interpreter, one)? {
        let list = own.list().to_vec();
        return Ok(position(interpreter, &list, one)?.is_some());
    }
    let id = crate::models::attribute_methods::primary_key::id(interpreter, one, Args::none())?;
    let key = load_schema(interpreter, &class)?.primary_key.clone();
    let wanted = match key.as_deref() {
        Some(key @ Key::Columns(_)) => key.conditions(interpreter, id)?,
        _ => id,
    };
    let rows = own.scope(interpreter)?;
    Ok(interpreter.call(&rows, "exists?", Args::one(wanted))?.truthy())
}

// Ids

fn target_key(interpreter: &mut Interpreter, own: &Handle) -> Eval<Key> {
    let class = own.reflection.class(interpreter)?;
    own.reflection.key_of_target(interpreter, &class)
}

/// `ids_reader`
pub(super) fn ids(interpreter: &mut Interpreter, own: &Handle) -> Eval {
    let names = target_key(interpreter, own)?.columns().iter().map(|name| Value::str(name.as_str())).collect();
    let names = Args::new(names);
    if own.is_loaded() || !own.list().is_empty() {
        let records = own.load_if_needed(interpreter)?;
        return interpreter.call(&records, "pluck", names);
    }
    if let Some(ids) = &*own.members.ids.borrow() {
        return Ok(ids.clone());
    }
    let rows = own.scope(interpreter)?;
    let ids = interpreter.call(&rows, "pluck", names)?;
    *own.members.ids.borrow_mut() = Some(ids.clone());
    Ok(ids)
}

impl Handle {
    fn load_if_needed(&self, interpreter: &mut Interpreter) -> Eval {
        if self.is_loaded() { Ok(self.target()) } else { self.load(interpreter) }
    }
}

/// `ids_writer`
pub(super) fn set_ids(interpreter: &mut Interpreter, own: &Handle, given: &Value) -> Eval<()> {
    let class = own.reflection.class(interpreter)?;
    let key = target_key(interpreter, own)?;
    let mut ids = ruby::core::convert::wrap(interpreter, given)?;
    ids.retain(|id| !is_blank(id));
    if let Key::Column(name) = &key {
        let columns = load_schema(interpreter, &class)?;
        let kind = crate::models::relation::type_of(&columns, name);
        for id in &mut ids {
            *id = kind.cast(interpreter, id)?;
        }
    }
    let model = Value::Class(class);
    let condition = RHash::from_pairs(vec![(key.to_value(), Value::array(ids.clone()))]);
    let rows = interpreter.call(&model, "where", Args::one(Value::hash(condition)))?;
    let by_id = RHash::new();
    for one in crate::models::relation::load(interpreter, &rows)? {
        let values = super::association::values_of(interpreter, &one, &key)?;
        let id = if key.is_composite() { Value::array(values) } else { values.into_iter().next().unwrap_or_default() };
        by_id.insert(id, one);
    }
    let found: Vec<Value> = ids.iter().filter_map(|id| by_id.get(id)).collect();
    if found.len() == ids.len() {
        return members::replace(interpreter, own, &Value::array(found)).map(drop);
    }
    let mut missing = ids.clone();
    missing.retain(|id| by_id.get(id).is_none());
    let all = interpreter.call(&model, "all", Args::none())?;
    ids_not_found(interpreter, &all, &key, &ids, (found.len(), ids.len()), &missing).map(drop)
}

/// Whether a record is to go with its owner's save.
pub(super) fn is_marked(one: &Value) -> bool {
    ivar(one, "@marked_for_destruction").truthy()
}
