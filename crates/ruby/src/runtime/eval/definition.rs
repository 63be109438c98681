//! `def`, `class`, `module`, `class << self`, `alias`, `undef`.

use std::rc::Rc;

use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::{DefaultVisibility, Definee, Frame, FrameKind, LexicalScope, RubyMethod};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{Method, MethodBody, Visibility};
use crate::runtime::value::{ClassKind, RClass, Value};
use crate::syntax::ast::{
    Body, ClassDefinition, ConstantScope, Definition, ModuleDefinition, Node, SingletonClassDefinition,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Interpreter {
    /// `def`
    pub(super) fn definition(&mut self, definition: &Rc<Definition>, span: Span, frame: &Rc<Frame>) -> Eval {
        let name = definition.name;
        let body =
            MethodBody::Ruby(Rc::new(RubyMethod { definition: Rc::clone(definition), scope: Rc::clone(&frame.scope) }));
        if let Some(singleton) = &definition.singleton {
            let object = self.evaluate(singleton, frame)?;
            self.set_line(span.line);
            if matches!(&object, Value::Object(object) if object.is_frozen()) {
                return Err(self.frozen_error("object", &object));
            }
            let class = self.singleton_class_of(&object)?;
            self.add_method(&class, name, body, Visibility::Public)?;
            return Ok(Value::Symbol(name));
        }
        self.set_line(span.line);
        let class = self.definee(frame)?;
        match self.visibility_of_def(name, frame) {
            DefaultVisibility::Is(visibility) => self.add_method(&class, name, body, visibility)?,
            DefaultVisibility::ModuleFunction => {
                self.add_method(&class, name, body.clone(), Visibility::Private)?;
                let singleton = self.singleton_class(&class);
                self.add_method(&singleton, name, body, Visibility::Public)?;
            }
        }
        Ok(Value::Symbol(name))
    }

    fn visibility_of_def(&self, name: Symbol, frame: &Frame) -> DefaultVisibility {
        if ["initialize", "initialize_copy", "initialize_dup", "initialize_clone", "respond_to_missing?"]
            .iter()
            .any(|private| name.is(private))
        {
            return DefaultVisibility::Is(Visibility::Private);
        }
        match &frame.kind {
            // A `def` inside a method is public; one inside a plain block follows what surrounds the block.
            FrameKind::Method(_) | FrameKind::DefinedMethod(_) => DefaultVisibility::Is(Visibility::Public),
            _ => frame.default_visibility.get(),
        }
    }

    /// The class that `def` and `alias` change.
    pub(crate) fn definee(&mut self, frame: &Frame) -> Eval<Rc<RClass>> {
        match &frame.definee {
            Definee::Class(class) => Ok(Rc::clone(class)),
            Definee::SingletonOf(value) => {
                let value = value.clone();
                self.singleton_class_of(&value)
            }
        }
    }

    /// Puts a method into a class, then tells the class' `method_added`.
    pub fn add_method(
        &mut self,
        class: &Rc<RClass>,
        name: Symbol,
        body: MethodBody,
        visibility: Visibility,
    ) -> Eval<()> {
        self.check_modifiable(class)?;
        class.set_method(name, body, visibility);
        if class.kind == ClassKind::Singleton {
            if let Some(attached) = class.attached.borrow().upgrade() {
                self.hook(&Value::Class(attached), "singleton_method_added", vec![Value::Symbol(name)])?;
            }
            return Ok(());
        }
        self.hook(&Value::Class(Rc::clone(class)), "method_added", vec![Value::Symbol(name)])
    }

    /// FrozenError unless methods may be added.
    fn check_modifiable(&mut self, class: &Rc<RClass>) -> Eval<()> {
        let attached = class.attached.borrow().upgrade();
        let (kind, frozen) = match (class.kind, attached) {
            (ClassKind::Singleton, Some(attached)) if attached.is_module() => ("Module", attached),
            (ClassKind::Singleton, Some(attached)) => ("Class", attached),
            (ClassKind::Module, _) => ("module", Rc::clone(class)),
            _ => ("class", Rc::clone(class)),
        };
        if frozen.frozen.get() { Err(self.frozen_error(kind, &Value::Class(frozen))) } else { Ok(()) }
    }

    /// The singleton class of any value that may have one.
    pub fn singleton_class_of(&mut self, value: &Value) -> Eval<Rc<RClass>> {
        match value {
            Value::Class(class) => Ok(self.singleton_class(class)),
            Value::Object(object) => {
                let class = object.class();
                if class.kind == ClassKind::Singleton && class.attached.borrow().upgrade().is_none() {
                    return Ok(class);
                }
                let name = format!("#<Class:#<{}:0x{:016x}>>", class.name(), value.address());
                let singleton = RClass::new(ClassKind::Singleton, Some(&name), Some(class));
                object.set_class(Rc::clone(&singleton));
                Ok(singleton)
            }
            Value::Nil => Ok(Rc::clone(&self.classes.nil)),
            Value::Bool(true) => Ok(Rc::clone(&self.classes.true_class)),
            Value::Bool(false) => Ok(Rc::clone(&self.classes.false_class)),
            Value::Int(_) | Value::Float(_) | Value::Symbol(_) => Err(self.type_error("can't define singleton")),
            other => {
                let class = self.class_of(other).name();
                Err(self.unsupported(format!("a method of a single {class} is not supported")))
            }
        }
    }

    /// `class A < B`; a TypeError where A is there and has another superclass.
    pub(super) fn class_definition(&mut self, node: &ClassDefinition, span: Span, frame: &Rc<Frame>) -> Eval {
        let home = self.constant_home(&node.path, span, frame)?;
        let superclass = match &node.superclass {
            Some(superclass) => Some(self.evaluate(superclass, frame)?),
            None => None,
        };
        self.set_line(span.line);
        let superclass = match superclass {
            None => None,
            Some(Value::Class(class)) if class.kind == ClassKind::Class => Some(class),
            Some(other) => return Err(self.not_a_superclass(&other)),
        };
        let name = node.path.name;
        let class = match self.existing(&home, name, &node.path.scope) {
            None => {
                let superclass = superclass.unwrap_or_else(|| Rc::clone(&self.classes.object));
                self.new_class(&superclass, Some((&home, name)))?
            }
            Some(Value::Class(class)) if class.kind == ClassKind::Class => {
                if let Some(superclass) = superclass
                    && !class.is_written_below(&superclass)
                {
                    return Err(self.type_error(format!("superclass mismatch for class {name}")));
                }
                class
            }
            Some(_) => {
                let path = self.path_of(&home, name);
                return Err(self.type_error(format!("{path} is not a class")));
            }
        };
        self.module_body(&class, &node.body, span, frame)
    }

    /// A TypeError where a superclass is no class.
    pub(crate) fn not_a_superclass(&mut self, value: &Value) -> Box<Flow> {
        if matches!(value, Value::Class(class) if class.kind == ClassKind::Singleton) {
            return self.type_error("can't make subclass of singleton class");
        }
        let class = self.class_of(value).name();
        self.type_error(format!("superclass must be an instance of Class (given an instance of {class})"))
    }

    /// A new class, named and set as a constant if it is to have a home, its superclass told.
    pub(crate) fn new_class(
        &mut self,
        superclass: &Rc<RClass>,
        home: Option<(&Rc<RClass>, Symbol)>,
    ) -> Eval<Rc<RClass>> {
        if Rc::ptr_eq(superclass, &self.classes.class) {
            return Err(self.type_error("can't make subclass of Class"));
        }
        let class = RClass::new(ClassKind::Class, None, Some(Rc::clone(superclass)));
        if let Some((home, name)) = home {
            self.assign_constant(home, name, Value::Class(Rc::clone(&class)))?;
        }
        self.hook(&Value::Class(Rc::clone(superclass)), "inherited", vec![Value::Class(Rc::clone(&class))])?;
        Ok(class)
    }

    /// The constant that a `class` or `module` statement reopens.
    fn existing(&self, home: &Rc<RClass>, name: Symbol, scope: &ConstantScope) -> Option<Value> {
        if let Some(value) = home.constant(name) {
            return Some(value);
        }
        // At the top level, Object's included modules count too.
        let top =
            matches!(scope, ConstantScope::Lexical | ConstantScope::Root) && Rc::ptr_eq(home, &self.classes.object);
        if top { self.find_constant(home, name) } else { None }
    }

    /// `module A`
    pub(super) fn module_definition(&mut self, node: &ModuleDefinition, span: Span, frame: &Rc<Frame>) -> Eval {
        let home = self.constant_home(&node.path, span, frame)?;
        self.set_line(span.line);
        let name = node.path.name;
        let module = match self.existing(&home, name, &node.path.scope) {
            None => {
                let module = RClass::new(ClassKind::Module, None, None);
                self.assign_constant(&home, name, Value::Class(Rc::clone(&module)))?;
                module
            }
            Some(Value::Class(module)) if module.is_module() => module,
            Some(_) => {
                let path = self.path_of(&home, name);
                return Err(self.type_error(format!("{path} is not a module")));
            }
        };
        self.module_body(&module, &node.body, span, frame)
    }

    /// `class << a`
    pub(super) fn singleton_class_definition(
        &mut self,
        node: &SingletonClassDefinition,
        span: Span,
        frame: &Rc<Frame>,
    ) -> Eval {
        let of = self.evaluate(&node.of, frame)?;
        self.set_line(span.line);
        let class = self.singleton_class_of(&of)?;
        self.body(&class, FrameKind::SingletonClass, &node.body, span, frame)
    }

    fn module_body(&mut self, module: &Rc<RClass>, body: &Rc<Body>, span: Span, frame: &Rc<Frame>) -> Eval {
        self.body(module, FrameKind::Module(Rc::clone(module)), body, span, frame)
    }

    fn body(&mut self, module: &Rc<RClass>, kind: FrameKind, body: &Rc<Body>, span: Span, frame: &Rc<Frame>) -> Eval {
        let scope = Rc::new(LexicalScope { module: Rc::clone(module), outer: Some(Rc::clone(&frame.scope)) });
        let id = self.new_frame_id();
        let receiver = Value::Class(Rc::clone(module));
        let frame = Frame::new(id, kind, receiver, Definee::Class(Rc::clone(module)), scope, Rc::clone(&body.file));
        let frame = Rc::new(frame.with_locals(&body.locals));
        let result = self.enter_frame(&frame, span.line, |interpreter| interpreter.evaluate(&body.node, &frame));
        super::call::finish(&frame);
        result
    }

    /// `undef a`
    pub(super) fn undefine(&mut self, names: &[Node], frame: &Rc<Frame>) -> Eval {
        for name in names {
            if let Value::Symbol(name) = self.evaluate(name, frame)? {
                let class = self.definee(frame)?;
                self.undefine_method(&class, name)?;
            }
        }
        Ok(Value::Nil)
    }

    /// `undef_method`: calls no longer find it, an ancestor's neither.
    pub(crate) fn undefine_method(&mut self, class: &Rc<RClass>, name: Symbol) -> Eval<()> {
        if self.method_for(class, name).is_none() {
            return Err(self.undefined_method(class, name));
        }
        class.set_method(name, MethodBody::Undefined, Visibility::Public);
        Ok(())
    }

    /// A method of a class' instances; a module's may come from Object, as when it is aliased.
    pub(crate) fn method_for(&self, class: &Rc<RClass>, name: Symbol) -> Option<super::call::Found> {
        self.find(class, name).or_else(|| class.is_module().then(|| self.find(&self.classes.object, name)).flatten())
    }

    /// A NameError that names the class.
    pub(crate) fn undefined_method(&mut self, class: &Rc<RClass>, name: Symbol) -> Box<Flow> {
        let kind = if class.is_module() { "module" } else { "class" };
        let message = format!("undefined method `{name}' for {kind} `{}'", class.name());
        self.name_error(message, name, &Value::Class(Rc::clone(class)))
    }

    /// `alias_method`: the copy keeps the original's name, by which it finds `super`.
    pub fn alias_method(&mut self, class: &Rc<RClass>, new: Symbol, old: Symbol) -> Eval<()> {
        let Some(found) = self.method_for(class, old) else { return Err(self.undefined_method(class, old)) };
        let method =
            Method { name: found.method.name, body: found.method.body.clone(), visibility: found.method.visibility };
        class.insert_method(new, Rc::new(method));
        self.hook(&Value::Class(Rc::clone(class)), "method_added", vec![Value::Symbol(new)])
    }
}
