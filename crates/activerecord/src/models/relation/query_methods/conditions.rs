//! `where` and its kin, and what two relations say together: relation/query_methods.rb and where_clause.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, Value};

use super::{WhereChain, called, flattened};
use crate::connection::arel;
use crate::connection::arel::Node;
use crate::models::associations::join_dependency::from_value;
use crate::models::attribute_methods::is_blank;
use crate::models::model_schema::load_schema;
use crate::models::reflection;
use crate::models::relation::predicate_builder::{Clause, build_where_clause};
use crate::models::relation::{JoinValue, Relation, Values, relation, spawn, spawn_methods};

/// `where`; without arguments what `not` is called on.
pub(super) fn where_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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

/// What `where` was given, as conditions.
pub(super) fn clause(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Clause> {
    let own = relation(interpreter, this)?;
    build_where_clause(interpreter, &own, &args.first(), args.positional.get(1..).unwrap_or_default())
}

/// Conditions beside those that there are.
pub(super) fn add(values: &mut Values, clause: Clause) {
    values.refer(clause.references);
    values.wheres.extend(clause.predicates);
}

/// `rewhere`
pub(super) fn rewhere(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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
pub(crate) fn columns_of(predicates: &[Node]) -> Vec<(String, String)> {
    let owned = |(table, name): (&str, &str)| (table.to_owned(), name.to_owned());
    predicates.iter().filter_map(|node| node.column().map(owned)).collect()
}

/// `except_predicates`
pub(crate) fn except_columns(values: &mut Values, columns: &[(String, String)]) {
    let among = |(table, name): (&str, &str)| columns.iter().any(|(t, n)| t == table && n == name);
    values.wheres.retain(|node| node.column().is_none_or(|column| !among(column)));
}

/// `where.`, and nothing yet.
pub(super) fn chain(interpreter: &mut Interpreter, this: &Value) -> Eval {
    match this.data::<WhereChain>() {
        Some(chain) => Ok(chain.0.clone()),
        None => Err(interpreter.type_error("not a chain of where")),
    }
}

/// `where.not`
pub(super) fn chain_not(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let scope = chain(interpreter, this)?;
    where_not(interpreter, &scope, args)
}

/// `where.not` of a relation that is a chain itself.
pub(super) fn where_not(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut clause = clause(interpreter, this, &args)?;
    let inverted = invert(&mut clause.predicates);
    spawn(interpreter, this, |values| {
        values.refer(clause.references);
        values.wheres.push(inverted);
    })
}

/// `WhereClause#invert`
pub(super) fn invert(predicates: &mut Vec<Node>) -> Node {
    if predicates.len() == 1 { predicates.remove(0).invert() } else { Node::Not(Box::new(arel::ast(predicates))) }
}

/// `invert_where`
pub(super) fn invert_where(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    spawn(interpreter, this, |values| {
        let inverted = invert(&mut values.wheres);
        values.wheres = vec![inverted];
    })
}

/// `where.missing(:author)`: no row is joined.
pub(super) fn chain_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut scope = chain(interpreter, this)?;
    for name in args.positional {
        let conditions = unjoined(interpreter, &scope, &name)?;
        scope = interpreter.call(&scope, "left_outer_joins", Args::one(name))?;
        scope = interpreter.call(&scope, "where", Args::one(conditions))?;
    }
    Ok(scope)
}

/// `where.associated`
pub(super) fn chain_associated(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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
pub(super) fn unjoined(interpreter: &mut Interpreter, scope: &Value, name: &Value) -> Eval {
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

/// `having`
pub(super) fn having(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if is_blank(&args.first()) {
        return Ok(this.clone());
    }
    let clause = clause(interpreter, this, &args)?;
    spawn(interpreter, this, |values| {
        values.refer(clause.references);
        values.havings.extend(clause.predicates);
    })
}

/// `excluding`
pub(super) fn excluding(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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

/// `none`
pub(super) fn none(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    spawn(interpreter, this, Values::make_none)
}

/// The relation that an argument is; an ArgumentError where it is none.
pub(super) fn other(interpreter: &mut Interpreter, args: &Args, name: &str) -> Eval<Rc<Relation>> {
    match crate::models::relation::find(interpreter, &args.first())? {
        Some(other) => Ok(other),
        None => {
            let class = interpreter.class_of(&args.first()).name();
            let message =
                format!("You have passed {class} object to #{name}. Pass an ActiveRecord::Relation object instead.");
            Err(interpreter.argument_error(message))
        }
    }
}

/// `structurally_compatible?`
pub(super) fn compatible(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = other(interpreter, &args, "structurally_compatible?")?;
    let own = relation(interpreter, this)?;
    Ok(own.values.incompatible(&other.values).is_empty().into())
}

/// An ArgumentError where two relations differ in more than their conditions.
pub(super) fn check_compatible(
    interpreter: &mut Interpreter,
    own: &Relation,
    other: &Relation,
    name: &str,
) -> Eval<()> {
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

/// `or`
pub(super) fn or(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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
pub(super) fn alternatives(mine: Vec<Node>, theirs: &[Node]) -> Vec<Node> {
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

/// `and`
pub(super) fn and(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
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
