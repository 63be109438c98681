//! Module's class variables.

use super::super::{name_argument, names_array};
use super::class;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;
use crate::syntax::symbol::Symbol;

fn class_variable_name(interpreter: &mut Interpreter, value: &Value) -> Eval<Symbol> {
    let name = name_argument(interpreter, value)?;
    if name.to_str().starts_with("@@") {
        return Ok(name);
    }
    Err(interpreter.name_error(format!("`{name}' is not allowed as a class variable name"), name, value))
}

/// `class_variable_get`
pub(super) fn class_variable_get(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = class_variable_name(interpreter, &args.first())?;
    let holder = interpreter.class_variable_holder(&class, name);
    match holder.and_then(|holder| holder.class_variables.borrow().get(&name).cloned()) {
        Some(value) => Ok(value),
        None => {
            let message = format!("uninitialized class variable {name} in {}", class.name());
            Err(interpreter.name_error(message, name, this))
        }
    }
}

/// `class_variable_set`
pub(super) fn class_variable_set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = class_variable_name(interpreter, &args.first())?;
    interpreter.set_class_variable_of(&class, name, args.get(1))?;
    Ok(args.get(1))
}

/// `class_variable_defined?`
pub(super) fn is_class_variable_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = class_variable_name(interpreter, &args.first())?;
    Ok(Value::Bool(interpreter.class_variable_holder(&class, name).is_some()))
}

/// `class_variables`
pub(super) fn class_variables(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mut names: Vec<Symbol> = Vec::new();
    for ancestor in class(interpreter, this)?.ancestors() {
        names.extend(ancestor.class_variables.borrow().keys());
    }
    Ok(names_array(names))
}

/// `remove_class_variable`
pub(super) fn remove_class_variable(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = class_variable_name(interpreter, &args.first())?;
    let removed = class.class_variables.borrow_mut().shift_remove(&name);
    match removed {
        Some(value) => Ok(value),
        None => {
            let message = format!("class variable {name} not defined for {}", class.name());
            Err(interpreter.name_error(message, name, this))
        }
    }
}
