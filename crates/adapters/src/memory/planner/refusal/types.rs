//! Types of columns that a server does not have. PostgreSQL's own are any that somebody has made there, and only it knows; MySQL and
//! MariaDB have those of their grammar; SQLite takes whatever it is told.

use super::super::known::Known;
use super::postgresql_place;
use crate::change::{Alteration, Change};
use crate::schema_definitions::ColumnDefinition;
use crate::{Dialect, Error};

/// A type that nobody knows, and where it stands in the text.
struct Unknown {
    word: String,
    at: usize,
}

/// What becomes of a statement with such a type.
pub(in super::super) enum Refused {
    Certain(Error),
    /// The type's name.
    Perhaps(String),
}

pub(in super::super) fn of(known: &Known, change: &Change<'_>, sql: &str) -> Option<Refused> {
    let dialect = known.dialect();
    if dialect == Dialect::Sqlite {
        return None;
    }
    let unknown = columns(change).into_iter().find_map(|column| unknown(known, column, sql))?;
    match dialect {
        Dialect::PostgreSql => match known.has_type_below(&unknown.word) {
            Some(true) => None,
            Some(false) => Some(Refused::Certain(postgresql(&unknown, sql))),
            None => Some(Refused::Perhaps(unknown.word)),
        },
        _ => mysql(known, &unknown, sql).map(Refused::Certain),
    }
}

fn columns<'a>(change: &'a Change<'_>) -> Vec<&'a ColumnDefinition> {
    match change {
        Change::CreateTable { table, .. } => table.columns().collect(),
        Change::AlterTable { alterations, .. } => alterations
            .iter()
            .filter_map(|alteration| match alteration {
                Alteration::AddColumn(column) => Some(column),
                Alteration::ChangeColumn(change) => Some(&change.column),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn unknown(known: &Known, column: &ColumnDefinition, sql: &str) -> Option<Unknown> {
    let written = column.sql_type.as_deref()?;
    let end = written.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(written.len());
    let (word, rest) = written.split_at(end);
    let is_plain = word.starts_with(|c: char| c.is_ascii_lowercase()) && (rest.is_empty() || rest.starts_with('('));
    if !is_plain || known.ask(|memory| memory.knows_type(word)) {
        return None;
    }
    let quotes = if known.dialect() == Dialect::MySql { '`' } else { '"' };
    let name = format!("{quotes}{}{quotes} ", column.name);
    let is_it = |at: &usize| sql[at + name.len()..].starts_with(written);
    let at = sql.match_indices(&name).map(|(at, _)| at).find(is_it)? + name.len();
    Some(Unknown { word: word.to_owned(), at })
}

fn postgresql(unknown: &Unknown, sql: &str) -> Error {
    let place = postgresql_place(sql, unknown.at).unwrap_or_default();
    let text = format!("PG::UndefinedObject: ERROR:  type \"{}\" does not exist\n{place}", unknown.word);
    Error::statement_invalid(text).with_code("42704")
}

/// MySQL shows so much of a text from where it can't go on.
const SHOWN: usize = 80;

fn mysql(known: &Known, unknown: &Unknown, sql: &str) -> Option<Error> {
    let server = known.ask(|memory| memory.server.clone());
    if server.is_mariadb {
        // Older ones take the word for a mistake of grammar.
        let text = format!("Mysql2::Error: Unknown data type: '{}'", unknown.word);
        return server.version.at_least("10.5.0").then(|| Error::statement_invalid(text).with_code("4161"));
    }
    let near: String = sql[unknown.at..].chars().take(SHOWN).collect();
    let line = sql[..unknown.at].matches('\n').count() + 1;
    let text = format!(
        "Mysql2::Error: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for \
         the right syntax to use near '{near}' at line {line}"
    );
    Some(Error::statement_invalid(text).with_code("1064"))
}
