//! Implied models, which Rails has not: where a run asks for them, a constant that nothing defines and whose table exists
//! becomes a plain model (`class User < ActiveRecord::Base; self.inheritance_column = nil; end`) until the migration ends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Symbol, Value, method};

use crate::ground::state::{state, with_adapter};
use crate::models::model_schema;

/// Whether models are implied, and those that were, with the module that holds each.
#[derive(Default)]
pub(crate) struct ImpliedModels {
    pub on: Cell<bool>,
    made: RefCell<Vec<(Rc<RClass>, Symbol)>>,
}

const METHODS: &[NativeMethod] = &[method("const_missing", const_missing, 1..=1)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    let module = interpreter.class_at("Module");
    module.define(METHODS);
}

/// The next migration sees none of this one's implied models.
pub(crate) fn forget(interpreter: &mut Interpreter) -> Eval<()> {
    let made = std::mem::take(&mut *state(interpreter)?.kept::<ImpliedModels>().made.borrow_mut());
    for (holder, name) in made {
        holder.constants.borrow_mut().shift_remove(&name);
    }
    Ok(())
}

/// A plain model under the name that was missing.
pub(crate) fn const_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let holder = model_schema::class(interpreter, this)?;
    let name = Symbol::new(&args.first().as_name().unwrap_or_default());
    if name.is("ApplicationRecord") {
        return application_record(interpreter);
    }
    match imply(interpreter, &holder, name)? {
        Some(model) => Ok(model),
        None => Err(interpreter.without_native_entry(|interpreter| interpreter.uninitialized_constant(&holder, name))),
    }
}

/// The app's own base of its models, which a migration's models inherit from: an abstract one stands in for it.
fn application_record(interpreter: &mut Interpreter) -> Eval {
    let object = Rc::clone(&interpreter.classes.object);
    let name = Symbol::new("ApplicationRecord");
    if let Some(found) = object.constant(name) {
        return Ok(found);
    }
    let base = Value::Class(model_schema::base(interpreter));
    let class = Value::Class(interpreter.class_at("Class"));
    let model = interpreter.call(&class, "new", Args::one(base))?;
    interpreter.assign_constant(&object, name, model.clone())?;
    interpreter.call(&model, "abstract_class=", Args::one(true.into()))?;
    state(interpreter)?.note(
        "the app's `ApplicationRecord` is not there: a plain abstract class stands in for it, without what the app defines in it"
            .to_owned(),
    );
    Ok(model)
}

/// The model that `name`, missing in `holder`, stands for: one within `holder` where that is a module or a model of the
/// app's, else one at the top.
fn imply(interpreter: &mut Interpreter, holder: &Rc<RClass>, name: Symbol) -> Eval<Option<Value>> {
    if !state(interpreter)?.kept::<ImpliedModels>().on.get() {
        return Ok(None);
    }
    let object = Rc::clone(&interpreter.classes.object);
    let migration = interpreter.class_at("ActiveRecord::Migration");
    let within = !Rc::ptr_eq(holder, &object) && holder.has_name() && !holder.is_subclass_of(&migration);
    if within && let Some(model) = make(interpreter, holder, name)? {
        return Ok(Some(model));
    }
    if let Some(found) = object.constant(name) {
        let is_implied =
            state(interpreter)?.kept::<ImpliedModels>().made.borrow().iter().any(|(_, made)| *made == name);
        return Ok(is_implied.then_some(found));
    }
    make(interpreter, &object, name)
}

fn make(interpreter: &mut Interpreter, holder: &Rc<RClass>, name: Symbol) -> Eval<Option<Value>> {
    let base = Value::Class(model_schema::base(interpreter));
    let class = Value::Class(interpreter.class_at("Class"));
    let model = interpreter.call(&class, "new", Args::one(base))?;
    let Value::Class(class) = &model else { return Ok(None) };
    interpreter.assign_constant(holder, name, model.clone())?;
    let table = model_schema::table_name(interpreter, class)?.unwrap_or_default();
    if !with_adapter(interpreter, |adapter| adapter.catalogue().data_source_exists(&table))? {
        holder.constants.borrow_mut().shift_remove(&name);
        return Ok(None);
    }
    interpreter.call(&model, "inheritance_column=", Args::one(Value::Nil))?;
    interpreter.call(&model, "reset_column_information", Args::none())?;
    let state = state(interpreter)?;
    state.kept::<ImpliedModels>().made.borrow_mut().push((Rc::clone(holder), name));
    state.note(format!("`{}` is read as a plain model of the table `{table}`", class.name()));
    Ok(Some(model))
}
