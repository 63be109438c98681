//! `delegated_type`: a `belongs_to` to one of several models, with a method for each.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method};

use crate::ground::arguments::{to_strings, wrap};
use crate::models::generated::{define, define_open};
use crate::models::model_schema::class;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] =
    &[method("delegated_type", delegated_type, 1..=1).with_keywords()];

/// The association, and the attributes behind it.
#[derive(Clone)]
struct Role {
    name: String,
    type_attribute: String,
    id_attribute: String,
    primary_key: String,
}

fn delegated_type(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = args.keywords.clone().unwrap_or_default();
    let options = RHash::from_pairs(given.pairs());
    let Some(types) = options.remove(&Value::symbol("types")) else {
        return Err(interpreter.argument_error("missing keyword: :types"));
    };
    let name = args.first().as_name().unwrap_or_default();
    let named = |interpreter: &mut Interpreter, option: &str, default: String| match options.get_symbol(option) {
        Some(given) if given.truthy() => interpreter.to_s(&given),
        _ => Ok(default),
    };
    let role = Role {
        type_attribute: named(interpreter, "foreign_type", format!("{name}_type"))?,
        id_attribute: named(interpreter, "foreign_key", format!("{name}_id"))?,
        primary_key: named(interpreter, "primary_key", "id".to_owned())?,
        name,
    };
    let mut arguments = vec![args.first()];
    arguments.extend(options.remove(&Value::symbol("scope")).filter(|scope| !scope.is_nil()));
    options.insert_symbol("polymorphic", true.into());
    interpreter.call(this, "belongs_to", Args::new(arguments).with_keywords(Some(Rc::new(options))))?;
    let class = class(interpreter, this)?;
    let types = wrap(interpreter, &types)?;
    let types = to_strings(interpreter, &types)?;
    let all: Vec<Value> = types.iter().map(|name| Value::str(&**name)).collect();
    let singleton = interpreter.singleton_class(&class);
    define(&singleton, &format!("{}_types", role.name), 0..=0, move |_, _, _| Ok(Value::array(all.clone())));
    define_for_role(&class, &role);
    for kind in types {
        define_for_type(interpreter, &class, &role, &kind);
    }
    Ok(Value::Nil)
}

fn ask(interpreter: &mut Interpreter, record: &Value, message: &str) -> Eval {
    interpreter.call_public(record, message, Args::none())
}

impl Role {
    fn class_of(&self, interpreter: &mut Interpreter, record: &Value) -> Eval {
        ask(interpreter, record, &format!("{}_class", self.name))
    }
}

fn define_for_role(class: &Rc<RClass>, role: &Role) {
    let own = role.clone();
    define(class, &format!("{}_class", role.name), 0..=0, move |interpreter, record, _| {
        let name = ask(interpreter, record, &own.type_attribute)?;
        interpreter.call(&name, "constantize", Args::none())
    });
    let own = role.clone();
    define(class, &format!("{}_name", role.name), 0..=0, move |interpreter, record, _| {
        let class = own.class_of(interpreter, record)?;
        let name = ask(interpreter, &class, "model_name")?;
        let name = ask(interpreter, &name, "singular")?;
        interpreter.call(&name, "inquiry", Args::none())
    });
    let own = role.clone();
    define_open(class, &format!("build_{}", role.name), move |interpreter, record, args| {
        let class = own.class_of(interpreter, record)?;
        let built = interpreter.call_public(&class, "new", args)?;
        interpreter.call_public(record, format!("{}=", own.name).as_str(), Args::one(built))
    });
}

fn define_for_type(interpreter: &mut Interpreter, class: &Rc<RClass>, role: &Role, kind: &str) {
    let plural = interpreter.inflector().tableize(kind).replace('/', "_");
    let singular = interpreter.inflector().singularize(&plural);
    let (attribute, named) = (role.type_attribute.clone(), kind.to_owned());
    let singleton = interpreter.singleton_class(class);
    define(&singleton, &plural, 0..=0, move |interpreter, model, _| {
        let condition = RHash::from_pairs([(Value::str(&*attribute), Value::str(&*named))]);
        interpreter.call(model, "where", Args::one(Value::hash(condition)))
    });
    let (own, kind) = (role.clone(), kind.to_owned());
    define(class, &format!("{singular}?"), 0..=0, move |interpreter, record, _| {
        let named = ask(interpreter, record, &own.type_attribute)?;
        Ok(interpreter.equal(&named, &Value::str(&*kind))?.into())
    });
    let answers = [
        (singular.clone(), role.name.clone()),
        (format!("{singular}_{}", role.primary_key), role.id_attribute.clone()),
    ];
    for (name, answer) in answers {
        let query = Symbol::new(&format!("{singular}?"));
        define(class, &name, 0..=0, move |interpreter, record, _| {
            let is_of_type = interpreter.call_public(record, query, Args::none())?.truthy();
            if is_of_type { ask(interpreter, record, &answer) } else { Ok(Value::Nil) }
        });
    }
}
