//! active_support/callbacks.rb as models use it, and the events of callbacks.rb, transactions.rb and validations/callbacks.rb:
//! one chain for each event of a class, which its subclasses begin with.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ruby::value::ProcKind;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, RProc, Value, method, variadic};

use crate::models::model_schema::{class, descendants, nearest, schema};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Before,
    After,
    Around,
}

/// What to run, under which conditions.
#[derive(Clone)]
pub(crate) struct Callback {
    kind: Kind,
    filter: Value,
    conditions: Vec<Value>,
    unless: Vec<Value>,
    /// Only where what it comes after did not answer false.
    after_success: bool,
}

/// The callbacks of one event, in the order in which they were declared. Shared with subclasses until one adds its own.
pub(crate) type Chain = Rc<Vec<Callback>>;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("_validate_callbacks", no_callbacks, 0..=0),
    method("_save_callbacks", no_callbacks, 0..=0),
    method("_create_callbacks", no_callbacks, 0..=0),
    method("_update_callbacks", no_callbacks, 0..=0),
    method("_commit_callbacks", no_callbacks, 0..=0),
    variadic("before_validation", declare, 0).with_keywords(),
    variadic("after_validation", declare, 0).with_keywords(),
    variadic("before_save", declare, 0).with_keywords(),
    variadic("around_save", declare, 0).with_keywords(),
    variadic("after_save", declare, 0).with_keywords(),
    variadic("before_create", declare, 0).with_keywords(),
    variadic("around_create", declare, 0).with_keywords(),
    variadic("after_create", declare, 0).with_keywords(),
    variadic("before_update", declare, 0).with_keywords(),
    variadic("around_update", declare, 0).with_keywords(),
    variadic("after_update", declare, 0).with_keywords(),
    variadic("before_destroy", declare, 0).with_keywords(),
    variadic("around_destroy", declare, 0).with_keywords(),
    variadic("after_destroy", declare, 0).with_keywords(),
    variadic("after_initialize", declare, 0).with_keywords(),
    variadic("after_find", declare, 0).with_keywords(),
    variadic("after_touch", declare, 0).with_keywords(),
    variadic("before_commit", declare, 0).with_keywords(),
    variadic("after_commit", declare, 0).with_keywords(),
    variadic("after_rollback", declare, 0).with_keywords(),
    variadic("after_save_commit", declare, 0).with_keywords(),
    variadic("after_create_commit", declare, 0).with_keywords(),
    variadic("after_update_commit", declare, 0).with_keywords(),
    variadic("after_destroy_commit", declare, 0).with_keywords(),
    variadic("set_callback", set_callback, 1).with_keywords(),
    variadic("skip_callback", skip_callback, 1).with_keywords(),
    method("reset_callbacks", reset_callbacks, 1..=1),
];

pub(crate) const METHODS: &[NativeMethod] =
    &[method("run_callbacks", run_callbacks, 1..=2), method("before_committed!", before_committed, 0..=0)];

/// The events that a callback may be set for.
const EVENTS: &[&str] = &[
    "validation",
    "validate",
    "save",
    "create",
    "update",
    "destroy",
    "initialize",
    "find",
    "touch",
    "before_commit",
    "commit",
    "rollback",
];

// Declaring

/// `before_save`, `after_create_commit`, ...
fn declare(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let options = own_options(&mut args);
    let (kind, event) = match name.as_str() {
        "before_commit" => (Kind::Before, "before_commit"),
        other => match other.split_once('_') {
            Some(("before", event)) => (Kind::Before, event),
            Some(("around", event)) => (Kind::Around, event),
            Some((_, event)) => (Kind::After, event),
            None => (Kind::After, other),
        },
    };
    match event {
        "validation" => {
            restrict_to_contexts(interpreter, &options)?;
            if kind == Kind::After {
                options.insert_symbol("prepend", true.into());
            }
        }
        "before_commit" | "commit" | "rollback" => restrict_to_actions(interpreter, &options)?,
        "save_commit" => options.insert_symbol("on", symbols(&["create", "update"])),
        "create_commit" => options.insert_symbol("on", symbols(&["create"])),
        "update_commit" => options.insert_symbol("on", symbols(&["update"])),
        "destroy_commit" => options.insert_symbol("on", symbols(&["destroy"])),
        _ if kind == Kind::After => options.insert_symbol("prepend", true.into()),
        _ => {}
    }
    let event = if let Some((_, "commit")) = event.rsplit_once('_').filter(|_| event != "before_commit") {
        restrict_to_actions(interpreter, &options)?;
        "commit"
    } else {
        event
    };
    let after_success = kind == Kind::After && !matches!(event, "commit" | "rollback" | "validation");
    add(interpreter, this, event, kind, &args, &options, after_success)
}

fn symbols(names: &[&str]) -> Value {
    Value::array(names.iter().map(|name| Value::symbol(name)).collect())
}

/// The options of a declaration, in a hash of its own.
fn own_options(args: &mut Args) -> RHash {
    args.take_options().map(|hash| RHash::from_pairs(hash.pairs())).unwrap_or_default()
}

/// `set_callback :save, :before, :name, if: ..`
fn set_callback(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = own_options(&mut args);
    let (event, kind) = event_and_kind(interpreter, &mut args)?;
    if matches!(event.as_str(), "commit" | "rollback") {
        restrict_to_actions(interpreter, &options)?;
    }
    add(interpreter, this, &event, kind, &args, &options, false)
}

fn event_and_kind(interpreter: &mut Interpreter, args: &mut Args) -> Eval<(String, Kind)> {
    let event = args.positional.remove(0).as_name().unwrap_or_default();
    if !EVENTS.contains(&event.as_str()) {
        return Err(interpreter.unsupported(format!("callbacks for the event `{event}`")));
    }
    let kind = match args.first().as_name().as_deref() {
        Some("before") => Some(Kind::Before),
        Some("after") => Some(Kind::After),
        Some("around") => Some(Kind::Around),
        _ => None,
    };
    if kind.is_some() {
        args.positional.remove(0);
    }
    Ok((event, kind.unwrap_or(Kind::Before)))
}

fn add(
    interpreter: &mut Interpreter,
    this: &Value,
    event: &str,
    kind: Kind,
    args: &Args,
    options: &RHash,
    after_success: bool,
) -> Eval {
    let class = class(interpreter, this)?;
    let conditions = conditions(interpreter, options, "if")?;
    let unless = conditions_of(interpreter, options, "unless")?;
    let prepend = options.get_symbol("prepend").unwrap_or_default().truthy();
    let mut added = Vec::new();
    for filter in args.positional.iter().cloned().chain(args.block.clone().map(Value::Proc)) {
        added.push(Callback { kind, filter, conditions: conditions.clone(), unless: unless.clone(), after_success });
    }
    change(&class, event, |chain| {
        for callback in &added {
            chain.retain(|other| !is_duplicate(callback, other));
            if prepend {
                chain.insert(0, callback.clone());
            } else {
                chain.push(callback.clone());
            }
        }
    });
    Ok(Value::Nil)
}

/// `set_callback :validate`, with the contexts that a validation is for.
pub(crate) fn add_validation(interpreter: &mut Interpreter, this: &Value, filters: &Args, options: &RHash) -> Eval<()> {
    let options = RHash::from_pairs(options.pairs());
    restrict_to_contexts(interpreter, &options)?;
    add(interpreter, this, "validate", Kind::Before, filters, &options, false).map(drop)
}

fn conditions(interpreter: &mut Interpreter, options: &RHash, name: &str) -> Eval<Vec<Value>> {
    conditions_of(interpreter, options, name)
}

fn conditions_of(interpreter: &mut Interpreter, options: &RHash, name: &str) -> Eval<Vec<Value>> {
    let given = match options.get_symbol(name).unwrap_or_default() {
        Value::Nil => Vec::new(),
        Value::Array(items) => items.to_vec(),
        one => vec![one],
    };
    if given.iter().any(|one| matches!(one, Value::Str(_))) {
        let message = "Passing string to be evaluated in :if and :unless conditional options is not supported. Pass a \
                       symbol for an instance method, or a lambda, proc or block, instead.";
        return Err(interpreter.argument_error(message));
    }
    Ok(given)
}

/// A method named once more moves to where it is named last.
fn is_duplicate(new: &Callback, other: &Callback) -> bool {
    matches!(new.filter, Value::Symbol(_)) && new.kind == other.kind && new.filter.is_identical(&other.filter)
}

/// `__update_callbacks`: the class' chain and those of its subclasses.
fn change(class: &Rc<RClass>, event: &str, work: impl Fn(&mut Vec<Callback>)) {
    let mut all = vec![Rc::clone(class)];
    all.extend(descendants(class));
    // Innermost first: a subclass' chain begins with what its superclass had till now.
    for one in all.iter().rev() {
        let mut own: Vec<Callback> = chain(one, event).map(|chain| chain.to_vec()).unwrap_or_default();
        work(&mut own);
        schema(one).callbacks.borrow_mut().insert(event.to_owned(), Rc::new(own));
    }
}

fn skip_callback(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = own_options(&mut args);
    let (event, kind) = event_and_kind(interpreter, &mut args)?;
    let class = class(interpreter, this)?;
    let conditions = conditions(interpreter, &options, "if")?;
    let unless = conditions_of(interpreter, &options, "unless")?;
    let conditional = options.get_symbol("if").is_some() || options.get_symbol("unless").is_some();
    let must = options.get_symbol("raise").is_none_or(|raise| raise.truthy());
    for filter in &args.positional {
        let matches = |callback: &Callback| callback.kind == kind && callback.filter.is_identical(filter);
        let there = chain(&class, &event).is_some_and(|chain| chain.iter().any(matches));
        if !there && must {
            let kind = format!("{kind:?}");
            let filter = interpreter.inspect(filter)?;
            let message = format!("{kind} {event} callback {filter} has not been defined");
            return Err(interpreter.argument_error(message));
        }
        change(&class, &event, |chain| {
            let Some(index) = chain.iter().position(matches) else { return };
            let old = chain.remove(index);
            if conditional {
                let mut new = old;
                new.conditions.extend(unless.iter().cloned());
                new.unless.extend(conditions.iter().cloned());
                chain.insert(index, new);
            }
        });
    }
    Ok(Value::Nil)
}

fn reset_callbacks(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let event = args.first().as_name().unwrap_or_default();
    change(&class, &event, Vec::clear);
    Ok(Value::Nil)
}

fn prepend_condition(options: &RHash, name: &str, condition: Value) {
    let mut all = vec![condition];
    match options.get_symbol(name).unwrap_or_default() {
        Value::Nil => {}
        Value::Array(items) => all.extend(items.to_vec()),
        one => all.push(one),
    }
    options.insert_symbol(name, Value::array(all));
}

/// `on:` and `except_on:` of a validation's callback.
fn restrict_to_contexts(interpreter: &mut Interpreter, options: &RHash) -> Eval<()> {
    for (option, target) in [("on", "if"), ("except_on", "unless")] {
        let Some(contexts) = options.get_symbol(option) else { continue };
        let contexts = crate::ground::arguments::wrap(interpreter, &contexts)?;
        let among = RProc::native(move |interpreter, args| {
            let context = interpreter.call(&args.first(), "validation_context", Args::none())?;
            let context = crate::ground::arguments::wrap(interpreter, &context)?;
            Ok(context.iter().any(|one| contexts.iter().any(|other| is_same_context(one, other))).into())
        });
        prepend_condition(options, target, among);
    }
    Ok(())
}

/// A context may be named by a symbol or by a text, which are two.
fn is_same_context(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Str(one), Value::Str(other)) => one.to_string() == other.to_string(),
        _ => one.is_identical(other),
    }
}

/// `on:` of a callback after a commit or a rollback.
fn restrict_to_actions(interpreter: &mut Interpreter, options: &RHash) -> Eval<()> {
    let on = options.get_symbol("on").unwrap_or_default();
    if !on.truthy() {
        return Ok(());
    }
    let actions = crate::ground::arguments::wrap(interpreter, &on)?;
    let known = |action: &Value| matches!(action.as_name().as_deref(), Some("create" | "destroy" | "update"));
    if !actions.iter().all(known) {
        let message = ":on conditions for after_commit and after_rollback callbacks have to be one of [:create, :destroy, \
                       :update]";
        return Err(interpreter.argument_error(message));
    }
    let actions = Value::array(actions);
    let included = RProc::native(move |interpreter, args| {
        interpreter.call(&args.first(), "transaction_include_any_action?", Args::one(actions.clone()))
    });
    prepend_condition(options, "if", included);
    Ok(())
}

// Running

/// The chain of the class, or that of the nearest superclass that has one.
fn chain(class: &Rc<RClass>, event: &str) -> Option<Chain> {
    nearest(class, |class| schema(class).callbacks.borrow().get(event).cloned())
}

/// Whether anything runs for an event.
pub(crate) fn is_empty(class: &Rc<RClass>, event: &str) -> bool {
    chain(class, event).is_none_or(|chain| chain.is_empty())
}

/// `_save_callbacks` and its kin, of a model that has none: chains are no objects here.
fn no_callbacks(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let event = name.trim_start_matches('_').trim_end_matches("_callbacks");
    let class = crate::models::model_schema::class(interpreter, this)?;
    if is_empty(&class, event) {
        return Ok(Value::array(Vec::new()));
    }
    Err(interpreter.unsupported(format!("`{name}` of a model that has such callbacks")))
}

/// `has_transactional_callbacks?`
pub(crate) fn has_transactional(interpreter: &mut Interpreter, this: &Value) -> bool {
    let class = interpreter.class_of(this);
    ["rollback", "commit", "before_commit"].iter().any(|event| !is_empty(&class, event))
}

fn before_committed(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    crate::models::associations::touch::send_waiting(interpreter, this)?;
    run(interpreter, this, "before_commit", |_| Ok(Value::Bool(true)))
}

/// `run_callbacks(:event) { .. }`
fn run_callbacks(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let event = args.first().as_name().unwrap_or_default();
    let block = args.block.clone();
    run(interpreter, this, &event, move |interpreter| match &block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => Ok(Value::Bool(true)),
    })
}

/// One around callback, and what stands before and after it: `CallbackSequence`.
#[derive(Default)]
struct Level {
    before: Vec<Callback>,
    around: Option<Callback>,
    after: Vec<Callback>,
}

type Work = Rc<dyn Fn(&mut Interpreter) -> Eval>;

struct Sequence {
    this: Value,
    event: String,
    /// Innermost first.
    levels: Vec<Level>,
    work: Work,
    halted: Cell<bool>,
    value: RefCell<Value>,
}

/// Runs `work` between a record's callbacks of an event: its answer, false where a callback threw `:abort`.
pub(crate) fn run(
    interpreter: &mut Interpreter,
    this: &Value,
    event: &str,
    work: impl Fn(&mut Interpreter) -> Eval + 'static,
) -> Eval {
    let class = interpreter.class_of(this);
    let Some(chain) = chain(&class, event).filter(|chain| !chain.is_empty()) else { return work(interpreter) };
    if chain.iter().all(|callback| callback.kind != Kind::Around) {
        return run_flat(interpreter, &Target { this, event }, &chain, work);
    }
    let sequence = Rc::new(Sequence {
        this: this.clone(),
        event: event.to_owned(),
        levels: levels(&chain),
        work: Rc::new(work),
        halted: Cell::new(false),
        value: RefCell::new(Value::Nil),
    });
    sequence.invoke(interpreter, sequence.levels.len() - 1)
}

/// With nothing around the work: what comes before it in its order, what comes after it in the opposite one.
fn run_flat(
    interpreter: &mut Interpreter,
    target: &Target<'_>,
    chain: &[Callback],
    work: impl Fn(&mut Interpreter) -> Eval,
) -> Eval {
    let of_kind = |kind: Kind| chain.iter().filter(move |callback| callback.kind == kind);
    let mut halted = false;
    for callback in of_kind(Kind::Before) {
        if !halted && target.applies(interpreter, callback)? {
            halted = target.halts(interpreter, callback)?;
        }
    }
    let value = if halted { Value::Bool(false) } else { work(interpreter)? };
    for callback in of_kind(Kind::After).rev() {
        if runs_after(callback, halted, &value) && target.applies(interpreter, callback)? {
            target.call(interpreter, &callback.filter, callback.kind, None)?;
        }
    }
    Ok(value)
}

/// Whose callbacks run, and of what.
struct Target<'a> {
    this: &'a Value,
    event: &'a str,
}

fn levels(chain: &Chain) -> Vec<Level> {
    let mut levels = vec![Level::default()];
    for callback in chain.iter().rev() {
        if callback.kind == Kind::Around {
            levels.push(Level { around: Some(callback.clone()), ..Level::default() });
        } else if let Some(level) = levels.last_mut() {
            match callback.kind {
                Kind::Before => level.before.insert(0, callback.clone()),
                _ => level.after.push(callback.clone()),
            }
        }
    }
    levels
}

impl Sequence {
    fn invoke(self: &Rc<Self>, interpreter: &mut Interpreter, index: usize) -> Eval {
        let level = &self.levels[index];
        let target = Target { this: &self.this, event: &self.event };
        for callback in &level.before {
            if !self.halted.get() && target.applies(interpreter, callback)? {
                self.halted.set(target.halts(interpreter, callback)?);
            }
        }
        match &level.around {
            None => {
                let value = if self.halted.get() { Value::Bool(false) } else { (self.work)(interpreter)? };
                *self.value.borrow_mut() = value;
            }
            Some(_) if self.halted.get() => *self.value.borrow_mut() = Value::Bool(false),
            Some(around) if !target.applies(interpreter, around)? => {
                self.invoke(interpreter, index - 1)?;
            }
            Some(around) => {
                let inner = Rc::clone(self);
                let block = RProc::native(move |interpreter, _| inner.invoke(interpreter, index - 1));
                target.call(interpreter, &around.filter, around.kind, Some(block))?;
            }
        }
        for callback in &level.after {
            let value = self.value.borrow().clone();
            if runs_after(callback, self.halted.get(), &value) && target.applies(interpreter, callback)? {
                target.call(interpreter, &callback.filter, callback.kind, None)?;
            }
        }
        Ok(self.value.borrow().clone())
    }
}

/// `skip_after_callbacks_if_terminated`, and the condition of a model's after callbacks.
fn runs_after(callback: &Callback, halted: bool, value: &Value) -> bool {
    !(halted || callback.after_success && matches!(value, Value::Bool(false)))
}

impl Target<'_> {
    /// Runs what comes before the work, and tells whether it threw `:abort`.
    fn halts(&self, interpreter: &mut Interpreter, callback: &Callback) -> Eval<bool> {
        let abort = Value::symbol("abort");
        let answer =
            interpreter.catch(&abort, |interpreter| self.call(interpreter, &callback.filter, callback.kind, None))?;
        Ok(answer.is_err())
    }

    fn applies(&self, interpreter: &mut Interpreter, callback: &Callback) -> Eval<bool> {
        for condition in &callback.conditions {
            if !self.call(interpreter, condition, callback.kind, None)?.truthy() {
                return Ok(false);
            }
        }
        for condition in &callback.unless {
            if self.call(interpreter, condition, callback.kind, None)?.truthy() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `CallTemplate`
    fn call(&self, interpreter: &mut Interpreter, filter: &Value, kind: Kind, block: Option<Value>) -> Eval {
        let given = match &block {
            Some(Value::Proc(block)) => Some(Rc::clone(block)),
            _ => None,
        };
        match filter {
            Value::Symbol(name) => interpreter.call(self.this, *name, Args::none().with_block(given)),
            Value::Proc(body) if matches!(body.kind, ProcKind::Native(_)) => {
                interpreter.call_block(body, Args::one(self.this.clone()).with_block(given))
            }
            Value::Proc(body) => {
                let arity = interpreter.call(filter, "arity", Args::none())?;
                let mut arguments = Args::none();
                if let Value::Int(1..) = arity {
                    arguments.positional.push(self.this.clone());
                }
                if let Value::Int(2..) = arity {
                    arguments.positional.push(block.unwrap_or_default());
                }
                interpreter.instance_exec(body, self.this, arguments)
            }
            object => {
                let method = match (self.event, kind) {
                    ("validate", _) => "validate".to_owned(),
                    (event, Kind::Before) => format!("before_{event}"),
                    (event, Kind::After) => format!("after_{event}"),
                    (event, Kind::Around) => format!("around_{event}"),
                };
                interpreter.call(object, method.as_str(), Args::one(self.this.clone()).with_block(given))
            }
        }
    }
}
