//! `joins`, `includes` and their kin, and the joins that a statement has: relation/query_methods.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RClass, Value};

use super::{called, check_arguments, compact, refuse};
use crate::connection::arel;
use crate::connection::arel::{Join, JoinKind, Node, Source};
use crate::models::arel_bindings;
use crate::models::associations::alias_tracker::AliasTracker;
use crate::models::associations::join_dependency::{Association, JoinDependency, from_value};
use crate::models::model_schema::load_schema;
use crate::models::relation::{JoinValue, Relation, Values, spawn, spawn_methods};

/// `joins`
pub(super) fn joins(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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

/// `left_outer_joins`
pub(super) fn left_joins(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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

/// `includes`, `preload` and `eager_load`
pub(super) fn eager(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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

/// `extract_associated`
pub(super) fn extract_associated(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first();
    let preloaded = interpreter.call(this, "preload", Args::one(name.clone()))?;
    let mut out = Vec::new();
    for record in crate::models::relation::load(interpreter, &preloaded)? {
        out.push(interpreter.call(&record, name.as_name().unwrap_or_default().as_str(), Args::none())?);
    }
    Ok(Value::array(out))
}

/// `build_joins`, with its buckets.
pub(crate) fn build_joins(interpreter: &mut Interpreter, own: &Relation) -> Eval<Vec<Join>> {
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
pub(super) fn names_with(values: &Values, association: &Association) -> bool {
    matches!(association, Association::Named(name) if values.withs.iter().any(|cte| cte.name == *name.to_str()))
}

/// `build_with_join_node`
pub(super) fn join_of_with(
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
