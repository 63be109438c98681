//! associations.rb, as far as a migration's models need it: declared, read and written by `belongs_to`; read as relations by
//! `has_many` and `has_one`. Polymorphic ones, `through:` and `dependent:` are refused when they are used.

pub(crate) mod join_dependency;

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Symbol, Value, method, variadic};

use crate::attribute_methods::{self, read_named, write_named};
use crate::attribute_set::record;
use crate::model_schema::{class, lineage, load_schema, schema};
use crate::reflection::{Macro, Reflection, find};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("belongs_to", |i, this, args| declare(i, this, args, Macro::BelongsTo), 1).with_keywords(),
    variadic("has_many", |i, this, args| declare(i, this, args, Macro::HasMany), 1).with_keywords(),
    variadic("has_one", |i, this, args| declare(i, this, args, Macro::HasOne), 1).with_keywords(),
    variadic("has_and_belongs_to_many", |i, this, args| declare(i, this, args, Macro::HasAndBelongsToMany), 1)
        .with_keywords(),
];

/// `dependent:` makes `destroy` write to other tables; a record with such an association is not destroyed.
pub(crate) fn refuse_dependent(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    for class in lineage(&interpreter.class_of(this)) {
        let dependent =
            schema(&class).associations.borrow().values().find(|one| one.option("dependent").truthy()).cloned();
        if let Some(association) = dependent {
            let what = format!("`dependent:` of `{}.{}` is not supported yet", class.name(), association.name);
            return Err(interpreter.unsupported(what));
        }
    }
    Ok(())
}

fn declare(interpreter: &mut Interpreter, this: &Value, args: Args, kind: Macro) -> Eval {
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    let symbol = Symbol::new(&name);
    let reflection = Reflection {
        kind,
        name: symbol,
        options: args.keywords.clone().unwrap_or_default(),
        scope: args.get(1),
        owner: Rc::clone(&class),
    };
    schema(&class).associations.borrow_mut().insert(symbol, Rc::new(reflection));
    let define = |name: &str, function: ruby::method::NativeFn, arity| {
        class.set_method(
            Symbol::new(name),
            MethodBody::Native(method("association", function, arity)),
            Visibility::Public,
        );
    };
    define(&name, read, 0..=0);
    define(&format!("{name}="), write, 1..=1);
    if kind == Macro::BelongsTo || kind == Macro::HasOne {
        define(&format!("build_{name}"), refuse, 0..=1);
        define(&format!("create_{name}"), refuse, 0..=1);
        define(&format!("reload_{name}"), refuse, 0..=0);
    }
    Ok(Value::Nil)
}

fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    Err(interpreter.unsupported(format!("`{name}` of an association is not supported yet")))
}

fn called(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Reflection>> {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let class = interpreter.class_of(this);
    match find(&class, Symbol::new(name.trim_end_matches('='))) {
        Some(reflection) => Ok(reflection),
        None => Err(interpreter.unsupported(format!("the association `{name}`"))),
    }
}

fn check_simple(interpreter: &mut Interpreter, reflection: &Reflection) -> Eval<()> {
    for option in ["polymorphic", "through", "as", "primary_key", "source"] {
        if reflection.option(option).truthy() {
            let message = format!("the association `{}` with `{option}:` is not supported yet", reflection.name);
            return Err(interpreter.unsupported(message));
        }
    }
    if reflection.kind == Macro::HasAndBelongsToMany {
        let message = format!("`has_and_belongs_to_many :{}` is not supported yet", reflection.name);
        return Err(interpreter.unsupported(message));
    }
    Ok(())
}

fn read(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let reflection = called(interpreter, this)?;
    let owner = record(interpreter, this)?;
    let preloaded = reflection.is_collection() || reflection.is_polymorphic() || reflection.is_through();
    if preloaded && let Some(loaded) = owner.associations.borrow().get(&reflection.name).cloned() {
        return Ok(loaded);
    }
    check_simple(interpreter, &reflection)?;
    let target = Value::Class(reflection.class(interpreter)?);
    let key = reflection.foreign_key(interpreter)?;
    if reflection.kind == Macro::BelongsTo {
        let id = read_named(interpreter, this, &key)?;
        if let Some(found) = owner.associations.borrow().get(&reflection.name).cloned() {
            return Ok(found);
        }
        if id.is_nil() {
            return Ok(Value::Nil);
        }
        let class = class(interpreter, &target)?;
        let primary = load_schema(interpreter, &class)?.primary_key.clone().unwrap_or_default();
        let found = scoped(interpreter, &reflection, &target, &primary, id)?;
        let found = interpreter.call(&found, "take", Args::none())?;
        owner.associations.borrow_mut().insert(reflection.name, found.clone());
        return Ok(found);
    }
    if reflection.kind == Macro::HasOne
        && let Some(found) = owner.associations.borrow().get(&reflection.name).cloned()
    {
        return Ok(found);
    }
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    if reflection.kind == Macro::HasMany {
        if owner.new_record.get() {
            return Err(interpreter.unsupported(format!("`{}` of a record that is not saved", reflection.name)));
        }
        return scoped(interpreter, &reflection, &target, &key, id);
    }
    let found = scoped(interpreter, &reflection, &target, &key, id)?;
    let found = interpreter.call(&found, "take", Args::none())?;
    owner.associations.borrow_mut().insert(reflection.name, found.clone());
    Ok(found)
}

fn scoped(interpreter: &mut Interpreter, reflection: &Reflection, target: &Value, key: &str, id: Value) -> Eval {
    let conditions = RHash::from_pairs(vec![(Value::str(key), id)]);
    let found = interpreter.call(target, "where", Args::one(Value::hash(conditions)))?;
    match &reflection.scope {
        Value::Proc(block) => interpreter.instance_exec(block, &found, Args::none()),
        _ => Ok(found),
    }
}

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let reflection = called(interpreter, this)?;
    check_simple(interpreter, &reflection)?;
    if reflection.kind != Macro::BelongsTo {
        return Err(interpreter.unsupported(format!("`{}=` is not supported yet", reflection.name)));
    }
    let other = args.first();
    let key = reflection.foreign_key(interpreter)?;
    let id = if other.is_nil() {
        Value::Nil
    } else {
        let target = record(interpreter, &other)?;
        if target.new_record.get() {
            return Err(interpreter.unsupported(format!("`{}=` of a record that is not saved", reflection.name)));
        }
        attribute_methods::id(interpreter, &other, Args::none())?
    };
    write_named(interpreter, this, &key, id)?;
    record(interpreter, this)?.associations.borrow_mut().insert(reflection.name, other.clone());
    Ok(other)
}

// What eager loading leaves with a record

/// The association is loaded, with nothing in it so far.
pub(crate) fn mark_loaded(interpreter: &mut Interpreter, this: &Value, reflection: &Rc<Reflection>) -> Eval<()> {
    let owner = record(interpreter, this)?;
    if owner.associations.borrow().contains_key(&reflection.name) {
        return Ok(());
    }
    let empty = if reflection.is_collection() {
        loaded_collection(interpreter, this, reflection, Vec::new())?
    } else {
        Value::Nil
    };
    owner.associations.borrow_mut().insert(reflection.name, empty);
    Ok(())
}

pub(crate) fn add_loaded(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Rc<Reflection>,
    child: &Value,
) -> Eval<()> {
    let owner = record(interpreter, this)?;
    if !reflection.is_collection() {
        owner.associations.borrow_mut().insert(reflection.name, child.clone());
        return Ok(());
    }
    let found = owner.associations.borrow().get(&reflection.name).cloned().unwrap_or_default();
    if let Some(relation) = found.data::<crate::relation::Relation>() {
        relation.records.borrow_mut().get_or_insert_default().push(child.clone());
    }
    Ok(())
}

/// `association.target =` of what was preloaded.
pub(crate) fn set_loaded(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Rc<Reflection>,
    children: Vec<Value>,
) -> Eval<()> {
    let value = if reflection.is_collection() {
        loaded_collection(interpreter, this, reflection, children)?
    } else {
        children.into_iter().next().unwrap_or_default()
    };
    record(interpreter, this)?.associations.borrow_mut().insert(reflection.name, value);
    Ok(())
}

fn loaded_collection(
    interpreter: &mut Interpreter,
    this: &Value,
    reflection: &Rc<Reflection>,
    children: Vec<Value>,
) -> Eval {
    let target = Value::Class(reflection.class(interpreter)?);
    let scope = if reflection.is_through() {
        interpreter.call(&target, "all", Args::none())?
    } else {
        let (key, foreign) = (reflection.join_primary_key(interpreter)?, reflection.join_foreign_key(interpreter)?);
        let id = read_named(interpreter, this, &foreign)?;
        scoped(interpreter, reflection, &target, &key, id)?
    };
    if let Some(relation) = scope.data::<crate::relation::Relation>() {
        *relation.records.borrow_mut() = Some(children);
    }
    Ok(scope)
}
