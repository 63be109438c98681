//! What every object answers: the public methods of Kernel.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::{method_object, name_argument, names_array};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::hash::eql;
use crate::runtime::value::{ClassKind, HashKey, RArray, RClass, RHash, RString, Value};
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("!~", not_match, 1..=1),
    method("<=>", compare, 1..=1),
    method("===", case_equal, 1..=1),
    method("class", class, 0..=0),
    method("clone", clone, 0..=0).taking(&["freeze"]),
    method("define_singleton_method", define_singleton_method, 1..=2),
    method("display", display, 0..=0),
    method("dup", dup, 0..=0),
    method("eql?", is_eql, 1..=1),
    variadic("enum_for", to_enum, 0).with_keywords(),
    variadic("extend", extend, 1),
    method("freeze", freeze, 0..=0),
    method("frozen?", is_frozen, 0..=0),
    method("hash", hash, 0..=0),
    method("inspect", inspect, 0..=0),
    method("instance_of?", is_instance_of, 1..=1),
    method("instance_variable_defined?", is_instance_variable_defined, 1..=1),
    method("instance_variable_get", instance_variable_get, 1..=1),
    method("instance_variable_set", instance_variable_set, 2..=2),
    method("instance_variables", instance_variables, 0..=0),
    method("is_a?", is_a, 1..=1),
    method("itself", itself, 0..=0),
    method("kind_of?", is_a, 1..=1),
    method("method", method_named, 1..=1),
    method("methods", methods, 0..=1),
    method("nil?", is_nil, 0..=0),
    method("object_id", object_id, 0..=0),
    method("private_methods", private_methods, 0..=1),
    method("protected_methods", protected_methods, 0..=1),
    method("public_method", method_named, 1..=1),
    method("public_methods", methods, 0..=1),
    variadic("public_send", public_send, 1).with_keywords(),
    method("remove_instance_variable", remove_instance_variable, 1..=1),
    method("respond_to?", responds_to, 1..=2),
    variadic("send", send, 1).with_keywords(),
    method("singleton_class", singleton_class, 0..=0),
    method("singleton_method", method_named, 1..=1),
    method("singleton_methods", singleton_methods, 0..=1),
    method("tap", tap, 0..=0),
    method("then", then, 0..=0),
    variadic("to_enum", to_enum, 0).with_keywords(),
    method("to_s", to_s, 0..=0),
    method("yield_self", then, 0..=0),
];

const PRIVATE: &[NativeMethod] = &[
    method("initialize_copy", initialize_copy, 1..=1),
    method("initialize_clone", initialize_clone, 1..=1).with_keywords(),
    method("initialize_dup", initialize_dup, 1..=1),
    method("respond_to_missing?", respond_to_missing, 2..=2),
];

pub fn define(interpreter: &mut Interpreter) {
    let kernel = &interpreter.classes.kernel;
    kernel.define(METHODS);
    super::define_with(kernel, PRIVATE, Visibility::Private);
}

fn not_match(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(!interpreter.call(this, "=~", args)?.truthy()))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(if interpreter.equal(this, &args.first())? { Value::Int(0) } else { Value::Nil })
}

fn case_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    Ok(Value::Bool(this.is_identical(&other) || interpreter.equal(this, &other)?))
}

fn class(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Class(interpreter.class_of(this)))
}

fn is_eql(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(eql(this, &args.first())))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(interpreter.hash_code(&HashKey::new(this.clone()))))
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn is_nil(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(this.is_nil()))
}

fn display(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let text = interpreter.to_s(this)?;
    interpreter.host.write(&text);
    Ok(Value::Nil)
}

/// `object_id`
pub(super) fn object_id(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(match this {
        Value::Nil => 4,
        Value::Bool(true) => 20,
        Value::Bool(false) => 0,
        Value::Int(value) => value.wrapping_mul(2).wrapping_add(1),
        Value::Float(value) => (value.to_bits() >> 2) as i64,
        Value::Symbol(symbol) => {
            let mut hasher = DefaultHasher::new();
            symbol.hash(&mut hasher);
            (hasher.finish() >> 8) as i64
        }
        other => (other.address() >> 3) as i64,
    }))
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if this.is_identical(&interpreter.main) {
        return Ok(Value::str("main"));
    }
    Ok(Value::str(interpreter.any_to_s(this)))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Object(object) = this else { return Ok(Value::str(interpreter.any_to_s(this))) };
    if this.is_identical(&interpreter.main) {
        return Ok(Value::str("main"));
    }
    let visible: Vec<(Symbol, Value)> = object
        .ivars()
        .borrow()
        .iter()
        .filter(|(name, _)| is_visible(*name))
        .map(|(name, value)| (name, value.clone()))
        .collect();
    let plain = interpreter.any_to_s(this);
    if visible.is_empty() {
        return Ok(Value::str(plain));
    }
    let head = plain.trim_end_matches('>').to_owned();
    let shown = interpreter.guard_inspect(this, |interpreter| {
        let mut parts = Vec::new();
        for (name, value) in &visible {
            parts.push(format!("{name}={}", interpreter.inspect(value)?));
        }
        Ok(format!("{head} {}>", parts.join(", ")))
    })?;
    Ok(Value::str(shown.unwrap_or_else(|| format!("{head} ...>"))))
}

/// Names without an `@` are the interpreter's own.
fn is_visible(name: Symbol) -> bool {
    name.to_str().starts_with('@')
}

fn is_a(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match args.first() {
        Value::Class(class) => Ok(Value::Bool(interpreter.is_a(this, &class))),
        _ => Err(interpreter.type_error("class or module required")),
    }
}

fn is_instance_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match args.first() {
        Value::Class(class) => Ok(Value::Bool(Rc::ptr_eq(&interpreter.class_of(this), &class))),
        _ => Err(interpreter.type_error("class or module required")),
    }
}

fn responds_to(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = name_argument(interpreter, &args.first())?;
    let private = args.get(1).truthy();
    if interpreter.answers(this, name, private)? {
        return Ok(true.into());
    }
    interpreter.refuse_lacking_method(this, name, private)?;
    Ok(false.into())
}

fn respond_to_missing(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(false))
}

/// `send`, private methods included.
pub(super) fn send(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let name = args.positional.remove(0);
    let name = name_argument(interpreter, &name)?;
    interpreter.without_native_entry(|interpreter| interpreter.call(this, name, args))
}

fn public_send(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let name = args.positional.remove(0);
    let name = name_argument(interpreter, &name)?;
    interpreter.call_public(this, name, args)
}

fn tap(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let block = super::expect_block(interpreter, &args)?;
    interpreter.yield_value(&block, this.clone())?;
    Ok(this.clone())
}

fn then(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match &args.block {
        Some(block) => interpreter.yield_value(block, this.clone()),
        None => interpreter.enumerator(this, "then", args),
    }
}

fn to_enum(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let name =
        if args.is_empty() { Symbol::new("each") } else { name_argument(interpreter, &args.positional.remove(0))? };
    args.block = None;
    interpreter.enumerator(this, &name.to_str(), args)
}

fn freeze(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    match this {
        Value::Str(value) => value.freeze(),
        Value::Array(value) => value.freeze(),
        Value::Hash(value) => value.freeze(),
        Value::Object(value) => value.freeze(),
        Value::Class(value) => value.frozen.set(true),
        _ => {}
    }
    Ok(this.clone())
}

fn is_frozen(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(match this {
        Value::Str(value) => value.is_frozen(),
        Value::Array(value) => value.is_frozen(),
        Value::Hash(value) => value.is_frozen(),
        Value::Object(value) => value.is_frozen(),
        Value::Class(value) => value.frozen.get(),
        Value::Proc(_) => false,
        _ => true,
    }))
}

fn dup(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let copy = copy(interpreter, this, false)?;
    if matches!(copy, Value::Object(_)) {
        interpreter.call(&copy, "initialize_dup", Args::one(this.clone()))?;
    }
    Ok(copy)
}

fn clone(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let frozen = match args.keyword("freeze") {
        None | Some(Value::Nil) => is_frozen(interpreter, this, Args::none())?.truthy(),
        Some(Value::Bool(freeze)) => freeze,
        Some(other) => {
            let class = interpreter.class_of(&other).name();
            return Err(interpreter.argument_error(format!("unexpected value for freeze: {class}")));
        }
    };
    let copy = copy(interpreter, this, true)?;
    if matches!(copy, Value::Object(_)) {
        interpreter.call(&copy, "initialize_clone", Args::one(this.clone()))?;
    }
    if frozen && !matches!(this, Value::Class(_)) {
        freeze(interpreter, &copy, Args::none())?;
    }
    Ok(copy)
}

fn copy(interpreter: &mut Interpreter, this: &Value, keep_singleton: bool) -> Eval {
    Ok(match this {
        Value::Str(string) => {
            interpreter.check_size(string.borrow().len())?;
            let copy = RString::new(&*string.borrow());
            copy.set_encoding(string.encoding());
            Value::Str(Rc::new(copy))
        }
        Value::Array(array) => {
            interpreter.check_size(array.len() * size_of::<Value>())?;
            Value::Array(Rc::new(RArray::new(array.to_vec())))
        }
        Value::Hash(hash) => Value::Hash(Rc::new(copy_hash(hash))),
        Value::Object(object) => {
            let class = if keep_singleton { object.class() } else { interpreter.class_of(this) };
            Value::Object(Rc::new(object.duplicate(&class)))
        }
        Value::Class(class) => Value::Class(interpreter.copy_class(class)?),
        other => other.clone(),
    })
}

fn copy_hash(hash: &RHash) -> RHash {
    let copy = RHash::new();
    copy.borrow_mut().clone_from(&hash.borrow());
    copy.set_default_value(hash.default_value());
    copy.set_default_proc(hash.default_proc());
    copy.set_indifferent(hash.is_indifferent());
    copy
}

fn initialize_dup(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "initialize_copy", args)
}

fn initialize_clone(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.call(this, "initialize_copy", Args::one(args.first()))
}

fn initialize_copy(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn extend(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for module in args.positional.iter().rev() {
        let Value::Class(class) = module else {
            let class = interpreter.class_of(module).name();
            return Err(interpreter.type_error(format!("wrong argument type {class} (expected Module)")));
        };
        if !class.is_module() {
            return Err(interpreter.type_error("wrong argument type Class (expected Module)"));
        }
        interpreter.call(module, "extend_object", Args::one(this.clone()))?;
        interpreter.call(module, "extended", Args::one(this.clone()))?;
    }
    Ok(this.clone())
}

fn singleton_class(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Class(interpreter.singleton_class_of(this)?))
}

fn define_singleton_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.singleton_class_of(this)?;
    let name = name_argument(interpreter, &args.first())?;
    let body = super::module::method_body(interpreter, &args)?;
    interpreter.add_method(&class, name, body, Visibility::Public)?;
    Ok(Value::Symbol(name))
}

fn method_named(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = name_argument(interpreter, &args.first())?;
    let class = interpreter.dispatch_class(this);
    if let Some(found) = interpreter.find(&class, name) {
        return Ok(method_object::bound(interpreter, this, name, found));
    }
    if interpreter.answers(this, name, true)? {
        return Ok(method_object::missing(interpreter, this, name));
    }
    let class = interpreter.class_of(this);
    Err(match this {
        Value::Class(class) => {
            let message = format!("undefined method `{name}' for class `#<Class:{}>'", class.name());
            interpreter.name_error(message, name, this)
        }
        _ => interpreter.undefined_method(&class, name),
    })
}

fn methods(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.has(0) && !args.first().truthy() {
        return singleton_methods(interpreter, this, args);
    }
    let class = interpreter.dispatch_class(this);
    Ok(names_array(method_names(&class.ancestors(), |visibility| visibility != Visibility::Private)))
}

fn private_methods(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.dispatch_class(this);
    Ok(names_array(method_names(&class.ancestors(), |visibility| visibility == Visibility::Private)))
}

fn protected_methods(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.dispatch_class(this);
    Ok(names_array(method_names(&class.ancestors(), |visibility| visibility == Visibility::Protected)))
}

fn singleton_methods(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.dispatch_class(this);
    let singletons: Vec<Rc<RClass>> =
        class.ancestors().into_iter().take_while(|class| class.kind != ClassKind::Class).collect();
    if class.kind != ClassKind::Singleton {
        return Ok(Value::array(Vec::new()));
    }
    Ok(names_array(method_names(&singletons, |visibility| visibility != Visibility::Private)))
}

/// The names of the methods in these tables, each once, undefined ones left out.
pub(crate) fn method_names(classes: &[Rc<RClass>], wanted: impl Fn(Visibility) -> bool) -> Vec<Symbol> {
    let mut seen: Vec<Symbol> = Vec::new();
    let mut names = Vec::new();
    let mut known = std::collections::HashSet::new();
    for class in classes {
        for (name, method) in class.methods().iter() {
            if known.insert(*name) {
                seen.push(*name);
                if !matches!(method.body, MethodBody::Undefined) && wanted(method.visibility) {
                    names.push(*name);
                }
            }
        }
    }
    names
}

fn ivar_name(interpreter: &mut Interpreter, value: &Value) -> Eval<Symbol> {
    let name = name_argument(interpreter, value)?;
    let text = name.to_str();
    let valid = text.strip_prefix('@').is_some_and(|rest| {
        rest.chars().next().is_some_and(|first| first == '_' || first.is_alphabetic())
            && rest.chars().all(|char| char == '_' || char.is_alphanumeric())
    });
    if valid {
        return Ok(name);
    }
    Err(interpreter.name_error(format!("`{text}' is not allowed as an instance variable name"), name, value))
}

fn instance_variable_get(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = ivar_name(interpreter, &args.first())?;
    Ok(interpreter.instance_variable(this, name))
}

fn instance_variable_set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = ivar_name(interpreter, &args.first())?;
    interpreter.set_instance_variable(this, name, args.get(1))?;
    Ok(args.get(1))
}

fn is_instance_variable_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = ivar_name(interpreter, &args.first())?;
    Ok(Value::Bool(interpreter.has_instance_variable(this, name)))
}

fn instance_variables(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let names: Vec<Symbol> = match this {
        Value::Object(object) => {
            object.ivars().borrow().iter().map(|(name, _)| name).filter(|name| is_visible(*name)).collect()
        }
        Value::Class(class) => class.ivars.borrow().keys().copied().collect(),
        _ => Vec::new(),
    };
    Ok(names_array(names))
}

fn remove_instance_variable(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = ivar_name(interpreter, &args.first())?;
    interpreter.check_frozen(this)?;
    let removed = match this {
        Value::Object(object) => object.ivars().borrow_mut().remove(name),
        Value::Class(class) => class.ivars.borrow_mut().shift_remove(&name),
        _ => None,
    };
    match removed {
        Some(value) => Ok(value),
        None => {
            let shown = interpreter.inspect(this)?;
            Err(interpreter.name_error(format!("instance variable {name} not defined for {shown}"), name, this))
        }
    }
}

impl Interpreter {
    /// `#<Foo>` with the object's address, as Kernel#to_s shows any object.
    pub fn any_to_s(&self, value: &Value) -> String {
        format!("#<{}:0x{:016x}>", self.class_of(value).name(), value.address())
    }

    /// A number for a key, the same for keys that are `eql?`.
    pub fn hash_code(&self, key: &HashKey) -> i64 {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        (hasher.finish() >> 2) as i64
    }

    /// Runs `show` unless this very object is being shown already: None then.
    pub fn guard_inspect(
        &mut self,
        value: &Value,
        show: impl FnOnce(&mut Self) -> Eval<String>,
    ) -> Eval<Option<String>> {
        if self.inspecting.iter().any(|other| other.is_identical(value)) {
            return Ok(None);
        }
        self.inspecting.push(value.clone());
        let shown = self.nested(show);
        self.inspecting.pop();
        shown.map(Some)
    }

    /// What a method without its block returns: an Enumerator that will call it again with one.
    pub fn enumerator(&mut self, receiver: &Value, name: &str, args: Args) -> Eval {
        super::enumerator::of_method(self, receiver, name, args)
    }

    fn copy_class(&mut self, class: &Rc<RClass>) -> Eval<Rc<RClass>> {
        let copy = RClass::new(class.kind, None, class.superclass());
        for (name, method) in class.methods().iter() {
            copy.insert_method(*name, Rc::clone(method));
        }
        copy.constants.borrow_mut().clone_from(&class.constants.borrow());
        copy.ivars.borrow_mut().clone_from(&class.ivars.borrow());
        copy.class_variables.borrow_mut().clone_from(&class.class_variables.borrow());
        copy.allocator.set(class.allocator.get());
        copy.copy_inclusions(class);
        if let Some(singleton) = &*class.singleton.borrow() {
            let target = self.singleton_class(&copy);
            for (name, method) in singleton.methods().iter() {
                target.insert_method(*name, Rc::clone(method));
            }
            target.copy_inclusions(singleton);
        }
        Ok(copy)
    }
}
