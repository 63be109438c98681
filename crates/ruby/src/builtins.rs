//! Ruby's own classes, one file each, method table at its head.

pub mod array;
pub mod base64;
pub mod basic_object;
pub mod bigdecimal;
pub mod binding;
pub mod class;
pub mod comparable;
pub mod conversions;
pub mod convert;
pub mod csv;
pub mod date;
pub mod date_time;
pub mod digest;
pub mod enumerable;
pub mod enumerator;
pub mod environment;
pub mod erb;
pub mod exception;
pub mod file;
pub mod float;
pub mod hash;
pub mod integer;
pub mod io;
pub mod ipaddr;
pub mod json;
pub mod kernel;
pub mod library;
pub mod logger;
pub mod match_data;
pub mod math;
pub mod method_object;
pub mod module;
pub mod nil;
pub mod number;
pub mod numeric;
pub mod object;
pub mod pathname;
pub mod proc;
pub mod process;
pub mod random;
pub mod range;
pub mod rational;
pub mod regexp;
pub mod rounding;
pub mod securerandom;
pub mod set;
pub mod singleton;
pub mod string;
pub mod stringio;
pub mod structs;
pub mod symbol;
pub mod thread;
pub mod time;
pub mod timeout;
pub mod uri;
pub mod yaml;

use std::rc::Rc;

use crate::args::Args;
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{MethodBody, NativeMethod, Visibility};
use crate::symbol::Symbol;
use crate::value::{RClass, RProc, Value};

/// Defines every builtin class. Runs once per interpreter, so it must stay cheap: tables only.
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
    library::define(interpreter);
    proc::define(interpreter);
    method_object::define(interpreter);
    numeric::define(interpreter);
    integer::define(interpreter);
    float::define(interpreter);
    rational::define(interpreter);
    bigdecimal::define(interpreter);
    conversions::define(interpreter);
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
    set::define(interpreter);
    structs::define(interpreter);
    time::define(interpreter);
    date::define(interpreter);
    date_time::define(interpreter);
    random::define(interpreter);
    securerandom::define(interpreter);
    base64::define(interpreter);
    digest::define(interpreter);
    process::define(interpreter);
    json::define(interpreter);
    yaml::define(interpreter);
    binding::define(interpreter);
    erb::define(interpreter);
    uri::define(interpreter);
    stringio::define(interpreter);
    logger::define(interpreter);
    csv::define(interpreter);
    environment::define(interpreter);
    ipaddr::define(interpreter);
    pathname::define(interpreter);
    singleton::define(interpreter);
    thread::define(interpreter);
    timeout::define(interpreter);
}

/// For classes whose objects come from literals or functions only (`Integer.new` is a NoMethodError).
fn undefine_new(interpreter: &Interpreter, class: &Rc<RClass>) {
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
fn define_with(class: &RClass, methods: &[NativeMethod], visibility: Visibility) {
    for native in methods {
        class.set_method(Symbol::new(native.name), MethodBody::Native(*native), visibility);
    }
}

/// A method's name given as a Symbol or a String.
fn name_argument(interpreter: &mut Interpreter, value: &Value) -> Eval<Symbol> {
    match value {
        Value::Symbol(name) => Ok(*name),
        Value::Str(name) => Ok(Symbol::new(&name.borrow())),
        other => {
            let shown = interpreter.inspect(other)?;
            Err(interpreter.type_error(format!("{shown} is not a symbol nor a string")))
        }
    }
}

fn names_array(names: Vec<Symbol>) -> Value {
    Value::array(names.into_iter().map(Value::Symbol).collect())
}

fn expect_block(interpreter: &mut Interpreter, args: &Args) -> Eval<Rc<RProc>> {
    match &args.block {
        Some(block) => Ok(Rc::clone(block)),
        None => Err(interpreter.error("LocalJumpError", "no block given (yield)")),
    }
}

/// What an iterator without a block returns: an Enumerator over values worked out beforehand.
fn enumerator_of(interpreter: &mut Interpreter, items: Vec<Value>) -> Eval {
    enumerator::of_items(interpreter, items)
}
