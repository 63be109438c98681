//! The parser of JSON 2.7: comments are passed over, errors quote what was not understood.

use num_bigint::BigInt;

use crate::core::bigdecimal;
use crate::core::numeric_tower::big_value;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, Value};

/// What `JSON.parse` was told.
pub struct ParseOptions {
    pub symbolize_names: bool,
    pub allow_nan: bool,
    /// Numbers with a point become BigDecimals.
    pub decimals: bool,
    pub max_nesting: usize,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    options: &'a ParseOptions,
}

/// A JSON::ParserError where the text is none.
pub(super) fn parse(interpreter: &mut Interpreter, text: &str, options: &ParseOptions) -> Eval {
    let mut parser = Parser { text, at: 0, options };
    parser.skip_blanks();
    let value = parser.value(interpreter, 1)?;
    parser.skip_blanks();
    if parser.at < text.len() {
        return Err(parser.unexpected(interpreter, parser.at));
    }
    Ok(value)
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn unexpected(&self, interpreter: &mut Interpreter, from: usize) -> Box<Flow> {
        let rest = self.text.get(from..).unwrap_or("");
        interpreter.error("JSON::ParserError", format!("unexpected token at '{rest}'"))
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            self.at += rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("/*") {
                trimmed.find("*/").map(|end| end + 2)
            } else if trimmed.starts_with("//") {
                Some(trimmed.find('\n').unwrap_or(trimmed.len()))
            } else {
                None
            };
            match comment {
                Some(length) => self.at += length,
                None => return,
            }
        }
    }

    fn value(&mut self, interpreter: &mut Interpreter, depth: usize) -> Eval {
        interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
        match self.peek() {
            Some(b'{') => self.object(interpreter, depth),
            Some(b'[') => self.array(interpreter, depth),
            Some(b'"') => self.string(interpreter).map(Value::str),
            Some(b'-' | b'0'..=b'9') => self.number(interpreter),
            _ => self.word(interpreter),
        }
    }

    fn word(&mut self, interpreter: &mut Interpreter) -> Eval {
        let words = [
            ("null", Value::Nil),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
        ];
        for (word, value) in words {
            if self.text[self.at..].starts_with(word) && (self.options.allow_nan || !matches!(value, Value::Float(_))) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.unexpected(interpreter, self.at))
    }

    fn check_depth(&self, interpreter: &mut Interpreter, depth: usize) -> Eval<()> {
        if depth > self.options.max_nesting {
            return Err(interpreter.error("JSON::NestingError", format!("nesting of {depth} is too deep")));
        }
        Ok(())
    }

    fn object(&mut self, interpreter: &mut Interpreter, depth: usize) -> Eval {
        self.check_depth(interpreter, depth)?;
        let start = self.at;
        let hash = RHash::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::hash(hash));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected(interpreter, start));
            }
            let key = self.string(interpreter)?;
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err(self.unexpected(interpreter, start));
            }
            self.at += 1;
            self.skip_blanks();
            if matches!(self.peek(), None | Some(b'}' | b',')) {
                return Err(self.unexpected(interpreter, start));
            }
            let value = interpreter.nested(|interpreter| self.value(interpreter, depth + 1))?;
            let key = if self.options.symbolize_names { Value::symbol(&key) } else { Value::str(key) };
            hash.insert(key, value);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::hash(hash));
                }
                _ => return Err(self.unexpected(interpreter, start)),
            }
            self.skip_blanks();
        }
    }

    fn array(&mut self, interpreter: &mut Interpreter, depth: usize) -> Eval {
        self.check_depth(interpreter, depth)?;
        let mut items = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::array(items));
        }
        loop {
            items.push(interpreter.nested(|interpreter| self.value(interpreter, depth + 1))?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::array(items));
                }
                _ => return Err(self.unexpected(interpreter, self.at)),
            }
            self.skip_blanks();
        }
    }

    fn number(&mut self, interpreter: &mut Interpreter) -> Eval {
        let rest = &self.text[self.at..];
        if rest.starts_with("-Infinity") && self.options.allow_nan {
            self.at += 9;
            return Ok(Value::Float(f64::NEG_INFINITY));
        }
        let unsigned = rest.strip_prefix('-').unwrap_or(rest);
        let sign = rest.len() - unsigned.len();
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(unsigned);
        if whole == 0 || whole > 1 && unsigned.starts_with('0') {
            return Err(self.unexpected(interpreter, self.at));
        }
        let mut length = sign + whole;
        let mut is_float = false;
        if let Some(fraction) = rest[length..].strip_prefix('.') {
            let count = digits(fraction);
            if count > 0 {
                length += 1 + count;
                is_float = true;
            }
        }
        if let Some(exponent) = rest[length..].strip_prefix(['e', 'E']) {
            let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            let count = digits(unsigned);
            if count > 0 {
                length += 1 + (exponent.len() - unsigned.len()) + count;
                is_float = true;
            }
        }
        let text = &rest[..length];
        self.at += length;
        if is_float && self.options.decimals {
            crate::core::numeric_tower::charge_text(interpreter, text)?;
            return Ok(bigdecimal::value(interpreter, bigdecimal::prefix(text)));
        }
        if is_float {
            return Ok(Value::Float(text.parse().unwrap_or(f64::NAN)));
        }
        if let Ok(int) = text.parse::<i64>() {
            return Ok(Value::Int(int));
        }
        let bits = text.len() as u64 * 4;
        crate::core::numeric_tower::charge(interpreter, bits, bits)?;
        let big: BigInt = text.parse().unwrap_or_default();
        Ok(big_value(interpreter, big))
    }

    fn string(&mut self, interpreter: &mut Interpreter) -> Eval<String> {
        let start = self.at;
        let mut out = String::new();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(|c: char| c == '"' || c == '\\' || (c as u32) < 0x20) else {
                return Err(self.unexpected(interpreter, start));
            };
            out.push_str(&rest[..end]);
            self.at += end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out),
                // A control character as it stands.
                _ => return Err(self.unexpected(interpreter, start)),
            }
        }
    }

    fn escape(&mut self, out: &mut String) {
        let rest = &self.text[self.at + 1..];
        let Some(c) = rest.chars().next() else {
            self.at += 1;
            return;
        };
        self.at += 1 + c.len_utf8();
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => match self.hex() {
                Some(high @ 0xd800..=0xdbff) if self.text[self.at..].starts_with("\\u") => {
                    let before = self.at;
                    self.at += 2;
                    if let Some(low @ 0xdc00..=0xdfff) = self.hex() {
                        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                    } else {
                        self.at = before;
                        out.push('\u{fffd}');
                    }
                }
                Some(code) => out.push(char::from_u32(code).unwrap_or('\u{fffd}')),
                None => out.push('u'),
            },
            other => out.push(other),
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(code)
    }
}
