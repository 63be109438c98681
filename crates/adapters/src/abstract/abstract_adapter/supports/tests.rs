//! What servers of several versions can do, against what Active Record's adapters say of them. supports.txt is what
//! `ruby xtask/ruby/versions.rb RAILS` printed.

use crate::abstract_adapter::Version;
use crate::abstract_mysql_adapter::MysqlAdapter;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::testing::{mysql, postgresql};

macro_rules! switches {
    ($($name:literal => $method:ident,)*) => {
        const SWITCHES: &[(&str, fn(&dyn Adapter) -> bool)] = &[$(($name, |adapter| adapter.$method())),*];
    };
}

switches! {
    "supports_ddl_transactions" => supports_ddl_transactions,
    "supports_bulk_alter" => supports_bulk_alter,
    "supports_savepoints" => supports_savepoints,
    "supports_restart_db_transaction" => supports_restart_db_transaction,
    "supports_advisory_locks" => supports_advisory_locks,
    "supports_partitioned_indexes" => supports_partitioned_indexes,
    "supports_index_sort_order" => supports_index_sort_order,
    "supports_partial_index" => supports_partial_index,
    "supports_index_include" => supports_index_include,
    "supports_expression_index" => supports_expression_index,
    "supports_explain" => supports_explain,
    "supports_transaction_isolation" => supports_transaction_isolation,
    "supports_extensions" => supports_extensions,
    "supports_indexes_in_create" => supports_indexes_in_create,
    "supports_foreign_keys" => supports_foreign_keys,
    "supports_validate_constraints" => supports_validate_constraints,
    "supports_deferrable_constraints" => supports_deferrable_constraints,
    "supports_check_constraints" => supports_check_constraints,
    "supports_exclusion_constraints" => supports_exclusion_constraints,
    "supports_unique_constraints" => supports_unique_constraints,
    "supports_views" => supports_views,
    "supports_materialized_views" => supports_materialized_views,
    "supports_datetime_with_precision" => supports_datetime_with_precision,
    "supports_json" => supports_json,
    "supports_comments" => supports_comments,
    "supports_comments_in_create" => supports_comments_in_create,
    "supports_virtual_columns" => supports_virtual_columns,
    "supports_foreign_tables" => supports_foreign_tables,
    "supports_optimizer_hints" => supports_optimizer_hints,
    "supports_common_table_expressions" => supports_common_table_expressions,
    "supports_lazy_transactions" => supports_lazy_transactions,
    "supports_insert_returning" => supports_insert_returning,
    "supports_insert_on_duplicate_skip" => supports_insert_on_duplicate_skip,
    "supports_insert_on_duplicate_update" => supports_insert_on_duplicate_update,
    "supports_insert_conflict_target" => supports_insert_conflict_target,
    "supports_nulls_not_distinct" => supports_nulls_not_distinct,
    "supports_disabling_indexes" => supports_disabling_indexes,
}

#[test]
fn switches_are_those_of_rails() {
    let mut servers = 0;
    for line in include_str!("../supports.txt").lines() {
        let (server, switches) = line.split_once(':').unwrap();
        let (name, version) = server.split_once(' ').unwrap();
        let recorded: Vec<_> = switches.split_whitespace().collect();
        let adapter = adapter(name, version);
        for (switch, ask) in SWITCHES {
            assert_eq!(ask(&*adapter), recorded.contains(switch), "{switch} on {server}");
        }
        servers += 1;
    }
    assert!(servers > 30);
}

/// The private switch that decides between RENAME COLUMN and CHANGE, and the one for indexes.
#[test]
fn renames_are_those_of_rails() {
    for line in include_str!("../supports.txt").lines() {
        let (server, switches) = line.split_once(':').unwrap();
        let (name, version) = server.split_once(' ').unwrap();
        let recorded: Vec<_> = switches.split_whitespace().collect();
        if name != "postgresql" {
            let adapter = mysql_adapter(name, version);
            assert_eq!(adapter.supports_rename_column(), recorded.contains(&"supports_rename_column"), "{server}");
            assert_eq!(adapter.supports_rename_index(), recorded.contains(&"supports_rename_index"), "{server}");
        }
    }
}

fn adapter(name: &str, version: &str) -> Box<dyn Adapter> {
    if name != "postgresql" {
        return Box::new(mysql_adapter(name, version));
    }
    let mut adapter: PostgreSQLAdapter = postgresql();
    adapter.pretend(version.parse().unwrap());
    Box::new(adapter)
}

fn mysql_adapter(name: &str, version: &str) -> MysqlAdapter {
    let mut adapter = mysql();
    adapter.pretend(Version::new(version, None), name == "mariadb");
    adapter
}
