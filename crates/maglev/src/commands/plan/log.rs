//! What was planned, in order: what each migration prints and what it sends.

use adapters::memory::planner::Note;

/// The whole of it.
#[derive(Default)]
pub(crate) struct Log {
    pub parts: Vec<Part>,
}

/// What belongs to one migration, or stands between two.
#[derive(Default)]
pub(crate) struct Part {
    /// Of several databases, the one.
    pub database: Option<String>,
    /// None: it is Rails' own, around the migrations.
    pub of: Option<Migration>,
    pub lines: Vec<Line>,
    pub notes: Vec<String>,
    pub failure: Option<Failed>,
}

/// Which migration it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Migration {
    pub version: String,
    pub name: String,
    pub file: String,
    pub direction: &'static str,
}

pub(crate) enum Line {
    /// What Rails prints.
    Said(String),
    Sent(Statement),
}

pub(crate) struct Statement {
    pub sql: String,
    /// As events have them.
    pub binds: Vec<String>,
    /// The same as literals of SQL.
    pub literals: Vec<String>,
    /// File and line of the migration.
    pub place: Option<(String, u32)>,
    pub note: Note,
}

/// How a migration fails: for certain, where nothing is said of it.
pub(crate) struct Failed {
    pub class: String,
    pub message: String,
    pub backtrace: Vec<String>,
    /// In words, with an excerpt of the file.
    pub diagnosis: String,
    /// Why it may not fail.
    pub uncertain: Option<String>,
}

impl Part {
    pub(crate) fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.lines.iter().filter_map(|line| match line {
            Line::Sent(statement) => Some(statement),
            Line::Said(_) => None,
        })
    }
}

impl Statement {
    /// The text with its binds in it.
    pub(crate) fn whole(&self) -> String {
        if self.literals.is_empty() { self.sql.clone() } else { inline(&self.sql, &self.literals) }
    }
}

/// Puts literals where a text has `$1` or `?`, outside of its quotes.
fn inline(sql: &str, literals: &[String]) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut characters = sql.chars().peekable();
    let (mut quote, mut next) = (None, 0);
    while let Some(character) = characters.next() {
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '\'' | '"' | '`') => quote = Some(character),
            None if character == '?' => {
                out.push_str(literals.get(next).map_or("?", String::as_str));
                next += 1;
                continue;
            }
            None if character == '$' => {
                let mut digits = String::new();
                while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                let literal = digits.parse::<usize>().ok().and_then(|number| literals.get(number.wrapping_sub(1)));
                match literal {
                    Some(literal) => out.push_str(literal),
                    None => out.push_str(&format!("${digits}")),
                }
                continue;
            }
            _ => {}
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binds_stand_where_they_are_asked_for() {
        let literals: Vec<String> = (1..=11).map(|number| number.to_string()).collect();
        assert_eq!(inline("a = $1 AND b = '$2' AND c = $11", &literals), "a = 1 AND b = '$2' AND c = 11");
        assert_eq!(inline("a = ? AND \"b?\" = ?", &literals), "a = 1 AND \"b?\" = 2");
    }
}
