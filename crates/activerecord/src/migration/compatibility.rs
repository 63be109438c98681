//! migration/compatibility.rb: what a migration of each earlier version does differently. Newest to oldest; each version
//! undoes what its successor changed and hands on to it, the last one to `method_missing`. What the versions do to `t`
//! is in connection/compatibility.rs.

#![allow(clippy::wildcard_imports, reason = "a module for each version, which are parts of this file")]

use std::rc::Rc;

use adapters::{Arg, Dialect};
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, RHash, RProc, Symbol, Value, method, variadic};

use super::connection;
use crate::connection::compatibility::{self as of_table, CompatibleDefinition, Version};
use crate::connection::{table, table_definition as definition};
use crate::ground::arguments::{self, delete_option, has_option, option};
use crate::ground::calls::with_block;
use crate::ground::state::dialect;

const VERSIONS: [(Version, &str); 11] = [
    (Version::V8_1, "8.1"),
    (Version::V8_0, "8.0"),
    (Version::V7_2, "7.2"),
    (Version::V7_1, "7.1"),
    (Version::V7_0, "7.0"),
    (Version::V6_1, "6.1"),
    (Version::V6_0, "6.0"),
    (Version::V5_2, "5.2"),
    (Version::V5_1, "5.1"),
    (Version::V5_0, "5.0"),
    (Version::V4_2, "4.2"),
];

const V8_1: &[NativeMethod] = &[
    method("create_table", |i, this, args| current(i, this, "create_table", args), 1..=1).with_keywords(),
    method("change_table", |i, this, args| current(i, this, "change_table", args), 1..=1).with_keywords(),
    method("create_join_table", |i, this, args| current(i, this, "create_join_table", args), 2..=2).with_keywords(),
    variadic("drop_table", |i, this, args| current(i, this, "drop_table", args), 0).with_keywords(),
];

const V8_0: &[NativeMethod] = &[variadic("remove_foreign_key", v8_0::remove_foreign_key, 0).with_keywords()];

const V7_0: &[NativeMethod] = &[
    method("add_column", v7_0::add_column, 3..=3).with_keywords(),
    method("add_index", v7_0::add_index, 2..=2).with_keywords(),
    method("add_reference", v7_0::add_reference, 2..=2).with_keywords(),
    method("add_belongs_to", v7_0::add_reference, 2..=2).with_keywords(),
    method("create_table", v7_0::create_table, 1..=1).with_keywords(),
    method("rename_table", v7_0::rename_table, 2..=2).with_keywords(),
    method("change_column", v7_0::change_column, 3..=3).with_keywords(),
    method("change_column_null", v7_0::change_column_null, 3..=4),
    method("disable_extension", v7_0::disable_extension, 1..=1).with_keywords(),
    method("add_foreign_key", v7_0::add_foreign_key, 2..=2).with_keywords(),
];

const V6_1: &[NativeMethod] = &[
    method("add_column", v6_1::add_column, 3..=3).with_keywords(),
    method("change_column", v6_1::change_column, 3..=3).with_keywords(),
];

const V6_0: &[NativeMethod] = &[
    method("add_reference", v6_0::add_reference, 2..=2).with_keywords(),
    method("add_belongs_to", v6_0::add_reference, 2..=2).with_keywords(),
];

const V5_2: &[NativeMethod] = &[method("add_timestamps", v5_2::add_timestamps, 1..=1).with_keywords()];

const V5_1: &[NativeMethod] = &[
    method("change_column", v5_1::change_column, 3..=3).with_keywords(),
    method("create_table", v5_1::create_table, 1..=1).with_keywords(),
];

const V5_0: &[NativeMethod] = &[
    method("create_table", v5_0::create_table, 1..=1).with_keywords(),
    method("create_join_table", v5_0::create_join_table, 2..=2).with_keywords(),
    method("add_column", v5_0::add_column, 3..=3).with_keywords(),
    method("add_reference", v5_0::add_reference, 2..=2).with_keywords(),
    method("add_belongs_to", v5_0::add_reference, 2..=2).with_keywords(),
];

const V4_2: &[NativeMethod] = &[
    method("add_reference", v4_2::add_reference, 2..=2).with_keywords(),
    method("add_belongs_to", v4_2::add_reference, 2..=2).with_keywords(),
    method("add_timestamps", v4_2::add_timestamps, 1..=1).with_keywords(),
    method("index_exists?", v4_2::index_exists, 1..=2).with_keywords(),
    method("remove_index", v4_2::remove_index, 1..=2).with_keywords(),
];

fn methods(version: Version) -> &'static [NativeMethod] {
    match version {
        Version::V8_1 => V8_1,
        Version::V8_0 => V8_0,
        Version::V7_0 => V7_0,
        Version::V6_1 => V6_1,
        Version::V6_0 => V6_0,
        Version::V5_2 => V5_2,
        Version::V5_1 => V5_1,
        Version::V5_0 => V5_0,
        Version::V4_2 => V4_2,
        Version::V7_2 | Version::V7_1 => &[],
    }
}

/// Marks the class that stands for a version.
struct VersionClass(Version);

impl NativeData for VersionClass {}

pub(crate) fn define(interpreter: &mut Interpreter, migration: &Rc<RClass>) {
    let current = interpreter.define_class("ActiveRecord::Migration::Current", migration);
    let module = interpreter.define_module("ActiveRecord::Migration::Compatibility");
    module.set_constant("V8_1", Value::Class(Rc::clone(&current)));
    let mut newer = current;
    for (version, number) in VERSIONS {
        if version != Version::V8_1 {
            let name = format!("ActiveRecord::Migration::Compatibility::{}", constant_name(number));
            newer = interpreter.define_class(&name, &newer);
        }
        newer.define(methods(version));
        *newer.data.borrow_mut() = Some(Rc::new(VersionClass(version)));
    }
}

fn constant_name(number: &str) -> String {
    format!("V{}", number.replace('.', "_"))
}

/// `Compatibility.find(version)`
pub(crate) fn find(interpreter: &mut Interpreter, version: &Value) -> Eval {
    let number = interpreter.to_s(version)?;
    let module = interpreter.class_at("ActiveRecord::Migration::Compatibility");
    if let Some(class) = module.constant(Symbol::new(&constant_name(&number))) {
        return Ok(class);
    }
    let number = interpreter.inspect(&Value::str(number))?;
    Err(interpreter.argument_error(unknown_version(&number)))
}

/// What is wrong with a version that is written down as a number, if it is none of Rails'.
pub(crate) fn complaint_of(number: f64) -> Option<String> {
    let number = format!("{number:?}");
    let is_known = VERSIONS.iter().any(|(_, known)| *known == number);
    (!is_known).then(|| unknown_version(&format!("{number:?}")))
}

fn unknown_version(number: &str) -> String {
    let mut known: Vec<_> = VERSIONS.iter().map(|(_, number)| format!("{number:?}")).collect();
    known.sort();
    format!("Unknown migration version {number}; expected one of {}", known.join(", "))
}

/// Makes a class that inherits from `ActiveRecord::Migration` itself one of 4.2.
pub(crate) fn adopt(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<()> {
    let oldest = interpreter.class_at("ActiveRecord::Migration::Compatibility::V4_2");
    class.set_superclass(&oldest);
    let singleton = interpreter.singleton_class(&oldest);
    interpreter.singleton_class(class).set_superclass(&singleton);
    Ok(())
}

/// The version that a migration's class descends from.
pub(crate) fn version_of(interpreter: &Interpreter, migration: &Value) -> Version {
    let classes = interpreter.class_of(migration).ancestors();
    classes.iter().find_map(RClass::data::<VersionClass>).map_or(Version::V8_1, |class| class.0)
}

/// `super` in a method of `version`.
fn successor(interpreter: &mut Interpreter, this: &Value, version: Version, name: &'static str, args: Args) -> Eval {
    for (newer, _) in VERSIONS.iter().rev().filter(|(newer, _)| *newer > version) {
        if let Some(method) = methods(*newer).iter().find(|method| method.name == name) {
            return (method.function)(interpreter, this, args);
        }
    }
    let mut args = args;
    args.positional.insert(0, Value::symbol(name));
    interpreter.call(this, "method_missing", args)
}

/// `Current`: what is yielded goes through `compatible_table_definition`.
fn current(interpreter: &mut Interpreter, this: &Value, name: &'static str, mut args: Args) -> Eval {
    if let Some(block) = args.block.take() {
        let migration = this.clone();
        let wrapped = RProc::native(move |interpreter, args| {
            compatible_table_definition(interpreter, &migration, &args.first())?;
            interpreter.call_block(&block, Args::one(args.first()))
        });
        args.block = with_block(wrapped).block;
    }
    successor(interpreter, this, Version::V8_1, name, args)
}

/// Tells `t` of the migration's version. Rails prepends to its singleton class, which shows in a NoMethodError.
fn compatible_table_definition(interpreter: &mut Interpreter, migration: &Value, t: &Value) -> Eval<()> {
    let version = version_of(interpreter, migration);
    if version == Version::V8_1 {
        return Ok(());
    }
    if let Some(t) = t.data::<definition::TableDefinitionData>() {
        let on_postgresql = t.dialect == Dialect::PostgreSql;
        t.definition.borrow_mut().compatibility = Some(Rc::new(CompatibleDefinition { version, on_postgresql }));
    } else if let Some(t) = t.data::<table::TableData>() {
        t.version.set(version);
    }
    interpreter.singleton_class_of(t).map(drop)
}

/// The call's keywords, to change.
fn take_options(args: &mut Args) -> Rc<RHash> {
    let options = Rc::new(arguments::keywords(args));
    args.keywords = Some(Rc::clone(&options));
    options
}

/// `options[:name] ||= value`
fn default_option(options: &RHash, name: &str, value: Value) {
    if !option(options, name).truthy() {
        options.insert_symbol(name, value);
    }
}

/// `super(..., name: value, **options)`: an option of the call wins, and stands first.
fn prepend_option(args: &mut Args, name: &str, value: Value) {
    let options = RHash::new();
    options.insert_symbol(name, value);
    for (key, value) in arguments::keywords(args).pairs() {
        options.insert(key, value);
    }
    args.keywords = Some(Rc::new(options));
}

fn is_symbol(value: &Value, name: &str) -> bool {
    matches!(value, Value::Symbol(symbol) if symbol.is(name))
}

fn is_mysql(interpreter: &mut Interpreter) -> Eval<bool> {
    Ok(dialect(interpreter)? == Dialect::MySql)
}

fn is_postgresql(interpreter: &mut Interpreter) -> Eval<bool> {
    Ok(dialect(interpreter)? == Dialect::PostgreSql)
}

mod v8_0 {
    use super::*;

    pub(super) fn remove_foreign_key(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        take_options(&mut args).insert_symbol("_skip_column_match", true.into());
        successor(interpreter, this, Version::V8_0, "remove_foreign_key", args)
    }
}

mod v7_0 {
    use super::*;

    pub(super) fn add_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
        without_validation(interpreter, this, "add_column", args)
    }

    pub(super) fn add_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        if option(&options, "name").is_nil() {
            let table = interpreter.to_s(&args.first())?;
            let columns = arguments::to_arg(interpreter, &args.get(1))?;
            let name = match &columns {
                Arg::Hash(_) => return Err(interpreter.unsupported("`add_index` with a hash for columns")),
                columns => of_table::legacy_index_name(&table, columns),
            };
            options.insert_symbol("name", Value::str(name));
        }
        successor(interpreter, this, Version::V7_0, "add_index", args)
    }

    pub(super) fn add_reference(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
        without_validation(interpreter, this, "add_reference", args)
    }

    pub(super) fn create_table(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        take_options(&mut args).insert_symbol("_uses_legacy_table_name", true.into());
        without_validation(interpreter, this, "create_table", args)
    }

    pub(super) fn rename_table(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        options.insert_symbol("_uses_legacy_table_name", true.into());
        options.insert_symbol("_uses_legacy_index_name", true.into());
        successor(interpreter, this, Version::V7_0, "rename_table", args)
    }

    pub(super) fn change_column(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        options.insert_symbol("_skip_validate_options", true.into());
        if is_mysql(interpreter)? {
            default_option(&options, "collation", Value::symbol("no_collation"));
        }
        successor(interpreter, this, Version::V7_0, "change_column", args)
    }

    pub(super) fn change_column_null(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        args.positional[2] = args.get(2).truthy().into();
        args.positional.resize(4, Value::Nil);
        successor(interpreter, this, Version::V7_0, "change_column_null", args)
    }

    pub(super) fn disable_extension(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        if is_postgresql(interpreter)? {
            options.insert_symbol("force", Value::symbol("cascade"));
        }
        successor(interpreter, this, Version::V7_0, "disable_extension", args)
    }

    pub(super) fn add_foreign_key(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        if is_postgresql(interpreter)? && matches!(option(&options, "deferrable"), Value::Bool(true)) {
            options.insert_symbol("deferrable", Value::symbol("immediate"));
        }
        successor(interpreter, this, Version::V7_0, "add_foreign_key", args)
    }

    fn without_validation(interpreter: &mut Interpreter, this: &Value, name: &'static str, mut args: Args) -> Eval {
        take_options(&mut args).insert_symbol("_skip_validate_options", true.into());
        successor(interpreter, this, Version::V7_0, name, args)
    }
}

mod v6_1 {
    use super::*;

    pub(super) fn add_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
        with_compatible_type(interpreter, this, "add_column", args)
    }

    pub(super) fn change_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
        with_compatible_type(interpreter, this, "change_column", args)
    }

    fn with_compatible_type(interpreter: &mut Interpreter, this: &Value, name: &'static str, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        if is_symbol(&args.get(2), "datetime") {
            default_option(&options, "precision", Value::Nil);
        }
        if is_postgresql(interpreter)? && args.get(2).as_name().as_deref() == Some("datetime") {
            args.positional[2] = Value::symbol("timestamp");
        }
        successor(interpreter, this, Version::V6_1, name, args)
    }
}

mod v6_0 {
    use super::*;

    pub(super) fn add_reference(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        if dialect(interpreter)? == Dialect::Sqlite {
            options.insert_symbol("type", Value::symbol("integer"));
        }
        options.insert_symbol("_uses_legacy_reference_index_name", true.into());
        successor(interpreter, this, Version::V6_0, "add_reference", args)
    }
}

mod v5_2 {
    use super::*;

    pub(super) fn add_timestamps(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        default_option(&options, "precision", Value::Nil);
        successor(interpreter, this, Version::V5_2, "add_timestamps", args)
    }
}

mod v5_1 {
    use super::*;

    pub(super) fn change_column(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        if !is_postgresql(interpreter)? {
            return successor(interpreter, this, Version::V5_1, "change_column", args);
        }
        let given = arguments::keywords(&args);
        let options = take_options(&mut args);
        for name in ["default", "null", "comment"] {
            delete_option(&options, name);
        }
        let (table, column) = (args.get(0), args.get(1));
        successor(interpreter, this, Version::V5_1, "change_column", args)?;
        let connection = connection(interpreter, this, Args::none())?;
        let mut change = |name: &str, values: Vec<Value>| {
            let mut positional = vec![table.clone(), column.clone()];
            positional.extend(values);
            interpreter.call(&connection, name, Args::new(positional))
        };
        let default = option(&given, "default");
        let mut answer = Value::Nil;
        if has_option(&given, "default") {
            answer = change("change_column_default", vec![default.clone()])?;
        }
        if has_option(&given, "null") {
            answer = change("change_column_null", vec![option(&given, "null"), default])?;
        }
        if has_option(&given, "comment") {
            answer = change("change_column_comment", vec![option(&given, "comment")])?;
        }
        Ok(answer)
    }

    pub(super) fn create_table(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        if is_mysql(interpreter)? {
            prepend_option(&mut args, "options", Value::str("ENGINE=InnoDB"));
        }
        successor(interpreter, this, Version::V5_1, "create_table", args)
    }
}

mod v5_0 {
    use super::*;

    pub(super) fn create_table(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        let id = option(&options, "id");
        if is_postgresql(interpreter)? && is_symbol(&id, "uuid") && !has_option(&options, "default") {
            options.insert_symbol("default", Value::str("uuid_generate_v4()"));
        }
        let is_bigint = is_symbol(&id, "bigint");
        let is_integer = is_bigint || is_symbol(&id, "integer");
        if !(is_mysql(interpreter)? && is_bigint) && is_integer && !has_option(&options, "default") {
            options.insert_symbol("default", Value::Nil);
        }
        // Keys have been 64 bits wide since 5.1; before, they were the database's plain integer.
        if !has_option(&options, "id") {
            options.insert_symbol("id", Value::symbol("integer"));
        }
        successor(interpreter, this, Version::V5_0, "create_table", args)
    }

    pub(super) fn create_join_table(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let given = take_options(&mut args);
        let column_options = delete_option(&given, "column_options");
        // A bare `super` passes what `**options` took before what has a name of its own.
        let options = RHash::from_pairs(given.pairs());
        options.insert_symbol("column_options", with_integer_type(column_options));
        args.keywords = Some(Rc::new(options));
        successor(interpreter, this, Version::V5_0, "create_join_table", args)
    }

    /// `column_options.reverse_merge!(type: :integer)`
    fn with_integer_type(column_options: Option<Value>) -> Value {
        let merged = RHash::new();
        merged.insert_symbol("type", Value::symbol("integer"));
        let Some(Value::Hash(hash)) = column_options else { return Value::hash(merged) };
        for (key, value) in hash.pairs() {
            merged.insert(key, value);
        }
        hash.borrow_mut().clone_from(&merged.borrow());
        Value::Hash(hash)
    }

    pub(super) fn add_column(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        if is_symbol(&args.get(2), "primary_key") {
            args.positional[2] = Value::symbol("integer");
            options.insert_symbol("primary_key", true.into());
        } else if is_symbol(&args.get(2), "datetime") {
            default_option(&options, "precision", Value::Nil);
        }
        successor(interpreter, this, Version::V5_0, "add_column", args)
    }

    pub(super) fn add_reference(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        prepend_option(&mut args, "type", Value::symbol("integer"));
        successor(interpreter, this, Version::V5_0, "add_reference", args)
    }
}

mod v4_2 {
    use super::*;

    pub(super) fn add_reference(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        default_option(&options, "index", false.into());
        successor(interpreter, this, Version::V4_2, "add_reference", args)
    }

    pub(super) fn add_timestamps(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        if option(&options, "null").is_nil() {
            options.insert_symbol("null", true.into());
        }
        successor(interpreter, this, Version::V4_2, "add_timestamps", args)
    }

    pub(super) fn index_exists(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        let name = arguments::to_arg(interpreter, &option(&options, "name"))?;
        let name = if name.is_present() {
            Value::str(name.to_s())
        } else {
            let columns = arguments::to_arg(interpreter, &args.get(1))?;
            let columns = arguments::strings_to_value(columns.to_strings());
            let by_column = RHash::new();
            by_column.insert_symbol("column", columns);
            index_name(interpreter, this, args.first(), Value::hash(by_column))?
        };
        options.insert_symbol("name", name);
        args.positional.resize(2, Value::Nil);
        successor(interpreter, this, Version::V4_2, "index_exists?", args)
    }

    pub(super) fn remove_index(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
        let options = take_options(&mut args);
        let name = index_name_for_remove(interpreter, this, &args, &options)?;
        options.insert_symbol("name", name);
        args.positional.resize(2, Value::Nil);
        successor(interpreter, this, Version::V4_2, "remove_index", args)
    }

    fn index_name_for_remove(interpreter: &mut Interpreter, this: &Value, args: &Args, options: &RHash) -> Eval {
        let table = args.first();
        let column_or_options =
            if args.get(1).truthy() { args.get(1) } else { Value::hash(RHash::from_pairs(options.pairs())) };
        let name = index_name(interpreter, this, table.clone(), column_or_options)?;
        if index_name_exists(interpreter, this, &table, &name)? {
            return Ok(name);
        }
        if has_option(options, "name") {
            let without_column = RHash::from_pairs(options.pairs());
            delete_option(&without_column, "column");
            let by_name = index_name(interpreter, this, table.clone(), Value::hash(without_column))?;
            if index_name_exists(interpreter, this, &table, &by_name)? {
                return Ok(by_name);
            }
        }
        let (name, table) = (interpreter.to_s(&name)?, interpreter.to_s(&table)?);
        Err(interpreter.argument_error(format!("Index name '{name}' on table '{table}' does not exist")))
    }

    fn index_name(interpreter: &mut Interpreter, this: &Value, table: Value, options: Value) -> Eval {
        let connection = connection(interpreter, this, Args::none())?;
        interpreter.call(&connection, "index_name", Args::new(vec![table, options]))
    }

    fn index_name_exists(interpreter: &mut Interpreter, this: &Value, table: &Value, name: &Value) -> Eval<bool> {
        let connection = connection(interpreter, this, Args::none())?;
        let answer =
            interpreter.call(&connection, "index_name_exists?", Args::new(vec![table.clone(), name.clone()]))?;
        Ok(answer.truthy())
    }
}
