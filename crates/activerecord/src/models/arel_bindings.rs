//! Arel in Ruby's hands: `arel_table[:column]` with its predications, math, functions and orders (arel/{predications,math,
//! expressions,order_predications,alias_predication}.rb), and `Arel.sql`. Node classes that are made by name stand in
//! `arel_bindings/nodes.rb`, statements in `arel_bindings/select_manager.rs`.

mod nodes;
mod select_manager;
mod tree_managers;

use std::borrow::Cow;
use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method, variadic};

use crate::connection::arel::{Bound, Case, Comparison, Join, Matches, Node, Over, Source, Table};
use crate::ground::state::with_adapter;
use crate::models::attribute_set::AttributeType;
use crate::models::model_schema::{Columns, class, load_schema, required_table_name};
use crate::models::relation::predicate_builder::{bind, open_bound};
use crate::models::relation::{Relation, type_of};

pub(crate) use select_manager::{joins, new as select_manager};
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
    pub fn qualifier(&self) -> String {
        match &self.source {
            Source::Table(table) => table.qualifier().to_owned(),
            Source::Select(_, Node::Sql(alias) | Node::Column(alias)) => alias.trim_matches(['"', '`']).to_owned(),
            _ => String::new(),
        }
    }
}

const TABLE_METHODS: &[NativeMethod] = &[
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

const NODE_METHODS: &[NativeMethod] = &[
    method("eq", compare, 1..=1),
    method("not_eq", compare, 1..=1),
    method("gt", compare, 1..=1),
    method("gteq", compare, 1..=1),
    method("lt", compare, 1..=1),
    method("lteq", compare, 1..=1),
    method("eq_any", any_or_all, 1..=1),
    method("eq_all", any_or_all, 1..=1),
    method("not_eq_any", any_or_all, 1..=1),
    method("not_eq_all", any_or_all, 1..=1),
    method("gt_any", any_or_all, 1..=1),
    method("gt_all", any_or_all, 1..=1),
    method("gteq_any", any_or_all, 1..=1),
    method("gteq_all", any_or_all, 1..=1),
    method("lt_any", any_or_all, 1..=1),
    method("lt_all", any_or_all, 1..=1),
    method("lteq_any", any_or_all, 1..=1),
    method("lteq_all", any_or_all, 1..=1),
    method("in_any", any_or_all, 1..=1),
    method("in_all", any_or_all, 1..=1),
    method("not_in_any", any_or_all, 1..=1),
    method("not_in_all", any_or_all, 1..=1),
    method("matches_any", any_or_all, 1..=3),
    method("matches_all", any_or_all, 1..=3),
    method("does_not_match_any", any_or_all, 1..=2),
    method("does_not_match_all", any_or_all, 1..=2),
    method("matches", matches, 1..=3),
    method("does_not_match", matches, 1..=3),
    method("matches_regexp", matches, 1..=2),
    method("does_not_match_regexp", matches, 1..=2),
    method("is_distinct_from", distinct_from, 1..=1),
    method("is_not_distinct_from", distinct_from, 1..=1),
    method("in", in_, 1..=1),
    method("not_in", in_, 1..=1),
    method("between", between, 1..=1),
    method("not_between", between, 1..=1),
    method("contains", |i, this, args| infix(i, this, &args, "@>"), 1..=1),
    method("overlaps", |i, this, args| infix(i, this, &args, "&&"), 1..=1),
    variadic("and", combine, 1),
    method("or", combine, 1..=1),
    method("not", |i, this, _| change(i, this, |node| Node::Not(Box::new(node))), 0..=0),
    method("invert", |i, this, _| change(i, this, Node::invert), 0..=0),
    method("asc", |i, this, _| change(i, this, |node| Node::Ascending(Box::new(node))), 0..=0),
    method("desc", |i, this, _| change(i, this, |node| Node::Descending(Box::new(node))), 0..=0),
    method("nulls_first", |i, this, _| change(i, this, |node| Node::NullsFirst(Box::new(node))), 0..=0),
    method("nulls_last", |i, this, _| change(i, this, |node| Node::NullsLast(Box::new(node))), 0..=0),
    method("reverse", |i, this, _| change(i, this, reverse), 0..=0),
    method("as", as_, 1..=1),
    method("count", count, 0..=1),
    method("sum", |i, this, _| function(i, this, "SUM"), 0..=0),
    method("maximum", |i, this, _| function(i, this, "MAX"), 0..=0),
    method("minimum", |i, this, _| function(i, this, "MIN"), 0..=0),
    method("average", |i, this, _| function(i, this, "AVG"), 0..=0),
    method("lower", |i, this, _| function(i, this, "LOWER"), 0..=0),
    method("extract", extract, 1..=1),
    method("concat", concat, 1..=1),
    method("filter", filter, 1..=1),
    method("over", over, 0..=1),
    method("when", when, 1..=2),
    method("then", then, 1..=1),
    method("else", else_, 1..=1),
    method("+", math, 1..=1),
    method("-", math, 1..=1),
    method("*", math, 1..=1),
    method("/", math, 1..=1),
    method("&", math, 1..=1),
    method("|", math, 1..=1),
    method("^", math, 1..=1),
    method("<<", math, 1..=1),
    method(">>", math, 1..=1),
    method("~", |i, this, _| change(i, this, |node| Node::Unary("~", Box::new(node))), 0..=0),
    method("name", name, 0..=0),
    method("relation", relation_of, 0..=0),
    method("to_sql", to_sql, 0..=0),
    method("==", same, 1..=1),
];

const AREL_METHODS: &[NativeMethod] = &[variadic("sql", sql, 1).with_keywords(), method("star", star, 0..=0)];

const LITERAL_METHODS: &[NativeMethod] = &[
    method("to_s", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("to_str", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("to_sql", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("inspect", |_, this, _| Ok(format!("{:?}", literal(this)).into()), 0..=0),
    method("+", literal_plus, 1..=1),
    variadic("method_missing", literal_missing, 1),
];

/// What makes SQL of a node that names no engine is the connection, here as in every app.
const ENGINE_METHODS: &[NativeMethod] = &[
    method("engine", |i, _, _| Ok(Value::Class(crate::models::model_schema::base(i))), 0..=0),
    method("engine=", |_, _, args| Ok(args.first()), 1..=1),
];

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("Arel::Nodes::Node", &object).define(NODE_METHODS);
    let node = interpreter.class_at("Arel::Nodes::Node");
    interpreter.define_class("Arel::Attributes::Attribute", &node);
    interpreter.define_class("Arel::Nodes::SqlLiteral", &node).define(LITERAL_METHODS);
    let table = interpreter.define_class("Arel::Table", &object);
    table.define(TABLE_METHODS);
    table.define(select_manager::TABLE_METHODS);
    interpreter.define_singleton(&table, nodes::TABLE_SINGLETON_METHODS);
    interpreter.define_singleton(&table, ENGINE_METHODS);
    let module = interpreter.class_at("Arel");
    interpreter.define_singleton(&module, AREL_METHODS);
    let attribute = interpreter.class_at("Arel::Attributes::Attribute");
    module.set_constant("Attribute", Value::Class(attribute));
    nodes::define(interpreter);
    select_manager::define(interpreter);
    tree_managers::define(interpreter);
}

fn literal(this: &Value) -> String {
    match node(this) {
        Some(Node::Sql(text)) => text,
        _ => String::new(),
    }
}

/// A literal is a string, too.
fn literal_plus(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = interpreter.to_s(&args.first())?;
    Ok(sql_literal(interpreter, literal(this) + &other))
}

fn literal_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let rest = Args { positional: args.positional[1..].to_vec(), ..args };
    interpreter.call_public(&Value::str(literal(this)), name.as_str(), rest)
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

pub(crate) fn wrap_plain(interpreter: &mut Interpreter, node: Node) -> Value {
    wrap(interpreter, node, AttributeType::value())
}

pub(crate) fn sql_literal(interpreter: &mut Interpreter, sql: String) -> Value {
    wrap_plain(interpreter, Node::Sql(sql))
}

/// `Arel.sql(sql, *positional_binds, retryable: false, **named_binds)`
fn sql(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    let named: Vec<_> = args
        .keywords
        .as_ref()
        .map(|keywords| keywords.pairs())
        .unwrap_or_default()
        .into_iter()
        .filter(|(key, _)| key.as_name().as_deref() != Some("retryable"))
        .collect();
    if args.positional.len() == 1 && named.is_empty() {
        return Ok(sql_literal(interpreter, text));
    }
    let rest = if named.is_empty() {
        args.positional[1..].to_vec()
    } else {
        vec![Value::hash(ruby::RHash::from_pairs(named))]
    };
    let node = crate::models::relation::predicate_builder::bound_sql(interpreter, &text, &rest)?;
    Ok(wrap_plain(interpreter, node))
}

fn star(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(sql_literal(interpreter, "*".to_owned()))
}

// Tables

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

pub(crate) fn new_table(interpreter: &mut Interpreter, source: Source, columns: Option<Rc<Columns>>) -> Value {
    charge(interpreter, source.weight());
    let class = interpreter.class_at("Arel::Table");
    Value::native(&class, ArelTable { source, columns })
}

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

// Nodes

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

fn comparison(name: &str) -> Comparison {
    match name {
        "not_eq" => Comparison::NotEqual,
        "gt" => Comparison::Greater,
        "gteq" => Comparison::GreaterOrEqual,
        "lt" => Comparison::Less,
        "lteq" => Comparison::LessOrEqual,
        _ => Comparison::Equal,
    }
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    compare_as(interpreter, this, &name, &args.first())
}

fn compare_as(interpreter: &mut Interpreter, this: &Value, name: &str, value: &Value) -> Eval {
    let own = parts(interpreter, this)?;
    let value = operand(interpreter, &own.kind, value)?;
    Ok(wrap_plain(interpreter, own.node.clone().compare(comparison(name), value)))
}

fn any_or_all(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    let (base, any) = match name.strip_suffix("_any") {
        Some(base) => (base.to_owned(), true),
        None => (name.trim_end_matches("_all").to_owned(), false),
    };
    let mut nodes = Vec::new();
    for value in ruby::core::convert::array(interpreter, &args.first())? {
        let mut arguments = vec![value];
        arguments.extend(args.positional.iter().skip(1).cloned());
        let found = interpreter.call(this, base.as_str(), Args::new(arguments))?;
        nodes.extend(node(&found));
    }
    let all = if any { Node::Or(nodes) } else { Node::And(nodes) };
    Ok(wrap_plain(interpreter, all.grouping()))
}

fn matches(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    let own = parts(interpreter, this)?;
    let regexp = name.ends_with("_regexp");
    let right = operand(interpreter, &own.kind, &args.first())?;
    let (escape, sensitive) = if regexp {
        (Value::Nil, if args.has(1) { args.get(1) } else { Value::Bool(true) })
    } else {
        (args.get(1), args.get(2))
    };
    let escape = if escape.is_nil() { None } else { Some(plain_operand(interpreter, &escape)?) };
    let found = Matches {
        left: own.node.clone(),
        right,
        escape,
        case_sensitive: sensitive.truthy(),
        regexp,
        not: name.starts_with("does_not"),
    };
    Ok(wrap_plain(interpreter, Node::Matches(Box::new(found))))
}

fn distinct_from(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let not = interpreter.called_name().is_some_and(|name| name.is("is_not_distinct_from"));
    let own = parts(interpreter, this)?;
    let right = operand(interpreter, &own.kind, &args.first())?;
    let found = Node::Distinct(Box::new(own.node.clone()), Box::new(right), not);
    Ok(wrap_plain(interpreter, found))
}

fn in_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let not = interpreter.called_name().is_some_and(|name| name.is("not_in"));
    let own = parts(interpreter, this)?;
    let left = Box::new(own.node.clone());
    let value = args.first();
    let found = match node(&value) {
        Some(Node::Statement(select)) => Node::InSelect(left, select, not),
        Some(other) => Node::In(left, vec![other]),
        None => {
            let items = match &value {
                Value::Array(items) => items.to_vec(),
                value if interpreter.responds_to(value, "each") => {
                    let items = interpreter.call(value, "to_a", Args::none())?;
                    ruby::core::convert::array(interpreter, &items)?
                }
                value => vec![value.clone()],
            };
            let mut values = Vec::new();
            for item in items {
                let item = if item.data::<crate::models::attribute_set::Record>().is_some() {
                    crate::models::attribute_methods::id(interpreter, &item, Args::none())?
                } else {
                    item
                };
                let item = operand(interpreter, &own.kind, &item)?;
                if !matches!(item.bare(), Node::Unboundable(_)) {
                    values.push(item);
                }
            }
            Node::In(left, values)
        }
    };
    let found = if not && !matches!(found, Node::InSelect(..)) { found.invert() } else { found };
    Ok(wrap_plain(interpreter, found))
}

fn between(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let not = interpreter.called_name().is_some_and(|name| name.is("not_between"));
    let own = parts(interpreter, this)?;
    let Value::Range(range) = args.first() else {
        return Err(interpreter.unsupported("`between` of what is no range"));
    };
    let low = bound(interpreter, &own.kind, &range.begin)?;
    let high = bound(interpreter, &own.kind, &range.end)?;
    let found = if not {
        own.node.clone().not_between(low, high, range.exclusive)
    } else {
        let is_same = interpreter.equal(&range.begin, &range.end)?;
        own.node.clone().between(low, high, range.exclusive, is_same)
    };
    Ok(wrap_plain(interpreter, found))
}

fn bound(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Bound> {
    Ok(match open_bound(value) {
        Some(bound) => bound,
        None => Bound::At(operand(interpreter, kind, value)?),
    })
}

fn infix(interpreter: &mut Interpreter, this: &Value, args: &Args, operator: &'static str) -> Eval {
    let own = parts(interpreter, this)?;
    let right = operand(interpreter, &own.kind, &args.first())?;
    let found = Node::Infix(Cow::Borrowed(operator), Box::new(own.node.clone()), Box::new(right));
    Ok(wrap_plain(interpreter, found))
}

fn combine(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let and = interpreter.called_name().is_some_and(|name| name.is("and"));
    let own = parts(interpreter, this)?;
    let mut nodes = vec![own.node.clone()];
    let given = match args.first() {
        Value::Array(items) => items.to_vec(),
        _ => args.positional.clone(),
    };
    for value in given {
        let Some(other) = node(&value) else {
            return Err(interpreter.type_error("not an Arel node"));
        };
        nodes.push(other);
    }
    let combined = if and { Node::And(nodes) } else { Node::Or(nodes).grouping() };
    Ok(wrap_plain(interpreter, combined))
}

fn reverse(node: Node) -> Node {
    match node {
        Node::Ascending(inner) => Node::Descending(inner),
        Node::Descending(inner) => Node::Ascending(inner),
        Node::NullsFirst(inner) => Node::NullsLast(Box::new(reverse(*inner))),
        Node::NullsLast(inner) => Node::NullsFirst(Box::new(reverse(*inner))),
        other => other,
    }
}

fn as_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    change(interpreter, this, |node| Node::As(Box::new(node), name))
}

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let distinct = args.first().truthy();
    let own = parts(interpreter, this)?;
    let found = Node::Function { name: Cow::Borrowed("COUNT"), arguments: vec![own.node.clone()], distinct };
    Ok(wrap_plain(interpreter, found))
}

fn function(interpreter: &mut Interpreter, this: &Value, name: &'static str) -> Eval {
    let own = parts(interpreter, this)?;
    Ok(wrap_plain(interpreter, Node::function(name, vec![own.node.clone()])))
}

fn extract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let field = interpreter.to_s(&args.first())?;
    let own = parts(interpreter, this)?;
    Ok(wrap_plain(interpreter, Node::Extract(Box::new(own.node.clone()), field)))
}

fn concat(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = parts(interpreter, this)?;
    let other = visited(interpreter, &args.first())?;
    Ok(wrap_plain(interpreter, Node::Concat(Box::new(own.node.clone()), Box::new(other))))
}

fn filter(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = parts(interpreter, this)?;
    let condition = visited(interpreter, &args.first())?;
    Ok(wrap_plain(interpreter, Node::Filter(Box::new(own.node.clone()), Box::new(condition))))
}

fn over(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = parts(interpreter, this)?;
    let over = match args.first() {
        Value::Nil => Over::Nothing,
        Value::Symbol(name) => Over::Named(name.to_string()),
        Value::Str(name) => Over::Named(name.to_string()),
        value => match (nodes::window(&value), node(&value)) {
            (Some(window), _) => Over::Window(window),
            (None, Some(Node::Sql(sql))) => Over::Sql(sql),
            _ => return Err(interpreter.unsupported("`over` of such an object")),
        },
    };
    Ok(wrap_plain(interpreter, Node::Over(Box::new(own.node.clone()), Box::new(over))))
}

// CASE

fn when(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = parts(interpreter, this)?;
    let condition = operand(interpreter, &own.kind, &args.first())?;
    let result = if args.has(1) { plain_operand(interpreter, &args.get(1))? } else { Node::Quoted(Arg::Nil) };
    let mut case = match &own.node {
        Node::Case(case) => (**case).clone(),
        other => Case { subject: Some(other.clone()), ..Case::default() },
    };
    case.whens.push((condition, result));
    Ok(wrap(interpreter, Node::Case(Box::new(case)), own.kind.clone()))
}

fn then(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let result = plain_operand(interpreter, &args.first())?;
    change(interpreter, this, |node| match node {
        Node::Case(mut case) => {
            if let Some((_, then)) = case.whens.last_mut() {
                *then = result;
            }
            Node::Case(case)
        }
        other => other,
    })
}

fn else_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let default = plain_operand(interpreter, &args.first())?;
    change(interpreter, this, |node| match node {
        Node::Case(mut case) => {
            case.default = Some(default);
            Node::Case(case)
        }
        other => other,
    })
}

fn math(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    let own = parts(interpreter, this)?;
    let other = visited(interpreter, &args.first())?;
    let grouped = !matches!(name.as_str(), "*" | "/");
    let found = Node::Infix(Cow::Owned(name), Box::new(own.node.clone()), Box::new(other));
    Ok(wrap_plain(interpreter, if grouped { found.grouping() } else { found }))
}

fn name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(match &parts(interpreter, this)?.node {
        Node::Attribute(_, name) => name.clone().into(),
        Node::Function { name, .. } => name.to_string().into(),
        _ => Value::Nil,
    })
}

fn relation_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = parts(interpreter, this)?;
    match &own.node {
        Node::Attribute(table, _) => Ok(new_table(interpreter, Source::Table(Table::named(&**table)), None)),
        _ => Err(interpreter.unsupported("the table of such an expression")),
    }
}

fn to_sql(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = parts(interpreter, this)?;
    let sql = with_adapter(interpreter, |adapter| {
        crate::connection::arel::to_sql(adapter, |collector| collector.visit(&own.node))
    })?;
    Ok(sql.into())
}

fn same(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = parts(interpreter, this)?;
    Ok((node(&args.first()) == Some(own.node.clone())).into())
}

/// A join given as a node.
pub(crate) fn join_of(value: &Value) -> Option<Join> {
    value.data::<nodes::ArelJoin>().map(|join| join.0.clone())
}
