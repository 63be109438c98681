//! The migration methods of gems that many apps use, each as its gem has it: its statements, their order, what it prints,
//! how a recorder inverts it. All are there when called, whatever the app's Gemfile.lock names; everything hangs on one
//! table, so a gem can be left out. What a gem makes of Rails' own methods holds for an app that has the gem.

mod bcrypt;
mod fx;
pub(crate) mod online_migrations;
mod paperclip;
mod postgis;
mod scenic;
pub(crate) mod strong_migrations;

use std::rc::Rc;

use adapters::{Change, gate};
use ruby::{Args, Eval, Interpreter, NativeMethod, Value};

use crate::ground::state::{self, state, with_adapter};
use crate::migration::command_recorder::Command;

/// What a gem adds to Active Record.
pub(crate) struct Gem {
    /// Methods of the connection, as of `AbstractAdapter`.
    connection: &'static [NativeMethod],
    /// Methods of the migration itself: what they call announces itself, they do not.
    migration: &'static [NativeMethod],
    /// Methods of `t`, both `create_table`'s and `change_table`'s.
    table: &'static [NativeMethod],
    /// The adapters of the configuration that the gem is for; none for a gem that is there with any.
    adapters: &'static [&'static str],
    /// Commands that a recorder takes down.
    recorded: &'static [&'static str],
    invert: fn(&mut Interpreter, Command) -> Eval<Command>,
    /// Defines the gem's own constants.
    define: fn(&mut Interpreter),
}

const NONE: Gem = Gem {
    connection: &[],
    migration: &[],
    table: &[],
    adapters: &[],
    recorded: &[],
    invert: |_, command| Ok(command),
    define: |_| {},
};

const GEMS: &[Gem] =
    &[bcrypt::GEM, fx::GEM, online_migrations::GEM, paperclip::GEM, postgis::GEM, scenic::GEM, strong_migrations::GEM];

/// Gems that change what Rails' own methods do.
const CHANGING: [&str; 1] = ["online_migrations"];

/// Of a Gemfile.lock what matters to migrations, in its own form.
pub fn lines_of_lock(lock: &str) -> String {
    let named = |line: &&str| {
        let gem = line.strip_prefix("    ").and_then(|line| line.split_once(" (")).map(|(gem, _)| gem);
        gem.is_some_and(|gem| CHANGING.contains(&gem))
    };
    lock.lines().filter(named).flat_map(|line| [line, "\n"]).collect()
}

/// What the gems that the app has change.
pub(crate) fn configure(interpreter: &mut Interpreter, lock: &str) -> Eval<()> {
    let has = |gem: &str| lines_of_lock(lock).contains(&format!(" {gem} ("));
    if has("online_migrations") && state::adapter_name(interpreter)? == "PostgreSQL" {
        online_migrations::configure(interpreter)?;
    }
    Ok(())
}

/// Adds every gem's methods to Active Record's classes, which must be there. `configured` is the adapter that the
/// configuration names.
pub(crate) fn define(interpreter: &mut Interpreter, adapter_name: &str, configured: &str) {
    let module = match adapter_name {
        "Mysql2" | "Trilogy" => "MySQL",
        "PostgreSQL" => "PostgreSQL",
        _ => "SQLite3",
    };
    let connection = interpreter.class_at("ActiveRecord::ConnectionAdapters::AbstractAdapter");
    let migration = interpreter.class_at("ActiveRecord::Migration");
    let table_definition =
        interpreter.class_at(&format!("ActiveRecord::ConnectionAdapters::{module}::TableDefinition"));
    let table = match module {
        "SQLite3" => interpreter.class_at("ActiveRecord::ConnectionAdapters::Table"),
        _ => interpreter.class_at(&format!("ActiveRecord::ConnectionAdapters::{module}::Table")),
    };
    for gem in GEMS.iter().filter(|gem| gem.adapters.is_empty() || gem.adapters.contains(&configured)) {
        connection.define(gem.connection);
        migration.define(gem.migration);
        table_definition.define(gem.table);
        table.define(gem.table);
        (gem.define)(interpreter);
    }
}

/// How a command of a gem is inverted; None for other commands.
pub(crate) fn inversion(command: &str) -> Option<fn(&mut Interpreter, Command) -> Eval<Command>> {
    GEMS.iter().find(|gem| gem.recorded.contains(&command)).map(|gem| gem.invert)
}

// What the gems share

/// `connection.execute(sql)`, of which it is known what it does.
fn execute(interpreter: &mut Interpreter, change: &Change<'_>, sql: &str) -> Eval {
    let answer = with_adapter(interpreter, |adapter| gate::execute(adapter, change, sql))?;
    crate::connection::raw_result(interpreter, answer)
}

fn on_connection(interpreter: &mut Interpreter, name: &str, argument: Value) -> Eval {
    let connection = state::connection(interpreter)?;
    interpreter.call(&connection, name, Args::one(argument))
}

fn quote_table_name(interpreter: &mut Interpreter, name: &Value) -> Eval<String> {
    let quoted = on_connection(interpreter, "quote_table_name", name.clone())?;
    interpreter.to_s(&quoted)
}

/// A keyword that is nil where it is not given.
fn keyword(args: &Args, name: &str) -> Value {
    args.keyword(name).unwrap_or_default()
}

fn is_blank(interpreter: &mut Interpreter, value: &Value) -> Eval<bool> {
    Ok(interpreter.call(value, "blank?", Args::none())?.truthy())
}

/// `File.read(Rails.root.join("db", folder, "#{name}_v#{version}.sql"))`, and that path from the root.
fn read_definition(interpreter: &mut Interpreter, folder: &str, name: &str, version: &Value) -> Eval<(String, String)> {
    let version = interpreter.call(version, "to_i", Args::none())?;
    let version = interpreter.to_s(&version)?;
    let path = format!("db/{folder}/{name}_v{version:0>2}.sql");
    let root = state(interpreter)?.options.root.clone();
    let full_path = format!("{}/{path}", root.trim_end_matches('/'));
    let file = Value::Class(interpreter.class_at("File"));
    let content = interpreter.call(&file, "read", Args::one(Value::str(full_path)))?;
    Ok((interpreter.to_s(&content)?, path))
}

/// `[name, options]`, the options with `version:` in the place of `revert_to_version:`; None where that is missing.
fn invert_version(command: &Command) -> Option<Command> {
    let options = command_options(command);
    let version = options.get_symbol("revert_to_version").filter(|version| !version.is_nil())?;
    options.insert_symbol("version", version);
    crate::ground::arguments::delete_option(&options, "revert_to_version");
    Some(Command { name: command.name, args: first_argument(command).with_keywords(Some(Rc::new(options))) })
}

/// The options of a recorded call, `args[1]`, as a hash of its own.
fn command_options(command: &Command) -> ruby::RHash {
    match (&command.args.keywords, command.args.get(1)) {
        (_, Value::Hash(options)) => ruby::RHash::from_pairs(options.pairs()),
        (Some(options), _) if command.args.len() < 2 => ruby::RHash::from_pairs(options.pairs()),
        _ => ruby::RHash::new(),
    }
}

fn first_argument(command: &Command) -> Args {
    Args::new(command.args.positional.iter().take(1).cloned().collect())
}
