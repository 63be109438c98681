//! The methods that only PostgreSQL's connection has, but for its constraints: postgresql/schema_statements.rb and
//! postgresql_adapter.rb.

use std::rc::Rc;

use adapters::catalogue::{EnumType, KeySequence};
use adapters::name::Name;
use adapters::postgresql::configuration::reload_type_map;
use adapters::postgresql::utils;
use adapters::postgresql_adapter::PostgreSQLAdapter;
use adapters::prelude::{SchemaStatements, Supports};
use adapters::{Catalogue, Error, Options};
use ruby::{Args, Eval, Interpreter, NativeMethod, RObject, Symbol, Value, method, variadic};

use super::definitions;
use crate::ground::arguments::{
    check_keywords, optional_string, options, string, strings_to_value, to_arg, to_strings, to_value,
};
use crate::ground::state::{with_adapter, with_catalogue};

pub(super) const METHODS: &[NativeMethod] = &[
    method("postgresql_version", |i, _, _| on_postgresql(i, |a| Ok(i64::from(a.server_version()).into())), 0..=0),
    method("supports_pgcrypto_uuid?", |i, _, _| on_postgresql(i, |a| Ok((a.server_version() >= 90_400).into())), 0..=0),
    method("create_database", |i, _, args| named(i, &args, PostgreSQLAdapter::create_database), 1..=2).with_keywords(),
    method("recreate_database", |i, _, args| named(i, &args, PostgreSQLAdapter::recreate_database), 1..=2)
        .with_keywords(),
    method("drop_database", |i, _, args| named(i, &args, |a, name, _| a.drop_database(name)), 1..=1),
    method("create_schema", create_schema, 1..=1).with_keywords(),
    method("disable_extension", disable_extension, 1..=1).with_keywords(),
    method("drop_schema", |i, _, args| named(i, &args, PostgreSQLAdapter::drop_schema), 1..=1).with_keywords(),
    method("rename_schema", rename_schema, 2..=2),
    method("schema_exists?", |i, _, args| asked(i, &args, |catalogue, name| catalogue.schema_exists(name)), 1..=1),
    method("schema_names", |i, _, _| names(i, |catalogue| catalogue.schema_names()), 0..=0),
    method("current_schema", |i, _, _| Ok(with_catalogue(i, |catalogue| catalogue.current_schema())?.into()), 0..=0),
    method("current_schemas", |i, _, _| names(i, |catalogue| catalogue.current_schemas()), 0..=0),
    method(
        "schema_search_path",
        |i, _, _| Ok(with_catalogue(i, |catalogue| catalogue.schema_search_path())?.into()),
        0..=0,
    ),
    method("schema_search_path=", set_schema_search_path, 1..=1),
    method("client_min_messages", |i, _, _| on_postgresql(i, |a| Ok(a.client_min_messages()?.into())), 0..=0),
    method("client_min_messages=", |i, _, args| set(i, &args, PostgreSQLAdapter::set_client_min_messages), 1..=1),
    method("session_auth=", |i, _, args| set(i, &args, PostgreSQLAdapter::set_session_auth), 1..=1),
    method("encoding", |i, _, _| Ok(with_catalogue(i, |catalogue| catalogue.encoding())?.to_s().into()), 0..=0),
    method("collation", |i, _, _| Ok(with_catalogue(i, |catalogue| catalogue.collation())?.to_s().into()), 0..=0),
    method("ctype", |i, _, _| Ok(with_catalogue(i, |catalogue| catalogue.ctype())?.to_s().into()), 0..=0),
    method("foreign_tables", |i, _, _| names(i, |catalogue| catalogue.foreign_tables()), 0..=0),
    method(
        "foreign_table_exists?",
        |i, _, args| asked(i, &args, |catalogue, name| catalogue.foreign_table_exists(name)),
        1..=1,
    ),
    method("inherited_table_names", inherited_table_names, 1..=1),
    method("table_partition_definition", table_partition_definition, 1..=1),
    method("exclusion_constraints", exclusion_constraints, 1..=1),
    method("unique_constraints", unique_constraints, 1..=1),
    method(
        "extension_available?",
        |i, _, args| asked(i, &args, |catalogue, name| catalogue.extension_available(name)),
        1..=1,
    ),
    method(
        "extension_enabled?",
        |i, _, args| asked(i, &args, |catalogue, name| catalogue.extension_enabled(name)),
        1..=1,
    ),
    method("enum_types", enum_types, 0..=0),
    method("serial_sequence", serial_sequence, 2..=2),
    method("default_sequence_name", default_sequence_name, 1..=2),
    method("pk_and_sequence_for", pk_and_sequence_for, 1..=1),
    method("set_pk_sequence!", set_pk_sequence, 2..=2),
    method("reset_pk_sequence!", reset_pk_sequence, 1..=3),
    method("supports_identity_columns?", |i, _, _| since(i, 100_000), 0..=0),
    method("supports_native_partitioning?", |i, _, _| since(i, 100_000), 0..=0),
    // As of libpq before version 17.
    method("supports_close_prepared?", |_, _, _| Ok(false.into()), 0..=0),
    method("use_insert_returning?", |i, _, _| on_postgresql(i, |a| Ok(a.uses_insert_returning().into())), 0..=0),
    method("quote_schema_name", super::quoting::quote_column_name, 1..=1),
    method("escape_bytea", escape_bytea, 1..=1),
    method("unescape_bytea", unescape_bytea, 1..=1),
    variadic("set_constraints", set_constraints, 1),
    method("reload_type_map", |i, _, _| on_postgresql(i, |a| reload_type_map(a).map(|()| Value::Nil)), 0..=0),
];

fn on_postgresql<T>(
    interpreter: &mut Interpreter,
    work: impl FnOnce(&mut PostgreSQLAdapter) -> adapters::Result<T>,
) -> Eval<T> {
    with_adapter(interpreter, |adapter| {
        let adapter = adapter.as_any().downcast_mut::<PostgreSQLAdapter>();
        work(adapter.ok_or_else(|| Error::unsupported("only PostgreSQL has this method"))?)
    })
}

/// Whether the server is of this version, or a later one.
fn since(interpreter: &mut Interpreter, version: u64) -> Eval {
    on_postgresql(interpreter, |adapter| Ok((adapter.database_version().number() >= version).into()))
}

fn escape_bytea(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Str(bytes) = args.first() else { return Ok(Value::Nil) };
    interpreter.check_size(bytes.bytes().len().saturating_mul(2))?;
    Ok(utils::escape_bytea(&bytes.bytes()).into())
}

fn unescape_bytea(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if args.first().is_nil() {
        return Ok(Value::Nil);
    }
    let text = string(interpreter, &args, 0)?;
    Ok(to_value(interpreter, &adapters::Arg::Bytes(utils::unescape_bytea(&text))))
}

fn create_schema(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["force", "if_not_exists"])?;
    named(interpreter, &args, PostgreSQLAdapter::create_schema)
}

fn disable_extension(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["force"])?;
    named(interpreter, &args, SchemaStatements::disable_extension)
}

/// A call of a name and options, which may come as a hash too.
fn named(
    interpreter: &mut Interpreter,
    args: &Args,
    work: impl FnOnce(&mut PostgreSQLAdapter, &str, &Options) -> adapters::Result<()>,
) -> Eval {
    let name = string(interpreter, args, 0)?;
    let mut options = options(interpreter, args)?;
    if let adapters::Arg::Hash(positional) = to_arg(interpreter, &args.get(1))? {
        options = positional.merge(&options);
    }
    on_postgresql(interpreter, |adapter| work(adapter, &name, &options))?;
    Ok(Value::Nil)
}

fn asked(
    interpreter: &mut Interpreter,
    args: &Args,
    ask: impl FnOnce(&mut dyn Catalogue, &str) -> adapters::Result<bool>,
) -> Eval {
    let name = string(interpreter, args, 0)?;
    Ok(with_catalogue(interpreter, |catalogue| ask(catalogue, &name))?.into())
}

fn set(
    interpreter: &mut Interpreter,
    args: &Args,
    work: impl FnOnce(&mut PostgreSQLAdapter, &str) -> adapters::Result<()>,
) -> Eval {
    let value = string(interpreter, args, 0)?;
    on_postgresql(interpreter, |adapter| work(adapter, &value))?;
    Ok(args.get(0))
}

fn set_schema_search_path(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = optional_string(interpreter, &args, 0)?;
    on_postgresql(interpreter, |adapter| adapter.set_schema_search_path(value.as_deref()))?;
    Ok(args.get(0))
}

fn names(interpreter: &mut Interpreter, ask: impl FnOnce(&mut dyn Catalogue) -> adapters::Result<Vec<String>>) -> Eval {
    Ok(strings_to_value(with_catalogue(interpreter, ask)?))
}

fn rename_schema(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (name, new_name) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    on_postgresql(interpreter, |adapter| adapter.rename_schema(&name, &new_name))?;
    Ok(Value::Nil)
}

fn inherited_table_names(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    names(interpreter, |catalogue| catalogue.inherited_table_names(&table))
}

fn table_partition_definition(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    Ok(with_catalogue(interpreter, |catalogue| catalogue.table_partition_definition(&table))?.into())
}

fn exclusion_constraints(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let constraints = with_catalogue(interpreter, |catalogue| catalogue.exclusion_constraints(&table))?;
    let constraints = constraints.into_iter().map(|constraint| {
        let mut fields = Options::from([("table_name", constraint.table_name), ("expression", constraint.expression)]);
        fields.update(&constraint.options);
        definitions::constraint(interpreter, fields)
    });
    Ok(Value::array(constraints.collect()))
}

fn unique_constraints(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let constraints = with_catalogue(interpreter, |catalogue| catalogue.unique_constraints(&table))?;
    let constraints = constraints.into_iter().map(|constraint| {
        let mut fields =
            Options::from([("table_name", adapters::Arg::Str(constraint.table_name)), ("column", constraint.column)]);
        fields.update(&constraint.options);
        definitions::constraint(interpreter, fields)
    });
    Ok(Value::array(constraints.collect()))
}

/// Pairs of a name and its values.
fn enum_types(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let types = with_catalogue(interpreter, |catalogue| catalogue.enum_types())?;
    let pair = |r#enum: EnumType| Value::array(vec![r#enum.name.into(), strings_to_value(r#enum.values)]);
    Ok(Value::array(types.into_iter().map(pair).collect()))
}

fn serial_sequence(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let sequence = with_catalogue(interpreter, |catalogue| catalogue.serial_sequence(&table, &column))?;
    Ok(to_value(interpreter, &sequence))
}

fn default_sequence_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if let Value::Array(_) = args.get(1) {
        return Ok(Value::Nil);
    }
    let table = string(interpreter, &args, 0)?;
    let pk = optional_string(interpreter, &args, 1)?.unwrap_or_else(|| "id".to_owned());
    Ok(with_adapter(interpreter, |adapter| adapter.default_sequence_name(&table, &pk))?.into())
}

fn pk_and_sequence_for(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let found = with_catalogue(interpreter, |catalogue| catalogue.pk_and_sequence_for(&table))?;
    let Some(KeySequence { primary_key, sequence }) = found else { return Ok(Value::Nil) };
    let sequence = sequence.map_or(Value::Nil, |name| name_object(interpreter, &name));
    Ok(Value::array(vec![primary_key.into(), sequence]))
}

fn set_pk_sequence(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let value = to_arg(interpreter, &args.get(1))?;
    on_postgresql(interpreter, |adapter| adapter.set_pk_sequence(&table, &value))?;
    Ok(Value::Nil)
}

fn reset_pk_sequence(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let pk = optional_string(interpreter, &args, 1)?;
    let sequence = optional_string(interpreter, &args, 2)?;
    on_postgresql(interpreter, |adapter| adapter.reset_pk_sequence(&table, pk.as_deref(), sequence.as_deref()))?;
    Ok(Value::Nil)
}

fn set_constraints(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let deferred = to_arg(interpreter, &args.get(0))?;
    let constraints = to_strings(interpreter, args.positional.get(1..).unwrap_or_default())?;
    on_postgresql(interpreter, |adapter| adapter.set_constraints(&deferred, &constraints))?;
    Ok(Value::Nil)
}

/// `PostgreSQL::Name`: a name with its schema, neither of them quoted.
const NAME: &str = "ActiveRecord::ConnectionAdapters::PostgreSQL::Name";

const NAME_METHODS: &[NativeMethod] = &[
    method("schema", |_, this, _| Ok(part(this, "@schema")), 0..=0),
    method("identifier", |_, this, _| Ok(part(this, "@identifier")), 0..=0),
    method("to_s", |i, this, _| name_text(i, this, |part| part), 0..=0),
    method("quoted", |i, this, _| name_text(i, this, |part| format!("\"{}\"", part.replace('"', "\"\""))), 0..=0),
    method("==", same_name, 1..=1),
    method("eql?", same_name, 1..=1),
];

const OUT_OF_RANGE: &str = "ActiveRecord::ConnectionAdapters::PostgreSQL::Quoting::IntegerOutOf64BitRange";

pub(super) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class(NAME, &object).define(NAME_METHODS);
    let error = interpreter.class_at("StandardError");
    interpreter.define_class(OUT_OF_RANGE, &error);
}

fn name_object(interpreter: &mut Interpreter, name: &Name) -> Value {
    let class = interpreter.class_at(NAME);
    let object = RObject::new(&class);
    object.set_ivar(Symbol::new("@schema"), name.schema.clone().into());
    object.set_ivar(Symbol::new("@identifier"), name.identifier.clone().into());
    Value::Object(Rc::new(object))
}

fn part(this: &Value, name: &str) -> Value {
    match this {
        Value::Object(object) => object.ivar(Symbol::new(name)).unwrap_or_default(),
        _ => Value::Nil,
    }
}

fn name_text(interpreter: &mut Interpreter, this: &Value, written: impl Fn(String) -> String) -> Eval {
    let mut parts = Vec::new();
    for value in [part(this, "@schema"), part(this, "@identifier")] {
        if !value.is_nil() {
            parts.push(written(interpreter.to_s(&value)?));
        }
    }
    Ok(parts.join(".").into())
}

fn same_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_at(NAME);
    if !interpreter.is_a(&args.first(), &class) {
        return Ok(false.into());
    }
    let own = interpreter.to_s(this)?;
    Ok((own == interpreter.to_s(&args.first())?).into())
}
