//! Binary operators between numbers, and indexing, without the way through a method call.
//! Anything else, an overflow included, takes the ordinary way.

use crate::runtime::value::Value;
use crate::syntax::ast::Operator;

/// What an operator answers between two integers or floats, without looking for a method. None: look for it.
pub(super) fn shortcut(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => integer(operator, *left, *right),
        (Value::Float(left), Value::Float(right)) => float(operator, *left, *right),
        (Value::Array(array), Value::Int(index)) if operator == Operator::Index => {
            let index = if *index < 0 { array.len() as i64 + index } else { *index };
            Some(usize::try_from(index).ok().and_then(|index| array.get(index)).unwrap_or_default())
        }
        (Value::Hash(hash), Value::Symbol(_)) if operator == Operator::Index && !hash.is_indifferent() => {
            hash.get(right)
        }
        (Value::Symbol(left), Value::Symbol(right)) => match operator {
            Operator::Equal => Some(Value::Bool(left == right)),
            Operator::NotEqual => Some(Value::Bool(left != right)),
            _ => None,
        },
        _ => None,
    }
}

fn integer(operator: Operator, left: i64, right: i64) -> Option<Value> {
    Some(match operator {
        Operator::Add => Value::Int(left.checked_add(right)?),
        Operator::Subtract => Value::Int(left.checked_sub(right)?),
        Operator::Multiply => Value::Int(left.checked_mul(right)?),
        Operator::Less => Value::Bool(left < right),
        Operator::LessOrEqual => Value::Bool(left <= right),
        Operator::Greater => Value::Bool(left > right),
        Operator::GreaterOrEqual => Value::Bool(left >= right),
        Operator::Equal => Value::Bool(left == right),
        Operator::NotEqual => Value::Bool(left != right),
        Operator::Index => return None,
    })
}

#[allow(clippy::float_cmp, reason = "Ruby compares floats exactly")]
fn float(operator: Operator, left: f64, right: f64) -> Option<Value> {
    Some(match operator {
        Operator::Add => Value::Float(left + right),
        Operator::Subtract => Value::Float(left - right),
        Operator::Multiply => Value::Float(left * right),
        Operator::Less => Value::Bool(left < right),
        Operator::LessOrEqual => Value::Bool(left <= right),
        Operator::Greater => Value::Bool(left > right),
        Operator::GreaterOrEqual => Value::Bool(left >= right),
        Operator::Equal => Value::Bool(left == right),
        Operator::NotEqual => Value::Bool(left != right),
        Operator::Index => return None,
    })
}
