//! Printing a tree whose types are known: with all parentheses, or with those that are needed, as ruleutils.c decides it.

use super::super::quoted_if_needed;
use super::resolve::{Kind, Node};

/// Each operation in parentheses.
pub(super) fn plain(node: &Node) -> String {
    Printer { is_pretty: false }.top(node)
}

pub(super) fn pretty(node: &Node) -> String {
    Printer { is_pretty: true }.top(node)
}

struct Printer {
    is_pretty: bool,
}

impl Printer {
    /// A cast that nobody wrote is not shown around all.
    fn top(&self, node: &Node) -> String {
        match &node.kind {
            Kind::Cast { operand, implicit: true } => self.node(operand),
            _ => self.node(node),
        }
    }

    fn enclosed(&self, text: String) -> String {
        if self.is_pretty { text } else { format!("({text})") }
    }

    fn node(&self, node: &Node) -> String {
        match &node.kind {
            Kind::Column(name) => quoted_if_needed(name),
            Kind::Word(word) => word.clone(),
            Kind::Constant(text) => constant(text.as_deref(), &node.r#type),
            Kind::Call { name, arguments } => format!("{name}({})", self.list(arguments)),
            Kind::AtTimeZone { time, zone } => {
                format!("({} AT TIME ZONE {})", self.within(time, node), self.within(zone, node))
            }
            Kind::Cast { operand, .. } => self.cast(operand, node),
            Kind::Operator { operator, left: None, right } => {
                self.enclosed(format!("{operator} {}", self.within(right, node)))
            }
            Kind::Operator { operator, left: Some(left), right } => {
                self.enclosed(format!("{} {operator} {}", self.within(left, node), self.within(right, node)))
            }
            Kind::Distinct { left, right, negated } => {
                let text = format!("{} IS DISTINCT FROM {}", self.within(left, node), self.within(right, node));
                let text = self.enclosed(text);
                if *negated { self.enclosed(format!("NOT {text}")) } else { text }
            }
            Kind::Joined { word, parts } => {
                let parts: Vec<String> = parts.iter().map(|part| self.within(part, node)).collect();
                self.enclosed(parts.join(&format!(" {word} ")))
            }
            Kind::Not(operand) => self.enclosed(format!("NOT {}", self.within(operand, node))),
            Kind::Test { operand, words } => self.enclosed(format!("{} {words}", self.within(operand, node))),
            Kind::Array(elements) => {
                let text = format!("ARRAY[{}]", self.list(elements));
                if elements.is_empty() { format!("{text}::{}", node.r#type) } else { text }
            }
            Kind::Quantified { operand, operator, all, of } => {
                let word = if *all { "ALL" } else { "ANY" };
                let (left, right) = (self.within(operand, node), self.within(of, node));
                self.enclosed(format!("{left} {operator} {word} ({right})"))
            }
        }
    }

    fn list(&self, nodes: &[Node]) -> String {
        nodes.iter().map(|node| self.node(node)).collect::<Vec<_>>().join(", ")
    }

    fn cast(&self, operand: &Node, cast: &Node) -> String {
        let inner = if self.is_pretty && !is_simple(operand, cast) {
            format!("({})", self.top(operand))
        } else {
            self.top(operand)
        };
        format!("{}::{}", self.enclosed(inner), cast.r#type)
    }

    /// As a part of another: in parentheses where it would be read otherwise.
    fn within(&self, node: &Node, parent: &Node) -> String {
        let text = self.node(node);
        if self.is_pretty && !is_simple(node, parent) { format!("({text})") } else { text }
    }
}

/// `isSimpleNode`: what needs no parentheses within that parent.
fn is_simple(node: &Node, parent: &Node) -> bool {
    match &node.kind {
        Kind::Column(_)
        | Kind::Word(_)
        | Kind::Constant(_)
        | Kind::Call { .. }
        | Kind::AtTimeZone { .. }
        | Kind::Array(_) => true,
        // One that is a function of its own is as good as a call.
        Kind::Cast { operand, .. } => is_function_cast(operand, node) || is_simple(operand, node),
        Kind::Operator { operator, .. } => match &parent.kind {
            Kind::Operator { operator: outer, left, .. } => {
                let is_left = left.as_ref().is_some_and(|left| std::ptr::eq(left.as_ref(), node));
                binds_tighter(operator, outer, is_left)
            }
            parent => is_list(parent),
        },
        Kind::Test { .. } | Kind::Distinct { negated: false, .. } => is_list(&parent.kind),
        Kind::Distinct { .. } | Kind::Not(_) => matches!(parent.kind, Kind::Joined { .. }),
        Kind::Joined { word, .. } => match &parent.kind {
            Kind::Joined { word: outer, .. } => *word == "AND" || *outer == "OR",
            _ => false,
        },
        Kind::Quantified { .. } => false,
    }
}

/// Numbers are cast by functions, texts are only called another name.
fn is_function_cast(operand: &Node, cast: &Node) -> bool {
    let is_text = |name: &str| matches!(name, "text" | "character varying" | "citext");
    let is_renamed = is_text(&operand.r#type) && is_text(&cast.r#type);
    !(is_renamed || cast.r#type.ends_with("[]"))
}

fn is_list(parent: &Kind) -> bool {
    matches!(parent, Kind::Joined { .. } | Kind::Not(_) | Kind::Array(_) | Kind::Call { .. })
}

/// Among the four kinds of arithmetic and no others.
fn binds_tighter(operator: &str, outer: &str, is_left: bool) -> bool {
    let (is_sum, is_product) = (|text: &str| matches!(text, "+" | "-"), |text: &str| matches!(text, "*" | "/" | "%"));
    match () {
        () if !(is_sum(operator) || is_product(operator)) || !(is_sum(outer) || is_product(outer)) => false,
        () if is_product(operator) && is_sum(outer) => true,
        () if is_sum(operator) && is_product(outer) => false,
        () => is_left,
    }
}

fn constant(text: Option<&str>, r#type: &str) -> String {
    let Some(text) = text else { return format!("NULL::{type}") };
    let starts_with_digit = text.starts_with(|character: char| character.is_ascii_digit());
    match r#type {
        "boolean" => text.to_owned(),
        "integer" if starts_with_digit => text.to_owned(),
        "numeric" if starts_with_digit && text.contains('.') => text.to_owned(),
        _ => {
            let name = if r#type == "character" { "bpchar" } else { r#type };
            format!("'{}'::{name}", text.replace('\'', "''"))
        }
    }
}
