//! attributes.rb and active_model/attribute_registration.rb: attributes with a type of their own, and the types themselves as
//! objects. Types that are written in Ruby are refused.

use std::rc::Rc;

use adapters::types;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RHash, Value, method, variadic};

use crate::attribute_methods;
use crate::attribute_set::{AttributeType, Kind, Normalized, Serialized};
use crate::bindings::arguments::{self, to_strings};
use crate::model_schema::{Decoration, class, forget_columns, load_schema, schema};
use crate::state::adapter_name;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("attribute", attribute, 1).with_keywords(),
    method("type_for_attribute", type_for_attribute, 1..=1),
    method("_serialize", serialize, 3..=3),
    method("_normalize", normalize, 3..=3),
];

const TYPE_METHODS: &[NativeMethod] = &[
    method("type", |i, this, _| Ok(own(i, this)?.cast_type.type_name().map(Value::symbol).into()), 0..=0),
    method("limit", |i, this, _| Ok(own(i, this)?.cast_type.limit().map(Value::Int).into()), 0..=0),
    method("precision", |i, this, _| Ok(own(i, this)?.cast_type.precision().map(Value::Int).into()), 0..=0),
    method("scale", |i, this, _| Ok(own(i, this)?.cast_type.scale().map(Value::Int).into()), 0..=0),
    method("cast", |i, this, args| own(i, this)?.cast(i, &args.first()), 1..=1),
    method("serialize", serialize_value, 1..=1),
    method("deserialize", deserialize_value, 1..=1),
    method("store_kind", store_kind, 0..=0),
];

/// A type, as `type_for_attribute` answers it.
struct TypeObject(AttributeType);

impl NativeData for TypeObject {}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class("ActiveModel::Type::Value", &object).define(TYPE_METHODS);
    if adapter_name(interpreter).is_ok_and(|name| name == "PostgreSQL") {
        let structure = Value::Class(interpreter.class_at("Struct"));
        let fields = Args::new(vec![Value::symbol("x"), Value::symbol("y")]);
        if let Ok(Value::Class(point)) = interpreter.call(&structure, "new", fields) {
            point.set_name("ActiveRecord::Point");
            interpreter.class_at("ActiveRecord").set_constant("Point", Value::Class(point));
        }
    }
}

fn own(interpreter: &mut Interpreter, this: &Value) -> Eval<AttributeType> {
    match this.data::<TypeObject>() {
        Some(own) => Ok(own.0.clone()),
        None => Err(interpreter.type_error("not a type")),
    }
}

fn serialize_value(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let arg = own(interpreter, this)?.serialize(interpreter, &args.first())?;
    Ok(arguments::to_value(interpreter, &arg))
}

fn deserialize_value(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let arg = arguments::to_arg(interpreter, &args.first())?;
    own(interpreter, this)?.deserialize(interpreter, &arg)
}

/// Which of store.rb's accessors the type has: `accessor`.
fn store_kind(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = own(interpreter, this)?;
    Ok(match (&own.kind, own.cast_type.type_name()) {
        (Kind::Serialized(_), _) => Value::symbol("indifferent"),
        (_, Some("json" | "jsonb" | "hstore")) => Value::symbol("string_keyed"),
        _ => Value::Nil,
    })
}

fn type_for_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let name = attribute_methods::alias(&own, &name).unwrap_or(name);
    let columns = load_schema(interpreter, &own)?;
    let kind = crate::relation::type_of(&columns, &name);
    let class = interpreter.class_at("ActiveModel::Type::Value");
    Ok(Value::native(&class, TypeObject(kind)))
}

/// `attribute :name, :type, default: .., limit: ..`
fn attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let name = attribute_methods::alias(&class, &name).unwrap_or(name);
    let default = args.keyword("default");
    let decoration = if args.get(1).is_nil() {
        Decoration::Default(default)
    } else if let Some(found) = args.get(1).data::<TypeObject>() {
        Decoration::Type(found.0.clone(), default)
    } else if let Value::Symbol(kind) = args.get(1) {
        let options = args.keywords.clone().unwrap_or_default();
        Decoration::Type(named_type(interpreter, &kind.to_str(), &options)?, default)
    } else {
        return Err(interpreter.unsupported("`attribute` of a type that is an object is not supported yet"));
    };
    schema(&class).decorations.borrow_mut().push((name, decoration));
    forget_columns(&class);
    Ok(Value::Nil)
}

/// `ActiveRecord::Type.lookup`
fn named_type(interpreter: &mut Interpreter, name: &str, options: &RHash) -> Eval<AttributeType> {
    let number = |option: &str| match options.get_symbol(option) {
        Some(Value::Int(number)) => Some(number),
        _ => None,
    };
    for (key, _) in options.pairs() {
        let known = ["default", "limit", "precision", "scale"];
        if !key.as_name().is_some_and(|key| known.contains(&key.as_str())) {
            let key = interpreter.inspect(&key)?;
            return Err(interpreter.unsupported(format!("`attribute` with the option {key} is not supported yet")));
        }
    }
    let postgresql = adapter_name(interpreter)? == "PostgreSQL";
    let kind: types::Type = match name {
        "integer" => Rc::new(types::Integer::new(number("limit"))),
        "big_integer" => Rc::new(types::Integer::big()),
        "string" => Rc::new(types::Text::string(number("limit"))),
        "text" => Rc::new(types::Text::text(number("limit"))),
        "immutable_string" => Rc::new(types::Text::string(number("limit"))),
        "boolean" => Rc::new(types::Boolean::default()),
        "float" => Rc::new(types::Float::default()),
        "decimal" => Rc::new(types::Decimal { precision: number("precision"), scale: number("scale") }),
        "date" => Rc::new(types::Date),
        "datetime" => Rc::new(types::DateTime::new(number("precision"))),
        "json" => Rc::new(types::Json { type_name: "json" }),
        "jsonb" if postgresql => Rc::new(types::Json { type_name: "jsonb" }),
        "binary" => Rc::new(types::Binary::default()),
        "value" => return Ok(AttributeType::value()),
        "jsonb" => return Err(interpreter.argument_error("Unknown type :jsonb")),
        other => return Err(interpreter.unsupported(format!("`attribute` of the type `{other}` is not supported yet"))),
    };
    Ok(AttributeType::plain(kind))
}

/// The decoration of `serialize`, whose coder the part written in Ruby made.
fn serialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let name = attribute_methods::alias(&class, &name).unwrap_or(name);
    let serialized = Serialized { coder: args.get(1), comparable: args.get(2).truthy() };
    let decoration = Decoration::Wrap(Kind::Serialized(Rc::new(serialized)));
    schema(&class).decorations.borrow_mut().push((name, decoration));
    forget_columns(&class);
    Ok(Value::Nil)
}

/// The decoration of `normalizes`.
fn normalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = crate::bindings::arguments::wrap(interpreter, &args.first())?;
    for name in to_strings(interpreter, &names)? {
        let normalized =
            Normalized { normalizer: args.get(1), normalize_nil: args.get(2).truthy(), inner: Kind::Plain };
        let decoration = Decoration::Wrap(Kind::Normalized(Rc::new(normalized)));
        schema(&class).decorations.borrow_mut().push((name, decoration));
    }
    forget_columns(&class);
    Ok(Value::Nil)
}
