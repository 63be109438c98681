//! SecureRandom, ActiveSupport's base58 and base36 included: every byte comes from the host.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use num_bigint::{BigInt, Sign};
use num_traits::Signed;

use crate::core::convert::spend;
use crate::core::numeric_tower::{Number, big_value, to_int};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("hex", hex, 0..=1),
    method("uuid", uuid, 0..=0),
    method("uuid_v4", uuid, 0..=0),
    method("uuid_v7", uuid_v7, 0..=0),
    method("bytes", bytes, 1..=1),
    method("random_bytes", bytes, 0..=1),
    method("gen_random", bytes, 1..=1),
    method("base64", base64, 0..=1),
    method("urlsafe_base64", urlsafe_base64, 0..=2),
    method("alphanumeric", alphanumeric, 0..=1).taking(&["chars"]),
    method("base58", base58, 0..=1),
    method("base36", base36, 0..=1),
    method("random_number", random_number, 0..=1),
    method("rand", random_number, 0..=1),
];

const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE36: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("SecureRandom");
    interpreter.define_singleton(&module, METHODS);
}

fn draw(interpreter: &mut Interpreter, count: usize) -> Eval<Vec<u8>> {
    interpreter.check_size(count)?;
    let mut bytes = vec![0; count];
    interpreter.host.random(&mut bytes);
    Ok(bytes)
}

fn count(interpreter: &mut Interpreter, args: &Args) -> Eval<usize> {
    match args.first() {
        Value::Nil => Ok(16),
        count => match usize::try_from(to_int(interpreter, &count)?) {
            Ok(count) => Ok(count),
            Err(_) => Err(interpreter.argument_error("negative string size (or size too big)")),
        },
    }
}

fn draw_argument(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<u8>> {
    let count = count(interpreter, args)?;
    draw(interpreter, count)
}

/// Two digits for each byte.
pub fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn hex(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(to_hex(&draw_argument(interpreter, &args)?)))
}

fn dashed(bytes: &[u8]) -> Value {
    let hex = to_hex(bytes);
    Value::str(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]))
}

fn uuid(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let mut bytes = draw(interpreter, 16)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(dashed(&bytes))
}

fn uuid_v7(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let mut bytes = draw(interpreter, 16)?;
    let milliseconds = (crate::core::time::host_now(interpreter) / 1_000_000) as u64;
    bytes[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(dashed(&bytes))
}

fn bytes(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::binary(&draw_argument(interpreter, &args)?))
}

fn base64(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(STANDARD.encode(draw_argument(interpreter, &args)?)))
}

fn urlsafe_base64(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = draw_argument(interpreter, &args)?;
    Ok(Value::str(if args.get(1).truthy() { URL_SAFE.encode(bytes) } else { URL_SAFE_NO_PAD.encode(bytes) }))
}

/// Characters of an alphabet, each equally likely.
fn choose(interpreter: &mut Interpreter, alphabet: &[char], length: usize) -> Eval {
    interpreter.check_size(length)?;
    let fair = (256 / alphabet.len().max(1)) * alphabet.len();
    let mut out = String::with_capacity(length);
    let mut chosen = 0;
    while chosen < length {
        for byte in draw(interpreter, length - chosen + 8)? {
            if chosen < length && usize::from(byte) < fair {
                out.push(alphabet[usize::from(byte) % alphabet.len()]);
                chosen += 1;
            }
        }
    }
    Ok(Value::str(out))
}

fn alphanumeric(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let length = count(interpreter, &args)?;
    let mut alphabet: Vec<char> = ALPHANUMERIC.chars().collect();
    if let Some(Value::Array(chars)) = args.keyword("chars") {
        alphabet = chars.to_vec().iter().filter_map(|text| text.as_string()?.chars().next()).collect();
    }
    if alphabet.is_empty() || alphabet.len() > 256 {
        return Err(interpreter.argument_error("invalid chars"));
    }
    choose(interpreter, &alphabet, length)
}

fn base58(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let length = count(interpreter, &args)?;
    choose(interpreter, &BASE58.chars().collect::<Vec<_>>(), length)
}

fn base36(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let length = count(interpreter, &args)?;
    choose(interpreter, &BASE36.chars().collect::<Vec<_>>(), length)
}

fn random_float(interpreter: &mut Interpreter) -> Eval<f64> {
    let bytes = draw(interpreter, 8)?;
    let number = bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)) >> 11;
    Ok(number as f64 / 9_007_199_254_740_992.0)
}

/// Rejection keeps every number equally likely.
fn below(interpreter: &mut Interpreter, limit: &BigInt) -> Eval<BigInt> {
    let bits = (limit - 1u8).bits();
    let mask = (BigInt::from(1) << bits) - 1u8;
    loop {
        // Half of what is drawn serves, or more: but of a source that says the same each time, perhaps nothing.
        spend(interpreter, 1)?;
        let bytes = draw(interpreter, bits.div_ceil(8) as usize)?;
        let number = BigInt::from_bytes_le(Sign::Plus, &bytes) & &mask;
        if &number < limit {
            return Ok(number);
        }
    }
}

fn random_number(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    match args.first() {
        Value::Float(limit) if limit > 0.0 => Ok(Value::Float(random_float(interpreter)? * limit)),
        Value::Range(range) => {
            let (Some(low), Some(high)) = (Number::of(&range.begin), Number::of(&range.end)) else {
                return Err(interpreter.argument_error("bad value for range"));
            };
            if let (Some(low), Some(high)) = (low.as_big(), high.as_big()) {
                let span = high - &low + i32::from(!range.exclusive);
                if span.is_positive() {
                    let number = low + below(interpreter, &span)?;
                    return Ok(big_value(interpreter, number));
                }
                return Ok(Value::Float(random_float(interpreter)?));
            }
            let drawn = random_float(interpreter)?;
            Ok(Value::Float(low.to_f64() + drawn * (high.to_f64() - low.to_f64())))
        }
        limit => match Number::of(&limit).and_then(|number| number.as_big()).filter(BigInt::is_positive) {
            Some(limit) => {
                let number = below(interpreter, &limit)?;
                Ok(big_value(interpreter, number))
            }
            None => Ok(Value::Float(random_float(interpreter)?)),
        },
    }
}
