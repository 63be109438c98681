//! Nodes that are made by their class' name: `Arel::Nodes::NamedFunction.new(..)` and its kin, as arel/nodes has them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method, variadic};

use super::{ArelNode, new_table, node, plain_operand, source, sql_literal, wrap_plain};
use crate::connection::arel::{Case, Comparison, Join, JoinKind, Matches, Node, Source, Table, Window};
use crate::models::attribute_set::AttributeType;

/// `Arel::Nodes::InnerJoin` and its kin.
pub(crate) struct ArelJoin(pub Join);

impl NativeData for ArelJoin {}

struct ArelWindow(RefCell<Window>);

impl NativeData for ArelWindow {}

pub(super) const TABLE_SINGLETON_METHODS: &[NativeMethod] = &[variadic("new", table_new, 1).with_keywords()];

/// What can be made by name. Others are refused by name: nothing defines them.
const CLASSES: [&str; 49] = [
    "NamedFunction",
    "Count",
    "Sum",
    "Max",
    "Min",
    "Avg",
    "Exists",
    "Grouping",
    "And",
    "Or",
    "Not",
    "Equality",
    "NotEqual",
    "GreaterThan",
    "GreaterThanOrEqual",
    "LessThan",
    "LessThanOrEqual",
    "Matches",
    "DoesNotMatch",
    "In",
    "NotIn",
    "Between",
    "IsDistinctFrom",
    "IsNotDistinctFrom",
    "InfixOperation",
    "UnaryOperation",
    "Multiplication",
    "Division",
    "Addition",
    "Subtraction",
    "Concat",
    "Ascending",
    "Descending",
    "NullsFirst",
    "NullsLast",
    "As",
    "Case",
    "Extract",
    "Filter",
    "Quoted",
    "UnqualifiedColumn",
    "True",
    "False",
    "InnerJoin",
    "OuterJoin",
    "FullOuterJoin",
    "RightOuterJoin",
    "StringJoin",
    "On",
];

const NODE_SINGLETON_METHODS: &[NativeMethod] = &[variadic("new", new, 0)];

const LITERAL_SINGLETON_METHODS: &[NativeMethod] = &[variadic("new", literal, 1)];

const WINDOW_SINGLETON_METHODS: &[NativeMethod] = &[method("new", window_new, 0..=0)];

const MODULE_METHODS: &[NativeMethod] = &[method("build_quoted", build_quoted, 1..=2)];

const WINDOW_METHODS: &[NativeMethod] =
    &[variadic("partition", window_part, 1), variadic("order", window_part, 1), method("frame", window_frame, 1..=1)];

pub(super) fn define(interpreter: &mut Interpreter) {
    let parent = interpreter.class_at("Arel::Nodes::Node");
    for name in CLASSES {
        let class = interpreter.define_class(&format!("Arel::Nodes::{name}"), &parent);
        interpreter.define_singleton(&class, NODE_SINGLETON_METHODS);
    }
    let class = interpreter.class_at("Arel::Nodes::SqlLiteral");
    interpreter.define_singleton(&class, LITERAL_SINGLETON_METHODS);
    let object = Rc::clone(&interpreter.classes.object);
    let window = interpreter.define_class("Arel::Nodes::Window", &object);
    window.define(WINDOW_METHODS);
    interpreter.define_singleton(&window, WINDOW_SINGLETON_METHODS);
    let module = interpreter.class_at("Arel::Nodes");
    interpreter.define_singleton(&module, MODULE_METHODS);
}

/// The window that a value is.
pub(super) fn window(value: &Value) -> Option<Window> {
    value.data::<ArelWindow>().map(|window| window.0.borrow().clone())
}

fn window_new(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let class = interpreter.class_at("Arel::Nodes::Window");
    Ok(Value::native(&class, ArelWindow(RefCell::default())))
}

fn window_part(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let partition = interpreter.called_name().is_some_and(|name| name.is("partition"));
    let parts = expressions(interpreter, &args.positional)?;
    if let Some(window) = this.data::<ArelWindow>() {
        let mut window = window.0.borrow_mut();
        if partition { window.partitions.extend(parts) } else { window.orders.extend(parts) }
    }
    Ok(this.clone())
}

fn window_frame(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    if let Some(window) = this.data::<ArelWindow>() {
        window.0.borrow_mut().framing = Some(text);
    }
    Ok(this.clone())
}

fn table_new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let alias = match args.keyword("as") {
        Some(alias) if alias.truthy() => Some(interpreter.to_s(&alias)?).filter(|alias| *alias != name),
        _ => None,
    };
    Ok(new_table(interpreter, Source::Table(Table { name, alias }), None))
}

fn literal(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(sql_literal(interpreter, text))
}

fn build_quoted(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let kind = match args.get(1).data::<ArelNode>() {
        Some(attribute) => attribute.kind.clone(),
        None => AttributeType::value(),
    };
    let quoted = super::operand(interpreter, &kind, &args.first())?;
    Ok(wrap_plain(interpreter, quoted))
}

/// A list of expressions: strings are SQL here.
pub(super) fn expressions(interpreter: &mut Interpreter, values: &[Value]) -> Eval<Vec<Node>> {
    let mut out = Vec::new();
    for value in values {
        match value {
            Value::Array(items) => {
                let items = items.to_vec();
                out.extend(interpreter.nested(|interpreter| expressions(interpreter, &items))?);
            }
            Value::Str(text) => out.push(Node::Sql(text.to_string())),
            Value::Symbol(name) => out.push(Node::Sql(name.to_string())),
            value => out.push(plain_operand(interpreter, value)?),
        }
    }
    Ok(out)
}

fn listed(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<Node>> {
    let values = ruby::core::convert::wrap(interpreter, value)?;
    expressions(interpreter, &values)
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let full = class.name();
    let name = full.rsplit("::").next().unwrap_or_default().to_owned();
    if let Some(join) = join(interpreter, &name, &args)? {
        return Ok(Value::native(class, ArelJoin(join)));
    }
    let node = build(interpreter, &name, &args)?;
    Ok(Value::native(class, ArelNode { node, kind: AttributeType::value() }))
}

fn join(interpreter: &mut Interpreter, name: &str, args: &Args) -> Eval<Option<Join>> {
    let kind = match name {
        "InnerJoin" => JoinKind::Inner,
        "OuterJoin" => JoinKind::Outer,
        "FullOuterJoin" => JoinKind::FullOuter,
        "RightOuterJoin" => JoinKind::RightOuter,
        "StringJoin" => {
            let inner = expressions(interpreter, &[args.first()])?.pop().unwrap_or(Node::Star);
            return Ok(Some(Join::Sql(inner)));
        }
        _ => return Ok(None),
    };
    let Some(source) = source(&args.first()) else {
        return Err(interpreter.unsupported("a join of such an object"));
    };
    Ok(Some(Join::On { kind, source, on: node(&args.get(1)) }))
}

fn build(interpreter: &mut Interpreter, name: &str, args: &Args) -> Eval<Node> {
    let left = |interpreter: &mut Interpreter| plain_operand(interpreter, &args.first());
    let right = |interpreter: &mut Interpreter| plain_operand(interpreter, &args.get(1));
    if let Some(comparison) = comparison(name) {
        return Ok(left(interpreter)?.compare(comparison, right(interpreter)?));
    }
    let boxed = |node: Node| Box::new(node);
    Ok(match name {
        "NamedFunction" => {
            let function = interpreter.to_s(&args.first())?;
            let arguments = listed(interpreter, &args.get(1))?;
            let call = Node::Function { name: Cow::Owned(function), arguments, distinct: false };
            match args.get(2) {
                Value::Nil => call,
                alias => Node::As(boxed(call), interpreter.to_s(&alias)?),
            }
        }
        "Count" | "Sum" | "Max" | "Min" | "Avg" => {
            let function = name.to_uppercase();
            let arguments = listed(interpreter, &args.first())?;
            let distinct = name == "Count" && args.get(1).truthy();
            Node::Function { name: Cow::Owned(function), arguments, distinct }
        }
        "Exists" => match node(&args.first()) {
            Some(Node::Statement(select)) => Node::Exists(select),
            Some(other) => Node::Function { name: Cow::Borrowed("EXISTS "), arguments: vec![other], distinct: false },
            None => return Err(interpreter.unsupported("`Exists` of what is no statement")),
        },
        "Grouping" | "On" => {
            let inner = expressions(interpreter, &[args.first()])?;
            let inner =
                if inner.len() == 1 { inner.into_iter().next().unwrap_or(Node::Star) } else { Node::List(inner) };
            if name == "On" { inner } else { inner.grouping() }
        }
        "And" => Node::And(listed(interpreter, &args.first())?),
        "Or" => Node::Or(expressions(interpreter, &args.positional)?),
        "Not" => Node::Not(boxed(left(interpreter)?)),
        "Matches" | "DoesNotMatch" => matches(interpreter, args, name == "DoesNotMatch")?,
        "In" => within(interpreter, args)?,
        "NotIn" => within(interpreter, args)?.invert(),
        "IsDistinctFrom" | "IsNotDistinctFrom" => {
            Node::Distinct(boxed(left(interpreter)?), boxed(right(interpreter)?), name == "IsNotDistinctFrom")
        }
        "InfixOperation" => {
            let operator = interpreter.to_s(&args.first())?;
            let (left, right) = (right(interpreter)?, plain_operand(interpreter, &args.get(2))?);
            Node::Infix(Cow::Owned(operator), boxed(left), boxed(right))
        }
        "Multiplication" | "Division" | "Addition" | "Subtraction" => {
            let operator = match name {
                "Multiplication" => "*",
                "Division" => "/",
                "Addition" => "+",
                _ => "-",
            };
            Node::Infix(Cow::Borrowed(operator), boxed(left(interpreter)?), boxed(right(interpreter)?))
        }
        "Concat" => Node::Concat(boxed(left(interpreter)?), boxed(right(interpreter)?)),
        "Ascending" => Node::Ascending(boxed(left(interpreter)?)),
        "Descending" => Node::Descending(boxed(left(interpreter)?)),
        "NullsFirst" => Node::NullsFirst(boxed(left(interpreter)?)),
        "NullsLast" => Node::NullsLast(boxed(left(interpreter)?)),
        "As" => {
            let alias = interpreter.to_s(&args.get(1))?;
            Node::As(boxed(left(interpreter)?), alias)
        }
        "Case" => {
            let subject = if args.first().is_nil() { None } else { Some(left(interpreter)?) };
            Node::Case(Box::new(Case { subject, ..Case::default() }))
        }
        "Extract" => {
            let field = interpreter.to_s(&args.get(1))?;
            Node::Extract(boxed(left(interpreter)?), field)
        }
        "Filter" => Node::Filter(boxed(left(interpreter)?), boxed(right(interpreter)?)),
        "Quoted" => match left(interpreter)? {
            Node::Given(node, _) if matches!(*node, Node::Bind(_)) => match *node {
                Node::Bind(arg) => Node::Quoted(arg),
                other => other,
            },
            Node::Bind(arg) => Node::Quoted(arg),
            other => other,
        },
        "UnqualifiedColumn" => match node(&args.first()) {
            Some(Node::Attribute(_, name)) => Node::Column(name),
            _ => Node::Quoted(Arg::Nil),
        },
        "True" => Node::True,
        "False" => Node::False,
        other => return Err(interpreter.unsupported(format!("`Arel::Nodes::{other}.new`"))),
    })
}

fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        "Equality" => Comparison::Equal,
        "NotEqual" => Comparison::NotEqual,
        "GreaterThan" => Comparison::Greater,
        "GreaterThanOrEqual" => Comparison::GreaterOrEqual,
        "LessThan" => Comparison::Less,
        "LessThanOrEqual" => Comparison::LessOrEqual,
        _ => return None,
    })
}

/// `LIKE`, as each database has it.
fn matches(interpreter: &mut Interpreter, args: &Args, not: bool) -> Eval<Node> {
    let escape = if args.get(2).is_nil() { None } else { Some(plain_operand(interpreter, &args.get(2))?) };
    Ok(Node::Matches(Box::new(Matches {
        left: plain_operand(interpreter, &args.first())?,
        right: plain_operand(interpreter, &args.get(1))?,
        escape,
        case_sensitive: args.get(3).truthy(),
        regexp: false,
        not,
    })))
}

fn within(interpreter: &mut Interpreter, args: &Args) -> Eval<Node> {
    let own = Box::new(plain_operand(interpreter, &args.first())?);
    if let Some(Node::Statement(select)) = node(&args.get(1)) {
        return Ok(Node::InSelect(own, select, false));
    }
    let values = ruby::core::convert::wrap(interpreter, &args.get(1))?;
    let values: Eval<Vec<_>> = values.iter().map(|value| plain_operand(interpreter, value)).collect();
    Ok(Node::In(own, values?))
}
