//! The Singleton and Forwardable modules of the standard library.

use std::rc::Rc;

use crate::core::{name_argument, names_array};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{RProc, Value};
use crate::syntax::symbol::Symbol;

const SINGLETON: &[NativeMethod] = &[method("included", included, 1..=1)];
const INSTANCE: &[NativeMethod] = &[method("instance", instance, 0..=0)];
const FORWARDABLE: &[NativeMethod] = &[
    method("def_delegator", def_delegator, 2..=3),
    variadic("def_delegators", def_delegators, 1),
    method("def_instance_delegator", def_delegator, 2..=3),
    variadic("def_instance_delegators", def_delegators, 1),
];

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("Singleton");
    interpreter.define_singleton(&module, SINGLETON);
    interpreter.define_module("Forwardable").define(FORWARDABLE);
}

fn included(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if let Value::Class(class) = args.first() {
        let singleton = interpreter.singleton_class(&class);
        singleton.define(INSTANCE);
        interpreter.call(
            &args.first(),
            "private_class_method",
            Args::new(vec![Value::symbol("new"), Value::symbol("allocate")]),
        )?;
    }
    Ok(Value::Nil)
}

fn instance(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = Symbol::new("@singleton__instance__");
    if interpreter.has_instance_variable(this, name) {
        return Ok(interpreter.instance_variable(this, name));
    }
    let instance = interpreter.call(this, "new", Args::none())?;
    interpreter.set_instance_variable(this, name, instance.clone())?;
    Ok(instance)
}

fn def_delegator(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let method = name_argument(interpreter, &args.get(1))?;
    let alias = if args.has(2) { name_argument(interpreter, &args.get(2))? } else { method };
    let accessor = name_argument(interpreter, &args.first())?;
    delegate(interpreter, this, accessor, method, alias)?;
    Ok(Value::Symbol(alias))
}

fn def_delegators(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let accessor = name_argument(interpreter, &args.first())?;
    let mut defined = Vec::new();
    for name in &args.positional[1..] {
        let name = name_argument(interpreter, name)?;
        delegate(interpreter, this, accessor, name, name)?;
        defined.push(name);
    }
    Ok(names_array(defined))
}

fn delegate(interpreter: &mut Interpreter, this: &Value, accessor: Symbol, method: Symbol, alias: Symbol) -> Eval<()> {
    let Value::Class(class) = this else { return Err(interpreter.type_error("wrong argument type (expected Module)")) };
    let class = Rc::clone(class);
    let forward = RProc::native(move |interpreter, mut args| {
        let receiver = args.positional.remove(0);
        let target = if accessor.to_str().starts_with('@') {
            interpreter.instance_variable(&receiver, accessor)
        } else {
            interpreter.call(&receiver, accessor, Args::none())?
        };
        interpreter.call_public(&target, method, args)
    });
    let Value::Proc(body) = forward else { return Ok(()) };
    interpreter.add_method(&class, alias, MethodBody::Proc(body), Visibility::Public)
}
