//! relation/query_methods.rb: what makes one relation of another, and the joins that a relation has. Strict loading is
//! absent. The order stands in `order.rs`, `merge` and its kin in `spawn_methods.rs`.

mod conditions;
mod joins;

use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method, variadic};

pub(crate) use conditions::{columns_of, except_columns};
pub(crate) use joins::{build_joins, joined_model, joined_models, joins_of_scope};

use crate::connection::arel::{Cte, Node, Select, SetOperation, Source};
use crate::ground::arguments;
use crate::ground::arguments::{to_arg, to_strings};
use crate::ground::errors::OrRaise as _;
use crate::ground::state::with_adapter;
use crate::models::arel_bindings;
use crate::models::attribute_methods::is_blank;
use crate::models::model_schema::{load_schema, table_name};
use crate::models::relation::{From, Relation, order, relation, spawn, spawn_methods};
use conditions::{
    and, chain_associated, chain_missing, chain_not, compatible, excluding, having, invert_where, none, or, rewhere,
    where_, where_not,
};
use joins::{eager, extract_associated, joins, left_joins};

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
    let records = Value::array(crate::models::relation::load(interpreter, this)?);
    interpreter.call(&records, name, args)
}

fn unscoped(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let model = Rc::clone(&relation(interpreter, this)?.model);
    crate::models::relation::unscoped(interpreter, &model)
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
            all.extend(crate::models::relation::load(interpreter, &value)?);
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

/// Whether a text is a bare name, and no SQL.
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

/// What `select` and `group` were given, as nodes.
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
        Arg::Str(text) => {
            Ok(Some(crate::models::relation::integer_type().cast(&Arg::Str(text)).or_raise(interpreter)?))
        }
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
    let (source, text) = match crate::models::relation::find(interpreter, &args.first())? {
        Some(other) => {
            let select = crate::models::relation::arel_or_eager(interpreter, &other)?;
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
    if let Some(other) = crate::models::relation::find(interpreter, value)? {
        let select = Box::new(crate::models::relation::arel_or_eager(interpreter, &other)?);
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

fn arel_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    own.is_built.set(true);
    let select: Select = crate::models::relation::arel_or_eager(interpreter, &own)?;
    Ok(arel_bindings::select_manager(interpreter, select))
}

/// The name of the relation's table.
pub(crate) fn table(interpreter: &mut Interpreter, relation: &Relation) -> Eval<String> {
    Ok(table_name(interpreter, &relation.model)?.unwrap_or_default())
}
