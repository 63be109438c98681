//! The text of `execute` as changes, where it can be told what it does: an opaque statement is an honest answer, a guess is not.
//! What touches rows, transactions or the session is told by its first words, here, and some of what touches the schema by all of
//! them (words.rs). The rest takes a parser, which the cargo feature `sqlparser` brings (parsed.rs): it is as large as all that may be added to the function's binary, twice.

use super::{Alteration, Boundary, Change, Setting, Verb};
use crate::Dialect;

#[cfg(feature = "sqlparser")]
mod parsed;
mod words;

impl Change<'_> {
    /// What a text does, statement by statement; none where that can't be told of each.
    pub fn read(sql: &str, dialect: Dialect) -> Option<Vec<Change<'static>>> {
        let statement = without_comments(sql.trim());
        let statement = statement.trim_end_matches(|end: char| end == ';' || end.is_ascii_whitespace());
        if statement.is_empty() {
            return Some(Vec::new());
        }
        if !has_semicolon(statement)
            && let Some(change) = plain(statement).or_else(|| words::read(statement, dialect))
        {
            return Some(vec![change]);
        }
        let parsed = parse(statement, dialect);
        if parsed.is_some() || has_semicolon(statement) {
            return parsed;
        }
        words::read_table(statement, dialect).map(|change| vec![change])
    }

    /// Whether it is known what it changes, and not how.
    pub fn is_unread(&self) -> bool {
        match self {
            Change::AlterTable { alterations, .. } => alterations.iter().any(|one| matches!(one, Alteration::Unread)),
            Change::Several(changes) => changes.iter().any(Change::is_unread),
            _ => false,
        }
    }
}

#[cfg(feature = "sqlparser")]
fn parse(sql: &str, dialect: Dialect) -> Option<Vec<Change<'static>>> {
    parsed::read(sql, dialect)
}

#[cfg(not(feature = "sqlparser"))]
fn parse(_: &str, _: Dialect) -> Option<Vec<Change<'static>>> {
    None
}

/// Past the comments that stand before the first word.
fn without_comments(mut sql: &str) -> &str {
    loop {
        let rest = match (sql.strip_prefix("--"), sql.strip_prefix("/*")) {
            (Some(comment), _) => comment.split_once('\n').map_or("", |(_, rest)| rest),
            // What MySQL runs of a comment is no comment.
            (_, Some(comment)) if !comment.starts_with('!') => comment.split_once("*/").map_or("", |(_, rest)| rest),
            _ => return sql,
        };
        sql = rest.trim_start();
    }
}

/// Outside of quotes, as far as quotes are alike everywhere: one too many found only asks the parser.
fn has_semicolon(sql: &str) -> bool {
    let mut quote = None;
    sql.chars().any(|character| {
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '\'' | '"' | '`') => quote = Some(character),
            _ => {}
        }
        character == ';' && quote.is_none()
    })
}

fn plain(sql: &str) -> Option<Change<'static>> {
    let words: Vec<&str> = sql.split_ascii_whitespace().take(6).collect();
    let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
    let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
    let rows = |verb, at: usize| words.get(at).map(|word| Change::rows(verb, table_name(word)));
    match upper.as_slice() {
        ["SELECT", ..] => is_read(sql).then_some(Change::Read),
        ["SHOW" | "DESCRIBE" | "DESC", ..] => Some(Change::Read),
        // With ANALYZE it is run.
        ["EXPLAIN", ..] if !sql.to_ascii_uppercase().contains("ANALY") => Some(Change::Read),
        ["INSERT" | "REPLACE", "INTO", ..] => rows(Verb::Insert, 2),
        ["INSERT", "IGNORE", "INTO", ..] => rows(Verb::Insert, 3),
        ["INSERT", "OR", _, "INTO", ..] => rows(Verb::Insert, 4),
        ["UPDATE", "ONLY", ..] => rows(Verb::Update, 2),
        ["UPDATE", _, "SET", ..] => rows(Verb::Update, 1),
        ["DELETE", "FROM", ..] => rows(Verb::Delete, 2),
        ["TRUNCATE", "TABLE", ..] => rows(Verb::Truncate, 2),
        ["TRUNCATE", _] => rows(Verb::Truncate, 1),
        ["SET", "SEARCH_PATH", ..] | ["SET", _, "SEARCH_PATH", ..] => None,
        ["SET", ..] => Some(Change::Session(Setting::Variable)),
        ["ANALYZE" | "VACUUM" | "GRANT" | "REVOKE" | "OPTIMIZE" | "REINDEX", ..] => Some(Change::Upkeep),
        _ => boundary(&upper, &words).map(Change::Transaction),
    }
}

fn boundary(upper: &[&str], words: &[&str]) -> Option<Boundary<'static>> {
    let name = |at: usize| words.get(at).map(|word| table_name(word).into());
    match upper {
        ["BEGIN", ..] | ["START", "TRANSACTION", ..] => Some(Boundary::Begin),
        ["COMMIT" | "END"] | ["COMMIT" | "END", "TRANSACTION" | "WORK"] => Some(Boundary::Commit),
        ["ROLLBACK"] | ["ROLLBACK", "TRANSACTION" | "WORK"] => Some(Boundary::Rollback),
        ["ROLLBACK", "TO", "SAVEPOINT", _] => name(3).map(Boundary::RollbackTo),
        ["ROLLBACK", "TO", _] => name(2).map(Boundary::RollbackTo),
        ["SAVEPOINT", _] => name(1).map(Boundary::Savepoint),
        ["RELEASE", "SAVEPOINT", _] => name(2).map(Boundary::Release),
        ["RELEASE", _] => name(1).map(Boundary::Release),
        _ => None,
    }
}

/// A name up to what follows it without a space, without its quotes.
fn table_name(word: &str) -> String {
    let word = word.split('(').next().unwrap_or(word);
    word.split('.').map(|part| part.trim_matches(['"', '`'])).collect::<Vec<_>>().join(".")
}

/// Functions that only compute; any other may change whatever it likes.
const PURE: [&str; 32] = [
    "abs", "any", "array", "avg", "cast", "ceil", "coalesce", "concat", "count", "date", "exists", "floor", "from",
    "ifnull", "in", "length", "lower", "ltrim", "max", "min", "not", "now", "nullif", "or", "and", "replace", "round",
    "select", "substr", "sum", "upper", "where",
];

/// A SELECT that makes no table and calls nothing that might.
fn is_read(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    let is_word = |character: char| character == '_' || character.is_ascii_alphanumeric();
    let makes_table = lower.split(|character| !is_word(character)).any(|word| word == "into");
    let calls = lower.match_indices('(').map(|(at, _)| {
        let before = lower[..at].trim_end();
        let start = before.rfind(|character| !is_word(character)).map_or(0, |at| at + 1);
        &before[start..]
    });
    !makes_table && calls.into_iter().all(|name| name.is_empty() || PURE.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "sqlparser")]
    #[test]
    fn mysql_adds_indexes_with_columns() {
        let read = |sql: &str| {
            let alterations = |change: &Change<'_>| match change {
                Change::AlterTable { alterations, .. } => alterations.len(),
                _ => 0,
            };
            let changes = Change::read(sql, Dialect::MySql).unwrap_or_default();
            (changes.iter().map(alterations).sum::<usize>(), changes.iter().any(Change::is_unread))
        };
        assert_eq!(
            read("ALTER TABLE a ADD COLUMN b INT(11) AFTER c, ADD INDEX d (b), ADD UNIQUE INDEX e (b, c)"),
            (3, false)
        );
        assert_eq!(read("ALTER TABLE a MODIFY b BIGINT NOT NULL, ALGORITHM=INPLACE, LOCK=NONE"), (1, false));
        assert_eq!(read("ALTER TABLE a ADD INDEX d (b(10))"), (1, true));
    }

    #[test]
    fn of_one_table_the_others_stay_known() {
        for sql in [
            "ALTER TABLE a ALTER b SET STORAGE PLAIN",
            "alter table only a add constraint c check (b > 0) not valid",
            "CREATE UNIQUE INDEX c ON a (lower(b)) WHERE b > 0",
        ] {
            check(sql, "[AlterTable { table: \"a\", alterations: [Unread] }]");
        }
        for sql in
            ["ALTER TABLE a RENAME TO b, ADD d integer", "ALTER TABLE a ATTACH PARTITION b DEFAULT", "ALTER TYPE a"]
        {
            check(sql, "opaque");
        }
    }

    fn check(sql: &str, expected: &str) {
        for dialect in [Dialect::MySql, Dialect::PostgreSql, Dialect::Sqlite] {
            let read = Change::read(sql, dialect);
            let text = read.map_or("opaque".to_owned(), |changes| format!("{changes:?}"));
            assert_eq!(text, expected, "{sql}");
        }
    }

    #[test]
    fn rows_and_transactions_are_read() {
        check("", "[]");
        check("SELECT 1", "[Read]");
        check("/* x */ -- y\n select count(*) FROM users;", "[Read]");
        check("INSERT INTO \"a\".users(name) VALUES ('a;b')", "[Rows { verb: Insert, table: \"a.users\" }]");
        check("UPDATE `users` SET a = 1", "[Rows { verb: Update, table: \"users\" }]");
        check("SET statement_timeout TO '30s'", "[Session(Variable)]");
        check("ROLLBACK TO SAVEPOINT a", "[Transaction(RollbackTo(\"a\"))]");
    }

    #[test]
    fn what_may_do_more_stays_opaque() {
        check("SELECT AddGeometryColumn('t', 'g', 4326, 'POINT', 2)", "opaque");
        check("SELECT * INTO copies FROM users", "opaque");
        check("CALL whatever()", "opaque");
    }
}
