//! `ActiveRecord::Migration`: active_record/migration.rb up to MigrationProxy, with the default execution strategy folded in.
//! What a migration does not know itself it asks of its connection, saying so on the way. `copy` is absent.

pub mod command_recorder;
pub mod compatibility;
pub mod errors;
pub(crate) mod extensions;
pub mod migration_context;
pub(crate) mod schema;

use std::rc::Rc;
use std::time::SystemTime;

use ruby::{
    Args, Eval, Flow, Interpreter, NativeData, NativeMethod, RClass, RHash, RProc, Symbol, Value, method, variadic,
};

use crate::ground::arguments::{option, to_hash};
use crate::ground::calls::{as_block, ivar, no_block, responds_to, set_ivar, split_name, with_block};
use crate::ground::schema_migration;
use crate::ground::state::{self, state, with_adapter};

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=2),
    method("name", |_, this, _| Ok(ivar(this, "@name")), 0..=0),
    method("name=", |_, this, args| set_ivar(this, "@name", args.first()), 1..=1),
    method("version", |_, this, _| Ok(ivar(this, "@version")), 0..=0),
    method("version=", |_, this, args| set_ivar(this, "@version", args.first()), 1..=1),
    method("verbose", verbose, 0..=0),
    method("verbose=", set_verbose, 1..=1),
    method("disable_ddl_transaction", disable_ddl_transaction, 0..=0),
    method("execution_strategy", |_, this, _| Ok(this.clone()), 0..=0),
    variadic("revert", revert, 0),
    method("reverting?", |interpreter, this, _| Ok(is_reverting(interpreter, this)?.into()), 0..=0),
    method("reversible", reversible, 0..=0),
    method("up_only", up_only, 0..=0),
    variadic("run", run, 0),
    method("up", |interpreter, this, _| run_class_method(interpreter, this, "up"), 0..=0),
    method("down", |interpreter, this, _| run_class_method(interpreter, this, "down"), 0..=0),
    method("migrate", migrate, 1..=1),
    method("exec_migration", exec_migration, 2..=2),
    method("write", write, 0..=1),
    method("announce", announce, 1..=1),
    method("say", say, 1..=2),
    method("say_with_time", say_with_time, 1..=1),
    method("suppress_messages", suppress_messages, 0..=0),
    method("connection", connection, 0..=0),
    method("connection_pool", connection_pool, 0..=0),
    method("proper_table_name", proper_table_name, 1..=2),
    method("next_migration_number", next_migration_number, 1..=1).absent(),
    method("table_name_options", table_name_options, 0..=1),
    method("execute_block", execute_block, 0..=0),
    variadic("copy", |interpreter, _, _| Err(interpreter.unsupported("`copy` is not supported")), 0).absent(),
    variadic("method_missing", method_missing, 1).with_keywords(),
    method("respond_to_missing?", respond_to_missing, 1..=2),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("[]", |interpreter, _, args| compatibility::find(interpreter, &args.first()), 1..=1),
    method("current_version", |_, _, _| Ok(Value::Float(8.1)), 0..=0),
    method("inherited", inherited, 1..=1),
    method("verbose", verbose, 0..=0),
    method("verbose=", set_verbose, 1..=1),
    method("delegate", |_, this, _| Ok(class_ivar(this, "@delegate")), 0..=0),
    method("delegate=", |_, this, args| set_class_ivar(this, "@delegate", args.first()), 1..=1),
    method("nearest_delegate", nearest_delegate, 0..=0),
    method("disable_ddl_transaction", |_, this, _| Ok(class_ivar(this, "@disable_ddl_transaction")), 0..=0),
    method(
        "disable_ddl_transaction=",
        |_, this, args| set_class_ivar(this, "@disable_ddl_transaction", args.first()),
        1..=1,
    ),
    method(
        "disable_ddl_transaction!",
        |_, this, _| set_class_ivar(this, "@disable_ddl_transaction", true.into()),
        0..=0,
    ),
    method("migrate", migrate_class, 1..=1),
    method(
        "check_all_pending!",
        |interpreter, _, _| Err(interpreter.unsupported("`check_all_pending!` is not supported")),
        0..=0,
    )
    .absent(),
    variadic("method_missing", class_method_missing, 1).with_keywords(),
    method("respond_to_missing?", class_respond_to_missing, 1..=2),
];

const MIGRATOR_METHODS: &[NativeMethod] = &[
    method("current_version", current_version, 0..=0),
    method("migrations_paths", |_, _, _| Ok(Value::array(vec![Value::str("db/migrate")])), 0..=0),
];

const REVERSIBLE_BLOCK_HELPER_METHODS: &[NativeMethod] = &[
    method(
        "reverting",
        |_, this, _| Ok(this.data::<ReversibleBlockHelper>().is_some_and(|helper| helper.reverting).into()),
        0..=0,
    ),
    method("up", |interpreter, this, args| reversible_branch(interpreter, this, &args, false), 0..=0),
    method("down", |interpreter, this, args| reversible_branch(interpreter, this, &args, true), 0..=0),
];

/// What `reversible` yields.
struct ReversibleBlockHelper {
    reverting: bool,
}

impl NativeData for ReversibleBlockHelper {}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("ActiveRecord::Migration", &object);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    let helper = interpreter.define_class("ActiveRecord::Migration::ReversibleBlockHelper", &object);
    helper.define(REVERSIBLE_BLOCK_HELPER_METHODS);
    let migrator = interpreter.define_class("ActiveRecord::Migrator", &object);
    interpreter.define_singleton(&migrator, MIGRATOR_METHODS);
    command_recorder::define(interpreter);
    compatibility::define(interpreter, &class);
}

fn current_version(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let versions = with_adapter(interpreter, |adapter| {
        if schema_migration::table_exists(adapter)? {
            schema_migration::integer_versions(adapter)
        } else {
            Ok(Vec::new())
        }
    })?;
    let version = versions.into_iter().max().unwrap_or(0).to_string();
    interpreter.call(&Value::str(version), "to_i", Args::none())
}

// The class

/// Rails refuses a class that names no version. Those are from before versions, so they run as 4.2.
fn inherited(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let migration = interpreter.class_at("ActiveRecord::Migration");
    if let (Value::Class(superclass), Value::Class(subclass)) = (this, args.first())
        && Rc::ptr_eq(superclass, &migration)
    {
        compatibility::adopt(interpreter, &subclass)?;
        let name = subclass.name();
        state(interpreter)?.note(format!(
            "`{name}` inherits from ActiveRecord::Migration itself: it runs as ActiveRecord::Migration[4.2]"
        ));
    }
    Ok(Value::Nil)
}

fn nearest_delegate(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mut class = as_class(this);
    while let Some(current) = class {
        let delegate = class_ivar(&Value::Class(Rc::clone(&current)), "@delegate");
        if delegate.truthy() {
            return Ok(delegate);
        }
        class = current.superclass();
    }
    let migration = Value::Class(interpreter.class_at("ActiveRecord::Migration"));
    let delegate = interpreter.call(&migration, "new", Args::none())?;
    set_class_ivar(&migration, "@delegate", delegate.clone())?;
    Ok(delegate)
}

fn class_method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (name, args) = split_name(args);
    let delegate = interpreter.call(this, "nearest_delegate", Args::none())?;
    interpreter.call(&delegate, name, args)
}

fn class_respond_to_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nearest = interpreter.call(this, "nearest_delegate", Args::none())?;
    if nearest.is_identical(&class_ivar(this, "@delegate")) {
        return Ok(false.into());
    }
    interpreter.call(&nearest, "respond_to?", args)
}

fn migrate_class(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let migration = interpreter.call(this, "new", Args::none())?;
    interpreter.call(&migration, "migrate", args)
}

// The object

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_of(this);
    let name = if args.has(0) { args.get(0) } else { Value::str(class.name()) };
    set_ivar(this, "@name", name)?;
    set_ivar(this, "@version", args.get(1))?;
    set_ivar(this, "@connection", Value::Nil)
}

fn disable_ddl_transaction(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    interpreter.call(&class, "disable_ddl_transaction", Args::none())
}

fn verbose(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(state(interpreter)?.verbose.get().into())
}

fn set_verbose(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    state(interpreter)?.verbose.set(args.first().truthy());
    Ok(args.first())
}

/// `connection`: what a migration's calls go to, which is the recorder while it is reverted.
pub(crate) fn connection(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    match ivar(this, "@connection") {
        Value::Nil => state::connection(interpreter),
        connection => Ok(connection),
    }
}

fn connection_pool(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let connection = state::connection(interpreter)?;
    interpreter.call(&connection, "pool", Args::none())
}

fn connection_responds_to(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval<bool> {
    let connection = interpreter.call(this, "connection", Args::none())?;
    responds_to(interpreter, &connection, name)
}

// Reverting

fn revert(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = args.block.take();
    if !args.is_empty() {
        args.positional.reverse();
        run_classes(interpreter, this, args.positional, &reverting_options(None))?;
    }
    let Some(block) = block else { return Ok(Value::Nil) };
    let connection = interpreter.call(this, "connection", Args::none())?;
    if responds_to(interpreter, &connection, "revert")? {
        return interpreter.call(&connection, "revert", Args::none().with_block(Some(block)));
    }
    let recorder = command_recorder::new(interpreter, this, connection)?;
    set_ivar(this, "@connection", recorder.clone())?;
    let reverted = {
        let recorder = recorder.clone();
        let work = RProc::native(move |interpreter, _| {
            interpreter.call(&recorder, "revert", Args::none().with_block(Some(Rc::clone(&block))))
        });
        interpreter.call(this, "suppress_messages", with_block(work))
    };
    reverted?;
    let delegate = interpreter.call(&recorder, "delegate", Args::none())?;
    set_ivar(this, "@connection", delegate)?;
    interpreter.call(&recorder, "replay", Args::one(this.clone()))
}

fn reverting_options(direction: Option<&str>) -> RHash {
    let options = RHash::new();
    if let Some(direction) = direction {
        options.insert_symbol("direction", Value::symbol(direction));
    }
    options.insert_symbol("revert", true.into());
    options
}

fn is_reverting(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let connection = interpreter.call(this, "connection", Args::none())?;
    Ok(responds_to(interpreter, &connection, "reverting")?
        && interpreter.call(&connection, "reverting", Args::none())?.truthy())
}

fn reversible(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else { return Err(no_block(interpreter)) };
    let reverting = is_reverting(interpreter, this)?;
    let class = interpreter.class_at("ActiveRecord::Migration::ReversibleBlockHelper");
    let helper = Value::native(&class, ReversibleBlockHelper { reverting });
    let work = RProc::native(move |interpreter, _| interpreter.yield_value(&block, helper.clone()));
    interpreter.call(this, "execute_block", with_block(work))
}

fn reversible_branch(interpreter: &mut Interpreter, this: &Value, args: &Args, when_reverting: bool) -> Eval {
    let reverting = this.data::<ReversibleBlockHelper>().is_some_and(|helper| helper.reverting);
    if reverting != when_reverting {
        return Ok(Value::Nil);
    }
    match &args.block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => Err(no_block(interpreter)),
    }
}

fn up_only(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if is_reverting(interpreter, this)? {
        return Ok(Value::Nil);
    }
    interpreter.call(this, "execute_block", Args::none().with_block(args.block))
}

/// While a recorder listens, the block itself is a command.
fn execute_block(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else { return Err(no_block(interpreter)) };
    if connection_responds_to(interpreter, this, "execute_block")? {
        let name = Args::one(Value::symbol("execute_block"));
        return interpreter.call(this, "method_missing", name.with_block(Some(block)));
    }
    interpreter.call_block(&block, Args::none())
}

fn run(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = args.take_options().unwrap_or_default();
    run_classes(interpreter, this, args.positional, &options)
}

fn run_classes(interpreter: &mut Interpreter, this: &Value, classes: Vec<Value>, options: &RHash) -> Eval {
    let mut down = option(options, "direction").as_name().as_deref() == Some("down");
    if option(options, "revert").truthy() {
        down = !down;
    }
    let direction = if down { "down" } else { "up" };
    if is_reverting(interpreter, this)? {
        let migration = this.clone();
        let again = RProc::native(move |interpreter, _| {
            let options = reverting_options(Some(direction));
            let mut args = Args::new(classes.clone());
            args.positional.push(Value::hash(options));
            interpreter.call(&migration, "run", args)
        });
        return interpreter.call(this, "revert", with_block(again));
    }
    for class in &classes {
        let migration = interpreter.call(class, "new", Args::none())?;
        let connection = interpreter.call(this, "connection", Args::none())?;
        interpreter.call(&migration, "exec_migration", Args::new(vec![connection, Value::symbol(direction)]))?;
    }
    Ok(Value::array(classes))
}

// Running

/// `up` and `down` of a migration that has them as class methods, as in the oldest ones.
fn run_class_method(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    interpreter.call(&class, "delegate=", Args::one(this.clone()))?;
    if !responds_to(interpreter, &class, name)? {
        return Ok(Value::Nil);
    }
    interpreter.call(&class, name, Args::none())
}

fn migrate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let direction = args.first().as_name().unwrap_or_default();
    for around in extensions::around(interpreter)? {
        (around.begin)(this, args.first());
    }
    if !responds_to(interpreter, this, &direction)? {
        return Ok(Value::Nil);
    }
    let (begun, done) = match direction.as_str() {
        "up" => ("migrating", "migrated"),
        "down" => ("reverting", "reverted"),
        _ => ("", ""),
    };
    if !begun.is_empty() {
        interpreter.call(this, "announce", Args::one(Value::str(begun)))?;
    }
    let start = interpreter.host.now();
    let connection = state::connection(interpreter)?;
    interpreter.call(this, "exec_migration", Args::new(vec![connection, args.first()]))?;
    let seconds = seconds_since(interpreter, start);
    if done.is_empty() {
        return Ok(Value::Nil);
    }
    interpreter.call(this, "announce", Args::one(Value::str(format!("{done} ({seconds:.4}s)"))))?;
    interpreter.call(this, "write", Args::none())
}

fn exec_migration(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set_ivar(this, "@connection", args.first())?;
    let direction = args.get(1).as_name().unwrap_or_default();
    let answer = change_or_direction(interpreter, this, &direction);
    set_ivar(this, "@connection", Value::Nil)?;
    answer
}

fn change_or_direction(interpreter: &mut Interpreter, this: &Value, direction: &str) -> Eval {
    if !responds_to(interpreter, this, "change")? {
        return interpreter.call(this, direction, Args::none());
    }
    if direction == "down" {
        let migration = this.clone();
        let change = RProc::native(move |interpreter, _| interpreter.call(&migration, "change", Args::none()));
        return interpreter.call(this, "revert", with_block(change));
    }
    interpreter.call(this, "change", Args::none())
}

// Talking

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !state(interpreter)?.verbose.get() {
        return Ok(Value::Nil);
    }
    let text = if args.has(0) { args.first() } else { Value::str("") };
    interpreter.call(this, "puts", Args::one(text))
}

fn announce(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let version = call_to_s(interpreter, this, "version")?;
    let name = call_to_s(interpreter, this, "name")?;
    let message = interpreter.to_s(&args.first())?;
    let text = format!("{version} {name}: {message}");
    let length = 75usize.saturating_sub(text.chars().count());
    interpreter.call(this, "write", Args::one(Value::str(format!("== {text} {}", "=".repeat(length)))))
}

fn call_to_s(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval<String> {
    let value = interpreter.call(this, name, Args::none())?;
    interpreter.to_s(&value)
}

fn say(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let message = interpreter.to_s(&args.first())?;
    let lead = if args.get(1).truthy() { "   ->" } else { "--" };
    interpreter.call(this, "write", Args::one(Value::str(format!("{lead} {message}"))))
}

fn say_with_time(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    interpreter.call(this, "say", Args::one(args.first()))?;
    let start = interpreter.host.now();
    let result = interpreter.call_block(block, Args::none())?;
    let seconds = seconds_since(interpreter, start);
    say_subitem(interpreter, this, &format!("{seconds:.4}s"))?;
    let integer = Rc::clone(&interpreter.classes.integer);
    if interpreter.is_a(&result, &integer) {
        let rows = interpreter.to_s(&result)?;
        say_subitem(interpreter, this, &format!("{rows} rows"))?;
    }
    Ok(result)
}

fn say_subitem(interpreter: &mut Interpreter, this: &Value, message: &str) -> Eval {
    interpreter.call(this, "say", Args::new(vec![Value::str(message), Value::symbol("subitem")]))
}

fn seconds_since(interpreter: &mut Interpreter, start: SystemTime) -> f64 {
    interpreter.host.now().duration_since(start).unwrap_or_default().as_secs_f64()
}

fn suppress_messages(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let state = state(interpreter)?;
    let saved = state.verbose.replace(false);
    let answer = interpreter.call_block(block, Args::none());
    state.verbose.set(saved);
    answer
}

// Names

fn proper_table_name(interpreter: &mut Interpreter, _: &Value, mut args: Args) -> Eval {
    let options = if args.len() > 1 { args.take_options() } else { None }.unwrap_or_default();
    let name = args.first();
    if !matches!(name, Value::Str(_) | Value::Symbol(_)) && responds_to(interpreter, &name, "table_name")? {
        return interpreter.call(&name, "table_name", Args::none());
    }
    let prefix = interpreter.to_s(&option(&options, "table_name_prefix"))?;
    let suffix = interpreter.to_s(&option(&options, "table_name_suffix"))?;
    let name = interpreter.to_s(&name)?;
    Ok(Value::str(format!("{prefix}{name}{suffix}")))
}

fn table_name_options(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if args.has(0) {
        return Err(interpreter.unsupported("`table_name_options` of another class than ActiveRecord::Base"));
    }
    let naming = with_adapter(interpreter, |adapter| Ok(adapter.base().naming.clone()))?;
    let options = adapters::Options::from([
        ("table_name_prefix", naming.table_name_prefix),
        ("table_name_suffix", naming.table_name_suffix),
    ]);
    Ok(Value::hash(to_hash(interpreter, &options)))
}

fn next_migration_number(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("`next_migration_number` is not supported"))
}

// Everything else is the connection's

/// Methods whose first argument is no table.
const WITHOUT_TABLE: [&str; 3] = ["execute", "enable_extension", "disable_extension"];

fn method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (name, args) = split_name(args);
    let around = extensions::around(interpreter)?;
    for one in &around {
        (one.before)(interpreter, this)?;
    }
    let answer = announced_call(interpreter, this, name, &args)?;
    for one in &around {
        (one.after)(interpreter, this, name, &args)?;
    }
    Ok(answer)
}

fn announced_call(interpreter: &mut Interpreter, this: &Value, name: Symbol, args: &Args) -> Eval {
    let args = args.clone();
    let shown = format!("{name}({})", format_arguments(interpreter, &args)?);
    let migration = this.clone();
    let work = RProc::native(move |interpreter, _| delegate_call(interpreter, &migration, name, args.clone()));
    interpreter.call(this, "say_with_time", Args::one(Value::str(shown)).with_block(as_block(work)))
}

fn delegate_call(interpreter: &mut Interpreter, this: &Value, name: Symbol, mut args: Args) -> Eval {
    let connection = interpreter.call(this, "connection", Args::none())?;
    if !responds_to(interpreter, &connection, "revert")? {
        complete_table_names(interpreter, this, name, &mut args)?;
    }
    if !responds_to(interpreter, &connection, &name.to_str())? {
        interpreter.refuse_lacking_method(&connection, name, false)?;
        return Err(undefined_method(interpreter, this, name));
    }
    interpreter.call(&connection, name, args)
}

fn complete_table_names(interpreter: &mut Interpreter, this: &Value, name: Symbol, args: &mut Args) -> Eval<()> {
    let name = name.to_str();
    let has_arguments = !args.is_empty() || args.keywords.as_ref().is_some_and(|keywords| !keywords.is_empty());
    if !has_arguments || WITHOUT_TABLE.contains(&&*name) {
        return Ok(());
    }
    if args.is_empty() {
        // Rails takes the only argument for a table's name, whatever it is.
        *args = std::mem::take(args).flatten_keywords();
    }
    args.positional[0] = table_name(interpreter, this, args.first())?;
    let second_is_table = match &*name {
        "rename_table" => true,
        "remove_foreign_key" => {
            let second = args.positional.get(1).cloned();
            !(matches!(second, Some(Value::Hash(_))) || second.is_none() && args.keywords.is_some())
        }
        _ => false,
    };
    if second_is_table {
        let second = table_name(interpreter, this, args.get(1))?;
        if args.len() > 1 {
            args.positional[1] = second;
        } else {
            args.positional.push(second);
        }
    }
    Ok(())
}

fn table_name(interpreter: &mut Interpreter, this: &Value, name: Value) -> Eval {
    let options = interpreter.call(this, "table_name_options", Args::none())?;
    interpreter.call(this, "proper_table_name", Args::new(vec![name, options]))
}

/// Options that begin with an underscore are Rails' own business and stay unsaid.
fn format_arguments(interpreter: &mut Interpreter, args: &Args) -> Eval<String> {
    let mut arguments = args.clone().flatten_keywords().positional;
    let last = arguments.pop().unwrap_or_default();
    let mut shown = Vec::new();
    for argument in &arguments {
        shown.push(interpreter.inspect(argument)?);
    }
    if let Value::Hash(options) = &last {
        let mut kept = Vec::new();
        for (key, value) in options.pairs() {
            if !interpreter.to_s(&key)?.starts_with('_') {
                kept.push((key, value));
            }
        }
        if !kept.is_empty() {
            shown.push(interpreter.inspect(&Value::hash(RHash::from_pairs(kept)))?);
        }
    } else {
        shown.push(interpreter.inspect(&last)?);
    }
    Ok(shown.join(", "))
}

fn respond_to_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let connection = interpreter.call(this, "connection", Args::none())?;
    interpreter.call(&connection, "respond_to?", args)
}

/// What `super` in `method_missing` raises.
pub(crate) fn undefined_method(interpreter: &mut Interpreter, this: &Value, name: Symbol) -> Box<Flow> {
    let receiver = interpreter.describe(this);
    if interpreter.missing_variable {
        return interpreter.error("NameError", format!("undefined local variable or method `{name}' for {receiver}"));
    }
    interpreter.error("NoMethodError", format!("undefined method `{name}' for {receiver}"))
}

fn as_class(this: &Value) -> Option<Rc<RClass>> {
    match this {
        Value::Class(class) => Some(Rc::clone(class)),
        _ => None,
    }
}

fn class_ivar(this: &Value, name: &str) -> Value {
    as_class(this).and_then(|class| class.ivars.borrow().get(&Symbol::new(name)).cloned()).unwrap_or_default()
}

fn set_class_ivar(this: &Value, name: &str, value: Value) -> Eval {
    if let Some(class) = as_class(this) {
        class.ivars.borrow_mut().insert(Symbol::new(name), value.clone());
    }
    Ok(value)
}
