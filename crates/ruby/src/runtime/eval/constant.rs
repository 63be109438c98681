//! Constants and class variables: look-up, assignment, `const_missing`.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::Frame;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{ClassKind, RClass, Value};
use crate::syntax::ast::{ConstantPath, ConstantScope};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Interpreter {
    /// `Name`: by lexical scope, then in the ancestors of the innermost one, then in Object.
    pub(super) fn lexical_constant(&mut self, name: Symbol, span: Span, frame: &Rc<Frame>) -> Eval {
        match self.find_lexical_constant(name, frame) {
            Some(value) => Ok(value),
            None => {
                self.set_line(span.line);
                let module = Rc::clone(&frame.scope.module);
                self.constant_missing(&module, name)
            }
        }
    }

    /// Of the modules around, and then of the innermost one's ancestors.
    pub(super) fn find_lexical_constant(&self, name: Symbol, frame: &Frame) -> Option<Value> {
        // The outermost scope is Object, which comes last.
        let scopes = frame.scope.chain().filter(|scope| scope.outer.is_some());
        for scope in scopes {
            if let Some(value) = scope.module.constant(name) {
                return Some(value);
            }
        }
        self.find_constant(&frame.scope.module, name)
    }

    /// A constant of a module or its ancestors; for a module or a singleton class, of Object too.
    pub fn find_constant(&self, module: &Rc<RClass>, name: Symbol) -> Option<Value> {
        if let Some(value) = module.constant(name) {
            return Some(value);
        }
        if let Some(value) = module.ancestors().iter().find_map(|ancestor| ancestor.constant(name)) {
            return Some(value);
        }
        if module.kind == ClassKind::Singleton
            && let Some(attached) = module.attached.borrow().upgrade()
            && let Some(value) = self.find_constant(&attached, name)
        {
            return Some(value);
        }
        match module.kind {
            ClassKind::Class => None,
            ClassKind::Module | ClassKind::Singleton => self.classes.object.constant(name),
        }
    }

    /// `A::B`
    pub(super) fn constant_path(&mut self, path: &ConstantPath, span: Span, frame: &Rc<Frame>) -> Eval {
        let module = match &path.scope {
            ConstantScope::Lexical => return self.lexical_constant(path.name, span, frame),
            ConstantScope::Root => Rc::clone(&self.classes.object),
            ConstantScope::Of(parent) => {
                let parent = self.evaluate(parent, frame)?;
                self.set_line(span.line);
                self.expect_module(&parent)?
            }
        };
        self.set_line(span.line);
        self.scoped_constant(&module, path.name)
    }

    /// `Module::Name`, which does not reach Object's constants through another class, nor private ones.
    pub fn scoped_constant(&mut self, module: &Rc<RClass>, name: Symbol) -> Eval {
        if module.is_private_constant(name) {
            let message = format!("private constant {}::{name} referenced", module.name());
            return Err(self.name_error(message, name, &Value::Class(Rc::clone(module))));
        }
        let is_object = Rc::ptr_eq(module, &self.classes.object);
        let found = module
            .ancestors()
            .iter()
            .filter(|ancestor| is_object || !Rc::ptr_eq(ancestor, &self.classes.object))
            .find_map(|ancestor| ancestor.constant(name));
        match found {
            Some(value) => Ok(value),
            None => self.constant_missing(module, name),
        }
    }

    /// Refuses a constant of a library that is required and absent.
    pub(crate) fn refuse_absent(&mut self, name: Symbol) -> Eval<()> {
        match self.absent.get(&name) {
            Some(library) => Err(self.unsupported(format!("the library `{library}` is not supported"))),
            None => Ok(()),
        }
    }

    /// Ends the run where the real Ruby would say that a constant is defined, and it is not here.
    pub(crate) fn refuse_lacking_constant(&mut self, module: &Rc<RClass>, name: Symbol) -> Eval<()> {
        self.refuse_absent(name)?;
        match self.lacks_constant(module, name) {
            Some(constant) => Err(self.unsupported(format!("`{constant}` is not supported"))),
            None => Ok(()),
        }
    }

    /// What is left where no constant was found: autoloading, the file it is named after, `const_missing`.
    pub(super) fn constant_missing(&mut self, module: &Rc<RClass>, name: Symbol) -> Eval {
        if let Some(value) = self.autoloaded(module, name) {
            return Ok(value);
        }
        self.refuse_absent(name)?;
        self.call(&Value::Class(Rc::clone(module)), "const_missing", Args::one(Value::Symbol(name)))
    }

    /// `NameError: uninitialized constant A::B`
    pub fn uninitialized_constant(&mut self, module: &Rc<RClass>, name: Symbol) -> Box<Flow> {
        if let Some(constant) = self.lacks_constant(module, name) {
            return self.unsupported(format!("`{constant}` is not supported"));
        }
        let message = if Rc::ptr_eq(module, &self.classes.object) {
            format!("uninitialized constant {name}")
        } else {
            format!("uninitialized constant {}::{name}", module.name())
        };
        self.name_error(message, name, &Value::Class(Rc::clone(module)))
    }

    /// A NameError that knows the name and whose it was to be.
    pub fn name_error(&mut self, message: String, name: Symbol, receiver: &Value) -> Box<Flow> {
        let flow = self.error("NameError", message);
        if let Flow::Raise(Value::Object(object)) = &*flow {
            object.set_ivar(Symbol::new("name"), Value::Symbol(name));
            object.set_ivar(Symbol::new("receiver"), receiver.clone());
        }
        flow
    }

    /// A TypeError where it is none.
    pub(super) fn expect_module(&mut self, value: &Value) -> Eval<Rc<RClass>> {
        match value {
            Value::Class(module) => Ok(Rc::clone(module)),
            other => {
                let shown = self.inspect(other)?;
                Err(self.type_error(format!("{shown} is not a class/module")))
            }
        }
    }

    /// Sets a constant; a class or module without a name takes this one.
    pub fn assign_constant(&mut self, module: &Rc<RClass>, name: Symbol, value: Value) -> Eval<()> {
        self.check_frozen(&Value::Class(Rc::clone(module)))?;
        if let Value::Class(class) = &value
            && !class.has_name()
        {
            class.set_name(&self.path_of(module, name));
            *class.lexical_parent.borrow_mut() = Rc::downgrade(module);
        }
        let text = name.to_str();
        let is_silent = matches!(self.globals.get(&Symbol::new("$VERBOSE")), Some(Value::Nil));
        if module.constant(name).is_some() && !is_silent {
            let place = self.caller_frame().map(|frame| frame.file.path.clone()).unwrap_or_default();
            let line = self.stack.last().map_or(0, |entry| entry.line);
            let path = self.path_of(module, name);
            self.host.write_error(&format!("{place}:{line}: warning: already initialized constant {path}\n"));
        }
        module.set_constant(&text, value);
        Ok(())
    }

    /// The full name of a constant of a module.
    pub(super) fn path_of(&self, module: &Rc<RClass>, name: Symbol) -> String {
        if Rc::ptr_eq(module, &self.classes.object) { name.to_string() } else { format!("{}::{name}", module.name()) }
    }

    // Class variables

    /// `@@a`; a NameError where it is not set.
    pub(super) fn class_variable(&mut self, name: Symbol, span: Span, frame: &Rc<Frame>) -> Eval {
        if let Some(value) = self.find_class_variable(name, frame) {
            return Ok(value);
        }
        self.set_line(span.line);
        let Some(module) = self.class_variable_scope(frame) else {
            return Err(self.error("RuntimeError", "class variable access from toplevel"));
        };
        let message = format!("uninitialized class variable {name} in {}", module.name());
        Err(self.name_error(message, name, &Value::Class(module)))
    }

    /// Of the class around, or of one above it.
    pub(super) fn find_class_variable(&self, name: Symbol, frame: &Frame) -> Option<Value> {
        let module = self.class_variable_scope(frame)?;
        let holder = self.class_variable_holder(&module, name)?;
        holder.class_variables.borrow().get(&name).cloned()
    }

    /// The class or ancestor that has the variable.
    pub(crate) fn class_variable_holder(&self, module: &Rc<RClass>, name: Symbol) -> Option<Rc<RClass>> {
        module.ancestors().into_iter().find(|ancestor| ancestor.class_variables.borrow().contains_key(&name))
    }

    /// Where it is set already, else in the class around.
    pub(super) fn set_class_variable(&mut self, name: Symbol, value: Value, frame: &Rc<Frame>) -> Eval<()> {
        let Some(module) = self.class_variable_scope(frame) else {
            return Err(self.error("RuntimeError", "class variable access from toplevel"));
        };
        self.set_class_variable_of(&module, name, value)
    }

    /// The same of a class that is given.
    pub(crate) fn set_class_variable_of(&mut self, module: &Rc<RClass>, name: Symbol, value: Value) -> Eval<()> {
        let holder = self.class_variable_holder(module, name).unwrap_or_else(|| Rc::clone(module));
        self.check_frozen(&Value::Class(Rc::clone(&holder)))?;
        holder.class_variables.borrow_mut().insert(name, value);
        Ok(())
    }

    /// The innermost class around the code that is not a singleton class; None at the top level.
    fn class_variable_scope(&self, frame: &Frame) -> Option<Rc<RClass>> {
        let scope = frame.scope.chain().find(|scope| scope.module.kind != ClassKind::Singleton)?;
        scope.outer.is_some().then(|| Rc::clone(&scope.module))
    }
}
