//! Conditions, loops, `begin`, jumps.

use std::rc::Rc;

use ruby_prism as prism;
use ruby_prism::Node as Prism;

use super::{Lowerer, ScopeKind, span};
use crate::syntax::ast::{
    Arguments, Assignment, Begin, Block, BlockArgument, Body, Call, Case, If, Local, MultipleAssignment, Node,
    NodeKind, Parameter, Parameters, Rescue, Rest, When, While,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Lowerer {
    /// `(a; b)`
    pub(super) fn parentheses(&mut self, node: &prism::ParenthesesNode<'_>, place: Span) -> Node {
        self.optional(node.body()).unwrap_or_else(|| Node::nil(place))
    }

    /// `a; b`
    pub(super) fn statements_node(&mut self, node: &prism::StatementsNode<'_>, _: Span) -> Node {
        self.sequence(node)
    }

    /// `a && b`, `a and b`
    pub(super) fn and(&mut self, node: &prism::AndNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::And(self.boxed(&node.left()), self.boxed(&node.right())), place)
    }

    /// `a || b`, `a or b`
    pub(super) fn or(&mut self, node: &prism::OrNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::Or(self.boxed(&node.left()), self.boxed(&node.right())), place)
    }

    /// `defined?(a)`
    pub(super) fn defined(&mut self, node: &prism::DefinedNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::Defined(self.boxed(&node.value())), place)
    }

    /// `if` and `? :`
    pub(super) fn if_(&mut self, node: &prism::IfNode<'_>, place: Span) -> Node {
        let condition = self.node(&node.predicate());
        let then_branch = self.branch(node.statements(), place);
        let else_branch = match node.subsequent() {
            Some(subsequent) => self.subsequent(&subsequent),
            None => Node::nil(place),
        };
        Node::new(NodeKind::If(Box::new(If { condition, then_branch, else_branch })), place)
    }

    /// An `if` whose branches have changed places.
    pub(super) fn unless(&mut self, node: &prism::UnlessNode<'_>, place: Span) -> Node {
        let condition = self.node(&node.predicate());
        let else_branch = self.branch(node.statements(), place);
        let then_branch = match node.else_clause() {
            Some(clause) => self.branch(clause.statements(), place),
            None => Node::nil(place),
        };
        Node::new(NodeKind::If(Box::new(If { condition, then_branch, else_branch })), place)
    }

    /// An `else` or an `elsif`.
    fn subsequent(&mut self, node: &Prism<'_>) -> Node {
        match node.as_else_node() {
            Some(clause) => self.branch(clause.statements(), span(&node.location())),
            None => self.node(node),
        }
    }

    /// The statements of a branch; nil where there are none.
    pub(super) fn branch(&mut self, statements: Option<prism::StatementsNode<'_>>, place: Span) -> Node {
        statements.map_or_else(|| Node::nil(place), |statements| self.sequence(&statements))
    }

    /// `while`
    pub(super) fn while_(&mut self, node: &prism::WhileNode<'_>, place: Span) -> Node {
        let (condition, body) = (self.node(&node.predicate()), self.branch(node.statements(), place));
        Node::new(
            NodeKind::While(Box::new(While { condition, body, negated: false, body_first: node.is_begin_modifier() })),
            place,
        )
    }

    /// A `while` whose condition is negated.
    pub(super) fn until(&mut self, node: &prism::UntilNode<'_>, place: Span) -> Node {
        let (condition, body) = (self.node(&node.predicate()), self.branch(node.statements(), place));
        Node::new(
            NodeKind::While(Box::new(While { condition, body, negated: true, body_first: node.is_begin_modifier() })),
            place,
        )
    }

    /// `for x in xs` is `xs.each` with a block that assigns to the surrounding scope's `x`.
    pub(super) fn for_(&mut self, node: &prism::ForNode<'_>, place: Span) -> Node {
        let collection = self.node(&node.collection());
        let ((parameters, body), locals) = self.scope(ScopeKind::For, Vec::new(), |lowerer| {
            let (parameters, assignment) = lowerer.for_index(&node.index());
            let body = lowerer.branch(node.statements(), place);
            (parameters, Node::new(NodeKind::Sequence(vec![assignment, body]), place))
        });
        let body = Body { file: Rc::clone(&self.file), locals: locals.into(), node: body };
        let block = Block { span: place, parameters, body };
        let call = Call {
            receiver: Some(collection),
            name: Symbol::new("each"),
            name_span: place,
            arguments: Arguments { block: BlockArgument::Literal(Rc::new(block)), ..Arguments::default() },
            safe_navigation: false,
            variable_call: false,
            ignore_visibility: false,
            attribute_write: false,
            operator: None,
        };
        Node::new(NodeKind::Call(Box::new(call)), place)
    }

    fn for_index(&mut self, node: &Prism<'_>) -> (Parameters, Node) {
        let place = span(&node.location());
        let first = self.hidden_slot("(for)");
        let read = |slot| Node::new(NodeKind::LocalVariable(Local { depth: 0, slot }), place);
        let required = vec![Parameter::Slot(first)];
        let Some(multiple) = node.as_multi_target_node() else {
            let assignment = Assignment { target: self.target(node), value: read(first) };
            return (
                Parameters { required, ..Parameters::default() },
                Node::new(NodeKind::Assignment(Box::new(assignment)), place),
            );
        };
        let rest = self.hidden_slot("(for rest)");
        let parameters = Parameters { required, rest: Some(Rest::Slot(rest)), ..Parameters::default() };
        let value = NodeKind::Array(vec![read(first), Node::new(NodeKind::Splat(Box::new(read(rest))), place)]);
        let targets = self.multiple_target(&multiple.lefts(), multiple.rest(), &multiple.rights());
        let assignment = MultipleAssignment { targets, value: Node::new(value, place) };
        (parameters, Node::new(NodeKind::MultipleAssignment(Box::new(assignment)), place))
    }

    /// `case ... when`
    pub(super) fn case(&mut self, node: &prism::CaseNode<'_>, place: Span) -> Node {
        let subject = self.optional(node.predicate());
        let whens =
            node.conditions().iter().filter_map(|when| when.as_when_node()).map(|when| self.when(&when)).collect();
        let else_branch = match node.else_clause() {
            Some(clause) => self.branch(clause.statements(), place),
            None => Node::nil(place),
        };
        Node::new(NodeKind::Case(Box::new(Case { subject, whens, else_branch })), place)
    }

    fn when(&mut self, node: &prism::WhenNode<'_>) -> When {
        let conditions = node.conditions().iter().map(|condition| self.node(&condition)).collect();
        When { conditions, body: self.branch(node.statements(), span(&node.location())) }
    }

    /// `begin ... end`
    pub(super) fn begin(&mut self, node: &prism::BeginNode<'_>, place: Span) -> Node {
        let body = self.branch(node.statements(), place);
        let mut rescues = Vec::new();
        let mut next = node.rescue_clause();
        while let Some(clause) = next {
            let rescue = self.rescue(&clause);
            rescues.push(rescue);
            next = clause.subsequent();
        }
        let else_branch = node.else_clause().map(|clause| self.branch(clause.statements(), place));
        let ensure = node.ensure_clause().map(|clause| self.branch(clause.statements(), place));
        if rescues.is_empty() && else_branch.is_none() && ensure.is_none() {
            return body;
        }
        Node::new(NodeKind::Begin(Box::new(Begin { line: place.line, body, rescues, else_branch, ensure })), place)
    }

    fn rescue(&mut self, node: &prism::RescueNode<'_>) -> Rescue {
        Rescue {
            exceptions: node.exceptions().iter().map(|exception| self.node(&exception)).collect(),
            reference: node.reference().map(|reference| self.target(&reference)),
            body: self.branch(node.statements(), span(&node.location())),
        }
    }

    /// `a rescue b`
    pub(super) fn rescue_modifier(&mut self, node: &prism::RescueModifierNode<'_>, place: Span) -> Node {
        let body = self.node(&node.expression());
        let rescue = Rescue { exceptions: Vec::new(), reference: None, body: self.node(&node.rescue_expression()) };
        Node::new(
            NodeKind::Begin(Box::new(Begin {
                line: place.line,
                body,
                rescues: vec![rescue],
                else_branch: None,
                ensure: None,
            })),
            place,
        )
    }

    /// `return a`
    pub(super) fn return_(&mut self, node: &prism::ReturnNode<'_>, place: Span) -> Node {
        let value = self.jump_value(node.arguments(), place);
        Node::new(NodeKind::Return(value), place)
    }

    /// `break a`
    pub(super) fn break_(&mut self, node: &prism::BreakNode<'_>, place: Span) -> Node {
        let value = self.jump_value(node.arguments(), place);
        Node::new(NodeKind::Break(value), place)
    }

    /// `next a`
    pub(super) fn next(&mut self, node: &prism::NextNode<'_>, place: Span) -> Node {
        let value = self.jump_value(node.arguments(), place);
        Node::new(NodeKind::Next(value), place)
    }

    /// `return 1` answers 1, `return 1, 2` and `return *x` an array.
    fn jump_value(&mut self, node: Option<prism::ArgumentsNode<'_>>, place: Span) -> Option<Box<Node>> {
        let mut values: Vec<Node> = node?.arguments().iter().map(|argument| self.element(&argument)).collect();
        let value = match values.pop() {
            None => return None,
            Some(only) if values.is_empty() && !matches!(only.kind, NodeKind::Splat(_)) => only,
            Some(last) => {
                values.push(last);
                Node::new(NodeKind::Array(values), place)
            }
        };
        Some(Box::new(value))
    }
}
