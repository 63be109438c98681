//! Ruby's own classes, one file each, method table at its head.

pub mod bigdecimal;
pub mod conversions;
pub mod float;
pub mod integer;
pub mod math;
pub mod number;
pub mod numeric;
pub mod rational;
pub mod rounding;

use std::rc::Rc;

use crate::args::Args;
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{MethodBody, Visibility};
use crate::symbol::Symbol;
use crate::value::{RClass, Value};

/// Defines every builtin class. Runs once per interpreter, so it must stay cheap: tables only.
pub fn define(interpreter: &mut Interpreter) {
    numeric::define(interpreter);
    integer::define(interpreter);
    float::define(interpreter);
    rational::define(interpreter);
    bigdecimal::define(interpreter);
    conversions::define(interpreter);
    math::define(interpreter);
}

/// For classes whose objects come from literals or functions only (`Integer.new` is a NoMethodError).
fn undefine_new(interpreter: &Interpreter, class: &Rc<RClass>) {
    let singleton = interpreter.singleton_class(class);
    for name in ["new", "allocate"] {
        singleton.set_method(Symbol::new(name), MethodBody::Undefined, Visibility::Public);
    }
}

/// What an iterator without a block returns: an Enumerator over values worked out beforehand.
fn enumerator_of(interpreter: &mut Interpreter, items: Vec<Value>) -> Eval {
    interpreter.call(&Value::array(items), "each", Args::none())
}
