//! The plainest expressions as pg_get_expr and pg_get_constraintdef print them: a column, what compares one with a constant, and
//! those joined by AND. The server prints what it understood, casts included; whatever else there is stays a doubt.

use std::sync::LazyLock;

use regex::Regex;

use super::super::model::{StoredColumn, Table};
use super::quoted_if_needed;

static COMPARISON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"\A"?([A-Za-z_][0-9A-Za-z_]*)"?\s*(=|<>|!=|<=|>=|<|>)\s*([0-9]{1,9}(?:\.[0-9]+)?|'[^'\\]*')\z"#).ok()
});
static NULLNESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\A"?([a-z_][0-9a-z_]*)"?\s+is\s+(not\s+)?null\z"#).ok());
static AND: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\s+and\s+").ok());
static CALL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\A(lower|upper)\(\s*"?([a-z_][0-9a-z_]*)"?\s*\)\z"#).ok());

/// As an index has it, each operation in parentheses; and as a constraint has it, without.
pub(super) struct Printed {
    pub of_index: String,
    pub of_check: String,
}

pub(super) fn condition(text: &str, table: &Table) -> Option<Printed> {
    let parts: Vec<&str> = AND.as_ref()?.split(text.trim()).collect();
    let mut printed: Vec<Printed> = parts.iter().map(|part| atom(part, table)).collect::<Option<_>>()?;
    if printed.len() == 1 {
        return printed.pop();
    }
    let joined = |of: fn(&Printed) -> &str| printed.iter().map(of).collect::<Vec<_>>().join(" AND ");
    Some(Printed { of_index: format!("({})", joined(|part| &part.of_index)), of_check: joined(|part| &part.of_check) })
}

fn atom(text: &str, table: &Table) -> Option<Printed> {
    let text = text.trim();
    if let Some(column) = column(text.trim_matches('"'), table) {
        let name = quoted_if_needed(&column.name);
        return (column.sql_type == "boolean").then(|| Printed { of_index: name.clone(), of_check: name });
    }
    if let Some(found) = NULLNESS.as_ref()?.captures(text) {
        let name = quoted_if_needed(&column(&found[1], table)?.name);
        let of_check = format!("{name} IS {}NULL", if found.get(2).is_some() { "NOT " } else { "" });
        return Some(Printed { of_index: format!("({of_check})"), of_check });
    }
    let found = COMPARISON.as_ref()?.captures(text)?;
    let column = column(&found[1], table)?;
    let operator = if &found[2] == "!=" { "<>" } else { &found[2] };
    compared(column, operator, &found[3])
}

/// SQL folds a name that is not quoted.
fn column<'a>(name: &str, table: &'a Table) -> Option<&'a StoredColumn> {
    table.columns.iter().find(|column| column.name == name || column.name == name.to_ascii_lowercase())
}

fn compared(column: &StoredColumn, operator: &str, constant: &str) -> Option<Printed> {
    let name = quoted_if_needed(&column.name);
    let kind = column.sql_type.split('(').next().unwrap_or_default();
    let is_whole = !constant.contains(['.', '\'']);
    let plain = |left: &str, right: &str| Printed {
        of_index: format!("({left} {operator} {right})"),
        of_check: format!("{left} {operator} {right}"),
    };
    match (kind, constant.starts_with('\'')) {
        ("integer" | "smallint" | "bigint", false) if is_whole => Some(plain(&name, constant)),
        ("numeric", false) if !is_whole => Some(plain(&name, constant)),
        ("numeric" | "double precision", false) if is_whole => Some(Printed {
            of_index: format!("({name} {operator} ({constant})::{kind})"),
            of_check: format!("{name} {operator} {constant}::{kind}"),
        }),
        ("text", true) => Some(plain(&name, &format!("{constant}::text"))),
        ("character varying", true) => Some(Printed {
            of_index: format!("(({name})::text {operator} {constant}::text)"),
            of_check: format!("{name}::text {operator} {constant}::text"),
        }),
        _ => None,
    }
}

/// `lower(name)` and its kin, of a text.
pub(super) fn call(text: &str, table: &Table) -> Option<String> {
    let found = CALL.as_ref()?.captures(text.trim())?;
    let column = column(&found[2], table)?;
    let (function, name) = (found[1].to_ascii_lowercase(), quoted_if_needed(&column.name));
    match column.sql_type.split('(').next().unwrap_or_default() {
        "text" => Some(format!("{function}({name})")),
        "character varying" => Some(format!("{function}(({name})::text)")),
        _ => None,
    }
}
