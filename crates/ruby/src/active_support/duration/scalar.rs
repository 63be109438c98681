//! Duration::Scalar: a plain number beside a Duration.

use super::scalar;
use super::{Duration, Part, build_from, merge, multiply, negated, no_conversion, object, plain};
use crate::core::numeric_tower::{Op, arithmetic};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{NativeData, Value};

/// The data of a Duration::Scalar: a plain number beside a Duration.
pub(super) struct Scalar(pub(super) Value);

impl NativeData for Scalar {}

fn scalar_number(this: &Value) -> Value {
    this.data::<Scalar>().map_or(Value::Int(0), |scalar| scalar.0.clone())
}

/// `value`
pub(super) fn scalar_value(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(scalar_number(this))
}

/// `to_i`
pub(super) fn scalar_to_i(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    interpreter.call(&scalar_number(this), "to_i", Args::none())
}

/// `to_f`
pub(super) fn scalar_to_f(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    interpreter.call(&scalar_number(this), "to_f", Args::none())
}

/// `to_s`
pub(super) fn scalar_to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    interpreter.call(&scalar_number(this), "to_s", Args::none())
}

/// `coerce`
pub(super) fn scalar_coerce(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = scalar(interpreter, args.first());
    Ok(Value::array(vec![other, this.clone()]))
}

/// `-@`
pub(super) fn scalar_negate(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let negated = interpreter.call(&scalar_number(this), "-@", Args::none())?;
    Ok(scalar(interpreter, negated))
}

/// `<=>`
pub(super) fn scalar_compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match plain(&args.first()) {
        Some(other) => interpreter.call(&scalar_number(this), "<=>", Args::one(other)),
        None => Ok(Value::Nil),
    }
}

fn scalar_operation(interpreter: &mut Interpreter, this: &Value, other: &Value, op: Op) -> Eval {
    let Some(number) = plain(other) else {
        return Err(no_conversion(interpreter, this, other));
    };
    let result = arithmetic(interpreter, op, &scalar_number(this), &number)?;
    Ok(scalar(interpreter, result))
}

/// `+`
pub(super) fn scalar_add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let Some(duration) = other.data::<Duration>() else {
        return scalar_operation(interpreter, this, &other, Op::Add);
    };
    add_scalar(interpreter, &scalar_number(this), &duration)
}

fn add_scalar(interpreter: &mut Interpreter, number: &Value, duration: &Duration) -> Eval {
    let value = arithmetic(interpreter, Op::Add, number, &duration.value)?;
    let parts = merge(interpreter, &duration.parts, &[(Part::Seconds, number.clone())])?;
    Ok(object(interpreter, value, parts, Some(duration.variable)))
}

/// `-`
pub(super) fn scalar_subtract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let Some(duration) = other.data::<Duration>() else {
        return scalar_operation(interpreter, this, &other, Op::Sub);
    };
    let negative = negated(interpreter, &duration)?;
    match negative.data::<Duration>() {
        Some(negative) => add_scalar(interpreter, &scalar_number(this), &negative),
        None => Ok(Value::Nil),
    }
}

/// `*`
pub(super) fn scalar_multiply(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if other.data::<Duration>().is_some() {
        return multiply(interpreter, &other, Args::one(scalar_number(this)));
    }
    scalar_operation(interpreter, this, &other, Op::Mul)
}

/// `/`
pub(super) fn scalar_divide(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if let Some(duration) = other.data::<Duration>() {
        return arithmetic(interpreter, Op::Div, &scalar_number(this), &duration.value);
    }
    scalar_operation(interpreter, this, &other, Op::Div)
}

/// `%`
pub(super) fn scalar_modulo(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if let Some(duration) = other.data::<Duration>() {
        let rest = arithmetic(interpreter, Op::Mod, &scalar_number(this), &duration.value)?;
        return build_from(interpreter, &rest);
    }
    scalar_operation(interpreter, this, &other, Op::Mod)
}
