//! The association of the other model that leads back: named by `inverse_of:`, or found by its name.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, RClass, Symbol, Value};

use super::{Reflection, find, last_part};
use crate::models::associations::errors;
use crate::models::class_attributes;

impl Reflection {
    /// `inverse_name`: as declared, or as Rails finds it.
    pub(crate) fn inverse_name(&self, interpreter: &mut Interpreter) -> Eval<Option<Symbol>> {
        if let Some(known) = self.found.inverse.get() {
            return Ok(known);
        }
        let name = match self.options.get_symbol("inverse_of") {
            Some(said) => said.as_name().map(|name| Symbol::new(&name)),
            None => self.guessed_inverse(interpreter)?,
        };
        self.found.inverse.set(Some(name));
        Ok(name)
    }

    /// `inverse_of`
    pub(crate) fn inverse(&self, interpreter: &mut Interpreter) -> Eval<Option<Rc<Reflection>>> {
        let Some(name) = self.inverse_name(interpreter)? else { return Ok(None) };
        let class = self.class(interpreter)?;
        Ok(find(&class, name))
    }

    /// `polymorphic_inverse_of`: in the class of the record at hand.
    pub(crate) fn inverse_in(&self, interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<Rc<Reflection>>> {
        if self.inverse_name(interpreter)?.is_none() {
            return Ok(None);
        }
        let found = self.named("inverse_of").and_then(|name| find(class, name));
        if found.is_none() {
            return Err(self.no_inverse(interpreter, class)?);
        }
        Ok(found)
    }

    /// Which of both it is, by whether the association is of any class.
    pub(crate) fn inverse_for(&self, interpreter: &mut Interpreter, record: &Value) -> Eval<Option<Rc<Reflection>>> {
        if self.is_polymorphic() {
            let class = interpreter.class_of(record);
            return self.inverse_in(interpreter, &class);
        }
        self.inverse(interpreter)
    }

    /// InverseOfAssociationNotFoundError.
    pub(crate) fn no_inverse(&self, interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Box<Flow>> {
        let wanted = interpreter.inspect(&self.option("inverse_of"))?;
        let facts = [("name", self.name.to_string()), ("inverse", wanted), ("class", class.name())];
        Ok(errors::raise(interpreter, "InverseOfAssociationNotFoundError", &facts))
    }

    /// Whether an association is plain enough for its inverse to be guessed; as an inverse it has no scope either, but where
    /// its model's settings say that a scope does not matter.
    fn may_be_guessed(&self, interpreter: &mut Interpreter, as_inverse: bool) -> Eval<bool> {
        let is_plain = !matches!(self.option("inverse_of"), Value::Bool(false))
            && !["through", "foreign_key"].iter().any(|name| self.has(name));
        if !is_plain || self.scope.is_nil() {
            return Ok(is_plain);
        }
        if as_inverse {
            return Ok(false);
        }
        let class = self.class(interpreter)?;
        Ok(class_attributes::of(&class, "automatic_scope_inversing").truthy())
    }

    /// `automatic_inverse_of`
    fn guessed_inverse(&self, interpreter: &mut Interpreter) -> Eval<Option<Symbol>> {
        if self.is_polymorphic() || !self.may_be_guessed(interpreter, false)? {
            return Ok(None);
        }
        let Some(class) = self.class_if_known(interpreter)? else { return Ok(None) };
        let word = match self.option("as").as_name() {
            Some(role) => role,
            None => last_part(&self.owner.name()).to_owned(),
        };
        let word = interpreter.inflector().underscore(&word);
        let mut found = find(&class, Symbol::new(&word));
        if found.is_none() && class_attributes::of(&self.owner, "automatically_invert_plural_associations").truthy() {
            let plural = interpreter.inflector().pluralize(&word);
            found = find(&class, Symbol::new(&plural));
        }
        let Some(found) = found.filter(|found| !std::ptr::eq(Rc::as_ptr(found), self)) else { return Ok(None) };
        let leads_back = self.foreign_key(interpreter)? == found.foreign_key(interpreter)?
            && class.is_subclass_of(&found.owner)
            && found.may_be_guessed(interpreter, true)?;
        Ok(leads_back.then_some(found.name))
    }

    /// The class, but nothing where that is the very one that is missing.
    fn class_if_known(&self, interpreter: &mut Interpreter) -> Eval<Option<Rc<RClass>>> {
        let flow = match self.class(interpreter) {
            Ok(class) => return Ok(Some(class)),
            Err(flow) => flow,
        };
        let name_error = interpreter.class_at("NameError");
        if let Flow::Raise(error) = &*flow
            && interpreter.is_a(error, &name_error)
        {
            let missing = interpreter.call(error, "name", Args::none())?;
            if interpreter.to_s(&missing)? == self.class_name(interpreter)? {
                return Ok(None);
            }
        }
        Err(flow)
    }
}
