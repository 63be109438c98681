//! Two files side by side: one in the order of the other, so that only what is otherwise differs.

use similar::TextDiff;

use super::merge::in_order_of;
use super::statement::key;
use super::{SchemaText, Statement};

/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

/// A unified diff of what `ours` says otherwise than `theirs`, both called by what they are. None where they say the same but
/// for the order of statements, the version and MySQL's next number.
pub(crate) fn diff(theirs: (&str, &SchemaText), ours: (&str, &SchemaText)) -> Option<String> {
    let before = without_counters(&theirs.1.text());
    let after = without_counters(&arranged(ours.1, theirs.1).text());
    if before == after {
        return None;
    }
    let diff = TextDiff::from_lines(&before, &after);
    Some(diff.unified_diff().context_radius(CONTEXT).header(theirs.0, ours.0).to_string())
}

/// `file` in the order of `model`, with that one's comment and version.
fn arranged(file: &SchemaText, model: &SchemaText) -> SchemaText {
    let ordered = in_order_of(&model.statements, &file.statements, Statement::key).into_iter();
    let statements = ordered.map(|(statement, twin)| {
        let mut statement = statement.clone();
        if let Some(twin) = twin.and_then(|index| model.statements.get(index)) {
            statement.blank_before = twin.blank_before;
            if statement.is_table() {
                let lines = in_order_of(&twin.body, &statement.body, |line| key(line));
                statement.body = lines.into_iter().map(|(line, _)| line.clone()).collect();
            }
        }
        statement
    });
    SchemaText {
        comment: model.comment.clone(),
        define: model.define.clone(),
        statements: statements.collect(),
        ending: model.ending.clone(),
    }
}

/// Without ` AUTO_INCREMENT=7` of a table's options.
fn without_counters(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" AUTO_INCREMENT=") {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out + rest
}
