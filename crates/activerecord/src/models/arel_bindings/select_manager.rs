//! Statements built by hand: arel/select_manager.rb, and what arel/table.rb begins one with.

use std::cell::RefCell;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method, variadic};

use super::nodes::expressions;
use super::{ArelTable, join_of, new_table, node, source, table, wrap_plain};
use crate::connection::arel::{Cte, Join, JoinKind, Node, Select, SetOperation, Source};
use crate::ground::arguments::to_arg;
use crate::ground::state::with_adapter;

struct SelectManager(RefCell<Select>);

impl NativeData for SelectManager {}

/// `join_sources`
struct Joins(Vec<Join>);

impl NativeData for Joins {}

pub(super) const TABLE_METHODS: &[NativeMethod] = &[
    variadic("project", begin, 0),
    variadic("where", begin, 1),
    variadic("join", begin, 1),
    variadic("outer_join", begin, 1),
    variadic("order", begin, 1),
    variadic("group", begin, 1),
    variadic("take", begin, 1),
    variadic("skip", begin, 1),
    method("from", |i, this, _| from_table(i, this), 0..=0),
];

const METHODS: &[NativeMethod] = &[
    variadic("project", project, 0),
    variadic("projections=", set_projections, 1),
    variadic("where", where_, 1),
    method("from", from, 1..=1),
    variadic("join", join, 1),
    variadic("outer_join", join, 1),
    variadic("on", on, 1),
    variadic("group", group, 0),
    variadic("having", having, 1),
    variadic("order", order, 0),
    method("take", take, 1..=1),
    method("limit=", take, 1..=1),
    method("skip", skip, 1..=1),
    method("offset=", skip, 1..=1),
    method("distinct", distinct, 0..=1),
    method("lock", lock, 0..=1),
    variadic("comment", comment, 0),
    method("as", as_, 1..=1),
    method("exists", exists, 0..=0),
    method("union", set, 1..=2),
    method("intersect", set, 1..=1),
    method("except", set, 1..=1),
    method("minus", set, 1..=1),
    variadic("with", with, 1),
    method("ast", |i, this, _| statement_node(i, this), 0..=0),
    method("join_sources", join_sources, 0..=0),
    method("to_sql", to_sql, 0..=1),
    method("dup", dup, 0..=0),
    method("clone", dup, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new_manager, 0..=1)];

pub(super) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Arel::SelectManager", &object);
    class.define(METHODS);
    class.define(super::tree_managers::SELECT_METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    interpreter.define_class("Arel::Nodes::JoinSource", &object);
}

/// A SELECT in Ruby's hands.
pub(crate) fn new(interpreter: &mut Interpreter, select: Select) -> Value {
    let class = interpreter.class_at("Arel::SelectManager");
    Value::native(&class, SelectManager(RefCell::new(select)))
}

/// The statement that a value is.
pub(super) fn statement(value: &Value) -> Option<Node> {
    value.data::<SelectManager>().map(|manager| Node::Statement(Box::new(manager.0.borrow().clone())))
}

/// The joins of `joins(manager.join_sources)`, or of one join.
pub(crate) fn joins(value: &Value) -> Option<Vec<Join>> {
    if let Some(joins) = value.data::<Joins>() {
        return Some(joins.0.clone());
    }
    if let Some(join) = join_of(value) {
        return Some(vec![join]);
    }
    match node(value)? {
        Node::Sql(sql) => Some(vec![Join::Sql(Node::Sql(sql.trim().to_owned()))]),
        _ => None,
    }
}

fn new_manager(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let from = if args.has(0) { source(&args.first()) } else { None };
    Ok(new(interpreter, Select { from, ..Select::default() }))
}

fn from_table(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let own = table(interpreter, this)?;
    Ok(new(interpreter, Select { from: Some(own.source.clone()), ..Select::default() }))
}

/// A message to a table that begins a statement.
fn begin(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let manager = from_table(interpreter, this)?;
    interpreter.call(&manager, name.as_str(), args)
}

fn change(interpreter: &mut Interpreter, this: &Value, change: impl FnOnce(&mut Select)) -> Eval {
    match this.data::<SelectManager>() {
        Some(manager) => {
            change(&mut manager.0.borrow_mut());
            Ok(this.clone())
        }
        None => Err(interpreter.type_error("not a statement")),
    }
}

/// The statement of a SelectManager; a TypeError for anything else.
pub(super) fn select(interpreter: &mut Interpreter, this: &Value) -> Eval<Select> {
    match this.data::<SelectManager>() {
        Some(manager) => Ok(manager.0.borrow().clone()),
        None => Err(interpreter.type_error("not a statement")),
    }
}

fn project(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = expressions(interpreter, &args.positional)?;
    change(interpreter, this, |select| select.projections.extend(nodes))
}

fn set_projections(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = expressions(interpreter, &args.positional)?;
    change(interpreter, this, |select| select.projections = nodes)
}

fn where_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = expressions(interpreter, &args.positional)?;
    change(interpreter, this, |select| {
        // Arel writes SQL as it is; a relation's WHERE puts it into parentheses.
        let plain = nodes.into_iter().map(|node| match node {
            Node::Sql(sql) => Node::BoundSql(vec![Node::Sql(sql)]),
            node => node,
        });
        select.wheres.extend(plain);
    })
}

fn from(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = match args.first() {
        Value::Str(text) => Source::Sql(text.to_string()),
        value => match source(&value) {
            Some(source) => source,
            None => return Err(interpreter.unsupported("`from` of such an object")),
        },
    };
    change(interpreter, this, |select| select.from = Some(found))
}

fn join(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let outer = interpreter.called_name().is_some_and(|name| name.is("outer_join"));
    let kind = match args.get(1) {
        Value::Class(class) if class.is_named("Arel::Nodes::OuterJoin") => JoinKind::Outer,
        Value::Class(class) if class.is_named("Arel::Nodes::InnerJoin") => JoinKind::Inner,
        Value::Class(class) if class.is_named("Arel::Nodes::FullOuterJoin") => JoinKind::FullOuter,
        Value::Class(class) if class.is_named("Arel::Nodes::RightOuterJoin") => JoinKind::RightOuter,
        Value::Nil if outer => JoinKind::Outer,
        Value::Nil => JoinKind::Inner,
        _ => return Err(interpreter.unsupported("a join of such a kind")),
    };
    let join = match args.first() {
        Value::Nil => return Ok(this.clone()),
        Value::Str(text) => Join::Sql(Node::Sql(text.to_string())),
        value => match source(&value) {
            Some(source) => Join::On { kind, source, on: None },
            None => return Err(interpreter.unsupported("a join of such an object")),
        },
    };
    change(interpreter, this, |select| select.joins.push(join))
}

fn on(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut nodes = expressions(interpreter, &args.positional)?;
    change(interpreter, this, |select| {
        if let Some(Join::On { on, .. }) = select.joins.last_mut() {
            *on = Some(if nodes.len() == 1 { nodes.remove(0) } else { Node::And(nodes) });
        }
    })
}

fn group(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = expressions(interpreter, &args.positional)?;
    change(interpreter, this, |select| select.groups.extend(nodes))
}

fn having(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = expressions(interpreter, &args.positional)?;
    change(interpreter, this, |select| {
        select.havings.extend(nodes.into_iter().map(|node| Node::BoundSql(vec![node])));
    })
}

fn order(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = expressions(interpreter, &args.positional)?;
    change(interpreter, this, |select| select.orders.extend(nodes))
}

fn take(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let limit = if args.first().is_nil() { None } else { Some(to_arg(interpreter, &args.first())?) };
    change(interpreter, this, |select| select.limit = limit)
}

fn skip(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let offset = if args.first().is_nil() { None } else { Some(to_arg(interpreter, &args.first())?) };
    change(interpreter, this, |select| select.offset = offset)
}

fn distinct(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let on = !args.has(0) || args.first().truthy();
    change(interpreter, this, |select| select.distinct = on)
}

fn lock(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let lock = match args.first() {
        Value::Nil | Value::Bool(true) => Some("FOR UPDATE".to_owned()),
        Value::Bool(false) => None,
        sql => Some(interpreter.to_s(&sql)?),
    };
    change(interpreter, this, |select| select.lock = lock)
}

fn comment(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let comments = crate::ground::arguments::to_strings(interpreter, &args.positional)?;
    change(interpreter, this, |select| select.comments = comments)
}

/// A statement under a name: something to join or to select from.
fn as_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let alias = interpreter.to_s(&args.first())?;
    let inner = Node::Subselect(Box::new(select(interpreter, this)?));
    Ok(new_table(interpreter, Source::Select(Box::new(inner), Node::Sql(alias)), None))
}

fn exists(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let inner = Box::new(select(interpreter, this)?);
    Ok(wrap_plain(interpreter, Node::Exists(inner)))
}

fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let all = args.first().as_name().as_deref() == Some("all") && args.has(1);
    let other = if all { args.get(1) } else { args.first() };
    let Some(other) = node(&other) else {
        return Err(interpreter.unsupported(format!("`{name}` of what is no statement")));
    };
    let operation = match name.as_str() {
        "union" if all => SetOperation::UnionAll,
        "union" => SetOperation::Union,
        "intersect" => SetOperation::Intersect,
        _ => SetOperation::Except,
    };
    let own = Node::Statement(Box::new(select(interpreter, this)?));
    Ok(wrap_plain(interpreter, Node::Set(operation, Box::new(own), Box::new(other))))
}

fn with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut ctes = Vec::new();
    for value in &args.positional {
        let table = value.data::<ArelTable>();
        let Some(Source::Select(body, Node::Sql(name))) = table.as_ref().map(|table| &table.source) else {
            return Err(interpreter.unsupported("`with` of such an object"));
        };
        ctes.push(Cte { name: name.clone(), body: (**body).clone(), materialized: None });
    }
    change(interpreter, this, |select| select.ctes.extend(ctes))
}

fn statement_node(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let inner = Box::new(select(interpreter, this)?);
    Ok(wrap_plain(interpreter, Node::Statement(inner)))
}

fn join_sources(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let joins = select(interpreter, this)?.joins;
    let class = interpreter.class_at("Arel::Nodes::JoinSource");
    Ok(Value::native(&class, Joins(joins)))
}

fn dup(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = select(interpreter, this)?;
    Ok(new(interpreter, own))
}

fn to_sql(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = select(interpreter, this)?;
    let sql = with_adapter(interpreter, |adapter| {
        crate::connection::arel::to_sql(adapter, |collector| collector.select(&own))
    })?;
    Ok(sql.into())
}
