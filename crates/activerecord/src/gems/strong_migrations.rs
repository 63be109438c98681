//! strong_migrations 2.8.0 (lib/strong_migrations/migration.rb): `safety_assured`, `stop!`. The checks themselves and the
//! time limits are absent: what the gem would have refused runs.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, Value, method};

use super::{Gem, NONE, keyword};
use crate::migration::no_block;

pub(super) const GEM: Gem = Gem {
    migration: &[method("safety_assured", safety_assured, 0..=0), method("stop!", stop, 1..=1).with_keywords()],
    define,
    ..NONE
};

fn define(interpreter: &mut Interpreter) {
    let standard_error = interpreter.class_at("StandardError");
    interpreter.define_module("StrongMigrations");
    let error = interpreter.define_class("StrongMigrations::Error", &standard_error);
    for name in ["UnsafeMigration", "UnsupportedVersion"] {
        interpreter.define_class(&format!("StrongMigrations::{name}"), &Rc::clone(&error));
    }
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
