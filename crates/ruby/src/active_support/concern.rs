//! ActiveSupport::Concern (concern.rb), ActiveSupport.on_load (lazy_load_hooks.rb), and as much of
//! Notifications as code that instruments itself needs. Subscribing is refused: nothing would ever arrive.

use std::rc::Rc;

use crate::Args;
use crate::core::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{ClassKind, ProcKind, RClass, RHash, RProc, Value};
use crate::syntax::symbol::Symbol;

const CONCERN_METHODS: &[NativeMethod] = &[
    method("append_features", append_features, 1..=1),
    method("prepend_features", prepend_features, 1..=1),
    method("included", included, 0..=1),
    method("prepended", prepended, 0..=1),
    method("class_methods", class_methods, 0..=0),
];

const CONCERN_SINGLETON_METHODS: &[NativeMethod] = &[method("extended", extended, 1..=1)];

const HOOK_METHODS: &[NativeMethod] =
    &[method("on_load", on_load, 1..=2), method("run_load_hooks", run_load_hooks, 1..=2)];

const NOTIFICATIONS_METHODS: &[NativeMethod] = &[
    method("instrument", instrument, 1..=2),
    variadic("subscribe", refuse_subscription, 0),
    variadic("subscribed", refuse_subscription, 0),
    method("unsubscribe", nothing, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let concern = interpreter.define_module("ActiveSupport::Concern");
    for native in CONCERN_METHODS {
        concern.set_method(Symbol::new(native.name), MethodBody::Native(*native), Visibility::Public);
    }
    interpreter.define_singleton(&concern, CONCERN_SINGLETON_METHODS);
    let error = interpreter.class_at("StandardError");
    for name in ["MultipleIncludedBlocks", "MultiplePrependBlocks"] {
        interpreter.define_class(&format!("ActiveSupport::Concern::{name}"), &error);
    }
    let module = interpreter.define_module("ActiveSupport");
    interpreter.define_singleton(&module, HOOK_METHODS);
    let notifications = interpreter.define_module("ActiveSupport::Notifications");
    interpreter.define_singleton(&notifications, NOTIFICATIONS_METHODS);
}

const DEPENDENCIES: &str = "@_dependencies";

fn class_of_value(interpreter: &mut Interpreter, value: &Value) -> Eval<Rc<RClass>> {
    match value {
        Value::Class(class) => Ok(Rc::clone(class)),
        other => Err(convert::no_conversion(interpreter, other, "Module")),
    }
}

fn ivar(class: &RClass, name: &str) -> Option<Value> {
    class.ivars.borrow().get(&Symbol::new(name)).cloned()
}

fn set_ivar(class: &RClass, name: &str, value: Value) {
    class.ivars.borrow_mut().insert(Symbol::new(name), value);
}

fn extended(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let base = class_of_value(interpreter, &args.first())?;
    set_ivar(&base, DEPENDENCIES, Value::array(Vec::new()));
    Ok(Value::Nil)
}

/// Module's own method of this name, which a concern's `super` is.
fn original(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let method = interpreter.classes.module.own_method(Symbol::new(name));
    match method.map(|method| method.body.clone()) {
        Some(MethodBody::Native(native)) => (native.function)(interpreter, this, args),
        _ => Ok(Value::Nil),
    }
}

fn append_features(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    mix_in(interpreter, this, args, "append_features")
}

fn prepend_features(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    mix_in(interpreter, this, args, "prepend_features")
}

fn mix_in(interpreter: &mut Interpreter, this: &Value, args: Args, action: &str) -> Eval {
    let concern = class_of_value(interpreter, this)?;
    let base = class_of_value(interpreter, &args.first())?;
    let appends = action == "append_features";
    if let Some(Value::Array(waiting)) = ivar(&base, DEPENDENCIES) {
        let at = if appends { waiting.len() } else { 0 };
        waiting.borrow_mut().insert(at, this.clone());
        return Ok(Value::Bool(false));
    }
    if !Rc::ptr_eq(&base, &concern) && base.is_subclass_of(&concern) {
        return Ok(Value::Bool(false));
    }
    if let Some(Value::Array(dependencies)) = ivar(&concern, DEPENDENCIES) {
        for dependency in dependencies.to_vec() {
            let verb = if appends { "include" } else { "prepend" };
            interpreter.call(&args.first(), verb, Args::one(dependency))?;
        }
    }
    original(interpreter, this, action, args.clone())?;
    if let Some(methods @ Value::Class(_)) = concern.constant(Symbol::new("ClassMethods")) {
        if appends {
            interpreter.call(&args.first(), "extend", Args::one(methods))?;
        } else {
            let singleton = Value::Class(interpreter.singleton_class(&base));
            interpreter.call(&singleton, "prepend", Args::one(methods))?;
        }
    }
    let block = ivar(&concern, if appends { "@_included_block" } else { "@_prepended_block" });
    if let Some(Value::Proc(block)) = block {
        interpreter.class_exec(&block, &args.first(), Args::one(args.first()))?;
    }
    Ok(Value::Nil)
}

/// Keeps the block of `included do ... end`; called with a base, it is Ruby's own hook.
fn keep_block(
    interpreter: &mut Interpreter,
    this: &Value,
    args: Args,
    variable: &str,
    error: &str,
    what: &str,
) -> Eval {
    if args.has(0) {
        return Ok(Value::Nil);
    }
    let concern = class_of_value(interpreter, this)?;
    // The same block again is the same file read again.
    if let Some(kept) = ivar(&concern, variable)
        && !matches!((&kept, &args.block), (Value::Proc(kept), Some(given)) if is_written_where(kept, given))
    {
        let message = format!("Cannot define multiple '{what}' blocks for a Concern");
        return Err(interpreter.error(&format!("ActiveSupport::Concern::{error}"), message));
    }
    if let Some(block) = args.block {
        set_ivar(&concern, variable, Value::Proc(block));
    }
    Ok(Value::Nil)
}

/// `source_location` of two blocks.
fn is_written_where(one: &RProc, other: &RProc) -> bool {
    match (&one.kind, &other.kind) {
        (ProcKind::Closure(one), ProcKind::Closure(other)) => {
            one.block.span.line == other.block.span.line && one.block.body.file.path == other.block.body.file.path
        }
        _ => false,
    }
}

fn included(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    keep_block(interpreter, this, args, "@_included_block", "MultipleIncludedBlocks", "included")
}

fn prepended(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    keep_block(interpreter, this, args, "@_prepended_block", "MultiplePrependBlocks", "prepended")
}

fn class_methods(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let concern = class_of_value(interpreter, this)?;
    let name = Symbol::new("ClassMethods");
    let methods = match concern.constant(name) {
        Some(methods) => methods,
        None => {
            let module = RClass::new(ClassKind::Module, Some(&format!("{}::ClassMethods", concern.name())), None);
            concern.set_constant("ClassMethods", Value::Class(Rc::clone(&module)));
            Value::Class(module)
        }
    };
    match &args.block {
        Some(block) => interpreter.class_exec(block, &methods, Args::one(methods.clone())),
        None => Ok(Value::Nil),
    }
}

// Lazy load hooks

/// A list kept by name in a variable of the ActiveSupport module.
fn hook_list(interpreter: &mut Interpreter, variable: &str, name: &Value) -> Eval<Value> {
    let module = interpreter.define_module("ActiveSupport");
    let table = match ivar(&module, variable) {
        Some(Value::Hash(table)) => table,
        _ => {
            let table = Rc::new(RHash::new());
            set_ivar(&module, variable, Value::Hash(Rc::clone(&table)));
            table
        }
    };
    if let Some(list) = table.get(name) {
        return Ok(list);
    }
    let list = Value::array(Vec::new());
    table.insert(name.clone(), list.clone());
    Ok(list)
}

fn run_hook(interpreter: &mut Interpreter, base: &Value, block: &Value, options: &Value) -> Eval<()> {
    let Value::Proc(block) = block else { return Ok(()) };
    let yields =
        matches!(options, Value::Hash(options) if options.get_symbol("yield").is_some_and(|value| value.truthy()));
    if yields {
        interpreter.yield_value(block, base.clone())?;
    } else if matches!(base, Value::Class(_)) {
        interpreter.class_exec(block, base, Args::one(base.clone()))?;
    } else {
        interpreter.instance_exec(block, base, Args::one(base.clone()))?;
    }
    Ok(())
}

fn on_load(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let block = args.block.clone().map(Value::Proc).unwrap_or_default();
    let loaded = hook_list(interpreter, "@loaded", &args.first())?;
    load_active_record(interpreter, &args.first(), &loaded);
    for base in convert::array(interpreter, &loaded)? {
        run_hook(interpreter, &base, &block, &args.get(1))?;
    }
    let hooks = hook_list(interpreter, "@load_hooks", &args.first())?;
    if let Value::Array(hooks) = hooks {
        hooks.borrow_mut().push(convert::pair(block, args.get(1)));
    }
    Ok(Value::Nil)
}

/// ActiveRecord::Base is loaded by the time that a migration asks for it, without having run a hook.
fn load_active_record(interpreter: &mut Interpreter, name: &Value, loaded: &Value) {
    let Value::Array(loaded) = loaded else { return };
    if !loaded.is_empty() || !matches!(name, Value::Symbol(name) if name.is("active_record")) {
        return;
    }
    let constant = interpreter.classes.object.constant(Symbol::new("ActiveRecord"));
    if let Some(Value::Class(module)) = constant
        && let Some(base) = module.constant(Symbol::new("Base"))
    {
        loaded.borrow_mut().push(base);
    }
}

fn run_load_hooks(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let base = if args.has(1) { args.get(1) } else { Value::Class(Rc::clone(&interpreter.classes.object)) };
    if let Value::Array(loaded) = hook_list(interpreter, "@loaded", &args.first())? {
        loaded.borrow_mut().push(base.clone());
    }
    let hooks = hook_list(interpreter, "@load_hooks", &args.first())?;
    for hook in convert::array(interpreter, &hooks)? {
        let hook = convert::array(interpreter, &hook)?;
        run_hook(interpreter, &base, &hook[0], &hook[1])?;
    }
    Ok(Value::Nil)
}

// Notifications

fn instrument(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let payload = if args.has(1) { args.get(1) } else { Value::hash(RHash::new()) };
    match &args.block {
        Some(block) => interpreter.yield_value(block, payload),
        None => Ok(Value::Nil),
    }
}

fn refuse_subscription(interpreter: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Err(interpreter.unsupported("ActiveSupport::Notifications.subscribe"))
}

fn nothing(_: &mut Interpreter, _this: &Value, _args: Args) -> Eval {
    Ok(Value::Nil)
}
