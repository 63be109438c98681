//! One statement of a schema.rb, and what it makes.

/// A call, a table with what is in it, or a comment. Its first line stands for it where one line must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(super) blank_before: bool,
    pub(super) first: String,
    /// Of a table, what is in it; of a text, its lines.
    pub(super) body: Vec<String>,
    pub(super) last: Option<String>,
}

/// What a line makes, in the order in which Rails writes kinds within a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Column,
    Index,
    Constraint,
    Table,
    Other,
}

impl Statement {
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        let body = self.body.iter().map(String::as_str);
        [self.first.as_str()].into_iter().chain(body).chain(self.last.as_deref())
    }

    pub(super) fn is_table(&self) -> bool {
        self.first.trim_start().starts_with("create_table ")
    }

    pub(super) fn key(&self) -> String {
        key(&self.first)
    }
}

pub(super) fn kind(line: &str) -> Kind {
    match call(line).0 {
        "create_table" => Kind::Table,
        "t.index" => Kind::Index,
        "t.check_constraint" | "t.exclusion_constraint" | "t.unique_constraint" => Kind::Constraint,
        method if method.starts_with("t.") => Kind::Column,
        _ => Kind::Other,
    }
}

/// What a line makes, however it makes it: the same in another file where it is made otherwise.
pub(super) fn key(line: &str) -> String {
    let (method, rest) = call(line);
    let arguments = arguments(rest);
    let (options, given): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|argument| is_option(argument));
    let option = |name: &str| options.iter().find_map(|option| option.strip_prefix(name)?.strip_prefix(": "));
    let first = given.first().copied().unwrap_or_default();
    match kind(line) {
        Kind::Table => format!("create_table {first}"),
        Kind::Index | Kind::Constraint => format!("{method} {}", option("name").unwrap_or(first)),
        Kind::Column => format!("column {first}"),
        Kind::Other if method.starts_with("add_") => {
            let told = ["name", "column"].map(|name| option(name).unwrap_or_default());
            let named = if told[0].is_empty() { given.join(" ") } else { first.to_owned() };
            format!("{method} {named} {}", told.join(" "))
        }
        Kind::Other if method.starts_with("create_") || method.starts_with("enable_") => format!("{method} {first}"),
        Kind::Other => line.trim().to_owned(),
    }
}

/// A call's method, and what it is given.
fn call(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once(' ').map_or((line, ""), |(method, rest)| (method, rest.trim_start()))
}

/// The columns that an index names one by one.
pub(super) fn indexed_columns(line: &str) -> Vec<String> {
    let first = arguments(call(line).1).first().copied().unwrap_or_default().to_owned();
    let inner = first.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
    inner.map(|list| arguments(list).into_iter().map(str::to_owned).collect()).unwrap_or_default()
}

fn is_option(argument: &str) -> bool {
    let name = argument.split_once(": ").map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What stands between commas that no quotes or brackets enclose.
fn arguments(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut quote, mut is_escaped) = (None, false);
    for (index, character) in text.char_indices() {
        if let Some(open) = quote {
            quote = (is_escaped || character != open).then_some(open);
            is_escaped = !is_escaped && character == '\\';
            continue;
        }
        match character {
            '"' | '\'' => quote = Some(character),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(text[start..index].trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    let rest = text[start..].trim().trim_end_matches(" do |t|");
    if !rest.is_empty() {
        found.push(rest);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_makes_is_told() {
        for (line, expected) in [
            (r#"    t.string "name", default: "a, b", null: false"#, r#"column "name""#),
            (r#"    t.index ["a", "b"], name: "index_x", unique: true"#, r#"t.index "index_x""#),
            (r#"    t.check_constraint "a > 1", name: "positive""#, r#"t.check_constraint "positive""#),
            (r#"  create_table "a", id: :uuid, force: :cascade do |t|"#, r#"create_table "a""#),
            (r#"  add_foreign_key "a", "b""#, r#"add_foreign_key "a" "b"  "#),
            (r#"  add_foreign_key "a", "b", column: "c_id""#, r#"add_foreign_key "a" "b"  "c_id""#),
            (r#"  enable_extension "pg_catalog.plpgsql""#, r#"enable_extension "pg_catalog.plpgsql""#),
        ] {
            assert_eq!(key(line), expected);
        }
        assert_eq!(indexed_columns(r#"    t.index ["a", "b"], name: "x""#), [r#""a""#, r#""b""#]);
        assert!(indexed_columns(r#"    t.index "lower(a)", name: "x""#).is_empty());
    }
}
