//! What a record has to do with its associations: the objects that stand for them, and what it remembers while it is saved.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, RClass, RProc, Symbol, Value};

use super::errors;
use crate::attribute_set::record;
use crate::reflection::{find, object};

/// What most records never need.
#[derive(Default)]
pub(crate) struct Bonds {
    /// The methods of autosaving that run, which do not run within themselves.
    running: Vec<Symbol>,
    /// Attributes to be touched before the commit, and the time that they have.
    pub touched: Option<(Vec<String>, Value)>,
}

pub(crate) fn bonds<T>(interpreter: &mut Interpreter, this: &Value, work: impl FnOnce(&mut Bonds) -> T) -> Eval<T> {
    let own = record(interpreter, this)?;
    let mut bonds = own.bonds.borrow_mut();
    Ok(work(bonds.get_or_insert_default()))
}

/// A method of a model that answers true when it is called while it runs for the same record.
pub(super) fn define_once(model: &Rc<RClass>, name: Symbol, work: impl Fn(&mut Interpreter, &Value) -> Eval + 'static) {
    if model.own_method(name).is_some() {
        return;
    }
    let body = RProc::native(move |interpreter, args| {
        let this = args.first();
        let runs = bonds(interpreter, &this, |bonds| {
            let runs = bonds.running.contains(&name);
            if !runs {
                bonds.running.push(name);
            }
            runs
        })?;
        if runs {
            return Ok(true.into());
        }
        let outcome = work(interpreter, &this);
        bonds(interpreter, &this, |bonds| bonds.running.retain(|other| *other != name))?;
        outcome
    });
    if let Value::Proc(body) = body {
        model.set_method(name, MethodBody::Proc(body), Visibility::Public);
    }
}

/// `association(:name)`: the object that stands for it, made when it is first asked for.
pub(crate) fn association(interpreter: &mut Interpreter, this: &Value, name: Symbol) -> Eval {
    let kind = interpreter.class_at("ActiveRecord::Associations::Association");
    let found = record(interpreter, this)?.associations.borrow().get(&name).cloned();
    if let Some(found) = found.as_ref().filter(|found| interpreter.is_a(found, &kind)) {
        return Ok(found.clone());
    }
    let class = interpreter.class_of(this);
    let Some(reflection) = find(&class, name) else {
        let facts = [("name", name.to_string()), ("class", class.name())];
        return Err(errors::raise(interpreter, "AssociationNotFoundError", &facts));
    };
    if reflection.has("disable_joins") {
        return Err(interpreter.unsupported("`disable_joins:` of an association is not supported yet"));
    }
    let kind = Value::Class(interpreter.class_at(super::class_name(&reflection)));
    let reflection = object::object(interpreter, &reflection);
    let made = interpreter.call(&kind, "new", Args::new(vec![this.clone(), reflection]))?;
    if let Some(target) = found {
        interpreter.call(&made, "target=", Args::one(target))?;
    }
    set(interpreter, this, name, made.clone())?;
    Ok(made)
}

pub(super) fn set(interpreter: &mut Interpreter, this: &Value, name: Symbol, value: Value) -> Eval<()> {
    record(interpreter, this)?.associations.borrow_mut().insert(name, value);
    crate::cycles::remember(interpreter, this)
}
