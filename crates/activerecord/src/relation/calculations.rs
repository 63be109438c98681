//! relation/calculations.rb: counts, sums, extremes, and columns read without records.

use adapters::{Arg, QueryResult};
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method, variadic};

use super::query_methods::{arel_column, arel_columns, check_raw_sql};
use super::{Relation, arel, integer_type, is_contradiction, load, relation, select_all, type_of};
use crate::arel::{Node, Select};
use crate::attribute_methods;
use crate::attribute_set::AttributeType;
use crate::bindings::arguments::to_value;
use crate::model_schema::load_schema;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("count", count, 0..=1),
    method("size", size, 0..=0),
    method("sum", sum, 0..=1),
    method("average", |i, this, args| calculate(i, this, "average", &args.first()), 1..=1),
    method("minimum", |i, this, args| calculate(i, this, "minimum", &args.first()), 1..=1),
    method("maximum", |i, this, args| calculate(i, this, "maximum", &args.first()), 1..=1),
    method("calculate", |i, this, args| calculate_named(i, this, &args), 2..=2),
    variadic("pluck", |i, this, args| pluck(i, this, &args.positional), 0),
    variadic("pick", pick, 1),
    method("ids", ids, 0..=0),
];

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() {
        let records = Value::array(load(interpreter, this)?);
        return interpreter.call(&records, "count", args);
    }
    calculate(interpreter, this, "count", &args.first())
}

fn size(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if relation(interpreter, this)?.records.borrow().is_some() {
        return Ok(load(interpreter, this)?.len().into());
    }
    calculate(interpreter, this, "count", &Value::symbol("all"))
}

fn sum(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() {
        let records = Value::array(load(interpreter, this)?);
        return interpreter.call(&records, "sum", args);
    }
    let column = if args.has(0) { args.first() } else { Value::Int(0) };
    calculate(interpreter, this, "sum", &column)
}

fn calculate_named(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let operation = interpreter.to_s(&args.first())?.to_lowercase();
    let operation = match operation.as_str() {
        "count" => "count",
        "sum" => "sum",
        "average" => "average",
        "minimum" => "minimum",
        "maximum" => "maximum",
        other => return Err(interpreter.argument_error(format!("unknown calculation {other}"))),
    };
    calculate(interpreter, this, operation, &args.get(1))
}

fn function(operation: &str) -> &'static str {
    match operation {
        "count" => "COUNT",
        "sum" => "SUM",
        "average" => "AVG",
        "minimum" => "MIN",
        _ => "MAX",
    }
}

fn capitalized(operation: &str) -> String {
    let mut letters = operation.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Whether the projection says DISTINCT itself.
fn is_distinct_select(nodes: &[Node]) -> bool {
    matches!(nodes, [Node::Sql(text)] if text.to_uppercase().contains("DISTINCT"))
}

fn calculate(interpreter: &mut Interpreter, this: &Value, operation: &str, column: &Value) -> Eval {
    let relation = relation(interpreter, this)?;
    let grouped = !relation.values.groups.is_empty();
    if relation.values.none {
        return Ok(match (grouped, operation) {
            (true, _) => Value::hash(RHash::new()),
            (false, "count" | "sum") => Value::Int(0),
            _ => Value::Nil,
        });
    }
    let columns = load_schema(interpreter, &relation.model)?;
    let values = &relation.values;
    let mut distinct = values.distinct;
    let mut nodes: Option<Vec<Node>> = match column {
        Value::Nil if operation == "count" && values.selects.is_empty() => None,
        Value::Nil if operation == "count" => Some(values.selects.clone()),
        Value::Symbol(name) if name.is("all") => None,
        column => Some(vec![arel_column(interpreter, &relation, column)?]),
    };
    if operation == "count" {
        match &nodes {
            None if !distinct => distinct = is_distinct_select(&values.selects) && !grouped,
            None if grouped || values.selects.is_empty() && values.orders.is_empty() => {
                let key = columns.primary_key.clone().unwrap_or_default();
                nodes = Some(vec![Node::Attribute(columns.table_name.clone(), key)]);
            }
            Some(nodes) if is_distinct_select(nodes) => distinct = false,
            _ => {}
        }
    }
    let kind = match (operation, nodes.as_deref()) {
        ("count", _) => AttributeType::plain(integer_type()),
        (_, Some([Node::Attribute(table, name)])) if *table == columns.table_name => type_of(&columns, name),
        _ => AttributeType::value(),
    };
    if grouped {
        return grouped_calculation(interpreter, &relation, operation, column, nodes, distinct, &kind);
    }
    let limited = values.limit.is_some() || values.offset.is_some();
    let many = values.selects.len() > 1;
    let mut select = arel(interpreter, &relation)?;
    if operation == "count" && (((nodes.is_none() || many) && distinct) || limited) {
        if values.limit == Some(Arg::Int(0)) {
            return Ok(Value::Int(0));
        }
        select = count_subquery(select, nodes, distinct);
    } else {
        let arguments = nodes.unwrap_or_else(|| vec![Node::Star]);
        select.projections = vec![Node::Function { name: function(operation), arguments, distinct }];
        select.orders.clear();
        select.distinct = false;
    }
    if is_contradiction(values) {
        return cast(interpreter, operation, &Arg::Nil, &kind);
    }
    let result = select_all(interpreter, &select, &format!("{} {}", relation.model.name(), capitalized(operation)))?;
    let value = result.single_value();
    cast(interpreter, operation, &value, &kind)
}

/// `build_count_subquery`
fn count_subquery(mut select: Select, nodes: Option<Vec<Node>>, distinct: bool) -> Select {
    let counted = match nodes {
        None => {
            if !distinct {
                select.projections = vec![Node::Sql("1 AS one".to_owned())];
            }
            select.orders.clear();
            Node::Star
        }
        Some(nodes) => {
            let column = nodes.into_iter().next().unwrap_or(Node::Star);
            select.projections = vec![Node::As(Box::new(column), "count_column".to_owned())];
            Node::Sql("count_column".to_owned())
        }
    };
    Select {
        projections: vec![Node::Function { name: "COUNT", arguments: vec![counted], distinct: false }],
        from_select: Some((Box::new(select), "subquery_for_count".to_owned())),
        ..Select::default()
    }
}

/// `type_cast_calculated_value`
fn cast(interpreter: &mut Interpreter, operation: &str, value: &Arg, kind: &AttributeType) -> Eval {
    let plain = AttributeType::plain(std::rc::Rc::clone(&kind.cast_type));
    match operation {
        "count" => {
            let value = if value.is_nil() { Arg::Int(0) } else { value.clone() };
            plain.deserialize(interpreter, &value)
        }
        "sum" => {
            let value = if value.is_nil() { Arg::Int(0) } else { value.clone() };
            plain.deserialize(interpreter, &value)
        }
        "average" if matches!(kind.cast_type.type_name(), Some("integer" | "decimal")) => {
            if value.is_nil() {
                return Ok(Value::Nil);
            }
            let value = to_value(interpreter, value);
            interpreter.call(&value, "to_d", Args::none())
        }
        _ => plain.deserialize(interpreter, value),
    }
}

fn grouped_calculation(
    interpreter: &mut Interpreter,
    relation: &Relation,
    operation: &str,
    column: &Value,
    nodes: Option<Vec<Node>>,
    distinct: bool,
    kind: &AttributeType,
) -> Eval {
    let columns = load_schema(interpreter, &relation.model)?;
    let mut select = arel(interpreter, relation)?;
    let mut aliases: Vec<String> = Vec::new();
    let mut key_types = Vec::new();
    for node in &relation.values.groups {
        let text = match node {
            Node::Attribute(table, name) => {
                key_types.push(type_of(&columns, name));
                format!("{table}.{name}")
            }
            Node::Sql(text) => {
                key_types.push(type_of(&columns, text.rsplit('.').next().unwrap_or(text)));
                text.clone()
            }
            _ => return Err(interpreter.unsupported("a calculation grouped by such an expression")),
        };
        aliases.push(unique(&aliases, column_alias(&text, &relation.values.groups, node, interpreter)?));
    }
    let name = match column {
        Value::Nil => "all".to_owned(),
        column => interpreter.to_s(column)?.to_lowercase(),
    };
    let value_alias = unique(&aliases, column_alias_text(&format!("{operation} {name}")));
    let quote = |interpreter: &mut Interpreter, name: &str| {
        crate::state::with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(name)))
    };
    let arguments = nodes.unwrap_or_else(|| vec![Node::Star]);
    let function = Node::Function { name: function(operation), arguments, distinct };
    let quoted = quote(interpreter, &value_alias)?;
    select.projections = vec![Node::As(Box::new(function), quoted)];
    if !relation.values.havings.is_empty() {
        select.projections.extend(relation.values.selects.iter().cloned());
    }
    for (node, alias) in relation.values.groups.iter().zip(&aliases) {
        let quoted = quote(interpreter, alias)?;
        select.projections.push(Node::As(Box::new(node.clone()), quoted));
    }
    select.distinct = false;
    let result = select_all(interpreter, &select, &format!("{} {}", relation.model.name(), capitalized(operation)))?;
    let place = |name: &str| result.columns.iter().position(|column| column == name);
    let mut pairs = Vec::new();
    for row in &result.rows {
        let at = |name: &str| place(name).and_then(|index| row.get(index)).cloned().unwrap_or(Arg::Nil);
        let mut keys = Vec::new();
        for (alias, kind) in aliases.iter().zip(&key_types) {
            keys.push(kind.deserialize(interpreter, &at(alias))?);
        }
        let key = if keys.len() == 1 { keys.remove(0) } else { Value::array(keys) };
        pairs.push((key, cast(interpreter, operation, &at(&value_alias), kind)?));
    }
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

/// ColumnAliasTracker's alias of a grouping, as the statement has it.
fn column_alias(_: &str, _: &[Node], node: &Node, interpreter: &mut Interpreter) -> Eval<String> {
    let sql = crate::state::with_adapter(interpreter, |adapter| {
        crate::arel::to_sql(adapter, |collector| collector.visit(node))
    })?;
    Ok(column_alias_text(&sql.to_lowercase()))
}

/// `column_alias_for`
fn column_alias_text(field: &str) -> String {
    let text = field.replace('*', "all");
    let mut out = String::new();
    for character in text.chars() {
        if character == '_' || character.is_ascii_alphanumeric() {
            out.push(character);
        } else {
            out.push(' ');
        }
    }
    let words: Vec<_> = out.split_whitespace().collect();
    words.join("_")
}

fn unique(taken: &[String], alias: String) -> String {
    if !taken.contains(&alias) {
        return alias;
    }
    let numbered = (2..=taken.len() + 2).map(|number| format!("{alias}_{number}"));
    let mut numbered = numbered;
    numbered.find(|name| !taken.contains(name)).unwrap_or(alias)
}

// Columns

pub(crate) fn pluck(interpreter: &mut Interpreter, this: &Value, names: &[Value]) -> Eval {
    pluck_as(interpreter, this, names, "Pluck")
}

fn pluck_as(interpreter: &mut Interpreter, this: &Value, names: &[Value], log: &str) -> Eval {
    let own = relation(interpreter, this)?;
    if own.values.none {
        return Ok(Value::array(Vec::new()));
    }
    let columns = load_schema(interpreter, &own.model)?;
    let mut known = true;
    for name in names {
        known = known && name.as_name().is_some_and(|name| columns.shape.index(&name).is_some());
    }
    if own.records.borrow().is_some() && known {
        return pluck_loaded(interpreter, this, names);
    }
    for name in names {
        if let Value::Str(text) = name {
            let text = text.to_string();
            check_raw_sql(interpreter, &text, false)?;
        }
    }
    let nodes = arel_columns(interpreter, &own, names)?;
    let result = if is_contradiction(&own.values) {
        QueryResult::default()
    } else {
        let mut select = arel(interpreter, &own)?;
        if !nodes.is_empty() {
            select.projections.clone_from(&nodes);
        }
        select_all(interpreter, &select, &format!("{} {log}", own.model.name()))?
    };
    let kinds: Vec<_> = result
        .columns
        .iter()
        .enumerate()
        .map(|(index, name)| match nodes.get(index) {
            Some(Node::Attribute(table, column)) if *table == columns.table_name => type_of(&columns, column),
            _ => type_of(&columns, name),
        })
        .collect();
    let mut rows = Vec::new();
    for row in &result.rows {
        let mut values = Vec::new();
        for (value, kind) in row.iter().zip(&kinds) {
            values.push(kind.deserialize(interpreter, value)?);
        }
        rows.push(if values.len() == 1 { values.remove(0) } else { Value::array(values) });
    }
    Ok(Value::array(rows))
}

fn pluck_loaded(interpreter: &mut Interpreter, this: &Value, names: &[Value]) -> Eval {
    let mut rows = Vec::new();
    for record in load(interpreter, this)? {
        let mut values = Vec::new();
        for name in names {
            let name = name.as_name().unwrap_or_default();
            values.push(attribute_methods::read_named(interpreter, &record, &name)?);
        }
        rows.push(if values.len() == 1 { values.remove(0) } else { Value::array(values) });
    }
    Ok(Value::array(rows))
}

fn pick(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let is_loaded = relation(interpreter, this)?.records.borrow().is_some();
    let target = if is_loaded { this.clone() } else { interpreter.call(this, "limit", Args::one(Value::Int(1)))? };
    let rows = pluck(interpreter, &target, &args.positional)?;
    interpreter.call(&rows, "first", Args::none())
}

fn ids(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let key = load_schema(interpreter, &own.model)?.primary_key.clone().unwrap_or_default();
    pluck_as(interpreter, this, &[Value::str(key)], "Ids")
}
