//! Lines of a text as `gets` takes them: a separator, a limit, `chomp:`.

use std::rc::Rc;

use crate::core::convert;
use crate::runtime::args::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RString, Value};

/// How lines end.
pub(crate) struct Lines {
    separator: Separator,
    /// Bytes; a character is not cut in two.
    limit: Option<usize>,
    chomp: bool,
}

enum Separator {
    Bytes(Vec<u8>),
    /// `""`: empty lines.
    Paragraph,
    /// `nil`: none.
    None,
}

/// Where a line stands.
pub(super) struct Line {
    pub start: usize,
    /// Where it ends as it is shown.
    pub end: usize,
    pub next: usize,
}

impl Lines {
    /// From `(separator = "\n", limit = nil, chomp: false)`, `(limit)`.
    pub(crate) fn of(interpreter: &mut Interpreter, given: &[Value], args: &Args) -> Eval<Self> {
        let chomp = args.keyword("chomp").is_some_and(|flag| flag.truthy());
        let (separator, limit) = match given {
            [] => (None, None),
            [Value::Nil] => (Some(Value::Nil), None),
            [Value::Int(limit)] => (None, Some(Value::Int(*limit))),
            [separator] => (Some(separator.clone()), None),
            [separator, limit, ..] => (Some(separator.clone()), Some(limit.clone())),
        };
        let separator = match separator {
            None => Separator::Bytes(b"\n".to_vec()),
            Some(Value::Nil) => Separator::None,
            Some(text) => {
                let text = convert::string(interpreter, &text)?;
                if text.is_empty() { Separator::Paragraph } else { Separator::Bytes(text.into_bytes()) }
            }
        };
        let limit = match limit {
            None | Some(Value::Nil) => None,
            // A negative limit is none.
            Some(limit) => usize::try_from(convert::int(interpreter, &limit)?).ok(),
        };
        Ok(Self { separator, limit, chomp })
    }

    /// Whether empty lines end a line.
    pub(super) fn keeps_paragraphs(&self) -> bool {
        matches!(self.separator, Separator::Paragraph) && !self.chomp
    }

    /// The line that begins at a byte; None at the end.
    pub(super) fn next(&self, bytes: &[u8], from: usize) -> Option<Line> {
        let mut start = from.min(bytes.len());
        if matches!(self.separator, Separator::Paragraph) {
            start += bytes[start..].iter().take_while(|&&byte| byte == b'\n').count();
        }
        if start == bytes.len() && self.limit != Some(0) {
            return None;
        }
        let rest = &bytes[start..];
        let (shown, whole) = self.separated(rest);
        let (mut end, mut next) = (start + shown, start + whole);
        if let Some(limit) = self.limit
            && limit < shown
        {
            let mut cut = start + limit;
            while cut < bytes.len() && bytes[cut] & 0xc0 == 0x80 {
                cut += 1;
            }
            (end, next) = (cut, cut);
        }
        if self.chomp {
            end = start + self.chomped(&bytes[start..end]);
        }
        Some(Line { start, end, next })
    }

    /// How long the first line is, and what it takes up.
    fn separated(&self, rest: &[u8]) -> (usize, usize) {
        match &self.separator {
            Separator::None => (rest.len(), rest.len()),
            Separator::Bytes(separator) => {
                let end = find(rest, separator).map_or(rest.len(), |at| at + separator.len());
                (end, end)
            }
            Separator::Paragraph => {
                let end = find(rest, b"\n\n").map_or(rest.len(), |at| at + 2);
                let more = rest[end..].iter().take_while(|&&byte| byte == b'\n').count();
                (end, end + more)
            }
        }
    }

    fn chomped(&self, line: &[u8]) -> usize {
        match &self.separator {
            Separator::None => line.len(),
            Separator::Paragraph => line.len() - line.iter().rev().take_while(|&&byte| byte == b'\n').count(),
            Separator::Bytes(separator) if separator == b"\n" => {
                let line = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
                line.len()
            }
            Separator::Bytes(separator) => line.strip_suffix(&separator[..]).unwrap_or(line).len(),
        }
    }

    /// Every line of a text.
    pub(crate) fn all(&self, interpreter: &mut Interpreter, text: &RString) -> Eval<Vec<Value>> {
        let bytes = text.bytes();
        self.from(interpreter, &bytes, text.encoding(), 0)
    }

    /// What `each_line` and its kin were told.
    pub(super) fn from(
        &self,
        interpreter: &mut Interpreter,
        bytes: &[u8],
        encoding: Encoding,
        from: usize,
    ) -> Eval<Vec<Value>> {
        if self.limit == Some(0) {
            return Err(interpreter.argument_error("invalid limit: 0 for readlines"));
        }
        convert::spend(interpreter, 1 + bytes.len() / 16)?;
        interpreter.check_size(bytes.len().saturating_mul(4))?;
        let (mut lines, mut from) = (Vec::new(), from);
        while let Some(line) = self.next(bytes, from) {
            lines.push(string(encoding, &bytes[line.start..line.end]));
            from = line.next;
        }
        Ok(lines)
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    match wanted {
        [byte] => memchr::memchr(*byte, bytes),
        _ => memchr::memmem::find(bytes, wanted),
    }
}

/// A String of bytes that were read.
pub(super) fn string(encoding: Encoding, bytes: &[u8]) -> Value {
    match encoding.text_of(bytes) {
        Some(text) => Value::Str(Rc::new(RString::encoded(text, encoding))),
        None => Value::binary(bytes),
    }
}
