//! Which of Active Record's test files belong together.

use std::path::Path;

use anyhow::{Result, bail};
use conformance::Target;

/// A group's name, and where its files begin, below activerecord/test/cases. The first that fits has the file.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "migrations",
        &[
            "migration/",
            "migration_test",
            "migrator_test",
            "invertible_migration_test",
            "active_record_schema_test",
            "comment_test",
            "primary_keys_test",
            "view_test",
            "reserved_word_test",
            "column_definition_test",
            "date_time_precision_test",
            "time_precision_test",
            "defaults_test",
        ],
    ),
    (
        "adapters",
        &["adapters/", "adapter_test", "quoting_test", "numeric_data_test", "database_statements_test", "result_test"],
    ),
    ("persistence", &["persistence_test", "persistence/"]),
    ("where", &["relation/where"]),
    ("update_all", &["relation/update_all_test", "relation/delete_all_test"]),
    ("relations", &["relations_test", "relation_test", "relation/", "null_relation_test", "excluding_test"]),
    ("insert_all", &["insert_all_test"]),
    ("batches", &["batches_test"]),
    ("calculations", &["calculations_test"]),
    ("counter_cache", &["counter_cache_test"]),
    (
        "finders",
        &["finder_test", "finder_respond_to_test", "sanitize_test", "unsafe_raw_sql_test", "bind_parameter_test"],
    ),
    ("scopes", &["scoping/"]),
    (
        "attributes",
        &[
            "attributes_test",
            "attribute_methods_test",
            "dirty_test",
            "enum_test",
            "store_test",
            "serialized_attribute_test",
            "normalized_attribute_test",
            "timestamp_test",
            "boolean_test",
            "binary_test",
            "date_test",
            "date_time_test",
            "type_test",
            "types_test",
            "json_attribute_test",
        ],
    ),
    ("associations", &["associations/", "associations_test", "autosave_association_test", "nested_attributes_test"]),
    ("validations", &["validations/", "validations_test"]),
    (
        "records",
        &[
            "base_test",
            "callbacks_test",
            "inheritance_test",
            "locking_test",
            "transactions_test",
            "dup_test",
            "clone_test",
        ],
    ),
];
/// What is run where no group is named.
const USUAL: usize = 10;

/// A file below activerecord/test, and its group.
pub(super) struct TestFile {
    pub path: String,
    pub group: &'static str,
}

/// The test files of the groups named that concern this database.
pub(super) fn files(rails: &Path, target: Target, wanted: &[String]) -> Result<Vec<TestFile>> {
    let names: Vec<_> = GROUPS.iter().map(|(name, _)| *name).collect();
    if let Some(other) = wanted.iter().find(|word| !names.contains(&word.as_str())) {
        bail!("no group `{other}`; there are {}", names.join(", "));
    }
    let cases = rails.join("activerecord/test/cases");
    let mut paths = Vec::new();
    collect(&cases, &cases, &mut paths)?;
    paths.sort();
    let files = paths.into_iter().filter(|path| concerns(path, target)).filter_map(|path| {
        let found = GROUPS.iter().position(|(_, prefixes)| prefixes.iter().any(|prefix| path.starts_with(prefix)))?;
        let (group, _) = GROUPS.get(found)?;
        let is_wanted = if wanted.is_empty() { found < USUAL } else { wanted.iter().any(|word| word == group) };
        is_wanted.then(|| TestFile { path: format!("cases/{path}"), group })
    });
    Ok(files.collect())
}

/// The groups' names, in the order of the report.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(name, _)| *name)
}

/// Each adapter's tests stand in a folder of their own.
fn concerns(path: &str, target: Target) -> bool {
    let Some(adapter) = path.strip_prefix("adapters/") else { return true };
    match target {
        Target::Sqlite3 => adapter.starts_with("sqlite3/"),
        Target::MariaDb | Target::MySql => {
            adapter.starts_with("abstract_mysql_adapter/") || adapter.starts_with("mysql2/")
        }
        Target::PostgreSql => adapter.starts_with("postgresql/"),
    }
}

fn collect(root: &Path, directory: &Path, paths: &mut Vec<String>) -> Result<()> {
    for entry in directory.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, paths)?;
        } else if let Ok(relative) = path.strip_prefix(root)
            && relative.to_string_lossy().ends_with("_test.rb")
        {
            paths.push(relative.to_string_lossy().into_owned());
        }
    }
    Ok(())
}
