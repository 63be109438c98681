//! Ruby's own classes, one file each, method table at its head. BigDecimal and Date are here too, since the core's
//! numbers and times must know them.

pub mod array;
pub mod basic_object;
pub mod bigdecimal;
pub mod binding;
pub mod class;
pub mod comparable;
pub mod convert;
pub mod date;
pub mod date_time;
pub mod enumerable;
pub mod enumerator;
pub mod environment;
pub mod exception;
pub mod file;
pub mod float;
pub mod hash;
pub mod integer;
pub mod io;
pub mod kernel;
pub mod match_data;
pub mod math;
pub mod method_object;
pub mod module;
pub mod nil;
pub mod numeric;
pub mod numeric_conversions;
pub mod numeric_tower;
pub mod object;
pub mod proc;
pub mod process;
pub mod random;
pub mod range;
pub mod rational;
pub mod regexp;
pub mod rounding;
pub(crate) mod stream;
pub mod string;
pub mod structs;
pub mod symbol;
pub mod thread;
pub mod time;

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility};
use crate::runtime::value::{RClass, RProc, Value};
use crate::syntax::symbol::Symbol;

/// Defines every class of the core. Runs once per interpreter, so it must stay cheap: tables only.
pub fn define(interpreter: &mut Interpreter) {
    basic_object::define(interpreter);
    object::define(interpreter);
    module::define(interpreter);
    class::define(interpreter);
    comparable::define(interpreter);
    nil::define(interpreter);
    exception::define(interpreter);
    io::define(interpreter);
    kernel::define(interpreter);
    file::define(interpreter);
    crate::runtime::library::define(interpreter);
    proc::define(interpreter);
    method_object::define(interpreter);
    numeric::define(interpreter);
    integer::define(interpreter);
    float::define(interpreter);
    rational::define(interpreter);
    bigdecimal::define(interpreter);
    numeric_conversions::define(interpreter);
    math::define(interpreter);
    string::define(interpreter);
    symbol::define(interpreter);
    regexp::define(interpreter);
    match_data::define(interpreter);
    enumerable::define(interpreter);
    enumerator::define(interpreter);
    array::define(interpreter);
    hash::define(interpreter);
    range::define(interpreter);
    structs::define(interpreter);
    time::define(interpreter);
    date::define(interpreter);
    date_time::define(interpreter);
    random::define(interpreter);
    process::define(interpreter);
    binding::define(interpreter);
    environment::define(interpreter);
    thread::define(interpreter);
}

/// For classes whose objects come from literals or functions only (`Integer.new` is a NoMethodError).
pub(crate) fn undefine_new(interpreter: &Interpreter, class: &Rc<RClass>) {
    let singleton = interpreter.singleton_class(class);
    for name in ["new", "allocate"] {
        singleton.set_method(Symbol::new(name), MethodBody::Undefined, Visibility::Public);
    }
}

/// Defines a table of private methods.
pub(crate) fn define_private(class: &RClass, methods: &[NativeMethod]) {
    define_with(class, methods, Visibility::Private);
}

/// Defines a table of methods that are not public.
pub(crate) fn define_with(class: &RClass, methods: &[NativeMethod], visibility: Visibility) {
    for native in methods {
        class.set_method(Symbol::new(native.name), MethodBody::Native(*native), visibility);
    }
}

/// A method's name given as a Symbol or a String.
pub(crate) fn name_argument(interpreter: &mut Interpreter, value: &Value) -> Eval<Symbol> {
    match value {
        Value::Symbol(name) => Ok(*name),
        Value::Str(name) => Ok(Symbol::new(&name.borrow())),
        other => {
            let shown = interpreter.inspect(other)?;
            Err(interpreter.type_error(format!("{shown} is not a symbol nor a string")))
        }
    }
}

/// An Array of Symbols, as `methods` and its kin answer.
pub(crate) fn names_array(names: Vec<Symbol>) -> Value {
    Value::array(names.into_iter().map(Value::Symbol).collect())
}

/// The call's block; a LocalJumpError where it has none.
pub(crate) fn expect_block(interpreter: &mut Interpreter, args: &Args) -> Eval<Rc<RProc>> {
    match &args.block {
        Some(block) => Ok(Rc::clone(block)),
        None => Err(interpreter.error("LocalJumpError", "no block given (yield)")),
    }
}

/// What an iterator without a block returns: an Enumerator over values worked out beforehand.
pub(crate) fn enumerator_of(interpreter: &mut Interpreter, items: Vec<Value>) -> Eval {
    enumerator::of_items(interpreter, items)
}
