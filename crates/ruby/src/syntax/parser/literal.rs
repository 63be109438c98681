//! Literals, variables and constants as they are read.

use std::collections::HashSet;

use num_bigint::{BigInt, BigUint, Sign};
use ruby_prism as prism;
use ruby_prism::Node as Prism;

use super::{Lowerer, name, span};
use crate::syntax::ast::{
    ConstantPath, ConstantScope, HashElement, Node, NodeKind, RangeLiteral, RegexpLiteral, StringLiteral,
};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Lowerer {
    /// `"a"`
    pub(super) fn string(&mut self, node: &prism::StringNode<'_>, place: Span) -> Node {
        string_node(node.unescaped(), node.is_frozen(), place)
    }

    /// `:a`
    pub(super) fn symbol(&mut self, node: &prism::SymbolNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::Symbol(Symbol::new(&String::from_utf8_lossy(node.unescaped()))), place)
    }

    /// `1`; one that is too long for 64 bits keeps its digits.
    pub(super) fn integer(&mut self, node: &prism::IntegerNode<'_>, place: Span) -> Node {
        integer_node(&node.value(), place)
    }

    /// `1.0`
    pub(super) fn float(&mut self, node: &prism::FloatNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::Float(node.value()), place)
    }

    /// `1r`
    pub(super) fn rational(&mut self, node: &prism::RationalNode<'_>, place: Span) -> Node {
        let numerator = integer_node(&node.numerator(), place);
        let denominator = integer_node(&node.denominator(), place);
        Node::new(NodeKind::Rational(Box::new(numerator), Box::new(denominator)), place)
    }

    /// `[a, *b]`
    pub(super) fn array(&mut self, node: &prism::ArrayNode<'_>, place: Span) -> Node {
        let elements = node.elements().iter().map(|element| self.element(&element)).collect();
        Node::new(NodeKind::Array(elements), place)
    }

    /// An element of an array or a positional argument: `f(a: 1)` without its own braces is a hash at the end of an array.
    pub(super) fn element(&mut self, node: &Prism<'_>) -> Node {
        match node.as_keyword_hash_node() {
            Some(hash) => {
                let elements = self.hash_elements(&hash.elements());
                Node::new(NodeKind::Hash(elements), span(&node.location()))
            }
            None => self.node(node),
        }
    }

    /// `{ a => b }`
    pub(super) fn hash(&mut self, node: &prism::HashNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::Hash(self.hash_elements(&node.elements())), place)
    }

    /// What stands between the braces, or at the end of a call.
    pub(super) fn hash_elements(&mut self, elements: &prism::NodeList<'_>) -> Vec<HashElement> {
        let mut all: Vec<HashElement> = Vec::new();
        let mut known = HashSet::new();
        for element in &elements.iter().collect::<Vec<_>>() {
            let mut element = self.hash_element(element);
            if let HashElement::Pair(key, value) = &mut element
                && spelling(key).is_some_and(|spelling| !known.insert(spelling))
                && let Some(place) = all.iter().position(|other| is_same_key(other, key))
                && let HashElement::Pair(_, earlier) = all.remove(place)
                && !is_literal(&earlier)
            {
                // It is evaluated all the same.
                let later = std::mem::replace(value, Node::new(NodeKind::Nil, earlier.span));
                *value = Node::new(NodeKind::Sequence(vec![earlier, later]), value.span);
            }
            all.push(element);
        }
        all
    }

    fn hash_element(&mut self, element: &Prism<'_>) -> HashElement {
        if let Some(pair) = element.as_assoc_node() {
            return HashElement::Pair(self.node(&pair.key()), self.node(&pair.value()));
        }
        let place = span(&element.location());
        let value = match element.as_assoc_splat_node().and_then(|splat| splat.value()) {
            Some(value) => self.node(&value),
            None => self.anonymous_read("**", place),
        };
        HashElement::DoubleSplat(value)
    }

    /// `a..b`
    pub(super) fn range(&mut self, node: &prism::RangeNode<'_>, place: Span) -> Node {
        let begin = self.optional(node.left());
        let end = self.optional(node.right());
        Node::new(NodeKind::Range(Box::new(RangeLiteral { begin, end, exclusive: node.is_exclude_end() })), place)
    }

    /// `"a#{b}"`
    pub(super) fn interpolated_string(&mut self, node: &prism::InterpolatedStringNode<'_>, place: Span) -> Node {
        let parts = self.parts(&node.parts());
        match parts.as_slice() {
            // `"a" "b"`: nothing is interpolated after all.
            [Node { kind: NodeKind::String(literal), .. }] => string_node(&literal.bytes, node.is_frozen(), place),
            [] => string_node(b"", node.is_frozen(), place),
            _ => Node::new(NodeKind::InterpolatedString(parts), place),
        }
    }

    /// `:"a#{b}"`
    pub(super) fn interpolated_symbol(&mut self, node: &prism::InterpolatedSymbolNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::InterpolatedSymbol(self.parts(&node.parts())), place)
    }

    /// `/a/`
    pub(super) fn regexp(&mut self, node: &prism::RegularExpressionNode<'_>, place: Span) -> Node {
        let literal = RegexpLiteral {
            parts: vec![string_node(node.unescaped(), true, place)],
            ignore_case: node.is_ignore_case(),
            extended: node.is_extended(),
            multi_line: node.is_multi_line(),
        };
        Node::new(NodeKind::Regexp(Box::new(literal)), place)
    }

    /// `/a#{b}/`
    pub(super) fn interpolated_regexp(
        &mut self,
        node: &prism::InterpolatedRegularExpressionNode<'_>,
        place: Span,
    ) -> Node {
        let literal = RegexpLiteral {
            parts: self.parts(&node.parts()),
            ignore_case: node.is_ignore_case(),
            extended: node.is_extended(),
            multi_line: node.is_multi_line(),
        };
        Node::new(NodeKind::Regexp(Box::new(literal)), place)
    }

    /// The parts of an interpolated literal; neighbouring strings, as in a heredoc's lines, become one.
    fn parts(&mut self, parts: &prism::NodeList<'_>) -> Vec<Node> {
        let mut flat = Vec::new();
        for part in parts {
            match part.as_interpolated_string_node() {
                Some(nested) => flat.extend(self.parts(&nested.parts())),
                None => flat.push(self.node(&part)),
            }
        }
        let mut merged: Vec<Node> = Vec::with_capacity(flat.len());
        for part in flat {
            if let NodeKind::String(next) = &part.kind
                && let Some(Node { kind: NodeKind::String(previous), .. }) = merged.last_mut()
            {
                previous.bytes.extend_from_slice(&next.bytes);
                continue;
            }
            merged.push(part);
        }
        merged
    }

    /// `#{a}`
    pub(super) fn embedded_statements(&mut self, node: &prism::EmbeddedStatementsNode<'_>, place: Span) -> Node {
        match node.statements() {
            Some(statements) => self.sequence(&statements),
            None => Node::nil(place),
        }
    }

    /// `#@a`
    pub(super) fn embedded_variable(&mut self, node: &prism::EmbeddedVariableNode<'_>, _: Span) -> Node {
        self.node(&node.variable())
    }

    /// `a`
    pub(super) fn local_variable(&mut self, node: &prism::LocalVariableReadNode<'_>, place: Span) -> Node {
        let local = self.local(name(&node.name()), node.depth());
        Node::new(NodeKind::LocalVariable(local), place)
    }

    /// `it`
    pub(super) fn it_variable(&mut self, _: &prism::ItLocalVariableReadNode<'_>, place: Span) -> Node {
        let local = self.local(Symbol::new("it"), 0);
        Node::new(NodeKind::LocalVariable(local), place)
    }

    /// `@a`
    pub(super) fn instance_variable(&mut self, node: &prism::InstanceVariableReadNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::InstanceVariable(name(&node.name())), place)
    }

    /// `@@a`
    pub(super) fn class_variable(&mut self, node: &prism::ClassVariableReadNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::ClassVariable(name(&node.name())), place)
    }

    /// `$a`
    pub(super) fn global_variable(&mut self, node: &prism::GlobalVariableReadNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::GlobalVariable(name(&node.name())), place)
    }

    /// `$~` and its kin
    pub(super) fn back_reference(&mut self, node: &prism::BackReferenceReadNode<'_>, place: Span) -> Node {
        let character = node.name().as_slice().get(1).copied().unwrap_or(b'&');
        Node::new(NodeKind::BackReference(char::from(character)), place)
    }

    /// `$1`
    pub(super) fn numbered_reference(&mut self, node: &prism::NumberedReferenceReadNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::NumberedReference(node.number()), place)
    }

    /// `A`
    pub(super) fn constant(&mut self, node: &prism::ConstantReadNode<'_>, place: Span) -> Node {
        Node::new(NodeKind::Constant(name(&node.name())), place)
    }

    /// `A::B`
    pub(super) fn constant_path(&mut self, node: &prism::ConstantPathNode<'_>, place: Span) -> Node {
        let path = self.path(node.parent(), node.name());
        // Ruby names the line of the last name.
        let place = Span { line: span(&node.name_loc()).line, ..place };
        Node::new(NodeKind::ConstantPath(Box::new(path)), place)
    }

    /// The same, wherever else one may stand.
    pub(super) fn path(&mut self, parent: Option<Prism<'_>>, id: Option<prism::ConstantId<'_>>) -> ConstantPath {
        let scope = match parent {
            Some(parent) => ConstantScope::Of(self.node(&parent)),
            None => ConstantScope::Root,
        };
        let name = id.map_or_else(|| Symbol::new(""), |id| name(&id));
        ConstantPath { scope, name }
    }

    /// `*a`
    pub(super) fn splat(&mut self, node: &prism::SplatNode<'_>, place: Span) -> Node {
        let value = match node.expression() {
            Some(expression) => self.node(&expression),
            None => self.anonymous_read("*", place),
        };
        Node::new(NodeKind::Splat(Box::new(value)), place)
    }

    /// Reads the anonymous parameter `*`, `**` or `&`.
    pub(super) fn anonymous_read(&mut self, parameter: &str, place: Span) -> Node {
        match self.anonymous(parameter) {
            Some(local) => Node::new(NodeKind::LocalVariable(local), place),
            None => self.unsupported(place, "forwarding an anonymous parameter from here"),
        }
    }

    /// `{ a: }`, which means the variable or the method of that name.
    pub(super) fn implicit(&mut self, node: &prism::ImplicitNode<'_>, _: Span) -> Node {
        self.node(&node.value())
    }

    /// `__ENCODING__`
    pub(super) fn source_encoding(&mut self, place: Span) -> Node {
        let path = ConstantPath { scope: ConstantScope::Root, name: Symbol::new("Encoding") };
        let encoding = Node::new(NodeKind::ConstantPath(Box::new(path)), place);
        let path = ConstantPath { scope: ConstantScope::Of(encoding), name: Symbol::new("UTF_8") };
        Node::new(NodeKind::ConstantPath(Box::new(path)), place)
    }
}

fn string_node(bytes: &[u8], frozen: bool, place: Span) -> Node {
    Node::new(NodeKind::String(Box::new(StringLiteral { bytes: bytes.to_vec(), frozen })), place)
}

fn integer_node(value: &prism::Integer<'_>, place: Span) -> Node {
    let (negative, digits) = value.to_u32_digits();
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    let value = BigInt::from_biguint(sign, BigUint::new(digits.to_vec()));
    // Ten is no base for many digits: reading and writing them takes a time that grows with their square.
    let spelled = |_| {
        let minus = if negative { "-" } else { "" };
        NodeKind::BigInteger(format!("{minus}0x{}", value.magnitude().to_str_radix(16)).into())
    };
    let kind = i64::try_from(&value).map_or_else(spelled, NodeKind::Integer);
    Node::new(kind, place)
}

/// Whether a pair has this literal for a key: the parser of Ruby 3.3 keeps the later place of two.
/// What makes a literal key the same as another one.
fn spelling(key: &Node) -> Option<(u8, Vec<u8>)> {
    Some(match &key.kind {
        NodeKind::Symbol(name) => (0, name.to_str().as_bytes().to_vec()),
        NodeKind::Integer(number) => (1, number.to_ne_bytes().to_vec()),
        NodeKind::Float(number) => (2, (number + 0.0).to_ne_bytes().to_vec()),
        NodeKind::String(text) => (3, text.bytes.clone()),
        _ => return None,
    })
}

fn is_same_key(element: &HashElement, key: &Node) -> bool {
    let HashElement::Pair(other, _) = element else { return false };
    match (&other.kind, &key.kind) {
        (NodeKind::Symbol(one), NodeKind::Symbol(other)) => one == other,
        (NodeKind::Integer(one), NodeKind::Integer(other)) => one == other,
        (NodeKind::Float(one), NodeKind::Float(other)) => one == other,
        (NodeKind::String(one), NodeKind::String(other)) => one.bytes == other.bytes,
        _ => false,
    }
}

fn is_literal(node: &Node) -> bool {
    use NodeKind::{False, Float, Integer, Nil, String, Symbol, True};
    matches!(node.kind, Nil | True | False | Integer(_) | Float(_) | String(_) | Symbol(_))
}
