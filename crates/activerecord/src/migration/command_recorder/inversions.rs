//! The `invert_*` methods of CommandRecorder, and what they say of a command that cannot be inverted.

use std::rc::Rc;

use ruby::{Eval, Interpreter, RHash, Symbol, Value};

use super::Command;
use crate::ground::arguments::{delete_option, has_option, option, to_arg};
use crate::ground::errors::irreversible;
use crate::migration::extensions;

/// What becomes of a command when it is taken back.
pub(super) enum Inverse {
    Command(Command),
    /// A transaction, whose block is to be reverted first.
    Transaction(Command),
}

/// `StraightReversions`: each with the other.
const STRAIGHT: [(&str, &str); 15] = [
    ("execute_block", "execute_block"),
    ("create_table", "drop_table"),
    ("create_join_table", "drop_join_table"),
    ("add_column", "remove_column"),
    ("add_index", "remove_index"),
    ("add_timestamps", "remove_timestamps"),
    ("add_reference", "remove_reference"),
    ("add_foreign_key", "remove_foreign_key"),
    ("add_check_constraint", "remove_check_constraint"),
    ("add_exclusion_constraint", "remove_exclusion_constraint"),
    ("add_unique_constraint", "remove_unique_constraint"),
    ("enable_extension", "disable_extension"),
    ("create_enum", "drop_enum"),
    ("create_schema", "drop_schema"),
    ("create_virtual_table", "drop_virtual_table"),
];

const NOT_REVERSIBLE: &str = "which is not automatically reversible.
To make the migration reversible you can either:
1. Define #up and #down methods in place of the #change method.
2. Use the #reversible method to define reversible behavior.
";

/// Err where a command cannot be taken back, or not without what it does not say.
pub(super) fn invert(interpreter: &mut Interpreter, command: Command, legacy: bool) -> Eval<Inverse> {
    let name = command.name.to_str();
    let inverted = match &*name {
        "transaction" if legacy => command,
        "transaction" => return Ok(Inverse::Transaction(command)),
        "change_column_comment" | "change_table_comment" if legacy => without_block(command),
        "enable_index" => first_arguments(command, "disable_index", [0, 1]),
        "disable_index" => first_arguments(command, "enable_index", [0, 1]),
        "create_table" => create_table(command),
        "drop_table" => drop_table(interpreter, command)?,
        "rename_table" => rename_table(command),
        "remove_column" => remove_column(interpreter, command)?,
        "remove_columns" => remove_columns(interpreter, command)?,
        "rename_index" => first_arguments(command, "rename_index", [0, 2, 1]),
        "rename_column" => first_arguments(command, "rename_column", [0, 2, 1]),
        "remove_index" => remove_index(interpreter, command)?,
        "change_column_default" | "change_column_comment" => swap_changes(interpreter, command, 2)?,
        "change_table_comment" => swap_changes(interpreter, command, 1)?,
        "change_column_null" => change_column_null(command),
        "add_foreign_key" => add_foreign_key(command),
        "remove_foreign_key" => remove_foreign_key(interpreter, command)?,
        "add_check_constraint" => add_check_constraint(command),
        "remove_check_constraint" => remove_check_constraint(interpreter, command)?,
        "remove_exclusion_constraint" => remove_exclusion_constraint(interpreter, command)?,
        "add_unique_constraint" => add_unique_constraint(interpreter, command)?,
        "remove_unique_constraint" => remove_unique_constraint(interpreter, command)?,
        "drop_enum" => {
            second_argument(interpreter, &command, "drop_enum is only reversible if given a list of enum values.")?;
            straight(command)
        }
        "rename_enum" => rename_enum(command),
        "rename_enum_value" => rename_enum_value(interpreter, command)?,
        "drop_virtual_table" => {
            second_argument(interpreter, &command, "drop_virtual_table is only reversible if given options.")?;
            straight(command)
        }
        _ if STRAIGHT.iter().any(|(one, other)| *one == &*name || *other == &*name) => straight(command),
        _ => match extensions::inversion(interpreter, &name)? {
            Some(invert) => invert(interpreter, command)?,
            None => return Err(irreversible(interpreter, &format!("This migration uses {name}, {NOT_REVERSIBLE}"))),
        },
    };
    Ok(Inverse::Command(inverted))
}

fn straight(mut command: Command) -> Command {
    let name = command.name.to_str();
    for (one, other) in STRAIGHT {
        if *name == *one {
            command.name = Symbol::new(other);
        } else if *name == *other {
            command.name = Symbol::new(one);
        }
    }
    command
}

fn without_block(mut command: Command) -> Command {
    command.args.block = None;
    command
}

/// The arguments as Ruby's array has them: `args.size`, the hash counted.
fn size(command: &Command) -> usize {
    command.args.len() + usize::from(command.args.keywords.is_some())
}

/// `args.last`, if it is a hash.
fn last_hash(command: &Command) -> Option<Rc<RHash>> {
    match (&command.args.keywords, command.args.positional.last()) {
        (Some(keywords), _) => Some(Rc::clone(keywords)),
        (None, Some(Value::Hash(hash))) => Some(Rc::clone(hash)),
        _ => None,
    }
}

/// Whether a hash that was taken out came as keywords, and so goes back as keywords.
struct Extracted {
    options: Rc<RHash>,
    keywords: bool,
}

/// `args.extract_options!`
fn extract_options(command: &mut Command) -> Extracted {
    let keywords = command.args.keywords.is_some();
    Extracted { options: command.args.take_options().unwrap_or_default(), keywords }
}

/// `args << options unless options.empty?`
fn put_back(command: &mut Command, extracted: Extracted) {
    if extracted.options.is_empty() {
        return;
    }
    if extracted.keywords {
        command.args.keywords = Some(extracted.options);
    } else {
        command.args.positional.push(Value::Hash(extracted.options));
    }
}

/// The arguments at `indexes`, alone.
fn first_arguments<const N: usize>(mut command: Command, name: &str, indexes: [usize; N]) -> Command {
    command.args.positional = indexes.iter().map(|&index| command.args.get(index)).collect();
    command.args.keywords = None;
    command.args.block = None;
    command.name = Symbol::new(name);
    command
}

fn create_table(command: Command) -> Command {
    if let Some(options) = last_hash(&command) {
        delete_option(&options, "if_not_exists");
    }
    straight(command)
}

fn drop_table(interpreter: &mut Interpreter, mut command: Command) -> Eval<Command> {
    let extracted = extract_options(&mut command);
    delete_option(&extracted.options, "if_exists");
    if command.args.len() > 1 {
        return Err(irreversible(
            interpreter,
            "To avoid mistakes, drop_table is only reversible if given a single table name.",
        ));
    }
    if command.args.len() == 1 && extracted.options.is_empty() && command.args.block.is_none() {
        return Err(irreversible(
            interpreter,
            "To avoid mistakes, drop_table is only reversible if given options or a block (can be empty).",
        ));
    }
    put_back(&mut command, extracted);
    Ok(straight(command))
}

fn rename_table(mut command: Command) -> Command {
    command.args.positional.resize(command.args.len().max(2), Value::Nil);
    command.args.positional.truncate(3);
    command.args.positional.swap(0, 1);
    without_block(command)
}

fn remove_column(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    if size(&command) <= 2 {
        return Err(irreversible(interpreter, "remove_column is only reversible if given a type."));
    }
    Ok(straight(command))
}

fn remove_columns(interpreter: &mut Interpreter, mut command: Command) -> Eval<Command> {
    if !last_hash(&command).is_some_and(|options| has_option(&options, "type")) {
        return Err(irreversible(interpreter, "remove_columns is only reversible if given a type."));
    }
    command.name = Symbol::new("add_columns");
    Ok(without_block(command))
}

fn remove_index(interpreter: &mut Interpreter, mut command: Command) -> Eval<Command> {
    let extracted = extract_options(&mut command);
    let mut columns = command.args.get(1);
    if !columns.truthy() {
        columns = delete_option(&extracted.options, "column").unwrap_or_default();
    }
    if !columns.truthy() {
        return Err(irreversible(interpreter, "remove_index is only reversible if given a :column option."));
    }
    delete_option(&extracted.options, "if_exists");
    command.args.positional = vec![command.args.get(0), columns];
    put_back(&mut command, extracted);
    command.name = Symbol::new("add_index");
    Ok(without_block(command))
}

/// `change_column_default`, and the two comments: `from` and `to`, exchanged. They go on as a plain hash.
fn swap_changes(interpreter: &mut Interpreter, command: Command, index: usize) -> Eval<Command> {
    let mut command = Command { args: command.args.flatten_keywords(), ..command };
    let changes = match command.args.get(index) {
        Value::Hash(changes) if has_option(&changes, "from") && has_option(&changes, "to") => changes,
        _ => {
            let name = command.name;
            return Err(irreversible(
                interpreter,
                &format!("{name} is only reversible if given a :from and :to option."),
            ));
        }
    };
    let swapped = RHash::new();
    swapped.insert_symbol("from", option(&changes, "to"));
    swapped.insert_symbol("to", option(&changes, "from"));
    command.args.positional.truncate(index);
    command.args.positional.push(Value::hash(swapped));
    Ok(without_block(command))
}

fn change_column_null(mut command: Command) -> Command {
    command.args.positional.resize(command.args.len().max(3), Value::Nil);
    let null = command.args.get(2).truthy();
    command.args.positional[2] = Value::Bool(!null);
    without_block(command)
}

fn add_foreign_key(command: Command) -> Command {
    if let Some(options) = last_hash(&command) {
        delete_option(&options, "validate");
    }
    straight(command)
}

fn remove_foreign_key(interpreter: &mut Interpreter, mut command: Command) -> Eval<Command> {
    let extracted = extract_options(&mut command);
    let mut to_table = command.args.get(1);
    if !to_table.truthy() {
        to_table = delete_option(&extracted.options, "to_table").unwrap_or_default();
    }
    if to_table.is_nil() {
        return Err(irreversible(interpreter, "remove_foreign_key is only reversible if given a second table"));
    }
    command.args.positional = vec![command.args.get(0), to_table];
    put_back(&mut command, extracted);
    command.name = Symbol::new("add_foreign_key");
    Ok(without_block(command))
}

fn add_check_constraint(command: Command) -> Command {
    if let Some(options) = last_hash(&command) {
        delete_option(&options, "validate");
        if let Some(value) = delete_option(&options, "if_not_exists") {
            options.insert_symbol("if_exists", value);
        }
    }
    straight(command)
}

fn remove_check_constraint(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    if size(&command) < 2 {
        return Err(irreversible(interpreter, "remove_check_constraint is only reversible if given an expression."));
    }
    if let Some(options) = last_hash(&command)
        && let Some(value) = delete_option(&options, "if_exists")
    {
        options.insert_symbol("if_not_exists", value);
    }
    Ok(straight(command))
}

fn remove_exclusion_constraint(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    if size(&command) < 2 {
        return Err(irreversible(
            interpreter,
            "remove_exclusion_constraint is only reversible if given an expression.",
        ));
    }
    Ok(straight(command))
}

fn add_unique_constraint(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    if last_hash(&command).is_some_and(|options| option(&options, "using_index").truthy()) {
        return Err(irreversible(interpreter, "add_unique_constraint is not reversible if given an using_index."));
    }
    Ok(straight(command))
}

fn remove_unique_constraint(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    let columns = positional(&command).get(1).cloned().unwrap_or_default();
    if to_arg(interpreter, &columns)?.is_blank() {
        return Err(irreversible(interpreter, "remove_unique_constraint is only reversible if given an column_name."));
    }
    Ok(straight(command))
}

/// The arguments but for a last hash.
fn positional(command: &Command) -> Vec<Value> {
    let mut copy = command.args.clone();
    copy.take_options();
    copy.positional
}

fn second_argument(interpreter: &mut Interpreter, command: &Command, message: &str) -> Eval<()> {
    match positional(command).get(1) {
        Some(value) if value.truthy() => Ok(()),
        _ => Err(irreversible(interpreter, message)),
    }
}

fn rename_enum(command: Command) -> Command {
    let mut command = Command { args: command.args.flatten_keywords(), ..command };
    let mut new_name = command.args.get(1);
    if let Value::Hash(options) = &new_name
        && has_option(options, "to")
    {
        let to = option(options, "to");
        new_name = to;
    }
    command.args.positional = vec![new_name, command.args.get(0)];
    without_block(command)
}

fn rename_enum_value(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    let options = match last_hash(&command) {
        Some(options) if has_option(&options, "from") && has_option(&options, "to") => options,
        _ => {
            let message = "rename_enum_value is only reversible if given a :from and :to option.";
            return Err(irreversible(interpreter, message));
        }
    };
    let (from, to) = (option(&options, "from"), option(&options, "to"));
    options.insert_symbol("to", from);
    options.insert_symbol("from", to);
    Ok(without_block(command))
}
