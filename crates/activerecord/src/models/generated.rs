//! Methods that a macro gives a class or a module, whose names are only known then.

use std::ops::RangeInclusive;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, RClass, RProc, Symbol, Value};

/// Defines a method that takes so many arguments, keywords counting as one.
pub(crate) fn define(
    class: &RClass,
    name: &str,
    arity: RangeInclusive<usize>,
    body: impl Fn(&mut Interpreter, &Value, Args) -> Eval + 'static,
) {
    define_open(class, name, move |interpreter, this, args| {
        let args = args.flatten_keywords();
        if !arity.contains(&args.len()) {
            return Err(interpreter.wrong_number(args.len(), *arity.start(), Some(*arity.end())));
        }
        body(interpreter, this, args)
    });
}

/// Defines a method that takes whatever it is given.
pub(crate) fn define_open(class: &RClass, name: &str, body: impl Fn(&mut Interpreter, &Value, Args) -> Eval + 'static) {
    let body = RProc::native(move |interpreter, mut args| {
        // A method's receiver comes first among the arguments of its body.
        let this = if args.is_empty() { Value::Nil } else { args.positional.remove(0) };
        body(interpreter, &this, args)
    });
    if let Value::Proc(body) = body {
        class.set_method(Symbol::new(name), MethodBody::Proc(body), Visibility::Public);
    }
}

/// What a class was told and its superclasses were, from a variable of each: the outermost first.
pub(crate) fn inherited(class: &std::rc::Rc<RClass>, variable: &str) -> Vec<Value> {
    let name = Symbol::new(variable);
    let lineage = crate::models::model_schema::lineage(class);
    lineage.iter().rev().filter_map(|class| class.ivars.borrow().get(&name).cloned()).collect()
}

/// A class' own variable, made when it is first written.
pub(crate) fn own(class: &RClass, variable: &str, make: impl FnOnce() -> Value) -> Value {
    class.ivars.borrow_mut().entry(Symbol::new(variable)).or_insert_with(make).clone()
}
