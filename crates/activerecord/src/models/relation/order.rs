//! The order of rows: `order` and its kin of relation/query_methods.rs, and `disallow_raw_sql!` of sanitization.rb.

use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, RClass, Value};

use super::query_methods::{arel_column, check_arguments, flattened, is_word};
use super::{Relation, relation, spawn, type_of};
use crate::connection::arel::{Case, Node};
use crate::ground::state::with_adapter;
use crate::models::arel_bindings;
use crate::models::model_schema::{self, Columns, load_schema};

/// `order`
pub(super) fn order(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "order")?;
    let references = references(interpreter, &args)?;
    let nodes = order_nodes(interpreter, this, &args)?;
    spawn(interpreter, this, |values| {
        values.refer(references);
        for node in nodes {
            if !values.orders.contains(&node) {
                values.orders.push(node);
            }
        }
    })
}

/// `column_references`: the tables that an order names.
fn references(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<String>> {
    let mut out = Vec::new();
    for argument in flattened(interpreter, args)? {
        match &argument {
            Value::Str(_) | Value::Symbol(_) => out.extend(table_in(&argument.as_name().unwrap_or_default())),
            Value::Hash(hash) => {
                for (key, value) in hash.pairs() {
                    match (&key, &value) {
                        (_, Value::Hash(_)) => out.push(interpreter.to_s(&key)?),
                        (Value::Str(_) | Value::Symbol(_), _) => {
                            out.extend(table_in(&key.as_name().unwrap_or_default()));
                        }
                        _ => {}
                    }
                }
            }
            value => match arel_bindings::node(value) {
                Some(Node::Attribute(table, _)) => out.push(table),
                Some(Node::Ascending(inner) | Node::Descending(inner)) => {
                    if let Node::Attribute(table, _) = *inner {
                        out.push(table);
                    }
                }
                _ => {}
            },
        }
    }
    Ok(out)
}

/// `/^\W?(\w+)\W?\./`
pub(super) fn table_in(text: &str) -> Option<String> {
    let rest = text.strip_prefix(|first: char| !(first == '_' || first.is_alphanumeric())).unwrap_or(text);
    let end = rest.find(|character: char| !(character == '_' || character.is_alphanumeric()))?;
    let (name, after) = rest.split_at(end);
    let mut after = after.chars();
    let first = after.next()?;
    (!name.is_empty() && (first == '.' || after.next() == Some('.'))).then(|| name.to_owned())
}

/// `in_order_of(column, values, filter: true)`
pub(super) fn in_order_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let column = args.first();
    let filter = args.keyword("filter").is_none_or(|filter| filter.truthy());
    let values = ruby::core::convert::array(interpreter, &args.get(1))?;
    if values.is_empty() {
        return interpreter.call(this, "none", Args::none());
    }
    let node = match arel_bindings::node(&column) {
        Some(node) => node,
        None => {
            let name = interpreter.to_s(&column)?;
            check_raw_sql(interpreter, &name, true)?;
            order_column(interpreter, &own, &name)?
        }
    };
    let kind = match &node {
        Node::Attribute(_, name) => type_of(&*load_schema(interpreter, &own.model)?, name),
        _ => crate::models::attribute_set::AttributeType::value(),
    };
    let mut quoted = Vec::new();
    for value in &values {
        let value = kind.serialize_if_possible(interpreter, value)?.unwrap_or(Arg::Nil);
        quoted.push(Node::Quoted(value));
    }
    let mut case = Case::default();
    for (index, value) in quoted.iter().enumerate() {
        case.whens.push((node.clone().equal(value.clone()), Node::Sql((index + 1).to_string())));
    }
    if !filter {
        case.default = Some(Node::Sql((quoted.len() + 1).to_string()));
    }
    let has_nil = quoted.contains(&Node::Quoted(Arg::Nil));
    let some: Vec<Node> = quoted.into_iter().filter(|value| *value != Node::Quoted(Arg::Nil)).collect();
    let found = Node::In(Box::new(node.clone()), some);
    let condition = if has_nil { Node::Or(vec![found, node.equal(Node::Quoted(Arg::Nil))]).grouping() } else { found };
    spawn(interpreter, this, |values| {
        values.orders.push(Node::Ascending(Box::new(Node::Case(Box::new(case)))));
        if filter {
            values.wheres.push(condition);
        }
    })
}

/// `reorder`
pub(super) fn reorder(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "reorder")?;
    let references = references(interpreter, &args)?;
    let mut nodes: Vec<Node> = Vec::new();
    for node in order_nodes(interpreter, this, &args)? {
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    spawn(interpreter, this, |values| {
        values.refer(references);
        values.reordering = true;
        values.orders = nodes;
    })
}

fn order_nodes(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Vec<Node>> {
    let relation = relation(interpreter, this)?;
    let mut nodes = Vec::new();
    for argument in sanitized(interpreter, args)? {
        match &argument {
            Value::Nil => {}
            Value::Symbol(name) => {
                let column = order_column(interpreter, &relation, &name.to_str())?;
                nodes.push(Node::Ascending(Box::new(column)));
            }
            Value::Hash(hash) => {
                for (key, direction) in hash.pairs() {
                    if let Value::Hash(inner) = &direction {
                        let table = interpreter.to_s(&key)?;
                        for (column, direction) in inner.pairs() {
                            let column = interpreter.to_s(&column)?;
                            let node = order_column(interpreter, &relation, &format!("{table}.{column}"))?;
                            nodes.push(directed(interpreter, node, &direction)?);
                        }
                        continue;
                    }
                    let node = match arel_bindings::node(&key) {
                        Some(node) => node,
                        None => {
                            let name = interpreter.to_s(&key)?;
                            order_column(interpreter, &relation, &name)?
                        }
                    };
                    nodes.push(directed(interpreter, node, &direction)?);
                }
            }
            Value::Str(text) => {
                let text = text.to_string();
                if text.trim().is_empty() {
                    continue;
                }
                check_raw_sql(interpreter, &text, true)?;
                nodes.push(Node::Sql(text));
            }
            value => match arel_bindings::node(value) {
                Some(node) => nodes.push(node),
                None => {
                    let shown = interpreter.inspect(value)?;
                    return Err(interpreter.argument_error(format!("Unsupported argument type: {shown}")));
                }
            },
        }
    }
    Ok(nodes)
}

/// `sanitize_order_arguments`: a list that begins with SQL and has placeholders is filled in.
fn sanitized(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<Value>> {
    let mut out = Vec::new();
    for argument in &args.positional {
        if let Value::Array(items) = argument
            && let Some(first) = items.to_vec().first()
            && !first.is_nil()
            && matches!(first, Value::Str(_) | Value::Object(_))
        {
            let text = interpreter.to_s(first)?;
            if text.contains('?') {
                if arel_bindings::node(first).is_none() {
                    check_raw_sql(interpreter, &text, true)?;
                }
                let sql = crate::models::base::sanitize(interpreter, argument)?;
                let sql = interpreter.to_s(&sql)?;
                out.push(arel_bindings::sql_literal(interpreter, sql));
                continue;
            }
        }
        out.extend(flattened(interpreter, &Args::one(argument.clone()))?);
    }
    Ok(out)
}

fn order_column(interpreter: &mut Interpreter, relation: &Relation, name: &str) -> Eval<Node> {
    match arel_column(interpreter, relation, &Value::str(name))? {
        // What is no column is quoted as if it were a table.
        Node::Sql(_) if name == "count" && !relation.values.groups.is_empty() => {
            let columns = load_schema(interpreter, &relation.model)?;
            Ok(Node::attribute(&*columns.table_name, name))
        }
        Node::Sql(name) => {
            let quoted = with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name(&name)))?;
            Ok(Node::Sql(quoted))
        }
        node => Ok(node),
    }
}

fn directed(interpreter: &mut Interpreter, node: Node, direction: &Value) -> Eval<Node> {
    match direction.as_name().unwrap_or_default().to_lowercase().as_str() {
        "asc" => Ok(Node::Ascending(Box::new(node))),
        "desc" => Ok(Node::Descending(Box::new(node))),
        _ => {
            let shown = interpreter.inspect(direction)?;
            let message = format!(
                "Direction \"{}\" is invalid. Valid directions are: [:asc, :desc, :ASC, :DESC, \"asc\", \"desc\", \"ASC\", \
                 \"DESC\"]",
                shown.trim_matches('"').trim_start_matches(':')
            );
            Err(interpreter.argument_error(message))
        }
    }
}

/// `reverse_order`
pub(super) fn reverse_order(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let orders = reversed(interpreter, &relation)?;
    spawn(interpreter, this, |values| values.orders = orders)
}

/// `_order_columns`: what rows are in the order of, where nothing else is said.
pub(super) fn order_columns(model: &Rc<RClass>, columns: &Columns) -> Vec<String> {
    let given = model_schema::implicit_order_columns(model);
    if given.last().is_some_and(Option::is_none) {
        return given.into_iter().flatten().collect();
    }
    with_key(given, &columns.row_key)
}

fn with_key(given: Vec<Option<String>>, key: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in given.into_iter().flatten().chain(key.iter().cloned()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `reverse_sql_order`
pub(crate) fn reversed(interpreter: &mut Interpreter, relation: &Relation) -> Eval<Vec<Node>> {
    if relation.values.orders.is_empty() {
        let columns = load_schema(interpreter, &relation.model)?;
        let names = with_key(model_schema::implicit_order_columns(&relation.model), columns.key_columns());
        if names.is_empty() {
            let message = format!(
                "Relation has no order values, and {} has no order columns to use as a default. Set at least one of \
                 `implicit_order_column`, or `primary_key` on the model when no `order `is specified on the relation.",
                relation.model.name()
            );
            return Err(interpreter.error("ActiveRecord::IrreversibleOrderError", message));
        }
        let down = |name: String| Node::Descending(Box::new(Node::attribute(&*columns.table_name, name)));
        return Ok(names.into_iter().map(down).collect());
    }
    let mut out = Vec::new();
    for order in &relation.values.orders {
        match order {
            Node::Ascending(inner) => out.push(Node::Descending(inner.clone())),
            Node::Descending(inner) => out.push(Node::Ascending(inner.clone())),
            Node::NullsFirst(inner) => out.push(Node::NullsLast(Box::new(reversed_one(inner)))),
            Node::NullsLast(inner) => out.push(Node::NullsFirst(Box::new(reversed_one(inner)))),
            Node::Sql(text) => {
                if is_irreversible(text) {
                    let message = format!("Order {text:?} cannot be reversed automatically");
                    return Err(interpreter.error("ActiveRecord::IrreversibleOrderError", message));
                }
                out.extend(text.split(',').map(|part| Node::Sql(reverse_part(part.trim()))));
            }
            other => out.push(Node::Descending(Box::new(other.clone()))),
        }
    }
    Ok(out)
}

fn reversed_one(order: &Node) -> Node {
    match order {
        Node::Ascending(inner) => Node::Descending(inner.clone()),
        Node::Descending(inner) => Node::Ascending(inner.clone()),
        other => Node::Descending(Box::new(other.clone())),
    }
}

/// `does_not_support_reverse?`: a function of several arguments, or NULLS FIRST and LAST.
fn is_irreversible(text: &str) -> bool {
    let mut depth = 0;
    let nested_comma = text.chars().any(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        character == ',' && depth > 0
    });
    let lower = text.trim_end().to_lowercase();
    nested_comma || lower.ends_with("nulls first") || lower.ends_with("nulls last")
}

fn reverse_part(part: &str) -> String {
    let lower = part.to_lowercase();
    let cut = |length: usize| part[..part.len() - length].to_owned();
    if lower.ends_with(" asc") {
        format!("{} DESC", cut(4))
    } else if lower.ends_with(" desc") {
        format!("{} ASC", cut(5))
    } else {
        format!("{part} DESC")
    }
}

/// `disallow_raw_sql!`: columns, functions of at most one, directions.
pub(crate) fn check_raw_sql(interpreter: &mut Interpreter, text: &str, with_order: bool) -> Eval<()> {
    if split_top(text).iter().all(|part| is_column_reference(part.trim(), with_order)) {
        return Ok(());
    }
    let message = format!(
        "Dangerous query method (method whose arguments are used as raw SQL) called with non-attribute argument(s): \
         {text:?}.This method should not be called with user-provided values, such as request parameters or model \
         attributes. Known-safe values can be passed by wrapping them in Arel.sql()."
    );
    Err(interpreter.error("ActiveRecord::UnknownAttributeReference", message))
}

fn split_top(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

fn is_column_reference(part: &str, with_order: bool) -> bool {
    let mut words: Vec<&str> = part.split_whitespace().collect();
    let upper = |word: &str| word.to_uppercase();
    if with_order {
        if words.len() >= 3
            && upper(words[words.len() - 2]) == "NULLS"
            && matches!(upper(words[words.len() - 1]).as_str(), "FIRST" | "LAST")
        {
            words.truncate(words.len() - 2);
        }
        if words.len() >= 2 && matches!(upper(words[words.len() - 1]).as_str(), "ASC" | "DESC") {
            words.pop();
        }
        if words.len() >= 3 && upper(words[words.len() - 2]) == "COLLATE" {
            words.truncate(words.len() - 2);
        }
    } else if words.len() >= 2 && is_quoted_word(words[words.len() - 1]) {
        words.pop();
        if words.len() >= 2 && upper(words[words.len() - 1]) == "AS" {
            words.pop();
        }
    }
    words.len() == 1 && is_reference(words[0])
}

fn is_reference(text: &str) -> bool {
    if let Some((name, inner)) = text.split_once('(') {
        let Some(inner) = inner.strip_suffix(')') else { return false };
        return is_word(name) && (inner.is_empty() || is_reference(inner));
    }
    let text = text.split_once("::").map_or(text, |(column, _)| column);
    match text.split_once('.') {
        Some((table, column)) => is_quoted_word(table) && (is_quoted_word(column) || is_reference(column)),
        None => is_quoted_word(text),
    }
}

fn is_quoted_word(text: &str) -> bool {
    let inner = text.strip_prefix(['"', '`']).and_then(|rest| rest.strip_suffix(['"', '`'])).unwrap_or(text);
    is_word(inner)
}
