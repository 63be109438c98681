//! Which versions have run: schema_migration.rb.

use adapters::change::{Change, Verb};
use adapters::{Adapter, Arg, ErrorClass, Options, Result, gate};

/// `ActiveRecord::Base.schema_migrations_table_name`, with prefix and suffix.
pub fn table_name(adapter: &dyn Adapter) -> String {
    internal_table_name(adapter, &adapter.base().naming.schema_migrations_table_name)
}

/// The name of one of Rails' own tables.
pub fn internal_table_name(adapter: &dyn Adapter, name: &str) -> String {
    let naming = &adapter.base().naming;
    format!("{}{name}{}", naming.table_name_prefix, naming.table_name_suffix)
}

/// `schema_migration.create_table`: nothing where it is there.
pub fn create_table(adapter: &mut dyn Adapter) -> Result<()> {
    let table_name = table_name(adapter);
    if adapter.catalogue().table_exists(&table_name)? {
        return Ok(());
    }
    let options = Options::from([("id", false)]);
    let mut definition = adapter.prepare_create_table(&table_name, &options)?;
    let key_options = adapter.internal_string_options_for_primary_key()?;
    definition.column(adapter, "version", &Arg::symbol("string"), key_options)?;
    let made = adapter.create_table_from_definition(definition, &options);
    unless_made_meanwhile(adapter, &table_name, made.map(drop))
}

/// Rails makes its own tables before it takes the lock: of two runs on a fresh database, one may find the table made by the
/// other between asking for it and making it. That is as good.
pub(crate) fn unless_made_meanwhile(adapter: &mut dyn Adapter, table_name: &str, made: Result<()>) -> Result<()> {
    match made {
        Err(error) if error.is_a(ErrorClass::StatementInvalid) && !error.is_a(ErrorClass::QueryAborted) => {
            if adapter.catalogue().table_exists(table_name).unwrap_or(false) { Ok(()) } else { Err(error) }
        }
        made => made,
    }
}

/// `schema_migration.table_exists?`
pub fn table_exists(adapter: &mut dyn Adapter) -> Result<bool> {
    let table_name = table_name(adapter);
    adapter.catalogue().data_source_exists(&table_name)
}

/// Every recorded version, as text, in the database's order.
pub fn versions(adapter: &mut dyn Adapter) -> Result<Vec<String>> {
    let (table, column) = quoted_names(adapter);
    let sql = format!("SELECT {column} FROM {table} ORDER BY {column} ASC");
    let values = adapter.select_values(&sql, Some("ActiveRecord::SchemaMigration Load"), &[])?;
    Ok(values.iter().map(Arg::to_s).collect())
}

/// `schema_migration.integer_versions`: a version that is no number is 0.
pub fn integer_versions(adapter: &mut dyn Adapter) -> Result<Vec<u128>> {
    Ok(versions(adapter)?.iter().map(|version| version_number(version)).collect())
}

/// Whether a version is recorded, asked past what a run shows: Rails does not ask.
pub(crate) fn recorded(adapter: &mut dyn Adapter, version: &str) -> Result<bool> {
    let (table, column) = quoted_names(adapter);
    let value = adapter.quote(&Arg::str(version))?;
    let sql = format!("SELECT 1 FROM {table} WHERE {column} = {value}");
    Ok(!adapter.select_values(&sql, Some("SCHEMA"), &[])?.is_empty())
}

/// `schema_migration.create_version`
pub fn create_version(adapter: &mut dyn Adapter, version: &str) -> Result<()> {
    let (table, _) = quoted_names(adapter);
    let column = adapter.quote_column_name("version");
    let value = adapter.quote(&Arg::str(version))?;
    let sql = format!("INSERT INTO {table} ({column}) VALUES ({value})");
    let change = Change::rows(Verb::Insert, recorded_in(adapter));
    adapter.insert(&change, &sql, Some("ActiveRecord::SchemaMigration Create"), &Arg::str("version"))?;
    Ok(())
}

/// `schema_migration.delete_version`
pub fn delete_version(adapter: &mut dyn Adapter, version: &str) -> Result<()> {
    let (table, column) = quoted_names(adapter);
    let value = adapter.quote(&Arg::str(version))?;
    let sql = format!("DELETE FROM {table} WHERE {column} = {value}");
    let change = Change::rows(Verb::Delete, recorded_in(adapter));
    gate::exec_rows(adapter, &change, &sql, "ActiveRecord::SchemaMigration Destroy", &[])?;
    Ok(())
}

/// From now on versions are recorded in the table of this name.
pub(crate) fn keep_table_name(adapter: &mut dyn Adapter) {
    let name = table_name(adapter);
    adapter.base_mut().naming.versions_table_name = Some(name);
}

/// The table's name as the run began.
fn recorded_in(adapter: &dyn Adapter) -> String {
    adapter.base().naming.versions_table_name.clone().unwrap_or_else(|| table_name(adapter))
}

fn quoted_names(adapter: &dyn Adapter) -> (String, String) {
    let table = adapter.quote_table_name(&recorded_in(adapter));
    let column = format!("{table}.{}", adapter.quote_column_name("version"));
    (table, column)
}

/// `String#to_i` of a version: leading digits, single underscores between them allowed.
pub fn version_number(text: &str) -> u128 {
    let mut number: u128 = 0;
    let mut last_underscore = true;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number.saturating_mul(10).saturating_add(u128::from(byte - b'0'));
                last_underscore = false;
            }
            b'_' if !last_underscore => last_underscore = true,
            _ => break,
        }
    }
    number
}
