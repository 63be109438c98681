//! `Arel.sql`, and what its literals are beside nodes: strings.

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method, variadic};

use super::{node, wrap_plain};
use crate::connection::arel::Node;
use crate::models::relation::predicate_builder::bound_sql;

pub(super) const AREL_METHODS: &[NativeMethod] =
    &[variadic("sql", sql, 1).with_keywords(), method("star", star, 0..=0)];

pub(super) const LITERAL_METHODS: &[NativeMethod] = &[
    method("to_s", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("to_str", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("to_sql", |_, this, _| Ok(literal(this).into()), 0..=0),
    method("inspect", |_, this, _| Ok(format!("{:?}", literal(this)).into()), 0..=0),
    method("+", literal_plus, 1..=1),
    variadic("method_missing", literal_missing, 1),
];

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

/// `Arel.sql` of a text without binds.
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
    let node = bound_sql(interpreter, &text, &rest)?;
    Ok(wrap_plain(interpreter, node))
}

fn star(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(sql_literal(interpreter, "*".to_owned()))
}
