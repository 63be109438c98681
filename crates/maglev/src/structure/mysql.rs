//! How the mysql client cuts a script into statements (client/mysql.cc): line by line, at the delimiter outside of quotes and
//! comments. What stands in `/*! ... */` is for the server.

use super::{Refused, Statement};

/// The client's own commands, which a line says that has no delimiter in it.
const COMMANDS: [&str; 24] = [
    "charset",
    "clear",
    "connect",
    "edit",
    "ego",
    "exit",
    "go",
    "help",
    "nopager",
    "notee",
    "nowarning",
    "pager",
    "print",
    "prompt",
    "query_attributes",
    "quit",
    "rehash",
    "resetconnection",
    "source",
    "status",
    "system",
    "tee",
    "use",
    "warnings",
];

pub(super) fn split(script: &str, keeps_comments: bool) -> Result<Vec<Statement>, Refused> {
    let mut scanner = Scanner {
        keeps_comments,
        delimiter: ";".to_owned(),
        buffer: String::new(),
        start: 0,
        inside: Inside::Nothing,
        backslashes: true,
        statements: Vec::new(),
    };
    for (index, line) in script.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        scanner.line(line, index + 1)?;
    }
    // The last one may do without its end.
    scanner.end();
    Ok(scanner.statements)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Quotes(u8),
    /// A comment that is none of the server's.
    Comment,
}

struct Scanner {
    keeps_comments: bool,
    delimiter: String,
    /// The statement that is being read.
    buffer: String,
    /// The line where it began.
    start: usize,
    inside: Inside,
    /// NO_BACKSLASH_ESCAPES is not set.
    backslashes: bool,
    statements: Vec<Statement>,
}

impl Scanner {
    fn line(&mut self, line: &str, number: usize) -> Result<(), Refused> {
        if self.buffer.is_empty() && self.inside == Inside::Nothing && self.command(line, number)? {
            return Ok(());
        }
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            at = match self.inside {
                Inside::Nothing => self.outside(line, at, number)?,
                Inside::Quotes(quote) => self.quoted(line, at, quote),
                Inside::Comment => self.comment(line, at),
            };
        }
        if !self.buffer.is_empty() {
            self.buffer.push('\n');
        }
        Ok(())
    }

    /// What stands at `at` of a line, outside of quotes and comments. Answers where it goes on.
    fn outside(&mut self, line: &str, at: usize, number: usize) -> Result<usize, Refused> {
        let rest = &line[at..];
        let bytes = rest.as_bytes();
        if rest.starts_with(self.delimiter.as_str()) {
            self.end();
            return Ok(at + self.delimiter.len());
        }
        match bytes {
            [byte, ..] if byte.is_ascii_whitespace() && self.buffer.is_empty() => return Ok(at + 1),
            [b'\\', b'g' | b'G', ..] => {
                self.end();
                return Ok(at + 2);
            }
            // The head of MariaDB's dumps keeps the client from starting programs, which nobody does here.
            [b'\\', b'-', ..] => return Ok(at + 2),
            [b'\\', letter, ..] if letter.is_ascii_graphic() && *letter != b'N' => {
                let what = format!("the mysql client's command `\\{}`", char::from(*letter));
                return Err(Refused { line: number, what });
            }
            [b'#', ..] => return Ok(self.rest_is_comment(line, at, number)),
            [b'-', b'-', following @ ..] => {
                let is_comment = following.first().is_none_or(u8::is_ascii_whitespace) || self.buffer.is_empty();
                if is_comment {
                    return Ok(self.rest_is_comment(line, at, number));
                }
            }
            [b'/', b'*', following @ ..] if !matches!(following, [b'!' | b'+', ..] | [b'M', b'!', ..]) => {
                self.inside = Inside::Comment;
                if self.keeps_comments {
                    self.keep("/*", number);
                }
                return Ok(at + 2);
            }
            [quote @ (b'\'' | b'"' | b'`'), ..] => self.inside = Inside::Quotes(*quote),
            _ => {}
        }
        let length = rest.chars().next().map_or(1, char::len_utf8);
        self.keep(&rest[..length], number);
        Ok(at + length)
    }

    fn quoted(&mut self, line: &str, at: usize, quote: u8) -> usize {
        let rest = &line[at..];
        let mut letters = rest.chars();
        let mut length = letters.next().map_or(1, char::len_utf8);
        match rest.as_bytes()[0] {
            b'\\' if self.backslashes && quote != b'`' => length += letters.next().map_or(0, char::len_utf8),
            byte if byte == quote => self.inside = Inside::Nothing,
            _ => {}
        }
        self.buffer.push_str(&rest[..length]);
        at + length
    }

    fn comment(&mut self, line: &str, at: usize) -> usize {
        let (length, ends) = match line[at..].find("*/") {
            Some(end) => (end + 2, true),
            None => (line.len() - at, false),
        };
        if self.keeps_comments {
            self.buffer.push_str(&line[at..at + length]);
        }
        if ends {
            self.inside = Inside::Nothing;
        }
        at + length
    }

    fn rest_is_comment(&mut self, line: &str, at: usize, number: usize) -> usize {
        if self.keeps_comments && !self.buffer.is_empty() {
            self.keep(&line[at..], number);
        }
        line.len()
    }

    fn keep(&mut self, text: &str, number: usize) {
        if self.buffer.is_empty() {
            self.start = number;
        }
        self.buffer.push_str(text);
    }

    fn end(&mut self) {
        self.inside = Inside::Nothing;
        let sql = std::mem::take(&mut self.buffer);
        let sql = sql.trim_end();
        if sql.is_empty() || is_comment(sql) {
            return;
        }
        if let Some(backslashes) = sets_backslashes(sql) {
            self.backslashes = backslashes;
        }
        let is_batch = self.delimiter != ";" && sql.contains(';');
        self.statements.push(Statement { is_batch, ..Statement::new(sql, self.start) });
    }

    /// Whether a line is a command of the client's, which is done.
    fn command(&mut self, line: &str, number: usize) -> Result<bool, Refused> {
        let line = line.trim_start();
        let word = line.split(|letter: char| letter.is_whitespace() || letter == ';').next().unwrap_or_default();
        if word.eq_ignore_ascii_case("delimiter") {
            let delimiter = line[word.len()..].split_whitespace().next().unwrap_or_default();
            if delimiter.is_empty() || delimiter.contains('\\') {
                return Err(Refused { line: number, what: format!("`DELIMITER {delimiter}`") });
            }
            delimiter.clone_into(&mut self.delimiter);
            return Ok(true);
        }
        let is_command = COMMANDS.iter().any(|command| word.eq_ignore_ascii_case(command));
        if is_command && !line.contains(self.delimiter.as_str()) {
            return Err(Refused { line: number, what: format!("the mysql client's command `{word}`") });
        }
        Ok(false)
    }
}

/// Whether there is nothing but a comment that is not the server's.
fn is_comment(sql: &str) -> bool {
    sql.starts_with("/*")
        && !sql.starts_with("/*!")
        && !sql.starts_with("/*M!")
        && sql.find("*/") == Some(sql.len() - 2)
}

/// Whether a statement says what backslashes mean in literals.
fn sets_backslashes(sql: &str) -> Option<bool> {
    let upper = sql.get(..sql.len().min(400)).unwrap_or(sql).to_ascii_uppercase();
    let sets = upper.trim_start_matches(|letter: char| "/*!0123456789 ".contains(letter)).starts_with("SET");
    (sets && upper.contains("SQL_MODE")).then(|| !upper.contains("NO_BACKSLASH_ESCAPES"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &[(usize, &str)]) {
        let statements = split(script, false).unwrap();
        let told: Vec<_> = statements.iter().map(|statement| (statement.line, statement.sql.as_str())).collect();
        assert_eq!(told, expected, "{script}");
    }

    #[test]
    fn delimiters_end_statements_outside_of_quotes_and_comments() {
        check("SELECT 1; ;\nSELECT 2", &[(1, "SELECT 1"), (2, "SELECT 2")]);
        check("-- a; b\n# c;\nSELECT 1 -- d;\n, 2 # e;\n;", &[(3, "SELECT 1 \n, 2")]);
        check("SELECT 1--1;\n--no space;\nSELECT 2;", &[(1, "SELECT 1--1"), (3, "SELECT 2")]);
        check(
            "SELECT ';', \"a;\", `b;`, 'it''s;', '\\';', `\\`;x;",
            &[(1, "SELECT ';', \"a;\", `b;`, 'it''s;', '\\';', `\\`"), (1, "x")],
        );
        check("/* a; b */ SELECT /* ; \n ; */ 1;", &[(1, "SELECT \n 1")]);
        check(
            "/*!40101 SET NAMES utf8 */;\n/*!50003 CREATE*/ /*+ hint */ x;",
            &[(1, "/*!40101 SET NAMES utf8 */"), (2, "/*!50003 CREATE*/ /*+ hint */ x")],
        );
        check("SELECT 'a\r\nb';\r\n", &[(1, "SELECT 'a\nb'")]);
        check("SELECT 1\\G\nSELECT \\N\\g", &[(1, "SELECT 1"), (2, "SELECT \\N")]);
        check("SELECT 'ä;';", &[(1, "SELECT 'ä;'")]);
    }

    #[test]
    fn the_head_of_mariadbs_dumps() {
        let script = "/*M!999999\\- enable the sandbox mode */ \n/*!40101 SET NAMES utf8mb4 */;\n-- x\nSELECT 1;\n";
        check(script, &[(1, "/*M!999999 enable the sandbox mode */ \n/*!40101 SET NAMES utf8mb4 */"), (4, "SELECT 1")]);
    }

    #[test]
    fn another_delimiter() {
        let script = "DELIMITER ;;\nCREATE TRIGGER t BEGIN a; b; END ;;\ndelimiter ;\nSELECT 1;\nDELIMITER $$ -- x\na; b $$\nDELIMITER ;\n";
        check(script, &[(2, "CREATE TRIGGER t BEGIN a; b; END"), (4, "SELECT 1"), (6, "a; b")]);
        let statements = split(script, false).unwrap();
        assert_eq!(statements.iter().map(|s| s.is_batch).collect::<Vec<_>>(), [true, false, true]);
    }

    #[test]
    fn comments_are_kept_where_the_client_keeps_them() {
        let statements = split("/* before */ CREATE PROCEDURE p() /* in */ a -- b\n; # after\n", true).unwrap();
        let sql: Vec<&str> = statements.iter().map(|statement| statement.sql.as_str()).collect();
        assert_eq!(sql, ["/* before */ CREATE PROCEDURE p() /* in */ a -- b"]);
    }

    #[test]
    fn backslashes_depend_on_the_mode() {
        check(
            "/*!50003 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */ ;\nSELECT '\\';\nSET sql_mode = @saved;\nSELECT '\\';';",
            &[
                (1, "/*!50003 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */"),
                (2, "SELECT '\\'"),
                (3, "SET sql_mode = @saved"),
                (4, "SELECT '\\';'"),
            ],
        );
    }

    #[test]
    fn the_clients_commands_are_refused_by_name() {
        let refused = |script: &str| split(script, false).map_err(|refused| (refused.line, refused.what)).unwrap_err();
        assert_eq!(refused("SELECT 1;\nsource other.sql\n"), (2, "the mysql client's command `source`".to_owned()));
        assert_eq!(refused("use other\n"), (1, "the mysql client's command `use`".to_owned()));
        assert_eq!(refused("SELECT 1;\n\\! ls"), (2, "the mysql client's command `\\!`".to_owned()));
        check("USE other;\nHELP;", &[(1, "USE other"), (2, "HELP")]);
    }
}
