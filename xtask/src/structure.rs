//! Loads structure.sql files by the databases' own clients, as Rails' tasks call them, and by Maglev without any, and compares what
//! both make of them: the dumps of both databases, and whether they failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};
use conformance::database::{Database, Server};
use conformance::{Target, replay};

use crate::arguments::Arguments;
use crate::comparing;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let maglev = PathBuf::from(arguments.value("--maglev")?.context("--maglev PATH")?).canonicalize()?;
    let list = arguments.value("--list")?;
    let mut lines = arguments.words()?;
    if let Some(list) = list {
        lines.extend(comparing::listed(&list)?);
    }
    let mut same = 0;
    for line in &lines {
        let (file, target) = line.split_once(' ').unwrap_or((line, "postgresql"));
        let server = server(target.trim())?;
        let compared = compare(Path::new(file), &server, &maglev).with_context(|| file.to_owned())?;
        same += usize::from(compared.difference.is_empty());
        let verdict = if compared.difference.is_empty() { "the same" } else { "DIFFERENT" };
        crate::print(&format!("{verdict:<10} {file}{}\n{}", compared.note, compared.difference));
    }
    crate::print(&format!("{same} of {} the same\n", lines.len()));
    if same < lines.len() {
        bail!("{} differ", lines.len() - same);
    }
    Ok(())
}

fn server(target: &str) -> Result<Server> {
    if target.contains(':') {
        return Server::at(target);
    }
    let known = Target::ALL.into_iter().find(|known| known.name() == target);
    known.and_then(Server::private).with_context(|| format!("`{target}` is no database"))
}

struct Compared {
    /// Empty where both are the same.
    difference: String,
    /// What failed in both.
    note: String,
}

fn compare(file: &Path, server: &Server, maglev: &Path) -> Result<Compared> {
    let file = file.canonicalize()?;
    let (theirs, ours) = (server.database()?, server.database()?);
    let client = client(server, &theirs, &file).output().context("cannot run the client")?;
    let url = ours.url();
    let mut command = Command::new(maglev);
    command.args(["schema", "load", "--database", &url, "--file"]).arg(&file).current_dir(std::env::temp_dir());
    let loaded = command.env_remove("DATABASE_URL").env("SCHEMA_FORMAT", "sql").output()?;
    let mut difference = replay::diff(&dump(server, &theirs)?, &dump(server, &ours)?);
    // Rails does not ask whether sqlite3 failed.
    if client.status.success() != loaded.status.success() && !matches!(server, Server::Sqlite3) {
        difference.push_str(&format!("the client: {}\nMaglev: {}\n", said(&client), said(&loaded)));
    }
    let note = if client.status.success() { String::new() } else { format!(" (fails: {})", first_line(&loaded)) };
    Ok(Compared { difference, note })
}

/// As Rails' tasks call it.
fn client(server: &Server, database: &Database, file: &Path) -> Command {
    match server {
        Server::PostgreSql { port } => {
            let mut command = test_servers::client("psql");
            command.args(["--set", "ON_ERROR_STOP=1", "--quiet", "--no-psqlrc", "--output", "/dev/null", "--file"]);
            command.arg(file).arg(database.name());
            command.env("PGHOST", "127.0.0.1").env("PGPORT", port.to_string()).env("PGUSER", "postgres");
            command
        }
        Server::MySql { port } => {
            let mut command = Command::new("mysql");
            let script = format!("SET FOREIGN_KEY_CHECKS = 0; SOURCE {}; SET FOREIGN_KEY_CHECKS = 1", file.display());
            command.args(["--no-defaults", "--host=127.0.0.1", "--user=root"]);
            command.arg(format!("--port={port}")).args(["--execute", &script, "--database", database.name()]);
            command
        }
        Server::Sqlite3 => {
            let mut command = Command::new("sh");
            let script = format!("sqlite3 '{}' < '{}'", database.name(), file.display());
            command.args(["-c", &script]);
            command
        }
    }
}

/// Schema and rows, but for what only a load by Rails or Maglev notes.
fn dump(server: &Server, database: &Database) -> Result<String> {
    let mut command = match server {
        Server::PostgreSql { port } => {
            let mut command = test_servers::client("pg_dump");
            command.args(["--host=127.0.0.1", "--username=postgres", "--exclude-table=*.ar_internal_metadata"]);
            command.arg(format!("--port={port}")).arg(database.name());
            command
        }
        Server::MySql { port } => {
            let mut command = Command::new("mysqldump");
            command.args(["--no-defaults", "--host=127.0.0.1", "--user=root", "--skip-comments", "--routines"]);
            command.args(["--events", "--triggers", "--skip-extended-insert"]).arg(format!("--port={port}"));
            command.arg(format!("--ignore-table={0}.ar_internal_metadata", database.name())).arg(database.name());
            command
        }
        Server::Sqlite3 => {
            let mut command = Command::new("sqlite3");
            command.arg(database.name()).arg(".dump");
            command
        }
    };
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}", said(&output));
    }
    let text = String::from_utf8_lossy(&output.stdout).replace(database.name(), "DATABASE");
    let kept = text.lines().filter(|line| !line.starts_with('\\') && !line.contains("ar_internal_metadata"));
    Ok(kept.flat_map(|line| [line, "\n"]).collect())
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    format!("{}: {}", output.status, text.trim())
}

fn first_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines().find(|line| line.starts_with("error:")).unwrap_or_default().to_owned()
}
