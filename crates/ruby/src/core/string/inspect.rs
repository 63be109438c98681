//! How strings show themselves: `inspect`, `dump`, `undump`.

use literals::{Form, Unit};

use super::text;
use crate::Args;
use crate::runtime::encoding::{self, Encoding};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RString, Value};

pub const METHODS: &[NativeMethod] =
    &[method("inspect", inspect_method, 0..=0), method("dump", dump, 0..=0), method("undump", undump, 0..=0)];

/// `inspect`, without asking the object.
pub fn inspect(string: &RString) -> String {
    match string.encoding() {
        Encoding::UTF_8 | Encoding::BINARY => quote(string, Form::Inspect),
        encoding => quote_foreign(string, encoding),
    }
}

fn quote(string: &RString, form: Form) -> String {
    let is_binary = string.is_binary();
    let unit = |character: char| match encoding::escaped(character) {
        _ if is_binary => Unit::Byte(character as u8),
        Some(byte) => Unit::Byte(byte),
        None => Unit::Character(character),
    };
    literals::quoted(string.borrow().chars().map(unit), form)
}

/// As [`quote`], of a string in another encoding: what is no ASCII by its bytes, or by its number in Unicode.
fn quote_foreign(string: &RString, encoding: Encoding) -> String {
    let mut out = String::from("\"");
    if encoding.named().dummy {
        string.bytes().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02X}")));
        out.push('"');
        return out;
    }
    let mut ascii = String::new();
    for c in string.borrow().chars() {
        if c.is_ascii() {
            ascii.push(c);
            continue;
        }
        out.push_str(&inside(&ascii));
        ascii.clear();
        let mut bytes = Vec::new();
        let known = encoding.encode(c, &mut bytes).is_ok();
        match encoding::escaped(c) {
            Some(byte) => out.push_str(&format!("\\x{byte:02X}")),
            None if encoding.name().starts_with("UTF") => out.push_str(&unicode(c)),
            None if known && bytes.len() == 1 => out.push_str(&format!("\\x{:02X}", bytes[0])),
            None => {
                out.push_str("\\x{");
                for byte in &bytes {
                    out.push_str(&format!("{byte:02X}"));
                }
                out.push('}');
            }
        }
    }
    out.push_str(&inside(&ascii));
    out.push('"');
    out
}

/// Without the quotes.
fn inside(text: &str) -> String {
    let quoted = literals::string(text);
    quoted[1..quoted.len() - 1].to_owned()
}

fn unicode(c: char) -> String {
    if c as u32 > 0xffff { format!("\\u{{{:X}}}", c as u32) } else { format!("\\u{:04X}", c as u32) }
}

fn inspect_method(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::str(inspect(&text(this))))
}

fn dump(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    Ok(Value::str(quote(&string, Form::Dump)))
}

fn undump(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this).to_string();
    let Some(body) = string.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Err(interpreter.error(
            "RuntimeError",
            "invalid dumped string; not wrapped with '\"' nor '\"...\".force_encoding(\"...\")' form",
        ));
    };
    let mut bytes = Vec::new();
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match chars.next() {
            Some('n') => bytes.push(b'\n'),
            Some('t') => bytes.push(b'\t'),
            Some('r') => bytes.push(b'\r'),
            Some('f') => bytes.push(12),
            Some('v') => bytes.push(11),
            Some('b') => bytes.push(8),
            Some('a') => bytes.push(7),
            Some('e') => bytes.push(27),
            Some('x') => {
                let digits: String = chars.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(0));
            }
            Some('u') => {
                let digits: String = if chars.next_if_eq(&'{').is_some() {
                    chars.by_ref().take_while(|&c| c != '}').collect()
                } else {
                    chars.by_ref().take(4).collect()
                };
                let c = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => {}
        }
    }
    Ok(Value::text(&bytes))
}
