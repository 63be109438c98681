//! How the sqlite3 shell cuts a script into statements (sqlite3_complete of complete.c): at semicolons, but for those in a trigger's
//! body, whose last one follows an END that follows one.

use super::{Lines, Refused, Statement};

pub(super) fn split(script: &str) -> Result<Vec<Statement>, Refused> {
    let bytes = script.as_bytes();
    let mut lines = Lines::new(script);
    let mut statements = Vec::new();
    let mut open = Open::default();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let is_line_start = at == 0 || bytes[at - 1] == b'\n';
        let end = match rest {
            [b'.', ..] if is_line_start && open.start.is_none() => {
                let name = script[at..].split_whitespace().next().unwrap_or_default();
                return Err(Refused { line: lines.at(at), what: format!("the sqlite3 shell's command `{name}`") });
            }
            [b'#', ..] if is_line_start && open.start.is_none() => at + until(rest, b"\n"),
            [byte, ..] if byte.is_ascii_whitespace() => at + 1,
            [b'-', b'-', ..] => at + until(rest, b"\n"),
            [b'/', b'*', ..] => at + 2 + until(&rest[2..], b"*/"),
            [b';', ..] if open.ends() => {
                if let Some(start) = open.start {
                    statements.push(Statement::new(script[start..at].trim_end(), lines.at(start)));
                }
                open = Open::default();
                at + 1
            }
            _ => {
                open.start.get_or_insert(at);
                at + open.token(script, at)
            }
        };
        at = end;
    }
    if let Some(start) = open.start {
        statements.push(Statement::new(script[start..].trim_end(), lines.at(start)));
    }
    Ok(statements)
}

/// The statement that is being read.
#[derive(Default)]
struct Open {
    start: Option<usize>,
    /// Its first words, as far as they tell a trigger.
    head: Head,
    /// What the last tokens of a trigger's body were.
    last: Last,
}

#[derive(Default, PartialEq, Eq)]
enum Head {
    #[default]
    Start,
    Create,
    Trigger,
    Other,
}

#[derive(Default, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    Semicolon,
    /// END behind a semicolon.
    End,
}

impl Open {
    /// Whether a semicolon here is the end.
    fn ends(&self) -> bool {
        self.head != Head::Trigger || self.last == Last::End
    }

    /// Takes in the token at `at`, and answers its length.
    fn token(&mut self, script: &str, at: usize) -> usize {
        let rest = &script.as_bytes()[at..];
        let length = match rest {
            [quote @ (b'\'' | b'"' | b'`'), ..] => 1 + until(&rest[1..], &[*quote]),
            [b'[', ..] => 1 + until(&rest[1..], b"]"),
            [byte, ..] if is_word(*byte) => rest.iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        let word = script.get(at..at + length).unwrap_or_default().to_ascii_lowercase();
        self.head = match (std::mem::take(&mut self.head), word.as_str()) {
            (Head::Start, "explain" | "query" | "plan") => Head::Start,
            (Head::Start, "create") | (Head::Create, "temp" | "temporary") => Head::Create,
            (Head::Create, "trigger") | (Head::Trigger, _) => Head::Trigger,
            _ => Head::Other,
        };
        self.last = match (&self.last, word.as_str()) {
            (_, ";") => Last::Semicolon,
            (Last::Semicolon, "end") => Last::End,
            _ => Last::Other,
        };
        length
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The length up to and with the first of these bytes.
fn until(bytes: &[u8], end: &[u8]) -> usize {
    bytes.windows(end.len()).position(|window| window == end).map_or(bytes.len(), |position| position + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &[(usize, &str)]) {
        let statements = split(script).unwrap();
        let told: Vec<_> = statements.iter().map(|statement| (statement.line, statement.sql.as_str())).collect();
        assert_eq!(told, expected, "{script}");
    }

    #[test]
    fn semicolons_end_statements_outside_of_quotes_and_comments() {
        check("SELECT 1; ;\n-- a; b\nSELECT /* ; */ 2", &[(1, "SELECT 1"), (3, "SELECT /* ; */ 2")]);
        check(
            "SELECT ';', \"a;\", `b;`, [c;], 'it''s;';x;",
            &[(1, "SELECT ';', \"a;\", `b;`, [c;], 'it''s;'"), (1, "x")],
        );
        check("# a; b\nSELECT 'ä;'", &[(2, "SELECT 'ä;'")]);
    }

    #[test]
    fn a_trigger_ends_with_end() {
        let body = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1; END";
        check(&format!("{body};\nSELECT 1;"), &[(1, body), (2, "SELECT 1")]);
        let body = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; -- end;\n END /* */ ";
        check(&format!("{body};x"), &[(1, body.trim_end()), (2, "x")]);
        check("CREATE TABLE trigger(a);END;", &[(1, "CREATE TABLE trigger(a)"), (1, "END")]);
    }

    #[test]
    fn the_shells_commands_are_refused_by_name() {
        let refused = |script: &str| split(script).map_err(|refused| (refused.line, refused.what)).unwrap_err();
        assert_eq!(refused("SELECT 1;\n.read x\n"), (2, "the sqlite3 shell's command `.read`".to_owned()));
        check("SELECT 1\n.5;", &[(1, "SELECT 1\n.5")]);
    }
}
