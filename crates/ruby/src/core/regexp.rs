//! Regexp. Patterns are rewritten by [`translate`] for the `fancy-regex` crate, which runs what it can in
//! linear time and stops backtracking at a limit. A match sets `$~`, kept in `Interpreter::last_match`.

mod bounded;
pub mod translate;

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use fancy_regex::Regex;

use self::translate::Options;
use super::convert;
use super::match_data::{MatchData, Subject};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RHash, Value};
use crate::syntax::symbol::Symbol;
use crate::{Args, Flow};

const METHODS: &[NativeMethod] = &[
    method("=~", match_operator, 1..=1),
    method("===", case_equal, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
    method("hash", hash, 0..=0),
    method("match", match_method, 1..=2),
    method("match?", is_match, 1..=2),
    method("~", match_last_line, 0..=0),
    method("source", source, 0..=0),
    method("to_s", to_s, 0..=0),
    method("inspect", inspect, 0..=0),
    method("options", options, 0..=0),
    method("casefold?", is_casefold, 0..=0),
    method("names", names, 0..=0),
    method("named_captures", named_captures, 0..=0),
    method("encoding", encoding, 0..=0),
    method("fixed_encoding?", is_fixed_encoding, 0..=0),
    method("timeout", timeout, 0..=0),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("new", new_method, 1..=2).taking(&[]).lacking(&["timeout"]),
    method("compile", new_method, 1..=2).taking(&[]).lacking(&["timeout"]),
    method("escape", escape_method, 1..=1),
    method("quote", escape_method, 1..=1),
    variadic("union", union, 0),
    method("last_match", last_match, 0..=1),
    method("try_convert", try_convert, 1..=1),
    method("linear_time?", is_linear_time, 1..=3),
    method("timeout", timeout, 0..=0),
];

/// A pattern as it was written, and as an engine has it.
pub struct RegexpData {
    pub source: String,
    pub options: Options,
    pub regex: Arc<Regex>,
    /// Whether the engine matches it in time that grows with the text, once that was asked.
    linear: OnceCell<bool>,
    /// Names of the groups, by number; plain groups have none.
    pub names: Vec<Option<String>>,
}

impl NativeData for RegexpData {
    fn eql_key(&self) -> Option<String> {
        Some(format!("{}/{}", self.options.bits(), self.source))
    }
}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Regexp", &object);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    for (name, bits) in
        [("IGNORECASE", Options::IGNORECASE), ("EXTENDED", Options::EXTENDED), ("MULTILINE", Options::MULTILINE)]
    {
        class.set_constant(name, Value::Int(bits));
    }
    class.set_constant("FIXEDENCODING", Value::Int(16));
    class.set_constant("NOENCODING", Value::Int(32));
    let class = interpreter.class_at("StandardError");
    let error = interpreter.define_class("RegexpError", &class);
    interpreter.define_class("Regexp::TimeoutError", &error);
}

/// How far the engine may backtrack at one starting point before the match is given up.
const BACKTRACK_LIMIT: usize = 5_000_000;

/// A Regexp of Ruby's `source`; RegexpError where it is not one.
pub fn new(interpreter: &mut Interpreter, source: &str, options: Options) -> Eval {
    let pattern = match translate::translate(source, options) {
        Ok(pattern) => pattern,
        Err(message) => return Err(interpreter.error("RegexpError", format!("{message}: /{source}/"))),
    };
    let regex = fancy_regex::RegexBuilder::new(&pattern).backtrack_limit(BACKTRACK_LIMIT).build();
    let regex = match regex {
        Ok(regex) => regex,
        Err(error) => return Err(interpreter.error("RegexpError", format!("{error}: /{source}/"))),
    };
    let names = regex.capture_names().map(|name| name.map(str::to_owned)).collect();
    let class = interpreter.class_at("Regexp");
    let value = Value::native(
        &class,
        RegexpData { source: source.to_owned(), options, regex: Arc::new(regex), linear: OnceCell::new(), names },
    );
    if let Value::Object(object) = &value {
        object.freeze();
    }
    Ok(value)
}

/// The first match at or after the byte `start`. Does not touch `$~`.
pub fn search(
    interpreter: &mut Interpreter,
    regexp: &Value,
    subject: &Subject,
    start: usize,
) -> Eval<Option<MatchData>> {
    let Some(data) = regexp.data::<RegexpData>() else {
        return Err(convert::no_conversion(interpreter, regexp, "Regexp"));
    };
    if subject.broken {
        let name = subject.encoding.name();
        return Err(interpreter.argument_error(format!("invalid byte sequence in {name}")));
    }
    if start > subject.text.len() {
        return Ok(None);
    }
    let found = bounded::search(interpreter, &data, &subject.text, start)?;
    Ok(found.map(|groups| MatchData { regexp: regexp.clone(), subject: subject.clone(), groups }))
}

fn engine_error(interpreter: &mut Interpreter, error: &fancy_regex::Error) -> Box<Flow> {
    interpreter.error("Regexp::TimeoutError", format!("regexp match timeout: {error}"))
}

/// [`search`], leaving its outcome in `$~`.
pub fn search_and_set(
    interpreter: &mut Interpreter,
    regexp: &Value,
    subject: &Subject,
    start: usize,
) -> Eval<Option<Rc<MatchData>>> {
    let found = search(interpreter, regexp, subject, start)?;
    Ok(set_last_match(interpreter, found))
}

/// `$~`, of the method that called.
pub fn set_last_match(interpreter: &mut Interpreter, found: Option<MatchData>) -> Option<Rc<MatchData>> {
    let Some(found) = found else {
        interpreter.last_match = Value::Nil;
        return None;
    };
    let class = interpreter.class_at("MatchData");
    interpreter.last_match = Value::native(&class, found);
    interpreter.last_match.data::<MatchData>()
}

/// What a pattern argument of String's methods is matched against: text of a String or Symbol.
fn subject(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Subject>> {
    match value {
        Value::Nil => Ok(None),
        Value::Symbol(symbol) => Ok(Some(Subject::plain(symbol.to_str()))),
        Value::Str(string) => Ok(Some(Subject::of(string))),
        other => Ok(Some(Subject::plain(Rc::from(convert::string(interpreter, other)?)))),
    }
}

/// The data of a Regexp.
pub fn data(this: &Value) -> Rc<RegexpData> {
    this.data::<RegexpData>().unwrap_or_else(|| {
        Rc::new(RegexpData {
            source: String::new(),
            options: Options::default(),
            regex: Arc::new(Regex::new("").unwrap_or_else(|_| unreachable!("the empty pattern is a pattern"))),
            linear: OnceCell::new(),
            names: Vec::new(),
        })
    })
}

fn match_operator(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(subject) = subject(interpreter, &args.first())? else {
        interpreter.last_match = Value::Nil;
        return Ok(Value::Nil);
    };
    let found = search_and_set(interpreter, this, &subject, 0)?;
    Ok(found.map(|found| found.char_start(0)).into())
}

fn case_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let subject = match args.first() {
        Value::Str(string) => Subject::of(&string),
        Value::Symbol(symbol) => Subject::plain(symbol.to_str()),
        other if other.data::<super::string::StringObject>().is_some() => Subject::of(&super::string::text(&other)),
        _ => {
            interpreter.last_match = Value::Nil;
            return Ok(Value::Bool(false));
        }
    };
    Ok(Value::Bool(search_and_set(interpreter, this, &subject, 0)?.is_some()))
}

fn equal(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first().data::<RegexpData>();
    Ok(Value::Bool(other.is_some_and(|other| other.eql_key() == data(this).eql_key())))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let key = data(this).eql_key().unwrap_or_default();
    interpreter.call(&Value::str(key), "hash", Args::none())
}

/// The byte at which a search from the character `position` starts.
pub fn start_byte(interpreter: &mut Interpreter, subject: &Subject, position: &Value) -> Eval<Option<usize>> {
    if position.is_nil() {
        return Ok(Some(0));
    }
    let position = convert::int(interpreter, position)?;
    Ok(subject.byte_at(position))
}

fn match_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let start = match subject(interpreter, &args.first())? {
        Some(subject) => start_byte(interpreter, &subject, &args.get(1))?.map(|start| (subject, start)),
        None => None,
    };
    let Some((subject, start)) = start else {
        interpreter.last_match = Value::Nil;
        return Ok(Value::Nil);
    };
    search_and_set(interpreter, this, &subject, start)?;
    let found = interpreter.last_match.clone();
    match &args.block {
        Some(block) if !found.is_nil() => interpreter.yield_value(block, found),
        _ => Ok(found),
    }
}

fn is_match(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(subject) = subject(interpreter, &args.first())? else { return Ok(Value::Bool(false)) };
    let Some(start) = start_byte(interpreter, &subject, &args.get(1))? else { return Ok(Value::Bool(false)) };
    Ok(Value::Bool(search(interpreter, this, &subject, start)?.is_some()))
}

fn match_last_line(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let line = interpreter.globals.get(&Symbol::new("$_")).cloned().unwrap_or_default();
    match_operator(interpreter, this, Args::one(line))
}

fn source(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::str(data(this).source.clone()))
}

fn flag_letters(options: Options) -> (String, String) {
    let flags = [('m', options.multiline), ('i', options.ignore_case), ('x', options.extended)];
    let (on, off): (Vec<_>, Vec<_>) = flags.into_iter().partition(|(_, on)| *on);
    (on.into_iter().map(|(c, _)| c).collect(), off.into_iter().map(|(c, _)| c).collect())
}

/// A pattern's source with its slashes escaped, as it would stand in a literal.
fn escape_slashes(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut escaped = false;
    for c in source.chars() {
        match c {
            '/' if !escaped => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    out
}

/// The text by which a pattern stands inside another one.
pub fn embedded(data: &RegexpData) -> String {
    let (on, off) = flag_letters(data.options);
    let off = if off.is_empty() { off } else { format!("-{off}") };
    format!("(?{on}{off}:{})", escape_slashes(&data.source))
}

fn to_s(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::str(embedded(&data(this))))
}

fn inspect(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let data = data(this);
    Ok(Value::str(format!("/{}/{}", escape_slashes(&data.source), flag_letters(data.options).0)))
}

fn options(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Int(data(this).options.bits()))
}

fn is_casefold(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(data(this).options.ignore_case))
}

fn names(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(data(this).names.iter().flatten().map(|name| Value::str(name.clone())).collect()))
}

fn named_captures(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let hash = RHash::new();
    for (index, name) in data(this).names.iter().enumerate() {
        if let Some(name) = name {
            hash.insert(super::string::frozen(name), Value::array(vec![Value::from(index)]));
        }
    }
    Ok(Value::hash(hash))
}

fn encoding(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let name = if data(this).source.is_ascii() { "US-ASCII" } else { "UTF-8" };
    super::string::encoding::encoding_named(interpreter, name)
}

fn is_fixed_encoding(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(!data(this).source.is_ascii()))
}

fn timeout(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Nil)
}

fn new_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    if args.first().data::<RegexpData>().is_some() {
        return Ok(args.first());
    }
    let source = convert::string(interpreter, &args.first())?;
    let options = match args.get(1) {
        Value::Int(bits) => Options::from_bits(bits),
        Value::Str(flags) => {
            let flags = flags.to_string();
            if flags.chars().any(|c| !"imx".contains(c)) {
                return Err(interpreter.argument_error(format!(
                    "unknown regexp option{}: {flags}",
                    if flags.chars().count() == 1 { "" } else { "s" }
                )));
            }
            Options::from_flags(&flags)
        }
        Value::Hash(_) => Options::default(),
        other => Options { ignore_case: other.truthy(), ..Options::default() },
    };
    new(interpreter, &source, options)
}

/// `Regexp.escape`
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x0c' => out.push_str("\\f"),
            '\x0b' => out.push_str("\\v"),
            ' ' => out.push_str("\\ "),
            c if "[]{}()|-*.\\?+^$#".contains(c) => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn escape_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let text = match args.first() {
        Value::Symbol(symbol) => symbol.to_string(),
        other => convert::string(interpreter, &other)?,
    };
    Ok(Value::str(escape(&text)))
}

fn union(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let patterns = match args.positional.as_slice() {
        [Value::Array(items)] => items.to_vec(),
        patterns => patterns.to_vec(),
    };
    if let [only] = patterns.as_slice()
        && only.data::<RegexpData>().is_some()
    {
        return Ok(only.clone());
    }
    let mut sources = Vec::new();
    for pattern in &patterns {
        sources.push(match (pattern, pattern.data::<RegexpData>()) {
            (_, Some(data)) => embedded(&data),
            (Value::Symbol(symbol), _) => escape(&symbol.to_str()),
            (other, _) => escape(&convert::string(interpreter, other)?),
        });
    }
    let source = if sources.is_empty() { "(?!)".to_owned() } else { sources.join("|") };
    new(interpreter, &source, Options::default())
}

fn last_match(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let last = interpreter.last_match.clone();
    if !args.has(0) || last.is_nil() {
        return Ok(last);
    }
    interpreter.call(&last, "[]", args)
}

fn try_convert(_: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    Ok(if args.first().data::<RegexpData>().is_some() { args.first() } else { Value::Nil })
}

fn is_linear_time(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let regexp = new_method(interpreter, this, args)?;
    let source = data(&regexp).source.clone();
    Ok(Value::Bool(!["(?=", "(?!", "(?<=", "(?<!", "(?>", "\\1", "\\k"].iter().any(|part| source.contains(part))))
}
