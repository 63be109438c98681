//! What is shown of a migration's statements: of those that a loop sends, the first three and how many follow.

use std::collections::HashMap;

use crate::commands::plan::log::{Line, Part, Statement};

/// So many of a loop's statements are shown.
const SHOWN: usize = 3;

pub(super) enum Shown<'a> {
    Said(&'a str),
    Statement(&'a Statement),
    /// So many like those before.
    More(usize),
}

/// In order, without what asks only and is certain to.
pub(super) fn folded(part: &Part) -> Vec<Shown<'_>> {
    let mut seen: HashMap<(Option<u32>, String), usize> = HashMap::new();
    let mut out = Vec::new();
    let mut hidden = 0;
    for line in &part.lines {
        let shown = match line {
            // What a loop's statements are announced with is a loop's too.
            Line::Said(text) => {
                let count = seen.entry((None, shape(text))).or_default();
                *count += 1;
                if text.starts_with("-- ") && *count > SHOWN {
                    continue;
                }
                Shown::Said(text)
            }
            Line::Sent(statement) if statement.note.is_read && statement.note.uncertain.is_none() => continue,
            Line::Sent(statement) => {
                let place = statement.place.as_ref().map(|(_, line)| *line);
                let count = seen.entry((place, shape(&statement.sql))).or_default();
                *count += 1;
                // What Rails sends itself has no place, and is no loop's.
                if place.is_some() && *count > SHOWN {
                    hidden += 1;
                    continue;
                }
                Shown::Statement(statement)
            }
        };
        if hidden > 0 {
            out.push(Shown::More(std::mem::take(&mut hidden)));
        }
        out.push(shown);
    }
    if hidden > 0 {
        out.push(Shown::More(hidden));
    }
    out
}

/// A statement without its values, so that those of a loop are alike.
fn shape(sql: &str) -> String {
    let mut out = String::new();
    let mut is_text = false;
    for character in sql.chars() {
        match character {
            '\'' => is_text = !is_text,
            _ if is_text || character.is_ascii_digit() => {}
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use adapters::memory::planner::Note;

    use super::*;

    fn sent(sql: String) -> Line {
        let place = Some(("1_a.rb".to_owned(), 3));
        Line::Sent(Statement { sql, binds: Vec::new(), literals: Vec::new(), place, note: Note::default() })
    }

    #[test]
    fn a_loop_shows_its_first_statements() {
        let mut lines: Vec<_> = (0..9).map(|id| sent(format!("UPDATE a SET b = '{id}x' WHERE id = {id}"))).collect();
        lines.push(sent("DROP TABLE a".to_owned()));
        let part = Part { lines, ..Part::default() };
        let shown: Vec<String> = folded(&part)
            .iter()
            .map(|shown| match shown {
                Shown::Said(text) => (*text).to_owned(),
                Shown::Statement(statement) => statement.sql.clone(),
                Shown::More(count) => count.to_string(),
            })
            .collect();
        assert_eq!(shown.len(), 5);
        assert_eq!(shown[3..], ["6".to_owned(), "DROP TABLE a".to_owned()]);
    }
}
