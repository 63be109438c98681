//! What becomes of fields and headers: converters by name and by code, `nil_value:`, `empty_value:`.

use super::options::Options;
use super::parser::Field;
use crate::core::float;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;
use crate::syntax::symbol::Symbol;

/// The converters of some names, those that stand for several taken apart.
pub(super) fn resolved(interpreter: &mut Interpreter, given: &[Value], of_headers: bool) -> Eval<Vec<Value>> {
    let mut found = Vec::new();
    for converter in given {
        match converter.as_name().as_deref() {
            Some("numeric") if !of_headers => found.extend([Value::symbol("integer"), Value::symbol("float")]),
            Some("all") if !of_headers => {
                found.extend(["date_time", "integer", "float"].map(Value::symbol));
            }
            Some("integer" | "float" | "date" | "date_time") if !of_headers => found.push(converter.clone()),
            Some("time") if !of_headers => return Err(interpreter.unsupported("the converter `:time` of CSV")),
            Some("downcase" | "symbol" | "symbol_raw") if of_headers => found.push(converter.clone()),
            Some(_) => {
                let class = if of_headers { "CSV::HeaderConverters" } else { "CSV::Converters" };
                return Err(interpreter.unsupported(format!("a converter of one's own in {class}")));
            }
            None => found.push(converter.clone()),
        }
    }
    Ok(found)
}

/// A row's values.
pub(super) fn values(
    interpreter: &mut Interpreter,
    row: Vec<Field>,
    options: &Options,
    headers: Option<&[Value]>,
    line: usize,
) -> Eval<Vec<Value>> {
    let mut values = Vec::with_capacity(row.len());
    for (index, field) in row.into_iter().enumerate() {
        let quoted = field.quoted;
        let value = match field.text {
            None => options.nil_value.clone(),
            Some(text) if text.is_empty() => options.empty_value.clone().unwrap_or_else(|| Value::str("")),
            Some(text) => Value::str(text),
        };
        if options.converters.is_empty() {
            values.push(value);
            continue;
        }
        let header = headers.and_then(|headers| headers.get(index)).cloned().unwrap_or_default();
        let place = Place { index, line, header, quoted };
        values.push(converted(interpreter, value, &options.converters, &place)?);
    }
    Ok(values)
}

/// Where a field stands, as a converter that wants to know is told.
struct Place {
    index: usize,
    line: usize,
    header: Value,
    quoted: bool,
}

fn converted(interpreter: &mut Interpreter, value: Value, converters: &[Value], place: &Place) -> Eval {
    let mut value = value;
    for converter in converters {
        value = match converter.as_name() {
            Some(name) => by_name(interpreter, &name, value)?,
            None => by_code(interpreter, converter, value, place)?,
        };
        if !matches!(value, Value::Str(_)) {
            break;
        }
    }
    Ok(value)
}

fn by_code(interpreter: &mut Interpreter, converter: &Value, value: Value, place: &Place) -> Eval {
    let arity = interpreter.call(converter, "arity", Args::none())?;
    let mut given = vec![value];
    if !matches!(arity, Value::Int(1)) {
        given.push(field_info(interpreter, place)?);
    }
    interpreter.call(converter, "call", Args::new(given))
}

fn field_info(interpreter: &mut Interpreter, place: &Place) -> Eval {
    let class = interpreter.class_at("CSV");
    let name = Symbol::new("FieldInfo");
    let info = match class.constant(name) {
        Some(info) => info,
        None => {
            let info = interpreter.class_at("Struct");
            let members = ["index", "line", "header", "quoted?"].map(Value::symbol).to_vec();
            let info = interpreter.call(&Value::Class(info), "new", Args::new(members))?;
            class.set_constant("FieldInfo", info.clone());
            info
        }
    };
    let given = vec![place.index.into(), place.line.into(), place.header.clone(), place.quoted.into()];
    interpreter.call(&info, "new", Args::new(given))
}

fn by_name(interpreter: &mut Interpreter, name: &str, value: Value) -> Eval {
    let Value::Str(text) = &value else { return Ok(value) };
    let text = text.to_string();
    match name {
        "integer" => {
            // What Integer() takes: signs, underscores, prefixes.
            let main = interpreter.main.clone();
            let options = crate::runtime::value::RHash::new();
            options.insert(Value::symbol("exception"), Value::Bool(false));
            let args = Args::one(value.clone()).with_keywords(Some(std::rc::Rc::new(options)));
            let number = interpreter.call(&main, "Integer", args)?;
            Ok(if number.is_nil() { value } else { number })
        }
        "float" => match float::parse_prefix(&text) {
            Some((number, used)) if used == text.len() => Ok(Value::Float(number)),
            _ => Ok(value),
        },
        "date" | "date_time" => date(interpreter, name, &text, value),
        _ => Ok(value),
    }
}

fn date(interpreter: &mut Interpreter, name: &str, text: &str, value: Value) -> Eval {
    let digits = |range: std::ops::Range<usize>| {
        text.as_bytes().get(range).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    let mark = |at: usize, mark: u8| text.as_bytes().get(at) == Some(&mark);
    let is_iso = digits(0..4) && mark(4, b'-') && digits(5..7) && mark(7, b'-') && digits(8..10);
    let has_words = text.starts_with(|c: char| c.is_alphabetic()) && text.contains(|c: char| c.is_ascii_digit());
    if has_words && text.contains(char::is_whitespace) {
        return Err(interpreter.unsupported(format!("the converter `:{name}` of CSV for `{text}`")));
    }
    if !is_iso || text.len() > 10 && name == "date" {
        return Ok(value);
    }
    if text.len() > 10
        && !(matches!(text.as_bytes()[10], b'T' | b' ') && digits(11..13) && mark(13, b':') && digits(14..16))
    {
        return Ok(value);
    }
    let class = Value::Class(interpreter.class_at(if name == "date" { "Date" } else { "DateTime" }));
    match interpreter.call(&class, "parse", Args::one(value.clone())) {
        Err(flow) if matches!(*flow, crate::Flow::Raise(_)) => Ok(value),
        parsed => parsed,
    }
}

/// The names of the columns.
pub(super) fn headers(interpreter: &mut Interpreter, names: Vec<Value>, options: &Options) -> Eval<Vec<Value>> {
    let mut headers = Vec::with_capacity(names.len());
    for (index, name) in names.into_iter().enumerate() {
        let mut name = name;
        for converter in &options.header_converters {
            if name.is_nil() {
                break;
            }
            name = match (converter.as_name().as_deref(), &name) {
                (Some("downcase"), Value::Str(text)) => Value::str(text.borrow().to_lowercase()),
                (Some("symbol"), Value::Str(text)) => symbolized(&text.borrow()),
                (Some("symbol_raw"), Value::Str(text)) => Value::symbol(&text.borrow()),
                (Some(_), _) => name,
                (None, _) => {
                    let place = Place { index, line: 1, header: Value::Nil, quoted: false };
                    by_code(interpreter, converter, name, &place)?
                }
            };
            if !matches!(name, Value::Str(_)) {
                break;
            }
        }
        if let Value::Str(text) = &name {
            text.freeze();
        }
        headers.push(name);
    }
    Ok(headers)
}

/// `header_converters: :symbol`
fn symbolized(name: &str) -> Value {
    let lower = name.to_lowercase();
    let kept: String = lower.trim().chars().filter(|&c| c.is_whitespace() || is_word(c)).collect();
    let mut symbol = String::new();
    let mut space = false;
    for c in kept.chars() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) {
            symbol.push('_');
        }
        symbol.push(c);
    }
    if space {
        symbol.push('_');
    }
    Value::symbol(&symbol)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A field as `write_converters:` make it.
pub(super) fn written(interpreter: &mut Interpreter, value: Value, converters: &[Value], index: usize) -> Eval {
    let mut value = value;
    for converter in converters {
        if converter.as_name().is_some() {
            return Err(interpreter.unsupported("a converter by name in `write_converters:`"));
        }
        let place = Place { index, line: 0, header: Value::Nil, quoted: false };
        value = by_code(interpreter, converter, value, &place)?;
    }
    Ok(value)
}
