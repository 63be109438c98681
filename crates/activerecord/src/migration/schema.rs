//! `ActiveRecord::Schema`: schema.rb, a migration that defines a whole schema and says which version it is.

use std::rc::Rc;

use adapters::change::{Change, Verb};
use adapters::{Adapter, Error, ErrorClass, gate};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Value, method};

use crate::ground::arguments::option;
use crate::ground::calls::no_block;
use crate::ground::state::{state, with_adapter};
use crate::ground::{internal_metadata, schema_migration};
use crate::migration::compatibility;

const METHODS: &[NativeMethod] = &[method("define", define_schema, 1..=1)];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("define", define_class, 0..=1),
    method("[]", class_for_version, 1..=1),
    // Of the migrations' own class, where it refuses a class without a version.
    method("inherited", |_, _, _| Ok(Value::Nil), 1..=1),
];

const CONNECTION_METHODS: &[NativeMethod] =
    &[method("assume_migrated_upto_version", assume_migrated_upto_version, 1..=1)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    interpreter.class_at("ActiveRecord::ConnectionAdapters::AbstractAdapter").define(CONNECTION_METHODS);
    let current = interpreter.class_at("ActiveRecord::Migration::Current");
    let class = interpreter.define_class("ActiveRecord::Schema", &current);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

/// `ActiveRecord::Schema[7.0]`: a schema that creates tables as that version did.
fn class_for_version(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Class(version) = compatibility::find(interpreter, &args.first())? else { return Ok(Value::Nil) };
    Ok(Value::Class(versioned(interpreter, &version)))
}

fn versioned(interpreter: &mut Interpreter, version: &Rc<RClass>) -> Rc<RClass> {
    let name = version.name().rsplit("::").next().unwrap_or_default().to_owned();
    let class = interpreter.define_class(&format!("ActiveRecord::Schema::{name}"), version);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    class
}

fn define_class(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let info = match args.first() {
        Value::Nil => Value::hash(RHash::new()),
        info => info,
    };
    let schema = interpreter.call(this, "new", Args::none())?;
    interpreter.call(&schema, "define", Args::one(info).with_block(args.block))
}

fn define_schema(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    interpreter.instance_exec(block, this, Args::none())?;
    with_adapter(interpreter, |adapter| schema_migration::create_table(adapter))?;
    let version = match args.first() {
        Value::Hash(info) => option(&info, "version"),
        _ => Value::Nil,
    };
    let version = interpreter.to_s(&version)?;
    if !version.trim().is_empty() {
        assume_migrated_upto(interpreter, &version)?;
    }
    let environment = state(interpreter)?.options.rails_env.clone();
    with_adapter(interpreter, |adapter| {
        internal_metadata::create_table(adapter)?;
        internal_metadata::set(adapter, "environment", &environment)
    })?;
    Ok(Value::Nil)
}

/// `connection.assume_migrated_upto_version(version)`
fn assume_migrated_upto_version(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let version = interpreter.to_s(&args.first())?;
    assume_migrated_upto(interpreter, &version)
}

fn assume_migrated_upto(interpreter: &mut Interpreter, version: &str) -> Eval {
    let Some(versions) = state(interpreter)?.migration_versions.borrow().clone() else {
        return Err(interpreter.unsupported("`assume_migrated_upto_version` without the list of migrations"));
    };
    let version = schema_migration::version_number(version);
    with_adapter(interpreter, |adapter| record_versions(adapter, version, &versions))?;
    Ok(Value::Nil)
}

fn record_versions(adapter: &mut dyn Adapter, version: u128, versions: &[u128]) -> adapters::Result<()> {
    let name = schema_migration::table_name(adapter);
    let table = adapter.quote_table_name(&name);
    let change = Change::rows(Verb::Insert, name);
    let migrated = if schema_migration::table_exists(adapter)? {
        schema_migration::integer_versions(adapter)?
    } else {
        Vec::new()
    };
    if !migrated.contains(&version) {
        gate::execute(adapter, &change, &format!("INSERT INTO {table} (version) VALUES ({version})"))?;
    }
    let inserting: Vec<_> =
        versions.iter().copied().filter(|other| !migrated.contains(other) && *other < version).collect();
    if inserting.is_empty() {
        return Ok(());
    }
    let duplicate = inserting.iter().find(|one| inserting.iter().filter(|other| other == one).count() > 1);
    if let Some(duplicate) = duplicate {
        let message =
            format!("Duplicate migration {duplicate}. Please renumber your migrations to resolve the conflict.");
        return Err(Error::new(ErrorClass::RuntimeError, message));
    }
    let rows: Vec<_> = inserting.iter().rev().map(|version| format!("({version})")).collect();
    gate::execute(adapter, &change, &format!("INSERT INTO {table} (version) VALUES\n{};", rows.join(",\n")))?;
    Ok(())
}
