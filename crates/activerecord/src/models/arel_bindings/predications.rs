//! What an expression is compared with: arel/predications.rb.

use std::borrow::Cow;

use ruby::core::convert;
use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use super::{called, node, operand, parts, plain_operand, wrap_plain};
use crate::connection::arel::{Bound, Comparison, Matches, Node};
use crate::models::attribute_methods;
use crate::models::attribute_set::{AttributeType, Record};
use crate::models::relation::predicate_builder::open_bound;

pub(super) const METHODS: &[NativeMethod] = &[
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
];

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
    for value in convert::array(interpreter, &args.first())? {
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
                    convert::array(interpreter, &items)?
                }
                value => vec![value.clone()],
            };
            let mut values = Vec::new();
            for item in items {
                let item = if item.data::<Record>().is_some() {
                    attribute_methods::id(interpreter, &item, Args::none())?
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
