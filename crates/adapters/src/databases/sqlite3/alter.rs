//! What ALTER TABLE cannot do: the table is copied aside and back (`alter_table`, `move_table` and `copy_table` of
//! sqlite3_adapter.rb).

use regex::Regex;

use crate::change::{Change, Verb};
use crate::column::Column;
use crate::database_statements::without_referential_integrity;
use crate::prelude::*;
use crate::schema_definitions::{
    CheckConstraintDefinition, ForeignKeyDefinition, PrimaryKeyDefinition, TableDefinition,
};
use crate::schema_statements::strip_table_name_prefix_and_suffix;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::transaction::TransactionOptions;
use crate::{Arg, Error, ErrorClass, Options, Result, gate, transaction};

type Connection = SQLite3Adapter;

/// The arguments of `alter_table`; constraints not given are those the table has.
#[derive(Default)]
pub(crate) struct Altering {
    pub foreign_keys: Option<Vec<ForeignKeyDefinition>>,
    pub check_constraints: Option<Vec<CheckConstraintDefinition>>,
    /// An old column's name and its new one.
    pub rename: Option<(String, String)>,
}

/// `alter_table`: what SQLite cannot alter is done to a copy of the table, which then takes its place.
pub(crate) fn alter_table(
    adapter: &mut Connection,
    table_name: &str,
    altering: Altering,
    block: impl FnOnce(&mut TableDefinition, &mut Connection) -> Result<()>,
) -> Result<()> {
    let foreign_keys = match altering.foreign_keys {
        Some(foreign_keys) => foreign_keys,
        None => adapter.catalogue().foreign_keys(table_name)?,
    };
    let check_constraints = match altering.check_constraints {
        Some(check_constraints) => check_constraints,
        None => adapter.catalogue().check_constraints(table_name)?,
    };
    let rename = altering.rename;
    let altered_table_name = format!("a{table_name}");
    without_referential_integrity(adapter, |adapter| {
        let moved = transaction::transaction(adapter, TransactionOptions::default(), |adapter| {
            let rename = rename.as_ref();
            move_table(adapter, table_name, &altered_table_name, true, rename, |_, _| Ok(()))?;
            move_table(adapter, &altered_table_name, table_name, false, None, |definition, adapter| {
                for mut foreign_key in foreign_keys {
                    if let Some((old, new)) = rename
                        && foreign_key.column().as_str() == Some(old)
                    {
                        foreign_key.options.insert("column", new.as_str());
                    }
                    let to_table = strip_table_name_prefix_and_suffix(adapter, &foreign_key.to_table);
                    definition.foreign_key(adapter, &to_table, &foreign_key.options)?;
                }
                for check in &check_constraints {
                    definition.check_constraint(adapter, &check.expression, &check.options)?;
                }
                block(definition, adapter)
            })
        });
        moved.map(drop)
    })
}

fn move_table(
    adapter: &mut Connection,
    from: &str,
    to: &str,
    temporary: bool,
    rename: Option<&(String, String)>,
    block: impl FnOnce(&mut TableDefinition, &mut Connection) -> Result<()>,
) -> Result<()> {
    copy_table(adapter, from, to, temporary, rename, block)?;
    adapter.drop_table(&[from], &Options::new())
}

fn copy_table(
    adapter: &mut Connection,
    from: &str,
    to: &str,
    temporary: bool,
    rename: Option<&(String, String)>,
    block: impl FnOnce(&mut TableDefinition, &mut Connection) -> Result<()>,
) -> Result<()> {
    let from_primary_key = adapter.catalogue().primary_key(from)?;
    let mut options = Options::from([("id", false)]);
    if temporary {
        options.insert("temporary", true);
    }
    let mut definition = adapter.prepare_create_table(to, &options)?;
    if let Arg::Array(names) = &from_primary_key {
        definition.primary_keys = Some(PrimaryKeyDefinition { name: names.iter().map(Arg::to_s).collect() });
    }
    for column in adapter.catalogue().columns(from)? {
        let name = match rename {
            Some((old, new)) if *old == column.name => new.clone(),
            _ => column.name.clone(),
        };
        copy_column(adapter, &mut definition, &column, &name, &from_primary_key)?;
    }
    block(&mut definition, adapter)?;
    let columns_to_copy: Vec<_> =
        definition.columns().filter(|column| !column.options.key("as")).map(|column| column.name.clone()).collect();
    adapter.create_table_from_definition(definition, &options)?;
    copy_table_indexes(adapter, from, to, rename)?;
    copy_table_contents(adapter, from, to, columns_to_copy, rename)
}

fn copy_column(
    adapter: &mut Connection,
    definition: &mut TableDefinition,
    column: &Column,
    name: &str,
    from_primary_key: &Arg,
) -> Result<()> {
    let column_type = column.r#type().map_or(Arg::Nil, Arg::symbol);
    let mut options = Options::from([
        ("limit", Arg::from(column.limit())),
        ("precision", Arg::from(column.precision())),
        ("scale", Arg::from(column.scale())),
        ("null", Arg::Bool(column.null)),
        ("collation", Arg::from(column.collation.clone())),
        ("primary_key", Arg::Bool(from_primary_key.as_str() == Some(name))),
    ]);
    if column.is_virtual() {
        options.insert("as", column.default_function.clone());
        options.insert("stored", column.is_virtual_stored());
        options.insert("type", column_type.clone());
    } else if column.has_default() {
        let default = column.fetch_cast_type(adapter)?.deserialize(&column.default)?;
        let default = match (&default, &column.default_function) {
            (Arg::Nil, Some(function)) => Arg::Function(function.clone()),
            _ => default,
        };
        if !column.auto_increment {
            options.insert("default", default);
        }
    }
    let column_type = if column.is_virtual() {
        Arg::symbol("virtual")
    } else if column.is_bigint() {
        Arg::symbol("bigint")
    } else {
        column_type
    };
    definition.column(adapter, name, &column_type, options)
}

fn copy_table_indexes(adapter: &mut Connection, from: &str, to: &str, rename: Option<&(String, String)>) -> Result<()> {
    let mut kept: Option<Vec<String>> = None;
    for index in adapter.catalogue().indexes(from)? {
        let mut name = index.name.clone();
        if to == format!("a{from}") {
            name = format!("t{name}");
        } else if from == format!("a{to}") {
            name = name.chars().skip(1).collect();
        }
        let columns = match &index.columns {
            Arg::Array(names) => {
                // Rails reads them for each index; an index changes no column.
                let kept = match &kept {
                    Some(kept) => kept,
                    None => kept.insert(column_names(adapter, to)?),
                };
                let renamed = names.iter().map(|name| match rename {
                    Some((old, new)) if name.as_str() == Some(old) => new.clone(),
                    _ => name.to_s(),
                });
                Arg::from(renamed.filter(|name| kept.contains(name)).collect::<Vec<_>>())
            }
            expression => expression.clone(),
        };
        if columns.as_array().is_some_and(<[Arg]>::is_empty) || columns.as_str() == Some("") {
            continue;
        }
        let name = named_after_table(&name, from, to)?;
        let mut options = Options::from([("name", Arg::Str(name)), ("internal", Arg::Bool(true))]);
        if index.unique {
            options.insert("unique", true);
        }
        if let Some(condition) = index.r#where {
            options.insert("where", condition);
        }
        if index.orders.is_truthy() {
            options.insert("order", index.orders);
        }
        adapter.add_index(to, &columns, options)?;
    }
    Ok(())
}

fn column_names(adapter: &mut Connection, table_name: &str) -> Result<Vec<String>> {
    Ok(adapter.catalogue().columns(table_name)?.into_iter().map(|column| column.name).collect())
}

/// `name.gsub(/(^|_)(#{from})_/, "\\1#{to}_")`: an index's name with the other table's in it. The table's name is a pattern
/// there; one of letters alone needs none.
fn named_after_table(name: &str, from: &str, to: &str) -> Result<String> {
    if from.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(named_after_plain_table(name, from, to));
    }
    let pattern = Regex::new(&format!("(^|_)({from})_"))
        .or_else(|_| Regex::new(&format!("(^|_)({})_", regex::escape(from))))
        .map_err(|error| Error::new(ErrorClass::RuntimeError, error.to_string()))?;
    Ok(pattern.replace_all(name, |found: &regex::Captures<'_>| format!("{}{to}_", &found[1])).into_owned())
}

fn named_after_plain_table(name: &str, from: &str, to: &str) -> String {
    let past_table = |text: &'_ str| text.strip_prefix(from)?.strip_prefix('_').map(str::len);
    let (mut renamed, mut rest, mut at_start) = (String::with_capacity(name.len() + to.len()), name, true);
    while let Some(first) = rest.chars().next() {
        let found = past_table(rest).filter(|_| at_start);
        let underscored = || rest.strip_prefix('_').and_then(past_table);
        if let Some(left) = found.or_else(underscored) {
            renamed.push_str(if found.is_some() { "" } else { "_" });
            renamed.push_str(to);
            renamed.push('_');
            rest = &rest[rest.len() - left..];
        } else {
            renamed.push(first);
            rest = &rest[first.len_utf8()..];
        }
        at_start = false;
    }
    renamed
}

fn copy_table_contents(
    adapter: &mut Connection,
    from: &str,
    to: &str,
    columns: Vec<String>,
    rename: Option<&(String, String)>,
) -> Result<()> {
    let from_columns: Vec<_> = adapter.catalogue().columns(from)?.into_iter().map(|column| column.name).collect();
    let old_name = |name: &str| match rename {
        Some((old, new)) if new == name => old.clone(),
        _ => name.to_owned(),
    };
    let columns: Vec<_> = columns.into_iter().filter(|name| from_columns.contains(&old_name(name))).collect();
    let quoted = |names: Vec<String>| {
        let names: Vec<_> = names.iter().map(|name| adapter.quote_column_name(name)).collect();
        names.join(",")
    };
    let from_names = columns.iter().map(|name| old_name(name)).collect();
    let sql = format!(
        "INSERT INTO {} ({})\n                     SELECT {} FROM {}",
        adapter.quote_table_name(to),
        quoted(columns),
        quoted(from_names),
        adapter.quote_table_name(from)
    );
    gate::exec_query(adapter, &Change::rows(Verb::Insert, to), &sql).map(drop)
}

/// What Ruby says when the column asked for is not there.
pub(crate) fn undefined_for_nil(method: &str) -> Error {
    Error::new(ErrorClass::NoMethodError, format!("undefined method `{method}' for nil"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_named_after_the_other_table() {
        let check = |name: &str, from: &str, expected: &str| {
            assert_eq!(named_after_table(name, from, "b").unwrap(), expected, "{name}");
        };
        check("index_users_on_name", "users", "index_b_on_name");
        check("users_users_x", "users", "b_users_x");
        check("users_x_users_", "users", "b_x_b_");
        check("_users_users", "users", "_b_users");
        check("index_superusers_on_users", "users", "index_superusers_on_users");
        check("index_us.rs_on_users_", "us.rs", "index_b_on_b_");
        check("", "users", "");
    }
}
