//! What changes a has_many: records are added, replaced, and taken out; after associations/collection_association.rb and
//! has_many_association.rb.

use std::collections::HashMap;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RProc, Value};

use super::association::{Handle, is_new, is_persisted, not_saved, rollback, save};
use super::collection::position;
use super::{counting, dependent, has_one, inverting, through};
use crate::models::transactions::row_of;

/// How a record takes its place.
#[derive(Clone, Copy, Default)]
pub(super) struct Placing {
    /// The callbacks do not hear of it.
    pub silently: bool,
    /// It takes the place of the one that it equals.
    pub replaces: bool,
    /// Its own belongs_to said so.
    pub inversing: bool,
}

/// The callbacks of `before_add:` and its kin.
pub(super) fn callbacks(interpreter: &mut Interpreter, own: &Handle, event: &'static str, one: &Value) -> Eval<()> {
    let owner = own.owner();
    for callback in ruby::core::convert::wrap(interpreter, &own.reflection.option(event))? {
        let both = Args::new(vec![owner.clone(), one.clone()]);
        match &callback {
            Value::Symbol(name) => interpreter.call(&owner, *name, Args::one(one.clone()))?,
            Value::Proc(block) => interpreter.call_block(block, both)?,
            object => interpreter.call(object, event, both)?,
        };
    }
    Ok(())
}

/// Whether no callback threw `:abort`.
fn passes(interpreter: &mut Interpreter, own: &Handle, event: &'static str, records: &[Value]) -> Eval<bool> {
    let abort = Value::symbol("abort");
    let outcome = interpreter
        .catch(&abort, |interpreter| records.iter().try_for_each(|one| callbacks(interpreter, own, event, one)))?;
    Ok(outcome.is_ok())
}

/// `replace_on_target`: puts a record among the others; `work` may save it. Nil where a callback kept it out.
pub(super) fn place(
    interpreter: &mut Interpreter,
    own: &Handle,
    one: &Value,
    how: Placing,
    work: impl FnOnce(&mut Interpreter) -> Eval<()>,
) -> Eval {
    let outcome = place_with(interpreter, own, one, how, work);
    own.members.was_loaded.set(false);
    outcome
}

fn place_with(
    interpreter: &mut Interpreter,
    own: &Handle,
    one: &Value,
    how: Placing,
    work: impl FnOnce(&mut Interpreter) -> Eval<()>,
) -> Eval {
    let members = &own.members;
    let at = |interpreter: &mut Interpreter| {
        let list = own.list().to_vec();
        position(interpreter, &list, one)
    };
    let mut place = None;
    if how.replaces && (members.has_placed(one) || !is_new(interpreter, one)?) {
        place = at(interpreter)?;
    }
    if !how.silently && !passes(interpreter, own, "before_add", std::slice::from_ref(one))? {
        return Ok(Value::Nil);
    }
    inverting::tell(interpreter, own, one)?;
    members.was_loaded.set(true);
    work(interpreter)?;
    if place.is_none() && members.has_placed(one) {
        place = at(interpreter)?;
    }
    if how.inversing || place.is_some() || is_new(interpreter, one)? {
        members.place(one);
    }
    match place {
        Some(place) => {
            let list = own.list();
            let mut list = list.borrow_mut();
            if let Some(there) = list.get_mut(place) {
                *there = one.clone();
            }
        }
        // A save within may have loaded the rows, this one among them.
        None if members.was_loaded.get() || !own.is_loaded() => {
            members.forget_ids();
            own.list().borrow_mut().push(one.clone());
        }
        None => {}
    }
    if !how.silently {
        callbacks(interpreter, own, "after_add", one)?;
    }
    Ok(one.clone())
}

// Adding

/// `build`, of one or of many.
pub(super) fn build(interpreter: &mut Interpreter, own: &Handle, args: &Args) -> Eval {
    if let Value::Array(all) = args.first() {
        let each = |given| build(interpreter, own, &Args::one(given).with_block(args.block.clone()));
        return Ok(Value::array(all.to_vec().into_iter().map(each).collect::<Eval<_>>()?));
    }
    let made = own.build(interpreter, &args.first(), args.block.as_ref())?;
    place(interpreter, own, &made, Placing { replaces: true, ..Placing::default() }, |_| Ok(()))
}

/// `create` and `create!`
pub(super) fn create(interpreter: &mut Interpreter, own: &Handle, args: &Args, raises: bool) -> Eval {
    if !is_persisted(interpreter, &own.owner())? {
        let message = "You cannot call create unless the parent is saved".to_owned();
        return Err(not_saved(interpreter, message, &own.owner()));
    }
    if let Value::Array(all) = args.first() {
        let each = |given| create(interpreter, own, &Args::one(given).with_block(args.block.clone()), raises);
        return Ok(Value::array(all.to_vec().into_iter().map(each).collect::<Eval<_>>()?));
    }
    let made = own.build(interpreter, &args.first(), args.block.as_ref())?;
    own.in_transaction(interpreter, |interpreter| {
        let mut saved = false;
        place(interpreter, own, &made, Placing::default(), |interpreter| {
            saved = insert(interpreter, own, &made, true, raises)?;
            Ok(())
        })?;
        if saved { Ok(made.clone()) } else { Err(rollback(interpreter)) }
    })?;
    counting::in_memory(interpreter, own, 1)?;
    Ok(made)
}

/// `insert_record`: the record refers to the owner and is saved; through another table the row between is too.
pub(super) fn insert(
    interpreter: &mut Interpreter,
    own: &Handle,
    one: &Value,
    validate: bool,
    raises: bool,
) -> Eval<bool> {
    if own.is_through {
        return through::insert(interpreter, own, one, validate, raises);
    }
    insert_plainly(interpreter, own, one, validate, raises)
}

/// Puts a record in without its callbacks.
pub(super) fn insert_plainly(
    interpreter: &mut Interpreter,
    own: &Handle,
    one: &Value,
    validate: bool,
    raises: bool,
) -> Eval<bool> {
    has_one::refer(interpreter, own, one)?;
    let noted = own.clone();
    let note = RProc::native(move |_, _| {
        noted.members.was_loaded.set(noted.is_loaded());
        Ok(Value::Nil)
    });
    save(interpreter, one, validate, raises, Some(note))
}

/// `concat`: what is added, or nil where it could not be saved.
pub(super) fn add(interpreter: &mut Interpreter, own: &Handle, given: &[Value]) -> Eval {
    let records = crate::ground::arguments::flatten(interpreter, given)?;
    if is_new(interpreter, &own.owner())? {
        own.load(interpreter)?;
        return add_each(interpreter, own, &records);
    }
    if own.is_through {
        for one in &records {
            own.check_class(interpreter, one)?;
        }
    }
    own.in_transaction(interpreter, |interpreter| add_each(interpreter, own, &records))
}

/// `concat_records`
fn add_each(interpreter: &mut Interpreter, own: &Handle, records: &[Value]) -> Eval {
    if own.is_through {
        through::check_not_nested(interpreter, own)?;
    }
    let mut saved = true;
    for one in records {
        own.check_class(interpreter, one)?;
        place(interpreter, own, one, Placing::default(), |interpreter| {
            if saved && !is_new(interpreter, &own.owner())? {
                saved = insert(interpreter, own, one, true, own.is_through)?;
            }
            Ok(())
        })?;
    }
    if !saved {
        return Err(rollback(interpreter));
    }
    counting::in_memory(interpreter, own, i64::try_from(records.len()).unwrap_or(i64::MAX))?;
    if own.is_through && is_new(interpreter, &own.owner())? {
        for one in records {
            through::link(interpreter, own, one)?;
        }
    }
    Ok(Value::array(records.to_vec()))
}

// Replacing

/// `replace`: the collection is these, and no others.
pub(super) fn replace(interpreter: &mut Interpreter, own: &Handle, given: &Value) -> Eval {
    let wanted = each_of(interpreter, given)?;
    for one in &wanted {
        own.check_class(interpreter, one)?;
    }
    let lenient = own.lenient.replace(true);
    let loaded = own.load(interpreter);
    own.lenient.set(lenient);
    loaded?;
    let before = own.list().to_vec();
    if is_new(interpreter, &own.owner())? {
        return replace_with(interpreter, own, &wanted, before);
    }
    for one in both(interpreter, own, &wanted, &before)? {
        let how = Placing { silently: true, replaces: true, inversing: false };
        place(interpreter, own, &one, how, |_| Ok(()))?;
    }
    let (these, those) = (Value::array(wanted.clone()), Value::array(before.clone()));
    if interpreter.equal(&these, &those)? {
        return Ok(given.clone());
    }
    own.in_transaction(interpreter, |interpreter| replace_with(interpreter, own, &wanted, before))
}

/// What `each` yields.
fn each_of(interpreter: &mut Interpreter, given: &Value) -> Eval<Vec<Value>> {
    if let Value::Array(list) = given {
        return Ok(list.to_vec());
    }
    let found: Rc<std::cell::RefCell<Vec<Value>>> = Rc::default();
    let into = Rc::clone(&found);
    let collect = RProc::native(move |_, args| {
        into.borrow_mut().push(args.first());
        Ok(Value::Nil)
    });
    let collect = interpreter.block_of(&collect)?;
    interpreter.call_public(given, "each", Args::none().with_block(collect))?;
    Ok(found.take())
}

fn replace_with(interpreter: &mut Interpreter, own: &Handle, wanted: &[Value], before: Vec<Value>) -> Eval {
    let now = own.list().to_vec();
    let gone = without(interpreter, own, &now, wanted)?;
    delete(interpreter, own, gone)?;
    let now = own.list().to_vec();
    let new = without(interpreter, own, wanted, &now)?;
    if !add(interpreter, own, &new)?.truthy() {
        own.target.replace(Value::array(before));
        let message = format!(
            "Failed to replace {} because one or more of the new records could not be saved.",
            own.reflection.name
        );
        return Err(interpreter.error("ActiveRecord::RecordNotSaved", message));
    }
    Ok(own.target())
}

/// `difference`: each record as often as it is more often there; of a plain has_many at most once anywhere.
fn without(interpreter: &mut Interpreter, own: &Handle, all: &[Value], others: &[Value]) -> Eval<Vec<Value>> {
    partition(interpreter, own, all, others, "-")
}

/// `intersection`
fn both(interpreter: &mut Interpreter, own: &Handle, all: &[Value], others: &[Value]) -> Eval<Vec<Value>> {
    partition(interpreter, own, all, others, "&")
}

fn partition(
    interpreter: &mut Interpreter,
    own: &Handle,
    all: &[Value],
    others: &[Value],
    operator: &str,
) -> Eval<Vec<Value>> {
    let (these, those) = (Value::array(all.to_vec()), Value::array(others.to_vec()));
    if !own.is_through {
        let found = interpreter.call(&these, operator, Args::one(those))?;
        return ruby::core::convert::array(interpreter, &found);
    }
    // The same record may be there more than once, each time by a row of its own.
    let mut rest: HashMap<(usize, String), usize> = HashMap::new();
    for one in others {
        *rest.entry(row_of(interpreter, one)?).or_default() += 1;
    }
    let mut found = Vec::new();
    for one in all {
        let left = rest.entry(row_of(interpreter, one)?).or_default();
        let is_there = *left > 0;
        *left = left.saturating_sub(1);
        if is_there == (operator == "&") {
            found.push(one.clone());
        }
    }
    Ok(found)
}

// Taking out

/// `delete` of a collection: as its `dependent:` says.
pub(super) fn delete(interpreter: &mut Interpreter, own: &Handle, given: Vec<Value>) -> Eval {
    let how = own.reflection.option("dependent");
    remove(interpreter, own, given, &how)
}

/// `destroy`, of these.
pub(super) fn destroy(interpreter: &mut Interpreter, own: &Handle, given: Vec<Value>) -> Eval {
    remove(interpreter, own, given, &Value::symbol("destroy"))
}

/// `delete_or_destroy`
fn remove(interpreter: &mut Interpreter, own: &Handle, given: Vec<Value>, how: &Value) -> Eval {
    if given.is_empty() {
        return Ok(Value::Nil);
    }
    let mut records = given;
    if records.iter().any(|one| matches!(one, Value::Int(_) | Value::Str(_))) {
        let rows = own.scope(interpreter)?;
        let found = interpreter.call(&rows, "find", Args::new(records))?;
        records = vec![found];
    }
    let records = crate::ground::arguments::flatten(interpreter, &records)?;
    let mut existing = Vec::new();
    for one in &records {
        own.check_class(interpreter, one)?;
        if !is_new(interpreter, one)? {
            existing.push(one.clone());
        }
    }
    if existing.is_empty() {
        return remove_records(interpreter, own, &existing, &records, how);
    }
    own.in_transaction(interpreter, |interpreter| remove_records(interpreter, own, &existing, &records, how))
}

fn remove_records(
    interpreter: &mut Interpreter,
    own: &Handle,
    existing: &[Value],
    records: &[Value],
    how: &Value,
) -> Eval {
    let mut answer = Value::Nil;
    if passes(interpreter, own, "before_remove", records)? {
        if !existing.is_empty() {
            dependent::delete_records(interpreter, own, existing, how)?;
        }
        let rest = interpreter.call(&own.target(), "-", Args::one(Value::array(records.to_vec())))?;
        own.target.replace(rest);
        own.members.forget_ids();
        for one in records {
            callbacks(interpreter, own, "after_remove", one)?;
        }
        answer = Value::array(records.to_vec());
    }
    if own.is_through {
        through::forget_links(interpreter, own, records)?;
        answer = Value::array(records.to_vec());
    }
    Ok(answer)
}
