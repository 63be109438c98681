//! Method calls: look-up, visibility, `method_missing`, `super`.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::foreign;
use crate::runtime::frame::{Closure, Definee, Frame, FrameKind, MethodFrame, RubyMethod, StackPlace};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{Keywords, Method, MethodBody, NativeMethod, Receiver, Visibility};
use crate::runtime::value::{ClassKind, ProcKind, RClass, RHash, RProc, Value};
use crate::syntax::ast::{Arguments, BlockArgument, Call, Super};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

use super::operator;

/// How a call was written, which decides what it may reach and how its failure reads.
#[derive(Clone, Copy)]
pub(crate) enum Access<'a> {
    /// `f()`, `self.f`, or a call by native code: private methods too.
    Function,
    /// A bare `f`, which might have been a variable.
    Variable,
    /// `x.f`, by code whose `self` is this: protected methods if it is kin.
    Public(Option<&'a Value>),
}

/// A method, and the class or module in whose table it was found.
#[derive(Clone)]
pub struct Found {
    pub method: Rc<Method>,
    pub owner: Rc<RClass>,
}

impl Interpreter {
    /// Sends a message, private methods included.
    pub fn call(&mut self, receiver: &Value, name: impl Into<Symbol>, args: Args) -> Eval {
        self.dispatch(receiver, name.into(), args, Access::Function)
    }

    /// Sends a message as `public_send` does.
    pub fn call_public(&mut self, receiver: &Value, name: impl Into<Symbol>, args: Args) -> Eval {
        self.dispatch(receiver, name.into(), args, Access::Public(None))
    }

    /// The name by which the native method that runs was called: for one function behind many names.
    pub fn called_name(&self) -> Option<Symbol> {
        match self.stack.last()?.place {
            StackPlace::Native(name) => Some(name),
            _ => None,
        }
    }

    /// Looks a method up, through a cache that any definition anywhere empties.
    pub fn find(&self, class: &Rc<RClass>, name: Symbol) -> Option<Found> {
        let generation = RClass::generation();
        let mut cache = self.method_cache.borrow_mut();
        if cache.0 != generation {
            cache.1.clear();
            cache.0 = generation;
        }
        let key = (Rc::as_ptr(class).addr(), name);
        if let Some((_, found)) = cache.1.get(&key) {
            return found.clone();
        }
        let found = self.look_up(&class.ancestors(), name);
        // The class is kept along, so that its address stays its own.
        cache.1.insert(key, (Rc::clone(class), found.clone()));
        found
    }

    fn look_up(&self, ancestors: &[Rc<RClass>], name: Symbol) -> Option<Found> {
        let own = |class: &Rc<RClass>| Some((Rc::clone(class), class.own_method(name)?));
        let mut candidates = ancestors.iter().filter_map(own);
        let (owner, method) = candidates.next()?;
        match method.body {
            MethodBody::Undefined => None,
            MethodBody::Inherited => {
                let (owner, inherited) =
                    candidates.find(|(_, method)| !matches!(method.body, MethodBody::Inherited))?;
                if matches!(inherited.body, MethodBody::Undefined) {
                    return None;
                }
                let method = Method { visibility: method.visibility, ..(*inherited).clone() };
                Some(Found { method: Rc::new(method), owner })
            }
            _ => Some(Found { method, owner }),
        }
    }

    /// The method behind `owner`'s in the order of look-up: what `super` calls.
    pub(crate) fn find_super(&self, receiver: &Value, owner: &Rc<RClass>, name: Symbol) -> Option<Found> {
        let ancestors = self.dispatch_class(receiver).ancestors();
        let position = ancestors.iter().position(|class| Rc::ptr_eq(class, owner))?;
        self.look_up(&ancestors[position + 1..], name)
    }

    /// What Ruby's `super` is to a native method that stands in `owner`.
    pub fn call_super(&mut self, receiver: &Value, owner: &Rc<RClass>, name: impl Into<Symbol>, args: Args) -> Eval {
        let name = name.into();
        match self.find_super(receiver, owner, name) {
            Some(found) => self.invoke(receiver, &found, name, args),
            None => self.super_missing(receiver, name, args),
        }
    }

    /// A call of a method, found by its name; `method_missing` where there is none.
    pub(crate) fn dispatch(&mut self, receiver: &Value, name: Symbol, args: Args, access: Access<'_>) -> Eval {
        let class = self.dispatch_class(receiver);
        match self.find(&class, name) {
            Some(found) if self.may_call(&found, access) => self.invoke(receiver, &found, name, args),
            found => self.method_missing(receiver, name, args, access, found.as_ref()),
        }
    }

    fn may_call(&self, found: &Found, access: Access<'_>) -> bool {
        match (found.method.visibility, access) {
            (Visibility::Public, _) | (_, Access::Function | Access::Variable) => true,
            (Visibility::Private, Access::Public(_)) => false,
            (Visibility::Protected, Access::Public(caller)) => caller.is_some_and(|caller| {
                let owner = &found.owner;
                self.is_a(caller, owner)
            }),
        }
    }

    /// Calls a method that look-up found.
    pub fn invoke(&mut self, receiver: &Value, found: &Found, name: Symbol, args: Args) -> Eval {
        match &found.method.body {
            MethodBody::Native(native) => {
                if let Value::Str(string) = receiver
                    && foreign::is_foreign(string)
                    && Rc::ptr_eq(&found.owner, &self.classes.string)
                {
                    let labels = foreign::expect_answer(self, string, &name.to_str(), &args)?;
                    let answer = self.invoke_native(receiver, *native, name, args)?;
                    return Ok(if labels { foreign::label(&answer, string.encoding()) } else { answer });
                }
                self.invoke_native(receiver, *native, name, args)
            }
            MethodBody::Ruby(code) => self.invoke_ruby(receiver, found, code, name, args),
            MethodBody::Proc(block) => self.invoke_defined(receiver, found, block, name, args),
            MethodBody::Reader(variable) => {
                self.expect_arguments(name, &args, 0)?;
                Ok(self.instance_variable(receiver, *variable))
            }
            MethodBody::Writer(variable) => {
                self.expect_arguments(name, &args, 1)?;
                let value = args.flatten_keywords().first();
                self.set_instance_variable(receiver, *variable, value.clone())?;
                Ok(value)
            }
            MethodBody::Undefined | MethodBody::Inherited => {
                self.method_missing(receiver, name, args, Access::Function, None)
            }
        }
    }

    fn expect_arguments(&mut self, name: Symbol, args: &Args, expected: usize) -> Eval<()> {
        let given = args.len() + usize::from(args.keywords.is_some());
        if given == expected {
            return Ok(());
        }
        self.enter(StackPlace::Native(name), 0, |interpreter| {
            Err(interpreter.wrong_number(given, expected, Some(expected)))
        })
    }

    /// `ArgumentError: wrong number of arguments (given 1, expected 2..3)`
    pub fn wrong_number(&mut self, given: usize, min: usize, max: Option<usize>) -> Box<Flow> {
        let message = wrong_number_message(given, min, max);
        self.argument_error(format!("{message})"))
    }

    fn invoke_native(&mut self, receiver: &Value, native: NativeMethod, name: Symbol, args: Args) -> Eval {
        let args = if native.keywords == Keywords::Flattened { args.flatten_keywords() } else { args };
        self.enter(StackPlace::Native(name), 0, |interpreter| {
            if let Err(kind) = interpreter.budget.native(receiver, &args.positional) {
                return Err(interpreter.abort(kind));
            }
            let given = args.len();
            if given < usize::from(native.min) || native.max.is_some_and(|max| given > usize::from(max)) {
                return Err(interpreter.wrong_number(given, usize::from(native.min), native.max.map(usize::from)));
            }
            if native.receiver != Receiver::Any {
                crate::runtime::texts::expect(interpreter, receiver, native.receiver)?;
            }
            if let (Keywords::Named { taken, lacking }, Some(keywords)) = (native.keywords, &args.keywords) {
                interpreter.expect_keywords(keywords, taken, lacking)?;
            }
            (native.function)(interpreter, receiver, args)
        })
    }

    /// The name of the native method that runs.
    pub(crate) fn native_name(&self) -> String {
        match self.stack.last().map(|entry| &entry.place) {
            Some(StackPlace::Native(name)) => name.to_string(),
            _ => String::new(),
        }
    }

    /// Nothing that is asked for is passed over: a keyword that means nothing is Ruby's ArgumentError, one that is not
    /// done here ends the run.
    pub(crate) fn expect_keywords(&mut self, keywords: &RHash, taken: &[&str], lacking: &[&str]) -> Eval<()> {
        let is_taken = |key: &Value| matches!(key, Value::Symbol(name) if taken.iter().any(|taken| name.is(taken)));
        let is_lacking = |key: &Value| matches!(key, Value::Symbol(name) if lacking.iter().any(|known| name.is(known)));
        let mut unknown = Vec::new();
        let mut refused = None;
        for (key, _) in keywords.pairs() {
            if is_lacking(&key) {
                refused = Some(key);
            } else if !is_taken(&key) {
                unknown.push(self.inspect(&key)?);
            }
        }
        if !unknown.is_empty() {
            let plural = if unknown.len() == 1 { "" } else { "s" };
            return Err(self.argument_error(format!("unknown keyword{plural}: {}", unknown.join(", "))));
        }
        match refused {
            Some(key) => {
                let key = self.to_s(&key)?;
                Err(self.unsupported(format!("the option `{key}:` is not supported here")))
            }
            None => Ok(()),
        }
    }

    fn invoke_ruby(
        &mut self,
        receiver: &Value,
        found: &Found,
        code: &Rc<RubyMethod>,
        name: Symbol,
        args: Args,
    ) -> Eval {
        let definition = &code.definition;
        let method = MethodFrame {
            method: Rc::clone(&found.method),
            owner: Rc::clone(&found.owner),
            block: args.block.clone(),
            name: found.method.name,
        };
        let _ = name;
        let id = self.new_frame_id();
        let definee = Definee::Class(Rc::clone(&code.scope.module));
        let frame = Frame::new(
            id,
            FrameKind::Method(method),
            receiver.clone(),
            definee,
            Rc::clone(&code.scope),
            Rc::clone(&definition.body.file),
        );
        let frame = Rc::new(frame.with_locals(&definition.body.locals));
        let result = self.enter_frame(&frame, definition.span.line, |interpreter| {
            interpreter.bind_strictly(&definition.parameters, &frame, args)?;
            interpreter.evaluate(&definition.body.node, &frame)
        });
        finish(&frame);
        match result {
            Err(flow) => match *flow {
                Flow::Return(target, value) if target == id => Ok(value),
                flow => Err(Box::new(flow)),
            },
            value => value,
        }
    }

    fn invoke_defined(&mut self, receiver: &Value, found: &Found, block: &Rc<RProc>, name: Symbol, args: Args) -> Eval {
        match &block.kind {
            ProcKind::Closure(closure) => {
                let method = MethodFrame {
                    method: Rc::clone(&found.method),
                    owner: Rc::clone(&found.owner),
                    block: args.block.clone(),
                    name,
                };
                let definee = Definee::Class(Rc::clone(&found.owner));
                self.call_closure(closure, FrameKind::DefinedMethod(method), Some((receiver.clone(), definee)), args)
            }
            ProcKind::Method(..) => self.call_block(block, args),
            ProcKind::Native(_) | ProcKind::Symbol(_) => {
                let mut args = args;
                args.positional.insert(0, receiver.clone());
                self.call_block(block, args)
            }
        }
    }

    /// What happens to a call that found nothing it may call.
    fn method_missing(
        &mut self,
        receiver: &Value,
        name: Symbol,
        mut args: Args,
        access: Access<'_>,
        hidden: Option<&Found>,
    ) -> Eval {
        let class = self.dispatch_class(receiver);
        if let Some(handler) = self.find(&class, Symbol::new("method_missing"))
            && !Rc::ptr_eq(&handler.owner, &self.classes.basic_object)
        {
            self.missing_variable = matches!(access, Access::Variable);
            args.positional.insert(0, Value::Symbol(name));
            return self.invoke(receiver, &handler, Symbol::new("method_missing"), args);
        }
        Err(self.no_method_error(receiver, name, args.positional, access, hidden))
    }

    /// What Ruby says where there is none.
    pub(crate) fn no_method_error(
        &mut self,
        receiver: &Value,
        name: Symbol,
        args: Vec<Value>,
        access: Access<'_>,
        hidden: Option<&Found>,
    ) -> Box<Flow> {
        if hidden.is_none()
            && let Err(flow) = self.refuse_lacking_method(receiver, name, !matches!(access, Access::Public(_)))
        {
            return flow;
        }
        let described = self.describe(receiver);
        let (class, message) = match (access, hidden.map(|found| found.method.visibility)) {
            (Access::Variable, _) => {
                ("NameError", format!("undefined local variable or method `{name}' for {described}"))
            }
            (_, Some(Visibility::Private)) => {
                ("NoMethodError", format!("private method `{name}' called for {described}"))
            }
            (_, Some(Visibility::Protected)) => {
                ("NoMethodError", format!("protected method `{name}' called for {described}"))
            }
            _ => ("NoMethodError", format!("undefined method `{name}' for {described}")),
        };
        let flow = self.error(class, message);
        if let Flow::Raise(error) = &*flow
            && let Value::Object(object) = error
        {
            object.set_ivar(Symbol::new("name"), Value::Symbol(name));
            object.set_ivar(Symbol::new("receiver"), receiver.clone());
            object.set_ivar(Symbol::new("args"), Value::array(args));
        }
        flow
    }

    /// As NoMethodError names a receiver: `an instance of Foo`, `class Foo`, `nil`.
    pub fn describe(&mut self, receiver: &Value) -> String {
        match receiver {
            Value::Nil => "nil".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Class(class) if class.is_module() => format!("module {}", class.name()),
            Value::Class(class) => format!("class {}", class.name()),
            _ if receiver.is_identical(&self.main) => "main".to_owned(),
            Value::Object(object) if object.class().kind == ClassKind::Singleton => {
                format!("#<{}:0x{:016x}>", self.class_of(receiver).name(), receiver.address())
            }
            _ => format!("an instance of {}", self.class_of(receiver).name()),
        }
    }

    /// `a.b(c)`, with all that may stand about it.
    pub(super) fn call_node(&mut self, call: &Call, span: Span, frame: &Rc<Frame>) -> Eval {
        let receiver = match &call.receiver {
            Some(receiver) => self.evaluate(receiver, frame)?,
            None => frame.receiver.clone(),
        };
        if call.safe_navigation && receiver.is_nil() {
            return Ok(Value::Nil);
        }
        if let Some(operator) = call.operator {
            let argument = self.evaluate(&call.arguments.positional[0], frame)?;
            if let Some(value) = operator::shortcut(operator, &receiver, &argument) {
                return Ok(value);
            }
            self.set_line(span.line);
            let access = if call.ignore_visibility { Access::Function } else { Access::Public(Some(&frame.receiver)) };
            return self.dispatch(&receiver, call.name, Args::one(argument), access);
        }
        let (args, closure) = self.arguments(&call.arguments, frame)?;
        self.set_line(span.line);
        let access = if call.variable_call {
            Access::Variable
        } else if call.receiver.is_none() || call.ignore_visibility {
            Access::Function
        } else {
            Access::Public(Some(&frame.receiver))
        };
        if call.attribute_write {
            let value = args.positional.last().cloned().unwrap_or_default();
            self.dispatch(&receiver, call.name, args, access)?;
            return Ok(value);
        }
        let result = self.dispatch(&receiver, call.name, args, access);
        match closure {
            Some(closure) => end_call(&closure, result),
            None => result,
        }
    }

    /// The arguments of a call; the closure of a block literal, whose `break` ends the call.
    pub(super) fn arguments(&mut self, arguments: &Arguments, frame: &Rc<Frame>) -> Eval<(Args, Option<Rc<Closure>>)> {
        let positional = self.list(&arguments.positional, frame)?;
        let keywords = if arguments.keywords.is_empty() {
            None
        } else {
            Some(self.hash_literal(&arguments.keywords, frame)?).filter(|keywords| !keywords.is_empty())
        };
        let (block, closure) = match &arguments.block {
            BlockArgument::None => (None, None),
            BlockArgument::Pass(value) => {
                let value = self.evaluate(value, frame)?;
                (self.block_of(&value)?, None)
            }
            BlockArgument::Literal(block) => {
                let closure = self.closure(block, frame);
                let block = RProc { kind: ProcKind::Closure(Rc::clone(&closure)), lambda: false };
                (Some(Rc::new(block)), Some(closure))
            }
        };
        Ok((Args { positional, keywords, block }, closure))
    }

    /// `super`, with or without arguments.
    pub(super) fn super_node(&mut self, call: &Super, span: Span, frame: &Rc<Frame>) -> Eval {
        let Some(method) = frame.method() else {
            self.set_line(span.line);
            return Err(self.error("RuntimeError", "super called outside of method"));
        };
        if call.implicit && matches!(defining_kind(frame), Some(FrameKind::DefinedMethod(_))) {
            self.set_line(span.line);
            return Err(self.error(
                "RuntimeError",
                "implicit argument passing of super from method defined by define_method() is not supported. Specify all arguments explicitly.",
            ));
        }
        let (name, owner) = (method.method.name, Rc::clone(&method.owner));
        let inherited = method.block.clone();
        let (mut args, closure) = self.arguments(&call.arguments, frame)?;
        if matches!(call.arguments.block, BlockArgument::None) {
            args.block = inherited;
        }
        self.set_line(span.line);
        let receiver = frame.receiver.clone();
        let result = self.call_super(&receiver, &owner, name, args);
        match closure {
            Some(closure) => end_call(&closure, result),
            None => result,
        }
    }

    fn super_missing(&mut self, receiver: &Value, name: Symbol, mut args: Args) -> Eval {
        let class = self.dispatch_class(receiver);
        if let Some(handler) = self.find(&class, Symbol::new("method_missing"))
            && !Rc::ptr_eq(&handler.owner, &self.classes.basic_object)
        {
            args.positional.insert(0, Value::Symbol(name));
            return self.invoke(receiver, &handler, Symbol::new("method_missing"), args);
        }
        let described = self.describe(receiver);
        Err(self.error("NoMethodError", format!("super: no superclass method `{name}' for {described}")))
    }

    /// Whether there is anything for `super` to call.
    pub(super) fn has_super(&self, frame: &Frame) -> bool {
        frame
            .method()
            .is_some_and(|method| self.find_super(&frame.receiver, &method.owner, method.method.name).is_some())
    }

    /// Whether a call would find a method, or `respond_to_missing?` says it would be answered.
    /// `respond_to?`, without asking whether the real Ruby would.
    pub fn answers(&mut self, receiver: &Value, name: Symbol, private: bool) -> Eval<bool> {
        let class = self.dispatch_class(receiver);
        if let Some(found) = self.find(&class, name)
            && (private || found.method.visibility == Visibility::Public)
        {
            return Ok(true);
        }
        let hook = Symbol::new("respond_to_missing?");
        match self.find(&class, hook) {
            Some(found) if !Rc::ptr_eq(&found.owner, &self.classes.kernel) => {
                let args = Args::new(vec![Value::Symbol(name), Value::Bool(private)]);
                Ok(self.invoke(receiver, &found, hook, args)?.truthy())
            }
            _ => Ok(false),
        }
    }

    /// Calls a hook (`inherited`, `method_added`) unless it is the empty one that every class has.
    pub(crate) fn hook(&mut self, receiver: &Value, name: &str, args: Vec<Value>) -> Eval<()> {
        let class = self.dispatch_class(receiver);
        let name = Symbol::new(name);
        if let Some(found) = self.find(&class, name) {
            let core = [&self.classes.basic_object, &self.classes.class, &self.classes.module, &self.classes.kernel];
            if !core.iter().any(|class| Rc::ptr_eq(class, &found.owner)) {
                self.invoke(receiver, &found, name, Args::new(args))?;
            }
        }
        Ok(())
    }
}

/// The text of an arity error, but for its closing parenthesis.
pub(crate) fn wrong_number_message(given: usize, min: usize, max: Option<usize>) -> String {
    let expected = match max {
        Some(max) if max == min => min.to_string(),
        Some(max) => format!("{min}..{max}"),
        None => format!("{min}+"),
    };
    format!("wrong number of arguments (given {given}, expected {expected}")
}

/// The call that a block was written for is over: catches its `break`.
pub(super) fn end_call(closure: &Rc<Closure>, result: Eval) -> Eval {
    closure.ended.set(true);
    match result {
        Err(flow) => match *flow {
            Flow::Break(target, value) if target == closure.home => Ok(value),
            flow => Err(Box::new(flow)),
        },
        value => value,
    }
}

/// Marks a frame as over, and breaks the cycle of closures that live only in its own locals.
pub(super) fn finish(frame: &Rc<Frame>) {
    frame.finished.set(true);
    if frame.captured.get() {
        frame.clear_if_only_its_own();
    }
}

fn defining_kind(frame: &Frame) -> Option<&FrameKind> {
    let mut frame = frame;
    loop {
        if matches!(frame.kind, FrameKind::Method(_) | FrameKind::DefinedMethod(_)) {
            return Some(&frame.kind);
        }
        frame = frame.outer.as_deref()?;
    }
}
