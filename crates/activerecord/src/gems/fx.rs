//! fx 0.11.0 (lib/fx/{statements,command_recorder,definition}.rb, adapters/postgres.rb): functions and triggers, whose
//! definitions stand in db/functions and db/triggers.

mod dump;

use adapters::Change;
use adapters::change::RoutineChange;
use ruby::{Args, Eval, Interpreter, Symbol, Value, method};

use super::{execute, invert_version, is_blank, keyword, read_definition};
use crate::ground::arguments::{check_keywords, string};
use crate::ground::errors::irreversible;
use crate::migration::command_recorder::Command;
use crate::migration::extensions::Extension;

/// The gem of functions and triggers.
pub(super) const GEM: Extension = Extension {
    name: "fx",
    is_library: true,
    connection: &[
        method("create_function", create_function, 1..=1).with_keywords(),
        method("drop_function", drop_function, 1..=1).with_keywords(),
        method("update_function", update_function, 1..=1).with_keywords(),
        method("create_trigger", create_trigger, 1..=1).with_keywords(),
        method("drop_trigger", drop_trigger, 1..=1).with_keywords(),
        method("update_trigger", update_trigger, 1..=1).with_keywords(),
    ],
    recorded: &[
        "create_function",
        "drop_function",
        "update_function",
        "create_trigger",
        "drop_trigger",
        "update_trigger",
    ],
    invert,
    define: |interpreter| {
        interpreter.define_module("Fx");
    },
    dumped: Some(dump::DUMPED),
    ..Extension::NOTHING
};

const NEITHER: &str = "version or sql_definition must be specified";
const BOTH: &str = "sql_definition and version cannot both be set";

fn create_function(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["version", "sql_definition", "revert_to_version"])?;
    let version = args.keyword("version").unwrap_or(Value::Int(1));
    require_one(interpreter, &version, &args)?;
    let sql = definition(interpreter, &args, &version, "function")?;
    execute(interpreter, &Change::Routine(RoutineChange::CreateFunction), &sql)
}

fn drop_function(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["revert_to_version"])?;
    drop_function_named(interpreter, &args)
}

fn update_function(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["version", "sql_definition", "revert_to_version"])?;
    let version = keyword(&args, "version");
    require_one(interpreter, &version, &args)?;
    let sql = definition(interpreter, &args, &version, "function")?;
    drop_function_named(interpreter, &args)?;
    execute(interpreter, &Change::Routine(RoutineChange::CreateFunction), &sql)
}

fn create_trigger(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["version", "sql_definition", "on", "revert_to_version"])?;
    let version = keyword(&args, "version");
    refuse_both(interpreter, &version, &args)?;
    let version = if version.truthy() { version } else { Value::Int(1) };
    let sql = definition(interpreter, &args, &version, "trigger")?;
    execute(interpreter, &Change::Routine(RoutineChange::CreateTrigger), &sql)
}

fn drop_trigger(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    require_on(interpreter, &args)?;
    check_keywords(interpreter, &args, &["on", "revert_to_version"])?;
    drop_trigger_named(interpreter, &args)
}

fn update_trigger(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    require_on(interpreter, &args)?;
    check_keywords(interpreter, &args, &["on", "version", "sql_definition", "revert_to_version"])?;
    let version = keyword(&args, "version");
    require_one(interpreter, &version, &args)?;
    refuse_both(interpreter, &version, &args)?;
    let sql = definition(interpreter, &args, &version, "trigger")?;
    drop_trigger_named(interpreter, &args)?;
    execute(interpreter, &Change::Routine(RoutineChange::CreateTrigger), &sql)
}

fn drop_function_named(interpreter: &mut Interpreter, args: &Args) -> Eval {
    let name = string(interpreter, args, 0)?;
    let sql = format!("DROP FUNCTION {name};");
    execute(interpreter, &Change::Routine(RoutineChange::DropFunction(name.into())), &sql)
}

fn drop_trigger_named(interpreter: &mut Interpreter, args: &Args) -> Eval {
    let name = string(interpreter, args, 0)?;
    let table = interpreter.to_s(&keyword(args, "on"))?;
    let sql = format!("DROP TRIGGER {name} ON {table};");
    let change = RoutineChange::DropTrigger { name: name.into(), table: table.into() };
    execute(interpreter, &Change::Routine(change), &sql)
}

fn require_on(interpreter: &mut Interpreter, args: &Args) -> Eval<()> {
    match args.keyword("on") {
        Some(_) => Ok(()),
        None => Err(interpreter.argument_error("missing keyword: :on")),
    }
}

fn require_one(interpreter: &mut Interpreter, version: &Value, args: &Args) -> Eval<()> {
    if version.is_nil() && keyword(args, "sql_definition").is_nil() {
        return Err(interpreter.argument_error(NEITHER));
    }
    Ok(())
}

fn refuse_both(interpreter: &mut Interpreter, version: &Value, args: &Args) -> Eval<()> {
    if !is_blank(interpreter, version)? && !is_blank(interpreter, &keyword(args, "sql_definition"))? {
        return Err(interpreter.argument_error(BOTH));
    }
    Ok(())
}

/// `resolve_sql_definition`
fn definition(interpreter: &mut Interpreter, args: &Args, version: &Value, kind: &str) -> Eval<String> {
    let given = keyword(args, "sql_definition");
    if given.truthy() {
        let stripped = interpreter.call(&given, "strip_heredoc", Args::none())?;
        return interpreter.to_s(&stripped);
    }
    let name = string(interpreter, args, 0)?;
    let (content, path) = read_definition(interpreter, &format!("{kind}s"), &name, version)?;
    if content.is_empty() {
        return Err(interpreter.error("RuntimeError", format!("Define {kind} in {path} before migrating.")));
    }
    Ok(content)
}

/// A function's creation is inverted with its arguments as they are, `version:` too, which `drop_function` refuses.
fn invert(interpreter: &mut Interpreter, mut command: Command) -> Eval<Command> {
    command.args.block = None;
    let (inverse, needs_version) = match &*command.name.to_str() {
        "create_function" => ("drop_function", false),
        "create_trigger" => ("drop_trigger", false),
        "drop_function" => ("create_function", true),
        "drop_trigger" => ("create_trigger", true),
        "update_function" => ("update_function", true),
        _ => ("update_trigger", true),
    };
    command.name = Symbol::new(inverse);
    if !needs_version {
        return Ok(command);
    }
    match invert_version(&command) {
        Some(command) => Ok(command),
        None => {
            let message = format!("`{inverse}` is reversible only if given a `revert_to_version`");
            Err(irreversible(interpreter, &message))
        }
    }
}
