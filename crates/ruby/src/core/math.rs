//! Math.

use super::numeric_tower::{Number, special_or_class};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("sqrt", sqrt, 1..=1),
    method("cbrt", cbrt, 1..=1),
    method("sin", sin, 1..=1),
    method("cos", cos, 1..=1),
    method("tan", tan, 1..=1),
    method("asin", asin, 1..=1),
    method("acos", acos, 1..=1),
    method("atan", atan, 1..=1),
    method("sinh", sinh, 1..=1),
    method("cosh", cosh, 1..=1),
    method("tanh", tanh, 1..=1),
    method("asinh", asinh, 1..=1),
    method("acosh", acosh, 1..=1),
    method("atanh", atanh, 1..=1),
    method("atan2", atan2, 2..=2),
    method("hypot", hypot, 2..=2),
    method("exp", exp, 1..=1),
    method("log", log, 1..=2),
    method("log2", log2, 1..=1),
    method("log10", log10, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let math = interpreter.define_module("Math");
    interpreter.define_singleton(&math, METHODS);
    math.set_constant("PI", Value::Float(std::f64::consts::PI));
    math.set_constant("E", Value::Float(std::f64::consts::E));
    let argument_error = interpreter.class_at("ArgumentError");
    interpreter.define_class("Math::DomainError", &argument_error);
}

fn float(interpreter: &mut Interpreter, value: &Value) -> Eval<f64> {
    if let Some(number) = Number::of(value) {
        return Ok(number.to_f64());
    }
    match value {
        Value::Object(_) if interpreter.responds_to(value, "to_f") => {
            let converted = interpreter.call(value, "to_f", Args::none())?;
            Ok(Number::of(&converted).map_or(f64::NAN, |number| number.to_f64()))
        }
        _ => {
            let shown = special_or_class(interpreter, value)?;
            Err(interpreter.type_error(format!("can't convert {shown} into Float")))
        }
    }
}

fn apply(interpreter: &mut Interpreter, args: &Args, function: fn(f64) -> f64) -> Eval {
    Ok(Value::Float(function(float(interpreter, &args.first())?)))
}

/// For functions with a domain: a number outside raises Math::DomainError.
fn within(
    interpreter: &mut Interpreter,
    args: &Args,
    name: &str,
    domain: fn(f64) -> bool,
    function: fn(f64) -> f64,
) -> Eval {
    let number = float(interpreter, &args.first())?;
    if !number.is_nan() && !domain(number) {
        return Err(interpreter.error("Math::DomainError", format!("Numerical argument is out of domain - {name}")));
    }
    Ok(Value::Float(function(number)))
}

fn sqrt(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    within(interpreter, &args, "sqrt", |x| x >= 0.0, f64::sqrt)
}

fn cbrt(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::cbrt)
}

fn sin(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::sin)
}

fn cos(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::cos)
}

fn tan(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::tan)
}

fn asin(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    within(interpreter, &args, "asin", |x| (-1.0..=1.0).contains(&x), f64::asin)
}

fn acos(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    within(interpreter, &args, "acos", |x| (-1.0..=1.0).contains(&x), f64::acos)
}

fn atan(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::atan)
}

fn sinh(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::sinh)
}

fn cosh(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::cosh)
}

fn tanh(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::tanh)
}

fn asinh(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, libm::asinh)
}

fn acosh(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    within(interpreter, &args, "acosh", |x| x >= 1.0, f64::acosh)
}

fn atanh(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    within(interpreter, &args, "atanh", |x| (-1.0..=1.0).contains(&x), f64::atanh)
}

fn atan2(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (y, x) = (float(interpreter, &args.first())?, float(interpreter, &args.get(1))?);
    Ok(Value::Float(y.atan2(x)))
}

fn hypot(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (x, y) = (float(interpreter, &args.first())?, float(interpreter, &args.get(1))?);
    // Not the C library's, whose newest version Amazon Linux 2023 lacks; `f64::asinh` uses it too.
    Ok(Value::Float(libm::hypot(x, y)))
}

fn exp(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    apply(interpreter, &args, f64::exp)
}

fn log(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let natural = within(interpreter, &args, "log", |x| x >= 0.0, f64::ln)?;
    if !args.has(1) {
        return Ok(natural);
    }
    let base = Args::one(args.get(1));
    let base = within(interpreter, &base, "log", |x| x >= 0.0, f64::ln)?;
    match (natural, base) {
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a / b)),
        (natural, _) => Ok(natural),
    }
}

fn log2(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    within(interpreter, &args, "log2", |x| x >= 0.0, f64::log2)
}

fn log10(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    within(interpreter, &args, "log10", |x| x >= 0.0, f64::log10)
}
