//! What the connection leaves to models: which statement a relation or an Arel object stands for, what the records of a
//! transaction hear of its end, and the types of what is read.

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use crate::connection::arel::Node;
use crate::connection::{Asked, Statements, result_data};
use crate::ground::state;
use crate::models::arel_bindings;
use crate::models::relation::{self, Relation, arel_or_eager, result_type};
use crate::models::{connection_handling, transactions, types};

const RESULT_METHODS: &[NativeMethod] = &[method("cast_values", cast_values, 0..=1)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    if let Ok(state) = state::state(interpreter) {
        let asked = state.kept::<Asked>();
        asked.ends.set(transactions::ENDS);
        asked.statements.set(Statements { node, class_of_relation });
    }
    let adapter = interpreter.class_at("ActiveRecord::ConnectionAdapters::AbstractAdapter");
    adapter.define(connection_handling::CONNECTION_METHODS);
    adapter.define(types::CONNECTION_METHODS);
    interpreter.class_at("ActiveRecord::Result").define(RESULT_METHODS);
}

/// A text's own statement is the text.
fn node(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Node>> {
    if let Some(relation) = relation::find(interpreter, value)? {
        let statement = arel_or_eager(interpreter, &relation)?;
        return Ok(Some(Node::Statement(Box::new(statement))));
    }
    Ok(arel_bindings::node(value).filter(|node| !matches!(node, Node::Sql(_))))
}

fn class_of_relation(value: &Value) -> Option<String> {
    value.data::<Relation>().map(|relation| format!("{}::ActiveRecord_Relation", relation.model.name()))
}

fn cast_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.has(0) {
        return Err(interpreter.unsupported("`cast_values` with types is not supported"));
    }
    let result = result_data(interpreter, this)?;
    let mut kinds = Vec::with_capacity(result.columns.len());
    for index in 0..result.columns.len() {
        kinds.push(result_type(interpreter, &result, index)?);
    }
    let mut out = Vec::with_capacity(result.rows.len());
    for row in &result.rows {
        let values = row.iter().zip(&kinds).map(|(value, kind)| kind.deserialize(interpreter, value));
        let mut values = values.collect::<Eval<Vec<_>>>()?;
        out.push(if values.len() == 1 { values.remove(0) } else { Value::array(values) });
    }
    Ok(Value::array(out))
}
