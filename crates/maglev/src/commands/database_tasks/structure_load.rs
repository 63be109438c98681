//! `structure_load` of the three tasks, without the clients that Rails calls: structure.sql is cut as they cut it and sent over a
//! connection that is told nothing of Rails' settings, as theirs is not.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use adapters::{Adapter, Dialect};

use super::postgresql::postgresql;
use super::{Place, Tasks, kind};
use crate::commands::session::Unconnected;
use crate::commands::stop::{ScriptError, Why};
use crate::events;
use crate::structure::{self, Reading, Statement};

/// Flags of `structure_load_flags` that change nothing here: psql's, mysql's and sqlite3's.
const IDLE_FLAGS: [(Dialect, &[&str]); 3] = [
    (
        Dialect::PostgreSql,
        &["-q", "--quiet", "-X", "--no-psqlrc", "-b", "--echo-errors", "-w", "--no-password", "-n", "--no-readline"],
    ),
    (Dialect::MySql, &["--no-defaults", "-B", "--batch", "-s", "--silent", "-q", "--quick", "-A", "--no-auto-rehash"]),
    (Dialect::Sqlite, &["-batch", "--batch", "-bail", "--bail"]),
];

/// structure.sql: it was read, and asks its client for nothing that is not done.
#[derive(Clone)]
pub(crate) struct Script {
    file: PathBuf,
    text: String,
}

impl Script {
    /// Of a file's content. Err: it is no text, or has what only the database's own client does; nothing was sent.
    pub(crate) fn new(place: Place<'_>, file: &Path, content: &[u8], flags: &[String]) -> Result<Self, Why> {
        let dialect = kind(place)?;
        refuse_flags(dialect, flags)?;
        let text = String::from_utf8(content.to_vec());
        let text = text.map_err(|_| Why::Unusable(format!("cannot read {}: it is not UTF-8", file.display())))?;
        let script = Self { file: file.to_owned(), text };
        script.statements(dialect, Reading { keeps_comments: false })?;
        Ok(script)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn statements(&self, dialect: Dialect, reading: Reading) -> Result<Vec<Statement>, Why> {
        structure::split(dialect, &self.text, reading).map_err(|refused| {
            let place = format!("{}:{}", self.file.display(), refused.line);
            let excerpt = excerpt(&self.text, refused.line);
            Why::Unusable(format!("{place}: {} is not done; nothing was loaded\n{excerpt}", refused.what))
        })
    }
}

impl Tasks<'_> {
    /// `structure_load(configuration, filename)`. Answers what was sent, where that is listed.
    pub(crate) fn structure_load(self, place: Place<'_>, script: &Script) -> Result<Vec<events::Statement>, Why> {
        let Unconnected { adapter, statements: log, .. } = self.unconnected(place, None)?;
        let mut adapter = adapter.borrow_mut();
        let adapter = &mut **adapter;
        connect_plainly(adapter)?;
        let dialect = adapter.dialect();
        let statements = script.statements(dialect, Reading { keeps_comments: keeps_comments(adapter) })?;
        before(adapter)?;
        for (index, statement) in statements.iter().enumerate() {
            if is_made_by_sqlite(dialect, statement) {
                continue;
            }
            let ran = run(adapter, statement);
            self.tell_notices(adapter, script, statement);
            ran.map_err(|error| script.failed((index, statements.len()), statement, &error))?;
        }
        after(adapter)?;
        Ok(log.statements().clone())
    }

    /// What PostgreSQL remarks, as psql prints it.
    fn tell_notices(self, adapter: &mut dyn Adapter, script: &Script, statement: &Statement) {
        let Some(adapter) = postgresql(adapter) else { return };
        for notice in adapter.take_notices() {
            let line = script.line_of(statement, &notice);
            self.context.teller.note(&format!("{}:{line}: {notice}", script.file.display()));
        }
    }
}

/// A connection with none of Rails' settings.
fn connect_plainly(adapter: &mut dyn Adapter) -> adapters::Result<()> {
    if adapter.dialect() == Dialect::Sqlite {
        // Its settings are of the file, which Rails has made with them; and what guards it is one of them.
        return adapter.connect();
    }
    adapter.reconnect()?;
    adapter.base_mut().verified = true;
    Ok(())
}

/// What the task or the client sends before the script.
fn before(adapter: &mut dyn Adapter) -> adapters::Result<()> {
    match adapter.dialect() {
        Dialect::PostgreSql => Ok(()),
        Dialect::MySql => adapter.execute("SET FOREIGN_KEY_CHECKS = 0", None).map(drop),
        Dialect::Sqlite => adapter.execute("PRAGMA foreign_keys = OFF", Some("SCHEMA")).map(drop),
    }
}

fn after(adapter: &mut dyn Adapter) -> adapters::Result<()> {
    match adapter.dialect() {
        Dialect::MySql => adapter.execute("SET FOREIGN_KEY_CHECKS = 1", None).map(drop),
        Dialect::PostgreSql | Dialect::Sqlite => Ok(()),
    }
}

fn run(adapter: &mut dyn Adapter, statement: &Statement) -> adapters::Result<()> {
    if let Some(copied) = &statement.copied
        && let Some(adapter) = postgresql(adapter)
    {
        adapter.provide_copy_data(copied)?;
    }
    if statement.is_batch {
        let sql = std::slice::from_ref(&statement.sql);
        return adapter.execute_batch(&adapters::Change::Opaque, sql, None);
    }
    adapter.execute(&statement.sql, None).map(drop)
}

/// MySQL's own client sends comments since version 8; MariaDB's takes them out.
fn keeps_comments(adapter: &dyn Adapter) -> bool {
    let version = adapter.database_version();
    let is_mariadb = version.full_version_string().is_some_and(|full| full.to_ascii_lowercase().contains("mariadb"));
    adapter.dialect() == Dialect::MySql && !is_mariadb && version.at_least("8.0")
}

/// An old `.schema` has SQLite's own tables too, which nobody may make.
fn is_made_by_sqlite(dialect: Dialect, statement: &Statement) -> bool {
    let words: Vec<&str> =
        statement.sql.split(|letter: char| letter.is_whitespace() || letter == '(').take(3).collect();
    dialect == Dialect::Sqlite
        && matches!(words[..], [create, table, name] if create.eq_ignore_ascii_case("create")
            && table.eq_ignore_ascii_case("table") && name.trim_matches(['"', '\'']).starts_with("sqlite_"))
}

fn refuse_flags(dialect: Dialect, flags: &[String]) -> Result<(), Why> {
    let idle = IDLE_FLAGS.iter().find(|(of, _)| *of == dialect).map_or(&[][..], |(_, idle)| idle);
    let words: Vec<&str> = flags.iter().flat_map(|flag| flag.split_whitespace()).collect();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let sets = matches!(*word, "-v" | "--set" | "--variable") && dialect == Dialect::PostgreSql;
        let is_idle = idle.contains(word)
            || ["--set=ON_ERROR_STOP=", "--variable=ON_ERROR_STOP=", "-vON_ERROR_STOP="]
                .iter()
                .any(|s| word.starts_with(s))
            || sets && words.next().is_some_and(|value| value.starts_with("ON_ERROR_STOP="));
        if !is_idle {
            return Err(Why::Unusable(format!(
                "`structure_load_flags`: `{word}` is not honoured, for structure.sql is loaded without the database's client"
            )));
        }
    }
    Ok(())
}

impl Script {
    fn failed(&self, (index, count): (usize, usize), statement: &Statement, error: &adapters::Error) -> Why {
        let line = self.line_of(statement, error.message());
        let done = match index {
            0 => "it is the first statement; nothing was loaded".to_owned(),
            1 => format!("the first of {count} statements was done, and stays unless the file began a transaction"),
            _ => {
                format!("{index} of {count} statements were done, and stay unless the file began a transaction")
            }
        };
        let message = format!(
            "{}:{line}: {}\n{}\n{done}",
            self.file.display(),
            error.message().trim_end(),
            excerpt(&self.text, line)
        );
        let is_lost = error.is_lost_connection();
        Why::Script(Box::new(ScriptError { class: error.class().name().to_owned(), message, is_lost }))
    }

    /// Where in the file a message points to, which counts lines from the statement's first one.
    fn line_of(&self, statement: &Statement, message: &str) -> usize {
        let number = |start: &str| {
            let rest = &message[message.rfind(start)? + start.len()..];
            rest[..rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len())].parse::<usize>().ok()
        };
        let within = number("\nLINE ").or_else(|| number(" at line ")).unwrap_or(1);
        statement.line + within.saturating_sub(1)
    }
}

/// A line of the script, with its number.
fn excerpt(text: &str, line: usize) -> String {
    let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let shown: Cow<'_, str> = ruby::source::cut(shown, 160);
    format!("{line:>5} | {shown}")
}
