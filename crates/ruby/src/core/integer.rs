//! Integer, of any size.

use num_bigint::{BigInt, Sign};
use num_integer::Integer as _;
use num_traits::{Signed, ToPrimitive, Zero};

use super::numeric;
use super::numeric_tower::{
    Number, Op, arithmetic, big_value, charge, charge_divisor, coerced, normal, square, to_int,
};
use super::rounding::{Rounding, digits_argument, round_arguments, round_integer};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("to_s", to_s, 0..=1),
    method("inspect", to_s, 0..=1),
    method("times", times, 0..=0),
    method("upto", upto, 1..=1),
    method("downto", downto, 1..=1),
    method("succ", succ, 0..=0),
    method("next", succ, 0..=0),
    method("pred", pred, 0..=0),
    method("chr", chr, 0..=1),
    method("ord", itself, 0..=0),
    method("even?", is_even, 0..=0),
    method("odd?", is_odd, 0..=0),
    method("integer?", always, 0..=0),
    method("round", round, 0..=1).with_keywords(),
    method("floor", floor, 0..=1),
    method("ceil", ceil, 0..=1),
    method("truncate", truncate, 0..=1),
    method("digits", digits, 0..=1),
    method("gcd", gcd, 1..=1),
    method("lcm", lcm, 1..=1),
    method("gcdlcm", gcdlcm, 1..=1),
    method("pow", pow, 1..=2),
    method("bit_length", bit_length, 0..=0),
    method("size", size, 0..=0),
    method("&", and, 1..=1),
    method("|", or, 1..=1),
    method("^", xor, 1..=1),
    method("~", not, 0..=0),
    method("<<", shift_left, 1..=1),
    method(">>", shift_right, 1..=1),
    method("[]", bit_at, 1..=2),
    method("allbits?", allbits, 1..=1),
    method("anybits?", anybits, 1..=1),
    method("nobits?", nobits, 1..=1),
    method("numerator", itself, 0..=0),
    method("denominator", one, 0..=0),
    method("rationalize", rationalize, 0..=1),
    method("ceildiv", ceildiv, 1..=1),
    method("to_c", to_c, 0..=0).absent(),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("sqrt", sqrt, 1..=1), method("try_convert", try_convert, 1..=1)];

pub fn define(interpreter: &mut Interpreter) {
    let class = interpreter.classes.integer.clone();
    class.define(numeric::OPERATORS);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    super::undefine_new(interpreter, &class);
}

fn big(value: &Value) -> BigInt {
    Number::of(value).and_then(|number| number.as_big()).unwrap_or_default()
}

/// The digits of an Integer in a base of 2 to 36.
pub fn digits_text(interpreter: &mut Interpreter, value: &Value, radix: u32) -> Eval<String> {
    if let (Value::Int(int), 10) = (value, radix) {
        return Ok(int.to_string());
    }
    let number = big(value);
    charge(interpreter, number.bits(), number.bits())?;
    Ok(number.to_str_radix(radix))
}

fn to_s(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let radix = if args.has(0) { to_int(interpreter, &args.first())? } else { 10 };
    if !(2..=36).contains(&radix) {
        return Err(interpreter.argument_error(format!("invalid radix {radix}")));
    }
    Ok(Value::str(digits_text(interpreter, this, radix as u32)?))
}

fn times(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = to_int(interpreter, this)?;
    let Some(block) = args.block else {
        let items = whole_range(interpreter, 0, count.saturating_sub(1))?;
        return super::enumerator_of(interpreter, items);
    };
    for index in 0..count {
        interpreter.yield_value(&block, Value::Int(index))?;
    }
    Ok(this.clone())
}

fn whole_range(interpreter: &mut Interpreter, from: i64, to: i64) -> Eval<Vec<Value>> {
    let count = to.saturating_sub(from).saturating_add(1).max(0) as usize;
    interpreter.check_size(count.saturating_mul(std::mem::size_of::<Value>()))?;
    Ok((from..=to).map(Value::Int).collect())
}

fn upto(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    walk(interpreter, this, args, 1)
}

fn downto(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    walk(interpreter, this, args, -1)
}

fn walk(interpreter: &mut Interpreter, this: &Value, args: Args, by: i64) -> Eval {
    let limit = args.first();
    if Number::of(&limit).is_none() {
        super::numeric_tower::relation(interpreter, this, &limit, std::cmp::Ordering::is_gt)?;
    }
    // A float limit bounds whole numbers.
    let limit = match limit {
        Value::Float(float) if float.is_finite() => big_value(
            interpreter,
            super::numeric_tower::f64_to_big(if by > 0 { float.floor() } else { float.ceil() }).unwrap_or_default(),
        ),
        limit => limit,
    };
    let by = Value::Int(by);
    let Some(block) = args.block else {
        let mut items = Vec::new();
        numeric::each_step(interpreter, this, &limit, &by, false, &mut |_, item| {
            items.push(item);
            Ok(())
        })?;
        return super::enumerator_of(interpreter, items);
    };
    numeric::each_step(interpreter, this, &limit, &by, false, &mut |interpreter, item| {
        interpreter.yield_value(&block, item).map(drop)
    })?;
    Ok(this.clone())
}

fn succ(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    arithmetic(interpreter, Op::Add, this, &Value::Int(1))
}

fn pred(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    arithmetic(interpreter, Op::Sub, this, &Value::Int(1))
}

/// Without an encoding a byte is a byte; `chr("UTF-8")` gives the character.
fn chr(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let code = to_int(interpreter, this)?;
    let character = u32::try_from(code).ok().and_then(char::from_u32);
    match character {
        Some(character) if args.has(0) || code < 128 => Ok(Value::str(character.to_string())),
        Some(_) if code < 256 => Ok(Value::binary(&[code as u8])),
        _ => Err(interpreter.error("RangeError", format!("{code} out of char range"))),
    }
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn always(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(true))
}

fn one(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Int(1))
}

fn is_even(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(big(this).is_even()))
}

fn is_odd(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(big(this).is_odd()))
}

fn rounded(interpreter: &mut Interpreter, this: &Value, digits: Option<i64>, mode: Rounding) -> Eval {
    match digits {
        Some(digits) if digits < 0 => Ok(big_value(interpreter, round_integer(&big(this), digits, mode))),
        _ => Ok(this.clone()),
    }
}

fn round(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = digits_argument(interpreter, &args)?;
    if digits.is_none_or(|digits| digits >= 0) {
        return Ok(this.clone());
    }
    let (digits, mode) = round_arguments(interpreter, &args)?;
    rounded(interpreter, this, digits, mode)
}

fn floor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = digits_argument(interpreter, &args)?;
    rounded(interpreter, this, digits, Rounding::Floor)
}

fn ceil(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = digits_argument(interpreter, &args)?;
    rounded(interpreter, this, digits, Rounding::Ceiling)
}

fn truncate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digits = digits_argument(interpreter, &args)?;
    rounded(interpreter, this, digits, Rounding::Down)
}

fn digits(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let base = if args.has(0) { to_int(interpreter, &args.first())? } else { 10 };
    if base < 2 {
        let problem = if base < 0 { "negative radix".to_owned() } else { format!("invalid radix {base}") };
        return Err(interpreter.argument_error(problem));
    }
    let mut rest = big(this);
    if rest.is_negative() {
        return Err(interpreter.error("Math::DomainError", "out of domain"));
    }
    charge(interpreter, rest.bits(), rest.bits())?;
    let base = BigInt::from(base);
    let mut out = Vec::new();
    loop {
        let (quotient, digit) = rest.div_rem(&base);
        out.push(Value::Int(digit.to_i64().unwrap_or(0)));
        if quotient.is_zero() {
            return Ok(Value::array(out));
        }
        rest = quotient;
    }
}

fn integer_argument(interpreter: &mut Interpreter, value: &Value) -> Eval<BigInt> {
    match Number::of(value).and_then(|number| number.as_big()) {
        Some(number) => Ok(number),
        None => Err(interpreter.type_error("not an integer")),
    }
}

fn gcd(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = integer_argument(interpreter, &args.first())?;
    let number = big(this);
    charge_divisor(interpreter, number.bits().saturating_add(other.bits()))?;
    Ok(big_value(interpreter, number.gcd(&other)))
}

fn lcm(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = integer_argument(interpreter, &args.first())?;
    let number = big(this);
    charge_divisor(interpreter, number.bits().saturating_add(other.bits()))?;
    Ok(big_value(interpreter, number.lcm(&other)))
}

fn gcdlcm(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let pair = vec![gcd(interpreter, this, args.clone())?, lcm(interpreter, this, args)?];
    Ok(Value::array(pair))
}

fn pow(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.has(1) {
        return arithmetic(interpreter, Op::Pow, this, &args.first());
    }
    let exponent = integer_argument(interpreter, &args.first())?;
    let modulus = integer_argument(interpreter, &args.get(1))?;
    if exponent.is_negative() {
        return Err(interpreter
            .error("RangeError", "Integer#pow() 2nd argument cannot be negative when 3rd argument specified"));
    }
    if modulus.is_zero() {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    // A multiplication and a division for each bit of the exponent.
    let work = exponent.bits().saturating_mul(square(modulus.bits()).saturating_add(1)).saturating_mul(4);
    interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
    Ok(big_value(interpreter, big(this).modpow(&exponent, &modulus)))
}

fn bit_length(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let number = big(this);
    let bits = if number.is_negative() { (-number - 1u8).bits() } else { number.bits() };
    Ok(Value::Int(bits as i64))
}

fn size(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let bytes = big(this).bits().div_ceil(64).max(1) * 8;
    Ok(Value::Int(bytes as i64))
}

fn bitwise(
    interpreter: &mut Interpreter,
    name: &str,
    this: &Value,
    other: &Value,
    apply: fn(BigInt, BigInt) -> BigInt,
) -> Eval {
    match Number::of(other) {
        Some(number) if number.is_integer() => {
            Ok(big_value(interpreter, apply(big(this), number.as_big().unwrap_or_default())))
        }
        Some(number) => {
            let shown = match number {
                Number::Float(_) => interpreter.inspect(other)?,
                _ => interpreter.class_of(other).name(),
            };
            Err(interpreter.type_error(format!("{shown} can't be coerced into Integer")))
        }
        None => coerced(interpreter, name, this, other),
    }
}

fn and(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let (Value::Int(a), Value::Int(b)) = (this, args.first()) {
        return Ok(Value::Int(a & b));
    }
    bitwise(interpreter, "&", this, &args.first(), |a, b| a & b)
}

fn or(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let (Value::Int(a), Value::Int(b)) = (this, args.first()) {
        return Ok(Value::Int(a | b));
    }
    bitwise(interpreter, "|", this, &args.first(), |a, b| a | b)
}

fn xor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let (Value::Int(a), Value::Int(b)) = (this, args.first()) {
        return Ok(Value::Int(a ^ b));
    }
    bitwise(interpreter, "^", this, &args.first(), |a, b| a ^ b)
}

fn not(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(big_value(interpreter, -big(this) - 1u8))
}

fn shift_left(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let places = to_int(interpreter, &args.first())?;
    shift(interpreter, this, places)
}

fn shift_right(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let places = to_int(interpreter, &args.first())?;
    shift(interpreter, this, places.saturating_neg())
}

fn shift(interpreter: &mut Interpreter, this: &Value, places: i64) -> Eval {
    let number = big(this);
    if places >= 0 {
        if number.is_zero() {
            return Ok(Value::Int(0));
        }
        interpreter.check_size((places / 8) as usize)?;
        return Ok(big_value(interpreter, number << places));
    }
    let places = places.unsigned_abs();
    if places > number.bits() {
        return Ok(Value::Int(if number.is_negative() { -1 } else { 0 }));
    }
    Ok(big_value(interpreter, number >> places))
}

/// `n[i]`, `n[i, length]`, `n[range]`.
fn bit_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (start, length) = match args.first() {
        Value::Range(range) => {
            let start = if range.begin.is_nil() { 0 } else { to_int(interpreter, &range.begin)? };
            if range.end.is_nil() {
                return shift(interpreter, this, start.saturating_neg());
            }
            let end = to_int(interpreter, &range.end)?;
            (start, end - start + i64::from(!range.exclusive))
        }
        first => {
            let start = to_int(interpreter, &first)?;
            (start, if args.has(1) { to_int(interpreter, &args.get(1))? } else { 1 })
        }
    };
    let moved = shift(interpreter, this, start.saturating_neg())?;
    if length < 0 {
        return Ok(moved);
    }
    interpreter.check_size((length / 8) as usize)?;
    let mask = (BigInt::from(1) << length) - 1u8;
    Ok(big_value(interpreter, big(&moved) & mask))
}

fn allbits(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mask = integer_argument(interpreter, &args.first())?;
    Ok(Value::Bool(big(this) & &mask == mask))
}

fn anybits(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mask = integer_argument(interpreter, &args.first())?;
    Ok(Value::Bool((big(this) & mask).sign() != Sign::NoSign))
}

fn nobits(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mask = integer_argument(interpreter, &args.first())?;
    Ok(Value::Bool((big(this) & mask).sign() == Sign::NoSign))
}

fn rationalize(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    interpreter.call(this, "to_r", Args::none())
}

fn ceildiv(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let negated = normal(-big(this)).into_value(interpreter);
    let floor = interpreter.call(&negated, "div", args)?;
    interpreter.call(&floor, "-@", Args::none())
}

fn to_c(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("Complex"))
}

fn sqrt(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = match Number::of(&args.first()).and_then(|number| number.truncate()) {
        Some(number) => number,
        None => BigInt::from(to_int(interpreter, &args.first())?),
    };
    if number.is_negative() {
        return Err(interpreter.error("Math::DomainError", "Numerical argument is out of domain - \"isqrt\""));
    }
    charge(interpreter, number.bits(), number.bits())?;
    Ok(big_value(interpreter, number.sqrt()))
}

fn try_convert(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = args.first();
    if Number::of(&value).is_some_and(|number| number.is_integer()) {
        return Ok(value);
    }
    if interpreter.responds_to(&value, "to_int") {
        return interpreter.call(&value, "to_int", Args::none());
    }
    Ok(Value::Nil)
}
