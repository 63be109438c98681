//! Many rows in one INSERT, and what becomes of those that are there already: what active_record/insert_all.rb's Builder
//! tells an adapter, and the `build_insert_sql` of the adapters that know ON CONFLICT. MySQL's is with its adapter.

use crate::abstract_adapter::DatabaseStatements;
use crate::{Error, Result};

/// `on_duplicate:` of insert_all and upsert_all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    #[default]
    Raise,
    Skip,
    Update,
}

/// `InsertAll::Builder`. Names of columns are not quoted yet; texts of SQL are ready.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insert {
    pub table_name: String,
    /// `keys_including_timestamps`
    pub columns: Vec<String>,
    /// `VALUES (..), (..)`
    pub values_list: String,
    pub on_duplicate: OnDuplicate,
    /// `unique_by`'s columns or the primary key in parentheses, perhaps with a WHERE.
    pub conflict_target: Option<String>,
    pub updatable_columns: Vec<String>,
    /// Timestamps to set where any of the updatable columns changes; none when they are not recorded.
    pub touched_columns: Vec<String>,
    /// `on_duplicate: Arel.sql(..)`, in place of the two before.
    pub raw_update_sql: Option<String>,
    pub returning: Option<String>,
}

impl Insert {
    /// `INSERT INTO table (columns) VALUES ..`
    pub fn head<A: DatabaseStatements + ?Sized>(&self, adapter: &A) -> String {
        let table = adapter.quote_table_name(&self.table_name);
        format!("INSERT INTO {table} ({}) {}", quote_columns(adapter, &self.columns).join(","), self.values_list)
    }

    /// What follows UPDATE: `unchanged` and `new_value` are told a quoted column each.
    pub fn update_sql<A: DatabaseStatements + ?Sized>(
        &self,
        adapter: &A,
        unchanged: impl Fn(&str) -> String,
        new_value: impl Fn(&str) -> String,
    ) -> String {
        if let Some(sql) = &self.raw_update_sql {
            return sql.clone();
        }
        let updatable = quote_columns(adapter, &self.updatable_columns);
        let conditions: Vec<_> = updatable.iter().map(|column| unchanged(column)).collect();
        let (conditions, table) = (conditions.join(" AND "), adapter.quote_table_name(&self.table_name));
        let now = adapter.high_precision_current_timestamp();
        let touch = |column| format!("{column}=(CASE WHEN ({conditions}) THEN {table}.{column} ELSE {now} END),");
        let touched: String = self.touched_columns.iter().map(touch).collect();
        let updates: Vec<_> = updatable.iter().map(|column| format!("{column}={}", new_value(column))).collect();
        touched + &updates.join(",")
    }

    /// ` RETURNING ..`, where something is to be answered.
    pub fn returning_sql(&self) -> String {
        self.returning.as_ref().map(|columns| format!(" RETURNING {columns}")).unwrap_or_default()
    }
}

/// The abstract adapter's.
pub fn build_insert_sql<A: DatabaseStatements + ?Sized>(adapter: &A, insert: &Insert) -> Result<String> {
    if insert.on_duplicate == OnDuplicate::Raise {
        return Ok(insert.head(adapter));
    }
    Err(Error::not_implemented(format!(
        "{} should define `build_insert_sql` to implement adapter-specific logic for handling duplicates during INSERT",
        adapter.class_name()
    )))
}

/// PostgreSQL's and SQLite's, which tell unchanged columns apart differently.
pub fn build_on_conflict_sql<A: DatabaseStatements + ?Sized>(
    adapter: &A,
    insert: &Insert,
    unchanged: impl Fn(&str) -> String,
) -> String {
    let target = insert.conflict_target.as_deref().unwrap_or_default();
    let on_conflict = match insert.on_duplicate {
        OnDuplicate::Raise => String::new(),
        OnDuplicate::Skip => format!(" ON CONFLICT {target} DO NOTHING"),
        OnDuplicate::Update => {
            let update = insert.update_sql(adapter, unchanged, |column| format!("excluded.{column}"));
            format!(" ON CONFLICT {target} DO UPDATE SET {update}")
        }
    };
    insert.head(adapter) + &on_conflict + &insert.returning_sql()
}

fn quote_columns<A: DatabaseStatements + ?Sized>(adapter: &A, columns: &[String]) -> Vec<String> {
    columns.iter().map(|column| adapter.quote_column_name(column)).collect()
}
