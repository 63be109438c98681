//! What is written as YAML, before it is known which objects are met again: those get anchors, numbered in the order in which they
//! are, as Psych does it.

use std::collections::{HashMap, HashSet};

use adapters::Arg;
use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::Sign;
use ruby::stdlib::yaml::emitter::{self, Node, WIDTH};

/// A part of the document.
pub(super) enum Tree {
    Leaf(Node),
    List(Vec<Tree>),
    Map {
        tag: Option<String>,
        /// What tells the object from others, if it may be met again.
        identity: Option<String>,
        pairs: Vec<(Node, Tree)>,
    },
}

/// The keys of what `encode_with` fills, or of a hash: texts, which are quoted where they need it.
pub(super) fn key(name: &str) -> Node {
    emitter::string_node(name)
}

impl Tree {
    pub(super) fn nil() -> Self {
        Self::plain("")
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::Leaf(emitter::plain(text))
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Leaf(emitter::string_node(text))
    }

    pub(super) fn text_or_nil(text: Option<&str>) -> Self {
        text.map_or_else(Self::nil, Self::text)
    }

    pub(super) fn symbol_or_nil(name: Option<&str>) -> Self {
        name.map_or_else(Self::nil, |name| Self::Leaf(emitter::symbol(name)))
    }

    pub(super) fn number_or_nil(number: Option<i64>) -> Self {
        number.map_or_else(Self::nil, |number| Self::plain(number.to_string()))
    }

    /// `true` or nil.
    pub(super) fn truth(is_true: bool) -> Self {
        if is_true { Self::plain("true") } else { Self::nil() }
    }

    pub(super) fn map(pairs: Vec<(Node, Tree)>) -> Self {
        Self::Map { tag: None, identity: None, pairs }
    }

    /// An object that says itself what is written of it (`encode_with`).
    pub(super) fn object(class: &str, identity: Option<String>, pairs: Vec<(&str, Tree)>) -> Self {
        Self::of_class(class, identity, pairs.into_iter().map(|(name, tree)| (key(name), tree)).collect())
    }

    /// An object with its instance variables, whose names are never quoted.
    pub(super) fn variables(class: &str, identity: Option<String>, pairs: Vec<(&str, Tree)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, tree)| (emitter::plain(name), tree)).collect();
        Self::of_class(class, identity, pairs)
    }

    fn of_class(class: &str, identity: Option<String>, pairs: Vec<(Node, Tree)>) -> Self {
        let identity = identity.map(|identity| format!("{class} {identity}"));
        Self::Map { tag: Some(format!("!ruby/object:{class}")), identity, pairs }
    }

    pub(super) fn into_document(self) -> String {
        let mut shared = Shared::default();
        shared.count(&self);
        shared.seen.clear();
        emitter::write(&shared.build(self), WIDTH)
    }
}

/// A value as Psych writes it. What a schema's cache is refused for is nil.
pub(super) fn of_arg(value: &Arg) -> Tree {
    match value {
        Arg::Bool(given) => Tree::plain(given.to_string()),
        Arg::Int(number) => Tree::plain(number.to_string()),
        Arg::BigInt(number) => Tree::plain(number.to_string()),
        Arg::Float(number) if number.is_nan() => Tree::plain(".nan"),
        Arg::Float(number) if number.is_infinite() => Tree::plain(if *number > 0.0 { ".inf" } else { "-.inf" }),
        Arg::Float(number) => Tree::plain(literals::float(*number)),
        Arg::Str(text) | Arg::Sql(text) => Tree::text(text),
        Arg::Symbol(name) => Tree::symbol_or_nil(Some(name)),
        Arg::Date(date) => Tree::plain(date.to_string()),
        Arg::Array(items) => Tree::List(items.iter().map(of_arg).collect()),
        Arg::Hash(options) => Tree::map(options.iter().map(|(name, value)| (key(name), of_arg(value))).collect()),
        _ => Tree::nil(),
    }
}

/// `BigDecimal#_dump`: how many digits were set aside for the number, nine to a word, and the number. What was rounded has a word
/// more than it needs; what was read of a text, a word more than the text has digits.
pub(super) fn decimal(number: &BigDecimal, is_rounded: bool) -> Tree {
    let text = number.abs().to_plain_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let words = if is_rounded {
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let [mut whole_words, mut fraction_words] = [whole, fraction].map(|digits| digits.len().div_ceil(WORD));
        if fraction_words == 0 {
            whole_words -= trailing_zeros(whole) / WORD;
        }
        if whole_words == 0 {
            fraction_words -= leading_zeros(fraction) / WORD;
        }
        (whole_words + fraction_words).max(1)
    } else {
        (whole.len() + fraction.len()).div_ceil(WORD)
    };
    let sign = if number.sign() == Sign::Minus { "-" } else { "" };
    let digits = [whole, fraction].concat();
    let significant = digits.trim_matches('0');
    let exponent = whole.trim_start_matches('0').len() as i64;
    let exponent = if exponent == 0 { -(leading_zeros(fraction) as i64) } else { exponent };
    let shown = if significant.is_empty() { "0.0".to_owned() } else { format!("{sign}0.{significant}e{exponent}") };
    Tree::Leaf(emitter::tagged("!ruby/object:BigDecimal", format!("{}:{shown}", (words + 1) * WORD)))
}

/// The digits of one of BigDecimal's words.
const WORD: usize = 9;

fn trailing_zeros(digits: &str) -> usize {
    digits.len() - digits.trim_end_matches('0').len()
}

fn leading_zeros(digits: &str) -> usize {
    digits.len() - digits.trim_start_matches('0').len()
}

/// Which objects are met again.
#[derive(Default)]
struct Shared {
    seen: HashSet<String>,
    anchors: HashMap<String, usize>,
}

impl Shared {
    fn count(&mut self, tree: &Tree) {
        match tree {
            Tree::Leaf(_) => {}
            Tree::List(items) => {
                for item in items {
                    self.count(item);
                }
            }
            Tree::Map { identity, pairs, .. } => {
                if let Some(identity) = identity
                    && !self.seen.insert(identity.clone())
                {
                    let next = self.anchors.len() + 1;
                    self.anchors.entry(identity.clone()).or_insert(next);
                    return;
                }
                for (_, tree) in pairs {
                    self.count(tree);
                }
            }
        }
    }

    fn build(&mut self, tree: Tree) -> Node {
        match tree {
            Tree::Leaf(node) => node,
            Tree::List(items) => {
                let items = items.into_iter().map(|item| self.build(item)).collect();
                Node::Sequence { items, tag: None, anchor: None }
            }
            Tree::Map { tag, identity, pairs } => {
                let anchor = identity.as_ref().and_then(|identity| self.anchors.get(identity).copied());
                if let (Some(anchor), Some(identity)) = (anchor, identity)
                    && !self.seen.insert(identity)
                {
                    return Node::Alias(anchor);
                }
                let pairs = pairs.into_iter().map(|(key, tree)| (key, self.build(tree))).collect();
                Node::Mapping { pairs, tag, anchor }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Tree, decimal};

    /// Recorded from CRuby 3.3: `text.to_d._dump`, and that of `text.to_d.round(scale)`.
    #[test]
    fn decimals() {
        for (text, read, rounded) in [
            ("0.00", "18:0.0", "18:0.0"),
            ("1.50", "18:0.15e1", "27:0.15e1"),
            ("7.00", "18:0.7e1", "18:0.7e1"),
            ("123456789.12", "27:0.12345678912e9", "27:0.12345678912e9"),
            ("1234567890.12", "27:0.123456789012e10", "36:0.123456789012e10"),
            ("999999999999999999.9999", "36:0.9999999999999999999999e18", "36:0.9999999999999999999999e18"),
            ("0.000001", "18:0.1e-5", "18:0.1e-5"),
            ("0.0000000001", "27:0.1e-9", "18:0.1e-9"),
            ("0.123456789", "27:0.123456789e0", "18:0.123456789e0"),
            ("1.1234567891", "27:0.11234567891e1", "36:0.11234567891e1"),
            ("1000000000.0", "27:0.1e10", "18:0.1e10"),
            ("-1.50", "18:-0.15e1", "27:-0.15e1"),
        ] {
            for (is_rounded, expected) in [(false, read), (true, rounded)] {
                let Tree::Leaf(Node::Scalar { text: written, .. }) = decimal(&text.parse().unwrap(), is_rounded) else {
                    panic!("no scalar")
                };
                assert_eq!(written, expected, "{text}, rounded: {is_rounded}");
            }
        }
    }
}
