//! Classes and modules: method tables, constants, ancestors.

use std::cell::{Cell, Ref, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use super::{NativeData, Value};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{Method, MethodBody, NativeMethod, Visibility};
use crate::syntax::symbol::{Symbol, SymbolTable};

/// A class, a module, or the class of one object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClassKind {
    Class,
    Module,
    /// The class of one object or class only (`class << self`, `def self.x`).
    Singleton,
}

/// Makes the bare instance that `new` hands to `initialize`.
pub type Allocator = fn(&mut Interpreter, &Rc<RClass>) -> Eval;

/// A class or a module: its methods, constants and ancestors.
pub struct RClass {
    pub kind: ClassKind,
    name: RefCell<Option<Rc<str>>>,
    superclass: RefCell<Option<Rc<RClass>>>,
    /// The superclass that the class was written with, where another one took its place.
    written_superclass: RefCell<Option<Rc<RClass>>>,
    includes: RefCell<Vec<Rc<RClass>>>,
    prepends: RefCell<Vec<Rc<RClass>>>,
    methods: RefCell<SymbolTable<Rc<Method>>>,
    /// Tables of native methods not looked at yet. A world has thousands of methods and a migration calls dozens, so
    /// each becomes a [`Method`] when it is first looked up.
    tables: RefCell<Vec<&'static [NativeMethod]>>,
    pub constants: RefCell<SymbolTable<Value>>,
    private_constants: RefCell<Vec<Symbol>>,
    pub class_variables: RefCell<SymbolTable<Value>>,
    pub ivars: RefCell<SymbolTable<Value>>,
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
    /// Without a name where it is given one later, by the first constant that holds it.
    pub fn new(kind: ClassKind, name: Option<&str>, superclass: Option<Rc<RClass>>) -> Rc<Self> {
        Rc::new(Self {
            kind,
            name: RefCell::new(name.map(Rc::from)),
            superclass: RefCell::new(superclass),
            written_superclass: RefCell::default(),
            includes: RefCell::default(),
            prepends: RefCell::default(),
            methods: RefCell::default(),
            tables: RefCell::default(),
            constants: RefCell::default(),
            private_constants: RefCell::default(),
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

    /// Whether this is its full name.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.borrow().as_deref() == Some(name)
    }

    /// Whether it has one at all.
    pub fn has_name(&self) -> bool {
        self.name.borrow().is_some()
    }

    /// Names it, once.
    pub fn set_name(&self, name: &str) {
        *self.name.borrow_mut() = Some(Rc::from(name));
    }

    /// None of BasicObject and of modules.
    pub fn superclass(&self) -> Option<Rc<RClass>> {
        self.superclass.borrow().clone()
    }

    /// For a class that the host puts elsewhere than where its definition said.
    /// Whether a class may be opened again as a subclass of this one.
    pub fn is_written_below(&self, superclass: &Rc<RClass>) -> bool {
        let is =
            |class: &RefCell<Option<Rc<RClass>>>| class.borrow().as_ref().is_some_and(|c| Rc::ptr_eq(c, superclass));
        is(&self.superclass) || is(&self.written_superclass)
    }

    /// For classes that are made in two steps.
    pub fn set_superclass(&self, superclass: &Rc<RClass>) {
        changed();
        let written = self.superclass.replace(Some(Rc::clone(superclass)));
        *self.written_superclass.borrow_mut() = written;
    }

    /// Whether it is a module and no class.
    pub fn is_module(&self) -> bool {
        self.kind == ClassKind::Module
    }

    /// Defines a table of native methods. Used while the world is built and by the host's classes.
    pub fn define(&self, methods: &'static [NativeMethod]) {
        changed();
        // What is defined last counts, also where a method of the name has been looked up.
        let mut known = self.methods.borrow_mut();
        if !known.is_empty() {
            known.retain(|name, _| !methods.iter().any(|native| name.is(native.name)));
        }
        self.tables.borrow_mut().push(methods);
    }

    /// `alias_method`; nothing where there is no such method.
    pub fn define_alias(&self, new: &str, old: &str) {
        if let Some(method) = self.own_method(Symbol::new(old)) {
            self.insert_method(Symbol::new(new), method);
        }
    }

    /// Counts the changes to any method table or inclusion on this thread; a cache of look-ups is good for one number.
    pub fn generation() -> u64 {
        GENERATION.get()
    }

    /// Its own methods.
    pub fn methods(&self) -> Ref<'_, SymbolTable<Rc<Method>>> {
        self.resolve_tables();
        self.methods.borrow()
    }

    /// In the place of one of the same name.
    pub fn insert_method(&self, name: Symbol, method: Rc<Method>) {
        changed();
        self.methods.borrow_mut().insert(name, method);
    }

    /// Its own; those above it stay.
    pub fn remove_method(&self, name: Symbol) -> Option<Rc<Method>> {
        changed();
        self.resolve_tables();
        self.methods.borrow_mut().shift_remove(&name)
    }

    /// `include module`, if neither this class nor a superclass has it.
    pub fn include(self: &Rc<Self>, module: &Rc<RClass>) {
        if !self.is_subclass_of(module) {
            changed();
            self.includes.borrow_mut().push(Rc::clone(module));
        }
    }

    /// `prepend`
    pub fn prepend(self: &Rc<Self>, module: &Rc<RClass>) {
        if !contains(&self.prepends.borrow(), module) {
            changed();
            self.prepends.borrow_mut().push(Rc::clone(module));
        }
    }

    /// Takes over another class' modules, as a copy of the class does.
    pub fn copy_inclusions(&self, other: &RClass) {
        changed();
        self.includes.borrow_mut().clone_from(&other.includes.borrow());
        self.prepends.borrow_mut().clone_from(&other.prepends.borrow());
    }

    /// `private_constant` and `public_constant`
    pub fn make_constant_private(&self, name: Symbol, private: bool) {
        self.private_constants.borrow_mut().retain(|other| *other != name);
        if private {
            self.private_constants.borrow_mut().push(name);
        }
    }

    /// Whether it can be reached from within alone.
    pub fn is_private_constant(&self, name: Symbol) -> bool {
        self.private_constants.borrow().contains(&name)
    }

    /// Empties every table: ends the cycles between a class, its constants, and its methods' scopes.
    pub fn clear(&self) -> Vec<Value> {
        let mut values: Vec<Value> = self.constants.take().into_values().collect();
        values.extend(self.class_variables.take().into_values());
        values.extend(self.ivars.take().into_values());
        values.extend(self.singleton.take().map(Value::Class));
        self.methods.take();
        self.tables.take();
        values.extend(self.includes.take().into_iter().chain(self.prepends.take()).map(Value::Class));
        self.data.take();
        values
    }

    /// Not those of its ancestors.
    pub fn own_method(&self, name: Symbol) -> Option<Rc<Method>> {
        if let Some(method) = self.methods.borrow().get(&name) {
            return Some(Rc::clone(method));
        }
        let text = name.to_str();
        let native = self
            .tables
            .borrow()
            .iter()
            .rev()
            .find_map(|table| table.iter().rfind(|native| native.name == &*text).copied())?;
        let method = Rc::new(Method::native(name, native));
        self.methods.borrow_mut().insert(name, Rc::clone(&method));
        Some(method)
    }

    /// Makes a [`Method`] of everything in the native tables.
    fn resolve_tables(&self) {
        let tables = self.tables.take();
        let mut methods = self.methods.borrow_mut();
        // From the last to the first, so that what was defined last is there first and stays.
        for native in tables.iter().rev().flat_map(|table| table.iter().rev()) {
            let name = Symbol::new(native.name);
            methods.entry(name).or_insert_with(|| Rc::new(Method::native(name, *native)));
        }
    }

    /// Defines it, and forgets what calls have found before.
    pub fn set_method(&self, name: Symbol, body: MethodBody, visibility: Visibility) {
        self.insert_method(name, Rc::new(Method { name, body, visibility }));
    }

    /// Its own; not those of its ancestors.
    pub fn constant(&self, name: Symbol) -> Option<Value> {
        self.constants.borrow().get(&name).cloned()
    }

    /// Defines it anew, without a warning.
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

thread_local! {
    static GENERATION: Cell<u64> = const { Cell::new(0) };
}

fn changed() {
    GENERATION.set(GENERATION.get() + 1);
}

fn contains(classes: &[Rc<RClass>], class: &Rc<RClass>) -> bool {
    classes.iter().any(|other| Rc::ptr_eq(other, class))
}

impl fmt::Debug for RClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}
