//! Delegator, SimpleDelegator and DelegateClass: objects that hand on whatever they don't answer themselves. As in Ruby's own
//! delegate.rb a subclass says where its object is kept by `__getobj__` and `__setobj__`; these here keep it in an instance variable.

use std::cell::Cell;
use std::rc::Rc;

use crate::core::object::method_names;
use crate::core::{basic_object, define_with, name_argument};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::library::Autoload;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{RClass, RObject, RProc, Value};
use crate::syntax::symbol::Symbol;

/// Defined when one of its constants is first met.
pub const PART: Autoload =
    Autoload { module: "Object", constants: &["Delegator", "SimpleDelegator"], library: Some("delegate"), define };

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 1..=1),
    method("initialize_copy", initialize_copy, 1..=1),
    method("respond_to_missing?", answers, 1..=2),
    method("inspect", hand_on, 0..=0),
    method("methods", names, 0..=1),
    method("public_methods", names, 0..=1),
    method("==", is_equal, 1..=1),
    method("!=", differs, 1..=1),
    method("eql?", is_eql, 1..=1),
    method("!", hand_on, 0..=0),
    method("freeze", freeze, 0..=0),
];

const PRIVATE: &[NativeMethod] = &[variadic("method_missing", missing, 1).with_keywords()];

/// What every object answers, and a delegator asks its object.
const HANDED_ON: [&str; 5] = ["to_s", "===", "<=>", "hash", "!~"];

const SIMPLE: &[NativeMethod] = &[
    method("__getobj__", |i, this, args| get(i, this, "@delegate_sd_obj", &args), 0..=0),
    method("__setobj__", |i, this, args| set(i, this, "@delegate_sd_obj", &args), 1..=1),
];

const MADE: &[NativeMethod] = &[
    method("__getobj__", |i, this, args| get(i, this, "@delegate_dc_obj", &args), 0..=0),
    method("__setobj__", |i, this, args| set(i, this, "@delegate_dc_obj", &args), 1..=1),
];

const KERNEL: &[NativeMethod] = &[method("DelegateClass", delegate_class, 1..=1)];

fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let delegator = interpreter.define_class("Delegator", &object);
    delegator.define(METHODS);
    define_with(&delegator, PRIVATE, Visibility::Private);
    for name in HANDED_ON {
        delegator.set_method(Symbol::new(name), MethodBody::Undefined, Visibility::Public);
    }
    interpreter.define_class("SimpleDelegator", &delegator).define(SIMPLE);
    define_with(&interpreter.classes.kernel, KERNEL, Visibility::Private);
}

fn get(interpreter: &mut Interpreter, this: &Value, variable: &str, args: &Args) -> Eval {
    let variable = Symbol::new(variable);
    if interpreter.has_instance_variable(this, variable) {
        return Ok(interpreter.instance_variable(this, variable));
    }
    match &args.block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => Err(interpreter.argument_error("not delegated")),
    }
}

fn set(interpreter: &mut Interpreter, this: &Value, variable: &str, args: &Args) -> Eval {
    interpreter.set_instance_variable(this, Symbol::new(variable), args.first())?;
    Ok(args.first())
}

/// The object, wherever a subclass keeps it.
fn target(interpreter: &mut Interpreter, this: &Value) -> Eval {
    interpreter.call(this, "__getobj__", Args::none())
}

/// The object, or None where there is none yet.
fn target_if_set(interpreter: &mut Interpreter, this: &Value) -> Eval<Option<Value>> {
    let is_set = Rc::new(Cell::new(true));
    let told = Rc::clone(&is_set);
    let block = RProc::native(move |_, _| {
        told.set(false);
        Ok(Value::Nil)
    });
    let block = interpreter.block_of(&block)?;
    let found = interpreter.call(this, "__getobj__", Args::none().with_block(block))?;
    Ok(is_set.get().then_some(found))
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "__setobj__", args)
}

fn initialize_copy(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let original = target(interpreter, &args.first())?;
    let copy = interpreter.call(&original, "clone", Args::none())?;
    interpreter.call(this, "__setobj__", Args::one(copy))
}

fn missing(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let name = name_argument(interpreter, &args.first())?;
    if let Some(target) = target_if_set(interpreter, this)?
        && interpreter.call(&target, "respond_to?", Args::one(Value::Symbol(name)))?.truthy()
    {
        args.positional.remove(0);
        return interpreter.call_public(&target, name, args);
    }
    let kernel = Rc::clone(&interpreter.classes.kernel);
    match interpreter.find(&kernel, name) {
        Some(found) => {
            args.positional.remove(0);
            interpreter.invoke(this, &found, name, args)
        }
        None => basic_object::method_missing(interpreter, this, args),
    }
}

fn answers(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let target = target(interpreter, this)?;
    interpreter.call(&target, "respond_to?", args)
}

/// Sends what was called to the object.
fn hand_on(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().unwrap_or_else(|| Symbol::new("inspect"));
    let target = target(interpreter, this)?;
    interpreter.call(&target, name, args)
}

/// `methods` and `public_methods`: the object's, and the delegator's own.
fn names(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().unwrap_or_else(|| Symbol::new("methods"));
    let target = target(interpreter, this)?;
    let theirs = interpreter.call(&target, name, args.clone())?;
    let kernel = Rc::clone(&interpreter.classes.kernel);
    let Some(found) = interpreter.find(&kernel, name) else { return Ok(theirs) };
    let ours = interpreter.invoke(this, &found, name, args)?;
    interpreter.call(&theirs, "|", Args::one(ours))
}

fn is_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().is_identical(this) {
        return Ok(true.into());
    }
    let target = target(interpreter, this)?;
    interpreter.call(&target, "==", args)
}

fn differs(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().is_identical(this) {
        return Ok(false.into());
    }
    let target = target(interpreter, this)?;
    interpreter.call(&target, "!=", args)
}

/// It is the other one that is asked, which may be a delegator of the same object.
fn is_eql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if other.is_identical(this) {
        return Ok(true.into());
    }
    let target = target(interpreter, this)?;
    interpreter.call(&other, "eql?", Args::one(target))
}

fn freeze(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let target = target(interpreter, this)?;
    interpreter.call(&target, "freeze", Args::none())?;
    if let Value::Object(object) = this {
        RObject::freeze(object);
    }
    Ok(this.clone())
}

/// `DelegateClass(Array)`: a class whose instances have the methods of Array's, each of which asks the object.
fn delegate_class(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Class(superclass) = args.first() else {
        return Err(interpreter.type_error("class or module required"));
    };
    let delegator = interpreter.class_at("Delegator");
    let made = interpreter.new_class(&delegator, None)?;
    made.define(MADE);
    let public = |class: &Rc<RClass>| method_names(&class.ancestors(), |visibility| visibility != Visibility::Private);
    let own = public(&delegator);
    for name in public(&superclass) {
        if !own.contains(&name) && !HANDED_ON.iter().any(|other| name.is(other)) {
            forward(&made, name);
        }
    }
    let made = Value::Class(made);
    if let Some(block) = &args.block {
        interpreter.class_exec(block, &made, Args::one(made.clone()))?;
    }
    Ok(made)
}

fn forward(class: &Rc<RClass>, name: Symbol) {
    let body = RProc::native(move |interpreter, mut args| {
        let this = args.positional.remove(0);
        let target = target(interpreter, &this)?;
        interpreter.call(&target, name, args)
    });
    if let Value::Proc(body) = body {
        class.set_method(name, MethodBody::Proc(body), Visibility::Public);
    }
}
