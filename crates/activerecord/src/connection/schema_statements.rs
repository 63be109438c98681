//! abstract/schema_statements.rb, as methods of the connection. What Rails answers with a
//! statement's result is the driver's empty result here.

use std::rc::Rc;

use adapters::schema_statements::{BulkCommand, TO_TABLE_IS_SYMBOL};
use adapters::{Arg, Dialect, Options};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Value, method, variadic};

use super::{definitions, result, table, table_definition};
use crate::ground::arguments::{
    option, optional_string, options, string, strings_to_value, to_arg, to_options, to_strings, to_value,
};
use crate::ground::state::{dialect, with_adapter};

const METHODS: &[NativeMethod] = &[
    method("data_sources", |i, _, _| names(i, |adapter| adapter.catalogue().data_sources()), 0..=0),
    method("tables", |i, _, _| names(i, |adapter| adapter.catalogue().tables()), 0..=0),
    method("views", |i, _, _| names(i, |adapter| adapter.catalogue().views()), 0..=0),
    method("data_source_exists?", data_source_exists, 1..=1),
    method("table_exists?", table_exists, 1..=1),
    method("view_exists?", view_exists, 1..=1),
    method("table_comment", table_comment, 1..=1),
    method("table_options", table_options, 1..=1),
    method("columns", columns, 1..=1),
    method("column_exists?", column_exists, 2..=3).with_keywords(),
    method("indexes", indexes, 1..=1),
    method("index_exists?", index_exists, 1..=2).with_keywords(),
    method("index_name_exists?", index_name_exists, 2..=2),
    method("index_name", index_name, 2..=2),
    method("primary_key", primary_key, 1..=1),
    method("primary_keys", primary_keys, 1..=1),
    method("foreign_keys", foreign_keys, 1..=1),
    method("foreign_key_exists?", foreign_key_exists, 1..=2).with_keywords(),
    method("foreign_key_column_for", foreign_key_column_for, 2..=2),
    method("check_constraints", check_constraints, 1..=1),
    method("check_constraint_exists?", check_constraint_exists, 1..=1).with_keywords(),
    method("create_table", create_table, 1..=1).with_keywords(),
    method("create_join_table", create_join_table, 2..=2).with_keywords(),
    method("drop_join_table", drop_join_table, 2..=2).with_keywords(),
    method("change_table", change_table, 1..=2).with_keywords(),
    method("update_table_definition", update_table_definition, 2..=2),
    method("bulk_change_table", bulk_change_table, 2..=2),
    method("rename_table", rename_table, 2..=2).with_keywords(),
    variadic("drop_table", drop_table, 0).with_keywords(),
    method("add_column", add_column, 3..=3).with_keywords(),
    variadic("add_columns", add_columns, 1).with_keywords(),
    method("remove_column", remove_column, 2..=3).with_keywords(),
    variadic("remove_columns", remove_columns, 1).with_keywords(),
    method("change_column", change_column, 3..=3).with_keywords(),
    method("change_column_default", change_column_default, 3..=3),
    method("change_column_null", change_column_null, 3..=4),
    method("rename_column", rename_column, 3..=3),
    method("add_index", add_index, 2..=2).with_keywords(),
    method("remove_index", remove_index, 1..=2).with_keywords(),
    method("rename_index", rename_index, 3..=3),
    method("enable_index", enable_index, 2..=2),
    method("disable_index", disable_index, 2..=2),
    method("add_reference", add_reference, 2..=2).with_keywords(),
    method("add_belongs_to", add_reference, 2..=2).with_keywords(),
    method("remove_reference", remove_reference, 2..=2).with_keywords(),
    method("remove_belongs_to", remove_reference, 2..=2).with_keywords(),
    method("add_foreign_key", add_foreign_key, 2..=2).with_keywords(),
    method("remove_foreign_key", remove_foreign_key, 1..=2).with_keywords(),
    method("add_check_constraint", add_check_constraint, 2..=2).with_keywords(),
    method("remove_check_constraint", remove_check_constraint, 1..=2).with_keywords(),
    method("remove_constraint", remove_constraint, 2..=2),
    method("add_timestamps", add_timestamps, 1..=1).with_keywords(),
    method("remove_timestamps", remove_timestamps, 1..=1).with_keywords(),
    method("change_table_comment", change_table_comment, 2..=2),
    method("change_column_comment", change_column_comment, 3..=3),
    method("type_to_sql", type_to_sql, 1..=1).with_keywords(),
    method("index_algorithms", index_algorithms, 0..=0),
    method("native_database_types", native_database_types, 0..=0),
    method("use_foreign_keys?", |i, _, _| with_adapter(i, |adapter| Ok(adapter.use_foreign_keys().into())), 0..=0),
    method("table_alias_for", table_alias_for, 1..=1),
    method("max_index_name_size", |i, _, _| with_adapter(i, |adapter| Ok(adapter.max_index_name_size().into())), 0..=0),
];

pub(super) fn define(class: &Rc<RClass>) {
    class.define(METHODS);
}

// Reading

/// An Array of what the catalogue answers.
pub(super) fn names(
    interpreter: &mut Interpreter,
    ask: impl FnOnce(&mut dyn adapters::Adapter) -> adapters::Result<Vec<String>>,
) -> Eval {
    Ok(strings_to_value(with_adapter(interpreter, ask)?))
}

/// Rails' `any? if name.present?`: nil for a name that is blank.
fn exists(
    interpreter: &mut Interpreter,
    args: &Args,
    ask: impl FnOnce(&mut dyn adapters::Adapter, &str) -> adapters::Result<bool>,
) -> Eval {
    let name = string(interpreter, args, 0)?;
    if name.trim().is_empty() {
        return Ok(Value::Nil);
    }
    Ok(with_adapter(interpreter, |adapter| ask(adapter, &name))?.into())
}

fn data_source_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    exists(interpreter, &args, |adapter, name| adapter.catalogue().data_source_exists(name))
}

fn table_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    exists(interpreter, &args, |adapter, name| adapter.catalogue().table_exists(name))
}

fn view_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    exists(interpreter, &args, |adapter, name| adapter.catalogue().view_exists(name))
}

fn table_comment(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    Ok(with_adapter(interpreter, |adapter| adapter.catalogue().table_comment(&table))?.into())
}

fn table_options(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let options = with_adapter(interpreter, |adapter| adapter.catalogue().table_options(&table))?;
    Ok(if options.is_empty() { Value::Nil } else { to_value(interpreter, &Arg::Hash(options)) })
}

fn columns(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let columns = with_adapter(interpreter, |adapter| adapter.catalogue().columns(&table))?;
    Ok(Value::array(columns.into_iter().map(|column| definitions::column(interpreter, column)).collect()))
}

fn column_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let r#type = to_arg(interpreter, &args.get(2))?;
    let options = options(interpreter, &args)?;
    Ok(with_adapter(interpreter, |adapter| adapter.catalogue().column_exists(&table, &column, &r#type, &options))?
        .into())
}

fn indexes(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let indexes = with_adapter(interpreter, |adapter| adapter.catalogue().indexes(&table))?;
    Ok(Value::array(indexes.into_iter().map(|index| definitions::index(interpreter, index, args.first())).collect()))
}

fn index_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let column = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    Ok(with_adapter(interpreter, |adapter| adapter.catalogue().index_exists(&table, &column, &options))?.into())
}

/// Rails answers the index itself, but on PostgreSQL.
fn index_name_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, name) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    if dialect(interpreter)? == Dialect::PostgreSql {
        return Ok(with_adapter(interpreter, |adapter| adapter.catalogue().index_name_exists(&table, &name))?.into());
    }
    let indexes = with_adapter(interpreter, |adapter| adapter.catalogue().indexes(&table))?;
    let found = indexes.into_iter().find(|index| index.name == name);
    Ok(found.map_or(Value::Nil, |index| definitions::index(interpreter, index, args.first())))
}

fn index_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let options = match args.get(1) {
        Value::Hash(hash) if !option(&hash, "column").truthy() && option(&hash, "name").truthy() => {
            return Ok(option(&hash, "name"));
        }
        Value::Hash(hash) => Arg::Hash(to_options(interpreter, &hash)?),
        columns => to_arg(interpreter, &columns)?,
    };
    Ok(with_adapter(interpreter, |adapter| adapter.index_name(&table, &options))?.into())
}

fn primary_key(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let key = with_adapter(interpreter, |adapter| adapter.catalogue().primary_key(&table))?;
    Ok(to_value(interpreter, &key))
}

fn primary_keys(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    names(interpreter, |adapter| adapter.catalogue().primary_keys(&table))
}

fn foreign_keys(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let keys = with_adapter(interpreter, |adapter| adapter.catalogue().foreign_keys(&table))?;
    Ok(Value::array(keys.into_iter().map(|key| definitions::foreign_key(interpreter, key, args.first())).collect()))
}

fn foreign_key_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let from_table = string(interpreter, &args, 0)?;
    let to_table = optional_string(interpreter, &args, 1)?;
    let options = options(interpreter, &args)?;
    Ok(with_adapter(interpreter, |adapter| adapter.foreign_key_exists(&from_table, to_table.as_deref(), &options))?
        .into())
}

fn foreign_key_column_for(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    with_adapter(interpreter, |adapter| Ok(adapter.foreign_key_column_for(&table, &column).into()))
}

fn check_constraints(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let checks = with_adapter(interpreter, |adapter| adapter.catalogue().check_constraints(&table))?;
    Ok(Value::array(
        checks.into_iter().map(|check| definitions::check_constraint(interpreter, check, args.first())).collect(),
    ))
}

fn check_constraint_exists(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let options = options(interpreter, &args)?;
    Ok(with_adapter(interpreter, |adapter| adapter.check_constraint_exists(&table, &options))?.into())
}

// Tables

fn create_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let args = with_query(interpreter, args)?;
    let options = options(interpreter, &args)?;
    let definition = with_adapter(interpreter, |adapter| adapter.prepare_create_table(&table, &options))?;
    let definition = table_definition::yield_definition(interpreter, definition, &args)?;
    with_adapter(interpreter, |adapter| adapter.create_table_from_definition(definition, &options))?;
    result::none(interpreter)
}

/// `as:` a relation, or whatever else is asked for its SQL.
fn with_query(interpreter: &mut Interpreter, args: Args) -> Eval<Args> {
    let Some(query) = args.keyword("as").filter(|query| interpreter.responds_to(query, "to_sql")) else {
        return Ok(args);
    };
    let sql = interpreter.call(&query, "to_sql", Args::none())?;
    let keywords = RHash::from_pairs(args.keywords.as_ref().map(|given| given.pairs()).unwrap_or_default());
    keywords.insert_symbol("as", sql);
    Ok(args.with_keywords(Some(Rc::new(keywords))))
}

fn create_join_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table_1, table_2) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let options = options(interpreter, &args)?;
    let (definition, options) =
        with_adapter(interpreter, |adapter| adapter.prepare_create_join_table(&table_1, &table_2, &options))?;
    let definition = table_definition::yield_definition(interpreter, definition, &args)?;
    with_adapter(interpreter, |adapter| adapter.create_table_from_definition(definition, &options))?;
    result::none(interpreter)
}

fn drop_join_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table_1, table_2) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.drop_join_table(&table_1, &table_2, &options))?;
    Ok(Value::Nil)
}

fn change_table(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let base = if args.has(1) { args.get(1) } else { this.clone() };
    let is_bulk = args.keyword("bulk").is_some_and(|bulk| bulk.truthy())
        && with_adapter(interpreter, |adapter| Ok(adapter.supports_bulk_alter()))?;
    if !is_bulk {
        return table::yield_table(interpreter, args.first(), base, &args);
    }
    let recorder = Value::Class(interpreter.class_at("ActiveRecord::Migration::CommandRecorder"));
    let recorder = interpreter.call(&recorder, "new", Args::one(this.clone()))?;
    table::yield_table(interpreter, args.first(), recorder.clone(), &args)?;
    let commands = interpreter.call(&recorder, "commands", Args::none())?;
    bulk_change_table(interpreter, this, Args::new(vec![args.first(), commands]))
}

fn update_table_definition(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    table::new(interpreter, args.get(0), args.get(1))
}

/// `operations` as a recorder takes them down: `[[name, [table, *args]], ...]`.
fn bulk_change_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let Value::Array(operations) = args.get(1) else {
        return Err(interpreter.type_error("no implicit conversion into Array"));
    };
    let mut commands = Vec::new();
    for operation in operations.to_vec() {
        let Value::Array(operation) = operation else { continue };
        let Some(Value::Array(given)) = operation.get(1) else { continue };
        let mut given = Args::new(given.to_vec().into_iter().skip(1).collect());
        let options = match given.take_options() {
            Some(hash) if takes_hash(operation.get(0).as_ref()) => {
                given.positional.push(Value::Hash(hash));
                Options::new()
            }
            Some(hash) => to_options(interpreter, &hash)?,
            None => Options::new(),
        };
        let method = operation.get(0).and_then(|name| name.as_name()).unwrap_or_default();
        let args = given.positional.iter().map(|value| to_arg(interpreter, value)).collect::<Eval<_>>()?;
        commands.push(BulkCommand { method, args, options });
    }
    with_adapter(interpreter, |adapter| adapter.bulk_change_table(&table, commands))?;
    Ok(Value::Nil)
}

/// Commands whose last hash is an argument, not options.
fn takes_hash(command: Option<&Value>) -> bool {
    let name = command.and_then(Value::as_name).unwrap_or_default();
    matches!(
        name.as_str(),
        "change_column_default" | "change_column_comment" | "change_table_comment" | "change_column_null"
    )
}

fn rename_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, new_name) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.rename_table(&table, &new_name, &options))?;
    result::none(interpreter)
}

fn drop_table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let tables = to_strings(interpreter, &args.positional)?;
    let options = options(interpreter, &args)?;
    let tables: Vec<_> = tables.iter().map(String::as_str).collect();
    with_adapter(interpreter, |adapter| adapter.drop_table(&tables, &options))?;
    match dialect(interpreter)? {
        Dialect::Sqlite => Ok(Value::array(args.positional)),
        Dialect::MySql | Dialect::PostgreSql => result::none(interpreter),
    }
}

// Columns

fn add_column(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let r#type = to_arg(interpreter, &args.get(2))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.add_column(&table, &column, &r#type, options))?;
    result::none(interpreter)
}

fn add_columns(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let columns = to_strings(interpreter, &args.positional[1..])?;
    let mut options = options(interpreter, &args)?;
    if !options.key("type") {
        return Err(interpreter.argument_error("missing keyword: :type"));
    }
    let r#type = options.delete("type");
    with_adapter(interpreter, |adapter| adapter.add_columns(&table, &columns, &r#type, &options))?;
    Ok(Value::array(args.positional[1..].to_vec()))
}

fn remove_column(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let r#type = to_arg(interpreter, &args.get(2))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.remove_column(&table, &column, &r#type, &options))?;
    result::none(interpreter)
}

fn remove_columns(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let columns = to_strings(interpreter, &args.positional[1..])?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.remove_columns(&table, &columns, &options))?;
    result::none(interpreter)
}

fn change_column(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let r#type = to_arg(interpreter, &args.get(2))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.change_column(&table, &column, &r#type, options))?;
    result::none(interpreter)
}

fn change_column_default(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let default = to_arg(interpreter, &args.get(2))?;
    with_adapter(interpreter, |adapter| adapter.change_column_default(&table, &column, &default))?;
    result::none(interpreter)
}

fn change_column_null(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let null = to_arg(interpreter, &args.get(2))?;
    let default = to_arg(interpreter, &args.get(3))?;
    with_adapter(interpreter, |adapter| adapter.change_column_null(&table, &column, &null, &default))?;
    Ok(Value::Nil)
}

fn rename_column(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let new_name = string(interpreter, &args, 2)?;
    with_adapter(interpreter, |adapter| adapter.rename_column(&table, &column, &new_name))?;
    result::none(interpreter)
}

// Indexes

fn add_index(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let columns = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.add_index(&table, &columns, options))?;
    result::none(interpreter)
}

fn remove_index(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let columns = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.remove_index(&table, &columns, options))?;
    result::none(interpreter)
}

fn rename_index(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, old_name) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let new_name = string(interpreter, &args, 2)?;
    with_adapter(interpreter, |adapter| adapter.rename_index(&table, &old_name, &new_name))?;
    Ok(Value::Nil)
}

fn enable_index(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, index) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    with_adapter(interpreter, |adapter| adapter.enable_index(&table, &index))?;
    Ok(Value::Nil)
}

fn disable_index(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, index) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    with_adapter(interpreter, |adapter| adapter.disable_index(&table, &index))?;
    Ok(Value::Nil)
}

fn index_algorithms(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let algorithms = with_adapter(interpreter, |adapter| Ok(adapter.index_algorithms()))?;
    let options: Options = algorithms.into_iter().collect();
    Ok(to_value(interpreter, &Arg::Hash(options)))
}

// References and constraints

fn add_reference(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let reference = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.add_reference(&table, &reference, &options))?;
    Ok(Value::Nil)
}

fn remove_reference(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let reference = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.remove_reference(&table, &reference, &options))?;
    Ok(Value::Nil)
}

fn add_foreign_key(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (from_table, to_table) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let mut options = options(interpreter, &args)?;
    if matches!(args.get(1), Value::Symbol(_)) {
        options.insert(TO_TABLE_IS_SYMBOL, true);
    }
    with_adapter(interpreter, |adapter| adapter.add_foreign_key(&from_table, &to_table, options))?;
    result::none(interpreter)
}

fn remove_foreign_key(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let from_table = string(interpreter, &args, 0)?;
    let to_table = optional_string(interpreter, &args, 1)?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.remove_foreign_key(&from_table, to_table.as_deref(), options))?;
    result::none(interpreter)
}

fn add_check_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, expression) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.add_check_constraint(&table, &expression, options))?;
    result::none(interpreter)
}

fn remove_check_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let expression = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.remove_check_constraint(&table, &expression, options))?;
    result::none(interpreter)
}

fn remove_constraint(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, constraint) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    with_adapter(interpreter, |adapter| adapter.remove_constraint(&table, &constraint))?;
    result::none(interpreter)
}

// Timestamps, comments, types

fn add_timestamps(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.add_timestamps(&table, options))?;
    result::none(interpreter)
}

fn remove_timestamps(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let options = options(interpreter, &args)?;
    with_adapter(interpreter, |adapter| adapter.remove_timestamps(&table, &options))?;
    result::none(interpreter)
}

fn change_table_comment(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let comment = to_arg(interpreter, &args.get(1))?;
    with_adapter(interpreter, |adapter| adapter.change_table_comment(&table, &comment))?;
    result::none(interpreter)
}

fn change_column_comment(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let comment = to_arg(interpreter, &args.get(2))?;
    with_adapter(interpreter, |adapter| adapter.change_column_comment(&table, &column, &comment))?;
    result::none(interpreter)
}

fn type_to_sql(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let r#type = to_arg(interpreter, &args.first())?;
    let options = options(interpreter, &args)?;
    Ok(with_adapter(interpreter, |adapter| adapter.type_to_sql(&r#type, &options))?.into())
}

fn native_database_types(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    native_types(interpreter)
}

/// `native_database_types`
pub(crate) fn native_types(interpreter: &mut Interpreter) -> Eval {
    let types = with_adapter(interpreter, |adapter| {
        let mut types = Options::new();
        for (name, native) in adapter.native_database_types() {
            let native = adapter.base().native_types.get(*name).unwrap_or(native);
            let mut described = Options::default();
            if !native.name.is_empty() {
                described.insert("name", Arg::str(&*native.name));
            }
            for (option, number) in [("limit", native.limit), ("precision", native.precision), ("scale", native.scale)]
            {
                if let Some(number) = number {
                    described.insert(option, number);
                }
            }
            let whole = if *name == "primary_key" { Arg::str(&*native.name) } else { Arg::Hash(described) };
            types.insert(*name, whole);
        }
        Ok(types)
    })?;
    Ok(to_value(interpreter, &Arg::Hash(types)))
}

fn table_alias_for(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let length = with_adapter(interpreter, |adapter| Ok(adapter.table_alias_length()))?;
    Ok(Value::str(table.chars().take(length).collect::<String>().replace('.', "_")))
}
