//! What a server certainly says no to: a table that is not there, one that is there already, a column twice. The messages are the
//! servers' own, as conformance/recorded has them. What is not certain passes.

use super::known::Known;
use super::text::tables_changed;
use crate::change::{Alteration, Change, SchemaChange};
use crate::{Arg, Catalogue, Dialect, Error, Result};

mod foreign_keys;
pub(super) mod types;

/// What is wrong.
enum Wrong<'a> {
    NoTable(&'a str),
    /// Of DROP TABLE, which says it otherwise.
    NoTableToDrop(&'a str),
    TableIsThere(&'a str),
    NoColumn {
        table: &'a str,
        column: &'a str,
    },
    ColumnIsThere {
        table: &'a str,
        column: &'a str,
    },
    IndexIsThere(&'a str),
    NoIndex(&'a str),
    /// Of RENAME INDEX, which MySQL says otherwise.
    NoIndexToRename {
        table: &'a str,
        name: &'a str,
    },
    NoColumnToRename {
        table: &'a str,
        column: &'a str,
    },
    NoColumnToIndex(&'a str),
    NoSchema(&'a str),
}

/// The error of a statement that is certain to fail with the schema as it is known.
///
/// `minds_keys`: foreign keys are looked at, as MySQL may be told not to.
pub(super) fn of(known: &Known, change: &Change<'_>, sql: &str, minds_keys: bool) -> Option<Error> {
    if known.lost().is_some() {
        return None;
    }
    of_names(known, change, sql).or_else(|| foreign_keys::of(known, change).filter(|_| minds_keys))
}

fn of_names(known: &Known, change: &Change<'_>, sql: &str) -> Option<Error> {
    // What there is of a table that is not certain is not known.
    let doubtful: Vec<String> = known.ask(|memory| {
        let mut tables = tables_changed(change);
        tables.retain(|table| !memory.is_certain_of(table));
        tables
    });
    let is_doubtful = |table: &str| doubtful.iter().any(|other| other == table);
    let wrong = known.with(|catalogue| wrong(catalogue, change, &is_doubtful)).ok().flatten()?;
    // A temporary table is listed nowhere.
    if let Wrong::NoTable(table) | Wrong::NoTableToDrop(table) = wrong
        && known.ask(|memory| memory.has_table(table))
    {
        return None;
    }
    Some(error(known, &wrong, sql))
}

/// A question that a table does not answer that is not there.
pub(super) fn of_read(known: &Known, tables: &[&str], sql: &str) -> Option<Error> {
    if known.lost().is_some() || !known.is_alone() {
        return None;
    }
    let is_plain = |table: &&&str| !table.contains('.') && !table.starts_with(|first: char| first.is_ascii_digit());
    let missing = |table: &&&str| known.with(|catalogue| catalogue.data_source_exists(table)).is_ok_and(|is| !is);
    let of_server =
        |table: &&&str| ["pg_", "sqlite_", "information_schema"].iter().any(|start| table.starts_with(start));
    // A name of the statement's own: WITH, a function.
    let is_own = sql.trim_start().get(..4).is_some_and(|word| word.eq_ignore_ascii_case("with"));
    let table = tables.iter().filter(is_plain).filter(|table| !of_server(table)).find(missing).filter(|_| !is_own)?;
    let at = sql.find(table.trim_matches('"'))?;
    let is_call = sql[at..].trim_start_matches(*table).trim_start_matches(['"', '`']).starts_with('(');
    (!is_call).then(|| error(known, &Wrong::NoTable(table), sql))
}

fn wrong<'a>(
    catalogue: &mut dyn Catalogue,
    change: &'a Change<'_>,
    is_doubtful: &dyn Fn(&str) -> bool,
) -> Result<Option<Wrong<'a>>> {
    Ok(match change {
        Change::CreateTable { table, .. } => {
            let is_there = !table.if_not_exists && !table.temporary && catalogue.table_exists(&table.name)?;
            is_there.then_some(Wrong::TableIsThere(&table.name))
        }
        Change::DropTable(drop) if !drop.if_exists && !drop.temporary => {
            let mut missing = None;
            for table in &drop.tables {
                if missing.is_none() && is_missing(catalogue, table)? {
                    missing = Some(Wrong::NoTableToDrop(table));
                }
            }
            missing
        }
        Change::RenameTable { from, .. } => is_missing(catalogue, from)?.then_some(Wrong::NoTable(from)),
        Change::AlterTable { table, .. } if is_missing(catalogue, table)? => Some(Wrong::NoTable(table)),
        Change::AlterTable { table, .. } | Change::DropIndex { table: Some(table), .. } if is_doubtful(table) => None,
        Change::AlterTable { table, alterations } => altered(catalogue, table, alterations)?,
        Change::CreateIndex(create) => {
            let table = &create.index.table;
            if is_missing(catalogue, table)? {
                return Ok(Some(Wrong::NoTable(table)));
            }
            if is_doubtful(table) {
                return Ok(None);
            }
            let is_there = !create.if_not_exists && catalogue.index_name_exists(table, &create.index.name)?;
            if is_there {
                return Ok(Some(Wrong::IndexIsThere(&create.index.name)));
            }
            no_column(catalogue, table, &create.index.columns)?
        }
        // That of a key or a constraint is an index too, and listed as none.
        Change::DropIndex { .. } | Change::RenameIndex { .. } if catalogue.dialect() != Dialect::MySql => None,
        Change::DropIndex { table: Some(table), name } => {
            is_index_missing(catalogue, table, name)?.then_some(Wrong::NoIndex(name))
        }
        Change::RenameIndex { table: Some(table), from, .. } => {
            is_index_missing(catalogue, table, from)?.then_some(Wrong::NoIndexToRename { table, name: from })
        }
        Change::Schema(SchemaChange::Drop { name, if_exists: false }) => {
            (!catalogue.schema_exists(name)?).then_some(Wrong::NoSchema(name))
        }
        Change::Rows { table, .. } => is_missing(catalogue, table)?.then_some(Wrong::NoTable(table)),
        _ => None,
    })
}

/// A name with its schema may be of one that nobody looks into; a view is as good as a table.
fn is_missing(catalogue: &mut dyn Catalogue, table: &str) -> Result<bool> {
    Ok(!table.contains('.')
        && !table.is_empty()
        && !catalogue.data_source_exists(table)?
        && !catalogue.virtual_tables().unwrap_or_default().iter().any(|virtual_table| virtual_table.name == table))
}

fn is_index_missing(catalogue: &mut dyn Catalogue, table: &str, name: &str) -> Result<bool> {
    Ok(!table.contains('.') && !name.contains('.') && !catalogue.index_name_exists(table, name)?)
}

fn altered<'a>(
    catalogue: &mut dyn Catalogue,
    table: &'a str,
    alterations: &'a [Alteration],
) -> Result<Option<Wrong<'a>>> {
    if alterations.is_empty() || table.contains('.') {
        return Ok(None);
    }
    let mut names: Vec<String> = catalogue.columns(table)?.into_iter().map(|column| column.name).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let find = |names: &[String], name: &str| names.iter().position(|known| known.eq_ignore_ascii_case(name));
    for alteration in alterations {
        match alteration {
            Alteration::AddColumn(column) => match find(&names, &column.name) {
                Some(_) if column.options.get("if_not_exists").is_truthy() => {}
                Some(_) => return Ok(Some(Wrong::ColumnIsThere { table, column: &column.name })),
                None => names.push(column.name.clone()),
            },
            Alteration::DropColumn(column) => match find(&names, column) {
                Some(at) => drop(names.remove(at)),
                None => return Ok(Some(Wrong::NoColumn { table, column })),
            },
            Alteration::RenameColumn { from, to } => match find(&names, from) {
                Some(at) => names[at].clone_from(to),
                None => return Ok(Some(Wrong::NoColumnToRename { table, column: from })),
            },
            Alteration::DropIndex(name) | Alteration::RenameIndex { from: name, .. } if name == "PRIMARY" => {
                return Ok(None);
            }
            Alteration::DropIndex(name) if alterations.len() == 1 => {
                let is_missing = !catalogue.index_name_exists(table, name)?;
                return Ok(is_missing.then_some(Wrong::NoIndex(name)));
            }
            Alteration::RenameIndex { from, .. } if alterations.len() == 1 => {
                let is_missing = !catalogue.index_name_exists(table, from)?;
                return Ok(is_missing.then_some(Wrong::NoIndexToRename { table, name: from }));
            }
            // What else there is may be about a name that has changed.
            _ => {}
        }
    }
    Ok(None)
}

/// Of an index on columns; an expression is not read.
fn no_column<'a>(catalogue: &mut dyn Catalogue, table: &str, columns: &'a Arg) -> Result<Option<Wrong<'a>>> {
    let Arg::Array(wanted) = columns else { return Ok(None) };
    // SQLite takes what is no column for a text.
    if table.contains('.') || catalogue.dialect() == Dialect::Sqlite {
        return Ok(None);
    }
    let names = catalogue.columns(table)?;
    let is_there = |name: &str| names.is_empty() || names.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    Ok(wanted.iter().filter_map(Arg::as_str).find(|name| !is_there(name)).map(Wrong::NoColumnToIndex))
}

fn error(known: &Known, wrong: &Wrong<'_>, sql: &str) -> Error {
    match known.dialect() {
        Dialect::PostgreSql => postgresql(wrong, sql),
        Dialect::MySql => mysql(known, wrong),
        Dialect::Sqlite => sqlite(wrong, sql),
    }
}

fn postgresql(wrong: &Wrong<'_>, sql: &str) -> Error {
    let (class, code, text) = match wrong {
        Wrong::NoTable(table) => ("UndefinedTable", "42P01", format!("relation \"{table}\" does not exist")),
        Wrong::NoTableToDrop(table) => ("UndefinedTable", "42P01", format!("table \"{table}\" does not exist")),
        Wrong::TableIsThere(name) | Wrong::IndexIsThere(name) => {
            ("DuplicateTable", "42P07", format!("relation \"{name}\" already exists"))
        }
        Wrong::NoColumn { table, column } => {
            ("UndefinedColumn", "42703", format!("column \"{column}\" of relation \"{table}\" does not exist"))
        }
        Wrong::ColumnIsThere { table, column } => {
            ("DuplicateColumn", "42701", format!("column \"{column}\" of relation \"{table}\" already exists"))
        }
        Wrong::NoIndex(name) => ("UndefinedObject", "42704", format!("index \"{name}\" does not exist")),
        Wrong::NoSchema(name) => ("InvalidSchemaName", "3F000", format!("schema \"{name}\" does not exist")),
        Wrong::NoIndexToRename { name, .. } => {
            ("UndefinedTable", "42P01", format!("relation \"{name}\" does not exist"))
        }
        Wrong::NoColumnToRename { column, .. } | Wrong::NoColumnToIndex(column) => {
            ("UndefinedColumn", "42703", format!("column \"{column}\" does not exist"))
        }
    };
    // What asks for rows or changes them is told with its place.
    let first = sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let place = match wrong {
        Wrong::NoTable(table) if ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&first.as_str()) => {
            caret(sql, table).unwrap_or_default()
        }
        _ => String::new(),
    };
    Error::statement_invalid(format!("PG::{class}: ERROR:  {text}\n{place}")).with_code(code)
}

/// Where a name stands.
fn caret(sql: &str, name: &str) -> Option<String> {
    let quoted = format!("\"{name}\"");
    postgresql_place(sql, sql.find(&quoted).or_else(|| sql.find(name))?)
}

/// `LINE 1: SELECT * FROM nowhere`, and a caret below the place. Of a line that is longer, libpq shows so many characters about it.
fn postgresql_place(sql: &str, at: usize) -> Option<String> {
    /// What is shown, and what is kept of it to the right of the place.
    const SHOWN: usize = 60;
    const RIGHT: usize = 10;
    let number = sql[..at].matches('\n').count();
    let begin = sql[..at].rfind('\n').map_or(0, |end| end + 1);
    let line: Vec<char> = sql.lines().nth(number)?.chars().collect();
    let column = sql[begin..at].chars().count();
    let (mut start, mut end) = (0, line.len());
    if line.len() > SHOWN {
        if column + RIGHT <= SHOWN {
            end = SHOWN;
        } else {
            end = end.min(column + RIGHT);
            start = end.saturating_sub(SHOWN);
        }
    }
    let (before, after) = (if start > 0 { "..." } else { "" }, if end < line.len() { "..." } else { "" });
    let label = format!("LINE {}: {before}", number + 1);
    let shown: String = line[start..end].iter().collect();
    Some(format!("{label}{shown}{after}\n{}^\n", " ".repeat(label.len() + column - start)))
}

fn mysql(known: &Known, wrong: &Wrong<'_>) -> Error {
    let (database, is_mariadb) = known.ask(|memory| (memory.server.database.clone(), memory.server.is_mariadb));
    let (number, text) = match wrong {
        Wrong::NoTable(table) => (1146, format!("Table '{database}.{table}' doesn't exist")),
        Wrong::NoTableToDrop(table) => (1051, format!("Unknown table '{database}.{table}'")),
        Wrong::TableIsThere(table) => (1050, format!("Table '{table}' already exists")),
        Wrong::NoColumn { column, .. } if is_mariadb => {
            (1091, format!("Can't DROP COLUMN `{column}`; check that it exists"))
        }
        Wrong::NoColumn { column, .. } => (1091, format!("Can't DROP '{column}'; check that column/key exists")),
        Wrong::ColumnIsThere { column, .. } => (1060, format!("Duplicate column name '{column}'")),
        Wrong::IndexIsThere(name) => (1061, format!("Duplicate key name '{name}'")),
        Wrong::NoIndex(name) if is_mariadb => (1091, format!("Can't DROP INDEX `{name}`; check that it exists")),
        Wrong::NoIndex(name) => (1091, format!("Can't DROP '{name}'; check that column/key exists")),
        Wrong::NoIndexToRename { table, name } => (1176, format!("Key '{name}' doesn't exist in table '{table}'")),
        Wrong::NoColumnToRename { table, column } => (1054, format!("Unknown column '{column}' in '{table}'")),
        Wrong::NoSchema(name) => (1008, format!("Can't drop database '{name}'; database doesn't exist")),
        Wrong::NoColumnToIndex(column) => (1072, format!("Key column '{column}' doesn't exist in table")),
    };
    Error::statement_invalid(format!("Mysql2::Error: {text}")).with_code(number.to_string())
}

fn sqlite(wrong: &Wrong<'_>, sql: &str) -> Error {
    let text = match wrong {
        Wrong::NoTable(table) | Wrong::NoTableToDrop(table) => format!("no such table: {table}"),
        Wrong::TableIsThere(table) => format!("table \"{table}\" already exists"),
        Wrong::NoColumn { column, .. } => format!("no such column: \"{column}\""),
        Wrong::ColumnIsThere { column, .. } => format!("duplicate column name: {column}"),
        Wrong::IndexIsThere(name) => format!("index {name} already exists"),
        Wrong::NoIndex(name) | Wrong::NoIndexToRename { name, .. } => format!("no such index: {name}"),
        Wrong::NoColumnToRename { column, .. } => format!("no such column: \"{column}\""),
        Wrong::NoColumnToIndex(column) => format!("no such column: {column}"),
        Wrong::NoSchema(name) => format!("unknown database {name}"),
    };
    // That of the table is told with its place.
    let caret = match wrong {
        Wrong::TableIsThere(table) => sql.find(table).map(|at| format!("\n{}^", " ".repeat(at.saturating_sub(1)))),
        _ => None,
    };
    Error::statement_invalid(format!("SQLite3::SQLException: {text}:\n{sql}{}", caret.unwrap_or_default()))
        .with_code("1")
}
