//! Base64.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::core::convert;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

const METHODS: &[NativeMethod] = &[
    method("encode64", encode, 1..=1),
    method("strict_encode64", strict_encode, 1..=1),
    method("urlsafe_encode64", urlsafe_encode, 1..=1).taking(&["padding"]),
    method("decode64", decode, 1..=1),
    method("strict_decode64", strict_decode, 1..=1),
    method("urlsafe_decode64", urlsafe_decode, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("Base64");
    interpreter.define_singleton(&module, METHODS);
    module.define(METHODS);
}

/// The bytes of a String argument.
pub fn bytes_of(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<u8>> {
    if let Value::Str(text) = value {
        Ok(text.bytes())
    } else {
        Err(convert::no_conversion(interpreter, value, "String"))
    }
}

/// Lines of sixty characters, as `pack("m")` writes them.
fn encode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = bytes_of(interpreter, &args.first())?;
    let lines: String = bytes.chunks(45).map(|line| STANDARD.encode(line) + "\n").collect();
    Ok(Value::str(lines))
}

fn strict_encode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(STANDARD.encode(bytes_of(interpreter, &args.first())?)))
}

fn urlsafe_encode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = bytes_of(interpreter, &args.first())?;
    let padded = args.keyword("padding").is_none_or(|padding| padding.truthy());
    Ok(Value::str(if padded { URL_SAFE.encode(bytes) } else { URL_SAFE_NO_PAD.encode(bytes) }))
}

/// Whatever is no digit is passed over, and the rest decoded as far as it goes.
fn decode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = bytes_of(interpreter, &args.first())?;
    let digits: Vec<u8> = bytes
        .into_iter()
        .take_while(|byte| *byte != b'=')
        .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        .collect();
    let whole = if digits.len() % 4 == 1 { digits.len() - 1 } else { digits.len() };
    let lenient = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    Ok(Value::binary(&lenient.decode(&digits[..whole]).unwrap_or_default()))
}

fn strict_decode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = bytes_of(interpreter, &args.first())?;
    match STANDARD.decode(bytes) {
        Ok(decoded) => Ok(Value::binary(&decoded)),
        Err(_) => Err(interpreter.argument_error("invalid base64")),
    }
}

fn urlsafe_decode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = bytes_of(interpreter, &args.first())?;
    let bytes: Vec<u8> = bytes.into_iter().filter(|byte| *byte != b'=').collect();
    match URL_SAFE_NO_PAD.decode(bytes) {
        Ok(decoded) => Ok(Value::binary(&decoded)),
        Err(_) => Err(interpreter.argument_error("invalid base64")),
    }
}
