//! How psql cuts a script into statements (psqlscan.l): at semicolons outside of quotes, comments, parentheses and the bodies of
//! SQL-standard functions. Variables are not replaced: a structure.sql has none.

use super::{Lines, Refused, Statement};

/// Meta commands that a dump has by itself, and that change nothing about what is loaded.
const ACCEPTED: [&str; 2] = ["restrict", "unrestrict"];

pub(super) fn split(script: &str) -> Result<Vec<Statement>, Refused> {
    let mut scanner = Scanner {
        script,
        bytes: script.as_bytes(),
        position: 0,
        lines: Lines::new(script),
        statement: Open::default(),
        backslashes: false,
        statements: Vec::new(),
    };
    while scanner.position < scanner.bytes.len() {
        scanner.token()?;
    }
    scanner.end(script.len())?;
    Ok(scanner.statements)
}

/// The statement that is being read.
#[derive(Default)]
struct Open {
    /// Where its first token stands.
    start: Option<usize>,
    parentheses: usize,
    /// Blocks of `BEGIN ATOMIC ... END`, and the CASEs in them.
    blocks: usize,
    /// Its first words, in lower case.
    words: Vec<String>,
    /// The word before this one was FROM, outside of parentheses.
    after_from: bool,
    /// COPY ... FROM STDIN
    copies: bool,
}

impl Open {
    /// Whether its words so far are those of a function's or procedure's definition.
    fn defines_routine(&self) -> bool {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        matches!(
            words[..],
            ["create", "function" | "procedure", ..] | ["create", "or", "replace", "function" | "procedure", ..]
        )
    }
}

struct Scanner<'a> {
    script: &'a str,
    bytes: &'a [u8],
    position: usize,
    lines: Lines<'a>,
    statement: Open,
    /// `standard_conforming_strings` is off.
    backslashes: bool,
    statements: Vec<Statement>,
}

impl Scanner<'_> {
    fn token(&mut self) -> Result<(), Refused> {
        let at = self.position;
        let rest = &self.bytes[at..];
        match rest {
            [byte, ..] if byte.is_ascii_whitespace() || *byte == 0x0b => self.position += 1,
            [b'-', b'-', ..] => self.position = at + self.length_until(at, b'\n'),
            [b'/', b'*', ..] => self.comment(),
            [b'\\', ..] => return self.meta_command(),
            [b';', ..] if self.statement.parentheses == 0 && self.statement.blocks == 0 => return self.end(at),
            _ => {
                self.statement.start.get_or_insert(at);
                self.part(rest);
            }
        }
        Ok(())
    }

    /// A part of a statement.
    fn part(&mut self, rest: &[u8]) {
        match rest {
            [b'\'', ..] => self.string(self.position + 1, self.backslashes),
            [b'e' | b'E', b'\'', ..] => self.string(self.position + 2, true),
            [b'b' | b'B' | b'x' | b'X', b'\'', ..] => self.string(self.position + 2, false),
            [b'n' | b'N', b'\'', ..] => self.string(self.position + 2, self.backslashes),
            [b'u' | b'U', b'&', quote @ (b'\'' | b'"'), ..] => self.quoted(self.position + 3, *quote),
            [b'"', ..] => self.quoted(self.position + 1, b'"'),
            [b'$', ..] => self.dollar(),
            [b'(', ..] => {
                self.statement.parentheses += 1;
                self.position += 1;
            }
            [b')', ..] => {
                self.statement.parentheses = self.statement.parentheses.saturating_sub(1);
                self.position += 1;
            }
            [byte, ..] if is_identifier_start(*byte) => self.word(),
            _ => {
                self.statement.after_from = false;
                self.position += 1;
            }
        }
    }

    /// Comments nest.
    fn comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(rest) = self.bytes.get(self.position..).filter(|rest| !rest.is_empty()) {
            match rest {
                [b'/', b'*', ..] => {
                    depth += 1;
                    self.position += 2;
                }
                [b'*', b'/', ..] => {
                    depth -= 1;
                    self.position += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.position += 1,
            }
        }
    }

    /// A literal from behind its quote on, and what continues it on a later line.
    fn string(&mut self, from: usize, backslashes: bool) {
        self.position = from;
        loop {
            match self.bytes.get(self.position..) {
                Some([b'\\', _, ..]) if backslashes => self.position += 2,
                Some([b'\'', b'\'', ..]) => self.position += 2,
                Some([b'\'', ..]) => {
                    self.position += 1;
                    match self.continued() {
                        Some(next) => self.position = next,
                        None => return,
                    }
                }
                Some([_, ..]) => self.position += 1,
                _ => return,
            }
        }
    }

    /// Where a literal goes on that ended here: behind white space with a line's end in it, and comments.
    fn continued(&self) -> Option<usize> {
        let mut at = self.position;
        let mut new_line = false;
        loop {
            match self.bytes.get(at..)? {
                [b'\'', ..] if new_line => return Some(at + 1),
                [byte, ..] if byte.is_ascii_whitespace() => {
                    new_line |= matches!(byte, b'\n' | b'\r');
                    at += 1;
                }
                [b'-', b'-', ..] if new_line => at += self.length_until(at, b'\n'),
                _ => return None,
            }
        }
    }

    /// What a doubled quote does not end.
    fn quoted(&mut self, from: usize, quote: u8) {
        self.position = from;
        while let Some(byte) = self.bytes.get(self.position) {
            self.position += 1;
            if *byte == quote {
                if self.bytes.get(self.position) != Some(&quote) {
                    return;
                }
                self.position += 1;
            }
        }
    }

    /// A text between dollar signs, or a `$1`.
    fn dollar(&mut self) {
        let rest = &self.bytes[self.position + 1..];
        let length = rest.iter().take_while(|byte| is_identifier_start(**byte) || byte.is_ascii_digit()).count();
        let is_tag = rest.get(length) == Some(&b'$') && !rest.first().is_some_and(u8::is_ascii_digit);
        if !is_tag {
            self.position += 1;
            return;
        }
        let tag = &self.script[self.position..self.position + length + 2];
        let inside = self.position + tag.len();
        self.position = self.script[inside..].find(tag).map_or(self.bytes.len(), |end| inside + end + tag.len());
    }

    fn word(&mut self) {
        let length = self.bytes[self.position..]
            .iter()
            .take_while(|byte| is_identifier_start(**byte) || byte.is_ascii_digit() || **byte == b'$')
            .count();
        let word = self.script[self.position..self.position + length].to_ascii_lowercase();
        self.position += length;
        let open = &mut self.statement;
        if open.parentheses == 0 {
            let is_copy = open.words.first().is_some_and(|first| first == "copy");
            open.copies |= is_copy && open.after_from && word == "stdin";
            open.after_from = word == "from";
        }
        if open.words.len() < 4 {
            open.words.push(word.clone());
        }
        if open.parentheses == 0 && open.defines_routine() {
            match word.as_str() {
                "begin" => open.blocks += 1,
                "case" if open.blocks > 0 => open.blocks += 1,
                "end" => open.blocks = open.blocks.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// The statement ends before `at`, where a semicolon is, or nothing more.
    fn end(&mut self, at: usize) -> Result<(), Refused> {
        let open = std::mem::take(&mut self.statement);
        self.position = at + 1;
        let Some(start) = open.start else { return Ok(()) };
        let sql = self.script[start..at].trim_end();
        let mut statement = Statement::new(sql, self.lines.at(start));
        if let Some(backslashes) = sets_backslashes(sql) {
            self.backslashes = backslashes;
        }
        if open.copies {
            statement.copied = Some(self.copied_lines()?);
        }
        self.statements.push(statement);
        Ok(())
    }

    /// The lines up to `\.`, from the next one on.
    fn copied_lines(&mut self) -> Result<String, Refused> {
        let length = self.length_until(self.position, b'\n');
        let rest_of_line = self.script.get(self.position..self.position + length).unwrap_or_default();
        if !rest_of_line.trim().is_empty() {
            let what = "text behind `COPY ... FROM stdin;` in its line".to_owned();
            return Err(Refused { line: self.lines.at(self.position), what });
        }
        self.position = (self.position + length + 1).min(self.bytes.len());
        let mut lines = String::new();
        while self.position < self.bytes.len() {
            let length = self.length_until(self.position, b'\n');
            let line = &self.script[self.position..self.position + length];
            self.position = (self.position + length + 1).min(self.bytes.len());
            if line.trim_end_matches('\r') == "\\." {
                break;
            }
            lines.push_str(line);
            lines.push('\n');
        }
        Ok(lines)
    }

    fn meta_command(&mut self) -> Result<(), Refused> {
        let length = self.length_until(self.position, b'\n');
        let line = &self.script[self.position..self.position + length];
        let name = line[1..].split(|letter: char| letter.is_whitespace()).next().unwrap_or_default();
        if self.statement.start.is_none() && ACCEPTED.contains(&name) {
            self.position += length;
            return Ok(());
        }
        Err(Refused { line: self.lines.at(self.position), what: format!("psql's command `\\{name}`") })
    }

    fn length_until(&self, from: usize, byte: u8) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        rest.iter().position(|other| *other == byte).unwrap_or(rest.len())
    }
}

fn is_identifier_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Whether a statement turns the backslashes of plain literals on or off.
fn sets_backslashes(sql: &str) -> Option<bool> {
    let words: String = sql.to_ascii_lowercase().replace('=', " to ");
    let mut words = words.split_whitespace().filter(|word| *word != "session" && *word != "local");
    let is_set = words.next() == Some("set") && words.next() == Some("standard_conforming_strings");
    let value = words.nth(1)?.trim_matches('\'');
    is_set.then_some(matches!(value, "off" | "false" | "no" | "0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &[&str]) {
        let statements = split(script).unwrap();
        let sql: Vec<&str> = statements.iter().map(|statement| statement.sql.as_str()).collect();
        assert_eq!(sql, expected, "{script}");
    }

    #[test]
    fn semicolons_end_statements_outside_of_quotes_and_comments() {
        check("SELECT 1; ;\n-- a; b\nSELECT /* ; /* ; */ ; */ 2", &["SELECT 1", "SELECT /* ; /* ; */ ; */ 2"]);
        check("SELECT ';', \"a;\"\"b\", 'it''s;';x;", &["SELECT ';', \"a;\"\"b\", 'it''s;'", "x"]);
        check(r"SELECT E'\';', '\';b;", &[r"SELECT E'\';', '\'", "b"]);
        check("SELECT e'a'\n  -- more\n 'b\\';c';d;", &["SELECT e'a'\n  -- more\n 'b\\';c'", "d"]);
        check(r"SELECT U&'\0041;', u&'\';x;", &[r"SELECT U&'\0041;', u&'\'", "x"]);
        check("SELECT B'1;', X'f;', N';';", &["SELECT B'1;', X'f;', N';'"]);
        check("SELECT $$a;b$$, $tag$ $$; $tag$, a$b$;$1;", &["SELECT $$a;b$$, $tag$ $$; $tag$, a$b$", "$1"]);
        check("CREATE RULE r AS ON INSERT TO t DO (a; b);c", &["CREATE RULE r AS ON INSERT TO t DO (a; b)", "c"]);
        check("SELECT 'ä;', \"ö;\", $ü$;$ü$;", &["SELECT 'ä;', \"ö;\", $ü$;$ü$"]);
        check("SELECT 1 -- open", &["SELECT 1 -- open"]);
        check("SELECT 'open; ", &["SELECT 'open;"]);
    }

    #[test]
    fn a_routines_body_is_one() {
        check(
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;\nBEGIN;",
            &[
                "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
                "BEGIN",
            ],
        );
        check("CREATE PROCEDURE p() BEGIN ATOMIC a; END; b", &["CREATE PROCEDURE p() BEGIN ATOMIC a; END", "b"]);
        check("CREATE FUNCTION begin() AS 'x';b", &["CREATE FUNCTION begin() AS 'x';b"]);
    }

    #[test]
    fn backslashes_depend_on_a_setting() {
        check(
            "SET standard_conforming_strings = off;SELECT '\\';';SET SESSION standard_conforming_strings TO 'on';SELECT '\\';x",
            &[
                "SET standard_conforming_strings = off",
                "SELECT '\\';'",
                "SET SESSION standard_conforming_strings TO 'on'",
                "SELECT '\\'",
                "x",
            ],
        );
    }

    #[test]
    fn lines_to_copy_follow() {
        let statements = split("SELECT 1;\n\nCOPY t (\"from\", b) FROM stdin;\n1\t;\n\\.\nSELECT 2;\ncopy t from STDIN with csv;\r\na,b\r\n\\.\r\n").unwrap();
        let told: Vec<_> = statements.iter().map(|s| (s.line, s.sql.as_str(), s.copied.as_deref())).collect();
        assert_eq!(
            told,
            [
                (1, "SELECT 1", None),
                (3, "COPY t (\"from\", b) FROM stdin", Some("1\t;\n")),
                (6, "SELECT 2", None),
                (7, "copy t from STDIN with csv", Some("a,b\r\n")),
            ]
        );
        assert_eq!(split("COPY t FROM stdin; SELECT 1;\n").unwrap_err().line, 1);
        check("COPY t TO stdout;SELECT * FROM stdin;", &["COPY t TO stdout", "SELECT * FROM stdin"]);
    }

    #[test]
    fn psqls_commands_are_refused_by_name() {
        check("\\restrict abc\nSELECT 1;\n\\unrestrict abc\n", &["SELECT 1"]);
        let refused = |script: &str| split(script).map_err(|refused| (refused.line, refused.what)).unwrap_err();
        assert_eq!(refused("SELECT 1;\n\\connect other\n"), (2, "psql's command `\\connect`".to_owned()));
        assert_eq!(refused("SELECT 1 \\gexec\n"), (1, "psql's command `\\gexec`".to_owned()));
        assert_eq!(refused("SELECT 1 \\restrict\n"), (1, "psql's command `\\restrict`".to_owned()));
    }
}
