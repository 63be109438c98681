//! association_relation.rb: relations that know the association whose rows they are, and what an association and a validation
//! ask of a relation.

use adapters::Dialect;
use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use super::where_clause::to_h;
use super::{relation, spawn, type_of, wrap};
use crate::connection::arel::Node;
use crate::ground::state::{dialect, with_adapter};
use crate::models::associations::{Handle, tell_found};
use crate::models::model_schema::load_schema;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("proxy_association", |i, this, _| Ok(super::data(i, this)?.values.association.clone()), 0..=0),
    method("_for_association", |i, this, args| for_association(i, this, &args.first(), args.get(1).truthy()), 2..=2),
    method("_where_values_hash", where_values_hash, 1..=1),
    method("where_values_hash", where_values_hash, 0..=1),
    method("_where_unique", where_unique, 3..=3),
];

/// The same rows, as an association's: its proxy, or a relation of it.
pub(crate) fn for_association(
    interpreter: &mut Interpreter,
    this: &Value,
    association: &Value,
    is_proxy: bool,
) -> Eval {
    let own = relation(interpreter, this)?;
    let mut values = own.values.clone();
    values.association = association.clone();
    values.is_proxy = is_proxy;
    let modules = values.extending.clone();
    let made = wrap(interpreter, &own.model, values);
    if !modules.is_empty() {
        interpreter.call(&made, "extend", Args::new(modules))?;
    }
    Ok(made)
}

/// `AssociationScope#add_constraints`, of a table that is gone through: its scope's conditions and order, of that table under
/// the name that it has here.
pub(crate) fn with_constraints(interpreter: &mut Interpreter, this: &Value, scope_of_it: &Value, table: &str) -> Eval {
    let item = relation(interpreter, scope_of_it)?;
    let own = load_schema(interpreter, &item.model)?.table_name.clone();
    let values = &item.values;
    let mut scope = this.clone();
    let refers = !values.references.is_empty();
    let (joins, includes) = (
        !values.joins.is_empty() || !values.left_joins.is_empty(),
        !values.includes.is_empty() || !values.eager_load.is_empty(),
    );
    if refers && joins {
        let names = ["joins", "left_outer_joins"].map(Value::symbol);
        let joins = interpreter.call(scope_of_it, "only", Args::new(names.to_vec()))?;
        scope = interpreter.call(&scope, "merge", Args::one(joins))?;
    }
    if refers && includes {
        return Err(interpreter.unsupported("an association through another whose scope includes other tables"));
    }
    let wheres: Vec<Node> = values.wheres.iter().map(|node| node.renamed(&own, table)).collect();
    let mut orders: Vec<Node> = values.orders.iter().map(|node| node.renamed(&own, table)).collect();
    spawn(interpreter, &scope, |values| {
        values.wheres.extend(wheres);
        orders.extend(values.orders.drain(..).collect::<Vec<_>>());
        let mut seen: Vec<Node> = Vec::new();
        orders.retain(|node| {
            let new = !seen.contains(node);
            seen.push(node.clone());
            new
        });
        values.orders = orders;
    })
}

/// `where_values_hash(table)`: what the conditions say that a table's columns are.
fn where_values_hash(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let table = match args.first() {
        Value::Nil => crate::models::model_schema::required_table_name(interpreter, &own.model)?,
        name => interpreter.to_s(&name)?,
    };
    Ok(Value::hash(to_h(interpreter, &own.values.wheres, &table, false)?))
}

/// A proxy's records are its association's.
pub(super) fn load_target(interpreter: &mut Interpreter, association: &Value) -> Eval<Vec<Value>> {
    let target = Handle::of(interpreter, association)?.load(interpreter)?;
    ruby::core::convert::array(interpreter, &target)
}

/// Tells the records that an association's query found of whom they belong to.
pub(super) fn set_inverses(interpreter: &mut Interpreter, association: &Value, records: &[Value]) -> Eval<()> {
    let Some(own) = Handle::find(association) else { return Ok(()) };
    records.iter().try_for_each(|one| tell_found(interpreter, &own, one))
}

/// `UniquenessValidator#build_relation`: the rows with this value, as the adapter compares it.
fn where_unique(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let columns = load_schema(interpreter, &own.model)?;
    let name = interpreter.to_s(&args.first())?;
    let name = crate::models::attribute_methods::alias(&own.model, &name).unwrap_or(name);
    let kind = type_of(&columns, &name);
    let value = kind.cast(interpreter, &args.get(1))?;
    let Some(bind) = kind.serialize_if_possible(interpreter, &value)? else {
        return interpreter.call(this, "none", Args::none());
    };
    let is_nil = bind.is_nil();
    let attribute = Node::Attribute(columns.table_name.clone(), name.clone());
    let bind = Node::Bind(bind);
    let mysql = dialect(interpreter)? == Dialect::MySql;
    let column = columns.column(&name);
    let collation = column.and_then(|column| column.collation.clone());
    let insensitive_column = collation.as_deref().is_some_and(|collation| collation.ends_with("_ci"));
    let node = match args.get(2).as_name().as_deref() {
        _ if is_nil => attribute.equal(bind),
        Some("sensitive") if mysql && collation.is_some() && insensitive_column => {
            let cast = vec![Node::Sql("CAST(".to_owned()), bind, Node::Sql(" AS BINARY)".to_owned())];
            attribute.equal(Node::BoundSql(cast))
        }
        Some("insensitive") => {
            let postgresql = dialect(interpreter)? == Dialect::PostgreSql;
            let textual = column.is_some_and(|column| {
                let sql_type = column.metadata.sql_type.as_str();
                sql_type == "text" || sql_type.starts_with("character")
            });
            let lower = if mysql { !insensitive_column } else { !postgresql || textual };
            if lower {
                let quoted = with_adapter(interpreter, |adapter| {
                    let table = adapter.quote_table_name(&columns.table_name);
                    Ok(format!("{table}.{}", adapter.quote_column_name(&name)))
                })?;
                let parts = vec![Node::Sql(format!("LOWER({quoted}) = LOWER(")), bind, Node::Sql(")".to_owned())];
                Node::BoundSql(parts)
            } else {
                attribute.equal(bind)
            }
        }
        _ => attribute.equal(bind),
    };
    spawn(interpreter, this, |values| values.wheres.push(node))
}
