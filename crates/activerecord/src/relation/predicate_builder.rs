//! What `where` is told, as predicates: relation/predicate_builder.rb and its handlers, and `build_where_clause` of
//! relation/query_methods.rb.

use std::rc::Rc;

use adapters::Arg;
use ruby::{Eval, Interpreter, RClass, RHash, Value};

use super::{Relation, arel, type_of};
use crate::arel::{Comparison, Node};
use crate::attribute_methods::{self, alias};
use crate::attribute_set::{AttributeType, Record};
use crate::base;
use crate::bindings::arguments::to_arg;
use crate::model_schema::load_schema;

/// The predicates, and the plain equalities among them by column.
#[derive(Default)]
pub(crate) struct Clause {
    pub predicates: Vec<Node>,
    pub equalities: Vec<(String, Value)>,
}

/// `build_where_clause(opts, rest)`
pub(crate) fn build_where_clause(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    conditions: &Value,
    rest: &[Value],
) -> Eval<Clause> {
    let (conditions, rest) = match conditions {
        Value::Array(items) => {
            let mut items = items.to_vec();
            if items.is_empty() {
                return Ok(Clause::default());
            }
            let first = items.remove(0);
            (first, items)
        }
        other => (other.clone(), rest.to_vec()),
    };
    match &conditions {
        Value::Str(sql) => {
            let sql = sql.to_string();
            Ok(Clause { predicates: vec![string_condition(interpreter, &sql, &rest)?], ..Clause::default() })
        }
        Value::Hash(hash) => {
            let columns = load_schema(interpreter, model)?;
            hash_conditions(interpreter, model, &columns.table_name, hash)
        }
        value => match crate::arel_bindings::node(value) {
            Some(node) => Ok(Clause { predicates: vec![node], ..Clause::default() }),
            None => {
                let shown = interpreter.to_s(value)?;
                let class = interpreter.class_of(value).name();
                Err(interpreter.argument_error(format!("Unsupported argument type: {shown} ({class})")))
            }
        },
    }
}

fn string_condition(interpreter: &mut Interpreter, sql: &str, rest: &[Value]) -> Eval<Node> {
    if rest.is_empty() {
        return Ok(Node::Sql(sql.to_owned()));
    }
    if let Some(Value::Hash(named)) = rest.first()
        && base::has_named_bind(sql)
    {
        return named_binds(interpreter, &format!("({sql})"), named);
    }
    if sql.contains('?') {
        return positional_binds(interpreter, &format!("({sql})"), rest);
    }
    let mut items = vec![Value::str(sql)];
    items.extend_from_slice(rest);
    let sql = base::sanitize(interpreter, &Value::array(items))?;
    Ok(Node::Sql(interpreter.to_s(&sql)?))
}

fn positional_binds(interpreter: &mut Interpreter, sql: &str, values: &[Value]) -> Eval<Node> {
    let expected = sql.matches('?').count();
    if values.len() != expected {
        let message = format!("wrong number of bind variables ({} for {expected}) in: {sql}", values.len());
        return Err(interpreter.error("ActiveRecord::PreparedStatementInvalid", message));
    }
    let mut parts = Vec::new();
    let mut values = values.iter();
    for (index, text) in sql.split('?').enumerate() {
        if index > 0
            && let Some(value) = values.next()
        {
            bound(interpreter, value, &mut parts)?;
        }
        if !text.is_empty() {
            parts.push(Node::Sql(text.to_owned()));
        }
    }
    Ok(Node::BoundSql(parts))
}

/// `:name`, but for the second colon of a cast.
fn named_binds(interpreter: &mut Interpreter, sql: &str, named: &RHash) -> Eval<Node> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut missing = Vec::new();
    let mut rest = sql;
    while let Some(index) = rest.find(':') {
        let after = &rest[index + 1..];
        let name: String = after.chars().take_while(|c| *c == '_' || c.is_ascii_alphanumeric()).collect();
        let preceded = rest[..index].ends_with(':') || (index == 0 && text.ends_with(':'));
        if preceded || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            text.push_str(&rest[..=index]);
            rest = after;
            continue;
        }
        text.push_str(&rest[..index]);
        if !text.is_empty() {
            parts.push(Node::Sql(std::mem::take(&mut text)));
        }
        match named.get(&Value::symbol(&name)) {
            Some(value) => bound(interpreter, &value, &mut parts)?,
            None => missing.push(name.clone()),
        }
        rest = &after[name.len()..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        parts.push(Node::Sql(text));
    }
    missing.dedup();
    if missing.is_empty() {
        return Ok(Node::BoundSql(parts));
    }
    let names: Vec<_> = missing.iter().map(|name| format!(":{name}")).collect();
    let what =
        if names.len() == 1 { format!("value for {}", names[0]) } else { format!("values for [{}]", names.join(", ")) };
    Err(interpreter.error("ActiveRecord::PreparedStatementInvalid", format!("missing {what} in: {sql}")))
}

/// A value within a statement: a list is a value each.
fn bound(interpreter: &mut Interpreter, value: &Value, parts: &mut Vec<Node>) -> Eval<()> {
    if let Some(relation) = value.data::<Relation>() {
        let sql = interpreter.call(value, "to_sql", ruby::Args::none())?;
        let _ = relation;
        parts.push(Node::Sql(interpreter.to_s(&sql)?));
        return Ok(());
    }
    let items = match value {
        Value::Array(_) | Value::Range(_) => as_list(interpreter, value)?,
        Value::Object(_) if interpreter.class_of(value).name() == "Set" => as_list(interpreter, value)?,
        other => vec![other.clone()],
    };
    if items.is_empty() {
        parts.push(Node::Bind(Arg::Nil));
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            parts.push(Node::Sql(", ".to_owned()));
        }
        let item = if item.data::<Record>().is_some() {
            attribute_methods::id(interpreter, item, ruby::Args::none())?
        } else {
            item.clone()
        };
        let item = base::cast_bound_value(interpreter, &item)?;
        let arg = to_arg(interpreter, &item)?;
        parts.push(match arg {
            Arg::Sql(sql) => Node::Sql(sql),
            arg => Node::Bind(arg),
        });
    }
    Ok(())
}

fn as_list(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<Value>> {
    let items = list(interpreter, value)?;
    ruby::builtins::convert::array(interpreter, &items)
}

fn list(interpreter: &mut Interpreter, value: &Value) -> Eval {
    interpreter.call(value, "to_a", ruby::Args::none())
}

/// `build_from_hash`
fn hash_conditions(interpreter: &mut Interpreter, model: &Rc<RClass>, table: &str, hash: &RHash) -> Eval<Clause> {
    let mut clause = Clause::default();
    let pairs = hash.pairs();
    if pairs.is_empty() {
        clause.predicates.push(Node::Sql("1=0".to_owned()));
        return Ok(clause);
    }
    let columns = load_schema(interpreter, model)?;
    for (key, value) in pairs {
        if matches!(key, Value::Array(_)) {
            return Err(interpreter.unsupported("`where` of several columns at once"));
        }
        let name = interpreter.to_s(&key)?;
        let name = alias(model, &name).unwrap_or(name);
        if let Some((other, column)) = name.rsplit_once('.') {
            let kind = if other == table { type_of(&columns, column) } else { AttributeType::value() };
            clause.predicates.push(predicate(interpreter, other, column, &kind, &value)?);
            continue;
        }
        if let Value::Hash(inner) = &value
            && columns.column(&name).is_none()
        {
            for (column, value) in inner.pairs() {
                let column = interpreter.to_s(&column)?;
                let kind = if name == table { type_of(&columns, &column) } else { AttributeType::value() };
                clause.predicates.push(predicate(interpreter, &name, &column, &kind, &value)?);
            }
            continue;
        }
        if let Some((column, value)) = crate::associations::as_condition(interpreter, model, &name, &value)? {
            for (column, value) in column.into_iter().zip(value) {
                let kind = type_of(&columns, &column);
                clause.predicates.push(predicate(interpreter, table, &column, &kind, &value)?);
                clause.equalities.push((column, value));
            }
            continue;
        }
        let kind = type_of(&columns, &name);
        clause.predicates.push(predicate(interpreter, table, &name, &kind, &value)?);
        if !matches!(value, Value::Array(_) | Value::Range(_)) && value.data::<Relation>().is_none() {
            clause.equalities.push((name, value));
        }
    }
    Ok(clause)
}

/// A value of the column, as a bind.
pub(crate) fn bind(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Node> {
    if value.is_nil() {
        return Ok(Node::Bind(Arg::Nil));
    }
    Ok(match kind.serialize_if_possible(interpreter, value)? {
        // What is cast to nothing is compared with all the same.
        Some(Arg::Nil) => Node::BoundSql(vec![Node::Bind(Arg::Nil)]),
        Some(Arg::Sql(sql)) => Node::Sql(sql),
        Some(arg) => Node::Bind(arg),
        None => Node::Unboundable,
    })
}

/// `predicate_builder[name, value]`
pub(crate) fn predicate(
    interpreter: &mut Interpreter,
    table: &str,
    name: &str,
    kind: &AttributeType,
    value: &Value,
) -> Eval<Node> {
    let attribute = Node::Attribute(table.to_owned(), name.to_owned());
    if let Some(relation) = value.data::<Relation>() {
        let mut select = arel(interpreter, &relation)?;
        if relation.values.selects.is_empty() {
            let columns = load_schema(interpreter, &relation.model)?;
            let key = columns.primary_key.clone().unwrap_or_default();
            select.projections = vec![Node::Attribute(columns.table_name.clone(), key)];
        }
        return Ok(Node::InSelect(Box::new(attribute), Box::new(select), false));
    }
    if value.data::<Record>().is_some() {
        let id = attribute_methods::id(interpreter, value, ruby::Args::none())?;
        return Ok(attribute.equal(bind(interpreter, kind, &id)?));
    }
    if kind.force_equality(value) {
        return Ok(attribute.equal(bind(interpreter, kind, value)?));
    }
    match value {
        Value::Range(range) => between(interpreter, attribute, kind, &range.begin, &range.end, range.exclusive),
        Value::Array(_) => array(interpreter, table, name, kind, value),
        Value::Object(_) if interpreter.class_of(value).name() == "Set" => {
            let items = list(interpreter, value)?;
            array(interpreter, table, name, kind, &items)
        }
        value => Ok(attribute.equal(bind(interpreter, kind, value)?)),
    }
}

fn between(
    interpreter: &mut Interpreter,
    attribute: Node,
    kind: &AttributeType,
    begin: &Value,
    end: &Value,
    exclusive: bool,
) -> Eval<Node> {
    let infinite = |value: &Value| match value {
        Value::Nil => true,
        Value::Float(number) => number.is_infinite(),
        _ => false,
    };
    let upper = if exclusive { Comparison::Less } else { Comparison::LessOrEqual };
    match (infinite(begin), infinite(end)) {
        (true, true) => Ok(Node::NotIn(Box::new(attribute), Vec::new())),
        (true, false) => Ok(attribute.compare(upper, bind(interpreter, kind, end)?)),
        (false, true) => Ok(attribute.compare(Comparison::GreaterOrEqual, bind(interpreter, kind, begin)?)),
        (false, false) => {
            let (low, high) = (bind(interpreter, kind, begin)?, bind(interpreter, kind, end)?);
            if exclusive {
                let from = attribute.clone().compare(Comparison::GreaterOrEqual, low);
                return Ok(Node::And(vec![from, attribute.compare(Comparison::Less, high)]));
            }
            Ok(Node::Between(Box::new(attribute), Box::new(low), Box::new(high)))
        }
    }
}

/// ArrayHandler
fn array(interpreter: &mut Interpreter, table: &str, name: &str, kind: &AttributeType, value: &Value) -> Eval<Node> {
    let attribute = Node::Attribute(table.to_owned(), name.to_owned());
    let items = ruby::builtins::convert::array(interpreter, value)?;
    if items.is_empty() {
        return Ok(Node::In(Box::new(attribute), Vec::new()));
    }
    let mut values = Vec::new();
    let mut ranges = Vec::new();
    let mut nils = false;
    for item in items {
        match item {
            Value::Nil => nils = true,
            Value::Range(_) => ranges.push(predicate(interpreter, table, name, kind, &item)?),
            item if item.data::<Record>().is_some() => {
                values.push(attribute_methods::id(interpreter, &item, ruby::Args::none())?);
            }
            item => values.push(item),
        }
    }
    let mut found = match values.len() {
        0 => None,
        1 => Some(predicate(interpreter, table, name, kind, &values[0])?),
        _ => {
            let mut binds = Vec::new();
            for value in &values {
                if let Some(arg) = kind.serialize_if_possible(interpreter, value)?
                    && !arg.is_nil()
                {
                    binds.push(Node::Bind(arg));
                }
            }
            if binds.is_empty() {
                binds.push(Node::Quoted(Arg::Nil));
            }
            Some(Node::In(Box::new(attribute.clone()), binds))
        }
    };
    let or = |found: Option<Node>, other: Node| match found {
        Some(found) => Node::Grouping(Box::new(Node::Or(vec![found, other]))),
        None => other,
    };
    if nils {
        found = Some(or(found, attribute.equal(Node::Bind(Arg::Nil))));
    }
    if !ranges.is_empty() {
        found = Some(or(found, Node::Grouping(Box::new(Node::Or(ranges)))));
    }
    Ok(found.unwrap_or(Node::And(Vec::new())))
}
