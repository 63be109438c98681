//! attributes.rb and active_model/attribute_registration.rb: attributes with a type of their own.

use std::rc::Rc;

use adapters::Dialect;
use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method, variadic};

use crate::ground::arguments::{self, to_strings};
use crate::ground::state::dialect;
use crate::models::attribute_methods;
use crate::models::attribute_set::{Encrypted, Kind, Normalized, Serialized};
use crate::models::model_schema::{Decoration, class, forget_columns, load_schema, schema};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] =
    &[variadic("attribute", attribute, 1).with_keywords(), method("type_for_attribute", type_for_attribute, 1..=1)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    crate::models::types::define(interpreter);
    if dialect(interpreter).is_ok_and(|dialect| dialect == Dialect::PostgreSql) {
        let structure = Value::Class(interpreter.class_at("Struct"));
        let fields = Args::new(vec![Value::symbol("x"), Value::symbol("y")]);
        if let Ok(Value::Class(point)) = interpreter.call(&structure, "new", fields) {
            point.set_name("ActiveRecord::Point");
            interpreter.class_at("ActiveRecord").set_constant("Point", Value::Class(point));
        }
    }
}

fn type_for_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let name = attribute_methods::alias(&own, &name).unwrap_or(name);
    let columns = load_schema(interpreter, &own)?;
    let kind = crate::models::relation::type_of(&columns, &name);
    Ok(crate::models::types::object(interpreter, kind))
}

/// `attribute :name, :type, default: .., limit: ..`
fn attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let name = attribute_methods::alias(&class, &name).unwrap_or(name);
    let default = args.keyword("default");
    let decoration = if args.get(1).is_nil() {
        Decoration::Default(default)
    } else {
        let object = match args.get(1) {
            Value::Symbol(kind) => {
                let given = args.keywords.clone().unwrap_or_default();
                let options = Rc::new(ruby::RHash::from_pairs(given.pairs()));
                arguments::delete_option(&options, "default");
                crate::models::types::find(interpreter, &kind.to_str(), &options)?
            }
            object => object,
        };
        Decoration::Type(crate::models::types::of_object(interpreter, &object)?, default)
    };
    schema(&class).decorations.borrow_mut().push((name, decoration));
    forget_columns(&class);
    Ok(Value::Nil)
}

/// The decoration of `serialize`, whose coder is made already.
pub(crate) fn serialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let name = attribute_methods::alias(&class, &name).unwrap_or(name);
    let serialized =
        Serialized { coder: args.get(1), comparable: args.get(2).truthy(), of_arrays: args.get(3).truthy() };
    let decoration = Decoration::Wrap(Kind::Serialized(Rc::new(serialized)));
    schema(&class).decorations.borrow_mut().push((name, decoration));
    forget_columns(&class);
    Ok(Value::Nil)
}

/// The decoration of `normalizes`.
pub(crate) fn normalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = crate::ground::arguments::wrap(interpreter, &args.first())?;
    for name in to_strings(interpreter, &names)? {
        let normalized =
            Normalized { normalizer: args.get(1), normalize_nil: args.get(2).truthy(), inner: Kind::Plain };
        let decoration = Decoration::Wrap(Kind::Normalized(Rc::new(normalized)));
        schema(&class).decorations.borrow_mut().push((name, decoration));
    }
    forget_columns(&class);
    Ok(Value::Nil)
}

/// The decoration of `encrypts`.
pub(crate) fn encrypt(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let name = attribute_methods::alias(&class, &name).unwrap_or(name);
    let encrypted = Encrypted { name: name.clone(), default: adapters::Arg::Nil, inner: Kind::Plain };
    let decoration = Decoration::Wrap(Kind::Encrypted(Rc::new(encrypted)));
    schema(&class).decorations.borrow_mut().push((name, decoration));
    forget_columns(&class);
    Ok(Value::Nil)
}
