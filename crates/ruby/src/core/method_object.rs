//! Method and UnboundMethod.

use std::rc::Rc;

use super::{names_array, proc};
use crate::runtime::args::Args;
use crate::runtime::eval::Found;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{Keywords, Method, MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{NativeData, ProcKind, RProc, Value};
use crate::syntax::symbol::Symbol;

struct MethodObject {
    /// None: unbound.
    receiver: Option<Value>,
    name: Symbol,
    found: Found,
}

impl NativeData for MethodObject {}

const SHARED: &[NativeMethod] = &[
    method("==", equal, 1..=1),
    method("arity", arity, 0..=0),
    method("inspect", inspect, 0..=0),
    method("name", name, 0..=0),
    method("original_name", original_name, 0..=0),
    method("owner", owner, 0..=0),
    method("parameters", parameters, 0..=0),
    method("source_location", source_location, 0..=0),
    method("to_s", inspect, 0..=0),
];

const METHOD: &[NativeMethod] = &[
    method("<<", compose_left, 1..=1),
    method(">>", compose_right, 1..=1),
    variadic("===", call, 0).with_keywords(),
    variadic("[]", call, 0).with_keywords(),
    variadic("call", call, 0).with_keywords(),
    method("curry", curry, 0..=1),
    method("receiver", receiver, 0..=0),
    method("super_method", super_method, 0..=0),
    method("to_proc", to_proc, 0..=0),
    method("unbind", unbind, 0..=0),
];

const UNBOUND_METHOD: &[NativeMethod] =
    &[method("bind", bind, 1..=1), variadic("bind_call", bind_call, 1).with_keywords()];

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Method", &object);
    class.define(SHARED);
    class.define(METHOD);
    super::undefine_new(interpreter, &class);
    let class = interpreter.define_class("UnboundMethod", &object);
    class.define(SHARED);
    class.define(UNBOUND_METHOD);
    super::undefine_new(interpreter, &class);
}

/// A Method.
pub(super) fn bound(interpreter: &mut Interpreter, receiver: &Value, name: Symbol, found: Found) -> Value {
    let class = interpreter.class_at("Method");
    Value::native(&class, MethodObject { receiver: Some(receiver.clone()), name, found })
}

/// An UnboundMethod.
pub(super) fn unbound(interpreter: &mut Interpreter, name: Symbol, found: Found) -> Value {
    let class = interpreter.class_at("UnboundMethod");
    Value::native(&class, MethodObject { receiver: None, name, found })
}

/// A method that only `respond_to_missing?` vouches for: calling it goes through `method_missing`.
pub(super) fn missing(interpreter: &mut Interpreter, receiver: &Value, name: Symbol) -> Value {
    let target = receiver.clone();
    let forward = RProc::native(move |interpreter, mut args| {
        args.positional.remove(0);
        interpreter.call(&target, name, args)
    });
    let Value::Proc(body) = forward else { return Value::Nil };
    let method = Method { name, body: MethodBody::Proc(body), visibility: Visibility::Public };
    let owner = interpreter.class_of(receiver);
    bound(interpreter, receiver, name, Found { method: Rc::new(method), owner })
}

/// The body of a Method or UnboundMethod, for `define_method`.
pub(super) fn body_of(value: &Value) -> Option<MethodBody> {
    value.data::<MethodObject>().map(|object| object.found.method.body.clone())
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<MethodObject>> {
    match this.data::<MethodObject>() {
        Some(data) => Ok(data),
        None => Err(interpreter.type_error("wrong argument type (expected Method)")),
    }
}

fn call(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let receiver = data.receiver.clone().unwrap_or_default();
    interpreter.invoke(&receiver, &data.found, data.name, args)
}

fn name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Symbol(data(interpreter, this)?.name))
}

fn original_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Symbol(data(interpreter, this)?.found.method.name))
}

fn owner(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Class(Rc::clone(&data(interpreter, this)?.found.owner)))
}

fn receiver(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.receiver.clone().unwrap_or_default())
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let this = data(interpreter, this)?;
    let same = args.first().data::<MethodObject>().is_some_and(|other| {
        let receivers = match (&this.receiver, &other.receiver) {
            (Some(a), Some(b)) => a.is_identical(b),
            (None, None) => true,
            _ => false,
        };
        receivers
            && Rc::ptr_eq(&this.found.method, &other.found.method)
            && Rc::ptr_eq(&this.found.owner, &other.found.owner)
    });
    Ok(Value::Bool(same))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    let class = interpreter.class_of(this).name();
    let owner = data.found.owner.name();
    let separator = if matches!(&data.receiver, Some(Value::Class(_))) { "." } else { "#" };
    let owner = match &data.receiver {
        Some(Value::Class(class)) => class.name(),
        _ => owner,
    };
    Ok(Value::str(format!("#<{class}: {owner}{separator}{}(...)>", data.name)))
}

fn arity(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    Ok(Value::Int(match &data.found.method.body {
        MethodBody::Native(native) => match native.max {
            Some(max) if max == native.min && native.keywords == Keywords::Flattened => i64::from(native.min),
            // C Ruby says -1 of any function that takes a varying number.
            _ => -1,
        },
        MethodBody::Ruby(code) => code.definition.parameters.arity(true),
        MethodBody::Proc(block) => match &block.kind {
            ProcKind::Closure(closure) => closure.block.parameters.arity(true),
            _ => block.arity(),
        },
        MethodBody::Writer(_) => 1,
        MethodBody::Reader(_) | MethodBody::Undefined | MethodBody::Inherited => 0,
    }))
}

fn parameters(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    Ok(match &data.found.method.body {
        MethodBody::Ruby(code) => {
            proc::parameters_array(&code.definition.parameters, &code.definition.body.locals, true)
        }
        MethodBody::Proc(block) => match &block.kind {
            ProcKind::Closure(closure) => {
                proc::parameters_array(&closure.block.parameters, &closure.block.body.locals, true)
            }
            _ => Value::array(vec![names_array(vec![Symbol::new("rest")])]),
        },
        MethodBody::Native(native) => match native.max {
            Some(max) if max == native.min => {
                Value::array(vec![names_array(vec![Symbol::new("req")]); usize::from(max)])
            }
            _ => Value::array(vec![names_array(vec![Symbol::new("rest")])]),
        },
        MethodBody::Writer(_) => Value::array(vec![names_array(vec![Symbol::new("req")])]),
        MethodBody::Reader(_) | MethodBody::Undefined | MethodBody::Inherited => Value::array(Vec::new()),
    })
}

fn source_location(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    let place = match &data.found.method.body {
        MethodBody::Ruby(code) => Some((code.definition.body.file.path.clone(), code.definition.span.line)),
        MethodBody::Proc(block) => match &block.kind {
            ProcKind::Closure(closure) => Some((closure.block.body.file.path.clone(), closure.block.span.line)),
            _ => None,
        },
        _ => None,
    };
    Ok(place.map_or(Value::Nil, |(path, line)| Value::array(vec![Value::str(path), Value::Int(i64::from(line))])))
}

fn to_proc(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    data(interpreter, this)?;
    let this = this.clone();
    Ok(RProc::native(move |interpreter, args| call(interpreter, &this, args)))
}

fn curry(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if args.is_empty()
        && let Value::Int(arity) = arity(interpreter, this, Args::none())?
    {
        args.positional.push(Value::Int(if arity < 0 { -arity - 1 } else { arity }));
    }
    let block = to_proc(interpreter, this, Args::none())?;
    interpreter.call(&block, "curry", args)
}

fn compose_right(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    proc::compose(interpreter, this.clone(), args.first(), this)
}

fn compose_left(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    proc::compose(interpreter, args.first(), this.clone(), this)
}

fn unbind(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    Ok(unbound(interpreter, data.name, data.found.clone()))
}

fn super_method(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    let receiver = data.receiver.clone().unwrap_or_default();
    Ok(match interpreter.find_super(&receiver, &data.found.owner, data.name) {
        Some(found) => bound(interpreter, &receiver, data.name, found),
        None => Value::Nil,
    })
}

fn bind(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let receiver = args.first();
    check_kind(interpreter, &data, &receiver)?;
    Ok(bound(interpreter, &receiver, data.name, data.found.clone()))
}

fn bind_call(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let receiver = args.positional.remove(0);
    check_kind(interpreter, &data, &receiver)?;
    interpreter.invoke(&receiver, &data.found, data.name, args)
}

fn check_kind(interpreter: &mut Interpreter, data: &MethodObject, receiver: &Value) -> Result<(), Box<Flow>> {
    let owner = &data.found.owner;
    if owner.is_module() || interpreter.is_a(receiver, owner) {
        return Ok(());
    }
    let owner = owner.name();
    Err(interpreter.type_error(format!("bind argument must be an instance of {owner}")))
}
