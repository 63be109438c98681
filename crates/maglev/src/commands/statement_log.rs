//! The statements of the migration that runs now, and which of them stay should it fail: MySQL commits each change of the
//! schema, and with it what came before.

use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::rc::Rc;

use adapters::{Statement, StatementObserver};

use super::rehearsal::Rehearsal;
use crate::events::{self, milliseconds};
use crate::teller::Teller;

/// So many statements that stay are told in full.
const TOLD: usize = 5;
/// Statements that commit an open transaction where changes of the schema are not part of one.
const COMMITTING: [&str; 10] =
    ["ALTER", "ANALYZE", "CREATE", "DROP", "GRANT", "LOCK", "OPTIMIZE", "RENAME", "REVOKE", "TRUNCATE"];

/// Rails' own statements about a version begin so.
const OF_RAILS: &str = "ActiveRecord::SchemaMigration ";

/// Hears every statement of a connection.
pub(crate) struct StatementLog {
    teller: Teller,
    /// Empty where nobody is told of them: a loop over rows sends many.
    statements: RefCell<Vec<events::Statement>>,
    effects: RefCell<Effects>,
    /// The table of the recorded versions.
    versions_table: OnceCell<String>,
    /// A migration has spoken of that table by itself.
    touches_versions: Cell<bool>,
    /// Hears of each too.
    rehearsal: Option<Rc<dyn Rehearsal>>,
}

impl StatementLog {
    /// `ddl_commits`: changes of the schema are not part of a transaction.
    pub(crate) fn new(teller: Teller, ddl_commits: bool) -> Self {
        Self {
            teller,
            statements: RefCell::default(),
            effects: RefCell::new(Effects { ddl_commits, ..Effects::default() }),
            versions_table: OnceCell::new(),
            touches_versions: Cell::new(false),
            rehearsal: None,
        }
    }

    /// With who hears of each too.
    pub(crate) fn rehearsing(self, rehearsal: Option<Rc<dyn Rehearsal>>) -> Self {
        Self { rehearsal, ..self }
    }

    /// From here on what migrations do to this table, which has the recorded versions, is noticed.
    pub(crate) fn mind(&self, versions_table: String) {
        // It has one name for the whole of a run.
        let _ = self.versions_table.set(versions_table);
    }

    /// Whether a migration has touched the table of the recorded versions by itself since this was last asked.
    pub(crate) fn take_touches_versions(&self) -> bool {
        self.touches_versions.take()
    }

    /// Another migration begins.
    pub(crate) fn clear(&self) {
        self.statements.borrow_mut().clear();
        let mut effects = self.effects.borrow_mut();
        *effects = Effects { ddl_commits: effects.ddl_commits, ..Effects::default() };
    }

    /// Those of the migration that runs now, where they are told.
    pub(crate) fn statements(&self) -> Ref<'_, Vec<events::Statement>> {
        self.statements.borrow()
    }

    /// What of the migration that runs now would stay.
    pub(crate) fn effects(&self) -> Ref<'_, Effects> {
        self.effects.borrow()
    }

    fn touches_versions(&self, statement: &Statement) -> bool {
        !statement.name.as_deref().is_some_and(|name| name.starts_with(OF_RAILS))
            && self.versions_table.get().is_some_and(|table| mentions(&statement.sql, table))
    }
}

impl StatementObserver for StatementLog {
    fn observe(&self, statement: &Statement) {
        let about_settings = matches!(statement.name.as_deref(), Some("SCHEMA" | "SESSION"));
        if about_settings {
            return;
        }
        if self.touches_versions(statement) {
            self.touches_versions.set(true);
        }
        self.effects.borrow_mut().hear(&statement.sql, statement.writes, statement.error.is_none());
        self.teller.statement(statement);
        if let Some(rehearsal) = &self.rehearsal {
            return rehearsal.hears(self.teller.database().as_deref(), statement);
        }
        if self.teller.lists_statements() {
            self.statements.borrow_mut().push(events::Statement {
                sql: statement.sql.clone(),
                binds: statement.binds.iter().map(adapters::Arg::inspect).collect(),
                milliseconds: milliseconds(statement.duration),
                rows: statement.rows_affected,
            });
        }
    }
}

/// Whether a name stands somewhere in a statement, in whatever letters.
fn mentions(sql: &str, name: &str) -> bool {
    let name = name.as_bytes();
    !name.is_empty() && sql.as_bytes().windows(name.len()).any(|part| part.eq_ignore_ascii_case(name))
}

/// Which statements took effect and were not taken back.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// How many, of those that may have changed something.
    pub count: usize,
    first: Vec<String>,
    /// Others were taken back.
    some_undone: bool,
    /// The open transaction and its savepoints, with the count when each began.
    marks: Vec<(String, usize)>,
    ddl_commits: bool,
}

impl Effects {
    fn hear(&mut self, sql: &str, writes: bool, succeeded: bool) {
        let mut words = words(sql);
        let first = words.next().unwrap_or_default();
        let is = |name: &str| first.eq_ignore_ascii_case(name);
        if writes {
            if self.ddl_commits && !self.marks.is_empty() && COMMITTING.into_iter().any(is) {
                let is_temporary = words.next().is_some_and(|word| word.eq_ignore_ascii_case("temporary"));
                if !is_temporary {
                    self.marks.clear();
                }
            }
            if succeeded {
                self.count += 1;
                if self.first.len() < TOLD {
                    self.first.push(sql.to_owned());
                }
            }
        } else if succeeded {
            self.hear_boundary(is, &words.collect::<Vec<_>>());
        }
    }

    fn hear_boundary(&mut self, is: impl Fn(&str) -> bool, rest: &[&str]) {
        let name = rest.last().copied().unwrap_or_default();
        if is("BEGIN") || is("START") {
            self.marks = vec![(String::new(), self.count)];
        } else if is("COMMIT") || is("END") {
            self.marks.clear();
        } else if is("SAVEPOINT") {
            self.marks.push((name.to_owned(), self.count));
        } else if is("RELEASE") {
            if let Some(index) = self.savepoint(name) {
                self.marks.truncate(index);
            }
        } else if is("ROLLBACK") {
            let to_savepoint = rest.first().is_some_and(|word| word.eq_ignore_ascii_case("to"));
            if !to_savepoint {
                let begun = self.marks.first().map_or(self.count, |(_, count)| *count);
                self.undo(begun);
                self.marks.truncate(usize::from(!rest.is_empty()));
            } else if let Some(index) = self.savepoint(name) {
                self.undo(self.marks[index].1);
                self.marks.truncate(index + 1);
            }
        }
    }

    fn savepoint(&self, name: &str) -> Option<usize> {
        self.marks.iter().rposition(|(other, _)| other == name)
    }

    fn undo(&mut self, to: usize) {
        self.some_undone |= self.count > to;
        self.count = to;
        self.first.truncate(to);
    }

    /// What of a failed migration stays, in a sentence's second half.
    pub(crate) fn sentence(&self) -> String {
        match (self.count, self.some_undone) {
            (0, _) => "none of its statements took effect".to_owned(),
            (1, false) => "its first statement took effect and stays".to_owned(),
            (count, false) => format!("its first {count} statements took effect and stay"),
            (1, true) => "1 of its statements took effect and stays".to_owned(),
            (count, true) => format!("{count} of its statements took effect and stay"),
        }
    }

    /// The first statements that stay, a line each.
    pub(crate) fn lines(&self) -> String {
        const LONGEST: usize = 200;
        let mut out = String::new();
        for sql in &self.first {
            let line: String = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            let cut: String = line.chars().take(LONGEST).collect();
            let dots = if cut.len() < line.len() { " ..." } else { "" };
            out.push_str(&format!("  {cut}{dots}\n"));
        }
        if self.count > self.first.len() {
            out.push_str(&format!("  and {} more\n", self.count - self.first.len()));
        }
        out
    }
}

/// The words of a statement behind the comments before it.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql.trim_start();
    loop {
        let after = if rest.starts_with("/*") {
            rest.split_once("*/").map(|(_, after)| after)
        } else if rest.starts_with("--") || rest.starts_with('#') {
            rest.split_once('\n').map(|(_, after)| after)
        } else {
            None
        };
        match after {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    rest.split(|c: char| c.is_whitespace() || c == ';').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ddl_commits: bool, statements: &[&str], expected: &str) {
        let mut effects = Effects { ddl_commits, ..Effects::default() };
        for sql in statements {
            let reads = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT"];
            let writes = !reads.iter().any(|word| sql.trim_start().starts_with(word));
            effects.hear(sql, writes, true);
        }
        assert_eq!(effects.sentence(), expected, "{statements:?}");
    }

    #[test]
    fn what_was_rolled_back_does_not_stay() {
        check(true, &["SELECT 1"], "none of its statements took effect");
        check(true, &["CREATE TABLE a (b int)"], "its first statement took effect and stays");
        check(true, &["BEGIN", "INSERT INTO a", "ROLLBACK"], "none of its statements took effect");
        check(
            true,
            &["BEGIN", "INSERT INTO a", "INSERT INTO a", "COMMIT"],
            "its first 2 statements took effect and stay",
        );
        check(
            true,
            &["DROP TABLE a", "BEGIN", "INSERT INTO b", "ROLLBACK", "DROP TABLE c"],
            "2 of its statements took effect and stay",
        );
        check(
            true,
            &["BEGIN", "INSERT INTO a", "SAVEPOINT one", "INSERT INTO a", "ROLLBACK TO SAVEPOINT one", "COMMIT"],
            "1 of its statements took effect and stays",
        );
    }

    #[test]
    fn a_change_of_the_schema_commits_where_it_is_not_part_of_a_transaction() {
        let statements = ["BEGIN", "INSERT INTO a", "/* x */ alter table a add b int", "ROLLBACK"];
        check(true, &statements, "its first 2 statements took effect and stay");
        check(false, &statements, "none of its statements took effect");
        let temporary = ["BEGIN", "INSERT INTO a", "CREATE TEMPORARY TABLE b (c int)", "ROLLBACK"];
        check(true, &temporary, "none of its statements took effect");
    }
}
