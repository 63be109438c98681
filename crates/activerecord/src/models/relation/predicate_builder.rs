//! What `where` is told, as predicates: relation/predicate_builder.rb and its handlers, and `build_where_clause` of
//! relation/query_methods.rb.

mod association_query_value;

use std::rc::Rc;

use adapters::{Arg, schema_cache};
use ruby::value::RRange;
use ruby::{Eval, Interpreter, RClass, RHash, Symbol, Value};

use super::query_methods::joined_model;
use super::{Relation, arel_or_eager, type_of};
use crate::connection::arel::{Beyond, Bound, Node};
use crate::ground::arguments::bindable;
use crate::ground::state::with_adapter;
use crate::models::attribute_methods::{self, alias};
use crate::models::attribute_set::{AttributeType, Record};
use crate::models::base;
use crate::models::model_schema::load_schema;
use crate::models::reflection;

/// The predicates of one call.
#[derive(Default)]
pub(crate) struct Clause {
    pub predicates: Vec<Node>,
    /// The other tables that hashes name.
    pub references: Vec<String>,
}

/// `build_where_clause(opts, rest)`
pub(crate) fn build_where_clause(
    interpreter: &mut Interpreter,
    own: &Relation,
    conditions: &Value,
    rest: &[Value],
) -> Eval<Clause> {
    let model = &own.model;
    let (conditions, rest) = match conditions {
        Value::Array(items) => {
            let mut items = items.to_vec();
            if items.is_empty() {
                return Ok(Clause::default());
            }
            let first = items.remove(0);
            (first, items)
        }
        other => (crate::models::attribute_methods::permitted(interpreter, other)?, rest.to_vec()),
    };
    match &conditions {
        Value::Str(sql) => {
            let sql = sql.to_string();
            Ok(Clause { predicates: vec![string_condition(interpreter, &sql, &rest)?], ..Clause::default() })
        }
        Value::Hash(hash) => {
            let columns = load_schema(interpreter, model)?;
            let on = On { own, model: Some(Rc::clone(model)), table: columns.table_name.clone() };
            let hash = by_table(interpreter, &on, hash)?;
            let mut clause = hash_conditions(interpreter, &on, &hash)?;
            clause.references = references(&hash);
            Ok(clause)
        }
        value => match crate::models::arel_bindings::node(value) {
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

/// `Arel.sql` with values.
pub(crate) fn bound_sql(interpreter: &mut Interpreter, sql: &str, rest: &[Value]) -> Eval<Node> {
    if let Some(Value::Hash(named)) = rest.first() {
        return named_binds(interpreter, sql, named);
    }
    positional_binds(interpreter, sql, rest)
}

fn positional_binds(interpreter: &mut Interpreter, sql: &str, values: &[Value]) -> Eval<Node> {
    let expected = sql.matches('?').count();
    if values.len() != expected {
        let message = format!("wrong number of bind variables ({} for {expected}) in: {sql:?}", values.len());
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
    Err(interpreter.error("ActiveRecord::PreparedStatementInvalid", format!("missing {what} in: {sql:?}")))
}

/// A value within a statement: a list is a value each.
fn bound(interpreter: &mut Interpreter, value: &Value, parts: &mut Vec<Node>) -> Eval<()> {
    if let Some(node) = crate::models::arel_bindings::node(value) {
        parts.push(node);
        return Ok(());
    }
    if value.data::<Relation>().is_some() {
        let sql = interpreter.call(value, "to_sql", ruby::Args::none())?;
        parts.push(Node::Sql(interpreter.to_s(&sql)?));
        return Ok(());
    }
    let has_items = match value {
        Value::Array(_) | Value::Range(_) | Value::Hash(_) => true,
        Value::Object(_) => answers(interpreter, value, "map")? && !interpreter.responds_to(value, "acts_like_string?"),
        _ => false,
    };
    let items = if !has_items {
        vec![value.clone()]
    } else if matches!(value, Value::Object(_)) && !interpreter.responds_to(value, "map") {
        // Whatever it makes of the message.
        let items = interpreter.call_public(value, "map", ruby::Args::none())?;
        if crate::models::attribute_methods::is_blank(&items) { Vec::new() } else { as_list(interpreter, &items)? }
    } else {
        as_list(interpreter, value)?
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
        parts.push(match bindable(interpreter, &item)? {
            Arg::Sql(sql) => Node::Sql(sql),
            arg => Node::Bind(arg),
        });
    }
    Ok(())
}

/// `respond_to?`, which a class may say anew.
fn answers(interpreter: &mut Interpreter, value: &Value, name: &str) -> Eval<bool> {
    if value.data::<Relation>().is_some() {
        return Ok(interpreter.responds_to(value, name));
    }
    Ok(interpreter.call(value, "respond_to?", ruby::Args::one(Value::symbol(name)))?.truthy())
}

fn as_list(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<Value>> {
    let items = list(interpreter, value)?;
    ruby::core::convert::array(interpreter, &items)
}

fn list(interpreter: &mut Interpreter, value: &Value) -> Eval {
    interpreter.call(value, "to_a", ruby::Args::none())
}

/// `TableMetadata`: what a hash of conditions speaks of.
struct On<'a> {
    own: &'a Relation,
    /// None for a table that no association leads to.
    model: Option<Rc<RClass>>,
    table: String,
}

impl On<'_> {
    fn has_column(&self, interpreter: &mut Interpreter, name: &str) -> Eval<bool> {
        match &self.model {
            Some(model) => Ok(load_schema(interpreter, model)?.column(name).is_some()),
            None => Ok(true),
        }
    }

    /// `TypeCaster::Connection` asks the table itself where there is no model.
    fn type_of(&self, interpreter: &mut Interpreter, name: &str) -> Eval<AttributeType> {
        if let Some(model) = &self.model {
            return Ok(type_of(&*load_schema(interpreter, model)?, name));
        }
        let table = &self.table;
        with_adapter(interpreter, |adapter| {
            if !schema_cache::data_source_exists(adapter, table)? {
                return Ok(AttributeType::value());
            }
            let columns = schema_cache::columns(adapter, table)?;
            match columns.iter().find(|column| column.name == name) {
                Some(column) => Ok(AttributeType::plain(column.fetch_cast_type(adapter)?)),
                None => Ok(AttributeType::value()),
            }
        })
    }

    /// `associated_table`
    fn table(&self, interpreter: &mut Interpreter, name: &str) -> Eval<On<'_>> {
        let found = self.model.as_ref().and_then(|model| {
            reflection::find(model, Symbol::new(name))
                .or_else(|| reflection::find(model, Symbol::new(&interpreter.inflector().singularize(name))))
        });
        let model = match found {
            Some(reflection) if reflection.is_polymorphic() => None,
            Some(reflection) => Some(reflection.class(interpreter)?),
            None if name == self.table => self.model.clone(),
            None => joined_model(interpreter, self.own, name)?,
        };
        Ok(On { own: self.own, model, table: name.to_owned() })
    }
}

/// The type of a column of the relation's own table, or of another that it names.
pub(super) fn column_type(
    interpreter: &mut Interpreter,
    own: &Relation,
    table: &str,
    name: &str,
) -> Eval<AttributeType> {
    let model = Some(Rc::clone(&own.model));
    let on = On { own, model, table: load_schema(interpreter, &own.model)?.table_name.clone() };
    if table == on.table {
        return on.type_of(interpreter, name);
    }
    on.table(interpreter, table)?.type_of(interpreter, name)
}

/// `convert_dot_notation_to_hash`: what is said of one table stands together.
fn by_table(interpreter: &mut Interpreter, on: &On<'_>, hash: &RHash) -> Eval<RHash> {
    let all = RHash::new();
    for (key, value) in hash.pairs() {
        if let Value::Array(_) = &key {
            all.insert(key, value);
            continue;
        }
        let name = interpreter.to_s(&key)?;
        let name = on.model.as_ref().and_then(|model| alias(model, &name)).unwrap_or(name);
        let (table, inner) = match (&value, name.rsplit_once('.')) {
            (Value::Hash(inner), _) => (name.as_str(), inner.pairs()),
            (_, Some((table, column))) => (table, vec![(Value::str(column), value)]),
            _ => {
                all.insert(Value::str(name), value);
                continue;
            }
        };
        let table = Value::str(table);
        match all.get(&table) {
            Some(Value::Hash(known)) => inner.into_iter().for_each(|(key, value)| known.insert(key, value)),
            _ => all.insert(table, Value::hash(RHash::from_pairs(inner))),
        }
    }
    Ok(all)
}

/// `PredicateBuilder.references`: the tables that a hash names itself, not those that hashes within it name.
fn references(hash: &RHash) -> Vec<String> {
    let named = hash.pairs().into_iter().filter(|(_, value)| matches!(value, Value::Hash(_)));
    named.filter_map(|(key, _)| key.as_name()).collect()
}

/// `build_from_hash`
fn hash_conditions(interpreter: &mut Interpreter, on: &On<'_>, hash: &RHash) -> Eval<Clause> {
    let mut clause = Clause::default();
    let pairs = hash.pairs();
    if pairs.is_empty() {
        clause.predicates.push(Node::Sql("1=0".to_owned()));
        return Ok(clause);
    }
    for (key, value) in pairs {
        if let Value::Array(names) = &key {
            let names = column_names(interpreter, on, &names.to_vec())?;
            if let [name] = &names[..] {
                let value = interpreter.call(&value, "flatten", ruby::Args::none())?;
                condition(interpreter, on, name, &value, &mut clause)?;
                continue;
            }
            let mut queries = Vec::new();
            for set in ruby::core::convert::wrap(interpreter, &value)? {
                let Value::Array(set) = &set else {
                    let shown = interpreter.inspect(&Value::array(names))?;
                    let message = format!("Expected corresponding value for {shown} to be an Array");
                    return Err(interpreter.argument_error(message));
                };
                queries.push(RHash::from_pairs(zipped(&names, &set.to_vec())));
            }
            alternatives(interpreter, on, queries, &mut clause)?;
            continue;
        }
        condition(interpreter, on, &key, &value, &mut clause)?;
    }
    Ok(clause)
}

fn column_names(interpreter: &mut Interpreter, on: &On<'_>, names: &[Value]) -> Eval<Vec<Value>> {
    let mut out = Vec::new();
    for name in names {
        let name = interpreter.to_s(name)?;
        let name = on.model.as_ref().and_then(|model| alias(model, &name)).unwrap_or(name);
        out.push(Value::str(name));
    }
    Ok(out)
}

/// `names.zip(values)`
fn zipped(names: &[Value], values: &[Value]) -> Vec<(Value, Value)> {
    let value = |place| values.get(place).cloned().unwrap_or_default();
    names.iter().enumerate().map(|(place, name)| (name.clone(), value(place))).collect()
}

/// Rows that meet one of several sets of conditions.
fn alternatives(interpreter: &mut Interpreter, on: &On<'_>, sets: Vec<RHash>, clause: &mut Clause) -> Eval<()> {
    let mut queries = Vec::new();
    for set in sets {
        queries.push(hash_conditions(interpreter, on, &set)?.predicates);
    }
    clause.predicates.extend(grouped(queries));
    Ok(())
}

/// `grouping_queries`
fn grouped(mut queries: Vec<Vec<Node>>) -> Vec<Node> {
    if queries.len() == 1 {
        return queries.remove(0);
    }
    let all = queries.into_iter().map(|mut query| if query.len() == 1 { query.remove(0) } else { Node::And(query) });
    vec![Node::Or(all.collect()).grouping()]
}

fn condition(interpreter: &mut Interpreter, on: &On<'_>, key: &Value, value: &Value, clause: &mut Clause) -> Eval<()> {
    let name = interpreter.to_s(key)?;
    let name = on.model.as_ref().and_then(|model| alias(model, &name)).unwrap_or(name);
    if let Value::Hash(inner) = value
        && !on.has_column(interpreter, &name)?
    {
        return nested(interpreter, on, &name, inner, clause);
    }
    if let Some((other, column)) = name.rsplit_once('.') {
        let inner = RHash::from_pairs(vec![(Value::str(column), value.clone())]);
        return nested(interpreter, on, other, &inner, clause);
    }
    let found = on.model.as_ref().and_then(|model| reflection::find(model, Symbol::new(&name)));
    if let Some(reflection) = found {
        return association_query_value::association(interpreter, on, &reflection, value, clause);
    }
    if let Some(mapping) = on.model.as_ref().and_then(|model| aggregation(model, &name)) {
        return aggregated(interpreter, on, &mapping, value, clause);
    }
    let kind = on.type_of(interpreter, &name)?;
    clause.predicates.push(predicate(interpreter, &on.table, &name, &kind, value)?);
    Ok(())
}

/// `reflect_on_aggregation`
fn aggregation(model: &Rc<RClass>, name: &str) -> Option<Rc<Vec<Vec<String>>>> {
    let of = |class: &Rc<RClass>| crate::models::model_schema::schema(class).aggregations.borrow().get(name).cloned();
    crate::models::model_schema::nearest(model, of)
}

/// A condition on a `composed_of`: what the object answers, for each attribute that it is made of.
fn aggregated(
    interpreter: &mut Interpreter,
    on: &On<'_>,
    mapping: &[Vec<String>],
    value: &Value,
    clause: &mut Clause,
) -> Eval<()> {
    let values = match value {
        Value::Nil => vec![Value::Nil],
        Value::Hash(_) => vec![value.clone()],
        value => crate::ground::arguments::wrap(interpreter, value)?,
    };
    let ask = |interpreter: &mut Interpreter, object: &Value, pair: &[String], strictly: bool| {
        let name = pair.last().map(String::as_str).unwrap_or_default();
        let asks = !object.is_nil() && (strictly || interpreter.responds_to(object, name));
        if asks { interpreter.call_public(object, name, ruby::Args::none()) } else { Ok(object.clone()) }
    };
    if let ([pair], _) | ([pair, ..], []) = (mapping, &values[..]) {
        let answers: Eval<Vec<_>> = values.iter().map(|object| ask(interpreter, object, pair, false)).collect();
        let column = pair.first().cloned().unwrap_or_default();
        let kind = on.type_of(interpreter, &column)?;
        let answers = answers?;
        clause.predicates.push(predicate(interpreter, &on.table, &column, &kind, &Value::array(answers))?);
    } else {
        let mut queries = Vec::new();
        for object in &values {
            let mut query = Vec::new();
            for pair in mapping {
                let column = pair.first().cloned().unwrap_or_default();
                let kind = on.type_of(interpreter, &column)?;
                let answer = ask(interpreter, object, pair, true)?;
                query.push(predicate(interpreter, &on.table, &column, &kind, &answer)?);
            }
            queries.push(query);
        }
        clause.predicates.extend(grouped(queries));
    }
    Ok(())
}

fn nested(interpreter: &mut Interpreter, on: &On<'_>, table: &str, hash: &RHash, clause: &mut Clause) -> Eval<()> {
    let inner = on.table(interpreter, table)?;
    let found = hash_conditions(interpreter, &inner, hash)?;
    clause.predicates.extend(found.predicates);
    Ok(())
}

/// A value of the column, as a bind.
pub(crate) fn bind(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Node> {
    if value.is_nil() {
        return Ok(Node::Bind(Arg::Nil));
    }
    Ok(match kind.serialize_if_possible(interpreter, value)? {
        Some(Arg::Nil) if kind.is_dressed() => Node::Bind(Arg::Nil),
        // What is cast to nothing is compared with all the same.
        Some(Arg::Nil) => Node::BoundSql(vec![Node::Bind(Arg::Nil)]),
        Some(Arg::Sql(sql)) => Node::Sql(sql),
        Some(arg) => Node::Bind(arg),
        None => Node::Unboundable(beyond(interpreter, value)?),
    })
}

/// `unboundable?`: on which side of the column's numbers a number is.
fn beyond(interpreter: &mut Interpreter, value: &Value) -> Eval<Beyond> {
    let number = interpreter.call(value, "to_i", ruby::Args::none())?;
    let order = interpreter.call(&number, "<=>", ruby::Args::one(Value::Int(0)))?;
    Ok(if matches!(order, Value::Int(-1)) { Beyond::Least } else { Beyond::Greatest })
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
    if let Some(Node::Sql(text)) = crate::models::arel_bindings::node(value) {
        return Ok(attribute.equal(bind(interpreter, kind, &Value::str(text))?.given(value)));
    }
    if let Some(relation) = super::find(interpreter, value)? {
        let mut select = arel_or_eager(interpreter, &relation)?;
        if relation.values.selects.is_empty() {
            let columns = load_schema(interpreter, &relation.model)?;
            if columns.is_composite() {
                let shown = interpreter.inspect(&columns.key_value())?;
                let message = format!("Cannot map composite primary key {shown} to {name}");
                return Err(interpreter.argument_error(message));
            }
            let key = columns.key_columns().first().cloned().unwrap_or_default();
            select.projections = vec![Node::Attribute(columns.table_name.clone(), key)];
        }
        return Ok(Node::InSelect(Box::new(attribute), Box::new(select), false));
    }
    let id;
    let value = match value {
        Value::Object(_) if answers(interpreter, value, "id")? => {
            id = interpreter.call_public(value, "id", ruby::Args::none())?;
            &id
        }
        value => value,
    };
    if kind.force_equality(value) {
        return Ok(attribute.equal(bind(interpreter, kind, value)?.given(value)));
    }
    match value {
        Value::Range(range) => between(interpreter, attribute, kind, range),
        Value::Array(_) => array(interpreter, table, name, kind, value),
        Value::Object(_) if interpreter.class_of(value).is_named("Set") => {
            let items = list(interpreter, value)?;
            array(interpreter, table, name, kind, &items)
        }
        value => Ok(attribute.equal(bind(interpreter, kind, value)?.given(value))),
    }
}

fn between(interpreter: &mut Interpreter, attribute: Node, kind: &AttributeType, range: &RRange) -> Eval<Node> {
    let low = end_of(interpreter, kind, &range.begin)?;
    let high = end_of(interpreter, kind, &range.end)?;
    let is_same = !range.exclusive && interpreter.equal(&range.begin, &range.end)?;
    Ok(attribute.between(low, high, range.exclusive, is_same))
}

/// An end of a range that is nothing, or infinite.
pub(crate) fn open_bound(value: &Value) -> Option<Bound> {
    match value {
        Value::Nil => Some(Bound::Open(None)),
        Value::Float(number) if number.is_infinite() => {
            Some(Bound::Open(Some(if *number > 0.0 { Beyond::Greatest } else { Beyond::Least })))
        }
        _ => None,
    }
}

/// An end of a range.
fn end_of(interpreter: &mut Interpreter, kind: &AttributeType, value: &Value) -> Eval<Bound> {
    Ok(match open_bound(value) {
        Some(bound) => bound,
        None => match bind(interpreter, kind, value)? {
            Node::Unboundable(beyond) => Bound::Beyond(beyond),
            Node::Bind(Arg::Float(number)) if number.is_infinite() => {
                Bound::Open(Some(if number > 0.0 { Beyond::Greatest } else { Beyond::Least }))
            }
            node => Bound::At(node.given(value)),
        },
    })
}

/// ArrayHandler
fn array(interpreter: &mut Interpreter, table: &str, name: &str, kind: &AttributeType, value: &Value) -> Eval<Node> {
    let attribute = Node::Attribute(table.to_owned(), name.to_owned());
    let items = ruby::core::convert::array(interpreter, value)?;
    if items.is_empty() {
        return Ok(Node::In(Box::new(attribute), Vec::new()));
    }
    let mut values = Vec::new();
    let mut ranges = Vec::new();
    let mut nils = false;
    for item in items {
        let item = if item.data::<Record>().is_some() {
            attribute_methods::id(interpreter, &item, ruby::Args::none())?
        } else {
            item
        };
        match item {
            Value::Nil => nils = true,
            Value::Range(_) => ranges.push(predicate(interpreter, table, name, kind, &item)?),
            item => values.push(item),
        }
    }
    let mut found = match values.len() {
        0 => None,
        1 => Some(interpreter.nested(|interpreter| predicate(interpreter, table, name, kind, &values[0]))?),
        _ => {
            let mut binds = Vec::new();
            for value in &values {
                if let Some(arg) = kind.serialize_if_possible(interpreter, value)?
                    && !arg.is_nil()
                {
                    binds.push(Node::Bind(arg).given(value));
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
        found = Some(or(found, attribute.equal(Node::Bind(Arg::Nil).given(&Value::Nil))));
    }
    if !ranges.is_empty() {
        found = Some(or(found, Node::Grouping(Box::new(Node::Or(ranges)))));
    }
    Ok(found.unwrap_or(Node::And(Vec::new())))
}
