//! From YAML's events to Ruby's values, within what the caller permits.

use std::collections::HashMap;
use std::time::Instant;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::scalar::{Place, Scalar, tokenize};
use crate::core::date;
use crate::core::numeric_tower::{big_value, charge_text};
use crate::core::time::{self, Zone};
use crate::core::{bigdecimal, convert};
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, RRange, Value};

/// What may be made of a document beside plain values.
pub(super) struct Permitted {
    pub everything: bool,
    pub classes: Vec<String>,
    pub aliases: bool,
    pub symbolize_names: bool,
    /// What an empty text means.
    pub fallback: Option<Value>,
    pub freeze: bool,
}

struct Loader<'a, 'input> {
    events: Vec<Event<'input>>,
    at: usize,
    anchors: HashMap<usize, Value>,
    permitted: &'a Permitted,
}

/// How many events are read before they are counted.
const EVENTS: usize = 64;

/// How deep a document may nest.
const MAX_DEPTH: usize = 500;

/// The documents of a text; only the first when `only_first`.
pub(super) fn load(
    interpreter: &mut Interpreter,
    source: &str,
    permitted: &Permitted,
    path: &str,
    only_first: bool,
) -> Eval<Vec<Value>> {
    interpreter.check_size(source.len())?;
    let events = if source.len() < LARGE {
        events(interpreter, Parser::new_from_str(source), path, only_first)?
    } else {
        // One scalar may be all of it, and the parser can't be told to stop but by an end of what it reads.
        let until = interpreter.budget.until();
        let mut read = 0_usize;
        let in_time = move |_: &char| {
            read += 1;
            !read.is_multiple_of(LOOK) || until.is_none_or(|until| Instant::now() < until)
        };
        let found = events(interpreter, Parser::new_from_iter(source.chars().take_while(in_time)), path, only_first);
        interpreter.check_deadline()?;
        found?
    };
    documents(interpreter, events, permitted)
}

/// Texts of so many bytes are read with an eye on the clock, which is looked at after so many characters.
const LARGE: usize = 256 << 10;
const LOOK: usize = 4096;

fn events<'s>(
    interpreter: &mut Interpreter,
    parser: impl Iterator<Item = Result<(Event<'s>, Span), ScanError>>,
    path: &str,
    only_first: bool,
) -> Eval<Vec<Event<'s>>> {
    let mut events = Vec::new();
    for event in parser {
        if events.len().is_multiple_of(EVENTS) {
            interpreter.check_size(events.len() * size_of::<Event>())?;
            convert::spend(interpreter, EVENTS)?;
        }
        match event {
            Ok((Event::DocumentEnd, _)) if only_first => break,
            Ok((event, _)) => events.push(event),
            Err(error) => {
                let (line, column) = (error.marker().line(), error.marker().col() + 1);
                // saphyr says "while doing this, that"; Psych "that while doing this".
                let problem = match error.info().split_once(", ") {
                    Some((context, problem)) if context.starts_with("while ") => format!("{problem} {context}"),
                    _ => error.info().to_owned(),
                };
                let message = format!("({path}): {problem} at line {line} column {column}");
                return Err(interpreter.error("Psych::SyntaxError", message));
            }
        }
    }
    Ok(events)
}

fn documents(interpreter: &mut Interpreter, events: Vec<Event<'_>>, permitted: &Permitted) -> Eval<Vec<Value>> {
    let mut loader = Loader { events, at: 0, anchors: HashMap::new(), permitted };
    let mut documents = Vec::new();
    while let Some(event) = loader.events.get(loader.at) {
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => loader.at += 1,
            Event::StreamEnd => break,
            _ => documents.push(loader.node(interpreter, 0)?),
        }
    }
    Ok(documents)
}

impl Loader<'_, '_> {
    fn node(&mut self, interpreter: &mut Interpreter, depth: usize) -> Eval {
        interpreter.budget.steps(1).map_err(|kind| interpreter.abort(kind))?;
        if depth > MAX_DEPTH {
            return Err(interpreter.error("Psych::SyntaxError", "the document is nested too deep"));
        }
        let event = self.events.get(self.at).cloned().unwrap_or(Event::Nothing);
        self.at += 1;
        match event {
            Event::Alias(anchor) => self.alias(interpreter, anchor),
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(interpreter, &text, style, tag.as_deref())?;
                self.keep(anchor, &value);
                Ok(value)
            }
            Event::SequenceStart(anchor, tag) => self.sequence(interpreter, anchor, tag.as_deref(), depth),
            Event::MappingStart(anchor, tag) => self.mapping(interpreter, anchor, tag.as_deref(), depth),
            _ => Ok(Value::Nil),
        }
    }

    fn keep(&mut self, anchor: usize, value: &Value) {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
    }

    fn alias(&self, interpreter: &mut Interpreter, anchor: usize) -> Eval {
        if !self.permitted.aliases {
            return Err(interpreter.error(
                "Psych::AliasesNotEnabled",
                "Alias parsing was not enabled. To enable it, pass `aliases: true` to `Psych::load` or \
                 `Psych::safe_load`.",
            ));
        }
        match self.anchors.get(&anchor) {
            Some(value) => Ok(value.clone()),
            None => Err(interpreter.error("Psych::AnchorNotDefined", "An alias referenced an unknown anchor")),
        }
    }

    fn require(&self, interpreter: &mut Interpreter, class: &str) -> Eval<()> {
        if self.permitted.everything || self.permitted.classes.iter().any(|name| name == class) {
            return Ok(());
        }
        Err(disallowed(interpreter, class))
    }

    fn sequence(&mut self, interpreter: &mut Interpreter, anchor: usize, tag: Option<&Tag>, depth: usize) -> Eval {
        if let Some(class) = tag.and_then(ruby_tag) {
            return Err(disallowed(interpreter, class.rsplit(':').next().unwrap_or(&class)));
        }
        let array = std::rc::Rc::new(crate::runtime::value::RArray::new(Vec::new()));
        let value = Value::Array(std::rc::Rc::clone(&array));
        self.keep(anchor, &value);
        while !matches!(self.events.get(self.at), None | Some(Event::SequenceEnd)) {
            let item = self.node(interpreter, depth + 1)?;
            array.borrow_mut().push(item);
        }
        self.at += 1;
        if self.permitted.freeze {
            array.freeze();
        }
        Ok(value)
    }

    fn mapping(&mut self, interpreter: &mut Interpreter, anchor: usize, tag: Option<&Tag>, depth: usize) -> Eval {
        let hash = std::rc::Rc::new(RHash::new());
        let class = tag.and_then(ruby_tag);
        if let Some(class) = &class {
            match class.as_str() {
                "hash:ActiveSupport::HashWithIndifferentAccess"
                | "hash-with-ivars:ActiveSupport::HashWithIndifferentAccess" => {
                    self.require(interpreter, "ActiveSupport::HashWithIndifferentAccess")?;
                    hash.set_indifferent(true);
                }
                "range" => self.require(interpreter, "Range")?,
                other => {
                    let name = other.split_once(':').map_or(other, |(_, name)| name).to_owned();
                    self.require(interpreter, &name)?;
                    return Err(interpreter.unsupported(format!("reading `!ruby/{other}` from YAML")));
                }
            }
        }
        let value = Value::Hash(std::rc::Rc::clone(&hash));
        self.keep(anchor, &value);
        while !matches!(self.events.get(self.at), None | Some(Event::MappingEnd)) {
            let is_merge =
                matches!(self.events.get(self.at), Some(Event::Scalar(text, ScalarStyle::Plain, ..)) if text == "<<");
            let key = self.node(interpreter, depth + 1)?;
            let item = self.node(interpreter, depth + 1)?;
            if is_merge && merge(interpreter, &hash, &item)? {
                continue;
            }
            let key = match &key {
                Value::Str(name) if self.permitted.symbolize_names => Value::symbol(&name.to_string()),
                Value::Str(name) => {
                    name.freeze();
                    key
                }
                _ => key,
            };
            let key = interpreter.hash_key(&key)?;
            hash.borrow_mut().insert(key, item);
        }
        self.at += 1;
        if class.as_deref() == Some("range") {
            let part = |name: &str| hash.get(&Value::str(name)).unwrap_or_default();
            let range = RRange { begin: part("begin"), end: part("end"), exclusive: part("excl").truthy() };
            return Ok(Value::Range(std::rc::Rc::new(range)));
        }
        if self.permitted.freeze {
            hash.freeze();
        }
        Ok(value)
    }

    fn scalar(&self, interpreter: &mut Interpreter, text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Eval {
        if let Some(tag) = tag {
            return self.tagged(interpreter, text, style, tag);
        }
        if style != ScalarStyle::Plain {
            return Ok(self.string(text));
        }
        self.plain(interpreter, text)
    }

    fn string(&self, text: &str) -> Value {
        let value = Value::str(text);
        if let (Value::Str(string), true) = (&value, self.permitted.freeze) {
            string.freeze();
        }
        value
    }

    fn plain(&self, interpreter: &mut Interpreter, text: &str) -> Eval {
        charge_text(interpreter, text)?;
        Ok(match tokenize(text) {
            Scalar::Text => self.string(text),
            Scalar::Nil => Value::Nil,
            Scalar::Bool(flag) => Value::Bool(flag),
            Scalar::Integer(number) => big_value(interpreter, number),
            Scalar::Float(number) => Value::Float(number),
            Scalar::Symbol(name) => {
                self.require(interpreter, "Symbol")?;
                Value::symbol(&name)
            }
            Scalar::Date(year, month, day) => {
                self.require(interpreter, "Date")?;
                date::from_civil(interpreter, year, month, day).unwrap_or_default()
            }
            Scalar::Time(instant, place) => {
                self.require(interpreter, "Time")?;
                let zone = match place {
                    Place::Utc => Zone::Utc,
                    Place::Here => time::local_zone(interpreter),
                    Place::Offset(offset) => Zone::Fixed(offset),
                };
                time::value(interpreter, instant, zone)
            }
        })
    }

    fn tagged(&self, interpreter: &mut Interpreter, text: &str, style: ScalarStyle, tag: &Tag) -> Eval {
        let suffix = tag.suffix.trim_start_matches("tag:yaml.org,2002:");
        if let Some(class) = ruby_tag(tag) {
            return match class.as_str() {
                "symbol" | "sym" => {
                    self.require(interpreter, "Symbol")?;
                    Ok(Value::symbol(text))
                }
                "object:BigDecimal" => {
                    self.require(interpreter, "BigDecimal")?;
                    let digits = text.split_once(':').map_or(text, |(_, digits)| digits);
                    charge_text(interpreter, digits)?;
                    Ok(bigdecimal::value(interpreter, bigdecimal::prefix(digits)))
                }
                other => {
                    let name = other.split_once(':').map_or(other, |(_, name)| name);
                    self.require(interpreter, name)?;
                    Err(interpreter.unsupported(format!("reading `!ruby/{other}` from YAML")))
                }
            };
        }
        match suffix {
            "str" | "string" => Ok(self.string(text)),
            "binary" => {
                let args = crate::runtime::args::Args::one(Value::str(text));
                let class = Value::Class(interpreter.class_at("Base64"));
                interpreter.call(&class, "decode64", args)
            }
            "float" => Ok(Value::Float(crate::core::float::parse_prefix(text).map_or(0.0, |(float, _)| float))),
            "null" => Ok(Value::Nil),
            "" if style != ScalarStyle::Plain => Ok(self.string(text)),
            _ => self.plain(interpreter, text),
        }
    }
}

fn disallowed(interpreter: &mut Interpreter, class: &str) -> Box<Flow> {
    interpreter.error("Psych::DisallowedClass", format!("Tried to load unspecified class: {class}"))
}

/// What follows `!ruby/` in a tag.
fn ruby_tag(tag: &Tag) -> Option<String> {
    let whole = format!("{}{}", tag.handle, tag.suffix);
    let rest = whole.strip_prefix("!ruby/").or_else(|| whole.strip_prefix("tag:ruby.yaml.org,2002:"))?;
    Some(rest.to_owned())
}

/// `<<`: the pairs of a mapping or of a list of them, those already there kept. False when it is something else.
fn merge(interpreter: &mut Interpreter, hash: &RHash, item: &Value) -> Eval<bool> {
    let mappings = match item {
        Value::Hash(_) => vec![item.clone()],
        Value::Array(items) => items.to_vec(),
        _ => return Ok(false),
    };
    for mapping in mappings.iter().rev() {
        let Value::Hash(other) = mapping else { return Ok(false) };
        convert::spend(interpreter, other.len())?;
        for (key, value) in other.pairs() {
            hash.insert(key, value);
        }
    }
    Ok(true)
}
