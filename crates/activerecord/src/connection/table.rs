//! `change_table`'s `t`: Table of abstract/schema_definitions.rb and of each adapter's. It only calls its base, which is
//! the connection or a command recorder.

use std::cell::Cell;
use std::rc::Rc;

use adapters::Dialect;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RHash, Value, method, variadic};

use super::column_methods;
use super::compatibility::{Version, legacy_index_name};
use crate::ground::arguments::{delete_option, has_option, keywords, option, to_arg};
use crate::ground::calls::no_block;
use crate::ground::state::dialect;

const METHODS: &[NativeMethod] = &[
    method("name", |interpreter, t, _| Ok(data(interpreter, t)?.name.clone()), 0..=0),
    method("column", column, 2..=2).with_keywords(),
    method("primary_key", primary_key, 1..=2).with_keywords(),
    method("column_exists?", |i, t, args| on_base(i, t, "column_exists?", args), 1..=2).with_keywords(),
    method("index", index, 1..=1).with_keywords(),
    method("index_exists?", |i, t, args| on_base(i, t, "index_exists?", pad(args, 1)), 0..=1).with_keywords(),
    method("rename_index", |i, t, args| on_base(i, t, "rename_index", args), 2..=2),
    method("timestamps", timestamps, 0..=0).with_keywords(),
    method("change", change, 2..=2).with_keywords(),
    method("change_default", |i, t, args| on_base(i, t, "change_column_default", args), 2..=2),
    method("change_null", |i, t, args| on_base(i, t, "change_column_null", pad(args, 3)), 2..=3),
    variadic("remove", |i, t, args| checked(i, t, "remove_columns", args), 0).with_keywords(),
    method("remove_index", |i, t, args| checked(i, t, "remove_index", pad(args, 1)), 0..=1).with_keywords(),
    method("remove_timestamps", |i, t, args| on_base(i, t, "remove_timestamps", args), 0..=0).with_keywords(),
    method("rename", |i, t, args| on_base(i, t, "rename_column", args), 2..=2),
    variadic("references", references, 0).with_keywords(),
    variadic("belongs_to", references, 0).with_keywords(),
    variadic("remove_references", remove_references, 0).with_keywords(),
    variadic("remove_belongs_to", remove_references, 0).with_keywords(),
    variadic("foreign_key", |i, t, args| checked(i, t, "add_foreign_key", args), 0).with_keywords(),
    variadic("remove_foreign_key", remove_foreign_key, 0).with_keywords(),
    variadic("foreign_key_exists?", |i, t, args| on_base(i, t, "foreign_key_exists?", args), 0).with_keywords(),
    variadic("check_constraint", |i, t, args| on_base(i, t, "add_check_constraint", args), 0).with_keywords(),
    variadic("remove_check_constraint", |i, t, args| on_base(i, t, "remove_check_constraint", args), 0).with_keywords(),
    variadic("check_constraint_exists?", |i, t, args| on_base(i, t, "check_constraint_exists?", args), 0)
        .with_keywords(),
];

const MYSQL_METHODS: &[NativeMethod] = &[
    method("enable_index", |i, t, args| on_base(i, t, "enable_index", args), 1..=1),
    method("disable_index", |i, t, args| on_base(i, t, "disable_index", args), 1..=1),
];

const POSTGRESQL_METHODS: &[NativeMethod] = &[
    variadic("exclusion_constraint", |i, t, args| on_base(i, t, "add_exclusion_constraint", args), 0).with_keywords(),
    variadic("remove_exclusion_constraint", |i, t, args| on_base(i, t, "remove_exclusion_constraint", args), 0)
        .with_keywords(),
    variadic("unique_constraint", |i, t, args| on_base(i, t, "add_unique_constraint", args), 0).with_keywords(),
    variadic("remove_unique_constraint", |i, t, args| on_base(i, t, "remove_unique_constraint", args), 0)
        .with_keywords(),
    variadic("validate_constraint", |i, t, args| on_base(i, t, "validate_constraint", args), 0).with_keywords(),
    variadic("validate_check_constraint", |i, t, args| on_base(i, t, "validate_check_constraint", args), 0)
        .with_keywords(),
];

/// `t` of a `change_table`: each call is sent, or recorded where they go together.
pub(crate) struct TableData {
    name: Value,
    base: Value,
    on_postgresql: bool,
    /// The version of the migration that changes the table.
    pub version: Cell<Version>,
}

impl NativeData for TableData {}

pub(super) fn define(interpreter: &mut Interpreter, dialect: Dialect) {
    let object = Rc::clone(&interpreter.classes.object);
    let base = interpreter.define_class("ActiveRecord::ConnectionAdapters::Table", &object);
    base.define(METHODS);
    // SQLite has no Table of its own.
    let class = match dialect {
        Dialect::Sqlite => base,
        Dialect::MySql | Dialect::PostgreSql => interpreter.define_class(&super::table_class(dialect), &base),
    };
    column_methods::of_table::define(&class, dialect);
    match dialect {
        Dialect::MySql => class.define(MYSQL_METHODS),
        Dialect::PostgreSql => class.define(POSTGRESQL_METHODS),
        Dialect::Sqlite => {}
    }
}

/// `update_table_definition(name, base)`
pub(super) fn new(interpreter: &mut Interpreter, name: Value, base: Value) -> Eval {
    let dialect = dialect(interpreter)?;
    let class = interpreter.class_at(&super::table_class(dialect));
    let on_postgresql = dialect == Dialect::PostgreSql;
    Ok(Value::native(&class, TableData { name, base, on_postgresql, version: Cell::new(Version::V8_1) }))
}

/// `yield update_table_definition(name, base)`
pub(crate) fn yield_table(interpreter: &mut Interpreter, name: Value, base: Value, args: &Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let t = new(interpreter, name, base)?;
    interpreter.yield_value(block, t)
}

fn data(interpreter: &mut Interpreter, t: &Value) -> Eval<Rc<TableData>> {
    match t.data::<TableData>() {
        Some(data) => Ok(data),
        None => Err(interpreter.unsupported("a Table that no change_table made")),
    }
}

/// `@base.name(self.name, *args, **options)`
fn on_base(interpreter: &mut Interpreter, t: &Value, name: &str, mut args: Args) -> Eval {
    let data = data(interpreter, t)?;
    args.positional.insert(0, data.name.clone());
    interpreter.call(&data.base, name, args)
}

/// Optional arguments that Rails passes on as nil.
fn pad(mut args: Args, length: usize) -> Args {
    args.positional.resize(length.max(args.len()), Value::Nil);
    args
}

fn checked(interpreter: &mut Interpreter, t: &Value, name: &str, args: Args) -> Eval {
    raise_on_if_exist_options(interpreter, t, &args)?;
    on_base(interpreter, t, name, args)
}

/// Versions up to 7.0 ignored such options without a word.
fn raise_on_if_exist_options(interpreter: &mut Interpreter, t: &Value, args: &Args) -> Eval<()> {
    if data(interpreter, t)?.version.get() <= Version::V7_0 {
        return Ok(());
    }
    let Some(options) = &args.keywords else { return Ok(()) };
    let keys = options.pairs().into_iter().filter_map(|(key, _)| key.as_name());
    let Some(option) = keys.into_iter().find(|key| key == "if_exists" || key == "if_not_exists") else { return Ok(()) };
    let conditional = if option == "if_exists" { "if" } else { "unless" };
    Err(interpreter.argument_error(format!(
        "Option {option} will be ignored. If you are calling an expression like\n\
         `t.column(.., {option}: true)` from inside a change_table block, try a\n\
         conditional clause instead, as in `t.column(..) {conditional} t.column_exists?(..)`\n"
    )))
}

/// `t.column`, or a type's own method.
pub(super) fn add_column(
    interpreter: &mut Interpreter,
    t: &Value,
    name: &Value,
    r#type: Value,
    options: RHash,
) -> Eval {
    compatible_column_options(data(interpreter, t)?.version.get(), &options);
    let index_options = delete_option(&options, "index").unwrap_or_default();
    let args = Args::new(vec![name.clone(), r#type]).with_keywords(Some(Rc::new(options)));
    checked(interpreter, t, "add_column", args)?;
    if !index_options.truthy() {
        return Ok(Value::Nil);
    }
    let options = match index_options {
        Value::Hash(options) => Some(options),
        _ => None,
    };
    index(interpreter, t, Args::one(name.clone()).with_keywords(options))
}

/// What the versions' `column` and `change` do before their `super`.
fn compatible_column_options(version: Version, options: &RHash) {
    if version <= Version::V7_0 {
        options.insert_symbol("_skip_validate_options", true.into());
    }
    if version <= Version::V6_1 && !option(options, "precision").truthy() {
        options.insert_symbol("precision", Value::Nil);
    }
}

fn column(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    add_column(interpreter, t, &args.get(0), args.get(1), keywords(&args))
}

fn primary_key(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let data = data(interpreter, t)?;
    let mut r#type = if args.has(1) { args.get(1) } else { Value::symbol("primary_key") };
    let name = r#type.as_name().unwrap_or_default();
    if name == "primary_key" && data.version.get() <= Version::V5_0 {
        r#type = Value::symbol("integer");
    }
    let options = keywords(&args);
    if data.on_postgresql && name == "uuid" && !has_option(&options, "default") {
        options.insert_symbol("default", Value::str("gen_random_uuid()"));
    }
    options.insert_symbol("primary_key", true.into());
    add_column(interpreter, t, &args.first(), r#type, options)
}

fn index(interpreter: &mut Interpreter, t: &Value, mut args: Args) -> Eval {
    if data(interpreter, t)?.version.get() <= Version::V7_0 {
        let options = keywords(&args);
        if option(&options, "name").is_nil() {
            let table = interpreter.call(t, "name", Args::none())?;
            let table = interpreter.to_s(&table)?;
            let columns = to_arg(interpreter, &args.first())?;
            options.insert_symbol("name", Value::str(legacy_index_name(&table, &columns)));
        }
        args.keywords = Some(Rc::new(options));
    }
    checked(interpreter, t, "add_index", args)
}

fn timestamps(interpreter: &mut Interpreter, t: &Value, mut args: Args) -> Eval {
    let version = data(interpreter, t)?.version.get();
    let options = keywords(&args);
    if version <= Version::V5_2 && !option(&options, "precision").truthy() {
        options.insert_symbol("precision", Value::Nil);
    }
    if version <= Version::V4_2 && option(&options, "null").is_nil() {
        options.insert_symbol("null", true.into());
    }
    args = args.with_keywords(Some(Rc::new(options)));
    checked(interpreter, t, "add_timestamps", args)
}

fn change(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let options = keywords(&args);
    compatible_column_options(data(interpreter, t)?.version.get(), &options);
    let args = Args::new(args.positional).with_keywords(Some(Rc::new(options)));
    checked(interpreter, t, "change_column", args)
}

fn references(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let version = data(interpreter, t)?.version.get();
    let options = keywords(&args);
    if version <= Version::V7_0 {
        options.insert_symbol("_skip_validate_options", true.into());
    }
    if version <= Version::V6_0 {
        options.insert_symbol("_uses_legacy_reference_index_name", true.into());
    }
    let options = if version <= Version::V5_0 { with_integer_type(&options) } else { options };
    if version <= Version::V4_2 && !option(&options, "index").truthy() {
        options.insert_symbol("index", false.into());
    }
    each_reference(interpreter, t, "add_reference", &args.positional, options)
}

/// `type: :integer, **options`
fn with_integer_type(options: &RHash) -> RHash {
    let merged = RHash::from_pairs([(Value::symbol("type"), Value::symbol("integer"))]);
    for (key, value) in options.pairs() {
        merged.insert(key, value);
    }
    merged
}

fn remove_references(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    each_reference(interpreter, t, "remove_reference", &args.positional, keywords(&args))
}

fn each_reference(interpreter: &mut Interpreter, t: &Value, name: &str, references: &[Value], options: RHash) -> Eval {
    let given = Args::none().with_keywords(Some(Rc::new(options)));
    raise_on_if_exist_options(interpreter, t, &given)?;
    for reference in references {
        let options = Rc::new(keywords(&given));
        on_base(interpreter, t, name, Args::one(reference.clone()).with_keywords(Some(options)))?;
    }
    Ok(Value::array(references.to_vec()))
}

fn remove_foreign_key(interpreter: &mut Interpreter, t: &Value, mut args: Args) -> Eval {
    if data(interpreter, t)?.version.get() <= Version::V8_0 {
        let options = keywords(&args);
        options.insert_symbol("_skip_column_match", true.into());
        args.keywords = Some(Rc::new(options));
        args = pad(args, 1);
    }
    checked(interpreter, t, "remove_foreign_key", args)
}
