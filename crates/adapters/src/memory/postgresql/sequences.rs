//! Sequences: those behind serial and identity columns, which go with the column, and those that stand alone.

use std::sync::LazyLock;

use regex::Regex;

use super::super::model::{Schema, Sequence};
use super::LONGEST;

/// `table_column_seq`, both parts cut where it is too long, and numbered where there is one.
pub(super) fn create(schema: &mut Schema, key: &str, column: &str) -> String {
    let (within, table) = schema.parts(key);
    let is_taken = |key: &str| schema.sequences.iter().any(|sequence| sequence.key == key);
    let name = (0..).find_map(|number: usize| {
        let suffix = if number == 0 { "seq".to_owned() } else { format!("seq{number}") };
        let key = format!("{within}.{}", object_name(table, column, &suffix));
        (!is_taken(&key)).then_some(key)
    });
    let name = name.unwrap_or_default();
    let owner = Some((key.to_owned(), column.to_owned()));
    schema.sequences.push(Sequence { key: name.clone(), owner });
    name
}

/// The server's `makeObjectName`: the longer of the two parts is cut first.
fn object_name(first: &str, second: &str, suffix: &str) -> String {
    let room = LONGEST.saturating_sub(suffix.len() + 2);
    let (mut one, mut two) = (first.len(), second.len());
    while one + two > room {
        if one > two { one -= 1 } else { two -= 1 }
    }
    let cut = |text: &str, length: usize| {
        let end = (0..=length).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text[..end].to_owned()
    };
    format!("{}_{}_{suffix}", cut(first, one), cut(second, two))
}

/// A default that counts, as it is printed.
pub(super) fn nextval(schema: &Schema, key: &str) -> String {
    format!("nextval('{}'::regclass)", schema.printed(key).replace('\'', "''"))
}

static NEXTVAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\Anextval\(\s*'([^']+)'(?:::(?:regclass|text))?\s*\)\z").ok());

/// The sequence that a default names, if it is there.
pub(in super::super) fn of_nextval(schema: &Schema, sql: &str) -> Option<String> {
    let found = NEXTVAL.as_ref()?.captures(sql.trim())?;
    let key = schema.sequence_key(&found[1]);
    schema.sequences.iter().any(|sequence| sequence.key == key).then_some(key)
}

pub(in super::super) fn owned<'a>(schema: &'a Schema, table: &str, column: &str) -> Option<&'a str> {
    let is_owner =
        |sequence: &&Sequence| sequence.owner.as_ref().is_some_and(|owner| owner.0 == table && owner.1 == column);
    schema.sequences.iter().find(is_owner).map(|sequence| sequence.key.as_str())
}

pub(in super::super) fn rename(schema: &mut Schema, from: &str, to: &str) {
    schema.sequences.iter_mut().filter(|sequence| sequence.key == from).for_each(|found| to.clone_into(&mut found.key));
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        if column.counted_by.as_deref() == Some(from) {
            column.counted_by = Some(to.to_owned());
        }
    }
}

/// What counted a column goes with it, or with its table.
pub(in super::super) fn forget_owner(schema: &mut Schema, table: &str, column: Option<&str>) {
    let is_its = |owner: &(String, String)| owner.0 == table && column.is_none_or(|column| column == owner.1);
    schema.sequences.retain(|sequence| !sequence.owner.as_ref().is_some_and(is_its));
}
