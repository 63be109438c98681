//! Proc.

use std::rc::Rc;

use super::{expect_block, names_array};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{ProcKind, RProc, Value};
use crate::syntax::ast::{KeywordRest, Parameter, Parameters, Rest};
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("<<", compose_left, 1..=1),
    method(">>", compose_right, 1..=1),
    method("==", equal, 1..=1),
    variadic("===", call, 0).with_keywords(),
    variadic("[]", call, 0).with_keywords(),
    method("arity", arity, 0..=0),
    method("binding", binding, 0..=0),
    variadic("call", call, 0).with_keywords(),
    method("curry", curry, 0..=1),
    method("inspect", inspect, 0..=0),
    method("lambda?", is_lambda, 0..=0),
    method("parameters", parameters, 0..=0).taking(&["lambda"]),
    method("ruby2_keywords", itself, 0..=0),
    method("source_location", source_location, 0..=0),
    method("to_proc", itself, 0..=0),
    method("to_s", inspect, 0..=0),
    variadic("yield", call, 0).with_keywords(),
];

const SINGLETON_METHODS: &[NativeMethod] = &[variadic("new", new, 0)];

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.proc);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

fn new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    match args.block {
        Some(block) => Ok(Value::Proc(block)),
        None => Err(interpreter.argument_error("tried to create Proc object without a block")),
    }
}

/// The proc that `this` is.
fn block(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RProc>> {
    match this {
        Value::Proc(block) => Ok(Rc::clone(block)),
        _ => Err(interpreter.type_error("wrong argument type (expected Proc)")),
    }
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

/// Of what surrounds the block.
fn binding(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Proc(block) = this else { return Ok(Value::Nil) };
    match &block.kind {
        ProcKind::Closure(closure) => {
            let (frame, line) = (Rc::clone(&closure.frame), closure.block.span.line);
            Ok(super::binding::new(interpreter, frame, line))
        }
        _ => Err(interpreter.argument_error("Can't create Binding from C level Proc")),
    }
}

fn call(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = block(interpreter, this)?;
    interpreter.without_native_entry(|interpreter| interpreter.call_block(&block, args))
}

fn equal(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let same = match (this, &args.first()) {
        (Value::Proc(a), Value::Proc(b)) => {
            Rc::ptr_eq(a, b)
                || match (&a.kind, &b.kind) {
                    (ProcKind::Closure(a), ProcKind::Closure(b)) => Rc::ptr_eq(a, b),
                    (ProcKind::Symbol(a), ProcKind::Symbol(b)) => a == b,
                    _ => false,
                }
        }
        _ => false,
    };
    Ok(Value::Bool(same))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let block = block(interpreter, this)?;
    let mut shown = format!("#<Proc:0x{:016x}", this.address());
    match &block.kind {
        ProcKind::Closure(closure) => {
            let (file, line) = (&closure.block.body.file.path, closure.block.span.line);
            shown.push_str(&format!(" {file}:{line}"));
        }
        ProcKind::Symbol(name) => shown.push_str(&format!("(&:{name})")),
        _ => {}
    }
    shown.push_str(if block.lambda { " (lambda)>" } else { ">" });
    Ok(Value::str(shown))
}

fn is_lambda(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(block(interpreter, this)?.lambda))
}

fn source_location(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let block = block(interpreter, this)?;
    Ok(match &block.kind {
        ProcKind::Closure(closure) => {
            let line = Value::Int(i64::from(closure.block.span.line));
            Value::array(vec![Value::str(closure.block.body.file.path.as_str()), line])
        }
        _ => Value::Nil,
    })
}

fn arity(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let block = block(interpreter, this)?;
    Ok(Value::Int(block.arity()))
}

fn parameters(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = block(interpreter, this)?;
    let strict = match args.keyword("lambda") {
        None | Some(Value::Nil) => block.lambda,
        Some(value) => value.truthy(),
    };
    Ok(match &block.kind {
        ProcKind::Closure(closure) => parameters_array(&closure.block.parameters, &closure.block.body.locals, strict),
        ProcKind::Symbol(_) => {
            Value::array(vec![names_array(vec![Symbol::new("req")]), names_array(vec![Symbol::new("rest")])])
        }
        _ => Value::array(vec![names_array(vec![Symbol::new("rest")])]),
    })
}

fn compose_right(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    compose(interpreter, this.clone(), args.first(), this)
}

fn compose_left(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    compose(interpreter, args.first(), this.clone(), this)
}

/// A lambda that calls `first`, then `second` with its answer.
pub(super) fn compose(interpreter: &mut Interpreter, first: Value, second: Value, this: &Value) -> Eval {
    for callable in [&first, &second] {
        if !callable.is_identical(this) && !interpreter.responds_to(callable, "call") {
            return Err(interpreter.type_error("callable object is expected"));
        }
    }
    Ok(RProc::native(move |interpreter, args| {
        let between = interpreter.call(&first, "call", args)?;
        interpreter.call(&second, "call", Args::one(between))
    }))
}

fn curry(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = block(interpreter, this)?;
    let own = block.arity();
    let wanted = match args.first() {
        Value::Int(wanted) => {
            if block.lambda && own >= 0 && own != wanted {
                return Err(interpreter.wrong_number(wanted.max(0) as usize, own as usize, Some(own as usize)));
            }
            wanted
        }
        _ if own < 0 => -own - 1,
        _ => own,
    };
    Ok(curried(block, wanted.max(0) as usize, Vec::new()))
}

fn curried(block: Rc<RProc>, wanted: usize, given: Vec<Value>) -> Value {
    RProc::native(move |interpreter, args| {
        let mut all = given.clone();
        all.extend(args.positional);
        if all.len() >= wanted {
            interpreter.call_block(&block, Args::new(all))
        } else {
            Ok(curried(Rc::clone(&block), wanted, all))
        }
    })
}

/// Kernel#lambda.
pub(super) fn lambda(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else {
        return Err(interpreter.argument_error("tried to create Proc object without a block"));
    };
    Ok(match &block.kind {
        // A block passed with `&` stays what it is.
        ProcKind::Closure(closure) if closure.ended.get() => Value::Proc(Rc::clone(block)),
        kind => Value::Proc(Rc::new(RProc { kind: kind.clone(), lambda: true })),
    })
}

/// Kernel#proc.
pub(super) fn proc(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    match args.block {
        Some(block) => Ok(Value::Proc(block)),
        None => {
            expect_block(interpreter, &Args::none())?;
            Ok(Value::Nil)
        }
    }
}

impl RProc {
    /// Ruby's `arity`.
    pub fn arity(&self) -> i64 {
        match &self.kind {
            ProcKind::Closure(closure) => closure.block.parameters.arity(self.lambda),
            ProcKind::Symbol(_) => -2,
            _ => -1,
        }
    }
}

/// Ruby's `parameters`: `[[:req, :a], [:opt, :b], ...]`.
pub(super) fn parameters_array(parameters: &Parameters, locals: &[Symbol], strict: bool) -> Value {
    let name = |slot: u32| locals.get(slot as usize).copied();
    let entry = |kind: &str, name: Option<Symbol>| {
        let shown = name.filter(|name| !name.to_str().starts_with('('));
        names_array(std::iter::once(Symbol::new(kind)).chain(shown).collect())
    };
    let required = |parameter: &Parameter| {
        let name = match parameter {
            Parameter::Slot(slot) => name(*slot),
            Parameter::Destructure(_) => None,
        };
        entry(if strict { "req" } else { "opt" }, name)
    };
    let mut entries: Vec<Value> = parameters.required.iter().map(required).collect();
    entries.extend(parameters.optional.iter().map(|parameter| entry("opt", name(parameter.slot))));
    if let Some(Rest::Slot(slot)) = parameters.rest {
        entries.push(entry("rest", name(slot)));
    }
    entries.extend(parameters.post.iter().map(required));
    let (needed, optional): (Vec<_>, Vec<_>) =
        parameters.keywords.iter().partition(|keyword| keyword.default.is_none());
    entries.extend(needed.iter().map(|keyword| entry("keyreq", Some(keyword.name))));
    entries.extend(optional.iter().map(|keyword| entry("key", Some(keyword.name))));
    match parameters.keyword_rest {
        KeywordRest::Slot(slot) => entries.push(entry("keyrest", name(slot))),
        KeywordRest::Refused => entries.push(entry("nokey", None)),
        KeywordRest::None => {}
    }
    if let Some(slot) = parameters.block {
        entries.push(entry("block", name(slot)));
    }
    Value::array(entries)
}
