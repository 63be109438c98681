//! The app of a case: a folder, and databases of its own on a server, which tasks may make and drop.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Step, TaskCase};
use crate::database::{Server, fresh_name, psql, run};

/// What an app has whose case says nothing of it.
const DEFAULTS: [(&str, &str); 2] = [
    ("config/application.rb", "module App\n  class Application < Rails::Application\n  end\nend\n"),
    (
        "config/database.yml",
        "default: &default\n  {connection}\n\
         development:\n  <<: *default\n  database: {database:development}\n\
         test:\n  <<: *default\n  database: {database:test}\n\
         production:\n  <<: *default\n  database: {database:production}\n",
    ),
];

/// Where SQLite's files are.
const STORAGE: &str = "storage";

/// Dropped with its databases.
#[derive(Debug)]
pub struct App {
    directory: tempfile::TempDir,
    server: Server,
    /// What the names of its databases begin with.
    prefix: String,
}

impl App {
    /// An app that has what every app has.
    pub fn new(server: &Server, case: &TaskCase) -> Result<Self> {
        let app = Self { directory: tempfile::tempdir()?, server: server.clone(), prefix: fresh_name() };
        fs::create_dir_all(app.directory().join("db"))?;
        fs::create_dir_all(app.directory().join(STORAGE))?;
        let has =
            |path: &str| case.steps.iter().any(|step| matches!(step, Step::File { path: own, .. } if own == path));
        for (path, text) in DEFAULTS.into_iter().filter(|(path, _)| !has(path)) {
            app.write(path, text)?;
        }
        Ok(app)
    }

    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Does what is no task.
    pub fn prepare(&self, step: &Step) -> Result<()> {
        match step {
            Step::File { path, text } => self.write(path, text),
            Step::Remove { path } => Ok(fs::remove_file(self.directory().join(path))?),
            Step::Sql { database, statement } => {
                let name = self.database(database);
                let answered = match &self.server {
                    Server::Sqlite3 => {
                        let connection = rusqlite::Connection::open(self.directory().join(&name))?;
                        connection.execute_batch(statement).map_err(anyhow::Error::from)
                    }
                    _ => self.query(&name, statement).map(drop),
                };
                answered.with_context(|| format!("{database}: {statement}"))
            }
            Step::Tasks(_) => Ok(()),
        }
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let file = self.directory().join(path);
        fs::create_dir_all(file.parent().context("a file is in a folder")?)?;
        let mut filled = String::new();
        for line in text.lines() {
            match line.split_once("{connection}") {
                Some((indent, _)) => {
                    for option in self.connection() {
                        let _ = writeln!(filled, "{indent}{option}");
                    }
                }
                None => filled.push_str(&self.with_databases(line)),
            }
            filled.push('\n');
        }
        Ok(fs::write(file, filled)?)
    }

    /// `{database:NAME}` is a database of this app's.
    fn with_databases(&self, line: &str) -> String {
        let Some((before, rest)) = line.split_once("{database:") else { return line.to_owned() };
        let Some((name, after)) = rest.split_once('}') else { return line.to_owned() };
        format!("{before}{}{}", self.database(name), self.with_databases(after))
    }

    /// What an app calls it that calls it by this name.
    fn database(&self, name: &str) -> String {
        match self.server {
            Server::Sqlite3 => format!("{STORAGE}/{name}.sqlite3"),
            _ => format!("{}_{name}", self.prefix),
        }
    }

    /// Of config/database.yml.
    fn connection(&self) -> Vec<String> {
        let server = |adapter: &str, port: u16, username: &str| {
            let options = [("adapter", adapter), ("host", "127.0.0.1"), ("username", username)];
            let options = options.iter().map(|(name, value)| format!("{name}: {value}"));
            options.chain([format!("port: {port}")]).collect()
        };
        match &self.server {
            Server::Sqlite3 => vec!["adapter: sqlite3".to_owned()],
            Server::MySql { port } => server("mysql2", *port, "root"),
            Server::PostgreSql { port } => server("postgresql", *port, "postgres"),
        }
    }

    /// A text without what no two runs share.
    pub fn hide(&self, text: &str) -> String {
        let text = text.replace(&self.directory().display().to_string(), "{directory}");
        let text = text.replace(&format!("{}_", self.prefix), "");
        match &self.server {
            Server::Sqlite3 => text,
            Server::MySql { port } | Server::PostgreSql { port } => text.replace(&port.to_string(), "{port}"),
        }
    }
}

/// How an app stands after a task.
impl App {
    /// The files of db/ that are not migrations.
    pub fn files(&self) -> Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(self.directory().join("db"))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                let name = format!("db/{}", entry.file_name().to_string_lossy());
                files.insert(name, self.hide(&String::from_utf8_lossy(&fs::read(entry.path())?)));
            }
        }
        Ok(files)
    }

    /// Its databases, and what Rails' own tables hold there.
    pub fn databases(&self) -> Result<BTreeMap<String, String>> {
        let mut databases = BTreeMap::new();
        for name in self.names()? {
            databases.insert(self.hide(&name), self.state(&name)?);
        }
        Ok(databases)
    }

    fn names(&self) -> Result<Vec<String>> {
        let sql = match &self.server {
            Server::Sqlite3 => {
                let mut names = Vec::new();
                for entry in fs::read_dir(self.directory().join(STORAGE))? {
                    let name = entry?.file_name().to_string_lossy().into_owned();
                    if !name.ends_with("-wal") && !name.ends_with("-shm") {
                        names.push(format!("{STORAGE}/{name}"));
                    }
                }
                return Ok(names);
            }
            Server::MySql { .. } => "SELECT schema_name FROM information_schema.schemata",
            Server::PostgreSql { .. } => "SELECT datname FROM pg_database",
        };
        let names = self.query("", sql)?;
        let own = names.lines().filter(|name| name.starts_with(&format!("{}_", self.prefix)));
        Ok(own.map(str::to_owned).collect())
    }

    fn state(&self, name: &str) -> Result<String> {
        let sql = match &self.server {
            Server::Sqlite3 => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            Server::MySql { .. } => {
                "SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1"
            }
            Server::PostgreSql { .. } => {
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            }
        };
        let names = self.query(name, sql)?;
        let mut tables: Vec<_> = names.lines().collect();
        tables.sort_unstable();
        let mut state = format!("tables: {}\n", tables.join(", "));
        if tables.contains(&"schema_migrations") {
            let versions = self.query(name, "SELECT version FROM schema_migrations ORDER BY version")?;
            let _ = writeln!(state, "versions: {}", versions.lines().collect::<Vec<_>>().join(", "));
        }
        if tables.contains(&"ar_internal_metadata") {
            let quote = if matches!(self.server, Server::MySql { .. }) { '`' } else { '"' };
            let entry = format!("{quote}key{quote}");
            let sql = format!("SELECT {entry}, value FROM ar_internal_metadata ORDER BY 1");
            state.push_str(&self.query(name, &sql)?.replace('\t', ": "));
        }
        Ok(state)
    }

    /// Rows, their values apart by tabs.
    fn query(&self, database: &str, sql: &str) -> Result<String> {
        match &self.server {
            Server::Sqlite3 => rows(&self.directory().join(database), sql),
            Server::MySql { port } => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "--user=root", "--host=127.0.0.1", "--batch", "--skip-column-names"]);
                command.arg(format!("--port={port}")).arg(format!("--execute={sql}")).arg(database);
                run(&mut command)
            }
            Server::PostgreSql { port } => {
                let mut command = psql(*port);
                command.args([
                    "--quiet",
                    "--no-align",
                    "--tuples-only",
                    "--field-separator=\t",
                    "--set=ON_ERROR_STOP=1",
                ]);
                let database = if database.is_empty() { "postgres" } else { database };
                command.arg(format!("--command={sql}")).arg(database);
                run(&mut command)
            }
        }
    }

    fn drop_databases(&self) -> Result<()> {
        for name in self.names()? {
            match self.server {
                Server::Sqlite3 => {}
                Server::MySql { .. } => self.query("", &format!("DROP DATABASE `{name}`")).map(drop)?,
                Server::PostgreSql { .. } => {
                    self.query("", &format!("DROP DATABASE \"{name}\" WITH (FORCE)")).map(drop)?;
                }
            }
        }
        Ok(())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // What cannot be dropped goes with the server.
        let _ = self.drop_databases();
    }
}

fn rows(path: &Path, sql: &str) -> Result<String> {
    let connection = rusqlite::Connection::open(path)?;
    let mut query = connection.prepare(sql)?;
    let width = query.column_count();
    let mut rows = query.query([])?;
    let mut text = String::new();
    while let Some(row) = rows.next()? {
        let values: Vec<String> = (0..width).map(|index| row.get(index)).collect::<Result<_, _>>()?;
        let _ = writeln!(text, "{}", values.join("\t"));
    }
    Ok(text)
}
