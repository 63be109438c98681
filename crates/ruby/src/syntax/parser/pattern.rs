//! Pattern matching: `case in`, `in`, `=>`.

use ruby_prism as prism;
use ruby_prism::Node as Prism;

use super::{Lowerer, MAXIMUM_DEPTH, name, span};
use crate::syntax::ast::{
    ArrayPattern, CaseIn, FindPattern, HashPattern, HashPatternRest, InClause, Local, Node, NodeKind, Pattern,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Lowerer {
    /// `case ... in`
    pub(super) fn case_in(&mut self, node: &prism::CaseMatchNode<'_>, place: Span) -> Node {
        let subject = self.optional(node.predicate()).unwrap_or_else(|| Node::nil(place));
        let clauses = node
            .conditions()
            .iter()
            .filter_map(|clause| clause.as_in_node())
            .map(|clause| self.in_clause(&clause))
            .collect();
        let else_branch = node.else_clause().map(|clause| self.branch(clause.statements(), place));
        Node::new(NodeKind::CaseIn(Box::new(CaseIn { subject, clauses, else_branch })), place)
    }

    fn in_clause(&mut self, node: &prism::InNode<'_>) -> InClause {
        let (pattern, guard) = self.guarded(&node.pattern());
        let body = self.branch(node.statements(), span(&node.location()));
        InClause { pattern, guard, body }
    }

    /// prism wraps a guarded pattern in its `if` or `unless`.
    fn guarded(&mut self, node: &Prism<'_>) -> (Pattern, Option<Node>) {
        let place = span(&node.location());
        let (statements, guard, negated) = if let Some(condition) = node.as_if_node() {
            (condition.statements(), condition.predicate(), false)
        } else if let Some(condition) = node.as_unless_node() {
            (condition.statements(), condition.predicate(), true)
        } else {
            return (self.pattern(node), None);
        };
        let pattern = match statements.and_then(|statements| statements.body().first()) {
            Some(pattern) => self.pattern(&pattern),
            None => Pattern::Any,
        };
        let guard = self.node(&guard);
        let guard = if negated { Node::new(NodeKind::Not(Box::new(guard)), place) } else { guard };
        (pattern, Some(guard))
    }

    /// `a in b`
    pub(super) fn match_predicate(&mut self, node: &prism::MatchPredicateNode<'_>, place: Span) -> Node {
        let pair = (self.node(&node.value()), self.pattern(&node.pattern()));
        Node::new(NodeKind::MatchPredicate(Box::new(pair)), place)
    }

    /// `a => b`
    pub(super) fn match_required(&mut self, node: &prism::MatchRequiredNode<'_>, place: Span) -> Node {
        let pair = (self.node(&node.value()), self.pattern(&node.pattern()));
        Node::new(NodeKind::MatchRequired(Box::new(pair)), place)
    }

    fn pattern(&mut self, node: &Prism<'_>) -> Pattern {
        if self.depth >= MAXIMUM_DEPTH {
            return Pattern::Value(self.unsupported(span(&node.location()), "code nested this deeply"));
        }
        self.depth += 1;
        let pattern = self.pattern_kind(node);
        self.depth -= 1;
        pattern
    }

    fn pattern_kind(&mut self, node: &Prism<'_>) -> Pattern {
        if let Some(target) = node.as_local_variable_target_node() {
            return Pattern::Bind(self.local(name(&target.name()), target.depth()));
        }
        if let Some(pattern) = node.as_array_pattern_node() {
            return self.array_pattern(&pattern);
        }
        if let Some(pattern) = node.as_find_pattern_node() {
            return self.find_pattern(&pattern);
        }
        if let Some(pattern) = node.as_hash_pattern_node() {
            return self.hash_pattern(&pattern);
        }
        if let Some(pattern) = node.as_alternation_pattern_node() {
            let mut alternatives = Vec::new();
            self.alternatives(&pattern.left(), &mut alternatives);
            self.alternatives(&pattern.right(), &mut alternatives);
            return Pattern::Alternative(alternatives);
        }
        if let Some(pattern) = node.as_capture_pattern_node() {
            let target = pattern.target();
            let local = self.local(name(&target.name()), target.depth());
            return Pattern::Capture(Box::new(self.pattern(&pattern.value())), local);
        }
        if let Some(pinned) = node.as_pinned_variable_node() {
            return Pattern::Value(self.node(&pinned.variable()));
        }
        if let Some(pinned) = node.as_pinned_expression_node() {
            return Pattern::Value(self.node(&pinned.expression()));
        }
        if let Some(parentheses) = node.as_parentheses_node() {
            return self.parenthesised(&parentheses);
        }
        if let Some(implicit) = node.as_implicit_node() {
            return self.pattern(&implicit.value());
        }
        Pattern::Value(self.node(node))
    }

    fn parenthesised(&mut self, node: &prism::ParenthesesNode<'_>) -> Pattern {
        let Some(body) = node.body() else { return Pattern::Any };
        match body.as_statements_node().and_then(|statements| statements.body().first()) {
            Some(pattern) => self.pattern(&pattern),
            None => self.pattern(&body),
        }
    }

    fn alternatives(&mut self, node: &Prism<'_>, into: &mut Vec<Pattern>) {
        let pattern = self.pattern(node);
        match pattern {
            Pattern::Alternative(nested) => into.extend(nested),
            pattern => into.push(pattern),
        }
    }

    fn array_pattern(&mut self, node: &prism::ArrayPatternNode<'_>) -> Pattern {
        let pattern = ArrayPattern {
            constant: self.optional(node.constant()),
            before: node.requireds().iter().map(|pattern| self.pattern(&pattern)).collect(),
            rest: node.rest().map(|rest| self.splat_pattern(&rest)),
            after: node.posts().iter().map(|pattern| self.pattern(&pattern)).collect(),
        };
        Pattern::Array(Box::new(pattern))
    }

    fn find_pattern(&mut self, node: &prism::FindPatternNode<'_>) -> Pattern {
        let pattern = FindPattern {
            constant: self.optional(node.constant()),
            before: self.splat_pattern(&node.left().as_node()),
            middle: node.requireds().iter().map(|pattern| self.pattern(&pattern)).collect(),
            after: self.splat_pattern(&node.right().as_node()),
        };
        Pattern::Find(Box::new(pattern))
    }

    fn splat_pattern(&mut self, node: &Prism<'_>) -> Pattern {
        match node.as_splat_node().and_then(|splat| splat.expression()) {
            Some(expression) => self.pattern(&expression),
            None => Pattern::Any,
        }
    }

    fn hash_pattern(&mut self, node: &prism::HashPatternNode<'_>) -> Pattern {
        let constant = self.optional(node.constant());
        let mut pairs = Vec::new();
        for element in &node.elements() {
            if let Some(pair) = element.as_assoc_node() {
                pairs.push((self.pattern_key(&pair.key()), self.pattern(&pair.value())));
            }
        }
        let rest = match node.rest() {
            None => HashPatternRest::Ignored,
            Some(rest) => match rest.as_assoc_splat_node().and_then(|splat| splat.value()) {
                Some(value) => self.pattern_local(&value).map_or(HashPatternRest::Ignored, HashPatternRest::Bind),
                None if rest.as_assoc_splat_node().is_some() => HashPatternRest::Ignored,
                None => HashPatternRest::Refused,
            },
        };
        Pattern::Hash(Box::new(HashPattern { constant, pairs, rest }))
    }

    fn pattern_key(&mut self, node: &Prism<'_>) -> Symbol {
        match self.node(node).kind {
            NodeKind::Symbol(symbol) => symbol,
            _ => Symbol::new(""),
        }
    }

    fn pattern_local(&mut self, node: &Prism<'_>) -> Option<Local> {
        let target = node.as_local_variable_target_node()?;
        Some(self.local(name(&target.name()), target.depth()))
    }
}
