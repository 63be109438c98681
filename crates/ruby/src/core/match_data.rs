//! MatchData: what a Regexp found, and the `$1` family that reads the last one.

use std::rc::Rc;

use super::convert::{self, absolute, pair};
use super::regexp::RegexpData;
use crate::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RHash, RString, Value};

const METHODS: &[NativeMethod] = &[
    method("[]", index, 1..=2),
    method("begin", begin, 1..=1),
    method("end", end, 1..=1),
    method("offset", offset, 1..=1),
    method("byteoffset", byte_offset, 1..=1),
    method("captures", captures, 0..=0),
    method("deconstruct", captures, 0..=0),
    method("deconstruct_keys", deconstruct_keys, 1..=1),
    method("named_captures", named_captures, 0..=0).taking(&["symbolize_names"]),
    method("names", names, 0..=0),
    method("pre_match", pre_match, 0..=0),
    method("post_match", post_match, 0..=0),
    method("to_a", to_a, 0..=0),
    method("to_s", to_s, 0..=0),
    method("match", match_group, 1..=1),
    method("match_length", match_length, 1..=1),
    variadic("values_at", values_at, 0),
    method("size", size, 0..=0),
    method("length", size, 0..=0),
    method("string", string, 0..=0),
    method("regexp", regexp, 0..=0),
    method("inspect", inspect, 0..=0),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
];

/// The text that a pattern is matched against, shared by all matches in it.
#[derive(Clone)]
pub struct Subject {
    pub text: Rc<str>,
    pub encoding: Encoding,
    /// Bytes that are no characters are in it.
    pub broken: bool,
}

impl Subject {
    /// Where each character of a string begins, worked out when it is asked for.
    pub fn of(string: &RString) -> Self {
        Self { text: Rc::from(&*string.borrow()), encoding: string.encoding(), broken: string.is_broken() }
    }

    /// Of a text that is no String.
    pub fn plain(text: Rc<str>) -> Self {
        Self { text, encoding: Encoding::UTF_8, broken: false }
    }

    /// The part between two bytes, as a String of the same encoding.
    pub fn slice(&self, start: usize, end: usize) -> Value {
        Value::Str(Rc::new(RString::encoded(&self.text[start..end], self.encoding)))
    }

    /// The byte at which the character `position` (from the end where negative) starts.
    pub fn byte_at(&self, position: i64) -> Option<usize> {
        if self.text.is_ascii() {
            return absolute(position, self.text.len()).filter(|&byte| byte <= self.text.len());
        }
        let position = if position < 0 { absolute(position, self.text.chars().count())? } else { position as usize };
        let ends = std::iter::once(self.text.len());
        self.text.char_indices().map(|(byte, _)| byte).chain(ends).nth(position)
    }

    /// The character that begins at this byte.
    pub fn char_of(&self, byte: usize) -> usize {
        self.text[..byte].chars().count()
    }
}

/// What a pattern found, and in what.
pub struct MatchData {
    pub regexp: Value,
    pub subject: Subject,
    /// Start and end in bytes; the whole match is the first.
    pub groups: Vec<Option<(usize, usize)>>,
}

impl NativeData for MatchData {}

impl MatchData {
    /// Start and end of the whole match, in bytes.
    pub fn span(&self) -> (usize, usize) {
        self.groups.first().copied().flatten().unwrap_or_default()
    }

    /// The text of a group, nil where it took no part.
    pub fn group(&self, number: usize) -> Value {
        match self.groups.get(number) {
            Some(Some((start, end))) => self.subject.slice(*start, *end),
            _ => Value::Nil,
        }
    }

    /// nil where it took no part; None where there is no such group.
    pub fn named_group(&self, name: &str) -> Option<Value> {
        Some(self.group(self.number_of(name)?))
    }

    /// The number of the group of this name: the last that took part, if several have it.
    pub fn number_of(&self, name: &str) -> Option<usize> {
        let data = self.regexp.data::<RegexpData>()?;
        let numbers: Vec<usize> =
            (0..data.names.len()).filter(|&number| data.names[number].as_deref() == Some(name)).collect();
        let matched = numbers.iter().rev().find(|&&number| self.groups.get(number).is_some_and(Option::is_some));
        matched.or(numbers.last()).copied()
    }

    /// Where a group starts, in characters.
    pub fn char_start(&self, number: usize) -> Option<usize> {
        let (start, _) = self.groups.get(number).copied().flatten()?;
        Some(self.subject.char_of(start))
    }

    /// In the order of the pattern.
    pub fn names(&self) -> Vec<String> {
        let data = self.regexp.data::<RegexpData>();
        data.map(|data| data.names.iter().flatten().cloned().collect()).unwrap_or_default()
    }

    /// `captures`
    pub fn capture_values(&self) -> Vec<Value> {
        (1..self.groups.len()).map(|number| self.group(number)).collect()
    }
}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("MatchData", &object).define(METHODS);
}

/// `$1`, `$2`, ... and (0) `$&`.
pub fn numbered_reference(last_match: &Value, number: usize) -> Value {
    last_match.data::<MatchData>().map(|found| found.group(number)).unwrap_or_default()
}

/// A local variable that a literal with named groups sets.
pub fn named_reference(last_match: &Value, name: &str) -> Value {
    last_match.data::<MatchData>().and_then(|found| found.named_group(name)).unwrap_or_default()
}

/// `` $` `` (before), `$'` (after), `$+` (the last group) and `$&`.
pub fn back_reference(last_match: &Value, name: char) -> Value {
    let Some(found) = last_match.data::<MatchData>() else { return Value::Nil };
    let (start, end) = found.span();
    match name {
        '`' => found.subject.slice(0, start),
        '\'' => found.subject.slice(end, found.subject.text.len()),
        '+' => (1..found.groups.len()).rev().map(|n| found.group(n)).find(|group| !group.is_nil()).unwrap_or_default(),
        _ => found.group(0),
    }
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<MatchData>> {
    this.data::<MatchData>().ok_or_else(|| interpreter.type_error("uninitialized MatchData"))
}

/// The number of the group that an argument names; None where the number is out of reach.
fn group_number(interpreter: &mut Interpreter, found: &MatchData, group: &Value) -> Eval<Option<usize>> {
    if let Some(name) = group.as_name() {
        return match found.number_of(&name) {
            Some(number) => Ok(Some(number)),
            None => Err(interpreter.error("IndexError", format!("undefined group name reference: {name}"))),
        };
    }
    let number = convert::int(interpreter, group)?;
    Ok(absolute(number, found.groups.len()).filter(|&number| number < found.groups.len()))
}

fn index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = data(interpreter, this)?;
    if args.has(1) || matches!(args.first(), Value::Range(_)) {
        let items = to_a(interpreter, this, Args::none())?;
        return interpreter.call(&items, "[]", args);
    }
    let number = group_number(interpreter, &found, &args.first())?;
    Ok(number.map(|number| found.group(number)).unwrap_or_default())
}

/// Byte offsets of a group, if it took part.
type GroupSpan = Option<(usize, usize)>;

fn span_of(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<(Rc<MatchData>, GroupSpan)> {
    let found = data(interpreter, this)?;
    match group_number(interpreter, &found, &args.first())? {
        Some(number) => {
            let span = found.groups[number];
            Ok((found, span))
        }
        None => {
            let shown = interpreter.inspect(&args.first())?;
            Err(interpreter.error("IndexError", format!("index {shown} out of matches")))
        }
    }
}

fn begin(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (found, span) = span_of(interpreter, this, &args)?;
    Ok(span.map(|(start, _)| found.subject.char_of(start)).into())
}

fn end(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (found, span) = span_of(interpreter, this, &args)?;
    Ok(span.map(|(_, end)| found.subject.char_of(end)).into())
}

fn offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (found, span) = span_of(interpreter, this, &args)?;
    let at = |byte: Option<usize>| Value::from(byte.map(|byte| found.subject.char_of(byte)));
    Ok(pair(at(span.map(|(start, _)| start)), at(span.map(|(_, end)| end))))
}

fn byte_offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (_, span) = span_of(interpreter, this, &args)?;
    Ok(pair(span.map(|(start, _)| start).into(), span.map(|(_, end)| end).into()))
}

fn captures(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(data(interpreter, this)?.capture_values()))
}

fn deconstruct_keys(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = data(interpreter, this)?;
    let wanted = if let Value::Array(keys) = args.first() { Some(keys.to_vec()) } else { None };
    let is_wanted =
        |name: &String| wanted.as_ref().is_none_or(|keys| keys.iter().any(|key| key.as_name().as_ref() == Some(name)));
    let pairs = found.names().into_iter().filter(is_wanted).map(|name| {
        let value = found.named_group(&name).unwrap_or_default();
        (Value::symbol(&name), value)
    });
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

fn named_captures(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let symbolize = args.take_options().and_then(|options| options.get_symbol("symbolize_names"));
    if symbolize.is_some_and(|symbolize| symbolize.truthy()) {
        return deconstruct_keys(interpreter, this, Args::none());
    }
    let found = data(interpreter, this)?;
    let pairs = found.names().into_iter().map(|name| {
        let value = found.named_group(&name).unwrap_or_default();
        (super::string::frozen(&name), value)
    });
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

fn names(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(data(interpreter, this)?.names().into_iter().map(Value::str).collect()))
}

fn pre_match(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(back_reference(this, '`'))
}

fn post_match(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(back_reference(this, '\''))
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let found = data(interpreter, this)?;
    Ok(Value::array((0..found.groups.len()).map(|number| found.group(number)).collect()))
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(data(interpreter, this)?.group(0))
}

fn match_group(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (found, span) = span_of(interpreter, this, &args)?;
    Ok(span.map(|(start, end)| found.subject.slice(start, end)).unwrap_or_default())
}

fn match_length(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (found, span) = span_of(interpreter, this, &args)?;
    Ok(span.map(|(start, end)| found.subject.text[start..end].chars().count()).into())
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = data(interpreter, this)?;
    let mut out = Vec::new();
    for argument in &args.positional {
        let number = group_number(interpreter, &found, argument)?;
        out.push(number.map(|number| found.group(number)).unwrap_or_default());
    }
    Ok(Value::array(out))
}

fn size(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(data(interpreter, this)?.groups.len().into())
}

fn string(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let found = data(interpreter, this)?;
    let string = found.subject.slice(0, found.subject.text.len());
    if let Value::Str(string) = &string {
        string.freeze();
    }
    Ok(string)
}

fn regexp(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(data(interpreter, this)?.regexp.clone())
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let found = data(interpreter, this)?;
    let names = found.regexp.data::<RegexpData>().map(|data| data.names.clone()).unwrap_or_default();
    let mut out = String::from("#<MatchData");
    for number in 0..found.groups.len() {
        let shown = interpreter.inspect(&found.group(number))?;
        match names.get(number).cloned().flatten() {
            Some(name) => out.push_str(&format!(" {name}:{shown}")),
            None if number == 0 => out.push_str(&format!(" {shown}")),
            None => out.push_str(&format!(" {number}:{shown}")),
        }
    }
    out.push('>');
    Ok(Value::str(out))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = data(interpreter, this)?;
    let Some(other) = args.first().data::<MatchData>() else { return Ok(Value::Bool(false)) };
    let same = found.subject.text == other.subject.text && found.groups == other.groups;
    Ok(Value::Bool(same && interpreter.equal(&found.regexp, &other.regexp)?))
}
