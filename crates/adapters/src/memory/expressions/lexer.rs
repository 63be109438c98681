//! The words of an SQL expression, each server's quotes read in its own way.

use crate::Dialect;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// As it was written.
    Name(String),
    Quoted(String),
    Number(String),
    Text(String),
    Operator(String),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    DoubleColon,
}

/// A name in a text, and where it stands.
pub(super) struct Found {
    pub name: String,
    pub start: usize,
    pub end: usize,
    /// Of a function, or of a type.
    pub is_call: bool,
}

/// All names in a text, whatever else there is; what stands in single quotes is none.
pub(super) fn names(text: &str) -> Vec<Found> {
    let is_word = |character: char| character == '_' || character == '$' || character.is_alphanumeric();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (name, length) = match first {
            '\'' => (None, quoted(rest, first).map_or(rest.len(), |(_, length)| length)),
            '"' | '`' => match quoted(rest, first) {
                Some((name, length)) => (Some(name), length),
                None => (None, rest.len()),
            },
            _ if is_word(first) => {
                let length = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
                (Some(rest[..length].to_owned()), length)
            }
            _ => (None, first.len_utf8()),
        };
        let end = at + length;
        if let Some(name) = name {
            let is_call = text[end..].starts_with('(') || text[..at].ends_with("::");
            found.push(Found { name, start: at, end, is_call });
        }
        at = end;
    }
    found
}

const OPERATORS: &str = "+-*/<>=~!@#%^&|?";

/// None where there is something that is not known: a comment, a text with escapes of its own, a character.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Option<Vec<Token>> {
    let mut rest = text.trim();
    let mut all = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(rest, first, dialect)?;
        all.push(token);
        rest = rest.get(length..)?.trim_start();
    }
    Some(all)
}

/// The first word and its length.
fn token(rest: &str, first: char, dialect: Dialect) -> Option<(Token, usize)> {
    let one = |token: Token| Some((token, 1));
    match first {
        '(' => one(Token::Open),
        ')' => one(Token::Close),
        '[' => one(Token::OpenBracket),
        ']' => one(Token::CloseBracket),
        ',' => one(Token::Comma),
        ':' if rest.starts_with("::") => Some((Token::DoubleColon, 2)),
        '\'' => text(rest, dialect),
        '"' if dialect == Dialect::MySql => text(rest, dialect),
        '"' | '`' => quoted(rest, first).map(|(name, length)| (Token::Quoted(name), length)),
        _ if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) => {
            number(rest)
        }
        '.' => one(Token::Dot),
        _ if first == '_' || first.is_alphabetic() => {
            let end = rest.find(|c: char| !(c == '_' || c == '$' || c.is_alphanumeric())).unwrap_or(rest.len());
            Some((Token::Name(rest[..end].to_owned()), end))
        }
        _ if OPERATORS.contains(first) => operator(rest, dialect),
        _ => None,
    }
}

/// The quote doubled within stands for itself.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            text.push(character);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return Some((text, at + 1));
        }
    }
    None
}

fn text(rest: &str, dialect: Dialect) -> Option<(Token, usize)> {
    let quote = rest.chars().next()?;
    let (text, length) = quoted(rest, quote)?;
    // What a backslash means is MySQL's own affair.
    let has_escape = dialect == Dialect::MySql && text.contains('\\');
    (!has_escape).then_some((Token::Text(text), length))
}

fn number(rest: &str) -> Option<(Token, usize)> {
    let end = rest.find(|c: char| !(c == '.' || c.is_ascii_digit())).unwrap_or(rest.len());
    // An exponent, or a name that begins with digits.
    let is_plain = !rest[end..].starts_with(|c: char| c == '_' || c.is_alphanumeric());
    (is_plain && rest[..end].matches('.').count() < 2).then(|| (Token::Number(rest[..end].to_owned()), end))
}

fn operator(rest: &str, dialect: Dialect) -> Option<(Token, usize)> {
    let end = rest.find(|c: char| !OPERATORS.contains(c)).unwrap_or(rest.len());
    let run = &rest[..end];
    if run.contains("--") || run.contains("/*") || (dialect == Dialect::MySql && run.contains('#')) {
        return None;
    }
    // A sign behind another operator is an operand's, unless the operator has one of PostgreSQL's own characters.
    let signs = run.len() - run.trim_end_matches(['+', '-']).len();
    let is_own = run.contains(['~', '!', '@', '#', '%', '^', '&', '|', '?']);
    let length = if run.len() > 1 && signs > 0 && !is_own { (run.len() - signs).max(1) } else { run.len() };
    Some((Token::Operator(rest[..length].to_owned()), length))
}
