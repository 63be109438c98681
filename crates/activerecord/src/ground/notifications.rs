//! ActiveSupport::Notifications, where somebody subscribes: statements are kept as they are sent and told to the
//! subscribers (notifications/subscribers.rs) once the adapter is free again. Of Rails' own events only `sql.active_record`
//! arrives; who wants others is refused.

mod subscribers;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use adapters::statement::{Statement, StatementObserver};
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, variadic};

use crate::ground::arguments;
use crate::ground::state::{connection, state};

const SQL: &str = "sql.active_record";
/// Others of Active Record's events; whoever's pattern fits one would wait for it in vain.
const OTHERS: [&str; 5] = [
    "instantiation.active_record",
    "transaction.active_record",
    "start_transaction.active_record",
    "strict_loading_violation.active_record",
    "deprecated_association.active_record",
];

const METHODS: &[NativeMethod] =
    &[variadic("subscribe", fetch, 0).with_keywords(), variadic("subscribed", fetch, 0).with_keywords()];

/// Tells a logger of a statement.
pub(crate) type Log = fn(&mut Interpreter, &Statement) -> Eval<()>;

/// Hears every statement and, while somebody listens, keeps it.
#[derive(Default)]
pub(crate) struct Heard {
    listening: Cell<bool>,
    /// What tells `ActiveRecord::Base.logger` of them too, where one is set.
    logging: Cell<Option<Log>>,
    /// Whether something is kept: asked after every call of the adapter.
    pub waiting: Cell<bool>,
    statements: RefCell<Vec<Statement>>,
    /// Who listened before.
    before: RefCell<Option<Rc<dyn StatementObserver>>>,
}

impl StatementObserver for Heard {
    fn observe(&self, statement: &Statement) {
        if (self.listening.get() || self.logging.get().is_some()) && statement.name.as_deref() != Some("SESSION") {
            self.statements.borrow_mut().push(statement.clone());
            self.waiting.set(true);
        }
        if let Some(before) = &*self.before.borrow() {
            before.observe(statement);
        }
    }
}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("ActiveSupport::Notifications");
    interpreter.define_singleton(&module, METHODS);
}

/// Till the first subscription there is nothing but this.
fn fetch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(name) = interpreter.called_name() else { return Ok(Value::Nil) };
    subscribers::define(interpreter);
    let module = interpreter.class_at(subscribers::MODULE);
    interpreter.define_singleton(&module, subscribers::METHODS);
    interpreter.call(this, name, args)
}

/// Begins to keep statements, if the pattern is theirs.
fn listen(interpreter: &mut Interpreter, pattern: &Value) -> Eval<()> {
    for event in OTHERS {
        if pattern.is_nil() || interpreter.case_equal(pattern, &Value::str(event))? {
            return Err(interpreter.unsupported(format!("ActiveSupport::Notifications.subscribe to `{event}`")));
        }
    }
    if !interpreter.case_equal(pattern, &Value::str(SQL))? {
        return Ok(());
    }
    state(interpreter)?.heard.listening.set(true);
    hear(interpreter)
}

/// Says what tells `ActiveRecord::Base.logger` of statements, if anything does.
pub(crate) fn log_statements(interpreter: &mut Interpreter, log: Option<Log>) -> Eval<()> {
    state(interpreter)?.heard.logging.set(log);
    if log.is_some() { hear(interpreter) } else { Ok(()) }
}

/// Stands between the adapter and who listened before.
fn hear(interpreter: &mut Interpreter) -> Eval<()> {
    let state = state(interpreter)?;
    let Ok(mut adapter) = state.adapter.try_borrow_mut() else { return Ok(()) };
    let ours = Rc::clone(&state.heard) as Rc<dyn StatementObserver>;
    adapter.base_mut().names_binds = true;
    let observer = &mut adapter.base_mut().observer;
    let installed = observer.as_ref().is_some_and(|observer| Rc::ptr_eq(observer, &ours));
    if !installed {
        *state.heard.before.borrow_mut() = observer.replace(ours);
    }
    Ok(())
}

fn stop(interpreter: &mut Interpreter) -> Eval<()> {
    state(interpreter)?.heard.listening.set(false);
    Ok(())
}

/// Tells the subscribers, if something is kept.
pub(crate) fn deliver_waiting(interpreter: &mut Interpreter) -> Eval<()> {
    if state(interpreter)?.heard.waiting.get() { deliver(interpreter) } else { Ok(()) }
}

/// Whether a logger hears of statements.
pub(crate) fn is_logging(interpreter: &mut Interpreter) -> Eval<bool> {
    Ok(state(interpreter)?.heard.logging.get().is_some())
}

/// Tells the subscribers what was kept.
pub(crate) fn deliver(interpreter: &mut Interpreter) -> Eval<()> {
    let state = state(interpreter)?;
    state.heard.waiting.set(false);
    let statements = std::mem::take(&mut *state.heard.statements.borrow_mut());
    let time = Value::Class(interpreter.class_at("Time"));
    for statement in statements {
        if let Some(log) = state.heard.logging.get() {
            log(interpreter, &statement)?;
        }
        if !state.heard.listening.get() {
            continue;
        }
        let now = interpreter.call(&time, "now", Args::none())?;
        let seconds = Value::Float(statement.duration.as_secs_f64());
        let started = interpreter.call(&now, "-", Args::one(seconds))?;
        let payload = payload(interpreter, &statement)?;
        subscribers::tell_all(interpreter, Value::str(SQL), started, now, payload)?;
    }
    Ok(())
}

fn payload(interpreter: &mut Interpreter, statement: &Statement) -> Eval {
    let payload = RHash::new();
    let binds: Vec<_> = statement.binds.iter().map(|bind| arguments::to_value(interpreter, bind)).collect();
    let connection = connection(interpreter)?;
    for (name, value) in [
        ("sql", Value::str(statement.sql.as_str())),
        ("name", statement.name.as_deref().map(Value::str).into()),
        ("binds", Value::array(binds.clone())),
        ("type_casted_binds", Value::array(binds)),
        ("async", false.into()),
        ("allow_retry", false.into()),
        ("connection", connection),
        ("affected_rows", Value::Int(i64::try_from(statement.rows_affected).unwrap_or(i64::MAX))),
    ] {
        payload.insert_symbol(name, value);
    }
    if let Some(error) = &statement.error {
        let message = Value::str(error.to_string());
        payload.insert_symbol("exception", Value::array(vec![Value::str("ActiveRecord::StatementInvalid"), message]));
    }
    Ok(Value::hash(payload))
}
