//! URI: taking apart and the encodings of forms, with CGI's escapes. Joining and the classes of schemes are absent.

use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, Value};

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("parse", parse, 1..=1),
    method("encode_www_form_component", encode_component, 1..=2),
    method("decode_www_form_component", decode_component, 1..=2),
    method("encode_uri_component", encode_uri_component, 1..=2),
    method("decode_uri_component", decode_uri_component, 1..=2),
    method("encode_www_form", encode_form, 1..=2),
    method("decode_www_form", decode_form, 1..=2).taking(&["separator"]).lacking(&["use__charset_", "isindex"]),
];

const METHODS: &[NativeMethod] = &[
    method("scheme", part::<0>, 0..=0),
    method("userinfo", part::<1>, 0..=0),
    method("host", part::<2>, 0..=0),
    method("hostname", part::<2>, 0..=0),
    method("path", part::<3>, 0..=0),
    method("query", part::<4>, 0..=0),
    method("fragment", part::<5>, 0..=0),
    method("user", user, 0..=0),
    method("password", password, 0..=0),
    method("port", port, 0..=0),
    method("to_s", to_s, 0..=0),
    method("to_str", to_s, 0..=0),
    method("inspect", inspect, 0..=0),
    method("==", equal, 1..=1),
    method("absolute?", is_absolute, 0..=0),
    method("relative?", is_relative, 0..=0),
];

const OPEN: &[NativeMethod] = &[variadic("open", refuse_open, 0).absent()];

const KERNEL: &[NativeMethod] = &[method("URI", parse, 1..=1)];

const CGI: &[NativeMethod] = &[
    method("escape", encode_cgi, 1..=1),
    method("unescape", decode_component, 1..=2),
    method("escapeHTML", escape_html, 1..=1),
    method("escape_html", escape_html, 1..=1),
    method("unescapeHTML", unescape_html, 1..=1),
    method("unescape_html", unescape_html, 1..=1),
];

/// What `open-uri` adds.
fn refuse_open(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("`URI.open`: a migration reaches no network"))
}

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("URI");
    interpreter.define_singleton(&module, OPEN);
    interpreter.define_singleton(&module, SINGLETON_METHODS);
    let standard = interpreter.class_at("StandardError");
    let error = interpreter.define_class("URI::Error", &standard);
    interpreter.define_class("URI::InvalidURIError", &error);
    let object = interpreter.classes.object.clone();
    let generic = interpreter.define_class("URI::Generic", &object);
    generic.define(METHODS);
    let http = interpreter.define_class("URI::HTTP", &generic);
    interpreter.define_class("URI::HTTPS", &http);
    interpreter.classes.kernel.define(KERNEL);
    let cgi = interpreter.define_class("CGI", &object);
    interpreter.define_singleton(&cgi, CGI);
}

/// The data of a URI: scheme, user information, host, path, query, fragment, and the port.
struct Uri {
    parts: [Option<String>; 6],
    port: Option<i64>,
    text: String,
}

impl NativeData for Uri {
    fn eql_key(&self) -> Option<String> {
        Some(self.text.clone())
    }
}

fn split(text: &str) -> Option<Uri> {
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || !c.is_ascii() || "<>\"{}|\\^`".contains(c)) {
        return None;
    }
    let (rest, fragment) = cut(text, '#');
    let (rest, query) = cut(rest, '?');
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, rest))
            if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) =>
        {
            (Some(scheme.to_ascii_lowercase()), rest)
        }
        _ => (None, rest),
    };
    let (mut userinfo, mut host, mut port) = (None, None, None);
    let mut path = rest;
    if let Some(after) = rest.strip_prefix("//") {
        let end = after.find('/').unwrap_or(after.len());
        let authority = &after[..end];
        path = &after[end..];
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, authority),
        };
        userinfo = user;
        let (name, number) = match place.rsplit_once(':') {
            Some((name, number)) if number.chars().all(|c| c.is_ascii_digit()) => (name, number.parse().ok()),
            _ => (place, None),
        };
        host = Some(name.to_owned());
        port = number;
    }
    let port = port.or(match scheme.as_deref() {
        Some("http") => Some(80),
        Some("https") => Some(443),
        Some("ftp") => Some(21),
        Some("ldap") => Some(389),
        _ => None,
    });
    let parts = [scheme, userinfo, host, Some(path.to_owned()), query, fragment];
    Some(Uri { parts, port, text: text.to_owned() })
}

fn cut(text: &str, mark: char) -> (&str, Option<String>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after.to_owned())),
        None => (text, None),
    }
}

fn parse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if args.first().data::<Uri>().is_some() {
        return Ok(args.first());
    }
    let Some(text) = args.first().as_string() else {
        let shown = interpreter.inspect(&args.first())?;
        return Err(interpreter.error("URI::InvalidURIError", format!("bad URI(is not URI?): {shown}")));
    };
    if let Some(uri) = split(&text) {
        let class = match uri.parts[0].as_deref() {
            Some("http") => "URI::HTTP",
            Some("https") => "URI::HTTPS",
            _ => "URI::Generic",
        };
        let class = interpreter.class_at(class);
        Ok(Value::native(&class, uri))
    } else {
        let shown = interpreter.inspect(&args.first())?;
        Err(interpreter.error("URI::InvalidURIError", format!("bad URI(is not URI?): {shown}")))
    }
}

fn part<const INDEX: usize>(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.data::<Uri>().and_then(|uri| uri.parts[INDEX].clone()).into())
}

fn user(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let info = this.data::<Uri>().and_then(|uri| uri.parts[1].clone());
    Ok(info.map(|info| info.split(':').next().unwrap_or("").to_owned()).into())
}

fn password(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let info = this.data::<Uri>().and_then(|uri| uri.parts[1].clone());
    Ok(info.and_then(|info| info.split_once(':').map(|(_, password)| password.to_owned())).into())
}

fn port(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.data::<Uri>().and_then(|uri| uri.port).into())
}

fn to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.data::<Uri>().map(|uri| uri.text.clone()).into())
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_of(this).name();
    let text = this.data::<Uri>().map(|uri| uri.text.clone()).unwrap_or_default();
    Ok(Value::str(format!("#<{class} {text}>")))
}

fn equal(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(match (this.data::<Uri>(), args.first().data::<Uri>()) {
        (Some(a), Some(b)) => a.text == b.text,
        _ => false,
    }))
}

fn is_absolute(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(this.data::<Uri>().is_some_and(|uri| uri.parts[0].is_some())))
}

fn is_relative(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(this.data::<Uri>().is_some_and(|uri| uri.parts[0].is_none())))
}

/// Bytes other than letters, digits and `kept` as `%XX`; blanks as `+` when `plus`.
pub fn percent_encode(text: &str, kept: &[u8], plus: bool) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b' ' if plus => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || kept.contains(&byte) => out.push(byte.into()),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}

fn percent_decode(text: &str, plus: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[at], code) {
            (b'%', Some(code)) => {
                out.push(code);
                at += 2;
            }
            (b'+', _) if plus => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encode_component(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(percent_encode(&text, b"*-._", true)))
}

fn encode_cgi(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(percent_encode(&text, b"*-._~", true)))
}

fn encode_uri_component(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(percent_encode(&text, b"*-._", false)))
}

fn decode_component(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(percent_decode(&text, true)))
}

fn decode_uri_component(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(percent_decode(&text, false)))
}

fn encode_form(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let pairs = match args.first() {
        Value::Hash(hash) => hash.pairs(),
        Value::Array(items) => {
            let pair = |item: &Value| match item {
                Value::Array(pair) => (pair.get(0).unwrap_or_default(), pair.get(1).unwrap_or_default()),
                other => (other.clone(), Value::Nil),
            };
            items.to_vec().iter().map(pair).collect()
        }
        _ => return Err(interpreter.argument_error("expected a Hash or an Array of pairs")),
    };
    let mut out = Vec::new();
    for (key, value) in pairs {
        let key = percent_encode(&interpreter.to_s(&key)?, b"*-._", true);
        let values = match value {
            Value::Array(values) => values.to_vec(),
            value => vec![value],
        };
        for value in values {
            if value.is_nil() {
                out.push(key.clone());
            } else {
                out.push(format!("{key}={}", percent_encode(&interpreter.to_s(&value)?, b"*-._", true)));
            }
        }
    }
    Ok(Value::str(out.join("&")))
}

fn decode_form(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    let separator = match args.keyword("separator") {
        Some(separator) => interpreter.to_s(&separator)?,
        None => "&".to_owned(),
    };
    let pairs = text.split(separator.as_str()).filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Value::array(vec![Value::str(percent_decode(key, true)), Value::str(percent_decode(value, true))])
    });
    Ok(Value::array(pairs.collect()))
}

fn escape_html(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(super::erb::escape_html(&text)))
}

fn unescape_html(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let name = rest.get(1..end).unwrap_or("");
        let code = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => match name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
                Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()).and_then(char::from_u32),
            },
        };
        if let Some(c) = code {
            out.push(c);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Ok(Value::str(out))
}
