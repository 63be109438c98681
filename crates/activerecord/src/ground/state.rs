//! What the native methods of a run share: the adapter, the options, the one connection object. It hangs on the module
//! `ActiveRecord`, so two worlds in one process know nothing of each other.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use adapters::{Adapter, Catalogue, Dialect};
use ruby::exception::AbortKind;
use ruby::{Eval, Interpreter, NativeData, Value};

use crate::ground::errors::OrRaise;
use crate::ground::i18n::Locales;
use crate::ground::notifications::{self, Heard};
use crate::ground::options::{SharedAdapter, WorldOptions};
use crate::ground::settings::Settings;

/// What belongs to one run and is asked from everywhere in it.
pub(crate) struct State {
    pub adapter: SharedAdapter,
    pub options: WorldOptions,
    pub settings: Settings,
    /// What `ActiveRecord::Base.connection` answers.
    pub connection: RefCell<Value>,
    /// `ActiveRecord::Migration.verbose`
    pub verbose: Cell<bool>,
    /// What the user should hear of besides Rails' own output, each once.
    pub notes: RefCell<Vec<String>>,
    /// The versions of every migration there is, once they are known.
    pub migration_versions: RefCell<Option<Vec<u128>>>,
    pub locales: Locales,
    /// Statements that a subscriber of notifications is to hear of.
    pub heard: Rc<Heard>,
    /// What higher floors keep here, one thing of a type.
    kept: RefCell<Vec<Rc<dyn Any>>>,
}

impl NativeData for State {}

impl State {
    /// Of a run that has not begun.
    pub(crate) fn new(adapter: SharedAdapter, options: WorldOptions) -> Self {
        Self {
            adapter,
            settings: Settings::default(),
            connection: RefCell::default(),
            verbose: Cell::new(options.verbose),
            notes: RefCell::default(),
            migration_versions: RefCell::default(),
            locales: Locales::default(),
            heard: Rc::default(),
            kept: RefCell::default(),
            options,
        }
    }

    /// What a higher floor keeps with the run, made when it is first asked for.
    pub(crate) fn kept<T: Default + 'static>(&self) -> Rc<T> {
        let found = self.kept.borrow().iter().find(|kept| kept.is::<T>()).map(Rc::clone);
        if let Some(Ok(found)) = found.map(Rc::downcast::<T>) {
            return found;
        }
        let made = Rc::new(T::default());
        self.kept.borrow_mut().push(Rc::clone(&made) as Rc<dyn Any>);
        made
    }

    /// Something for the user to know, told once the run is over.
    pub(crate) fn note(&self, note: String) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}

/// Gives it to the interpreter, where [`state`] finds it.
pub(crate) fn install(interpreter: &mut Interpreter, state: State) {
    let module = interpreter.define_module("ActiveRecord");
    let state = Rc::new(state);
    interpreter.companion = Some(Rc::clone(&state) as Rc<dyn Any>);
    *module.data.borrow_mut() = Some(state);
}

/// The run's; Err where natives are called in an interpreter that has none.
pub(crate) fn state(interpreter: &mut Interpreter) -> Eval<Rc<State>> {
    let companion = interpreter.companion.clone();
    match companion.and_then(|companion| companion.downcast::<State>().ok()) {
        Some(state) => Ok(state),
        None => Err(interpreter.abort(AbortKind::Host("there is no database in this evaluation".to_owned()))),
    }
}

/// `ActiveRecord::Base.connection`
pub(crate) fn connection(interpreter: &mut Interpreter) -> Eval {
    Ok(state(interpreter)?.connection.borrow().clone())
}

/// A statement that was cancelled and still runs is cancelled again after this.
const CANCEL_AGAIN: Duration = Duration::from_millis(500);

/// Asks the adapter; its error becomes a Ruby exception. The adapter never calls back into Ruby.
pub(crate) fn with_adapter<T>(
    interpreter: &mut Interpreter,
    ask: impl FnOnce(&mut dyn Adapter) -> adapters::Result<T>,
) -> Eval<T> {
    let (mut ask, mut answer) = (Some(ask), None);
    on_adapter(interpreter, &mut |adapter| answer = ask.take().map(|ask| ask(adapter)))?;
    match answer {
        Some(answer) => answer.or_raise(interpreter),
        None => Err(interpreter.abort(AbortKind::Host("the connection was not asked".to_owned()))),
    }
}

/// What [`with_adapter`] does besides asking: once for all of its callers, for there are hundreds. `ask` is called once.
fn on_adapter(interpreter: &mut Interpreter, ask: &mut (dyn FnMut(&mut dyn Adapter) + '_)) -> Eval<()> {
    check_deadline(interpreter)?;
    let state = state(interpreter)?;
    if let Some(places) = &state.options.places {
        *places.borrow_mut() = interpreter.callers(0).into_iter().map(|place| (place.path, place.line)).collect();
    }
    let Ok(mut adapter) = state.adapter.try_borrow_mut() else {
        return Err(interpreter.abort(AbortKind::Host("the connection is in use".to_owned())));
    };
    match interpreter.budget.timeout() {
        None => ask(adapter.as_mut()),
        Some(until) => ask_until(adapter.as_mut(), until, ask),
    }
    drop(adapter);
    if state.heard.waiting.get() {
        notifications::deliver(interpreter)?;
    }
    // What was cancelled may look like a success, as MySQL's SLEEP does, or like an error that Ruby code rescues: when
    // time is up, neither is heard of.
    check_deadline(interpreter)
}

/// Asks about the schema, whoever answers for it.
pub(crate) fn with_catalogue<T>(
    interpreter: &mut Interpreter,
    ask: impl FnOnce(&mut dyn Catalogue) -> adapters::Result<T>,
) -> Eval<T> {
    with_adapter(interpreter, |adapter| ask(adapter.catalogue()))
}

/// Ends the evaluation when its time is up.
pub(crate) fn check_deadline(interpreter: &mut Interpreter) -> Eval<()> {
    interpreter.budget.check_deadline().map_err(|kind| interpreter.abort(kind))
}

/// Asks, and cancels the statement that runs when a time limit that Ruby code has set itself passes.
fn ask_until(adapter: &mut dyn Adapter, until: Instant, ask: &mut (dyn FnMut(&mut dyn Adapter) + '_)) {
    let Some(canceller) = adapter.canceller() else { return ask(adapter) };
    let (done, ended) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut wait = until.saturating_duration_since(Instant::now());
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                // A server that does not listen now may do so the next time.
                let _ = canceller();
                wait = CANCEL_AGAIN;
            }
        });
        ask(adapter);
        drop(done);
    });
}

/// Which SQL the connection speaks.
pub(crate) fn dialect(interpreter: &mut Interpreter) -> Eval<Dialect> {
    with_adapter(interpreter, |adapter| Ok(adapter.dialect()))
}

/// `connection.adapter_name`
pub(crate) fn adapter_name(interpreter: &mut Interpreter) -> Eval<&'static str> {
    with_adapter(interpreter, |adapter| Ok(adapter.adapter_name()))
}
