//! String's pattern methods: sub, gsub, scan, match, split, partition.

use std::rc::Rc;

use super::{bang_methods, derive, text};
use crate::Args;
use crate::core::convert;
use crate::core::match_data::{MatchData, Subject};
use crate::core::regexp::{self, RegexpData};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Receiver, method, variadic};
use crate::runtime::value::{RHash, Value};

pub const METHODS: &[NativeMethod] = &[
    variadic("sub", sub, 0),
    variadic("sub!", sub_bang, 0),
    method("gsub", gsub, 1..=2),
    method("gsub!", gsub_bang, 1..=2),
    method("scan", scan, 1..=1).of(Receiver::Characters),
    method("match", match_method, 1..=2),
    method("match?", is_match, 1..=2),
    method("=~", match_operator, 1..=1),
    method("split", split, 0..=2).of(Receiver::Characters),
    method("partition", partition, 1..=1),
    method("rpartition", rpartition, 1..=1),
];

bang_methods! {
    sub_in_place => sub,
    gsub_in_place => gsub,
}

fn sub_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_sub_arity(interpreter, &args)?;
    in_place(interpreter, this, args, sub_in_place)
}

fn gsub_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_none() && !args.has(1) {
        return gsub(interpreter, this, args);
    }
    in_place(interpreter, this, args, gsub_in_place)
}

/// `sub!` answers self for any match, also one that changes nothing.
fn in_place(
    interpreter: &mut Interpreter,
    this: &Value,
    args: Args,
    change: fn(&mut Interpreter, &Value, Args) -> Eval,
) -> Eval {
    let pattern = Pattern::of(interpreter, &args.first())?;
    let matched = pattern.find(interpreter, &Subject::of(&text(this)), 0)?.is_some();
    let changed = change(interpreter, this, args)?;
    Ok(if matched && changed.is_nil() { this.clone() } else { changed })
}

/// A pattern argument: a Regexp, or a String that stands for itself.
pub enum Pattern {
    Regexp(Value),
    Text(String),
}

impl Pattern {
    /// A Regexp, or the text that is looked for.
    pub fn of(interpreter: &mut Interpreter, value: &Value) -> Eval<Self> {
        if value.data::<RegexpData>().is_some() {
            return Ok(Self::Regexp(value.clone()));
        }
        match value {
            Value::Str(text) => Ok(Self::Text(text.to_string())),
            Value::Object(_) if interpreter.responds_to(value, "to_str") => {
                convert::string(interpreter, value).map(Self::Text)
            }
            other => {
                let label = interpreter.name_for_conversion(other);
                Err(interpreter.type_error(format!("wrong argument type {label} (expected Regexp)")))
            }
        }
    }

    /// The first one from there on.
    pub fn find(&self, interpreter: &mut Interpreter, subject: &Subject, start: usize) -> Eval<Option<MatchData>> {
        match self {
            Self::Regexp(regexp) => regexp::search(interpreter, regexp, subject, start),
            Self::Text(text) => {
                if start > subject.text.len() {
                    return Ok(None);
                }
                convert::spend(interpreter, 1)?;
                let at = subject.text[start..].find(text).map(|at| at + start);
                Ok(at.map(|at| MatchData {
                    regexp: Value::str(text.clone()),
                    subject: subject.clone(),
                    groups: vec![Some((at, at + text.len()))],
                }))
            }
        }
    }

    /// The match of a plain text, so that `$~` has a Regexp to name.
    fn remember(&self, interpreter: &mut Interpreter, found: Option<MatchData>) -> Eval<Option<Rc<MatchData>>> {
        let found = match (self, found) {
            (Self::Text(text), Some(mut found)) => {
                found.regexp = regexp::new(interpreter, &regexp::escape(text), regexp::translate::Options::default())?;
                Some(found)
            }
            (_, found) => found,
        };
        Ok(regexp::set_last_match(interpreter, found))
    }
}

/// What a match is replaced with.
enum Replacement {
    Template(String),
    Hash(Rc<RHash>),
    Block(Rc<crate::RProc>),
}

fn replacement(interpreter: &mut Interpreter, args: &mut Args) -> Eval<Option<Replacement>> {
    if !args.has(1) {
        return Ok(args.block.take().map(Replacement::Block));
    }
    match args.get(1) {
        Value::Hash(hash) => Ok(Some(Replacement::Hash(hash))),
        other => convert::string(interpreter, &other).map(|text| Some(Replacement::Template(text))),
    }
}

impl Replacement {
    fn apply(&self, interpreter: &mut Interpreter, found: &MatchData, out: &mut String) -> Eval<()> {
        match self {
            Self::Template(template) => expand(interpreter, template, found, out),
            Self::Hash(hash) => {
                let value = interpreter.hash_get(hash, &found.group(0))?;
                out.push_str(&interpreter.to_s(&value)?);
                Ok(())
            }
            Self::Block(block) => {
                let saved = interpreter.last_match.clone();
                let value = interpreter.yield_value(block, found.group(0))?;
                out.push_str(&interpreter.to_s(&value)?);
                interpreter.last_match = saved;
                Ok(())
            }
        }
    }
}

/// Fills in `\1`, `\k<name>`, `\0`, `\&`, `` \` ``, `\'` and `\\`.
fn expand(interpreter: &mut Interpreter, template: &str, found: &MatchData, out: &mut String) -> Eval<()> {
    let (start, end) = found.span();
    let whole = &found.subject.text;
    let group = |number: usize| match found.groups.get(number) {
        Some(Some((start, end))) => &whole[*start..*end],
        _ => "",
    };
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(digit @ '0'..='9') => out.push_str(group(digit as usize - '0' as usize)),
            Some('&') => out.push_str(group(0)),
            Some('`') => out.push_str(&whole[..start]),
            Some('\'') => out.push_str(&whole[end..]),
            Some('\\') => out.push('\\'),
            Some('k') if chars.peek() == Some(&'<') => {
                chars.next();
                let name: String = chars.by_ref().take_while(|&c| c != '>').collect();
                match found.number_of(&name).or_else(|| name.parse().ok()) {
                    Some(number) => out.push_str(group(number)),
                    None => {
                        return Err(interpreter.error("IndexError", format!("undefined group name reference: {name}")));
                    }
                }
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    Ok(())
}

/// A block may stand for the replacement.
fn check_sub_arity(interpreter: &mut Interpreter, args: &Args) -> Eval<()> {
    let least = if args.block.is_some() { 1 } else { 2 };
    if (least..=2).contains(&args.len()) {
        return Ok(());
    }
    Err(interpreter.wrong_number(args.len(), least, Some(2)))
}

/// `sub`
pub fn sub(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    check_sub_arity(interpreter, &args)?;
    let pattern = Pattern::of(interpreter, &args.first())?;
    let Some(replacement) = replacement(interpreter, &mut args)? else { return Ok(Value::Nil) };
    let string = text(this);
    let subject = Subject::of(&string);
    let found = pattern.find(interpreter, &subject, 0)?;
    let Some(found) = pattern.remember(interpreter, found)? else { return Ok(derive(&string, &*subject.text)) };
    let (start, end) = found.span();
    let mut out = subject.text[..start].to_owned();
    replacement.apply(interpreter, &found, &mut out)?;
    out.push_str(&subject.text[end..]);
    Ok(derive(&string, out))
}

/// Where to look on after a match: past it, and past one more character where it was empty.
fn next_start(text: &str, (start, end): (usize, usize)) -> usize {
    if end > start {
        return end;
    }
    end + text[end..].chars().next().map_or(1, char::len_utf8)
}

/// `gsub`
pub fn gsub(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let pattern = Pattern::of(interpreter, &args.first())?;
    let replacement = if args.has(1) || args.block.is_some() { replacement(interpreter, &mut args)? } else { None };
    let Some(replacement) = replacement else {
        return crate::core::enumerator::of_method(interpreter, this, "gsub", args);
    };
    let string = text(this);
    let subject = Subject::of(&string);
    let (mut out, mut copied, mut start) = (String::new(), 0, 0);
    let mut last = None;
    let per_match = matches!(replacement, Replacement::Block(_));
    while let Some(found) = pattern.find(interpreter, &subject, start)? {
        let span = found.span();
        out.push_str(&subject.text[copied..span.0]);
        if per_match {
            if let Some(found) = pattern.remember(interpreter, Some(found))? {
                replacement.apply(interpreter, &found, &mut out)?;
            }
        } else {
            replacement.apply(interpreter, &found, &mut out)?;
            last = Some(found);
        }
        interpreter.check_size(out.len())?;
        copied = span.1;
        start = next_start(&subject.text, span);
    }
    if !per_match || copied == 0 && start == 0 {
        pattern.remember(interpreter, last)?;
    }
    out.push_str(&subject.text[copied..]);
    Ok(derive(&string, out))
}

/// What `scan` gives for a match: its groups where it has some, else its text.
fn scanned(found: &MatchData) -> Value {
    if found.groups.len() > 1 { Value::array(found.capture_values()) } else { found.group(0) }
}

fn scan(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let pattern = Pattern::of(interpreter, &args.first())?;
    let subject = Subject::of(&text(this));
    let (mut out, mut start, mut last) = (Vec::new(), 0, None);
    while let Some(found) = pattern.find(interpreter, &subject, start)? {
        start = next_start(&subject.text, found.span());
        let item = scanned(&found);
        match &args.block {
            Some(block) => {
                pattern.remember(interpreter, Some(found))?;
                let saved = interpreter.last_match.clone();
                interpreter.yield_value(block, item)?;
                interpreter.last_match = saved;
            }
            None => {
                out.push(item);
                last = Some(found);
            }
        }
    }
    if args.block.is_some() {
        return Ok(this.clone());
    }
    pattern.remember(interpreter, last)?;
    Ok(Value::array(out))
}

/// The Regexp of `match`'s argument, whose text is a pattern.
fn as_regexp(interpreter: &mut Interpreter, value: &Value) -> Eval {
    if value.data::<RegexpData>().is_some() {
        return Ok(value.clone());
    }
    match Pattern::of(interpreter, value)? {
        Pattern::Regexp(regexp) => Ok(regexp),
        Pattern::Text(source) => regexp::new(interpreter, &source, regexp::translate::Options::default()),
    }
}

fn match_method(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let regexp = as_regexp(interpreter, &args.first())?;
    args.positional[0] = this.clone();
    interpreter.call(&regexp, "match", args)
}

fn is_match(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let regexp = as_regexp(interpreter, &args.first())?;
    args.positional[0] = this.clone();
    interpreter.call(&regexp, "match?", args)
}

fn match_operator(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if matches!(args.first(), Value::Str(_)) {
        return Err(interpreter.type_error("type mismatch: String given"));
    }
    interpreter.call(&args.first(), "=~", Args::one(this.clone()))
}

fn split(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = text(this);
    let subject = Subject::of(&string);
    let limit = if args.has(1) { convert::int(interpreter, &args.get(1))? } else { 0 };
    let content = &*subject.text;
    interpreter.check_size(content.len().saturating_mul(8))?;
    let most = usize::try_from(limit).ok().filter(|&limit| limit > 0);
    let mut parts: Vec<Value> = match args.first() {
        _ if content.is_empty() => Vec::new(),
        _ if most == Some(1) => vec![derive(&string, content)],
        Value::Nil => split_words(content, most).into_iter().map(|part| derive(&string, part)).collect(),
        pattern => match Pattern::of(interpreter, &pattern)? {
            Pattern::Text(separator) if separator == " " => {
                split_words(content, most).into_iter().map(|part| derive(&string, part)).collect()
            }
            Pattern::Text(separator) => {
                split_text(content, &separator, most).into_iter().map(|part| derive(&string, part)).collect()
            }
            regexp @ Pattern::Regexp(_) => split_pattern(interpreter, &subject, &regexp, most)?,
        },
    };
    if limit == 0 {
        while parts.last().is_some_and(|part| text(part).borrow().is_empty()) {
            parts.pop();
        }
    }
    match &args.block {
        Some(block) => {
            for part in parts {
                interpreter.yield_value(block, part)?;
            }
            Ok(this.clone())
        }
        None => Ok(Value::array(parts)),
    }
}

/// Splits at runs of blanks, those at the start left out.
fn split_words(text: &str, most: Option<usize>) -> Vec<&str> {
    let blank = |c: char| c.is_ascii_whitespace() || c == '\x0b' || c == '\0';
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(blank);
    while !rest.is_empty() {
        if most == Some(parts.len() + 1) {
            parts.push(rest);
            return parts;
        }
        match rest.find(blank) {
            Some(at) => {
                parts.push(&rest[..at]);
                rest = rest[at..].trim_start_matches(blank);
                if rest.is_empty() {
                    parts.push("");
                }
            }
            None => {
                parts.push(rest);
                return parts;
            }
        }
    }
    parts
}

fn split_text<'a>(text: &'a str, separator: &str, most: Option<usize>) -> Vec<&'a str> {
    if !separator.is_empty() {
        return match most {
            Some(most) => text.splitn(most, separator).collect(),
            None => text.split(separator).collect(),
        };
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if most == Some(parts.len() + 1) {
            break;
        }
        parts.push(&rest[..c.len_utf8()]);
        rest = &rest[c.len_utf8()..];
    }
    parts.push(rest);
    parts
}

fn split_pattern(
    interpreter: &mut Interpreter,
    subject: &Subject,
    pattern: &Pattern,
    most: Option<usize>,
) -> Eval<Vec<Value>> {
    let (mut parts, mut from, mut start, mut count) = (Vec::new(), 0, 0, 1);
    while most.is_none_or(|most| count < most) {
        let Some(found) = pattern.find(interpreter, subject, start)? else { break };
        let (begin, end) = found.span();
        start = next_start(&subject.text, (begin, end));
        if begin == end {
            // An empty match splits between characters, not at the ends.
            if begin >= subject.text.len() {
                break;
            }
            if begin == from {
                if begin == 0 || start > subject.text.len() {
                    if begin == 0 {
                        continue;
                    }
                    break;
                }
                continue;
            }
        }
        parts.push(subject.slice(from, begin));
        parts.extend(found.capture_values().into_iter().filter(|group| !group.is_nil()));
        from = end;
        count += 1;
    }
    parts.push(subject.slice(from, subject.text.len()));
    Ok(parts)
}

fn triple(subject: &Subject, (start, end): (usize, usize)) -> Value {
    Value::array(vec![subject.slice(0, start), subject.slice(start, end), subject.slice(end, subject.text.len())])
}

fn partition(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let pattern = Pattern::of(interpreter, &args.first())?;
    let subject = Subject::of(&text(this));
    let found = pattern.find(interpreter, &subject, 0)?;
    let found =
        if let Pattern::Regexp(_) = pattern { pattern.remember(interpreter, found)? } else { found.map(Rc::new) };
    Ok(match found {
        Some(found) => triple(&subject, found.span()),
        None => triple(&subject, (subject.text.len(), subject.text.len())),
    })
}

fn partition_pattern(interpreter: &mut Interpreter, value: &Value) -> Eval<Pattern> {
    if value.data::<RegexpData>().is_some() {
        return Ok(Pattern::Regexp(value.clone()));
    }
    match convert::string(interpreter, value) {
        Ok(text) => Ok(Pattern::Text(text)),
        Err(_) => {
            let label = interpreter.name_for_conversion(value);
            Err(interpreter.type_error(format!("type mismatch: {label} given")))
        }
    }
}

fn rpartition(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let pattern = partition_pattern(interpreter, &args.first())?;
    let subject = Subject::of(&text(this));
    let span = match &pattern {
        Pattern::Text(part) => subject.text.rfind(part).map(|at| (at, at + part.len())),
        Pattern::Regexp(regexp) => {
            let at = interpreter.call(this, "rindex", Args::one(regexp.clone()))?;
            let found = interpreter.last_match.data::<MatchData>();
            found.filter(|_| !at.is_nil()).map(|found| found.span())
        }
    };
    Ok(triple(&subject, span.unwrap_or((0, 0))))
}
