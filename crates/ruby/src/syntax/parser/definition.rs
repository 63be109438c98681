//! Methods with their parameters, classes, modules, `alias`, `undef`.

use std::rc::Rc;

use ruby_prism as prism;
use ruby_prism::Node as Prism;

use super::{Lowerer, ScopeKind, name, names};
use crate::syntax::ast::{
    Body, ClassDefinition, ConstantPath, ConstantScope, Definition, KeywordParameter, KeywordRest, ModuleDefinition,
    Node, NodeKind, OptionalParameter, Parameter, Parameters, Rest, SingletonClassDefinition,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

/// A parameter as a bare `super` passes it on.
#[derive(Clone, Copy)]
pub(super) enum Passed {
    Positional(u32),
    Rest(u32),
    Keyword(Symbol, u32),
    KeywordRest(u32),
    Destructured,
}

impl Lowerer {
    /// `def a(b)`
    pub(super) fn def(&mut self, node: &prism::DefNode<'_>, place: Span) -> Node {
        let singleton = self.optional(node.receiver());
        let ((parameters, body), locals) =
            self.scope(ScopeKind::Method(Vec::new()), names(&node.locals()), |lowerer| {
                let parameters =
                    node.parameters().map(|parameters| lowerer.parameters(&parameters)).unwrap_or_default();
                if let Some(scope) = lowerer.scopes.last_mut() {
                    scope.kind = ScopeKind::Method(passed(&parameters));
                }
                let body = lowerer.optional(node.body()).unwrap_or_else(|| Node::nil(place));
                (parameters, body)
            });
        let body = Body { file: Rc::clone(&self.file), locals: locals.into(), node: body };
        let definition = Definition { name: name(&node.name()), singleton, parameters, body, span: place };
        Node::new(NodeKind::Definition(Rc::new(definition)), place)
    }

    /// What stands between the parentheses.
    pub(super) fn parameters(&mut self, node: &prism::ParametersNode<'_>) -> Parameters {
        let mut parameters = Parameters::default();
        for required in &node.requireds() {
            let parameter = self.required(&required);
            parameters.required.push(parameter);
        }
        for optional in &node.optionals() {
            if let Some(optional) = optional.as_optional_parameter_node() {
                let slot = self.slot(name(&optional.name()));
                parameters.optional.push(OptionalParameter { slot, default: self.node(&optional.value()) });
            }
        }
        parameters.rest = node.rest().map(|rest| self.rest(&rest));
        for post in &node.posts() {
            let parameter = self.required(&post);
            parameters.post.push(parameter);
        }
        for keyword in &node.keywords() {
            parameters.keywords.extend(self.keyword(&keyword));
        }
        if let Some(rest) = node.keyword_rest() {
            self.keyword_rest(&rest, &mut parameters);
        }
        if let Some(block) = node.block().and_then(|block| block.as_block_parameter_node()) {
            let name = block.name().map_or_else(|| Symbol::new("&"), |id| name(&id));
            parameters.block = Some(self.slot(name));
        }
        parameters
    }

    fn required(&mut self, node: &Prism<'_>) -> Parameter {
        if let Some(required) = node.as_required_parameter_node() {
            return Parameter::Slot(self.parameter_slot(name(&required.name()), required.is_repeated_parameter()));
        }
        match node.as_multi_target_node() {
            Some(multiple) => {
                Parameter::Destructure(self.multiple_target(&multiple.lefts(), multiple.rest(), &multiple.rights()))
            }
            None => Parameter::Slot(self.hidden_slot("(parameter)")),
        }
    }

    /// `|_, _|`: the first of the same name is the one that is read.
    fn parameter_slot(&mut self, name: Symbol, repeated: bool) -> u32 {
        if repeated { self.hidden_slot("(repeated)") } else { self.slot(name) }
    }

    fn rest(&mut self, node: &Prism<'_>) -> Rest {
        match node.as_rest_parameter_node() {
            Some(rest) => {
                let name = rest.name().map_or_else(|| Symbol::new("*"), |id| name(&id));
                Rest::Slot(self.parameter_slot(name, rest.is_repeated_parameter()))
            }
            None => Rest::TrailingComma,
        }
    }

    fn keyword(&mut self, node: &Prism<'_>) -> Option<KeywordParameter> {
        if let Some(required) = node.as_required_keyword_parameter_node() {
            let name = name(&required.name());
            return Some(KeywordParameter { name, slot: self.slot(name), default: None });
        }
        let optional = node.as_optional_keyword_parameter_node()?;
        let name = name(&optional.name());
        let slot = self.slot(name);
        Some(KeywordParameter { name, slot, default: Some(self.node(&optional.value())) })
    }

    fn keyword_rest(&mut self, node: &Prism<'_>, parameters: &mut Parameters) {
        if let Some(rest) = node.as_keyword_rest_parameter_node() {
            let name = rest.name().map_or_else(|| Symbol::new("**"), |id| name(&id));
            parameters.keyword_rest = KeywordRest::Slot(self.slot(name));
        } else if node.as_forwarding_parameter_node().is_some() {
            parameters.rest = Some(Rest::Slot(self.slot(Symbol::new("*"))));
            parameters.keyword_rest = KeywordRest::Slot(self.slot(Symbol::new("**")));
            parameters.block = Some(self.slot(Symbol::new("&")));
        } else {
            parameters.keyword_rest = KeywordRest::Refused;
        }
    }

    /// `class A < B`
    pub(super) fn class(&mut self, node: &prism::ClassNode<'_>, place: Span) -> Node {
        let path = self.definition_path(&node.constant_path());
        let superclass = self.optional(node.superclass());
        let body = self.module_body(names(&node.locals()), node.body(), place);
        Node::new(NodeKind::Class(Box::new(ClassDefinition { path, superclass, body })), place)
    }

    /// `module A`
    pub(super) fn module(&mut self, node: &prism::ModuleNode<'_>, place: Span) -> Node {
        let path = self.definition_path(&node.constant_path());
        let body = self.module_body(names(&node.locals()), node.body(), place);
        Node::new(NodeKind::Module(Box::new(ModuleDefinition { path, body })), place)
    }

    /// `class << a`
    pub(super) fn singleton_class(&mut self, node: &prism::SingletonClassNode<'_>, place: Span) -> Node {
        let of = self.node(&node.expression());
        let body = self.module_body(names(&node.locals()), node.body(), place);
        Node::new(NodeKind::SingletonClass(Box::new(SingletonClassDefinition { of, body })), place)
    }

    fn definition_path(&mut self, node: &Prism<'_>) -> ConstantPath {
        if let Some(path) = node.as_constant_path_node() {
            return self.path(path.parent(), path.name());
        }
        let name = node.as_constant_read_node().map_or_else(|| Symbol::new(""), |constant| name(&constant.name()));
        ConstantPath { scope: ConstantScope::Lexical, name }
    }

    fn module_body(&mut self, locals: Vec<Symbol>, body: Option<Prism<'_>>, place: Span) -> Rc<Body> {
        let (node, locals) =
            self.scope(ScopeKind::Top, locals, |lowerer| lowerer.optional(body).unwrap_or_else(|| Node::nil(place)));
        Rc::new(Body { file: Rc::clone(&self.file), locals: locals.into(), node })
    }

    /// `alias a b`
    pub(super) fn alias_method(&mut self, node: &prism::AliasMethodNode<'_>, place: Span) -> Node {
        let names = (self.node(&node.new_name()), self.node(&node.old_name()));
        Node::new(NodeKind::AliasMethod(Box::new(names)), place)
    }

    /// `alias $a $b`
    pub(super) fn alias_global(&mut self, node: &prism::AliasGlobalVariableNode<'_>, place: Span) -> Node {
        let names = [node.new_name(), node.old_name()]
            .map(|node| node.as_global_variable_read_node().map(|node| name(&node.name())));
        match names {
            [Some(new), Some(old)] => Node::new(NodeKind::AliasGlobal(new, old), place),
            _ => self.unsupported(place, "an alias of this variable"),
        }
    }

    /// `undef a`
    pub(super) fn undef(&mut self, node: &prism::UndefNode<'_>, place: Span) -> Node {
        let names = node.names().iter().map(|name| self.node(&name)).collect();
        Node::new(NodeKind::Undefine(names), place)
    }

    /// `BEGIN { }`
    pub(super) fn pre_execution(&mut self, node: &prism::PreExecutionNode<'_>, place: Span) -> Node {
        if let Some(statements) = node.statements() {
            let body = self.sequence(&statements);
            self.first.push(body);
        }
        Node::nil(place)
    }
}

fn passed(parameters: &Parameters) -> Vec<Passed> {
    let positional = |parameter: &Parameter| match parameter {
        Parameter::Slot(slot) => Passed::Positional(*slot),
        Parameter::Destructure(_) => Passed::Destructured,
    };
    let mut passed: Vec<Passed> = parameters.required.iter().map(positional).collect();
    passed.extend(parameters.optional.iter().map(|parameter| Passed::Positional(parameter.slot)));
    if let Some(Rest::Slot(slot)) = parameters.rest {
        passed.push(Passed::Rest(slot));
    }
    passed.extend(parameters.post.iter().map(positional));
    passed.extend(parameters.keywords.iter().map(|keyword| Passed::Keyword(keyword.name, keyword.slot)));
    if let KeywordRest::Slot(slot) = parameters.keyword_rest {
        passed.push(Passed::KeywordRest(slot));
    }
    passed
}
