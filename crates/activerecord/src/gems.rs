//! The gems that many apps use, each as its gem has it: its statements, their order, what it prints, how a recorder inverts
//! it. All are there when called, whatever the app's Gemfile.lock names; everything hangs on one table, so a gem can be left
//! out. What a gem makes of Rails' own methods holds for an app that has the gem.

mod absent;
mod bcrypt;
mod fx;
mod online_migrations;
mod paperclip;
mod postgis;
mod scenic;
mod strong_migrations;

use std::rc::Rc;

use adapters::schema_dumper::MakeSection;
use adapters::{Change, Dialect, gate};
use ruby::{Args, Eval, Interpreter, Value};

use crate::ground::options::File;
use crate::ground::state::{self, state, with_adapter};
use crate::migration::command_recorder::Command;
use crate::migration::extensions::{self, Extension, Initializer};

const GEMS: &[Extension] =
    &[bcrypt::GEM, fx::GEM, online_migrations::GEM, paperclip::GEM, postgis::GEM, scenic::GEM, strong_migrations::GEM];

/// Adds every gem to Active Record's classes, which must be there. `configured` is the adapter that the configuration names.
pub(crate) fn define(interpreter: &mut Interpreter, dialect: Dialect, configured: &str) {
    extensions::define(interpreter, dialect, configured, GEMS);
}

/// Of a Gemfile.lock what matters to migrations, in its own form: the gems that change what Rails' own methods do.
pub fn lines_of_lock(lock: &str) -> String {
    let matters = |line: &&str| name_in_lock(line).is_some_and(|name| changing().any(|gem| gem.name == name));
    lock.lines().filter(matters).flat_map(|line| [line, "\n"]).collect()
}

fn name_in_lock(line: &str) -> Option<&str> {
    gem_in_lock(line).map(|(gem, _)| gem)
}

/// A gem and its version, of a line that names one.
fn gem_in_lock(line: &str) -> Option<(&str, &str)> {
    let (gem, version) = line.strip_prefix("    ")?.split_once(" (")?;
    Some((gem, version.trim_end_matches(')')))
}

/// The version of a gem that a Gemfile.lock names.
pub fn version_in_lock<'lock>(lock: &'lock str, gem: &str) -> Option<&'lock str> {
    lock.lines().filter_map(gem_in_lock).find(|(name, _)| *name == gem).map(|(_, version)| version)
}

/// What the app's gems add to schema.rb, in the order in which its Gemfile loads them; `setting` reads a file of the app.
pub fn dumped_sections(setting: impl Fn(&str) -> Option<String>) -> Vec<MakeSection> {
    let Some(lock) = setting("Gemfile.lock") else { return Vec::new() };
    let gemfile = setting("Gemfile").unwrap_or_default();
    let mut gems: Vec<_> =
        GEMS.iter().filter(|gem| gem.dumped.is_some() && version_in_lock(&lock, gem.name).is_some()).collect();
    gems.sort_by_key(|gem| ["\"", "'"].iter().find_map(|quote| gemfile.find(&format!("{quote}{}{quote}", gem.name))));
    let dumped = gems.into_iter().filter_map(|gem| gem.dumped.as_ref());
    dumped.map(|dumped| (dumped.section)(setting(dumped.initializer).as_deref())).collect()
}

fn changing() -> impl Iterator<Item = &'static Extension> {
    GEMS.iter().filter(|gem| gem.configure.is_some())
}

/// What the gems that the app has change.
pub(crate) fn configure(interpreter: &mut Interpreter, lock: &str) -> Eval<()> {
    for gem in changing().filter(|gem| lock.lines().any(|line| name_in_lock(line) == Some(gem.name))) {
        if let Some(configure) = gem.configure {
            configure(interpreter)?;
        }
    }
    Ok(())
}

/// The files of an app that set up gems, from its root.
pub fn gem_initializers() -> impl Iterator<Item = &'static str> {
    initializers().map(|(path, _)| path)
}

fn initializers() -> impl Iterator<Item = (&'static str, Initializer)> {
    GEMS.iter().filter_map(|gem| gem.initializer)
}

/// Evaluates one of [`gem_initializers`].
pub(crate) fn initialize(interpreter: &mut Interpreter, file: &File) -> Eval<()> {
    match initializers().find(|(path, _)| *path == file.path) {
        Some((_, evaluate)) => evaluate(interpreter, &file.path, &file.source),
        None => Ok(()),
    }
}

// What the check asks

fn all() -> impl Iterator<Item = &'static Extension> {
    GEMS.iter().chain(absent::GEMS)
}

/// The gem that has a method of migrations which is absent here.
pub(crate) fn gem_of_method(method: &str) -> Option<&'static str> {
    all().find(|gem| gem.lacking.methods.contains(&method)).map(|gem| gem.name)
}

/// The gem that has a macro of models which is absent here.
pub(crate) fn gem_of_macro(name: &str) -> Option<&'static str> {
    all().find(|gem| gem.lacking.macros.contains(&name)).map(|gem| gem.name)
}

/// What may help where a type of column is missing.
pub(crate) fn column_hint(name: &str) -> Option<String> {
    GEMS.iter().find_map(|gem| (gem.lacking.column_hint)(name))
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

/// `indent(width)`: each line that is not empty.
fn indented(text: &str, width: usize) -> String {
    let indent =
        |line: &str| if line.trim_end_matches('\n').is_empty() { line.to_owned() } else { " ".repeat(width) + line };
    text.split_inclusive('\n').map(indent).collect()
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
