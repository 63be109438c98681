//! The schema that a database ended up with, as its own tools print it, without what differs from run to run.

use std::process::Command;

use anyhow::Result;

use crate::Database;
use crate::database::{Server, run};

const INTERNAL_TABLES: [&str; 2] = ["schema_migrations", "ar_internal_metadata"];

/// All but Rails' own tables.
pub fn schema(database: &Database) -> Result<String> {
    match &database.server {
        Server::Sqlite3 => sqlite3(database),
        Server::MySql { port } => mysql(database, *port),
        Server::PostgreSql { port } => postgresql(database, *port),
    }
}

fn sqlite3(database: &Database) -> Result<String> {
    let connection = rusqlite::Connection::open(database.name())?;
    let mut query = connection.prepare(
        "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )?;
    let mut rows = query.query([])?;
    let mut text = String::new();
    while let Some(row) = rows.next()? {
        let (table, sql): (String, String) = (row.get(0)?, row.get(1)?);
        if !INTERNAL_TABLES.iter().any(|internal| table.contains(internal)) {
            text.push_str(&sql);
            text.push_str(";\n");
        }
    }
    Ok(text)
}

fn mysql(database: &Database, port: u16) -> Result<String> {
    let mut command = Command::new("mariadb-dump");
    command.args(["--no-defaults", "--user=root", "--host=127.0.0.1", "--compact", "--no-data"]);
    command.arg(format!("--port={port}"));
    command.args(INTERNAL_TABLES.map(|table| format!("--ignore-table={}.{table}", database.name())));
    command.arg(database.name());
    let text = run(&mut command)?;
    Ok(lines(&text, |line| !(line.starts_with("/*!") && line.contains(" SET ") || line.starts_with("/*M!"))))
}

fn postgresql(database: &Database, port: u16) -> Result<String> {
    let mut command = test_servers::client("pg_dump");
    command.args(["--schema-only", "--no-owner", "--no-privileges", "--host=127.0.0.1", "--username=postgres"]);
    command.args(INTERNAL_TABLES.map(|table| format!("--exclude-table=*{table}*")));
    command.arg(format!("--port={port}")).arg(database.name());
    let text = run(&mut command)?;
    Ok(lines(&text, |line| {
        let is_setting = line.starts_with("SET ") || line.starts_with("SELECT pg_catalog.set_config(");
        !(is_setting || line.is_empty() || line.starts_with("--") || line.starts_with('\\'))
    }))
}

/// What the tables hold, but for Rails' own: a line for each row, the table's name and a tab before it.
pub fn data(database: &Database) -> Result<String> {
    match &database.server {
        Server::Sqlite3 => sqlite3_data(database),
        Server::MySql { port } => {
            let mut command = Command::new("mariadb-dump");
            command.args(["--no-defaults", "--user=root", "--host=127.0.0.1", "--compact", "--no-create-info"]);
            command.args(["--skip-extended-insert", "--hex-blob", "--skip-triggers"]);
            command.arg(format!("--port={port}")).arg(database.name());
            Ok(rows_of_inserts(&run(&mut command)?))
        }
        Server::PostgreSql { port } => {
            let mut command = test_servers::client("pg_dump");
            command.args(["--data-only", "--inserts", "--no-owner", "--host=127.0.0.1", "--username=postgres"]);
            command.arg(format!("--port={port}")).arg(database.name());
            Ok(rows_of_inserts(&run(&mut command)?))
        }
    }
}

/// A value with line breaks in it goes on in the next lines.
fn rows_of_inserts(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        match line.strip_prefix("INSERT INTO ").and_then(|rest| rest.split_once(" VALUES ")) {
            Some((table, row)) if !INTERNAL_TABLES.iter().any(|internal| table.contains(internal)) => {
                out.push_str(&format!("\n{table}\t{row}"));
            }
            Some(_) => {}
            None if line.starts_with("SET ") || line.starts_with("--") || line.starts_with(['\\', ';']) => {}
            None if line.starts_with("SELECT pg_catalog") => {}
            None => out.push_str(&line.replace('\t', " ")),
        }
    }
    out
}

fn sqlite3_data(database: &Database) -> Result<String> {
    let connection = rusqlite::Connection::open(database.name())?;
    let mut query =
        connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
    let tables: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut text = String::new();
    for table in tables.iter().filter(|table| !INTERNAL_TABLES.iter().any(|internal| table.contains(internal))) {
        let Ok(mut query) = connection.prepare(&format!("SELECT * FROM \"{table}\"")) else { continue };
        let width = query.column_count();
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let values: Vec<_> = (0..width).map(|index| row.get_ref(index).map(shown)).collect::<Result<_, _>>()?;
            text.push_str(&format!("{table}\t{}\n", values.join(", ").replace(['\n', '\t'], " ")));
        }
    }
    Ok(text)
}

fn shown(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => format!("'{}'", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => format!("x{bytes:?}"),
    }
}

fn lines(text: &str, wanted: impl Fn(&str) -> bool) -> String {
    text.lines().filter(|line| wanted(line)).flat_map(|line| [line, "\n"]).collect()
}
