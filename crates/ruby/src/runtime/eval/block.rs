//! Blocks, procs, lambdas: making them, calling them, `yield`, `instance_exec`.

use std::cell::Cell;
use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::{Closure, Definee, Frame, FrameKind};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{ProcKind, RProc, Value};
use crate::syntax::ast::{Arguments, Block};
use crate::syntax::source::Span;

impl Interpreter {
    /// A block with the variables around it.
    pub(super) fn closure(&mut self, block: &Rc<Block>, frame: &Rc<Frame>) -> Rc<Closure> {
        self.remember(frame);
        let home = self.new_frame_id();
        Rc::new(Closure { block: Rc::clone(block), frame: Rc::clone(frame), home, ended: Cell::new(false) })
    }

    /// Keeps a weak reference to a captured frame, so that the end of the interpreter can break its cycles.
    pub(crate) fn remember(&mut self, frame: &Rc<Frame>) {
        if frame.captured.replace(true) {
            return;
        }
        if self.captured.len() >= self.captured_limit {
            self.captured.retain(|frame| frame.strong_count() > 0);
            self.captured_limit = (self.captured.len() * 2).max(1024);
        }
        self.captured.push(Rc::downgrade(frame));
    }

    /// `->(a) { }`
    pub(super) fn lambda(&mut self, block: &Rc<Block>, frame: &Rc<Frame>) -> Value {
        let closure = self.closure(block, frame);
        closure.ended.set(true);
        Value::Proc(Rc::new(RProc { kind: ProcKind::Closure(closure), lambda: true }))
    }

    /// What `&value` passes as the block.
    pub fn block_of(&mut self, value: &Value) -> Eval<Option<Rc<RProc>>> {
        match value {
            Value::Nil => return Ok(None),
            Value::Proc(block) => return Ok(Some(Rc::clone(block))),
            Value::Symbol(name) => return Ok(Some(Rc::new(RProc { kind: ProcKind::Symbol(*name), lambda: true }))),
            _ => {}
        }
        if self.responds_to(value, "to_proc")
            && let Value::Proc(block) = self.call(value, "to_proc", Args::none())?
        {
            return Ok(Some(block));
        }
        let class = self.class_of(value).name();
        Err(self.type_error(format!("wrong argument type {class} (expected Proc)")))
    }

    /// Calls a proc with arguments, as `yield` does (an only Array spreads over several parameters).
    pub fn call_block(&mut self, block: &Rc<RProc>, args: Args) -> Eval {
        match &block.kind {
            ProcKind::Closure(closure) => {
                let kind = if block.lambda { FrameKind::Lambda } else { FrameKind::Block(Rc::clone(closure)) };
                self.call_closure(closure, kind, None, args)
            }
            _ => self.call_other(block, args),
        }
    }

    fn call_other(&mut self, block: &Rc<RProc>, mut args: Args) -> Eval {
        match &block.kind {
            ProcKind::Native(function) => {
                // A native method that yields to a native block (`cycle.to_a`) walks no tree that would count for it.
                // Nor does one that asks the object that it stands for the same again.
                let function = Rc::clone(function);
                self.nested(|interpreter| function(interpreter, args))
            }
            ProcKind::Symbol(name) => {
                if args.positional.is_empty() {
                    return Err(self.argument_error("no receiver given"));
                }
                let receiver = args.positional.remove(0);
                self.call_public(&receiver, *name, args)
            }
            ProcKind::Method(receiver, name) => self.call(receiver, *name, args),
            ProcKind::Closure(_) => self.call_block(block, args),
        }
    }

    /// `yield value`.
    pub fn yield_value(&mut self, block: &Rc<RProc>, value: Value) -> Eval {
        self.call_block(block, Args::one(value))
    }

    /// `yield a, b`.
    pub fn yield_pair(&mut self, block: &Rc<RProc>, a: Value, b: Value) -> Eval {
        self.call_block(block, Args::new(vec![a, b]))
    }

    /// `receiver.instance_exec(*args, &block)`.
    pub fn instance_exec(&mut self, block: &Rc<RProc>, receiver: &Value, args: Args) -> Eval {
        self.exec_as(block, receiver, Definee::SingletonOf(receiver.clone()), args)
    }

    /// `module.class_exec(*args, &block)`: a `def` inside defines methods of the module.
    pub fn class_exec(&mut self, block: &Rc<RProc>, module: &Value, args: Args) -> Eval {
        let definee = match module {
            Value::Class(class) => Definee::Class(Rc::clone(class)),
            other => Definee::SingletonOf(other.clone()),
        };
        self.exec_as(block, module, definee, args)
    }

    /// `instance_exec` and its kin: the block with another `self`, and another class that `def` adds to.
    pub(crate) fn exec_as(&mut self, block: &Rc<RProc>, receiver: &Value, definee: Definee, args: Args) -> Eval {
        match &block.kind {
            ProcKind::Closure(closure) => {
                let kind = if block.lambda { FrameKind::Lambda } else { FrameKind::Block(Rc::clone(closure)) };
                self.call_closure(closure, kind, Some((receiver.clone(), definee)), args)
            }
            _ => self.call_block(block, args),
        }
    }

    /// Calls a closure, with a `self` of its own or the one it captured.
    pub(super) fn call_closure(
        &mut self,
        closure: &Rc<Closure>,
        kind: FrameKind,
        as_: Option<(Value, Definee)>,
        args: Args,
    ) -> Eval {
        let block = &closure.block;
        let outer = &closure.frame;
        let strict = matches!(kind, FrameKind::Lambda | FrameKind::DefinedMethod(_));
        let inherited = if as_.is_none() { Some(outer.default_visibility.get()) } else { None };
        let (receiver, definee) = as_.unwrap_or_else(|| (outer.receiver.clone(), outer.definee.clone()));
        let id = self.new_frame_id();
        let frame = Frame::new(id, kind, receiver, definee, Rc::clone(&outer.scope), Rc::clone(&block.body.file));
        let frame = Rc::new(frame.with_locals(&block.body.locals).inside(outer));
        if let Some(visibility) = inherited {
            frame.default_visibility.set(visibility);
        }
        let result = self.enter_frame(&frame, block.span.line, |interpreter| {
            if strict {
                interpreter.bind_strictly(&block.parameters, &frame, args)?;
            } else {
                interpreter.bind_loosely(&block.parameters, &frame, args)?;
            }
            interpreter.evaluate(&block.body.node, &frame)
        });
        super::call::finish(&frame);
        match result {
            Err(flow) => match *flow {
                Flow::Next(value) => Ok(value),
                Flow::Return(target, value) if strict && target == id => Ok(value),
                flow => Err(Box::new(flow)),
            },
            value => value,
        }
    }

    /// `yield`
    pub(super) fn yield_node(&mut self, arguments: &Arguments, span: Span, frame: &Rc<Frame>) -> Eval {
        let (args, _) = self.arguments(arguments, frame)?;
        self.set_line(span.line);
        match frame.given_block().cloned() {
            Some(block) => self.call_block(&block, args),
            None => Err(self.error("LocalJumpError", "no block given (yield)")),
        }
    }
}
