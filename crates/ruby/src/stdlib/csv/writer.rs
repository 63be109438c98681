//! Writing rows: `generate`, `generate_line`, `to_csv`.

use super::converters;
use super::options::Options;
use super::row::Row;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, Value};

/// A row's fields: of an Array, a Row, or, by the headers, a Hash.
pub(super) fn fields(interpreter: &mut Interpreter, row: &Value, headers: Option<&[Value]>) -> Eval<Vec<Value>> {
    if let Some(row) = row.data::<Row>() {
        return Ok(row.fields());
    }
    match (row, headers) {
        (Value::Array(items), _) => Ok(items.to_vec()),
        (Value::Hash(hash), Some(headers)) => Ok(by_headers(hash, headers)),
        (other, _) => {
            let label = interpreter.name_for_conversion(other);
            Err(interpreter.unsupported(format!("a row of CSV that is a {label}")))
        }
    }
}

fn by_headers(hash: &RHash, headers: &[Value]) -> Vec<Value> {
    headers.iter().map(|header| hash.get(header).unwrap_or_default()).collect()
}

/// A row as a line, with what has to be quoted in quotes.
pub(super) fn line(interpreter: &mut Interpreter, fields: Vec<Value>, options: &Options) -> Eval<String> {
    let mut fields = fields;
    if !options.write_converters.is_empty() {
        for (index, field) in fields.iter_mut().enumerate() {
            *field = converters::written(interpreter, field.clone(), &options.write_converters, index)?;
        }
    }
    let mut out = String::new();
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push_str(&options.separator);
        }
        let field = match field {
            Value::Nil => options.write_nil.clone(),
            Value::Str(text) if text.borrow().is_empty() => {
                options.write_empty.clone().unwrap_or_else(|| field.clone())
            }
            other => other.clone(),
        };
        let text = if field.is_nil() { None } else { Some(interpreter.to_s(&field)?) };
        out.push_str(&quoted(text, options));
        interpreter.check_size(out.len())?;
    }
    out.push_str(options.row_separator.as_deref().unwrap_or("\n"));
    Ok(out)
}

fn quoted(text: Option<String>, options: &Options) -> String {
    let Some(quote) = &options.quote else { return text.unwrap_or_default() };
    match text {
        None if options.force_quotes => quote.repeat(2),
        None => String::new(),
        Some(text) if options.force_quotes || needs_quotes(&text, quote, options) => {
            format!("{quote}{}{quote}", text.replace(quote.as_str(), &quote.repeat(2)))
        }
        Some(text) => text,
    }
}

fn needs_quotes(text: &str, quote: &str, options: &Options) -> bool {
    if text.is_empty() {
        return options.quote_empty;
    }
    text.contains(quote) || text.contains(&options.separator) || text.contains(['\n', '\r'])
}
