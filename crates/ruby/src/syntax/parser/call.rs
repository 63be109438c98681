//! Calls: arguments, blocks, `super`, `yield`, lambdas.

use std::rc::Rc;

use ruby_prism as prism;
use ruby_prism::Node as Prism;

use super::definition::Passed;
use super::{Lowerer, ScopeKind, name, names, span};
use crate::syntax::ast::{
    Arguments, Block, BlockArgument, Body, Call, HashElement, ImplicitParameters, Local, Node, NodeKind, Operator,
    Parameter, Parameters, Super,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Lowerer {
    /// `a.b(c)`; an operator is a call, too.
    pub(super) fn call(&mut self, node: &prism::CallNode<'_>, place: Span) -> Node {
        if let (b"!", Some(receiver), None) = (node.name().as_slice(), node.receiver(), node.arguments()) {
            return Node::new(NodeKind::Not(self.boxed(&receiver)), place);
        }
        let receiver = self.optional(node.receiver());
        let arguments = self.arguments(node.arguments(), node.block());
        let name = name(&node.name());
        let name_span = node.message_loc().map_or(place, |location| span(&location));
        let operator = operator(node.name().as_slice(), &arguments);
        let call = Call {
            receiver,
            name,
            name_span,
            arguments,
            safe_navigation: node.is_safe_navigation(),
            variable_call: node.is_variable_call(),
            ignore_visibility: node.is_ignore_visibility(),
            attribute_write: node.is_attribute_write(),
            operator,
        };
        // A backtrace names the line of the method's name, not that of the receiver.
        Node::new(NodeKind::Call(Box::new(call)), Span { line: name_span.line, ..place })
    }

    /// What stands between the parentheses, and the block.
    pub(super) fn arguments(&mut self, node: Option<prism::ArgumentsNode<'_>>, block: Option<Prism<'_>>) -> Arguments {
        let mut arguments = Arguments::default();
        for argument in node.iter().flat_map(|node| node.arguments().iter().collect::<Vec<_>>()) {
            if let Some(hash) = argument.as_keyword_hash_node() {
                arguments.keywords = self.hash_elements(&hash.elements());
            } else if argument.as_forwarding_arguments_node().is_some() {
                self.forward(&mut arguments, span(&argument.location()));
            } else {
                let argument = self.node(&argument);
                arguments.positional.push(argument);
            }
        }
        match block {
            None => {}
            Some(block) => arguments.block = self.block_argument(&block),
        }
        arguments
    }

    /// `f(...)`
    fn forward(&mut self, arguments: &mut Arguments, place: Span) {
        let rest = self.anonymous_read("*", place);
        arguments.positional.push(Node::new(NodeKind::Splat(Box::new(rest)), place));
        arguments.keywords.push(HashElement::DoubleSplat(self.anonymous_read("**", place)));
        arguments.block = BlockArgument::Pass(Box::new(self.anonymous_read("&", place)));
    }

    fn block_argument(&mut self, node: &Prism<'_>) -> BlockArgument {
        if let Some(block) = node.as_block_node() {
            return BlockArgument::Literal(Rc::new(self.block(&block)));
        }
        let place = span(&node.location());
        let expression = node.as_block_argument_node().and_then(|argument| argument.expression());
        BlockArgument::Pass(Box::new(match expression {
            Some(expression) => self.node(&expression),
            None => self.anonymous_read("&", place),
        }))
    }

    fn block(&mut self, node: &prism::BlockNode<'_>) -> Block {
        self.block_like(span(&node.location()), names(&node.locals()), node.parameters(), node.body())
    }

    /// `->(a) { }`
    pub(super) fn lambda(&mut self, node: &prism::LambdaNode<'_>, place: Span) -> Node {
        let block = self.block_like(place, names(&node.locals()), node.parameters(), node.body());
        Node::new(NodeKind::Lambda(Rc::new(block)), place)
    }

    fn block_like(
        &mut self,
        place: Span,
        locals: Vec<Symbol>,
        parameters: Option<Prism<'_>>,
        body: Option<Prism<'_>>,
    ) -> Block {
        let ((parameters, node), locals) = self.scope(ScopeKind::Block, locals, |lowerer| {
            let parameters = lowerer.block_parameters(parameters);
            let node = lowerer.optional(body).unwrap_or_else(|| Node::nil(place));
            (parameters, node)
        });
        Block { span: place, parameters, body: Body { file: Rc::clone(&self.file), locals: locals.into(), node } }
    }

    fn block_parameters(&mut self, node: Option<Prism<'_>>) -> Parameters {
        let Some(node) = node else { return Parameters::default() };
        if let Some(block) = node.as_block_parameters_node() {
            return block.parameters().map(|parameters| self.parameters(&parameters)).unwrap_or_default();
        }
        let (names, implicit) = match node.as_numbered_parameters_node() {
            Some(numbered) => {
                ((1..=numbered.maximum()).map(|number| format!("_{number}")).collect(), ImplicitParameters::Numbered)
            }
            None => (vec!["it".to_owned()], ImplicitParameters::It),
        };
        let required = names.iter().map(|name| Parameter::Slot(self.slot(Symbol::new(name)))).collect();
        Parameters { required, implicit: Some(implicit), ..Parameters::default() }
    }

    /// `yield a`
    pub(super) fn yield_(&mut self, node: &prism::YieldNode<'_>, place: Span) -> Node {
        let arguments = self.arguments(node.arguments(), None);
        Node::new(NodeKind::Yield(Box::new(arguments)), place)
    }

    /// `super(a)`
    pub(super) fn explicit_super(&mut self, node: &prism::SuperNode<'_>, place: Span) -> Node {
        let arguments = self.arguments(node.arguments(), node.block());
        Node::new(NodeKind::Super(Box::new(Super { arguments, implicit: false })), place)
    }

    /// `super`
    pub(super) fn implicit_super(&mut self, node: &prism::ForwardingSuperNode<'_>, place: Span) -> Node {
        let mut arguments = self.passed_on(place);
        if let Some(block) = node.block() {
            arguments.block = BlockArgument::Literal(Rc::new(self.block(&block)));
        }
        Node::new(NodeKind::Super(Box::new(Super { arguments, implicit: true })), place)
    }

    /// The arguments of a bare `super`: the surrounding method's parameters, read anew.
    fn passed_on(&mut self, place: Span) -> Arguments {
        let mut arguments = Arguments::default();
        let mut destructured = false;
        for (depth, scope) in self.scopes.iter().rev().enumerate() {
            let ScopeKind::Method(parameters) = &scope.kind else { continue };
            let read = |slot: u32| Node::new(NodeKind::LocalVariable(Local { depth: depth as u32, slot }), place);
            for parameter in parameters {
                match *parameter {
                    Passed::Positional(slot) => arguments.positional.push(read(slot)),
                    Passed::Rest(slot) => {
                        arguments.positional.push(Node::new(NodeKind::Splat(Box::new(read(slot))), place));
                    }
                    Passed::Keyword(name, slot) => {
                        arguments
                            .keywords
                            .push(HashElement::Pair(Node::new(NodeKind::Symbol(name), place), read(slot)));
                    }
                    // Before what has a name of its own, as Ruby puts it.
                    Passed::KeywordRest(slot) => arguments.keywords.insert(0, HashElement::DoubleSplat(read(slot))),
                    Passed::Destructured => destructured = true,
                }
            }
            break;
        }
        if destructured {
            let node = self.unsupported(place, "`super` without arguments in a method with a destructured parameter");
            arguments.positional.push(node);
        }
        arguments
    }
}

fn operator(name: &[u8], arguments: &Arguments) -> Option<Operator> {
    let plain = matches!(arguments.positional.as_slice(), [only] if !matches!(only.kind, NodeKind::Splat(_)));
    if !plain || !arguments.keywords.is_empty() || !matches!(arguments.block, BlockArgument::None) {
        return None;
    }
    Some(match name {
        b"+" => Operator::Add,
        b"-" => Operator::Subtract,
        b"*" => Operator::Multiply,
        b"<" => Operator::Less,
        b"<=" => Operator::LessOrEqual,
        b">" => Operator::Greater,
        b">=" => Operator::GreaterOrEqual,
        b"==" => Operator::Equal,
        b"!=" => Operator::NotEqual,
        b"[]" => Operator::Index,
        _ => return None,
    })
}
