//! What changes many rows at once: the statements of relation.rb, counter_cache.rb and insert_all.rb. Optimistic locking is
//! absent: a model's `lock_version` is a column like any other where rows are written by statement.

use std::rc::Rc;

use adapters::Arg;
use adapters::insert::{Insert, OnDuplicate};
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method, variadic};

use super::{Relation, Values, arel, is_contradiction, load, relation, spawn, type_of};
use crate::arel::{self as tree, Collector, Node, Select};
use crate::base;
use crate::bindings::arguments::{check_keywords, to_strings};
use crate::model_schema::load_schema;
use crate::persistence::timestamps;
use crate::state::with_adapter;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("update_all", update_all, 1..=1),
    method("delete_all", delete_all, 0..=0),
    method("destroy_all", destroy_all, 0..=0),
    variadic("delete_by", by, 1),
    variadic("destroy_by", by, 1),
    method("update_counters", update_counters, 1..=1),
    variadic("touch_all", touch_all, 0).with_keywords(),
    method("insert_all", insert_all, 1..=1).with_keywords(),
    method("insert_all!", insert_all, 1..=1).with_keywords(),
    method("upsert_all", insert_all, 1..=1).with_keywords(),
    method("insert", insert_all, 1..=1).with_keywords(),
    method("insert!", insert_all, 1..=1).with_keywords(),
    method("upsert", insert_all, 1..=1).with_keywords(),
    method("delete", delete, 1..=1),
    method("destroy", destroy, 1..=1),
];

enum Assignments {
    Sql(String),
    Columns(Vec<(String, Node)>),
}

fn update_all(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let updates = args.first();
    if crate::attribute_methods::is_blank(&updates) {
        return Err(interpreter.argument_error("Empty list of attributes to change"));
    }
    if own.values.none {
        return Ok(Value::Int(0));
    }
    let assignments = match &updates {
        Value::Hash(hash) => {
            let values = substitute_values(interpreter, &own, hash)?;
            Assignments::Columns(with_version(interpreter, &own, values)?)
        }
        updates => {
            let sql = base::sanitize(interpreter, updates)?;
            Assignments::Sql(interpreter.to_s(&sql)?)
        }
    };
    send_update(interpreter, &own, &assignments)
}

/// `_substitute_values`
fn substitute_values(interpreter: &mut Interpreter, own: &Rc<Relation>, hash: &RHash) -> Eval<Vec<(String, Node)>> {
    let columns = load_schema(interpreter, &own.model)?;
    let mut values = Vec::new();
    for (key, value) in hash.pairs() {
        let name = interpreter.to_s(&key)?;
        let name = crate::attribute_methods::alias(&own.model, &name).unwrap_or(name);
        let node = match crate::arel_bindings::node(&value) {
            Some(node @ Node::Sql(_)) => node,
            Some(node) => Node::Grouping(Box::new(node)),
            None => {
                let kind = type_of(&columns, &name);
                let value = kind.cast(interpreter, &value)?;
                Node::Bind(kind.serialize(interpreter, &value)?)
            }
        };
        values.push((name, node));
    }
    Ok(values)
}

/// Whether the statement must find its rows by a subselect, and the SELECT that finds them.
fn subselect(interpreter: &mut Interpreter, own: &Rc<Relation>) -> Eval<Option<(Node, Select)>> {
    let values: &Values = &own.values;
    let mysql = matches!(crate::state::adapter_name(interpreter)?, "Mysql2" | "Trilogy");
    let joined = !values.joins.is_empty();
    let ordered = !values.orders.is_empty() || values.limit.is_some() || values.offset.is_some();
    let grouped = !values.groups.is_empty() || !values.havings.is_empty();
    let needed = if mysql { values.offset.is_some() || grouped || joined && ordered } else { joined || ordered };
    if !needed {
        if grouped {
            return Err(interpreter.unsupported("`update_all` or `delete_all` of groups"));
        }
        return Ok(None);
    }
    if mysql || grouped {
        return Err(interpreter.unsupported("`update_all` or `delete_all` with such joins, groups or offsets"));
    }
    let columns = load_schema(interpreter, &own.model)?;
    let Some(key) = columns.primary_key.clone() else {
        return Err(interpreter.unsupported("`update_all` with a limit on a table without a primary key"));
    };
    let key = Node::Attribute(columns.table_name.clone(), key);
    let mut select = arel(interpreter, own)?;
    select.projections = vec![key.clone()];
    select.distinct = false;
    select.lock = None;
    Ok(Some((Node::Grouping(Box::new(key)), select)))
}

fn rows(collector: &mut Collector<'_>, own: &Relation, subselect: Option<&(Node, Select)>) -> adapters::Result<()> {
    if let Some((key, select)) = subselect {
        return collector.wheres(&[Node::InSelect(Box::new(key.clone()), Box::new(select.clone()), false)]);
    }
    collector.wheres(&own.values.wheres)?;
    if !own.values.orders.is_empty() {
        collector.push(" ORDER BY ");
        collector.joined(&own.values.orders, ", ")?;
    }
    if let Some(limit) = &own.values.limit {
        collector.push(" LIMIT ");
        collector.bind(limit)?;
    }
    Ok(())
}

fn send_update(interpreter: &mut Interpreter, own: &Rc<Relation>, assignments: &Assignments) -> Eval {
    let columns = load_schema(interpreter, &own.model)?;
    let found = subselect(interpreter, own)?;
    let name = format!("{} Update All", own.model.name());
    let rows = with_adapter(interpreter, |adapter| {
        let statement = tree::compile(adapter, |collector| {
            collector.push("UPDATE ");
            collector.table(&columns.table_name);
            for join in if found.is_none() { &own.values.joins[..] } else { &[] } {
                collector.push(&format!(" {join}"));
            }
            collector.push(" SET ");
            match assignments {
                Assignments::Sql(sql) => collector.push(sql),
                Assignments::Columns(values) => collector.assignments(&columns.table_name, values)?,
            }
            rows(collector, own, found.as_ref())
        })?;
        adapter.exec_update(&statement.sql, Some(&name), &statement.binds)
    })?;
    own.records.borrow_mut().take();
    Ok(Value::Int(rows.cast_signed()))
}

fn delete_all(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    if own.values.none {
        return Ok(Value::Int(0));
    }
    if own.values.distinct {
        let message = "delete_all doesn't support distinct";
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    let columns = load_schema(interpreter, &own.model)?;
    let found = subselect(interpreter, &own)?;
    let name = format!("{} Delete All", own.model.name());
    let count = with_adapter(interpreter, |adapter| {
        let statement = tree::compile(adapter, |collector| {
            let joined = found.is_none() && !own.values.joins.is_empty();
            if joined {
                collector.push("DELETE ");
                collector.table(&columns.table_name);
                collector.push(" FROM ");
            } else {
                collector.push("DELETE FROM ");
            }
            collector.table(&columns.table_name);
            for join in if joined { &own.values.joins[..] } else { &[] } {
                collector.push(&format!(" {join}"));
            }
            rows(collector, &own, found.as_ref())
        })?;
        adapter.exec_delete(&statement.sql, Some(&name), &statement.binds)
    })?;
    own.records.borrow_mut().take();
    Ok(Value::Int(count.cast_signed()))
}

fn destroy_all(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let records = load(interpreter, this)?;
    for record in &records {
        interpreter.call(record, "destroy", Args::none())?;
    }
    relation(interpreter, this)?.records.borrow_mut().take();
    Ok(Value::array(records))
}

fn by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name =
        if interpreter.called_name().is_some_and(|name| name.is("delete_by")) { "delete_all" } else { "destroy_all" };
    let found = interpreter.call(this, "where", args)?;
    interpreter.call(&found, name, Args::none())
}

/// `Model.delete(id_or_array)`
fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().is_nil() {
        return Ok(Value::Int(0));
    }
    let own = relation(interpreter, this)?;
    let key = load_schema(interpreter, &own.model)?.primary_key.clone().unwrap_or_default();
    let conditions = RHash::from_pairs(vec![(Value::str(key), args.first())]);
    let found = interpreter.call(this, "where", Args::one(Value::hash(conditions)))?;
    interpreter.call(&found, "delete_all", Args::none())
}

fn destroy(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = interpreter.call(this, "find", args)?;
    if let Value::Array(records) = &found {
        for record in records.to_vec() {
            interpreter.call(&record, "destroy", Args::none())?;
        }
        return Ok(found);
    }
    interpreter.call(&found, "destroy", Args::none())
}

/// `_increment_attribute`: `COALESCE(column, 0) + 1`.
fn update_counters(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let columns = load_schema(interpreter, &own.model)?;
    let Value::Hash(hash) = args.first() else { return Err(interpreter.type_error("update_counters takes a hash")) };
    let mut values = Vec::new();
    let mut touch = Value::Nil;
    for (key, value) in hash.pairs() {
        let name = interpreter.to_s(&key)?;
        if name == "touch" {
            touch = value;
            continue;
        }
        let Value::Int(by) = value else { return Err(interpreter.unsupported("a counter that is not an integer")) };
        let name = crate::attribute_methods::alias(&own.model, &name).unwrap_or(name);
        let node = increment(&columns.table_name, &name, by);
        values.push((name, node));
    }
    if touch.truthy() {
        let now = Value::hash(touches(interpreter, &own, &columns, &touch)?);
        if let Value::Hash(now) = &now {
            values.extend(substitute_values(interpreter, &own, now)?);
        }
    }
    let values = with_version(interpreter, &own, values)?;
    send_update(interpreter, &own, &Assignments::Columns(values))
}

/// `_increment_attribute`
fn increment(table: &str, name: &str, by: i64) -> Node {
    let attribute = Node::Attribute(table.to_owned(), name.to_owned());
    let current =
        Node::Function { name: "COALESCE", arguments: vec![attribute, Node::Sql("0".to_owned())], distinct: false };
    let amount = Box::new(Node::Bind(Arg::Int(by.abs())));
    Node::Infix(if by < 0 { "-" } else { "+" }, Box::new(current), amount)
}

/// Rows that count their versions count this change too.
fn with_version(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    mut values: Vec<(String, Node)>,
) -> Eval<Vec<(String, Node)>> {
    let columns = load_schema(interpreter, &own.model)?;
    if let Some(version) = crate::optimistic::column(&own.model, &columns)
        && values.iter().all(|(name, _)| *name != version)
    {
        let node = increment(&columns.table_name, &version, 1);
        values.push((version, node));
    }
    Ok(values)
}

/// `touch_attributes_with_time` of `touch: ..`, whose last may say the time.
fn touches(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    columns: &crate::model_schema::Columns,
    touch: &Value,
) -> Eval<RHash> {
    let mut names = match touch {
        Value::Array(names) => names.to_vec(),
        one => vec![one.clone()],
    };
    let mut time = Value::Nil;
    if let Some(Value::Hash(options)) = names.last() {
        time = options.get_symbol("time").unwrap_or_default();
        names.pop();
    }
    if !time.truthy() {
        time = crate::persistence::now(interpreter)?;
    }
    names.retain(|name| !matches!(name, Value::Bool(_)));
    let names = crate::persistence::touched_names(interpreter, &own.model, columns, &Value::array(names))?;
    Ok(RHash::from_pairs(names.into_iter().map(|name| (Value::str(name), time.clone())).collect::<Vec<_>>()))
}

fn touch_all(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let columns = load_schema(interpreter, &own.model)?;
    let mut names: Vec<String> =
        timestamps(&columns, &["updated_at", "updated_on"]).into_iter().map(str::to_owned).collect();
    names.extend(to_strings(interpreter, &args.positional)?);
    let time = match args.keyword("time") {
        Some(time) if time.truthy() => time,
        _ => {
            let class = Value::Class(interpreter.class_at("Time"));
            let now = interpreter.call(&class, "now", Args::none())?;
            interpreter.call(&now, "utc", Args::none())?
        }
    };
    let pairs = names.into_iter().map(|name| (Value::str(name), time.clone())).collect::<Vec<_>>();
    update_all(interpreter, this, Args::one(Value::hash(RHash::from_pairs(pairs))))
}

// insert_all.rb

fn insert_all(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    check_keywords(
        interpreter,
        &args,
        &["returning", "unique_by", "record_timestamps", "update_only", "on_duplicate"],
    )?;
    if let Some(keywords) = &args.keywords {
        for (key, value) in keywords.pairs() {
            if value.truthy() && key.as_name().as_deref() != Some("unique_by") {
                let key = key.as_name().unwrap_or_default();
                return Err(interpreter.unsupported(format!("`{name}` with `{key}:`")));
            }
        }
    }
    let own = relation(interpreter, this)?;
    let rows = match args.first() {
        Value::Array(rows) => rows.to_vec(),
        row => vec![row],
    };
    let on_duplicate = match name.as_str() {
        "insert_all!" | "insert!" => OnDuplicate::Raise,
        "upsert_all" | "upsert" => OnDuplicate::Update,
        _ => OnDuplicate::Skip,
    };
    send_insert(interpreter, this, &own, &rows, on_duplicate, &args, &name)
}

#[allow(clippy::too_many_lines)]
fn send_insert(
    interpreter: &mut Interpreter,
    this: &Value,
    own: &Rc<Relation>,
    rows: &[Value],
    on_duplicate: OnDuplicate,
    args: &Args,
    called: &str,
) -> Eval {
    let _ = this;
    let columns = load_schema(interpreter, &own.model)?;
    let mut keys: Vec<String> = Vec::new();
    let mut read = Vec::new();
    for row in rows {
        let Value::Hash(row) = row else { return Err(interpreter.type_error("insert_all takes hashes")) };
        let mut pairs = Vec::new();
        for (key, value) in row.pairs() {
            pairs.push((interpreter.to_s(&key)?, value));
        }
        if keys.is_empty() {
            keys = pairs.iter().map(|(name, _)| name.clone()).collect();
        }
        if pairs.len() != keys.len() || pairs.iter().any(|(name, _)| !keys.contains(name)) {
            return Err(interpreter.argument_error("All objects being inserted must have the same keys"));
        }
        read.push(pairs);
    }
    if read.is_empty() {
        return crate::bindings::new_result(interpreter, adapters::QueryResult::default());
    }
    if let Some(unknown) = keys.iter().find(|name| columns.column(name).is_none()) {
        let model = own.model.name();
        let message = format!("unknown attribute '{unknown}' for {model}.");
        return Err(interpreter.error("ActiveModel::UnknownAttributeError", message));
    }
    let mut all_keys = keys.clone();
    if crate::model_schema::record_timestamps(&own.model) {
        for name in timestamps(&columns, &["created_at", "created_on", "updated_at", "updated_on"]) {
            if !all_keys.iter().any(|key| key == name) {
                all_keys.push(name.to_owned());
            }
        }
    }
    let now = with_adapter(interpreter, |adapter| Ok(adapter.high_precision_current_timestamp()))?;
    let mut list = Vec::new();
    for pairs in &read {
        let mut values = Vec::new();
        for key in &all_keys {
            values.push(match pairs.iter().find(|(name, _)| name == key) {
                Some((name, value)) => {
                    if crate::arel_bindings::node(value).is_some() {
                        return Err(interpreter.unsupported("SQL among the values of insert_all"));
                    }
                    let kind = type_of(&columns, name);
                    let value = kind.cast(interpreter, value)?;
                    let value = kind.serialize(interpreter, &value)?;
                    with_adapter(interpreter, |adapter| adapter.quote(&value))?
                }
                None => now.to_owned(),
            });
        }
        list.push(format!("({})", values.join(", ")));
    }
    let unique = unique_columns(interpreter, own, columns.primary_key.as_ref(), args)?;
    let updatable: Vec<String> = if on_duplicate == OnDuplicate::Update {
        let keyed = unique.clone().unwrap_or_else(|| columns.primary_key.clone().into_iter().collect());
        keys.iter()
            .filter(|key| !keyed.contains(key) && Some(*key) != columns.primary_key.as_ref())
            .filter(|key| !matches!(key.as_str(), "created_at" | "created_on"))
            .cloned()
            .collect()
    } else {
        Vec::new()
    };
    let on_duplicate =
        if on_duplicate == OnDuplicate::Update && updatable.is_empty() { OnDuplicate::Skip } else { on_duplicate };
    let touched: Vec<String> = if on_duplicate == OnDuplicate::Update {
        timestamps(&columns, &["updated_at", "updated_on"])
            .into_iter()
            .filter(|name| !keys.iter().any(|key| key == name))
            .map(str::to_owned)
            .collect()
    } else {
        Vec::new()
    };
    let many = called.ends_with("_all") || called.ends_with("_all!");
    let verb = if on_duplicate == OnDuplicate::Update || called.starts_with("upsert") { "Upsert" } else { "Insert" };
    let message = format!("{} {}{verb}", own.model.name(), if many { "Bulk " } else { "" });
    let result = with_adapter(interpreter, |adapter| {
        let quoted = |adapter: &dyn adapters::Adapter, names: &[String]| {
            names.iter().map(|name| adapter.quote_column_name(name)).collect::<Vec<_>>().join(",")
        };
        let target = match (&unique, on_duplicate, &columns.primary_key) {
            (Some(names), _, _) => Some(format!("({})", quoted(adapter, names))),
            (None, OnDuplicate::Update, Some(key)) => Some(format!("({})", quoted(adapter, std::slice::from_ref(key)))),
            _ => None,
        };
        let returning = columns.primary_key.as_ref().filter(|_| adapter.supports_insert_returning());
        let insert = Insert {
            table_name: columns.table_name.clone(),
            columns: all_keys.clone(),
            values_list: format!("VALUES {}", list.join(", ")),
            on_duplicate,
            conflict_target: target.filter(|_| adapter.supports_insert_conflict_target()),
            updatable_columns: updatable.clone(),
            touched_columns: touched.clone(),
            raw_update_sql: None,
            returning: returning.map(|key| adapter.quote_column_name(key)),
        };
        let sql = adapter.build_insert_sql(&insert)?;
        adapter.exec_query(&sql, Some(&message), &[])
    })?;
    crate::bindings::new_result(interpreter, result)
}

fn unique_columns(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    key: Option<&String>,
    args: &Args,
) -> Eval<Option<Vec<String>>> {
    let Some(given) = args.keyword("unique_by").filter(Value::truthy) else { return Ok(None) };
    let names = ruby::builtins::convert::wrap(interpreter, &given)?;
    let names = to_strings(interpreter, &names)?;
    if key.is_some_and(|key| names == [key.clone()]) {
        return Ok(Some(names));
    }
    let table = super::query_methods::table(interpreter, own)?;
    let indexes = with_adapter(interpreter, |adapter| adapter.indexes(&table))?;
    for index in indexes.iter().filter(|index| index.unique) {
        let columns = index.columns.to_strings();
        let same = columns.len() == names.len() && columns.iter().all(|column| names.contains(column));
        if same || (names.len() == 1 && names[0] == index.name) {
            if index.r#where.is_some() {
                return Err(interpreter.unsupported("`unique_by` of a partial index"));
            }
            return Ok(Some(columns));
        }
    }
    let shown = interpreter.inspect(&given)?;
    Err(interpreter.argument_error(format!("No unique index found for {shown}")))
}

/// A relation of one row, by its key.
pub(crate) fn where_key(interpreter: &mut Interpreter, this: &Value, id: Value) -> Eval {
    let own = relation(interpreter, this)?;
    if is_contradiction(&own.values) {
        return spawn(interpreter, this, |_| ());
    }
    let key = load_schema(interpreter, &own.model)?.primary_key.clone().unwrap_or_default();
    let conditions = RHash::from_pairs(vec![(Value::str(key), id)]);
    interpreter.call(this, "where", Args::one(Value::hash(conditions)))
}
