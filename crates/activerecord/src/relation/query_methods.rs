//! relation/query_methods.rb and spawn_methods.rb: what makes one relation of another. `includes` and its kin load eagerly in
//! Rails, joins of associations and common table expressions need more than this; they are refused.

use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, Value, method, variadic};

use super::predicate_builder::{Clause, build_where_clause};
use super::{Relation, Values, relation, spawn, wrap};
use crate::arel::{self, Node};
use crate::arel_bindings;
use crate::bindings::arguments::to_arg;
use crate::errors::OrRaise;
use crate::model_schema::{load_schema, table_name};
use crate::state::with_adapter;

pub(crate) const METHODS: &[NativeMethod] = &[
    variadic("where", where_, 0),
    variadic("rewhere", rewhere, 1),
    variadic("not", where_not, 1),
    variadic("having", having, 1),
    variadic("order", order, 1),
    variadic("reorder", reorder, 1),
    variadic("in_order_of", |i, _, _| refuse(i, "in_order_of"), 0),
    method("reverse_order", reverse_order, 0..=0),
    variadic("select", select, 0),
    variadic("reselect", reselect, 1),
    variadic("group", group, 1),
    method("limit", limit, 1..=1),
    method("offset", offset, 1..=1),
    method("distinct", distinct, 0..=1),
    method("uniq", |i, this, args| on_records(i, this, "uniq", args), 0..=0),
    variadic("joins", joins, 1),
    variadic("left_joins", |i, _, _| refuse(i, "left_joins"), 0),
    variadic("left_outer_joins", |i, _, _| refuse(i, "left_outer_joins"), 0),
    variadic("includes", |i, _, _| refuse(i, "includes"), 0),
    variadic("eager_load", |i, _, _| refuse(i, "eager_load"), 0),
    variadic("preload", |i, _, _| refuse(i, "preload"), 0),
    variadic("references", |i, _, _| refuse(i, "references"), 0),
    variadic("with", |i, _, _| refuse(i, "with"), 0),
    variadic("extending", |i, _, _| refuse(i, "extending"), 0),
    variadic("annotate", |i, _, _| refuse(i, "annotate"), 0),
    variadic("optimizer_hints", |i, _, _| refuse(i, "optimizer_hints"), 0),
    method("from", from, 1..=2),
    method("lock", lock, 0..=1),
    method("readonly", |i, this, _| spawn(i, this, |values| values.readonly = true), 0..=1),
    method("none", |i, this, _| spawn(i, this, |values| values.none = true), 0..=0),
    method("or", or, 1..=1),
    method("and", and, 1..=1),
    method("merge", merge, 1..=1),
    variadic("unscope", unscope, 1),
    variadic("except", except, 0),
    variadic("only", |i, _, _| refuse(i, "only"), 0),
    method("all", |i, this, _| spawn(i, this, |_| ()), 0..=0),
    method("spawn", |i, this, _| spawn(i, this, |_| ()), 0..=0),
    method("create_with", create_with, 1..=1),
    method("invert_where", invert_where, 0..=0),
    method("unscoped", |i, this, _| unscoped(i, this), 0..=0),
    method("arel", |i, _, _| refuse(i, "arel"), 0..=1),
    method("table", |i, this, _| arel_bindings::table_of(i, this), 0..=0),
    method("arel_table", |i, this, _| arel_bindings::table_of(i, this), 0..=0),
];

/// What `where` without arguments answers: `where.not(..)`.
struct WhereChain(Value);

impl NativeData for WhereChain {}

const CHAIN_METHODS: &[NativeMethod] = &[
    variadic("not", chain_not, 1),
    variadic("missing", |i, _, _| refuse(i, "where.missing"), 0),
    variadic("associated", |i, _, _| refuse(i, "where.associated"), 0),
];

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("ActiveRecord::QueryMethods::WhereChain", &object).define(CHAIN_METHODS);
}

fn refuse(interpreter: &mut Interpreter, what: &str) -> Eval {
    Err(interpreter.unsupported(format!("`{what}` of a relation is not supported yet")))
}

fn on_records(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let records = Value::array(super::load(interpreter, this)?);
    interpreter.call(&records, name, args)
}

fn unscoped(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let model = Rc::clone(&relation(interpreter, this)?.model);
    super::unscoped(interpreter, &model)
}

// Conditions

fn where_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.is_empty() {
        let class = interpreter.class_at("ActiveRecord::QueryMethods::WhereChain");
        return Ok(Value::native(&class, WhereChain(this.clone())));
    }
    if crate::attribute_methods::is_blank(&args.first()) {
        return spawn(interpreter, this, |_| ());
    }
    let clause = clause(interpreter, this, &args)?;
    spawn(interpreter, this, |values| add(values, clause))
}

fn clause(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Clause> {
    let model = Rc::clone(&relation(interpreter, this)?.model);
    build_where_clause(interpreter, &model, &args.first(), args.positional.get(1..).unwrap_or_default())
}

fn add(values: &mut Values, clause: Clause) {
    values.wheres.extend(clause.predicates);
    values.equalities.extend(clause.equalities);
}

fn rewhere(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let clause = clause(interpreter, this, &args)?;
    spawn(interpreter, this, |values| {
        let columns: Vec<_> = clause.predicates.iter().filter_map(|node| owned(node.column())).collect();
        values.wheres.retain(|node| owned(node.column()).is_none_or(|column| !columns.contains(&column)));
        values.equalities.retain(|(name, _)| columns.iter().all(|(_, column)| column != name));
        add(values, clause);
    })
}

fn owned(column: Option<(&str, &str)>) -> Option<(String, String)> {
    column.map(|(table, name)| (table.to_owned(), name.to_owned()))
}

fn chain_not(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(chain) = this.data::<WhereChain>() else { return Ok(Value::Nil) };
    where_not(interpreter, &chain.0, args)
}

fn where_not(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut clause = clause(interpreter, this, &args)?;
    let inverted = invert(&mut clause.predicates);
    spawn(interpreter, this, |values| values.wheres.push(inverted))
}

/// `WhereClause#invert`
fn invert(predicates: &mut Vec<Node>) -> Node {
    if predicates.len() == 1 { predicates.remove(0).invert() } else { Node::Not(Box::new(arel::ast(predicates))) }
}

fn invert_where(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    spawn(interpreter, this, |values| {
        let inverted = invert(&mut values.wheres);
        values.wheres = vec![inverted];
    })
}

fn having(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let clause = clause(interpreter, this, &args)?;
    spawn(interpreter, this, |values| values.havings.extend(clause.predicates))
}

fn other(interpreter: &mut Interpreter, args: &Args, name: &str) -> Eval<Rc<Relation>> {
    match args.first().data::<Relation>() {
        Some(other) => Ok(other),
        None => {
            let class = interpreter.class_of(&args.first()).name();
            let message =
                format!("You have passed {class} object to #{name}. Pass an ActiveRecord::Relation object instead.");
            Err(interpreter.argument_error(message))
        }
    }
}

/// `WhereClause#or`
fn or(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = other(interpreter, &args, "or")?;
    spawn(interpreter, this, |values| {
        if values.none || other.values.none {
            if values.none {
                values.none = other.values.none;
                values.wheres.clone_from(&other.values.wheres);
            }
            return;
        }
        let (mine, theirs) = (std::mem::take(&mut values.wheres), &other.values.wheres);
        let left: Vec<_> = mine.iter().filter(|node| !theirs.contains(node)).cloned().collect();
        let mut common: Vec<_> = mine.iter().filter(|node| !left.contains(node)).cloned().collect();
        let right: Vec<_> = theirs.iter().filter(|node| !common.contains(node)).cloned().collect();
        if !left.is_empty() && !right.is_empty() {
            let unwrap = |node| match node {
                Node::Grouping(inner) => *inner,
                node => node,
            };
            let left = unwrap(arel::ast(&left));
            let right = unwrap(arel::ast(&right));
            let alternatives = match left {
                Node::Or(mut nodes) => {
                    nodes.push(right);
                    nodes
                }
                left => vec![left, right],
            };
            common.push(Node::Grouping(Box::new(Node::Or(alternatives))));
        }
        values.wheres = common;
        values.equalities.clear();
    })
}

fn and(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = other(interpreter, &args, "and")?;
    spawn(interpreter, this, |values| {
        for node in &other.values.wheres {
            if !values.wheres.contains(node) {
                values.wheres.push(node.clone());
            }
        }
    })
}

fn merge(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let Value::Proc(block) = args.first() {
        return interpreter.instance_exec(&block, this, Args::none());
    }
    if let Value::Hash(_) = args.first() {
        return where_(interpreter, this, args);
    }
    let other = other(interpreter, &args, "merge")?;
    spawn(interpreter, this, |values| {
        let others = &other.values;
        let columns: Vec<_> = others.wheres.iter().filter_map(|node| owned(node.column())).collect();
        values.wheres.retain(|node| owned(node.column()).is_none_or(|column| !columns.contains(&column)));
        for node in &others.wheres {
            if !values.wheres.contains(node) {
                values.wheres.push(node.clone());
            }
        }
        values.selects.extend(others.selects.iter().cloned());
        values.joins.extend(others.joins.iter().cloned());
        values.groups.extend(others.groups.iter().cloned());
        values.havings.extend(others.havings.iter().cloned());
        values.orders.extend(others.orders.iter().cloned());
        values.equalities.extend(others.equalities.iter().cloned());
        values.limit = others.limit.clone().or(values.limit.take());
        values.offset = others.offset.clone().or(values.offset.take());
        values.lock = others.lock.clone().or(values.lock.take());
        values.from = others.from.clone().or(values.from.take());
        values.distinct |= others.distinct;
        values.readonly |= others.readonly;
        values.none |= others.none;
    })
}

// Columns

/// `arel_column(field)`
pub(crate) fn arel_column(interpreter: &mut Interpreter, relation: &Relation, field: &Value) -> Eval<Node> {
    if let Some(node) = arel_bindings::node(field) {
        return Ok(node);
    }
    let is_symbol = matches!(field, Value::Symbol(_));
    let name = interpreter.to_s(field)?;
    let name = crate::attribute_methods::alias(&relation.model, &name).unwrap_or(name);
    let columns = load_schema(interpreter, &relation.model)?;
    if columns.column(&name).is_some() && relation.values.from.is_none() {
        return Ok(Node::Attribute(columns.table_name.clone(), name));
    }
    if let Some((table, column)) = name.rsplit_once('.')
        && is_word(column)
        && table.split('.').count() <= 2
        && table.split('.').all(is_word)
    {
        return Ok(Node::Attribute(table.to_owned(), column.to_owned()));
    }
    if is_symbol {
        let quoted = with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name(&name)))?;
        return Ok(Node::Sql(quoted));
    }
    Ok(Node::Sql(name))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character == '_' || character.is_alphanumeric())
}

fn flattened(args: &Args) -> Vec<Value> {
    let mut out = Vec::new();
    for value in &args.positional {
        match value {
            Value::Array(items) => {
                out.extend(flattened(&Args::new(items.to_vec())));
            }
            other => out.push(other.clone()),
        }
    }
    out
}

pub(crate) fn arel_columns(interpreter: &mut Interpreter, relation: &Relation, fields: &[Value]) -> Eval<Vec<Node>> {
    let mut out = Vec::new();
    for field in fields {
        match field {
            Value::Nil => {}
            Value::Hash(hash) => {
                for (table, columns) in hash.pairs() {
                    let table = interpreter.to_s(&table)?;
                    for column in ruby::builtins::convert::wrap(interpreter, &columns)? {
                        let column = interpreter.to_s(&column)?;
                        out.push(Node::Attribute(table.clone(), column));
                    }
                }
            }
            field => out.push(arel_column(interpreter, relation, field)?),
        }
    }
    Ok(out)
}

fn select(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() {
        return on_records(interpreter, this, "select", args);
    }
    if args.is_empty() {
        return Err(interpreter.argument_error("Call `select' with at least one field."));
    }
    let relation = relation(interpreter, this)?;
    let nodes = arel_columns(interpreter, &relation, &flattened(&args))?;
    spawn(interpreter, this, |values| values.selects.extend(nodes))
}

fn reselect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let nodes = arel_columns(interpreter, &relation, &flattened(&args))?;
    spawn(interpreter, this, |values| values.selects = nodes)
}

fn group(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let nodes = arel_columns(interpreter, &relation, &flattened(&args))?;
    spawn(interpreter, this, |values| values.groups.extend(nodes))
}

fn distinct(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let on = !args.has(0) || args.first().truthy();
    spawn(interpreter, this, |values| values.distinct = on)
}

fn number(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Arg>> {
    if value.is_nil() {
        return Ok(None);
    }
    let arg = to_arg(interpreter, value)?;
    match arg {
        Arg::Str(text) => Ok(Some(super::integer_type().cast(&Arg::Str(text)).or_raise(interpreter)?)),
        other => Ok(Some(other)),
    }
}

fn limit(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let limit = number(interpreter, &args.first())?;
    spawn(interpreter, this, |values| values.limit = limit)
}

fn offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let offset = number(interpreter, &args.first())?;
    spawn(interpreter, this, |values| values.offset = offset)
}

fn from(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let from = match args.first().data::<Relation>() {
        Some(_) => {
            let sql = interpreter.call(&args.first(), "to_sql", Args::none())?;
            let alias = if args.has(1) { interpreter.to_s(&args.get(1))? } else { "subquery".to_owned() };
            format!("({}) {alias}", interpreter.to_s(&sql)?)
        }
        None => interpreter.to_s(&args.first())?,
    };
    spawn(interpreter, this, |values| values.from = Some(from))
}

fn lock(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let lock = match args.first() {
        Value::Str(text) => Some(text.to_string()),
        Value::Bool(false) => None,
        _ => Some("FOR UPDATE".to_owned()),
    };
    spawn(interpreter, this, |values| values.lock = lock)
}

fn joins(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let mut joins = Vec::new();
    for value in flattened(&args) {
        match &value {
            Value::Str(text) => joins.push(text.borrow().trim().to_owned()),
            Value::Symbol(name) => joins.push(crate::associations::join(interpreter, &relation.model, *name)?),
            _ => return refuse(interpreter, "joins"),
        }
    }
    joins.retain(|join| !join.is_empty());
    spawn(interpreter, this, |values| {
        for join in joins {
            if !values.joins.contains(&join) {
                values.joins.push(join);
            }
        }
    })
}

// Order

fn order(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = order_nodes(interpreter, this, &args)?;
    spawn(interpreter, this, |values| {
        for node in nodes {
            if !values.orders.contains(&node) {
                values.orders.push(node);
            }
        }
    })
}

fn reorder(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let nodes = order_nodes(interpreter, this, &args)?;
    spawn(interpreter, this, |values| values.orders = nodes)
}

fn order_nodes(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Vec<Node>> {
    let relation = relation(interpreter, this)?;
    let mut nodes = Vec::new();
    for argument in flattened(args) {
        match &argument {
            Value::Nil => {}
            Value::Symbol(name) => {
                let column = order_column(interpreter, &relation, &name.to_str())?;
                nodes.push(Node::Ascending(Box::new(column)));
            }
            Value::Hash(hash) => {
                for (key, direction) in hash.pairs() {
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

fn order_column(interpreter: &mut Interpreter, relation: &Relation, name: &str) -> Eval<Node> {
    match arel_column(interpreter, relation, &Value::str(name))? {
        // What is no column is quoted as if it were a table.
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

fn reverse_order(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let orders = reversed(interpreter, &relation)?;
    spawn(interpreter, this, |values| values.orders = orders)
}

/// `reverse_sql_order`
pub(crate) fn reversed(interpreter: &mut Interpreter, relation: &Relation) -> Eval<Vec<Node>> {
    let columns = load_schema(interpreter, &relation.model)?;
    if relation.values.orders.is_empty() {
        let Some(key) = columns.primary_key.clone() else {
            let message = format!(
                "Relation has no order values, and {} has no order columns to use as a default. Set at least one of \
                 `implicit_order_column`, or `primary_key` on the model when no `order `is specified on the relation.",
                relation.model.name()
            );
            return Err(interpreter.error("ActiveRecord::IrreversibleOrderError", message));
        };
        return Ok(vec![Node::Descending(Box::new(Node::Attribute(columns.table_name.clone(), key)))]);
    }
    let mut out = Vec::new();
    for order in &relation.values.orders {
        match order {
            Node::Ascending(inner) => out.push(Node::Descending(inner.clone())),
            Node::Descending(inner) => out.push(Node::Ascending(inner.clone())),
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
        "Dangerous query method (method whose arguments are used as raw SQL) called with non-attribute argument(s): {text:?}. \
         This method should not be called with user-provided values, such as request parameters or model attributes. Known-\
         safe values can be passed by wrapping them in Arel.sql()."
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
        if words.len() >= 3 && upper(words[words.len() - 2]) == "NULLS" {
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

// Taking back

fn clear(values: &mut Values, what: &str) -> bool {
    match what {
        "where" => {
            values.wheres.clear();
            values.equalities.clear();
        }
        "select" => values.selects.clear(),
        "group" => values.groups.clear(),
        "having" => values.havings.clear(),
        "order" => values.orders.clear(),
        "joins" => values.joins.clear(),
        "limit" => values.limit = None,
        "offset" => values.offset = None,
        "lock" => values.lock = None,
        "from" => values.from = None,
        "distinct" => values.distinct = false,
        "readonly" => values.readonly = false,
        "create_with" => values.create_with.clear(),
        "includes" | "eager_load" | "preload" | "left_outer_joins" => {}
        _ => return false,
    }
    true
}

fn unscope(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let mut values = relation.values.clone();
    for argument in flattened(&args) {
        match &argument {
            Value::Symbol(name) => {
                if !clear(&mut values, &name.to_str()) {
                    let message = format!("Called unscope() with invalid unscoping argument ':{name}'.");
                    return Err(interpreter.argument_error(message));
                }
            }
            Value::Hash(hash) => {
                for (key, names) in hash.pairs() {
                    if key.as_name().as_deref() != Some("where") {
                        let message = "Hash arguments in .unscope(*args) must have :where as the key.";
                        return Err(interpreter.argument_error(message));
                    }
                    for name in ruby::builtins::convert::wrap(interpreter, &names)? {
                        let name = interpreter.to_s(&name)?;
                        values.wheres.retain(|node| node.column().is_none_or(|(_, column)| column != name));
                        values.equalities.retain(|(column, _)| *column != name);
                    }
                }
            }
            _ => return Err(interpreter.argument_error("Unrecognized scoping")),
        }
    }
    let model: Rc<RClass> = Rc::clone(&relation.model);
    Ok(wrap(interpreter, &model, values))
}

fn except(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let names: Vec<_> = args.positional.iter().filter_map(Value::as_name).collect();
    spawn(interpreter, this, |values| {
        for name in names {
            clear(values, &name);
        }
    })
}

fn create_with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = args.first() else {
        return spawn(interpreter, this, |values| values.create_with.clear());
    };
    let mut pairs = Vec::new();
    for (key, value) in hash.pairs() {
        pairs.push((interpreter.to_s(&key)?, value));
    }
    spawn(interpreter, this, |values| values.create_with.extend(pairs))
}

/// The quoted name of the relation's table.
pub(crate) fn table(interpreter: &mut Interpreter, relation: &Relation) -> Eval<String> {
    Ok(table_name(interpreter, &relation.model)?.unwrap_or_default())
}
