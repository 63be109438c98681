//! Associations that go through others, and what makes an association unsound.

use std::rc::Rc;

use ruby::{Eval, Interpreter, Symbol, Value};

use super::{Reflection, all, find};
use crate::models::associations::errors;

impl Reflection {
    /// The association that this one goes through.
    pub(crate) fn through_reflection(&self, interpreter: &mut Interpreter) -> Eval<Rc<Reflection>> {
        match self.middle() {
            Some(found) => Ok(found),
            None => {
                let through = interpreter.inspect(&self.option("through"))?;
                let facts = [("through", through), ("owner", self.owner.name())];
                Err(errors::raise(interpreter, "HasManyThroughAssociationNotFoundError", &facts))
            }
        }
    }

    /// `through_reflection`
    pub(crate) fn middle(&self) -> Option<Rc<Reflection>> {
        self.named("through").and_then(|name| find(&self.owner, name))
    }

    /// `source_reflection_names`
    pub(crate) fn source_names(&self, interpreter: &mut Interpreter) -> Vec<Value> {
        if self.has("source") {
            return vec![self.option("source")];
        }
        let name = self.name.to_string();
        let singular = interpreter.inflector().singularize(&name);
        vec![Value::str(singular), Value::Symbol(self.name)]
    }

    /// The association of the model between that leads on, if there is one.
    pub(crate) fn source(&self, interpreter: &mut Interpreter) -> Eval<Option<Rc<Reflection>>> {
        let between = self.through_reflection(interpreter)?.class(interpreter)?;
        let names = self.source_names(interpreter);
        Ok(names.iter().filter_map(Value::as_name).find_map(|name| find(&between, Symbol::new(&name))))
    }

    /// `source_reflection`: the association by which the one in the middle leads on.
    pub(crate) fn source_reflection(&self, interpreter: &mut Interpreter) -> Eval<Rc<Reflection>> {
        match self.source(interpreter)? {
            Some(source) => Ok(source),
            None => Err(interpreter.unsupported(format!("the source of the association `{}`", self.name))),
        }
    }

    /// `nested?`: whether it goes through more than one other.
    pub(crate) fn is_nested(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        if !self.is_through() {
            return Ok(false);
        }
        Ok(self.source_reflection(interpreter)?.is_through() || self.through_reflection(interpreter)?.is_through())
    }

    /// `check_validity!`, once.
    pub(crate) fn check_validity(&self, interpreter: &mut Interpreter) -> Eval<()> {
        if self.found.is_sound.get() {
            return Ok(());
        }
        if self.is_through() {
            self.check_through(interpreter)?;
        }
        if !self.is_polymorphic() && self.inverse_name(interpreter)?.is_some() && self.inverse(interpreter)?.is_none() {
            let class = self.class(interpreter)?;
            return Err(self.no_inverse(interpreter, &class)?);
        }
        if !self.is_through() && !self.is_polymorphic() {
            let class = self.class(interpreter)?;
            self.check_columns(interpreter, &class)?;
        }
        self.found.is_sound.set(true);
        Ok(())
    }

    fn check_through(&self, interpreter: &mut Interpreter) -> Eval<()> {
        let through = self.through_reflection(interpreter)?;
        let (owner, name, middle) = (self.owner.name(), self.name.to_string(), through.name.to_string());
        let mut facts = vec![("owner", owner), ("name", name), ("through", middle)];
        if through.is_polymorphic() {
            let class = if self.is_has_one() {
                "HasOneAssociationPolymorphicThroughError"
            } else {
                "HasManyThroughAssociationPolymorphicThroughError"
            };
            return Err(errors::raise(interpreter, class, &facts));
        }
        let Some(source) = self.source(interpreter)? else { return Err(self.no_source(interpreter, &through)?) };
        if source.is_polymorphic() != self.has("source_type") {
            facts.push(("source", source.name.to_string()));
            let class = if source.is_polymorphic() {
                facts.push(("source_class", source.class_name(interpreter)?));
                facts.push(("guess", interpreter.inflector().classify(&self.name.to_string())));
                "HasManyThroughAssociationPolymorphicSourceError"
            } else {
                facts.push(("through_class", through.class_name(interpreter)?));
                "HasManyThroughAssociationPointlessSourceTypeError"
            };
            return Err(errors::raise(interpreter, class, &facts));
        }
        if self.is_has_one() && through.is_collection() {
            return Err(errors::raise(interpreter, "HasOneThroughCantAssociateThroughCollection", &facts));
        }
        let names: Vec<Symbol> = all(&self.owner).iter().map(|one| one.name).collect();
        let place = |name: Symbol| names.iter().position(|other| *other == name);
        if place(through.name) > place(self.name) {
            return Err(errors::raise(interpreter, "HasManyThroughOrderError", &facts));
        }
        Ok(())
    }

    fn no_source(&self, interpreter: &mut Interpreter, through: &Reflection) -> Eval<Box<ruby::Flow>> {
        let class = through.class(interpreter)?;
        let mut wanted = Vec::new();
        for name in self.source_names(interpreter) {
            wanted.push(interpreter.inspect(&name)?);
        }
        let known: Vec<String> = all(&class).iter().map(|one| one.name.to_string()).collect();
        let facts = [
            ("wanted", errors::either(&wanted)),
            ("class", class.name()),
            ("name", interpreter.inspect(&Value::Symbol(self.name))?),
            ("through", interpreter.inspect(&Value::Symbol(through.name))?),
            ("known", errors::either(&known)),
        ];
        Ok(errors::raise(interpreter, "HasManyThroughSourceAssociationNotFoundError", &facts))
    }

    /// What cannot be joined or preloaded here, and what is unsound about what goes through another.
    pub(crate) fn check(&self, interpreter: &mut Interpreter) -> Eval<()> {
        if self.is_through() { self.check_validity(interpreter) } else { Ok(()) }
    }
}
