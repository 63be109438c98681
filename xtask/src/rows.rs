//! Rows for empty tables, before each migration: `ruby/rows.rb` makes them in Active Record's database, and Maglev is given
//! the very same statements. At the end the data is compared, table by table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use conformance::{Database, Event};

/// The statements before each version.
pub(crate) fn by_version(events: &[Event]) -> BTreeMap<String, Vec<String>> {
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        if let Event::Rows { version, statements } = event {
            versions.entry(version.clone()).or_default().extend(statements.iter().cloned());
        }
    }
    versions
}

/// Those as a file for `maglev migrate --rows`.
pub(crate) fn write(versions: &BTreeMap<String, Vec<String>>, directory: &tempfile::TempDir) -> Result<PathBuf> {
    let path = directory.path().join("rows.json");
    fs::write(&path, serde_json::to_string(versions)?)?;
    Ok(path)
}

/// The tables whose rows differ, each with what one side has alone.
pub(crate) fn differences(theirs: &str, ours: &str) -> Vec<String> {
    let (theirs, ours) = (by_table(theirs), by_table(ours));
    let tables: BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
    let empty = BTreeSet::new();
    tables
        .into_iter()
        .filter_map(|table| {
            let (theirs, ours) = (theirs.get(table).unwrap_or(&empty), ours.get(table).unwrap_or(&empty));
            let lost = theirs.difference(ours).map(|row| format!("\n  - {row}"));
            let gained = ours.difference(theirs).map(|row| format!("\n  + {row}"));
            let lines: String = lost.chain(gained).collect();
            (!lines.is_empty()).then(|| format!("data of {table}:{lines}"))
        })
        .collect()
}

fn by_table(rows: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut tables: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (table, row) in rows.lines().filter_map(|line| line.split_once('\t')) {
        tables.entry(table).or_default().insert(row);
    }
    tables
}

/// What a database holds, a row a line, each after its table.
pub(crate) fn data_of(database: &Database) -> Result<String> {
    conformance::schema::data(database)
}
