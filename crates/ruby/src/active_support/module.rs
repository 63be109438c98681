//! core_ext/module and core_ext/class: delegate, mattr_accessor, class_attribute, redefine_method,
//! module_parent; delegation.rb, class_attribute.rb.

use std::rc::{Rc, Weak};

use crate::Args;
use crate::core::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{ClassKind, RClass, RProc, Value};
use crate::syntax::symbol::Symbol;

const ACCESSOR: &[&str] = &["instance_reader", "instance_writer", "instance_accessor", "default"];
const READER: &[&str] = &["instance_reader", "instance_accessor", "default"];
const WRITER: &[&str] = &["instance_writer", "instance_accessor", "default"];
const THREAD_WRITER: &[&str] = &["instance_writer", "instance_accessor"];

const MODULE_METHODS: &[NativeMethod] = &[
    variadic("delegate", delegate, 0).taking(&["to", "prefix", "allow_nil", "private"]),
    method("delegate_missing_to", delegate_missing_to, 1..=1).taking(&["allow_nil"]),
    variadic("mattr_reader", mattr_reader, 0).taking(READER),
    variadic("mattr_writer", mattr_writer, 0).taking(WRITER),
    variadic("mattr_accessor", mattr_accessor, 0).taking(ACCESSOR),
    variadic("cattr_reader", mattr_reader, 0).taking(READER),
    variadic("cattr_writer", mattr_writer, 0).taking(WRITER),
    variadic("cattr_accessor", mattr_accessor, 0).taking(ACCESSOR),
    variadic("thread_mattr_reader", mattr_reader, 0).taking(READER),
    variadic("thread_mattr_writer", mattr_writer, 0).taking(THREAD_WRITER),
    variadic("thread_mattr_accessor", mattr_accessor, 0).taking(ACCESSOR),
    variadic("thread_cattr_accessor", mattr_accessor, 0).taking(ACCESSOR),
    method("redefine_method", redefine_method, 1..=1),
    method("redefine_singleton_method", redefine_singleton_method, 1..=2),
    method("silence_redefinition_of_method", first_argument, 1..=1),
    variadic("thread_cattr_reader", mattr_reader, 0).taking(READER),
    variadic("thread_cattr_writer", mattr_writer, 0).taking(THREAD_WRITER),
    method("alias_attribute", alias_attribute, 2..=2),
    method("anonymous?", is_anonymous, 0..=0),
    method("remove_possible_method", remove_possible_method, 1..=1),
    method("concerning", concerning, 1..=2),
    method("concern", concern, 1..=1),
    method("module_parent_name", module_parent_name, 0..=0),
    method("module_parent", module_parent, 0..=0),
    method("module_parents", module_parents, 0..=0),
];

const CLASS_METHODS: &[NativeMethod] = &[
    variadic("class_attribute", class_attribute, 0).taking(&[
        "instance_accessor",
        "instance_reader",
        "instance_writer",
        "instance_predicate",
        "default",
    ]),
    method("descendants", descendants, 0..=0),
];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.module.define(MODULE_METHODS);
    interpreter.classes.class.define(CLASS_METHODS);
    let error = interpreter.class_at("NoMethodError");
    let error = interpreter.define_class("ActiveSupport::DelegationError", &error);
    interpreter.classes.module.set_constant("DelegationError", Value::Class(error));
}

fn this_class(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RClass>> {
    match this {
        Value::Class(class) => Ok(Rc::clone(class)),
        other => Err(convert::no_conversion(interpreter, other, "Module")),
    }
}

fn set_proc(class: &Rc<RClass>, name: &str, visibility: Visibility, body: Value) {
    if let Value::Proc(body) = body {
        class.set_method(Symbol::new(name), MethodBody::Proc(body), visibility);
    }
}

// delegate

/// What a delegation's `to:` names, as seen from the receiver.
fn target(interpreter: &mut Interpreter, receiver: &Value, to: &str) -> Eval {
    let mut parts = to.split('.');
    let first = parts.next().unwrap_or_default();
    let mut value = if first == "self" {
        receiver.clone()
    } else if first.starts_with("@@") {
        let class = Value::Class(interpreter.class_of(receiver));
        interpreter.call(&class, "class_variable_get", Args::one(Value::symbol(first)))?
    } else if first.starts_with('@') {
        interpreter.instance_variable(receiver, Symbol::new(first))
    } else if first.starts_with(|c: char| c.is_ascii_uppercase() || c == ':') {
        let class = Value::Class(interpreter.class_of(receiver));
        interpreter.call(&class, "const_get", Args::one(Value::str(first.trim_start_matches("::"))))?
    } else {
        interpreter.call(receiver, first, Args::none())?
    };
    for part in parts {
        value = interpreter.call_public(&value, part, Args::none())?;
    }
    Ok(value)
}

fn nil_target(interpreter: &mut Interpreter, method: &str, to: &str) -> Eval {
    let message = format!("{method} delegated to {to}, but {to} is nil");
    Err(interpreter.error("ActiveSupport::DelegationError", message))
}

/// The receiver, which `define_method` passes first to a native block.
fn take_receiver(args: &mut Args) -> Value {
    if args.positional.is_empty() { Value::Nil } else { args.positional.remove(0) }
}

fn delegate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = this_class(interpreter, this)?;
    let to = args.keyword("to").unwrap_or_default();
    if !to.truthy() {
        return Err(interpreter.argument_error(
            "Delegation needs a target. Supply a keyword argument 'to' (e.g. delegate :hello, to: :greeter).",
        ));
    }
    let to_text = match &to {
        Value::Class(target) if !target.has_name() => {
            let message = format!("Can't delegate to anonymous class or module: {}", target.name());
            return Err(interpreter.argument_error(message));
        }
        Value::Class(target) => format!("::{}", target.name()),
        other => interpreter.to_s(other)?,
    };
    let prefix = match args.keyword("prefix") {
        Some(Value::Bool(true)) => {
            if !to_text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') {
                return Err(interpreter
                    .argument_error("Can only automatically set the delegation prefix when delegating to a method."));
            }
            format!("{to_text}_")
        }
        Some(prefix) if prefix.truthy() => format!("{}_", interpreter.to_s(&prefix)?),
        _ => String::new(),
    };
    let flag = |name: &str| args.keyword(name).is_some_and(|value| value.truthy());
    let (allow_nil, is_private) = (flag("allow_nil"), flag("private"));
    let visibility = if is_private { Visibility::Private } else { Visibility::Public };
    let mut names = Vec::new();
    for method in &args.positional {
        let method = interpreter.to_s(method)?;
        let name = format!("{prefix}{method}");
        names.push(Value::symbol(&name));
        let (to, shown, own_name) = (to.clone(), to_text.clone(), name.clone());
        let body = RProc::native(move |interpreter, mut args| {
            let receiver = take_receiver(&mut args);
            let target =
                if matches!(to, Value::Class(_)) { to.clone() } else { target(interpreter, &receiver, &shown)? };
            if target.is_nil() && !interpreter.responds_to(&target, &method) {
                return if allow_nil { Ok(Value::Nil) } else { nil_target(interpreter, &own_name, &shown) };
            }
            interpreter.call_public(&target, &method, args)
        });
        set_proc(&class, &name, visibility, body);
    }
    Ok(Value::array(names))
}

fn delegate_missing_to(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = this_class(interpreter, this)?;
    let to = interpreter.to_s(&args.first())?;
    let allow_nil = args.keyword("allow_nil").is_some_and(|value| value.truthy());
    let asked = to.clone();
    let responds = RProc::native(move |interpreter, mut args| {
        let receiver = take_receiver(&mut args);
        let target = target(interpreter, &receiver, &asked)?;
        interpreter.call(&target, "respond_to?", Args::one(args.first()))
    });
    set_proc(&class, "respond_to_missing?", Visibility::Public, responds);
    let missing = RProc::native(move |interpreter, mut args| {
        let receiver = take_receiver(&mut args);
        let name = take_receiver(&mut args);
        let name = convert::name(interpreter, &name)?;
        let target = target(interpreter, &receiver, &to)?;
        if interpreter.responds_to(&target, &name) {
            return interpreter.call_public(&target, &name, args);
        }
        if target.is_nil() {
            return if allow_nil { Ok(Value::Nil) } else { nil_target(interpreter, &name, &to) };
        }
        let class = interpreter.class_of(&receiver).name();
        Err(interpreter.error("NoMethodError", format!("undefined method `{name}' for an instance of {class}")))
    });
    set_proc(&class, "method_missing", Visibility::Public, missing);
    Ok(Value::symbol("method_missing"))
}

// mattr_accessor

#[derive(Clone, Copy, PartialEq, Eq)]
enum Accessor {
    Reader,
    Writer,
}

fn mattr_reader(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    define_mattr(interpreter, this, &args, Accessor::Reader)
}

fn mattr_writer(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    define_mattr(interpreter, this, &args, Accessor::Writer)
}

fn mattr_accessor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    define_mattr(interpreter, this, &args, Accessor::Reader)?;
    let without_block = Args { block: None, ..args };
    define_mattr(interpreter, this, &without_block, Accessor::Writer)
}

fn define_mattr(interpreter: &mut Interpreter, this: &Value, args: &Args, accessor: Accessor) -> Eval {
    let class = this_class(interpreter, this)?;
    if class.kind == ClassKind::Singleton {
        return Err(interpreter.type_error("module attributes should be defined directly on class, not singleton"));
    }
    let wanted = |name: &str| args.keyword(name).is_none_or(|value| value.truthy());
    let instance = wanted("instance_accessor")
        && wanted(if accessor == Accessor::Reader { "instance_reader" } else { "instance_writer" });
    let default = args.keyword("default").unwrap_or_default();
    let mut last = Value::Nil;
    for name in &args.positional {
        let name = convert::name(interpreter, name)?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() || !name.chars().all(is_word) {
            return Err(interpreter.error("NameError", format!("invalid attribute name: {name}")));
        }
        let variable = Symbol::new(&format!("@@{name}"));
        let singleton = interpreter.singleton_class(&class);
        let owner = Rc::downgrade(&class);
        let (method, body) = match accessor {
            Accessor::Reader => (name.clone(), class_variable_reader(owner, variable)),
            Accessor::Writer => (format!("{name}="), class_variable_writer(owner, variable)),
        };
        set_proc(&singleton, &method, Visibility::Public, body.clone());
        if instance {
            set_proc(&class, &method, Visibility::Public, body);
        }
        let value = match &args.block {
            Some(block) if default.is_nil() => interpreter.call_block(block, Args::none())?,
            _ => default.clone(),
        };
        let exists = class.class_variables.borrow().contains_key(&variable);
        if !(value.is_nil() && exists) {
            class.class_variables.borrow_mut().insert(variable, value);
        }
        last = Value::symbol(&method);
    }
    Ok(last)
}

fn class_variable_reader(owner: Weak<RClass>, variable: Symbol) -> Value {
    RProc::native(move |_, _| {
        let value = owner.upgrade().and_then(|owner| owner.class_variables.borrow().get(&variable).cloned());
        Ok(value.unwrap_or_default())
    })
}

fn class_variable_writer(owner: Weak<RClass>, variable: Symbol) -> Value {
    RProc::native(move |_, args| {
        if let Some(owner) = owner.upgrade() {
            owner.class_variables.borrow_mut().insert(variable, args.get(1));
        }
        Ok(args.get(1))
    })
}

// class_attribute

/// The value of the nearest class that has set one.
fn inherited_value(class: &Rc<RClass>, key: Symbol) -> Value {
    let mut class = Some(Rc::clone(class));
    while let Some(current) = class {
        if let Some(value) = current.ivars.borrow().get(&key) {
            return value.clone();
        }
        class = current.superclass();
    }
    Value::Nil
}

fn class_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = this_class(interpreter, this)?;
    let wanted = |name: &str, default: bool| args.keyword(name).map_or(default, |value| value.truthy());
    let accessor = wanted("instance_accessor", true);
    let (reader, writer) = (wanted("instance_reader", accessor), wanted("instance_writer", accessor));
    let predicate = wanted("instance_predicate", true);
    let singleton = interpreter.singleton_class(&class);
    for name in &args.positional {
        let name = convert::name(interpreter, name)?;
        // Not a name that Ruby code could write, so that `instance_variables` need not hide it.
        let key = Symbol::new(&format!("__class_attr_{name}"));
        let variable = Symbol::new(&format!("@{name}"));
        class.ivars.borrow_mut().insert(key, args.keyword("default").unwrap_or_default());
        let read = move |receiver: &Value| match receiver {
            Value::Class(class) => inherited_value(class, key),
            _ => Value::Nil,
        };
        let instance_read = move |interpreter: &mut Interpreter, receiver: &Value| match receiver {
            Value::Object(object) if object.ivar(variable).is_some() => object.ivar(variable).unwrap_or_default(),
            other => inherited_value(&interpreter.class_of(other), key),
        };
        set_proc(&singleton, &name, Visibility::Public, RProc::native(move |_, args| Ok(read(&args.first()))));
        let write = RProc::native(move |_, args| {
            if let Value::Class(class) = args.first() {
                class.ivars.borrow_mut().insert(key, args.get(1));
            }
            Ok(args.get(1))
        });
        set_proc(&singleton, &format!("{name}="), Visibility::Public, write);
        if reader {
            let body = RProc::native(move |interpreter, args| Ok(instance_read(interpreter, &args.first())));
            set_proc(&class, &name, Visibility::Public, body);
        }
        if writer {
            class.set_method(Symbol::new(&format!("{name}=")), MethodBody::Writer(variable), Visibility::Public);
        }
        if predicate {
            let body = RProc::native(move |_, args| Ok(Value::Bool(read(&args.first()).truthy())));
            set_proc(&singleton, &format!("{name}?"), Visibility::Public, body);
            if reader {
                let body = RProc::native(move |interpreter, args| {
                    Ok(Value::Bool(instance_read(interpreter, &args.first()).truthy()))
                });
                set_proc(&class, &format!("{name}?"), Visibility::Public, body);
            }
        }
    }
    Ok(Value::Nil)
}

// The rest

fn redefine_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "define_method", args)
}

fn redefine_singleton_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "define_singleton_method", args)
}

fn first_argument(_: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    Ok(args.first())
}

fn parent_path(class: &RClass) -> Option<String> {
    if !class.has_name() {
        return None;
    }
    class.name().rsplit_once("::").map(|(parent, _)| parent.to_owned())
}

fn module_parent_name(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(parent_path(&*this_class(interpreter, this)?).into())
}

fn constant_at(interpreter: &mut Interpreter, path: &str) -> Eval {
    let object = Value::Class(Rc::clone(&interpreter.classes.object));
    interpreter.call(&object, "const_get", Args::one(Value::str(path)))
}

fn module_parent(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    match parent_path(&*this_class(interpreter, this)?) {
        Some(path) => constant_at(interpreter, &path),
        None => Ok(Value::Class(Rc::clone(&interpreter.classes.object))),
    }
}

fn module_parents(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut parents = Vec::new();
    let mut path = parent_path(&*this_class(interpreter, this)?);
    while let Some(current) = path {
        parents.push(constant_at(interpreter, &current)?);
        path = current.rsplit_once("::").map(|(parent, _)| parent.to_owned());
    }
    parents.push(Value::Class(Rc::clone(&interpreter.classes.object)));
    Ok(Value::array(parents))
}

fn is_anonymous(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(!this_class(interpreter, this)?.has_name()))
}

fn alias_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = this_class(interpreter, this)?;
    let new = convert::name(interpreter, &args.first())?;
    let old = convert::name(interpreter, &args.get(1))?;
    for suffix in ["", "?", "="] {
        let method = format!("{old}{suffix}");
        let body = RProc::native(move |interpreter, mut args| {
            let receiver = take_receiver(&mut args);
            interpreter.call(&receiver, &method, args)
        });
        set_proc(&class, &format!("{new}{suffix}"), Visibility::Public, body);
    }
    Ok(Value::Nil)
}

fn remove_possible_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let defined = interpreter.call(this, "method_defined?", args.clone())?.truthy();
    if defined { interpreter.call(this, "undef_method", args) } else { Ok(Value::Nil) }
}

/// A Concern of this name inside the module, from a block.
fn concern(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = this_class(interpreter, this)?;
    let name = convert::name(interpreter, &args.first())?;
    let path = if class.is_named("Object") { name.clone() } else { format!("{}::{name}", class.name()) };
    let module = Value::Class(RClass::new(ClassKind::Module, Some(&path), None));
    class.set_constant(&name, module.clone());
    let concern = Value::Class(interpreter.class_at("ActiveSupport::Concern"));
    interpreter.call(&module, "extend", Args::one(concern))?;
    if let Some(block) = &args.block {
        interpreter.class_exec(block, &module, Args::one(module.clone()))?;
    }
    Ok(module)
}

fn concerning(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let prepend = args.take_options().and_then(|options| options.get_symbol("prepend"));
    let verb = if prepend.is_some_and(|prepend| prepend.truthy()) { "prepend" } else { "include" };
    let module = concern(interpreter, this, args)?;
    interpreter.call(this, verb, Args::one(module))
}

fn descendants(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let direct = interpreter.call(this, "subclasses", Args::none())?;
    let mut all = convert::array(interpreter, &direct)?;
    for class in all.clone() {
        let below = interpreter.nested(|interpreter| descendants(interpreter, &class, args.clone()))?;
        all.extend(convert::array(interpreter, &below)?);
    }
    Ok(Value::array(all))
}
