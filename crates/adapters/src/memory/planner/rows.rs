//! What a plan knows of rows: those that nothing planned has touched are the server's to tell, those of a table that the plan has made
//! are none until it puts some in, and what it has put into Rails' own tables is remembered.

use std::collections::{BTreeSet, HashMap};

use super::known::Known;
use super::text::{tables_asked, words};
use super::view::View;
use super::{InternalTables, is_rollback, verb_of};
use crate::abstract_adapter::offline;
use crate::change::{Change, Verb};
use crate::{Arg, QueryResult, Result};

/// What a table that the plan has touched holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    /// It was made here, and so many rows were put in. None: it is not known how many.
    Made { rows: Option<u32> },
    /// Its columns are others, its rows those that the server has.
    As(View),
    /// Nobody knows.
    Unknown,
}

/// Where what a SELECT asks for can be seen.
pub(super) enum Seen {
    AsServerHas,
    /// The server has it, and is asked so.
    Through(String),
    Empty,
    /// It asks no table.
    Nowhere,
    /// The first table whose rows are not known.
    Unknown(String),
}

/// What is answered to a statement that is not sent.
pub(super) struct Answered {
    pub result: QueryResult,
    /// The server may answer something else, and it may matter.
    pub is_guess: bool,
}

pub(super) struct Rows {
    is_alone: bool,
    held: HashMap<String, Held>,
    /// Something was done that may have touched whatever.
    is_lost: bool,
}

impl Rows {
    pub(super) fn new(is_alone: bool) -> Self {
        Self { is_alone, held: HashMap::new(), is_lost: false }
    }

    pub(super) fn is_touched(&self, table: &str) -> bool {
        self.held.contains_key(&key(table))
    }

    /// Whether the plan has made the table.
    pub(super) fn is_made(&self, table: &str) -> bool {
        matches!(self.holds(table), Some(Held::Made { .. }))
    }

    pub(super) fn lose(&mut self) {
        self.is_lost = true;
    }

    fn holds(&self, table: &str) -> Option<&Held> {
        self.held.get(&key(table))
    }

    /// Whether a table certainly has no rows.
    fn is_empty(&self, table: &str, known: &Known) -> bool {
        match self.holds(table) {
            Some(Held::Made { rows }) => *rows == Some(0) && !self.is_lost,
            Some(Held::As(view)) => !self.is_lost && known.is_empty_below(&view.below) == Some(true),
            Some(Held::Unknown) | None => false,
        }
    }

    /// `words`: those of the text.
    pub(super) fn seen(&self, sql: &str, words: &[String], known: &Known) -> Seen {
        let asked = tables_asked(words);
        if !asked.is_empty() && asked.iter().all(|table| self.is_empty(table, known)) {
            return Seen::Empty;
        }
        if self.is_alone {
            let unknown = asked.iter().find(|table| !self.is_empty(table, known));
            return unknown.map_or(Seen::Nowhere, |table| Seen::Unknown((*table).to_owned()));
        }
        let anything_touched = self.is_lost || !self.held.is_empty();
        if !anything_touched {
            return Seen::AsServerHas;
        }
        if let Some(through) = self.through(sql, words, &asked, known) {
            return Seen::Through(through);
        }
        // A touched table that stands anywhere in the text may be asked.
        if let Some(touched) = words.iter().find(|word| self.is_touched(word)) {
            return Seen::Unknown(touched.clone());
        }
        let is_of_schema = |word: &&String| {
            let word = word.to_ascii_lowercase();
            word.starts_with("information_schema") || word.starts_with("pg_") || word.starts_with("sqlite_")
        };
        let shows = words.first().is_some_and(|word| !word.eq_ignore_ascii_case("select"));
        if let Some(word) =
            words.iter().find(is_of_schema).or_else(|| words.first().filter(|_| shows && asked.is_empty()))
        {
            return if is_setting(words) { Seen::AsServerHas } else { Seen::Unknown(word.clone()) };
        }
        let views = known.views();
        match asked.iter().find(|table| self.is_lost || views.iter().any(|view| key(view) == key(table))) {
            Some(view) => Seen::Unknown((*view).to_owned()),
            None => Seen::AsServerHas,
        }
    }

    /// A question that only tables are asked whose rows the plan has not changed, the columns of some of which it has.
    fn through(&self, sql: &str, words: &[String], asked: &[&str], known: &Known) -> Option<String> {
        if self.is_lost {
            return None;
        }
        let mut text = sql.to_owned();
        let mut seen: Vec<&str> = Vec::new();
        for table in asked.iter().filter(|table| self.is_touched(table)) {
            let Some(Held::As(view)) = self.holds(table) else { return None };
            if !seen.contains(table) {
                seen.push(table);
                text = known.with_quoting(|quoting, dialect| view.through(&text, table, quoting, dialect))??;
            }
        }
        // What is touched and stands elsewhere in the text is no table that is asked, or one that can't be told from a column.
        let others = words
            .iter()
            .filter(|word| self.is_touched(word))
            .any(|word| !asked.contains(&word.as_str()) && !word.contains('.') && !seen.contains(&word.as_str()));
        (!seen.is_empty() && !others).then_some(text)
    }

    /// Before a statement is applied to the schema: what the table is like that it changes.
    pub(super) fn before(&mut self, change: &Change<'_>, known: &Known) {
        match change {
            Change::AlterTable { table, .. } | Change::RenameTable { from: table, .. }
                if !self.is_alone && !self.is_touched(table) =>
            {
                self.held.insert(key(table), Held::As(View::of(table, known)));
            }
            Change::Several(changes) => changes.iter().for_each(|change| self.before(change, known)),
            _ => {}
        }
    }

    /// What a statement is answered that puts rows in, changes them or does something else.
    pub(super) fn answer_to_write(&self, change: &Change<'_>, sql: &str, known: &Known) -> Answered {
        let certain = |result| Answered { result, is_guess: false };
        let Change::Rows { verb, table } = change else {
            let result = offline::answer(sql);
            let asks = words(sql).first().is_some_and(|word| word.eq_ignore_ascii_case("select"));
            return Answered { is_guess: asks && result.is_empty(), result };
        };
        let is_empty = self.is_empty(table, known);
        match verb {
            Verb::Insert => self.inserted(table, sql, known),
            Verb::Truncate => certain(QueryResult::default()),
            Verb::Update | Verb::Delete if is_empty => certain(QueryResult::default()),
            Verb::Update | Verb::Delete => certain(QueryResult { affected_rows: 1, ..QueryResult::default() }),
        }
    }

    /// A new row's key is known where the table was made here.
    fn inserted(&self, table: &str, sql: &str, known: &Known) -> Answered {
        let id = match self.holds(table) {
            Some(Held::Made { rows: Some(rows) }) if !self.is_lost => Some(rows + 1),
            _ => None,
        };
        let key_type = known.key_type(table).unwrap_or_default().to_ascii_lowercase();
        let number = id.unwrap_or(1);
        let value = if key_type == "uuid" {
            Arg::str(format!("00000000-0000-0000-0000-{number:012}"))
        } else {
            Arg::Int(i64::from(number))
        };
        let is_guess = key_type == "uuid" || id.is_none() && !key_type.is_empty();
        let mut result = QueryResult { affected_rows: 1, last_insert_id: u64::from(number), ..QueryResult::default() };
        if let Some(columns) = returned(sql) {
            result.rows = vec![columns.iter().map(|_| value.clone()).collect()];
            result.columns = columns;
        }
        Answered { result, is_guess }
    }

    /// What a statement has done.
    pub(super) fn apply(&mut self, change: &Change<'_>, sql: &str, known: &Known) {
        if is_rollback(change) {
            // What was touched may be untouched again; who takes it for touched is on the safe side.
            for held in self.held.values_mut() {
                *held = Held::Unknown;
            }
        }
        match change {
            Change::CreateTable { table, .. } => {
                let made = Held::Made { rows: Some(0) };
                if !table.if_not_exists || !self.is_touched(&table.name) {
                    self.held.insert(key(&table.name), if table.r#as.is_some() { Held::Unknown } else { made });
                }
            }
            Change::DropTable(drop) => drop.tables.iter().for_each(|table| {
                self.held.insert(key(table), Held::Unknown);
            }),
            Change::RenameTable { from, to } => {
                let held = self.held.insert(key(from), Held::Unknown).unwrap_or(Held::Unknown);
                self.held.insert(key(to), held);
            }
            Change::AlterTable { table, alterations } => {
                if let Held::As(view) = self.held.entry(key(table)).or_insert(Held::Unknown) {
                    view.alter(table, alterations, known);
                }
            }
            Change::Rows { table, .. } => self.change_rows(change, table, sql, known),
            Change::Several(changes) => changes.iter().for_each(|change| self.apply(change, sql, known)),
            Change::View(_) | Change::Schema(_) => drop(self.held.entry(String::new()).or_insert(Held::Unknown)),
            _ => {}
        }
    }

    fn change_rows(&mut self, change: &Change<'_>, table: &str, sql: &str, known: &Known) {
        let is_empty = self.is_empty(table, known);
        let was = self.held.get(&key(table)).cloned();
        let words = words(sql);
        let has = |wanted: &str| words.iter().any(|word| word.eq_ignore_ascii_case(wanted));
        let held = match (verb_of(change), was) {
            (Some(Verb::Insert), Some(Held::Made { rows })) => {
                let is_single = !sql.contains("), (") && !has("select");
                Held::Made { rows: rows.filter(|_| is_single).map(|rows| rows + 1) }
            }
            (Some(Verb::Truncate), _) => Held::Made { rows: Some(0) },
            (Some(Verb::Update | Verb::Delete), Some(was)) if is_empty => was,
            (Some(Verb::Update), Some(Held::Made { rows })) => Held::Made { rows },
            (Some(Verb::Delete), _) if !has("where") => Held::Made { rows: None },
            _ => Held::Unknown,
        };
        self.held.insert(key(table), held);
    }
}

/// Names are folded by two of the three, and may be told with their schema.
fn key(table: &str) -> String {
    table.rsplit('.').next().unwrap_or(table).trim_matches(['"', '`']).to_ascii_lowercase()
}

/// Whether a text asks for a setting of the session.
fn is_setting(words: &[String]) -> bool {
    let first = words.first().map(|word| word.to_ascii_lowercase()).unwrap_or_default();
    first == "show" && words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("variables") || words.len() == 2)
        || first == "pragma"
}

/// The columns behind RETURNING.
fn returned(sql: &str) -> Option<Vec<String>> {
    let (_, columns) = sql.rsplit_once(" RETURNING ")?;
    Some(columns.split(',').map(|column| column.trim().trim_matches(['"', '`']).to_owned()).collect())
}

// --- Rails' own ------------------------------------------------------------------------------------------------------

/// What Rails' own tables hold.
pub(super) struct Internal {
    tables: InternalTables,
    /// As far as they are known: not before they were read.
    versions: Option<BTreeSet<String>>,
    /// The entries that the plan has written.
    entries: HashMap<String, String>,
    /// The table of entries was made by the plan.
    has_all_entries: bool,
}

impl Internal {
    pub(super) fn new(tables: InternalTables) -> Self {
        Self { tables, versions: None, entries: HashMap::new(), has_all_entries: false }
    }

    pub(super) fn is(&self, table: &str) -> bool {
        table == self.tables.versions || table == self.tables.metadata
    }

    pub(super) fn set_versions(&mut self, versions: impl IntoIterator<Item = String>) {
        self.versions = Some(versions.into_iter().collect());
    }

    pub(super) fn set_entry_of(&mut self, key: &str, value: &str) {
        self.entries.insert(key.to_owned(), value.to_owned());
    }

    fn asks_versions(&self, words: &[String]) -> bool {
        tables_asked(words) == [self.tables.versions.as_str()]
            && !words.iter().any(|word| word.eq_ignore_ascii_case("where") || word.eq_ignore_ascii_case("count"))
    }

    fn asks_entry(&self, sql: &str) -> bool {
        sql.starts_with("SELECT * FROM ") && tables_asked(&words(sql)) == [self.tables.metadata.as_str()]
    }

    /// Whether one version is recorded: the migrator's own question.
    fn asked_version(&self, sql: &str, words: &[String]) -> Option<QueryResult> {
        let is_asked = sql.starts_with("SELECT 1 FROM ") && tables_asked(words) == [self.tables.versions.as_str()];
        let (versions, told) = (self.versions.as_ref().filter(|_| is_asked)?, quoted(sql));
        let [version] = &told[..] else { return None };
        let rows = if versions.contains(version) { vec![vec![Arg::Int(1)]] } else { Vec::new() };
        Some(QueryResult { columns: vec!["1".to_owned()], rows, ..QueryResult::default() })
    }

    /// The answer where it is known here; an entry's key may be a bind, and is looked for later.
    pub(super) fn asked(&self, sql: &str, words: &[String], rows: &Rows) -> Option<Result<QueryResult>> {
        if let Some(answer) = self.asked_version(sql, words) {
            return Some(Ok(answer));
        }
        if self.asks_versions(words)
            && let Some(versions) = &self.versions
            && (rows.is_alone || rows.is_touched(&self.tables.versions))
        {
            let rows = versions.iter().map(|version| vec![Arg::str(version.as_str())]).collect();
            return Some(Ok(QueryResult { columns: vec!["version".to_owned()], rows, ..QueryResult::default() }));
        }
        let is_known = rows.is_alone || self.has_all_entries || rows.is_touched(&self.tables.metadata);
        (self.asks_entry(sql) && is_known).then(|| Ok(QueryResult::default()))
    }

    /// The same with the entry that was asked for.
    pub(super) fn with_binds(&self, mut answer: QueryResult, sql: &str, binds: &[Arg]) -> QueryResult {
        if !self.asks_entry(sql) {
            return answer;
        }
        let key = binds.first().map(Arg::to_s).or_else(|| quoted(sql).into_iter().next()).unwrap_or_default();
        if let Some(value) = self.entries.get(&key) {
            answer.columns = vec!["key".to_owned(), "value".to_owned()];
            answer.rows = vec![vec![Arg::str(key), Arg::str(value.as_str())]];
        }
        answer
    }

    /// What a server that was asked has said.
    pub(super) fn hears(&mut self, sql: &str, result: &QueryResult) {
        if self.asks_versions(&words(sql)) {
            self.versions = Some(result.rows.iter().filter_map(|row| row.first()).map(Arg::to_s).collect());
        } else if self.asks_entry(sql)
            && let Some(row) = result.iter().next()
        {
            self.entries.insert(row.string("key"), row.string("value"));
        }
    }

    pub(super) fn apply(&mut self, change: &Change<'_>, sql: &str) {
        match change {
            Change::CreateTable { table, .. } if table.name == self.tables.versions => self.set_versions([]),
            Change::CreateTable { table, .. } if table.name == self.tables.metadata => self.has_all_entries = true,
            Change::Rows { verb, table } if *table == self.tables.versions => self.record(*verb, sql),
            Change::Rows { table, .. } if *table == self.tables.metadata => self.set_entry(sql),
            Change::Opaque if sql.contains(&self.tables.versions) => {
                for change in Change::read(sql, crate::Dialect::PostgreSql).unwrap_or_default() {
                    self.apply(&change, sql);
                }
            }
            _ => {}
        }
    }

    fn record(&mut self, verb: Verb, sql: &str) {
        let versions = self.versions.get_or_insert_default();
        let told = versions_in(sql);
        match verb {
            Verb::Insert => versions.extend(told),
            Verb::Delete if told.is_empty() => versions.clear(),
            Verb::Delete => versions.retain(|version| !told.contains(version)),
            Verb::Truncate => versions.clear(),
            Verb::Update => {}
        }
    }

    /// `VALUES ('key', 'value', ..)`, or `SET value = 'value', .. WHERE key = 'key'`.
    fn set_entry(&mut self, sql: &str) {
        let texts = quoted(sql);
        match (&texts[..], sql.starts_with("INSERT")) {
            ([key, value, ..], true) => drop(self.entries.insert(key.clone(), value.clone())),
            ([value, .., key], false) => drop(self.entries.insert(key.clone(), value.clone())),
            _ => {}
        }
    }
}

/// The versions that an INSERT or a DELETE names: a load of schema.rb tells them as numbers.
fn versions_in(sql: &str) -> Vec<String> {
    let upper = sql.to_ascii_uppercase();
    let Some(at) = upper.find("VALUES").or_else(|| upper.find("WHERE")) else { return Vec::new() };
    let numbers = sql[at..].split(|character: char| !character.is_ascii_digit());
    numbers.filter(|number| !number.is_empty()).map(str::to_owned).collect()
}

/// The texts in a statement; one with a quote in it is cut.
fn quoted(sql: &str) -> Vec<String> {
    sql.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::text::empty_answer;
    use super::*;

    #[test]
    fn an_answer_has_what_is_returned() {
        let sql = "INSERT INTO \"a\" (\"b\") VALUES ($1) RETURNING \"id\", \"c\"";
        assert_eq!(returned(sql), Some(vec!["id".to_owned(), "c".to_owned()]));
        assert!(empty_answer("SELECT COUNT(*) FROM a").single_value() == Arg::Int(0));
        assert_eq!(key("\"s\".\"Users\""), "users");
        assert_eq!(versions_in("INSERT INTO schema_migrations (version) VALUES (1), ('2')"), ["1", "2"]);
    }
}
