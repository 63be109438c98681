//! Assignments: every target, `||=` and its kin, multiple assignment.

use ruby_prism as prism;
use ruby_prism::Node as Prism;

use super::{Lowerer, name, span};
use crate::syntax::ast::{
    Arguments, Assignment, AssignmentOperator, AttributeTarget, BlockArgument, ConstantPath, ConstantScope,
    IndexTarget, MatchWrite, MultipleAssignment, MultipleTarget, Node, NodeKind, OperatorAssignment, Target,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

/// The four writes of a kind of variable: `=`, `||=`, `&&=`, and `+=` with its kin.
macro_rules! writes {
    ($($write:ident $or:ident $and:ident $operator:ident, $node:ident $or_node:ident $and_node:ident $operator_node:ident, $self:ident, $it:ident => $target:expr;)*) => {
        impl Lowerer {
            $(
                pub(super) fn $write(&mut $self, $it: &prism::$node<'_>, place: Span) -> Node {
                    let target = $target;
                    let value = $self.node(&$it.value());
                    Node::new(NodeKind::Assignment(Box::new(Assignment { target, value })), place)
                }

                pub(super) fn $or(&mut $self, $it: &prism::$or_node<'_>, place: Span) -> Node {
                    let target = $target;
                    $self.operator_write(target, AssignmentOperator::Or, &$it.value(), place)
                }

                pub(super) fn $and(&mut $self, $it: &prism::$and_node<'_>, place: Span) -> Node {
                    let target = $target;
                    $self.operator_write(target, AssignmentOperator::And, &$it.value(), place)
                }

                pub(super) fn $operator(&mut $self, $it: &prism::$operator_node<'_>, place: Span) -> Node {
                    let target = $target;
                    let operator = AssignmentOperator::Call(name(&$it.binary_operator()));
                    $self.operator_write(target, operator, &$it.value(), place)
                }
            )*
        }
    };
}

writes! {
    local_variable_write local_variable_or_write local_variable_and_write local_variable_operator_write,
        LocalVariableWriteNode LocalVariableOrWriteNode LocalVariableAndWriteNode LocalVariableOperatorWriteNode,
        self, node => Target::Local(self.local(name(&node.name()), node.depth()));
    instance_variable_write instance_variable_or_write instance_variable_and_write instance_variable_operator_write,
        InstanceVariableWriteNode InstanceVariableOrWriteNode InstanceVariableAndWriteNode InstanceVariableOperatorWriteNode,
        self, node => Target::InstanceVariable(name(&node.name()));
    class_variable_write class_variable_or_write class_variable_and_write class_variable_operator_write,
        ClassVariableWriteNode ClassVariableOrWriteNode ClassVariableAndWriteNode ClassVariableOperatorWriteNode,
        self, node => Target::ClassVariable(name(&node.name()));
    global_variable_write global_variable_or_write global_variable_and_write global_variable_operator_write,
        GlobalVariableWriteNode GlobalVariableOrWriteNode GlobalVariableAndWriteNode GlobalVariableOperatorWriteNode,
        self, node => Target::GlobalVariable(name(&node.name()));
    constant_write constant_or_write constant_and_write constant_operator_write,
        ConstantWriteNode ConstantOrWriteNode ConstantAndWriteNode ConstantOperatorWriteNode,
        self, node => Target::Constant(ConstantPath { scope: ConstantScope::Lexical, name: name(&node.name()) });
    constant_path_write constant_path_or_write constant_path_and_write constant_path_operator_write,
        ConstantPathWriteNode ConstantPathOrWriteNode ConstantPathAndWriteNode ConstantPathOperatorWriteNode,
        self, node => Target::Constant(self.path(node.target().parent(), node.target().name()));
}

/// The three operator writes of an attribute or an index.
macro_rules! target_writes {
    ($($target:ident: $or:ident $or_node:ident, $and:ident $and_node:ident, $operator:ident $operator_node:ident;)*) => {
        impl Lowerer {
            $(
                pub(super) fn $or(&mut self, node: &prism::$or_node<'_>, place: Span) -> Node {
                    let target = $target!(self, node, place);
                    self.operator_write(target, AssignmentOperator::Or, &node.value(), place)
                }

                pub(super) fn $and(&mut self, node: &prism::$and_node<'_>, place: Span) -> Node {
                    let target = $target!(self, node, place);
                    self.operator_write(target, AssignmentOperator::And, &node.value(), place)
                }

                pub(super) fn $operator(&mut self, node: &prism::$operator_node<'_>, place: Span) -> Node {
                    let target = $target!(self, node, place);
                    let operator = AssignmentOperator::Call(name(&node.binary_operator()));
                    self.operator_write(target, operator, &node.value(), place)
                }
            )*
        }
    };
}

macro_rules! attribute {
    ($lowerer:ident, $node:ident, $place:ident) => {{
        let receiver = $lowerer.receiver($node.receiver(), $place);
        let line = $node.message_loc().map_or($place.line, |location| span(&location).line);
        Target::Attribute(AttributeTarget {
            span: Span { line, ..$place },
            receiver,
            name: name(&$node.read_name()),
            writer: name(&$node.write_name()),
            safe_navigation: $node.is_safe_navigation(),
            ignore_visibility: $node.is_ignore_visibility(),
        })
    }};
}

macro_rules! index {
    ($lowerer:ident, $node:ident, $place:ident) => {{
        let receiver = $lowerer.receiver($node.receiver(), $place);
        Target::Index(IndexTarget {
            span: $place,
            receiver,
            arguments: $lowerer.index_arguments($node.arguments(), $node.block()),
            safe_navigation: $node.is_safe_navigation(),
            ignore_visibility: $node.is_ignore_visibility(),
        })
    }};
}

target_writes! {
    attribute: call_or_write CallOrWriteNode, call_and_write CallAndWriteNode, call_operator_write CallOperatorWriteNode;
    index: index_or_write IndexOrWriteNode, index_and_write IndexAndWriteNode, index_operator_write IndexOperatorWriteNode;
}

impl Lowerer {
    fn operator_write(&mut self, target: Target, operator: AssignmentOperator, value: &Prism<'_>, place: Span) -> Node {
        let value = self.node(value);
        Node::new(NodeKind::OperatorAssignment(Box::new(OperatorAssignment { target, operator, value })), place)
    }

    /// The receiver of `receiver.name += 1`; without one it is `self`.
    fn receiver(&mut self, node: Option<Prism<'_>>, place: Span) -> Node {
        self.optional(node).unwrap_or_else(|| Node::new(NodeKind::SelfReference, place))
    }

    fn index_arguments(
        &mut self,
        node: Option<prism::ArgumentsNode<'_>>,
        block: Option<prism::BlockArgumentNode<'_>>,
    ) -> Arguments {
        let mut arguments = self.arguments(node, None);
        if let Some(expression) = block.and_then(|block| block.expression()) {
            arguments.block = BlockArgument::Pass(self.boxed(&expression));
        }
        arguments
    }

    /// `a, b = c`
    pub(super) fn multiple_write(&mut self, node: &prism::MultiWriteNode<'_>, place: Span) -> Node {
        let targets = self.multiple_target(&node.lefts(), node.rest(), &node.rights());
        let value = self.node(&node.value());
        Node::new(NodeKind::MultipleAssignment(Box::new(MultipleAssignment { targets, value })), place)
    }

    /// What stands on the left of it.
    pub(super) fn multiple_target(
        &mut self,
        before: &prism::NodeList<'_>,
        rest: Option<Prism<'_>>,
        after: &prism::NodeList<'_>,
    ) -> MultipleTarget {
        MultipleTarget {
            before: before.iter().map(|node| self.target(&node)).collect(),
            rest: rest.map(|rest| match rest.as_splat_node().and_then(|splat| splat.expression()) {
                Some(expression) => self.target(&expression),
                None => Target::Nowhere,
            }),
            after: after.iter().map(|node| self.target(&node)).collect(),
        }
    }

    /// What `=`, `for`, `rescue =>` or a destructured parameter assigns to.
    pub(super) fn target(&mut self, node: &Prism<'_>) -> Target {
        let place = span(&node.location());
        if let Some(local) = node.as_local_variable_target_node() {
            return Target::Local(self.local(name(&local.name()), local.depth()));
        }
        if let Some(parameter) = node.as_required_parameter_node() {
            return Target::Local(self.local(name(&parameter.name()), 0));
        }
        if let Some(variable) = node.as_instance_variable_target_node() {
            return Target::InstanceVariable(name(&variable.name()));
        }
        if let Some(variable) = node.as_class_variable_target_node() {
            return Target::ClassVariable(name(&variable.name()));
        }
        if let Some(variable) = node.as_global_variable_target_node() {
            return Target::GlobalVariable(name(&variable.name()));
        }
        if let Some(constant) = node.as_constant_target_node() {
            return Target::Constant(ConstantPath { scope: ConstantScope::Lexical, name: name(&constant.name()) });
        }
        if let Some(path) = node.as_constant_path_target_node() {
            return Target::Constant(self.path(path.parent(), path.name()));
        }
        if let Some(call) = node.as_call_target_node() {
            return Target::Attribute(self.attribute_target(&call, place));
        }
        if let Some(index) = node.as_index_target_node() {
            return Target::Index(IndexTarget {
                span: place,
                receiver: self.node(&index.receiver()),
                arguments: self.index_arguments(index.arguments(), index.block()),
                safe_navigation: index.is_safe_navigation(),
                ignore_visibility: index.is_ignore_visibility(),
            });
        }
        self.nested_target(node, place)
    }

    fn nested_target(&mut self, node: &Prism<'_>, place: Span) -> Target {
        if let Some(multiple) = node.as_multi_target_node()
            && self.depth < super::MAXIMUM_DEPTH
        {
            self.depth += 1;
            let target = self.multiple_target(&multiple.lefts(), multiple.rest(), &multiple.rights());
            self.depth -= 1;
            return Target::Multiple(Box::new(target));
        }
        self.unsupported(place, "assigning to this");
        Target::Nowhere
    }

    fn attribute_target(&mut self, call: &prism::CallTargetNode<'_>, place: Span) -> AttributeTarget {
        let writer = String::from_utf8_lossy(call.name().as_slice()).into_owned();
        AttributeTarget {
            span: Span { line: span(&call.message_loc()).line, ..place },
            receiver: self.node(&call.receiver()),
            name: Symbol::new(writer.trim_end_matches('=')),
            writer: Symbol::new(&writer),
            safe_navigation: call.is_safe_navigation(),
            ignore_visibility: call.is_ignore_visibility(),
        }
    }

    /// `/(?<a>.)/ =~ b`
    pub(super) fn match_write(&mut self, node: &prism::MatchWriteNode<'_>, place: Span) -> Node {
        let call = self.node(&node.call().as_node());
        let targets = node
            .targets()
            .iter()
            .filter_map(|target| target.as_local_variable_target_node())
            .map(|target| (name(&target.name()), self.local(name(&target.name()), target.depth())))
            .collect();
        Node::new(NodeKind::MatchWrite(Box::new(MatchWrite { call, targets })), place)
    }

    /// A constant below `# shareable_constant_value`, which means nothing here.
    pub(super) fn shareable_constant(&mut self, node: &prism::ShareableConstantNode<'_>, _: Span) -> Node {
        self.node(&node.write())
    }
}
