//! Numbers and times that have no variant of their own, between Ruby and the adapters.

use std::str::FromStr;

use adapters::Arg;
use bigdecimal::BigDecimal;
use ruby::builtins::bigdecimal as decimals;
use ruby::builtins::number::{self, BigInteger};
use ruby::{Args, Eval, Interpreter, Value};

/// An object for an adapter.
pub(super) fn to_arg(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    if let Some(big) = value.data::<BigInteger>() {
        return Ok(Arg::BigInt(big.0.clone()));
    }
    let class = interpreter.class_of(value).name();
    match class.as_str() {
        "BigDecimal" => decimal(interpreter, value),
        "Arel::Nodes::SqlLiteral" => Ok(Arg::Sql(interpreter.to_s(value)?)),
        _ => Err(interpreter.type_error(format!("can't quote {class}"))),
    }
}

fn decimal(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    let text = interpreter.call(value, "to_s", Args::one(Value::str("F")))?.as_string().unwrap_or_default();
    Ok(BigDecimal::from_str(&text).map_or(Arg::Str(text), Arg::Decimal))
}

pub(super) fn to_value(interpreter: &mut Interpreter, arg: &Arg) -> Value {
    match arg {
        Arg::BigInt(big) => number::big_value(interpreter, big.clone()),
        Arg::Decimal(decimal) => {
            let text = decimal.to_plain_string();
            decimals::from_text(interpreter, &text).unwrap_or_else(|| Value::str(text))
        }
        other => Value::str(other.to_s()),
    }
}
