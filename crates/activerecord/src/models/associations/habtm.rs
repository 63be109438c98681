//! `has_and_belongs_to_many`: a model of the table between, a has_many to it, and a has_many through that; after
//! associations/builder/has_and_belongs_to_many.rb.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, RClass, RHash, RProc, Symbol, Value};

use super::macros::{Declaration, add_callbacks, build, reflect, register};
use super::{dependent, owner};
use crate::models::model_schema::{lineage, schema};
use crate::models::reflection::Macro;
use crate::models::reflection::keys::joined_name;
use crate::models::reflection::object::object;

/// The options that the has_many through is told too.
const HANDED_ON: &[&str] = &[
    "before_add",
    "after_add",
    "before_remove",
    "after_remove",
    "autosave",
    "validate",
    "join_table",
    "class_name",
    "extend",
    "strict_loading",
];

fn symbol(name: &str) -> Value {
    Value::symbol(name)
}

fn plain(name: Value, options: RHash) -> Declaration {
    Declaration { name, scope: Value::Nil, options: Rc::new(options), extension: None }
}

/// `has_and_belongs_to_many`: a model of the join table, and the two associations that it makes.
pub(super) fn declare(interpreter: &mut Interpreter, model: &Rc<RClass>, declaration: Declaration) -> Eval {
    let given = Rc::clone(&declaration.options);
    let option = |name: &str| given.get_symbol(name);
    if ["foreign_key", "association_foreign_key"].iter().any(|name| matches!(option(name), Some(Value::Array(_)))) {
        return Err(interpreter.unsupported("`has_and_belongs_to_many` by several columns is not supported yet"));
    }
    let name = interpreter.to_s(&declaration.name)?;
    let between = model_between(interpreter, model, &name, &given)?;
    let right = Symbol::new(&interpreter.inflector().singularize(&name));
    belong(interpreter, &between, model, right, &given)?;

    let mut words = [interpreter.inflector().pluralize(&model.name().to_lowercase()), name.clone()];
    words.sort();
    let middle = Symbol::new(&words.join("_").replace("::", "_"));
    let options = RHash::new();
    options.insert_symbol("class_name", Value::str(between.name()));
    if let Some(key) = option("foreign_key") {
        options.insert_symbol("foreign_key", key);
    }
    let links = reflect(interpreter, model, Macro::HasMany, plain(Value::Symbol(middle), options))?;
    add_callbacks(interpreter, model, &links)?;
    register(model, &links);
    if let Value::Symbol(own) = declaration.name {
        schema(model).joined.borrow_mut().push((middle, own));
    }

    let options = RHash::new();
    options.insert_symbol("through", Value::Symbol(middle));
    options.insert_symbol("source", Value::Symbol(right));
    for name in HANDED_ON {
        if let Some(value) = option(name) {
            options.insert_symbol(name, value);
        }
    }
    let many = build(interpreter, model, Macro::HasMany, Declaration { options: Rc::new(options), ..declaration })?;
    Ok(object(interpreter, &many))
}

/// A class for the rows of the table between, whose name is found out when it is first asked for.
fn model_between(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    name: &str,
    options: &Rc<RHash>,
) -> Eval<Rc<RClass>> {
    let base = Value::Class(crate::models::model_schema::base(interpreter));
    let class = Value::Class(interpreter.class_at("Class"));
    let made = interpreter.call(&class, "new", Args::one(base))?;
    let between = crate::models::model_schema::class(interpreter, &made)?;
    // It looks for classes where its owner does.
    let owner = Value::Class(Rc::clone(model));
    let looks = owner.clone();
    let lookup = RProc::native(move |interpreter, args| {
        interpreter.call(&looks, "compute_type", Args::new(args.positional[1..].to_vec()))
    });
    if let Value::Proc(lookup) = lookup {
        let singleton = interpreter.singleton_class(&between);
        singleton.set_method(Symbol::new("compute_type"), MethodBody::Proc(lookup), Visibility::Public);
    }
    let camelized = interpreter.inflector().camelize(name);
    interpreter.assign_constant(model, Symbol::new(&format!("HABTM_{camelized}")), made.clone())?;
    let other = interpreter.inflector().singularize(&camelized);
    let options = Rc::clone(options);
    let table = RProc::native(move |interpreter, _| {
        let named = |name: &str| options.get_symbol(name).filter(Value::truthy);
        if let Some(table) = named("join_table") {
            return Ok(Value::str(interpreter.to_s(&table)?));
        }
        let other = match named("class_name") {
            Some(name) => interpreter.to_s(&name)?,
            None => other.clone(),
        };
        let other = interpreter.call(&owner, "compute_type", Args::one(Value::str(other)))?;
        let mut names = Vec::new();
        for class in [&owner, &other] {
            let name = interpreter.call(class, "table_name", Args::none())?;
            names.push(interpreter.to_s(&name)?);
        }
        Ok(joined_name(names).into())
    });
    interpreter.call(&made, "_table_name_resolver=", Args::one(table))?;
    Ok(between)
}

/// The two ends of the model between.
fn belong(
    interpreter: &mut Interpreter,
    between: &Rc<RClass>,
    model: &Rc<RClass>,
    right: Symbol,
    given: &RHash,
) -> Eval<()> {
    let left_options = RHash::new();
    left_options.insert_symbol("required", false.into());
    left_options.insert_symbol("anonymous_class", Value::Class(Rc::clone(model)));
    build(interpreter, between, Macro::BelongsTo, plain(symbol("left_side"), left_options))?;
    let options = RHash::new();
    options.insert_symbol("required", false.into());
    if let Some(name) = given.get_symbol("class_name") {
        let text = interpreter.to_s(&name)?;
        options.insert_symbol("foreign_key", interpreter.inflector().foreign_key(&text, true).into());
        options.insert_symbol("class_name", name);
    }
    if let Some(key) = given.get_symbol("association_foreign_key") {
        options.insert_symbol("foreign_key", key);
    }
    build(interpreter, between, Macro::BelongsTo, plain(Value::Symbol(right), options)).map(drop)
}

/// `destroy_associations`: before the row goes, those of the tables between go that name it.
pub(super) fn delete_links(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    for class in lineage(&interpreter.class_of(this)) {
        let joined = schema(&class).joined.borrow().clone();
        for (middle, own) in joined.into_iter().rev() {
            let links = owner::handle(interpreter, this, middle)?;
            dependent::delete_all(interpreter, &links, &symbol("delete_all"))?;
            owner::handle(interpreter, this, own)?.reset();
        }
    }
    Ok(())
}
