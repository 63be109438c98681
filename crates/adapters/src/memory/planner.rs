//! The gate of a plan: what would be sent is told of and applied to a schema in memory, and nothing is sent but what asks for rows
//! that the plan has not touched. What it can't know it says, of the very statement. Has no Rails counterpart.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::Overlay;
use super::offline::SharedMemory;
use crate::abstract_adapter::offline;
use crate::change::{Boundary, Change, Setting, Verb};
use crate::gate::{Gate, Next, Outcome, Pass};
use crate::{Arg, Error, QueryResult, Result};

mod known;
mod refusal;
mod rows;
mod text;
mod view;

use known::Doubt;
pub use known::Known;
use refusal::types::Refused;
use rows::{Internal, Rows, Seen};

/// What is known of a statement beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// Why it may be another, or may not be sent at all.
    pub uncertain: Option<String>,
    /// The tables that it changes.
    pub tables: Vec<String>,
    /// It asks only.
    pub is_read: bool,
    /// It was sent, for what it asks is as the server has it.
    pub is_sent: bool,
}

/// Rails' own tables, by their names.
#[derive(Clone, Debug, Default)]
pub struct InternalTables {
    pub versions: String,
    pub metadata: String,
}

/// Stands at the gate of a plan.
pub struct Planner {
    known: Known,
    rows: Rows,
    internal: Internal,
    /// The answer to the statement that is at the gate.
    answer: Option<Result<QueryResult>>,
    /// The statements on rows that were answered, by their texts and binds: who sends one until it reaches no row ends.
    answered: HashSet<u64>,
    /// How the server is to be asked what it is at the gate for.
    through: Option<String>,
    note: Note,
    minds_keys: bool,
    /// What Rails' own statements that came in between rest on in the migration's place.
    kept: Option<Doubt>,
    /// The rows that the migration has asked for in vain.
    missed: Option<String>,
    /// Where the text is that could not be read, in words.
    lost: Option<String>,
    /// Where a statement is, in words of whoever plans.
    place: Box<dyn Fn() -> Option<String>>,
}

impl Planner {
    /// Above a server.
    pub fn above(overlay: std::rc::Rc<std::cell::RefCell<Overlay>>, tables: InternalTables) -> Self {
        Self::new(Known::Above(overlay), tables)
    }

    /// Without one; what is there already has rows that nobody knows.
    pub fn alone(memory: SharedMemory, tables: InternalTables) -> Self {
        Self::new(Known::Alone(memory), tables)
    }

    fn new(known: Known, tables: InternalTables) -> Self {
        known.take_asked();
        let rows = Rows::new(known.is_alone());
        Self {
            known,
            rows,
            internal: Internal::new(tables),
            answer: None,
            answered: HashSet::new(),
            through: None,
            note: Note::default(),
            minds_keys: true,
            kept: None,
            missed: None,
            lost: None,
            place: Box::new(|| None),
        }
    }

    /// Is told how to say where a statement is.
    pub fn tell_places(&mut self, place: impl Fn() -> Option<String> + 'static) {
        self.place = Box::new(place);
    }

    /// What was loaded until here is what a plan begins with: its tables have rows, and nobody knows which.
    pub fn begins(&mut self) {
        self.rows = Rows::new(self.known.is_alone());
        self.lost.clone_from(&self.known.lost().map(|sql| text::excerpt(&sql)));
    }

    /// What Rails' own table says, whatever the schema's file had of it.
    pub fn set_entry(&mut self, key: &str, value: &str) {
        self.internal.set_entry_of(key, value);
    }

    /// These versions are recorded, whatever the schema's file says.
    pub fn set_versions(&mut self, versions: impl IntoIterator<Item = String>) {
        self.internal.set_versions(versions);
    }

    /// Another migration: what the last one has missed does not concern it.
    pub fn next_migration(&mut self) {
        self.missed = None;
        self.kept = None;
        self.known.take_asked();
    }

    /// Why what has gone wrong since the last statement may go otherwise.
    pub fn doubt(&mut self) -> Option<String> {
        let doubt = self.kept.take().or_else(|| self.known.doubt(self.lost.as_deref()));
        doubt.map(|Doubt(text)| text).or_else(|| self.missed.clone())
    }

    /// What is known of the statement that was told of last.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// What the schema is after the statements so far.
    pub fn known(&self) -> &Known {
        &self.known
    }

    fn read(&mut self, sql: &str) -> Pass {
        self.note.is_read = true;
        let words = text::words(sql);
        if let Some(answer) = self.internal.asked(sql, &words, &self.rows) {
            self.answer = Some(answer);
            return Pass::Record;
        }
        if let Some(error) = refusal::of_read(&self.known, &text::tables_asked(&words), sql) {
            self.answer = Some(Err(error));
            return Pass::Record;
        }
        match self.rows.seen(sql, &words, &self.known) {
            Seen::AsServerHas => {
                self.note.is_sent = true;
                return Pass::Send;
            }
            Seen::Through(text) => self.through = Some(text),
            Seen::Empty => self.answer = Some(Ok(text::empty_answer(sql))),
            Seen::Nowhere => {
                let answer = self.known.version_asked(sql).unwrap_or_else(|| offline::answer(sql));
                if answer.is_empty() {
                    self.misses(None);
                }
                self.answer = Some(Ok(answer));
            }
            Seen::Unknown(table) => {
                self.misses(Some(&table));
                self.answer = Some(Ok(text::empty_answer(sql)));
            }
        }
        Pass::Record
    }

    /// Rows were asked for that are not known.
    fn misses(&mut self, table: Option<&str>) {
        let what = table.map_or_else(|| "the answer".to_owned(), |table| format!("what `{table}` holds"));
        let is_made = table.is_some_and(|table| self.rows.is_made(table));
        let why =
            if self.known.is_alone() && !is_made { "without a database" } else { "before the migrations have run" };
        self.note.uncertain = Some(format!("{what} is not known {why}"));
        let place = (self.place)().map(|place| format!(", asked for at {place}")).unwrap_or_default();
        self.missed.get_or_insert_with(|| format!("may depend on {what}{place}"));
    }

    fn write(&mut self, change: &Change<'_>, sql: &str, changes: Option<&[Change<'static>]>) {
        let doubt = self.kept.take().or_else(|| self.known.doubt(self.lost.as_deref()));
        self.note.tables = changes.into_iter().flatten().chain([change]).flat_map(text::tables_changed).collect();
        let is_bookkeeping = matches!(change, Change::Transaction(_) | Change::Session(Setting::AdvisoryLock(_)))
            || self.note.tables.iter().any(|table| self.internal.is(table));
        if is_bookkeeping {
            self.kept = doubt;
        } else {
            self.note.uncertain = match doubt {
                Some(Doubt(text)) => Some(text),
                None => self.missed.clone(),
            };
        }
        let each = changes.unwrap_or_default();
        self.minds_keys(sql);
        if let Some(error) = std::iter::once(change).chain(each).find_map(|change| self.refused(change, sql)) {
            self.answer = Some(Err(error));
            return;
        }
        let meant = changes.and_then(<[Change<'static>]>::first).unwrap_or(change);
        let answer = self.rows.answer_to_write(meant, sql, &self.known);
        if answer.is_guess {
            self.missed.get_or_insert_with(|| "may depend on what the database answers to an earlier one".to_owned());
        }
        self.answer = Some(Ok(answer.result));
        self.internal.apply(change, sql);
        self.rows.before(change, &self.known);
        for change in each {
            self.rows.before(change, &self.known);
        }
        if let Err(error) = self.known.apply(change, sql) {
            self.answer = Some(Err(error));
            return;
        }
        match changes {
            Some(changes) => changes.iter().for_each(|change| self.rows.apply(change, sql, &self.known)),
            None if matches!(change, Change::Opaque) => self.lose(sql),
            None => self.rows.apply(change, sql, &self.known),
        }
    }

    /// MySQL may be told to let foreign keys be.
    fn minds_keys(&mut self, sql: &str) {
        if sql.to_ascii_lowercase().contains("foreign_key_checks") {
            let set = sql.trim_end().trim_end_matches(';').trim_end().to_ascii_lowercase();
            self.minds_keys = !(set.ends_with('0') || set.ends_with("off") || set.ends_with("false"));
        }
    }

    /// Why the server does not take a statement; where only it knows, that is noted.
    fn refused(&mut self, change: &Change<'_>, sql: &str) -> Option<Error> {
        if let Some(error) = refusal::of(&self.known, change, sql, self.minds_keys) {
            return Some(error);
        }
        match refusal::types::of(&self.known, change, sql)? {
            Refused::Certain(error) => Some(error),
            Refused::Perhaps(name) => {
                let why = format!("whether there is a type `{name}` is not known without a database");
                self.note.uncertain.get_or_insert(why);
                None
            }
        }
    }

    /// Whether a statement is answered for the first time.
    fn is_new(&mut self, sql: &str, binds: &[Arg]) -> bool {
        let mut hasher = DefaultHasher::new();
        (sql, binds.len()).hash(&mut hasher);
        for bind in binds {
            bind.inspect().hash(&mut hasher);
        }
        self.answered.insert(hasher.finish())
    }

    /// A text that could not be read.
    fn lose(&mut self, sql: &str) {
        self.rows.lose();
        let place = (self.place)().map(|place| format!(" at {place}")).unwrap_or_default();
        self.lost.get_or_insert_with(|| format!("`{}`{place}", text::excerpt(sql)));
    }
}

impl Gate for Planner {
    fn before(&mut self, change: &Change<'_>, sql: &str) -> Pass {
        self.note = Note::default();
        self.answer = None;
        self.through = None;
        let changes = match change {
            Change::Opaque => Change::read(sql, self.known.dialect()),
            _ => None,
        };
        let all_read = |changes: &[Change<'_>]| changes.iter().all(|change| matches!(change, Change::Read));
        let asks = matches!(change, Change::Read) || changes.as_deref().is_some_and(all_read);
        if asks && !text::locks(sql) {
            return self.read(sql);
        }
        self.write(change, sql, changes.as_deref());
        Pass::Record
    }

    fn answer(&mut self, _: &Change<'_>, sql: &str, binds: &[Arg]) -> Result<QueryResult> {
        if let Some(through) = self.through.take() {
            if let Ok(answer) = self.known.ask_below(&through, binds) {
                self.note.is_sent = true;
                return Ok(answer);
            }
            let table = text::tables_asked(&text::words(sql)).first().map(|table| (*table).to_owned());
            self.misses(table.as_deref());
            return Ok(text::empty_answer(sql));
        }
        match self.answer.take() {
            Some(Ok(mut answer)) => {
                if answer.affected_rows > 0 && answer.rows.is_empty() && !self.is_new(sql, binds) {
                    answer.affected_rows = 0;
                }
                Ok(self.internal.with_binds(answer, sql, binds))
            }
            Some(Err(error)) => Err(error),
            None => Ok(offline::answer(sql)),
        }
    }

    fn after(&mut self, _: &Change<'_>, outcome: &Outcome<'_>) -> Next {
        if let Ok(result) = outcome.result {
            self.internal.hears(outcome.sql, result);
        }
        Next::Done
    }
}

/// Whether rows are changed, and of what kind that is.
pub(crate) fn verb_of(change: &Change<'_>) -> Option<Verb> {
    match change {
        Change::Rows { verb, .. } => Some(*verb),
        _ => None,
    }
}

/// Whether what came before may be taken back here.
pub(crate) fn is_rollback(change: &Change<'_>) -> bool {
    matches!(change, Change::Transaction(Boundary::Rollback | Boundary::RollbackTo(_) | Boundary::Restart))
}
