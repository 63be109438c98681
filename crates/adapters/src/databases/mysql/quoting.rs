//! Names and values inside a statement: mysql/quoting.rb, and the escaping that mysql2 leaves to libmysqlclient.

use std::fmt::Write;

use super::client::Client;
use crate::abstract_mysql_adapter::MysqlAdapter;
use crate::prelude::*;
use crate::types::Type;
use crate::{Arg, Result};

impl Quoting for MysqlAdapter {
    fn quote_string(&self, text: &str) -> String {
        quote_string(text, self.client.as_ref().is_none_or(Client::backslash_escapes))
    }
    fn quote_column_name(&self, name: &str) -> String {
        quote_column_name(name)
    }
    fn quote_table_name(&self, name: &str) -> String {
        quote_table_name(name)
    }
    fn unquoted_true(&self) -> Arg {
        Arg::Int(1)
    }
    fn unquoted_false(&self) -> Arg {
        Arg::Int(0)
    }
    fn quoted_binary(&self, value: &[u8]) -> String {
        quoted_binary(value)
    }
    fn lookup_cast_type(&mut self, sql_type: &str) -> Result<Type> {
        Ok(self.cast_type(sql_type))
    }
}

/// `quote_column_name`: in backticks.
pub fn quote_column_name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// `quote_table_name`: in backticks, each part of `schema.table` by itself.
pub fn quote_table_name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``").replace('.', "`.`"))
}

/// `mysql_real_escape_string`; with the sql_mode NO_BACKSLASH_ESCAPES only quotes are doubled.
pub fn quote_string(string: &str, backslash_escapes: bool) -> String {
    if !backslash_escapes {
        return string.replace('\'', "''");
    }
    let mut quoted = String::with_capacity(string.len());
    for character in string.chars() {
        match character {
            '\0' => quoted.push_str("\\0"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\u{1a}' => quoted.push_str("\\Z"),
            '\\' | '\'' | '"' => quoted.extend(['\\', character]),
            _ => quoted.push(character),
        }
    }
    quoted
}

/// `quoted_binary`: hexadecimal, which no character set touches.
pub fn quoted_binary(value: &[u8]) -> String {
    let mut quoted = String::with_capacity(value.len() * 2 + 3);
    quoted.push_str("x'");
    for byte in value {
        let _ = write!(quoted, "{byte:02x}");
    }
    quoted.push('\'');
    quoted
}

/// Takes the backticks away.
pub fn unquote_identifier(identifier: &str) -> &str {
    if identifier.starts_with('`') { identifier.get(1..identifier.len() - 1).unwrap_or("") } else { identifier }
}

/// `[schema, name]` of `schema.name`, each perhaps in backticks: `string.scan(/[^`.\s]+|`[^`]*`/)`, two of them.
pub fn extract_schema_qualified_name(string: &str) -> (Option<String>, Option<String>) {
    let mut names = Vec::new();
    let mut rest = string;
    while let Some(first) = rest.chars().next() {
        let length = if first == '`' {
            let Some(end) = rest[1..].find('`') else {
                rest = &rest[1..];
                continue;
            };
            end + 2
        } else {
            rest.find(|character: char| matches!(character, '`' | '.') || is_space(character)).unwrap_or(rest.len())
        };
        if length == 0 {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        names.push(rest[..length].to_owned());
        rest = &rest[length..];
    }
    let mut names = names.into_iter();
    match (names.next(), names.next()) {
        (first, None) => (None, first),
        (first, second) => (first, second),
    }
}

/// Ruby's `\s`.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, schema: Option<&str>, table: Option<&str>) {
        let found = extract_schema_qualified_name(name);
        assert_eq!((found.0.as_deref(), found.1.as_deref()), (schema, table), "{name}");
    }

    #[test]
    fn qualified_names() {
        check("a", None, Some("a"));
        check("a.b", Some("a"), Some("b"));
        check("`a`.`b`", Some("`a`"), Some("`b`"));
        check("`a.x`.b", Some("`a.x`"), Some("b"));
        check("a``b", Some("a"), Some("``"));
        check("", None, None);
        check("`a", None, Some("a"));
    }

    #[test]
    fn identifiers() {
        assert_eq!(quote_table_name("a`b.c"), "`a``b`.`c`");
        assert_eq!(quote_column_name("a`b.c"), "`a``b.c`");
        assert_eq!(["`a`", "a", "`"].map(unquote_identifier), ["a", "a", ""]);
        assert_eq!(quoted_binary(b"a\xff"), "x'61ff'");
    }
}
