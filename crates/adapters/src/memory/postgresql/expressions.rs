//! Expressions as PostgreSQL prints them: pg_get_expr, pg_get_constraintdef and pg_get_indexdef. The server prints what it
//! understood, each constant with its type and each cast it made: so an expression is read as a tree, its types are found
//! (resolve.rs), and the tree is printed (print.rs). What is of no known type is not known.

mod functions;
mod print;
mod resolve;

use self::resolve::{Kind, Node, Resolver};
use super::super::expressions::{parse, parse_list};
use super::super::model::{Schema, Server, Table};
use crate::Dialect;

/// As an index has it, each operation in parentheses; and as a constraint has it, without.
pub(super) struct Printed {
    pub of_index: String,
    pub of_check: String,
}

/// What a name in an expression may mean.
#[derive(Clone, Copy)]
pub(in crate::memory) struct Scope<'a> {
    pub server: &'a Server,
    pub table: &'a Table,
    pub schema: &'a Schema,
}

impl Scope<'_> {
    fn resolver(&self) -> Resolver<'_> {
        Resolver { scope: *self }
    }
}

pub(super) fn condition(text: &str, scope: Scope<'_>) -> Option<Printed> {
    let tree = parse(text, Dialect::PostgreSql)?;
    let node = scope.resolver().condition(&tree)?;
    Some(Printed { of_index: print::plain(&node), of_check: print::pretty(&node) })
}

/// The columns of an index that were given as text.
pub(super) struct PrintedColumns {
    pub text: String,
    /// Where they are all columns, and nothing is said of any.
    pub names: Option<Vec<String>>,
}

pub(super) fn index_columns(text: &str, scope: Scope<'_>) -> Option<PrintedColumns> {
    let mut printed = Vec::new();
    let mut names = Some(Vec::new());
    for (tree, rest) in parse_list(text, Dialect::PostgreSql)? {
        let node = scope.resolver().known(&tree)?;
        let column = print::plain(&node);
        let is_bare = matches!(node.kind, Kind::Column(_) | Kind::Call { .. } | Kind::Word(_));
        let column = if is_bare { column } else { format!("({column})") };
        let rest = printed_rest(&rest, &node)?;
        match (&mut names, &node.kind) {
            (Some(names), Kind::Column(name)) if rest.is_empty() => names.push(name.clone()),
            // A column with an order is one still: how those are told apart is Rails' own affair.
            (Some(_), Kind::Column(_)) => return None,
            _ => names = None,
        }
        printed.push(column + &rest);
    }
    Some(PrintedColumns { text: printed.join(", "), names })
}

/// The elements of an exclusion constraint: as the constraint has them, and as its index has.
pub(super) fn exclusion(text: &str, scope: Scope<'_>) -> Option<(String, PrintedColumns)> {
    let mut elements = Vec::new();
    let mut columns = Vec::new();
    for (tree, rest) in parse_list(text, Dialect::PostgreSql)? {
        let node = scope.resolver().known(&tree)?;
        let text = print::plain(&node);
        let is_bare = matches!(node.kind, Kind::Column(_) | Kind::Call { .. });
        let text = if is_bare { text } else { format!("({text})") };
        let operator = rest.strip_prefix("WITH ").or_else(|| rest.strip_prefix("with "))?;
        elements.push(format!("{text} WITH {operator}"));
        columns.push(match node.kind {
            Kind::Column(name) => (text, Some(name)),
            _ => (text, None),
        });
    }
    let names = columns.iter().map(|(_, name)| name.clone()).collect();
    let text = columns.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(", ");
    Some((elements.join(", "), PrintedColumns { text, names }))
}

/// What follows a column: its operator class, unless it is the type's own, and its order.
fn printed_rest(rest: &str, node: &Node) -> Option<String> {
    let mut printed = String::new();
    let mut words = rest.split_whitespace().peekable();
    let operators = words.next_if(|word| word.contains("_ops"));
    if let Some(operators) = operators.map(str::to_ascii_lowercase) {
        let own = match node.r#type.as_str() {
            "character varying" => "text_ops".to_owned(),
            name => format!("{name}_ops"),
        };
        if operators != own {
            printed = format!(" {operators}");
        }
    }
    let words: Vec<String> = words.map(str::to_ascii_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "ASC").collect();
    match words.as_slice() {
        [] | ["NULLS", "LAST"] => {}
        ["DESC"] | ["DESC", "NULLS", "FIRST"] => printed.push_str(" DESC"),
        ["DESC", "NULLS", "LAST"] | ["NULLS", "FIRST"] => printed.push_str(&format!(" {}", words.join(" "))),
        _ => return None,
    }
    Some(printed)
}

/// A default, or what a column is computed from: as the column's type takes it.
pub(super) fn value(text: &str, sql_type: &str, scope: Scope<'_>) -> Option<String> {
    let tree = parse(text, Dialect::PostgreSql)?;
    let node = scope.resolver().assigned(&tree, sql_type)?;
    Some(print::plain(&node))
}
