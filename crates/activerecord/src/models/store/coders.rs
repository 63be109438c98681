//! `serialize`, and the coders that it takes: what makes an object of a column's text and back.

use std::rc::Rc;

use ruby::active_support::object::is_blank;
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RHash, Value, method};

use crate::ground::arguments::wrap;
use crate::models::attributes;
use crate::models::library::{Library, require};
use crate::models::validations::{read, write};

/// What `store` wraps its coder in.
pub(super) const INDIFFERENT: &str = "ActiveRecord::Store::IndifferentCoder";
const COLUMN: &str = "ActiveRecord::Coders::ColumnSerializer";
const YAML: &str = "ActiveRecord::Coders::YAMLColumn";
const SAFE: &str = "ActiveRecord::Coders::YAMLColumn::SafeCoder";
const JSON: &str = "ActiveRecord::Coders::JSON";

const COLUMN_METHODS: &[NativeMethod] = &[
    method("initialize", |i, this, args| initialize(i, this, &args.first(), args.get(1), &args.get(2)), 2..=3),
    method("object_class", |_, this, _| Ok(read(this, "@object_class")), 0..=0),
    method("coder", |_, this, _| Ok(read(this, "@coder")), 0..=0),
    method("dump", dump, 1..=1),
    method("load", load, 1..=1),
    method("assert_valid_value", assert_valid_value, 1..=1).with_keywords(),
];

const YAML_METHODS: &[NativeMethod] = &[method("initialize", initialize_yaml, 1..=2).with_keywords()];

const SAFE_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_safe, 0..=0).with_keywords(),
    method("dump", |i, this, args| safely(i, this, &args, ["dump", "safe_dump"]), 1..=1),
    method("load", |i, this, args| safely(i, this, &args, ["unsafe_load", "safe_load"]), 1..=1),
];

const JSON_METHODS: &[NativeMethod] = &[method("dump", dump_json, 1..=1), method("load", load_json, 1..=1)];

const INDIFFERENT_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_indifferent, 2..=2),
    method("dump", dump_indifferent, 1..=1),
    method("load", load_indifferent, 1..=1),
];

const INDIFFERENT_SINGLETON: &[NativeMethod] =
    &[method("as_indifferent_hash", |i, _, args| as_indifferent(i, &args.first()), 1..=1)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    for (name, superclass, methods) in [
        (COLUMN, "Object", COLUMN_METHODS),
        (YAML, COLUMN, YAML_METHODS),
        (SAFE, "Object", SAFE_METHODS),
        (JSON, "Object", JSON_METHODS),
        (INDIFFERENT, "Object", INDIFFERENT_METHODS),
    ] {
        let superclass = interpreter.class_at(superclass);
        let _ = interpreter.class_at(name.rsplit_once("::").map_or(name, |(parent, _)| parent));
        interpreter.define_class(name, &superclass).define(methods);
    }
    let coder = interpreter.class_at(INDIFFERENT);
    interpreter.define_singleton(&coder, INDIFFERENT_SINGLETON);
}

fn object(interpreter: &Interpreter) -> Value {
    Value::Class(Rc::clone(&interpreter.classes.object))
}

/// `serialize :tags, coder: YAML, type: Array`
pub(super) fn serialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    require(interpreter, Library::Store)?;
    let options = RHash::from_pairs(args.keywords.iter().flat_map(|options| options.pairs()));
    let taken = |name: &str| options.remove(&Value::symbol(name));
    let (coder, kind) = (taken("coder").unwrap_or_default(), taken("type"));
    let (comparable, yaml) = (taken("comparable").unwrap_or_else(|| false.into()), taken("yaml").unwrap_or_default());
    let coder = if coder.truthy() { coder } else { Value::Class(interpreter.class_at(YAML)) };
    let kind = kind.unwrap_or_else(|| object(interpreter));
    let serializer = build_serializer(interpreter, &args.first(), &coder, &kind, &yaml)?;
    interpreter.call(this, "attribute", Args::one(args.first()).with_keywords(Some(Rc::new(options))))?;
    let of_arrays = kind.is_identical(&Value::Class(Rc::clone(&interpreter.classes.array)));
    attributes::serialize(interpreter, this, Args::new(vec![args.first(), serializer, comparable, of_arrays.into()]))
}

/// With a coder that is complete.
pub(super) fn serialize_with(interpreter: &mut Interpreter, this: &Value, name: &Value, coder: Value) -> Eval<()> {
    let options = RHash::from_pairs([(Value::symbol("coder"), coder)]);
    serialize(interpreter, this, Args::one(name.clone()).with_keywords(Some(Rc::new(options)))).map(drop)
}

/// What dumps and loads a column's values, of what was given for it.
pub(super) fn build_serializer(
    interpreter: &mut Interpreter,
    name: &Value,
    coder: &Value,
    kind: &Value,
    yaml: &Value,
) -> Eval {
    require(interpreter, Library::Store)?;
    let own_json = Value::Class(interpreter.class_at(JSON));
    let is = |coder: &Value, class: &str| matches!(coder, Value::Class(one) if one.name() == class);
    let coder = if is(coder, "JSON") || is(coder, JSON) {
        interpreter.call(&own_json, "new", Args::none())?
    } else {
        coder.clone()
    };
    if is(&coder, "YAML") || is(&coder, "Psych") || is(&coder, YAML) {
        let class = Value::Class(interpreter.class_at(YAML));
        let options = match yaml {
            Value::Hash(options) => Some(Rc::clone(options)),
            _ => None,
        };
        let arguments = Args::new(vec![name.clone(), kind.clone()]).with_keywords(options);
        return interpreter.call(&class, "new", arguments);
    }
    if interpreter.responds_to(&coder, "new") && !interpreter.responds_to(&coder, "load") {
        return interpreter.call(&coder, "new", Args::new(vec![name.clone(), kind.clone()]));
    }
    if kind.truthy() && !kind.is_identical(&object(interpreter)) {
        let class = Value::Class(interpreter.class_at(COLUMN));
        return interpreter.call(&class, "new", Args::new(vec![name.clone(), coder, kind.clone()]));
    }
    Ok(coder)
}

fn initialize(interpreter: &mut Interpreter, this: &Value, name: &Value, coder: Value, kind: &Value) -> Eval {
    let kind = if kind.is_nil() { object(interpreter) } else { kind.clone() };
    write(this, "@attr_name", name.clone());
    write(this, "@object_class", kind.clone());
    write(this, "@coder", coder);
    // No value at all is an object of the class, which it must be able to make.
    match interpreter.call(this, "load", Args::one(Value::Nil)) {
        Err(flow) if is_argument_error(interpreter, &flow) => {
            let kind = interpreter.to_s(&kind)?;
            let message =
                format!("Cannot serialize {kind}. Classes passed to `serialize` must have a 0 argument constructor.");
            Err(interpreter.argument_error(message))
        }
        outcome => outcome,
    }
}

fn is_argument_error(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    let class = interpreter.class_at("ArgumentError");
    matches!(flow, Flow::Raise(error) if interpreter.is_a(error, &class))
}

fn dump(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().is_nil() {
        return Ok(Value::Nil);
    }
    assert_kind(interpreter, this, &args.first(), "dump")?;
    interpreter.call(&read(this, "@coder"), "dump", args)
}

fn load(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let kind = read(this, "@object_class");
    let mut loaded = Value::Nil;
    if !args.first().is_nil() {
        loaded = interpreter.call(&read(this, "@coder"), "load", args)?;
        assert_kind(interpreter, this, &loaded, "load")?;
    }
    if loaded.truthy() || kind.is_identical(&object(interpreter)) {
        return Ok(loaded);
    }
    interpreter.call(&kind, "new", Args::none())
}

fn assert_valid_value(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let action = args.keyword("action").and_then(|action| action.as_name()).unwrap_or_default();
    assert_kind(interpreter, this, &args.first(), &action).map(|()| Value::Nil)
}

fn assert_kind(interpreter: &mut Interpreter, this: &Value, value: &Value, action: &str) -> Eval<()> {
    let kind = read(this, "@object_class");
    if value.is_nil() || interpreter.case_equal(&kind, value)? {
        return Ok(());
    }
    let (name, kind) = (interpreter.to_s(&read(this, "@attr_name"))?, interpreter.to_s(&kind)?);
    let (class, shown) = (interpreter.class_of(value).name(), interpreter.inspect(value)?);
    let message = format!("can't {action} `{name}`: was supposed to be a {kind}, but was a {class}. -- {shown}");
    Err(interpreter.error("ActiveRecord::SerializationTypeMismatch", message))
}

/// `new(name, class, permitted_classes: [], unsafe_load: nil)`
fn initialize_yaml(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = Value::Class(interpreter.class_at(SAFE));
    let coder = interpreter.call(&class, "new", Args::none().with_keywords(args.keywords.clone()))?;
    initialize(interpreter, this, &args.first(), coder, &args.get(1))
}

fn initialize_safe(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    crate::ground::arguments::check_keywords(interpreter, &args, &["permitted_classes", "unsafe_load"])?;
    let mut permitted = wrap(interpreter, &args.keyword("permitted_classes").unwrap_or_default())?;
    permitted.push(Value::Class(Rc::clone(&interpreter.classes.symbol)));
    write(this, "@permitted_classes", Value::array(permitted));
    write(this, "@unsafe_load", args.keyword("unsafe_load").unwrap_or_default());
    Ok(Value::Nil)
}

/// Asks YAML, either freely or for no more than the permitted classes.
fn safely(interpreter: &mut Interpreter, this: &Value, args: &Args, messages: [&str; 2]) -> Eval {
    let yaml = Value::Class(interpreter.class_at("YAML"));
    let [freely, safely] = messages;
    if read(this, "@unsafe_load").truthy() {
        return interpreter.call(&yaml, freely, Args::one(args.first()));
    }
    let options = RHash::from_pairs([
        (Value::symbol("permitted_classes"), read(this, "@permitted_classes")),
        (Value::symbol("aliases"), true.into()),
    ]);
    interpreter.call(&yaml, safely, Args::one(args.first()).with_keywords(Some(Rc::new(options))))
}

fn dump_json(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let json = Value::Class(interpreter.class_at("ActiveSupport::JSON"));
    let options = RHash::from_pairs([(Value::symbol("escape"), false.into())]);
    interpreter.call(&json, "encode", Args::one(args.first()).with_keywords(Some(Rc::new(options))))
}

fn load_json(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if is_blank(interpreter, &args.first())? {
        return Ok(Value::Nil);
    }
    let json = Value::Class(interpreter.class_at("ActiveSupport::JSON"));
    interpreter.call(&json, "decode", Args::one(args.first()))
}

fn initialize_indifferent(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = args.get(1);
    let is_coder = ["load", "dump"].iter().all(|name| interpreter.responds_to(&given, name));
    let coder = if is_coder {
        given
    } else {
        let class = Value::Class(interpreter.class_at(YAML));
        let kind = if given.truthy() { given } else { object(interpreter) };
        interpreter.call(&class, "new", Args::new(vec![args.first(), kind]))?
    };
    write(this, "@coder", coder);
    Ok(Value::Nil)
}

fn dump_indifferent(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = args.first();
    let plain = if interpreter.responds_to(&value, "to_hash") {
        interpreter.call(&value, "to_hash", Args::none())?
    } else {
        Value::hash(RHash::new())
    };
    interpreter.call(&read(this, "@coder"), "dump", Args::one(plain))
}

fn load_indifferent(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = if args.first().truthy() { args.first() } else { Value::str("") };
    let loaded = interpreter.call(&read(this, "@coder"), "load", Args::one(text))?;
    as_indifferent(interpreter, &loaded)
}

/// A hash that takes symbols for strings, whatever was there.
pub(super) fn as_indifferent(interpreter: &mut Interpreter, value: &Value) -> Eval {
    match value {
        Value::Hash(hash) if hash.is_indifferent() => Ok(value.clone()),
        Value::Hash(_) => interpreter.call(value, "with_indifferent_access", Args::none()),
        _ => interpreter.call(&Value::hash(RHash::new()), "with_indifferent_access", Args::none()),
    }
}
