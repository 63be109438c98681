//! String's encodings and bytes, and the Encoding class. Text is UTF-8 or binary; other encodings are
//! known by name and converted to and from, but a string cannot stay in one.

use std::rc::Rc;

use unicode_normalization::UnicodeNormalization;

use super::{bang_methods, check_frozen, derive, text};
use crate::Args;
use crate::builtins::convert::{self, absolute};
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{NativeMethod, method, variadic};
use crate::value::{NativeData, RHash, RString, Value};

pub const METHODS: &[NativeMethod] = &[
    method("encoding", encoding, 0..=0),
    method("force_encoding", force_encoding, 1..=1),
    variadic("encode", encode, 0),
    variadic("encode!", encode_bang, 0),
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
    method("default_external", default_encoding, 0..=0),
    method("default_internal", default_internal, 0..=0),
    method("default_external=", set_default, 1..=1),
    method("default_internal=", set_default, 1..=1),
    method("find", find, 1..=1),
];

struct EncodingData(&'static str);

impl NativeData for EncodingData {
    fn eql_key(&self) -> Option<String> {
        Some(self.0.to_owned())
    }
}

/// Constant and name.
const ENCODINGS: &[(&str, &str)] = &[
    ("UTF_8", "UTF-8"),
    ("ASCII_8BIT", "ASCII-8BIT"),
    ("BINARY", "ASCII-8BIT"),
    ("US_ASCII", "US-ASCII"),
    ("ASCII", "US-ASCII"),
    ("ISO_8859_1", "ISO-8859-1"),
    ("ISO_8859_15", "ISO-8859-15"),
    ("WINDOWS_1252", "Windows-1252"),
    ("UTF_16", "UTF-16"),
    ("UTF_16LE", "UTF-16LE"),
    ("UTF_16BE", "UTF-16BE"),
    ("UTF_32", "UTF-32"),
    ("UTF_32LE", "UTF-32LE"),
    ("UTF_32BE", "UTF-32BE"),
    ("Shift_JIS", "Shift_JIS"),
    ("EUC_JP", "EUC-JP"),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Encoding", &object);
    class.define(ENCODING_METHODS);
    interpreter.define_singleton(&class, ENCODING_SINGLETON_METHODS);
    let mut made: Vec<(&str, Value)> = Vec::new();
    for (constant, name) in ENCODINGS {
        let known = made.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let value = known.unwrap_or_else(|| Value::native(&class, EncodingData(name)));
        made.push((name, value.clone()));
        class.set_constant(constant, value);
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
    let class = interpreter.class_at("Encoding");
    let found = ENCODINGS.iter().find(|(constant, name)| {
        name.eq_ignore_ascii_case(wanted)
            || (*constant == "BINARY" || *constant == "ASCII") && constant.eq_ignore_ascii_case(wanted)
    });
    let constant = match found {
        Some((constant, _)) => constant,
        None if wanted.eq_ignore_ascii_case("CP1252") => "WINDOWS_1252",
        None => return Err(interpreter.argument_error(format!("unknown encoding name - {wanted}"))),
    };
    Ok(class.constant(constant.into()).unwrap_or_default())
}

/// The name that an argument, an Encoding or a String, stands for.
fn encoding_name(interpreter: &mut Interpreter, value: &Value) -> Eval<&'static str> {
    let value = match value.data::<EncodingData>() {
        Some(data) => return Ok(data.0),
        None => convert::string(interpreter, value)?,
    };
    let encoding = encoding_named(interpreter, &value)?;
    Ok(encoding.data::<EncodingData>().map_or("UTF-8", |data| data.0))
}

/// Whether two strings put together are binary; CompatibilityError where they cannot be.
pub fn joined(interpreter: &mut Interpreter, a: &RString, b: &RString) -> Eval<bool> {
    if a.is_binary() == b.is_binary() {
        return Ok(a.is_binary());
    }
    if b.borrow().is_ascii() {
        return Ok(a.is_binary() && !a.borrow().is_empty() || b.is_binary() && a.borrow().is_empty());
    }
    if a.borrow().is_ascii() {
        return Ok(b.is_binary());
    }
    let name = |string: &RString| if string.is_binary() { "ASCII-8BIT" } else { "UTF-8" };
    let message = format!("incompatible character encodings: {} and {}", name(a), name(b));
    Err(interpreter.error("Encoding::CompatibilityError", message))
}

fn encoding(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let name = if text(this).is_binary() { "ASCII-8BIT" } else { "UTF-8" };
    encoding_named(interpreter, name)
}

fn force_encoding(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let name = encoding_name(interpreter, &args.first())?;
    let string = text(this);
    match (name, string.is_binary()) {
        ("ASCII-8BIT", false) => {
            let bytes = string.bytes();
            string.replace(bytes.into_iter().map(char::from).collect());
            string.set_binary(true);
        }
        ("UTF-8" | "US-ASCII", true) => match String::from_utf8(string.bytes()) {
            Ok(text) => {
                string.replace(text);
                string.set_binary(false);
            }
            Err(_) => return Err(interpreter.unsupported("a String with bytes that are not valid UTF-8")),
        },
        ("ISO-8859-1", false) if !string.borrow().is_ascii() => {
            return Err(interpreter.unsupported("a String in ISO-8859-1"));
        }
        _ => {}
    }
    Ok(this.clone())
}

bang_methods! {
    scrub_bang => scrub,
    unicode_normalize_bang => unicode_normalize,
}

fn encode_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    super::bang(interpreter, this, args, encode)?;
    Ok(this.clone())
}

/// What `encode` does with a character that the target does not have.
struct Replacement {
    undefined: bool,
    invalid: bool,
    with: Option<String>,
    xml: Option<Value>,
}

fn replacement(interpreter: &mut Interpreter, options: Option<Rc<RHash>>) -> Eval<Replacement> {
    let get = |name: &str| options.as_ref().and_then(|options| options.get_symbol(name));
    let replaces = |value: Option<Value>| matches!(value, Some(Value::Symbol(how)) if how.is("replace"));
    let with = match get("replace") {
        Some(value) => Some(convert::string(interpreter, &value)?),
        None => None,
    };
    let xml = get("xml");
    Ok(Replacement { undefined: replaces(get("undef")), invalid: replaces(get("invalid")), with, xml })
}

fn encode(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let options = args.take_options();
    let universal = options.as_ref().and_then(|options| options.get_symbol("universal_newline"));
    let replacement = replacement(interpreter, options)?;
    let string = text(this);
    let target = if args.has(0) { encoding_name(interpreter, &args.first())? } else { "UTF-8" };
    let default_source = if string.is_binary() { "ASCII-8BIT" } else { "UTF-8" };
    let source = if args.has(1) { encoding_name(interpreter, &args.get(1))? } else { default_source };
    let mut decoded = decode(interpreter, &string, source, target, &replacement)?;
    if universal.is_some_and(|universal| universal.truthy()) {
        decoded = decoded.replace("\r\n", "\n").replace('\r', "\n");
    }
    if let Some(Value::Symbol(kind)) = &replacement.xml {
        decoded = decoded.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        if kind.is("attr") {
            decoded = format!("\"{}\"", decoded.replace('"', "&quot;"));
        }
    }
    encode_text(interpreter, &decoded, target, &replacement)
}

fn decode(
    interpreter: &mut Interpreter,
    string: &RString,
    source: &str,
    target: &str,
    replacement: &Replacement,
) -> Eval<String> {
    match source {
        "UTF-8" | "US-ASCII" if !string.is_binary() => Ok(string.to_string()),
        "ISO-8859-1" => Ok(string.bytes().into_iter().map(char::from).collect()),
        "UTF-8" => match String::from_utf8(string.bytes()) {
            Ok(text) => Ok(text),
            Err(_) if replacement.invalid => {
                let with = replacement.with.clone().unwrap_or_else(|| "\u{fffd}".to_owned());
                Ok(scrubbed(&string.bytes(), &with))
            }
            Err(_) => Err(interpreter.error("Encoding::InvalidByteSequenceError", "invalid byte sequence in UTF-8")),
        },
        "ASCII-8BIT" if target == "ASCII-8BIT" => Ok(string.to_string()),
        "ASCII-8BIT" => {
            let mut out = String::new();
            for byte in string.bytes() {
                if byte < 128 {
                    out.push(char::from(byte));
                } else if replacement.undefined || replacement.invalid {
                    out.push_str(replacement.with.as_deref().unwrap_or("\u{fffd}"));
                } else {
                    let message = format!("\"\\x{byte:02X}\" from ASCII-8BIT to {target}");
                    return Err(interpreter.error("Encoding::UndefinedConversionError", message));
                }
            }
            Ok(out)
        }
        "UTF-16LE" | "UTF-16BE" => {
            let units = string
                .bytes()
                .chunks_exact(2)
                .map(|pair| {
                    let pair = [pair[0], pair[1]];
                    if source == "UTF-16LE" { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
                })
                .collect::<Vec<_>>();
            Ok(String::from_utf16_lossy(&units))
        }
        other => Err(interpreter.unsupported(format!("String#encode from {other}"))),
    }
}

fn encode_text(interpreter: &mut Interpreter, decoded: &str, target: &str, replacement: &Replacement) -> Eval {
    let limit = match target {
        "UTF-8" => return Ok(Value::str(decoded)),
        "ASCII-8BIT" | "US-ASCII" => 0x80,
        "ISO-8859-1" => 0x100,
        "UTF-16LE" => {
            let bytes: Vec<u8> = decoded.encode_utf16().flat_map(u16::to_le_bytes).collect();
            return Ok(Value::binary(&bytes));
        }
        "UTF-16BE" => {
            let bytes: Vec<u8> = decoded.encode_utf16().flat_map(u16::to_be_bytes).collect();
            return Ok(Value::binary(&bytes));
        }
        other => return Err(interpreter.unsupported(format!("String#encode to {other}"))),
    };
    let mut out = String::new();
    for c in decoded.chars() {
        if (c as u32) < limit {
            out.push(c);
        } else if let Some(Value::Symbol(_)) = replacement.xml {
            out.push_str(&format!("&#x{:X};", c as u32));
        } else if replacement.undefined {
            out.push_str(replacement.with.as_deref().unwrap_or("?"));
        } else {
            let message = format!("U+{:04X} from UTF-8 to {target}", c as u32);
            return Err(interpreter.error("Encoding::UndefinedConversionError", message));
        }
    }
    if target == "US-ASCII" {
        return Ok(Value::str(out));
    }
    let bytes: Vec<u8> = out.chars().map(|c| c as u8).collect();
    Ok(Value::binary(&bytes))
}

fn scrubbed(bytes: &[u8], with: &str) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            out.push_str(with);
        }
    }
    out
}

fn is_valid_encoding(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(true))
}

fn is_ascii_only(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(text(this).borrow().is_ascii()))
}

fn binary(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::binary(&text(this).bytes()))
}

fn scrub(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    Ok(derive(&string, &*string.borrow()))
}

fn unicode_normalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let form = args.first().as_name().unwrap_or_else(|| "nfc".to_owned());
    let string = text(this);
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
    Ok(if string.is_binary() { text.chars().count() } else { text.len() }.into())
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
    if string.is_binary() {
        string.replace(bytes.into_iter().map(char::from).collect());
        return Ok(args.get(1));
    }
    match String::from_utf8(bytes) {
        Ok(text) => string.replace(text),
        Err(_) => return Err(interpreter.unsupported("a String with bytes that are not valid UTF-8")),
    }
    Ok(args.get(1))
}

fn name(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.data::<EncodingData>().map(|data| data.0).into())
}

fn names(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let name = this.data::<EncodingData>().map_or("UTF-8", |data| data.0);
    Ok(Value::array(vec![name.into()]))
}

fn inspect(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let name = this.data::<EncodingData>().map_or("UTF-8", |data| data.0);
    Ok(Value::str(format!("#<Encoding:{name}>")))
}

fn is_ascii_compatible(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let name = this.data::<EncodingData>().map_or("UTF-8", |data| data.0);
    Ok(Value::Bool(!name.starts_with("UTF-16") && !name.starts_with("UTF-32")))
}

fn is_dummy(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(this.data::<EncodingData>().is_some_and(|data| matches!(data.0, "UTF-16" | "UTF-32"))))
}

fn default_encoding(interpreter: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    encoding_named(interpreter, "UTF-8")
}

fn default_internal(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Nil)
}

fn set_default(_: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    Ok(args.first())
}

fn find(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let name = encoding_name(interpreter, &args.first())?;
    encoding_named(interpreter, name)
}
