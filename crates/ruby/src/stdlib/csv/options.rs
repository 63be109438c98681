//! The options of CSV. Each is done or refused; see [`TAKEN`] and [`LACKING`].

use crate::core::convert;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// Keywords that are done.
pub(super) const TAKEN: &[&str] = &[
    "col_sep",
    "row_sep",
    "quote_char",
    "converters",
    "headers",
    "return_headers",
    "write_headers",
    "header_converters",
    "skip_blanks",
    "skip_lines",
    "liberal_parsing",
    "force_quotes",
    "nil_value",
    "empty_value",
    "strip",
    "quote_empty",
    "write_converters",
    "write_nil_value",
    "write_empty_value",
    "encoding",
    "external_encoding",
    "internal_encoding",
    "mode",
    "invalid",
    "undef",
    "replace",
    "fallback",
    "universal_newline",
    "binmode",
    "textmode",
];

/// Keywords that Ruby has and this has not: refused by name.
pub(super) const LACKING: &[&str] = &["field_size_limit", "max_field_size", "unconverted_fields"];
/// Of a table's rows not all may be written.
pub(super) const OF_TABLES: &[&str] = &["field_size_limit", "max_field_size", "unconverted_fields", "limit"];

/// What a reader and a writer were told.
pub(super) struct Options {
    pub separator: String,
    /// None: by what the text has.
    pub row_separator: Option<String>,
    pub quote: Option<String>,
    pub headers: Value,
    pub return_headers: bool,
    pub write_headers: bool,
    pub converters: Vec<Value>,
    pub header_converters: Vec<Value>,
    pub write_converters: Vec<Value>,
    pub skip_blanks: bool,
    pub skip_lines: Value,
    pub liberal: bool,
    pub force_quotes: bool,
    pub quote_empty: bool,
    pub nil_value: Value,
    pub empty_value: Option<Value>,
    pub write_nil: Value,
    pub write_empty: Option<Value>,
    /// What is taken off both ends of a field.
    pub strip: Option<Strip>,
}

/// What `strip:` takes off.
pub(super) enum Strip {
    Space,
    Characters(String),
}

impl Strip {
    /// Whether it goes at the ends of a field.
    pub(super) fn takes(&self, c: char) -> bool {
        match self {
            Self::Space => c.is_ascii_whitespace() || c == '\x0b' || c == '\0',
            Self::Characters(characters) => characters.contains(c),
        }
    }
}

impl Options {
    /// An ArgumentError for what does not go together.
    pub(super) fn of(interpreter: &mut Interpreter, args: &Args) -> Eval<Self> {
        let get = |name: &str| args.keyword(name).unwrap_or_default();
        let flag = |name: &str| get(name).truthy();
        if matches!(get("liberal_parsing"), Value::Hash(_)) {
            return Err(interpreter.unsupported("the ways of `liberal_parsing:`"));
        }
        if !matches!(get("force_quotes"), Value::Nil | Value::Bool(_)) {
            return Err(interpreter.unsupported("`force_quotes:` for some columns"));
        }
        let quote = match args.keyword("quote_char") {
            None => Some("\"".to_owned()),
            Some(Value::Nil | Value::Bool(false)) => None,
            Some(quote) => {
                let quote = convert::string(interpreter, &quote)?;
                if quote.chars().count() != 1 {
                    return Err(interpreter.argument_error(":quote_char has to be nil or a single character String"));
                }
                Some(quote)
            }
        };
        let separator = match args.keyword("col_sep") {
            None => ",".to_owned(),
            Some(separator) => convert::string(interpreter, &separator)?,
        };
        if separator.is_empty() {
            return Err(interpreter.argument_error(":col_sep must be 1 or more characters: \"\""));
        }
        let row_separator = match get("row_sep") {
            Value::Nil => None,
            Value::Symbol(auto) if auto.is("auto") => None,
            other => Some(convert::string(interpreter, &other)?),
        };
        let strip = match get("strip") {
            Value::Nil | Value::Bool(false) => None,
            Value::Bool(true) => Some(Strip::Space),
            characters => Some(Strip::Characters(convert::string(interpreter, &characters)?)),
        };
        Ok(Self {
            separator,
            row_separator,
            quote,
            strip,
            headers: get("headers"),
            return_headers: flag("return_headers"),
            write_headers: flag("write_headers"),
            converters: list(get("converters")),
            header_converters: list(get("header_converters")),
            write_converters: list(get("write_converters")),
            skip_blanks: flag("skip_blanks"),
            skip_lines: skip_lines(interpreter, get("skip_lines"))?,
            liberal: flag("liberal_parsing"),
            force_quotes: flag("force_quotes"),
            quote_empty: args.keyword("quote_empty").is_none_or(|flag| flag.truthy()),
            nil_value: get("nil_value"),
            empty_value: args.keyword("empty_value"),
            write_nil: get("write_nil_value"),
            write_empty: args.keyword("write_empty_value"),
        })
    }

    /// Whether rows are asked by name.
    pub(super) fn has_headers(&self) -> bool {
        self.headers.truthy()
    }
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Nil | Value::Bool(false) => Vec::new(),
        Value::Array(items) => items.to_vec(),
        one => vec![one],
    }
}

/// What is asked whether it matches a line.
fn skip_lines(interpreter: &mut Interpreter, given: Value) -> Eval {
    match given {
        Value::Nil => Ok(Value::Nil),
        Value::Str(text) => {
            let source = crate::core::regexp::escape(&text.borrow());
            crate::core::regexp::new(interpreter, &source, crate::core::regexp::translate::Options::default())
        }
        other if interpreter.responds_to(&other, "match") => Ok(other),
        other => {
            let shown = interpreter.inspect(&other)?;
            Err(interpreter.argument_error(format!(":skip_lines has to respond to #match: {shown}")))
        }
    }
}
