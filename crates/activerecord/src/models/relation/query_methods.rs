//! relation/query_methods.rb: what makes one relation of another, and the joins that a relation has. Strict loading is
//! absent. The order stands in `order.rs`, `merge` and its kin in `spawn_methods.rs`.

use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, Value, method, variadic};

use super::predicate_builder::{Clause, build_where_clause};
use super::{From, JoinValue, Relation, Values, order, relation, spawn, spawn_methods};
use crate::connection::arel::{self, Cte, Join, JoinKind, Node, Select, SetOperation, Source};
use crate::ground::arguments::{self, to_arg, to_strings};
use crate::ground::errors::OrRaise;
use crate::ground::state::with_adapter;
use crate::models::arel_bindings;
use crate::models::associations::join_dependency::{AliasTracker, Association, JoinDependency, from_value};
use crate::models::attribute_methods::is_blank;
use crate::models::model_schema::{load_schema, table_name};
use crate::models::reflection;

pub(crate) const METHODS: &[NativeMethod] = &[
    variadic("where", where_, 0),
    variadic("rewhere", rewhere, 1),
    variadic("not", where_not, 1),
    variadic("having", having, 1),
    variadic("order", order::order, 0),
    variadic("reorder", order::reorder, 0),
    variadic("in_order_of", order::in_order_of, 2).with_keywords(),
    method("reverse_order", order::reverse_order, 0..=0),
    variadic("select", select, 0),
    variadic("reselect", reselect, 0),
    variadic("group", group, 0),
    variadic("regroup", regroup, 0),
    method("limit", limit, 1..=1),
    method("offset", offset, 1..=1),
    method("distinct", distinct, 0..=1),
    method("uniq", |i, this, args| on_records(i, this, "uniq", args), 0..=0),
    variadic("joins", joins, 0),
    variadic("left_joins", left_joins, 0),
    variadic("left_outer_joins", left_joins, 0),
    variadic("includes", eager, 0),
    variadic("eager_load", eager, 0),
    variadic("preload", eager, 0),
    method("extract_associated", extract_associated, 1..=1),
    variadic("references", references, 0),
    variadic("with", with, 0),
    variadic("with_recursive", with, 0),
    variadic("extending", extending, 0),
    variadic("annotate", annotate, 0),
    variadic("optimizer_hints", optimizer_hints, 0),
    variadic("excluding", excluding, 0),
    variadic("without", excluding, 0),
    method("from", from, 1..=2),
    method("lock", lock, 0..=1),
    method("readonly", readonly, 0..=1),
    method("strict_loading", strict_loading, 0..=1),
    method("none", none, 0..=0),
    method("or", or, 1..=1),
    method("and", and, 1..=1),
    method("structurally_compatible?", compatible, 1..=1),
    method("all", |i, this, _| spawn(i, this, |_| ()), 0..=0),
    method("spawn", |i, this, _| spawn(i, this, |_| ()), 0..=0),
    method("create_with", create_with, 1..=1),
    method("invert_where", invert_where, 0..=0),
    method("unscoped", |i, this, _| unscoped(i, this), 0..=0),
    method("arel", arel_of, 0..=1),
    method("table", |i, this, _| arel_bindings::table_of(i, this), 0..=0),
    method("arel_table", |i, this, _| arel_bindings::table_of(i, this), 0..=0),
];

/// What `where` without arguments answers: `where.not(..)`.
struct WhereChain(Value);

impl NativeData for WhereChain {}

const CHAIN_METHODS: &[NativeMethod] = &[
    variadic("not", chain_not, 1),
    variadic("missing", chain_missing, 0),
    variadic("associated", chain_associated, 0),
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

/// `check_if_method_has_arguments!`
pub(crate) fn check_arguments(interpreter: &mut Interpreter, args: &Args, name: &str) -> Eval<()> {
    if args.is_empty() && args.keywords.is_none() {
        return Err(interpreter.argument_error(format!("The method .{name}() must contain arguments.")));
    }
    Ok(())
}

/// `args.flatten`, with Ruby's error for an array that contains itself.
pub(crate) fn flattened(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<Value>> {
    let mut out = Vec::with_capacity(args.len());
    for value in &args.positional {
        match value {
            Value::Array(_) => out.extend(arguments::flatten(interpreter, std::slice::from_ref(value))?),
            other => out.push(other.clone()),
        }
    }
    Ok(out)
}

/// The arguments without lists in lists and without what is blank. A relation is a list of its records.
fn compact(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<Value>> {
    let mut all = Vec::new();
    for value in flattened(interpreter, args)? {
        if value.data::<Relation>().is_some() {
            all.extend(super::load(interpreter, &value)?);
        } else {
            all.push(value);
        }
    }
    all.retain(|value| !is_blank(value));
    Ok(all)
}

fn called(interpreter: &Interpreter) -> String {
    interpreter.called_name().map(|name| name.to_string()).unwrap_or_default()
}

// Conditions

fn where_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.is_empty() {
        let class = interpreter.class_at("ActiveRecord::QueryMethods::WhereChain");
        let scope = spawn(interpreter, this, |_| ())?;
        return Ok(Value::native(&class, WhereChain(scope)));
    }
    if args.positional.len() == 1 && is_blank(&args.first()) {
        return Ok(this.clone());
    }
    let clause = clause(interpreter, this, &args)?;
    spawn(interpreter, this, |values| add(values, clause))
}

fn clause(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Clause> {
    let own = relation(interpreter, this)?;
    build_where_clause(interpreter, &own, &args.first(), args.positional.get(1..).unwrap_or_default())
}

fn add(values: &mut Values, clause: Clause) {
    values.refer(clause.references);
    values.wheres.extend(clause.predicates);
}

fn rewhere(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().is_nil() {
        return spawn(interpreter, this, |values| {
            values.wheres.clear();
        });
    }
    let clause = clause(interpreter, this, &args)?;
    spawn(interpreter, this, |values| {
        let columns = columns_of(&clause.predicates);
        except_columns(values, &columns);
        add(values, clause);
    })
}

/// `extract_attributes`
pub(super) fn columns_of(predicates: &[Node]) -> Vec<(String, String)> {
    let owned = |(table, name): (&str, &str)| (table.to_owned(), name.to_owned());
    predicates.iter().filter_map(|node| node.column().map(owned)).collect()
}

/// `except_predicates`
pub(super) fn except_columns(values: &mut Values, columns: &[(String, String)]) {
    let among = |(table, name): (&str, &str)| columns.iter().any(|(t, n)| t == table && n == name);
    values.wheres.retain(|node| node.column().is_none_or(|column| !among(column)));
}

fn chain(interpreter: &mut Interpreter, this: &Value) -> Eval {
    match this.data::<WhereChain>() {
        Some(chain) => Ok(chain.0.clone()),
        None => Err(interpreter.type_error("not a chain of where")),
    }
}

fn chain_not(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let scope = chain(interpreter, this)?;
    where_not(interpreter, &scope, args)
}

fn where_not(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut clause = clause(interpreter, this, &args)?;
    let inverted = invert(&mut clause.predicates);
    spawn(interpreter, this, |values| {
        values.refer(clause.references);
        values.wheres.push(inverted);
    })
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

/// `where.missing(:author)`: no row is joined.
fn chain_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut scope = chain(interpreter, this)?;
    for name in args.positional {
        let conditions = unjoined(interpreter, &scope, &name)?;
        scope = interpreter.call(&scope, "left_outer_joins", Args::one(name))?;
        scope = interpreter.call(&scope, "where", Args::one(conditions))?;
    }
    Ok(scope)
}

fn chain_associated(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut scope = chain(interpreter, this)?;
    for name in args.positional {
        let conditions = unjoined(interpreter, &scope, &name)?;
        let own = relation(interpreter, &scope)?;
        let association = from_value(interpreter, &name)?;
        let joined = own.values.joins.iter().any(|join| matches!(join, JoinValue::Association(a) if *a == association));
        if !joined && !own.values.left_joins.contains(&association) {
            scope = interpreter.call(&scope, "joins", Args::one(name))?;
        }
        scope = where_not(interpreter, &scope, Args::one(conditions))?;
    }
    Ok(scope)
}

/// `{ authors: { id: nil } }` of an association.
fn unjoined(interpreter: &mut Interpreter, scope: &Value, name: &Value) -> Eval {
    let model = Rc::clone(&relation(interpreter, scope)?.model);
    let symbol = ruby::Symbol::new(&name.as_name().unwrap_or_default());
    let Some(reflection) = reflection::find(&model, symbol) else {
        let message = format!("An association named `:{symbol}` does not exist on the model `{}`.", model.name());
        return Err(interpreter.argument_error(message));
    };
    let key = reflection.association_primary_key(interpreter)?;
    let table = if reflection.option("class_name").truthy() {
        name.clone()
    } else {
        let class = reflection.class(interpreter)?;
        Value::str(load_schema(interpreter, &class)?.table_name.as_str())
    };
    let inner = key.columns().iter().map(|name| (Value::str(name.as_str()), Value::Nil)).collect::<Vec<_>>();
    let inner = ruby::RHash::from_pairs(inner);
    Ok(Value::hash(ruby::RHash::from_pairs(vec![(table, Value::hash(inner))])))
}

fn having(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if is_blank(&args.first()) {
        return Ok(this.clone());
    }
    let clause = clause(interpreter, this, &args)?;
    spawn(interpreter, this, |values| {
        values.refer(clause.references);
        values.havings.extend(clause.predicates);
    })
}

fn excluding(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let name = called(interpreter);
    let mut ids = Vec::new();
    for value in flattened(interpreter, &args)?.into_iter().filter(|value| !value.is_nil()) {
        let of_model = match value.data::<Relation>() {
            Some(other) => Rc::ptr_eq(&other.model, &own.model),
            None => interpreter.class_of(&value).is_subclass_of(&own.model),
        };
        if !of_model {
            let model = own.model.name();
            let message = format!("You must only pass a single or collection of {model} objects to #{name}.");
            return Err(interpreter.argument_error(message));
        }
        if value.data::<Relation>().is_some() {
            let found = interpreter.call(&value, "ids", Args::none())?;
            ids.extend(ruby::core::convert::array(interpreter, &found)?);
        } else {
            ids.push(crate::models::attribute_methods::id(interpreter, &value, Args::none())?);
        }
    }
    let columns = load_schema(interpreter, &own.model)?;
    if columns.is_composite() {
        return Err(interpreter.unsupported(format!("`{name}` with a primary key of several columns")));
    }
    let conditions = ruby::RHash::from_pairs(vec![(columns.key_value(), Value::array(ids))]);
    where_not(interpreter, this, Args::one(Value::hash(conditions)))
}

fn none(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    spawn(interpreter, this, Values::make_none)
}

fn other(interpreter: &mut Interpreter, args: &Args, name: &str) -> Eval<Rc<Relation>> {
    match super::find(interpreter, &args.first())? {
        Some(other) => Ok(other),
        None => {
            let class = interpreter.class_of(&args.first()).name();
            let message =
                format!("You have passed {class} object to #{name}. Pass an ActiveRecord::Relation object instead.");
            Err(interpreter.argument_error(message))
        }
    }
}

fn compatible(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = other(interpreter, &args, "structurally_compatible?")?;
    let own = relation(interpreter, this)?;
    Ok(own.values.incompatible(&other.values).is_empty().into())
}

fn check_compatible(interpreter: &mut Interpreter, own: &Relation, other: &Relation, name: &str) -> Eval<()> {
    let incompatible = own.values.incompatible(&other.values);
    if incompatible.is_empty() {
        return Ok(());
    }
    let message = format!(
        "Relation passed to #{name} must be structurally compatible. Incompatible values: [:{}]",
        incompatible.join(", :")
    );
    Err(interpreter.argument_error(message))
}

fn or(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other_value = args.first();
    let other = other(interpreter, &args, "or")?;
    let own = relation(interpreter, this)?;
    if own.values.none {
        return spawn(interpreter, &other_value, |_| ());
    }
    check_compatible(interpreter, &own, &other, "or")?;
    spawn(interpreter, this, |values| {
        values.wheres = alternatives(std::mem::take(&mut values.wheres), &other.values.wheres);
        values.havings = alternatives(std::mem::take(&mut values.havings), &other.values.havings);
        values.refer(other.values.named_tables.clone());
        values.refer_to(&other.values.references);
    })
}

/// `WhereClause#or`
fn alternatives(mine: Vec<Node>, theirs: &[Node]) -> Vec<Node> {
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
        common.push(Node::Or(alternatives).grouping());
    }
    common
}

fn and(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = other(interpreter, &args, "and")?;
    let own = relation(interpreter, this)?;
    check_compatible(interpreter, &own, &other, "and")?;
    spawn(interpreter, this, |values| {
        spawn_methods::add_missing(&mut values.wheres, &other.values.wheres);
        spawn_methods::add_missing(&mut values.havings, &other.values.havings);
        values.refer(other.values.named_tables.clone());
        values.refer_to(&other.values.references);
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
    let name = crate::models::attribute_methods::alias(&relation.model, &name).unwrap_or(name);
    let columns = load_schema(interpreter, &relation.model)?;
    if columns.column(&name).is_some() && relation.values.from.as_ref().is_none_or(|from| from.is(&columns.table_name))
    {
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

pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character == '_' || character.is_alphanumeric())
}

/// `arel_column_with_table`
fn column_of_table(interpreter: &mut Interpreter, table: &str, column: &Value) -> Eval<Node> {
    let name = interpreter.to_s(column)?;
    if matches!(column, Value::Symbol(_)) || is_word(&name) {
        return Ok(Node::attribute(table, name));
    }
    let quoted = with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name(table)))?;
    Ok(Node::Sql(format!("{quoted}.{name}")))
}

pub(crate) fn arel_columns(interpreter: &mut Interpreter, relation: &Relation, fields: &[Value]) -> Eval<Vec<Node>> {
    let mut out = Vec::new();
    for field in fields {
        match field {
            Value::Nil => {}
            Value::Array(names) => {
                let names = names.to_vec();
                out.extend(interpreter.nested(|interpreter| arel_columns(interpreter, relation, &names))?);
            }
            Value::Proc(block) => {
                let found = interpreter.call_block(block, Args::none())?;
                out.push(arel_column(interpreter, relation, &found)?);
            }
            Value::Hash(hash) => {
                for (table, columns) in hash.pairs() {
                    let name = interpreter.to_s(&table)?;
                    hash_columns(interpreter, relation, &table, &name, &columns, &mut out)?;
                }
            }
            field => out.push(arel_column(interpreter, relation, field)?),
        }
    }
    Ok(out)
}

/// `{ posts: [:id] }`, `{ posts: { id: :post_id } }`, `{ id: :post_id }`
fn hash_columns(
    interpreter: &mut Interpreter,
    relation: &Relation,
    key: &Value,
    table: &str,
    columns: &Value,
    out: &mut Vec<Node>,
) -> Eval<()> {
    let quote = |interpreter: &mut Interpreter, alias: &Value| {
        let alias = interpreter.to_s(alias)?;
        with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(&alias)))
    };
    match columns {
        Value::Hash(aliases) => {
            for (column, alias) in aliases.pairs() {
                let column = column_of_table(interpreter, table, &column)?;
                let alias = quote(interpreter, &alias)?;
                out.push(Node::As(Box::new(column), alias));
            }
        }
        Value::Array(columns) => {
            for column in columns.to_vec() {
                out.push(column_of_table(interpreter, table, &column)?);
            }
        }
        alias if interpreter.called_name().is_some_and(|name| name.is("pluck")) => {
            out.push(column_of_table(interpreter, table, alias)?);
        }
        alias => {
            let column = arel_column(interpreter, relation, key)?;
            let alias = quote(interpreter, alias)?;
            out.push(Node::As(Box::new(column), alias));
        }
    }
    Ok(())
}

fn select(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_some() {
        if !args.is_empty() {
            return Err(interpreter.argument_error("`select' with block doesn't take arguments."));
        }
        return on_records(interpreter, this, "select", args);
    }
    if args.is_empty() {
        return Err(interpreter.argument_error("Call `select' with at least one field."));
    }
    let relation = relation(interpreter, this)?;
    let all = compact(interpreter, &args)?;
    let nodes = arel_columns(interpreter, &relation, &all)?;
    let tables = selected_tables(&all);
    spawn(interpreter, this, |values| {
        values.refer(tables);
        spawn_methods::add_missing(&mut values.selects, &nodes);
        values.add_fields(&all);
    })
}

/// The tables that hashes of columns name.
fn selected_tables(fields: &[Value]) -> Vec<String> {
    let hashes =
        fields.iter().filter_map(|field| if let Value::Hash(hash) = field { Some(hash.pairs()) } else { None });
    let of_table = |(_, columns): &(Value, Value)| matches!(columns, Value::Hash(_) | Value::Array(_));
    hashes.flatten().filter(of_table).filter_map(|(table, _)| table.as_name()).collect()
}

fn reselect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "reselect")?;
    let relation = relation(interpreter, this)?;
    let all = compact(interpreter, &args)?;
    let nodes = arel_columns(interpreter, &relation, &all)?;
    spawn(interpreter, this, |values| {
        values.selects = nodes;
        values.fields.clear();
        values.add_fields(&all);
    })
}

/// The column of `group(:author)`, where that is a `belongs_to`.
fn group_nodes(interpreter: &mut Interpreter, relation: &Relation, args: &Args) -> Eval<Vec<Node>> {
    let all = compact(interpreter, args)?;
    arel_columns(interpreter, relation, &all)
}

fn group(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "group")?;
    let relation = relation(interpreter, this)?;
    let nodes = group_nodes(interpreter, &relation, &args)?;
    spawn(interpreter, this, |values| spawn_methods::add_missing(&mut values.groups, &nodes))
}

fn regroup(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "regroup")?;
    let relation = relation(interpreter, this)?;
    let nodes = group_nodes(interpreter, &relation, &args)?;
    spawn(interpreter, this, |values| values.groups = nodes)
}

fn distinct(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let on = !args.has(0) || args.first().truthy();
    spawn(interpreter, this, |values| values.distinct = on)
}

fn number(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Arg>> {
    if value.is_nil() {
        return Ok(None);
    }
    if let Some(node) = arel_bindings::node(value)
        && let Node::Sql(sql) = node
    {
        return Ok(Some(Arg::Sql(sql)));
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
    let name = if args.get(1).is_nil() { None } else { Some(interpreter.to_s(&args.get(1))?) };
    let (source, text) = match super::find(interpreter, &args.first())? {
        Some(other) => {
            let select = super::arel_or_eager(interpreter, &other)?;
            let alias = name.clone().unwrap_or_else(|| "subquery".to_owned());
            let select = Node::Subselect(Box::new(select));
            (Source::Select(Box::new(select), Node::Sql(alias.clone())), name.unwrap_or_default())
        }
        None => match arel_bindings::source(&args.first()) {
            Some(source) => (source, name.unwrap_or_default()),
            None => {
                let sql = interpreter.to_s(&args.first())?;
                (Source::Sql(sql.clone()), name.unwrap_or(sql))
            }
        },
    };
    let made = spawn(interpreter, this, |values| values.from = Some(From { source, text }))?;
    let own = relation(interpreter, &made)?;
    if own.values.fields.is_empty() {
        return Ok(made);
    }
    let nodes = arel_columns(interpreter, &own, &own.values.fields)?;
    spawn(interpreter, &made, |values| values.selects = nodes)
}

fn lock(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let lock = match args.first() {
        Value::Str(text) => Some(text.to_string()),
        Value::Bool(false) => None,
        _ => Some("FOR UPDATE".to_owned()),
    };
    spawn(interpreter, this, |values| values.lock = lock)
}

fn readonly(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let on = !args.has(0) || args.first().truthy();
    spawn(interpreter, this, |values| values.readonly = on)
}

fn strict_loading(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let on = if args.has(0) { args.first() } else { Value::Bool(true) };
    spawn(interpreter, this, |values| values.strict_loading = (!on.is_nil()).then(|| on.truthy()))
}

fn create_with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = crate::models::attribute_methods::permitted(interpreter, &args.first())? else {
        return spawn(interpreter, this, |values| values.create_with.clear());
    };
    spawn(interpreter, this, |values| values.create_with.extend(hash.pairs()))
}

fn annotate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "annotate")?;
    let all = compact(interpreter, &args)?;
    let comments = to_strings(interpreter, &all)?;
    spawn(interpreter, this, |values| spawn_methods::add_missing(&mut values.annotations, &comments))
}

fn optimizer_hints(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "optimizer_hints")?;
    let all = compact(interpreter, &args)?;
    let hints = to_strings(interpreter, &all)?;
    spawn(interpreter, this, |values| spawn_methods::add_missing(&mut values.hints, &hints))
}

fn extending(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut modules = flattened(interpreter, &args)?;
    if let Some(block) = args.block {
        let class = Value::Class(interpreter.class_at("Module"));
        modules.push(interpreter.call(&class, "new", Args::none().with_block(Some(block)))?);
    }
    spawn(interpreter, this, |values| values.extending.extend(modules))
}

fn references(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "references")?;
    let all = compact(interpreter, &args)?;
    let names = to_strings(interpreter, &all)?;
    let symbols = all.iter().filter(|name| matches!(name, Value::Symbol(_))).filter_map(Value::as_name);
    let symbols: Vec<_> = symbols.collect();
    spawn(interpreter, this, |values| {
        values.refer_to(&names);
        values.symbol_references.extend(symbols);
    })
}

fn with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    if args.block.is_some() && name == "with" {
        return Err(interpreter.argument_error("ActiveRecord::Relation#with does not accept a block"));
    }
    check_arguments(interpreter, &args, &name)?;
    let mut ctes = Vec::new();
    for argument in compact(interpreter, &args)? {
        let Value::Hash(hash) = &argument else {
            let class = interpreter.class_of(&argument).name();
            let shown = interpreter.to_s(&argument)?;
            return Err(interpreter.argument_error(format!("Unsupported argument type: {shown} {class}")));
        };
        for (key, value) in hash.pairs() {
            let name = interpreter.to_s(&key)?;
            let body = with_expression(interpreter, &value, false)?;
            ctes.push(Cte { name, body, materialized: None });
        }
    }
    spawn(interpreter, this, |values| {
        values.recursive |= name == "with_recursive";
        spawn_methods::add_missing(&mut values.withs, &ctes);
    })
}

/// `build_with_expression_from_value`
fn with_expression(interpreter: &mut Interpreter, value: &Value, nested: bool) -> Eval<Node> {
    if let Some(other) = super::find(interpreter, value)? {
        let select = Box::new(super::arel_or_eager(interpreter, &other)?);
        return Ok(if nested { Node::Statement(select) } else { Node::Subselect(select) });
    }
    if let Some(node) = arel_bindings::node(value) {
        return Ok(match node {
            Node::Sql(_) | Node::BoundSql(_) => node.grouping(),
            Node::Statement(select) if !nested => Node::Subselect(select),
            other => other,
        });
    }
    if let Value::Array(items) = value {
        let items = items.to_vec();
        return interpreter.nested(|interpreter| {
            if let [one] = &items[..] {
                return with_expression(interpreter, one, false);
            }
            let mut parts = items.iter().map(|item| with_expression(interpreter, item, true));
            let mut all = parts.next().unwrap_or(Ok(Node::Star))?;
            for part in parts {
                all = Node::Set(SetOperation::UnionAll, Box::new(all), Box::new(part?));
            }
            Ok(all)
        });
    }
    let class = interpreter.class_of(value).name();
    let shown = interpreter.to_s(value)?;
    Err(interpreter.argument_error(format!("Unsupported argument type: `{shown}` {class}")))
}

// Joins

fn joins(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "joins")?;
    let mut joins = Vec::new();
    for value in compact(interpreter, &args)? {
        joins.push(match &value {
            Value::Str(text) => JoinValue::Join(Join::Sql(Node::Sql(text.borrow().trim().to_owned()))),
            Value::Symbol(_) | Value::Hash(_) => JoinValue::Association(from_value(interpreter, &value)?),
            other => match arel_bindings::joins(other) {
                Some(found) => {
                    joins.extend(found.into_iter().map(JoinValue::Join));
                    continue;
                }
                None => return refuse(interpreter, "joins of such an object"),
            },
        });
    }
    spawn(interpreter, this, |values| spawn_methods::add_missing(&mut values.joins, &joins))
}

fn left_joins(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    check_arguments(interpreter, &args, &name)?;
    let mut joins = Vec::new();
    for value in compact(interpreter, &args)? {
        if !matches!(value, Value::Symbol(_) | Value::Hash(_)) {
            return Err(interpreter.argument_error("only Hash, Symbol and Array are allowed"));
        }
        joins.push(from_value(interpreter, &value)?);
    }
    spawn(interpreter, this, |values| spawn_methods::add_missing(&mut values.left_joins, &joins))
}

fn eager(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter);
    check_arguments(interpreter, &args, &name)?;
    let mut associations = Vec::new();
    for value in compact(interpreter, &args)? {
        associations.push(from_value(interpreter, &value)?);
    }
    spawn(interpreter, this, |values| {
        let list = match name.as_str() {
            "includes" => &mut values.includes,
            "eager_load" => &mut values.eager_load,
            _ => &mut values.preload,
        };
        spawn_methods::add_missing(list, &associations);
    })
}

fn extract_associated(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first();
    let preloaded = interpreter.call(this, "preload", Args::one(name.clone()))?;
    let mut out = Vec::new();
    for record in super::load(interpreter, &preloaded)? {
        out.push(interpreter.call(&record, name.as_name().unwrap_or_default().as_str(), Args::none())?);
    }
    Ok(Value::array(out))
}

/// `build_joins`, with its buckets.
pub(super) fn build_joins(interpreter: &mut Interpreter, own: &Relation) -> Eval<Vec<Join>> {
    let values = &own.values;
    if values.joins.is_empty() && values.left_joins.is_empty() {
        return Ok(Vec::new());
    }
    let model = &own.model;
    let mut kind = JoinKind::Inner;
    let mut named: Vec<Association> = Vec::new();
    let mut stashed: Vec<Rc<JoinDependency>> = Vec::new();
    let mut stashed_left = None;
    let (mut leading, mut nodes) = (Vec::new(), Vec::new());
    if !values.left_joins.is_empty() {
        let (with, left): (Vec<_>, Vec<_>) =
            values.left_joins.iter().cloned().partition(|association| names_with(values, association));
        for association in with {
            nodes.push(join_of_with(interpreter, model, &association, JoinKind::Outer)?);
        }
        if values.joins.is_empty() {
            named = left;
            kind = JoinKind::Outer;
        } else {
            let left = JoinDependency::new(interpreter, model, &left, JoinKind::Outer)?;
            stashed_left = Some(Rc::new(left));
        }
    }
    let mut joins = values.joins.clone();
    let mut eager = None;
    if let Some(JoinValue::Dependency(dependency)) = joins.last()
        && Rc::ptr_eq(&dependency.model, model)
    {
        eager = Some(Rc::clone(dependency));
        joins.pop();
    }
    let mut is_leading = true;
    for join in joins {
        match join {
            JoinValue::Join(join) if is_leading && eager.is_none() && stashed_left.is_none() => leading.push(join),
            JoinValue::Join(join) => nodes.push(join),
            JoinValue::Association(association) if names_with(values, &association) => {
                is_leading = false;
                nodes.push(join_of_with(interpreter, model, &association, JoinKind::Inner)?);
            }
            JoinValue::Association(association) => {
                is_leading = false;
                named.push(association);
            }
            JoinValue::Dependency(dependency) => {
                is_leading = false;
                stashed.push(dependency);
            }
        }
    }
    stashed.extend(stashed_left);
    stashed.extend(eager);
    let mut sources = leading.clone();
    if !named.is_empty() || !stashed.is_empty() {
        let table = load_schema(interpreter, model)?.table_name.clone();
        leading.extend(nodes.iter().cloned());
        let mut tracker = AliasTracker::new(&table, leading, &values.named_tables);
        let dependency = JoinDependency::new(interpreter, model, &named, kind)?;
        sources.extend(dependency.join_constraints(interpreter, &stashed, &mut tracker)?);
    }
    sources.extend(nodes);
    Ok(sources)
}

/// Whether a name to join by is a `with`'s.
fn names_with(values: &Values, association: &Association) -> bool {
    matches!(association, Association::Named(name) if values.withs.iter().any(|cte| cte.name == *name.to_str()))
}

/// `build_with_join_node`
fn join_of_with(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    association: &Association,
    kind: JoinKind,
) -> Eval<Join> {
    let Association::Named(name) = association else { return Err(interpreter.unsupported("a join of such an object")) };
    let (name, columns) = (name.to_string(), load_schema(interpreter, model)?);
    let own = interpreter.inflector().underscore(model.name().rsplit("::").next().unwrap_or_default());
    let key = columns.primary_key.as_ref().map(ToString::to_string).unwrap_or_default();
    let key = Node::attribute(&*columns.table_name, key);
    let on = Node::attribute(&*name, format!("{own}_id")).equal(key);
    Ok(Join::On { kind, source: Source::Table(arel::Table::named(name)), on: Some(on) })
}

/// `scope.arel(aliases).join_sources`: the joins of an association's scope, whose names another statement's joins share.
pub(crate) fn joins_of_scope(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    table: &arel::Table,
    scope: Values,
    tracker: &mut AliasTracker,
) -> Eval<Vec<Join>> {
    let mut named = Vec::new();
    let mut sources = Vec::new();
    for join in &scope.joins {
        match join {
            JoinValue::Association(association) => named.push(association.clone()),
            JoinValue::Join(join) => sources.push(join.clone()),
            JoinValue::Dependency(_) => {
                return Err(interpreter.unsupported("a join by a scope that merges another's joins"));
            }
        }
    }
    let stashed = if scope.left_joins.is_empty() {
        Vec::new()
    } else {
        vec![Rc::new(JoinDependency::new(interpreter, model, &scope.left_joins, JoinKind::Outer)?)]
    };
    let dependency = JoinDependency::new(interpreter, model, &named, JoinKind::Inner)?.to(table);
    let mut joins = dependency.join_constraints(interpreter, &stashed, tracker)?;
    joins.extend(sources);
    Ok(joins)
}

/// `lookup_table_klass_from_join_dependencies`
pub(crate) fn joined_model(interpreter: &mut Interpreter, own: &Relation, table: &str) -> Eval<Option<Rc<RClass>>> {
    for model in joined_models(interpreter, own)? {
        if load_schema(interpreter, &model)?.table_name == table {
            return Ok(Some(model));
        }
    }
    Ok(None)
}

/// `each_join_dependencies`: the models that the statement joins, each after that which it is joined to, which is first.
pub(crate) fn joined_models(interpreter: &mut Interpreter, own: &Relation) -> Eval<Vec<Rc<RClass>>> {
    let values = &own.values;
    let (mut named, mut stashed): (Vec<Association>, _) = (Vec::new(), Vec::new());
    for join in &values.joins {
        match join {
            JoinValue::Association(association) => named.push(association.clone()),
            JoinValue::Dependency(dependency) => stashed.push(Rc::clone(dependency)),
            JoinValue::Join(_) => {}
        }
    }
    for list in [&values.left_joins, &values.eager_load, &values.includes] {
        named.extend(list.iter().cloned());
    }
    named.retain(|association| !names_with(values, association));
    let mut models = vec![Rc::clone(&own.model)];
    if !named.is_empty() {
        models = JoinDependency::new(interpreter, &own.model, &named, JoinKind::Inner)?.models();
    }
    models.extend(stashed.iter().flat_map(|dependency| dependency.models()));
    Ok(models)
}

fn arel_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    own.is_built.set(true);
    let select: Select = super::arel_or_eager(interpreter, &own)?;
    Ok(arel_bindings::select_manager(interpreter, select))
}

/// The name of the relation's table.
pub(crate) fn table(interpreter: &mut Interpreter, relation: &Relation) -> Eval<String> {
    Ok(table_name(interpreter, &relation.model)?.unwrap_or_default())
}
