//! Class: `new`, `allocate`, `superclass`.

use std::rc::Rc;

use super::module;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{ClassKind, RClass, RObject, Value};

const METHODS: &[NativeMethod] = &[
    method("allocate", allocate, 0..=0),
    method("attached_object", attached_object, 0..=0),
    variadic("new", new, 0).with_keywords(),
    method("subclasses", subclasses, 0..=0).absent(),
    method("superclass", superclass, 0..=0),
];

const PRIVATE: &[NativeMethod] = &[method("inherited", inherited, 1..=1)];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new_class, 0..=1)];

pub fn define(interpreter: &mut Interpreter) {
    let class = Rc::clone(&interpreter.classes.class);
    class.define(METHODS);
    super::define_with(&class, PRIVATE, Visibility::Private);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

fn inherited(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Nil)
}

fn new_class(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let superclass = match args.first() {
        Value::Nil if !args.has(0) => Rc::clone(&interpreter.classes.object),
        Value::Class(class) if class.kind == ClassKind::Class => class,
        other => return Err(interpreter.not_a_superclass(&other)),
    };
    let class = Value::Class(interpreter.new_class(&superclass, None)?);
    if let Some(block) = &args.block {
        interpreter.class_exec(block, &class, Args::one(class.clone()))?;
    }
    Ok(class)
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let object = allocate(interpreter, this, Args::none())?;
    interpreter.call(&object, "initialize", args)?;
    Ok(object)
}

fn allocate(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = module::class(interpreter, this)?;
    if class.kind == ClassKind::Singleton {
        return Err(interpreter.type_error("can't create instance of singleton class"));
    }
    interpreter.allocate(&class)
}

fn superclass(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(module::class(interpreter, this)?.superclass().map_or(Value::Nil, Value::Class))
}

fn subclasses(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("Class#subclasses is not supported"))
}

fn attached_object(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = module::class(interpreter, this)?;
    if class.kind != ClassKind::Singleton {
        let name = class.name();
        return Err(interpreter.type_error(format!("`{name}' is not a singleton class")));
    }
    match class.attached.borrow().upgrade() {
        Some(attached) => Ok(Value::Class(attached)),
        None => Err(interpreter.unsupported("the object of this singleton class is not known")),
    }
}

impl Interpreter {
    /// A bare instance, made by the nearest allocator among the superclasses.
    pub fn allocate(&mut self, class: &Rc<RClass>) -> Eval {
        let mut next = Some(Rc::clone(class));
        while let Some(current) = next {
            if let Some(allocator) = current.allocator.get() {
                return self.allocate_with(class, &current, allocator);
            }
            next = current.superclass();
        }
        Ok(Value::Object(Rc::new(RObject::new(class))))
    }

    fn allocate_with(
        &mut self,
        class: &Rc<RClass>,
        of: &Rc<RClass>,
        allocator: crate::runtime::value::class::Allocator,
    ) -> Eval {
        let value = allocator(self, class)?;
        // A String is a String: there is no room in it for another class.
        if !Rc::ptr_eq(class, of) && !matches!(value, Value::Object(_)) {
            return Err(self.unsupported(format!("a subclass of {} is not supported", of.name())));
        }
        Ok(value)
    }
}
