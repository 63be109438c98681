//! What only the text of a CREATE TABLE tells: collations, AUTOINCREMENT, generated columns and constraints
//! (`table_structure_sql` and its kin of sqlite3_adapter.rb, `check_constraints` of sqlite3/schema_statements.rb).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::constant;

static COLLATE: LazyLock<Regex> =
    LazyLock::new(|| constant(r#"(?i).*"([0-9A-Za-z_]+)".*collate\s+"([0-9A-Za-z_]+)".*"#));
static AUTO_INCREMENT: LazyLock<Regex> =
    LazyLock::new(|| constant(r#"(?i).*"([0-9A-Za-z_]+)".+PRIMARY KEY AUTOINCREMENT"#));
static GENERATED: LazyLock<Regex> =
    LazyLock::new(|| constant(r#"(?i).*"([0-9A-Za-z_]+)".+GENERATED ALWAYS AS \((.+)\) (?:STORED|VIRTUAL)"#));
static CHECK: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)CONSTRAINT\s+([0-9A-Za-z_]+)\s+CHECK\s+\("));

const CONSTRAINT: &str = "CONSTRAINT";

/// Of one column, by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Structure {
    pub collations: HashMap<String, String>,
    pub auto_increments: Vec<String>,
    pub generated: HashMap<String, String>,
}

/// `table_structure_sql`: the definitions of columns and constraints, one string each.
pub(crate) fn definitions(sql: &str, column_names: &[String]) -> Vec<String> {
    let Some(body) = after_unquoted_open_parenthesis(sql) else { return Vec::new() };
    let body = strip_final_close_parentheses(body);
    let beginnings = Beginnings::new(column_names);
    let mut parts = Vec::new();
    let mut start = 0;
    for (comma, _) in body.match_indices(',') {
        if beginnings.begin(&body[comma + 1..]) {
            parts.push(&body[start..comma]);
            start = comma + 1;
        }
    }
    parts.push(&body[start..]);
    while parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

/// What a definition begins with: `/\s(?:CONSTRAINT|"(?:one column|or another)")/i`. Compiled, it would be a new expression for each
/// table, and compared one by one, the names of a wide table would take their square.
struct Beginnings {
    /// In small letters.
    names: HashSet<String>,
    /// Whether one of them has a quote in it.
    have_quotes: bool,
}

impl Beginnings {
    fn new(column_names: &[String]) -> Self {
        let names: HashSet<_> = column_names.iter().map(|name| in_small_letters(name)).collect();
        let have_quotes = names.iter().any(|name| name.contains('"'));
        Self { names, have_quotes }
    }

    /// Whether one stands at the start of `rest`.
    fn begin(&self, rest: &str) -> bool {
        let Some(word) = rest.strip_prefix([' ', '\t', '\n', '\x0b', '\x0c', '\r']) else { return false };
        match word.strip_prefix('"') {
            Some(quoted) => {
                let mut ends = quoted.match_indices('"').take(if self.have_quotes { usize::MAX } else { 1 });
                ends.any(|(end, _)| self.names.contains(&in_small_letters(&quoted[..end])))
            }
            None => word.get(..CONSTRAINT.len()).is_some_and(|start| start.eq_ignore_ascii_case(CONSTRAINT)),
        }
    }
}

fn in_small_letters(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// `/\((?![^'"]*['"][^'"]*$)/`: past the first parenthesis that is not followed, up to the end of a line, by a lone quote.
fn after_unquoted_open_parenthesis(sql: &str) -> Option<&str> {
    sql.match_indices('(').map(|(at, _)| &sql[at + 1..]).find(|rest| !has_lone_quote(rest))
}

fn has_lone_quote(rest: &str) -> bool {
    let Some(first) = rest.find(['\'', '"']) else { return false };
    let after = &rest[first + 1..];
    let line_end = after.find('\n').unwrap_or(after.len());
    after.find(['\'', '"']).is_none_or(|second| second > line_end)
}

/// `/\);*\z/`
fn strip_final_close_parentheses(body: &str) -> &str {
    let trimmed = body.trim_end_matches(';');
    trimmed.strip_suffix(')').unwrap_or(body)
}

/// The three regular expressions of `table_structure_with_collation`.
pub(crate) fn structure(definitions: &[String]) -> Structure {
    let mut structure = Structure::default();
    for definition in definitions {
        if mentions(definition, "collate")
            && let Some(found) = COLLATE.captures(definition)
        {
            structure.collations.insert(found[1].to_owned(), found[2].to_owned());
        }
        if mentions(definition, "autoincrement")
            && let Some(found) = AUTO_INCREMENT.captures(definition)
        {
            structure.auto_increments.push(found[1].to_owned());
        }
        if mentions(definition, "generated")
            && let Some(found) = GENERATED.captures(definition)
        {
            structure.generated.insert(found[1].to_owned(), found[2].to_owned());
        }
    }
    structure
}

/// Most definitions have none of these words, which is sooner known than that a pattern is not there.
fn mentions(definition: &str, word: &str) -> bool {
    definition.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// Name and expression of each `CONSTRAINT name CHECK (expression)`.
pub(crate) fn check_constraints(sql: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(captures) = CHECK.captures_at(sql, start) {
        let end = captures.get(0).map_or(sql.len(), |whole| whole.end());
        if let Some(length) = balanced_length(&sql[end..]) {
            found.push((captures[1].to_owned(), sql[end..end + length].to_owned()));
            start = end + length;
        } else {
            start = end;
        }
    }
    found
}

/// How long the text is up to the parenthesis that closes it. An empty pair of parentheses within ends the matter,
/// as it does in Rails' regular expression.
fn balanced_length(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut previous_opened = true;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if previous_opened => return None,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        previous_opened = character == '(';
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_split() {
        let check = |sql: &str, columns: &[&str], expected: &[&str]| {
            let columns: Vec<_> = columns.iter().map(ToString::to_string).collect();
            assert_eq!(definitions(sql, &columns), expected);
        };
        check(
            r#"CREATE TABLE "a" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "n" varchar DEFAULT 'x, "id"', CONSTRAINT c CHECK (n > 0))"#,
            &["id", "n"],
            &[
                r#""id" integer PRIMARY KEY AUTOINCREMENT NOT NULL"#,
                r#""n" varchar DEFAULT 'x"#,
                r#""id"'"#,
                "CONSTRAINT c CHECK (n > 0)",
            ],
        );
        check(
            r#"CREATE TABLE "a" ("Id" integer, "ID" text,"id" blob, "id2" text, "ÄB" text, constraint x UNIQUE (i))"#,
            &["id", "äb"],
            &[r#""Id" integer"#, r#""ID" text,"id" blob, "id2" text"#, r#""ÄB" text"#, "constraint x UNIQUE (i)"],
        );
        check("CREATE VIRTUAL TABLE x", &["a"], &[]);
    }

    #[test]
    fn checks_are_found() {
        let check = |sql: &str, expected: &[(&str, &str)]| {
            let found = check_constraints(sql);
            let found: Vec<_> = found.iter().map(|(name, expression)| (name.as_str(), expression.as_str())).collect();
            assert_eq!(found, expected);
        };
        check("x CONSTRAINT a CHECK (b > (1 + 2)), constraint c check (d)", &[("a", "b > (1 + 2)"), ("c", "d")]);
        check("CONSTRAINT a CHECK (b > random()), CONSTRAINT c CHECK (d)", &[("c", "d")]);
    }
}
