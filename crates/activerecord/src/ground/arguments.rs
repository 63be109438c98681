//! Ruby values and the adapters' arguments, one made from the other; and the keywords of a method, checked in Ruby's words.

use std::rc::Rc;

use adapters::{Arg, Options};
use ruby::encoding::Encoding;
use ruby::value::RString;
use ruby::{Args, Eval, Interpreter, RHash, Symbol, Value};

/// The keywords of a call, taken out: a hash of its own, as `**options` makes one.
pub(crate) fn keywords(args: &Args) -> RHash {
    match &args.keywords {
        Some(hash) => RHash::from_pairs(hash.pairs()),
        None => RHash::new(),
    }
}

/// ArgumentError for each keyword that is not among `known`, for a method without `**options`.
pub(crate) fn check_keywords(interpreter: &mut Interpreter, args: &Args, known: &[&str]) -> Eval<()> {
    let Some(keywords) = &args.keywords else { return Ok(()) };
    let mut unknown = Vec::new();
    for (key, _) in keywords.pairs() {
        let is_known = matches!(&key, Value::Symbol(name) if known.contains(&&*name.to_str()));
        if !is_known {
            unknown.push(interpreter.inspect(&key)?);
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let word = if unknown.len() == 1 { "keyword" } else { "keywords" };
    Err(interpreter.argument_error(format!("unknown {word}: {}", unknown.join(", "))))
}

/// How deep lists and hashes may nest in what crosses into the adapters: they walk it by recursion, without a budget.
const MAXIMUM_DEPTH: usize = 500;

/// A value for an adapter. A proc is called: where adapters take one, it stands for a default, and they call it too.
pub(crate) fn to_arg(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    match value {
        Value::Array(_) | Value::Hash(_) | Value::Range(_) => Crossing::default().container(interpreter, value),
        scalar => scalar_to_arg(interpreter, scalar),
    }
}

fn scalar_to_arg(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    Ok(match value {
        Value::Nil | Value::Array(_) | Value::Hash(_) | Value::Range(_) => Arg::Nil,
        Value::Bool(value) => Arg::Bool(*value),
        Value::Int(value) => Arg::Int(*value),
        Value::Float(value) => Arg::Float(*value),
        Value::Symbol(name) => Arg::Symbol(name.to_string()),
        // Rails tells bytes from text by the column's type, not by the string's encoding.
        Value::Str(text) if !text.is_plain() => match String::from_utf8(bytes_of(interpreter, text)?) {
            Ok(text) => Arg::Str(text),
            Err(error) => Arg::Bytes(error.into_bytes()),
        },
        Value::Str(text) => Arg::Str(text.to_string()),
        Value::Proc(function) => {
            let answer = interpreter.call_block(function, Args::none())?;
            Arg::Function(interpreter.to_s(&answer)?)
        }
        Value::Class(class) => Arg::Str(class.name()),
        Value::Object(_) => super::scalars::to_arg(interpreter, value)?,
    })
}

/// A string's bytes for a database, which takes UTF-8 and bytes as they are.
fn bytes_of(interpreter: &mut Interpreter, text: &RString) -> Eval<Vec<u8>> {
    if matches!(text.encoding(), Encoding::UTF_8 | Encoding::BINARY | Encoding::US_ASCII) {
        return Ok(text.bytes());
    }
    let encoding = text.encoding().name();
    Err(interpreter.unsupported(format!("a String in {encoding} for the database; encode it to UTF-8 first")))
}

/// A value on its way to an adapter. What is shared within it becomes as many copies, and what contains itself would
/// have no end.
#[derive(Default)]
struct Crossing {
    /// What is being converted, outermost first.
    open: Vec<usize>,
    /// About how many bytes were made.
    bytes: usize,
}

impl Crossing {
    fn value(&mut self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        match value {
            Value::Array(_) | Value::Hash(_) | Value::Range(_) => self.container(interpreter, value),
            Value::Str(text) => {
                self.bytes = self.bytes.saturating_add(text.borrow().len());
                scalar_to_arg(interpreter, value)
            }
            scalar => scalar_to_arg(interpreter, scalar),
        }
    }

    fn container(&mut self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        if self.open.contains(&value.address()) {
            return Err(contains_itself(interpreter, value));
        }
        if self.open.len() >= MAXIMUM_DEPTH {
            return Err(interpreter.unsupported(format!("a value nested more than {MAXIMUM_DEPTH} deep")));
        }
        self.open.push(value.address());
        let converted = interpreter.nested(|interpreter| self.content(interpreter, value));
        self.open.pop();
        converted
    }

    fn content(&mut self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        match value {
            Value::Array(items) => {
                self.charge(interpreter, items.len() * size_of::<Arg>())?;
                let items = items.to_vec();
                Ok(Arg::Array(items.iter().map(|item| self.value(interpreter, item)).collect::<Eval<_>>()?))
            }
            // A hash within an option (`length: { name: 10 }`) has names of either kind for keys.
            Value::Hash(hash) => {
                self.charge(interpreter, hash.len() * (size_of::<Arg>() + size_of::<String>()))?;
                let mut options = Options::new();
                for (key, value) in hash.pairs() {
                    let key = interpreter.to_s(&key)?;
                    self.bytes = self.bytes.saturating_add(key.len());
                    let value = self.value(interpreter, &value)?;
                    options.insert(key, value);
                }
                Ok(Arg::Hash(options))
            }
            Value::Range(range) => {
                self.charge(interpreter, 2 * size_of::<Arg>())?;
                let begin = self.bound(interpreter, &range.begin)?;
                let end = self.bound(interpreter, &range.end)?;
                Ok(Arg::Range { begin, end, exclusive: range.exclusive })
            }
            scalar => scalar_to_arg(interpreter, scalar),
        }
    }

    fn bound(&mut self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Box<Arg>>> {
        Ok(if value.is_nil() { None } else { Some(Box::new(self.value(interpreter, value)?)) })
    }

    /// Before so many bytes more are made.
    fn charge(&mut self, interpreter: &mut Interpreter, bytes: usize) -> Eval<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        interpreter.check_size(self.bytes)
    }
}

fn contains_itself(interpreter: &mut Interpreter, value: &Value) -> Box<ruby::Flow> {
    let class = interpreter.class_of(value).name();
    let kind = if class == "Array" { format!("an {class}") } else { format!("a {class}") };
    interpreter.unsupported(format!("{kind} that contains itself"))
}

/// `list.flatten`, with Ruby's error for an array that contains itself.
pub(crate) fn flatten(interpreter: &mut Interpreter, list: &[Value]) -> Eval<Vec<Value>> {
    ruby::core::array::combine::flattened(interpreter, list, -1)
}

/// A value of a statement: what no statement has a value for is named, and refused by whoever would write it out.
pub(crate) fn bindable(interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
    let object = |class: String| Ok(Arg::Object { class, quoted: None });
    match value {
        Value::Array(_) => object("Array".to_owned()),
        Value::Hash(_) | Value::Proc(_) => object(interpreter.class_of(value).name()),
        Value::Range(range) => {
            let bound = |interpreter: &mut Interpreter, end: &Value| -> Eval<Option<Box<Arg>>> {
                Ok(if end.is_nil() { None } else { Some(Box::new(bindable(interpreter, end)?)) })
            };
            let (begin, end) = (bound(interpreter, &range.begin)?, bound(interpreter, &range.end)?);
            Ok(Arg::Range { begin, end, exclusive: range.exclusive })
        }
        Value::Class(class) if class.is_module() => object("Module".to_owned()),
        Value::Class(class) => {
            Ok(Arg::Object { class: "Class".to_owned(), quoted: Some(format!("'{}'", class.name())) })
        }
        Value::Object(_) => super::scalars::bindable(interpreter, value),
        plain => to_arg(interpreter, plain),
    }
}

/// The options of a call. Rails looks for symbols: a string for a key would be an option it never sees.
pub(crate) fn to_options(interpreter: &mut Interpreter, hash: &RHash) -> Eval<Options> {
    let mut options = Options::new();
    for (key, value) in hash.pairs() {
        let Value::Symbol(name) = &key else {
            let key = interpreter.inspect(&key)?;
            return Err(interpreter.unsupported(format!("an option whose name is not a symbol: {key}")));
        };
        let value = to_arg(interpreter, &value)?;
        options.insert(name.to_string(), value);
    }
    Ok(options)
}

/// The keywords of a call as options.
pub(crate) fn options(interpreter: &mut Interpreter, args: &Args) -> Eval<Options> {
    match &args.keywords {
        Some(hash) => to_options(interpreter, hash),
        None => Ok(Options::new()),
    }
}

/// An adapter's value as Ruby's.
pub(crate) fn to_value(interpreter: &mut Interpreter, arg: &Arg) -> Value {
    match arg {
        Arg::Nil => Value::Nil,
        Arg::Bool(value) => Value::Bool(*value),
        Arg::Int(value) => Value::Int(*value),
        Arg::Float(value) => Value::Float(*value),
        Arg::Str(text) | Arg::Sql(text) | Arg::Function(text) => Value::str(text.as_str()),
        Arg::Bytes(bytes) => Value::binary(bytes),
        Arg::Symbol(name) => Value::symbol(name),
        Arg::Array(items) => Value::array(items.iter().map(|item| to_value(interpreter, item)).collect()),
        Arg::Hash(options) => Value::hash(to_hash(interpreter, options)),
        Arg::Range { begin, end, exclusive } => {
            let begin = begin.as_deref().map_or(Value::Nil, |bound| to_value(interpreter, bound));
            let end = end.as_deref().map_or(Value::Nil, |bound| to_value(interpreter, bound));
            Value::Range(Rc::new(ruby::value::RRange { begin, end, exclusive: *exclusive }))
        }
        Arg::Literal { text, .. } => Value::str(text.as_str()),
        Arg::Object { .. } | Arg::NoTime(_) => Value::str(arg.to_s()),
        Arg::BigInt(_) | Arg::Decimal(_) | Arg::Date(_) | Arg::DateTime(_) | Arg::Time(_) => {
            super::scalars::to_value(interpreter, arg)
        }
    }
}

/// Options as Ruby has them: symbols for keys.
pub(crate) fn to_hash(interpreter: &mut Interpreter, options: &Options) -> RHash {
    RHash::from_pairs(
        options.iter().map(|(key, value)| (Value::symbol(key), to_value(interpreter, value))).collect::<Vec<_>>(),
    )
}

/// `Array(value)`, for what is one or several.
pub(crate) fn wrap(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<Value>> {
    match value {
        Value::Nil => Ok(Vec::new()),
        Value::Array(items) => Ok(items.to_vec()),
        Value::Object(_) if interpreter.responds_to(value, "to_ary") => {
            let items = interpreter.call(value, "to_ary", Args::none())?;
            ruby::core::convert::array(interpreter, &items)
        }
        one => Ok(vec![one.clone()]),
    }
}

/// An Array of Strings.
pub(crate) fn strings_to_value(strings: Vec<String>) -> Value {
    Value::array(strings.into_iter().map(Value::from).collect())
}

/// `value.to_s` of each of `values`.
pub(crate) fn to_strings(interpreter: &mut Interpreter, values: &[Value]) -> Eval<Vec<String>> {
    values.iter().map(|value| interpreter.to_s(value)).collect()
}

/// The argument at `index` as a string, or none where it is nil or was not given.
pub(crate) fn optional_string(interpreter: &mut Interpreter, args: &Args, index: usize) -> Eval<Option<String>> {
    match args.get(index) {
        Value::Nil => Ok(None),
        value => interpreter.to_s(&value).map(Some),
    }
}

/// An argument as its `to_s`; nil becomes an empty text.
pub(crate) fn string(interpreter: &mut Interpreter, args: &Args, index: usize) -> Eval<String> {
    interpreter.to_s(&args.get(index))
}

/// `options[:name]`
pub(crate) fn option(hash: &RHash, name: &str) -> Value {
    hash.get_symbol(name).unwrap_or_default()
}

/// `key?` of a Symbol.
pub(crate) fn has_option(hash: &RHash, name: &str) -> bool {
    hash.get_symbol(name).is_some()
}

/// `options.delete(:name)`
pub(crate) fn delete_option(hash: &RHash, name: &str) -> Option<Value> {
    hash.remove(&Value::Symbol(Symbol::new(name)))
}
