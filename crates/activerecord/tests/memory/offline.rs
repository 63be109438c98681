//! Each recorded schema.rb, loaded where there is no server, and dumped again: the same text, but for what the memory says that it
//! does not know.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use activerecord::engine::Engine as _;
use activerecord::{SharedAdapter, World, WorldOptions};
use adapters::memory::offline;
use adapters::memory::{Aspect, Memory};
use adapters::schema_dumper::{self, DumpOptions};
use adapters::types::Inspection;
use adapters::{Catalogue as _, DatabaseConfig, Options};
use conformance::replay::diff;
use conformance::{Case, Target};
use ruby::Limits;

use super::{Silent, on_large_stack, server_of};

/// What Rails does not get back either: a table whose name takes the app's prefix twice, a default that is no Ruby, a name that
/// only an older version takes, a key that SQLite's copy of the table makes another, and two
/// defaults that MariaDB keeps otherwise in CREATE TABLE than in ALTER TABLE.
const UNREADABLE: [&str; 6] = [
    "run/prefix_and_suffix",
    "column_types/postgresql_options",
    "compatibility/v7_0_too_long_table_name",
    "compatibility/v5_0_create_table",
    "change_column_default/types",
    "change_table/all_methods",
];

/// Without what stands in the place of tables that could not be dumped.
fn told(schema: &str) -> String {
    let lines = schema.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// What each command of a case left in schema.rb.
fn recorded(case: &Case, target: Target) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(conformance::recorded(target, case)) else { return Vec::new() };
    let mut schemas: Vec<String> = Vec::new();
    let mut is_wanted = false;
    for line in text.lines() {
        if line.starts_with("=== ") || line.starts_with("--- ") {
            is_wanted = line == "--- schema.rb";
            if is_wanted {
                schemas.push(String::new());
            }
        } else if let Some(schema) = schemas.last_mut().filter(|_| is_wanted) {
            schema.push_str(line);
            schema.push('\n');
        }
    }
    schemas.retain(|schema| schema.starts_with("ActiveRecord::Schema"));
    schemas.dedup();
    schemas
}

/// The schema's own dump, and what is not known of it; or why it could not be loaded.
fn dumped(case: &Case, target: Target, schema: &str) -> Result<(String, Vec<String>), String> {
    let config = DatabaseConfig::new(Options::from([("adapter", target.adapter()), ("database", "app")]));
    let (mut adapter, memory) =
        offline::adapter(config, server_of(target), activerecord::inflector()).map_err(|error| error.to_string())?;
    let naming = &mut adapter.base_mut().naming;
    naming.table_name_prefix.clone_from(&case.table_name_prefix);
    naming.table_name_suffix.clone_from(&case.table_name_suffix);
    let adapter: SharedAdapter = Rc::new(RefCell::new(adapter));
    let options = WorldOptions { verbose: false, ..WorldOptions::default() };
    let mut world = World::new(Rc::clone(&adapter), Box::new(Silent), Limits::default(), options);
    world.load_settings().map_err(|error| format!("{error:?}"))?;
    world.set_migration_versions(Vec::new());
    adapter.borrow_mut().connect().map_err(|error| error.to_string())?;
    world.evaluate("db/schema.rb", schema, "").map_err(|error| format!("{error:?}"))?;
    let version: String = schema.lines().next().unwrap_or_default().split("version:").nth(1).unwrap_or("0").to_owned();
    let version: String = version.chars().filter(char::is_ascii_digit).collect();
    // As the Ruby that recorded shows hashes.
    let options = DumpOptions { inspection: Inspection::Ruby33, ..DumpOptions::default() };
    let text = schema_dumper::dump(&mut **adapter.borrow_mut(), &version, &options);
    let text = text.map_err(|error| error.to_string())?;
    let doubts = doubts(&mut memory.borrow_mut());
    Ok((text, doubts))
}

fn doubts(memory: &mut Memory) -> Vec<String> {
    if let Some(sql) = memory.lost_at() {
        return vec![format!("everything, since `{sql}`")];
    }
    let mut doubts = Vec::new();
    for table in memory.tables().unwrap() {
        if !memory.is_certain_of(&table) {
            doubts.push(format!("table {table}"));
        }
        let of_parts = memory.doubts(&table);
        doubts.extend(of_parts.iter().map(|(part, aspect): &(String, Aspect)| format!("{table}.{part}: {aspect:?}")));
    }
    doubts
}

fn is_readable(case: &Case) -> bool {
    !case.leaves_settings && !UNREADABLE.contains(&case.name.as_str())
}

fn check_offline(target: Target, floor: usize) {
    let filter = std::env::var("MEMORY").unwrap_or_default();
    let (mut same, mut unknown, mut wrong) = (0, BTreeMap::new(), BTreeMap::new());
    for case in Case::all(&filter).unwrap().iter().filter(|case| case.runs_on(target) && is_readable(case)) {
        for schema in recorded(case, target) {
            match dumped(case, target, &schema) {
                Ok((text, _)) if told(&text) == told(&schema) => same += 1,
                Ok((text, doubts)) if !doubts.is_empty() => {
                    unknown.insert(case.name.clone(), format!("{doubts:?}\n{}", diff(&told(&schema), &told(&text))));
                }
                Ok((text, _)) => drop(wrong.insert(case.name.clone(), diff(&told(&schema), &told(&text)))),
                Err(message) => drop(wrong.insert(case.name.clone(), message)),
            }
        }
    }
    let name = target.name();
    eprintln!("{name} offline: {same} are the same, {} are uncertain, {} are not", unknown.len(), wrong.len());
    let tell = |cases: &BTreeMap<String, String>| {
        for (case, text) in cases {
            eprintln!("offline {name} {case}:\n{text}");
        }
    };
    if std::env::var("MEMORY").is_ok() {
        tell(&unknown);
    }
    tell(&wrong);
    assert!(wrong.is_empty(), "{name}: {:?}", wrong.keys());
    assert!(!filter.is_empty() || same >= floor, "{name}: {same} are the same, {floor} were before");
}

#[test]
fn sqlite3() {
    on_large_stack(|| check_offline(Target::Sqlite3, 465));
}

#[test]
fn postgresql() {
    on_large_stack(|| check_offline(Target::PostgreSql, 530));
}

#[test]
fn mariadb() {
    on_large_stack(|| check_offline(Target::MariaDb, 520));
}

#[test]
fn mysql() {
    on_large_stack(|| check_offline(Target::MySql, 510));
}
