//! Transactions that begin no sooner than they must: abstract/transaction.rb. Records and callbacks are kept by
//! those who run Ruby. Ruby's `within_new_transaction` and `transaction` are split into a beginning and an end, since the
//! block between runs elsewhere; `transaction` below joins the two for our own use.

use std::cell::Cell;
use std::rc::Rc;

use crate::abstract_adapter::DatabaseStatements;
use crate::{Error, ErrorClass, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Committed,
    FullyCommitted,
    RolledBack,
    FullyRolledBack,
    Invalidated,
}

/// `TransactionState`: shared with the parent, so that its end ends the children.
#[derive(Debug, Default)]
struct TransactionState {
    state: Cell<Option<State>>,
    children: std::cell::RefCell<Vec<Rc<TransactionState>>>,
}

impl TransactionState {
    fn is_completed(&self) -> bool {
        self.state.get().is_some_and(|state| state != State::Invalidated)
    }

    fn is_invalidated(&self) -> bool {
        self.state.get() == Some(State::Invalidated)
    }

    fn rollback(&self, state: State) {
        for child in self.children.borrow().iter() {
            child.rollback(State::RolledBack);
        }
        self.state.set(Some(state));
    }

    fn invalidate(&self) {
        for child in self.children.borrow().iter() {
            child.invalidate();
        }
        self.state.set(Some(State::Invalidated));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Real,
    /// Inside a transaction in which nothing has run: to roll back, restart the parent.
    RestartParent,
    Savepoint,
}

/// One level of the stack.
#[derive(Clone, Debug)]
struct Transaction {
    id: u64,
    kind: Kind,
    state: Rc<TransactionState>,
    savepoint_name: Option<String>,
    isolation: Option<String>,
    joinable: bool,
    materialized: bool,
    dirty: bool,
}

/// `ActiveRecord::ConnectionAdapters::TransactionManager`: the open transactions, those that were not begun yet
/// included.
#[derive(Debug)]
pub struct TransactionManager {
    stack: Vec<Transaction>,
    has_unmaterialized_transactions: bool,
    materializing_transactions: bool,
    lazy_transactions_enabled: bool,
    next_id: u64,
    /// The transactions of a connection that ended while their blocks ran: in Rails these still have the manager that the
    /// connection no longer has.
    orphans: Vec<Transaction>,
}

impl Default for TransactionManager {
    fn default() -> Self {
        Self {
            stack: Vec::new(),
            has_unmaterialized_transactions: false,
            materializing_transactions: false,
            lazy_transactions_enabled: true,
            next_id: 1,
            orphans: Vec::new(),
        }
    }
}

impl TransactionManager {
    /// Takes the place of the manager of a connection that ended.
    pub fn succeed(&mut self, former: Self) {
        self.next_id = self.next_id.max(former.next_id);
        self.orphans = former.orphans;
        self.orphans.extend(former.stack);
    }

    /// How deep they nest.
    pub fn open_transactions(&self) -> usize {
        self.stack.len()
    }

    /// `current_transaction.open?`
    pub fn is_open(&self) -> bool {
        self.stack.last().is_some_and(|transaction| transaction.state.state.get().is_none())
    }

    /// `current_transaction.joinable?`
    pub fn is_joinable(&self) -> bool {
        self.stack.last().is_some_and(|transaction| transaction.joinable)
    }

    /// `restorable?`: whether nothing was sent within them, so that a lost connection may be made again.
    pub fn is_restorable(&self) -> bool {
        !self.stack.iter().any(|transaction| transaction.dirty)
    }

    /// `dirty_current_transaction`: a statement was sent within it.
    pub fn dirty_current_transaction(&mut self) {
        if let Some(transaction) = self.stack.last_mut() {
            transaction.dirty = true;
        }
    }

    /// `current_transaction.invalidate!`
    pub fn invalidate_current_transaction(&mut self) {
        if let Some(transaction) = self.stack.last() {
            transaction.state.invalidate();
        }
    }

    /// `current_transaction.invalidated?`
    pub fn is_invalidated(&self) -> bool {
        self.stack.last().is_some_and(|transaction| transaction.state.is_invalidated())
    }

    /// The current transaction, for those who keep the records that it holds.
    pub fn current(&self) -> Option<CurrentTransaction> {
        let current = self.stack.last()?;
        let parent = self.stack.len().checked_sub(2).map(|index| &self.stack[index]);
        Some(CurrentTransaction {
            id: current.id,
            is_real: current.kind == Kind::Real,
            runs_commit_callbacks: parent.is_none_or(|parent| !parent.joinable),
        })
    }

    /// The savepoint of the current transaction.
    pub fn current_savepoint_name(&self) -> Option<&str> {
        self.stack.last().and_then(|transaction| transaction.savepoint_name.as_deref())
    }

    /// `disable_lazy_transactions!` without its materializing.
    pub fn set_lazy_transactions(&mut self, enabled: bool) {
        self.lazy_transactions_enabled = enabled;
    }

    fn isolation_at(&self, index: usize) -> Option<String> {
        self.stack.get(index).and_then(|transaction| match transaction.kind {
            Kind::Real => transaction.isolation.clone(),
            _ if index == 0 => None,
            _ => self.isolation_at(index - 1),
        })
    }

    /// Where a restart that reaches `index` ends: the transaction it would restart.
    fn restart_target(&self, index: usize) -> usize {
        match self.stack.get(index).map(|transaction| transaction.kind) {
            Some(Kind::RestartParent) if index > 0 => self.restart_target(index - 1),
            _ => index,
        }
    }

    fn is_materialized(&self, index: usize) -> bool {
        self.stack.get(self.restart_target(index)).is_some_and(|transaction| transaction.materialized)
    }

    fn position(&self, id: u64) -> Option<usize> {
        self.stack.iter().rposition(|transaction| transaction.id == id)
    }
}

/// What `TransactionManager::current` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentTransaction {
    pub id: u64,
    /// `full_rollback?`
    pub is_real: bool,
    /// `@run_commit_callbacks`: nothing joinable is around it.
    pub runs_commit_callbacks: bool,
}

/// `transaction(requires_new:, isolation:, joinable:)`; `isolation` by its symbol's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionOptions {
    pub requires_new: bool,
    pub isolation: Option<String>,
    pub joinable: bool,
}

impl Default for TransactionOptions {
    fn default() -> Self {
        Self { requires_new: false, isolation: None, joinable: true }
    }
}

/// What `enter_transaction` did, for `leave_transaction` to undo.
#[must_use]
#[derive(Debug)]
pub enum Entered {
    /// The block runs in the transaction that was open.
    Joined,
    New(u64),
}

/// `transaction_isolation_levels`: Rails' names, and SQL's.
pub const TRANSACTION_ISOLATION_LEVELS: [(&str, &str); 4] = [
    ("read_uncommitted", "READ UNCOMMITTED"),
    ("read_committed", "READ COMMITTED"),
    ("repeatable_read", "REPEATABLE READ"),
    ("serializable", "SERIALIZABLE"),
];

/// `transaction(...) { block }`. An `ActiveRecord::Rollback` from the block ends quietly, as none.
pub fn transaction<A: DatabaseStatements + ?Sized, T>(
    adapter: &mut A,
    options: TransactionOptions,
    block: impl FnOnce(&mut A) -> Result<T>,
) -> Result<Option<T>> {
    let entered = enter_transaction(adapter, options)?;
    let outcome = block(adapter);
    let left = leave_transaction(adapter, entered, outcome.is_ok());
    match outcome {
        Ok(value) => left.map(|()| Some(value)),
        Err(error) if error.is_a(ErrorClass::Rollback) => left.map(|()| None),
        Err(error) => left.and(Err(error)),
    }
}

/// `transaction` up to its `yield`.
pub fn enter_transaction<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    options: TransactionOptions,
) -> Result<Entered> {
    let TransactionOptions { requires_new, mut isolation, joinable } = options;
    let manager = &mut adapter.base_mut().transaction_manager;
    if let Some(level) = &isolation
        && !requires_new
        && manager.stack.len() == 1
        && !manager.is_joinable()
    {
        if !TRANSACTION_ISOLATION_LEVELS.iter().any(|(name, _)| name == level) {
            return Err(Error::new(
                ErrorClass::TransactionIsolationError,
                format!("invalid transaction isolation level: {}", literals::symbol(level)),
            ));
        }
        manager.stack[0].isolation = isolation.take();
    }
    if !requires_new && manager.is_joinable() {
        if isolation.is_some() && manager.isolation_at(manager.stack.len() - 1) != isolation {
            return Err(Error::new(
                ErrorClass::TransactionIsolationError,
                "cannot set isolation when joining a transaction",
            ));
        }
        return Ok(Entered::Joined);
    }
    begin_transaction(adapter, isolation, joinable, true).map(Entered::New)
}

/// The end of `within_new_transaction`: commits, or rolls back when the block raised. In a joined transaction it does
/// nothing: the error goes on to the one that opened it.
pub fn leave_transaction<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    entered: Entered,
    succeeded: bool,
) -> Result<()> {
    let Entered::New(id) = entered else { return Ok(()) };
    let Some(index) = adapter.base().transaction_manager.position(id) else {
        return leave_orphan(adapter, id, succeeded);
    };
    let transaction = adapter.base().transaction_manager.stack[index].clone();
    let state = transaction.state.clone();
    let outcome = if succeeded {
        commit_transaction(adapter).or_else(|error| {
            if error.is_a(ErrorClass::ConnectionFailed) {
                if !state.is_completed() {
                    state.invalidate();
                }
            } else if !state.is_completed() {
                // The stack no longer holds it.
                rollback(adapter, &transaction, index)?;
            }
            Err(error)
        })
    } else {
        rollback_transaction(adapter)
    };
    if !state.is_completed() {
        adapter.disconnect();
    }
    outcome
}

/// The end of a transaction whose connection is no more: what it sends goes to the next one.
fn leave_orphan<A: DatabaseStatements + ?Sized>(adapter: &mut A, id: u64, succeeded: bool) -> Result<()> {
    let orphans = &mut adapter.base_mut().transaction_manager.orphans;
    let Some(index) = orphans.iter().rposition(|orphan| orphan.id == id) else { return Ok(()) };
    orphans.truncate(index + 1);
    let Some(transaction) = orphans.pop() else { return Ok(()) };
    let outcome = if succeeded {
        commit(adapter, &transaction).or_else(|error| rollback_orphan(adapter, &transaction).and(Err(error)))
    } else {
        rollback_orphan(adapter, &transaction)
    };
    if !transaction.state.is_completed() {
        adapter.disconnect();
    }
    outcome
}

fn rollback_orphan<A: DatabaseStatements + ?Sized>(adapter: &mut A, transaction: &Transaction) -> Result<()> {
    if transaction.kind == Kind::RestartParent {
        transaction.state.rollback(State::RolledBack);
        let parent = adapter.base().transaction_manager.orphans.last().cloned();
        return match parent {
            Some(parent) if parent.materialized && adapter.supports_restart_db_transaction() => {
                adapter.restart_db_transaction()
            }
            Some(parent) if parent.materialized => adapter.rollback_db_transaction(),
            _ => Ok(()),
        };
    }
    rollback(adapter, transaction, 0)
}

/// `begin_transaction`
pub fn begin_transaction<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    isolation: Option<String>,
    joinable: bool,
    lazy: bool,
) -> Result<u64> {
    let manager = &mut adapter.base_mut().transaction_manager;
    let depth = manager.stack.len();
    let kind = match manager.stack.last() {
        None => Kind::Real,
        Some(current) if current.joinable && !current.dirty => Kind::RestartParent,
        Some(_) => Kind::Savepoint,
    };
    if kind != Kind::Real && isolation.is_some() {
        return Err(Error::new(
            ErrorClass::TransactionIsolationError,
            "cannot set transaction isolation in a nested transaction",
        ));
    }
    let state = Rc::new(TransactionState::default());
    if let Some(parent) = manager.stack.last() {
        parent.state.children.borrow_mut().push(state.clone());
    }
    let id = manager.next_id;
    manager.next_id += 1;
    let transaction = Transaction {
        id,
        kind,
        state,
        savepoint_name: (kind == Kind::Savepoint).then(|| format!("active_record_{depth}")),
        isolation,
        joinable,
        materialized: false,
        dirty: false,
    };
    manager.stack.push(transaction);
    if !adapter.base().transaction_manager.is_materialized(depth) {
        let lazily = lazy
            && adapter.supports_lazy_transactions()
            && adapter.base().transaction_manager.lazy_transactions_enabled;
        if lazily {
            adapter.base_mut().transaction_manager.has_unmaterialized_transactions = true;
        } else if let Err(error) = materialize(adapter, depth) {
            adapter.base_mut().transaction_manager.stack.pop();
            return Err(error);
        }
    }
    Ok(id)
}

/// `materialize_transactions`: what every real statement does first.
pub fn materialize_transactions<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    let manager = &mut adapter.base_mut().transaction_manager;
    if manager.materializing_transactions || !manager.has_unmaterialized_transactions {
        return Ok(());
    }
    manager.materializing_transactions = true;
    let depth = manager.stack.len();
    let outcome = (0..depth).try_for_each(|index| {
        if adapter.base().transaction_manager.is_materialized(index) { Ok(()) } else { materialize(adapter, index) }
    });
    let manager = &mut adapter.base_mut().transaction_manager;
    manager.materializing_transactions = false;
    outcome?;
    manager.has_unmaterialized_transactions = false;
    Ok(())
}

/// `restore_transactions`, after a reconnect: begins again what had begun.
pub fn restore_transactions<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    for index in 0..adapter.base().transaction_manager.stack.len() {
        let transaction = &mut adapter.base_mut().transaction_manager.stack[index];
        if transaction.materialized {
            transaction.materialized = false;
            materialize(adapter, index)?;
        }
    }
    Ok(())
}

/// `disable_lazy_transactions!`
pub fn disable_lazy_transactions<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    adapter.materialize_transactions()?;
    adapter.base_mut().transaction_manager.lazy_transactions_enabled = false;
    Ok(())
}

fn materialize<A: DatabaseStatements + ?Sized>(adapter: &mut A, index: usize) -> Result<()> {
    let index = adapter.base().transaction_manager.restart_target(index);
    let transaction = adapter.base().transaction_manager.stack[index].clone();
    match (transaction.kind, transaction.savepoint_name.as_deref(), transaction.isolation.as_deref()) {
        (Kind::Savepoint, Some(name), _) => adapter.create_savepoint(name)?,
        (_, _, isolation) if !transaction.joinable => adapter.begin_deferred_transaction(isolation)?,
        (_, _, Some(isolation)) => adapter.begin_isolated_db_transaction(isolation)?,
        _ => adapter.begin_db_transaction()?,
    }
    if let Some(transaction) = adapter.base_mut().transaction_manager.stack.get_mut(index) {
        transaction.materialized = true;
    }
    Ok(())
}

/// `commit_transaction`
pub fn commit_transaction<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    let manager = &mut adapter.base_mut().transaction_manager;
    let Some(transaction) = manager.stack.pop() else { return Ok(()) };
    if transaction.dirty {
        manager.dirty_current_transaction();
    }
    commit(adapter, &transaction)
}

/// `Transaction#commit`
fn commit<A: DatabaseStatements + ?Sized>(adapter: &mut A, transaction: &Transaction) -> Result<()> {
    match transaction.kind {
        Kind::RestartParent => {}
        Kind::Savepoint => {
            if let (true, Some(name)) = (transaction.materialized, &transaction.savepoint_name) {
                adapter.release_savepoint(name)?;
            }
        }
        Kind::Real => {
            if transaction.materialized {
                adapter.commit_db_transaction()?;
                if transaction.isolation.is_some() {
                    adapter.reset_isolation_level()?;
                }
            }
        }
    }
    let state = if transaction.kind == Kind::Real { State::FullyCommitted } else { State::Committed };
    transaction.state.state.set(Some(state));
    Ok(())
}

/// `rollback_transaction`
pub fn rollback_transaction<A: DatabaseStatements + ?Sized>(adapter: &mut A) -> Result<()> {
    let Some(index) = adapter.base().transaction_manager.stack.len().checked_sub(1) else { return Ok(()) };
    let transaction = adapter.base().transaction_manager.stack[index].clone();
    let outcome = rollback(adapter, &transaction, index);
    let manager = &mut adapter.base_mut().transaction_manager;
    if manager.stack.last().is_some_and(|last| last.id == transaction.id) {
        manager.stack.pop();
    }
    outcome
}

fn rollback<A: DatabaseStatements + ?Sized>(adapter: &mut A, transaction: &Transaction, index: usize) -> Result<()> {
    match transaction.kind {
        Kind::RestartParent => {
            transaction.state.rollback(State::RolledBack);
            restart(adapter, index.saturating_sub(1))
        }
        Kind::Savepoint => {
            if let (true, false, Some(name)) =
                (transaction.materialized, transaction.state.is_invalidated(), &transaction.savepoint_name)
                && adapter.active()
            {
                adapter.exec_rollback_to_savepoint(name)?;
            }
            transaction.state.rollback(State::RolledBack);
            Ok(())
        }
        Kind::Real => {
            if transaction.materialized {
                adapter.rollback_db_transaction()?;
                if transaction.isolation.is_some() {
                    adapter.reset_isolation_level()?;
                }
            }
            transaction.state.rollback(State::FullyRolledBack);
            Ok(())
        }
    }
}

fn restart<A: DatabaseStatements + ?Sized>(adapter: &mut A, index: usize) -> Result<()> {
    let index = adapter.base().transaction_manager.restart_target(index);
    let Some(transaction) = adapter.base().transaction_manager.stack.get(index).cloned() else { return Ok(()) };
    if !transaction.materialized {
        return Ok(());
    }
    match (transaction.kind, transaction.savepoint_name.as_deref()) {
        (Kind::Savepoint, Some(name)) => adapter.exec_rollback_to_savepoint(name),
        _ if adapter.supports_restart_db_transaction() => adapter.restart_db_transaction(),
        _ => {
            adapter.rollback_db_transaction()?;
            materialize(adapter, index)
        }
    }
}

#[cfg(test)]
mod tests;
