//! What the sqlite3 shell prints for `.schema --nosys` (shell.c.in): the statements of the schema as they were given, in the order in
//! which they were, and what a view's or a virtual table's columns are in a comment.

use adapters::{Adapter, Arg};

use super::{StructureDump, ignored_tables};
use crate::commands::stop::Why;

/// The words that SQLite's own parser keeps for itself, https://www.sqlite.org/lang_keywords.html (public domain).
const KEYWORDS: &str = include_str!("sqlite_keywords.txt");

pub(super) fn dump(adapter: &mut dyn Adapter, dump: &StructureDump<'_>) -> Result<String, Why> {
    if let Some(flag) = dump.flags.first() {
        let message = format!("`structure_dump_flags`: `{flag}` is not honoured, for Maglev does not call sqlite3");
        return Err(Why::Unusable(message));
    }
    let ignored = ignored_tables(adapter, &dump.options.ignored_tables)?;
    Ok(if ignored.is_empty() { schema(adapter)? } else { schema_without(adapter, &ignored)? })
}

/// What Rails asks sqlite3 for where tables are left out.
fn schema_without(adapter: &mut dyn Adapter, ignored: &[String]) -> adapters::Result<String> {
    let names = ignored.iter().map(|name| adapter.quote(&Arg::str(name))).collect::<adapters::Result<Vec<_>>>()?;
    let sql = format!(
        "SELECT sql || ';' FROM sqlite_master WHERE tbl_name NOT IN ({}) ORDER BY tbl_name, type DESC, name",
        names.join(", ")
    );
    let rows = adapter.query_values(&sql, Some("SCHEMA"))?;
    Ok(rows.iter().map(|row| row.to_s() + "\n").collect())
}

fn schema(adapter: &mut dyn Adapter) -> adapters::Result<String> {
    let sql = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND sql IS NOT NULL ORDER BY rowid";
    let rows = adapter.query(sql, Some("SCHEMA"))?;
    let mut text = String::new();
    for row in rows.iter() {
        let (name, sql) = (row.string("name"), row.string("sql"));
        text.push_str(&statement(adapter, &name, sql)?);
    }
    Ok(text)
}

fn statement(adapter: &mut dyn Adapter, name: &str, mut sql: String) -> adapters::Result<String> {
    if (sql.starts_with("CREATE VIEW ") || sql.starts_with("CREATE VIRTUAL TABLE "))
        && let Some(columns) = columns(adapter, name)
    {
        sql = format!("{sql}\n/* {columns} */");
    }
    // A comment that is open at its end would take the semicolon.
    let open = if ends_in_line_comment(&sql) { "\n" } else { "" };
    let is_quoted = ["CREATE TABLE '", "CREATE TABLE \""].iter().any(|start| sql.starts_with(start));
    Ok(match sql.strip_prefix("CREATE TABLE ") {
        Some(rest) if is_quoted => format!("CREATE TABLE IF NOT EXISTS {rest}{open};\n"),
        _ => format!("{sql}{open};\n"),
    })
}

/// `name(column,column)`; none where the view is broken.
fn columns(adapter: &mut dyn Adapter, name: &str) -> Option<String> {
    let literal = adapter.quote(&Arg::str(name)).ok()?;
    let rows = adapter.query(&format!("PRAGMA \"main\".table_info={literal}"), Some("SCHEMA")).ok()?;
    let columns: Vec<String> = rows.iter().map(|row| quoted(&row.string("name"))).collect();
    (!columns.is_empty()).then(|| format!("{}({})", quoted(name), columns.join(",")))
}

/// In double quotes where it needs them.
fn quoted(name: &str) -> String {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
        && !KEYWORDS.split_whitespace().any(|keyword| keyword.eq_ignore_ascii_case(name));
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Whether `-- ` stands in its last line, outside of quotes.
fn ends_in_line_comment(sql: &str) -> bool {
    let bytes = sql.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = |from: usize, end: &[u8]| {
            let inner = rest.get(from..).unwrap_or_default();
            inner.windows(end.len()).position(|window| window == end).map(|position| from + position + end.len())
        };
        let step = match rest {
            [b'-', b'-', ..] => match length(2, b"\n") {
                Some(step) => Some(step),
                None => return true,
            },
            [b'/', b'*', ..] => length(2, b"*/"),
            [quote @ (b'\'' | b'"' | b'`'), ..] => length(1, &[*quote]),
            [b'[', ..] => length(1, b"]"),
            _ => Some(1),
        };
        at += step.unwrap_or(rest.len());
    }
    false
}
