//! Arel in Ruby's hands: expressions and tables as objects, and what a value is as an operand. What can be made of them stands by
//! Arel's own modules in arel_bindings/, as do nodes that are made by name and statements.

mod expressions;
mod literal;
mod nodes;
mod predications;
mod select_manager;
mod table;
mod tree_managers;

use std::rc::Rc;

use ruby::{Eval, Interpreter, NativeData, Value};

use crate::connection::arel::{Join, Node, Source};
use crate::models::attribute_set::AttributeType;
use crate::models::model_schema::Columns;
use crate::models::relation::predicate_builder::bind;

pub(crate) use literal::sql_literal;
pub(crate) use select_manager::{joins, new as select_manager};
use table::table;
pub(crate) use table::{new_table, table_of};
pub(crate) use tree_managers::check as check_change;

/// A node in Ruby's hands.
pub(crate) struct ArelNode {
    pub node: Node,
    /// What values it is compared with are cast to.
    pub kind: AttributeType,
}

impl NativeData for ArelNode {}

/// `Arel::Table`, or an alias of one.
pub(crate) struct ArelTable {
    pub source: Source,
    pub columns: Option<Rc<Columns>>,
}

impl NativeData for ArelTable {}

impl ArelTable {
    /// What stands before a column's name: the alias, or the table's own name.
    pub(crate) fn qualifier(&self) -> String {
        match &self.source {
            Source::Table(table) => table.qualifier().to_owned(),
            Source::Select(_, Node::Sql(alias) | Node::Column(alias)) => alias.trim_matches(['"', '`']).to_owned(),
            _ => String::new(),
        }
    }
}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("Arel::Nodes::Node", &object).define(expressions::METHODS);
    let node = interpreter.class_at("Arel::Nodes::Node");
    node.define(predications::METHODS);
    interpreter.define_class("Arel::Attributes::Attribute", &node);
    interpreter.define_class("Arel::Nodes::SqlLiteral", &node).define(literal::LITERAL_METHODS);
    let table = interpreter.define_class("Arel::Table", &object);
    table.define(table::TABLE_METHODS);
    table.define(select_manager::TABLE_METHODS);
    interpreter.define_singleton(&table, nodes::TABLE_SINGLETON_METHODS);
    interpreter.define_singleton(&table, table::ENGINE_METHODS);
    let module = interpreter.class_at("Arel");
    interpreter.define_singleton(&module, literal::AREL_METHODS);
    let attribute = interpreter.class_at("Arel::Attributes::Attribute");
    module.set_constant("Attribute", Value::Class(attribute));
    nodes::define(interpreter);
    select_manager::define(interpreter);
    tree_managers::define(interpreter);
}

/// The node behind a value, if it is one.
pub(crate) fn node(value: &Value) -> Option<Node> {
    if let Some(node) = value.data::<ArelNode>() {
        return Some(node.node.clone());
    }
    select_manager::statement(value)
}

/// What `from` or `join` is given.
pub(crate) fn source(value: &Value) -> Option<Source> {
    if let Some(table) = value.data::<ArelTable>() {
        return Some(table.source.clone());
    }
    match node(value)? {
        Node::Sql(sql) => Some(Source::Sql(sql)),
        Node::As(inner, alias) => Some(Source::Select(inner, Node::Sql(alias))),
        Node::Statement(select) => {
            Some(Source::Select(Box::new(Node::Subselect(select)), Node::Sql("subquery".to_owned())))
        }
        _ => None,
    }
}

/// How deep a tree may nest: what walks it goes as deep. Ruby's own stack ends sooner.
const MAXIMUM_DEPTH: usize = 4_000;

/// Counts a tree that was made, for each copies those that it is made of.
fn charge(interpreter: &mut Interpreter, (size, depth): (u64, usize)) {
    interpreter.budget.owe(if depth > MAXIMUM_DEPTH { u64::MAX } else { size });
}

/// The node as an object. Its weight is charged, for a program may build on and on.
pub(crate) fn wrap(interpreter: &mut Interpreter, node: Node, kind: AttributeType) -> Value {
    charge(interpreter, node.weight());
    let class = match &node {
        Node::Sql(_) => "Arel::Nodes::SqlLiteral",
        Node::Attribute(..) => "Arel::Attributes::Attribute",
        _ => "Arel::Nodes::Node",
    };
    let class = interpreter.class_at(class);
    Value::native(&class, ArelNode { node, kind })
}

/// The class that Arel has for a node, as messages name it.
pub(crate) fn class_name(node: &Node) -> &'static str {
    match node {
        Node::Sql(_) => "Arel::Nodes::SqlLiteral",
        Node::Attribute(..) => "Arel::Attributes::Attribute",
        Node::Function { name, .. } => match &**name {
            "COUNT" => "Arel::Nodes::Count",
            "SUM" => "Arel::Nodes::Sum",
            "MAX" => "Arel::Nodes::Max",
            "MIN" => "Arel::Nodes::Min",
            "AVG" => "Arel::Nodes::Avg",
            _ => "Arel::Nodes::NamedFunction",
        },
        Node::Extract(..) => "Arel::Nodes::Extract",
        Node::Grouping(_) => "Arel::Nodes::Grouping",
        Node::Case(_) => "Arel::Nodes::Case",
        Node::Infix(..) => "Arel::Nodes::InfixOperation",
        Node::Concat(..) => "Arel::Nodes::Concat",
        _ => "Arel::Nodes::Node",
    }
}

/// The same of what has no type of its own.
pub(crate) fn wrap_plain(interpreter: &mut Interpreter, node: Node) -> Value {
    wrap(interpreter, node, AttributeType::value())
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

fn called(interpreter: &Interpreter) -> String {
    interpreter.called_name().map(|name| name.to_string()).unwrap_or_default()
}

/// `build_quoted`: a value given to a node is written out (Arel's Casted), whatever is prepared.
fn operand(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Node> {
    if let Some(node) = node(value) {
        return Ok(match node {
            Node::Statement(select) => Node::Subselect(select),
            other => other,
        });
    }
    // `Casted` serializes whatever it has.
    let node = match bind(interpreter, kind, value)? {
        Node::Unboundable(_) => Node::Quoted(kind.serialize(interpreter, value)?),
        Node::Bind(arg) => Node::Quoted(arg),
        // What is cast to nothing is compared with all the same.
        node @ Node::BoundSql(_) => node,
        other => other,
    };
    Ok(node.given(value))
}

/// An operand of what has no type.
pub(crate) fn plain_operand(interpreter: &mut Interpreter, value: &Value) -> Eval<Node> {
    operand(interpreter, &AttributeType::value(), value)
}

/// An operand that Arel visits as it is: a node or an integer.
fn visited(interpreter: &mut Interpreter, value: &Value) -> Eval<Node> {
    match (node(value), value) {
        (Some(Node::Statement(select)), _) => Ok(Node::Subselect(select)),
        (Some(node), _) => Ok(node),
        (None, Value::Int(number)) => Ok(Node::Sql(number.to_string())),
        _ => {
            let class = interpreter.class_of(value).name();
            let message = format!("Unsupported argument type: {class}. Construct an Arel node instead.");
            Err(interpreter.error("Arel::Visitors::UnsupportedVisitError", message))
        }
    }
}

/// A join given as a node.
pub(crate) fn join_of(value: &Value) -> Option<Join> {
    value.data::<nodes::ArelJoin>().map(|join| join.0.clone())
}
