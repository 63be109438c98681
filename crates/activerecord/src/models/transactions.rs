//! transactions.rb, and the records and callbacks of connection_adapters/abstract/transaction.rb: which records a transaction
//! holds, what they hear when it ends, and what they are again when it is rolled back. The stack itself is the adapters'.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::{Rc, Weak};

use adapters::transaction::{CurrentTransaction, TransactionOptions};
use ruby::{Args, Eval, Interpreter, NativeMethod, RObject, RProc, Value, method};

use crate::connection::{Ends, in_transaction};
use crate::ground::state::{state, with_adapter};
use crate::models::attribute_set::{Attribute, Record, record};
use crate::models::callbacks;

/// The records that one transaction holds, made when it gets its first.
struct HeldRecords {
    transaction: CurrentTransaction,
    records: Vec<Value>,
    /// Those that nobody needs to hear from if they are gone by then.
    lazily: Vec<Weak<RObject>>,
    /// `after_commit { }` of the transaction's own object, with the event's name.
    callbacks: Vec<(&'static str, Rc<RProc>)>,
}

/// The records that the open transactions hold, outermost first.
#[derive(Default)]
struct Held(RefCell<Vec<HeldRecords>>);

/// What a record was when its transaction began: `@_start_transaction_state`.
pub(crate) struct StartState {
    new_record: bool,
    previously_new_record: bool,
    destroyed: bool,
    frozen: bool,
    id: Value,
    level: usize,
    /// The attributes as they stood before a save made them the database's.
    pub attributes: Option<Vec<Attribute>>,
}

/// What a connection's transaction tells of its end.
pub(crate) const ENDS: Ends = Ends { before_commit, after_commit, after_rollback, add_callback };

pub(crate) const METHODS: &[NativeMethod] = &[
    method("with_transaction_returning_status", with_status, 0..=0),
    method("add_to_transaction", |i, this, _| add_to_transaction(i, this, true).map(|()| Value::Nil), 0..=1),
    method("committed!", |i, this, _| committed(i, this, true).map(|()| Value::Nil), 0..=0).with_keywords(),
    method("transaction_include_any_action?", includes_any_action, 1..=1),
    method("trigger_transactional_callbacks?", |i, this, _| Ok(triggers(i, this)?.into()), 0..=0),
];

fn with_status(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else { return Err(crate::ground::calls::no_block(interpreter)) };
    with_transaction_returning_status(interpreter, this, |interpreter| interpreter.call_block(&block, Args::none()))
}

/// Runs `work` in a transaction that holds the record; a false answer rolls back.
pub(crate) fn with_transaction_returning_status(
    interpreter: &mut Interpreter,
    this: &Value,
    work: impl FnOnce(&mut Interpreter) -> Eval,
) -> Eval {
    let own = record(interpreter, this)?;
    let ensure_finalize = with_adapter(interpreter, |adapter| Ok(!adapter.transaction_open()))?;
    let status = RefCell::new(Value::Nil);
    let outcome = in_transaction(interpreter, TransactionOptions::default(), |interpreter| {
        let ensure_finalize = ensure_finalize || callbacks::has_transactional(interpreter, this);
        add_to_transaction(interpreter, this, ensure_finalize)?;
        remember(interpreter, this, &own)?;
        let answer = work(interpreter)?;
        *status.borrow_mut() = answer.clone();
        if answer.truthy() {
            Ok(answer)
        } else {
            Err(interpreter.error("ActiveRecord::Rollback", "ActiveRecord::Rollback"))
        }
    });
    outcome?;
    let status = status.into_inner();
    own.last_transaction_status.set(status.truthy());
    Ok(status)
}

// Which records a transaction holds

/// `add_to_transaction`: the record hears of the end of the transaction that is open.
pub(crate) fn add_to_transaction(interpreter: &mut Interpreter, this: &Value, ensure_finalize: bool) -> Eval<()> {
    let Value::Object(object) = this else { return Ok(()) };
    let Some(current) = current(interpreter)? else { return Ok(()) };
    let own = record(interpreter, this)?;
    with_held(interpreter, current, |held| {
        if ensure_finalize {
            held.records.push(this.clone());
        } else if own.enrolled_in.replace(Some(current.id)) != Some(current.id) {
            if held.lazily.len() >= 1024 && held.lazily.len().is_power_of_two() {
                held.lazily.retain(|weak| weak.strong_count() > 0);
            }
            held.lazily.push(Rc::downgrade(object));
        }
    })
}

fn current(interpreter: &mut Interpreter) -> Eval<Option<CurrentTransaction>> {
    with_adapter(interpreter, |adapter| Ok(adapter.base().transaction_manager.current()))
}

fn with_held(
    interpreter: &mut Interpreter,
    transaction: CurrentTransaction,
    work: impl FnOnce(&mut HeldRecords),
) -> Eval<()> {
    let held = state(interpreter)?.kept::<Held>();
    let mut all = held.0.borrow_mut();
    let index = match all.iter().position(|held| held.transaction.id == transaction.id) {
        Some(index) => index,
        None => {
            all.push(HeldRecords { transaction, records: Vec::new(), lazily: Vec::new(), callbacks: Vec::new() });
            all.len() - 1
        }
    };
    work(&mut all[index]);
    Ok(())
}

/// `transaction.after_commit { }` and its kin, of the transaction that is open.
pub(crate) fn add_callback(interpreter: &mut Interpreter, event: &'static str, block: &Rc<RProc>) -> Eval<bool> {
    let Some(current) = current(interpreter)? else { return Ok(false) };
    with_held(interpreter, current, |held| held.callbacks.push((event, Rc::clone(block))))?;
    Ok(true)
}

fn take(interpreter: &mut Interpreter, id: u64) -> Eval<Option<HeldRecords>> {
    let held = state(interpreter)?.kept::<Held>();
    let mut all = held.0.borrow_mut();
    let index = all.iter().position(|held| held.transaction.id == id);
    Ok(index.map(|index| all.remove(index)))
}

impl HeldRecords {
    /// `unique_records`
    fn unique(&self) -> Vec<Value> {
        let mut seen = HashSet::new();
        let lazily = self.lazily.iter().filter_map(Weak::upgrade).map(Value::Object);
        self.records.iter().cloned().chain(lazily).filter(|record| seen.insert(record.address())).collect()
    }
}

// The end of a transaction

/// `before_commit_records`
fn before_commit(interpreter: &mut Interpreter, id: u64) -> Eval<()> {
    let (records, callbacks) = {
        let held = state(interpreter)?.kept::<Held>();
        let all = held.0.borrow();
        match all.iter().find(|held| held.transaction.id == id) {
            Some(held) if held.transaction.runs_commit_callbacks => (held.unique(), held.callbacks.clone()),
            _ => return Ok(()),
        }
    };
    // `records.uniq`, as a bare process has it: of several that stand for one row, the first.
    let mut rows = HashSet::new();
    for one in records {
        let row = row_of(interpreter, &one)?;
        if rows.insert(row) {
            interpreter.call(&one, "before_committed!", Args::none())?;
        }
    }
    run_callbacks(interpreter, &callbacks, "before_commit")
}

/// What makes two records equal: class and key; a record without one equals itself alone.
pub(crate) fn row_of(interpreter: &mut Interpreter, record: &Value) -> Eval<(usize, String)> {
    let id = crate::models::attribute_methods::id(interpreter, record, Args::none())?;
    if !crate::models::attribute_methods::primary_key::is_present(&id) {
        return Ok((record.address(), String::new()));
    }
    let class = Rc::as_ptr(&interpreter.class_of(record)).addr();
    Ok((class, interpreter.inspect(&id)?))
}

fn run_callbacks(interpreter: &mut Interpreter, callbacks: &[(&'static str, Rc<RProc>)], event: &str) -> Eval<()> {
    for (_, block) in callbacks.iter().filter(|(name, _)| *name == event) {
        interpreter.call_block(block, Args::none())?;
    }
    Ok(())
}

/// `commit_records`
fn after_commit(interpreter: &mut Interpreter, id: u64) -> Eval<()> {
    let Some(held) = take(interpreter, id)? else { return Ok(()) };
    let records = held.unique();
    if !held.transaction.runs_commit_callbacks {
        for one in &records {
            add_to_transaction(interpreter, one, true)?;
        }
        for (event, block) in &held.callbacks {
            add_callback(interpreter, event, block)?;
        }
        return Ok(());
    }
    run_on_records(interpreter, &records, committed)?;
    run_callbacks(interpreter, &held.callbacks, "after_commit")
}

/// `rollback_records`
fn after_rollback(interpreter: &mut Interpreter, id: u64) -> Eval<()> {
    let Some(held) = take(interpreter, id)? else { return Ok(()) };
    let full = held.transaction.is_real;
    let records = held.unique();
    run_on_records(interpreter, &records, |interpreter, record, callbacks| {
        rolled_back(interpreter, record, full, callbacks)
    })?;
    run_callbacks(interpreter, &held.callbacks, "after_rollback")
}

/// Each record is told; of several that stand for one row, one runs its callbacks. Whoever raises is the last that does.
fn run_on_records(
    interpreter: &mut Interpreter,
    records: &[Value],
    tell: impl Fn(&mut Interpreter, &Value, bool) -> Eval<()>,
) -> Eval<()> {
    let chosen = chosen_instances(interpreter, records)?;
    let mut failure = None;
    for one in records {
        let runs = failure.is_none() && chosen.contains(&one.address());
        if let Err(flow) = tell(interpreter, one, runs) {
            failure.get_or_insert(flow);
        }
    }
    failure.map_or(Ok(()), Err)
}

/// `prepare_instances_to_run_callbacks_on`, with `run_commit_callbacks_on_first_saved_instances_in_transaction`, as a bare
/// process has it.
fn chosen_instances(interpreter: &mut Interpreter, records: &[Value]) -> Eval<HashSet<usize>> {
    let mut rows = HashSet::new();
    let mut chosen = HashSet::new();
    for one in records {
        if !triggers(interpreter, one)? {
            continue;
        }
        let row = row_of(interpreter, one)?;
        if rows.insert(row) {
            chosen.insert(one.address());
        }
    }
    Ok(chosen)
}

/// `trigger_transactional_callbacks?`
fn triggers(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let own = record(interpreter, this)?;
    let persisted = !own.new_record.get() && !own.destroyed.get();
    let written = own.new_record_before_last_commit.get() || own.trigger_update_callback.get();
    Ok(written && persisted || own.trigger_destroy_callback.get() && own.destroyed.get())
}

fn committed(interpreter: &mut Interpreter, this: &Value, run_callbacks: bool) -> Eval<()> {
    let own = record(interpreter, this)?;
    own.start_state.borrow_mut().take();
    own.enrolled_in.set(None);
    let outcome = if run_callbacks {
        own.committed_already_called.set(true);
        callbacks::run(interpreter, this, "commit", |_| Ok(Value::Bool(true))).map(drop)
    } else {
        Ok(())
    };
    own.committed_already_called.set(false);
    own.trigger_update_callback.set(false);
    own.trigger_destroy_callback.set(false);
    outcome
}

fn rolled_back(interpreter: &mut Interpreter, this: &Value, full: bool, run_callbacks: bool) -> Eval<()> {
    let own = record(interpreter, this)?;
    own.enrolled_in.set(None);
    let outcome = if run_callbacks {
        callbacks::run(interpreter, this, "rollback", |_| Ok(Value::Bool(true))).map(drop)
    } else {
        Ok(())
    };
    restore(interpreter, &own, full)?;
    forget(&own);
    if full {
        own.trigger_update_callback.set(false);
        own.trigger_destroy_callback.set(false);
    }
    outcome
}

/// `remember_transaction_record_state`
fn remember(interpreter: &mut Interpreter, this: &Value, own: &Rc<Record>) -> Eval<()> {
    if own.start_state.borrow().is_none() {
        let id = crate::models::attribute_methods::id(interpreter, this, Args::none())?;
        *own.start_state.borrow_mut() = Some(Box::new(StartState {
            new_record: own.new_record.get(),
            previously_new_record: own.previously_new_record.get(),
            destroyed: own.destroyed.get(),
            frozen: own.frozen.get(),
            id,
            level: 0,
            attributes: None,
        }));
    }
    if let Some(state) = own.start_state.borrow_mut().as_mut() {
        state.level += 1;
        own.new_record_before_last_commit.set(!own.committed_already_called.get() && state.new_record);
    }
    Ok(())
}

/// `clear_transaction_record_state`
fn forget(own: &Record) {
    let mut state = own.start_state.borrow_mut();
    if let Some(inner) = state.as_mut() {
        inner.level = inner.level.saturating_sub(1);
        if inner.level < 1 {
            *state = None;
        }
    }
}

/// `restore_transaction_record_state`
fn restore(interpreter: &mut Interpreter, own: &Rc<Record>, full: bool) -> Eval<()> {
    let Some(state) = own.start_state.borrow_mut().take() else { return Ok(()) };
    if full || state.level <= 1 {
        own.new_record.set(state.new_record);
        own.previously_new_record.set(state.previously_new_record);
        own.destroyed.set(state.destroyed);
        own.frozen.set(state.frozen);
        if let Some(before) = &state.attributes {
            own.restore_attributes(interpreter, before)?;
        }
        own.saved_changes.borrow_mut().clear();
        restore_id(interpreter, own, &state.id)?;
    }
    *own.start_state.borrow_mut() = Some(state);
    Ok(())
}

fn restore_id(interpreter: &mut Interpreter, own: &Rc<Record>, before: &Value) -> Eval<()> {
    let Some(key) = own.primary_key.borrow().clone() else { return Ok(()) };
    let before = match before {
        Value::Array(values) if key.is_composite() => values.to_vec(),
        id => vec![id.clone()],
    };
    let places: Vec<_> = key.columns().iter().map(|name| own.index(name)).collect();
    let mut differs = false;
    for (place, before) in places.iter().zip(&before) {
        let Some(index) = place else { continue };
        let id = own.read(interpreter, *index)?;
        differs = differs || !interpreter.equal(&id, before)?;
    }
    for (place, before) in places.iter().zip(before).filter(|_| differs) {
        if let Some(index) = place {
            own.write(*index, before);
        }
    }
    Ok(())
}

/// `transaction_include_any_action?`
fn includes_any_action(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = record(interpreter, this)?;
    let persisted = !own.new_record.get() && !own.destroyed.get();
    let was_new = own.new_record_before_last_commit.get();
    let actions = crate::ground::arguments::wrap(interpreter, &args.first())?;
    let includes = actions.iter().any(|action| match action.as_name().as_deref() {
        Some("create") => persisted && was_new,
        Some("update") => !(was_new || own.destroyed.get()) && own.trigger_update_callback.get(),
        Some("destroy") => own.trigger_destroy_callback.get(),
        _ => false,
    });
    Ok(includes.into())
}
