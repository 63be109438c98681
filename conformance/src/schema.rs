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
    let mut command = Command::new("pg_dump");
    command.args(["--schema-only", "--no-owner", "--no-privileges", "--host=127.0.0.1", "--username=postgres"]);
    command.args(INTERNAL_TABLES.map(|table| format!("--exclude-table=*{table}*")));
    command.arg(format!("--port={port}")).arg(database.name());
    let text = run(&mut command)?;
    Ok(lines(&text, |line| {
        let is_setting = line.starts_with("SET ") || line.starts_with("SELECT pg_catalog.set_config(");
        !(is_setting || line.is_empty() || line.starts_with("--") || line.starts_with('\\'))
    }))
}

fn lines(text: &str, wanted: impl Fn(&str) -> bool) -> String {
    text.lines().filter(|line| wanted(line)).flat_map(|line| [line, "\n"]).collect()
}
