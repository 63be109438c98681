//! The evaluator: walks the tree of [`crate::syntax::ast`]. One file for each kind of thing that code does.

mod argument;
mod assignment;
mod block;
mod call;
mod constant;
mod control_flow;
mod definition;
mod expression;
mod operator;
mod pattern;

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow, FrameId, Location};
use crate::runtime::frame::{Definee, Frame, FrameKind, LexicalScope, StackEntry, StackPlace};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;
use crate::syntax::ast::{Node, NodeKind, Program};
use crate::syntax::parser;
use crate::syntax::symbol::Symbol;

pub(crate) use call::Access;
pub use call::Found;
pub use expression::frozen_key;

impl Interpreter {
    /// Evaluates a file at the top level. A syntax error is a Ruby SyntaxError, which carries the excerpt.
    pub fn eval(&mut self, path: &str, source: &str) -> Eval {
        match parser::parse(path, source.as_bytes()) {
            Ok(program) => self.run(&program),
            Err(error) => Err(self.error("SyntaxError", error.to_string())),
        }
    }

    /// Evaluates a file that may have been parsed before.
    pub fn run_source(&mut self, source: &parser::Source) -> Eval {
        match source.program() {
            Ok(program) => self.run(program),
            Err(error) => Err(self.error("SyntaxError", error.to_string())),
        }
    }

    /// Evaluates a parsed file at the top level.
    pub fn run(&mut self, program: &Program) -> Eval {
        let body = &program.body;
        let object = Rc::clone(&self.classes.object);
        let scope = Rc::new(LexicalScope { module: Rc::clone(&object), outer: None });
        let id = self.new_frame_id();
        let frame =
            Frame::new(id, FrameKind::Top, self.main.clone(), Definee::Class(object), scope, Rc::clone(&body.file));
        frame
            .default_visibility
            .set(crate::runtime::frame::DefaultVisibility::Is(crate::runtime::method::Visibility::Private));
        let frame = Rc::new(frame.with_locals(&body.locals));
        self.enter_frame(&frame, body.node.span.line, |interpreter| interpreter.evaluate(&body.node, &frame)).or_else(
            |flow| match *flow {
                Flow::Return(id, value) if id == frame.id => Ok(value),
                flow => self.stray(flow),
            },
        )
    }

    /// A jump that found nothing to end is an error of the code that made it.
    fn stray(&mut self, flow: Flow) -> Eval {
        let message = match flow {
            Flow::Raise(_) | Flow::Abort(_) => return Err(Box::new(flow)),
            Flow::Break(..) => "break from proc-closure",
            Flow::Next(_) => "unexpected next",
            Flow::Redo => "unexpected redo",
            Flow::Retry => "unexpected retry",
            Flow::Return(..) => "unexpected return",
            Flow::Throw(tag, _) => {
                let tag = self.inspect(&tag)?;
                return Err(self.error("UncaughtThrowError", format!("uncaught throw {tag}")));
            }
        };
        Err(self.error("LocalJumpError", message))
    }

    /// A number that no other frame of the run has.
    pub(crate) fn new_frame_id(&mut self) -> FrameId {
        self.next_frame += 1;
        FrameId(self.next_frame)
    }

    /// Runs code as a frame of the stack, within the budget.
    pub(crate) fn enter_frame<T>(
        &mut self,
        frame: &Rc<Frame>,
        line: u32,
        run: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Eval<T> {
        let caller = self.match_frame.clone();
        self.switch_match(Some(&Frame::home_of(frame)));
        let result = self.enter(StackPlace::Frame(Rc::clone(frame)), line, run);
        self.switch_match(caller.as_ref());
        result
    }

    /// Makes `$~` that of another method: its blocks share it, wherever they are called from.
    fn switch_match(&mut self, to: Option<&Rc<Frame>>) {
        let Some(to) = to else { return };
        match &self.match_frame {
            Some(from) if Rc::ptr_eq(from, to) => return,
            Some(from) => from.last_match.replace(std::mem::take(&mut self.last_match)),
            None => Value::Nil,
        };
        self.last_match = to.last_match.take();
        self.match_frame = Some(Rc::clone(to));
    }

    /// Runs something one call deeper, in the backtrace and in the budget.
    pub(crate) fn enter<T>(&mut self, place: StackPlace, line: u32, run: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        if let Err(kind) = self.budget.enter() {
            self.budget.leave();
            return Err(self.abort(kind));
        }
        self.stack.push(StackEntry { place, line });
        let result = run(self);
        self.stack.pop();
        self.budget.leave();
        result
    }

    /// The innermost Ruby code that runs: the caller, for a native method.
    pub(crate) fn caller_frame(&self) -> Option<&Rc<Frame>> {
        self.stack.iter().rev().find_map(|entry| match &entry.place {
            StackPlace::Frame(frame) | StackPlace::Rescue(frame) => Some(frame),
            StackPlace::Native(_) => None,
        })
    }

    fn set_line(&mut self, line: u32) {
        if let Some(entry) = self.stack.last_mut() {
            entry.line = line;
        }
    }

    /// Where the evaluation stands, innermost first. A native method stands at its caller's line.
    pub fn backtrace(&self) -> Vec<Location> {
        let mut locations = Vec::with_capacity(self.stack.len());
        let mut place: Option<(Rc<str>, u32)> = None;
        for entry in &self.stack {
            let label: Rc<str> = match &entry.place {
                StackPlace::Frame(frame) => {
                    place = Some((Rc::from(frame.file.path.as_str()), entry.line));
                    Rc::from(frame.label())
                }
                StackPlace::Rescue(frame) => {
                    place = Some((Rc::from(frame.file.path.as_str()), entry.line));
                    Rc::from(format!("rescue in {}", frame.label()))
                }
                StackPlace::Native(name) => name.to_str(),
            };
            if let Some((path, line)) = &place {
                locations.push(Location { path: Rc::clone(path), line: *line, label });
            }
        }
        locations.reverse();
        locations
    }

    /// The program's own code that led here, innermost first, native methods left out. The first `skipped` of what is being
    /// run, native or not, do not count: the native method that asks is one.
    pub fn callers(&self, skipped: usize) -> Vec<Location> {
        let frames = self.stack.iter().rev().skip(skipped).filter_map(|entry| {
            let (frame, label) = match &entry.place {
                StackPlace::Frame(frame) => (frame, frame.label()),
                StackPlace::Rescue(frame) => (frame, format!("rescue in {}", frame.label())),
                StackPlace::Native(_) => return None,
            };
            Some(Location { path: Rc::from(frame.file.path.as_str()), line: entry.line, label: Rc::from(label) })
        });
        frames.collect()
    }

    /// Evaluates a node. The depth of a tree is bounded by the parser, that of calls by the budget.
    pub(crate) fn evaluate(&mut self, node: &Node, frame: &Rc<Frame>) -> Eval {
        if let Err(kind) = self.budget.step() {
            self.set_line(node.span.line);
            return Err(self.abort(kind));
        }
        Ok(match &node.kind {
            NodeKind::Nil => Value::Nil,
            NodeKind::True => Value::Bool(true),
            NodeKind::False => Value::Bool(false),
            NodeKind::SelfReference => frame.receiver.clone(),
            NodeKind::Integer(value) => Value::Int(*value),
            NodeKind::Float(value) => Value::Float(*value),
            NodeKind::Symbol(symbol) => Value::Symbol(*symbol),
            NodeKind::LocalVariable(local) => frame.get(*local),
            NodeKind::SourceFile => Value::str(frame.file.path.as_str()),
            NodeKind::String(literal) => self.string_literal(literal),
            NodeKind::Call(call) => return self.call_node(call, node.span, frame),
            NodeKind::Sequence(nodes) => return self.sequence(nodes, frame),
            NodeKind::Assignment(assignment) => return self.assignment(assignment, node.span, frame),
            NodeKind::If(conditional) => return self.conditional(conditional, frame),
            _ => return self.evaluate_other(node, frame),
        })
    }

    /// The rest, apart so that the frequent kinds need little of the stack.
    fn evaluate_other(&mut self, node: &Node, frame: &Rc<Frame>) -> Eval {
        match &node.kind {
            NodeKind::InstanceVariable(name) => Ok(self.instance_variable(&frame.receiver, *name)),
            NodeKind::ClassVariable(name) => self.class_variable(*name, node.span, frame),
            NodeKind::GlobalVariable(name) => self.read_global(*name),
            NodeKind::BackReference(character) => self.back_reference(*character),
            NodeKind::NumberedReference(number) => self.numbered_reference(*number),
            NodeKind::Constant(name) => self.lexical_constant(*name, node.span, frame),
            NodeKind::ConstantPath(path) => self.constant_path(path, node.span, frame),
            NodeKind::BigInteger(digits) => self.big_integer(digits),
            NodeKind::Rational(numerator, denominator) => self.rational(numerator, denominator, frame),
            NodeKind::InterpolatedString(parts) => self.interpolated_string(parts, frame),
            NodeKind::InterpolatedSymbol(parts) => self.interpolated_symbol(parts, frame),
            NodeKind::Regexp(literal) => self.regexp(literal, frame),
            NodeKind::Array(elements) => Ok(Value::array(self.list(elements, frame)?)),
            NodeKind::Hash(elements) => Ok(Value::Hash(self.hash_literal(elements, frame)?)),
            NodeKind::Range(range) => self.range_literal(range, node.span, frame),
            NodeKind::Splat(value) => {
                let value = self.evaluate(value, frame)?;
                Ok(Value::array(self.splat(&value)?))
            }
            NodeKind::OperatorAssignment(assignment) => self.operator_assignment(assignment, node.span, frame),
            NodeKind::MultipleAssignment(assignment) => self.multiple_assignment(assignment, frame),
            NodeKind::Super(call) => self.super_node(call, node.span, frame),
            NodeKind::Yield(arguments) => self.yield_node(arguments, node.span, frame),
            NodeKind::Not(value) => self.not(value, node.span, frame),
            NodeKind::Defined(value) => self.defined(value, frame),
            NodeKind::And(left, right) => {
                let left = self.evaluate(left, frame)?;
                if left.truthy() { self.evaluate(right, frame) } else { Ok(left) }
            }
            NodeKind::Or(left, right) => {
                let left = self.evaluate(left, frame)?;
                if left.truthy() { Ok(left) } else { self.evaluate(right, frame) }
            }
            NodeKind::Lambda(block) => Ok(self.lambda(block, frame)),
            NodeKind::Unsupported(message) => {
                self.set_line(node.span.line);
                Err(self.unsupported(&**message))
            }
            _ => self.evaluate_statement(node, frame),
        }
    }

    fn evaluate_statement(&mut self, node: &Node, frame: &Rc<Frame>) -> Eval {
        match &node.kind {
            NodeKind::While(loop_) => self.while_loop(loop_, frame),
            NodeKind::Case(case) => self.case(case, frame),
            NodeKind::CaseIn(case) => self.case_in(case, node.span, frame),
            NodeKind::MatchPredicate(pair) => self.match_predicate(&pair.0, &pair.1, frame),
            NodeKind::MatchRequired(pair) => self.match_required(&pair.0, &pair.1, node.span, frame),
            NodeKind::MatchWrite(write) => self.match_write(write, frame),
            NodeKind::Begin(begin) => self.begin(begin, frame),
            NodeKind::Return(value) => self.return_node(value.as_deref(), frame),
            NodeKind::Break(value) => self.break_node(value.as_deref(), frame),
            NodeKind::Next(value) => {
                let value = self.optional_value(value.as_deref(), frame)?;
                Err(Box::new(Flow::Next(value)))
            }
            NodeKind::Retry => Err(Box::new(Flow::Retry)),
            NodeKind::Definition(definition) => self.definition(definition, node.span, frame),
            NodeKind::Class(class) => self.class_definition(class, node.span, frame),
            NodeKind::Module(module) => self.module_definition(module, node.span, frame),
            NodeKind::SingletonClass(class) => self.singleton_class_definition(class, node.span, frame),
            NodeKind::AliasMethod(names) => self.alias_node(names, frame),
            NodeKind::AliasGlobal(new, old) => {
                self.global_aliases.insert(*new, *old);
                Ok(Value::Nil)
            }
            NodeKind::Undefine(names) => self.undefine(names, frame),
            _ => Err(self.unsupported("this syntax is not supported")),
        }
    }

    fn sequence(&mut self, nodes: &[Node], frame: &Rc<Frame>) -> Eval {
        let mut last = Value::Nil;
        for node in nodes {
            last = self.evaluate(node, frame)?;
        }
        Ok(last)
    }

    fn optional_value(&mut self, node: Option<&Node>, frame: &Rc<Frame>) -> Eval {
        node.map_or(Ok(Value::Nil), |node| self.evaluate(node, frame))
    }

    fn read_global(&mut self, name: Symbol) -> Eval {
        let aliased = self.global_aliases.get(&name).copied().unwrap_or(name);
        if !aliased.is("$@") || self.rescued.is_nil() {
            return Ok(self.global_variable(name));
        }
        let rescued = self.rescued.clone();
        self.call(&rescued, "backtrace", Args::none())
    }

    /// The value of `$name`. `$!` is the exception being rescued.
    pub fn global_variable(&self, name: Symbol) -> Value {
        let name = self.global_aliases.get(&name).copied().unwrap_or(name);
        if name.is("$!") {
            return self.rescued.clone();
        }
        if name.is("$~") {
            return self.last_match.clone();
        }
        self.globals.get(&name).cloned().unwrap_or_default()
    }

    fn back_reference(&mut self, character: char) -> Eval {
        let found = self.last_match.clone();
        if found.is_nil() {
            return Ok(Value::Nil);
        }
        match character {
            '`' => self.call(&found, "pre_match", Args::none()),
            '\'' => self.call(&found, "post_match", Args::none()),
            '+' => {
                let captures = self.call(&found, "captures", Args::none())?;
                let compact = self.call(&captures, "compact", Args::none())?;
                self.call(&compact, "last", Args::none())
            }
            _ => self.call(&found, "[]", Args::one(Value::Int(0))),
        }
    }

    fn numbered_reference(&mut self, number: u32) -> Eval {
        let found = self.last_match.clone();
        if found.is_nil() {
            return Ok(Value::Nil);
        }
        self.call(&found, "[]", Args::one(Value::Int(i64::from(number))))
    }
}
