//! Digest::MD5, SHA1 and SHA2, OpenSSL::Digest and OpenSSL::HMAC by their names, and Zlib's checksums.

use std::cell::RefCell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;

use super::base64::bytes_of;
use super::securerandom::to_hex;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, RClass, Value};

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("new", new, 0..=2),
    method("digest", digest_of, 1..=2),
    method("hexdigest", hexdigest_of, 1..=2),
    method("base64digest", base64digest_of, 1..=2),
];

const METHODS: &[NativeMethod] = &[
    method("update", update, 1..=1),
    method("<<", update, 1..=1),
    method("digest", digest, 0..=1),
    method("hexdigest", hexdigest, 0..=1),
    method("base64digest", base64digest, 0..=1),
    method("to_s", hexdigest, 0..=0),
    method("reset", reset, 0..=0),
    method("name", name, 0..=0),
    method("digest!", digest_bang, 0..=0),
    method("hexdigest!", hexdigest_bang, 0..=0),
    method("digest_length", length, 0..=0),
    method("length", length, 0..=0),
    method("size", length, 0..=0),
    method("block_length", block_length, 0..=0),
    method("==", equals, 1..=1),
    method("inspect", inspect, 0..=0),
];

const HMAC_METHODS: &[NativeMethod] = &[
    method("update", hmac_update, 1..=1),
    method("<<", hmac_update, 1..=1),
    method("digest", hmac_so_far, 0..=0),
    method("hexdigest", hmac_hexadecimal, 0..=0),
    method("to_s", hmac_hexadecimal, 0..=0),
    method("inspect", hmac_hexadecimal, 0..=0),
    method("base64digest", hmac_base64, 0..=0),
    method("reset", hmac_reset, 0..=0),
    method("==", hmac_equals, 1..=1),
];

const SHA2: &[NativeMethod] = &[method("new", sha2_new, 0..=1)];

const HMAC: &[NativeMethod] = &[
    method("new", hmac_new, 2..=2),
    method("digest", hmac_digest, 3..=3),
    method("hexdigest", hmac_hexdigest, 3..=3),
    method("base64digest", hmac_base64digest, 3..=3),
];

const ZLIB: &[NativeMethod] = &[method("crc32", crc32, 0..=2), method("adler32", adler32, 0..=2)];

const CLASSES: &[&str] = &["MD5", "SHA1", "SHA256", "SHA384", "SHA512"];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.define_module("Digest");
    interpreter.define_module("OpenSSL");
    let object = interpreter.classes.object.clone();
    let base = interpreter.define_class("Digest::Base", &object);
    base.define(METHODS);
    interpreter.define_singleton(&base, SINGLETON_METHODS);
    let openssl = interpreter.define_class("OpenSSL::Digest", &base);
    for name in CLASSES {
        interpreter.define_class(&format!("Digest::{name}"), &base);
        interpreter.define_class(&format!("OpenSSL::Digest::{name}"), &openssl);
    }
    let sha2 = interpreter.define_class("Digest::SHA2", &base);
    interpreter.define_singleton(&sha2, SHA2);
    let hmac = interpreter.define_class("OpenSSL::HMAC", &object);
    hmac.define(HMAC_METHODS);
    interpreter.define_singleton(&hmac, HMAC);
    let zlib = interpreter.define_module("Zlib");
    interpreter.define_singleton(&zlib, ZLIB);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    fn named(name: &str) -> Option<Self> {
        let name = name.rsplit("::").next().unwrap_or(name).replace('-', "").to_uppercase();
        Some(match name.as_str() {
            "MD5" => Self::Md5,
            "SHA1" => Self::Sha1,
            "SHA256" | "SHA2" => Self::Sha256,
            "SHA384" => Self::Sha384,
            "SHA512" => Self::Sha512,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        }
    }

    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => md5::Md5::digest(bytes).to_vec(),
            Self::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        }
    }

    fn block_length(self) -> usize {
        if matches!(self, Self::Sha384 | Self::Sha512) { 128 } else { 64 }
    }

    /// RFC 2104.
    fn hmac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let block = self.block_length();
        let mut padded = if key.len() > block { self.digest(key) } else { key.to_vec() };
        padded.resize(block, 0);
        let with = |mask: u8| padded.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>();
        let inner = self.digest(&[with(0x36), message.to_vec()].concat());
        self.digest(&[with(0x5c), inner].concat())
    }
}

/// The data of a Digest object: what it was given so far.
struct Running {
    algorithm: Algorithm,
    bytes: RefCell<Vec<u8>>,
}

impl NativeData for Running {}

fn algorithm_of(interpreter: &mut Interpreter, class: &RClass) -> Eval<Algorithm> {
    let name = class.name();
    match Algorithm::named(&name) {
        Some(algorithm) => Ok(algorithm),
        None => Err(interpreter.unsupported(format!("the digest `{name}`"))),
    }
}

/// The algorithm of `Digest::X.method(...)`; `OpenSSL::Digest` takes its name first.
fn receiver(interpreter: &mut Interpreter, this: &Value, args: &mut Args) -> Eval<Algorithm> {
    let Value::Class(class) = this else {
        return Err(interpreter.type_error("not a digest class"));
    };
    if !class.is_named("OpenSSL::Digest") || args.is_empty() {
        return algorithm_of(interpreter, class);
    }
    let name = interpreter.to_s(&args.positional.remove(0))?;
    named(interpreter, &name)
}

fn named(interpreter: &mut Interpreter, name: &str) -> Eval<Algorithm> {
    match Algorithm::named(name) {
        Some(algorithm) => Ok(algorithm),
        None => Err(interpreter.unsupported(format!("the digest `{name}`"))),
    }
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut args = args;
    let algorithm = receiver(interpreter, this, &mut args)?;
    let bytes = if args.has(0) { bytes_of(interpreter, &args.first())? } else { Vec::new() };
    match this {
        Value::Class(class) => Ok(Value::native(class, Running { algorithm, bytes: RefCell::new(bytes) })),
        _ => Ok(Value::Nil),
    }
}

fn class_digest(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval<Vec<u8>> {
    let mut args = args;
    let algorithm = receiver(interpreter, this, &mut args)?;
    let bytes = bytes_of(interpreter, &args.first())?;
    Ok(algorithm.digest(&bytes))
}

fn digest_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::binary(&class_digest(interpreter, this, args)?))
}

fn hexdigest_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::str(to_hex(&class_digest(interpreter, this, args)?)))
}

fn base64digest_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::str(STANDARD.encode(class_digest(interpreter, this, args)?)))
}

fn running(interpreter: &mut Interpreter, this: &Value) -> Eval<std::rc::Rc<Running>> {
    match this.data::<Running>() {
        Some(running) => Ok(running),
        None => Err(interpreter.type_error("uninitialized digest")),
    }
}

fn update(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bytes = bytes_of(interpreter, &args.first())?;
    let running = running(interpreter, this)?;
    interpreter.check_size(running.bytes.borrow().len() + bytes.len())?;
    running.bytes.borrow_mut().extend(bytes);
    Ok(this.clone())
}

/// Of what came so far, or of an argument alone.
fn finish(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Vec<u8>> {
    let running = running(interpreter, this)?;
    if args.has(0) {
        let bytes = bytes_of(interpreter, &args.first())?;
        return Ok(running.algorithm.digest(&bytes));
    }
    let bytes = running.bytes.borrow();
    Ok(running.algorithm.digest(&bytes))
}

fn digest(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::binary(&finish(interpreter, this, &args)?))
}

fn hexdigest(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::str(to_hex(&finish(interpreter, this, &args)?)))
}

fn base64digest(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::str(STANDARD.encode(finish(interpreter, this, &args)?)))
}

fn reset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    running(interpreter, this)?.bytes.borrow_mut().clear();
    Ok(this.clone())
}

fn name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(running(interpreter, this)?.algorithm.name()))
}

/// Digest::SHA2, which takes its width in bits.
fn sha2_new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bits = if args.has(0) { crate::core::numeric_tower::to_int(interpreter, &args.first())? } else { 256 };
    let algorithm = match bits {
        256 => Algorithm::Sha256,
        384 => Algorithm::Sha384,
        512 => Algorithm::Sha512,
        _ => {
            let shown = interpreter.inspect(&args.first())?;
            return Err(interpreter.argument_error(format!("unsupported bit length: {shown}")));
        }
    };
    match this {
        Value::Class(class) => Ok(Value::native(class, Running { algorithm, bytes: RefCell::default() })),
        _ => Ok(Value::Nil),
    }
}

fn digest_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digest = digest(interpreter, this, Args::none())?;
    reset(interpreter, this, args)?;
    Ok(digest)
}

fn hexdigest_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let digest = hexdigest(interpreter, this, Args::none())?;
    reset(interpreter, this, args)?;
    Ok(digest)
}

fn length(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::from(running(interpreter, this)?.algorithm.digest(&[]).len()))
}

fn block_length(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::from(running(interpreter, this)?.algorithm.block_length()))
}

/// Another digest of the same bytes, or a text that is its hexadecimal form.
fn equals(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = finish(interpreter, this, &Args::none())?;
    let other = args.first();
    if other.data::<Running>().is_some() {
        return Ok(Value::Bool(own == finish(interpreter, &other, &Args::none())?));
    }
    Ok(Value::Bool(matches!(other, Value::Str(text) if *text.borrow() == *to_hex(&own))))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_of(this).name();
    let digest = finish(interpreter, this, &Args::none())?;
    let bits = if class == "Digest::SHA2" { (digest.len() * 8).to_string() } else { String::new() };
    Ok(Value::str(format!("#<{class}:{bits} {}>", to_hex(&digest))))
}

/// The data of an OpenSSL::HMAC: its key, and what it was given so far.
struct Keyed {
    algorithm: Algorithm,
    key: Vec<u8>,
    bytes: RefCell<Vec<u8>>,
}

impl NativeData for Keyed {}

impl Keyed {
    fn finish(&self) -> Vec<u8> {
        self.algorithm.hmac(&self.key, &self.bytes.borrow())
    }
}

fn hmac_new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let key = bytes_of(interpreter, &args.first())?;
    let algorithm = hmac_algorithm(interpreter, &args.get(1))?;
    match this {
        Value::Class(class) => Ok(Value::native(class, Keyed { algorithm, key, bytes: RefCell::default() })),
        _ => Ok(Value::Nil),
    }
}

fn keyed(interpreter: &mut Interpreter, this: &Value) -> Eval<std::rc::Rc<Keyed>> {
    match this.data::<Keyed>() {
        Some(keyed) => Ok(keyed),
        None => Err(interpreter.type_error("uninitialized HMAC")),
    }
}

fn hmac_update(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bytes = bytes_of(interpreter, &args.first())?;
    let keyed = keyed(interpreter, this)?;
    interpreter.check_size(keyed.bytes.borrow().len() + bytes.len())?;
    keyed.bytes.borrow_mut().extend(bytes);
    Ok(this.clone())
}

fn hmac_so_far(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::binary(&keyed(interpreter, this)?.finish()))
}

fn hmac_hexadecimal(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(to_hex(&keyed(interpreter, this)?.finish())))
}

fn hmac_base64(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(STANDARD.encode(keyed(interpreter, this)?.finish())))
}

fn hmac_reset(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    keyed(interpreter, this)?.bytes.borrow_mut().clear();
    Ok(this.clone())
}

fn hmac_equals(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = keyed(interpreter, this)?.finish();
    Ok(Value::Bool(args.first().data::<Keyed>().is_some_and(|other| other.finish() == own)))
}

fn hmac_algorithm(interpreter: &mut Interpreter, value: &Value) -> Eval<Algorithm> {
    if let Some(running) = value.data::<Running>() {
        return Ok(running.algorithm);
    }
    let name = interpreter.to_s(value)?;
    named(interpreter, &name)
}

fn hmac(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<u8>> {
    let algorithm = hmac_algorithm(interpreter, &args.first())?;
    let (key, message) = (bytes_of(interpreter, &args.get(1))?, bytes_of(interpreter, &args.get(2))?);
    Ok(algorithm.hmac(&key, &message))
}

fn hmac_digest(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::binary(&hmac(interpreter, &args)?))
}

fn hmac_hexdigest(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(to_hex(&hmac(interpreter, &args)?)))
}

fn hmac_base64digest(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(STANDARD.encode(hmac(interpreter, &args)?)))
}

fn crc32(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if !args.has(0) {
        return Ok(Value::Int(0));
    }
    let bytes = bytes_of(interpreter, &args.first())?;
    let start = if args.has(1) { crate::core::numeric_tower::to_int(interpreter, &args.get(1))? } else { 0 };
    let mut hasher = crc32fast::Hasher::new_with_initial(start as u32);
    hasher.update(&bytes);
    Ok(Value::Int(hasher.finalize().into()))
}

fn adler32(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = if args.has(0) { bytes_of(interpreter, &args.first())? } else { Vec::new() };
    let start = if args.has(1) { crate::core::numeric_tower::to_int(interpreter, &args.get(1))? as u32 } else { 1 };
    let (a, b) = bytes.iter().fold((start & 0xffff, start >> 16), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    Ok(Value::Int((b << 16 | a).into()))
}
