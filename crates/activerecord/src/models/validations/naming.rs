//! `ActiveModel::Name`, and what a model is called: naming.rb, translation.rb, without translations.

use std::rc::Rc;

use ruby::active_support::inflector::demodulize;
use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method};

use super::{option, own_hash, read, write};
use crate::models::library::{Library, require};
use crate::models::model_schema::{self, class};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("model_name", model_name, 0..=0),
    method("human_attribute_name", human_attribute_name, 1..=2),
    method("i18n_scope", |_, _, _| Ok(Value::symbol("activerecord")), 0..=0),
    method("lookup_ancestors", lookup_ancestors, 0..=0),
];

pub(super) const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 1..=4),
    method("name", part, 0..=0),
    method("singular", part, 0..=0),
    method("plural", part, 0..=0),
    method("element", part, 0..=0),
    method("collection", part, 0..=0),
    method("cache_key", |_, this, _| Ok(read(this, "@collection")), 0..=0),
    method("param_key", part, 0..=0),
    method("i18n_key", part, 0..=0),
    method("route_key", part, 0..=0),
    method("singular_route_key", part, 0..=0),
    method("human", |_, this, _| Ok(read(this, "@human")), 0..=1),
    method("uncountable?", |_, this, _| Ok(read(this, "@uncountable")), 0..=0),
    method("to_s", ask_name, 0..=0),
    method("to_str", ask_name, 0..=0),
    method("as_json", ask_name, 0..=1),
    method("==", equal, 1..=1),
    method("===", equal, 1..=1),
    method("eql?", ask_name, 1..=1),
    method("<=>", ask_name, 1..=1),
    method("=~", ask_name, 1..=1),
    method("match?", ask_name, 1..=2),
];

fn part(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    Ok(read(this, &format!("@{name}")))
}

/// What its text answers.
fn ask_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(message) = interpreter.called_name() else { return Ok(Value::Nil) };
    interpreter.call(&read(this, "@name"), message, args)
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = match args.first() {
        other @ Value::Object(_) if interpreter.responds_to(&other, "to_str") => {
            interpreter.call(&other, "to_str", Args::none())?
        }
        other => other,
    };
    Ok(interpreter.equal(&read(this, "@name"), &other)?.into())
}

/// `new(class, namespace, name, locale)`
fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = match args.get(2) {
        Value::Nil => interpreter.call(&args.first(), "name", Args::none())?,
        given => given,
    };
    let name = if name.truthy() { interpreter.to_s(&name)? } else { String::new() };
    if name.trim().is_empty() {
        let message = "Class name cannot be blank. You need to supply a name argument when anonymous class given";
        return Err(interpreter.argument_error(message));
    }
    let within = match args.get(1) {
        Value::Nil => None,
        namespace => {
            let namespace = interpreter.call(&namespace, "name", Args::none())?;
            let prefix = format!("{}::", interpreter.to_s(&namespace)?);
            Some(name.strip_prefix(&prefix).unwrap_or(&name).to_owned())
        }
    };
    let locale = args.get(3).as_name().unwrap_or_else(|| "en".to_owned());
    let inflector = interpreter.inflector();
    let inflections = inflector.inflections(&locale);
    let flat = |name: &str| inflector.underscore(name).replace('/', "_");
    let singular = flat(&name);
    let plural = inflections.pluralize(&singular);
    let is_uncountable = singular == plural;
    let param_key = within.as_deref().map_or_else(|| singular.clone(), flat);
    let mut route_key = if within.is_some() { inflections.pluralize(&param_key) } else { plural.clone() };
    write(this, "@singular_route_key", Value::str(inflections.singularize(&route_key)));
    if is_uncountable {
        route_key.push_str("_index");
    }
    let element = inflector.underscore(demodulize(&name));
    write(this, "@human", Value::str(inflector.humanize(&element, true, false)));
    write(this, "@element", Value::str(element));
    write(this, "@collection", Value::str(inflector.tableize(&name)));
    write(this, "@i18n_key", Value::symbol(&inflector.underscore(&name)));
    write(this, "@uncountable", is_uncountable.into());
    for (part, text) in [
        ("@name", name),
        ("@singular", singular),
        ("@plural", plural),
        ("@param_key", param_key),
        ("@route_key", route_key),
    ] {
        write(this, part, Value::str(text));
    }
    Ok(Value::Nil)
}

/// Made once for each class.
fn model_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    require(interpreter, Library::Validations)?;
    let class = class(interpreter, this)?;
    let kept = Symbol::new("@_model_name");
    if let Some(name) = class.ivars.borrow().get(&kept) {
        return Ok(name.clone());
    }
    let names = Value::Class(interpreter.class_at("ActiveModel::Name"));
    let name = interpreter.call(&names, "new", Args::one(this.clone()))?;
    class.ivars.borrow_mut().insert(kept, name.clone());
    Ok(name)
}

/// The model, and those above it that share its table.
fn lookup_ancestors(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let mut all = vec![Value::Class(Rc::clone(&class))];
    let mut current = class;
    while !model_schema::is_base(&current) && !Rc::ptr_eq(&model_schema::base_class(&current), &current) {
        let Some(above) = current.superclass() else { break };
        all.push(Value::Class(Rc::clone(&above)));
        current = above;
    }
    Ok(Value::array(all))
}

/// Of an attribute of something else, behind a dot, the attribute; without one, that something.
fn human_attribute_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let default = match option(&own_hash(&args.get(1)), "default") {
        Value::Array(all) => all.to_vec().into_iter().find(|one| matches!(one, Value::Str(_))).unwrap_or_default(),
        one => one,
    };
    if let Value::Str(_) = default {
        return Ok(default);
    }
    let name = interpreter.to_s(&args.first())?;
    let word = match name.rsplit_once('.') {
        Some((of, "")) => of.replace('.', "/"),
        Some((_, attribute)) => attribute.to_owned(),
        None => name,
    };
    Ok(Value::str(interpreter.inflector().humanize(&word, true, false)))
}
