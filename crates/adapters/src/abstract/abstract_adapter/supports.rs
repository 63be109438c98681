//! What an adapter is and can: the names, the version and the `supports_x?` of abstract_adapter.rb; `?` is gone.

use crate::Dialect;
use crate::abstract_adapter::{AdapterBase, NativeType, Version};
use crate::schema_definitions::IndexDefinition;

/// What the database can, as its version decides; the same answers as Rails' (supports.txt).
pub trait Supports: AdapterBase {
    fn dialect(&self) -> Dialect;
    /// `ADAPTER_NAME`
    fn adapter_name(&self) -> &'static str;
    /// `self.class`, as error messages have it.
    fn class_name(&self) -> &'static str;
    fn native_database_types(&self) -> &[(&'static str, NativeType)];
    fn native_database_type(&self, r#type: &str) -> Option<&NativeType> {
        let own = self.base().native_types.get(r#type);
        own.or_else(|| self.native_database_types().iter().find(|(name, _)| *name == r#type).map(|(_, native)| native))
    }
    fn valid_type(&self, r#type: &str) -> bool {
        self.native_database_type(r#type).is_some()
    }
    /// Known once connected.
    fn database_version(&self) -> Version;
    fn supports_ddl_transactions(&self) -> bool {
        false
    }
    fn supports_bulk_alter(&self) -> bool {
        false
    }
    fn supports_savepoints(&self) -> bool {
        false
    }
    fn savepoint_errors_invalidate_transactions(&self) -> bool {
        false
    }
    fn supports_restart_db_transaction(&self) -> bool {
        false
    }
    fn supports_advisory_locks(&self) -> bool {
        false
    }
    fn supports_partitioned_indexes(&self) -> bool {
        false
    }
    fn supports_index_sort_order(&self) -> bool {
        false
    }
    fn supports_partial_index(&self) -> bool {
        false
    }
    fn supports_index_include(&self) -> bool {
        false
    }
    fn supports_expression_index(&self) -> bool {
        false
    }
    fn supports_explain(&self) -> bool {
        false
    }
    fn supports_transaction_isolation(&self) -> bool {
        false
    }
    fn supports_extensions(&self) -> bool {
        false
    }
    fn supports_indexes_in_create(&self) -> bool {
        false
    }
    fn supports_foreign_keys(&self) -> bool {
        false
    }
    fn supports_validate_constraints(&self) -> bool {
        false
    }
    fn supports_deferrable_constraints(&self) -> bool {
        false
    }
    fn supports_check_constraints(&self) -> bool {
        false
    }
    fn supports_exclusion_constraints(&self) -> bool {
        false
    }
    fn supports_unique_constraints(&self) -> bool {
        false
    }
    fn supports_views(&self) -> bool {
        false
    }
    fn supports_materialized_views(&self) -> bool {
        false
    }
    fn supports_datetime_with_precision(&self) -> bool {
        false
    }
    fn supports_json(&self) -> bool {
        false
    }
    fn supports_comments(&self) -> bool {
        false
    }
    fn supports_comments_in_create(&self) -> bool {
        false
    }
    fn supports_virtual_columns(&self) -> bool {
        false
    }
    fn supports_foreign_tables(&self) -> bool {
        false
    }
    fn supports_optimizer_hints(&self) -> bool {
        false
    }
    fn supports_common_table_expressions(&self) -> bool {
        false
    }
    fn supports_lazy_transactions(&self) -> bool {
        false
    }
    fn supports_insert_returning(&self) -> bool {
        false
    }
    fn supports_insert_on_duplicate_skip(&self) -> bool {
        false
    }
    fn supports_insert_on_duplicate_update(&self) -> bool {
        false
    }
    fn supports_insert_conflict_target(&self) -> bool {
        false
    }
    fn supports_nulls_not_distinct(&self) -> bool {
        false
    }
    fn supports_disabling_indexes(&self) -> bool {
        false
    }
    /// MySQL's: row formats that let an index have long columns.
    fn row_format_dynamic_by_default(&self) -> bool {
        true
    }
    /// MySQL's: RENAME COLUMN beside CHANGE.
    fn supports_rename_column(&self) -> bool {
        true
    }
    fn supports_rename_index(&self) -> bool {
        false
    }
    /// Those of `index_algorithms`, symbol and SQL.
    fn index_algorithms(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
    fn advisory_locks_enabled(&self) -> bool {
        self.supports_advisory_locks() && self.base().advisory_locks_enabled
    }
    /// `default_index_type?`
    fn is_default_index_type(&self, index: &IndexDefinition) -> bool {
        index.using.is_none()
    }
    /// MySQL's `mariadb?`
    fn is_mariadb(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
