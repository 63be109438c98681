//! abstract_adapter.rb: what the connection is and can, with the methods that only some adapters have.

use std::rc::Rc;

use adapters::catalogue::VirtualTable;
use adapters::{Arg, Dialect};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, RObject, Value, method, variadic};

use super::version::database_version;
use crate::ground::arguments::{optional_string, options, string, strings_to_value, to_arg, to_strings, to_value};
use crate::ground::state::{self, with_adapter};

macro_rules! supports {
    ($($ruby:literal => $method:ident),* $(,)?) => {
        &[$(method($ruby, |i, _, _| with_adapter(i, |adapter| Ok(adapter.$method().into())), 0..=0)),*]
    };
}

const SUPPORTS: &[NativeMethod] = supports! {
    "supports_ddl_transactions?" => supports_ddl_transactions,
    "supports_bulk_alter?" => supports_bulk_alter,
    "supports_savepoints?" => supports_savepoints,
    "supports_advisory_locks?" => supports_advisory_locks,
    "supports_partitioned_indexes?" => supports_partitioned_indexes,
    "supports_index_sort_order?" => supports_index_sort_order,
    "supports_partial_index?" => supports_partial_index,
    "supports_index_include?" => supports_index_include,
    "supports_expression_index?" => supports_expression_index,
    "supports_explain?" => supports_explain,
    "supports_transaction_isolation?" => supports_transaction_isolation,
    "supports_extensions?" => supports_extensions,
    "supports_indexes_in_create?" => supports_indexes_in_create,
    "supports_foreign_keys?" => supports_foreign_keys,
    "supports_validate_constraints?" => supports_validate_constraints,
    "supports_deferrable_constraints?" => supports_deferrable_constraints,
    "supports_check_constraints?" => supports_check_constraints,
    "supports_exclusion_constraints?" => supports_exclusion_constraints,
    "supports_unique_constraints?" => supports_unique_constraints,
    "supports_views?" => supports_views,
    "supports_materialized_views?" => supports_materialized_views,
    "supports_datetime_with_precision?" => supports_datetime_with_precision,
    "supports_json?" => supports_json,
    "supports_comments?" => supports_comments,
    "supports_comments_in_create?" => supports_comments_in_create,
    "supports_virtual_columns?" => supports_virtual_columns,
    "supports_foreign_tables?" => supports_foreign_tables,
    "supports_optimizer_hints?" => supports_optimizer_hints,
    "supports_common_table_expressions?" => supports_common_table_expressions,
    "supports_lazy_transactions?" => supports_lazy_transactions,
    "supports_insert_returning?" => supports_insert_returning,
    "supports_insert_on_duplicate_skip?" => supports_insert_on_duplicate_skip,
    "supports_insert_on_duplicate_update?" => supports_insert_on_duplicate_update,
    "supports_insert_conflict_target?" => supports_insert_conflict_target,
    "supports_nulls_not_distinct?" => supports_nulls_not_distinct,
    "supports_disabling_indexes?" => supports_disabling_indexes,
    "supports_rename_index?" => supports_rename_index,
    "supports_restart_db_transaction?" => supports_restart_db_transaction,
    "advisory_locks_enabled?" => advisory_locks_enabled,
    "max_identifier_length" => max_identifier_length,
    "table_name_length" => table_name_length,
    "table_alias_length" => table_alias_length,
    "index_name_length" => index_name_length,
};

const METHODS: &[NativeMethod] = &[
    method("inspect", inspect, 0..=0),
    method("adapter_name", |i, _, _| with_adapter(i, |adapter| Ok(adapter.adapter_name().into())), 0..=0),
    method(
        "current_database",
        |i, _, _| Ok(with_adapter(i, |adapter| adapter.catalogue().current_database())?.into()),
        0..=0,
    ),
    method("database_version", database_version, 0..=0),
    method("get_database_version", database_version, 0..=0),
    method("active?", |i, _, _| with_adapter(i, |adapter| Ok(adapter.active().into())), 0..=0),
    method("connected?", |i, _, _| with_adapter(i, |adapter| Ok(adapter.connected().into())), 0..=0),
    method("reconnect!", |i, _, _| nothing(i, |adapter| adapter.reconnect()), 0..=0).with_keywords(),
    method("prefetch_primary_key?", |_, _, _| Ok(false.into()), 0..=1),
    method("savepoint_errors_invalidate_transactions?", savepoint_errors_invalidate, 0..=0),
    method(
        "disconnect!",
        |i, _, _| {
            nothing(i, |adapter| {
                adapter.disconnect();
                Ok(())
            })
        },
        0..=0,
    ),
    method("verify!", |i, _, _| nothing(i, |adapter| adapter.connect()), 0..=0),
    method("reset!", |i, _, _| nothing(i, |adapter| adapter.reconnect()), 0..=0),
    method("prepared_statements", |i, _, _| with_adapter(i, |a| Ok(a.base().prepared_statements.into())), 0..=0),
    method("prepared_statements?", |i, _, _| with_adapter(i, |a| Ok(a.base().prepared_statements.into())), 0..=0),
    method("clear_cache!", |_, _, _| Ok(Value::Nil), 0..=0).with_keywords(),
    method("clear_query_cache", |_, _, _| Ok(Value::Nil), 0..=0),
    method("uncached", yield_block, 0..=0).with_keywords(),
    method("unprepared_statement", yield_block, 0..=0),
    method(
        "replica?",
        |i, _, _| with_adapter(i, |a| Ok(a.base().config.boolean("replica").unwrap_or(false).into())),
        0..=0,
    ),
    method("schema_cache", schema_cache, 0..=0),
    method("pool", |i, _, _| singleton(i, "ActiveRecord::ConnectionAdapters::ConnectionPool"), 0..=0),
    method("valid_type?", valid_type, 1..=1),
    // The driver's side says so when it connects.
    method("check_version", |i, _, _| nothing(i, |adapter| adapter.connect()), 0..=0),
    method("enable_extension", |i, _, args| named(i, &args, |a, name, o| a.enable_extension(name, o)), 1..=1)
        .with_keywords(),
    method("disable_extension", |i, _, args| named(i, &args, |a, name, o| a.disable_extension(name, o)), 1..=1)
        .with_keywords(),
    method(
        "extensions",
        |i, _, _| Ok(strings_to_value(with_adapter(i, |adapter| adapter.catalogue().extensions())?)),
        0..=0,
    ),
    method("extension_enabled?", extension_enabled, 1..=1),
    method("create_enum", create_enum, 2..=2).with_keywords(),
    method("drop_enum", drop_enum, 1..=2).with_keywords(),
    method("rename_enum", rename_enum, 1..=2).with_keywords(),
    method("add_enum_value", add_enum_value, 2..=2).with_keywords(),
    method("rename_enum_value", |i, _, args| named(i, &args, |a, name, o| a.rename_enum_value(name, o)), 1..=1)
        .with_keywords(),
    method("create_virtual_table", create_virtual_table, 3..=3),
    method("drop_virtual_table", drop_virtual_table, 3..=3).with_keywords(),
    method("get_advisory_lock", get_advisory_lock, 1..=1),
    method("release_advisory_lock", release_advisory_lock, 1..=1),
    method("check_all_foreign_keys_valid!", |i, _, _| nothing(i, |a| a.check_all_foreign_keys_valid()), 0..=0),
    variadic("raw_connection", |i, _, _| Err(i.unsupported("`raw_connection`: the driver is not Ruby's")), 0).absent(),
];

const POSTGRESQL_METHODS: &[NativeMethod] = &[
    method("add_exclusion_constraint", add_exclusion_constraint, 2..=2).with_keywords(),
    method("remove_exclusion_constraint", remove_exclusion_constraint, 1..=2).with_keywords(),
    method("add_unique_constraint", add_unique_constraint, 1..=2).with_keywords(),
    method("remove_unique_constraint", remove_unique_constraint, 1..=2).with_keywords(),
    method("validate_constraint", validate_constraint, 2..=2),
    method("validate_foreign_key", validate_foreign_key, 1..=2).with_keywords(),
    method(
        "validate_check_constraint",
        |i, _, args| named(i, &args, |a, t, o| a.validate_check_constraint(t, o.clone())),
        1..=1,
    )
    .with_keywords(),
];

const MYSQL_METHODS: &[NativeMethod] = &[
    method("mariadb?", is_mariadb, 0..=0),
    method("strict_mode?", is_strict, 0..=0),
    method("charset", |i, _, _| value(i, |adapter| adapter.catalogue().charset()), 0..=0),
    method("collation", |i, _, _| value(i, |adapter| adapter.catalogue().collation()), 0..=0),
    method("show_variable", show_variable, 1..=1),
    method("create_database", |i, _, args| named(i, &args, |a, name, o| a.create_database(name, o)), 1..=1)
        .with_keywords(),
    method("recreate_database", |i, _, args| named(i, &args, |a, name, o| a.recreate_database(name, o)), 1..=1)
        .with_keywords(),
    method("drop_database", |i, _, args| named(i, &args, |a, name, _| a.drop_database(name)), 1..=1),
];

const SQLITE_METHODS: &[NativeMethod] =
    &[method("virtual_tables", virtual_tables, 0..=0), method("virtual_table_exists?", virtual_table_exists, 1..=1)];

const SCHEMA_CACHE_METHODS: &[NativeMethod] = &[
    method("clear!", |i, _, _| nothing(i, clear_schema_cache), 0..=0),
    method("clear_data_source_cache!", clear_data_source_cache, 1..=1),
    method("columns", |i, _, args| on_connection(i, "columns", args), 1..=1),
    method("columns_hash", columns_hash, 1..=1),
    method("primary_keys", |i, _, args| on_connection(i, "primary_key", args), 1..=1),
    method("indexes", |i, _, args| on_connection(i, "indexes", args), 1..=1),
    method("data_source_exists?", |i, _, args| on_connection(i, "data_source_exists?", args), 1..=1),
];

const POOL_METHODS: &[NativeMethod] = &[
    method("connection", |i, _, _| state::connection(i), 0..=0),
    method("lease_connection", |i, _, _| state::connection(i), 0..=0),
    method("with_connection", with_connection, 0..=0).with_keywords(),
    method("schema_cache", schema_cache, 0..=0),
    method("server_version", database_version, 1..=1),
];

pub(super) fn define(
    interpreter: &mut Interpreter,
    base: &Rc<RClass>,
    adapter_name: &str,
    dialect: Dialect,
    class: &Rc<RClass>,
) {
    super::version::define(interpreter);
    base.define(SUPPORTS);
    base.define(METHODS);
    match dialect {
        Dialect::PostgreSql => {
            class.define(POSTGRESQL_METHODS);
            class.define(super::postgresql::METHODS);
            super::postgresql::define(interpreter);
        }
        Dialect::MySql => class.define(MYSQL_METHODS),
        Dialect::Sqlite => class.define(SQLITE_METHODS),
    }
    class.set_constant("ADAPTER_NAME", Value::str(adapter_name));
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("ActiveRecord::ConnectionAdapters::SchemaCache", &object).define(SCHEMA_CACHE_METHODS);
    interpreter.define_class("ActiveRecord::ConnectionAdapters::ConnectionPool", &object).define(POOL_METHODS);
}

/// Not its configuration, which has secrets.
fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let plain = interpreter.any_to_s(this);
    let env_name = Value::str(state::state(interpreter)?.options.rails_env.as_str());
    let env_name = interpreter.inspect(&env_name)?;
    Ok(format!("{} env_name={env_name} role=:writing>", plain.trim_end_matches('>')).into())
}

/// The module and its arguments by the table's name.
fn virtual_tables(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let tables = with_adapter(interpreter, |adapter| adapter.catalogue().virtual_tables())?;
    let pair = |table: VirtualTable| {
        Value::array(vec![table.name.into(), Value::array(vec![table.module.into(), table.arguments.into()])])
    };
    Ok(Value::array(tables.into_iter().map(pair).collect()))
}

fn virtual_table_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    Ok(with_adapter(interpreter, |adapter| adapter.catalogue().virtual_table_exists(&name))?.into())
}

fn singleton(interpreter: &mut Interpreter, class: &str) -> Eval {
    let class = interpreter.class_at(class);
    Ok(Value::Object(Rc::new(RObject::new(&class))))
}

/// mysql2_adapter.rb and trilogy_adapter.rb say so of theirs.
fn savepoint_errors_invalidate(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok((crate::ground::state::dialect(interpreter)? == Dialect::MySql).into())
}

fn nothing(
    interpreter: &mut Interpreter,
    work: impl FnOnce(&mut dyn adapters::Adapter) -> adapters::Result<()>,
) -> Eval {
    with_adapter(interpreter, work)?;
    Ok(Value::Nil)
}

fn value(interpreter: &mut Interpreter, ask: impl FnOnce(&mut dyn adapters::Adapter) -> adapters::Result<Arg>) -> Eval {
    let value = with_adapter(interpreter, ask)?;
    Ok(to_value(interpreter, &value))
}

fn is_strict(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    with_adapter(interpreter, |adapter| Ok(adapter.base().config.boolean("strict").unwrap_or(true).into()))
}

fn show_variable(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    value(interpreter, |adapter| adapter.catalogue().show_variable(&name))
}

/// A call of a name and options.
fn named(
    interpreter: &mut Interpreter,
    args: &Args,
    work: impl FnOnce(&mut dyn adapters::Adapter, &str, &adapters::Options) -> adapters::Result<()>,
) -> Eval {
    let name = string(interpreter, args, 0)?;
    let options = options(interpreter, args)?;
    nothing(interpreter, |adapter| work(adapter, &name, &options))
}

fn on_connection(interpreter: &mut Interpreter, name: &str, args: Args) -> Eval {
    let connection = state::connection(interpreter)?;
    interpreter.call(&connection, name, args)
}

/// `with_connection`: there is one connection, and it stays.
pub(crate) fn with_connection(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(crate::ground::calls::no_block(interpreter)) };
    let connection = state::connection(interpreter)?;
    interpreter.yield_value(block, connection)
}

/// Calls the block and answers what it does.
pub(crate) fn yield_block(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    match &args.block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => Err(crate::ground::calls::no_block(interpreter)),
    }
}

/// `schema_cache`
pub(crate) fn schema_cache(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    singleton(interpreter, "ActiveRecord::ConnectionAdapters::SchemaCache")
}

fn clear_schema_cache(adapter: &mut dyn adapters::Adapter) -> adapters::Result<()> {
    adapter.base_mut().schema_cache.clear();
    Ok(())
}

fn clear_data_source_cache(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    nothing(interpreter, |adapter| {
        adapter.base_mut().schema_cache.clear_data_source_cache(&name);
        Ok(())
    })
}

/// The columns by their names.
fn columns_hash(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let columns = on_connection(interpreter, "columns", args)?;
    let by_name = RHash::new();
    for column in ruby::core::convert::array(interpreter, &columns)? {
        by_name.insert(interpreter.call(&column, "name", Args::none())?, column);
    }
    Ok(Value::hash(by_name))
}

/// The types are known by symbols only.
fn valid_type(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Symbol(name) = args.first() else { return Ok(false.into()) };
    let name = name.to_string();
    with_adapter(interpreter, |adapter| Ok(adapter.valid_type(&name).into()))
}

fn extension_enabled(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    Ok(with_adapter(interpreter, |adapter| adapter.catalogue().extensions())?.contains(&name).into())
}

fn create_enum(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    let values = match args.get(1) {
        Value::Array(values) => to_strings(interpreter, &values.to_vec())?,
        other => vec![interpreter.to_s(&other)?],
    };
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.create_enum(&name, &values, &options))
}

fn drop_enum(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    let values = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.drop_enum(&name, &values, &options))
}

fn rename_enum(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    let new_name = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.rename_enum(&name, &new_name, &options))
}

fn add_enum_value(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (name, value) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.add_enum_value(&name, &value, &options))
}

fn virtual_table(interpreter: &mut Interpreter, args: &Args) -> Eval<(String, String, Vec<String>)> {
    let values = match args.get(2) {
        Value::Array(values) => to_strings(interpreter, &values.to_vec())?,
        other => vec![interpreter.to_s(&other)?],
    };
    Ok((string(interpreter, args, 0)?, string(interpreter, args, 1)?, values))
}

fn create_virtual_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, module, values) = virtual_table(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.create_virtual_table(&table, &module, &values))
}

fn drop_virtual_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, module, values) = virtual_table(interpreter, &args)?;
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.drop_virtual_table(&table, &module, &values, &options))
}

fn get_advisory_lock(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let id = string(interpreter, &args, 0)?;
    Ok(with_adapter(interpreter, |adapter| adapter.get_advisory_lock(&id))?.into())
}

fn release_advisory_lock(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let id = string(interpreter, &args, 0)?;
    Ok(with_adapter(interpreter, |adapter| adapter.release_advisory_lock(&id))?.into())
}

fn is_mariadb(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    with_adapter(interpreter, |adapter| {
        adapter.connect()?;
        let version = adapter.database_version();
        let full = version.full_version_string().unwrap_or_default().to_lowercase();
        Ok(full.contains("mariadb").into())
    })
}

// PostgreSQL's constraints

fn add_exclusion_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, expression) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.add_exclusion_constraint(&table, &expression, options))
}

fn remove_exclusion_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let expression = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.remove_exclusion_constraint(&table, &expression, options))
}

fn add_unique_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let column = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.add_unique_constraint(&table, &column, options))
}

fn remove_unique_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let column = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.remove_unique_constraint(&table, &column, options))
}

fn validate_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, constraint) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    nothing(interpreter, |adapter| adapter.validate_constraint(&table, &constraint))
}

fn validate_foreign_key(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let from_table = string(interpreter, &args, 0)?;
    let to_table = optional_string(interpreter, &args, 1)?;
    let options = options(interpreter, &args)?;
    nothing(interpreter, |adapter| adapter.validate_foreign_key(&from_table, to_table.as_deref(), options))
}
