//! The interpreter's state, and what native code asks of it: calls, conversions, errors.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::{Rc, Weak};

use foldhash::fast::RandomState;

use crate::runtime::args::Args;
use crate::runtime::budget::{Budget, Limits};
use crate::runtime::custom_keys::CustomKeys;
use crate::runtime::eval::Found;
use crate::runtime::exception::{Abort, AbortKind, Eval, ExceptionData, Flow};
use crate::runtime::frame::{Frame, StackEntry};
use crate::runtime::host::Host;
use crate::runtime::known_names::KnownNames;
use crate::runtime::method::{Method, NativeMethod};
use crate::runtime::value::{ClassKind, RClass, RObject, Value};
use crate::syntax::symbol::{Symbol, SymbolTable};

/// The classes that native code names. Each is a constant of Object too.
pub struct Classes {
    pub basic_object: Rc<RClass>,
    pub object: Rc<RClass>,
    pub module: Rc<RClass>,
    pub class: Rc<RClass>,
    pub kernel: Rc<RClass>,
    pub comparable: Rc<RClass>,
    pub enumerable: Rc<RClass>,
    pub nil: Rc<RClass>,
    pub true_class: Rc<RClass>,
    pub false_class: Rc<RClass>,
    pub numeric: Rc<RClass>,
    pub integer: Rc<RClass>,
    pub float: Rc<RClass>,
    pub string: Rc<RClass>,
    pub symbol: Rc<RClass>,
    pub array: Rc<RClass>,
    pub hash: Rc<RClass>,
    /// ActiveSupport::HashWithIndifferentAccess.
    pub indifferent_hash: Rc<RClass>,
    pub range: Rc<RClass>,
    pub proc: Rc<RClass>,
    pub exception: Rc<RClass>,
}

/// One run: its classes, what it has defined and what it has taken.
pub struct Interpreter {
    pub host: Box<dyn Host>,
    pub budget: Budget,
    pub classes: Classes,
    pub globals: SymbolTable<Value>,
    pub main: Value,
    /// `$~`
    pub last_match: Value,
    /// Whose `$~` that is.
    pub(crate) match_frame: Option<Rc<Frame>>,
    pub(crate) global_aliases: SymbolTable<Symbol>,
    /// What runs, outermost first.
    pub(crate) stack: Vec<StackEntry>,
    pub(crate) next_frame: u64,
    /// The last call that went to a `method_missing` was a bare word, which might have been a variable.
    pub missing_variable: bool,
    /// `$!`
    pub(crate) rescued: Value,
    /// The tags of the `catch`es that run.
    pub(crate) catch_tags: Vec<Value>,
    /// The time limits that run, innermost last.
    pub(crate) timeouts: Vec<crate::runtime::timeouts::Timeout>,
    /// The objects being shown by `inspect`, to end recursion.
    pub(crate) inspecting: Vec<Value>,
    /// The files that `require` has loaded.
    pub(crate) loaded: HashSet<String>,
    /// The constants that a required library would have, were it there, and the library.
    pub(crate) absent: SymbolTable<&'static str>,
    /// What is defined when one of its constants is first named.
    pub(crate) autoloads: Vec<crate::runtime::library::Autoload>,
    /// The embedder's own libraries, which are there when they are required.
    pub(crate) brought: Vec<&'static str>,
    /// What the real Ruby has.
    pub known_names: KnownNames,
    pub(crate) regexps: HashMap<(String, i64), Value>,
    pub(crate) method_cache: RefCell<MethodCache>,
    /// Frames that closures hold, to break their cycles at the end.
    pub(crate) captured: Vec<Weak<Frame>>,
    pub(crate) captured_limit: usize,
    /// The process ends with the run: what only its end would take apart is left to it.
    pub ends_with_process: bool,
    /// What the program around the interpreter keeps with it, found without a look-up.
    pub companion: Option<Rc<dyn Any>>,
    /// What higher floors keep here, one thing of a type.
    kept: RefCell<Vec<Rc<dyn Any>>>,
    /// `class_at`'s answers: native classes stay where they were defined.
    class_paths: HashMap<Box<str>, Rc<RClass>, RandomState>,
    pub(crate) custom_keys: CustomKeys,
}

/// Look-ups by class address and name, good for one generation of all method tables.
pub(crate) type MethodCache = (u64, HashMap<(usize, Symbol), (Rc<RClass>, Option<Found>), RandomState>);

impl Interpreter {
    /// An evaluator with no class defined but those that native code names.
    pub(crate) fn bare(host: Box<dyn Host>, limits: Limits) -> Self {
        let classes = Classes::bootstrap();
        let main = Value::Object(Rc::new(RObject::new(&classes.object)));
        Self {
            host,
            budget: Budget::new(limits),
            classes,
            globals: SymbolTable::default(),
            main,
            kept: RefCell::default(),
            last_match: Value::Nil,
            match_frame: None,
            global_aliases: SymbolTable::default(),
            stack: Vec::new(),
            next_frame: 0,
            rescued: Value::Nil,
            catch_tags: Vec::new(),
            timeouts: Vec::new(),
            inspecting: Vec::new(),
            missing_variable: false,
            loaded: HashSet::new(),
            absent: SymbolTable::default(),
            autoloads: Vec::new(),
            brought: Vec::new(),
            known_names: KnownNames::default(),
            regexps: HashMap::new(),
            method_cache: RefCell::default(),
            captured: Vec::new(),
            captured_limit: 1024,
            companion: None,
            ends_with_process: false,
            class_paths: HashMap::default(),
            custom_keys: CustomKeys::default(),
        }
    }

    /// What a higher floor keeps with the interpreter, made when it is first asked for.
    pub fn kept<T: Default + 'static>(&self) -> Rc<T> {
        let found = self.kept.borrow().iter().find(|kept| kept.is::<T>()).map(Rc::clone);
        if let Some(Ok(found)) = found.map(Rc::downcast::<T>) {
            return found;
        }
        let made = Rc::new(T::default());
        self.kept.borrow_mut().push(Rc::clone(&made) as Rc<dyn Any>);
        made
    }

    // Classes

    /// The class of a value, singleton class included: where method look-up starts.
    pub fn dispatch_class(&self, value: &Value) -> Rc<RClass> {
        let classes = &self.classes;
        Rc::clone(match value {
            Value::Nil => &classes.nil,
            Value::Bool(true) => &classes.true_class,
            Value::Bool(false) => &classes.false_class,
            Value::Int(_) => &classes.integer,
            Value::Float(_) => &classes.float,
            Value::Symbol(_) => &classes.symbol,
            Value::Str(_) => &classes.string,
            Value::Array(_) => &classes.array,
            Value::Hash(hash) if hash.is_indifferent() => &classes.indifferent_hash,
            Value::Hash(_) => &classes.hash,
            Value::Range(_) => &classes.range,
            Value::Proc(_) => &classes.proc,
            Value::Class(class) => return self.singleton_class(class),
            Value::Object(object) => return object.class(),
        })
    }

    /// Ruby's `value.class`.
    pub fn class_of(&self, value: &Value) -> Rc<RClass> {
        if let Value::Class(class) = value {
            return Rc::clone(if class.is_module() { &self.classes.module } else { &self.classes.class });
        }
        let mut class = self.dispatch_class(value);
        while class.kind == ClassKind::Singleton {
            match class.superclass() {
                Some(superclass) => class = superclass,
                None => break,
            }
        }
        class
    }

    /// The class of a class, made when first asked for: it inherits from the superclass' one.
    pub fn singleton_class(&self, class: &Rc<RClass>) -> Rc<RClass> {
        if let Some(singleton) = &*class.singleton.borrow() {
            return Rc::clone(singleton);
        }
        let parent = match class.superclass() {
            Some(superclass) => self.singleton_class(&superclass),
            None if class.is_module() => Rc::clone(&self.classes.module),
            None => Rc::clone(&self.classes.class),
        };
        let singleton = RClass::new(ClassKind::Singleton, Some(&format!("#<Class:{}>", class.name())), Some(parent));
        *singleton.attached.borrow_mut() = Rc::downgrade(class);
        *class.singleton.borrow_mut() = Some(Rc::clone(&singleton));
        singleton
    }

    /// `kind_of?`
    pub fn is_a(&self, value: &Value, class: &Rc<RClass>) -> bool {
        self.dispatch_class(value).is_subclass_of(class)
    }

    /// Defines (or reopens) a class that is a constant of Object; `A::B` names one inside A.
    pub fn define_class(&mut self, name: &str, superclass: &Rc<RClass>) -> Rc<RClass> {
        self.define_constant_class(name, ClassKind::Class, Some(Rc::clone(superclass)))
    }

    /// The module of this name, made where it is not there.
    pub fn define_module(&mut self, name: &str) -> Rc<RClass> {
        self.define_constant_class(name, ClassKind::Module, None)
    }

    fn define_constant_class(&mut self, path: &str, kind: ClassKind, superclass: Option<Rc<RClass>>) -> Rc<RClass> {
        let (parent, name) = match path.rsplit_once("::") {
            Some((parent, name)) => (self.class_at(parent), name),
            None => (Rc::clone(&self.classes.object), path),
        };
        if let Some(Value::Class(existing)) = parent.constant(Symbol::new(name)) {
            return existing;
        }
        let class = RClass::new(kind, Some(path), superclass);
        *class.lexical_parent.borrow_mut() = Rc::downgrade(&parent);
        parent.set_constant(name, Value::Class(Rc::clone(&class)));
        class
    }

    /// The class or module at a constant path that native code defined; a missing part becomes a module.
    pub fn class_at(&mut self, path: &str) -> Rc<RClass> {
        if let Some(class) = self.class_paths.get(path) {
            return Rc::clone(class);
        }
        let mut class = Rc::clone(&self.classes.object);
        let mut full = String::new();
        for part in path.split("::") {
            if !full.is_empty() {
                full.push_str("::");
            }
            full.push_str(part);
            class = match class.constant(Symbol::new(part)) {
                Some(Value::Class(found)) => found,
                _ => self.define_module(&full),
            };
        }
        self.class_paths.insert(path.into(), Rc::clone(&class));
        class
    }

    /// Defines methods of the class itself (`def self.x`).
    pub fn define_singleton(&self, class: &Rc<RClass>, methods: &'static [NativeMethod]) {
        self.singleton_class(class).define(methods);
    }

    /// The method that a call would find, or nothing. An undefined one is nothing.
    pub fn find_method(&self, class: &Rc<RClass>, name: Symbol) -> Option<Rc<Method>> {
        self.find(class, name).map(|found| found.method)
    }

    /// `respond_to?`, with what `respond_to_missing?` says.
    pub fn responds_to(&mut self, value: &Value, name: &str) -> bool {
        self.find_method(&self.dispatch_class(value), Symbol::new(name)).is_some()
    }

    // Errors

    /// An exception of the class at `class` (a constant path), ready to return as `Err`.
    pub fn error(&mut self, class: &str, message: impl Into<String>) -> Box<Flow> {
        let class = self.class_at(class);
        self.error_of(&class, message)
    }

    /// An exception of this class, to be returned as an Err.
    pub fn error_of(&mut self, class: &Rc<RClass>, message: impl Into<String>) -> Box<Flow> {
        let data = ExceptionData::default();
        *data.message.borrow_mut() = Value::str(message);
        *data.backtrace.borrow_mut() = self.backtrace();
        *data.cause.borrow_mut() = self.rescued.clone();
        data.has_cause.set(true);
        Box::new(Flow::Raise(Value::native(class, data)))
    }

    /// An ArgumentError.
    pub fn argument_error(&mut self, message: impl Into<String>) -> Box<Flow> {
        self.error("ArgumentError", message)
    }

    /// A TypeError.
    pub fn type_error(&mut self, message: impl Into<String>) -> Box<Flow> {
        self.error("TypeError", message)
    }

    /// The end of the run, which no `rescue` hears of.
    pub fn abort(&mut self, kind: AbortKind) -> Box<Flow> {
        if let AbortKind::Timeout(number) = kind {
            return crate::runtime::timeouts::expired(self, number);
        }
        let backtrace = self.backtrace();
        Box::new(Flow::Abort(Abort { kind, backtrace }))
    }

    /// Something that the native engine does not do: ends the evaluation, whatever Ruby code rescues.
    pub fn unsupported(&mut self, what: impl Into<String>) -> Box<Flow> {
        self.abort(AbortKind::Unsupported(what.into()))
    }

    /// Ends the evaluation when its time is up.
    pub(crate) fn check_deadline(&mut self) -> Eval<()> {
        self.budget.check_deadline().map_err(|kind| self.abort(kind))
    }

    /// Fails when a value of so many bytes would be too much.
    pub fn check_size(&mut self, bytes: usize) -> Eval<()> {
        self.budget.check_size(bytes).map_err(|kind| self.abort(kind))
    }

    /// Runs one level of native code that recurses into values, which may nest deeper than the stack is high, or in
    /// themselves.
    pub fn nested<T>(&mut self, run: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        let entered = self.budget.enter().and_then(|()| self.budget.step());
        let result = match entered {
            Ok(()) => run(self),
            Err(kind) => Err(self.abort(kind)),
        };
        self.budget.leave();
        result
    }

    /// FrozenError unless the value may change.
    pub fn check_frozen(&mut self, value: &Value) -> Eval<()> {
        let frozen = match value {
            Value::Str(value) => value.is_frozen(),
            Value::Array(value) => value.is_frozen(),
            Value::Hash(value) => value.is_frozen(),
            Value::Object(value) => value.is_frozen(),
            Value::Class(value) => value.frozen.get(),
            _ => true,
        };
        if !frozen {
            return Ok(());
        }
        let kind = match value {
            Value::Class(class) => format!("#<Class:{}>", class.name()),
            _ => self.class_of(value).name(),
        };
        Err(self.frozen_error(&kind, value))
    }

    // Conversions. Fast for built-in values, a call for the rest.

    /// `inspect`, as the object's class has it.
    pub fn inspect(&mut self, value: &Value) -> Eval<String> {
        match value {
            Value::Nil => return Ok("nil".to_owned()),
            Value::Bool(value) => return Ok(value.to_string()),
            Value::Int(value) => return Ok(value.to_string()),
            _ => {}
        }
        let shown = self.call(value, "inspect", Args::none())?;
        Ok(shown.as_string().unwrap_or_else(|| self.any_to_s(value)))
    }

    /// `to_s`, as the object's class has it.
    pub fn to_s(&mut self, value: &Value) -> Eval<String> {
        match value {
            Value::Str(text) => return Ok(text.to_string()),
            Value::Symbol(name) => return Ok(name.to_string()),
            Value::Nil => return Ok(String::new()),
            Value::Int(value) => return Ok(value.to_string()),
            _ => {}
        }
        let shown = self.call(value, "to_s", Args::none())?;
        Ok(shown.as_string().unwrap_or_else(|| self.any_to_s(value)))
    }

    /// Ruby's `==`.
    pub fn equal(&mut self, a: &Value, b: &Value) -> Eval<bool> {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => return Ok(a == b),
            (Value::Symbol(a), Value::Symbol(b)) => return Ok(a == b),
            (Value::Nil, _) => return Ok(b.is_nil()),
            (Value::Bool(_) | Value::Class(_), _) => return Ok(a.is_identical(b)),
            _ => {}
        }
        Ok(self.call(a, "==", Args::one(b.clone()))?.truthy())
    }

    /// Ruby's `<=>`, None where it is nil.
    pub fn compare(&mut self, a: &Value, b: &Value) -> Eval<Option<std::cmp::Ordering>> {
        match self.call(a, "<=>", Args::one(b.clone()))? {
            Value::Int(order) => Ok(Some(order.cmp(&0))),
            _ => Ok(None),
        }
    }

    /// Ruby's `===`, as `case`, `rescue` and `grep` ask it.
    pub fn case_equal(&mut self, pattern: &Value, value: &Value) -> Eval<bool> {
        match pattern {
            Value::Nil | Value::Bool(_) | Value::Symbol(_) => return Ok(pattern.is_identical(value)),
            _ => {}
        }
        Ok(self.call(pattern, "===", Args::one(value.clone()))?.truthy())
    }
}

impl Drop for Interpreter {
    /// Classes, their constants and the scopes of their methods refer to one another, as do closures and the frames
    /// that they are kept in; a warm function must not keep them.
    ///
    /// What only a forgotten cycle of plain objects holds stays behind; nothing leads to it.
    fn drop(&mut self) {
        if self.ends_with_process {
            return;
        }
        let mut values: Vec<Value> = std::mem::take(&mut self.globals).into_iter().map(|(_, value)| value).collect();
        values.extend([Rc::clone(&self.classes.object), Rc::clone(&self.classes.basic_object)].map(Value::Class));
        values.push(self.main.clone());
        for frame in self.captured.drain(..) {
            values.extend(frame.upgrade().map(|frame| frame.take_locals()).unwrap_or_default());
        }
        while let Some(value) = values.pop() {
            match value {
                Value::Class(class) => values.extend(class.clear()),
                Value::Object(object) => {
                    values.extend(object.ivars().take().into_values());
                    values.push(Value::Class(object.class()));
                }
                Value::Array(array) => values.extend(array.borrow_mut().drain(..)),
                Value::Hash(hash) => {
                    values.extend(hash.borrow_mut().drain(..).map(|(_, value)| value));
                    values.push(hash.default_proc());
                    hash.set_default_proc(Value::Nil);
                }
                _ => {}
            }
        }
    }
}

impl Classes {
    fn bootstrap() -> Self {
        let new = |name: &str, superclass: Option<&Rc<RClass>>| {
            RClass::new(ClassKind::Class, Some(name), superclass.cloned())
        };
        let new_module = |name: &str| RClass::new(ClassKind::Module, Some(name), None);
        let basic_object = new("BasicObject", None);
        let object = new("Object", Some(&basic_object));
        let module = new("Module", Some(&object));
        let class = new("Class", Some(&module));
        let numeric = new("Numeric", Some(&object));
        let hash = new("Hash", Some(&object));
        let classes = Self {
            kernel: new_module("Kernel"),
            comparable: new_module("Comparable"),
            enumerable: new_module("Enumerable"),
            nil: new("NilClass", Some(&object)),
            true_class: new("TrueClass", Some(&object)),
            false_class: new("FalseClass", Some(&object)),
            integer: new("Integer", Some(&numeric)),
            float: new("Float", Some(&numeric)),
            string: new("String", Some(&object)),
            symbol: new("Symbol", Some(&object)),
            array: new("Array", Some(&object)),
            indifferent_hash: new("ActiveSupport::HashWithIndifferentAccess", Some(&hash)),
            hash,
            range: new("Range", Some(&object)),
            proc: new("Proc", Some(&object)),
            exception: new("Exception", Some(&object)),
            basic_object,
            object,
            module,
            class,
            numeric,
        };
        classes.name_all();
        classes.include_modules();
        classes
    }

    fn name_all(&self) {
        for class in [
            &self.basic_object,
            &self.object,
            &self.module,
            &self.class,
            &self.kernel,
            &self.comparable,
            &self.enumerable,
            &self.nil,
            &self.true_class,
            &self.false_class,
            &self.numeric,
            &self.integer,
            &self.float,
            &self.string,
            &self.symbol,
            &self.array,
            &self.hash,
            &self.range,
            &self.proc,
            &self.exception,
        ] {
            self.object.set_constant(&class.name(), Value::Class(Rc::clone(class)));
        }
    }

    fn include_modules(&self) {
        let include = |class: &Rc<RClass>, module: &Rc<RClass>| class.include(module);
        include(&self.object, &self.kernel);
        include(&self.numeric, &self.comparable);
        include(&self.string, &self.comparable);
        include(&self.symbol, &self.comparable);
        for class in [&self.array, &self.hash, &self.range] {
            include(class, &self.enumerable);
        }
    }
}
