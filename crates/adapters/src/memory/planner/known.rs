//! What a plan knows of the schema: a memory above a server, or one alone.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::offline::SharedMemory;
use super::super::{Aspect, Memory, Overlay};
use crate::abstract_adapter::Quoting;
use crate::catalogue::Catalogue;
use crate::change::Change;
use crate::{Arg, Dialect, QueryResult, Result};

/// Whoever answers for the schema.
#[derive(Clone)]
pub enum Known {
    Above(Rc<RefCell<Overlay>>),
    Alone(SharedMemory),
}

/// Why a statement may be another, in words.
pub(super) struct Doubt(pub String);

impl Known {
    pub fn is_alone(&self) -> bool {
        matches!(self, Self::Alone(_))
    }

    /// What it answers, for an adapter.
    pub fn catalogue(&self) -> Box<dyn Catalogue> {
        match self {
            Self::Above(overlay) => Box::new(Rc::clone(overlay)),
            Self::Alone(memory) => Box::new(Rc::clone(memory)),
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.ask(|memory| memory.server.dialect)
    }

    /// Of what was changed here, and all else without a server.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Memory) -> T) -> T {
        match self {
            Self::Above(overlay) => question(overlay.borrow().memory()),
            Self::Alone(memory) => question(&memory.borrow()),
        }
    }

    pub(super) fn apply(&self, change: &Change<'_>, sql: &str) -> Result<()> {
        match self {
            Self::Above(overlay) => overlay.borrow_mut().apply(change, sql),
            Self::Alone(memory) => {
                memory.borrow_mut().apply(change, sql);
                Ok(())
            }
        }
    }

    pub(super) fn take_asked(&self) -> Vec<String> {
        match self {
            Self::Above(overlay) => overlay.borrow_mut().memory_mut().take_asked(),
            Self::Alone(memory) => memory.borrow_mut().take_asked(),
        }
    }

    /// The text since which nothing can be said.
    pub fn lost(&self) -> Option<String> {
        self.ask(|memory| memory.lost_at().map(str::to_owned))
    }

    /// Whether anything was answered since the last statement that is not certain. `lost`: the text that could not be read.
    pub(super) fn doubt(&self, lost: Option<&str>) -> Option<Doubt> {
        let asked = self.take_asked();
        if asked.is_empty() {
            return None;
        }
        if let Some(lost) = lost {
            return Some(Doubt(format!("the schema is not known since {lost}, which can't be read")));
        }
        let of_one = |table: &String| self.ask(|memory| doubt(memory, table));
        asked.iter().filter(|table| !table.is_empty()).find_map(of_one).or_else(|| {
            let were_listed = asked.iter().any(String::is_empty);
            (were_listed && self.lists_in_no_order())
                .then(|| Doubt("the order in which PostgreSQL lists tables is not known without a database".to_owned()))
        })
    }

    /// PostgreSQL's is that of its catalogue's file, in which the new take the places of the dropped.
    fn lists_in_no_order(&self) -> bool {
        let tables = || self.with(|catalogue| catalogue.tables()).unwrap_or_default();
        self.is_alone() && self.dialect() == Dialect::PostgreSql && tables().len() > 1
    }

    /// What of the schema is not certain, in words.
    pub fn doubts(&self) -> Vec<String> {
        if let Some(sql) = self.lost() {
            return vec![format!("everything since `{}`, which can't be read", super::text::excerpt(&sql))];
        }
        let tables = self.with(|catalogue| catalogue.tables()).unwrap_or_default();
        tables.iter().filter_map(|table| self.ask(|memory| doubt(memory, table))).map(|Doubt(text)| text).collect()
    }

    /// What a server of the version answers to who asks for it.
    pub(super) fn version_asked(&self, sql: &str) -> Option<QueryResult> {
        let (dialect, version, is_mariadb) =
            self.ask(|memory| (memory.server.dialect, memory.server.version.to_string(), memory.server.is_mariadb));
        let asked = sql.trim().trim_end_matches(';').to_ascii_lowercase();
        let answer = match (dialect, asked.as_str()) {
            (Dialect::PostgreSql, "show server_version_num") => version,
            (Dialect::MySql, "select version()") if is_mariadb => format!("{version}-MariaDB"),
            (Dialect::MySql, "select version()") => version,
            _ => return None,
        };
        Some(QueryResult { columns: vec![asked], rows: vec![vec![Arg::str(answer)]], ..QueryResult::default() })
    }

    /// Asks without its being noticed.
    pub(super) fn with<T>(&self, question: impl FnOnce(&mut dyn Catalogue) -> T) -> T {
        match self {
            Self::Above(overlay) => question(&mut *overlay.borrow_mut()),
            Self::Alone(memory) => question(&mut *memory.borrow_mut()),
        }
    }

    /// With who quotes names as the server wants them; none without a server.
    pub(super) fn with_quoting<T>(&self, ask: impl FnOnce(&dyn Quoting, Dialect) -> T) -> Option<T> {
        let Self::Above(overlay) = self else { return None };
        let dialect = self.dialect();
        let mut overlay = overlay.borrow_mut();
        Some(ask(&*overlay.below(), dialect))
    }

    /// The server's own answer, whatever was planned.
    pub(super) fn ask_below(&self, sql: &str, binds: &[Arg]) -> Result<QueryResult> {
        match self {
            Self::Above(overlay) => overlay.borrow_mut().below().select_all(sql, Some("SCHEMA"), binds),
            Self::Alone(_) => Ok(QueryResult::default()),
        }
    }

    /// Whether PostgreSQL has a type; none where it can't be asked.
    pub(super) fn has_type_below(&self, name: &str) -> Option<bool> {
        let Self::Above(overlay) = self else { return None };
        let below = &mut *overlay.borrow_mut();
        let sql = format!("SELECT to_regtype('{name}') IS NOT NULL");
        let answer = below.below().select_values(&sql, Some("SCHEMA"), &[]).ok()?;
        answer.first().map(|value| matches!(value.to_s().as_str(), "t" | "true"))
    }

    /// The names of all views.
    pub(super) fn views(&self) -> Vec<String> {
        self.with(|catalogue| catalogue.views()).unwrap_or_default()
    }

    /// The type of a table's only key.
    pub(super) fn key_type(&self, table: &str) -> Option<String> {
        let of = |catalogue: &mut dyn Catalogue| -> Result<Option<String>> {
            let keys = catalogue.primary_keys(table)?;
            let [key] = &keys[..] else { return Ok(None) };
            let columns = catalogue.columns(table)?;
            Ok(columns.iter().find(|column| column.name == *key).map(|column| column.sql_type().to_owned()))
        };
        self.with(of).ok().flatten()
    }

    /// Whether the server's table has no row; none where it can't be asked.
    pub(super) fn is_empty_below(&self, table: &str) -> Option<bool> {
        let Self::Above(overlay) = self else { return None };
        let below = &mut *overlay.borrow_mut();
        let below = below.below();
        let sql = format!("SELECT 1 FROM {} LIMIT 1", below.quote_table_name(table));
        below.select_values(&sql, Some("SCHEMA"), &[]).ok().map(|rows| rows.is_empty())
    }
}

fn doubt(memory: &Memory, table: &str) -> Option<Doubt> {
    if !memory.is_certain_of(table) {
        return Some(Doubt(format!("what is known of `{table}` is not certain")));
    }
    let (part, aspect) = memory.doubts(table).into_iter().next()?;
    let what = match aspect {
        Aspect::Type => "the type",
        Aspect::Default => "the default",
        Aspect::Collation => "the collation",
        Aspect::Expression => "the expression",
        Aspect::Options => "what it was made with",
        Aspect::Definition => "the definition",
    };
    let name = if part.is_empty() { format!("`{table}`") } else { format!("`{part}` of `{table}`") };
    Some(Doubt(format!("{what} of {name} is the server's to spell")))
}
