//! String. Text is UTF-8, binary strings are bytes; the methods stand in `string/`, by what they do.

pub mod case;
pub mod encoding;
pub mod format;
pub mod index;
pub mod inspect;
pub mod iterate;
pub mod number;
pub mod pack;
pub mod substitute;
pub mod succ;
pub(crate) mod transcode;
mod translate;

use std::rc::Rc;

use super::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Receiver, method, variadic};
pub use crate::runtime::texts::{StringObject, text};
use crate::runtime::texts::{is_ascii, joined};
use crate::runtime::value::{RClass, RObject, RString, Value};
use crate::{Args, Symbol};

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=1).taking(&["encoding", "capacity"]),
    method("initialize_copy", replace, 1..=1),
    method("replace", replace, 1..=1),
    method("%", percent, 1..=1),
    method("*", repeat, 1..=1),
    method("+", plus, 1..=1),
    method("+@", unfrozen, 0..=0),
    method("dup", dup, 0..=0),
    method("-@", deduplicated, 0..=0),
    method("dedup", deduplicated, 0..=0),
    method("==", equal, 1..=1),
    method("===", equal, 1..=1),
    method("eql?", is_eql, 1..=1),
    method("hash", hash, 0..=0),
    method("<=>", compare, 1..=1),
    method("casecmp", casecmp, 1..=1),
    method("casecmp?", is_casecmp, 1..=1).of(Receiver::Letters),
    variadic("concat", concat, 0),
    method("<<", append, 1..=1),
    variadic("prepend", prepend, 0),
    method("clear", clear, 0..=0),
    method("empty?", is_empty, 0..=0),
    method("length", length, 0..=0),
    method("size", length, 0..=0),
    method("reverse", reverse, 0..=0),
    method("reverse!", reverse_bang, 0..=0),
    method("to_s", to_s, 0..=0),
    method("to_str", to_s, 0..=0),
    method("to_sym", to_sym, 0..=0),
    method("intern", to_sym, 0..=0),
    method("itself", itself, 0..=0),
    method("include?", includes, 1..=1),
    variadic("start_with?", starts_with, 0),
    variadic("end_with?", ends_with, 0),
    method("delete_prefix", delete_prefix, 1..=1),
    method("delete_prefix!", delete_prefix_bang, 1..=1),
    method("delete_suffix", delete_suffix, 1..=1),
    method("delete_suffix!", delete_suffix_bang, 1..=1),
    method("crypt", crypt, 1..=1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("try_convert", try_convert, 1..=1)];

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.string);
    class.allocator.set(Some(allocate));
    for table in [
        METHODS,
        case::METHODS,
        encoding::METHODS,
        transcode::METHODS,
        index::METHODS,
        inspect::METHODS,
        iterate::METHODS,
        number::METHODS,
        pack::METHODS,
        substitute::METHODS,
        succ::METHODS,
        translate::METHODS,
    ] {
        class.define(table);
    }
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    encoding::define(interpreter);
    format::define(interpreter);
}

fn allocate(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    if Rc::ptr_eq(class, &interpreter.classes.string) {
        return Ok(Value::str(""));
    }
    let data = Rc::new(StringObject(Rc::new(RString::new(""))));
    Ok(Value::Object(Rc::new(RObject::with_data(class, data))))
}

/// A frozen String.
pub fn frozen(text: &str) -> Value {
    let string = RString::new(text);
    string.freeze();
    Value::Str(Rc::new(string))
}

/// A new String with the encoding of `like`.
pub fn derive(like: &RString, text: impl Into<String>) -> Value {
    let string = RString::new(text);
    string.set_encoding(like.encoding());
    Value::Str(Rc::new(string))
}

/// Runs the plain method and puts its answer in place of the receiver; nil where nothing changed.
pub fn bang(
    interpreter: &mut Interpreter,
    this: &Value,
    args: Args,
    plain: fn(&mut Interpreter, &Value, Args) -> Eval,
) -> Eval {
    check_frozen(interpreter, this)?;
    let changed = plain(interpreter, this, args)?;
    let (string, changed) = (text(this), text(&changed));
    if *string.borrow() == *changed.borrow() {
        return Ok(Value::Nil);
    }
    let new = changed.to_string();
    string.replace(new);
    string.set_encoding(changed.encoding());
    Ok(this.clone())
}

/// Defines the `!` forms of plain methods.
macro_rules! bang_methods {
    ($($bang:ident => $plain:ident),* $(,)?) => {
        $(fn $bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
            $crate::core::string::bang(interpreter, this, args, $plain)
        })*
    };
}
pub(crate) use bang_methods;

bang_methods! {
    reverse_bang => reverse,
    delete_prefix_bang => delete_prefix,
    delete_suffix_bang => delete_suffix,
}

/// A FrozenError where it is frozen.
pub fn check_frozen(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    interpreter.check_frozen(this)
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let encoding = args.keyword("encoding").filter(|encoding| !encoding.is_nil());
    if args.has(0) {
        replace(interpreter, this, args)?;
    }
    match encoding {
        Some(encoding) => interpreter.call(this, "force_encoding", Args::one(encoding)),
        None => Ok(Value::Nil),
    }
}

fn replace(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let new = convert::string(interpreter, &args.first())?;
    let string = text(this);
    string.replace(new);
    string.set_encoding(text(&args.first()).encoding());
    Ok(this.clone())
}

fn percent(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let values = match args.first() {
        Value::Array(items) => items.to_vec(),
        other => vec![other],
    };
    let pattern = text(this).to_string();
    format::format(interpreter, &pattern, values).map(Value::str)
}

fn repeat(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::count(interpreter, &args.first(), "negative argument")?;
    let string = text(this);
    interpreter.check_size(string.borrow().len().saturating_mul(count))?;
    let repeated = string.borrow().repeat(count);
    Ok(derive(&string, repeated))
}

fn plus(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = match args.first() {
        Value::Str(other) => other.to_string(),
        other => convert::string(interpreter, &other)?,
    };
    let string = text(this);
    interpreter.check_size(string.borrow().len() + other.len())?;
    let sum = format!("{}{other}", &*string.borrow());
    let encoding = joined(interpreter, &string, &text(&args.first()))?;
    let sum = RString::encoded(sum, encoding);
    settle(&sum, &other);
    Ok(Value::Str(Rc::new(sum)))
}

fn unfrozen(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    Ok(if string.is_frozen() { derive(&string, &*string.borrow()) } else { this.clone() })
}

fn dup(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    if let Value::Object(object) = this {
        let copy = allocate(interpreter, &object.class())?;
        text(&copy).replace(string.to_string());
        if let Value::Object(new) = &copy {
            new.ivars().borrow_mut().clone_from(&object.ivars().borrow());
        }
        return Ok(copy);
    }
    Ok(derive(&string, &*string.borrow()))
}

fn deduplicated(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    if string.is_frozen() {
        return Ok(this.clone());
    }
    let copy = derive(&string, &*string.borrow());
    if let Value::Str(copy) = &copy {
        copy.freeze();
    }
    Ok(copy)
}

fn same(this: &Value, other: &Value) -> bool {
    let (a, b) = (text(this), text(other));
    *a.borrow() == *b.borrow() && (a.encoding() == b.encoding() || is_ascii(&a) && is_ascii(&b))
}

/// The other side of a comparison, if it is a string at all.
fn is_string(value: &Value) -> bool {
    matches!(value, Value::Str(_)) || value.data::<StringObject>().is_some()
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if is_string(&other) {
        return Ok(Value::Bool(same(this, &other)));
    }
    if matches!(other, Value::Object(_)) && interpreter.responds_to(&other, "to_str") {
        return interpreter.equal(&other, this).map(Value::Bool);
    }
    Ok(Value::Bool(false))
}

fn is_eql(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(is_string(&args.first()) && same(this, &args.first())))
}

fn hash(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text(this).borrow().hash(&mut hasher);
    Ok(Value::Int((hasher.finish() >> 2) as i64))
}

fn compare(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !is_string(&args.first()) {
        return Ok(Value::Nil);
    }
    let (a, b) = (text(this), text(&args.first()));
    let order = a.borrow().cmp(&b.borrow());
    Ok(Value::Int(order as i64))
}

fn casecmp(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !is_string(&args.first()) {
        return Ok(Value::Nil);
    }
    let (a, b) = (text(this).borrow().to_ascii_lowercase(), text(&args.first()).borrow().to_ascii_lowercase());
    Ok(Value::Int(a.cmp(&b) as i64))
}

fn is_casecmp(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !is_string(&args.first()) {
        return Ok(Value::Nil);
    }
    Ok(Value::Bool(case::folded(&text(this).borrow()) == case::folded(&text(&args.first()).borrow())))
}

/// What `<<` and `concat` add: an Integer stands for its character.
fn addition(interpreter: &mut Interpreter, this: &RString, value: &Value) -> Eval<String> {
    let code = match value {
        Value::Int(code) => code,
        Value::Str(added) => return Ok(added.to_string()),
        value => return convert::string(interpreter, value),
    };
    let character = u32::try_from(*code).ok().and_then(char::from_u32);
    match character {
        Some(character) if !this.is_binary() || *code < 256 => Ok(character.to_string()),
        _ => Err(interpreter.error("RangeError", format!("{code} out of char range"))),
    }
}

fn push(interpreter: &mut Interpreter, this: &Value, value: &Value) -> Eval<()> {
    let string = text(this);
    let added = addition(interpreter, &string, value)?;
    interpreter.check_size(string.borrow().len() + added.len())?;
    if !matches!(value, Value::Int(_)) {
        let encoding = joined(interpreter, &string, &text(value))?;
        string.set_encoding(encoding);
    }
    string.borrow_mut().push_str(&added);
    settle(&string, &added);
    Ok(())
}

/// Bytes that were no characters may be one together with others.
pub fn settle(string: &RString, added: &str) {
    if crate::runtime::encoding::is_broken(added)
        && let Some(text) = string.encoding().text_of(&string.bytes())
    {
        string.replace(text);
    }
}

fn append(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    push(interpreter, this, &args.positional[0])?;
    Ok(this.clone())
}

fn concat(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    // `s.concat(s, s)` adds what s was before.
    let values: Vec<Value> = args
        .positional
        .iter()
        .map(|value| if value.is_identical(this) { Value::str(text(this).to_string()) } else { value.clone() })
        .collect();
    for value in &values {
        push(interpreter, this, value)?;
    }
    Ok(this.clone())
}

fn prepend(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let mut new = String::new();
    for value in &args.positional {
        new.push_str(&convert::string(interpreter, value)?);
    }
    let string = text(this);
    string.borrow_mut().insert_str(0, &new);
    Ok(this.clone())
}

fn clear(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    text(this).replace(String::new());
    Ok(this.clone())
}

fn is_empty(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(text(this).borrow().is_empty()))
}

fn length(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let length = string.borrow().chars().count();
    Ok(length.into())
}

fn reverse(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let reversed: String = string.borrow().chars().rev().collect();
    Ok(derive(&string, reversed))
}

fn to_s(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(if matches!(this, Value::Str(_)) { this.clone() } else { Value::str(text(this).to_string()) })
}

fn to_sym(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    if text(this).is_broken() {
        let shown = inspect::inspect(&text(this));
        let name = text(this).encoding().name();
        return Err(interpreter.error("EncodingError", format!("invalid symbol in encoding {name} :{shown}")));
    }
    Ok(Value::Symbol(Symbol::new(&text(this).borrow())))
}

fn itself(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.clone())
}

fn includes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = convert::string(interpreter, &args.first())?;
    Ok(Value::Bool(text(this).borrow().contains(&other)))
}

/// `start_with?`
pub fn starts_with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for prefix in &args.positional {
        if prefix.data::<super::regexp::RegexpData>().is_some() {
            let subject = super::match_data::Subject::of(&text(this));
            let found = super::regexp::search(interpreter, prefix, &subject, 0)?;
            if found.as_ref().is_some_and(|found| found.span().0 == 0) {
                super::regexp::set_last_match(interpreter, found);
                return Ok(Value::Bool(true));
            }
            continue;
        }
        let prefix = convert::string(interpreter, prefix)?;
        if text(this).borrow().starts_with(&prefix) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

/// `end_with?`
pub fn ends_with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for suffix in &args.positional {
        let suffix = convert::string(interpreter, suffix)?;
        if text(this).borrow().ends_with(&suffix) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn delete_prefix(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let prefix = convert::string(interpreter, &args.first())?;
    let string = text(this);
    let rest = string.borrow().strip_prefix(&prefix).map(str::to_owned);
    Ok(derive(&string, rest.unwrap_or_else(|| string.to_string())))
}

fn delete_suffix(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let suffix = convert::string(interpreter, &args.first())?;
    let string = text(this);
    let rest = string.borrow().strip_suffix(&suffix).map(str::to_owned);
    Ok(derive(&string, rest.unwrap_or_else(|| string.to_string())))
}

fn crypt(interpreter: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Err(interpreter.unsupported("String#crypt"))
}

fn try_convert(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    if is_string(&args.first()) {
        return Ok(args.first());
    }
    if matches!(args.first(), Value::Object(_)) && interpreter.responds_to(&args.first(), "to_str") {
        return interpreter.call(&args.first(), "to_str", Args::none());
    }
    Ok(Value::Nil)
}
