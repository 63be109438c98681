//! relation/where_clause.rb: what conditions say that columns are, for `where_values_hash` and `scope_for_create`.

use ruby::{Eval, Interpreter, RHash, Value};

use super::Relation;
use crate::connection::arel::{Comparison, Node};
use crate::models::model_schema::required_table_name;

/// `scope_for_create`: the plain equalities, and what `create_with` adds.
pub(crate) fn scope_for_create(interpreter: &mut Interpreter, relation: &Relation) -> Eval<RHash> {
    let hash = if relation.values.wheres.is_empty() {
        RHash::new()
    } else {
        let table = required_table_name(interpreter, &relation.model)?;
        to_h(interpreter, &relation.values.wheres, &table, true)?
    };
    for (name, value) in &relation.values.create_with {
        let name = interpreter.to_s(name)?;
        hash.insert(Value::str(name), value.clone());
    }
    Ok(hash)
}

/// `WhereClause#to_h`: the values as they were given.
pub(crate) fn to_h(interpreter: &mut Interpreter, wheres: &[Node], table: &str, equality_only: bool) -> Eval<RHash> {
    let hash = RHash::new();
    let mut found = Vec::new();
    equalities(wheres, equality_only, &mut found);
    for (left, value) in found {
        match left {
            Node::Attribute(other, name) if other == table => {
                hash.insert(Value::str(name.as_str()), value);
            }
            Node::Attribute(..) => {}
            other => {
                let class = crate::models::arel_bindings::class_name(other);
                let message = format!("undefined method `relation' for an instance of {class}");
                return Err(interpreter.error("NoMethodError", message));
            }
        }
    }
    Ok(hash)
}

fn equalities<'a>(wheres: &'a [Node], equality_only: bool, found: &mut Vec<(&'a Node, Value)>) {
    for node in wheres {
        match node {
            Node::Compare(Comparison::Equal, left, right) => found.push((left, given(right))),
            Node::In(left, values) if !equality_only => {
                found.push((left, Value::array(values.iter().map(given).collect())));
            }
            Node::InSelect(left, _, false) if !equality_only => found.push((left, Value::Nil)),
            Node::And(nodes) => equalities(nodes, equality_only, found),
            _ => {}
        }
    }
}

/// `extract_node_value`
fn given(node: &Node) -> Value {
    match node {
        Node::Given(_, raw) => raw.0.clone(),
        _ => Value::Nil,
    }
}
