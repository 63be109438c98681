//! What every numeric class answers: the operators between all of them, and Numeric's own methods.
//! Complex numbers are absent.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use num_bigint::BigInt;
use num_traits::{One, ToPrimitive, Zero};

use super::bigdecimal::Decimal;
use super::numeric_tower::{
    Number, Op, arithmetic, big_value, coerced, combine, compare as compare_numbers, equal as equal_numbers, normal,
    relation, special_or_class,
};
use super::rational::Ratio;
use super::rounding::Rounding;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RProc, Value};

/// Defined on Integer, Float, Rational and BigDecimal alike.
pub const OPERATORS: &[NativeMethod] = &[
    method("+", add, 1..=1),
    method("-", subtract, 1..=1),
    method("*", multiply, 1..=1),
    method("/", divide, 1..=1),
    method("%", modulo, 1..=1),
    method("modulo", modulo, 1..=1),
    method("**", power, 1..=1),
    method("==", equal, 1..=1),
    method("===", equal, 1..=1),
    method("<=>", compare, 1..=1),
    method("<", less, 1..=1),
    method("<=", at_most, 1..=1),
    method(">", greater, 1..=1),
    method(">=", at_least, 1..=1),
    method("-@", negate, 0..=0),
    method("+@", itself, 0..=0),
    method("abs", abs, 0..=0),
    method("magnitude", abs, 0..=0),
    method("zero?", is_zero, 0..=0),
    method("positive?", is_positive, 0..=0),
    method("negative?", is_negative, 0..=0),
    method("nonzero?", nonzero, 0..=0),
    method("div", div, 1..=1),
    method("fdiv", fdiv, 1..=1),
    method("divmod", divmod, 1..=1),
    method("remainder", remainder, 1..=1),
    method("coerce", coerce, 1..=1),
    method("eql?", eql, 1..=1),
    method("to_f", to_f, 0..=0),
    method("to_i", to_i, 0..=0),
    method("to_int", to_i, 0..=0),
    method("to_r", to_r, 0..=0),
    method("hash", hash, 0..=0),
];

const METHODS: &[NativeMethod] = &[
    method("integer?", is_integer, 0..=0),
    method("real?", always, 0..=0),
    method("finite?", always, 0..=0),
    method("infinite?", never, 0..=0),
    method("real", itself, 0..=0),
    method("imaginary", zero, 0..=0),
    method("imag", zero, 0..=0),
    method("step", step, 0..=2).taking(&["by", "to"]),
    method("dup", itself, 0..=0),
    method("clone", itself, 0..=0).taking(&["freeze"]),
    method("quo", quo, 1..=1),
    method("abs2", square, 0..=0),
];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.numeric.define(METHODS);
}

fn number(value: &Value) -> Number {
    Number::of(value).unwrap_or(Number::Int(0))
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    arithmetic(interpreter, Op::Add, this, &args.first())
}

fn subtract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    arithmetic(interpreter, Op::Sub, this, &args.first())
}

fn multiply(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    arithmetic(interpreter, Op::Mul, this, &args.first())
}

fn divide(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    arithmetic(interpreter, Op::Div, this, &args.first())
}

fn modulo(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    arithmetic(interpreter, Op::Mod, this, &args.first())
}

fn power(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    arithmetic(interpreter, Op::Pow, this, &args.first())
}

fn quo(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    match (Number::of(this), Number::of(&other)) {
        (Some(a), Some(b)) if a.is_integer() && !matches!(b, Number::Float(_) | Number::Decimal(_)) => {
            let (Some(a), Some(b)) = (a.to_ratio(), b.to_ratio()) else { return Ok(Value::Nil) };
            if b.numerator.is_zero() {
                return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
            }
            Ok(Number::Rational(a.divide(&b)).into_value(interpreter))
        }
        _ => arithmetic(interpreter, Op::Div, this, &other),
    }
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(equal_numbers(interpreter, this, &args.first())?))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(compare_numbers(interpreter, this, &args.first())?.map(|order| order as i64).into())
}

fn less(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    relation(interpreter, this, &args.first(), Ordering::is_lt)
}

fn at_most(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    relation(interpreter, this, &args.first(), Ordering::is_le)
}

fn greater(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    relation(interpreter, this, &args.first(), Ordering::is_gt)
}

fn at_least(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    relation(interpreter, this, &args.first(), Ordering::is_ge)
}

fn negate(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(number(this).negate().into_value(interpreter))
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn abs(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(match number(this) {
        Number::Float(float) => Value::Float(float.abs()),
        Number::Decimal(decimal) => Number::Decimal(decimal.abs()).into_value(interpreter),
        number if number.is_negative() => number.negate().into_value(interpreter),
        _ => this.clone(),
    })
}

fn is_zero(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(number(this).is_zero()))
}

fn is_positive(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(number(this).compare(&Number::Int(0)) == Some(Ordering::Greater)))
}

fn is_negative(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(number(this).is_negative()))
}

fn nonzero(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(if number(this).is_zero() { Value::Nil } else { this.clone() })
}

/// The FloatDomainError of a NaN or infinity where a whole number is asked for.
fn domain_error(interpreter: &mut Interpreter, number: Number) -> Box<crate::runtime::exception::Flow> {
    let value = number.into_value(interpreter);
    let shown = interpreter.to_s(&value).unwrap_or_default();
    interpreter.error("FloatDomainError", shown)
}

fn floor_quotient(interpreter: &mut Interpreter, a: &Number, b: &Number) -> Eval<Number> {
    if b.is_zero() {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    // A big number divided by a float is cut, any other floored.
    let cut = matches!((a, b), (Number::Big(_), Number::Float(_)));
    match combine(interpreter, Op::Div, a.clone(), b.clone())? {
        Number::Float(float) => match super::numeric_tower::f64_to_big(if cut { float.trunc() } else { float.floor() })
        {
            Some(whole) => Ok(normal(whole)),
            None => Err(domain_error(interpreter, Number::Float(float))),
        },
        Number::Rational(ratio) => Ok(normal(Rounding::Floor.divide(&ratio.numerator, &ratio.denominator))),
        number => Ok(number),
    }
}

fn div(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    match Number::of(&other) {
        Some(Number::Decimal(divisor)) if !divisor.is_zero() => {
            let decimal = match combine(interpreter, Op::Sub, number(this), Number::Decimal(divisor.clone()))? {
                Number::Decimal(difference) => difference.add(&divisor),
                _ => return Ok(Value::Nil),
            };
            match decimal.divmod(&divisor).0.truncate() {
                Some(whole) => Ok(big_value(interpreter, whole)),
                None => Err(interpreter.error("FloatDomainError", "Computation results in 'NaN' (Not a Number)")),
            }
        }
        Some(other) => Ok(floor_quotient(interpreter, &number(this), &other)?.into_value(interpreter)),
        None => coerced(interpreter, "div", this, &other),
    }
}

fn fdiv(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    match Number::of(&other) {
        Some(Number::Decimal(_)) if matches!(number(this), Number::Float(_) | Number::Decimal(_)) => {
            arithmetic(interpreter, Op::Div, &Value::Float(number(this).to_f64()), &other)
        }
        Some(divisor) => {
            let dividend = number(this);
            if let (Number::Int(a), Number::Int(b)) = (&dividend, &divisor) {
                return Ok(Value::Float(*a as f64 / *b as f64));
            }
            if dividend.is_integer() && dividend.is_zero() && matches!(divisor, Number::Rational(_)) {
                return Ok(Value::Float(0.0));
            }
            if let (Some(a), Some(b)) = (dividend.as_big(), divisor.as_big())
                && let Some(ratio) = Ratio::new(a, b).filter(|ratio| !ratio.numerator.is_zero())
            {
                return Ok(Value::Float(ratio.to_f64()));
            }
            Ok(Value::Float(dividend.to_f64() / divisor.to_f64()))
        }
        None => coerced(interpreter, "fdiv", this, &other),
    }
}

fn divmod(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let (a, Some(b)) = (number(this), Number::of(&other)) else {
        return coerced(interpreter, "divmod", this, &other);
    };
    if b.is_zero() {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    if let (Number::Decimal(_), _) | (_, Number::Decimal(_)) = (&a, &b) {
        let of_rational = matches!(a, Number::Rational(_));
        let rest = combine(interpreter, Op::Mod, a.clone(), b.clone())?;
        let exact = combine(interpreter, Op::Sub, a, rest.clone())?;
        let quotient = combine(interpreter, Op::Div, exact, b)?;
        let quotient = match quotient {
            Number::Decimal(decimal) => match decimal.round_at(0, Rounding::HalfUp) {
                Decimal::Zero { .. } => Number::Decimal(Decimal::Zero { negative: false }),
                whole => Number::Decimal(whole),
            },
            number => number,
        };
        let quotient = match quotient.truncate() {
            Some(whole) if of_rational => normal(whole),
            _ => quotient,
        };
        return Ok(Value::array(vec![quotient.into_value(interpreter), rest.into_value(interpreter)]));
    }
    let rest = combine(interpreter, Op::Mod, a.clone(), b.clone())?;
    let quotient = if let Number::Float(float) = &rest {
        let exact = ((a.to_f64() - float) / b.to_f64()).round();
        match super::numeric_tower::f64_to_big(exact) {
            Some(whole) => normal(whole),
            None => return Err(domain_error(interpreter, Number::Float(exact))),
        }
    } else {
        floor_quotient(interpreter, &a, &b)?
    };
    Ok(Value::array(vec![quotient.into_value(interpreter), rest.into_value(interpreter)]))
}

fn remainder(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let (a, Some(b)) = (number(this), Number::of(&other)) else {
        return coerced(interpreter, "remainder", this, &other);
    };
    let rest = combine(interpreter, Op::Mod, a.clone(), b.clone())?;
    if !rest.is_zero() && a.is_negative() != b.is_negative() {
        if matches!(b, Number::Float(float) if float.is_infinite()) {
            return Ok(this.clone());
        }
        return Ok(combine(interpreter, Op::Sub, rest, b)?.into_value(interpreter));
    }
    Ok(rest.into_value(interpreter))
}

fn coerce(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let own = number(this);
    let Some(given) = Number::of(&other) else {
        if let Value::Str(text) = &other
            && !matches!(own, Number::Decimal(_))
        {
            let text = text.to_string();
            let float = super::numeric_conversions::float_from_text(interpreter, &text)?;
            return Ok(Value::array(vec![Value::Float(float), Value::Float(own.to_f64())]));
        }
        let shown = special_or_class(interpreter, &other)?;
        let message = if matches!(own, Number::Decimal(_)) {
            format!("{shown} can't be coerced into BigDecimal")
        } else {
            format!("can't convert {shown} into Float")
        };
        return Err(interpreter.type_error(message));
    };
    let pair = match (&given, &own) {
        (a, b) if a.is_integer() && b.is_integer() => (given, own),
        (_, Number::Decimal(decimal)) => {
            let lifted = combine(interpreter, Op::Add, given, Number::Decimal(decimal.clone()))?;
            let lifted = combine(interpreter, Op::Sub, lifted, Number::Decimal(decimal.clone()))?;
            (lifted, own)
        }
        (a, Number::Rational(_)) if a.is_integer() => match a.to_ratio() {
            Some(ratio) => (Number::Rational(ratio), own),
            None => (given, own),
        },
        (Number::Rational(_), Number::Rational(_)) => (given, own),
        _ => (Number::Float(given.to_f64()), Number::Float(own.to_f64())),
    };
    Ok(Value::array(vec![pair.0.into_value(interpreter), pair.1.into_value(interpreter)]))
}

/// The same kind and the same number.
fn eql(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(other) = Number::of(&args.first()) else {
        return Ok(Value::Bool(false));
    };
    let own = number(this);
    let same_kind =
        own.is_integer() && other.is_integer() || std::mem::discriminant(&own) == std::mem::discriminant(&other);
    Ok(Value::Bool(same_kind && own.compare(&other) == Some(Ordering::Equal)))
}

fn to_f(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Float(number(this).to_f64()))
}

fn to_i(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = number(this);
    match own.truncate() {
        Some(whole) => Ok(big_value(interpreter, whole)),
        None => Err(domain_error(interpreter, own)),
    }
}

fn to_r(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = number(this);
    match own.to_ratio() {
        Some(ratio) => Ok(Number::Rational(ratio).into_value(interpreter)),
        None => Err(domain_error(interpreter, own)),
    }
}

fn hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let text = format!("{:?}", number(this));
    hash_of_text(interpreter, &text)
}

/// `hash` of what is equal where its text is.
pub fn hash_of_text(_: &mut Interpreter, text: &str) -> Eval {
    let mut hasher = std::hash::DefaultHasher::new();
    text.hash(&mut hasher);
    Ok(Value::Int(hasher.finish() as i64 >> 2))
}

fn is_integer(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(Number::of(this).is_some_and(|number| number.is_integer())))
}

fn always(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(true))
}

fn never(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn zero(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Int(0))
}

fn square(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    arithmetic(interpreter, Op::Mul, this, this)
}

/// `1.step(10, 2)`, `1.step(by: 2, to: 10)`: yields, or an Enumerator without a block.
fn step(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for (index, name, shown) in [(0, "to", "to"), (1, "by", "step")] {
        if args.has(index) && args.keyword(name).is_some() {
            return Err(interpreter.argument_error(format!("{shown} is given twice")));
        }
    }
    let limit = args.keyword("to").unwrap_or_else(|| args.first());
    let by = match args.keyword("by").unwrap_or_else(|| args.get(1)) {
        Value::Nil => Value::Int(1),
        by => by,
    };
    if Number::of(&by).is_some_and(|by| by.is_zero()) {
        return Err(interpreter.argument_error("step can't be 0"));
    }
    let Some(block) = args.block.clone() else {
        let mut items = Vec::new();
        if limit.is_nil() {
            return Err(interpreter.unsupported("an endless `step` without a block"));
        }
        each_step(interpreter, this, &limit, &by, false, &mut |_, item| {
            items.push(item);
            Ok(())
        })?;
        return super::enumerator_of(interpreter, items);
    };
    each_step(interpreter, this, &limit, &by, false, &mut |interpreter, item| yield_one(interpreter, &block, item))?;
    Ok(this.clone())
}

fn yield_one(interpreter: &mut Interpreter, block: &std::rc::Rc<RProc>, item: Value) -> Eval<()> {
    interpreter.yield_value(block, item).map(drop)
}

/// Visits `from`, `from + by`, … up to `limit` (nil: without end), floats without adding up errors.
pub fn each_step(
    interpreter: &mut Interpreter,
    from: &Value,
    limit: &Value,
    by: &Value,
    exclusive: bool,
    visit: &mut dyn FnMut(&mut Interpreter, Value) -> Eval<()>,
) -> Eval<()> {
    let any_float = [from, limit, by].iter().any(|value| matches!(value, Value::Float(_)));
    if let (true, Some(start), Some(step)) = (any_float, Number::of(from), Number::of(by)) {
        let end = Number::of(limit)
            .map_or(if step.is_negative() { f64::NEG_INFINITY } else { f64::INFINITY }, |end| end.to_f64());
        return float_steps(interpreter, start.to_f64(), end, step.to_f64(), exclusive, visit);
    }
    let descending = Number::of(by).is_some_and(|by| by.is_negative());
    let mut current = from.clone();
    loop {
        if !limit.is_nil() {
            let order = compare_numbers(interpreter, &current, limit)?;
            let Some(order) = order else {
                relation(interpreter, &current, limit, Ordering::is_gt)?;
                return Ok(());
            };
            let past = if descending { order.is_lt() } else { order.is_gt() };
            if past || exclusive && order.is_eq() {
                return Ok(());
            }
        }
        interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
        visit(interpreter, current.clone())?;
        current = arithmetic(interpreter, Op::Add, &current, by)?;
    }
}

/// CRuby's ruby_float_step: the count is worked out first, with room for rounding errors.
fn float_steps(
    interpreter: &mut Interpreter,
    start: f64,
    end: f64,
    step: f64,
    exclusive: bool,
    visit: &mut dyn FnMut(&mut Interpreter, Value) -> Eval<()>,
) -> Eval<()> {
    let count = (end - start) / step;
    let slack = ((start.abs() + end.abs() + (end - start).abs()) / step.abs() * f64::EPSILON).min(0.5);
    let last = if exclusive {
        if count <= 0.0 {
            return Ok(());
        }
        let floor = if count < 1.0 { 0.0 } else { (count - slack).floor() };
        if floor * step + start < end || step < 0.0 && floor * step + start > end { floor + 1.0 } else { floor }
    } else {
        if count < 0.0 {
            return Ok(());
        }
        (count + slack).floor() + 1.0
    };
    let mut index = 0.0;
    while index < last {
        interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
        let value = index * step + start;
        let value = if !exclusive && (step >= 0.0 && end < value || step < 0.0 && value < end) { end } else { value };
        visit(interpreter, Value::Float(value))?;
        index += 1.0;
    }
    Ok(())
}

/// One, as a big number: for callers that build fractions.
pub fn one() -> BigInt {
    BigInt::one()
}

/// A number as an i64, if it is whole and fits.
pub fn small(value: &Value) -> Option<i64> {
    Number::of(value)?.as_big()?.to_i64()
}
