//! What a plan has to know of a statement's text: which tables it asks, whether it locks, what it answers where there are no rows.

use super::super::reach;
use crate::abstract_adapter::offline;
use crate::change::{Change, DropTable};
use crate::{Arg, QueryResult};

/// How much of a statement is shown where it is named.
const EXCERPT: usize = 60;

/// The beginning of a text, on one line.
pub(super) fn excerpt(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{} ...", line[..end].trim_end()),
        None => line,
    }
}

/// The words of a statement, names without their quotes; texts are left out. What else there is is a word each.
pub(super) fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\'' => while characters.next().is_some_and(|next| next != '\'') {},
            '"' | '`' => {
                let mut name = String::new();
                for next in characters.by_ref().take_while(|next| *next != character) {
                    name.push(next);
                }
                join(&mut words, name);
            }
            character if character == '_' || character.is_alphanumeric() => {
                let mut word = String::from(character);
                while let Some(next) = characters.next_if(|next| *next == '_' || *next == '$' || next.is_alphanumeric())
                {
                    word.push(next);
                }
                join(&mut words, word);
            }
            character if character.is_whitespace() => {
                if words.last().is_some_and(|word: &String| !word.is_empty()) {
                    words.push(String::new());
                }
            }
            character => words.push(character.to_string()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Parts with a dot between them are one name.
fn join(words: &mut Vec<String>, word: String) {
    if words.len() > 1 && words.last().is_some_and(|last| last == ".") {
        words.pop();
        if let Some(name) = words.last_mut() {
            name.push('.');
            name.push_str(&word);
            return;
        }
    }
    words.push(word);
}

/// The tables whose rows are asked for: what follows FROM and JOIN.
pub(super) fn tables_asked(words: &[String]) -> Vec<&str> {
    const BEHIND: [&str; 22] = [
        "where",
        "group",
        "order",
        "limit",
        "having",
        "inner",
        "left",
        "right",
        "full",
        "cross",
        "natural",
        "join",
        "on",
        "using",
        "union",
        "except",
        "intersect",
        "offset",
        "for",
        "window",
        "force",
        "use",
    ];
    let is_name = |word: &&String| word.starts_with(|first: char| first == '_' || first.is_alphanumeric());
    let is_behind = |word: &str| BEHIND.contains(&word.to_ascii_lowercase().as_str());
    let mut tables = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let starts = words[at].eq_ignore_ascii_case("from") || words[at].eq_ignore_ascii_case("join");
        at += 1;
        let mut more = starts;
        while more {
            more = false;
            let Some(name) = words.get(at).filter(is_name) else { break };
            tables.push(name.as_str());
            at += 1;
            if words.get(at).is_some_and(|word| word.eq_ignore_ascii_case("as")) {
                at += 1;
            }
            if words.get(at).filter(is_name).is_some_and(|word| !is_behind(word)) {
                at += 1;
            }
            if words.get(at).is_some_and(|word| word == ",") {
                at += 1;
                more = true;
            }
        }
    }
    tables
}

/// Whether a SELECT locks what it reads, or what it calls may.
pub(super) fn locks(sql: &str) -> bool {
    let words: Vec<String> = words(sql).iter().map(|word| word.to_ascii_lowercase()).collect();
    let pairs = words.windows(2).any(|pair| {
        let next = pair[1].as_str();
        pair[0] == "for" && matches!(next, "update" | "share" | "no" | "key") || pair[0] == "lock" && next == "in"
    });
    pairs || words.iter().any(|word| word.contains("_lock") || word == "lock" || word == "nextval" || word == "setval")
}

/// What a SELECT answers where there are no rows.
pub(super) fn empty_answer(sql: &str) -> QueryResult {
    let words: Vec<String> = words(sql).iter().take(3).map(|word| word.to_ascii_uppercase()).collect();
    let one =
        |value: Arg| QueryResult { columns: vec![String::new()], rows: vec![vec![value]], ..QueryResult::default() };
    let is_grouped = sql.to_ascii_uppercase().contains("GROUP BY");
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["SELECT", "COUNT", "("] if !is_grouped => one(Arg::Int(0)),
        ["SELECT", "SUM" | "MAX" | "MIN" | "AVG", "("] if !is_grouped => one(Arg::Nil),
        ["SELECT", "EXISTS", "("] => one(Arg::Int(0)),
        _ => offline::answer(sql),
    }
}

/// The tables that a change is of, by the names that were given.
pub(super) fn tables_changed(change: &Change<'_>) -> Vec<String> {
    match change {
        Change::Rows { table, .. } => vec![table.to_string()],
        Change::DropTable(DropTable { tables, .. }) => tables.clone(),
        Change::RenameTable { from, to } => vec![from.to_string(), to.to_string()],
        Change::AlterTable { table, .. } => vec![table.to_string()],
        Change::Several(changes) => changes.iter().flat_map(tables_changed).collect(),
        Change::DropIndex { table, .. } | Change::RenameIndex { table, .. } => {
            table.iter().map(ToString::to_string).collect()
        }
        change => match reach::of(change) {
            reach::Reach::Tables(tables) => tables,
            reach::Reach::All => Vec::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, tables: &[&str]) {
        assert_eq!(tables_asked(&words(sql)), tables, "{sql}");
    }

    #[test]
    fn tables_follow_from_and_join() {
        check("SELECT `a`.* FROM `a` WHERE `a`.`b` = 'x FROM c'", &["a"]);
        check("SELECT 1 FROM \"s\".\"a\" AS x, b y INNER JOIN c ON c.id = b.id", &["s.a", "b", "c"]);
        check("select (select max(id) from d) from a left outer join b on true", &["d", "a", "b"]);
        check("SELECT 1", &[]);
    }

    #[test]
    fn what_locks_is_known() {
        for sql in ["SELECT * FROM a FOR UPDATE", "SELECT * FROM a LOCK IN SHARE MODE", "SELECT pg_advisory_lock(1)"] {
            assert!(locks(sql), "{sql}");
        }
        for sql in ["SELECT * FROM a", "SELECT 'FOR UPDATE'", "SELECT clock FROM blocks"] {
            assert!(!locks(sql), "{sql}");
        }
    }
}
