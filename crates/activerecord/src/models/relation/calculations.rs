//! relation/calculations.rb: counts, sums, extremes, and columns read without records.

use adapters::{Arg, QueryResult};
use ruby::core::hash;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use std::borrow::Cow;
use std::rc::Rc;

use super::order::check_raw_sql;
use super::predicate_builder::column_type;
use super::query_methods::{arel_column, arel_columns, joined_models};
use super::{Relation, arel, integer_type, is_contradiction, load, relation, select_all, type_of};
use crate::connection::arel::{Node, Select, Source};
use crate::ground::arguments::to_value;
use crate::ground::errors::OrRaise;
use crate::models::attribute_methods;
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_set::{AttributeType, Kind};
use crate::models::model_schema::{Columns, load_schema};
use crate::models::reflection::{self, Reflection};

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
        if !args.first().is_nil() {
            let message = "Column name argument is not supported when a block is passed.";
            return Err(interpreter.argument_error(message));
        }
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

/// `has_include?`
fn has_include(interpreter: &mut Interpreter, relation: &Relation, column: Option<&Value>) -> Eval<bool> {
    if relation.values.includes.is_empty() && relation.values.eager_load.is_empty() {
        return Ok(false);
    }
    let named = column.is_some_and(|column| match column {
        Value::Nil => false,
        Value::Symbol(name) => !name.is("all"),
        _ => true,
    });
    Ok(super::is_eager_loading(interpreter, relation)? || (!relation.values.includes.is_empty() && named))
}

/// What is counted when something is loaded eagerly: each row once.
fn included(interpreter: &mut Interpreter, own: &Rc<Relation>, operation: &str, column: &Value) -> Eval {
    let (joined, _) = super::apply_join_dependency(interpreter, own, own.values.groups.is_empty())?;
    let mut values = joined.values.clone();
    if operation == "count" {
        let counted = match column {
            Value::Str(text) => text.to_string().to_uppercase().contains("DISTINCT"),
            _ => is_distinct_select(&values.selects),
        };
        if !values.distinct && !counted {
            values.distinct = true;
            let columns = load_schema(interpreter, &own.model)?;
            let names = columns.key_columns().iter();
            values.selects = names.map(|name| Node::attribute(&*columns.table_name, &**name)).collect();
            if columns.primary_key.is_none() {
                values.selects = vec![Node::attribute(&*columns.table_name, "*")];
            }
        }
        if values.groups.is_empty() {
            values.orders.clear();
        }
    }
    Ok(super::wrap(interpreter, &own.model, values))
}

/// `lookup_cast_type_from_join_dependencies`: of an attribute that a model of the statement has under this name.
fn joined_type(interpreter: &mut Interpreter, own: &Relation, name: &str) -> Eval<Option<AttributeType>> {
    for model in joined_models(interpreter, own)? {
        let columns = load_schema(interpreter, &model)?;
        if columns.shape.index(name).is_some() {
            return Ok(Some(type_of(&columns, name)));
        }
    }
    Ok(None)
}

/// `references_values`: a table that a column names may be an association's, whose join takes it for its alias.
fn referring(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    fields: &[Value],
    nodes: &[Node],
) -> Eval<Rc<Relation>> {
    let table = super::query_methods::table(interpreter, own)?;
    let is_other = |node: &Node| matches!(node, Node::Attribute(other, _) if *other != table);
    let groups = &own.values.groups;
    if own.values.joins.is_empty() && own.values.left_joins.is_empty() || !nodes.iter().chain(groups).any(is_other) {
        return Ok(Rc::clone(own));
    }
    // What is given as a node names nothing.
    let named: Vec<_> =
        fields.iter().filter(|field| crate::models::arel_bindings::node(field).is_none()).cloned().collect();
    let nodes = arel_columns(interpreter, own, &named)?;
    let tables = nodes.iter().chain(groups).filter(|node| is_other(node)).filter_map(Node::as_attribute);
    let tables = tables.map(|(table, _)| table.to_owned()).collect();
    let mut values = own.values.clone();
    values.refer(tables);
    Ok(Rc::new(Relation::new(&own.model, values)))
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

/// `select_for_count`: several columns are one text.
fn select_for_count(interpreter: &mut Interpreter, selects: &[Node]) -> Eval<Node> {
    if let [one] = selects {
        return Ok(one.clone());
    }
    let sql = crate::ground::state::with_adapter(interpreter, |adapter| {
        crate::connection::arel::to_sql(adapter, |collector| collector.joined(selects, ", "))
    })?;
    Ok(Node::Sql(sql))
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
    if has_include(interpreter, &relation, Some(column))? {
        let joined = included(interpreter, &relation, operation, column)?;
        return calculate(interpreter, &joined, operation, column);
    }
    let values = &relation.values;
    let mut distinct = values.distinct;
    let mut nodes: Option<Vec<Node>> = match column {
        Value::Nil if operation == "count" && values.selects.is_empty() => None,
        Value::Nil if operation == "count" => Some(vec![select_for_count(interpreter, &values.selects)?]),
        Value::Symbol(name) if name.is("all") => None,
        // A symbol that names no column of the model stands as it is, like a string.
        Value::Symbol(name) => Some(vec![arel_column(interpreter, &relation, &Value::str(name.to_string()))?]),
        column => Some(vec![arel_column(interpreter, &relation, column)?]),
    };
    let relation =
        referring(interpreter, &relation, std::slice::from_ref(column), nodes.as_deref().unwrap_or_default())?;
    let values = &relation.values;
    if operation == "count" {
        match &nodes {
            None if !distinct => distinct = is_distinct_select(&values.selects) && !grouped,
            None if grouped || values.selects.is_empty() && values.orders.is_empty() => {
                let columns = load_schema(interpreter, &relation.model)?;
                nodes = Some(vec![match columns.primary_key.as_deref() {
                    // A list's text is no column; databases say so.
                    Some(key @ Key::Columns(_)) => Node::Sql(key.to_string()),
                    key => Node::attribute(&*columns.table_name, key.and_then(Key::column).unwrap_or_default()),
                }]);
            }
            Some(nodes) if is_distinct_select(nodes) => distinct = false,
            _ => {}
        }
    }
    let kind = match (operation, nodes.as_deref()) {
        ("count", _) => AttributeType::plain(integer_type()),
        (_, Some([Node::Attribute(table, name)])) => column_type(interpreter, &relation, table, name)?,
        _ => {
            let name = interpreter.to_s(column)?;
            joined_type(interpreter, &relation, &name)?.unwrap_or_else(AttributeType::value)
        }
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
        select.projections = vec![Node::Function { name: Cow::Borrowed(function(operation)), arguments, distinct }];
        select.orders.clear();
        select.distinct = false;
    }
    if is_contradiction(values) {
        return cast(interpreter, operation, &Arg::Nil, &kind);
    }
    let result = select_all(interpreter, &select, &format!("{} {}", relation.model.name(), capitalized(operation)))?;
    let value = result.single_value();
    let value = match kind.cast_type.type_name() {
        Some(_) => value,
        None => cast_value(interpreter, &result, 0, value)?,
    };
    cast(interpreter, operation, &value, &kind)
}

/// `Result#cast_values`, of one.
fn cast_value(interpreter: &mut Interpreter, result: &QueryResult, index: usize, value: Arg) -> Eval<Arg> {
    let kind = super::result_type(interpreter, result, index)?;
    if value.is_nil() { Ok(value) } else { kind.cast_type.deserialize(&value).or_raise(interpreter) }
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
        hints: std::mem::take(&mut select.hints),
        projections: vec![Node::function("COUNT", vec![counted])],
        from: Some(Source::Select(
            Box::new(Node::Subselect(Box::new(select))),
            Node::Sql("subquery_for_count".to_owned()),
        )),
        ..Select::default()
    }
}

/// `type_cast_calculated_value`
fn cast(interpreter: &mut Interpreter, operation: &str, value: &Arg, kind: &AttributeType) -> Eval {
    let mut plain = AttributeType::plain(std::rc::Rc::clone(&kind.cast_type));
    if operation != "count" && (kind.custom().is_some() || matches!(kind.kind, Kind::Encrypted(_) | Kind::Zoned)) {
        plain = kind.clone();
    }
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
    let association = grouping_association(interpreter, relation)?;
    let groups = match &association {
        Some((_, columns)) => columns.clone(),
        None => relation.values.groups.clone(),
    };
    select.groups.clone_from(&groups);
    for node in &groups {
        key_types.push(match node {
            Node::Attribute(table, name) => Some(column_type(interpreter, relation, table, name)?),
            Node::Sql(text) => {
                let name = text.rsplit('.').next().unwrap_or(text).trim_matches(['"', '`']);
                columns.shape.index(name).map(|_| type_of(&columns, name))
            }
            _ => None,
        });
        let alias = column_alias(node, interpreter)?;
        aliases.push(unique(&aliases, alias));
    }
    let name = match (column, nodes.as_deref()) {
        (Value::Symbol(_) | Value::Nil, Some([Node::Sql(list)])) if columns.is_composite() => list.to_lowercase(),
        (Value::Nil, _) => "all".to_owned(),
        (column, _) => interpreter.to_s(column)?.to_lowercase(),
    };
    let value_alias = unique(&aliases, column_alias_text(&format!("{operation} {name}")));
    let quote = |interpreter: &mut Interpreter, name: &str| {
        crate::ground::state::with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(name)))
    };
    let arguments = nodes.unwrap_or_else(|| vec![Node::Star]);
    let function = Node::Function { name: Cow::Borrowed(function(operation)), arguments, distinct };
    let quoted = quote(interpreter, &value_alias)?;
    select.projections = vec![Node::As(Box::new(function), quoted)];
    if !relation.values.havings.is_empty() {
        select.projections.extend(relation.values.selects.iter().cloned());
    }
    for (node, alias) in groups.iter().zip(&aliases) {
        let quoted = quote(interpreter, alias)?;
        select.projections.push(Node::As(Box::new(node.clone()), quoted));
    }
    select.distinct = false;
    let result = select_all(interpreter, &select, &format!("{} {}", relation.model.name(), capitalized(operation)))?;
    let place = |name: &str| result.columns.iter().position(|column| column == name);
    let mut known_types = Vec::with_capacity(key_types.len());
    for (alias, kind) in aliases.iter().zip(key_types) {
        known_types.push(match (kind, place(alias)) {
            (Some(kind), _) => kind,
            (None, Some(index)) => super::result_type(interpreter, &result, index)?,
            (None, None) => AttributeType::value(),
        });
    }
    let mut pairs = Vec::new();
    let mut first_keys = Vec::new();
    for row in &result.rows {
        let at = |name: &str| place(name).and_then(|index| row.get(index)).cloned().unwrap_or(Arg::Nil);
        let mut keys = Vec::new();
        for (alias, kind) in aliases.iter().zip(&known_types) {
            keys.push(kind.deserialize(interpreter, &at(alias))?);
        }
        first_keys.extend(keys.first().cloned());
        let key = if keys.len() == 1 { keys.remove(0) } else { Value::array(keys) };
        pairs.push((key, cast(interpreter, operation, &at(&value_alias), kind)?));
    }
    if let Some((reflection, _)) = association {
        pairs = by_record(interpreter, &reflection, first_keys, pairs)?;
    }
    let answers = RHash::new();
    for (key, value) in pairs {
        // A record among the keys is found by what it says its `hash` is.
        hash::store(interpreter, &answers, &key, value)?;
    }
    Ok(Value::hash(answers))
}

/// The `belongs_to` that `group(:author)` names, and its columns.
fn grouping_association(interpreter: &mut Interpreter, own: &Relation) -> Eval<Option<(Rc<Reflection>, Vec<Node>)>> {
    let [Node::Sql(name)] = &own.values.groups[..] else { return Ok(None) };
    let name = name.trim_matches(['"', '`']);
    let Some(reflection) = reflection::find(&own.model, Symbol::new(name)) else { return Ok(None) };
    if !reflection.is_belongs_to() || reflection.is_polymorphic() {
        return Ok(None);
    }
    let columns = load_schema(interpreter, &own.model)?;
    let key = reflection.foreign_key(interpreter)?;
    let nodes = key.columns().iter().map(|name| Node::attribute(&*columns.table_name, &**name)).collect();
    Ok(Some((reflection, nodes)))
}

fn by_record(
    interpreter: &mut Interpreter,
    reflection: &Reflection,
    ids: Vec<Value>,
    pairs: Vec<(Value, Value)>,
) -> Eval<Vec<(Value, Value)>> {
    let class = crate::models::model_schema::base_class(&reflection.class(interpreter)?);
    let key = load_schema(interpreter, &class)?.key_value();
    let condition = RHash::from_pairs(vec![(key, Value::array(ids))]);
    let found = interpreter.call(&Value::Class(class), "where", Args::one(Value::hash(condition)))?;
    let mut records = Vec::new();
    for record in load(interpreter, &found)? {
        records.push((attribute_methods::id(interpreter, &record, Args::none())?, record));
    }
    let records = RHash::from_pairs(records);
    Ok(pairs.into_iter().map(|(key, value)| (records.get(&key).unwrap_or_default(), value)).collect())
}

/// ColumnAliasTracker's alias of a grouping, as the statement has it.
fn column_alias(node: &Node, interpreter: &mut Interpreter) -> Eval<String> {
    let sql = crate::ground::state::with_adapter(interpreter, |adapter| {
        crate::connection::arel::to_sql(adapter, |collector| collector.visit(node))
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

/// `pluck`
pub(crate) fn pluck(interpreter: &mut Interpreter, this: &Value, names: &[Value]) -> Eval {
    pluck_as(interpreter, this, names, "Pluck")
}

fn pluck_as(interpreter: &mut Interpreter, this: &Value, names: &[Value], log: &str) -> Eval {
    let own = relation(interpreter, this)?;
    // `ids` asks the database all the same.
    let is_none = own.values.none && log != "Ids";
    if is_none {
        return Ok(Value::array(Vec::new()));
    }
    let columns = load_schema(interpreter, &own.model)?;
    if own.records.borrow().is_some() && are_attributes(&own.model, &columns, names) {
        return pluck_loaded(interpreter, this, names);
    }
    if has_include(interpreter, &own, names.first())? {
        let (joined, _) = super::apply_join_dependency(interpreter, &own, own.values.groups.is_empty())?;
        let mut values = joined.values.clone();
        if log == "Ids" {
            let nodes = arel_columns(interpreter, &own, names)?;
            values.groups.extend(nodes);
        }
        let joined = super::wrap(interpreter, &own.model, values);
        return pluck_as(interpreter, &joined, names, log);
    }
    for name in names {
        if let Value::Str(text) = name {
            let text = text.to_string();
            check_raw_sql(interpreter, &text, false)?;
        }
    }
    let nodes = arel_columns(interpreter, &own, names)?;
    let own = referring(interpreter, &own, names, &nodes)?;
    let aggregates = names.iter().all(|name| match name {
        Value::Str(text) => text.borrow().contains('('),
        name => match crate::models::arel_bindings::node(name) {
            Some(Node::Sql(text)) => text.contains('('),
            node => node.is_some(),
        },
    });
    let contradicts = is_none || own.values.wheres.iter().any(Node::is_contradiction);
    let result = if contradicts && !aggregates {
        QueryResult::default()
    } else {
        let mut select = arel(interpreter, &own)?;
        if !nodes.is_empty() {
            select.projections.clone_from(&nodes);
        }
        select_all(interpreter, &select, &format!("{} {log}", own.model.name()))?
    };
    let mut kinds = Vec::new();
    for (index, name) in result.columns.iter().enumerate() {
        kinds.push(match nodes.get(index).filter(|_| result.columns.len() == nodes.len()) {
            Some(Node::Attribute(table, column)) => column_type(interpreter, &own, table, column)?,
            _ if columns.shape.index(name).is_some() => type_of(&columns, name),
            _ => match joined_type(interpreter, &own, name)? {
                Some(kind) if result.columns.len() == nodes.len() => kind,
                _ => super::result_type(interpreter, &result, index)?,
            },
        });
    }
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

/// `all_attributes?`: records that are loaded have the values.
pub(crate) fn are_attributes(model: &Rc<RClass>, columns: &Columns, names: &[Value]) -> bool {
    names.iter().all(|name| {
        name.as_name().is_some_and(|name| {
            let name = attribute_methods::alias(model, &name).unwrap_or(name);
            columns.shape.index(&name).is_some()
        })
    })
}

fn pluck_loaded(interpreter: &mut Interpreter, this: &Value, names: &[Value]) -> Eval {
    let mut rows = Vec::new();
    for record in load(interpreter, this)? {
        let mut values = Vec::new();
        for name in names {
            let name = name.as_name().unwrap_or_default();
            let name = attribute_methods::alias(&interpreter.class_of(&record), &name).unwrap_or(name);
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
    let columns = load_schema(interpreter, &own.model)?;
    let names: Vec<Value> = columns.key_columns().iter().map(|name| Value::str(name.as_str())).collect();
    let names = if names.is_empty() { vec![Value::str("")] } else { names };
    pluck_as(interpreter, this, &names, "Ids")
}
