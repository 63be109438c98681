//! Classes and modules: method tables, constants, ancestors.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use indexmap::IndexMap;

use super::{NativeData, Value};
use crate::exception::Eval;
use crate::interpreter::Interpreter;
use crate::method::{Method, MethodBody, NativeMethod, Visibility};
use crate::symbol::Symbol;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClassKind {
    Class,
    Module,
    /// The class of one object or class only (`class << self`, `def self.x`).
    Singleton,
}

/// Makes the bare instance that `new` hands to `initialize`.
pub type Allocator = fn(&mut Interpreter, &Rc<RClass>) -> Eval;

pub struct RClass {
    pub kind: ClassKind,
    name: RefCell<Option<Rc<str>>>,
    superclass: RefCell<Option<Rc<RClass>>>,
    pub includes: RefCell<Vec<Rc<RClass>>>,
    pub prepends: RefCell<Vec<Rc<RClass>>>,
    pub methods: RefCell<IndexMap<Symbol, Rc<Method>>>,
    pub constants: RefCell<IndexMap<Symbol, Value>>,
    pub class_variables: RefCell<IndexMap<Symbol, Value>>,
    pub ivars: RefCell<IndexMap<Symbol, Value>>,
    /// The class of this class: holds its singleton methods.
    pub singleton: RefCell<Option<Rc<RClass>>>,
    /// For a singleton class: the class that it belongs to, if it is a class.
    pub attached: RefCell<Weak<RClass>>,
    pub lexical_parent: RefCell<Weak<RClass>>,
    pub allocator: Cell<Option<Allocator>>,
    /// Native data of the class itself (a migration class' version, say). Not inherited.
    pub data: RefCell<Option<Rc<dyn NativeData>>>,
    pub frozen: Cell<bool>,
}

impl RClass {
    pub fn new(kind: ClassKind, name: Option<&str>, superclass: Option<Rc<RClass>>) -> Rc<Self> {
        Rc::new(Self {
            kind,
            name: RefCell::new(name.map(Rc::from)),
            superclass: RefCell::new(superclass),
            includes: RefCell::default(),
            prepends: RefCell::default(),
            methods: RefCell::default(),
            constants: RefCell::default(),
            class_variables: RefCell::default(),
            ivars: RefCell::default(),
            singleton: RefCell::default(),
            attached: RefCell::default(),
            lexical_parent: RefCell::default(),
            allocator: Cell::new(None),
            data: RefCell::default(),
            frozen: Cell::new(false),
        })
    }

    /// The full name (`A::B`), or `#<Class:0x...>` for one without.
    pub fn name(&self) -> String {
        match &*self.name.borrow() {
            Some(name) => name.to_string(),
            None if self.kind == ClassKind::Module => format!("#<Module:0x{:016x}>", std::ptr::from_ref(self).addr()),
            None => format!("#<Class:0x{:016x}>", std::ptr::from_ref(self).addr()),
        }
    }

    pub fn has_name(&self) -> bool {
        self.name.borrow().is_some()
    }

    pub fn set_name(&self, name: &str) {
        *self.name.borrow_mut() = Some(Rc::from(name));
    }

    pub fn superclass(&self) -> Option<Rc<RClass>> {
        self.superclass.borrow().clone()
    }

    /// For a class that the host puts elsewhere than where its definition said.
    pub fn set_superclass(&self, superclass: &Rc<RClass>) {
        *self.superclass.borrow_mut() = Some(Rc::clone(superclass));
    }

    pub fn is_module(&self) -> bool {
        self.kind == ClassKind::Module
    }

    /// Defines a table of native methods. Used while the world is built and by the host's classes.
    pub fn define(&self, methods: &[NativeMethod]) {
        let mut table = self.methods.borrow_mut();
        for native in methods {
            let name = Symbol::new(native.name);
            table.insert(name, Rc::new(Method::native(name, *native)));
        }
    }

    pub fn define_alias(&self, new: &str, old: &str) {
        let method = self.methods.borrow().get(&Symbol::new(old)).cloned();
        if let Some(method) = method {
            self.methods.borrow_mut().insert(Symbol::new(new), method);
        }
    }

    pub fn own_method(&self, name: Symbol) -> Option<Rc<Method>> {
        self.methods.borrow().get(&name).cloned()
    }

    pub fn set_method(&self, name: Symbol, body: MethodBody, visibility: Visibility) {
        self.methods.borrow_mut().insert(name, Rc::new(Method { name, body, visibility, owner: RefCell::default() }));
    }

    pub fn constant(&self, name: Symbol) -> Option<Value> {
        self.constants.borrow().get(&name).cloned()
    }

    pub fn set_constant(&self, name: &str, value: Value) {
        self.constants.borrow_mut().insert(Symbol::new(name), value);
    }

    /// This class and all that it inherits from, in the order in which methods are looked up.
    pub fn ancestors(self: &Rc<Self>) -> Vec<Rc<RClass>> {
        let mut out = Vec::new();
        let mut class = Some(Rc::clone(self));
        while let Some(current) = class {
            current.push_own_ancestors(&mut out);
            class = current.superclass();
        }
        out
    }

    fn push_own_ancestors(self: &Rc<Self>, out: &mut Vec<Rc<RClass>>) {
        for module in self.prepends.borrow().iter().rev() {
            if !contains(out, module) {
                module.push_own_ancestors(out);
            }
        }
        out.push(Rc::clone(self));
        for module in self.includes.borrow().iter().rev() {
            if !contains(out, module) {
                module.push_own_ancestors(out);
            }
        }
    }

    /// Ruby's `self <= other`.
    pub fn is_subclass_of(self: &Rc<Self>, other: &Rc<RClass>) -> bool {
        if Rc::ptr_eq(self, other) {
            return true;
        }
        contains(&self.ancestors(), other)
    }

    /// The class data of this class or the nearest superclass that has some of this type.
    pub fn data<T: NativeData>(self: &Rc<Self>) -> Option<Rc<T>> {
        let data = self.data.borrow().clone()?;
        let data: Rc<dyn std::any::Any> = data;
        data.downcast::<T>().ok()
    }
}

fn contains(classes: &[Rc<RClass>], class: &Rc<RClass>) -> bool {
    classes.iter().any(|other| Rc::ptr_eq(other, class))
}

impl fmt::Debug for RClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}
