//! What Rails notes of a database in the database: internal_metadata.rb.

use adapters::change::{Change, Verb};
use adapters::{Adapter, Arg, Dialect, ErrorClass, Options, Result, gate};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ground::schema_migration::{internal_table_name, unless_made_meanwhile};

/// `ActiveRecord::Base.internal_metadata_table_name`, with prefix and suffix.
pub fn table_name(adapter: &dyn Adapter) -> String {
    internal_table_name(adapter, &adapter.base().naming.internal_metadata_table_name)
}

/// `use_metadata_table` of the configuration.
pub fn enabled(adapter: &dyn Adapter) -> bool {
    adapter.base().config.boolean("use_metadata_table").unwrap_or(true)
}

/// `internal_metadata.create_table`: nothing where it is there.
pub fn create_table(adapter: &mut dyn Adapter) -> Result<()> {
    if !enabled(adapter) {
        return Ok(());
    }
    let table_name = table_name(adapter);
    if adapter.catalogue().table_exists(&table_name)? {
        return Ok(());
    }
    let options = Options::from([("id", false)]);
    let mut definition = adapter.prepare_create_table(&table_name, &options)?;
    let key_options = adapter.internal_string_options_for_primary_key()?;
    definition.column(adapter, "key", &Arg::symbol("string"), key_options)?;
    definition.column(adapter, "value", &Arg::symbol("string"), Options::new())?;
    definition.timestamps(adapter, Options::new())?;
    let made = adapter.create_table_from_definition(definition, &options);
    unless_made_meanwhile(adapter, &table_name, made.map(drop))
}

/// `create_table_and_set_flags`: what a load of the schema and `db:environment:set` note.
pub fn create_table_and_set_flags(
    adapter: &mut dyn Adapter,
    environment: &str,
    schema_sha1: Option<&str>,
) -> Result<()> {
    create_table(adapter)?;
    set(adapter, "environment", environment)?;
    schema_sha1.map_or(Ok(()), |sha1| set(adapter, "schema_sha1", sha1))
}

pub fn table_exists(adapter: &mut dyn Adapter) -> Result<bool> {
    let table_name = table_name(adapter);
    adapter.catalogue().data_source_exists(&table_name)
}

/// `internal_metadata[key]`
pub fn value(adapter: &mut dyn Adapter, key: &str) -> Result<Option<String>> {
    if !enabled(adapter) {
        return Ok(None);
    }
    Ok(get(adapter, key)?.filter(|value| !value.is_nil()).map(|value| value.to_s()))
}

/// `internal_metadata[key] = value`: writes only what differs.
pub fn set(adapter: &mut dyn Adapter, key: &str, value: &str) -> Result<()> {
    if !enabled(adapter) {
        return Ok(());
    }
    match get(adapter, key)? {
        Some(current) if current.as_str() == Some(value) => Ok(()),
        Some(_) => update_entry(adapter, key, value),
        None => match create_entry(adapter, key, value) {
            // Where there is no lock, another run may have been faster.
            Err(error) if error.is_a(ErrorClass::RecordNotUnique) => update_entry(adapter, key, value),
            outcome => outcome,
        },
    }
}

/// Adds an entry that nobody else has added; false where somebody has.
pub fn claim(adapter: &mut dyn Adapter, key: &str, value: &str) -> Result<bool> {
    match create_entry(adapter, key, value) {
        Ok(()) => Ok(true),
        Err(error) if error.is_a(ErrorClass::RecordNotUnique) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes the entries whose keys begin with `prefix`, letters and underscores, and that were made before `time`.
pub fn forget(adapter: &mut dyn Adapter, prefix: &str, time: Timestamp) -> Result<()> {
    let name = table_name(adapter);
    let table = adapter.quote_table_name(&name);
    let (key, created_at) = (adapter.quote_column_name("key"), adapter.quote_column_name("created_at"));
    let pattern = adapter.quote(&Arg::str(format!("{prefix}%")))?;
    let time = adapter.quote(&Arg::Time(time.to_zoned(TimeZone::UTC)))?;
    let sql = format!("DELETE FROM {table} WHERE {key} LIKE {pattern} AND {created_at} < {time}");
    let change = Change::rows(Verb::Delete, name);
    gate::exec_rows(adapter, &change, &sql, "ActiveRecord::InternalMetadata Destroy", &[])?;
    Ok(())
}

/// The value of an entry, if there is one.
fn get(adapter: &mut dyn Adapter, key: &str) -> Result<Option<Arg>> {
    let table = adapter.quote_table_name(&table_name(adapter));
    let column = format!("{table}.{}", adapter.quote_column_name("key"));
    let (condition, binds) = match bind_placeholder(adapter) {
        Some(placeholder) => (placeholder.to_owned(), vec![Arg::str(key)]),
        None => (adapter.quote(&Arg::str(key))?, Vec::new()),
    };
    let sql = format!("SELECT * FROM {table} WHERE {column} = {condition} ORDER BY {column} ASC LIMIT 1");
    let result = adapter.select_all(&sql, Some("ActiveRecord::InternalMetadata Load"), &binds)?;
    let Some(position) = result.columns.iter().position(|column| column == "value") else { return Ok(None) };
    let Some(row) = result.rows.first() else { return Ok(None) };
    Ok(row.get(position).cloned())
}

/// How the adapter writes a first bind; None where it sends values inside the statement.
fn bind_placeholder(adapter: &dyn Adapter) -> Option<&'static str> {
    if !adapter.base().prepared_statements {
        return None;
    }
    Some(if adapter.dialect() == Dialect::PostgreSql { "$1" } else { "?" })
}

fn create_entry(adapter: &mut dyn Adapter, key: &str, value: &str) -> Result<()> {
    let table = adapter.quote_table_name(&table_name(adapter));
    let columns = ["key", "value", "created_at", "updated_at"].map(|name| adapter.quote_column_name(name)).join(", ");
    let now = current_time(adapter);
    let values = [Arg::str(key), Arg::str(value), now.clone(), now];
    let values = values.iter().map(|value| adapter.quote(value)).collect::<Result<Vec<_>>>()?.join(", ");
    let sql = format!("INSERT INTO {table} ({columns}) VALUES ({values})");
    let change = Change::rows(Verb::Insert, table_name(adapter));
    adapter.insert(&change, &sql, Some("ActiveRecord::InternalMetadata Create"), &Arg::str("key"))?;
    Ok(())
}

fn update_entry(adapter: &mut dyn Adapter, key: &str, value: &str) -> Result<()> {
    let table = adapter.quote_table_name(&table_name(adapter));
    let assign = |adapter: &dyn Adapter, name: &str, value: &Arg| -> Result<String> {
        Ok(format!("{} = {}", adapter.quote_column_name(name), adapter.quote(value)?))
    };
    let assignments =
        [assign(adapter, "value", &Arg::str(value))?, assign(adapter, "updated_at", &current_time(adapter))?]
            .join(", ");
    let key = adapter.quote(&Arg::str(key))?;
    let column = format!("{table}.{}", adapter.quote_column_name("key"));
    let sql = format!("UPDATE {table} SET {assignments} WHERE {column} = {key}");
    let change = Change::rows(Verb::Update, table_name(adapter));
    gate::exec_rows(adapter, &change, &sql, "ActiveRecord::InternalMetadata Update", &[])?;
    Ok(())
}

/// `default_timezone` is UTC.
fn current_time(adapter: &dyn Adapter) -> Arg {
    let now = adapter.base().fixed_time.unwrap_or_else(Timestamp::now);
    Arg::Time(now.to_zoned(TimeZone::UTC))
}
