//! db/schema.rb as a text of statements: what comparing and merging such files need, whatever made the tables. A statement is
//! known by what it makes (a table, a table's column, an index by its name, ...), so that it is found in another file wherever
//! it stands there.

pub(crate) mod arranged;
pub(crate) mod merge;
mod statement;

use std::iter::Peekable;
use std::str::Lines;

use statement::Statement;

/// A whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaText {
    /// Up to the line that begins the definition.
    comment: Vec<String>,
    /// `ActiveRecord::Schema[8.1].define(version: 2024_01_01_000000) do`
    define: String,
    statements: Vec<Statement>,
    /// What follows the last statement.
    ending: Vec<String>,
}

impl SchemaText {
    /// None: it is not such a file as Rails writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().peekable();
        let mut comment = Vec::new();
        let define = loop {
            let line = lines.next()?;
            if line.starts_with("ActiveRecord::Schema") {
                break line.to_owned();
            }
            comment.push(line.to_owned());
        };
        if !define.ends_with(" do") {
            return None;
        }
        let mut statements = Vec::new();
        let mut blank = false;
        loop {
            let line = lines.next()?;
            if line == "end" {
                break;
            }
            if line.trim().is_empty() {
                blank = true;
                continue;
            }
            statements.push(statement(line, &mut lines, blank)?);
            blank = false;
        }
        let mut ending: Vec<String> = if blank { vec![String::new()] } else { Vec::new() };
        ending.push("end".to_owned());
        ending.extend(lines.map(str::to_owned));
        Some(Self { comment, define, statements, ending })
    }

    /// The Rails that wrote it: `8.1`; none where the file does not say.
    pub(crate) fn rails(&self) -> Option<&str> {
        rails(&self.define)
    }

    /// The digits of the migration that it is as of.
    fn version(&self) -> u128 {
        let given = self.define.split_once("version:").map_or("", |(_, rest)| rest);
        let digits: String = given.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    }

    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        let mut line = |line: &str| {
            out.push_str(line);
            out.push('\n');
        };
        self.comment.iter().for_each(|text| line(text));
        line(&self.define);
        for (index, statement) in self.statements.iter().enumerate() {
            if statement.blank_before && index > 0 {
                line("");
            }
            statement.lines().for_each(&mut line);
        }
        self.ending.iter().for_each(|text| line(text));
        out
    }
}

/// The Rails that a file's text names, whatever else stands in it.
pub(crate) fn rails(text: &str) -> Option<&str> {
    let (_, version) = text.split_once("ActiveRecord::Schema[")?;
    version.split_once(']').map(|(version, _)| version)
}

/// One that begins with `line`; none where it does not end.
fn statement(line: &str, rest: &mut Peekable<Lines<'_>>, blank_before: bool) -> Option<Statement> {
    let (mut body, mut last) = (Vec::new(), None);
    if line.ends_with(" do |t|") {
        last = Some(loop {
            let line = rest.next()?;
            if line == "  end" {
                break line.to_owned();
            }
            body.push(line.to_owned());
        });
    } else if let Some(tag) = heredoc(line) {
        last = Some(loop {
            let line = rest.next()?;
            if line.trim() == tag {
                break line.to_owned();
            }
            body.push(line.to_owned());
        });
    } else if line.trim_start().starts_with('#') {
        while let Some(more) = rest.next_if(|line| line.trim_start().starts_with('#')) {
            body.push(more.to_owned());
        }
    }
    Some(Statement { blank_before, first: line.to_owned(), body, last })
}

/// The word that ends a text which begins after this line.
fn heredoc(line: &str) -> Option<&str> {
    let (_, opening) = line.rsplit_once("<<")?;
    let tag = opening.trim_start_matches(['-', '~']).trim_matches(['\'', '"']);
    (!tag.is_empty() && tag.chars().all(|c| c.is_ascii_uppercase() || c == '_')).then_some(tag)
}
