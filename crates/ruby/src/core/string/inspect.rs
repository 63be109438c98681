//! How strings and symbols show themselves: `inspect`, `dump`, `undump`.

use super::text;
use crate::Args;
use crate::runtime::encoding::{self, Encoding};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RString, Value};

pub const METHODS: &[NativeMethod] =
    &[method("inspect", inspect_method, 0..=0), method("dump", dump, 0..=0), method("undump", undump, 0..=0)];

/// `"..."` with what does not print, and what would end or interpolate, escaped.
pub fn inspect(string: &RString) -> String {
    match string.encoding() {
        Encoding::UTF_8 | Encoding::BINARY => quote(&string.borrow(), string.is_binary(), false),
        encoding => quote_foreign(string, encoding),
    }
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
    let quoted = quote(text, false, false);
    quoted[1..quoted.len() - 1].to_owned()
}

fn unicode(c: char) -> String {
    if c as u32 > 0xffff { format!("\\u{{{:X}}}", c as u32) } else { format!("\\u{:04X}", c as u32) }
}

pub fn inspect_text(text: &str) -> String {
    quote(text, false, false)
}

fn quote(text: &str, binary: bool, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '#' if matches!(chars.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x0c' => out.push_str("\\f"),
            '\x0b' => out.push_str("\\v"),
            '\x08' => out.push_str("\\b"),
            '\x07' => out.push_str("\\a"),
            '\x1b' => out.push_str("\\e"),
            ' '..='~' => out.push(c),
            c if !binary && encoding::escaped(c).is_some() => {
                out.push_str(&format!("\\x{:02X}", encoding::escaped(c).unwrap_or_default()));
            }
            c if binary || (c.is_ascii() && ascii) => out.push_str(&format!("\\x{:02X}", c as u32)),
            c if c.is_ascii() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c if !ascii && is_printable(c) => out.push(c),
            c => out.push_str(&unicode(c)),
        }
    }
    out.push('"');
    out
}

fn is_printable(c: char) -> bool {
    thread_local! {
        static PRINTABLE: Option<fancy_regex::Regex> =
            fancy_regex::Regex::new(r"[^\p{Cc}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]").ok();
    }
    PRINTABLE.with(|printable| {
        printable.as_ref().is_some_and(|printable| printable.is_match(c.encode_utf8(&mut [0; 4])).unwrap_or(false))
    })
}

/// Whether a symbol of this name is written without quotes.
pub fn is_plain_symbol(name: &str) -> bool {
    const OPERATORS: &[&str] = &[
        "+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">=", "<=>", "===", "[]", "[]=", "<<", ">>", "!",
        "=~", "!~", "&", "|", "^", "~", "+@", "-@", "`",
    ];
    if OPERATORS.contains(&name) {
        return true;
    }
    let (body, sigil) = match name.strip_prefix("@@").or_else(|| name.strip_prefix(['@', '$'])) {
        Some(body) => (body, true),
        None => (name, false),
    };
    if name.starts_with('$')
        && body.chars().count() == 1
        && body.chars().all(|c| "~*$?!@/\\;,.=:<>\"&`'+0123456789_".contains(c))
    {
        return true;
    }
    let body = if sigil { body } else { body.strip_suffix(['?', '!', '=']).unwrap_or(body) };
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || !c.is_ascii();
    body.chars().next().is_some_and(|c| is_word(c) && !c.is_ascii_digit()) && body.chars().all(is_word)
}

pub fn inspect_symbol(name: &str) -> String {
    if is_plain_symbol(name) { format!(":{name}") } else { format!(":{}", inspect_text(name)) }
}

fn inspect_method(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::str(inspect(&text(this))))
}

fn dump(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    Ok(Value::str(quote(&string.borrow(), string.is_binary(), true)))
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
