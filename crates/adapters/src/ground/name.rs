//! A name with its schema: postgresql/utils.rb, and how the `pg` gem quotes an identifier.

use std::fmt;

/// A schema-qualified name; neither part is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub schema: Option<String>,
    pub identifier: String,
}

impl Name {
    /// Either part may be in double quotes, which are taken off.
    pub fn new(schema: Option<&str>, identifier: &str) -> Self {
        Self {
            schema: schema.map(|schema| unquote_identifier(schema).to_owned()),
            identifier: unquote_identifier(identifier).to_owned(),
        }
    }

    /// Each part in double quotes, as it goes into a statement.
    pub fn quoted(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quote_ident(schema), quote_ident(&self.identifier)),
            None => quote_ident(&self.identifier),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(formatter, "{schema}.{}", self.identifier),
            None => formatter.write_str(&self.identifier),
        }
    }
}

/// Takes `table`, `schema.table` and either part in double quotes; what follows a second part is dropped, as Rails does.
pub fn extract_schema_qualified_name(string: &str) -> Name {
    let mut parts = scan_parts(string).into_iter();
    match (parts.next(), parts.next()) {
        (Some(schema), Some(table)) => Name::new(Some(schema), table),
        (Some(table), None) => Name::new(None, table),
        (None, _) => Name { schema: None, identifier: String::new() },
    }
}

/// `/[^".]+|"[^"]*"/`
fn scan_parts(string: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = string;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest[1..].find('"').map(|end| end + 2),
            '.' => None,
            _ => Some(rest.find(['"', '.']).unwrap_or(rest.len())),
        };
        if let Some(length) = length {
            parts.push(&rest[..length]);
        }
        rest = &rest[length.unwrap_or(1)..];
    }
    parts
}

/// Takes the double quotes off a quoted identifier.
pub fn unquote_identifier(identifier: &str) -> &str {
    if identifier.starts_with('"') {
        let mut characters = identifier.chars();
        characters.next();
        characters.next_back();
        characters.as_str()
    } else {
        identifier
    }
}

/// `PG::Connection.quote_ident`
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_and_quoted() {
        let check = |string: &str, schema: Option<&str>, identifier: &str, quoted: &str| {
            let name = extract_schema_qualified_name(string);
            assert_eq!((name.schema.as_deref(), name.identifier.as_str()), (schema, identifier), "{string}");
            assert_eq!(name.quoted(), quoted);
        };
        check("users", None, "users", r#""users""#);
        check(r#""table.name""#, None, "table.name", r#""table.name""#);
        check("app.users", Some("app"), "users", r#""app"."users""#);
        check(r#""my.schema"."my table""#, Some("my.schema"), "my table", r#""my.schema"."my table""#);
        check(r#"app."table.name""#, Some("app"), "table.name", r#""app"."table.name""#);
        check("a.b.c", Some("a"), "b", r#""a"."b""#);
    }
}
