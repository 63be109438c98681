//! inheritance.rb: one table for a class and those below it, told apart by the inheritance column.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RClass, Value, method};

use crate::connection::arel::Node;
use crate::models::model_schema::{
    base_class, class, descendants, has_type_condition, inheritance_column, is_base, load_schema, nearest, schema,
};
use crate::models::{persistence, relation};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("new", new, 0..=1),
    method(
        "sti_name",
        |i, this, _| {
            let class = class(i, this)?;
            default_sti_name(i, &class)
        },
        0..=0,
    ),
    method(
        "polymorphic_name",
        |i, this, _| {
            let class = class(i, this)?;
            Ok(base_class(&class).name().into())
        },
        0..=0,
    ),
    method("polymorphic_class_for", |i, _, args| constantize(i, args.first()), 1..=1),
    method("sti_class_for", sti_class_for, 1..=1),
    method(
        "find_sti_class",
        |i, this, args| {
            let class = class(i, this)?;
            let name = i.to_s(&args.first())?;
            Ok(Value::Class(find_sti_class(i, &class, &name)?))
        },
        1..=1,
    ),
    method("compute_type", compute_type, 1..=1),
    method("store_full_sti_class", |i, this, _| Ok(stores_full_name(&class(i, this)?).into()), 0..=0),
    method("store_full_sti_class=", set_store_full_sti_class, 1..=1),
    method(
        "descendants",
        |i, this, _| {
            let class = class(i, this)?;
            Ok(Value::array(descendants(&class).into_iter().map(Value::Class).collect()))
        },
        0..=0,
    ),
];

fn stores_full_name(class: &Rc<RClass>) -> bool {
    nearest(class, |class| schema(class).store_full_sti_class.get()).unwrap_or(true)
}

fn set_store_full_sti_class(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).store_full_sti_class.set(Some(args.first().truthy()));
    Ok(args.first())
}

/// What the class says that its name is; nothing of one that has none.
fn default_sti_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    let name = interpreter.call(&Value::Class(Rc::clone(class)), "name", Args::none())?;
    if stores_full_name(class) {
        return Ok(name);
    }
    interpreter.call(&name, "demodulize", Args::none())
}

/// `sti_name`, which a model may define anew.
pub(crate) fn sti_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    interpreter.call(&Value::Class(Rc::clone(class)), "sti_name", Args::none())
}

fn constantize(interpreter: &mut Interpreter, name: Value) -> Eval {
    interpreter.call(&name, "constantize", Args::none())
}

/// `type_condition`: the names of the class and of those below it, None where there is nothing to tell apart.
pub(crate) fn type_condition(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<Node>> {
    if !has_type_condition(interpreter, class)? {
        return Ok(None);
    }
    let columns = load_schema(interpreter, class)?;
    let Some(column) = inheritance_column(class) else { return Ok(None) };
    let kind = relation::type_of(&columns, &column);
    let mut names = Vec::new();
    for one in std::iter::once(Rc::clone(class)).chain(descendants(class)) {
        let name = sti_name(interpreter, &one)?;
        names.push(kind.cast(interpreter, &name)?);
    }
    let table = columns.table_name.clone();
    Ok(Some(relation::predicate_builder::predicate(interpreter, &table, &column, &kind, &Value::array(names))?))
}

fn sti_class_for(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let found = if stores_full_name(&class) {
        constantize(interpreter, args.first())
    } else {
        compute_type(interpreter, this, args.clone())
    };
    let name_error = interpreter.class_at("NameError");
    match found {
        Err(flow) if matches!(&*flow, Flow::Raise(error) if interpreter.is_a(error, &name_error)) => {
            let name = interpreter.to_s(&args.first())?;
            let column = inheritance_column(&class).unwrap_or_default();
            let class = class.name();
            let message = format!(
                "The single-table inheritance mechanism failed to locate the subclass: '{name}'. This error is raised because \
                 the column '{column}' is reserved for storing the class in case of inheritance. Please rename this column \
                 if you didn't intend it to be used for storing the inheritance class or overwrite \
                 {class}.inheritance_column to use another column for that information. If you wish to disable single-table \
                 inheritance for {class} set {class}.inheritance_column to nil"
            );
            Err(interpreter.error("ActiveRecord::SubclassNotFound", message))
        }
        found => found,
    }
}

/// The class that a row's inheritance column names.
pub(crate) fn find_sti_class(interpreter: &mut Interpreter, model: &Rc<RClass>, name: &str) -> Eval<Rc<RClass>> {
    let columns = load_schema(interpreter, model)?;
    let column = inheritance_column(model).unwrap_or_default();
    let kind = relation::type_of(&columns, &column);
    let name = kind.cast(interpreter, &Value::str(name))?;
    let this = Value::Class(Rc::clone(model));
    let found = interpreter.call(&this, "sti_class_for", Args::one(name))?;
    let found = class(interpreter, &found)?;
    if !Rc::ptr_eq(&found, model) && !found.is_subclass_of(model) {
        let message =
            format!("Invalid single-table inheritance type: {} is not a subclass of {}", found.name(), model.name());
        return Err(interpreter.error("ActiveRecord::SubclassNotFound", message));
    }
    Ok(found)
}

/// `compute_type`: a class of that name, looked for from where the model stands, outwards.
fn compute_type(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    if name.starts_with("::") {
        return constantize(interpreter, Value::str(name));
    }
    let owner = interpreter.call(this, "name", Args::none())?;
    let owner = if owner.is_nil() { class.name() } else { interpreter.to_s(&owner)? };
    let mut scopes: Vec<&str> = owner.split("::").collect();
    let mut first = None;
    loop {
        let candidate = scopes.iter().copied().chain([name.as_str()]).collect::<Vec<_>>().join("::");
        let found = interpreter.call(&Value::str(candidate.as_str()), "safe_constantize", Args::none())?;
        if let Value::Class(found) = &found
            && found.name() == candidate
        {
            return Ok(Value::Class(Rc::clone(found)));
        }
        first.get_or_insert(candidate);
        if scopes.pop().is_none() {
            let missing = first.unwrap_or_default();
            let message = format!("uninitialized constant {missing}");
            return Err(interpreter.name_error(message, ruby::Symbol::new(&missing), this));
        }
    }
}

/// `new`: an instance of the subclass that the attributes, the scope or the column's default name.
fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if is_base(&class) || schema(&class).abstract_class.get() {
        let message = format!("{} is an abstract class and cannot be instantiated.", class.name());
        return Err(interpreter.error("NotImplementedError", message));
    }
    let columns = load_schema(interpreter, &class)?;
    if let Some(column) = inheritance_column(&class)
        && let Some(index) = columns.shape.index(&column)
    {
        let mut subclass = subclass_from_attributes(interpreter, &class, &column, &args.first())?;
        if subclass.is_none() && !schema(&class).scoping.borrow().is_empty() {
            let attributes = relation::scope_for_create(interpreter, &class)?;
            subclass = subclass_from_attributes(interpreter, &class, &column, &attributes)?;
        }
        if subclass.is_none() && Rc::ptr_eq(&base_class(&class), &class) {
            let default = columns.defaults[index].clone().value(interpreter, &columns.shape.types[index])?;
            subclass = named_subclass(interpreter, &class, &default)?;
        }
        if let Some(subclass) = subclass.filter(|subclass| !Rc::ptr_eq(subclass, &class)) {
            return interpreter.call(&Value::Class(subclass), "new", args);
        }
    }
    let object = persistence::allocate(interpreter, &class)?;
    interpreter.call(&object, "initialize", args)?;
    Ok(object)
}

fn subclass_from_attributes(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    column: &str,
    attributes: &Value,
) -> Eval<Option<Rc<RClass>>> {
    let Value::Hash(hash) = attributes else { return Ok(None) };
    let name = hash.get(&Value::str(column)).or_else(|| hash.get_symbol(column)).unwrap_or_default();
    named_subclass(interpreter, class, &name)
}

fn named_subclass(interpreter: &mut Interpreter, class: &Rc<RClass>, name: &Value) -> Eval<Option<Rc<RClass>>> {
    if crate::models::attribute_methods::is_blank(name) {
        return Ok(None);
    }
    let name = interpreter.to_s(name)?;
    find_sti_class(interpreter, class, &name).map(Some)
}
