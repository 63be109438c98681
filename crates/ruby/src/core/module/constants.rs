//! Module's constants.

use std::rc::Rc;

use super::super::{name_argument, names_array};
use super::class;
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RClass, Value};
use crate::syntax::symbol::Symbol;

/// A name that a constant may have, or NameError.
fn constant_name(interpreter: &mut Interpreter, value: &Value) -> Eval<Symbol> {
    let name = name_argument(interpreter, value)?;
    if is_constant_name(&name.to_str()) {
        return Ok(name);
    }
    Err(interpreter.name_error(format!("wrong constant name {name}"), name, value))
}

fn is_constant_name(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.chars().all(|char| char == '_' || char.is_alphanumeric())
}

/// `const_get`
pub(super) fn const_get(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = name_argument(interpreter, &args.first())?;
    let inherit = !args.has(1) || args.get(1).truthy();
    let mut module = class(interpreter, this)?;
    let text = name.to_str();
    let (absolute, path) = text.strip_prefix("::").map_or((false, &*text), |path| (true, path));
    if absolute {
        module = Rc::clone(&interpreter.classes.object);
    }
    let mut value = Value::Class(Rc::clone(&module));
    for (index, part) in path.split("::").enumerate() {
        if !is_constant_name(part) {
            return Err(interpreter.name_error(format!("wrong constant name {name}"), name, this));
        }
        let module = class_in_path(interpreter, &value)?;
        value = lookup(interpreter, &module, Symbol::new(part), inherit, index == 0)?;
    }
    Ok(value)
}

fn class_in_path(interpreter: &mut Interpreter, value: &Value) -> Eval<Rc<RClass>> {
    match value {
        Value::Class(class) => Ok(Rc::clone(class)),
        other => {
            let shown = interpreter.inspect(other)?;
            Err(interpreter.type_error(format!("{shown} does not refer to class/module")))
        }
    }
}

fn lookup(interpreter: &mut Interpreter, module: &Rc<RClass>, name: Symbol, inherit: bool, first: bool) -> Eval {
    let found = match (inherit, first) {
        (true, true) => interpreter.find_constant(module, name),
        (true, false) => return interpreter.scoped_constant(module, name),
        (false, _) => module.constant(name),
    };
    match found {
        Some(value) => Ok(value),
        None => {
            if let Some(value) = interpreter.autoloaded(module, name) {
                return Ok(value);
            }
            interpreter.refuse_absent(name)?;
            interpreter.call(&Value::Class(Rc::clone(module)), "const_missing", Args::one(Value::Symbol(name)))
        }
    }
}

/// `const_defined?`
pub(super) fn is_const_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = name_argument(interpreter, &args.first())?;
    let inherit = !args.has(1) || args.get(1).truthy();
    let mut module = class(interpreter, this)?;
    let text = name.to_str();
    let parts: Vec<&str> = text.trim_start_matches("::").split("::").collect();
    for (index, part) in parts.iter().enumerate() {
        if !is_constant_name(part) {
            return Err(interpreter.name_error(format!("wrong constant name {name}"), name, this));
        }
        let part = Symbol::new(part);
        let found = if inherit { interpreter.find_constant(&module, part) } else { module.constant(part) };
        match found {
            Some(Value::Class(next)) => module = next,
            Some(_) if index + 1 == parts.len() => {}
            _ if interpreter.is_autoloaded(&module, part) => {
                if let Some(Value::Class(next)) = interpreter.autoloaded(&module, part) {
                    module = next;
                }
            }
            _ => {
                interpreter.refuse_lacking_constant(&module, part)?;
                return Ok(Value::Bool(false));
            }
        }
    }
    Ok(Value::Bool(true))
}

/// `const_missing`
pub(super) fn const_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = name_argument(interpreter, &args.first())?;
    Err(interpreter.without_native_entry(|interpreter| interpreter.uninitialized_constant(&class, name)))
}

/// `const_set`
pub(super) fn const_set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = constant_name(interpreter, &args.first())?;
    interpreter.assign_constant(&class, name, args.get(1))?;
    Ok(args.get(1))
}

/// `const_source_location`: where is not kept.
pub(super) fn const_source_location(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::array(Vec::new()))
}

/// `constants`
pub(super) fn constants(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let inherit = !args.has(0) || args.first().truthy();
    let object = Rc::clone(&interpreter.classes.object);
    let mut names: Vec<Symbol> = Vec::new();
    let modules = if inherit { class.ancestors() } else { vec![Rc::clone(&class)] };
    for module in modules {
        if Rc::ptr_eq(&module, &object) && !Rc::ptr_eq(&class, &object) {
            break;
        }
        for name in module.constants.borrow().keys() {
            if !names.contains(name) && !module.is_private_constant(*name) {
                names.push(*name);
            }
        }
    }
    Ok(names_array(names))
}

/// `remove_const`
pub(super) fn remove_const(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = constant_name(interpreter, &args.first())?;
    let removed = class.constants.borrow_mut().shift_remove(&name);
    match removed {
        Some(value) => Ok(value),
        None => Err(undefined_constant(interpreter, &class, name)),
    }
}

fn undefined_constant(interpreter: &mut Interpreter, class: &Rc<RClass>, name: Symbol) -> Box<Flow> {
    let message = format!("constant {}::{name} not defined", class.name());
    interpreter.name_error(message, name, &Value::Class(Rc::clone(class)))
}

/// `private_constant`
pub(super) fn private_constant(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    constant_privacy(interpreter, this, &args, true)
}

/// `public_constant`
pub(super) fn public_constant(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    constant_privacy(interpreter, this, &args, false)
}

fn constant_privacy(interpreter: &mut Interpreter, this: &Value, args: &Args, private: bool) -> Eval {
    let class = class(interpreter, this)?;
    for name in &args.positional {
        let name = name_argument(interpreter, name)?;
        if class.constant(name).is_none() {
            return Err(undefined_constant(interpreter, &class, name));
        }
        class.make_constant_private(name, private);
    }
    Ok(Value::Nil)
}
