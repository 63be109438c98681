//! What is made of an expression: logic, orders, functions, CASE and arithmetic (arel/{math,expressions,order_predications,
//! alias_predication,window_predications}.rb), and what a node says of itself.

use std::borrow::Cow;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method, variadic};

use super::{called, change, new_table, node, nodes, operand, parts, plain_operand, visited, wrap, wrap_plain};
use crate::connection::arel::{self, Case, Node, Over, Source, Table};
use crate::ground::state::with_adapter;

pub(super) const METHODS: &[NativeMethod] = &[
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

// Arithmetic, and the node itself

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
    let sql = with_adapter(interpreter, |adapter| arel::to_sql(adapter, |collector| collector.visit(&own.node)))?;
    Ok(sql.into())
}

fn same(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = parts(interpreter, this)?;
    Ok((node(&args.first()) == Some(own.node.clone())).into())
}
