//! relation.rb: a query that is built call by call and sent when its rows are asked for. Strict loading and asynchronous
//! queries are absent.

pub(crate) mod association_relation;
pub(crate) mod batches;
mod built_of;
pub(crate) mod calculations;
pub(crate) mod disable_joins_association_relation;
pub(crate) mod explain;
pub(crate) mod finder_methods;
mod loading;
pub(crate) mod order;
pub(crate) mod predicate_builder;
pub(crate) mod preloader;
mod promise;
pub(crate) mod query_methods;
pub(crate) mod spawn_methods;
mod values;
pub(crate) mod where_clause;
pub(crate) mod writing;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use adapters::column::Column;
use adapters::types::Type;
use adapters::{Arg, Dialect, QueryResult};
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, Symbol, Value, method, variadic};

pub(crate) use built_of::{From, JoinValue, Values};
pub(crate) use loading::{instantiate, load, result_type};

use crate::connection::arel;
use crate::connection::arel::{Join, JoinKind, Node, Select, Source, Table};
use crate::ground::state::with_adapter;
use crate::models::associations::join_dependency::{Association, JoinDependency};
use crate::models::attribute_set::AttributeType;
use crate::models::model_schema::{Columns, load_schema, schema};
use crate::models::scoping::{all, with_scope};
use crate::models::{attribute_methods, model_schema, scoping};

/// `ActiveRecord::Relation`: a model, what is asked of it, and the records once they were read.
pub(crate) struct Relation {
    pub model: Rc<RClass>,
    pub values: Values,
    pub records: RefCell<Option<Vec<Value>>>,
    /// Whether its statement was made: then it can't be changed in place any more.
    pub is_built: Cell<bool>,
    /// `@take` and `@offsets`: what was found of rows that were not all read.
    pub found: RefCell<HashMap<Found, Value>>,
    /// Whether this is the proxy of an association whose relation is made when something asks for it, and that relation.
    pub is_deferred: bool,
    pub behind: RefCell<Option<Rc<Relation>>>,
}

/// What a relation has read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Found {
    Any,
    At(i64),
}

impl Relation {
    /// Nothing is read before somebody asks for a record.
    pub(crate) fn new(model: &Rc<RClass>, values: Values) -> Self {
        Self {
            model: Rc::clone(model),
            values,
            records: RefCell::default(),
            is_built: Cell::default(),
            found: RefCell::default(),
            is_deferred: false,
            behind: RefCell::default(),
        }
    }

    /// A row that is there is not asked for again. What an association's collection finds may change under it.
    pub(crate) fn remember(&self, place: Found, record: &Value) {
        if record.truthy() && !self.values.is_proxy {
            self.found.borrow_mut().insert(place, record.clone());
        }
    }
}

impl NativeData for Relation {}

const METHODS: &[NativeMethod] = &[
    method("to_a", |i, this, _| Ok(Value::array(load(i, this)?)), 0..=0),
    method("to_ary", |i, this, _| Ok(Value::array(load(i, this)?)), 0..=0),
    method("records", |i, this, _| Ok(Value::array(load(i, this)?)), 0..=0),
    method("entries", |i, this, _| Ok(Value::array(load(i, this)?)), 0..=0),
    method("load", loaded, 0..=0),
    method("loaded", |i, this, _| Ok(relation(i, this)?.records.borrow().is_some().into()), 0..=0),
    method("reload", reload, 0..=0),
    method("reset", reset, 0..=0),
    method("loaded?", |i, this, _| Ok(relation(i, this)?.records.borrow().is_some().into()), 0..=0),
    method("each", each, 0..=0),
    method("each_slice", each_slice, 1..=1),
    method("each_cons", each_slice, 1..=1),
    method("to_sql", to_sql, 0..=0),
    method("klass", |i, this, _| Ok(Value::Class(Rc::clone(&relation(i, this)?.model))), 0..=0),
    method("model", |i, this, _| Ok(Value::Class(Rc::clone(&relation(i, this)?.model))), 0..=0),
    method("length", |i, this, _| Ok(load(i, this)?.len().into()), 0..=0),
    method("inspect", inspect, 0..=0),
    method("==", equal, 1..=1),
    method("scoping", scoping::scoping, 0..=0).with_keywords(),
    method("scope_for_create", attributes_for_create, 0..=0),
    method("new", new, 0..=1),
    method("build", new, 0..=1),
    method("create", create, 0..=1),
    method("create!", create, 0..=1),
    method("respond_to_missing?", responds, 1..=2),
    variadic("method_missing", method_missing, 1).with_keywords(),
];

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("ActiveRecord::Relation", &object);
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    class.include(&enumerable);
    class.define(METHODS);
    class.define(query_methods::METHODS);
    class.define(spawn_methods::METHODS);
    class.define(promise::METHODS);
    class.define(explain::METHODS);
    class.define(finder_methods::METHODS);
    class.define(calculations::METHODS);
    class.define(batches::METHODS);
    class.define(writing::METHODS);
    class.define(association_relation::METHODS);
    class.define(values::METHODS);
    interpreter.define_singleton(&class, values::SINGLETON_METHODS);
    query_methods::define(interpreter);
    batches::define(interpreter);
    promise::define(interpreter);
    disable_joins_association_relation::define(interpreter);
}

/// What a relation is built of; the relation behind a proxy that defers it.
pub(crate) fn relation(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Relation>> {
    let own = data(interpreter, this)?;
    if own.is_deferred { disable_joins_association_relation::behind(interpreter, &own) } else { Ok(own) }
}

/// A relation's or a proxy's own.
pub(crate) fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Relation>> {
    match this.data::<Relation>() {
        Some(relation) => Ok(relation),
        None => Err(interpreter.type_error("not a relation")),
    }
}

/// The relation that a value is, if it is one.
pub(crate) fn find(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Rc<Relation>>> {
    if value.data::<Relation>().is_some() { relation(interpreter, value).map(Some) } else { Ok(None) }
}

/// The relation as an object of the model's own relation class.
pub(crate) fn wrap(interpreter: &mut Interpreter, model: &Rc<RClass>, values: Values) -> Value {
    let class = interpreter.class_at(match (values.association.is_nil(), values.is_proxy) {
        (true, _) if values.put_in_order.is_some() => disable_joins_association_relation::CLASS,
        (true, _) => "ActiveRecord::Relation",
        (false, true) => "ActiveRecord::Associations::CollectionProxy",
        (false, false) => "ActiveRecord::AssociationRelation",
    });
    Value::native(&class, Relation::new(model, values))
}

/// A proxy whose relation is made when something asks for it.
pub(crate) fn deferred(interpreter: &mut Interpreter, model: &Rc<RClass>, values: Values) -> Value {
    let class = interpreter.class_at("ActiveRecord::Associations::CollectionProxy");
    Value::native(&class, Relation { is_deferred: true, ..Relation::new(model, values) })
}

/// `spawn`, with a change.
pub(crate) fn spawn(interpreter: &mut Interpreter, this: &Value, change: impl FnOnce(&mut Values)) -> Eval {
    let relation = relation(interpreter, this)?;
    let mut values = relation.values.clone();
    values.is_proxy = false;
    change(&mut values);
    let modules = values.extending.clone();
    let made = wrap(interpreter, &relation.model, values);
    if !modules.is_empty() {
        interpreter.call(&made, "extend", Args::new(modules))?;
    }
    Ok(made)
}

// Scopes of a class

/// `Model.unscoped`, and `relation`: the rows of the class, of its kind where a table holds several.
pub(crate) fn unscoped(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    let mut values = Values::default();
    values.wheres.extend(crate::models::inheritance::type_condition(interpreter, class)?);
    Ok(wrap(interpreter, class, values))
}

/// `scope_for_create` of the scope that a class stands in.
pub(crate) fn scope_for_create(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    let all = all(interpreter, class)?;
    attributes_for_create(interpreter, &all, Args::none())
}

fn attributes_for_create(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    Ok(Value::hash(where_clause::scope_for_create(interpreter, &relation)?))
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    make(interpreter, this, "new", args)
}

fn create(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    make(interpreter, this, &name, args)
}

/// A relation like this one, to which the call of this name has added something.
pub(crate) fn make(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let model = Rc::clone(&relation.model);
    let class = Value::Class(Rc::clone(&model));
    // `new` of a class takes no list.
    let name = if name == "new" && matches!(args.first(), Value::Array(_)) { "build" } else { name };
    let block = args.block.clone().map(|block| scoping::outside(&model, block));
    with_scope(interpreter, &model, this, |interpreter| interpreter.call(&class, name, args.with_block(block)))
}

// Statements

/// `arel`
pub(crate) fn arel(interpreter: &mut Interpreter, relation: &Relation) -> Eval<Select> {
    let table = model_schema::required_table_name(interpreter, &relation.model)?;
    let values = &relation.values;
    let projections = if !values.selects.is_empty() {
        values.selects.clone()
    } else if model_schema::enumerates_columns(&relation.model) {
        let columns = load_schema(interpreter, &relation.model)?;
        let column = |column: &Column| Node::attribute(&*table, &*column.name);
        columns.columns.iter().map(column).collect()
    } else {
        vec![Node::attribute(&*table, "*")]
    };
    let from = match &values.from {
        Some(from) => from.source.clone(),
        None => Source::Table(Table::named(table)),
    };
    let joins = query_methods::build_joins(interpreter, relation)?;
    Ok(Select {
        ctes: values.withs.clone(),
        recursive: values.recursive,
        hints: values.hints.clone(),
        distinct: values.distinct,
        projections,
        from: Some(from),
        joins,
        wheres: values.wheres.clone(),
        groups: values.groups.clone(),
        havings: values.havings.clone(),
        comments: values.annotations.clone(),
        orders: values.orders.clone(),
        limit: values.limit.clone(),
        offset: values.offset.clone(),
        lock: values.lock.clone(),
        ..Select::default()
    })
}

/// `eager_loading? ? apply_join_dependency.arel : arel`
pub(crate) fn arel_or_eager(interpreter: &mut Interpreter, relation: &Rc<Relation>) -> Eval<Select> {
    if is_eager_loading(interpreter, relation)? {
        let (joined, _) = apply_join_dependency(interpreter, relation, relation.values.groups.is_empty())?;
        return arel(interpreter, &joined);
    }
    arel(interpreter, relation)
}

/// `eager_loading?`
pub(crate) fn is_eager_loading(interpreter: &mut Interpreter, relation: &Relation) -> Eval<bool> {
    let values = &relation.values;
    if !values.eager_load.is_empty() {
        return Ok(true);
    }
    if values.includes.is_empty() {
        return Ok(false);
    }
    let joined = |association: &Association| {
        values.joins.iter().any(|join| matches!(join, JoinValue::Association(other) if other == association))
    };
    if values.includes.iter().any(joined) {
        return Ok(true);
    }
    references_eager_loaded_tables(interpreter, relation)
}

/// `references_eager_loaded_tables?`
fn references_eager_loaded_tables(interpreter: &mut Interpreter, relation: &Relation) -> Eval<bool> {
    let values = &relation.values;
    if values.references.is_empty() {
        return Ok(false);
    }
    let mut tables = vec![query_methods::table(interpreter, relation)?.to_lowercase()];
    for join in query_methods::build_joins(interpreter, relation)? {
        match &join {
            Join::Sql(node) => {
                let sql = with_adapter(interpreter, |adapter| arel::to_sql(adapter, |c| c.visit(node)))?;
                tables.extend(tables_in(&sql));
            }
            join @ Join::On { .. } => tables.extend(join.table_name().map(str::to_lowercase)),
        }
    }
    Ok(values.references.iter().any(|table| !tables.contains(table)))
}

/// `tables_in_string`: `/[a-zA-Z_][.\w]+(?=.?\.)/`
fn tables_in(sql: &str) -> Vec<String> {
    let is_word = |character: char| character == '_' || character.is_alphanumeric();
    let mut out = Vec::new();
    for (index, _) in sql.match_indices('.') {
        let before = sql[..index].trim_end_matches(|character: char| !is_word(character) && character != '.');
        let start = before.rfind(|character: char| !is_word(character)).map_or(0, |place| place + 1);
        if before.len() - start > 1 && index - before.len() <= 1 {
            out.push(before[start..].to_lowercase());
        }
    }
    out
}

/// `apply_join_dependency`: the relation with what is loaded eagerly joined to it.
pub(crate) fn apply_join_dependency(
    interpreter: &mut Interpreter,
    own: &Rc<Relation>,
    eager_loading: bool,
) -> Eval<(Rc<Relation>, Rc<JoinDependency>)> {
    let mut associations = own.values.eager_load.clone();
    for association in &own.values.includes {
        if !associations.contains(association) {
            associations.push(association.clone());
        }
    }
    let dependency = Rc::new(JoinDependency::new(interpreter, &own.model, &associations, JoinKind::Outer)?);
    let mut values = own.values.clone();
    values.includes.clear();
    values.eager_load.clear();
    values.preload.clear();
    let mut named = own.values.left_joins.clone();
    for join in &own.values.joins {
        if let JoinValue::Association(association) = join {
            named.push(association.clone());
        }
    }
    values.joins.push(JoinValue::Dependency(Rc::clone(&dependency)));
    let mut joined = Relation::new(&own.model, values);
    let limited = joined.values.limit.is_some() || joined.values.offset.is_some();
    if eager_loading && limited {
        let others = JoinDependency::new(interpreter, &own.model, &named, JoinKind::Inner)?;
        if dependency.has_collections() || others.has_collections() {
            distinct_relation_for_primary_key(interpreter, &mut joined)?;
        }
    }
    Ok((Rc::new(joined), dependency))
}

/// `distinct_relation_for_primary_key`: the keys of the limited rows are read first.
fn distinct_relation_for_primary_key(interpreter: &mut Interpreter, joined: &mut Relation) -> Eval<()> {
    let columns = load_schema(interpreter, &joined.model)?;
    if columns.primary_key.is_none() {
        return Err(interpreter.unsupported("eager loading with a limit on a table without a primary key"));
    }
    let names = columns.key_columns().iter();
    let keys: Vec<Node> = names.map(|name| Node::attribute(&*columns.table_name, &**name)).collect();
    let mut select = arel(interpreter, joined)?;
    select.projections = distinct_columns(interpreter, keys.clone(), &select.orders)?;
    select.distinct = true;
    let result = select_all(interpreter, &select, "SQL")?;
    joined.values.limit = None;
    joined.values.offset = None;
    if result.rows.is_empty() {
        joined.values.make_none();
        return Ok(());
    }
    for (place, key) in keys.iter().enumerate() {
        // The keys stand last.
        let from_the_end = keys.len() - place;
        let id = |row: &Vec<Arg>| row.len().checked_sub(from_the_end).and_then(|index| row.get(index)).cloned();
        let ids: Vec<Node> = result.rows.iter().filter_map(id).map(Node::Bind).collect();
        joined.values.wheres.push(match <[Node; 1]>::try_from(ids) {
            Ok([id]) => key.clone().equal(id),
            Err(ids) => Node::In(Box::new(key.clone()), ids),
        });
    }
    Ok(())
}

/// `columns_for_distinct`: MySQL and PostgreSQL want what they order by among what they select.
fn distinct_columns(interpreter: &mut Interpreter, keys: Vec<Node>, orders: &[Node]) -> Eval<Vec<Node>> {
    if crate::ground::state::dialect(interpreter)? == Dialect::Sqlite {
        return Ok(keys);
    }
    let mut columns = Vec::new();
    let mut number = 0;
    for order in orders {
        let sql = with_adapter(interpreter, |adapter| arel::to_sql(adapter, |c| c.visit(order)))?;
        let sql = without_direction(&sql);
        if sql.trim().is_empty() {
            continue;
        }
        columns.push(Node::Sql(format!("{sql} AS alias_{number}")));
        number += 1;
    }
    columns.extend(keys);
    Ok(columns)
}

fn without_direction(sql: &str) -> String {
    let mut text = sql.trim();
    loop {
        let lower = text.to_lowercase();
        let cut = [" asc", " desc", " nulls first", " nulls last"].iter().find(|suffix| lower.ends_with(*suffix));
        match cut {
            Some(suffix) => text = text[..text.len() - suffix.len()].trim_end(),
            None => return text.to_owned(),
        }
    }
}

/// Whether no row can be meant, so that nothing needs to be sent.
pub(crate) fn is_contradiction(values: &Values) -> bool {
    values.none || values.wheres.iter().any(Node::is_contradiction)
}

/// Sends the statement. `name` is Rails' in the log.
pub(crate) fn select_all(interpreter: &mut Interpreter, select: &Select, name: &str) -> Eval<QueryResult> {
    with_adapter(interpreter, |adapter| {
        let statement = arel::compile(adapter, |collector| collector.select(select))?;
        adapter.select_all(&statement.sql, Some(name), &statement.binds)
    })
}

fn to_sql(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    own.is_built.set(true);
    let select = if is_eager_loading(interpreter, &own)? {
        eager_select(interpreter, &own)?.0
    } else {
        arel(interpreter, &own)?
    };
    let sql = with_adapter(interpreter, |adapter| arel::to_sql(adapter, |collector| collector.select(&select)))?;
    Ok(sql.into())
}

/// The statement of an eager load, and how its rows become records.
fn eager_select(interpreter: &mut Interpreter, own: &Rc<Relation>) -> Eval<(Select, Rc<JoinDependency>, bool)> {
    let (joined, dependency) = apply_join_dependency(interpreter, own, own.values.groups.is_empty())?;
    let mut select = arel(interpreter, &joined)?;
    let root = joined.values.selects.is_empty();
    if root {
        select.projections.clear();
    }
    select.projections.extend(dependency.columns(interpreter, root)?);
    if joined.values.none {
        select.limit = Some(Arg::Int(0));
    }
    Ok((select, dependency, root))
}

// What is asked of the rows

fn loaded(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    load(interpreter, this)?;
    Ok(this.clone())
}

fn reset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    own.records.borrow_mut().take();
    own.found.borrow_mut().clear();
    own.is_built.set(false);
    Ok(this.clone())
}

fn reload(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    reset(interpreter, this, args)?;
    load(interpreter, this)?;
    Ok(this.clone())
}

fn each(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let records = load(interpreter, this)?;
    let Some(block) = &args.block else {
        return interpreter.call(&Value::array(records), "each", Args::none());
    };
    for record in records {
        interpreter.yield_value(block, record)?;
    }
    Ok(this.clone())
}

/// Ruby asks a collection for its size before it goes through it in slices: Rails counts.
fn each_slice(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    if args.block.is_none() {
        return ruby::core::enumerator::of_method(interpreter, this, name.as_str(), args);
    }
    interpreter.call(this, "size", Args::none())?;
    let records = Value::array(load(interpreter, this)?);
    interpreter.call(&records, name.as_str(), args)?;
    Ok(this.clone())
}

const INSPECTED: usize = 11;

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let relation = relation(interpreter, this)?;
    let is_loaded = relation.records.borrow().is_some();
    let records = if is_loaded {
        load(interpreter, this)?
    } else {
        let subject = spawn(interpreter, this, |values| {
            let limit = values.limit.as_ref().and_then(Arg::as_int).unwrap_or(i64::MAX).min(INSPECTED as i64);
            values.limit = Some(Arg::Int(limit));
            values.annotations.push("loading for inspect".to_owned());
        })?;
        load(interpreter, &subject)?
    };
    let mut shown = Vec::new();
    for (index, record) in records.iter().take(INSPECTED).enumerate() {
        shown.push(if index == INSPECTED - 1 { "...".to_owned() } else { interpreter.inspect(record)? });
    }
    Ok(Value::str(format!("#<ActiveRecord::Relation [{}]>", shown.join(", "))))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let records = Value::array(load(interpreter, this)?);
    let other = match other.data::<Relation>() {
        Some(_) => Value::array(load(interpreter, &other)?),
        None => other,
    };
    Ok(interpreter.equal(&records, &other)?.into())
}

/// Messages of arrays, then those of the class, within this scope.
fn method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (name, asked) = (args.first().as_name().unwrap_or_default(), args.first());
    let rest = Args { positional: args.positional[1..].to_vec(), ..args };
    let model = Rc::clone(&relation(interpreter, this)?.model);
    let class = Value::Class(Rc::clone(&model));
    if let Some(scope) = find_scope(&model, Symbol::new(&name)) {
        return run_scope(interpreter, this, &scope, rest);
    }
    if interpreter.call(&class, "respond_to?", Args::one(asked))?.truthy() {
        return with_scope(interpreter, &model, this, |interpreter| {
            interpreter.call_public(&class, name.as_str(), rest)
        });
    }
    if DELEGATED.contains(&name.as_str()) {
        let records = Value::array(load(interpreter, this)?);
        return interpreter.call(&records, name.as_str(), rest);
    }
    attribute_methods::undefined_method(interpreter, this, &name)
}

fn responds(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let model = Rc::clone(&relation(interpreter, this)?.model);
    // The class says yes to its scopes and finders, which are no methods of it.
    let of_class = interpreter.call(&Value::Class(model), "respond_to?", Args::one(args.first()))?.truthy();
    Ok((of_class || DELEGATED.contains(&name.as_str())).into())
}

/// relation/delegation.rb's list of Array's methods.
const DELEGATED: [&str; 34] = [
    "&",
    "+",
    "[]",
    "index",
    "rotate",
    "in_groups",
    "in_groups_of",
    "split",
    "to_sentence",
    "to_xml",
    "shuffle",
    "sample",
    "-",
    "|",
    "assoc",
    "at",
    "bsearch",
    "combination",
    "compact",
    "cycle",
    "dig",
    "each_index",
    "flatten",
    "join",
    "rindex",
    "sort",
    "transpose",
    "values_at",
    "slice",
    "reverse",
    "each_slice",
    "intersect?",
    "product",
    "to_formatted_s",
];

// scoping/named.rb

/// The body of a scope that the class, or one above it, declared.
pub(crate) fn find_scope(class: &Rc<RClass>, name: Symbol) -> Option<Value> {
    model_schema::nearest(class, |class| schema(class).scopes.borrow().get(&name).cloned())
}

/// A scope's body, run on the relation; nil and false mean the relation itself.
pub(crate) fn run_scope(interpreter: &mut Interpreter, this: &Value, scope: &Value, args: Args) -> Eval {
    if let Value::Array(parts) = scope {
        let parts = parts.to_vec();
        let (Some(body), Some(module)) = (parts.first(), parts.get(1)) else { return Ok(this.clone()) };
        let scoped = run_scope(interpreter, this, body, args)?;
        return interpreter.call(&scoped, "extending", Args::one(module.clone()));
    }
    let Value::Proc(block) = scope else {
        return interpreter.call(scope, "call", args);
    };
    let model = Rc::clone(&relation(interpreter, this)?.model);
    let answer = with_scope(interpreter, &model, this, |interpreter| interpreter.instance_exec(block, this, args))?;
    Ok(if answer.truthy() { answer } else { this.clone() })
}

/// The type of a column of the model, or of none in particular.
pub(crate) fn type_of(columns: &Columns, name: &str) -> AttributeType {
    columns.shape.index(name).map_or_else(AttributeType::value, |index| columns.shape.types[index].clone())
}

/// What a count's answer is cast by.
pub(crate) fn integer_type() -> Type {
    Rc::new(adapters::types::Integer::big())
}
