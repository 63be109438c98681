//! Three files made one: what only one side changed is taken, table by table and line by line; what both changed otherwise
//! stands between conflict markers. The order is Rails', where both sides have it.

use super::statement::{Kind, indexed_columns, key, kind};
use super::{SchemaText, Statement};

/// A merged file, and how many conflicts it has.
pub(crate) struct Merged {
    pub text: String,
    pub conflicts: usize,
}

/// The three sides of a merge, of whatever is merged.
#[derive(Clone, Copy)]
struct Sides<T> {
    base: T,
    ours: T,
    theirs: T,
}

/// Since which its columns stand by name.
const SORTS_COLUMNS: (u32, u32) = (8, 1);

pub(crate) fn merge(base: &SchemaText, ours: &SchemaText, theirs: &SchemaText) -> Merged {
    let sides = Sides { base, ours, theirs };
    let mut merge = Merge { conflicts: 0, sorts_columns: sides.all().iter().all(|text| sorts_columns(text)) };
    let mut statements = merge.statements(sides.map(|text| text.statements.as_slice()));
    merge.refuse_orphans(&mut statements, base);
    sort_tables(&mut statements, sides);
    let merged = SchemaText {
        comment: sides.map(|text| &text.comment).taken().cloned().unwrap_or_else(|| ours.comment.clone()),
        define: define(sides),
        statements,
        ending: ours.ending.clone(),
    };
    Merged { text: merged.text(), conflicts: merge.conflicts }
}

impl<T: Copy> Sides<T> {
    fn map<U>(self, of: impl Fn(T) -> U) -> Sides<U> {
        Sides { base: of(self.base), ours: of(self.ours), theirs: of(self.theirs) }
    }

    fn all(self) -> [T; 3] {
        [self.base, self.ours, self.theirs]
    }
}

impl<T: PartialEq> Sides<T> {
    /// What is to stand where one side at most changed it, or both did alike; none where both did otherwise.
    fn taken(self) -> Option<T> {
        if self.ours == self.theirs || self.theirs == self.base {
            Some(self.ours)
        } else if self.ours == self.base {
            Some(self.theirs)
        } else {
            None
        }
    }
}

struct Merge {
    conflicts: usize,
    sorts_columns: bool,
}

impl Merge {
    fn statements(&mut self, sides: Sides<&[Statement]>) -> Vec<Statement> {
        let [base, ours, theirs] = sides.all().map(|statements| keyed(statements, Statement::key));
        let keys = |side: &[(String, &Statement)]| side.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        let mut merged = Vec::new();
        for wanted in union(&keys(&ours), &keys(&theirs)) {
            let find = |side: &[(String, &Statement)]| {
                side.iter().find(|(key, _)| *key == wanted).map(|(_, statement)| (*statement).clone())
            };
            let sides = Sides { base: find(&base), ours: find(&ours), theirs: find(&theirs) };
            merged.extend(self.statement(sides));
        }
        merged
    }

    fn statement(&mut self, sides: Sides<Option<Statement>>) -> Option<Statement> {
        let same_place = |statement: &Option<Statement>| {
            statement.as_ref().map(|statement| Statement { blank_before: false, ..statement.clone() })
        };
        let bare = Sides { base: &sides.base, ours: &sides.ours, theirs: &sides.theirs }.map(same_place);
        if let Some(taken) = bare.taken() {
            let mut taken = taken?;
            taken.blank_before =
                [&sides.ours, &sides.theirs].into_iter().flatten().any(|statement| statement.blank_before);
            return Some(taken);
        }
        match (&sides.ours, &sides.theirs) {
            (Some(ours), Some(theirs)) if ours.is_table() && theirs.is_table() => {
                Some(self.table(sides.base.as_ref(), ours, theirs))
            }
            (ours, theirs) => Some(self.conflict(ours.as_ref(), theirs.as_ref())),
        }
    }

    fn table(&mut self, base: Option<&Statement>, ours: &Statement, theirs: &Statement) -> Statement {
        let first = Sides { base: base.map(|base| &base.first), ours: Some(&ours.first), theirs: Some(&theirs.first) };
        let Some(Some(first)) = first.taken() else {
            return self.conflict(Some(ours), Some(theirs));
        };
        let nothing = Vec::new();
        let bodies = Sides { base: base.map_or(&nothing, |base| &base.body), ours: &ours.body, theirs: &theirs.body };
        Statement { first: first.clone(), body: self.body(bodies), ..ours.clone() }
    }

    fn body(&mut self, sides: Sides<&Vec<String>>) -> Vec<String> {
        let before = self.conflicts;
        let [base, ours, theirs] = sides.all().map(|lines| keyed(lines, |line| key(line)));
        let keys = |side: &[(String, &String)]| side.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        let mut merged = Vec::new();
        for wanted in union(&keys(&ours), &keys(&theirs)) {
            let find = |side: &[(String, &String)]| {
                side.iter().find(|(key, _)| *key == wanted).map(|(_, line)| (*line).clone())
            };
            let line = Sides { base: find(&base), ours: find(&ours), theirs: find(&theirs) };
            match line.clone().taken() {
                Some(line) => merged.extend(line),
                None => self.mark(&mut merged, line.ours.as_slice(), line.theirs.as_slice()),
            }
        }
        self.mark_dangling(&mut merged, sides);
        if self.conflicts == before {
            self.sort_lines(&mut merged, sides);
        }
        merged
    }

    /// An index whose column the other side dropped.
    fn mark_dangling(&mut self, merged: &mut Vec<String>, sides: Sides<&Vec<String>>) {
        let has = |lines: &[String], column: &String| lines.iter().any(|line| key(line) == format!("column {column}"));
        for line in std::mem::take(merged) {
            let is_dangling = kind(&line) == Kind::Index
                && indexed_columns(&line)
                    .iter()
                    .any(|column| has(sides.base, column) && !(has(sides.ours, column) && has(sides.theirs, column)));
            if is_dangling {
                let [ours, theirs] = [sides.ours, sides.theirs].map(|side| side.contains(&line).then(|| line.clone()));
                self.mark(merged, ours.as_slice(), theirs.as_slice());
            } else {
                merged.push(line);
            }
        }
    }

    /// As Rails sorts them: indexes and constraints by their text, and since 8.1 columns by name.
    fn sort_lines(&self, merged: &mut [String], sides: Sides<&Vec<String>>) {
        let place = |line: &String| match kind(line) {
            Kind::Column if self.sorts_columns => (Kind::Column, key(line)),
            Kind::Column => (Kind::Column, String::new()),
            kind => (kind, line.clone()),
        };
        if [sides.ours, sides.theirs].iter().all(|lines| lines.is_sorted_by_key(place)) {
            merged.sort_by_key(place);
        }
    }

    /// A key between tables of which one side dropped one.
    fn refuse_orphans(&mut self, statements: &mut [Statement], base: &SchemaText) {
        let tables = |statements: &[Statement]| {
            statements.iter().filter(|statement| statement.is_table()).map(Statement::key).collect::<Vec<_>>()
        };
        let (there, before) = (tables(statements), tables(&base.statements));
        for statement in statements {
            let names = statement.first.split('"').skip(1).step_by(2).take(2);
            let dropped = |name: &str| {
                let table = format!("create_table \"{name}\"");
                before.contains(&table) && !there.contains(&table)
            };
            if statement.first.trim_start().starts_with("add_foreign_key ") && names.into_iter().any(dropped) {
                let marked = self.conflict(Some(statement), None);
                *statement = marked;
            }
        }
    }

    fn conflict(&mut self, ours: Option<&Statement>, theirs: Option<&Statement>) -> Statement {
        let lines = |statement: Option<&Statement>| {
            statement.into_iter().flat_map(Statement::lines).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut body = Vec::new();
        self.mark(&mut body, &lines(ours), &lines(theirs));
        let blank_before = [ours, theirs].into_iter().flatten().any(|statement| statement.blank_before);
        Statement { blank_before, first: body.remove(0), body, last: None }
    }

    fn mark(&mut self, out: &mut Vec<String>, ours: &[String], theirs: &[String]) {
        self.conflicts += 1;
        out.push("<<<<<<< ours".to_owned());
        out.extend_from_slice(ours);
        out.push("=======".to_owned());
        out.extend_from_slice(theirs);
        out.push(">>>>>>> theirs".to_owned());
    }
}

fn sorts_columns(text: &SchemaText) -> bool {
    let mut numbers = text.rails().unwrap_or_default().split('.').map_while(|number| number.parse().ok());
    matches!((numbers.next(), numbers.next()), (Some(major), Some(minor)) if (major, minor) >= SORTS_COLUMNS)
}

/// Tables by name, where they were.
fn sort_tables(statements: &mut [Statement], sides: Sides<&SchemaText>) {
    let is_sorted = |text: &&SchemaText| {
        let tables = text.statements.iter().filter(|statement| statement.is_table());
        tables.map(Statement::key).is_sorted()
    };
    if ![sides.ours, sides.theirs].iter().all(is_sorted) {
        return;
    }
    let Some(first) = statements.iter().position(Statement::is_table) else { return };
    let end = first + statements[first..].iter().take_while(|statement| statement.is_table()).count();
    statements[first..end].sort_by_key(Statement::key);
    // The first table of all stands without a line before it.
    for table in &mut statements[first..end] {
        table.blank_before = true;
    }
    let end = statements.len().min(end);
    let keys =
        statements[end..].iter().take_while(|statement| statement.first.starts_with("  add_foreign_key ")).count();
    let keys = &mut statements[end..end + keys];
    keys.sort_by(|one, other| one.first.cmp(&other.first));
    for (index, key) in keys.iter_mut().enumerate() {
        key.blank_before = index == 0;
    }
}

/// Of the form that one side changed to, as of the later version.
fn define(sides: Sides<&SchemaText>) -> String {
    let form = sides.map(|text| text.define.split_once("version:").map_or(text.define.as_str(), |(form, _)| form));
    let form = form.taken().unwrap_or(form.ours);
    let later = if sides.theirs.version() > sides.ours.version() { sides.theirs } else { sides.ours };
    let version = later.define.split_once("version:").map_or("", |(_, version)| version);
    format!("{form}version:{version}")
}

/// Each with its key; what has the key of one before it has another.
fn keyed<T>(items: &[T], key: impl Fn(&T) -> String) -> Vec<(String, &T)> {
    let mut found: Vec<(String, &T)> = Vec::new();
    for item in items {
        let mut own = key(item);
        while found.iter().any(|(other, _)| *other == own) {
            own.push('+');
        }
        found.push((own, item));
    }
    found
}

/// All of the first, and those of the second alone each after what it follows there.
fn union(first: &[String], second: &[String]) -> Vec<String> {
    let mut all = first.to_vec();
    let mut after = 0;
    for key in second {
        match all.iter().position(|known| known == key) {
            Some(position) => after = position + 1,
            None => {
                all.insert(after, key.clone());
                after += 1;
            }
        }
    }
    all
}

/// The items by key in the order of the model's; those it has not, each after what it follows among the items.
pub(super) fn in_order_of<'a, T>(
    model: &[T],
    items: &'a [T],
    key: impl Fn(&T) -> String,
) -> Vec<(&'a T, Option<usize>)> {
    let (model, items) = (keyed(model, &key), keyed(items, &key));
    let keys = |side: &[(String, &T)]| side.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    let ordered = union(&keys(&model), &keys(&items)).into_iter();
    let found = ordered.filter_map(|wanted| {
        let (_, item) = items.iter().find(|(key, _)| *key == wanted)?;
        Some((*item, model.iter().position(|(key, _)| *key == wanted)))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(body: &str) -> SchemaText {
        SchemaText::parse(&format!("# A comment.\n\nActiveRecord::Schema[8.1].define(version: {body}end\n")).unwrap()
    }

    const BASE: &str = "2024_01_01_000000) do\n  create_table \"a\", force: :cascade do |t|\n    t.string \"m\"\n    t.string \"x\"\n    \
                        t.index [\"x\"], name: \"on_x\"\n  end\n\n  create_table \"d\", force: :cascade do |t|\n  end\n\n  \
                        add_foreign_key \"a\", \"d\"\n";

    fn check(ours: &str, theirs: &str, expected: &str, conflicts: usize) {
        let merged = merge(&parsed(BASE), &parsed(ours), &parsed(theirs));
        let expected = parsed(expected).text();
        assert_eq!((merged.text.as_str(), merged.conflicts), (expected.as_str(), conflicts));
    }

    #[test]
    fn what_each_side_adds_stands_as_rails_sorts_it() {
        let ours = BASE.replace("01_01_000000", "03_01_000000").replace("\"m\"\n", "\"m\"\n    t.string \"o\"\n");
        let theirs =
            BASE.replace("01_01_000000", "02_01_000000").replace("\"m\"\n", "\"m\"\n    t.string \"n\"\n").replace(
                "  create_table \"d\"",
                "  create_table \"b\", force: :cascade do |t|\n  end\n\n  create_table \"d\"",
            );
        let both = BASE
            .replace("01_01_000000", "03_01_000000")
            .replace("\"m\"\n", "\"m\"\n    t.string \"n\"\n    t.string \"o\"\n")
            .replace(
                "  create_table \"d\"",
                "  create_table \"b\", force: :cascade do |t|\n  end\n\n  create_table \"d\"",
            );
        check(&ours, &theirs, &both, 0);
        check(&theirs, &ours, &both, 0);
    }

    #[test]
    fn what_both_change_otherwise_is_a_conflict() {
        let ours = BASE.replace("t.string \"m\"", "t.text \"m\"");
        let theirs = BASE.replace("t.string \"m\"", "t.binary \"m\"");
        let marked = "<<<<<<< ours\n    t.text \"m\"\n=======\n    t.binary \"m\"\n>>>>>>> theirs";
        check(&ours, &theirs, &BASE.replace("    t.string \"m\"", marked), 1);
        check(&ours, &ours, &ours, 0);
    }

    #[test]
    fn what_hangs_on_a_dropped_thing_is_a_conflict() {
        let without_column =
            BASE.replace("    t.string \"x\"\n", "").replace("    t.index [\"x\"], name: \"on_x\"\n", "");
        let other_index = BASE.replace("name: \"on_x\"", "name: \"on_x\"\n    t.index [\"x\"], name: \"too\"");
        let merged = merge(&parsed(BASE), &parsed(&without_column), &parsed(&other_index));
        assert_eq!(merged.conflicts, 1, "{}", merged.text);
        let without_table = BASE
            .replace("\n  create_table \"d\", force: :cascade do |t|\n  end\n", "")
            .replace("\n  add_foreign_key \"a\", \"d\"\n", "");
        let other_key = BASE
            .replace("add_foreign_key \"a\", \"d\"", "add_foreign_key \"a\", \"d\"\n  add_foreign_key \"d\", \"a\"");
        let merged = merge(&parsed(BASE), &parsed(&without_table), &parsed(&other_key));
        assert_eq!(merged.conflicts, 1, "{}", merged.text);
    }
}
