//! Whose records an association has: `class_name`, `klass`, `compute_class`.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, RClass, Symbol, Value};

use super::{Reflection, last_part};
use crate::ground::errors::set_first_cause;
use crate::models::model_schema;

impl Reflection {
    /// `class_name`: as declared, or as the name implies.
    pub(crate) fn class_name(&self, interpreter: &mut Interpreter) -> Eval<String> {
        let given = self.option("class_name");
        if given.truthy() {
            return interpreter.to_s(&given);
        }
        if self.is_through() {
            return match self.option("source_type") {
                kind if kind.truthy() => interpreter.to_s(&kind),
                _ => self.source_reflection(interpreter)?.class_name(interpreter),
            };
        }
        let mut word = self.name.to_string();
        if self.is_collection() {
            word = interpreter.inflector().singularize(&word);
        }
        Ok(interpreter.inflector().camelize(&word))
    }

    /// `klass`
    pub(crate) fn class(&self, interpreter: &mut Interpreter) -> Eval<Rc<RClass>> {
        if let Some(class) = &*self.found.class.borrow() {
            return Ok(Rc::clone(class));
        }
        let class = match self.option("anonymous_class") {
            Value::Class(class) => class,
            _ => {
                let name = self.class_name(interpreter)?;
                self.compute_class(interpreter, &name)?
            }
        };
        *self.found.class.borrow_mut() = Some(Rc::clone(&class));
        Ok(class)
    }

    /// The model of that name, looked for from where the owner stands, outwards.
    pub(crate) fn compute_class(&self, interpreter: &mut Interpreter, name: &str) -> Eval<Rc<RClass>> {
        if self.is_polymorphic() {
            return Err(interpreter.argument_error("Polymorphic associations do not support computing the class."));
        }
        let mut path = name.to_owned();
        // An owner of the same name within a module means the one at the top, if there is one.
        if last_part(&self.owner.name()) == name {
            let top = format!("::{name}");
            if interpreter.call(&Value::str(top.as_str()), "safe_constantize", Args::none())?.truthy() {
                path = top;
            }
        }
        let owner = Value::Class(Rc::clone(&self.owner));
        let found = match interpreter.call(&owner, "compute_type", Args::one(Value::str(path.as_str()))) {
            Ok(found) => found,
            Err(flow) => return Err(self.missing_class(interpreter, &path, flow)?),
        };
        let base = model_schema::base(interpreter);
        match found {
            Value::Class(class) if class.is_subclass_of(&base) && !Rc::ptr_eq(&class, &base) => Ok(class),
            _ => {
                let message = format!(
                    "The {path} model class for the {}#{} association is not an ActiveRecord::Base subclass.",
                    self.owner.name(),
                    self.name
                );
                Err(interpreter.argument_error(message))
            }
        }
    }

    /// What is raised for a class that could not be found: nothing of that name says so in its own words.
    fn missing_class(&self, interpreter: &mut Interpreter, path: &str, flow: Box<Flow>) -> Eval<Box<Flow>> {
        let name_error = interpreter.class_at("NameError");
        let first = match &*flow {
            Flow::Raise(error) if interpreter.is_a(error, &name_error) => error.clone(),
            _ => return Ok(flow),
        };
        let missing = interpreter.call(&first, "name", Args::none())?;
        let missing = interpreter.to_s(&missing)?;
        let names_it = missing.strip_suffix(path).is_some_and(|before| before.is_empty() || before.ends_with("::"));
        if !names_it {
            return Ok(flow);
        }
        let mut message =
            format!("Missing model class {path} for the {}#{} association.", self.owner.name(), self.name);
        if !self.has("class_name") {
            message.push_str(" You can specify a different model class with the :class_name option.");
        }
        let flow = interpreter.name_error(message, Symbol::new(path), &Value::Nil);
        if let Flow::Raise(error) = &*flow {
            set_first_cause(error, &first);
        }
        Ok(flow)
    }
}
