//! What the connection tells of a schema, as Ruby objects to read: `Column`, `IndexDefinition`, `ForeignKeyDefinition`,
//! `CheckConstraintDefinition`, and `ColumnDefinition` of a table in the making.

use std::rc::Rc;

use adapters::abstract_adapter::ColumnRef;
use adapters::column::Column;
use adapters::schema_definitions::{
    CheckConstraintDefinition, ColumnDefinition, ForeignKeyDefinition, IndexDefinition,
};
use adapters::{Arg, Dialect, Options};
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RHash, Value, method};

use crate::ground::arguments::{options, to_arg, to_value};

/// A definition behind its Ruby object, and the table as the call named it.
struct Definition<T>(T, Value);

impl<T: 'static> NativeData for Definition<T> {}

fn read<T: 'static>(this: &Value, reader: impl FnOnce(&T) -> Value) -> Eval {
    Ok(this.data::<Definition<T>>().map_or(Value::Nil, |definition| reader(&definition.0)))
}

/// Asks about a column, or the definition of one; None of anything else.
pub(super) fn with_column<T>(value: &Value, ask: impl FnOnce(ColumnRef<'_>) -> T) -> Option<T> {
    if let Some(column) = value.data::<Definition<Column>>() {
        return Some(ask(ColumnRef::Column(&column.0)));
    }
    value.data::<Definition<ColumnDefinition>>().map(|definition| ask(ColumnRef::Definition(&definition.0)))
}

/// A reader whose value is an `Arg`.
fn read_arg<T: 'static>(interpreter: &mut Interpreter, this: &Value, reader: impl FnOnce(&T) -> Arg) -> Eval {
    match this.data::<Definition<T>>() {
        Some(definition) => Ok(to_value(interpreter, &reader(&definition.0))),
        None => Ok(Value::Nil),
    }
}

/// The table, a symbol if it was asked for by one.
fn table<T: 'static>(this: &Value) -> Eval {
    Ok(this.data::<Definition<T>>().map_or(Value::Nil, |definition| definition.1.clone()))
}

/// An index' options by column: Rails reads them from the database with strings for keys.
fn by_column(interpreter: &mut Interpreter, this: &Value, reader: impl FnOnce(&IndexDefinition) -> Arg) -> Eval {
    let Some(definition) = this.data::<Definition<IndexDefinition>>() else { return Ok(Value::Nil) };
    match reader(&definition.0) {
        Arg::Hash(options) => {
            let pairs: Vec<_> =
                options.iter().map(|(key, value)| (Value::str(key), to_value(interpreter, value))).collect();
            Ok(Value::hash(RHash::from_pairs(pairs)))
        }
        other => Ok(to_value(interpreter, &other)),
    }
}

fn symbol(name: Option<&str>) -> Value {
    name.map_or(Value::Nil, Value::symbol)
}

/// SqlTypeMetadata of sql_type_metadata.rb; PostgreSQL's and MySQL's wrap it and answer the same.
const SQL_TYPE_METADATA_METHODS: &[NativeMethod] = &[
    method("type", |_, this, _| read(this, |column: &Column| symbol(column.r#type())), 0..=0),
    method("sql_type", |_, this, _| read(this, |column: &Column| column.sql_type().into()), 0..=0),
    method("limit", |_, this, _| read(this, |column: &Column| column.limit().into()), 0..=0),
    method("precision", |_, this, _| read(this, |column: &Column| column.precision().into()), 0..=0),
    method("scale", |_, this, _| read(this, |column: &Column| column.scale().into()), 0..=0),
];

const COLUMN_METHODS: &[NativeMethod] = &[
    method("sql_type_metadata", sql_type_metadata, 0..=0),
    method("name", |_, this, _| read(this, |column: &Column| column.name.clone().into()), 0..=0),
    method("default", |i, this, _| read_arg(i, this, |column: &Column| column.default.clone()), 0..=0),
    method("null", |_, this, _| read(this, |column: &Column| column.null.into()), 0..=0),
    method(
        "default_function",
        |_, this, _| read(this, |column: &Column| column.default_function.clone().into()),
        0..=0,
    ),
    method("collation", |_, this, _| read(this, |column: &Column| column.collation.clone().into()), 0..=0),
    method("comment", |_, this, _| read(this, |column: &Column| column.comment.clone().into()), 0..=0),
    method("type", |_, this, _| read(this, |column: &Column| symbol(column.r#type())), 0..=0),
    method("sql_type", |_, this, _| read(this, |column: &Column| column.sql_type().into()), 0..=0),
    method("limit", |_, this, _| read(this, |column: &Column| column.limit().into()), 0..=0),
    method("precision", |_, this, _| read(this, |column: &Column| column.precision().into()), 0..=0),
    method("scale", |_, this, _| read(this, |column: &Column| column.scale().into()), 0..=0),
    method("has_default?", |_, this, _| read(this, has_default), 0..=0),
    method("bigint?", |_, this, _| read(this, |column: &Column| column.is_bigint().into()), 0..=0),
    method("auto_increment?", |_, this, _| read(this, |column: &Column| column.auto_increment.into()), 0..=0),
    method(
        "auto_incremented_by_db?",
        |_, this, _| read(this, |column: &Column| column.is_auto_incremented_by_db().into()),
        0..=0,
    ),
    method("auto_populated?", |_, this, _| read(this, |column: &Column| column.is_auto_populated().into()), 0..=0),
    method("virtual?", |_, this, _| read(this, |column: &Column| column.is_virtual().into()), 0..=0),
    method("virtual_stored?", |_, this, _| read(this, |column: &Column| column.is_virtual_stored().into()), 0..=0),
    method("rowid", |_, this, _| read(this, |column: &Column| column.rowid.into()), 0..=0),
    method("human_name", human_name, 0..=0),
    method("array?", |_, this, _| read(this, |column: &Column| column.is_array().into()), 0..=0),
    method("array", |_, this, _| read(this, |column: &Column| column.is_array().into()), 0..=0),
    method("unsigned?", |_, this, _| read(this, |column: &Column| column.is_unsigned().into()), 0..=0),
    method("extra", |_, this, _| read(this, |column: &Column| column.metadata.extra.clone().into()), 0..=0),
    method("==", same_column, 1..=1),
    method("eql?", same_column, 1..=1),
];

/// Those of postgresql/column.rb alone.
const MYSQL_COLUMN_METHODS: &[NativeMethod] = &[method("case_sensitive?", is_case_sensitive, 0..=0)];

const POSTGRESQL_COLUMN_METHODS: &[NativeMethod] = &[
    method("oid", |_, this, _| read(this, |column: &Column| column.metadata.oid.map(i64::from).into()), 0..=0),
    method("fmod", |_, this, _| read(this, |column: &Column| column.metadata.fmod.map(i64::from).into()), 0..=0),
    method("serial?", |_, this, _| read(this, |column: &Column| column.serial.into()), 0..=0),
    method("identity?", |_, this, _| read(this, |column: &Column| column.identity.clone().into()), 0..=0),
    method("enum?", |_, this, _| read(this, |column: &Column| (column.r#type() == Some("enum")).into()), 0..=0),
];

fn same_column(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (Some(one), Some(other)) = (this.data::<Definition<Column>>(), args.first().data::<Definition<Column>>())
    else {
        return Ok(false.into());
    };
    let (one, other) = (&one.0, &other.0);
    let same = one.name == other.name
        && one.default == other.default
        && one.metadata == other.metadata
        && one.null == other.null
        && one.default_function == other.default_function
        && one.collation == other.collation
        && one.comment == other.comment
        && one.auto_increment == other.auto_increment
        && one.rowid == other.rowid
        && one.serial == other.serial
        && one.identity == other.identity
        && one.generated == other.generated;
    Ok(same.into())
}

/// `!default.nil? || default_function`, which is nil where there is neither.
fn has_default(column: &Column) -> Value {
    if column.default.is_nil() && column.default_function.is_none() { Value::Nil } else { column.has_default().into() }
}

/// `Base.human_attribute_name`
fn human_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let base = Value::Class(interpreter.class_at("ActiveRecord::Base"));
    let name = read(this, |column: &Column| column.name.clone().into())?;
    interpreter.call(&base, "human_attribute_name", Args::one(name))
}

const INDEX_METHODS: &[NativeMethod] = &[
    method("table", |_, this, _| table::<IndexDefinition>(this), 0..=0),
    method("name", |_, this, _| read(this, |index: &IndexDefinition| index.name.clone().into()), 0..=0),
    method("unique", |_, this, _| read(this, |index: &IndexDefinition| index.unique.into()), 0..=0),
    method("columns", |i, this, _| read_arg(i, this, |index: &IndexDefinition| index.columns.clone()), 0..=0),
    method("lengths", |i, this, _| by_column(i, this, |index| index.lengths.clone()), 0..=0),
    method("orders", |i, this, _| by_column(i, this, |index| index.orders.clone()), 0..=0),
    method("opclasses", |i, this, _| by_column(i, this, |index| index.opclasses.clone()), 0..=0),
    method("where", |_, this, _| read(this, |index: &IndexDefinition| index.r#where.clone().into()), 0..=0),
    method("type", |_, this, _| read(this, |index: &IndexDefinition| symbol(index.r#type.as_deref())), 0..=0),
    method("using", |_, this, _| read(this, |index: &IndexDefinition| symbol(index.using.as_deref())), 0..=0),
    method("include", |i, this, _| read_arg(i, this, |index: &IndexDefinition| index.include.clone()), 0..=0),
    method(
        "nulls_not_distinct",
        |_, this, _| read(this, |index: &IndexDefinition| index.nulls_not_distinct.into()),
        0..=0,
    ),
    method("comment", |_, this, _| read(this, |index: &IndexDefinition| index.comment.clone().into()), 0..=0),
    method("valid?", |_, this, _| read(this, |index: &IndexDefinition| index.valid.into()), 0..=0),
    method("valid", |_, this, _| read(this, |index: &IndexDefinition| index.valid.into()), 0..=0),
    method("enabled", |_, this, _| read(this, |index: &IndexDefinition| index.enabled.into()), 0..=0),
    method(
        "disabled?",
        |_, this, _| read(this, |index: &IndexDefinition| (index.enabled == Some(false)).into()),
        0..=0,
    ),
    method(
        "column_options",
        |i, this, _| read_arg(i, this, |index: &IndexDefinition| Arg::Hash(index.column_options())),
        0..=0,
    ),
    method("inspect", inspect_index, 0..=0),
    method("defined_for?", index_defined_for, 0..=1).with_keywords(),
];

/// Object#inspect, with the instance variables of Rails' constructor.
/// MySQL's: nil of a column without a collation.
fn is_case_sensitive(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    read(this, |column: &Column| column.collation.as_ref().map(|collation| !collation.ends_with("_ci")).into())
}

fn inspect_index(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_of(this).name();
    let mut shown = Vec::new();
    let on_mysql = crate::ground::state::dialect(interpreter)? == Dialect::MySql;
    for name in INDEX_VARIABLES {
        if name != "enabled" || on_mysql {
            let value = interpreter.call(this, name, Args::none())?;
            shown.push(format!("@{name}={}", interpreter.inspect(&value)?));
        }
    }
    Ok(Value::str(format!("#<{class}:0x{:016x} {}>", this.address(), shown.join(", "))))
}

/// MySQL's comes first, its constructor being called first.
const INDEX_VARIABLES: [&str; 15] = [
    "enabled",
    "table",
    "name",
    "unique",
    "columns",
    "lengths",
    "orders",
    "opclasses",
    "where",
    "type",
    "using",
    "include",
    "nulls_not_distinct",
    "comment",
    "valid",
];

fn index_defined_for(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let columns = to_arg(interpreter, &args.first())?;
    let options = options(interpreter, &args)?;
    read(this, |index: &IndexDefinition| index.is_defined_for(&columns, &options).into())
}

const FOREIGN_KEY_METHODS: &[NativeMethod] = &[
    method("from_table", |_, this, _| table::<ForeignKeyDefinition>(this), 0..=0),
    method("to_table", |_, this, _| read(this, |key: &ForeignKeyDefinition| key.to_table.clone().into()), 0..=0),
    method("name", |_, this, _| read(this, |key: &ForeignKeyDefinition| key.name().into()), 0..=0),
    method(
        "options",
        |i, this, _| read_arg(i, this, |key: &ForeignKeyDefinition| Arg::Hash(key.options.clone())),
        0..=0,
    ),
    method("column", |i, this, _| read_arg(i, this, |key: &ForeignKeyDefinition| key.column().clone()), 0..=0),
    method("primary_key", |i, this, _| read_arg(i, this, ForeignKeyDefinition::primary_key), 0..=0),
    method("on_delete", |i, this, _| read_arg(i, this, |key: &ForeignKeyDefinition| key.on_delete().clone()), 0..=0),
    method("on_update", |i, this, _| read_arg(i, this, |key: &ForeignKeyDefinition| key.on_update().clone()), 0..=0),
    method("deferrable", |i, this, _| read_arg(i, this, |key: &ForeignKeyDefinition| key.deferrable().clone()), 0..=0),
    method(
        "custom_primary_key?",
        |_, this, _| read(this, |key: &ForeignKeyDefinition| key.has_custom_primary_key().into()),
        0..=0,
    ),
    method("validate?", |_, this, _| read(this, |key: &ForeignKeyDefinition| key.is_validate().into()), 0..=0),
    method("validated?", |_, this, _| read(this, |key: &ForeignKeyDefinition| key.is_validate().into()), 0..=0),
    method("defined_for?", foreign_key_defined_for, 0..=0).with_keywords(),
];

fn foreign_key_defined_for(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    read(this, |key: &ForeignKeyDefinition| key.is_defined_for(&options).into())
}

const CHECK_CONSTRAINT_METHODS: &[NativeMethod] = &[
    method("table_name", |_, this, _| table::<CheckConstraintDefinition>(this), 0..=0),
    method(
        "expression",
        |_, this, _| read(this, |check: &CheckConstraintDefinition| check.expression.clone().into()),
        0..=0,
    ),
    method("name", |_, this, _| read(this, |check: &CheckConstraintDefinition| check.name().into()), 0..=0),
    method(
        "options",
        |i, this, _| read_arg(i, this, |check: &CheckConstraintDefinition| Arg::Hash(check.options.clone())),
        0..=0,
    ),
    method("validate?", |_, this, _| read(this, |check: &CheckConstraintDefinition| check.is_validate().into()), 0..=0),
    method(
        "validated?",
        |_, this, _| read(this, |check: &CheckConstraintDefinition| check.is_validate().into()),
        0..=0,
    ),
];

fn definition_option(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval {
    read_arg(interpreter, this, |column: &ColumnDefinition| column.options.get(name).clone())
}

const COLUMN_DEFINITION_METHODS: &[NativeMethod] = &[
    method("name", |_, this, _| read(this, |column: &ColumnDefinition| column.name.clone().into()), 0..=0),
    method("type", |i, this, _| read_arg(i, this, |column: &ColumnDefinition| column.r#type.clone()), 0..=0),
    method(
        "options",
        |i, this, _| read_arg(i, this, |column: &ColumnDefinition| Arg::Hash(column.options.clone())),
        0..=0,
    ),
    method("sql_type", |_, this, _| read(this, |column: &ColumnDefinition| column.sql_type.clone().into()), 0..=0),
    method("primary_key?", |_, this, _| read(this, |column: &ColumnDefinition| column.is_primary_key().into()), 0..=0),
    method("limit", |i, this, _| definition_option(i, this, "limit"), 0..=0),
    method("precision", |i, this, _| definition_option(i, this, "precision"), 0..=0),
    method("scale", |i, this, _| definition_option(i, this, "scale"), 0..=0),
    method("default", |i, this, _| definition_option(i, this, "default"), 0..=0),
    method("null", |i, this, _| definition_option(i, this, "null"), 0..=0),
    method("collation", |i, this, _| definition_option(i, this, "collation"), 0..=0),
    method("comment", |i, this, _| definition_option(i, this, "comment"), 0..=0),
];

const COLUMN: &str = "ActiveRecord::ConnectionAdapters::Column";
const SQL_TYPE_METADATA: &str = "ActiveRecord::ConnectionAdapters::SqlTypeMetadata";
const INDEX: &str = "ActiveRecord::ConnectionAdapters::IndexDefinition";
const FOREIGN_KEY: &str = "ActiveRecord::ConnectionAdapters::ForeignKeyDefinition";
const CHECK_CONSTRAINT: &str = "ActiveRecord::ConnectionAdapters::CheckConstraintDefinition";
const COLUMN_DEFINITION: &str = "ActiveRecord::ConnectionAdapters::ColumnDefinition";
const CONSTRAINT: &str = "ActiveRecord::ConnectionAdapters::ConstraintDefinition";

/// PostgreSQL's exclusion and unique constraints, by their options.
const CONSTRAINT_METHODS: &[NativeMethod] = &[
    method("name", |i, this, _| read_arg(i, this, |options: &Options| options.get("name").clone()), 0..=0),
    method("table_name", |i, this, _| read_arg(i, this, |options: &Options| options.get("table_name").clone()), 0..=0),
    method("expression", |i, this, _| read_arg(i, this, |options: &Options| options.get("expression").clone()), 0..=0),
    method("column", |i, this, _| read_arg(i, this, |options: &Options| options.get("column").clone()), 0..=0),
    method("using", |i, this, _| read_arg(i, this, |options: &Options| options.get("using").clone()), 0..=0),
    method("where", |i, this, _| read_arg(i, this, |options: &Options| options.get("where").clone()), 0..=0),
    method("deferrable", |i, this, _| read_arg(i, this, |options: &Options| options.get("deferrable").clone()), 0..=0),
    method(
        "nulls_not_distinct",
        |i, this, _| read_arg(i, this, |o: &Options| o.get("nulls_not_distinct").clone()),
        0..=0,
    ),
];

pub(super) fn define(interpreter: &mut Interpreter, dialect: Dialect) {
    let module = super::column_methods::module_name(dialect);
    let object = Rc::clone(&interpreter.classes.object);
    for (name, methods) in [
        (COLUMN, COLUMN_METHODS),
        (SQL_TYPE_METADATA, SQL_TYPE_METADATA_METHODS),
        (INDEX, INDEX_METHODS),
        (FOREIGN_KEY, FOREIGN_KEY_METHODS),
        (CHECK_CONSTRAINT, CHECK_CONSTRAINT_METHODS),
        (COLUMN_DEFINITION, COLUMN_DEFINITION_METHODS),
        (CONSTRAINT, CONSTRAINT_METHODS),
    ] {
        interpreter.define_class(name, &object).define(methods);
    }
    let column = interpreter.class_at(COLUMN);
    let column = interpreter.define_class(&format!("{module}::Column"), &column);
    if dialect == Dialect::PostgreSql {
        column.define(POSTGRESQL_COLUMN_METHODS);
        let adapters = interpreter.class_at("ActiveRecord::ConnectionAdapters");
        adapters.set_constant("PostgreSQLColumn", Value::Class(Rc::clone(&column)));
        interpreter.class_at(SQL_TYPE_METADATA).define(&POSTGRESQL_COLUMN_METHODS[..2]);
    }
    let index = interpreter.class_at(INDEX);
    if dialect == Dialect::MySql {
        column.define(MYSQL_COLUMN_METHODS);
        interpreter.define_class(&format!("{module}::IndexDefinition"), &index);
    }
}

/// The adapter's own class of these, where it has one.
fn own_class(interpreter: &mut Interpreter, name: &str) -> String {
    let dialect = crate::ground::state::dialect(interpreter).unwrap_or(Dialect::Sqlite);
    let module = super::column_methods::module_name(dialect);
    match name {
        COLUMN => format!("{module}::Column"),
        INDEX if dialect == Dialect::MySql => format!("{module}::IndexDefinition"),
        name => name.to_owned(),
    }
}

fn new<T: 'static>(interpreter: &mut Interpreter, class: &str, definition: T, table: Value) -> Value {
    let class = own_class(interpreter, class);
    let class = interpreter.class_at(&class);
    Value::native(&class, Definition(definition, table))
}

fn sql_type_metadata(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let column = this.data::<Definition<Column>>().map(|definition| definition.0.clone());
    Ok(column.map_or(Value::Nil, |column| new(interpreter, SQL_TYPE_METADATA, column, Value::Nil)))
}

/// A Column of Ruby's.
pub(super) fn column(interpreter: &mut Interpreter, column: Column) -> Value {
    new(interpreter, COLUMN, column, Value::Nil)
}

/// An IndexDefinition of Ruby's.
pub(super) fn index(interpreter: &mut Interpreter, index: IndexDefinition, table: Value) -> Value {
    new(interpreter, INDEX, index, table)
}

/// A ForeignKeyDefinition of Ruby's.
pub(super) fn foreign_key(interpreter: &mut Interpreter, key: ForeignKeyDefinition, table: Value) -> Value {
    new(interpreter, FOREIGN_KEY, key, table)
}

/// A CheckConstraintDefinition of Ruby's.
pub(super) fn check_constraint(interpreter: &mut Interpreter, check: CheckConstraintDefinition, table: Value) -> Value {
    new(interpreter, CHECK_CONSTRAINT, check, table)
}

/// A ColumnDefinition of Ruby's.
pub(super) fn column_definition(interpreter: &mut Interpreter, column: ColumnDefinition) -> Value {
    new(interpreter, COLUMN_DEFINITION, column, Value::Nil)
}

/// `options` with `table_name` and the rest in it.
pub(super) fn constraint(interpreter: &mut Interpreter, options: Options) -> Value {
    new(interpreter, CONSTRAINT, options, Value::Nil)
}
