//! What a plan has sent, as the server itself tells: PostgreSQL's log of all statements and MariaDB's general log, of a server that
//! this process has started. SQLite has none: its file has to stay as it was.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use conformance::Database;
use conformance::database::Server;
use conformance::plan::writes_or_locks;

pub(super) enum Log {
    PostgreSql(PathBuf),
    MariaDb(PathBuf),
    Sqlite(PathBuf),
    /// Of a server that somebody else runs.
    None,
}

impl Log {
    /// Has the server write down everything from here on.
    pub(super) fn of(server: &Server, database: &Database) -> Result<Self> {
        Ok(match server {
            Server::Sqlite3 => Self::Sqlite(database.path().context("no file")?),
            Server::PostgreSql { port } if *port == test_servers::postgresql().port() => {
                database.execute(&format!("ALTER DATABASE \"{}\" SET log_statement = 'all'", database.name()))?;
                Self::PostgreSql(test_servers::postgresql().socket().join("log"))
            }
            Server::MySql { port } if *port == test_servers::mariadb().port() => {
                let path = test_servers::mariadb().socket().with_file_name("general.log");
                let path_text = path.display();
                database.execute(&format!(
                    "SET GLOBAL log_output = 'FILE'; SET GLOBAL general_log_file = '{path_text}'; SET GLOBAL general_log = 1"
                ))?;
                Self::MariaDb(path)
            }
            _ => Self::None,
        })
    }

    /// Answers what was sent meanwhile that writes or locks, and how much was sent at all.
    pub(super) fn during<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<(T, Vec<String>, usize)> {
        let (Self::PostgreSql(path) | Self::MariaDb(path) | Self::Sqlite(path)) = self else {
            return Ok((work()?, Vec::new(), 0));
        };
        if let Self::Sqlite(_) = self {
            let before = fs::read(path).ok();
            let done = work()?;
            let is_other = before != fs::read(path).ok();
            return Ok((done, is_other.then(|| "the file has changed".to_owned()).into_iter().collect(), 1));
        }
        let begun = fs::metadata(path).map_or(0, |metadata| metadata.len());
        let done = work()?;
        let text = since(path, begun)?;
        let sent = if matches!(self, Self::MariaDb(_)) { general_log(&text) } else { postgresql_log(&text) };
        let count = sent.len();
        Ok((done, sent.into_iter().filter(|sql| writes_or_locks(sql)).collect(), count))
    }
}

fn since(path: &Path, begun: u64) -> Result<String> {
    let mut file = fs::File::open(path).with_context(|| path.display().to_string())?;
    file.seek(SeekFrom::Start(begun))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `2026-01-02 03:04:05.678 UTC [9] LOG:  execute <unnamed>: SELECT 1`; lines that go on begin with a tab.
fn postgresql_log(text: &str) -> Vec<String> {
    let mut sent = Vec::<String>::new();
    let mut goes_on = false;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix('\t') {
            if let Some(last) = sent.last_mut().filter(|_| goes_on) {
                last.push('\n');
                last.push_str(rest);
            }
            continue;
        }
        let executed = || line.split_once("LOG:  execute ")?.1.split_once(": ").map(|(_, sql)| sql);
        let sql = line.split_once("LOG:  statement: ").map(|(_, sql)| sql).or_else(executed);
        goes_on = sql.is_some();
        sent.extend(sql.map(str::to_owned));
    }
    sent
}

/// `260102  3:04:05\t     9 Query\tSELECT 1`; the time stands where it is another than that of the line before.
fn general_log(text: &str) -> Vec<String> {
    let mut sent = Vec::<String>::new();
    let mut goes_on = false;
    for line in text.lines() {
        match command(line) {
            Some((command, sql)) => {
                goes_on = matches!(command, "Query" | "Execute" | "Prepare");
                sent.extend(goes_on.then(|| sql.to_owned()));
            }
            None => {
                if let Some(last) = sent.last_mut().filter(|_| goes_on) {
                    last.push('\n');
                    last.push_str(line);
                }
            }
        }
    }
    sent
}

fn command(line: &str) -> Option<(&str, &str)> {
    const COMMANDS: [&str; 11] = [
        "Query",
        "Execute",
        "Prepare",
        "Connect",
        "Quit",
        "Init DB",
        "Close stmt",
        "Reset stmt",
        "Field List",
        "Ping",
        "Statistics",
    ];
    let (_, rest) = line.split_once('\t')?;
    let rest = rest.trim_start_matches(['\t', ' ']);
    let (thread, rest) = rest.split_once(' ')?;
    thread.parse::<u32>().ok()?;
    let (command, sql) = rest.split_once('\t')?;
    COMMANDS.contains(&command).then_some((command, sql))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_of_several_lines_are_one() {
        let postgresql = "2026-01-02 03:04:05.678 UTC [9] LOG:  statement: SELECT 1\n\tFROM a\n\
                          2026-01-02 03:04:05.678 UTC [9] DETAIL:  parameters: $1 = 'x'\n\
                          2026-01-02 03:04:05.678 UTC [9] LOG:  execute <unnamed>: SELECT 2\n";
        assert_eq!(postgresql_log(postgresql), ["SELECT 1\nFROM a", "SELECT 2"]);
        let mariadb = "260102  3:04:05\t     9 Connect\troot@localhost on a\n\t\t     9 Query\tSELECT 1\nFROM a\n\
                       \t\t     9 Prepare\tSELECT ?\n\t\t     9 Quit\t\n";
        assert_eq!(general_log(mariadb), ["SELECT 1\nFROM a", "SELECT ?"]);
    }
}
