//! Module: methods, constants, inclusion, visibility, hooks. Refinements are absent.

mod class_variables;
mod constants;

use std::rc::Rc;

use super::object::method_names;
use super::{expect_block, method_object, name_argument, names_array};
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::{DefaultVisibility, Definee};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{ClassKind, RClass, Value};
use crate::syntax::symbol::Symbol;
use class_variables::{
    class_variable_get, class_variable_set, class_variables, is_class_variable_defined, remove_class_variable,
};
use constants::{
    const_get, const_missing, const_set, const_source_location, constants, is_const_defined, private_constant,
    public_constant, remove_const,
};

const METHODS: &[NativeMethod] = &[
    method("<", is_below, 1..=1),
    method("<=", is_below_or_equal, 1..=1),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("===", is_kind, 1..=1),
    method(">", is_above, 1..=1),
    method(">=", is_above_or_equal, 1..=1),
    method("alias_method", alias_method, 2..=2),
    method("ancestors", ancestors, 0..=0),
    variadic("attr", attr_reader, 0),
    variadic("attr_accessor", attr_accessor, 0),
    variadic("attr_reader", attr_reader, 0),
    variadic("attr_writer", attr_writer, 0),
    method("class_eval", class_eval, 0..=3),
    variadic("class_exec", class_exec, 0).with_keywords(),
    method("class_variable_defined?", is_class_variable_defined, 1..=1),
    method("class_variable_get", class_variable_get, 1..=1),
    method("class_variable_set", class_variable_set, 2..=2),
    method("class_variables", class_variables, 0..=1),
    method("const_defined?", is_const_defined, 1..=2),
    method("const_get", const_get, 1..=2),
    method("const_missing", const_missing, 1..=1),
    method("const_set", const_set, 2..=2),
    method("const_source_location", const_source_location, 1..=2),
    method("constants", constants, 0..=1),
    method("define_method", define_method, 1..=2),
    variadic("deprecate_constant", itself, 0),
    method("freeze", freeze, 0..=0),
    method("hash", super::object::object_id, 0..=0),
    variadic("include", include, 1),
    method("include?", includes, 1..=1),
    method("included_modules", included_modules, 0..=0),
    method("inspect", to_s, 0..=0),
    method("instance_method", instance_method, 1..=1),
    method("instance_methods", instance_methods, 0..=1),
    method("method_defined?", is_method_defined, 1..=2),
    method("module_eval", class_eval, 0..=3),
    variadic("module_exec", class_exec, 0).with_keywords(),
    method("name", name, 0..=0),
    variadic("prepend", prepend, 1),
    variadic("private_class_method", private_class_method, 0),
    variadic("private_constant", private_constant, 0),
    method("private_instance_methods", private_instance_methods, 0..=1),
    method("private_method_defined?", is_private_method_defined, 1..=2),
    method("protected_instance_methods", protected_instance_methods, 0..=1),
    method("protected_method_defined?", is_protected_method_defined, 1..=2),
    variadic("public_class_method", public_class_method, 0),
    variadic("public_constant", public_constant, 0),
    method("public_instance_method", instance_method, 1..=1),
    method("public_instance_methods", public_instance_methods, 0..=1),
    method("public_method_defined?", is_public_method_defined, 1..=2),
    method("remove_class_variable", remove_class_variable, 1..=1),
    variadic("remove_method", remove_method, 0),
    method("set_temporary_name", set_temporary_name, 1..=1),
    method("singleton_class?", is_singleton_class, 0..=0),
    method("to_s", to_s, 0..=0),
    variadic("undef_method", undef_method, 0),
];

const PRIVATE: &[NativeMethod] = &[
    method("append_features", append_features, 1..=1),
    method("const_added", hook, 1..=1),
    method("extend_object", extend_object, 1..=1),
    method("extended", hook, 1..=1),
    method("included", hook, 1..=1),
    method("method_added", hook, 1..=1),
    method("method_removed", hook, 1..=1),
    method("method_undefined", hook, 1..=1),
    variadic("module_function", module_function, 0),
    method("prepend_features", prepend_features, 1..=1),
    method("prepended", hook, 1..=1),
    variadic("private", private, 0),
    variadic("protected", protected, 0),
    variadic("public", public, 0),
    method("refine", refine, 1..=1).absent(),
    method("remove_const", remove_const, 1..=1),
    variadic("ruby2_keywords", ruby2_keywords, 0).absent(),
    method("using", refine, 1..=1).absent(),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 0..=0), method("nesting", nesting, 0..=0)];

pub fn define(interpreter: &mut Interpreter) {
    let module = Rc::clone(&interpreter.classes.module);
    module.define(METHODS);
    super::define_with(&module, PRIVATE, Visibility::Private);
    interpreter.define_singleton(&module, SINGLETON_METHODS);
}

/// The module that `this` is. Natives of Module get nothing else.
pub(super) fn class(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RClass>> {
    match this {
        Value::Class(class) => Ok(Rc::clone(class)),
        other => {
            let class = interpreter.class_of(other).name();
            Err(interpreter.type_error(format!("wrong argument type {class} (expected Module)")))
        }
    }
}

fn new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let module = Value::Class(RClass::new(ClassKind::Module, None, None));
    if let Some(block) = &args.block {
        interpreter.class_exec(block, &module, Args::one(module.clone()))?;
    }
    Ok(module)
}

fn nesting(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let Some(frame) = interpreter.caller_frame() else { return Ok(Value::array(Vec::new())) };
    let scopes = frame.scope.chain().filter(|scope| scope.outer.is_some());
    Ok(Value::array(scopes.map(|scope| Value::Class(Rc::clone(&scope.module))).collect()))
}

fn hook(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn refine(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("refinements are not supported"))
}

fn ruby2_keywords(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("ruby2_keywords is not supported"))
}

// Comparison

fn other_module(interpreter: &mut Interpreter, args: &Args) -> Eval<Rc<RClass>> {
    match args.first() {
        Value::Class(other) => Ok(other),
        _ => Err(interpreter.type_error("compared with non class/module")),
    }
}

fn relation(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Option<i64>> {
    let (this, other) = (class(interpreter, this)?, other_module(interpreter, args)?);
    Ok(if Rc::ptr_eq(&this, &other) {
        Some(0)
    } else if this.is_subclass_of(&other) {
        Some(-1)
    } else if other.is_subclass_of(&this) {
        Some(1)
    } else {
        None
    })
}

fn is_below(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(relation(interpreter, this, &args)?.map_or(Value::Nil, |order| Value::Bool(order < 0)))
}

fn is_below_or_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(relation(interpreter, this, &args)?.map_or(Value::Nil, |order| Value::Bool(order <= 0)))
}

fn is_above(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(relation(interpreter, this, &args)?.map_or(Value::Nil, |order| Value::Bool(order > 0)))
}

fn is_above_or_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(relation(interpreter, this, &args)?.map_or(Value::Nil, |order| Value::Bool(order >= 0)))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !matches!(args.first(), Value::Class(_)) {
        return Ok(Value::Nil);
    }
    Ok(relation(interpreter, this, &args)?.map_or(Value::Nil, Value::Int))
}

fn equal(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(this.is_identical(&args.first())))
}

fn is_kind(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(Value::Bool(interpreter.is_a(&args.first(), &class)))
}

// Names

fn name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let named = class.has_name() && class.kind != ClassKind::Singleton;
    Ok(if named { Value::str(class.name()) } else { Value::Nil })
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(class(interpreter, this)?.name()))
}

fn set_temporary_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let Some(name) = args.first().as_name() {
        class(interpreter, this)?.set_name(&name);
    }
    Ok(this.clone())
}

fn is_singleton_class(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(class(interpreter, this)?.kind == ClassKind::Singleton))
}

fn freeze(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    class(interpreter, this)?.frozen.set(true);
    Ok(this.clone())
}

// Inclusion

fn ancestors(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let ancestors = class(interpreter, this)?.ancestors();
    Ok(Value::array(ancestors.into_iter().map(Value::Class).collect()))
}

fn included_modules(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let ancestors = class(interpreter, this)?.ancestors().into_iter().filter(|ancestor| ancestor.is_module());
    Ok(Value::array(ancestors.map(Value::Class).collect()))
}

fn includes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let module = module_argument(interpreter, &args.first())?;
    Ok(Value::Bool(!Rc::ptr_eq(&class, &module) && class.is_subclass_of(&module)))
}

fn module_argument(interpreter: &mut Interpreter, value: &Value) -> Eval<Rc<RClass>> {
    match value {
        Value::Class(module) if module.is_module() => Ok(Rc::clone(module)),
        other => {
            let class = interpreter.class_of(other).name();
            Err(interpreter.type_error(format!("wrong argument type {class} (expected Module)")))
        }
    }
}

fn include(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    mix_in(interpreter, this, &args, "append_features", "included")
}

fn prepend(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    mix_in(interpreter, this, &args, "prepend_features", "prepended")
}

fn mix_in(interpreter: &mut Interpreter, this: &Value, args: &Args, action: &str, hook: &str) -> Eval {
    for module in &args.positional {
        module_argument(interpreter, module)?;
    }
    for module in args.positional.iter().rev() {
        interpreter.call(module, action, Args::one(this.clone()))?;
        interpreter.call(module, hook, Args::one(this.clone()))?;
    }
    Ok(this.clone())
}

fn append_features(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (module, target) = (class(interpreter, this)?, class(interpreter, &args.first())?);
    interpreter.check_frozen(&args.first())?;
    if module.is_subclass_of(&target) {
        return Err(interpreter.argument_error("cyclic include detected"));
    }
    target.include(&module);
    Ok(this.clone())
}

fn prepend_features(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (module, target) = (class(interpreter, this)?, class(interpreter, &args.first())?);
    interpreter.check_frozen(&args.first())?;
    if module.is_subclass_of(&target) {
        return Err(interpreter.argument_error("cyclic prepend detected"));
    }
    target.prepend(&module);
    Ok(this.clone())
}

fn extend_object(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let module = class(interpreter, this)?;
    interpreter.check_frozen(&args.first())?;
    interpreter.singleton_class_of(&args.first())?.include(&module);
    Ok(args.first())
}

// Methods

fn attr_reader(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    attributes(interpreter, this, &args, true, false)
}

fn attr_writer(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    attributes(interpreter, this, &args, false, true)
}

fn attr_accessor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    attributes(interpreter, this, &args, true, true)
}

fn attributes(interpreter: &mut Interpreter, this: &Value, args: &Args, reader: bool, writer: bool) -> Eval {
    let class = class(interpreter, this)?;
    let visibility = current_visibility(interpreter, &class);
    let mut defined = Vec::new();
    for name in &args.positional {
        let name = name_argument(interpreter, name)?;
        let text = name.to_str();
        let variable = Symbol::new(&format!("@{text}"));
        if reader {
            interpreter.add_method(&class, name, MethodBody::Reader(variable), visibility)?;
            defined.push(name);
        }
        if writer {
            let name = Symbol::new(&format!("{text}="));
            interpreter.add_method(&class, name, MethodBody::Writer(variable), visibility)?;
            defined.push(name);
        }
    }
    Ok(names_array(defined))
}

/// What `private` without arguments has set, if the caller is the body of this class.
fn current_visibility(interpreter: &Interpreter, class: &Rc<RClass>) -> Visibility {
    let Some(frame) = interpreter.caller_frame() else { return Visibility::Public };
    let own = matches!(&frame.definee, Definee::Class(definee) if Rc::ptr_eq(definee, class));
    match frame.default_visibility.get() {
        DefaultVisibility::Is(visibility) if own && frame.method().is_none() => visibility,
        _ => Visibility::Public,
    }
}

/// The body that `define_method(name, proc or method) { }` means.
pub(super) fn method_body(interpreter: &mut Interpreter, args: &Args) -> Eval<MethodBody> {
    match (args.get(1), &args.block) {
        (Value::Proc(block), _) => Ok(MethodBody::Proc(block)),
        (value @ Value::Object(_), _) => match method_object::body_of(&value) {
            Some(body) => Ok(body),
            None => Err(not_a_body(interpreter, &value)),
        },
        (Value::Nil, Some(block)) if !args.has(1) => Ok(MethodBody::Proc(Rc::clone(block))),
        (Value::Nil, None) if !args.has(1) => {
            Err(interpreter.argument_error("tried to create Proc object without a block"))
        }
        (other, _) => Err(not_a_body(interpreter, &other)),
    }
}

fn not_a_body(interpreter: &mut Interpreter, value: &Value) -> Box<Flow> {
    let class = interpreter.class_of(value).name();
    interpreter.type_error(format!("wrong argument type {class} (expected Proc/Method/UnboundMethod)"))
}

fn define_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = name_argument(interpreter, &args.first())?;
    let body = method_body(interpreter, &args)?;
    let visibility = current_visibility(interpreter, &class);
    interpreter.add_method(&class, name, body, visibility)?;
    Ok(Value::Symbol(name))
}

fn alias_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let (new, old) = (name_argument(interpreter, &args.first())?, name_argument(interpreter, &args.get(1))?);
    interpreter.alias_method(&class, new, old)?;
    Ok(Value::Symbol(new))
}

fn undef_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    for name in &args.positional {
        let name = name_argument(interpreter, name)?;
        interpreter.undefine_method(&class, name)?;
    }
    Ok(this.clone())
}

fn remove_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    for name in &args.positional {
        let name = name_argument(interpreter, name)?;
        if class.remove_method(name).is_none() {
            let message = format!("method `{name}' not defined in {}", class.name());
            return Err(interpreter.name_error(message, name, this));
        }
    }
    Ok(this.clone())
}

fn instance_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = name_argument(interpreter, &args.first())?;
    match interpreter.find(&class, name) {
        Some(found) => Ok(method_object::unbound(interpreter, name, found)),
        None => Err(interpreter.undefined_method(&class, name)),
    }
}

fn listed(interpreter: &mut Interpreter, this: &Value, args: &Args, wanted: impl Fn(Visibility) -> bool) -> Eval {
    let class = class(interpreter, this)?;
    let inherited = !args.has(0) || args.first().truthy();
    let classes = if inherited { class.ancestors() } else { vec![class] };
    Ok(names_array(method_names(&classes, wanted)))
}

fn instance_methods(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    listed(interpreter, this, &args, |visibility| visibility != Visibility::Private)
}

fn public_instance_methods(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    listed(interpreter, this, &args, |visibility| visibility == Visibility::Public)
}

fn private_instance_methods(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    listed(interpreter, this, &args, |visibility| visibility == Visibility::Private)
}

fn protected_instance_methods(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    listed(interpreter, this, &args, |visibility| visibility == Visibility::Protected)
}

fn has_method(interpreter: &mut Interpreter, this: &Value, args: &Args, wanted: impl Fn(Visibility) -> bool) -> Eval {
    let class = class(interpreter, this)?;
    let name = name_argument(interpreter, &args.first())?;
    let inherited = !args.has(1) || args.get(1).truthy();
    let visibility = if inherited {
        interpreter.find(&class, name).map(|found| found.method.visibility)
    } else {
        class
            .own_method(name)
            .filter(|method| !matches!(method.body, MethodBody::Undefined))
            .map(|method| method.visibility)
    };
    Ok(Value::Bool(visibility.is_some_and(wanted)))
}

fn is_method_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    has_method(interpreter, this, &args, |visibility| visibility != Visibility::Private)
}

fn is_public_method_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    has_method(interpreter, this, &args, |visibility| visibility == Visibility::Public)
}

fn is_private_method_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    has_method(interpreter, this, &args, |visibility| visibility == Visibility::Private)
}

fn is_protected_method_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    has_method(interpreter, this, &args, |visibility| visibility == Visibility::Protected)
}

// Visibility

fn private(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set_visibility(interpreter, this, args, Visibility::Private)
}

fn protected(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set_visibility(interpreter, this, args, Visibility::Protected)
}

/// `public`
pub(super) fn public(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set_visibility(interpreter, this, args, Visibility::Public)
}

/// `private` and its kin: of these methods, or of those that follow.
pub(super) fn set_visibility(interpreter: &mut Interpreter, this: &Value, args: Args, visibility: Visibility) -> Eval {
    let class = class(interpreter, this)?;
    if args.is_empty() {
        if let Some(frame) = interpreter.caller_frame() {
            frame.default_visibility.set(DefaultVisibility::Is(visibility));
        }
        return Ok(Value::Nil);
    }
    for name in listed_names(interpreter, &args)? {
        change_visibility(interpreter, &class, name, visibility)?;
    }
    Ok(answer_arguments(args))
}

/// Names given one by one or as one Array.
fn listed_names(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<Symbol>> {
    let values = match args.positional.as_slice() {
        [Value::Array(names)] => names.to_vec(),
        names => names.to_vec(),
    };
    values.iter().map(|name| name_argument(interpreter, name)).collect()
}

fn answer_arguments(mut args: Args) -> Value {
    match args.positional.len() {
        0 => Value::Nil,
        1 => args.positional.remove(0),
        _ => Value::array(args.positional),
    }
}

fn change_visibility(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    name: Symbol,
    visibility: Visibility,
) -> Eval<()> {
    if interpreter.method_for(class, name).is_none() {
        return Err(interpreter.undefined_method(class, name));
    }
    match class.own_method(name) {
        Some(own) => {
            class.insert_method(name, Rc::new(crate::runtime::method::Method { visibility, ..(*own).clone() }));
        }
        None => class.set_method(name, MethodBody::Inherited, visibility),
    }
    Ok(())
}

fn module_function(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if !class.is_module() {
        return Err(interpreter.type_error("module_function must be called for modules"));
    }
    if args.is_empty() {
        if let Some(frame) = interpreter.caller_frame() {
            frame.default_visibility.set(DefaultVisibility::ModuleFunction);
        }
        return Ok(Value::Nil);
    }
    let singleton = interpreter.singleton_class(&class);
    for name in listed_names(interpreter, &args)? {
        let Some(found) = interpreter.method_for(&class, name) else {
            return Err(interpreter.undefined_method(&class, name));
        };
        singleton.set_method(name, found.method.body.clone(), Visibility::Public);
        change_visibility(interpreter, &class, name, Visibility::Private)?;
    }
    Ok(answer_arguments(args))
}

fn private_class_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    class_method_visibility(interpreter, this, &args, Visibility::Private)
}

fn public_class_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    class_method_visibility(interpreter, this, &args, Visibility::Public)
}

fn class_method_visibility(interpreter: &mut Interpreter, this: &Value, args: &Args, visibility: Visibility) -> Eval {
    let class = class(interpreter, this)?;
    let singleton = interpreter.singleton_class(&class);
    for name in listed_names(interpreter, args)? {
        change_visibility(interpreter, &singleton, name, visibility)?;
    }
    Ok(Value::Nil)
}

// Evaluation

fn class_eval(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.block.is_none() && !args.is_empty() {
        return Err(interpreter.unsupported("evaluating a string of Ruby is not supported"));
    }
    let block = expect_block(interpreter, &args)?;
    interpreter.class_exec(&block, this, Args::one(this.clone()))
}

fn class_exec(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = expect_block(interpreter, &args)?;
    args.block = None;
    interpreter.class_exec(&block, this, args)
}
