//! associations/join_dependency.rb: the joins of associations, and records made of the rows of
//! `eager_load`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use adapters::{Arg, QueryResult};
use ruby::{Args, Eval, Interpreter, RClass, Symbol, Value};

use crate::connection::arel::{self, Join, JoinKind, Node, Source, Table};
use crate::ground::arguments;
use crate::models::associations::alias_tracker::AliasTracker;
use crate::models::model_schema::{self, Columns, load_schema};
use crate::models::reflection::{self, Link, Reflection};
use crate::models::relation::{self, Values};

/// The names of associations, as `joins` and `includes` are given them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Association {
    Named(Symbol),
    Nested(Vec<(Symbol, Association)>),
    List(Vec<Association>),
}

/// `JoinDependency.make_tree`
#[derive(Default)]
struct Tree(Vec<(Symbol, Tree)>);

impl Tree {
    fn at(&mut self, name: Symbol) -> &mut Tree {
        let place = self.0.iter().position(|(other, _)| *other == name).unwrap_or_else(|| {
            self.0.push((name, Tree::default()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }

    fn walk(&mut self, association: &Association) {
        match association {
            Association::Named(name) => {
                self.at(*name);
            }
            Association::List(all) => all.iter().for_each(|one| self.walk(one)),
            Association::Nested(pairs) => pairs.iter().for_each(|(name, inner)| self.at(*name).walk(inner)),
        }
    }
}

/// `JoinAssociation`
pub(crate) struct Part {
    reflection: Rc<Reflection>,
    model: Rc<RClass>,
    table: RefCell<Table>,
    children: Vec<Part>,
}

impl Part {
    /// `JoinAssociation#strict_loading?`: what the association's scope says.
    fn is_strict(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        let Value::Proc(block) = &self.reflection.scope else { return Ok(false) };
        let plain = relation::wrap(interpreter, &self.model, Values::default());
        let scoped = interpreter.instance_exec(block, &plain, Args::none())?;
        Ok(scoped.data::<relation::Relation>().is_some_and(|scoped| scoped.values.strict_loading == Some(true)))
    }
}

/// The tables that `joins` and `eager_load` read together, as a tree of associations.
pub(crate) struct JoinDependency {
    pub model: Rc<RClass>,
    table: Table,
    kind: JoinKind,
    children: Vec<Part>,
}

/// What a value names: an association, several, or associations of those.
pub(crate) fn from_value(interpreter: &mut Interpreter, value: &Value) -> Eval<Association> {
    match value {
        Value::Symbol(name) => Ok(Association::Named(*name)),
        Value::Str(name) => Ok(Association::Named(Symbol::new(&name.to_string()))),
        Value::Array(_) | Value::Hash(_) => interpreter.nested(|interpreter| nested_from_value(interpreter, value)),
        other => {
            let shown = interpreter.inspect(other)?;
            Err(interpreter.error("ActiveRecord::ConfigurationError", shown))
        }
    }
}

fn nested_from_value(interpreter: &mut Interpreter, value: &Value) -> Eval<Association> {
    let mut pairs = Vec::new();
    match value {
        Value::Hash(hash) => {
            for (key, value) in hash.pairs() {
                let name = Symbol::new(&key.as_name().unwrap_or_default());
                let inner =
                    if value.is_nil() { Association::List(Vec::new()) } else { from_value(interpreter, &value)? };
                pairs.push((name, inner));
            }
            Ok(Association::Nested(pairs))
        }
        list => {
            let items = arguments::wrap(interpreter, list)?;
            let all = items.iter().map(|item| from_value(interpreter, item)).collect::<Eval<_>>()?;
            Ok(Association::List(all))
        }
    }
}

impl JoinDependency {
    /// Of a model and what is joined to it.
    pub(crate) fn new(
        interpreter: &mut Interpreter,
        model: &Rc<RClass>,
        associations: &[Association],
        kind: JoinKind,
    ) -> Eval<Self> {
        let mut tree = Tree::default();
        for association in associations {
            tree.walk(association);
        }
        let columns = load_schema(interpreter, model)?;
        let children = build(interpreter, model, &tree)?;
        Ok(Self { model: Rc::clone(model), table: Table::named(&*columns.table_name), kind, children })
    }

    /// The same joins, to the model's table under another name.
    #[must_use]
    pub(crate) fn to(self, table: &Table) -> Self {
        Self { table: table.clone(), ..self }
    }

    /// Whether one row may come several times.
    pub(crate) fn has_collections(&self) -> bool {
        fn any(parts: &[Part]) -> bool {
            parts.iter().any(|part| part.reflection.is_collection() || any(&part.children))
        }
        any(&self.children)
    }

    /// Every model, each after that which it is joined to.
    pub(crate) fn models(&self) -> Vec<Rc<RClass>> {
        fn collect(parts: &[Part], models: &mut Vec<Rc<RClass>>) {
            for part in parts {
                models.push(Rc::clone(&part.model));
                collect(&part.children, models);
            }
        }
        let mut models = vec![Rc::clone(&self.model)];
        collect(&self.children, &mut models);
        models
    }

    /// `join_constraints`
    pub(crate) fn join_constraints(
        &self,
        interpreter: &mut Interpreter,
        stashed: &[Rc<JoinDependency>],
        tracker: &mut AliasTracker,
    ) -> Eval<Vec<Join>> {
        let mut joins = self.make(interpreter, tracker)?;
        for other in stashed {
            if Rc::ptr_eq(&other.model, &self.model) {
                let table = self.table.clone();
                walk(
                    interpreter,
                    (&table, &self.model, &self.children),
                    &other.children,
                    other.kind,
                    tracker,
                    &mut joins,
                )?;
            } else {
                joins.extend(other.make(interpreter, tracker)?);
            }
        }
        Ok(joins)
    }

    fn make(&self, interpreter: &mut Interpreter, tracker: &mut AliasTracker) -> Eval<Vec<Join>> {
        let mut joins = Vec::new();
        for child in &self.children {
            constraints(interpreter, &self.table, &self.model, child, self.kind, tracker, &mut joins)?;
        }
        Ok(joins)
    }

    // Eager loading

    /// `aliases.columns`: `t0_r0` and so on, of every table; of the first the key alone where something else is selected.
    pub(crate) fn columns(&self, interpreter: &mut Interpreter, root: bool) -> Eval<Vec<Node>> {
        let mut out = Vec::new();
        let columns = load_schema(interpreter, &self.model)?;
        if !root && columns.is_composite() {
            let message = "eager loading with a `select` and a primary key of several columns";
            return Err(interpreter.unsupported(message));
        }
        let names: Vec<String> = if root {
            columns.columns.iter().map(|column| column.name.clone()).collect()
        } else {
            columns.key_columns().to_vec()
        };
        let mut number = 0;
        aliased(&mut out, &self.table, number, &names);
        let mut parts: Vec<&Part> = self.children.iter().rev().collect();
        while let Some(part) = parts.pop() {
            number += 1;
            let names: Vec<String> =
                load_schema(interpreter, &part.model)?.columns.iter().map(|column| column.name.clone()).collect();
            let table = part.table.borrow().clone();
            aliased(&mut out, &table, number, &names);
            parts.extend(part.children.iter().rev());
        }
        Ok(out)
    }

    /// `instantiate`
    pub(crate) fn instantiate(
        &self,
        interpreter: &mut Interpreter,
        result: &QueryResult,
        root: bool,
        strict: bool,
    ) -> Eval<Vec<Value>> {
        let places: HashMap<&str, usize> =
            result.columns.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
        let mut loader = Loader { places: &places, strict, models: HashMap::new(), seen: HashMap::new() };
        let columns = load_schema(interpreter, &self.model)?;
        let place = |name: &String| {
            let column = if root { columns.columns.iter().position(|column| column.name == *name)? } else { 0 };
            places.get(format!("t0_r{column}").as_str()).copied()
        };
        let key: Option<Vec<usize>> = columns.key_columns().iter().map(place).collect();
        let key = key.filter(|key| !key.is_empty());
        let others: Vec<(String, usize)> = result
            .columns
            .iter()
            .enumerate()
            .filter(|(_, name)| !is_alias(name))
            .map(|(index, name)| (name.clone(), index))
            .collect();
        let mut names: Vec<(String, usize)> = Vec::new();
        for (index, column) in columns.columns.iter().enumerate() {
            let wanted = root || columns.key_columns().contains(&column.name);
            let alias = format!("t0_r{}", if root { index } else { 0 });
            if let Some(place) = places.get(alias.as_str()).filter(|_| wanted) {
                names.push((column.name.clone(), *place));
            }
        }
        names.extend(others);
        let mut parents: Vec<(String, Value)> = Vec::new();
        let mut index: HashMap<String, usize> = HashMap::new();
        for row in &result.rows {
            let id = match &key {
                Some(key) => key.iter().map(|place| row[*place].inspect()).collect::<Vec<_>>().join(","),
                None => row.iter().map(Arg::inspect).collect::<Vec<_>>().join(","),
            };
            let place = match index.get(&id) {
                Some(place) => *place,
                None => {
                    let parent = one(interpreter, &self.model, &names, row, result)?;
                    parents.push((id.clone(), parent));
                    index.insert(id, parents.len() - 1);
                    parents.len() - 1
                }
            };
            let parent = parents[place].1.clone();
            let mut number = 0;
            loader.construct(interpreter, &parent, &self.children, row, &mut number)?;
        }
        Ok(parents.into_iter().map(|(_, parent)| parent).collect())
    }
}

fn is_alias(name: &str) -> bool {
    let Some((table, column)) = name.strip_prefix('t').and_then(|rest| rest.split_once("_r")) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(table) && digits(column)
}

fn aliased(out: &mut Vec<Node>, table: &Table, number: usize, names: &[String]) {
    for (index, name) in names.iter().enumerate() {
        let column = Node::attribute(table.qualifier(), name.as_str());
        out.push(Node::As(Box::new(column), format!("t{number}_r{index}")));
    }
}

/// A record of some of a row's columns.
fn one(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    names: &[(String, usize)],
    row: &[Arg],
    answer: &QueryResult,
) -> Eval {
    let mut result = answer.columns_at(names.iter().map(|(name, place)| (name.as_str(), *place)));
    result.rows = vec![names.iter().map(|(_, place)| row[*place].clone()).collect()];
    Ok(relation::instantiate(interpreter, model, result)?.into_iter().next().unwrap_or_default())
}

struct Loader<'a> {
    places: &'a HashMap<&'a str, usize>,
    strict: bool,
    /// Records by their place in the tree and their key.
    models: HashMap<(usize, String), Value>,
    /// What a parent has already.
    seen: HashMap<(usize, usize, String), Value>,
}

impl Loader<'_> {
    /// A row's value of a column of the table in this place of the tree.
    fn value(&self, columns: &Columns, number: usize, name: &str, row: &[Arg]) -> Arg {
        let index = columns.columns.iter().position(|column| column.name == name).unwrap_or(0);
        let place = self.places.get(format!("t{number}_r{index}").as_str());
        place.and_then(|place| row.get(*place)).cloned().unwrap_or(Arg::Nil)
    }

    fn construct(
        &mut self,
        interpreter: &mut Interpreter,
        parent: &Value,
        parts: &[Part],
        row: &[Arg],
        number: &mut usize,
    ) -> Eval<()> {
        for part in parts {
            *number += 1;
            let own = *number;
            let columns = load_schema(interpreter, &part.model)?;
            if columns.primary_key.is_none() {
                return Err(interpreter.unsupported("`eager_load` of a table without a primary key"));
            }
            let id: Vec<Arg> = columns.key_columns().iter().map(|name| self.value(&columns, own, name, row)).collect();
            if !part.reflection.is_collection()
                && let Some(known) = crate::models::associations::cached_target(interpreter, parent, &part.reflection)?
            {
                // The first row says what one record it is.
                if known.truthy() {
                    self.construct(interpreter, &known, &part.children, row, number)?;
                } else {
                    *number += count(&part.children);
                }
                continue;
            }
            crate::models::associations::mark_loaded(interpreter, parent, &part.reflection)?;
            if id.iter().any(Arg::is_nil) {
                *number += count(&part.children);
                continue;
            }
            let id = id.iter().map(Arg::inspect).collect::<Vec<_>>().join(",");
            let seen = (parent.address(), own, id.clone());
            let child = match self.seen.get(&seen).cloned() {
                Some(child) => child,
                None => {
                    let child = match self.models.get(&(own, id.clone())).cloned() {
                        Some(child) => child,
                        None => {
                            let names: Vec<(String, usize)> = columns
                                .columns
                                .iter()
                                .enumerate()
                                .filter_map(|(index, column)| {
                                    let place = self.places.get(format!("t{own}_r{index}").as_str())?;
                                    Some((column.name.clone(), *place))
                                })
                                .collect();
                            let child = one(interpreter, &part.model, &names, row, &QueryResult::default())?;
                            if self.strict || part.is_strict(interpreter)? {
                                interpreter.call(&child, "strict_loading!", Args::none())?;
                            }
                            self.models.insert((own, id), child.clone());
                            child
                        }
                    };
                    crate::models::associations::add_loaded(interpreter, parent, &part.reflection, &child)?;
                    self.seen.insert(seen, child.clone());
                    child
                }
            };
            self.construct(interpreter, &child, &part.children, row, number)?;
        }
        Ok(())
    }
}

fn count(parts: &[Part]) -> usize {
    parts.iter().map(|part| 1 + count(&part.children)).sum()
}

fn build(interpreter: &mut Interpreter, model: &Rc<RClass>, tree: &Tree) -> Eval<Vec<Part>> {
    let mut parts = Vec::new();
    for (name, inner) in &tree.0 {
        let Some(reflection) = reflection::find(model, *name) else {
            let message =
                format!("Can't join '{}' to association named '{name}'; perhaps you misspelled it?", model.name());
            return Err(interpreter.error("ActiveRecord::ConfigurationError", message));
        };
        reflection.check(interpreter)?;
        if reflection.is_polymorphic() {
            let message = format!("Cannot eagerly load the polymorphic association :{name}");
            return Err(interpreter.error("ActiveRecord::EagerLoadPolymorphicError", message));
        }
        let class = reflection.class(interpreter)?;
        reflection.check_columns(interpreter, &class)?;
        let children = build(interpreter, &class, inner)?;
        parts.push(Part { reflection, model: class, table: RefCell::default(), children });
    }
    Ok(parts)
}

type Left<'a> = (&'a Table, &'a Rc<RClass>, &'a [Part]);

/// What a stashed tree has and this one has not.
fn walk(
    interpreter: &mut Interpreter,
    (table, model, left): Left<'_>,
    right: &[Part],
    kind: JoinKind,
    tracker: &mut AliasTracker,
    joins: &mut Vec<Join>,
) -> Eval<()> {
    let same = |part: &Part| left.iter().find(|other| Rc::ptr_eq(&other.reflection, &part.reflection));
    for part in right {
        if let Some(found) = same(part) {
            let found_table = found.table.borrow().clone();
            *part.table.borrow_mut() = found_table.clone();
            walk(interpreter, (&found_table, &found.model, &found.children), &part.children, kind, tracker, joins)?;
        }
    }
    for part in right.iter().filter(|part| same(part).is_none()) {
        constraints(interpreter, table, model, part, kind, tracker, joins)?;
    }
    Ok(())
}

/// `make_constraints`, with `JoinAssociation#join_constraints`.
fn constraints(
    interpreter: &mut Interpreter,
    parent: &Table,
    parent_model: &Rc<RClass>,
    part: &Part,
    kind: JoinKind,
    tracker: &mut AliasTracker,
    joins: &mut Vec<Join>,
) -> Eval<()> {
    let chain = reflection::chain(interpreter, &part.reflection)?;
    let mut links = Vec::new();
    let (mut foreign_table, mut foreign_model) = (parent.clone(), Rc::clone(parent_model));
    for (index, link) in chain.iter().enumerate() {
        let class = link.reflection.class(interpreter)?;
        let name = load_schema(interpreter, &class)?.table_name.clone();
        let (table, terminated) =
            tracker.joined(interpreter, &chain[index..], index == 0, kind, &name, parent_model)?;
        if index == 0 {
            *part.table.borrow_mut() = table.clone();
        }
        if terminated {
            (foreign_table, foreign_model) = (table, class);
            break;
        }
        links.push((link.clone(), table, class));
    }
    for (link, table, class) in links.into_iter().rev() {
        let scope = join_scope(interpreter, &link, &table, &class, &foreign_table, &foreign_model)?;
        joins.extend(joined_by(interpreter, scope, kind, &table, &class, tracker)?);
        (foreign_table, foreign_model) = (table, class);
    }
    let table = part.table.borrow().clone();
    for child in &part.children {
        constraints(interpreter, &table, &part.model, child, kind, tracker, joins)?;
    }
    Ok(())
}

/// The join of a table with its conditions. Where the scope joins other tables, theirs follow it, and what is not of the
/// table itself becomes a condition of the last one.
fn joined_by(
    interpreter: &mut Interpreter,
    scope: Values,
    kind: JoinKind,
    table: &Table,
    class: &Rc<RClass>,
    tracker: &mut AliasTracker,
) -> Eval<Vec<Join>> {
    let is_own = |node: &Node| node.speaks_only_of(table.qualifier());
    let (mut own, mut others) = (arel::wrapped(&scope.wheres), Vec::new());
    if own.len() > 1 {
        (own, others) = own.into_iter().partition(is_own);
    }
    let mut sources = Vec::new();
    if !scope.joins.is_empty() || !scope.left_joins.is_empty() {
        sources = relation::query_methods::joins_of_scope(interpreter, class, table, scope, tracker)?;
    }
    if others.is_empty() {
        sources.clear();
    }
    let mut all = vec![(kind, Source::Table(table.clone()), arel::ast(&own))];
    let mut joins = Vec::new();
    for source in sources {
        match source {
            Join::On { kind, source, on: Some(on) } => all.push((kind, source, on)),
            _ => return Err(interpreter.unsupported("a join by a scope that joins tables in words of its own")),
        }
    }
    if let Some((_, _, last)) = all.last_mut()
        && !others.is_empty()
    {
        others.insert(0, last.clone());
        *last = Node::And(others);
    }
    joins.extend(all.into_iter().map(|(kind, source, on)| Join::On { kind, source, on: Some(on) }));
    Ok(joins)
}

/// `Reflection#join_scope`
fn join_scope(
    interpreter: &mut Interpreter,
    link: &Link,
    table: &Table,
    class: &Rc<RClass>,
    foreign_table: &Table,
    foreign_model: &Rc<RClass>,
) -> Eval<Values> {
    let reflection = &link.reflection;
    let mut scope = join_scopes(interpreter, link, class)?;
    let includes = !scope.includes.is_empty() || !scope.eager_load.is_empty();
    if includes && !scope.references.is_empty() {
        let message = format!("a join of `{}`, whose scope includes other tables", reflection.name);
        return Err(interpreter.unsupported(message));
    }
    let own = load_schema(interpreter, class)?.table_name.clone();
    let mut predicates: Vec<Node> = scope.wheres.iter().map(|node| node.renamed(&own, table.qualifier())).collect();
    let source = if reflection.is_through() { Some(reflection.source_reflection(interpreter)?) } else { None };
    let typed = source.as_deref().unwrap_or(reflection);
    if typed.option("as").truthy()
        && let Some(column) = typed.foreign_type(interpreter)?
    {
        let name = model_schema::base_class(foreign_model).name();
        // A polymorphic type is compared before the scope's own conditions.
        let place = class_wheres(interpreter, class)?;
        let kind = relation::type_of(&*load_schema(interpreter, class)?, &column);
        let value = relation::predicate_builder::bind(interpreter, &kind, &Value::str(name))?;
        predicates.insert(place, Node::attribute(table.qualifier(), column).equal(value));
    }
    let (key, foreign_key) = (reflection.join_primary_key(interpreter)?, reflection.join_foreign_key(interpreter)?);
    let foreign = |place: usize| foreign_key.columns().get(place).map(String::as_str).unwrap_or_default();
    for (place, name) in key.columns().iter().enumerate() {
        let foreign = Node::attribute(foreign_table.qualifier(), foreign(place));
        predicates.push(Node::attribute(table.qualifier(), name.as_str()).equal(foreign));
    }
    if let Some(condition) = crate::models::inheritance::type_condition(interpreter, class)? {
        predicates.push(condition.renamed(&own, table.qualifier()));
    }
    scope.wheres = predicates;
    Ok(scope)
}

/// How many conditions the class' own default scopes have.
fn class_wheres(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<usize> {
    Ok(default_values(interpreter, class)?.wheres.len())
}

fn default_values(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Values> {
    let plain = relation::wrap(interpreter, class, Values::default());
    let scoped = crate::models::scoping::with_default_scopes(interpreter, class, &plain)?;
    Ok(relation::relation(interpreter, &scoped)?.values.clone())
}

/// The class' default scopes, then those of the association.
fn join_scopes(interpreter: &mut Interpreter, link: &Link, class: &Rc<RClass>) -> Eval<Values> {
    let reflection = &link.reflection;
    let values = default_values(interpreter, class)?;
    let mut scope = relation::wrap(interpreter, class, values);
    let mut bodies = Vec::new();
    if reflection.is_through() {
        bodies.push(reflection.source_reflection(interpreter)?.scope.clone());
    }
    bodies.push(reflection.scope.clone());
    for body in bodies {
        if let Value::Proc(block) = &body {
            let plain = relation::wrap(interpreter, class, Values::default());
            let own = interpreter.instance_exec(block, &plain, Args::none())?;
            if own.data::<relation::Relation>().is_some() {
                scope = interpreter.call(&scope, "merge", Args::one(own))?;
            }
        }
    }
    if let Some((column, source_type)) = link.source_type(interpreter)? {
        let condition = ruby::RHash::from_pairs(vec![(Value::str(column), source_type)]);
        scope = interpreter.call(&scope, "where", Args::one(Value::hash(condition)))?;
    }
    Ok(relation::relation(interpreter, &scope)?.values.clone())
}
