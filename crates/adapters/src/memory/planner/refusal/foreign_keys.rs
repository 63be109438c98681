//! What a server certainly says of a foreign key: a table or a column that is not there, nothing that tells the other table's rows
//! apart, types that do not go together. The messages are those of conformance/recorded.

use super::super::known::Known;
use crate::abstract_mysql_adapter::errors::mismatched_foreign_key;
use crate::change::{Alteration, Change};
use crate::schema_definitions::ForeignKeyDefinition;
use crate::{Arg, Catalogue, Dialect, Error, Result};

/// A column's name and type.
type Named = (String, String);

enum Broken {
    NoTable,
    NoOwnColumn(String),
    NoColumn(String),
    NoKey,
    Types { own: Named, other: Named },
}

/// The error of a statement whose keys the server does not take.
pub(super) fn of(known: &Known, change: &Change<'_>) -> Option<Error> {
    let (dialect, is_used) = known.ask(|memory| (memory.server.dialect, memory.server.uses_foreign_keys));
    if dialect == Dialect::Sqlite || !is_used {
        return None;
    }
    let (own, keys) = columns_and_keys(known, change)?;
    let found = keys.iter().find_map(|key| {
        let is_certain = |table: &str| !table.contains('.') && known.ask(|memory| memory.is_certain_of(table));
        if !is_certain(&key.from_table) || !is_certain(&key.to_table) {
            return None;
        }
        let broken = known.with(|catalogue| broken(catalogue, key, &own)).ok().flatten()?;
        Some((*key, broken))
    });
    let (key, broken) = found?;
    match dialect {
        Dialect::PostgreSql => Some(postgresql(key, &broken)),
        _ => mysql(known, &keys, key, &broken),
    }
}

/// The columns that the table will have, and the keys that it gets.
fn columns_and_keys<'a>(known: &Known, change: &'a Change<'_>) -> Option<(Vec<Named>, Vec<&'a ForeignKeyDefinition>)> {
    match change {
        Change::CreateTable { table, .. } if !table.if_not_exists && !table.temporary => {
            let own = table.columns().map(|column| (column.name.clone(), column.sql_type.clone().unwrap_or_default()));
            Some((own.collect(), table.foreign_keys.iter().collect()))
        }
        Change::AlterTable { table, alterations } => {
            let keys: Vec<_> = alterations
                .iter()
                .filter_map(|alteration| match alteration {
                    Alteration::AddForeignKey(key) => Some(key),
                    _ => None,
                })
                .collect();
            if keys.is_empty() {
                return None;
            }
            let columns = known.with(|catalogue| catalogue.columns(table)).ok()?;
            let mut own: Vec<Named> =
                columns.iter().map(|column| (column.name.clone(), column.sql_type().to_owned())).collect();
            for alteration in alterations {
                match alteration {
                    Alteration::AddColumn(column) => {
                        own.push((column.name.clone(), column.sql_type.clone().unwrap_or_default()));
                    }
                    Alteration::RenameColumn { from, to } => {
                        own.iter_mut().filter(|(name, _)| name == from).for_each(|(name, _)| name.clone_from(to));
                    }
                    Alteration::ChangeColumn(_) => return None,
                    _ => {}
                }
            }
            Some((own, keys))
        }
        _ => None,
    }
}

fn broken(catalogue: &mut dyn Catalogue, key: &ForeignKeyDefinition, own: &[Named]) -> Result<Option<Broken>> {
    let dialect = catalogue.dialect();
    let find = |columns: &[Named], name: &str| columns.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).cloned();
    let columns = key.column().to_strings();
    let missing = columns.iter().find(|name| find(own, name).is_none()).cloned();
    let missing = missing.filter(|_| !own.is_empty()).map(Broken::NoOwnColumn);
    if dialect == Dialect::MySql && missing.is_some() {
        return Ok(missing);
    }
    let is_own = key.from_table == key.to_table;
    if !is_own && !catalogue.data_source_exists(&key.to_table)? {
        return Ok(Some(Broken::NoTable));
    }
    if missing.is_some() || is_own {
        return Ok(missing);
    }
    let others = catalogue.columns(&key.to_table)?;
    let others: Vec<Named> = others.iter().map(|column| (column.name.clone(), column.sql_type().to_owned())).collect();
    if others.is_empty() {
        return Ok(None);
    }
    let referenced = key.primary_key().to_strings();
    if let Some(missing) = referenced.iter().find(|name| find(&others, name).is_none()) {
        return Ok(Some(Broken::NoColumn(missing.clone())));
    }
    let pairs =
        columns.iter().zip(&referenced).filter_map(|(one, other)| Some((find(own, one)?, find(&others, other)?)));
    let differing = pairs.into_iter().find(|(one, other)| !goes_with(dialect, &one.1, &other.1));
    let differing = differing.map(|(own, other)| Broken::Types { own, other });
    // MySQL looks at the types first, PostgreSQL at the key.
    if dialect == Dialect::MySql && differing.is_some() {
        return Ok(differing);
    }
    Ok(if has_key(catalogue, &key.to_table, &referenced)? { differing } else { Some(Broken::NoKey) })
}

/// Whether rows of a table may be pointed at by columns: PostgreSQL asks for what tells rows apart, MySQL for an index.
fn has_key(catalogue: &mut dyn Catalogue, table: &str, columns: &[String]) -> Result<bool> {
    let dialect = catalogue.dialect();
    let same = |names: &[String]| {
        let begins = dialect == Dialect::MySql && names.starts_with(columns);
        begins || names.len() == columns.len() && columns.iter().all(|column| names.contains(column))
    };
    if same(&catalogue.primary_keys(table)?) {
        return Ok(true);
    }
    if dialect == Dialect::PostgreSql
        && catalogue.unique_constraints(table)?.iter().any(|u| same(&u.column.to_strings()))
    {
        return Ok(true);
    }
    Ok(catalogue.indexes(table)?.iter().any(|index| {
        let is_key = dialect == Dialect::MySql || index.unique && index.r#where.is_none();
        is_key && matches!(&index.columns, Arg::Array(_)) && same(&index.columns.to_strings())
    }))
}

/// False where two types certainly do not; what is not looked into does.
fn goes_with(dialect: Dialect, one: &str, other: &str) -> bool {
    let kind = |sql_type: &str| kind(dialect, &sql_type.to_ascii_lowercase());
    match (kind(one), kind(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// What a type goes with: MySQL wants a number's very size and sign, PostgreSQL knows of numbers as such.
fn kind(dialect: Dialect, sql_type: &str) -> Option<String> {
    let word = sql_type.split([' ', '(']).next().unwrap_or_default();
    let kind = match (dialect, word) {
        (Dialect::MySql, "integer") => "int",
        (Dialect::MySql, "int" | "tinyint" | "smallint" | "mediumint" | "bigint") => word,
        (Dialect::MySql, "varchar" | "char") | (_, "varchar" | "text") => "text",
        (_, "character") if sql_type.starts_with("character varying") => "text",
        (_, "uuid") => "uuid",
        (_, "integer" | "int" | "bigint" | "smallint" | "serial" | "bigserial") => "number",
        _ => return None,
    };
    let sign = if dialect == Dialect::MySql && sql_type.contains(" unsigned") { " unsigned" } else { "" };
    Some(format!("{kind}{sign}"))
}

fn postgresql(key: &ForeignKeyDefinition, broken: &Broken) -> Error {
    let name = key.name().unwrap_or_default();
    let (class, code, text) = match broken {
        Broken::NoTable => ("UndefinedTable", "42P01", format!("relation \"{}\" does not exist\n", key.to_table)),
        Broken::NoOwnColumn(column) | Broken::NoColumn(column) => {
            let text = format!("column \"{column}\" referenced in foreign key constraint does not exist\n");
            ("UndefinedColumn", "42703", text)
        }
        Broken::NoKey => {
            let text = format!(
                "there is no unique constraint matching given keys for referenced table \"{}\"\n",
                key.to_table
            );
            ("InvalidForeignKey", "42830", text)
        }
        Broken::Types { own, other } => {
            let detail = format!(
                "Key columns \"{}\" and \"{}\" are of incompatible types: {} and {}.",
                own.0,
                other.0,
                bare(&own.1),
                bare(&other.1)
            );
            let text = format!("foreign key constraint \"{name}\" cannot be implemented\nDETAIL:  {detail}\n");
            ("DatatypeMismatch", "42804", text)
        }
    };
    Error::statement_invalid(format!("PG::{class}: ERROR:  {text}")).with_code(code)
}

/// `format_type_be`: without a length.
fn bare(sql_type: &str) -> String {
    let name = sql_type.to_ascii_lowercase();
    let name = name.split('(').next().unwrap_or_default().trim_end_matches(" primary key").trim();
    match name {
        "varchar" => "character varying",
        "int" | "serial" => "integer",
        "bigserial" => "bigint",
        name => name,
    }
    .to_owned()
}

fn mysql(known: &Known, keys: &[&ForeignKeyDefinition], key: &ForeignKeyDefinition, broken: &Broken) -> Option<Error> {
    let server = known.ask(|memory| memory.server.clone());
    let (name, to) = (key.name().unwrap_or_default(), &key.to_table);
    let prefix = "Failed to add the foreign key constraint. ";
    let (number, text) = match broken {
        Broken::NoOwnColumn(column) => (1072, format!("Key column '{column}' doesn't exist in table")),
        _ if server.is_mariadb => return mariadb(known, keys, &key.from_table, &server.database),
        Broken::NoTable => (1824, format!("Failed to open the referenced table '{to}'")),
        Broken::NoColumn(column) => {
            (3734, format!("{prefix}Missing column '{column}' for constraint '{name}' in the referenced table '{to}'"))
        }
        Broken::NoKey if server.version.at_least("8.4.0") => {
            (6125, format!("{prefix}Missing unique key for constraint '{name}' in the referenced table '{to}'"))
        }
        Broken::NoKey => {
            (1822, format!("{prefix}Missing index for constraint '{name}' in the referenced table '{to}'"))
        }
        Broken::Types { own, other } => {
            let text = format!(
                "Mysql2::Error: Referencing column '{}' and referenced column '{}' in foreign key constraint '{name}' are incompatible.",
                own.0, other.0
            );
            let column = known.with(|catalogue| catalogue.column_for(to, &other.0)).ok()?;
            return Some(mismatched_foreign_key(&text, (&key.from_table, &own.0), to, &column).with_code("3780"));
        }
    };
    Some(Error::statement_invalid(format!("Mysql2::Error: {text}")).with_code(number.to_string()))
}

/// MariaDB does not say which key it means, so that Rails asks for what the first of the statement points at.
fn mariadb(known: &Known, keys: &[&ForeignKeyDefinition], table: &str, database: &str) -> Option<Error> {
    let text = format!(
        "Mysql2::Error: Can't create table `{database}`.`{table}` (errno: 150 \"Foreign key constraint is incorrectly formed\")"
    );
    let is_single = |key: &&&ForeignKeyDefinition| {
        key.column().to_strings().len() == 1 && key.primary_key().to_strings().len() == 1
    };
    let first = keys.iter().find(is_single)?;
    let (own, other) = (first.column().to_strings().pop()?, first.primary_key().to_strings().pop()?);
    if !known.with(|catalogue| catalogue.data_source_exists(&first.to_table)).ok()? {
        let text = format!("Mysql2::Error: Table '{database}.{}' doesn't exist", first.to_table);
        return Some(Error::statement_invalid(text).with_code("1146"));
    }
    Some(match known.with(|catalogue| catalogue.column_for(&first.to_table, &other)) {
        Ok(column) => mismatched_foreign_key(&text, (table, &own), &first.to_table, &column).with_code("1005"),
        Err(error) => error,
    })
}
