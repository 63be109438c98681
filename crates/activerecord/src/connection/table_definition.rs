//! `create_table`'s `t`: TableDefinition of abstract/schema_definitions.rb and of each adapter's. The definition itself is
//! the adapters'; this is the Ruby object around it.

use std::cell::RefCell;
use std::rc::Rc;

use adapters::schema_definitions::{ExclusionConstraintDefinition, TableDefinition, UniqueConstraintDefinition};
use adapters::{Adapter, Arg, Dialect};
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RHash, Value, method, variadic};

use super::{column_methods, definitions};
use crate::ground::arguments::{options, string, strings_to_value, to_arg, to_options, to_value};
use crate::ground::state::{dialect, with_adapter};

const METHODS: &[NativeMethod] = &[
    method("name", |_, t, _| read(t, |definition| definition.name.clone().into()), 0..=0),
    method("temporary", |_, t, _| read(t, |definition| definition.temporary.into()), 0..=0),
    method("if_not_exists", |_, t, _| read(t, |definition| definition.if_not_exists.into()), 0..=0),
    method("options", |_, t, _| read(t, |definition| definition.options.clone().into()), 0..=0),
    method("as", |_, t, _| read(t, |definition| definition.r#as.clone().into()), 0..=0),
    method("comment", |_, t, _| read(t, |definition| definition.comment.clone().into()), 0..=0),
    method("indexes", indexes, 0..=0),
    method("foreign_keys", foreign_keys, 0..=0),
    method("check_constraints", check_constraints, 0..=0),
    method("columns", columns, 0..=0),
    method("[]", column_named, 1..=1),
    method("column", column, 2..=2).with_keywords(),
    method("remove_column", remove_column, 1..=1),
    method("primary_key", primary_key, 1..=2).with_keywords(),
    method("primary_keys", primary_keys, 0..=1),
    method("index", index, 1..=1).with_keywords(),
    method("foreign_key", foreign_key, 1..=1).with_keywords(),
    method("check_constraint", check_constraint, 1..=1).with_keywords(),
    method("timestamps", timestamps, 0..=0).with_keywords(),
    variadic("references", references, 0).with_keywords(),
    variadic("belongs_to", references, 0).with_keywords(),
];

const POSTGRESQL_METHODS: &[NativeMethod] = &[
    method("exclusion_constraint", exclusion_constraint, 1..=1).with_keywords(),
    method("unique_constraint", unique_constraint, 1..=1).with_keywords(),
];

const MYSQL_METHODS: &[NativeMethod] = &[
    method("charset", |_, t, _| read(t, |definition| definition.charset.clone().into()), 0..=0),
    method("collation", |_, t, _| read(t, |definition| definition.collation.clone().into()), 0..=0),
];

const SQLITE3_METHODS: &[NativeMethod] = &[method("change_column", change_column, 2..=2).with_keywords()];

/// `t` of a `create_table`: each call adds to the definition.
pub(crate) struct TableDefinitionData {
    pub definition: RefCell<TableDefinition>,
    pub dialect: Dialect,
}

impl NativeData for TableDefinitionData {}

pub(super) fn define(interpreter: &mut Interpreter, dialect: Dialect) {
    let object = Rc::clone(&interpreter.classes.object);
    let base = interpreter.define_class("ActiveRecord::ConnectionAdapters::TableDefinition", &object);
    base.define(METHODS);
    let name = format!("{}::TableDefinition", column_methods::module_name(dialect));
    let class = interpreter.define_class(&name, &base);
    column_methods::of_definition::define(&class, dialect);
    class.define(match dialect {
        Dialect::MySql => MYSQL_METHODS,
        Dialect::PostgreSql => POSTGRESQL_METHODS,
        Dialect::Sqlite => SQLITE3_METHODS,
    });
}

/// Runs the call's block on the definition and answers what became of it.
pub(super) fn yield_definition(
    interpreter: &mut Interpreter,
    definition: TableDefinition,
    args: &Args,
) -> Eval<TableDefinition> {
    let Some(block) = &args.block else { return Ok(definition) };
    let t = new(interpreter, definition)?;
    interpreter.yield_value(block, t.clone())?;
    let definition = data(interpreter, &t)?.definition.borrow().clone();
    Ok(definition)
}

fn new(interpreter: &mut Interpreter, definition: TableDefinition) -> Eval {
    let dialect = dialect(interpreter)?;
    let class = interpreter.class_at(&format!("{}::TableDefinition", column_methods::module_name(dialect)));
    Ok(Value::native(&class, TableDefinitionData { definition: RefCell::new(definition), dialect }))
}

fn data(interpreter: &mut Interpreter, t: &Value) -> Eval<Rc<TableDefinitionData>> {
    match t.data::<TableDefinitionData>() {
        Some(data) => Ok(data),
        None => Err(interpreter.unsupported("a TableDefinition that no create_table made")),
    }
}

fn read(t: &Value, reader: impl FnOnce(&TableDefinition) -> Value) -> Eval {
    Ok(t.data::<TableDefinitionData>().map_or(Value::Nil, |data| reader(&data.definition.borrow())))
}

/// Changes the definition, which may ask the adapter.
fn change(
    interpreter: &mut Interpreter,
    t: &Value,
    work: impl FnOnce(&mut TableDefinition, &dyn Adapter) -> adapters::Result<()>,
) -> Eval {
    let data = data(interpreter, t)?;
    with_adapter(interpreter, |adapter| work(&mut data.definition.borrow_mut(), adapter))?;
    Ok(t.clone())
}

/// `t.column`, or a type's own method.
pub(super) fn add_column(
    interpreter: &mut Interpreter,
    t: &Value,
    name: &Value,
    r#type: Value,
    options: RHash,
) -> Eval {
    let name = interpreter.to_s(name)?;
    let r#type = to_arg(interpreter, &r#type)?;
    let options = to_options(interpreter, &options)?;
    change(interpreter, t, |definition, adapter| definition.column(adapter, &name, &r#type, options))
}

fn column(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    add_column(interpreter, t, &args.get(0), args.get(1), crate::ground::arguments::keywords(&args))
}

/// SQLite's: the column anew, in its place.
fn change_column(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    let r#type = to_arg(interpreter, &args.get(1))?;
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| {
        let r#type = Arg::Symbol(r#type.to_s());
        let column = definition.new_column_definition(adapter, &name, &r#type, options)?;
        definition.columns_hash.insert(name.clone(), column);
        Ok(())
    })
}

fn remove_column(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    change(interpreter, t, |definition, _| {
        definition.remove_column(&name);
        Ok(())
    })
}

fn primary_key(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    let r#type = if args.has(1) { to_arg(interpreter, &args.get(1))? } else { Arg::symbol("primary_key") };
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| definition.primary_key(adapter, &name, &r#type, options))
}

fn primary_keys(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    if args.has(0) {
        return Err(interpreter.unsupported("`primary_keys` with names: give them to create_table as `primary_key:`"));
    }
    read(t, |definition| {
        definition.primary_keys.as_ref().map_or(Value::Nil, |keys| strings_to_value(keys.name.clone()))
    })
}

fn index(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let columns = to_arg(interpreter, &args.first())?;
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, _| {
        definition.index(&columns, options);
        Ok(())
    })?;
    indexes(interpreter, t, Args::none())
}

fn foreign_key(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let to_table = string(interpreter, &args, 0)?;
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| definition.foreign_key(adapter, &to_table, &options))?;
    foreign_keys(interpreter, t, Args::none())
}

fn check_constraint(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let expression = string(interpreter, &args, 0)?;
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| definition.check_constraint(adapter, &expression, &options))?;
    check_constraints(interpreter, t, Args::none())
}

fn exclusion_constraint(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let expression = string(interpreter, &args, 0)?;
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| {
        let options = adapter.exclusion_constraint_options(&definition.name, &expression, &options)?;
        let table_name = definition.name.clone();
        definition.exclusion_constraints.push(ExclusionConstraintDefinition { table_name, expression, options });
        Ok(())
    })
}

fn unique_constraint(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let column = to_arg(interpreter, &args.first())?;
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| {
        let options = adapter.unique_constraint_options(&definition.name, &column, &options)?;
        let table_name = definition.name.clone();
        definition.unique_constraints.push(UniqueConstraintDefinition { table_name, column, options });
        Ok(())
    })
}

fn timestamps(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| definition.timestamps(adapter, options))
}

fn references(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let names = args.positional.iter().map(|name| to_arg(interpreter, name)).collect::<Eval<Vec<_>>>()?;
    let options = options(interpreter, &args)?;
    change(interpreter, t, |definition, adapter| definition.references(adapter, &names, options))?;
    Ok(Value::array(args.positional))
}

// Reading

fn columns(interpreter: &mut Interpreter, t: &Value, _: Args) -> Eval {
    let columns: Vec<_> = data(interpreter, t)?.definition.borrow().columns().cloned().collect();
    Ok(Value::array(columns.into_iter().map(|column| definitions::column_definition(interpreter, column)).collect()))
}

fn column_named(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    let column = data(interpreter, t)?.definition.borrow().get(&name).cloned();
    Ok(column.map_or(Value::Nil, |column| definitions::column_definition(interpreter, column)))
}

fn indexes(interpreter: &mut Interpreter, t: &Value, _: Args) -> Eval {
    let indexes = data(interpreter, t)?.definition.borrow().indexes.clone();
    let pair = |(columns, options)| Arg::Array(vec![columns, Arg::Hash(options)]);
    Ok(to_value(interpreter, &Arg::Array(indexes.into_iter().map(pair).collect())))
}

fn foreign_keys(interpreter: &mut Interpreter, t: &Value, _: Args) -> Eval {
    let name = interpreter.call(t, "name", Args::none())?;
    let keys = data(interpreter, t)?.definition.borrow().foreign_keys.clone();
    Ok(Value::array(keys.into_iter().map(|key| definitions::foreign_key(interpreter, key, name.clone())).collect()))
}

fn check_constraints(interpreter: &mut Interpreter, t: &Value, _: Args) -> Eval {
    let name = interpreter.call(t, "name", Args::none())?;
    let checks = data(interpreter, t)?.definition.borrow().check_constraints.clone();
    Ok(Value::array(
        checks.into_iter().map(|check| definitions::check_constraint(interpreter, check, name.clone())).collect(),
    ))
}
