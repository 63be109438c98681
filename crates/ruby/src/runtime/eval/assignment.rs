//! Assignments to every kind of target, `||=` and its kin, destructuring.

use std::rc::Rc;

use super::call::Access;
use super::operator::shortcut;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::frame::Frame;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RClass, Value};
use crate::syntax::ast::{
    Assignment, AssignmentOperator, AttributeTarget, ConstantPath, ConstantScope, IndexTarget, MatchWrite,
    MultipleAssignment, MultipleTarget, Node, OperatorAssignment, Target,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Interpreter {
    /// `a = 1`, to whatever may stand on the left.
    pub(super) fn assignment(&mut self, assignment: &Assignment, span: Span, frame: &Rc<Frame>) -> Eval {
        match &assignment.target {
            Target::Local(local) => {
                let value = self.evaluate(&assignment.value, frame)?;
                frame.set(*local, value.clone());
                Ok(value)
            }
            // `a::B = c` evaluates `a` before `c`.
            Target::Constant(path) => {
                let module = self.constant_home(path, span, frame)?;
                let value = self.evaluate(&assignment.value, frame)?;
                self.set_line(span.line);
                self.assign_constant(&module, path.name, value.clone())?;
                Ok(value)
            }
            target => {
                let value = self.evaluate(&assignment.value, frame)?;
                self.set_line(span.line);
                self.assign(target, value.clone(), frame)?;
                Ok(value)
            }
        }
    }

    /// Gives a value to a target; the parts of the target are evaluated now.
    pub(super) fn assign(&mut self, target: &Target, value: Value, frame: &Rc<Frame>) -> Eval<()> {
        match target {
            Target::Local(local) => frame.set(*local, value),
            Target::InstanceVariable(name) => self.set_instance_variable(&frame.receiver, *name, value)?,
            Target::ClassVariable(name) => self.set_class_variable(*name, value, frame)?,
            Target::GlobalVariable(name) => self.set_global_variable(*name, value)?,
            Target::Constant(path) => {
                let module = self.constant_home(path, Span::default(), frame)?;
                self.assign_constant(&module, path.name, value)?;
            }
            Target::Attribute(attribute) => {
                let receiver = self.evaluate(&attribute.receiver, frame)?;
                if !(attribute.safe_navigation && receiver.is_nil()) {
                    self.set_attribute(attribute, &receiver, value, frame)?;
                }
            }
            Target::Index(index) => {
                let receiver = self.evaluate(&index.receiver, frame)?;
                let (args, _) = self.arguments(&index.arguments, frame)?;
                self.set_index(index, &receiver, args, value, frame)?;
            }
            Target::Multiple(targets) => self.destructure(targets, &value, frame)?,
            Target::Nowhere => {}
        }
        Ok(())
    }

    fn set_attribute(
        &mut self,
        target: &AttributeTarget,
        receiver: &Value,
        value: Value,
        frame: &Rc<Frame>,
    ) -> Eval<()> {
        self.set_line(target.span.line);
        self.dispatch(receiver, target.writer, Args::one(value), access(target.ignore_visibility, frame))?;
        Ok(())
    }

    fn set_index(
        &mut self,
        target: &IndexTarget,
        receiver: &Value,
        mut args: Args,
        value: Value,
        frame: &Rc<Frame>,
    ) -> Eval<()> {
        self.set_line(target.span.line);
        args.positional.push(value);
        self.dispatch(receiver, Symbol::new("[]="), args, access(target.ignore_visibility, frame))?;
        Ok(())
    }

    /// `a += 1`, `a ||= 1`, `a &&= 1`
    pub(super) fn operator_assignment(
        &mut self,
        assignment: &OperatorAssignment,
        span: Span,
        frame: &Rc<Frame>,
    ) -> Eval {
        match &assignment.target {
            Target::Attribute(target) => self.operate_on_attribute(assignment, target, frame),
            Target::Index(target) => self.operate_on_index(assignment, target, frame),
            Target::Constant(path) => self.operate_on_constant(assignment, path, span, frame),
            target => {
                let current = self.current(target, assignment.operator, span, frame)?;
                match self.operate(assignment, current, span, frame)? {
                    (value, true) => {
                        self.assign(target, value.clone(), frame)?;
                        Ok(value)
                    }
                    (value, false) => Ok(value),
                }
            }
        }
    }

    /// The value that a variable has before `||=`, which minds no undefined one.
    fn current(&mut self, target: &Target, operator: AssignmentOperator, span: Span, frame: &Rc<Frame>) -> Eval {
        match target {
            Target::Local(local) => Ok(frame.get(*local)),
            Target::InstanceVariable(name) => Ok(self.instance_variable(&frame.receiver, *name)),
            Target::GlobalVariable(name) => Ok(self.global_variable(*name)),
            Target::ClassVariable(name) => match operator {
                AssignmentOperator::Or => Ok(self.find_class_variable(*name, frame).unwrap_or_default()),
                _ => self.class_variable(*name, span, frame),
            },
            _ => Ok(Value::Nil),
        }
    }

    /// The new value, and whether it is to be assigned.
    fn operate(
        &mut self,
        assignment: &OperatorAssignment,
        current: Value,
        span: Span,
        frame: &Rc<Frame>,
    ) -> Eval<(Value, bool)> {
        match assignment.operator {
            AssignmentOperator::Or if current.truthy() => Ok((current, false)),
            AssignmentOperator::And if !current.truthy() => Ok((current, false)),
            AssignmentOperator::Or | AssignmentOperator::And => Ok((self.evaluate(&assignment.value, frame)?, true)),
            AssignmentOperator::Call(name) => {
                let value = self.evaluate(&assignment.value, frame)?;
                self.set_line(span.line);
                let quick = quick_operator(name).and_then(|operator| shortcut(operator, &current, &value));
                let result = match quick {
                    Some(result) => result,
                    None => self.dispatch(&current, name, Args::one(value), Access::Public(Some(&frame.receiver)))?,
                };
                Ok((result, true))
            }
        }
    }

    fn operate_on_attribute(
        &mut self,
        assignment: &OperatorAssignment,
        target: &AttributeTarget,
        frame: &Rc<Frame>,
    ) -> Eval {
        let receiver = self.evaluate(&target.receiver, frame)?;
        if target.safe_navigation && receiver.is_nil() {
            return Ok(Value::Nil);
        }
        self.set_line(target.span.line);
        let current = self.dispatch(&receiver, target.name, Args::none(), access(target.ignore_visibility, frame))?;
        let (value, changed) = self.operate(assignment, current, target.span, frame)?;
        if changed {
            self.set_attribute(target, &receiver, value.clone(), frame)?;
        }
        Ok(value)
    }

    fn operate_on_index(&mut self, assignment: &OperatorAssignment, target: &IndexTarget, frame: &Rc<Frame>) -> Eval {
        let receiver = self.evaluate(&target.receiver, frame)?;
        if target.safe_navigation && receiver.is_nil() {
            return Ok(Value::Nil);
        }
        let (args, _) = self.arguments(&target.arguments, frame)?;
        self.set_line(target.span.line);
        let current =
            self.dispatch(&receiver, Symbol::new("[]"), args.clone(), access(target.ignore_visibility, frame))?;
        let (value, changed) = self.operate(assignment, current, target.span, frame)?;
        if changed {
            self.set_index(target, &receiver, args, value.clone(), frame)?;
        }
        Ok(value)
    }

    fn operate_on_constant(
        &mut self,
        assignment: &OperatorAssignment,
        path: &ConstantPath,
        span: Span,
        frame: &Rc<Frame>,
    ) -> Eval {
        let module = self.constant_home(path, span, frame)?;
        let found = match &path.scope {
            ConstantScope::Lexical => self.find_lexical_constant(path.name, frame),
            _ => self.find_constant(&module, path.name),
        };
        let current = match (found, assignment.operator) {
            (Some(value), _) => value,
            (None, AssignmentOperator::Or) => Value::Nil,
            (None, _) => self.constant_missing(&module, path.name)?,
        };
        let (value, changed) = self.operate(assignment, current, span, frame)?;
        if changed {
            self.assign_constant(&module, path.name, value.clone())?;
        }
        Ok(value)
    }

    /// The module that a constant path assigns into.
    pub(super) fn constant_home(&mut self, path: &ConstantPath, span: Span, frame: &Rc<Frame>) -> Eval<Rc<RClass>> {
        match &path.scope {
            ConstantScope::Lexical => Ok(Rc::clone(&frame.scope.module)),
            ConstantScope::Root => Ok(Rc::clone(&self.classes.object)),
            ConstantScope::Of(parent) => {
                let parent = self.evaluate(parent, frame)?;
                self.set_line(span.line);
                self.expect_module(&parent)
            }
        }
    }

    /// `a, (b, *c) = d`
    pub(super) fn multiple_assignment(&mut self, assignment: &MultipleAssignment, frame: &Rc<Frame>) -> Eval {
        let value = self.evaluate(&assignment.value, frame)?;
        self.destructure(&assignment.targets, &value, frame)?;
        Ok(value)
    }

    /// Spreads a value over targets, as `a, (b, *c) = value` does.
    pub(super) fn destructure(&mut self, targets: &MultipleTarget, value: &Value, frame: &Rc<Frame>) -> Eval<()> {
        let values = match self.to_ary(value)? {
            Some(values) => values,
            None => vec![value.clone()],
        };
        let mut values = values.into_iter();
        for target in &targets.before {
            self.assign(target, values.next().unwrap_or_default(), frame)?;
        }
        if let Some(rest) = &targets.rest {
            let count = values.len().saturating_sub(targets.after.len());
            let rest_values: Vec<Value> = values.by_ref().take(count).collect();
            self.assign(rest, Value::array(rest_values), frame)?;
        }
        for target in &targets.after {
            self.assign(target, values.next().unwrap_or_default(), frame)?;
        }
        Ok(())
    }

    /// `$a = 1`; some are not to be set, and say so.
    pub fn set_global_variable(&mut self, name: Symbol, value: Value) -> Eval<()> {
        let name = self.global_aliases.get(&name).copied().unwrap_or(name);
        if name.is("$~") {
            self.last_match = value;
            return Ok(());
        }
        if matches!(&*name.to_str(), "$!" | "$@" | "$$" | "$?") {
            return Err(self.error("NameError", format!("{name} is a read-only variable")));
        }
        self.globals.insert(name, value);
        Ok(())
    }

    /// `/(?<a>.)/ =~ b`, which sets `a`.
    pub(super) fn match_write(&mut self, write: &MatchWrite, frame: &Rc<Frame>) -> Eval {
        let position = self.evaluate(&write.call, frame)?;
        let found = self.last_match.clone();
        for (name, local) in &write.targets {
            let value = if position.is_nil() || found.is_nil() {
                Value::Nil
            } else {
                self.call(&found, "[]", Args::one(Value::Symbol(*name)))?
            };
            frame.set(*local, value);
        }
        Ok(position)
    }

    /// `alias a b`
    pub(super) fn alias_node(&mut self, names: &(Node, Node), frame: &Rc<Frame>) -> Eval {
        let (new, old) = (self.evaluate(&names.0, frame)?, self.evaluate(&names.1, frame)?);
        let (Value::Symbol(new), Value::Symbol(old)) = (new, old) else { return Ok(Value::Nil) };
        let class = self.definee(frame)?;
        self.alias_method(&class, new, old)?;
        Ok(Value::Nil)
    }
}

fn access(ignore_visibility: bool, frame: &Frame) -> Access<'_> {
    if ignore_visibility { Access::Function } else { Access::Public(Some(&frame.receiver)) }
}

fn quick_operator(name: Symbol) -> Option<crate::syntax::ast::Operator> {
    use crate::syntax::ast::Operator;
    if name.is("+") {
        Some(Operator::Add)
    } else if name.is("-") {
        Some(Operator::Subtract)
    } else if name.is("*") {
        Some(Operator::Multiply)
    } else {
        None
    }
}
