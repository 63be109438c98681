//! ERB: templates become Ruby source. A binding to evaluate in is absent, as bindings are.

use crate::args::Args;
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{NativeMethod, method};
use crate::symbol::Symbol;
use crate::value::{NativeData, Value};

const METHODS: &[NativeMethod] =
    &[method("result", result, 0..=1), method("result_with_hash", result_with_hash, 1..=1), method("src", src, 0..=0)];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 1..=4).taking(&["trim_mode"]).lacking(&["eoutvar"])];

const UTIL: &[NativeMethod] = &[
    method("html_escape", html_escape, 1..=1),
    method("h", html_escape, 1..=1),
    method("url_encode", url_encode, 1..=1),
    method("u", url_encode, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("ERB", &object);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    let util = interpreter.define_module("ERB::Util");
    util.define(UTIL);
    interpreter.define_singleton(&util, UTIL);
}

struct Template {
    source: String,
}

impl NativeData for Template {}

/// Ruby source whose value is the template's text. `trim_mode` is ERB's (`-`, `<>`, `>`, `%`).
pub fn compile(template: &str, trim_mode: &str) -> String {
    let mut compiler = Compiler { out: "_erbout = +''\n".to_owned(), trim_mode, text: String::new() };
    compiler.run(template);
    compiler.flush();
    compiler.out.push_str("_erbout\n");
    compiler.out
}

struct Compiler<'a> {
    out: String,
    trim_mode: &'a str,
    text: String,
}

impl Compiler<'_> {
    fn run(&mut self, template: &str) {
        let mut rest = template;
        let mut at_line_start = true;
        while !rest.is_empty() {
            if at_line_start && self.trim_mode.contains('%') && rest.starts_with('%') {
                rest = self.code_line(rest);
                continue;
            }
            let line_end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let Some(open) = rest[..line_end].find("<%") else {
                self.text.push_str(&rest[..line_end]);
                rest = &rest[line_end..];
                at_line_start = true;
                continue;
            };
            let line_began_with_tag = at_line_start && open == 0;
            self.text.push_str(&rest[..open]);
            rest = &rest[open + 2..];
            at_line_start = false;
            if let Some(after) = rest.strip_prefix('%') {
                self.text.push_str("<%");
                rest = after;
                continue;
            }
            (rest, at_line_start) = self.tag(rest, line_began_with_tag);
        }
    }

    /// A line of code; `%%` stands for a line that begins with `%`.
    fn code_line<'t>(&mut self, rest: &'t str) -> &'t str {
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        if rest.starts_with("%%") {
            self.text.push_str(&rest[1..end]);
        } else {
            self.flush();
            self.out.push_str(rest[1..end].trim_end_matches('\n'));
            self.out.push('\n');
        }
        &rest[end..]
    }

    /// A tag behind its `<%`; answers what follows it, and whether a new line begins there.
    fn tag<'t>(&mut self, rest: &'t str, line_began_with_tag: bool) -> (&'t str, bool) {
        let dashes = self.trim_mode.contains('-');
        let (body, after) = match rest.find("%>") {
            Some(end) => (&rest[..end], &rest[end + 2..]),
            None => (rest, ""),
        };
        let mut body = body;
        if let Some(trimmed) = body.strip_prefix('-').filter(|_| dashes) {
            let kept = self.text.trim_end_matches([' ', '\t']).len();
            if kept == 0 || self.text[..kept].ends_with('\n') {
                self.text.truncate(kept);
            }
            body = trimmed;
        }
        let mut eats_line = match self.trim_mode.trim_matches(['%', '-']) {
            ">" => true,
            "<>" => line_began_with_tag,
            _ => false,
        };
        if let Some(trimmed) = body.strip_suffix('-').filter(|_| dashes) {
            body = trimmed;
            eats_line = true;
        }
        if let Some(expression) = body.strip_prefix('=') {
            self.flush();
            self.out.push_str(&format!("_erbout << (({expression}\n).to_s)\n"));
        } else if !body.starts_with('#') {
            self.flush();
            self.out.push_str(&body.replace("%%>", "%>"));
            self.out.push('\n');
        }
        match after.strip_prefix('\n').or_else(|| after.strip_prefix("\r\n")).filter(|_| eats_line) {
            Some(next_line) => (next_line, true),
            None => (after, false),
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text).replace("%%>", "%>");
            let quoted = text.replace('\\', "\\\\").replace('\'', "\\'");
            self.out.push_str(&format!("_erbout << '{quoted}'\n"));
        }
    }
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(text) = args.first().as_string() else {
        return Err(interpreter.type_error("no implicit conversion into String"));
    };
    let mode = args.keyword("trim_mode").unwrap_or_else(|| args.get(2)).as_name().unwrap_or_default();
    let source = compile(&text, &mode);
    match this {
        Value::Class(class) => Ok(Value::native(class, Template { source })),
        _ => Ok(Value::Nil),
    }
}

fn source(interpreter: &mut Interpreter, this: &Value) -> Eval<String> {
    match this.data::<Template>() {
        Some(template) => Ok(template.source.clone()),
        None => Err(interpreter.type_error("uninitialized ERB")),
    }
}

fn src(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(source(interpreter, this)?))
}

fn result(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let source = source(interpreter, this)?;
    interpreter.eval("(erb)", &source)
}

/// Each pair becomes a local variable of the template.
fn result_with_hash(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = args.first() else {
        return Err(interpreter.type_error("no implicit conversion into Hash"));
    };
    let mut locals = String::new();
    for (index, (key, value)) in hash.pairs().into_iter().enumerate() {
        let name = interpreter.to_s(&key)?;
        let valid = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase())
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !valid {
            return Err(interpreter.error("NameError", format!("wrong local variable name '{name}' for ERB")));
        }
        let global = format!("$_erb_{index}");
        locals.push_str(&format!("{name} = {global}\n"));
        interpreter.globals.insert(Symbol::new(&global), value);
    }
    let source = source(interpreter, this)?;
    interpreter.eval("(erb)", &(locals + &source))
}

/// The characters that HTML reads as its own, escaped.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn html_escape(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(escape_html(&interpreter.to_s(&args.first())?)))
}

fn url_encode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(super::uri::percent_encode(&text, b"-_.~", false)))
}
