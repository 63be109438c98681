//! Extensions and enums: of postgresql_adapter.rb. Each changes what types there are, so that the type map is read anew.

use super::quoted_scope;
use crate::catalogue::{Catalogue, EnumType};
use crate::change::{Change, EnumChange, ExtensionChange, Place};
use crate::postgresql::configuration::reload_type_map;
use crate::postgresql::utils::decode_string_array;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::{Arg, Error, Options, Result, gate};

/// `exec_query(sql)`, whose name in the log is `SQL`.
fn exec_and_reload(adapter: &mut PostgreSQLAdapter, change: &Change<'_>, sql: &str) -> Result<()> {
    gate::exec_query(adapter, change, sql)?;
    reload_type_map(adapter)
}

/// `execute(sql)`, which has no name in the log.
fn execute_and_reload(adapter: &mut PostgreSQLAdapter, change: EnumChange<'_>, sql: &str) -> Result<()> {
    gate::execute(adapter, &Change::Enum(change), sql)?;
    reload_type_map(adapter)
}

/// `name.to_s.split(".").values_at(-2, -1)`
fn schema_and_name(name: &str) -> (Option<&str>, &str) {
    let mut parts = name.trim_end_matches('.').rsplit('.');
    let name = parts.next().unwrap_or_default();
    (parts.next(), name)
}

/// `enable_extension`: the types that come with it are known at once.
pub fn enable_extension(adapter: &mut PostgreSQLAdapter, name: &str) -> Result<()> {
    let (schema, name) = schema_and_name(name);
    let change = Change::Extension(ExtensionChange::Create { name: name.into(), schema: schema.map(Into::into) });
    let schema = schema.map(|schema| format!(" SCHEMA {schema}")).unwrap_or_default();
    exec_and_reload(adapter, &change, &format!("CREATE EXTENSION IF NOT EXISTS \"{name}\"{schema}"))
}

/// `disable_extension`: with what depends on it, where `force: :cascade` says so.
pub fn disable_extension(adapter: &mut PostgreSQLAdapter, name: &str, options: &Options) -> Result<()> {
    let (_, name) = schema_and_name(name);
    let cascade = if options.get("force").is_symbol("cascade") { " CASCADE" } else { "" };
    let change = Change::Extension(ExtensionChange::Drop { name: name.into(), cascade: !cascade.is_empty() });
    exec_and_reload(adapter, &change, &format!("DROP EXTENSION IF EXISTS \"{name}\"{cascade}"))
}

/// Each with its schema, unless that is the current one.
pub fn extensions(adapter: &mut PostgreSQLAdapter) -> Result<Vec<String>> {
    let result = adapter.read_schema(
        "SELECT pg_extension.extname, n.nspname AS schema FROM pg_extension \
         JOIN pg_namespace n ON pg_extension.extnamespace = n.oid",
    )?;
    result.iter().map(|row| without_current_schema(adapter, &row.string("schema"), &row.string("extname"))).collect()
}

/// Each enum type with its values in order.
pub fn enum_types(adapter: &mut PostgreSQLAdapter) -> Result<Vec<EnumType>> {
    let result = adapter.read_schema(
        "SELECT type.typname AS name, type.oid AS oid, n.nspname AS schema, \
         array_agg(enum.enumlabel ORDER BY enum.enumsortorder) AS value \
         FROM pg_enum AS enum \
         JOIN pg_type AS type ON (type.oid = enum.enumtypid) \
         JOIN pg_namespace n ON type.typnamespace = n.oid \
         WHERE n.nspname = ANY (current_schemas(false)) \
         GROUP BY type.oid, n.nspname, type.typname",
    )?;
    result
        .iter()
        .map(|row| {
            let name = without_current_schema(adapter, &row.string("schema"), &row.string("name"))?;
            Ok(EnumType { name, values: decode_string_array(&row.string("value")) })
        })
        .collect()
}

fn without_current_schema(adapter: &mut PostgreSQLAdapter, schema: &str, name: &str) -> Result<String> {
    let is_current = adapter.current_schema()?.as_deref() == Some(schema);
    Ok(if is_current { name.to_owned() } else { format!("{schema}.{name}") })
}

/// `create_enum`: nothing where there is a type of that name, whatever its values are.
pub fn create_enum(adapter: &mut PostgreSQLAdapter, name: &str, values: &[String]) -> Result<()> {
    let change = Change::Enum(EnumChange::Create { name: name.into(), values: values.to_vec() });
    let values = values.iter().map(|value| adapter.quote(&Arg::str(value.as_str()))).collect::<Result<Vec<_>>>()?;
    let (schema, type_name) = quoted_scope(name);
    let sql = format!(
        "DO $$\nBEGIN\n    IF NOT EXISTS (\n      SELECT 1\n      FROM pg_type t\n      \
         JOIN pg_namespace n ON t.typnamespace = n.oid\n      WHERE t.typname = {type_name}\n        \
         AND n.nspname = {schema}\n    ) THEN\n        CREATE TYPE {} AS ENUM ({});\n    END IF;\nEND\n$$;\n",
        adapter.quote_table_name(name),
        values.join(", ")
    );
    exec_and_reload(adapter, &change, &sql)
}

/// `drop_enum`
pub fn drop_enum(adapter: &mut PostgreSQLAdapter, name: &str, options: &Options) -> Result<()> {
    let condition = if options.get("if_exists").is_truthy() { " IF EXISTS" } else { "" };
    let sql = format!("DROP TYPE{condition} {};\n", adapter.quote_table_name(name));
    let change = EnumChange::Drop { name: name.into(), if_exists: !condition.is_empty() };
    exec_and_reload(adapter, &Change::Enum(change), &sql)
}

/// The new name is an argument, or `to:`.
pub fn rename_enum(adapter: &mut PostgreSQLAdapter, name: &str, new_name: &Arg, options: &Options) -> Result<()> {
    let new_name = if new_name.is_truthy() { Some(new_name) } else { options.get_opt("to") };
    let Some(new_name) = new_name else {
        return Err(Error::argument("rename_enum requires two from/to name positional arguments."));
    };
    let change = Change::Enum(EnumChange::Rename { name: name.into(), to: new_name.to_s().into() });
    let (name, new_name) = (adapter.quote_table_name(name), adapter.quote_table_name(&new_name.to_s()));
    exec_and_reload(adapter, &change, &format!("ALTER TYPE {name} RENAME TO {new_name}"))
}

/// `add_enum_value`: at the end, or `before:` or `after:` another.
pub fn add_enum_value(adapter: &mut PostgreSQLAdapter, type_name: &str, value: &str, options: &Options) -> Result<()> {
    let (before, after) = (options.get("before"), options.get("after"));
    let condition = if options.get("if_not_exists").is_truthy() { " IF NOT EXISTS" } else { "" };
    let mut sql = format!(
        "ALTER TYPE {} ADD VALUE{condition} {}",
        adapter.quote_table_name(type_name),
        adapter.quote(&Arg::str(value))?
    );
    let place = match (before.is_truthy(), after.is_truthy()) {
        (true, true) => return Err(Error::argument("Cannot have both :before and :after at the same time")),
        (true, false) => {
            sql.push_str(&format!(" BEFORE {}", adapter.quote(before)?));
            Some(Place::Before(before.to_s()))
        }
        (false, true) => {
            sql.push_str(&format!(" AFTER {}", adapter.quote(after)?));
            Some(Place::After(after.to_s()))
        }
        (false, false) => None,
    };
    execute_and_reload(adapter, EnumChange::AddValue { name: type_name.into(), value: value.into(), place }, &sql)
}

/// `rename_enum_value`: `from:` and `to:` are both needed.
pub fn rename_enum_value(adapter: &mut PostgreSQLAdapter, type_name: &str, options: &Options) -> Result<()> {
    if adapter.server_version() < 10_00_00 {
        return Err(Error::argument("Renaming enum values is only supported in PostgreSQL 10 or later"));
    }
    let required = |key: &str| options.get_opt(key).ok_or_else(|| Error::argument(format!(":{key} is required")));
    let (from, to) = (required("from")?, required("to")?);
    let sql = format!(
        "ALTER TYPE {} RENAME VALUE {} TO {}",
        adapter.quote_table_name(type_name),
        adapter.quote(from)?,
        adapter.quote(to)?
    );
    let (from, to) = (from.to_s().into(), to.to_s().into());
    execute_and_reload(adapter, EnumChange::RenameValue { name: type_name.into(), from, to }, &sql)
}
