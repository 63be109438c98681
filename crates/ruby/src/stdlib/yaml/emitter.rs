//! Writing YAML: Psych's choice of styles for Ruby's values, and libyaml's layout of them.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::scalar::{Scalar, tokenize};
use crate::core::bigdecimal::Decimal;
use crate::core::date::RDate;
use crate::core::numeric_tower::Number;
use crate::core::time::{RTime, strftime};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// How a scalar is written where libyaml lets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// A part of a document.
#[derive(Debug)]
pub enum Node {
    Scalar { text: String, style: Style, tag: Option<String> },
    Sequence { items: Vec<Node>, tag: Option<String>, anchor: Option<usize> },
    Mapping { pairs: Vec<(Node, Node)>, tag: Option<String>, anchor: Option<usize> },
    Alias(usize),
}

/// Which collections appear more than once, and the number of each's anchor once it has one.
#[derive(Default)]
struct Shared {
    seen: HashMap<usize, usize>,
    anchors: HashMap<usize, usize>,
    written: HashMap<usize, bool>,
}

const MAX_DEPTH: usize = 500;

/// `to_yaml`. `width` is where a long text may be broken.
pub(super) fn dump(interpreter: &mut Interpreter, value: &Value, width: usize) -> Eval<String> {
    let mut shared = Shared::default();
    count(interpreter, value, &mut shared, 0)?;
    let node = build(interpreter, value, &mut shared, 0)?;
    let text = write(&node, width);
    interpreter.check_size(text.len())?;
    Ok(text)
}

/// A document as libyaml lays it out. `width` is where a long text may be broken; Psych's is [`WIDTH`].
pub fn write(node: &Node, width: usize) -> String {
    let mut writer = Writer { out: "---".to_owned(), column: 3, width, open_ended: false };
    writer.root(node);
    writer.out
}

/// Where libyaml breaks a long text unless it is told otherwise.
pub const WIDTH: usize = 80;

/// Counts the appearances of each collection; anchors are numbered in the order of their second one.
fn count(interpreter: &mut Interpreter, value: &Value, shared: &mut Shared, depth: usize) -> Eval<()> {
    interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
    if depth > MAX_DEPTH {
        return Err(interpreter.argument_error("nested too deep for YAML"));
    }
    let children: Vec<Value> = match value {
        Value::Array(items) => items.to_vec(),
        Value::Hash(hash) => hash.pairs().into_iter().flat_map(|(key, value)| [key, value]).collect(),
        _ => return Ok(()),
    };
    let times = shared.seen.entry(value.address()).or_insert(0);
    *times += 1;
    if *times > 1 {
        let next = shared.anchors.len() + 1;
        shared.anchors.entry(value.address()).or_insert(next);
        return Ok(());
    }
    children.iter().try_for_each(|child| count(interpreter, child, shared, depth + 1))
}

/// A scalar without quotes, such as a number.
pub fn plain(text: impl Into<String>) -> Node {
    Node::Scalar { text: text.into(), style: Style::Plain, tag: None }
}

/// The same with a tag.
pub fn tagged(tag: &str, text: impl Into<String>) -> Node {
    Node::Scalar { text: text.into(), style: Style::Plain, tag: Some(tag.to_owned()) }
}

fn build(interpreter: &mut Interpreter, value: &Value, shared: &mut Shared, depth: usize) -> Eval<Node> {
    let anchor = shared.anchors.get(&value.address()).copied().filter(|_| value.address() != 0);
    if let Some(anchor) = anchor
        && shared.written.insert(value.address(), true).is_some()
    {
        return Ok(Node::Alias(anchor));
    }
    Ok(match value {
        Value::Nil => plain(""),
        Value::Bool(flag) => plain(flag.to_string()),
        Value::Int(int) => plain(int.to_string()),
        Value::Float(float) if float.is_nan() => plain(".nan"),
        Value::Float(float) if float.is_infinite() => plain(if *float > 0.0 { ".inf" } else { "-.inf" }),
        Value::Float(float) => plain(literals::float(*float)),
        Value::Symbol(name) => symbol(&name.to_str()),
        Value::Str(text) => string(text),
        Value::Array(items) => {
            let items = items.to_vec();
            let items = items.iter().map(|item| build(interpreter, item, shared, depth + 1)).collect::<Eval<_>>()?;
            Node::Sequence { items, tag: None, anchor }
        }
        Value::Hash(hash) => {
            let tag = hash.is_indifferent().then(|| "!ruby/hash:ActiveSupport::HashWithIndifferentAccess".to_owned());
            Node::Mapping { pairs: pairs(interpreter, hash.pairs(), shared, depth)?, tag, anchor }
        }
        Value::Range(range) => {
            let fields = vec![
                (Value::str("begin"), range.begin.clone()),
                (Value::str("end"), range.end.clone()),
                (Value::str("excl"), Value::Bool(range.exclusive)),
            ];
            let pairs = pairs(interpreter, fields, shared, depth)?;
            Node::Mapping { pairs, tag: Some("!ruby/range".to_owned()), anchor: None }
        }
        Value::Class(class) => Node::Scalar {
            text: class.name(),
            style: Style::Single,
            tag: Some(if class.is_module() { "!ruby/module" } else { "!ruby/class" }.to_owned()),
        },
        Value::Proc(_) => return Err(interpreter.type_error("can't dump anonymous class: Proc")),
        Value::Object(_) => object(interpreter, value, shared, depth)?,
    })
}

fn pairs(
    interpreter: &mut Interpreter,
    pairs: Vec<(Value, Value)>,
    shared: &mut Shared,
    depth: usize,
) -> Eval<Vec<(Node, Node)>> {
    let mut out = Vec::new();
    for (key, value) in pairs {
        let key = build(interpreter, &key, shared, depth + 1)?;
        out.push((key, build(interpreter, &value, shared, depth + 1)?));
    }
    Ok(out)
}

fn object(interpreter: &mut Interpreter, value: &Value, shared: &mut Shared, depth: usize) -> Eval<Node> {
    if let Some(time) = value.data::<RTime>() {
        let moment = time.moment();
        let zone = if time.zone().is_utc() { "Z" } else { "%:z" };
        return Ok(plain(strftime::strftime(&moment, &format!("%Y-%m-%d %H:%M:%S.%9N {zone}"))));
    }
    if let Some(date) = value.data::<RDate>() {
        let moment = date.moment();
        if !date.has_time {
            return Ok(plain(strftime::strftime(&moment, "%Y-%m-%d")));
        }
        let text = strftime::strftime(&moment, "%Y-%m-%d %H:%M:%S.%9N %:z");
        return Ok(tagged("!ruby/object:DateTime", text.replace(" +00:00", " Z")));
    }
    if let Some(decimal) = value.data::<Decimal>() {
        let digits = decimal.precision_digits();
        return Ok(tagged("!ruby/object:BigDecimal", format!("{digits}:{}", decimal.to_scientific())));
    }
    if let Some(number) = Number::of(value) {
        let text = interpreter.to_s(value)?;
        if number.is_integer() {
            return Ok(plain(text));
        }
        let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
        let pairs = vec![(plain("denominator"), plain(denominator)), (plain("numerator"), plain(numerator))];
        return Ok(Node::Mapping { pairs, tag: Some("!ruby/object:Rational".to_owned()), anchor: None });
    }
    let class = interpreter.class_of(value);
    if class.is_named("Regexp") {
        return Ok(tagged("!ruby/regexp", interpreter.inspect(value)?));
    }
    if class.is_named("Set") {
        let items = interpreter.call(value, "to_a", crate::runtime::args::Args::none())?;
        let items = match items {
            Value::Array(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let members =
            pairs(interpreter, items.into_iter().map(|item| (item, Value::Bool(true))).collect(), shared, depth)?;
        let hash = Node::Mapping { pairs: members, tag: None, anchor: None };
        let pairs = vec![(plain("hash"), hash)];
        return Ok(Node::Mapping { pairs, tag: Some("!ruby/object:Set".to_owned()), anchor: None });
    }
    let Value::Object(fields) = value else { return Ok(plain("")) };
    if fields.has_data() {
        let name = class.name();
        return Err(interpreter.unsupported(format!("writing a `{name}` as YAML")));
    }
    let ivars: Vec<(Value, Value)> = fields
        .ivars()
        .borrow()
        .iter()
        .map(|(name, value)| (Value::str(name.to_str().trim_start_matches('@')), value.clone()))
        .collect();
    let pairs = pairs(interpreter, ivars, shared, depth)?;
    Ok(Node::Mapping { pairs, tag: Some(format!("!ruby/object:{}", class.name())), anchor: None })
}

/// Psych's visit_Symbol.
pub fn symbol(name: &str) -> Node {
    if name.is_empty() {
        return Node::Scalar { text: String::new(), style: Style::Single, tag: Some("!ruby/symbol".to_owned()) };
    }
    let node = string_node(name);
    match node {
        Node::Scalar { style, .. } if style != Style::Plain && style != Style::Literal => {
            let style = if style == Style::Double && name.contains('\n') { Style::Double } else { Style::Plain };
            Node::Scalar { text: format!(":{name}"), style, tag: None }
        }
        _ => plain(format!(":{name}")),
    }
}

fn string(text: &crate::runtime::value::RString) -> Node {
    let source = text.to_string();
    if text.is_binary() && !source.is_ascii() {
        let encoded = STANDARD.encode(text.bytes());
        return Node::Scalar { text: encoded, style: Style::Literal, tag: Some("!binary".to_owned()) };
    }
    string_node(&source)
}

/// Psych's visit_String.
pub fn string_node(text: &str) -> Node {
    let inner_break = text.trim_end_matches('\n').contains('\n') || text.ends_with("\n\n");
    let (style, tag) = if inner_break {
        (Style::Literal, None)
    } else if text == "<<" {
        (Style::Single, Some("!!str".to_owned()))
    } else if matches!(text, "y" | "Y" | "n" | "N") || begins_oddly(text) {
        (Style::Double, None)
    } else if text.is_empty() || tokenize(text) != Scalar::Text || leading_zero_float(text) {
        (Style::Single, None)
    } else {
        (Style::Plain, None)
    };
    Node::Scalar { text: text.to_owned(), style, tag }
}

/// `/^[^[:word:]][^"]*$/` on some line.
fn begins_oddly(text: &str) -> bool {
    text.split('\n').any(|line| {
        line.chars().next().is_some_and(|first| !(first.is_alphanumeric() || first == '_'))
            && !line.chars().skip(1).any(|c| c == '"')
    }) || text == "\n"
}

fn leading_zero_float(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('0') else { return false };
    let rest = rest.trim_start_matches(|c: char| ('0'..='7').contains(&c));
    rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// What libyaml finds out about a scalar before it settles on a style.
struct Analysis {
    multiline: bool,
    plain: bool,
    single: bool,
    block: bool,
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn analyze(text: &str) -> Analysis {
    if text.is_empty() {
        return Analysis { multiline: false, plain: true, single: true, block: false };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut breaks) = (false, false);
    let (mut edge_space, mut trailing_space) = (false, false);
    let (mut break_space, mut space_break) = (false, false);
    let (mut after_space, mut after_break, mut after_blank) = (false, false, true);
    let characters: Vec<char> = text.chars().collect();
    for (index, &c) in characters.iter().enumerate() {
        let next = characters.get(index + 1);
        let blank_follows = next.is_none_or(|next| matches!(next, ' ' | '\t') || is_break(*next));
        let (first, last) = (index == 0, next.is_none());
        indicators |= match c {
            '#' if first || after_blank => true,
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => first,
            '?' => first && blank_follows,
            ':' => blank_follows,
            '-' => first && blank_follows,
            _ => false,
        };
        special |= !is_printable(c);
        if c == ' ' {
            edge_space |= first || last;
            trailing_space |= last;
            break_space |= after_break;
            (after_space, after_break) = (true, false);
        } else if is_break(c) {
            breaks = true;
            edge_space |= first || last;
            space_break |= after_space;
            (after_space, after_break) = (false, true);
        } else {
            (after_space, after_break) = (false, false);
        }
        after_blank = matches!(c, ' ' | '\t') || is_break(c);
    }
    let broken = space_break || special;
    Analysis {
        multiline: breaks,
        plain: !(edge_space || break_space || broken || breaks || indicators),
        single: !(break_space || broken),
        block: !(trailing_space || broken),
    }
}

struct Writer {
    out: String,
    column: usize,
    width: usize,
    /// A literal that keeps its last line breaks needs an end of document.
    open_ended: bool,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
        self.open_ended = false;
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    fn root(&mut self, node: &Node) {
        match node {
            Node::Scalar { .. } | Node::Alias(_) => self.scalar(node, 2, false),
            _ => self.collection(node, 0, false),
        }
        if !self.out.ends_with('\n') || self.out == "---" {
            self.out.push('\n');
        }
        if self.open_ended {
            self.out.push_str("...\n");
        }
    }

    fn is_empty_collection(node: &Node) -> bool {
        match node {
            Node::Sequence { items, .. } => items.is_empty(),
            Node::Mapping { pairs, .. } => pairs.is_empty(),
            _ => false,
        }
    }

    fn properties(&mut self, node: &Node) -> bool {
        let (anchor, tag) = match node {
            Node::Sequence { anchor, tag, .. } | Node::Mapping { anchor, tag, .. } => (*anchor, tag.clone()),
            Node::Scalar { tag, .. } => (None, tag.clone()),
            Node::Alias(_) => (None, None),
        };
        if let Some(anchor) = anchor {
            self.put(&format!(" &{anchor}"));
        }
        if let Some(tag) = &tag {
            self.put(&format!(" {tag}"));
        }
        anchor.is_some() || tag.is_some()
    }

    /// A collection whose lines begin at `indent`; a compact one goes on where the writer stands.
    fn collection(&mut self, node: &Node, indent: usize, compact: bool) {
        let marked = self.properties(node);
        if Self::is_empty_collection(node) {
            let brackets = if matches!(node, Node::Sequence { .. }) { " []" } else { " {}" };
            self.put(brackets);
            return;
        }
        let mut first = compact && !marked;
        match node {
            Node::Sequence { items, .. } => {
                for item in items {
                    self.start(indent, &mut first);
                    self.put("-");
                    self.value(item, indent, false);
                }
            }
            Node::Mapping { pairs, .. } => {
                for (key, value) in pairs {
                    self.start(indent, &mut first);
                    self.pair(key, value, indent);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, indent: usize, first: &mut bool) {
        if *first {
            self.put(" ");
        } else if self.out.ends_with('\n') {
            self.out.push_str(&" ".repeat(indent));
            self.column = indent;
        } else {
            self.line(indent);
        }
        *first = false;
    }

    fn pair(&mut self, key: &Node, value: &Node, indent: usize) {
        let simple = match key {
            Node::Scalar { text, .. } => text.len() <= 128 && !text.contains('\n'),
            Node::Alias(_) => true,
            other => Self::is_empty_collection(other),
        };
        if simple {
            let mark = self.out.len();
            match key {
                Node::Scalar { text, style: Style::Plain, tag: None } if text.is_empty() => self.put(" ! ''"),
                Node::Scalar { .. } | Node::Alias(_) => self.scalar(key, indent + 2, true),
                _ => self.collection(key, indent + 2, true),
            }
            // The blank before the key belongs to no one.
            if self.out[mark..].starts_with(' ') {
                self.out.remove(mark);
                self.column -= 1;
            }
            if matches!(key, Node::Alias(_)) {
                self.put(" ");
            }
        } else {
            self.put("?");
            self.value(key, indent, false);
            if self.out.ends_with('\n') {
                self.out.push_str(&" ".repeat(indent));
                self.column = indent;
            } else {
                self.line(indent);
            }
        }
        self.put(":");
        self.value(value, indent, simple);
    }

    /// What stands behind `-`, `?` or `:`.
    fn value(&mut self, node: &Node, indent: usize, of_simple_key: bool) {
        match node {
            Node::Scalar { .. } | Node::Alias(_) => self.scalar(node, indent + 2, false),
            Node::Sequence { .. } if of_simple_key => self.collection(node, indent, false),
            Node::Mapping { .. } if of_simple_key => self.collection(node, indent + 2, false),
            _ => self.collection(node, indent + 2, true),
        }
    }

    fn scalar(&mut self, node: &Node, indent: usize, is_key: bool) {
        let (text, style) = match node {
            Node::Scalar { text, style, .. } => (text, *style),
            Node::Alias(anchor) => return self.put(&format!(" *{anchor}")),
            _ => return,
        };
        self.properties(node);
        let analysis = analyze(text);
        let mut style = style;
        if is_key && analysis.multiline {
            style = Style::Double;
        }
        if style == Style::Plain && (!analysis.plain || text.is_empty() && is_key) {
            style = Style::Single;
        }
        if style == Style::Single && !analysis.single {
            style = Style::Double;
        }
        if style == Style::Literal && (!analysis.block || is_key) {
            style = Style::Double;
        }
        match style {
            Style::Plain => {
                if !text.is_empty() {
                    self.put(" ");
                    self.folded(text, indent, !is_key, false);
                }
            }
            Style::Single => {
                self.put(" '");
                self.folded(text, indent, !is_key, true);
                self.put("'");
            }
            Style::Double => self.double(text, indent, !is_key),
            Style::Literal => self.literal(text, indent),
        }
    }

    /// A plain or single-quoted scalar, broken at a blank once a line has grown past the width.
    fn folded(&mut self, text: &str, indent: usize, may_break: bool, quoted: bool) {
        let characters: Vec<char> = text.chars().collect();
        let (mut spaces, mut breaks) = (false, false);
        for (index, &c) in characters.iter().enumerate() {
            let next = characters.get(index + 1);
            if c == ' ' {
                let inside = !quoted || index > 0 && next.is_some();
                let foldable = may_break && !spaces && self.column > self.width && inside;
                if foldable && next != Some(&' ') {
                    self.line(indent);
                } else {
                    self.put(" ");
                }
                spaces = true;
            } else if is_break(c) {
                if !breaks && c == '\n' {
                    self.out.push('\n');
                }
                self.out.push(c);
                self.column = 0;
                breaks = true;
            } else {
                if breaks {
                    self.out.push_str(&" ".repeat(indent));
                    self.column = indent;
                }
                self.put(&c.to_string());
                if c == '\'' && quoted {
                    self.put("'");
                }
                (spaces, breaks) = (false, false);
            }
        }
        if breaks && quoted {
            self.out.push_str(&" ".repeat(indent));
            self.column = indent;
        }
    }

    fn double(&mut self, text: &str, indent: usize, may_break: bool) {
        self.put(" \"");
        let characters: Vec<char> = text.chars().collect();
        let mut spaces = false;
        for (index, &c) in characters.iter().enumerate() {
            if is_printable(c) && !is_break(c) && !matches!(c, '"' | '\\' | '\u{feff}') && c != ' ' {
                self.put(&c.to_string());
                spaces = false;
            } else if c == ' ' {
                let inside = index > 0 && index + 1 < characters.len();
                if may_break && !spaces && self.column > self.width && inside {
                    self.line(indent);
                    if characters.get(index + 1) == Some(&' ') {
                        self.put("\\");
                    }
                } else {
                    self.put(" ");
                }
                spaces = true;
            } else {
                self.put(&escape(c));
                spaces = false;
            }
        }
        self.put("\"");
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put(" |");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        if !text.ends_with('\n') {
            self.put("-");
        } else if text == "\n" || text.ends_with("\n\n") {
            self.put("+");
            self.open_ended = true;
        }
        self.out.push('\n');
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.out.push_str(&" ".repeat(indent));
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
        if !text.ends_with('\n') {
            self.out.pop();
        }
        self.column = 0;
    }
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let code = c as u32;
            return if code <= 0xff {
                format!("\\x{code:02X}")
            } else if code <= 0xffff {
                format!("\\u{code:04X}")
            } else {
                format!("\\U{code:08X}")
            };
        }
    };
    format!("\\{short}")
}
