//! A record as a hash or as JSON: `serializable_hash` and what is made of it.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Symbol, Value, method, variadic};

use crate::ground::arguments::{to_strings, wrap};
use crate::models::generated::define;
use crate::models::model_schema::{self, class};

pub(crate) const METHODS: &[NativeMethod] = &[
    method("serializable_hash", serializable_hash, 0..=1),
    method("read_attribute_for_serialization", read, 1..=1),
    method("as_json", as_json, 0..=1),
    variadic("to_json", to_json, 0),
];

/// Of a model itself `to_param` is what any object answers; with a name it is a macro.
pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[method("to_param", to_param, 0..=1)];

/// How much of a record's words its parameter shows.
const WORDS_LENGTH: i64 = 20;

fn read(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    interpreter.call(this, name.as_str(), Args::none())
}

/// `only:`, `except:`, `methods:` and `include:`.
fn serializable_hash(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = match args.first() {
        Value::Hash(options) => options,
        _ => Rc::default(),
    };
    let hash = RHash::new();
    for name in names(interpreter, this, &options)? {
        let value = interpreter.call(this, "read_attribute_for_serialization", Args::one(Value::str(&*name)))?;
        hash.insert(Value::str(name), value);
    }
    for name in wrap(interpreter, &options.get_symbol("methods").unwrap_or_default())? {
        let name = interpreter.to_s(&name)?;
        let value = interpreter.call(this, name.as_str(), Args::none())?;
        hash.insert(Value::str(name), value);
    }
    for (name, options) in included(interpreter, &options)? {
        let name = interpreter.to_s(&name)?;
        let found = interpreter.call(this, name.as_str(), Args::none())?;
        if !found.truthy() {
            continue;
        }
        let value = if matches!(found, Value::Array(_)) || interpreter.responds_to(&found, "to_ary") {
            let mut all = Vec::new();
            for one in wrap(interpreter, &found)? {
                all.push(interpreter.call_public(&one, "serializable_hash", Args::one(options.clone()))?);
            }
            Value::array(all)
        } else {
            interpreter.call_public(&found, "serializable_hash", Args::one(options))?
        };
        hash.insert(Value::str(name), value);
    }
    Ok(Value::hash(hash))
}

/// The attributes that are wanted. The class that a row is of goes unsaid.
fn names(interpreter: &mut Interpreter, this: &Value, options: &RHash) -> Eval<Vec<String>> {
    let all = interpreter.call(this, "attribute_names", Args::none())?;
    let all = wrap(interpreter, &all)?;
    let mut all = to_strings(interpreter, &all)?;
    let mut listed = |option: &str| -> Eval<Option<Vec<String>>> {
        let Some(given) = options.get_symbol(option).filter(Value::truthy) else { return Ok(None) };
        let given = wrap(interpreter, &given)?;
        to_strings(interpreter, &given).map(Some)
    };
    if let Some(only) = listed("only")? {
        return Ok(only.into_iter().filter(|name| all.contains(name)).collect());
    }
    let mut left_out = listed("except")?.unwrap_or_default();
    left_out.extend(model_schema::inheritance_column(&interpreter.class_of(this)));
    all.retain(|name| !left_out.contains(name));
    Ok(all)
}

/// The associations to show, and how each of their records is to be.
fn included(interpreter: &mut Interpreter, options: &RHash) -> Eval<Vec<(Value, Value)>> {
    let mut all: Vec<(Value, Value)> = Vec::new();
    let given = match options.get_symbol("include").unwrap_or_default() {
        Value::Hash(pairs) => return Ok(pairs.pairs()),
        given => wrap(interpreter, &given)?,
    };
    for one in given {
        match one {
            Value::Hash(pairs) => all.extend(pairs.pairs()),
            name => all.push((name, Value::hash(RHash::new()))),
        }
    }
    Ok(all)
}

fn as_json(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = interpreter.call(this, "serializable_hash", args.clone())?;
    let hash = interpreter.call(&hash, "as_json", Args::none())?;
    let root = match args.first() {
        Value::Hash(options) => options.get_symbol("root").unwrap_or_default(),
        _ => Value::Nil,
    };
    let root = match root {
        Value::Nil | Value::Bool(false) => return Ok(hash),
        Value::Bool(true) => {
            let name = interpreter.call(&Value::Class(interpreter.class_of(this)), "model_name", Args::none())?;
            interpreter.call(&name, "element", Args::none())?
        }
        name => Value::str(interpreter.to_s(&name)?),
    };
    Ok(Value::hash(RHash::from_pairs([(root, hash)])))
}

fn to_json(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    // A generator hands its state along, which says nothing here.
    let options = args.positional.into_iter().filter(|one| matches!(one, Value::Hash(_))).take(1).collect();
    let json = interpreter.call(this, "as_json", Args::new(options))?;
    interpreter.call(&json, "to_json", Args::none())
}

/// `to_param :title`: records say that too, behind their key, shortened at a word.
fn to_param(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(name) = args.first().as_name() else { return interpreter.call(this, "to_s", Args::none()) };
    let class = class(interpreter, this)?;
    define(&class, "to_param", 0..=0, move |interpreter, record, _| {
        let key = crate::models::attribute_methods::primary_key::to_param(interpreter, record, Args::none())?;
        let said = interpreter.call_public(record, name.as_str(), Args::none())?;
        let mut words = Value::str(interpreter.to_s(&said)?);
        for message in ["squish", "parameterize"] {
            words = interpreter.call(&words, message, Args::none())?;
        }
        let how = RHash::from_pairs([
            (Value::symbol("separator"), Value::str("-")),
            (Value::symbol("omission"), Value::str("")),
        ]);
        let shortened = Args::one(Value::Int(WORDS_LENGTH)).with_keywords(Some(Rc::new(how)));
        let words = interpreter.call(&words, "truncate", shortened)?;
        let words = interpreter.to_s(&words)?;
        if key.is_nil() || words.trim().is_empty() {
            return Ok(key);
        }
        let key = interpreter.to_s(&key)?;
        Ok(Value::str(format!("{key}-{words}")))
    });
    Ok(Value::Symbol(Symbol::new("to_param")))
}
