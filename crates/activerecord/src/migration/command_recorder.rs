//! migration/command_recorder.rb: takes commands down instead of running them, inverted while reverting.
//! How each is inverted is in command_recorder/inversions.rs.

mod inversions;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RObject, RProc, Symbol, Value, method, variadic};

use self::inversions::Inverse;
use super::compatibility;
use super::extensions;
use crate::connection::compatibility::Version;
use crate::connection::table;
use crate::ground::calls::{as_block, no_block, responds_to, split_name, with_block};
use crate::ground::state::with_adapter;

const METHODS: &[NativeMethod] = &[
    method("initialize", |interpreter, this, args| initialize(interpreter, this, &args), 0..=1),
    method("revert", revert, 0..=0),
    variadic("record", record_command, 0),
    method("inverse_of", inverse_of, 2..=2),
    method("change_table", change_table, 1..=1).with_keywords(),
    method("replay", replay, 1..=1),
    method("commands", commands, 0..=0),
    method("delegate", |interpreter, this, _| Ok(recorder(interpreter, this)?.delegate.borrow().clone()), 0..=0),
    method("delegate=", set_delegate, 1..=1),
    method("reverting", |interpreter, this, _| Ok(recorder(interpreter, this)?.reverting.get().into()), 0..=0),
    method("reverting=", set_reverting, 1..=1),
    variadic("method_missing", method_missing, 1).with_keywords(),
    method("respond_to_missing?", respond_to_missing, 1..=2),
];

/// `ReversibleAndIrreversibleMethods`
const RECORDED: [&str; 47] = [
    "create_table",
    "create_join_table",
    "rename_table",
    "add_column",
    "remove_column",
    "rename_index",
    "rename_column",
    "add_index",
    "remove_index",
    "add_timestamps",
    "remove_timestamps",
    "change_column_default",
    "add_reference",
    "remove_reference",
    "transaction",
    "drop_join_table",
    "drop_table",
    "execute_block",
    "enable_extension",
    "disable_extension",
    "change_column",
    "execute",
    "remove_columns",
    "change_column_null",
    "add_foreign_key",
    "remove_foreign_key",
    "change_column_comment",
    "change_table_comment",
    "add_check_constraint",
    "remove_check_constraint",
    "add_exclusion_constraint",
    "remove_exclusion_constraint",
    "add_unique_constraint",
    "remove_unique_constraint",
    "create_enum",
    "drop_enum",
    "rename_enum",
    "add_enum_value",
    "rename_enum_value",
    "create_schema",
    "drop_schema",
    "create_virtual_table",
    "drop_virtual_table",
    "enable_index",
    "disable_index",
    "add_belongs_to",
    "remove_belongs_to",
];

/// A call, taken down. The block stands in `args`.
#[derive(Clone)]
pub(crate) struct Command {
    pub name: Symbol,
    pub args: Args,
}

/// The calls of a `change`, to be inverted, or to be sent together.
pub(crate) struct CommandRecorder {
    commands: RefCell<Vec<Command>>,
    delegate: RefCell<Value>,
    reverting: Cell<bool>,
    /// Migrations of 5.2 and before invert a few commands otherwise.
    legacy: Cell<bool>,
}

impl NativeData for CommandRecorder {}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("ActiveRecord::Migration::CommandRecorder", &object);
    class.define(METHODS);
    class.allocator.set(Some(|_, class| Ok(Value::native(class, CommandRecorder::new(Value::Nil, false)))));
}

/// The migration's `command_recorder`.
pub(crate) fn new(interpreter: &mut Interpreter, migration: &Value, connection: Value) -> Eval {
    let legacy = compatibility::version_of(interpreter, migration) <= Version::V5_2;
    Ok(build(interpreter, connection, legacy))
}

/// `CommandRecorder.new(connection)`
pub(crate) fn of_connection(interpreter: &mut Interpreter, connection: Value) -> Value {
    build(interpreter, connection, false)
}

fn build(interpreter: &mut Interpreter, delegate: Value, legacy: bool) -> Value {
    let class = interpreter.class_at("ActiveRecord::Migration::CommandRecorder");
    Value::native(&class, CommandRecorder::new(delegate, legacy))
}

impl CommandRecorder {
    fn new(delegate: Value, legacy: bool) -> Self {
        Self {
            commands: RefCell::default(),
            delegate: RefCell::new(delegate),
            reverting: Cell::new(false),
            legacy: Cell::new(legacy),
        }
    }
}

fn recorder(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<CommandRecorder>> {
    match this.data::<CommandRecorder>() {
        Some(recorder) => Ok(recorder),
        None => Err(interpreter.type_error("not a command recorder")),
    }
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    *recorder(interpreter, this)?.delegate.borrow_mut() = args.first();
    Ok(Value::Nil)
}

fn set_delegate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *recorder(interpreter, this)?.delegate.borrow_mut() = args.first();
    Ok(args.first())
}

fn set_reverting(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    recorder(interpreter, this)?.reverting.set(args.first().truthy());
    Ok(args.first())
}

/// `[[name, [*args], block], ...]`
fn commands(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let commands = recorder(interpreter, this)?.commands.borrow().clone();
    Ok(Value::array(commands.into_iter().map(command_to_array).collect()))
}

fn command_to_array(command: Command) -> Value {
    let block = command.args.block.clone().map_or(Value::Nil, Value::Proc);
    let args = command.args.flatten_keywords().positional;
    Value::array(vec![Value::Symbol(command.name), Value::array(args), block])
}

fn revert(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let recorder = recorder(interpreter, this)?;
    recorder.reverting.set(!recorder.reverting.get());
    let previous = std::mem::take(&mut *recorder.commands.borrow_mut());
    let answer = interpreter.call_block(block, Args::none());
    let mut commands = recorder.commands.borrow_mut();
    let reversed = std::mem::replace(&mut *commands, previous).into_iter().rev();
    commands.extend(reversed);
    recorder.reverting.set(!recorder.reverting.get());
    answer
}

fn record(interpreter: &mut Interpreter, this: &Value, name: Symbol, args: Args) -> Eval {
    let recorder = recorder(interpreter, this)?;
    let command = Command { name, args };
    let command = if recorder.reverting.get() { invert(interpreter, this, command)? } else { command };
    recorder.commands.borrow_mut().push(command);
    commands(interpreter, this, Args::none())
}

fn invert(interpreter: &mut Interpreter, this: &Value, command: Command) -> Eval<Command> {
    let recorder = recorder(interpreter, this)?;
    match inversions::invert(interpreter, command, recorder.legacy.get())? {
        Inverse::Command(command) => Ok(command),
        Inverse::Transaction(mut command) => {
            let block = command.args.block.take();
            let delegate = recorder.delegate.borrow().clone();
            let inner = of_connection(interpreter, delegate);
            interpreter.call(&inner, "revert", Args::none().with_block(block))?;
            // Rails' block has the recorder for self, so its commands run behind the transaction, not within.
            let outer = weak(this);
            command.args.block = with_block(RProc::native(move |interpreter, _| match outer.upgrade() {
                Some(outer) => interpreter.call(&inner, "replay", Args::one(Value::Object(outer))),
                None => Ok(Value::Nil),
            }))
            .block;
            Ok(command)
        }
    }
}

/// The recorder without keeping it: it keeps the command that is about to hold this.
fn weak(this: &Value) -> Weak<RObject> {
    match this {
        Value::Object(object) => Rc::downgrade(object),
        _ => Weak::new(),
    }
}

fn record_command(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (name, rest) = split_name(args);
    let given = match rest.first() {
        Value::Array(given) => Args::new(given.to_vec()),
        _ => Args::none(),
    };
    record(interpreter, this, name, given.with_block(rest.block))
}

fn inverse_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (name, rest) = split_name(args);
    let given = match rest.first() {
        Value::Array(given) => Args::new(given.to_vec()),
        _ => Args::none(),
    };
    let command = Command { name, args: given.with_block(rest.block) };
    Ok(command_to_array(invert(interpreter, this, command)?))
}

fn change_table(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let recorder = recorder(interpreter, this)?;
    let is_bulk = args.keyword("bulk").is_some_and(|bulk| bulk.truthy())
        && with_adapter(interpreter, |adapter| Ok(adapter.supports_bulk_alter()))?;
    if !is_bulk {
        return table::yield_table(interpreter, args.first(), this.clone(), &args);
    }
    let delegate = recorder.delegate.borrow().clone();
    let inner = of_connection(interpreter, delegate.clone());
    let reverting = Value::Bool(recorder.reverting.get());
    interpreter.call(&inner, "reverting=", Args::one(reverting))?;
    table::yield_table(interpreter, args.first(), inner.clone(), &args)?;
    let recorded = self::recorder(interpreter, &inner)?;
    let operations: Vec<_> = recorded.commands.borrow().iter().rev().cloned().map(command_to_array).collect();
    let replay = RProc::native(move |interpreter, args| {
        let name = interpreter.call(&args.first(), "name", Args::none())?;
        let operations = Value::array(operations.clone());
        interpreter.call(&delegate, "bulk_change_table", Args::new(vec![name, operations]))
    });
    let args = Args::one(args.first()).with_block(as_block(replay));
    recorder.commands.borrow_mut().push(Command { name: Symbol::new("change_table"), args });
    commands(interpreter, this, Args::none())
}

/// More commands may be recorded while they are replayed.
fn replay(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let recorder = recorder(interpreter, this)?;
    let mut index = 0;
    loop {
        let command = recorder.commands.borrow().get(index).cloned();
        let Some(command) = command else { return Ok(Value::Nil) };
        interpreter.call(&args.first(), command.name, command.args)?;
        index += 1;
    }
}

fn method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (name, args) = split_name(args);
    if RECORDED.contains(&&*name.to_str()) {
        let recorded = match &*name.to_str() {
            "add_belongs_to" => Symbol::new("add_reference"),
            "remove_belongs_to" => Symbol::new("remove_reference"),
            _ => name,
        };
        return record(interpreter, this, recorded, args);
    }
    if extensions::inversion(interpreter, &name.to_str())?.is_some() {
        return record(interpreter, this, name, args);
    }
    let delegate = recorder(interpreter, this)?.delegate.borrow().clone();
    if responds_to(interpreter, &delegate, &name.to_str())? {
        return interpreter.call(&delegate, name, args);
    }
    Err(super::undefined_method(interpreter, this, name))
}

fn respond_to_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    if RECORDED.contains(&name.as_str()) || extensions::inversion(interpreter, &name)?.is_some() {
        return Ok(true.into());
    }
    let delegate = recorder(interpreter, this)?.delegate.borrow().clone();
    interpreter.call(&delegate, "respond_to?", Args::one(args.first()))
}
