//! Frames: locals, self, and what surrounds a piece of running code; closures and methods written in Ruby.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::runtime::exception::FrameId;
use crate::runtime::method::{Method, Visibility};
use crate::runtime::value::release::release;
use crate::runtime::value::{NativeData, ProcKind, RClass, RProc, Value};
use crate::syntax::ast::{Block, Definition, Local};
use crate::syntax::source::SourceFile;
use crate::syntax::symbol::Symbol;

/// One activation of a program, class body, method or block. Closures share it, so it outlives its call.
pub struct Frame {
    pub id: FrameId,
    pub kind: FrameKind,
    pub receiver: Value,
    locals: RefCell<Vec<Value>>,
    names: Rc<[Symbol]>,
    /// The frame that a block was written in.
    pub outer: Option<Rc<Frame>>,
    pub scope: Rc<LexicalScope>,
    pub definee: Definee,
    pub file: Rc<SourceFile>,
    /// What `private` and its kin without arguments have set for the `def`s that follow.
    pub default_visibility: Cell<DefaultVisibility>,
    /// How many `while` loops the code now stands in: where `break` goes.
    pub loops: Cell<u32>,
    /// `$~` while another method runs; the running one's is in the interpreter.
    pub last_match: RefCell<Value>,
    /// A `return` can no longer come back here.
    pub finished: Cell<bool>,
    /// A closure refers to this frame.
    pub captured: Cell<bool>,
}

/// What a frame runs.
pub enum FrameKind {
    Top,
    /// A class or module body.
    Module(Rc<RClass>),
    SingletonClass,
    Method(MethodFrame),
    /// A block, and its closure, which knows where `break` goes.
    Block(Rc<Closure>),
    Lambda,
    /// A template's code, or the variables that a binding was given, inside what the binding is of.
    Evaluation,
    /// A block that `define_method` made a method of.
    DefinedMethod(MethodFrame),
}

/// What a method's body knows of its call.
pub struct MethodFrame {
    pub method: Rc<Method>,
    /// Where the method was found: `super` goes on behind it.
    pub owner: Rc<RClass>,
    pub block: Option<Rc<RProc>>,
    pub name: Symbol,
}

/// What `private` without arguments has set for the methods that follow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DefaultVisibility {
    Is(Visibility),
    ModuleFunction,
}

/// Where a `def` goes.
#[derive(Clone)]
pub enum Definee {
    Class(Rc<RClass>),
    /// Inside `instance_eval`: to the singleton class, which is made when first needed.
    SingletonOf(Value),
}

/// The nesting of `class` and `module` around some code: where constants are looked up first.
pub struct LexicalScope {
    pub module: Rc<RClass>,
    pub outer: Option<Rc<LexicalScope>>,
}

/// A block's code and what it captured.
pub struct Closure {
    pub block: Rc<Block>,
    pub frame: Rc<Frame>,
    /// Names the call that the block was written for; `break` ends that call.
    pub home: FrameId,
    /// That call is over.
    pub ended: Cell<bool>,
}

/// What `binding` answers: a place in the code, as its variables and its `self`.
pub struct Binding {
    /// The innermost frame: what was added to it lies inside the frame it is of.
    pub frame: RefCell<Rc<Frame>>,
    pub line: u32,
}

impl NativeData for Binding {}

/// The code of a `def`.
pub struct RubyMethod {
    pub definition: Rc<Definition>,
    pub scope: Rc<LexicalScope>,
}

/// A line of the stack as a backtrace shows it.
pub struct StackEntry {
    pub place: StackPlace,
    /// The line that runs now, kept up to date call by call.
    pub line: u32,
}

/// What a line of a backtrace names.
pub enum StackPlace {
    Frame(Rc<Frame>),
    /// The `rescue` clause of that frame.
    Rescue(Rc<Frame>),
    /// A native method: shown at its caller's line.
    Native(Symbol),
}

impl Frame {
    /// With the variables of its body, all nil.
    pub fn new(
        id: FrameId,
        kind: FrameKind,
        receiver: Value,
        definee: Definee,
        scope: Rc<LexicalScope>,
        file: Rc<SourceFile>,
    ) -> Self {
        Self {
            id,
            kind,
            receiver,
            locals: RefCell::default(),
            names: Rc::default(),
            outer: None,
            scope,
            definee,
            file,
            default_visibility: Cell::new(DefaultVisibility::Is(Visibility::Public)),
            loops: Cell::new(0),
            last_match: RefCell::default(),
            finished: Cell::new(false),
            captured: Cell::new(false),
        }
    }

    /// With more variables, as `eval` may bring.
    #[must_use]
    pub fn with_locals(mut self, names: &Rc<[Symbol]>) -> Self {
        self.locals.borrow_mut().resize(names.len(), Value::Nil);
        self.names = Rc::clone(names);
        self
    }

    /// Of a block, whose variables begin where those around it end.
    #[must_use]
    pub fn inside(mut self, outer: &Rc<Frame>) -> Self {
        self.outer = Some(Rc::clone(outer));
        self
    }

    /// A variable, by how many blocks out it is and where it stands there.
    pub fn get(&self, local: Local) -> Value {
        let mut frame = self;
        for _ in 0..local.depth {
            match &frame.outer {
                Some(outer) => frame = outer,
                None => return Value::Nil,
            }
        }
        frame.locals.borrow().get(local.slot as usize).cloned().unwrap_or_default()
    }

    /// As [`Frame::get`].
    pub fn set(&self, local: Local, value: Value) {
        let mut frame = self;
        for _ in 0..local.depth {
            match &frame.outer {
                Some(outer) => frame = outer,
                None => return,
            }
        }
        frame.set_slot(local.slot, value);
    }

    /// A variable of its own.
    pub fn set_slot(&self, slot: u32, value: Value) {
        // The old value is dropped after the borrow: its drop may end closures that hold this frame.
        let old = match self.locals.borrow_mut().get_mut(slot as usize) {
            Some(local) => std::mem::replace(local, value),
            None => value,
        };
        drop(old);
    }

    /// Takes the locals away: breaks the cycle of a closure kept in its own frame.
    pub fn take_locals(&self) -> Vec<Value> {
        self.locals.take()
    }

    /// Forgets the locals if nothing but closures kept in them refers to this frame any more.
    pub fn clear_if_only_its_own(self: &Rc<Self>) {
        let own = self.locals.borrow().iter().filter(|local| self.is_only_in_its_local(local)).count();
        // One reference is the caller's, who is about to let go.
        if own > 0 && Rc::strong_count(self) == own + 1 {
            drop(self.take_locals());
        }
    }

    fn is_only_in_its_local(self: &Rc<Self>, local: &Value) -> bool {
        let held = match local {
            Value::Proc(held) => held,
            Value::Object(object) if Rc::strong_count(object) == 1 => {
                return object.data::<Binding>().is_some_and(|binding| binding.is_only_of(self));
            }
            _ => return false,
        };
        match &held.kind {
            ProcKind::Closure(closure) => {
                Rc::strong_count(held) == 1 && Rc::strong_count(closure) == 1 && Rc::ptr_eq(&closure.frame, self)
            }
            _ => false,
        }
    }

    /// The frame of the method, program or class body that this code is written in.
    pub fn home(&self) -> &Frame {
        let mut frame = self;
        while let Some(outer) = &frame.outer {
            frame = outer;
        }
        frame
    }

    /// As [`Frame::home`], to keep.
    pub fn home_of(frame: &Rc<Self>) -> Rc<Self> {
        let mut frame = frame;
        while let Some(outer) = &frame.outer {
            frame = outer;
        }
        Rc::clone(frame)
    }

    /// The method that this code runs in: the nearest one outwards, `define_method` included.
    pub fn method(&self) -> Option<&MethodFrame> {
        let mut frame = self;
        loop {
            if let FrameKind::Method(method) | FrameKind::DefinedMethod(method) = &frame.kind {
                return Some(method);
            }
            frame = frame.outer.as_deref()?;
        }
    }

    /// The block given to the method that this code is written in: what `yield` calls.
    pub fn given_block(&self) -> Option<&Rc<RProc>> {
        match &self.home().kind {
            FrameKind::Method(method) => method.block.as_ref(),
            _ => None,
        }
    }

    /// The value of the variable of that name, in this frame or the nearest one around it.
    pub fn variable(&self, name: Symbol) -> Option<Value> {
        let own = self.names.iter().position(|other| *other == name);
        match own {
            Some(slot) => self.locals.borrow().get(slot).cloned(),
            None => self.outer.as_ref()?.variable(name),
        }
    }

    /// Sets the variable of that name. Answers whether there is one.
    pub fn set_variable(&self, name: Symbol, value: Value) -> bool {
        match (self.names.iter().position(|other| *other == name), &self.outer) {
            (Some(slot), _) => {
                self.set_slot(slot as u32, value);
                true
            }
            (None, Some(outer)) => outer.set_variable(name, value),
            (None, None) => false,
        }
    }

    /// The names of this frame's own locals.
    pub fn names(&self) -> Vec<Symbol> {
        self.names.to_vec()
    }

    /// As Ruby labels it in a backtrace.
    pub fn label(&self) -> String {
        let mut levels = 0;
        let mut frame = self;
        loop {
            match &frame.kind {
                FrameKind::Block(_) | FrameKind::Lambda => levels += 1,
                FrameKind::DefinedMethod(_) if frame.outer.is_some() => levels += 1,
                FrameKind::Evaluation => {}
                _ => break,
            }
            match &frame.outer {
                Some(outer) => frame = outer,
                None => break,
            }
        }
        let base = match &frame.kind {
            FrameKind::Method(method) => method.name.to_string(),
            FrameKind::Module(module) => {
                let full = module.name();
                let name = full.rsplit("::").next().unwrap_or_default();
                if module.is_module() { format!("<module:{name}>") } else { format!("<class:{name}>") }
            }
            FrameKind::SingletonClass => "singleton class".to_owned(),
            _ => "<main>".to_owned(),
        };
        match levels {
            0 => base,
            1 => format!("block in {base}"),
            levels => format!("block ({levels} levels) in {base}"),
        }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        let locals = self.locals.take();
        if locals.iter().any(Value::holds_values) {
            release(locals);
        }
    }
}

impl Binding {
    /// Whether it is what alone refers to the frame, if need be from the frames inside that it made.
    fn is_only_of(&self, frame: &Rc<Frame>) -> bool {
        let mut inner = Rc::clone(&self.frame.borrow());
        // The copy here is one of the references.
        while !Rc::ptr_eq(&inner, frame) {
            let Some(outer) = inner.outer.clone().filter(|_| Rc::strong_count(&inner) == 2) else { return false };
            inner = outer;
        }
        true
    }
}

impl LexicalScope {
    /// The innermost scope, then those around it.
    pub fn chain(&self) -> impl Iterator<Item = &LexicalScope> {
        std::iter::successors(Some(self), |scope| scope.outer.as_deref())
    }
}
