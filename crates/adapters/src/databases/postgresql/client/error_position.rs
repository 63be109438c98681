//! The `LINE 1: ...` excerpt and its caret, as libpq's reportErrorPosition (fe-protocol3.c) lays them out.

use unicode_width::UnicodeWidthChar;

/// Columns of the query that are shown at most.
const DISPLAY_SIZE: usize = 60;
/// Columns that stay visible to the right of the error, where there are that many.
const MIN_RIGHT_CUT: usize = 10;

/// The excerpt for the character `position` (from 1) of `query`; empty when there is no such character.
pub(super) fn excerpt(query: &str, position: usize) -> String {
    let Some(location) = position.checked_sub(1) else { return String::new() };
    let characters: Vec<char> = query.chars().collect();
    if location > characters.len() {
        return String::new();
    }
    let line = find_line(&characters, location);
    let columns = columns(&characters[..line.end]);
    let (begin, end) = truncate(&columns, line.begin, line.end, location);

    let mut message = format!("LINE {}: ", line.number);
    if begin > line.begin {
        message.push_str("...");
    }
    let prefix = message.len();
    message.extend(characters[begin..end].iter().map(|&character| if character == '\t' { ' ' } else { character }));
    if end < line.end {
        message.push_str("...");
    }
    message.push('\n');
    message.push_str(&" ".repeat(prefix + columns[location] - columns[begin]));
    message.push_str("^\n");
    message
}

/// The line that holds a location: its number from 1, its first character, and the one after its last.
struct Line {
    number: usize,
    begin: usize,
    end: usize,
}

/// A `\r` or a `\n` ends a line; the two together end it once.
fn find_line(characters: &[char], location: usize) -> Line {
    let mut line = Line { number: 1, begin: 0, end: characters.len() };
    for (index, &character) in characters.iter().enumerate() {
        if character != '\r' && character != '\n' {
            continue;
        }
        if index >= location {
            line.end = index;
            break;
        }
        if character == '\r' || index == 0 || characters[index - 1] != '\r' {
            line.number += 1;
        }
        line.begin = index + 1;
    }
    line
}

/// The screen column at which each character starts, and one more for the end.
fn columns(characters: &[char]) -> Vec<usize> {
    let mut columns = Vec::with_capacity(characters.len() + 1);
    let mut column = 0;
    for &character in characters {
        columns.push(column);
        column += character.width().unwrap_or(0).max(1);
    }
    columns.push(column);
    columns
}

/// Cuts a line that is too long: on the right if that is enough, else on both sides.
fn truncate(columns: &[usize], mut begin: usize, mut end: usize, location: usize) -> (usize, usize) {
    if columns[end] - columns[begin] <= DISPLAY_SIZE {
        return (begin, end);
    }
    if columns[begin] + DISPLAY_SIZE >= columns[location] + MIN_RIGHT_CUT {
        while columns[end] - columns[begin] > DISPLAY_SIZE {
            end -= 1;
        }
        return (begin, end);
    }
    while columns[location] + MIN_RIGHT_CUT < columns[end] {
        end -= 1;
    }
    while columns[end] - columns[begin] > DISPLAY_SIZE {
        begin += 1;
    }
    (begin, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, position: usize, expected: &str) {
        assert_eq!(excerpt(query, position), expected, "{query}");
    }

    #[test]
    fn short_lines() {
        check("SELECT * FROM nope", 15, "LINE 1: SELECT * FROM nope\n                      ^\n");
        check("SELECT 1;\r\nSELEC\t2", 12, "LINE 2: SELEC 2\n        ^\n");
        check("SELECT", 7, "LINE 1: SELECT\n              ^\n");
        check("SELECT", 9, "");
        check("SELECT", 0, "");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        check("SELECT '日本' x y", 14, "LINE 1: SELECT '日本' x y\n                       ^\n");
    }
}
