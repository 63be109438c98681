//! Random, Kernel#rand and srand. The default generator is seeded by the host.

mod mersenne_twister;

use std::cell::RefCell;
use std::rc::Rc;

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive, Zero};

use mersenne_twister::MersenneTwister;

use super::numeric_tower::{Number, big_value, to_int};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, Value};
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("rand", rand, 0..=1),
    method("random_number", rand, 0..=1),
    method("bytes", bytes, 1..=1),
    method("seed", seed, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("new", new, 0..=1),
    method("rand", default_rand, 0..=1),
    method("random_number", default_rand, 0..=1),
    method("bytes", default_bytes, 1..=1),
    method("urandom", default_bytes, 1..=1),
    method("new_seed", new_seed, 0..=0),
    method("seed", default_seed, 0..=0),
    method("srand", srand, 0..=1),
];

const KERNEL: &[NativeMethod] = &[method("rand", kernel_rand, 0..=1), method("srand", srand, 0..=1)];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("Random", &object);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    interpreter.classes.kernel.define(KERNEL);
}

/// The data of a Random.
struct Generator {
    seed: BigInt,
    twister: RefCell<MersenneTwister>,
}

impl NativeData for Generator {}

const DEFAULT: &str = "Random::DEFAULT";

fn host_seed(interpreter: &mut Interpreter) -> BigInt {
    let mut bytes = [0; 16];
    interpreter.host.random(&mut bytes);
    BigInt::from_bytes_le(Sign::Plus, &bytes)
}

fn object(interpreter: &mut Interpreter, seed: BigInt) -> Value {
    let class = interpreter.class_at("Random");
    let twister = RefCell::new(MersenneTwister::from_seed(&seed));
    Value::native(&class, Generator { seed, twister })
}

fn seed_argument(interpreter: &mut Interpreter, args: &Args) -> Eval<BigInt> {
    if !args.has(0) {
        return Ok(host_seed(interpreter));
    }
    match Number::of(&args.first()).and_then(|number| number.truncate()) {
        Some(seed) => Ok(seed),
        None => to_int(interpreter, &args.first()).map(BigInt::from),
    }
}

fn new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let seed = seed_argument(interpreter, &args)?;
    Ok(object(interpreter, seed))
}

fn default(interpreter: &mut Interpreter) -> Value {
    let key = Symbol::new(DEFAULT);
    if let Some(generator) = interpreter.globals.get(&key) {
        return generator.clone();
    }
    let seed = host_seed(interpreter);
    let generator = object(interpreter, seed);
    interpreter.globals.insert(key, generator.clone());
    generator
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Generator>> {
    match this.data::<Generator>() {
        Some(generator) => Ok(generator),
        None => Err(interpreter.type_error("uninitialized Random")),
    }
}

fn invalid(interpreter: &mut Interpreter, limit: &Value) -> Box<crate::runtime::exception::Flow> {
    match interpreter.inspect(limit) {
        Ok(shown) => interpreter.argument_error(format!("invalid argument - {shown}")),
        Err(flow) => flow,
    }
}

fn rand(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let generator = data(interpreter, this)?;
    if !args.has(0) {
        return Ok(Value::Float(generator.twister.borrow_mut().next_float()));
    }
    let limit = args.first();
    match &limit {
        Value::Float(limit) if *limit > 0.0 && limit.is_finite() => {
            Ok(Value::Float(generator.twister.borrow_mut().next_float() * limit))
        }
        Value::Range(range) => {
            let drawn = in_range(interpreter, &generator, &range.begin, &range.end, range.exclusive)?;
            drawn.map_or_else(|| Err(invalid(interpreter, &limit)), Ok)
        }
        _ => match Number::of(&limit).and_then(|number| number.as_big()) {
            Some(number) if number.is_positive() => Ok(below(interpreter, &generator, &number)),
            _ => Err(invalid(interpreter, &limit)),
        },
    }
}

/// A whole number of at least 0 and below `limit`.
fn below(interpreter: &mut Interpreter, generator: &Generator, limit: &BigInt) -> Value {
    let highest = limit - 1u8;
    let mut twister = generator.twister.borrow_mut();
    if let Some(highest) = highest.to_u64().filter(|_| highest.to_i64().is_some()) {
        Value::Int(twister.limited(highest) as i64)
    } else {
        let number = twister.limited_big(&highest);
        big_value(interpreter, number)
    }
}

/// None for an empty range.
fn in_range(
    interpreter: &mut Interpreter,
    generator: &Generator,
    begin: &Value,
    end: &Value,
    exclusive: bool,
) -> Eval<Option<Value>> {
    let (Some(low), Some(high)) = (Number::of(begin), Number::of(end)) else {
        return Err(interpreter.error("Errno::EDOM", "Numerical argument out of domain"));
    };
    if let (Some(low), Some(high)) = (low.as_big(), high.as_big()) {
        let span = high - &low + i32::from(!exclusive);
        if !span.is_positive() {
            return Ok(None);
        }
        let drawn = below(interpreter, generator, &span);
        let offset = Number::of(&drawn).and_then(|number| number.as_big()).unwrap_or_else(BigInt::zero);
        return Ok(Some(big_value(interpreter, low + offset)));
    }
    let (low, high) = (low.to_f64(), high.to_f64());
    if low > high || exclusive && low >= high {
        return Ok(None);
    }
    let mut twister = generator.twister.borrow_mut();
    let drawn = if exclusive { twister.next_float() } else { twister.next_float_inclusive() };
    Ok(Some(Value::Float(drawn * (high - low) + low)))
}

fn bytes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let generator = data(interpreter, this)?;
    let count = to_int(interpreter, &args.first())?.max(0) as usize;
    interpreter.check_size(count)?;
    Ok(Value::binary(&generator.twister.borrow_mut().bytes(count)))
}

fn seed(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let seed = data(interpreter, this)?.seed.clone();
    Ok(big_value(interpreter, seed))
}

fn default_rand(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let generator = default(interpreter);
    rand(interpreter, &generator, args)
}

fn default_bytes(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let generator = default(interpreter);
    bytes(interpreter, &generator, args)
}

fn default_seed(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let generator = default(interpreter);
    seed(interpreter, &generator, Args::none())
}

fn new_seed(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let seed = host_seed(interpreter);
    Ok(big_value(interpreter, seed))
}

/// Seeds the default generator anew and answers the seed before.
fn srand(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let before = default_seed(interpreter, this, Args::none())?;
    let seed = seed_argument(interpreter, &args)?;
    let generator = object(interpreter, seed);
    interpreter.globals.insert(Symbol::new(DEFAULT), generator);
    Ok(before)
}

/// Kernel#rand takes what Random.rand refuses: 0 and nil mean no limit, a float is cut, a sign is dropped.
fn kernel_rand(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let generator = default(interpreter);
    let limit = args.first();
    if let Value::Range(range) = &limit {
        let generator = data(interpreter, &generator)?;
        let drawn = in_range(interpreter, &generator, &range.begin, &range.end, range.exclusive)?;
        return Ok(drawn.unwrap_or_default());
    }
    if limit.is_nil() {
        return rand(interpreter, &generator, Args::none());
    }
    let whole = match Number::of(&limit).and_then(|number| number.truncate()) {
        Some(whole) => whole,
        None => BigInt::from(to_int(interpreter, &limit)?),
    };
    if whole.is_zero() {
        return rand(interpreter, &generator, Args::none());
    }
    let limit = big_value(interpreter, whole.abs());
    rand(interpreter, &generator, Args::one(limit))
}
