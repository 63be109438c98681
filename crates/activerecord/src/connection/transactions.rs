//! The transactions of database_statements.rb and transaction.rb, as methods of the connection: the block runs here, the
//! stack is the adapters'.

use std::rc::Rc;

use adapters::ErrorClass;
use adapters::transaction::{self, Entered, TransactionOptions};
use ruby::exception::ExceptionData;
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RClass, RProc, Value, method};

use crate::connection::Asked;
use crate::ground::arguments::check_keywords;
use crate::ground::calls::no_block;
use crate::ground::errors::{OrRaise, set_first_cause};
use crate::ground::state::{state, with_adapter};

const METHODS: &[NativeMethod] = &[
    method("transaction", |interpreter, _, args| run(interpreter, &args), 0..=0).with_keywords(),
    method("transaction_open?", |i, _, _| with_adapter(i, |adapter| Ok(adapter.transaction_open().into())), 0..=0),
    method("open_transactions", |i, _, _| with_adapter(i, |adapter| Ok(adapter.open_transactions().into())), 0..=0),
    method("current_transaction", current_transaction, 0..=0),
    method("begin_transaction", begin_transaction, 0..=0).with_keywords(),
    method("commit_transaction", |i, _, _| finish(i, true), 0..=0),
    method("rollback_transaction", |i, _, _| finish(i, false), 0..=0),
    method("begin_db_transaction", |i, _, _| end(i, |adapter| adapter.begin_db_transaction()), 0..=0),
    method("commit_db_transaction", |i, _, _| end(i, |adapter| adapter.commit_db_transaction()), 0..=0),
    method("rollback_db_transaction", |i, _, _| end(i, |adapter| adapter.rollback_db_transaction()), 0..=0),
    method("materialize_transactions", |i, _, _| end(i, |adapter| adapter.materialize_transactions()), 0..=0),
    method(
        "disable_lazy_transactions!",
        |i, _, _| end(i, |adapter| transaction::disable_lazy_transactions(adapter)),
        0..=0,
    ),
    method("enable_lazy_transactions!", enable_lazy_transactions, 0..=0),
    method("create_savepoint", |i, _, args| savepoint(i, &args, |adapter, name| adapter.create_savepoint(name)), 0..=1),
    method(
        "release_savepoint",
        |i, _, args| savepoint(i, &args, |adapter, name| adapter.release_savepoint(name)),
        0..=1,
    ),
    method(
        "rollback_to_savepoint",
        |i, _, args| savepoint(i, &args, |adapter, name| adapter.exec_rollback_to_savepoint(name)),
        0..=1,
    ),
];

/// `current_transaction`, as far as migrations ask it.
const TRANSACTION_METHODS: &[NativeMethod] = &[
    method("open?", |i, _, _| with_adapter(i, |adapter| Ok(adapter.transaction_open().into())), 0..=0),
    method("closed?", |i, _, _| with_adapter(i, |adapter| Ok((!adapter.transaction_open()).into())), 0..=0),
    method("after_commit", |i, _, args| add_callback(i, "after_commit", args), 0..=0),
    method("after_rollback", |i, _, args| add_callback(i, "after_rollback", args), 0..=0),
    method("before_commit", |i, _, args| add_callback(i, "before_commit", args), 0..=0),
    method("joinable?", |i, _, _| with_adapter(i, |a| Ok(a.base().transaction_manager.is_joinable().into())), 0..=0),
];

/// What whoever holds records with a transaction does when it ends.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    pub before_commit: fn(&mut Interpreter, u64) -> Eval<()>,
    pub after_commit: fn(&mut Interpreter, u64) -> Eval<()>,
    pub after_rollback: fn(&mut Interpreter, u64) -> Eval<()>,
    /// A block for the end of the transaction that is open; false where none is.
    pub add_callback: fn(&mut Interpreter, &'static str, &Rc<RProc>) -> Eval<bool>,
}

impl Default for Ends {
    fn default() -> Self {
        Self {
            before_commit: |_, _| Ok(()),
            after_commit: |_, _| Ok(()),
            after_rollback: |_, _| Ok(()),
            add_callback: |_, _, _| Ok(false),
        }
    }
}

fn ends(interpreter: &mut Interpreter) -> Eval<Ends> {
    Ok(state(interpreter)?.kept::<Asked>().ends.get())
}

pub(super) fn define(interpreter: &mut Interpreter, class: &Rc<RClass>) {
    class.define(METHODS);
    let object = Rc::clone(&interpreter.classes.object);
    let transaction = interpreter.define_class("ActiveRecord::Transaction", &object);
    transaction.define(TRANSACTION_METHODS);
}

/// `transaction(requires_new: nil, isolation: nil, joinable: true) { ... }`
pub(crate) fn run(interpreter: &mut Interpreter, args: &Args) -> Eval {
    check_keywords(interpreter, args, &["requires_new", "isolation", "joinable"])?;
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let keyword = |name: &str| args.keyword(name).unwrap_or_default();
    let options = TransactionOptions {
        requires_new: keyword("requires_new").truthy(),
        isolation: keyword("isolation").as_name(),
        joinable: args.keyword("joinable").is_none_or(|joinable| joinable.truthy()),
    };
    let user_transaction = transaction_object(interpreter);
    in_transaction(interpreter, options, |interpreter| interpreter.yield_value(block, user_transaction))
}

/// `transaction(..)` around native work.
pub(crate) fn in_transaction(
    interpreter: &mut Interpreter,
    options: TransactionOptions,
    work: impl FnOnce(&mut Interpreter) -> Eval,
) -> Eval {
    let entered = with_adapter(interpreter, |adapter| transaction::enter_transaction(adapter, options))?;
    let outcome = work(interpreter);
    let outcome = leave_transaction(interpreter, entered, outcome)?;
    match outcome {
        Err(flow) if is_rollback(interpreter, &flow) => Ok(Value::Nil),
        outcome => outcome,
    }
}

/// The end of a transaction, with what its records hear of it. The outcome is that of what ran in it.
pub(crate) fn leave_transaction<T>(
    interpreter: &mut Interpreter,
    entered: Entered,
    mut outcome: Eval<T>,
) -> Eval<Eval<T>> {
    // A jump out of the block commits as its end does; what was raised rolls back.
    let raised =
        |outcome: &Eval<T>| matches!(outcome.as_ref().map_err(|flow| &**flow), Err(Flow::Raise(_) | Flow::Abort(_)));
    let id = match entered {
        Entered::New(id) => Some(id),
        Entered::Joined => None,
    };
    if let Some(id) = id
        && !raised(&outcome)
        && let Err(flow) = (ends(interpreter)?.before_commit)(interpreter, id)
    {
        outcome = Err(flow);
    }
    // What ends when time is up is not committed: nothing that follows would run.
    if id.is_some()
        && !raised(&outcome)
        && let Err(flow) = crate::ground::state::check_deadline(interpreter)
    {
        outcome = Err(flow);
    }
    let succeeded = !raised(&outcome);
    let left = {
        let state = crate::ground::state::state(interpreter)?;
        let mut adapter = state.adapter.borrow_mut();
        transaction::leave_transaction(adapter.as_mut(), entered, succeeded)
    };
    if !matches!(outcome.as_ref().map_err(|flow| &**flow), Err(Flow::Abort(_))) {
        crate::ground::notifications::deliver_waiting(interpreter)?;
    }
    if let Some(id) = id {
        let aborted = matches!(outcome.as_ref().map_err(|flow| &**flow), Err(Flow::Abort(_)));
        if succeeded && left.is_ok() {
            (ends(interpreter)?.after_commit)(interpreter, id)?;
        } else if !aborted {
            (ends(interpreter)?.after_rollback)(interpreter, id)?;
        }
    }
    match outcome.as_ref().map_err(|flow| &**flow) {
        // An abort is what the user must hear of, not what the rollback met.
        Err(Flow::Abort(_)) => {}
        // What the rollback raised replaces what was raised before it, which stays as its cause.
        Err(Flow::Raise(first)) => left.or_raise(interpreter).inspect_err(|flow| {
            if let Flow::Raise(exception) = &**flow {
                set_first_cause(exception, first);
            }
        })?,
        _ => left.or_raise(interpreter)?,
    }
    Ok(outcome)
}

/// `rescue ActiveRecord::Rollback`
fn is_rollback(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    let Flow::Raise(exception) = flow else { return false };
    let native = exception.data::<ExceptionData>().and_then(|data| data.native.borrow().clone());
    let class = interpreter.class_at(ErrorClass::Rollback.name());
    let from_adapter = native
        .as_ref()
        .and_then(|native| native.downcast_ref::<adapters::Error>())
        .is_some_and(|e| e.is_a(ErrorClass::Rollback));
    from_adapter || interpreter.is_a(exception, &class)
}

fn transaction_object(interpreter: &mut Interpreter) -> Value {
    let class = interpreter.class_at("ActiveRecord::Transaction");
    Value::Object(Rc::new(ruby::RObject::new(&class)))
}

/// A block for the end of the transaction; where there is none, the end has come.
fn add_callback(interpreter: &mut Interpreter, event: &'static str, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    if !(ends(interpreter)?.add_callback)(interpreter, event, block)? && event == "after_commit" {
        interpreter.call_block(block, Args::none())?;
    }
    Ok(Value::Nil)
}

fn current_transaction(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(transaction_object(interpreter))
}

fn begin_transaction(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["isolation", "joinable", "_lazy"])?;
    let isolation = args.keyword("isolation").and_then(|isolation| isolation.as_name());
    let joinable = args.keyword("joinable").is_none_or(|joinable| joinable.truthy());
    let lazy = args.keyword("_lazy").is_none_or(|lazy| lazy.truthy());
    with_adapter(interpreter, |adapter| transaction::begin_transaction(adapter, isolation, joinable, lazy))?;
    Ok(transaction_object(interpreter))
}

/// `commit_transaction` and `rollback_transaction` of a transaction begun by hand.
fn finish(interpreter: &mut Interpreter, commit: bool) -> Eval {
    let current = with_adapter(interpreter, |adapter| Ok(adapter.base().transaction_manager.current()))?;
    if let Some(current) = current.filter(|_| commit) {
        (ends(interpreter)?.before_commit)(interpreter, current.id)?;
    }
    end(interpreter, |adapter| {
        if commit { transaction::commit_transaction(adapter) } else { transaction::rollback_transaction(adapter) }
    })?;
    match current {
        Some(current) if commit => (ends(interpreter)?.after_commit)(interpreter, current.id)?,
        Some(current) => (ends(interpreter)?.after_rollback)(interpreter, current.id)?,
        None => {}
    }
    Ok(Value::Nil)
}

fn end(interpreter: &mut Interpreter, work: impl FnOnce(&mut dyn adapters::Adapter) -> adapters::Result<()>) -> Eval {
    with_adapter(interpreter, work)?;
    Ok(Value::Nil)
}

fn enable_lazy_transactions(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    end(interpreter, |adapter| {
        adapter.base_mut().transaction_manager.set_lazy_transactions(true);
        Ok(())
    })
}

fn savepoint(
    interpreter: &mut Interpreter,
    args: &Args,
    work: impl FnOnce(&mut dyn adapters::Adapter, &str) -> adapters::Result<()>,
) -> Eval {
    let given = crate::ground::arguments::optional_string(interpreter, args, 0)?;
    end(interpreter, |adapter| {
        let current = adapter.base().transaction_manager.current_savepoint_name().map(str::to_owned);
        work(adapter, &given.or(current).unwrap_or_default())
    })
}
