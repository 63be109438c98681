//! strong_migrations 2.8.0 (lib/strong_migrations/migration.rb): `safety_assured`, `stop!`, and the time limits of its
//! initializer. The checks themselves are absent: what the gem would have refused runs. So are retries.

mod timeouts;

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, Symbol, Value, method};

use super::keyword;
use crate::ground::calls::no_block;
use crate::migration::extensions::{Around, Extension};

/// The gem that refuses what is dangerous.
pub(super) const GEM: Extension = Extension {
    name: "strong_migrations",
    is_library: true,
    migration: &[method("safety_assured", safety_assured, 0..=0), method("stop!", stop, 1..=1).with_keywords()],
    define,
    around: Some(Around { begin, before, after }),
    initializer: Some(("config/initializers/strong_migrations.rb", initialize)),
    ..Extension::NOTHING
};

fn define(interpreter: &mut Interpreter) {
    let standard_error = interpreter.class_at("StandardError");
    interpreter.define_module("StrongMigrations");
    let error = interpreter.define_class("StrongMigrations::Error", &standard_error);
    for name in ["UnsafeMigration", "UnsupportedVersion"] {
        interpreter.define_class(&format!("StrongMigrations::{name}"), &Rc::clone(&error));
    }
}

/// Evaluates the app's config/initializers/strong_migrations.rb.
fn initialize(interpreter: &mut Interpreter, path: &str, source: &str) -> Eval<()> {
    timeouts::define(interpreter)?;
    interpreter.eval(path, source).map(drop)
}

/// Before a command of a migration.
fn before(interpreter: &mut Interpreter, migration: &Value) -> Eval<()> {
    timeouts::set(interpreter, migration)
}

const DIRECTION: &str = "@strong_migrations_direction";

/// `migrate(direction)`
fn begin(migration: &Value, direction: Value) {
    if let Value::Object(object) = migration {
        object.set_ivar(Symbol::new(DIRECTION), direction);
    }
}

fn direction_of(migration: &Value) -> Option<Value> {
    match migration {
        Value::Object(object) => object.ivar(Symbol::new(DIRECTION)),
        _ => None,
    }
}

/// After it.
fn after(interpreter: &mut Interpreter, migration: &Value, command: Symbol, args: &Args) -> Eval<()> {
    let is_up = direction_of(migration).is_some_and(|direction| direction.as_name().as_deref() == Some("up"));
    if is_up { timeouts::analyze(interpreter, migration, command, args) } else { Ok(()) }
}

fn safety_assured(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    match &args.block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => Err(no_block(interpreter)),
    }
}

fn stop(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let message = interpreter.to_s(&args.first())?;
    let header = match keyword(&args, "header") {
        Value::Nil => "Custom check".to_owned(),
        header => interpreter.to_s(&header)?,
    };
    let message = format!("\n=== {header} #strong_migrations ===\n\n{message}\n");
    Err(interpreter.error("StrongMigrations::UnsafeMigration", message))
}
