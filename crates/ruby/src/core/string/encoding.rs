//! String's encodings and bytes, and the Encoding class. `transcode` has `String#encode`, `foreign` what strings in other
//! encodings than UTF-8 answer to.

use std::rc::Rc;

use unicode_normalization::UnicodeNormalization;

use super::{bang_methods, check_frozen, derive, text};
use crate::Args;
use crate::core::convert::{self, absolute};
use crate::runtime::encoding::{self, Encoding, Unit};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::texts::{common, expect_valid, is_ascii};
use crate::runtime::value::{NativeData, RString, Value};

pub const METHODS: &[NativeMethod] = &[
    method("encoding", encoding, 0..=0),
    method("force_encoding", force_encoding, 1..=1),
    method("valid_encoding?", is_valid_encoding, 0..=0),
    method("ascii_only?", is_ascii_only, 0..=0),
    method("b", binary, 0..=0),
    method("scrub", scrub, 0..=1),
    method("scrub!", scrub_bang, 0..=1),
    method("unicode_normalize", unicode_normalize, 0..=1),
    method("unicode_normalize!", unicode_normalize_bang, 0..=1),
    method("unicode_normalized?", is_unicode_normalized, 0..=1),
    method("bytes", bytes, 0..=0),
    method("bytesize", bytesize, 0..=0),
    method("getbyte", getbyte, 1..=1),
    method("setbyte", setbyte, 2..=2),
];

const ENCODING_METHODS: &[NativeMethod] = &[
    method("name", name, 0..=0),
    method("to_s", name, 0..=0),
    method("names", names, 0..=0),
    method("inspect", inspect, 0..=0),
    method("ascii_compatible?", is_ascii_compatible, 0..=0),
    method("dummy?", is_dummy, 0..=0),
];

const ENCODING_SINGLETON_METHODS: &[NativeMethod] = &[
    method("compatible?", compatible, 2..=2),
    method("default_external", default_encoding, 0..=0),
    method("default_internal", default_internal, 0..=0),
    method("default_external=", set_default, 1..=1),
    method("default_internal=", set_default, 1..=1),
    method("find", find, 1..=1),
    method("list", list, 0..=0),
];

struct EncodingData(Encoding);

impl NativeData for EncodingData {
    fn eql_key(&self) -> Option<String> {
        Some(self.0.name().to_owned())
    }
}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Encoding", &object);
    class.define(ENCODING_METHODS);
    interpreter.define_singleton(&class, ENCODING_SINGLETON_METHODS);
    for encoding in Encoding::all() {
        let value = Value::native(&class, EncodingData(encoding));
        for constant in encoding.named().constants {
            class.set_constant(constant, value.clone());
        }
    }
    let standard_error = interpreter.class_at("StandardError");
    let error = interpreter.define_class("EncodingError", &standard_error);
    for name in ["CompatibilityError", "UndefinedConversionError", "InvalidByteSequenceError", "ConverterNotFoundError"]
    {
        interpreter.define_class(&format!("Encoding::{name}"), &error);
    }
}

/// The Encoding object of a name, ArgumentError where there is none.
pub fn encoding_named(interpreter: &mut Interpreter, wanted: &str) -> Eval {
    match Encoding::find(wanted) {
        Some(encoding) => Ok(object(interpreter, encoding)),
        None => Err(interpreter.argument_error(format!("unknown encoding name - {wanted}"))),
    }
}

fn object(interpreter: &mut Interpreter, encoding: Encoding) -> Value {
    let class = interpreter.class_at("Encoding");
    let constant = encoding.named().constants.first().copied().unwrap_or("UTF_8");
    class.constant(constant.into()).unwrap_or_default()
}

/// What an argument, an Encoding or a String, stands for.
pub fn encoding_of(interpreter: &mut Interpreter, value: &Value) -> Eval<Encoding> {
    if let Some(data) = value.data::<EncodingData>() {
        return Ok(data.0);
    }
    let name = convert::string(interpreter, value)?;
    match Encoding::find(&name) {
        Some(encoding) => Ok(encoding),
        None => Err(interpreter.argument_error(format!("unknown encoding name - {name}"))),
    }
}

fn encoding(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let encoding = text(this).encoding();
    Ok(object(interpreter, encoding))
}

fn force_encoding(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let encoding = encoding_of(interpreter, &args.first())?;
    let string = text(this);
    if string.encoding() == encoding {
        return Ok(this.clone());
    }
    let bytes = string.bytes();
    let text = encoded_text(interpreter, encoding, &bytes)?;
    string.replace(text);
    string.set_encoding(encoding);
    Ok(this.clone())
}

/// The text of a string of these bytes.
pub(super) fn encoded_text(interpreter: &mut Interpreter, encoding: Encoding, bytes: &[u8]) -> Eval<String> {
    interpreter.check_size(bytes.len())?;
    let text = if encoding.is_known() || bytes.is_ascii() { encoding.text_of(bytes) } else { None };
    match text {
        Some(text) => Ok(text),
        None => Err(interpreter.unsupported(format!("a String of these bytes in {}", encoding.name()))),
    }
}

bang_methods! {
    scrub_bang => scrub,
    unicode_normalize_bang => unicode_normalize,
}

fn is_valid_encoding(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(!text(this).is_broken()))
}

fn is_ascii_only(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(is_ascii(&text(this))))
}

fn binary(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::binary(&text(this).bytes()))
}

/// Puts something in place of bytes that are no characters.
fn scrub(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = text(this);
    if !string.is_broken() {
        return Ok(derive(&string, &*string.borrow()));
    }
    let encoding = string.encoding();
    let with = match args.first() {
        Value::Nil if args.block.is_some() => None,
        Value::Nil => Some(default_replacement(encoding)),
        with => Some(convert::string(interpreter, &with)?),
    };
    let bytes = string.bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let (unit, length) = encoding.first(rest);
        let part = &rest[..length];
        match (unit, &with, &args.block) {
            (Unit::Char(c), ..) => out.push(c),
            (Unit::Undefined, ..) => out.extend(part.iter().map(|&byte| encoding::escape(byte))),
            (_, Some(with), _) => out.push_str(with),
            (_, None, Some(block)) => {
                let bad = RString::encoded(encoded_text(interpreter, encoding, part)?, encoding);
                let with = interpreter.yield_value(block, Value::Str(Rc::new(bad)))?;
                out.push_str(&convert::string(interpreter, &with)?);
            }
            (_, None, None) => {}
        }
        interpreter.check_size(out.len())?;
        rest = &rest[length..];
    }
    Ok(derive(&string, out))
}

/// What stands for a character that an encoding has not.
pub(super) fn default_replacement(encoding: Encoding) -> String {
    if encoding.name().starts_with("UTF") { "\u{fffd}".to_owned() } else { "?".to_owned() }
}

fn unicode_normalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let form = args.first().as_name().unwrap_or_else(|| "nfc".to_owned());
    let string = text(this);
    expect_valid(interpreter, &string)?;
    let text = string.borrow();
    let new: String = match form.as_str() {
        "nfc" => text.nfc().collect(),
        "nfd" => text.nfd().collect(),
        "nfkc" => text.nfkc().collect(),
        "nfkd" => text.nfkd().collect(),
        other => return Err(interpreter.argument_error(format!("Invalid normalization form {other}."))),
    };
    Ok(derive(&string, new))
}

fn is_unicode_normalized(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let normal = unicode_normalize(interpreter, this, args)?;
    Ok(Value::Bool(*text(&normal).borrow() == *text(this).borrow()))
}

fn bytes(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let bytes = text(this).bytes();
    interpreter.check_size(bytes.len() * size_of::<Value>())?;
    Ok(Value::array(bytes.into_iter().map(|byte| Value::Int(byte.into())).collect()))
}

fn bytesize(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let text = string.borrow();
    let length = match string.encoding() {
        Encoding::BINARY => text.chars().count(),
        Encoding::UTF_8 if !encoding::is_broken(&text) => text.len(),
        encoding => encoding.bytes_of(&text).len(),
    };
    Ok(length.into())
}

fn getbyte(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bytes = text(this).bytes();
    let index = convert::int(interpreter, &args.first())?;
    let byte = absolute(index, bytes.len()).and_then(|index| bytes.get(index).copied());
    Ok(byte.map(i64::from).into())
}

fn setbyte(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let string = text(this);
    let mut bytes = string.bytes();
    let index = convert::int(interpreter, &args.first())?;
    let value = convert::int(interpreter, &args.get(1))?;
    match absolute(index, bytes.len()).filter(|&index| index < bytes.len()) {
        Some(index) => bytes[index] = value as u8,
        None => return Err(interpreter.error("IndexError", format!("index {index} out of string"))),
    }
    let text = encoded_text(interpreter, string.encoding(), &bytes)?;
    string.replace(text);
    Ok(args.get(1))
}

fn own(this: &Value) -> Encoding {
    this.data::<EncodingData>().map_or(Encoding::UTF_8, |data| data.0)
}

fn name(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(own(this).name().into())
}

fn names(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let named = own(this).named();
    let defaults: &[&str] = if own(this) == Encoding::UTF_8 { &["locale", "external", "filesystem"] } else { &[] };
    let all = [named.name].into_iter().chain(named.aliases.iter().copied()).chain(defaults.iter().copied());
    Ok(Value::array(all.map(Value::from).collect()))
}

fn inspect(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let named = own(this).named();
    let dummy = if named.dummy { " (dummy)" } else { "" };
    Ok(Value::str(format!("#<Encoding:{}{dummy}>", named.name)))
}

fn is_ascii_compatible(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(own(this).is_ascii_compatible()))
}

fn is_dummy(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(own(this).named().dummy))
}

fn compatible(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let (Value::Str(a), Value::Str(b)) = (args.first(), args.get(1)) else {
        return Err(interpreter.unsupported("Encoding.compatible? of what is no String"));
    };
    Ok(common(&a, &b).map(|encoding| object(interpreter, encoding)).unwrap_or_default())
}

fn default_encoding(interpreter: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    encoding_named(interpreter, "UTF-8")
}

fn default_internal(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Nil)
}

/// UTF-8, and none for the internal one, is what there is anyway.
fn set_default(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    if !args.first().is_nil() && encoding_of(interpreter, &args.first())? != Encoding::UTF_8 {
        return Err(interpreter.unsupported("another default encoding than UTF-8"));
    }
    Ok(args.first())
}

fn find(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let encoding = encoding_of(interpreter, &args.first())?;
    Ok(object(interpreter, encoding))
}

fn list(interpreter: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    let all: Vec<Value> = Encoding::all().map(|encoding| object(interpreter, encoding)).collect();
    Ok(Value::array(all))
}
