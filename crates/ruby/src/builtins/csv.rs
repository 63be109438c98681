//! CSV: reading texts and files of the bundle, writing lines. Rows with headers answer by name; tables are
//! plain arrays of them. Absent: converters other than `:numeric`, `:integer` and `:float`.

use std::rc::Rc;

use super::number::to_int;
use crate::args::Args;
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{NativeMethod, method};
use crate::value::{NativeData, RHash, Value};

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("parse", parse, 1..=1).with_keywords(),
    method("parse_line", parse_line, 1..=1).with_keywords(),
    method("generate_line", generate_line, 1..=1).with_keywords(),
    method("generate", generate, 0..=1).with_keywords(),
    method("read", read, 1..=1).with_keywords(),
    method("readlines", read, 1..=1).with_keywords(),
    method("table", table, 1..=1).with_keywords(),
    method("foreach", foreach, 1..=2).with_keywords(),
];

const ROW: &[NativeMethod] = &[
    method("[]", field, 1..=1),
    method("field", field, 1..=1),
    method("fetch", fetch, 1..=2),
    method("to_h", to_h, 0..=0),
    method("to_hash", to_h, 0..=0),
    method("headers", headers, 0..=0),
    method("fields", fields, 0..=0),
    method("to_a", to_a, 0..=0),
    method("each", each, 0..=0),
    method("has_key?", has_key, 1..=1),
    method("header?", has_key, 1..=1),
    method("key?", has_key, 1..=1),
    method("to_s", row_to_s, 0..=0),
    method("to_csv", row_to_s, 0..=0),
];

const WRITER: &[NativeMethod] = &[method("<<", write_row, 1..=1), method("add_row", write_row, 1..=1)];

const ARRAY: &[NativeMethod] = &[method("to_csv", array_to_csv, 0..=0).with_keywords()];

const STRING: &[NativeMethod] = &[method("parse_csv", parse_line_of, 0..=0).with_keywords()];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("CSV", &object);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    class.define(WRITER);
    let row = interpreter.define_class("CSV::Row", &object);
    let enumerable = interpreter.classes.enumerable.clone();
    row.include(&enumerable);
    row.define(ROW);
    let runtime = interpreter.class_at("RuntimeError");
    interpreter.define_class("CSV::MalformedCSVError", &runtime);
    interpreter.classes.array.define(ARRAY);
    interpreter.classes.string.define(STRING);
}

struct Options {
    separator: String,
    quote: char,
    headers: Value,
    symbols: bool,
    skip_blanks: bool,
    liberal: bool,
    integers: bool,
    floats: bool,
    force_quotes: bool,
}

fn options(interpreter: &mut Interpreter, args: &Args) -> Eval<Options> {
    let text = |name: &str| args.keyword(name).and_then(|value| value.as_string());
    let flag = |name: &str| args.keyword(name).is_some_and(|value| value.truthy());
    let converters = match args.keyword("converters") {
        Some(Value::Array(items)) => items.to_vec(),
        Some(Value::Nil) | None => Vec::new(),
        Some(one) => vec![one],
    };
    let mut options = Options {
        separator: text("col_sep").unwrap_or_else(|| ",".to_owned()),
        quote: text("quote_char").and_then(|quote| quote.chars().next()).unwrap_or('"'),
        headers: args.keyword("headers").unwrap_or_default(),
        symbols: matches!(args.keyword("header_converters"), Some(Value::Symbol(name)) if name.is("symbol")),
        skip_blanks: flag("skip_blanks"),
        liberal: flag("liberal_parsing"),
        integers: false,
        floats: false,
        force_quotes: flag("force_quotes"),
    };
    for converter in converters {
        match converter.as_name().as_deref() {
            Some("integer") => options.integers = true,
            Some("float") => options.floats = true,
            Some("numeric") => (options.integers, options.floats) = (true, true),
            _ => return Err(interpreter.unsupported("this converter of CSV")),
        }
    }
    Ok(options)
}

/// The rows of a text; a field is None where nothing stands, not even quotes.
fn split(interpreter: &mut Interpreter, text: &str, options: &Options) -> Eval<Vec<Vec<Option<String>>>> {
    let mut rows = Vec::new();
    let mut row: Vec<Option<String>> = Vec::new();
    let mut rest = text;
    let mut line = 1;
    loop {
        interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
        if rest.is_empty() && row.is_empty() {
            return Ok(rows);
        }
        let value;
        if let Some(after) = rest.strip_prefix(options.quote) {
            let Some((field, length)) = quoted(after, options.quote) else {
                return Err(malformed(interpreter, &format!("Unclosed quoted field in line {line}.")));
            };
            line += field.matches('\n').count();
            value = Some(field);
            rest = &after[length..];
        } else {
            let end = [options.separator.as_str(), "\n", "\r"].iter().filter_map(|mark| rest.find(mark)).min();
            let field = &rest[..end.unwrap_or(rest.len())];
            if field.contains(options.quote) && !options.liberal {
                return Err(malformed(interpreter, &format!("Illegal quoting in line {line}.")));
            }
            value = (!field.is_empty()).then(|| field.to_owned());
            rest = &rest[field.len()..];
        }
        row.push(value);
        if let Some(after) = rest.strip_prefix(options.separator.as_str()) {
            rest = after;
            if rest.is_empty() {
                row.push(None);
            } else {
                continue;
            }
        }
        let after = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']));
        match after {
            Some(after) => rest = after,
            None if rest.is_empty() => {}
            None => {
                let message = format!("Any value after quoted field isn't allowed in line {line}.");
                return Err(malformed(interpreter, &message));
            }
        }
        line += 1;
        let blank = row.len() == 1 && row[0].is_none();
        if blank {
            row.clear();
        }
        let finished = std::mem::take(&mut row);
        if !(blank && options.skip_blanks) {
            rows.push(finished);
        }
    }
}

fn malformed(interpreter: &mut Interpreter, message: &str) -> Box<crate::exception::Flow> {
    interpreter.error("CSV::MalformedCSVError", message)
}

/// A quoted field behind its first quote, and how many bytes it took.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut at = 0;
    loop {
        let end = at + text[at..].find(quote)?;
        out.push_str(&text[at..end]);
        at = end + quote.len_utf8();
        if !text[at..].starts_with(quote) {
            return Some((out, at));
        }
        out.push(quote);
        at += quote.len_utf8();
    }
}

fn convert(field: Option<String>, options: &Options) -> Value {
    let Some(text) = field else { return Value::Nil };
    if options.integers
        && let Ok(number) = text.trim().parse::<i64>()
    {
        return Value::Int(number);
    }
    if options.floats
        && let Some((number, used)) = super::float::parse_prefix(&text)
        && used == text.len()
    {
        return Value::Float(number);
    }
    Value::str(text)
}

/// The data of a CSV::Row.
struct Row {
    headers: Rc<Vec<Value>>,
    fields: Vec<Value>,
}

impl NativeData for Row {}

fn rows(interpreter: &mut Interpreter, text: &str, options: &Options) -> Eval<Vec<Value>> {
    let mut lines = split(interpreter, text, options)?.into_iter();
    if !options.headers.truthy() {
        let row =
            |line: Vec<Option<String>>| Value::array(line.into_iter().map(|field| convert(field, options)).collect());
        return Ok(lines.map(row).collect());
    }
    let names: Vec<Value> = match &options.headers {
        Value::Array(names) => names.to_vec(),
        Value::Str(names) => names.to_string().split(&options.separator).map(Value::str).collect(),
        _ => {
            lines.next().unwrap_or_default().into_iter().map(|name| name.map(Value::str).unwrap_or_default()).collect()
        }
    };
    let names = if options.symbols { names.iter().map(symbolized).collect() } else { names };
    let headers = Rc::new(names);
    let class = interpreter.class_at("CSV::Row");
    let mut out = Vec::new();
    for line in lines {
        let mut fields: Vec<Value> = line.into_iter().map(|field| convert(field, options)).collect();
        fields.resize(fields.len().max(headers.len()), Value::Nil);
        out.push(Value::native(&class, Row { headers: Rc::clone(&headers), fields }));
    }
    Ok(out)
}

/// `header_converters: :symbol`.
fn symbolized(name: &Value) -> Value {
    let text = name.as_string().unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower = words.join("_").to_lowercase();
    let clean: String = lower.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    Value::symbol(&clean)
}

fn text(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        Value::Str(text) => Ok(text.to_string()),
        _ if interpreter.responds_to(value, "read") => {
            let text = interpreter.call(value, "read", Args::none())?;
            interpreter.to_s(&text)
        }
        _ => Err(interpreter.type_error("no implicit conversion into String")),
    }
}

fn parse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    let text = text(interpreter, &args.first())?;
    let rows = rows(interpreter, &text, &options)?;
    yield_or_answer(interpreter, rows, &args)
}

fn yield_or_answer(interpreter: &mut Interpreter, rows: Vec<Value>, args: &Args) -> Eval {
    let Some(block) = &args.block else { return Ok(Value::array(rows)) };
    for row in rows {
        interpreter.yield_value(block, row)?;
    }
    Ok(Value::Nil)
}

fn parse_line(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    let text = text(interpreter, &args.first())?;
    Ok(rows(interpreter, &text, &options)?.into_iter().next().unwrap_or_default())
}

fn parse_line_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let args = Args { positional: vec![this.clone()], ..args };
    parse_line(interpreter, this, args)
}

fn file(interpreter: &mut Interpreter, path: &Value) -> Eval<String> {
    let path = super::file::paths::path(interpreter, path)?;
    let bytes = super::file::door::read(interpreter, &path)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn read(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    let text = file(interpreter, &args.first())?;
    Ok(Value::array(rows(interpreter, &text, &options)?))
}

/// CSV.table: headers as symbols, numbers as numbers.
fn table(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut options = options(interpreter, &args)?;
    options.headers = Value::Bool(true);
    (options.symbols, options.integers, options.floats) = (true, true, true);
    let text = file(interpreter, &args.first())?;
    Ok(Value::array(rows(interpreter, &text, &options)?))
}

fn foreach(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    let text = file(interpreter, &args.first())?;
    let rows = rows(interpreter, &text, &options)?;
    if args.block.is_none() {
        return super::enumerator_of(interpreter, rows);
    }
    yield_or_answer(interpreter, rows, &args)
}

fn line_of(interpreter: &mut Interpreter, fields: &[Value], options: &Options) -> Eval<String> {
    let mut out = Vec::new();
    for field in fields {
        let text = if field.is_nil() { None } else { Some(interpreter.to_s(field)?) };
        out.push(match text {
            None if options.force_quotes => "\"\"".to_owned(),
            None => String::new(),
            Some(text) if options.force_quotes || needs_quotes(&text, options) => {
                let quote = options.quote.to_string();
                format!("{quote}{}{quote}", text.replace(options.quote, &quote.repeat(2)))
            }
            Some(text) => text,
        });
    }
    Ok(out.join(&options.separator) + "\n")
}

fn needs_quotes(text: &str, options: &Options) -> bool {
    text.is_empty() || text.contains(options.quote) || text.contains(&options.separator) || text.contains(['\n', '\r'])
}

fn items(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<Value>> {
    if let Some(row) = value.data::<Row>() {
        return Ok(row.fields.clone());
    }
    match value {
        Value::Array(items) => Ok(items.to_vec()),
        _ => Err(interpreter.type_error("no implicit conversion into Array")),
    }
}

fn generate_line(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    let fields = items(interpreter, &args.first())?;
    Ok(Value::str(line_of(interpreter, &fields, &options)?))
}

fn array_to_csv(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let args = Args { positional: vec![this.clone()], ..args };
    generate_line(interpreter, this, args)
}

/// The data of the CSV that CSV.generate hands to its block.
struct Writer {
    text: std::cell::RefCell<String>,
    options: Options,
}

impl NativeData for Writer {}

fn generate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    let start = args.first().as_string().unwrap_or_default();
    let (Value::Class(class), Some(block)) = (this, &args.block) else {
        return Err(interpreter.error("LocalJumpError", "no block given (yield)"));
    };
    let writer = Value::native(class, Writer { text: start.into(), options });
    interpreter.yield_value(block, writer.clone())?;
    Ok(writer.data::<Writer>().map(|writer| writer.text.borrow().clone()).into())
}

fn write_row(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(writer) = this.data::<Writer>() else { return Ok(Value::Nil) };
    let fields = items(interpreter, &args.first())?;
    let line = line_of(interpreter, &fields, &writer.options)?;
    interpreter.check_size(writer.text.borrow().len() + line.len())?;
    writer.text.borrow_mut().push_str(&line);
    Ok(this.clone())
}

fn row(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Row>> {
    match this.data::<Row>() {
        Some(row) => Ok(row),
        None => Err(interpreter.type_error("uninitialized CSV::Row")),
    }
}

fn position(row: &Row, name: &Value) -> Option<usize> {
    row.headers.iter().position(|header| crate::value::hash::eql(header, name))
}

fn field(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    if let Value::Int(_) = args.first() {
        let index = to_int(interpreter, &args.first())?;
        let index = if index < 0 { index + row.fields.len() as i64 } else { index };
        return Ok(usize::try_from(index).ok().and_then(|index| row.fields.get(index).cloned()).unwrap_or_default());
    }
    Ok(position(&row, &args.first()).and_then(|index| row.fields.get(index).cloned()).unwrap_or_default())
}

fn fetch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    match position(&row, &args.first()).and_then(|index| row.fields.get(index).cloned()) {
        Some(value) => Ok(value),
        None if args.has(1) => Ok(args.get(1)),
        None => {
            let shown = interpreter.to_s(&args.first())?;
            Err(interpreter.error("KeyError", format!("key not found: {shown}")))
        }
    }
}

fn pairs(row: &Row) -> Vec<(Value, Value)> {
    let names = row.headers.iter().cloned().chain(std::iter::repeat(Value::Nil));
    names.zip(row.fields.iter().cloned()).collect()
}

/// The first of two fields with one name counts.
fn to_h(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let hash = RHash::new();
    for (name, value) in pairs(&*row(interpreter, this)?) {
        if hash.get(&name).is_none() {
            hash.insert(name, value);
        }
    }
    Ok(Value::hash(hash))
}

fn headers(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::array(row(interpreter, this)?.headers.to_vec()))
}

fn fields(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::array(row(interpreter, this)?.fields.clone()))
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let pairs = pairs(&*row(interpreter, this)?);
    Ok(Value::array(pairs.into_iter().map(|(name, value)| Value::array(vec![name, value])).collect()))
}

fn each(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else {
        let pairs = to_a(interpreter, this, Args::none())?;
        return interpreter.call(&pairs, "each", Args::none());
    };
    for (name, value) in pairs(&*row(interpreter, this)?) {
        interpreter.yield_pair(&block, name, value)?;
    }
    Ok(this.clone())
}

fn has_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    Ok(Value::Bool(position(&row, &args.first()).is_some()))
}

fn row_to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let options = options(interpreter, &Args::none())?;
    let fields = row(interpreter, this)?.fields.clone();
    Ok(Value::str(line_of(interpreter, &fields, &options)?))
}
