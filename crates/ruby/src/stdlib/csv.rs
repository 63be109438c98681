//! CSV: reading texts and files of the app, writing lines. Absent: `CSV.filter`, converters of one's own by name.

mod converters;
mod options;
mod parser;
mod row;
mod table;
mod writer;

use std::cell::RefCell;
use std::rc::Rc;

use crate::core::convert::{self, block_or_enumerator};
use crate::core::file::reading;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RHash, RString, Value};
use options::{LACKING, Options, TAKEN};
use parser::Parser;
use row::Row;

const fn with_options(native: NativeMethod) -> NativeMethod {
    native.taking(TAKEN).lacking(LACKING)
}

const SINGLETON_METHODS: &[NativeMethod] = &[
    with_options(method("parse", parse, 1..=1)),
    with_options(method("parse_line", parse_line, 1..=1)),
    with_options(method("generate_line", generate_line, 1..=1)),
    with_options(method("generate_lines", generate_lines, 1..=1)),
    with_options(method("generate_row", generate_line, 1..=1)),
    with_options(method("generate", generate, 0..=1)),
    with_options(method("read", read, 1..=1)),
    with_options(method("readlines", read, 1..=1)),
    with_options(method("table", table_method, 1..=1)),
    with_options(method("foreach", foreach, 1..=2)),
    with_options(method("open", open, 1..=2)),
    with_options(method("new", new, 1..=1)),
    with_options(method("instance", new, 1..=1)),
    variadic("filter", refuse, 0),
];

const METHODS: &[NativeMethod] = &[
    method("<<", write_row, 1..=1),
    method("add_row", write_row, 1..=1),
    method("puts", write_row, 1..=1),
    method("each", each, 0..=0),
    method("eof", is_eof, 0..=0),
    method("eof?", is_eof, 0..=0),
    method("gets", shift, 0..=0),
    method("headers", headers, 0..=0),
    method("lineno", lineno, 0..=0),
    method("read", read_rest, 0..=0),
    method("readline", shift, 0..=0),
    method("readlines", read_rest, 0..=0),
    method("rewind", rewind, 0..=0),
    method("shift", shift, 0..=0),
    method("string", string, 0..=0),
    method("close", close, 0..=0),
    variadic("convert", refuse, 0),
    variadic("header_convert", refuse, 0),
];

const ERROR: &[NativeMethod] = &[method("line_number", line_number, 0..=0), method("lineno", line_number, 0..=0)];

const ARRAY: &[NativeMethod] = &[with_options(method("to_csv", array_to_csv, 0..=0))];

const STRING: &[NativeMethod] = &[with_options(method("parse_csv", parse_line_of, 0..=0))];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("CSV", &object);
    let enumerable = interpreter.classes.enumerable.clone();
    class.include(&enumerable);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    class.define(METHODS);
    for (name, methods, singleton) in
        [("CSV::Row", row::METHODS, row::SINGLETON_METHODS), ("CSV::Table", table::METHODS, table::SINGLETON_METHODS)]
    {
        let class = interpreter.define_class(name, &object);
        class.include(&enumerable);
        class.define(methods);
        interpreter.define_singleton(&class, singleton);
    }
    let runtime = interpreter.class_at("RuntimeError");
    let malformed = interpreter.define_class("CSV::MalformedCSVError", &runtime);
    malformed.define(ERROR);
    interpreter.define_class("CSV::InvalidEncodingError", &malformed);
    interpreter.classes.array.define(ARRAY);
    interpreter.classes.string.define(STRING);
}

fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("this method of CSV"))
}

fn line_number(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(interpreter.instance_variable(this, "@line_number".into()))
}

/// A CSV: what is left to read, or what was written.
struct Csv {
    options: Options,
    parser: RefCell<Parser>,
    /// None until the first row was read.
    headers: RefCell<Option<Rc<Vec<Value>>>>,
    output: Option<Rc<RString>>,
    wrote: RefCell<bool>,
}

impl NativeData for Csv {}

impl Csv {
    fn new(interpreter: &mut Interpreter, text: String, args: &Args) -> Eval<Self> {
        let mut options = Options::of(interpreter, args)?;
        options.converters = converters::resolved(interpreter, &options.converters, false)?;
        options.header_converters = converters::resolved(interpreter, &options.header_converters, true)?;
        let parser = RefCell::new(Parser::new(text, &options));
        Ok(Self { options, parser, headers: RefCell::new(None), output: None, wrote: RefCell::new(false) })
    }

    /// A row of fields; the parser is not borrowed while Ruby code of a converter runs.
    fn fields(&self, interpreter: &mut Interpreter) -> Eval<Option<(Vec<parser::Field>, usize)>> {
        let mut parser = self.parser.borrow_mut();
        let row = parser.next(interpreter, &self.options)?;
        Ok(row.map(|row| (row, parser.line)))
    }

    /// Reads the headers where they are not known yet; answers the row of them where it is wanted.
    fn begin(&self, interpreter: &mut Interpreter) -> Eval<Option<Value>> {
        if !self.options.has_headers() || self.headers.borrow().is_some() {
            return Ok(None);
        }
        let names = match &self.options.headers {
            Value::Array(names) => names.to_vec(),
            Value::Str(line) => {
                let mut line = Parser::new(line.to_string(), &self.options);
                let row = line.next(interpreter, &self.options)?.unwrap_or_default();
                row.into_iter().map(|field| field.text.map(Value::str).unwrap_or_default()).collect()
            }
            _ => {
                let row = self.fields(interpreter)?.map(|(row, _)| row).unwrap_or_default();
                row.into_iter().map(|field| field.text.map(Value::str).unwrap_or_default()).collect()
            }
        };
        let own: Vec<Value> = names.clone();
        let headers = Rc::new(converters::headers(interpreter, names, &self.options)?);
        *self.headers.borrow_mut() = Some(Rc::clone(&headers));
        if !self.options.return_headers || headers.is_empty() {
            return Ok(None);
        }
        let class = interpreter.class_at("CSV::Row");
        Ok(Some(Value::native(&class, Row::new(&headers, own, true))))
    }

    fn next(&self, interpreter: &mut Interpreter) -> Eval<Option<Value>> {
        if let Some(row) = self.begin(interpreter)? {
            return Ok(Some(row));
        }
        let Some((fields, line)) = self.fields(interpreter)? else { return Ok(None) };
        let headers = self.headers.borrow().clone();
        let names = headers.as_ref().map(|headers| &headers[..]);
        let values = converters::values(interpreter, fields, &self.options, names, line)?;
        let Some(headers) = headers else { return Ok(Some(Value::array(values))) };
        let class = interpreter.class_at("CSV::Row");
        Ok(Some(Value::native(&class, Row::new(&headers, values, false))))
    }

    fn rest(&self, interpreter: &mut Interpreter) -> Eval<Value> {
        let mut rows = Vec::new();
        while let Some(row) = self.next(interpreter)? {
            interpreter.check_size((rows.len() + 1) * size_of::<Value>())?;
            rows.push(row);
        }
        if !self.options.has_headers() {
            return Ok(Value::array(rows));
        }
        let headers = self.headers.borrow().as_ref().map(|headers| headers.to_vec()).unwrap_or_default();
        Ok(table::of(interpreter, rows, headers))
    }
}

/// A text, or what reads one.
fn text(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    let text = match value {
        Value::Object(_) if interpreter.responds_to(value, "read") => interpreter.call(value, "read", Args::none())?,
        other => other.clone(),
    };
    match &text {
        Value::Nil => Ok(String::new()),
        Value::Str(string) => valid(interpreter, string),
        other => convert::string(interpreter, other),
    }
}

/// CSV's error where bytes are no characters.
fn valid(interpreter: &mut Interpreter, string: &RString) -> Eval<String> {
    crate::runtime::foreign::expect_text(interpreter, string)?;
    let text = string.to_string();
    if string.is_broken() {
        let good = text.split(|c| crate::runtime::encoding::escaped(c).is_some()).next().unwrap_or_default();
        let line = 1 + good.matches('\n').count();
        let message = format!("Invalid byte sequence in {}", string.encoding().name());
        return Err(parser::error(interpreter, "CSV::InvalidEncodingError", &message, line));
    }
    Ok(text)
}

fn file(interpreter: &mut Interpreter, name: &Value, mode: &Value, args: &Args) -> Eval<String> {
    // A mark at the beginning is skipped where nothing is said of encodings.
    const SAID: [&str; 3] = ["encoding", "external_encoding", "internal_encoding"];
    let mode = match mode {
        Value::Nil => args.keyword("mode").unwrap_or_default(),
        mode => mode.clone(),
    };
    let says = SAID.iter().any(|name| args.keyword(name).is_some_and(|value| !value.is_nil()));
    let mode = match mode.as_string() {
        None if !says => Value::str("r:bom|utf-8"),
        Some(mode) if !says && !mode.contains(':') => Value::str(format!("{mode}:bom|utf-8")),
        _ => mode,
    };
    let text = reading::text_of(interpreter, name, &mode, args)?;
    valid(interpreter, &text)
}

fn each_row(interpreter: &mut Interpreter, csv: &Csv, args: &Args) -> Eval<()> {
    let Some(block) = &args.block else { return Ok(()) };
    while let Some(row) = csv.next(interpreter)? {
        interpreter.yield_value(block, row)?;
    }
    Ok(())
}

fn parse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = text(interpreter, &args.first())?;
    let csv = Csv::new(interpreter, text, &args)?;
    if args.block.is_none() {
        return csv.rest(interpreter);
    }
    each_row(interpreter, &csv, &args)?;
    Ok(Value::Nil)
}

fn parse_line(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = text(interpreter, &args.first())?;
    let csv = Csv::new(interpreter, text, &args)?;
    Ok(csv.next(interpreter)?.unwrap_or_default())
}

fn parse_line_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let args = Args { positional: vec![this.clone()], ..args };
    parse_line(interpreter, this, args)
}

fn read(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = file(interpreter, &args.first(), &Value::Nil, &args)?;
    Csv::new(interpreter, text, &args)?.rest(interpreter)
}

/// Headers as symbols, numbers as numbers, unless something else is said.
fn table_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = RHash::new();
    options.insert(Value::symbol("headers"), Value::Bool(true));
    options.insert(Value::symbol("converters"), Value::symbol("numeric"));
    options.insert(Value::symbol("header_converters"), Value::symbol("symbol"));
    for (key, value) in args.keywords.iter().flat_map(|keywords| keywords.pairs()) {
        options.insert(key, value);
    }
    read(interpreter, this, args.with_keywords(Some(Rc::new(options))))
}

fn foreach(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.block.is_none() {
        return crate::core::enumerator::of_method(interpreter, this, "foreach", args);
    }
    args.positional.resize(2, Value::Nil);
    let text = file(interpreter, &args.first(), &args.get(1), &args)?;
    let csv = Csv::new(interpreter, text, &args)?;
    each_row(interpreter, &csv, &args)?;
    Ok(Value::Nil)
}

fn open(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = file(interpreter, &args.first(), &args.get(1), &args)?;
    let csv = Csv::new(interpreter, text, &args)?;
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let csv = Value::native(class, csv);
    match &args.block {
        Some(block) => interpreter.yield_value(block, csv),
        None => Ok(csv),
    }
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().is_nil() {
        return Err(interpreter.argument_error("Cannot parse nil as CSV"));
    }
    let text = text(interpreter, &args.first())?;
    let mut csv = Csv::new(interpreter, text, &args)?;
    if let Value::Str(output) = args.first() {
        csv.output = Some(output);
    }
    match this {
        Value::Class(class) => Ok(Value::native(class, csv)),
        _ => Ok(Value::Nil),
    }
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Csv>> {
    this.data::<Csv>().ok_or_else(|| interpreter.type_error("uninitialized CSV"))
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    let csv = data(interpreter, this)?;
    each_row(interpreter, &csv, &Args::none().with_block(Some(block)))?;
    Ok(this.clone())
}

fn shift(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let csv = data(interpreter, this)?;
    Ok(csv.next(interpreter)?.unwrap_or_default())
}

fn read_rest(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    data(interpreter, this)?.rest(interpreter)
}

/// True before the first row is read, as in Ruby; what `headers:` names afterwards.
fn headers(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let csv = data(interpreter, this)?;
    let known = csv.headers.borrow().as_ref().map(|headers| Value::array(headers.to_vec()));
    Ok(match known {
        Some(headers) => headers,
        None if csv.options.has_headers() => Value::Bool(true),
        None => Value::Nil,
    })
}

fn lineno(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.parser.borrow().line.into())
}

fn is_eof(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(data(interpreter, this)?.parser.borrow().is_at_end()))
}

fn rewind(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let csv = data(interpreter, this)?;
    csv.parser.borrow_mut().rewind();
    *csv.headers.borrow_mut() = None;
    Ok(Value::Nil)
}

fn close(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn string(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.output.clone().map(Value::Str).unwrap_or_default())
}

fn generate_line(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let options = Options::of(interpreter, &args)?;
    let fields = writer::fields(interpreter, &args.first(), None)?;
    writer::line(interpreter, fields, &options).map(Value::str)
}

fn generate_lines(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let options = Options::of(interpreter, &args)?;
    let mut text = String::new();
    for row in writer::fields(interpreter, &args.first(), None)? {
        let fields = writer::fields(interpreter, &row, None)?;
        text.push_str(&writer::line(interpreter, fields, &options)?);
        interpreter.check_size(text.len())?;
    }
    Ok(Value::str(text))
}

fn array_to_csv(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let args = Args { positional: vec![this.clone()], ..args };
    generate_line(interpreter, this, args)
}

fn generate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (Value::Class(class), Some(block)) = (this, &args.block) else {
        return Err(interpreter.error("LocalJumpError", "no block given (yield)"));
    };
    let output = match args.first() {
        Value::Str(text) => text,
        _ => Rc::new(RString::new("")),
    };
    let mut csv = Csv::new(interpreter, String::new(), &args)?;
    csv.output = Some(Rc::clone(&output));
    let csv = Value::native(class, csv);
    if let Some(csv) = csv.data::<Csv>()
        && csv.options.write_headers
        && !matches!(csv.options.headers, Value::Nil | Value::Bool(_))
    {
        write_headers(interpreter, &csv)?;
    }
    interpreter.yield_value(block, csv)?;
    Ok(Value::Str(output))
}

fn write_headers(interpreter: &mut Interpreter, csv: &Csv) -> Eval<()> {
    csv.begin(interpreter)?;
    let headers = csv.headers.borrow().as_ref().map(|headers| headers.to_vec()).unwrap_or_default();
    write(interpreter, csv, headers)
}

fn write(interpreter: &mut Interpreter, csv: &Csv, fields: Vec<Value>) -> Eval<()> {
    let line = writer::line(interpreter, fields, &csv.options)?;
    let Some(output) = &csv.output else { return Err(interpreter.error("IOError", "not opened for writing")) };
    interpreter.check_size(output.borrow().len() + line.len())?;
    output.borrow_mut().push_str(&line);
    Ok(())
}

fn write_row(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let csv = data(interpreter, this)?;
    let first = !csv.wrote.replace(true);
    // `headers: true`: the first row that is written says them.
    if first && matches!(csv.options.headers, Value::Bool(true) | Value::Symbol(_)) {
        let names = match (args.first(), args.first().data::<Row>()) {
            (_, Some(row)) => row.headers().to_vec(),
            (Value::Hash(hash), _) => hash.pairs().into_iter().map(|(key, _)| key).collect(),
            _ => writer::fields(interpreter, &args.first(), None)?,
        };
        *csv.headers.borrow_mut() = Some(Rc::new(names));
    } else if first {
        csv.begin(interpreter)?;
    }
    let headers = csv.headers.borrow().clone();
    let fields = writer::fields(interpreter, &args.first(), headers.as_ref().map(|headers| &headers[..]))?;
    write(interpreter, &csv, fields)?;
    Ok(this.clone())
}
