//! `Arel::Table`: arel/table.rb, but for the statements that it begins (select_manager.rs).

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method, variadic};

use super::{ArelTable, charge, node, plain_operand, wrap, wrap_plain};
use crate::connection::arel::{Node, Source, Table};
use crate::models::attribute_set::AttributeType;
use crate::models::model_schema::{Columns, class, load_schema, required_table_name};
use crate::models::relation::{Relation, type_of};

pub(super) const TABLE_METHODS: &[NativeMethod] = &[
    method("[]", attribute, 1..=1),
    method("name", |i, this, _| Ok(table(i, this)?.qualifier().into()), 0..=0),
    method("table_name", |i, this, _| Ok(table(i, this)?.qualifier().into()), 0..=0),
    method("alias", alias, 0..=1),
    variadic("coalesce", coalesce, 1),
    method("lower", |_, _, args| Ok(args.first()), 1..=1),
    method("cast", cast, 2..=2),
    variadic("create_and", |i, _, args| all_of(i, &args), 1),
    method("grouping", |i, _, args| one_of(i, &args, Node::grouping), 1..=1),
];

/// What makes SQL of a node that names no engine is the connection, here as in every app.
pub(super) const ENGINE_METHODS: &[NativeMethod] = &[
    method("engine", |i, _, _| Ok(Value::Class(crate::models::model_schema::base(i))), 0..=0),
    method("engine=", |_, _, args| Ok(args.first()), 1..=1),
];

/// `Model.arel_table`
pub(crate) fn table_of(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let model = match this.data::<Relation>() {
        Some(relation) => Rc::clone(&relation.model),
        None => class(interpreter, this)?,
    };
    let name = required_table_name(interpreter, &model)?;
    let columns = load_schema(interpreter, &model)?;
    Ok(new_table(interpreter, Source::Table(Table::named(name)), Some(columns)))
}

/// With the model's columns, a value is cast by their types.
pub(crate) fn new_table(interpreter: &mut Interpreter, source: Source, columns: Option<Rc<Columns>>) -> Value {
    charge(interpreter, source.weight());
    let class = interpreter.class_at("Arel::Table");
    Value::native(&class, ArelTable { source, columns })
}

/// A TypeError where it is none.
pub(crate) fn table(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<ArelTable>> {
    match this.data::<ArelTable>() {
        Some(table) => Ok(table),
        None => Err(interpreter.type_error("not an Arel table")),
    }
}

fn attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let kind = table.columns.as_ref().map_or_else(AttributeType::value, |columns| type_of(columns, &name));
    Ok(wrap(interpreter, Node::Attribute(table.qualifier(), name), kind))
}

/// `table.alias(name = "#{table_name}_2")`
fn alias(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = table(interpreter, this)?;
    let Source::Table(inner) = &own.source else {
        return Err(interpreter.unsupported("an alias of such a table"));
    };
    let name = if args.has(0) { interpreter.to_s(&args.first())? } else { format!("{}_2", inner.name) };
    let aliased = Table { name: inner.name.clone(), alias: Some(name) };
    Ok(new_table(interpreter, Source::Table(aliased), own.columns.clone()))
}

fn coalesce(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut arguments = Vec::new();
    for value in &args.positional {
        arguments.push(plain_operand(interpreter, value)?);
    }
    Ok(wrap_plain(interpreter, Node::function("COALESCE", arguments)))
}

fn cast(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let kind = interpreter.to_s(&args.get(1))?;
    let value = plain_operand(interpreter, &args.first())?;
    Ok(wrap_plain(interpreter, Node::function("CAST", vec![Node::As(Box::new(value), kind)])))
}

fn all_of(interpreter: &mut Interpreter, args: &Args) -> Eval {
    let nodes = args.positional.iter().filter_map(node).collect();
    Ok(wrap_plain(interpreter, Node::And(nodes)))
}

fn one_of(interpreter: &mut Interpreter, args: &Args, make: fn(Node) -> Node) -> Eval {
    let inner = plain_operand(interpreter, &args.first())?;
    Ok(wrap_plain(interpreter, make(inner)))
}
