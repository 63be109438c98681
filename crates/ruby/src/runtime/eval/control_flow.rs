//! Conditions, loops, `case`, `begin` with `rescue` and `ensure`, jumps.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::{Frame, FrameKind, StackPlace};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;
use crate::syntax::ast::{Begin, Case, If, Node, NodeKind, Rescue, When, While};

impl Interpreter {
    /// `if`, `unless` and `? :`
    pub(super) fn conditional(&mut self, conditional: &If, frame: &Rc<Frame>) -> Eval {
        let condition = self.evaluate(&conditional.condition, frame)?;
        let branch = if condition.truthy() { &conditional.then_branch } else { &conditional.else_branch };
        self.evaluate(branch, frame)
    }

    /// `while`, `until`, and either after `begin ... end`
    pub(super) fn while_loop(&mut self, loop_: &While, frame: &Rc<Frame>) -> Eval {
        frame.loops.set(frame.loops.get() + 1);
        let result = self.loop_body(loop_, frame);
        frame.loops.set(frame.loops.get() - 1);
        match result {
            Err(flow) => match *flow {
                Flow::Break(target, value) if target == frame.id => Ok(value),
                flow => Err(Box::new(flow)),
            },
            Ok(()) => Ok(Value::Nil),
        }
    }

    fn loop_body(&mut self, loop_: &While, frame: &Rc<Frame>) -> Eval<()> {
        let mut first = loop_.body_first;
        loop {
            if !first && self.evaluate(&loop_.condition, frame)?.truthy() == loop_.negated {
                return Ok(());
            }
            first = false;
            match self.evaluate(&loop_.body, frame) {
                Err(flow) if matches!(*flow, Flow::Next(_)) => {}
                other => {
                    other?;
                }
            }
        }
    }

    /// `case ... when`
    pub(super) fn case(&mut self, case: &Case, frame: &Rc<Frame>) -> Eval {
        let subject = match &case.subject {
            Some(subject) => Some(self.evaluate(subject, frame)?),
            None => None,
        };
        for when in &case.whens {
            if self.when_matches(when, subject.as_ref(), frame)? {
                return self.evaluate(&when.body, frame);
            }
        }
        self.evaluate(&case.else_branch, frame)
    }

    fn when_matches(&mut self, when: &When, subject: Option<&Value>, frame: &Rc<Frame>) -> Eval<bool> {
        for condition in &when.conditions {
            let candidates = match &condition.kind {
                NodeKind::Splat(value) => {
                    let value = self.evaluate(value, frame)?;
                    self.splat(&value)?
                }
                _ => vec![self.evaluate(condition, frame)?],
            };
            self.set_line(condition.span.line);
            for candidate in candidates {
                let matches = match subject {
                    Some(subject) => self.case_equal(&candidate, subject)?,
                    None => candidate.truthy(),
                };
                if matches {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// `begin ... rescue ... else ... ensure ... end`
    pub(super) fn begin(&mut self, begin: &Begin, frame: &Rc<Frame>) -> Eval {
        let Some(ensure) = &begin.ensure else { return self.rescued_body(begin, frame) };
        let result = self.rescued_body(begin, frame);
        if let Err(flow) = &result
            && matches!(**flow, Flow::Abort(_))
        {
            return result;
        }
        if result.is_err() {
            // When time is up, nothing more runs on the way out.
            self.check_deadline()?;
        }
        let rescued = self.rescued.clone();
        if let Err(flow) = &result
            && let Flow::Raise(error) = &**flow
        {
            self.rescued = error.clone();
        }
        let ensured = self.evaluate(ensure, frame);
        self.rescued = rescued;
        ensured?;
        result
    }

    fn rescued_body(&mut self, begin: &Begin, frame: &Rc<Frame>) -> Eval {
        loop {
            let error = match self.evaluate(&begin.body, frame) {
                Ok(value) => {
                    return match &begin.else_branch {
                        Some(branch) => self.evaluate(branch, frame),
                        None => Ok(value),
                    };
                }
                Err(flow) => match *flow {
                    Flow::Raise(error) if !begin.rescues.is_empty() => error,
                    flow => return Err(Box::new(flow)),
                },
            };
            self.check_deadline()?;
            let line = begin.body.span.line;
            self.set_line(begin.line);
            let previous = std::mem::replace(&mut self.rescued, error.clone());
            let result = self.enter(StackPlace::Rescue(Rc::clone(frame)), line, |interpreter| {
                interpreter.rescue(begin, &error, frame)
            });
            self.rescued = previous;
            match result {
                Err(flow) if matches!(*flow, Flow::Retry) => self.budget.step().map_err(|kind| self.abort(kind))?,
                result => return result,
            }
        }
    }

    fn rescue(&mut self, begin: &Begin, error: &Value, frame: &Rc<Frame>) -> Eval {
        for rescue in &begin.rescues {
            if self.rescues(rescue, error, frame)? {
                if let Some(reference) = &rescue.reference {
                    self.assign(reference, error.clone(), frame)?;
                }
                return self.evaluate(&rescue.body, frame);
            }
        }
        Err(Box::new(Flow::Raise(error.clone())))
    }

    fn rescues(&mut self, rescue: &Rescue, error: &Value, frame: &Rc<Frame>) -> Eval<bool> {
        if rescue.exceptions.is_empty() {
            let standard = self.class_at("StandardError");
            return Ok(self.is_a(error, &standard));
        }
        for class in self.list(&rescue.exceptions, frame)? {
            if !matches!(class, Value::Class(_)) {
                return Err(self.type_error("class or module required for rescue clause"));
            }
            if self.call(&class, "===", Args::one(error.clone()))?.truthy() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `return`
    pub(super) fn return_node(&mut self, value: Option<&Node>, frame: &Rc<Frame>) -> Eval {
        let value = self.optional_value(value, frame)?;
        let mut target = frame;
        while let (FrameKind::Block(_) | FrameKind::Evaluation, Some(outer)) = (&target.kind, &target.outer) {
            target = outer;
        }
        if target.finished.get() {
            return Err(self.error("LocalJumpError", "unexpected return"));
        }
        Err(Box::new(Flow::Return(target.id, value)))
    }

    /// `break`
    pub(super) fn break_node(&mut self, value: Option<&Node>, frame: &Rc<Frame>) -> Eval {
        let value = self.optional_value(value, frame)?;
        if frame.loops.get() > 0 {
            return Err(Box::new(Flow::Break(frame.id, value)));
        }
        match &frame.kind {
            FrameKind::Block(closure) if closure.ended.get() => {
                Err(self.error("LocalJumpError", "break from proc-closure"))
            }
            FrameKind::Block(closure) => Err(Box::new(Flow::Break(closure.home, value))),
            FrameKind::Evaluation => Err(self.error("SyntaxError", "Can't escape from eval with break")),
            _ => Err(Box::new(Flow::Return(frame.id, value))),
        }
    }
}
