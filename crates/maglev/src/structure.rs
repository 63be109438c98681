//! structure.sql as its databases' own clients read it: cut into statements as psql, mysql and sqlite3 cut it, without any of them.
//! Nothing is sent from here. What such a client would do itself, and we cannot, is refused by name before anything is sent.

mod mysql;
mod postgresql;
mod sqlite;

use adapters::Dialect;

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub sql: String,
    /// Where it begins; the first is 1.
    pub line: usize,
    /// The lines that follow a `COPY ... FROM stdin`.
    pub copied: Option<String>,
    /// It may be several, for its end was not a semicolon.
    pub is_batch: bool,
}

impl Statement {
    fn new(sql: &str, line: usize) -> Self {
        Self { sql: sql.to_owned(), line, copied: None, is_batch: false }
    }
}

/// What a script asks of its client that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub line: usize,
    pub what: String,
}

/// What may differ between the clients of one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Whether comments within statements reach the server, as MySQL's client has it since version 8.
    pub keeps_comments: bool,
}

/// The statements of a script, in order.
pub(crate) fn split(dialect: Dialect, script: &str, reading: Reading) -> Result<Vec<Statement>, Refused> {
    // All three pass over a byte order mark.
    let script = script.strip_prefix('\u{feff}').unwrap_or(script);
    match dialect {
        Dialect::PostgreSql => postgresql::split(script),
        Dialect::MySql => mysql::split(script, reading.keeps_comments),
        Dialect::Sqlite => sqlite::split(script),
    }
}

/// Counts lines as a script is read from its beginning to its end.
struct Lines<'a> {
    script: &'a str,
    counted: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(script: &'a str) -> Self {
        Self { script, counted: 0, line: 1 }
    }

    /// The line of a byte, no earlier than the last one asked for.
    fn at(&mut self, position: usize) -> usize {
        let position = position.min(self.script.len());
        if let Some(passed) = self.script.as_bytes().get(self.counted..position) {
            self.line += passed.split(|byte| *byte == b'\n').count() - 1;
            self.counted = position;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wherever a script is cut off, it is read to its end.
    #[test]
    fn nothing_of_a_script_is_too_odd() {
        let scripts = [
            include_str!("../tests/cli/structure/postgresql.sql"),
            include_str!("../tests/cli/structure/mysql.sql"),
            include_str!("../tests/cli/structure/sqlite.sql"),
            "\u{feff}ä$ü$ö;$ü$'ß\\é' E'\\ö' \"ñ\"\"\" /*ï/*î*/ COPY ÿ FROM stdin;\nœ\n\\.\nDELIMITER ñ\næ ñ `œ\\` [ø] # þ\n.ð \\ð",
        ];
        for script in scripts {
            for end in (0..=script.len()).step_by(5).filter(|end| script.is_char_boundary(*end)) {
                for dialect in [Dialect::PostgreSql, Dialect::MySql, Dialect::Sqlite] {
                    for keeps_comments in [false, true] {
                        let _ = split(dialect, &script[..end], Reading { keeps_comments });
                        let _ = split(dialect, &script[end..], Reading { keeps_comments });
                    }
                }
            }
        }
    }
}
