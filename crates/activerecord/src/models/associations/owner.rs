//! What a record has to do with its associations: the objects that stand for them, and what it remembers while it is saved.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RProc, Symbol, Value, method};

use super::association::{Handle, ivar, set_ivar};
use super::{errors, habtm};
use crate::models::attribute_set::record;
use crate::models::reflection::find;

const MARKED: &str = "@marked_for_destruction";
const DESTROYED_BY: &str = "@destroyed_by_association";

pub(crate) const METHODS: &[NativeMethod] = &[
    method("association", |i, this, args| Ok(handle(i, this, name(&args))?.object), 1..=1),
    method("association_cached?", is_cached, 1..=1),
    method("_may_be_in_a_ring", |i, this, _| crate::models::cycles::remember(i, this).map(|()| Value::Nil), 0..=0),
    method("destroy_associations", |i, this, _| habtm::delete_links(i, this).map(|()| Value::Nil), 0..=0),
    method("mark_for_destruction", mark, 0..=0),
    method("marked_for_destruction?", |_, this, _| Ok(ivar(this, MARKED)), 0..=0),
    method("destroyed_by_association", |_, this, _| Ok(ivar(this, DESTROYED_BY)), 0..=0),
    method("destroyed_by_association=", set_destroyed_by, 1..=1),
];

/// What most records never need.
#[derive(Default)]
pub(crate) struct Bonds {
    /// The methods of autosaving that run, which do not run within themselves.
    running: Vec<Symbol>,
    /// The belongs_to associations whose records this one is validating, and saving.
    pub validating: Vec<Value>,
    pub saving: Vec<Value>,
    /// Whether the record was new before the save that runs.
    pub was_new: bool,
    /// Whether it is being asked what has changed in it.
    pub looking: bool,
    /// Attributes to be touched before the commit, and the time that they have.
    pub touched: Option<(Vec<String>, Value)>,
}

impl Bonds {
    /// Whether it is being validated on the way, so that a circle ends.
    pub(crate) fn is_validating(&self, association: &Handle) -> bool {
        self.validating.iter().any(|one| one.is_identical(&association.object))
    }

    /// Whether it is being saved on the way, so that a circle ends.
    pub(crate) fn is_saving(&self, association: &Handle) -> bool {
        self.saving.iter().any(|one| one.is_identical(&association.object))
    }
}

/// What a record knows of its associations.
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

fn name(args: &Args) -> Symbol {
    Symbol::new(&args.first().as_name().unwrap_or_default())
}

/// `association(:name)`: the object that stands for it, made when it is first asked for.
pub(crate) fn handle(interpreter: &mut Interpreter, this: &Value, name: Symbol) -> Eval<Handle> {
    let own = record(interpreter, this)?;
    let found = own.associations.borrow().get(&name).cloned();
    if let Some(handle) = found.as_ref().and_then(Handle::find) {
        return Ok(handle);
    }
    let class = interpreter.class_of(this);
    let Some(reflection) = find(&class, name) else {
        let facts = [("name", name.to_string()), ("class", class.name())];
        return Err(errors::raise(interpreter, "AssociationNotFoundError", &facts));
    };
    let handle = Handle::make(interpreter, this, &reflection)?;
    if let Some(target) = found {
        handle.set_target(interpreter, target)?;
    }
    own.associations.borrow_mut().insert(name, handle.object.clone());
    crate::models::cycles::remember(interpreter, this)?;
    Ok(handle)
}

/// The object that stands for an association, if it was asked for already.
pub(super) fn known(interpreter: &mut Interpreter, this: &Value, name: Symbol) -> Eval<Option<Handle>> {
    if !record(interpreter, this)?.associations.borrow().contains_key(&name) {
        return Ok(None);
    }
    handle(interpreter, this, name).map(Some)
}

fn is_cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(record(interpreter, this)?.associations.borrow().contains_key(&name(&args)).into())
}

fn mark(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    set_ivar(this, MARKED, true.into());
    Ok(true.into())
}

fn set_destroyed_by(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set_ivar(this, DESTROYED_BY, args.first());
    Ok(args.first())
}
