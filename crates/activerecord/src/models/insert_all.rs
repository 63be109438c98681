//! insert_all.rb: many rows in one statement, without records.

use std::rc::Rc;

use adapters::change::{Change, Verb};
use adapters::database_statements::ExecuteOptions;
use adapters::insert::{Insert, OnDuplicate};
use adapters::{Arg, Dialect, gate, schema_cache};
use ruby::{Args, Eval, Interpreter, Value};

use crate::connection::arel::{self, Node};
use crate::ground::arguments::{check_keywords, to_strings};
use crate::ground::errors::OrRaise;
use crate::ground::state::with_adapter;
use crate::models::arel_bindings;
use crate::models::attribute_methods::{alias, is_blank};
use crate::models::attribute_set::Kind;
use crate::models::model_schema::{self, Columns, all_readonly_attributes, load_schema};
use crate::models::persistence::timestamps;
use crate::models::relation::where_clause::scope_for_create;
use crate::models::relation::{Relation, type_of};

/// What the keywords asked for.
struct Options {
    on_duplicate: OnDuplicate,
    update_only: Vec<String>,
    update_sql: Option<String>,
    /// None: the primary key. Some(None): nothing.
    returning: Option<Option<String>>,
    unique_by: Option<Unique>,
    record_timestamps: bool,
}

struct Unique {
    columns: Vec<String>,
    /// An index over expressions.
    expression: Option<String>,
    condition: Option<String>,
}

const TIMESTAMPS: [&str; 4] = ["created_at", "created_on", "updated_at", "updated_on"];

/// `insert_all` and its kin, of a relation.
pub(crate) fn execute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let (default, known): (OnDuplicate, &[&str]) = match name.as_str() {
        "insert_all!" | "insert!" => (OnDuplicate::Raise, &["returning", "record_timestamps"]),
        "upsert_all" | "upsert" => {
            (OnDuplicate::Update, &["on_duplicate", "update_only", "returning", "unique_by", "record_timestamps"])
        }
        _ => (OnDuplicate::Skip, &["returning", "unique_by", "record_timestamps"]),
    };
    check_keywords(interpreter, &args, known)?;
    let own = crate::models::relation::relation(interpreter, this)?;
    refuse_through(interpreter, &own)?;
    let columns = load_schema(interpreter, &own.model)?;
    let many = name.contains("_all");
    let rows = match args.first() {
        Value::Array(rows) if many => rows.to_vec(),
        row => vec![row],
    };
    let rows_given = rows;
    let mut rows = read_rows(interpreter, &own, &rows_given)?;
    let mut keys: Vec<String> = rows.first().map(|row| row.names.to_vec()).unwrap_or_default();
    let scope = scope_attributes(interpreter, &own)?;
    for (key, _) in &scope {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    let is_aliased = match rows_given.first() {
        Some(Value::Hash(row)) => row.pairs().iter().any(|(key, _)| is_alias(&own, key)),
        _ => false,
    };
    let mut options = options(interpreter, &own, &columns, &args, default, is_aliased)?;
    if rows.is_empty() {
        return crate::connection::new_result(interpreter, adapters::QueryResult::default());
    }
    if !scope.is_empty() {
        for row in &mut rows {
            row.take_over(&scope);
        }
    }
    let fixed = [primary_keys(interpreter, &columns)?, all_readonly_attributes(&own.model)].concat();
    let updatable = updatable_columns(&fixed, &keys, &mut options, default);
    send(interpreter, &own, &columns, &keys, &rows, &options, updatable)
}

fn is_alias(own: &Relation, key: &Value) -> bool {
    key.as_name().is_some_and(|name| alias(&own.model, &name).is_some())
}

/// An association's rows through another table are not this table's alone.
fn refuse_through(interpreter: &mut Interpreter, own: &Relation) -> Eval<()> {
    let association = &own.values.association;
    if association.is_nil() {
        return Ok(());
    }
    let reflection = interpreter.call(association, "reflection", Args::none())?;
    if interpreter.call(&reflection, "through_reflection?", Args::none())?.truthy() {
        let message = "Bulk insert or upsert is currently not supported for has_many through association";
        return Err(interpreter.argument_error(message));
    }
    Ok(())
}

/// A row's columns, shared by rows that name them alike, and its values.
struct Row {
    names: Rc<[String]>,
    values: Vec<Value>,
}

impl Row {
    /// A column that its alias names too has the later value.
    fn settle(&mut self) {
        let is_twice = |place: usize| self.names[..place].contains(&self.names[place]);
        if !(1..self.names.len()).any(is_twice) {
            return;
        }
        let mut settled = Row { names: Rc::from([]), values: Vec::new() };
        let pairs: Vec<_> = self.names.iter().cloned().zip(std::mem::take(&mut self.values)).collect();
        settled.take_over(&pairs);
        *self = settled;
    }

    /// `attributes.merge!(scope_attributes)`
    fn take_over(&mut self, scope: &[(String, Value)]) {
        let mut names = self.names.to_vec();
        for (key, value) in scope {
            match names.iter().position(|name| name == key) {
                Some(place) => self.values[place] = value.clone(),
                None => {
                    names.push(key.clone());
                    self.values.push(value.clone());
                }
            }
        }
        self.names = names.into();
    }
}

fn read_rows(interpreter: &mut Interpreter, own: &Rc<Relation>, rows: &[Value]) -> Eval<Vec<Row>> {
    let sti = if model_schema::has_type_condition(interpreter, &own.model)? {
        model_schema::inheritance_column(&own.model)
    } else {
        None
    };
    let mut read: Vec<Row> = Vec::with_capacity(rows.len());
    let mut last: Option<(Vec<Value>, Rc<[String]>)> = None;
    for row in rows {
        let Value::Hash(row) = row else { return Err(interpreter.type_error("insert_all takes hashes")) };
        let (keys, mut values): (Vec<Value>, Vec<Value>) = row.pairs().into_iter().unzip();
        let alike = |known: &[Value]| {
            let same = |(one, other): (&Value, &Value)| matches!(one, Value::Symbol(_)) && one.is_identical(other);
            known.len() == keys.len() && known.iter().zip(&keys).all(same)
        };
        let names = match &last {
            Some((known, names)) if alike(known) => Rc::clone(names),
            _ => {
                let names: Rc<[String]> = names_of(interpreter, own, &keys, sti.as_deref())?.into();
                last = Some((keys, Rc::clone(&names)));
                names
            }
        };
        if names.len() > values.len() {
            values.insert(0, crate::models::inheritance::sti_name(interpreter, &own.model)?);
        }
        let mut row = Row { names, values };
        row.settle();
        read.push(row);
    }
    Ok(read)
}

/// The columns that keys stand for; the inheritance column first where they lack it.
fn names_of(interpreter: &mut Interpreter, own: &Relation, keys: &[Value], sti: Option<&str>) -> Eval<Vec<String>> {
    let mut names = Vec::new();
    for key in keys {
        let key = interpreter.to_s(key)?;
        names.push(alias(&own.model, &key).unwrap_or(key));
    }
    if let Some(column) = sti.filter(|column| !names.iter().any(|name| name == column)) {
        names.insert(0, column.to_owned());
    }
    Ok(names)
}

/// `scope_for_create`, without the inheritance column.
fn scope_attributes(interpreter: &mut Interpreter, own: &Rc<Relation>) -> Eval<Vec<(String, Value)>> {
    let inheritance = model_schema::inheritance_column(&own.model).unwrap_or_default();
    let all = scope_for_create(interpreter, own)?.pairs();
    let named = all.into_iter().filter_map(|(name, value)| name.as_name().map(|name| (name, value)));
    Ok(named.filter(|(name, _)| *name != inheritance).collect())
}

fn options(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    columns: &Columns,
    args: &Args,
    default: OnDuplicate,
    is_aliased: bool,
) -> Eval<Options> {
    let given = args.keyword("on_duplicate").unwrap_or_default();
    raw_sql(interpreter, &given)?;
    let update_sql = match arel_bindings::node(&given) {
        Some(Node::Sql(sql)) => Some(sql),
        _ => None,
    };
    let on_duplicate = match given.as_name().as_deref() {
        Some("skip") => OnDuplicate::Skip,
        _ => default,
    };
    let returning = args.keyword("returning").unwrap_or_default();
    raw_sql(interpreter, &returning)?;
    let returning = returning_of(interpreter, own, &returning)?;
    let update_only = args.keyword("update_only").filter(|value| !is_blank(value)).unwrap_or_default();
    let update_only = ruby::core::convert::wrap(interpreter, &update_only)?;
    let mut update_only = to_strings(interpreter, &update_only)?;
    if is_aliased {
        update_only = update_only.into_iter().map(|name| alias(&own.model, &name).unwrap_or(name)).collect();
    }
    if update_sql.is_some() && !update_only.is_empty() {
        let message = "You can't set :update_only and provide custom update SQL via :on_duplicate at the same time";
        return Err(interpreter.argument_error(message));
    }
    let mut unique_by = args.keyword("unique_by").filter(|value| !value.is_nil());
    if let (true, Some(given)) = (is_aliased, &unique_by) {
        let names = ruby::core::convert::wrap(interpreter, given)?.into_iter();
        let name = |name: Value| name.as_name().and_then(|name| alias(&own.model, &name)).map_or(name, Value::str);
        unique_by = Some(Value::array(names.map(name).collect()));
    }
    let (targets, answers, class) = with_adapter(interpreter, |adapter| {
        let answers = adapter.supports_insert_returning();
        Ok((adapter.supports_insert_conflict_target(), answers, adapter.class_name().to_owned()))
    })?;
    let unique_by = match (default, unique_by) {
        (OnDuplicate::Raise, _) => None,
        (_, Some(_)) if !targets => {
            return Err(interpreter.argument_error(format!("{class} does not support :unique_by")));
        }
        (_, None) if !targets => None,
        (_, given) => find_unique(interpreter, columns, given.as_ref())?,
    };
    if matches!(returning, Some(Some(_))) && !answers {
        return Err(interpreter.argument_error(format!("{class} does not support :returning")));
    }
    let record_timestamps = match args.keyword("record_timestamps") {
        Some(given) if !given.is_nil() => given.truthy(),
        _ => model_schema::record_timestamps(&own.model),
    };
    Ok(Options { on_duplicate, update_only, update_sql, returning, unique_by, record_timestamps })
}

/// `disallow_raw_sql!`
fn raw_sql(interpreter: &mut Interpreter, value: &Value) -> Eval<()> {
    let Value::Str(text) = value else { return Ok(()) };
    let message = format!(
        "Dangerous query method (method whose arguments are used as raw SQL) called: {}. Known-safe values can be passed by \
         wrapping them in Arel.sql().",
        text.borrow()
    );
    Err(interpreter.argument_error(message))
}

fn returning_of(interpreter: &mut Interpreter, own: &Rc<Relation>, value: &Value) -> Eval<Option<Option<String>>> {
    if value.is_nil() {
        return Ok(None);
    }
    if let Some(Node::Sql(sql)) = arel_bindings::node(value) {
        return Ok(Some(Some(sql)));
    }
    let names = match value {
        Value::Bool(false) => Vec::new(),
        value => ruby::core::convert::wrap(interpreter, value)?,
    };
    if names.is_empty() {
        return Ok(Some(None));
    }
    let mut out = Vec::new();
    for name in names {
        let name = interpreter.to_s(&name)?;
        let quote = |interpreter: &mut Interpreter, name: &str| {
            with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(name)))
        };
        out.push(match alias(&own.model, &name) {
            Some(column) => format!("{} AS {}", quote(interpreter, &column)?, quote(interpreter, &name)?),
            None => quote(interpreter, &name)?,
        });
    }
    Ok(Some(Some(out.join(","))))
}

/// `find_unique_index_for`
fn find_unique(interpreter: &mut Interpreter, columns: &Columns, given: Option<&Value>) -> Eval<Option<Unique>> {
    let names = match given {
        Some(given) => {
            let names = ruby::core::convert::wrap(interpreter, given)?;
            to_strings(interpreter, &names)?
        }
        None => columns.key_columns().to_vec(),
    };
    let mut sorted = names.clone();
    sorted.sort();
    let table = &columns.table_name;
    let indexes = with_adapter(interpreter, |adapter| adapter.catalogue().indexes(table))?;
    for index in indexes.iter().filter(|index| index.unique) {
        let mut own = index.columns.to_strings();
        let ordered = own.clone();
        own.sort();
        if names.contains(&index.name) || own == sorted {
            let expression = match &index.columns {
                Arg::Array(_) => None,
                expression => Some(expression.to_s()),
            };
            return Ok(Some(Unique { columns: ordered, expression, condition: index.r#where.clone() }));
        }
    }
    if names == primary_keys(interpreter, columns)? {
        return Ok(given.map(|_| Unique { columns: names, expression: None, condition: None }));
    }
    let shown = match (given, &columns.primary_key) {
        (Some(given), _) => interpreter.to_s(given)?,
        (None, Some(key)) => key.to_string(),
        (None, None) => String::new(),
    };
    Err(interpreter.argument_error(format!("No unique index found for {shown}")))
}

/// `primary_keys`: the table's own, whatever the model was told.
fn primary_keys(interpreter: &mut Interpreter, columns: &Columns) -> Eval<Vec<String>> {
    let found = with_adapter(interpreter, |adapter| schema_cache::primary_keys(adapter, &columns.table_name))?;
    Ok(match found {
        Arg::Nil => Vec::new(),
        names @ Arg::Array(_) => names.to_strings(),
        name => vec![name.to_s()],
    })
}

/// `configure_on_duplicate_update_logic`. `fixed`: the columns that no UPDATE sets.
fn updatable_columns(fixed: &[String], keys: &[String], options: &mut Options, default: OnDuplicate) -> Vec<String> {
    if !options.update_only.is_empty() {
        options.on_duplicate = OnDuplicate::Update;
        return options.update_only.clone();
    }
    let unique = options.unique_by.as_ref().map(|unique| unique.columns.clone()).unwrap_or_default();
    let readonly = |key: &String| fixed.contains(key) || unique.contains(key);
    let updatable: Vec<String> = keys.iter().filter(|key| !readonly(key)).cloned().collect();
    if options.update_sql.is_some() {
        options.on_duplicate = OnDuplicate::Update;
    } else if default == OnDuplicate::Update && options.on_duplicate == OnDuplicate::Update && updatable.is_empty() {
        options.on_duplicate = OnDuplicate::Skip;
    }
    updatable
}

fn send(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    columns: &Rc<Columns>,
    keys: &[String],
    rows: &[Row],
    options: &Options,
    updatable: Vec<String>,
) -> Eval {
    let mut all = keys.to_vec();
    let stamps = if options.record_timestamps { timestamps(&own.model, columns, &TIMESTAMPS) } else { Vec::new() };
    for name in &stamps {
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
    let primary = primary_keys(interpreter, columns)?;
    let values_list = values_list(interpreter, own, columns, &all, rows, &stamps)?;
    let is_update = options.on_duplicate == OnDuplicate::Update;
    let touched = if is_update && options.record_timestamps {
        let updated = timestamps(&own.model, columns, &["updated_at", "updated_on"]).into_iter();
        updated.filter(|name| !updatable.contains(name)).collect()
    } else {
        Vec::new()
    };
    let bulk = if rows.len() > 1 { "Bulk " } else { "" };
    let verb = if is_update { "Upsert" } else { "Insert" };
    let message = format!("{} {bulk}{verb}", own.model.name());
    let result = with_adapter(interpreter, |adapter| {
        let quoted =
            |names: &[String]| names.iter().map(|name| adapter.quote_column_name(name)).collect::<Vec<_>>().join(",");
        let target = match &options.unique_by {
            Some(unique) => {
                let inner = unique.expression.clone().unwrap_or_else(|| quoted(&unique.columns));
                let condition = unique.condition.as_ref().map(|sql| format!(" WHERE {sql}")).unwrap_or_default();
                Some(format!("({inner}){condition}"))
            }
            None if is_update && !primary.is_empty() => Some(format!("({})", quoted(&primary))),
            None => None,
        };
        let returning = match &options.returning {
            Some(given) => given.clone(),
            None => Some(quoted(&primary)).filter(|_| !primary.is_empty()),
        };
        let insert = Insert {
            table_name: columns.table_name.clone(),
            columns: all.clone(),
            values_list: values_list.clone(),
            on_duplicate: options.on_duplicate,
            conflict_target: target.filter(|_| adapter.supports_insert_conflict_target()),
            updatable_columns: updatable.clone(),
            touched_columns: touched,
            raw_update_sql: options.update_sql.clone(),
            returning: returning.filter(|_| adapter.supports_insert_returning()),
        };
        let sql = adapter.build_insert_sql(&insert)?;
        let change = Change::rows(Verb::Insert, &*columns.table_name);
        gate::internal_execute(adapter, &change, &sql, Some(&message), &[], ExecuteOptions::default())
    })?;
    own.records.borrow_mut().take();
    crate::connection::new_result(interpreter, result)
}

/// The names that a row has, and where each column of the statement is among them.
type Places = (Rc<[String]>, Vec<Option<usize>>);

/// `VALUES (..), (..)`
fn values_list(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    columns: &Rc<Columns>,
    all: &[String],
    rows: &[Row],
    stamps: &[String],
) -> Eval<String> {
    let now = with_adapter(interpreter, |adapter| Ok(adapter.high_precision_current_timestamp()))?;
    let mut kinds = Vec::new();
    for key in all {
        if columns.column(key).is_none() {
            let message = format!("unknown attribute '{key}' for {}.", own.model.name());
            return Err(interpreter.error("ActiveModel::UnknownAttributeError", message));
        }
        kinds.push(type_of(columns, key));
    }
    let primary = primary_keys(interpreter, columns)?;
    let mut list = String::from("VALUES ");
    let mut args: Vec<Piece> = Vec::with_capacity(all.len());
    let mut places: Option<Places> = None;
    for (index, row) in rows.iter().enumerate() {
        let found = match &places {
            Some((names, found)) if Rc::ptr_eq(names, &row.names) => found,
            _ => {
                let found = places_in(interpreter, all, &row.names, stamps)?;
                &places.insert((Rc::clone(&row.names), found)).1
            }
        };
        args.clear();
        for ((key, kind), place) in all.iter().zip(&kinds).zip(found) {
            args.push(match place {
                None => Piece::Sql(now.to_owned()),
                Some(place) => piece(interpreter, columns, &primary, key, kind, &row.values[*place])?,
            });
        }
        with_adapter(interpreter, |adapter| {
            list.push_str(if index == 0 { "(" } else { ", (" });
            for (index, arg) in args.iter().enumerate() {
                if index > 0 {
                    list.push_str(", ");
                }
                match arg {
                    Piece::Sql(sql) => list.push_str(sql),
                    Piece::Value(value) => list.push_str(&adapter.quote(value)?),
                }
            }
            list.push(')');
            Ok(())
        })?;
    }
    Ok(list)
}

/// Where a row has each column; None for a timestamp that it leaves out.
fn places_in(
    interpreter: &mut Interpreter,
    all: &[String],
    names: &[String],
    stamps: &[String],
) -> Eval<Vec<Option<usize>>> {
    let place = |key: &String| names.iter().position(|name| name == key);
    let there = |key: &String| place(key).is_some() || stamps.contains(key);
    if !all.iter().all(there) || names.iter().any(|name| !all.contains(name)) {
        return Err(interpreter.argument_error("All objects being inserted must have the same keys"));
    }
    Ok(all.iter().map(place).collect())
}

enum Piece {
    Sql(String),
    Value(Arg),
}

fn piece(
    interpreter: &mut Interpreter,
    columns: &Columns,
    primary: &[String],
    key: &str,
    kind: &crate::models::attribute_set::AttributeType,
    value: &Value,
) -> Eval<Piece> {
    if let Some(node) = arel_bindings::node(value) {
        let sql = with_adapter(interpreter, |adapter| arel::to_sql(adapter, |collector| collector.visit(&node)))?;
        return Ok(Piece::Sql(sql));
    }
    if value.is_nil() && primary.iter().any(|name| name == key) {
        let default = with_adapter(interpreter, |adapter| {
            Ok(match (adapter.dialect(), columns.column(key)) {
                (Dialect::Sqlite, Some(column)) if column.default_function.is_some() => column.default_function.clone(),
                (Dialect::Sqlite, _) => None,
                (Dialect::MySql, Some(column)) if column.auto_increment => None,
                _ => Some("DEFAULT".to_owned()),
            })
        })?;
        return Ok(default.map_or(Piece::Value(Arg::Nil), Piece::Sql));
    }
    // A text of a string column needs no way through Ruby's values.
    if let Value::Str(text) = value
        && matches!(kind.kind, Kind::Plain)
        && matches!(kind.cast_type.type_name(), Some("string" | "text"))
        && text.is_plain()
    {
        let arg = Arg::Str(text.to_string());
        let cast = kind.cast_type.cast(&arg).or_raise(interpreter)?;
        return Ok(Piece::Value(kind.cast_type.serialize(&cast).or_raise(interpreter)?));
    }
    let value = kind.cast(interpreter, value)?;
    Ok(Piece::Value(kind.serialize(interpreter, &value)?))
}
