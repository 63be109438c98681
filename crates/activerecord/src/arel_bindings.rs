//! The part of Arel that migrations write themselves: `Arel.sql`, and the predicates and orders of `arel_table[:column]`.

use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method};

use crate::arel::{Comparison, Node};
use crate::attribute_set::AttributeType;
use crate::model_schema::{class, load_schema, required_table_name};
use crate::relation::predicate_builder::{bind, predicate};
use crate::relation::{Relation, type_of};
use crate::state::with_adapter;

/// A node in Ruby's hands.
struct ArelNode {
    node: Node,
    kind: AttributeType,
}

impl NativeData for ArelNode {}

struct Table {
    name: String,
    columns: Option<Rc<crate::model_schema::Columns>>,
}

impl NativeData for Table {}

const TABLE_METHODS: &[NativeMethod] = &[
    method("[]", attribute, 1..=1),
    method("name", |i, this, _| Ok(table(i, this)?.name.clone().into()), 0..=0),
    method("table_name", |i, this, _| Ok(table(i, this)?.name.clone().into()), 0..=0),
];

const NODE_METHODS: &[NativeMethod] = &[
    method("eq", compare, 1..=1),
    method("not_eq", compare, 1..=1),
    method("gt", compare, 1..=1),
    method("gteq", compare, 1..=1),
    method("lt", compare, 1..=1),
    method("lteq", compare, 1..=1),
    method("matches", compare, 1..=1),
    method("does_not_match", compare, 1..=1),
    method("in", in_, 1..=1),
    method("not_in", in_, 1..=1),
    method("between", in_, 1..=1),
    method("and", combine, 1..=1),
    method("or", combine, 1..=1),
    method("not", |i, this, _| change(i, this, |node| Node::Not(Box::new(node))), 0..=0),
    method("asc", |i, this, _| change(i, this, |node| Node::Ascending(Box::new(node))), 0..=0),
    method("desc", |i, this, _| change(i, this, |node| Node::Descending(Box::new(node))), 0..=0),
    method("to_sql", to_sql, 0..=0),
];

const AREL_METHODS: &[NativeMethod] = &[method("sql", sql, 1..=1), method("star", star, 0..=0)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("Arel::Table", &object).define(TABLE_METHODS);
    interpreter.define_class("Arel::Nodes::Node", &object).define(NODE_METHODS);
    let module = interpreter.class_at("Arel");
    interpreter.define_singleton(&module, AREL_METHODS);
    let string = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("Arel::Nodes::SqlLiteral", &string).define(LITERAL_METHODS);
}

const LITERAL_METHODS: &[NativeMethod] = &[
    method("to_s", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("to_str", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("to_sql", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("inspect", |_, this, _| Ok(format!("{:?}", literal(this)).into()), 0..=0),
    method("asc", |i, this, _| change(i, this, |node| Node::Ascending(Box::new(node))), 0..=0),
    method("desc", |i, this, _| change(i, this, |node| Node::Descending(Box::new(node))), 0..=0),
];

fn literal(this: &Value) -> String {
    match node(this) {
        Some(Node::Sql(text)) => text,
        _ => String::new(),
    }
}

/// The node behind a value, if it is one.
pub(crate) fn node(value: &Value) -> Option<Node> {
    value.data::<ArelNode>().map(|node| node.node.clone())
}

fn wrap(interpreter: &mut Interpreter, node: Node, kind: AttributeType) -> Value {
    let class = interpreter.class_at("Arel::Nodes::Node");
    Value::native(&class, ArelNode { node, kind })
}

fn sql(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    let class = interpreter.class_at("Arel::Nodes::SqlLiteral");
    Ok(Value::native(&class, ArelNode { node: Node::Sql(text), kind: AttributeType::value() }))
}

fn star(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    sql(interpreter, &Value::Nil, Args::one(Value::str("*")))
}

/// `Model.arel_table`
pub(crate) fn table_of(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let model = match this.data::<Relation>() {
        Some(relation) => Rc::clone(&relation.model),
        None => class(interpreter, this)?,
    };
    let name = required_table_name(interpreter, &model)?;
    let columns = load_schema(interpreter, &model)?;
    let class = interpreter.class_at("Arel::Table");
    Ok(Value::native(&class, Table { name, columns: Some(columns) }))
}

fn table(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Table>> {
    match this.data::<Table>() {
        Some(table) => Ok(table),
        None => Err(interpreter.unsupported("`Arel::Table.new` is not supported")),
    }
}

fn attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let kind = table.columns.as_ref().map_or_else(AttributeType::value, |columns| type_of(columns, &name));
    Ok(wrap(interpreter, Node::Attribute(table.name.clone(), name), kind))
}

fn parts(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<ArelNode>> {
    match this.data::<ArelNode>() {
        Some(node) => Ok(node),
        None => Err(interpreter.type_error("not an Arel node")),
    }
}

fn change(interpreter: &mut Interpreter, this: &Value, change: impl FnOnce(Node) -> Node) -> Eval {
    let own = parts(interpreter, this)?;
    Ok(wrap(interpreter, change(own.node.clone()), own.kind.clone()))
}

/// A value given to a node is written out (Arel's Casted), whatever is prepared.
fn operand(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Node> {
    if let Some(node) = node(value) {
        return Ok(node);
    }
    Ok(match bind(interpreter, kind, value)? {
        Node::Bind(arg) => Node::Quoted(arg),
        Node::BoundSql(_) => Node::Quoted(Arg::Nil),
        other => other,
    })
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let own = parts(interpreter, this)?;
    let comparison = match name.as_str() {
        "eq" => Comparison::Equal,
        "not_eq" => Comparison::NotEqual,
        "gt" => Comparison::Greater,
        "gteq" => Comparison::GreaterOrEqual,
        "lt" => Comparison::Less,
        "lteq" => Comparison::LessOrEqual,
        "matches" => Comparison::Matches,
        _ => Comparison::DoesNotMatch,
    };
    let value = operand(interpreter, &own.kind, &args.first())?;
    Ok(wrap(interpreter, own.node.clone().compare(comparison, value), own.kind.clone()))
}

fn quoted(node: Node) -> Node {
    match node {
        Node::Bind(arg) => Node::Quoted(arg),
        Node::In(left, values) => Node::In(left, values.into_iter().map(quoted).collect()),
        Node::Between(value, low, high) => Node::Between(value, Box::new(quoted(*low)), Box::new(quoted(*high))),
        Node::Compare(comparison, left, right) => Node::Compare(comparison, left, Box::new(quoted(*right))),
        Node::And(nodes) => Node::And(nodes.into_iter().map(quoted).collect()),
        other => other,
    }
}

fn in_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let not = interpreter.called_name().is_some_and(|name| name.is("not_in"));
    let own = parts(interpreter, this)?;
    let Node::Attribute(table, name) = &own.node else {
        return Err(interpreter.unsupported("`in` of such an expression"));
    };
    let found = match args.first() {
        Value::Array(items) => {
            let mut values = Vec::new();
            for item in items.to_vec() {
                values.push(operand(interpreter, &own.kind, &item)?);
            }
            Node::In(Box::new(own.node.clone()), values)
        }
        value => quoted(predicate(interpreter, table, name, &own.kind, &value)?),
    };
    let found = if not { found.invert() } else { found };
    Ok(wrap(interpreter, found, own.kind.clone()))
}

fn combine(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let and = interpreter.called_name().is_some_and(|name| name.is("and"));
    let own = parts(interpreter, this)?;
    let Some(other) = node(&args.first()) else {
        return Err(interpreter.type_error("not an Arel node"));
    };
    let nodes = vec![own.node.clone(), other];
    let combined = if and { Node::And(nodes) } else { Node::Grouping(Box::new(Node::Or(nodes))) };
    Ok(wrap(interpreter, combined, own.kind.clone()))
}

fn to_sql(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = parts(interpreter, this)?;
    let sql =
        with_adapter(interpreter, |adapter| crate::arel::to_sql(adapter, |collector| collector.visit(&own.node)))?;
    Ok(sql.into())
}
