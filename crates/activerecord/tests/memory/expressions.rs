//! Checks of many forms: what a server prints of each, the memory prints too, or says that it does not know.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use adapters::gate::{Gate, Next, Outcome, Pass};
use adapters::memory::Memory;
use adapters::schema_definitions::TableDefinition;
use adapters::{Adapter, Catalogue as _, Change, Options};
use conformance::Target;
use conformance::database::Server as Place;

use super::{adapter, on_large_stack, server_of};

const CHECKS: &str = include_str!("checks.txt");

struct Applied(Rc<RefCell<Memory>>);

impl Gate for Applied {
    fn before(&mut self, _: &Change<'_>, _: &str) -> Pass {
        Pass::Send
    }

    fn after(&mut self, change: &Change<'_>, outcome: &Outcome<'_>) -> Next {
        if outcome.result.is_ok() {
            self.0.borrow_mut().apply(change, outcome.sql);
        }
        Next::Done
    }
}

/// Columns of many types: name, type, options.
const COLUMNS: [(&str, &str); 14] = [
    ("a", "integer"),
    ("b", "bigint"),
    ("n", "decimal"),
    ("f", "float"),
    ("v", "string"),
    ("x", "text"),
    ("d", "date"),
    ("ts", "datetime"),
    ("ok", "boolean"),
    ("j", "json"),
    ("position", "integer"),
    ("w", "string"),
    ("order", "integer"),
    ("c", "binary"),
];

fn make(adapter: &mut dyn Adapter) {
    let table =
        Change::CreateTable { table: Cow::Owned(TableDefinition::new("t", &Options::new())), indexes: Vec::new() };
    adapters::gate::execute(adapter, &table, "CREATE TABLE t (id bigint PRIMARY KEY)").unwrap();
    for (name, kind) in COLUMNS {
        let options =
            if kind == "decimal" { Options::from([("precision", 10_i64), ("scale", 2_i64)]) } else { Options::new() };
        adapter.add_column("t", name, &adapters::Arg::symbol(kind), options).unwrap();
    }
}

/// How many of the checks that the server takes are known; none is wrong.
fn check(target: Target, floor: usize) {
    let database = Place::private(target).unwrap().database().unwrap();
    let mut adapter = adapter(&database.url());
    let memory = Rc::new(RefCell::new(Memory::new(server_of(target))));
    adapter.base_mut().gate = Some(Box::new(Applied(Rc::clone(&memory))));
    make(&mut *adapter);
    let (mut known, mut unknown, mut wrong) = (0, Vec::new(), Vec::new());
    for expression in CHECKS.lines() {
        let options = Options::from([("name", "k")]);
        if adapter.add_check_constraint("t", expression, options.clone()).is_err() {
            continue;
        }
        let theirs = adapter.catalogue().check_constraints("t").unwrap();
        let ours = memory.borrow_mut().check_constraints("t").unwrap();
        let text = |checks: &[adapters::schema_definitions::CheckConstraintDefinition]| {
            checks.iter().find(|check| check.name().as_deref() == Some("k")).map(|check| check.expression.clone())
        };
        let is_doubtful = memory.borrow().doubts("t").iter().any(|(part, _)| part == "k");
        match (is_doubtful, text(&theirs) == text(&ours)) {
            (true, _) => unknown.push(expression),
            (false, true) => known += 1,
            (false, false) => wrong.push((expression, text(&theirs), text(&ours))),
        }
        adapter.remove_check_constraint("t", &adapters::Arg::Nil, options).unwrap();
    }
    let name = target.name();
    eprintln!("{name} checks: {known} are known, {} are not: {unknown:#?}", unknown.len());
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    assert!(known >= floor, "{name}: {known} are known, {floor} were before");
}

#[test]
fn postgresql() {
    on_large_stack(|| check(Target::PostgreSql, 150));
}

#[test]
fn mariadb() {
    on_large_stack(|| check(Target::MariaDb, 158));
}
