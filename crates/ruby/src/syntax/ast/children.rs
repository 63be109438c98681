//! The nodes directly below a node, for those that read a tree without evaluating it.

use super::{
    Arguments, BlockArgument, ConstantPath, ConstantScope, HashElement, MultipleTarget, Node, NodeKind, Parameter,
    Parameters, Pattern, Target,
};

impl Node {
    /// Calls `visit` with every direct child, in source order as far as the tree keeps it. The bodies of blocks,
    /// lambdas, methods and classes count as children; patterns give the expressions in them.
    #[expect(clippy::too_many_lines, reason = "a table of what there is")]
    pub fn each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match &self.kind {
            NodeKind::Rational(a, b) | NodeKind::And(a, b) | NodeKind::Or(a, b) => {
                visit(a);
                visit(b);
            }
            NodeKind::InterpolatedString(nodes)
            | NodeKind::InterpolatedSymbol(nodes)
            | NodeKind::Array(nodes)
            | NodeKind::Sequence(nodes)
            | NodeKind::Undefine(nodes) => nodes.iter().for_each(visit),
            NodeKind::Regexp(regexp) => regexp.parts.iter().for_each(visit),
            NodeKind::Hash(elements) => hash_elements(elements, visit),
            NodeKind::Range(range) => range.begin.iter().chain(&range.end).for_each(visit),
            NodeKind::Splat(node) | NodeKind::Not(node) | NodeKind::Defined(node) => visit(node),
            NodeKind::ConstantPath(path) => constant_path(path, visit),
            NodeKind::Assignment(assignment) => {
                target(&assignment.target, visit);
                visit(&assignment.value);
            }
            NodeKind::OperatorAssignment(assignment) => {
                target(&assignment.target, visit);
                visit(&assignment.value);
            }
            NodeKind::MultipleAssignment(assignment) => {
                multiple_target(&assignment.targets, visit);
                visit(&assignment.value);
            }
            NodeKind::Call(call) => {
                call.receiver.iter().for_each(&mut *visit);
                call.arguments.each_child(visit);
            }
            NodeKind::Super(node) => node.arguments.each_child(visit),
            NodeKind::Yield(arguments) => arguments.each_child(visit),
            NodeKind::If(node) => [&node.condition, &node.then_branch, &node.else_branch].into_iter().for_each(visit),
            NodeKind::While(node) => [&node.condition, &node.body].into_iter().for_each(visit),
            NodeKind::Case(case) => {
                case.subject.iter().for_each(&mut *visit);
                for when in &case.whens {
                    when.conditions.iter().for_each(&mut *visit);
                    visit(&when.body);
                }
                visit(&case.else_branch);
            }
            NodeKind::CaseIn(case) => {
                visit(&case.subject);
                for clause in &case.clauses {
                    pattern(&clause.pattern, visit);
                    clause.guard.iter().for_each(&mut *visit);
                    visit(&clause.body);
                }
                case.else_branch.iter().for_each(visit);
            }
            NodeKind::MatchPredicate(both) | NodeKind::MatchRequired(both) => {
                visit(&both.0);
                pattern(&both.1, visit);
            }
            NodeKind::MatchWrite(node) => visit(&node.call),
            NodeKind::Begin(begin) => {
                visit(&begin.body);
                for rescue in &begin.rescues {
                    rescue.exceptions.iter().for_each(&mut *visit);
                    rescue.reference.iter().for_each(|reference| target(reference, visit));
                    visit(&rescue.body);
                }
                begin.else_branch.iter().chain(&begin.ensure).for_each(visit);
            }
            NodeKind::Return(value) | NodeKind::Break(value) | NodeKind::Next(value) => {
                if let Some(value) = value {
                    visit(value);
                }
            }
            NodeKind::Definition(definition) => {
                definition.singleton.iter().for_each(&mut *visit);
                parameters(&definition.parameters, visit);
                visit(&definition.body.node);
            }
            NodeKind::Class(class) => {
                constant_path(&class.path, visit);
                class.superclass.iter().for_each(&mut *visit);
                visit(&class.body.node);
            }
            NodeKind::Module(module) => {
                constant_path(&module.path, visit);
                visit(&module.body.node);
            }
            NodeKind::SingletonClass(class) => {
                visit(&class.of);
                visit(&class.body.node);
            }
            NodeKind::Lambda(block) => {
                parameters(&block.parameters, visit);
                visit(&block.body.node);
            }
            NodeKind::AliasMethod(both) => {
                visit(&both.0);
                visit(&both.1);
            }
            NodeKind::Nil
            | NodeKind::True
            | NodeKind::False
            | NodeKind::SelfReference
            | NodeKind::Integer(_)
            | NodeKind::BigInteger(_)
            | NodeKind::Float(_)
            | NodeKind::String(_)
            | NodeKind::Symbol(_)
            | NodeKind::LocalVariable(_)
            | NodeKind::InstanceVariable(_)
            | NodeKind::ClassVariable(_)
            | NodeKind::GlobalVariable(_)
            | NodeKind::BackReference(_)
            | NodeKind::NumberedReference(_)
            | NodeKind::Constant(_)
            | NodeKind::Retry
            | NodeKind::AliasGlobal(..)
            | NodeKind::SourceFile
            | NodeKind::Unsupported(_) => {}
        }
    }

    /// Whether this node or one below it satisfies `test`.
    pub fn any(&self, test: &dyn Fn(&Node) -> bool) -> bool {
        if test(self) {
            return true;
        }
        let mut found = false;
        self.each_child(&mut |child| found = found || child.any(test));
        found
    }
}

impl Arguments {
    /// The arguments' expressions and the block's body.
    pub fn each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        self.each_argument(visit);
        if let BlockArgument::Literal(block) = &self.block {
            parameters(&block.parameters, visit);
            visit(&block.body.node);
        }
    }

    /// The arguments' expressions, `&block` included, without the body of a literal block.
    pub fn each_argument<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        self.positional.iter().for_each(&mut *visit);
        hash_elements(&self.keywords, visit);
        if let BlockArgument::Pass(block) = &self.block {
            visit(block);
        }
    }
}

fn hash_elements<'a>(elements: &'a [HashElement], visit: &mut dyn FnMut(&'a Node)) {
    for element in elements {
        match element {
            HashElement::Pair(key, value) => {
                visit(key);
                visit(value);
            }
            HashElement::DoubleSplat(node) => visit(node),
        }
    }
}

fn constant_path<'a>(path: &'a ConstantPath, visit: &mut dyn FnMut(&'a Node)) {
    if let ConstantScope::Of(scope) = &path.scope {
        visit(scope);
    }
}

fn target<'a>(target: &'a Target, visit: &mut dyn FnMut(&'a Node)) {
    match target {
        Target::Constant(path) => constant_path(path, visit),
        Target::Attribute(attribute) => visit(&attribute.receiver),
        Target::Index(index) => {
            visit(&index.receiver);
            index.arguments.each_child(visit);
        }
        Target::Multiple(multiple) => multiple_target(multiple, visit),
        Target::Local(_)
        | Target::InstanceVariable(_)
        | Target::ClassVariable(_)
        | Target::GlobalVariable(_)
        | Target::Nowhere => {}
    }
}

fn multiple_target<'a>(multiple: &'a MultipleTarget, visit: &mut dyn FnMut(&'a Node)) {
    for inner in multiple.before.iter().chain(&multiple.rest).chain(&multiple.after) {
        target(inner, visit);
    }
}

fn parameters<'a>(parameters: &'a Parameters, visit: &mut dyn FnMut(&'a Node)) {
    for parameter in parameters.required.iter().chain(&parameters.post) {
        if let Parameter::Destructure(multiple) = parameter {
            multiple_target(multiple, visit);
        }
    }
    parameters.optional.iter().for_each(|optional| visit(&optional.default));
    parameters.keywords.iter().filter_map(|keyword| keyword.default.as_ref()).for_each(visit);
}

fn pattern<'a>(node: &'a Pattern, visit: &mut dyn FnMut(&'a Node)) {
    match node {
        Pattern::Value(value) => visit(value),
        Pattern::Array(array) => {
            array.constant.iter().for_each(&mut *visit);
            for inner in array.before.iter().chain(&array.rest).chain(&array.after) {
                pattern(inner, visit);
            }
        }
        Pattern::Find(find) => {
            find.constant.iter().for_each(&mut *visit);
            for inner in std::iter::once(&find.before).chain(&find.middle).chain([&find.after]) {
                pattern(inner, visit);
            }
        }
        Pattern::Hash(hash) => {
            hash.constant.iter().for_each(&mut *visit);
            hash.pairs.iter().for_each(|(_, inner)| pattern(inner, visit));
        }
        Pattern::Alternative(patterns) => patterns.iter().for_each(|inner| pattern(inner, visit)),
        Pattern::Capture(inner, _) => pattern(inner, visit),
        Pattern::Bind(_) | Pattern::Any => {}
    }
}
