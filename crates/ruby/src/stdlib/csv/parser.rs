//! A text's rows, one at a time, as Ruby's CSV takes them apart.

use super::options::Options;
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// A field as it stands; None where nothing stands, not even quotes.
#[derive(Clone)]
pub(super) struct Field {
    pub text: Option<String>,
    pub quoted: bool,
}

/// A text, and how far it was read.
pub(super) struct Parser {
    text: String,
    at: usize,
    row_separator: String,
    /// Lines that were read.
    pub line: usize,
}

impl Parser {
    /// At the beginning of the text.
    pub(super) fn new(text: String, options: &Options) -> Self {
        let row_separator = options.row_separator.clone().unwrap_or_else(|| found_separator(&text));
        Self { text, at: 0, row_separator, line: 0 }
    }

    /// Back to the beginning.
    pub(super) fn rewind(&mut self) {
        self.at = 0;
        self.line = 0;
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The next row; None at the end. A CSV::MalformedCSVError where it is none.
    pub(super) fn next(&mut self, interpreter: &mut Interpreter, options: &Options) -> Eval<Option<Vec<Field>>> {
        loop {
            interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
            if self.is_at_end() {
                return Ok(None);
            }
            if self.skips(interpreter, options)? {
                continue;
            }
            let row = self.row(interpreter, options)?;
            let is_blank = matches!(&row[..], [Field { text: None, .. }]);
            if is_blank && options.skip_blanks {
                continue;
            }
            return Ok(Some(if is_blank { Vec::new() } else { row }));
        }
    }

    /// Passes over a line that is to be skipped.
    fn skips(&mut self, interpreter: &mut Interpreter, options: &Options) -> Eval<bool> {
        if options.skip_lines.is_nil() {
            return Ok(false);
        }
        let rest = &self.text[self.at..];
        let end = rest.find(&self.row_separator);
        let line = Value::str(&rest[..end.unwrap_or(rest.len())]);
        if !interpreter.call(&options.skip_lines.clone(), "match", Args::one(line))?.truthy() {
            return Ok(false);
        }
        self.at += end.map_or(rest.len(), |end| end + self.row_separator.len());
        self.line += 1;
        Ok(true)
    }

    fn row(&mut self, interpreter: &mut Interpreter, options: &Options) -> Eval<Vec<Field>> {
        let mut row = Vec::new();
        self.line += 1;
        loop {
            row.push(self.field(interpreter, options)?);
            interpreter.check_size(row.len() * size_of::<Field>())?;
            if self.takes(&options.separator) {
                if self.is_at_end() {
                    row.push(Field { text: None, quoted: false });
                    return Ok(row);
                }
                continue;
            }
            let separator = self.row_separator.clone();
            if self.is_at_end() || self.takes(&separator) {
                return Ok(row);
            }
            return Err(self.unexpected(interpreter, options, row.last().is_some_and(|field| field.quoted)));
        }
    }

    fn takes(&mut self, wanted: &str) -> bool {
        let found = self.text[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn unexpected(&self, interpreter: &mut Interpreter, options: &Options, quoted: bool) -> Box<Flow> {
        let rest = &self.text[self.at..];
        let message = match rest.chars().next() {
            _ if quoted => "Any value after quoted field isn't allowed".to_owned(),
            Some('\r') => "Unquoted fields do not allow new line <\"\\r\">".to_owned(),
            Some('\n') => "Unquoted fields do not allow new line <\"\\n\">".to_owned(),
            Some(c) if options.quote.as_deref() == Some(c.encode_utf8(&mut [0; 4])) => "Illegal quoting".to_owned(),
            _ => "Any value after quoted field isn't allowed".to_owned(),
        };
        malformed(interpreter, &message, self.line)
    }

    fn strip_start(&mut self, options: &Options) {
        if let Some(strip) = &options.strip {
            let rest = &self.text[self.at..];
            let ends = |c: char| !strip.takes(c) || self.row_separator.contains(c) || options.separator.contains(c);
            self.at += rest.find(ends).unwrap_or(rest.len());
        }
    }

    fn field(&mut self, interpreter: &mut Interpreter, options: &Options) -> Eval<Field> {
        self.strip_start(options);
        let quote = options.quote.as_deref();
        if let Some(quote) = quote.filter(|quote| self.text[self.at..].starts_with(*quote)) {
            return self.quoted(interpreter, options, quote);
        }
        let text = self.unquoted(options);
        let text = match &options.strip {
            Some(strip) => text.trim_end_matches(|c| strip.takes(c)),
            None => text,
        };
        let text = (!text.is_empty()).then(|| text.to_owned());
        Ok(Field { text, quoted: false })
    }

    fn unquoted(&mut self, options: &Options) -> &str {
        let rest = &self.text[self.at..];
        let quote = options.quote.as_deref().filter(|_| !options.liberal);
        let (column, row) = (options.separator.as_str(), self.row_separator.as_str());
        let mut end = rest.len();
        for (index, c) in rest.char_indices() {
            let here = &rest[index..];
            let breaks = row == "\r\n" && matches!(c, '\r' | '\n') || here.starts_with(column) || here.starts_with(row);
            if breaks || quote.is_some_and(|quote| here.starts_with(quote)) {
                end = index;
                break;
            }
        }
        let start = self.at;
        self.at += end;
        &self.text[start..start + end]
    }

    fn quoted(&mut self, interpreter: &mut Interpreter, options: &Options, quote: &str) -> Eval<Field> {
        let line = self.line;
        self.at += quote.len();
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(quote) else {
                return Err(malformed(interpreter, "Unclosed quoted field", line));
            };
            text.push_str(&rest[..end]);
            self.at += end + quote.len();
            if !self.text[self.at..].starts_with(quote) {
                break;
            }
            text.push_str(quote);
            self.at += quote.len();
        }
        self.line += text.matches(self.row_separator.as_str()).count();
        if options.liberal {
            let after = self.unquoted(options).to_owned();
            if !after.is_empty() {
                return Ok(Field { text: Some(format!("{quote}{text}{quote}{after}")), quoted: true });
            }
        }
        self.strip_start(options);
        Ok(Field { text: Some(text), quoted: true })
    }
}

/// The first line end that a text has.
fn found_separator(text: &str) -> String {
    match text.find(['\r', '\n']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n".to_owned(),
        Some(at) => text[at..=at].to_owned(),
        None => "\n".to_owned(),
    }
}

/// A CSV::MalformedCSVError, which names the line.
pub(super) fn malformed(interpreter: &mut Interpreter, message: &str, line: usize) -> Box<Flow> {
    error(interpreter, "CSV::MalformedCSVError", message, line)
}

/// The same of another class.
pub(super) fn error(interpreter: &mut Interpreter, class: &str, message: &str, line: usize) -> Box<Flow> {
    let flow = interpreter.error(class, format!("{message} in line {line}."));
    if let Flow::Raise(error) = &*flow {
        let _ = interpreter.set_instance_variable(error, "@line_number".into(), Value::from(line));
    }
    flow
}
