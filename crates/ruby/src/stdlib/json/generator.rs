//! The generator of JSON 2.7: its layout options, and strings as it checks and escapes them.

use std::fmt::Write;

use crate::core::numeric_tower::Number;
use crate::runtime::args::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, RString, Value};

/// How deep arrays and hashes may nest unless an option says otherwise.
pub(super) const MAX_NESTING: usize = 100;

/// How a text is laid out, and what is escaped.
#[derive(Clone, Default)]
pub(super) struct Layout {
    indent: String,
    space: String,
    space_before: String,
    /// None breaks no lines and indents nothing; an empty text still indents.
    object_nl: Option<String>,
    array_nl: Option<String>,
    allow_nan: bool,
    /// 0: as deep as the stack goes.
    max_nesting: usize,
    escaping: Escaping,
}

/// What is written as `\uXXXX`, or after a backslash, besides what JSON itself asks for.
#[derive(Clone, Copy, Default)]
pub(super) struct Escaping {
    /// ActiveSupport: what HTML would read as its own.
    pub html: bool,
    /// And what JavaScript would read as a line's end.
    pub separators: bool,
    pub ascii_only: bool,
    pub script_safe: bool,
}

impl Layout {
    /// All on one line, as `to_json` writes.
    pub(super) fn plain() -> Self {
        Self { max_nesting: MAX_NESTING, ..Self::default() }
    }

    /// As `pretty_generate` writes.
    pub(super) fn pretty() -> Self {
        Self {
            indent: "  ".to_owned(),
            space: " ".to_owned(),
            object_nl: Some("\n".to_owned()),
            array_nl: Some("\n".to_owned()),
            ..Self::plain()
        }
    }

    /// `JSON.dump`'s.
    pub(super) fn dump(max_nesting: usize) -> Self {
        Self { allow_nan: true, max_nesting, ..Self::default() }
    }

    /// ActiveSupport's.
    pub(super) fn encoding(html: bool) -> Self {
        Self { escaping: Escaping { html, separators: html, ..Escaping::default() }, ..Self::plain() }
    }

    /// With what HTML reads left as it is.
    pub(super) fn without_entities(mut self) -> Self {
        self.escaping.html = false;
        self
    }

    /// The options of `JSON.generate`: it passes over those that it does not know.
    pub(super) fn with(mut self, interpreter: &mut Interpreter, options: &RHash) -> Eval<Self> {
        for (key, value) in options.pairs() {
            let Value::Symbol(name) = &key else { continue };
            match &*name.to_str() {
                "indent" => self.indent = text(interpreter, &value)?.unwrap_or_default(),
                "space" => self.space = text(interpreter, &value)?.unwrap_or_default(),
                "space_before" => self.space_before = text(interpreter, &value)?.unwrap_or_default(),
                "object_nl" => self.object_nl = text(interpreter, &value)?,
                "array_nl" => self.array_nl = text(interpreter, &value)?,
                "allow_nan" => self.allow_nan = value.truthy(),
                "ascii_only" => self.escaping.ascii_only = value.truthy(),
                "script_safe" | "escape_slash" => self.escaping.script_safe = value.truthy(),
                "max_nesting" => self.max_nesting = max_nesting(interpreter, &value)?,
                refused @ ("strict" | "depth") if value.truthy() => {
                    return Err(interpreter.unsupported(format!("JSON's option `{refused}:`")));
                }
                _ => {}
            }
        }
        Ok(self)
    }
}

fn text(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<String>> {
    match value {
        Value::Str(text) => Ok(Some(text.to_string())),
        value if !value.truthy() => Ok(None),
        value => {
            let class = interpreter.class_of(value).name();
            Err(interpreter.type_error(format!("wrong argument type {class} (expected String)")))
        }
    }
}

/// 0 for none.
fn max_nesting(interpreter: &mut Interpreter, value: &Value) -> Eval<usize> {
    if !value.truthy() {
        return Ok(0);
    }
    let depth = crate::core::numeric_tower::to_int(interpreter, value)?;
    Ok(usize::try_from(depth).unwrap_or(0))
}

/// The JSON of a value. `Value::Object`s bring their own by `to_json`, or are their `to_s`.
pub(super) fn generate(interpreter: &mut Interpreter, value: &Value, layout: &Layout) -> Eval<String> {
    let mut generator = Generator { layout, depth: 0, out: String::new() };
    generator.write(interpreter, value)?;
    Ok(generator.out)
}

struct Generator<'a> {
    layout: &'a Layout,
    depth: usize,
    out: String,
}

impl Generator<'_> {
    fn write(&mut self, interpreter: &mut Interpreter, value: &Value) -> Eval<()> {
        interpreter.check_size(self.out.len())?;
        match value {
            Value::Nil => self.out.push_str("null"),
            Value::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Value::Int(int) => self.out.push_str(&int.to_string()),
            Value::Float(number) => {
                let shown = literals::float(*number);
                if !number.is_finite() && !self.layout.allow_nan {
                    let message = format!("{shown} not allowed in JSON");
                    return Err(interpreter.error("JSON::GeneratorError", message));
                }
                self.out.push_str(&shown);
            }
            Value::Str(text) => self.string(interpreter, text)?,
            Value::Symbol(name) => self.string(interpreter, &RString::new(name.to_string()))?,
            Value::Array(items) => {
                let items = items.to_vec();
                self.nested(interpreter, |this, interpreter| this.array(interpreter, &items))?;
            }
            Value::Hash(hash) => {
                let pairs = hash.pairs();
                self.nested(interpreter, |this, interpreter| this.hash(interpreter, &pairs))?;
            }
            _ => self.object(interpreter, value)?,
        }
        Ok(())
    }

    fn nested(
        &mut self,
        interpreter: &mut Interpreter,
        write: impl FnOnce(&mut Self, &mut Interpreter) -> Eval<()>,
    ) -> Eval<()> {
        let most = self.layout.max_nesting;
        if most > 0 && self.depth >= most {
            let message = format!("nesting of {} is too deep", self.depth);
            return Err(interpreter.error("JSON::NestingError", message));
        }
        self.depth += 1;
        interpreter.nested(|interpreter| write(self, interpreter))?;
        self.depth -= 1;
        Ok(())
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.out.push_str(&self.layout.indent);
        }
    }

    /// A line ends after the opening bracket, before the closing one, and between items: an empty array has two.
    fn array(&mut self, interpreter: &mut Interpreter, items: &[Value]) -> Eval<()> {
        let layout = self.layout;
        let line = layout.array_nl.as_deref();
        self.out.push('[');
        self.out.push_str(line.unwrap_or_default());
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
                self.out.push_str(line.unwrap_or_default());
            }
            self.indent(self.depth);
            self.write(interpreter, item)?;
        }
        self.close(line, ']');
        Ok(())
    }

    fn hash(&mut self, interpreter: &mut Interpreter, pairs: &[(Value, Value)]) -> Eval<()> {
        let layout = self.layout;
        let line = layout.object_nl.as_deref();
        self.out.push('{');
        for (index, (key, value)) in pairs.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.out.push_str(line.unwrap_or_default());
            self.indent(self.depth);
            match key {
                Value::Str(key) => self.string(interpreter, key)?,
                key => {
                    let key = RString::new(interpreter.to_s(key)?);
                    self.string(interpreter, &key)?;
                }
            }
            self.out.push_str(&layout.space_before);
            self.out.push(':');
            self.out.push_str(&layout.space);
            self.write(interpreter, value)?;
        }
        self.close(line, '}');
        Ok(())
    }

    fn close(&mut self, line: Option<&str>, bracket: char) {
        if let Some(line) = line {
            self.out.push_str(line);
            self.indent(self.depth - 1);
        }
        self.out.push(bracket);
    }

    /// A big number stands as it is; an object with a `to_json` of its own brings its text; the rest are their `to_s`.
    fn object(&mut self, interpreter: &mut Interpreter, value: &Value) -> Eval<()> {
        if Number::of(value).is_some_and(|number| number.is_integer()) {
            self.out.push_str(&interpreter.to_s(value)?);
            return Ok(());
        }
        let class = interpreter.dispatch_class(value);
        let own = interpreter.find_method(&class, crate::syntax::symbol::Symbol::new("to_json"));
        if own.is_some_and(|method| !matches!(method.body, crate::runtime::method::MethodBody::Native(_))) {
            let text = interpreter.call(value, "to_json", Args::none())?;
            self.out.push_str(&text.as_string().unwrap_or_default());
            return Ok(());
        }
        let text = RString::new(interpreter.to_s(value)?);
        self.string(interpreter, &text)
    }

    fn string(&mut self, interpreter: &mut Interpreter, text: &RString) -> Eval<()> {
        if text.is_plain() {
            write_string(&text.borrow(), self.layout.escaping, &mut self.out);
            return Ok(());
        }
        let text = characters(interpreter, text)?;
        write_string(&text, self.layout.escaping, &mut self.out);
        Ok(())
    }
}

/// A string's text in UTF-8. Bytes of no encoding, and those that are no characters of theirs, are taken for UTF-8.
fn characters(interpreter: &mut Interpreter, string: &RString) -> Eval<String> {
    if !string.is_broken() && !matches!(string.encoding(), Encoding::BINARY | Encoding::UTF_8) {
        return Ok(string.to_string());
    }
    String::from_utf8(string.bytes()).map_err(|error| {
        let rest = &error.as_bytes()[error.utf8_error().valid_up_to()..];
        // The first byte says how many come, also where no character begins so.
        let length = match rest.first() {
            None | Some(..0xc0) => 1,
            Some(0xc0..0xe0) => 2,
            Some(0xe0..0xf0) => 3,
            Some(0xf0..0xf8) => 4,
            Some(0xf8..0xfc) => 5,
            Some(0xfc..) => 6,
        };
        let message = if length > rest.len() {
            "partial character in source, but hit end"
        } else {
            "source sequence is illegal/malformed utf-8"
        };
        interpreter.error("JSON::GeneratorError", message)
    })
}

fn write_string(text: &str, escaping: Escaping, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '/' if escaping.script_safe => out.push_str("\\/"),
            '<' | '>' | '&' if escaping.html => unicode_escape(c, out),
            '\u{2028}' | '\u{2029}' if escaping.separators || escaping.script_safe => unicode_escape(c, out),
            c if (c as u32) < 0x20 || (escaping.ascii_only && !c.is_ascii()) => unicode_escape(c, out),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// `\uXXXX`, twice for what UTF-16 has no single unit for.
fn unicode_escape(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}
